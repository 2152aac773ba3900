"""Whose routes a doubt may change: a router that may announce something else makes its neighbours' tables doubtful.

A doubt goes where announcements go: along adjacencies and sessions, and inside a device from one protocol to the other
where that one redistributes it, announces networks of the table, or resolves next hops through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netaudit.model.device import Device
from netaudit.model.routing import RoutingProcess

Key = tuple[str, str, str]  # device, virtual system, VRF
Node = tuple[Key, str]  # with the protocol
NAMED = 3


class Stranger(str):
    """A doubt about a neighbour outside of the snapshot. It stays with the router that stands there.

    Else the one line to a provider would leave no table of the firm sure. What such a neighbour may draw to itself in
    other tables is an opening (see `openings`).
    """

    __slots__ = ()


def links_inside(devices: Iterable[Device]) -> dict[Node, set[Node]]:
    """Return, for each process, the processes of its device whose announcements depend on it."""
    found: dict[Node, set[Node]] = {}
    for device in devices:
        for process in device.routing_processes:
            key = device.name, process.virtual_system, process.vrf
            for other in device.routing_processes:
                there = device.name, other.virtual_system, other.vrf
                leaks = process.protocol == other.protocol == "bgp" and there != key
                if leaks or (there == key and _depends(process, other)):
                    found.setdefault((there, other.protocol), set()).add((key, process.protocol))
    return found


def _depends(process: RoutingProcess, other: RoutingProcess) -> bool:
    if process is other:
        return False
    if process.protocol == "bgp" and (process.networks or other.protocol in ("ospf", "ospfv3")):
        return True
    if process.default_route is not None and not process.default_route.always:
        return True
    return any(one.source in (other.protocol, "any") for one in process.redistributions)


def spread(origins: Mapping[Node, Sequence[str]], links: Mapping[Node, Iterable[Node]]) -> dict[Key, str]:
    """Return what to say of each table that the doubts of other devices reach."""
    found: dict[Key, dict[str, str]] = {}
    for origin, reasons in origins.items():
        if not reasons:
            continue
        for key, _ in reached(origin, links):
            if key != origin[0]:
                found.setdefault(key, {}).setdefault(origin[0][0], reasons[0])
    return {key: _said(by_device) for key, by_device in found.items()}


def reached(origin: Node, links: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """Return who hears of what one process announces, itself included."""
    seen = {origin}
    waiting = [origin]
    while waiting:
        for following in links.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def _said(by_device: Mapping[str, str]) -> str:
    names = sorted(by_device)
    more = " ..." if len(names) > NAMED else ""
    return f"what {', '.join(names[:NAMED])}{more} may announce is not sure ({names[0]}: {by_device[names[0]]})"
