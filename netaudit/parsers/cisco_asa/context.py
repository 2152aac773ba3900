"""What the readers of one file share: the ledger, names, defined things, and who uses them."""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.device import Reference
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, AddressSet
from netaudit.parsers.cisco_asa.bounds import AddressBounds, NumberBounds, ServiceBounds
from netaudit.parsers.ledger import LineLedger


@dataclass(slots=True)
class Context:
    """Filled while a file is read; keys of the tables are names as written (an ASA tells case apart)."""

    ledger: LineLedger
    unified_lists: bool = True  # 9.0 and later: `any` stands for both families
    names: dict[str, str] = field(default_factory=dict)  # alias -> address
    interface_addresses: dict[str, AddressBounds] = field(default_factory=dict)  # by nameif
    address_objects: dict[str, AddressBounds] = field(default_factory=dict)
    address_groups: dict[str, AddressBounds] = field(default_factory=dict)
    service_objects: dict[str, ServiceBounds] = field(default_factory=dict)
    service_groups: dict[str, ServiceBounds] = field(default_factory=dict)
    port_groups: dict[str, tuple[str, NumberBounds]] = field(default_factory=dict)  # name -> (tcp ..., ports)
    protocol_groups: dict[str, NumberBounds] = field(default_factory=dict)
    icmp_groups: dict[str, NumberBounds] = field(default_factory=dict)
    defined: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # (kind, name) -> lines
    used: set[tuple[str, str]] = field(default_factory=set)
    undefined: dict[tuple[str, str, int], Reference] = field(default_factory=dict)

    @property
    def any_addresses(self) -> AddressSet:
        """Return what the word `any` stands for in an extended list."""
        return ANY_ADDRESS if self.unified_lists else ANY_IPV4

    def use(self, kind: str, name: str, index: int, context: str) -> bool:
        """Record a use of a name; return whether it is defined. All definitions must be known by then."""
        key = (kind, name)
        if key in self.defined:
            self.used.add(key)
            return True
        if (kind, name, index) not in self.undefined:
            self.undefined[kind, name, index] = Reference(kind, name, self.ledger.ref(index), context)
        return False
