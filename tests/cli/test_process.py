"""Commands as processes of their own: exit codes, streams, and parsing in several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netaudit.audit import PARALLEL_LINES
from tests.cli.snapshots import OPEN, QUIET, STRANGE, snapshot
from tests.command_line import netaudit_process


@pytest.mark.parametrize(
    ("files", "code"), [({"quiet": QUIET}, 0), ({"open": OPEN}, 1), ({"strange": STRANGE}, 3), ({}, 2)]
)
def test_the_exit_codes_of_a_real_process(tmp_path: Path, files: dict[str, str], code: int) -> None:
    folder = snapshot(tmp_path / "s", **files)
    outcome = netaudit_process("scan", folder, "--fail-on", "medium", folder=tmp_path)
    assert outcome.code == code
    assert "Traceback" not in outcome.error
    assert (tmp_path / "netaudit-report" / "manifest.json").is_file() is (code != 2)
    # Not a terminal: no progress bars, no colours.
    assert "\x1b" not in outcome.out + outcome.error
    assert outcome.error.count("\n") == (1 if code == 2 else 0)


def test_several_processes_give_the_document_of_one(tmp_path: Path) -> None:
    entries = "".join(
        f" permit tcp host 10.{i // 250}.{i % 250}.1 any eq 443\n" for i in range(PARALLEL_LINES // 2 + 9)
    )
    long = QUIET.replace(" deny ip any any log\n", entries + " deny ip any any log\n")
    folder = snapshot(
        tmp_path / "s", one=long.replace("QUIET", "ONE"), two=long.replace("QUIET", "TWO"), three=STRANGE, four=""
    )
    alone = netaudit_process("parse", folder, "--format", "json", "--jobs", 1)
    together = netaudit_process("parse", folder, "--format", "json", "--jobs", 2)
    assert alone.code == together.code == 3
    assert alone.out == together.out
    assert alone.error == together.error == "netaudit: four.cfg: is empty; export it again\n"


def test_text_for_a_terminal_that_knows_no_chinese_is_printed_all_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netaudit", "parse", str(snapshot(tmp_path / "s", quiet=QUIET))],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "檔案".encode() in done.stdout
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`netaudit checks | head -1`"""
    command = f'"{sys.executable}" -m netaudit checks | head -1'
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_the_help_needs_no_heavy_library() -> None:
    """What is imported at start decides how long every command takes."""
    script = (
        "import sys; sys.argv = ['netaudit', '--help']\n"
        "from netaudit.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'networkx', 'ttp', 'ciscoconfparse', 'xlsxwriter', 'sqlalchemy', 'jinja2', 'numpy'}\n"
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
