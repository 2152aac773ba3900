"""The configuration as a tree of words, the same for XML, `set` lines and braces.

`<from><member>trust</member></from>`, `set ... from trust` and `from trust;` are all a node `from` with a node `trust`
below it; the name of an `<entry>` is a word like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netaudit.model.source import LineState, SourceRef
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.spec import Spec, configuration_spec, unknown


class Node:
    """A word with those below it, in the order of the file. `first` and `last` are line indexes from 0.

    A large file has millions of nodes, nearly all of them with one child or none: those do without a dictionary.
    """

    __slots__ = ("_below", "first", "last", "word")

    def __init__(self, word: str, first: int) -> None:
        self.word = word
        self.first = first
        self.last = first
        self._below: Node | dict[str, Node] | None = None

    def add(self, word: str, line: int) -> Node:
        """Return the child of that word, made where it is missing."""
        below = self._below
        if below is None:
            self._below = found = Node(word, line)
            return found
        if isinstance(below, Node):
            if below.word == word:
                return below
            below = self._below = {below.word: below}
        known = below.get(word)
        if known is None:
            known = below[word] = Node(word, line)
        return known

    def get(self, *path: str) -> Node | None:
        """Return the node at the end of a path of words, None where it is missing."""
        node = self
        for word in path:
            below = node._below
            found = None
            if isinstance(below, Node):
                found = below if below.word == word else None
            elif below is not None:
                found = below.get(word)
            if found is None:
                return None
            node = found
        return node

    def below(self, *path: str) -> tuple[Node, ...]:
        """Return the children of the node at the end of a path, in order."""
        node = self.get(*path) if path else self
        if node is None or node._below is None:
            return ()
        return (node._below,) if isinstance(node._below, Node) else tuple(node._below.values())

    def words(self, *path: str) -> tuple[str, ...]:
        """Return the words below a path."""
        return tuple(node.word for node in self.below(*path))

    def value(self, *path: str, default: str = "") -> str:
        """Return the last word below a path: a value that is set again replaces the one before."""
        found = self.below(*path)
        return found[-1].word if found else default

    def is_yes(self, *path: str) -> bool:
        """Tell whether a switch is on."""
        return self.value(*path) == "yes"

    def has(self, *path: str) -> bool:
        """Tell whether there is a node at the end of a path."""
        return self.get(*path) is not None

    def line_of(self, *path: str) -> int:
        """Return the line of the node at the end of a path, or the nearest above it."""
        node = self
        for word in path:
            found = node.get(word)
            if found is None:
                break
            node = found
        return node.first

    def remove(self, word: str) -> None:
        """Take a child away."""
        if isinstance(self._below, Node):
            if self._below.word == word:
                self._below = None
        elif self._below is not None:
            self._below.pop(word, None)

    def clear(self) -> None:
        """Take all children away."""
        self._below = None

    def reorder(self, children: list[Node]) -> None:
        """Put the children in another order, or others in their place."""
        self._below = {node.word: node for node in children} if children else None

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += reversed(node.below())


def node_ref(ledger: LineLedger, node: Node, whole: bool = True) -> SourceRef:
    """Return the place of a node, with all its lines or only the first."""
    return ledger.ref(node.first, max(node.last, node.first) if whole else None)


class Place:
    """A node with its row of the table; `node` is None where nothing is kept."""

    __slots__ = ("node", "spec")

    def __init__(self, node: Node | None, spec: Spec) -> None:
        self.node = node
        self.spec = spec


_DEVICE = frozenset(
    ("deviceconfig", "network", "vsys", "device-group", "template", "template-stack", "log-collector",
     "log-collector-group", "plugins", "wildfire-appliance", "wildfire-appliance-cluster", "platform")
)  # fmt: skip
_TOP = frozenset(
    ("mgt-config", "shared", "devices", "panorama", "policy", "readonly", "predefined", "version", "urldb",
     "detail-version")
)  # fmt: skip
DEVICE_PATH = ("devices", "localhost.localdomain")
VSYS_PATH = (*DEVICE_PATH, "vsys", "vsys1")
RULES_PATH = (*VSYS_PATH, "rulebase", "security", "rules")
_TABLES = frozenset(("security", "nat", "pbf", "application-override"))  # parts that the API gives alone


def path_to(word: str) -> tuple[str, ...]:
    """Return where a word stands that begins a line: the whole device, vsys1, or the top of the tree.

    In configure mode the device is left out, and vsys1 on a device with one virtual system.
    """
    if word in _TOP:
        return ()
    if word in _TABLES:
        return (*VSYS_PATH, "rulebase")
    if word == "rules":
        return RULES_PATH[:-1]
    return DEVICE_PATH if word in _DEVICE else VSYS_PATH


class TreeBuilder:
    """Builds the tree and gives every line its state."""

    def __init__(self, ledger: LineLedger, lines: Sequence[str]) -> None:
        self.ledger = ledger
        self.lines = lines
        self.root = Node("config", 0)
        self.top = Place(self.root, configuration_spec())
        self.elsewhere: set[str] = set()  # values of elements that are not kept: names that they use
        self._words: dict[str, str] = {}

    def share(self, word: str) -> str:
        """Return one string for equal words: the same few thousand fill a large file."""
        return self._words.setdefault(word, word)

    def step(self, place: Place, word: str, line: int) -> Place:
        """Return the place of a word below another; what the text leaves out above a device's element is added."""
        if place.spec is self.top.spec:
            for above in path_to(word):
                place = self.enter(place, above, line, place.spec.below(above))
        return self.enter(place, word, line, place.spec.below(word))

    def enter(self, place: Place, word: str, line: int, spec: Spec | None) -> Place:
        """Return the place of a word below another; what the table does not know is kept without what is below it."""
        if spec is None:
            known = place.spec.state is LineState.UNDERSTOOD
            if place.node is not None and known:
                place.node.add(self.share(word), line)
            return Place(None, unknown(place.spec.affects) if known else place.spec)
        if place.node is None:
            return Place(None, spec)
        if spec.state is LineState.UNDERSTOOD:
            return Place(place.node.add(self.share(word), line), spec)
        if spec.state is LineState.UNSUPPORTED:
            place.node.add(self.share(word), line)
        return Place(None, spec)

    def mark(self, spec: Spec, first: int, last: int) -> None:
        """Give lines (last inclusive) the state of an element."""
        if spec.state is LineState.UNDERSTOOD:
            self.ledger.understood(first, last)
        elif spec.state is LineState.IGNORED:
            self.ledger.ignored(first, last)
        else:
            for line in range(first, last + 1):
                if spec.state is LineState.UNSUPPORTED:
                    self.ledger.unsupported(line, spec.affects, spec.reason)
                else:
                    self.ledger.unrecognized(line, spec.affects, "an element that is not known")
