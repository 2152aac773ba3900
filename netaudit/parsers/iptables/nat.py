"""The nat table as translations, in the order in which they are tried."""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.rules import NatKind, NatRule
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.chain_unfolding import Decision
from netaudit.parsers.iptables.conditions import parse_addresses, parse_ports
from netaudit.parsers.iptables.tables import RawRule
from netaudit.parsers.ledger import LineLedger

_KINDS = {
    "DNAT": NatKind.DESTINATION,
    "REDIRECT": NatKind.DESTINATION,
    "SNAT": NatKind.SOURCE,
    "MASQUERADE": NatKind.SOURCE,
    "SAME": NatKind.SOURCE,
    "ACCEPT": NatKind.EXEMPT,
}


@dataclass(frozen=True, slots=True)
class _Goal:
    addresses: AddressSet | None
    ports: IntervalSet | None


def nat_rule(decision: Decision[RawRule], chain: str, family: AddressSet, ledger: LineLedger) -> NatRule | None:
    """Return the translation of one rule of the nat table, None where it translates nothing that is known.

    MASQUERADE takes the address of the interface that the packet leaves by, REDIRECT that of the one it came
    in by; neither is in an iptables dump, so every address of the family stands for it.
    """
    kind = _KINDS.get(decision.step.target)
    if decision.step.target == "NETMAP":
        kind = NatKind.DESTINATION if chain in ("PREROUTING", "OUTPUT") else NatKind.SOURCE
    if kind is None:
        return None
    goal = _goal(decision, family)
    if goal is None:
        return None
    protocols = decision.region.maybe.services().protocols()
    is_one = protocols.size() == 1
    original = _destination_ports(decision) if kind is NatKind.DESTINATION and is_one else None
    return NatRule(
        name=decision.name,
        kind=kind,
        match=decision.region.match,
        where=ledger.ref(decision.rule.index),
        translated_source=goal.addresses if kind is NatKind.SOURCE else None,
        translated_destination=goal.addresses if kind is NatKind.DESTINATION else None,
        protocol=protocols.lowest() if is_one else None,
        original_ports=original,
        translated_ports=goal.ports,
        from_interface=decision.region.ins,
        to_interface=decision.region.outs,
    )


def _goal(decision: Decision[RawRule], family: AddressSet) -> _Goal | None:
    target = decision.step.target
    if target == "ACCEPT":
        return _Goal(None, None)
    if target in ("REDIRECT", "MASQUERADE"):
        ports = decision.rule.first("--to-ports", "--to-port")
        return _Goal(family, parse_ports(ports.value.replace("-", ":")) if ports else None)
    option = decision.rule.first("--to-destination", "--to-source", "--to")
    if option is None or not option.value:
        return None
    text = option.value
    address_text, ports_text = text, ""
    if text.startswith("["):
        address_text, _, ports_text = text[1:].partition("]")
        ports_text = ports_text.lstrip(":")
    elif text.count(":") == 1:
        address_text, _, ports_text = text.partition(":")
    ports_found = parse_ports(ports_text.partition("/")[0].replace("-", ":")) if ports_text else None
    if ports_text and ports_found is None:
        return None
    if not address_text:
        return _Goal(None, ports_found)
    first, dash, last = address_text.partition("-")
    try:
        addresses = AddressSet.range(first, last) if dash else parse_addresses(first)
    except ValueError:
        return None
    return _Goal(addresses, ports_found) if addresses is not None else None


def _destination_ports(decision: Decision[RawRule]) -> IntervalSet | None:
    boxes = decision.region.maybe.services().boxes
    ports = IntervalSet.of(interval for box in boxes for interval in box.destination_ports.intervals)
    return None if ports == IntervalSet.span(0, 65535) or ports == IntervalSet.single(0) else ports
