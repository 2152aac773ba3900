"""What people write into the cells of a register: dates, yes and no, words of a list, addresses.

Every function raises ValueError with a message that says what was expected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from netaudit.model.table import did_you_mean, quoted
from netaudit.packets.addresses import AddressSet

_SEPARATED_DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,2})$")
_CHINESE_DATE = re.compile(r"(?:民國)?(\d{1,4})年(\d{1,2})月(\d{1,2})日?$")

# Years of the Republic of China count from 1912 = 1; two digits could also be a western year cut short.
_REPUBLIC_OFFSET = 1911
_FIRST_REPUBLIC_YEAR, _LAST_REPUBLIC_YEAR = 80, 199

_YES = frozenset({"y", "yes", "true", "1", "是", "有", "v", "on"})
_NO = frozenset({"n", "no", "false", "0", "否", "無", "off", "x"})


def plain(text: str) -> str:
    """Return the text with full-width digits, letters and signs made plain (NFKC), without outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_date(text: str) -> date:
    """Return the date of "2026-11-20", "2026/11/20" or of a 民國 year (115/11/20, 民國115年11月20日).

    民國 years are taken from 80 to 199 (1991 to 2110); a smaller one may be a western year cut short.
    """
    wanted = f"{quoted(text)} is not a date; write 2026-11-20 or 115/11/20 (民國)"
    words = plain(text).replace(" ", "")
    words = re.sub(r"T?00:00(:00)?$", "", words)
    found = _SEPARATED_DATE.match(words)
    if found:
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    else:
        found = _CHINESE_DATE.match(words)
        if not found:
            raise ValueError(wanted)
        year, month, day = (int(part) for part in found.groups())
    if _FIRST_REPUBLIC_YEAR <= year <= _LAST_REPUBLIC_YEAR:
        year += _REPUBLIC_OFFSET
    if not 1900 <= year <= 2200:
        raise ValueError(wanted)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a day of the calendar") from None


def parse_date_or_year(text: str) -> tuple[date, str]:
    """Return a date with its precision: "day", or "year" where only a year is written (then its 31 December)."""
    words = plain(text)
    if re.fullmatch(r"(19|20|21)\d\d", words):
        return date(int(words), 12, 31), "year"
    return parse_date(text), "day"


def parse_yes_no(text: str) -> bool:
    """Return True for y, yes, true, 1, 是; False for n, no, false, 0, 否."""
    word = plain(text).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{quoted(text)} is neither yes nor no; write y or n")


def one_of(text: str, words: Mapping[str, str]) -> str:
    """Return the meaning of a word: `words` maps every spelling (lower case) to the meaning."""
    word = plain(text).lower()
    if word in words:
        return words[word]
    meanings = sorted(set(words.values()))
    raise ValueError(f"{quoted(text)} is not one of {', '.join(meanings)}{did_you_mean(word, words)}")


def split_list(text: str) -> list[str]:
    """Return the items of a cell that holds several, separated by ";", ",", "、" or blanks."""
    return [item for item in re.split(r"[;,、\s]+", plain(text)) if item]


def parse_prefixes(text: str) -> AddressSet:
    """Return the addresses of one or more prefixes, addresses or ranges (10.1.1.5-10.1.1.9).

    A prefix must be written without host bits: 10.1.1.5/24 may be meant as the host or as the subnet.
    """
    items = split_list(re.sub(r"\s*[-~–]\s*", "-", plain(text)))
    if not items:
        raise ValueError("no address is given")
    return AddressSet.union(_address_item(item) for item in items)


def _address_item(item: str) -> AddressSet:
    try:
        if "-" in item:
            first, last = item.split("-", 1)
            found = AddressSet.range(first, last)
        else:
            found = AddressSet.prefix(item)
    except ValueError:
        raise ValueError(
            f"{quoted(item)} is not an address, prefix or range; write 10.1.1.0/24, 10.1.1.5 or 10.1.1.5-10.1.1.9"
        ) from None
    if not found:
        raise ValueError(f"{quoted(item)} runs backwards")
    if "/" in item:
        network = next(found.prefixes())
        address = item.split("/", 1)[0]
        if not AddressSet.host(address) <= AddressSet.host(network.split("/", 1)[0]):
            raise ValueError(f"{quoted(item)} has host bits; write {network} for the subnet or {address} for the host")
    return found


def parse_address(text: str) -> str:
    """Return one address as plain text; a prefix length after it is dropped."""
    address = plain(text).split("/", 1)[0]
    try:
        return next(AddressSet.host(address).prefixes())
    except ValueError:
        raise ValueError(f"{quoted(text)} is not an address; write 10.1.1.5") from None
