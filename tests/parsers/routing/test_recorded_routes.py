"""What is configured must explain what the lab devices showed: every learned route came over a neighbour or an
interface that the configuration names for that protocol.

The labs are those of the corpus (lab-validation): running configuration and routing table of the same device.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from netaudit.collect import collect
from netaudit.model.device import Device
from netaudit.model.routing import BgpNeighbor, RoutingProcess
from netaudit.packets.addresses import AddressSet
from netaudit.parsers import parser_of

_LEARNED = re.compile(
    r"^(?P<code>[A-Za-z*%+ 0-9]{2,10}?)\s+(?P<prefix>\d+\.\d+\.\d+\.\d+(?:/\d+)?)?\s*"
    r"\[(?P<distance>\d+)/\d+\] via (?P<hop>[\d.]+)(?:, \d[\w:.]*)?(?:, (?P<interface>[A-Z]\S+))?"
)
_MORE = re.compile(r"^\s+\[(?P<distance>\d+)/\d+\] via (?P<hop>[\d.]+)(?:, \d[\w:.]*)?(?:, (?P<interface>[A-Z]\S+))?")
_VRF = re.compile(r"^Routing Table: (\S+)")
_PROTOCOLS = {"O": "ospf", "D": "eigrp", "B": "bgp", "i": "isis", "R": "rip"}
_EOS_TYPES = {
    "eBGP": ("bgp", 200),
    "iBGP": ("bgp", 200),
    "ospfInter": ("ospf", 110),
    "ospfIntra": ("ospf", 110),
    "ospfExternalType1": ("ospf", 110),
    "ospfExternalType2": ("ospf", 110),
}


@dataclass(frozen=True)
class _Learned:
    """A learned route as the device showed it."""

    protocol: str
    vrf: str
    prefix: str
    hop: str
    interface: str
    distance: int


def _from_text(text: str) -> Iterator[_Learned]:
    vrf, code, prefix = "default", "", ""
    for line in text.splitlines():
        if header := _VRF.match(line):
            vrf = header[1]
        match = _LEARNED.match(line)
        if match is not None:
            code, prefix = match["code"].strip(), match["prefix"] or prefix
        else:
            match = _MORE.match(line)
        if match is not None and code[:1] in _PROTOCOLS:
            protocol = _PROTOCOLS[code[:1]]
            yield _Learned(protocol, vrf, prefix, match["hop"], match["interface"] or "", int(match["distance"]))


def _from_json(text: str) -> Iterator[_Learned]:
    for vrf, table in json.loads(text)["vrfs"].items():
        for prefix, route in table["routes"].items():
            if route.get("routeType") in _EOS_TYPES:
                protocol, _ = _EOS_TYPES[route["routeType"]]
                for via in route["vias"]:
                    yield _Learned(
                        protocol, vrf, prefix, via.get("nexthopAddr", ""), via.get("interface", ""), route["preference"]
                    )


def _shown(folder: Path) -> Iterator[_Learned]:
    for path in sorted(folder.glob("show_ip_route*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if not text.strip():
            continue
        if path.name.endswith("json.txt"):
            yield from _from_json(text)
        elif path.name in ("show_ip_route.txt", "show_ip_route_vrf_all.txt"):
            yield from _from_text(text)
        else:
            vrf = path.stem.removeprefix("show_ip_route_vrf_")
            for one in _from_text(text):
                yield _Learned(one.protocol, vrf, one.prefix, one.hop, one.interface, one.distance)


def _takes_part(device: Device, process: RoutingProcess, name: str) -> bool:
    """Tell whether an interface forms neighbours in the process, by its own lines or by a network statement."""
    interface = next((one for one in device.interfaces if one.name == name), None)
    if interface is None:
        return False
    stated = next((one for one in process.interfaces if one.interface == name), None)
    passive = stated.passive if stated is not None and stated.passive is not None else process.passive_default
    if passive:
        return False
    if stated is not None and stated.enabled:
        return True
    addresses = [AddressSet.host(one.address_text) for one in interface.addresses]
    return any(one <= network.addresses for network in process.networks for one in addresses)


def _neighbor(process: RoutingProcess, hop: str) -> BgpNeighbor | None:
    found = next((one for one in process.neighbors if one.kind == "neighbor" and one.name == hop), None)
    if found is None:
        return next(
            (
                one
                for one in process.neighbors
                if one.kind == "range" and AddressSet.host(hop) <= AddressSet.prefix(one.name)
            ),
            None,
        )
    return found


def _remote_as(process: RoutingProcess, neighbor: BgpNeighbor) -> str:
    if neighbor.remote_as:
        return neighbor.remote_as
    return next((one.remote_as for one in process.neighbors if one.name == neighbor.group), "")


def _sources(device: Device, vrf: str) -> set[str]:
    """Return the VRFs whose routes a VRF takes over by its route targets, and itself."""
    imports = {target for one in device.routing.vrf_targets if one.vrf == vrf for target in one.imports}
    return {vrf} | {one.vrf for one in device.routing.vrf_targets if imports & set(one.exports)}


def _explained(device: Device, route: _Learned) -> bool:
    vrfs = _sources(device, route.vrf) if route.protocol == "bgp" else {route.vrf}
    processes = [one for one in device.routing_processes if one.protocol == route.protocol and one.vrf in vrfs]
    if route.protocol != "bgp":
        # A route may leave through an interface that the next hop is found behind.
        return any(_takes_part(device, one, route.interface) for one in processes)
    for process in processes:
        neighbor = _neighbor(process, route.hop)
        own = process.autonomous_system
        if neighbor is not None:
            inside = _remote_as(process, neighbor) == own
            stated = dict(process.distances).get("internal" if inside else "external")
            usual = (stated,) if stated is not None else (200,) if inside else (20, 200)
            if route.distance in usual:
                return True
        elif any(_remote_as(process, one) == own for one in process.neighbors):
            return True  # the next hop of an internal neighbour is somebody further on
    return False


def _devices(corpus: Path) -> Iterator[tuple[str, Device, Path]]:
    for file in collect(str(corpus / "lab-validation")).files:
        if file.platform not in ("cisco_ios", "arista_eos") or file.kind != "configuration" or file.problem:
            continue
        parts = file.path.split("/")
        if "configs" not in parts or parts[-1] == "frr.conf":
            continue
        lab = corpus / "lab-validation" / parts[0]
        folder = lab / "show" / parts[parts.index("configs") + 1]
        parse = parser_of(file.platform)
        assert parse is not None
        parsed = parse(file)
        if folder.is_dir() and parsed.devices:
            yield file.path, parsed.devices[0], folder


@pytest.fixture(scope="module")
def compared(corpus: Path) -> tuple[Counter[str], list[str]]:
    """The learned routes of all devices by protocol, and those that the configuration does not explain."""
    if not (corpus / "lab-validation").is_dir():
        pytest.skip("no lab-validation in the corpus")
    seen: Counter[str] = Counter()
    unexplained = []
    for path, device, folder in _devices(corpus):
        for route in _shown(folder):
            seen[route.protocol] += 1
            if not _explained(device, route):
                unexplained.append(f"{path}: {route}")
    return seen, unexplained


def test_every_learned_route_has_a_neighbour_or_interface_in_the_configuration(
    compared: tuple[Counter[str], list[str]],
) -> None:
    seen, unexplained = compared
    assert unexplained == []
    assert seen["ospf"] > 50 and seen["bgp"] > 100 and seen["eigrp"] > 10, seen
