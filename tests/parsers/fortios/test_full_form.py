"""`show` and `show full-configuration` of one device: what is written beside the settings changes nothing."""

from __future__ import annotations

import pytest

from netaudit.parsers.fortios import parse
from tests.parsers.fortios.reading import FIXTURES, source_of


@pytest.fixture(scope="module")
def forms():
    """Return what is read from the short and from the full form."""
    return [
        parse(source_of((FIXTURES / name).read_text(encoding="utf-8"), name))
        for name in ("show-form.conf", "full-form.conf")
    ]


def test_every_line_of_both_is_understood_or_ignored_on_purpose(forms):
    assert [[note.where.text for note in one.coverage.notes] for one in forms] == [[], []]


def test_policies_are_the_same(forms):
    short, full = (
        [
            (
                rulebase.name,
                rule.name,
                rule.action,
                rule.match,
                rule.from_zones,
                rule.to_zones,
                rule.enabled,
                rule.logged,
            )
            for rulebase in one.devices[0].rulebases
            for rule in rulebase.rules
        ]
        for one in forms
    )
    assert short == full
    assert [name for base, name, *_ in short if base == "policy"] == ["1", "2", "3", "4", "5"]


def test_translations_routes_and_interfaces_are_the_same(forms):
    short, full = (
        (
            [(rule.name, rule.match, rule.translated_source, rule.translated_destination) for rule in device.nat_rules],
            [(route.prefix, route.next_hop, route.interface, route.distance) for route in device.static_routes],
            [(one.name, one.addresses, one.enabled, one.security_zone, one.source_check) for one in device.interfaces],
            [(one.protocol, one.endpoint, one.sources) for one in device.management.accesses],
            [(one.name, one.addresses, one.exact) for one in device.address_objects],
        )
        for device in (one.devices[0] for one in forms)
    )
    assert short == full
    assert short[1] == [("0.0.0.0/0", "203.0.113.1", "wan1", 10)]


def test_an_empty_text_is_not_set(read):
    """`set fqdn ''` of a service, `set dstaddr ''` of a route."""
    text = (
        "config router static\n edit 1\n set dst 192.0.2.0 255.255.255.0\n set gateway 10.1.0.9\n set device port1\n"
        " set dstaddr ''\n set internet-service-custom ''\n next\nend\n"
    )
    (route,) = read(text).devices[0].static_routes
    assert route.prefix == "192.0.2.0/24"
