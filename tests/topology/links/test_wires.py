"""A cabling file says which port is plugged into which; where it states all of two segments they are apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from netaudit.audit import Reading, read_snapshot
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy, ZoneType
from netaudit.topology.fates import FlowTrace
from netaudit.topology.links.ports import Port
from netaudit.topology.links.survey import survey_links
from netaudit.topology.links.wires import stated_wires
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import conduit, zone

Cable = tuple[str, str]  # "device port" twice


def _router(name: str, *ports: str) -> str:
    lines = [f"hostname {name}"]
    for port in ports:
        interface, _, address = port.partition(" ")
        lines += [f"interface {interface}", f" ip address {address} 255.255.255.0"]
    return "\n".join((*lines, "end", ""))


def _edges(cables: Iterable[Cable]) -> str:
    def node(text: str) -> dict[str, str]:
        name, interface = text.split(" ")
        return {"hostname": name, "interfaceName": interface}

    return json.dumps({"edges": [{"node1": node(one), "node2": node(other)} for one, other in cables]}, indent=1)


def _read(folder: Path, configurations: dict[str, str], *cables: Cable) -> Reading:
    for name, text in configurations.items():
        (folder / f"{name}.cfg").write_text(text, encoding="utf-8")
    (folder / "layer1_topology.json").write_text(_edges(cables), encoding="utf-8")
    return read_snapshot(str(folder))


# Two pods use the same addresses on the line between their two routers.
PODS = {
    "a": _router("a", "Gi0/0 10.0.0.1", "Gi0/1 10.1.0.1") + "ip route 10.2.0.0 255.255.255.0 10.0.0.2\n",
    "b": _router("b", "Gi0/0 10.0.0.2", "Gi0/1 10.2.0.1"),
    "c": _router("c", "Gi0/0 10.0.0.1"),
    "d": _router("d", "Gi0/0 10.0.0.2"),
}
BOTH = (("a Gi0/0", "b Gi0/0"), ("c Gi0/0", "d Gi0/0"))


def _trace(reading: Reading, destination: str) -> FlowTrace:
    network = build_network(reading.devices, Policy(), reading.coverage)
    flow = Flow.of("10.1.0.9", destination, 6, source_port=4000, destination_port=80)
    (place,) = starting_places(network, "a", "Gi0/1", flow)
    return trace_flow(network, place, flow)


def _ways(found: FlowTrace) -> set[tuple[str, ...]]:
    return {(one.disposition.value, *(hop.device for hop in one.hops)) for one in found.traces}


def test_of_two_routers_with_one_address_the_cabled_one_takes_the_packet(tmp_path: Path) -> None:
    assert _ways(_trace(_read(tmp_path, PODS), "10.2.0.9")) == {("delivered", "a", "b"), ("no_route", "a", "d")}
    assert _ways(_trace(_read(tmp_path, PODS, *BOTH), "10.2.0.9")) == {("delivered", "a", "b")}


def test_a_conduit_follows_the_cable_too(tmp_path: Path) -> None:
    zones = zone("UAT", ZoneType.UAT, "10.1.0.0/24"), zone("PROD", ZoneType.PROD, "10.2.0.0/24")
    assert conduit(list(_read(tmp_path, PODS).devices), *zones).undecided
    found = conduit(list(_read(tmp_path, PODS, *BOTH).devices), *zones)
    assert not found.undecided
    assert found.permitted


@pytest.mark.parametrize(
    "cables",
    [
        (BOTH[0],),  # the other pod's ports are not named
        (BOTH[0], ("c Gi0/0", "switch 1")),  # at the end stands what has no export
        (BOTH[0], ("c Gi0/0", "d Gi9/9")),  # a port that nobody has
        (("a Gi0/0", "b Gi0/0"), ("a Gi0/0", "d Gi0/0")),  # one port, two cables
    ],
)
def test_a_file_with_gaps_keeps_nobody_apart(tmp_path: Path, cables: tuple[Cable, ...]) -> None:
    reading = _read(tmp_path, PODS, *cables)
    wires = stated_wires(reading.devices)
    assert not wires.apart(Port("a", "Gi0/0"), Port("d", "Gi0/0"))
    assert ("no_route", "a", "d") in _ways(_trace(reading, "10.2.0.9"))


def test_what_only_a_port_elsewhere_has_contradicts_the_file_and_is_unknown(tmp_path: Path) -> None:
    crossed = (("a Gi0/0", "c Gi0/0"), ("b Gi0/0", "d Gi0/0"))
    reading = _read(tmp_path, PODS, *crossed)
    for destination in ("10.2.0.9", "10.0.0.2"):
        found = _trace(reading, destination)
        assert _ways(found) == {("unknown", "a")}
        assert "the cabling file keeps who has 10.0.0.2" in found.traces[0].reason
    zones = zone("UAT", ZoneType.UAT, "10.1.0.0/24"), zone("PROD", ZoneType.PROD, "10.2.0.0/24")
    found_conduit = conduit(list(reading.devices), *zones)
    assert found_conduit.undecided
    assert not found_conduit.permitted


SWITCH = """
hostname sw
interface Gi1/0/1
 switchport mode access
interface Gi1/0/2
 switchport mode access
interface Gi1/0/3
 switchport mode access
{third}
end
"""
THROUGH = (("a Gi0/0", "sw Gi1/0/1"), ("b Gi0/0", "sw Gi1/0/2"), ("c Gi0/0", "d Gi0/0"))


def test_switches_are_followed_where_all_their_ports_are_stated(tmp_path: Path) -> None:
    open_port = stated_wires(_read(tmp_path, {**PODS, "sw": SWITCH.format(third="")}, *THROUGH).devices)
    assert not open_port.apart(Port("a", "Gi0/0"), Port("d", "Gi0/0"))
    closed = stated_wires(_read(tmp_path, {**PODS, "sw": SWITCH.format(third=" shutdown")}, *THROUGH).devices)
    assert closed.apart(Port("a", "Gi0/0"), Port("d", "Gi0/0"))
    assert not closed.apart(Port("a", "Gi0/0"), Port("b", "Gi0/0"))


def test_a_port_of_which_nothing_is_said_may_be_a_port_of_the_switch(tmp_path: Path) -> None:
    bare = SWITCH.format(third=" shutdown").replace("end\n", "interface Gi1/0/4\nend\n")
    wires = stated_wires(_read(tmp_path, {**PODS, "sw": bare}, *THROUGH).devices)
    assert not wires.apart(Port("a", "Gi0/0"), Port("d", "Gi0/0"))


def test_a_flow_point_joins_a_switch_to_what_is_not_followed(tmp_path: Path) -> None:
    shut = SWITCH.format(third=" shutdown")
    point = "interface Gi1/0/4\n ip address 10.9.9.1 255.255.255.0\n service instance 1 ethernet\n  bridge-domain 1\n"
    texts = {**PODS, "sw": shut.replace("end\n", f"{point}end\n")}
    assert not stated_wires(_read(tmp_path, texts, *THROUGH).devices).apart(Port("a", "Gi0/0"), Port("d", "Gi0/0"))


def test_sub_interfaces_stand_where_their_port_is_plugged(tmp_path: Path) -> None:
    port = "interface Gi0/0\n no ip address\ninterface Gi0/0.5\n encapsulation dot1Q 5\n ip address 10.0.0"
    texts = {
        name: f"hostname {name}\n{port}.{1 + number % 2} 255.255.255.0\nend\n" for number, name in enumerate("abcd")
    }
    wires = stated_wires(_read(tmp_path, texts, ("a Gi0/0", "b Gi0/0.5"), ("c Gi0/0", "d Gi0/0")).devices)
    assert wires.apart(Port("a", "Gi0/0.5"), Port("d", "Gi0/0.5"))
    assert not wires.apart(Port("a", "Gi0/0.5"), Port("b", "Gi0/0.5"))


def _bundled(name: str, address: str) -> str:
    members = "".join(
        f"interface {port}\n no switchport\n channel-group 1 mode active\n" for port in ("Gi0/1", "Gi0/2")
    )
    return f"hostname {name}\n{members}interface Port-channel1\n ip address {address} 255.255.255.0\nend\n"


def test_a_bundle_is_known_where_all_its_members_are(tmp_path: Path) -> None:
    texts = {name: _bundled(name, f"10.0.0.{1 + number % 2}") for number, name in enumerate("abcd")}
    half = [("a Gi0/1", "b Gi0/1"), ("c Gi0/1", "d Gi0/1"), ("c Gi0/2", "d Gi0/2")]
    ends = Port("a", "Port-channel1"), Port("d", "Port-channel1")
    assert not stated_wires(_read(tmp_path, texts, *half).devices).apart(*ends)
    assert stated_wires(_read(tmp_path, texts, *half, ("a Gi0/2", "b Gi0/2")).devices).apart(*ends)


def test_routing_protocols_meet_on_the_cable_alone(tmp_path: Path) -> None:
    ospf = "router ospf 1\n network 0.0.0.0 255.255.255.255 area 0\n"
    texts = {name: text.replace("end\n", ospf) for name, text in PODS.items()}
    texts["d"] = texts["d"].replace("10.0.0.2", "10.0.0.3")
    texts["c"] = texts["c"].replace("10.0.0.1", "10.0.0.4") + "interface Gi0/1\n ip address 10.9.0.1 255.255.255.0\n"
    assert _ways(_trace(_read(tmp_path, texts), "10.9.0.9")) == {("delivered", "a", "c")}
    assert _ways(_trace(_read(tmp_path, texts, *BOTH), "10.9.0.9")) == {("unknown", "a")}


def test_external_sessions_need_the_cable(tmp_path: Path) -> None:
    speaker = "router bgp {own}\n neighbor 10.0.0.{peer} remote-as {other}\n network 10.9.0.0 mask 255.255.255.0\n"
    texts = {
        "a": _router("a", "Gi0/0 10.0.0.1", "Gi0/1 10.1.0.1") + speaker.format(own=1, peer=2, other=2),
        "d": _router("d", "Gi0/0 10.0.0.2", "Gi0/1 10.9.0.1") + speaker.format(own=2, peer=1, other=1),
        "b": _router("b", "Gi0/0 10.0.0.3"),
        "c": _router("c", "Gi0/0 10.0.0.4"),
    }
    assert _ways(_trace(_read(tmp_path, texts), "10.9.0.9")) == {("delivered", "a", "d")}
    assert _ways(_trace(_read(tmp_path, texts, *BOTH), "10.9.0.9")) == {("unknown", "a")}


def test_stated_cables_stand_with_those_that_neighbours_saw(tmp_path: Path) -> None:
    survey = survey_links(_read(tmp_path, PODS, BOTH[0], ("c Gi0/0", "provider 7")).devices)
    (cable,) = survey.neighbors.cables
    assert (cable.one, cable.other, cable.protocols) == (Port("a", "Gi0/0"), Port("b", "Gi0/0"), ("cabling",))
    assert cable.where[0].path == "layer1_topology.json"
    assert [(one.name, one.port) for one in survey.neighbors.unknown] == [("provider", Port("c", "Gi0/0"))]
