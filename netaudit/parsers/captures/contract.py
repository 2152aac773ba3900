"""What a reader of captures takes and gives: rows of an output, then facts from the rows.

To add a command to a platform:

1. Write `<platform>/<command>.ttp`, or a plain function where the table is large and regular (or the output is JSON).
2. Write a fact reader that turns rows into a `Captured` holding nothing but what this output says.
3. Add a `CaptureCommand` to `COMMANDS` of `<platform>/commands.py`.

Lines come masked (netaudit.parsers.secrets), so nothing behind the door sees a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.capture import Captured, CaptureRow
from netaudit.model.source import Affects, SourceRef


@dataclass(frozen=True, slots=True)
class CaptureInput:
    """The output of one command: masked lines without the prompt, the command in full, and the named words in it."""

    lines: Sequence[str]
    command: str  # "show ip route vrf CUSTOMER"
    arguments: Mapping[str, str]  # {"vrf": "CUSTOMER"} for the pattern "show ip route vrf {vrf}"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One record. `lines` are the indexes from 0 that it was read from, ascending; the first is what is cited."""

    fields: CaptureRow
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """All records of an output. `unread` are lines that should be records (or parts) and were not understood.

    Lines in neither are known text around the records: headers, counters, legends.
    """

    rows: Sequence[ReadRow] = ()
    unread: Sequence[int] = ()
    headers: Sequence[int] = ()  # lines that no row came from and that still told something (a VRF's title)


RowReader = Callable[[CaptureInput], ReadRows]
"""Text -> records. `templates.template_rows` makes one of a ttp template. Never raises on text."""


@dataclass(frozen=True, slots=True)
class CaptureRows:
    """The records as fact readers get them; `places` has one SourceRef a row."""

    command: str
    arguments: Mapping[str, str]
    platform: str
    host: str
    rows: Sequence[CaptureRow]
    places: Sequence[SourceRef]
    whole: SourceRef  # from the first to the last line of the output
    place_of: Callable[[int, str], SourceRef]  # row's index, text -> the row's line that holds the text, else its place
    taken: str = ""


FactReader = Callable[[CaptureRows], Captured]
"""Records -> facts. Leaves `captures` empty; parts are put together by `joining.joined`. Never raises on text."""


@dataclass(frozen=True, slots=True)
class CaptureCommand:
    """One row of a platform's table.

    `patterns` are commands in full words, "{name}" for one word that is kept, "{name...}" for the rest of the line:
    "show ip route vrf {vrf}". What people type shorter is found (see `command_words`). An output after a pipe is
    taken where the pipe is part of the pattern ("show version | json") or only stops the pager.
    """

    patterns: tuple[str, ...]
    rows: RowReader
    facts: FactReader
    affects: Affects = Affects.OTHER  # what a line in `ReadRows.unread` can change
    may_be_empty: bool = False  # output without a record is an answer too (no neighbours), not an unknown form
