"""Networks of the corpus as the independent engine had them: configurations, end hosts, and the file of cables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from netaudit.audit import read_snapshot
from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import Family, parse_address
from netaudit.parsers import parser_of
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition
from netaudit.topology.network import Network, build_network

SAME = {
    "ACCEPTED": Disposition.DELIVERED,
    "DELIVERED_TO_SUBNET": Disposition.DELIVERED,
    "NO_ROUTE": Disposition.NO_ROUTE,
    "EXITS_NETWORK": Disposition.EXITS,
    "DENIED_IN": Disposition.DENIED,
    "DENIED_OUT": Disposition.DENIED,
    "INSUFFICIENT_INFO": Disposition.UNKNOWN,
    "NEIGHBOR_UNREACHABLE": Disposition.DENIED,
    "NULL_ROUTED": Disposition.NULL_ROUTED,
    "LOOP": Disposition.LOOP,
}


def network_of(configurations: Path, folder: Path) -> Network:
    """Return the network of a folder of configurations, with the hosts and the cabling file beside it.

    `folder` is an empty one to put them together in. What `show` printed on the devices stays out: the engine had none.
    """
    (folder / "configs").symlink_to(configurations)
    cabling = configurations.parent / "batfish" / "layer1_topology.json"
    if cabling.exists():
        (folder / cabling.name).symlink_to(cabling)
    reading = read_snapshot(str(folder))
    hosts = [_host(path) for path in sorted((configurations.parent / "hosts").glob("*.json"))]
    return build_network([*reading.devices, *hosts], Policy(), reading.coverage)


def _host(path: Path) -> Device:
    """Return an end host, which forwards nothing (RFC 1122, 1.1.1).

    The engine has a format of its own for its ports and takes its filters from iptables-save.
    """
    stated = json.loads(path.read_text(encoding="utf-8"))
    name = stated["hostname"]
    where = SourceRef(path.name, 1)
    host = Device(name, "iptables", "Linux", where)
    if stated.get("iptablesFile"):
        lines = tuple((path.parent.parent / stated["iptablesFile"]).read_text(encoding="utf-8").splitlines())
        parser = parser_of("iptables")
        assert parser is not None
        (host,) = parser(SourceFile(path.name, "0" * 64, "utf-8", lines, platform="iptables", host=name)).devices
    ports = list(stated["hostInterfaces"].values())
    interfaces = tuple(_port(one, where) for one in ports)
    return replace(host, interfaces=interfaces, static_routes=tuple(_gateways(ports, where)), forwards=False)


def _port(stated: dict[str, Any], where: SourceRef) -> Interface:
    address, _, length = stated["prefix"].partition("/")
    own = InterfaceAddress(Family.IPV4, parse_address(address)[1], int(length))
    return Interface(stated["name"], where, (own,))


def _gateways(ports: list[dict[str, Any]], where: SourceRef) -> Iterator[StaticRoute]:
    for one in ports:
        if one.get("gateway"):
            yield StaticRoute(Family.IPV4, 0, 0, where, next_hop=one["gateway"])
