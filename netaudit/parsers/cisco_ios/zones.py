"""The zone-based policy firewall.

Source: Cisco IOS Security Configuration Guide, "Zone-Based Policy Firewall": traffic between interfaces of one zone
passes unless a zone pair of that zone says otherwise; between different zones, and between a zone and an interface
in none, it is dropped unless a zone pair lets it pass; interfaces in no zone talk freely to each other; traffic to
and from the device (zone `self`) passes unless a zone pair names it. The first class that matches decides, what
matches none is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netaudit.model.device import SecurityZone
from netaudit.model.rules import AccessRule, Action, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet
from netaudit.parsers.cisco_ios.inspected import inspected_protocol
from netaudit.parsers.cisco_ios.permitted import MAX_STEPS, permitted_packets
from netaudit.parsers.cisco_ios.reading import SECURITY_ZONE, Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST, INSPECT_CLASS_MAP, INSPECT_POLICY_MAP

SELF = "self"
DEFAULT_ZONE = "default"
DEFAULTS_NAME = "zone defaults"
_DEEP = frozenset({"http", "smtp", "imap", "pop3", "sunrpc", "h323", "sip", "im", "p2p", "gtpv0", "gtpv1", "gtpv2"})
MAX_NESTING = 32
_EVERYTHING = PacketMatch.exact(ALL_PACKETS)


@dataclass(frozen=True, slots=True)
class _Class:
    """A class map of type inspect: what it matches, and in which words."""

    match: PacketMatch
    lists: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    description: str = ""
    unresolved: tuple[str, ...] = ()


@dataclass(slots=True)
class _Pair:
    name: str
    source: str
    destination: str
    where: SourceRef
    policies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ZoneFirewall:
    """The zones and the rulebases of the zone-based firewall; both empty where there is none."""

    zones: tuple[SecurityZone, ...] = ()
    rulebases: tuple[Rulebase, ...] = ()


def read_zone_firewall(reading: Reading, lists: Mapping[str, Rulebase]) -> ZoneFirewall:
    """Read zones, zone pairs, inspect class maps and inspect policy maps."""
    zones: dict[str, SourceRef] = {}
    for block in reading.blocks("zone security"):
        words = block.words
        if len(words) == 3:
            zones.setdefault(words[2], reading.ledger.ref(block.index))
            reading.define(SECURITY_ZONE, words[2], block.index)
            reading.ledger.understood(block.index)
    for root in reading.blocks("ip port-map"):
        if len(root.words) > 2:
            reading.port_mapped.add(root.words[2])
    pairs = _read_pairs(reading)
    classes = _Classes(reading, lists)
    policies = _read_policies(reading, classes)
    if DEFAULT_ZONE in zones:
        for name, interface in reading.interfaces.items():
            if not interface.security_zone:
                reading.interfaces[name] = replace(interface, security_zone=DEFAULT_ZONE)
    members = {
        zone: tuple(one.name for one in reading.interfaces.values() if one.security_zone == zone) for zone in zones
    }
    own_pairs = {pair.source for pair in pairs if pair.source == pair.destination}
    security_zones = tuple(
        SecurityZone(zone, members[zone], where, intrazone_permitted=zone not in own_pairs)
        for zone, where in zones.items()
    )
    if not zones and not policies:
        return ZoneFirewall()
    rulebases = [_rulebase(name, rules, where, pairs) for name, (rules, where) in policies.items()]
    if zones:
        rulebases.append(_defaults(reading, zones, pairs))
    if any(
        line.text.strip() in ("log dropped-packets", "log dropped-packets enable", "ip inspect log drop-pkt")
        for block in reading.blocks("parameter-map type inspect", "parameter-map type inspect-global", "ip inspect log")
        for line in block.walk()
    ):
        rulebases = [replace(one, default_logged=True) for one in rulebases]
    return ZoneFirewall(security_zones, tuple(rulebases))


def _read_pairs(reading: Reading) -> list[_Pair]:
    pairs: list[_Pair] = []
    for block in reading.blocks("zone-pair security"):
        words = block.words
        if len(words) < 7 or words[3] != "source" or words[5] != "destination":
            reading.not_understood(block, Affects.FILTER, "zone pair")
            continue
        pair = _Pair(words[2], words[4], words[6], reading.ledger.ref(block.index))
        reading.ledger.understood(block.index)
        for zone in (pair.source, pair.destination):
            if zone not in (SELF, DEFAULT_ZONE):
                reading.use(SECURITY_ZONE, zone, block.index, "zone-pair security")
        for line in block.children:
            parts = line.words
            if parts[:3] == ["service-policy", "type", "inspect"] and len(parts) == 4:
                pair.policies.append(parts[3])
                reading.use(INSPECT_POLICY_MAP, parts[3], line.index, "zone-pair service-policy")
                reading.ledger.understood(line.index)
            elif parts[0] == "description":
                reading.ledger.ignored(line.index)
            else:
                reading.not_understood(line, Affects.FILTER, "zone pair")
        pairs.append(pair)
    return pairs


class _Classes:
    """Resolves class maps, which may name each other."""

    def __init__(self, reading: Reading, lists: Mapping[str, Rulebase]) -> None:
        self.reading = reading
        self.lists = lists
        self.blocks: dict[str, tuple[ConfLine, bool]] = {}
        self.known: dict[str, _Class] = {}
        for block in reading.blocks("class-map type inspect"):
            words = block.words[3:]
            if words and words[0] in _DEEP:
                continue
            match_any = False
            if words and words[0] in ("match-any", "match-all"):
                match_any = words[0] == "match-any"
                words = words[1:]
            if len(words) == 1:
                self.blocks[words[0]] = (block, match_any)
                reading.ledger.understood(block.index)
        for name in self.blocks:
            self.resolve(name, ())

    def resolve(self, name: str, above: tuple[str, ...]) -> _Class:
        """Return what a class map matches; anything, where it has no definition or names itself."""
        known = self.known.get(name)
        if known is not None:
            return known
        if name not in self.blocks or name in above or len(above) > MAX_NESTING:
            return _Class(PacketMatch.upper(ALL_PACKETS, "undefined class map"), unresolved=(name,))
        block, match_any = self.blocks[name]
        found: list[PacketMatch] = []
        lists: list[str] = []
        protocols: list[str] = []
        unresolved: list[str] = []
        description = ""
        for line in block.children:
            words = line.words
            if words[0] == "description":
                description = self.reading.ledger.masked[line.index].strip().partition(" ")[2]
                self.reading.ledger.understood(line.index)
                continue
            if words[0] != "match" or len(words) < 2:
                self.reading.not_understood(line, Affects.FILTER, "inspect class map")
                found.append(PacketMatch.upper(ALL_PACKETS, "not understood"))
                continue
            self.reading.ledger.understood(line.index)
            negated = words[1] == "not"
            terms = words[2:] if negated else words[1:]
            one = self._term(line, terms, lists, protocols, unresolved, (*above, name))
            if negated:
                one = PacketMatch(ALL_PACKETS - one.maybe, ALL_PACKETS - one.surely, one.reasons)
            found.append(one)
        result = _Class(
            _any_of(found) if match_any else _all_of(found),
            tuple(lists),
            tuple(protocols),
            description,
            tuple(unresolved),
        )
        if not above:
            self.known[name] = result
        return result

    def _term(
        self,
        line: ConfLine,
        words: list[str],
        lists: list[str],
        protocols: list[str],
        unresolved: list[str],
        above: tuple[str, ...],
    ) -> PacketMatch:
        reading = self.reading
        if words[0] == "access-group" and len(words) >= 2:
            name = words[-1]
            reading.use(ACCESS_LIST, name, line.index, "class-map type inspect match access-group", Purpose.OTHER)
            lists.append(name)
            rulebase = self.lists.get(name)
            if rulebase is None:
                unresolved.append(name)
                return PacketMatch.upper(ALL_PACKETS, "undefined access list")
            return permitted_packets(rulebase)
        if words[0] == "protocol" and len(words) >= 2:
            protocols.append(" ".join(words[1:]))
            match, known = inspected_protocol(words[1])
            if not known:
                reading.ledger.unsupported(line.index, Affects.FILTER, "an application that no port names")
            elif len(words) > 2 or words[1] in reading.port_mapped:
                return PacketMatch.upper(ALL_PACKETS if words[1] in reading.port_mapped else match.maybe, "application")
            return match
        if words[0] == "class-map" and len(words) == 2:
            reading.use(INSPECT_CLASS_MAP, words[1], line.index, "class-map type inspect match class-map")
            inner = self.resolve(words[1], above)
            lists += inner.lists
            protocols += inner.protocols
            unresolved += inner.unresolved
            return inner.match
        reading.ledger.unsupported(line.index, Affects.FILTER, "a condition that is not part of the packet header")
        return PacketMatch.upper(ALL_PACKETS, words[0])


def _any_of(found: list[PacketMatch]) -> PacketMatch:
    if not found:
        return PacketMatch.exact(NO_PACKETS)
    if len(found) == 1:
        return found[0]
    maybe = PacketSet.union(one.maybe for one in found)
    if all(one.is_exact for one in found):
        return PacketMatch.exact(maybe)
    return PacketMatch(PacketSet.union(one.surely for one in found), maybe, _reasons(found))


def _all_of(found: list[PacketMatch]) -> PacketMatch:
    if not found:
        return PacketMatch.exact(NO_PACKETS)
    surely, maybe = found[0].surely, found[0].maybe
    exact = found[0].is_exact
    for one in found[1:]:
        if len(maybe.products) * len(one.maybe.products) > MAX_STEPS:
            return PacketMatch.upper(maybe, *_reasons(found), "the lists are too large")
        maybe = maybe & one.maybe
        exact = exact and one.is_exact
        surely = maybe if exact else surely & one.surely
    return PacketMatch.exact(maybe) if exact else PacketMatch(surely, maybe, _reasons(found))


def _reasons(found: list[PacketMatch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for one in found for reason in one.reasons))


def _read_policies(reading: Reading, classes: _Classes) -> dict[str, tuple[list[AccessRule], SourceRef]]:
    """Return the rules of every policy map, without zones; the last rule is always class-default."""
    policies: dict[str, tuple[list[AccessRule], SourceRef]] = {}
    for block in reading.blocks("policy-map type inspect"):
        words = block.words[3:]
        if len(words) != 1:
            continue
        reading.ledger.understood(block.index)
        where = reading.ledger.ref(block.index)
        rules, _ = policies.setdefault(words[0], ([], where))
        for line in block.children:
            parts = line.words
            if parts[:3] == ["class", "type", "inspect"] and len(parts) >= 4:
                name = parts[-1]
                reading.use(INSPECT_CLASS_MAP, name, line.index, "policy-map class type inspect")
            elif parts[:2] == ["class", "class-default"]:
                name = "class-default"
            elif parts[0] in ("description", "no"):
                reading.ledger.ignored(line.index)
                continue
            else:
                reading.not_understood(line, Affects.FILTER, "inspect policy map")
                continue
            reading.ledger.understood(line.index)
            rules.append(_rule(reading, line, name, classes))
    for rules, where in policies.values():
        defaults = [rule for rule in rules if rule.name == "class-default"]
        rules[:] = [rule for rule in rules if rule.name != "class-default"]  # it comes last wherever it is written
        rules.append(
            defaults[-1]
            if defaults
            else AccessRule("class-default", Action.DENY, _EVERYTHING, where, logged=False, implicit=True)
        )
    return policies


def _rule(reading: Reading, line: ConfLine, name: str, classes: _Classes) -> AccessRule:
    found = _Class(_EVERYTHING) if name == "class-default" else classes.resolve(name, ())
    action, logged, stateful = Action.DENY, False, False
    match = found.match
    for child in line.children:
        words = child.words
        reading.ledger.understood(child.index)
        if words[0] == "inspect":
            action, stateful = Action.PERMIT, True
        elif words[0] == "pass":
            action = Action.PERMIT
        elif words[0] == "drop":
            action = Action.DENY
        elif words[0] in ("police", "service-policy", "urlfilter", "content-filter"):
            reading.ledger.unsupported(child.index, Affects.FILTER, "a deeper inspection may drop more")
        elif words[0] != "no":
            reading.not_understood(child, Affects.FILTER, "action of an inspect policy map")
            match = PacketMatch.upper(match.maybe, "not understood")
        logged = logged or "log" in words[1:]
    end = line.children[-1].index if line.children else None
    return AccessRule(
        name=name,
        action=action,
        match=match,
        where=reading.ledger.ref(line.index, end),
        logged=logged,
        description=found.description,
        sources=found.lists or ("any",),
        destinations=found.lists or ("any",),
        services=found.protocols or ("any",),
        unresolved=found.unresolved,
        uid="inspect" if stateful else "",
    )


def _rulebase(name: str, rules: list[AccessRule], where: SourceRef, pairs: list[_Pair]) -> Rulebase:
    """Return a policy map as a rulebase: in effect between the zones of its pairs, unbound where it has none."""
    mine = [pair for pair in pairs if name in pair.policies]
    sources = {pair.source for pair in mine}
    targets = {pair.destination for pair in mine}
    stateful = any(rule.uid == "inspect" for rule in rules)
    plain = [replace(rule, uid="") for rule in rules]
    default = rules[-1]
    if not mine:
        return Rulebase(
            name, RulebaseKind.FILTER, tuple(plain[:-1] if default.implicit else plain), Action.DENY, where,
            default_logged=False, stateful=stateful, flavour="policy-map type inspect",
        )  # fmt: skip
    if len({(pair.source, pair.destination) for pair in mine}) == len(sources) * len(targets):
        zoned = [replace(rule, from_zones=NameSet.of(sources), to_zones=NameSet.of(targets)) for rule in plain]
    else:
        zoned = [
            replace(
                rule,
                name=f"{rule.name} ({pair.name})",
                from_zones=NameSet.of([pair.source]),
                to_zones=NameSet.of([pair.destination]),
            )
            for pair in mine
            for rule in plain
        ]
    return Rulebase(
        name,
        RulebaseKind.ZONE_POLICY,
        tuple(zoned),
        Action.DENY,
        where,
        default_where=None if default.implicit else default.where,
        default_logged=default.logged,
        stateful=stateful,
        flavour="policy-map type inspect",
    )


def _defaults(reading: Reading, zones: Mapping[str, SourceRef], pairs: list[_Pair]) -> Rulebase:
    """Return what holds where no zone pair speaks; its rules are the platform's own."""
    paired = {(pair.source, pair.destination) for pair in pairs}
    where = next(iter(zones.values()))
    rules = [
        AccessRule(
            f"within {zone}", Action.PERMIT, _EVERYTHING, place, NameSet.of([zone]), NameSet.of([zone]), logged=False,
            implicit=True,
        )
        for zone, place in zones.items()
        if (zone, zone) not in paired
    ]  # fmt: skip
    to_self = NameSet.of([source for source, target in paired if target == SELF])
    from_self = NameSet.of([target for source, target in paired if source == SELF])
    rules += [
        AccessRule(name, Action.PERMIT, _EVERYTHING, where, sources, targets, logged=False, implicit=True)
        for name, sources, targets in (
            ("to the device", ANY_NAME - to_self, NameSet.of([SELF])),
            ("from the device", NameSet.of([SELF]), ANY_NAME - from_self),
        )
    ]
    free = NameSet.of([one.name for one in reading.interfaces.values() if not one.security_zone])
    if free:
        rules.append(
            AccessRule("without zones", Action.PERMIT, _EVERYTHING, where, free, free, logged=False, implicit=True)
        )
    return Rulebase(
        DEFAULTS_NAME, RulebaseKind.ZONE_POLICY, tuple(rules), Action.DENY, where, default_logged=False,
        flavour="zone-pair security",
    )  # fmt: skip
