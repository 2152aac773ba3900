"""The management plane: lines, SSH, Telnet, NX-API, SNMP, users, log targets, time and login servers.

Source: Cisco Nexus 9000 NX-OS Security, System Management and Fundamentals configuration guides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from netaudit.model.management import LocalUser, LogTarget, ManagementAccess, ManagementPlane, SnmpCommunity
from netaudit.model.rules import Purpose, Rulebase
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_management import (
    WELL_KNOWN,
    BoundLists,
    PlaneDraft,
    login_methods,
    port_after,
    server_host,
)
from netaudit.parsers.switch_reading import ACCESS_LIST, Reading
from netaudit.parsers.word_cursor import number

DEFAULT_IDLE_S = 1800  # exec-timeout 30
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})")
_WRITING_GROUPS = frozenset({"network-admin", "vdc-admin", "dev-ops"})


def read_management(reading: Reading, lists: Mapping[str, Rulebase]) -> ManagementPlane:
    """Return what the configuration says of its management."""
    draft = PlaneDraft()
    answers = BoundLists(reading, lists)
    _lines(reading, draft, answers)
    _nxapi(reading, draft)
    _communities(reading, draft, answers)
    for root in reading.roots:
        words = root.words
        handler = _HANDLERS.get(" ".join(words[:2])) or _HANDLERS.get(words[0])
        if handler is not None and handler(reading, draft, words, root):
            reading.understood(root)
    return draft.plane()


def _features(reading: Reading) -> dict[str, tuple[bool, SourceRef]]:
    """Return the features that are named: whether they are on, and where; the last line counts."""
    found: dict[str, tuple[bool, SourceRef]] = {}
    for root in reading.blocks("feature", "no feature"):
        words = root.words
        on = words[0] == "feature"
        name = " ".join(words[1 if on else 2 :])
        if name:
            found[name] = (on, reading.ledger.ref(root.index))
            reading.understood(root)
    return found


@dataclass(slots=True)
class _Line:
    """The settings of one `line` block."""

    lists: list[str] = field(default_factory=list)
    lists_where: SourceRef | None = None
    idle: int | None = None


def _lines(reading: Reading, draft: PlaneDraft, answers: BoundLists) -> None:
    """Read `line console` and `line vty`, with `feature ssh` and `feature telnet`."""
    features = _features(reading)
    remote_login, console_login = login_methods(reading)
    settings: dict[str, _Line] = {}
    places: dict[str, SourceRef] = {}
    for block in reading.blocks("line"):
        kind = block.words[1] if len(block.words) == 2 else ""
        if kind not in ("console", "vty"):
            continue
        reading.understood(block)
        places.setdefault(kind, reading.block_ref(block))
        line = settings.setdefault(kind, _Line())
        for child in block.children:
            _line_setting(reading, line, child)
    if "console" in places:
        one = settings["console"]
        draft.accesses.append(
            ManagementAccess(
                "console", "console", places["console"], idle_timeout_s=one.idle,
                default_idle_timeout_s=DEFAULT_IDLE_S, authentication=console_login,
            )
        )  # fmt: skip
    one = settings.get("vty", _Line())
    allowed = answers.sources(one.lists)
    # SSH is on unless `no feature ssh`; Telnet is off unless `feature telnet`.
    for protocol, default in (("ssh", True), ("telnet", False)):
        on, where = features.get(protocol, (default, places.get("vty")))
        if where is None or not (on or protocol in features):
            continue
        draft.accesses.append(
            ManagementAccess(
                protocol,
                "vty",
                where,
                enabled=on,
                version="2" if protocol == "ssh" else "",
                sources=allowed.addresses,
                sources_exact=allowed.exact,
                sources_where=one.lists_where,
                idle_timeout_s=one.idle,
                default_idle_timeout_s=DEFAULT_IDLE_S,
                authentication=remote_login,
            )
        )
    for feature, protocol in (("netconf", "netconf"), ("restconf", "restconf"), ("grpc", "grpc")):
        if feature in features and features[feature][0]:
            draft.accesses.append(ManagementAccess(protocol, "*", features[feature][1], authentication=remote_login))


def _line_setting(reading: Reading, line: _Line, child: ConfLine) -> None:
    words = child.words
    if words[0] == "exec-timeout" and len(words) >= 2:
        minutes = number(words[1], 525600)
        if minutes is None:
            reading.not_understood(child, Affects.MANAGEMENT, "exec-timeout")
            return
        line.idle = minutes * 60
    elif words[:2] == ["no", "exec-timeout"]:
        line.idle = None
    elif "access-class" in words[:2] and words[0] in ("access-class", "ipv6", "ip"):
        rest = words[words.index("access-class") + 1 :]
        if len(rest) != 2 or rest[1] not in ("in", "out"):
            reading.not_understood(child, Affects.MANAGEMENT, "line access-class")
            return
        reading.use(ACCESS_LIST, rest[0], child.index, f"line access-class {rest[1]}", Purpose.MANAGEMENT)
        if rest[1] == "in":
            line.lists.append(rest[0])
            line.lists_where = reading.ledger.ref(child.index)
    else:
        return
    reading.understood(child)


def _nxapi(reading: Reading, draft: PlaneDraft) -> None:
    """Read NX-API: HTTPS answers where the feature is on, HTTP where a port is given or the release is older.

    Source: Cisco Nexus 9000 NX-OS Programmability Guide, "NX-API CLI": HTTP is off by default from 9.2(1).
    """
    on = [root for root in reading.roots if root.words == ["feature", "nxapi"]]
    if not on:
        return
    settings = [root for root in reading.roots if root.words[:1] == ["nxapi"] or root.words[:2] == ["no", "nxapi"]]
    version = _VERSION.match(reading.facts["version"][0]) if "version" in reading.facts else None
    older = version is not None and (int(version[1]), int(version[2])) < (9, 2)
    states = {"https": True, "http": older}
    places = {"https": reading.ledger.ref(on[0].index), "http": reading.ledger.ref(on[0].index)}
    for root in settings:
        words = root.words
        protocol = words[2] if words[0] == "no" and len(words) > 2 else words[1] if len(words) > 1 else ""
        if protocol in states:
            states[protocol] = words[0] != "no"
            places[protocol] = reading.ledger.ref(root.index)
            reading.understood(root)
    for protocol, state in states.items():
        if state:
            draft.accesses.append(
                ManagementAccess(
                    protocol, "*", places[protocol], default_idle_timeout_s=600, authentication="local"
                )
            )  # fmt: skip


@dataclass(slots=True)
class _Community:
    """The lines of one SNMP community: access, and the lists that guard it."""

    where: SourceRef
    well_known: bool
    access: str = "ro"
    lists: list[str] = field(default_factory=list)


def _communities(reading: Reading, draft: PlaneDraft, answers: BoundLists) -> None:
    """Read `snmp-server community S group G|ro|rw` and `... use-acl|use-ipv4acl|use-ipv6acl LIST`."""
    found: dict[str, _Community] = {}
    for root in reading.blocks("snmp-server community"):
        words = root.words
        if len(words) < 3:
            continue
        string, rest = words[2], words[3:]
        one = found.setdefault(string, _Community(reading.ledger.ref(root.index), string.lower() in WELL_KNOWN))
        while rest:
            word = rest.pop(0)
            if word in ("ro", "rw"):
                one.access = word
            elif word in ("group", "use-acl", "use-ipv4acl", "use-ipv6acl", "view") and rest:
                value = rest.pop(0)
                if word == "group":
                    one.access = "rw" if value in _WRITING_GROUPS else "ro"
                elif word != "view":
                    one.lists.append(value)
                    reading.use(
                        ACCESS_LIST, value, root.index, f"snmp-server community {word}", Purpose.MANAGEMENT
                    )  # fmt: skip
        reading.understood(root)
    for one in found.values():
        allowed = answers.sources(one.lists)
        draft.communities.append(
            SnmpCommunity(one.access, one.where, "1/2c", well_known=one.well_known, sources=allowed.addresses)
        )


# Handlers return True when they understood the line, False to leave it to the command table.


def _snmp_host(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if len(words) < 4 or "source-interface" in words[3:] or words[3] in ("use-vrf", "filter-vrf"):
        return len(words) >= 4
    port = port_after(words, "udp-port", 162)
    draft.log_targets.append(LogTarget(words[2], reading.ledger.ref(root.index), "udp", port, kind="trap"))
    return True


def _snmp_user(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `snmp-server user NAME [GROUP] [auth md5|sha K [priv [aes-128] K]]` and its `use-ipv4acl LIST`."""
    if len(words) < 3:
        return False
    for keyword in ("use-ipv4acl", "use-ipv6acl"):
        if keyword in words[:-1]:
            name = words[words.index(keyword) + 1]
            reading.use(ACCESS_LIST, name, root.index, f"snmp-server user {keyword}", Purpose.MANAGEMENT)
            if "auth" not in words:
                return True
    level = "priv" if "priv" in words[3:] else "auth" if "auth" in words[3:] else "noauth"
    draft.accesses.append(
        ManagementAccess("snmp", f"user {words[2]}", reading.ledger.ref(root.index), version="3", authentication=level)
    )
    return True


def _username(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if len(words) < 2:
        return False
    name, rest = words[1], words[2:]
    known = draft.users.get(name)
    privilege = known.privilege if known else ""
    kind = known.password_kind if known else ""
    if "password" in rest[:-1]:
        after = rest[rest.index("password") + 1 :]
        kind = f"type {after[0]}" if len(after) > 1 and number(after[0], 10) is not None else "type 0"
    roles = [rest[i + 1] for i in range(len(rest) - 1) if rest[i] == "role"]
    if roles:
        privilege = ", ".join(filter(None, [privilege, *roles]))
    draft.users[name] = LocalUser(name, known.where if known else reading.ledger.ref(root.index), privilege, kind)
    return True


def _logging(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `logging server A [SEVERITY] [port N] [secure] [use-vrf V]`."""
    if len(words) < 3 or root.text.startswith("no"):
        return False
    secure = "secure" in words[3:]
    draft.log_targets.append(
        LogTarget(
            words[2],
            reading.ledger.ref(root.index),
            "tls" if secure else "udp",
            port_after(words, "port", 6514 if secure else 514),
        )
    )
    return True


def _ntp(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if len(words) < 3:
        return False
    draft.time_servers.append(words[2])
    return True


def _server_group(reading: Reading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    if words[2:3] != ["server"]:
        return False
    for line in root.children:
        if line.words[0] == "server" and len(line.words) >= 2:
            draft.login_servers.append(line.words[1])
            reading.understood(line)
    return True


_HANDLERS = {
    "snmp-server host": _snmp_host,
    "snmp-server user": _snmp_user,
    "username": _username,
    "logging server": _logging,
    "ntp server": _ntp,
    "ntp peer": _ntp,
    "tacacs-server": server_host,
    "radius-server": server_host,
    "ldap-server": server_host,
    "aaa group": _server_group,
}
