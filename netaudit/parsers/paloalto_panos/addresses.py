"""Addresses, address groups (static and dynamic), regions and external lists of one scope.

Source: PAN-OS Web Interface Reference, "Objects > Addresses", "Objects > Address Groups", "Objects > Regions",
"Objects > External Dynamic Lists". A wildcard mask has a 1 where the bit does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netaudit.model.device import AddressObject
from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_ADDRESS,
    NO_ADDRESS,
    AddressSet,
    parse_address,
    wildcard_intervals,
    written_addresses,
)
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.tree import Node, node_ref
from netaudit.parsers.rule_values import AddressValue, exact_addresses, joined_addresses

ADDRESS = "address object"
_MAX_DEPTH = 64
_REGION = re.compile(r"[A-Z]{2}\Z")
_LIKE_ADDRESS = re.compile(r"[\d.]+[-/][\d.]+\Z|\d+(?:\.\d+){3}\Z")
_KINDS = ("ip-netmask", "ip-range", "ip-wildcard", "fqdn")
_FILTER_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<mark>[()])|(?P<word>[^\s()'\"]+)")


ANYWHERE = exact_addresses(ANY_ADDRESS)


class AddressBook:
    """The addresses of one scope; every name is resolved once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._known: dict[str, AddressValue] = {}
        self._open: set[str] = set()
        self._tagged: dict[str, frozenset[str]] | None = None

    def match(self, names: Iterable[Node], context: str) -> AddressValue:
        """Return what the members of a rule's source or destination stand for together."""
        values = []
        for node in names:
            if node.word == "any":
                values.append(ANYWHERE)
                continue
            value = self.get(node.word)
            if value.undefined:
                self._note_missing(node, value, context)
            elif value is _NOT_AN_ADDRESS:
                self.scope.ledger.unrecognized(node.first, Affects.FILTER, "not an address")
            values.append(value)
            self.use(node.word)
        return ANYWHERE if ANYWHERE in values else joined_addresses(values)

    def use(self, name: str) -> None:
        """Note the use of a name."""
        self.scope.use("address", (name,))

    def _note_missing(self, node: Node, value: AddressValue, context: str) -> None:
        if node.word in value.undefined:
            self.scope.missing(ADDRESS, node.word, node, context)

    def get(self, name: str, depth: int = 0) -> AddressValue:
        """Return what a name or a literal stands for."""
        known = self._known.get(name)
        if known is not None:
            return known
        if depth > _MAX_DEPTH or name in self._open:
            return AddressValue(NO_ADDRESS, ANY_ADDRESS, ("address groups that hold each other",))
        self._open.add(name)
        value = self._resolve(name, depth)
        self._open.discard(name)
        if depth == 0 or not value.reasons:
            self._known[name] = value
        return value

    def _resolve(self, name: str, depth: int) -> AddressValue:
        entries = self.scope.entries
        if (node := entries("address").get(name)) is not None:
            return self._address(node)
        if (node := entries("address-group").get(name)) is not None:
            return self._group(node, depth)
        if (node := entries("region").get(name)) is not None and node.words("address"):
            return joined_addresses([self._literal(word, node) for word in node.words("address")])
        if name in entries("external-list") or name.startswith("panw-"):
            self.scope.use("external-list", (name,))
            return _open_to("external list")
        literal = written_addresses(name)
        if literal is not None:
            return exact_addresses(literal)
        if _REGION.match(name):
            return _open_to("region")
        if _LIKE_ADDRESS.match(name):
            return _NOT_AN_ADDRESS
        if not self.scope.is_whole:
            return _open_to("a name that is not in this file")
        return AddressValue(NO_ADDRESS, ANY_ADDRESS, ("undefined name",), (name,))

    def _address(self, node: Node) -> AddressValue:
        found = [child for child in node.below() if child.word in _KINDS]
        if not found or not found[-1].below():
            return _open_to("no address stated")
        kind, text = found[-1].word, found[-1].value()
        if kind == "fqdn":
            return _open_to("fqdn")
        if kind == "ip-wildcard":
            return self._wildcard(found[-1], text)
        return self._literal(text, found[-1])

    def _wildcard(self, node: Node, text: str) -> AddressValue:
        address, _, mask = text.partition("/")
        try:
            base, wildcard = parse_address(address)[1], parse_address(mask)[1]
        except ValueError:
            return self._not_understood(node)
        intervals = wildcard_intervals(base, wildcard) if max(base, wildcard) < 2**32 else None
        return _open_to("wildcard") if intervals is None else exact_addresses(AddressSet(ipv4=intervals))

    def _literal(self, text: str, node: Node) -> AddressValue:
        found = written_addresses(text)
        if found is not None:
            return exact_addresses(found)
        if text.startswith("$"):
            return _open_to("template variable")
        return self._not_understood(node)

    def _not_understood(self, node: Node) -> AddressValue:
        self.scope.ledger.unrecognized(node.first, Affects.FILTER, "not an address")
        return _open_to("not understood")

    def _group(self, node: Node, depth: int) -> AddressValue:
        dynamic = node.get("dynamic")
        if dynamic is not None:
            return self._dynamic(dynamic)
        values = []
        for member in node.below("static"):
            self.use(member.word)
            value = self.get(member.word, depth + 1)
            if value.undefined:
                self._note_missing(member, value, f"address-group {node.word}")
            values.append(value)
        return joined_addresses(values)

    def _dynamic(self, node: Node) -> AddressValue:
        """Return the addresses whose tags the filter takes; at run time others may be registered with a tag."""
        tags_of = self._tags()
        accepted = _parse_filter(node.value("filter"))
        if accepted is None:
            return _open_to("dynamic group")
        found = [self.get(name) for name, tags in tags_of.items() if accepted(tags)]
        surely = AddressSet.union(one.surely for one in found) if found else NO_ADDRESS
        return AddressValue(surely, ANY_ADDRESS, ("dynamic group",))

    def _tags(self) -> dict[str, frozenset[str]]:
        if self._tagged is not None:
            return self._tagged
        found = self._tagged = {}
        for name, node in self.scope.entries("address").items():
            tags = node.words("tag")
            if tags:
                found[name] = frozenset(tags)
                self.scope.use("tag", tags)
        return found

    def objects(self, system: str) -> Iterator[AddressObject]:
        """Yield the addresses and groups of the scope, and those that it uses, for the model, resolved."""
        used = self.scope.used.get("address", set())
        for kind in ("address", "address-group"):
            own = {node.word for node in self.scope.own(kind)}
            for name, node in self.scope.entries(kind).items():
                if name not in own and name not in used:
                    continue  # of another scope, and not needed here
                value = self.get(name)
                group = kind == "address-group"
                yield AddressObject(
                    name,
                    value.surely if value.reasons else value.maybe,
                    node_ref(self.scope.ledger, node),
                    "group" if group else _kind(node),
                    node.words("static") if group else (),
                    not value.reasons,
                    system,
                )


def _kind(node: Node) -> str:
    return "fqdn" if node.has("fqdn") else "address"


def _open_to(reason: str) -> AddressValue:
    return AddressValue(NO_ADDRESS, ANY_ADDRESS, (reason,))


_NOT_AN_ADDRESS = _open_to("not understood")


class _Filter:
    """A filter over tags: quoted names, `and`, `or`, parentheses; `and` before `or`."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            ("mark", match["mark"])
            if match["mark"]
            else (match["word"].lower(), match["word"])
            if match["word"] and match["word"].lower() in ("and", "or", "not")
            else ("tag", next(one for one in (match["quoted"], match["double"], match["word"]) if one is not None))
            for match in _FILTER_TOKEN.finditer(text)
        ]
        self._position = 0
        self._tags: frozenset[str] = frozenset()

    def __call__(self, tags: frozenset[str]) -> bool:
        self._position, self._tags = 0, tags
        return self._either() and self._position == len(self._tokens)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("", "")

    def _either(self) -> bool:
        found = self._both()
        while self._peek()[0] == "or":
            self._position += 1
            found = self._both() or found
        return found

    def _both(self) -> bool:
        found = self._one()
        while self._peek()[0] == "and":
            self._position += 1
            found = self._one() and found
        return found

    def _one(self) -> bool:
        kind, text = self._peek()
        self._position += 1
        if kind == "not":
            return not self._one()
        if (kind, text) == ("mark", "("):
            found = self._either()
            if self._peek() != ("mark", ")"):
                self._position = len(self._tokens) + 1
            self._position += 1
            return found
        if kind != "tag":
            self._position = len(self._tokens) + 1
            return False
        return text in self._tags


def _parse_filter(text: str) -> _Filter | None:
    if not text or text.count("(") > 50 or len(text) > 4096:
        return None
    return _Filter(text)
