"""Access lists: extended, standard, IPv6, webtype and EtherType entries as ordered rules.

Source: Cisco ASA Series Firewall CLI Configuration Guide, "Access Control Lists"; Command Reference,
"access-list extended", "access-list standard", "access-list webtype", "access-list ethertype", "ipv6 access-list".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV6, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch
from netaudit.packets.services import ALL_PORTS, ALL_PROTOCOLS, ICMP, ICMP_PROTOCOLS, PORT_PROTOCOLS, ServiceSet
from netaudit.parsers.cisco_asa.addresses import masked_addresses, read_address, read_literal
from netaudit.parsers.cisco_asa.bounds import AddressBounds, NumberBounds, ServiceBounds, match_of
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.objects import (
    ADDRESS_GROUP,
    ICMP_GROUP,
    NOT_UNDERSTOOD,
    PROTOCOL_GROUP,
    SECURITY_GROUP,
    SERVICE_GROUP,
    SERVICE_OBJECT,
    USER_GROUP,
)
from netaudit.parsers.cisco_asa.services import (
    bounded_port_services,
    protocol_services,
    read_icmp,
    read_ports,
)
from netaudit.parsers.cisco_asa.vocabulary import (
    ICMP_VERSIONS,
    PORT_OPERATORS,
    TYPED_GROUP_PROTOCOLS,
    built_in_icmp_type,
    protocol_numbers,
)
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

ACCESS_LIST = "access list"
TIME_RANGE = "time range"
_ALL_PROTOCOLS = NumberBounds.exact(ALL_PROTOCOLS)
_ALL_PORTS = NumberBounds.exact(ALL_PORTS)
_ANY6 = AddressBounds.exact(ANY_IPV6)
_NOT_IP_FRAMES = frozenset({"bpdu", "eii-ipx", "ipx", "isis", "mpls-multicast", "mpls-unicast", "raw-ipx"})
_IDENTITY_WORDS = frozenset({"user", "user-group", "object-group-user", "object-group-security", "security-group"})
_SETTINGS = frozenset({"alert-interval", "deny-flow-max"})
_USE = "access-list"
_HITS = re.compile(r"\s*\(hitcnt=(\d+)\)\s*(?:\(inactive\)\s*)?(?:0x[0-9a-fA-F]+)?\s*$")
LOG_LEVELS = frozenset(
    ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging")
) | frozenset("01234567")


@lru_cache(maxsize=16384)
def _exact_numbers(numbers: IntervalSet) -> NumberBounds:
    return NumberBounds.exact(numbers)


@dataclass(slots=True)
class AccessList:
    """A list while it is read. `positions` counts entries and remarks, as `show access-list` does."""

    name: str
    index: int
    flavour: str = ""
    entries: list[AccessRule | str] = field(default_factory=list)  # a text is a remark
    remarks: list[str] = field(default_factory=list)  # those since the last rule
    reordered: bool = False  # `line N` put an entry before others: names and descriptions are stale


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A time range: `expires` is the last day of its absolute part, None where it has no end."""

    name: str
    expires: date | None


def read_access_lists(
    lines: Iterable[ConfLine], context: Context, time_ranges: dict[str, TimeRange], denials_logged: bool
) -> dict[str, AccessList]:
    """Read all `access-list` and `ipv6 access-list` lines; `denials_logged`: message 106023 is not switched off."""
    lists: dict[str, AccessList] = {}
    any_bounds = AddressBounds.exact(context.any_addresses)
    reader = _EntryReader(context, time_ranges, denials_logged, any_bounds)
    for line in lines:
        _read_line(line, context, lists, reader)
    for name, found in lists.items():
        context.defined[ACCESS_LIST, name] = (found.index, found.index)
    return lists


def _read_line(line: ConfLine, context: Context, lists: dict[str, AccessList], reader: _EntryReader) -> None:
    text, hits = line.text, None
    if text.endswith((")", " ")) or "(hitcnt=" in text:
        found = _HITS.search(text)
        if found:
            text, hits = text[: found.start()], int(found[1][:18])
    words = Words(text.split())
    flavour = "ipv6" if words.take_if("ipv6") else ""
    words.take()
    if words.peek() in _SETTINGS:
        context.ledger.ignored(line.index)
        return
    if len(words.all) - words.position < 2:
        context.ledger.unrecognized(line.index, Affects.FILTER, "the entry ends too early")
        return
    name = words.take()
    access_list = lists.get(name)
    if access_list is None:
        access_list = lists[name] = AccessList(name, line.index)
    position = len(access_list.entries)
    if words.peek() == "line" and words.peek(1).isascii() and words.peek(1).isdigit():
        words.take()
        wanted = min(max(int(words.take()[:9]) - 1, 0), position)
        access_list.reordered |= wanted < position
        position = wanted
    if words.take_if("remark"):
        masked = context.ledger.masked[line.index].split(None, words.position)
        remark = masked[words.position] if len(masked) > words.position else ""
        access_list.entries.insert(position, remark.strip())
        access_list.remarks.append(remark.strip())
        context.ledger.understood(line.index)
        return
    if words.peek() in ("extended", "standard", "webtype", "ethertype"):
        flavour = words.take()
    if not access_list.flavour:
        access_list.flavour = flavour or "extended"
    description = ""
    if access_list.remarks:
        description = " ".join(filter(None, access_list.remarks))
        access_list.remarks.clear()
    rule = reader.read(words, line.index, flavour or "extended", f"line {position + 1}", description)
    if hits is not None:
        rule = replace(rule, hit_count=hits)
    access_list.entries.insert(position, rule)


class _EntryReader:
    """Reads entries with what they share."""

    def __init__(
        self,
        context: Context,
        time_ranges: dict[str, TimeRange],
        denials_logged: bool,
        any_bounds: AddressBounds,
    ) -> None:
        self.context = context
        self.time_ranges = time_ranges
        self.denials_logged = denials_logged
        self.any_bounds = any_bounds
        self.name = self.description = ""  # of the entry that is read

    def read(self, words: Words, index: int, flavour: str, name: str, description: str) -> AccessRule:
        """Return the rule of an entry; what cannot be read may match everything."""
        self.name, self.description = name, description
        action = Action.PERMIT
        start = words.position
        try:
            word = words.take()
            if word not in ("permit", "deny"):
                raise NotUnderstood("permit or deny was expected")
            action = Action.PERMIT if word == "permit" else Action.DENY
            if flavour == "standard":
                rule = self._standard(words, index, action)
            elif flavour in ("webtype", "ethertype"):
                rule = self._other_kind(words, index, action, flavour)
            else:
                rule = self._extended(words, index, action, _ANY6 if flavour == "ipv6" else self.any_bounds)
        except NotUnderstood as problem:
            self.context.ledger.unrecognized(index, Affects.FILTER, str(problem))
            text = self.context.ledger.masked[index].split()[start + 1 :]
            return AccessRule(
                self.name,
                action,
                PacketMatch.upper(ALL_PACKETS, NOT_UNDERSTOOD),
                self.context.ledger.ref(index),
                description=self.description,
                services=(" ".join(text),),
                enabled=not (words.all and words.all[-1] == "inactive"),
            )
        self.context.ledger.understood(index)
        return rule

    def _standard(self, words: Words, index: int, action: Action) -> AccessRule:
        """A standard list holds addresses without a direction; they stand in the source field."""
        start = words.position
        if words.peek() in ("any", "any4"):
            words.take()
            bounds = masked_addresses(0, 0)
        else:
            bounds = read_literal(words, self.context.names)
        text = words.taken_since(start)
        words.end()
        match = match_of(bounds, self.any_bounds, protocol_services(IntervalSet.span(0, 255)))
        where = self.context.ledger.ref(index)
        return AccessRule(self.name, action, match, where, description=self.description, sources=(text,))

    def _other_kind(self, words: Words, index: int, action: Action, flavour: str) -> AccessRule:
        """Webtype entries match URLs of the SSL VPN portal, EtherType entries frames: no packet is sure.

        Only an EtherType deny of everything, or of IP by number, stops IP (CLI guide, "EtherType ACLs").
        """
        text = " ".join(self.context.ledger.masked[index].split()[words.position :])
        stops_ip = flavour == "ethertype" and not action.permits and words.peek() not in _NOT_IP_FRAMES
        affects = Affects.FILTER if stops_ip else Affects.OTHER
        self.context.ledger.unsupported(index, affects, f"{flavour} entries are not compared with packets")
        return AccessRule(
            self.name,
            action,
            PacketMatch.upper(ALL_PACKETS, flavour),
            self.context.ledger.ref(index),
            description=self.description,
            services=(text,),
            enabled=words.all[-1] != "inactive",
        )

    def _extended(self, words: Words, index: int, action: Action, any_bounds: AddressBounds) -> AccessRule:
        context = self.context
        start = words.position
        protocols, services = self._protocol(words, index)
        service_text = [words.taken_since(start)]
        reasons: list[str] = []
        users: list[str] = []
        unresolved: list[str] = []
        if words.peek() in _IDENTITY_WORDS:
            self._identities(words, index, users, reasons, unresolved)
        start = words.position
        source = read_address(words, context, index, any_bounds)
        source_text = words.taken_since(start)
        source_ports = destination_ports = None
        start = words.position
        if protocols is not None:
            source_ports = self._source_ports(words, index, protocols)
        if source_ports is not None:
            service_text.append("source " + words.taken_since(start))
        if words.peek() in _IDENTITY_WORDS:
            self._identities(words, index, users, reasons, unresolved)
        start = words.position
        destination = read_address(words, context, index, any_bounds)
        destination_text = words.taken_since(start)
        start = words.position
        if protocols is not None:
            number = protocols.maybe.lowest() if protocols.maybe else 0
            if number in ICMP_VERSIONS and protocols.maybe <= ICMP_PROTOCOLS:
                services = self._icmp(words, index, number)
            else:
                destination_ports = self._ports(words, index, protocols)
                services = self._services(protocols, source_ports, destination_ports)
        elif words.peek() in PORT_OPERATORS or words.peek() in ("object", "object-group"):
            self._ports(words, index, _ALL_PROTOCOLS)
            services = services.weakened("ports beside a service object")
        if words.position > start:
            service_text.append(words.taken_since(start))
        logged, enabled, schedule = self._options(words, action)
        words.end()
        expires = None
        if schedule:
            reasons.append("schedule")
            if context.use(TIME_RANGE, schedule, index, _USE):
                expires = self.time_ranges[schedule].expires
            else:
                unresolved.append(schedule)
        for bounds in (source, destination, services):
            if bounds.unresolved:
                unresolved += bounds.unresolved
        return AccessRule(
            name=self.name,
            action=action,
            description=self.description,
            match=match_of(source, destination, services, *reasons),
            where=context.ledger.ref(index),
            enabled=enabled,
            logged=logged,
            sources=(source_text,),
            destinations=(destination_text,),
            services=(" ".join(service_text),),
            schedule=schedule,
            expires=expires,
            users=tuple(users),
            unresolved=tuple(dict.fromkeys(unresolved)) if unresolved else (),
        )

    def _protocol(self, words: Words, index: int) -> tuple[NumberBounds | None, ServiceBounds]:
        """Take the protocol argument: protocols that ports may follow, or (None, services)."""
        context = self.context
        word = words.take()
        if word == "object":
            name = words.take()
            if (SERVICE_OBJECT, name) not in context.defined:
                number = built_in_icmp_type(name)
                if number is not None:
                    return None, ServiceBounds.exact(ServiceSet.icmp(ICMP, IntervalSet.single(number)))
                numbers = protocol_numbers(name)
                if numbers is not None:
                    return None, protocol_services(numbers)
            if context.use(SERVICE_OBJECT, name, index, _USE):
                return None, context.service_objects[name]
            return None, ServiceBounds.undefined(name)
        if word == "object-group":
            name = words.take()
            if (PROTOCOL_GROUP, name) in context.defined:
                context.use(PROTOCOL_GROUP, name, index, _USE)
                return context.protocol_groups[name], _NOTHING
            if not context.use(SERVICE_GROUP, name, index, _USE):
                return None, ServiceBounds.undefined(name)
            if name in context.service_groups:
                return None, context.service_groups[name]
            typed, ports = context.port_groups[name]
            services = bounded_port_services(_typed_protocols(typed), _ALL_PORTS, ports)
            return None, services.weakened("port group in place of a protocol")
        numbers = protocol_numbers(word)
        if numbers is None:
            raise NotUnderstood("the protocol is not known")
        return _exact_numbers(numbers), _NOTHING

    def _identities(
        self, words: Words, index: int, users: list[str], reasons: list[str], unresolved: list[str]
    ) -> None:
        while True:
            word = words.peek()
            if word in ("user", "user-group"):
                words.take()
                users.append(words.take())
                reasons.append("user")
            elif word in ("object-group-user", "object-group-security"):
                words.take()
                name = words.take()
                users.append(name)
                is_user = word == "object-group-user"
                reasons.append("user" if is_user else "security group")
                if not self.context.use(USER_GROUP if is_user else SECURITY_GROUP, name, index, _USE):
                    unresolved.append(name)
            elif word == "security-group":
                words.take()
                words.take()
                users.append(words.take())
                reasons.append("security group")
            else:
                return

    def _source_ports(self, words: Words, index: int, protocols: NumberBounds) -> NumberBounds | None:
        """Take source ports if they follow. `object-group NAME` may be ports or the destination."""
        if words.peek() in PORT_OPERATORS:
            return _exact_numbers(read_ports(words))
        if words.peek() == "object-group":
            name = words.peek(1)
            defined = self.context.defined
            if (SERVICE_GROUP, name) in defined and (ADDRESS_GROUP, name) not in defined:
                return self._ports(words, index, protocols)
        return None

    def _ports(self, words: Words, index: int, protocols: NumberBounds) -> NumberBounds | None:
        """Take ports or a port group if they follow."""
        context = self.context
        word = words.peek()
        if word in PORT_OPERATORS:
            return _exact_numbers(read_ports(words))
        if word == "object-group":
            words.take()
            name = words.take()
            if not context.use(SERVICE_GROUP, name, index, _USE):
                return NumberBounds.upper(ALL_PORTS, "undefined reference", (name,))
            if name in context.port_groups:
                typed, ports = context.port_groups[name]
                if protocols.maybe <= _typed_protocols(typed).maybe:
                    return ports
                return NumberBounds.upper(ports.maybe, "port group of another protocol", ports.unresolved)
            services = context.service_groups[name].maybe
            return NumberBounds.upper(_ports_within(services, protocols), "service group in place of ports")
        if word == "object":
            words.take()
            name = words.take()
            if not context.use(SERVICE_OBJECT, name, index, _USE):
                return NumberBounds.upper(ALL_PORTS, "undefined reference", (name,))
            services = context.service_objects[name].maybe
            return NumberBounds.upper(_ports_within(services, protocols), "service object in place of ports")
        return None

    def _services(
        self, protocols: NumberBounds, source: NumberBounds | None, destination: NumberBounds | None
    ) -> ServiceBounds:
        if source is None and destination is None:
            if not protocols.reasons:
                return protocol_services(protocols.maybe)
            return ServiceBounds(
                ServiceSet.of_protocols(protocols.surely),
                ServiceSet.of_protocols(protocols.maybe),
                protocols.reasons,
                protocols.unresolved,
            )
        return bounded_port_services(protocols, source or _ALL_PORTS, destination or _ALL_PORTS)

    def _icmp(self, words: Words, index: int, protocol: int) -> ServiceBounds:
        if words.take_if("object-group"):
            name = words.take()
            if not self.context.use(ICMP_GROUP, name, index, _USE):
                return ServiceBounds.upper(ServiceSet.protocol(protocol), "undefined reference", (name,))
            types = self.context.icmp_groups[name]
            return ServiceBounds(
                ServiceSet.icmp(protocol, types.surely),
                ServiceSet.icmp(protocol, types.maybe),
                types.reasons,
                types.unresolved,
            )
        if not words or words.peek() in ("log", "inactive", "time-range"):
            return protocol_services(IntervalSet.single(protocol))
        types_and_codes = read_icmp(words, protocol)
        return ServiceBounds.exact(ServiceSet.icmp(protocol, *types_and_codes))

    def _options(self, words: Words, action: Action) -> tuple[bool | None, bool, str]:
        """Take `log ...`, `time-range NAME` and `inactive`: logged, enabled, schedule.

        Without `log` a denied packet is logged by message 106023 and a permitted one is not; `log disable`
        switches both off (CLI guide, "Configuring Logging for Access Lists").
        """
        logged: bool | None = self.denials_logged if action is Action.DENY else False
        enabled, schedule = True, ""
        while words:
            if words.take_if("log"):
                logged = True
                if words.take_if("disable"):
                    logged = False
                    continue
                if words.take_if("default"):
                    logged = self.denials_logged if action is Action.DENY else False
                    continue
                if words.peek() in LOG_LEVELS:
                    words.take()
                if words.take_if("interval"):
                    words.number()
            elif words.take_if("time-range"):
                schedule = words.take()
            elif words.take_if("inactive"):
                enabled = False
            else:
                raise NotUnderstood("a word after the services is not known")
        return logged, enabled, schedule


_NOTHING = ServiceBounds.exact(ServiceSet())


def _typed_protocols(typed: str) -> NumberBounds:
    return NumberBounds.exact(IntervalSet.of((number, number) for number in TYPED_GROUP_PROTOCOLS[typed]))


def _ports_within(services: ServiceSet, protocols: NumberBounds) -> IntervalSet:
    """Return the destination ports that services name for some of the protocols.

    The device takes only port groups there; files that did not come from a device hold other services too.
    """
    with_ports = protocols.maybe & PORT_PROTOCOLS
    return IntervalSet.of(
        interval for box in services.boxes if box.protocols.overlaps(with_ports) for interval in box.destination_ports
    )


def rulebase_of(found: AccessList, context: Context) -> Rulebase:
    """Return the rulebase of a list: rules named "line N" by their place, remarks as descriptions."""
    rules = (
        _renamed(found.entries) if found.reordered else [entry for entry in found.entries if not isinstance(entry, str)]
    )
    return Rulebase(
        name=found.name,
        kind=RulebaseKind.FILTER,
        rules=tuple(rules),
        default_action=Action.DENY,
        where=context.ledger.ref(found.index),
        stateful=True,
        families=_families(found.flavour, context),
        flavour=found.flavour or "extended",
    )


def _renamed(entries: Iterable[AccessRule | str]) -> list[AccessRule]:
    rules: list[AccessRule] = []
    remarks: list[str] = []
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, str):
            remarks.append(entry)
            continue
        rules.append(replace(entry, name=f"line {number}", description=" ".join(filter(None, remarks))))
        remarks = []
    return rules


def _families(flavour: str, context: Context) -> tuple[Family, ...]:
    """Return the families whose packets meet a list: before 9.0 each list has one, standard lists are IPv4."""
    if flavour == "ipv6":
        return (Family.IPV6,)
    if flavour == "standard" or not context.unified_lists:
        return (Family.IPV4,)
    return (Family.IPV4, Family.IPV6)
