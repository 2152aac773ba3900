"""The command line: the only room that prints."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; turn errors that the user can mend into messages and exit code 2."""
    from netaudit.cli.app import app
    from netaudit.errors import InputError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except InputError as error:
        for problem in error.problems:
            print(f"netaudit: {problem}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)
