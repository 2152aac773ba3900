"""Host name, version, model and serial number: from commands, and from the comments on top of a configuration."""

from __future__ import annotations

import re

from netaudit.parsers.switch_reading import Reading

_DEVICE = re.compile(r"^!\s*device:\s*\S+\s*\((?:(?P<model>[^,()]+),\s*)?EOS-(?P<version>[^,()\s]+)")
_MODEL = re.compile(r"^!\s+((?:DCS|CCS|AWE)-\S+)\s+\S")
_IMAGE = re.compile(r"^!?\s*boot system flash:/?(?:\S*/)?EOS(?:64)?-(\d[\w.]*?)\.swi")
_SERIAL = re.compile(r"^!\s+\d+\.\d+\S*\s+([A-Z]{3}\d{8})\s+\d{4}-\d\d-\d\d")
_CHANGE = re.compile(r"^!\s*(?:Last modified|last modified|Startup-config last modified at)\s*:?\s*(.+)$")


def read_facts(reading: Reading) -> None:
    """Read the facts; the `! device:` line beats the name of the boot image."""
    ledger = reading.ledger
    for root in reading.roots:
        words = root.words
        if words[0] == "hostname" and len(words) == 2:
            reading.hostname = words[1].strip('"')
            reading.facts["name"] = (reading.hostname, ledger.ref(root.index))
            reading.understood(root)
    image = None
    for index, line in enumerate(ledger.source.lines):
        if line[:1] not in ("!", "b") or len(line) < 8:
            continue
        where = ledger.ref(index)
        if (match := _DEVICE.match(line)) is not None:
            if match["model"]:
                reading.facts["model"] = (match["model"].strip(), where)
            reading.facts.setdefault("version", (match["version"], where))
        elif (match := _MODEL.match(line)) is not None:
            reading.facts.setdefault("model", (match[1], where))
        elif (match := _SERIAL.match(line)) is not None:
            reading.facts.setdefault("serial", (match[1], where))
            reading.serials.append(match[1])
        elif (match := _IMAGE.match(line)) is not None:
            image = image or (match[1], where)
        elif (match := _CHANGE.match(line)) is not None:
            reading.facts.setdefault("last change", (match[1].strip(), where))
    if image is not None:
        reading.facts.setdefault("version", image)
