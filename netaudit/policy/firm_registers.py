"""R15 and R17: the firm's profile and its published services."""

from __future__ import annotations

from netaudit.errors import InputError, Problem
from netaudit.model.cells import one_of, parse_prefixes, parse_yes_no, split_list
from netaudit.model.source import SourceRef
from netaudit.model.table import Cell, Column, Row, Table, did_you_mean, header_key, open_register, quoted
from netaudit.model.table_files import DRAFT_MARK, RegisterFile, decode, read_table, read_yaml
from netaudit.model.table_yaml import row_of_node, table_of_rows
from netaudit.packets.services import ServiceSet
from netaudit.policy.reading import Reading, reading_of
from netaudit.policy.registers import FirmProfile, PublishedService
from netaudit.policy.services_text import parse_services

PROFILE_COLUMNS = (
    Column("name", ("firm", "firm_name", "公司", "公司名稱", "名稱")),
    Column("firm_type", ("type", "業別", "公司類型")),
    Column("class", ("firm_class", "類別", "期貨商類別")),
    Column("tier", ("級別", "分級")),
    Column("tier_table_version", ("分級表版本",)),
    Column("online_order", ("網路下單", "提供網路下單")),
    Column("website", ("官網", "官方網站")),
    Column("foreign_group", ("外資集團",)),
    Column("cloud_use", ("cloud", "雲端使用", "使用雲端")),
    Column("trading_sessions", ("交易時段",)),
)

PUBLISHED_COLUMNS = (
    Column("fqdn", ("name", "service", "域名", "網址", "服務名稱"), required=True, filled=True),
    Column("public_ip", ("public", "external_ip", "公開IP", "對外IP", "對外位址"), required=True),
    Column("port", ("ports", "public_port", "埠號", "對外埠"), required=True),
    Column("inner_host", ("inner_ip", "internal_ip", "內部主機", "內部IP")),
    Column("inner_port", ("internal_port", "內部埠")),
    Column("zone", ("區域",)),
    Column("app", ("application", "系統", "應用系統")),
    Column("owner", ("負責單位", "權責單位", "負責人")),
    Column("tls", ()),
    Column("waf", ("應用程式防火牆",)),
    Column("ddos", ("流量清洗",)),
    Column("approval", ("ticket", "核准單號", "申請單號")),
)

FIRM_TYPE_WORDS = {
    "fcm": "fcm",
    "期貨商": "fcm",
    "專營期貨商": "fcm",
    "ib": "ib",
    "期貨交易輔助人": "ib",
    "ltm": "ltm",
    "槓桿交易商": "ltm",
    "securities": "securities",
    "證券商": "securities",
}
CLASS_WORDS = {"1": "1", "第一類": "1", "2": "2", "第二類": "2"}
TIER_WORDS = {"1": "1", "第一級": "1", "2": "2", "第二級": "2", "3": "3", "第三級": "3", "4": "4", "第四級": "4"}
CLOUD_WORDS = {
    "none": "none",
    "no": "none",
    "無": "none",
    "general": "general",
    "一般": "general",
    "material": "material",
    "重大": "material",
}


def read_firm_profile(file: RegisterFile) -> Reading[FirmProfile]:
    """Return the profile as the only entry (YAML: a mapping; tables: one row, or the columns key and value).

    Without any filled field there is no entry. Raises InputError.
    """
    table, warnings = _profile_table(file)
    reader = open_register(table, PROFILE_COLUMNS)
    for row in table.rows[1:]:
        reader.complain(row, "", "a firm has one profile; only one row is expected")
    profiles = []
    for row in table.rows[:1]:
        profile = FirmProfile(
            firm_type=reader.parsed(row, "firm_type", _firm_types) or "",
            firm_class=reader.parsed(row, "class", lambda text: one_of(text, CLASS_WORDS)) or "",
            tier=reader.parsed(row, "tier", lambda text: one_of(text, TIER_WORDS)) or "",
            online_order=reader.parsed(row, "online_order", parse_yes_no),
            website=reader.parsed(row, "website", parse_yes_no),
            cloud_use=reader.parsed(row, "cloud_use", lambda text: one_of(text, CLOUD_WORDS)) or "",
            name=reader.text(row, "name"),
            tier_table_version=reader.text(row, "tier_table_version"),
            foreign_group=reader.parsed(row, "foreign_group", parse_yes_no),
            trading_sessions=reader.text(row, "trading_sessions"),
        )
        if profile != FirmProfile():
            profiles.append(profile)
    return reading_of(reader, profiles, warnings)


def _firm_types(text: str) -> str:
    """Return the types of a firm in the order written, each once: a securities firm may also be a futures IB."""
    return ",".join(dict.fromkeys(one_of(word, FIRM_TYPE_WORDS) for word in split_list(text)))


def _profile_table(file: RegisterFile) -> tuple[Table, tuple[Problem, ...]]:
    """Return the profile as a table of one row, whichever way it is written."""
    if file.suffix in (".yaml", ".yml"):
        text = decode(file)
        root = read_yaml(file)
        if root.kind != "mapping":
            raise InputError.single(file.path, "must be a mapping such as firm_type: fcm", f"line {root.line}")
        row = row_of_node(root, file.name, text.split("\n"))
        return table_of_rows((row,), file.path, f"line {root.line}", DRAFT_MARK in text), ()
    table, warnings = read_table(file)
    if len(table.headers) == 2 and header_key(table.headers[1]) in ("value", "值", "內容"):
        cells: dict[str, Cell] = {}
        for one in table.rows:
            key, value = (one.cells.get(header, Cell("", one.place)) for header in table.headers)
            if key.text in cells:
                raise InputError.single(file.path, f"{quoted(key.text)} stands twice", one.place)
            cells[key.text] = value
        row = Row(SourceRef(file.name, 1), "line 1", cells)
        table = Table(file.path, tuple(cells), (row,), table.header_place, table.draft)
    return table, warnings


def _ports(text: str) -> ServiceSet:
    """Return the services of a port cell; a bare number is TCP, as published services mostly are."""
    return parse_services(text, default_protocol="tcp")


def read_published_services(file: RegisterFile, zones: tuple[str, ...] | None) -> Reading[PublishedService]:
    """Return the published services. `zones` None: zone names are not checked. Raises InputError."""
    table, warnings = read_table(file)
    reader = open_register(table, PUBLISHED_COLUMNS)
    known = None if zones is None else {zone.casefold(): zone for zone in zones}
    services = []
    for row in table.rows:
        public = reader.needed(row, "public_ip", parse_prefixes)
        ports = reader.needed(row, "port", _ports)
        inner = reader.parsed(row, "inner_host", parse_prefixes)
        inner_services = reader.parsed(row, "inner_port", _ports)
        zone = reader.text(row, "zone")
        if zone and known is not None:
            if zone.casefold() not in known:
                hint = did_you_mean(zone, known.values())
                reader.complain(row, "zone", f"zone {quoted(zone)} is not in the zone map{hint}")
            zone = known.get(zone.casefold(), zone)
        if public is None or ports is None:
            continue
        services.append(
            PublishedService(
                name=reader.text(row, "fqdn"),
                public=public,
                services=ports,
                where=row.where,
                inner=inner,
                zone=zone,
                owner=reader.text(row, "owner"),
                approval=reader.text(row, "approval"),
                inner_services=inner_services,
                application=reader.text(row, "app"),
                tls=reader.text(row, "tls"),
                waf=reader.text(row, "waf"),
                ddos=reader.text(row, "ddos"),
            )
        )
    return reading_of(reader, services, warnings)
