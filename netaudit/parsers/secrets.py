"""Masks secrets before any text leaves a parser.

Two steps keep it fast: plain substring searches over the whole text find the few lines that can hold a
secret; only those meet the patterns of `secret_patterns`. Blocks over several lines (private keys,
certificates in hexadecimal, SNMP sections) are followed from their first line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from netaudit.parsers.secret_patterns import NEEDLES, PATTERNS, VALUE, SecretPattern

MASK = "<masked>"

# What another tool already put in the place of a secret; it stays as it is.
_PLACEHOLDER = re.compile(r"\*+|<[\w -]*(?:masked|removed|hidden|redacted|scrubbed|sanitized)[\w -]*>", re.IGNORECASE)

_BEGIN_PRIVATE = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----", re.IGNORECASE)
_END_PRIVATE = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----", re.IGNORECASE)
_BASE64_LINE = re.compile(r"\s*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/]*=+|[\w-]+: .*|)\"?\s*\Z")
_HEX_LINE = re.compile(r"\s*[0-9A-Fa-f]{2,}(?:\s+[0-9A-Fa-f]{1,8})*\s*\Z")
_KEY_LINE = re.compile(r"\s*[A-Za-z0-9+/=]{16,}\s*\Z")
_HEX_BLOCK_HEAD = re.compile(
    r"\s*(?:certificate\s+\S|key-string\s*\Z|key-data\s*\Z|.*\simport\s+\S+\s+pkcs12\s)", re.IGNORECASE
)
_MAX_BLOCK_LINES = 400

_FORTIOS_COMMUNITIES = re.compile(r"\s*config\s+system\s+snmp\s+community\s*\Z")
_FORTIOS_NAME = re.compile(rf"\s*set\s+name\s+(?P<secret>{VALUE})")
_JUNOS_SNMP = re.compile(r"\s*(?:inactive:\s*|protect:\s*|replace:\s*)*snmp\s*\{")
_JUNOS_COMMUNITY = re.compile(rf"\s*(?:inactive:\s*)?(?:community|trap-group)\s+(?P<secret>{VALUE})\s*(?:[{{;]|\Z)")
_NUMBERED_KEY = re.compile(r"(\s*)key\s+\d+\s*\Z", re.IGNORECASE)


def mask_lines(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines with every password, key, hash, community and private key replaced by MASK.

    Same number of lines, same order. A line without a secret is returned as it is. Where it is not sure that
    a word is a secret it is masked.
    """
    lowered = [line.lower() for line in lines]
    candidates = _candidates(lowered)
    if not candidates:
        return lines
    masked = list(lines)
    for index in candidates:
        low = lowered[index]
        text = masked[index]
        # In a key chain `key 1` is a number, elsewhere it is a (poor) secret.
        if _NUMBERED_KEY.match(text) and _is_chain_entry(lowered, index):
            continue
        for pattern in PATTERNS:
            if any(needle in low for needle in pattern.needles):
                text = _masked_by(pattern, text)
        masked[index] = text
    _mask_blocks(lines, lowered, candidates, masked)
    return masked


def mask_text(text: str) -> str:
    """Return one piece of text (a comment, a description) with its secrets replaced by MASK."""
    return mask_lines((text,))[0]


def _candidates(lowered: Sequence[str]) -> list[int]:
    """Return the indexes of the lines that hold one of the needles, in order."""
    text = "\n".join(lowered)
    starts = list(accumulate((len(line) + 1 for line in lowered), initial=0))
    found: set[int] = set()
    for needle in NEEDLES:
        if not all(character in text for character in needle):  # far cheaper than a search for the word
            continue
        position = text.find(needle)
        while position >= 0:
            index = bisect_right(starts, position) - 1
            found.add(index)
            position = text.find(needle, starts[index + 1])
    return sorted(found)


def _masked_by(pattern: SecretPattern, text: str) -> str:
    result: list[str] = []
    position = 0
    for match in pattern.expression.finditer(text):
        start, end = match.span("secret")
        value = text[start:end]
        if len(value) >= 2 and value[0] in "\"'":
            start += 1
            end -= value[-1] == value[0]
            value = text[start:end]
        if not value or start < position or _PLACEHOLDER.fullmatch(value):
            continue
        first_word = (value.split() or [""])[0].lower().rstrip(".,:;")
        if first_word in pattern.not_secret:
            continue
        result += [text[position:start], MASK]
        position = end
    if not result:
        return text
    return "".join(result) + text[position:]


def _is_chain_entry(lowered: Sequence[str], index: int) -> bool:
    indent = len(lowered[index]) - len(lowered[index].lstrip())
    for above in range(index - 1, max(-1, index - 2000), -1):
        text = lowered[above]
        stripped = text.lstrip()
        if stripped and len(text) - len(stripped) < indent:
            return stripped.startswith(("key chain", "key-chain", "keychain", "macsec", "mka"))
    return False


def _mask_blocks(lines: Sequence[str], lowered: Sequence[str], candidates: list[int], masked: list[str]) -> None:
    done = -1
    for index in candidates:
        if index <= done:
            continue
        low = lowered[index]
        if "private key" in low and (begin := _BEGIN_PRIVATE.search(lines[index])):
            done = _mask_private_key(lines, index, begin.start(), masked)
        elif ("certificate" in low or "key-" in low or "pkcs12" in low) and _HEX_BLOCK_HEAD.match(lines[index]):
            done = _mask_hexadecimal(lines, index, masked)
        elif "snmp" in low and _FORTIOS_COMMUNITIES.match(low):
            _mask_fortios_communities(lines, index, masked)
        elif "snmp" in low and _JUNOS_SNMP.match(lines[index]):
            _mask_junos_communities(lines, index, masked)


def _mask_private_key(lines: Sequence[str], index: int, start: int, masked: list[str]) -> int:
    """Mask from BEGIN to END; without an END as far as the lines look like a key. Return the last line."""
    head = masked[index]
    if "-----BEGIN" in head.upper():
        start = head.upper().index("-----BEGIN")
    else:
        start = min(start, len(head))
    end = _END_PRIVATE.search(lines[index])
    if end:
        masked[index] = head[:start] + MASK + lines[index][end.end() :]
        return index
    masked[index] = head[:start] + MASK
    stop = min(len(lines), index + _MAX_BLOCK_LINES)
    last = next((i for i in range(index + 1, stop) if _END_PRIVATE.search(lines[i])), None)
    if last is None:
        last = index
        while last + 1 < stop and _BASE64_LINE.match(lines[last + 1]):
            last += 1
    for i in range(index + 1, last + 1):
        end = _END_PRIVATE.search(lines[i])
        masked[i] = _indentation(lines[i]) + MASK + (lines[i][end.end() :] if end else "")
    return last


def _mask_hexadecimal(lines: Sequence[str], index: int, masked: list[str]) -> int:
    last = index
    while last + 1 < len(lines) and (_HEX_LINE.match(lines[last + 1]) or _KEY_LINE.match(lines[last + 1])):
        last += 1
        masked[last] = _indentation(lines[last]) + MASK
    return last


def _mask_fortios_communities(lines: Sequence[str], index: int, masked: list[str]) -> None:
    depth = 1
    for i in range(index + 1, len(lines)):
        word = lines[i].split(None, 1)[:1]
        if word == ["config"]:
            depth += 1
        elif word == ["end"]:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            masked[i] = _masked_by(_pattern(_FORTIOS_NAME), masked[i])


def _mask_junos_communities(lines: Sequence[str], index: int, masked: list[str]) -> None:
    depth = 0
    for i in range(index, len(lines)):
        if i > index and depth == 1:
            masked[i] = _masked_by(_pattern(_JUNOS_COMMUNITY), masked[i])
        depth += lines[i].count("{") - lines[i].count("}")
        if depth <= 0:
            return


def _pattern(expression: re.Pattern[str]) -> SecretPattern:
    return SecretPattern((), expression)


def _indentation(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]
