"""Commands as people type them and as files are named -> the pattern of a table that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from netaudit.parsers.captures.contract import CaptureCommand

_STARTS = {"do", "run"}  # `do show ...` in IOS's configuration mode, `run show ...` in that of Junos
_PAGERS = re.compile(r"\|\s*(?:no-?m\w*|no-more|nomore)\s*(?=\||\Z)", re.IGNORECASE)
_FILTER = re.compile(
    r"\|\s*(inc?l?u?d?e?|exc?l?u?d?e?|beg?i?n?|sec?t?i?o?n?|count|e?grep|match|except|find|last|head|tail|trim|i|e|b|s)"
    r"(?:\s|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """A row of a platform's table that a typed command stands for, with the command in full and its named words."""

    command: CaptureCommand
    text: str
    arguments: Mapping[str, str]


def typed_words(text: str) -> str:
    """Return a command in single blanks, without what stops the pager: file names have underscores for blanks."""
    words = " ".join(text.replace("_", " ").split() if "_" in text and " " not in text.strip() else text.split())
    words = " ".join(_PAGERS.sub("", words).split())
    first, _, rest = words.partition(" ")
    return rest if first.lower() in _STARTS else words


def output_filter(text: str) -> str:
    """Return the word after the pipe where a command's output is not whole (`| include`), else ""."""
    found = _FILTER.search(text)
    return found.group(1).lower() if found else ""


def find_commands(typed: str, commands: Sequence[CaptureCommand]) -> tuple[FoundCommand, ...]:
    """Return what a typed command can stand for, the likeliest first: more words in full, then the table's order.

    Each word may be shortened to any of its beginnings; a device takes none that is ambiguous. A file's name may have a
    blank for a hyphen ("show_access_lists").
    """
    words = typed_words(typed).split()
    hyphenated = [[*words[:i], "-".join(words[i : i + 2]), *words[i + 2 :]] for i in range(1, len(words) - 1)]
    found = [
        (-exact, position, FoundCommand(command, text, arguments))
        for position, command in enumerate(commands)
        for joined, spelling in [(0, words), *enumerate(hyphenated, start=1)]
        for exact, text, arguments in _matches(spelling, command, joined)
    ]
    return tuple(one for _, _, one in sorted(found, key=lambda entry: entry[:2]))


def _matches(
    words: Sequence[str], command: CaptureCommand, joined: int = 0
) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield (words in full, the command in full, arguments) for each pattern that the words fit.

    `joined` is the place of a word that was two: only a word of the pattern may be so, never a name.
    """
    for pattern in command.patterns:
        wanted = pattern.split()
        rest = wanted[-1].endswith("...}")
        if len(words) != len(wanted) and not (rest and len(words) >= len(wanted)):
            continue
        if joined and (joined >= len(wanted) or "-" not in wanted[joined] or wanted[joined].startswith("{")):
            continue
        exact = 0
        arguments: dict[str, str] = {}
        full: list[str] = []
        for index, want in enumerate(wanted):
            word = words[index]
            if want.startswith("{"):
                name = want.strip("{}.")
                arguments[name] = " ".join(words[index:]) if rest and index == len(wanted) - 1 else word
                if name == "interface" and not any(map(str.isdigit, arguments[name])):
                    break  # `show interfaces switchport` is another command
                full.append(arguments[name])
            elif want.startswith(word.lower()):
                exact += 2 if want == word.lower() else 1
                full.append(want)
            else:
                break
        else:
            yield exact, " ".join(full), arguments
