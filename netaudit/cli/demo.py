"""The command demo: the whole job on the shipped reference firm."""

from __future__ import annotations

import os
from datetime import date
from importlib.resources import files
from pathlib import Path

from netaudit.audit import run_audit
from netaudit.cli.output import print_json, progress_bars
from netaudit.cli.scan import check_folder, first_page, print_summary, report_files, write_files
from netaudit.errors import InputError
from netaudit.evidence.manifest import evidence_files

# The day of the reference firm's review: the same day gives the same report.
AS_OF = date(2026, 11, 20)


def demo_firm() -> Path:
    """Return the folder of the reference firm: inside the package, or beside it in a checkout.

    Raises InputError where neither is there.
    """
    packaged = Path(str(files("netaudit"))) / "demo_firm"
    checkout = Path(__file__).resolve().parents[2] / "fixtures" / "demo-firm"
    for folder in (packaged, checkout):
        if folder.is_dir():
            return folder
    raise InputError.single(
        "demo", "the reference firm is not installed; install netaudit from its wheel or a checkout"
    )


def run_demo(out: Path, language: str, open_report: bool, output: str = "text") -> None:
    """Audit the reference firm, write the reports in both languages, and say where they lie."""
    firm = demo_firm()
    check_folder(out)
    with progress_bars() as progress:
        result = run_audit(
            str(firm / "configs"),
            policy_folder=firm / "policy",
            as_of=AS_OF,
            jobs=os.cpu_count() or 1,
            progress=progress,
        )
        progress("report", 0, 2)
        other = "en" if language == "zh-TW" else "zh-TW"
        reports = report_files(result, language, ("html", "xlsx", "csv", "json"))
        progress("report", 1, 2)
        bundle = evidence_files(result, reports | report_files(result, other, ("html",)))
        progress("report", 2, 2)
    write_files(out, bundle)
    page = next((path for path in sorted(out.glob(f"*{language}*.html"))), None) or first_page(out)
    address = page.resolve().as_uri() if page else ""
    if output == "json":
        print_json({"folder": str(out), "page": address, "files": sorted(bundle)})
    else:
        print_summary(result, out, None)
        print(f"請以瀏覽器開啟 open in a browser: {address}")
    if open_report and address:
        import webbrowser

        webbrowser.open(address)
