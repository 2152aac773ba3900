"""Neighbour tables (CDP, LLDP) and ARP. The short neighbour tables are read by columns, as cells run together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netaudit.model.capture import ArpEntry, Captured, CapturedNeighbor, CaptureRow
from netaudit.parsers.captures.cisco_ios.names import full_name
from netaudit.parsers.captures.contract import CaptureInput, CaptureRows, ReadRow, ReadRows
from netaudit.parsers.captures.text_rows import texts
from netaudit.parsers.captures.values import hardware_address, text_of, texts_of

_LLDP_COLUMNS = re.compile(
    r"(?P<neighbor_name>\S.{19})(?P<local_interface>[A-Za-z]\S*\d)\s+(?P<hold_time>\d+)"
    r"(?:\s+(?P<capabilities>[A-Z](?:,[A-Z])*))?\s+(?P<neighbor_interface>\S.*?)\s*\Z"
)
_LLDP_WORDS = re.compile(
    r"(?P<neighbor_name>\S.*?)\s+(?P<local_interface>[A-Za-z]+\d\S*)\s+(?P<hold_time>\d+)"
    r"(?:\s+(?P<capabilities>[A-Z](?:,[A-Z])*))?\s+(?P<neighbor_interface>\S.*?)\s*\Z"
)
_CDP = re.compile(
    r"(?P<neighbor_name>\S+)?\s+(?P<local_interface>[A-Za-z-]+ ?\d[\d/.:]*)\s+(?P<hold_time>\d+)"
    r"(?:\s+(?P<capabilities>[A-Za-z](?: [A-Za-z])*))?\s+(?P<rest>\S.*?)\s*\Z"
)
# The columns of platform and port may run together ("WS-C3524-XFas 0/13"): a port has its type shortened, and a blank.
_CDP_PORT = re.compile(
    r"(?P<platform>.*?)\s*(?P<neighbor_interface>[A-Z][a-z]{1,3} \d[\d/.:]*)\Z|"
    r"(?:(?P<platform_word>\S.*?)\s+)?(?P<port_word>\S+)\Z"
)
_CDP_VERSION = re.compile(r"Version\s*:\s*\Z")
_TEXT = re.compile(
    r"Capability|\s*\(?[A-Za-z]\)? ?-? [A-Z]|\s+\([A-Z]\)|Device ID|\s*Port ID\s*\Z|Total|.*[#>]\s*sh|\s+[A-Za-z] - "
)


def read_lldp_neighbors(given: CaptureInput) -> ReadRows:
    """Return one row a neighbour of `show lldp neighbors`."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    for index, line in enumerate(given.lines):
        if not line.strip() or _TEXT.match(line):
            continue
        found = _LLDP_COLUMNS.match(line) or _LLDP_WORDS.match(line)
        if found is None:
            unread.append(index)
        else:
            rows.append(ReadRow(texts(found), (index,)))
    return ReadRows(rows, unread)


def read_cdp_neighbors(given: CaptureInput) -> ReadRows:
    """Return one row a neighbour of `show cdp neighbors`; a long name stands in a line of its own."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    name = -1
    for index, line in enumerate(given.lines):
        if not line.strip() or _TEXT.match(line):
            continue
        found = _CDP.match(line)
        port = _CDP_PORT.match(found["rest"]) if found else None
        if found is None or port is None or (name < 0 and not found["neighbor_name"]):
            if name >= 0:
                unread.append(name)
            name = index
            continue
        fields = found.groupdict("")
        del fields["rest"]
        fields["platform"] = port["platform"] or port["platform_word"] or ""
        fields["neighbor_interface"] = port["neighbor_interface"] or port["port_word"]
        lines: tuple[int, ...] = (index,)
        if not fields["neighbor_name"]:
            fields["neighbor_name"], lines = given.lines[name].strip(), (name, index)
        elif name >= 0:
            unread.append(name)
        name = -1
        rows.append(ReadRow(fields, lines))
    return ReadRows(rows, [*unread, name] if name >= 0 else unread)


def neighbor_facts(rows: CaptureRows) -> Captured:
    """Return the neighbours of a CDP or LLDP output."""
    protocol = "cdp" if "cdp" in rows.command else "lldp"
    return Captured(
        neighbors=tuple(
            CapturedNeighbor(
                protocol=protocol,
                interface=full_name(text_of(row, "local_interface")),
                neighbor=text_of(row, "neighbor_name") or text_of(row, "chassis_id"),
                where=where,
                neighbor_interface=full_name(text_of(row, "neighbor_interface")),
                platform=text_of(row, "platform"),
                addresses=tuple(
                    dict.fromkeys(
                        (*texts_of(row, "addresses"), *texts_of(row, "ipv6_addresses"), *texts_of(row, "mgmt_address"))
                    )
                ),
                capabilities=text_of(row, "capabilities"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def cdp_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines with the first one under "Version :" marked, as a template sees single lines only."""
    out: list[str] = []
    after_heading = False
    for raw in lines:
        line = raw.strip()
        if after_heading and line:
            line, after_heading = f"Version text: {line}", False
        elif _CDP_VERSION.match(line):
            after_heading = True
        out.append(line)
    return out


def cdp_fields(row: CaptureRow) -> CaptureRow:
    """Return a row of `show cdp neighbors detail` with its first address."""
    return {**row, "mgmt_address": text_of(row, "addresses") or text_of(row, "ipv6_addresses")}


def arp_fields(row: CaptureRow) -> CaptureRow:
    """Return a row of `show arp` with the names of `show ip arp` too."""
    age, address, hardware = text_of(row, "age"), text_of(row, "address"), text_of(row, "hardware_address")
    return {**row, "age_min": age, "ip_address": address, "mac_address": hardware}


def arp_facts(rows: CaptureRows) -> Captured:
    """Return the resolved addresses. Of one that is incomplete nothing is known."""
    return Captured(
        arp=tuple(
            ArpEntry(
                address=text_of(row, "address"),
                hardware_address=hardware_address(text_of(row, "hardware_address")),
                interface=full_name(text_of(row, "interface")),
                where=where,
                vrf=rows.arguments.get("vrf", "default"),
                age=text_of(row, "age"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
            if hardware_address(text_of(row, "hardware_address"))
        )
    )
