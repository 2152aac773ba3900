"""Comparisons and verdict maps, as the packets that they match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netaudit.packets.addresses import Family, parse_address, prefix_interval, wildcard_intervals
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.parsers.connection_tracking import Tracking
from netaudit.parsers.nftables.fields import Field, Unseen, field_of
from netaudit.parsers.nftables.names import STATES, VALUES
from netaudit.parsers.nftables.ruleset import Expression, NamedSet
from netaudit.parsers.packet_region import Region

_MAX_ENUMERATED = 65536
NO_VALUES = IntervalSet()


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


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers between two bounds, `reason` where they differ; `names` for a field of interfaces."""

    surely: IntervalSet
    maybe: IntervalSet
    reason: str = ""
    names: NameSet = ANY_NAME


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
        elif operator == "!" or (operator == "in" and found.bits and not _is_set(right)):
            values = self._shared_bits(found, right, operator == "!")
        else:
            values = self.values(found, right, reading)
            if operator == "!=":
                values = _complement(values, found)
            elif operator not in ("==", "in"):
                values = Values(NO_VALUES, _all(found), "operator")
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
        bits = _bit_value(mask, found)
        values = self.values(found, right, reading)
        unknown = Values(NO_VALUES, _all(found), "bit mask")
        if bits is None or values.reason or operator not in ("==", "!=", "in") or (operator == "in" and found.bits):
            return unknown
        if found.most < _MAX_ENUMERATED:
            chosen = IntervalSet.of((v, v) for v in range(found.most + 1) if v & bits in values.surely)
        else:
            parts = []
            for low, high in values.surely:
                if low != high:
                    return unknown
                part = _with_bits(low, bits, found)
                if part is None:
                    return unknown
                parts.append(part)
            chosen = IntervalSet.of(interval for part in parts for interval in part.intervals)
        result = Values(chosen, chosen)
        return _complement(result, found) if operator == "!=" else result

    def _ordered(self, found: Field, right: Expression, operator: str) -> Values:
        number = _number(right, found)
        if number is None:
            return Values(NO_VALUES, _all(found), "value")
        low, high = {
            "<": (0, number - 1),
            "<=": (0, number),
            ">": (number + 1, found.most),
            ">=": (number, found.most),
        }[operator]
        chosen = IntervalSet.span(low, high) if low <= high else NO_VALUES
        return Values(chosen, chosen)

    def _shared_bits(self, found: Field, right: Expression, none: bool) -> Values:
        bits = _bit_value(right, found)
        if bits is None or found.most >= _MAX_ENUMERATED:
            return Values(NO_VALUES, _all(found), "value")
        chosen = IntervalSet.of((v, v) for v in range(found.most + 1) if bool(v & bits) is not none)
        return Values(chosen, chosen)

    def values(self, found: Field, right: Expression, reading: Reading) -> Values:
        """Return the values that a right side names: a value, a range, or the members of a set."""
        elements = self.elements(right, reading)
        if elements is None:
            return Values(NO_VALUES, _all(found), "set", ANY_NAME)
        surely: list[IntervalSet] = []
        maybe: list[IntervalSet] = []
        names = NameSet()
        reason = ""
        for element, is_sure in elements:
            one = _value(element, found)
            if one is None:
                is_variable = isinstance(element, str) and element.startswith("$")
                reading.problems += ("a variable that is not defined" if is_variable else f"a value of {found.kind}",)
                return Values(NO_VALUES, _all(found), "value", ANY_NAME)
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
            return [_element(one) for one in named.elements]
        if isinstance(right, dict) and "set" in right:
            inner = right["set"]
            return [_element(one) for one in (inner if isinstance(inner, list) else [inner])]
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
        found = _joined(self.element_region(known, element, sure, reading) for element, sure in elements)
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
        result = Region.exact(ALL_PACKETS)
        for one, part in zip(fields, parts, strict=True):
            if isinstance(one, Unseen):
                result = result & Region(NO_PACKETS, one.having, reasons=(one.reason,))
                continue
            result = result & self._compared(one, {"set": [part]}, "==", None, reading)
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
        for one in elements:
            if not isinstance(one, list) or len(one) != 2:
                return None
            key, is_sure = _element(one[0])
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
                self.show(one, _part(right, number), operator, reading)
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
            reading.sources += tuple(_texts(right, operator))
        elif shown.shown == "destination":
            reading.destinations += tuple(_texts(right, operator))
        elif shown.shown == "service":
            reading.services += (f"{shown.label} {text}".strip(),)

    def _show_states(self, shown: Field, right: Expression, operator: str, reading: Reading) -> None:
        values = self.values(shown, right, Reading()) if _is_set(right) else None
        if values is not None:
            chosen = frozenset(name for name, number in STATES.items() if number in values.maybe)
        else:
            bits = _bit_value(right, shown) or 0
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
    surely, maybe = found.packets(values.surely)[0], found.packets(values.maybe)[1]
    if values.surely == values.maybe:
        lower, upper = found.packets(values.maybe)
        if lower is upper or lower == upper:
            return Region.exact(upper & found.having if upper else NO_PACKETS)
        return Region(lower & found.having, upper & found.having, reasons=(found.label or "raw bytes",))
    return Region(surely & found.having, maybe & found.having, reasons=(values.reason or "value",))


def _joined(regions: Iterator[Region]) -> tuple[Region, ...]:
    """Join the regions of the same interfaces and reasons."""
    groups: dict[tuple[NameSet, NameSet, tuple[str, ...]], list[Region]] = {}
    for one in regions:
        groups.setdefault((one.ins, one.outs, one.reasons), []).append(one)
    found = []
    for (ins, outs, reasons), parts in groups.items():
        maybe = PacketSet.union(one.maybe for one in parts)
        exact = all(one.surely is one.maybe for one in parts)
        surely = maybe if exact else PacketSet.union(one.surely for one in parts)
        found.append(Region(surely, maybe, ins, outs, reasons))
    return tuple(found)


def _unknown(reason: str) -> Region:
    return Region(NO_PACKETS, ALL_PACKETS, reasons=(reason,))


def _all(found: Field) -> IntervalSet:
    return IntervalSet.span(0, found.most)


def _complement(values: Values, found: Field) -> Values:
    everything = _all(found)
    upper = everything - values.surely
    lower = upper if values.surely == values.maybe else everything - values.maybe
    return Values(lower, upper, values.reason, ~values.names)


def _is_set(right: Expression) -> bool:
    return (isinstance(right, str) and right.startswith("@")) or (isinstance(right, dict) and "set" in right)


def _element(element: Expression) -> tuple[Expression, bool]:
    """Return an element without its options, and whether it surely counts: one that expires may be gone."""
    if isinstance(element, dict) and isinstance(element.get("elem"), dict):
        inner = element["elem"]
        assert isinstance(inner, dict)
        unsure = any(name in inner for name in ("timeout", "expires", "limit", "quota"))
        return inner.get("val"), not unsure
    return element, True


def _value(element: Expression, found: Field) -> IntervalSet | NameSet | None:
    """Return the values of one element, None where it cannot be read."""
    if found.is_name:
        if not isinstance(element, str) or element.startswith("$"):
            return None
        if element == "*":
            return ANY_NAME
        return NameSet.of(prefixes=[element[:-1]]) if element.endswith("*") else NameSet.of([element])
    if element == "*":
        return _all(found)
    if isinstance(element, dict):
        if isinstance(element.get("range"), list):
            ends = element["range"]
            assert isinstance(ends, list)
            low, high = (_number(one, found) for one in (ends[0], ends[-1]))
            return None if low is None or high is None or low > high else IntervalSet.span(low, high)
        if isinstance(element.get("prefix"), dict):
            return _prefix(element["prefix"], found)
    number = _bit_value(element, found)
    return None if number is None else IntervalSet.single(number)


def _prefix(prefix: Expression, found: Field) -> IntervalSet | None:
    assert isinstance(prefix, dict)
    address, length = _number(prefix.get("addr"), found), prefix.get("len")
    family = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}.get(found.kind)
    if address is None or family is None:
        return None
    if isinstance(length, str):
        mask = _number(length, found)
        return None if mask is None else _with_bits(address & mask, mask, found)
    if not isinstance(length, int) or not 0 <= length <= family.bits:
        return None
    return IntervalSet.span(*prefix_interval(family, address, length))


def _with_bits(value: int, mask: int, found: Field) -> IntervalSet | None:
    """Return the numbers whose bits under the mask are those of a value; None where that is too many pieces."""
    if value & ~mask:
        return NO_VALUES
    free = mask ^ found.most
    if free & (free + 1) == 0:
        return IntervalSet.span(value, value | free)
    return wildcard_intervals(value, free) if found.kind == "ipv4" else None


def _number(element: Expression, found: Field) -> int | None:
    if isinstance(element, bool):
        return None
    number: int | None = None
    if isinstance(element, int):
        number = element
    elif isinstance(element, str):
        if found.kind in ("ipv4", "ipv6"):
            try:
                family, number = parse_address(element)
            except ValueError:
                return None
            if f"ipv{int(family)}" != found.kind:
                return None
        else:
            number = VALUES.get(found.kind, {}).get(element.lower())
            if number is None and element.isascii() and element.isdigit():
                number = int(element)
    return number if number is not None and 0 <= number <= found.most else None


def _bit_value(element: Expression, found: Field) -> int | None:
    """Return a number, or the bits of a list of flags put together."""
    if isinstance(element, dict) and isinstance(element.get("|"), list):
        return _bit_value(element["|"], found)
    if isinstance(element, list):
        total = 0
        for one in element:
            bits = _bit_value(one, found)
            if bits is None:
                return None
            total |= bits
        return total
    return _number(element, found)


def _part(right: Expression, number: int) -> Expression:
    """Return the right side of one of the joined fields."""
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        elements = right["set"]
        assert isinstance(elements, list)
        chosen = [_part(_element(one)[0], number) for one in elements]
        return {"set": [part for place, part in enumerate(chosen) if part not in chosen[:place]]}
    if isinstance(right, dict) and isinstance(right.get("concat"), list):
        parts = right["concat"]
        assert isinstance(parts, list)
        return parts[number] if number < len(parts) else None
    return right


def _texts(right: Expression, operator: str) -> list[str]:
    sign = "" if operator in ("==", "in") else "!"
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        inner = right["set"]
        assert isinstance(inner, list)
        return [sign + value_text(one) for one in inner]
    return [sign + value_text(right)]


def value_text(value: Expression) -> str:
    """Return a value as nft would print it."""
    if isinstance(value, list):
        return ",".join(value_text(one) for one in value)
    if not isinstance(value, dict):
        return str(value)
    if isinstance(value.get("elem"), dict):
        inner = value["elem"]
        assert isinstance(inner, dict)
        return value_text(inner.get("val"))
    if isinstance(value.get("prefix"), dict):
        prefix = value["prefix"]
        assert isinstance(prefix, dict)
        return f"{prefix.get('addr')}/{prefix.get('len')}"
    for name, mark in (("range", "-"), ("concat", " . "), ("|", " | "), ("set", ", ")):
        inner = value.get(name)
        if isinstance(inner, list):
            text = mark.join(value_text(one) for one in inner)
            return f"{{ {text} }}" if name == "set" else text
    return "..."
