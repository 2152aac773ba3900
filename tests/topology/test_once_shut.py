"""Ways between two zones that were once not seen: each of these pairs was answered "nothing passes"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.capture import CapturedNextHop, CapturedRoute
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family, parse_address
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, CWR, ECE, PSH, RST, SYN
from netaudit.policy.registers import ZoneType
from netaudit.topology.fates import Disposition
from netaudit.topology.places import Place
from netaudit.topology.reach import Conduit
from netaudit.topology.trace import trace_flow
from tests.topology.networks import conduit, device, may_pass, network, passes, zone
from tests.topology.test_unknown_ground import ios, port

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")


def shut(found: Conduit) -> bool:
    return not found.permitted and not found.undecided


def core(*blocks: str) -> Device:
    return ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"), *blocks)


# --- where a zone stands


def access_port(vlan: int) -> str:
    return f"interface Gi0/9\n switchport mode access\n switchport access vlan {vlan}"


def test_a_zone_of_access_ports_alone_has_the_addresses_of_their_vlan() -> None:
    ports = zone("UAT", ZoneType.UAT, members=(("core", "Gi0/9"),))
    assert passes(conduit([core(access_port(1))], ports, PROD), "10.1.0.5", "10.2.0.5", 80)


def test_the_vlan_of_an_access_port_is_a_part_of_its_zone() -> None:
    uat = zone("UAT", ZoneType.UAT, "10.1.0.0/24", members=(("core", "Gi0/9"),))
    found = conduit([core(port("Vlan7", "10.7.0.1"), access_port(7))], uat, PROD)
    assert passes(found, "10.7.0.5", "10.2.0.5", 80)


@pytest.mark.parametrize("subnets", [(), ("10.1.0.0/24",)])
def test_what_stands_behind_a_port_without_addresses_is_not_known(subnets: tuple[str, ...]) -> None:
    wire = ios("fw", "interface Gi0/1\n no ip address", "interface Gi0/2\n no ip address")
    uat = zone("UAT", ZoneType.UAT, *subnets, members=(("fw", "Gi0/1"),))
    assert not shut(conduit([wire], uat, zone("PROD", ZoneType.PROD, members=(("fw", "Gi0/2"),))))
    found = conduit([core("interface Gi0/9\n no switchport\n no ip address")], replace(UAT, members=uat.members), PROD)
    assert found.reasons


def test_a_zone_of_an_interface_whose_name_two_devices_have_is_not_known() -> None:
    one, other = ios("sw", port("Vlan1", "10.1.0.1")), core()
    known = replace(other, name="sw@other/sw.cfg")  # so the second is listed
    uat = zone("UAT", ZoneType.UAT, members=(("sw", "Vlan1"),))
    assert not shut(conduit([one, known], uat, PROD))


# --- the packets


def test_a_list_that_denies_syn_alone_lets_other_first_packets_pass() -> None:
    acl = "ip access-list extended X\n deny tcp any any match-all +syn -ack -fin -psh -rst -urg\n permit tcp any any"
    bound = ios(
        "core", port("Vlan1", "10.1.0.1", "255.255.255.0", "ip access-group X in"), port("Vlan2", "10.2.0.1"), acl
    )
    found = conduit([bound], UAT, PROD)
    for flags, opens in ((SYN, False), (SYN | PSH, True), (SYN | ACK, False), (SYN | RST, False), (ACK, False)):
        flow = Flow.of("10.1.0.5", "10.2.0.5", 6, source_port=50000, destination_port=80, tcp_flags=flags)
        assert any(one.packets.contains(flow) for one in found.permitted) is opens, flags


def test_a_packet_filter_that_drops_syn_alone_lets_other_first_packets_pass() -> None:
    rules = """
    *filter
    :INPUT ACCEPT [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    -A FORWARD -p tcp --tcp-flags ALL SYN -j DROP
    COMMIT
    """
    judge = device("iptables", rules)
    router = replace(core(), rulebases=judge.rulebases, bindings=judge.bindings)
    found = conduit([router], UAT, PROD)
    for flags, opens in ((SYN, False), (SYN | ECE | CWR, False), (SYN | PSH, True)):
        flow = Flow.of("10.1.0.5", "10.2.0.5", 6, source_port=50000, destination_port=80, tcp_flags=flags)
        assert any(one.packets.contains(flow) for one in found.permitted) is opens, flags


# --- routes and next hops


def test_a_capture_of_one_family_says_nothing_of_the_other() -> None:
    text = """
    hostname a
    ipv6 unicast-routing
    interface Gi0/0
     ip address 10.1.0.1 255.255.255.0
     ipv6 address 2001:db8:1::1/64
    interface Gi0/1
     ip address 192.168.0.1 255.255.255.0
     ipv6 address 2001:db8:9::1/64
    ipv6 route 2001:db8:2::/64 2001:db8:9::2
    """
    near = device("cisco_ios", text, "a.cfg")
    far = ios("b", "interface Gi0/0\n ipv6 address 2001:db8:2::1/64", "interface Gi0/1\n ipv6 address 2001:db8:9::2/64")
    routes = tuple(
        CapturedRoute(
            *(Family.IPV4, parse_address(text)[1], 24, "connected", SourceRef("a.txt", 1)),
            next_hops=(CapturedNextHop("", name),),
        )
        for text, name in (("10.1.0.0", "Gi0/0"), ("192.168.0.0", "Gi0/1"))
    )
    near = replace(near, captured=replace(near.captured, routes=routes))
    ends = zone("UAT", ZoneType.UAT, "2001:db8:1::/64"), zone("PROD", ZoneType.PROD, "2001:db8:2::/64")
    assert passes(conduit([near, far], *ends), "2001:db8:1::5", "2001:db8:2::5", 443)


def test_an_address_in_two_tables_of_a_neighbour_leads_to_either() -> None:
    tables = "vrf definition RED", "vrf definition BLUE"

    def inside(name: str, vrf: str, address: str) -> str:
        return f"interface {name}\n vrf forwarding {vrf}\n ip address {address} 255.255.255.0"

    one = ios(
        "a",
        *tables,
        inside("Gi0/1", "RED", "10.1.0.1"),
        inside("Gi0/2", "RED", "192.168.0.1"),
        "ip route vrf RED 10.2.0.0 255.255.255.0 192.168.0.2",
    )
    other = ios(
        "b",
        *tables,
        inside("Gi0/1", "BLUE", "10.2.0.1"),
        inside("Gi0/2", "RED", "192.168.0.2"),
        inside("Gi0/3", "BLUE", "192.168.0.2"),
    )
    found = conduit([one, other], UAT, PROD)
    assert not found.permitted and may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_the_router_that_stands_in_for_a_gateway_may_have_other_lists() -> None:
    deny = "ip access-list extended X\n deny ip any any"

    def member(name: str, last: int) -> Device:
        return ios(
            name,
            port("Vlan1", f"10.1.0.{last}", "255.255.255.0", "standby 1 ip 10.1.0.1", "ip access-group X in"),
            port("Vlan2", f"10.2.0.{last}", "255.255.255.0", "standby 2 ip 10.2.0.1"),
            deny,
        )

    assert shut(conduit([member("a", 2), member("b", 3)], UAT, PROD))
    assert any("no export" in reason for reason in conduit([member("a", 2)], UAT, PROD).reasons)


def test_the_router_that_stands_in_for_a_next_hop_may_lead_elsewhere() -> None:
    near = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.9"
    )
    closed = "ip access-group X in"
    next_one = ios(
        "b",
        port("Gi0/0", "10.2.0.1"),
        port("Gi0/1", "192.168.0.2", "255.255.255.0", "standby 1 ip 192.168.0.9", closed),
        "ip access-list extended X\n deny ip any any",
    )
    assert may_pass(conduit([near, next_one], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


# --- translations


def vdoms(first: str, second: str) -> Device:
    """Return a FortiGate of two virtual systems, each with its policies (from, to, number, nat)."""

    def interface(name: str, system: str, address: str) -> str:
        return f'edit "{name}"\nset vdom "{system}"\nset ip {address}\nnext'

    ports = "\n".join(
        (
            interface("uat", "root", "10.1.0.1 255.255.255.0"),
            interface("left", "root", "192.168.0.1 255.255.255.252"),
            interface("right", "two", "192.168.0.2 255.255.255.252"),
            interface("up", "two", "192.168.1.1 255.255.255.0"),
        )
    )

    def route(way: str, name: str) -> str:
        return (
            "config router static\nedit 1\n"
            f'set dst 10.2.0.0 255.255.255.0\nset gateway {way}\nset device "{name}"\nnext\nend'
        )

    return device(
        "fortios",
        f"""#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=1:user=admin
config vdom
edit root
next
edit two
next
end
config global
config system global
set hostname "fw"
end
config system interface
{ports}
end
end
config vdom
edit root
config firewall policy
{first}
end
{route("192.168.0.2", "left")}
end
config vdom
edit two
config firewall policy
{second}
end
{route("192.168.1.2", "up")}
end
""",
        "fw.conf",
    )


def policy(number: int, source: str, target: str, *more: str) -> str:
    lines = (
        f"edit {number}",
        f'set srcintf "{source}"',
        f'set dstintf "{target}"',
        "set action accept",
        'set srcaddr "all"',
        'set dstaddr "all"',
        'set schedule "always"',
        'set service "ALL"',
        *more,
        "next",
    )
    return "\n".join(lines)


def test_a_policy_number_of_another_virtual_system_translates_nothing() -> None:
    second = f"{policy(2, 'right', 'up')}\n{policy(1, 'right', 'up', 'set nat enable')}"
    fortigate = vdoms(policy(1, "uat", "left"), second)
    untranslated = "ip access-list extended L\n permit ip 10.1.0.0 0.0.0.255 any\n deny ip any any"
    far = ios(
        "b",
        port("Gi0/0", "10.2.0.1"),
        port("Gi0/1", "192.168.1.2", "255.255.255.0", "ip access-group L in"),
        untranslated,
    )
    assert passes(conduit([fortigate, far], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


FORTIGATE = """
#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw"
end
config system interface
    edit "uat"
        set ip 10.1.0.1 255.255.255.0
    next
    edit "prod"
        set ip 10.2.0.1 255.255.255.0
    next
end
config firewall vip
    edit "v"
        set extip 10.2.0.5
        set mappedip "10.9.0.9"
        set extintf "any"
    next
end
config firewall policy
"""


def test_a_virtual_ip_that_no_policy_names_takes_no_packets() -> None:
    fortigate = device("fortios", f"{FORTIGATE}{policy(1, 'uat', 'prod')}\nend", "fw.conf")
    assert passes(conduit([fortigate], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


POOL = """
ip nat pool P 192.168.0.64 192.168.0.67 prefix-length 24
ip nat inside source list 10 pool P
access-list 10 permit 10.1.0.0 0.0.0.255
ip route 10.2.0.0 255.255.255.0 192.168.0.2
"""


def translating() -> Device:
    """Return a router that gives the test zone sources of a pool."""
    return ios(
        "a",
        port("Gi0/0", "10.1.0.1", "255.255.255.0", "ip nat inside"),
        port("Gi0/1", "192.168.0.1", "255.255.255.0", "ip nat outside"),
        POOL.strip(),
    )


def behind(*rules: str) -> Device:
    """Return the router behind it, with a list."""
    inner, outer = port("Gi0/0", "10.2.0.1"), port("Gi0/1", "192.168.0.2", "255.255.255.0", "ip access-group L in")
    return ios("b", inner, outer, "\n ".join(("ip access-list extended L", *rules)))


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        ("permit ip host 192.168.0.66 any", Disposition.UNKNOWN),
        ("permit ip 192.168.0.64 0.0.0.3 any", Disposition.DELIVERED),
        ("permit ip host 192.168.0.9 any", Disposition.DENIED),
    ],
)
def test_a_trace_knows_not_which_address_of_a_pool_a_packet_has(rule: str, end: Disposition) -> None:
    near = translating()
    known = network([near, behind(rule)], UAT, PROD)
    flow = Flow.of("10.1.0.5", "10.2.0.5", 6, source_port=50000, destination_port=80)
    entry = known.interface("a", "Gi0/0")
    assert trace_flow(known, Place(near, entry), flow).disposition is end


def test_a_translation_may_change_source_ports() -> None:
    """Two lists that no packet passes both: the one before the translation, the other behind it."""
    text = "ip access-list extended LOW\n permit tcp any eq 20 any"
    near = ios(
        "a",
        port("Gi0/0", "10.1.0.1", "255.255.255.0", "ip nat inside", "ip access-group LOW in"),
        port("Gi0/1", "192.168.0.1", "255.255.255.0", "ip nat outside"),
        text,
        "ip nat inside source list 10 interface Gi0/1 overload\naccess-list 10 permit 10.1.0.0 0.0.0.255",
        "ip route 10.2.0.0 255.255.255.0 192.168.0.2",
    )
    assert conduit([near, behind("permit tcp any range 1024 65535 any")], UAT, PROD).possible


def test_a_translation_to_the_interface_of_a_junos_router_is_one() -> None:
    srx = device(
        "juniper_junos",
        """
        set version 21.4R3.15
        set system host-name srx
        set interfaces ge-0/0/0 unit 0 family inet address 10.1.0.1/24
        set interfaces ge-0/0/1 unit 0 family inet address 192.168.0.1/24
        set security zones security-zone in interfaces ge-0/0/0.0
        set security zones security-zone out interfaces ge-0/0/1.0
        set security policies from-zone in to-zone out policy p match source-address any
        set security policies from-zone in to-zone out policy p match destination-address any
        set security policies from-zone in to-zone out policy p match application any
        set security policies from-zone in to-zone out policy p then permit
        set security nat source rule-set s from zone in
        set security nat source rule-set s to zone out
        set security nat source rule-set s rule hide match source-address 10.1.0.0/24
        set security nat source rule-set s rule hide then source-nat interface
        set routing-options static route 10.2.0.0/24 next-hop 192.168.0.2
        """,
        "srx.conf",
    )
    found = conduit([srx, behind("permit ip host 192.168.0.1 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
