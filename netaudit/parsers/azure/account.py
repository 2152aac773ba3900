"""The account of a file: each line gets the state that the table of `coverage` has for its field."""

from __future__ import annotations

from netaudit.model.source import Affects
from netaudit.parsers.azure.coverage import (
    COMMON_IGNORED,
    COMMON_UNDERSTOOD,
    ENVELOPE_IGNORED,
    ENVELOPE_UNDERSTOOD,
    ENVELOPE_UNSUPPORTED,
    IGNORED,
    NETWORK,
    NOTHING,
    SECRET_FIELDS,
    SECRET_PARAMETERS,
    TYPES,
    UNMODELLED,
    Fields,
)
from netaudit.parsers.azure.export import as_resource, is_parameter_file, is_template
from netaudit.parsers.azure.views import ExportFile, clean, plain
from netaudit.parsers.json_exports import account_for_brackets, account_for_no_json
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue


def hide_secrets(file: ExportFile) -> None:
    """Mask the lines of fields that are secret whatever they look like, and the defaults of secure parameters."""
    todo: list[JsonValue] = list(file.documents)
    while todo:
        value = todo.pop()
        if isinstance(value, JsonArray):
            todo.extend(value)
        elif isinstance(value, JsonObject):
            secure = value.text("type").lower() in SECRET_PARAMETERS
            for key, inner, line, end in value.fields():
                if plain(key) in SECRET_FIELDS or (secure and plain(key) in ("defaultvalue", "allowedvalues")):
                    if inner not in (None, "", True, False) and not _is_expression(inner):
                        for index in range(line - 1, end):
                            file.ledger.hide(index, f'"{clean(key)}":' if index == line - 1 else "")
                elif isinstance(inner, JsonObject | JsonArray):
                    todo.append(inner)


def _is_expression(value: JsonValue) -> bool:
    return isinstance(value, str) and value.startswith("[parameters(") and value.endswith(")]")


def account(file: ExportFile) -> None:
    """Give every line of a file its state. A file that is no JSON has one note, at the line of the problem."""
    ledger = file.ledger
    if file.problem is not None:
        account_for_no_json(ledger, file.problem, len(file.source.lines))
        return
    for document in file.documents:
        _container(file, document, "")
        for index in range(document.line - 1, document.end_line):
            if ledger.is_open(index):
                ledger.ignored(index)


def _container(file: ExportFile, value: JsonValue, parent: str) -> None:
    """Account for what stands around resources; `parent` is the type of the resource that the value stands in."""
    ledger = file.ledger
    if isinstance(value, JsonArray):
        account_for_brackets(ledger, value)
        for inner, line in zip(value, value.item_lines, strict=True):
            if isinstance(inner, JsonObject | JsonArray):
                _container(file, inner, parent)
            else:
                ledger.ignored(line - 1)
        return
    if not isinstance(value, JsonObject):
        return
    account_for_brackets(ledger, value)
    kind = _type_of(file, value, parent)
    if kind and not is_template(value):
        _resource(file, value, kind)
        return
    parameters = is_parameter_file(value)
    for key, inner, line, end in value.fields():
        name = plain(key)
        if name in ("parameters", "variables") or parameters:
            ledger.understood(line - 1, end - 1)
        elif name in ENVELOPE_UNSUPPORTED:
            ledger.unsupported(line - 1, ENVELOPE_UNSUPPORTED[name], clean(key))
            if end > line:
                ledger.ignored(line, end - 1)
        elif name in ENVELOPE_IGNORED or name in COMMON_IGNORED:
            ledger.ignored(line - 1, end - 1)
        elif isinstance(inner, JsonObject | JsonArray):
            ledger.understood(line - 1)
            _container(file, inner, parent)
        elif name in ENVELOPE_UNDERSTOOD:
            ledger.understood(line - 1)
        else:
            ledger.ignored(line - 1)


def _type_of(file: ExportFile, value: JsonObject, parent: str) -> str:
    """Return the type of a resource, "" for what is none."""
    kind = value.text("type").lower()
    if parent and kind and "." not in kind.partition("/")[0]:
        return f"{parent}/{kind}"
    if "." in kind and "/" in kind and "apiVersion" in value:
        return kind
    resource = as_resource(file, value)
    return resource.type if resource is not None else ""


def _resource(file: ExportFile, value: JsonObject, kind: str) -> None:
    ledger = file.ledger
    if kind in UNMODELLED:
        line = value.line_of("type") if "type" in value else value.line_of("id")
        ledger.unsupported(line - 1, UNMODELLED[kind], f"{clean(kind)} is not modelled")
        for index in range(value.line, value.end_line):
            ledger.ignored(index)
        return
    fields = TYPES.get(kind)
    if kind == "microsoft.resources/deployments":
        properties = value.object("properties")
        template = properties.object("template") if properties is not None else None
        if template is not None:
            _container(file, template, "")
        return  # the rest of a deployment is its envelope
    if fields is None and kind.startswith(NETWORK):
        ledger.unsupported(value.line_of("type") - 1, Affects.FILTER, f"{clean(kind)} is not known")
        fields = NOTHING
    _fields(file, value, kind, fields or NOTHING)


def _fields(file: ExportFile, value: JsonObject, kind: str, fields: Fields) -> None:
    ledger = file.ledger
    ignored = IGNORED.get(kind, frozenset())
    for key, inner, line, end in value.fields():
        name = plain(key)
        if name == "resources" and isinstance(inner, JsonArray):
            ledger.understood(line - 1)
            _container(file, inner, kind)
        elif name in fields.understood or name in COMMON_UNDERSTOOD:
            ledger.understood(line - 1)
            _inside(file, inner, kind, fields)
        elif name in fields.unsupported and inner not in (None, False, "", 0, [], {}):
            ledger.unsupported(line - 1, fields.unsupported[name], clean(key))
            if end > line:
                ledger.ignored(line, end - 1)
        elif (
            name in COMMON_IGNORED
            or name in ignored
            or fields.rest_ignored
            or inner in (None, "", [], {})
            or name in fields.unsupported
        ):
            ledger.ignored(line - 1, end - 1)
        else:
            ledger.unrecognized(line - 1, fields.affects, f"field {clean(key)}")
            if end > line:
                ledger.ignored(line, end - 1)


def _inside(file: ExportFile, inner: JsonValue, kind: str, fields: Fields) -> None:
    if isinstance(inner, JsonArray):
        account_for_brackets(file.ledger, inner)
        for item, line in zip(inner, inner.item_lines, strict=True):
            if isinstance(item, JsonObject | JsonArray):
                _inside(file, item, kind, fields)
            else:
                file.ledger.understood(line - 1)
    elif isinstance(inner, JsonObject):
        account_for_brackets(file.ledger, inner)
        _fields(file, inner, kind, fields)
