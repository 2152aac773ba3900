"""A realistic result of an audit, built by hand: a small firm with eight zones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from netaudit.errors import Problem
from netaudit.findings import ControlVerdict, Finding, Outcome, Severity, Verdict, finding_id
from netaudit.lifecycle.status import DeviceFacts, DeviceLifecycle, LifecycleStatus, Milestones
from netaudit.model.device import Device, Interface, InterfaceAddress, Reference, StaticRoute
from netaudit.model.rules import (
    AccessRule,
    Action,
    Binding,
    Direction,
    Purpose,
    Rulebase,
    RulebaseKind,
)
from netaudit.model.source import (
    Affects,
    FileCoverage,
    FileStatus,
    LineNote,
    LineState,
    SourceRef,
)
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, Flow, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, ServiceSet
from netaudit.policy.registers import (
    FirmProfile,
    InventoryEntry,
    LineAgreement,
    Policy,
    Register,
    RetirementPlan,
    Zone,
    ZoneType,
)
from netaudit.reports.result import (
    AuditResult,
    CheckSummary,
    ControlText,
    DiagramEdge,
    DiagramNode,
    MatrixCell,
)
from netaudit.topology.reach import Conduit, DecidingRule, PassedPackets

AS_OF = date(2026, 11, 20)

ZONES = {
    "INTERNET": (ZoneType.INTERNET, ""),
    "DMZ-WEB": (ZoneType.DMZ, "10.10.10.0/24"),
    "PROD-ORD": (ZoneType.PROD, "10.10.20.0/24"),
    "PROD-DB": (ZoneType.PROD, "10.10.23.0/24"),
    "UAT": (ZoneType.UAT, "10.10.30.0/24"),
    "OA": (ZoneType.OA, "10.10.40.0/22"),
    "MGMT": (ZoneType.MGMT, "10.40.0.0/24"),
    "LINE-BANK-A": (ZoneType.THIRDPARTY, "172.20.40.0/28"),
}


def at(path: str, line: int, text: str = "", end: int = 0) -> SourceRef:
    """Return a place."""
    return SourceRef(path, line, text, end)


def tcp(*ports: int | tuple[int, int]) -> ServiceSet:
    """Return TCP to these ports."""
    spans = [port if isinstance(port, tuple) else (port, port) for port in ports]
    return ServiceSet.ports(6, IntervalSet.of(spans))


def zone_addresses(name: str) -> AddressSet:
    """Return the addresses of a zone."""
    prefix = ZONES[name][1]
    return AddressSet.prefix(prefix) if prefix else AddressSet.prefix("198.51.100.0/24")


def packets(source: str, destination: str, services: ServiceSet) -> PacketSet:
    """Return packets between two zones."""
    return PacketSet.of(zone_addresses(source), zone_addresses(destination), services)


def rule(
    name: str,
    path: str,
    line: int,
    text: str,
    match: PacketSet,
    *,
    action: Action = Action.PERMIT,
    from_zones: NameSet = ANY_NAME,
    to_zones: NameSet = ANY_NAME,
    description: str = "",
    enabled: bool = True,
    hits: int | None = None,
) -> AccessRule:
    """Return a rule."""
    return AccessRule(
        name=name,
        action=action,
        match=PacketMatch.exact(match),
        where=at(path, line, text),
        from_zones=from_zones,
        to_zones=to_zones,
        description=description,
        enabled=enabled,
        logged=action is Action.DENY,
        sources=("any",),
        destinations=("any",),
        services=("tcp",),
        hit_count=hits,
    )


FW = "fw-ext/fw-ext.conf"
ASA = "fw-line-1/running-config.txt"
CORE = "core-sw-1.cfg"

UAT_TO_DB = rule(
    "22",
    FW,
    412,
    "edit 22",
    packets("UAT", "PROD-DB", tcp(1521)),
    from_zones=NameSet.of(["uat"]),
    to_zones=NameSet.of(["prod-db"]),
    description="REQ-2023-0417 臨時開放至2023/06/30",
    hits=0,
)
WEB_TO_ORD = rule(
    "12",
    FW,
    350,
    "edit 12",
    packets("DMZ-WEB", "PROD-ORD", ANY_SERVICE),
    from_zones=NameSet.of(["dmz"]),
    to_zones=NameSet.of(["prod"]),
    hits=91234,
)
WEB_IN = rule(
    "1",
    FW,
    300,
    "edit 1",
    packets("INTERNET", "DMZ-WEB", tcp(443)),
    from_zones=NameSet.of(["wan1"]),
    to_zones=NameSet.of(["dmz"]),
    hits=12_000_000,
)
OFF = rule("90", FW, 700, "edit 90", PacketSet.of(), enabled=False, description="停用")
BANK_OUT = rule(
    "20",
    ASA,
    88,
    "access-list BANK-A-OUT extended permit tcp 10.10.20.0 255.255.255.0 172.20.40.0 255.255.255.240 range 8440 8450",
    packets("PROD-ORD", "LINE-BANK-A", tcp((8440, 8450))),
)
BANK_IN = rule(
    "10",
    ASA,
    95,
    "access-list BANK-A-IN extended permit ip 172.20.40.0 255.255.255.240 any",
    PacketSet.of(zone_addresses("LINE-BANK-A"), ANY_ADDRESS),
)
BANK_DENY = rule(
    "20", ASA, 96, "access-list BANK-A-IN extended deny ip any any log", PacketSet.of(), action=Action.DENY
)
NAT_LIST = rule("10", ASA, 120, "access-list NONAT extended permit ip any any", PacketSet.of())


def interface(name: str, path: str, line: int, address: str = "", zone: str = "", nickname: str = "") -> Interface:
    """Return an interface."""
    addresses: tuple[InterfaceAddress, ...] = ()
    if address:
        text, length = address.split("/")
        family, value = parse_address(text)
        addresses = (InterfaceAddress(family, value, int(length)),)
    return Interface(
        name, at(path, line, f"interface {name}"), addresses=addresses, security_zone=zone, nickname=nickname
    )


def devices() -> tuple[Device, ...]:
    """Return the devices."""
    fw_ext = Device(
        name="fw-ext",
        platform="fortios",
        vendor="Fortinet",
        where=at(FW, 1, "#config-version=FG6H0F-7.4.8-FW-build2795-250523"),
        model="FortiGate 600F",
        operating_system="FortiOS",
        version="7.4.8",
        serials=("FG6H0FTB00000001",),
        fact_sources=(("version", at(FW, 1)), ("model", at(FW, 1))),
        interfaces=(
            interface("wan1", FW, 20, "203.0.113.2/28", "wan1"),
            interface("port5", FW, 30, "10.10.10.1/24", "dmz"),
            interface("port6", FW, 40, "10.10.30.1/24", "uat"),
        ),
        rulebases=(
            Rulebase(
                "firewall policy",
                RulebaseKind.ZONE_POLICY,
                (WEB_IN, WEB_TO_ORD, UAT_TO_DB, OFF),
                Action.DENY,
                at(FW, 298, "config firewall policy"),
                default_logged=False,
                flavour="firewall policy",
            ),
        ),
        static_routes=(StaticRoute(Family.IPV4, 0, 0, at(FW, 900, "set gateway 203.0.113.1"), "203.0.113.1", "wan1"),),
    )
    asa = Device(
        name="fw-line-1",
        platform="cisco_asa",
        vendor="Cisco",
        where=at(ASA, 1, "ASA Version 9.14(4)"),
        model="ASA 5525-X",
        part_number="ASA5525-K9",
        operating_system="ASA",
        version="9.14(4)",
        serials=("FCH00000001",),
        interfaces=(
            interface("GigabitEthernet0/0", ASA, 20, "172.20.40.1/28", nickname="bank-a"),
            interface("GigabitEthernet0/1", ASA, 26, "10.10.20.254/24", nickname="inside"),
        ),
        rulebases=(
            Rulebase("BANK-A-IN", RulebaseKind.FILTER, (BANK_IN, BANK_DENY), Action.DENY, at(ASA, 95), stateful=True),
            Rulebase("BANK-A-OUT", RulebaseKind.FILTER, (BANK_OUT,), Action.DENY, at(ASA, 88), stateful=True),
            Rulebase("NONAT", RulebaseKind.FILTER, (NAT_LIST,), Action.DENY, at(ASA, 120)),
        ),
        bindings=(
            Binding("BANK-A-IN", Purpose.FILTER, at(ASA, 200), "bank-a", Direction.IN),
            Binding("BANK-A-OUT", Purpose.FILTER, at(ASA, 201), "inside", Direction.IN),
            Binding("NONAT", Purpose.NAT, at(ASA, 210)),
        ),
        undefined_references=(
            Reference("access list", "OLD-LIST", at(ASA, 230, "access-group OLD-LIST in interface x")),
        ),
    )
    core = Device(
        name="core-sw-1",
        platform="cisco_ios",
        vendor="Cisco",
        where=at(CORE, 3, "version 17.9"),
        model="C9500-24Y4C",
        operating_system="IOS-XE",
        version="17.9",
        interfaces=(
            interface("Vlan210", CORE, 50, "10.10.20.1/24"),
            interface("Vlan213", CORE, 55, "10.10.23.1/24"),
            interface("Vlan410", CORE, 60, "10.10.40.1/22"),
            interface("Vlan900", CORE, 65, "10.40.0.1/24"),
        ),
    )
    return core, fw_ext, asa


def finding(
    check: str,
    severity: Severity,
    device: str,
    subject: str,
    zh: str,
    en: str,
    where: tuple[SourceRef, ...],
    *,
    outcome: Outcome = Outcome.FAIL,
    witness: Flow | None = None,
    controls: tuple[str, ...] = ("FNS-4-2-2",),
    waiver: str | None = None,
    **facts: str,
) -> Finding:
    """Return a finding."""
    return Finding(
        id=finding_id(check, device, subject),
        check=check,
        severity=severity,
        outcome=outcome,
        device=device,
        subject=subject,
        facts=facts,
        title={"zh-TW": zh, "en": en},
        remediation={
            "zh-TW": "將來源、目的與服務縮減為實際需要的範圍，並補上申請單號；不再使用者先停用再移除。",
            "en": "Narrow the rule to what is needed and record the request; disable what is unused, then remove it.",
        },
        where=where,
        witness=witness,
        controls=controls,
        waiver=waiver,
    )


def findings() -> tuple[Finding, ...]:
    """Return the findings, worst first."""
    quote = "set srcaddr all / set dstaddr all / set service ALL"
    return (
        finding(
            "SEG-011",
            Severity.CRITICAL,
            "fw-ext",
            "firewall policy 22",
            "測試區 UAT 可連到營運資料庫 PROD-DB 的 tcp/1521",
            "UAT reaches the production database PROD-DB on tcp/1521",
            (at(FW, 412, "edit 22"), at(FW, 418, "set dstaddr prod-db-net")),
            witness=Flow.of("10.10.30.0", "10.10.23.0", 6, source_port=49152, destination_port=1521),
            controls=("FNS-3-2-2a", "FNS-3-2-4"),
        ),
        finding(
            "SEG-012",
            Severity.CRITICAL,
            "fw-ext",
            "firewall policy 12",
            "DMZ-WEB 可用任何服務連到營運區 PROD-ORD",
            "DMZ-WEB reaches production PROD-ORD with any service",
            (at(FW, 350, quote),),
            witness=Flow.of("10.10.10.0", "10.10.20.0", 6, source_port=49152, destination_port=22),
            controls=("FNS-3-2-2a",),
        ),
        finding(
            "LINE-004",
            Severity.HIGH,
            "fw-line-1",
            "BANK-A-IN rule 10",
            "銀行A線路的對方可連到約定以外的主機",
            "The counterparty of the bank line reaches hosts beyond the agreement",
            (BANK_IN.where,),
            witness=Flow.of("172.20.40.0", "10.10.20.0", 6, source_port=49152, destination_port=443),
            controls=("FNS-5-1-3",),
            line="BANK-A",
        ),
        finding(
            "LINE-002",
            Severity.HIGH,
            "fw-line-1",
            "BANK-A-OUT rule 20",
            "銀行A線路開放了未約定的埠 tcp/8440-8442、8444-8450",
            "Ports tcp/8440-8442 and 8444-8450 are open on the bank line but not agreed",
            (BANK_OUT.where,),
            witness=Flow.of("10.10.20.0", "172.20.40.0", 6, source_port=49152, destination_port=8440),
            controls=("FNS-5-1-3",),
            line="BANK-A",
        ),
        finding(
            "EOL-001",
            Severity.HIGH,
            "fw-line-1",
            "hardware ASA 5525-X",
            "硬體 ASA 5525-X 已於 2025-09-30 終止支援",
            "The hardware ASA 5525-X is past its end of support of 2025-09-30",
            (at(ASA, 3, ": Hardware:   ASA5525, 8192 MB RAM"),),
            controls=("FNS-4-1-1",),
        ),
        finding(
            "RULE-001",
            Severity.MEDIUM,
            "fw-line-1",
            "BANK-A-IN rule 10",
            "規則放行任何目的與任何服務",
            "The rule permits any destination with any service",
            (BANK_IN.where,),
        ),
        finding(
            "RULE-006",
            Severity.LOW,
            "fw-ext",
            "firewall policy 90",
            "無法判定規則 90 是否永遠不會命中",
            "Whether rule 90 can ever match is undecided",
            (at(FW, 700, "edit 90"),),
            outcome=Outcome.UNKNOWN,
            why_unknown="fqdn",
        ),
        finding(
            "RULE-013",
            Severity.LOW,
            "fw-ext",
            "firewall policy 1",
            "規則 1 未留存記錄",
            "Rule 1 does not log",
            (at(FW, 300, "set logtraffic disable"),),
            waiver="W-2026-003 (2027-03-31)",
        ),
    )


def coverage() -> tuple[FileCoverage, ...]:
    """Return the files, one of them not fully understood, one not readable."""
    notes = (
        LineNote(
            at(FW, 950, "set internet-service-name Google-DNS"),
            LineState.UNSUPPORTED,
            Affects.FILTER,
            "internet service database",
        ),
        LineNote(at(FW, 1022, "set new-keyword enable"), LineState.UNRECOGNIZED, Affects.OTHER),
    )
    return (
        FileCoverage(CORE, "a" * 64, "cisco_ios", "core-sw-1", FileStatus.UNDERSTOOD, 420, 400, 20),
        FileCoverage(FW, "b" * 64, "fortios", "fw-ext", FileStatus.PARTIAL, 1200, 1100, 98, notes),
        FileCoverage(ASA, "c" * 64, "cisco_asa", "fw-line-1", FileStatus.UNDERSTOOD, 300, 290, 10),
        FileCoverage("notes/讀我.txt", "d" * 64, "", "", FileStatus.NOT_A_CONFIGURATION, 12),
        FileCoverage(
            "dr-fw.conf", "e" * 64, "", "", FileStatus.UNKNOWN_PLATFORM, 40, problem="the platform is not recognised"
        ),
    )


def policy() -> Policy:
    """Return the registers."""
    return Policy(
        zones=tuple(
            Zone(name, kind, at("zones.yaml", number * 5 + 1), zone_addresses(name))
            for number, (name, (kind, _)) in enumerate(ZONES.items())
        ),
        line_agreements=(
            LineAgreement(
                line="BANK-A",
                counterparty="甲銀行",
                where=at("line_agreements.csv", 2),
                direction="out",
                peers=AddressSet.prefix("172.20.40.0/28"),
                services=tcp(8443),
                services_text="tcp/8443",
                purpose="出金",
                environment="prod",
                contract="C-2024-11",
                valid_to=date(2027, 12, 31),
            ),
            LineAgreement(
                line="INFO",
                counterparty="報價商",
                where=at("line_agreements.csv", 3),
                direction="in",
                peers=AddressSet.prefix("172.20.50.0/29"),
                services=tcp((6101, 6104)),
                purpose="報價",
                valid_to=date(2026, 3, 31),
            ),
        ),
        inventory=(
            InventoryEntry("D01", "fw-ext", at("device_inventory.csv", 2), role="對外防火牆", site="台北"),
            InventoryEntry("D02", "fw-line-1", at("device_inventory.csv", 3), role="專線防火牆", site="台北"),
            InventoryEntry("D03", "core-sw-1", at("device_inventory.csv", 4), role="核心交換器", site="台北"),
            InventoryEntry("D04", "rtr-twse", at("device_inventory.csv", 5), role="專線路由器"),
        ),
        retirement_plans=(
            RetirementPlan(
                "fw-line-1",
                at("retirement_plan.csv", 2),
                target_date=date(2027, 3, 31),
                replacement="Secure Firewall 3110",
                status="open",
            ),
        ),
        profile=FirmProfile("fcm", "1", name="示範期貨"),
        given=frozenset({Register.ZONE_MAP, Register.ZONE_MATRIX, Register.LINE_AGREEMENTS, Register.INVENTORY}),
        files=(("zones.yaml", "1" * 64), ("line_agreements.csv", "2" * 64)),
    )


def matrix() -> tuple[MatrixCell, ...]:
    """Return the cells: some in excess, missing, undecided, as stated; the others closed."""
    special: dict[tuple[str, str], MatrixCell] = {}

    def passed(one: AccessRule, device: str, rulebase: str) -> PassedPackets:
        return PassedPackets(one.match.maybe, (DecidingRule(device, rulebase, one, one.where),), ("edge-rtr-1", device))

    def put(cell: MatrixCell) -> None:
        special[cell.from_zone, cell.to_zone] = cell

    for source, destination, one, device, rulebase, verdict in (
        ("UAT", "PROD-DB", UAT_TO_DB, "fw-ext", "firewall policy", "excess"),
        ("DMZ-WEB", "PROD-ORD", WEB_TO_ORD, "fw-ext", "firewall policy", "excess"),
        ("LINE-BANK-A", "PROD-ORD", BANK_IN, "fw-line-1", "BANK-A-IN", "excess"),
        ("PROD-ORD", "LINE-BANK-A", BANK_OUT, "fw-line-1", "BANK-A-OUT", "excess"),
        ("INTERNET", "DMZ-WEB", WEB_IN, "fw-ext", "firewall policy", "ok"),
    ):
        conduit = Conduit(source, destination, (passed(one, device, rulebase),), paths=(("fw-ext",),))
        beyond = ((one.match.maybe, ((device, rulebase, one),)),) if verdict == "excess" else ()
        put(MatrixCell(source, destination, verdict, conduit, beyond, stated=verdict == "ok"))
    put(
        MatrixCell(
            "PROD-ORD",
            "PROD-DB",
            "excess",
            Conduit(
                "PROD-ORD",
                "PROD-DB",
                (PassedPackets(packets("PROD-ORD", "PROD-DB", ANY_SERVICE), (), ("core-sw-1",)),),
                unfiltered_devices=("core-sw-1",),
            ),
            ((packets("PROD-ORD", "PROD-DB", ANY_SERVICE), (("core-sw-1", "", None),)),),
            stated=True,
        )
    )
    put(
        MatrixCell(
            "OA",
            "PROD-ORD",
            "missing",
            Conduit("OA", "PROD-ORD"),
            missing=(packets("OA", "PROD-ORD", tcp(443)),),
            stated=True,
        )
    )
    put(
        MatrixCell(
            "OA",
            "INTERNET",
            "unknown",
            Conduit("OA", "INTERNET", possible=packets("OA", "INTERNET", tcp(80, 443)), reasons=("fqdn",)),
        )
    )
    return tuple(
        special.get((source, destination))
        or MatrixCell(
            source,
            destination,
            "same" if source == destination else "ok",
            Conduit(source, destination, (), NO_PACKETS),
        )
        for source in ZONES
        for destination in ZONES
    )


def inventory() -> tuple[DeviceLifecycle, ...]:
    """Return the devices with their lifecycle."""

    def status(word: str, end: date | None = None) -> LifecycleStatus:
        return LifecycleStatus(word, Milestones("v", "p", "hardware", end_of_support=end) if end else None)

    return (
        DeviceLifecycle(
            DeviceFacts("core-sw-1", "Cisco", "C9500-24Y4C", "C9500-24Y4C-A", "CAT00000001", "IOS-XE", "17.9"),
            "17.9",
            status("no-date"),
            status("eos", date(2026, 7, 29)),
            "17.12.4",
        ),
        DeviceLifecycle(
            DeviceFacts("fw-ext", "Fortinet", "FortiGate 600F", "FG-600F", "FG6H0FTB00000001", "FortiOS", "7.4.8"),
            "7.4",
            status("unknown"),
            status("scheduled", date(2028, 11, 11)),
            "7.4.8",
        ),
        DeviceLifecycle(
            DeviceFacts("fw-line-1", "Cisco", "ASA 5525-X", "ASA5525-K9", "FCH00000001", "ASA", "9.14(4)"),
            "9.14",
            status("eos", date(2025, 9, 30)),
            status("eos", date(2025, 9, 30)),
        ),
        DeviceLifecycle(
            DeviceFacts("rtr-twse", "Cisco", "ISR 1111"),
            "",
            status("within-12-months", date(2027, 5, 31)),
            status("unknown"),
        ),
    )


def controls() -> tuple[ControlVerdict, ...]:
    """Return the clauses with their verdicts."""
    return (
        ControlVerdict("FNS-3-2-2a", "fns", Verdict.FAIL, ("failed_check: SEG-011, SEG-012",), ("SEG-011",), 2),
        ControlVerdict("FNS-3-2-4", "fns", Verdict.FAIL, ("failed_check: SEG-011",), ("SEG-011",), 1),
        ControlVerdict("FNS-4-1-1", "fns", Verdict.PARTIAL, ("failed_check: EOL-001",), ("EOL-001",), 1),
        ControlVerdict("FNS-4-2-2", "fns", Verdict.FAIL, (), ("RULE-001",), 3),
        ControlVerdict("FNS-4-2-3", "fns", Verdict.NOT_ASSESSED, ("missing_register: R14",)),
        ControlVerdict("FNS-5-1-3", "fns", Verdict.FAIL, ("failed_check: LINE-002, LINE-004",), ("LINE-002",), 2),
        ControlVerdict("FNS-6-1", "fns", Verdict.NOT_APPLICABLE, ("not_applicable: online_order",)),
        ControlVerdict("FCL-8-0", "fcl", Verdict.PASS),
    )


def control_texts() -> dict[str, ControlText]:
    """Return how the clauses are cited."""
    network = "期貨業網路安全自律規範"
    texts = {
        "FNS-3-2-2a": (
            network,
            "第三條第二款第(二)目(前段)",
            "劃分 DMZ、營運、測試等網段",
            "Segments are divided by use",
        ),
        "FNS-3-2-4": (network, "第三條第二款第(四)目", "規範不同網段間的存取", "Access between VLANs is regulated"),
        "FNS-4-1-1": (network, "第四條第一款第(一)目", "避免使用已終止支援的設備", "Avoid unsupported equipment"),
        "FNS-4-2-2": (network, "第四條第二款第(二)目", "最小授權與正面表列", "Least privilege, positive list"),
        "FNS-4-2-3": (network, "第四條第二款第(三)目", "每年檢視設備規則", "Rules are reviewed every year"),
        "FNS-5-1-3": (network, "第五條第一款第(三)目", "專線設防火牆並關閉非約定埠", "Close ports that are not agreed"),
        "FNS-6-1": (network, "第六條第一款", "分散式阻斷服務防護", "Protection against DDoS"),
        "FCL-8-0": ("雲端服務運作安全自律規範", "第八條(本文)", "僅開放必要連接埠", "Open only necessary ports"),
    }
    return {
        key: ControlText(key, document, clause, {"zh-TW": zh, "en": en}, advisory=key == "FNS-6-1")
        for key, (document, clause, zh, en) in texts.items()
    }


def diagram() -> tuple[tuple[DiagramNode, ...], tuple[DiagramEdge, ...]]:
    """Return the picture's graph."""
    nodes = [DiagramNode(f"zone:{name}", name, "zone", name) for name in ZONES]
    nodes += [
        DiagramNode(f"device:{name}", name, "device") for name in ("edge-rtr-1", "fw-ext", "fw-line-1", "core-sw-1")
    ]
    nodes += [
        DiagramNode("subnet:203.0.113.0/28", "203.0.113.0/28", "subnet"),
        DiagramNode("unknown:10.10.99.9", "10.10.99.9", "unknown"),
    ]
    links = (
        ("edge-rtr-1", "zone:INTERNET", "GigabitEthernet0/0/0"),
        ("edge-rtr-1", "subnet:203.0.113.0/28", "GigabitEthernet0/0/1"),
        ("fw-ext", "subnet:203.0.113.0/28", "wan1"),
        ("fw-ext", "zone:DMZ-WEB", "port5"),
        ("fw-ext", "zone:UAT", "port6"),
        ("fw-ext", "zone:PROD-ORD", "port7"),
        ("fw-line-1", "zone:LINE-BANK-A", "bank-a"),
        ("fw-line-1", "zone:PROD-ORD", "inside"),
        ("core-sw-1", "zone:PROD-ORD", "Vlan210"),
        ("core-sw-1", "zone:PROD-DB", "Vlan213"),
        ("core-sw-1", "zone:OA", "Vlan410"),
        ("core-sw-1", "zone:MGMT", "Vlan900"),
        ("core-sw-1", "unknown:10.10.99.9", "Vlan999"),
    )
    return tuple(nodes), tuple(DiagramEdge(f"device:{device}", end, label) for device, end, label in links)


def sample() -> AuditResult:
    """Return the whole result."""
    nodes, edges = diagram()
    return AuditResult(
        as_of=AS_OF,
        tool_version="0.1.0",
        firm="示範期貨",
        snapshot_name="snapshot-2026-11-20",
        devices=devices(),
        coverage=coverage(),
        policy=policy(),
        findings=findings(),
        examined={},
        checks=(
            CheckSummary("RULE-001", 30, 1, 0),
            CheckSummary("SEG-011", 2, 1, 0),
            CheckSummary("REV-020", 0, 0, 0, ("R14",)),
        ),
        controls=controls(),
        matrix=matrix(),
        zones=tuple(ZONES),
        inventory=inventory(),
        missing_devices=("rtr-twse",),
        unexpected_devices=(),
        diagram_nodes=nodes,
        diagram_edges=edges,
        problems=(Problem("dr-fw.conf", "", "the platform is not recognised; --platform names it"),),
        limitations=(("register_missing", "R05"), ("register_missing", "R14")),
        control_texts=control_texts(),
    )


def large(count: int) -> AuditResult:
    """Return a result with many findings."""
    base = sample()
    patterns = base.findings
    many = tuple(
        replace(
            patterns[number % len(patterns)],
            id=finding_id("large", "device", str(number)),
            device=f"branch-fw-{number % 40:02}",
            subject=f"{patterns[number % len(patterns)].subject} #{number}",
        )
        for number in range(count)
    )
    return replace(base, findings=tuple(sorted(many, key=lambda one: -one.severity)))


def hostile(text: str) -> AuditResult:
    """Return a result in which every text that a configuration can choose is `text`."""
    base = sample()

    def ref(where: SourceRef) -> SourceRef:
        return replace(where, text=text)

    wicked_rule = replace(
        UAT_TO_DB,
        name=text,
        description=text,
        sources=(text,),
        destinations=(text,),
        services=(text,),
        schedule=text,
        users=(text,),
        applications=(text,),
        from_zones=NameSet.of([text]),
        where=ref(UAT_TO_DB.where),
    )
    device = base.devices[1]
    wicked = replace(
        device,
        name=text,
        vendor=text,
        model=text,
        version=text,
        serials=(text,),
        rulebases=(replace(device.rulebases[0], name=text, rules=(wicked_rule,)),),
        undefined_references=(Reference(text, text, at(FW, 1, text)),),
    )
    cell = base.matrix[0]
    zones = (text, *base.zones[1:])
    cells = tuple(
        replace(
            one,
            from_zone=text if one.from_zone == "INTERNET" else one.from_zone,
            to_zone=text if one.to_zone == "INTERNET" else one.to_zone,
            excess=tuple((packets, ((text, text, wicked_rule),)) for packets, _ in one.excess),
        )
        for one in base.matrix
    )
    assert cell.from_zone == "INTERNET"
    return replace(
        base,
        firm=text,
        snapshot_name=text,
        devices=(wicked,),
        findings=tuple(
            replace(
                one,
                device=text,
                subject=text,
                facts={"line": text, "why_unknown": text},
                title={"zh-TW": text, "en": text},
                remediation={"zh-TW": text, "en": text},
                where=tuple(replace(ref(where), path=text) for where in one.where),
                controls=(text,),
                waiver=text if one.waiver else None,
            )
            for one in base.findings
        ),
        coverage=tuple(
            replace(
                one,
                path=text,
                device=text,
                problem=text,
                notes=tuple(replace(note, where=ref(note.where), reason=text) for note in one.notes),
            )
            for one in base.coverage
        ),
        policy=replace(
            base.policy,
            zones=(replace(base.policy.zones[0], name=text), *base.policy.zones[1:]),
            line_agreements=tuple(
                replace(one, line=text, counterparty=text, services_text=text, purpose=text)
                for one in base.policy.line_agreements
            ),
        ),
        controls=tuple(replace(one, id=text, reasons=(text,)) for one in base.controls),
        matrix=cells,
        zones=zones,
        inventory=tuple(
            replace(one, facts=replace(one.facts, device=text, model=text, version=text, serial=text))
            for one in base.inventory
        ),
        missing_devices=(text,),
        unexpected_devices=(text,),
        diagram_nodes=tuple(replace(one, label=text) for one in base.diagram_nodes),
        diagram_edges=tuple(replace(one, label=text) for one in base.diagram_edges),
        problems=(Problem(text, text, text),),
        limitations=((text, text),),
        control_texts={text: ControlText(text, text, text, {"zh-TW": text, "en": text})},
    )
