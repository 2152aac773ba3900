"""The account of a JSON file: each line gets the state that the table of `coverage` has for its field."""

from __future__ import annotations

from netaudit.model.source import Affects
from netaudit.parsers.checkpoint.coverage import (
    COMMON_IGNORED,
    COMMON_UNDERSTOOD,
    ENVELOPE_IGNORED,
    ENVELOPE_UNDERSTOOD,
    IMPLIED_FIELDS,
    PROPERTIES_UNDERSTOOD,
    TYPES,
    Fields,
)
from netaudit.parsers.checkpoint.export import ExportFile
from netaudit.parsers.json_exports import account_for_no_json, clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue
from netaudit.parsers.ledger import LineLedger


def account(file: ExportFile) -> None:
    """Give every line of a file its state. A file that is no JSON has one note, at the line of the problem."""
    ledger = file.ledger
    if file.problem is not None:
        account_for_no_json(ledger, file.problem, len(file.source.lines))
        return
    for document in file.documents:
        _container(ledger, document)


def _container(ledger: LineLedger, value: JsonValue) -> None:
    """Account for a value that is read: its brackets, and what stands in it."""
    if isinstance(value, JsonArray):
        ledger.understood(value.line - 1)
        ledger.understood(value.end_line - 1)
        for item, line in zip(value, value.item_lines, strict=True):
            if isinstance(item, JsonObject | JsonArray):
                _container(ledger, item)
            else:
                ledger.understood(line - 1)
    elif isinstance(value, JsonObject):
        ledger.understood(value.line - 1)
        ledger.understood(value.end_line - 1)
        kind = value.text("type")
        if kind in TYPES and ("uid" in value or "rulebase" in value):
            _object(ledger, value, TYPES[kind])
        elif "code" in value and "message" in value:
            _error(ledger, value)
        elif kind and "uid" in value:
            _unknown_type(ledger, value, kind)
        elif isinstance(value.get("firewall"), JsonObject) and "nat" in value:
            _properties(ledger, value)
        else:
            _envelope(ledger, value)


def _object(ledger: LineLedger, value: JsonObject, fields: Fields) -> None:
    for key, inner, line, end in value.fields():
        if key in fields.understood or key in COMMON_UNDERSTOOD:
            ledger.understood(line - 1)
            _inside(ledger, inner, line, end)
        elif key in fields.ignored or key in COMMON_IGNORED or fields.rest_ignored:
            ledger.ignored(line - 1, end - 1)
        elif key in fields.unsupported:
            _leave(ledger, line, end, fields.unsupported[key], inner, key)
        else:
            ledger.unrecognized(line - 1, fields.affects, f"field {clean(key)}")
            if end > line:
                ledger.ignored(line, end - 1)


def _inside(ledger: LineLedger, inner: JsonValue, line: int, end: int) -> None:
    """Account for the value of a field that is read: objects with a type by their own table, the rest as read."""
    if isinstance(inner, JsonArray):
        ledger.understood(inner.line - 1)
        ledger.understood(inner.end_line - 1)
        for item, at in zip(inner, inner.item_lines, strict=True):
            if isinstance(item, JsonObject | JsonArray):
                _inside(ledger, item, at, item.end_line)
            else:
                ledger.understood(at - 1)
    elif isinstance(inner, JsonObject):
        if inner.text("type") in TYPES and "uid" in inner:
            _container(ledger, inner)
            return
        ledger.understood(inner.line - 1)
        ledger.understood(inner.end_line - 1)
        for key, deeper, first, last in inner.fields():
            if key in COMMON_IGNORED:
                ledger.ignored(first - 1, last - 1)
            else:
                ledger.understood(first - 1)
                _inside(ledger, deeper, first, last)


def _leave(ledger: LineLedger, line: int, end: int, affects: Affects, inner: JsonValue, key: str) -> None:
    """Note a field that is known and not modelled; one that is switched off or empty changes nothing."""
    if inner in (None, False, "", 0) or (isinstance(inner, JsonObject | JsonArray) and not inner):
        ledger.ignored(line - 1, end - 1)
        return
    ledger.unsupported(line - 1, affects, clean(key))
    if end > line:
        ledger.ignored(line, end - 1)


def _envelope(ledger: LineLedger, value: JsonObject) -> None:
    for key, inner, line, end in value.fields():
        if key in ENVELOPE_UNDERSTOOD:
            ledger.understood(line - 1)
            _container(ledger, inner)
        elif key in ENVELOPE_IGNORED or key in COMMON_IGNORED or key == "type":
            ledger.ignored(line - 1, end - 1)
        elif isinstance(inner, JsonObject | JsonArray):
            # An answer that was wrapped by the tool that fetched it.
            ledger.understood(line - 1)
            _container(ledger, inner)
        else:
            ledger.ignored(line - 1)


def _unknown_type(ledger: LineLedger, value: JsonObject, kind: str) -> None:
    """Note an object of a type that no table has: a rule that names it is left from above."""
    at = value.line_of("type") - 1
    ledger.unsupported(at, Affects.FILTER, f"object type {clean(kind)}")
    for index in range(value.line - 1, value.end_line):
        if index != at:
            ledger.ignored(index)


def _error(ledger: LineLedger, value: JsonObject) -> None:
    """Leave an answer that is an error: it holds nothing. A rulebase that is missed for it is noted where it is."""
    ledger.ignored(value.line - 1, value.end_line - 1)


def _properties(ledger: LineLedger, value: JsonObject) -> None:
    for key, inner, line, end in value.fields():
        if key in PROPERTIES_UNDERSTOOD and isinstance(inner, JsonObject):
            ledger.understood(line - 1)
            ledger.understood(inner.end_line - 1)
            for name, _, first, last in inner.fields():
                if name in IMPLIED_FIELDS:
                    ledger.understood(first - 1)
                elif name.startswith("accept-") and inner.flag(name):
                    ledger.unsupported(first - 1, Affects.FILTER, "an implied rule for the gateways' own connections")
                else:
                    ledger.ignored(first - 1, last - 1)
        else:
            ledger.ignored(line - 1, end - 1)
