"""What readers of JSON exports share: accounts of lines, text that may be shown, which files belong to one export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from netaudit.model.source import Affects, SourceFile
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonProblem
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import mask_text

# Longer lines hold a whole document: they are shown by the name of what stands there, and never searched for secrets.
LONG_LINE = 4000


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return a text of the export on one line and without secrets."""
    return mask_text(" ".join(text.split()))


def export_ledger(source: SourceFile) -> LineLedger:
    """Return the account of a file's lines, long ones left out."""
    lines = source.lines
    if any(len(line) > LONG_LINE for line in lines):
        lines = tuple(line if len(line) <= LONG_LINE else "" for line in lines)
    return LineLedger(replace(source, lines=lines))


def account_for_no_json(ledger: LineLedger, problem: JsonProblem, lines: int) -> None:
    """Give every line of a file that is no JSON a note; that at the line of the problem says why."""
    last = lines - 1
    if last < 0:
        return
    ledger.unrecognized(min(problem.line - 1, last), Affects.FILTER, f"not JSON: {problem.message}")
    for index in range(lines):
        if ledger.is_open(index):
            ledger.unsupported(index, Affects.FILTER, "not read: the file is no JSON")


def account_for_brackets(ledger: LineLedger, value: JsonObject | JsonArray) -> None:
    """Give the lines of an object's or array's brackets their state."""
    ledger.understood(value.line - 1)
    ledger.understood(value.end_line - 1)


class SourcedFile(Protocol):
    """A file of an export."""

    @property
    def source(self) -> SourceFile:
        """Return the file as it was collected."""
        ...


F = TypeVar("F", bound=SourcedFile)


def export_groups(
    files: Sequence[F], conflict: Callable[[Sequence[F]], bool], depth: int = 0
) -> Iterator[tuple[F, ...]]:
    """Yield the files of each export: all together, and where files contradict each other, folder by folder."""
    if not files:
        return
    if not conflict(files):
        yield tuple(files)
        return
    parts: dict[str, list[F]] = {}
    for file in files:
        names = PurePosixPath(file.source.path).parent.parts
        parts.setdefault(names[depth] if depth < len(names) else "", []).append(file)
    if len(parts) == 1 and "" in parts:
        yield from ((file,) for file in files)  # copies beside each other: nothing tells which belong together
        return
    for name in sorted(parts):
        yield from export_groups(parts[name], conflict, depth + 1)
