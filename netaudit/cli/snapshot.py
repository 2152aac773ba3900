"""The commands parse, matrix and inventory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from netaudit.audit import Reading, device_lifecycles, read_snapshot
from netaudit.cli.output import note_problems, print_json, print_table, progress_bars
from netaudit.model.source import LineState
from netaudit.packets.addresses import AddressSet
from netaudit.policy.registers import Policy
from netaudit.topology.failures import FailureAnswer

INCOMPLETE = 3


def read_with_progress(snapshot: str, jobs: int, platform: str | None) -> Reading:
    """Read a snapshot with progress bars, and say what could not be read."""
    with progress_bars() as progress:
        reading = read_snapshot(snapshot, platform, jobs, progress)
    note_problems(reading.problems)
    return reading


def coverage_code(reading: Reading) -> int:
    """Return 3 where something was not understood, else 0."""
    return INCOMPLETE if reading.problems or any(one.notes for one in reading.coverage) else 0


def run_parse(snapshot: str, output: str, jobs: int, platform: str | None) -> int:
    """Print what was understood of every file."""
    from netaudit.reports.views import parse_document

    reading = read_with_progress(snapshot, jobs, platform)
    if output == "json":
        print_json(parse_document(reading.coverage, reading.devices, reading.captures))
        return coverage_code(reading)
    print_table(
        ("檔案 file", "平台 platform", "設備 device", "狀態 status", "行數 lines", "理解 understood", "略過 ignored",
         "未支援 unsupported", "未辨識 unrecognized"),
        [
            (
                one.path,
                one.platform or "-",
                one.device or "-",
                one.status.value,
                one.lines,
                one.understood,
                one.ignored,
                len(one.in_state(LineState.UNSUPPORTED)),
                len(one.in_state(LineState.UNRECOGNIZED)),
            )
            for one in reading.coverage
        ],
    )  # fmt: skip
    if reading.captures:
        print_table(
            ("設備 device", "指令 command", "檔案 file", "行 line", "筆數 rows", "問題 problem"),
            [
                (one.host or "-", one.command or "-", one.where.path, one.where.line, len(one.rows), one.problem or "-")
                for one in reading.captures
            ],
        )
    return coverage_code(reading)


def run_matrix(
    snapshot: str,
    folder: Path,
    as_of: date,
    output: str,
    jobs: int,
    platform: str | None,
    change: Path | None = None,
    with_failures: bool = False,
) -> int:
    """Print what passes from zone to zone, against what is stated; with planned changes also what they do.

    With `with_failures` also what each line and device that fails changes.
    """
    from netaudit.cli.changes import planned, print_effects, read_plan
    from netaudit.policy.load import load_policy
    from netaudit.reports.change_views import judged_effects, matrix_change_view
    from netaudit.reports.failure_views import failures_document
    from netaudit.reports.matrix_cells import matrix_cells
    from netaudit.reports.views import matrix_document
    from netaudit.topology.changes.effects import effects_of
    from netaudit.topology.conduits import find_conduits
    from netaudit.topology.failures import THOROUGH_BUDGET, examine_failures
    from netaudit.topology.network import build_network

    file = read_plan(change)
    policy = load_policy(folder)
    note_problems(policy.warnings)
    reading = read_with_progress(snapshot, jobs, platform)
    plan = planned(reading, file)
    network = build_network(reading.devices, policy, reading.coverage)
    conduits = find_conduits(network, as_of, jobs=jobs)
    cells = matrix_cells(network, conduits, policy, as_of)
    effects = []
    changed = {}
    if plan is not None:
        before, conduits_before, cells_before = network, conduits, cells
        network = build_network(plan.reading.devices, policy, reading.coverage, before)
        conduits = find_conduits(network, as_of, jobs=jobs)
        cells = matrix_cells(network, conduits, policy, as_of)
        found = effects_of(before, network, conduits_before, conduits, as_of)
        effects = list(judged_effects(found, before, network, policy, as_of))
        changed = {"change": matrix_change_view(plan.path, plan.applied, cells_before, cells, effects)}
    failures = None
    if with_failures:
        with progress_bars() as progress:
            failures = examine_failures(
                network, policy, conduits, as_of, THOROUGH_BUDGET, partial(progress, "failures")
            )
        changed["failures"] = failures_document(failures)
    document = {**matrix_document(tuple(dict.fromkeys(cell.from_zone for cell in cells)), cells), **changed}
    if output == "json":
        print_json(document)
        return coverage_code(reading)
    from netaudit.checks.crossings import packet_words

    print_table(
        ("來源 from", "目的 to", "判定 verdict", "超出 excess", "缺少 missing"),
        [
            (
                cell.from_zone,
                cell.to_zone,
                cell.verdict,
                "; ".join(packet_words(packets, network.zone_addresses) for packets, _ in cell.excess[:3]) or "-",
                "; ".join(packet_words(packets, network.zone_addresses) for packets in cell.missing[:3]) or "-",
            )
            for cell in cells
            if cell.verdict != "ok" or cell.conduit.permitted
        ],
    )
    if plan is not None:
        plan.print()
        print_effects(effects)
    if failures is not None:
        _print_failures(failures, network.zone_addresses)
    return coverage_code(reading)


def _print_failures(answer: FailureAnswer, zones: Mapping[str, AddressSet]) -> None:
    """Print what each failure changes, one row an effect, then what was not asked."""
    from netaudit.checks.crossings import packet_words, rule_words

    rows = []
    for change in answer.changes:
        effects = [("opens", way) for way in change.opens] + [("may_open", way) for way in change.may_open]
        for effect, way in effects:
            by = ", ".join(rule_words(one) for one in way.deciding) or "-"
            path, packets = " > ".join(way.devices), packet_words(way.packets, zones)
            rows.append((change.part.name, change.from_zone, change.to_zone, effect, packets, path, by))
        if change.closes:
            effect = "closes" if change.surely_closes else "may_close"
            packets = packet_words(change.closes, zones)
            rows.append((change.part.name, change.from_zone, change.to_zone, effect, packets, "-", "-"))
    print_table(
        ("故障 failed", "來源 from", "目的 to", "影響 effect", "封包 packets", "路徑 path", "規則 rules"),
        rows,
    )
    undecided = [(reason, len(pairs), count) for reason, pairs, count in answer.undecided]
    if undecided:
        print_table(("故障時無法判定 undecided during failures", "區域對 pairs", "故障數 failures"), undecided)
    if answer.not_repeated:
        print_table(("未重算 not repeated",), [(part.name,) for part in answer.not_repeated])


def run_inventory(snapshot: str, folder: Path | None, as_of: date, output: str, jobs: int, platform: str | None) -> int:
    """Print devices with model, version and lifecycle."""
    from netaudit.policy.load import load_policy
    from netaudit.reports.views import inventory_document

    policy = load_policy(folder) if folder else Policy()
    note_problems(policy.warnings)
    reading = read_with_progress(snapshot, jobs, platform)
    lifecycles = device_lifecycles((*reading.devices, *reading.observed), policy, folder, as_of)
    if output == "json":
        print_json(inventory_document(lifecycles, reading.devices, reading.observed))
        return coverage_code(reading)
    print_table(
        ("設備 device", "廠牌 vendor", "型號 model", "料號 part number", "系統 os", "版本 version",
         "硬體 hardware", "軟體 software"),
        [
            (
                one.facts.device,
                one.facts.vendor,
                one.facts.model,
                one.facts.part_number,
                one.facts.operating_system,
                one.facts.version,
                one.hardware.word,
                one.software.word,
            )
            for one in lifecycles
        ],
    )  # fmt: skip
    return coverage_code(reading)
