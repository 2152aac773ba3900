"""Change files in tests: a text is read and applied as the commands do it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

from netaudit.errors import InputError
from netaudit.model.device import Device
from netaudit.model.table_files import RegisterFile
from netaudit.policy.change_file import read_changes
from netaudit.topology.changes.applying import apply_changes


def changed(devices: Sequence[Device], text: str, name: str = "plan.yaml") -> list[Device]:
    """Return the devices after the changes of a text."""
    file = read_changes(RegisterFile(f"tickets/{name}", name, dedent(text).encode()))
    return list(apply_changes(devices, file.changes, file.problems).devices)


def refused(devices: Sequence[Device], text: str) -> list[str]:
    """Return what is wrong with the changes of a text, as "line 2, key device: ..."; none where they apply."""
    try:
        changed(devices, text)
    except InputError as error:
        return [f"{one.place}: {one.message}" for one in error.problems]
    return []
