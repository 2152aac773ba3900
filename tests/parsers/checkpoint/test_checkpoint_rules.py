"""Access rules decide as the Security Management Administration Guide (R81) says, chapter by chapter."""

from __future__ import annotations

from datetime import date

import pytest

from tests.parsers.checkpoint.reading import (
    PREDEFINED,
    access,
    devices,
    fate,
    gateway,
    group,
    host,
    layer,
    named,
    network,
    package,
    policy,
    port,
    rule,
    tcp,
)

OBJECTS = [
    network("lan", "10.1.0.0", 16),
    network("dmz", "192.0.2.0", 24),
    host("web", "192.0.2.10"),
    host("printer", "10.1.0.9"),
    tcp("https", "443"),
    tcp("high", ">1023"),
]


def test_the_first_rule_that_matches_decides():
    rules = policy(OBJECTS, [rule(1, "Drop", source="printer"), rule(2, source="lan", destination="web")]).rulebases[0]
    assert fate(rules, "10.1.0.9", "192.0.2.10") == ("deny", "1")
    assert fate(rules, "10.1.0.8", "192.0.2.10") == ("permit", "2")
    assert fate(rules, "10.1.0.8", "192.0.2.11") == ("deny", None)


@pytest.mark.parametrize(("cleanup", "verdict"), [("drop", "deny"), ("accept", "permit"), (None, "unknown")])
def test_the_implicit_cleanup_action_of_a_layer_decides_over_the_rest(cleanup: str | None, verdict: str):
    """Where the export does not say it, nothing is guessed."""
    rules = policy(OBJECTS, [rule(1, source="lan")], cleanup=cleanup).rulebases[0]
    assert fate(rules, "198.51.100.1", "192.0.2.10")[0] == verdict


def test_a_disabled_rule_and_a_section_decide_nothing():
    section = {
        "uid": "s",
        "type": "access-section",
        "name": "Web",
        "rulebase": [rule(2, source="lan")],
        "from": 2,
        "to": 2,
    }
    rules = policy(OBJECTS, [rule(1, "Drop", enabled=False), section]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.10") == ("permit", "2")
    assert [one.enabled for one in rules.rules] == [False, True]


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ({"source": "lan", "source_negate": True}, "198.51.100.1", "10.1.0.1"),
        ({"destination": "web", "destination_negate": True}, "10.1.0.1", None),
        ({"service": "https", "service_negate": True}, None, "10.1.0.1"),
    ],
)
def test_a_negated_cell_is_met_by_everything_else(cell: dict, inside: str | None, outside: str | None):
    rules = policy(OBJECTS, [rule(1, **cell)]).rulebases[0]
    if "destination" in cell:
        assert fate(rules, "10.1.0.1", "192.0.2.11")[0] == "permit"
        assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "deny"
    elif "service" in cell:
        assert fate(rules, "10.1.0.1", "192.0.2.10", 443)[0] == "deny"
        assert fate(rules, "10.1.0.1", "192.0.2.10", 80)[0] == "permit"
    else:
        assert fate(rules, inside, "192.0.2.10")[0] == "permit"
        assert fate(rules, outside, "192.0.2.10")[0] == "deny"


def test_the_columns_that_no_header_tells_only_widen_the_upper_bound():
    objects = [
        *OBJECTS,
        named("vpn-community-meshed", "Site"),
        named("access-role", "Staff", networks="any"),
        named("application-site", "Chat"),
        named("data-type", "Cards"),
        named("dns-domain", ".example.com"),
        named("updatable-object", "Cloud"),
        named("dynamic-object", "Branch"),
        named("service-dce-rpc", "Mapi"),
        named("service-other", "Odd", ip_protocol=17, match="odd_match"),
    ]
    columns = {
        "vpn": ("Site", "vpn community"),
        "source": ("Staff", "access role"),
        "service": ("Chat", "application"),
        "content": ("Cards", "content"),
        "destination": (".example.com", "fqdn"),
    }
    for column, (name, reason) in columns.items():
        rules = policy(objects, [rule(1, **{column: name})]).rulebases[0]
        assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown", column
        assert rules.rules[0].match.reasons == (reason,)
    for column, name in (("destination", "Cloud"), ("source", "Branch"), ("service", "Mapi")):
        rules = policy(objects, [rule(1, **{column: name})]).rulebases[0]
        assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown", name
    rules = policy(objects, [rule(1, service="Odd")]).rulebases[0]
    assert (fate(rules, "10.1.0.1", "192.0.2.10", 5, 17)[0], fate(rules, "10.1.0.1", "192.0.2.10")[0]) == (
        "unknown",
        "deny",
    )


def test_a_rule_that_asks_the_user_may_permit_and_may_drop():
    """ "Ask" and "Inform" let a connection pass after an answer; the later rules are never asked."""
    rules = policy(OBJECTS, [rule(1, "Ask", source="lan"), rule(2)]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown"
    assert fate(rules, "198.51.100.1", "192.0.2.10") == ("permit", "2")


def test_what_a_rule_names_and_the_export_lacks_is_undefined_and_widens_the_rule():
    device = policy(OBJECTS, [rule(1, source="gone")])
    assert fate(device.rulebases[0], "10.1.0.1", "192.0.2.10")[0] == "unknown"
    assert [(one.kind, one.name) for one in device.undefined_references] == [("object", "uid-gone")]


@pytest.mark.parametrize("column", ["source", "destination", "service"])
def test_a_cell_that_is_empty_or_absent_widens_the_rule(column: str):
    """A column that the export left out must not make a drop match nothing."""
    for broken in (rule(1, "Drop") | {column: []}, {key: one for key, one in rule(1, "Drop").items() if key != column}):
        rules = policy(OBJECTS, [broken, rule(2)]).rulebases[0]
        assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown"


def test_a_rule_counts_on_the_gateways_of_its_install_on_column():
    rules = [
        rule(1, source="lan", install_on="fw-a"),
        rule(2, source="printer", install_on="both"),
        rule(3, "Drop"),
    ]
    found = devices(
        {"objects": [*PREDEFINED, *OBJECTS, group("both", "fw-a", "fw-b")]},
        access("Network", rules),
        package("Standard", layer("Network")),
        {"objects": [gateway("fw-a", "Standard"), gateway("fw-b", "Standard"), gateway("fw-c", "Other")]},
    )
    assert fate(found["fw-a"].rulebases[0], "10.1.0.1", "192.0.2.10") == ("permit", "1")
    assert fate(found["fw-b"].rulebases[0], "10.1.0.1", "192.0.2.10") == ("deny", "3")
    assert fate(found["fw-b"].rulebases[0], "10.1.0.9", "192.0.2.10") == ("permit", "2")
    # Its policy is not in the export: nothing is known of what it permits.
    assert fate(found["fw-c"].rulebases[0], "10.1.0.1", "192.0.2.10")[0] == "unknown"


def test_hours_and_an_end_make_a_schedule_and_daily_without_them_does_not():
    end = {"iso-8601": "2026-12-31T23:59:00", "date": "31-Dec-2026"}
    daily = {"pattern": "Daily", "month": "Any"}
    objects = [
        *OBJECTS,
        named("time", "Project", start_now=True, end_never=False, end=end, recurrence=daily),
        named("time", "Always", start_now=True, end_never=True, recurrence=daily),
        named(
            "time", "Night", start_now=True, end_never=True, recurrence={"pattern": "Daily"},
            hours_ranges=[{"from": "20:00", "to": "23:59", "enabled": True, "index": 1}],
        ),
    ]  # fmt: skip
    rules = policy(objects, [rule(1, time="Project"), rule(2, time="Always"), rule(3, time="Night")]).rulebases[0]
    first, second, third = rules.rules
    assert (first.schedule, first.expires, first.match.reasons) == ("Project", date(2026, 12, 31), ("schedule",))
    assert second.match.is_exact
    assert (third.match.reasons, third.expires) == (("schedule",), None)


def test_what_a_rule_says_of_itself_is_kept():
    one = rule(
        1, name="Web in", comments="CHG-1", track={"type": "uid-Log"}, hits={"value": 12}, source="lan",
        custom_fields={"field-1": "Lin", "field-2": "", "field-3": "2026-12"},
    )  # fmt: skip
    found = policy(OBJECTS, [one]).rulebases[0].rules[0]
    assert (found.name, found.uid, found.hit_count, found.logged) == ("1", one["uid"], 12, True)
    assert found.description == "Web in; CHG-1; field-1: Lin; field-3: 2026-12"
    assert (found.sources, found.destinations) == (("lan",), ("Any",))
    assert policy(OBJECTS, [rule(1)]).rulebases[0].rules[0].logged is False


ZONED = [
    port("eth0", "10.1.0.1", security_zone=True, security_zone_settings={"specific-zone": "Inside"}),
    port("eth1", "192.0.2.1", security_zone=True, security_zone_settings={"auto-calculated-zone": "ExternalZone"}),
    port("eth2", "203.0.113.1", security_zone=False),
]


def test_a_security_zone_is_met_at_its_interfaces_and_an_address_beside_it_everywhere():
    found = devices(
        {"objects": [*PREDEFINED, *OBJECTS, named("security-zone", "Inside")]},
        access("Network", [rule(1, source=["Inside", "web"], destination="printer")]),
        package("Standard", layer("Network")),
        {"objects": [gateway("fw", "Standard", ZONED)]},
    )["fw"]
    rules = found.rulebases[0]
    assert fate(rules, "198.51.100.1", "10.1.0.9", from_zone="Inside", to_zone="eth2")[0] == "permit"
    assert fate(rules, "198.51.100.1", "10.1.0.9", from_zone="eth2", to_zone="Inside")[0] == "deny"
    assert fate(rules, "192.0.2.10", "10.1.0.9", from_zone="eth2", to_zone="Inside")[0] == "permit"
    assert [(one.name, one.interfaces) for one in found.security_zones] == [
        ("Inside", ("eth0",)),
        ("ExternalZone", ("eth1",)),
    ]


def test_a_zone_rule_is_not_decided_where_no_interface_says_its_zone():
    rules = policy([*OBJECTS, named("security-zone", "Inside")], [rule(1, source="Inside")]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.10")[0] == "unknown"
