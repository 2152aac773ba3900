"""What reading one register gives: its rows, what is wrong with it, and whether it is still a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from netaudit.errors import Problem
from netaudit.model.table import RegisterReader

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Entry]):
    """The entries of one register file. With `problems` the entries are incomplete and must not be used.

    `names` are the names that other registers may refer to; they are complete even then.
    """

    path: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    draft: bool = False
    names: tuple[str, ...] = ()


def reading_of(
    reader: RegisterReader,
    entries: list[Entry],
    warnings: tuple[Problem, ...] = (),
    names: tuple[str, ...] = (),
) -> Reading[Entry]:
    """Return the reading of a table whose rows have been read."""
    table = reader.table
    return Reading(
        path=table.path,
        entries=tuple(entries),
        problems=tuple(reader.problems),
        warnings=(*warnings, *reader.warnings),
        draft=table.draft,
        names=names,
    )
