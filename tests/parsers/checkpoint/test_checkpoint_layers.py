"""Ordered layers, inline layers and pages.

Sources: Security Management Administration Guide (R81), "Ordered Layers and Inline Layers": a connection has to be
accepted by every ordered layer; a rule with an inline layer hands the decision over and nothing comes back.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from netaudit.audit import read_snapshot, rule_relations
from netaudit.checks.rules.missing_final_deny import examine
from netaudit.checks.scored_rules import scored_rules
from netaudit.cli.flows import judge, read_questions
from netaudit.findings import Outcome
from netaudit.model.rules import layers_after
from netaudit.packets.packet import ALL_PACKETS, Flow
from netaudit.topology.decisions import decide_local
from netaudit.topology.filters import by_policy
from tests.parsers.checkpoint.reading import (
    PREDEFINED,
    access,
    devices,
    fate,
    gateway,
    host,
    layer,
    named,
    network,
    package,
    policy,
    port,
    read,
    rule,
    source_of,
    tcp,
)

OBJECTS = [
    network("lan", "10.1.0.0", 16),
    network("dmz", "192.0.2.0", 24),
    host("web", "192.0.2.10"),
    tcp("https", "443"),
    tcp("ssh", "22"),
    named("application-site", "Chat"),
]


def with_inline(inner: list, cleanup: str | None = "drop", **outer: object):
    rules = [rule(1, "Inner Layer", source="lan", inline_layer="Sub", **outer), rule(2)]
    return policy(OBJECTS, rules, access("Sub", inner), {"access-layers": [layer("Sub", cleanup)]}).rulebases[0]


def test_the_rules_of_an_inline_layer_decide_over_what_the_outer_rule_matches():
    rules = with_inline([rule(1, destination="web", service="https"), rule(2, "Drop", destination="dmz")])
    assert fate(rules, "10.1.0.1", "192.0.2.10", 443) == ("permit", "1.1")
    assert fate(rules, "10.1.0.1", "192.0.2.10", 22) == ("deny", "1.2")
    assert fate(rules, "198.51.100.1", "192.0.2.10", 443) == ("permit", "2")


@pytest.mark.parametrize(("cleanup", "verdict"), [("drop", "deny"), ("accept", "permit"), (None, "unknown")])
def test_what_no_inner_rule_matches_gets_the_inner_cleanup_and_never_comes_back(cleanup: str | None, verdict: str):
    rules = with_inline([rule(1, "Drop", service="ssh")], cleanup)
    assert fate(rules, "10.1.0.1", "198.51.100.9", 443)[0] == verdict


def test_an_inline_layer_that_is_not_in_the_export_leaves_its_packets_undecided():
    rules = policy(OBJECTS, [rule(1, "Inner Layer", source="lan", inline_layer="Gone"), rule(2)]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown"
    assert fate(rules, "198.51.100.1", "192.0.2.10") == ("permit", "2")


def test_an_inline_layer_inside_an_inline_layer_and_one_that_applies_itself():
    rules = policy(
        OBJECTS,
        [rule(1, "Inner Layer", source="lan", inline_layer="A")],
        access("A", [rule(1, "Inner Layer", destination="dmz", inline_layer="B")]),
        access("B", [rule(1, service="https"), rule(2, "Inner Layer", inline_layer="A")]),
        {"access-layers": [layer("A", "accept"), layer("B")]},
    ).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.10", 443) == ("permit", "1.1.1")
    assert fate(rules, "10.1.0.1", "192.0.2.10", 22)[0] == "unknown"
    assert fate(rules, "10.1.0.1", "198.51.100.1", 22) == ("permit", "1.cleanup")


def test_a_disabled_outer_rule_takes_its_layer_with_it():
    rules = with_inline([rule(1, "Drop")], enabled=False)
    assert fate(rules, "10.1.0.1", "192.0.2.10") == ("permit", "2")


def ordered(first: list, second: list, cleanup: str = "drop"):
    return devices(
        {"objects": [*PREDEFINED, *OBJECTS]},
        access("Network", first),
        access("Application", second),
        package("Standard", layer("Network"), layer("Application", cleanup)),
        {"objects": [gateway("fw", "Standard", [port("eth0", "10.1.0.1"), port("eth1", "192.0.2.1")])]},
    )["fw"]


def passed(device, source: str, destination: str, service: int):
    """Return the bounds of what passes from eth0 to eth1: (surely, maybe) for one packet."""
    flow = Flow.of(source, destination, 6, source_port=40000, destination_port=service)
    incoming, outgoing = device.interfaces
    parts = by_policy(device, incoming, outgoing, ALL_PACKETS.products[0])
    met = [one for one in parts if one.packets.contains(flow)]
    return any(one.surely for one in met), bool(met)


def test_every_ordered_layer_must_accept():
    device = ordered(
        [rule(1, source="lan"), rule(2, "Drop")],
        [rule(1, "Drop", service="ssh"), rule(2, destination="dmz")],
    )
    assert [(one.name, one.follows) for one in device.rulebases] == [("Network", ""), ("Application", "Network")]
    assert passed(device, "10.1.0.1", "192.0.2.10", 443) == (True, True)
    assert passed(device, "10.1.0.1", "192.0.2.10", 22) == (False, False)
    assert passed(device, "10.1.0.1", "198.51.100.1", 443) == (False, False)
    assert passed(device, "198.51.100.1", "192.0.2.10", 443) == (False, False)


def test_a_doubt_in_one_layer_is_a_doubt_and_a_denial_in_another_is_none():
    device = ordered([rule(1, source="lan")], [rule(1, "Drop", service="Chat"), rule(2, destination="dmz")])
    assert passed(device, "10.1.0.1", "192.0.2.10", 443) == (False, True)
    assert passed(device, "10.1.0.1", "198.51.100.1", 443) == (False, False)


def test_the_rules_of_both_layers_are_named_as_deciding():
    device = ordered([rule(1, source="lan")], [rule(1)])
    incoming, outgoing = device.interfaces
    (part,) = by_policy(device, incoming, outgoing, ALL_PACKETS.products[0])
    assert [(one.rulebase, one.rule.name) for one in part.earlier] == [("Network", "1")]
    assert (part.deciding.rulebase, part.deciding.rule.name) == ("Application", "1")


def test_rules_are_scored_by_what_all_layers_permit():
    """An accept of everything in one layer opens no more than the other layer does."""
    device = ordered(
        [rule(1, source="lan", destination="dmz", service="https"), rule(2, source="web", destination="lan")],
        [rule(1, "Drop", source="dmz"), rule(2)],
        cleanup="accept",
    )
    relations = rule_relations([device])
    found = {(one.rulebase.name, one.rule.name): one for one in scored_rules([device], relations, date(2026, 1, 1))}
    everything = found["Application", "2"]
    network = device.rulebases[0].rules
    assert everything.surely.same_as(network[0].match.surely | network[1].match.surely)
    assert found["Network", "1"].surely.same_as(network[0].match.surely)
    # The second layer drops all that the rule permits: it opens nothing.
    assert found["Network", "2"].unreachable


def test_a_layer_that_accepts_the_rest_is_no_missing_deny_where_another_denies():
    device = ordered([rule(1, source="lan")], [rule(1, "Drop", service="ssh")], cleanup="accept")
    outcomes = {
        one.subject: (one.outcome, one.facts["how"])
        for one in examine(SimpleNamespace(devices=[device], as_of=date(2026, 1, 1)))
    }
    assert outcomes["Application"] == (Outcome.NOT_APPLICABLE, "another_layer_denies")
    assert outcomes["Network"][0] is not Outcome.NOT_APPLICABLE


def test_the_policy_decides_over_packets_to_the_gateway_and_implied_rules_may_permit_more():
    device = ordered([rule(1, source="lan", service="ssh")], [rule(1)])
    incoming = device.interfaces[0]
    flows = {
        number: Flow.of("10.1.0.9", "10.1.0.1", 6, source_port=40000, destination_port=number) for number in (22, 18191)
    }
    verdicts = {number: decide_local(device, incoming, flow, None).verdict for number, flow in flows.items()}
    assert verdicts == {22: "permit", 18191: "unknown"}


def test_flow_asks_all_ordered_layers_unless_one_is_named(tmp_path: Path):
    import json

    folder = tmp_path / "mgmt"
    folder.mkdir()
    contents = [
        {"objects": [*PREDEFINED, *OBJECTS]},
        access("Network", [rule(1, source="lan")]),
        access("Application", [rule(1, "Drop", service="ssh"), rule(2, service="Chat"), rule(3, destination="dmz")]),
        package("Standard", layer("Network"), layer("Application")),
        {"objects": [gateway("fw", "Standard")]},
    ]
    for number, content in enumerate(contents):
        (folder / f"{number}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "device,rulebase,source,destination,protocol,destination_port\n"
        "fw,,10.1.0.1,192.0.2.10,tcp,443\n"
        "fw,,10.1.0.1,192.0.2.10,tcp,22\n"
        "fw,,198.51.100.1,192.0.2.10,tcp,443\n"
        "fw,,10.1.0.1,198.51.100.1,tcp,443\n"
        "fw,Application,198.51.100.1,192.0.2.10,tcp,443\n",
        encoding="utf-8",
    )
    reading = read_snapshot(str(folder))
    answers = judge(reading, list(read_questions(flows)))
    found = [(fate.verdict, rulebase.name, fate.rule.name if fate.rule else None) for _, rulebase, fate, _ in answers]
    assert found == [
        ("permit", "Application", "3"),
        ("deny", "Application", "1"),
        ("deny", "Network", None),
        ("unknown", "Application", None),
        ("permit", "Application", "3"),
    ]


def test_layers_that_follow_each_other_in_a_circle_end():
    device = ordered([rule(1)], [rule(1)])
    from dataclasses import replace

    first, second = device.rulebases
    circle = [replace(first, follows="Application"), second]
    assert [one.name for one in layers_after(circle[0], circle)] == ["Application", "Network"]


# Pages: "from", "to" and "total" of each answer; a section that goes on is repeated.


def page(rules: list, first: int, last: int, total: int) -> dict:
    return {"uid": "layer-Network", "name": "Network", "rulebase": rules, "from": first, "to": last, "total": total}


def section(rules: list, first: int, last: int) -> dict:
    return {"uid": "sec", "name": "Web", "type": "access-section", "from": first, "to": last, "rulebase": rules}


PAGES = [
    page([rule(1, "Drop", service="ssh"), section([rule(2, source="lan", service="https")], 2, 2)], 1, 2, 4),
    page([section([rule(3, "Drop", source="lan")], 3, 3), rule(4)], 3, 4, 4),
]


def rulebase_of(*pages: object):
    found = devices(
        {"objects": [*PREDEFINED, *OBJECTS]},
        package("Standard", layer("Network")),
        {"objects": [gateway("fw", "Standard")]},
        *pages,
    )
    return found["fw"].rulebases[0]


@pytest.mark.parametrize("pages", [PAGES, PAGES[::-1], [PAGES], [PAGES[0], PAGES[0], PAGES[1]]])
def test_pages_over_several_files_in_any_order_or_in_one_make_one_rulebase(pages: list):
    rules = rulebase_of(*pages)
    assert [one.name for one in rules.rules] == ["1", "2", "3", "4"]
    assert fate(rules, "10.1.0.1", "192.0.2.10", 80) == ("deny", "3")
    assert fate(rules, "198.51.100.1", "192.0.2.10", 80) == ("permit", "4")


def test_pages_behind_each_other_in_one_file_are_read():
    import json

    text = "\n".join(json.dumps(one) for one in PAGES)
    assert [one.name for one in rulebase_of(text).rules] == ["1", "2", "3", "4"]


def test_a_page_that_is_missing_leaves_the_rest_undecided():
    rules = rulebase_of(PAGES[0])
    assert fate(rules, "10.1.0.1", "192.0.2.10", 443) == ("permit", "2")
    assert fate(rules, "10.1.0.1", "192.0.2.10", 80)[0] == "unknown"


def test_a_page_that_is_missing_in_the_middle_leaves_all_after_it_undecided():
    """A rule that is not in the export may decide before those that are."""
    rules = rulebase_of(page([rule(1, "Drop", service="ssh")], 1, 1, 4), page([rule(4)], 4, 4, 4))
    assert fate(rules, "10.1.0.1", "192.0.2.10", 22) == ("deny", "1")
    assert fate(rules, "10.1.0.1", "192.0.2.10", 443)[0] == "unknown"


def test_the_place_of_a_domains_own_rules_is_not_decided():
    placeholder = {"uid": "p", "type": "place-holder", "name": "Placeholder for domain rules", "rule-number": 2}
    rules = rulebase_of(access("Network", [rule(1, "Drop", service="ssh"), placeholder, rule(3)]))
    assert fate(rules, "10.1.0.1", "192.0.2.10", 22) == ("deny", "1")
    assert fate(rules, "10.1.0.1", "192.0.2.10", 443)[0] == "unknown"


def test_a_rulebase_without_gateways_and_packages_is_a_device_of_its_own():
    (parsed,) = read({**access("Network", [rule(1)]), "objects-dictionary": PREDEFINED})
    (device,) = parsed.devices
    assert (device.name, [one.name for one in device.rulebases]) == ("mgmt", ["Network"])


def test_a_rule_for_one_gateway_is_not_sure_where_the_gateway_is_not_known():
    objects = [*PREDEFINED, *OBJECTS, named("simple-gateway", "north", interfaces=[])]
    (parsed,) = read(
        {**access("Network", [rule(1, "Drop", install_on="north"), rule(2)]), "objects-dictionary": objects}
    )
    rulebase = next(one for device in parsed.devices for one in device.rulebases if one.name == "Network")
    assert fate(rulebase, "10.1.0.1", "192.0.2.1")[0] == "unknown"


def test_two_servers_with_the_same_predefined_layer_are_kept_apart():
    from netaudit.parsers.checkpoint import parse_together

    files = []
    for name, action in (("north", "Accept"), ("south", "Drop")):
        files += [
            source_of({"objects": [*PREDEFINED, gateway(f"fw-{name}", "Standard")]}, f"{name}/gateways.json"),
            source_of({**access("Network", [rule(1, action)])}, f"{name}/rules.json"),
            source_of(package("Standard", layer("Network")), f"{name}/package.json"),
        ]
    found = {device.name: device for parsed in parse_together(files) for device in parsed.devices}
    assert fate(found["fw-north"].rulebases[0], "10.1.0.1", "192.0.2.1")[0] == "permit"
    assert fate(found["fw-south"].rulebases[0], "10.1.0.1", "192.0.2.1")[0] == "deny"
