"""Rulebases, access rules, NAT rules, and where they are bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch


class Action(StrEnum):
    """What a rule does with a packet; REJECT is a deny that answers."""

    PERMIT = "permit"
    DENY = "deny"
    REJECT = "reject"

    @property
    def permits(self) -> bool:
        """Tell whether the packet goes on."""
        return self is Action.PERMIT


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One line of an ordered rulebase; the first match decides.

    `name` is the rule's identity on the device (sequence number, policy id, "line 12" where it has none).
    `sources`, `destinations` and `services` are as written (object names or literals), for people;
    `match` decides. A disabled rule matches nothing and keeps its match for display.
    `logged` is None where the platform's configuration does not say. `schedule` names a time range; where it
    may be inactive `match.surely` is empty. `hit_count` is None where no counter was read.
    """

    name: str
    action: Action
    match: PacketMatch
    where: SourceRef
    from_zones: NameSet = ANY_NAME
    to_zones: NameSet = ANY_NAME
    enabled: bool = True
    logged: bool | None = None
    description: str = ""
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    schedule: str = ""
    expires: date | None = None  # the last day on which the schedule can be active
    users: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    uid: str = ""
    hit_count: int | None = None
    return_traffic: bool = False  # permits only answers of connections (`established`, ct state)
    unresolved: tuple[str, ...] = ()  # names it refers to that are not defined
    implicit: bool = False  # the platform's own rule: nobody wrote it, so it is not scored

    @property
    def fingerprint(self) -> str:
        """Return what the rule says, without its place, name and order: it survives renumbering."""
        parts = (
            self.action.value,
            str(self.from_zones),
            str(self.to_zones),
            *(",".join(sorted(names)) for names in (self.sources, self.destinations, self.services)),
            self.schedule,
        )
        return "|".join(parts)


class RulebaseKind(StrEnum):
    """How a rulebase is reached."""

    FILTER = "filter"  # a list that takes effect where it is bound; see Binding
    ZONE_POLICY = "zone_policy"  # in effect by itself for traffic between its rules' zones
    LOCAL = "local"  # traffic to the device itself (local-in, INPUT, host-inbound)


@dataclass(frozen=True, slots=True)
class Rulebase:
    """An ordered list of rules with a default action; the first match decides.

    `default_where` is None where the default is implicit in the platform.
    `default_logged` is None where the configuration does not say.
    """

    name: str
    kind: RulebaseKind
    rules: tuple[AccessRule, ...]
    default_action: Action
    where: SourceRef
    default_where: SourceRef | None = None
    default_logged: bool | None = None
    virtual_system: str = ""
    stateful: bool = False  # answers of permitted connections pass by themselves
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6)  # packets of other families never meet it
    flavour: str = ""  # the vendor's word for people: "extended", "standard", "firewall policy", "FORWARD"
    follows: str = ""  # asked only about packets that this rulebase permits: both must permit (Check Point layers)

    @property
    def own_packets(self) -> bool:
        """Tell whether a LOCAL rulebase decides over what the device sends itself (netfilter's hook "output")."""
        return self.kind is RulebaseKind.LOCAL and self.name.lower() == "output"


def layers_after(first: Rulebase, rulebases: Iterable[Rulebase]) -> list[Rulebase]:
    """Return the rulebases that ask in turn about what `first` permits, in their order."""
    following = {one.follows: one for one in rulebases if one.follows and one.virtual_system == first.virtual_system}
    found: list[Rulebase] = []
    last = first
    while last.name in following:
        last = following.pop(last.name)  # each once: names that follow each other in a circle end
        found.append(last)
    return found


def other_layers(rulebase: Rulebase, rulebases: Iterable[Rulebase]) -> list[Rulebase]:
    """Return the rulebases that must permit a packet as well as this one: those before and after it."""
    many = list(rulebases)
    if not rulebase.follows and not any(one.follows == rulebase.name for one in many):
        return []
    for first in many:
        chain = [first, *layers_after(first, many)] if not first.follows else []
        if any(one is rulebase for one in chain):
            return [one for one in chain if one is not rulebase]
    return []


class Purpose(StrEnum):
    """What a list is used for. Only FILTER lists and zone policies are scored as access rules."""

    FILTER = "filter"
    MANAGEMENT = "management"  # access-class, snmp, http: who may manage the device
    NAT = "nat"
    CRYPTO = "crypto"
    ROUTING = "routing"  # route maps, redistribution, policy-based routing
    QOS = "qos"
    CAPTURE = "capture"
    SPLIT_TUNNEL = "split_tunnel"
    VPN_FILTER = "vpn_filter"
    OTHER = "other"


class Direction(StrEnum):
    """Seen from the device: IN enters it through the interface."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Binding:
    """A use of a rulebase. `interface` is "" where the use is not at one ("*" for all, ASA `global`)."""

    rulebase: str
    purpose: Purpose
    where: SourceRef
    interface: str = ""
    direction: Direction | None = None
    virtual_system: str = ""
    defined: bool = True  # False: the name has no definition
    fallback: bool = False  # True: asked only where no rule of the interface's own IN list matched (ASA `global`)
    # A list in front of single hosts behind the interface (security groups of a cloud): packets to these addresses
    # (OUT) or from them (IN) must pass it too; lists in front of the same hosts act as one. None = all packets.
    hosts: AddressSet | None = None


class NatKind(StrEnum):
    """What a NAT rule rewrites."""

    SOURCE = "source"
    DESTINATION = "destination"
    STATIC = "static"  # one to one, both directions; `match.source` is the real (inside) address
    EXEMPT = "exempt"  # identity: nothing is rewritten


@dataclass(frozen=True, slots=True)
class NatRule:
    """One translation.

    `match` is the original header: for DESTINATION the packet as it arrives from outside; for SOURCE, STATIC and
    EXEMPT the packet as the inside host sends it. `translated_*` is None where that field stays.
    For STATIC, `translated_source` is the outside (mapped) address of `match`'s source; a published service
    of STATIC is its reverse. Ports are destination ports for DESTINATION, source ports for STATIC
    (`original_ports` None = all ports).
    """

    name: str
    kind: NatKind
    match: PacketMatch
    where: SourceRef
    translated_source: AddressSet | None = None
    translated_destination: AddressSet | None = None
    protocol: int | None = None
    original_ports: IntervalSet | None = None
    translated_ports: IntervalSet | None = None
    from_interface: NameSet = ANY_NAME
    to_interface: NameSet = ANY_NAME
    enabled: bool = True
    virtual_system: str = ""
    used_by: tuple[str, ...] = ()  # FortiOS: the policies whose destination is this virtual IP
    needs_rule: bool = False  # True: takes effect only where a rule of `used_by` names it
    answers_return: bool = False  # answers find back to the device whatever the routes say (a cloud's load balancer)
