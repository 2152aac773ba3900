"""The facts of all captures of one device, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netaudit.model.capture import Captured


def joined(parts: Iterable[Captured]) -> Captured:
    """Return all facts of the parts, in their order. Single facts come from the first part that has one.

    A part that contradicts an earlier one adds a problem.
    """
    found = tuple(parts)
    problems = [problem for one in found for problem in one.problems]
    problems += _contradictions("host name", [one.hostname.partition(".")[0].lower() for one in found])
    problems += _contradictions("version", [one.version for one in found])
    return Captured(
        captures=tuple(item for one in found for item in one.captures),
        hostname=_first(one.hostname for one in found),
        model=_first(one.model for one in found),
        version=_first(one.version for one in found),
        serials=tuple(dict.fromkeys(serial for one in found for serial in one.serials)),
        uptime=_first(one.uptime for one in found),
        fact_sources=tuple(item for one in found for item in one.fact_sources),
        inventory=tuple(item for one in found for item in one.inventory),
        interfaces=tuple(item for one in found for item in one.interfaces),
        routes=tuple(item for one in found for item in one.routes),
        arp=tuple(item for one in found for item in one.arp),
        neighbors=tuple(item for one in found for item in one.neighbors),
        hit_counts=tuple(item for one in found for item in one.hit_counts),
        vpn_sessions=tuple(item for one in found for item in one.vpn_sessions),
        problems=tuple(dict.fromkeys(problems)),
    )


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _contradictions(what: str, values: Sequence[str]) -> list[str]:
    different = list(dict.fromkeys(value for value in values if value))
    if len(different) < 2:
        return []
    return [f"the captures name more than one {what}: {', '.join(different)}"]
