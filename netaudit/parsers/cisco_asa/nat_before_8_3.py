"""Address translation up to 8.2: `static`, `nat` with `global`, NAT exemption, in the order of evaluation.

Source: Cisco ASA 5500 Series Configuration Guide using the CLI, 8.2, "NAT Overview", "Order of NAT Commands Used to
Match Real Addresses": exemption, static and static PAT, policy dynamic, regular dynamic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netaudit.model.rules import Binding, NatKind, NatRule, Purpose, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.cisco_asa.addresses import literal_address, masked_addresses, netmask_of
from netaudit.parsers.cisco_asa.bindings import bind
from netaudit.parsers.cisco_asa.bounds import AddressBounds, ServiceBounds, match_of
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.nat import interface_address, interface_names, name_set
from netaudit.parsers.cisco_asa.vocabulary import port_number
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

_ANY4 = AddressBounds.exact(ANY_IPV4)
_ANY_SERVICE = ServiceBounds.exact(ANY_SERVICE)
_EXEMPT, _STATIC, _POLICY, _REGULAR = range(4)


@dataclass(frozen=True, slots=True)
class _Pool:
    interface: str
    identifier: int
    addresses: AddressBounds


@dataclass(frozen=True, slots=True)
class OldTranslations:
    """The rules in their order, and the uses of access lists by them."""

    rules: tuple[NatRule, ...]
    bindings: tuple[Binding, ...]


def is_old_nat(line: ConfLine) -> bool:
    """Tell whether a `nat` line is of the old kind: one interface and a number."""
    words = line.text.split(None, 3)
    return len(words) > 2 and "," not in words[1] and words[1].startswith("(") and words[2].isdigit()


def read_old_nat(lines: Iterable[ConfLine], rulebases: Iterable[Rulebase], context: Context) -> OldTranslations:
    """Read `static`, `global` and old `nat` lines."""
    lists = {rulebase.name: rulebase for rulebase in rulebases}
    reader = _Reader(context, lists)
    for line in lines:
        words = Words(line.words)
        try:
            _READERS[words.take()](reader, words, line)
            context.ledger.understood(line.index)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.NAT, str(problem))
    return OldTranslations(tuple(reader.rules()), tuple(reader.bindings))


class _Reader:
    def __init__(self, context: Context, lists: dict[str, Rulebase]) -> None:
        self.context = context
        self.lists = lists
        self.list_matches: dict[str, PacketMatch] = {}
        self.bindings: list[Binding] = []
        self.found: list[tuple[int, int, NatRule]] = []  # (class, order within it, rule)
        self.pools: list[_Pool] = []
        self.sources: list[tuple[int, str, PacketMatch, int, int]] = []  # (id, interface, match, line, class)

    def read_global(self, words: Words, line: ConfLine) -> None:
        """`global (IF) ID interface | A[-B] [netmask M]`."""
        interface, identifier = _one_interface(words), words.number()
        if words.take_if("interface"):
            addresses = interface_address(interface, self.context)
        else:
            first, _, last = words.take().partition("-")
            family, low = literal_address(first, self.context.names)
            other, high = literal_address(last, self.context.names) if last else (family, low)
            if family is not other or low > high:
                raise NotUnderstood("the pool is empty")
            addresses = AddressBounds.exact(AddressSet.of(family, IntervalSet.span(low, high)))
            if words.take_if("netmask"):
                words.take()
        words.end()
        self.pools.append(_Pool(interface, identifier, addresses))

    def read_nat(self, words: Words, line: ConfLine) -> None:
        """`nat (IF) ID A M ...` or `nat (IF) ID access-list NAME ...`; 0 translates to itself."""
        interface, identifier = _one_interface(words), words.number()
        if words.take_if("access-list"):
            match = self._list_match(words.take(), line)
            group = _POLICY
        else:
            family, value = literal_address(words.take(), self.context.names)
            if family is not Family.IPV4:
                raise NotUnderstood("an IPv4 address was expected")
            mask = netmask_of(words.take()) if words else 0xFFFFFFFF
            match = match_of(masked_addresses(value, mask), _ANY4, _ANY_SERVICE)
            group = _REGULAR
        if identifier == 0:
            exempt = NatRule(
                name=f"nat 0 line {line.index + 1}",
                kind=NatKind.EXEMPT,
                match=match,
                where=self.context.ledger.ref(line.index),
                from_interface=name_set(interface),
            )
            self._add(_EXEMPT if group == _POLICY else _REGULAR, exempt)
            return
        self.sources.append((identifier, interface, match, line.index, group))

    def read_static(self, words: Words, line: ConfLine) -> None:
        """`static (REAL,MAPPED) [tcp|udp] MAPPED [PORT] REAL [PORT] [netmask M]` or with `access-list NAME`."""
        real_names, mapped_names, interfaces = interface_names(words.take())
        protocol = TCP if words.take_if("tcp") else UDP if words.take_if("udp") else None
        mapped_is_interface = words.take_if("interface")
        mapped_first = None if mapped_is_interface else literal_address(words.take(), self.context.names)
        mapped_port = self._port(words) if protocol is not None else None
        services = _ANY_SERVICE
        real_port: int | None = None
        if words.take_if("access-list"):
            match = self._list_match(words.take(), line)
            width = 1
        else:
            family, real = literal_address(words.take(), self.context.names)
            if family is not Family.IPV4:
                raise NotUnderstood("an IPv4 address was expected")
            if protocol is not None:
                real_port = self._port(words)
                services = ServiceBounds.exact(ServiceSet.ports(protocol, ALL_PORTS, IntervalSet.single(real_port)))
            mask = netmask_of(words.take()) if words.take_if("netmask") and words else 0xFFFFFFFF
            bounds = masked_addresses(real, mask)
            width = bounds.maybe.ipv4.size()
            match = match_of(bounds, _ANY4, services)
        if mapped_first is None:
            mapped = interface_address(interfaces[1], self.context)
        else:
            family, first = mapped_first
            if first + width > 1 << family.bits:
                raise NotUnderstood("the mapped block is too large")
            mapped = AddressBounds.exact(AddressSet.of(family, IntervalSet.span(first, first + width - 1)))
        if mapped.reasons:
            match = PacketMatch.upper(match.maybe, *match.reasons, *mapped.reasons)
        is_identity = protocol is None and mapped.maybe == match.maybe.sources()
        self._add(
            _STATIC,
            NatRule(
                name=f"static line {line.index + 1}",
                kind=NatKind.EXEMPT if is_identity else NatKind.STATIC,
                match=match,
                where=self.context.ledger.ref(line.index),
                translated_source=None if is_identity else mapped.maybe,
                protocol=protocol,
                original_ports=None if real_port is None else IntervalSet.single(real_port),
                translated_ports=None if mapped_port is None else IntervalSet.single(mapped_port),
                from_interface=real_names,
                to_interface=mapped_names,
            ),
        )

    def _port(self, words: Words) -> int:
        port = port_number(words.take())
        if port is None:
            raise NotUnderstood("a port was expected")
        return port

    def _list_match(self, name: str, line: ConfLine) -> PacketMatch:
        """Return what the permit entries of a list match."""
        binding = bind(self.context, name, Purpose.NAT, line.index, "nat access-list")
        self.bindings.append(binding)
        if name not in self.list_matches:
            self.list_matches[name] = self._permitted_by(name)
        return self.list_matches[name]

    def _permitted_by(self, name: str) -> PacketMatch:
        rulebase = self.lists.get(name)
        if rulebase is None:
            return PacketMatch.upper(PacketSet.of(), "undefined reference")
        rules = [rule for rule in rulebase.rules if rule.enabled]
        permits = [rule for rule in rules if rule.action.permits]
        maybe = PacketSet.union(rule.match.maybe for rule in permits)
        reasons = [reason for rule in permits for reason in rule.match.reasons]
        if len(permits) < len(rules):
            reasons.append("deny entries in the list")
        if not reasons:
            return PacketMatch.exact(maybe)
        return PacketMatch(NO_PACKETS, maybe, tuple(dict.fromkeys(reasons)))

    def _add(self, group: int, rule: NatRule) -> None:
        self.found.append((group, len(self.found), rule))

    def _pools_by_number(self) -> dict[int, dict[str, AddressBounds]]:
        """Return number -> interface -> addresses: pools of one number at one interface are used in turn."""
        found: dict[int, dict[str, list[AddressBounds]]] = {}
        for pool in self.pools:
            found.setdefault(pool.identifier, {}).setdefault(pool.interface, []).append(pool.addresses)
        return {
            identifier: {interface: AddressBounds.union(many) for interface, many in by_interface.items()}
            for identifier, by_interface in found.items()
        }

    def rules(self) -> list[NatRule]:
        """Return the rules in their order; a `nat` line makes one rule for each pool of its number."""
        pools = self._pools_by_number()
        for identifier, interface, match, index, group in self.sources:
            if identifier not in pools:
                self.context.ledger.unsupported(index, Affects.NAT, "no global pool of this number")
            for mapped_interface, addresses in pools.get(identifier, {}).items():
                bounded = match
                if addresses.reasons:
                    bounded = PacketMatch.upper(match.maybe, *match.reasons, *addresses.reasons)
                rule = NatRule(
                    name=f"nat {identifier} line {index + 1}",
                    kind=NatKind.SOURCE,
                    match=bounded,
                    where=self.context.ledger.ref(index),
                    translated_source=addresses.maybe,
                    from_interface=name_set(interface),
                    to_interface=name_set(mapped_interface),
                )
                self._add(group, rule)
        return [rule for _, _, rule in sorted(self.found, key=lambda item: item[:2])]


_READERS: dict[str, Callable[[_Reader, Words, ConfLine], None]] = {
    "global": _Reader.read_global,
    "nat": _Reader.read_nat,
    "static": _Reader.read_static,
}


def _one_interface(words: Words) -> str:
    word = words.take()
    if not (word.startswith("(") and word.endswith(")") and len(word) > 2):
        raise NotUnderstood("an interface was expected")
    return word[1:-1]
