"""The JSON documents of DESIGN section 5, from model values. Field names there stay; others may be added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from netaudit.findings import Finding
from netaudit.lifecycle.status import DeviceLifecycle, LifecycleStatus
from netaudit.model.capture import Capture
from netaudit.model.device import Device, Interface
from netaudit.model.rules import AccessRule, Direction, Purpose
from netaudit.model.source import FileCoverage, LineNote, LineState, SourceRef
from netaudit.policy.registers import Policy
from netaudit.reports.packet_views import packet_views
from netaudit.reports.result import AuditResult, ControlText, MatrixCell

SCHEMA_VERSION = "1.0"

Json = dict[str, Any]


def scan_document(result: AuditResult) -> Json:
    """Return the document of `scan`: everything that the run found, in both languages."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "as_of": result.as_of.isoformat(),
            "tool_version": result.tool_version,
            "firm": result.firm,
            "snapshot": result.snapshot_name,
            "complete": result.complete,
        },
        "inputs": input_rows(result.coverage, result.policy),
        "coverage": coverage_summary(result),
        "findings": [finding_view(finding) for finding in result.findings],
        "controls": [
            {
                "id": control.id,
                "framework": control.framework,
                "verdict": control.verdict.value,
                "reasons": list(control.reasons),
                "checks": list(control.checks),
                "findings": control.findings,
            }
            | _control_text(result.control_texts.get(control.id))
            for control in result.controls
        ],
        "checks": [
            {
                "check": one.check,
                "passed": one.passed,
                "failed": one.failed,
                "unknown": one.unknown,
                "missing_registers": list(one.missing_registers),
            }
            for one in result.checks
        ],
        "matrix": matrix_document(result.zones, result.matrix),
        "inventory": inventory_document(result.inventory, result.devices),
    }


def _control_text(text: ControlText | None) -> Json:
    if text is None:
        return {}
    return {
        "document": text.document,
        "clause": text.clause,
        "text": dict(sorted(text.text.items())),
        "advisory": text.advisory,
    }


def input_rows(coverage: Sequence[FileCoverage], policy: Policy) -> list[Json]:
    """Return every file that was read with its SHA-256: configurations and captures, then registers."""
    rows = [
        {"path": one.path, "sha256": one.sha256, "status": one.status.value, "kind": "snapshot"} for one in coverage
    ]
    rows += [{"path": path, "sha256": sha256, "status": "register", "kind": "policy"} for path, sha256 in policy.files]
    return rows


def coverage_summary(result: AuditResult) -> Json:
    """Return how much was understood, and what was missing."""
    notes: Counter[LineState] = Counter(note.state for one in result.coverage for note in one.notes)
    statuses = Counter(one.status.value for one in result.coverage)
    return {
        "complete": result.complete,
        "files": len(result.coverage),
        "files_by_status": dict(sorted(statuses.items())),
        "lines": sum(one.lines for one in result.coverage),
        "understood": sum(one.understood for one in result.coverage),
        "ignored": sum(one.ignored for one in result.coverage),
        "unsupported": notes[LineState.UNSUPPORTED],
        "unrecognized": notes[LineState.UNRECOGNIZED],
        "not_reached": notes[LineState.NOT_REACHED],
        "devices": len(result.devices),
        "missing_devices": list(result.missing_devices),
        "unexpected_devices": list(result.unexpected_devices),
        "problems": [
            {"path": problem.path, "place": problem.place, "message": problem.message} for problem in result.problems
        ],
        "limitations": [{"code": code, "detail": detail} for code, detail in result.limitations],
        "by_file": [file_view(one) for one in result.coverage],
    }


def place_view(where: SourceRef) -> Json:
    """Return a place as file, line and masked text; `end_line` where it spans more lines."""
    place: Json = {"file": where.path, "line": where.line, "text": where.text}
    if where.last_line != where.line:
        place["end_line"] = where.last_line
    return place


def finding_view(finding: Finding) -> Json:
    """Return one finding."""
    return {
        "id": finding.id,
        "check": finding.check,
        "severity": finding.severity.word,
        "verdict": finding.outcome.value,
        "device": finding.device,
        "subject": finding.subject,
        "facts": {
            name: list(value) if isinstance(value, tuple) else value for name, value in sorted(finding.facts.items())
        },
        "title": dict(sorted(finding.title.items())),
        "where": [place_view(where) for where in finding.where],
        "witness": finding.witness.to_json() if finding.witness else None,
        "controls": list(finding.controls),
        "remediation": dict(sorted(finding.remediation.items())),
        "waiver": finding.waiver,
    }


# --- parse ---------------------------------------------------------------------------------------


def parse_document(
    coverage: Sequence[FileCoverage], devices: Sequence[Device], captures: Sequence[Capture] = ()
) -> Json:
    """Return the document of `parse`: what was understood, per file, per device and per output of a show command."""
    return {
        "files": [file_view(one) for one in coverage],
        "devices": [device_view(device) for device in devices],
        "captures": [_capture_view(capture) for capture in captures],
    }


def _capture_view(capture: Capture) -> Json:
    return {
        "host": capture.host,
        "platform": capture.platform,
        "command": capture.command,
        "file": capture.where.path,
        "line": capture.where.line,
        "rows": len(capture.rows),
        "taken": capture.taken,
        "problem": capture.problem,
    }


def file_view(one: FileCoverage) -> Json:
    """Return the state of one file and of the lines that were not understood."""
    return {
        "path": one.path,
        "sha256": one.sha256,
        "platform": one.platform,
        "device": one.device,
        "status": one.status.value,
        "lines": one.lines,
        "understood": one.understood,
        "ignored": one.ignored,
        "unsupported": [_note_view(note) for note in one.in_state(LineState.UNSUPPORTED)],
        "unrecognized": [_note_view(note) for note in one.in_state(LineState.UNRECOGNIZED)],
        "not_reached": [_note_view(note) for note in one.in_state(LineState.NOT_REACHED)],
        "problem": one.problem,
    }


def _note_view(note: LineNote) -> Json:
    view: Json = {"line": note.where.line, "text": note.where.text, "affects": note.affects.value}
    if note.reason:
        view["reason"] = note.reason
    return view


def device_view(device: Device) -> Json:
    """Return what a device's configuration says, in the fields of the `parse` document."""
    return {
        "name": device.name,
        "platform": device.platform,
        "vendor": device.vendor,
        "model": device.model,
        "version": device.version,
        "serials": list(device.serials),
        "operating_system": device.operating_system,
        "interfaces": [_interface_view(device, interface) for interface in device.interfaces],
        "rulebases": [
            {
                "name": rulebase.name,
                "rules": len(rulebase.rules),
                "kind": rulebase.kind.value,
                "default": rulebase.default_action.value,
                "virtual_system": rulebase.virtual_system,
            }
            for rulebase in device.rulebases
        ],
        "routes": _routes(device),
        "undefined_references": [
            {
                "kind": reference.kind,
                "name": reference.name,
                "file": reference.where.path,
                "line": reference.where.line,
            }
            for reference in device.undefined_references
        ],
        "unused_objects": [
            {
                "kind": reference.kind,
                "name": reference.name,
                "file": reference.where.path,
                "line": reference.where.line,
            }
            for reference in device.unused_objects
        ],
    }


def _interface_view(device: Device, interface: Interface) -> Json:
    inward = _filters_at(device, interface, Direction.IN)
    outward = _filters_at(device, interface, Direction.OUT)
    return {
        "name": interface.name,
        "addresses": [str(address) for address in interface.addresses],
        "vrf": interface.vrf,
        "zone": interface_zone(device, interface),
        "enabled": interface.enabled,
        "acl_in": inward[0] if inward else None,
        "acl_out": outward[0] if outward else None,
        # An interface may carry an IPv4 and an IPv6 list.
        "acls_in": inward,
        "acls_out": outward,
        "description": interface.description,
        "vlan": interface.vlan,
        "dynamic_address": interface.dynamic_address,
    }


def interface_zone(device: Device, interface: Interface) -> str | None:
    """Return the vendor's zone of an interface: its security zone, else the name that rules use for it."""
    if interface.security_zone:
        return interface.security_zone
    for zone in device.security_zones:
        if interface.name in zone.interfaces and zone.virtual_system == interface.virtual_system:
            return zone.name
    return interface.nickname or None


def _filters_at(device: Device, interface: Interface, direction: Direction) -> list[str]:
    # Lists of the platform's own (decrypted traffic that passes the written one) are no list of the interface.
    own = {one.name for one in device.rulebases if one.rules and all(rule.implicit for rule in one.rules)}
    names = [
        binding.rulebase
        for binding in device.bindings
        if binding.purpose is Purpose.FILTER
        and binding.direction is direction
        and binding.interface
        and binding.interface in (interface.name, interface.nickname)
        and binding.rulebase not in own
    ]
    return list(dict.fromkeys(names))


def _routes(device: Device) -> list[Json]:
    routes: list[Json] = [
        {
            "vrf": interface.vrf,
            "prefix": address.network_text,
            "next_hop": None,
            "interface": interface.name,
            "protocol": "connected",
        }
        for interface in device.interfaces
        if interface.enabled
        for address in interface.addresses
        if not address.virtual
    ]
    for route in device.static_routes:
        view: Json = {
            "vrf": route.vrf,
            "prefix": route.prefix,
            "next_hop": route.next_hop or None,
            "interface": route.interface or None,
            "protocol": "static",
            "distance": route.distance,
            "discards": route.discards,
            "enabled": route.enabled,
        }
        if route.next_vrf:
            view["next_vrf"] = route.next_vrf
        if route.tracked:
            view["tracked"] = route.tracked
        routes.append(view)
    return routes


# --- inventory -----------------------------------------------------------------------------------


def inventory_document(
    inventory: Sequence[DeviceLifecycle], devices: Sequence[Device], observed: Sequence[Device] = ()
) -> Json:
    """Return the document of `inventory`: devices, models, versions, lifecycle, and where each fact stands.

    `observed` are the devices that only show output tells of: their configuration was not exported.
    """
    exported = {device.name.casefold() for device in devices}
    by_name = {device.name.casefold(): device for device in (*observed, *devices)}
    return {"devices": [_lifecycle_view(one, by_name.get(one.facts.device.casefold()), exported) for one in inventory]}


def _lifecycle_view(one: DeviceLifecycle, device: Device | None, exported: Collection[str]) -> Json:
    facts = one.facts
    return {
        "name": facts.device,
        "vendor": facts.vendor,
        "model": facts.model,
        "part_number": facts.part_number,
        "serial": facts.serial,
        "os": facts.operating_system,
        "version": facts.version,
        "train": one.train,
        "hardware_status": one.hardware.word,
        "software_status": one.software.word,
        "hardware_end_of_support": _iso(end_of_support(one.hardware)),
        "software_end_of_support": _iso(end_of_support(one.software)),
        "recommended": one.recommended,
        "exported": facts.device.casefold() in exported,
        "sources": [
            {"field": name, "file": where.path, "line": where.line}
            for name, where in (device.fact_sources if device else ())
        ],
        "parts": [
            {
                "name": item.name,
                "part_number": item.part_number,
                "serial": item.serial,
                "file": item.where.path,
                "line": item.where.line,
            }
            for item in (device.captured.inventory if device else ())
        ],
    }


def end_of_support(status: LifecycleStatus) -> date | None:
    """Return the last day of support that the catalogue states, None if none."""
    return status.milestones.end_of_support if status.milestones else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- matrix --------------------------------------------------------------------------------------


def matrix_document(zones: Sequence[str], cells: Sequence[MatrixCell]) -> Json:
    """Return the document of `matrix`: zone to zone, what passes, what is in excess, what is missing.

    `verdict` is ok, excess, missing, unknown or same. Packets are listed protocol by protocol;
    `destination_ports` are texts such as "443" or "9001-9004", empty where the protocol has no ports.
    """
    return {"zones": list(zones), "cells": [_cell_view(cell) for cell in cells]}


def _cell_view(cell: MatrixCell) -> Json:
    permitted = [
        part
        for passed in cell.conduit.permitted
        for part in packet_views(
            passed.packets, [rule_view(one.device, one.rulebase, one.rule, one.where) for one in passed.deciding]
        )
    ]
    excess = [
        part
        for packets, rules in cell.excess
        for part in packet_views(packets, [rule_view(*rule, None) for rule in rules])
    ]
    return {
        "from": cell.from_zone,
        "to": cell.to_zone,
        "verdict": cell.verdict,
        "stated": cell.stated,
        "permitted": permitted,
        "excess": excess,
        "missing": [part for packets in cell.missing for part in packet_views(packets)],
        "possible": packet_views(cell.conduit.possible),
        "reasons": list(cell.conduit.reasons),
        "unfiltered_devices": list(cell.conduit.unfiltered_devices),
        "paths": [list(path) for path in cell.conduit.paths],
    }


def rule_view(device: str, rulebase: str, rule: AccessRule | None, where: SourceRef | None) -> Json:
    """Return a deciding rule; `rule` is null where a default or no filter decided."""
    place = rule.where if rule else where
    return {
        "device": device,
        "rulebase": rulebase,
        "rule": rule.name if rule else None,
        "file": place.path if place else None,
        "line": place.line if place else None,
    }
