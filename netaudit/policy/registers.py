"""What the firm states, as values: zones, zone matrix, line agreements, inventory, plans.

The registers and their columns are those of domain regulation 1.2 (R01 to R20); each row knows its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from netaudit.errors import Problem
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.services import NO_SERVICE, ServiceSet


class ZoneType(StrEnum):
    """The kinds of zones that the norms tell apart (R02)."""

    INTERNET = "internet"
    DMZ = "dmz"
    PROD = "prod"
    UAT = "uat"
    UT = "ut"
    OA = "oa"
    DEALER = "dealer"
    MGMT = "mgmt"
    THIRDPARTY = "thirdparty"
    WLAN_INT = "wlan_int"
    WLAN_GUEST = "wlan_guest"
    VPN = "vpn"
    BRANCH = "branch"
    DR = "dr"
    CLOUD = "cloud"
    COLOCATION = "colocation"
    TRANSIT = "transit"  # links between devices, no hosts
    OTHER = "other"

    @property
    def external(self) -> bool:
        """Tell whether the zone is outside the firm's control."""
        return self in (ZoneType.INTERNET, ZoneType.THIRDPARTY)


@dataclass(frozen=True, slots=True)
class ZoneMember:
    """An attachment of a zone to a device. `kind` is interface, vlan, vrf or security_zone.

    For `interface`, `name` is the interface's name or nickname (ASA nameif).
    """

    device: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the firm. `subnets` are its addresses; an internet zone without subnets has all others."""

    name: str
    type: ZoneType
    where: SourceRef
    subnets: AddressSet = NO_ADDRESS
    members: tuple[ZoneMember, ...] = ()
    sensitivity: str = ""
    owner: str = ""
    confirmed_by: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class MatrixEntry:
    """One statement of the zone matrix: these services may pass from one zone to another, or none may.

    `services` is ANY_SERVICE for "any"; NO_SERVICE for a plain deny. `sources` and `destinations` narrow the entry
    to addresses (None = the whole zone).
    """

    from_zone: str
    to_zone: str
    permitted: bool
    where: SourceRef
    services: ServiceSet = NO_SERVICE
    services_text: str = ""
    sources: AddressSet | None = None
    destinations: AddressSet | None = None
    justification: str = ""
    approved_by: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class LineAgreement:
    """One agreed tuple of a third-party line (R04).

    `direction` is "out" (we open the connection), "in" (they do). `peers` are the counterparty's addresses, `local`
    ours (None = any of ours). `services` carries ports of both ends; multicast groups stand in `peers` for
    direction in: `multicast` holds them as destinations.
    """

    line: str
    counterparty: str
    where: SourceRef
    direction: str
    peers: AddressSet
    services: ServiceSet
    services_text: str = ""
    local: AddressSet | None = None
    multicast: AddressSet | None = None
    device: str = ""
    interface: str = ""
    firewall: str = ""
    circuit: str = ""
    carrier: str = ""
    purpose: str = ""
    environment: str = ""
    contract: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """One device of the inventory register (R01); "" = the cell is empty."""

    device: str
    hostname: str
    where: SourceRef
    vendor: str = ""
    model: str = ""
    part_number: str = ""
    serial: str = ""
    operating_system: str = ""
    version: str = ""
    management_address: str = ""
    role: str = ""
    zone_boundary: bool | None = None
    site: str = ""
    owner: str = ""
    outsourced_to: str = ""
    criticality: str = ""
    expected_export: bool = True
    retirement_plan: str = ""


@dataclass(frozen=True, slots=True)
class RetirementPlan:
    """One row of the retirement plan (R11); an empty cell is "" or None."""

    device: str
    where: SourceRef
    reason: str = ""
    milestone: str = ""
    target_date: date | None = None
    budget: str = ""
    replacement: str = ""
    compensating_control: str = ""
    owner: str = ""
    status: str = ""  # "done" and "cancelled" end a plan


@dataclass(frozen=True, slots=True)
class FirmProfile:
    """What kind of firm it is (R15); clauses that do not apply are told from this. "" and None: not stated."""

    firm_type: str = ""  # fcm, ib, ltm, securities; several joined by ","
    firm_class: str = ""  # 1 or 2
    tier: str = ""  # 1 to 4
    online_order: bool | None = None
    website: bool | None = None
    cloud_use: str = ""  # none, general, material
    name: str = ""
    tier_table_version: str = ""
    foreign_group: bool | None = None
    trading_sessions: str = ""


class Register(StrEnum):
    """The registers of domain regulation 1.2."""

    INVENTORY = "R01"
    ZONE_MAP = "R02"
    ZONE_MATRIX = "R03"
    LINE_AGREEMENTS = "R04"
    APPROVALS = "R05"
    VENDORS = "R06"
    ADMINS = "R07"
    WLAN = "R08"
    REMOTE_ACCESS = "R09"
    CERTIFICATES = "R10"
    LIFECYCLE = "R11"
    RECOMMENDED_VERSIONS = "R12"
    LOG_RETENTION = "R13"
    REVIEWS = "R14"
    FIRM_PROFILE = "R15"
    SECURITY_CONTROLS = "R16"
    PUBLISHED_SERVICES = "R17"
    HIT_COUNTS = "R18"
    CROSS_BORDER = "R19"
    CLOUD = "R20"


@dataclass(frozen=True, slots=True)
class PublishedService:
    """One published service (R17): what the internet may reach."""

    name: str
    public: AddressSet
    services: ServiceSet
    where: SourceRef
    inner: AddressSet | None = None
    zone: str = ""
    owner: str = ""
    approval: str = ""
    inner_services: ServiceSet | None = None  # at the inner host, where they differ
    application: str = ""
    tls: str = ""
    waf: str = ""
    ddos: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """All registers that were given. `given` tells an empty register from a missing one.

    `unread` are registers whose files are there but that nothing reads yet: they are not `given`.
    `drafts` are registers whose file still carries the mark of `netaudit policy init`; a drafted register without
    rows is not `given` either.
    """

    zones: tuple[Zone, ...] = ()
    matrix: tuple[MatrixEntry, ...] = ()
    line_agreements: tuple[LineAgreement, ...] = ()
    inventory: tuple[InventoryEntry, ...] = ()
    retirement_plans: tuple[RetirementPlan, ...] = ()
    published_services: tuple[PublishedService, ...] = ()
    profile: FirmProfile = field(default_factory=FirmProfile)
    given: frozenset[Register] = frozenset()
    files: tuple[tuple[str, str], ...] = ()  # (path, SHA-256) of every register file read
    unread: frozenset[Register] = frozenset()
    drafts: frozenset[Register] = frozenset()
    warnings: tuple[Problem, ...] = ()

    def zone(self, name: str) -> Zone | None:
        """Return the zone of that name."""
        return next((zone for zone in self.zones if zone.name == name), None)

    def zones_of_type(self, *types: ZoneType) -> Iterator[Zone]:
        """Yield the zones of these types, in the order of the register."""
        return (zone for zone in self.zones if zone.type in types)

    def stated(self, from_zone: str, to_zone: str) -> tuple[MatrixEntry, ...]:
        """Return what the matrix says of an ordered pair; empty = nothing, which means deny."""
        return tuple(entry for entry in self.matrix if entry.from_zone == from_zone and entry.to_zone == to_zone)

    def lines(self) -> tuple[str, ...]:
        """Return the names of the third-party lines, in the order of the register."""
        return tuple(dict.fromkeys(agreement.line for agreement in self.line_agreements))

    def inventory_entry(self, device: str) -> InventoryEntry | None:
        """Return the inventory row of a device by id or host name, letter case aside."""
        wanted = device.lower()
        for entry in self.inventory:
            if wanted in (entry.hostname.lower(), entry.device.lower()):
                return entry
        return None
