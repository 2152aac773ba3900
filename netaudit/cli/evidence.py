"""The commands evidence verify and history."""

from __future__ import annotations

from pathlib import Path

from netaudit.cli.output import print_json, print_table


def run_verify(bundle: Path, output: str) -> int:
    """Compare a bundle with its hashes; 1 where a byte differs."""
    from netaudit.evidence.verify import verify_bundle

    found = verify_bundle(bundle)
    if output == "json":
        print_json(
            {
                "intact": found.intact,
                "files": list(found.files),
                "changed": list(found.changed),
                "missing": list(found.missing),
                "unexpected": list(found.unexpected),
            }
        )
        return 0 if found.intact else 1
    for words, names in (
        ("已被更動 changed", found.changed),
        ("遺失 missing", found.missing),
        ("不在清單 not in SHA256SUMS", found.unexpected),
    ):
        for name in names:
            print(f"{words}: {name}")
    if found.intact:
        print(f"完整 intact: {len(found.files)} files")
    return 0 if found.intact else 1


def run_history(database: str, output: str) -> int:
    """Print the recorded runs."""
    from netaudit.history.runs import list_runs, open_history

    runs = list_runs(open_history(database, create=False))
    if output == "json":
        print_json(
            {
                "runs": [
                    {
                        "run": one.id,
                        "recorded_at": one.recorded_at,
                        "as_of": one.as_of.isoformat(),
                        "tool_version": one.tool_version,
                        "snapshot": one.snapshot,
                        "complete": one.complete,
                        "findings": one.findings,
                    }
                    for one in runs
                ]
            }
        )
        return 0
    print_table(
        (
            "執行 run",
            "時間 recorded at",
            "基準日 as of",
            "版本 version",
            "快照 snapshot",
            "完整 complete",
            "缺失 findings",
        ),
        [
            (
                one.id,
                one.recorded_at,
                one.as_of,
                one.tool_version,
                one.snapshot,
                "✓" if one.complete else "-",
                one.findings,
            )
            for one in runs
        ],
    )
    return 0
