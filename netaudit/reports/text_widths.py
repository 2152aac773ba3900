"""How wide a text is drawn, near enough to keep it in its box: no font is asked, so that every machine draws alike."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

# Widths in parts of the font size, those of the wider fonts of the style sheet's list.
_NARROW = frozenset("iljtfrI.,:;'|!()[]{}/\\ -")
_NARROW_WIDTH, _LOWER_WIDTH, _OTHER_WIDTH = 0.4, 0.58, 0.68


def text_width(text: str, size: float) -> int:
    """Return the width of a text in picture units; wide (East Asian) characters take the font size."""
    return round(sum(map(_share, text)) * size + 0.5)


def cut_to_width(text: str, size: float, width: int) -> str:
    """Return the text, its end cut for "…" where it is wider than a width."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while len(kept) > 1 and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept}…"


def _share(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF" or ord(character) > 0xFFFF:
        return 1
    if character in _NARROW:
        return _NARROW_WIDTH
    return _LOWER_WIDTH if character.islower() else _OTHER_WIDTH
