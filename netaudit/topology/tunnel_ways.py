"""Whether the outer packets of tunnels arrive: without that nothing comes out at the other end.

Outer packets are traced as any others. A tunnel may go through other tunnels, never through itself: tunnels whose
outer packets need none are found first, then those that need only these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
        found = {
            one.ends: doubts[one.ends] and next((why for flow in one.outer if (why := _lost(trial, one, flow))), "")
            for one in crossings
        }
        # Key exchange and answers need the other direction too.
        found = {ends: why or found.get(ends[::-1], "") for ends, why in found.items()}
        for one in crossings:
            if not one.outer:
                found[one.ends] = f"{_name(one)}: the addresses of its outer packets are not known"
        if found == doubts:
            break
        doubts = found
    return doubts


def _name(crossing: Crossing) -> str:
    return f"tunnel {crossing.from_port.device} {crossing.from_port.interface}"


def _lost(network: Network, crossing: Crossing, flow: Flow) -> str:
    """Return why an outer packet may not arrive, "" where it does."""
    device = network.devices[crossing.from_port.device]
    traces = trace_flow(network, Place(device, None, crossing.from_table), flow).traces
    for trace in traces:
        if why := _not_arrived(network, crossing, flow, trace):
            return f"{_name(crossing)}: outer packet from {flow.source_text} to {flow.destination_text}: {why}"
    return ""


def _not_arrived(network: Network, crossing: Crossing, flow: Flow, trace: Trace) -> str:
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
