"""A neighbour without an export may draw packets past a firewall, also those of tables far from it."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.policy.registers import Zone, ZoneType
from netaudit.topology.reach import Conduit
from netaudit.topology.routes.computation import compute_routes
from tests.topology.networks import conduit, passes, zone
from tests.topology.test_unknown_ground import ios, port

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
LINK = "255.255.255.252"

FIREWALL = ios(
    "fw",
    port("Gi0/0", "10.9.1.2", LINK, "ip access-group NO in"),
    port("Gi0/1", "10.2.0.1"),
    "ip access-list extended NO\n deny ip any any",
)


def core(protocol: str) -> Device:
    """Return the router of the test zone: to production by the firewall, to the rest as the protocol says."""
    speaking = {
        "bgp": "router bgp 65000\n neighbor 10.9.2.2 remote-as 65000",
        "ospf": "router ospf 1\n network 10.9.2.0 0.0.0.3 area 0",
    }[protocol]
    return ios(
        "core",
        port("Gi0/0", "10.1.0.1"),
        port("Gi0/1", "10.9.1.1", LINK),
        port("Gi0/2", "10.9.2.1", LINK),
        "ip route 10.2.0.0 255.255.255.0 10.9.1.2",
        speaking,
    )


def border(protocol: str, *settings: str, far: tuple[str, str] = ("10.9.3.1", LINK)) -> Device:
    """Return the router that the neighbour without an export stands at."""
    ports = port("Gi0/0", "10.9.2.2", LINK), port("Gi0/1", *far)
    if protocol == "ospf":
        process = "router ospf 1\n network 10.9.0.0 0.0.255.255 area 0"
    else:
        lines = "neighbor 10.9.2.1 remote-as 65000", "neighbor 10.9.3.2 remote-as 65010", *settings[:1]
        process = "\n ".join(("router bgp 65000", *lines))
    return ios("border", *ports, process, *settings[1:])


def shut(found: Conduit) -> bool:
    return not found.permitted and not found.undecided


def asked(protocol: str, *settings: str, others: tuple[Zone, ...] = (), far: tuple[str, str] = ("10.9.3.1", LINK)):  # type: ignore[no-untyped-def]
    return conduit([core(protocol), border(protocol, *settings, far=far), FIREWALL], UAT, PROD, *others)


@pytest.mark.parametrize("protocol", ["bgp", "ospf"])
def test_a_neighbour_inside_the_firm_leaves_other_conduits_of_its_domain_open(protocol: str) -> None:
    found = asked(protocol)
    assert not found.permitted and not found.possible
    assert any("has an export" in reason or "has no export" in reason for reason in found.reasons)


@pytest.mark.parametrize("protocol", ["bgp", "ospf"])
@pytest.mark.parametrize("kind", [ZoneType.INTERNET, ZoneType.THIRDPARTY])
def test_a_neighbour_outside_draws_packets_out_and_to_no_other_zone(protocol: str, kind: ZoneType) -> None:
    line = zone("LINE", kind, members=(("border", "Gi0/1"),))
    assert shut(asked(protocol, others=(line,)))
    to_line = conduit([core(protocol), border(protocol), FIREWALL], UAT, line, PROD)
    assert to_line.undecided


def test_a_neighbour_inside_announces_what_the_import_policy_lets_in() -> None:
    listed = "ip prefix-list theirs seq 5 permit {} le 32"
    bound = "neighbor 10.9.3.2 prefix-list theirs in"
    assert shut(asked("bgp", bound, listed.format("192.0.2.0/24")))
    assert not shut(asked("bgp", bound, listed.format("10.2.0.128/25")))


def test_a_neighbour_of_our_own_system_may_announce_ways_to_anywhere() -> None:
    line = zone("LINE", ZoneType.INTERNET, members=(("border", "Gi0/1"),))
    own = "neighbor 10.9.3.2 remote-as 65000"
    assert not shut(asked("bgp", own, others=(line,)))


def test_nobody_says_that_a_router_stands_among_hosts() -> None:
    far = ("10.9.3.1", "255.255.255.0")
    to_production = "ip access-list extended P\n permit ip any 10.2.0.0 0.0.0.255\n deny ip any any"
    near = ios(
        "core",
        port("Gi0/0", "10.1.0.1", "255.255.255.0", "ip access-group P in"),
        port("Gi0/1", "10.9.1.1", LINK),
        port("Gi0/2", "10.9.2.1", LINK),
        "ip route 10.2.0.0 255.255.255.0 10.9.1.2",
        "router ospf 1\n network 10.9.2.0 0.0.0.3 area 0",
        to_production,
    )
    devices = [near, border("ospf", far=far), FIREWALL]
    assert shut(conduit(devices, UAT, PROD))
    assert not shut(conduit([near, border("ospf"), FIREWALL], UAT, PROD))
    hosts = zone("HOSTS", ZoneType.OA, "10.9.3.0/24")
    assert conduit(devices, hosts, PROD, UAT).undecided


def test_a_router_between_that_hears_nothing_goes_its_own_way() -> None:
    """The core sends what the neighbour draws towards the border; the router between them knows production."""
    middle = ios("middle", port("Gi0/0", "10.9.2.2", LINK), port("Gi0/1", "10.9.4.1", LINK), port("Gi0/2", "10.2.0.2"))
    far = ios(
        "border",
        port("Gi0/0", "10.9.4.2", LINK),
        port("Gi0/1", "10.9.3.1", LINK),
        "ip route 10.9.2.0 255.255.255.252 10.9.4.1",
        "router bgp 65000\n neighbor 10.9.2.1 remote-as 65000\n neighbor 10.9.3.2 remote-as 65010",
    )
    text = "ip route 10.9.4.0 255.255.255.252 10.9.2.2\nrouter bgp 65000\n neighbor 10.9.4.2 remote-as 65000"
    near = ios(
        "core",
        port("Gi0/0", "10.1.0.1"),
        port("Gi0/1", "10.9.1.1", LINK),
        port("Gi0/2", "10.9.2.1", LINK),
        "ip route 10.2.0.0 255.255.255.0 10.9.1.2",
        text,
    )
    line = zone("LINE", ZoneType.INTERNET, members=(("border", "Gi0/1"),))
    found = conduit([near, middle, far, FIREWALL], UAT, PROD, line)
    assert not found.permitted and found.undecided


def test_a_way_that_is_known_stays_sure() -> None:
    open_firewall = ios("fw", port("Gi0/0", "10.9.1.2", LINK), port("Gi0/1", "10.2.0.1"))
    assert passes(conduit([core("bgp"), border("bgp"), open_firewall], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


def test_doubts_are_those_of_the_settled_tables() -> None:
    """The floating route, which a policy nobody knows would judge, is in the table until OSPF brings the better one."""
    near = ios(
        "a",
        port("Gi0/0", "10.9.2.1", LINK),
        port("Gi0/1", "10.1.0.1"),
        "ip route 10.7.0.0 255.255.255.0 10.1.0.9 250",
        "router ospf 1\n network 10.9.2.0 0.0.0.3 area 0\n redistribute static subnets route-map NOT-DEFINED",
    )
    passive = "router ospf 1\n passive-interface Gi0/1\n network 10.0.0.0 0.255.255.255 area 0"
    other = ios("b", port("Gi0/0", "10.9.2.2", LINK), port("Gi0/1", "10.7.0.1"), passive)
    assert compute_routes([near, other]).doubts == {}
    alone = compute_routes([near]).doubts["a", "", "default"]
    assert any("NOT-DEFINED" in reason for reason in alone)
