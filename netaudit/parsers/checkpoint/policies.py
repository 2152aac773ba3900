"""Policies: which layers decide on a gateway, in which order, and which NAT rulebase belongs to them.

Sources: Check Point Security Management Administration Guide, "Policy Packages", "Ordered Layers and Inline Layers";
Management API Reference, "Package". A gateway has one policy installed: the one it names, else the package that has it
among its installation targets. A packet has to be accepted by each ordered layer in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netaudit.model.rules import AccessRule, Action, NatRule, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch
from netaudit.parsers.checkpoint.addresses import AddressBook
from netaudit.parsers.checkpoint.export import ACCESS, NAT, Export, Placed, RulePage
from netaudit.parsers.checkpoint.gateways import Gateway
from netaudit.parsers.checkpoint.implied import BEFORE_LAST, FIRST, implied_rules
from netaudit.parsers.checkpoint.layers import Layer, join_pages, read_layers
from netaudit.parsers.checkpoint.nat import NatReader, PlacedNat
from netaudit.parsers.checkpoint.rules import PlacedRule, RuleReader
from netaudit.parsers.checkpoint.services import ServiceBook
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

_NO_PROPERTIES = (
    "the global properties are not in the export: implied rules are taken as shipped (ICMP, DNS and RIP not accepted)"
)


@dataclass(frozen=True, slots=True)
class Package:
    """A policy package: its ordered layers, and on whom it is installed (None = on all gateways)."""

    name: str
    layers: tuple[str, ...]  # uid or name of each, in order
    targets: frozenset[str] | None
    folder: str
    nat_stem: str = ""  # ShowPolicyPackage: the name of the file with its NAT rules

    def is_on(self, gateway: Gateway) -> bool:
        """Tell whether the package is meant for a gateway."""
        return self.targets is None or bool({gateway.uid, gateway.name} & self.targets)


class Policies:
    """The policies of one export; rules are read once for all gateways."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self.addresses = AddressBook(export)
        self.services = ServiceBook(export)
        self.layers = read_layers(export)
        self.packages = _packages(export)
        self._by_key = {layer.name: layer for layer in reversed(self.layers)}
        self._by_key |= {layer.uid: layer for layer in self.layers if layer.uid}
        self._rules: dict[tuple[str, bool], tuple[PlacedRule, ...]] = {}
        self._implied = tuple(implied_rules(export))

    def package_of(self, gateway: Gateway) -> Package | None:
        """Return the package that decides on a gateway, None where none does or it is not known."""
        if gateway.package:
            return next((one for one in self.packages if one.name == gateway.package), None)
        meant = [one for one in self.packages if one.is_on(gateway)]
        return meant[0] if len(meant) == 1 else None

    def unattached(self) -> list[Layer]:
        """Return the layers that are neither in a package nor applied by a rule: nothing tells where they decide."""
        used = {key for package in self.packages for key in package.layers}
        applied = {
            reference if isinstance(reference, str) else reference.text("uid")
            for layer in self.layers
            for _, rule in layer.rules
            if isinstance(reference := rule.get("inline-layer"), str | JsonObject)
        }
        known = used | applied
        return [one for one in self.layers if not {one.uid, one.name} & known]

    def rulebases(self, package: Package, gateway: Gateway) -> Iterator[Rulebase]:
        """Yield the ordered layers of a package as they stand on a gateway; each follows the one before."""
        before = ""
        for position, key in enumerate(package.layers):
            layer = self._by_key.get(key)
            if layer is None:
                rulebase = unknown_policy(clean(self._name_of(key)), gateway.where, before)
            else:
                rulebase = self.rulebase(layer, gateway, position == 0, before)
            yield rulebase
            before = rulebase.name

    def note_missing_properties(self) -> None:
        """Note that the implied rules are not known, at each rulebase that they would be part of."""
        if self.export.properties is not None:
            return
        for page in self.export.pages:
            if page.kind == ACCESS and page.where.line:
                page.file.ledger.unsupported(page.where.line - 1, Affects.FILTER, _NO_PROPERTIES)

    def _name_of(self, key: str) -> str:
        placed = self.export.find(key)
        return placed.name if placed is not None else key

    def rulebase(self, layer: Layer, gateway: Gateway | None, is_first: bool = True, before: str = "") -> Rulebase:
        """Return one layer as it stands on a gateway; None stands for one that is not known."""
        zones_known = gateway is not None and gateway.zones_known
        placed = self._placed(layer, zones_known)
        if gateway is None:
            rules = [one.rule if one.gateways is None else _perhaps(one.rule) for one in placed]
        else:
            rules = [one.rule for one in placed if one.stands_on(gateway.uid)]
        default = layer.cleanup
        if default is None:
            rules.append(_open_end(layer))
        rules = self._with_implied(rules, is_first)
        return Rulebase(
            name=layer.name,
            kind=RulebaseKind.ZONE_POLICY,
            rules=tuple(rules),
            default_action=default or Action.DENY,
            where=layer.where,
            default_where=layer.cleanup_where,
            stateful=True,
            flavour="access layer",
            follows=before,
        )

    def _placed(self, layer: Layer, zones_known: bool) -> tuple[PlacedRule, ...]:
        known = self._rules.get((layer.key, zones_known))
        if known is None:
            reader = RuleReader(self.export, self.addresses, self.services, self._by_key, zones_known)
            known = self._rules[layer.key, zones_known] = reader.rules(layer)
        return known

    def _with_implied(self, rules: list[AccessRule], is_first: bool) -> list[AccessRule]:
        first = [rule for position, rule in self._implied if position == FIRST and is_first]
        middle = [rule for position, rule in self._implied if position == BEFORE_LAST]
        last = [rule for position, rule in self._implied if position not in (FIRST, BEFORE_LAST)]
        # "Before last" is before the last rule that somebody wrote.
        written = [index for index, rule in enumerate(rules) if not rule.implicit]
        cut = written[-1] if written else len(rules)
        return [*first, *rules[:cut], *middle, *rules[cut:], *last]

    def nat_rules(self, package: Package | None, gateway: Gateway, own: AddressSet) -> tuple[NatRule, ...]:
        """Return the NAT rules of a gateway; `own` are its addresses, behind which it hides others."""
        pages = self._nat_pages(package)
        if not pages:
            return ()
        items, _ = join_pages(pages)
        reader = NatReader(self.export, self.addresses, self.services)
        return tuple(
            replace(one.rule, translated_source=own) if one.behind_gateway and own else one.rule
            for one in reader.rules(items)
            if _stands(one, gateway)
        )

    def _nat_pages(self, package: Package | None) -> list[RulePage]:
        """Return the pages of the NAT rulebase of a package: by the index, by folder, by name, or the only one."""
        pages = [page for page in self.export.pages if page.kind == NAT]
        if package is None:
            return []
        by_stem = [page for page in pages if package.nat_stem and page.file.stem == package.nat_stem]
        if by_stem:
            return by_stem
        if len(self.packages) == 1:
            return pages
        folders = {one.folder for one in self.packages}
        beside = [page for page in pages if page.file.folder == package.folder]
        if beside and len(folders) == len(self.packages):
            return beside
        return [page for page in pages if package.name.lower() in page.file.stem.lower()]


def _stands(one: PlacedNat, gateway: Gateway) -> bool:
    return one.gateways is None or gateway.uid in one.gateways


def _perhaps(rule: AccessRule) -> AccessRule:
    """Return a rule of which it is not known whether it is installed on the gateway in question."""
    reasons = dict.fromkeys((*rule.match.reasons, "install-on"))
    return replace(rule, match=PacketMatch.upper(rule.match.maybe, *reasons))


def _open_end(layer: Layer) -> AccessRule:
    """Return a rule for what comes to the end of a layer whose implicit cleanup action is not in the export."""
    match = PacketMatch.upper(ALL_PACKETS, "implicit cleanup action not in the export")
    return AccessRule("implicit cleanup", Action.PERMIT, match, layer.where, implicit=True)


def unknown_policy(name: str, where: SourceRef, before: str = "") -> Rulebase:
    """Return a layer or policy whose rules are not in the export: it may permit and may deny everything."""
    match = PacketMatch.upper(ALL_PACKETS, "the policy is not in the export")
    rule = AccessRule("not in the export", Action.PERMIT, match, where, implicit=True)
    return Rulebase(
        name,
        RulebaseKind.ZONE_POLICY,
        (rule,),
        Action.DENY,
        where,
        stateful=True,
        flavour="access layer",
        follows=before,
    )


def _packages(export: Export) -> list[Package]:
    found: dict[str, Package] = {}
    for placed in export.packages:
        value = placed.value
        targets = _targets(value.get("installation-targets"))
        revisions = [one for one in value.objects("installation-targets-revision") if one.text("target-uid")]
        if targets is None and revisions:
            targets = frozenset(one.text("target-uid") for one in revisions)
        layers = tuple(_reference(one) for one in value.items_of("access-layers"))
        package = Package(placed.name, layers, targets, placed.file.folder)
        known = found.get(placed.name)
        # The answer about one package beside its rulebases tells which folder is its own.
        if known is None or (not known.layers and layers) or _is_answer(placed):
            found[placed.name] = package
    for index in export.indexes:
        for one in index.value.objects("policyPackages"):
            name = clean(one.text("packageName"))
            layers = tuple(_reference(layer) for layer in one.items_of("accessLayers"))
            listed = [item.text("uid") for item in one.objects("gatewayAndServerList")]
            nat = one.object("natLayer")
            stem = nat.text("htmlFileName").removesuffix(".html") if nat is not None else ""
            targets = frozenset(listed) if listed else None
            found[name] = Package(name, layers, targets, index.file.folder, stem)
    return list(found.values())


def _is_answer(placed: Placed) -> bool:
    """Tell whether an object is a whole answer of its file, not an item of a list."""
    return any(
        placed.value is document or (isinstance(document, JsonArray) and any(placed.value is one for one in document))
        for document in placed.file.documents
    )


def _reference(value: JsonValue) -> str:
    if isinstance(value, JsonObject):
        return value.text("uid") or value.text("name")
    return value if isinstance(value, str) else ""


def _targets(value: JsonValue) -> frozenset[str] | None:
    """Return the uids and names of installation targets, None for all."""
    if value is None or value == "all":
        return None
    items = value if isinstance(value, list) else [value]
    if any(one == "all" for one in items):
        return None
    return frozenset(_reference(one) for one in items)
