"""What the device asks of passwords and logins, what it shows at login, and who may ping it.

Source: Cisco ASA Series General Operations CLI Configuration Guide, "Management Access" (password policy, banners,
ICMP access), "AAA"; Command Reference, "password-policy", "aaa local authentication attempts max-fail", "banner",
"icmp".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.management import AaaMethod, Banner, Lockout, ManagementAccess, PasswordPolicy
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.parsers.cisco_asa.addresses import (
    host_addresses,
    literal_address,
    masked_addresses,
    netmask_of,
    prefix_addresses,
)
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.vocabulary import icmp_type
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.word_cursor import number

_LETTERS = {
    "minimum-uppercase": "upper case", "minimum-lowercase": "lower case", "minimum-numeric": "digits",
    "minimum-special": "special", "minimum-changes": "changed letters",
}  # fmt: skip
_ECHO = {1: 8, 58: 128}


def read_password_policy(lines: Iterable[ConfLine], context: Context) -> tuple[PasswordPolicy, ...]:
    """Read the `password-policy` lines, which make one policy."""
    length = lifetime = remembered = None
    letters: list[str] = []
    where: SourceRef | None = None
    for line in lines:
        words = line.words
        value = number(words[2], 10**6) if len(words) > 2 else None
        word = words[1] if len(words) > 1 else ""
        if word == "minimum-length":
            length = value
        elif word == "lifetime":
            lifetime = value or None  # 0: a password never expires
        elif word == "reuse-interval":
            remembered = value
        elif word in _LETTERS and value is not None:
            letters.append(f"{_LETTERS[word]} {value}")
        elif word == "username-check":
            letters.append("not the user name")
        elif word != "authenticate":
            continue
        where = where or context.ledger.ref(line.index)
        context.ledger.understood(line.index)
    if where is None:
        return ()
    return (PasswordPolicy(where, "", length, tuple(letters), lifetime, remembered),)


def read_banners(lines: Iterable[ConfLine], context: Context) -> tuple[Banner, ...]:
    """Read `banner KIND TEXT`; lines of one kind follow each other."""
    texts: dict[str, list[str]] = {}
    places: dict[str, tuple[int, int]] = {}
    for line in lines:
        words = context.ledger.masked[line.index].split(None, 2)
        if len(words) < 2:
            continue
        kind = words[1]
        texts.setdefault(kind, []).append(words[2].strip() if len(words) > 2 else "")
        places[kind] = (places.get(kind, (line.index, 0))[0], line.index)
        context.ledger.understood(line.index)
    return tuple(
        Banner(kind, context.ledger.ref(*places[kind]), " ".join(" ".join(parts).split()))
        for kind, parts in texts.items()
    )


def read_aaa(lines: Iterable[ConfLine], context: Context) -> tuple[tuple[AaaMethod, ...], tuple[Lockout, ...]]:
    """Read `aaa authentication ssh console GROUP [LOCAL]` and its like, and the lockout of local users."""
    methods: dict[str, AaaMethod] = {}
    lockouts: list[Lockout] = []
    for line in lines:
        words = line.words[1:]
        where = context.ledger.ref(line.index)
        if words[:4] == ["local", "authentication", "attempts", "max-fail"] and len(words) > 4:
            lockouts.append(Lockout(where, number(words[4], 10**6), duration_s=0, scope="user"))
            context.ledger.understood(line.index)
            continue
        if len(words) < 3 or words[0] not in ("authentication", "authorization", "accounting"):
            continue
        if words[1] in ("match", "include", "exclude", "listener", "secure-http-client", "login-history"):
            continue
        rest = words[2:]
        service = f"{words[0]} {words[1]}"
        if rest[:1] == ["console"]:
            rest = rest[1:]
        if rest[:1] == ["privilege"]:
            service, rest = f"{service} {rest[1]}" if len(rest) > 1 else service, rest[2:]
        names = [word for word in rest if word != "auto-enable"]
        if not names:
            continue
        shown = tuple(_METHODS.get(name, f"group {name}") for name in names)
        methods[service] = AaaMethod(service, "console", shown, where)
        context.ledger.understood(line.index)
    return tuple(methods.values()), tuple(lockouts)


_METHODS = {"LOCAL": "local", "authentication-server": "authentication server"}


@dataclass(slots=True)
class _Pings:
    """The `icmp` lines of one interface and family: the first that matches a source decides; then nobody else."""

    where: SourceRef
    permitted: AddressSet = field(default_factory=AddressSet)
    denied: AddressSet = field(default_factory=AddressSet)


def read_ping_rules(lines: Iterable[ConfLine], context: Context) -> list[ManagementAccess]:
    """Read `icmp permit|deny SOURCE [TYPE] INTERFACE` and `ipv6 icmp ...`: who gets an answer to a ping.

    Without such lines everybody gets one; with one for an interface and family, the others get none there.
    """
    found: dict[tuple[str, int], _Pings] = {}
    for line in lines:
        words = Words(line.words)
        try:
            protocol = 58 if words.take_if("ipv6") else 1
            words.take()
            if words.peek() not in ("permit", "deny"):
                continue
            permits = words.take() == "permit"
            source = _source(words, protocol, context)
            kind = icmp_type(protocol, words.take()) if len(words.rest()) > 1 else _ECHO[protocol]
            interface = words.take()
            words.end()
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.MANAGEMENT, str(problem))
            continue
        context.ledger.understood(line.index)
        pings = found.setdefault((interface, protocol), _Pings(context.ledger.ref(line.index)))
        if kind != _ECHO[protocol]:
            continue
        if permits:
            pings.permitted |= source - pings.denied
        else:
            pings.denied |= source - pings.permitted
    return [
        ManagementAccess("ping", interface, pings.where, enabled=bool(pings.permitted), sources=pings.permitted)
        for (interface, _), pings in found.items()
    ]


def _source(words: Words, protocol: int, context: Context) -> AddressSet:
    word = words.take()
    if word in ("any", "any4", "any6"):
        return ANY_IPV4 if protocol == 1 else ANY_IPV6
    if word == "host":
        return host_addresses(*literal_address(words.take(), context.names)).maybe
    if "/" in word:
        return prefix_addresses(word, context.names).maybe
    _, value = literal_address(word, context.names)
    return masked_addresses(value, netmask_of(words.take())).maybe
