"""What neighbours without an export may announce: the destinations that a table may yet have other routes to.

A neighbour that is stated and not in the snapshot announces what its import policies let in, nobody knows what of it.
Only prefix conditions narrow that here; all others are taken to hold. What one router learns goes to all that it
tells, so the opening goes along sessions, adjacencies and redistributions, and draws packets towards the router that
the neighbour stands at: there to the neighbour itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from netaudit.model.routing import BgpFamily, PolicyCondition, RoutePolicyTerm
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.topology.routes.policies import PolicyBook
from netaudit.topology.routes.route import RouteTable, resolved
from netaudit.topology.routes.spreading import Key, Node, reached
from netaudit.topology.ways import Exit

Address = tuple[Family, int]


@dataclass(frozen=True, slots=True)
class Opening:
    """Destinations to which a table may have a route that is not computed, and why.

    `exits` are where packets go that such a route draws, none = anywhere. `at_home`: the neighbour stands at this
    table's router.
    """

    addresses: AddressSet
    reason: str
    exits: tuple[Exit, ...] = ()
    at_home: bool = True


@dataclass(frozen=True, slots=True)
class OutsideNeighbor:
    """A neighbour without an export, with the destinations that it may announce and where packets to it leave.

    `reason` is the doubt that `Network.doubts` has of it. One that is not `stated` may come from a range: nobody says
    that there is one, so it opens the table of its own router alone. Without `exits` what it announces may lead
    anywhere, as what a neighbour inside the autonomous system does. `addresses` are those of the neighbour.
    """

    node: Node
    announced: AddressSet
    reason: str
    exits: tuple[Exit, ...] = ()
    addresses: tuple[Address, ...] = ()
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the routers know of each other: tables, own addresses, and the next hops that their neighbours announce."""

    links: Mapping[Node, Iterable[Node]]  # to those who hear what a process announces
    tables: Mapping[Key, RouteTable]
    own: Mapping[Key, Sequence[Address]]
    announcing: Mapping[Key, Iterable[tuple[Key, Address]]]  # by who hears: who announces, with which address
    _known: dict[tuple[Key, Address], tuple[Exit, ...]] = field(default_factory=dict)

    def towards(self, key: Key, address: Address) -> tuple[Exit, ...]:
        """Return the ways of a table to an address."""
        found = self._known.get((key, address))
        if found is None:
            table = self.tables.get(key)
            found = self._known[key, address] = resolved(table, *address) if table else ()
        return found


def openings(neighbors: Iterable[OutsideNeighbor], around: Surroundings) -> dict[Key, tuple[Opening, ...]]:
    """Return what neighbours outside may add to each table."""
    found: dict[Key, dict[Opening, None]] = {}
    for one in neighbors:
        if not one.announced:
            continue
        hearing = {key for key, _ in reached(one.node, around.links if one.stated else {})}
        for key in hearing:
            exits = _exits(one, key, hearing, around)
            opening = Opening(one.announced, one.reason, exits, key == one.node[0])
            found.setdefault(key, {})[opening] = None
    return {key: tuple(many) for key, many in found.items()}


def _exits(one: OutsideNeighbor, key: Key, hearing: set[Key], around: Surroundings) -> tuple[Exit, ...]:
    """Return where a table sends what the neighbour draws: to it, to its router, or to who passes its routes on."""
    home = one.node[0]
    if not one.exits or key[0] == home[0]:
        return one.exits
    exits: dict[Exit, None] = {}
    for here in (other for other in hearing if other[0] == key[0]):  # tables of a device lend each other routes
        targets = [*one.addresses, *around.own.get(home, ())]
        targets += [address for other, address in around.announcing.get(here, ()) if other in hearing]
        for address in targets:
            exits |= dict.fromkeys(around.towards(here, address))
    return tuple(exits)


def let_in(book: PolicyBook, families: Mapping[Family, BgpFamily]) -> AddressSet:
    """Return all addresses of the prefixes that may be taken from a neighbour, given the families of its session."""
    return AddressSet.union(
        [
            NO_ADDRESS,
            *(
                _let_in(book, settings) & AddressSet.of(family, family.all_addresses)
                for family, settings in families.items()
            ),
        ]
    )


def _let_in(book: PolicyBook, settings: BgpFamily) -> AddressSet:
    """Return all addresses of the prefixes that may be taken from a neighbour."""
    found = ANY_ADDRESS
    for name in settings.import_filters:
        kind, _, listed = name.partition(" ")
        if kind == "prefix_list":
            found &= _of_list(book, listed)
    return found & _of_policies(book, settings.import_policies) if settings.import_policies else found


def _of_policies(book: PolicyBook, names: Sequence[str]) -> AddressSet:
    """Return the addresses of what a chain of policies may permit; what none of them decides is permitted."""
    found = NO_ADDRESS
    for name in names:
        policy = book.policy(name)
        if policy is None:
            return ANY_ADDRESS
        for term in policy.terms:
            if term.outcome == "deny":
                if term.exact and not term.conditions:
                    return found
            elif term.outcome in ("permit", "next_policy") or any(
                change.kind == "default_outcome" for change in term.changes
            ):
                found |= _of_term(book, term)
        if policy.default_outcome == "deny":
            return found
        if policy.default_outcome == "permit":
            return ANY_ADDRESS
    return ANY_ADDRESS


def _of_term(book: PolicyBook, term: RoutePolicyTerm) -> AddressSet:
    found = ANY_ADDRESS
    for condition in term.conditions if term.exact else ():
        found &= _of_condition(book, condition)
    return found


def _of_condition(book: PolicyBook, condition: PolicyCondition) -> AddressSet:
    if condition.negated:
        return ANY_ADDRESS
    if condition.kind in ("prefix_list", "prefix_list_filter"):
        return AddressSet.union(_of_list(book, name) for name in condition.values)
    if condition.kind == "prefix":
        return AddressSet.union(_prefixes(condition.values))
    return ANY_ADDRESS


def _prefixes(values: Iterable[str]) -> Iterator[AddressSet]:
    for value in values:
        try:
            yield AddressSet.prefix(value.partition(" ")[0])
        except ValueError:
            yield ANY_ADDRESS


def _of_list(book: PolicyBook, name: str) -> AddressSet:
    """Return the addresses of the prefixes that a list may permit; all where it is not known."""
    known = book.prefix_list(name)
    if known is None or not known.exact:
        return ANY_ADDRESS
    return AddressSet.union(
        [
            NO_ADDRESS,
            *(
                AddressSet.prefix(str(entry.prefixes).partition(" ")[0])
                for entry in known.entries
                if entry.action.permits
            ),
        ]
    )
