"""Values as routing commands write them, in the form that the model keeps.

Every function raises NotUnderstood for a text that is no such value.
"""

from __future__ import annotations

from netaudit.packets.addresses import (
    AddressSet,
    Family,
    format_address,
    netmask_length,
    parse_address,
    prefix_interval,
    wildcard_intervals,
)
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

HIGHEST = 2**32 - 1

_COMMUNITY_WORDS = {
    "internet": "internet", "local-as": "local-as", "no-advertise": "no-advertise", "no-export": "no-export",
    "gshut": "graceful-shutdown", "graceful-shutdown": "graceful-shutdown", "GSHUT": "graceful-shutdown",
    "blackhole": "blackhole", "no-peer": "no-peer", "nopeer": "no-peer", "accept-own": "accept-own",
    "local-AS": "local-as", "no-llgr": "no-llgr", "llgr-stale": "llgr-stale",
}  # fmt: skip


def line_words(ledger: LineLedger, line: ConfLine) -> Words:
    """Return the words of a line with its secrets masked."""
    return Words(ledger.masked[line.index].split())


def taken_number(words: Words, high: int = HIGHEST, low: int = 0) -> int:
    """Take a whole number from `low` to `high`, inclusive."""
    value = number(words.take(), high)
    if value is None or value < low:
        raise NotUnderstood("a number was expected")
    return value


def area_number(text: str) -> str:
    """Return an OSPF area in dotted form: "0" is "0.0.0.0"."""
    value = number(text, HIGHEST)
    if value is None:
        value = ipv4_address(text)
    return format_address(Family.IPV4, value)


def as_number(text: str) -> str:
    """Return an AS number as plain decimal text: "1.10" is "65546" (RFC 5396)."""
    high, dot, low = text.partition(".")
    if dot:
        upper, lower = number(high, 65535), number(low, 65535)
        value = None if upper is None or lower is None else (upper << 16) + lower
    else:
        value = number(text, HIGHEST)
    if value is None:
        raise NotUnderstood("an AS number was expected")
    return str(value)


def community(text: str) -> str:
    """Return a standard community as "65000:100" or its well-known word in lower case (RFC 1997)."""
    if text in _COMMUNITY_WORDS:
        return _COMMUNITY_WORDS[text]
    high, colon, low = text.partition(":")
    if not colon:
        value = number(text, HIGHEST)
        if value is None:
            raise NotUnderstood("a community was expected")
        return f"{value >> 16}:{value & 0xFFFF}"
    upper, lower = number(high, 65535), number(low, 65535)
    if upper is None or lower is None:
        raise NotUnderstood("a community was expected")
    return f"{upper}:{lower}"


def large_community(text: str) -> str:
    """Return a large community as "65000:1:2" (RFC 8092)."""
    parts = [number(part, HIGHEST) for part in text.split(":")]
    if len(parts) != 3 or None in parts:
        raise NotUnderstood("a large community was expected")
    return ":".join(map(str, parts))


def route_target(text: str) -> str:
    """Return a route target or distinguisher as "65000:1" or "10.0.0.1:1"; AS numbers in plain form."""
    high, colon, low = text.rpartition(":")
    value = number(low, HIGHEST)
    if not colon or value is None:
        raise NotUnderstood("ASN:NN or A.B.C.D:NN was expected")
    if high.count(".") == 3:
        return f"{format_address(Family.IPV4, ipv4_address(high))}:{value}"
    return f"{as_number(high)}:{value}"


def ipv4_address(text: str) -> int:
    """Return an IPv4 address as a number."""
    family, value = any_address(text)
    if family is not Family.IPV4:
        raise NotUnderstood("an IPv4 address was expected")
    return value


def any_address(text: str) -> tuple[Family, int]:
    """Return an address of either family."""
    try:
        return parse_address(text)
    except ValueError:
        raise NotUnderstood("an address was expected") from None


def is_address(text: str) -> bool:
    """Tell whether the text is an address without a length."""
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


def address_text(text: str) -> str:
    """Return an address in its usual form; the text itself where it is none."""
    try:
        return format_address(*parse_address(text))
    except ValueError:
        return text


def prefix(text: str, family: Family | None = None) -> tuple[Family, int, int]:
    """Return family, network and length of "10.0.0.0/8"; host bits are cleared."""
    address, slash, length_text = text.partition("/")
    found, value = any_address(address)
    length = number(length_text, found.bits)
    if not slash or length is None or (family is not None and found is not family):
        raise NotUnderstood("a prefix was expected")
    return found, prefix_interval(found, value, length)[0], length


def prefix_text(found: tuple[Family, int, int]) -> str:
    """Return a prefix as "10.0.0.0/8"."""
    return f"{format_address(found[0], found[1])}/{found[2]}"


def masked_prefix(words: Words, family: Family | None = None, mask_optional: bool = False) -> tuple[Family, int, int]:
    """Take "10.0.0.0/8" or "10.0.0.0 255.0.0.0"; `mask_optional`: without a mask the classful one holds."""
    text = words.take()
    if "/" in text:
        return prefix(text, family)
    value = ipv4_address(text)
    words.take_if("mask")
    if mask_optional and not is_address(words.peek()):
        length: int | None = classful_length(value)
    else:
        length = netmask_length(ipv4_address(words.take()))
    if length is None:
        raise NotUnderstood("the netmask has holes")
    return Family.IPV4, prefix_interval(Family.IPV4, value, length)[0], length


def classful_length(value: int) -> int:
    """Return the prefix length of the class of an IPv4 address (RFC 791)."""
    return 8 if value < 1 << 31 else 16 if value < 3 << 30 else 24


def prefix_set(found: tuple[Family, int, int]) -> AddressSet:
    """Return the addresses of a prefix."""
    return AddressSet.prefix(prefix_text(found))


def wildcard_set(base: str, wildcard: str) -> AddressSet:
    """Return the addresses of "10.0.0.0 0.0.0.255".

    A routing process takes a netmask where it cannot be a wildcard: IOS turns `255.255.255.0` into `0.0.0.255`.
    """
    value, mask = ipv4_address(base), ipv4_address(wildcard)
    if mask >> 31 and mask != HIGHEST and netmask_length(mask) is not None:
        mask ^= HIGHEST
    intervals = wildcard_intervals(value, mask)
    if intervals is None:
        raise NotUnderstood("a wildcard with too many holes")
    return AddressSet.of(Family.IPV4, intervals)


def interface_name(words: Words) -> str:
    """Take an interface's name; "Ethernet 0/1" is one name in two words."""
    name = words.take()
    if not name[:1].isalpha():
        raise NotUnderstood("an interface was expected")
    if not any(char.isdigit() for char in name) and words.peek()[:1].isdigit():
        name += words.take()
    return name
