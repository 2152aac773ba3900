"""What a manager reads in a minute: counts, top risks, separation, lines, lifecycle, what was not assessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.findings import Finding, Outcome, Severity, Verdict
from netaudit.model.source import FileStatus, LineState
from netaudit.policy.registers import Register, ZoneType
from netaudit.reports.result import AuditResult, MatrixCell
from netaudit.reports.tables import line_of
from netaudit.reports.words import Words

WORST_FIRST = tuple(sorted(Severity, reverse=True))

# The separations that the norms name, as (from, to) kinds of zones.
_OUTSIDE = (ZoneType.INTERNET,)
_INSIDE = (ZoneType.PROD, ZoneType.UAT, ZoneType.UT, ZoneType.OA, ZoneType.DEALER, ZoneType.MGMT)
_TEST = (ZoneType.UAT, ZoneType.UT)
SEPARATIONS: tuple[tuple[str, tuple[ZoneType, ...], tuple[ZoneType, ...]], ...] = (
    ("internet_dmz", _OUTSIDE, (ZoneType.DMZ,)),
    ("internet_inside", _OUTSIDE, _INSIDE),
    ("dmz_prod", (ZoneType.DMZ,), (ZoneType.PROD,)),
    ("test_prod", _TEST, (ZoneType.PROD,)),
    ("prod_test", (ZoneType.PROD,), _TEST),
    ("office_prod", (ZoneType.OA, ZoneType.WLAN_INT, ZoneType.WLAN_GUEST), (ZoneType.PROD,)),
    ("line_inside", (ZoneType.THIRDPARTY,), _INSIDE),
)

UNREAD = (FileStatus.UNKNOWN_PLATFORM, FileStatus.UNREADABLE)
# Files whose lines say nothing that is asked: documents, and the output of commands that nothing reads.
_NOT_ASKED = (FileStatus.NOT_A_CONFIGURATION, FileStatus.CAPTURE_UNREAD)


@dataclass(frozen=True, slots=True)
class Separation:
    """Whether zones of one kind are kept from those of another.

    `state`: "separated" (nothing passes), "as_stated" (only what the matrix states), "breached", "unknown", or
    "not_assessed" (no such zones, or no matrix). `pairs` are the zone pairs in that state.
    """

    name: str
    state: str
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TopRisk:
    """A grave finding, and how many more there are of its check."""

    finding: Finding
    others: int


@dataclass(frozen=True, slots=True)
class LineSummary:
    """A third-party line: its agreed tuples and what was found on it."""

    name: str
    counterparty: str
    agreements: int
    findings: tuple[Finding, ...]

    @property
    def excess(self) -> int:
        """Return how many findings say that something not agreed is open."""
        return sum(finding.check in NOT_AGREED for finding in self._failed())

    @property
    def failures(self) -> int:
        """Return how many findings of the line failed and are not waived."""
        return len(self._failed())

    def _failed(self) -> list[Finding]:
        return [one for one in self.findings if one.outcome is Outcome.FAIL and one.waiver is None]


# LINE-002: ports open beyond the agreement; LINE-004: the counterparty reaches more than agreed.
NOT_AGREED = ("LINE-002", "LINE-004")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the input was understood. `percent` is floored: 100 means every line."""

    complete: bool
    files: int
    lines: int
    understood: int
    ignored: int
    unsupported: int
    unrecognized: int
    unread_files: int
    missing_devices: int

    def badge(self, words: Words) -> str:
        """Return the coverage in a few words, the gravest gap first."""
        if self.complete:
            return words("coverage.whole")
        if self.missing_devices:
            return words("coverage.part_devices", count=self.missing_devices)
        if self.percent < 100:
            return words("coverage.part", percent=self.percent)
        return words("coverage.part_inputs")

    @property
    def percent(self) -> int:
        """Return the share of lines that were understood or ignored on purpose."""
        return (self.understood + self.ignored) * 100 // self.lines if self.lines else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of the executive summary."""

    failed: tuple[tuple[Severity, int], ...]  # worst first, every severity, waived findings left out
    undecided: int
    waived: int
    examined: int  # subjects that the checks looked at
    top_risks: tuple[TopRisk, ...]
    separations: tuple[Separation, ...]
    lines_known: bool
    lines: tuple[LineSummary, ...]
    past_support: tuple[tuple[str, str], ...]  # (device, "hardware", "software" or "both")
    within_year: tuple[str, ...]
    lifecycle_unknown: tuple[str, ...]
    controls: tuple[tuple[Verdict, int], ...]
    missing_registers: tuple[str, ...]  # whose lack kept a check from being run
    registers_not_given: tuple[str, ...]  # these and all others that were not given
    coverage: Coverage

    @property
    def failures(self) -> int:
        """Return how many findings failed and are not waived."""
        return sum(count for _, count in self.failed)

    @property
    def breached(self) -> tuple[Separation, ...]:
        """Return the separations that do not hold."""
        return tuple(one for one in self.separations if one.state == "breached")


def summarize(result: AuditResult) -> Summary:
    """Return the summary of a result."""
    failed = [one for one in result.findings if one.outcome is Outcome.FAIL and one.waiver is None]
    counts = Counter(finding.severity for finding in failed)
    verdicts = Counter(control.verdict for control in result.controls)
    past, within, unknown = _lifecycle(result)
    missing = {name for one in result.checks for name in one.missing_registers}
    not_given = {detail for code, detail in result.limitations if code == "register_missing"}
    return Summary(
        failed=tuple((severity, counts[severity]) for severity in WORST_FIRST),
        undecided=sum(one.outcome is Outcome.UNKNOWN and one.waiver is None for one in result.findings),
        waived=sum(one.waiver is not None for one in result.findings),
        examined=sum(one.passed + one.failed + one.unknown for one in result.checks),
        top_risks=_top_risks(failed, 5),
        separations=tuple(_separation(result, *one) for one in SEPARATIONS),
        lines_known=Register.LINE_AGREEMENTS in result.policy.given,
        lines=line_states(result),
        past_support=past,
        within_year=within,
        lifecycle_unknown=unknown,
        controls=tuple((verdict, verdicts[verdict]) for verdict in Verdict),
        missing_registers=tuple(sorted(missing)),
        registers_not_given=tuple(sorted(missing | not_given)),
        coverage=coverage_of(result),
    )


def coverage_of(result: AuditResult) -> Coverage:
    """Return how much of the input was understood."""
    read = [one for one in result.coverage if one.status not in _NOT_ASKED]
    notes = Counter(note.state for one in read for note in one.notes)
    return Coverage(
        complete=result.complete,
        files=len(result.coverage),
        lines=sum(one.lines for one in read),
        understood=sum(one.understood for one in read),
        ignored=sum(one.ignored for one in read),
        unsupported=notes[LineState.UNSUPPORTED],
        unrecognized=notes[LineState.UNRECOGNIZED] + notes[LineState.NOT_REACHED],
        unread_files=sum(one.status in UNREAD for one in read),
        missing_devices=len(result.missing_devices),
    )


# Among equals: what lets traffic in comes before what lets a rule be too wide, then the rest by name.
_FAMILIES = ("SEG", "EXT", "LINE", "RULE", "MGMT")


def _top_risks(failed: Iterable[Finding], limit: int) -> tuple[TopRisk, ...]:
    """Return the gravest findings, of many kinds: of each severity first one check of every family."""
    by_check: dict[str, list[Finding]] = {}
    for finding in sorted(failed, key=lambda one: -one.severity):
        by_check.setdefault(finding.check, []).append(finding)
    turns: Counter[tuple[Severity, str]] = Counter()
    ranked = []
    for check in sorted(by_check):
        worst, family = by_check[check][0].severity, check.split("-")[0]
        turn = turns[worst, family]
        turns[worst, family] += 1
        place = _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)
        ranked.append((-worst, turn, place, check))
    return tuple(TopRisk(by_check[check][0], len(by_check[check]) - 1) for *_, check in sorted(ranked)[:limit])


def _separation(
    result: AuditResult, name: str, from_types: tuple[ZoneType, ...], to_types: tuple[ZoneType, ...]
) -> Separation:
    from_zones = {zone.name for zone in result.policy.zones_of_type(*from_types)}
    to_zones = {zone.name for zone in result.policy.zones_of_type(*to_types)}
    cells = [cell for cell in result.matrix if cell.from_zone in from_zones and cell.to_zone in to_zones]
    if not cells or Register.ZONE_MATRIX not in result.policy.given:
        return Separation(name, "not_assessed")
    # What passes while a line or device has failed is no separation either.
    failing = {(one.from_zone, one.to_zone) for one in result.failures.changes if one.excess}
    for verdict, state in (("excess", "breached"), ("unknown", "unknown")):
        pairs = tuple(
            (cell.from_zone, cell.to_zone)
            for cell in cells
            if cell.verdict == verdict or (verdict == "excess" and (cell.from_zone, cell.to_zone) in failing)
        )
        if pairs:
            return Separation(name, state, pairs)
    pairs = tuple((cell.from_zone, cell.to_zone) for cell in cells if cell.conduit.permitted)
    return Separation(name, "as_stated" if pairs else "separated", pairs)


def line_states(result: AuditResult) -> tuple[LineSummary, ...]:
    """Return every third-party line of the register, and those that only findings name."""
    found: dict[str, list[Finding]] = {line: [] for line in result.policy.lines()}
    for finding in result.findings:
        if finding.check.startswith("LINE-"):
            found.setdefault(line_of(finding.facts.get("line"), finding.subject, result), []).append(finding)
    states = []
    for line, findings in found.items():
        agreements = [one for one in result.policy.line_agreements if one.line == line]
        counterparty = agreements[0].counterparty if agreements else ""
        states.append(LineSummary(line, counterparty, len(agreements), tuple(findings)))
    return tuple(states)


def _lifecycle(
    result: AuditResult,
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]:
    past, within, unknown = [], [], []
    for one in result.inventory:
        words = (one.hardware.word, one.software.word)
        if "eos" in words:
            part = "both" if words == ("eos", "eos") else "hardware" if words[0] == "eos" else "software"
            past.append((one.facts.device, part))
        elif "within-12-months" in words:
            within.append(one.facts.device)
        elif "unknown" in words:
            unknown.append(one.facts.device)
    return tuple(past), tuple(within), tuple(unknown)


def cell_state(cell: MatrixCell) -> str:
    """Return what a cell of the matrix shows.

    excess, missing, unknown, same; "stated" where only stated traffic passes; "closed" where nothing passes.
    """
    if cell.verdict != "ok":
        return cell.verdict
    return "stated" if cell.conduit.permitted else "closed"
