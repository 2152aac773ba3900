"""Planned changes and what they do, as JSON values of the commands that take `--with-change`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Policy
from netaudit.reports.matrix_cells import all_stated, has_stated_matrix
from netaudit.reports.packet_views import packet_views
from netaudit.reports.result import MatrixCell
from netaudit.reports.views import rule_view
from netaudit.topology.changes.applying import Applied
from netaudit.topology.changes.effects import Effect, EffectKind, Ending
from netaudit.topology.network import Network

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JudgedEffect:
    """An effect, or the part of one that the stated matrix judges alike.

    `verdict`: "excess" (newly permitted and not stated), "missing" (newly denied and stated), "ok", or "unknown" where
    no matrix is stated.
    """

    effect: Effect
    packets: PacketSet
    verdict: str


def judged_effects(
    effects: Sequence[Effect], before: Network, after: Network, policy: Policy, as_of: date
) -> Iterator[JudgedEffect]:
    """Yield the effects of a change against what is stated: what is new by the zones after it, what is lost before."""
    for one in effects:
        new = one.kind is EffectKind.NEWLY_PERMITTED
        if not has_stated_matrix(policy):
            yield JudgedEffect(one, one.packets, "unknown")
            continue
        stated = all_stated(policy, after if new else before, one.from_zone, one.to_zone, as_of)
        bad, good = (
            (one.packets - stated, one.packets & stated) if new else (one.packets & stated, one.packets - stated)
        )
        if bad:
            yield JudgedEffect(one, bad, "excess" if new else "missing")
        if good:
            yield JudgedEffect(one, good, "ok")


def changes_view(path: str, applied: Sequence[Applied]) -> Json:
    """Return the changes of a file as they were applied."""
    return {
        "file": path,
        "changes": [
            {
                "line": one.change.written.where.line,
                "change": one.kind,
                "device": one.device,
                "subject": one.subject,
            }
            for one in applied
        ],
    }


def matrix_change_view(
    path: str,
    applied: Sequence[Applied],
    before: Sequence[MatrixCell],
    after: Sequence[MatrixCell],
    effects: Sequence[JudgedEffect],
) -> Json:
    """Return the `change` field of the matrix document: the zone pairs whose packets or verdict changed."""
    old = {(one.from_zone, one.to_zone): one.verdict for one in before}
    cells = []
    for cell in after:
        pair = cell.from_zone, cell.to_zone
        mine = [one for one in effects if (one.effect.from_zone, one.effect.to_zone) == pair]
        if not mine and old.get(pair, cell.verdict) == cell.verdict:
            continue
        cells.append(
            {
                "from": cell.from_zone,
                "to": cell.to_zone,
                "verdict_before": old.get(pair, "unknown"),
                "verdict": cell.verdict,
                "newly_permitted": [
                    row for one in mine if one.effect.kind is EffectKind.NEWLY_PERMITTED for row in _rows(one)
                ],
                "newly_denied": [
                    row for one in mine if one.effect.kind is EffectKind.NEWLY_DENIED for row in _rows(one)
                ],
            }
        )
    return {**changes_view(path, applied), "cells": cells}


def _rows(judged: JudgedEffect) -> list[Json]:
    effect = judged.effect
    rules = [rule_view(one.device, one.rulebase, one.rule, one.where) for one in effect.deciding]
    more = {
        "verdict": judged.verdict,
        "surely": effect.surely,
        "reasons": list(effect.reasons),
        "path": list(effect.devices),
    }
    if effect.kind is EffectKind.NEWLY_DENIED:
        more["ends"] = _ending_view(effect.ending)
    return [{**row, **more} for row in packet_views(judged.packets, rules)]


def _ending_view(ending: Ending | None) -> Json | None:
    if ending is None:
        return None
    step = ending.step
    place = step.where if step else None
    return {
        "disposition": ending.disposition.value,
        "device": ending.device,
        "kind": step.kind if step else None,
        "name": step.name if step else None,
        "file": place.path if place else None,
        "line": place.line if place else None,
        "reason": ending.reason,
    }
