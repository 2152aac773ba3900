"""Text of configurations is untrusted: it must not become markup, script or formula."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import openpyxl
import pytest

from netaudit.reports import LANGUAGES, WRITERS
from netaudit.reports.csv_tables import harmless

from .sample import hostile, sample

SCRIPT = "<script>alert(1)</script>"
BREAKOUTS = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "]]><svg onload=alert(1)>",
]


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(page: bytes) -> list[tuple[str, dict[str, str | None]]]:
    """Return the tags of a page."""
    parser = Tags()
    parser.feed(page.decode("utf-8"))
    return parser.tags


def page(result_text: str | None, language: str) -> bytes:
    """Return the page of a hostile (or the plain) result."""
    result = hostile(result_text) if result_text is not None else sample()
    return WRITERS["html"](result, language)[f"report.{language}.html"]


@pytest.mark.parametrize("text", BREAKOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_configuration_becomes_markup(text: str, language: str) -> None:
    tags = tags_of(page(text, language))
    assert sum(tag == "script" for tag, _ in tags) == 2
    assert {tag for tag, _ in tags} <= {tag for tag, _ in tags_of(page(None, language))}
    for _, attributes in tags:
        assert [name for name in attributes if name.startswith("on")] == []
        for name in ("href", "src"):
            assert (attributes.get(name) or "#").startswith("#")


def test_template_syntax_in_a_configuration_is_only_text() -> None:
    text = page("{{ 7*7 }}", "en").decode("utf-8")
    assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_loads_nothing_and_runs_only_its_own_script(language: str) -> None:
    import base64
    import hashlib

    text = page(SCRIPT, language).decode("utf-8")
    policy = next(
        attributes["content"] or ""
        for tag, attributes in tags_of(text.encode())
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    blocks = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", text, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        digest = base64.b64encode(hashlib.sha256(block.encode("utf-8")).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert re.search(r"""(?:src|href)=["'](?:https?:)?//""", text) is None
    assert "@import" not in text and "url(" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_inline_style_is_needed_which_the_policy_would_block(language: str) -> None:
    assert [tag for tag, attributes in tags_of(page(None, language)) if "style" in attributes] == []


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "  =1"])
def test_csv_cells_never_begin_like_a_formula(text: str) -> None:
    assert str(harmless(text)).startswith("'")
    for name, data in WRITERS["csv"](hostile(text), "en").items():
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        for cell in (cell for row in rows for cell in row):
            assert not cell.strip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝")), (name, cell)


def test_plain_text_and_numbers_stay_as_they_are_in_csv() -> None:
    assert harmless("edit 22") == "edit 22"
    assert harmless(12) == 12
    assert harmless(None) is None


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "https://example.invalid/x", "\x00\x1b[31m\udc80"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_no_formula_and_no_link(text: str, language: str) -> None:
    data = WRITERS["xlsx"](hostile(text), language)[f"report.{language}.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                content = archive.read(name)
                # Data validation lists and filters are not formulas of cells.
                assert b"<f>" not in content
                assert b"<hyperlink" not in content
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 19


def test_bytes_that_no_encoding_could_read_do_not_stop_a_report() -> None:
    result = hostile("broken \udc80\x00\u202e name")
    for language in LANGUAGES:
        for write in WRITERS.values():
            for data in write(result, language).values():
                assert data
    assert json.loads(WRITERS["json"](result, "en")["report.json"])["run"]["firm"].startswith("broken")
