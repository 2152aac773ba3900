"""Runs a command as a user does: in this process where it is quick, or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit code and what it printed."""

    code: int
    out: str
    error: str

    @property
    def document(self) -> Any:
        """Return the one JSON document on standard output; anything beside it fails."""
        return json.loads(self.out)


def netaudit(*arguments: object) -> Outcome:
    """Run `netaudit ARGUMENTS` in this process, not on a terminal. A bug raises through."""
    from netaudit.cli import main

    out, error = StringIO(), StringIO()
    code: object = 0
    with (
        patch.object(sys, "argv", ["netaudit", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return Outcome(code if isinstance(code, int) else int(bool(code)), out.getvalue(), error.getvalue())


def netaudit_process(*arguments: object, folder: Path | None = None) -> Outcome:
    """Run `python -m netaudit ARGUMENTS` as a process of its own, in `folder`."""
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "netaudit", *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
