"""Where facts come from: files, lines, and what was understood of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A place in an input file. `line` and `end_line` count from 1, inclusive; `text` has secrets masked."""

    path: str
    line: int
    text: str = ""
    end_line: int = 0  # 0: the same as `line`

    @property
    def last_line(self) -> int:
        """Return the last line of the place."""
        return self.end_line or self.line


@dataclass(frozen=True, slots=True)
class CaptureText:
    """Where the output of one command stands in a file: `first_line` to `last_line` from 1, inclusive.

    `command` is as typed or as the file is named ("sh ip ro"); `host` and `platform` are "" where nothing tells them.
    """

    command: str
    first_line: int
    last_line: int
    host: str = ""
    platform: str = ""
    taken: str = ""  # when, as printed at the prompt or in a header


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One decoded input file, or a part of one: a terminal log may hold captures and configurations.

    `path` is relative to the snapshot, with "/" on every system; `lines` are without line ends and still hold
    secrets: only parsers read them. `platform` is the name of DESIGN section 5 ("cisco_ios" ...), "" where
    nothing is known. `host` is the name that the file or its folder suggests, "" for none. In a part the lines of the
    other parts are empty, so that line numbers stay.
    """

    path: str
    sha256: str
    encoding: str
    lines: tuple[str, ...] = field(repr=False)
    platform: str = ""
    host: str = ""
    problem: str = ""  # why the file could not be decoded or opened; then `lines` is empty
    # or "capture" (show output), "header" (show output in a configuration's comments), "cabling", "other"
    kind: str = "configuration"
    captures: tuple[CaptureText, ...] = ()  # of a capture or header


def host_key(host: str) -> str:
    """Return a host's name as it is compared: lower case, without its domain. An address stays whole."""
    return host.lower() if host.replace(".", "").isdigit() else host.lower().partition(".")[0]


class LineState(StrEnum):
    """What became of a line of input."""

    UNDERSTOOD = "understood"
    IGNORED = "ignored"
    UNSUPPORTED = "unsupported"
    UNRECOGNIZED = "unrecognized"
    NOT_REACHED = "not_reached"


class Affects(StrEnum):
    """What a line that was not understood can change."""

    FILTER = "filter"
    ROUTING = "routing"
    NAT = "nat"
    MANAGEMENT = "management"
    OTHER = "other"


class FileStatus(StrEnum):
    """The state of a whole file: the worst of its lines, or why they were not read."""

    UNDERSTOOD = "understood"
    PARTIAL = "partial"  # some lines are unsupported or unrecognised
    UNKNOWN_PLATFORM = "unknown_platform"
    CAPTURE = "capture"  # the output of show commands, read
    CABLING = "cabling"  # which port is plugged into which, read
    CAPTURE_UNREAD = "capture_unread"  # the output of show commands that nothing reads
    NOT_A_CONFIGURATION = "not_a_configuration"  # another file, on purpose not parsed
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line that was not understood, or a warning about one that was only half understood."""

    where: SourceRef
    state: LineState
    affects: Affects
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """What was understood of one file. `understood` and `ignored` count lines; `notes` lists the others.

    `understood_lines` are the lines (from 1) behind `understood`, for those who ask what kind of lines they are.
    """

    path: str
    sha256: str
    platform: str
    device: str
    status: FileStatus
    lines: int
    understood: int = 0
    ignored: int = 0
    notes: tuple[LineNote, ...] = ()
    problem: str = ""
    understood_lines: IntervalSet = field(default=IntervalSet(), repr=False)
    # Of a device's configuration that no parser reads: all addresses in it, since packets to them may meet the device.
    named_addresses: AddressSet = field(default=NO_ADDRESS, repr=False)

    def in_state(self, state: LineState) -> tuple[LineNote, ...]:
        """Return the notes of one state."""
        return tuple(note for note in self.notes if note.state is state)

    def together(self, other: FileCoverage) -> FileCoverage:
        """Return the account of a file of which both are parts: a terminal log with captures and a configuration."""
        notes = tuple(sorted((*self.notes, *other.notes), key=lambda note: note.where.line))
        understood = self.understood + other.understood
        names = dict.fromkeys(name for name in (*self.device.split(", "), *other.device.split(", ")) if name)
        return replace(
            self,
            platform=self.platform or other.platform,
            device=", ".join(names),
            status=max(self.status, other.status, key=_FROM_BEST_TO_WORST.index),
            understood=understood,
            ignored=self.lines - understood - len(notes),
            notes=notes,
            named_addresses=self.named_addresses | other.named_addresses,
            problem="; ".join(dict.fromkeys(text for text in (self.problem, other.problem) if text)),
        )


_FROM_BEST_TO_WORST = (
    FileStatus.NOT_A_CONFIGURATION,
    FileStatus.CAPTURE_UNREAD,
    FileStatus.CAPTURE,
    FileStatus.CABLING,
    FileStatus.UNDERSTOOD,
    FileStatus.PARTIAL,
    FileStatus.UNKNOWN_PLATFORM,
    FileStatus.UNREADABLE,
)
