"""The account of a file: each line gets the state that the table of `coverage` has for its field."""

from __future__ import annotations

from netaudit.model.source import Affects
from netaudit.parsers.aws.coverage import (
    COMMON_IGNORED,
    COMMON_UNDERSTOOD,
    NESTED_IGNORED,
    TABLE,
    Fields,
)
from netaudit.parsers.aws.export import ExportFile, envelope_kind, kind_of
from netaudit.parsers.json_exports import account_for_brackets, account_for_no_json, clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue
from netaudit.parsers.ledger import LineLedger

# What stands around the resources of an answer and says nothing of a network.
_ENVELOPE_IGNORED = frozenset({"NextToken", "NextMarker", "ResponseMetadata", "provider", "collector_version"})


def account(file: ExportFile) -> None:
    """Give every line of a file its state. A file that is no JSON has one note a line, the first says why."""
    ledger = file.ledger
    if file.problem is not None:
        account_for_no_json(ledger, file.problem, len(file.source.lines))
        return
    for document in file.documents:
        _container(ledger, document, "")


def _container(ledger: LineLedger, value: JsonValue, kind: str) -> None:
    if isinstance(value, JsonArray):
        account_for_brackets(ledger, value)
        for item, line in zip(value, value.item_lines, strict=True):
            if isinstance(item, JsonObject | JsonArray):
                _container(ledger, item, kind)
            else:
                ledger.ignored(line - 1)
    elif isinstance(value, JsonObject):
        if kind := kind or kind_of(value):
            _fields(ledger, value, TABLE[kind])
        else:
            _envelope(ledger, value)


def _envelope(ledger: LineLedger, value: JsonObject) -> None:
    account_for_brackets(ledger, value)
    for key, inner, line, end in value.fields():
        if key in _ENVELOPE_IGNORED or _says_nothing(inner):
            ledger.ignored(line - 1, end - 1)
        elif isinstance(inner, JsonObject | JsonArray) and (envelope_kind(key) or _holds_resources(inner)):
            ledger.understood(line - 1)
            _container(ledger, inner, envelope_kind(key))
        elif isinstance(inner, JsonObject | JsonArray):
            ledger.unsupported(line - 1, Affects.OTHER, f"{clean(key)} is not read")
            if end > line:
                ledger.ignored(line, end - 1)
        else:
            ledger.ignored(line - 1)


def _holds_resources(value: JsonObject | JsonArray) -> bool:
    """Tell whether a resource, or a list of them, stands one or two levels below."""
    items = value if isinstance(value, JsonArray) else [value, *value.values()]
    return any(
        isinstance(item, JsonObject) and (kind_of(item) or any(envelope_kind(key) for key in item)) for item in items
    )


def _says_nothing(value: JsonValue) -> bool:
    return value is None or value == "" or (isinstance(value, JsonObject | JsonArray) and not value)


def _fields(ledger: LineLedger, value: JsonObject, fields: Fields) -> None:
    account_for_brackets(ledger, value)
    for key, inner, line, end in value.fields():
        if key in fields.inside:
            ledger.understood(line - 1)
            _each(ledger, inner, line, TABLE[fields.inside[key]])
        elif key in fields.understood or key in COMMON_UNDERSTOOD:
            ledger.understood(line - 1)
            _inside(ledger, inner, line)
        elif key in fields.unsupported and not _says_nothing(inner):
            ledger.unsupported(line - 1, fields.unsupported[key], f"{clean(key)} is not modelled")
            if end > line:
                ledger.ignored(line, end - 1)
        elif key in fields.ignored or key in COMMON_IGNORED or fields.rest_ignored or _says_nothing(inner):
            ledger.ignored(line - 1, end - 1)
        else:
            ledger.unrecognized(line - 1, fields.affects, f"field {clean(key)}")
            if end > line:
                ledger.ignored(line, end - 1)


def _each(ledger: LineLedger, value: JsonValue, line: int, fields: Fields) -> None:
    """Account for an object, or the objects of an array, by their row of the table."""
    if isinstance(value, JsonArray):
        account_for_brackets(ledger, value)
        for item, at in zip(value, value.item_lines, strict=True):
            _each(ledger, item, at, fields)
    elif isinstance(value, JsonObject):
        _fields(ledger, value, fields)
    else:
        ledger.understood(line - 1)


def _inside(ledger: LineLedger, value: JsonValue, line: int) -> None:
    """Account for the value of a field that is read."""
    if isinstance(value, JsonArray):
        account_for_brackets(ledger, value)
        for item, at in zip(value, value.item_lines, strict=True):
            _inside(ledger, item, at)
    elif isinstance(value, JsonObject):
        account_for_brackets(ledger, value)
        for key, inner, first, last in value.fields():
            if key in NESTED_IGNORED:
                ledger.ignored(first - 1, last - 1)
            else:
                ledger.understood(first - 1)
                _inside(ledger, inner, first)
    else:
        ledger.understood(line - 1)
