"""The account of a file's lines: each ends in one state, and every fact points back to its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from netaudit.model.source import (
    Affects,
    FileCoverage,
    FileStatus,
    LineNote,
    LineState,
    SourceFile,
    SourceRef,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.secrets import MASK, mask_lines

_QUOTES = "\"'(),;:[]{}"
_WORD = re.compile(r"\S+")

_UNSEEN, _UNDERSTOOD, _IGNORED, _UNSUPPORTED, _UNRECOGNIZED = range(5)
_UNDERSTOOD_RUN = re.compile(rb"\x01+")


class LineLedger:
    """Keeps the state of every line while a parser reads it. Line indexes count from 0.

    A line keeps the worst state that it was given. What was never mentioned is unrecognised in the end,
    except blank lines, which are ignored.
    """

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.masked: Sequence[str] = mask_lines(source.lines)
        self._states = bytearray(len(source.lines))
        self._notes: dict[int, tuple[Affects, str]] = {}

    def understood(self, index: int, end: int | None = None) -> None:
        """Mark a line, or the lines from index to end (inclusive), as understood."""
        for i in range(index, (index if end is None else end) + 1):
            if self._states[i] < _UNDERSTOOD:
                self._states[i] = _UNDERSTOOD

    def ignored(self, index: int, end: int | None = None) -> None:
        """Mark lines as ignored on purpose: they are known and change no answer."""
        for i in range(index, (index if end is None else end) + 1):
            if self._states[i] < _IGNORED:
                self._states[i] = _IGNORED

    def unsupported(self, index: int, affects: Affects, reason: str = "") -> None:
        """Mark a line whose meaning is known but not modelled, with what it can change."""
        if self._states[index] <= _UNSUPPORTED:
            self._states[index] = _UNSUPPORTED
            self._notes[index] = (affects, reason)

    def unrecognized(self, index: int, affects: Affects, reason: str = "") -> None:
        """Mark a line that the parser does not know, with what it could change."""
        self._states[index] = _UNRECOGNIZED
        self._notes[index] = (affects, reason)

    def hide(self, index: int, shown: str = "") -> None:
        """Show nothing of a line but `shown` and the mask: without its context it may be a piece of a secret."""
        if not isinstance(self.masked, list):
            self.masked = list(self.masked)
        self.masked[index] = f"{shown} {MASK}".strip()

    def is_open(self, index: int) -> bool:
        """Tell whether nothing was said of the line yet."""
        return self._states[index] == _UNSEEN

    def is_clear(self, index: int, end: int) -> bool:
        """Tell whether no line from index to end (inclusive) is unsupported or unrecognised so far."""
        return max(self._states[index : end + 1], default=_UNSEEN) <= _IGNORED

    def ref(self, index: int, end: int | None = None) -> SourceRef:
        """Return the place of a line (or lines, end inclusive) with its masked text, outer blanks stripped."""
        return SourceRef(
            self.source.path,
            index + 1,
            self.masked[index].strip(),
            0 if end is None or end == index else end + 1,
        )

    def without_secrets(self, text: str, index: int, end: int | None = None) -> str:
        """Return a text made from a line, or from lines (end inclusive), without the words that are masked there."""
        lines = slice(index, (index if end is None else end) + 1)
        raw, masked = self.source.lines[lines], self.masked[lines]
        if not text or all(one == other for one, other in zip(raw, masked, strict=True)):
            return text
        kept = {word.strip(_QUOTES) for line in masked for word in line.split()}
        hidden = {word.strip(_QUOTES) for line in raw for word in line.split()} - kept
        return _WORD.sub(lambda found: MASK if found[0].strip(_QUOTES) in hidden else found[0], text)

    def coverage(
        self,
        platform: str,
        device: str,
        guess: Callable[[str], Affects] | None = None,
    ) -> FileCoverage:
        """Close the account. `guess` tells what an unseen line could change, from its text."""
        notes: list[LineNote] = []
        understood = ignored = 0
        for index, state in enumerate(self._states):
            if state == _UNSEEN:
                text = self.source.lines[index]
                if not text.strip():
                    ignored += 1
                    continue
                affects = guess(text) if guess else Affects.OTHER
                notes.append(LineNote(self.ref(index), LineState.UNRECOGNIZED, affects))
            elif state == _UNDERSTOOD:
                understood += 1
            elif state == _IGNORED:
                ignored += 1
            else:
                affects, reason = self._notes[index]
                reason = self.without_secrets(reason, index)
                kept = LineState.UNSUPPORTED if state == _UNSUPPORTED else LineState.UNRECOGNIZED
                notes.append(LineNote(self.ref(index), kept, affects, reason))
        return FileCoverage(
            path=self.source.path,
            sha256=self.source.sha256,
            platform=platform,
            device=device,
            status=FileStatus.PARTIAL if notes else FileStatus.UNDERSTOOD,
            lines=len(self.source.lines),
            understood=understood,
            ignored=ignored,
            notes=tuple(notes),
            understood_lines=IntervalSet.of(
                (found.start() + 1, found.end()) for found in _UNDERSTOOD_RUN.finditer(self._states)
            ),
        )
