"""What each list is used for, and the names that are used without a definition or defined without a use."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, Purpose

from .conftest import Reader


@pytest.fixture(scope="module")
def device(fixture_file: Reader) -> Device:
    return fixture_file("purposes.cfg").devices[0]


def test_each_list_has_the_purpose_of_its_use(device: Device) -> None:
    assert {one.rulebase: one.purpose for one in device.bindings if one.defined} == {
        "FILTER-IN": Purpose.FILTER,
        "QOS-LIST": Purpose.QOS,
        "VPN-LIST": Purpose.CRYPTO,
        "SPLIT-LIST": Purpose.SPLIT_TUNNEL,
        "MAP-LIST": Purpose.ROUTING,
        "ROUTES-LIST": Purpose.ROUTING,
        "MANAGERS": Purpose.MANAGEMENT,
        "CAPTURED": Purpose.CAPTURE,
    }


def test_a_filter_is_bound_at_an_interface_in_a_direction(device: Device) -> None:
    (bound,) = device.filters("GigabitEthernet0/0", Direction.IN)
    assert (bound.rulebase, bound.defined, bound.where.line) == ("FILTER-IN", True, 22)
    (missing,) = device.filters("GigabitEthernet0/0", Direction.OUT)
    assert (missing.rulebase, missing.defined, missing.where.line) == ("NOT-DEFINED", False, 23)


def test_undefined_names(device: Device) -> None:
    assert {(one.kind, one.name, one.where.line) for one in device.undefined_references} == {
        ("access list", "150", 6),
        ("access list", "NOT-DEFINED", 23),
        ("class map", "UNKNOWN-CLASS", 10),
        ("route map", "NO-SUCH-MAP", 30),
        ("prefix list", "NO-SUCH-PREFIXES", 33),
    }


def test_unused_names(device: Device) -> None:
    assert {(one.kind, one.name) for one in device.unused_objects} == {
        ("access list", "NOBODY-USES"),
        ("class map", "EMPTY-CLASS"),
    }
