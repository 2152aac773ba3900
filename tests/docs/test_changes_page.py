"""docs/changes.md names every change and key, and its example applies to the reference firm."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.cli.demo import demo_firm
from netaudit.model.table_files import RegisterFile
from netaudit.policy.change_file import KINDS, read_changes
from netaudit.topology.changes.applying import apply_changes

PAGE = (Path(__file__).parents[2] / "docs" / "changes.md").read_text(encoding="utf-8")


def test_the_example_applies_to_the_reference_firm() -> None:
    text = PAGE.split("```yaml\n")[1].split("```")[0]
    file = read_changes(RegisterFile("changes.md", "changes.yaml", text.encode()))
    devices = read_snapshot(str(demo_firm() / "configs")).devices
    assert len(apply_changes(devices, file.changes, file.problems).applied) == len(file.changes) == 10


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_and_key_is_named(kind: str) -> None:
    assert f"`{kind}`" in PAGE
    for key in KINDS[kind].keys:
        assert f"`{key}" in PAGE, key
