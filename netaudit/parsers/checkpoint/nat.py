"""The NAT rulebase of a package: manual rules, and those that objects generate.

Decisions, with their sources (Check Point Security Management Administration Guide, "Configuring the NAT Policy"):
- The first rule that matches translates. A rule holds for one direction: automatic static NAT generates two rules, one
  for connections from the object and one for those to its translated address.
- Hide NAT puts many addresses behind one: that of the object in the column, or of the gateway's outgoing interface.
- A generated rule names the object itself as translated: its NAT settings hold the address.
- A rule of which nothing is translated keeps connections as they are.
- The access rules see the packet before it is translated.
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS, PORT_PROTOCOLS, ServiceSet
from netaudit.parsers.checkpoint.addresses import AddressBook, AddressValue
from netaudit.parsers.checkpoint.export import PREDEFINED, Export, ExportFile, Placed, is_any
from netaudit.parsers.checkpoint.services import ServiceBook
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject, JsonValue

_ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class PlacedNat:
    """A NAT rule and the gateways that it is installed on (uids); None = all."""

    rule: NatRule
    gateways: frozenset[str] | None
    behind_gateway: bool = False  # its translated source is the gateway's outgoing interface


@dataclass(slots=True)
class NatReader:
    """Reads the NAT rules of one export."""

    export: Export
    addresses: AddressBook
    services: ServiceBook

    def rules(self, items: tuple[tuple[ExportFile, JsonObject], ...]) -> list[PlacedNat]:
        """Return the rules in order. A rule that translates in a way not understood is noted and left from above."""
        found: list[PlacedNat] = []
        expected, missing = 1, False
        for position, (file, item) in enumerate(items, start=1):
            number = item.number("rule-number") or position
            missing = missing or number > expected  # a rule that is not in the export may come first
            expected = number + 1
            found.append(self._rule(file, item, number, missing))
        return found

    def _rule(self, file: ExportFile, item: JsonObject, number: int, missing: bool) -> PlacedNat:
        source = self.addresses.resolve(item.get("original-source"))
        destination = self.addresses.resolve(item.get("original-destination"))
        services = self.services.resolve(item.get("original-service"))
        hidden = item.text("method").lower() == "hide"
        translated_source, behind_gateway = self._translated(item, "source", hidden)
        translated_destination, _ = self._translated(item, "destination", False)
        protocol, original_ports, translated_ports, understood = self._ports(item)
        why = ["rules are missing in the export"] if missing else []
        why += [*source.reasons, *destination.reasons, *services.reasons]
        for value in (translated_source, translated_destination):
            if value is not None and not value.is_exact:
                why += value.reasons
        targets = self._targets(item)
        if targets == frozenset():
            targets = None
            why.append("install-on")
        kind = NatKind.EXEMPT
        if translated_source is not None or behind_gateway:
            kind = NatKind.SOURCE
            understood = understood and translated_ports is None
        elif translated_destination is not None or translated_ports is not None:
            kind = NatKind.DESTINATION
        if not understood:
            why.append("service translation")
            file.ledger.unsupported(item.line_of("translated-service") - 1, Affects.NAT, "service translation")
        maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
        surely = NO_PACKETS if why else maybe
        return PlacedNat(
            NatRule(
                name=f"NAT {number}",
                kind=kind,
                match=PacketMatch(surely, maybe, tuple(dict.fromkeys(why))) if why else PacketMatch.exact(maybe),
                where=file.ref(item),
                translated_source=None if translated_source is None else translated_source.maybe,
                translated_destination=self._new_destination(
                    translated_destination, destination.maybe, translated_ports
                ),
                protocol=protocol,
                original_ports=original_ports,
                translated_ports=translated_ports,
                enabled=item.flag("enabled") is not False,
            ),
            targets,
            behind_gateway,
        )

    def _new_destination(
        self, translated: AddressValue | None, original: AddressSet, ports: IntervalSet | None
    ) -> AddressSet | None:
        """Return the translated destination; where only the service is translated, it stays the original one."""
        if translated is not None:
            return translated.maybe
        return original if ports is not None else None

    def _translated(self, item: JsonObject, side: str, hidden: bool) -> tuple[AddressValue | None, bool]:
        """Return what a side is translated to (None = it stays), and whether that is the gateway's own address."""
        reference = item.get(f"translated-{side}")
        if reference is None or self._word(reference).lower() == _ORIGINAL:
            return None, False
        placed = self.export.find(reference)
        settings = placed.value.object("nat-settings") if placed is not None else None
        generated = item.flag("auto-generated") is True
        if placed is not None and generated and side == "source" and settings is not None:
            if hidden and settings.text("hide-behind") == "gateway":
                return None, True
            address = settings.text("ipv4-address") or settings.text("ipv6-address")
            if address:
                return _host(address), False
        if placed is not None and "localgateway" in placed.name.replace("_", "").replace(" ", "").lower():
            return None, True
        return self.addresses.resolve(reference), False

    def _ports(self, item: JsonObject) -> tuple[int | None, IntervalSet | None, IntervalSet | None, bool]:
        """Return protocol, original and translated destination ports of a service translation, and if understood."""
        reference = item.get("translated-service")
        if reference is None or self._word(reference).lower() == _ORIGINAL or is_any(reference):
            return None, None, None, True
        original = self.services.resolve(item.get("original-service"))
        translated = self.services.resolve(reference)
        before, after = _single_ports(original.surely), _single_ports(translated.surely)
        if before is None or after is None or before[0] != after[0]:
            return None, None, None, False
        return before[0], before[1], after[1], True

    def _targets(self, item: JsonObject) -> frozenset[str] | None:
        """Return the gateways of the install-on column: None = all, empty = not understood."""
        found: set[str] = set()
        for one in item.items_of("install-on"):
            if self._word(one).lower() in ("policy targets", "all", "any"):
                return None
            placed = self.export.find(one)
            if placed is None or placed.uid not in self.export.gateways:
                return frozenset()
            found.add(placed.uid)
        return frozenset(found) if found else None

    def _word(self, reference: JsonValue) -> str:
        placed: Placed | None = self.export.find(reference)
        if placed is not None:
            return placed.name
        if isinstance(reference, str):
            return PREDEFINED.get(reference, clean(reference))
        return clean(reference.text("name")) if isinstance(reference, JsonObject) else ""


def _host(text: str) -> AddressValue:
    try:
        addresses = AddressSet.host(text)
    except ValueError:
        return AddressValue(reasons=("not understood",))
    return AddressValue(addresses, addresses)


def _single_ports(services: ServiceSet) -> tuple[int, IntervalSet] | None:
    """Return protocol and destination ports of a service of one protocol with ports, else None."""
    if len(services.boxes) != 1:
        return None
    box = services.boxes[0]
    if box.protocols.size() != 1 or not box.protocols <= PORT_PROTOCOLS or box.source_ports != ALL_PORTS:
        return None
    return box.protocols.lowest(), box.destination_ports
