"""Outputs that others recorded, with the values that their readers found: ntc-templates' and Genie's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from netaudit.model.capture import Captured
from netaudit.model.source import CaptureText, SourceFile
from netaudit.parsers.captures import read_captures
from netaudit.parsers.contract import ParsedFile

Expected = Mapping[str, Any]
Adapt = Callable[[dict[str, Any]], Mapping[str, Any]]


@dataclass
class Comparison:
    """How many values are equal; `different` names the others."""

    equal: int = 0
    total: int = 0
    different: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.equal / self.total if self.total else 0.0

    def add(self, name: str, expected: object, found: object) -> None:
        self.total += 1
        if _plain(expected) == _plain(found):
            self.equal += 1
        else:
            self.different.append(f"{name}: expected {expected!r}, found {found!r}")


def read(text: str, platform: str, command: str, host: str = "host") -> ParsedFile:
    """Read the output of one command."""
    lines = tuple(text.splitlines())
    capture = CaptureText(command, 1, len(lines), host, platform)
    source = SourceFile(f"{command}.txt", "0" * 64, "utf-8", lines, platform, host, kind="capture", captures=(capture,))
    return read_captures(source)


def facts(text: str, platform: str, command: str) -> Captured:
    """Return the facts of the output of one command."""
    return read(text, platform, command).captured[0]


def compare_ntc(
    corpus: Path,
    platform: str,
    command: str,
    *,
    known: Mapping[tuple[str, str], str] | None = None,
    absent: str = "no such field",
) -> Comparison:
    """Compare our rows with those of ntc-templates for every recorded output of a command ("show_version").

    Rows in their order; each field that theirs have. `known` names (file, field) pairs that differ for a reason and are
    left out, with the reason. `absent` is what a field counts as that our row does not have; an output without
    recorded rows is left out.
    """
    result = Comparison()
    for raw in sorted((corpus / "ntc-templates" / platform / command).glob("*.raw")):
        if not raw.with_suffix(".yml").exists():
            continue
        records = YAML(typ="safe", pure=True).load(raw.with_suffix(".yml").read_text(encoding="utf-8"))["parsed_sample"]
        (one,) = read(raw.read_text(encoding="utf-8"), platform, command).captured[0].captures
        if len(one.rows) != len(records):
            result.different.append(f"{raw.name}: {len(records)} rows expected, {len(one.rows)} found ({one.problem})")
        for position, record in enumerate(records):
            row: Mapping[str, Any] = one.rows[position] if position < len(one.rows) else {}
            for name, value in record.items():
                if (raw.name, name) not in (known or {}):
                    result.add(f"{raw.name} row {position} {name}", value, row.get(name.lower(), absent))
    return result


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(str(item).strip() for item in value if str(item).strip())
    return str(value).strip()
