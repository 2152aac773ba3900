"""The locale files are complete in both languages, and every key that a report asks for exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netaudit.reports
from netaudit.findings import Severity, Verdict
from netaudit.model.rules import Action, Purpose
from netaudit.model.source import Affects, FileStatus, LineState
from netaudit.policy.registers import Register, ZoneType
from netaudit.reports.summary import SEPARATIONS
from netaudit.reports.words import LANGUAGES, locale_texts, readable, words_of

ROOM = Path(netaudit.reports.__file__).parent


def test_both_languages_have_the_same_keys_and_no_empty_text() -> None:
    first, second = (locale_texts(language) for language in LANGUAGES)
    assert first.keys() == second.keys()
    for texts in (first, second):
        assert [key for key, text in texts.items() if not text.strip()] == []


def test_both_languages_fill_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    first, second = (locale_texts(language) for language in LANGUAGES)
    assert [key for key in first if values(first[key]) != values(second[key])] == []


def test_no_text_of_one_language_was_forgotten_in_the_other() -> None:
    english = locale_texts("en")
    assert [key for key, text in english.items() if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_every_literal_key_of_templates_and_writers_exists() -> None:
    known = locale_texts("en")
    asked = set()
    for path in [*ROOM.glob("templates/*.j2"), *ROOM.glob("*.py")]:
        asked |= set(re.findall(r"""\b(?:t|words)\(\s*["']([\w.-]+)["']\s*[,)]""", path.read_text("utf-8")))
    assert len(asked) > 80
    assert sorted(asked - known.keys()) == []


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("severity", [one.word for one in Severity]),
        ("verdict", [one.value for one in Verdict]),
        ("affects", [one.value for one in Affects]),
        ("status", [one.value for one in FileStatus]),
        ("line_state", [one.value for one in LineState]),
        ("zone_type", [one.value for one in ZoneType]),
        ("register", [one.value for one in Register]),
        ("use", [one.value for one in Purpose]),
        ("action", [one.value for one in Action]),
        ("separation", [one[0] for one in SEPARATIONS]),
    ],
)
def test_every_code_of_the_model_has_words(prefix: str, codes: list[str]) -> None:
    known = locale_texts("en")
    assert [code for code in codes if f"{prefix}.{code}" not in known] == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language"):
        words_of("fr")


def test_reasons_are_translated_with_their_detail_and_unknown_codes_are_shown_as_they_are() -> None:
    words = words_of("en")
    assert words.reason("missing_register: R14") == "register R14 reviews was not given"
    assert words.reason("register_missing", "R05") == "register R05 rule approvals was not given"
    assert words.reason("something nobody {planned}", "x") == "something nobody {planned}: x"
    assert words.reason("new_code", "detail") == "new_code: detail"


def test_characters_that_deceive_the_reader_are_made_visible() -> None:
    assert readable("permit\u202etimrep") == "permit⟨U+202E⟩timrep"
    assert readable("a\x00b\u200bc") == "a⟨U+0000⟩b⟨U+200B⟩c"
    assert readable("bad \udc80 byte") == "bad ? byte"
    assert readable("中文 tab\tand\nline") == "中文 tab\tand\nline"


def test_english_phrases_of_the_pipeline_are_translated_and_keep_their_place_and_names() -> None:
    words = words_of("zh-TW")
    assert words.phrase("fw-1 OUTSIDE-IN 10: fqdn") == "fw-1 OUTSIDE-IN 10：網域名稱"
    assert words.phrase("core: next hop 10.1.1.1 has no export; fqdn") == "core：下一跳 10.1.1.1 沒有設定檔；網域名稱"
    assert words.phrase("zone {x} is attached to no device of the snapshot") == "區域 {x} 未連接快照中的任何設備"
    assert words.phrase("nobody foresaw this") == "nobody foresaw this"
    assert words_of("en").phrase("core: fqdn; x") == "core: fqdn; x"


def test_control_reasons_read_as_sentences() -> None:
    words = words_of("zh-TW")
    assert words.reason("failed:SEG-011") == "檢查項 SEG-011 不符合"
    assert words.reason("unparsed_lines:filter 12") == "未能解讀的設定行（可能影響 過濾 12 行）"
    assert words.reason("not_applicable:class_1") == "不適用：第一類期貨商"
    assert words.reason("supporting_evidence_only") == "設定檔僅能作為輔助佐證"
    assert words.reason("other_evidence:firm baseline policy") == "另需其他佐證：公司防護基準"
