"""The words of a report in one language, from the locale files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("zh-TW", "en")
"""The first is the default."""

_CODE = re.compile(r"^([A-Za-z0-9_-]+)(?:[:=]\s*(.*))?$", re.DOTALL)

# Characters that reorder, hide or break text: a configuration must not change how a report reads.
_DECEPTIVE = {
    code: f"⟨U+{code:04X}⟩"
    for code in (
        *range(0x09),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        0x061C,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        0xFFFE,
        0xFFFF,
    )
}


def readable(text: str) -> str:
    """Return the text with control, bidirectional and zero-width characters shown as their code points.

    Lone surrogates become "?", so that the text can be written as UTF-8.
    """
    return text.translate(_DECEPTIVE).encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by key. `words("report.title")` is the text; `{name}` in it is filled from keywords."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key. Raises KeyError on a key that the locale does not have: a bug."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def known(self, key: str, otherwise: str) -> str:
        """Return the text of a key, `otherwise` where the locale does not have it."""
        return self.texts.get(key, otherwise)

    def reason(self, code: str, detail: str = "") -> str:
        """Return a reason in words. Reasons are codes ("missing_register"), with their detail after a colon
        or beside it; a code that the locale does not know is shown as it is."""
        match = _CODE.match(code)
        name, inner = (match.group(1), match.group(2) or "") if match else ("", "")
        text = self.texts.get(f"reason.{name}")
        if text is None:
            return f"{code}: {detail}" if detail else code
        parts = [part for whole in (inner, detail) for part in whole.split(", ") if part]
        more = self.texts["comma"].join(self.texts.get(f"register.{part}", part) for part in parts)
        if "{detail}" in text:
            return text.replace("{detail}", more or "?")
        return f"{text}{self.texts['colon']}{more}" if more else text

    def pick(self, texts: Mapping[str, str]) -> str:
        """Return the text in this language, else in English, else any (in sorted order), else ""."""
        for language in (self.language, "en", *sorted(texts)):
            if texts.get(language):
                return texts[language]
        return ""


def words_of(language: str) -> Words:
    """Return the words of a language. Raises ValueError on a language that there is none of."""
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}; there are {', '.join(LANGUAGES)}")
    return Words(language, locale_texts(language))


@cache
def locale_texts(language: str) -> Mapping[str, str]:
    """Return all texts of a language."""
    name = language.replace("-", "_") + ".json"
    text = resources.files("netaudit.reports").joinpath("locale", name).read_text("utf-8")
    texts: dict[str, str] = json.loads(text)
    return texts
