"""What `show` captures say of a device at one moment. Text is as printed unless said otherwise; "" = not printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family, format_address

CaptureRow = Mapping[str, str | tuple[str, ...]]
"""One record of an output: field name in lower case -> its text."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One output of one command. `command` is in full and lower case: "show ip route vrf all"."""

    command: str
    platform: str
    host: str
    where: SourceRef  # the first line of the output
    rows: tuple[CaptureRow, ...] = ()
    taken: str = ""  # when, as printed at the prompt or in a header
    problem: str = ""  # why nothing was read


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """A part of the hardware."""

    name: str
    where: SourceRef
    description: str = ""
    part_number: str = ""
    version: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class CapturedInterface:
    """The state of an interface. `enabled` and `up` are None where the output does not say."""

    name: str
    where: SourceRef
    enabled: bool | None = None
    up: bool | None = None
    addresses: tuple[str, ...] = ()  # "10.1.1.1/24"
    vrf: str = ""
    hardware_address: str = ""
    description: str = ""
    mtu: int | None = None
    vlan: str = ""
    security_zone: str = ""


@dataclass(frozen=True, slots=True)
class CapturedNextHop:
    """Where a route leads. `address` "" = directly through `interface`."""

    address: str = ""
    interface: str = ""
    vrf: str = ""  # where it is another one


@dataclass(frozen=True, slots=True)
class CapturedRoute:
    """A route of the table. `protocol`: connected, local, static, ospf, bgp, eigrp, isis, rip, aggregate, hsrp, other.

    `kind` sharpens it: "inter area", "external 1", "external 2", "nssa external 1", "internal", "level 1" ...
    No next hop: the route drops (`discards`).
    """

    family: Family
    network: int
    prefix_length: int
    protocol: str
    where: SourceRef
    vrf: str = "default"
    kind: str = ""
    next_hops: tuple[CapturedNextHop, ...] = ()
    distance: int | None = None
    metric: int | None = None
    age: str = ""
    discards: bool = False
    active: bool = True  # chosen for forwarding

    @property
    def prefix(self) -> str:
        """Return the destination as "10.0.0.0/8"."""
        return f"{format_address(self.family, self.network)}/{self.prefix_length}"


CABLING = "cabling"


@dataclass(frozen=True, slots=True)
class CapturedNeighbor:
    """Who is at the other end of a port. `protocol`: "cdp", "lldp", or CABLING where a cabling file states it."""

    protocol: str
    interface: str
    neighbor: str
    where: SourceRef
    neighbor_interface: str = ""
    platform: str = ""
    addresses: tuple[str, ...] = ()
    capabilities: str = ""


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """An address seen at an interface, with its hardware address in the form "0011.2233.4455"."""

    address: str
    hardware_address: str
    interface: str
    where: SourceRef
    vrf: str = "default"
    age: str = ""


@dataclass(frozen=True, slots=True)
class HitCount:
    """How often an entry of a list matched since the counters were reset. `rule` is the entry's number or name."""

    rulebase: str
    rule: str
    hits: int
    where: SourceRef
    text: str = ""  # the entry as printed
    last_hit: str = ""
    since: str = ""  # the last reset as printed; "" = not printed
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class VpnSession:
    """A tunnel or remote-access session. `kind`: "ikev1", "ikev2", "ipsec", "anyconnect", "ssl" ..."""

    kind: str
    peer: str
    where: SourceRef
    state: str = ""
    user: str = ""
    interface: str = ""
    local: str = ""
    remote: str = ""
    duration: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """All facts from the captures of one device."""

    captures: tuple[Capture, ...] = ()
    hostname: str = ""
    model: str = ""
    operating_system: str = ""  # as in Device
    version: str = ""
    serials: tuple[str, ...] = ()
    uptime: str = ""
    fact_sources: tuple[tuple[str, SourceRef], ...] = ()
    inventory: tuple[InventoryItem, ...] = ()
    interfaces: tuple[CapturedInterface, ...] = ()
    routes: tuple[CapturedRoute, ...] = ()
    arp: tuple[ArpEntry, ...] = ()
    neighbors: tuple[CapturedNeighbor, ...] = ()
    hit_counts: tuple[HitCount, ...] = ()
    vpn_sessions: tuple[VpnSession, ...] = ()
    problems: tuple[str, ...] = field(default_factory=tuple)
