"""Who is joined to whom, as tables: links with their evidence, neighbours without an export, addresses that clash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netaudit.model.source import SourceRef
from netaudit.reports.result import AuditResult
from netaudit.reports.tables import Cell, Table, place_text
from netaudit.topology.links.ports import Port
from netaudit.topology.links.segments import LinkState, Segment, SegmentPort

ADDRESS_FACTS = ("duplicate_address", "overlapping_subnets", "twin_devices")
"""The facts of `address_facts` that are about addresses; the others stand at their links."""


def link_tables(result: AuditResult) -> tuple[Table, ...]:
    """Return all tables of this file, in the order of the workbook."""
    return links_table(result), unknown_neighbors_table(result), address_clashes_table(result)


def links_table(result: AuditResult) -> Table:
    """Return one row a link.

    `link_kind`: "subnet" (two ports share it; where several devices do, a row for each port with all others), "cable"
    (CDP, LLDP or stated), "tunnel", "first_hop", "peering" (of the cloud). `link_state`: "inferred" (from the
    addresses), "confirmed", "contradicted"; of tunnels and peerings "joined" (both ends name each other),
    "unanswered", "outside", "open". `link_evidence`: codes of what captures say, those against the link with "not"
    before them, each with its place in `evidence_places`.
    """
    rows: list[tuple[Cell, ...]] = [*_subnets(result.links.segments)]
    rows += [
        (
            *("cable", "confirmed", one.one.device, one.one.interface, one.other.device, one.other.interface),
            *("", ", ".join(one.protocols), *_evidence_places(one.where)),
        )
        for one in result.links.neighbors.cables
    ]
    for tunnel in result.links.tunnels:
        other = tunnel.other.port if tunnel.other is not None else Port(tunnel.peer_device, "")
        rows.append(
            (
                *("tunnel", tunnel.state.value, tunnel.one.port.device, tunnel.one.port.interface),
                *(other.device, other.interface, f"{tunnel.one.kind} {tunnel.peer}".strip()),
                "encrypted" if tunnel.one.encrypted else "not_encrypted",
                *_evidence_places([tunnel.one.where, *([tunnel.other.where] if tunnel.other else [])]),
            )
        )
    for group in result.links.first_hop:
        first, *others = group.members
        rows.append(
            (
                *("first_hop", "inferred", first.port.device, first.port.interface),
                ", ".join(dict.fromkeys(one.port.device for one in others)),
                ", ".join(dict.fromkeys(one.port.interface for one in others)),
                f"{group.protocol.upper()} {group.group} {group.address}",
                "",
                *_evidence_places([one.where for one in group.members]),
            )
        )
    rows += [
        (
            *("peering", "joined" if len(one.ports) > 1 else "outside", one.ports[0].device, one.ports[0].interface),
            ", ".join(port.device for port in one.ports[1:]),
            ", ".join(port.interface for port in one.ports[1:]),
            *(one.name, "", *_evidence_places(one.where)),
        )
        for one in result.links.peerings
    ]
    columns = (
        *("link_kind", "link_state", "device", "interface", "other_device", "other_interface"),
        *("subject", "link_evidence", "evidence_places", "file", "line"),
    )
    return Table("links", columns, tuple(rows))


def _subnets(segments: Sequence[Segment]) -> Iterator[tuple[Cell, ...]]:
    for segment in sorted(segments, key=lambda one: (one.family, one.ports[0].address.network.intervals)):
        if not segment.joins:
            continue
        # Of two ports one row tells both.
        for one in segment.ports[: 1 if len(segment.ports) == 2 else None]:
            others = [other for other in segment.ports if other is not one]
            told = [one, *others] if len(segment.ports) == 2 else [one]
            evidence = {(found.confirms, found.reason, found.where): None for port in told for found in port.evidence}
            states = {port.state for port in told}
            yield (
                *("subnet", _worst(states).value, one.port.device, one.port.interface),
                ", ".join(dict.fromkeys(other.port.device for other in others)),
                ", ".join(dict.fromkeys(other.port.interface for other in others)),
                segment.subnet,
                ", ".join(dict.fromkeys(reason if confirms else f"not {reason}" for confirms, reason, _ in evidence)),
                "\n".join(dict.fromkeys(place_text(where) for _, _, where in evidence)),
                *_first(told),
            )


def _worst(states: Iterable[LinkState]) -> LinkState:
    order = (LinkState.CONTRADICTED, LinkState.CONFIRMED, LinkState.INFERRED)
    return min(states, key=order.index)


def _first(ports: Sequence[SegmentPort]) -> tuple[str, int]:
    return ports[0].where.path, ports[0].where.line


def _evidence_places(where: Sequence[SourceRef]) -> tuple[str, str, int]:
    """Return all places as text, and the first as file and line."""
    places = "\n".join(dict.fromkeys(map(place_text, where)))
    return places, where[0].path, where[0].line


def unknown_neighbors_table(result: AuditResult) -> Table:
    """Return the neighbours that CDP or LLDP captures name and that have no export, one row for each port."""
    rows = [
        (
            one.name,
            one.platform,
            ", ".join(one.addresses),
            one.interface,
            one.port.device,
            one.port.interface,
            one.protocol,
            one.where.path,
            one.where.line,
        )
        for one in result.links.neighbors.unknown
    ]
    columns = (
        "neighbor",
        "platform",
        "addresses",
        "other_interface",
        "device",
        "interface",
        "protocol",
        "file",
        "line",
    )
    return Table("unknown_neighbors", columns, tuple(rows))


def address_clashes_table(result: AuditResult) -> Table:
    """Return the addresses that several interfaces have, the subnets that overlap, and the devices exported twice.

    `certain` "no": it may be on purpose (different VRFs, anycast, a cluster).
    """
    rows = [
        (
            one.kind,
            one.subject,
            "\n".join(f"{port.device} {port.interface}" for port in one.ports),
            "yes" if one.certain else "no",
            "\n".join(dict.fromkeys(map(place_text, one.where))),
        )
        for one in result.links.facts
        if one.kind in ADDRESS_FACTS
    ]
    return Table("address_clashes", ("clash_kind", "subject", "ports", "certain", "places"), tuple(rows))
