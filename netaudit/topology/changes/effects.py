"""What a planned change does to the conduits: what is newly permitted, what is newly denied, and what is not sure.

A packet is newly permitted for certain if it surely passes after the change and before it neither passed nor may have
passed; newly denied the other way round. What was undecided on one side, or passes for sure on one and may on the
other, is a change that is not sure. What was undecided before and still is, is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from netaudit.model.device import Device, Interface
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, Flow, PacketProduct, PacketSet
from netaudit.topology.fates import Disposition, Hop, Step
from netaudit.topology.network import Network
from netaudit.topology.places import Place
from netaudit.topology.reach import Conduit, DecidingRule, PassedPackets
from netaudit.topology.trace import trace_flow


class EffectKind(StrEnum):
    """What becomes of packets through the change."""

    NEWLY_PERMITTED = "newly_permitted"
    NEWLY_DENIED = "newly_denied"


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a packet that passed before ends after the change, with the step that ended it; None = nothing asked."""

    disposition: Disposition
    device: str
    step: Step | None
    reason: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Packets of one zone pair and one chain of rules that fare otherwise.

    `deciding` are the rules that let them pass: after the change if they are newly permitted, before it if newly
    denied. `surely` is False where one side is not decided; then `reasons` says why.
    """

    kind: EffectKind
    from_zone: str
    to_zone: str
    packets: PacketSet
    surely: bool
    deciding: tuple[DecidingRule, ...]
    devices: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    ending: Ending | None = None


def effects_of(
    before: Network,
    after: Network,
    conduits_before: Mapping[tuple[str, str], Conduit],
    conduits_after: Mapping[tuple[str, str], Conduit],
    as_of: date | None = None,
) -> tuple[Effect, ...]:
    """Return what fares otherwise, pair by pair in the order of the conduits."""
    found: list[Effect] = []
    for pair, new in conduits_after.items():
        old = conduits_before.get(pair)
        if old is None or old == new:
            continue
        found += _one_way(EffectKind.NEWLY_PERMITTED, old, new)
        for effect in _one_way(EffectKind.NEWLY_DENIED, new, old):
            found.append(replace(effect, ending=_ending(before, after, effect, as_of)))
    return tuple(found)


def _one_way(kind: EffectKind, without: Conduit, having: Conduit) -> Iterator[Effect]:
    """Yield what passes in one state of a conduit and not in the other."""
    sure_without = [product for one in without.permitted for product in one.packets.products]
    may_without = list(without.possible.products)
    pair = having.from_zone, having.to_zone
    told = PacketSet()
    for (deciding, devices), packets in _chains(having.permitted).items():
        rest = _less(packets, sure_without) - told
        if not rest:
            continue
        told |= rest
        sure = _less(rest, may_without)
        reasons = without.reasons
        if sure:
            yield Effect(kind, *pair, sure, not reasons, deciding, devices, reasons)
        if unsure := rest & without.possible:
            yield Effect(kind, *pair, unsure, False, deciding, devices, without.reasons)
    may = _less(_less(having.possible, sure_without), may_without) - told
    if may:
        yield Effect(kind, *pair, may, False, (), (), having.reasons)


def _chains(
    permitted: Iterable[PassedPackets],
) -> dict[tuple[tuple[DecidingRule, ...], tuple[str, ...]], PacketSet]:
    """Return what passes by the same rules on the same path together."""
    found: dict[tuple[tuple[object, ...], tuple[str, ...]], list[PassedPackets]] = {}
    for one in permitted:
        key = tuple((rule.device, rule.rulebase, rule.where) for rule in one.deciding)
        found.setdefault((key, one.devices), []).append(one)
    return {
        (many[0].deciding, many[0].devices): PacketSet.union(one.packets for one in many) for many in found.values()
    }


def _less(packets: PacketSet, others: Sequence[PacketProduct]) -> PacketSet:
    """Return packets less others; what is there as it is, is taken out first, since most of it is."""
    known = set(others)
    rest = PacketSet(tuple(one for one in packets.products if one not in known))
    return rest - PacketSet(tuple(others)) if rest else NO_PACKETS


def _ending(before: Network, after: Network, effect: Effect, as_of: date | None) -> Ending | None:
    """Return where a witness of newly denied packets ends; None where its trace before the change is not that packet.

    Packets of a conduit carry the destination of their end; one that is translated on the way starts with another.
    """
    for witness in _probes(effect.packets) if effect.devices else ():
        for device, port in before.zone_interfaces(effect.from_zone):
            if device.name == effect.devices[0] and port.enabled:
                found = _asked(before, after, device, port, witness, as_of)
                if found is not None:
                    return found
    return None


def _probes(packets: PacketSet) -> Iterator[Flow]:
    """Yield some packets of a set: the lowest addresses of a subnet are no hosts."""
    for product in packets.products[:2]:
        witness = product.witness()
        yield replace(witness, source=_second(product.source), destination=_second(product.destination))
        yield witness


def _second(addresses: IntervalSet) -> int:
    low, high = addresses.intervals[0]
    return min(low + 1, high)


def _asked(
    before: Network, after: Network, device: Device, port: Interface, witness: Flow, as_of: date | None
) -> Ending | None:
    vrf = port.virtual_system, port.vrf
    old = trace_flow(before, Place(device, port, vrf), witness, as_of)
    if not any(_passes(one.disposition) for one in old.traces):
        return None
    now_port = after.interface(device.name, port.name)
    if now_port is None or not now_port.enabled:
        return Ending(Disposition.NO_ROUTE, device.name, None, f"{port.rule_name} of {device.name} is down")
    new = trace_flow(after, Place(after.devices[device.name], now_port, vrf), witness, as_of)
    ended = next((one for one in new.traces if not _passes(one.disposition)), None)
    if ended is None:
        return None
    hop = ended.hops[-1] if ended.hops else Hop(device.name, port.name, "", ())
    return Ending(ended.disposition, hop.device, hop.steps[-1] if hop.steps else None, ended.reason)


def _passes(disposition: Disposition) -> bool:
    return disposition in (Disposition.DELIVERED, Disposition.EXITS)
