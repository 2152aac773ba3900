"""Model, version, serial numbers and the other facts that stand in comments and single lines."""

from __future__ import annotations

import re

from netaudit.parsers.cisco_ios.reading import Reading

# Comments: `show version` and `show inventory` as Oxidized and RANCID put them on top of a configuration.
_COMMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("version", re.compile(r"^!\s*Image: Software: [^,]+, ([^,\s]+)")),
    ("version", re.compile(r"^!\s*Cisco IOS(?: XE)? Software.*?, Version ([^,\s]+)")),
    ("version", re.compile(r"^!\s*Software: [^,]+, ([^,\s]+)")),
    ("model", re.compile(r"^!\s*Chassis type:\s*(\S+)")),
    ("serial", re.compile(r"^!\s*Processor ID:\s*(\S+)")),
    ("inventory", re.compile(r"^!\s*PID:\s*(\S+)\s*,.*\bSN:\s*(\S+)")),
)
_XE = re.compile(r"IOS[- ]?XE", re.IGNORECASE)
_UDI = re.compile(r"^license udi pid (\S+) sn (\S+)")
_PROVISION = re.compile(r"^switch \d+ provision (\S+)")
_CHANGE = re.compile(r"^! (?:Last configuration change|NVRAM config last updated) at ")


def read_facts(reading: Reading) -> None:
    """Read hostname, version, model and serials; `license udi` beats comments, comments beat provisioning."""
    ledger = reading.ledger
    for root in reading.roots:
        text = root.text.strip()
        words = text.split()
        if words[0] in ("hostname", "switchname") and len(words) == 2:
            reading.hostname = words[1].strip('"')
            reading.facts["name"] = (reading.hostname, ledger.ref(root.index))
            ledger.understood(root.index)
        elif words[0] == "version" and len(words) == 2:
            reading.facts.setdefault("version", (words[1], ledger.ref(root.index)))
            ledger.understood(root.index)
        elif (match := _UDI.match(text)) is not None:
            reading.facts["model"] = (match[1], ledger.ref(root.index))
            reading.facts.setdefault("serial", (match[2], ledger.ref(root.index)))
            reading.serials.append(match[2])
            ledger.understood(root.index)
    _read_comments(reading)
    for root in reading.roots:
        match = _PROVISION.match(root.text)
        if match is not None:
            reading.facts.setdefault("model", (match[1].upper(), ledger.ref(root.index)))
            ledger.understood(root.index)


def _read_comments(reading: Reading) -> None:
    ledger = reading.ledger
    full_version = False
    for index, line in enumerate(ledger.source.lines):
        if not line.startswith("!") or len(line) < 8:
            continue
        if _CHANGE.match(line):
            reading.facts.setdefault("last change", (line.strip("! "), ledger.ref(index)))
            ledger.understood(index)
            continue
        for field, pattern in _COMMENTS:
            match = pattern.match(line)
            if match is None:
                continue
            where = ledger.ref(index)
            if field == "version" and not full_version:
                # `version 17.9` on its own line is only the train; the image tells the release.
                reading.facts["version"] = (_plain(match[1]), where)
                full_version = True
            elif field == "model":
                reading.facts.setdefault("model", (match[1], where))
            elif field == "serial":
                reading.facts.setdefault("serial", (match[1], where))
                reading.serials.append(match[1])
            elif field == "inventory":
                reading.facts.setdefault("model", (match[1], where))
                if "serial" not in reading.facts:
                    reading.facts["serial"] = (match[2], where)
                    reading.serials.append(match[2])
            if field == "version" and _XE.search(line):
                reading.facts.setdefault("system", ("IOS-XE", where))
            break


def _plain(version: str) -> str:
    """Return the version without leading zeros in its parts: 17.09.04a is 17.9.4a."""
    return re.sub(r"(?<=\.)0+(?=\d)", "", version)


def operating_system(reading: Reading) -> str:
    """Return "IOS-XE" or "IOS", "" where nothing tells. From 16 on every release is IOS-XE."""
    if "system" in reading.facts:
        return reading.facts["system"][0]
    version = reading.facts["version"][0] if "version" in reading.facts else ""
    major = version.partition(".")[0]
    if not major.isdigit():
        return ""
    if int(major) >= 16 or int(major) == 3:
        return "IOS-XE"
    if any(root.text.startswith(("platform qfp", "platform punt-keepalive", "no platform punt-keepalive"))
           for root in reading.roots):  # fmt: skip
        return "IOS-XE"
    return "IOS"
