"""Static routes, in the default VRF and below `vrf context`, and the routing plane as configured."""

from __future__ import annotations

from netaudit.model.device import DEFAULT_VRF, RoutingProcess
from netaudit.model.routing import PolicyRoute, RoutingPlane
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.parsers.cisco_nxos.bgp import read_bgp
from netaudit.parsers.cisco_nxos.interface_routing import read_interface_routing
from netaudit.parsers.cisco_nxos.interior import DIALECT, new_process, read_interior
from netaudit.parsers.cisco_nxos.overlay import Overlay, read_vrf_targets
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.routing.prefix_lists import read_prefix_lists
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.route_maps import read_route_maps
from netaudit.parsers.routing.text_lists import read_text_lists
from netaudit.parsers.switch_interfaces import interface_names
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.switch_routes import read_route

_STEP = 5  # between entries of a prefix list that are written without a number


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
            if words[position + 3 : position + 4] == ["bfd"]:
                reading.ledger.ignored(line.index)
            return
        read_route(reading, line, position + 2, vrf)


def read_processes(reading: Reading) -> tuple[RoutingProcess, ...]:
    """Return the routing processes, one for each VRF that they run in; marks their lines."""
    drafts: list[ProcessDraft] = []
    for root in reading.blocks("router"):
        if root.words[1:2] == ["bgp"]:
            found = read_bgp(reading.ledger, root)
        else:
            draft = new_process(reading.ledger, root)
            found = [] if draft is None else [draft, *read_interior(reading.ledger, root, draft)]
        if found:
            reading.understood(root)
            drafts += found
            continue
        reading.ledger.unsupported(root.index, Affects.ROUTING, "a routing process that is not known")
        words = root.words
        if len(words) >= 2:
            draft = ProcessDraft(words[1], " ".join(words[1:3]), reading.ledger.ref(root.index), DIALECT)
            draft.exact = False
            drafts.append(draft)
    read_interface_routing(reading, drafts)
    return tuple(draft.finished() for draft in drafts)


def read_plane(reading: Reading, overlay: Overlay) -> RoutingPlane:
    """Return what stands beside the processes; marks the lines of lists, route maps and VRFs."""
    ledger = reading.ledger
    return RoutingPlane(
        policies=read_route_maps(ledger, reading.roots),
        prefix_lists=read_prefix_lists(ledger, reading.roots, _STEP),
        text_lists=read_text_lists(ledger, reading.roots),
        vrf_targets=tuple(read_vrf_targets(reading)),
        policy_routes=tuple(_policy_routes(reading)),
        settings=tuple(overlay.settings),
    )


def _policy_routes(reading: Reading) -> list[PolicyRoute]:
    found = []
    for root in reading.roots:
        words = root.words
        if words[1:4] == ["local", "policy", "route-map"] and words[0] in ("ip", "ipv6") and len(words) == 5:
            found.append(PolicyRoute(words[4], reading.ledger.ref(root.index), "", _family(words[0])))
        if words[0] != "interface":
            continue
        names = interface_names(root.text.strip().partition(" ")[2].strip())
        for line in root.children:
            parts = line.words
            if parts[1:3] == ["policy", "route-map"] and parts[0] in ("ip", "ipv6") and len(parts) == 4:
                where = reading.ledger.ref(line.index)
                found += [PolicyRoute(parts[3], where, name, _family(parts[0])) for name in names]
    return found


def _family(word: str) -> Family:
    return Family.IPV6 if word == "ipv6" else Family.IPV4
