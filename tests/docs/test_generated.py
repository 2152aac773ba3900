"""The pages that are made from the code agree with the code."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from netaudit.checks import CHECKS
from netaudit.frameworks.load import controls_of_check

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_those_of_the_code(generate: ModuleType) -> None:
    made = generate.pages()
    old = [
        path
        for path, text in made.items()
        if not (DOCS / path).is_file() or (DOCS / path).read_text(encoding="utf-8") != text
    ]
    assert old == [], f"{len(old)} pages differ from the code: run make docs"
    assert generate.stale(DOCS, made) == [], "pages of what is gone: run make docs"


def test_every_check_has_a_page_with_its_headings_and_clauses(generate: ModuleType) -> None:
    made = generate.pages()
    for check in CHECKS:
        page = made[f"checks/{check.id}.md"]
        for heading in ("What it does", "Why it matters", "Example", "Use instead", "Limits", "References"):
            assert f"\n## {heading}\n" in page, (check.id, heading)
        assert check.remediation["zh-TW"] in page
        for control in controls_of_check(check.id):
            assert f"| {control} |" in page
        assert f"[{check.id}]({check.id}.md)" in made["checks/README.md"]


def test_writing_twice_changes_nothing_and_removes_what_is_gone(generate: ModuleType, tmp_path: Path) -> None:
    nowhere = tmp_path / "no corpus"
    assert len(generate.write(tmp_path / "docs", nowhere)) == len(generate.pages())
    (tmp_path / "docs" / "checks" / "GONE-001.md").write_text("a check of last year")
    assert generate.write(tmp_path / "docs", nowhere) == ["checks/GONE-001.md"]
    assert generate.write(tmp_path / "docs", nowhere) == []
    assert not (tmp_path / "docs" / "coverage.md").exists()


def test_the_coverage_page_counts_every_line_once(generate: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "corpus" / "someone"
    folder.mkdir(parents=True)
    (folder / "a.rules").write_text("*filter\n:INPUT DROP [0:0]\n-A INPUT --made-up-option 1 -j ACCEPT\nCOMMIT\n")
    page = generate.coverage_page(tmp_path / "corpus")
    states = page.partition("## Lines by state")[2]
    row = next(line for line in states.splitlines() if line.startswith("| `iptables` |"))
    shares = [float(share) for share in re.findall(r"([\d.]+)%", row)]
    assert abs(sum(shares) - 100) < 0.05
    assert "| `iptables` | someone | 1 | 4 |" in page
    assert str(tmp_path) not in page


def test_the_coverage_page_names_the_folders_below_the_bar(generate: ModuleType, tmp_path: Path) -> None:
    for folder, options in (("iptables-semantics", "-p tcp"), ("lab-validation", "--made-up-option 1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.rules").write_text(
            f"*filter\n:INPUT DROP [0:0]\n-A INPUT {options} -j ACCEPT\nCOMMIT\n"
        )
    bars = generate.coverage_page(tmp_path).partition("## Deciding lines understood")[2].partition("\n## ")[0]
    rows = {line.split("`")[1]: line for line in bars.splitlines() if line.startswith("| `")}
    assert "iptables-semantics 100.00% of 4;" in rows["iptables"]
    assert "lab-validation 75.00% of 4 (**below**)" in rows["iptables"]
    assert "none in the corpus" in rows["nftables"]


def test_the_schemas_are_json(generate: ModuleType) -> None:
    schemas = {path: text for path, text in generate.pages().items() if path.startswith("schemas/")}
    assert "schemas/scan.json" in schemas
    for text in schemas.values():
        assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
