"""Rules added, removed, disabled, enabled and moved, on devices read from the fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Rulebase
from netaudit.packets.packet import Flow
from netaudit.packets.services import TCP
from tests.parsers.checkpoint import reading as checkpoint
from tests.topology.changes.planning import changed, refused

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def read(path: str) -> list[Device]:
    return list(read_snapshot(str(FIXTURES / path)).devices)


def rulebase(devices: list[Device], name: str, system: str = "") -> Rulebase:
    found = devices[0].rulebase(name, system)
    assert found is not None
    return found


def names(devices: list[Device], name: str, system: str = "") -> list[str]:
    return [one.name for one in rulebase(devices, name, system).rules]


def fate(found: Rulebase, source: str, destination: str, port: int) -> str:
    flow = Flow.of(source, destination, TCP, source_port=50000, destination_port=port)
    return FlowJudge(found).fate(flow).verdict


IOS = "cisco_ios/edge-router.cfg"
ADD = """
- change: add_rule
  device: {device}
  rulebase: {rulebase}
  {place}
  name: new
  action: {action}
  source: {source}
  destination: {destination}
  service: tcp/8443
  {zones}
"""


def add(
    device: str, name: str, place: str, action: str = "permit", zones: str = "", ends: tuple[str, str] = ("any",) * 2
):
    source, destination = ends
    return ADD.format(
        device=device,
        rulebase=name,
        place=place,
        action=action,
        zones=zones,
        source=source,
        destination=destination,
    )


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("position: first", ["new", "10", "20", "30"]),
        ("position: last", ["10", "20", "30", "new"]),
        ("before: '20'", ["10", "new", "20", "30"]),
        ("after: '20'", ["10", "20", "new", "30"]),
    ],
)
def test_a_rule_stands_where_it_was_put(place: str, order: list[str]) -> None:
    devices = read(IOS)
    after = changed(devices, add("edge-1", "OUTSIDE-IN", place))
    assert names(after, "OUTSIDE-IN") == order
    assert names(devices, "OUTSIDE-IN") == ["10", "20", "30"]


def test_a_rule_points_to_its_line_in_the_file() -> None:
    rule = rulebase(changed(read(IOS), add("EDGE-1", "OUTSIDE-IN", "position: first")), "OUTSIDE-IN").rules[0]
    assert (rule.where.path, rule.where.line, rule.where.text) == ("plan.yaml", 2, "- change: add_rule")


def test_rules_of_a_list_judge_the_families_of_the_list_alone() -> None:
    after = changed(read(IOS), add("EDGE-1", "OUTSIDE-IN", "position: first"))
    assert {one.family for one in rulebase(after, "OUTSIDE-IN").rules[0].match.maybe.products} == {4}


def test_several_rules_go_in_together_in_their_order() -> None:
    text = """
    - change: add_rule
      device: EDGE-1
      rulebase: OUTSIDE-IN
      before: "20"
      rules:
        - {name: a, action: deny, source: 10.9.9.9, destination: any, service: any}
        - {name: b, action: permit, source: 10.9.9.0/24, destination: any, service: tcp/22; udp/53}
    """
    after = changed(read(IOS), text)
    assert names(after, "OUTSIDE-IN") == ["10", "a", "b", "20", "30"]
    assert [one.where.line for one in rulebase(after, "OUTSIDE-IN").rules[1:3]] == [7, 8]


def test_a_later_change_sees_the_earlier() -> None:
    text = add("EDGE-1", "OUTSIDE-IN", "position: last") + (
        "- {change: move_rule, device: EDGE-1, rulebase: OUTSIDE-IN, rule: new, position: first}\n"
        "- {change: disable_rule, device: EDGE-1, rulebase: OUTSIDE-IN, rule: new}\n"
    )
    first = rulebase(changed(read(IOS), text), "OUTSIDE-IN").rules[0]
    assert (first.name, first.enabled) == ("new", False)


def test_removed_disabled_and_enabled_rules() -> None:
    devices = read(IOS)
    gone = changed(devices, "- {change: remove_rule, device: EDGE-1, rulebase: OUTSIDE-IN, rule: ['10', '30']}")
    assert names(gone, "OUTSIDE-IN") == ["20"]
    off = changed(devices, "- {change: disable_rule, device: EDGE-1, rulebase: OUTSIDE-IN, rule: '10'}")
    assert [one.enabled for one in rulebase(off, "OUTSIDE-IN").rules] == [False, True, True]
    assert changed(off, "- {change: enable_rule, device: EDGE-1, rulebase: OUTSIDE-IN, rule: '10'}") == devices


def test_objects_of_an_asa_and_source_ports() -> None:
    devices = read("demo-firm/configs/fw-line-1.cfg")
    text = add("fw-line-1", "EXG-IN", "before: line 12", ends=("EXG-NET", "[TAIFEX-TEST, 172.21.3.0/24]"))
    text += "  source_port: 40000-40010\n"
    after = rulebase(changed(devices, text), "EXG-IN")
    rule = next(one for one in after.rules if one.name == "new")
    flow = Flow.of("10.10.21.9", "172.21.2.5", TCP, source_port=40001, destination_port=8443)
    assert rule.match.surely.contains(flow)
    for other in (
        Flow.of("10.10.22.9", "172.21.2.5", TCP, source_port=40001, destination_port=8443),
        Flow.of("10.10.21.9", "172.21.2.5", TCP, source_port=40011, destination_port=8443),
        Flow.of("10.10.21.9", "172.21.4.5", TCP, source_port=40001, destination_port=8443),
    ):
        assert not rule.match.maybe.contains(other)


def test_an_object_that_is_not_known_offline_makes_the_rule_unsure() -> None:
    zones = "from_zone: trust\n  to_zone: untrust"
    text = add("branch-srx-a", "policies", "position: first", zones=zones, ends=("any", "SITE"))
    rule = rulebase(changed(read("juniper_junos/branch-srx.conf"), text), "policies").rules[0]
    assert not rule.match.surely
    assert rule.match.reasons


def test_fortios_policies_need_their_zones_and_the_platforms_own_rules_stay_last() -> None:
    devices = read("fortios/single-vdom.conf")
    place = "position: last"
    assert refused(devices, add("fw-edge", "policy", place)) == [
        "line 2: a rule of policy needs from_zone: inside, vpn, wan1, wan2, or any"
    ]
    assert refused(devices, add("fw-edge", "policy", place, zones="from_zone: lan\n  to_zone: wan1")) == [
        "line 11, key from_zone: 'lan' stands in zone inside; name the zone"
    ]
    after = changed(devices, add("fw-edge", "policy", place, zones="from_zone: inside\n  to_zone: wan1"))
    before = names(devices, "policy")
    assert names(after, "policy") == [*before[:-1], "new", "intrazone inside"]


def test_each_vdom_has_its_policies() -> None:
    devices = read("fortios/multi-vdom.conf")
    zones = "from_zone: port2\n  to_zone: any"
    text = add("fw-ext", "policy", "position: first", zones=zones)
    assert refused(devices, text) == [
        "line 3, key device: several virtual systems of fw-ext fit: root, dmz; name virtual_system"
    ]
    after = changed(devices, text + "  virtual_system: DMZ\n")
    assert (names(after, "policy", "root"), names(after, "policy", "dmz")) == (["1"], ["new", "1"])


def test_junos_policies_of_a_pair_of_zones_come_before_the_global_ones() -> None:
    devices = read("juniper_junos/branch-srx.conf")
    own = rulebase(devices, "policies").rules
    last = max(n for n, one in enumerate(own) if (str(one.from_zones), str(one.to_zones)) == ("trust", "untrust"))
    zones = "from_zone: trust\n  to_zone: untrust"
    after = rulebase(changed(devices, add("branch-srx-a", "policies", "position: last", zones=zones)), "policies")
    place = [one.name for one in after.rules].index("new")
    assert place > last
    assert all(len(one.from_zones.names()) == 1 for one in after.rules[:place])
    anchor = next(one for one in own if str(one.from_zones) != "trust" and not one.implicit)
    told = refused(devices, add("branch-srx-a", "policies", f"before: {anchor.name}", zones=zones))
    assert len(told) == 1
    assert "order of its own" in told[0] or "name its zones" in told[0]


def test_a_rule_of_an_ios_policy_map_takes_its_pair_of_zones_and_stays_before_class_default() -> None:
    devices = read("cisco_ios/zone-firewall.cfg")
    after = changed(devices, add("ZONES", "IN-OUT", "position: last"))
    assert names(after, "IN-OUT") == ["CHAT", "SURFING", "new", "class-default"]
    new = rulebase(after, "IN-OUT").rules[2]
    assert (str(new.from_zones), str(new.to_zones)) == ("INSIDE", "OUTSIDE")
    assert refused(devices, add("ZONES", "IN-OUT", "position: last", zones="from_zone: DMZ\n  to_zone: OUTSIDE")) == [
        "line 11, key from_zone: IN-OUT is in force from INSIDE to OUTSIDE alone"
    ]


@pytest.mark.parametrize(
    ("path", "device", "name"),
    [("cisco_nxos/access_lists.cfg", "dc-leaf-1", "GROUPS"), ("arista_eos/access_lists.cfg", "edge-1", "EXTENDED")],
)
def test_lists_of_switches(path: str, device: str, name: str) -> None:
    devices = read(path)
    for action, verdict in (("permit", "permit"), ("deny", "deny")):
        after = changed(devices, add(device, name, "position: first", action))
        assert fate(rulebase(after, name), "192.0.2.1", "192.0.2.2", 8443) == verdict


def test_the_platforms_own_ipv6_rules_stay_last() -> None:
    devices = read("arista_eos/access_lists.cfg")
    own = [one.name for one in rulebase(devices, "V6").rules if one.implicit]
    after = names(changed(devices, add("edge-1", "V6", "position: last")), "V6")
    assert after[-len(own) - 1 :] == ["new", *own]
    told = refused(devices, f"- {{change: remove_rule, device: edge-1, rulebase: V6, rule: {own[0]}}}")
    assert told == [f"line 1, key rule: '{own[0]}' is a rule of the platform itself, nobody wrote it"]


@pytest.mark.parametrize(
    ("path", "device", "name"),
    [("iptables/gateway.rules", "gateway", "FORWARD"), ("nftables/gateway.nft", "gateway", "forward")],
)
def test_rules_gathered_from_several_chains_have_no_exact_place(path: str, device: str, name: str) -> None:
    told = refused(read(path), add(device, name, "position: first", zones="from_zone: any\n  to_zone: any"))
    assert len(told) == 1
    assert "is made of several chains" in told[0]


def test_a_single_chain_takes_rules() -> None:
    devices = read("demo-firm/configs/bastion.rules")
    after = changed(devices, add("bastion", "INPUT", "before: INPUT 3"))
    assert names(after, "INPUT") == ["INPUT 1", "INPUT 2", "new", "INPUT 3", "INPUT 4", "INPUT 5"]


def test_a_standard_list_matches_sources() -> None:
    devices = read("demo-firm/configs/core-sw-1.cfg")
    told = refused(devices, add("core-sw-1", "VTY-IN", "position: first"))
    assert told == ["line 9, key destination: VTY-IN is a standard list: it matches sources; the others are any"]
    text = "- {change: add_rule, device: core-sw-1, rulebase: VTY-IN, position: first, name: new, action: permit,"
    after = changed(devices, text + " source: 10.40.0.30, destination: any, service: any}")
    assert names(after, "VTY-IN") == ["new", "10", "20"]


DEMO = "demo-firm/configs/core-sw-1.cfg"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            add("core-sw-2", "MGMT-IN", "position: first"),
            "line 3, key device: there is no device 'core-sw-2' in the snapshot, did you mean 'core-sw-1'?",
        ),
        (
            add("core-sw-1", "MGT-IN", "position: first"),
            "line 4, key rulebase: there is no rulebase 'MGT-IN' on core-sw-1, did you mean 'MGMT-IN'?",
        ),
        (
            add("core-sw-1", "FROM-BANK", "position: first"),
            "line 4, key rulebase: rulebase 'FROM-BANK' is used on core-sw-1 and not defined:"
            " nothing is known of its rules",
        ),
        (
            add("core-sw-1", "MGMT-IN", "before: '15'"),
            "line 5, key before: there is no rule '15' in MGMT-IN of core-sw-1; there are 10, 20",
        ),
        (
            add("core-sw-1", "MGMT-IN", "position: first", ends=("SERVERS", "any")),
            "line 8, key source: 'SERVERS' is no address, and core-sw-1 has no address object of that name;"
            " write 10.1.1.0/24, 10.1.1.5-10.1.1.9 or any",
        ),
        (
            add("core-sw-1", "MGMT-IN", "position: first", ends=("2001:db8::/32", "any")),
            "line 8, key source: MGMT-IN judges IPv4 packets alone, '2001:db8::/32' is none of them",
        ),
        (
            add("core-sw-1", "MGMT-IN", "position: first", zones="from_zone: Vlan900"),
            "line 11, key from_zone: MGMT-IN takes effect where it is bound; its rules have no zones",
        ),
        (
            add("core-sw-1", "MGMT-IN", "position: first").replace("name: new", "name: '10'"),
            "line 6, key name: MGMT-IN already has a rule '10' (core-sw-1.cfg:77)",
        ),
        (
            "- {change: remove_rule, device: core-sw-1, rulebase: MGMT-OUT, rule: '10'}",
            "line 1, key rule: MGMT-OUT would be left without a rule, and what an empty list does is not the same"
            " everywhere; unbind it instead, or add a rule",
        ),
        (
            "- {change: enable_rule, device: core-sw-1, rulebase: MGMT-IN, rule: '10'}",
            "line 1, key rule: '10' of MGMT-IN is enabled already",
        ),
        (
            "- {change: move_rule, device: core-sw-1, rulebase: MGMT-IN, rule: '10', before: '10'}",
            "line 1, key before: the rule would be moved next to itself",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(text: str, told: str) -> None:
    assert refused(read(DEMO), text) == [told]


def test_all_mistakes_are_told_at_once_and_nothing_is_applied() -> None:
    text = (
        add("core-sw-1", "MGMT-IN", "position: first")
        + "- {change: remove_rule, device: core-sw-1, rulebase: MGMT-IN, rule: '99'}\n"
        + "- {change: interface_down, device: core-sw-1, interface: Vlan99}\n"
    )
    assert [one.partition(":")[0] for one in refused(read(DEMO), text)] == [
        "line 12, key rule",
        "line 13, key interface",
    ]


def test_an_inline_layer_goes_with_the_rule_above_it() -> None:
    objects = [checkpoint.network("lan", "10.1.0.0", 16), checkpoint.host("web", "192.0.2.10")]
    inner = checkpoint.access("Sub", [checkpoint.rule(1, destination="web")])
    outer = [checkpoint.rule(1, "Inner Layer", source="lan", inline_layer="Sub"), checkpoint.rule(2)]
    layers = {"access-layers": [checkpoint.layer("Sub", "drop")]}
    devices = [checkpoint.policy(objects, outer, inner, layers)]
    name, host = devices[0].rulebases[0].name, devices[0].name
    before = names(devices, name)
    group = [one for one in before if one.startswith("1")]
    assert len(group) > 1
    zones = "from_zone: any\n  to_zone: any"
    assert names(changed(devices, add(host, name, "before: '1'", zones=zones)), name)[0] == "new"
    after = names(changed(devices, add(host, name, "after: '1'", zones=zones)), name)
    assert after[: len(group) + 1] == [*group, "new"]
    told = refused(devices, add(host, name, "before: '1.1'", zones=zones))
    assert told == [
        "line 5, key before: '1.1' is in an inline layer; rules are placed among those of the outer layer only"
    ]
    gone = changed(devices, f"- {{change: remove_rule, device: {host}, rulebase: {name}, rule: '1'}}")
    assert names(gone, name) == [one for one in before if one not in group]


@pytest.mark.parametrize(
    ("path", "device", "name", "told"),
    [
        ("cisco_ios/zone-firewall.cfg", "ZONES", "WEB-SERVER", "is used for other too"),  # in a class map
        ("cisco_ios/nat.cfg", "NAT", "LAN", "is used for nat too"),
        ("cisco_ios/links.cfg", "branch-1", "TO-PARTNER", "is used for crypto too"),
        ("cisco_nxos/vlan_maps_and_nat.cfg", "dc-vacl-1", "SERVERS", "is used for other too"),  # in a VLAN map
        ("juniper_junos/edge-router.set", "edge-mx-1", "BRANCHES", "takes effect in 'COUNT-ONLY + BRANCHES'"),
        ("cisco_nxos/access_lists.cfg", "dc-leaf-1", "NOTHING-YET", "holds no rule that somebody wrote"),
        ("arista_eos/access_lists.cfg", "edge-1", "EMPTY", "holds no rule that somebody wrote"),
        ("cisco_ios/zone-firewall.cfg", "ZONES", "zone defaults", "holds no rule that somebody wrote"),
        ("cisco_asa/branch-9x.cfg", "fw-branch-1", "decrypted traffic at outside", "holds no rule that somebody wrote"),
    ],
)
def test_lists_that_something_else_was_read_from_are_not_changed(path: str, device: str, name: str, told: str) -> None:
    (found,) = refused(read(path), add(device, name, "position: first"))
    assert found.startswith("line 4, key rulebase: ")
    assert told in found


def test_the_joined_list_of_junos_itself_takes_rules() -> None:
    devices = read("juniper_junos/edge-router.set")
    after = changed(devices, add("edge-mx-1", "COUNT-ONLY + BRANCHES", "position: first"))
    assert names(after, "COUNT-ONLY + BRANCHES")[0] == "new"
