"""Which catalogue entry a device's model is: exact spellings of the same product, and nothing that is merely alike."""

from __future__ import annotations

import re

# Letters that end a Cisco part number and name the licence, not the machine: C9300-48P-A and C9300-48P-E are one
# switch, and `show version` names it without them.
_LICENCE_SUFFIX = re.compile(r"-(?:A|E|L|S|EDU|NE|NA)$")

# The ASA models that exist only with the -X: `show version` and the part number drop it.
_ASA_X = re.compile(r"ASA(5506|5508|5512|5515|5516|5525|5545|5555)-?X?$")

_FORTINET = re.compile(r"(FORTIGATE|FORTIWIFI|FGT|FWF|FG)[- _]?(\d.*)$")


def vendor_key(vendor: str) -> str:
    """Return a vendor's name without legal forms: "Cisco Systems, Inc." and "cisco" are the same."""
    word = re.sub(r"[^a-z0-9 ]+", " ", vendor.lower()).split()
    if not word:
        return ""
    return "paloalto" if word[0] in ("palo", "pan") else word[0]


def product_key(vendor: str, text: str) -> str:
    """Return the spelling that stands for all spellings of one model or part number, "" for an empty text.

    Fortinet: FG-100E, FortiGate-100E, FortiGate 100E, FGT100E and the header code FG100E (FG5H1E = 501E) are one;
    FortiWiFi is another. Cisco: /K9, -K9, the spare's "=" and the TAA "++" do not count.
    """
    key = re.sub(r"\s+", " ", text.strip().upper())
    maker = vendor_key(vendor)
    if maker == "fortinet":
        return _fortinet(key)
    if maker == "cisco":
        return _cisco(key)
    return re.sub(r"[\s_]+", "-", key)


def _fortinet(key: str) -> str:
    found = _FORTINET.match(key)
    if not found:
        return re.sub(r"[\s_]+", "-", key)
    family = "FWF" if found[1] in ("FORTIWIFI", "FWF") else "FG"
    number = re.sub(r"[\s_]+", "-", found[2])
    hundreds = re.fullmatch(r"(\d)H(\d)([A-Z].*)", number)  # FG5H1E: five hundred and one, E
    if hundreds:
        number = f"{hundreds[1]}0{hundreds[2]}{hundreds[3]}"
    return f"{family}-{number}"


def _cisco(key: str) -> str:
    key = re.sub(r"^CISCO (?=[A-Z]*\d)", "", key)
    key = re.sub(r"[\s_]+", "-", key)
    key = re.sub(r"^ASA-?(?=\d)", "ASA", key)
    previous = ""
    while previous != key:
        previous = key
        key = re.sub(r"(?:=|\+\+|-RF|-WS|[/-]K[789])$", "", key)
    asa = _ASA_X.match(key)
    return f"ASA{asa[1]}-X" if asa else key


def without_licence(vendor: str, key: str) -> str:
    """Return a Cisco product key without the suffix that names a licence; other keys as they are."""
    return _LICENCE_SUFFIX.sub("", key) if vendor_key(vendor) == "cisco" else key
