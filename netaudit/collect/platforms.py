"""Tells a file's platform from its content.

Every line that looks like one of the table in `platform_evidence` adds its weight to a platform, at most a few
times each; the heaviest platform wins if it is heavy enough. A line counts by its first word, so the cost is
one dictionary look-up a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from netaudit.collect.platform_evidence import CAPTURE_LINES, CONTENT_TYPES, MARKUP
from netaudit.collect.platform_index import EVERY_ROW, candidates

_THRESHOLD = 3
_SURE = 40  # asked of a file whose name says that it is something else
_LINES_READ = 6000  # per file; a configuration shows its platform long before
_REPEATS = 3  # how often one kind of line counts
_LABELS = 0.25  # share of "Label: value" lines from which on each of them speaks against a configuration


class Kind(StrEnum):
    """What a file is."""

    CONFIGURATION = "configuration"
    CAPTURE = "capture"  # the output of show commands
    CABLING = "cabling"  # which port is plugged into which
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Detection:
    """`platform` is a name of DESIGN section 5, "" where the content does not tell it."""

    platform: str
    kind: Kind


CABLING_NAME = "layer1_topology.json"
_NOTHING = Detection("", Kind.CONFIGURATION)
_PROMPT = re.compile(r"^(?:RP/\S+:)?[\w.@:/()~-]{1,64}[#>$]\s*(?=\S)")
_LABEL = re.compile(r"[A-Z][\w /().,<>-]{0,50}:(?:\s|$)")
_SHOW_NAME = re.compile(r"(?:\A|.*[ _-])(?:sh|show|display|get|diagnose)[ _-]", re.IGNORECASE)
_SHOW_CONFIGURATION_NAME = re.compile(
    r"(?:sh|show|display|get)[ _-](?:run|start|conf|full|current|tech)", re.IGNORECASE
)
_DOCUMENT_ENDINGS = {
    ".md", ".rst", ".csv", ".tsv", ".html", ".htm", ".yaml", ".yml", ".toml", ".ini", ".py", ".js", ".css", ".xlsx",
    ".docx", ".svg", ".sql", ".tf", ".j2", ".ttp", ".diff", ".patch", ".xsd", ".properties",
}  # fmt: skip
_YAML_ENDINGS = {".yaml", ".yml"}
_YAML_START = re.compile(r"---|#|-\s+\S|[\w.\"' -]{1,60}:(?:\s|$)")
_DOCUMENT_NAMES = {"readme", "license", "licence", "copying", "source", "changelog", "notice", "authors", "makefile"}


def detect(lines: Sequence[str], path: str = "") -> Detection:
    """Return platform and kind of a file's text. `path` only tells documents and captures, never a platform."""
    name = PurePosixPath(path).name
    if name.lower() == CABLING_NAME:
        return Detection("", Kind.CABLING)
    first = next((line.strip() for line in lines if line.strip()), "")
    is_show = _is_show_name(name)
    is_document = is_document_name(name)
    if not first:
        return Detection("", Kind.CAPTURE if is_show else Kind.OTHER if is_document else Kind.CONFIGURATION)
    if first[0] in "{[<":
        detection = _detect_markup(lines, first, path)
        if detection is not None:
            return detection
    if PurePosixPath(name.lower()).suffix in _YAML_ENDINGS and _YAML_START.match(first):
        return Detection("", Kind.OTHER)  # a document may hold configurations, indented; it is none
    scores, capture, labels = _scores(lines)
    platform, score = _best(scores)
    if score >= (_SURE if is_show or is_document else _THRESHOLD) and score >= capture:
        if labels > score:
            return Detection("", Kind.CAPTURE)
        if platform == "other":
            return Detection("", Kind.OTHER)
        return Detection(platform, Kind.CONFIGURATION)
    if is_document and not is_show:
        return Detection("", Kind.OTHER)
    if is_show or capture:
        return Detection("", Kind.CAPTURE)
    return _NOTHING


def is_document_name(path: str) -> bool:
    """Tell whether a file is named like documentation, a table or a program: what it shows is an example."""
    name = PurePosixPath(path.lower()).name
    return PurePosixPath(name).suffix in _DOCUMENT_ENDINGS or name.partition(".")[0] in _DOCUMENT_NAMES


def known_platforms() -> tuple[str, ...]:
    """Return the names of all platforms that detection tells apart, sorted."""
    names = {platform for row in EVERY_ROW for platform, _ in row.weights} | {platform for platform, _, _ in MARKUP}
    return tuple(sorted(names - {"other"}))


def _is_show_name(name: str) -> bool:
    """Tell whether a file is named after a show command other than those that print the configuration."""
    return bool(_SHOW_NAME.match(name)) and not _SHOW_CONFIGURATION_NAME.search(name)


def _scores(lines: Sequence[str]) -> tuple[dict[str, float], float, int]:
    """Return the weight of each platform, of the file being a capture, and of labels that only captures have."""
    scores: dict[str, float] = {}
    counts: dict[int, int] = {}
    capture = 0.0
    read = labels = 0
    for line in lines:
        text = line.strip()
        if not text:
            continue
        read += 1
        if read > _LINES_READ:
            break
        if prompt := _PROMPT.match(text):
            rest = text[prompt.end() :]
            if rest.startswith(("sh", "dis", "get ")) and not re.match(r"\S+\s+(?:run|start|conf|cur|full)", rest):
                capture += 1
        labels += bool(_LABEL.match(text))
        for evidence in candidates(text):
            key = id(evidence)
            if counts.get(key, 0) < _REPEATS and evidence.expression.match(text):
                counts[key] = counts.get(key, 0) + 1
                for platform, weight in evidence.weights:
                    scores[platform] = scores.get(platform, 0) + weight
        if read <= 60:
            if found := _CONTENT_TYPE.match(text):
                for platform, weight in CONTENT_TYPES.get(found.group(1).lower(), ()):
                    scores[platform] = scores.get(platform, 0) + weight
            if any(expression.match(text) for expression in CAPTURE_LINES):
                capture += 6
    return scores, capture, labels if labels >= _LABELS * read else 0


_CONTENT_TYPE = re.compile(r"[!#]+\s*RANCID-CONTENT-TYPE:\s*(\S+)", re.IGNORECASE)


def _best(scores: dict[str, float]) -> tuple[str, float]:
    """Return the heaviest platform; of equals IOS, whose dialect the others share, else the first by name."""
    if not scores:
        return "", 0
    platform = min(scores, key=lambda name: (-scores[name], name != "cisco_ios", name))
    return platform, scores[platform]


def _detect_markup(lines: Sequence[str], first: str, path: str) -> Detection | None:
    """Return what a JSON or XML document is, None if it is neither."""
    head = "\n".join(lines[:4000])[:200_000]
    is_xml = first[0] == "<"
    if not is_xml and not re.match(r"\s*[\[{]\s*(?:[\"\[{\]}]|\Z)", head[:2000]):
        return None
    if is_xml and not re.match(r"<[?!A-Za-z]", first):
        return None
    if is_xml and re.match(r"<\d+>", first):
        return None
    for platform, syntax, expression in MARKUP:
        if syntax == ("xml" if is_xml else "json") and expression.search(head):
            return Detection(platform, Kind.CONFIGURATION)
    if _is_show_name(PurePosixPath(path).name):
        return Detection("", Kind.CAPTURE)
    return Detection("", Kind.OTHER)
