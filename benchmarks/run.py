"""Measure whole processes of `netaudit` on generated configurations: `make bench`.

Each line: the case, seconds of wall clock and of CPU, the peak memory, the bar. Parsing, analysis and output count.
`python benchmarks/run.py quick` leaves out the large cases; `matrix` measures the zone matrix alone. NETAUDIT_CORPUS
names the corpus with ClassBench.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import firm
from generate import asa_groups, classbench, flows, ios
from panorama import panorama

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / os.environ.get("NETAUDIT_CORPUS", "../shared/corpus")


def run(title: str, bar: str, *arguments: str) -> float:
    """Run one command, print what it took, and return its seconds of CPU."""
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
    return cpu or usage.ru_utime + usage.ru_stime


def matrices(folder: Path, sizes: Iterable[int]) -> None:
    """Measure the zone matrix of firms of many devices; from size to size the growth against n log n."""
    before: tuple[int, float] | None = None
    for devices in sizes:
        configs, policy = firm.write(devices, folder / f"firm-{devices}")
        bar = "60 s, 3 GB" if devices == 500 else "-"
        arguments = ("matrix", str(configs), "--policy", str(policy), "--as-of", "2026-11-20")
        cpu = run(f"matrix, {devices} devices, 10 zones", bar, *arguments)
        if before is not None:
            growth = cpu / before[1]
            allowed = devices * math.log(devices) / (before[0] * math.log(before[0]))
            print(f"    {growth:.2f} times the CPU of {before[0]} devices; n log n is {allowed:.2f}", flush=True)
        before = devices, cpu


def write(path: Path, lines: object) -> str:
    """Write a configuration and return its path."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)  # type: ignore[attr-defined]
    return str(path)


def main() -> None:
    """Run the cases."""
    quick = "quick" in sys.argv[1:]
    if "matrix" in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            matrices(Path(folder), (125, 250, 500, 1000))
        return
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
        if quick:
            matrices(here, (125,))
        else:
            path = write(here / "ios-100000.cfg", ios(100_000))
            run("IOS ACL, 100000 lines", "ends", "rules", path)
            matrices(here, (125, 250, 500, 1000))
            run("Panorama, 200 MB of XML", "2.5 GB", "parse", write(here / "panorama.xml", panorama(97)))


if __name__ == "__main__":
    main()
