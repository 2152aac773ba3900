"""Dynamic and policy-based routing: the shared readers with what is particular to IOS.

Without `subnets`, OSPF takes over classful networks alone until releases in which the word is the default and written
out: what is not written is read the older way. Lines of `router bgp` outside of address families hold for IPv4 unicast.
"""

from __future__ import annotations

import re

from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.routing.device_processes import InterfaceLines
from netaudit.parsers.routing.device_routing import RoutingLanguage, read_device_routing
from netaudit.parsers.routing.process import Dialect

_NAME = re.compile(r"^interface\s+(?:range\s+)?(\S+(?:\s+\d\S*)?)")
_LANGUAGE = RoutingLanguage(
    Dialect(
        states_subnets=True,
        bgp_family="ipv4 unicast",
        exits=frozenset({"exit-address-family", "exit-peer-policy", "exit-peer-session"}),
    ),
    no_processes=frozenset({"lisp", "mobile", "lsp"}),
)


def read_routing_plane(reading: Reading) -> None:
    """Read the processes, policies and lists; the interfaces must be known."""
    interfaces = []
    for block in reading.blocks("interface"):
        match = _NAME.match(block.text)
        if match is not None:
            name = match[1].replace(" ", "")
            known = reading.interfaces.get(name)
            interfaces.append(InterfaceLines(name, known.vrf if known else "default", block.children))
    processes, reading.routing = read_device_routing(
        reading.ledger, reading.roots, interfaces, reading.blocks("vrf definition", "ip vrf"), _LANGUAGE
    )
    reading.routing_processes += processes
