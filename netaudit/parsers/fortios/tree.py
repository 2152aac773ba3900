"""The command language of FortiOS: config, edit, set, next, end and the commands that change tables.

A configuration is read as the device executes it: each command acts on the table that is open, so that a second
`edit` adds to an entry, `unset` and `delete` take away, `move` and `rename` do what they say.
Source: FortiOS Administration Guide, "CLI basics", "Command syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from netaudit.model.source import Affects, LineState, SourceFile, SourceRef
from netaudit.parsers.fortios.section_rules import SectionRule
from netaudit.parsers.fortios.sections import (
    CONTAINER,
    LITERAL_TEXT,
    REFERENCE_KEYS,
    ROOT_WORDS,
    rule_of_section,
)
from netaudit.parsers.fortios.words import WordReader, name_set, split_words
from netaudit.parsers.ledger import LineLedger


class Setting(NamedTuple):
    """The value of one key. `line` and `end` are indexes from 0, inclusive."""

    words: tuple[str, ...]
    line: int
    end: int

    @property
    def text(self) -> str:
        """Return the words joined by blanks."""
        return " ".join(self.words)


@dataclass(slots=True, eq=False)
class Node:
    """A `config` table or an `edit` entry. A table has entries, or settings of its own; both may hold tables.

    `line` is the index of the line that opened it first, `end` of the line that closed it last.
    """

    name: str
    line: int
    rule: SectionRule
    is_entry: bool = False
    end: int = 0
    settings: dict[str, Setting] = field(default_factory=dict)
    tables: dict[str, Node] = field(default_factory=dict)
    entries: dict[str, Node] = field(default_factory=dict)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words of a setting, none where it is not set."""
        setting = self.settings.get(key)
        return setting.words if setting else ()

    def value(self, key: str, default: str = "") -> str:
        """Return the first word of a setting."""
        setting = self.settings.get(key)
        return setting.words[0] if setting and setting.words else default

    def text(self, key: str) -> str:
        """Return all words of a setting joined by blanks."""
        return " ".join(self.words(key))

    def free_text(self, key: str, ledger: LineLedger) -> str:
        """Return a setting that people write (a name, a comment) without the secrets that they left in it."""
        setting = self.settings.get(key)
        return ledger.without_secrets(setting.text, setting.line, setting.end) if setting else ""

    def is_on(self, key: str) -> bool:
        """Tell whether a setting is `enable`."""
        return self.value(key) == "enable"

    def line_of(self, key: str) -> int:
        """Return the line index of a setting, of the node where it is not set."""
        setting = self.settings.get(key)
        return setting.line if setting else self.line

    def table(self, path: str) -> Node | None:
        """Return a table below this node."""
        return self.tables.get(path)

    def entries_of(self, path: str) -> Iterator[Node]:
        """Yield the entries of a table below this node, in order."""
        table = self.tables.get(path)
        if table is not None:
            yield from table.entries.values()


@dataclass(slots=True)
class Tree:
    """A file that was read: its tables, the lines outside of any table, and what was left out on purpose."""

    root: Node
    remarks: list[int] = field(default_factory=list)  # comment lines and lines of `get` output
    prompt_host: str = ""
    prompt_line: int = 0
    statements: int = 0
    left_out: list[int] = field(default_factory=list)  # `set` lines of sections that are not kept
    cut: list[Node] = field(default_factory=list)  # what is still open at the end of the file


_PROMPT = re.compile(r"(?P<host>[\w.-]+)(?: \((?P<place>[^()]*)\))? ?[#$] ?(?P<command>.*)\Z")
_PAGER = re.compile(r"--More--[ \t\r\x08]*")
_LOOKS_LIKE_CONFIGURATION = re.compile(r"\s*(?:config\s+\w+\s+\w|edit\s+\S|set\s+[\w-]+\s|next\s*\Z|end\s*\Z)")
_VERBS = name_set("config edit set unset append select unselect next end abort delete purge rename move clone")
_CONTAINERS = ("vdom", "global")
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=]{32,}\"?|[A-Za-z0-9+/]*==?\"?")
_OFF = (("disable",), ("none",), ("0",), ("inherit-global",), ())
_MAX_RENAMES = 200  # each looks through the tables of the VDOM
_MAX_MOVES = 2000
_FACT = re.compile(
    r"#?\s*(?:Version|Serial[- ]Number|Hostname|System Part-Number|Model name|Platform Full Name)\s*:", re.IGNORECASE
)


def read_tree(source: SourceFile, ledger: LineLedger) -> Tree:
    """Return the tables of a file; every line that was read is marked in the ledger. Never raises."""
    return _Reader(source, ledger).read()


class _Reader:
    def __init__(self, source: SourceFile, ledger: LineLedger) -> None:
        self.lines = source.lines
        self.ledger = ledger
        self.tree = Tree(Node("", 0, CONTAINER))
        self.stack: list[Node] = [self.tree.root]
        self.words_of: dict[str, tuple[str, ...]] = {}
        self.in_output = False  # below a prompt with a command that is no part of a configuration
        self.renames = 0
        self.moves = 0

    def read(self) -> Tree:
        index = 0
        count = len(self.lines)
        while index < count:
            index = self._line(index) + 1
        if len(self.stack) > 1:
            self.tree.cut = self.stack[1:]
            self.ledger.unsupported(
                self.stack[-1].line, Affects.FILTER, "the section is not closed: the file may be cut off"
            )
            for node in self.stack:
                node.end = max(count - 1, node.line)
        return self.tree

    def _line(self, index: int) -> int:
        """Read one statement; return the index of its last line."""
        text = self.lines[index].strip()
        if not text:
            return index
        verb, _, rest = text.partition(" ")
        if verb == "set" and len(self.stack) > 1:
            return self._set(index, index, "set", rest)
        if verb[0] == "#":
            self.tree.remarks.append(index)
            self.ledger.ignored(index)
            return index
        if "--More--" in text:
            text = _PAGER.sub("", text).strip()
            if not text:
                self.ledger.ignored(index)
                return index
            verb, _, rest = text.partition(" ")
        if verb in _VERBS:
            return self._statement(index, verb, rest)
        return self._other(index, text)

    def _other(self, index: int, text: str) -> int:
        """Read a line that is no statement: a prompt with a command, output of a command, or nothing known."""
        prompt = _PROMPT.match(text)
        if prompt and len(text) < 400:
            if not self.tree.prompt_host:
                self.tree.prompt_host, self.tree.prompt_line = prompt["host"], index
            verb, _, rest = prompt["command"].strip().partition(" ")
            if verb in _VERBS:
                self.in_output = False
                return self._statement(index, verb, rest)
            self.in_output = bool(verb) and verb != "show"
            self.ledger.ignored(index)
            return index
        if _FACT.match(text):
            self.tree.remarks.append(index)
            self.ledger.understood(index)
            return index
        if self.in_output or text.startswith("current vf="):
            self.tree.remarks.append(index)
            self.ledger.ignored(index)
            return index
        if _KEY_MATERIAL.fullmatch(text):
            self.ledger.hide(index)
        if len(self.stack) > 1:  # else left open: unrecognised in the end
            self.ledger.unrecognized(index, self.stack[1].rule.affects)
        return index

    def _statement(self, index: int, verb: str, rest: str) -> int:
        self.in_output = False
        self.tree.statements += 1
        if verb in ("set", "append", "select", "unselect"):
            return self._set(index, index, verb, rest)
        words, is_open = split_words(rest)
        if is_open:
            self.ledger.unrecognized(index, self.stack[-1].rule.affects, "a quote is not closed")
        if verb == "config":
            self._config(index, words)
        elif verb == "edit":
            self._edit(index, words)
        elif verb in ("next", "end", "abort"):
            self._close(index, verb)
        elif verb == "unset":
            self._unset(index, words)
        else:
            self._change_table(index, verb, words)
        return index

    # Sections

    def _config(self, index: int, words: tuple[str, ...]) -> None:
        path = " ".join(words)
        top = self.stack[-1]
        if top.rule is not CONTAINER and words and words[0] in ROOT_WORDS and (len(words) > 1 or path in _CONTAINERS):
            # A new top section inside another: the `end` between them is missing.
            while self.stack[-1].rule is not CONTAINER:
                self.stack.pop().end = index - 1
            self.ledger.unsupported(index, Affects.OTHER, "the section before is not closed by `end`")
            top = self.stack[-1]
        if top.rule is CONTAINER:
            rule = rule_of_section(path)
        else:
            rule = top.rule.nested.get(path) or top.rule.nested.get("*") or top.rule.below
        node = top.tables.get(path)
        if node is None:
            node = top.tables[path] = Node(path, index, rule)
        self.stack.append(node)
        if rule.default is LineState.UNSUPPORTED:  # an empty section changes nothing; its entries are marked
            self.ledger.understood(index)
        else:
            self._mark_opening(index, rule)

    def _edit(self, index: int, words: tuple[str, ...]) -> None:
        top = self.stack[-1]
        if top.is_entry:
            self.ledger.unsupported(index, top.rule.affects, "the entry before is not closed by `next`")
            self.stack.pop().end = index - 1
            top = self.stack[-1]
        name = words[0] if words else ""
        if len(self.stack) == 1:
            self.ledger.unrecognized(index, Affects.FILTER, "`edit` outside of a section")
            self.stack.append(Node(name, index, rule_of_section("?"), is_entry=True))
            return
        node = top.entries.get(name)
        if node is None or name == "0":  # `edit 0` makes a new entry each time
            if node is not None:
                name = f"0 (line {index + 1})"
            node = Node(name, index, CONTAINER if top.name == "vdom" else top.rule, is_entry=True)
            if top.rule.kept:
                top.entries[name] = node
        self.stack.append(node)
        self._mark_opening(index, top.rule)

    def _mark_opening(self, index: int, rule: SectionRule) -> None:
        if rule.kept or rule.default is LineState.IGNORED:
            self.ledger.understood(index)
        elif rule.default is LineState.UNSUPPORTED:
            self.ledger.unsupported(index, rule.affects, rule.reason)
        else:
            self.ledger.unrecognized(index, rule.affects, rule.reason)

    def _close(self, index: int, verb: str) -> None:
        if len(self.stack) == 1:
            self.ledger.unrecognized(index, Affects.OTHER, f"`{verb}` without a section")
            return
        if verb == "next":
            if not self.stack[-1].is_entry:
                self.ledger.unrecognized(index, self.stack[-1].rule.affects, "`next` without an entry")
                return
            self.stack.pop().end = index
        else:
            while len(self.stack) > 1:
                closed = self.stack.pop()
                closed.end = index
                if not closed.is_entry:
                    break
        self.ledger.understood(index)

    # Settings

    def _set(self, first: int, index: int, verb: str, rest: str) -> int:
        self.tree.statements += 1
        node = self.stack[-1]
        key, _, raw = rest.lstrip().partition(" ")
        words = self.words_of.get(raw)
        if words is None:
            words, is_open = split_words(raw)
            if is_open:
                words, index = self._long_value(first, raw, node)
            else:
                self.words_of[raw] = words
        if words == ("",):
            words = ()  # the full form writes what is not set as ''
        self._mark(first, index, key, node, words)
        if not node.rule.kept:
            self.tree.left_out.append(first)
            return index
        old = node.settings.get(key)
        if verb == "append" and old is not None:
            node.settings[key] = Setting(old.words + words, old.line, index)
        elif verb == "unselect":
            if old is not None:
                node.settings[key] = Setting(tuple(w for w in old.words if w not in words), old.line, old.end)
        else:
            node.settings[key] = Setting(words, first, index)
        return index

    def _mark(self, first: int, last: int, key: str, node: Node, words: tuple[str, ...] = ()) -> None:
        rule = node.rule
        state = rule.state_of(key)
        if rule.is_table and not node.is_entry:
            self.ledger.unrecognized(first, rule.affects, "a setting without its entry")
            return
        if state is LineState.UNSUPPORTED and key in rule.notes and words in _OFF:
            state = LineState.UNDERSTOOD
        if state is LineState.UNDERSTOOD:
            self.ledger.understood(first, last)
        elif state is LineState.IGNORED:
            self.ledger.ignored(first, last)
        else:
            affects, reason = rule.note_of(key)
            if len(self.stack) == 1 or node.rule is CONTAINER or self.stack[1].is_entry:
                affects, reason = Affects.FILTER, "a setting outside of a section"
                state = LineState.UNRECOGNIZED
                for index in range(first, last + 1):
                    self.ledger.hide(index, f"set {key}" if index == first else "")
            elif state is LineState.UNRECOGNIZED:
                for index in range(first + 1, last + 1):
                    self.ledger.hide(index)
            for index in range(first, last + 1):
                if state is LineState.UNSUPPORTED:
                    self.ledger.unsupported(index, affects, reason)
                else:
                    self.ledger.unrecognized(index, affects, reason)

    def _long_value(self, first: int, raw: str, node: Node) -> tuple[tuple[str, ...], int]:
        """Read a quoted value over several lines; return its words and its last line."""
        reader = WordReader()
        reader.feed(raw)
        index = first
        suspicious = False
        while reader.is_open and index + 1 < len(self.lines):
            index += 1
            text = self.lines[index]
            suspicious = suspicious or _LOOKS_LIKE_CONFIGURATION.match(text) is not None
            reader.feed(text)
        if reader.is_open:
            # It never ends: the line is damaged, what follows is read as statements.
            self.ledger.unrecognized(first, Affects.FILTER, "a quote is not closed")
            return split_words(raw)[0], first
        if suspicious and not any(one.name.startswith(LITERAL_TEXT) for one in self.stack[1:]):
            self.ledger.unsupported(
                first, Affects.FILTER, "a quoted text holds lines that look like configuration: a quote may be missing"
            )
        return reader.close(), index

    def _unset(self, index: int, words: tuple[str, ...]) -> None:
        node = self.stack[-1]
        key = words[0] if words else ""
        if node.rule.kept:
            node.settings.pop(key, None)
            if key == "icmptype":  # a code has no meaning without its type
                node.settings.pop("icmpcode", None)
        self._mark(index, index, key, node)

    # Commands that change a table

    def _change_table(self, index: int, verb: str, words: tuple[str, ...]) -> None:
        table = self.stack[-1]
        if table.is_entry or len(self.stack) == 1:
            self.ledger.unrecognized(index, table.rule.affects, f"`{verb}` outside of a table")
            return
        if not table.rule.kept:
            self._mark_opening(index, table.rule)
            return
        entries = table.entries
        done = False
        if verb == "purge":
            entries.clear()
            done = True
        elif verb == "delete" and words:
            done = entries.pop(words[0], None) is not None
        elif verb == "move" and len(words) == 3 and words[1] in ("before", "after") and self.moves < _MAX_MOVES:
            self.moves += 1
            done = _moved(entries, words[0], words[2], after=words[1] == "after")
        elif verb in ("rename", "clone") and len(words) == 3 and words[1] == "to":
            done = self._copied(table, words[0], words[2], rename=verb == "rename")
        if done:
            self.ledger.understood(index)
        else:
            self.ledger.unrecognized(index, table.rule.affects, f"`{verb}` names no entry that it could act on")

    def _copied(self, table: Node, old: str, new: str, *, rename: bool) -> bool:
        entry = table.entries.get(old)
        if entry is None or new in table.entries:
            return False
        if not rename:
            table.entries[new] = Node(
                new,
                entry.line,
                entry.rule,
                True,
                entry.end,
                dict(entry.settings),
                dict(entry.tables),
                dict(entry.entries),
            )
            return True
        self.renames += 1
        if self.renames > _MAX_RENAMES:
            return False
        entry.name = new
        renamed = {new if name == old else name: node for name, node in table.entries.items()}
        table.entries.clear()
        table.entries.update(renamed)
        scope = next(node for node in reversed(self.stack) if node.rule is CONTAINER)
        for node in scope.tables.values():
            if node.rule is not CONTAINER:
                _rename_references(node, old, new)
        return True


def _rename_references(top: Node, old: str, new: str) -> None:
    todo = [top]
    while todo:
        node = todo.pop()
        for key, setting in node.settings.items():
            if key in REFERENCE_KEYS and old in setting.words:
                words = tuple(new if word == old else word for word in setting.words)
                node.settings[key] = setting._replace(words=words)
        todo += (*node.entries.values(), *node.tables.values())


def _moved(entries: dict[str, Node], name: str, other: str, *, after: bool) -> bool:
    if name not in entries or other not in entries or name == other:
        return False
    entry = entries.pop(name)
    order = list(entries.items())
    place = next(i for i, (key, _) in enumerate(order) if key == other) + (1 if after else 0)
    order.insert(place, (name, entry))
    entries.clear()
    entries.update(order)
    return True


def node_ref(ledger: LineLedger, node: Node) -> SourceRef:
    """Return the place of a node, from its opening to its closing line."""
    return ledger.ref(node.line, node.end if node.end > node.line else None)


def setting_ref(ledger: LineLedger, node: Node, key: str) -> SourceRef:
    """Return the place of a setting, or of its node where it is not set."""
    setting = node.settings.get(key)
    if setting is None:
        return ledger.ref(node.line)
    return ledger.ref(setting.line, setting.end if setting.end > setting.line else None)
