"""One way to look at an object of Azure, however it was written.

Resource Manager nests settings under `properties`; the command line and resource graph flatten them; Python tools write
`address_prefix`, PowerShell `AddressPrefix` for `addressPrefix`. A view takes all of them by the plain name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers import json_exports
from netaudit.parsers.azure.expressions import Scope, Unresolved, Value
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonProblem, read_json
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import mask_text

MAX_COPIES = 1000
_OUTER = frozenset({"id", "name", "type"})
_PROVIDER = re.compile(r"(?:\A|/)providers/(?=[^/]+\.[^/]+/)", re.IGNORECASE)


@dataclass(slots=True)
class ExportFile:
    """One JSON file with its account of lines."""

    source: SourceFile
    ledger: LineLedger
    documents: tuple[JsonObject | JsonArray, ...]
    problem: JsonProblem | None


def open_file(source: SourceFile) -> ExportFile:
    """Read a JSON file."""
    reading = read_json(source.lines)
    return ExportFile(source, json_exports.export_ledger(source), reading.documents, reading.problem)


def plain(key: str) -> str:
    """Return a field's name as views know it: lower case, without underscores."""
    return key.replace("_", "").lower()


def clean(value: Value) -> str:
    """Return a text of the export on one line and without secrets; "" for what is no text."""
    if isinstance(value, Unresolved):
        return mask_text(f"[{value.text}]")
    return json_exports.clean(value) if isinstance(value, str) else ""


@dataclass(slots=True)
class View:
    """An object with its settings; `line` counts from 1 and is that of the object where it has one of its own."""

    value: Mapping[str, Value]
    file: ExportFile
    scope: Scope
    line: int
    end_line: int
    _fields: dict[str, tuple[Value, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Mapping[str, Value], file: ExportFile, scope: Scope, line: int = 1) -> View:
        """Return a view; `line` stands for objects that an expression made."""
        first, last = (value.line, value.end_line) if isinstance(value, JsonObject) else (line, line)
        view = cls(value, file, scope, first, last)
        view._enter(value)
        inner = view._evaluated("properties")
        if isinstance(inner, dict):
            view._enter(inner)
        return view

    def _enter(self, value: Mapping[str, Value]) -> None:
        lines = value.key_lines if isinstance(value, JsonObject) else [self.line] * len(value)
        for (key, inner), line in zip(value.items(), lines, strict=True):
            name = plain(key)
            if name not in self._fields or (inner is not None and name not in _OUTER):
                self._fields[name] = inner, line
        copies = self._fields.get("copy", (None, 0))[0]
        if isinstance(copies, list) and isinstance(value, JsonObject):
            for one in copies:  # a loop that makes the items of a property
                if isinstance(one, JsonObject) and one.text("name"):
                    self._fields.setdefault(plain(one.text("name")), (one, one.line))

    def _evaluated(self, name: str) -> Value:
        found = self._fields.get(plain(name))
        if found is None:
            return None
        written, _ = found
        if isinstance(written, str):
            return self.scope.value(written)
        return written

    def has(self, name: str) -> bool:
        """Tell whether a field is there, whatever it holds."""
        return plain(name) in self._fields

    def get(self, name: str) -> Value:
        """Return what a field holds, None where it is absent."""
        return self._evaluated(name)

    def text(self, name: str) -> str:
        """Return the text of a field, "" where it is absent, no text or not resolved."""
        value = self._evaluated(name)
        return value.strip() if isinstance(value, str) else ""

    def shown(self, name: str) -> str:
        """Return the text of a field for people: without secrets; an unresolved one in brackets."""
        return clean(self._evaluated(name))

    def number(self, name: str) -> int | None:
        """Return the whole number of a field, None where it is absent or none."""
        value = self._evaluated(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """Return the truth value of a field, None where it is absent or none."""
        value = self._evaluated(name)
        return value if isinstance(value, bool) else None

    def unresolved(self, name: str) -> bool:
        """Tell whether a field holds an expression that the template alone does not tell."""
        return isinstance(self._evaluated(name), Unresolved)

    def items(self, name: str) -> list[Value]:
        """Return the items of an array, each evaluated; one `Unresolved` where the array itself is not known."""
        return [value for value, _, _ in self._items(name)]

    def _items(self, name: str) -> Iterator[tuple[Value, int, Scope]]:
        value = self._evaluated(name)
        line = self.line_of(name)
        if isinstance(value, Unresolved):
            yield value, line, self.scope
        elif isinstance(value, JsonObject) and "input" in value and "count" in value:
            loop = View.of(value, self.file, self.scope)
            count = loop.number("count")
            if count is None or count > MAX_COPIES:
                yield Unresolved("copy"), line, self.scope
                return
            for index in range(count):
                scope = self.scope.at_copy(value.text("name"), index)
                item = value["input"]
                yield (scope.value(item) if isinstance(item, str) else item), value.line, scope
        elif isinstance(value, list):
            lines = value.item_lines if isinstance(value, JsonArray) else [line] * len(value)
            for inner, at in zip(value, lines, strict=True):
                yield (self.scope.value(inner) if isinstance(inner, str) else inner), at, self.scope

    def views(self, name: str) -> list[View]:
        """Return the objects among the items of an array."""
        return [
            View.of(inner, self.file, scope, line)
            for inner, line, scope in self._items(name)
            if isinstance(inner, dict)
        ]

    def view(self, name: str) -> View | None:
        """Return the object in a field, None where there is none."""
        value = self._evaluated(name)
        return View.of(value, self.file, self.scope, self.line_of(name)) if isinstance(value, dict) else None

    def reference(self, name: str) -> str:
        """Return the identity of the resource that a field points to ({"id": ...} or the id itself), "" for none."""
        value = self._evaluated(name)
        if isinstance(value, dict):
            inner = View.of(value, self.file, self.scope, self.line_of(name))
            value = inner.get("id")
        return identity(value)

    def references(self, name: str) -> list[str]:
        """Return the identities that the items of an array point to; "" for one that is not known."""
        found = []
        for inner, line, scope in self._items(name):
            if isinstance(inner, dict):
                inner = View.of(inner, self.file, scope, line).get("id")
            found.append(identity(inner))
        return found

    def line_of(self, name: str) -> int:
        """Return the line of a field, that of the object where it has no such field."""
        found = self._fields.get(plain(name))
        return found[1] if found is not None else self.line

    def ref(self, name: str = "") -> SourceRef:
        """Return the place of the object, or of one of its fields; the text shown is the line that names it."""
        masked = self.file.ledger.masked
        if name and self.has(name):
            line = self.line_of(name)
            return SourceRef(self.file.source.path, line, self._shown(masked, line))
        shown = self.line_of("name") if self.has("name") else self.line
        end = 0 if self.end_line == self.line else self.end_line
        return SourceRef(self.file.source.path, self.line, self._shown(masked, shown), end)

    def _shown(self, masked: object, line: int) -> str:
        lines = self.file.ledger.masked
        text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        # A line with a whole document says nothing by itself.
        return text if 0 < len(text) <= 400 else f'"name": "{self.shown("name")}"'


def identity(value: Value) -> str:
    """Return an id in the form in which ids are compared: lower case; "" where it is none."""
    text = value.text if isinstance(value, Unresolved) else value
    return text.strip().rstrip("/").lower() if isinstance(text, str) else ""


def path_of(reference: str) -> str:
    """Return the part of an identity that names the resource: "microsoft.network/virtualnetworks/hub"."""
    found = list(_PROVIDER.finditer(reference))
    return reference[found[-1].end() :] if found else reference


def type_and_names(path: str) -> tuple[str, tuple[str, ...]]:
    """Split a path into type and names: ("microsoft.network/virtualnetworks/subnets", ("hub", "app"))."""
    parts = path.split("/")
    return "/".join(parts[:1] + parts[1::2]), tuple(parts[2::2])
