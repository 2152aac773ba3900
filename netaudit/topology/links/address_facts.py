"""What does not fit together in the addresses and links of a snapshot, as values with their places.

Kinds: "duplicate_address", "overlapping_subnets", "twin_devices", "unknown_neighbor", "contradicted_link",
"native_vlan_mismatch", "unanswered_tunnel".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.topology.links.cables import SeenNeighbors, carried_vlans
from netaudit.topology.links.pairs import TwinDevices
from netaudit.topology.links.ports import Port
from netaudit.topology.links.segments import LinkState, Segment, attached_addresses, is_local
from netaudit.topology.links.tunnels import TunnelLink, TunnelState


@dataclass(frozen=True, slots=True)
class LinkFact:
    """One thing that does not fit. `certain` False: it may be on purpose (see the function that yields it)."""

    kind: str
    subject: str  # the address, subnets, or name
    ports: tuple[Port, ...]
    where: tuple[SourceRef, ...]
    certain: bool = True
    detail: str = ""  # of contradicted links: the reasons of `Evidence`


def duplicate_addresses(devices: Sequence[Device], twins: Sequence[TwinDevices] = ()) -> Iterator[LinkFact]:
    """Yield the addresses that several interfaces have as their own; virtual addresses and twins are left out.

    Not certain: in VRFs or virtual systems of different names (they may be apart), and host addresses (anycast
    loopbacks are on purpose).
    """
    copy_of: dict[str, str] = {}  # of more than two copies each is told with the one before it
    for twin in twins:
        copy_of[twin.other] = copy_of.get(twin.one, twin.one)
    found: dict[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]] = {}
    for device in devices:
        for interface in device.interfaces:
            for address in interface.addresses:
                if interface.enabled and not address.virtual and address.value and not is_local(address):
                    found.setdefault((address.family, address.value), []).append((device, interface, address))
    for (_, _), owners in sorted(found.items()):
        apart = _without_same_port(owners)
        if len(apart) < 2 or all(_on_purpose(one, other, copy_of) for one, other in combinations(apart, 2)):
            continue
        tables = {(interface.virtual_system, interface.vrf) for _, interface, _ in apart}
        hosts = all(address.prefix_length == address.family.bits for _, _, address in apart)
        yield LinkFact(
            "duplicate_address",
            apart[0][2].address_text,
            tuple(Port(device.name, interface.name) for device, interface, _ in apart),
            tuple(interface.where for _, interface, _ in apart),
            certain=len(tables) == 1 and not hosts,
        )


def _without_same_port(
    owners: Sequence[tuple[Device, Interface, InterfaceAddress]],
) -> list[tuple[Device, Interface, InterfaceAddress]]:
    return list({(device.name, interface.name): (device, interface, one) for device, interface, one in owners}.values())


def _on_purpose(
    one: tuple[Device, Interface, InterfaceAddress],
    other: tuple[Device, Interface, InterfaceAddress],
    copy_of: Mapping[str, str],
) -> bool:
    """Tell whether two interfaces may share an address: those of twins, and of different tables of one device."""
    if one[0] is not other[0]:
        names = one[0].name, other[0].name
        return copy_of.get(names[0], names[0]) == copy_of.get(names[1], names[1])
    tables = [(interface.virtual_system, interface.vrf) for _, interface, _ in (one, other)]
    return tables[0] != tables[1]


def overlapping_subnets(devices: Sequence[Device]) -> Iterator[LinkFact]:
    """Yield pairs of subnets of which one holds the other, each pair once with all its interfaces.

    Tables of one device are apart; between devices VRFs of different names may be: not certain.
    """
    ports: dict[tuple[Family, int, int], list[tuple[Device, Interface, InterfaceAddress]]] = {}
    for device, interface, address in attached_addresses(devices):
        low, high = address.network.intervals[0]
        ports.setdefault((address.family, low, -high), []).append((device, interface, address))
    holding: list[tuple[Family, int, int]] = []
    for subnet in sorted(ports):
        holding = [one for one in holding if one[0] is subnet[0] and -one[2] >= subnet[1]]
        for outer in holding:
            pairs = [
                (wide, narrow) for wide in ports[outer] for narrow in ports[subnet] if not _apart(wide[:2], narrow[:2])
            ]
            if pairs:
                ends = {(one[0].name, one[1].name): one for pair in pairs for one in pair}
                yield LinkFact(
                    "overlapping_subnets",
                    f"{ports[outer][0][2].network_text} {ports[subnet][0][2].network_text}",
                    tuple(Port(*name) for name in ends),
                    tuple(interface.where for _, interface, _ in ends.values()),
                    certain=any(wide[1].vrf == narrow[1].vrf for wide, narrow in pairs),
                )
        holding.append(subnet)


def _apart(one: tuple[Device, Interface], other: tuple[Device, Interface]) -> bool:
    return one[0] is other[0] and (
        (one[1].virtual_system, one[1].vrf) != (other[1].virtual_system, other[1].vrf) or one[1] is other[1]
    )


def link_facts(
    devices: Sequence[Device],
    segments: Sequence[Segment],
    seen: SeenNeighbors,
    tunnels: Sequence[TunnelLink],
    twins: Sequence[TwinDevices],
) -> tuple[LinkFact, ...]:
    """Return all that does not fit, in the order of the kinds above."""
    by_name = {device.name: device for device in devices}
    return (
        *duplicate_addresses(devices, twins),
        *overlapping_subnets(devices),
        *(
            LinkFact("twin_devices", f"{one.one} {one.other}", (), one.where, certain=False, detail=str(one.addresses))
            for one in twins
        ),
        *(LinkFact("unknown_neighbor", one.name, (one.port,), (one.where,)) for one in seen.unknown),
        *_contradicted(segments),
        *(
            LinkFact(
                "native_vlan_mismatch",
                f"{carried.one[1]} {carried.other[1]}",
                (cable.one, cable.other),
                cable.where,
            )
            for cable in seen.cables
            for carried in carried_vlans(cable, by_name[cable.one.device], by_name[cable.other.device])
            if carried.one[1] != carried.other[1]
        ),
        *(
            LinkFact("unanswered_tunnel", one.peer, (one.one.port,), (one.one.where,), detail=one.peer_device)
            for one in tunnels
            if one.state is TunnelState.UNANSWERED and one.one.enabled
        ),
    )


def _contradicted(segments: Sequence[Segment]) -> Iterator[LinkFact]:
    for segment in segments:
        for one in segment.ports:
            if one.state is LinkState.CONTRADICTED:
                against = [evidence for evidence in one.evidence if not evidence.confirms]
                others = {evidence.other: None for evidence in against if evidence.other is not None}
                yield LinkFact(
                    "contradicted_link",
                    segment.subnet,
                    (one.port, *others),
                    (one.where, *dict.fromkeys(evidence.where for evidence in against)),
                    detail=", ".join(dict.fromkeys(evidence.reason for evidence in against)),
                )
