"""Reading one line word by word."""

from __future__ import annotations

from collections.abc import Sequence


class NotUnderstood(ValueError):
    """A line, or a part of it, does not follow the grammar; caught where the line is read."""


class Words:
    """The words of one line with a position."""

    __slots__ = ("all", "position")

    def __init__(self, words: Sequence[str], position: int = 0) -> None:
        self.all = words
        self.position = position

    def __bool__(self) -> bool:
        return self.position < len(self.all)

    def peek(self, ahead: int = 0) -> str:
        """Return a word without taking it, "" past the end."""
        index = self.position + ahead
        return self.all[index] if index < len(self.all) else ""

    def take(self) -> str:
        """Take the next word. Raises NotUnderstood at the end of the line."""
        if self.position >= len(self.all):
            raise NotUnderstood("the line ends too early")
        word = self.all[self.position]
        self.position += 1
        return word

    def take_if(self, *words: str) -> bool:
        """Take the next word if it is one of these."""
        if self.position < len(self.all) and self.all[self.position] in words:
            self.position += 1
            return True
        return False

    def rest(self) -> Sequence[str]:
        """Return the words that were not taken."""
        return self.all[self.position :]

    def taken_since(self, start: int) -> str:
        """Return the words from a position up to here, as one text."""
        return " ".join(self.all[start : self.position])

    def number(self) -> int:
        """Take a whole number. Raises NotUnderstood."""
        word = self.take()
        if not (word.isascii() and word.isdigit() and len(word) <= 10):
            raise NotUnderstood("a number was expected")
        return int(word)

    def end(self) -> None:
        """Raises NotUnderstood if words are left."""
        if self:
            raise NotUnderstood("the end of the line was expected")
