"""Bytes to text, for files as firewalls, terminals and Taiwanese desktops write them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)

_MAGIC = (
    (b"PK\x03\x04", "a zip archive inside the snapshot; unpack it or audit it on its own"),
    (b"\x1f\x8b", "a gzip archive inside the snapshot; unpack it or audit it on its own"),
    (b"BZh", "a bzip2 archive inside the snapshot; unpack it or audit it on its own"),
    (b"\xfd7zXZ\x00", "an xz archive inside the snapshot; unpack it or audit it on its own"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive inside the snapshot; unpack it or audit it on its own"),
    (b"%PDF-", "a PDF document, not a configuration"),
    (b"\x89PNG", "an image, not a configuration"),
    (b"\xff\xd8\xff", "an image, not a configuration"),
    (b"\x7fELF", "a program, not a configuration"),
)

_BINARY = "a binary file, not a configuration"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that it was read with; or the problem why there is none."""

    text: str
    encoding: str
    problem: str = ""
    may_hold_configurations: bool = False  # with a problem: an archive, which may hold what was to be read


def decode(content: bytes) -> Decoded:
    """Decode one file: UTF-8 and UTF-16 (with or without byte order mark), UTF-32 with one, Big5/CP950.

    What is none of them is read as Latin-1, in which every byte is a character; `encoding` then says
    "latin-1 (assumed)". Bytes that are no text in any of them give a problem.
    """
    for magic, problem in _MAGIC:
        if content.startswith(magic):
            return Decoded("", "", problem, may_hold_configurations="archive" in problem)
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            try:
                return _text(content.decode(codec), name)
            except UnicodeDecodeError:
                break
    if b"\0" in content:
        return _decode_with_nul(content)
    try:
        return _text(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _looks_like_big5(content):
        try:
            return _text(content.decode("cp950"), "cp950")
        except UnicodeDecodeError:
            pass
    text = content.decode("latin-1")
    return _text(text, "latin-1 (assumed)")


def _text(text: str, encoding: str) -> Decoded:
    """Return the text unless too many of its first characters are control characters."""
    head = text[:8192]
    controls = sum(1 for character in head if character < " " and character not in "\t\n\r\f\b\x07\x1b\x03")
    if controls * 50 > len(head):
        return Decoded("", "", _BINARY)
    return Decoded(text.replace("\0", ""), encoding)


def _decode_with_nul(content: bytes) -> Decoded:
    head = content[:8192]
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.3 and even < 0.1:
        codec = "utf-16-le"
    elif even > 0.3 and odd < 0.1:
        codec = "utf-16-be"
    elif content.count(0) * 200 <= len(content):  # a few NULs of a serial console
        return decode(content.replace(b"\0", b""))
    else:
        return Decoded("", "", _BINARY)
    try:
        return _text(content[: len(content) & ~1].decode(codec), codec)
    except UnicodeDecodeError:
        return Decoded("", "", _BINARY)


def _looks_like_big5(content: bytes) -> bool:
    """Tell Big5 from Latin-1: most of its two-byte characters are punctuation or frequent ideographs.

    Those have a lead byte of A1 to C6 (Big5 level 1); the accented letters of Western names are mostly above.
    """
    pairs = frequent = 0
    index, end = 0, len(content) - 1
    while index < end and pairs < 2000:
        lead = content[index]
        if lead < 0x80:
            index += 1
            continue
        trail = content[index + 1]
        if not (0x81 <= lead <= 0xFE and (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE)):
            return False
        pairs += 1
        frequent += 0xA1 <= lead <= 0xC6
        index += 2
    return pairs > 0 and frequent * 10 >= pairs * 6
