"""What dnat, snat, masquerade and redirect turn packets into. Source: nft(8), NAT STATEMENTS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketSet
from netaudit.packets.services import ALL_PORTS, PORT_PROTOCOLS
from netaudit.parsers.chain_unfolding import Decision, Effect
from netaudit.parsers.linux_names import port_number
from netaudit.parsers.nftables.matches import Matcher, Reading
from netaudit.parsers.nftables.ruleset import Expression, RawRule
from netaudit.parsers.packet_region import Region

_KINDS = {
    "dnat": NatKind.DESTINATION,
    "redirect": NatKind.DESTINATION,
    "snat": NatKind.SOURCE,
    "masquerade": NatKind.SOURCE,
}


@dataclass(frozen=True, slots=True)
class Translation:
    """One outcome of a translation, and for which packets; `addresses` None: they stay."""

    kind: str
    regions: tuple[Region, ...]
    addresses: AddressSet | None = None
    ports: IntervalSet | None = None
    problem: str = ""


def translations(kind: str, value: Expression, matcher: Matcher, reading: Reading) -> list[Translation]:
    """Return the outcomes of a statement: one, or one for each element of its map."""
    fields: Mapping[str, Expression] = value if isinstance(value, dict) else {}
    named = fields.get("family")
    goal, port = fields.get("addr"), fields.get("port")
    family = ANY_IPV4 if named == "ip" else ANY_IPV6 if named == "ip6" else ANY_ADDRESS
    everything = (Region.exact(PacketSet.of(family, family)),)
    ports = None if port is None else _ports(port)
    if port is not None and ports is None:
        if isinstance(port, dict) and "map" in port and goal is None:
            return _mapped(kind, port["map"], matcher, reading, family, of_ports=True)
        return [Translation(kind, everything, family, ALL_PORTS, "ports of a translation that are not known")]
    if goal is None:
        # The address of the interface that the packet leaves, or came in, by is not in the ruleset.
        return [Translation(kind, everything, family if kind in ("masquerade", "redirect") else None, ports)]
    if isinstance(goal, dict) and "map" in goal:
        return _mapped(kind, goal["map"], matcher, reading, family, ports=ports)
    addresses, goal_ports = _goal(goal)
    if addresses is None:
        return [Translation(kind, everything, family, ports, "translation that cannot be read")]
    of_family = (ANY_IPV4 if addresses.ipv4 else AddressSet()) | (ANY_IPV6 if addresses.ipv6 else AddressSet())
    regions = (Region.exact(PacketSet.of(family & of_family, family & of_family)),)
    return [Translation(kind, regions, addresses, goal_ports if goal_ports is not None else ports)]


def _mapped(
    kind: str,
    mapping: Expression,
    matcher: Matcher,
    reading: Reading,
    family: AddressSet,
    ports: IntervalSet | None = None,
    of_ports: bool = False,
) -> list[Translation]:
    everything = (Region.exact(PacketSet.of(family, family)),)
    unknown = [Translation(kind, everything, family, ALL_PORTS, "map of a translation that is not known")]
    if not isinstance(mapping, dict):
        return unknown
    key = mapping.get("key")
    found = matcher.mapped(key, mapping.get("data"), reading)
    if found is None:
        return unknown
    outcomes: list[tuple[tuple[Region, ...], AddressSet | None, IntervalSet | None]] = []
    for regions, _, value in found:
        if of_ports:
            outcomes.append((regions, None, _ports(value)))
        else:
            addresses, own_ports = _goal(value)
            outcomes.append((regions, addresses, own_ports if own_ports is not None else ports))
    if any(ports is None if of_ports else addresses is None for _, addresses, ports in outcomes):
        return unknown
    if isinstance(key, dict) and ("numgen" in key or "jhash" in key or "symhash" in key):
        # Any of them, by turns or by chance.
        together = AddressSet.union(addresses for _, addresses, _ in outcomes if addresses is not None)
        return [Translation(kind, everything, together, ports)]
    return [Translation(kind, regions, addresses, own) for regions, addresses, own in outcomes]


def _goal(goal: Expression) -> tuple[AddressSet | None, IntervalSet | None]:
    """Return the addresses and ports of "10.0.0.1", a range, a prefix, or "10.0.0.1 . 80"."""
    if isinstance(goal, dict) and isinstance(goal.get("concat"), list):
        parts = goal["concat"]
        assert isinstance(parts, list)
        return (_goal(parts[0])[0], _ports(parts[1])) if len(parts) == 2 else (None, None)
    try:
        if isinstance(goal, str):
            return AddressSet.host(goal), None
        if isinstance(goal, dict) and isinstance(goal.get("range"), list):
            ends = goal["range"]
            assert isinstance(ends, list)
            return AddressSet.range(str(ends[0]), str(ends[-1])), None
        if isinstance(goal, dict) and isinstance(goal.get("prefix"), dict):
            prefix = goal["prefix"]
            assert isinstance(prefix, dict)
            family, address = parse_address(str(prefix.get("addr")))
            length = prefix.get("len")
            if isinstance(length, int):
                return AddressSet.of(family, IntervalSet.span(*prefix_interval(family, address, length))), None
    except ValueError:
        return None, None
    return None, None


def _ports(value: Expression) -> IntervalSet | None:
    ends: list[Expression] = [value]
    if isinstance(value, dict) and isinstance(value.get("range"), list):
        inner = value["range"]
        assert isinstance(inner, list)
        ends = inner
    numbers = [one if isinstance(one, int) else port_number(one) if isinstance(one, str) else None for one in ends]
    low, high = numbers[0], numbers[-1]
    return None if low is None or high is None or not 0 <= low <= high <= 65535 else IntervalSet.span(low, high)


def nat_rule(decision: Decision[RawRule], where: SourceRef, prefix: str = "") -> NatRule | None:
    """Return the translation of a decision of a nat chain, an exemption for accept; None for all else."""
    effect, detail = decision.step.effect, decision.step.detail
    if effect is Effect.ACCEPT:
        kind, detail = NatKind.EXEMPT, Translation("accept", ())
    elif effect is Effect.TRANSLATE and isinstance(detail, Translation):
        kind = _KINDS[detail.kind]
    else:
        return None
    match = decision.region.match
    protocols = match.maybe.services().protocols()
    is_one = protocols.size() == 1
    original = None
    if kind is NatKind.DESTINATION and is_one and protocols <= PORT_PROTOCOLS:
        boxes = match.maybe.services().boxes
        original = IntervalSet.of(interval for box in boxes for interval in box.destination_ports.intervals)
    return NatRule(
        name=f"{prefix} {decision.name}".strip(),
        kind=kind,
        match=match,
        where=where,
        translated_source=detail.addresses if kind is NatKind.SOURCE else None,
        translated_destination=detail.addresses if kind is NatKind.DESTINATION else None,
        protocol=protocols.lowest() if is_one else None,
        original_ports=None if original == ALL_PORTS else original,
        translated_ports=detail.ports,
        from_interface=decision.region.ins,
        to_interface=decision.region.outs,
    )
