"""The commands checks, explain and schema: documentation from the code."""

from __future__ import annotations

import inspect
import sys
from difflib import get_close_matches

from netaudit.checks import CHECKS
from netaudit.checks.contract import Check
from netaudit.cli.output import print_json, print_table
from netaudit.errors import InputError


def run_checks_list(output: str) -> int:
    """Print every check."""
    if output == "json":
        print_json({"checks": [_document(check) for check in CHECKS]})
        return 0
    print_table(
        ("檢核 check", "名稱 name", "嚴重度 severity", "登錄表 registers", "說明 what it does"),
        [
            (
                check.id,
                check.name,
                check.severity.word,
                " ".join(register.value for register in check.registers) or "-",
                documentation(check).splitlines()[0].partition(": ")[2],
            )
            for check in CHECKS
        ],
    )
    return 0


def run_explain(wanted: str, output: str) -> int:
    """Print the documentation of one check, by id or name."""
    known = {check.id.lower(): check for check in CHECKS} | {check.name: check for check in CHECKS}
    check = known.get(wanted.lower())
    if check is None:
        near = get_close_matches(wanted.upper(), [one.id for one in CHECKS], n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `netaudit checks` lists all"
        raise InputError.single("explain", f"there is no check {wanted}{hint}")
    if output == "json":
        print_json(_document(check))
        return 0
    print(f"{check.id} {check.name} ({check.severity.word})\n")
    print(documentation(check))
    print("\n處置 Remediation\n--------------")
    for language in ("zh-TW", "en"):
        print(check.remediation[language])
    return 0


def documentation(check: Check) -> str:
    """Return the docstring of the module that holds a check."""
    return inspect.cleandoc(sys.modules[check.examine.__module__].__doc__ or "")


def _document(check: Check) -> dict[str, object]:
    return {
        "id": check.id,
        "name": check.name,
        "severity": check.severity.word,
        "registers": [register.value for register in check.registers],
        "uses": [register.value for register in check.uses],
        "title": dict(check.title),
        "remediation": dict(check.remediation),
        "documentation": documentation(check),
    }


def run_schema(name: str, output: str) -> int:
    """Print the JSON schema of a document; without a name the names of all."""
    from netaudit.reports.schemas import SCHEMAS

    if not name:
        if output == "json":
            print_json({"schemas": list(SCHEMAS)})
            return 0
        for one in SCHEMAS:
            print(one)
        return 0
    if name not in SCHEMAS:
        raise InputError.single("schema", f"there is no document {name}; expected one of {', '.join(SCHEMAS)}")
    print_json(SCHEMAS[name])
    return 0
