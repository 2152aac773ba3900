"""Routes that a table takes from another of the same device, and the choice among lines."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition
from netaudit.topology.network import Network
from netaudit.topology.places import starting_places
from netaudit.topology.reach import Conduit
from netaudit.topology.trace import trace_flow
from tests.topology.networks import TODAY, device, may_pass, network, passes, zone

RED = zone("Red", ZoneType.OA, "10.1.0.0/24")
BLUE = zone("Blue", ZoneType.PROD, "10.2.0.0/24")
FAR = zone("Far", ZoneType.PROD, "10.9.0.0/24")

JUNOS = """
set system host-name r
set interfaces ge-0/0/0 unit 0 family inet address 10.1.0.1/24
set interfaces ge-0/0/1 unit 0 family inet address 10.2.0.1/24
set interfaces ge-0/0/2 unit 0 family inet address 10.9.0.1/24
set routing-instances RED instance-type virtual-router
set routing-instances RED interface ge-0/0/0.0
set routing-instances BLUE instance-type virtual-router
set routing-instances BLUE interface ge-0/0/1.0
"""


def answers(*devices: Device) -> tuple[Network, dict[tuple[str, str], Conduit]]:
    known = network(list(devices), RED, BLUE, FAR)
    return known, find_conduits(known, TODAY)


def end(known: Network, destination: str, source: str = "10.1.0.9") -> Disposition:
    flow = Flow.of(source, destination, 6, source_port=50000, destination_port=443)
    (place,) = starting_places(known, "", "", flow)
    return trace_flow(known, place, flow).disposition


def test_tables_without_leaks_are_apart() -> None:
    known, conduits = answers(device("juniper_junos", JUNOS))
    assert not conduits["Red", "Blue"].permitted
    assert not conduits["Red", "Blue"].undecided
    assert end(known, "10.2.0.9") is Disposition.NO_ROUTE


def test_a_route_to_another_table_is_looked_up_there_and_further() -> None:
    text = JUNOS + (
        "set routing-instances RED routing-options static route 10.0.0.0/8 next-table BLUE.inet.0\n"
        "set routing-instances BLUE routing-options static route 10.9.0.0/16 next-table inet.0\n"
    )
    known, conduits = answers(device("juniper_junos", text))
    assert passes(conduits["Red", "Blue"], "10.1.0.9", "10.2.0.9", 443)
    assert passes(conduits["Red", "Far"], "10.1.0.9", "10.9.0.9", 443)
    assert not conduits["Blue", "Red"].permitted
    assert [end(known, one) for one in ("10.2.0.9", "10.9.0.9")] == [Disposition.DELIVERED] * 2
    assert end(known, "10.3.0.9") is Disposition.NO_ROUTE  # nothing there has a way
    assert conduits["Red", "Far"].reasons == ()


def test_tables_that_name_each_other_end_in_a_doubt() -> None:
    text = JUNOS + (
        "set routing-instances RED routing-options static route 10.3.0.0/16 next-table BLUE.inet.0\n"
        "set routing-instances BLUE routing-options static route 10.3.0.0/16 next-table RED.inet.0\n"
    )
    known, _ = answers(device("juniper_junos", text))
    assert end(known, "10.3.0.9") is Disposition.UNKNOWN


def test_a_next_router_of_panos() -> None:
    known, conduits = answers(
        device(
            "paloalto_panos",
            """
            set deviceconfig system hostname r
            set network interface ethernet ethernet1/1 layer3 ip 10.1.0.1/24
            set network interface ethernet ethernet1/2 layer3 ip 10.2.0.1/24
            set network virtual-router red interface ethernet1/1
            set network virtual-router red routing-table ip static-route s destination 10.2.0.0/16 nexthop next-vr blue
            set network virtual-router blue interface ethernet1/2
            set zone red network layer3 ethernet1/1
            set zone blue network layer3 ethernet1/2
            set rulebase security rules web from red to blue source any destination any application any service any
            set rulebase security rules web action allow
            """,
        )
    )
    assert passes(conduits["Red", "Blue"], "10.1.0.9", "10.2.0.9", 443)
    assert end(known, "10.2.0.9") is Disposition.DELIVERED
    assert not conduits["Blue", "Red"].permitted


GROUPS = JUNOS + (
    "set routing-options interface-routes rib-group inet SHARED\n"
    "set routing-options rib-groups SHARED import-rib [ inet.0 RED.inet.0 ]\n"
)


def test_a_group_of_tables_shares_interface_routes() -> None:
    known, conduits = answers(device("juniper_junos", GROUPS))
    assert passes(conduits["Red", "Far"], "10.1.0.9", "10.9.0.9", 443)
    assert end(known, "10.9.0.9") is Disposition.DELIVERED
    assert not conduits["Blue", "Far"].permitted
    assert conduits["Red", "Far"].reasons == ()


def test_the_policy_of_a_group_decides_what_is_shared() -> None:
    policy = (
        "set routing-options rib-groups SHARED import-policy SOME\n"
        "set policy-options policy-statement SOME term a from route-filter 10.8.0.0/16 orlonger\n"
        "set policy-options policy-statement SOME term a then accept\n"
        "set policy-options policy-statement SOME term b then reject\n"
    )
    known, conduits = answers(device("juniper_junos", GROUPS + policy))
    assert end(known, "10.9.0.9") is Disposition.NO_ROUTE
    assert not conduits["Red", "Far"].permitted
    known, _ = answers(device("juniper_junos", GROUPS + policy.replace("10.8.0.0/16", "10.9.0.0/16")))
    assert end(known, "10.9.0.9") is Disposition.DELIVERED


def test_static_routes_are_shared_where_they_name_the_group() -> None:
    text = GROUPS + (
        "set routing-options static rib-group SHARED\nset routing-options static route 10.5.0.0/16 next-hop 10.9.0.5\n"
    )
    known, _ = answers(device("juniper_junos", text))
    assert end(known, "10.5.0.9") is Disposition.UNKNOWN or end(known, "10.5.0.9") is Disposition.EXITS
    apart, _ = answers(device("juniper_junos", text.replace("set routing-options static rib-group SHARED\n", "")))
    assert end(apart, "10.5.0.9") is Disposition.NO_ROUTE


@pytest.mark.parametrize(
    "line",
    [
        "set routing-instances RED routing-options auto-export\n",
        "set routing-instances RED routing-options instance-import TAKEN\n",
    ],
)
def test_what_is_not_computed_touches_its_own_table_alone(line: str) -> None:
    known, conduits = answers(device("juniper_junos", JUNOS + line))
    assert conduits["Red", "Far"].undecided
    assert end(known, "10.9.0.9") is Disposition.UNKNOWN
    assert not conduits["Blue", "Far"].undecided
    assert end(known, "10.9.0.9", "10.2.0.9") is Disposition.NO_ROUTE


def test_route_targets_do_nothing_where_no_bgp_runs() -> None:
    text = """
    hostname r
    vrf definition RED
     rd 1:1
     address-family ipv4
      route-target import 1:2
      route-target export 1:2
    vrf definition BLUE
     rd 1:2
     address-family ipv4
      route-target export 1:2
    interface Gi0/0
     vrf forwarding RED
     ip address 10.1.0.1 255.255.255.0
    interface Gi0/1
     vrf forwarding BLUE
     ip address 10.2.0.1 255.255.255.0
    """
    known, conduits = answers(device("cisco_ios", text))
    assert not conduits["Red", "Blue"].undecided
    assert end(known, "10.2.0.9") is Disposition.NO_ROUTE


# --- SD-WAN

LINES = """
config system interface
    edit "lan"
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
    edit "other"
        set vdom "root"
        set ip 10.2.0.1 255.255.255.0
    next
end
config system sdwan
    set status enable
    config zone
        edit "lines"
        next
    end
    config members
        edit 1
            set interface "one"
            set zone "lines"
            set gateway 10.0.1.2
        next
        edit 2
            set interface "two"
            set zone "lines"
            set gateway 10.0.2.2
        next
    end
    config service
        edit 1
            set mode priority
            set dst "all"
            set src "all"
            set priority-members 2 1
        next
    end
end
config firewall policy
    edit 1
        set srcintf "lan"
        set dstintf "any"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
config router static
    edit 1
        set sdwan-zone "lines"
    next
end
"""


def head(number: int, more: str = "") -> Device:
    return device(
        "cisco_ios",
        f"""
        hostname far{number}
        interface Gi0/0
         ip address 10.0.{number}.2 255.255.255.252
        interface Gi0/1
         ip address 10.9.0.{number} 255.255.255.0
         {more}
        ip route 10.1.0.0 255.255.255.0 10.0.{number}.1
        ip access-list extended NO
         deny ip any any
        """,
        f"far{number}.cfg",
    )


def test_each_line_is_possible_and_where_all_agree_the_trace_is_sure() -> None:
    edge = device("fortios", LINES)
    known, conduits = answers(edge, head(1), head(2))
    assert may_pass(conduits["Red", "Far"], "10.1.0.9", "10.9.0.9", 443)
    assert end(known, "10.9.0.9") is Disposition.DELIVERED
    known, conduits = answers(edge, head(1), head(2, "ip access-group NO out"))
    assert not passes(conduits["Red", "Far"], "10.1.0.9", "10.9.0.9", 443)
    assert may_pass(conduits["Red", "Far"], "10.1.0.9", "10.9.0.9", 443)
    assert end(known, "10.9.0.9") is Disposition.UNKNOWN


def test_what_no_line_takes_is_not_in_doubt() -> None:
    _, conduits = answers(device("fortios", LINES), head(1), head(2))
    assert passes(conduits["Red", "Blue"], "10.1.0.9", "10.2.0.9", 443)
    assert not conduits["Red", "Blue"].undecided
    forced = LINES.replace("set mode priority", "set mode priority\n            set gateway enable")
    _, conduits = answers(device("fortios", forced), head(1), head(2))
    assert conduits["Red", "Blue"].undecided
