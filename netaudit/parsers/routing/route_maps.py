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


@dataclass(slots=True)
class _Term:
    """A term while its lines are read; conditions and changes by kind, in the order of the lines."""

    sequence: int
    outcome: str
    where: SourceRef
    conditions: list[tuple[str, PolicyCondition]] = field(default_factory=list)  # (line's first words, condition)
    changes: dict[str, PolicyChange] = field(default_factory=dict)
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
            term.conditions.append((word, PolicyCondition("policy", (words.take(),))))
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
    start = words.position
    found = read_condition(words)
    words.end()
    key = " ".join(words.words[start : start + 2])
    either = "or-results" in words.words
    if together and found.kind.startswith("community") and not either:
        term.conditions += [(key, PolicyCondition(found.kind, (value,), negated)) for value in found.values]
    else:
        _add_condition(term, key, PolicyCondition(found.kind, found.values, negated))
    ledger.understood(line.index)


def _add_condition(term: _Term, key: str, found: PolicyCondition) -> None:
    """Add a condition; a second line of the same kind and family adds its values to the first."""
    for position, (known, earlier) in enumerate(term.conditions):
        if known == key and earlier.kind == found.kind and not (earlier.negated or found.negated):
            values = tuple(dict.fromkeys(earlier.values + found.values))
            term.conditions[position] = known, PolicyCondition(found.kind, values)
            return
        if earlier.kind == found.kind or any({earlier.kind, found.kind} <= group for group in _ONE_OF):
            term.exact = False
    term.conditions.append((key, found))


def _take_change(ledger: LineLedger, term: _Term, line: ConfLine, words: Words) -> None:
    if words.peek() in IGNORED_CHANGES:
        ledger.ignored(line.index)
        return
    if any(words.words[1 : 1 + len(entry)] == list(entry) for entry in UNSUPPORTED_CHANGES):
        ledger.unsupported(line.index, Affects.ROUTING, "a change that is not modelled")
        term.exact = False
        return
    for found in read_change(words):
        earlier = term.changes.get(found.kind)
        if earlier is not None and found.kind in ("next_hop", "extended_community_set", "community_delete"):
            found = PolicyChange(found.kind, tuple(dict.fromkeys(earlier.values + found.values)))
        term.changes[found.kind] = found
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
                conditions=tuple(condition for _, condition in term.conditions),
                changes=tuple(term.changes.values()),
                continues_at=continues,
                exact=term.exact,
            )
        )
    return RoutePolicy(found.name, tuple(terms), found.where)
