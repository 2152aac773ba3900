"""R04, the line agreements: every port that was agreed with the other end of a third-party line."""

from __future__ import annotations

from netaudit.model.cells import one_of, parse_date, parse_prefixes, plain
from netaudit.model.table import Column, RegisterReader, Row, open_register, quoted
from netaudit.model.table_files import RegisterFile, read_table
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, PORT_PROTOCOLS, ServiceSet
from netaudit.policy.reading import Reading, reading_of
from netaudit.policy.registers import LineAgreement
from netaudit.policy.services_text import PROTOCOLS, parse_ports, parse_services

COLUMNS = (
    Column("line_id", ("line", "線路", "線路編號", "專線", "專線編號"), required=True, filled=True),
    Column("counterparty", ("peer", "對方", "對方機構", "第三方機構", "機構"), required=True, filled=True),
    Column("circuit_no", ("circuit", "電路編號", "線路號碼")),
    Column("carrier", ("電信業者", "電信商")),
    Column("device", ("設備", "設備名稱", "路由器")),
    Column("interface", ("介面",)),
    Column("firewall", ("防火牆",)),
    Column("local_ip", ("local", "local_prefix", "我方IP", "我方位址", "本端IP", "本端位址")),
    Column("peer_prefix", ("peer_ip", "peers", "對方IP", "對方位址", "對方網段"), required=True),
    Column("direction", ("方向",), required=True, filled=True),
    Column("proto", ("protocol", "協定", "通訊協定"), required=True, filled=True),
    Column("src_port", ("source_port", "來源埠", "來源埠號")),
    Column("dst_port", ("destination_port", "port", "ports", "目的埠", "目的埠號", "約定埠號", "埠號"), required=True),
    Column("multicast_group", ("multicast", "group", "群播", "群播位址", "群播群組")),
    Column("purpose", ("用途", "說明")),
    Column("env", ("environment", "環境")),
    Column("contract_no", ("contract", "合約", "合約編號", "契約編號")),
    Column("valid_from", ("生效日", "起日", "合約起日")),
    Column("valid_to", ("有效期限", "到期日", "迄日", "合約迄日")),
    Column("contact", ("聯絡人", "窗口")),
)

DIRECTION_WORDS = {
    "out": "out",
    "outbound": "out",
    "出": "out",
    "送出": "out",
    "in": "in",
    "inbound": "in",
    "入": "in",
    "接收": "in",
    "both": "both",
    "bidirectional": "both",
    "雙向": "both",
}
ENVIRONMENT_WORDS = {
    "prod": "prod",
    "production": "prod",
    "正式": "prod",
    "營運": "prod",
    "test": "test",
    "uat": "test",
    "測試": "test",
    "dr": "dr",
    "備援": "dr",
}

# Groups for any source: IPv4 multicast (RFC 5771) and IPv6 multicast (RFC 4291).
MULTICAST = AddressSet.prefix("224.0.0.0/4") | AddressSet.prefix("ff00::/8")


def read_line_agreements(file: RegisterFile) -> Reading[LineAgreement]:
    """Return the agreed tuples; a row with direction both gives two. Raises InputError."""
    table, warnings = read_table(file)
    reader = open_register(table, COLUMNS)
    return reading_of(reader, [agreement for row in table.rows for agreement in _agreements(reader, row)], warnings)


def _agreements(reader: RegisterReader, row: Row) -> list[LineAgreement]:
    direction = reader.parsed(row, "direction", lambda text: one_of(text, DIRECTION_WORDS))
    multicast = reader.parsed(row, "multicast_group", _groups)
    peers = reader.parsed(row, "peer_prefix", parse_prefixes)
    local = reader.parsed(row, "local_ip", parse_prefixes)
    services = _services(reader, row)
    environment = reader.parsed(row, "env", lambda text: one_of(text, ENVIRONMENT_WORDS)) or ""
    valid_from = reader.parsed(row, "valid_from", parse_date)
    valid_to = reader.parsed(row, "valid_to", parse_date)
    if valid_from and valid_to and valid_from > valid_to:
        reader.complain(row, "valid_to", f"{valid_to} is before valid_from {valid_from}")
    if multicast and direction not in (None, "in"):
        reader.complain(row, "direction", "a multicast group is received: write in")
    if peers is None and multicast:
        # Any source may send to a group; the feed's source is often not agreed (TAIFEX, TWSE quotes).
        peers = ANY_IPV4 if multicast.ipv4 else ANY_IPV6
    if peers is None and reader.has("peer_prefix") and not reader.text(row, "peer_prefix"):
        reader.complain(row, "peer_prefix", "is empty; the addresses of the other end are needed")
    if direction is None or peers is None or services is None:
        return []
    return [
        LineAgreement(
            line=reader.text(row, "line_id"),
            counterparty=reader.text(row, "counterparty"),
            where=row.where,
            direction=one,
            peers=peers,
            services=services,
            services_text=_services_words(reader, row),
            local=local,
            multicast=multicast,
            device=reader.text(row, "device"),
            interface=reader.text(row, "interface"),
            firewall=reader.text(row, "firewall"),
            circuit=reader.text(row, "circuit_no"),
            carrier=reader.text(row, "carrier"),
            purpose=reader.text(row, "purpose"),
            environment=environment,
            contract=reader.text(row, "contract_no"),
            valid_from=valid_from,
            valid_to=valid_to,
            contact=reader.text(row, "contact"),
        )
        for one in (("out", "in") if direction == "both" else (direction,))
    ]


def _groups(text: str) -> AddressSet:
    groups = parse_prefixes(text)
    if not groups <= MULTICAST:
        raise ValueError(f"{quoted(text)} is not a multicast group (224.0.0.0/4 or ff00::/8)")
    return groups


def _services(reader: RegisterReader, row: Row) -> ServiceSet | None:
    """Return the services of the three columns proto, src_port and dst_port; None where one is wrong."""
    before = len(reader.problems)
    protocol = reader.text(row, "proto")
    source_text = reader.text(row, "src_port")
    destination_text = reader.text(row, "dst_port")
    source_ports = reader.parsed(row, "src_port", parse_ports) or ALL_PORTS
    if len(reader.problems) > before or not protocol:
        return None
    words = [word for word in plain(protocol).lower().replace("+", " ").replace(",", " ").split() if word]
    services: list[ServiceSet] = []
    for word in words:
        number = PROTOCOLS.get(word, -1)
        if number in PORT_PROTOCOLS:
            if not destination_text:
                reader.complain(row, "dst_port", f"{word} needs the agreed destination ports, or any")
                return None
            ports = reader.parsed(row, "dst_port", parse_ports)
            if ports is None:
                return None
            services.append(ServiceSet.ports(number, ports, source_ports))
            continue
        if source_text:
            reader.complain(row, "src_port", f"{quoted(word)} has no ports")
            return None
        column = "proto" if "/" in word or not destination_text else "dst_port"
        text = word if "/" in word or not destination_text else f"{word}/{destination_text}"
        if word in ("any", "ip", "*") and destination_text.lower() in ("", "any", "*"):
            if word == "ip" and not destination_text:
                reader.complain(row, "dst_port", "ip without a port is everything; write any if that is agreed")
                return None
            services.append(ANY_SERVICE)
            continue
        try:
            services.append(parse_services(text))
        except ValueError as error:
            reader.complain(row, column, str(error))
            return None
    if any(one is ANY_SERVICE for one in services):
        return ANY_SERVICE
    return ServiceSet.union(services)


def _services_words(reader: RegisterReader, row: Row) -> str:
    """Return the agreed services as people read them: "tcp/10005 from 49003-49020"."""
    destination, source = reader.text(row, "dst_port"), reader.text(row, "src_port")
    text = f"{reader.text(row, 'proto')}/{destination}" if destination else reader.text(row, "proto")
    return f"{text} from {source}" if source else text
