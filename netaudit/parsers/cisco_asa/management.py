"""The management plane: who may log in and from where, accounts, SNMP, syslog, time, AAA.

Source: Cisco ASA Series General Operations CLI Configuration Guide, "Management Access", "AAA", "Logging", "SNMP";
Command Reference, "ssh", "telnet", "http", "username", "logging host", "snmp-server host".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netaudit.model.management import (
    LocalUser,
    LogTarget,
    ManagementAccess,
    ManagementPlane,
    SnmpCommunity,
)
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import AddressSet, Family
from netaudit.parsers.cisco_asa.addresses import (
    host_addresses,
    literal_address,
    masked_addresses,
    netmask_of,
    prefix_addresses,
)
from netaudit.parsers.cisco_asa.bounds import AddressBounds
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

# Minutes without traffic before a session ends where the configuration does not say (Command Reference).
_DEFAULT_TIMEOUT_MIN = {"ssh": 5, "telnet": 5, "https": 20, "console": 0}
_SYSLOG_PORTS = {"udp": 514, "tcp": 1470, "tls": 1470}
_SNMP_WORDS = frozenset({"community", "contact", "enable", "engineID", "group", "host", "host-group"}) | frozenset(
    {"listen-port", "location", "user", "user-list", ""}
)

MANAGEMENT_WORDS = (
    "ssh",
    "telnet",
    "http",
    "console",
    "username",
    "enable",
    "passwd",
    "aaa",
    "aaa-server",
    "snmp-server",
    "logging",
    "ntp",
    "no ssh",
    "no telnet",
    "no http",
    "no logging",
    "no snmp-server",
    "no aaa",
)


@dataclass(slots=True)
class _Access:
    """The merged lines of one protocol at one interface."""

    first: int
    last: int
    sources: list[AddressBounds] = field(default_factory=list)


@dataclass(slots=True)
class _LogHost:
    address: str
    where: SourceRef
    transport: str
    port: int


@dataclass(slots=True)
class _Draft:
    """What the lines said so far."""

    accesses: dict[tuple[str, str], _Access] = field(default_factory=dict)
    timeouts_s: dict[str, int] = field(default_factory=dict)
    authentication: dict[str, str] = field(default_factory=dict)  # "ssh" -> "aaa" or "local"
    ssh_version: str = ""
    http_server: bool = False
    console_line: int | None = None
    users: dict[str, LocalUser] = field(default_factory=dict)
    has_login_password: bool = False
    log_hosts: list[_LogHost] = field(default_factory=list)
    logging_enabled: bool = False
    trap_level: bool = False
    snmp_enabled: bool = True
    communities: list[tuple[bool, int]] = field(default_factory=list)  # (well known, line)
    snmp_hosts: list[tuple[str, AddressBounds, str, bool | None, int]] = field(default_factory=list)
    time_servers: list[str] = field(default_factory=list)
    authentication_servers: list[str] = field(default_factory=list)


def read_management(lines: Sequence[ConfLine], context: Context) -> ManagementPlane:
    """Read the top lines whose first words are `MANAGEMENT_WORDS`, in the order of the file."""
    draft = _Draft()
    for line in lines:
        words = Words(line.words)
        negated = words.take_if("no")
        try:
            understood = _READERS[words.take()](words, line, negated, context, draft)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.MANAGEMENT, str(problem))
            continue
        if understood:
            context.ledger.understood(line.index)
            for child in line.children:
                for one in child.walk():
                    if one.text.strip() and context.ledger.is_open(one.index):
                        context.ledger.ignored(one.index)
    return _plane(draft, context)


def _login(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    """`ssh|telnet|http ...`: sources, timeouts, versions."""
    word = words.all[1 if negated else 0]
    protocol = "https" if word == "http" else word
    first = words.peek()
    if first == "timeout" or (word == "http" and first in ("server", "redirect", "authentication-certificate")):
        return _login_setting(words, word, negated, draft)
    if first == "version" and word == "ssh":
        draft.ssh_version = "" if negated else " ".join(words.rest()[1:2])
        return True
    if first in ("stricthostkeycheck", "key-exchange", "cipher", "scopy", "pubkey-chain", "disconnect", "stack"):
        context.ledger.ignored(line.index)
        return False
    if negated:
        return True
    if "/" in first:
        bounds = prefix_addresses(words.take(), context.names)
    else:
        family, value = literal_address(words.take(), context.names)
        if family is Family.IPV6:
            bounds = host_addresses(family, value)
        else:
            bounds = masked_addresses(value, netmask_of(words.take()))
    interface = words.take()
    words.end()
    access = draft.accesses.setdefault((protocol, interface), _Access(line.index, line.index))
    access.last = line.index
    access.sources.append(bounds)
    return True


def _login_setting(words: Words, word: str, negated: bool, draft: _Draft) -> bool:
    if words.take_if("timeout"):
        draft.timeouts_s[word] = words.number() * 60
    elif words.take_if("server"):
        what = words.peek()
        if what == "enable":
            draft.http_server = not negated
        elif what in ("idle-timeout", "session-timeout") and not negated:
            words.take()
            minutes = words.number()
            if what == "idle-timeout":
                draft.timeouts_s["https"] = minutes * 60
    return True


def _console(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    if not words.take_if("timeout"):
        raise NotUnderstood("timeout was expected")
    draft.timeouts_s["console"] = words.number() * 60
    draft.console_line = line.index
    return True


def _username(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    name = words.take()
    if words.take_if("attributes"):
        for child in line.children:
            for one in child.walk():
                context.ledger.ignored(one.index)
        return True
    if words.take_if("nopassword"):
        kind = "none"
    elif words.take_if("password"):
        words.take()
        kind = _password_kind(words.rest())
    else:
        kind = ""
    privilege = "2"  # the default of `username`
    rest = list(words.rest())
    if "privilege" in rest[:-1]:
        privilege = rest[rest.index("privilege") + 1]
    draft.users.setdefault(name, LocalUser(name, context.ledger.ref(line.index), privilege, kind))
    return True


def _password_kind(rest: Sequence[str]) -> str:
    """Return how a password is stored: `encrypted` is the MD5 of PIX and ASA, no word means as typed."""
    for word, kind in (
        ("pbkdf2", "pbkdf2"),
        ("nt-encrypted", "nt-encrypted"),
        ("encrypted", "md5"),
        ("mschap", "mschap"),
    ):
        if word in rest:
            return kind
    return "plaintext"


def _enable(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    if not words.take_if("password"):
        raise NotUnderstood("password was expected")
    words.take()
    rest = list(words.rest())
    level = rest[rest.index("level") + 1] if "level" in rest[:-1] else "15"
    name = "enable" if level == "15" else f"enable level {level}"
    draft.users[name] = LocalUser(name, context.ledger.ref(line.index), level, _password_kind(rest))
    return True


def _passwd(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    words.take()
    draft.has_login_password = True
    return True


def _aaa(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    """`aaa authentication PROTOCOL console GROUP [LOCAL]`; accounting and authorization are known."""
    what, protocol = words.peek(), words.peek(1)
    if what == "authentication" and words.peek(2) == "console" and not negated:
        methods = list(words.rest())[3:]
        if not methods:
            raise NotUnderstood("a server group was expected")
        key = {"http": "https", "serial": "console"}.get(protocol, protocol)
        draft.authentication[key] = "local" if methods == ["LOCAL"] else "aaa"
        return True
    if protocol in ("match", "include", "exclude") and what in ("authentication", "authorization", "accounting"):
        affects = Affects.OTHER if what == "accounting" else Affects.FILTER
        context.ledger.unsupported(line.index, affects, "cut-through proxy rules are not modelled")
        return False
    if what in ("authentication", "authorization", "accounting", "local", "proxy-limit", "mac-exempt", "kerberos"):
        context.ledger.ignored(line.index)
        return False
    raise NotUnderstood("unknown word")


def _aaa_server(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    words.take()
    if words.peek().startswith("("):
        words.take()
    if words.take_if("host"):
        draft.authentication_servers.append(_host_text(words.take(), context))
    return True


def _host_text(word: str, context: Context) -> str:
    return context.names.get(word, word)


def _snmp(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    what = words.take() if words else ""
    if what == "enable" and not words:
        draft.snmp_enabled = not negated
    elif what == "community" and words and not negated:
        secret = list(words.rest())[1 if words.peek() in ("0", "8") and words.peek(1) else 0]
        draft.communities.append((secret in ("public", "private"), line.index))
    elif what in ("host", "host-group") and not negated:
        _snmp_host(what, words, line, context, draft)
    elif what not in _SNMP_WORDS:
        raise NotUnderstood("unknown word")
    return True


def _snmp_host(what: str, words: Words, line: ConfLine, context: Context, draft: _Draft) -> None:
    interface, target = words.take(), words.take()
    if what == "host":
        bounds = host_addresses(*literal_address(target, context.names))
    else:
        kind = "address object" if ("address object", target) in context.defined else "address group"
        table = context.address_objects if kind == "address object" else context.address_groups
        used = context.use(kind, target, line.index, "snmp-server host-group")
        bounds = table[target] if used else AddressBounds.undefined(target)
    rest = list(words.rest())
    version = rest[rest.index("version") + 1] if "version" in rest[:-1] else "1"
    well_known: bool | None = None
    if "community" in rest[:-1]:
        place = rest.index("community") + 1
        if rest[place] in ("0", "8") and len(rest) > place + 1:
            place += 1
        well_known = rest[place] in ("public", "private")
    if "trap" in rest and "poll" not in rest:
        return  # traps go out; nobody may ask
    draft.snmp_hosts.append((interface, bounds, version, well_known, line.index))


def _logging(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    what = words.take() if words else ""
    if what in ("enable", "on"):
        draft.logging_enabled = not negated
    elif what == "trap":
        draft.trap_level = not negated and bool(words)
    elif what == "host" and not negated:
        words.take()
        address = _host_text(words.take(), context)
        transport, port = "udp", 0
        for word in words.rest():
            name, _, number = word.partition("/")
            name = {"6": "tcp", "17": "udp"}.get(name, name)
            if name in ("tcp", "udp"):
                transport = name
                port = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else port
            elif word == "secure":
                transport = "tls"
        port = port or _SYSLOG_PORTS[transport]
        draft.log_hosts.append(_LogHost(address, context.ledger.ref(line.index), transport, port))
    else:
        context.ledger.ignored(line.index)
        return False
    return True


def _ntp(words: Words, line: ConfLine, negated: bool, context: Context, draft: _Draft) -> bool:
    if words.take_if("server"):
        draft.time_servers.append(_host_text(words.take(), context))
    elif words.peek() not in ("authenticate", "authentication-key", "trusted-key"):
        raise NotUnderstood("unknown word")
    return True


_READERS: dict[str, Callable[[Words, ConfLine, bool, Context, _Draft], bool]] = {
    "ssh": _login,
    "telnet": _login,
    "http": _login,
    "console": _console,
    "username": _username,
    "enable": _enable,
    "passwd": _passwd,
    "aaa": _aaa,
    "aaa-server": _aaa_server,
    "snmp-server": _snmp,
    "logging": _logging,
    "ntp": _ntp,
}


def _plane(draft: _Draft, context: Context) -> ManagementPlane:
    accesses = [
        _login_access(protocol, interface, access, draft, context)
        for (protocol, interface), access in draft.accesses.items()
    ]
    accesses += _console_access(draft, context)
    accesses += _snmp_accesses(draft, context)
    enabled = draft.logging_enabled and draft.trap_level  # `logging trap` chooses what the servers get
    return ManagementPlane(
        accesses=tuple(accesses),
        snmp_communities=_communities(draft, context),
        users=tuple(draft.users.values()),
        log_targets=tuple(
            LogTarget(host.address, host.where, host.transport, host.port, enabled=enabled) for host in draft.log_hosts
        ),
        time_servers=tuple(dict.fromkeys(draft.time_servers)),
        authentication_servers=tuple(dict.fromkeys(draft.authentication_servers)),
    )


def _login_access(protocol: str, interface: str, access: _Access, draft: _Draft, context: Context) -> ManagementAccess:
    sources = AddressBounds.union(access.sources)
    authentication = draft.authentication.get(protocol, "")
    if not authentication and protocol == "telnet":
        authentication = "line password"  # the one of `passwd`
    where = context.ledger.ref(access.first)
    return ManagementAccess(
        protocol=protocol,
        endpoint=interface,
        where=where,
        enabled=draft.http_server if protocol == "https" else True,
        version=draft.ssh_version if protocol == "ssh" else "",
        sources=sources.maybe,
        sources_exact=not sources.reasons,
        sources_where=where,
        idle_timeout_s=draft.timeouts_s.get(protocol),
        default_idle_timeout_s=_DEFAULT_TIMEOUT_MIN[protocol] * 60,
        authentication=authentication,
    )


def _console_access(draft: _Draft, context: Context) -> list[ManagementAccess]:
    """The console port is always there; reported where the configuration speaks of it."""
    if draft.console_line is None:
        return []
    return [
        ManagementAccess(
            protocol="console",
            endpoint="console",
            where=context.ledger.ref(draft.console_line),
            idle_timeout_s=draft.timeouts_s.get("console"),
            default_idle_timeout_s=0,
            authentication=draft.authentication.get("console", "none"),
        )
    ]


def _snmp_accesses(draft: _Draft, context: Context) -> list[ManagementAccess]:
    """An ASA answers only the hosts of `snmp-server host` and `host-group`; versions 1 and 2c are communities."""
    if not draft.snmp_enabled:
        return []
    users = [host for host in draft.snmp_hosts if host[2] == "3"]
    accesses = []
    for interface in dict.fromkeys(interface for interface, *_ in users):
        hosts = [host for host in users if host[0] == interface]
        sources = AddressBounds.union(host[1] for host in hosts)
        where = context.ledger.ref(hosts[0][4])
        accesses.append(
            ManagementAccess(
                protocol="snmp",
                endpoint=interface,
                where=where,
                version="3",
                sources=sources.maybe,
                sources_exact=not sources.reasons,
                sources_where=where,
            )
        )
    return accesses


def _communities(draft: _Draft, context: Context) -> tuple[SnmpCommunity, ...]:
    """Communities only read. One of `snmp-server host` serves that host, the global one the hosts without their own."""
    if not draft.snmp_enabled:
        return ()
    plain = [host for host in draft.snmp_hosts if host[2] != "3"]
    found = []
    for well_known, index in draft.communities:
        own = [bounds.maybe for _, bounds, _, named, _ in plain if named is None]
        sources = AddressSet.union(own) if own else AddressSet()
        found.append(SnmpCommunity("ro", context.ledger.ref(index), "2c", well_known, sources))
    for _, bounds, version, known, index in plain:
        if known is not None:
            found.append(SnmpCommunity("ro", context.ledger.ref(index), version, known, bounds.maybe))
    return tuple(found)
