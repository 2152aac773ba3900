"""The option --with-change: planned changes applied to a snapshot before a command answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netaudit.audit import Reading
from netaudit.cli.output import print_table
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.services import ICMP_PROTOCOLS, PORT_PROTOCOLS
from netaudit.policy.change_file import ChangeFile, read_change_file
from netaudit.reports.change_views import JudgedEffect, changes_view
from netaudit.reports.packet_words import protocol_name
from netaudit.topology.changes.applying import Applied, apply_changes
from netaudit.topology.changes.effects import Effect


@dataclass(frozen=True, slots=True)
class Plan:
    """A snapshot after planned changes. `path` is the file as the user gave it."""

    path: str
    reading: Reading
    applied: tuple[Applied, ...]

    def view(self) -> dict[str, object]:
        """Return the `change` field of documents that say no more of it."""
        return changes_view(self.path, self.applied)

    def print(self) -> None:
        """Print what was applied."""
        print_table(
            ("變更 change", "設備 device", "內容 subject", "位置 where"),
            [
                (one.kind, one.device, one.subject, f"{self.path}:{one.change.written.where.line}")
                for one in self.applied
            ],
        )


def read_plan(path: Path | None) -> ChangeFile | None:
    """Return what a change file asks for, None where none is given; its mistakes are told with those of names."""
    return None if path is None else read_change_file(path)


def planned(reading: Reading, file: ChangeFile | None) -> Plan | None:
    """Return the snapshot after the changes of a file. Raises InputError where one of them cannot be applied."""
    if file is None:
        return None
    changed = apply_changes(reading.devices, file.changes, file.problems)
    return Plan(file.path, replace(reading, devices=changed.devices), changed.applied)


def print_effects(effects: Sequence[JudgedEffect]) -> None:
    """Print what fares otherwise after the changes, a row for each zone pair, chain of rules and verdict."""
    if not effects:
        print_table(("影響 effect",), [("沒有封包改變 no packet fares otherwise",)])
        return
    print_table(
        ("來源 from", "目的 to", "影響 effect", "例 witness", "判定 verdict", "規則 rules", "之後 then"),
        [
            (
                one.effect.from_zone,
                one.effect.to_zone,
                one.effect.kind.value + ("" if one.effect.surely else " ?"),
                _witness(one.packets),
                one.verdict,
                _rules(one.effect),
                _then(one.effect),
            )
            for one in effects
        ],
    )


def _witness(packets: PacketSet) -> str:
    flow = packets.witness()
    return flow_words(flow) if flow else "-"


def flow_words(flow: Flow) -> str:
    """Return a packet in short: "10.1.1.5 > 10.2.2.2 tcp/443"."""
    service = protocol_name(flow.protocol)
    if flow.protocol in PORT_PROTOCOLS:
        service += f"/{flow.destination_port}"
    elif flow.protocol in ICMP_PROTOCOLS:
        service += f"/{flow.icmp_type}"
    return f"{flow.source_text} > {flow.destination_text} {service}"


def _rules(effect: Effect) -> str:
    parts = [
        f"{one.device} {one.rulebase} {one.rule.name if one.rule else '(default)'} ({one.where.path}:{one.where.line})"
        for one in effect.deciding
    ]
    return "; ".join(parts) or " > ".join(effect.devices) or "-"


def _then(effect: Effect) -> str:
    """Return where newly denied packets end, or why the effect is not sure."""
    if effect.ending is not None:
        step = effect.ending.step
        place = f" ({step.where.path}:{step.where.line})" if step and step.where else ""
        name = f" {step.name}" if step else ""
        reason = f": {effect.ending.reason}" if effect.ending.reason else ""
        return f"{effect.ending.disposition.value} {effect.ending.device}{name}{place}{reason}"
    return "-" if effect.surely else "; ".join(effect.reasons[:3]) or "-"
