"""Comparisons and verdict maps, as the packets that they match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.parsers.connection_tracking import Tracking
from netaudit.parsers.nftables.fields import Field, Unseen, field_of
from netaudit.parsers.nftables.names import STATES
from netaudit.parsers.nftables.ruleset import Expression, NamedSet
from netaudit.parsers.nftables.values import (
    NO_VALUES,
    Values,
    all_values,
    bits_of,
    complement,
    in_order,
    is_set,
    number_of,
    numbers_with_bits,
    part_of,
    value_of,
    value_text,
    value_texts,
    without_options,
)
from netaudit.parsers.packet_region import Region, joined

_MAX_ENUMERATED = 65536


@dataclass(slots=True)
class Reading:
    """What the comparisons of a rule said beside what they match."""

    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    states: frozenset[str] | None = None
    schedule: str = ""
    users: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)


class Matcher:
    """Reads comparisons with the sets of a table, at a place where `tracking` is known of connections."""

    def __init__(self, sets: Mapping[str, NamedSet], tracking: Tracking) -> None:
        self.sets = sets
        self.tracking = tracking

    def match(self, statement: Mapping[str, Expression], reading: Reading) -> tuple[Region, ...]:
        """Return the packets of {"op", "left", "right"} as regions, one for each way through interfaces."""
        operator, left, right = statement.get("op", "=="), statement.get("left"), statement.get("right")
        if not isinstance(operator, str):
            return (_unknown("operator"),)
        self.show(left, right, operator, reading)
        if left == {"ct": {"key": "status"}} and right == "dnat" and operator in ("in", "=="):
            return (Region(NO_PACKETS, self.tracking.translated, reasons=("address translation",)),)
        if isinstance(left, dict) and "concat" in left:
            return self._concatenated(left["concat"], right, operator, reading)
        mask: Expression = None
        if isinstance(left, dict) and "&" in left:
            pair = left["&"]
            if not isinstance(pair, list) or len(pair) != 2:
                return (_unknown("bit mask"),)
            left, mask = pair
        found = field_of(left, self.tracking)
        if found is None:
            reading.problems += ("a field that is not known",)
            return (_unknown("field"),)
        if isinstance(found, Unseen):
            return (Region(NO_PACKETS, found.having, reasons=(found.reason,)),)
        return (self._compared(found, right, operator, mask, reading),)

    def _compared(self, found: Field, right: Expression, operator: str, mask: Expression, reading: Reading) -> Region:
        if found.is_name:
            return self._interfaces(found, right, operator, mask, reading)
        if mask is not None:
            values = self._masked(found, right, operator, mask, reading)
        elif operator in ("<", ">", "<=", ">="):
            values = self._ordered(found, right, operator)
        elif operator == "!" or (operator == "in" and found.bits and not is_set(right)):
            values = self._shared_bits(found, right, operator == "!")
        else:
            values = self.values(found, right, reading)
            if operator == "!=":
                values = complement(values, found)
            elif operator not in ("==", "in"):
                values = Values(NO_VALUES, all_values(found), "operator")
        return _region(found, values)

    def _interfaces(self, found: Field, right: Expression, operator: str, mask: Expression, reading: Reading) -> Region:
        values = self.values(found, right, reading)
        names = values.names
        if values.reason or mask is not None or operator not in ("==", "in", "!="):
            return _unknown(values.reason or "interface")
        if operator == "!=":
            names = ~names
        if not names:
            return Region.exact(NO_PACKETS)
        return Region.exact(ALL_PACKETS, names) if found.kind == "in" else Region.exact(ALL_PACKETS, outs=names)

    def _masked(self, found: Field, right: Expression, operator: str, mask: Expression, reading: Reading) -> Values:
        """Return the values v for which v & mask compares with the right side."""
        bits = bits_of(mask, found)
        values = self.values(found, right, reading)
        unknown = Values(NO_VALUES, all_values(found), "bit mask")
        if bits is None or values.reason or operator not in ("==", "!=", "in") or (operator == "in" and found.bits):
            return unknown
        if found.most < _MAX_ENUMERATED:
            chosen = IntervalSet.of((v, v) for v in range(found.most + 1) if v & bits in values.surely)
        else:
            parts = []
            for low, high in values.surely:
                if low != high:
                    return unknown
                part = numbers_with_bits(low, bits, found)
                if part is None:
                    return unknown
                parts.append(part)
            chosen = IntervalSet.of(interval for part in parts for interval in part.intervals)
        result = Values(chosen, chosen)
        return complement(result, found) if operator == "!=" else result

    def _ordered(self, found: Field, right: Expression, operator: str) -> Values:
        number = number_of(right, found)
        if number is None:
            return Values(NO_VALUES, all_values(found), "value")
        low, high = {
            "<": (0, number - 1),
            "<=": (0, number),
            ">": (number + 1, found.most),
            ">=": (number, found.most),
        }[operator]
        chosen = IntervalSet.span(low, high) if low <= high else NO_VALUES
        return Values(chosen, chosen)

    def _shared_bits(self, found: Field, right: Expression, none: bool) -> Values:
        bits = bits_of(right, found)
        if bits is None or found.most >= _MAX_ENUMERATED:
            return Values(NO_VALUES, all_values(found), "value")
        chosen = IntervalSet.of((v, v) for v in range(found.most + 1) if bool(v & bits) is not none)
        return Values(chosen, chosen)

    def values(self, found: Field, right: Expression, reading: Reading) -> Values:
        """Return the values that a right side names: a value, a range, or the members of a set."""
        elements = self.elements(right, reading)
        if elements is None:
            return Values(NO_VALUES, all_values(found), "set", ANY_NAME)
        surely: list[IntervalSet] = []
        maybe: list[IntervalSet] = []
        names = NameSet()
        reason = ""
        for element, is_sure in elements:
            one = value_of(element, found)
            if one is None:
                is_variable = isinstance(element, str) and element.startswith("$")
                reading.problems += ("a variable that is not defined" if is_variable else f"a value of {found.kind}",)
                return Values(NO_VALUES, all_values(found), "value", ANY_NAME)
            if isinstance(one, NameSet):
                names = names | one
                reason = reason or ("" if is_sure else "set")
                continue
            maybe.append(one)
            if is_sure:
                surely.append(one)
            else:
                reason = "set"
        upper = IntervalSet.of(interval for one in maybe for interval in one.intervals)
        lower = upper if len(surely) == len(maybe) else IntervalSet.of(i for one in surely for i in one.intervals)
        return Values(lower, upper, reason, names)

    def elements(self, right: Expression, reading: Reading) -> list[tuple[Expression, bool]] | None:
        """Return the elements of a right side, each with whether it surely counts; None where they are not known."""
        if isinstance(right, str) and right.startswith("@"):
            reading.used.add(right[1:])
            named = self.sets.get(right[1:])
            if named is None:
                reading.unresolved += (right[1:],)
                return None
            if named.changing or named.problem:
                return None
            return [without_options(one) for one in in_order(named.elements)]
        if isinstance(right, dict) and "set" in right:
            inner = right["set"]
            return [without_options(one) for one in in_order(inner if isinstance(inner, list) else [inner])]
        return [(right, True)]

    def _concatenated(
        self, parts: Expression, right: Expression, operator: str, reading: Reading
    ) -> tuple[Region, ...]:
        fields = [field_of(one, self.tracking) for one in parts] if isinstance(parts, list) else []
        if not fields or any(one is None for one in fields):
            reading.problems += ("a field that is not known",)
            return (_unknown("field"),)
        having = ALL_PACKETS
        for one in fields:
            assert one is not None
            having = having & one.having
        elements = self.elements(right, reading)
        if elements is None or operator not in ("==", "in", "!="):
            return (Region(NO_PACKETS, having, reasons=("set",)),)
        known = [one for one in fields if one is not None]
        found = joined(self.element_region(known, element, sure, reading) for element, sure in elements)
        if operator != "!=":
            return found
        rest: tuple[Region, ...] = (Region.exact(having),)
        for gone in found:
            rest = tuple(piece for one in rest for piece in one.minus(gone))
        return rest

    def element_region(
        self, fields: Sequence[Field | Unseen], element: Expression, is_sure: bool, reading: Reading
    ) -> Region:
        """Return the packets whose fields are those of one element."""
        parts: Expression = element
        if len(fields) > 1:
            if isinstance(element, dict) and "concat" in element:
                parts = element["concat"]
            elif element == "*":
                parts = ["*"] * len(fields)
        else:
            parts = [element]
        if not isinstance(parts, list) or len(parts) != len(fields):
            reading.problems += ("an element of a set",)
            return _unknown("set")
        result: Region | None = None
        for one, part in zip(fields, parts, strict=True):
            if isinstance(one, Unseen):
                found = Region(NO_PACKETS, one.having, reasons=(one.reason,))
            else:
                found = self._compared(one, {"set": [part]}, "==", None, reading)
            result = found if result is None else result & found
        assert result is not None
        return result if is_sure else replace(result, surely=NO_PACKETS, reasons=(*result.reasons, "set"))

    def mapped(
        self, key: Expression, data: Expression, reading: Reading
    ) -> list[tuple[tuple[Region, ...], Expression, Expression]] | None:
        """Return for each element of a map the packets that find it, its key and its value; None if not known."""
        parts = key["concat"] if isinstance(key, dict) and "concat" in key else [key]
        fields = [field_of(one, self.tracking) for one in parts] if isinstance(parts, list) else [None]
        mask_free = [one for one in fields if one is not None]
        pairs = self._pairs(data, reading)
        if pairs is None:
            return None
        if len(mask_free) != len(fields):
            unknown = (_unknown("field"),)
            return [(unknown, one, value) for one, value, _ in pairs]
        found: list[tuple[tuple[Region, ...], Expression, Expression]] = []
        rest: tuple[Region, ...] = (Region.exact(_having(mask_free)),)
        for one, value, is_sure in pairs:
            if one == "*":
                continue
            region = self.element_region(mask_free, one, is_sure, reading)
            found.append(((region,), one, value))
            if any(other == "*" for other, _, _ in pairs):
                rest = tuple(piece for part in rest for piece in part.minus(region))
        found += [(rest, one, value) for one, value, _ in pairs if one == "*"]
        return found

    def _pairs(self, data: Expression, reading: Reading) -> list[tuple[Expression, Expression, bool]] | None:
        elements: list[Expression] = []
        if isinstance(data, str) and data.startswith("@"):
            reading.used.add(data[1:])
            named = self.sets.get(data[1:])
            if named is None:
                reading.unresolved += (data[1:],)
            if named is None or named.changing or named.problem or not named.is_map:
                return None
            elements = named.elements
        elif isinstance(data, dict) and isinstance(data.get("set"), list):
            inner = data["set"]
            assert isinstance(inner, list)
            elements = inner
        else:
            return None
        pairs = []
        for one in in_order(elements):
            if not isinstance(one, list) or len(one) != 2:
                return None
            key, is_sure = without_options(one[0])
            pairs.append((key, one[1], is_sure))
        return pairs

    def show(self, left: Expression, right: Expression, operator: str, reading: Reading) -> None:
        """Keep what a comparison asks for, for people."""
        if not isinstance(left, dict):
            return
        if isinstance(left.get("concat"), list):
            fields = left["concat"]
            assert isinstance(fields, list)
            for number, one in enumerate(fields):
                self.show(one, part_of(right, number), operator, reading)
            return
        if isinstance(left.get("&"), list):
            pair = left["&"]
            assert isinstance(pair, list)
            left = pair[0]
        shown = field_of(left, self.tracking)
        text = f"{'' if operator in ('==', 'in') else operator + ' '}{value_text(right)}"
        if shown is None:
            return
        if isinstance(shown, Unseen):
            if shown.reason == "schedule":
                reading.schedule = f"{reading.schedule} {text}".strip()
            elif shown.reason == "local user":
                reading.users += (text,)
        elif shown.kind == "state":
            self._show_states(shown, right, operator, reading)
        elif shown.shown == "source":
            reading.sources += tuple(value_texts(right, operator))
        elif shown.shown == "destination":
            reading.destinations += tuple(value_texts(right, operator))
        elif shown.shown == "service":
            reading.services += (f"{shown.label} {text}".strip(),)

    def _show_states(self, shown: Field, right: Expression, operator: str, reading: Reading) -> None:
        values = self.values(shown, right, Reading()) if is_set(right) else None
        if values is not None:
            chosen = frozenset(name for name, number in STATES.items() if number in values.maybe)
        else:
            bits = bits_of(right, shown) or 0
            chosen = frozenset(name for name, number in STATES.items() if number & bits)
        if operator in ("!=", "!"):
            chosen = frozenset(STATES) - chosen
        reading.states = chosen if reading.states is None else reading.states & chosen


def _having(fields: Sequence[Field | Unseen]) -> PacketSet:
    having = ALL_PACKETS
    for one in fields:
        having = having & one.having
    return having


def _region(found: Field, values: Values) -> Region:
    lower, upper = found.packets(values.maybe)
    if values.surely == values.maybe:
        if lower is upper or lower == upper:
            return Region.exact(upper)
        return Region(lower, upper, reasons=(found.label or "raw bytes",))
    return Region(found.packets(values.surely)[0], upper, reasons=(values.reason or "value",))


def _unknown(reason: str) -> Region:
    return Region(NO_PACKETS, ALL_PACKETS, reasons=(reason,))
