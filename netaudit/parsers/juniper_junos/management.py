"""The management plane: services, users, SNMP, logs, time and authentication servers.

Source: Junos User Access and Authentication Administration Guide (login classes, idle-timeout: none unless a class or
`login idle-timeout` states it), Network Management and Monitoring Guide (SNMP clients: `restrict` refuses, the longest
prefix decides, a list without `restrict` refuses all others), Junos Security Zones guide (host-inbound-traffic: what is
stated at an interface takes the place of its zone's).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netaudit.model.device import Interface, SecurityZone
from netaudit.model.management import LocalUser, LogTarget, ManagementAccess, ManagementPlane, SnmpCommunity
from netaudit.model.rules import Binding, Direction, Rulebase
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_PORTS, TCP, UDP, ServiceSet
from netaudit.parsers.juniper_junos.login_rules import aaa_methods, banners, change_logs, lockouts, password_policies
from netaudit.parsers.juniper_junos.prefix_lists import PrefixLists
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_of
from netaudit.parsers.ledger import LineLedger

# service: how it is configured below `system services`, its port, the word of host-inbound-traffic
_SERVICES: tuple[tuple[str, tuple[str, ...], int, int, str], ...] = (
    ("ssh", ("ssh",), TCP, 22, "ssh"),
    ("telnet", ("telnet",), TCP, 23, "telnet"),
    ("http", ("web-management", "http"), TCP, 80, "http"),
    ("https", ("web-management", "https"), TCP, 443, "https"),
    ("netconf", ("netconf", "ssh"), TCP, 830, "netconf"),
    ("ftp", ("ftp",), TCP, 21, "ftp"),
    ("rest", ("rest", "http"), TCP, 3000, "any-service"),
    ("rest", ("rest", "https"), TCP, 3443, "any-service"),
    ("xnm-ssl", ("xnm-ssl",), TCP, 3220, "xnm-ssl"),
    ("xnm-clear-text", ("xnm-clear-text",), TCP, 3221, "xnm-clear-text"),
)
_SESSIONS = frozenset(("ssh", "telnet", "netconf", "console"))
_WEB = frozenset(("http", "https"))
_WEB_TIMEOUT_MIN = 60  # J-Web, `web-management session idle-timeout`
_PREDEFINED_CLASSES = frozenset(("super-user", "superuser", "operator", "read-only", "unauthorized"))
_MANAGEMENT_PORTS = ("fxp0", "em0", "me0", "vme", "re0:mgmt")
_HASHES = (
    ("$1$", "md5"),
    ("$5$", "sha256"),
    ("$6$", "sha512"),
    ("$sha1$", "sha1"),
    ("$2", "bcrypt"),
    ("$9$", "type 9"),
)
_WELL_KNOWN = frozenset(("public", "private"))


class ManagementReader:
    """Reads the management plane of the device from its first system."""

    def __init__(
        self,
        system: Node,
        interfaces: Sequence[Interface],
        zones: Sequence[SecurityZone],
        bindings: Sequence[Binding],
        rulebases: Sequence[Rulebase],
        prefix_lists: PrefixLists,
        ledger: LineLedger,
    ) -> None:
        self._root = system
        self._system = system.get("system") or Node("system", active=True)
        self._interfaces = interfaces
        self._zones = zones
        self._prefix_lists = prefix_lists
        self._ledger = ledger
        names = [
            one.rulebase
            for one in bindings
            if one.interface == "lo0.0" and one.direction is Direction.IN and one.defined and not one.virtual_system
        ]
        by_name = {rulebase.name: rulebase for rulebase in rulebases if not rulebase.virtual_system}
        self._guards = [by_name[name] for name in names if name in by_name]

    def plane(self) -> ManagementPlane:
        """Return all that the configuration says."""
        return ManagementPlane(
            accesses=tuple(self._accesses()),
            snmp_communities=tuple(self._communities()),
            users=tuple(self._users()),
            log_targets=tuple(self._log_targets()),
            time_servers=tuple(
                node.word
                for key in ("server", "peer")
                for node in self._system.below("ntp", key)
                if node.word not in APPLY_WORDS
            ),
            authentication_servers=tuple(
                node.word
                for key in ("radius-server", "tacplus-server")
                for node in self._system.below(key)
                if node.word not in APPLY_WORDS
            ),
            password_policies=tuple(password_policies(self._system, self._ledger)),
            lockouts=tuple(lockouts(self._system, self._ledger)),
            banners=tuple(banners(self._system, self._ledger)),
            aaa_methods=tuple(aaa_methods(self._system, self._ledger)),
            change_logs=tuple(change_logs(self._system, self._ledger)),
        )

    # Ways to manage the device

    def _accesses(self) -> Iterator[ManagementAccess]:
        authentication = self._authentication()
        timeout = self._idle_timeout_s()
        for name, path, protocol, port, word in _SERVICES:
            node = self._system.get("services", *path)
            if node is None:
                continue
            stated = node.value("port")
            if stated.isascii() and stated.isdigit() and int(stated) <= 65535:
                port = int(stated)
            web = name in _WEB
            sources, exact, where = self._sources(protocol, port)
            for endpoint, place in self._endpoints(node, word, web):
                yield ManagementAccess(
                    protocol=name,
                    endpoint=endpoint,
                    where=place,
                    version=node.value("protocol-version").lstrip("v") if name == "ssh" else "",
                    sources=sources,
                    sources_exact=exact,
                    sources_where=where,
                    idle_timeout_s=self._web_timeout_s() if web else timeout if name in _SESSIONS else None,
                    default_idle_timeout_s=_WEB_TIMEOUT_MIN * 60 if web else 0 if name in _SESSIONS else None,
                    authentication=authentication,
                )
        console = self._system.get("ports", "console")
        yield ManagementAccess(
            protocol="console",
            endpoint="console",
            where=node_ref(self._ledger, console if console is not None else self._system),
            enabled=console is None or not console.has("disable"),
            idle_timeout_s=timeout,
            default_idle_timeout_s=0,
            authentication=authentication,
        )
        yield from self._snmp_and_ping()

    def _snmp_and_ping(self) -> Iterator[ManagementAccess]:
        snmp = self._root.get("snmp")
        if snmp is not None and (snmp.has("community") or snmp.has("v3")):
            sources, exact, where = self._sources(UDP, 161)
            for endpoint, place in self._endpoints(snmp, "snmp", False):
                yield ManagementAccess(
                    "snmp",
                    endpoint,
                    place,
                    version="3" if snmp.has("v3") and not snmp.has("community") else "2c",
                    sources=sources,
                    sources_exact=exact,
                    sources_where=where,
                )
        for interface, services in self._inbound().items():
            node = services.get("ping") or services.get("all") or services.get("any-service")
            if node is not None and "ping!" not in services:
                yield ManagementAccess("ping", interface, node_ref(self._ledger, node, False))

    def _endpoints(self, service: Node, word: str, web: bool) -> Iterator[tuple[str, SourceRef]]:
        """Yield where a service is reached: everywhere on a router, where host-inbound-traffic lets it on an SRX."""
        place = node_ref(self._ledger, service, False)
        chosen = tuple(service.words("interface")) if web or word == "snmp" else ()
        if not self._zones:
            for name in chosen or ("*",):
                yield name, place
            return
        for interface, services in self._inbound().items():
            node = services.get(word) or services.get("all") or services.get("any-service")
            if word == "netconf" and node is None:
                node = services.get("ssh")
            if node is None or f"{word}!" in services or (chosen and interface not in chosen):
                continue
            yield interface, node_ref(self._ledger, node, False)
        zoned = {name for zone in self._zones for name in zone.interfaces}
        for one in self._interfaces:
            port = one.name.partition(".")[0]
            if not one.addresses or one.name in zoned or port not in _MANAGEMENT_PORTS:
                continue
            if not chosen or one.name in chosen or port in chosen:
                yield one.name, place

    def _inbound(self) -> dict[str, dict[str, Node]]:
        """Return for each interface in a zone the services that it answers; "ssh!" is an exception."""
        result: dict[str, dict[str, Node]] = {}
        zones = self._root.get("security", "zones") or Node("zones", active=True)
        for zone in (*zones.below("security-zone"), *zones.below("functional-zone")):
            shared = _services(zone)
            for interface in zone.below("interfaces"):
                if interface.word in APPLY_WORDS:
                    continue
                own = _services(interface)
                name = interface.word if "." in interface.word or interface.word == "all" else f"{interface.word}.0"
                result[name] = own if interface.has("host-inbound-traffic") else shared
        return result

    def _sources(self, protocol: int, port: int) -> tuple[AddressSet | None, bool, SourceRef | None]:
        """Return who may reach a port of the device by the filters at lo0; None where nothing narrows it."""
        if not self._guards:
            return None, True, None
        service = ServiceSet.ports(protocol, IntervalSet.single(port), ALL_PORTS)
        exact = True
        total = NO_ADDRESS
        guarded: set[Family] = set()
        for guard in self._guards:
            guarded.update(guard.families)
            open_sources = AddressSet.union(AddressSet.of(family, family.all_addresses) for family in guard.families)
            for rule in guard.rules:
                if not rule.enabled:
                    continue
                parts = [
                    product
                    for product in rule.match.maybe.products
                    if product.family in guard.families and product.services.overlaps(service)
                ]
                if not parts:
                    continue
                exact = exact and rule.match.is_exact
                sources = AddressSet.union(AddressSet.of(part.family, part.source) for part in parts)
                if rule.action.permits:
                    total |= sources & open_sources
                if not rule.match.is_exact:
                    continue
                # What this rule surely decides for every destination and source port is out of reach of later ones.
                wholly = [
                    part for part in parts if part.destination == part.family.all_addresses and service <= part.services
                ]
                open_sources -= AddressSet.union(AddressSet.of(part.family, part.source) for part in wholly)
                exact = exact and len(wholly) == len(parts)
        for family in Family:
            if family not in guarded and any(
                address.family is family for one in self._interfaces for address in one.addresses
            ):
                total |= AddressSet.of(family, family.all_addresses)  # no filter of that family
        where = self._guards[0].where
        if total >= ANY_ADDRESS or (guarded == {Family.IPV4} and total.ipv4 == Family.IPV4.all_addresses):
            return None, exact, where
        return total, exact, where

    def _authentication(self) -> str:
        order = self._system.words("authentication-order")
        return "aaa" if any(word in ("radius", "tacplus") for word in order) else "local"

    def _idle_timeout_s(self) -> int | None:
        """Return the longest idle timeout of the accounts in seconds; None where one of them has none."""
        shared = _minutes(self._system.value("login", "idle-timeout"))
        if shared is not None:
            return shared * 60
        classes = {
            node.word: _minutes(node.value("idle-timeout"))
            for node in self._system.below("login", "class")
            if node.word not in APPLY_WORDS
        }
        used = [user.value("class") for user in self._system.below("login", "user")]
        timeouts = [classes.get(name) for name in used if name]
        if not timeouts or any(one is None for one in timeouts):
            return None
        return max(one for one in timeouts if one is not None) * 60

    def _web_timeout_s(self) -> int | None:
        minutes = _minutes(self._system.value("services", "web-management", "session", "idle-timeout"))
        return None if minutes is None else minutes * 60

    # Accounts and servers

    def _users(self) -> Iterator[LocalUser]:
        root = self._system.get("root-authentication")
        if root is not None:
            yield LocalUser("root", node_ref(self._ledger, root), "super-user", _password_kind(root))
        for user in self._system.below("login", "user"):
            if user.word in APPLY_WORDS:
                continue
            secret = user.get("authentication")
            yield LocalUser(
                user.word,
                node_ref(self._ledger, user),
                user.value("class"),
                _password_kind(secret) if secret is not None else "",
            )

    def _communities(self) -> Iterator[SnmpCommunity]:
        for node in self._root.below("snmp", "community"):
            if node.word in APPLY_WORDS:
                continue
            clients = [(one.word, one.has("restrict"), one) for one in node.below("clients")]
            listed = node.value("client-list-name")
            if listed:
                clients += [
                    (one.word, one.has("restrict"), one) for one in self._root.below("snmp", "client-list", listed)
                ]
            sources = _clients(clients, self._ledger) if clients else None
            if listed and not clients:
                prefixes = self._prefix_lists.get(listed)
                sources = prefixes.addresses if prefixes is not None else None
            yield SnmpCommunity(
                access="rw" if node.value("authorization") == "read-write" else "ro",
                where=node_ref(self._ledger, node),
                well_known=node.word.lower() in _WELL_KNOWN,
                sources=sources,
            )

    def _log_targets(self) -> Iterator[LogTarget]:
        for node in self._system.below("syslog", "host"):
            if node.word in APPLY_WORDS:
                continue
            port = node.value("port")
            yield LogTarget(
                node.word,
                node_ref(self._ledger, node),
                node.value("transport") or "udp",
                int(port) if port.isascii() and port.isdigit() and int(port) < 65536 else 514,
            )
        shared = self._root.value("security", "log", "transport", "protocol")
        for stream in self._root.below("security", "log", "stream"):
            for host in stream.below("host"):
                if host.word in (*APPLY_WORDS, "port", "routing-instance"):
                    continue
                transport = stream.value("transport", "protocol") or shared or "udp"
                yield LogTarget(host.word, node_ref(self._ledger, stream), transport)


def _services(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for one in node.below("host-inbound-traffic", "system-services"):
        if one.word not in APPLY_WORDS:
            found[f"{one.word}!" if one.has("except") else one.word] = one
    return found


def _minutes(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _password_kind(node: Node) -> str:
    value = node.value("encrypted-password")
    if value:
        for head, kind in _HASHES:
            if value.startswith(head):
                return kind
        return "encrypted"
    if node.has("plain-text-password") or node.has("plain-text-password-value"):
        return "plaintext"
    keys = [word for word in ("ssh-rsa", "ssh-dsa", "ssh-ecdsa", "ssh-ed25519") if node.has(word)]
    return "public key" if keys else ""


def _clients(clients: list[tuple[str, bool, Node]], ledger: LineLedger) -> AddressSet:
    """Return who may ask: the longest prefix decides, `restrict` refuses; all restricted = nobody is let in."""
    entries: list[tuple[AddressSet, bool]] = []
    for word, refused, node in clients:
        if word in (*APPLY_WORDS, "restrict"):
            continue
        prefix = ANY_ADDRESS if word == "default" else prefix_of(word)
        if prefix is None:
            ledger.unrecognized(max(node.first, 0), Affects.MANAGEMENT, "not an address")
            continue
        entries.append((prefix, refused))
    found = NO_ADDRESS
    for prefix, refused in sorted(entries, key=lambda one: -(one[0].ipv6.size() or one[0].ipv4.size())):
        found = found - prefix if refused else found | prefix
    return found
