"""The objects of an export for the model: addresses and services as resolved, names without a definition or a use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.device import AddressObject, Reference, ServiceObject
from netaudit.model.rules import Rulebase
from netaudit.parsers.checkpoint.addresses import AddressBook
from netaudit.parsers.checkpoint.export import Export, Placed
from netaudit.parsers.checkpoint.services import ServiceBook
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

_ADDRESS_KINDS = {
    **dict.fromkeys(("host", "network", "address-range", "multicast-address-range", "wildcard"), "address"),
    **dict.fromkeys(("group", "group-with-exclusion"), "group"),
    "dns-domain": "fqdn",
    "dynamic-object": "dynamic",
    "updatable-object": "updatable",
    "data-center-object": "data center",
}
_SERVICE_KINDS = {
    **dict.fromkeys(
        ("service-tcp", "service-udp", "service-sctp", "service-icmp", "service-icmp6", "service-other"), "service"
    ),
    "service-group": "group",
}
# Whoever made them: objects that the product ships with are in every export and mostly unused.
_SHIPPED_DOMAIN = "data domain"


def read_objects(
    export: Export, addresses: AddressBook, services: ServiceBook
) -> tuple[tuple[AddressObject, ...], tuple[ServiceObject, ...]]:
    """Return the address and service objects of an export, resolved to what they may hold."""
    found: list[AddressObject] = []
    known: list[ServiceObject] = []
    for placed in export.objects.values():
        if placed.type in _ADDRESS_KINDS:
            value = addresses.resolve(placed.value)
            kind = _ADDRESS_KINDS[placed.type]
            found.append(
                AddressObject(placed.name, value.maybe, placed.where, kind, _members(export, placed), value.is_exact)
            )
        elif placed.type in _SERVICE_KINDS:
            maybe = services.resolve(placed.value).maybe
            kind = _SERVICE_KINDS[placed.type]
            known.append(ServiceObject(placed.name, maybe, placed.where, kind, _members(export, placed)))
    return tuple(found), tuple(known)


def _members(export: Export, placed: Placed) -> tuple[str, ...]:
    names = []
    for reference in (*placed.value.items_of("members"), *(placed.value.get(key) for key in ("include", "except"))):
        known = export.find(reference)
        if known is not None:
            names.append(known.name)
    return tuple(names)


def undefined_references(rulebases: Iterable[Rulebase]) -> tuple[Reference, ...]:
    """Return the names in rules that the export does not define."""
    found: dict[str, Reference] = {}
    for rulebase in rulebases:
        for rule in rulebase.rules:
            for name in rule.unresolved:
                found.setdefault(name, Reference("object", name, rule.where, f"{rulebase.name} {rule.name}"))
    return tuple(found.values())


def unused_objects(export: Export) -> tuple[Reference, ...]:
    """Return the objects that somebody made and nothing in the export refers to.

    What refers is every text in a rule, a group, a gateway or a package: an identity or a name.
    """
    used: set[str] = set()
    for page in export.pages:
        for item in page.items:
            used.update(_texts(item))
    for placed in (*export.objects.values(), *export.packages):
        used.update(text for text in _texts(placed.value, without_self=True))
    return tuple(
        Reference(_word(placed), placed.name, placed.where)
        for placed in export.objects.values()
        if placed.type in (*_ADDRESS_KINDS, *_SERVICE_KINDS)
        and _is_own(placed)
        and placed.uid not in used
        and placed.value.text("name") not in used
    )


def _word(placed: Placed) -> str:
    if placed.type in _SERVICE_KINDS:
        return "service group" if placed.type == "service-group" else "service object"
    return "address group" if placed.type.startswith("group") else "address object"


def _is_own(placed: Placed) -> bool:
    domain = placed.value.object("domain")
    meta = placed.value.object("meta-info")
    shipped = domain is not None and domain.text("domain-type") == _SHIPPED_DOMAIN
    return not shipped and (meta is None or meta.text("creator") != "System")


def _texts(value: JsonObject, without_self: bool = False) -> Iterator[str]:
    """Yield the texts inside an object; those of its own fields are left out where it is the object itself."""
    todo: list[JsonValue] = [
        inner for key, inner in value.items() if not without_self or key not in ("uid", "name", "domain", "meta-info")
    ]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, JsonArray):
            todo.extend(one)
        elif isinstance(one, JsonObject):
            todo.extend(one.values())
