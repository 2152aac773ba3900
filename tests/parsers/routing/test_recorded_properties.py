"""What an independent engine recorded of the processes and neighbours of an example network is what we read of it.

The answers lie beside the configurations (pybatfish-networks/answers, recorded cells of notebooks). They are effective
values: what a group or template states is looked up here first.
"""

from __future__ import annotations

import re
from ast import literal_eval
from pathlib import Path

import pytest

from netaudit.collect import collect
from netaudit.model.device import Device
from netaudit.model.routing import BgpFamily, BgpNeighbor, RoutingProcess
from netaudit.packets.addresses import AddressSet
from netaudit.parsers import parser_of

_BGP_PROCESS = re.compile(
    r"^\d+ +(?P<node>\w+) +default +(?P<router>[\d.]+) +None +None +\w+ +\w+ +\w+ "
    r"+(?P<neighbors>\[.*?\]) +(?P<reflects>\w+) "
)
_BGP_PEER = re.compile(
    r"^\d+ +(?P<node>\w+) +default +None +(?P<local>\d+) +\S+ +None +None +(?P<remote>\d+) +(?P<name>[\d.]+) +None +"
    r"(?P<reflected>\w+) +None +(?P<group>\S+) +(?P<imports>\[.*?\]) +(?P<exports>\[.*?\]) +(?P<communities>\w+) +\w+$"
)
_OSPF_PROCESS = re.compile(
    r"^\d+ +(?P<node>\w+) +default +(?P<process>\d+) +(?P<areas>\['.*?\]) +(?P<bits>[\d.]+) "
    r"+(?P<router>[\d.]+) +\[\] +\w+$"
)
_OSPF_AREA = re.compile(
    r"^\d+ +(?P<node>\w+) +default +(?P<process>\d+) +(?P<area>\d+) +NONE +(?P<active>\[.*?\]) +(?P<passive>\[.*?\])$"
)
_NODE = re.compile(r"^\d+ +(?P<node>\w+) +default +(?P<router>[\d.]+) +None +None +\\?\s*$")
_NEIGHBORS = re.compile(r"^\d+ +(?P<neighbors>\['.*?\]) +(?P<reflects>True|False) ")


def _devices(folder: Path) -> dict[str, Device]:
    found = {}
    for file in collect(str(folder)).files:
        parse = parser_of(file.platform)
        if file.platform == "cisco_ios" and parse is not None:
            for device in parse(file).devices:
                found[device.name] = device
    return found


@pytest.fixture(scope="module")
def network(corpus: Path) -> dict[str, Device]:
    """The devices of the example network by name."""
    return _devices(_folder(corpus) / "docs" / "example" / "configs")


@pytest.fixture(scope="module")
def answers(corpus: Path) -> list[str]:
    """The lines of the recorded answers about it."""
    return (_folder(corpus) / "answers" / "configProperties.md").read_text(encoding="utf-8").splitlines()


def _folder(corpus: Path) -> Path:
    folder = corpus / "pybatfish-networks"
    if not folder.is_dir():
        pytest.skip("no pybatfish-networks in the corpus")
    return folder


def _process(device: Device, protocol: str) -> RoutingProcess:
    (found,) = [one for one in device.routing_processes if one.protocol == protocol and one.vrf == "default"]
    return found


def _group(process: RoutingProcess, neighbor: BgpNeighbor) -> BgpNeighbor:
    return next((one for one in process.neighbors if one.kind == "group" and one.name == neighbor.group), neighbor)


def _unicast(neighbor: BgpNeighbor) -> BgpFamily:
    found = next((one for one in neighbor.families if one.family == "ipv4 unicast"), None)
    return found or BgpFamily("ipv4 unicast", neighbor.where)


def _peers(process: RoutingProcess) -> set[str]:
    return {one.name for one in process.neighbors if one.kind in ("neighbor", "range")}


def _reflects(process: RoutingProcess) -> bool:
    return any(
        _unicast(one).reflector_client or _unicast(_group(process, one)).reflector_client for one in process.neighbors
    )


def test_bgp_processes(network: dict[str, Device], answers: list[str]) -> None:
    rows = [row for line in answers if (row := _BGP_PROCESS.match(line))]
    assert len(rows) == 5
    for row in rows:
        process = _process(network[row["node"]], "bgp")
        assert process.exact
        assert (process.router_id, _peers(process)) == (row["router"], set(literal_eval(row["neighbors"])))
        assert str(_reflects(process)) == row["reflects"], row["node"]


def test_bgp_neighbours(network: dict[str, Device], answers: list[str]) -> None:
    rows = [row for line in answers if (row := _BGP_PEER.match(line))]
    assert len(rows) == 5
    for row in rows:
        process = _process(network[row["node"]], "bgp")
        neighbor = next(one for one in process.neighbors if one.name == row["name"])
        group = _group(process, neighbor)
        own, inherited = _unicast(neighbor), _unicast(group)
        assert (process.autonomous_system, neighbor.remote_as or group.remote_as) == (row["local"], row["remote"])
        assert neighbor.group == row["group"]
        # A policy that is not defined does not count there.
        defined = {one.name for one in network[row["node"]].routing.policies}
        for written, mine in (
            (row["imports"], own.import_policies or inherited.import_policies),
            (row["exports"], own.export_policies or inherited.export_policies),
        ):
            assert [name for name in mine if name in defined] == literal_eval(written)
        assert str(bool(own.sends_communities or inherited.sends_communities)) == row["communities"], row["name"]
        assert str(bool(own.reflector_client or inherited.reflector_client)) == row["reflected"]


def test_ospf_processes(network: dict[str, Device], answers: list[str]) -> None:
    rows = [row for line in answers if (row := _OSPF_PROCESS.match(line))]
    assert len(rows) == 5
    for row in rows:
        process = _process(network[row["node"]], "ospf")
        assert (process.identifier, process.router_id) == (row["process"], row["router"])
        assert {one.area for one in process.areas} == {f"0.0.0.{area}" for area in literal_eval(row["areas"])}
        assert (process.reference_bandwidth_mbps or 100) * 1_000_000 == float(row["bits"])


def test_ospf_areas_hold_the_interfaces(network: dict[str, Device], answers: list[str]) -> None:
    rows = [row for line in answers if (row := _OSPF_AREA.match(line))]
    assert len(rows) == 5
    for row in rows:
        device = network[row["node"]]
        process = _process(device, "ospf")
        passive = {one.interface for one in process.interfaces if one.passive}
        inside = {
            interface.name
            for interface in device.interfaces
            for address in interface.addresses
            if interface.enabled
            and any(AddressSet.host(address.address_text) <= one.addresses for one in process.networks)
        }
        assert inside - passive == set(literal_eval(row["active"]))
        assert inside & passive == set(literal_eval(row["passive"]))


def test_bgp_processes_of_a_whole_network(corpus: Path) -> None:
    folder = _folder(corpus)
    text = (folder / "answers" / "Introduction_to_BGP_Analysis.md").read_text(encoding="utf-8").splitlines()
    nodes = [row for line in text if (row := _NODE.match(line))]
    peers = [row for line in text if (row := _NEIGHBORS.match(line))]
    assert len(nodes) == len(peers) == 13
    devices = _devices(folder / "notebooks" / "example-bgp" / "configs")
    for node, row in zip(nodes, peers, strict=True):
        process = _process(devices[node["node"]], "bgp")
        assert (process.router_id, _peers(process)) == (node["router"], set(literal_eval(row["neighbors"])))
        assert str(_reflects(process)) == row["reflects"], node["node"]
