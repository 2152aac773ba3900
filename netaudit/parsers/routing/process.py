"""A routing process while its lines are read, and what the protocols write alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from netaudit.model.routing import (
    DEFAULT_VRF,
    BgpNeighbor,
    DefaultRoute,
    Redistribution,
    RouteSummary,
    RoutingArea,
    RoutingFilter,
    RoutingInterface,
    RoutingNetwork,
    RoutingProcess,
)
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.routing.commands import SectionReader
from netaudit.parsers.routing.redistribution import read_redistribution
from netaudit.parsers.routing.values import address_text, interface_name, is_address, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform writes its routing processes, where platforms differ.

    `netmasks`: OSPF and EIGRP networks have netmasks (ASA), not wildcards. `states_subnets`: redistribution into OSPF
    takes classful networks alone unless `subnets` says otherwise (IOS, ASA). `bgp_family`: the address family of the
    lines outside of any ("" = what is stated for all). `exits`: the words that end a section whose lines are not
    indented deeper; none where indentation always tells.
    """

    netmasks: bool = False
    states_subnets: bool = False
    bgp_family: str = ""
    exits: frozenset[str] = frozenset()


@dataclass(slots=True)
class ProcessDraft:
    """The facts of one process in one VRF. `family`: of the section that is read, None outside of one."""

    protocol: str
    name: str
    where: SourceRef
    dialect: Dialect
    vrf: str = DEFAULT_VRF
    identifier: str = ""
    autonomous_system: str = ""
    family: Family | None = None
    router_id: str = ""
    enabled: bool = True
    passive_default: bool = False
    networks: list[RoutingNetwork] = field(default_factory=list)
    interfaces: dict[tuple[str, Family | None], RoutingInterface] = field(default_factory=dict)
    interface_options: dict[tuple[str, Family | None], dict[tuple[str, str], None]] = field(default_factory=dict)
    areas: dict[str, RoutingArea] = field(default_factory=dict)
    area_parts: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)  # by area and field of the model
    redistributions: list[Redistribution] = field(default_factory=list)
    default_route: DefaultRoute | None = None
    summaries: list[RouteSummary] = field(default_factory=list)
    filters: list[RoutingFilter] = field(default_factory=list)
    neighbors: dict[tuple[str, str], BgpNeighbor] = field(default_factory=dict)  # by kind and name
    distances: dict[str, int] = field(default_factory=dict)
    reference_bandwidth_mbps: int | None = None
    maximum_paths: int | None = None
    maximum_paths_internal: int | None = None
    default_metric: int | None = None
    cluster_id: str = ""
    confederation: str = ""
    confederation_members: dict[str, None] = field(default_factory=dict)
    level: str = ""
    net: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    exact: bool = True

    def interface(self, name: str, where: SourceRef, **changes: object) -> None:
        """Note how an interface takes part; later lines of the same interface add up."""
        key = name, self.family if self.protocol == "ospfv3" else None
        known = self.interfaces.get(key) or RoutingInterface(name, where, family=key[1])
        self.interfaces[key] = replace(known, **changes)  # type: ignore[arg-type]

    def interface_option(self, name: str, where: SourceRef, option: str, value: str) -> None:
        """Keep a further setting of an interface."""
        self.interface(name, where)
        key = name, self.family if self.protocol == "ospfv3" else None
        self.interface_options.setdefault(key, {})[option, value] = None

    def area(self, number_text: str, where: SourceRef, **changes: object) -> None:
        """Note a setting of an OSPF area; later lines of the same area add up."""
        known = self.areas.get(number_text) or RoutingArea(number_text, where)
        self.areas[number_text] = replace(known, **changes)  # type: ignore[arg-type]

    def area_part(self, number_text: str, where: SourceRef, part: str, value: str) -> None:
        """Add a value to a field of an area that holds several."""
        self.area(number_text, where)
        self.area_parts.setdefault((number_text, part), {})[value] = None

    def option(self, name: str, value: str = "") -> None:
        """Keep a further setting."""
        self.options.append((name, value))

    def _area(self, area: RoutingArea) -> RoutingArea:
        def parts(name: str) -> tuple[str, ...]:
            return tuple(self.area_parts.get((area.area, name), ()))

        return replace(
            area,
            virtual_links=(*area.virtual_links, *parts("virtual_links")),
            import_filters=(*area.import_filters, *parts("import_filters")),
            export_filters=(*area.export_filters, *parts("export_filters")),
        )

    def finished(self) -> RoutingProcess:
        """Return the process."""
        return RoutingProcess(
            protocol=self.protocol,
            name=self.name,
            where=self.where,
            vrf=self.vrf,
            identifier=self.identifier,
            autonomous_system=self.autonomous_system,
            router_id=self.router_id,
            enabled=self.enabled,
            passive_default=self.passive_default,
            networks=tuple(self.networks),
            interfaces=tuple(
                replace(one, options=(*one.options, *self.interface_options.get(key, ())))
                for key, one in self.interfaces.items()
            ),
            areas=tuple(self._area(one) for one in self.areas.values()),
            redistributions=tuple(self.redistributions),
            default_route=self.default_route,
            summaries=tuple(self.summaries),
            filters=tuple(self.filters),
            neighbors=tuple(self.neighbors.values()),
            distances=tuple(self.distances.items()),
            reference_bandwidth_mbps=self.reference_bandwidth_mbps,
            maximum_paths=self.maximum_paths,
            maximum_paths_internal=self.maximum_paths_internal,
            default_metric=self.default_metric,
            cluster_id=self.cluster_id,
            confederation=self.confederation,
            confederation_members=tuple(self.confederation_members),
            level=self.level,
            net=tuple(self.net),
            options=tuple(dict.fromkeys(self.options)),
            exact=self.exact,
        )


Section = SectionReader[ProcessDraft]


# --- commands that several protocols share; each takes the words behind the command


def router_id(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `router-id A.B.C.D`; BGP and EIGRP may derive it from an interface."""
    text = words.take()
    if text in ("interface", "vrf"):
        draft.option("router-id", " ".join([text, *words.rest()]))
        words.position = len(words.words)
        return
    if not is_address(text):
        raise NotUnderstood("an address was expected")
    draft.router_id = address_text(text)


def shutdown(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `shutdown`."""
    draft.enabled = False


def no_shutdown(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `no shutdown`."""
    draft.enabled = True


def passive_interface(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `passive-interface default|NAME ...`."""
    if words.peek() in ("default", "Default"):
        words.take()
        draft.passive_default = True
        return
    while True:
        draft.interface(interface_name(words), where, passive=True)
        words.take_if("disable", ",")
        if not words.peek():
            break


def no_passive_interface(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `no passive-interface default|NAME`."""
    if words.take_if("default"):
        draft.passive_default = False
        return
    draft.interface(interface_name(words), where, passive=False)


def redistribute(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `redistribute SOURCE ...`."""
    found, metric_text = read_redistribution(
        words,
        where,
        family=draft.family if draft.protocol in ("ospfv3", "isis", "bgp") else None,
        states_subnets=draft.protocol == "ospf" and draft.dialect.states_subnets,
    )
    draft.redistributions.append(found)
    if metric_text:
        draft.option(f"redistribute {found.source} {found.process}".strip() + " metric", metric_text)


def distribute_list(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `distribute-list NAME|prefix NAME|route-map NAME|gateway NAME in|out [INTERFACE | SOURCE [PROCESS]]`."""
    names: list[tuple[str, str]] = []
    while words.peek() in ("prefix", "prefix-list", "route-map", "gateway"):
        word = words.take()
        kind = {"route-map": "policy", "gateway": "gateway"}.get(word, "prefix_list")
        names.append((kind, words.take()))
    if not names:
        words.take_if("access-list")
        names.append(("access_list", words.take()))
    direction = words.take()
    if direction not in ("in", "out"):
        raise NotUnderstood("in or out was expected")
    peer = ""
    if words.take_if("interface"):
        peer = interface_name(words)
    elif words.peek():
        peer = words.take()
        while words.peek():
            following = words.take()
            peer += (
                following if peer[-1:].isalpha() and following[:1].isdigit() and "/" in following else f" {following}"
            )
    for kind, name in names:
        draft.filters.append(RoutingFilter(direction, kind, name, where, peer))


def default_originate(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `default-information originate [always] [metric N] [metric-type N] [route-map NAME]`."""
    always = False
    metric: int | None = None
    metric_type = 0
    policy = ""
    while word := words.peek():
        words.take()
        if word == "always":
            always = True
        elif word == "metric":
            metric = taken_number(words)
        elif word == "metric-type":
            metric_type = taken_number(words, 2, 1)
        elif word in ("route-map", "policy"):
            policy = words.take()
        elif word == "on-passive":  # RIP: announced on passive interfaces alone
            draft.option("default-information originate", word)
        else:
            raise NotUnderstood(word)
    draft.default_route = DefaultRoute(where, always, metric, metric_type, policy)


def default_metric(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `default-metric N`, and EIGRP's five values as an option."""
    value = taken_number(words)
    if words.peek():
        rest = [str(taken_number(words)) for _ in range(4)]
        draft.option("default-metric", " ".join([str(value), *rest]))
    else:
        draft.default_metric = value


def maximum_paths(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `maximum-paths N`."""
    draft.maximum_paths = taken_number(words, 1024, 1)


def distance(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `distance N`; with a source or list it is kept as an option."""
    value = taken_number(words, 255)
    if words.peek():
        draft.option("distance", f"{value} {' '.join(words.rest())}")
        words.position = len(words.words)
    else:
        draft.distances["all"] = value


@dataclass(frozen=True, slots=True)
class Option:
    """Keeps the rest of the line: the setting is known, and whoever computes routes must know it too."""

    name: str
    least: int
    most: int

    def __call__(self, draft: ProcessDraft, words: Words, where: SourceRef) -> None:
        """Read the rest of the line."""
        rest = words.rest()
        if not self.least <= len(rest) <= self.most:
            raise NotUnderstood(f"{self.name}: a value of {self.least} to {self.most} words was expected")
        words.position = len(words.words)
        draft.option(self.name, " ".join(rest))


@dataclass(frozen=True, slots=True)
class OptionOff:
    """Keeps that a setting which is on by default is off."""

    name: str

    def __call__(self, draft: ProcessDraft, words: Words, where: SourceRef) -> None:
        """Read the end of the line."""
        words.position = len(words.words)
        draft.option(self.name, "no")


def option(name: str, *, least: int = 0, most: int = 12) -> Option:
    """Return a reader that keeps the rest of a line, `least` to `most` words, as the value of an option."""
    return Option(name, least, most)
