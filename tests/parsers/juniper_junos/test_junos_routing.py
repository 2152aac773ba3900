"""Routing as configured: what a reader of the configuration would say of it."""

from __future__ import annotations

import pytest

from netaudit.model.routing import RoutePolicyTerm
from netaudit.model.source import Affects
from tests.parsers.juniper_junos.reading import FIXTURES, device_of, read

ROUTER = (FIXTURES / "core-routing.conf").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def device():
    return device_of(ROUTER)


def process(device, protocol: str, vrf: str = "default"):
    return next(one for one in device.routing_processes if one.protocol == protocol and one.vrf == vrf)


def terms(device, name: str) -> tuple[RoutePolicyTerm, ...]:
    return next(one.terms for one in device.routing.policies if one.name == name)


def shown(term: RoutePolicyTerm):
    return [(one.kind, one.values) for one in term.conditions], [(one.kind, one.values) for one in term.changes]


def test_what_answers_do_not_take_into_account_yet_is_said_and_nothing_else():
    coverage = read(ROUTER).coverage
    assert [note.where.text.split()[0] for note in coverage.notes if note.affects is Affects.ROUTING] == [
        "aggregate", "generate",
    ]  # fmt: skip


def test_bgp_is_left_as_stated(device):
    bgp = process(device, "bgp")
    assert (bgp.name, bgp.autonomous_system, bgp.router_id, bgp.exact) == ("bgp 64500", "64500", "192.0.2.1", True)
    peers = {one.name: one for one in bgp.neighbors}
    assert peers[""].kind == "process"
    assert (peers[""].local_as, peers[""].local_as_options) == ("64511", ("private",))
    inner = peers["IBGP"]
    assert (inner.kind, inner.remote_as, inner.source, inner.authenticated) == ("group", "internal", "192.0.2.1", True)
    families = {one.family: one for one in inner.families}
    assert set(families) == {"", "ipv4 unicast", "l2vpn evpn"}
    assert families[""].export_policies == ("CONNECTED", "( A && ! B )")
    assert families[""].reflector_client is True
    assert families["ipv4 unicast"].maximum_prefixes == 1000
    assert families["ipv4 unicast"].add_path == ("receive", "send")
    assert (peers["192.0.2.2"].group, peers["192.0.2.2"].description) == ("IBGP", "the other core")
    outer = peers["PROVIDER"]
    assert (outer.remote_as, outer.multihop, outer.options) == ("64496", 3, (("type", "external"),))
    assert outer.families[0].removes_private_as == "replace"
    assert (peers["198.51.100.0/24"].kind, peers["198.51.100.0/24"].group) == ("range", "PROVIDER")
    neighbor = peers["198.51.100.1"]
    assert neighbor.remote_as == str(65536 + 2)
    assert (neighbor.families[0].import_policies, neighbor.families[0].as_override) == (("NONE",), True)
    assert process(device, "bgp", "RED").neighbors[1].name == "CUSTOMER"


def test_ospf(device):
    ospf = process(device, "ospf")
    assert (ospf.reference_bandwidth_mbps, ospf.exact) == (100_000, True)
    assert [(one.source, one.chain) for one in ospf.redistributions] == [("any", ("STATIC",))]
    found = {one.interface: one for one in ospf.interfaces}
    port = found["ge-0/0/0.0"]
    assert (port.area, port.cost, port.network_type, port.authenticated) == ("0.0.0.0", 10, "point-to-point", True)
    assert found["lo0.0"].passive is True
    assert (found["ge-0/0/1.0"].priority, found["ge-0/0/1.0"].dead_s) == (0, 12)
    areas = {one.area: one for one in ospf.areas}
    assert (areas["0.0.0.1"].kind, areas["0.0.0.1"].default_cost) == ("totally_stub", 5)
    assert areas["0.0.0.1"].virtual_links == ("192.0.2.9",)
    assert (areas["0.0.0.2"].kind, areas["0.0.0.2"].announces_default, areas["0.0.0.2"].default_cost) == (
        "nssa", True, 7,
    )  # fmt: skip
    assert [(one.prefix, one.area, one.announced) for one in ospf.summaries] == [
        ("10.1.0.0/16", "0.0.0.1", False),
        ("10.2.0.0/16", "0.0.0.2 external", True),
    ]


def test_isis_and_rip(device):
    isis = process(device, "isis")
    assert (isis.level, isis.net) == ("2", ("49.0001.1920.0000.2001.00",))
    (port,) = isis.interfaces
    assert (port.cost, port.network_type, port.authenticated) == (30, "point-to-point", True)
    rip = process(device, "rip")
    assert [one.interface for one in rip.interfaces] == ["ge-0/0/3.0"]
    assert rip.redistributions[0].chain == ("STATIC",)


def test_terms_of_a_policy(device):
    first, last = terms(device, "STATIC")
    assert first.outcome == "permit"
    assert shown(first) == (
        [("protocol", ("static", "connected")), ("prefix", ("10.0.0.0/8 8-24",))],
        [("metric", ("+5",))],
    )
    assert (last.name, last.outcome, last.conditions) == ("", "deny", ())


def test_the_actions_of_a_route_filter_take_the_place_of_the_terms(device):
    martians, wide, narrow, tags, rest = terms(device, "FROM-PROVIDER")
    assert shown(martians)[0] == [("as_path", ("LOOP",)), ("prefix_list", ("OURS",))]
    assert wide.outcome == "deny"
    assert "10.0.0.0/8 8-15" in wide.conditions[0].values
    assert (narrow.outcome, shown(narrow)) == (
        "permit",
        ([("prefix", ("10.1.0.0/16",))], [("local_preference", ("50",))]),
    )
    assert tags.outcome == "next_term"
    assert shown(tags) == (
        [("community", ("BAD", "WORSE")), ("to_instance", ("RED",))],
        [("community_add", ("64500:1",)), ("extended_community_add", ("target:64500:2",))],
    )
    assert [one.kind for one in rest.changes] == ["as_path_prepend", "next_hop_self", "default_outcome"]
    assert (rest.outcome, rest.exact) == ("", True)


def test_lists(device):
    plane = device.routing
    assert [str(one.prefixes) for one in plane.prefix_lists[0].entries] == ["10.0.0.0/8", "192.0.2.0/24"]
    found = {one.name: one for one in plane.text_lists}
    assert (found["BAD"].inverted, found["BAD"].entries[0].values) == (True, ("64500:666",))
    assert found["WORSE"].entries[0].expression == "64500:6.*"
    assert found["LOOP"].entries[0].expression == ".* 64500 .*"
    assert (found["MANY"].kind, len(found["MANY"].entries)) == ("as_path_group", 2)
    (condition,) = plane.conditions
    assert (condition.name, condition.prefix, condition.table, condition.exact) == ("UP", "0.0.0.0/0", "inet.0", True)


def test_tables_and_instances(device):
    plane = device.routing
    assert [(one.prefix, one.discards, one.policies) for one in plane.aggregates] == [
        ("10.0.0.0/8", True, ("CONTRIB",)),
        ("0.0.0.0/0", False, ("CONTRIB",)),
    ]
    (group,) = plane.table_groups
    assert (group.tables, group.policies) == (("inet.0", "RED.inet.0"), ("LEAK",))
    targets = {one.vrf: one for one in plane.vrf_targets}
    assert targets["default"].import_policies == ("LEAK",)
    red = targets["RED"]
    assert (red.kind, red.route_distinguisher, red.imports, red.exports) == (
        "vrf", "64500:1", ("64500:10",), ("64500:10",),
    )  # fmt: skip
    assert (targets["SCRUB"].imports, targets["SCRUB"].exports) == (("1:1",), ("2:2",))
    settings = {one.name: one.value for one in plane.settings}
    assert settings["forwarding-table"] == "export BALANCE"
    assert settings["interface-routes"] == "rib-group inet SHARED"
    assert settings["autonomous-system"] == "loops 2"


def test_filter_based_forwarding(device):
    (route,) = device.routing.policy_routes
    assert (route.policy, route.interface) == ("filter STEER", "ge-0/0/0.0")
    web, _ = terms(device, "filter STEER")
    assert shown(web) == ([("rule", ("STEER", "web"))], [("vrf", ("SCRUB",))])


def test_undefined_and_unused_names(device):
    undefined = {(one.kind, one.name) for one in device.undefined_references}
    assert ("policy statement", "NONE") in undefined
    assert ("routing instance", "NOWHERE") in undefined
    unused = {(one.kind, one.name) for one in device.unused_objects}
    assert ("policy statement", "IDLE") in unused
    assert ("as path group", "MANY") in unused
    assert not {("policy statement", name) for name in ("A", "B", "LEAK", "CONTRIB", "BALANCE")} & unused


@pytest.mark.parametrize(
    "line",
    [
        "set protocols bgp group G unheard-of 5",
        "set protocols bgp group G neighbor 10.0.0.2 family inet6 strange",
        "set protocols ospf area 0 interface ge-0/0/0.0 unheard-of",
        "set protocols isis level 2 unheard-of",
        "set protocols ospf reference-bandwidth unheard-of",
        "set protocols ospf area 0 area-range unheard-of",
        "set protocols ospf area 0 virtual-link neighbor-id 10.0.0.9 unheard-of",
        "set protocols bgp group G dynamic-neighbor D unheard-of",
        "set policy-options policy-statement P term T from unheard-of 1",
        "set policy-options policy-statement P term T then unheard-of",
        "set policy-options policy-statement P term T from route-filter 10.0.0.0/8 address-mask 255.0.255.0",
        "set routing-options unheard-of",
    ],
)
def test_what_is_not_known_is_said(line):
    text = f"""set system host-name r1
set protocols bgp group G neighbor 10.0.0.1 peer-as 1
set protocols ospf area 0 interface ge-0/0/1.0
set protocols isis interface ge-0/0/1.0
set policy-options policy-statement P term T then accept
{line}"""
    parsed = read(text)
    assert [note.where.line for note in parsed.coverage.notes] == [6]
    device = parsed.devices[0]
    word = line.split()[2]
    if line.startswith("set protocols"):
        assert {one.protocol: one.exact for one in device.routing_processes}[word] is False
        assert sum(not one.exact for one in device.routing_processes) == 1
    elif word == "policy-statement":
        assert terms(device, "P")[-1].exact is False


def test_set_and_braces_say_the_same():
    braces = "protocols { bgp { group G { type external; peer-as 5; neighbor 10.0.0.1 { export [ A B ]; } } } }"
    flat = """set protocols bgp group G type external
set protocols bgp group G peer-as 5
set protocols bgp group G neighbor 10.0.0.1 export A
set protocols bgp group G neighbor 10.0.0.1 export B"""

    def peers(text):
        return [
            (one.name, one.remote_as, one.options, [family.export_policies for family in one.families])
            for one in device_of(text).routing_processes[0].neighbors
        ]

    assert peers(braces) == peers(flat)


def test_logical_systems_have_policies_of_their_own():
    device = device_of(
        "logical-systems { L1 { policy-options { policy-statement P { then accept; } } protocols { ospf { area 0 "
        "{ interface ge-0/0/0.0; } export P; } } } } policy-options { policy-statement P { then reject; } }"
    )
    assert [(one.virtual_system, one.terms[0].outcome) for one in device.routing.policies] == [
        ("", "deny"),
        ("L1", "permit"),
    ]
    assert [one.virtual_system for one in device.routing_processes] == ["L1"]


def test_a_group_applied_to_a_protocol_counts():
    device = device_of(
        "groups { QUICK { protocols { ospf { area <*> { interface <*> { metric 7; } } } } } } apply-groups QUICK; "
        "protocols { ospf { area 0 { interface ge-0/0/0.0; } } }"
    )
    assert device.routing_processes[0].interfaces[0].cost == 7


def test_a_process_that_is_disabled_does_not_run():
    assert device_of("protocols { ospf { disable; area 0 { interface ge-0/0/0.0; } } }").routing_processes == ()


def test_lists_and_filters_in_one_term_are_not_decided():
    parsed = read(
        "policy-options { prefix-list L { 10.0.0.0/8; } policy-statement P { term T { from { prefix-list L; "
        "route-filter 10.1.0.0/16 exact; } then accept; } } }"
    )
    assert parsed.devices[0].routing.policies[0].terms[0].exact is False
    assert parsed.coverage.notes


# As measured on a device: lab-validation, junos_then_action_conflicts (Junos 25.4), sections 1 to 5.
@pytest.mark.parametrize(
    ("actions", "outcome", "changes"),
    [
        ("accept reject", "deny", []),
        ("reject accept", "permit", []),
        ("next-term accept", "next_term", []),
        ("accept next-term", "next_term", []),
        ("next-term next-policy", "next_policy", []),
        ("next-policy next-term", "next_term", []),
        ("accept default-action-reject", "permit", []),
        ("default-action-accept reject", "deny", []),
        ("default-action-reject", "", [("default_outcome", ("deny",))]),
        ("origin-igp origin-egp", "", [("origin", ("egp",))]),
        ("local-preference-200 local-preference-add-50", "", [("local_preference", ("+50",))]),
        ("metric-add-50 metric-200", "", [("metric", ("200",))]),
        ("as-path-prepend-65001 as-path-prepend-65002", "", [("as_path_prepend", ("65002",))]),
        (
            "community-delete-X community-add-X",
            "",
            [("community_delete", ("X",)), ("community_add", ("65000:1",))],
        ),
        (
            "community-add-X community-delete-X community-add-Y",
            "",
            [("community_add", ("65000:1",)), ("community_delete", ("X",)), ("community_add", ("65000:2",))],
        ),
    ],
)
def test_actions_that_conflict(actions, outcome, changes):
    compound = ("as-path-prepend", "local-preference", "default-action")
    lines = ["set policy-options community X members 65000:1", "set policy-options community Y members 65000:2"]
    for action in actions.split():
        head = next((one for one in compound if action.startswith(one)), "")
        words = [head, *action[len(head) :].split("-")] if head else action.split("-")
        lines.append("set policy-options policy-statement P term T then " + " ".join(word for word in words if word))
    (term,) = terms(device_of("\n".join(lines)), "P")
    assert (term.outcome, [(one.kind, one.values) for one in term.changes]) == (outcome, changes)
    assert term.exact
