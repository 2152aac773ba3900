"""What becomes of a statement: the rows of `hierarchy` as a tree of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netaudit.model.source import Affects, LineState
from netaudit.parsers.juniper_junos.hierarchy import IGNORED, UNDERSTOOD, UNSUPPORTED


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the lines of a statement."""

    state: LineState
    affects: Affects = Affects.OTHER
    reason: str = ""


@dataclass(slots=True)
class _Row:
    words: dict[str, _Row] = field(default_factory=dict)
    star: _Row | None = None
    here: Fate | None = None  # a statement may end here
    rest: Fate | None = None  # or go on as it likes


_ROOT = _Row()


def _add(rows: str, fate: Fate) -> None:
    for line in rows.split("\n"):
        tokens = line.split()
        if not tokens:
            continue
        nodes = [_ROOT]
        for token in tokens:
            if token == "...":
                for node in nodes:
                    node.rest = node.rest or fate
                    node.here = node.here or fate
                break
            following: list[_Row] = []
            for node in nodes:
                if token == "*":
                    node.star = node.star or _Row()
                    following.append(node.star)
                else:
                    following += [node.words.setdefault(word, _Row()) for word in token.split("|")]
            nodes = following
        else:
            for node in nodes:
                node.here = node.here or fate


_add(UNDERSTOOD, Fate(LineState.UNDERSTOOD))
for _affects, _reason, _rows in UNSUPPORTED:
    _add(_rows, Fate(LineState.UNSUPPORTED, _affects, _reason))
_add(IGNORED, Fate(LineState.IGNORED))

_UNDERSTOOD = Fate(LineState.UNDERSTOOD)
_INCOMPLETE = Fate(LineState.UNRECOGNIZED, Affects.OTHER, "a value is missing")

# What the first words of an unknown statement can change.
_AFFECTED = {
    "interfaces": Affects.ROUTING,
    "routing-options": Affects.ROUTING,
    "routing-instances": Affects.ROUTING,
    "protocols": Affects.ROUTING,
    "policy-options": Affects.ROUTING,
    "firewall": Affects.FILTER,
    "security": Affects.FILTER,
    "applications": Affects.FILTER,
    "services": Affects.NAT,
    "system": Affects.MANAGEMENT,
    "snmp": Affects.MANAGEMENT,
    "apply-groups": Affects.FILTER,
}
_WITHIN_INSTANCES = frozenset(
    ("routing-options", "protocols", "bridge-domains", "vlans", "forwarding-options", "switch-options", "access")
)


def plain_path(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path within one system: without groups, logical systems, tenants and routing instances."""
    while len(words) > 2 and words[0] in ("groups", "logical-systems", "tenants"):
        words = words[2:]
    if len(words) > 2 and words[0] == "routing-instances" and words[2] in _WITHIN_INSTANCES:
        words = words[2:]
    if len(words) > 3 and words[:2] == ("interfaces", "interface-range") and words[3] not in ("member", "member-range"):
        words = ("interfaces", *words[2:])  # what a range says of its members
    return words


def fate_of(words: tuple[str, ...], is_block: bool = False) -> Fate:
    """Return what becomes of a statement, from its words."""
    for index, word in enumerate(words):
        if word in ("apply-groups", "apply-groups-except"):
            return _UNDERSTOOD if is_block or len(words) > index + 1 else _INCOMPLETE
        if word == "apply-macro":
            return Fate(LineState.IGNORED)
    path = plain_path(words)
    if len(path) <= 2 and path[0] in ("groups", "logical-systems", "tenants"):
        return _UNDERSTOOD
    best: Fate | None = None
    for fate in _fitting(path, is_block):
        if fate is not _INCOMPLETE:
            return fate
        best = best or fate
    affects = _AFFECTED.get(path[0], Affects.OTHER)
    if path[:2] == ("security", "nat"):
        affects = Affects.NAT
    if best is not None:
        return Fate(LineState.UNRECOGNIZED, affects, best.reason)
    return Fate(LineState.UNRECOGNIZED, affects)


def _fitting(path: tuple[str, ...], is_block: bool) -> Iterator[Fate]:
    """Yield the fates of the rows that fit, the most telling first."""
    open_ends: list[Fate] = []
    rows = [_ROOT]
    for word in path:
        following: list[_Row] = []
        for row in rows:
            if row.rest is not None:
                open_ends.append(row.rest)
            found = row.words.get(word)
            if found is not None:
                following.append(found)
            elif word[:1] == "<" and word[-1:] == ">":
                following += row.words.values()
            if row.star is not None:
                following.append(row.star)
        rows = following[:64]
        if not rows:
            break
    if is_block and any(row.words or row.star is not None for row in rows):
        yield _UNDERSTOOD  # its statements tell what it can change
    for row in rows:
        if row.here is not None:
            yield row.here
    if any(row.words for row in rows):
        yield _UNDERSTOOD
    yield from reversed(open_ends)
    for row in rows:
        if row.star is not None:
            yield _INCOMPLETE
