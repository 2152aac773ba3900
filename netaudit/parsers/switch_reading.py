"""What is gathered while the lines of one configuration are read: what IOS, NX-OS and EOS share, then the switches."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from netaudit.model.device import AddressObject, Interface, Reference, RoutingProcess, ServiceObject, StaticRoute
from netaudit.model.routing import RoutingPlane
from netaudit.model.rules import AccessRule, Binding, Direction, NatRule, Purpose
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.first_hop_groups import FirstHopGroups
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import MASK
from netaudit.parsers.wildcard_addresses import AddressBounds

# Words for the kinds of names, as in `Reference.kind`.
ACCESS_LIST = "access list"
ADDRESS_GROUP = "address object"
PORT_GROUP = "service object"
CLASS_MAP = "class map"
INSPECT_CLASS_MAP = "inspect class map"
POLICY_MAP = "policy map"
INSPECT_POLICY_MAP = "inspect policy map"
ROUTE_MAP = "route map"
PREFIX_LIST = "prefix list"
AS_PATH_LIST = "AS-path list"
COMMUNITY_LIST = "community list"
TIME_RANGE = "time range"
ACCESS_MAP = "VLAN access map"
NAT_POOL = "NAT pool"
VRF = "VRF"


@dataclass(frozen=True, slots=True)
class PortBounds:
    """Ports known from below and above."""

    surely: IntervalSet
    maybe: IntervalSet


@dataclass(slots=True)
class AccessList:
    """An access list while its lines are read. `flavour`: "standard", "extended" or "ipv6"."""

    name: str
    flavour: str
    where: SourceRef
    entries: dict[int, AccessRule] = field(default_factory=dict)
    sources_only: bool = False  # a standard list: its entries name sources alone
    highest: int = 0  # sequence number of a rule or remark
    remarks: list[str] = field(default_factory=list)

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
class CommandReading:
    """The facts of one configuration of commands, in the order of its lines."""

    ledger: LineLedger
    roots: list[ConfLine]
    hostname: str = ""
    facts: dict[str, tuple[str, SourceRef]] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    vrfs: dict[str, SourceRef] = field(default_factory=dict)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    address_bounds: dict[str, AddressBounds] = field(default_factory=dict)
    definitions: dict[tuple[str, str], SourceRef] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    nat_rules: list[NatRule] = field(default_factory=list)
    routing_processes: list[RoutingProcess] = field(default_factory=list)
    routing: RoutingPlane = field(default_factory=RoutingPlane)
    first_hop_groups: FirstHopGroups = field(default_factory=FirstHopGroups)
    forwards: bool = True
    other_lists: set[str] = field(default_factory=set)  # MAC and other lists that judge no IP packets

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

    def understood(self, line: ConfLine) -> None:
        """Mark one line as understood."""
        self.ledger.understood(line.index)

    def not_understood(self, line: ConfLine, affects: Affects, reason: str) -> None:
        """Mark one line as unrecognised."""
        self.ledger.unrecognized(line.index, affects, reason)

    def has_filter(self, interface: str, direction: Direction) -> bool:
        """Tell whether a list filters at an interface in a direction."""
        return any(
            use.purpose is Purpose.FILTER and use.interface == interface and use.direction is direction
            for use in self.uses
        )

    def blocks(self, *starts: str) -> list[ConfLine]:
        """Return the top lines that begin with one of these words (each followed by a blank or the end)."""
        prefixes = tuple(start + " " for start in starts)
        return [root for root in self.roots if root.text.startswith(prefixes) or root.text.rstrip() in starts]

    def block_ref(self, block: ConfLine) -> SourceRef:
        """Return the place of a block with the lines below it."""
        last = block
        while last.children:
            last = last.children[-1]
        return self.ledger.ref(block.index, last.index)


@dataclass(slots=True)
class Reading(CommandReading):
    """The facts of one configuration of NX-OS or EOS."""

    address_objects: dict[str, AddressObject] = field(default_factory=dict)
    port_bounds: dict[str, PortBounds] = field(default_factory=dict)
    service_objects: dict[str, ServiceObject] = field(default_factory=dict)
    expiries: dict[str, str] = field(default_factory=dict)  # time range -> ISO date of its absolute end, "" for none
    # By name, and whether they judge IPv6: lists of the two families may share a name.
    access_lists: dict[tuple[str, bool], AccessList] = field(default_factory=dict)
    static_routes: dict[tuple[object, ...], StaticRoute] = field(default_factory=dict)  # by what tells them apart


def bindings_and_references(
    reading: CommandReading, judging: Container[str]
) -> tuple[tuple[Binding, ...], tuple[Reference, ...]]:
    """Return where access lists take effect, and the uses of names that have no definition.

    `judging` are the names of the lists that judge IP packets.
    """
    bindings: list[Binding] = []
    undefined: list[Reference] = []
    for use in reading.uses:
        defined = (use.kind, use.name) in reading.definitions
        where = reading.ledger.ref(use.index)
        if use.kind == ACCESS_LIST and (not defined or use.name in judging):
            bindings.append(Binding(use.name, use.purpose, where, use.interface, use.direction, defined=defined))
        if not defined:
            undefined.append(Reference(use.kind, use.name, where, use.context))
    return tuple(dict.fromkeys(bindings)), tuple(dict.fromkeys(undefined))


# Kinds whose definition without a use is worth telling; a VRF or an interface stands for itself.
_COUNTED_UNUSED = frozenset(
    {
        ACCESS_LIST, ADDRESS_GROUP, PORT_GROUP, CLASS_MAP, INSPECT_CLASS_MAP, POLICY_MAP, INSPECT_POLICY_MAP, ROUTE_MAP,
        PREFIX_LIST, AS_PATH_LIST, COMMUNITY_LIST, TIME_RANGE, ACCESS_MAP, NAT_POOL,
    }
)  # fmt: skip


def unused_objects(reading: CommandReading) -> tuple[Reference, ...]:
    """Return the definitions that nothing uses."""
    used = {(use.kind, use.name) for use in reading.uses}
    return tuple(
        Reference(kind, name, where, "never used")
        for (kind, name), where in reading.definitions.items()
        if kind in _COUNTED_UNUSED and (kind, name) not in used
    )
