"""A log of a terminal session -> its parts: what each command printed, and whose prompt it stood behind.

A line is a prompt only where the host in it also stands before a command that shows something. Nothing but the output
of such commands is kept: what was typed elsewhere (configuration mode, passwords) is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_TIME = rf"(?:\d{{4}}-\d\d-\d\d[T ]{_CLOCK}Z?|{_CLOCK}|[A-Z][a-z]{{2}} +\d+ {_CLOCK})"
# A logger puts the time before every line.
_LOGGED = re.compile(rf"(?:\[{_TIME}\]|{_TIME})(?:[ \t]?[:|])?[ \t]?")
_PROMPT = re.compile(
    rf"(?P<lead>(?:\[?{_TIME}\]?\s+|[*.]?{_TIME} \w+: )?)"
    r"(?P<location>RP/\d+/\w+/\w+:)?(?P<open>\[)?(?P<user>[\w.\\-]+@)?(?P<host>[A-Za-z0-9_](?:[\w.-]*\w)?)"
    r"(?P<context>(?:/[\w.-]+)*)(?P<mode> ?\([^()]*\))?(?P<path>:[^#$>\s]*| [~/]?[\w./-]*\])?"
    r" ?(?P<end>[#>$%])[ \t]*(?P<command>.*)\Z"
)
_SHOWS = re.compile(
    r"(?:do |run )?(?:sh|sho|show|dis|disp|displ|displa|display|get|diagnose|fgt|cat|more|sudo|cprid_util|"
    r"ip6?tables(?:-save)?|nft|ip|wr(?:i|it|ite)? t\w*)\b",
    re.IGNORECASE,
)
_CONFIGURATION = re.compile(
    r"(?:do |run |sudo )?(?:sh\w* (?:run|start|conf|full)[\w-]*|dis\w* (?:cur|sav)[\w-]*|"
    r"more (?:system|nvram|flash):\S*conf\w*|wr\w* t\w*|ip6?tables-save|nft (?:-a )?list ruleset)"
    r"(?:\s+(?:all|view full|full|running))?"
    r"(?:\s*\|\s*(?:no-more|nomore|display (?:set|inheritance)(?: no-comments)?|d s))*\s*\Z",
    re.IGNORECASE,
)
# `show` alone on FortiOS, and in the configuration mode of Junos and PAN-OS; a file that is printed.
_ANYTHING = re.compile(
    r"(?:sh|sho|show|(?:sudo )?(?:cat|more) \S+)(?:\s*\|\s*(?:no-more|display set))*\s*\Z", re.IGNORECASE
)
_TITLE = re.compile(r"-{5,} ?(?P<command>show [\w| .-]*\w) ?-{5,}\s*\Z")
_LEVEL = re.compile(r"(?:\{[^}]*\})?\[edit(?: (?P<level>[^\]]+))?\]")
_NOTE = re.compile(r"\[edit[^\]]*\]|\{(?:master|backup|primary|secondary|line)[^}]*\}|Building configuration|\s*\Z")
_PASSWORD = re.compile(r"(?:[\w .-]{0,40}\b)?(?:password|passcode|passphrase|pin)\s*:", re.IGNORECASE)
# A prompt at the width of the screen goes on in the next line.
_WIDTHS = (80, 132)
_LONGEST_PROMPT = 512


@dataclass(frozen=True, slots=True)
class Section:
    """What one command printed: the indexes `first` to `last` (exclusive), from 0."""

    host: str
    command: str
    first: int
    last: int
    taken: str = ""
    level: str = ""  # where in the configuration the prompt stood: "interfaces" for `[edit interfaces]`

    @property
    def is_configuration(self) -> bool:
        """Tell whether the command prints the whole configuration."""
        return bool(_CONFIGURATION.match(self.command))

    @property
    def may_be_configuration(self) -> bool:
        """Tell whether the command prints the whole configuration on some platforms, or a file that may be one."""
        return not self.level and bool(_ANYTHING.match(self.command))


def without_logged_times(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without the time that a session logger put before each of them."""
    filled = [line for line in lines[:2000] if line.strip()]
    if len(filled) < 3 or sum(bool(_LOGGED.match(line)) for line in filled) * 10 < len(filled) * 9:
        return lines
    return [_LOGGED.sub("", line, count=1) for line in lines]


def sections(lines: Sequence[str], host: str = "") -> tuple[Section, ...]:
    """Return what the commands of a log printed; none for a text that is no log.

    In a log, and in a file of the name `host`, the titles of `show tech-support` stand for prompts.
    """
    prompts = [(index, found) for index, line in enumerate(lines) if (found := _prompt(line)) is not None]
    hosts = {found["host"] for _, found in prompts if _SHOWS.match(found["command"])}
    prompts = [(index, found) for index, found in prompts if found["host"] in hosts]
    parts: list[Section] = []
    for position, (index, found) in enumerate(prompts):
        command, first = _command(lines, index, found["command"])
        end = prompts[position + 1][0] if position + 1 < len(prompts) else len(lines)
        if not _SHOWS.match(command):
            continue
        last = max(first, end)
        while last > first and _NOTE.match(lines[last - 1]):
            last -= 1
        taken = found["lead"].strip(" []*:")
        above = _LEVEL.match(lines[index - 1]) if index else None
        parts.append(Section(found["host"], command, first, last, taken, (above and above["level"]) or ""))
    if not parts:
        parts = [Section(host, "", 0, len(lines))]
    return tuple(one for part in parts for one in _titled_parts(lines, part) if one.command)


def _titled_parts(lines: Sequence[str], part: Section) -> list[Section]:
    """Return the parts of an output of `show tech-support`, each by its title; the output itself if it has none."""
    titles = [
        (index, found["command"])
        for index in range(part.first, part.last)
        if lines[index].startswith("-----") and (found := _TITLE.match(lines[index]))
    ]
    ends = [*(index for index, _ in titles[1:]), part.last]
    return [
        replace(part, command=command, first=index + 1, last=end)
        for (index, command), end in zip(titles, ends, strict=False)
    ] or [part]


def hidden_lines(lines: Sequence[str], first: int, last: int) -> set[int]:
    """Return the indexes within an output where a password was asked for or typed."""
    hidden: set[int] = set()
    for index in range(first, last):
        if _PASSWORD.match(lines[index]):
            hidden.add(index)
            if index + 1 < last and len(lines[index + 1].split()) == 1 and not lines[index + 1][:1].isspace():
                hidden.add(index + 1)
    return hidden


def _prompt(line: str) -> re.Match[str] | None:
    # Most lines have none of these, and the expression is slow on those.
    if len(line) > _LONGEST_PROMPT:
        return None
    if "#" not in line and ">" not in line and "$" not in line and "%" not in line:
        return None
    found = _PROMPT.match(line)
    if found is None or (found["end"] in "$%" and not (found["user"] or found["path"])):
        return None
    return found


def _command(lines: Sequence[str], index: int, command: str) -> tuple[str, int]:
    """Return the command, also where it goes on in the next line, and the index of the first line of its output."""
    if len(lines[index]) in _WIDTHS and index + 1 < len(lines) and _prompt(lines[index + 1]) is None:
        return (command + lines[index + 1]).strip(), index + 2
    return command.strip(), index + 1
