"""Writes small policy folders for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from netaudit.errors import InputError
from netaudit.policy.load import load_policy
from netaudit.policy.registers import Policy

ZONE_MAP = """\
zones:
  - zone: INTERNET
    type: internet
    members: [{device: fw-1, interface: outside}]
  - zone: DMZ
    type: dmz
    subnets: [10.10.10.0/24]
    members: [{device: core-1, vlan: 110}]
  - zone: PROD
    type: prod
    subnets: [10.10.20.0/24, 2001:db8:20::/64]
"""


def policy_of(folder: Path, files: Mapping[str, str | bytes]) -> Policy:
    """Return the policy of a folder with these files; raises InputError like `load_policy`."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return load_policy(folder)


def problems_of(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Return the problems of a folder as "file: place: message"; none where it loads."""
    try:
        policy_of(folder, files)
    except InputError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []
