"""The values that fields are compared with: numbers, names, ranges, prefixes and flags."""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.packets.addresses import Family, parse_address, prefix_interval, wildcard_intervals
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.parsers.nftables.fields import Field
from netaudit.parsers.nftables.names import VALUES
from netaudit.parsers.nftables.ruleset import Expression

NO_VALUES = IntervalSet()


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers between two bounds, `reason` where they differ; `names` for a field of interfaces."""

    surely: IntervalSet
    maybe: IntervalSet
    reason: str = ""
    names: NameSet = ANY_NAME


def all_values(found: Field) -> IntervalSet:
    """Return every value of a field."""
    return IntervalSet.span(0, found.most)


def complement(values: Values, found: Field) -> Values:
    """Return the other values of a field, the bounds the safe way round."""
    everything = all_values(found)
    upper = everything - values.surely
    lower = upper if values.surely == values.maybe else everything - values.maybe
    return Values(lower, upper, values.reason, ~values.names)


def is_set(right: Expression) -> bool:
    """Tell whether a right side is a set, named or not."""
    return (isinstance(right, str) and right.startswith("@")) or (isinstance(right, dict) and "set" in right)


def in_order(elements: list[Expression]) -> list[Expression]:
    """Return the elements of a set in an order of their own: the kernel lists them as its hash table has them."""
    return sorted(elements, key=lambda one: (not isinstance(one, int), one if isinstance(one, int) else 0, str(one)))


def without_options(element: Expression) -> tuple[Expression, bool]:
    """Return an element without its options, and whether it surely counts: one that expires may be gone."""
    if isinstance(element, dict) and isinstance(element.get("elem"), dict):
        inner = element["elem"]
        assert isinstance(inner, dict)
        unsure = any(name in inner for name in ("timeout", "expires", "limit", "quota"))
        return inner.get("val"), not unsure
    return element, True


def value_of(element: Expression, found: Field) -> IntervalSet | NameSet | None:
    """Return the values of one element, None where it cannot be read."""
    if found.is_name:
        if not isinstance(element, str) or element.startswith("$"):
            return None
        if element == "*":
            return ANY_NAME
        return NameSet.of(prefixes=[element[:-1]]) if element.endswith("*") else NameSet.of([element])
    if element == "*":
        return all_values(found)
    if isinstance(element, dict):
        if isinstance(element.get("range"), list):
            ends = element["range"]
            assert isinstance(ends, list)
            low, high = (number_of(one, found) for one in (ends[0], ends[-1]))
            return None if low is None or high is None or low > high else IntervalSet.span(low, high)
        if isinstance(element.get("prefix"), dict):
            return _prefix(element["prefix"], found)
    number = bits_of(element, found)
    return None if number is None else IntervalSet.single(number)


def _prefix(prefix: Expression, found: Field) -> IntervalSet | None:
    assert isinstance(prefix, dict)
    address, length = number_of(prefix.get("addr"), found), prefix.get("len")
    family = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}.get(found.kind)
    if address is None or family is None:
        return None
    if isinstance(length, str):
        mask = number_of(length, found)
        return None if mask is None else numbers_with_bits(address & mask, mask, found)
    if not isinstance(length, int) or not 0 <= length <= family.bits:
        return None
    return IntervalSet.span(*prefix_interval(family, address, length))


def numbers_with_bits(value: int, mask: int, found: Field) -> IntervalSet | None:
    """Return the numbers whose bits under the mask are those of a value; None where that is too many pieces."""
    if value & ~mask:
        return NO_VALUES
    free = mask ^ found.most
    if free & (free + 1) == 0:
        return IntervalSet.span(value, value | free)
    return wildcard_intervals(value, free) if found.kind == "ipv4" else None


def number_of(element: Expression, found: Field) -> int | None:
    """Return the number that a word, address or number is for a field, None for none."""
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


def bits_of(element: Expression, found: Field) -> int | None:
    """Return a number, or the bits of a list of flags put together."""
    if isinstance(element, dict) and isinstance(element.get("|"), list):
        return bits_of(element["|"], found)
    if isinstance(element, list):
        total = 0
        for one in element:
            bits = bits_of(one, found)
            if bits is None:
                return None
            total |= bits
        return total
    return number_of(element, found)


def part_of(right: Expression, number: int) -> Expression:
    """Return the right side of one of the joined fields."""
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        elements = right["set"]
        assert isinstance(elements, list)
        chosen = [part_of(without_options(one)[0], number) for one in elements]
        return {"set": [part for place, part in enumerate(chosen) if part not in chosen[:place]]}
    if isinstance(right, dict) and isinstance(right.get("concat"), list):
        parts = right["concat"]
        assert isinstance(parts, list)
        return parts[number] if number < len(parts) else None
    return right


def value_texts(right: Expression, operator: str) -> list[str]:
    """Return the values of a right side one by one, with a sign where they are excluded."""
    sign = "" if operator in ("==", "in") else "!"
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        inner = right["set"]
        assert isinstance(inner, list)
        return [sign + value_text(one) for one in in_order(inner)]
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
            text = mark.join(value_text(one) for one in (in_order(inner) if name == "set" else inner))
            return f"{{ {text} }}" if name == "set" else text
    return "..."
