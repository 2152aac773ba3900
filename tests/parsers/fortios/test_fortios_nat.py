"""Virtual IPs, pools and central NAT: policies match packets as they arrive, NAT rules give the translation."""

from __future__ import annotations

import pytest

from netaudit.model.rules import NatKind
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, AddressSet
from netaudit.packets.intervals import IntervalSet
from tests.parsers.fortios.reading import FIXTURES, INTERFACES


@pytest.fixture(scope="module")
def device(load):
    return load("virtual-ips.conf")


@pytest.fixture(scope="module")
def rules(device):
    return {rule.name: rule for rule in device.nat_rules}


def test_port_forward_gives_outside_and_inside(rules):
    web = rules["web"]
    assert web.kind is NatKind.DESTINATION
    assert web.match.surely.destinations() == AddressSet.host("203.0.113.20")
    assert web.translated_destination == AddressSet.host("10.10.10.20")
    assert (web.protocol, web.original_ports, web.translated_ports) == (
        6, IntervalSet.single(443), IntervalSet.single(8443),
    )  # fmt: skip
    assert web.from_interface.names() == ("wan1",)
    assert (web.needs_rule, web.used_by) == (True, ("2",))


def test_source_filter_is_a_part_of_the_match(rules):
    assert rules["mail"].match.surely.sources() == AddressSet.prefix("198.51.100.0/24")
    assert rules["mail"].original_ports is None


def test_virtual_ip_in_no_policy_is_used_by_none(rules, device):
    assert rules["parked"].used_by == ()
    assert rules["parked"].needs_rule
    assert ("virtual ip", "parked") in {(one.kind, one.name) for one in device.unused_objects}


def test_policy_matches_the_packet_as_it_arrives(read, fate):
    text = (FIXTURES / "virtual-ips.conf").read_text(encoding="utf-8")
    rulebase = read(text.replace("FG600F-7.4.8", "FG600F-7.0.12")).devices[0].rulebase("policy")

    def arrives(destination, port, protocol=6, source="198.51.100.9"):
        return fate(rulebase, source, destination, port, protocol, from_zone="wan1", to_zone="dmz")

    # The first policy denies everything, but a deny does not see what a virtual IP takes (match-vip): unknown.
    assert arrives("203.0.113.20", 443) == ("unknown", "1")
    assert arrives("203.0.113.99", 443) == ("deny", "1")
    by_name = {rule.name: rule for rule in rulebase.rules}
    assert [str(one) for one in (by_name["2"].match.surely.destinations(),)] == ["203.0.113.20"]
    assert by_name["2"].match.is_exact
    # The service of the policy is that of the translated packet.
    assert by_name["2"].match.surely.services().contains(6, 40000, 443, 2)
    assert not by_name["2"].match.maybe.services().contains(6, 40000, 8443, 2)
    services = by_name["3"].match.surely
    assert services.contains(_flow("198.51.100.9", "203.0.113.21", 25))
    assert not services.contains(_flow("192.0.2.9", "203.0.113.21", 25))  # not in src-filter
    assert services.contains(_flow("192.0.2.9", "203.0.113.22", 5005, 17))  # 5005 becomes 6005
    assert not services.contains(_flow("192.0.2.9", "203.0.113.22", 5004, 17))


def _flow(source, destination, port, protocol=6):
    from netaudit.packets.packet import Flow

    return Flow.of(source, destination, protocol, source_port=40000, destination_port=port)


def test_deny_that_matches_virtual_ips_is_exact(read):
    text = (FIXTURES / "virtual-ips.conf").read_text(encoding="utf-8")
    text = text.replace(
        '        set service "ALL"\n    next\n    edit 2',
        '        set service "ALL"\n        set match-vip enable\n    next\n    edit 2',
    )
    rule = read(text).devices[0].rulebase("policy").rules[0]
    assert rule.match.is_exact


def test_denial_sees_virtual_ips_by_default_since_7_2_4(read, fate):
    """Fortinet: DENY policy for Virtual IP firewall policy; `match-vip` is on from 7.2.4."""
    text = (FIXTURES / "virtual-ips.conf").read_text(encoding="utf-8")
    for version, verdict in (("7.4.8", "deny"), ("7.2.4", "deny"), ("7.2.3", "unknown"), ("6.4.9", "unknown")):
        rulebase = read(text.replace("FG600F-7.4.8", f"FG600F-{version}")).devices[0].rulebase("policy")
        assert fate(rulebase, "198.51.100.9", "203.0.113.20", from_zone="wan1", to_zone="dmz") == (verdict, "1")
    text = text.replace('        set service "ALL"\n', '        set service "ALL"\n        set match-vip disable\n', 1)
    rulebase = read(text).devices[0].rulebase("policy")
    assert fate(rulebase, "198.51.100.9", "203.0.113.20", from_zone="wan1", to_zone="dmz")[0] == "unknown"


def test_traffic_from_elsewhere_is_not_affected_by_a_virtual_ip(device):
    by_name = {rule.name: rule for rule in device.rulebase("policy").rules}
    assert AddressSet.host("203.0.113.20") <= by_name["4"].match.surely.destinations()  # extintf is wan1


def test_source_nat_of_policies(rules):
    assert rules["policy 5"].translated_source == AddressSet.range("203.0.113.100", "203.0.113.103")
    assert rules["policy 4"].translated_source == AddressSet.host("203.0.113.2")  # the outgoing interface
    assert rules["policy 4"].kind is NatKind.SOURCE
    assert AddressSet.host("192.0.2.1") <= rules["policy 6"].translated_source  # an undefined pool: any


def test_source_nat_to_an_interface_with_dhcp_may_become_anything(policy, read):
    text = INTERFACES.replace("set ip 10.2.0.1 255.255.255.0", "set mode dhcp") + (
        "config firewall policy\n edit 1\n set srcintf port1\n set dstintf port2\n set srcaddr all\n"
        " set dstaddr all\n set action accept\n set service ALL\n set nat enable\n next\nend\n"
    )
    (rule,) = read(text).devices[0].nat_rules
    assert rule.translated_source == ANY_IPV4


def test_undefined_pool_is_reported(device):
    assert [(one.kind, one.name) for one in device.undefined_references] == [("ip pool", "gone")]


CENTRAL = (
    INTERFACES
    + """config system settings
    set central-nat enable
end
config firewall address
    edit "server"
        set subnet 10.2.0.80 255.255.255.255
    next
    edit "net"
        set subnet 10.1.0.0 255.255.255.0
    next
end
config firewall vip
    edit "published"
        set extip 203.0.113.80
        set mappedip "10.2.0.80"
        set extintf "any"
    next
end
config firewall ippool
    edit "pool"
        set startip 203.0.113.5
        set endip 203.0.113.5
    next
end
config firewall central-snat-map
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set orig-addr "net"
        set dst-addr "all"
        set nat-ippool "pool"
        set protocol 6
    next
    edit 2
        set srcintf "port1"
        set dstintf "port2"
        set orig-addr "all"
        set dst-addr "all"
        set nat disable
    next
end
config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "server"
        set action accept
        set schedule "always"
        set service "HTTPS"
        set nat enable
    next
end
"""
)


def test_central_nat_has_its_own_table(read):
    rules = {rule.name: rule for rule in read(CENTRAL).devices[0].nat_rules}
    assert rules["central-snat-map 1"].translated_source == AddressSet.host("203.0.113.5")
    assert rules["central-snat-map 1"].match.surely.sources() == AddressSet.prefix("10.1.0.0/24")
    assert rules["central-snat-map 2"].kind is NatKind.EXEMPT
    assert not rules["published"].needs_rule
    assert "policy 1" not in rules


def test_central_nat_policies_name_the_inside_of_a_virtual_ip(read, fate):
    rulebase = read(CENTRAL).devices[0].rulebase("policy")
    assert fate(rulebase, "10.1.0.9", "203.0.113.80") == ("permit", "1")
    assert fate(rulebase, "10.1.0.9", "10.2.0.80") == ("permit", "1")
    assert fate(rulebase, "10.1.0.9", "203.0.113.80", 80) == ("deny", None)


def test_a_policy_may_name_an_ipv6_virtual_ip_beside_central_nat(read, fate):
    """Administration Guide, central DNAT: it is for IPv4 (and NAT46) virtual IPs."""
    text = CENTRAL.replace('set dstaddr "server"', 'set srcaddr6 "all"\n        set dstaddr6 "v6"') + (
        'config firewall vip6\n edit "v6"\n set extip 2001:db8::80\n set mappedip 2001:db8:2::80\n next\nend\n'
    )
    rulebase = read(text).devices[0].rulebase("policy")
    assert fate(rulebase, "2001:db8:1::9", "2001:db8::80") == ("permit", "1")
    assert fate(rulebase, "2001:db8:1::9", "2001:db8::80", 80) == ("deny", None)


def test_virtual_ip_on_the_interface_address_is_not_known(read):
    text = INTERFACES + (
        'config firewall vip\n edit "v"\n set extip 0.0.0.0\n set mappedip 10.2.0.9\n set extintf port1\n next\nend\n'
        "config firewall policy\n edit 1\n set srcintf port1\n set dstintf port2\n set srcaddr all\n"
        " set dstaddr v\n set action accept\n set service ALL\n next\nend\n"
    )
    device = read(text).devices[0]
    assert not device.rulebases[0].rules[0].match.surely
    assert not device.nat_rules[0].match.surely


def test_policy_from_another_interface_than_that_of_the_virtual_ip_is_not_sure(read):
    text = INTERFACES + (
        'config firewall vip\n edit "v"\n set extip 203.0.113.9\n set mappedip 10.2.0.9\n'
        " set extintf port1\n next\nend\n"
        "config firewall policy\n edit 1\n set srcintf port2\n set dstintf port2\n set srcaddr all\n"
        " set dstaddr v\n set action accept\n set service ALL\n next\nend\n"
    )
    match = read(text).devices[0].rulebases[0].rules[0].match
    assert not match.surely
    assert match.maybe


PUBLISHED = """config firewall vip
    edit "v"
        set extip 203.0.113.9
        set mappedip 10.2.0.9
        set extintf "any"
        {settings}
    next
    edit "web"
        set extip 203.0.113.9
        set mappedip 10.2.0.10
        set extintf "any"
        set portforward enable
        set extport 443
        set mappedport 443
    next
end
config firewall policy
    edit 1
        set srcintf {source}
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "v"
        set action accept
        set schedule "always"
        set service {service}
    next
    edit 2
        set srcintf "port2"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "web"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
"""


@pytest.fixture(scope="module")
def published(read, fate):
    """Return the fate of a packet for 203.0.113.9 from port1 or another interface."""

    def of(port=80, settings="", source='"port1"', service='"ALL"', arrives="port1"):
        text = INTERFACES + PUBLISHED.format(settings=settings, source=source, service=service)
        rulebase = read(text).devices[0].rulebase("policy")
        return fate(rulebase, "198.51.100.9", "203.0.113.9", port, from_zone=arrives)[0]

    return of


class TestWhichVirtualIpTakesAPacket:
    """CLI Reference, config firewall vip: extintf, srcintf-filter, ports, real servers."""

    def test_one_that_another_policy_uses_may_take_a_port_of_the_address(self, published):
        assert published(80) == "permit"
        assert published(443) == "unknown"

    def test_external_interface_counts_for_each_interface_of_a_policy(self, published, read):
        assert published(80, source="any", arrives="port9") == "permit"
        text = PUBLISHED.format(settings="", source="any", service='"ALL"').replace(
            'set extintf "any"', 'set extintf "port1"', 1
        )
        assert not read(INTERFACES + text).devices[0].rulebase("policy").rules[0].match.surely

    def test_interface_filter_leaves_the_others_out(self, published):
        assert published(80, 'set srcintf-filter "port1"') == "permit"
        assert published(80, 'set srcintf-filter "port2"') == "unknown"

    def test_policy_for_translated_packets_only_is_not_exact(self, policy):
        assert not policy("set match-vip-only enable").match.surely
        assert policy("set match-vip-only disable").match.surely

    def test_several_ports_to_several_may_become_any_of_them(self, published):
        ports = "set portforward enable\nset portmapping-type m-to-n\nset extport 8000-8009\nset mappedport 80-81"
        assert published(8000, ports, service='"HTTP"') == "unknown"
        assert published(8000, ports) == "permit"
        assert published(8010, ports) == "deny"

    def test_real_servers_with_a_port_of_their_own(self, published):
        servers = (
            "set type server-load-balance\nset server-type tcp\nset extport 8080\nconfig realservers\nedit 1\n"
            "set ip 10.2.0.9\nset port 80\nnext\nend"
        )
        assert published(8080, servers) == "permit"
        assert published(8080, servers, service='"HTTP"') == "unknown"
        assert published(8080, servers, service='"SSH"') == "deny"


class TestSourceOfPublishedHosts:
    """Administration Guide, static virtual IPs: a host leaves with its external address."""

    TEXT = """config firewall vip
    edit "v"
        set extip 203.0.113.9
        set mappedip 10.1.0.9
        set extintf "port2"
        {settings}
    next
end
config firewall ippool
    edit "pool"
        set startip 203.0.113.50
        set endip 203.0.113.50
    next
end
config firewall ippool_grp
    edit "pools"
        set member "pool"
    next
end
config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
        set nat enable
        {policy}
    next
end
"""
    POOL = 'set ippool enable\nset poolname "pools"'

    def rules(self, read, settings="", policy=""):
        parsed = read(INTERFACES + self.TEXT.format(settings=settings, policy=policy))
        assert parsed.coverage.notes == ()
        return {rule.name: rule for rule in parsed.devices[0].nat_rules if rule.kind is NatKind.SOURCE}

    def test_one_to_one(self, read):
        found = self.rules(read)
        assert list(found) == ["policy 1 by v", "policy 1"]
        assert found["policy 1 by v"].match.maybe.sources() == AddressSet.host("10.1.0.9")
        assert found["policy 1 by v"].translated_source == AddressSet.host("203.0.113.9")
        assert found["policy 1"].translated_source == AddressSet.host("10.2.0.1")

    def test_a_forwarded_port_counts_as_the_source_port(self, read):
        found = self.rules(read, "set portforward enable\nset extport 80\nset mappedport 8080")["policy 1 by v"]
        assert found.match.maybe.services().contains(6, 8080, 443, 2)
        assert not found.match.maybe.services().contains(6, 40000, 443, 2)

    def test_through_another_interface_it_keeps_its_address(self, read):
        assert list(self.rules(read, 'unset extintf\nset extintf "port1"')) == ["policy 1"]

    def test_central_nat_asks_the_virtual_ips_too(self, read):
        text = CENTRAL.replace('"10.2.0.80"', '"10.1.0.80"').replace(
            'set extintf "any"', 'set extintf "any"\n        set nat-source-vip enable'
        )
        names = [rule.name for rule in read(text).devices[0].nat_rules]
        assert names[1:3] == ["central-snat-map 1 by published", "central-snat-map 1"]

    def test_a_pool_goes_before_unless_the_virtual_ip_insists(self, read):
        found = self.rules(read, policy=self.POOL)
        assert list(found) == ["policy 1"]
        assert found["policy 1"].translated_source == AddressSet.host("203.0.113.50")
        assert list(self.rules(read, "set nat-source-vip enable", self.POOL)) == ["policy 1 by v", "policy 1"]

    def test_many_stand_in_one_rule(self, read):
        vips = "".join(
            f'edit "n{number}"\nset extip 203.0.113.{number}\nset mappedip 10.1.0.{number}\nset extintf "port2"\nnext\n'
            for number in range(100, 120)
        )
        text = self.TEXT.format(settings="", policy="").replace("config firewall vip\n", f"config firewall vip\n{vips}")
        found = [rule for rule in read(INTERFACES + text).devices[0].nat_rules if rule.kind is NatKind.SOURCE]
        assert [rule.name for rule in found] == ["policy 1 by virtual ips", "policy 1"]
        assert AddressSet.range("10.1.0.100", "10.1.0.119") <= found[0].match.maybe.sources()
        assert AddressSet.range("203.0.113.100", "203.0.113.119") <= found[0].translated_source

    def test_a_group_of_pools_that_names_itself_ends(self, read):
        text = self.TEXT.format(settings="", policy=self.POOL).replace('set member "pool"', 'set member "pools"')
        assert read(INTERFACES + text).devices[0].nat_rules[-1].translated_source == ANY_ADDRESS
