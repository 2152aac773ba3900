"""Runs checks over annotated configurations and over devices built in a test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from netaudit.checks.contract import Check, Context
from netaudit.findings import Examined, Outcome
from netaudit.lifecycle.status import DeviceLifecycle
from netaudit.model.device import Device
from netaudit.model.rule_relations import analyze_rulebase
from netaudit.model.source import FileCoverage, SourceFile
from netaudit.parsers import parser_of
from netaudit.policy.load import load_policy
from netaudit.policy.registers import Policy, Register
from netaudit.topology.conduits import find_conduits
from netaudit.topology.network import build_network

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "checks"
AUDIT_DAY = date(2026, 11, 20)

_NOTE = re.compile(r"^! (expect|unknown|ok): ([A-Z]+-\d+)(?: (info|low|medium|high|critical))?$")


@dataclass(frozen=True)
class Announced:
    """What a fixture says of the line that follows."""

    word: str  # expect, unknown or ok
    check: str
    severity: str
    line: int


@dataclass(frozen=True)
class Fixture:
    """An annotated configuration: its text without the annotations, and what they say."""

    path: Path
    platform: str
    lines: tuple[str, ...]
    announced: tuple[Announced, ...]
    registers: bool


def read_fixture(path: Path) -> Fixture:
    """Read one annotated file; annotation lines become blank, so that line numbers stay."""
    lines: list[str] = []
    announced: list[Announced] = []
    waiting: list[tuple[str, str, str]] = []
    registers = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _NOTE.match(line)
        if found:
            waiting.append((found[1], found[2], found[3] or ""))
            lines.append("")
        elif line == "! registers" or line.startswith("! note:"):
            registers = registers or line == "! registers"
            lines.append("")
        else:
            announced += [Announced(word, check, severity, number) for word, check, severity in waiting]
            waiting.clear()
            lines.append(line)
    assert not waiting, f"{path}: an annotation stands above nothing"
    return Fixture(path, path.name.split(".")[1], tuple(lines), tuple(announced), registers)


@lru_cache(maxsize=1)
def registers() -> Policy:
    """Return the registers that the fixtures share."""
    return load_policy(FIXTURES / "registers")


def parse(
    lines: Sequence[str], platform: str, path: str = "device.cfg", host: str = "bastion"
) -> tuple[tuple[Device, ...], FileCoverage]:
    """Parse configuration text."""
    parser = parser_of(platform)
    assert parser is not None, platform
    parsed = parser(SourceFile(path, "0" * 64, "utf-8", tuple(lines), platform, host))
    return parsed.devices, parsed.coverage


def context_of(
    devices: Sequence[Device],
    policy: Policy | None = None,
    lifecycle: Sequence[DeviceLifecycle] = (),
    coverage: Sequence[FileCoverage] = (),
    missing_devices: Sequence[str] = (),
) -> Context:
    """Return all that a check may look at.

    The registers are shared by fixtures of one device each: members of other devices are left out.
    """
    policy = policy or Policy()
    names = {device.name for device in devices}
    policy = replace(
        policy,
        zones=tuple(
            replace(zone, members=tuple(one for one in zone.members if one.device in names)) for zone in policy.zones
        ),
    )
    network = build_network(devices, policy)
    return Context(
        devices=tuple(devices),
        policy=policy,
        network=network,
        conduits=find_conduits(network),
        relations={
            (device.name, rulebase.virtual_system, rulebase.name): analyze_rulebase(rulebase)
            for device in devices
            for rulebase in device.rulebases
        },
        lifecycle=tuple(lifecycle),
        coverage=tuple(coverage),
        as_of=AUDIT_DAY,
        missing_devices=tuple(missing_devices),
    )


def fixture_context(fixture: Fixture) -> Context:
    """Return the context of one annotated file."""
    devices, coverage = parse(fixture.lines, fixture.platform, fixture.path.name)
    return context_of(devices, registers() if fixture.registers else None, coverage=(coverage,))


def examine(check: Check, context: Context) -> tuple[Examined, ...]:
    """Run one check."""
    return tuple(check.examine(context))


def failures(check: Check, context: Context) -> list[Examined]:
    """Return the subjects that failed."""
    return [one for one in examine(check, context) if one.outcome is Outcome.FAIL]


def with_registers(policy: Policy, *given: Register) -> Policy:
    """Return the policy with registers marked as given."""
    return replace(policy, given=policy.given | set(given))
