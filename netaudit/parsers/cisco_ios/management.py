"""The management plane: lines, web and SSH servers, SNMP, users, log targets, time and login servers.

Source: Cisco IOS Terminal Services, HTTP Services, Secure Shell, SNMP and Security command references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netaudit.model.management import (
    LocalUser,
    LogTarget,
    ManagementAccess,
    ManagementPlane,
    SnmpCommunity,
)
from netaudit.model.rules import Purpose, Rulebase
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.aaa_methods import read_aaa_methods
from netaudit.parsers.cisco_ios.login_policy import read_change_logs, read_lockouts, read_password_policies
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_management import WELL_KNOWN, BoundLists, PlaneDraft, is_address, server_host
from netaudit.parsers.switch_reading import ACCESS_LIST
from netaudit.parsers.word_cursor import number

DEFAULT_IDLE_S = 600  # exec-timeout 10 0
_TRANSPORTS = frozenset({"ssh", "telnet", "rlogin", "lat", "mop", "nasi", "pad", "udptn", "v120", "lapb-ta"})


def read_management(reading: Reading, lists: Mapping[str, Rulebase]) -> ManagementPlane:
    """Return what the configuration says of its management."""
    draft = PlaneDraft()
    # A list without entries in force lets everyone in, like one that is not defined.
    in_force = {name: one for name, one in lists.items() if any(rule.enabled for rule in one.rules)}
    answers = BoundLists(reading, in_force)
    settings = {root.text.strip(): root for root in reading.roots}
    aaa = "aaa new-model" in settings
    open_lists = {  # login lists that ask for nothing
        root.words[3] for root in reading.blocks("aaa authentication login") if root.words[4:] == ["none"]
    }
    ssh_version = ""
    for root in reading.roots:
        words = root.words
        handler = _HANDLERS.get(" ".join(words[:2])) or _HANDLERS.get(words[0])
        if handler is not None and handler(reading, draft, words, root, answers):
            reading.ledger.understood(root.index)
        if words[:3] == ["ip", "ssh", "version"] and len(words) == 4:
            ssh_version = words[3]
            reading.ledger.understood(root.index)
    for block in reading.blocks("line"):
        _line(reading, draft, block, aaa, open_lists, ssh_version, answers)
    _web(reading, draft, settings, answers)
    _netconf(reading, draft, answers)
    targets = draft.log_targets
    if "no logging on" in settings or "no logging trap" in settings:
        targets = [replace(one, enabled=False) if one.kind == "syslog" else one for one in targets]
        for text in ("no logging on", "no logging trap"):
            if text in settings:
                reading.ledger.understood(settings[text].index)
    return replace(
        draft.plane(),
        log_targets=tuple(targets),
        password_policies=read_password_policies(reading),
        lockouts=read_lockouts(reading),
        aaa_methods=read_aaa_methods(reading.roots, reading.ledger),
        change_logs=read_change_logs(reading),
    )


@dataclass(slots=True)
class _Line:
    """The settings of one `line` block."""

    transports: list[str] | None = None
    lists: list[str] = field(default_factory=list)
    lists_where: SourceRef | None = None
    idle: int | None = None
    login: str = ""
    login_list: str = "default"
    enabled: bool = True

    def read(self, reading: Reading, line: ConfLine) -> bool:
        """Read one line of the block; False leaves it to the command table."""
        words = line.words
        text = " ".join(words)
        if words[:2] == ["transport", "input"]:
            self.transports = words[2:]
        elif "access-class" in words[:2] and words[0] in ("access-class", "ipv6"):
            return self._access_class(reading, line, words)
        elif words[0] == "exec-timeout":
            minutes = number(words[1], 35791) if len(words) > 1 else None
            seconds = number(words[2], 2147483) if len(words) > 2 else 0
            if minutes is None or seconds is None:
                reading.not_understood(line, Affects.MANAGEMENT, "exec-timeout")
                return False
            self.idle = minutes * 60 + seconds
        elif text in ("no exec-timeout", "no exec"):
            self.idle = 0 if text == "no exec-timeout" else self.idle
            self.enabled = self.enabled and text != "no exec"
        elif words[0] == "login" or text == "no login":
            self.login = _LOGINS.get(text, "aaa")
            if words[:2] == ["login", "authentication"] and len(words) > 2:
                self.login_list = words[2]
        else:
            return words[0] in ("password", "secret")
        return True

    def _access_class(self, reading: Reading, line: ConfLine, words: list[str]) -> bool:
        rest = words[words.index("access-class") + 1 :]
        direction = next((word for word in rest[1:] if word in ("in", "out")), "")
        if not direction:
            reading.not_understood(line, Affects.MANAGEMENT, "line access-class")
            return False
        context = f"line access-class {direction}"
        reading.use(ACCESS_LIST, rest[0], line.index, context, Purpose.MANAGEMENT)
        if direction == "in":
            self.lists.append(rest[0])
            self.lists_where = reading.ledger.ref(line.index)
        return True


_LOGINS = {"login": "line password", "login local": "local", "no login": "none"}


def _line(
    reading: Reading,
    draft: PlaneDraft,
    block: ConfLine,
    aaa: bool,
    open_lists: set[str],
    ssh_version: str,
    answers: BoundLists,
) -> None:
    """Read `line con 0`, `line aux 0`, `line vty 0 4`, `line 1 16`."""
    words = block.words
    if len(words) < 2:
        return
    reading.ledger.understood(block.index)
    settings = _Line()
    for line in block.children:
        if settings.read(reading, line):
            reading.ledger.understood(line.index)
    kind = words[1]
    login = settings.login
    if aaa:  # then every line asks its login list, the default one where it names none
        login = "none" if settings.login_list in open_lists else "aaa"
    enabled = settings.enabled
    if kind != "vty":
        protocols = ["console" if kind.startswith("con") else "aux" if kind == "aux" else "tty"]
        login = login or "none"
    elif settings.transports == ["none"]:
        protocols, enabled = ["ssh", "telnet"], False
    elif settings.transports is None or "all" in settings.transports:
        # Without the command a vty takes every protocol (Cisco Guide to Harden Cisco IOS Devices, "vty lines").
        protocols = ["ssh", "telnet"]
    else:
        protocols = [one for one in settings.transports if one in _TRANSPORTS]
    allowed = answers.sources(settings.lists)
    for protocol in protocols:
        draft.accesses.append(
            ManagementAccess(
                protocol=protocol,
                endpoint="console" if kind.startswith("con") else " ".join(words[1:]),
                where=reading.ledger.ref(block.index, block.children[-1].index if block.children else None),
                enabled=enabled,
                version=ssh_version if protocol == "ssh" else "",
                sources=allowed.addresses,
                sources_exact=allowed.exact,
                sources_where=settings.lists_where,
                idle_timeout_s=settings.idle,
                default_idle_timeout_s=DEFAULT_IDLE_S,
                authentication=login or "line password",
            )
        )


def _web(reading: Reading, draft: PlaneDraft, settings: Mapping[str, ConfLine], answers: BoundLists) -> None:
    """Read the web server: `ip http server`, `ip http secure-server` and what guards both."""
    lists: list[str] = []
    lists_where: SourceRef | None = None
    authentication = "enable password"
    idle: int | None = None
    for root in reading.blocks("ip http"):
        words = root.words
        if words[2:3] == ["access-class"] and len(words) >= 4:
            lists.append(words[-1])
            lists_where = reading.ledger.ref(root.index)
            reading.use(ACCESS_LIST, words[-1], root.index, "ip http access-class", Purpose.MANAGEMENT)
        elif words[2:3] == ["authentication"] and len(words) >= 4:
            authentication = {"local": "local", "aaa": "aaa", "tacacs": "aaa"}.get(words[3], "enable password")
        elif words[2:4] == ["timeout-policy", "idle"] and len(words) >= 5:
            idle = number(words[4], 10**6)
        elif words[2:] not in (["server"], ["secure-server"]):
            continue
        reading.ledger.understood(root.index)
    allowed = answers.sources(lists)
    for protocol, command in (("http", "ip http server"), ("https", "ip http secure-server")):
        found = settings.get(command) or settings.get(f"no {command}")
        if found is None:
            continue
        reading.ledger.understood(found.index)
        draft.accesses.append(
            ManagementAccess(
                protocol=protocol,
                endpoint="*",
                where=reading.ledger.ref(found.index),
                enabled=command in settings and f"no {command}" not in settings,
                sources=allowed.addresses,
                sources_exact=allowed.exact,
                sources_where=lists_where,
                idle_timeout_s=idle,
                default_idle_timeout_s=180,
                authentication=authentication,
            )
        )


def _netconf(reading: Reading, draft: PlaneDraft, answers: BoundLists) -> None:
    for command, protocol in (
        ("netconf-yang", "netconf"), ("netconf ssh", "netconf"), ("restconf", "restconf"), ("gnxi", "gnmi"),
        ("gnmi-yang", "gnmi"),
    ):  # fmt: skip
        roots = reading.blocks(command)
        if not roots:
            continue
        names = [root.words[-1] for root in roots if "access-list" in root.words or "acl" in root.words]
        allowed = answers.sources(names)
        for root in roots:
            reading.ledger.understood(root.index)
        draft.accesses.append(
            ManagementAccess(
                protocol,
                "*",
                reading.ledger.ref(roots[0].index),
                sources=allowed.addresses,
                sources_exact=allowed.exact,
                authentication="aaa" if protocol != "gnmi" else "",
            )
        )


# Handlers return True when they understood the line, False to leave it to the command table.


def _snmp(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    what = words[1] if len(words) > 1 else ""
    where = reading.ledger.ref(root.index)
    if what == "community" and len(words) >= 3:
        return _community(reading, draft, words, root, answers)
    if what == "host" and len(words) >= 3:
        port = 162
        if "udp-port" in words[:-1]:
            port = number(words[words.index("udp-port") + 1], 65535) or 162
        draft.log_targets.append(LogTarget(words[2], where, "udp", port, kind="trap"))
        return True
    if what in ("group", "user") and len(words) >= 4:
        version = next((word for word in words[3:] if word in ("v1", "v2c", "v3")), "")
        lists: list[str] = []
        if "access" in words[4:]:
            rest = words[words.index("access", 4) + 1 :]
            if rest[:1] == ["ipv6"] and len(rest) > 1:
                lists.append(rest[1])
                rest = rest[2:]
            if rest:
                lists.append(rest[0])
        for name in lists:
            reading.use(ACCESS_LIST, name, root.index, f"snmp-server {what} access", Purpose.MANAGEMENT)
        if what == "group":
            allowed = answers.sources(lists)
            level = words[4] if version == "v3" and len(words) > 4 else "community"
            draft.accesses.append(
                ManagementAccess(
                    "snmp", f"group {words[2]}", where, version=version.lstrip("v"), sources=allowed.addresses,
                    sources_exact=allowed.exact, authentication=level,
                )
            )  # fmt: skip
        return True
    return False


def _community(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    """Read `snmp-server community STRING [view V] [ro|rw] [ipv6 LIST] [LIST]`; the string is not kept."""
    string, rest = words[2], words[3:]
    if (
        string in ("0", "6", "7", "8")
        and rest
        and not rest[0].isdigit()
        and rest[0].lower() not in ("ro", "rw", "view")
    ):
        string, rest = rest[0], rest[1:]  # the type of encryption comes first
    access = "ro"
    lists: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "view" and rest:
            rest.pop(0)
        elif word.lower() in ("ro", "rw"):
            access = word.lower()
        elif word in ("ipv6", "use-acl", "use-ipv4acl", "use-ipv6acl") and rest:
            lists.append(rest.pop(0))
        else:
            lists.append(word)
    for name in lists:
        reading.use(ACCESS_LIST, name, root.index, "snmp-server community", Purpose.MANAGEMENT)
    allowed = answers.sources(lists)
    draft.communities.append(
        SnmpCommunity(
            access,
            reading.ledger.ref(root.index),
            version="1/2c",
            well_known=string.lower() in WELL_KNOWN,
            sources=allowed.addresses,
        )
    )
    return True


def _username(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    if len(words) < 2:
        return False
    name = words[1]
    known = draft.users.get(name)
    privilege = known.privilege if known else ""
    kind = known.password_kind if known else ""
    sources = known.sources if known else None
    rest = words[2:]
    while rest:
        word = rest.pop(0)
        if word == "privilege" and rest:
            privilege = rest.pop(0)
        elif word in ("password", "secret"):
            kind = _password_kind(rest)
            break
        elif word == "nopassword":
            kind = "none"
        elif word == "access-class" and rest:
            list_name = rest.pop(0)
            reading.use(ACCESS_LIST, list_name, root.index, "username access-class", Purpose.MANAGEMENT)
            sources = answers.sources([list_name]).addresses
    where = known.where if known else reading.ledger.ref(root.index)
    draft.users[name] = LocalUser(name, where, privilege or "1", kind, sources=sources)
    return True


def _password_kind(rest: list[str]) -> str:
    """Return the type of a password from what follows the keyword: a number, or the text itself (type 0)."""
    if len(rest) > 1 and number(rest[0], 10) is not None:
        return f"type {rest[0]}"
    return "type 0"


def _enable(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    if len(words) < 3 or words[1] not in ("secret", "password"):
        return False
    rest = words[2:]
    level = "15"
    if rest[0] == "level" and len(rest) > 2:
        level, rest = rest[1], rest[2:]
    name = "enable" if level == "15" else f"enable level {level}"
    known = draft.users.get(name)
    if known is None or words[1] == "secret":  # the secret wins over the password
        draft.users[name] = LocalUser(name, reading.ledger.ref(root.index), level, _password_kind(rest))
    return True


def _logging(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    """Read `logging host A [vrf V] [transport udp|tcp|tls port N]` and the old `logging A`."""
    rest = words[1:]
    if rest[:1] == ["host"]:
        rest = rest[1:]
    elif len(rest) != 1 or not is_address(rest[0]):
        return False
    if rest[:1] == ["ipv6"]:
        rest = rest[1:]
    if not rest:
        return False
    transport, port = "udp", 514
    if "transport" in rest[1:-1]:
        transport = rest[rest.index("transport") + 1]
        port = {"udp": 514, "tcp": 601, "tls": 6514}.get(transport, 514)
    if "port" in rest[1:-1]:
        port = number(rest[rest.index("port") + 1], 65535) or port
    draft.log_targets.append(LogTarget(rest[0], reading.ledger.ref(root.index), transport, port))
    return True


def _ntp(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    if words[1:2] not in (["server"], ["peer"]):
        return False
    rest = words[2:]
    while rest and rest[0] in ("vrf", "ip", "ipv6"):
        rest = rest[2:] if rest[0] == "vrf" else rest[1:]
    if not rest:
        return False
    draft.time_servers.append(rest[0])
    return True


def _server_host(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    return server_host(reading, draft, words, root)


def _server_block(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    if len(words) < 3:
        return False
    for line in root.children:
        parts = line.words
        if parts[0] == "address" and len(parts) >= 3:
            draft.login_servers.append(parts[2])
            reading.ledger.understood(line.index)
    return True


def _server_group(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists) -> bool:
    if words[2:3] != ["server"]:
        return False
    for line in root.children:
        parts = line.words
        if (parts[0] == "server-private" and len(parts) >= 2) or (
            parts[0] == "server" and len(parts) == 2 and is_address(parts[1])
        ):
            draft.login_servers.append(parts[1])
            reading.ledger.understood(line.index)
    return True


_HANDLERS = {
    "snmp-server": _snmp,
    "username": _username,
    "enable": _enable,
    "logging": _logging,
    "ntp": _ntp,
    "sntp": _ntp,
    "tacacs-server": _server_host,
    "radius-server": _server_host,
    "tacacs server": _server_block,
    "radius server": _server_block,
    "ldap server": _server_block,
    "aaa group": _server_group,
}
