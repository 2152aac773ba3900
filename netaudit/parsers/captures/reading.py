"""A file of captures -> what each says, and the account of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netaudit.model.capture import Capture, Captured
from netaudit.model.source import Affects, CaptureText, FileCoverage, FileStatus, SourceFile, SourceRef
from netaudit.parsers.captures.command_words import FoundCommand, find_commands, output_filter, typed_words
from netaudit.parsers.captures.contract import CaptureInput, CaptureRows, ReadRows
from netaudit.parsers.captures.platforms import commands_of
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import mask_text

_REFUSED = (
    "% invalid",
    "% incomplete",
    "% ambiguous",
    "% unknown command",
    "^",
    "error:",
    "syntax error",
    "unknown command",
)


def read_captures(source: SourceFile) -> ParsedFile:
    """Return what the captures of a file say: one Captured each. Never raises, whatever the text."""
    ledger = LineLedger(source)
    captured = tuple(_read(one, ledger) for one in source.captures)
    if source.kind == "header":  # comments that may hold an output, or none
        captured = tuple(one for one in captured if one.captures[0].rows)
    for index in range(len(source.lines)):
        if ledger.is_open(index):
            ledger.ignored(index)
    hosts = dict.fromkeys(one.host for one in source.captures if one.host)
    coverage = ledger.coverage(next((one.platform for one in source.captures if one.platform), ""), ", ".join(hosts))
    return ParsedFile(_with_status(coverage, captured), captured=captured)


def _with_status(coverage: FileCoverage, captured: tuple[Captured, ...]) -> FileCoverage:
    problems = [capture.problem for one in captured for capture in one.captures]
    if coverage.notes:
        return coverage
    return replace(coverage, status=FileStatus.CAPTURE_UNREAD if problems and all(problems) else FileStatus.CAPTURE)


def _read(one: CaptureText, ledger: LineLedger) -> Captured:
    start, end = one.first_line - 1, one.last_line
    lines = _without_indentation(ledger.masked[start:end])
    whole = SourceRef(ledger.source.path, one.first_line, end_line=max(one.first_line, one.last_line))
    found = find_commands(one.command, commands_of(one.platform)) if one.platform else ()
    command = found[0].text if found else mask_text(typed_words(one.command)).lower()
    capture = Capture(command, one.platform, one.host, whole, taken=one.taken)
    problem = _problem(one, lines, found)
    if problem:
        return Captured(captures=(replace(capture, problem=problem),))
    for candidate in found:
        read = candidate.command.rows(CaptureInput(lines, candidate.text, candidate.arguments))
        if read.rows or (candidate.command.may_be_empty and not read.unread):
            return _facts(candidate, read, one, ledger, whole)
    if not any(line.strip() for line in lines):
        return Captured(captures=(capture,))
    # The template knows the command and found nothing: another release prints it otherwise.
    for index in range(start, end):
        if ledger.source.lines[index].strip():
            ledger.unsupported(index, found[0].command.affects, "show output in a form that is not known")
    return Captured(captures=(replace(capture, problem="nothing in it was understood"),))


def _without_indentation(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without the blanks that all of them begin with, as text pasted from a report has them."""
    common = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[common:] for line in lines] if common else lines


def _problem(one: CaptureText, lines: Sequence[str], found: tuple[FoundCommand, ...]) -> str:
    text = next((line.strip().lower() for line in lines if line.strip()), "")
    if text.startswith(_REFUSED):
        return "the device refused the command"
    if not one.platform:
        return "the platform of the host is not known"
    if not found:
        return "no reader for this command"
    if word := output_filter(typed_words(one.command)):
        return f"filtered by '| {word}': what is missing may only be hidden"
    return ""


def _facts(found: FoundCommand, read: ReadRows, one: CaptureText, ledger: LineLedger, whole: SourceRef) -> Captured:
    start = one.first_line - 1
    affects: Affects = found.command.affects
    for row in read.rows:
        for index in row.lines:
            ledger.understood(start + index)
    for index in read.headers:
        ledger.understood(start + index)
    for index in read.unread:
        ledger.unrecognized(start + index, affects, "a line of show output that was not understood")
    rows = tuple(row.fields for row in read.rows)
    places = tuple(ledger.ref(start + row.lines[0]) for row in read.rows)

    def place_of(row: int, text: str) -> SourceRef:
        lines = (start + index for index in read.rows[row].lines)
        return next((ledger.ref(index) for index in lines if text in ledger.masked[index]), places[row])

    facts = found.command.facts(
        CaptureRows(found.text, found.arguments, one.platform, one.host, rows, places, whole, place_of, one.taken)
    )
    problem = ""
    if read.unread and facts.routes:
        # A table with holes would make a reachable network look unreachable.
        problem = f"{len(read.unread)} lines of the table were not understood; its routes are not used"
        facts = replace(facts, routes=())
    return replace(facts, captures=(Capture(found.text, one.platform, one.host, whole, rows, one.taken, problem),))
