"""A block of statements of which each is taken once: what nobody took was not understood.

The readers of routing take what they keep. `finish` gives the lines of everything else their state, so that a line
counts as understood only where the model holds what it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.ledger import LineLedger

_DEFAULT_IGNORED = frozenset(("traceoptions", *APPLY_WORDS))


class Section:
    """The active statements below a node."""

    def __init__(self, node: Node, ledger: LineLedger) -> None:
        self.node = node
        self.ledger = ledger
        self._left = {word: child for word, child in node.children.items() if child.active}
        self.exact = True

    @property
    def where(self) -> SourceRef:
        """Return the lines of the block."""
        return node_ref(self.ledger, self.node)

    def take(self, word: str) -> Section | None:
        """Return the block of a statement, None where there is none."""
        child = self._left.pop(word, None)
        return None if child is None else Section(child, self.ledger)

    def flag(self, word: str) -> bool:
        """Tell whether a statement without a value is there."""
        child = self._left.pop(word, None)
        if child is not None:
            self._nothing_below(child)
        return child is not None

    def opaque(self, word: str) -> bool:
        """Tell whether a statement is there whose value does not matter (a key)."""
        return self._left.pop(word, None) is not None

    def value(self, word: str) -> str:
        """Return the value of a statement that takes one, "" where there is none."""
        child = self._left.pop(word, None)
        found = None if child is None else child.value_node()
        if found is None:
            return ""
        self._nothing_below(found)
        return found.word

    def values(self, word: str) -> tuple[str, ...]:
        """Return the values of a statement that takes several."""
        child = self._left.pop(word, None)
        if child is None:
            return ()
        found = [one for one in child.below() if one.word not in APPLY_WORDS]
        for one in found:
            self._nothing_below(one)
        return tuple(one.word for one in found)

    def number(self, word: str) -> int | None:
        """Return the number of a statement; None where there is none. What is no number is not understood."""
        node = self._left.get(word)
        text = self.value(word)
        if not text:
            return None
        found = number_of(text)
        if found is None and node is not None:
            self.reject(node, "not a number")
        return found

    def text(self, word: str) -> str | None:
        """Return all words behind a statement as they stand, lists as "a, b"; None where it is not there."""
        child = self._left.pop(word, None)
        return None if child is None else text_below(child, self.ledger)

    def chain(self, word: str) -> tuple[str, ...]:
        """Return the policies of an import or export statement; an expression is one text."""
        child = self._left.pop(word, None)
        return () if child is None else policy_chain(child)

    def blocks(self, word: str) -> Iterator[Section]:
        """Yield the named blocks of a statement (`interface NAME`), by `node.word`."""
        child = self._left.pop(word, None)
        if child is not None:
            yield from named_blocks(child, self.ledger)

    def rest(self) -> list[Node]:
        """Return what nobody took so far, and take it."""
        found = [child for child in self._left.values() if child.word not in _DEFAULT_IGNORED]
        self._left = {}
        return found

    def options(self, words: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """Take the statements of some words; return each as its word and what stands behind it."""
        found = [(word, text_below(child, self.ledger)) for word, child in self._left.items() if word in words]
        for word, _ in found:
            del self._left[word]
        return tuple(found)

    def ignore(self, words: frozenset[str]) -> None:
        """Take statements that change no answer."""
        for word in [word for word in self._left if word in words]:
            for line in lines_of(self._left.pop(word)):
                self.ledger.ignored(line)

    def reject(self, node: Node, reason: str = "") -> None:
        """Note that a statement is not understood."""
        self.exact = False
        for line in lines_of(node):
            self.ledger.unrecognized(line, Affects.ROUTING, reason)

    def unsupported(self, node: Node, reason: str) -> None:
        """Note that a statement is known and not modelled."""
        self.exact = False
        for line in lines_of(node):
            self.ledger.unsupported(line, Affects.ROUTING, reason)

    def finish(self, *parts: Section) -> bool:
        """Report what nobody took, and tell whether all of this block and of `parts` was understood."""
        for child in self.rest():
            if not is_wildcard(child.word):
                self.reject(child, "a routing statement that is not known")
        return self.exact and all(part.exact for part in parts)

    def _nothing_below(self, node: Node) -> None:
        for child in node.below():
            if child.word not in APPLY_WORDS:
                self.reject(child, "a routing statement that is not known")


def named_blocks(node: Node, ledger: LineLedger) -> Iterator[Section]:
    """Yield the active blocks below a node, one a name."""
    for child in node.below():
        if child.word not in APPLY_WORDS and not is_wildcard(child.word):
            yield Section(child, ledger)


def lines_of(node: Node) -> Iterator[int]:
    """Yield the indexes of the lines that a statement and all below it stand on."""
    for one in node.walk():
        if one.first < 0:
            continue
        yield one.first
        if not one.children:
            yield from range(one.first + 1, one.last + 1)


def text_below(node: Node, ledger: LineLedger) -> str:
    """Return the words behind a statement without secrets: "type 1"; several statements are separated by a comma."""
    return ", ".join(
        ledger.without_secrets(
            " ".join(one.word for one in chain if one.word not in APPLY_WORDS),
            max(chain[-1].first, 0),
            max(chain[-1].last, chain[-1].first, 0),
        )
        for chain in node.chains()
    )


def policy_chain(node: Node) -> tuple[str, ...]:
    """Return the policies behind `import` or `export`, in order.

    Source: Junos Routing Policies guide, "Policy Expressions": policies joined by `&&`, `||` and `!` in parentheses.
    """
    found: list[str] = []
    for child in node.below():
        if child.word in APPLY_WORDS or is_wildcard(child.word):
            continue
        if child.word[:1] in "(!" and child.children:
            found += [" ".join(one.word for one in (child, *chain)) for chain in child.chains()]
        else:
            found.append(" ".join(child.word.split()))
    return tuple(found)


def number_of(text: str) -> int | None:
    """Return a decimal number, None for other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None


def as_number(text: str) -> str:
    """Return an AS number as a plain number: "123.4" is 8060932 (RFC 5396). Other text stays."""
    high, dot, low = text.partition(".")
    if dot and high.isascii() and high.isdigit() and low.isascii() and low.isdigit() and len(text) < 12:
        return str(int(high) * 65536 + int(low))
    return text.removesuffix("L")
