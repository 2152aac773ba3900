"""The CSV files: whole, in UTF-8 with BOM, equal in both languages."""

from __future__ import annotations

import csv
import io

from netaudit.reports import WRITERS

from .sample import sample


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    data = WRITERS["csv"](sample(), "zh-TW")[name]
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_findings_have_both_languages_and_their_place() -> None:
    first = read("findings.csv")[0]
    assert first["check"] == "SEG-011"
    assert first["title_en"].startswith("UAT reaches") and first["title_zh_TW"].startswith("測試區")
    assert (first["file"], first["line"], first["text"]) == ("fw-ext/fw-ext.conf", "412", "edit 22")
    assert first["other_places"] == "fw-ext/fw-ext.conf:418"


def test_numbers_stay_whole_where_a_column_has_gaps() -> None:
    counts = {row["rule"]: row["hit_count"] for row in read("rules.csv") if row["device"] == "fw-ext"}
    assert counts == {"1": "12000000", "12": "91234", "22": "0", "90": ""}


def test_the_matrix_has_a_row_for_every_pair_of_zones() -> None:
    pairs = {(row["from_zone"], row["to_zone"]) for row in read("matrix.csv")}
    assert len(pairs) == 8 * 7


def test_the_inventory_joins_register_and_retirement_plan() -> None:
    asa = next(row for row in read("inventory.csv") if row["device"] == "fw-line-1")
    assert (asa["hardware_status"], asa["hardware_end_of_support"]) == ("eos", "2025-09-30")
    assert (asa["plan_target_date"], asa["role"], asa["exported"]) == ("2027-03-31", "專線防火牆", "yes")


def test_both_languages_give_the_same_files() -> None:
    assert WRITERS["csv"](sample(), "zh-TW") == WRITERS["csv"](sample(), "en")
    assert WRITERS["json"](sample(), "zh-TW") == WRITERS["json"](sample(), "en")
