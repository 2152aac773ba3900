"""Rules added to a rulebase, and rules removed, disabled, enabled and moved.

Where a platform makes one list of rules out of several (chains that jump to each other), a change among them has no
exact place in that list: it is refused. Sources: Cisco IOS Security Command Reference, "ip access-list"; Juniper
"Security Policies User Guide", policy order (policies of a pair of zones, then global ones); Check Point "Quantum
Security Management Administration Guide", ordered and inline layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netaudit.model.cells import parse_prefixes, plain
from netaudit.model.changes import CandidateRule, Position, RuleAddition, RuleEdit
from netaudit.model.device import AddressObject, Device
from netaudit.model.rules import AccessRule, Purpose, Rulebase, RulebaseKind
from netaudit.model.table import did_you_mean, quoted
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, NO_ADDRESS, AddressSet, Family
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, PORT_PROTOCOLS, ServiceSet
from netaudit.policy.services_text import parse_services
from netaudit.topology.changes.names import Refused, find_rulebase, listed, missing
from netaudit.topology.changes.translations import with_translations

_EVERYTHING = dict.fromkeys(("any", "all", "*", "任意", "全部"), ANY_ADDRESS) | {"any4": ANY_IPV4, "any6": ANY_IPV6}
_READ_FROM = frozenset({Purpose.NAT, Purpose.CRYPTO, Purpose.VPN_FILTER, Purpose.OTHER})
_CLOUDS = frozenset({"aws", "azure"})
_CHAINS = frozenset({"iptables", "nftables"})


def add_rules(device: Device, change: RuleAddition) -> tuple[Device, str]:
    """Return the device with the rules, and what was done in words. Raises Refused."""
    rulebase = _for_addresses(device, find_rulebase(device, change.rulebase, change.virtual_system), change.rules)
    _refuse_derived(device, rulebase)
    _refuse_composed(device, rulebase)
    rules: list[AccessRule] = []
    for candidate in change.rules:
        known = [*rulebase.rules, *rules]
        taken = next((one for one in known if one.name == candidate.name), None)
        if taken is not None:
            message = f"{rulebase.name} already has a rule {quoted(taken.name)} ({_place(taken)})"
            raise Refused("name", message, candidate.written)
        try:
            rules.append(_rule(device, rulebase, candidate))
        except Refused as refusal:
            raise Refused(refusal.key, str(refusal), candidate.written) from None
    index = _index(device, rulebase, change.position, rules[0], (change.from_zone, change.to_zone))
    if any((one.from_zones, one.to_zones) != (rules[0].from_zones, rules[0].to_zones) for one in rules):
        index = _same_place(device, rulebase, change, rules, index)
    changed = (*rulebase.rules[:index], *rules, *rulebase.rules[index:])
    names = listed(one.name for one in rules)
    return _with(device, rulebase, changed), f"{rulebase.name}: {names} {_words(change.position)}"


def edit_rules(device: Device, change: RuleEdit) -> tuple[Device, str]:
    """Return the device with rules removed, disabled, enabled or moved. Raises Refused."""
    rulebase = _holding(find_rulebase(device, change.rulebase, change.virtual_system), change.rules)
    _refuse_derived(device, rulebase)
    _refuse_composed(device, rulebase)
    zones = change.from_zone, change.to_zone
    chosen: list[int] = []
    for name in change.rules:
        span = _span(device, rulebase, name, zones, "rule")
        if any(rulebase.rules[number].implicit and rulebase.rules[number].name == name for number in span):
            raise Refused("rule", f"{quoted(name)} is a rule of the platform itself, nobody wrote it")
        if set(span) & set(chosen):
            raise Refused("rule", f"names {quoted(name)} twice")
        chosen += span
    words = f"{rulebase.name}: {listed(change.rules)}"
    if change.kind == "remove_rule":
        return _with(device, rulebase, (one for n, one in enumerate(rulebase.rules) if n not in chosen)), words
    if change.kind == "move_rule":
        return _moved(device, rulebase, change, chosen), f"{words} {_words(change.position)}"
    enabled = change.kind == "enable_rule"
    for number in chosen:
        if rulebase.rules[number].enabled is enabled:
            state = "enabled" if enabled else "disabled"
            raise Refused("rule", f"{quoted(rulebase.rules[number].name)} of {rulebase.name} is {state} already")
    rules = (replace(one, enabled=enabled) if n in chosen else one for n, one in enumerate(rulebase.rules))
    return _with(device, rulebase, rules), words


def _moved(device: Device, rulebase: Rulebase, change: RuleEdit, chosen: Sequence[int]) -> Device:
    for name in change.rules:
        _refuse_inner(device, rulebase, name, "rule")
    if change.position.rule in change.rules:
        raise Refused(change.position.kind, "the rule would be moved next to itself")
    moved = [rulebase.rules[number] for number in chosen]
    rest = replace(rulebase, rules=tuple(one for n, one in enumerate(rulebase.rules) if n not in chosen))
    index = _index(device, rest, change.position, moved[0], (change.from_zone, change.to_zone))
    if device.platform == "juniper_junos" and len({(one.from_zones, one.to_zones) for one in moved}) > 1:
        raise Refused("rule", "policies of several pairs of zones are moved one pair at a time")
    return _with(device, rulebase, (*rest.rules[:index], *moved, *rest.rules[index:]))


def refuse_empty(device: Device, name: str, system: str | None) -> None:
    """Refuse a list at interfaces that has lost its last rule: some platforms permit all then, some nothing."""
    for rulebase in find_rulebase(device, name, system):
        if rulebase.kind is RulebaseKind.FILTER and not any(one.enabled and not one.implicit for one in rulebase.rules):
            message = f"{name} would be left without a rule, and what an empty list does is not the same everywhere"
            raise Refused("rule", f"{message}; unbind it instead, or add a rule")


def _with(device: Device, old: Rulebase, rules: Iterable[AccessRule]) -> Device:
    new = replace(old, rules=tuple(rules))
    changed = replace(device, rulebases=tuple(new if one is old else one for one in device.rulebases))
    return with_translations(changed, old, new)


def _words(position: Position) -> str:
    return f"{position.kind} {position.rule}".strip()


def _place(rule: AccessRule) -> str:
    return f"{rule.where.path}:{rule.where.line}"


# --- which rulebase ------------------------------------------------------------------------------


def _for_addresses(device: Device, found: tuple[Rulebase, ...], rules: Sequence[CandidateRule]) -> Rulebase:
    """Return the list of the rules' address family where one of each family has the name."""
    if len(found) == 1:
        return found[0]
    fitting = [one for one in found if all(_fits(device, one, rule) for rule in rules)]
    if len(fitting) != 1:
        raise Refused("rulebase", f"{found[0].name} stands for a list of each address family; write addresses of one")
    return fitting[0]


def _fits(device: Device, rulebase: Rulebase, rule: CandidateRule) -> bool:
    try:
        _match(device, rulebase, rule)
    except Refused:
        return False
    return True


def _holding(found: tuple[Rulebase, ...], names: Sequence[str]) -> Rulebase:
    holding = [one for one in found if {rule.name for rule in one.rules} >= set(names)]
    if len(holding) > 1:
        raise Refused("rulebase", f"{found[0].name} stands for a list of each address family, both with such a rule")
    return holding[0] if holding else found[0]


def _refuse_derived(device: Device, rulebase: Rulebase) -> None:
    """Refuse lists from which other things were made when the export was read: these would stay as they were."""
    name, system = rulebase.name, rulebase.virtual_system
    uses = {one.purpose for one in device.bindings if one.rulebase == name and one.virtual_system == system}
    if made := sorted(uses & _READ_FROM):
        message = f"{name} is used for {listed(made)} too, which was read from the export"
        raise Refused("rulebase", f"{message}: what the change does there is not computed; change the export instead")
    for other in device.rulebases:
        if other.name != name and name in other.name.split(" + ") and other.virtual_system == system:
            raise Refused("rulebase", f"{name} takes effect in {quoted(other.name)}; name that rulebase")
    own = rulebase.kind is RulebaseKind.FILTER or device.platform == "cisco_ios"
    if own and rulebase.rules and all(one.implicit for one in rulebase.rules):
        message = f"{name} of {device.name} holds no rule that somebody wrote"
        raise Refused("rulebase", f"{message}: what becomes of the platform's own is not known; change the export")
    if device.platform in _CLOUDS and rulebase.kind is RulebaseKind.FILTER and Purpose.FILTER not in uses:
        message = f"{name} of {device.name} takes effect through lists that were made of it"
        raise Refused("rulebase", f"{message}; change the export instead")


def _refuse_composed(device: Device, rulebase: Rulebase) -> None:
    """Refuse rules that were gathered from several chains: what decides in one is not the end in the others."""
    if device.platform not in _CHAINS:
        return
    chains = dict.fromkeys(one.name.rpartition(" ")[0] for one in rulebase.rules if not one.implicit)
    if len(chains) > 1 or any(" part " in one.name for one in rulebase.rules) or " + " in rulebase.flavour:
        message = f"{rulebase.name} of {device.name} is made of several chains ({listed(chains)})"
        raise Refused("rulebase", f"{message}: a change has no exact place among them; change the export instead")


# --- which rule ----------------------------------------------------------------------------------


def _span(device: Device, rulebase: Rulebase, name: str, zones: tuple[str, str], key: str) -> list[int]:
    """Return the numbers of the rules that a name stands for: one, or those of its inline layer."""
    found = [number for number, one in enumerate(rulebase.rules) if one.name == name]
    inner = _inner(device, rulebase, name)
    if inner and not found:
        return inner
    if not found:
        known = [one.name for one in rulebase.rules if not one.implicit]
        raise Refused(key, missing("rule", name, f"in {rulebase.name} of {device.name}", known))
    for zone, side in ((zones[0], "from_zones"), (zones[1], "to_zones")):
        if zone:
            found = [number for number in found if zone in getattr(rulebase.rules[number], side)]
    if not found:
        raise Refused(key, f"no rule {quoted(name)} of {rulebase.name} is between {' and '.join(filter(None, zones))}")
    if len(found) > 1:
        places = listed(
            f"{_place(one)} from {one.from_zones} to {one.to_zones}" for one in (rulebase.rules[n] for n in found)
        )
        raise Refused(key, f"{quoted(name)} stands {len(found)} times in {rulebase.name} ({places}); name its zones")
    return [*found, *inner]


def _inner(device: Device, rulebase: Rulebase, name: str) -> list[int]:
    """Return the rules that an outer rule of Check Point becomes with its inline layer: "2.1", "2.2", "2 else"."""
    if device.platform != "checkpoint":
        return []
    beginnings = (f"{name}.", f"{name} else")
    return [number for number, one in enumerate(rulebase.rules) if one.name.startswith(beginnings)]


def _refuse_inner(device: Device, rulebase: Rulebase, name: str, key: str) -> None:
    """Refuse a place within an inline layer: a rule there would need the conditions of the rule above it."""
    if device.platform == "checkpoint" and "." in name and any(one.name == name for one in rulebase.rules):
        raise Refused(
            key, f"{quoted(name)} is in an inline layer; rules are placed among those of the outer layer only"
        )


def _index(device: Device, rulebase: Rulebase, position: Position, rule: AccessRule, zones: tuple[str, str]) -> int:
    """Return the number that the first of the rules gets. The platform's own rules stay at the ends."""
    rules = rulebase.rules
    if position.kind in ("before", "after"):
        _refuse_inner(device, rulebase, position.rule, position.kind)
        span = _span(device, rulebase, position.rule, zones, position.kind)
        anchor = rules[span[0]]
        if device.platform == "juniper_junos" and rulebase.kind is RulebaseKind.ZONE_POLICY:
            pair = (rule.from_zones, rule.to_zones)
            if (anchor.from_zones, anchor.to_zones) != pair and not (_is_global(anchor) and _is_global(rule)):
                message = f"{quoted(anchor.name)} is from {anchor.from_zones} to {anchor.to_zones}"
                raise Refused(position.kind, f"{message}; each pair of zones has an order of its own")
        return min(span) if position.kind == "before" else max(span) + 1
    low, high = 0, len(rules)
    while low < high and rules[low].implicit:
        low += 1
    while high > low and _is_end(device, rulebase, rules[high - 1]):
        high -= 1
    if device.platform == "juniper_junos" and rulebase.kind is RulebaseKind.ZONE_POLICY:
        globals_at = next((n for n in range(low, high) if _is_global(rules[n])), high)
        low, high = (globals_at, high) if _is_global(rule) else (low, globals_at)
    return low if position.kind == "first" else high


def _is_end(device: Device, rulebase: Rulebase, rule: AccessRule) -> bool:
    """Tell whether a rule is always last: the platform's own, and class-default of an IOS policy map."""
    zoned = device.platform == "cisco_ios" and rulebase.kind is RulebaseKind.ZONE_POLICY
    return rule.implicit or (zoned and rule.name == "class-default")


def _is_global(rule: AccessRule) -> bool:
    return any(zones.default or len(zones.names()) != 1 for zones in (rule.from_zones, rule.to_zones))


def _same_place(
    device: Device, rulebase: Rulebase, change: RuleAddition, rules: Sequence[AccessRule], index: int
) -> int:
    """Return the place of rules of several zones, which must be one and the same for all of them."""
    zones = change.from_zone, change.to_zone
    if any(_index(device, rulebase, change.position, one, zones) != index for one in rules[1:]):
        raise Refused("rules", "rules of pairs of zones and global ones have no common place; write a change for each")
    return index


# --- what it matches -----------------------------------------------------------------------------


def _rule(device: Device, rulebase: Rulebase, candidate: CandidateRule) -> AccessRule:
    from_zones, to_zones = _zones(device, rulebase, candidate)
    return AccessRule(
        candidate.name,
        candidate.action,
        _match(device, rulebase, candidate),
        candidate.written.where,
        from_zones,
        to_zones,
        description=candidate.description,
        sources=candidate.sources,
        destinations=candidate.destinations,
        services=candidate.services,
    )


def _match(device: Device, rulebase: Rulebase, candidate: CandidateRule) -> PacketMatch:
    if rulebase.flavour == "security group" and not candidate.action.permits:
        raise Refused("action", f"{rulebase.name} is a security group: it holds permissions alone")
    services = _services(candidate)
    sure_source, source, why_source = _addresses(device, rulebase, candidate.sources, "source")
    sure_destination, destination, why = _addresses(device, rulebase, candidate.destinations, "destination")
    if rulebase.flavour == "standard" and (bool(ANY_IPV4 - destination) or not services.same_as(ANY_SERVICE)):
        raise Refused("destination", f"{rulebase.name} is a standard list: it matches sources; the others are any")
    maybe = PacketSet.of(source, destination, services)
    if not maybe:
        raise Refused("destination", f"source and destination have no address family of {rulebase.name} in common")
    if not why_source and not why:
        return PacketMatch.exact(maybe)
    return PacketMatch(PacketSet.of(sure_source, sure_destination, services), maybe, (*why_source, *why))


def _services(candidate: CandidateRule) -> ServiceSet:
    try:
        services = parse_services("; ".join(candidate.services))
    except ValueError as error:
        raise Refused("service", str(error)) from None
    ports = candidate.source_ports
    if ports is None or ports == ALL_PORTS:
        return services
    if not all(box.protocols <= PORT_PROTOCOLS for box in services.boxes):
        raise Refused("source_port", "only tcp, udp, sctp and the like have ports")
    return ServiceSet(tuple(replace(box, source_ports=ports) for box in services.boxes))


def _addresses(
    device: Device, rulebase: Rulebase, texts: Sequence[str], key: str
) -> tuple[AddressSet, AddressSet, tuple[str, ...]]:
    """Return what is surely meant, what may be meant, and why they differ."""
    objects: dict[str, list[AddressObject]] = {}
    for one in device.address_objects:
        if one.virtual_system in ("", rulebase.virtual_system):
            objects.setdefault(one.name, []).append(one)
    surely: list[AddressSet] = []
    maybe: list[AddressSet] = []
    reasons: list[str] = []
    for text in texts:
        words = [text] if text in objects else [word for word in _split(text) if word]
        for word in words:
            named = objects.get(word)
            if named is None:
                found = _EVERYTHING.get(plain(word).lower())
                found = found if found is not None else _prefixes(device, word, objects, key)
                surely.append(found)
                maybe.append(found)
                continue
            known = _the_object(device, named, key)
            surely.append(known.addresses if known.exact else NO_ADDRESS)
            maybe.append(known.addresses if known.exact else ANY_ADDRESS)
            reasons += [] if known.exact else [known.kind]
    mine = AddressSet.union([NO_ADDRESS, *(_ANY_OF[family] for family in rulebase.families)])
    everything = AddressSet.union(maybe)
    if not everything & mine:
        families = " and ".join(f"IPv{int(family)}" for family in rulebase.families)
        raise Refused(
            key, f"{rulebase.name} judges {families} packets alone, {quoted(' '.join(texts))} is none of them"
        )
    return AddressSet.union(surely) & mine, everything & mine, tuple(dict.fromkeys(reasons))


def _the_object(device: Device, named: Sequence[AddressObject], key: str) -> AddressObject:
    """Return the object of a name: address books of several zones may give it several meanings."""
    first = named[0]
    if any((one.addresses, one.exact) != (first.addresses, first.exact) for one in named):
        raise Refused(key, f"{device.name} has several address objects {quoted(first.name)}; write the addresses")
    if first.kind == "virtual_ip":
        message = f"{quoted(first.name)} is a virtual IP: what it translates goes with rules of the device"
        raise Refused(key, message)
    return first


_ANY_OF = {Family.IPV4: ANY_IPV4, Family.IPV6: ANY_IPV6}


def _split(text: str) -> list[str]:
    for sign in ";,、":
        text = text.replace(sign, " ")
    return text.split()


def _prefixes(device: Device, word: str, objects: Iterable[str], key: str) -> AddressSet:
    try:
        return parse_prefixes(word)
    except ValueError as error:
        if word[:1].isdigit() or ":" in word:
            raise Refused(key, str(error)) from None
        hint = did_you_mean(word, tuple(objects)) or "; write 10.1.1.0/24, 10.1.1.5-10.1.1.9 or any"
        message = f"{quoted(word)} is no address, and {device.name} has no address object of that name{hint}"
        raise Refused(key, message) from None


# --- between which zones -------------------------------------------------------------------------


def _zones(device: Device, rulebase: Rulebase, candidate: CandidateRule) -> tuple[NameSet, NameSet]:
    if rulebase.kind is RulebaseKind.FILTER:
        for key, names in (("from_zone", candidate.from_zones), ("to_zone", candidate.to_zones)):
            if names:
                raise Refused(key, f"{rulebase.name} takes effect where it is bound; its rules have no zones")
        return ANY_NAME, ANY_NAME
    if rulebase.kind is RulebaseKind.LOCAL:
        if candidate.to_zones:
            raise Refused("to_zone", f"{rulebase.name} decides over packets to the device itself")
        return _zone_set(device, rulebase, candidate.from_zones or ("any",), "from_zone"), ANY_NAME
    only = _only_pair(rulebase)
    if only is not None and not candidate.from_zones and not candidate.to_zones:
        return only
    for key, names in (("from_zone", candidate.from_zones), ("to_zone", candidate.to_zones)):
        if not names:
            raise Refused(
                key, f"a rule of {rulebase.name} needs {key}: {listed(_zone_names(device, rulebase))}, or any"
            )
    found = (
        _zone_set(device, rulebase, candidate.from_zones, "from_zone"),
        _zone_set(device, rulebase, candidate.to_zones, "to_zone"),
    )
    if device.platform == "cisco_ios" and only is not None and found != only:
        raise Refused("from_zone", f"{rulebase.name} is in force from {only[0]} to {only[1]} alone")
    return found


def _only_pair(rulebase: Rulebase) -> tuple[NameSet, NameSet] | None:
    pairs = {(one.from_zones, one.to_zones) for one in rulebase.rules}
    return next(iter(pairs)) if len(pairs) == 1 and not _is_global(rulebase.rules[0]) else None


def _zone_names(device: Device, rulebase: Rulebase) -> list[str]:
    """Return the names that rules of a rulebase may use: zones, and interfaces that stand in none."""
    system = rulebase.virtual_system
    ports = [one.security_zone or one.rule_name for one in device.interfaces if one.virtual_system == system]
    zones = [one.name for one in device.security_zones if one.virtual_system == system]
    used = [name for rule in rulebase.rules for names in (rule.from_zones, rule.to_zones) for name in names.names()]
    return list(dict.fromkeys((*zones, *ports, *used)))


def _zone_set(device: Device, rulebase: Rulebase, names: Sequence[str], key: str) -> NameSet:
    words = [word for text in names for word in ([text] if "," not in text and ";" not in text else _split(text))]
    if any(word.lower() in ("any", "all", "*") for word in words):
        return ANY_NAME
    known = _zone_names(device, rulebase)
    for word in words:
        port = next((one for one in device.interfaces if word in (one.name, one.nickname)), None)
        if word not in known and port is not None and port.security_zone:
            raise Refused(key, f"{quoted(word)} stands in zone {port.security_zone}; name the zone")
        if word not in known:
            raise Refused(key, missing("zone or interface", word, f"for {rulebase.name} of {device.name}", known))
    return NameSet.of(words)
