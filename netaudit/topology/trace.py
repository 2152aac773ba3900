"""One packet through the network, device by device, and its answer back.

Every device does to the packet what `passage` does to sets of them, in the same order; each step is kept with the
line that decided. What is not known ends the trace as "unknown", with the reason: it is never taken for "delivered".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from netaudit.model.device import Device, Interface
from netaudit.model.rules import Direction, NatRule, Rulebase
from netaudit.packets.addresses import Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow
from netaudit.topology.arrivals import Departed, arrivals
from netaudit.topology.beam import Beam, single, the_packet
from netaudit.topology.decisions import (
    Decision,
    decide_at_interface,
    decide_local,
    decide_own,
    decide_policy,
    is_stateful,
)
from netaudit.topology.encryption import OUTER_PROTOCOLS, encrypted
from netaudit.topology.fates import Disposition, FlowTrace, Hop, Step, Trace
from netaudit.topology.filters import bound_rulebases
from netaudit.topology.network import Network
from netaudit.topology.places import Place, answer_of, keeps_to_itself, pulled_back, turning_point
from netaudit.topology.routing_decision import Decided, decide_way
from netaudit.topology.translation import Entered, translate_destination, translate_source
from netaudit.topology.ways import carries_transit

MAX_HOPS = 32
MAX_TRACES = 64
NOT_WHICH = "which address of its pool a translation takes is not known"

# Policy-based routing chooses for the first packet of a connection; its answers are not asked (Cisco ASA General
# Operations CLI guide, "Policy Based Routing"; PAN-OS Administrator's Guide, "Policy-Based Forwarding").
_SESSIONS_KEEP_THEIR_WAY = frozenset({"cisco_asa", "paloalto_panos"})
MAX_TARGETS = 16  # up to this each real address behind a translation is a way of its own; past it the lowest stands


@dataclass(frozen=True, slots=True)
class _Session:
    """A connection that a stateful device knows: the headers on its two sides."""

    outside: Flow
    inside: Flow


@dataclass(frozen=True)
class _Walk:
    network: Network
    as_of: date | None
    sessions: dict[str, list[_Session]] = field(default_factory=dict)
    answering: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    place: Place
    flow: Flow
    hops: tuple[Hop, ...] = ()
    seen: frozenset[tuple[str, str, Flow]] = frozenset()
    back: Place | None = None  # where the first device hands an answer to, whatever its routes say
    pool: IntervalSet | None = None  # a translation took one of these sources, not known which: the lowest stands here


def trace_flow(network: Network, start: Place, flow: Flow, as_of: date | None = None) -> FlowTrace:
    """Follow a packet from a place, and the answer from where it was delivered."""
    if keeps_to_itself(start, flow):
        kept = (Trace(Disposition.DELIVERED, (), "the host keeps what it sends to itself", flow),)
        return FlowTrace(kept, kept)
    walk = _Walk(network, as_of)
    traces = tuple(_followed(walk, _State(start, flow)))
    back = _Walk(network, as_of, walk.sessions, answering=True)
    answers: dict[tuple[str, str, Flow], tuple[Trace, ...]] = {}
    for delivered in traces:
        if delivered.disposition is Disposition.DELIVERED and delivered.last is not None:
            answer, place = answer_of(delivered.last), turning_point(network, delivered)
            if answer is None or place is None:
                continue
            key = (place.device.name, place.interface.name if place.interface else "", answer)
            if key not in answers:
                state = _State(place, answer, back=pulled_back(network, delivered))
                answers[key] = tuple(_recognised(flow, one) for one in _followed(back, state))
    return FlowTrace(traces, tuple(one for found in answers.values() for one in found))


def _recognised(flow: Flow, answer: Trace) -> Trace:
    """Return the way of an answer; one that comes from another address than was asked belongs to no connection."""
    expected, last = answer_of(flow), answer.last
    arrives = answer.disposition in (Disposition.DELIVERED, Disposition.EXITS)
    if not arrives or last is None or last == expected:
        return answer
    reason = f"the answer comes from {last.source_text} to {last.destination_text}: no connection was opened so"
    return replace(answer, disposition=Disposition.DENIED, reason=reason)


def _followed(walk: _Walk, start: _State) -> Iterator[Trace]:
    """Yield the traces of a packet: one for each way, at most MAX_TRACES."""
    waiting = [start]
    count = 0
    while waiting:
        state = waiting.pop()
        for one in _at_device(walk, state):
            if isinstance(one, Trace):
                yield one
                count += 1
                if count >= MAX_TRACES:
                    yield Trace(Disposition.UNKNOWN, (), "too many ways: the rest was not followed")
                    return
            else:
                waiting.append(one)


def _at_device(walk: _Walk, state: _State) -> Iterator[Trace | _State]:
    place, flow = state.place, state.flow
    name = place.interface.name if place.interface else ""
    mark = (place.device.name, name, flow)
    if mark in state.seen:
        yield Trace(Disposition.LOOP, state.hops, "the packet comes back to where it was")
        return
    if len(state.hops) >= MAX_HOPS:
        yield Trace(Disposition.UNKNOWN, state.hops, f"more than {MAX_HOPS} hops")
        return
    state = replace(state, seen=state.seen | {mark})
    device = place.device
    if state.pool is not None and _tell_apart(device.rulebases, device.nat_rules, flow.family, state.pool):
        yield _end(state, Disposition.UNKNOWN, (), NOT_WHICH)
        return
    session = _known_session(walk, place.device, flow)
    steps: tuple[Step, ...] = ()
    if session is not None:
        inner = _unwound(flow, session)
        steps = (Step("session", "established connection", "permit"),)
        if place.interface is not None:
            seen = inner if place.device.filters_see_real_addresses else flow
            decision = decide_at_interface(place.device, place.interface, Direction.IN, seen, walk.as_of, known=True)
            ended = _ended(state, decision, steps)
            if ended is not None:
                yield ended
                return
            steps = (*_step(decision), *steps)
        yield from _routed(walk, state, inner, inner, steps, session)
        return
    yield from _entered(walk, state, flow, steps)


def _known_session(walk: _Walk, device: Device, flow: Flow) -> _Session | None:
    if not walk.answering:
        return None
    return next((one for one in walk.sessions.get(device.name, ()) if answer_of(one.outside) == flow), None)


def _unwound(flow: Flow, session: _Session) -> Flow:
    """Return the answer with the translations of its connection taken back."""
    return answer_of(session.inside) or flow


def _entered(walk: _Walk, state: _State, flow: Flow, steps: tuple[Step, ...]) -> Iterator[Trace | _State]:
    """Apply the in-filter and destination NAT in the platform's order."""
    place = state.place
    device, incoming = place.device, place.interface
    if incoming is None:
        yield from _routed(walk, state, flow, flow, steps, None)
        return
    if device.filters_see_real_addresses:
        for entered, inner, made in _destinations(device, incoming, flow):
            yield from _filtered_in(walk, state, inner, (*steps, *made), entered)
        return
    decision = decide_at_interface(device, incoming, Direction.IN, flow, walk.as_of)
    ended = _ended(state, decision, steps)
    if ended is not None:
        yield ended
        return
    for entered, inner, made in _destinations(device, incoming, flow):
        yield from _not_sure(state, entered.beam, (*steps, *_step(decision), *made)) or _routed(
            walk, state, inner, flow, (*steps, *_step(decision), *made), None, entered
        )


def _filtered_in(
    walk: _Walk, state: _State, inner: Flow, steps: tuple[Step, ...], entered: Entered
) -> Iterator[Trace | _State]:
    incoming = state.place.interface
    assert incoming is not None
    decision = decide_at_interface(state.place.device, incoming, Direction.IN, inner, walk.as_of)
    ended = _ended(state, decision, steps)
    if ended is not None:
        yield ended
        return
    steps = (*steps, *_step(decision))
    yield from _not_sure(state, entered.beam, steps) or _routed(walk, state, inner, state.flow, steps, None, entered)


def _destinations(device: Device, incoming: Interface, flow: Flow) -> Iterator[tuple[Entered, Flow, tuple[Step, ...]]]:
    """Yield what destination NAT makes of a packet: one way for each of a few real addresses."""
    packet = single(flow)
    for entered in translate_destination(device, incoming, Beam(packet, packet)):
        lowest = the_packet(entered.beam.now, flow)
        real = entered.beam.now.destination
        several = [value for low, high in real for value in range(low, high + 1)] if real.size() <= MAX_TARGETS else []
        for inner in [replace(lowest, destination=value) for value in several] or [lowest]:
            made: tuple[Step, ...] = ()
            if entered.nat is not None:
                text = f"{format_address(inner.family, inner.destination)}"
                made = (Step("nat", entered.nat.name, f"destination becomes {text}", entered.nat.where),)
            yield entered, inner, made


def _not_sure(state: _State, beam: Beam, steps: tuple[Step, ...]) -> list[Trace]:
    """Return the end of a trace whose translation is not sure, nothing where it is."""
    if beam.surely:
        return []
    return [_end(state, Disposition.UNKNOWN, steps, "; ".join(beam.reasons))]


def _ended(state: _State, decision: Decision, steps: tuple[Step, ...], out: str = "") -> Trace | None:
    if decision.verdict == "permit":
        return None
    end = Disposition.DENIED if decision.verdict == "deny" else Disposition.UNKNOWN
    return _end(state, end, (*steps, *_step(decision)), decision.reason, out)


def _step(decision: Decision) -> tuple[Step, ...]:
    return tuple(Step(one.kind, one.name, one.action, one.where) for one in decision.steps)


def _end(
    state: _State,
    disposition: Disposition,
    steps: Iterable[Step],
    reason: str = "",
    out: str = "",
    last: Flow | None = None,
) -> Trace:
    name = state.place.interface.name if state.place.interface else ""
    hop = Hop(state.place.device.name, name, out, tuple(steps))
    return Trace(disposition, (*state.hops, hop), reason, last or state.flow)


def _routed(
    walk: _Walk,
    state: _State,
    flow: Flow,
    arrived: Flow,
    steps: tuple[Step, ...],
    session: _Session | None,
    entered: Entered | None = None,
) -> Iterator[Trace | _State]:
    """Take the packet in, or look up its way."""
    device = state.place.device
    if state.back is not None:
        name = state.place.interface.name if state.place.interface else ""
        step = Step("route", state.back.device.name, "return to the load balancer")
        yield _State(state.back, flow, (*state.hops, Hop(device.name, name, "", (*steps, step))), state.seen)
        return
    if _is_own(device, state.place.vrf, flow):
        if state.place.interface is not None:
            decision = decide_local(device, state.place.interface, flow, walk.as_of, known=session is not None)
            ended = _ended(state, decision, steps)
            if ended is not None:
                yield ended
                return
            steps = (*steps, *_step(decision))
        yield _end(state, Disposition.DELIVERED, (*steps, Step("local", device.name, "accept")), last=flow)
        return
    if not device.forwards:
        reason = f"{device.name} does not forward between its interfaces"
        if state.place.interface is not None:
            yield _end(state, Disposition.DENIED, steps, reason)
            return
    tables, packet = walk.network.tables.get(device.name, {}), single(flow)
    translated = entered is not None and entered.nat is not None
    keeps_way = session is not None and device.platform in _SESSIONS_KEEP_THEIR_WAY
    steered = None if keeps_way else state.place.interface
    for decided in decide_way(device, tables, steered, state.place.vrf, Beam(packet, packet), translated=translated):
        step = _way_step(decided, flow)
        if decided.end == "unknown":
            yield _end(state, Disposition.UNKNOWN, (*steps, step), "; ".join(decided.beam.reasons))
        elif decided.end == "no_route":
            openings, others = walk.network.missing_routes(device.name, decided.table)
            known = (one.reason for one in openings if flow.destination in one.addresses.family(flow.family))
            doubts = (*known, *others)
            if doubts:
                yield _end(state, Disposition.UNKNOWN, steps, f"no known route; {doubts[0]}")
            else:
                yield _end(state, Disposition.NO_ROUTE, (*steps, step), last=flow)
        elif decided.end:
            yield _end(state, Disposition.NULL_ROUTED, (*steps, step), last=flow)
        if decided.doubt:
            yield _end(state, Disposition.UNKNOWN, (*steps, step), decided.doubt)
            continue
        for way in decided.exits:
            outgoing = walk.network.interface(device.name, way.interface)
            incoming = state.place.interface
            if incoming is not None and not carries_transit(device, incoming):
                reason = f"the management port of {device.name} forwards for nobody"
                yield _end(state, Disposition.DENIED, (*steps, step), reason)
                continue
            if incoming is not None and outgoing is not None and not carries_transit(device, outgoing):
                reason = f"the route through the management port of {device.name} is for its own packets"
                yield _end(state, Disposition.NO_ROUTE, (*steps, step), reason, last=flow)
                continue
            if outgoing is None:
                yield _end(state, Disposition.UNKNOWN, (*steps, step), f"{way.interface} is not in the export")
                continue
            yield from _left(walk, state, flow, arrived, (*steps, step), outgoing, way.next_hop, session, entered)


def _way_step(decided: Decided, flow: Flow) -> Step:
    """Return the step that says which route, or which policy instead of one, decided."""
    action = {"": "forward", "no_route": "no route"}.get(decided.end, decided.end)
    if decided.policy:
        sure = "" if decided.beam.surely else " (not sure)"
        return Step("route", f"policy-based routing {decided.policy}{sure}", action, decided.where)
    return Step("route", _prefix_text(decided.prefix_length, flow), action)


def _prefix_text(length: int | None, flow: Flow) -> str:
    if length is None:
        return ""
    bits = flow.family.bits
    network = flow.destination >> (bits - length) << (bits - length)
    return f"{format_address(flow.family, network)}/{length}"


def _is_own(device: Device, vrf: tuple[str, str], flow: Flow) -> bool:
    return any(
        one.family is flow.family and one.value == flow.destination
        for port in device.interfaces
        if port.enabled and (port.virtual_system, port.vrf) == vrf
        for one in port.addresses
    )


def _left(
    walk: _Walk,
    state: _State,
    flow: Flow,
    arrived: Flow,
    steps: tuple[Step, ...],
    outgoing: Interface,
    hop: int | None,
    session: _Session | None,
    entered: Entered | None,
) -> Iterator[Trace | _State]:
    """Apply zone policy, source NAT and out-filter, and go on to the next device."""
    device, incoming = state.place.device, state.place.interface
    if incoming is None:
        decision = decide_own(device, outgoing, flow, walk.as_of, known=walk.answering)
        ended = _ended(state, decision, steps, outgoing.name)
        if ended is not None:
            yield ended
            return
        if not walk.answering:
            walk.sessions.setdefault(device.name, []).append(_Session(flow, flow))
        yield from _sent(walk, state, flow, (*steps, *_step(decision)), outgoing, hop)
        return
    if session is not None:
        outward = decide_at_interface(device, outgoing, Direction.OUT, flow, walk.as_of, known=True)
        ended = _ended(state, outward, steps, outgoing.name)
        if ended is not None:
            yield ended
        else:
            yield from _sent(walk, state, flow, (*steps, *_step(outward)), outgoing, hop)
        return
    nat = entered.nat if entered else None
    judged = replace(flow, destination=arrived.destination, destination_port=arrived.destination_port)
    sees_original = device.policies_see_original_addresses or (nat is not None and nat.needs_rule)
    seen = judged if sees_original else flow
    decision = decide_policy(device, incoming, outgoing, seen, walk.as_of)
    ended = _ended(state, decision, steps, outgoing.name)
    if ended is not None:
        yield ended
        return
    steps = (*steps, *_step(decision))
    packet = single(flow)
    for beam in translate_source(device, incoming, outgoing, Beam(packet, packet), decision.deciding):
        outer = the_packet(beam.now, flow)
        made: tuple[Step, ...] = ()
        if beam.now.source != packet.source:
            text = "one of a pool" if beam.now.source.size() > 1 else format_address(outer.family, outer.source)
            made = (Step("nat", "source translation", f"source becomes {text}"),)
        doubted = _not_sure(state, beam, (*steps, *made))
        if doubted:
            yield from doubted
            continue
        several = beam.now.source if beam.now.source.size() > 1 else None
        lists = () if device.filters_see_real_addresses else bound_rulebases(device, outgoing, Direction.OUT)
        if several is not None and _tell_apart(lists, (), flow.family, several):
            yield _end(state, Disposition.UNKNOWN, (*steps, *made), NOT_WHICH, outgoing.name)
            continue
        following = replace(state, pool=several if beam.now.source != packet.source else state.pool)
        filtered = flow if device.filters_see_real_addresses else outer
        outward = decide_at_interface(device, outgoing, Direction.OUT, filtered, walk.as_of)
        ended = _ended(state, outward, (*steps, *made), outgoing.name)
        if ended is not None:
            yield ended
            continue
        if not walk.answering and (is_stateful(device, incoming, outgoing) or outer != state.flow):
            walk.sessions.setdefault(device.name, []).append(_Session(outer, state.flow))
        yield from _sent(walk, following, outer, (*steps, *made, *_step(outward)), outgoing, hop)


def _tell_apart(rulebases: Iterable[Rulebase], nats: Iterable[NatRule], family: Family, sources: IntervalSet) -> bool:
    """Tell whether a rule takes some of these sources and not the others."""
    matches = [rule.match for one in rulebases for rule in one.rules if rule.enabled]
    matches += [one.match for one in nats if one.enabled]
    return any(
        product.source.overlaps(sources) and not sources <= product.source
        for match in matches
        for product in (*match.maybe.products, *match.surely.products)
        if product.family is family
    )


def _sent(
    walk: _Walk, state: _State, flow: Flow, steps: tuple[Step, ...], outgoing: Interface, hop: int | None
) -> Iterator[Trace | _State]:
    """Hand the packet to who has the next hop, or to its destination on the subnet."""
    device = state.place.device
    name = state.place.interface.name if state.place.interface else ""
    hops = (*state.hops, Hop(device.name, name, outgoing.name, steps))
    if state.place.interface is not None or flow.protocol not in OUTER_PROTOCOLS:
        packet = single(flow)
        hidden, clear = encrypted(device, outgoing, Beam(packet, packet))
        for beam in hidden:
            yield Trace(Disposition.UNKNOWN, hops, "; ".join(beam.reasons), flow)
        if not clear:
            return
    left = Departed(walk.network, device, state.place.interface, outgoing, hop, flow, hops)
    for one in arrivals(left):
        yield one if isinstance(one, Trace) else _State(one, flow, hops, state.seen, pool=state.pool)
