"""One call from what the user named to the decoded files that the parsers read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from netaudit.collect.encodings import decode
from netaudit.collect.platforms import Kind, detect, known_platforms
from netaudit.collect.raw_files import RawFile, read_raw_files
from netaudit.errors import InputError, Problem
from netaudit.model.source import SourceFile

_LINE_END = re.compile(r"\r*\n|\r")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files read together, sorted by path.

    `root_name` is the last part of what the user named, never an absolute path. `problems` are the files that
    could not be read and the entries that were left out; the others are complete.
    """

    root_name: str
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()


def collect(snapshot: str, platform: str | None = None, without: Path | None = None) -> Snapshot:
    """Read a folder, a file, a zip or tar archive (also compressed) or `git:PATH@REV`.

    `platform` names the platform of files whose content does not tell it. `without` is a folder that is left out where
    it lies inside the snapshot: the one that the reports go to. Raises InputError where nothing can be read; a single
    unreadable file becomes a SourceFile with `problem` and the others go on.
    """
    if platform is not None and platform not in known_platforms():
        raise InputError.single(
            "--platform", f"there is no platform {platform!r}; known are {', '.join(known_platforms())}"
        )
    root_name, raw_files, problems = read_raw_files(snapshot, without)
    if not raw_files:
        raise InputError.single(snapshot, "holds no files; give the folder or archive with the exported configurations")
    files = tuple(_source_file(raw, platform) for raw in sorted(raw_files, key=lambda raw: raw.path))
    unreadable = [Problem(file.path, "", file.problem) for file in files if file.problem]
    return Snapshot(root_name, files, tuple(problems) + tuple(unreadable))


def _source_file(raw: RawFile, platform: str | None) -> SourceFile:
    host = host_of(raw.path)
    if raw.problem:
        return SourceFile(raw.path, "", "", (), host=host, problem=raw.problem)
    sha256 = hashlib.sha256(raw.content).hexdigest()
    decoded = decode(raw.content)
    if decoded.problem:
        kind = Kind.CONFIGURATION if decoded.may_hold_configurations else Kind.OTHER
        return SourceFile(raw.path, sha256, "", (), host=host, problem=decoded.problem, kind=kind.value)
    lines = split_lines(decoded.text)
    detected = detect(lines, raw.path)
    found = detected.platform
    if not any(map(str.strip, lines)) and detected.kind is Kind.CONFIGURATION:
        # An export that failed leaves an empty file; without a word it would pass for a device without faults.
        return SourceFile(raw.path, sha256, "", (), host=host, problem="is empty; export it again")
    if not found and detected.kind is Kind.CONFIGURATION and platform:
        found = platform
    return SourceFile(raw.path, sha256, decoded.encoding, lines, platform=found, host=host, kind=detected.kind.value)


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines without their ends (LF, CRLF, CR; CR CR LF of terminal logs counts once).

    Other characters that Unicode calls line ends stay inside their line, so that numbers agree with editors.
    """
    if "\r" in text:
        lines = _LINE_END.split(text)
    else:
        lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return tuple(lines)


# Names of files and folders that say what a file is, not whose it is.
_NOT_A_HOST = re.compile(
    r"(?:(?:sh(?:ow)?|display)[ _-].*|run(?:ning)?(?:[ _-]?conf(?:ig(?:uration)?)?)?|start(?:up)?[ _-]?conf(?:ig)?|"
    r"conf(?:ig(?:uration)?)?s?|backups?|exports?|current|latest|ip6?tables(?:[ _-]?save)?|rules(?:\.v[46])?|"
    r"show|captures?|devices?|hosts?|data|output|.*_configs)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\.(?:cfg|conf|config|txt|log|ios|asa|xml|json|set|text|rules|iptables|ip6tables|save|v[46]|bak|backup|md|csv|ref)\Z",
    re.IGNORECASE,
)
_HOST_SUFFIX = re.compile(
    r"[ _.-]+(?:(?:sh(?:ow)?[ _-]?)?(?:run(?:ning)?|start(?:up)?)(?:[ _-]?conf(?:ig)?)?|conf(?:ig)?|show[ _-].*|"
    r"ip6?tables(?:[ _-]save)?)\Z",
    re.IGNORECASE,
)


def host_of(path: str) -> str:
    """Return the host name that a relative path suggests, "" for none.

    "configs/fw1/show_running-config.txt" -> "fw1", "core/rtr-1.cfg" -> "rtr-1", "rtr-1_running-config.txt" ->
    "rtr-1".
    """
    parts = list(PurePosixPath(path).parts)
    if not parts:
        return ""
    name = parts[-1]
    for _ in range(2):
        name = _ENDING.sub("", name)
    for candidate in (name, *reversed(parts[:-1])):
        if _NOT_A_HOST.fullmatch(candidate):
            continue
        return _HOST_SUFFIX.sub("", candidate)
    return ""
