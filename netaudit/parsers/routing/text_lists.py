"""AS-path lists and community lists.

Sources: Cisco IOS IP Routing: BGP Command Reference, "ip as-path access-list", "ip community-list",
"ip extcommunity-list", "ip large-community-list"; NX-OS Unicast Routing Command Reference; ASA Command Reference,
"as-path access-list", "community-list"; Arista EOS User Manual, "ip community-list", "ip extcommunity-list".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.routing import TextList, TextListEntry
from netaudit.model.rules import Action
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.commands import without_comments
from netaudit.parsers.routing.values import community, large_community, line_words, route_target, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_ACTIONS = {"permit": Action.PERMIT, "deny": Action.DENY}
_KINDS = {
    "as-path": "as_path",
    "community-list": "community",
    "extcommunity-list": "extended_community",
    "large-community-list": "large_community",
}
_EXPRESSION_WORDS = ("expanded", "regexp")
_SETTINGS = ("delimiter", "regex-mode")  # of all lists
_ORIGINS = frozenset({"any", "egp", "igp", "incomplete"})  # EOS, behind the expression of an AS path


@dataclass(slots=True)
class _Draft:
    name: str
    kind: str
    where: SourceRef
    expressions: bool
    entries: dict[int, TextListEntry] = field(default_factory=dict)
    highest: int = 0
    exact: bool = True


def read_text_lists(ledger: LineLedger, roots: Iterable[ConfLine]) -> tuple[TextList, ...]:
    """Read all AS-path and community lists, in the order of their first lines; marks their lines.

    An entry that is written without a number stands behind those before it. Extended communities are kept as
    "rt 65000:1" and "soo 65000:1".
    """
    drafts: dict[tuple[str, str], _Draft] = {}
    for root in roots:
        if "-path" in root.text or "community-list" in root.text:
            _read_root(ledger, drafts, root)
    return tuple(
        TextList(one.name, one.kind, tuple(entry for _, entry in sorted(one.entries.items())), one.where, one.exact)
        for one in drafts.values()
    )


def _read_root(ledger: LineLedger, drafts: dict[tuple[str, str], _Draft], root: ConfLine) -> None:
    words = line_words(ledger, root)
    negated = words.take_if("no")
    words.take_if("ip", "bgp")  # FRR: bgp
    kind = _KINDS.get(words.peek())
    if kind is None or words.peek(1) in ("", *_SETTINGS):
        return
    words.take()
    if kind == "as_path" and not words.take_if("access-list"):
        return
    flavour = words.take() if words.peek() in ("standard", *_EXPRESSION_WORDS) else ""
    name = words.peek()
    if not name:
        return
    words.take()
    if negated:
        if not words.peek():
            drafts.pop((kind, name), None)
            ledger.understood(root.index)
        return
    draft = drafts.get((kind, name))
    if draft is None:
        expressions = kind == "as_path" or flavour in _EXPRESSION_WORDS or (not flavour and _is_expanded(name))
        draft = drafts[kind, name] = _Draft(name, kind, ledger.ref(root.index), expressions)
    if words.peek():
        _read_line(ledger, draft, root, words)
    else:
        ledger.understood(root.index)
    for line in without_comments(ledger, root.children):
        _read_line(ledger, draft, line, line_words(ledger, line))


def _is_expanded(name: str) -> bool:
    """Tell whether a numbered community list holds expressions: 100 to 500 (IOS, NX-OS, ASA)."""
    value = number(name, 500)
    return value is not None and value >= 100


def _read_line(ledger: LineLedger, draft: _Draft, line: ConfLine, words: Words) -> None:
    if words.peek() in ("description", "remark", "exit"):
        ledger.ignored(line.index)
        return
    try:
        sequence = draft.highest + 5
        if words.take_if("seq") or words.peek().isdigit():
            sequence = taken_number(words)
        action = _ACTIONS.get(words.take())
        if action is None:
            raise NotUnderstood("permit or deny was expected")
        if sequence in draft.entries:
            raise NotUnderstood(f"sequence number {sequence} is used twice")
        entry = _entry(ledger, draft, line, words, action)
    except NotUnderstood as problem:
        ledger.unrecognized(line.index, Affects.ROUTING, f"list: {problem}")
        draft.exact = False
        return
    draft.entries[sequence] = entry
    draft.highest = max(draft.highest, sequence)
    ledger.understood(line.index)


def _entry(ledger: LineLedger, draft: _Draft, line: ConfLine, words: Words, action: Action) -> TextListEntry:
    where = ledger.ref(line.index)
    if draft.expressions:
        rest = words.rest()
        if draft.kind == "as_path" and len(rest) > 1 and rest[-1] in _ORIGINS:
            if rest[-1] != "any":
                draft.exact = False
                ledger.unsupported(line.index, Affects.ROUTING, "an AS path with an origin")
            rest = rest[:-1]
        expression = " ".join(rest)
        if len(expression) > 1 and expression[0] == expression[-1] == '"':
            expression = expression[1:-1]
        if not expression:
            raise NotUnderstood("an expression was expected")
        return TextListEntry(action, where, expression=expression)
    values = communities(words, draft.kind)
    return TextListEntry(action, where, values=values)


def communities(words: Words, kind: str) -> tuple[str, ...]:
    """Take the communities up to the end of the line; none at all stands for every community."""
    found: list[str] = []
    while words.peek():
        if kind == "community":
            found.append(community(words.take()))
        elif kind == "large_community":
            found.append(large_community(words.take()))
        else:
            found += extended_communities(words)
    return tuple(found)


def extended_communities(words: Words) -> list[str]:
    """Take `rt A:B [A:B ...]` or `soo A:B`, as "rt 65000:1"."""
    word = words.take().lower()
    if word not in ("rt", "soo"):
        raise NotUnderstood("rt or soo was expected")
    found = [f"{word} {route_target(words.take())}"]
    while ":" in words.peek():
        found.append(f"{word} {route_target(words.take())}")
    return found
