"""One run: collect, parse, model, topology, checks, result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from netaudit import __version__
from netaudit.collect import collect
from netaudit.errors import Problem
from netaudit.lifecycle.status import DeviceLifecycle
from netaudit.model.capture import Capture
from netaudit.model.device import Device
from netaudit.model.named_addresses import addresses_in
from netaudit.model.rule_relations import RuleRelation, analyze_rulebase
from netaudit.model.source import FileCoverage, FileStatus, SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.policy.registers import Policy, Register
from netaudit.reports.result import AuditResult, ControlText

Progress = Callable[[str, int, int], None]
"""Called with a stage ("parse", "rules", "check" ...), how much is done, and how much there is."""

# Below this many lines a second process costs more than it saves.
PARALLEL_LINES = 20_000


def quiet(stage: str, done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a snapshot says before any question is asked of it."""

    name: str
    devices: tuple[Device, ...]
    coverage: tuple[FileCoverage, ...]
    problems: tuple[Problem, ...]
    observed: tuple[Device, ...] = ()  # known from captures alone: for the inventory, not audited
    captures: tuple[Capture, ...] = ()  # every output of a show command


def read_snapshot(
    snapshot: str,
    platform: str | None = None,
    jobs: int = 1,
    progress: Progress = quiet,
    without: Path | None = None,
) -> Reading:
    """Collect and parse a SNAPSHOT, leaving out the folder `without`. Raises InputError where nothing can be read."""
    from netaudit.parsers.cabling import attach_cabling
    from netaudit.parsers.captures.attaching import attach_captures

    progress("collect", 0, 1)
    collected = collect(snapshot, platform, without)
    progress("collect", 1, 1)
    parsed = _parse_all(collected.files, jobs, progress)
    devices, problems = _joined_devices(parsed)
    devices, observed, told = attach_captures(devices, collected.files, parsed)
    devices, contradictions = attach_cabling(devices, (one for one in collected.files if one.kind == "cabling"))
    problems += (*told, *contradictions)
    if not devices:
        problems.append(
            Problem(collected.root_name, "", "holds no configuration that could be read; nothing is audited")
        )
    return Reading(
        name=collected.root_name,
        devices=devices,
        coverage=_coverage_by_file(collected.files, parsed),
        problems=(*collected.problems, *problems, *_parser_problems(parsed)),
        observed=observed,
        captures=tuple(capture for one in parsed for part in one.captured for capture in part.captures),
    )


def parse_file(source: SourceFile) -> ParsedFile:
    """Parse one file by its platform; what cannot be parsed gets a coverage record that says why."""
    return parse_files((source,))[0]


def parse_files(files: Sequence[SourceFile]) -> list[ParsedFile]:
    """Parse files that go to a parser together (see `_units`); one ParsedFile each, in their order."""
    from netaudit.parsers import parser_of, together_parser_of

    platform = files[0].platform
    if files[0].captures and not files[0].problem:
        return [_read_captures(one) for one in files]
    parse_together, parser = together_parser_of(platform), parser_of(platform)
    if any(one.problem or one.kind != "configuration" for one in files) or parser is None:
        return [_unparsed(one) for one in files]
    try:
        return list(parse_together(files)) if parse_together else [parser(one) for one in files]
    except Exception as error:  # a bug of ours must not cost the other files; its text may hold secrets
        problem = f"the parser failed ({type(error).__name__}); this is a fault of netaudit, please report it"
        return [_without_lines(one, FileStatus.UNREADABLE, problem) for one in files]


def _read_captures(source: SourceFile) -> ParsedFile:
    from netaudit.parsers.captures import read_captures

    try:
        return read_captures(source)
    except Exception as error:  # as above
        problem = f"the reader failed ({type(error).__name__}); this is a fault of netaudit, please report it"
        return _without_lines(source, FileStatus.UNREADABLE, problem)


def _unparsed(source: SourceFile) -> ParsedFile:
    if source.problem:
        return _without_lines(source, FileStatus.UNREADABLE, source.problem)
    if source.kind == "cabling":
        return _without_lines(source, FileStatus.CABLING, "")
    if source.kind != "configuration":
        return _without_lines(source, FileStatus.NOT_A_CONFIGURATION, "")
    known = f"no parser for {source.platform} yet" if source.platform else "the platform is not recognised"
    problem = f"{known}; --platform names it where you know better"
    unparsed = _without_lines(source, FileStatus.UNKNOWN_PLATFORM, problem)
    if not source.platform:
        return unparsed
    return replace(unparsed, coverage=replace(unparsed.coverage, named_addresses=addresses_in(source.lines)))


def _without_lines(source: SourceFile, status: FileStatus, problem: str) -> ParsedFile:
    return ParsedFile(
        FileCoverage(source.path, source.sha256, source.platform, "", status, len(source.lines), problem=problem)
    )


def _units(files: Sequence[SourceFile]) -> list[tuple[int, ...]]:
    """Return the positions of the files that are parsed together: each alone, or all of a platform that spreads."""
    from netaudit.parsers import together_parser_of

    units: list[tuple[int, ...]] = []
    spread: dict[str, list[int]] = {}
    for position, one in enumerate(files):
        if one.kind == "configuration" and not one.problem and together_parser_of(one.platform):
            spread.setdefault(one.platform, []).append(position)
        else:
            units.append((position,))
    return [*map(tuple, spread.values()), *units]


def _parse_all(files: Sequence[SourceFile], jobs: int, progress: Progress) -> list[ParsedFile]:
    units = _units(files)
    work = [[files[position] for position in unit] for unit in units]
    if jobs > 1 and len(units) > 1 and sum(len(one.lines) for one in files) > PARALLEL_LINES:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(max_workers=jobs) as pool:
            parsed = list(_counted(pool.map(parse_files, work, chunksize=4), len(files), progress))
    else:
        parsed = list(_counted(map(parse_files, work), len(files), progress))
    by_position = {
        position: one
        for unit, found in zip(units, parsed, strict=True)
        for position, one in zip(unit, found, strict=True)
    }
    return [by_position[position] for position in range(len(files))]


def _counted(parsed: Iterable[list[ParsedFile]], total: int, progress: Progress) -> Iterable[list[ParsedFile]]:
    done = 0
    for unit in parsed:
        done += len(unit)
        progress("parse", done, total)
        yield unit


def _parser_problems(parsed: Iterable[ParsedFile]) -> Iterable[Problem]:
    return (
        Problem(one.coverage.path, "", one.coverage.problem)
        for one in parsed
        if one.coverage.problem and one.coverage.status is not FileStatus.UNREADABLE
    )


def _joined_devices(parsed: Iterable[ParsedFile]) -> tuple[tuple[Device, ...], list[Problem]]:
    """Return all devices by name.

    Files of one host that complete each other (iptables-save and ip6tables-save) become one device. Two others with the
    same name stay apart: the later gets its file's path in its name.
    """
    devices: dict[str, Device] = {}
    problems: list[Problem] = []
    for device in (device for one in parsed for device in one.devices):
        known = devices.get(device.name)
        if known is None:
            devices[device.name] = device
        elif _complete_each_other(known, device):
            devices[device.name] = replace(
                known,
                rulebases=known.rulebases + device.rulebases,
                nat_rules=known.nat_rules + device.nat_rules,
                bindings=known.bindings + device.bindings,
            )
        else:
            name = f"{device.name}@{device.where.path}"
            devices[name] = replace(device, name=name)
            message = f"a second device is named {device.name}, like that of {known.where.path}; it is listed as {name}"
            problems.append(Problem(device.where.path, "", message))
    return tuple(sorted(devices.values(), key=lambda one: (one.name.lower(), one.name))), problems


def _coverage_by_file(files: Sequence[SourceFile], parsed: Sequence[ParsedFile]) -> tuple[FileCoverage, ...]:
    """Return one account a file: that of its parts together. A header is part of its configuration's account."""
    merged: dict[str, FileCoverage] = {}
    for source, one in zip(files, parsed, strict=True):
        known = merged.get(source.path)
        if known is None:
            merged[source.path] = one.coverage
        elif source.kind != "header":
            merged[source.path] = known.together(one.coverage)
    return tuple(merged.values())


def _complete_each_other(one: Device, other: Device) -> bool:
    families = {(rulebase.name, family) for rulebase in one.rulebases for family in rulebase.families}
    others = {(rulebase.name, family) for rulebase in other.rulebases for family in rulebase.families}
    return one.platform == other.platform and not (one.interfaces or other.interfaces) and not families & others


def run_audit(
    snapshot: str,
    *,
    policy_folder: Path | None,
    as_of: date,
    platform: str | None = None,
    jobs: int = 1,
    progress: Progress = quiet,
    without: Path | None = None,
) -> AuditResult:
    """Audit a snapshot, but for the folder `without`, against the registers of a policy folder, as of a day.

    Raises InputError for a snapshot that cannot be read or registers with mistakes.
    """
    from netaudit.checks import CHECKS
    from netaudit.checks.contract import Context
    from netaudit.checks.run import run_checks
    from netaudit.checks.verdicts import control_verdicts
    from netaudit.frameworks.load import load_frameworks
    from netaudit.policy.load import load_policy
    from netaudit.reports.diagram_elements import diagram_elements
    from netaudit.reports.matrix_cells import matrix_cells
    from netaudit.topology.conduits import find_conduits
    from netaudit.topology.failures import examine_failures
    from netaudit.topology.graph import link_survey, zone_ports
    from netaudit.topology.network import build_network

    policy = load_policy(policy_folder) if policy_folder else Policy()
    reading = read_snapshot(snapshot, platform, jobs, progress, without)
    progress("topology", 0, 1)
    network = build_network(reading.devices, policy, reading.coverage)
    conduits = find_conduits(network, as_of, jobs=jobs)
    progress("topology", 1, 1)
    progress("failures", 0, 1)
    failures = examine_failures(network, policy, conduits, as_of, progress=partial(progress, "failures"))
    relations = rule_relations(reading.devices, progress)
    missing, unexpected = _expected_devices(reading.devices, policy)
    lifecycle = device_lifecycles(reading.devices, policy, policy_folder, as_of)
    context = Context(
        devices=reading.devices,
        policy=policy,
        network=network,
        conduits=conduits,
        relations=relations,
        lifecycle=lifecycle,
        coverage=reading.coverage,
        as_of=as_of,
        missing_devices=missing,
        unexpected_devices=unexpected,
        failures=failures,
    )
    frameworks = load_frameworks()
    progress("check", 0, 1)
    findings, examined, summaries = run_checks(context, CHECKS, frameworks)
    progress("check", 1, 1)
    result = AuditResult(
        as_of=as_of,
        tool_version=__version__,
        firm=policy.profile.name,
        snapshot_name=reading.name,
        devices=reading.devices,
        coverage=reading.coverage,
        policy=policy,
        findings=findings,
        examined=examined,
        checks=summaries,
        controls=(),
        matrix=matrix_cells(network, conduits, policy, as_of),
        zones=tuple(zone for zone in network.zones if zone not in network.link_zones),
        inventory=lifecycle,
        missing_devices=missing,
        unexpected_devices=unexpected,
        problems=reading.problems,
        failures=failures,
        limitations=_limitations(policy, network.zones),
        control_texts={
            control.id: ControlText(
                control.id,
                framework.documents[control.document]["zh-TW"],
                control.article,
                control.title,
                control.advisory,
            )
            for framework in frameworks
            for control in framework.controls
        },
    )
    nodes, edges = diagram_elements(network, policy)
    return replace(
        result,
        controls=control_verdicts(frameworks, examined, summaries, policy, result.complete, reading.coverage, missing),
        diagram_nodes=nodes,
        diagram_edges=edges,
        topology=network.graph,
        links=link_survey(network),
        zone_ports=zone_ports(network),
    )


def rule_relations(
    devices: Sequence[Device], progress: Progress = quiet
) -> dict[tuple[str, str, str], tuple[RuleRelation, ...]]:
    """Return the relations of the rulebases that filter: (device, virtual system, rulebase) -> relations.

    Advice (correlated, generalized) is for `netaudit rules`; no check asks for it.
    """
    from netaudit.checks.scored_rules import scored_rulebases

    todo = [(device, rulebase) for device in devices for rulebase in scored_rulebases(device)]
    relations = {}
    for done, (device, rulebase) in enumerate(todo, start=1):
        relations[device.name, rulebase.virtual_system, rulebase.name] = analyze_rulebase(rulebase, advisory=False)
        progress("rules", done, len(todo))
    return relations


def device_lifecycles(
    devices: Sequence[Device], policy: Policy, policy_folder: Path | None, as_of: date
) -> tuple[DeviceLifecycle, ...]:
    """Return the lifecycle of every device, and of every device that the inventory lists without an export."""
    from netaudit.lifecycle.catalogue import device_lifecycle, load_catalogue
    from netaudit.lifecycle.facts import gather_facts

    catalogue = load_catalogue(policy_folder)
    found = {device.name: gather_facts(device, policy.inventory_entry(device.name)) for device in devices}
    known = {name.lower() for name in found}
    for entry in policy.inventory:
        if not {entry.hostname.lower(), entry.device.lower()} & known:
            found[entry.hostname or entry.device] = gather_facts(None, entry)
    return tuple(device_lifecycle(found[name], catalogue, as_of) for name in sorted(found, key=str.lower))


def _expected_devices(devices: Sequence[Device], policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the devices that the inventory expects and the snapshot lacks, and those that it does not list."""
    if Register.INVENTORY not in policy.given:
        return (), ()
    names = {device.name.lower() for device in devices}
    missing = tuple(
        entry.hostname or entry.device
        for entry in policy.inventory
        if entry.expected_export and not {entry.hostname.lower(), entry.device.lower()} & names
    )
    unexpected = tuple(device.name for device in devices if policy.inventory_entry(device.name) is None)
    return missing, unexpected


def _limitations(policy: Policy, zones: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what this run could not ask, as (code, detail) pairs for the limitations page."""
    found = [("register_missing", register.value) for register in Register if register not in policy.given]
    found += [("register_unread", register.value) for register in sorted(policy.unread)]
    found += [("register_draft", register.value) for register in sorted(policy.drafts)]
    found += [("register_warning", str(warning)) for warning in policy.warnings]
    if not zones:
        found.append(("no_zone_map", ""))
    return tuple(found)
