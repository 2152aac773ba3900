"""From the lines of a file to the device that it describes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from netaudit.model.device import Device, Reference
from netaudit.model.rules import AccessRule, Action, NatRule, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceFile, SourceRef
from netaudit.packets.addresses import ANY_IPV6, AddressSet, Family
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.iptables.conditions import Conditions, IpsetLookup, read_conditions
from netaudit.parsers.iptables.nat import nat_rule
from netaudit.parsers.iptables.region import Region
from netaudit.parsers.iptables.tables import BASE_CHAINS, Chain, RawRule, Ruleset, Table, read_tables
from netaudit.parsers.iptables.unfold import (
    ACCEPTING,
    CONTINUING,
    DROPPING,
    REJECTING,
    TRANSLATING,
    Decision,
    Unfolded,
    target_of,
    unfold,
)
from netaudit.parsers.ledger import LineLedger

PLATFORM = "iptables"

# The chains of other tables that a packet passes too; what they drop never gets through.
_ALSO_PASSED = {
    "INPUT": (("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "INPUT"), ("security", "INPUT")),
    "FORWARD": (
        ("raw", "PREROUTING"),
        ("mangle", "PREROUTING"),
        ("mangle", "FORWARD"),
        ("security", "FORWARD"),
        ("mangle", "POSTROUTING"),
    ),
    "OUTPUT": (("raw", "OUTPUT"), ("mangle", "OUTPUT"), ("security", "OUTPUT"), ("mangle", "POSTROUTING")),
}
_ROUTING_TARGETS = frozenset({"MARK", "CONNMARK", "TPROXY", "TEE", "ROUTE", "RAWDNAT", "RAWSNAT", "HMARK"})


def parse(source: SourceFile) -> ParsedFile:
    """Read iptables-save text, or a script of iptables commands, as one device.

    The filter table's base chains become the rulebases INPUT, FORWARD and OUTPUT. Rules are read for the first
    packet of a connection; those for ESTABLISHED or RELATED alone match none and are marked as return traffic.
    """
    ledger = LineLedger(source)
    device = _Builder(source, ledger, read_tables(source, ledger)).device()
    devices = (device,) if device is not None else ()
    name = device.name if device is not None else ""
    return ParsedFile(ledger.coverage(PLATFORM, name, _guess), devices)


def _guess(text: str) -> Affects:
    return Affects.FILTER if "tables" in text or text.lstrip().startswith(("-", ":", "*")) else Affects.OTHER


class _Builder:
    def __init__(self, source: SourceFile, ledger: LineLedger, ruleset: Ruleset) -> None:
        self.source = source
        self.ledger = ledger
        self.ruleset = ruleset
        self.conditions: dict[int, Conditions] = {}
        self.undefined: dict[tuple[str, str, int], Reference] = {}
        self.ipsets: dict[str, IpsetLookup] = {
            name: lambda words, one=one: one.lookup(words, ruleset.ipsets)  # type: ignore[misc]
            for name, one in ruleset.ipsets.items()
        }
        self.used_ipsets: set[str] = set()
        self.untracked = NO_PACKETS

    def device(self) -> Device | None:
        tables = self.ruleset.tables
        if not tables:
            return None
        self.untracked = self._untracked()
        rulebases = tuple(rulebase for name in BASE_CHAINS["filter"] if (rulebase := self._rulebase(name)) is not None)
        nat_rules = tuple(self._nat_rules())
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

    def _untracked(self) -> PacketSet:
        """Return the packets that the raw table may take out of connection tracking."""
        found = []
        for table in self._tables("raw"):
            for chain in table.chains.values():
                for rule in chain.rules:
                    jump = target_of(rule)
                    if jump and (jump.value == "NOTRACK" or (jump.value == "CT" and rule.first("--notrack"))):
                        found.append(
                            read_conditions(rule.options, rule.family, self.ipsets, NO_PACKETS).packets_any_state
                        )
        return PacketSet.union(found)

    def _conditions_of(self, rule: RawRule) -> Conditions:
        known = self.conditions.get(id(rule))
        if known is not None:
            return known
        jump = target_of(rule)
        options = rule.options
        if jump is not None and jump.value in CONTINUING | TRANSLATING | REJECTING | {"NFQUEUE", "QUEUE", "TPROXY"}:
            # What an extension target takes follows it; iptables-save writes all matches before it.
            position = options.index(jump)
            options = options[:position] + [one for one in options[position:] if one.name in _MATCH_OPTIONS]
        found = read_conditions(options, rule.family, self.ipsets, self.untracked)
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
        self.conditions[id(rule)] = found
        return found

    def _undefined(self, kind: str, name: str, rule: RawRule) -> None:
        key = (kind, name, rule.index)
        self.undefined.setdefault(key, Reference(kind, name, self.ledger.ref(rule.index), "rule"))

    def _rulebase(self, name: str) -> Rulebase | None:
        chains = [(table, table.chains[name]) for table in self._tables("filter") if name in table.chains]
        if not chains:
            return None
        rules: list[AccessRule] = []
        stateful: list[bool] = []
        policy_logged: list[bool] = []
        for table, chain in chains:
            suffix = " (IPv6)" if len(chains) > 1 and table.family == ANY_IPV6 else ""
            unfolded = unfold(table, name, self._conditions_of, table.family)
            self._note_missing(unfolded)
            found = [*self._dropped_elsewhere(name, table.family), *self._access_rules(unfolded)]
            if not unfolded.is_complete:
                found += self._either(chain, table.family, "too many rules")
            rules += [replace(rule, name=rule.name + suffix) for rule in found]
            stateful.append(any(_accepts_answers(decision) for decision in unfolded.decisions))
            policy_logged.append(unfolded.policy_logged)
        table, chain = chains[0]
        if len(chains) > 1 and _policy(chains[1][1]) is not _policy(chain):
            rules.append(self._policy_rule(chains[1][1], chains[1][0].family))
        return Rulebase(
            name=name,
            kind=RulebaseKind.ZONE_POLICY if name == "FORWARD" else RulebaseKind.LOCAL,
            rules=tuple(rules),
            default_action=_policy(chain),
            where=self._chain_ref(chain, table),
            default_where=self.ledger.ref(chain.index) if chain.index is not None and chain.policy else None,
            default_logged=all(policy_logged),
            stateful=all(stateful),
            families=tuple(Family.IPV6 if table.family == ANY_IPV6 else Family.IPV4 for table, _ in chains),
            flavour=name,
        )

    def _chain_ref(self, chain: Chain, table: Table) -> SourceRef:
        if chain.index is not None:
            return self.ledger.ref(chain.index)
        return self.ledger.ref(chain.rules[0].index if chain.rules else table.first_index)

    def _policy_rule(self, chain: Chain, family: AddressSet) -> AccessRule:
        where = self._chain_ref(chain, self._tables("filter")[-1])
        match = PacketMatch.exact(PacketSet.of(family, family))
        return AccessRule(f"{chain.name} policy (IPv6)", _policy(chain), match, where, logged=False)

    def _either(self, chain: Chain, family: AddressSet, reason: str) -> list[AccessRule]:
        """Return two rules that say: from here on it is not known."""
        where = self._chain_ref(chain, self._tables("filter")[0])
        match = PacketMatch.upper(PacketSet.of(family, family), reason)
        return [AccessRule(f"{chain.name} rest", action, match, where) for action in (Action.DENY, Action.PERMIT)]

    def _note_missing(self, unfolded: Unfolded) -> None:
        for rule, target in unfolded.missing_chains:
            self._undefined("chain", target, rule)
            self.ledger.unrecognized(rule.index, Affects.FILTER, f"chain or target {target} is not defined")

    def _access_rules(self, unfolded: Unfolded) -> list[AccessRule]:
        rules: list[AccessRule] = []
        for decision in unfolded.decisions:
            if decision.target == "?":
                self._note_unknown_target(decision)
                rules += [self._access_rule(decision, action) for action in (Action.DENY, Action.PERMIT)]
            else:
                rules.append(self._access_rule(decision, _action(decision.target)))
        return rules

    def _note_unknown_target(self, decision: Decision) -> None:
        jump = target_of(decision.rule)
        if jump is not None and not any(key[2] == decision.rule.index for key in self.undefined):
            reason = f"target {jump.value} may accept or drop"
            self.ledger.unsupported(decision.rule.index, Affects.FILTER, reason)

    def _access_rule(self, decision: Decision, action: Action) -> AccessRule:
        conditions, region = decision.conditions, decision.region
        match = region.match
        if decision.target == "?":
            match = PacketMatch(NO_PACKETS, region.maybe, (*region.reasons, "target"))
        states = conditions.states
        return AccessRule(
            name=decision.name,
            action=action,
            match=match,
            where=self.ledger.ref(decision.rule.index),
            from_zones=region.ins,
            to_zones=region.outs,
            logged=decision.logged,
            description=conditions.description,
            sources=conditions.sources,
            destinations=conditions.destinations,
            services=conditions.services,
            schedule=conditions.schedule,
            expires=_expiry(decision.rule),
            users=conditions.users,
            hit_count=decision.rule.hit_count,
            return_traffic=states is not None and "NEW" not in states,
            unresolved=conditions.unresolved,
        )

    def _dropped_elsewhere(self, name: str, family: AddressSet) -> list[AccessRule]:
        """Return what the raw, mangle and security tables drop on the way, as rules before the others.

        An ACCEPT there ends only its own table.
        """
        rules: list[AccessRule] = []
        for table_name, chain_name in _ALSO_PASSED[name]:
            for table in self._tables(table_name):
                if table.family != family or chain_name not in table.chains:
                    continue
                chain = table.chains[chain_name]
                unfolded = unfold(table, chain_name, self._conditions_of, family)
                self._note_missing(unfolded)
                accepted: list[Region] = []
                for decision in unfolded.decisions:
                    if decision.target in ACCEPTING:
                        accepted.append(decision.region)
                        continue
                    if decision.target == "?" and not decision.region:
                        continue
                    if decision.target == "?":
                        self._note_unknown_target(decision)
                    rule = self._access_rule(decision, Action.DENY)
                    rules += _without(rule, decision.region, accepted, f"{table_name} {decision.name}")
                if chain.policy == "DROP" or not unfolded.is_complete:
                    everything = Region.exact(PacketSet.of(family, family))
                    if not unfolded.is_complete:
                        everything = replace(everything, surely=NO_PACKETS, reasons=("too many rules",))
                    rule = AccessRule("", Action.DENY, everything.match, self._chain_ref(chain, table), logged=False)
                    rules += _without(rule, everything, accepted, f"{table_name} {chain_name} policy")
        return rules

    def _nat_rules(self) -> list[NatRule]:
        found: list[NatRule] = []
        for table in self._tables("nat"):
            for name in BASE_CHAINS["nat"]:
                for decision in unfold(table, name, self._conditions_of, table.family).decisions:
                    rule = nat_rule(decision, name, table.family, self.ledger)
                    if rule is not None:
                        found.append(rule)
                    elif decision.target not in ACCEPTING:
                        reason = "translation that cannot be read"
                        self.ledger.unsupported(decision.rule.index, Affects.NAT, reason)
        return found

    def _account(self, table: Table) -> None:
        """Say of every rule that is left what became of it."""
        for chain in table.chains.values():
            for rule in chain.rules:
                jump = target_of(rule)
                self._conditions_of(rule)
                if table.name in ("mangle", "raw") and jump is not None and jump.value in _ROUTING_TARGETS:
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


_MATCH_OPTIONS = frozenset(
    {
        "-s", "-d", "-p", "-i", "-o", "-m", "-f", "-4", "-6", "--sport", "--dport", "--sports", "--dports", "--ports",
        "--state", "--ctstate", "--ctdir", "--icmp-type", "--icmpv6-type", "--tcp-flags", "--syn", "--comment",
        "--src-range", "--dst-range", "--match-set", "--limit", "--mac-source", "--uid-owner", "--gid-owner",
    }
)  # fmt: skip


def _policy(chain: Chain) -> Action:
    """Return the chain's policy; the kernel's own is ACCEPT."""
    return Action.DENY if chain.policy == "DROP" else Action.PERMIT


def _action(target: str) -> Action:
    if target in REJECTING:
        return Action.REJECT
    return Action.DENY if target in DROPPING else Action.PERMIT


def _without(rule: AccessRule, region: Region, accepted: list[Region], name: str) -> list[AccessRule]:
    """Return the rule for what of its region no earlier rule of its table accepted."""
    regions: tuple[Region, ...] = (region,)
    for gone in accepted:
        regions = tuple(part for one in regions for part in one.minus(gone))
    found = []
    for number, part in enumerate(regions, start=1):
        label = name if len(regions) == 1 else f"{name} part {number}"
        match = (
            part.match
            if rule.match.is_exact or part.reasons
            else PacketMatch(NO_PACKETS, part.maybe, rule.match.reasons)
        )
        found.append(replace(rule, name=label, match=match, from_zones=part.ins, to_zones=part.outs))
    return found


def _accepts_answers(decision: Decision) -> bool:
    """Tell whether the rule lets the packets of every established connection through."""
    conditions = decision.conditions
    return (
        decision.target in ACCEPTING
        and conditions.states is not None
        and "ESTABLISHED" in conditions.states
        and decision.on_every_packet
        and not (conditions.sources or conditions.destinations or conditions.services)
        and conditions.region.ins == conditions.region.outs == ANY_NAME
        and not set(conditions.region.reasons) - {"connection state", "connection tracking"}
    )


def _expiry(rule: RawRule) -> date | None:
    option = rule.first("--datestop")
    if option is None:
        return None
    try:
        return date.fromisoformat(option.value[:10])
    except ValueError:
        return None
