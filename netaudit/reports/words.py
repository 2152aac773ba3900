"""The words of a report in one language, from the locale files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from netaudit.reports import LANGUAGES

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
        """Return a reason in words.

        A reason is a code ("missing_register"), with its detail after a colon or beside it, or an English
        phrase. A code or phrase that the locale does not know is shown as it is.
        """
        match = _CODE.match(code)
        name, inner = (match.group(1), match.group(2) or "") if match else ("", "")
        text = self.texts.get(f"reason.{name}")
        if text is None:
            return self.phrase(f"{code}: {detail}" if detail else code)
        parts = [part for whole in (inner, detail) for part in whole.split(", ") if part]
        more = self.texts["comma"].join(self._detail(part) for part in parts)
        if "{detail}" in text:
            return text.replace("{detail}", more).strip()
        return f"{text}{self.texts['colon']}{more}" if more else text

    def reasons(self, codes: Iterable[str]) -> list[str]:
        """Return reasons in words, those of one code joined: "failed:A", "failed:B" are one sentence."""
        details: dict[str, list[str]] = {}
        for code in codes:
            match = _CODE.match(code)
            known = match is not None and f"reason.{match[1]}" in self.texts
            name = match[1] if match and known else code
            details.setdefault(name, [])
            if match and known and match[2]:
                details[name].append(match[2])
        return [self.reason(name, ", ".join(found)) for name, found in details.items()]

    def _detail(self, part: str) -> str:
        """Return a detail of a reason in words: a register, a condition, an area with a number, a phrase."""
        for prefix in ("register", "applies"):
            if f"{prefix}.{part}" in self.texts:
                return self.texts[f"{prefix}.{part}"]
        first, space, rest = part.partition(" ")
        if rest.isdigit() and f"affects.{first}" in self.texts:
            return f"{self.texts[f'affects.{first}']}{space}{rest}"
        return self.phrase(part)

    def phrase(self, text: str) -> str:
        """Return an English phrase of the pipeline in this language, with what stands before it left as it is.

        Phrases are texts "phrase.*" whose English form may have blanks: "next hop {a} has no export".
        """
        if self.language == "en":
            return text
        return self.texts["semicolon"].join(self._one_phrase(one) for one in text.split("; "))

    def _one_phrase(self, text: str) -> str:
        # "fw-1 list 10: fqdn" is a place and a phrase; names may hold colons, so the longest phrase is tried first.
        pieces = text.split(": ")
        for start in range(len(pieces)):
            tail = ": ".join(pieces[start:])
            for pattern, key in _phrases():
                match = pattern.fullmatch(tail)
                if match:
                    place = self.texts["colon"].join(pieces[:start])
                    # Names of the inputs go in last and as they are: they are no templates.
                    filled = _filled(self.texts[key], match.groupdict())
                    return f"{place}{self.texts['colon']}{filled}" if place else filled
        return text

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


def _filled(template: str, values: Mapping[str, str]) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(values[part] if number % 2 else part for number, part in enumerate(parts))


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return a pattern for each English phrase, those without blanks first."""
    found = []
    for key, text in locale_texts("en").items():
        if key.startswith("phrase."):
            parts = re.split(r"(\{\w+\})", text)
            pattern = "".join(f"(?P<{part[1:-1]}>.+?)" if part.startswith("{") else re.escape(part) for part in parts)
            found.append((len(parts), key, re.compile(pattern, re.DOTALL)))
    return tuple((pattern, key) for _, key, pattern in sorted(found, key=lambda one: one[:2]))
