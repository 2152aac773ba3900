"""The command scan: audit, reports, evidence, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from netaudit.audit import run_audit
from netaudit.cli.output import note_problems, print_json, progress_bars
from netaudit.errors import InputError
from netaudit.evidence.manifest import evidence_files
from netaudit.findings import Outcome, Severity
from netaudit.history.runs import RunDifference
from netaudit.reports.result import AuditResult

TAIPEI = timezone(timedelta(hours=8))
DEFAULT_OUT = Path("netaudit-report")
SEVERITY_WORDS = {"critical": "嚴重", "high": "高", "medium": "中", "low": "低", "info": "資訊"}


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """The options of `netaudit scan`, as given."""

    snapshot: str
    policy: Path | None
    out: Path | None
    as_of: date
    language: str
    formats: tuple[str, ...]
    fail_on: str
    jobs: int
    database: str | None
    baseline: int | None
    platform: str | None


def run_scan(options: ScanOptions) -> int:
    """Audit a snapshot and write what was asked for; return the exit code of DESIGN section 5."""
    threshold = severity_of(options.fail_on)
    check_formats(options.formats)
    only_json = options.formats == ("json",) and options.out is None
    if options.baseline is not None and not options.database:
        raise InputError.single("--baseline", "needs --db, the history that holds the run")
    folder = options.out or DEFAULT_OUT
    if not only_json:
        check_folder(folder)
    if options.database:
        check_history(options.database, options.baseline)
    with progress_bars() as progress:
        result = run_audit(
            options.snapshot,
            policy_folder=options.policy,
            as_of=options.as_of,
            platform=options.platform,
            jobs=options.jobs,
            progress=progress,
            without=None if only_json else folder,
        )
        files: Mapping[str, bytes] = {}
        if not only_json:
            progress("report", 0, 1)
            files = evidence_files(result, report_files(result, options.language, options.formats))
            progress("report", 1, 1)
    note_problems(result.problems)
    if not only_json:
        write_files(folder, files)
    difference = record(options, result)
    if options.formats == ("json",):
        from netaudit.reports.views import scan_document

        document = scan_document(result)
        if difference is not None:
            document["history"] = difference_document(difference)
        print_json(document)
    else:
        print_summary(result, folder, difference)
    return exit_code(result, threshold)


def severity_of(word: str) -> Severity:
    """Return the severity of a word ("high"). Raises InputError."""
    try:
        return Severity[word.upper()]
    except KeyError:
        words = ", ".join(one.word for one in reversed(Severity))
        raise InputError.single("--fail-on", f"expected one of {words}, not {word!r}") from None


def check_formats(formats: tuple[str, ...]) -> None:
    """Raise InputError for a report format that does not exist."""
    from netaudit.reports import WRITERS

    unknown = [name for name in formats if name not in WRITERS]
    if unknown or not formats:
        raise InputError.single("--format", f"expected {', '.join(WRITERS)}; not {', '.join(unknown) or 'nothing'}")


def report_files(result: AuditResult, language: str, formats: tuple[str, ...]) -> dict[str, bytes]:
    """Return the reports in some formats, without their evidence."""
    from netaudit.reports import WRITERS

    reports: dict[str, bytes] = {}
    for name in formats:
        reports |= WRITERS[name](result, language)
    return reports


def check_folder(folder: Path) -> set[str]:
    """Return the files that an earlier scan left in a folder; asked before the work, so that nobody waits in vain.

    Raises InputError where the path is no folder, or holds files that no scan wrote.
    """
    from netaudit.evidence.manifest import MANIFEST, SUMS

    try:
        if not folder.is_dir():
            if folder.exists() or folder.is_symlink():
                raise InputError.single(str(folder), "is a file; give a folder for the reports with --out")
            return set()
        present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
        sums = folder / SUMS
        earlier = {MANIFEST, SUMS}
        if sums.is_file():
            text = sums.read_text(encoding="utf-8", errors="replace")
            earlier |= {line.partition("  ")[2] for line in text.splitlines()}
    except OSError as error:
        raise InputError.single(str(folder), f"cannot be read ({error.strerror})") from None
    foreign = sorted(present - earlier)
    if foreign:
        raise InputError.single(
            str(folder), f"holds files that no scan wrote ({foreign[0]} ...); give an empty or a new folder"
        )
    return present


def check_history(database: str, baseline: int | None) -> None:
    """Raise InputError where the history cannot be opened, or does not hold the baseline."""
    from netaudit.history.runs import list_runs, open_history

    runs = list_runs(open_history(database))
    if baseline is not None and baseline not in {one.id for one in runs}:
        raise InputError.single("--baseline", f"run {baseline} is not in the history; see `netaudit history`")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle; what an earlier bundle left in the folder is removed, other files stop the run.

    Raises InputError where the folder cannot be written or holds files that no scan wrote.
    """
    present = check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(present - set(files)):
            (folder / name).unlink()
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise InputError.single(str(folder), f"cannot be written ({error.strerror})") from None


def record(options: ScanOptions, result: AuditResult) -> RunDifference | None:
    """Write the run into the history, where one was named."""
    if not options.database:
        return None
    from netaudit.history.runs import open_history, record_run

    now = datetime.now(TAIPEI).isoformat(timespec="seconds")
    return record_run(open_history(options.database), result, now, options.baseline)


def exit_code(result: AuditResult, threshold: Severity) -> int:
    """Return 1 for a failure at or above the threshold, 3 for incomplete coverage, else 0."""
    if any(one.outcome is Outcome.FAIL and one.severity >= threshold and not one.waiver for one in result.findings):
        return 1
    return 0 if result.complete else 3


def difference_document(difference: RunDifference) -> dict[str, object]:
    """Return what is new, fixed and still open as JSON values."""
    return {
        "run": difference.run,
        "previous": difference.previous,
        "new": list(difference.new),
        "still_open": list(difference.still_open),
        "fixed": [one.id for one in difference.fixed],
        "not_examined": [one.id for one in difference.not_examined],
    }


def print_summary(result: AuditResult, folder: Path, difference: RunDifference | None) -> None:
    """Print what a person wants to know first, and where the reports lie."""
    counts = Counter(one.severity for one in result.findings if one.outcome is Outcome.FAIL)
    undecided = sum(one.outcome is Outcome.UNKNOWN for one in result.findings)
    print(f"netaudit {result.tool_version}  {result.firm or result.snapshot_name}  {result.as_of.isoformat()}")
    missing = f"，缺少 missing: {', '.join(result.missing_devices)}" if result.missing_devices else ""
    print(f"設備 devices: {len(result.devices)}{missing}；檔案 files: {len(result.coverage)}")
    words = [f"{SEVERITY_WORDS[one.word]} {one.word}: {counts[one]}" for one in reversed(Severity) if counts[one]]
    print(f"缺失 findings: {'，'.join(words) or '0'}；待釐清 undecided: {undecided}")
    for finding in [one for one in result.findings if one.outcome is Outcome.FAIL][:5]:
        place = f" ({finding.where[0].path}:{finding.where[0].line})" if finding.where else ""
        print(f"  {finding.severity.word:<8} {finding.check:<9} {finding.title['zh-TW']}{place}")
    if difference is not None:
        previous = f"run {difference.previous}" if difference.previous else "-"
        print(
            f"與前次比較 since {previous}: 新增 new {len(difference.new)}，已修正 fixed {len(difference.fixed)}，"
            f"未改善 still open {len(difference.still_open)}，本次未檢視 not examined {len(difference.not_examined)}"
        )
    print(f"報告 reports: {folder}")


def first_page(folder: Path) -> Path | None:
    """Return the HTML report of a bundle."""
    return next(iter(sorted(folder.glob("*.html"))), None)
