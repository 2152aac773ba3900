"""What the device says of itself: version, model, serial numbers, host name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from netaudit.model.source import SourceRef
from netaudit.parsers.ledger import LineLedger

_VERSION = re.compile(r"^(ASA|PIX|NGFW) Version (\S+)(?:\s+(<\S+>))?\s*$")
_COMMENTED_VERSION = re.compile(r"^!\s*(?:ASA|PIX) Version (\d\S*)\s*$")
_TERMINAL = re.compile(
    r"^(?:<--- More --->|\S+[#>]\s*(?:sh|show|more|term|terminal|exit|end|en|enable|wr)\b.*|\S+[#>])\s*$"
)
_SERIAL = re.compile(r"^:\s*Serial Number:\s*(.+?)\s*$")
_HARDWARE = re.compile(r"^:\s*Hardware:\s*([^,\s]+)")
_SYSTEMS = {"ASA": "ASA", "PIX": "PIX", "NGFW": "FTD"}
_NUMBER = re.compile(r"^(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Header:
    """Empty texts where the configuration does not say. `sources` are (field, place) pairs."""

    version: str = ""
    model: str = ""
    serials: tuple[str, ...] = ()
    operating_system: str = "ASA"
    sources: tuple[tuple[str, SourceRef], ...] = ()

    @property
    def release(self) -> tuple[int, int] | None:
        """Return the release as numbers, (9, 14) of "9.14(3)18"; None where it is not known."""
        found = _NUMBER.match(self.version)
        return (int(found[1][:4]), int(found[2][:4])) if found else None


def read_header(ledger: LineLedger) -> Header:
    """Read the lines around the commands (": Serial Number:", "ASA Version", ": end" ...) and mark them."""
    version = model = commented = ""
    serials: list[str] = []
    sources: list[tuple[str, SourceRef]] = []
    commented_source: SourceRef | None = None
    operating_system = "ASA"
    for index, line in enumerate(ledger.source.lines):
        if not line or line[0] not in ":!APCN":
            if line and ("#" in line or ">" in line) and _TERMINAL.match(line):
                ledger.ignored(index)
            continue
        if line[0] == ":":
            if ledger.is_open(index):  # the line that tells of the last change was read before
                ledger.ignored(index)
            if found := _SERIAL.match(line):
                ledger.understood(index)
                serials += [serial for serial in re.split(r"[,\s]+", found[1]) if serial not in serials]
                sources.append(("serial", ledger.ref(index)))
            elif found := _HARDWARE.match(line):
                ledger.understood(index)
                model = found[1]
                sources.append(("model", ledger.ref(index)))
        elif line[0] == "!":
            if not commented and (found := _COMMENTED_VERSION.match(line)):
                commented, commented_source = found[1], ledger.ref(index)
        elif found := _VERSION.match(line):
            ledger.understood(index)
            if not version:
                version, operating_system = found[2], _SYSTEMS[found[1]]
                sources += [("version", ledger.ref(index)), ("operating_system", ledger.ref(index))]
        elif line.startswith("Cryptochecksum:"):
            ledger.ignored(index)
    if not version and commented and commented_source is not None:
        version = commented
        sources.append(("version", commented_source))
    return Header(version, model, tuple(serials), operating_system, tuple(sources))
