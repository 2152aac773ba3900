"""Measure whole processes of `netaudit` on generated configurations: `make bench`.

Each line: the case, seconds of wall clock and of CPU, the peak memory, the bar. Parsing, analysis and output count.
`python benchmarks/run.py quick` leaves out the large cases. NETAUDIT_CORPUS names the corpus with ClassBench.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import asa_groups, classbench, flows, ios
from panorama import panorama

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / os.environ.get("NETAUDIT_CORPUS", "../shared/corpus")


def run(title: str, bar: str, *arguments: str) -> None:
    """Run one command and print what it took."""
    before = os.times()
    start = time.perf_counter()
    command = [sys.executable, "-m", "netaudit", *arguments, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        size = sum(len(part) for part in iter(lambda: process.stdout.read(1 << 20), b""))  # type: ignore[union-attr]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(
        f"{title:34} {wall:7.2f} s wall {cpu or usage.ru_utime + usage.ru_stime:7.2f} s cpu "
        f"{usage.ru_maxrss / 1024:6.0f} MB  bar {bar}  exit {process.returncode}, {size} bytes",
        flush=True,
    )


def write(path: Path, lines: object) -> str:
    """Write a configuration and return its path."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)  # type: ignore[attr-defined]
    return str(path)


def main() -> None:
    """Run the cases."""
    quick = "quick" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for rules, bar in ((1000, "-"), (10000, "2.0 s, 300 MB")):
            run(f"IOS ACL, {rules} lines", bar, "rules", write(here / f"ios-{rules}.cfg", ios(rules)))
        packets = write(here / "flows.csv", flows(100_000))
        run("100,000 flows at 10,000 lines", "5 s", "flow", str(here / "ios-10000.cfg"), "--flows", packets)
        for rules, bar in ((10000, "5 s, 400 MB"), (50000, "45 s, 1.2 GB")):
            if rules == 10000 or not quick:
                path = write(here / f"asa-{rules}.cfg", asa_groups(rules))
                run(f"ASA object groups, {rules} rules", bar, "rules", path)
        for name, bar in (
            ("neurocuts/acl1_10k", "3 s"),
            ("neurocuts/fw1_10k", "3 s"),
            ("neurocuts/ipc1_10k", "3 s"),
            ("fighternan/ipc1_50k", "15 s"),
        ):
            source = CORPUS / "classbench" / name
            if not source.exists():
                print(f"{name}: not there ({source})")
            elif "50k" not in name or not quick:
                path = write(here / f"{source.name}.cfg", classbench(str(source)))
                run(f"ClassBench {source.name}", bar, "rules", path)
        if not quick:
            path = write(here / "ios-100000.cfg", ios(100_000))
            run("IOS ACL, 100000 lines", "ends", "rules", path)
            run("Panorama, 200 MB of XML", "2.5 GB", "parse", write(here / "panorama.xml", panorama(97)))


if __name__ == "__main__":
    main()
