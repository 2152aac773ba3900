"""Static routes, in the default VRF and below `vrf context`, and the routing processes."""

from __future__ import annotations

from netaudit.model.device import DEFAULT_VRF, RoutingProcess
from netaudit.model.source import Affects
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.switch_routes import read_route


def read_static_routes(reading: Reading) -> None:
    """Read `ip route` and `ipv6 route`."""
    for root in reading.roots:
        if root.text.startswith("vrf context ") and len(root.words) == 3:
            for line in root.children:
                _read(reading, line, root.words[2])
        else:
            _read(reading, root, DEFAULT_VRF)


def _read(reading: Reading, line: ConfLine, vrf: str) -> None:
    words = line.words
    position = 1 if words[0] == "no" else 0
    if words[position : position + 2] in (["ip", "route"], ["ipv6", "route"]) and len(words) > position + 2:
        if words[position + 2] == "static":
            return
        read_route(reading, line, position + 2, vrf)


def read_routing(reading: Reading) -> None:
    """Read which routing processes run."""
    for root in reading.blocks("router"):
        words = root.words
        if len(words) >= 2:
            reading.routing_processes.append(
                RoutingProcess(words[1], " ".join(words[1:3]), reading.ledger.ref(root.index))
            )
            reading.ledger.unsupported(root.index, Affects.ROUTING, "dynamic routing")
