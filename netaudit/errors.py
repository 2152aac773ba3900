"""Errors that the user can mend. Everything else is a bug and may raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in one input.

    `place` is a line, row, cell or key as the user sees it (for example "row 7, column severity");
    empty where the whole file is meant. `path` is as the user gave it.
    """

    path: str
    place: str
    message: str

    def __str__(self) -> str:
        """Return `path: place: message`, without the empty parts."""
        return ": ".join(part for part in (self.path, self.place, self.message) if part)


class InputError(Exception):
    """Input that cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def single(cls, path: str, message: str, place: str = "") -> InputError:
        """Return an error with one problem."""
        return cls((Problem(path, place, message),))
