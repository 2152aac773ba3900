"""What crosses from zone to zone beyond what is allowed, grouped by the rules that let it pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from netaudit.checks.contract import Context
from netaudit.checks.service_words import service_words
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.packets.services import ALL_PORTS, ServiceSet
from netaudit.policy.registers import ZoneType
from netaudit.topology.reach import DecidingRule
from netaudit.topology.stated import excess


@dataclass(frozen=True, slots=True)
class Crossing:
    """Packets that pass by one chain of rules, for all zone pairs that use it. No rules = no filter stood there."""

    rules: tuple[DecidingRule, ...]
    pairs: tuple[tuple[str, str], ...]
    packets: PacketSet
    devices: tuple[str, ...]
    failures: tuple[str, ...] = ()  # the lines and devices of which one must have failed, () = none

    @property
    def device(self) -> str:
        """Return the device to mend: that of the first deciding rule, else the first on the path."""
        named = [one for one in self.rules if one.rule is not None] or list(self.rules)
        return named[0].device if named else self.devices[0]

    @property
    def where(self) -> tuple[SourceRef, ...]:
        """Return the places of all rules on the way."""
        return tuple(one.where for one in self.rules)

    @property
    def subject(self) -> str:
        """Return the chain in words: "fw-1 DMZ-IN 30, fw-2 policy 7", or the path where no rule stood on it."""
        if not self.rules:
            return " > ".join(self.devices)
        return ", ".join(rule_words(one) for one in self.rules)

    @property
    def pairs_text(self) -> str:
        """Return the zone pairs: "UAT>PROD-DB, UAT>PROD-ORD"."""
        return ", ".join(f"{source}>{target}" for source, target in self.pairs)

    @property
    def key(self) -> str:
        """Return an identity that does not change when rules are renumbered."""
        rules = "+".join(
            f"{one.device}/{one.rulebase}/{one.rule.fingerprint if one.rule else 'default'}" for one in self.rules
        )
        key = f"{'>'.join(sorted({target for _, target in self.pairs}))}:{rules or '>'.join(self.devices)}"
        return f"failure:{key}" if self.failures else key


def rule_words(deciding: DecidingRule) -> str:
    """Return "device rulebase rule" of one decision."""
    rule = deciding.rule.name if deciding.rule else "(default)"
    return f"{deciding.device} {deciding.rulebase} {rule}"


def crossings(
    context: Context, pairs: Iterable[tuple[str, str]], allowed: Callable[[str, str], PacketSet]
) -> list[Crossing]:
    """Return what surely passes between the pairs beyond what is allowed, one entry a chain of rules."""
    grouped: dict[tuple[object, ...], list[tuple[tuple[str, str], PacketSet]]] = {}
    chains: dict[tuple[object, ...], tuple[tuple[DecidingRule, ...], tuple[str, ...]]] = {}
    for pair in pairs:
        conduit = context.conduits.get(pair)
        if conduit is None:
            continue
        for passed, rest in excess(conduit, allowed(*pair)):
            key = _identity(passed.deciding) or passed.devices
            chains.setdefault(key, (passed.deciding, passed.devices))
            grouped.setdefault(key, []).append((pair, rest))
    return [
        Crossing(
            rules=chains[key][0],
            pairs=tuple(dict.fromkeys(pair for pair, _ in found)),
            packets=PacketSet.union(rest for _, rest in found),
            devices=chains[key][1],
        )
        for key, found in grouped.items()
    ]


def failure_crossings(
    context: Context, pairs: Iterable[tuple[str, str]], allowed: Callable[[str, str], PacketSet]
) -> list[Crossing]:
    """Return what surely passes beyond what is allowed only while a line or device has failed, by chain of rules."""
    grouped: dict[tuple[object, ...], list[tuple[tuple[str, str], str, PacketSet]]] = {}
    chains: dict[tuple[object, ...], tuple[tuple[DecidingRule, ...], tuple[str, ...]]] = {}
    for pair in pairs:
        for change in context.failures.opening(*pair):
            for way in change.opens:
                rest = way.packets - allowed(*pair)
                if rest:
                    key = _identity(way.deciding) or way.devices
                    chains.setdefault(key, (way.deciding, way.devices))
                    grouped.setdefault(key, []).append((pair, change.part.name, rest))
    return [
        Crossing(
            rules=chains[key][0],
            pairs=tuple(dict.fromkeys(pair for pair, _, _ in found)),
            packets=PacketSet.union(rest for _, _, rest in found),
            devices=chains[key][1],
            failures=tuple(dict.fromkeys(name for _, name, _ in found)),
        )
        for key, found in grouped.items()
    ]


def _identity(rules: tuple[DecidingRule, ...]) -> tuple[object, ...]:
    return tuple((one.device, one.rulebase, one.where.path, one.where.line) for one in rules)


def pairs_between(context: Context, sources: Iterable[ZoneType], targets: Iterable[ZoneType]) -> list[tuple[str, str]]:
    """Return the ordered pairs of different zones of these types."""
    from_zones = list(context.policy.zones_of_type(*sources))
    to_zones = list(context.policy.zones_of_type(*targets))
    return [(one.name, other.name) for one in from_zones for other in to_zones if one.name != other.name]


def every_port(services: ServiceSet) -> bool:
    """Tell whether a service set has all destination ports of TCP or UDP, or a whole other protocol range."""
    return any(
        (6 in box.protocols or 17 in box.protocols) and box.destination_ports == ALL_PORTS for box in services.boxes
    )


def examine_pairs(
    context: Context,
    pairs: Iterable[tuple[str, str]],
    allowed: Callable[[str, str], PacketSet],
    grave: Callable[[Crossing], bool],
) -> Iterator[Examined]:
    """Yield a failure for every chain of rules that passes more than allowed, and every other pair as examined.

    `grave` tells the failures that are critical. A pair that is shut off only while every line and device is up fails
    too. A pair that may pass more, or whose paths are not all known, is unknown, never a pass.
    """
    pairs = list(pairs)
    failed: set[tuple[str, str]] = set()
    for crossing in (*crossings(context, pairs, allowed), *failure_crossings(context, pairs, allowed)):
        failed |= set(crossing.pairs)
        yield Examined(
            Outcome.FAIL,
            crossing.device,
            crossing.subject,
            crossing.where or _ends(context, crossing),
            {
                "pairs": crossing.pairs_text,
                "packets": packet_words(crossing.packets, context.network.zone_addresses),
                "devices": crossing.devices,
                "filtered": bool(crossing.rules),
                **failure_facts(crossing.failures),
            },
            severity=Severity.CRITICAL if grave(crossing) else None,
            witness=crossing.packets.witness(),
            key=crossing.key,
        )
    for pair in pairs:
        conduit = context.conduits.get(pair)
        if conduit is None or pair in failed:
            continue
        words = f"{pair[0]}>{pair[1]}"
        beyond = conduit.possible - allowed(*pair)
        if beyond or conduit.reasons:
            yield Examined(
                Outcome.UNKNOWN,
                "",
                words,
                (),
                {
                    "pairs": words,
                    "packets": packet_words(beyond, context.network.zone_addresses) if beyond else "?",
                    "devices": (),
                    "filtered": True,
                },
                severity=None if beyond else Severity.INFO,
                witness=beyond.witness(),
                why_unknown="; ".join(conduit.reasons[:3]),
            )
        else:
            yield undecided_failures(context, pair, allowed(*pair)) or Examined(Outcome.PASS, "", words)


def failure_facts(failures: tuple[str, ...]) -> dict[str, Fact]:
    """Return what titles say of failures, {while_failed}{failed}: one of them must have happened."""
    return {"while_failed": "while_failed" if failures else "none", "failed": failures}


def undecided_failures(context: Context, pair: tuple[str, str], allowed: PacketSet) -> Examined | None:
    """Return a pair of which it is not known whether more passes while a line or device has failed; else None."""
    changes = [change for change in context.failures.opening(*pair) if change.may_open]
    beyond = PacketSet.union([NO_PACKETS, *(way.packets for change in changes for way in change.may_open)]) - allowed
    reasons = [reason for change in changes for reason in change.reasons] if beyond else []
    reasons += context.failures.doubts(*pair)
    if not beyond and not reasons:
        return None
    names = tuple(dict.fromkeys(change.part.name for change in changes)) if beyond else ()
    words = f"{pair[0]}>{pair[1]}"
    packets = packet_words(beyond, context.network.zone_addresses) if beyond else "?"
    return Examined(
        Outcome.UNKNOWN,
        "",
        words,
        (),
        {"pairs": words, "packets": packets, "devices": (), "filtered": True, **failure_facts(names)},
        severity=None if beyond else Severity.INFO,
        witness=beyond.witness(),
        why_unknown="; ".join(list(dict.fromkeys(reasons))[:3]),
    )


def _ends(context: Context, crossing: Crossing) -> tuple[SourceRef, ...]:
    """Return the interfaces at which an unfiltered path begins and ends."""
    return tuple(
        dict.fromkeys(
            interface.where
            for pair in crossing.pairs
            for zone in pair
            for device, interface in context.network.zone_interfaces(zone)
            if device.name in crossing.devices
        )
    )


def packet_words(packets: PacketSet, zones: Mapping[str, AddressSet] | None = None) -> str:
    """Return the packets as a few words: "10.10.30.0/24 > 10.10.23.0/24 tcp/1521"; long sets are cut with "+n".

    Addresses that are those of a zone, or too many of one to list, are named by it.
    """
    parts = []
    for product in packets.products[:3]:
        source = _address_words(AddressSet.of(product.family, product.source), zones or {})
        target = _address_words(AddressSet.of(product.family, product.destination), zones or {})
        parts.append(f"{source} > {target} {service_words(product.services)}")
    if len(packets.products) > 3:
        parts.append(f"+{len(packets.products) - 3}")
    return "; ".join(dict.fromkeys(parts))


def _address_words(addresses: AddressSet, zones: Mapping[str, AddressSet]) -> str:
    text = str(addresses)
    if len(text) <= 60:
        return text
    return next((zone for zone, members in zones.items() if addresses <= members), shortened(text))


def shortened(text: str, length: int = 60) -> str:
    """Return a list of words cut to about `length` characters, with what was left out counted."""
    if len(text) <= length:
        return text
    words = text.split(", ")
    kept: list[str] = []
    while words and len(", ".join(kept)) + len(words[0]) < length:
        kept.append(words.pop(0))
    return f"{', '.join(kept)} +{len(words)}" if kept else f"{words[0][:length]}…"
