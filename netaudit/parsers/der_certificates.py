"""Reads who a certificate names and how long it holds, out of its DER bytes.

Only what the model keeps is read: issuer, validity, subject, key size, signature. Every length is checked against
the bytes that are there, and nothing nests deeper than the fields named here, so hostile bytes end in None.

Source: RFC 5280, section 4.1 (Certificate), ITU-T X.690 (DER), RFC 4514 (names as text).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_ATTRIBUTES = {
    "2.5.4.3": "CN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O",
    "2.5.4.11": "OU", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName", "1.2.840.113549.1.9.8": "unstructuredAddress",
}  # fmt: skip
_SIGNATURES = {
    "1.2.840.113549.1.1.2": "md2WithRSAEncryption", "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption", "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption", "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption", "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
    "1.2.840.10040.4.3": "dsaWithSHA1", "2.16.840.1.101.3.4.3.2": "dsaWithSHA256",
    "1.2.840.10045.4.1": "ecdsaWithSHA1", "1.2.840.10045.4.3.2": "ecdsaWithSHA256",
    "1.2.840.10045.4.3.3": "ecdsaWithSHA384", "1.2.840.10045.4.3.4": "ecdsaWithSHA512",
    "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
}  # fmt: skip
_CURVE_BITS = {
    "1.2.840.10045.3.1.1": 192, "1.3.132.0.33": 224, "1.2.840.10045.3.1.7": 256, "1.3.132.0.34": 384,
    "1.3.132.0.35": 521, "1.3.132.0.10": 256,
}  # fmt: skip
_FIXED_KEY_BITS = {"1.3.101.112": 256, "1.3.101.113": 456}
_RSA = "1.2.840.113549.1.1.1"
_SEQUENCE, _SET, _INTEGER, _BIT_STRING, _OBJECT_ID = 0x30, 0x31, 0x02, 0x03, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_UTF8, _BMP, _UNIVERSAL = 0x0C, 0x1E, 0x1C
_MAX_NAME_PARTS = 64


@dataclass(frozen=True, slots=True)
class CertificateContents:
    """What a certificate says. `public_key_bits` is None for a key kind that is not known."""

    subject: str
    issuer: str
    not_before: date
    not_after: date
    public_key_bits: int | None
    signature: str  # a name, or the dotted number of an algorithm without one


def certificate_contents(data: bytes) -> CertificateContents | None:
    """Return what an X.509 certificate in DER says, None for any other bytes."""
    try:
        certificate = _Elements(data).take(_SEQUENCE)
        signed = _Elements(_Elements(certificate).take(_SEQUENCE))
        if signed.peek() == 0xA0:  # the version; left out in version 1
            signed.take(0xA0)
        signed.take(_INTEGER)
        algorithm = _Elements(signed.take(_SEQUENCE)).object_id()
        issuer = _name(signed.take(_SEQUENCE))
        validity = _Elements(signed.take(_SEQUENCE))
        not_before, not_after = _day(*validity.any()), _day(*validity.any())
        subject = _name(signed.take(_SEQUENCE))
        bits = _key_bits(_Elements(signed.take(_SEQUENCE)))
    except (ValueError, IndexError):
        return None
    return CertificateContents(subject, issuer, not_before, not_after, bits, _SIGNATURES.get(algorithm, algorithm))


class _Elements:
    """The DER elements of some bytes, one after the other."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def peek(self) -> int:
        """Return the tag of the next element. Raises IndexError at the end."""
        return self._data[self._position]

    def more(self) -> bool:
        """Tell whether an element is left."""
        return self._position < len(self._data)

    def any(self) -> tuple[int, bytes]:
        """Take the next element: its tag and its contents. Raises ValueError or IndexError."""
        tag = self._data[self._position]
        length = self._data[self._position + 1]
        start = self._position + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or start + count > len(self._data):
                raise ValueError("length")
            length = int.from_bytes(self._data[start : start + count], "big")
            start += count
        if start + length > len(self._data):
            raise ValueError("length")
        self._position = start + length
        return tag, self._data[start : start + length]

    def take(self, tag: int) -> bytes:
        """Take an element of one tag. Raises ValueError or IndexError."""
        found, contents = self.any()
        if found != tag:
            raise ValueError("tag")
        return contents

    def object_id(self) -> str:
        """Take an object identifier as dotted numbers."""
        numbers: list[int] = []
        value = 0
        for octet in self.take(_OBJECT_ID)[:64]:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                numbers.append(value)
                value = 0
        if not numbers:
            raise ValueError("object identifier")
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def _name(contents: bytes) -> str:
    """Return a distinguished name as "CN=r1, O=firm", in the order of the certificate."""
    parts: list[str] = []
    sets = _Elements(contents)
    while sets.more() and len(parts) < _MAX_NAME_PARTS:
        pairs = _Elements(sets.take(_SET))
        while pairs.more() and len(parts) < _MAX_NAME_PARTS:
            pair = _Elements(pairs.take(_SEQUENCE))
            kind = pair.object_id()
            parts.append(f"{_ATTRIBUTES.get(kind, kind)}={_text(*pair.any())}")
    return ", ".join(parts)


def _text(tag: int, contents: bytes) -> str:
    encoding = {_UTF8: "utf-8", _BMP: "utf-16-be", _UNIVERSAL: "utf-32-be"}.get(tag, "latin-1")
    text = contents.decode(encoding, "replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _day(tag: int, contents: bytes) -> date:
    """Return the day of a UTCTime (years 1950 to 2049) or GeneralizedTime."""
    text = contents.decode("ascii", "replace")
    digits = 2 if tag == _UTC_TIME else 4 if tag == _GENERALIZED_TIME else 0
    if not digits or not text[: digits + 4].isdigit() or len(text) < digits + 4:
        raise ValueError("time")
    year = int(text[:digits])
    if digits == 2:
        year += 1900 if year >= 50 else 2000
    return date(year, int(text[digits : digits + 2]), int(text[digits + 2 : digits + 4]))


def _key_bits(key: _Elements) -> int | None:
    kind = _Elements(key.take(_SEQUENCE))
    algorithm = kind.object_id()
    if algorithm == _RSA:
        modulus = _Elements(_Elements(key.take(_BIT_STRING)[1:]).take(_SEQUENCE)).take(_INTEGER)
        return int.from_bytes(modulus, "big").bit_length()
    if algorithm == "1.2.840.10045.2.1" and kind.more() and kind.peek() == _OBJECT_ID:
        return _CURVE_BITS.get(kind.object_id())
    return _FIXED_KEY_BITS.get(algorithm)
