"""OSPF over several areas, what is redistributed into it, and what is not computed."""

from __future__ import annotations

import pytest

from netaudit.topology.routes.computation import LearnedRoutes
from tests.topology.routes.labs import doubts, hops, kind, learned, port

LAN = ("ip ospf 1 area 1",)


def chain(border: str = "", edge: str = "", core: str = "", link: str = "") -> LearnedRoutes:
    """Return core --- area 0 --- border --- area 1 --- edge, with LANs 10.9.1.0/24 and 10.9.2.0/24 at the edge."""
    return learned(
        core=f"{port('Gi0/0', '10.0.0.1')}\nrouter ospf 1\n|network 10.0.0.0 0.0.0.255 area 0\n{core}",
        border=f"""{port("Gi0/0", "10.0.0.2")}
        {port("Gi0/1", "10.1.0.2")}
        router ospf 1
        |network 10.0.0.0 0.0.0.255 area 0
        |network 10.1.0.0 0.0.0.255 area 1
        {border}""",
        edge=f"""{port("Gi0/0", "10.1.0.1", *([link] if link else []))}
        {port("Gi0/1", "10.9.1.1")}
        {port("Gi0/2", "10.9.2.1")}
        router ospf 1
        |passive-interface Gi0/1
        |passive-interface Gi0/2
        |network 10.0.0.0 0.255.255.255 area 1
        {edge}""",
    )


def test_a_prefix_of_another_area_is_known_in_the_backbone() -> None:
    found = chain()
    assert hops(found, "core", "10.9.1.0/24") == {"10.0.0.2"}
    assert kind(found, "core", "10.9.1.0/24") == "inter area"
    assert found.doubts == {}


def test_a_range_hides_its_parts_and_its_border_drops_the_rest() -> None:
    found = chain(border="|area 1 range 10.9.0.0 255.255.0.0")
    assert hops(found, "core", "10.9.0.0/16") == {"10.0.0.2"}
    assert hops(found, "core", "10.9.1.0/24") is None
    assert hops(found, "border", "10.9.1.0/24") == {"10.1.0.1"}
    assert hops(found, "border", "10.9.0.0/16") == set()


def test_a_border_without_discard_route_drops_nothing() -> None:
    found = chain(border="|area 1 range 10.9.0.0 255.255.0.0\n|no discard-route internal")
    assert hops(found, "border", "10.9.0.0/16") is None
    assert found.doubts == {}


def test_a_range_that_is_not_advertised_hides_its_parts() -> None:
    found = chain(border="|area 1 range 10.9.0.0 255.255.0.0 not-advertise")
    assert hops(found, "core", "10.9.0.0/16") is None
    assert hops(found, "core", "10.9.1.0/24") is None


def test_a_totally_stubby_area_has_a_default_alone() -> None:
    found = chain(border="|area 1 stub no-summary", edge="|area 1 stub")
    assert hops(found, "edge", "0.0.0.0/0") == {"10.1.0.2"}
    assert hops(found, "edge", "10.0.0.0/24") is None


def test_a_stub_area_has_other_areas_and_a_default_but_nothing_external() -> None:
    static = "|redistribute static subnets\nip route 172.16.0.0 255.255.0.0 Null0"
    found = chain(border="|area 1 stub", edge="|area 1 stub", core=static)
    assert hops(found, "edge", "0.0.0.0/0") == {"10.1.0.2"}
    assert hops(found, "edge", "10.0.0.0/24") == {"10.1.0.2"}
    assert hops(found, "edge", "172.16.0.0/16") is None
    assert hops(found, "border", "172.16.0.0/16") == {"10.0.0.1"}


def test_an_nssa_takes_its_own_externals_and_its_border_passes_them_on() -> None:
    own = "|area 1 nssa\n|redistribute static subnets\nip route 172.16.0.0 255.255.0.0 Null0"
    found = chain(
        border="|area 1 nssa", edge=own, core="|redistribute static subnets\nip route 172.17.0.0 255.255.0.0 Null0"
    )
    assert hops(found, "border", "172.16.0.0/16") == {"10.1.0.1"}
    assert hops(found, "core", "172.16.0.0/16") == {"10.0.0.2"}
    assert hops(found, "edge", "172.17.0.0/16") is None
    assert hops(found, "edge", "0.0.0.0/0") is None  # an NSSA has a default only where it is announced


def test_an_area_that_one_end_takes_for_a_stub_has_no_neighbours() -> None:
    found = chain(border="|area 1 stub")
    assert hops(found, "core", "10.9.1.0/24") is None


@pytest.mark.parametrize("line", ["ip ospf hello-interval 5", "ip ospf dead-interval 20"])
def test_timers_that_differ_from_the_default_of_the_other_end_make_no_neighbours(line: str) -> None:
    assert hops(chain(link=line), "core", "10.9.1.0/24") is None


def test_a_passive_interface_has_no_neighbours() -> None:
    assert hops(chain(edge="|passive-interface Gi0/0"), "core", "10.9.1.0/24") is None


def test_a_password_at_one_end_is_a_doubt_of_both() -> None:
    found = chain(link="ip ospf message-digest-key 1 md5 Fixture-Key-1\n|ip ospf authentication message-digest")
    assert "authenticat" in doubts(found, "edge")
    assert "authenticat" in doubts(found, "border")
    assert "not sure" in doubts(found, "core")


def test_an_address_that_two_routers_have_is_a_doubt() -> None:
    ospf = "router ospf 1\n|network 10.0.0.0 0.255.255.255 area 0"
    found = learned(one=f"{port('Gi0/0', '10.0.0.1')}\n{ospf}", two=f"{port('Gi0/0', '10.0.0.1')}\n{ospf}")
    assert "is used by several routers" in doubts(found, "one")


def test_equal_ways_are_all_taken_up_to_the_limit() -> None:
    ospf = "router ospf 1\n|network 10.0.0.0 0.0.255.255 area 0"

    def diamond(limit: str) -> LearnedRoutes:
        return learned(
            top=f"{port('Gi0/0', '10.0.1.1')}\n{port('Gi0/1', '10.0.2.1')}\nrouter ospf 1\n{limit}"
            "|network 10.0.0.0 0.0.255.255 area 0",
            left=f"{port('Gi0/0', '10.0.1.2')}\n{port('Gi0/1', '10.0.3.2')}\n{ospf}",
            right=f"{port('Gi0/0', '10.0.2.2')}\n{port('Gi0/1', '10.0.3.3')}\n{ospf}",
        )

    found = diamond("")
    assert hops(found, "top", "10.0.3.0/24") == {"10.0.1.2", "10.0.2.2"}
    assert found.doubts == {}
    assert "takes 1 of the ways to 10.0.3.0/24" in doubts(diamond("|maximum-paths 1\n"), "top")


def two_origins(first: str, second: str) -> LearnedRoutes:
    """Return a router in the middle of two that redistribute the same prefix; the link to the second costs more."""
    static = "ip route 172.16.0.0 255.255.0.0 Null0"
    return learned(
        middle=f"{port('Gi0/0', '10.0.1.1')}\n{port('Gi0/1', '10.0.2.1', 'ip ospf cost 50')}\n"
        "router ospf 1\n|network 10.0.0.0 0.0.255.255 area 0",
        one=f"{port('Gi0/0', '10.0.1.2')}\nrouter ospf 1\n|network 10.0.0.0 0.0.255.255 area 0\n|{first}\n{static}",
        two=f"{port('Gi0/0', '10.0.2.2')}\nrouter ospf 1\n|network 10.0.0.0 0.0.255.255 area 0\n|{second}\n{static}",
    )


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ("redistribute static subnets", "redistribute static subnets", "10.0.1.2"),  # E2: then the nearer
        ("redistribute static subnets metric 30", "redistribute static subnets metric 29", "10.0.2.2"),
        ("redistribute static subnets", "redistribute static subnets metric-type 1 metric 900", "10.0.2.2"),
        (
            "redistribute static subnets metric-type 1 metric 80",
            "redistribute static subnets metric-type 1 metric 10",
            "10.0.2.2",
        ),
    ],
)
def test_external_routes_are_chosen_by_type_then_metric_then_distance(first: str, second: str, winner: str) -> None:
    assert hops(two_origins(first, second), "middle", "172.16.0.0/16") == {winner}


def test_a_default_route_is_announced_while_there_is_one_or_always() -> None:
    assert hops(chain(core="|default-information originate"), "edge", "0.0.0.0/0") is None
    assert hops(chain(core="|default-information originate always"), "edge", "0.0.0.0/0") == {"10.1.0.2"}
    own = "|default-information originate\nip route 0.0.0.0 0.0.0.0 Null0"
    assert hops(chain(core=own), "edge", "0.0.0.0/0") == {"10.1.0.2"}


def test_a_route_map_decides_what_is_redistributed() -> None:
    core = """|redistribute static subnets route-map SOME
    ip prefix-list P seq 5 permit 172.16.0.0/16
    route-map SOME permit 10
    |match ip address prefix-list P
    |set metric-type type-1
    ip route 172.16.0.0 255.255.0.0 Null0
    ip route 172.17.0.0 255.255.0.0 Null0"""
    found = chain(core=core)
    assert kind(found, "edge", "172.16.0.0/16") == "external 1"
    assert hops(found, "edge", "172.17.0.0/16") is None
    assert found.doubts == {}


def test_a_route_map_that_is_not_there_is_a_doubt_of_all_who_would_hear_of_it() -> None:
    found = chain(core="|redistribute static subnets route-map GONE\nip route 172.16.0.0 255.255.0.0 Null0")
    assert "what GONE makes of 172.16.0.0/16" in doubts(found, "core")
    assert "what core may announce is not sure" in doubts(found, "edge")


def test_without_subnets_only_classful_networks_are_sure() -> None:
    core = "|redistribute static\nip route 172.16.0.0 255.255.0.0 Null0\nip route 172.17.1.0 255.255.255.0 Null0"
    found = chain(core=core)
    assert hops(found, "edge", "172.16.0.0/16") == {"10.1.0.2"}
    assert hops(found, "edge", "172.17.1.0/24") is None
    assert "without `subnets`" in doubts(found, "core")


@pytest.mark.parametrize(
    "line",
    [
        "|area 1 virtual-link 10.255.0.9",
        "|area 1 filter-list prefix P in\nip prefix-list P seq 5 permit 10.9.0.0/16",
        "|distribute-list prefix P in\nip prefix-list P seq 5 permit 10.9.0.0/16",
        "|summary-address 172.16.0.0 255.240.0.0",
        "|max-metric router-lsa",
        "|area 1 nssa no-redistribution",
        "|prefix-suppression",
    ],
)
def test_what_is_not_computed_is_a_doubt_here_and_next_door(line: str) -> None:
    found = chain(border=line, edge="|area 1 nssa" if "nssa" in line else "")
    assert "not computed" in doubts(found, "border")
    assert "what border may announce is not sure" in doubts(found, "core")


@pytest.mark.parametrize(
    "line", ["|discard-route internal 200", "|log-adjacency-changes", "|timers throttle spf 10 100 5000"]
)
def test_what_changes_no_route_is_no_doubt(line: str) -> None:
    assert chain(border=line).doubts == {}


def test_ldp_brings_no_routes() -> None:
    found = learned(one=f"{port('Gi0/0', '10.0.0.1', 'mpls ip')}\nip route 172.16.0.0 255.255.0.0 Null0")
    assert found.doubts == {}
