"""Devices: facts of the header, interfaces, zones, VDOMs, routes."""

from __future__ import annotations

import pytest

from netaudit.model.rules import RulebaseKind
from netaudit.model.source import Affects, LineState
from netaudit.parsers.fortios.header import model_of_code


@pytest.mark.parametrize(
    ("code", "model", "part"),
    [
        ("FG100E", "FortiGate-100E", "FG-100E"),
        ("FGT60F", "FortiGate-60F", "FG-60F"),
        ("FG600F", "FortiGate-600F", "FG-600F"),
        ("FG201F", "FortiGate-201F", "FG-201F"),
        ("FG5H1E", "FortiGate-501E", "FG-501E"),
        ("FG1K5D", "FortiGate-1500D", "FG-1500D"),
        ("FG180F", "FortiGate-1800F", "FG-1800F"),
        ("FWF60D", "FortiWiFi-60D", "FWF-60D"),
        ("FGR60F", "FortiGateRugged-60F", "FGR-60F"),
        ("FGVM64", "FortiGate-VM64", "FG-VM"),
        ("FGVMK6", "FortiGate-VM64", "FG-VM"),
        ("XYZ", "XYZ", ""),
    ],
)
def test_platform_code_of_the_header_names_the_model(code, model, part):
    assert model_of_code(code) == (model, part)


def test_header_tells_model_and_version_with_their_line(load):
    device = load("single-vdom.conf")
    assert (device.name, device.vendor, device.operating_system) == ("fw-edge", "Fortinet", "FortiOS")
    assert (device.model, device.part_number, device.version) == ("FortiGate-201F", "FG-201F", "7.4.11")
    assert {field: place.line for field, place in device.fact_sources} == {
        "model": 1, "part_number": 1, "version": 1, "hostname": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "version"), [("5.00", "5.0"), ("5.02", "5.2"), ("5.4.1", "5.4.1"), ("7.6.3", "7.6.3")]
)
def test_old_headers_write_the_minor_version_with_a_zero(read, header, version):
    device = read(f"#config-version=FGT60D-{header}-FW-build271-140124:opmode=1\nconfig system global\nend").devices[0]
    assert device.version == version


def test_status_lines_in_front_of_a_config_tell_the_serial_number(read):
    text = (
        "# Version: FortiGate-91G v7.4.7,build2731,250120 (GA.M)\n# Serial-Number: FGT91GTK00000000\n"
        "# Hostname: fw-x\n#config-version=FGT91G-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=x\n"
        "config system ntp\nend\n"
    )
    device = read(text).devices[0]
    assert device.serials == ("FGT91GTK00000000",)
    assert (device.name, device.model, device.part_number) == ("fw-x", "FortiGate-91G", "FG-91G")


def test_status_output_alone_is_a_device_without_configuration(read):
    text = (
        "Version: FortiGate-60F v7.2.10,build1706 (GA.M)\nSerial-Number: FGT60FTK00000000\nHostname: fw-y\nUptime: 3\n"
    )
    parsed = read(text)
    assert (parsed.devices[0].name, parsed.devices[0].version) == ("fw-y", "7.2.10")
    assert parsed.coverage.notes == ()


class TestInterfaces:
    """`config system interface`"""

    @pytest.fixture
    def ports(self, load):
        return {one.name: one for one in load("single-vdom.conf").interfaces}

    def test_addresses_of_all_kinds_are_read(self, ports):
        assert [str(one) for one in ports["lan"].addresses] == [
            "10.10.0.1/24", "10.10.1.1/24", "10.10.0.254/24", "2001:db8:10::1/64", "2001:db8:11::1/64",
        ]  # fmt: skip
        assert [one.secondary for one in ports["lan"].addresses] == [False, True, False, False, True]
        assert [one.virtual for one in ports["lan"].addresses] == [False, False, True, False, False]

    def test_vlan_has_tag_and_parent(self, ports):
        assert (ports["dmz110"].vlan, ports["dmz110"].parent) == (110, "lan")

    def test_tunnel_takes_its_subnet_from_the_other_end(self, ports):
        assert str(ports["hq-vpn"].addresses[0]) == "169.254.10.1/30"

    def test_state_and_way_of_addressing(self, ports):
        assert not ports["wan2"].enabled
        assert ports["wan2"].dynamic_address
        assert ports["wan1"].enabled
        assert not ports["wan1"].dynamic_address

    def test_alias_and_description_are_for_people(self, ports):
        assert ports["wan1"].description == "ISP-A"
        assert ports["lan"].description == "office"

    def test_source_check_is_on_unless_switched_off(self, ports):
        assert ports["wan1"].source_check is True
        assert ports["dmz110"].source_check is False

    def test_zones_bind_their_interfaces(self, ports, load):
        zones = {zone.name: zone for zone in load("single-vdom.conf").security_zones}
        assert zones["inside"].interfaces == ("lan", "dmz110")
        assert zones["inside"].intrazone_permitted is True
        assert zones["vpn"].intrazone_permitted is False
        assert ports["lan"].security_zone == "inside"
        assert ports["wan1"].security_zone == ""


def test_sdwan_members_form_the_zone_that_policies_name(read):
    text = """config system sdwan
    set status enable
    config zone
        edit "virtual-wan-link"
        next
        edit "lines"
        next
    end
    config members
        edit 1
            set interface "wan1"
            set gateway 203.0.113.1
        next
        edit 2
            set interface "wan2"
            set zone "lines"
            set gateway 198.51.100.1
        next
    end
end
config router static
    edit 1
        set distance 1
        set sdwan-zone "virtual-wan-link" "lines"
    next
end
"""
    device = read(text).devices[0]
    assert {zone.name: zone.interfaces for zone in device.security_zones} == {
        "virtual-wan-link": ("wan1",),
        "lines": ("wan2",),
    }
    assert [(r.prefix, r.interface, r.next_hop) for r in device.static_routes] == [
        ("0.0.0.0/0", "wan1", "203.0.113.1"),
        ("0.0.0.0/0", "wan2", "198.51.100.1"),
    ]


class TestVdoms:
    """Several virtual domains in one file."""

    def test_each_vdom_has_its_own_policies_and_objects(self, load, fate):
        device = load("multi-vdom.conf")
        assert device.virtual_systems == ("root", "dmz")
        assert {(one.name, one.virtual_system) for one in device.rulebases} == {("policy", "root"), ("policy", "dmz")}
        dmz = device.rulebase("policy", "dmz")
        assert fate(dmz, "192.0.2.200", "10.9.0.20", from_zone="port2", to_zone="port3") == ("permit", "1")
        assert fate(dmz, "192.0.2.200", "10.9.0.10", from_zone="port2", to_zone="port3") == ("deny", None)

    def test_interfaces_belong_to_their_vdom_and_vrf(self, load):
        device = load("multi-vdom.conf")
        assert [(one.name, one.virtual_system, one.vrf) for one in device.interfaces] == [
            ("port1", "root", "default"),
            ("port2", "dmz", "7"),
            ("port3", "dmz", "default"),
        ]
        assert device.vrfs == ("default", "7")
        assert [(route.virtual_system, route.next_hop) for route in device.static_routes] == [("dmz", "10.9.0.254")]

    def test_ends_of_vdom_link_are_interfaces(self, load):
        assert load("multi-vdom.conf").undefined_references == ()

    def test_without_vdoms_the_name_is_empty(self, load):
        device = load("single-vdom.conf")
        assert device.virtual_systems == ()
        assert {one.virtual_system for one in (*device.interfaces, *device.rulebases)} == {""}


class TestRoutes:
    """`config router static` and the dynamic protocols."""

    def test_static_routes_with_their_defaults(self, load):
        routes = load("single-vdom.conf").static_routes
        assert [(r.prefix, r.next_hop, r.interface, r.distance, r.discards, r.enabled) for r in routes] == [
            ("0.0.0.0/0", "203.0.113.1", "wan1", 10, False, True),
            ("10.20.0.0/16", "", "hq-vpn", 5, False, True),
            ("10.20.0.0/16", "", "", 254, True, True),
            ("192.0.2.0/24", "203.0.113.9", "wan1", 10, False, False),
        ]

    def test_only_processes_that_run_are_listed(self, load):
        assert [one.name for one in load("single-vdom.conf").routing_processes] == ["bgp 65010"]

    def test_named_destination_becomes_its_prefixes(self, read):
        text = """config firewall address
    edit "partner"
        set type iprange
        set start-ip 192.0.2.0
        set end-ip 192.0.2.47
    next
end
config router static
    edit 1
        set dstaddr "partner"
        set gateway 10.0.0.1
        set device "port1"
    next
end
"""
        assert [r.prefix for r in read(text).devices[0].static_routes] == ["192.0.2.0/27", "192.0.2.32/28"]

    def test_a_policy_route_that_headers_do_not_decide_is_said(self, read):
        plain = "config router policy\n    edit 1\n        set gateway 10.0.0.1\n    next\nend\n"
        by_service = plain.replace("set gateway", "set internet-service-id 65537\n        set gateway")
        assert read(plain).coverage.notes == ()
        notes = read(by_service).coverage.in_state(LineState.UNSUPPORTED)
        assert {note.affects for note in notes} == {Affects.ROUTING}


def test_policies_are_one_stateful_rulebase_that_ends_in_a_deny(load):
    rulebase = load("single-vdom.conf").rulebase("policy")
    assert rulebase.kind is RulebaseKind.ZONE_POLICY
    assert rulebase.stateful
    assert [rule.name for rule in rulebase.rules if not rule.implicit] == ["10", "3"]
    assert rulebase.default_logged is True
    assert rulebase.default_where.text == "set fwpolicy-implicit-log enable"


def test_fixture_is_understood_to_the_last_line(read):
    from tests.parsers.fortios.reading import FIXTURES

    coverage = read((FIXTURES / "single-vdom.conf").read_text(encoding="utf-8")).coverage
    assert coverage.notes == ()


def test_unused_objects_are_found_and_factory_objects_are_not_blamed(load):
    assert [(one.kind, one.name, one.where.line) for one in load("single-vdom.conf").unused_objects] == [
        ("address object", "old-server", 157)
    ]


def test_zone_that_lets_its_own_traffic_pass_needs_no_policy(load, fate):
    rulebase = load("single-vdom.conf").rulebase("policy")
    assert rulebase.rules[-1].implicit
    assert rulebase.rules[-1].from_zones.names() == ("inside",)
