"""Rows of EOS tables whose cells may be empty or of several words, by plain regular expressions."""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows
from netaudit.parsers.captures.text_rows import each_line, port_names, texts, vlan_rows

_ARP = re.compile(
    r"\s*(?P<ip_address>\d+\.\d+\.\d+\.\d+)\s+(?P<age>\S+)\s+(?P<mac_address>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})"
    r"\s+(?P<interface>\S.*?)\s*\Z"
)
_VRF = re.compile(r"VRF: (?P<vrf>\S+)")
_IP_BRIEF = re.compile(
    r"(?P<interface>[A-Z]\S*\d)\s+(?P<ip_address>unassigned|unnumbered|\d+\.\S+)\s+(?P<status>admin down|\S+)\s+"
    r"(?P<protocol>\S+)\s+(?P<mtu>\d+)(?:\s+(?P<owner>\S.*?))?\s*\Z"
)
_DESCRIPTION = re.compile(
    r"(?P<port>[A-Z]\S*\d)\s+(?P<status>admin down|up|down)\s+(?P<protocol>\S+)(?:\s+(?P<description>\S.*?))?\s*\Z"
)
_STATUS = re.compile(
    r"""(?P<port>[A-Z]\S*\d)\s+(?:(?P<name>\S.*?)\s+)??
    (?P<status>connected|notconnect|disabled|errdisabled|inactive|up|down|lowerlayerdown|monitoring|unknown)\s+
    (?:in\ )?(?P<vlan_id>routed|trunk|\d+|Po\d+|tap|tool|monitor|dot1q-tunnel|N/A|unassigned|fabric)\s+
    (?P<duplex>full|half|a-full|a-half|auto|unconf)\s+(?P<speed>\S+)(?:\s+(?P<type>\S.*?))??(?:\s+(?P<flags>[a-z,]{1,4}))?\s*\Z""",
    re.VERBOSE,
)
_LLDP = re.compile(
    r"(?P<local_interface>[A-Z][a-z]+[\d/.]+)\s+(?P<neighbor_name>\S+)\s+(?P<neighbor_interface>\S.*?)\s+(?P<ttl>\d+)\s*\Z"
)
_VLAN = re.compile(
    r"(?P<vlan_id>\d+)\*?\s+(?P<vlan_name>\S.*?)\s+(?P<status>active|suspended)(?:\s+(?P<ports>\S.*?))?\s*\Z"
)
_PORTS = re.compile(r"\s{20,}((?:[A-Z][A-Za-z]+[\d/.]+|Cpu)(?:,\s*(?:[A-Z][A-Za-z]+[\d/.]+|Cpu))*,?)\s*\Z")
_VRF_ROW = re.compile(
    r"\s*(?P<name>\S+)\s+(?P<rd><not set>|\S+)\s+(?P<protocols>ipv4\S*|ipv6\S*)\s+"
    r"(?P<state>v4:\S+(?: \S+)?)\s+(?P<interfaces>\S.*?)?\s*\Z"
)


def read_arp(given: CaptureInput) -> ReadRows:
    """Return a row an address."""
    rows, headers = [], []
    vrf = given.arguments.get("vrf", "")
    vrf = "" if vrf == "all" else vrf
    for number, line in enumerate(given.lines):
        if found := _ARP.match(line):
            rows.append(ReadRow({**texts(found), "vrf": vrf}, (number,)))
        elif found := _VRF.match(line):
            vrf = found["vrf"]
            headers.append(number)
    return ReadRows(rows, (), headers)


def read_ip_interface_brief(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show ip interface brief`."""
    return each_line(given.lines, _IP_BRIEF)


def read_descriptions(given: CaptureInput) -> ReadRows:
    """Return a row a port of `show interfaces description`."""
    return each_line(given.lines, _DESCRIPTION)


def read_status(given: CaptureInput) -> ReadRows:
    """Return a row a port of `show interfaces status`."""
    return each_line(given.lines, _STATUS)


def read_lldp(given: CaptureInput) -> ReadRows:
    """Return a row a neighbour of `show lldp neighbors`."""
    return each_line(given.lines, _LLDP)


def read_vlans(given: CaptureInput) -> ReadRows:
    """Return a row a VLAN; its ports go on in the lines below."""
    return vlan_rows(given.lines, _VLAN, _PORTS)


_NAMES = re.compile(r"\s{40,}(?:v6:(?:no routing|routing),?\s*)?(?P<interfaces>[A-Z]\S*\d(?:, ?[A-Z]\S*\d)*,?)?\s*\Z")


def read_vrfs(given: CaptureInput) -> ReadRows:
    """Return a row a VRF; its interfaces go on in the lines below."""
    rows: list[ReadRow] = []
    for number, line in enumerate(given.lines):
        if found := _VRF_ROW.match(line):
            fields: dict[str, str | tuple[str, ...]] = dict(texts(found))
            fields["interfaces"] = port_names(str(fields["interfaces"]))
            rows.append(ReadRow(fields, (number,)))
        elif rows and line.strip() and (found := _NAMES.match(line)):
            last = rows[-1]
            names = (*last.fields["interfaces"], *port_names(found["interfaces"] or ""))
            rows[-1] = ReadRow({**last.fields, "interfaces": names}, (*last.lines, number))
    return ReadRows(rows)


_SECTIONS = (
    ("system", re.compile(r"System [Ii]nformation")),
    ("power", re.compile(r"System has \d+ power supply slots?")),
    ("fan", re.compile(r"System has \d+ fan modules?")),
    ("ports", re.compile(r"System has \d+ ports?")),
    ("transceiver", re.compile(r"System has \d+ (?:switched )?transceiver slots?")),
    ("card", re.compile(r"System has \d+ (?:card|module) slots?")),
    ("", re.compile(r"System has ")),
)
_MODEL = re.compile(r"(?P<pid>[A-Z][\w+-]*-[\w+-]+|[cv]EOS\S*)\s+(?P<descr>\S.*)\Z")
_SYSTEM = re.compile(r"(?P<vid>\S+)\s+(?P<sn>[A-Z0-9]{8,})\s+\d{4}-\d\d-\d\d")
_PARTS = {
    "power": re.compile(r"(?P<port>\d+)\s+(?P<pid>\S+)\s+(?P<sn>\S+)\Z"),
    "fan": re.compile(r"(?P<port>\d+)\s+\d+\s+(?P<pid>\S+)\s+(?P<sn>\S+)\Z"),
    "ports": re.compile(r"(?P<descr>[A-Z][A-Za-z -]+?)\s+(?P<port>\d+)\Z"),
    "transceiver": re.compile(r"(?P<port>[\d/]+)\s+(?P<descr>\S.*?)\s+(?P<pid>\S+)\s+(?P<sn>\S+)\s+(?P<vid>\S+)\Z"),
    "card": re.compile(r"(?P<port>\S+)\s+(?P<pid>[A-Z]\S*)\s+(?P<vid>\S+)\s+(?P<sn>[A-Z]{3}\S+)(?:\s+\S+)*\Z"),
}


def read_inventory(given: CaptureInput) -> ReadRows:
    """Return a row a part. `part` is the section: system, power, fan, ports (a count a kind), transceiver, card."""
    rows: list[ReadRow] = []
    section, model = "", {"pid": "", "descr": ""}
    model_line = -1
    for number, raw in enumerate(given.lines):
        line = raw.strip()
        if (name := next((name for name, pattern in _SECTIONS if pattern.match(line)), None)) is not None:
            section = name
        elif section == "system":
            if found := _SYSTEM.match(line):
                fields = {"part": section, "port": "", **model, **texts(found)}
                rows.append(ReadRow(fields, (model_line, number) if model_line >= 0 else (number,)))
            elif model_line < 0 and (found := _MODEL.match(line)):
                model, model_line = texts(found), number
        elif section in _PARTS and (found := _PARTS[section].match(line)):
            blank = dict.fromkeys(("port", "pid", "descr", "sn", "vid"), "")
            rows.append(ReadRow({"part": section, **blank, **texts(found)}, (number,)))
    return ReadRows(rows)
