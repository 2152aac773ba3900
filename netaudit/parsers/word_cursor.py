"""The words of a command, taken one by one; shared by the platforms whose commands are plain words."""

from __future__ import annotations


class NotUnderstood(Exception):
    """A word that the platform would not write here; caught by the reader of the line, never shown to the user."""


class Words:
    """The words of a line with a position; past the end is ""."""

    __slots__ = ("position", "words")

    def __init__(self, words: list[str], position: int = 0) -> None:
        self.words = words
        self.position = position

    def peek(self, ahead: int = 0) -> str:
        """Return the next word (or one further on) without taking it."""
        index = self.position + ahead
        return self.words[index] if index < len(self.words) else ""

    def take(self) -> str:
        """Return the next word. Raises NotUnderstood past the end."""
        if self.position >= len(self.words):
            raise NotUnderstood("the line ends early")
        word = self.words[self.position]
        self.position += 1
        return word

    def take_if(self, *words: str) -> bool:
        """Take the next word if it is one of these."""
        if self.position < len(self.words) and self.words[self.position] in words:
            self.position += 1
            return True
        return False

    def rest(self) -> list[str]:
        """Return the words that are left."""
        return self.words[self.position :]

    def end(self) -> None:
        """Raise NotUnderstood unless all words are taken."""
        if self.position < len(self.words):
            raise NotUnderstood(self.peek())


def number(text: str, high: int) -> int | None:
    """Return a plain decimal number from 0 to `high`, None for any other text."""
    if text.isascii() and text.isdigit() and len(text) <= 10 and (value := int(text)) <= high:
        return value
    return None
