"""What failures change, for the JSON documents, the tables and the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netaudit.reports.packet_views import packet_rows, packet_views
from netaudit.reports.packet_words import flow_text
from netaudit.reports.result import AuditResult
from netaudit.reports.tables import Cell, Table, rule_text
from netaudit.reports.views import rule_view
from netaudit.reports.words import Words
from netaudit.topology.failing import FailingPart
from netaudit.topology.failures import FailureAnswer, PairChange
from netaudit.topology.reach import PassedPackets

Json = dict[str, Any]

_ORDER = ("opens", "may_open", "undecided", "not_repeated", "closes", "may_close")


def failures_document(answer: FailureAnswer) -> Json:
    """Return the field `failures` of the matrix: what each failure changes, and what was not asked.

    `repeated` counts the parts that were failed one by one; those without a change have no entry in `changes`.
    """
    return {
        "repeated": len(answer.repeated),
        "not_repeated": [_part_view(part) for part in answer.not_repeated],
        "changes": [_change_view(change) for change in answer.changes],
        "undecided": [
            {"reason": reason, "pairs": [list(pair) for pair in pairs], "failures": count}
            for reason, pairs, count in answer.undecided
        ],
    }


def _part_view(part: FailingPart) -> Json:
    return {
        "kind": part.kind.value,
        "name": part.name,
        "devices": list(part.devices),
        "interfaces": [{"device": one.device, "interface": one.interface} for one in sorted(part.down)]
        if not part.devices
        else [],
        "lines": list(part.lines),
        "zones": list(part.zones),
    }


def _change_view(change: PairChange) -> Json:
    return {
        "failure": _part_view(change.part),
        "from": change.from_zone,
        "to": change.to_zone,
        "opens": list(_way_views(change.opens)),
        "may_open": list(_way_views(change.may_open)),
        "reasons": list(change.reasons),
        "closes": packet_views(change.closes),
        "surely_closes": change.surely_closes,
    }


def _way_views(ways: Iterable[PassedPackets]) -> Iterator[Json]:
    for way in ways:
        rules = [rule_view(one.device, one.rulebase, one.rule, one.where) for one in way.deciding]
        for view in packet_views(way.packets, rules):
            yield {**view, "path": list(way.devices)}


def failures_table(result: AuditResult, words: Words) -> Table:
    """Return what each failure changes, row by row: what it opens first, what it closes last.

    `effect`: "opens", "may_open", "undecided", "not_repeated", "closes", "may_close". `failed_part` of what is
    undecided is the number of failures.
    """
    rows: list[tuple[Cell, ...]] = []
    for change in result.failures.changes:
        part = change.part
        start = part.kind.value, part.name, ", ".join(part.lines), change.from_zone, change.to_zone
        reasons = "; ".join(words.reasons(change.reasons)) if change.may_open else ""
        for effect, way in _effects(change):
            text = "\n".join(rule_text(one.device, one.rulebase, one.rule) for one in way.deciding)
            rows += [
                (
                    *start,
                    effect,
                    row.protocol,
                    ", ".join(row.destination_ports),
                    row.sources,
                    row.destinations,
                    flow_text(row.witness, words),
                    " > ".join(way.devices),
                    text,
                    reasons if effect == "may_open" else "",
                )
                for row in packet_rows(way.packets)
            ]
    empty = ("",) * 7
    for reason, pairs, count in result.failures.undecided:
        for from_zone, to_zone in pairs:
            text = "; ".join(words.reasons((reason,)))
            rows.append(("", str(count), "", from_zone, to_zone, "undecided", *empty, text))
    rows += [
        (part.kind.value, part.name, ", ".join(part.lines), "", "", "not_repeated", *empty, "")
        for part in result.failures.not_repeated
    ]
    rows.sort(key=lambda row: _ORDER.index(str(row[5])))
    columns = (
        *("failed_kind", "failed_part", "line_id", "from_zone", "to_zone", "effect", "protocol", "destination_ports"),
        *("sources", "destinations", "witness", "path", "rules", "reasons"),
    )
    return Table("failures", columns, tuple(rows))


def _effects(change: PairChange) -> Iterator[tuple[str, PassedPackets]]:
    yield from (("opens", way) for way in change.opens)
    yield from (("may_open", way) for way in change.may_open)
    if change.closes:
        yield "closes" if change.surely_closes else "may_close", PassedPackets(change.closes, (), ())
