"""The commands with their options; each body imports what it needs, so that start-up stays fast."""

from __future__ import annotations

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

app = typer.Typer(
    name="netaudit",
    help="離線稽核防火牆與網路設定。Offline audit of firewall and network configurations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
policy_app = typer.Typer(help="登錄表：起草與驗證。Registers: draft and validate.", no_args_is_help=True)
evidence_app = typer.Typer(help="佐證：驗證雜湊。Evidence: verify hashes.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")
app.add_typer(evidence_app, name="evidence")


class Format(StrEnum):
    """How a command prints its answer."""

    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    """The language of reports."""

    CHINESE = "zh-TW"
    ENGLISH = "en"


Snapshot = Annotated[
    str,
    typer.Argument(
        metavar="SNAPSHOT",
        help="資料夾、檔案、zip/tar，或 git:PATH@REV。A folder, a file, a zip or tar, or git:PATH@REV.",
        show_default=False,
    ),
]
PolicyFolder = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads this at run time
    typer.Option("--policy", metavar="DIR", help="登錄表資料夾。The folder with the registers."),
]
PlatformName = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--platform", metavar="NAME", help="內容無法判別時的平台。The platform of files whose content does not tell."
    ),
]
AsOf = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--as-of", metavar="DATE", help="稽核基準日 YYYY-MM-DD（預設今日）。The day that is asked about."),
]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="平行程序數。Processes.")]
PlannedChange = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--with-change",
        metavar="FILE.yaml",
        help="先套用計畫中的變更再回答（docs/changes.md）。Apply planned changes before answering.",
    ),
]
OutputFormat = Annotated[Format, typer.Option("--format", help="輸出格式。How to print.")]
ReportLanguage = Annotated[Language, typer.Option("--lang", help="報告語言。Language of the reports.")]

_JOBS = os.cpu_count() or 1


def day_of(text: str | None) -> date:
    """Return the day of an option, today in Taipei where it is not given. Raises InputError."""
    from netaudit.errors import InputError

    if text is None:
        from datetime import datetime, timedelta, timezone

        return datetime.now(timezone(timedelta(hours=8))).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError.single("--as-of", f"expected a date like 2026-11-20, not {text!r}") from None


def _print_version(value: bool) -> None:
    if value:
        from netaudit import __version__

        print(f"netaudit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本。Print the version.")
    ] = False,
) -> None:
    """離線稽核防火牆與網路設定。Offline audit of firewall and network configurations."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="報告資料夾。Where to write.")] = Path(
        "demo-report"
    ),
    language: ReportLanguage = Language.CHINESE,
    open_report: Annotated[bool, typer.Option("--open", help="以瀏覽器開啟報告。Open the report.")] = False,
    output: OutputFormat = Format.TEXT,
) -> None:
    """以內附示範公司執行完整稽核。The whole job on the shipped reference firm."""
    from netaudit.cli.demo import run_demo

    run_demo(out, language.value, open_report, output.value)


@app.command()
def scan(
    snapshot: Snapshot,
    policy: PolicyFolder = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", metavar="DIR", help="報告資料夾（預設 netaudit-report）。Where to write."),
    ] = None,
    as_of: AsOf = None,
    language: ReportLanguage = Language.CHINESE,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="LIST",
            help="報告格式，逗號分隔：html、xlsx、csv、json，架構圖 svg、drawio、mermaid、graphml；"
            "json 單獨使用時印到標準輸出。Report formats, the last four are pictures of the network.",
        ),
    ] = "html,xlsx,csv,json",
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="SEVERITY", help="達此嚴重度即以 1 結束。Exit 1 at or above it.")
    ] = "high",
    jobs: Jobs = _JOBS,
    database: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--db", metavar="URL", help="歷史資料庫（SQLite 檔案或 URL）。The history database."),
    ] = None,
    baseline: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--baseline", metavar="RUN", help="與此次執行比較。Compare with this run."),
    ] = None,
    platform: PlatformName = None,
) -> None:
    """稽核：檢核、報告、佐證、歷史。The audit: checks, reports, evidence, history."""
    from netaudit.cli.scan import ScanOptions, run_scan

    options = ScanOptions(
        snapshot=snapshot,
        policy=policy,
        out=out,
        as_of=day_of(as_of),
        language=language.value,
        formats=tuple(part.strip() for part in formats.split(",") if part.strip()),
        fail_on=fail_on,
        jobs=jobs,
        database=database,
        baseline=baseline,
        platform=platform,
    )
    raise typer.Exit(run_scan(options))


@app.command()
def parse(
    snapshot: Snapshot, output: OutputFormat = Format.TEXT, jobs: Jobs = _JOBS, platform: PlatformName = None
) -> None:
    """每個檔案理解了多少。What was understood, per file."""
    from netaudit.cli.snapshot import run_parse

    raise typer.Exit(run_parse(snapshot, output.value, jobs, platform))


@app.command()
def rules(
    snapshot: Snapshot,
    device: Annotated[str, typer.Option("--device", metavar="D", help="只看此設備。Only this device.")] = "",
    rulebase: Annotated[str, typer.Option("--rulebase", metavar="R", help="只看此規則集。Only this rulebase.")] = "",
    advice: Annotated[bool, typer.Option("--advice/--no-advice", help="列出參考性關係。Advisory kinds too.")] = False,
    change: PlannedChange = None,
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """規則關係：遮蔽、冗餘、無法比對。Rule relations."""
    from netaudit.cli.rulebases import run_rules

    raise typer.Exit(run_rules(snapshot, device, rulebase, advice, output.value, jobs, platform, change))


@app.command()
def flow(
    snapshot: Snapshot,
    flows: Annotated[Path, typer.Option("--flows", metavar="FILE.csv", help="封包清單。The packets to ask about.")],
    change: PlannedChange = None,
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """單一封包在規則集的結果。The fate of single packets at a rulebase."""
    from netaudit.cli.flows import run_flow

    raise typer.Exit(run_flow(snapshot, flows, output.value, jobs, platform, change))


@app.command()
def trace(
    snapshot: Snapshot,
    flows: Annotated[Path, typer.Option("--flows", metavar="FILE.csv", help="封包清單。The packets to follow.")],
    as_of: AsOf = None,
    change: PlannedChange = None,
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """封包逐跳走過網路，與其回程。The fate of packets through the network, hop by hop, and back."""
    from netaudit.cli.traces import run_trace

    raise typer.Exit(run_trace(snapshot, flows, day_of(as_of), output.value, jobs, platform, change))


@app.command()
def matrix(
    snapshot: Snapshot,
    policy: Annotated[
        Path, typer.Option("--policy", metavar="DIR", help="登錄表資料夾。The folder with the registers.")
    ],
    as_of: AsOf = None,
    change: PlannedChange = None,
    failures: Annotated[
        bool,
        typer.Option("--failures", help="逐一假設線路與設備故障後重算。Repeat with each line and device failed."),
    ] = False,
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """區域矩陣：實際、核准、超出、缺少。Zone to zone: permitted, stated, excess, missing."""
    from netaudit.cli.snapshot import run_matrix

    raise typer.Exit(run_matrix(snapshot, policy, day_of(as_of), output.value, jobs, platform, change, failures))


@app.command()
def inventory(
    snapshot: Snapshot,
    policy: PolicyFolder = None,
    as_of: AsOf = None,
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """設備、型號、版本與生命週期。Devices, models, versions, lifecycle."""
    from netaudit.cli.snapshot import run_inventory

    raise typer.Exit(run_inventory(snapshot, policy, day_of(as_of), output.value, jobs, platform))


@policy_app.command("init")
def policy_init(
    snapshot: Snapshot,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="登錄表資料夾。Where to write.")] = Path("policy"),
    output: OutputFormat = Format.TEXT,
    jobs: Jobs = _JOBS,
    platform: PlatformName = None,
) -> None:
    """由設定檔起草登錄表。Draft the registers from the configurations."""
    from netaudit.cli.registers import run_policy_init

    raise typer.Exit(run_policy_init(snapshot, out, output.value, jobs, platform))


@policy_app.command("check")
def policy_check(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="登錄表資料夾。The folder with the registers.")],
    output: OutputFormat = Format.TEXT,
) -> None:
    """驗證登錄表，一次列出所有錯誤。Validate the registers, all mistakes at once."""
    from netaudit.cli.registers import run_policy_check

    raise typer.Exit(run_policy_check(policy, output.value))


@evidence_app.command("verify")
def evidence_verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="scan 產生的資料夾。The folder that a scan wrote.")],
    output: OutputFormat = Format.TEXT,
) -> None:
    """檢查雜湊，指出被更動的檔案。Check the hashes and name what changed."""
    from netaudit.cli.evidence import run_verify

    raise typer.Exit(run_verify(bundle, output.value))


@app.command()
def history(
    database: Annotated[str, typer.Option("--db", metavar="URL", help="歷史資料庫。The history database.")],
    output: OutputFormat = Format.TEXT,
) -> None:
    """歷次執行。Recorded runs."""
    from netaudit.cli.evidence import run_history

    raise typer.Exit(run_history(database, output.value))


@app.command()
def checks(output: OutputFormat = Format.TEXT) -> None:
    """列出所有檢核。List all checks."""
    from netaudit.cli.documents import run_checks_list

    raise typer.Exit(run_checks_list(output.value))


@app.command()
def explain(
    check: Annotated[str, typer.Argument(metavar="CHECK", help="例如 RULE-001。For example RULE-001.")],
    output: OutputFormat = Format.TEXT,
) -> None:
    """說明一項檢核。Explain a check."""
    from netaudit.cli.documents import run_explain

    raise typer.Exit(run_explain(check, output.value))


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="scan、parse、flow…；空白列出全部。Empty lists all.")
    ] = "",
    output: OutputFormat = Format.TEXT,
) -> None:
    """輸出文件的 JSON Schema。The JSON schema of a document."""
    from netaudit.cli.documents import run_schema

    raise typer.Exit(run_schema(name, output.value))
