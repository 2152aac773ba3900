"""The words of a rule line, and its options."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"\s*((?:\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|\\.|[^\s\"'\\])+)", re.DOTALL)
_PIECE = re.compile(r"\"((?:[^\"\\]|\\.)*)\"?|'([^']*)'?|\\(.)|([^\s\"'\\]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes; a quoted one is never an option."""

    text: str
    quoted: bool = False

    @property
    def is_option(self) -> bool:
        """Tell whether the word begins an option ("-s", "--dport"); "-1" is a value."""
        return not self.quoted and len(self.text) > 1 and self.text[0] == "-" and not self.text[1].isdigit()

    @property
    def is_negation(self) -> bool:
        """Tell whether the word is "!"."""
        return self.text == "!" and not self.quoted


@dataclass(frozen=True, slots=True)
class Option:
    """One option with the words that follow it, up to the next one."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def value(self) -> str:
        """Return the first value, "" for none."""
        return self.values[0] if self.values else ""


def split_words(text: str) -> list[Word]:
    """Return the words as a shell and iptables-restore split them; a quote left open ends with the line."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        raw = match.group(1)
        pieces = _PIECE.finditer(raw)
        text_of_word = "".join(_unquoted(piece) for piece in pieces)
        words.append(Word(text_of_word, raw[0] in "\"'"))
    return words


def _unquoted(piece: re.Match[str]) -> str:
    double, single, escaped, plain = piece.groups()
    if double is not None:
        return re.sub(r"\\(.)", r"\1", double)
    return next(part for part in (single, escaped, plain) if part is not None)


_LONG_NAMES = {
    "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--protocol": "-p", "--proto": "-p",
    "--in-interface": "-i", "--out-interface": "-o", "--jump": "-j", "--goto": "-g", "--match": "-m",
    "--fragment": "-f", "--set-counters": "-c", "--ipv4": "-4", "--ipv6": "-6", "--source-port": "--sport",
    "--source-ports": "--sports", "--destination-port": "--dport", "--destination-ports": "--dports",
    "--append": "-A", "--insert": "-I", "--delete": "-D", "--replace": "-R", "--policy": "-P", "--new-chain": "-N",
    "--new": "-N", "--flush": "-F", "--delete-chain": "-X", "--zero": "-Z", "--rename-chain": "-E", "--check": "-C",
    "--list": "-L", "--list-rules": "-S", "--table": "-t", "--wait": "-w", "--wait-interval": "-W",
    "--verbose": "-v", "--numeric": "-n", "--help": "-h", "--exact": "-x", "--line-numbers": "--line-numbers",
    "--modprobe": "-M", "--counters": "-c",
}  # fmt: skip


def options_of(words: list[Word]) -> list[Option]:
    """Return the options in order. "!" may stand before the option or (old style) before its value.

    Words before the first option become an option without a name.
    """
    found: list[Option] = []
    name, negated = "", False
    values: list[str] = []
    pending = False
    started = False
    for word in words:
        if word.is_negation:
            if started and name and not values and _takes_old_negation(name):
                negated = True
            else:
                pending = True
            continue
        if word.is_option or (word.text in ("-4", "-6") and not word.quoted):
            if started:
                found.append(Option(name, tuple(values), negated))
            text, equals, value = word.text.partition("=")
            if not word.text.startswith("--"):
                text, equals, value = word.text, "", ""
            name, values, negated = _LONG_NAMES.get(text, text), [value] if equals else [], pending
            pending, started = False, True
        else:
            values.append(word.text)
            started = True
            pending = False
    if started:
        found.append(Option(name, tuple(values), negated))
    return found


def _takes_old_negation(name: str) -> bool:
    return name in ("-s", "-d", "-p", "-i", "-o", "--sport", "--dport", "--sports", "--dports", "--icmp-type",
                    "--icmpv6-type", "--tcp-flags", "--state", "--ctstate", "--mac-source", "--src-range",
                    "--dst-range", "--match-set", "--ports")  # fmt: skip
