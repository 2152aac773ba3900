"""Dynamic routing: the shared readers with what is particular to EOS, peer filters, and the VXLAN interface.

Lines of `router bgp` outside of address families hold for all families of a neighbour; `send-community` alone sends
every kind; a route must match all lists that `match community` names.

Source: Arista EOS User Manual, "BGP", "Route Maps", "VXLAN", "EVPN".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netaudit.model.routing import RoutingSetting
from netaudit.model.source import Affects
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.routing.device_processes import InterfaceLines
from netaudit.parsers.routing.device_routing import RoutingLanguage, read_device_routing
from netaudit.parsers.routing.process import Dialect
from netaudit.parsers.routing.values import line_words
from netaudit.parsers.switch_interfaces import interface_names
from netaudit.parsers.switch_reading import Reading

_NO_PROCESSES = frozenset(
    {
        "adaptive-virtual-topology", "bfd", "general", "igmp", "internet-exit", "kernel", "l2-vpn", "msdp",
        "multicast", "path-selection", "pim", "pim6", "rib", "segment-security", "service-insertion",
        "traffic-engineering",
    }
)  # fmt: skip
_LANGUAGE = RoutingLanguage(
    Dialect(bgp_family=""), _NO_PROCESSES, plain_communities="all", community_lists_together=True, step=10
)
_OVERLAY_SETTINGS = frozenset(
    {
        "bridging", "controller-client", "encapsulation", "flood", "learn-restrict", "mlag", "multicast-group",
        "source-interface", "udp-port", "virtual-router", "vlan",
    }
)  # fmt: skip


def read_routing_plane(reading: Reading) -> None:
    """Read the processes, policies and lists; the interfaces must be known."""
    interfaces = []
    for block in reading.blocks("interface"):
        for name in interface_names(block.text.strip().partition(" ")[2].strip()):
            known = reading.interfaces.get(name)
            interfaces.append(InterfaceLines(name, known.vrf if known else "default", block.children))
    processes, plane = read_device_routing(
        reading.ledger, reading.roots, interfaces, reading.blocks("vrf instance", "vrf definition"), _LANGUAGE
    )
    reading.routing_processes += processes
    reading.routing = replace(plane, settings=(*_peer_filters(reading), *_overlay(reading), *_path_mode(reading)))


def _path_mode(reading: Reading) -> Iterator[RoutingSetting]:
    """Read `ip as-path regex-mode asn|string`: whether expressions are over AS numbers or over characters."""
    for block in reading.blocks("ip as-path regex-mode"):
        mode = block.text.split()[-1]
        if mode in ("asn", "string"):
            reading.understood(block)
            yield RoutingSetting("as-path regex-mode", mode, reading.ledger.ref(block.index))


def _peer_filters(reading: Reading) -> Iterator[RoutingSetting]:
    """Read `peer-filter NAME` with `10 match as-range 65001-65010 result accept|reject`."""
    for block in reading.blocks("peer-filter"):
        words = line_words(reading.ledger, block).words
        if len(words) != 2:
            continue
        reading.understood(block)
        for line in block.children:
            parts = line_words(reading.ledger, line).words
            if len(parts) == 6 and parts[1:3] == ["match", "as-range"] and parts[4] == "result":
                reading.understood(line)
                value = f"{parts[0]} {parts[3]} {parts[5]}"
                yield RoutingSetting(f"peer-filter {words[1]}", value, reading.ledger.ref(line.index))


def _overlay(reading: Reading) -> Iterator[RoutingSetting]:
    """Read `interface Vxlan1`: which VLANs and VRFs are which networks of the overlay."""
    for block in reading.blocks("interface"):
        name = block.text.strip().partition(" ")[2].strip()
        if not name.lower().startswith("vxlan"):
            continue
        for line in block.children:
            words = line_words(reading.ledger, line).words
            if words[0] == "vxlan" and reading.ledger.is_open(line.index):
                yield from _overlay_line(reading, name, line, words[1:])


def _overlay_line(reading: Reading, name: str, line: ConfLine, words: list[str]) -> Iterator[RoutingSetting]:
    where = reading.ledger.ref(line.index)
    if len(words) == 4 and words[0] in ("vlan", "vrf") and words[2] == "vni":
        # One VLAN or VRF, or lists of the same length.
        key = "vn-segment" if words[0] == "vlan" else "vni"
        yield RoutingSetting(f"{words[0]} {words[1]} {key}", words[3], where)
    elif words and words[0] in _OVERLAY_SETTINGS:
        yield RoutingSetting(f"{name} {words[0]}", " ".join(words[1:]), where)
    else:
        reading.ledger.unsupported(line.index, Affects.ROUTING, "a setting of the overlay that is not modelled")
        return
    reading.understood(line)
