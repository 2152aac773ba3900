"""NAT with the header before it, static routes, interfaces, and the packets' way through a firewall."""

from __future__ import annotations

from datetime import date

from netaudit.model.device import Device
from netaudit.model.rules import NatKind, NatRule
from netaudit.packets.packet import Flow
from tests.parsers.paloalto_panos.conftest import device_of, parsed

BASE = """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24
set network interface ethernet ethernet1/2 layer3 ip 192.0.2.1/24
set network virtual-router default interface [ ethernet1/1 ethernet1/2 ]
set zone trust network layer3 ethernet1/1
set zone untrust network layer3 ethernet1/2
set address web ip-netmask 10.0.1.10
set address public ip-netmask 192.0.2.10
"""


def _nat(*rules: str) -> tuple[NatRule, ...]:
    return device_of(BASE + "".join(f"set rulebase nat rules {rule}\n" for rule in rules)).nat_rules


def test_the_source_becomes_an_address_of_a_pool_or_of_the_interface() -> None:
    pool, port = _nat(
        "pool from trust to untrust source 10.0.1.128/25 destination any service any "
        "source-translation dynamic-ip-and-port translated-address [ 192.0.2.20 192.0.2.21 ]",
        "port from trust to untrust source any destination any service any "
        "source-translation dynamic-ip-and-port interface-address interface ethernet1/2",
    )
    assert (pool.kind, str(pool.translated_source), str(pool.from_interface), str(pool.to_interface)) == (
        NatKind.SOURCE, "192.0.2.20-192.0.2.21" if "-" in str(pool.translated_source) else str(pool.translated_source),
        "trust", "untrust",
    )  # fmt: skip
    assert pool.translated_source is not None
    assert pool.translated_source.ipv4.size() == 2
    assert str(port.translated_source) == "192.0.2.1"


def test_a_published_server_is_matched_by_the_address_before_nat_and_its_rule_too() -> None:
    text = BASE + (
        "set rulebase nat rules dnat from untrust to untrust source any destination public service service-https\n"
        "set rulebase nat rules dnat destination-translation translated-address web translated-port 8443\n"
        "set rulebase security rules in from untrust to trust source any destination public\n"
        "set rulebase security rules in application any service service-https action allow\n"
        "set rulebase security rules other from untrust to trust source any destination web\n"
        "set rulebase security rules other application any service any action allow\n"
    )
    (rule,) = device_of(text).nat_rules
    assert rule.kind is NatKind.DESTINATION
    assert str(rule.translated_destination) == "10.0.1.10"
    assert (rule.protocol, rule.original_ports, rule.translated_ports) == (6, _ports(443), _ports(8443))
    assert rule.needs_rule
    assert rule.used_by == ("in",)


def test_the_zone_of_the_destination_before_nat_is_that_of_its_route() -> None:
    text = BASE + (
        "set network virtual-router default routing-table ip static-route d destination 0.0.0.0/0\n"
        "set network virtual-router default routing-table ip static-route d nexthop ip-address 192.0.2.254\n"
        "set rulebase nat rules dnat from untrust to {} source any destination 203.0.113.7 service any\n"
        "set rulebase nat rules dnat destination-translation translated-address web\n"
    )
    flow = Flow.of("198.51.100.1", "203.0.113.7", 6, destination_port=443)
    (right,) = device_of(text.format("untrust")).nat_rules
    assert right.match.surely.contains(flow)
    (wrong,) = device_of(text.format("trust")).nat_rules
    assert not wrong.match.surely.contains(flow)
    assert wrong.match.maybe.contains(flow)


def _ports(port: int) -> object:
    from netaudit.packets.intervals import IntervalSet

    return IntervalSet.single(port)


def test_a_static_rule_that_goes_both_ways_publishes_its_source() -> None:
    out, back = _nat(
        "s from trust to untrust source web destination any service any "
        "source-translation static-ip translated-address public bi-directional yes"
    )
    assert (out.kind, str(out.translated_source)) == (NatKind.SOURCE, "192.0.2.10")
    assert (back.kind, str(back.translated_destination)) == (NatKind.DESTINATION, "10.0.1.10")
    assert back.match.surely.contains(Flow.of("198.51.100.1", "192.0.2.10", 6, destination_port=80))
    assert len(_nat("s from trust to untrust source web destination any service any source-translation static-ip "
                    "translated-address public")) == 1  # fmt: skip


def test_both_ends_in_one_rule() -> None:
    destination, source = _nat(
        "u from trust to untrust source 10.0.1.0/24 destination public service any "
        "source-translation dynamic-ip-and-port interface-address interface ethernet1/1",
        "u destination-translation translated-address web",
    )
    assert (destination.kind, str(destination.translated_destination)) == (NatKind.DESTINATION, "10.0.1.10")
    assert source.kind is NatKind.SOURCE
    # The source is translated behind the destination: there the packet goes to the server.
    assert source.match.surely.contains(Flow.of("10.0.1.77", "10.0.1.10", 6, destination_port=80))
    assert "trust" in source.to_interface


def test_a_rule_without_translation_takes_its_packets_from_those_below_it() -> None:
    (pool,) = _nat(
        "no from trust to untrust source any destination 198.51.100.0/24 service any",
        "all from trust to untrust source any destination any service any "
        "source-translation dynamic-ip-and-port translated-address public",
    )
    assert not pool.match.maybe.contains(Flow.of("10.0.1.5", "198.51.100.9", 6, destination_port=80))
    assert pool.match.surely.contains(Flow.of("10.0.1.5", "203.0.113.9", 6, destination_port=80))


def test_what_an_earlier_rule_published_is_not_surely_translated_again() -> None:
    text = BASE + (
        "set rulebase nat rules dnat from untrust to untrust source any destination public service any\n"
        "set rulebase nat rules dnat destination-translation translated-address web\n"
        "set rulebase nat rules all from any to any source any destination any service any\n"
        "set rulebase nat rules all source-translation dynamic-ip-and-port translated-address public\n"
    )
    _, later = device_of(text).nat_rules
    published, other = (
        Flow.of("198.51.100.1", address, 6, destination_port=80) for address in ("10.0.1.10", "10.0.1.11")
    )
    assert not later.match.surely.contains(published)
    assert later.match.maybe.contains(published)
    assert later.match.surely.contains(other)


def test_disabled_rules_and_translations_between_the_families() -> None:
    (off,) = _nat(
        "d from trust to untrust source any destination any disabled yes "
        "source-translation dynamic-ip-and-port translated-address public"
    )
    assert off.enabled is False
    (rule,) = _nat("six nat-type nat64 from trust to untrust source any destination any "
                   "source-translation dynamic-ip-and-port translated-address public")  # fmt: skip
    assert rule.match.surely.products == ()


def _routes(*lines: str) -> Device:
    prefix = "set network virtual-router default routing-table ip static-route "
    return device_of(BASE + "".join(f"{prefix}{line}\n" for line in lines))


def test_static_routes() -> None:
    device = _routes(
        "a destination 0.0.0.0/0 nexthop ip-address 192.0.2.254",
        "b destination 10.8.0.0/16 nexthop discard",
        "c destination 10.9.0.0/16 nexthop next-vr other",
        "d destination 10.7.0.0/16 interface ethernet1/1 admin-dist 200",
        "e destination web nexthop ip-address public",
    )
    assert [
        (one.prefix, one.next_hop, one.interface, one.next_vrf, one.discards, one.distance, one.vrf)
        for one in device.static_routes
    ] == [
        ("0.0.0.0/0", "192.0.2.254", "", "", False, 10, "default"),
        ("10.8.0.0/16", "", "", "", True, 10, "default"),
        ("10.9.0.0/16", "", "", "other", False, 10, "default"),
        ("10.7.0.0/16", "", "ethernet1/1", "", False, 200, "default"),
        ("10.0.1.10/32", "192.0.2.10", "", "", False, 10, "default"),
    ]


def test_of_two_routes_the_one_with_the_lower_metric_is_used() -> None:
    device = _routes(
        "back destination 0.0.0.0/0 nexthop ip-address 192.0.2.253 metric 50",
        "main destination 0.0.0.0/0 nexthop ip-address 192.0.2.254",
    )
    assert {one.next_hop: one.distance for one in device.static_routes} == {"192.0.2.253": 11, "192.0.2.254": 10}


def test_interfaces_of_every_kind() -> None:
    text = """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 units ethernet1/1.100 tag 100 ip 10.1.0.1/24
set network interface ethernet ethernet1/1 layer3 units ethernet1/1.100 comment "users"
set network interface ethernet ethernet1/2 aggregate-group ae1
set network interface ethernet ethernet1/3 layer3 dhcp-client enable yes
set network interface ethernet ethernet1/4 layer3 ip 10.4.0.1/24
set network interface ethernet ethernet1/4 layer3 ipv6 enabled yes
set network interface ethernet ethernet1/4 layer3 ipv6 address 2001:db8::1/64 enable-on-interface yes
set network interface ethernet ethernet1/4 link-state down
set network interface aggregate-ethernet ae1 layer3 ip [ 10.2.0.1/24 10.3.0.1/24 ]
set network interface vlan units vlan.5 ip 10.5.0.1/24
set network interface loopback units loopback.1 ip 10.255.0.1
set network interface tunnel units tunnel.7 ip 10.7.0.1/30
set network virtual-router vr interface [ ethernet1/1.100 tunnel.7 ]
"""
    mine = {one.name: one for one in device_of(text).interfaces}
    assert (mine["ethernet1/1.100"].vlan, mine["ethernet1/1.100"].parent, mine["ethernet1/1.100"].description) == (
        100, "ethernet1/1", "users",
    )  # fmt: skip
    assert mine["ethernet1/1.100"].vrf == mine["tunnel.7"].vrf == "vr"
    assert mine["ethernet1/2"].bundle == "ae1"
    assert mine["ethernet1/3"].dynamic_address
    assert [str(one) for one in mine["ethernet1/4"].addresses] == ["10.4.0.1/24", "2001:db8::1/64"]
    assert mine["ethernet1/4"].enabled is False
    assert [one.secondary for one in mine["ae1"].addresses] == [False, True]
    assert str(mine["loopback.1"].addresses[0]) == "10.255.0.1/32"
    assert "vlan.5" in mine


def test_tunnels_and_certificates() -> None:
    device = device_of(
        BASE
        + """set network ike gateway far peer-address ip 198.51.100.9
set network ike gateway far local-address interface ethernet1/2 ip 192.0.2.1/24
set network ike gateway far authentication pre-shared-key key THESECRETKEY
set network tunnel ipsec t auto-key ike-gateway far
set network tunnel ipsec t auto-key ipsec-crypto-profile strong
set network tunnel ipsec t tunnel-interface tunnel.1
set network tunnel gre g tunnel-interface tunnel.2 local-address ip 192.0.2.1 peer-address ip 198.51.100.8
set shared certificate web subject "CN=web" issuer "CN=ca" not-valid-after "Nov 10 12:00:00 2026 GMT" ca no
"""
    )
    assert [(one.interface, one.kind, one.source, one.destination, one.protection) for one in device.tunnels] == [
        ("tunnel.1", "ipsec", "192.0.2.1", "198.51.100.9", "strong"),
        ("tunnel.2", "gre", "192.0.2.1", "198.51.100.8", ""),
    ]
    (certificate,) = device.certificates
    assert (certificate.name, certificate.kind, certificate.not_after) == ("web", "identity", date(2026, 11, 10))
    assert "THESECRETKEY" not in repr(device)


def test_forwarding_by_policy() -> None:
    result = parsed(
        BASE + "set rulebase pbf rules p from zone trust source any destination any application any service any\n"
        "set rulebase pbf rules p action forward egress-interface ethernet1/2 nexthop ip-address 192.0.2.99\n"
    )
    assert [(one.policy, one.interface) for one in result.devices[0].routing.policy_routes] == [("p", "ethernet1/1")]
    assert result.coverage.notes == ()
    (policy,) = result.devices[0].routing.policies
    (term,) = policy.terms
    assert {change.kind: change.values for change in term.changes} == {
        "interface": ("ethernet1/2",),
        "next_hop": ("192.0.2.99",),
    }
    assert term.match is not None and term.match.is_exact


def test_bgp() -> None:
    text = (
        BASE
        + """set network virtual-router default protocol bgp enable yes local-as 65001 router-id 10.0.1.1
set network virtual-router default protocol bgp peer-group up type ebgp remove-private-as no
set network virtual-router default protocol bgp peer-group up peer isp peer-as 64999 enable yes
set network virtual-router default protocol bgp peer-group up peer isp peer-address ip 192.0.2.254
set network virtual-router default protocol bgp peer-group up peer isp local-address ip 192.0.2.1/24
set network virtual-router default protocol bgp peer-group up peer isp connection-options multihop 3
set network virtual-router default protocol bgp peer-group in type ibgp export-nexthop use-self
set network virtual-router default protocol bgp peer-group in peer core peer-address ip 10.0.1.2
set network virtual-router default protocol bgp peer-group in peer core enable no
set network virtual-router default protocol bgp redist-rules 10.0.1.0/24 enable yes
set network virtual-router default protocol bgp redist-rules statics enable yes
set network virtual-router default protocol redist-profile statics filter type static
set network virtual-router default protocol redist-profile statics filter destination 10.8.0.0/16
set network virtual-router default protocol redist-profile statics action redist
set network virtual-router default protocol bgp policy export rules out match address-prefix 10.0.0.0/8 exact no
set network virtual-router default protocol bgp policy export rules out action allow update med 50
set network virtual-router default protocol bgp policy export rules out used-by up
set network virtual-router default protocol bgp policy export rules rest action deny
set network virtual-router default protocol bgp policy export rules rest used-by up
"""
    )
    result = parsed(text)
    assert result.coverage.notes == ()
    device = result.devices[0]
    (process,) = device.routing_processes
    assert (process.protocol, process.autonomous_system, process.vrf, process.exact) == (
        "bgp",
        "65001",
        "default",
        True,
    )
    isp, core = process.neighbors
    assert (isp.name, isp.remote_as, isp.source, isp.multihop, isp.enabled) == (
        "192.0.2.254", "64999", "192.0.2.1", 3, True,
    )  # fmt: skip
    assert isp.families[0].export_policies == ("default export up",)
    assert (core.remote_as, core.enabled, core.families[0].next_hop_self) == ("65001", False, True)
    assert [one.prefix for one in process.networks] == ["10.0.1.0/24"]
    assert [(one.source, one.policy) for one in process.redistributions] == [
        ("static", "default redist-profile statics")
    ]
    policies = {one.name: one for one in device.routing.policies}
    terms = policies["default export up"].terms
    assert [(one.name, one.outcome) for one in terms] == [("out", "permit"), ("rest", "deny")]
    assert terms[0].conditions[0].values == ("10.0.0.0/8 8-32",)
    assert (terms[0].changes[0].kind, terms[0].changes[0].values) == ("metric", ("50",))
    assert policies["default redist-profile statics"].terms[0].conditions[0].values == ("10.8.0.0/16 16-32",)


def test_ospf() -> None:
    text = (
        BASE
        + """set network virtual-router default protocol ospf enable yes router-id 10.0.1.1
set network virtual-router default protocol ospf area 0.0.0.0 type normal
set network virtual-router default protocol ospf area 0.0.0.0 interface ethernet1/1 metric 20 passive yes
set network virtual-router default protocol ospf area 0.0.0.7 type stub accept-summary no
set network virtual-router default protocol ospf area 0.0.0.7 interface ethernet1/2 link-type p2p
set network virtual-router default protocol ospf area 0.0.0.7 range 10.0.0.0/8 suppress
set network virtual-router default protocol redist-profile all filter type connect
set network virtual-router default protocol redist-profile all action redist
set network virtual-router default protocol ospf export-rules all new-path-type ext-1 metric 5
"""
    )
    result = parsed(text)
    assert result.coverage.notes == ()
    (process,) = result.devices[0].routing_processes
    assert [(one.area, one.kind) for one in process.areas] == [("0.0.0.0", "normal"), ("0.0.0.7", "totally_stub")]
    assert [(one.interface, one.area, one.cost, one.passive, one.network_type) for one in process.interfaces] == [
        ("ethernet1/1", "0.0.0.0", 20, True, "broadcast"),
        ("ethernet1/2", "0.0.0.7", 10, False, "point-to-point"),
    ]
    assert [(one.prefix, one.announced) for one in process.summaries] == [("10.0.0.0/8", False)]
    assert [(one.source, one.metric, one.metric_type) for one in process.redistributions] == [("connected", 5, 1)]


def test_what_the_model_has_no_word_for_leaves_the_protocol_open() -> None:
    result = parsed(
        BASE + "set network virtual-router default protocol rip enable yes\n"
        "set network virtual-router default protocol ospf enable no\n"
    )
    (process,) = result.devices[0].routing_processes
    assert (process.protocol, process.exact) == ("rip", False)
    assert [note.affects.value for note in result.coverage.notes] == ["routing"]
