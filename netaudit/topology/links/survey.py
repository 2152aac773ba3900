"""All links of a snapshot, found once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.model.device import Device
from netaudit.topology.links.address_facts import LinkFact, link_facts
from netaudit.topology.links.cables import SeenNeighbors, seen_neighbors
from netaudit.topology.links.pairs import FirstHopPair, TwinDevices, first_hop_pairs, twin_devices
from netaudit.topology.links.peerings import Peering, find_peerings
from netaudit.topology.links.segments import Segment, find_segments
from netaudit.topology.links.tunnels import TunnelLink, find_tunnels


@dataclass(frozen=True, slots=True)
class LinkSurvey:
    """What joins the devices of a snapshot, and what of it does not fit."""

    segments: tuple[Segment, ...] = ()
    neighbors: SeenNeighbors = field(default_factory=SeenNeighbors)
    tunnels: tuple[TunnelLink, ...] = ()
    first_hop: tuple[FirstHopPair, ...] = ()
    twins: tuple[TwinDevices, ...] = ()
    facts: tuple[LinkFact, ...] = ()
    peerings: tuple[Peering, ...] = ()


def survey_links(devices: Sequence[Device]) -> LinkSurvey:
    """Return the links between some devices."""
    neighbors = seen_neighbors(devices)
    segments = find_segments(devices, neighbors.cables)
    tunnels = find_tunnels(devices)
    twins = twin_devices(devices)
    facts = link_facts(devices, segments, neighbors, tunnels, twins)
    return LinkSurvey(segments, neighbors, tunnels, first_hop_pairs(devices), twins, facts, find_peerings(devices))
