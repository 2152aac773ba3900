"""Reads a change file: the changes that somebody plans, as YAML or JSON, each with its line.

A change is a mapping whose key `change` says what it does; `KINDS` holds the keys of each kind. Actions, addresses
and services are spelled as in the zone matrix. docs/changes.md describes the file for its users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from netaudit.errors import InputError, Problem
from netaudit.model.cells import one_of, parse_yes_no, plain
from netaudit.model.changes import (
    BindingEdit,
    CandidateRule,
    Change,
    InterfaceEdit,
    Position,
    RouteEdit,
    RuleAddition,
    RuleEdit,
    Written,
)
from netaudit.model.rules import Action, Direction
from netaudit.model.source import SourceRef
from netaudit.model.table import did_you_mean, header_key, quoted
from netaudit.model.table_files import RegisterFile, decode, open_file
from netaudit.model.table_yaml import YamlNode, compose_yaml
from netaudit.packets.addresses import Family, format_address, parse_address, prefix_interval
from netaudit.policy.services_text import parse_ports
from netaudit.policy.zone_matrix import ACTION_WORDS

Value = TypeVar("Value")

SUFFIXES = (".yaml", ".yml", ".json")

# Keys with their other spellings; letter case, blanks, "-" and "_" do not count.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "change": ("變更", "異動"),
    "device": ("設備",),
    "virtual_system": ("vdom", "vsys", "context", "logical_system", "虛擬系統"),
    "rulebase": ("acl", "access_list", "policy", "規則集"),
    "rule": ("rule_name", "規則"),
    "rules": ("entries",),
    "name": ("名稱", "規則名稱"),
    "action": ("default", "動作"),
    "source": ("sources", "src", "src_ip", "來源", "來源位址", "來源IP"),
    "destination": ("destinations", "dst", "dst_ip", "目的", "目的位址", "目的IP"),
    "service": ("services", "port", "ports", "服務", "服務埠", "埠號", "通訊埠"),
    "source_port": ("source_ports", "src_port", "來源埠"),
    "from_zone": ("src_zone", "from", "來源區域"),
    "to_zone": ("dst_zone", "to", "目的區域"),
    "description": ("comment", "justification", "reason", "說明", "理由", "事由"),
    "position": ("place", "位置"),
    "before": ("之前",),
    "after": ("之後",),
    "prefix": ("network", "目的網段", "網段"),
    "next_hop": ("nexthop", "gateway", "下一跳"),
    "interface": ("介面",),
    "discard": ("discards", "null", "blackhole", "丟棄"),
    "vrf": (),
    "distance": ("preference", "管理距離"),
    "direction": ("方向",),
}
_BY_KEY = {header_key(word): name for name, words in _SPELLINGS.items() for word in (name, *words)}

_RULE_KEYS = ("name", "action", "source", "destination", "service", "source_port", "from_zone", "to_zone")
_PLACE_KEYS = ("position", "before", "after")
_ON_DEVICE = ("change", "device", "virtual_system", "description")


@dataclass(frozen=True, slots=True)
class _Kind:
    keys: tuple[str, ...]
    needed: tuple[str, ...]


_EDIT = _Kind(("rulebase", "rule", "from_zone", "to_zone"), ("rulebase", "rule"))
_ROUTE = ("prefix", "next_hop", "interface", "discard", "vrf")
_BINDING = _Kind(("rulebase", "interface", "direction"), ("rulebase", "interface", "direction"))
KINDS: Mapping[str, _Kind] = {
    "add_rule": _Kind(("rulebase", *_RULE_KEYS, "rules", *_PLACE_KEYS), ("rulebase",)),
    "remove_rule": _EDIT,
    "disable_rule": _EDIT,
    "enable_rule": _EDIT,
    "move_rule": _Kind((*_EDIT.keys, *_PLACE_KEYS), _EDIT.needed),
    "add_route": _Kind((*_ROUTE, "distance"), ("prefix",)),
    "remove_route": _Kind(_ROUTE, ("prefix",)),
    "interface_down": _Kind(("interface",), ("interface",)),
    "interface_up": _Kind(("interface",), ("interface",)),
    "bind": _BINDING,
    "unbind": _BINDING,
}
_KIND_WORDS = {name: name for name in KINDS} | {
    "add_rules": "add_rule",
    "delete_rule": "remove_rule",
    "delete_route": "remove_route",
    "shutdown": "interface_down",
    "no_shutdown": "interface_up",
    "新增規則": "add_rule",
    "刪除規則": "remove_rule",
    "移除規則": "remove_rule",
    "停用規則": "disable_rule",
    "啟用規則": "enable_rule",
    "移動規則": "move_rule",
    "新增路由": "add_route",
    "刪除路由": "remove_route",
    "移除路由": "remove_route",
    "關閉介面": "interface_down",
    "開啟介面": "interface_up",
    "套用": "bind",
    "取消套用": "unbind",
}
_KIND_BY_WORD = {header_key(word): kind for word, kind in _KIND_WORDS.items()}
_ACTIONS = {**ACTION_WORDS, "reject": "reject"}
_DIRECTIONS = {"in": "in", "inbound": "in", "進": "in", "out": "out", "outbound": "out", "出": "out"}
_POSITIONS = {"first": "first", "top": "first", "最前": "first", "last": "last", "bottom": "last", "最後": "last"}


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """The changes of a file, in order; with `problems` they are incomplete and must not be answered on."""

    path: str
    name: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def read_change_file(path: Path) -> ChangeFile:
    """Return what a change file asks for. Raises InputError where the file as a whole cannot be read."""
    return read_changes(open_file(path))


def read_changes(file: RegisterFile) -> ChangeFile:
    """Return the changes of an open file. Raises InputError as `read_change_file`."""
    if file.suffix not in SUFFIXES:
        raise InputError.single(file.path, f"is not one of {', '.join(SUFFIXES)}")
    text = decode(file)
    # JSON has no tabs within texts, and YAML none before a key.
    root = compose_yaml(text.replace("\t", " ") if file.suffix == ".json" else text, file.path)
    if root.kind == "mapping" and len(root.entries) == 1 and root.entries[0][0] in ("changes", "變更"):
        root = root.entries[0][1]
    if root.kind != "list" or not root.items:
        message = "must be a list of changes, each a mapping with the key change (add_rule, add_route ...)"
        raise InputError.single(file.path, message, f"line {root.line}")
    reader = _Reader(file.path, file.name, text.split("\n"))
    changes = [change for node in root.items for change in reader.changes(node)]
    return ChangeFile(file.path, file.name, tuple(changes), tuple(reader.problems))


@dataclass(slots=True)
class _Entry:
    """One mapping with its keys in our spelling."""

    written: Written
    values: dict[str, YamlNode]


@dataclass(slots=True)
class _Reader:
    path: str
    name: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    count: int = 0  # candidate rules so far: they get a name by it

    def changes(self, node: YamlNode) -> Iterator[Change]:
        """Yield the change of one mapping, none where it has a mistake."""
        before = len(self.problems)
        entry = self.entry(node, _SPELLINGS)
        kind = self.kind(entry) if entry is not None else ""
        if entry is None or not kind:
            return
        known = KINDS[kind]
        self.expect(entry, (*_ON_DEVICE, *known.keys), ("device", *known.needed), kind)
        device = self.text(entry, "device")
        system = self.text(entry, "virtual_system") or None
        change = self.build(entry, kind, device, system)
        if change is not None and len(self.problems) == before:
            yield change

    def entry(self, node: YamlNode, spellings: Mapping[str, tuple[str, ...]]) -> _Entry | None:
        """Return a mapping by our names of its keys; unknown keys and keys that stand twice are mistakes."""
        if node.kind != "mapping":
            self.problems.append(Problem(self.path, f"line {node.line}", "is not a change with keys"))
            return None
        values: dict[str, YamlNode] = {}
        places: dict[str, str] = {}
        for key, value in node.entries:
            place = f"line {value.line}, key {key}"
            name = _BY_KEY.get(header_key(key), "")
            if not name:
                hint = did_you_mean(key, spellings)
                self.problems.append(Problem(self.path, place, f"unknown key {quoted(key)}{hint}"))
            elif name in values:
                self.problems.append(Problem(self.path, place, f"says {name} twice"))
            else:
                values[name] = value
                places[name] = place
        text = self.lines[node.line - 1].strip() if node.line <= len(self.lines) else ""
        return _Entry(Written(self.path, SourceRef(self.name, node.line, text), tuple(places.items())), values)

    def complain(self, entry: _Entry, key: str, message: str) -> None:
        self.problems.append(entry.written.problem(key, message))

    def kind(self, entry: _Entry) -> str:
        """Return what a change does, "" where it does not say."""
        word = self.text(entry, "change")
        kind = _KIND_BY_WORD.get(header_key(word), "") if word else ""
        if not kind:
            said = f"{quoted(word)} is no change" if word else "needs the key change"
            hint = did_you_mean(word, KINDS) if word else ""
            self.complain(entry, "change", f"{said}{hint or '; expected is one of ' + ', '.join(KINDS)}")
        return kind

    def expect(self, entry: _Entry, known: tuple[str, ...], needed: tuple[str, ...], kind: str) -> None:
        """Note keys that a kind of change does not have, and those that it lacks."""
        for key in entry.values:
            if key not in known:
                has = ", ".join(one for one in known if one != "change")
                self.complain(entry, key, f"{kind} has no key {key}; it has {has}")
        for key in needed:
            if key not in entry.values:
                self.complain(entry, "change", f"{kind} needs the key {key}")

    def text(self, entry: _Entry, key: str) -> str:
        """Return one text, "" where the key is not there; an empty one is a mistake."""
        node = entry.values.get(key)
        if node is None:
            return ""
        if node.kind != "text":
            self.complain(entry, key, "is nested; one text is expected")
            return ""
        if not node.text:
            self.complain(entry, key, "is empty; a value is needed here")
        return node.text

    def texts(self, entry: _Entry, key: str) -> tuple[str, ...]:
        """Return a text or a list of texts."""
        node = entry.values.get(key)
        if node is None:
            return ()
        if node.kind == "list" and node.items and all(one.kind == "text" and one.text for one in node.items):
            return tuple(one.text for one in node.items)
        if node.kind == "list":
            self.complain(entry, key, "a text or a list of texts is expected")
            return ()
        text = self.text(entry, key)
        return (text,) if text else ()

    def parsed(self, entry: _Entry, key: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the parsed text of a key, None where it is not there or wrong."""
        text = self.text(entry, key)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.complain(entry, key, str(error))
            return None

    def build(self, entry: _Entry, kind: str, device: str, system: str | None) -> Change | None:
        """Return the change of an entry whose keys are known; None where a value is wrong."""
        head = (kind, entry.written, device, system)
        if kind == "add_rule":
            return self.addition(entry, head)
        if kind.endswith("_rule"):
            position = self.position(entry)
            if kind == "move_rule" and position is None:
                self.complain(entry, "change", "move_rule needs where to: before, after, or position: first or last")
            zones = self.text(entry, "from_zone"), self.text(entry, "to_zone")
            place = position or Position()
            return RuleEdit(*head, self.text(entry, "rulebase"), self.texts(entry, "rule"), place, *zones)
        if kind.endswith("_route"):
            return self.route(entry, head)
        if kind.startswith("interface_"):
            return InterfaceEdit(*head, self.text(entry, "interface"), kind == "interface_up")
        direction = self.parsed(entry, "direction", lambda text: Direction(one_of(text, _DIRECTIONS)))
        if direction is None:
            return None
        names = self.text(entry, "rulebase"), self.text(entry, "interface")
        return BindingEdit(*head, *names, direction, kind == "bind")

    def position(self, entry: _Entry) -> Position | None:
        """Return where rules go, None where nothing says so."""
        said = [key for key in _PLACE_KEYS if key in entry.values]
        if len(said) > 1:
            self.complain(entry, said[1], f"{' and '.join(said)}: only one of them can tell where the rule goes")
        if not said:
            return None
        if said[0] == "position":
            word = self.parsed(entry, "position", lambda text: one_of(text, _POSITIONS))
            return Position(word or "last")
        return Position(said[0], self.text(entry, said[0]))

    def addition(self, entry: _Entry, head: tuple[str, Written, str, str | None]) -> Change | None:
        rulebase = self.text(entry, "rulebase")
        position = self.position(entry)
        if position is None:
            message = "add_rule needs where: before, after, or position: first or last"
            self.complain(entry, "change", message)
        several = entry.values.get("rules")
        if several is None:
            rules = [self.rule(entry, "add_rule")]
        else:
            for key in _RULE_KEYS:
                if key in entry.values:
                    self.complain(entry, key, f"stands beside rules; {key} is a key of each of them")
            nodes = several.items if several.kind == "list" else ()
            if not nodes:
                self.complain(entry, "rules", "a list of rules is expected")
            rules = []
            for node in nodes:
                inner = self.entry(node, dict.fromkeys(_RULE_KEYS, ()))
                if inner is not None:
                    known = (*_RULE_KEYS, "description")
                    for key in inner.values:
                        if key not in known:
                            self.complain(inner, key, f"a rule has no key {key}; it has {', '.join(known)}")
                    rules.append(self.rule(inner, "a rule"))
        made = tuple(one for one in rules if one is not None)
        return RuleAddition(*head, rulebase, position or Position(), made) if made else None

    def rule(self, entry: _Entry, who: str) -> CandidateRule | None:
        self.count += 1
        for key in ("action", "source", "destination", "service"):
            if key not in entry.values:
                hint = "" if key == "action" else "; write any for all"
                self.complain(entry, "change", f"{who} needs the key {key}{hint}")
        action = self.parsed(entry, "action", lambda text: Action(one_of(text, _ACTIONS)))
        if action is None:
            return None
        return CandidateRule(
            entry.written,
            self.text(entry, "name") or f"change {self.count}",
            action,
            self.texts(entry, "source"),
            self.texts(entry, "destination"),
            self.texts(entry, "service"),
            self.parsed(entry, "source_port", parse_ports),
            self.texts(entry, "from_zone"),
            self.texts(entry, "to_zone"),
            self.text(entry, "description"),
        )

    def route(self, entry: _Entry, head: tuple[str, Written, str, str | None]) -> Change | None:
        target = self.parsed(entry, "prefix", _prefix)
        hop = self.parsed(entry, "next_hop", _address)
        interface = self.text(entry, "interface")
        discards = bool(self.parsed(entry, "discard", parse_yes_no))
        distance = self.parsed(entry, "distance", _distance)
        if discards and (hop or interface):
            self.complain(entry, "discard", "a route that discards has no next hop and no interface")
        if head[0] == "add_route" and not (hop or interface or discards or "next_hop" in entry.values):
            self.complain(entry, "change", "add_route needs next_hop, interface, or discard: yes")
        if target is None:
            return None
        if hop is not None and hop[0] is not target[0]:
            self.complain(entry, "next_hop", "the next hop and the prefix are of different families")
        hop_text = format_address(*hop) if hop else ""
        vrf = self.text(entry, "vrf") or None
        return RouteEdit(*head, *target, hop_text, interface, discards, vrf, distance)


def _prefix(text: str) -> tuple[Family, int, int]:
    words = plain(text)
    address, slash, length = words.partition("/")
    wanted = f"{quoted(text)} is not a prefix; write 10.1.0.0/16, 10.1.1.5 or 0.0.0.0/0"
    if slash and not (length.isascii() and length.isdigit() and len(length) <= 3):
        raise ValueError(wanted)
    try:
        family, value = parse_address(address)
        bits = int(length) if slash else family.bits
        low, _ = prefix_interval(family, value, bits)
    except ValueError:
        raise ValueError(wanted) from None
    if low != value:
        raise ValueError(f"{quoted(text)} has host bits; write {format_address(family, low)}/{bits}")
    return family, low, bits


def _address(text: str) -> tuple[Family, int]:
    try:
        return parse_address(plain(text))
    except ValueError:
        raise ValueError(f"{quoted(text)} is not an address; write 10.1.1.5") from None


def _distance(text: str) -> int:
    words = plain(text)
    if not (words.isascii() and words.isdigit() and 1 <= len(words) <= 3 and 1 <= int(words) <= 255):
        raise ValueError(f"{quoted(text)} is not a distance; write a number from 1 to 255")
    return int(words)
