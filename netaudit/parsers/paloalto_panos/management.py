"""The management plane: accounts, who may log in from where and how, logs, time.

Source: PAN-OS Web Interface Reference, "Device > Setup > Management" (idle timeout in minutes, 60 unless set, 0 =
never),
"Device > Setup > Interfaces" (HTTPS and SSH are on, Telnet, HTTP and SNMP off unless set), "Network Profiles >
Interface Mgmt".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.device import Interface
from netaudit.model.management import (
    Banner,
    LocalUser,
    Lockout,
    LogTarget,
    ManagementAccess,
    ManagementPlane,
    PasswordPolicy,
    SnmpCommunity,
)
from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet, written_addresses
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.tree import Node, node_ref
from netaudit.parsers.secrets import mask_text

DEFAULT_TIMEOUT_S = 3600
MANAGEMENT_PORT = "management"

# The service of the management port, the switch that turns it off, and whether it is off unless set.
_SERVICES = (
    ("ssh", "disable-ssh", "no"),
    ("https", "disable-https", "no"),
    ("telnet", "disable-telnet", "yes"),
    ("http", "disable-http", "yes"),
    ("snmp", "disable-snmp", "yes"),
    ("ping", "disable-icmp", "no"),
)
_PROFILE_SERVICES = ("ssh", "https", "telnet", "http", "snmp", "ping")
_LOGINS = frozenset(("ssh", "https", "telnet", "http"))
_HASHES = (("$1$", "md5"), ("$5$", "sha256"), ("$6$", "sha512"), ("$2", "bcrypt"))
_ROLES = (
    "superuser",
    "superreader",
    "deviceadmin",
    "devicereader",
    "panorama-admin",
    "vsysadmin",
    "vsysreader",
    "custom",
)
_COMPLEXITY = (
    ("minimum-uppercase-letters", "upper case"),
    ("minimum-lowercase-letters", "lower case"),
    ("minimum-numeric-letters", "digits"),
    ("minimum-special-characters", "special"),
)


class ManagementReader:
    """Reads the management plane of one device. `roots` hold its accounts, `network` its profiles of interfaces."""

    def __init__(
        self, roots: tuple[Node, ...], deviceconfig: Node | None, network: Node | None, ledger: LineLedger
    ) -> None:
        self._roots = roots
        self._config = deviceconfig
        self._network = network
        self._ledger = ledger

    def plane(self, interfaces: Iterable[Interface], scopes: tuple[Node, ...]) -> ManagementPlane:
        """Return the management plane; `scopes` are the nodes that may hold log settings and server profiles."""
        system = self._config.get("system") if self._config is not None else None
        return ManagementPlane(
            accesses=(*self._port(system), *self._profiles(interfaces)),
            snmp_communities=tuple(self._communities(system)),
            users=tuple(self._users()),
            log_targets=tuple(self._log_targets(scopes)),
            time_servers=tuple(self._time_servers(system)),
            authentication_servers=tuple(dict.fromkeys(_servers(scopes))),
            password_policies=tuple(self._password_policies()),
            lockouts=tuple(self._lockouts()),
            banners=tuple(self._banners(system)),
        )

    def _timeout(self) -> int | None:
        text = self._config.value("setting", "management", "idle-timeout") if self._config is not None else ""
        return int(text) * 60 if text.isascii() and text.isdigit() and len(text) < 6 else None

    def _permitted(self, node: Node | None) -> tuple[AddressSet | None, bool]:
        """Return the sources of `permitted-ip`, None for all; and whether each was understood."""
        entries = node.below("permitted-ip") if node is not None else ()
        if not entries:
            return None, True
        found, exact = [], True
        for entry in entries:
            addresses = written_addresses(entry.word)
            if addresses is None:
                self._ledger.unrecognized(entry.first, Affects.MANAGEMENT, "not an address")
                return None, False
            found.append(addresses)
        return AddressSet.union(found), exact

    def _port(self, system: Node | None) -> Iterator[ManagementAccess]:
        if system is None:
            return
        sources, exact = self._permitted(system)
        permitted = system.get("permitted-ip")
        for protocol, switch, default in _SERVICES:
            node = system.get("service", switch)
            where = node_ref(self._ledger, system if node is None else node, False)
            yield ManagementAccess(
                protocol=protocol,
                endpoint=MANAGEMENT_PORT,
                where=where,
                enabled=system.value("service", switch, default=default) != "yes",
                version="2" if protocol == "ssh" else "",
                sources=sources,
                sources_exact=exact,
                sources_where=node_ref(self._ledger, permitted)
                if permitted is not None and sources is not None
                else None,
                idle_timeout_s=self._timeout() if protocol in _LOGINS else None,
                default_idle_timeout_s=DEFAULT_TIMEOUT_S if protocol in _LOGINS else None,
                dedicated=True,
            )

    def _profiles(self, interfaces: Iterable[Interface]) -> Iterator[ManagementAccess]:
        if self._network is None:
            return
        profiles = {node.word: node for node in self._network.below("profiles", "interface-management-profile")}
        used = dict(_profile_uses(self._network))
        for interface in interfaces:
            profile = profiles.get(used.get(interface.name, ""))
            if profile is None:
                continue
            sources, exact = self._permitted(profile)
            permitted = profile.get("permitted-ip")
            for protocol in _PROFILE_SERVICES:
                node = profile.get(protocol)
                if node is None or not profile.is_yes(protocol):
                    continue
                yield ManagementAccess(
                    protocol=protocol,
                    endpoint=interface.name,
                    where=node_ref(self._ledger, node),
                    enabled=interface.enabled,
                    version="2" if protocol == "ssh" else "",
                    sources=sources,
                    sources_exact=exact,
                    sources_where=node_ref(self._ledger, permitted)
                    if permitted is not None and sources is not None
                    else None,
                    idle_timeout_s=self._timeout() if protocol in _LOGINS else None,
                    default_idle_timeout_s=DEFAULT_TIMEOUT_S if protocol in _LOGINS else None,
                    virtual_system=interface.virtual_system,
                )

    def _communities(self, system: Node | None) -> Iterator[SnmpCommunity]:
        node = (
            system.get("snmp-setting", "access-setting", "version", "v2c", "snmp-community-string") if system else None
        )
        if node is None or not node.below():
            return
        yield SnmpCommunity(
            access="ro",
            where=node_ref(self._ledger, node),
            well_known=node.value().lower() in ("public", "private"),
            sources=self._permitted(system)[0],
        )

    def _users(self) -> Iterator[LocalUser]:
        for root in self._roots:
            for node in root.below("mgt-config", "users"):
                hashed = node.value("phash")
                kind = next((name for mark, name in _HASHES if hashed.startswith(mark)), "")
                if hashed and not kind and not hashed.startswith(("*", "<")):
                    kind = "des" if len(hashed) == 13 else "unknown hash"
                if not hashed and node.has("authentication-profile"):
                    kind = "remote"
                roles = node.words("permissions", "role-based")
                yield LocalUser(
                    name=node.word,
                    where=node_ref(self._ledger, node, False),
                    privilege=next((role for role in _ROLES if role in roles), ""),
                    password_kind=kind,
                    second_factor=True if node.is_yes("client-certificate-only") else None,
                )

    def _password_policies(self) -> Iterator[PasswordPolicy]:
        for root in self._roots:
            node = root.get("mgt-config", "password-complexity")
            if node is not None and node.is_yes("enabled"):
                yield PasswordPolicy(
                    where=node_ref(self._ledger, node),
                    minimum_length=_number(node.value("minimum-length")),
                    complexity=tuple(
                        f"{word} {node.value(key)}" for key, word in _COMPLEXITY if node.value(key) not in ("", "0")
                    ),
                    lifetime_days=_number(node.value("password-change", "expiration-period")),
                    remembered=_number(node.value("password-history-count")),
                )

    def _lockouts(self) -> Iterator[Lockout]:
        node = self._config.get("setting", "management", "admin-lockout") if self._config is not None else None
        if node is None:
            return
        minutes = _number(node.value("lockout-time"))
        yield Lockout(
            where=node_ref(self._ledger, node),
            attempts=_number(node.value("failed-attempts")),
            duration_s=None if minutes is None else minutes * 60,
            scope="user",
        )

    def _banners(self, system: Node | None) -> Iterator[Banner]:
        node = system.get("login-banner") if system is not None else None
        if node is not None and node.below():
            yield Banner("login", node_ref(self._ledger, node), mask_text(" ".join(node.value().split())))

    def _time_servers(self, system: Node | None) -> Iterator[str]:
        if system is None:
            return
        for key in ("primary-ntp-server", "secondary-ntp-server"):
            if name := system.value("ntp-servers", key, "ntp-server-address"):
                yield name
        for key in ("ntp-server-1", "ntp-server-2"):
            if name := system.value(key):
                yield name

    def _log_targets(self, scopes: tuple[Node, ...]) -> Iterator[LogTarget]:
        """Yield the servers of the syslog profiles; those of a profile that nothing sends to are off."""
        senders = {
            name
            for scope in scopes
            for node in (scope.get("log-settings"),)
            if node is not None
            for one in node.walk()
            if one.word in ("send-syslog", "using-syslog-setting")
            for name in one.words()
        }
        for scope in scopes:
            for profile in scope.below("log-settings", "syslog"):
                for server in profile.below("server"):
                    address = server.value("server")
                    if not address:
                        continue
                    yield LogTarget(
                        address=address,
                        where=node_ref(self._ledger, server),
                        transport={"UDP": "udp", "TCP": "tcp", "SSL": "tls"}.get(server.value("transport"), "udp"),
                        port=_number(server.value("port", default="514")),
                        enabled=profile.word in senders,
                    )
        for node in panorama_servers(self._config) if self._config is not None else ():
            yield LogTarget(node.value(), node_ref(self._ledger, node), "tls", kind="panorama")


def panorama_servers(deviceconfig: Node) -> list[Node]:
    """Return where the Panoramas that manage a firewall are named."""
    holders = (deviceconfig.get("system"), deviceconfig.get("system", "panorama", "local-panorama"))
    keys = ("panorama-server", "panorama-server-2")
    found = [holder.get(key) for holder in holders if holder is not None for key in keys]
    return [node for node in found if node is not None and node.below()]


def _profile_uses(network: Node) -> Iterator[tuple[str, str]]:
    for kind in network.below("interface"):
        todo = [*kind.below(), kind]
        while todo:
            node = todo.pop()
            for holder in (node, node.get("layer3")):
                if holder is None:
                    continue
                profile = holder.value("interface-management-profile")
                if profile:
                    yield node.word, profile
                todo += holder.below("units")


def _servers(scopes: tuple[Node, ...]) -> Iterator[str]:
    for scope in scopes:
        for kind in ("radius", "tacplus", "ldap", "kerberos"):
            for profile in scope.below("server-profile", kind):
                for server in profile.below("server"):
                    for key in ("ip-address", "address", "server", "host"):
                        if server.value(key):
                            yield server.value(key)
                            break


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
