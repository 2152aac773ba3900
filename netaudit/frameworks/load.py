"""Loads the regulation packs that are shipped as data."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from netaudit.frameworks.controls import Control, Framework

# In the order of the reports: the norms of the first users first.
PACKS = ("tw-futures", "tw-broker-tiers", "tw-securities")


@lru_cache(maxsize=1)
def load_frameworks() -> tuple[Framework, ...]:
    """Return every shipped framework, in the order of `PACKS`; controls keep the order of their documents."""
    data = files("netaudit.frameworks").joinpath("data")
    return tuple(_framework(json.loads(data.joinpath(f"{pack}.json").read_text(encoding="utf-8"))) for pack in PACKS)


def control(control_id: str) -> Control | None:
    """Return the control of that id, None if no framework has it."""
    return next((one for framework in load_frameworks() for one in framework.controls if one.id == control_id), None)


def controls_of_check(check: str) -> tuple[str, ...]:
    """Return the ids of the controls that a check serves, in the order of the frameworks."""
    return tuple(one.id for framework in load_frameworks() for one in framework.controls if check in one.checks)


def _framework(document: dict[str, Any]) -> Framework:
    controls = tuple(
        Control(
            id=one["id"],
            framework=document["id"],
            document=one["document"],
            article=one["article"],
            title=one["title"],
            grade=one["grade"],
            applies=one["applies"],
            industry=document["industry"],
            registers=tuple(one["registers"]),
            checks=tuple(one["checks"]),
            optional_registers=tuple(one.get("optional_registers", ())),
            other_evidence=tuple(one.get("other_evidence", ())),
            advisory=one.get("advisory", False),
            advisory_checks=tuple(one.get("advisory_checks", ())),
        )
        for one in document["controls"]
    )
    return Framework(document["id"], document["title"], document["documents"], controls)
