"""The facts of all captures of one device, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netaudit.model.capture import Captured, CapturedInterface, CapturedRoute


def joined(parts: Iterable[Captured]) -> Captured:
    """Return all facts of the parts, in their order. Single facts come from the first part that has one.

    Of several outputs of one command the last counts, as it does in a terminal log, and of several routing tables of a
    VRF too: two together would be a state that never was. A part that contradicts an earlier one adds a problem.
    """
    found = _latest(tuple(parts))
    problems = [problem for one in found for problem in one.problems]
    problems += _contradictions("host name", [one.hostname.partition(".")[0].lower() for one in found])
    problems += _contradictions("version", [one.version for one in found])
    return Captured(
        captures=tuple(item for one in found for item in one.captures),
        hostname=_first(one.hostname for one in found),
        model=_first(one.model for one in found),
        operating_system=_first(one.operating_system for one in found),
        version=_first(one.version for one in found),
        serials=tuple(dict.fromkeys(serial for one in found for serial in one.serials)),
        uptime=_first(one.uptime for one in found),
        fact_sources=tuple(item for one in found for item in one.fact_sources),
        inventory=tuple(item for one in found for item in one.inventory),
        interfaces=_by_name(item for one in found for item in one.interfaces),
        routes=_latest_tables(found),
        arp=tuple(item for one in found for item in one.arp),
        neighbors=tuple(item for one in found for item in one.neighbors),
        hit_counts=tuple(item for one in found for item in one.hit_counts),
        vpn_sessions=tuple(item for one in found for item in one.vpn_sessions),
        problems=tuple(dict.fromkeys(problems)),
    )


def _latest(parts: Sequence[Captured]) -> tuple[Captured, ...]:
    """Return the parts, of those that an output of the same command follows nothing but that they are there."""
    last = {
        capture.command: number
        for number, part in enumerate(parts)
        for capture in part.captures
        if not capture.problem or capture.rows
    }
    return tuple(
        part if all(last.get(one.command, number) <= number for one in part.captures) else _superseded(part)
        for number, part in enumerate(parts)
    )


def _superseded(part: Captured) -> Captured:
    return Captured(captures=tuple(replace(one, problem=one.problem or SUPERSEDED) for one in part.captures))


SUPERSEDED = "a later output of the same command is used"


def _latest_tables(parts: Sequence[Captured]) -> tuple[CapturedRoute, ...]:
    last = {(route.vrf, route.family): number for number, part in enumerate(parts) for route in part.routes}
    return tuple(
        route for number, part in enumerate(parts) for route in part.routes if last[route.vrf, route.family] == number
    )


def _by_name(parts: Iterable[CapturedInterface]) -> tuple[CapturedInterface, ...]:
    """Return each interface once: what several outputs tell of it, the first that tells a thing."""
    found: dict[str, CapturedInterface] = {}
    for one in parts:
        known = found.get(one.name)
        if known is None:
            found[one.name] = one
            continue
        found[one.name] = replace(
            known,
            enabled=one.enabled if known.enabled is None else known.enabled,
            up=one.up if known.up is None else known.up,
            addresses=known.addresses or one.addresses,
            vrf=known.vrf or one.vrf,
            hardware_address=known.hardware_address or one.hardware_address,
            description=known.description or one.description,
            mtu=one.mtu if known.mtu is None else known.mtu,
            vlan=known.vlan or one.vlan,
            security_zone=known.security_zone or one.security_zone,
        )
    return tuple(found.values())


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _contradictions(what: str, values: Sequence[str]) -> list[str]:
    different = list(dict.fromkeys(value for value in values if value))
    if len(different) < 2:
        return []
    return [f"the captures name more than one {what}: {', '.join(different)}"]
