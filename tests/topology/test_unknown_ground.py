"""Nothing that cannot be seen is a wall: each of these was once answered "nothing passes"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import ZoneType
from netaudit.topology import conduits as computed
from netaudit.topology.reach import Conduit
from tests.topology.networks import TODAY, conduit, device, may_pass, network, passes, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
OA = zone("OA", ZoneType.OA, "10.3.0.0/24")


def ios(name: str, *blocks: str) -> Device:
    return device("cisco_ios", "\n".join((f"hostname {name}", *blocks, "end")), f"{name}.cfg")


def port(name: str, address: str, mask: str = "255.255.255.0", *more: str) -> str:
    return "\n".join((f"interface {name}", f" ip address {address} {mask}", *(f" {one}" for one in more)))


def open_between(found: Conduit) -> bool:
    return passes(found, "10.1.0.5", "10.2.0.5", 1521)


def test_a_zone_given_by_its_interface_alone_has_the_addresses_of_the_interface() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"))
    uat = zone("UAT", ZoneType.UAT, members=(("core", "Vlan1"),))
    prod = zone("PROD", ZoneType.PROD, members=(("core", "Vlan2"),))
    assert open_between(conduit([core], uat, prod))


def test_a_zone_of_which_nothing_is_known_is_unknown() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"))
    assert conduit([core], UAT, zone("PROD", ZoneType.PROD)).undecided
    assert conduit([core], zone("UAT", ZoneType.UAT), PROD).undecided


def test_hosts_of_the_segment_beyond_the_stated_subnet_count_as_the_zone() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"))
    found = conduit([core], UAT, zone("PROD", ZoneType.PROD, "10.2.0.0/25"))
    assert passes(found, "10.1.0.5", "10.2.0.200", 80)


def test_an_interface_that_is_shut_down_leaves_its_zone_unknown() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1", "255.255.255.0", "shutdown"))
    assert conduit([core], UAT, PROD).undecided


def test_a_part_of_a_zone_that_lies_behind_none_of_its_interfaces_is_unknown() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"))
    wide = zone("PROD", ZoneType.PROD, "10.2.0.0/24", "10.9.0.0/24")
    assert any("10.9.0.0/24" in reason for reason in conduit([core], UAT, wide).reasons)


def test_a_member_of_a_device_without_an_export_is_unknown() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"))
    prod = replace(PROD, members=zone("x", ZoneType.PROD, members=(("core", "Vlan2"), ("core-2", "Vlan2"))).members)
    assert any("core-2" in reason for reason in conduit([core], UAT, prod).reasons)


@pytest.mark.parametrize("kind", [ZoneType.OA, ZoneType.TRANSIT])
def test_a_router_without_an_export_in_another_zone_may_lead_on(kind: ZoneType) -> None:
    edge = ios(
        "a",
        port("Gi0/0", "10.1.0.1"),
        port("Gi0/1", "10.3.0.1", "255.255.255.248"),
        "ip route 10.2.0.0 255.255.255.0 10.3.0.2",
    )
    home = ios("b", port("Gi0/0", "10.2.0.1"))
    found = conduit([edge, home], UAT, PROD, zone("MIDDLE", kind, "10.3.0.0/29"))
    assert may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_a_route_that_names_a_tunnel_alone_leads_to_its_other_end() -> None:
    link = zone("LINK", ZoneType.TRANSIT, "192.168.0.0/30")

    def end(name: str, inside: str, last: int, *more: str) -> Device:
        own, peer = f"203.0.113.{last}", f"203.0.113.{3 - last}"
        tunnel = port(
            "Tunnel0", f"192.168.0.{last}", "255.255.255.252", f"tunnel source {own}", f"tunnel destination {peer}"
        )
        return ios(name, port("Gi0/0", inside), port("Gi0/1", own, "255.255.255.252"), tunnel, *more)

    one = end("a", "10.1.0.1", 1, "ip route 10.2.0.0 255.255.255.0 Tunnel0")
    assert open_between(conduit([one, end("b", "10.2.0.1", 2)], UAT, PROD, link))


def test_packets_may_leave_where_they_came_in() -> None:
    lan = "192.168.0.{}"
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", lan.format(1)), "ip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    two = ios("b", port("Gi0/1", lan.format(2)), "ip route 10.2.0.0 255.255.255.0 192.168.0.3")
    three = ios("c", port("Gi0/0", "10.2.0.1"), port("Gi0/1", lan.format(3)))
    assert open_between(conduit([one, two, three], UAT, PROD))


def test_a_next_hop_that_several_devices_have_is_not_sure() -> None:
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    twins = [
        ios(name, port("Gi0/0", f"10.2.0.{last}"), port("Gi0/1", "192.168.0.2")) for name, last in (("b", 1), ("c", 2))
    ]
    found = conduit([one, *twins], UAT, PROD)
    assert not open_between(found) and may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_a_virtual_next_hop_leads_to_each_router_of_the_group() -> None:
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.9"
    )
    shared = "standby 1 ip 192.168.0.9"
    group = [
        ios("b", port("Gi0/0", "10.2.0.1"), port("Gi0/1", "192.168.0.2", "255.255.255.0", shared)),
        ios("c", port("Gi0/0", "10.2.0.2"), port("Gi0/1", "192.168.0.3", "255.255.255.0", shared)),
    ]
    assert set(conduit([one, *group], UAT, PROD).paths) == {("a", "b"), ("a", "c")}


def test_a_next_hop_that_is_the_device_itself_is_unknown() -> None:
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.1"
    )
    assert conduit([one, ios("b", port("Gi0/0", "10.2.0.1"))], UAT, PROD).undecided


def test_a_default_route_by_dhcp_is_unknown() -> None:
    one = ios("a", port("Gi0/0", "10.1.0.1"), "interface Gi0/1\n ip address dhcp")
    assert conduit([one, ios("b", port("Gi0/0", "10.2.0.1"))], UAT, PROD).undecided


def test_a_long_way_is_unknown_and_so_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    two = ios("b", port("Gi0/0", "10.2.0.1"), port("Gi0/1", "192.168.0.2"))
    assert not conduit([one, two], UAT, PROD).undecided
    for limit, max_paths in (("MAX_HOPS", 100), ("MAX_HOPS", 0), ("MAX_WAVES", 0)):
        with monkeypatch.context() as patch:
            patch.setattr(computed, limit, 1)
            found = computed.find_conduits(network([one, two], UAT, PROD), TODAY, max_paths)
            assert found["UAT", "PROD"].undecided


def test_a_loop_ends_and_delivers_nothing() -> None:
    one = ios(
        "a", port("Gi0/0", "10.1.0.1"), port("Gi0/1", "192.168.0.1"), "ip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    two = ios("b", port("Gi0/1", "192.168.0.2"), "ip route 10.2.0.0 255.255.255.0 192.168.0.1")
    home = ios("c", port("Gi0/0", "10.2.0.1"))
    assert not conduit([one, two, home], UAT, PROD).permitted


def test_a_null_route_within_a_subnet_takes_nothing_from_its_hosts() -> None:
    core = ios(
        "core", port("Vlan1", "10.1.0.1"), port("Vlan2", "10.2.0.1"), "ip route 10.1.0.128 255.255.255.128 Null0"
    )
    assert passes(conduit([core], UAT, PROD), "10.1.0.200", "10.2.0.5", 80)


def test_what_only_may_be_denied_before_a_default_permit_may_pass() -> None:
    text = """
    hostname core
    ip routing
    interface Vlan1
     ip address 10.1.0.1 255.255.255.0
     ip access-group IN in
    interface Vlan2
     ip address 10.2.0.1 255.255.255.0
    ip access-list extended IN
     deny tcp any any eq blafasel
    """
    core = device("cisco_ios", text)
    lists = tuple(replace(one, default_action=type(one.default_action).PERMIT) for one in core.rulebases)
    assert may_pass(conduit([replace(core, rulebases=lists)], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


def test_a_third_party_may_send_from_addresses_that_nobody_stated() -> None:
    line = zone("LINE", ZoneType.THIRDPARTY, "172.20.10.0/29")
    acl = "ip access-list extended L\n permit tcp host 172.30.1.1 any eq 22\n deny ip any any"
    text = (port("Gi0/0", "172.20.10.1", "255.255.255.248", "ip access-group L in"), port("Gi0/1", "10.2.0.1"), acl)
    assert passes(conduit([ios("rtr", *text)], line, PROD), "172.30.1.1", "10.2.0.5", 22)


def test_what_leaves_by_a_line_reaches_the_third_party_whatever_its_stated_subnets() -> None:
    line = zone("LINE", ZoneType.THIRDPARTY, "172.20.10.0/29")
    text = (
        port("Gi0/0", "172.20.10.1", "255.255.255.248"),
        port("Gi0/1", "10.2.0.1"),
        "ip route 172.0.0.0 255.0.0.0 172.20.10.2",
    )
    found = conduit([ios("rtr", *text)], PROD, line)
    assert passes(found, "10.2.0.5", "172.20.10.3", 22) and passes(found, "10.2.0.5", "172.99.0.1", 22)


def test_the_internet_comes_in_whatever_the_routes_back_say() -> None:
    outside = zone("INTERNET", ZoneType.INTERNET, members=(("rtr", "Gi0/0"),))
    rtr = ios("rtr", port("Gi0/0", "203.0.113.2"), port("Gi0/1", "10.2.0.1"))
    assert passes(conduit([rtr], outside, PROD), "198.51.100.9", "10.2.0.5", 22)


def test_a_vpn_on_the_internet_interface_may_reach_the_branch() -> None:
    outside = zone("INTERNET", ZoneType.INTERNET, members=(("rtr", "GigabitEthernet0/0"),))
    crypto = "crypto map M 10 ipsec-isakmp\n set peer 198.51.100.9\n match address VPN"
    acl = "ip access-list extended VPN\n permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255"
    wan = port("GigabitEthernet0/0", "203.0.113.2", "255.255.255.0", "crypto map M")
    blocks = (wan, port("GigabitEthernet0/1", "10.1.0.1"), "ip route 0.0.0.0 0.0.0.0 203.0.113.1")
    home = ios("b", port("Gi0/0", "10.2.0.1"))
    assert not conduit([ios("rtr", *blocks), home], UAT, PROD, outside).undecided
    assert may_pass(conduit([ios("rtr", *blocks, crypto, acl), home], UAT, PROD, outside), "10.1.0.5", "10.2.0.5", 80)


def test_a_transit_zone_without_an_address_is_no_link() -> None:
    transit = zone("T", ZoneType.TRANSIT, members=(("core", "Vlan9"),))
    core = ios("core", port("Vlan1", "10.1.0.1"), "interface Vlan9")
    assert "T" not in network([core], transit, UAT).link_zones


def test_two_zones_of_one_interface_reach_each_other_directly() -> None:
    core = ios("core", port("Vlan1", "10.1.0.1", "255.255.255.0", "ip address 10.2.0.1 255.255.255.0 secondary"))
    found = conduit([core], UAT, PROD)
    assert open_between(found) and found.unfiltered_devices == ("core",)


def test_two_zones_of_one_vlan_or_one_subnet_reach_each_other_directly() -> None:
    ports = [f"interface Gi0/{n}\n switchport mode access\n switchport access vlan 7" for n in (1, 2)]
    uat = zone("UAT", ZoneType.UAT, "10.1.0.0/24", members=(("sw", "Gi0/1"),))
    prod = zone("PROD", ZoneType.PROD, "10.2.0.0/24", members=(("sw", "Gi0/2"),))
    assert open_between(conduit([ios("sw", "no ip routing", *ports)], uat, prod))
    one, two = ios("a", port("Gi0/1", "10.1.0.1")), ios("b", port("Gi0/2", "10.1.0.2"))
    stated = [
        zone(n, k, members=((d, i),))
        for n, k, d, i in (("UAT", ZoneType.UAT, "a", "Gi0/1"), ("PROD", ZoneType.PROD, "b", "Gi0/2"))
    ]
    found = conduit([one, two], *stated)
    assert passes(found, "10.1.0.5", "10.1.0.9", 80)
    flow = Flow.of("10.1.0.5", "10.1.0.9", 6, destination_port=80)
    assert any(one.packets.contains(flow) and not one.deciding for one in found.permitted)


def test_one_subnet_in_two_tables_of_a_device_is_no_shared_segment() -> None:
    core = ios(
        "core",
        "vrf definition RED",
        "interface Gi0/1\n vrf forwarding RED\n ip address 10.1.0.1 255.255.255.0",
        port("Gi0/2", "10.1.0.1"),
    )
    known = network(
        [core],
        zone("UAT", ZoneType.UAT, members=(("core", "Gi0/1"),)),
        zone("PROD", ZoneType.PROD, members=(("core", "Gi0/2"),)),
    )
    assert known.shared_segments == ()


def test_a_route_may_leak_into_another_table_and_be_resolved_there() -> None:
    core = ios(
        "core",
        "vrf definition RED",
        "interface Gi0/1\n vrf forwarding RED\n ip address 10.1.0.1 255.255.255.0",
        port("Gi0/2", "192.168.0.1"),
        "ip route vrf RED 10.2.0.0 255.255.255.0 10.99.0.1 global",
        "ip route 10.99.0.0 255.255.255.0 192.168.0.2",
    )
    other = ios("b", port("Gi0/0", "10.2.0.1"), port("Gi0/1", "192.168.0.2"))
    assert open_between(conduit([core, other], UAT, PROD))
