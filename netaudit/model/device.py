"""A device as its configuration describes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.capture import Captured
from netaudit.model.links import Certificate, CryptoTunnel, FirstHopGroup, LastChange, Tunnel, Vlan
from netaudit.model.management import ManagementPlane
from netaudit.model.routing import DEFAULT_VRF as DEFAULT_VRF
from netaudit.model.routing import RoutingPlane
from netaudit.model.routing import RoutingProcess as RoutingProcess
from netaudit.model.rules import Binding, Direction, NatRule, Purpose, Rulebase
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, format_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ServiceSet


@dataclass(frozen=True, slots=True)
class InterfaceAddress:
    """An address with its prefix length. `virtual` marks first-hop addresses (HSRP, VRRP) and the like."""

    family: Family
    value: int
    prefix_length: int
    secondary: bool = False
    virtual: bool = False

    @property
    def network(self) -> IntervalSet:
        """Return all addresses of the subnet."""
        return IntervalSet.span(*prefix_interval(self.family, self.value, self.prefix_length))

    @property
    def address_text(self) -> str:
        """Return the address without its length."""
        return format_address(self.family, self.value)

    @property
    def network_text(self) -> str:
        """Return the subnet as "10.1.1.0/24"."""
        first = prefix_interval(self.family, self.value, self.prefix_length)[0]
        return f"{format_address(self.family, first)}/{self.prefix_length}"

    def __str__(self) -> str:
        return f"{self.address_text}/{self.prefix_length}"


@dataclass(frozen=True, slots=True)
class Interface:
    """A port, sub-interface, SVI, tunnel or loopback.

    `enabled` is the administrative state. `nickname` is a second name that rules use (ASA nameif).
    `vlan` is the tag of a sub-interface or SVI, or the access VLAN of a port; `trunk_vlans` is None for all VLANs.
    """

    name: str
    where: SourceRef
    addresses: tuple[InterfaceAddress, ...] = ()
    vrf: str = DEFAULT_VRF
    enabled: bool = True
    description: str = ""
    nickname: str = ""
    security_zone: str = ""
    security_level: int | None = None  # ASA, 0 to 100
    vlan: int | None = None
    switchport: str = ""  # "", "access" or "trunk"
    trunk_vlans: IntervalSet | None = None
    parent: str = ""  # the port of a sub-interface
    bundle: str = ""  # the port channel that the port is a member of
    native_vlan: int | None = None  # of a trunk
    virtual_system: str = ""
    dynamic_address: bool = False  # DHCP or PPPoE: the address is not in the configuration
    source_check: bool | None = None  # uRPF on; None = not stated
    directed_broadcasts: bool = False  # broadcasts to its subnet that come from elsewhere are sent on, all or some
    link: str = ""  # a link that no subnet makes (a peering, an attachment): ports of the same link are its ends
    faces_internet: bool = False  # the public internet lies behind it

    @property
    def rule_name(self) -> str:
        """Return the name that rules use for the interface."""
        return self.nickname or self.name


@dataclass(frozen=True, slots=True)
class SecurityZone:
    """The vendor's zone: a name for interfaces. `intrazone_permitted`: None = not stated."""

    name: str
    interfaces: tuple[str, ...]
    where: SourceRef
    virtual_system: str = ""
    intrazone_permitted: bool | None = None


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """A configured route. Without `next_hop` and `interface` it drops (`discards`)."""

    family: Family
    network: int
    prefix_length: int
    where: SourceRef
    next_hop: str = ""
    interface: str = ""
    vrf: str = DEFAULT_VRF
    next_vrf: str = ""  # "" = the same as `vrf`; else the route leaks into that VRF
    distance: int = 1
    discards: bool = False
    tracked: str = ""  # the object that must be up, "" = none
    enabled: bool = True
    virtual_system: str = ""

    @property
    def prefix(self) -> str:
        """Return the destination as "10.0.0.0/8"."""
        return f"{format_address(self.family, self.network)}/{self.prefix_length}"


@dataclass(frozen=True, slots=True)
class AddressObject:
    """A named address or group, resolved. `exact` is False where members are not known (FQDN, geography)."""

    name: str
    addresses: AddressSet
    where: SourceRef
    kind: str = "address"  # or "group", "fqdn", "geography", "virtual_ip" ...
    members: tuple[str, ...] = ()
    exact: bool = True
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class ServiceObject:
    """A named service or group, resolved."""

    name: str
    services: ServiceSet
    where: SourceRef
    kind: str = "service"  # or "group"
    members: tuple[str, ...] = ()
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name: `kind` is the field's word ("access list", "address object", "interface" ...)."""

    kind: str
    name: str
    where: SourceRef
    context: str = ""  # where it is used, "interface access-group in"


@dataclass(frozen=True, slots=True)
class Device:
    """One device. Tuples keep the order of the configuration. `""` stands for "the configuration does not say"."""

    name: str
    platform: str
    vendor: str
    where: SourceRef
    model: str = ""
    part_number: str = ""
    operating_system: str = ""  # as people call it: "IOS-XE", "ASA", "FortiOS"
    version: str = ""
    serials: tuple[str, ...] = ()
    fact_sources: tuple[tuple[str, SourceRef], ...] = ()  # (field, place) of model, version, serial ...
    virtual_systems: tuple[str, ...] = ()
    vrfs: tuple[str, ...] = (DEFAULT_VRF,)
    interfaces: tuple[Interface, ...] = ()
    security_zones: tuple[SecurityZone, ...] = ()
    address_objects: tuple[AddressObject, ...] = ()
    service_objects: tuple[ServiceObject, ...] = ()
    rulebases: tuple[Rulebase, ...] = ()
    bindings: tuple[Binding, ...] = ()
    nat_rules: tuple[NatRule, ...] = ()
    static_routes: tuple[StaticRoute, ...] = ()
    routing_processes: tuple[RoutingProcess, ...] = ()
    routing: RoutingPlane = field(default_factory=RoutingPlane)
    vlans: tuple[Vlan, ...] = ()
    first_hop_groups: tuple[FirstHopGroup, ...] = ()
    tunnels: tuple[Tunnel, ...] = ()
    crypto_tunnels: tuple[CryptoTunnel, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    last_change: LastChange | None = None
    forwards: bool = True  # False: it does not route between its interfaces (`no ip routing`, a host)
    same_level_permitted: bool | None = None  # ASA same-security-traffic permit inter-interface
    filters_see_real_addresses: bool = False  # in-filters run after destination NAT (ASA from 8.3)
    policies_see_original_addresses: bool = False  # zone policies match the header before any NAT (Check Point)
    policies_decide_hairpins: bool = False  # they decide over packets that leave where they came in, with no switch
    policies_guard_the_device: bool = False  # they decide over packets to the device too, after rules not known
    management: ManagementPlane = field(default_factory=ManagementPlane)
    undefined_references: tuple[Reference, ...] = ()
    unused_objects: tuple[Reference, ...] = ()
    captured: Captured = field(default_factory=Captured)  # what `show` captures say, never mixed with the configuration

    def rulebase(self, name: str, virtual_system: str = "") -> Rulebase | None:
        """Return the rulebase of that name, None if there is none."""
        for rulebase in self.rulebases:
            if rulebase.name == name and rulebase.virtual_system == virtual_system:
                return rulebase
        return None

    def filters(self, interface: str, direction: Direction) -> tuple[Binding, ...]:
        """Return the packet filters bound at an interface (by its name or nickname) in one direction."""
        return tuple(
            binding
            for binding in self.bindings
            if binding.purpose is Purpose.FILTER
            and binding.direction is direction
            and binding.interface in (interface, "*")
        )
