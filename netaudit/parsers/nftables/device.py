"""From a ruleset to the device that it describes: one rulebase a hook, with all base chains that stand there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import Device, Reference
from netaudit.model.rules import Action, Binding, Direction, NatKind, NatRule, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceFile, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.parsers.chain_unfolding import Effect, Step, Unfolded, unfold
from netaudit.parsers.connection_tracking import NEW, Tracking
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.netfilter_hooks import PassedChain, RuleFacts, hook_rulebase
from netaudit.parsers.nftables.json_form import read_document
from netaudit.parsers.nftables.ruleset import PRIORITIES, TRACKING_PRIORITY, Chain, RawRule, Ruleset, Table
from netaudit.parsers.nftables.steps import RuleReading, read_rule
from netaudit.parsers.nftables.text import read_text
from netaudit.parsers.nftables.translations import nat_rule
from netaudit.parsers.packet_region import Region
from netaudit.parsers.secrets import mask_text
from netaudit.parsers.translated_packets import translated_packets

PLATFORM = "nftables"

_ADDRESSES = {"ip": ANY_IPV4, "ip6": ANY_IPV6, "inet": ANY_ADDRESS, "bridge": ANY_ADDRESS, "netdev": ANY_ADDRESS}
# The hooks that a packet passes, in order; the second word of a bridge's rulebases stands for the same.
_PASSED = {
    "input": ("prerouting", "input"),
    "forward": ("prerouting", "forward", "postrouting"),
    "output": ("output", "postrouting"),
}
_NO_INTERFACE = NameSet.of([""])
_SHOWN_LENGTH = 200


def parse(source: SourceFile) -> ParsedFile:
    """Read an nft script, `nft list ruleset` or `nft -j list ruleset` as one device.

    The base chains of a hook become one rulebase "input", "forward" or "output" with what the chains before and
    behind it drop. Rules are read for the first packet of a connection, as `connection_tracking` says.
    """
    ledger = LineLedger(source)
    first = next((line.lstrip("\ufeff \t") for line in source.lines if line.strip()), "")
    is_text = not first.startswith(("{", "["))
    ruleset = read_text(ledger) if is_text else read_document(ledger)
    device = _Builder(source, ledger, ruleset, is_text).device()
    devices = (device,) if device is not None else ()
    return ParsedFile(ledger.coverage(PLATFORM, device.name if device else "", _guess), devices)


def _guess(text: str) -> Affects:
    return Affects.FILTER


@dataclass(frozen=True, slots=True)
class _Base:
    """A base chain with its table."""

    table: Table
    chain: Chain

    @property
    def priority(self) -> int:
        return self.chain.priority or 0

    @property
    def label(self) -> str:
        return f"{self.table.family} {self.table.name}"


class _Builder:
    def __init__(self, source: SourceFile, ledger: LineLedger, ruleset: Ruleset, is_text: bool) -> None:
        self.source = source
        self.is_text = is_text
        self.ledger = ledger
        self.tables = [table for table in ruleset.tables.values() if not table.dormant]
        self.ruleset = ruleset
        self.readings: dict[tuple[int, str], RuleReading] = {}
        self.unfolded: dict[tuple[int, str], Unfolded[RawRule]] = {}
        self.used_sets: set[tuple[str, str, str]] = set()
        self.used_chains: set[tuple[str, str, str]] = set()
        self.undefined: dict[tuple[str, str, int], Reference] = {}
        self.tracking = {
            "before": Tracking(begun=False),
            "unsure": Tracking(True, NO_PACKETS, ALL_PACKETS),
        }

    def device(self) -> Device | None:
        if not self.ruleset.tables:
            return None
        routed = self._bases(("ip", "ip6", "inet"))
        self.tracking["arriving"] = self._exempted(routed, "prerouting")
        self.tracking["leaving"] = self._exempted(routed, "output")
        self.tracking["translating"] = self.tracking["arriving"]
        nat_rules = tuple(self._nat_rules(routed))
        translated = translated_packets(rule for rule in nat_rules if rule.kind is NatKind.DESTINATION)
        for moment in ("arriving", "leaving"):
            self.tracking[moment] = replace(self.tracking[moment], translated=translated)
        rulebases = [one for hook in _PASSED if (one := self._routed_rulebase(hook, routed, nat_rules)) is not None]
        bridged = self._bases(("bridge",))
        rulebases += [one for hook in _PASSED if (one := self._bridged_rulebase(hook, bridged)) is not None]
        at_devices, bindings = self._device_rulebases()
        rulebases += at_devices
        self._account()
        facts: tuple[tuple[str, SourceRef], ...] = ()
        if self.ruleset.version:
            facts = (("version", self.ledger.ref(self.ruleset.version_index)),)
        first = next(iter(self.ruleset.tables.values()))
        return Device(
            name=self.source.host or self.source.path.rpartition("/")[2],
            platform=PLATFORM,
            vendor="Linux",
            where=self._place(first.index, f"table {first.family} {first.name}"),
            operating_system="nftables",
            version=self.ruleset.version,
            fact_sources=facts,
            rulebases=tuple(rulebases),
            bindings=bindings,
            nat_rules=nat_rules,
            undefined_references=tuple(self.undefined.values()),
            unused_objects=tuple(self._unused()),
        )

    def _bases(self, families: Sequence[str]) -> list[_Base]:
        found = [
            _Base(table, chain)
            for table in self.tables
            if table.family in families
            for chain in table.chains.values()
            if chain.hook
        ]
        return sorted(found, key=lambda base: base.priority)

    def _moment(self, base: _Base) -> str:
        """Tell what is known of connections where a chain stands: a key of `tracking`."""
        chain = base.chain
        if base.table.family in ("bridge", "netdev") or chain.priority is None:
            return "unsure" if base.table.family == "bridge" else "before"
        if chain.hook == "ingress":
            return "before"
        if chain.kind == "nat":
            return "translating"
        if chain.hook in ("prerouting", "output") and base.priority <= TRACKING_PRIORITY:
            return "before" if base.priority < TRACKING_PRIORITY else "unsure"
        return "leaving" if chain.hook == "output" else "arriving"

    def _exempted(self, bases: Iterable[_Base], hook: str) -> Tracking:
        surely, maybe = [], []
        for base in bases:
            if base.chain.hook == hook and base.priority < TRACKING_PRIORITY and base.chain.kind == "filter":
                for region in self._unfold(base, "before").exempt:
                    maybe.append(region.maybe)
                    if region.ins == ANY_NAME and region.outs in (ANY_NAME, _NO_INTERFACE):
                        surely.append(region.surely)
        return Tracking(True, PacketSet.union(surely), PacketSet.union(maybe))

    def _unfold(self, base: _Base, moment: str, way: str = "") -> Unfolded[RawRule]:
        """Unfold a base chain; `way` names the hook of the rulebase that it is for."""
        known = self.unfolded.get((id(base.chain), f"{moment} {way}"))
        if known is not None:
            return known
        table, chain = base.table, base.chain
        addresses = _ADDRESSES[table.family]
        packets = PacketSet.of(addresses, addresses)
        if chain.kind == "nat":
            packets = packets & NEW  # the kernel asks nat chains about new connections only
        everything = Region.exact(packets, *_interfaces(chain.hook, way))
        unfolded = unfold(
            {one.name: one.rules for one in table.chains.values()},
            chain.name,
            lambda rule: self._steps(rule, table, moment),
            everything,
        )
        for rule, target in unfolded.missing:
            self._undefined("chain", target, rule)
            self.ledger.unrecognized(rule.index, Affects.FILTER, f"chain {target} is not defined")
        decisions = [
            replace(one, region=_without_absent(one.region)) if one.region else one for one in unfolded.decisions
        ]
        result = replace(unfolded, decisions=decisions)
        self.unfolded[id(base.chain), f"{moment} {way}"] = result
        return result

    def _steps(self, rule: RawRule, table: Table, moment: str) -> Sequence[Step]:
        known = self.readings.get((id(rule), moment))
        if known is None:
            known = read_rule(rule, table.sets, self.tracking[moment])
            self.readings[id(rule), moment] = known
            self.used_sets |= {(table.family, table.name, name) for name in known.used_sets}
            self.used_chains |= {
                (table.family, table.name, step.target)
                for step in known.steps
                if step.effect in (Effect.JUMP, Effect.GOTO)
            }
            for note in known.notes:
                self.ledger.unsupported(rule.index, note.affects, note.reason)
            if known.problems:
                reason = f"not understood: {', '.join(dict.fromkeys(known.problems))}"
                self.ledger.unrecognized(rule.index, Affects.FILTER, reason)
            for name in known.unresolved:
                self._undefined("set", name, rule)
        return known.steps

    def _undefined(self, kind: str, name: str, rule: RawRule) -> None:
        key = (kind, name, rule.index)
        self.undefined.setdefault(key, Reference(kind, name, self._rule_place(rule), "rule"))

    def _routed_rulebase(self, hook: str, bases: Sequence[_Base], nat_rules: Sequence[NatRule]) -> Rulebase | None:
        passed = [base for name in _PASSED[hook] for base in bases if base.chain.hook == name]
        if not any(base.chain.kind != "nat" or self._drops(base, hook) for base in passed):
            return None
        translating = "output" if hook == "output" else "prerouting"
        chains = [base for base in bases if base.chain.kind == "nat" and base.chain.hook == translating]
        first_translation = min((base.priority for base in chains), default=PRIORITIES["dstnat"])
        destinations = [rule for rule in nat_rules if rule.kind is NatKind.DESTINATION]
        found = [
            self._passed(
                base,
                hook,
                base.chain.hook == translating and (base.chain.kind == "nat" or base.priority < first_translation),
            )
            for base in passed
            if base.chain.kind != "nat" or self._drops(base, hook)
        ]
        return hook_rulebase(
            hook,
            RulebaseKind.ZONE_POLICY if hook == "forward" else RulebaseKind.LOCAL,
            self._with_main(found, hook, passed),
            self._facts,
            translated_packets(destinations),
            " + ".join(f"{base.label} {base.chain.name}" for base in passed if base.chain.hook == hook) or hook,
        )

    def _with_main(
        self, found: list[PassedChain[RawRule]], hook: str, passed: Sequence[_Base]
    ) -> list[PassedChain[RawRule]]:
        """Let a chain of the hook itself be the one that is kept; without one an empty chain stands for it."""
        kept = AddressSet()
        for chain in found:
            if chain.size > 0:
                kept = kept | chain.family
        family = AddressSet.union(chain.family for chain in found)
        if family <= kept:
            return found
        where = self._place(passed[0].chain.index, f"hook {hook}")
        empty: PassedChain[RawRule] = PassedChain(hook, "", Unfolded([]), family, Action.PERMIT, where)
        return [*found, empty]

    def _drops(self, base: _Base, way: str) -> bool:
        dropping = (Effect.DROP, Effect.REJECT, Effect.EITHER, Effect.MISSING)
        decisions = self._unfold(base, self._moment(base), way).decisions
        return base.chain.policy == "drop" or any(one.step.effect in dropping for one in decisions)

    def _passed(self, base: _Base, way: str, before_translation: bool) -> PassedChain[RawRule]:
        chain = base.chain
        is_of_hook = chain.hook == way and chain.kind != "nat"
        return PassedChain(
            chain.name,
            base.label,
            self._unfold(base, self._moment(base), way),
            _ADDRESSES[base.table.family],
            Action.DENY if chain.policy == "drop" else Action.PERMIT,
            self._place(chain.index, f"chain {chain.name}"),
            self._place(chain.policy_index, f"policy {chain.policy}") if chain.policy_index is not None else None,
            before_translation,
            1 + sum(len(one.rules) for one in base.table.chains.values()) if is_of_hook else -1,
        )

    def _bridged_rulebase(self, hook: str, bases: Sequence[_Base]) -> Rulebase | None:
        passed = [base for name in _PASSED[hook] for base in bases if base.chain.hook == name]
        found = [self._passed(base, hook, False) for base in passed if base.chain.kind != "nat"]
        if not found:
            return None
        chains = self._with_main(found, hook, passed)
        return hook_rulebase(f"bridge {hook}", RulebaseKind.FILTER, chains, self._facts)

    def _device_rulebases(self) -> tuple[list[Rulebase], tuple[Binding, ...]]:
        """Return what stands at single interfaces: the ingress and egress hooks."""
        bases = [base for base in self._bases(("netdev", "inet")) if base.chain.hook in ("ingress", "egress")]
        rulebases, bindings = [], []
        for hook, direction in (("ingress", Direction.IN), ("egress", Direction.OUT)):
            devices = dict.fromkeys(name for base in bases if base.chain.hook == hook for name in base.chain.devices)
            for device in devices:
                passed = [base for base in bases if base.chain.hook == hook and device in base.chain.devices]
                name = f"{hook} {device}"
                found = [self._passed(base, hook, False) for base in passed]
                rulebase = hook_rulebase(name, RulebaseKind.FILTER, found, self._facts)
                if rulebase is not None:
                    rulebases.append(rulebase)
                    bindings.append(Binding(name, Purpose.FILTER, rulebase.where, device, direction))
        return rulebases, tuple(bindings)

    def _nat_rules(self, bases: Iterable[_Base]) -> Iterable[NatRule]:
        chains = [base for base in bases if base.chain.kind == "nat"]
        several = len({base.label for base in chains}) > 1
        for hook in ("prerouting", "output", "input", "postrouting"):
            for base in chains:
                if base.chain.hook != hook:
                    continue
                for decision in self._unfold(base, self._moment(base)).decisions:
                    prefix = base.label if several else ""
                    rule = nat_rule(decision, self._rule_place(decision.rule), prefix)
                    if rule is not None:
                        yield rule

    def _facts(self, rule: RawRule) -> RuleFacts:
        return RuleFacts(self._rule_place(rule), rule.hit_count)

    def _rule_place(self, rule: RawRule) -> SourceRef:
        if self.is_text:
            return self.ledger.ref(rule.index, rule.end)
        return self._place(rule.index, json.dumps({"expr": rule.statements}), rule.end)

    def _place(self, index: int, text: str, end: int | None = None) -> SourceRef:
        """Return a place; of JSON, which may be one long line, `text` stands for the line."""
        if self.is_text:
            return self.ledger.ref(index, end)
        shown = mask_text(text)
        shown = shown if len(shown) <= _SHOWN_LENGTH else shown[: _SHOWN_LENGTH - 3] + "..."
        return SourceRef(self.source.path, index + 1, shown, 0 if end is None or end == index else end + 1)

    def _account(self) -> None:
        """Read the rules that no base chain reaches, so that every line is accounted for."""
        read = {number for number, _ in self.readings}
        for table in self.ruleset.tables.values():
            for chain in table.chains.values():
                for rule in chain.rules:
                    if id(rule) not in read:
                        self._steps(rule, table, "arriving")

    def _unused(self) -> Iterable[Reference]:
        for table in self.ruleset.tables.values():
            where = f"table {table.family} {table.name}"
            for chain in table.chains.values():
                if not chain.hook and (table.family, table.name, chain.name) not in self.used_chains:
                    place = self._place(chain.index, f"chain {chain.name}")
                    yield Reference("chain", chain.name, place, where)
            for named in table.sets.values():
                if (table.family, table.name, named.name) not in self.used_sets and not named.changing:
                    place = self._place(named.index, f"set {named.name}")
                    yield Reference("set", named.name, place, where)


def _interfaces(hook: str, way: str) -> tuple[NameSet, NameSet]:
    """Return the interfaces that a packet can have at a hook; "" where there is none yet, or no more."""
    if hook in ("prerouting", "input", "ingress"):
        return ANY_NAME, _NO_INTERFACE
    if hook in ("output", "egress") or (hook == "postrouting" and way == "output"):
        return _NO_INTERFACE, ANY_NAME
    return ANY_NAME, ANY_NAME


def _without_absent(region: Region) -> Region:
    """Return a region whose absent interface is any: a question may name one that does not matter."""
    ins = ANY_NAME if region.ins == _NO_INTERFACE else region.ins
    outs = ANY_NAME if region.outs == _NO_INTERFACE else region.outs
    return replace(region, ins=ins, outs=outs)
