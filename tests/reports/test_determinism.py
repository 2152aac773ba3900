"""The same result gives the same bytes; nothing of the machine or the moment is in them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from netaudit.reports import LANGUAGES, WRITERS

from .sample import sample

ROOT = Path(__file__).parents[2]

SCRIPT = """
import hashlib
from netaudit.reports import LANGUAGES, WRITERS
from reports.sample import sample
from reports.thirty_devices import thirty
digest = hashlib.sha256()
for language in LANGUAGES:
    for name, write in WRITERS.items():
        for path, data in sorted(write(thirty(sample()), language).items()):
            digest.update(path.encode() + data)
print(digest.hexdigest())
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(WRITERS))
def test_twice_the_same_bytes(name: str, language: str) -> None:
    assert WRITERS[name](sample(), language) == WRITERS[name](sample(), language)


def test_hash_seed_time_zone_and_locale_change_nothing() -> None:
    digests = set()
    for seed, zone, locale in (("1", "UTC", "C.UTF-8"), ("2", "Asia/Taipei", "C")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            cwd=ROOT / "tests",
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["html", "csv", "json", "svg", "drawio", "mermaid", "graphml"])
def test_no_path_and_no_host_name_of_this_machine(name: str) -> None:
    for data in WRITERS[name](sample(), "en").values():
        text = data.decode("utf-8-sig")
        assert str(ROOT) not in text
        assert len(socket.gethostname()) < 4 or socket.gethostname() not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_file_names_tell_format_and_language(language: str) -> None:
    names = {name for write in WRITERS.values() for name in write(sample(), language)}
    assert names == {
        *(f"report.{language}.html", f"report.{language}.xlsx", "report.json"),
        *("findings.csv", "rules.csv", "matrix.csv", "failures.csv", "inventory.csv", "controls.csv"),
        *("segments.csv", "routes.csv", "hosts.csv", "backup_lines.csv"),
        *("links.csv", "unknown_neighbors.csv", "address_clashes.csv", "topology.graphml"),
        *(f"architecture.{language}.{suffix}" for suffix in ("svg", "drawio", "mmd")),
    }
