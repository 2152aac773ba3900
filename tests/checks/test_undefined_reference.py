"""A name that is missing is shown, unless it may be a secret in the wrong place."""

from __future__ import annotations

from netaudit.checks.rules import undefined_reference
from netaudit.model.device import Device, Reference
from netaudit.model.rules import Binding, Purpose
from netaudit.model.source import SourceRef

from .harness import context_of, failures

HERE = SourceRef("r.cfg", 1, "hostname r")


def device(*references: Reference, bindings: tuple[Binding, ...] = ()) -> Device:
    return Device("r", "cisco_ios", "Cisco", HERE, undefined_references=references, bindings=bindings)


def test_a_name_that_its_masked_line_does_not_show_stays_masked() -> None:
    place = SourceRef("r.cfg", 9, "snmp-server community 0 <masked> <masked> 1")
    secret = device(Reference("access list", "hunter2", place))
    found = failures(undefined_reference.CHECK, context_of((secret,)))
    assert [one.subject for one in found] == ["<masked>"]
    bound = device(bindings=(Binding("hunter2", Purpose.MANAGEMENT, place, defined=False),))
    found = failures(undefined_reference.CHECK, context_of((bound,)))
    assert "hunter2" not in repr([(one.subject, one.facts) for one in found])


def test_routing_names_and_interfaces_are_not_meant() -> None:
    kinds = ("interface", "route map", "prefix list", "community list", "AS-path list", "security zone", "time range")
    one = device(*(Reference(kind, "X", SourceRef("r.cfg", 5, "X")) for kind in kinds))
    assert failures(undefined_reference.CHECK, context_of((one,))) == []


def test_a_name_used_in_several_places_is_one_finding_with_all_of_them() -> None:
    places = [SourceRef("r.cfg", line, "nat source NET") for line in (5, 6)]
    one = device(*(Reference("address object", "NET", place) for place in places))
    found = failures(undefined_reference.CHECK, context_of((one,)))
    assert [(one.subject, [place.line for place in one.where]) for one in found] == [("NET", [5, 6])]
