"""Access rules of one layer, with the rules of its inline layers in their place.

Decisions, with their sources (Check Point Security Management Administration Guide, "Creating an Access Control
Policy", chapters "Rule Matching in the Access Control Policy", "Ordered Layers and Inline Layers"; Management API
Reference, "Access Rule"):
- The first rule that matches decides. Where it applies an inline layer, the rules of that layer decide, and what none
  of them matches gets the layer's implicit cleanup action: nothing comes back to the outer layer. A rule of an inline
  layer is therefore the outer rule's match with its own, numbered "5.1" as SmartConsole does.
- A rule counts on the gateways of its install-on column; "Policy Targets" are all on which the policy is installed.
- Ask, Inform, User Auth and Client Auth let a connection pass after an answer that no header tells: what such a rule
  matches may pass and may be dropped.
- VPN, content, time, service resource and user columns narrow a rule in ways that a header does not tell: they empty
  the lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from netaudit.model.rules import AccessRule, Action
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE
from netaudit.parsers.checkpoint.addresses import AddressBook, AddressValue
from netaudit.parsers.checkpoint.export import PREDEFINED, Export, ExportFile
from netaudit.parsers.checkpoint.layers import Layer
from netaudit.parsers.checkpoint.services import ServiceBook, ServiceValue
from netaudit.parsers.checkpoint.times import in_force
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

MAX_INLINE_DEPTH = 12
MAX_RULES = 500_000  # of one layer with its inline layers; shared inline layers multiply

_ACTIONS = {"accept": Action.PERMIT, "drop": Action.DENY, "reject": Action.REJECT}
_ASKING = frozenset({"ask", "inform", "user auth", "client auth", "userauth", "clientauth", "authenticate"})
_MISSING = "rules are missing in the export"
_INLINE = frozenset({"inner layer", "apply layer"})


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule and the gateways that it is installed on (uids); None = all that the policy is installed on."""

    rule: AccessRule
    gateways: frozenset[str] | None = None

    def stands_on(self, gateway: str) -> bool:
        """Tell whether the rule counts on a gateway (its uid)."""
        return self.gateways is None or gateway in self.gateways


@dataclass(frozen=True, slots=True)
class _Outer:
    """The rule that an inline layer belongs to: its number, match, zones and whether it is in force."""

    prefix: str = ""
    match: PacketMatch = field(default_factory=lambda: PacketMatch.exact(ALL_PACKETS))
    from_zones: NameSet = ANY_NAME
    to_zones: NameSet = ANY_NAME
    enabled: bool = True
    gateways: frozenset[str] | None = None
    layers: tuple[str, ...] = ()
    schedule: str = ""
    expires: date | None = None


@dataclass(slots=True)
class RuleReader:
    """Reads the layers of one export.

    `zones_known`: the gateway's interfaces say in which security zones they stand.
    """

    export: Export
    addresses: AddressBook
    services: ServiceBook
    layers: dict[str, Layer]  # by uid and by name
    zones_known: bool
    _count: int = 0

    def rules(self, layer: Layer) -> tuple[PlacedRule, ...]:
        """Return the rules of a layer in order, the inline layers unfolded."""
        self._count = 0
        return tuple(self._layer(layer, _Outer(layers=(layer.key,))))

    def _layer(self, layer: Layer, outer: _Outer) -> Iterator[PlacedRule]:
        expected = 1
        for position, (file, item) in enumerate(layer.rules, start=1):
            stated = item.number("rule-number")
            number = position if stated is None else stated
            if stated is not None and stated > expected:
                yield from self._gap(outer, file.ref(item), f"{outer.prefix}{expected} to {stated - 1}", _MISSING)
            expected = max(expected, number + 1)
            name = f"{outer.prefix}{number}"
            if item.text("type") not in ("", "access-rule"):
                # The place of a domain's own rules in a global layer, and the like.
                reason = f"rule type {clean(item.text('type'))}"
                file.ledger.unsupported(item.line_of("type") - 1, Affects.FILTER, reason)
                yield from self._gap(outer, file.ref(item), name, reason)
                continue
            yield from self._rule(file, item, name, outer)
            if self._count > MAX_RULES:
                yield from self._gap(outer, layer.where, f"{outer.prefix}…", "too many rules")
                return
        if not layer.is_complete:
            yield from self._gap(outer, layer.where, f"{outer.prefix}after {expected - 1}", _MISSING)

    def _gap(self, outer: _Outer, where: SourceRef, name: str, reason: str) -> Iterator[PlacedRule]:
        """Yield rules that stand for some that are not known: all that comes to them they may permit or deny."""
        match = PacketMatch.upper(outer.match.maybe, reason)
        for action in (Action.PERMIT, Action.DENY):
            rule = AccessRule(
                f"{name} ({action.value}?)",
                action,
                match,
                where,
                outer.from_zones,
                outer.to_zones,
                outer.enabled,
                implicit=True,
            )
            yield PlacedRule(rule, outer.gateways)

    # One rule

    def _rule(self, file: ExportFile, item: JsonObject, name: str, outer: _Outer) -> Iterator[PlacedRule]:
        self._count += 1
        gateways = self._gateways(item, outer)
        reasons: list[str] = []
        if gateways is _UNKNOWN_TARGET:
            gateways = outer.gateways
            reasons.append("install-on")
        source = self._address_cell(item, "source")
        destination = self._address_cell(item, "destination")
        services = self._service_cell(item)
        reasons += self._narrowing(item)
        schedule, expires, always = in_force(self.export, item.items_of("time"))
        enabled = item.flag("enabled") is not False and outer.enabled
        action_word = self._word(item.get("action")).lower()
        alternatives = list(self._alternatives(source, destination))
        for suffix, (from_zones, sources), (to_zones, destinations) in alternatives:
            match = _match(sources, destinations, services, reasons, always)
            inner = _within(match, outer.match)
            rule = AccessRule(
                name=f"{name}{suffix}",
                action=_ACTIONS.get(action_word, Action.PERMIT),
                match=inner,
                where=file.ref(item),
                from_zones=from_zones & outer.from_zones,
                to_zones=to_zones & outer.to_zones,
                enabled=enabled,
                logged=self._logged(item),
                description=_description(item),
                sources=self._words(item, "source"),
                destinations=self._words(item, "destination"),
                services=self._words(item, "service"),
                schedule=schedule or outer.schedule,
                expires=_earlier(expires, outer.expires),
                users=tuple(dict.fromkeys((*source.users, *destination.users))),
                applications=services.applications,
                uid=clean(item.text("uid")),
                hit_count=_hits(item),
                unresolved=(*source.undefined, *destination.undefined, *services.undefined),
            )
            if action_word in _INLINE:
                yield from self._inline(file, item, rule, gateways, outer)
            elif action_word in _ACTIONS:
                yield PlacedRule(rule, gateways)
            else:
                reason = "asks the user" if action_word in _ASKING else "action not understood"
                if action_word not in _ASKING:
                    file.ledger.unsupported(item.line_of("action") - 1, Affects.FILTER, reason)
                yield from self._undecided(rule, gateways, reason)

    def _undecided(self, rule: AccessRule, gateways: frozenset[str] | None, reason: str) -> Iterator[PlacedRule]:
        """Yield a rule of which it is not known whether it permits what it matches."""
        maybe = PacketMatch.upper(rule.match.maybe, *dict.fromkeys((*rule.match.reasons, reason)))
        yield PlacedRule(replace(rule, action=Action.PERMIT, match=maybe), gateways)
        yield PlacedRule(replace(rule, name=f"{rule.name} else", action=Action.DENY, implicit=True), gateways)

    def _inline(
        self,
        file: ExportFile,
        item: JsonObject,
        rule: AccessRule,
        gateways: frozenset[str] | None,
        outer: _Outer,
    ) -> Iterator[PlacedRule]:
        """Yield the rules of the inline layer that a rule applies, and its implicit cleanup."""
        layer = self._inline_layer(item.get("inline-layer"))
        if layer is None or layer.key in outer.layers or len(outer.layers) > MAX_INLINE_DEPTH:
            reason = "the inline layer is not in the export" if layer is None else "inline layers apply each other"
            file.ledger.unsupported(item.line_of("inline-layer") - 1, Affects.FILTER, reason)
            yield from self._undecided(rule, gateways, reason)
            return
        inner = _Outer(
            prefix=f"{rule.name}.",
            match=rule.match,
            from_zones=rule.from_zones,
            to_zones=rule.to_zones,
            enabled=rule.enabled,
            gateways=gateways,
            layers=(*outer.layers, layer.key),
            schedule=rule.schedule,
            expires=rule.expires,
        )
        yield from self._layer(layer, inner)
        cleanup = replace(
            rule,
            name=f"{rule.name}.cleanup",
            action=layer.cleanup or Action.DENY,
            where=layer.where,
            logged=None,
            description=f"implicit cleanup of the inline layer {layer.name}",
            hit_count=None,
            uid="",
            implicit=True,
        )
        if layer.cleanup is None:
            yield from self._undecided(cleanup, gateways, "implicit cleanup action not in the export")
        else:
            yield PlacedRule(cleanup, gateways)

    def _inline_layer(self, reference: JsonValue) -> Layer | None:
        if isinstance(reference, JsonObject):
            return self.layers.get(reference.text("uid")) or self.layers.get(reference.text("name"))
        return self.layers.get(reference) if isinstance(reference, str) else None

    # The columns

    def _alternatives(
        self, source: AddressValue, destination: AddressValue
    ) -> Iterator[tuple[str, tuple[NameSet, AddressValue], tuple[NameSet, AddressValue]]]:
        """Yield the ways to meet both cells; a cell with zones and addresses is met by either."""
        for first, one in self._ways(source):
            for second, other in self._ways(destination):
                yield " (zone)" if first or second else "", one, other

    def _ways(self, cell: AddressValue) -> Iterator[tuple[bool, tuple[NameSet, AddressValue]]]:
        if not cell.zones:
            yield False, (ANY_NAME, cell)
            return
        if not self.zones_known:
            # Which interfaces stand in the zones is not known: the zones may be met by any packet.
            reasons = (*cell.reasons, "security zone")
            yield False, (ANY_NAME, AddressValue(cell.surely, ANY_ADDRESS, reasons=reasons))
            return
        if cell.maybe or cell.undefined:
            yield False, (ANY_NAME, replace(cell, zones=NameSet()))
        yield True, (cell.zones, AddressValue(ANY_ADDRESS, ANY_ADDRESS))

    def _address_cell(self, item: JsonObject, key: str) -> AddressValue:
        items = _items(item, key)
        if not items:
            return AddressValue(NO_ADDRESS, ANY_ADDRESS, reasons=(f"{key} not in the export",))
        cell = self.addresses.cell(items)
        if not item.flag(f"{key}-negate"):
            return cell
        if not cell.zones:
            return cell.inverted()
        # Neither in one of the zones nor at one of the addresses: with zones alone that is every other zone.
        if not cell.maybe and self.zones_known:
            return AddressValue(zones=~cell.zones)
        return AddressValue(NO_ADDRESS, ~cell.surely, reasons=(*cell.reasons, "security zone"))

    def _service_cell(self, item: JsonObject) -> ServiceValue:
        items = _items(item, "service")
        if not items:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("service not in the export",))
        cell = self.services.cell(items)
        return cell.inverted() if item.flag("service-negate") else cell

    def _narrowing(self, item: JsonObject) -> list[str]:
        """Return why the rule may match less than its source, destination and service say."""
        found = []
        if not self._is_any(item, "vpn"):
            found.append("vpn community")
        if not self._is_any(item, "content") or item.flag("content-negate"):
            found.append("content")
        if item.get("service-resource"):
            found.append("service resource")
        if "user-check" in item and self._word(item.get("action")).lower() in _ASKING:
            found.append("asks the user")
        return found

    def _is_any(self, item: JsonObject, key: str) -> bool:
        return all(self._word(one).lower() in ("any", "") for one in _items(item, key))

    def _gateways(self, item: JsonObject, outer: _Outer) -> frozenset[str] | None:
        """Return the gateways of the install-on column: None = all; _UNKNOWN_TARGET where it is not understood."""
        found: set[str] = set()
        for one in _items(item, "install-on"):
            name = self._word(one).lower()
            if name in ("policy targets", "any", "all", "policytargets"):
                return outer.gateways
            targets = self._targets(one)
            if not targets:
                return _UNKNOWN_TARGET
            found |= targets
        if not found:
            return outer.gateways
        return frozenset(found) if outer.gateways is None else outer.gateways & found

    def _targets(self, reference: JsonValue, depth: int = 0) -> set[str]:
        placed = self.export.find(reference)
        if placed is None or depth > 8:
            return set()
        if placed.uid in self.export.gateways:
            return {placed.uid}
        members = placed.value.items_of("members")
        return {uid for member in members for uid in self._targets(member, depth + 1)}

    def _logged(self, item: JsonObject) -> bool | None:
        track = item.object("track")
        word = self._word(track.get("type") if track is not None else item.get("track"))
        return None if not word else word.lower() != "none"

    def _word(self, reference: JsonValue) -> str:
        """Return the name that a uid, name or inner object stands for, "" for nothing."""
        placed = self.export.find(reference)
        if placed is not None:
            return placed.name
        if isinstance(reference, JsonObject):
            return clean(reference.text("name") or "directional")
        return PREDEFINED.get(reference, clean(reference)) if isinstance(reference, str) else ""

    def _words(self, item: JsonObject, key: str) -> tuple[str, ...]:
        negated = "not " if item.flag(f"{key}-negate") else ""
        return tuple(f"{negated}{self._word(one)}" for one in _items(item, key))


_UNKNOWN_TARGET: frozenset[str] = frozenset({"?"})


def _items(item: JsonObject, key: str) -> list[JsonValue]:
    """Return the items of a cell; a single one may stand without its array."""
    value = item.get(key)
    if isinstance(value, JsonArray):
        return value
    return [] if value is None else [value]


def _match(
    source: AddressValue, destination: AddressValue, services: ServiceValue, reasons: list[str], always: bool
) -> PacketMatch:
    maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
    why = tuple(dict.fromkeys((*source.reasons, *destination.reasons, *services.reasons, *reasons)))
    if not always:
        why = (*why, "schedule")
    if not why:
        return PacketMatch.exact(maybe)
    if reasons or not always:
        return PacketMatch(NO_PACKETS, maybe, why)
    return PacketMatch(PacketSet.of(source.surely, destination.surely, services.surely), maybe, why)


def _within(match: PacketMatch, outer: PacketMatch) -> PacketMatch:
    """Return what is matched by both; everything of the outermost layer costs nothing."""
    if outer.maybe is ALL_PACKETS:
        return match
    maybe = match.maybe & outer.maybe
    if match.is_exact and outer.is_exact:
        return PacketMatch.exact(maybe)
    reasons = tuple(dict.fromkeys((*outer.reasons, *match.reasons)))
    return PacketMatch(match.surely & outer.surely, maybe, reasons)


def _earlier(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return min(days) if days else None


def _hits(item: JsonObject) -> int | None:
    hits = item.object("hits")
    return hits.number("value") if hits is not None else None


def _description(item: JsonObject) -> str:
    """Return the rule's name, its comment and its custom fields (owner, ticket ...), as one line."""
    parts = [clean(item.text("name")), clean(item.text("comments"))]
    fields = item.object("custom-fields")
    if fields is not None:
        parts += [f"{key}: {clean(value)}" for key, value in fields.items() if isinstance(value, str) and value]
    return "; ".join(part for part in parts if part)
