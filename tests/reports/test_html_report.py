"""What the page shows, with and without scripts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from netaudit.reports import LANGUAGES, WRITERS

from .sample import large, sample


def page(language: str = "en", **changes: object) -> str:
    """Return the page of the sample, with fields of the result replaced."""
    result = replace(sample(), **changes)  # type: ignore[arg-type]
    return WRITERS["html"](result, language)[f"report.{language}.html"].decode("utf-8")


def section(text: str, name: str) -> str:
    """Return one section of the page."""
    return text[text.index(f'<section id="{name}"') :].split('<section id="')[1]


def words(text: str) -> str:
    """Return the text without tags, blanks joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_there_and_in_the_navigation(language: str) -> None:
    text = page(language)
    names = ["summary", "matrix", "findings", "controls", "lines", "devices", "topology", "coverage", "inputs"]
    for name in names:
        assert text.count(f'<section id="{name}"') == 1
        assert f'href="#{name}"' in text
    assert f'<html lang="{language}">' in text


def test_every_link_within_the_page_has_its_target() -> None:
    text = page().split("<script>")[1]
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) - set(ids) == set()


def test_the_summary_counts_what_failed_without_waived_and_undecided() -> None:
    text = words(section(page(), "summary"))
    assert "2 Critical 3 High 1 Medium 0 Low 0 Info 1 Undecided" in text
    assert "Waived and not counted: 1." in text
    assert "where nothing is reported, nothing is proven" in text


def test_the_summary_names_breached_zones_open_lines_old_devices_and_what_is_missing() -> None:
    text = words(section(page(), "summary"))
    assert "Test → production UAT→PROD-DB ✕ Beyond what is stated" in text
    assert "Production → test ✓ Separated" in text
    assert "Internet → DMZ ✓ Only as stated" in text
    assert "BANK-A 甲銀行 ✕ not agreed but open: 2" in text
    assert "core-sw-1 (software) , fw-line-1 (hardware and software)" in text
    assert "Expected devices without an export: rtr-twse" in text


def test_without_a_matrix_or_line_register_nothing_is_called_separated_or_clean() -> None:
    bare = replace(sample().policy, given=frozenset())
    text = words(section(page(policy=bare), "summary"))
    assert "✓" not in text
    assert "whether the open ports are agreed cannot be told" in text


def test_a_cell_leads_to_the_rule_with_file_line_text_and_packet() -> None:
    text = section(page(), "matrix")
    anchor = re.search(r'href="#(cell-\d+-\d+)" aria-label="UAT → PROD-DB: Excess"', text)
    assert anchor
    detail = words(page().split(f'id="{anchor[1]}"')[1].split("</section>")[0])
    assert "tcp/1521" in detail
    assert "fw-ext · firewall policy · 22" in detail
    assert "fw-ext/fw-ext.conf:412 edit 22" in detail
    assert "TCP from 10.10.30.0 port 49152 to 10.10.23.0 port 1521 (oracle)" in detail


def test_a_rule_of_several_lines_is_shown_as_written_and_not_by_its_first_line() -> None:
    base = sample()
    cells = []
    for cell in base.matrix:
        excess = tuple(
            (
                packets,
                tuple(
                    (device, rulebase, rule and replace(rule, where=replace(rule.where, end_line=rule.where.line + 9)))
                    for device, rulebase, rule in rules
                ),
            )
            for packets, rules in cell.excess
        )
        cells.append(replace(cell, excess=excess))
    text = words(section(page(matrix=tuple(cells)), "matrix"))
    assert "fw-ext/fw-ext.conf:412-421 uat: any → prod-db: any : tcp # REQ-2023-0417" in text


def test_the_states_of_cells_have_words_and_not_only_colours() -> None:
    text = words(section(page(), "matrix"))
    for word in ("Excess", "Stated", "Missing", "Unsure", "Closed"):
        assert word in text


def test_a_finding_shows_place_text_packet_remediation_and_clauses() -> None:
    text = words(section(page("zh-TW"), "findings"))
    assert "SEG-011 測試區 UAT 可連到營運資料庫 PROD-DB 的 tcp/1521" in text
    assert "fw-ext/fw-ext.conf:418 set dstaddr prod-db-net" in text
    assert "TCP：10.10.30.0 埠 49152 → 10.10.23.0 埠 1521 (oracle)" in text
    assert "第三條第二款第(二)目(前段)" in text
    assert "W-2026-003 (2027-03-31)" in text


def test_findings_can_be_filtered_by_severity_device_check_control_and_verdict() -> None:
    text = page()
    for name in ("severity", "device", "check", "control", "verdict", "text"):
        assert f'id="filter-{name}"' in text
    row = re.search(r'<article class="finding" [^>]*data-c="SEG-011"[^>]*>', text)
    assert row and 'data-s="critical"' in row[0] and 'data-k="FNS-3-2-2a FNS-3-2-4"' in row[0]


def test_coverage_lists_lines_that_were_not_understood_with_what_they_affect() -> None:
    text = words(section(page(), "coverage"))
    assert "950 unsupported filtering set internet-service-name Google-DNS" in text
    assert "1022 not recognised other set new-keyword enable" in text
    assert "the platform is not recognised" in text


def test_inputs_carry_their_hashes() -> None:
    text = words(section(page(), "inputs"))
    assert "core-sw-1.cfg Understood " + "a" * 64 in text
    assert "line_agreements.csv Register " + "2" * 64 in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_result_gives_a_page_that_says_so(language: str) -> None:
    base = sample()
    empty = replace(
        base,
        firm="",
        devices=(),
        coverage=(),
        policy=type(base.policy)(),
        findings=(),
        checks=(),
        controls=(),
        matrix=(),
        zones=(),
        inventory=(),
        missing_devices=(),
        diagram_nodes=(),
        diagram_edges=(),
        problems=(),
        limitations=(),
        control_texts={},
    )
    for write in WRITERS.values():
        assert write(empty, language)


def test_five_thousand_findings_stay_small() -> None:
    data = WRITERS["html"](large(5000), "zh-TW")["report.zh-TW.html"]
    assert len(data) < 8_000_000
    assert b"content-visibility: auto" in data
