"""Packets through tunnels: what goes in at one end comes out at the other, if the outer packets arrive."""

from __future__ import annotations

from textwrap import dedent

import pytest

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

LEFT = zone("Left", ZoneType.OA, "10.1.0.0/24")
RIGHT = zone("Right", ZoneType.PROD, "10.2.0.0/24")


def site(number: int, tunnel: str, *more: str) -> Device:
    """Return an IOS router of site 1 or 2 with a way to the provider between them."""
    other = 3 - number
    lines = (
        f"hostname site{number}",
        "interface Gi0/0",
        f" ip address 10.{number}.0.1 255.255.255.0",
        "interface Gi0/1",
        f" ip address 192.0.2.{number * 4 + 1} 255.255.255.252",
        "interface Tunnel0",
        tunnel,
        f"ip route 192.0.2.{other * 4} 255.255.255.252 192.0.2.{number * 4 + 2}",
        f"ip route 10.{other}.0.0 255.255.255.0 Tunnel0",
    )
    return device("cisco_ios", "\n".join((*lines, *more)), f"site{number}.cfg")


def plain(number: int, *lines: str) -> str:
    other = 3 - number
    stated = (f"tunnel source Gi0/1\n tunnel destination 192.0.2.{other * 4 + 1}", *lines)
    return "\n".join(f" {one}" for one in stated)


def provider(*lines: str) -> Device:
    return device(
        "cisco_ios",
        dedent(
            """
            hostname provider
            interface Gi0/1
             ip address 192.0.2.6 255.255.255.252
            interface Gi0/2
             ip address 192.0.2.10 255.255.255.252
            """
        )
        + "\n".join(lines),
        "provider.cfg",
    )


def answers(*devices: Device) -> tuple[Network, Conduit]:
    known = network(list(devices), LEFT, RIGHT)
    return known, find_conduits(known, TODAY)["Left", "Right"]


def traced(known: Network) -> FlowTrace:
    flow = Flow.of("10.1.0.9", "10.2.0.9", 6, source_port=50000, destination_port=443)
    (place,) = starting_places(known, "", "", flow)
    return trace_flow(known, place, flow)


def open_through(*devices: Device) -> bool | None:
    """Return True or False where conduit and trace agree on it, None where both leave it open."""
    known, conduit = answers(*devices)
    end = traced(known).disposition
    sure, maybe = passes(conduit, "10.1.0.9", "10.2.0.9", 443), may_pass(conduit, "10.1.0.9", "10.2.0.9", 443)
    if sure:
        assert end is Disposition.DELIVERED
        return True
    if maybe:
        assert end is Disposition.UNKNOWN
        return None
    assert end not in (Disposition.DELIVERED, Disposition.UNKNOWN)
    return False


def test_an_unnumbered_tunnel_leads_to_its_other_end_and_back() -> None:
    known, conduit = answers(site(1, plain(1)), provider(), site(2, plain(2)))
    assert passes(conduit, "10.1.0.9", "10.2.0.9", 443)
    assert conduit.paths == (("site1", "site2"),)
    found = traced(known)
    assert [(hop.device, hop.in_interface) for hop in found.traces[0].hops] == [
        ("site1", "Gi0/0"),
        ("site2", "Tunnel0"),
    ]
    assert found.answer is Disposition.DELIVERED


def test_lists_at_the_tunnel_interface_see_the_inner_packets() -> None:
    closed = "ip access-list extended NO\n deny tcp any any eq 443\n permit ip any any"
    assert open_through(site(1, plain(1)), provider(), site(2, plain(2, "ip access-group NO in"), closed)) is False
    assert open_through(site(1, plain(1, "ip access-group NO out"), closed), provider(), site(2, plain(2))) is False


def test_a_tunnel_whose_outer_packets_are_denied_is_not_known_to_carry_anything() -> None:
    closed = """
ip access-list extended NO
 deny gre any any
 permit ip any any
interface Gi0/1
 ip access-group NO in
"""
    known, conduit = answers(site(1, plain(1)), provider(closed), site(2, plain(2)))
    assert not passes(conduit, "10.1.0.9", "10.2.0.9", 443)
    assert any("outer packet" in reason for reason in conduit.reasons)
    assert open_through(site(1, plain(1)), provider(closed), site(2, plain(2))) is None
    ipip = plain(1, "tunnel mode ipip"), plain(2, "tunnel mode ipip")
    assert open_through(site(1, ipip[0]), provider(closed), site(2, ipip[1])) is True
    assert traced(known).disposition is Disposition.UNKNOWN


FIREWALL = """
ASA Version 9.12(2)
hostname provider
interface GigabitEthernet0/1
 nameif left
 security-level {left}
 ip address 192.0.2.6 255.255.255.252
interface GigabitEthernet0/2
 nameif right
 security-level {right}
 ip address 192.0.2.10 255.255.255.252
{more}
"""


@pytest.mark.parametrize(("left", "right"), [(100, 0), (0, 100)])
def test_one_end_that_opens_the_tunnel_is_enough_behind_a_firewall_with_a_memory(left: int, right: int) -> None:
    middle = device("cisco_asa", FIREWALL.format(left=left, right=right, more=""))
    assert open_through(site(1, plain(1)), middle, site(2, plain(2))) is True
    shut = device("cisco_asa", FIREWALL.format(left=50, right=50, more=""))
    assert open_through(site(1, plain(1)), shut, site(2, plain(2))) is None


def test_outer_packets_that_are_translated_on_the_way_are_in_doubt() -> None:
    hidden = "object network SITE\n host 192.0.2.5\n nat (left,right) static 192.0.2.10\n"
    middle = device("cisco_asa", FIREWALL.format(left=100, right=0, more=hidden))
    assert open_through(site(1, plain(1)), middle, site(2, plain(2))) is None


def test_a_tunnel_never_carries_its_own_outer_packets() -> None:
    through_itself = "no ip route 192.0.2.8 255.255.255.252 192.0.2.6\nip route 192.0.2.9 255.255.255.255 Tunnel0"
    assert open_through(site(1, plain(1), through_itself), provider(), site(2, plain(2))) is None


def test_ends_that_do_not_name_each_other_are_no_tunnel_even_on_one_subnet() -> None:
    numbered = "ip address 10.255.0.{} 255.255.255.252"
    one = plain(1, numbered.format(1))
    assert open_through(site(1, one), provider(), site(2, plain(2, numbered.format(2)))) is True
    wrong = plain(2, numbered.format(2)).replace("192.0.2.5", "192.0.2.77")
    assert open_through(site(1, one), provider(), site(2, wrong)) is None
    keyed = plain(2, numbered.format(2), "tunnel key 5")
    assert open_through(site(1, one), provider(), site(2, keyed)) is None


def test_a_tunnel_that_is_protected_at_one_end_only_is_in_doubt() -> None:
    profile = "crypto ipsec transform-set T esp-aes\ncrypto ipsec profile P\n set transform-set T"
    secret = "tunnel protection ipsec profile P"
    pair = [site(number, plain(number, secret), profile) for number in (1, 2)]
    assert open_through(pair[0], provider(), pair[1]) is True
    assert open_through(pair[0], provider(), site(2, plain(2))) is None


def test_a_provider_that_is_not_in_the_snapshot_carries_between_public_addresses_only() -> None:
    assert open_through(site(1, plain(1)), site(2, plain(2))) is True
    texts = [
        "\n".join(
            (
                f"hostname site{number}",
                "interface Gi0/0",
                f" ip address 10.{number}.0.1 255.255.255.0",
                "interface Gi0/1",
                f" ip address 172.16.{number}.1 255.255.255.252",
                "interface Tunnel0",
                " tunnel source Gi0/1",
                f" tunnel destination 172.16.{3 - number}.1",
                f"ip route 172.16.{3 - number}.0 255.255.255.0 172.16.{number}.2",
                f"ip route 10.{3 - number}.0.0 255.255.255.0 Tunnel0",
            )
        )
        for number in (1, 2)
    ]
    assert open_through(*(device("cisco_ios", text) for text in texts)) is None


def test_the_far_end_refuses_outer_packets_at_its_own_interface() -> None:
    closed = """
ip access-list extended NO
 deny gre any any
 permit ip any any
interface Gi0/1
 ip access-group NO in
"""
    assert open_through(site(1, plain(1)), site(2, plain(2), closed)) is None


def test_a_tunnel_inside_of_a_tunnel() -> None:
    inner = """
interface Loopback0
 ip address 10.255.{0}.1 255.255.255.255
interface Tunnel1
 tunnel source Loopback0
 tunnel destination 10.255.{1}.1
no ip route 10.{1}.0.0 255.255.255.0 Tunnel0
ip route 10.255.{1}.1 255.255.255.255 Tunnel0
ip route 10.{1}.0.0 255.255.255.0 Tunnel1
"""
    assert (
        open_through(site(1, plain(1), inner.format(1, 2)), provider(), site(2, plain(2), inner.format(2, 1))) is True
    )


# --- other platforms: IPsec between a FortiGate, a PAN-OS firewall, an SRX and an IOS router

FORTIOS = """
config system global
    set hostname "right"
end
config system interface
    edit "wan"
        set vdom "root"
        set ip 192.0.2.9 255.255.255.252
    next
    edit "lan"
        set vdom "root"
        set ip 10.2.0.1 255.255.255.0
    next
    edit "to-left"
        set vdom "root"
        set type tunnel
        set interface "wan"
    next
end
config vpn ipsec phase1-interface
    edit "to-left"
        set interface "wan"
        set remote-gw 192.0.2.5
    next
end
config vpn ipsec phase2-interface
    edit "to-left"
        set phase1name "to-left"
    next
end
config firewall policy
    edit 1
        set srcintf "to-left"
        set dstintf "lan"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "HTTPS"
    next
end
config router static
    edit 1
        set gateway 192.0.2.10
        set device "wan"
    next
    edit 2
        set dst 10.1.0.0 255.255.255.0
        set device "to-left"
    next
end
"""
PANOS = """
set deviceconfig system hostname right
set network interface ethernet ethernet1/1 layer3 ip 10.2.0.1/24
set network interface ethernet ethernet1/2 layer3 ip 192.0.2.9/30
set network interface tunnel units tunnel.1
set network virtual-router default interface [ ethernet1/1 ethernet1/2 tunnel.1 ]
set network virtual-router default routing-table ip static-route d destination 0.0.0.0/0 nexthop ip-address 192.0.2.10
set network virtual-router default routing-table ip static-route l destination 10.1.0.0/24 interface tunnel.1
set zone lan network layer3 ethernet1/1
set zone wan network layer3 ethernet1/2
set zone vpn network layer3 tunnel.1
set network ike gateway left local-address interface ethernet1/2
set network ike gateway left local-address ip 192.0.2.9/30
set network ike gateway left peer-address ip 192.0.2.5
set network tunnel ipsec left tunnel-interface tunnel.1
set network tunnel ipsec left auto-key ike-gateway left
set rulebase security rules web from vpn to lan source any destination any application any service service-https
set rulebase security rules web action allow
"""
JUNOS = """
set system host-name right
set interfaces ge-0/0/0 unit 0 family inet address 10.2.0.1/24
set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.9/30
set interfaces st0 unit 0 family inet
set routing-options static route 0.0.0.0/0 next-hop 192.0.2.10
set routing-options static route 10.1.0.0/24 next-hop st0.0
set security ike gateway left address 192.0.2.5
set security ike gateway left external-interface ge-0/0/1.0
set security ipsec vpn left bind-interface st0.0
set security ipsec vpn left ike gateway left
set security zones security-zone lan interfaces ge-0/0/0.0
set security zones security-zone wan interfaces ge-0/0/1.0 host-inbound-traffic system-services ike
set security zones security-zone vpn interfaces st0.0
set security policies from-zone vpn to-zone lan policy web match source-address any
set security policies from-zone vpn to-zone lan policy web match destination-address any
set security policies from-zone vpn to-zone lan policy web match application junos-https
set security policies from-zone vpn to-zone lan policy web then permit
"""


@pytest.mark.parametrize(
    ("platform", "text"), [("fortios", FORTIOS), ("paloalto_panos", PANOS), ("juniper_junos", JUNOS)]
)
def test_ipsec_between_vendors(platform: str, text: str) -> None:
    profile = "crypto ipsec transform-set T esp-aes\ncrypto ipsec profile P\n set transform-set T"
    secret = "tunnel protection ipsec profile P", "tunnel mode ipsec ipv4"
    left = site(1, plain(1, *secret), profile)
    right = device(platform, text, "right.cfg")
    known, conduit = answers(left, provider(), right)
    assert passes(conduit, "10.1.0.9", "10.2.0.9", 443), conduit.reasons
    assert not passes(conduit, "10.1.0.9", "10.2.0.9", 80)
    assert not may_pass(conduit, "10.1.0.9", "10.2.0.9", 80)
    assert open_through(left, provider(), right) is True
    assert traced(known).answer is Disposition.DELIVERED


def test_traffic_selectors_make_it_a_doubt() -> None:
    profile = "crypto ipsec transform-set T esp-aes\ncrypto ipsec profile P\n set transform-set T"
    secret = "tunnel protection ipsec profile P", "tunnel mode ipsec ipv4"
    left = site(1, plain(1, *secret), profile)
    narrow = FORTIOS.replace(
        'set phase1name "to-left"', 'set phase1name "to-left"\n set src-subnet 10.2.0.0 255.255.255.128'
    )
    assert open_through(left, provider(), device("fortios", narrow)) is None
    selected = PANOS + "set network tunnel ipsec left auto-key proxy-id p local 10.2.0.0/24 remote 10.1.0.0/25\n"
    assert open_through(left, provider(), device("paloalto_panos", selected)) is None


# --- a hub with two spokes


def dmvpn(name: str, last: int, nhs: bool) -> Device:
    more = "" if not nhs else " tunnel destination 192.0.2.1\n"
    mode = "" if nhs else " tunnel mode gre multipoint\n"
    lines = [
        f"hostname {name}",
        "interface Gi0/0",
        f" ip address 10.{last}.0.1 255.255.255.0",
        "interface Gi0/1",
        f" ip address 192.0.2.{last} 255.255.255.240",
        "interface Tunnel0",
        f" ip address 10.255.0.{last} 255.255.255.0",
        " tunnel source Gi0/1",
        f"{more}{mode}".rstrip(),
        *(f"ip route 10.{one}.0.0 255.255.255.0 10.255.0.{one if not nhs else 1}" for one in (1, 2, 3) if one != last),
    ]
    return device("cisco_ios", "\n".join(lines), f"{name}.cfg")


def test_a_hub_sends_to_the_spoke_that_has_the_next_hop() -> None:
    hub, spokes = dmvpn("hub", 1, False), [dmvpn(f"spoke{one}", one, True) for one in (2, 3)]
    known, conduit = answers(hub, *spokes)
    assert passes(conduit, "10.1.0.9", "10.2.0.9", 443)
    assert conduit.paths == (("hub", "spoke2"),)
    found = traced(known)
    assert [hop.device for hop in found.traces[0].hops] == ["hub", "spoke2"]
    third = zone("Third", ZoneType.UAT, "10.3.0.0/24")
    both = network([hub, *spokes], LEFT, RIGHT, third)
    assert passes(find_conduits(both, TODAY)["Right", "Third"], "10.2.0.9", "10.3.0.9", 443)
