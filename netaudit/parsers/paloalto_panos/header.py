"""What stands around a configuration: `show system info`, prompts, comments of collectors, `show rule-hit-count`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.model.source import SourceRef
from netaudit.parsers.ledger import LineLedger

_FACT = re.compile(r"[#!\s]*(hostname|model|serial|sw-version|app-version|family|vm-uuid)\s*:\s*(\S.*?)\s*\Z")
_QUIET = re.compile(
    r"\s*(?:[#!].*|\[edit[^\]]*\]|(?:[\w.-]+@[\w.() -]{1,80}[>#]).*|show config.*|configure|exit|quit|"
    r"set cli .*|Entering configuration mode|Exiting configuration mode|lines \d+-\d+.*|--more--.*)?\Z",
    re.IGNORECASE,
)
_HIT_COMMAND = re.compile(r"show rule-hit-count .*?vsys-name (\S+)")
_HIT_TABLE = re.compile(r"Rule Name\s+Hit[ _]Count", re.IGNORECASE)
_HIT_HEAD = re.compile(r"\s*(?:Rule ?base|Vsys|Virtual System)\s*:?\s*(\S+)", re.IGNORECASE)
_HIT = re.compile(r"(?P<name>\S.*?)\s{2,}(?P<hits>\d+)\s+(?P<last>[\w/:. -]+)\Z")


@dataclass(slots=True)
class Header:
    """Facts of the device by field, with their places; and hit counts by (virtual system, rule)."""

    facts: dict[str, str] = field(default_factory=dict)
    places: dict[str, SourceRef] = field(default_factory=dict)
    hits: dict[tuple[str, str], int] = field(default_factory=dict)


class HeaderReader:
    """Reads the lines outside the configuration."""

    def __init__(self, ledger: LineLedger, lines: Sequence[str]) -> None:
        self.header = Header()
        self._ledger = ledger
        self._lines = lines
        self._table = False
        self._system = ""

    def read(self, index: int) -> int:
        """Read one line, and return the index of the next."""
        text = self._lines[index]
        if shown := _HIT_COMMAND.search(text):
            self._system = shown[1]
            self._ledger.understood(index)
        elif fact := _FACT.match(text):
            self._fact(index, fact[1], fact[2])
        elif _HIT_TABLE.search(text):
            self._table = True
            self._ledger.understood(index)
        elif self._table and (hit := _HIT.match(text)):
            self.header.hits[self._system, hit["name"]] = int(hit["hits"])
            self._ledger.understood(index)
        elif (head := _HIT_HEAD.match(text)) and ("vsys" in text.lower() or "virtual" in text.lower()):
            self._system = head[1]
            self._ledger.understood(index)
        elif head or (self._table and not text.strip("-= \t")) or _QUIET.match(text):
            self._ledger.ignored(index)
        return index + 1

    def _fact(self, index: int, name: str, value: str) -> None:
        self._ledger.understood(index)
        if value not in ("", "unknown", "none"):
            self.header.facts.setdefault(name, value)
            self.header.places.setdefault(name, self._ledger.ref(index))
