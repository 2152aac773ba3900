"""The tokens of an nft script. Source: nft(8), LEXICAL CONVENTIONS; the scanner of nft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.packets.addresses import parse_address

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\f\v]+ | \\[ \t]*$)
  | (?P<comment>\#.*)
  | (?P<quoted>"(?:[^"\\]|\\.)*")
  | (?P<colons>(?:[0-9A-Fa-f]{1,4})?(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.\d+\.\d+\.\d+)?)
  | (?P<address>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})
  | (?P<number>0[xX][0-9A-Fa-f]+ | \d+[A-Za-z][A-Za-z0-9]* | \d+)
  | (?P<variable>\$[A-Za-z_][\w.]*)
  | (?P<word>(?:@|(?<![\w"])/)?[A-Za-z_][\w./-]*\*?)
  | (?P<operator>==|!=|<=|>=|<<|>>|\\;|[-{}()\[\],;:.=<>&|^!/*+@'])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is word, number, address, quoted, variable, operator, end (of a line) or unknown."""

    kind: str
    text: str
    index: int  # the line, from 0

    @property
    def is_end(self) -> bool:
        """Tell whether a statement ends here."""
        return self.kind == "end" or (self.text == ";" and self.kind == "operator")


def tokens_of(lines: Sequence[str]) -> list[Token]:
    """Return the tokens of a file. A backslash at the end of a line joins it with the next."""
    found: list[Token] = []
    for index, line in enumerate(lines):
        position = 0
        while position < len(line):
            match = _TOKEN.match(line, position)
            if match is None:
                found.append(Token("unknown", line[position], index))
                position += 1
                continue
            position = match.end()
            kind, text = match.lastgroup or "unknown", match.group()
            if kind in ("space", "comment") or text == "'":
                continue
            if kind == "colons":
                position = _colons(found, text, index, match.start(), line)
            elif kind == "quoted":
                found.append(Token("quoted", text[1:-1], index))
            elif text == "\\;":
                found.append(Token("operator", ";", index))
            else:
                found.append(Token(kind, text, index))
        if not line.rstrip().endswith("\\"):
            found.append(Token("end", "", index))
    return found


def _colons(found: list[Token], text: str, index: int, start: int, line: str) -> int:
    """Take an IPv6 or MAC address, or just its first part where the text is neither; return where to go on."""
    parts = text.split(":")
    if len(parts) == 6 and all(len(part) == 2 for part in parts):
        found.append(Token("word", text, index))
        return start + len(text)
    for length in range(len(text), 1, -1):  # "::1:" before a value is an address and a colon
        try:
            parse_address(text[:length])
        except ValueError:
            continue
        if ":" in text[:length]:
            found.append(Token("address", text[:length], index))
            return start + length
    if parts[0]:
        kind = "number" if parts[0].isdigit() else "word"
        found.append(Token(kind, parts[0], index))
        return start + len(parts[0])
    found.append(Token("operator", ":", index))
    return start + 1
