"""Host name, version, model and serial numbers: from commands, and from comments that Oxidized and RANCID add."""

from __future__ import annotations

import re

from netaudit.parsers.switch_reading import Reading

_COMMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("version", re.compile(r"^!\s*(?:NXOS|system|Software: system):\s+version\s+(\S+)", re.IGNORECASE)),
    ("inventory", re.compile(r"^!\s*PID:\s*(\S+)\s*,.*\bSN:\s*(\S+)")),
    ("chassis", re.compile(r"^!\s*cisco\s+(?:Nexus\s?\d+\S*)\s+(\S+)\s+.*chassis", re.IGNORECASE)),
    ("serial", re.compile(r"^!\s*Processor Board ID\s+(\S+)")),
    ("change", re.compile(r"^!(Running configuration last done at: .+)$")),
)


def read_facts(reading: Reading) -> None:
    """Read the facts; the inventory's part number beats the chassis name of `show version`."""
    ledger = reading.ledger
    for root in reading.roots:
        words = root.words
        if words[0] in ("hostname", "switchname") and len(words) == 2:
            reading.hostname = words[1].strip('"')
            reading.facts["name"] = (reading.hostname, ledger.ref(root.index))
            reading.understood(root)
        elif words[0] == "version" and len(words) >= 2:
            reading.facts.setdefault("version", (words[1], ledger.ref(root.index)))
            reading.understood(root)
    for index, line in enumerate(ledger.source.lines):
        if line.startswith("!") and len(line) > 8:
            _read_comment(reading, index, line)


def _read_comment(reading: Reading, index: int, line: str) -> None:
    for field, pattern in _COMMENTS:
        match = pattern.match(line)
        if match is None:
            continue
        where = reading.ledger.ref(index)
        if field == "version":
            reading.facts.setdefault("version", (match[1], where))
        elif field == "chassis":
            reading.facts.setdefault("model", (match[1], where))
        elif field == "inventory":
            if "part" not in reading.facts:
                reading.facts["part"] = reading.facts["model"] = (match[1], where)
                _serial(reading, match[2], index)
        elif field == "serial":
            _serial(reading, match[1], index)
        else:
            reading.facts.setdefault("last change", (match[1].strip(), where))
        return


def _serial(reading: Reading, serial: str, index: int) -> None:
    if serial != "N/A" and serial not in reading.serials:
        reading.facts.setdefault("serial", (serial, reading.ledger.ref(index)))
        reading.serials.append(serial)
