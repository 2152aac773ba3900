"""The words for sources of routes, as commands write them and as the model keeps them (`Redistribution.source`)."""

from __future__ import annotations

PROTOCOLS: dict[str, str] = {
    "aggregate": "aggregate",
    "attached-host": "attached_host",
    "bgp": "bgp",
    "connected": "connected",
    "direct": "connected",
    "eigrp": "eigrp",
    "isis": "isis",
    "local": "local",
    "mobile": "mobile",
    "odr": "odr",
    "ospf": "ospf",
    "ospf3": "ospfv3",
    "ospfv3": "ospfv3",
    "rip": "rip",
    "ripng": "ripng",
    "static": "static",
}
