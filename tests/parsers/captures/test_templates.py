"""ttp leaves nothing behind, says nothing, and its rows know their lines."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from netaudit.parsers.captures.contract import CaptureInput
from netaudit.parsers.captures.templates import template_rows

PROGRAM = """
from netaudit.parsers.captures.templates import template_rows
from netaudit.parsers.captures.contract import CaptureInput
read = template_rows("cisco_ios/show_inventory.ttp")
lines = ['NAME: "a", DESCR: "b"', "PID: c , VID: d , SN: e", "the password is secret"]
print(len(read(CaptureInput(lines, "show inventory", {})).rows))
"""


def test_no_cache_is_read_or_written_and_nothing_is_logged(tmp_path: Path) -> None:
    # Whoever can write to this folder could have any code unpickled.
    cache = tmp_path / "ttp_dict_cache.pickle"
    cache.write_bytes(b"cos\nsystem\n(S'echo unpickled'\ntR.")
    environment = {**os.environ, "TTPCACHEFOLDER": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=True)
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert cache.read_bytes().startswith(b"cos")
    import ttp

    assert not [path for folder in ttp.__path__ for path in Path(folder).glob("*.pickle")]


def test_rows_know_their_lines_and_fields_are_always_there() -> None:
    lines = ["", 'NAME: "one", DESCR: "x"', "PID: P1 , VID: V1 , SN: S1", "other text", 'NAME: "two", DESCR: "y"']
    rows = template_rows("cisco_ios/show_inventory.ttp")(CaptureInput(lines, "show inventory", {})).rows
    assert [row.lines for row in rows] == [(1, 2), (4,)]
    assert [dict(row.fields) for row in rows] == [
        {"name": "one", "descr": "x", "pid": "P1", "vid": "V1", "sn": "S1"},
        {"name": "two", "descr": "y", "pid": "", "vid": "", "sn": ""},
    ]


def test_a_text_that_names_a_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text('NAME: "from the file", DESCR: "x"\n')
    assert template_rows("cisco_ios/show_inventory.ttp")(CaptureInput([str(path)], "show inventory", {})).rows == []


@pytest.mark.parametrize(
    "name",
    [
        f"{folder.name}/{template.name}"
        for folder in files("netaudit.parsers.captures").iterdir()
        if folder.is_dir()
        for template in folder.iterdir()
        if template.name.endswith(".ttp")
    ],
)
def test_every_template_is_compiled_and_takes_any_text(name: str) -> None:
    # A template with a mistake makes ttp end the process.
    assert template_rows(name)(CaptureInput(["", "\u2003\u2003 {{ x }} <group>", "| \\ %"], "", {})).rows == []
