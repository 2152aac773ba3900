"""Finds the rows of the evidence table that a line could match, by the text that it begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from netaudit.collect.platform_evidence import TABLE


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of line and what it says for each platform."""

    weights: tuple[tuple[str, float], ...]
    expression: re.Pattern[str]


def _rows() -> list[Evidence]:
    found: list[Evidence] = []
    for line in TABLE.strip().splitlines():
        weights_text, expression = _row(line)
        weights = tuple(
            (platform, float(weight)) for platform, weight in (pair.split() for pair in weights_text.split(","))
        )
        found.append(Evidence(weights, re.compile(expression, re.IGNORECASE)))
    return found


_ROW = re.compile(r"((?:[a-z0-9_]+ [\d.]+)(?:, *[a-z0-9_]+ [\d.]+)*)\s\s+(\S.*)\Z")


def _row(line: str) -> tuple[str, str]:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f"not a row of the table: {line!r}")
    return match.group(1), match.group(2)


_HEAD_LENGTH = 5
_GROUP = re.compile(r"\A\((?:\?(?:-i)?:)?")
_SPECIAL = set(".[]()*+?$^{}|\\")


def _alternatives(expression: str) -> list[str]:
    """Split at the "|" outside parentheses and brackets."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(expression):
        character = expression[index]
        if character == "\\":
            index += 1
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "|" and depth == 0:
            parts.append(expression[start:index])
            start = index + 1
        index += 1
    return [*parts, expression[start:]]


def _closing(expression: str) -> int:
    """Return the position of the parenthesis that closes the first one."""
    depth = index = 0
    while index < len(expression):
        if expression[index] == "\\":
            index += 1
        elif expression[index] == "(":
            depth += 1
        elif expression[index] == ")":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    raise ValueError(f"parentheses do not match: {expression!r}")


def _heads(expression: str, so_far: str = "") -> set[str]:
    """Return the literal texts, one of which a match begins with; lower case, cut to _HEAD_LENGTH."""
    found: set[str] = set()
    for part in _alternatives(expression):
        found |= _heads_of_part(part, so_far)
    return found


def _heads_of_part(part: str, head: str) -> set[str]:
    index = 0
    while index < len(part) and len(head) < _HEAD_LENGTH:
        character = part[index]
        literal, width = character, 1
        if character == "(":
            end = index + _closing(part[index:])
            rest = part[end + 1 :]
            if part.startswith(("(?!", "(?="), index):  # a lookahead takes no room
                index = end + 1
                continue
            inner = _GROUP.sub("", part[index:end])
            found: set[str] = set()
            if rest.startswith("?"):
                rest = rest[1:]
                found |= _heads_of_part(rest, head)
            for alternative in _alternatives(inner):
                found |= _heads_of_part(alternative + rest, head)
            return found
        if character == "\\":
            literal, width = part[index + 1], 2
            if literal.isalnum():
                return {head}
        elif character in _SPECIAL:
            return {head}
        following = part[index + width : index + width + 1]
        if following and following in "*?{":
            return {head}
        head += literal.lower()
        index += width
    return {head[:_HEAD_LENGTH]}


def _index() -> tuple[dict[str, tuple[Evidence, ...]], tuple[Evidence, ...]]:
    buckets: dict[str, list[Evidence]] = {}
    anywhere: list[Evidence] = []
    for row, line in zip(_rows(), TABLE.strip().splitlines(), strict=True):
        heads = _heads(_row(line)[1])
        if "" in heads:
            anywhere.append(row)
            continue
        for head in heads:
            buckets.setdefault(head, []).append(row)
    return {head: tuple(rows) for head, rows in buckets.items()}, tuple(anywhere)


EVIDENCE, ANYWHERE = _index()
EVERY_ROW = tuple(dict.fromkeys(row for rows in (ANYWHERE, *EVIDENCE.values()) for row in rows))


def candidates(text: str) -> list[Evidence]:
    """Return the rows that a stripped line could match."""
    low = text[:_HEAD_LENGTH].lower()
    found = list(ANYWHERE)
    for length in range(1, len(low) + 1):
        found += EVIDENCE.get(low[:length], ())
    return found
