"""A strict validator for the part of JSON Schema that netaudit's own schemas use."""

from __future__ import annotations

from datetime import date
from typing import Any

_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}
_KNOWN = {"$schema", "title", "type", "properties", "required", "items", "anyOf", "enum", "format"}


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
    """Return where a value does not fit a schema; a keyword that this validator does not know is a fault too."""
    found = [f"{place}: the schema uses {word}" for word in sorted(set(schema) - _KNOWN)]
    if "anyOf" in schema:
        options = [faults(value, one, place) for one in schema["anyOf"]]
        return found if any(not one for one in options) else [*found, *min(options, key=len)]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        return [*found, f"{place}: {type(value).__name__} where {kind} is expected"]
    if schema.get("format") == "date" and not _is_date(value):
        found.append(f"{place}: {value!r} is no date")
    if kind == "object":
        found += [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, one in schema.get("properties", {}).items():
            if name in value:
                found += faults(value[name], one, f"{place}.{name}")
    if kind == "array" and "items" in schema:
        for index, one in enumerate(value):
            found += faults(one, schema["items"], f"{place}[{index}]")
    return found


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return len(str(value)) == 10
