"""BGP between small IOS routers: what is announced, chosen and left out, and what is not computed."""

from __future__ import annotations

import pytest

from netaudit.topology.routes.computation import LearnedRoutes
from tests.topology.routes.labs import doubts, hops, learned, port

LANS = "network 172.16.1.0 mask 255.255.255.0"


def line(left: str = "", middle: str = "", right: str = "") -> LearnedRoutes:
    """Return left (AS 65001, LAN 172.16.1.0/24) --- middle (AS 65002) --- right (AS 65003)."""
    return learned(
        left=f"""{port("Gi0/0", "10.0.1.1")}
        {port("Gi0/1", "172.16.1.1")}
        router bgp 65001
        |neighbor 10.0.1.2 remote-as 65002
        |{LANS}
        {left}""",
        middle=f"""{port("Gi0/0", "10.0.1.2")}
        {port("Gi0/1", "10.0.2.2")}
        router bgp 65002
        |neighbor 10.0.1.1 remote-as 65001
        |neighbor 10.0.2.3 remote-as 65003
        {middle}""",
        right=f"""{port("Gi0/0", "10.0.2.3")}
        router bgp 65003
        |neighbor 10.0.2.2 remote-as 65002
        {right}""",
    )


def test_a_network_goes_from_system_to_system() -> None:
    found = line()
    assert hops(found, "right", "172.16.1.0/24") == {"10.0.2.2"}
    assert found.doubts == {}


@pytest.mark.parametrize(
    "middle",
    [
        "|neighbor 10.0.2.3 prefix-list NONE out\nip prefix-list NONE seq 5 deny 0.0.0.0/0 le 32",
        "|neighbor 10.0.1.1 filter-list 1 in\nip as-path access-list 1 deny _65001$",
        "|neighbor 10.0.2.3 distribute-list 10 out\naccess-list 10 deny 172.16.1.0",
        "|neighbor 10.0.2.3 shutdown",
        "|neighbor 10.0.1.1 route-map IN in\nroute-map IN permit 10\n|set community no-export",
        "|no neighbor 10.0.2.3\n|neighbor 10.0.2.3 remote-as 65009",
    ],
)
def test_a_filter_keeps_it_back(middle: str) -> None:
    found = line(middle=middle)
    assert hops(found, "right", "172.16.1.0/24") is None
    assert found.doubts == {}


def test_an_undefined_route_map_is_a_doubt_of_all_who_would_hear_of_it() -> None:
    found = line(middle="|neighbor 10.0.1.1 route-map GONE in")
    assert hops(found, "right", "172.16.1.0/24") is None
    assert "what GONE makes of 172.16.1.0/24" in doubts(found, "middle")
    assert "what middle may announce is not sure" in doubts(found, "right")


def test_a_system_takes_its_own_number_back_only_where_told() -> None:
    ours = "|neighbor 10.0.1.1 route-map IN in\nroute-map IN permit 10\n|set as-path prepend 65003"
    assert hops(line(middle=ours), "right", "172.16.1.0/24") is None
    told = line(middle=ours, right="|neighbor 10.0.2.2 allowas-in 1")
    assert hops(told, "right", "172.16.1.0/24") == {"10.0.2.2"}


def test_an_aggregate_hides_its_parts_and_drops_the_rest() -> None:
    found = line(middle="|aggregate-address 172.16.0.0 255.255.0.0 summary-only")
    assert hops(found, "right", "172.16.0.0/16") == {"10.0.2.2"}
    assert hops(found, "right", "172.16.1.0/24") is None
    assert hops(found, "middle", "172.16.0.0/16") == set()


def test_an_aggregate_beside_its_parts() -> None:
    found = line(middle="|aggregate-address 172.16.0.0 255.255.0.0")
    assert hops(found, "right", "172.16.1.0/24") == {"10.0.2.2"}


def test_a_neighbour_in_a_range_hears_and_is_a_doubt() -> None:
    middle = """|no neighbor 10.0.2.3
    |neighbor ANY peer-group
    |neighbor ANY remote-as 65003
    |bgp listen range 10.0.2.0/24 peer-group ANY"""
    found = line(middle=middle)
    assert hops(found, "right", "172.16.1.0/24") == {"10.0.2.2"}
    assert "whoever connects from 10.0.2.0/24" in doubts(found, "middle")


def far(options: str) -> LearnedRoutes:
    """Return two systems that speak between loopbacks."""
    texts = {}
    for name, own, other, loop, there in (("one", 1, 2, "10.9.0.1", "10.9.0.2"), ("two", 2, 1, "10.9.0.2", "10.9.0.1")):
        texts[name] = f"""{port("Loopback0", loop, mask="255.255.255.255")}
        {port("Gi0/0", f"10.0.0.{own}")}
        {port("Gi0/1", f"172.16.{own}.1")}
        ip route {there} 255.255.255.255 10.0.0.{other}
        router bgp 6500{own}
        |neighbor {there} remote-as 6500{other}
        |neighbor {there} update-source Loopback0
        {options.format(there=there)}
        |network 172.16.{own}.0 mask 255.255.255.0"""
    return learned(**texts)


@pytest.mark.parametrize(
    ("options", "up"),
    [
        ("", False),
        ("|neighbor {there} ebgp-multihop 2", True),
        ("|neighbor {there} disable-connected-check", True),
        ("|neighbor {there} ttl-security hops 2", True),
    ],
)
def test_external_sessions_over_more_than_a_link_have_to_be_allowed(options: str, up: bool) -> None:
    found = far(options)
    assert (hops(found, "two", "172.16.1.0/24") == {"10.0.0.1"}) is up
    assert found.doubts == {}


def inside(first: str = "", reflector: str = "", last: str = "") -> LearnedRoutes:
    """Return outside (AS 65009) --- first --- reflector --- last, the three in AS 65001 without a full mesh."""
    ospf = "router ospf 1\n|network 10.0.0.0 0.0.255.255 area 0"
    return learned(
        outside=f"""{port("Gi0/0", "192.168.9.9")}
        {port("Gi0/1", "172.16.1.1")}
        router bgp 65009
        |neighbor 192.168.9.1 remote-as 65001
        |{LANS}""",
        first=f"""{port("Gi0/0", "192.168.9.1")}
        {port("Gi0/1", "10.0.1.1")}
        router bgp 65001
        |neighbor 192.168.9.9 remote-as 65009
        |neighbor 10.0.1.2 remote-as 65001
        {first}
        {ospf}""",
        reflector=f"""{port("Gi0/0", "10.0.1.2")}
        {port("Gi0/1", "10.0.2.2")}
        router bgp 65001
        |neighbor 10.0.1.1 remote-as 65001
        |neighbor 10.0.2.3 remote-as 65001
        {reflector}
        {ospf}""",
        last=f"""{port("Gi0/0", "10.0.2.3")}
        router bgp 65001
        |neighbor 10.0.2.2 remote-as 65001
        {last}
        {ospf}""",
    )


def test_internal_routes_need_a_reachable_next_hop() -> None:
    assert hops(inside(), "reflector", "172.16.1.0/24") is None
    assert hops(inside("|neighbor 10.0.1.2 next-hop-self"), "reflector", "172.16.1.0/24") == {"10.0.1.1"}


def test_internal_routes_go_on_by_a_reflector_alone() -> None:
    own = "|neighbor 10.0.1.2 next-hop-self"
    assert hops(inside(own), "last", "172.16.1.0/24") is None
    found = inside(own, "|neighbor 10.0.2.3 route-reflector-client")
    assert hops(found, "last", "172.16.1.0/24") == {"10.0.2.2"}
    assert found.doubts == {}


def test_routes_of_internal_bgp_are_not_redistributed_unless_told() -> None:
    own = "|neighbor 10.0.1.2 next-hop-self"
    out = "router ospf 1\n|redistribute bgp 65001 subnets"
    assert hops(inside(own, out), "last", "172.16.1.0/24") is None
    told = f"|bgp redistribute-internal\n{out}"
    assert hops(inside(own, told), "last", "172.16.1.0/24") == {"10.0.2.2"}


def choice(one: str = "", two: str = "", ours: str = "") -> LearnedRoutes:
    """Return a router between two of AS 65002, which both announce 172.16.1.0/24."""
    texts = {}
    for name, number, more in (("one", 1, one), ("two", 2, two)):
        texts[name] = f"""{port("Gi0/0", f"10.0.{number}.2")}
        router bgp 65002
        |bgp router-id 10.255.0.{number}
        |neighbor 10.0.{number}.1 remote-as 65001
        |{LANS}
        {more}
        ip route 172.16.1.0 255.255.255.0 Null0"""
    texts["ours"] = f"""{port("Gi0/0", "10.0.1.1")}
    {port("Gi0/1", "10.0.2.1")}
    router bgp 65001
    |neighbor 10.0.1.2 remote-as 65002
    |neighbor 10.0.2.2 remote-as 65002
    {ours}"""
    return learned(**texts)


OUT = "|neighbor 10.0.{number}.1 route-map OUT out\nroute-map OUT permit 10\n|{change}"


@pytest.mark.parametrize(
    ("one", "ours", "winner"),
    [
        (OUT.format(number=1, change="set as-path prepend 65002"), "", "10.0.2.2"),
        (OUT.format(number=1, change="set metric 50"), "", "10.0.2.2"),
        (OUT.format(number=1, change="set origin incomplete"), "", "10.0.2.2"),
        ("", "|neighbor 10.0.2.2 weight 5", "10.0.2.2"),
        ("", "|neighbor 10.0.2.2 route-map UP in\nroute-map UP permit 10\n|set local-preference 200", "10.0.2.2"),
        ("", "|bgp bestpath compare-routerid", "10.0.1.2"),
    ],
)
def test_the_better_path_wins(one: str, ours: str, winner: str) -> None:
    found = choice(one=one, ours=ours)
    assert hops(found, "ours", "172.16.1.0/24") == {winner}
    assert found.doubts == {}


def test_communities_are_sent_only_where_told() -> None:
    mark = "|neighbor 10.0.1.1 route-map OUT out\nroute-map OUT permit 10\n|set community 65002:7"
    ours = """|bgp bestpath compare-routerid
    |neighbor 10.0.1.2 route-map IN in
    ip community-list standard SEVEN permit 65002:7
    route-map IN deny 10
    |match community SEVEN
    route-map IN permit 20"""
    assert hops(choice(one=mark, ours=ours), "ours", "172.16.1.0/24") == {"10.0.1.2"}
    sent = f"|neighbor 10.0.1.1 send-community\n{mark}"
    assert hops(choice(one=sent, ours=ours), "ours", "172.16.1.0/24") == {"10.0.2.2"}


def test_between_equal_external_paths_the_older_wins_and_that_is_a_doubt() -> None:
    assert "came first" in doubts(choice(), "ours")


def test_equal_paths_share_where_told() -> None:
    found = choice(ours="|maximum-paths 2")
    assert hops(found, "ours", "172.16.1.0/24") == {"10.0.1.2", "10.0.2.2"}
    assert found.doubts == {}


@pytest.mark.parametrize(
    "middle",
    [
        "|bgp always-compare-med",
        "|bgp default local-preference 300",
        "|bgp bestpath med missing-as-worst",
        "|no bgp client-to-client reflection",
        "|network 172.16.9.0 mask 255.255.255.0 backdoor",
        "|aggregate-address 172.16.0.0 255.255.0.0 as-set",
        "|neighbor 10.0.2.3 unsuppress-map U\nroute-map U permit 10",
        "|neighbor 10.0.2.3 advertise-map A exist-map B\nroute-map A permit 10\nroute-map B permit 10",
        "|neighbor 10.0.2.3 default-originate route-map D\nroute-map D permit 10",
        "|neighbor 10.0.1.1 password Fixture-Key-1",
        "|distribute-list prefix P in\nip prefix-list P seq 5 deny 172.16.1.0/24",
    ],
)
def test_what_is_not_computed_is_a_doubt_here_and_next_door(middle: str) -> None:
    found = line(middle=middle)
    assert doubts(found, "middle") != ""
    assert "middle may announce is not sure" in doubts(found, "right")


def test_confederations_are_a_doubt() -> None:
    assert "confederations" in doubts(line(middle="|bgp confederation identifier 65002"), "middle")


def test_more_prefixes_than_a_session_takes_are_a_doubt() -> None:
    found = line("|network 10.0.1.0 mask 255.255.255.0", "|neighbor 10.0.1.1 maximum-prefix 1")
    assert "more prefixes than its session takes" in doubts(found, "middle")


@pytest.mark.parametrize(
    "middle", ["|bgp dampening", "|bgp log-neighbor-changes", "|neighbor 10.0.1.1 maximum-prefix 90"]
)
def test_what_changes_no_route_is_no_doubt(middle: str) -> None:
    assert line(middle=middle).doubts == {}


OSPF = """router ospf 1
|network 10.0.3.0 0.0.0.255 area 0
|redistribute static subnets
ip route 172.18.0.0 255.255.0.0 Null0
ip route 0.0.0.0 0.0.0.0 Null0"""


def behind(bgp: str) -> LearnedRoutes:
    """Return a router that redistributes OSPF and static routes into BGP, and its external neighbour."""
    return learned(
        deep=f"{port('Gi0/0', '10.0.3.1')}\n{port('Gi0/1', '10.0.3.129', mask='255.255.255.255')}\n{OSPF}",
        near=f"""{port("Gi0/0", "10.0.3.2")}
        {port("Gi0/1", "10.0.4.2")}
        ip route 172.19.0.0 255.255.0.0 Null0
        ip route 0.0.0.0 0.0.0.0 Null0
        router ospf 1
        |network 10.0.3.0 0.0.0.255 area 0
        router bgp 65001
        |neighbor 10.0.4.3 remote-as 65002
        {bgp}""",
        other=f"{port('Gi0/0', '10.0.4.3')}\nrouter bgp 65002\n|neighbor 10.0.4.2 remote-as 65001",
    )


def test_of_ospf_internal_routes_alone_come_into_bgp() -> None:
    assert hops(behind("|redistribute ospf 1"), "other", "172.18.0.0/16") is None
    told = behind("|redistribute ospf 1 match internal external 1 external 2")
    assert hops(told, "other", "172.18.0.0/16") == {"10.0.4.2"}


def test_a_default_route_is_redistributed_only_where_told() -> None:
    found = behind("|redistribute static")
    assert hops(found, "other", "172.19.0.0/16") == {"10.0.4.2"}
    assert hops(found, "other", "0.0.0.0/0") is None
    assert hops(behind("|redistribute static\n|default-information originate"), "other", "0.0.0.0/0") == {"10.0.4.2"}
    assert hops(behind("|neighbor 10.0.4.3 default-originate"), "other", "0.0.0.0/0") == {"10.0.4.2"}


def test_targets_decide_what_goes_from_vrf_to_vrf() -> None:
    def leaking(imports: str) -> LearnedRoutes:
        return learned(
            one=f"""vrf definition RED
            |rd 1:1
            |route-target export 1:1
            |address-family ipv4
            vrf definition BLUE
            |rd 1:2
            {imports}
            |address-family ipv4
            {port("Gi0/0", "10.0.1.1").replace("|ip", "|vrf forwarding RED" + chr(10) + "|ip")}
            {port("Gi0/1", "10.0.2.1").replace("|ip", "|vrf forwarding BLUE" + chr(10) + "|ip")}
            router bgp 65001
            |address-family ipv4 vrf RED
            |redistribute connected
            |address-family ipv4 vrf BLUE
            |redistribute connected"""
        )

    assert hops(leaking("|route-target import 1:1"), "one", "10.0.1.0/24", "BLUE") == {""}
    assert hops(leaking("|route-target import 1:9"), "one", "10.0.1.0/24", "BLUE") is None
