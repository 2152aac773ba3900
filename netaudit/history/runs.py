"""Recording runs and comparing them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from netaudit.errors import InputError
from netaudit.reports.result import AuditResult

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One recorded run; `findings` counts those with a verdict fail or unknown."""

    id: int
    recorded_at: str
    as_of: date
    tool_version: str
    snapshot: str
    complete: bool
    findings: int


@dataclass(frozen=True, slots=True)
class PastFinding:
    """A finding as it was recorded; `title` is language -> text."""

    id: str
    check: str
    severity: int
    device: str
    subject: str
    title: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunDifference:
    """A run against an earlier one, by finding id.

    `fixed` are gone although their device and check were looked at again; `not_examined` are gone because the device
    or the check was missing this time, which proves nothing.
    """

    run: int
    previous: int | None
    new: tuple[str, ...]
    still_open: tuple[str, ...]
    fixed: tuple[PastFinding, ...] = ()
    not_examined: tuple[PastFinding, ...] = ()


def open_history(url: str, create: bool = True) -> Engine:
    """Return the database of a URL ("sqlite:///runs.db", "postgresql+psycopg://...") or of a plain SQLite path.

    With `create` false a SQLite file that is not there is an error, too. Raises InputError where it cannot be opened.
    Passwords in the URL are never shown.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    from netaudit.history.schema import metadata

    text = url if "://" in url else f"sqlite:///{url}"
    try:
        parsed = make_url(text)
        engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                if not create and not Path(parsed.database).is_file():
                    raise InputError.single("--db", f"no such history database: {parsed.database}")
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)

            @event.listens_for(engine, "connect")
            def _enforce_foreign_keys(connection: object, _: object) -> None:
                connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]

        metadata.create_all(engine)
    except ImportError as error:
        raise InputError.single(
            "--db", f"needs the database driver {error.name}, which is not installed; install it or give a SQLite file"
        ) from None
    except (ArgumentError, NoSuchModuleError, SQLAlchemyError, OSError, ValueError) as error:
        shown = text if "@" not in text else text.rpartition("@")[2]
        raise InputError.single(
            "--db", f"cannot open the history database {shown} ({type(error).__name__}); expected a file or a URL"
        ) from None
    return engine


def record_run(engine: Engine, result: AuditResult, recorded_at: str, baseline: int | None = None) -> RunDifference:
    """Write a run with its findings, and compare it with `baseline` or the last run of the same snapshot.

    Raises InputError for a baseline that is not recorded.
    """
    from sqlalchemy import insert

    from netaudit.history.schema import findings, runs

    with engine.begin() as connection:
        previous = _previous(connection, result.snapshot_name, baseline)
        hashes = sorted(one.sha256 for one in result.coverage)
        inserted = connection.execute(
            insert(runs).values(
                recorded_at=recorded_at,
                as_of=result.as_of,
                tool_version=result.tool_version,
                snapshot=result.snapshot_name,
                complete=result.complete,
                devices=json.dumps([device.name for device in result.devices], ensure_ascii=False),
                checks=json.dumps([one.check for one in result.checks if not one.missing_registers]),
                inputs_sha256=hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
            )
        )
        run = int(inserted.inserted_primary_key[0])  # type: ignore[index]
        rows = [
            {
                "run_id": run,
                "finding_id": one.id,
                "check_id": one.check,
                "severity": int(one.severity),
                "outcome": one.outcome.value,
                "device": one.device,
                "subject": one.subject,
                "title": json.dumps(dict(one.title), ensure_ascii=False, sort_keys=True),
                "place": f"{one.where[0].path}:{one.where[0].line}" if one.where else "",
            }
            for one in result.findings
        ]
        if rows:
            connection.execute(insert(findings), rows)
        return _difference(connection, run, previous, result)


def _previous(connection: Connection, snapshot: str, baseline: int | None) -> int | None:
    from sqlalchemy import func, select

    from netaudit.history.schema import runs

    if baseline is not None:
        if connection.execute(select(runs.c.id).where(runs.c.id == baseline)).first() is None:
            raise InputError.single("--baseline", f"run {baseline} is not in the history; see `netaudit history`")
        return baseline
    found = connection.execute(select(func.max(runs.c.id)).where(runs.c.snapshot == snapshot)).scalar()
    return int(found) if found is not None else None


def _difference(connection: Connection, run: int, previous: int | None, result: AuditResult) -> RunDifference:
    now = {one.id for one in result.findings}
    if previous is None:
        return RunDifference(run, None, tuple(sorted(now)), ())
    before = past_findings(connection, previous)
    devices = {device.name for device in result.devices}
    ran = {one.check for one in result.checks if not one.missing_registers}
    gone = [one for key, one in sorted(before.items()) if key not in now]
    seen_again = [one for one in gone if (not one.device or one.device in devices) and one.check in ran]
    return RunDifference(
        run,
        previous,
        new=tuple(sorted(now - set(before))),
        still_open=tuple(sorted(now & set(before))),
        fixed=tuple(seen_again),
        not_examined=tuple(one for one in gone if one not in seen_again),
    )


def past_findings(connection: Connection, run: int) -> dict[str, PastFinding]:
    """Return the findings of a recorded run by their id."""
    from sqlalchemy import select

    from netaudit.history.schema import findings

    return {
        row.finding_id: PastFinding(
            row.finding_id, row.check_id, row.severity, row.device, row.subject, json.loads(row.title)
        )
        for row in connection.execute(select(findings).where(findings.c.run_id == run))
    }


def list_runs(engine: Engine) -> tuple[RunRecord, ...]:
    """Return all recorded runs, the oldest first."""
    from sqlalchemy import func, select

    from netaudit.history.schema import findings, runs

    counted = (
        select(runs, func.count(findings.c.finding_id).label("findings"))
        .outerjoin(findings, findings.c.run_id == runs.c.id)
        .group_by(*runs.c)
        .order_by(runs.c.id)
    )
    with engine.connect() as connection:
        return tuple(
            RunRecord(row.id, row.recorded_at, row.as_of, row.tool_version, row.snapshot, row.complete, row.findings)
            for row in connection.execute(counted)
        )
