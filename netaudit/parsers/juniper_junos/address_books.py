"""Address books: the global one, those attached to zones, and those written within a zone.

Source: Junos Security Policies User Guide, "Address Books and Address Sets": a zone policy looks a name up in the book
of its zone, then in the global book; a global policy knows the global book only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.model.device import AddressObject
from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_ADDRESS,
    ANY_IPV4,
    ANY_IPV6,
    NO_ADDRESS,
    AddressSet,
    Family,
    parse_address,
    wildcard_intervals,
)
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_of
from netaudit.parsers.rule_values import AddressValue, joined_addresses

ADDRESS = "address"
ADDRESS_SET = "address set"
_MAX_DEPTH = 32
_ANY = {"any": ANY_ADDRESS, "any-ipv4": ANY_IPV4, "any-ipv6": ANY_IPV6}


def _unknown(reason: str, *undefined: str) -> AddressValue:
    return AddressValue(NO_ADDRESS, ANY_ADDRESS, (reason,), undefined)


@dataclass(slots=True)
class _Book:
    """One book. `title` tells its names apart from those of other books."""

    title: str
    addresses: dict[str, Node]
    sets: dict[str, Node]

    def key(self, name: str) -> str:
        return f"{self.title}:{name}" if self.title else name


class AddressBooks:
    """All books of one system; every name is resolved once a book."""

    def __init__(self, system: Node, system_name: str, references: References) -> None:
        self._references = references
        self._ledger = references.ledger
        self._system_name = system_name
        self._books: list[_Book] = []
        self._of_zone: dict[str, list[_Book]] = {}
        self._known: dict[tuple[str, str], AddressValue] = {}
        self._open: set[tuple[str, str]] = set()  # the sets that are being resolved
        for node in system.below("security", "address-book"):
            if node.word in APPLY_WORDS:
                continue
            book = self._read(node, "" if node.word == "global" else node.word)
            for zone in node.words("attach", "zone"):
                self._of_zone.setdefault(zone, []).append(book)
        for zone_node in system.below("security", "zones", "security-zone"):
            inline = zone_node.get("address-book")
            if inline is not None:
                self._of_zone.setdefault(zone_node.word, []).append(self._read(inline, f"zone {zone_node.word}"))
        self._global = next((book for book in self._books if not book.title), _Book("", {}, {}))

    def _read(self, node: Node, title: str) -> _Book:
        book = _Book(
            title,
            {one.word: one for one in node.below("address") if one.word not in APPLY_WORDS},
            {one.word: one for one in node.below("address-set") if one.word not in APPLY_WORDS},
        )
        self._books.append(book)
        for name, one in book.addresses.items():
            self._references.define(ADDRESS, book.key(name), one)
        for name, one in book.sets.items():
            self._references.define(ADDRESS_SET, book.key(name), one)
        return book

    def match(self, names: Iterable[Node], zones: tuple[str, ...], context: str) -> AddressValue:
        """Return what the addresses of a rule stand for together, seen from its zones (none: a global policy)."""
        return joined_addresses([self._lookup(node, zones, context) for node in names])

    def named(self, node: Node, context: str) -> AddressValue:
        """Return what a name stands for where the rule has no zone (NAT): in the global book, else in the only one."""
        zones = [zone for zone, books in self._of_zone.items() if any(self._has(book, node.word) for book in books)]
        if not self._has(self._global, node.word) and len(zones) == 1:
            return self._lookup(node, (zones[0],), context)
        return self._lookup(node, (), context)

    def _lookup(self, node: Node, zones: tuple[str, ...], context: str) -> AddressValue:
        name = node.word
        if name in _ANY:
            return AddressValue(_ANY[name], _ANY[name])
        for book in (*(one for zone in zones for one in self._of_zone.get(zone, ())), self._global):
            if self._has(book, name):
                return self._resolve(book, name, 0)
        self._references.missing("address object", name, node, context)
        return _unknown("undefined name", name)

    @staticmethod
    def _has(book: _Book, name: str) -> bool:
        return name in book.addresses or name in book.sets

    def _resolve(self, book: _Book, name: str, depth: int) -> AddressValue:
        known = self._known.get((book.title, name))
        if name in book.sets:
            self._references.use(ADDRESS_SET, book.key(name))
        elif name in book.addresses:
            self._references.use(ADDRESS, book.key(name))
        if known is not None:
            return known
        if depth > _MAX_DEPTH or (book.title, name) in self._open:
            return _unknown("address sets that hold each other")
        if name in book.addresses:
            value = self._address(book.addresses[name])
        elif name in book.sets:
            self._open.add((book.title, name))
            value = self._set(book, book.sets[name], depth)
            self._open.discard((book.title, name))
        elif name in _ANY:
            value = AddressValue(_ANY[name], _ANY[name])
        elif book is not self._global and self._has(self._global, name):
            return self._resolve(self._global, name, depth + 1)
        else:
            return _unknown("undefined name", name)
        self._known[book.title, name] = value
        return value

    def _set(self, book: _Book, node: Node, depth: int) -> AddressValue:
        values: list[AddressValue] = []
        for kind in ("address", "address-set"):
            for member in node.below(kind):
                if member.word in APPLY_WORDS:
                    continue
                if not (self._has(book, member.word) or self._has(self._global, member.word) or member.word in _ANY):
                    self._references.missing("address object", member.word, member, f"address-set {node.word}")
                values.append(self._resolve(book, member.word, depth + 1))
        return joined_addresses(values)

    def _address(self, node: Node) -> AddressValue:
        values = [value for child in node.below() if child.word not in APPLY_WORDS for value in self._one(child)]
        if not values:
            return _unknown("no address")
        return joined_addresses(values)

    def _one(self, child: Node) -> list[AddressValue]:
        word = child.word
        if word == "description":
            return []
        if word in ("dns-name", "dnsname"):
            return [_unknown("fqdn")]
        if word == "range-address":
            return [self._range(first) for first in child.below()]
        if word == "wildcard-address":
            return [self._wildcard(one) for one in child.below()]
        if word == "ip-prefix":
            return [found for one in child.below() for found in self._one(one)]
        prefix = prefix_of(word)
        if prefix is None:
            self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "not an address")
            return [_unknown("not understood")]
        return [AddressValue(prefix, prefix)]

    def _range(self, first: Node) -> AddressValue:
        last = first.value("to")
        try:
            found = AddressSet.range(first.word, last)
        except ValueError:
            self._ledger.unrecognized(max(first.first, 0), Affects.FILTER, "not a range of addresses")
            return _unknown("not understood")
        if not found:
            self._ledger.unrecognized(max(first.first, 0), Affects.FILTER, "a range that ends before it begins")
            return _unknown("not understood")
        return AddressValue(found, found)

    def _wildcard(self, node: Node) -> AddressValue:
        """Return "10.0.1.0/255.0.255.0": the ones of the mask must match."""
        address, _, mask = node.word.partition("/")
        try:
            (family, base), (other, bits) = parse_address(address), parse_address(mask)
        except ValueError:
            self._ledger.unrecognized(max(node.first, 0), Affects.FILTER, "not a wildcard address")
            return _unknown("not understood")
        found = wildcard_intervals(base, bits ^ 0xFFFFFFFF) if family is other is Family.IPV4 else None
        if found is None:
            return _unknown("wildcard")
        return AddressValue(AddressSet(ipv4=found), AddressSet(ipv4=found))

    def objects(self) -> Iterable[AddressObject]:
        """Yield all addresses and sets for the model, resolved; uses are not counted."""
        used = set(self._references.used)
        for book in self._books:
            for name, node in (*book.addresses.items(), *book.sets.items()):
                value = self._resolve(book, name, 0)
                is_set = node is book.sets.get(name)
                kind = "group" if is_set else "fqdn" if "fqdn" in value.reasons else "address"
                yield AddressObject(
                    book.key(name),
                    value.surely,
                    node_ref(self._ledger, node),
                    kind,
                    (*node.words("address"), *node.words("address-set")) if is_set else (),
                    not value.reasons,
                    self._system_name,
                )
        self._references.used.intersection_update(used)
