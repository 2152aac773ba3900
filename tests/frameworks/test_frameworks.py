"""The shipped regulation packs, and which clauses apply to which firm."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.frameworks.applicability import CONDITIONS, FirmFacts, applies_to
from netaudit.frameworks.controls import Control
from netaudit.frameworks.load import control, controls_of_check, load_frameworks

CONTROLS = [one for framework in load_frameworks() for one in framework.controls]


def named(control_id: str) -> Control:
    found = control(control_id)
    assert found is not None
    return found


def test_every_clause_of_the_norms_is_there_once() -> None:
    ids = [one.id for one in CONTROLS]
    assert len(ids) == len(set(ids)) == 58
    assert {framework.id: len(framework.controls) for framework in load_frameworks()} == {
        "tw-futures": 50,
        "tw-broker-tiers": 4,
        "tw-securities": 4,
    }
    grades = [one.grade for one in CONTROLS]
    assert {grade: grades.count(grade) for grade in "ABC"} == {"A": 6, "B": 38, "C": 14}


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_a_control_can_be_reported(one: Control) -> None:
    assert set(one.title) == {"en", "zh-TW"}
    assert all(one.title.values()) and one.article and one.checks
    assert one.applies in CONDITIONS
    assert all(re.fullmatch(r"R\d\d", register) for register in one.registers + one.optional_registers)
    assert all(re.fullmatch(r"[A-Z]+-\d{3}", check) for check in one.checks)
    assert set(one.advisory_checks) <= set(one.checks)
    framework = next(framework for framework in load_frameworks() if framework.id == one.framework)
    assert set(framework.documents[one.document]) == {"en", "zh-TW"}


def test_titles_are_unique_and_short() -> None:
    for language, longest in (("en", 70), ("zh-TW", 25)):
        titles = [one.title[language] for one in CONTROLS]
        assert len(set(titles)) == len(titles)
        assert max(map(len, titles)) <= longest


def test_a_check_knows_its_clauses() -> None:
    assert controls_of_check("LINE-002") == ("FNS-5-1-3",)
    assert controls_of_check("SEG-010") == ("FNS-3-2-2a", "SFB-3-2-4a")
    assert controls_of_check("NONE-000") == ()


def test_a_clause_that_only_recommends_is_marked() -> None:
    assert [one.id for one in CONTROLS if one.advisory] == ["FCL-8-7"]
    assert named("FCL-8-3").advisory_checks == ("CLD-031", "CLD-032")


DEMO = FirmFacts(firm_type="fcm", firm_class="1", online_order=True, website=True, cloud_use="general")


@pytest.mark.parametrize(
    ("control_id", "firm", "applies"),
    [
        ("FNS-4-2-2", DEMO, True),
        ("FNS-4-2-2", FirmFacts(), True),  # a futures pack is taken to be asked for
        ("FNS-4-2-2", FirmFacts(firm_type="securities"), False),
        ("FNS-4-2-2", FirmFacts(firm_type="securities,ib"), True),
        ("FNS-6-3-4", DEMO, True),
        ("FNS-6-3-4", FirmFacts(firm_type="fcm", firm_class="2"), False),
        ("FNS-6-3-4", FirmFacts(firm_type="fcm"), None),
        ("FNS-6-3-4", FirmFacts(firm_type="ib"), False),
        ("FNS-6-1", FirmFacts(online_order=False, website=True), True),
        ("FNS-6-1", FirmFacts(online_order=False, website=False), False),
        ("FNS-6-1", FirmFacts(online_order=False), None),
        ("FCL-8-0", DEMO, True),
        ("FCL-8-0", FirmFacts(cloud_use="none"), False),
        ("FCL-8-0", FirmFacts(), None),
        ("FCL-8-7", DEMO, False),
        ("FCL-8-7", FirmFacts(cloud_use="material"), True),
        ("FNS-5-1-3", DEMO, None),
        ("FNS-5-1-3", FirmFacts(has_third_party_lines=True), True),
        ("FNS-3-3-3", FirmFacts(has_internal_wlan=False, has_guest_wlan=True), True),
        ("R106-FW", DEMO, False),
        ("R106-FW", FirmFacts(), None),
        ("R106-FW", FirmFacts(firm_type="securities", tier="3"), True),
        ("R106-HC", FirmFacts(firm_type="securities", tier="3"), False),
        ("R106-WAF", FirmFacts(firm_type="securities", tier="4", online_order=False), False),
        ("SFB-3-2-4a", FirmFacts(firm_type="fcm, securities"), True),
    ],
)
def test_which_clause_applies(control_id: str, firm: FirmFacts, applies: bool | None) -> None:
    assert applies_to(named(control_id), firm) is applies


KNOWN = {
    "firm_type": st.sampled_from(["fcm", "ib", "ltm", "securities", "fcm,securities"]),
    "firm_class": st.sampled_from(["1", "2"]),
    "tier": st.sampled_from(["1", "2", "3", "4"]),
    "cloud_use": st.sampled_from(["none", "general", "material"]),
}


@given(st.fixed_dictionaries({one.name: KNOWN.get(one.name, st.booleans()) for one in fields(FirmFacts)}))
def test_a_firm_that_states_everything_gets_an_answer_for_every_clause(facts) -> None:
    assert all(applies_to(one, FirmFacts(**facts)) is not None for one in CONTROLS)


@given(
    st.fixed_dictionaries({one.name: KNOWN.get(one.name, st.booleans()) for one in fields(FirmFacts)}),
    st.sets(st.sampled_from([one.name for one in fields(FirmFacts) if one.name != "firm_type"])),
)
def test_a_fact_that_is_not_known_never_turns_an_answer_round(facts, hidden) -> None:
    known = {name: value for name, value in facts.items() if name not in hidden}
    for one in CONTROLS:
        answer = applies_to(one, FirmFacts(**known))
        assert answer is None or answer == applies_to(one, FirmFacts(**facts))
