"""Small networks for the tests, written as configurations."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from textwrap import dedent

from netaudit.model.device import Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import Flow
from netaudit.parsers import parser_of
from netaudit.policy.registers import Policy, Zone, ZoneMember, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.network import Network, build_network
from netaudit.topology.reach import Conduit

TODAY = date(2026, 11, 20)


def device(platform: str, text: str, path: str = "device.cfg") -> Device:
    """Parse one configuration of which all lines are understood."""
    parser = parser_of(platform)
    assert parser is not None
    lines = tuple(dedent(text).strip().splitlines())
    parsed = parser(SourceFile(path, "0" * 64, "utf-8", lines, platform=platform, host=PurePosixPath(path).stem))
    return parsed.devices[0]


def zone(name: str, kind: ZoneType, *subnets: str, members: tuple[tuple[str, str], ...] = ()) -> Zone:
    """Return a zone with subnets and interfaces (device, interface)."""
    return Zone(
        name,
        kind,
        SourceRef("zone_map.yaml", 1),
        AddressSet.union(AddressSet.prefix(text) for text in subnets) if subnets else AddressSet(),
        tuple(ZoneMember(owner, "interface", interface) for owner, interface in members),
    )


def network(devices: list[Device], *zones: Zone) -> Network:
    """Return the network of some devices and zones."""
    return build_network(devices, Policy(zones=zones))


def conduit(devices: list[Device], from_zone: Zone, to_zone: Zone, *others: Zone) -> Conduit:
    """Return the conduit between two zones."""
    known = network(devices, from_zone, to_zone, *others)
    return find_conduits(known, TODAY)[from_zone.name, to_zone.name]


def passes(found: Conduit, source: str, destination: str, port: int, protocol: int = 6) -> bool:
    """Tell whether a first packet surely passes."""
    flow = Flow.of(source, destination, protocol, source_port=50000, destination_port=port)
    return any(passed.packets.contains(flow) for passed in found.permitted)


def may_pass(found: Conduit, source: str, destination: str, port: int) -> bool:
    """Tell whether a first packet may pass without being sure to."""
    return found.possible.contains(Flow.of(source, destination, 6, source_port=50000, destination_port=port))
