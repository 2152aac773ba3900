"""What a route policy makes of a route: passed with changes, refused, or not known.

Conditions that are not understood, and policies with lines that are not, give UNKNOWN: the caller says so and never
guesses. Sources: Cisco IOS "IP Routing: BGP Configuration Guide" (route maps, prefix lists); Juniper "Routing Policies,
Firewall Filters, and Traffic Policers User Guide" (policy chains, route filters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from netaudit.model.device import Device
from netaudit.model.routing import (
    PolicyChange,
    PolicyCondition,
    PrefixList,
    RoutePolicy,
    RoutePolicyTerm,
    TextList,
)
from netaudit.packets.addresses import Family, parse_address
from netaudit.packets.packet import PacketSet
from netaudit.topology.routes.route import PathAttributes, Prefix, Route

MAX_TERMS = 10_000


class Verdict(StrEnum):
    """What became of a route. NOTHING: no term decided, what asked decides by its default."""

    PERMIT = "permit"
    DENY = "deny"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the route as the terms changed it."""

    verdict: Verdict
    route: Route


@dataclass(frozen=True)
class PolicyBook:
    """The named policies and lists of a device."""

    device: Device

    def policy(self, name: str) -> RoutePolicy | None:
        """Return the policy of that name."""
        return next((one for one in self.device.routing.policies if one.name == name), None)

    def prefix_list(self, name: str) -> PrefixList | None:
        """Return the prefix list of that name."""
        return next((one for one in self.device.routing.prefix_lists if one.name == name), None)

    def text_list(self, name: str, kind: str) -> TextList | None:
        """Return the AS-path or community list of that name."""
        return next((one for one in self.device.routing.text_lists if (one.name, one.kind) == (name, kind)), None)

    def judge(self, name: str, route: Route, neighbor: str = "") -> Judged:
        """Ask one policy. A name without a definition is UNKNOWN: platforms differ in what it means."""
        policy = self.policy(name)
        if policy is None:
            return Judged(Verdict.UNKNOWN, route)
        return self._walk(policy, route, neighbor)

    def chain(self, names: Sequence[str], route: Route, neighbor: str = "") -> Judged:
        """Ask several policies in their order: the first that decides ends the chain."""
        for name in names:
            judged = self.judge(name, route, neighbor) if _is_name(name) else Judged(Verdict.UNKNOWN, route)
            if judged.verdict is not Verdict.NOTHING:
                return judged
            route = judged.route
        return Judged(Verdict.NOTHING, route)

    def _walk(self, policy: RoutePolicy, route: Route, neighbor: str) -> Judged:
        position, permitted, default = 0, False, policy.default_outcome
        for _ in range(MAX_TERMS):
            if position >= len(policy.terms):
                break
            term = policy.terms[position]
            position += 1
            held = self._holds(term, route, neighbor)
            if held is None or (held and not term.exact):
                return Judged(Verdict.UNKNOWN, route)
            if not held:
                continue
            changed, outcome = self._changed(term, route)
            if changed is None:
                return Judged(Verdict.UNKNOWN, route)
            default = outcome or default
            if term.outcome == "deny":
                return Judged(Verdict.DENY, changed)
            route = changed
            if term.outcome == "permit":
                if not term.continues_at:
                    return Judged(Verdict.PERMIT, route)
                permitted = True
                position = next(
                    (index for index, one in enumerate(policy.terms) if one.name == term.continues_at),
                    len(policy.terms),
                )
            elif term.outcome == "next_policy":
                return Judged(Verdict.NOTHING, route)
        if permitted:
            return Judged(Verdict.PERMIT, route)
        return Judged({"deny": Verdict.DENY, "permit": Verdict.PERMIT}.get(default, Verdict.NOTHING), route)

    def _changed(self, term: RoutePolicyTerm, route: Route) -> tuple[Route | None, str]:
        default = ""
        for change in term.changes:
            if change.kind == "default_outcome":
                default = change.values[0] if change.values else ""
                continue
            done = _change(self, change, route)
            if done is None:
                return None, ""
            route = done
        return route, default

    def _holds(self, term: RoutePolicyTerm, route: Route, neighbor: str) -> bool | None:
        """Tell whether all conditions hold; None where it is not known and no other condition fails."""
        unknown = False
        for condition in term.conditions:
            held = self._condition(condition, route, neighbor)
            if held is not None and condition.negated:
                held = not held
            if held is False:
                return False
            unknown = unknown or held is None
        return None if unknown else True

    def _condition(self, condition: PolicyCondition, route: Route, neighbor: str) -> bool | None:
        values = condition.values
        if condition.kind == "prefix" and self.device.platform == "juniper_junos":
            values = _longest(values, route.prefix)
        one_of = [self._value(condition.kind, value, route, neighbor) for value in values]
        if any(one is True for one in one_of):
            return True
        return None if any(one is None for one in one_of) else False

    def _value(self, kind: str, value: str, route: Route, neighbor: str) -> bool | None:
        match kind:
            case "prefix":
                return _in_range(value, route.prefix)
            case "prefix_list" | "prefix_list_filter":
                return self.permits_prefix(value, route.prefix)
            case "access_list":
                return self.permits_network(value, route.prefix)
            case "next_hop":
                return None if route.hop is None else _in_range(value, _host(route))
            case "next_hop_prefix_list":
                return None if route.hop is None else self.permits_prefix(value, _host(route))
            case "as_path":
                return self.permits_path(value, route)
            case "community" | "community_exact":
                return self._community(value, route, exactly=kind == "community_exact")
            case "extended_community":
                return self._extended(value, route)
            case "tag":
                return str(route.tag) == value
            case "metric":
                return str(_metric(route)) == value if not value.startswith(("+", "-")) else None
            case "local_preference":
                return route.attributes is not None and str(route.attributes.local_preference) == value
            case "protocol":
                return _protocol(value, route)
            case "family":
                family = _FAMILIES.get(value.split(" ")[0])
                return None if family is None else family is route.prefix.family
            case "interface":
                return any(way.interface.lower() == value.lower() for way in route.exits)
            case "neighbor":
                return neighbor == value if neighbor else None
            case "route_type":
                return _route_type(value, route)
            case "origin":
                words = {"igp": 0, "egp": 1, "incomplete": 2}
                return route.attributes is not None and words.get(value) == route.attributes.origin
            case "policy":
                judged = self.judge(value, route, neighbor)
                if judged.verdict is Verdict.UNKNOWN:
                    return None
                return judged.verdict is Verdict.PERMIT
        return None

    def permits_prefix(self, name: str, prefix: Prefix) -> bool | None:
        """Tell whether a prefix list permits a prefix; None where the list is not defined or not understood."""
        found = self.prefix_list(name)
        if found is None or not found.exact:
            return None
        for entry in found.entries:
            wide = entry.prefixes
            held = Prefix(wide.family, wide.network, wide.prefix_length)
            if held.holds(prefix) and wide.least <= prefix.length <= wide.most:
                return entry.action.permits
        return False

    def permits_network(self, name: str, prefix: Prefix) -> bool | None:
        """Tell whether an access list permits a network; None where the list is not defined or not understood.

        A standard list looks at the network's address alone; of an extended one the source is the network's address
        and the destination its mask (Cisco IOS "BGP: Filtering with Extended Access Lists").
        """
        rulebase = self.device.rulebase(name)
        if rulebase is None:
            return None
        bits = prefix.family.bits
        mask = ((1 << bits) - 1) >> (bits - prefix.length) << (bits - prefix.length)
        standard = "standard" in rulebase.flavour
        for rule in rulebase.rules:
            if rule.enabled and not rule.implicit:
                if _names_network(rule.match.surely, prefix, mask, standard):
                    return rule.action.permits
                if _names_network(rule.match.maybe, prefix, mask, standard):
                    return None
        return False

    def permits_path(self, name: str, route: Route) -> bool | None:
        found = self.text_list(name, "as_path")
        if found is None or not found.exact or route.attributes is None:
            return None if route.attributes is not None else False
        for entry in found.entries:
            expression = entry.expression or " ".join(entry.values)
            held = matches_path(expression, route.attributes.as_path, self._path_language())
            if held is None:
                return None
            if held:
                return entry.action.permits
        return False

    def _path_language(self) -> str:
        """Return how the device reads expressions over AS paths: "characters", "numbers" (EOS) or "junos"."""
        if self.device.platform == "arista_eos":
            modes = [one.value for one in self.device.routing.settings if one.name == "as-path regex-mode"]
            return "characters" if modes and modes[-1] == "string" else "numbers"
        return "junos" if self.device.platform == "juniper_junos" else "characters"

    def _community(self, name: str, route: Route, exactly: bool) -> bool | None:
        found = self.text_list(name, "community")
        if found is None or not found.exact:
            return None
        mine = route.attributes.communities if route.attributes else frozenset()
        for entry in found.entries:
            if entry.expression:
                held = _expression(entry.expression, mine)
                if held is None:
                    return None
            else:
                values = {_WELL_KNOWN.get(value, value) for value in entry.values}
                held = values == mine if exactly else values <= mine
            if held:
                return entry.action.permits
        return False

    def _extended(self, name: str, route: Route) -> bool | None:
        """Match route targets; other extended communities are not followed."""
        found = self.text_list(name, "extended_community")
        if found is None or not found.exact:
            return None
        mine = route.attributes.targets if route.attributes else frozenset()
        for entry in found.entries:
            if entry.expression or not all(one.startswith("rt ") for one in entry.values):
                return None
            if {one.removeprefix("rt ") for one in entry.values} <= mine:
                return entry.action.permits
        return False


_WELL_KNOWN = {
    "no-export": "65535:65281",
    "no-advertise": "65535:65282",
    "local-as": "65535:65283",
    "no-export-subconfed": "65535:65283",
    "internet": "0:0",
    "graceful-shutdown": "65535:0",
}
_FAMILIES = {"inet": Family.IPV4, "ipv4": Family.IPV4, "inet6": Family.IPV6, "ipv6": Family.IPV6}
_NAME = re.compile(r"[^\s()!&|]+")


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _longest(values: Sequence[str], prefix: Prefix) -> tuple[str, ...]:
    """Return the route filters that count: of those that hold the prefix the longest (Junos "route-filter")."""
    holding = [
        (wide.length, value)
        for value in values
        if (wide := Prefix.read(value.partition(" ")[0])) is not None and wide.holds(prefix)
    ]
    most = max((length for length, _ in holding), default=0)
    return tuple(value for length, value in holding if length == most) + tuple(
        value for value in values if Prefix.read(value.partition(" ")[0]) is None
    )


def _in_range(text: str, prefix: Prefix) -> bool | None:
    """Read "10.0.0.0/8" or "10.0.0.0/8 8-24"."""
    wide_text, _, lengths = text.partition(" ")
    try:
        wide = Prefix.parse(wide_text)
        low, _, high = lengths.partition("-")
        least, most = (int(low), int(high or low)) if lengths else (wide.length, wide.length)
    except ValueError:
        return None
    return wide.holds(prefix) and least <= prefix.length <= most


def _names_network(packets: PacketSet, prefix: Prefix, mask: int, standard: bool) -> bool:
    return any(
        product.family is prefix.family
        and prefix.network in product.source
        and (standard or mask in product.destination)
        for product in packets.products
    )


def _host(route: Route) -> Prefix:
    return Prefix(route.prefix.family, route.hop or 0, route.prefix.family.bits)


def _metric(route: Route) -> int:
    return route.metric if route.attributes is None or route.attributes.metric is None else route.attributes.metric


def _protocol(value: str, route: Route) -> bool:
    word, _, process = value.partition(" ")
    if word == "direct":
        word = "connected"
    return word == route.protocol and (not process or process == route.process)


def _route_type(value: str, route: Route) -> bool | None:
    if value == "local":
        return route.kind == "bgp local"
    if value in ("internal", "external"):
        if route.protocol == "bgp":
            return route.kind == ("ibgp" if value == "internal" else "ebgp")
        return ("external" in route.kind) is (value == "external")
    if value.startswith(("type-1", "external 1")):
        return route.kind.endswith("external 1")
    if value.startswith(("type-2", "external 2")):
        return route.kind.endswith("external 2")
    return None


def matches_path(expression: str, path: Sequence[str], language: str = "characters") -> bool | None:
    """Tell whether an AS path fits a regular expression; None where the expression is not understood.

    "characters" (Cisco): over the path as text, `_` is any delimiter. "numbers" (EOS by default, `ip as-path
    regex-mode asn`): the same, and a number stands for that number alone. "junos": operators over whole AS numbers.
    """
    if language == "junos":
        compiled = _junos_expression(expression)
        return None if compiled is None else compiled.search("".join(f"{one} " for one in path)) is not None
    if language == "numbers":
        if re.search(r"[\[\]{}\\]", expression):
            return None
        expression = re.sub(r"\d+", r"(?<!\\d)(?:\g<0>)(?!\\d)", expression)
    compiled = _cisco_expression(expression)
    return None if compiled is None else compiled.search(" ".join(path)) is not None


@lru_cache(maxsize=4096)
def _cisco_expression(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression.strip('"').replace("_", r"(?:^|$|[ ,{}()])"))
    except re.error:
        return None


@lru_cache(maxsize=4096)
def _junos_expression(expression: str) -> re.Pattern[str] | None:
    text = expression.strip().strip('"')
    if text in ("()", ""):
        return re.compile(r"\A\Z")
    made = []
    for token in re.findall(r"\d+-\d+|\d+|\.|\{\d+(?:,\d*)?\}|[*+?|()^$\[\]]|\s+|.", text):
        if token.isspace() or token in "^$":
            continue
        if token == ".":
            made.append(r"(?:\d+ )")
        elif token.isdigit():
            made.append(f"(?:{token} )")
        elif token in "*+?|)" or token.startswith("{"):
            made.append(token)
        elif token == "(":
            made.append("(?:")
        else:
            return None
    try:
        return re.compile(r"\A(?:" + "".join(made) + r")\Z")
    except re.error:
        return None


def _expression(expression: str, communities: Iterable[str]) -> bool | None:
    try:
        pattern = re.compile(expression.strip('"').replace("_", r"(?:^|$|[ ,{}()])"))
    except re.error:
        return None
    many = sorted(communities)
    return any(pattern.search(one) for one in many) or pattern.search(" ".join(many)) is not None


def _change(book: PolicyBook, change: PolicyChange, route: Route) -> Route | None:
    """Return the route with one attribute set, None where it is not known what becomes of it."""
    attributes = route.attributes or PathAttributes()
    value = change.values[0] if change.values else ""
    match change.kind:
        case "local_preference":
            number = _number(value, attributes.local_preference)
            changed = None if number is None else replace(attributes, local_preference=number)
            return None if changed is None else replace(route, attributes=changed)
        case "weight":
            return replace(route, attributes=replace(attributes, weight=int(value))) if value.isdigit() else None
        case "metric":
            number = _number(value, _metric(route))
            if number is None:
                return None
            if route.attributes is None:
                return replace(route, metric=number)
            return replace(route, attributes=replace(attributes, metric=number))
        case "tag":
            number = _number(value, route.tag)
            return None if number is None else replace(route, tag=number)
        case "metric_type":
            kind = {"1": "external 1", "type-1": "external 1", "2": "external 2", "type-2": "external 2"}.get(value)
            return replace(route, kind=kind) if kind else None
        case "origin":
            code = {"igp": 0, "egp": 1, "incomplete": 2}.get(value)
            return None if code is None else replace(route, attributes=replace(attributes, origin=code))
        case "as_path_prepend":
            path = tuple(part for one in change.values for part in one.split())
            if not all(part.isdigit() for part in path):
                return None
            return replace(route, attributes=replace(attributes, as_path=path + attributes.as_path))
        case "community_set" | "community_add" | "community_delete":
            return _communities(book, change, route, attributes)
        case "next_hop":
            return _next_hop(value, route)
        case "distance":
            return replace(route, distance=int(value)) if value.isdigit() else None
        case "extended_community_set" | "extended_community_add":
            targets = frozenset(one.removeprefix("rt").lstrip(" :") for one in change.values if one.startswith("rt"))
            if change.kind == "extended_community_add":
                targets |= attributes.targets
            return replace(route, attributes=replace(attributes, targets=targets))
        case "next_hop_self":
            return replace(route, hop=None)
        case "vrf" | "interface" | "default_next_hop" | "default_interface" | "level":
            return None
    return route  # the others do not decide which routes pass


def _number(value: str, known: int) -> int | None:
    if value.startswith(("+", "-")) and value[1:].isdigit():
        return max(0, known + int(value))
    return int(value) if value.isdigit() else None


def _communities(book: PolicyBook, change: PolicyChange, route: Route, attributes: PathAttributes) -> Route | None:
    values: set[str] = set()
    for value in change.values:
        named = value.removeprefix("list ")
        found = book.text_list(named, "community")
        if found is not None:
            if not found.exact or any(entry.expression for entry in found.entries):
                if change.kind != "community_delete" or not found.exact:
                    return None
                values |= {
                    one
                    for one in attributes.communities
                    if any(entry.expression and _expression(entry.expression, [one]) for entry in found.entries)
                }
            values |= {_WELL_KNOWN.get(one, one) for entry in found.entries for one in entry.values}
        elif value in ("none",):
            continue
        else:
            values.add(_WELL_KNOWN.get(value, value))
    if change.kind == "community_add":
        values |= attributes.communities
    elif change.kind == "community_delete":
        values = set(attributes.communities) - values
    return replace(route, attributes=replace(attributes, communities=frozenset(values)))


def _next_hop(value: str, route: Route) -> Route | None:
    if value in ("unchanged",):
        return route
    try:
        family, address = parse_address(value.split(" ")[0])
    except ValueError:
        return None
    return replace(route, hop=address) if family is route.prefix.family else None
