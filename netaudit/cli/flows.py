"""The command flow: the fate of single packets at a rulebase."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netaudit.audit import Reading
from netaudit.cli.output import note, print_json, print_table
from netaudit.cli.snapshot import INCOMPLETE, coverage_code, read_with_progress
from netaudit.errors import InputError
from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowFate, FlowJudge
from netaudit.model.rules import Rulebase, RulebaseKind, layers_after
from netaudit.packets.packet import Flow
from netaudit.packets.service_text import PROTOCOL_NAMES
from netaudit.packets.services import ICMP_PROTOCOLS, PORT_PROTOCOLS, SYN

COLUMNS = (
    "device", "rulebase", "from_zone", "to_zone", "source", "destination", "protocol", "source_port",
    "destination_port", "icmp_type", "icmp_code", "tcp_flags",
)  # fmt: skip

# Names that people write for protocol numbers, those of PROTOCOL_NAMES and these (IANA protocol numbers).
_OTHER_NAMES = {
    "ipinip": 4,
    "egp": 8,
    "igp": 9,
    "igrp": 9,
    "ipv6": 41,
    "ahp": 51,
    "icmp6": 58,
    "ipv6-icmp": 58,
    "nos": 94,
}
PROTOCOLS = {name: number for number, name in PROTOCOL_NAMES.items()} | _OTHER_NAMES
_FLAG_BITS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ece": 64, "cwr": 128}


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """One row: a packet, and where it is asked about. `problem` says why it cannot be asked."""

    row: int
    device: str
    rulebase: str
    from_zone: str | None
    to_zone: str | None
    flow: Flow | None
    problem: str = ""


def run_flow(
    snapshot: str, path: Path, output: str, jobs: int, platform: str | None, change: Path | None = None
) -> int:
    """Print the verdict of every row; rows that cannot be answered are unknown and make the exit code 3."""
    from netaudit.cli.changes import planned, read_plan

    file = read_plan(change)
    questions = list(read_questions(path))
    reading = read_with_progress(snapshot, jobs, platform)
    plan = planned(reading, file)
    reading = plan.reading if plan else reading
    answers = judge(reading, questions)
    problems = [(question, why) for question, (_, _, _, why) in zip(questions, answers, strict=True) if why]
    for question, why in problems[:20]:
        note(f"netaudit: {path}: row {question.row}: {why}")
    if len(problems) > 20:
        note(f"netaudit: {path}: … {len(problems) - 20} more rows without an answer")
    rows = [_answer_view(question, *answer) for question, answer in zip(questions, answers, strict=True)]
    if output == "json":
        print_json({"flows": rows, **({"change": plan.view()} if plan else {})})
    else:
        print_table(
            ("列 row", "設備 device", "規則集 rulebase", "結果 verdict", "規則 rule", "位置 where"),
            [
                (
                    one["row"],
                    one["device"],
                    one["rulebase"],
                    one["verdict"],
                    one["rule"] or "-",
                    f"{one['file']}:{one['line']}" if one["file"] else one.get("reason", "") or "-",
                )
                for one in rows
            ],
        )
        if plan is not None:
            plan.print()
    return INCOMPLETE if problems else coverage_code(reading)


def read_questions(path: Path) -> Iterator[FlowQuestion]:
    """Yield the questions of a flow file. Raises InputError on a bad file or header."""
    for number, values in read_rows(path, COLUMNS):
        yield _question(number, values)


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file by column; rows count from 1 after the header.

    Columns may come in any order, and any but source and destination may lack. Raises InputError on a bad file or
    header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise InputError.single(str(path), f"cannot be read: {why}") from None
    reader = csv.reader(text.splitlines())
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise InputError.single(str(path), f"is not CSV: {error}", "row 0 (header)") from None
    unknown = [name for name in header if name not in columns]
    lacking = [name for name in ("source", "destination") if name not in header]
    if unknown or lacking:
        # Another file given by mistake must not be printed: only what looks like a column name is.
        named = [name for name in unknown if name.replace("_", "").isalnum() and len(name) <= 30]
        parts = [f"unknown column {', '.join(named[:8]) or 'names'}"] if unknown else []
        parts += [f"missing column {', '.join(lacking)}"] if lacking else []
        raise InputError.single(
            str(path), f"{'; '.join(parts)}; expected columns {', '.join(columns)}", "row 0 (header)"
        )
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    except csv.Error as error:
        raise InputError.single(str(path), f"is not CSV: {error}", f"row {number + 1}") from None


def _question(number: int, values: Mapping[str, str]) -> FlowQuestion:
    flow: Flow | None = None
    problem = ""
    try:
        flow = flow_of(values)
    except ValueError as error:
        problem = str(error)
    return FlowQuestion(
        number,
        values.get("device", ""),
        values.get("rulebase", ""),
        values.get("from_zone") or None,
        values.get("to_zone") or None,
        flow,
        problem,
    )


def flow_of(values: Mapping[str, str]) -> Flow:
    """Return the packet of a row. Raises ValueError with what was expected."""
    protocol = protocol_number(values.get("protocol", ""))
    ports = protocol in PORT_PROTOCOLS
    icmp = protocol in ICMP_PROTOCOLS
    return Flow.of(
        values.get("source", ""),
        values.get("destination", ""),
        protocol,
        source_port=_number(values, "source_port", 65535) if ports else 0,
        destination_port=_number(values, "destination_port", 65535) if ports else 0,
        icmp_type=_number(values, "icmp_type", 255) if icmp else 0,
        icmp_code=_number(values, "icmp_code", 255) if icmp else 0,
        tcp_flags=tcp_flags(values.get("tcp_flags", "")),
    )


def protocol_number(text: str) -> int:
    """Return the number of a protocol given by name or number. Raises ValueError."""
    if text.isascii() and text.isdigit() and int(text) < 256:
        return int(text)
    known = PROTOCOLS.get(text.lower())
    if known is None:
        raise ValueError(f"protocol {text!r} is neither a number from 0 to 255 nor a known name such as tcp")
    return known


def tcp_flags(text: str) -> int:
    """Return the flags octet of "SYN", "SYN ACK", "syn|ack" or a number; "" is SYN. Raises ValueError."""
    if not text:
        return SYN
    if text.isascii() and text.isdigit() and int(text) < 256:
        return int(text)
    octet = 0
    for word in text.lower().replace("|", " ").replace("+", " ").replace(";", " ").replace(",", " ").split():
        if word not in _FLAG_BITS:
            raise ValueError(f"tcp_flags {text!r}: expected words such as SYN ACK, or a number from 0 to 255")
        octet |= _FLAG_BITS[word]
    return octet


def _number(values: Mapping[str, str], name: str, most: int) -> int:
    text = values.get(name, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"{name} {text!r} is not a number from 0 to {most}")
    return int(text)


Answer = tuple[Device | None, Rulebase | None, FlowFate, str]


def judge(reading: Reading, questions: Sequence[FlowQuestion]) -> list[Answer]:
    """Answer all questions, those of one rulebase together."""
    answers: list[Answer | None] = [None] * len(questions)
    batches: dict[int, tuple[Device, Rulebase, list[int]]] = {}
    find = _finder(reading)
    for position, question in enumerate(questions):
        found, why = find(question)
        if question.flow is None or not found:
            answers[position] = (None, None, FlowFate("unknown", None, why), question.problem or why)
        elif len(found) > 1:
            answers[position] = _any_permits(found, question)
        else:
            device, rulebase = found[0]
            batches.setdefault(id(rulebase), (device, rulebase, []))[2].append(position)
    for device, rulebase, positions in batches.values():
        from_zone, to_zone = _only_pair(rulebase)
        fates = FlowJudge(rulebase).fates(
            (flow, questions[i].from_zone or from_zone, questions[i].to_zone or to_zone)
            for i in positions
            if (flow := questions[i].flow) is not None
        )
        for position, fate in zip(positions, fates, strict=True):
            answers[position] = (device, rulebase, fate, "")
    return [one for one in answers if one is not None]


def _any_permits(found: Sequence[tuple[Device, Rulebase]], question: FlowQuestion) -> Answer:
    """Ask several zone policies of a device that stand side by side (one a zone pair): one permit is enough."""
    assert question.flow is not None
    rulebases = [rulebase for _, rulebase in found]
    names = {rulebase.name for rulebase in rulebases}
    fates = [
        _through_layers(device, [rulebase, *layers_after(rulebase, rulebases)], question)
        for device, rulebase in found
        if rulebase.follows not in names
    ]
    for wanted in ("permit", "unknown"):
        for answer in fates:
            if answer[2].verdict == wanted:
                return answer
    return next((answer for answer in fates if answer[2].rule is not None), fates[0])


def _through_layers(device: Device, layers: Sequence[Rulebase], question: FlowQuestion) -> Answer:
    """Ask a rulebase and those that follow it: all must permit, the first that surely denies decides."""
    assert question.flow is not None
    answers: list[Answer] = [
        (device, one, FlowJudge(one).fate(question.flow, question.from_zone, question.to_zone), "") for one in layers
    ]
    for wanted in ("deny", "unknown"):
        for answer in answers:
            if answer[2].verdict == wanted:
                return answer
    return answers[-1]


def _only_pair(rulebase: Rulebase) -> tuple[str | None, str | None]:
    """Return the zones of a policy that is in force between two zones alone (IOS zone pairs), else None twice."""
    if rulebase.kind is not RulebaseKind.ZONE_POLICY or not rulebase.rules:
        return None, None
    pairs = {(rule.from_zones, rule.to_zones) for rule in rulebase.rules}
    from_zones, to_zones = next(iter(pairs))
    if len(pairs) > 1 or len(from_zones.names()) != 1 or len(to_zones.names()) != 1:
        return None, None
    return from_zones.names()[0], to_zones.names()[0]


Found = tuple[Sequence[tuple[Device, Rulebase]], str]


def _finder(reading: Reading) -> Callable[[FlowQuestion], Found]:
    """Return a function that tells which rulebases a question is about, or why none."""
    by_name = {device.name.lower(): device for device in reading.devices}
    cache: dict[tuple[str, str, str | None, str | None, int], Found] = {}

    def find(question: FlowQuestion) -> Found:
        family = int(question.flow.family) if question.flow else 0
        key = (question.device, question.rulebase, question.from_zone, question.to_zone, family)
        if key not in cache:
            cache[key] = _rulebases(reading, by_name, question)
        return cache[key]

    return find


def _rulebases(reading: Reading, by_name: Mapping[str, Device], question: FlowQuestion) -> Found:
    if question.device:
        owner = by_name.get(question.device.lower())
        if owner is None:
            return (), f"there is no device {question.device} in the snapshot"
        owners = [owner]
    else:
        owners = list(reading.devices)
    found = [
        (owner, one)
        for owner in owners
        for one in owner.rulebases
        if not question.rulebase or one.name == question.rulebase
    ]
    if question.rulebase and not found:
        return (), f"there is no rulebase {question.rulebase}" + (f" on {question.device}" if question.device else "")
    if not question.rulebase and (question.from_zone or question.to_zone):
        found = [(owner, one) for owner, one in found if one.kind is RulebaseKind.ZONE_POLICY]
    if question.flow is not None and len(found) > 1:
        found = [(owner, one) for owner, one in found if question.flow.family in one.families] or found
    if len(found) > 1 and question.from_zone:
        found = [(owner, one) for owner, one in found if _is_virtual_system_of(owner, one, question.from_zone)] or found
    if len({id(owner) for owner, _ in found}) > 1:
        return (), "several devices fit; name one in the column device"
    if len(found) > 1 and any(one.kind is not RulebaseKind.ZONE_POLICY for _, one in found):
        return (
            (),
            f"several rulebases fit ({', '.join(one.name for _, one in found[:5])}); name one in the column rulebase",
        )
    return (found, "") if found else ((), "no rulebase fits the row")


def _is_virtual_system_of(device: Device, rulebase: Rulebase, zone: str) -> bool:
    return any(
        one.virtual_system == rulebase.virtual_system and zone in (one.name, one.nickname, one.security_zone)
        for one in device.interfaces
    )


def _answer_view(
    question: FlowQuestion, device: Device | None, rulebase: Rulebase | None, fate: FlowFate, why: str
) -> dict[str, object]:
    rule = fate.rule
    view: dict[str, object] = {
        "row": question.row,
        "device": device.name if device else question.device,
        "rulebase": rulebase.name if rulebase else question.rulebase,
        "verdict": fate.verdict,
        "rule": rule.name if rule else None,
        "file": rule.where.path if rule else None,
        "line": rule.where.line if rule else None,
    }
    if fate.verdict == "unknown":
        view["reason"] = why or fate.reason
    return view
