"""Zones of the picture that need no box of their own: they are written into the devices that stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.policy.registers import ZoneType
from netaudit.reports.result import DiagramNode


@dataclass(frozen=True, slots=True)
class Link:
    """An edge with the label at each end. `note`: words above it."""

    source: str
    target: str
    source_label: str = ""
    target_label: str = ""
    kind: str = "link"
    state: str = ""
    title: str = ""
    note: str = ""

    @property
    def turned(self) -> Link:
        """Return the same link from its other end."""
        return replace(
            self,
            source=self.target,
            target=self.source,
            source_label=self.target_label,
            target_label=self.source_label,
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """A zone within the box of a device. `port`: the interface that stands in it."""

    zone: str
    zone_type: ZoneType | None
    port: str


def settle_zones(
    nodes: Sequence[DiagramNode], links: Sequence[Link], types: Mapping[str, ZoneType | None]
) -> tuple[list[DiagramNode], list[Link], dict[str, list[Chip]]]:
    """Return the nodes and links that are drawn, and by device the zones that are written into it.

    A zone of the firm is written into its devices where one device stands in it, or where those that do are joined by
    other links: a box would say nothing more. What joined the boxes of such a zone joins its devices.
    """
    kind_of = {node.id: node.kind for node in nodes}
    standing: dict[str, list[Link]] = {}
    joined: dict[str, set[str]] = {}
    for link in links:
        kinds = kind_of[link.source], kind_of[link.target]
        if kinds == ("device", "zone"):
            standing.setdefault(link.target, []).append(link)
        elif kinds == ("device", "device") and link.kind != "tunnel":
            joined.setdefault(link.source, set()).add(link.target)
            joined.setdefault(link.target, set()).add(link.source)
    labels = {node.id: node.label for node in nodes}
    chips: dict[str, list[Chip]] = {}
    first: dict[str, Link] = {}
    for zone, found in standing.items():
        kind = types[zone]
        if (kind is not None and kind.external) or not _hang_together({link.source for link in found}, joined):
            continue
        first[zone] = min(found, key=lambda link: link.source)
        ports: dict[str, list[str]] = {}
        for link in found:
            ports.setdefault(link.source, []).append(link.source_label)
        for device, names in ports.items():
            port = names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
            chips.setdefault(device, []).append(Chip(labels[zone], kind, port))
    drawn = [link for link in links if not (link.target in first and kind_of[link.source] == "device")]
    moved = [_moved(link, first) for link in drawn]
    kept = [
        link
        for link, old in zip(moved, drawn, strict=True)
        if link is old or (link.target not in joined.get(link.source, ()) and link.source != link.target)
    ]
    return [node for node in nodes if node.id not in first], kept, chips


def _hang_together(devices: set[str], joined: Mapping[str, set[str]]) -> bool:
    """Tell whether devices are joined by links between them alone."""
    reached: set[str] = set()
    front = {min(devices)}
    while front:
        reached |= front
        front = {other for one in front for other in joined.get(one, ()) if other in devices} - reached
    return reached == devices


def _moved(link: Link, first: Mapping[str, Link]) -> Link:
    """Return a link with each end that is a zone without a box at a device that stands in it."""
    if link.source in first:
        link = replace(link, source=first[link.source].source, source_label=first[link.source].source_label)
    if link.target in first:
        link = replace(link, target=first[link.target].source, target_label=first[link.target].source_label)
    return link
