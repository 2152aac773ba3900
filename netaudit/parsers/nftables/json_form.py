"""The output of `nft -j list ruleset`, and lists of commands in the same form. Source: libnftables-json(5)."""

from __future__ import annotations

from collections.abc import Callable

from netaudit.model.source import Affects
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue, read_json
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.nftables.ruleset import (
    Expression,
    NamedSet,
    RawRule,
    Ruleset,
    Statement,
    Table,
    priority_of,
)


def read_document(ledger: LineLedger) -> Ruleset:
    """Return the ruleset that the file's JSON lists; what could not be read is noted in the ledger."""
    reading = read_json(ledger.source.lines)
    ruleset = Ruleset()
    for document in reading.documents:
        if not isinstance(document, JsonObject):
            ledger.unrecognized(document.line - 1, Affects.FILTER, "not a list of nftables objects")
            continue
        for index in range(document.line - 1, document.end_line):
            ledger.understood(index)
        _Reader(ledger, ruleset).read(document)
    if reading.problem is not None:
        ledger.unrecognized(
            min(reading.problem.line, len(ledger.source.lines)) - 1, Affects.FILTER, reading.problem.message
        )
    return ruleset


_LISTED = frozenset({"flowtable", "counter", "quota", "limit", "ct helper", "ct timeout", "ct expectation", "secmark",
                     "synproxy", "tunnel"})  # fmt: skip


class _Reader:
    def __init__(self, ledger: LineLedger, ruleset: Ruleset) -> None:
        self.ledger = ledger
        self.ruleset = ruleset
        self.readers: dict[str, Callable[[JsonObject, str], None]] = {
            "table": self.table_object,
            "chain": self.chain_object,
            "rule": self.rule_object,
            "set": self.set_object,
            "map": self.set_object,
            "meter": self.set_object,
            "element": self.element_object,
        }

    def read(self, document: JsonObject) -> None:
        for item in document.objects("nftables"):
            for verb, value in item.items():
                if not isinstance(value, JsonObject):
                    self.unknown(item)
                elif verb in ("add", "create", "insert"):
                    for kind, inner in value.items():
                        self.object(kind, inner, item, verb)
                elif verb == "flush":
                    if "ruleset" in value:
                        self.ruleset.tables.clear()
                    else:
                        self.unknown(item)
                elif verb in ("list", "reset"):
                    continue
                else:
                    self.object(verb, value, item, "add")

    def unknown(self, item: JsonObject) -> None:
        self.ledger.unrecognized(item.line - 1, Affects.FILTER, "an object that is not known")

    def object(self, kind: str, value: JsonValue, item: JsonObject, verb: str) -> None:
        if not isinstance(value, JsonObject):
            self.unknown(item)
        elif kind == "metainfo":
            self.ruleset.version, self.ruleset.version_index = value.text("version"), value.line - 1
        elif kind in self.readers:
            self.readers[kind](value, verb if kind == "rule" else kind)
        elif kind in _LISTED:
            self.table_of(value).objects[kind, value.text("name")] = value.line - 1
        else:
            self.unknown(item)

    def table_of(self, value: JsonObject) -> Table:
        return self.ruleset.table(value.text("family"), value.text("table"), value.line - 1)

    def table_object(self, value: JsonObject, kind: str) -> None:
        table = self.ruleset.table(value.text("family"), value.text("name"), value.line - 1)
        flags = value.get("flags")
        table.dormant = "dormant" in (flags if isinstance(flags, list) else [flags])

    def chain_object(self, value: JsonObject, kind: str) -> None:
        table = self.table_of(value)
        chain = table.chain(value.text("name"), value.line - 1)
        chain.index = value.line - 1
        if hook := value.text("hook"):
            chain.kind, chain.hook = value.text("type"), hook
            priority = value.get("prio")
            chain.priority = priority_of(priority if isinstance(priority, int | str) else None, table.family)
            if policy := value.text("policy"):
                chain.policy, chain.policy_index = policy, value.line - 1
            devices = value.get("dev")
            names = devices if isinstance(devices, list) else [devices] if devices else []
            chain.devices = tuple(str(one) for one in names)
        chain.comment = value.text("comment")

    def rule_object(self, value: JsonObject, verb: str) -> None:
        chain = self.table_of(value).chain(value.text("chain"), value.line - 1)
        statements: list[Statement] = []
        for one in value.items_of("expr"):
            if isinstance(one, JsonObject):
                statements.append({key: _plain(inner) for key, inner in one.items()})
            else:
                statements.append({"not understood": ["?"]})
                self.ledger.unrecognized(value.line - 1, Affects.FILTER, "a statement that is not known")
        rule = RawRule(value.line - 1, value.end_line - 1, statements, value.text("comment"), value.number("handle"))
        if verb == "insert":
            chain.rules.insert(0, rule)
        else:
            chain.rules.append(rule)

    def set_object(self, value: JsonObject, kind: str) -> None:
        table = self.table_of(value)
        named = NamedSet(value.text("name"), value.line - 1, is_map=kind == "map", changing=kind == "meter")
        flags = value.get("flags")
        words = flags if isinstance(flags, list) else [flags]
        named.changing = named.changing or "dynamic" in words or "timeout" in words or "timeout" in value
        named.elements = [_plain(one) for one in value.items_of("elem")]
        table.sets[named.name] = named

    def element_object(self, value: JsonObject, kind: str) -> None:
        named = self.table_of(value).sets.get(value.text("name"))
        elements = [_plain(one) for one in value.items_of("elem")]
        if named is None:
            self.ledger.unrecognized(value.line - 1, Affects.FILTER, "element of a set that is not there")
        else:
            named.elements += elements


def _plain(value: JsonValue) -> Expression:
    """Return a value without its lines."""
    if isinstance(value, JsonObject):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, JsonArray):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) else value
