"""Texts of captures, the same on all platforms -> the values of the model."""

from __future__ import annotations

import re

from netaudit.model.capture import CaptureRow
from netaudit.packets.addresses import Family, parse_address, prefix_interval

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{12}")


def text_of(row: CaptureRow, field: str) -> str:
    """Return a field as one text: the first value of several, "" for none."""
    value = row.get(field, "")
    if isinstance(value, str):
        return value
    return value[0] if value else ""


def texts_of(row: CaptureRow, field: str) -> tuple[str, ...]:
    """Return all values of a field."""
    value = row.get(field, "")
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(value)


def number_of(text: str) -> int | None:
    """Return a decimal number, None for other text."""
    return int(text) if text.isascii() and text.isdigit() else None


def hardware_address(text: str) -> str:
    """Return a MAC address as "0011.2233.4455", "" for other text (Incomplete)."""
    digits = text.replace(":", "").replace(".", "").replace("-", "").lower()
    if not _HEXADECIMAL.fullmatch(digits):
        return ""
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def prefix_of(text: str) -> tuple[Family, int, int] | None:
    """Return (family, network, prefix length) of "10.0.0.0/8" or "2001:db8::/32", None for other text.

    Bits behind the length are cleared; without a length it is that of one address.
    """
    address, slash, length_text = text.strip().partition("/")
    try:
        family, value = parse_address(address)
    except ValueError:
        return None
    length = number_of(length_text) if slash else family.bits
    if length is None or length > family.bits:
        return None
    return family, prefix_interval(family, value, length)[0], length
