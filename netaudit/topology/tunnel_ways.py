"""Whether the outer packets of tunnels arrive: without that nothing comes out at the other end.

Outer packets are traced as any others. A tunnel may go through other tunnels, never through itself: tunnels whose
outer packets need none are found first, then those that need only these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import Interface
from netaudit.packets.packet import Flow
from netaudit.topology.fates import Disposition, Trace
from netaudit.topology.links.crossings import Crossing, find_crossings, tunnel_far_ends
from netaudit.topology.links.ports import Port
from netaudit.topology.neighbours import Neighbours
from netaudit.topology.network import NOT_INTERNET, Network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow

MAX_NESTED = 4  # tunnels within tunnels within ...; deeper ones stay in doubt


def with_tunnels(network: Network, base: Neighbours) -> Neighbours:
    """Return who is next on the wire, and at the other end of tunnels."""
    devices = tuple(network.devices.values())
    crossings = find_crossings(devices)
    doubts = network.tunnel_doubts
    if doubts is None:
        doubts = outer_doubts(network, crossings)
    found = tunnel_far_ends(devices, crossings, doubts)
    return replace(base, far={**base.far, **found}) if found else base


def outer_doubts(network: Network, crossings: Sequence[Crossing]) -> dict[tuple[Port, Port], str]:
    """Return why the outer packets of each tunnel may not arrive, "" where they do."""
    doubts = {one.ends: f"{_name(one)}: its outer packets need another tunnel" for one in crossings}
    for _ in range(MAX_NESTED if crossings else 0):
        trial = replace(network, tunnel_doubts=doubts)
        reached = {one.ends: _reach(trial, one) for one in crossings if doubts[one.ends]}
        found = {ends: _why(reached, ends) if why else "" for ends, why in doubts.items()}
        if found == doubts:
            break
        doubts = found
    return doubts


@dataclass(frozen=True, slots=True)
class _Reach:
    """Why outer packets may not arrive, "" where they do; `answered`: then the other end's come back as answers."""

    lost: str
    answered: bool = False


_NOBODY = _Reach("no way back is known")


def _why(reached: Mapping[tuple[Port, Port], _Reach], ends: tuple[Port, Port]) -> str:
    """Return why a tunnel may not be up. One end that opens it is enough where its packets are answered."""
    out, back = reached.get(ends, _NOBODY), reached.get(ends[::-1], _NOBODY)
    up = (not out.lost and (not back.lost or out.answered)) or (not back.lost and back.answered)
    return "" if up else out.lost or back.lost


def _name(crossing: Crossing) -> str:
    return f"tunnel {crossing.from_port.device} {crossing.from_port.interface}"


def _reach(network: Network, crossing: Crossing) -> _Reach:
    """Send the outer packets of one direction."""
    if not crossing.outer:
        return _Reach(f"{_name(crossing)}: the addresses of its outer packets are not known")
    device = network.devices[crossing.from_port.device]
    answered = True
    for flow in crossing.outer:
        found = trace_flow(network, Place(device, None, crossing.from_table), flow)
        for trace in found.traces:
            if why := _not_arrived(network, crossing, flow, trace):
                way = f"outer packet from {flow.source_text} to {flow.destination_text}"
                return _Reach(f"{_name(crossing)}: {way}: {why}")
        answered = answered and found.answer is Disposition.DELIVERED
    return _Reach("", answered)


def _not_arrived(network: Network, crossing: Crossing, flow: Flow, trace: Trace) -> str:
    if trace.last is not None and trace.last.source != flow.source:
        return "its source is translated on the way"
    if trace.disposition is Disposition.DELIVERED and trace.hops[-1].device == crossing.to_port.device:
        return ""
    if trace.leaves_snapshot and flow.destination not in NOT_INTERNET.family(flow.family):
        # Between public addresses the providers carry it; it comes in where its destination is.
        entry = _entry(network, crossing, flow)
        if entry is not None:
            device = network.devices[crossing.to_port.device]
            place = Place(device, entry, (entry.virtual_system, entry.vrf))
            there = trace_flow(network, place, flow)
            if there.disposition is Disposition.DELIVERED:
                return ""
            trace = there.traces[0]
    return trace.reason or trace.disposition.value


def _entry(network: Network, crossing: Crossing, flow: Flow) -> Interface | None:
    """Return the interface of the far device that has the outer destination."""
    for port in network.devices[crossing.to_port.device].interfaces:
        if port.enabled and any((one.family, one.value) == (flow.family, flow.destination) for one in port.addresses):
            return port
    return None
