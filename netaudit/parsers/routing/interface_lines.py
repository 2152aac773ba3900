"""What the lines below `interface` say of routing processes: who takes part, and how.

A setting without a process (`ip ospf cost 10`) holds for every process of the protocol in the interface's VRF.

Sources: Cisco IOS IP Routing command references of OSPF, EIGRP, RIP and IS-IS; ASA Command Reference, "ospf ...",
"summary-address eigrp"; Arista EOS User Manual, "ip ospf", "isis".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netaudit.model.routing import RouteSummary
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.commands import (
    NO_ROUTE,
    NOT_MODELLED,
    Fate,
    Grammar,
    Table,
    fates,
    find_command,
    knows,
    read_lines,
)
from netaudit.parsers.routing.device_processes import InterfaceLines, Processes
from netaudit.parsers.routing.eigrp import read_summary
from netaudit.parsers.routing.isis import LEVELS
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import area_number, as_number, masked_prefix, prefix_text, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_NETWORK_TYPES = frozenset({"broadcast", "non-broadcast", "point-to-point", "point-to-multipoint", "loopback"})
_PROTOCOL_WORDS = ("ospf", "eigrp", "isis", "rip")
_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}


@dataclass(slots=True)
class _Place:
    """The interface whose lines are read."""

    ledger: LineLedger
    processes: Processes
    name: str
    vrf: str


@dataclass(slots=True)
class _Setting:
    """The processes that a setting is for; `family`: of OSPFv3's process."""

    drafts: list[ProcessDraft]
    name: str
    family: Family | None = None

    def state(self, where: SourceRef, **changes: Any) -> None:
        for draft in self.drafts:
            outer, draft.family = draft.family, self.family
            draft.interface(self.name, where, **changes)
            draft.family = outer

    def keep(self, where: SourceRef, option: str, value: str) -> None:
        for draft in self.drafts:
            outer, draft.family = draft.family, self.family
            draft.interface_option(self.name, where, option, value)
            draft.family = outer


_SettingReader = Callable[[_Setting, Words, SourceRef], None]


def read_interface_lines(ledger: LineLedger, interfaces: Iterable[InterfaceLines], processes: Processes) -> None:
    """Read the routing lines of all interfaces into the processes; marks the lines that it knows.

    Interfaces of a range share their lines.
    """
    found = [
        (one, [line for line in one.lines if ledger.is_open(line.index) and knows(_COMMANDS, line.words)])
        for one in interfaces
    ]
    for one, own in found:
        if own:
            place = _Place(ledger, processes, one.name, one.vrf)
            if not read_lines(ledger, own, place, Grammar(_COMMANDS)):
                _doubt(own, processes)
    for draft in processes.drafts:
        if draft.protocol.removesuffix("v3").removesuffix("ng") in processes.doubted:
            draft.exact = False


def _doubt(lines: Sequence[ConfLine], processes: Processes) -> None:
    """Note the protocols whose lines at an interface were not all understood."""
    for line in lines:
        processes.doubted |= {name for name in _PROTOCOL_WORDS if name in line.text}


def _apply(place: _Place, words: Words, where: SourceRef, setting: _Setting, table: Table[_Setting]) -> None:
    """Read one setting by a table; without a process there is nothing to set, but the line must fit."""
    command = find_command(table, words)
    if command is None:
        raise NotUnderstood(words.peek())
    if isinstance(command, Fate):
        words.position = len(words.words)
        if command.reason:
            place.ledger.unsupported(where.line - 1, Affects.ROUTING, command.reason)
            for draft in setting.drafts:
                draft.exact = False
        else:
            place.ledger.ignored(where.line - 1)
        return
    command(setting, words, where)


# --- OSPF


def _ospf(protocol: str) -> Callable[[_Place, Words, SourceRef], None]:
    """Read `ip ospf [N] SETTING`, `ipv6 ospf [N] SETTING`, `ospf SETTING` (ASA)."""

    def read(place: _Place, words: Words, where: SourceRef) -> None:
        family = None
        if protocol == "ospfv3":
            family = Family.IPV6
        _ospf_line(place, words, where, protocol, family)

    return read


def _ospfv3(place: _Place, words: Words, where: SourceRef) -> None:
    """Read `ospfv3 [N] [ipv4|ipv6] SETTING`."""
    identifier = words.take() if number(words.peek(), 65535) is not None else ""
    family = _FAMILIES.get(words.peek())
    if family is not None:
        words.take()
    _ospf_line(place, words, where, "ospfv3", family, identifier)


def _ospf_line(
    place: _Place, words: Words, where: SourceRef, protocol: str, family: Family | None, identifier: str = ""
) -> None:
    has_process = words.peek(1) == "area" or number(words.peek(), 65535) is not None
    if not identifier and words.peek() != "area" and has_process:
        identifier = words.take()
    drafts = place.processes.of(protocol, place.vrf)
    if identifier or (words.peek() == "area" and not drafts):
        drafts = [place.processes.named(protocol, identifier, place.vrf, where)]
    if not drafts:
        drafts = [ProcessDraft(protocol, "", where, place.processes.dialect)]
    _apply(place, words, where, _Setting(drafts, place.name, family), _OSPF)


def _no_ospf(protocol: str) -> Callable[[_Place, Words, SourceRef], None]:
    def read(place: _Place, words: Words, where: SourceRef) -> None:
        family = Family.IPV6 if protocol == "ospfv3" else None
        drafts = place.processes.of(protocol, place.vrf) or [ProcessDraft(protocol, "", where, place.processes.dialect)]
        if words.peek() in ("passive-interface", "passive"):
            words.take()
            _Setting(drafts, place.name, family).state(where, passive=False)
        elif words.peek() == "shutdown":
            words.take()
        elif not knows(_OSPF, words.rest()):
            raise NotUnderstood(words.peek())
        words.position = len(words.words)

    return read


def _area(setting: _Setting, words: Words, where: SourceRef) -> None:
    """Read `area N [secondaries none] [instance N]`."""
    area = area_number(words.take())
    setting.state(where, enabled=True, area=area)
    for draft in setting.drafts:
        draft.area(area, where)
    if words.take_if("secondaries") and words.take() == "none":
        setting.keep(where, "secondaries", "none")
    if words.take_if("instance"):
        setting.keep(where, "instance", words.take())


def _count(name: str, high: int = 65535) -> _SettingReader:
    def read(setting: _Setting, words: Words, where: SourceRef) -> None:
        setting.state(where, **{name: taken_number(words, high)})

    return read


def _dead(setting: _Setting, words: Words, where: SourceRef) -> None:
    """Read `dead-interval N` and `dead-interval minimal hello-multiplier N`, which is one second."""
    if words.take_if("minimal"):
        words.position = len(words.words)
        setting.state(where, dead_s=1)
    else:
        setting.state(where, dead_s=taken_number(words, 65535))


def _network_type(setting: _Setting, words: Words, where: SourceRef) -> None:
    kind = words.take()
    if kind not in _NETWORK_TYPES:
        raise NotUnderstood(kind)
    setting.state(where, network_type=kind)
    if words.take_if("non-broadcast"):
        setting.keep(where, "network", "non-broadcast")


def _authenticated(setting: _Setting, words: Words, where: SourceRef) -> None:
    on = words.peek() != "null"
    words.position = len(words.words)
    setting.state(where, authenticated=on)


def _flag(**changes: bool) -> _SettingReader:
    def read(setting: _Setting, words: Words, where: SourceRef) -> None:
        setting.state(where, **changes)

    return read


def _kept(name: str) -> _SettingReader:
    def read(setting: _Setting, words: Words, where: SourceRef) -> None:
        setting.keep(where, name, " ".join(words.rest()))
        words.position = len(words.words)

    return read


_OSPF: Table[_Setting] = {
    **fates(
        NO_ROUTE,
        """
        bfd, demand-circuit, dynamic, event-history, flood-reduction, lls, lsa, manet, message-digest, mpls ldp,
        mpls traffic-eng, name-lookup, resync-timeout, retransmit-interval, transmit-delay, ttl-security
        """,
    ),
    **fates(NOT_MODELLED, "fast-reroute, multi-area, topology, segment-routing, traffic-engineering, neighbor"),
    "area": _area,
    "cost": _count("cost"),
    "priority": _count("priority", 255),
    "hello-interval": _count("hello_s"),
    "dead-interval": _dead,
    "network": _network_type,
    "authentication": _authenticated,
    "authentication-key": _authenticated,
    "message-digest-key": _authenticated,
    "encryption": _authenticated,
    "mtu-ignore": _flag(ignores_mtu=True),
    "passive-interface": _flag(passive=True),
    "passive": _flag(passive=True),
    "shutdown": _flag(enabled=False),
    "database-filter": _kept("database-filter"),
    "prefix-suppression": _kept("prefix-suppression"),
    "disable": _kept("disable"),
}


# --- IS-IS


def _isis_enabled(family: Family | None) -> Callable[[_Place, Words, SourceRef], None]:
    """Read `ip router isis [TAG]`, `ipv6 router isis [TAG]` and EOS' `isis enable TAG`."""

    def read(place: _Place, words: Words, where: SourceRef) -> None:
        identifier = words.take() if words.peek() else ""
        draft = place.processes.named("isis", identifier, place.vrf, where)
        known = draft.interfaces.get((place.name, None))
        both = known is not None and known.enabled and known.family is not family
        draft.interface(place.name, where, enabled=True, family=None if both else family)

    return read


def _isis(place: _Place, words: Words, where: SourceRef) -> None:
    drafts = place.processes.of("isis", place.vrf) or [ProcessDraft("isis", "", where, place.processes.dialect)]
    _apply(place, words, where, _Setting(drafts, place.name), _ISIS)


def _isis_metric(setting: _Setting, words: Words, where: SourceRef) -> None:
    """Read `metric N [level-1|level-2]`; a metric of one level alone is kept as an option."""
    if words.take_if("maximum"):
        setting.keep(where, "metric", "maximum")
        return
    value = taken_number(words, 2**24)
    if words.peek() in ("level-1", "level-2"):
        setting.keep(where, f"metric {words.take()}", str(value))
    else:
        setting.state(where, cost=value)


def _isis_level(setting: _Setting, words: Words, where: SourceRef) -> None:
    level = LEVELS.get(words.take())
    if level is None:
        raise NotUnderstood("a level was expected")
    setting.state(where, level=level)


def _isis_priority(setting: _Setting, words: Words, where: SourceRef) -> None:
    value = taken_number(words, 127)
    if words.peek() in ("level-1", "level-2"):
        setting.keep(where, f"priority {words.take()}", str(value))
    else:
        setting.state(where, priority=value)


def _isis_hello(setting: _Setting, words: Words, where: SourceRef) -> None:
    value = words.take()
    level = words.take() if words.peek() in ("level-1", "level-2") else ""
    found = number(value, 65535)
    if value == "minimal":
        setting.keep(where, "hello-interval", value)
    elif found is None:
        raise NotUnderstood("a number was expected")
    elif level:
        setting.keep(where, f"hello-interval {level}", value)
    else:
        setting.state(where, hello_s=found)


_ISIS: Table[_Setting] = {
    **fates(
        NO_ROUTE,
        """
        bfd, csnp-interval, hello padding, hello-multiplier, hello, lsp, lsp-interval, mesh-group, retransmit-interval,
        retransmit-throttle-interval, three-way-handshake, small-hello, no hello padding
        """,
    ),
    **fates(NOT_MODELLED, "fast-reroute, segment-routing, node-segment, ipv6 topology, adjacency-filter"),
    "authentication": _authenticated,
    "password": _authenticated,
    "circuit-type": _isis_level,
    "metric": _isis_metric,
    "ipv4 metric": _isis_metric,
    "ipv6 metric": _kept("ipv6 metric"),
    "network": _network_type,
    "point-to-point": lambda setting, words, where: setting.state(where, network_type="point-to-point"),
    "passive": _flag(passive=True),
    "passive-interface": _flag(passive=True),
    "priority": _isis_priority,
    "hello-interval": _isis_hello,
    "tag": _kept("tag"),
    "advertise prefix": _kept("advertise prefix"),
    "no advertise prefix": _kept("no advertise prefix"),
    "protocol shutdown": _flag(enabled=False),
    "ipv4 protocol shutdown": _kept("ipv4 protocol shutdown"),
    "ipv6 protocol shutdown": _kept("ipv6 protocol shutdown"),
}


# --- EIGRP and RIP


def _eigrp(name: str) -> Callable[[_Place, Words, SourceRef], None]:
    """Read `ip hello-interval eigrp N VALUE` and the like: process, then the setting."""

    def read(place: _Place, words: Words, where: SourceRef) -> None:
        draft = place.processes.named("eigrp", as_number(words.take()), place.vrf, where)
        setting = _Setting([draft], place.name)
        if name in ("hello_s", "dead_s"):
            setting.state(where, **{name: taken_number(words, 65535)})
        elif name == "authenticated":
            words.position = len(words.words)
            setting.state(where, authenticated=True)
        elif name == "enabled":
            setting.state(where, enabled=True)
        elif name == "passive":
            setting.state(where, passive=True)
        elif name == "not passive":
            setting.state(where, passive=False)
        else:
            setting.keep(where, name, " ".join(words.rest()))
            words.position = len(words.words)

    return read


def _eigrp_key(place: _Place, words: Words, where: SourceRef) -> None:
    """Read ASA's `authentication key eigrp N KEY key-id N`."""
    _eigrp("authenticated")(place, words, where)


def _eigrp_summary(place: _Place, words: Words, where: SourceRef) -> None:
    draft = place.processes.named("eigrp", as_number(words.take()), place.vrf, where)
    read_summary(draft, words, where, place.name)


def _rip_summary(place: _Place, words: Words, where: SourceRef) -> None:
    found = prefix_text(masked_prefix(words))
    for draft in place.processes.of("rip", place.vrf):
        draft.summaries.append(RouteSummary(found, where, interface=place.name, summary_only=True))


def _rip(place: _Place, words: Words, where: SourceRef) -> None:
    drafts = place.processes.of("rip", place.vrf) or [ProcessDraft("rip", "", where, place.processes.dialect)]
    _apply(place, words, where, _Setting(drafts, place.name), _RIP)


def _ripng(place: _Place, words: Words, where: SourceRef) -> None:
    """Read `ipv6 rip NAME enable|default-information ...|metric-offset N|summary-address P`."""
    draft = place.processes.named("ripng", words.take(), place.vrf, where)
    command = words.take()
    if command == "enable":
        draft.interface(place.name, where, enabled=True)
    elif command == "summary-address":
        found = prefix_text(masked_prefix(words))
        draft.summaries.append(RouteSummary(found, where, interface=place.name, summary_only=True))
    elif command in ("default-information", "metric-offset"):
        draft.interface_option(place.name, where, command, " ".join(words.rest()))
        words.position = len(words.words)
    else:
        raise NotUnderstood(command)


_RIP: Table[_Setting] = {
    **fates(NO_ROUTE, "bfd, initial-delay, triggered, v2-broadcast"),
    "advertise": NO_ROUTE,
    "authentication": _authenticated,
    "send": _kept("send"),
    "receive": _kept("receive"),
    "enable": _flag(enabled=True),
}


# --- labels


def _labels(place: _Place, words: Words, where: SourceRef) -> None:
    """Read `mpls ip`: labels are exchanged at the interface."""
    place.processes.named("ldp", "", "default", where).interface(place.name, where, enabled=True)


_COMMANDS: Mapping[str, Callable[[_Place, Words, SourceRef], None] | Fate] = {
    "ip ospf": _ospf("ospf"),
    "no ip ospf": _no_ospf("ospf"),
    "ospf": _ospf("ospf"),
    "no ospf": _no_ospf("ospf"),
    "ip router ospf": _ospf("ospf"),
    "ipv6 ospf": _ospf("ospfv3"),
    "no ipv6 ospf": _no_ospf("ospfv3"),
    "ospfv3": _ospfv3,
    "no ospfv3": _no_ospf("ospfv3"),
    "ip router isis": _isis_enabled(Family.IPV4),
    "ipv6 router isis": _isis_enabled(Family.IPV6),
    "isis enable": _isis_enabled(None),
    "isis": _isis,
    "ip hello-interval eigrp": _eigrp("hello_s"),
    "ip hold-time eigrp": _eigrp("dead_s"),
    "ip authentication mode eigrp": _eigrp("authenticated"),
    "ip authentication key-chain eigrp": _eigrp("authenticated"),
    "ip passive-interface eigrp": _eigrp("passive"),
    "no ip passive-interface eigrp": _eigrp("not passive"),
    "ip bandwidth-percent eigrp": NO_ROUTE,
    "ip split-horizon eigrp": _eigrp("split-horizon"),
    "no ip split-horizon eigrp": _eigrp("no split-horizon"),
    "ip next-hop-self eigrp": _eigrp("next-hop-self"),
    "no ip next-hop-self eigrp": _eigrp("no next-hop-self"),
    "ip summary-address eigrp": _eigrp_summary,
    "ip summary-address rip": _rip_summary,
    "ipv6 eigrp": _eigrp("enabled"),
    "ipv6 hello-interval eigrp": _eigrp("hello_s"),
    "ipv6 hold-time eigrp": _eigrp("dead_s"),
    "ipv6 authentication mode eigrp": _eigrp("authenticated"),
    "ipv6 authentication key-chain eigrp": _eigrp("authenticated"),
    "ipv6 bandwidth-percent eigrp": NO_ROUTE,
    "ipv6 summary-address eigrp": _eigrp_summary,
    "hello-interval eigrp": _eigrp("hello_s"),
    "hold-time eigrp": _eigrp("dead_s"),
    "authentication mode eigrp": _eigrp("authenticated"),
    "authentication key eigrp": _eigrp_key,
    "split-horizon eigrp": _eigrp("split-horizon"),
    "no split-horizon eigrp": _eigrp("no split-horizon"),
    "summary-address eigrp": _eigrp_summary,
    "ip rip": _rip,
    "rip": _rip,
    "ipv6 rip": _ripng,
    "mpls ip": _labels,
    "tag-switching ip": _labels,
}
"""First words of the lines at an interface that say something of a routing process."""
