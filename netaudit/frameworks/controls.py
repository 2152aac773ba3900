"""The nouns of a regulation pack: a framework and its controls (clauses)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Control:
    """One clause: what it asks in our own words, and the checks that serve it.

    `grade`: A = decidable from configurations alone, B = with registers, C = configurations only support it.
    `applies` is a word of `applicability.py`. `registers` ("R02" ...) are needed for a verdict,
    `optional_registers` sharpen it; `other_evidence` names what is needed and is not a register.
    `advisory`: the clause recommends; a failure is a recommendation, never a violation. `advisory_checks` are
    checks that serve such a part of an otherwise binding clause.
    """

    id: str
    framework: str
    document: str
    article: str
    title: Mapping[str, str] = field(hash=False)  # language ("en", "zh-TW") -> text
    grade: str
    applies: str
    industry: str  # "futures" or "securities"
    registers: tuple[str, ...]
    checks: tuple[str, ...]
    optional_registers: tuple[str, ...] = ()
    other_evidence: tuple[str, ...] = ()
    advisory: bool = False
    advisory_checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A regulation pack. `documents` are the norms that its controls come from: code -> language -> name."""

    id: str
    title: Mapping[str, str] = field(hash=False)
    documents: Mapping[str, Mapping[str, str]] = field(hash=False)
    controls: tuple[Control, ...]
