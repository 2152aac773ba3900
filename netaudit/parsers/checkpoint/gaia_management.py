"""The management plane of Gaia: who may log in, from where, how, and what is recorded.

Sources: Check Point Gaia Administration Guide, "Host Access", "Users", "Password Policy", "SNMP", "System Logging",
"NTP", "Session". Decisions:
- SSH is always on; the portal is on unless `web daemon-enable off`; Telnet is off unless `net-access telnet on`.
- `allowed-client` limits all three; without one nobody may connect, and `any-host` lets everybody.
- Inactivity is in minutes: 10 where nothing is set (CLI), the same for the portal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netaudit.model.management import (
    AaaMethod,
    Banner,
    LocalUser,
    Lockout,
    LogTarget,
    ManagementAccess,
    ManagementPlane,
    PasswordPolicy,
    SnmpCommunity,
)
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, netmask_length, parse_address
from netaudit.parsers.secrets import mask_text

DEFAULT_INACTIVITY_S = 600
_WELL_KNOWN = frozenset({"public", "private"})
_HASHES = {"1": "md5", "5": "sha256", "6": "sha512", "2a": "bcrypt", "2y": "bcrypt"}


@dataclass(slots=True)
class ManagementDraft:
    """What is known so far; `sources` are the allowed clients, None where no line names one."""

    sources: AddressSet | None = None
    sources_where: SourceRef | None = None
    cli_timeout_s: int | None = None
    web_timeout_s: int | None = None
    web: tuple[bool, SourceRef] | None = None
    telnet: tuple[bool, SourceRef] | None = None
    ssh_where: SourceRef | None = None
    snmp: tuple[bool, SourceRef] | None = None
    snmp_version: str = ""
    communities: list[SnmpCommunity] = field(default_factory=list)
    users: dict[str, LocalUser] = field(default_factory=dict)
    log_targets: list[LogTarget] = field(default_factory=list)
    time_servers: list[str] = field(default_factory=list)
    authentication_servers: list[str] = field(default_factory=list)
    password: dict[str, tuple[str, SourceRef]] = field(default_factory=dict)
    banners: list[Banner] = field(default_factory=list)
    aaa_methods: list[AaaMethod] = field(default_factory=list)


Reader = Callable[[ManagementDraft, SourceRef, list[str]], bool]


def _inactivity(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    draft.cli_timeout_s = int(words[2]) * 60
    draft.ssh_where = where
    return True


def _web(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    if words[2] == "session-timeout":
        draft.web_timeout_s = int(words[3]) * 60
    elif words[2] == "daemon-enable":
        draft.web = (words[3] == "on", where)
    else:
        return words[2] == "ssl-port"
    return True


def _net_access(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    if words[2] != "telnet":
        return False
    draft.telnet = (words[3] == "on", where)
    return True


def _allowed_client(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `add allowed-client host any-host|ipv4-address A`, `network ipv4-address A mask-length N`."""
    if words[2] == "host" and words[3] == "any-host":
        found = ANY_ADDRESS
    elif words[2] == "host":
        found = AddressSet.host(words[4])
    elif words[2] == "network":
        length = netmask_length(parse_address(words[6])[1]) if words[5] == "subnet-mask" else int(words[6])
        found = AddressSet.prefix(f"{words[4]}/{length}")
    else:
        return False
    draft.sources = found if draft.sources is None else draft.sources | found
    draft.sources_where = draft.sources_where or where
    return True


def _ntp(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    if words[2] == "server":
        name = next((word for word in words[3:] if word not in ("primary", "secondary")), "")
        draft.time_servers.append(name)
        return bool(name)
    return words[2] in ("active", "interface")


def _syslog(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `add syslog log-remote-address A level L`; R81 also has `set syslog log-remote-address A protocol tcp`."""
    if words[2] != "log-remote-address" or "off" in words[4:5]:
        return False
    transport = words[words.index("protocol") + 1] if "protocol" in words else ""
    port = int(words[words.index("port") + 1]) if "port" in words else None
    known = [one for one in draft.log_targets if one.address == words[3]]
    for one in known:
        draft.log_targets.remove(one)
        transport, port = transport or one.transport, port or one.port
    draft.log_targets.append(LogTarget(words[3], where, transport, port))
    return True


def _snmp(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    key = words[2]
    if key == "agent":
        draft.snmp = (words[3] == "on", where)
    elif key == "agent-version":
        draft.snmp_version = words[3]
    elif key == "community":
        access = "rw" if "read-write" in words[4:] else "ro"
        draft.communities.append(SnmpCommunity(access, where, well_known=words[3].lower() in _WELL_KNOWN))
    elif key == "traps" and words[3] == "receiver":
        draft.log_targets.append(LogTarget(words[4], where, kind="trap"))
    elif key == "usm" and words[3] == "user":
        level = words[words.index("security-level") + 1] if "security-level" in words else ""
        draft.users[f"snmp {words[4]}"] = LocalUser(
            mask_text(words[4]), where, "snmp", {"authPriv": "encrypted"}.get(level, level)
        )
    else:
        return key in ("mode", "address", "interface", "traps") and not (key == "traps" and words[3] == "trap")
    return True


def _user(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `add user NAME uid ...`, `set user NAME password-hash H`, `set user NAME shell S`."""
    name = mask_text(words[2])
    known = draft.users.get(name)
    kind = known.password_kind if known else ""
    if len(words) > 4 and words[3] == "password-hash":
        kind = _password_kind(words[4])
    draft.users[name] = LocalUser(
        name, known.where if known and kind == known.password_kind else where, _privilege(words, known), kind
    )
    return True


def _privilege(words: list[str], known: LocalUser | None) -> str:
    if words[2] in ("admin", "monitor"):
        return "adminRole" if words[2] == "admin" else "monitorRole"
    return known.privilege if known else ""


def _password_kind(text: str) -> str:
    """Return how a hash is made; "locked" for one that no password fits."""
    if text in ("*", "!", "!!", "x"):
        return "locked"
    parts = text.split("$")
    return _HASHES.get(parts[1], f"type {parts[1]}") if len(parts) > 2 else "hash"


def _expert(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    draft.users["expert"] = LocalUser("expert", where, "root", _password_kind(words[2]))
    return True


def _role(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `add rba user NAME roles R`."""
    if words[2] != "user" or len(words) < 6 or words[4] != "roles":
        return False
    known = draft.users.get(mask_text(words[3]))
    draft.users[mask_text(words[3])] = LocalUser(
        mask_text(words[3]), known.where if known else where, words[5], known.password_kind if known else ""
    )
    return True


def _password_controls(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    key = " ".join(words[2:-1])
    if key not in _CONTROLS:
        return False
    draft.password[key] = (words[-1], where)
    return True


_CONTROLS = frozenset(
    {
        *("min-password-length", "complexity", "history-length", "history-checking", "password-expiration"),
        *("palindrome-check", "deny-on-fail enable", "deny-on-fail failures-allowed", "deny-on-fail allow-after"),
        "deny-on-fail block-admin",
    }
)


def _message(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `set message banner on msgvalue "..."`; a continued line has `line msgvalue`."""
    if words[2] not in ("banner", "motd"):
        return False
    if words[3] == "on" or "msgvalue" in words:
        text = words[words.index("msgvalue") + 1] if "msgvalue" in words else ""
        kind = "login" if words[2] == "banner" else "motd"
        known = next((one for one in draft.banners if one.kind == kind), None)
        if known is not None:
            draft.banners.remove(known)
            text = f"{known.text} {text}".strip()
        draft.banners.append(Banner(kind, known.where if known else where, mask_text(text)))
    return True


def _aaa(draft: ManagementDraft, where: SourceRef, words: list[str]) -> bool:
    """Read the servers of `add aaa radius-servers priority 1 host A ...` and of TACACS."""
    kind = words[2].removesuffix("-servers")
    if kind not in ("radius", "tacacs") or "-servers" not in words[2]:
        return False
    for key in ("host", "server"):
        if key in words[3:-1]:
            draft.authentication_servers.append(words[words.index(key) + 1])
            if not any(one.name == kind for one in draft.aaa_methods):
                draft.aaa_methods.append(AaaMethod("authentication login", kind, (f"group {kind}", "local"), where))
            return True
    return kind == "tacacs" and words[3:] == ["state", "on"]


MANAGEMENT_COMMANDS: dict[str, Reader] = {
    "inactivity-timeout": _inactivity,
    "web": _web,
    "net-access": _net_access,
    "allowed-client": _allowed_client,
    "ntp": _ntp,
    "syslog": _syslog,
    "snmp": _snmp,
    "user": _user,
    "expert-password-hash": _expert,
    "rba": _role,
    "password-controls": _password_controls,
    "message": _message,
    "aaa": _aaa,
}


def management_plane(draft: ManagementDraft, where: SourceRef) -> ManagementPlane:
    """Return the plane of one configuration; `where` is the place for what is on by default."""
    return ManagementPlane(
        accesses=tuple(_accesses(draft, where)),
        snmp_communities=tuple(draft.communities),
        users=tuple(draft.users.values()),
        log_targets=tuple(draft.log_targets),
        time_servers=tuple(dict.fromkeys(draft.time_servers)),
        authentication_servers=tuple(dict.fromkeys(draft.authentication_servers)),
        password_policies=_password_policies(draft),
        lockouts=_lockouts(draft),
        banners=tuple(draft.banners),
        aaa_methods=tuple(draft.aaa_methods),
    )


def _accesses(draft: ManagementDraft, where: SourceRef) -> Sequence[ManagementAccess]:
    sources = None if draft.sources == ANY_ADDRESS else draft.sources
    web, web_where = draft.web or (True, where)
    telnet, telnet_where = draft.telnet or (False, where)
    # Without a line about clients the export is partial: who may connect is not known.
    known = draft.sources is not None
    kinds = [
        ("ssh", True, draft.ssh_where or where, "2", draft.cli_timeout_s),
        ("https", web, web_where, "", draft.web_timeout_s),
        ("telnet", telnet, telnet_where, "", draft.cli_timeout_s),
    ]
    found = [
        ManagementAccess(
            protocol,
            "*",
            at,
            enabled,
            version,
            sources=sources,
            sources_exact=known,
            sources_where=draft.sources_where,
            idle_timeout_s=timeout,
            default_idle_timeout_s=DEFAULT_INACTIVITY_S,
            authentication="aaa" if draft.aaa_methods else "local",
        )
        for protocol, enabled, at, version, timeout in kinds
    ]
    if draft.snmp is not None:
        version = "3" if draft.snmp_version.lower().startswith("v3") else "2c" if draft.snmp_version else ""
        found.append(ManagementAccess("snmp", "*", draft.snmp[1], draft.snmp[0], version))
    return found


def _number(draft: ManagementDraft, key: str) -> int | None:
    text = draft.password[key][0] if key in draft.password else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _password_policies(draft: ManagementDraft) -> tuple[PasswordPolicy, ...]:
    if not draft.password:
        return ()
    complexity = []
    if kinds := _number(draft, "complexity"):
        complexity.append(f"character kinds {kinds}")
    if draft.password.get("palindrome-check", ("",))[0] == "true":
        complexity.append("no palindromes")
    remembers = draft.password.get("history-checking", ("true",))[0] == "true"
    return (
        PasswordPolicy(
            where=next(iter(draft.password.values()))[1],
            minimum_length=_number(draft, "min-password-length"),
            complexity=tuple(complexity),
            lifetime_days=_number(draft, "password-expiration"),
            remembered=_number(draft, "history-length") if remembers else 0,
        ),
    )


def _lockouts(draft: ManagementDraft) -> tuple[Lockout, ...]:
    switched = draft.password.get("deny-on-fail enable")
    if switched is None or switched[0] != "true":
        return ()
    return (
        Lockout(
            where=switched[1],
            attempts=_number(draft, "deny-on-fail failures-allowed"),
            duration_s=_number(draft, "deny-on-fail allow-after"),
            scope="user",
        ),
    )
