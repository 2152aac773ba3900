"""The command line: the only room that prints."""

from __future__ import annotations

import gc
import sys

# Parsing makes many values and few cycles; by default the collector would look at them all again and again.
_ALLOCATIONS_A_COLLECTION = 100_000


def main() -> None:
    """Run the command line; turn errors that the user can mend into messages and exit code 2."""
    from netaudit.cli.app import app
    from netaudit.errors import InputError

    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION, 20, 20)
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
