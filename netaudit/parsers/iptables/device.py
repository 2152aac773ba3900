"""From the lines of a file to the device that it describes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from netaudit.model.device import Device, Reference
from netaudit.model.rules import Action, NatKind, NatRule, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceFile, SourceRef
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.parsers.chain_unfolding import Effect, Step, Unfolded, unfold
from netaudit.parsers.connection_tracking import Tracking
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.iptables.conditions import Conditions, IpsetLookup, read_conditions
from netaudit.parsers.iptables.ipsets import Ipset
from netaudit.parsers.iptables.nat import nat_rule
from netaudit.parsers.iptables.tables import BASE_CHAINS, Chain, RawRule, Ruleset, Table, read_tables
from netaudit.parsers.iptables.targets import steps_of, target_of
from netaudit.parsers.iptables.vocabulary import MATCH_OPTIONS, ROUTING_TARGETS, WITH_OPTIONS
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.netfilter_hooks import PassedChain, RuleFacts, hook_rulebase
from netaudit.parsers.packet_region import Region
from netaudit.parsers.translated_packets import translated_packets

PLATFORM = "iptables"

# The chains that a packet passes, in order; what one of them drops never gets through.
_PASSED = {
    "INPUT": (
        ("raw", "PREROUTING"),
        ("mangle", "PREROUTING"),
        ("mangle", "INPUT"),
        ("filter", "INPUT"),
        ("security", "INPUT"),
    ),
    "FORWARD": (
        ("raw", "PREROUTING"),
        ("mangle", "PREROUTING"),
        ("mangle", "FORWARD"),
        ("filter", "FORWARD"),
        ("security", "FORWARD"),
        ("mangle", "POSTROUTING"),
    ),
    "OUTPUT": (
        ("raw", "OUTPUT"),
        ("mangle", "OUTPUT"),
        ("filter", "OUTPUT"),
        ("security", "OUTPUT"),
        ("mangle", "POSTROUTING"),
    ),
}
# The nat table's chains of destination translation stand behind these.
_BEFORE_TRANSLATION = (("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("raw", "OUTPUT"), ("mangle", "OUTPUT"))


def parse(source: SourceFile) -> ParsedFile:
    """Read iptables-save text, or a script of iptables commands, as one device.

    The filter table's base chains become the rulebases INPUT, FORWARD and OUTPUT. Rules are read for the first
    packet of a connection; those for ESTABLISHED or RELATED alone match none and are marked as return traffic.
    """
    return parse_together((source,))[0]


def parse_together(sources: Sequence[SourceFile]) -> list[ParsedFile]:
    """Read files of which those of one host share their sets: `ipset save` is a file of its own."""
    ledgers = [LineLedger(source) for source in sources]
    rulesets = [read_tables(source, ledger) for source, ledger in zip(sources, ledgers, strict=True)]
    shared: dict[str, dict[str, Ipset]] = {}
    for source, ruleset in zip(sources, rulesets, strict=True):
        if source.host:
            shared.setdefault(source.host, {}).update(ruleset.ipsets)
    found = []
    for source, ledger, ruleset in zip(sources, ledgers, rulesets, strict=True):
        ipsets = {**shared.get(source.host, {}), **ruleset.ipsets}
        device = _Builder(source, ledger, ruleset, ipsets).device()
        devices = (device,) if device is not None else ()
        found.append(ParsedFile(ledger.coverage(PLATFORM, device.name if device else "", _guess), devices))
    return found


def _guess(text: str) -> Affects:
    return Affects.FILTER if "tables" in text or text.lstrip().startswith(("-", ":", "*")) else Affects.OTHER


class _Builder:
    def __init__(self, source: SourceFile, ledger: LineLedger, ruleset: Ruleset, ipsets: dict[str, Ipset]) -> None:
        self.source = source
        self.ledger = ledger
        self.ruleset = ruleset
        self.conditions: dict[tuple[int, str], Conditions] = {}
        self.undefined: dict[tuple[str, str, int], Reference] = {}
        self.ipsets: dict[str, IpsetLookup] = {
            name: lambda words, one=one: one.lookup(words, ipsets)  # type: ignore[misc]
            for name, one in ipsets.items()
        }
        self.used_ipsets: set[str] = set()
        self.tracking: dict[str, Tracking] = {"raw": Tracking(begun=False)}
        self.translations: dict[str, list[NatRule]] = {chain: [] for chain in BASE_CHAINS["nat"]}

    def device(self) -> Device | None:
        tables = self.ruleset.tables
        if not tables:
            return None
        self.tracking["arriving"], self.tracking["leaving"] = self._tracking("PREROUTING"), self._tracking("OUTPUT")
        self.tracking["translating"] = self.tracking["arriving"]
        nat_rules = tuple(self._nat_rules())
        for moment, chain in (("arriving", "PREROUTING"), ("leaving", "OUTPUT")):
            if self._tables("nat"):  # else it is in a file of its own, or not there: not known
                self.tracking[moment] = replace(self.tracking[moment], translated=self._translated(chain))
        rulebases = tuple(rulebase for name in BASE_CHAINS["filter"] if (rulebase := self._rulebase(name)) is not None)
        for table in tables.values():
            self._account(table)
        first = min(table.first_index for table in tables.values())
        where = self.ledger.ref(first)
        facts: tuple[tuple[str, SourceRef], ...] = ()
        if self.ruleset.version:
            facts = (("version", self.ledger.ref(self.ruleset.version_index)),)
        return Device(
            name=self.source.host or self.source.path.rpartition("/")[2],
            platform=PLATFORM,
            vendor="Linux",
            where=where,
            operating_system="iptables",
            version=self.ruleset.version,
            fact_sources=facts,
            rulebases=rulebases,
            nat_rules=nat_rules,
            undefined_references=tuple(self.undefined.values()),
            unused_objects=tuple(self._unused()),
        )

    def _tables(self, name: str) -> list[Table]:
        """Return the IPv4 and the IPv6 table of a name, as far as they are there."""
        return [self.ruleset.tables[key] for key in ((name, False), (name, True)) if key in self.ruleset.tables]

    def _tracking(self, chain: str) -> Tracking:
        """Return what the raw table takes out of connection tracking."""
        surely, maybe = [], []
        for table in self._tables("raw"):
            if chain in table.chains:
                for region in self._unfolded(table, chain, "raw").exempt:
                    maybe.append(region.maybe)
                    if region.ins == region.outs == ANY_NAME:
                        surely.append(region.surely)
        return Tracking(True, PacketSet.union(surely), PacketSet.union(maybe))

    def _unfolded(self, table: Table, chain: str, moment: str) -> Unfolded[RawRule]:
        """Unfold a base chain. `moment` tells what is known of connections there: a key of `tracking`."""
        unfolded = unfold(
            {one.name: one.rules for one in table.chains.values()},
            chain,
            lambda rule: self._steps(rule, table, moment),
            Region.exact(PacketSet.of(table.family, table.family)),
        )
        for rule, target in unfolded.missing:
            self._undefined("chain", target, rule)
            self.ledger.unrecognized(rule.index, Affects.FILTER, f"chain or target {target} is not defined")
        for decision in unfolded.decisions:
            if decision.step.effect is Effect.EITHER and decision.region:
                reason = f"target {decision.step.target} may accept or drop"
                self.ledger.unsupported(decision.rule.index, Affects.FILTER, reason)
        return unfolded

    def _steps(self, rule: RawRule, table: Table, moment: str) -> Sequence[Step]:
        return steps_of(rule, self._conditions_of(rule, moment), frozenset(table.chains))

    def _conditions_of(self, rule: RawRule, moment: str) -> Conditions:
        known = self.conditions.get((id(rule), moment))
        if known is not None:
            return known
        jump = target_of(rule)
        options = rule.options
        if jump is not None and jump.value in WITH_OPTIONS:
            position = options.index(jump)
            options = options[:position] + [one for one in options[position:] if one.name in MATCH_OPTIONS]
        found = read_conditions(options, rule.family, self.ipsets, self.tracking[moment])
        if rule.is_conditional:
            region = found.region
            found.region = replace(region, surely=NO_PACKETS, reasons=(*region.reasons, "script condition"))
        if found.unknown_options or found.problems:
            text = ", ".join((*found.unknown_options, *found.problems))
            self.ledger.unrecognized(rule.index, Affects.FILTER, f"not understood: {text}")
        for name in found.unresolved:
            self._undefined("ipset", name, rule)
        for option in options:
            if option.name == "--match-set":
                self.used_ipsets.add(option.value)
        self.conditions[id(rule), moment] = found
        return found

    def _undefined(self, kind: str, name: str, rule: RawRule) -> None:
        key = (kind, name, rule.index)
        self.undefined.setdefault(key, Reference(kind, name, self.ledger.ref(rule.index), "rule"))

    def _translated(self, chain: str) -> PacketSet:
        """Return the packets that a chain of the nat table can make."""
        return translated_packets(rule for rule in self.translations[chain] if rule.kind is NatKind.DESTINATION)

    def _rulebase(self, name: str) -> Rulebase | None:
        if not any(name in table.chains for table in self._tables("filter")):
            return None
        passed = []
        for table_name, chain_name in _PASSED[name]:
            moment = "raw" if table_name == "raw" else "leaving" if name == "OUTPUT" else "arriving"
            for table in self._tables(table_name):
                if chain_name in table.chains:
                    chain = table.chains[chain_name]
                    passed.append(
                        PassedChain(
                            chain_name,
                            table_name,
                            self._unfolded(table, chain_name, moment),
                            table.family,
                            Action.DENY if chain.policy == "DROP" else Action.PERMIT,
                            self._chain_ref(chain, table),
                            self.ledger.ref(chain.index) if chain.index is not None and chain.policy else None,
                            (table_name, chain_name) in _BEFORE_TRANSLATION,
                            -1 if table_name != "filter" else len(table.chains),
                        )
                    )
        return hook_rulebase(
            name,
            RulebaseKind.ZONE_POLICY if name == "FORWARD" else RulebaseKind.LOCAL,
            passed,
            self._facts,
            self._translated("OUTPUT" if name == "OUTPUT" else "PREROUTING"),
        )

    def _facts(self, rule: RawRule) -> RuleFacts:
        return RuleFacts(self.ledger.ref(rule.index), rule.hit_count, _expiry(rule))

    def _chain_ref(self, chain: Chain, table: Table) -> SourceRef:
        if chain.index is not None:
            return self.ledger.ref(chain.index)
        return self.ledger.ref(chain.rules[0].index if chain.rules else table.first_index)

    def _nat_rules(self) -> list[NatRule]:
        found: list[NatRule] = []
        for table in self._tables("nat"):
            for name in BASE_CHAINS["nat"]:
                if name not in table.chains:
                    continue
                for decision in self._unfolded(table, name, "translating").decisions:
                    rule = nat_rule(decision, name, table.family, self.ledger)
                    if rule is not None:
                        found.append(rule)
                        self.translations[name].append(rule)
                    elif decision.step.effect is not Effect.ACCEPT:
                        reason = "translation that cannot be read"
                        self.ledger.unsupported(decision.rule.index, Affects.NAT, reason)
        return found

    def _account(self, table: Table) -> None:
        """Say of every rule that is left what became of it."""
        for chain in table.chains.values():
            for rule in chain.rules:
                jump = target_of(rule)
                self._conditions_of(rule, "raw" if table.name == "raw" else "arriving")
                if table.name in ("mangle", "raw") and jump is not None and jump.value in ROUTING_TARGETS:
                    reason = f"{jump.value} can change the way of a packet"
                    self.ledger.unsupported(rule.index, Affects.ROUTING, reason)
                elif table.name == "nat" and jump is not None and jump.value == "NETMAP":
                    self.ledger.unsupported(rule.index, Affects.NAT, "NETMAP keeps the host part of each address")

    def _unused(self) -> list[Reference]:
        unused: list[Reference] = []
        for table in self.ruleset.tables.values():
            called = {name for name in table.chains if table.is_base(name)}
            waiting = list(called)
            while waiting:
                for rule in table.chains[waiting.pop()].rules:
                    jump = target_of(rule)
                    if jump and jump.value in table.chains and jump.value not in called:
                        called.add(jump.value)
                        waiting.append(jump.value)
            for name, chain in table.chains.items():
                if name not in called:
                    unused.append(Reference("chain", name, self._chain_ref(chain, table), f"table {table.name}"))
        for name, one in self.ruleset.ipsets.items():
            if name not in self.used_ipsets:
                unused.append(Reference("ipset", name, self.ledger.ref(one.index)))
        return unused


def _expiry(rule: RawRule) -> date | None:
    option = rule.first("--datestop")
    if option is None:
        return None
    try:
        return date.fromisoformat(option.value[:10])
    except ValueError:
        return None
