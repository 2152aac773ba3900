"""What decides before the firewall policies (access control lists, TTL, multicast, NAT46 and NAT64) and beside them."""

from __future__ import annotations

import pytest

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import layers_after
from netaudit.packets.packet import Flow
from tests.parsers.fortios.reading import INTERFACES

OBJECTS = """config firewall address
    edit "bad"
        set subnet 192.0.2.66 255.255.255.255
    next
    edit "server"
        set subnet 10.2.0.80 255.255.255.255
    next
end
"""
ACCEPT = """config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
"""
DENY = ACCEPT.replace("set action accept", "set action deny")
ZONE = """config system zone
    edit "inside"
        set interface "port1" "port3"
    next
end
"""


@pytest.fixture(scope="module")
def verdict(read):
    """Return the verdict of a packet at the policies of a text."""

    def of(text, source="192.0.2.66", destination="10.2.0.80", protocol=6, port=443, zones=("port1", "port2")):
        flow = Flow.of(source, destination, protocol, source_port=40000, destination_port=port)
        device = read(INTERFACES + OBJECTS + text).devices[0]
        return FlowJudge(device.rulebase("policy")).fate(flow, *zones).verdict

    return of


class TestAccessControlList:
    """CLI Reference, config firewall acl: dropped at the interface, whatever the policies say."""

    ACL = """config firewall acl
    edit 1
        set interface "port1"
        set srcaddr "bad"
        set dstaddr "all"
        set service "ALL"
    next
end
"""

    def test_drops_what_a_policy_accepts(self, verdict):
        assert verdict(self.ACL + ACCEPT) == "deny"
        assert verdict(self.ACL + ACCEPT, source="192.0.2.67") == "permit"

    def test_drops_at_its_own_interface_only(self, verdict):
        text = self.ACL.replace('"port1"', '"port2"') + ACCEPT
        assert verdict(text) == "permit"

    def test_switched_off(self, verdict):
        assert verdict(self.ACL.replace("set service", "set status disable\n set service") + ACCEPT) == "permit"

    def test_of_one_interface_of_a_zone_is_not_sure_for_the_zone(self, verdict):
        text = ZONE + self.ACL + ACCEPT.replace('srcintf "port1"', 'srcintf "inside"')
        assert verdict(text, zones=("inside", "port2")) == "unknown"
        assert verdict(text.replace('"port1" "port3"', '"port1"'), zones=("inside", "port2")) == "deny"

    def test_of_a_port_may_count_for_its_vlans(self, verdict):
        vlan = (
            'config system interface\n edit "v7"\n set vdom "root"\n set interface "port1"\n set vlanid 7\n next\nend\n'
        )
        text = vlan + self.ACL + ACCEPT.replace('srcintf "port1"', 'srcintf "v7"')
        assert verdict(text, zones=("v7", "port2")) == "unknown"
        assert verdict(text, source="192.0.2.67", zones=("v7", "port2")) == "permit"

    def test_every_line_is_understood(self, read):
        assert read(INTERFACES + OBJECTS + self.ACL + ACCEPT).coverage.notes == ()


def test_time_to_live_is_not_asked_about_and_may_drop(verdict):
    text = (
        'config firewall ttl-policy\n edit 1\n set srcintf "port1"\n set srcaddr "bad"\n set service "ALL"\n'
        ' set schedule "always"\n set ttl "1-10"\n next\nend\n'
    )
    assert verdict(text + ACCEPT) == "unknown"
    assert verdict(text + ACCEPT, source="192.0.2.67") == "permit"
    assert verdict(text.replace(" set ttl", " set action accept\n set ttl") + ACCEPT) == "permit"


def test_multicast_has_policies_of_its_own(verdict):
    """Administration Guide, multicast: accepted by default; the address names are those of multicast-address."""
    text = (
        'config firewall multicast-policy\n edit 1\n set srcintf "port1"\n set dstintf "port2"\n set srcaddr "all"\n'
        ' set dstaddr "quotes"\n next\nend\n'
    )
    assert verdict(text + DENY, destination="233.252.0.5", protocol=17) == "unknown"
    assert verdict(text + DENY) == "deny"
    assert verdict(text.replace(" next", " set action deny\n next") + DENY, destination="233.252.0.5") == "deny"


@pytest.mark.parametrize(
    ("table", "source", "destination"),
    [("policy46", "192.0.2.66", "203.0.113.46"), ("policy64", "2001:db8::66", "64:ff9b::a02:50")],
)
def test_policies_between_the_families_may_let_pass(verdict, read, table, source, destination):
    text = (
        f'config firewall {table}\n edit 1\n set srcintf "port1"\n set dstintf "port2"\n set srcaddr "all"\n'
        ' set dstaddr "all"\n set action accept\n set schedule "always"\n set service "ALL"\n next\nend\n'
    )
    assert verdict(text + DENY, source=source, destination=destination) == "unknown"
    assert verdict(text + DENY, source=source, destination=destination, zones=("port2", "port1")) == "deny"
    assert [note.affects.value for note in read(INTERFACES + text + DENY).coverage.notes] == ["nat"]


def test_a_policy_with_nat64_sees_the_other_family_on_its_far_side(verdict):
    text = ACCEPT.replace('set dstaddr "all"', 'set srcaddr6 "all"\n set dstaddr "server"\n set nat64 enable')
    assert verdict(text, source="2001:db8::66", destination="64:ff9b::a02:50") == "unknown"


def test_thresholds_and_inspection_decide_no_packet(verdict, read):
    text = (
        'config firewall DoS-policy\n edit 1\n set interface "port1"\n set srcaddr "all"\n set dstaddr "all"\n'
        ' set service "ALL"\n config anomaly\n edit "tcp_syn_flood"\n set status enable\n set action block\n'
        " set threshold 2000\n next\n end\n next\nend\n"
        'config firewall interface-policy\n edit 1\n set interface "port1"\n set srcaddr "all"\n'
        ' set dstaddr "all"\n set service "ALL"\n set ips-sensor "default"\n next\nend\n'
    )
    assert verdict(text + ACCEPT) == "permit"
    assert read(INTERFACES + text + ACCEPT).coverage.notes == ()


class TestPolicyBasedMode:
    """Fortinet: a packet needs an SSL inspection policy and a security policy; NAT is always central."""

    SETTINGS = "config system settings\n set ngfw-mode policy-based\nend\n"
    SECURITY = ACCEPT.replace("firewall policy", "firewall security-policy").replace('"ALL"', '"HTTPS"')

    def fates(self, read, text, port):
        flow = Flow.of("192.0.2.66", "10.2.0.80", 6, source_port=40000, destination_port=port)
        device = read(INTERFACES + OBJECTS + self.SETTINGS + text).devices[0]
        first = device.rulebase("policy")
        layers = [first, *layers_after(first, device.rulebases)]
        return [FlowJudge(one).fate(flow, "port1", "port2").verdict for one in layers]

    def test_both_tables_must_accept(self, read):
        assert self.fates(read, ACCEPT + self.SECURITY, 443) == ["permit", "permit"]
        assert self.fates(read, ACCEPT + self.SECURITY, 22) == ["permit", "deny"]
        assert self.fates(read, DENY + self.SECURITY, 443) == ["deny", "permit"]

    def test_applications_and_categories_narrow(self, read):
        text = self.SECURITY.replace("set action accept", "set action accept\n set application 15832")
        assert self.fates(read, ACCEPT + text, 443) == ["permit", "unknown"]

    def test_before_6_2_the_policies_hold_the_applications(self, read):
        assert self.fates(read, ACCEPT, 443) == ["unknown"]

    def test_multicast_passes_beside_both_tables(self, read):
        text = (
            'config firewall multicast-policy\n edit 1\n set srcintf "port1"\n set dstintf "port2"\n'
            ' set srcaddr "all"\n set dstaddr "quotes"\n next\nend\n'
        )
        flow = Flow.of("192.0.2.66", "233.252.0.5", 17, source_port=40000, destination_port=5000)
        device = read(INTERFACES + OBJECTS + self.SETTINGS + text + DENY + self.SECURITY).devices[0]
        fates = [FlowJudge(one).fate(flow, "port1", "port2").verdict for one in device.rulebases]
        assert fates == ["unknown", "unknown"]

    def test_nat_is_central(self, read):
        text = ACCEPT.replace("set action accept", "set action accept\n set nat enable") + self.SECURITY
        assert read(INTERFACES + self.SETTINGS + text).devices[0].nat_rules == ()

    def test_security_policies_of_a_file_that_names_no_mode_are_not_silent(self, read):
        (note,) = read(self.SECURITY).coverage.notes
        assert note.affects.value == "filter"


def test_consolidated_policies_negate_both_families_by_one_setting(read):
    """FortiOS 6.2, config firewall consolidated policy: srcaddr4, srcaddr6, srcaddr-negate."""
    text = (
        'config firewall consolidated policy\n edit 1\n set srcintf "port1"\n set dstintf "port2"\n'
        ' set srcaddr4 "bad"\n set srcaddr-negate enable\n set dstaddr4 "all"\n set action accept\n'
        ' set schedule "always"\n set service "ALL"\n next\nend\n'
    )
    (rule,) = read(INTERFACES + OBJECTS + text).devices[0].rulebase("policy").rules
    assert not rule.match.maybe.contains(Flow.of("192.0.2.66", "10.2.0.80", 6, source_port=1, destination_port=443))
    assert rule.match.surely.contains(Flow.of("192.0.2.67", "10.2.0.80", 6, source_port=1, destination_port=443))


@pytest.mark.parametrize(
    ("management", "exact"),
    [
        ("config system ha\n set ha-mgmt-status enable\n config ha-mgmt-interfaces\n edit 1\n"
         ' set interface "port1"\n next\n end\nend\n', True),
        ('config system ha\n set ha-mgmt-interface "port1"\nend\n', True),  # FortiOS 5
        ("", False),
    ],
)  # fmt: skip
def test_local_in_policies_of_the_reserved_interface(read, management, exact):
    """Fortinet: `ha-mgmt-intf-only` ties a local-in policy to the reserved management interface."""
    text = (
        'config firewall local-in-policy\n edit 1\n set ha-mgmt-intf-only enable\n set intf "port1"\n'
        ' set srcaddr "bad"\n set dstaddr "all"\n set service "ALL"\n set schedule "always"\n next\nend\n'
    )
    rule = read(INTERFACES + OBJECTS + management + text).devices[0].rulebase("local-in-policy").rules[0]
    assert rule.match.is_exact is exact
    assert bool(rule.match.surely) is exact
