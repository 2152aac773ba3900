"""What is gathered while the lines of one configuration are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.device import AddressObject, StaticRoute
from netaudit.model.links import CryptoTunnel, Tunnel
from netaudit.model.rules import AccessRule
from netaudit.model.source import SourceRef
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch
from netaudit.packets.services import ServiceSet
from netaudit.parsers.switch_reading import CommandReading

# Words for the kinds of names that only this platform has, as in `Reference.kind`.
SERVICE_GROUP = "service object"
SECURITY_ZONE = "security zone"
CRYPTO_MAP = "crypto map"


@dataclass(frozen=True, slots=True)
class ServiceBounds:
    """Services known from below and above, with the texts that they were written as."""

    surely: ServiceSet
    maybe: ServiceSet
    texts: tuple[str, ...]
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A time range: `expires` is the ISO date of its absolute end, "" for none."""

    name: str
    where: SourceRef
    expires: str = ""


@dataclass(slots=True)
class AccessList:
    """An access list while its lines are read. `flavour`: standard, extended, ipv6."""

    name: str
    flavour: str
    where: SourceRef
    entries: dict[int, AccessRule] = field(default_factory=dict)
    highest: int = 0
    step: int = 10
    disorder: bool = False  # an entry came with a sequence number below an earlier one
    remarks: list[str] = field(default_factory=list)
    evaluated: dict[int, str] = field(default_factory=dict)  # sequence number -> the reflexive list asked there

    @property
    def is_ipv6(self) -> bool:
        """Tell whether the list judges IPv6 packets."""
        return self.flavour == "ipv6"


@dataclass(slots=True)
class Reading(CommandReading):
    """The facts of one configuration."""

    inside: list[str] = field(default_factory=list)  # interfaces with `ip nat inside`
    outside: list[str] = field(default_factory=list)
    translating: list[str] = field(default_factory=list)  # interfaces with `ip nat enable`
    tunnels: list[Tunnel] = field(default_factory=list)
    crypto_maps: dict[str, list[str]] = field(default_factory=dict)  # name -> interfaces
    crypto_tunnels: list[CryptoTunnel] = field(default_factory=list)
    address_groups: dict[str, AddressObject] = field(default_factory=dict)
    service_bounds: dict[str, ServiceBounds] = field(default_factory=dict)
    port_groups: dict[str, IntervalSet] = field(default_factory=dict)  # `object-group ip port`, those fully known
    service_places: dict[str, tuple[SourceRef, tuple[str, ...]]] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    access_lists: dict[str, AccessList] = field(default_factory=dict)
    reflected: dict[str, list[PacketMatch]] = field(default_factory=dict)  # reflexive list -> what it records
    static_routes: list[StaticRoute] = field(default_factory=list)
    port_mapped: set[str] = field(default_factory=set)  # applications with `ip port-map`
