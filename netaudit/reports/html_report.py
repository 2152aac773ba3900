"""The HTML report: one file that opens from disk, without network, with or without scripts."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from netaudit.findings import ControlVerdict, Finding
from netaudit.model.rules import AccessRule
from netaudit.model.source import SourceRef
from netaudit.packets.packet import PacketSet
from netaudit.reports.diagram import legend_of, place
from netaudit.reports.failure_views import failures_table
from netaudit.reports.network_tables import network_tables
from netaudit.reports.packet_words import flow_text, limited, packet_block
from netaudit.reports.result import AuditResult, MatrixCell
from netaudit.reports.rule_findings import FindingsAtLines
from netaudit.reports.summary import cell_state, summarize
from netaudit.reports.table_words import cell_words
from netaudit.reports.tables import Table, inventory_table, lines_table
from netaudit.reports.templating import asset, environment
from netaudit.reports.text_widths import cut_to_width
from netaudit.reports.views import input_rows
from netaudit.reports.words import Words, words_of

MAX_BLOCKS = 20
"""Blocks of packets shown for one group of a matrix cell; the workbook and the JSON hold all."""

MAX_RECORDS = 200
"""Rows shown of one table of the network; the workbook and the CSV files hold all."""

MAX_NOTES = 200
"""Lines shown for one file on the coverage page; the workbook and the JSON hold all."""


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return report.<language>.html."""
    words = words_of(language)
    template = environment().get_template("report.html.j2")
    text = template.render(_page(result, words))
    return {f"report.{language}.html": text.encode("utf-8", "replace")}


def _page(result: AuditResult, words: Words) -> dict[str, Any]:
    from markupsafe import Markup

    style = asset("report.css") + asset("picture.css")
    start_script, script = asset("start.js"), asset("report.js")
    at_lines = FindingsAtLines(result.findings)
    picture = place(result.diagram_nodes, result.diagram_edges, result.policy)
    order = {zone: index for index, zone in enumerate(result.zones)}
    cells = {
        (cell.from_zone, cell.to_zone): CellPanel.of(
            cell,
            f"cell-{order.get(cell.from_zone, 0)}-{order.get(cell.to_zone, 0)}",
            at_lines,
            words,
        )
        for cell in result.matrix
        if cell.from_zone in order and cell.to_zone in order
    }
    return {
        "t": words,
        "result": result,
        "summary": summarize(result),
        # The page's own files, not text of the inputs.
        "style": Markup(style),
        "start_script": Markup(start_script),
        "script": Markup(script),
        "policy": content_security_policy((style,), (start_script, script)),
        "cells": cells,
        "failures": _record(failures_table(result, words), words),
        "opening_failures": len({one.part for one in result.failures.changes if one.opens or one.may_open}),
        "picture": picture,
        "legend": legend_of(picture, words),
        "cut": cut_to_width,
        "records": [_record(table, words) for table in network_tables(result) if table.rows],
        "inventory": _mappings(inventory_table(result)),
        "agreement_rows": _mappings(lines_table(result)),
        "scorecard": _scorecard(result),
        "control_reasons": lambda control: words.reasons(control.reasons),
        "inputs": input_rows(result.coverage, result.policy),
        "control_ids": {control.id for control in result.controls},
        "choices": _choices(result.findings),
        "zone_types": {zone.name: zone.type.value for zone in result.policy.zones},
        "flow": lambda flow: flow_text(flow, words),
        "max_notes": MAX_NOTES,
        "affects": _affected,
    }


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return a policy under which the page can load nothing, and run and apply only its own text."""

    def hashes(texts: Iterable[str]) -> str:
        digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)

    return (
        f"default-src 'none'; style-src {hashes(styles)}; script-src {hashes(scripts)}; "
        "base-uri 'none'; form-action 'none'"
    )


@dataclass(frozen=True, slots=True)
class Record:
    """A table of the network in words, without the columns that are empty. `count`: of all rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int


def _record(table: Table, words: Words) -> Record:
    """Return the first rows of a table; file and line are one column."""
    shown = [dict(zip(table.columns, row, strict=True)) for row in table.rows[:MAX_RECORDS]]
    for row in shown:
        if row.get("file"):
            row["file"] = f"{row['file']}:{row.pop('line')}"
    columns = tuple(name for name in table.columns if any(row.get(name) not in ("", None) for row in shown))
    rows = tuple(
        tuple(str(cell_words(name, "" if row.get(name) is None else row[name], words)) for name in columns)
        for row in shown
    )
    return Record(table.name, columns, rows, len(table.rows))


def _mappings(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _affected(notes: Iterable[Any]) -> list[tuple[str, int]]:
    return sorted(Counter(note.affects.value for note in notes).items())


def _scorecard(result: AuditResult) -> list[tuple[str, list[ControlVerdict]]]:
    """Return the controls by the document that they stand in, in the order of the result."""
    documents: dict[str, list[ControlVerdict]] = {}
    for control in result.controls:
        text = result.control_texts.get(control.id)
        documents.setdefault(text.document if text else control.framework, []).append(control)
    return list(documents.items())


def _choices(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Return what the filters offer."""
    found = list(findings)
    return {
        "device": sorted({one.device for one in found if one.device}),
        "check": sorted({one.check for one in found}),
        "control": sorted({control for one in found for control in one.controls}),
    }


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that decided. `rule` is "" where a default or no filter did.

    `written` tells the match as written for rules of several lines, whose first line says little.
    """

    device: str
    rulebase: str
    rule: str
    where: SourceRef | None
    findings: tuple[Finding, ...]
    written: str = ""


def _written(rule: AccessRule) -> str:
    if rule.where.last_line == rule.where.line:
        return ""
    ends = [
        f"{zones}: {limited(names, 8)}" if names else str(zones)
        for zones, names in ((rule.from_zones, rule.sources), (rule.to_zones, rule.destinations))
    ]
    services = limited(rule.services, 8)
    text = f"{ends[0]} → {ends[1]}{f' : {services}' if services else ''}"
    return f"{text}  # {rule.description}" if rule.description else text


@dataclass(frozen=True, slots=True)
class PacketGroup:
    """Packets with the rules that let them through; `more` blocks are not shown."""

    blocks: tuple[tuple[str, str, str], ...]  # source, destination, services
    more: int
    witness: str
    rules: tuple[RuleLine, ...]
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellPanel:
    """A cell of the matrix and the detail that a click shows."""

    anchor: str
    from_zone: str
    to_zone: str
    state: str
    excess: tuple[PacketGroup, ...]
    missing: tuple[PacketGroup, ...]
    permitted: tuple[PacketGroup, ...]
    possible: tuple[PacketGroup, ...]
    reasons: tuple[str, ...]
    unfiltered: tuple[str, ...]
    paths: int

    @property
    def has_detail(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.excess or self.missing or self.permitted or self.possible or self.reasons or self.unfiltered)

    @classmethod
    def of(cls, cell: MatrixCell, anchor: str, at_lines: FindingsAtLines, words: Words) -> CellPanel:
        """Return the panel of a cell."""

        def group(
            packets: PacketSet, rules: Iterable[tuple[str, str, AccessRule | None, SourceRef | None]] = ()
        ) -> PacketGroup:
            witness = packets.witness()
            lines = []
            for device, rulebase, rule, where in rules:
                found = tuple(at_lines.of(rule.where)) if rule else ()
                lines.append(
                    RuleLine(device, rulebase, rule.name, rule.where, found, _written(rule))
                    if rule
                    else RuleLine(device, rulebase, "", where, found)
                )
            return PacketGroup(
                tuple(packet_block(product) for product in packets.products[:MAX_BLOCKS]),
                max(0, len(packets.products) - MAX_BLOCKS),
                flow_text(witness, words) if witness else "",
                tuple(lines),
            )

        conduit = cell.conduit
        return cls(
            anchor,
            cell.from_zone,
            cell.to_zone,
            cell_state(cell),
            tuple(
                group(packets, [(device, rulebase, rule, None) for device, rulebase, rule in rules])
                for packets, rules in cell.excess[:MAX_BLOCKS]
            ),
            tuple(group(packets) for packets in cell.missing[:MAX_BLOCKS]),
            tuple(
                group(passed.packets, [(one.device, one.rulebase, one.rule, one.where) for one in passed.deciding])
                for passed in conduit.permitted[:MAX_BLOCKS]
            ),
            (group(conduit.possible),) if conduit.possible else (),
            tuple(words.reasons(conduit.reasons)),
            conduit.unfiltered_devices,
            len(conduit.paths),
        )
