"""R02, the zone map: which zones the firm has, and which interfaces and subnets belong to them."""

from __future__ import annotations

from netaudit.errors import InputError, Problem
from netaudit.model.cells import one_of, parse_date, parse_prefixes, plain, split_list
from netaudit.model.table import Column, RegisterReader, Row, header_key, open_register, quoted
from netaudit.model.table_files import DRAFT_MARK, RegisterFile, decode, read_table, read_yaml
from netaudit.model.table_yaml import YamlNode, row_of_node, scalar_text, table_of_rows
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, NO_ADDRESS, AddressSet
from netaudit.policy.reading import Reading, reading_of
from netaudit.policy.registers import Zone, ZoneMember, ZoneType

COLUMNS = (
    Column("zone", ("name", "zone name", "區域", "區域名稱", "網段區域"), required=True, filled=True),
    Column("type", ("zone type", "kind", "類型", "區域類型", "類別"), required=True, filled=True),
    Column("subnets", ("subnet", "prefixes", "networks", "網段", "子網段", "子網路")),
    Column("members", ("member", "interfaces", "interface", "介面", "成員", "所屬介面")),
    Column("sensitivity", ("機敏等級", "敏感度", "機敏性")),
    Column("owner", ("負責單位", "權責單位", "負責人", "擁有者")),
    Column("confirmed_by", ("confirmed by", "確認人", "確認人員")),
    Column("confirmed_on", ("confirmed on", "確認日", "確認日期")),
    Column("description", ("note", "notes", "comment", "說明", "備註")),
)

# Spellings of the zone types; the types themselves are added below.
TYPE_WORDS = {
    "external": "internet",
    "外網": "internet",
    "網際網路": "internet",
    "非軍事區": "dmz",
    "隔離區": "dmz",
    "production": "prod",
    "營運": "prod",
    "營運區": "prod",
    "正式區": "prod",
    "測試": "uat",
    "測試區": "uat",
    "office": "oa",
    "辦公": "oa",
    "辦公區": "oa",
    "dealing": "dealer",
    "自營": "dealer",
    "management": "mgmt",
    "管理": "mgmt",
    "管理區": "mgmt",
    "third_party": "thirdparty",
    "third-party": "thirdparty",
    "第三方": "thirdparty",
    "專線": "thirdparty",
    "第三方線路": "thirdparty",
    "wlan": "wlan_int",
    "wlan-int": "wlan_int",
    "內部無線": "wlan_int",
    "guest": "wlan_guest",
    "wlan-guest": "wlan_guest",
    "訪客無線": "wlan_guest",
    "remote access": "vpn",
    "遠端": "vpn",
    "分公司": "branch",
    "備援": "dr",
    "異地備援": "dr",
    "雲端": "cloud",
    "colo": "colocation",
    "主機共置": "colocation",
    "互連": "transit",
    "設備互連": "transit",
    "其他": "other",
}
TYPE_WORDS |= {one.value: one.value for one in ZoneType}

# How an attachment may be named, and what kind of member it is.
MEMBER_KINDS = {
    "interface": "interface",
    "nameif": "interface",
    "介面": "interface",
    "vlan": "vlan",
    "vrf": "vrf",
    "security_zone": "security_zone",
    "securityzone": "security_zone",
    "安全區域": "security_zone",
}
_MEMBER_GRAMMAR = (
    "write {device: fw-1, interface: wan1} in YAML or fw-1:interface:wan1 in a table; "
    "instead of interface: vlan, vrf or security_zone"
)


def read_zone_map(file: RegisterFile) -> Reading[Zone]:
    """Return the zones of a zone map (YAML: a list or mapping of zones; CSV and XLSX: a row each).

    Raises InputError where the file as a whole cannot be read.
    """
    if file.suffix not in (".yaml", ".yml"):
        table, warnings = read_table(file)
        reader = open_register(table, COLUMNS)
        zones = [_zone(reader, row, _members_of_text(reader, row)) for row in table.rows]
        return reading_of(reader, _checked(reader, table.rows, zones), warnings, _names(reader, table.rows))
    text = decode(file)
    nodes = _zone_nodes(read_yaml(file), file.path)
    lines = text.split("\n")
    rows = tuple(row_of_node(node, file.name, lines, frozenset({"members"})) for node in nodes)
    table = table_of_rows(rows, file.path, "line 1", DRAFT_MARK in text)
    reader = open_register(table, COLUMNS)
    zones = [_zone(reader, row, _members_of_node(reader, row, node)) for row, node in zip(rows, nodes, strict=True)]
    return reading_of(reader, _checked(reader, rows, zones), names=_names(reader, rows))


def _names(reader: RegisterReader, rows: tuple[Row, ...]) -> tuple[str, ...]:
    header = reader.names.get("zone", "")
    return tuple(row.cells[header].text for row in rows if header in row.cells)


def _zone_nodes(root: YamlNode, path: str) -> list[YamlNode]:
    """Return the zones of a document as mappings that have a `zone` key."""
    if root.kind == "mapping" and root.get("zones") is not None:
        problems = [
            Problem(path, f"line {node.line}", f"unknown key {quoted(key)}; only zones stands at the top")
            for key, node in root.entries
            if key != "zones"
        ]
        if problems:
            raise InputError(problems)
        root = next(node for key, node in root.entries if key == "zones")
    if root.kind == "text" and not root.text:
        return []
    if root.kind == "list":
        wrong = [node for node in root.items if node.kind != "mapping"]
        nodes = list(root.items)
    elif root.kind == "mapping":
        wrong = [node for _, node in root.entries if node.kind != "mapping"]
        nodes = [
            YamlNode("mapping", node.line, entries=(("zone", YamlNode("text", node.line, key)), *node.entries))
            for key, node in root.entries
            if node.kind == "mapping"
        ]
    else:
        raise InputError.single(path, "must be a list or a mapping of zones", f"line {root.line}")
    if wrong:
        raise InputError(
            [Problem(path, f"line {node.line}", "is not a zone with keys (zone, type, subnets ...)") for node in wrong]
        )
    return nodes


def _zone(reader: RegisterReader, row: Row, members: tuple[ZoneMember, ...]) -> Zone | None:
    name = reader.text(row, "zone")
    kind = reader.parsed(row, "type", lambda text: ZoneType(one_of(text, TYPE_WORDS)))
    subnets = reader.parsed(row, "subnets", _subnets) or NO_ADDRESS
    confirmed_on = reader.parsed(row, "confirmed_on", parse_date)
    if not name or kind is None:
        return None
    if subnets in (ANY_IPV4, ANY_IPV6, ANY_ADDRESS):
        if kind is not ZoneType.INTERNET:
            reader.complain(row, "subnets", "holds every address; only an internet zone does, with no subnets")
        subnets = NO_ADDRESS
    return Zone(
        name,
        kind,
        row.where,
        subnets,
        members,
        reader.text(row, "sensitivity"),
        reader.text(row, "owner"),
        reader.text(row, "confirmed_by"),
        confirmed_on,
    )


def _subnets(text: str) -> AddressSet:
    return ANY_ADDRESS if plain(text).lower() in ("any", "all") else parse_prefixes(text)


def _members_of_text(reader: RegisterReader, row: Row) -> tuple[ZoneMember, ...]:
    """Return the members of a table cell: `fw-1:interface:wan1; core-1:vlan:110`."""
    return _members_of_words(reader, row, reader.text(row, "members"))


def _members_of_words(reader: RegisterReader, row: Row, text: str) -> tuple[ZoneMember, ...]:
    members = []
    for item in split_list(text):
        device, _, rest = item.partition(":")
        word, _, name = rest.partition(":")
        kind = MEMBER_KINDS.get(header_key(word)) or MEMBER_KINDS.get(word.lower())
        if not kind:
            kind, name = "interface", rest  # `fw-1:wan1`
        if not device or not name:
            reader.complain(row, "members", f"{quoted(item)} names no device and interface; {_MEMBER_GRAMMAR}")
            continue
        members.append(ZoneMember(device, kind, name))
    return tuple(members)


def _members_of_node(reader: RegisterReader, row: Row, node: YamlNode) -> tuple[ZoneMember, ...]:
    key = reader.names.get("members")
    value = node.get(key) if key else None
    if value is None or value == YamlNode("text", value.line):
        return ()
    members: list[ZoneMember] = []
    for item in value.items if value.kind == "list" else (value,):
        place = f"line {item.line}, key members"
        if item.kind == "text":
            members += _members_of_words(reader, row, item.text)
        elif item.kind == "mapping":
            members += _members_of_mapping(reader, item, place)
        else:
            reader.problems.append(Problem(reader.table.path, place, f"is not a member; {_MEMBER_GRAMMAR}"))
    return tuple(members)


def _members_of_mapping(reader: RegisterReader, item: YamlNode, place: str) -> list[ZoneMember]:
    """Return the members of `{device: fw-1, interface: wan1}`; an attachment may be a list of names."""
    device = ""
    attachments: list[tuple[str, str]] = []
    for key, value in item.entries:
        text = scalar_text(value)
        kind = MEMBER_KINDS.get(header_key(key)) or MEMBER_KINDS.get(key.lower())
        if key.lower() in ("device", "設備"):
            device = text or ""
        elif kind and text:
            names = [one.text for one in value.items] if value.kind == "list" else [text]
            attachments += [(kind, name) for name in names]
        else:
            reader.problems.append(
                Problem(reader.table.path, f"line {value.line}, key {key}", f"is not understood; {_MEMBER_GRAMMAR}")
            )
            return []
    if not device or not attachments:
        reader.problems.append(Problem(reader.table.path, place, f"names no device or no interface; {_MEMBER_GRAMMAR}"))
        return []
    return [ZoneMember(device, kind, name) for kind, name in attachments]


def _checked(reader: RegisterReader, rows: tuple[Row, ...], zones: list[Zone | None]) -> list[Zone]:
    """Note duplicate zones, subnets in two zones and members of two zones; return the zones."""
    seen: dict[str, Row] = {}
    taken: dict[tuple[str, str, str], str] = {}
    earlier: list[Zone] = []
    for row, zone in zip(rows, zones, strict=True):
        if zone is None:
            continue
        key = zone.name.casefold()
        if key in seen:
            reader.complain(row, "zone", f"zone {zone.name} stands twice, first at {seen[key].place}")
            continue
        seen[key] = row
        for other in earlier:
            shared = zone.subnets & other.subnets
            if shared:
                reader.complain(
                    row, "subnets", f"{shared} is in {other.name} and in {zone.name}; a subnet has one zone"
                )
        for member in zone.members:
            place = (member.device.lower(), member.kind, member.name.lower())
            if place in taken and taken[place] != zone.name:
                reader.complain(
                    row,
                    "members",
                    f"{member.kind} {member.name} of {member.device} is in {taken[place]} and in {zone.name}",
                )
            taken.setdefault(place, zone.name)
        earlier.append(zone)
    return earlier
