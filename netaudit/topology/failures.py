"""The proof of separation, repeated with each part of the network failed.

A pair of zones that is shut off only while every line is up is not shut off: the way round a failed line may go past
the firewall. For each part that can fail this asks what newly passes from zone to zone, and what the firm states and
no longer passes. Only what changes is answered.

What need not be asked
----------------------
Let N be the network and N' the network without a part. If on every device that is left the exits of each destination
in N' are among those that it has in N, and packets of a zone come in at no other place and with no other source, then
nothing passes in N' that does not in N. For a way of packets in N' is a row of (device, entry, exit), and by induction
over its length it is a way in N: it begins at the same interface with a source that N has too; filters, policies and
translations belong to interfaces and rules, which a failure does not touch, so the same packets leave the device; the
exit is one of N's; and who takes them at the other end is a neighbour in N, since a failure brings nobody up. What
came to a failed part comes to nobody (`Network.whole`), so it is not taken for unknown ground either.

So the search for new permits is made for those zones alone whose packets come, in N, to a device that gained an exit:
the first such device on a new way is reached over devices that did not, which is a way of N. And only packets to the
destinations of such exits are followed, with those to addresses that some device translates: no other packet changes
its destination on the way. Addresses of the failed link itself do not count: no host is there. What is stated and
passed is asked again only where each of its ways meets a device that forwards otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct, PacketSet
from netaudit.packets.services import ANY_SERVICE
from netaudit.policy.registers import Policy
from netaudit.topology.conduits import conduits_from, sources_at
from netaudit.topology.failed_network import FailedNetwork, FailureBase
from netaudit.topology.failing import FailingPart, PartKind, failing_parts
from netaudit.topology.network import Network
from netaudit.topology.reach import Conduit, PassedPackets
from netaudit.topology.stated import agreed_between, stated_packets

BUDGET = 50_000
"""Steps for all failures of a snapshot: a table computed, a device entered by packets, and each rule there."""

THOROUGH_BUDGET = 20 * BUDGET
"""The same where somebody asks for failures alone and waits for them."""

Conduits = Mapping[tuple[str, str], Conduit]


@dataclass(frozen=True, slots=True)
class PairChange:
    """What one failure changes from one zone to another.

    `opens` surely passes during the failure and not even possibly before; `may_open` may, for `reasons`. `closes` is
    stated, passes before, and is not sure to pass during the failure; `surely_closes` where it surely does not.
    """

    part: FailingPart
    from_zone: str
    to_zone: str
    opens: tuple[PassedPackets, ...] = ()
    may_open: tuple[PassedPackets, ...] = ()
    reasons: tuple[str, ...] = ()
    closes: PacketSet = NO_PACKETS
    surely_closes: bool = False
    excess: PacketSet = NO_PACKETS  # of what surely opens: what the firm does not state


@dataclass(frozen=True, slots=True)
class FailureAnswer:
    """What the failures of a network change.

    `undecided` are doubts that only a failure brings, with the pairs and the number of failures that they touch.
    `not_repeated` are the parts for which the budget did not last: nothing is known of them.
    """

    changes: tuple[PairChange, ...] = ()
    repeated: tuple[FailingPart, ...] = ()
    not_repeated: tuple[FailingPart, ...] = ()
    undecided: tuple[tuple[str, tuple[tuple[str, str], ...], int], ...] = ()
    steps: int = 0

    def opening(self, from_zone: str, to_zone: str) -> tuple[PairChange, ...]:
        """Return the failures that surely or possibly let more pass from one zone to another."""
        return tuple(
            one
            for one in self.changes
            if (one.from_zone, one.to_zone) == (from_zone, to_zone) and (one.opens or one.may_open)
        )

    def doubts(self, from_zone: str, to_zone: str) -> tuple[str, ...]:
        """Return why it is not known whether a failure lets more pass from one zone to another."""
        found = [reason for reason, pairs, _ in self.undecided if (from_zone, to_zone) in pairs]
        if self.not_repeated:
            found.append(f"not repeated with each part failed: {len(self.not_repeated)} parts are left")
        return tuple(found)


def examine_failures(
    network: Network,
    policy: Policy,
    conduits: Conduits,
    as_of: date,
    budget: int = BUDGET,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> FailureAnswer:
    """Return what each failure changes against the conduits of the whole network, up to `budget` steps.

    Tracked routes come first, then lines, links, devices and ports. Other failures are asked with tracked routes that
    may or may not be withdrawn, as nothing says what their objects watch; what a withdrawal opens alone is told once.
    """
    search = _Search(network, policy, conduits, as_of)
    parts = failing_parts(network, policy)
    tracked = [one for one in parts if one.kind is PartKind.TRACKED]
    changes = [change for part in tracked for change in search.changes(part)]
    search.take_as_known(changes)
    if len(tracked) > 1:
        together = list(search.changes(FailingPart(PartKind.TRACKED, ", ".join(one.name for one in tracked))))
        search.take_as_known(together)
        changes += together
    repeated = tracked
    others = [one for one in parts if one.kind is not PartKind.TRACKED]
    while others and search.steps < budget:
        part = others.pop(0)
        changes += search.changes(part)
        repeated.append(part)
        progress(len(repeated), len(parts))
    progress(len(parts), len(parts))
    undecided = tuple((reason, tuple(pairs), len(found)) for reason, (pairs, found) in search.undecided.items())
    return FailureAnswer(tuple(changes), tuple(repeated), tuple(others), undecided, search.steps)


class _Search:
    """The comparison of one network with what it is without its parts."""

    def __init__(self, network: Network, policy: Policy, conduits: Conduits, as_of: date) -> None:
        self.network = network
        self.base = FailureBase(network)
        self.as_of = as_of
        self.steps = 0
        self.stated = {
            pair: stated_packets(policy, network, *pair, as_of) | agreed_between(policy, network, *pair, as_of)
            for pair in conduits
        }
        self.sources = {zone: sources_at(network, zone) for zone in network.host_zones}
        self.undecided: dict[str, tuple[dict[tuple[str, str], None], set[FailingPart]]] = {}
        self.conduits = conduits
        self.known = {
            pair: PacketSet.union(one.packets for one in conduit.permitted) | conduit.possible
            for pair, conduit in conduits.items()
        }
        self.reasons = {pair: set(conduit.reasons) for pair, conduit in conduits.items()}
        self.reached = {source: one.reached for (source, _), one in conduits.items()}

    def take_as_known(self, changes: Iterable[PairChange]) -> None:
        """Count what some failures open as known: no other failure need tell it again."""
        for change in changes:
            pair = change.from_zone, change.to_zone
            more = PacketSet.union(one.packets for one in (*change.opens, *change.may_open))
            self.known[pair] = self.known[pair] | more

    def changes(self, part: FailingPart) -> Iterator[PairChange]:
        """Yield what the failure of one part changes, pair by pair."""
        failed = self.base.without(part)
        self.steps += failed.tables_computed + 1
        for from_zone in self.network.host_zones:
            asked = self._may_open(failed, from_zone) | self._may_close(failed, from_zone)
            if not asked:
                continue
            asked |= self.base.translated
            found = conduits_from(failed.network, from_zone, self.as_of, destinations=asked)
            self.steps += next((one.steps for one in found.values()), 0)
            for to_zone, conduit in found.items():
                yield from self._compared(part, failed, conduit, (from_zone, to_zone), asked)

    def _may_open(self, failed: FailedNetwork, from_zone: str) -> AddressSet:
        """Return the destinations to which more may pass; those that are translated on the way are left out."""
        reached = self.reached.get(from_zone, frozenset())
        if reached & failed.gaining:
            return failed.gained
        if not reached & failed.changed:
            return NO_ADDRESS
        sources = self.sources[from_zone]
        same = all(
            source <= sources.get(place, IntervalSet())
            for place, source in sources_at(failed.network, from_zone).items()
        )
        return NO_ADDRESS if same else ANY_ADDRESS

    def _may_close(self, failed: FailedNetwork, from_zone: str) -> AddressSet:
        """Return the destinations of what is stated, passes, and meets a device that forwards otherwise."""
        found = NO_ADDRESS
        for (source, _), conduit in self.conduits.items():
            pair = conduit.from_zone, conduit.to_zone
            if source != from_zone or not self.stated[pair]:
                continue
            if not conduit.by_path:
                if not failed.changed.isdisjoint(conduit.reached):
                    passing = PacketSet.union([NO_PACKETS, *(one.packets for one in conduit.permitted)])
                    found |= (passing & self.stated[pair]).destinations()
                continue
            met = [one for one in conduit.permitted if not failed.changed.isdisjoint(one.devices)]
            if not met:
                continue
            others = [one.packets for one in conduit.permitted if failed.changed.isdisjoint(one.devices)]
            closing = PacketSet.union(one.packets for one in met) & self.stated[pair]
            found |= (closing - PacketSet.union([NO_PACKETS, *others])).destinations()
        return found

    def _compared(
        self, part: FailingPart, failed: FailedNetwork, conduit: Conduit, pair: tuple[str, str], asked: AddressSet
    ) -> Iterator[PairChange]:
        known = self.known[pair] | _to(failed.dead)
        opens = _beyond(conduit.permitted, known)
        sure = PacketSet.union(one.packets for one in conduit.permitted)
        may_open = _beyond(conduit.possible_ways, known | sure)
        reasons = tuple(one for one in conduit.reasons if one not in self.reasons[pair])
        closes, surely = NO_PACKETS, False
        if self.stated[pair]:
            before = PacketSet.union(one.packets for one in self.conduits[pair].permitted)
            closes = (before & self.stated[pair] & _to(asked)) - sure
            surely = bool(closes) and not conduit.reasons and not conduit.possible.overlaps(closes)
        for reason in conduit.open_reasons:
            if reason in reasons:
                pairs, parts = self.undecided.setdefault(reason, ({}, set()))
                pairs[pair] = None
                parts.add(part)
        if opens or may_open or closes:
            excess = PacketSet.union([NO_PACKETS, *(one.packets for one in opens)]) - self.stated[pair]
            yield PairChange(part, *pair, opens, may_open, reasons, closes, surely, excess)


def _beyond(ways: Iterable[PassedPackets], known: PacketSet) -> tuple[PassedPackets, ...]:
    """Return what ways let pass beyond what is known, without what an earlier of them passes."""
    found = []
    for way in ways:
        rest = way.packets - known
        if rest:
            found.append(PassedPackets(rest, way.deciding, way.devices))
    return tuple(found)


def _to(addresses: AddressSet) -> PacketSet:
    """Return everything that goes to some addresses."""
    return PacketSet(
        tuple(
            PacketProduct(family, family.all_addresses, addresses.family(family), ANY_SERVICE)
            for family in Family
            if addresses.family(family)
        )
    )
