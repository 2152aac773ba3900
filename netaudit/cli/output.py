"""Printing: JSON, tables and progress; results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netaudit.errors import Problem

if TYPE_CHECKING:
    from netaudit.audit import Progress

STAGES = {
    "collect": "讀取檔案 Reading files",
    "parse": "解析設定 Parsing",
    "topology": "計算路徑 Computing paths",
    "rules": "分析規則 Analysing rules",
    "check": "執行檢核 Checking",
    "report": "產生報告 Writing reports",
}


def print_json(document: Any) -> None:
    """Print one JSON document: indented on a terminal, compact elsewhere (ten times as fast)."""
    text = json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    sys.stdout.write(text + "\n")


def note(message: str) -> None:
    """Print a message to standard error."""
    print(message, file=sys.stderr)


def note_problems(problems: Sequence[Problem], most: int = 20) -> None:
    """Print what could not be used, at most `most` lines of it."""
    for problem in problems[:most]:
        note(f"netaudit: {problem}")
    if len(problems) > most:
        note(f"netaudit: … {len(problems) - most} more; `netaudit parse` lists all")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table: drawn on a terminal, tab-separated text elsewhere."""
    if not sys.stdout.isatty():
        print("\t".join(headers))
        for row in rows:
            print("\t".join(str(cell).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Give a progress function that draws bars on a terminal and is quiet elsewhere."""
    if not sys.stderr.isatty():
        from netaudit.audit import quiet

        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
