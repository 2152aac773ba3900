"""A base chain with its user chains unfolded into one list of rules, the first match of which decides.

A rule of a user chain matches what its own conditions and those of every jump on the way to it match. RETURN
takes its packets out of the rest of its chain, and so does a goto (-g), whose chain never comes back to it.
Source: iptables(8), TARGETS; the semantics agree with Diekmann et al., "Verified iptables Firewall Analysis".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from netaudit.packets.addresses import AddressSet
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.parsers.iptables.conditions import Conditions
from netaudit.parsers.iptables.region import Region
from netaudit.parsers.iptables.tables import Chain, RawRule, Table
from netaudit.parsers.iptables.words import Option

MAX_DECISIONS = 20_000  # of one base chain; chains that call chains can grow beyond any bound
_MAX_REGIONS = 64
_MAX_LOGS = 64

ACCEPTING = frozenset({"ACCEPT"})
DROPPING = frozenset({"DROP", "TARPIT", "STEAL"})
REJECTING = frozenset({"REJECT"})
TRANSLATING = frozenset({"DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "SAME", "BALANCE"})
LOGGING = frozenset({"LOG", "NFLOG", "ULOG"})
CONTINUING = LOGGING | frozenset(
    {
        "MARK", "CONNMARK", "CONNSECMARK", "SECMARK", "CLASSIFY", "TOS", "DSCP", "TTL", "HL", "ECN", "TCPMSS",
        "TCPOPTSTRIP", "AUDIT", "TRACE", "CHECKSUM", "SET", "IDLETIMER", "LED", "RATEEST", "TEE", "NOTRACK", "CT",
        "ACCOUNT", "HMARK", "SYSRQ", "DNETMAP", "RAWDNAT", "RAWSNAT", "NFACCT", "CONTINUE",
    }
)  # fmt: skip
# Who decides is outside of the rules, or the packet is kept.
UNDECIDED = frozenset({"NFQUEUE", "QUEUE", "TPROXY", "SYNPROXY", "CLUSTERIP", "DELUDE", "CHAOS", "LSCAN", "PROTO"})


@dataclass(frozen=True, slots=True)
class Decision:
    """One rule as it takes effect on one way to it. `target` is ACCEPT, DROP, REJECT, a NAT target, or "?"
    for one that may do either."""

    name: str
    target: str
    rule: RawRule
    conditions: Conditions
    region: Region
    logged: bool = False
    path: tuple[str, ...] = ()
    on_every_packet: bool = False  # the jumps to it have no conditions


@dataclass(slots=True)
class Unfolded:
    """The decisions of a base chain in order, and whether what its policy decides was logged before."""

    decisions: list[Decision]
    policy_logged: bool = False
    is_complete: bool = True
    missing_chains: tuple[tuple[RawRule, str], ...] = ()
    called: frozenset[str] = frozenset()


class _TooMany(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Way:
    """How a chain was reached."""

    path: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    on_every_packet: bool = True
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    description: str = ""


class _Unfolder:
    def __init__(self, table: Table, conditions_of: Callable[[RawRule], Conditions]) -> None:
        self.table = table
        self.conditions_of = conditions_of
        self.decisions: list[Decision] = []
        self.logs: list[Region] = []
        self.missing: list[tuple[RawRule, str]] = []
        self.called: set[str] = set()

    def run(self, chain: Chain, everything: Region) -> Unfolded:
        is_complete = True
        rest: tuple[Region, ...] = ()
        try:
            rest = self.chain(chain, (everything,), _Way())
        except _TooMany:
            is_complete = False
        policy_logged = bool(rest) and all(any(log.covers(region) for log in self.logs) for region in rest)
        return Unfolded(
            _named(self._with_unmatched()), policy_logged, is_complete, tuple(self.missing), frozenset(self.called)
        )

    def _with_unmatched(self) -> list[Decision]:
        """Add the rules that match nothing on any way to them, each where it was first met."""
        matched = {id(decision.rule) for decision in self.decisions if decision.region}
        found: list[Decision] = []
        for decision in self.decisions:
            if decision.region or id(decision.rule) not in matched:
                if not decision.region:
                    matched.add(id(decision.rule))
                found.append(decision)
        return found

    def chain(self, chain: Chain, regions: tuple[Region, ...], way: _Way) -> tuple[Region, ...]:
        """Unfold a chain for the packets that reach it; return what passes all its rules."""
        self.called.add(chain.name)
        for number, rule in enumerate(chain.rules, start=1):
            regions = self.rule(rule, f"{chain.name} {number}", regions, replace(way, chains=(*way.chains, chain.name)))
            if len(regions) > _MAX_REGIONS:
                regions = (_blurred(regions),)
        return regions

    def rule(self, rule: RawRule, name: str, regions: tuple[Region, ...], way: _Way) -> tuple[Region, ...]:
        jump = rule.first("-j", "-g")
        if jump is None or not jump.value:
            return regions
        conditions = self.conditions_of(rule)
        target = jump.value
        if target in CONTINUING:
            if target in LOGGING and set(conditions.region.reasons) <= {"rate limit"}:
                self.logs += [part for region in regions if (part := region & conditions.region)]
                del self.logs[:-_MAX_LOGS]
            return regions
        if target == "RETURN":
            return _less(regions, conditions.region)
        if target in self.table.chains and target not in way.chains:
            inner = tuple(part for region in regions if (part := region & conditions.region))
            self.chain(self.table.chains[target], inner, _through(way, name, conditions))
            return _less(regions, conditions.region) if jump.name == "-g" else regions
        if target not in ACCEPTING | DROPPING | REJECTING | TRANSLATING:
            if target not in self.table.chains and target not in UNDECIDED:
                self.missing.append((rule, target))
            target = "?"
        self.decide(rule, name, target, regions, conditions, way)
        return regions

    def decide(
        self, rule: RawRule, name: str, target: str, regions: tuple[Region, ...], conditions: Conditions, way: _Way
    ) -> None:
        shown = replace(
            conditions,
            sources=conditions.sources or way.sources,
            destinations=conditions.destinations or way.destinations,
            services=conditions.services or way.services,
            description=conditions.description or way.description,
        )
        parts = [part for region in regions if (part := region & conditions.region)]
        nothing = replace(conditions.region, surely=NO_PACKETS, maybe=NO_PACKETS)
        for part in parts or [nothing]:
            if len(self.decisions) >= MAX_DECISIONS:
                raise _TooMany
            logged = bool(part) and any(log.covers(part) for log in reversed(self.logs))
            self.decisions.append(Decision(name, target, rule, shown, part, logged, way.path, way.on_every_packet))


def _through(way: _Way, name: str, conditions: Conditions) -> _Way:
    is_unconditional = (
        not conditions.region.reasons
        and conditions.region.ins == conditions.region.outs == ANY_NAME
        and not (conditions.sources or conditions.destinations or conditions.services)
        and conditions.states is None
    )
    return replace(
        way,
        path=(*way.path, name),
        on_every_packet=way.on_every_packet and is_unconditional,
        sources=conditions.sources or way.sources,
        destinations=conditions.destinations or way.destinations,
        services=conditions.services or way.services,
        description=conditions.description or way.description,
    )


def _less(regions: tuple[Region, ...], gone: Region) -> tuple[Region, ...]:
    return tuple(part for region in regions for part in region.minus(gone))


def _blurred(regions: tuple[Region, ...]) -> Region:
    """Return one region that holds them all, known from above only."""
    first = regions[0]
    ins, outs = first.ins, first.outs
    for region in regions[1:]:
        ins, outs = ins | region.ins, outs | region.outs
    return Region(
        NO_PACKETS, PacketSet.union(region.maybe for region in regions), ins, outs, (*first.reasons, "too many rules")
    )


def _named(decisions: list[Decision]) -> list[Decision]:
    """Give every decision a name of its own: the rule's, with the way or the part where it has several."""
    ways: dict[int, dict[tuple[str, ...], int]] = {}
    for decision in decisions:
        ways.setdefault(id(decision.rule), {}).setdefault(decision.path, 0)
        ways[id(decision.rule)][decision.path] += 1
    seen: dict[tuple[int, tuple[str, ...]], int] = {}
    named: list[Decision] = []
    for decision in decisions:
        key = (id(decision.rule), decision.path)
        name = decision.name
        if len(ways[key[0]]) > 1:
            name += f" via {' > '.join(decision.path)}"
        if ways[key[0]][decision.path] > 1:
            seen[key] = seen.get(key, 0) + 1
            name += f" part {seen[key]}"
        named.append(replace(decision, name=name))
    return named


def unfold(
    table: Table, chain_name: str, conditions_of: Callable[[RawRule], Conditions], family: AddressSet
) -> Unfolded:
    """Unfold a base chain of a table for all packets of an address family."""
    chain = table.chains.get(chain_name)
    if chain is None:
        return Unfolded([])
    return _Unfolder(table, conditions_of).run(chain, Region.exact(PacketSet.of(family, family)))


def target_of(rule: RawRule) -> Option | None:
    """Return the rule's -j or -g option."""
    return rule.first("-j", "-g")
