"""What stands around a configuration: model, version, serial number (RANCID, Oxidized, `show version`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from netaudit.model.links import LastChange
from netaudit.model.source import SourceRef
from netaudit.parsers.ledger import LineLedger

_MODEL = re.compile(r"#*\s*Model:\s*(\S+)\s*\Z", re.IGNORECASE)
_JUNOS = re.compile(r"#*\s*Junos:\s*(\S+)\s*\Z", re.IGNORECASE)
_RELEASE = re.compile(r"#*\s*JUNOS .*\[(\d\d?\.\d[\w.\-]*)\]\s*\Z")
_HOST = re.compile(r"#*\s*Hostname:\s*(\S+)\s*\Z", re.IGNORECASE)
_CHASSIS = re.compile(r"#*\s*Chassis\s+(?:REV\s+\S+\s+\S+\s+)?([A-Z0-9]{8,14})\s+(\S.*?)\s*\Z")
_PROMPT = re.compile(r"[\w.\-]+@([\w.\-]+)[>#%]\s*")
_CHANGED = re.compile(
    r"#+\s*Last (?:changed|commit):\s*(?P<time>(?P<day>\d{4}-\d\d-\d\d)\b.*?)(?:\s+by\s+(?P<user>\S+))?\s*\Z"
)
_LINES = 400


@dataclass(slots=True)
class Facts:
    """Facts with their places; "" where the text does not say."""

    model: str = ""
    version: str = ""
    serial: str = ""
    host_name: str = ""
    sources: dict[str, SourceRef] = field(default_factory=dict)
    last_change: LastChange | None = None


def read_facts(ledger: LineLedger) -> Facts:
    """Return what comments and `show` output at the head of a file say."""
    facts = Facts()
    for index, text in enumerate(ledger.source.lines[:_LINES]):
        stripped = text.strip()
        if not stripped or (stripped[0] not in "#MmJjHhC" and "@" not in stripped):
            continue
        for pattern, name in ((_MODEL, "model"), (_JUNOS, "version"), (_RELEASE, "version"), (_HOST, "host_name")):
            match = pattern.match(stripped)
            if match and not getattr(facts, name):
                _keep(facts, name, match[1], ledger, index)
        match = _CHASSIS.match(stripped)
        if match and not facts.serial and any(character.isdigit() for character in match[1]):
            _keep(facts, "serial", match[1], ledger, index)
            if not facts.model and " " not in match[2]:
                _keep(facts, "model", match[2].lower(), ledger, index)
        match = _CHANGED.match(stripped)
        if match and facts.last_change is None:
            facts.last_change = LastChange(match["time"], ledger.ref(index), _day(match["day"]), match["user"] or "")
            if ledger.is_open(index):
                ledger.understood(index)
        match = _PROMPT.match(stripped)
        if match and not facts.host_name:
            _keep(facts, "host_name", match[1], ledger, index)
    return facts


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _keep(facts: Facts, name: str, value: str, ledger: LineLedger, index: int) -> None:
    setattr(facts, name, value)
    facts.sources[name] = ledger.ref(index)
    if ledger.is_open(index):
        ledger.understood(index)
