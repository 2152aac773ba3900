"""The result as tables of plain values, for the workbook and the CSV files.

Values are codes ("high", "excess"); the workbook puts the words of its language in their place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, Binding, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.packet import Flow
from netaudit.reports.packet_views import packet_rows
from netaudit.reports.packet_words import address_text, flow_text, service_text
from netaudit.reports.result import AuditResult, MatrixCell
from netaudit.reports.rule_findings import FindingsAtLines
from netaudit.reports.views import end_of_support, input_rows
from netaudit.reports.words import Words

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column keys; `name` is the CSV file's stem."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def select(self, columns: Sequence[str]) -> Table:
        """Return the table with these columns only, in this order."""
        indexes = [self.columns.index(column) for column in columns]
        return Table(self.name, tuple(columns), tuple(tuple(row[i] for i in indexes) for row in self.rows))


def place_text(where: SourceRef) -> str:
    """Return "file:line", or "file:first-last" for more lines."""
    span = f"{where.line}-{where.last_line}" if where.last_line != where.line else str(where.line)
    return f"{where.path}:{span}"


def findings_table(result: AuditResult, words: Words) -> Table:
    """Return one row a finding, worst first; titles and remediation in every language."""
    rows = []
    for finding in result.findings:
        first = finding.where[0] if finding.where else None
        rows.append(
            (
                finding.id,
                finding.severity.word,
                finding.outcome.value,
                finding.check,
                finding.device,
                finding.subject,
                finding.title.get("zh-TW", ""),
                finding.title.get("en", ""),
                first.path if first else "",
                first.line if first else None,
                first.text if first else "",
                "\n".join(place_text(where) for where in finding.where[1:]),
                flow_text(finding.witness, words) if finding.witness else "",
                ", ".join(finding.controls),
                finding.remediation.get("zh-TW", ""),
                finding.remediation.get("en", ""),
                finding.waiver or "",
            )
        )
    columns = (
        *("id", "severity", "verdict", "check", "device", "subject", "title_zh_TW", "title_en"),
        *("file", "line", "text", "other_places", "witness", "controls"),
        *("remediation_zh_TW", "remediation_en", "waiver"),
    )
    return Table("findings", columns, tuple(rows))


# --- rules ---------------------------------------------------------------------------------------

REVIEWED_USES = ("filter", "zone_policy", "local")
"""Uses of a rulebase whose rules stand in the review sheet; the reconciliation counts the others."""

RULE_COLUMNS = (
    *("device", "virtual_system", "rulebase", "applied_at", "order", "rule", "rule_fingerprint", "enabled"),
    *("from_zones", "to_zones", "sources", "destinations", "services"),
    *("sources_resolved", "destinations_resolved", "services_resolved"),
    *("action", "logged", "return_traffic", "schedule", "expires", "users", "applications", "description", "hit_count"),
    *("findings", "severity", "controls", "file", "line", "text"),
)


def rules_table(result: AuditResult) -> Table:
    """Return one row for each access rule that takes effect as a filter, in the order of the devices."""
    at_lines = FindingsAtLines(result.findings)
    rows = [
        _rule_row(device, rulebase, bindings, order, rule, at_lines)
        for device in result.devices
        for rulebase, use, bindings in rulebase_uses(device)
        if use in REVIEWED_USES
        for order, rule in enumerate(rulebase.rules, start=1)
    ]
    return Table("rules", RULE_COLUMNS, tuple(rows))


def reconciliation_table(result: AuditResult) -> Table:
    """Return one row for each rulebase: what it is used for, its rules, and how many are in the review sheet."""
    rows = [
        (
            device.name,
            rulebase.virtual_system,
            rulebase.name,
            use,
            len(rulebase.rules),
            len(rulebase.rules) if use in REVIEWED_USES else 0,
            rulebase.default_action.value,
            _truth(rulebase.default_logged),
            rulebase.where.path,
            rulebase.where.line,
        )
        for device in result.devices
        for rulebase, use, _ in rulebase_uses(device)
    ]
    columns = (
        *("device", "virtual_system", "rulebase", "use", "rules_parsed", "rules_in_sheet"),
        *("default_action", "default_logged", "file", "line"),
    )
    return Table("rulebases", columns, tuple(rows))


def rulebase_uses(device: Device) -> Iterator[tuple[Rulebase, str, tuple[Binding, ...]]]:
    """Yield each rulebase with its use and its bindings.

    The use is "zone_policy", "local", "filter" where it is bound as a packet filter, else the other
    purposes joined by commas, "unused" where it is bound nowhere.
    """
    for rulebase in device.rulebases:
        bindings = tuple(
            binding
            for binding in device.bindings
            if binding.rulebase == rulebase.name and binding.virtual_system == rulebase.virtual_system
        )
        purposes = {binding.purpose for binding in bindings}
        if rulebase.kind is not RulebaseKind.FILTER:
            use = rulebase.kind.value
        elif Purpose.FILTER in purposes:
            use = Purpose.FILTER.value
        else:
            use = ", ".join(sorted(purposes)) or "unused"
        yield rulebase, use, bindings


def rule_fingerprint(device: Device, rulebase: Rulebase, rule: AccessRule) -> str:
    """Return an identity of a rule that survives renumbering: from its vendor uid, else from its contents."""
    parts = [device.name, rulebase.virtual_system, rulebase.name]
    if rule.uid:
        parts.append(rule.uid)
    else:
        parts += [rule.action.value, str(rule.from_zones), str(rule.to_zones)]
        written = (rule.sources, rule.destinations, rule.services)
        parts += [" ".join(part) for part in (*written, rule.users)]
        if not any(written):  # some platforms write a rule in words of their own
            packets = rule.match.maybe
            parts += [address_text(packets.sources()), address_text(packets.destinations())]
            parts.append(service_text(packets.services()))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _rule_row(
    device: Device,
    rulebase: Rulebase,
    bindings: Iterable[Binding],
    order: int,
    rule: AccessRule,
    at_lines: FindingsAtLines,
) -> tuple[Cell, ...]:
    applied = [
        f"{binding.interface} {binding.direction.value if binding.direction else ''}".strip()
        for binding in bindings
        if binding.purpose is Purpose.FILTER and binding.interface
    ]
    findings = at_lines.of(rule.where)
    packets = rule.match.maybe
    return (
        device.name,
        rulebase.virtual_system,
        rulebase.name,
        ", ".join(dict.fromkeys(applied)),
        order,
        rule.name,
        rule_fingerprint(device, rulebase, rule),
        _truth(rule.enabled),
        str(rule.from_zones),
        str(rule.to_zones),
        "\n".join(rule.sources),
        "\n".join(rule.destinations),
        "\n".join(rule.services),
        # A rule that is disabled or permits only answers may hold no packet of its own.
        address_text(packets.sources(), 12) if packets else "",
        address_text(packets.destinations(), 12) if packets else "",
        service_text(packets.services()),
        rule.action.value,
        _truth(rule.logged),
        _truth(rule.return_traffic),
        rule.schedule,
        rule.expires.isoformat() if rule.expires else "",
        ", ".join(rule.users),
        ", ".join(rule.applications),
        rule.description,
        rule.hit_count,
        ", ".join(dict.fromkeys(finding.check for finding in findings)),
        max(findings, key=lambda one: one.severity).severity.word if findings else "",
        ", ".join(sorted({control for finding in findings for control in finding.controls})),
        rule.where.path,
        rule.where.line,
        rule.where.text,
    )


def _truth(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


# --- the other tables ----------------------------------------------------------------------------


def matrix_table(result: AuditResult, words: Words) -> Table:
    """Return what passes between zones, row by row; a pair where nothing passes has one row without packets."""
    rows: list[tuple[Cell, ...]] = []
    for cell in result.matrix:
        if cell.verdict == "same":
            continue
        packets = list(_matrix_packets(cell, words))
        for packet in packets or [("", "", "", "", "", "", "")]:
            reasons = "; ".join(words.reasons(cell.conduit.reasons))
            rows.append((cell.from_zone, cell.to_zone, cell.verdict, *packet, reasons))
    columns = (
        *("from_zone", "to_zone", "verdict", "kind", "protocol", "destination_ports"),
        *("sources", "destinations", "witness", "rules", "reasons"),
    )
    return Table("matrix", columns, tuple(rows))


def _matrix_packets(cell: MatrixCell, words: Words) -> Iterator[tuple[Cell, ...]]:
    groups = [
        *(("excess", packets, [rule_text(*rule) for rule in rules]) for packets, rules in cell.excess),
        *(("missing", packets, list[str]()) for packets in cell.missing),
        *(
            (
                "permitted",
                passed.packets,
                [rule_text(one.device, one.rulebase, one.rule) for one in passed.deciding],
            )
            for passed in cell.conduit.permitted
        ),
        ("possible", cell.conduit.possible, list[str]()),
    ]
    for kind, packets, rules in groups:
        for row in packet_rows(packets):
            witness: Flow = row.witness
            yield (
                kind,
                row.protocol,
                ", ".join(row.destination_ports),
                row.sources,
                row.destinations,
                flow_text(witness, words),
                "\n".join(rules),
            )


def rule_text(device: str, rulebase: str, rule: AccessRule | None) -> str:
    """Return a deciding rule with its place."""
    if rule is None:
        return f"{device} {rulebase}".strip()
    return f"{device} {rulebase} {rule.name} ({place_text(rule.where)})"


def inventory_table(result: AuditResult) -> Table:
    """Return one row a device: what it is, its support, and its retirement plan."""
    plans = {plan.device.casefold(): plan for plan in result.policy.retirement_plans}
    exported = {device.name.casefold() for device in result.devices}
    rows = []
    for one in result.inventory:
        facts = one.facts
        entry = result.policy.inventory_entry(facts.device)
        plan = plans.get(facts.device.casefold()) or (plans.get(entry.device.casefold()) if entry else None)
        hardware, software = end_of_support(one.hardware), end_of_support(one.software)
        rows.append(
            (
                facts.device,
                entry.role if entry else "",
                entry.site if entry else "",
                entry.owner if entry else "",
                facts.vendor,
                facts.model,
                facts.part_number,
                facts.serial,
                facts.operating_system,
                facts.version,
                one.train,
                one.hardware.word,
                hardware.isoformat() if hardware else "",
                one.software.word,
                software.isoformat() if software else "",
                one.recommended,
                plan.target_date.isoformat() if plan and plan.target_date else "",
                plan.replacement if plan else "",
                plan.status if plan else "",
                "yes" if facts.device.casefold() in exported else "no",
            )
        )
    columns = (
        *("device", "role", "site", "owner", "vendor", "model", "part_number", "serial", "os", "version"),
        *("train", "hardware_status", "hardware_end_of_support", "software_status"),
        *("software_end_of_support", "recommended", "plan_target_date", "plan_replacement", "plan_status"),
        "exported",
    )
    return Table("inventory", columns, tuple(rows))


def controls_table(result: AuditResult, words: Words) -> Table:
    """Return one row a clause with its verdict and reasons."""
    rows = []
    for control in result.controls:
        text = result.control_texts.get(control.id)
        rows.append(
            (
                control.id,
                control.framework,
                text.document if text else "",
                text.clause if text else "",
                words.pick(text.text) if text else "",
                control.verdict.value,
                "\n".join(words.reasons(control.reasons)),
                control.findings,
                ", ".join(control.checks),
            )
        )
    columns = ("control", "framework", "document", "clause", "clause_text", "verdict", "reasons", "count", "checks")
    return Table("controls", columns, tuple(rows))


def lines_table(result: AuditResult) -> Table:
    """Return the agreed tuples of each third-party line, each followed by what was found on the line."""
    rows: list[tuple[Cell, ...]] = []
    for agreement in result.policy.line_agreements:
        expired = agreement.valid_to is not None and agreement.valid_to < result.as_of
        rows.append(
            (
                agreement.line,
                agreement.counterparty,
                "agreement_expired" if expired else "agreement",
                agreement.direction,
                address_text(agreement.multicast or agreement.peers),
                address_text(agreement.local) if agreement.local else "",
                agreement.services_text or service_text(agreement.services),
                agreement.purpose,
                agreement.environment,
                agreement.contract,
                agreement.valid_to.isoformat() if agreement.valid_to else "",
                agreement.firewall or agreement.device,
                "",
                "",
                agreement.where.path,
                agreement.where.line,
            )
        )
    for finding in result.findings:
        if not finding.check.startswith("LINE-"):
            continue
        first = finding.where[0] if finding.where else None
        witness = finding.witness
        rows.append(
            (
                line_of(finding.facts.get("line"), finding.subject, result),
                "",
                "finding",
                "",
                witness.destination_text if witness else "",
                witness.source_text if witness else "",
                "",
                finding.subject,
                "",
                "",
                "",
                finding.device,
                finding.check,
                finding.severity.word,
                first.path if first else "",
                first.line if first else None,
            )
        )
    known = {line: index for index, line in enumerate(result.policy.lines())}
    rows.sort(key=lambda row: (known.get(str(row[0]), len(known)), str(row[0])))
    columns = (
        *("line_id", "counterparty", "row_kind", "direction", "peers", "local", "services", "purpose"),
        *("environment", "contract", "valid_to", "firewall", "check", "severity", "file", "line"),
    )
    return Table("lines", columns, tuple(rows))


def line_of(fact: object, subject: str, result: AuditResult) -> str:
    """Return the line that a finding is about: its fact `line`, else the line that its subject names, else ""."""
    if isinstance(fact, str) and fact:
        return fact
    return next((line for line in result.policy.lines() if line and line in subject), "")


def gaps_table(result: AuditResult, words: Words) -> Table:
    """Return what could not be judged: inputs, devices, lines, limitations."""
    rows: list[tuple[Cell, ...]] = []
    rows += [("problem", problem.path, None, "", problem.place, problem.message) for problem in result.problems]
    rows += [("missing_device", device, None, "", "", "") for device in result.missing_devices]
    rows += [("unexpected_device", device, None, "", "", "") for device in result.unexpected_devices]
    rows += [("limitation", "", None, "", "", words.reason(code, detail)) for code, detail in result.limitations]
    registers = sorted({name for check in result.checks for name in check.missing_registers})
    rows += [
        (
            "missing_register",
            register,
            None,
            "",
            "",
            ", ".join(check.check for check in result.checks if register in check.missing_registers),
        )
        for register in registers
    ]
    for one in result.coverage:
        if one.problem:
            rows.append(("file", one.path, None, one.status.value, "", one.problem))
        rows += [
            (note.state.value, one.path, note.where.line, note.affects.value, note.where.text, note.reason)
            for note in one.notes
        ]
    return Table("gaps", ("gap_kind", "file", "line", "affects", "text", "reason"), tuple(rows))


def inputs_table(result: AuditResult) -> Table:
    """Return every file read with its SHA-256."""
    rows = [
        (row["path"], row["kind"], row["status"], row["sha256"]) for row in input_rows(result.coverage, result.policy)
    ]
    return Table("inputs", ("file", "input_kind", "status", "sha256"), tuple(rows))
