"""Facts, interfaces, routes and the management plane."""

from __future__ import annotations

import pytest

from netaudit.packets.addresses import AddressSet
from tests.parsers.juniper_junos.reading import device_of, load, read


def _interfaces(text: str) -> dict[str, object]:
    return {one.name: one for one in device_of(text).interfaces}


def test_facts_of_a_device_from_the_comments_of_a_collector():
    text = """\
# Model: srx340
# Junos: 21.2R3-S2.9
# Hardware inventory:
# Item             Version  Part number  Serial number     Description
# Chassis                                CZ0000AF0001      SRX340
version 21.2R3-S2.9;
system {
    host-name fw-1;
}
"""
    device = device_of(text)
    assert (device.name, device.model, device.version, device.serials) == (
        "fw-1",
        "srx340",
        "21.2R3-S2.9",
        ("CZ0000AF0001",),
    )
    assert {field: place.line for field, place in device.fact_sources} == {
        "hostname": 8,
        "model": 1,
        "serial": 5,
        "version": 6,
    }


def test_interfaces_of_the_router():
    found = {one.name: one for one in load("edge-router.set").devices[0].interfaces}
    assert [str(address) for address in found["ge-0/0/0.0"].addresses] == ["198.51.100.2/30", "2001:db8:0:1::2/64"]
    assert found["ge-0/0/0"].description == "to the provider; do not touch"
    assert [(str(one), one.virtual) for one in found["ge-0/0/1.10"].addresses] == [
        ("10.10.0.2/24", False),
        ("10.10.0.1/24", True),
    ]
    assert found["ge-0/0/1.10"].vlan == 10
    assert not found["ge-0/0/1.20"].enabled
    assert found["ge-0/0/2"].bundle == "ae0"
    assert found["ae0.0"].vrf == "RED"


def test_switching_of_the_branch():
    found = {one.name: one for one in load("branch-srx.conf").devices[0].interfaces}
    assert found["ge-0/0/2.0"].trunk_vlans.intervals == ((20, 20), (30, 31))
    assert found["irb.20"].vlan == 20
    assert found["irb.20"].security_zone == "dmz"
    assert found["ge-0/0/0.0"].dynamic_address


def test_a_disabled_port_disables_its_units():
    found = _interfaces("set interfaces ge-0/0/0 disable\nset interfaces ge-0/0/0 unit 0 family inet")
    assert not found["ge-0/0/0.0"].enabled


def test_reverse_path_check():
    base = "set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24\n"
    assert _interfaces(base)["ge-0/0/0.0"].source_check is False
    assert _interfaces(base + "set interfaces ge-0/0/0 unit 0 family inet rpf-check mode loose")[
        "ge-0/0/0.0"
    ].source_check


def test_an_address_that_is_none_is_noted():
    (note,) = read("set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.300/24").coverage.notes
    assert note.affects == "routing"


def test_static_routes():
    routes = [
        (one.vrf, one.prefix, one.next_hop or one.next_vrf, one.distance, one.discards)
        for one in load("edge-router.set").devices[0].static_routes
    ]
    assert routes == [
        ("default", "0.0.0.0/0", "198.51.100.1", 5, False),
        ("default", "10.40.0.0/16", "10.10.0.9", 5, False),
        ("default", "10.40.0.0/16", "10.10.0.10", 20, False),
        ("default", "192.0.2.0/24", "", 5, True),
        ("default", "10.50.0.0/16", "RED", 5, False),
        ("default", "::/0", "2001:db8:0:1::1", 5, False),
        ("RED", "0.0.0.0/0", "10.30.0.254", 200, False),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("next-hop [ 10.0.0.1 10.0.0.2 ]", [("10.0.0.1", "", 5), ("10.0.0.2", "", 5)]),
        ("next-hop st0.1", [("", "st0.1", 5)]),
        ("discard;next-hop 10.0.0.1", [("10.0.0.1", "", 5)]),  # the later of two that exclude each other
        ("next-hop 10.0.0.1;preference 7", [("10.0.0.1", "", 7)]),
        ("qualified-next-hop 10.0.0.1 interface ge-0/0/0.0", [("10.0.0.1", "ge-0/0/0.0", 5)]),
    ],
)
def test_ways_to_write_a_route(lines, expected):
    text = "\n".join(f"set routing-options static route 10.9.0.0/16 {line}" for line in lines.split(";"))
    assert [(one.next_hop, one.interface, one.distance) for one in device_of(text).static_routes] == expected


def test_an_inactive_route_is_kept():
    text = "set routing-options static route 10.9.0.0/16 discard\ndeactivate routing-options static route 10.9.0.0/16\n"
    (route,) = device_of(text).static_routes
    assert not route.enabled
    assert route.discards


def test_routes_of_other_tables():
    text = "set routing-options rib BLUE.inet6.0 static route 2001:db8::/32 next-hop 2001:db8:1::1\n"
    (route,) = device_of(text).static_routes
    assert (route.vrf, route.prefix) == ("BLUE", "2001:db8::/32")


def test_routing_processes():
    found = [(one.protocol, one.name) for one in load("edge-router.set").devices[0].routing_processes]
    assert found == [("bgp", "bgp 64500"), ("ospf", "ospf")]


def test_an_undefined_route_policy_is_reported():
    device = device_of("set protocols bgp group g export NONE\n")
    assert [(one.kind, one.name) for one in device.undefined_references] == [("policy statement", "NONE")]


# Management


def test_services_behind_the_filter_at_the_loopback():
    device = load("edge-router.set").devices[0]
    found = {one.protocol: one for one in device.management.accesses}
    assert list(found) == ["ssh", "telnet", "netconf", "console", "snmp"]
    ssh = found["ssh"]
    assert (ssh.endpoint, ssh.version, ssh.authentication) == ("*", "2", "aaa")
    assert AddressSet.prefix("10.9.0.0/24") <= ssh.sources
    assert not AddressSet.host("10.10.0.9") <= ssh.sources
    assert ssh.sources_where.text.startswith("set firewall family inet filter PROTECT-RE")
    assert ssh.idle_timeout_s is None  # bob's class has none
    assert ssh.default_idle_timeout_s == 0


def test_without_a_filter_everybody_may_ask():
    (ssh, _) = device_of("set system services ssh").management.accesses
    assert ssh.sources is None


def test_the_idle_timeout_of_the_classes_that_are_used():
    text = """\
set system login class noc idle-timeout 10
set system login class ops idle-timeout 5
set system login user a class noc
set system login user b class ops
set system services ssh
"""
    assert device_of(text).management.accesses[0].idle_timeout_s == 600
    assert device_of(text + "set system login user c class super-user").management.accesses[0].idle_timeout_s is None
    assert device_of(text + "set system login idle-timeout 3").management.accesses[0].idle_timeout_s == 180


def test_host_inbound_traffic_says_where_services_answer():
    accesses = load("branch-srx.conf").devices[0].management.accesses
    assert [(one.protocol, one.endpoint) for one in accesses] == [
        ("ssh", "ge-0/0/1.0"),
        ("https", "ge-0/0/0.0"),
        ("console", "console"),
        ("ping", "ge-0/0/1.0"),
    ]


def test_users_and_their_hashes():
    users = [
        (one.name, one.privilege, one.password_kind) for one in load("edge-router.set").devices[0].management.users
    ]
    assert users == [("root", "super-user", "sha512"), ("alice", "noc", "md5"), ("bob", "super-user", "public key")]


def test_communities_with_their_clients():
    (community,) = load("edge-router.set").devices[0].management.snmp_communities
    assert community.access == "ro"
    assert community.sources == AddressSet.prefix("10.9.0.0/25")
    (public,) = device_of("set snmp community public authorization read-write").management.snmp_communities
    assert public.well_known
    assert (public.access, public.sources) == ("rw", None)


def test_servers():
    plane = load("edge-router.set").devices[0].management
    assert [(one.address, one.port) for one in plane.log_targets] == [("10.9.0.7", 6514)]
    assert plane.time_servers == ("10.9.0.8",)
    assert plane.authentication_servers == ("10.9.0.6", "10.9.0.5")
    branch = load("branch-srx.conf").devices[0].management
    assert [one.address for one in branch.log_targets] == ["10.9.0.20"]  # `inactive: syslog` sends nothing
