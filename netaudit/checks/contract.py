"""What a check is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from netaudit.findings import Examined, Severity
from netaudit.lifecycle.status import DeviceLifecycle
from netaudit.model.device import Device
from netaudit.model.rule_relations import RuleRelation
from netaudit.model.source import FileCoverage
from netaudit.policy.registers import Policy, Register
from netaudit.topology.failures import FailureAnswer
from netaudit.topology.network import Network
from netaudit.topology.reach import Conduit

if TYPE_CHECKING:
    from netaudit.checks.scored_rules import ScoredRule


@dataclass(frozen=True)
class Context:
    """All that a check may look at. Computed once, shared by all checks, never changed."""

    devices: tuple[Device, ...]
    policy: Policy
    network: Network
    conduits: Mapping[tuple[str, str], Conduit]  # (from zone, to zone); no entry for a zone to itself
    relations: Mapping[tuple[str, str, str], tuple[RuleRelation, ...]]  # (device, virtual system, rulebase)
    lifecycle: tuple[DeviceLifecycle, ...]
    coverage: tuple[FileCoverage, ...]
    as_of: date
    missing_devices: tuple[str, ...] = field(default=())
    unexpected_devices: tuple[str, ...] = field(default=())
    failures: FailureAnswer = field(default_factory=FailureAnswer)  # what passes with each line and device failed

    @cached_property
    def scored_rules(self) -> tuple[ScoredRule, ...]:
        """Return the permits that the rule checks judge; computed once for all of them."""
        from netaudit.checks.scored_rules import scored_rules

        return tuple(scored_rules(self.devices, self.relations, self.as_of))


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Its module's docstring is its documentation (six headings, see docs/checks).

    `title` and `remediation` have one template a language ("en", "zh-TW"); `{name}` is filled from the facts of
    the subject, plus {device} and {subject}. `registers` are needed: without one of them the check is not run and
    its controls are NOT_ASSESSED. `uses` are optional registers that sharpen it.
    """

    id: str
    name: str
    severity: Severity
    title: Mapping[str, str]
    remediation: Mapping[str, str]
    examine: Callable[[Context], Iterable[Examined]]
    registers: tuple[Register, ...] = ()
    uses: tuple[Register, ...] = ()
