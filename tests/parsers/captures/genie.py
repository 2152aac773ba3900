"""What Genie's parsers found in recorded outputs, leaf by leaf, beside the shape that our rows give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from netaudit.model.capture import CaptureRow
from tests.parsers.captures.recorded import Comparison, read

Shape = Callable[[Sequence[CaptureRow]], Any]
"""Rows -> the same nesting as Genie's, with the leaves that the rows hold."""


def compare_genie(
    corpus: Path, folder: str, platform: str, command: str, shape: Shape, not_held: frozenset[str] = frozenset()
) -> Comparison:
    """Compare the leaves of every recorded output of a folder ("nxos/ShowVrf").

    A leaf under a key of `not_held` is not compared: our rows do not have it.
    """
    result = Comparison()
    for text in sorted((corpus / "genieparser" / folder).glob("*.txt")):
        expected = json.loads(text.with_suffix("").with_suffix(".expected.json").read_text(encoding="utf-8"))
        (one,) = read(text.read_text(encoding="utf-8"), platform, command).captured[0].captures
        found = shape(one.rows)
        for path, value in _leaves(expected):
            if not not_held.intersection(path):
                result.add(f"{text.name} {'/'.join(path)}", value, _at(found, path))
    return result


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(index)))
    else:
        yield path, value


def _at(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list | tuple) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return "nothing"
    return value


def nest(target: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set a leaf of nested dicts."""
    for key in path[:-1]:
        target = target.setdefault(key, {})
    target[path[-1]] = value


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value: Genie leaves out the others."""
    return {key: value for key, value in fields.items() if value not in ("", None, ())}
