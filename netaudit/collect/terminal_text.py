"""What a terminal wrote -> what stood on its screen: pagers, backspaces, escape sequences. Line numbers stay."""

from __future__ import annotations

import re

# ECMA-48 control sequences, character set selections, operating system commands, single-character escapes.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[()][A-Za-z0-9]|[=>78A-Za-z])|[\x07\x0f\x0e]"
)
# What IOS, NX-OS, EOS, ASA, Junos, PAN-OS, FortiOS and less print at the end of a page.
_MARK = r"(?:<-+ ?[Mm]ore ?-+>|-+ ?\(?[Mm]ore\)?[^-\n\r]{0,40}-+(?: *\(END\))?|lines \d+-\d+(?:/\d+)?(?: \(END\))?)"
_PAGER_RETURN = re.compile(rf"[ \t]*{_MARK}[ \x08]*\r[ \x08]*(?:\r(?!\n))?")
_PAGER_BACK = re.compile(rf"^[ \t]*{_MARK}[ \t]*\x08+ *\x08+", re.MULTILINE)
_PAGER = re.compile(rf"^[ \t]*{_MARK}[ \t]*", re.MULTILINE)


def screen_text(text: str) -> str:
    """Return the text as it stood on the screen: what the pager and the keyboard wrote over is gone."""
    if "\x1b" in text or "\x07" in text or "\x0f" in text:
        text = _ESCAPES.sub("", text)
    if "more" in text.lower() or "lines " in text:
        if "\r" in text:
            text = _PAGER_RETURN.sub("", text)
        if "\x08" in text:
            text = _PAGER_BACK.sub("", text)
        else:
            text = _PAGER.sub("", text)
    if "\x08" in text:
        text = "\n".join(_overwritten(line) if "\x08" in line else line for line in text.split("\n"))
        text = _PAGER.sub("", text)
    return text


def _overwritten(line: str) -> str:
    """Return a line after its backspaces: each steps back, what follows overwrites."""
    ending = "\r" if line.endswith("\r") else ""
    cells: list[str] = []
    position = 0
    for character in line.removesuffix("\r"):
        if character == "\x08":
            position = max(0, position - 1)
        else:
            if position < len(cells):
                cells[position] = character
            else:
                cells.append(character)
            position += 1
    return "".join(cells).rstrip() + ending
