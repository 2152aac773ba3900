"""Expressions of ARM templates: "[concat(parameters('name'), '-nsg')]".

Source: Microsoft Learn, "ARM template functions", "Syntax and expressions in Azure Resource Manager templates". What a
template alone does not tell (reference(), list*(), uniqueString(), parameters without a value) is `Unresolved`; it
keeps the text of its expression, so that names built from it still find each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from netaudit.parsers.json_tree import JsonObject, JsonValue

MAX_DEPTH = 40
MAX_TEXT = 20_000
MAX_CALLS = 5_000  # of one expression, with the variables and defaults that it names


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that the template does not tell; equal texts stand for equal values."""

    text: str


Value: TypeAlias = "JsonValue | Unresolved | list[Value] | dict[str, Value]"

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(-?\d+)|([A-Za-z_][\w.]*)|([()\[\],.]))")


class _MalformedError(ValueError):
    """The expression does not follow the grammar."""


@dataclass(slots=True)
class Scope:
    """What names stand for in a template. `parameters` are values given from outside, by lower-case name."""

    template: JsonObject | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    indexes: Mapping[str, int] = field(default_factory=dict)  # of copy loops, by lower-case name; "" = the innermost
    calls: int = 0

    def at_copy(self, name: str, index: int) -> Scope:
        """Return the scope inside one turn of a copy loop."""
        return Scope(self.template, self.parameters, {**self.indexes, name.lower(): index, "": index})

    def value(self, written: JsonValue, depth: int = 0) -> Value:
        """Return what a value stands for: an expression is evaluated, everything else is itself."""
        if self.template is None or not isinstance(written, str) or not written.startswith("["):
            return written
        if written.startswith("[["):
            return written[1:]
        if not written.rstrip().endswith("]"):
            return written
        if depth == 0:
            self.calls = 0
        if depth > MAX_DEPTH or len(written) > MAX_TEXT:
            return Unresolved(_plain(written))
        try:
            return _Expression(self, written.rstrip()[1:-1], depth).evaluate()
        except (_MalformedError, ValueError, IndexError, TypeError, KeyError):
            return Unresolved(_plain(written))

    def deep(self, written: JsonValue | Value, depth: int = 0) -> Value:
        """Return a value with every expression inside it evaluated."""
        if depth > MAX_DEPTH:
            return Unresolved("too deep")
        if isinstance(written, dict):
            return {key: self.deep(inner, depth + 1) for key, inner in written.items()}
        if isinstance(written, list):
            return [self.deep(inner, depth + 1) for inner in written]
        if isinstance(written, Unresolved):
            return written
        return self.value(written, depth)

    def named(self, section: str, name: str, depth: int) -> Value:
        """Return a parameter or variable."""
        own = section[:-1]
        if section == "parameters" and name.lower() in self.parameters:
            return self.parameters[name.lower()]
        table = self.template.object(section) if self.template is not None else None
        for key, written in (table or {}).items():
            if key.lower() == name.lower():
                if section == "variables":
                    return self.deep(written, depth + 1)
                if isinstance(written, JsonObject) and "defaultValue" in written:
                    return self.deep(written["defaultValue"], depth + 1)
        return Unresolved(f"{own} {name.lower()}")


def _plain(text: str) -> str:
    return " ".join(text.lower().split())[:500]


class _Expression:
    def __init__(self, scope: Scope, text: str, depth: int) -> None:
        self.scope, self.text, self.depth = scope, text, depth
        self.position = 0

    def evaluate(self) -> Value:
        value = self._value(0)
        if self.text[self.position :].strip():
            raise _MalformedError
        return value

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self.text, self.position)
        if found is None:
            raise _MalformedError
        self.position = found.end()
        return found

    def _peek(self) -> str:
        found = _TOKEN.match(self.text, self.position)
        return found[4] or "" if found else ""

    def _value(self, nesting: int) -> Value:
        if nesting > MAX_DEPTH:
            raise _MalformedError
        start = self.position
        token = self._next()
        if token[1] is not None:
            return token[1].replace("''", "'")
        if token[2] is not None:
            return int(token[2][:20])
        if token[3] is None or self._peek() != "(":
            raise _MalformedError
        self._next()
        arguments: list[Value] = []
        while self._peek() != ")":
            arguments.append(self._value(nesting + 1))
            if self._peek() == ",":
                self._next()
            elif self._peek() != ")":
                raise _MalformedError
        self._next()
        self.scope.calls += 1
        if self.scope.calls > MAX_CALLS:
            raise _MalformedError
        value = self._call(token[3].lower(), arguments, self.text[start : self.position])
        while self._peek() in (".", "["):
            value = self._member(value, nesting, start)
        return value

    def _member(self, value: Value, nesting: int, start: int) -> Value:
        key: Value
        if self._next()[4] == ".":
            token = self._next()
            key = token[3]
            # The token takes dots too: "a.b" after the first dot.
            for part in (key or "").split("."):
                value = _item(value, part, self.text[start : self.position])
            return value
        key = self._value(nesting + 1)
        if self._next()[4] != "]":
            raise _MalformedError
        return _item(value, key, self.text[start : self.position])

    def _call(self, name: str, arguments: list[Value], text: str) -> Value:
        if name in ("parameters", "variables") and len(arguments) == 1:
            return self.scope.named(name, str(arguments[0]), self.depth)
        if name == "copyindex":
            return self._copy_index(arguments, text)
        if name in ("resourceid", "subscriptionresourceid", "tenantresourceid", "extensionresourceid"):
            return _resource_id(arguments)
        if name == "if" and len(arguments) == 3 and isinstance(arguments[0], bool):
            return arguments[1] if arguments[0] else arguments[2]
        if name in ("concat", "format"):
            return _joined(name, arguments)
        function = _FUNCTIONS.get(name)
        if function is None or any(isinstance(one, Unresolved) for one in arguments):
            return Unresolved(_plain(_call_text(name, arguments) if arguments else text))
        return function(*arguments)

    def _copy_index(self, arguments: list[Value], text: str) -> Value:
        name, offset = "", 0
        for one in arguments:
            if isinstance(one, int) and not isinstance(one, bool):
                offset = one
            else:
                name = str(one).lower()
        index = self.scope.indexes.get(name)
        return Unresolved(_plain(text)) if index is None else index + offset


def _call_text(name: str, arguments: list[Value]) -> str:
    return f"{name}({', '.join(_text(one) for one in arguments)})"


def _text(value: Value) -> str:
    if isinstance(value, Unresolved):
        return f"{{{value.text}}}"
    if isinstance(value, bool):
        return "True" if value else "False"
    return str(value)


def _joined(name: str, arguments: list[Value]) -> Value:
    if name == "concat" and arguments and all(isinstance(one, list) for one in arguments):
        return [item for one in arguments if isinstance(one, list) for item in one]
    if name == "concat":
        text = "".join(map(_text, arguments))
    else:
        text = re.sub(r"\{(\d{1,3})(?::[^}]*)?\}", lambda found: _text(arguments[1 + int(found[1])]), str(arguments[0]))
    if len(text) > MAX_TEXT:
        raise _MalformedError
    return Unresolved(text.lower()) if any(isinstance(one, Unresolved) for one in arguments) else text


def _resource_id(arguments: list[Value]) -> Value:
    """Return "/providers/TYPE/NAME ...": the subscription and group are those of the deployment or not told."""
    for position, one in enumerate(arguments):
        if isinstance(one, str) and "/" in one and not one.startswith("/"):
            types = one.split("/")
            names = [part for name in arguments[position + 1 :] for part in _text(name).split("/")]
            if len(names) != len(types) - 1:
                raise _MalformedError
            pairs = "/".join(f"{kind}/{name}" for kind, name in zip(types[1:], names, strict=True))
            return f"/providers/{types[0]}/{pairs}"
    raise _MalformedError


def _item(value: Value, key: Value, text: str) -> Value:
    if isinstance(value, dict):
        wanted = str(key).lower()
        for name, inner in value.items():
            if name.lower() == wanted:
                return inner
    elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return Unresolved(_plain(text))


def _split(value: Value, by: Value) -> Value:
    parts: list[Value] = []
    parts += str(value).split(str(by))
    return parts


def _union(*values: Value) -> Value:
    if all(isinstance(one, dict) for one in values):
        return {key: inner for one in values if isinstance(one, dict) for key, inner in one.items()}
    found: list[Value] = []
    for one in values:
        found += [item for item in one if item not in found] if isinstance(one, list) else []
    return found


def _number(value: Value) -> int:
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise _MalformedError
    return int(value)


def _size(value: Value) -> int:
    if not isinstance(value, str | list | dict):
        raise _MalformedError
    return len(value)


def _of_sequence(position: int) -> Callable[[Value], Value]:
    def take(value: Value) -> Value:
        if not isinstance(value, str | list):
            raise _MalformedError
        return value[position]

    return take


def _contains(container: Value, item: Value) -> bool:
    if isinstance(container, str):
        return str(item) in container
    if isinstance(container, dict):
        return str(item).lower() in {key.lower() for key in container}
    return isinstance(container, list) and item in container


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and one == other


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "tolower": lambda text: str(text).lower(),
    "toupper": lambda text: str(text).upper(),
    "trim": lambda text: str(text).strip(),
    "string": _text,
    "int": _number,
    "add": lambda one, other: _number(one) + _number(other),
    "sub": lambda one, other: _number(one) - _number(other),
    "mul": lambda one, other: _number(one) * _number(other),
    "div": lambda one, other: int(_number(one) / _number(other)) if _number(other) else Unresolved("division by zero"),
    "mod": lambda one, other: _number(one) % _number(other) if _number(other) else Unresolved("division by zero"),
    "equals": _same,
    "not": lambda one: not one if isinstance(one, bool) else Unresolved("not"),
    "and": lambda *values: all(one is True for one in values),
    "or": lambda *values: any(one is True for one in values),
    "bool": lambda one: str(one).lower() in ("true", "1"),
    "true": lambda: True,
    "false": lambda: False,
    "null": lambda: None,
    "length": _size,
    "empty": lambda value: value is None or _size(value) == 0,
    "contains": _contains,
    "first": _of_sequence(0),
    "last": _of_sequence(-1),
    "split": _split,
    "replace": lambda text, old, new: str(text).replace(str(old), str(new))[:MAX_TEXT],
    "substring": lambda text, start, length=MAX_TEXT: str(text)[_number(start) : _number(start) + _number(length)],
    "startswith": lambda text, start: str(text).lower().startswith(str(start).lower()),
    "endswith": lambda text, end: str(text).lower().endswith(str(end).lower()),
    "createarray": lambda *values: list(values),
    "array": lambda value: value if isinstance(value, list) else [value],
    "createobject": lambda *pairs: {str(pairs[at]): pairs[at + 1] for at in range(0, len(pairs) - 1, 2)},
    "union": _union,
    "min": lambda *values: min(map(_number, values)),
    "max": lambda *values: max(map(_number, values)),
    "coalesce": lambda *values: next((one for one in values if one is not None), None),
    "range": lambda start, count: list(range(_number(start), _number(start) + min(_number(count), 1000))),
}
