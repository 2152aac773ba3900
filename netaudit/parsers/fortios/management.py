"""The management plane: who may log in, how, from where, and where logs go.

Source: FortiOS Administration Guide, "Administrators", "Interface settings"; CLI Reference, config system admin,
system global (admintimeout in minutes, default 5), system snmp community, log syslogd setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from netaudit.model.device import Interface
from netaudit.model.management import LocalUser, LogTarget, ManagementAccess, ManagementPlane, SnmpCommunity
from netaudit.model.rules import Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6, AddressSet, Family
from netaudit.parsers.fortios.addresses import prefix_set
from netaudit.parsers.fortios.interfaces import vdom_of
from netaudit.parsers.fortios.links import read_banners, read_change_logs, read_lockouts, read_password_policies
from netaudit.parsers.fortios.local_in import reachable_sources
from netaudit.parsers.fortios.scope import Scope, device_nodes, device_setting
from netaudit.parsers.fortios.tree import Node, Tree, node_ref, setting_ref
from netaudit.parsers.fortios.words import name_set
from netaudit.parsers.ledger import LineLedger

DEFAULT_TIMEOUT_S = 300

# What `allowaccess` may hold. The first four log people in: trusted hosts and the idle time-out count for them.
_LOGINS = ("ssh", "https", "http", "telnet")
_SERVICES = name_set("""
    ping snmp fgfm radius-acct probe-response capwap ftm fabric speed-test scim auto-ipsec webservice fclink
    icond any
    """)


@dataclass(frozen=True, slots=True)
class _Trust:
    """Who may log in: `ipv4` and `ipv6` None = from anywhere. `known` is False where the file lists no accounts."""

    ipv4: AddressSet | None
    ipv6: AddressSet | None
    known: bool
    where: SourceRef | None

    def sources(self, six: bool) -> AddressSet | None:
        """Return the sources for one family."""
        if not self.known:
            return ANY_IPV6 if six else ANY_IPV4
        return self.ipv6 if six else self.ipv4


def read_management(
    tree: Tree,
    scopes: tuple[Scope, ...],
    interfaces: Iterable[Interface],
    rulebases: Iterable[Rulebase],
    ledger: LineLedger,
) -> ManagementPlane:
    """Return the management plane of the device."""
    multiple = any(scope.name for scope in scopes)
    filters = {one.virtual_system: one for one in rulebases if one.kind is RulebaseKind.LOCAL}
    known = {(one.virtual_system, one.name): one for one in interfaces}
    tables = [*device_nodes(tree), *(scope.node for scope in scopes)]
    nodes = [node for position, node in enumerate(tables) if all(node is not other for other in tables[:position])]
    admins = [entry for node in nodes for entry in node.entries_of("system admin")]
    users = tuple(_user(entry, ledger) for entry in admins)
    entries = [entry for node in nodes for entry in node.entries_of("system interface")]
    trust = _trust(admins, nodes, ledger)
    return ManagementPlane(
        accesses=tuple(
            _filtered(access, known, filters, ports, six)
            for ports in [_login_ports(tree)]
            for access, six in _accesses(entries, tree, trust, multiple, ledger)
        ),
        snmp_communities=tuple(one for node in nodes for one in _communities(node, ledger)),
        users=users,
        log_targets=tuple(one for node in nodes for one in _log_targets(node, ledger)),
        time_servers=tuple(dict.fromkeys(one for node in nodes for one in _time_servers(node))),
        authentication_servers=tuple(dict.fromkeys(one for node in nodes for one in _servers(node))),
        password_policies=tuple(read_password_policies(tree, ledger)),
        lockouts=tuple(read_lockouts(tree, ledger)),
        banners=tuple(read_banners(tree, ledger)),
        change_logs=tuple(read_change_logs(tree, ledger)),
    )


def _trusted(entry: Node, six: bool, ledger: LineLedger) -> AddressSet | None:
    """Return the trusted hosts of an account, None for none. 0.0.0.0/0 is the default and counts as not set."""
    found = []
    prefix = "ip6-trusthost" if six else "trusthost"
    every = ANY_IPV6 if six else ANY_IPV4
    for number in range(1, 11):
        words = entry.words(f"{prefix}{number}")
        if not words:
            continue
        try:
            addresses = prefix_set(words)
        except ValueError:
            ledger.unrecognized(entry.line_of(f"{prefix}{number}"), Affects.MANAGEMENT, "not an address")
            return None
        if addresses != every:
            found.append(addresses)
    return AddressSet.union(found) if found else None


def _api_trusted(entry: Node, six: bool, ledger: LineLedger) -> AddressSet | None:
    found = []
    for host in entry.entries_of("trusthost"):
        words = host.words("ipv6-trusthost" if six else "ipv4-trusthost")
        if words:
            try:
                found.append(prefix_set(words))
            except ValueError:
                ledger.unrecognized(host.line, Affects.MANAGEMENT, "not an address")
                return None
    return AddressSet.union(found) if found else None


def _trust(admins: list[Node], nodes: list[Node], ledger: LineLedger) -> _Trust:
    """Return the union of trusted hosts: it restricts only where every account has some."""
    if not admins:
        return _Trust(None, None, False, None)
    users = [entry for node in nodes for entry in node.entries_of("system api-user")]
    unions: list[AddressSet | None] = []
    for six in (False, True):
        found = [_trusted(entry, six, ledger) for entry in admins]
        found += [_api_trusted(entry, six, ledger) for entry in users]
        known = [one for one in found if one is not None]
        unions.append(AddressSet.union(known) if known and len(known) == len(found) else None)
    return _Trust(unions[0], unions[1], True, ledger.ref(admins[0].line))


def _user(entry: Node, ledger: LineLedger) -> LocalUser:
    password = entry.words("password")
    kind = ""
    if password:
        kind = "ENC" if password[0] == "ENC" else "plaintext"
        if password[0].startswith(("<", "*")):
            kind = ""  # another tool took the password out
        if len(password) > 1 and kind == "ENC":
            kind = next((name for mark, name in _HASHES if password[1].startswith(mark)), "ENC")
    elif entry.is_on("remote-auth"):
        kind = "remote"
    factor = entry.value("two-factor")
    ipv4, ipv6 = _trusted(entry, False, ledger), _trusted(entry, True, ledger)
    both = [one for one in (ipv4, ipv6) if one is not None]
    return LocalUser(
        name=entry.name,
        where=node_ref(ledger, entry),
        privilege=entry.value("accprofile"),
        password_kind=kind,
        second_factor=factor not in ("", "disable"),
        sources=AddressSet.union(both) if both else None,
    )


_HASHES = (("AK1", "sha1"), ("SH2", "sha256"), ("PB2", "pbkdf2"))


def _accesses(
    interfaces: list[Node], tree: Tree, trust: _Trust, multiple: bool, ledger: LineLedger
) -> Iterator[tuple[ManagementAccess, bool]]:
    """Yield what `allowaccess` opens, and whether for IPv6."""
    found = device_setting(tree, "system global", "admintimeout")
    timeout = int(found[1]) * 60 if found and found[1].isascii() and found[1].isdigit() and len(found[1]) < 6 else None
    old = device_setting(tree, "system global", "admin-ssh-v1")
    telnet = device_setting(tree, "system global", "admin-telnet")
    for entry in interfaces:
        vdom = vdom_of(entry, multiple)
        ipv6 = entry.table("ipv6")
        settings = [(entry, "allowaccess", False)]
        settings += [(second, "allowaccess", False) for second in entry.entries_of("secondaryip")]
        settings += [(ipv6, "ip6-allowaccess", True)] if ipv6 is not None else []
        seen: set[tuple[str, bool]] = set()
        for node, key, six in settings:
            for word in node.words(key):
                if (word, six) in seen:
                    continue
                seen.add((word, six))
                if word not in _LOGINS and word not in _SERVICES:
                    ledger.unrecognized(node.line_of(key), Affects.MANAGEMENT, f"access {word}")
                login = word in _LOGINS
                sources = trust.sources(six) if login else None
                access = ManagementAccess(
                    protocol=word,
                    endpoint=entry.name,
                    where=setting_ref(ledger, node, key),
                    enabled=entry.value("status") != "down"
                    and not (word == "telnet" and telnet is not None and telnet[1] == "disable"),
                    version=("1" if old is not None and old[1] == "enable" else "2") if word == "ssh" else "",
                    sources=sources,
                    sources_exact=trust.known or not login,
                    sources_where=trust.where if sources is not None and trust.known else None,
                    idle_timeout_s=timeout if login else None,
                    default_idle_timeout_s=DEFAULT_TIMEOUT_S if login else None,
                    virtual_system=vdom,
                )
                yield access, six


# Where a login service listens, unless `system global` sets another port.
_PORTS = {
    "ssh": ("admin-ssh-port", 22),
    "https": ("admin-sport", 443),
    "http": ("admin-port", 80),
    "telnet": ("admin-telnet-port", 23),
}


def _login_ports(tree: Tree) -> dict[str, int]:
    ports = {}
    for protocol, (key, default) in _PORTS.items():
        found = device_setting(tree, "system global", key)
        text = found[1] if found else ""
        ports[protocol] = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else default
    return ports


def _filtered(
    access: ManagementAccess,
    interfaces: Mapping[tuple[str, str], Interface],
    filters: Mapping[str, Rulebase],
    ports: Mapping[str, int],
    six: bool,
) -> ManagementAccess:
    """Return an access with what the local-in policies take from its sources."""
    rulebase = filters.get(access.virtual_system)
    interface = interfaces.get((access.virtual_system, access.endpoint))
    port = ports.get(access.protocol, 65536)
    if rulebase is None or interface is None or port > 65535:
        return access
    family = Family.IPV6 if six else Family.IPV4
    every = ANY_IPV6 if six else ANY_IPV4
    before = every if access.sources is None else access.sources
    sources, exact = reachable_sources(rulebase, interface, port, before, family)
    if sources == before and exact:
        return access
    return replace(
        access,
        sources=sources,
        sources_exact=access.sources_exact and exact,
        sources_where=access.sources_where or rulebase.where,
    )


def _communities(node: Node, ledger: LineLedger) -> Iterator[SnmpCommunity]:
    for entry in node.entries_of("system snmp community"):
        if entry.value("status") == "disable":
            continue
        found: list[AddressSet] | None = []
        for path, key in (("hosts", "ip"), ("hosts6", "ipv6")):
            for host in entry.entries_of(path):
                if host.value("host-type") == "trap" or found is None:
                    continue
                try:
                    addresses = prefix_set(host.words(key) or ("0.0.0.0/0",))
                except ValueError:
                    ledger.unrecognized(host.line_of(key), Affects.MANAGEMENT, "not an address")
                    found = None
                    continue
                if addresses in (ANY_IPV4, ANY_IPV6):
                    found = None
                else:
                    found.append(addresses)
        versions = [
            version
            for version, key in (("1", "query-v1-status"), ("2c", "query-v2c-status"))
            if entry.value(key) != "disable"
        ]
        yield SnmpCommunity(
            access="ro",
            where=node_ref(ledger, entry),
            version=versions[-1] if versions else "",
            well_known=entry.value("name").lower() in ("public", "private"),
            sources=AddressSet.union(found) if found else None,
        )


def _log_targets(node: Node, ledger: LineLedger) -> Iterator[LogTarget]:
    for path, table in node.tables.items():
        words = path.split(" ")
        if len(words) != 3 or words[0] != "log" or words[2] not in ("setting", "override-setting"):
            continue
        syslog = words[1].startswith("syslogd")
        if not syslog and not words[1].startswith("fortianalyzer"):
            continue
        server = table.value("server")
        if not server or "status" not in table.settings:
            continue
        encrypted = table.value("enc-algorithm") not in ("", "disable", "none")
        if syslog:
            reliable = table.value("mode") in ("reliable", "legacy-reliable") or table.is_on("reliable")
            transport = ("tls" if encrypted else "tcp") if reliable else "udp"
        else:  # OFTP; encrypted by default since 5.4
            transport = "tls" if table.value("enc-algorithm", "high") not in ("disable", "none") else "tcp"
        port = table.value("port", "514" if syslog else "")
        yield LogTarget(
            address=server,
            where=node_ref(ledger, table),
            transport=transport,
            port=int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None,
            kind="syslog" if syslog else "fortianalyzer",
            enabled=table.is_on("status"),
        )


def _time_servers(node: Node) -> Iterator[str]:
    table = node.table("system ntp")
    if table is None or table.value("ntpsync", "enable") == "disable":
        return
    servers = [entry.value("server") for entry in table.entries_of("ntpserver") if entry.words("server")]
    if table.value("type", "custom" if servers else "fortiguard") == "fortiguard":
        yield "fortiguard"
    else:
        yield from servers


def _servers(node: Node) -> Iterator[str]:
    for path in ("user radius", "user tacacs+", "user ldap"):
        for entry in node.entries_of(path):
            for key in ("server", "secondary-server", "tertiary-server"):
                if entry.value(key):
                    yield entry.value(key)
