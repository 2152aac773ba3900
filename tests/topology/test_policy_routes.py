"""Policy-based routing on every platform that has it, for conduits and traces alike.

The network: users behind `edge`; the servers are reached through `one`, which lets nothing pass, as the routing table
says, or through `two`, which lets everything pass, as the policy says for HTTPS of half of the users.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.network import Network
from netaudit.topology.places import starting_places
from netaudit.topology.reach import Conduit
from netaudit.topology.trace import trace_flow
from tests.topology.networks import TODAY, device, may_pass, network, passes, zone

USERS = zone("Users", ZoneType.OA, "10.1.0.0/24")
SERVERS = zone("Servers", ZoneType.PROD, "10.9.0.0/24")

ONE = device(
    "cisco_ios",
    """
    hostname one
    interface Gi0/0
     ip address 10.0.1.2 255.255.255.252
    interface Gi0/1
     ip address 10.9.0.1 255.255.255.0
     ip access-group NOTHING out
    ip access-list extended NOTHING
     deny ip any any
    ip route 10.1.0.0 255.255.255.0 10.0.1.1
    """,
)
TWO = device(
    "cisco_ios",
    """
    hostname two
    interface Gi0/0
     ip address 10.0.2.2 255.255.255.252
    interface Gi0/1
     ip address 10.9.0.2 255.255.255.0
    ip route 10.1.0.0 255.255.255.0 10.0.2.1
    """,
)

IOS = """
hostname edge
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
 ip policy route-map WAY
interface Gi0/1
 ip address 10.0.1.1 255.255.255.252
interface Gi0/2
 ip address 10.0.2.1 255.255.255.252
interface Gi0/3
 ip address 10.0.3.1 255.255.255.252
 shutdown
ip route 10.9.0.0 255.255.255.0 10.0.1.2
ip access-list extended WEB
 permit tcp 10.1.0.0 0.0.0.127 any eq 443
route-map WAY permit 10
 match ip address WEB
 set ip next-hop 10.0.2.2
"""
EDGES = {
    "cisco_ios": IOS,
    "cisco_nxos": """
hostname edge
feature pbr
ip access-list WEB
  10 permit tcp 10.1.0.0/25 any eq 443
route-map WAY permit 10
  match ip address WEB
  set ip next-hop 10.0.2.2
interface Ethernet1/1
  no switchport
  ip address 10.1.0.1/24
  ip policy route-map WAY
  no shutdown
interface Ethernet1/2
  no switchport
  ip address 10.0.1.1/30
  no shutdown
interface Ethernet1/3
  no switchport
  ip address 10.0.2.1/30
  no shutdown
ip route 10.9.0.0/24 10.0.1.2
""",
    "cisco_asa": """
ASA Version 9.12(2)
hostname edge
interface GigabitEthernet0/0
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
 policy-route route-map WAY
interface GigabitEthernet0/1
 nameif one
 security-level 0
 ip address 10.0.1.1 255.255.255.252
interface GigabitEthernet0/2
 nameif two
 security-level 0
 ip address 10.0.2.1 255.255.255.252
access-list WEB extended permit tcp 10.1.0.0 255.255.255.128 any eq https
route-map WAY permit 10
 match ip address WEB
 set ip next-hop 10.0.2.2
route one 10.9.0.0 255.255.255.0 10.0.1.2 1
""",
    "fortios": """
config system global
    set hostname "edge"
end
config system interface
    edit "users"
        set vdom "root"
        set ip 10.1.0.1 255.255.255.0
    next
    edit "one"
        set vdom "root"
        set ip 10.0.1.1 255.255.255.252
    next
    edit "two"
        set vdom "root"
        set ip 10.0.2.1 255.255.255.252
    next
end
config firewall policy
    edit 1
        set srcintf "users"
        set dstintf "one" "two"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
config router static
    edit 1
        set dst 10.9.0.0 255.255.255.0
        set gateway 10.0.1.2
        set device "one"
    next
end
config router policy
    edit 1
        set input-device "users"
        set src "10.1.0.0/255.255.255.128"
        set protocol 6
        set start-port 443
        set end-port 443
        set gateway 10.0.2.2
        set output-device "two"
    next
end
""",
    "juniper_junos": """
set system host-name edge
set interfaces ge-0/0/0 unit 0 family inet filter input WAY
set interfaces ge-0/0/0 unit 0 family inet address 10.1.0.1/24
set interfaces ge-0/0/1 unit 0 family inet address 10.0.1.1/30
set interfaces ge-0/0/2 unit 0 family inet address 10.0.2.1/30
set routing-options static route 10.9.0.0/24 next-hop 10.0.1.2
set routing-instances SECOND instance-type virtual-router
set routing-instances SECOND interface ge-0/0/2.0
set routing-instances SECOND routing-options static route 0.0.0.0/0 next-hop 10.0.2.2
set firewall family inet filter WAY term web from source-address 10.1.0.0/25
set firewall family inet filter WAY term web from protocol tcp
set firewall family inet filter WAY term web from destination-port 443
set firewall family inet filter WAY term web then routing-instance SECOND
set firewall family inet filter WAY term rest then accept
""",
    "paloalto_panos": """
set deviceconfig system hostname edge
set network interface ethernet ethernet1/1 layer3 ip 10.1.0.1/24
set network interface ethernet ethernet1/2 layer3 ip 10.0.1.1/30
set network interface ethernet ethernet1/3 layer3 ip 10.0.2.1/30
set network virtual-router default interface [ ethernet1/1 ethernet1/2 ethernet1/3 ]
set network virtual-router default routing-table ip static-route s destination 10.9.0.0/24 nexthop ip-address 10.0.1.2
set zone users network layer3 ethernet1/1
set zone servers network layer3 [ ethernet1/2 ethernet1/3 ]
set address half ip-netmask 10.1.0.0/25
set rulebase pbf rules web from zone users
set rulebase pbf rules web source half destination any application any service service-https
set rulebase pbf rules web action forward egress-interface ethernet1/3 nexthop ip-address 10.0.2.2
set rulebase security rules all from users to servers source any destination any
set rulebase security rules all application any service any action allow
""",
}


def found(edge: Device) -> tuple[Network, Conduit]:
    known = network([edge, ONE, TWO], USERS, SERVERS)
    return known, find_conduits(known, TODAY)["Users", "Servers"]


def traced(known: Network, source: str, port: int) -> FlowTrace:
    flow = Flow.of(source, "10.9.0.9", 6, source_port=50000, destination_port=port)
    (place,) = starting_places(known, "", "", flow)
    return trace_flow(known, place, flow)


@pytest.mark.parametrize("platform", EDGES)
def test_what_the_policy_takes_goes_its_way_and_the_rest_by_the_table(platform: str) -> None:
    edge = device(platform, EDGES[platform], "edge.cfg")
    assert edge.routing.policy_routes
    known, conduit = found(edge)
    assert passes(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.DELIVERED
    for source, port in (("10.1.0.9", 80), ("10.1.0.200", 443)):
        assert not passes(conduit, source, "10.9.0.9", port), f"{source} {port}"
        assert not may_pass(conduit, source, "10.9.0.9", port), f"{source} {port}"
        assert traced(known, source, port).disposition is Disposition.DENIED
    assert conduit.reasons == ()


@pytest.mark.parametrize("platform", EDGES)
def test_the_trace_names_the_policy(platform: str) -> None:
    known, _ = found(device(platform, EDGES[platform], "edge.cfg"))
    (trace,) = traced(known, "10.1.0.9", 443).traces
    steps = [step for step in trace.hops[0].steps if step.kind == "route"]
    assert [one.name.startswith("policy-based routing ") for one in steps] == [True]
    assert steps[0].where is not None


@pytest.mark.parametrize("platform", EDGES)
def test_a_followed_policy_is_understood(platform: str) -> None:
    from netaudit.model.source import SourceFile
    from netaudit.parsers import parser_of

    parser = parser_of(platform)
    assert parser is not None
    lines = tuple(EDGES[platform].strip().splitlines())
    notes = parser(SourceFile("edge.cfg", "0" * 64, "utf-8", lines, platform=platform)).coverage.notes
    assert [(one.where.text, one.reason) for one in notes] == []


def edited(old: str, new: str, text: str = IOS) -> Device:
    assert old in text
    return device("cisco_ios", text.replace(old, new))


@pytest.mark.parametrize(
    "setting",
    [
        "set ip next-hop verify-availability 10.0.2.2 10 track 1",
        "set ip next-hop 10.0.2.2\n set ip next-hop verify-availability",
        "set interface GigabitEthernet0/9",
        "match length 1 100\n set ip next-hop 10.0.2.2",
        "set ip next-hop 10.0.2.2\n continue 20",
    ],
)
def test_what_is_not_sure_makes_both_ways_possible(setting: str) -> None:
    known, conduit = found(edited("set ip next-hop 10.0.2.2", setting))
    assert not passes(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert may_pass(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert not may_pass(conduit, "10.1.0.9", "10.9.0.9", 80)
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.UNKNOWN


@pytest.mark.parametrize(
    ("setting", "end"),
    [
        ("set ip next-hop 10.0.3.2 10.0.2.2", Disposition.DELIVERED),  # the first interface is shut down
        ("set interface Null0", Disposition.NULL_ROUTED),
        ("set ip default next-hop 10.0.2.2", Disposition.DENIED),  # the table has an explicit route
        ("set ip precedence 1", Disposition.DENIED),  # marks, and goes by the table
        ("set interface Gi0/2", Disposition.DELIVERED),
    ],
)
def test_what_a_term_sets(setting: str, end: Disposition) -> None:
    known, _ = found(edited("set ip next-hop 10.0.2.2", setting))
    assert traced(known, "10.1.0.9", 443).disposition is end


def test_a_default_next_hop_takes_what_only_the_default_route_would() -> None:
    text = IOS.replace("set ip next-hop", "set ip default next-hop").replace(
        "ip route 10.9.0.0 255.255.255.0", "ip route 0.0.0.0 0.0.0.0"
    )
    known, conduit = found(device("cisco_ios", text))
    assert passes(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.DELIVERED


def test_a_denying_term_leaves_packets_to_the_table() -> None:
    text = IOS.replace(
        "route-map WAY permit 10", "route-map WAY deny 10\n match ip address WEB\nroute-map WAY permit 20"
    )
    text = text.replace("route-map WAY permit 20\n match ip address WEB", "route-map WAY permit 20")
    known, _ = found(device("cisco_ios", text))
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.DENIED
    assert traced(known, "10.1.0.9", 80).disposition is Disposition.DELIVERED


def test_a_policy_at_another_interface_touches_nothing_here() -> None:
    text = IOS.replace(" ip policy route-map WAY\n", "").replace(
        " ip address 10.0.1.1 255.255.255.252", " ip address 10.0.1.1 255.255.255.252\n ip policy route-map WAY"
    )
    known, conduit = found(device("cisco_ios", text))
    assert not conduit.undecided
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.DENIED


def test_a_table_of_another_vrf() -> None:
    text = IOS.replace("set ip next-hop 10.0.2.2", "set vrf SECOND").replace(
        "interface Gi0/2", "interface Gi0/2\n vrf forwarding SECOND"
    )
    text = "vrf definition SECOND\n address-family ipv4\n" + text + "ip route vrf SECOND 0.0.0.0 0.0.0.0 10.0.2.2\n"
    known, conduit = found(
        device("cisco_ios", text.replace("hostname edge\n", "").replace("vrf def", "hostname edge\nvrf def", 1))
    )
    assert passes(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.DELIVERED


def test_the_list_of_a_policy_filters_nothing() -> None:
    edge = device("cisco_ios", IOS)
    assert [one.rulebase for one in edge.bindings if one.purpose == "filter"] == []


def test_a_monitored_rule_makes_both_ways_possible() -> None:
    text = EDGES["paloalto_panos"] + (
        "set rulebase pbf rules web action forward monitor profile default ip-address 10.0.2.2\n"
    )
    known, conduit = found(device("paloalto_panos", text))
    assert not passes(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert may_pass(conduit, "10.1.0.9", "10.9.0.9", 443)
    assert traced(known, "10.1.0.9", 443).disposition is Disposition.UNKNOWN


# --- conduits against traces, on route maps made at random

STOPPED = {Disposition.DENIED, Disposition.NO_ROUTE, Disposition.NULL_ROUTED, Disposition.LOOP}
ENTRIES = ("tcp any any eq 443", "tcp 10.1.0.0 0.0.0.127 any", "tcp any host 10.9.0.9", "ip any any", "udp any any")
SETTINGS = (
    "set ip next-hop 10.0.2.2",
    "set ip next-hop 10.0.1.2",
    "set ip next-hop 10.0.3.2 10.0.2.2",
    "set ip next-hop verify-availability 10.0.2.2 10 track 1",
    "set ip next-hop recursive 10.9.0.7",
    "set ip default next-hop 10.0.2.2",
    "set interface Gi0/2",
    "set interface Null0",
    "set ip precedence 1",
    "match length 1 100\n set ip next-hop 10.0.2.2",
)
ROUTES = ("10.9.0.0 255.255.255.0 10.0.1.2", "0.0.0.0 0.0.0.0 10.0.1.2", "10.9.0.0 255.255.255.0 10.0.2.2")


@st.composite
def route_maps(draw: st.DrawFn) -> str:
    """Return the configuration of the edge with lists, terms and a route drawn at random."""
    lines = [IOS.partition("ip route")[0].rstrip(), f"ip route {draw(st.sampled_from(ROUTES))}"]
    for number in range(draw(st.integers(1, 3))):
        entries = draw(st.lists(st.tuples(st.sampled_from(("permit", "deny")), st.sampled_from(ENTRIES)), max_size=3))
        lines += [f"ip access-list extended L{number}", *(f" {action} {entry}" for action, entry in entries)]
        lines.append(f"route-map WAY {draw(st.sampled_from(('permit', 'permit', 'deny')))} {number * 10 + 10}")
        if draw(st.booleans()):
            lines.append(f" match ip address L{number}")
        lines.append(f" {draw(st.sampled_from(SETTINGS))}")
    return "\n".join(lines)


def agrees(text: str, closed: bool) -> None:
    first = ONE if closed else replace(ONE, bindings=())
    known = network([device("cisco_ios", text), first, TWO], USERS, SERVERS)
    conduit = find_conduits(known, TODAY)["Users", "Servers"]
    for source in ("10.1.0.9", "10.1.0.200"):
        for destination in ("10.9.0.9", "10.9.0.10"):
            for protocol, port in ((6, 443), (6, 80), (17, 443)):
                flow = Flow.of(source, destination, protocol, source_port=50000, destination_port=port)
                (place,) = starting_places(known, "", "", flow)
                traces = trace_flow(known, place, flow)
                end = traces.disposition
                stopped = {one.disposition for one in traces.traces} <= STOPPED  # in one way or another
                sure = any(one.packets.contains(flow) for one in conduit.permitted)
                maybe = sure or conduit.possible.contains(flow)
                said = f"{flow} {end}\n{text}"
                if end is Disposition.DELIVERED:
                    assert maybe, said
                elif not stopped:
                    assert maybe or conduit.undecided, said
                else:
                    assert not sure, said
                if sure:
                    assert end is Disposition.DELIVERED, said


@given(route_maps(), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_agree_with_traces_whatever_the_route_map(text: str, closed: bool) -> None:
    agrees(text, closed)


@pytest.mark.slow
@given(route_maps(), st.booleans())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_agree_with_traces_of_many_route_maps(text: str, closed: bool) -> None:
    agrees(text, closed)
