"""Every show output of the corpus, in files, logs and headers: read without an exception, every line accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from netaudit.collect import collect
from netaudit.model.source import FileStatus
from netaudit.parsers.captures import read_captures

# Laboratories with show output of hosts whose configuration lies beside it, and files of one output a command.
FOLDERS = ("lab-validation", "ntc-templates", "oxidized", "ttp-templates", "netutils-mock")


def test_every_capture_is_read_and_every_line_accounted_for(corpus: Path) -> None:
    statuses: Counter[FileStatus] = Counter()
    for folder in FOLDERS:
        for file in collect(str(corpus / folder)).files:
            if not file.captures:
                continue
            parsed = read_captures(file)
            account = parsed.coverage
            assert account.understood + account.ignored + len(account.notes) == account.lines == len(file.lines)
            for captured in parsed.captured:
                (one,) = captured.captures
                assert one.where.path == file.path
                assert all(1 <= place.line <= len(file.lines) for _, place in captured.fact_sources)
            statuses[account.status] += 1
    assert statuses[FileStatus.CAPTURE] > 500
    assert statuses[FileStatus.UNREADABLE] == 0
