"""The command trace: the fate of packets through the network, hop by hop, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from netaudit.cli.changes import flow_words, planned, read_plan
from netaudit.cli.flows import flow_of, read_rows
from netaudit.cli.output import note, print_json, print_table
from netaudit.cli.snapshot import INCOMPLETE, coverage_code, read_with_progress
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition, FlowTrace, Hop, Trace
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place, starting_places
from netaudit.topology.trace import trace_flow

COLUMNS = (
    "start", "source", "destination", "protocol", "source_port", "destination_port", "icmp_type", "icmp_code",
    "tcp_flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """One row with its traces, or why it cannot be asked."""

    row: int
    flow: Flow | None
    found: FlowTrace | None
    problem: str = ""


def run_trace(
    snapshot: str, path: Path, as_of: date, output: str, jobs: int, platform: str | None, change: Path | None = None
) -> int:
    """Print the way of every packet; rows that cannot be asked are unknown and make the exit code 3.

    With planned changes it is the way after them, and how the packet fared before.
    """
    file = read_plan(change)
    rows = list(read_rows(path, COLUMNS))
    reading = read_with_progress(snapshot, jobs, platform)
    plan = planned(reading, file)
    network = build_network(reading.devices, Policy(), reading.coverage)
    earlier: list[Answered] = []
    if plan is not None:
        earlier = [_answer(network, number, values, as_of) for number, values in rows]
        network = build_network(plan.reading.devices, Policy(), reading.coverage, network)
    answers = [_answer(network, number, values, as_of) for number, values in rows]
    problems = [one for one in answers if one.problem]
    for one in problems[:20]:
        note(f"netaudit: {path}: row {one.row}: {one.problem}")
    if len(problems) > 20:
        note(f"netaudit: {path}: … {len(problems) - 20} more rows without an answer")
    if output == "json" and plan is not None:
        rows_changed = [
            {**trace_view(one), "change": _change_view(old, one)} for old, one in zip(earlier, answers, strict=True)
        ]
        print_json({"flows": rows_changed, "change": plan.view()})
    elif output == "json":
        print_json({"flows": [trace_view(one) for one in answers]})
    else:
        for one in answers:
            _print(one)
        if plan is not None:
            plan.print()
            _print_change(earlier, answers)
    return INCOMPLETE if problems else coverage_code(reading)


def _answer(network: Network, number: int, values: Mapping[str, str], as_of: date) -> Answered:
    flow: Flow | None = None
    try:
        flow = flow_of(values)
        device, _, interface = values.get("start", "").partition(":")
        places = _places(network, device, interface, flow)
    except ValueError as error:
        return Answered(number, flow, None, str(error))
    found = [_traced(network, place, flow, as_of) for place in places]
    traces = tuple(trace for one in found for trace in one.traces)
    answers = tuple(trace for one in found for trace in one.answers)
    return Answered(number, flow, FlowTrace(traces, answers))


def _places(network: Network, device: str, interface: str, flow: Flow) -> list[Place]:
    """Return where a packet starts. Hosts stay where they stood before a change, though their port be down."""
    if network.before is None:
        return starting_places(network, device, interface, flow)
    try:
        found = starting_places(network.before, device, interface, flow)
    except ValueError:
        return starting_places(network, device, interface, flow)
    return [
        replace(
            one,
            device=network.devices[one.device.name],
            interface=one.interface and network.interface(one.device.name, one.interface.name),
        )
        for one in found
    ]


def _traced(network: Network, place: Place, flow: Flow, as_of: date) -> FlowTrace:
    port = place.interface
    if network.before is not None and port is not None and not port.enabled:
        hop = Hop(place.device.name, port.name, "", ())
        return FlowTrace((Trace(Disposition.NO_ROUTE, (hop,), f"{port.rule_name} is down", flow),))
    return trace_flow(network, place, flow, as_of)


def _change_view(old: Answered, new: Answered) -> dict[str, Any]:
    before, after = _ends(old), _ends(new)
    return {"before": before, "after": after, "changed": before != after}


def _ends(answered: Answered) -> dict[str, str | None]:
    found = answered.found
    if found is None:
        return {"disposition": Disposition.UNKNOWN.value, "return": None}
    return {"disposition": found.disposition.value, "return": found.answer.value if found.answer else None}


def _print_change(earlier: Sequence[Answered], answers: Sequence[Answered]) -> None:
    rows = []
    for old, new in zip(earlier, answers, strict=True):
        before, after = _ends(old), _ends(new)
        words = [", 回 back ".join(filter(None, (one["disposition"], one["return"]))) for one in (before, after)]
        rows.append((new.row, flow_words(new.flow) if new.flow else "?", *words, "✓" if before != after else "-"))
    print_table(("列 row", "封包 packet", "之前 before", "之後 after", "改變 changed"), rows)


def trace_view(answered: Answered) -> dict[str, Any]:
    """Return a row as DESIGN section 5 has it."""
    found = answered.found
    if found is None:
        unknown = Disposition.UNKNOWN.value
        return {"row": answered.row, "disposition": unknown, "reason": answered.problem, "traces": [], "return": None}
    back = None
    if found.answer is not None:
        back = {"disposition": found.answer.value, "traces": [_trace(one) for one in found.answers]}
    return {
        "row": answered.row,
        "disposition": found.disposition.value,
        "traces": [_trace(one) for one in found.traces],
        "return": back,
    }


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "disposition": trace.disposition.value,
        "reason": trace.reason,
        "hops": [
            {
                "device": hop.device,
                "in_interface": hop.in_interface,
                "out_interface": hop.out_interface,
                "steps": [
                    {
                        "kind": step.kind,
                        "name": step.name,
                        "action": step.action,
                        "file": step.where.path if step.where else None,
                        "line": step.where.line if step.where else None,
                    }
                    for step in hop.steps
                ],
            }
            for hop in trace.hops
        ],
    }


def _print(answered: Answered) -> None:
    flow = answered.flow
    ends = (flow.source_text, flow.destination_text) if flow else ()
    packet = " → ".join(ends) or "?"
    if answered.found is None:
        print_table((f"列 row {answered.row}", "結果 disposition"), [(packet, f"unknown: {answered.problem}")])
        return
    ways = [
        ("去 there", packet, answered.found.traces),
        ("回 back", " → ".join(reversed(ends)), answered.found.answers),
    ]
    for title, packet, traces in ways:
        for trace in traces:
            print_table(
                (f"列 row {answered.row} {title}", f"{packet}: {trace.disposition.value}", trace.reason or ""),
                list(_lines(trace.hops)),
            )


def _lines(hops: Sequence[Hop]) -> Iterator[tuple[str, str, str]]:
    for number, hop in enumerate(hops, start=1):
        ports = " → ".join(name for name in (hop.in_interface, hop.out_interface) if name)
        yield f"{number}. {hop.device}", ports, ""
        for step in hop.steps:
            place = f"{step.where.path}:{step.where.line}" if step.where else ""
            yield f"   {step.kind}", f"{step.name} {step.action}".strip(), place
