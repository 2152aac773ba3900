"""The table of elements, made into a tree that the readers walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from netaudit.model.source import Affects, LineState
from netaudit.parsers.paloalto_panos.table import TABLE


@dataclass(slots=True)
class Spec:
    """One element of the table. `shape`: "container", "value", "text" or "list"; `any` is for names not in `fields`."""

    shape: str = "container"
    state: LineState = LineState.UNDERSTOOD
    affects: Affects = Affects.OTHER  # unsupported: what it can change; else what an unknown element below can change
    reason: str = ""
    fields: dict[str, Spec] = field(default_factory=dict)
    any: Spec | None = None

    @property
    def is_leaf(self) -> bool:
        """Tell whether the element holds values, not other elements."""
        return self.shape != "container"

    def below(self, word: str) -> Spec | None:
        """Return what becomes of a word below the element, None where the table does not know it."""
        return self.fields.get(word) or self.any


def unknown(affects: Affects) -> Spec:
    """Return the element that stands for what the table does not know."""
    return Spec("container", LineState.UNRECOGNIZED, affects)


@lru_cache(maxsize=1)
def configuration_spec() -> Spec:
    """Return the element `config`."""
    return _Reader(TABLE).block("config", Affects.OTHER)


@dataclass(slots=True)
class _Row:
    names: list[str]
    marks: list[str]
    rows: list[_Row]


class _Reader:
    def __init__(self, text: str) -> None:
        self._blocks: dict[str, _Row] = {}
        self._made: dict[tuple[str, Affects], Spec] = {}
        open_rows: list[tuple[int, _Row]] = []
        for line in text.split("\n"):
            if not line.strip():
                continue
            depth = len(line) - len(line.lstrip())
            row = _row(line.strip())
            if line.startswith(":"):
                self._blocks[row.names[0][1:]] = row
                open_rows = [(-1, row)]
                continue
            while open_rows[-1][0] >= depth:
                open_rows.pop()
            open_rows[-1][1].rows.append(row)
            open_rows.append((depth, row))

    def block(self, name: str, affects: Affects) -> Spec:
        """Return a container with the elements of a block; `affects` is that of the place that brings it in."""
        row = self._blocks[name]
        if "!" in row.marks:
            affects = Affects(row.marks[row.marks.index("!") + 1])
        key = name, affects
        if key not in self._made:
            self._made[key] = Spec(affects=affects)  # before it is filled: a template holds a configuration
            self._fill(self._made[key], row, affects)
        return self._made[key]

    def _fill(self, spec: Spec, row: _Row, affects: Affects) -> None:
        for one in row.rows:
            if one.names[0].startswith("@"):
                other = self.block(one.names[0][1:], affects)
                spec.fields.update({name: found for name, found in other.fields.items() if name not in spec.fields})
                spec.any = spec.any or other.any
                continue
            made = self._spec(one, affects)
            for name in one.names:
                if name == "*":
                    spec.any = made
                else:
                    spec.fields[name] = made

    def _spec(self, row: _Row, affects: Affects) -> Spec:
        marks = row.marks
        if "?" in marks:
            at = marks.index("?")
            return Spec(_shape(marks[:at]), LineState.UNSUPPORTED, Affects(marks[at + 1]), " ".join(marks[at + 2 :]))
        if "-" in marks:
            return Spec(_shape(marks), LineState.IGNORED, affects)
        blocks = [mark[1:] for mark in marks if mark.startswith("@")]
        if blocks:
            if row.rows:
                raise ValueError(f"a row with a block and rows of its own: {row.names}")
            block = self.block(blocks[0], affects)
            return Spec(affects=affects, any=block) if "*" in marks else block
        inner = Spec(_shape(marks), affects=affects)
        self._fill(inner, row, affects)
        return Spec(affects=affects, any=inner) if "*" in marks else inner


def _shape(marks: list[str]) -> str:
    return "value" if "=" in marks else "text" if '"' in marks else "list" if "[]" in marks else "container"


def _row(text: str) -> _Row:
    names: list[str] = []
    words = text.split()
    while words:
        word = words.pop(0)
        names.append(word.rstrip(","))
        if not word.endswith(","):
            break
    return _Row(names, words, [])
