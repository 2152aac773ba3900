"""What a security rule matches, and what decides where none does."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Action
from tests.parsers.paloalto_panos.conftest import device_of, fate

BASE = """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24
set network interface ethernet ethernet1/2 layer3 ip 192.0.2.1/24
set network interface ethernet ethernet1/3 layer3 ip 10.0.3.1/24
set zone trust network layer3 ethernet1/1
set zone untrust network layer3 ethernet1/2
set zone dmz network layer3 ethernet1/3
"""
ANY = "source any destination any application any service any"


def _rules(*rules: str, before: str = "") -> Device:
    lines = "".join(f"set rulebase security rules {rule}\n" for rule in rules)
    return device_of(BASE + before + lines)


def test_within_a_zone_is_permitted_and_between_zones_denied_where_no_rule_decides() -> None:
    device = _rules()
    assert fate(device, "trust", "trust", "10.0.1.1", "10.0.1.2") == "permit"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "deny"


def test_the_default_rules_can_be_overridden() -> None:
    device = device_of(
        BASE + "set rulebase default-security-rules rules intrazone-default action deny\n"
        "set rulebase default-security-rules rules intrazone-default log-end yes\n"
        "set rulebase default-security-rules rules interzone-default action allow\n"
        "set rulebase default-security-rules rules interzone-default log-end yes\n"
    )
    assert fate(device, "trust", "trust", "10.0.1.1", "10.0.1.2") == "deny"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "permit"
    rulebase = device.rulebases[0]
    assert (rulebase.default_action, rulebase.default_logged) == (Action.PERMIT, True)
    assert rulebase.default_where is not None and rulebase.default_where.line == 10


def test_the_interzone_default_is_not_logged_unless_overridden() -> None:
    assert _rules().rulebases[0].default_logged is False


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [("universal", "deny", "deny"), ("intrazone", "deny", "permit"), ("interzone", "permit", "deny")],
)
def test_the_type_of_a_rule_ties_its_zones(kind: str, same: str, other: str) -> None:
    device = _rules(
        f"r rule-type {kind} from any to any {ANY} action deny",
        f"all from any to any {ANY} action allow",
    )
    assert fate(device, "trust", "trust", "10.0.1.1", "10.0.1.2") == same
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == other


def test_an_intrazone_rule_takes_its_source_zones_one_by_one() -> None:
    device = _rules(f"r rule-type intrazone from [ trust dmz ] {ANY} action deny")
    assert fate(device, "trust", "trust", "10.0.1.1", "10.0.1.2") == "deny"
    assert fate(device, "dmz", "dmz", "10.0.3.1", "10.0.3.2") == "deny"
    assert fate(device, "untrust", "untrust", "192.0.2.1", "192.0.2.2") == "permit"
    assert [rule.name for rule in device.rulebases[0].rules if not rule.implicit] == ["r", "r"]


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("allow", Action.PERMIT),
        ("deny", Action.DENY),
        ("drop", Action.DENY),
        ("reset-client", Action.REJECT),
        ("reset-server", Action.REJECT),
        ("reset-both", Action.REJECT),
    ],
)
def test_actions(word: str, action: Action) -> None:
    assert _rules(f"r from any to any {ANY} action {word}").rulebases[0].rules[0].action is action


def test_a_rule_without_an_action_decides_nothing() -> None:
    device = _rules(f"r from trust to untrust {ANY}")
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "unknown"


def test_negated_ends_and_groups_in_groups() -> None:
    before = """set address a ip-netmask 10.0.1.0/24
set address b ip-range 10.0.3.10-10.0.3.20
set address w ip-wildcard 10.9.0.1/0.0.255.0
set address-group inner static [ a b ]
set address-group outer static [ inner w ]
"""
    device = _rules(
        "r from any to any source outer negate-source yes destination any application any service any action deny",
        f"all from any to any {ANY} action allow",
        before=before,
    )
    for address, verdict in (
        ("10.0.1.9", "permit"),
        ("10.0.3.15", "permit"),
        ("10.9.77.1", "permit"),
        ("10.9.77.2", "deny"),
    ):
        assert fate(device, "trust", "untrust", address, "192.0.2.9") == verdict, address


def test_services_with_source_ports_and_both_predefined_ones() -> None:
    before = (
        "set service s protocol udp port 500-510 source-port 50000\nset service-group g members [ s service-http ]\n"
    )
    device = _rules(
        "r from any to any source any destination any application any service g action allow", before=before
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 17, 505) == "permit"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 8080) == "permit"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 443) == "deny"


@pytest.mark.parametrize(
    "narrowing",
    [
        "source-user [ corp\\alice ]",
        "category [ gambling ]",
        "hip-profiles [ managed ]",
        "source-hip [ managed ]",
        "source-device [ phone ]",
        "schedule office",
    ],
)
def test_what_a_header_does_not_tell_widens_only_the_upper_bound(narrowing: str) -> None:
    device = _rules(
        f"r from any to any {ANY} {narrowing} action allow",
        before="set schedule office schedule-type recurring daily 08:00-18:00\n",
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "unknown"
    assert device.rulebases[0].rules[0].match.surely.products == ()
    assert device.undefined_references == ()


def test_a_name_that_is_resolved_at_run_time_widens_only_the_upper_bound() -> None:
    before = """set address f fqdn www.example.com
set external-list feed type ip url https://feeds.example.com/list
set address-group d dynamic filter "'web' and ('prod' or 'uat')"
set address w1 ip-netmask 10.0.1.10 tag [ web prod ]
set address w2 ip-netmask 10.0.1.11 tag web
"""
    for name in ("f", "feed", "US", "panw-known-ip-list"):
        device = _rules(
            f"r from any to any source any destination {name} application any service any action allow", before=before
        )
        assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "unknown", name
    device = _rules(
        "r from any to any source any destination d application any service any action allow", before=before
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "10.0.1.10") == "permit"
    assert fate(device, "trust", "untrust", "10.0.1.1", "10.0.1.11") == "unknown"


def test_applications_are_bounded_by_their_default_ports() -> None:
    device = _rules(
        "r from any to any source any destination any application [ ssh dns ] service application-default action allow"
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 22) == "unknown"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 17, 53) == "unknown"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 8443) == "deny"


def test_applications_of_the_configuration_bring_their_ports() -> None:
    before = """set application tool default port [ tcp/7000-7010 udp/dynamic ]
set application-group tools members [ tool ssh ]
set application-filter web category business-systems
"""
    rule = "r from any to any source any destination any application {} service application-default action allow"
    device = _rules(rule.format("tools"), before=before)
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 7005) == "unknown"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 17, 9) == "unknown"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 7011) == "deny"
    for name in ("web", "some-app-of-the-vendor"):
        device = _rules(rule.format(name), before=before)
        assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 7011) == "unknown"


def test_an_application_with_a_service_may_match_only_that_service() -> None:
    device = _rules("r from any to any source any destination any application ssl service service-https action allow")
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 443) == "unknown"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 80) == "deny"


def test_any_application_on_default_ports_is_open() -> None:
    device = _rules(
        "r from any to any source any destination any application any service application-default action allow"
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9", 6, 22) == "unknown"


def test_a_rule_whose_schedule_ended_says_when() -> None:
    device = _rules(
        f"r from any to any {ANY} schedule once action allow",
        before="set schedule once schedule-type non-recurring "
        "[ 2025/01/01@00:00-2025/02/28@23:59 2024/01/01@0:00-2024/01/02@9:00 ]\n",
    )
    rule = device.rulebases[0].rules[0]
    assert (rule.schedule, rule.expires) == ("once", date(2025, 2, 28))


def test_a_disabled_rule_and_its_other_facts() -> None:
    device = _rules(
        f'r from any to any {ANY} action allow disabled yes log-end no description "ticket 4711" tag [ t ]',
    )
    rule = device.rulebases[0].rules[0]
    assert (rule.enabled, rule.logged, rule.description) == (False, False, "ticket 4711")
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "deny"


def test_hit_counts_that_stand_in_the_file() -> None:
    text = (
        BASE
        + f"set rulebase security rules used from any to any {ANY} action allow\n"
        + f"set rulebase security rules idle from any to any {ANY} action deny\n"
        + "admin@fw1> show rule-hit-count vsys vsys-name vsys1 rule-base security rules all\n"
        + "Rule Name                  Hit Count    Last Hit Timestamp\n"
        + "---------------------------------------------------------\n"
        + "used                       4711         Mon Jan 05 10:00:00 2026\n"
        + "idle                       0            -\n"
    )
    assert [(rule.name, rule.hit_count) for rule in device_of(text).rulebases[0].rules[:2]] == [
        ("used", 4711),
        ("idle", 0),
    ]


def test_names_that_are_not_defined() -> None:
    device = _rules(
        "r from trust to outside source nobody destination any application any service nothing action allow"
    )
    assert {(one.kind, one.name) for one in device.undefined_references} == {
        ("zone", "outside"),
        ("address object", "nobody"),
        ("service object", "nothing"),
    }
    assert device.rulebases[0].rules[0].unresolved == ("nobody", "nothing")
    assert fate(device, "trust", "outside", "10.0.1.1", "192.0.2.9") == "unknown"


def test_groups_that_hold_each_other_end() -> None:
    device = _rules(
        "r from any to any source a destination any application g service s action allow",
        before="set address-group a static b\nset address-group b static a\nset service-group s members t\n"
        "set service-group t members s\nset application-group g members h\nset application-group h members g\n",
    )
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "unknown"


def test_a_zone_without_an_interface_has_no_traffic() -> None:
    device = _rules(f"r from any to any {ANY} action allow", before="set zone empty network layer3\n")
    assert fate(device, "trust", "empty", "10.0.1.1", "192.0.2.9") == "deny"
    assert fate(device, "empty", "trust", "10.0.1.1", "192.0.2.9") == "deny"
    assert fate(device, "trust", "untrust", "10.0.1.1", "192.0.2.9") == "permit"


def test_virtual_systems_have_rules_and_objects_of_their_own() -> None:
    device = device_of(
        """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24
set network interface ethernet ethernet1/2 layer3 ip 10.0.2.1/24
set shared address server ip-netmask 10.0.9.9
set vsys vsys1 import network interface ethernet1/1
set vsys vsys1 zone z network layer3 ethernet1/1
set vsys vsys1 address server ip-netmask 10.0.1.9
set vsys vsys1 rulebase security rules r from z to z source any destination server
set vsys vsys1 rulebase security rules r application any service any action deny
set vsys vsys2 import network interface ethernet1/2
set vsys vsys2 zone z network layer3 ethernet1/2
set vsys vsys2 rulebase security rules r from z to z source any destination server
set vsys vsys2 rulebase security rules r application any service any action deny
"""
    )
    assert device.virtual_systems == ("vsys1", "vsys2")
    assert [(one.name, one.virtual_system, one.security_zone) for one in device.interfaces] == [
        ("ethernet1/1", "vsys1", "z"),
        ("ethernet1/2", "vsys2", "z"),
    ]
    assert fate(device, "z", "z", "10.0.1.1", "10.0.1.9", system="vsys1") == "deny"
    assert fate(device, "z", "z", "10.0.1.1", "10.0.9.9", system="vsys1") == "permit"
    assert fate(device, "z", "z", "10.0.2.1", "10.0.9.9", system="vsys2") == "deny"


def test_the_interfaces_of_a_zone_may_come_from_panorama() -> None:
    device = _rules(
        f"r from any to any {ANY} action allow",
        before="set deviceconfig system panorama-server 10.0.0.5\nset zone empty network layer3\n",
    )
    assert fate(device, "trust", "empty", "10.0.1.1", "192.0.2.9") == "permit"


def test_an_interface_without_a_zone_has_no_traffic() -> None:
    device = _rules(
        f"r from any to any {ANY} action allow",
        before="set network interface ethernet ethernet1/9 layer3 ip 10.0.9.1/24\n",
    )
    assert fate(device, "ethernet1/9", "trust", "10.0.9.5", "10.0.1.5") == "deny"
    assert fate(device, "trust", "ethernet1/9", "10.0.1.5", "10.0.9.5") == "deny"
    assert fate(device, "untrust", "trust", "10.0.1.5", "10.0.9.5") == "permit"


def test_an_interface_that_no_virtual_system_imports_forwards_nothing() -> None:
    device = device_of(
        """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24
set network interface ethernet ethernet1/2 layer3 ip 10.0.2.1/24
set vsys vsys1 import network interface ethernet1/1
set vsys vsys1 zone z network layer3 ethernet1/1
set vsys vsys2 zone y network layer3
"""
    )
    other = device.interfaces[1].virtual_system
    assert other not in ("", "vsys1", "vsys2")
    assert fate(device, "ethernet1/2", "z", "10.0.2.1", "10.0.1.1", system=other) == "deny"


def test_a_dos_rule_that_denies_may_drop_what_a_security_rule_permits() -> None:
    device = _rules(
        f"r from any to any {ANY} action allow",
        before="set rulebase dos rules d from zone untrust\nset rulebase dos rules d to zone dmz\n"
        "set rulebase dos rules d source any destination any service any action deny\n",
    )
    assert fate(device, "untrust", "dmz", "198.51.100.1", "10.0.3.5") == "unknown"
    assert fate(device, "trust", "dmz", "10.0.1.1", "10.0.3.5") == "permit"
