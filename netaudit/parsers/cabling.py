"""A cabling file: which port is plugged into which, as the firm states it.

JSON in the layer-1 form of Batfish ("layer1_topology.json"): an object with "edges", each with "node1" and "node2" of
"hostname" and "interfaceName". An edge may stand there once or in both directions. A port has one cable: edges that
say otherwise contradict each other, and none of them is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from netaudit.errors import Problem
from netaudit.model.capture import CABLING, CapturedNeighbor
from netaudit.model.device import Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.json_tree import JsonObject, read_json
from netaudit.topology.links.ports import Directory, Port, find_interface
from netaudit.topology.links.wires import physical

_EXPECTED = 'expected {"edges": [{"node1": {"hostname": …, "interfaceName": …}, "node2": …}, …]}'


@dataclass(frozen=True, slots=True)
class _End:
    """One end of an edge. `port` is None where the snapshot does not have it."""

    name: str
    interface: str
    port: Port | None

    @property
    def key(self) -> tuple[str, str]:
        """Return what makes two ends the same port."""
        return (self.port.device, self.port.interface) if self.port else (self.name.lower(), self.interface.lower())

    def __str__(self) -> str:
        return f"{self.name} {self.interface}"


@dataclass(frozen=True, slots=True)
class _Edge:
    one: _End
    other: _End
    where: SourceRef

    def end_beside(self, key: tuple[str, str]) -> _End:
        return self.other if self.one.key == key else self.one


def attach_cabling(
    devices: Sequence[Device], files: Iterable[SourceFile]
) -> tuple[tuple[Device, ...], tuple[Problem, ...]]:
    """Give every device what cabling files state of its ports, and what to mend in the files."""
    problems: list[Problem] = []
    directory = Directory.of(devices)
    edges = [edge for file in files for edge in _edges(file, directory, problems)]
    stated = list(_consistent(edges, problems))
    if not stated:
        return tuple(devices), tuple(problems)
    found: dict[str, list[CapturedNeighbor]] = {}
    for edge in stated:
        for here, there in ((edge.one, edge.other), (edge.other, edge.one)):
            if here.port is not None:
                far = there.port or Port(there.name, there.interface)
                seen = CapturedNeighbor(CABLING, here.port.interface, far.device, edge.where, far.interface)
                found.setdefault(here.port.device, []).append(seen)
    return tuple(_with_neighbors(device, found.get(device.name, ())) for device in devices), tuple(problems)


def _with_neighbors(device: Device, found: Sequence[CapturedNeighbor]) -> Device:
    if not found:
        return device
    return replace(device, captured=replace(device.captured, neighbors=(*device.captured.neighbors, *found)))


def _edges(file: SourceFile, directory: Directory, problems: list[Problem]) -> Iterator[_Edge]:
    reading = read_json(file.lines)
    if reading.problem is not None:
        problems.append(Problem(file.path, f"line {reading.problem.line}", f"is no JSON; {_EXPECTED}"))
        return
    document = reading.documents[0] if len(reading.documents) == 1 else None
    if not isinstance(document, JsonObject) or not isinstance(document.get("edges"), list):
        problems.append(Problem(file.path, "", f"states no cables; {_EXPECTED}"))
        return
    for number, item in enumerate(document.items_of("edges"), start=1):
        where = SourceRef(file.path, item.line if isinstance(item, JsonObject) else document.line_of("edges"))
        one, other = (_end(item, key, directory) for key in ("node1", "node2"))
        place = f"line {where.line}, edge {number}"
        if one is None or other is None:
            expected = "expected node1 and node2, each with hostname and interfaceName"
            problems.append(Problem(file.path, place, f"does not name two ports; {expected}"))
            continue
        problems += [Problem(file.path, place, _unknown(end, directory)) for end in (one, other) if end.port is None]
        yield _Edge(one, other, where)


def _end(item: object, key: str, directory: Directory) -> _End | None:
    node = item.object(key) if isinstance(item, JsonObject) else None
    name, interface = (node.text("hostname").strip(), node.text("interfaceName").strip()) if node else ("", "")
    if not name or not interface:
        return None
    device = directory.device(name)
    known = find_interface(device, interface) if device is not None else None
    if device is None or known is None:
        return _End(name, interface, None)
    return _End(name, interface, Port(device.name, physical(known)))


def _unknown(end: _End, directory: Directory) -> str:
    device = directory.device(end.name)
    if device is None:
        return f"names {end.name}, expected a device of the snapshot: what stands at that end is not known"
    return f"names {end.interface} of {device.name}, expected an interface of its configuration: that end is not known"


def _consistent(edges: Sequence[_Edge], problems: list[Problem]) -> Iterator[_Edge]:
    """Yield each cable once; those of ports that are said to have several are told and left out."""
    by_port: dict[tuple[str, str], list[_Edge]] = {}
    for edge in edges:
        for key in {edge.one.key, edge.other.key}:
            by_port.setdefault(key, []).append(edge)
    wrong: set[int] = set()
    for key, many in by_port.items():
        others = {edge.end_beside(key).key: str(edge.end_beside(key)) for edge in many}
        if key in others:
            message = f"{' '.join(key)} is cabled to itself, expected two ports"
        elif len(others) > 1:
            message = (
                f"{' '.join(key)} is cabled to {' and to '.join(sorted(others.values()))}, expected one cable a port"
            )
        else:
            continue
        wrong.update(id(edge) for edge in many)
        lines = ", ".join(str(line) for line in sorted({edge.where.line for edge in many}))
        problems.append(Problem(many[0].where.path, f"line {lines}", f"{message}; none of these edges is used"))
    seen: set[frozenset[tuple[str, str]]] = set()
    for edge in edges:
        pair = frozenset((edge.one.key, edge.other.key))
        if id(edge) not in wrong and pair not in seen:
            seen.add(pair)
            yield edge
