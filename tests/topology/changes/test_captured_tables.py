"""A captured table after a change: kept where nothing touches it, patched where that is exact, else doubted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.capture import Captured, CapturedNextHop, CapturedRoute
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow
from netaudit.packets.services import TCP
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.changes.planning import changed
from tests.topology.networks import device, network

SHOWN = SourceRef("r1/show_ip_route.txt", 1)
EIGRP = "router eigrp 1\n network 10.0.0.0"


def route(prefix: str, protocol: str, hop: str = "", interface: str = "", distance: int | None = None) -> CapturedRoute:
    address, _, length = prefix.partition("/")
    hops = (CapturedNextHop(hop, interface),)
    return CapturedRoute(
        Family.IPV4, parse_address(address)[1], int(length), protocol, SHOWN, next_hops=hops, distance=distance
    )


def router(more: str = "", *routes: CapturedRoute) -> Device:
    text = f"""hostname r1
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
interface Gi0/1
 ip address 192.168.0.1 255.255.255.0
interface Gi0/2
 ip address 192.168.1.1 255.255.255.0
ip route 10.2.0.0 255.255.0.0 192.168.0.2
{more}
"""
    shown = (
        route("10.1.0.0/24", "connected", interface="Gi0/0", distance=0),
        route("192.168.0.0/24", "connected", interface="Gi0/1", distance=0),
        route("192.168.1.0/24", "connected", interface="Gi0/2", distance=0),
        route("10.2.0.0/16", "static", "192.168.0.2", distance=1),
        route("10.3.0.0/16", "eigrp", "192.168.1.2", "Gi0/2", 90),
        *routes,
    )
    return replace(device("cisco_ios", text, "r1.cfg"), captured=Captured(routes=shown))


def after(devices: list[Device], text: str) -> Network:
    old = network(devices)
    return build_network(changed(devices, text), Policy(), before=old)


def way(known: Network, address: str, name: str = "r1") -> str:
    """Return where a device sends an address: "Gi0/1 192.168.0.2", "none", or "?" where that is not known."""
    table = known.tables[name]["", "default"]
    found = [one for one, _ in table.lookup(Family.IPV4, IntervalSet.single(parse_address(address)[1]))]
    if not found:
        return "none"
    (entry,) = found
    if entry.anywhere:
        assert entry.doubt
        return "?"
    hops = [one.next_hop for one in entry.exits]
    return " and ".join(
        f"{one.interface} {'.'.join(map(str, hop.to_bytes(4)))}" if hop is not None else one.interface
        for one, hop in zip(entry.exits, hops, strict=True)
    ) or "discard"  # fmt: skip


def add(prefix: str, hop: str, more: str = "") -> str:
    return f"- {{change: add_route, device: r1, prefix: {prefix}, next_hop: {hop}{more}}}"


REMOVE = "- {change: remove_route, device: r1, prefix: 10.2.0.0/16}"
DOWN = "- {change: interface_down, device: r1, interface: Gi0/2}"


def test_a_new_route_is_added_and_the_captured_ones_stay() -> None:
    known = after([router(EIGRP)], add("10.4.0.0/16", "192.168.1.3"))
    assert way(known, "10.4.0.9") == "Gi0/2 192.168.1.3"
    assert way(known, "10.3.0.9") == "Gi0/2 192.168.1.2"
    assert way(known, "10.2.0.9") == "Gi0/1 192.168.0.2"


def test_a_longer_prefix_takes_its_part_of_a_captured_route() -> None:
    known = after([router(EIGRP)], add("10.3.7.0/24", "192.168.0.9"))
    assert (way(known, "10.3.7.1"), way(known, "10.3.8.1")) == ("Gi0/1 192.168.0.9", "Gi0/2 192.168.1.2")


def test_an_equal_route_shares_the_packets() -> None:
    known = after([router()], add("10.2.0.0/16", "192.168.1.3"))
    assert way(known, "10.2.0.9") == "Gi0/1 192.168.0.2 and Gi0/2 192.168.1.3"


@pytest.mark.parametrize(("distance", "expected"), [(1, "Gi0/1 192.168.0.9"), (200, "Gi0/2 192.168.1.2"), (90, "?")])
def test_against_a_captured_route_of_another_protocol_the_distance_decides(distance: int, expected: str) -> None:
    known = after([router(EIGRP)], add("10.3.0.0/16", "192.168.0.9", f", distance: {distance}"))
    assert way(known, "10.3.0.9") == expected


def test_a_removed_route_is_gone_where_nothing_else_can_stand_behind_it() -> None:
    assert way(after([router()], REMOVE), "10.2.0.9") == "none"


def test_a_removed_route_may_have_hidden_one_that_no_capture_shows() -> None:
    assert way(after([router(EIGRP)], REMOVE), "10.2.0.9") == "?"


def test_a_floating_route_comes_into_force() -> None:
    floating = "ip route 10.2.0.0 255.255.0.0 192.168.1.7 200"
    text = "- {change: remove_route, device: r1, prefix: 10.2.0.0/16, next_hop: 192.168.0.2}"
    assert way(after([router(floating)], text), "10.2.0.9") == "Gi0/2 192.168.1.7"
    assert way(after([router(f"{floating}\n{EIGRP}")], text), "10.2.0.9") == "?"


def test_an_interface_that_goes_down_takes_its_routes_along() -> None:
    known = after([router(EIGRP)], DOWN)
    assert way(known, "192.168.1.9") == "?"  # EIGRP may have it from elsewhere
    assert way(known, "10.3.0.9") == "?"
    assert way(known, "10.2.0.9") == "Gi0/1 192.168.0.2"
    assert way(after([router()], DOWN), "192.168.1.9") == "none"


def test_a_next_hop_behind_a_captured_route_is_found_there() -> None:
    known = after([router(EIGRP)], add("10.5.0.0/16", "10.3.9.9"))
    assert way(known, "10.5.0.1") == "Gi0/2 192.168.1.2"
    nowhere = after([router(EIGRP)], add("10.5.0.0/16", "172.16.0.1"))
    assert way(nowhere, "10.5.0.1") == "none"
    assert "r1: route 10.5.0.0/16 has no interface that could carry it" in nowhere.tables["r1"]["", "default"].doubts


def neighbour(more: str = "") -> Device:
    text = "hostname r2\ninterface Gi0/0\n ip address 10.3.0.1 255.255.0.0\ninterface Gi0/1\n ip address 192.168.1.2"
    return device("cisco_ios", f"{text} 255.255.255.0\n{more}\n", "r2.cfg")


def test_a_neighbour_that_changes_makes_what_it_told_doubtful_and_nothing_else() -> None:
    devices = [router(EIGRP), neighbour(EIGRP)]
    down = "- {change: interface_down, device: r2, interface: Gi0/0}"
    known = after(devices, down)
    assert (way(known, "10.3.0.9"), way(known, "10.2.0.9")) == ("?", "Gi0/1 192.168.0.2")
    quiet = after([router(EIGRP), neighbour()], down)
    assert way(quiet, "10.3.0.9") == "Gi0/2 192.168.1.2"  # it tells nobody


def test_what_a_neighbour_may_tell_anew_is_not_known() -> None:
    told = f"{EIGRP}\n redistribute static"
    plan = "- {change: add_route, device: r2, prefix: 10.8.0.0/16, next_hop: 10.3.0.9}"
    assert way(after([router(EIGRP), neighbour(told)], plan), "10.8.0.1") == "?"
    assert way(after([router(EIGRP), neighbour(EIGRP)], plan), "10.8.0.1") == "none"
    assert way(after([router(), neighbour(told)], plan), "10.8.0.1") == "none"


def test_a_next_hop_that_goes_down_makes_its_routes_doubtful() -> None:
    known = after([router(EIGRP), neighbour()], "- {change: interface_down, device: r2, interface: Gi0/1}")
    assert way(known, "10.3.0.9") == "?"


def test_what_is_doubted_is_unknown_to_a_trace() -> None:
    devices = [router(EIGRP)]
    known = after(devices, DOWN)
    port = known.interface("r1", "Gi0/0")
    flow = Flow.of("10.1.0.5", "10.3.0.9", TCP, source_port=50000, destination_port=443)
    traced = trace_flow(known, Place(known.devices["r1"], port), flow)
    assert traced.disposition is Disposition.UNKNOWN
    assert "the captured route 10.3.0.0/16 (eigrp) may not outlast the change" in traced.traces[0].reason


def test_a_rule_changes_no_table() -> None:
    text = "ip access-list extended IN\n 10 permit ip any any"
    one = router(text)
    plan = "- {change: add_rule, device: r1, rulebase: IN, position: first, action: deny, source: any,"
    known = after([one], plan + " destination: any, service: any}")
    assert known.before is not None
    assert known.tables == known.before.tables


def test_the_family_that_no_capture_shows_is_computed() -> None:
    six = "interface Gi0/1\n ipv6 address 2001:db8:1::1/64\nipv6 route 2001:db8:9::/48 2001:db8:1::2"
    plan = "- {change: add_route, device: r1, prefix: '2001:db8:7::/48', next_hop: '2001:db8:1::3'}"
    known = after([router(six)], plan)
    table = known.tables["r1"]["", "default"]
    for address in ("2001:db8:7::1", "2001:db8:9::1"):
        found = list(table.lookup(Family.IPV6, IntervalSet.single(parse_address(address)[1])))
        assert [way.interface for entry, _ in found for way in entry.exits] == ["Gi0/1"]
