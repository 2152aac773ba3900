"""What rules really let through: matches less the earlier rules, as few readable blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from netaudit.model.compiled_rulebase import CompiledRulebase, compiled
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import Flow, PacketProduct, PacketSet
from netaudit.packets.service_text import service_text
from netaudit.packets.services import ANY_SERVICE, ServiceSet

Bound = Literal["surely", "maybe"]
Piece = tuple[NameSet, NameSet, PacketProduct]

DEFAULT_PIECES = 2000  # a rule may fall into this many blocks; past it the answer says that it is not exact


@dataclass(frozen=True, slots=True)
class Block:
    """Packets between zones that one rule decides; `rule` is None where the default does.

    `exact` is False where the budget was spent: then `packets` is an upper bound, not the answer.
    """

    rule: AccessRule | None
    packets: PacketSet
    from_zones: NameSet = ANY_NAME
    to_zones: NameSet = ANY_NAME
    exact: bool = True

    @property
    def witness(self) -> Flow | None:
        """Return one packet of the block."""
        return self.packets.witness()


@dataclass(frozen=True, slots=True)
class PermittedFlows:
    """The permitted packets of a question, in the order of the rules that permit them; blocks do not overlap in a
    rule, but two rules may permit the same packets."""

    blocks: tuple[Block, ...]
    bound: Bound

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def exact(self) -> bool:
        """Tell whether no block is only an upper bound."""
        return all(block.exact for block in self.blocks)

    @property
    def packets(self) -> PacketSet:
        """Return all blocks together, whatever their zones."""
        return PacketSet.union(block.packets for block in self.blocks)

    @property
    def rules(self) -> tuple[AccessRule, ...]:
        """Return the permitting rules, each once, in order."""
        found: dict[int, AccessRule] = {}
        for block in self.blocks:
            if block.rule is not None:
                found.setdefault(id(block.rule), block.rule)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One readable row: texts of addresses and services."""

    source: str
    destination: str
    service: str


def rows(packets: PacketSet, limit: int | None = None) -> tuple[Row, ...]:
    """Return a packet set as readable rows, at most `limit` (None = all)."""
    products = packets.products if limit is None else packets.products[:limit]
    return tuple(
        Row(
            str(AddressSet.of(product.family, product.source)),
            str(AddressSet.of(product.family, product.destination)),
            service_text(product.services),
        )
        for product in products
    )


def permitted(
    rulebase: Rulebase,
    source: AddressSet = ANY_ADDRESS,
    destination: AddressSet = ANY_ADDRESS,
    services: ServiceSet = ANY_SERVICE,
    from_zone: str | None = None,
    to_zone: str | None = None,
    bound: Bound = "maybe",
    pieces: int = DEFAULT_PIECES,
) -> PermittedFlows:
    """Return what the rulebase lets through from `source` to `destination`, per permitting rule.

    `bound` "maybe" asks "could it pass?": what permits may match less what earlier denies surely match. "surely"
    asks "does it pass for certain?": the other way round, and a rule whose answer would not be exact gives nothing.
    A zone of None means any zone: the blocks say between which zones they hold. Earlier permits are not taken off.
    """
    whole = compiled(rulebase)
    asked = _families(rulebase, PacketSet.of(source, destination, services))
    query = _Query(asked, from_zone, to_zone)
    blocks: list[Block] = []
    denies: list[AccessRule] = []
    for rule in _meeting(whole, query):
        if not rule.action.permits:
            denies.append(rule)
            continue
        found, exact = _less(query.clip(rule, bound), denies, query, bound, pieces)
        if exact or bound == "maybe":
            blocks += _blocks(rule, found, exact)
    if rulebase.default_action.permits:
        found, exact = _less(query.everything(), denies, query, bound, pieces)
        if exact or bound == "maybe":
            blocks += _blocks(None, found, exact)
    return PermittedFlows(tuple(blocks), bound)


def effective_match(
    rulebase: Rulebase, rule: AccessRule, bound: Bound = "maybe", pieces: int = DEFAULT_PIECES
) -> tuple[Block, ...]:
    """Return what a rule of the rulebase decides: its match less that of all earlier rules.

    `bound` "maybe": what it may decide (its `maybe` less the earlier `surely`); "surely": what it decides for
    certain. The blocks do not overlap. A disabled rule decides nothing.
    """
    if not rule.enabled:
        return ()
    packets = _families(rulebase, getattr(rule.match, bound))
    query = _Query(packets, None, None)
    start = [(rule.from_zones, rule.to_zones, product) for product in disjoint(packets)]
    found, exact = _less(start, earlier_rules(rulebase, rule, packets), query, bound, pieces)
    return tuple(_blocks(rule, found, exact)) if exact or bound == "maybe" else ()


def earlier_rules(rulebase: Rulebase, rule: AccessRule, packets: PacketSet) -> list[AccessRule]:
    """Return the rules before a rule of the rulebase that may match one of these packets."""
    whole = compiled(rulebase)
    number = next((i for i, other in enumerate(whole.rules) if other is rule), None)
    if number is None:
        number = whole.rules.index(rule)
    return [whole.rules[i] for i in whole.overlapping(packets) if i < number]


def rules_meeting(whole: CompiledRulebase, packets: PacketSet) -> list[AccessRule]:
    """Return the enabled rules, in order, that may match one of these packets."""
    return [whole.rules[number] for number in whole.overlapping(packets)]


def pieces_less(start: list[Piece], others: Iterable[AccessRule], limit: int) -> tuple[list[Piece], bool]:
    """Return pieces less what other rules may match, and whether that is exact (else it is an upper bound)."""
    return _less(start, others, _Query(PacketSet(), None, None), "surely", limit)


class _Query:
    """Packets that are asked about, between zones (None = any)."""

    def __init__(self, packets: PacketSet, from_zone: str | None, to_zone: str | None) -> None:
        self.packets, self.from_zone, self.to_zone = packets, from_zone, to_zone

    def zones(self, rule: AccessRule) -> tuple[NameSet, NameSet] | None:
        """Return the zones that a rule shares with the question; None if there are none."""
        entry = _shared(rule.from_zones, self.from_zone)
        leave = _shared(rule.to_zones, self.to_zone)
        return (entry, leave) if entry and leave else None

    def clip(self, rule: AccessRule, bound: Bound) -> list[Piece]:
        zones = self.zones(rule)
        packets: PacketSet = getattr(rule.match, bound)
        if zones is None:
            return []
        common = packets & self.packets
        return [(*zones, product) for product in disjoint(common)]

    def everything(self) -> list[Piece]:
        entry = ANY_NAME if self.from_zone is None else NameSet.of([self.from_zone])
        leave = ANY_NAME if self.to_zone is None else NameSet.of([self.to_zone])
        return [(entry, leave, product) for product in disjoint(self.packets)]


def _shared(zones: NameSet, asked: str | None) -> NameSet:
    if asked is None:
        return zones
    return NameSet.of([asked]) if asked in zones else NameSet()


def _families(rulebase: Rulebase, packets: PacketSet) -> PacketSet:
    return PacketSet(tuple(one for one in packets.products if one.family in rulebase.families))


def disjoint(packets: PacketSet) -> list[PacketProduct]:
    """Return disjoint products of the same packets."""
    if len(packets.products) < 2:
        return list(packets.products)
    result: list[PacketProduct] = []
    for product in packets.products:
        pieces = [product]
        for other in result:
            pieces = [rest for piece in pieces for rest in piece.difference(other)]
        result += pieces
    return result


def _meeting(whole: CompiledRulebase, query: _Query) -> Iterator[AccessRule]:
    """Yield the enabled rules, in order, that may match a packet of the question."""
    for number in whole.overlapping(query.packets):
        rule = whole.rules[number]
        if query.zones(rule) is not None:
            yield rule


def _less(
    start: list[Piece], others: Iterable[AccessRule], query: _Query, bound: Bound, limit: int
) -> tuple[list[Piece], bool]:
    """Return the pieces less what the other rules match (by the other bound), and whether that is exact."""
    rest = start
    for other in others:
        if not rest:
            break
        packets: PacketSet = other.match.surely if bound == "maybe" else other.match.maybe
        zones = query.zones(other)
        if zones is None or not packets:
            continue
        kept: list[Piece] = []
        for piece in rest:
            kept += _piece_less(piece, zones, packets)
        if len(kept) > limit:
            return rest, False
        rest = kept
    return rest, True


def _piece_less(piece: Piece, zones: tuple[NameSet, NameSet], packets: PacketSet) -> list[Piece]:
    entry, leave, product = piece
    common_entry, common_leave = entry & zones[0], leave & zones[1]
    near = [one for one in packets.products if product.intersection(one) is not None]
    if not near or not common_entry or not common_leave:
        return [piece]
    result: list[Piece] = []
    if outside := entry - common_entry:
        result.append((outside, leave, product))
    if outside := leave - common_leave:
        result.append((common_entry, outside, product))
    inner = [product]
    for one in near:
        inner = [rest for left in inner for rest in left.difference(one)]
    return result + [(common_entry, common_leave, left) for left in inner]


def _blocks(rule: AccessRule | None, pieces: Sequence[Piece], exact: bool) -> list[Block]:
    return [Block(rule, packets, entry, leave, exact) for entry, leave, packets in grouped(pieces)]


def grouped(pieces: Sequence[Piece]) -> list[tuple[NameSet, NameSet, PacketSet]]:
    """Return the pieces as packet sets, one for each pair of zone sets."""
    found: dict[tuple[NameSet, NameSet], list[PacketProduct]] = {}
    for entry, leave, product in pieces:
        found.setdefault((entry, leave), []).append(product)
    return [(entry, leave, PacketSet(tuple(_merged(products)))) for (entry, leave), products in found.items()]


def _merged(products: list[PacketProduct]) -> list[PacketProduct]:
    """Return the same packets with fewer products: those that differ in one field become one."""
    if len(products) < 2:
        return products
    joined: dict[object, PacketProduct] = {}
    for product in products:
        key = (product.family, product.source, product.destination)
        other = joined.get(key)
        joined[key] = (
            product
            if other is None
            else PacketProduct(product.family, product.source, product.destination, other.services | product.services)
        )
    for by_source in (True, False):
        merged: dict[object, PacketProduct] = {}
        for product in joined.values():
            fixed = product.destination if by_source else product.source
            same: object = (product.family, fixed, product.services)
            known = merged.get(same)
            if known is None:
                merged[same] = product
            elif by_source:
                merged[same] = PacketProduct(
                    product.family, known.source | product.source, product.destination, product.services
                )
            else:
                merged[same] = PacketProduct(
                    product.family, product.source, known.destination | product.destination, product.services
                )
        joined = merged
    return list(joined.values())
