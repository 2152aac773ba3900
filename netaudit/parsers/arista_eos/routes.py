"""Static routes, and whether the device routes."""

from __future__ import annotations

from netaudit.model.device import DEFAULT_VRF
from netaudit.model.source import Affects
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import VRF, Reading
from netaudit.parsers.switch_routes import read_route


def read_static_routes(reading: Reading) -> None:
    """Read `ip|ipv6 route [vrf V] PREFIX ...`."""
    for root in reading.roots:
        words = root.words
        position = 1 if words[0] == "no" else 0
        if words[position : position + 2] in (["ip", "route"], ["ipv6", "route"]):
            _read(reading, root, words, position + 2)


def _read(reading: Reading, root: ConfLine, words: list[str], position: int) -> None:
    vrf = DEFAULT_VRF
    if words[position : position + 1] == ["vrf"] and len(words) > position + 1:
        vrf = words[position + 1]
        if vrf != DEFAULT_VRF:
            reading.use(VRF, vrf, root.index, "ip route vrf")
        position += 2
    if "nexthop-group" in words[position:]:
        reading.ledger.unsupported(root.index, Affects.ROUTING, "a route to a next-hop group")
        return
    if len(words) > position:
        read_route(reading, root, position, vrf)


def read_forwarding(reading: Reading) -> None:
    """Read whether the device routes in any VRF."""
    states: dict[str, bool] = {}
    for root in reading.roots:
        words = root.words
        on = words[0] != "no"
        rest = words if on else words[1:]
        if rest[:2] == ["ip", "routing"]:
            vrf = rest[3] if rest[2:3] == ["vrf"] and len(rest) > 3 else DEFAULT_VRF
            states[vrf] = on
            reading.understood(root)
    # IPv4 routing is off by default and the configuration always says which; a part of one may not.
    reading.forwards = not states or states.get(DEFAULT_VRF, True) or any(states.values())
