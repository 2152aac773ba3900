"""Route maps: blocks `route-map NAME permit|deny N` with `match`, `set` and `continue` below them.

Sources: Cisco IOS IP Routing: Protocol-Independent Command Reference, "match", "set", "continue"; Cisco IOS IP
Routing: BGP Command Reference; NX-OS Unicast Routing Command Reference; ASA Command Reference, "route-map"; Arista EOS
User Manual, "Route Maps".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.routing import PolicyChange, PolicyCondition, RoutePolicy, RoutePolicyTerm
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.commands import without_comments
from netaudit.parsers.routing.route_map_changes import IGNORED_CHANGES, UNSUPPORTED_CHANGES, read_change
from netaudit.parsers.routing.route_map_conditions import UNSUPPORTED_CONDITIONS, read_condition
from netaudit.parsers.routing.values import line_words, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words

# Two of these in one term judge different packets or routes, or cannot stand together: what decides is not documented.
_ONE_OF = (
    frozenset({"prefix_list", "access_list"}),
    frozenset({"next_hop", "next_hop_prefix_list", "next_hop_access_list"}),
    frozenset({"source_prefix_list", "source_access_list"}),
)


# A second line of these adds to the first; of others it takes its place.
_ADDING = frozenset({"community_delete", "extended_community_set", "next_hop"})


@dataclass(frozen=True, slots=True)
class _ConditionKey:
    """What tells conditions of a term apart: `written` is the family's word, or a value that must hold by itself."""

    kind: str
    written: str
    negated: bool


@dataclass(slots=True)
class _Term:
    """A term while its lines are read; what a kind of condition or change names adds up, in the order of the lines."""

    sequence: int
    outcome: str
    where: SourceRef
    conditions: dict[_ConditionKey, dict[str, None]] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    continues: int | None = None  # 0 = at the next term
    exact: bool = True


@dataclass(slots=True)
class _Map:
    name: str
    where: SourceRef
    terms: dict[int, _Term] = field(default_factory=dict)


def read_route_maps(
    ledger: LineLedger, roots: Iterable[ConfLine], community_lists_together: bool = False
) -> tuple[RoutePolicy, ...]:
    """Read all route maps, in the order of their first lines; marks their lines.

    `community_lists_together`: a route must match all lists that `match community` names, not any (EOS).
    """
    maps: dict[str, _Map] = {}
    for root in roots:
        if root.text.startswith(("route-map ", "no route-map ")):
            _read_block(ledger, maps, root, community_lists_together)
    return tuple(_finished(one) for one in maps.values())


def _read_block(ledger: LineLedger, maps: dict[str, _Map], root: ConfLine, together: bool) -> None:
    words = line_words(ledger, root)
    negated = words.take_if("no")
    words.take()
    name = words.peek()
    if not name:
        return
    words.take()
    try:
        outcome = words.take() if words.peek() in ("permit", "deny") else "permit"
        sequence = taken_number(words, 65535) if words.peek() else 10
        words.end()
    except NotUnderstood as problem:
        ledger.unrecognized(root.index, Affects.ROUTING, f"route map: {problem}")
        found = maps.setdefault(name, _Map(name, ledger.ref(root.index)))
        # A term that is not known where: it may be the first, and may do anything.
        found.terms.setdefault(0, _Term(0, "", ledger.ref(root.index), exact=False))
        return
    ledger.understood(root.index)
    if negated:
        if len(words.words) == 3:
            maps.pop(name, None)
        elif name in maps:
            maps[name].terms.pop(sequence, None)
        return
    found = maps.setdefault(name, _Map(name, ledger.ref(root.index)))
    last = root.children[-1].index if root.children else None
    term = found.terms.setdefault(sequence, _Term(sequence, outcome, ledger.ref(root.index, last)))
    term.outcome = outcome
    for line in without_comments(ledger, root.children):
        _read_line(ledger, term, line, together)


def _read_line(ledger: LineLedger, term: _Term, line: ConfLine, together: bool) -> None:
    words = line_words(ledger, line)
    word = words.take()
    try:
        if word == "match":
            _take_condition(ledger, term, line, words, together)
        elif word == "set":
            _take_change(ledger, term, line, words)
        elif word in ("continue", "on-match"):
            _take_continue(term, words, word)
            ledger.understood(line.index)
        elif word == "sub-route-map":
            name = words.take()
            term.conditions[_ConditionKey("policy", name, False)] = {name: None}
            ledger.understood(line.index)
        elif word in ("description", "exit"):
            ledger.ignored(line.index)
        else:
            raise NotUnderstood(word)
    except NotUnderstood as problem:
        ledger.unrecognized(line.index, Affects.ROUTING, f"route map: {problem}")
        term.exact = False


def _take_condition(ledger: LineLedger, term: _Term, line: ConfLine, words: Words, together: bool) -> None:
    negated = words.take_if("invert-result")
    if any(
        words.words[words.position : words.position + len(entry)] == list(entry) for entry in UNSUPPORTED_CONDITIONS
    ):
        ledger.unsupported(line.index, Affects.ROUTING, "a condition that is not modelled")
        term.exact = False
        return
    family = words.peek()
    found = read_condition(words)
    words.end()
    if together and found.kind.startswith("community") and "or-results" not in words.words:
        for value in found.values:
            term.conditions[_ConditionKey(found.kind, value, negated)] = {value: None}
    else:
        _add_condition(term, _ConditionKey(found.kind, family, negated), found.values)
    ledger.understood(line.index)


def _add_condition(term: _Term, key: _ConditionKey, values: tuple[str, ...]) -> None:
    """Add a condition; a second line of the same kind and family adds its values to the first."""
    if key not in term.conditions:
        for earlier in term.conditions:
            if earlier.kind == key.kind or any({earlier.kind, key.kind} <= group for group in _ONE_OF):
                term.exact = False
    elif key.negated:
        term.exact = False
    term.conditions.setdefault(key, {}).update(dict.fromkeys(values))


def _take_change(ledger: LineLedger, term: _Term, line: ConfLine, words: Words) -> None:
    if words.peek() in IGNORED_CHANGES:
        ledger.ignored(line.index)
        return
    if any(words.words[1 : 1 + len(entry)] == list(entry) for entry in UNSUPPORTED_CHANGES):
        ledger.unsupported(line.index, Affects.ROUTING, "a change that is not modelled")
        term.exact = False
        return
    for found in read_change(words):
        if found.kind in _ADDING:
            term.changes.setdefault(found.kind, []).extend(found.values)
        else:
            term.changes[found.kind] = list(found.values)
    words.end()
    ledger.understood(line.index)


def _take_continue(term: _Term, words: Words, word: str) -> None:
    """Read `continue [N]`, and `on-match next|goto N` of FRR."""
    if word == "on-match" and not words.take_if("next", "goto"):
        raise NotUnderstood("next or goto was expected")
    term.continues = taken_number(words, 65535) if words.peek() else 0
    words.end()
    if term.outcome == "deny":  # the guides describe `continue` for permits only
        term.exact = False


def _finished(found: _Map) -> RoutePolicy:
    order = sorted(found.terms)
    terms = []
    for position, sequence in enumerate(order):
        term = found.terms[sequence]
        continues = ""
        if term.continues is not None:
            following = order[position + 1] if position + 1 < len(order) else None
            continues = str(term.continues or following or "")
        terms.append(
            RoutePolicyTerm(
                name=str(sequence),
                outcome=term.outcome,
                where=term.where,
                conditions=tuple(
                    PolicyCondition(key.kind, tuple(values), key.negated) for key, values in term.conditions.items()
                ),
                changes=tuple(
                    PolicyChange(kind, tuple(dict.fromkeys(values)) if kind in _ADDING else tuple(values))
                    for kind, values in term.changes.items()
                ),
                continues_at=continues,
                exact=term.exact,
            )
        )
    return RoutePolicy(found.name, tuple(terms), found.where)
