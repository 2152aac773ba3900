"""The management plane: SSH, Telnet, console, the command API, SNMP, users, log targets, time and login servers.

Source: Arista EOS User Manual, "Session Management Commands", "User Security", "SNMP", "Switch Administration".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netaudit.model.management import LocalUser, LogTarget, ManagementAccess, ManagementPlane, SnmpCommunity
from netaudit.model.rules import Purpose, Rulebase
from netaudit.model.source import SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_management import (
    WELL_KNOWN,
    BoundLists,
    PlaneDraft,
    is_address,
    login_methods,
    port_after,
    server_host,
)
from netaudit.parsers.switch_reading import ACCESS_LIST, Reading
from netaudit.parsers.word_cursor import number

# What EOS does where the block does not say: SSH answers, Telnet and the APIs do not; sessions never end.
_ON_BY_DEFAULT = {"ssh": True, "telnet": False}
_NEVER = 0


def read_management(reading: Reading, lists: Mapping[str, Rulebase]) -> ManagementPlane:
    """Return what the configuration says of its management."""
    draft = PlaneDraft()
    answers = BoundLists(reading, lists)
    remote_login, console_login = login_methods(reading)
    for protocol in ("ssh", "telnet"):
        _remote(reading, draft, protocol, answers, remote_login)
    _console(reading, draft, console_login)
    for block in reading.blocks("management api"):
        _api(reading, draft, block, answers)
    _guards(reading)
    guards = [use.name for use in reading.uses if use.context == "snmp-server access-list"]
    for root in reading.roots:
        words = root.words
        if words[:2] == ["snmp-server", "community"] and len(words) >= 3:
            _community(reading, draft, words, root, answers, guards)
            continue
        handler = _HANDLERS.get(" ".join(words[:2])) or _HANDLERS.get(words[0])
        if handler is not None and handler(reading, draft, words, root):
            reading.understood(root)
    return draft.plane()


@dataclass(slots=True)
class _Service:
    """The settings of one management service in one VRF ("" = outside of VRF blocks)."""

    on: bool | None = None
    lists: list[str] = field(default_factory=list)
    lists_where: SourceRef | None = None


@dataclass(slots=True)
class _Block:
    """The settings of a `management ...` block."""

    idle: int | None = None
    by_vrf: dict[str, _Service] = field(default_factory=dict)
    protocols: dict[str, bool] = field(default_factory=dict)

    def service(self, vrf: str) -> _Service:
        """Return the settings of a VRF, made where there are none."""
        return self.by_vrf.setdefault(vrf, _Service())

    def read(self, reading: Reading, line: ConfLine, context: str, vrf: str = "") -> None:
        """Read one line of the block."""
        words = line.words
        if words[0] == "vrf" and len(words) == 2:
            self.service(words[1])
            reading.understood(line)
            for child in line.children:
                self.read(reading, child, context, words[1])
            return
        if words in (["shutdown"], ["no", "shutdown"]):
            self.service(vrf).on = words[0] == "no"
        elif words[0] == "idle-timeout" and len(words) >= 2 and (minutes := number(words[1], 86400)) is not None:
            self.idle = minutes * 60
        elif words[:2] in (["ip", "access-group"], ["ipv6", "access-group"]) and len(words) >= 3:
            self._access_group(reading, line, words, context, vrf)
        elif words[0] == "protocol" and len(words) >= 2:
            self.protocols[words[1]] = True
        elif words[:2] == ["no", "protocol"] and len(words) >= 3:
            self.protocols[words[2]] = False
        else:
            return
        reading.understood(line)

    def _access_group(self, reading: Reading, line: ConfLine, words: list[str], context: str, vrf: str) -> None:
        name, rest = words[2], words[3:]
        if rest[:1] == ["vrf"] and len(rest) > 1:
            vrf, rest = rest[1], rest[2:]
        reading.use(ACCESS_LIST, name, line.index, f"{context} access-group", Purpose.MANAGEMENT)
        if rest in ([], ["in"]):
            service = self.service(vrf)
            service.lists.append(name)
            service.lists_where = reading.ledger.ref(line.index)


def _read_block(reading: Reading, blocks: list[ConfLine], context: str) -> _Block:
    found = _Block()
    for block in blocks:
        reading.understood(block)
        for line in block.children:
            found.read(reading, line, context)
    return found


def _access(
    protocol: str, endpoint: str, where: SourceRef, enabled: bool, service: _Service, answers: BoundLists, login: str,
    idle: int | None, version: str = "",
) -> ManagementAccess:  # fmt: skip
    allowed = answers.sources(service.lists)
    return ManagementAccess(
        protocol=protocol,
        endpoint=endpoint,
        where=where,
        enabled=enabled,
        version=version,
        sources=allowed.addresses,
        sources_exact=allowed.exact,
        sources_where=service.lists_where,
        idle_timeout_s=idle,
        default_idle_timeout_s=_NEVER,
        authentication=login,
    )


def _remote(reading: Reading, draft: PlaneDraft, protocol: str, answers: BoundLists, login: str) -> None:
    """Read `management ssh` and `management telnet`."""
    blocks = reading.blocks(f"management {protocol}")
    if not blocks:
        # SSH answers without a word of it; only a whole configuration tells that there is none.
        whole = "version" in reading.facts or any(root.words == ["end"] for root in reading.roots)
        if protocol == "ssh" and whole and "name" in reading.facts and reading.interfaces:
            where = reading.facts["name"][1]
            draft.accesses.append(_access("ssh", "*", where, True, _Service(), answers, login, None, "2"))
        return
    found = _read_block(reading, blocks, f"management {protocol}")
    where = reading.block_ref(blocks[0])
    main = found.service("")
    on = _ON_BY_DEFAULT[protocol] if main.on is None else main.on
    version = "2" if protocol == "ssh" else ""
    for vrf, service in found.by_vrf.items():
        enabled = on if vrf == "" or service.on is None else service.on
        endpoint = f"vrf {vrf}" if vrf else "*"
        draft.accesses.append(_access(protocol, endpoint, where, enabled, service, answers, login, found.idle, version))


def _console(reading: Reading, draft: PlaneDraft, login: str) -> None:
    blocks = reading.blocks("management console")
    if blocks:
        found = _read_block(reading, blocks, "management console")
        draft.accesses.append(
            ManagementAccess(
                "console", "console", reading.block_ref(blocks[0]), idle_timeout_s=found.idle,
                default_idle_timeout_s=_NEVER, authentication=login,
            )
        )  # fmt: skip


def _api(reading: Reading, draft: PlaneDraft, block: ConfLine, answers: BoundLists) -> None:
    """Read `management api http-commands|gnmi|netconf|restconf`; each is off until `no shutdown`."""
    kind = block.words[2] if len(block.words) > 2 else ""
    if kind == "http-commands":
        found = _read_block(reading, [block], "management api")
        states = {"https": True, "http": False} | {
            name: on for name, on in found.protocols.items() if name in ("http", "https")
        }
        main = found.service("")
        for vrf, service in found.by_vrf.items():
            on = bool(main.on) if service.on is None else service.on and main.on is not False
            for protocol, state in states.items():
                if state:
                    endpoint = f"vrf {vrf}" if vrf else "*"
                    where = reading.block_ref(block)
                    draft.accesses.append(_access(protocol, endpoint, where, on, service, answers, "local", found.idle))
    elif kind in ("gnmi", "netconf", "restconf") and block.children:
        reading.understood(block)
        off = any(line.words == ["shutdown"] for line in block.walk())
        draft.accesses.append(ManagementAccess(kind, "*", reading.block_ref(block), enabled=not off))


def _guards(reading: Reading) -> None:
    """Read the lists that guard the control plane and SNMP."""
    for block in reading.blocks("system control-plane", "control-plane"):
        reading.understood(block)
        for line in block.children:
            words = line.words
            if words[:2] in (["ip", "access-group"], ["ipv6", "access-group"]) and len(words) >= 3:
                reading.use(ACCESS_LIST, words[2], line.index, "control-plane access-group", Purpose.MANAGEMENT)
                reading.understood(line)
    for root in reading.blocks("snmp-server ipv4 access-list", "snmp-server ipv6 access-list"):
        if len(root.words) >= 4:
            reading.use(ACCESS_LIST, root.words[3], root.index, "snmp-server access-list", Purpose.MANAGEMENT)
            reading.understood(root)


def _community(
    reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine, answers: BoundLists, guards: list[str]
) -> None:
    """Read `snmp-server community STRING [view V] [ro|rw] [ipv6 LIST] [LIST]`; the string is not kept."""
    string, rest = words[2], words[3:]
    if string in ("0", "7", "8a") and rest and rest[0] not in ("ro", "rw", "view"):
        string, rest = rest[0], rest[1:]  # the type of encryption comes first
    access = "ro"
    lists: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "view" and rest:
            rest.pop(0)
        elif word in ("ro", "rw"):
            access = word
        elif word == "ipv6" and rest:
            lists.append(rest.pop(0))
        else:
            lists.append(word)
    for name in lists:
        reading.use(ACCESS_LIST, name, root.index, "snmp-server community", Purpose.MANAGEMENT)
    allowed = answers.sources([*lists, *guards])
    draft.communities.append(
        SnmpCommunity(
            access,
            reading.ledger.ref(root.index),
            "1/2c",
            well_known=string.lower() in WELL_KNOWN,
            sources=allowed.addresses,
        )
    )
    reading.understood(root)


# Handlers return True when they understood the line, False to leave it to the command table.


def _snmp_host(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if len(words) < 3:
        return False
    port = port_after(words, "udp-port", 162)
    draft.log_targets.append(LogTarget(words[2], reading.ledger.ref(root.index), "udp", port, kind="trap"))
    return True


def _snmp_user(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `snmp-server user NAME GROUP v3 [localized E] [auth sha K [priv aes K]]`."""
    if len(words) < 5:
        return False
    version = words[4].removeprefix("v")
    level = "community" if version != "3" else "priv" if "priv" in words else "auth" if "auth" in words else "noauth"
    draft.accesses.append(
        ManagementAccess(
            "snmp", f"user {words[2]}", reading.ledger.ref(root.index), version=version, authentication=level
        )
    )
    return True


def _username(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `username NAME [privilege N] [role R] secret [sha512|5|0|*] TEXT` and `nopassword`."""
    if len(words) < 2:
        return False
    name, rest = words[1], words[2:]
    known = draft.users.get(name)
    privilege = known.privilege if known else ""
    kind = known.password_kind if known else ""
    while rest:
        word = rest.pop(0)
        if word == "privilege" and rest:
            privilege = rest.pop(0)
        elif word == "role" and rest:
            privilege = ", ".join(filter(None, [privilege, rest.pop(0)]))
        elif word in ("secret", "password"):
            kind = _password_kind(rest)
            break
        elif word == "nopassword":
            kind = "none"
    where = known.where if known else reading.ledger.ref(root.index)
    draft.users[name] = LocalUser(name, where, privilege or "1", kind)
    return True


def _password_kind(rest: list[str]) -> str:
    if not rest:
        return ""
    if rest[0] == "*":
        return "none"  # no password lets the account in
    if len(rest) > 1 and number(rest[0], 10) is not None:
        return f"type {rest[0]}"
    if len(rest) > 1 and rest[0] in ("sha512", "sha256"):
        return rest[0]
    return "type 0"


def _enable(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if len(words) < 3 or words[1] not in ("secret", "password"):
        return False
    draft.users["enable"] = LocalUser("enable", reading.ledger.ref(root.index), "15", _password_kind(words[2:]))
    return True


def _logging(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `logging [vrf V] host A [PORT] [protocol udp|tcp|tls ...]`."""
    rest = words[1:]
    if rest[:1] == ["vrf"]:
        rest = rest[2:]
    if rest[:1] != ["host"] or len(rest) < 2:
        return False
    transport = rest[rest.index("protocol") + 1] if "protocol" in rest[:-1] else "udp"
    ports = [value for word in rest[2:] if (value := number(word, 65535)) is not None]
    port = ports[0] if ports else {"tls": 6514}.get(transport, 514)
    draft.log_targets.append(LogTarget(rest[1], reading.ledger.ref(root.index), transport, port))
    return True


def _ntp(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    rest = words[2:]
    if rest[:1] == ["vrf"]:
        rest = rest[2:]
    if not rest:
        return False
    draft.time_servers.append(rest[0])
    return True


def _server_group(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if words[2:3] != ["server"]:
        return False
    for line in root.children:
        if line.words[0] == "server" and len(line.words) >= 2:
            if is_address(line.words[1]):
                draft.login_servers.append(line.words[1])
            reading.understood(line)
    return True


_HANDLERS = {
    "snmp-server host": _snmp_host,
    "snmp-server user": _snmp_user,
    "username": _username,
    "enable": _enable,
    "logging": _logging,
    "ntp server": _ntp,
    "tacacs-server": server_host,
    "radius-server": server_host,
    "aaa group": _server_group,
}
