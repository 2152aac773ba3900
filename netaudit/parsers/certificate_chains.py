"""Certificates as IOS and ASA write them: `crypto pki|ca certificate chain`, hexadecimal words, `quit`.

Source: Cisco IOS Security Command Reference, "crypto pki certificate chain", "certificate"; Cisco ASA Series Command
Reference, "crypto ca certificate chain".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netaudit.model.links import Certificate
from netaudit.parsers.der_certificates import certificate_contents
from netaudit.parsers.ledger import LineLedger

_CHAIN = re.compile(r"^crypto (?:pki|ca) certificate chain (\S+)")
_HEAD = re.compile(r"^\s+certificate\s+(?:(self-signed|ca|ra-general|ra-sign|ra-encrypt|rollover(?: ca)?)\s+)?(\S+)")
_HEX = re.compile(r"^\s*[0-9A-Fa-f]{2,8}(?:\s+[0-9A-Fa-f]{2,8})*\s*$")
_KINDS = {"self-signed": "self-signed", "ca": "ca", "rollover ca": "ca"}
_MAX_BYTES = 65536  # of one certificate


def certificate_end(lines: Sequence[str], index: int) -> int:
    """Return the last line of a certificate that begins at `index`: hexadecimal words, then `quit`."""
    position = index + 1
    while position < len(lines):
        if lines[position].strip() == "quit":
            return position
        if not _HEX.match(lines[position]) and lines[position].strip():
            break
        position += 1
    return position - 1


def read_certificates(ledger: LineLedger) -> tuple[Certificate, ...]:
    """Return the certificates of all chains, in the order of the file, and mark their lines as understood.

    A certificate that is kept in a file of the device, or whose bytes are no certificate, comes without dates.
    """
    found: list[Certificate] = []
    lines = ledger.source.lines
    chain = ""
    index = 0
    while index < len(lines):
        line = lines[index]
        if line[:1] == "c":
            head = _CHAIN.match(line)
            chain = head[1] if head is not None else ""
        elif line.strip() and line[0] not in " \t!":
            chain = ""
        elif chain and (match := _HEAD.match(line)) is not None:
            end = certificate_end(lines, index)
            found.append(_certificate(ledger, index, end, chain, match[1] or ""))
            ledger.understood(index, end)
            index = end
        index += 1
    return tuple(found)


def _certificate(ledger: LineLedger, index: int, end: int, chain: str, word: str) -> Certificate:
    digits = "".join("".join(line.split()) for line in ledger.source.lines[index + 1 : end + 1] if _HEX.match(line))
    contents = None
    if digits and len(digits) % 2 == 0 and len(digits) <= 2 * _MAX_BYTES:
        contents = certificate_contents(bytes.fromhex(digits))
    kind = _KINDS.get(word, "identity")
    where = ledger.ref(index, end)
    if contents is None:
        return Certificate(chain, where, kind)
    return Certificate(
        chain,
        where,
        kind,
        contents.subject,
        contents.issuer,
        contents.not_before,
        contents.not_after,
        contents.public_key_bits,
        contents.signature,
    )
