"""The verdict of each clause, from what its checks said and from what they could not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netaudit.findings import CheckSummary, ControlVerdict, Examined, Outcome, Verdict
from netaudit.frameworks.applicability import FirmFacts, applies_to
from netaudit.frameworks.controls import Control, Framework
from netaudit.model.source import Affects, FileCoverage, FileStatus
from netaudit.policy.registers import Policy, Register, ZoneType

# What a line that was not understood can change for the checks of a family (the letters of their ids).
_TRAFFIC = frozenset({Affects.FILTER, Affects.ROUTING, Affects.NAT})
_AREAS: Mapping[str, frozenset[Affects]] = {
    "SEG": _TRAFFIC,
    "EXT": _TRAFFIC,
    "LINE": _TRAFFIC,
    "RULE": frozenset({Affects.FILTER}),
    "MGMT": frozenset({Affects.MANAGEMENT}),
    "LOG": frozenset({Affects.MANAGEMENT}),
    "EOL": frozenset(),
    "INV": frozenset(),
}
_ZONED = frozenset({"SEG", "EXT", "LINE"})
_UNUSABLE = (FileStatus.UNREADABLE, FileStatus.UNKNOWN_PLATFORM)


def control_verdicts(
    frameworks: Sequence[Framework],
    results: Mapping[str, Sequence[Examined]],
    summaries: Sequence[CheckSummary],
    policy: Policy,
    complete: bool,
    coverage: Sequence[FileCoverage] | None = None,
    missing_devices: Sequence[str] = (),
) -> tuple[ControlVerdict, ...]:
    """Return the verdict of every control, in the order of the frameworks.

    `results` holds what each check examined, `summaries` how each ended (a check without a summary does not exist
    yet). `complete` tells whether every input was understood and every expected device was there; with `coverage`
    the lines that were not understood count only for the controls that they can change, and `complete` need only say
    that no input was unusable. `missing_devices` are expected by the inventory and have no export.

    FAIL: a check failed (a recommendation never fails: it is PARTIAL). NOT_ASSESSED: no check exists, a register or
    an export is missing, or nothing was examined. PARTIAL: something is open: a check that does not exist yet, an
    undecided subject, a check that examined nothing, text that was not understood, a register that is a draft or has
    zones that nobody confirmed, or evidence that no configuration holds. PASS: none of these.
    """
    firm = firm_facts(policy)
    ended = {one.check: one for one in summaries}
    lost = _lost_input(complete, coverage)
    return tuple(
        _verdict(control, results, ended, policy, firm, lost, tuple(missing_devices), coverage or ())
        for framework in frameworks
        for control in framework.controls
    )


def firm_facts(policy: Policy) -> FirmFacts:
    """Return what the registers tell of the firm, for the clauses that apply to some firms only."""
    profile = policy.profile
    types = {zone.type for zone in policy.zones}
    return FirmFacts(
        firm_type=profile.firm_type,
        firm_class=profile.firm_class,
        tier=profile.tier,
        online_order=profile.online_order,
        website=profile.website,
        cloud_use=profile.cloud_use,
        has_third_party_lines=bool(policy.line_agreements) or ZoneType.THIRDPARTY in types or None,
        has_internal_wlan=ZoneType.WLAN_INT in types or None,
        has_guest_wlan=ZoneType.WLAN_GUEST in types or None,
        has_remote_access=ZoneType.VPN in types or None,
        has_published_services=bool(policy.published_services) or None,
        has_outsourced_devices=any(entry.outsourced_to for entry in policy.inventory) or None,
    )


def _lost_input(complete: bool, coverage: Sequence[FileCoverage] | None) -> tuple[str, ...]:
    if coverage is None:
        return () if complete else ("incomplete_coverage",)
    unusable = [one.path for one in coverage if one.status in _UNUSABLE]
    return (f"incomplete_coverage:{', '.join(unusable[:5])}",) if unusable else ()


def _verdict(
    control: Control,
    results: Mapping[str, Sequence[Examined]],
    ended: Mapping[str, CheckSummary],
    policy: Policy,
    firm: FirmFacts,
    lost: tuple[str, ...],
    missing_devices: tuple[str, ...],
    coverage: Sequence[FileCoverage],
) -> ControlVerdict:
    applies = applies_to(control, firm)
    known = [check for check in control.checks if check in ended]
    outcomes = {check: [one.outcome for one in results.get(check, ())] for check in known}
    failed = [check for check in known if Outcome.FAIL in outcomes[check]]
    binding = [check for check in failed if not control.advisory and check not in control.advisory_checks]
    absent = _absent(control, known, ended, policy, missing_devices)
    open_points = [*lost, *_open_points(control, known, outcomes, coverage)]
    open_points += _unconfirmed(control, known, ended, policy)
    reasons = [f"failed:{check}" for check in failed]
    if failed and not binding:
        reasons.append("advisory")
    if applies is None:
        reasons.append("applicability_unknown")
    if applies is False:
        verdict, reasons = Verdict.NOT_APPLICABLE, [f"not_applicable:{control.applies}"]
    elif not known:
        verdict, reasons = Verdict.NOT_ASSESSED, ["no_check"]
    elif binding:
        verdict = Verdict.FAIL
        reasons += [*absent, *open_points]
    elif absent:
        verdict = Verdict.NOT_ASSESSED
        reasons = [*absent, *reasons, *open_points]
    elif not any(Outcome.PASS in found for found in outcomes.values()) and not failed:
        undecided = any(Outcome.UNKNOWN in found for found in outcomes.values())
        verdict = Verdict.PARTIAL if undecided else Verdict.NOT_ASSESSED
        reasons += open_points if any(outcomes.values()) else [*lost, "nothing_examined"]
    elif open_points or failed:
        verdict = Verdict.PARTIAL
        reasons += open_points
    else:
        verdict = Verdict.PASS
    counted = sum(
        one in (Outcome.FAIL, Outcome.UNKNOWN) for found in outcomes.values() for one in found if applies is not False
    )
    return ControlVerdict(
        control.id, control.framework, verdict, tuple(dict.fromkeys(reasons)), control.checks, counted
    )


def _absent(
    control: Control,
    known: Sequence[str],
    ended: Mapping[str, CheckSummary],
    policy: Policy,
    missing_devices: tuple[str, ...],
) -> list[str]:
    """Return the registers and exports without which the clause cannot be assessed."""
    given = {register.value for register in policy.given}
    needed = [*control.registers, *(register for check in known for register in ended[check].missing_registers)]
    found = [f"missing_register:{register}" for register in dict.fromkeys(needed) if register not in given]
    if missing_devices:
        found.append(f"missing_devices:{', '.join(missing_devices[:5])}")
    return found


def _unconfirmed(
    control: Control, known: Sequence[str], ended: Mapping[str, CheckSummary], policy: Policy
) -> Iterator[str]:
    """Yield the registers that prove nothing yet: drafts, and a zone map with zones that nobody confirmed.

    A check that asks about zones needs the zone map, whatever registers the clause names.
    """
    needed = {*control.registers, *(register for check in known for register in ended[check].registers)}
    if any(check.split("-")[0] in _ZONED for check in known):
        needed.add(Register.ZONE_MAP.value)
    for register in sorted(policy.drafts):
        if register.value in needed:
            yield f"register_draft:{register.value}"
    unconfirmed = [zone.name for zone in policy.zones if not zone.confirmed_by]
    if unconfirmed and Register.ZONE_MAP.value in needed:
        yield f"unconfirmed_zones:{', '.join(unconfirmed[:5])}"


def _open_points(
    control: Control,
    known: Sequence[str],
    outcomes: Mapping[str, Sequence[Outcome]],
    coverage: Sequence[FileCoverage],
) -> Iterator[str]:
    """Yield what keeps the clause from a pass although nothing failed."""
    for check in control.checks:
        if check not in known:
            yield f"not_implemented:{check}"
        elif Outcome.UNKNOWN in outcomes[check]:
            yield f"unknown:{check}"
        elif not outcomes[check]:
            yield f"nothing_examined:{check}"
    areas = frozenset[Affects]().union(*(_AREAS.get(check.split("-")[0], frozenset(Affects)) for check in known))
    for area in Affects:
        lines = sum(note.affects is area for one in coverage for note in one.notes) if area in areas else 0
        if lines:
            yield f"unparsed_lines:{area.value} {lines}"
    if control.other_evidence:
        yield f"other_evidence:{', '.join(control.other_evidence)}"
    if control.grade == "C":
        yield "supporting_evidence_only"
