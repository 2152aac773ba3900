"""What an audit says: findings, examined subjects, verdicts and severities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from netaudit.model.source import SourceRef
from netaudit.packets.packet import Flow

Fact = str | int | bool | tuple[str, ...] | None


class Severity(IntEnum):
    """Ordered: a greater value is worse."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Return the word of the JSON documents: "info" ... "critical"."""
        return self.name.lower()


class Outcome(StrEnum):
    """What a check says of one subject."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """What the run says of a control (a clause)."""

    PASS = "pass"
    FAIL = "fail"
    PARTIAL = "partial"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Examined:
    """One subject that a check looked at; a pass is evidence too.

    `subject` is for people ("OUTSIDE-IN rule 30"). `key` identifies the subject over runs: it holds no line
    number and no order; "" = `subject`. `facts` fill the title templates of the check. `severity` replaces the
    check's own where the case is graver or milder. For PASS and NOT_APPLICABLE only the subject counts.
    """

    outcome: Outcome
    device: str
    subject: str
    where: tuple[SourceRef, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    severity: Severity | None = None
    witness: Flow | None = None
    key: str = ""
    why_unknown: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A failed or undecided subject, ready to report. Language-free but for its title and remediation."""

    id: str
    check: str
    severity: Severity
    outcome: Outcome  # FAIL or UNKNOWN
    device: str
    subject: str
    facts: Mapping[str, Fact]
    title: Mapping[str, str]  # language -> text
    remediation: Mapping[str, str]
    where: tuple[SourceRef, ...] = ()
    witness: Flow | None = None
    controls: tuple[str, ...] = ()
    waiver: str | None = None


def finding_id(check: str, device: str, key: str) -> str:
    """Return an identity that is stable over runs and renumbering: 12 hex digits."""
    digest = hashlib.sha256("\x1f".join((check, device, key)).encode()).hexdigest()
    return digest[:12]


@dataclass(frozen=True, slots=True)
class ControlVerdict:
    """The verdict of one clause; `reasons` are (code, detail) pairs that the reports translate."""

    id: str
    framework: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    findings: int = 0


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """How many subjects a check examined, by outcome. `missing_registers`: those for want of which it did not run."""

    check: str
    passed: int
    failed: int
    unknown: int
    missing_registers: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()  # all that it needs
