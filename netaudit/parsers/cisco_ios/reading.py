"""What is gathered while the lines of one configuration are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.device import AddressObject, Interface, Reference, RoutingProcess, StaticRoute
from netaudit.model.links import CryptoTunnel, Tunnel
from netaudit.model.routing import RoutingPlane
from netaudit.model.rules import AccessRule, Binding, Direction, NatRule, Purpose
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch
from netaudit.packets.services import ServiceSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.first_hop_groups import FirstHopGroups
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import MASK
from netaudit.parsers.wildcard_addresses import AddressBounds

# Words for the kinds of names, as in `Reference.kind`.
ACCESS_LIST = "access list"
ADDRESS_GROUP = "address object"
SERVICE_GROUP = "service object"
CLASS_MAP = "class map"
INSPECT_CLASS_MAP = "inspect class map"
POLICY_MAP = "policy map"
INSPECT_POLICY_MAP = "inspect policy map"
ROUTE_MAP = "route map"
PREFIX_LIST = "prefix list"
AS_PATH_LIST = "AS-path list"
COMMUNITY_LIST = "community list"
TIME_RANGE = "time range"
SECURITY_ZONE = "security zone"
NAT_POOL = "NAT pool"
CRYPTO_MAP = "crypto map"
VRF = "VRF"


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


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a line uses. `purpose` and the rest say where an access list takes effect."""

    kind: str
    name: str
    index: int
    context: str
    purpose: Purpose = Purpose.OTHER
    interface: str = ""
    direction: Direction | None = None


@dataclass(slots=True)
class Reading:
    """The facts of one configuration, in the order of its lines."""

    ledger: LineLedger
    roots: list[ConfLine]
    hostname: str = ""
    facts: dict[str, tuple[str, SourceRef]] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    vrfs: dict[str, SourceRef] = field(default_factory=dict)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)  # interfaces with `ip nat inside`
    outside: list[str] = field(default_factory=list)
    translating: list[str] = field(default_factory=list)  # interfaces with `ip nat enable`
    first_hop: FirstHopGroups = field(default_factory=FirstHopGroups)
    tunnels: list[Tunnel] = field(default_factory=list)
    crypto_maps: dict[str, list[str]] = field(default_factory=dict)  # name -> interfaces
    crypto_tunnels: list[CryptoTunnel] = field(default_factory=list)
    address_groups: dict[str, AddressObject] = field(default_factory=dict)
    address_bounds: dict[str, AddressBounds] = field(default_factory=dict)
    service_bounds: dict[str, ServiceBounds] = field(default_factory=dict)
    port_groups: dict[str, IntervalSet] = field(default_factory=dict)  # `object-group ip port`, those fully known
    service_places: dict[str, tuple[SourceRef, tuple[str, ...]]] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    access_lists: dict[str, AccessList] = field(default_factory=dict)
    reflected: dict[str, list[PacketMatch]] = field(default_factory=dict)  # reflexive list -> what it records
    definitions: dict[tuple[str, str], SourceRef] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    static_routes: list[StaticRoute] = field(default_factory=list)
    nat_rules: list[NatRule] = field(default_factory=list)
    routing_processes: list[RoutingProcess] = field(default_factory=list)
    routing: RoutingPlane = field(default_factory=RoutingPlane)
    forwards: bool = True
    other_lists: set[str] = field(default_factory=set)  # MAC and other lists that judge no IP packets
    port_mapped: set[str] = field(default_factory=set)  # applications with `ip port-map`

    def define(self, kind: str, name: str, index: int) -> None:
        """Note the first definition of a name."""
        self.definitions.setdefault((kind, name), self.ledger.ref(index))

    def use(
        self,
        kind: str,
        name: str,
        index: int,
        context: str,
        purpose: Purpose = Purpose.OTHER,
        interface: str = "",
        direction: Direction | None = None,
    ) -> None:
        """Note the use of a name; one that is masked in its line may be a secret in the wrong place."""
        if name not in self.ledger.masked[index]:
            name = MASK
        self.uses.append(Use(kind, name, index, context, purpose, interface, direction))

    def not_understood(self, node: ConfLine, affects: Affects, reason: str) -> None:
        """Mark one line as unrecognised."""
        self.ledger.unrecognized(node.index, affects, reason)

    def has_filter(self, interface: str, direction: Direction) -> bool:
        """Tell whether a list filters at an interface in a direction."""
        return any(
            use.purpose is Purpose.FILTER and use.interface == interface and use.direction is direction
            for use in self.uses
        )

    def blocks(self, *starts: str) -> list[ConfLine]:
        """Return the top lines that begin with one of these words (each followed by a blank or the end)."""
        prefixes = tuple(start + " " for start in starts)
        return [root for root in self.roots if root.text.startswith(prefixes) or root.text in starts]


def bindings_and_references(reading: Reading) -> tuple[tuple[Binding, ...], tuple[Reference, ...]]:
    """Return where access lists take effect, and the uses of names that have no definition."""
    bindings: list[Binding] = []
    undefined: list[Reference] = []
    for use in reading.uses:
        defined = (use.kind, use.name) in reading.definitions
        if use.kind == ACCESS_LIST and (not defined or use.name in reading.access_lists):
            bindings.append(
                Binding(
                    use.name,
                    use.purpose,
                    reading.ledger.ref(use.index),
                    use.interface,
                    use.direction,
                    defined=defined,
                )
            )
        if not defined:
            undefined.append(Reference(use.kind, use.name, reading.ledger.ref(use.index), use.context))
    return tuple(dict.fromkeys(bindings)), tuple(dict.fromkeys(undefined))


# Kinds whose definition without a use is worth telling; a VRF, zone or interface stands for itself.
_COUNTED_UNUSED = frozenset(
    {
        ACCESS_LIST, ADDRESS_GROUP, SERVICE_GROUP, CLASS_MAP, INSPECT_CLASS_MAP, POLICY_MAP,
        INSPECT_POLICY_MAP, ROUTE_MAP, PREFIX_LIST, AS_PATH_LIST, COMMUNITY_LIST, TIME_RANGE, NAT_POOL,
    }
)  # fmt: skip


def unused_objects(reading: Reading) -> tuple[Reference, ...]:
    """Return the definitions that nothing uses."""
    used = {(use.kind, use.name) for use in reading.uses}
    return tuple(
        Reference(kind, name, where, "never used")
        for (kind, name), where in reading.definitions.items()
        if kind in _COUNTED_UNUSED and (kind, name) not in used
    )
