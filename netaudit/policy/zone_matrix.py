"""R03, the zone matrix: what may pass from one zone to another; all that is not stated is denied."""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.cells import one_of, parse_date, parse_prefixes
from netaudit.model.table import Column, RegisterReader, Row, did_you_mean, open_register, quoted
from netaudit.model.table_files import RegisterFile, read_table
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE, ServiceSet
from netaudit.policy.reading import Reading, reading_of
from netaudit.policy.registers import MatrixEntry
from netaudit.policy.services_text import parse_services

COLUMNS = (
    Column(
        "src_zone", ("source zone", "from_zone", "from", "來源區域", "來源區", "來源網段"), required=True, filled=True
    ),
    Column(
        "dst_zone",
        ("destination zone", "dest_zone", "to_zone", "to", "目的區域", "目的區", "目的網段"),
        required=True,
        filled=True,
    ),
    Column("default", ("action", "verdict", "動作", "預設", "預設動作"), required=True, filled=True),
    Column("service", ("services", "port", "ports", "服務", "服務埠", "埠號", "通訊埠"), required=True),
    Column("source", ("sources", "src", "src_ip", "來源", "來源位址", "來源IP")),
    Column("destination", ("destinations", "dst", "dst_ip", "目的", "目的位址", "目的IP")),
    Column("justification", ("reason", "purpose", "理由", "事由", "用途", "說明")),
    Column("approved_by", ("approver", "approved by", "核准人", "核准", "核准主管")),
    Column("valid_to", ("expires", "valid until", "有效期限", "到期日", "有效期至")),
)

ACTION_WORDS = {
    "permit": "permit",
    "allow": "permit",
    "accept": "permit",
    "允許": "permit",
    "許可": "permit",
    "deny": "deny",
    "drop": "deny",
    "block": "deny",
    "拒絕": "deny",
    "禁止": "deny",
}

_EVERY_ZONE = frozenset({"*", "any", "all", "所有", "任意"})


def read_zone_matrix(file: RegisterFile, zones: Iterable[str] | None) -> Reading[MatrixEntry]:
    """Return the entries of the zone matrix. Raises InputError where the file as a whole cannot be read.

    `zones` are the names of the zone map, None where there is none: zone names are not checked then.
    "*" as a zone stands for every zone but the other one of the row.
    """
    table, warnings = read_table(file)
    reader = open_register(table, COLUMNS)
    known = None if zones is None else {zone.casefold(): zone for zone in zones}
    entries: list[MatrixEntry] = []
    seen: dict[tuple[object, ...], Row] = {}
    for row in table.rows:
        found = _entries(reader, row, known)
        for entry in found[:1]:
            key = (
                entry.from_zone,
                entry.to_zone,
                entry.permitted,
                entry.services_text,
                entry.sources,
                entry.destinations,
            )
            if key in seen:
                reader.warn(row, "", f"says the same as {seen[key].place}")
            seen.setdefault(key, row)
        entries += found
    return reading_of(reader, entries, warnings)


def _entries(reader: RegisterReader, row: Row, known: dict[str, str] | None) -> list[MatrixEntry]:
    from_zones = _zones(reader, row, "src_zone", known)
    to_zones = _zones(reader, row, "dst_zone", known)
    action = reader.parsed(row, "default", lambda text: one_of(text, ACTION_WORDS))
    services = _services(reader, row, action)
    sources = reader.parsed(row, "source", parse_prefixes)
    destinations = reader.parsed(row, "destination", parse_prefixes)
    valid_to = reader.parsed(row, "valid_to", parse_date)
    if action is None or services is None:
        return []
    return [
        MatrixEntry(
            from_zone,
            to_zone,
            action == "permit",
            row.where,
            services,
            reader.text(row, "service"),
            sources,
            destinations,
            reader.text(row, "justification"),
            reader.text(row, "approved_by"),
            valid_to,
        )
        for from_zone in from_zones
        for to_zone in to_zones
        if from_zone != to_zone or (len(from_zones) == 1 and len(to_zones) == 1)
    ]


def _zones(reader: RegisterReader, row: Row, column: str, known: dict[str, str] | None) -> list[str]:
    """Return the zone of a cell as the zone map writes it, or all zones for "*"."""
    name = reader.text(row, column)
    if not name:
        return []
    if known is None:
        return [name]
    if name.casefold() in known:
        return [known[name.casefold()]]
    if name.lower() in _EVERY_ZONE:
        return list(known.values())
    hint = did_you_mean(name, known.values())
    reader.complain(row, column, f"zone {quoted(name)} is not in the zone map{hint}")
    return []


def _services(reader: RegisterReader, row: Row, action: str | None) -> ServiceSet | None:
    text = reader.text(row, "service")
    services = reader.parsed(row, "service", parse_services)
    if action == "permit":
        if not text and reader.has("service"):
            cell = row.cells.get(reader.names["service"])
            if cell is None or not cell.problem:
                reader.complain(row, "service", "a permit row needs its services (tcp/443; udp/53), or any")
            return None
        return services
    if action == "deny":
        if text and services is not None and services is not ANY_SERVICE:
            reader.complain(
                row,
                "service",
                "a deny row names no service: what no row permits is denied; write permit for a service that may pass",
            )
        return NO_SERVICE
    return None
