"""What neighbours without an export may announce: the destinations that a table may yet have a route to.

A neighbour that is stated and not in the snapshot announces what its import policies let in, nobody knows what of it.
Only prefix conditions narrow that here; all others are taken to hold. What one router learns goes to all that it
tells, so the opening goes along sessions and redistributions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.routing import BgpFamily, PolicyCondition, RoutePolicyTerm
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.topology.routes.policies import PolicyBook
from netaudit.topology.routes.spreading import Key, Node, reached


@dataclass(frozen=True, slots=True)
class Opening:
    """Destinations to which a table may have a route that is not computed, and why."""

    addresses: AddressSet
    reason: str


@dataclass(frozen=True, slots=True)
class OutsideNeighbor:
    """A BGP neighbour without an export, with the families that are exchanged with it.

    `reason` is the doubt that `Network.doubts` has of it. One that is not `stated` may come from a range: nobody says
    that there is one, so it opens the table of its own router alone.
    """

    key: Key
    book: PolicyBook
    families: Mapping[Family, BgpFamily]
    reason: str
    stated: bool = True


def openings(
    neighbors: Iterable[OutsideNeighbor], links: Mapping[Node, Iterable[Node]]
) -> dict[Key, tuple[Opening, ...]]:
    """Return what neighbours outside may add to each table; `links` lead to those who hear of it."""
    found: dict[Key, dict[Opening, None]] = {}
    for one in neighbors:
        addresses = AddressSet.union(
            _let_in(one.book, settings) & AddressSet.of(family, family.all_addresses)
            for family, settings in one.families.items()
        )
        if addresses:
            opening = Opening(addresses, one.reason)
            for key, _ in reached((one.key, "bgp"), links if one.stated else {}):
                found.setdefault(key, {})[opening] = None
    return {key: tuple(many) for key, many in found.items()}


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
