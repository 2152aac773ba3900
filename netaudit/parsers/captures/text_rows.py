"""Rows of printed tables, found line by line with regular expressions that name the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netaudit.parsers.captures.contract import ReadRow, ReadRows


def texts(found: re.Match[str]) -> dict[str, str]:
    """Return the named columns of a line, "" for those it lacks."""
    return {name: (text or "").strip() for name, text in found.groupdict().items()}


def each_line(lines: Sequence[str], pattern: re.Pattern[str]) -> ReadRows:
    """Return a row a line that fits."""
    matches = ((number, pattern.match(line.strip())) for number, line in enumerate(lines))
    return ReadRows([ReadRow(texts(found), (number,)) for number, found in matches if found])


def port_names(text: str) -> tuple[str, ...]:
    """Return the names of "Et1, Et2"."""
    return tuple(port for port in re.split(r"[,\s]+", text) if port)


def vlan_rows(lines: Sequence[str], row: re.Pattern[str], more_ports: re.Pattern[str]) -> ReadRows:
    """Return a row a VLAN: column "ports" becomes the tuple "interfaces", which goes on in the lines below."""
    rows: list[ReadRow] = []
    for number, line in enumerate(lines):
        if found := row.match(line):
            fields: dict[str, str | tuple[str, ...]] = dict(texts(found))
            fields["interfaces"] = port_names(str(fields.pop("ports")))
            rows.append(ReadRow(fields, (number,)))
        elif rows and (found := more_ports.match(line)) and rows[-1].lines[-1] == number - 1:
            last = rows[-1]
            ports = (*last.fields["interfaces"], *port_names(found[1]))
            rows[-1] = ReadRow({**last.fields, "interfaces": ports}, (*last.lines, number))
    return ReadRows(rows)
