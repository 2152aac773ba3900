"""One call from what the user named to the decoded files that the parsers read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from netaudit.collect.capture_files import command_of, header_part, with_hidden_lines, with_platforms
from netaudit.collect.encodings import decode
from netaudit.collect.platforms import Kind, detect, is_document_name, known_platforms
from netaudit.collect.raw_files import RawFile, read_raw_files
from netaudit.collect.terminal_log import hidden_lines, sections, without_logged_times
from netaudit.collect.terminal_text import screen_text
from netaudit.errors import InputError, Problem
from netaudit.model.source import CaptureText, SourceFile

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
    ordered = sorted(raw_files, key=lambda raw: raw.path)
    cut_off: list[Problem] = []
    files = with_platforms((part for raw in ordered for part in _parts(raw, platform, cut_off)), platform)
    unreadable = [Problem(file.path, "", file.problem) for file in files if file.problem]
    return Snapshot(root_name, files, (*problems, *unreadable, *cut_off))


def _source_file(raw: RawFile, platform: str | None) -> SourceFile:
    host = host_of(raw.path)
    if raw.problem:
        return SourceFile(raw.path, "", "", (), host=host, problem=raw.problem)
    sha256 = hashlib.sha256(raw.content).hexdigest()
    decoded = decode(raw.content)
    if decoded.problem:
        kind = Kind.CONFIGURATION if decoded.may_hold_configurations else Kind.OTHER
        return SourceFile(raw.path, sha256, "", (), host=host, problem=decoded.problem, kind=kind.value)
    lines = with_hidden_lines(split_lines(screen_text(decoded.text)))
    detected = detect(lines, raw.path)
    found = detected.platform
    if not any(map(str.strip, lines)) and detected.kind is Kind.CONFIGURATION:
        # An export that failed leaves an empty file; without a word it would pass for a device without faults.
        return SourceFile(raw.path, sha256, "", (), host=host, problem="is empty; export it again")
    if not found and detected.kind is Kind.CONFIGURATION and platform:
        found = platform
    captures: tuple[CaptureText, ...] = ()
    if detected.kind is Kind.CAPTURE:
        captures = (CaptureText(command_of(raw.path), 1, len(lines), host),)
    return SourceFile(
        raw.path, sha256, decoded.encoding, lines, found, host, kind=detected.kind.value, captures=captures
    )


def _parts(raw: RawFile, platform: str | None, cut_off: list[Problem]) -> Iterator[SourceFile]:
    """Yield a file, or the configurations and the captures of a terminal log; and what a configuration's header shows.

    In each part the lines of the others are empty, so that line numbers are those of the file. A configuration that
    ends before its end (the pager was left) adds a problem.
    """
    whole = _source_file(raw, platform)
    lines = without_logged_times(whole.lines)
    no_log = whole.problem or is_document_name(raw.path) or _is_markup(lines)
    found = () if no_log else sections(lines, whole.host)
    if not found:
        yield whole
        if whole.kind == Kind.CONFIGURATION.value and not whole.problem:
            header = header_part(whole)
            if header is not None:
                yield header
        return
    shown: list[CaptureText] = []
    kept = [""] * len(lines)
    for one in found:
        hidden = hidden_lines(lines, one.first, one.last)
        own = ["" if index in hidden else lines[index] for index in range(one.first, one.last)]
        words = [line.strip() for line in own if line.strip()]
        detected = detect(own)
        known = one.may_be_configuration and detected.platform and detected.kind is Kind.CONFIGURATION
        if (one.is_configuration or known) and words and not words[0].startswith("%"):
            text = ["" for _ in range(one.first)] + own + [""] * (len(lines) - one.last)
            name = detected.platform or platform or ""
            if words[-1] != _LAST_LINES.get(name, words[-1]):
                message = f"the configuration of {one.host} does not end with `{_LAST_LINES[name]}`; it may be cut off"
                cut_off.append(Problem(raw.path, f"line {one.last}", message))
            yield replace(whole, lines=tuple(text), platform=name, host=one.host, kind=Kind.CONFIGURATION.value)
        else:
            kept[one.first : one.last] = own
            shown.append(CaptureText(one.command, one.first + 1, one.last, one.host, taken=one.taken))
    if shown:
        host = shown[0].host
        captures = tuple(shown)
        yield replace(whole, lines=tuple(kept), platform="", host=host, kind=Kind.CAPTURE.value, captures=captures)


# How a device ends its running configuration.
_LAST_LINES = {"cisco_ios": "end", "arista_eos": "end", "cisco_asa": ": end"}


def _is_markup(lines: Sequence[str]) -> bool:
    first = next((line.lstrip() for line in lines if line.strip()), "")
    return first.startswith(("<", "{", "[")) and not re.match(r"<-|\[[\w.-]+@|\[edit\b|\{\w+:", first)


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
    r"(?:(?:sh(?:ow)?|display)[ _-].*|(?:get|diagnose)_.*|run(?:ning)?(?:[ _-]?conf(?:ig(?:uration)?)?)?|"
    r"start(?:up)?[ _-]?conf(?:ig)?|conf(?:ig(?:uration)?)?s?|backups?|exports?|current|latest|"
    r"ip(?:6?tables|set)(?:[ _-]?save)?|nft(?:ables)?(?:[ _-]?ruleset)?|rules(?:et)?(?:\.v[46])?|"
    r"show|captures?|devices?|hosts?|data|output|.*_configs)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\.(?:cfg|conf|config|txt|log|ios|asa|xml|json|set|text|rules|iptables|ip6tables|ipset|nft|save|v[46]|bak|backup|md|csv|ref)\Z",
    re.IGNORECASE,
)
_HOST_SUFFIX = re.compile(
    r"[ _.-]+(?:(?:sh(?:ow)?[ _-]?)?(?:run(?:ning)?|start(?:up)?)(?:[ _-]?conf(?:ig)?)?|conf(?:ig)?|"
    r"(?:sh|show|display|get)[ _-].*|show|captures?|session|putty|ip(?:6?tables|set)(?:[ _-]save)?|"
    r"nft(?:ables)?(?:[ _-]ruleset)?)\Z",
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
