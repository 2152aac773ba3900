"""R11 and R12: the firm's lifecycle catalogue and its recommended versions, as written.

They stand below the policy and the lifecycle rooms because both read them: the one to check the policy folder as
a whole, the other to look devices up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from netaudit.errors import Problem
from netaudit.model.cells import one_of, parse_date, parse_date_or_year, split_list
from netaudit.model.source import SourceRef
from netaudit.model.table import Column, RegisterReader, Row, open_register, quoted
from netaudit.model.table_files import RegisterFile, read_table

LIFECYCLE_COLUMNS = (
    Column("vendor", ("廠牌", "廠商", "manufacturer")),
    Column("kind", ("類別", "種類", "type")),
    Column("model", ("型號", "product", "ProductIDDescription")),
    Column("part_number", ("料號", "pid", "EOLProductID", "product id")),
    Column("os", ("operating_system", "作業系統", "系統軟體")),
    Column("train", ("版本系列", "版本", "release", "version")),
    Column("eo_sale", ("end_of_sale", "停售日", "EndOfSaleDate")),
    Column("eo_sw_maintenance", ("end_of_sw_maintenance", "軟體維護終止日", "EndOfSWMaintenanceReleases")),
    Column(
        "eo_vuln_support",
        (
            "end_of_vulnerability_support",
            "eo_security",
            "弱點支援終止日",
            "安全支援終止日",
            "EndOfSecurityVulSupportDate",
        ),
    ),
    Column("last_date_of_support", ("ldos", "eos", "eol", "end_of_support", "支援終止日", "LastDateOfSupport")),
    Column("source", ("來源", "LinkToProductBulletinURL")),
    Column("verified", ("查核", "verified_on")),
    Column("as_of", ("資料日期", "UpdatedTimeStamp")),
    Column("note", ("備註", "notes")),
)

# The other columns of the flat CSV of Cisco's EoX service (version 5): known, and not used here.
CISCO_EOX_HEADERS = (
    "ProductBulletinNumber",
    "EOXExternalAnnouncementDate",
    "EndOfRoutineFailureAnalysisDate",
    "EndOfServiceContractRenewal",
    "EndOfSvcAttachDate",
    "EOXInputType",
    "EOXInputValue",
    "QueryType",
    "PIDActiveFlag",
    "MigrationInformation",
    "MigrationOption",
    "MigrationProductId",
    "MigrationProductName",
    "MigrationStrategy",
    "MigrationProductInfoURL",
    "EOXMigrationDetails",
)

RECOMMENDED_COLUMNS = (
    Column("vendor", ("廠牌", "廠商"), required=True, filled=True),
    Column("os", ("operating_system", "作業系統"), required=True, filled=True),
    Column("platform", ("platform_regex", "model", "機型", "平台", "型號")),
    Column("train", ("版本系列",)),
    Column("recommended", ("建議版本", "廠商建議版本"), required=True),
    Column("minimum_allowed", ("minimum", "最低版本")),
    Column("blocked", ("禁用版本",)),
    Column("source_url", ("source", "來源")),
    Column("as_of", ("資料日期", "查詢日期")),
    Column("approved_by", ("核准人", "核准主管")),
    Column("note", ("備註", "notes")),
)

_DATE_COLUMNS = ("eo_sale", "eo_sw_maintenance", "eo_vuln_support", "last_date_of_support")

_KIND_WORDS = {
    "hardware": "hardware",
    "硬體": "hardware",
    "hw": "hardware",
    "software": "software",
    "軟體": "software",
    "sw": "software",
    "os": "software",
}


@dataclass(frozen=True, slots=True)
class LifecycleRecord:
    """One row of the lifecycle catalogue; `precision` is "year" where the last date is only a year."""

    kind: str  # "hardware" or "software"
    where: SourceRef
    vendor: str = ""
    model: str = ""
    part_number: str = ""
    operating_system: str = ""
    train: str = ""
    end_of_sale: date | None = None
    end_of_maintenance: date | None = None
    end_of_security_support: date | None = None
    last_date_of_support: date | None = None
    precision: str = "day"
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class RecommendedVersion:
    """One row of the recommended versions. `platform` is a regular expression of models, "" = every model."""

    vendor: str
    operating_system: str
    where: SourceRef
    platform: str = ""
    train: str = ""
    recommended: str = ""
    minimum: str = ""
    blocked: tuple[str, ...] = ()
    source: str = ""
    as_of: date | None = None
    approved_by: str = ""


def read_lifecycle_records(
    file: RegisterFile,
) -> tuple[tuple[LifecycleRecord, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """Return records, problems and warnings of an eol_catalogue file. Raises InputError.

    Columns: those of the template, or the flat CSV of Cisco's EoX service.
    """
    table, warnings = read_table(file)
    reader = open_register(table, LIFECYCLE_COLUMNS, CISCO_EOX_HEADERS)
    cisco = any(header.strip() == "EOLProductID" for header in table.headers)
    if table.headers and not any(reader.has(name) for name in _DATE_COLUMNS):
        reader.problems.append(
            Problem(table.path, table.header_place, f"required columns missing: one of {', '.join(_DATE_COLUMNS)}")
        )
    records = []
    for row in table.rows:
        record = _lifecycle_record(reader, row, cisco)
        if record is not None:
            records.append(record)
    return tuple(records), tuple(reader.problems), (*warnings, *reader.warnings)


def _lifecycle_record(reader: RegisterReader, row: Row, cisco: bool) -> LifecycleRecord | None:
    kind = reader.parsed(row, "kind", lambda text: one_of(text, _KIND_WORDS))
    if kind is None:
        kind = "software" if reader.text(row, "train") and not reader.text(row, "part_number") else "hardware"
    vendor = reader.text(row, "vendor") or ("Cisco" if cisco else "")
    sale, maintenance, security, last = (reader.parsed(row, name, parse_date_or_year) for name in _DATE_COLUMNS)
    years = any(found and found[1] == "year" for found in (sale, maintenance, security, last))
    record = LifecycleRecord(
        kind=kind,
        where=row.where,
        vendor=vendor,
        model=reader.text(row, "model"),
        part_number=reader.text(row, "part_number"),
        operating_system=reader.text(row, "os"),
        train=reader.text(row, "train"),
        end_of_sale=sale[0] if sale else None,
        end_of_maintenance=maintenance[0] if maintenance else None,
        end_of_security_support=security[0] if security else None,
        last_date_of_support=last[0] if last else None,
        precision="year" if years else "day",
        source=reader.text(row, "source"),
        as_of=reader.text(row, "as_of"),
    )
    if not vendor:
        reader.complain(row, "vendor", "is empty; a value is needed here")
    elif kind == "hardware" and not (record.model or record.part_number):
        reader.complain(row, "part_number", "hardware needs a part_number or a model")
    elif kind == "software" and not (record.train and (record.operating_system or record.model)):
        reader.complain(row, "train", "software needs os and train (os fortios, train 7.2)")
    else:
        return record
    return None


def read_recommended_versions(
    file: RegisterFile,
) -> tuple[tuple[RecommendedVersion, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """Return rows, problems and warnings of a recommended_versions file. Raises InputError."""
    table, warnings = read_table(file)
    reader = open_register(table, RECOMMENDED_COLUMNS)
    rows = []
    for row in table.rows:
        platform = reader.parsed(row, "platform", _pattern) or ""
        as_of = reader.parsed(row, "as_of", parse_date)
        rows.append(
            RecommendedVersion(
                reader.text(row, "vendor"),
                reader.text(row, "os"),
                row.where,
                platform,
                reader.text(row, "train"),
                reader.text(row, "recommended"),
                reader.text(row, "minimum_allowed"),
                tuple(split_list(reader.text(row, "blocked"))),
                reader.text(row, "source_url"),
                as_of,
                reader.text(row, "approved_by"),
            )
        )
    return tuple(rows), tuple(reader.problems), (*warnings, *reader.warnings)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(
            f"{quoted(text)} is not a regular expression: {error}; write FG-.* for all FG- models"
        ) from None
    return text
