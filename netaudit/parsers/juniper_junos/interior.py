"""OSPF, IS-IS, RIP, and the protocols that hand out labels, as configured.

Source: Junos OSPF User Guide (areas, stub and NSSA, area ranges; an export policy decides what is announced as
external), IS-IS User Guide (both levels unless one is disabled), RIP User Guide (neighbours are interfaces, in groups).
"""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.routing import (
    Redistribution,
    RouteSummary,
    RoutingArea,
    RoutingFilter,
    RoutingInterface,
)
from netaudit.packets.addresses import Family, format_address
from netaudit.parsers.juniper_junos.interfaces import unit_name
from netaudit.parsers.juniper_junos.protocol_words import (
    ISIS_IGNORED,
    ISIS_INTERFACE_OPTIONS,
    ISIS_OPTIONS,
    LABEL_IGNORED,
    LABEL_OPTIONS,
    OSPF_IGNORED,
    OSPF_INTERFACE_OPTIONS,
    OSPF_OPTIONS,
    RIP_IGNORED,
    RIP_OPTIONS,
)
from netaudit.parsers.juniper_junos.section import Section, named_blocks, number_of, text_below
from netaudit.parsers.juniper_junos.vocabulary import is_address, prefix_length_of

_NETWORK_TYPES = {
    "p2p": "point-to-point",
    "p2mp": "point-to-multipoint",
    "p2mp-over-lan": "point-to-multipoint",
    "nbma": "non-broadcast",
    "broadcast": "broadcast",
}
_UNITS = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000, "t": 1_000_000_000_000}


def bandwidth_mbps(text: str) -> int | None:
    """Return "100g", "4000m" or a number of bits per second as Mbit/s, None where it is not one."""
    unit = _UNITS.get(text[-1:].lower(), 1)
    number = number_of(text[:-1] if unit > 1 else text)
    return None if number is None else number * unit // 1_000_000


def area_id(text: str) -> str:
    """Return an OSPF area as "0.0.0.0", whichever way it is written."""
    number = number_of(text)
    return format_address(Family.IPV4, number) if number is not None and number < 1 << 32 else text


def chains(section: Section) -> tuple[tuple[Redistribution, ...], tuple[RoutingFilter, ...]]:
    """Return what `export` announces and what `import` lets in."""
    where = section.where
    exports, imports = section.chain("export"), section.chain("import")
    announced = (Redistribution("any", where, chain=exports),) if exports else ()
    return announced, tuple(RoutingFilter("in", "policy", name, where) for name in imports)


class Interior:
    """The parts of an interior protocol, collected while its section is taken apart."""

    def __init__(self, section: Section, protocol: str) -> None:
        self.section = section
        self.interfaces: list[RoutingInterface] = []
        self.areas: list[RoutingArea] = []
        self.summaries: list[RouteSummary] = []
        self.options: list[tuple[str, str]] = []
        self.distances: list[tuple[str, int]] = []
        self.level = ""
        self.reference_mbps: int | None = None
        self.redistributions, self.filters = chains(section)
        self._links: dict[str, list[str]] = {}  # transit area -> router ids
        stated = section.node.get("reference-bandwidth")
        text = section.value("reference-bandwidth")
        if stated is not None and text:
            self.reference_mbps = bandwidth_mbps(text)
            if self.reference_mbps is None:
                section.reject(stated, "not a bandwidth")
        if protocol in ("ospf", "ospf3"):
            self._ospf(protocol)
        elif protocol == "isis":
            self._isis()
        elif protocol in ("rip", "ripng"):
            self._rip()
        else:
            self._labels()
        self.exact = section.finish()

    # OSPF

    def _ospf(self, protocol: str) -> None:
        section = self.section
        for word, kind in (("preference", "internal"), ("external-preference", "external")):
            number = section.number(word)
            if number is not None:
                self.distances.append((kind, number))
        for realm in list(section.blocks("realm")) if protocol == "ospf3" else ():
            family = Family.IPV4 if realm.node.word.startswith("ipv4") else Family.IPV6
            redistributions, filters = chains(realm)
            self.redistributions += redistributions
            self.filters += filters
            self.options.append(("realm", realm.node.word))
            self._ospf_areas(realm, family)
            self.options += realm.options(OSPF_OPTIONS)
            realm.ignore(OSPF_IGNORED)
            section.exact = realm.finish() and section.exact
        self._ospf_areas(section, None)
        self.options += section.options(OSPF_OPTIONS)
        section.ignore(OSPF_IGNORED)
        known = {one.area: one for one in self.areas}
        for area, routers in self._links.items():
            if area in known:
                self.areas = [
                    replace(one, virtual_links=tuple(routers)) if one.area == area else one for one in self.areas
                ]
            else:
                self.areas.append(RoutingArea(area, section.where, virtual_links=tuple(routers)))

    def _ospf_areas(self, section: Section, family: Family | None) -> None:
        for area in section.blocks("area"):
            name = area_id(area.node.word)
            where = area.where
            kind, cost, default, redistributes = self._kind(area, name)
            authenticated = True if area.opaque("authentication-type") else None
            imports = tuple(f"policy {one}" for one in area.chain("inter-area-prefix-import"))
            imports += tuple(f"policy {one}" for one in area.chain("network-summary-import"))
            exports = tuple(f"policy {one}" for one in area.chain("inter-area-prefix-export"))
            exports += tuple(f"policy {one}" for one in area.chain("network-summary-export"))
            self._ranges(area, name, True)
            for link in list(area.blocks("virtual-link")):
                self._virtual_link(link, area)
            for interface in area.blocks("interface"):
                self.interfaces.append(self._ospf_interface(interface, name, family))
                area.exact = interface.exact and area.exact
            self.options += [(f"area {name} {word}", text) for word, text in area.options(OSPF_OPTIONS)]
            area.ignore(OSPF_IGNORED | {"label-switched-path", "context-identifier"})
            section.exact = area.finish() and section.exact
            self.areas.append(
                RoutingArea(
                    name,
                    where,
                    kind,
                    cost,
                    default,
                    redistributes,
                    authenticated=authenticated,
                    import_filters=imports,
                    export_filters=exports,
                )
            )

    def _kind(self, area: Section, name: str) -> tuple[str, int | None, bool, bool]:
        """Return kind, cost of the default route, whether an NSSA announces one, and whether externals get in."""
        stub, nssa = area.take("stub"), area.take("nssa")
        block = nssa if nssa is not None else stub
        if block is None:
            return "normal", None, False, True
        totally = block.opaque("no-summaries")
        # `no-summaries` may stand behind another value on one line.
        cost_block = block.take("default-metric")
        cost: int | None = None
        for node in cost_block.rest() if cost_block is not None else ():
            cost = number_of(node.word) if cost is None else cost
            inner = Section(node, block.ledger)
            totally = inner.flag("no-summaries") or totally
            block.exact = inner.finish() and block.exact and number_of(node.word) is not None
        block.opaque("summaries")
        default = block.take("default-lsa")
        if default is not None:
            cost = default.number("default-metric") if cost is None else cost
            self.options += [(f"area {name} default-lsa {word}", text) for word, text in default.options(_DEFAULT_LSA)]
            block.exact = default.finish() and block.exact
        if nssa is not None:
            self._ranges(block, name, False)
        area.exact = block.finish() and area.exact
        word = "nssa" if nssa is not None else "stub"
        return (f"totally_{word}" if totally else word), cost, default is not None, True

    def _ranges(self, section: Section, area: str, is_internal: bool) -> None:
        for one in section.blocks("area-range"):
            where = one.where
            restrict = one.flag("restrict")
            if one.flag("exact"):
                self.options.append((f"area {area} range {one.node.word}", "exact"))
            cost = one.number("override-metric")
            if prefix_length_of(one.node.word) is None:
                section.reject(one.node, "not a prefix")
                continue
            name = area if is_internal else f"{area} external"
            self.summaries.append(
                RouteSummary(one.node.word, where, name, summary_only=True, announced=not restrict, cost=cost)
            )
            section.exact = one.finish() and section.exact

    def _virtual_link(self, link: Section, area: Section) -> None:
        """Keep `virtual-link neighbor-id ROUTER transit-area AREA` with the area that it crosses."""
        found = False
        for router in named_blocks(link.node, link.ledger) if link.node.word == "neighbor-id" else ():
            transit = router.value("transit-area")
            found = bool(transit)
            if transit and not router.flag("disable"):
                self._links.setdefault(area_id(transit), []).append(router.node.word)
            router.ignore(OSPF_IGNORED | _LINK_IGNORED)
            area.exact = router.finish() and area.exact
        if not found:
            area.reject(link.node, "a virtual link that is not known")

    def _ospf_interface(self, section: Section, area: str, family: Family | None) -> RoutingInterface:
        where = section.where
        passive = section.take("passive")
        cost = section.number("metric")
        kind = section.value("interface-type")
        authenticated = section.opaque("authentication") or section.opaque("authentication-key") or None
        section.opaque("authentication-key")
        found = RoutingInterface(
            interface=_interface(section),
            where=where,
            enabled=not section.flag("disable"),
            area=area,
            cost=cost,
            passive=True if passive is not None else None,
            network_type=_NETWORK_TYPES.get(kind, kind),
            priority=section.number("priority"),
            hello_s=section.number("hello-interval"),
            dead_s=section.number("dead-interval"),
            authenticated=authenticated,
            family=family,
            ignores_mtu=section.flag("mtu-ignore"),
            options=section.options(OSPF_INTERFACE_OPTIONS),
        )
        section.ignore(OSPF_IGNORED)
        section.finish()
        return found

    # IS-IS

    def _isis(self) -> None:
        section = self.section
        levels = {"1": True, "2": True}
        for level in section.blocks("level"):
            name = level.node.word
            if level.flag("disable") and name in levels:
                levels[name] = False
            for word in ("authentication-key", "authentication-type", "authentication-key-chain"):
                level.opaque(word)
            level.ignore(ISIS_IGNORED | _ISIS_AUTHENTICATION)
            self.options += [(f"level {name} {word}", text) for word, text in level.options(ISIS_OPTIONS)]
            section.exact = level.finish() and section.exact
        self.level = "-".join(name for name, runs in levels.items() if runs)
        for interface in section.blocks("interface"):
            self.interfaces.append(self._isis_interface(interface, levels))
            section.exact = interface.exact and section.exact
        for word in ("authentication-key", "authentication-type", "authentication-key-chain"):
            section.opaque(word)
        self.options += section.options(ISIS_OPTIONS)
        section.ignore(ISIS_IGNORED | _ISIS_AUTHENTICATION)

    def _isis_interface(self, section: Section, of_process: dict[str, bool]) -> RoutingInterface:
        where = section.where
        levels = dict(of_process)
        costs: dict[str, int] = {}
        options: list[tuple[str, str]] = []
        authenticated = any([section.opaque(word) for word in _HELLO_KEYS])  # noqa: C419
        passive = section.opaque("passive")
        passive_levels = set()
        priority: int | None = None
        for level in section.blocks("level"):
            name = level.node.word
            if level.flag("disable"):
                levels[name] = False
            if level.opaque("passive"):
                passive_levels.add(name)
            metric = level.number("metric")
            if metric is not None:
                costs[name] = metric
            number = level.number("priority")
            priority = number if priority is None else priority
            authenticated = any([level.opaque(word) for word in _HELLO_KEYS]) or authenticated  # noqa: C419
            options += [(f"level {name} {word}", text) for word, text in level.options(ISIS_INTERFACE_OPTIONS)]
            level.ignore(ISIS_IGNORED)
            section.exact = level.finish() and section.exact
        runs = [name for name, on in levels.items() if on]
        values = {costs.get(name) for name in runs}
        if len(values) > 1 or len(costs) > len(values):
            options += [(f"level {name} metric", str(cost)) for name, cost in costs.items()]
        stated = section.number("metric")
        options += section.options(ISIS_INTERFACE_OPTIONS)
        point_to_point = section.flag("point-to-point")
        found = RoutingInterface(
            interface=_interface(section),
            where=where,
            enabled=not section.flag("disable") and bool(runs),
            cost=values.pop() if len(values) == 1 else stated,
            passive=True if passive or (runs and passive_levels.issuperset(runs)) else None,
            network_type="point-to-point" if point_to_point else "",
            priority=priority,
            authenticated=authenticated or None,
            level="-".join(runs),
            options=tuple(options + [(f"level {name} passive", "") for name in sorted(passive_levels)]),
        )
        section.ignore(ISIS_IGNORED)
        section.finish()
        return found

    # RIP, and protocols that hand out labels

    def _rip(self) -> None:
        section = self.section
        for group in section.blocks("group"):
            redistributions, filters = chains(group)
            self.redistributions += redistributions
            self.filters += filters
            settings = group.options(RIP_OPTIONS)
            for neighbor in group.blocks("neighbor"):
                outward, inner = chains(neighbor)
                self.redistributions += outward
                self.filters += inner
                keyed = any([neighbor.opaque(word) for word in _RIP_KEYS])  # noqa: C419
                self.interfaces.append(
                    RoutingInterface(
                        _interface(neighbor),
                        neighbor.where,
                        True,
                        authenticated=keyed or None,
                        options=(("group", group.node.word), *settings, *neighbor.options(RIP_OPTIONS)),
                    )
                )
                neighbor.ignore(RIP_IGNORED)
                group.exact = neighbor.finish() and group.exact
            group.ignore(RIP_IGNORED)
            section.exact = group.finish() and section.exact
        for word in _RIP_KEYS:
            section.opaque(word)
        self.options += section.options(RIP_OPTIONS)
        section.ignore(RIP_IGNORED)

    def _labels(self) -> None:
        section = self.section
        for interface in section.blocks("interface"):
            self.interfaces.append(
                RoutingInterface(
                    _interface(interface),
                    interface.where,
                    not interface.flag("disable"),
                    options=tuple(
                        (node.word, text_below(node, section.ledger))
                        for node in interface.rest()
                        if not _is_key(node.word)
                    ),
                )
            )
        self.options += [(word, text) for word, text in section.options(LABEL_OPTIONS) if not _is_key(f"{word} {text}")]
        section.ignore(LABEL_IGNORED)
        for word in ("label-switched-path", "path", "static-label-switched-path", "bypass"):
            node = section.node.get(word)
            if node is not None and section.opaque(word):
                section.unsupported(node, "label switched paths")


def _interface(section: Section) -> str:
    word = section.node.word
    return unit_name(word) if not is_address(word) else word


def _is_key(text: str) -> bool:
    return "key" in text or "password" in text or "authentication" in text


_LINK_IGNORED = frozenset(("authentication", "authentication-key", "hello-interval", "dead-interval", "ipsec-sa"))
_DEFAULT_LSA = frozenset(("metric-type", "type-7"))
_HELLO_KEYS = ("hello-authentication-key", "hello-authentication-type", "hello-authentication-key-chain")
_RIP_KEYS = ("authentication-key", "authentication-type", "authentication-selective-md5")
_ISIS_AUTHENTICATION = frozenset(
    ("no-csnp-authentication", "no-hello-authentication", "no-psnp-authentication", "prefix-export-limit-log")
)
