"""OSPF, BGP and route maps of a Gaia configuration, as the routing model has them.

Source: Check Point Gaia Advanced Routing Administration Guide, "OSPF", "BGP", "Routing Policy Configuration", "Route
Maps". Decisions:
- A route map is asked by its ids in ascending order; a route that none of them allows is refused.
- BGP announces nothing to a group without an export route map, and takes nothing from an external group without an
  import route map: such a process is not exact, since inbound and redistribution rules may stand in their place.
- Ranks are the platform's defaults (direct 0, OSPF 10, static 60, OSPF external 150, BGP 170) unless they are set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from netaudit.model.routing import (
    BgpFamily,
    BgpNeighbor,
    PolicyChange,
    PolicyCondition,
    Redistribution,
    RoutePolicy,
    RoutePolicyTerm,
    RoutingArea,
    RoutingInterface,
    RoutingPlane,
    RoutingProcess,
)
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import parse_address

_AREA_SETTINGS = {"stub": "stub", "nssa": "nssa"}
# Settings of OSPF that change no route: timers of its computation, graceful restart and the like.
_OSPF_QUIET = frozenset(
    {
        *(
            "spf-delay",
            "spf-holdtime",
            "graceful-restart",
            "graceful-restart-helper",
            "force-hellos",
            "rfc1583-compatibility",
        ),
        "monitor-events",
    }
)
_INTERFACE_QUIET = frozenset(
    {"retransmit-interval", "subtract-authlen", "virtual", "ip-reachability-detection", "authtype"}
)
_BGP_QUIET = frozenset(
    {
        *("description", "holdtime", "keepalive", "route-refresh", "graceful-restart", "graceful-restart-helper"),
        *("graceful-restart-helper-stalepath-time", "log-state-transitions", "log-warnings", "trace", "throttle-count"),
        *("ignore-first-ashop", "ip-reachability-detection", "passive-tcp", "send-keepalives", "outgoing-interface"),
        *("logging", "capability", "ping", "outdelay", "suppress-default-originate"),
    }
)
_PROTOCOLS = {
    "direct": "connected",
    "interface": "connected",
    "static": "static",
    "static-route": "static",
    "kernel": "local",
    "ospf2": "ospf",
    "ospf2ase": "ospf",
    "ospf3": "ospfv3",
    "ospf3ase": "ospfv3",
    "bgp": "bgp",
    "rip": "rip",
    "ripng": "ripng",
    "aggregate": "aggregate",
}


@dataclass(slots=True)
class _Group:
    """A group of BGP peers: all of one external number, or the internal ones."""

    number: str
    where: SourceRef
    enabled: bool = False
    imports: list[tuple[int, str]] = field(default_factory=list)
    exports: list[tuple[int, str]] = field(default_factory=list)
    source: str = ""
    peers: dict[str, BgpNeighbor] = field(default_factory=dict)
    peer_imports: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    peer_exports: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class RoutingDraft:
    """What the lines said so far. OSPF by instance; BGP groups by number, "" for the internal ones."""

    router_id: str = ""
    autonomous_system: str = ""
    bgp_where: SourceRef | None = None
    bgp_exact: bool = True
    groups: dict[str, _Group] = field(default_factory=dict)
    ospf: dict[str, RoutingProcess] = field(default_factory=dict)
    rip: SourceRef | None = None
    maps: dict[str, dict[int, RoutePolicyTerm]] = field(default_factory=dict)
    map_places: dict[str, SourceRef] = field(default_factory=dict)
    inactive: set[tuple[str, int]] = field(default_factory=set)


Reader = Callable[[RoutingDraft, SourceRef, list[str]], bool]


def area_text(text: str) -> str:
    """Return an area in dotted form: "backbone" and "0" are "0.0.0.0", "1" is "0.0.0.1". Raises ValueError."""
    if text == "backbone":
        return "0.0.0.0"
    number = int(text) if text.isascii() and text.isdigit() else parse_address(text)[1]
    if not 0 <= number < 2**32:
        raise ValueError("not an area")
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


# OSPF


def _ospf(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `set ospf [instance I] area A ...` and `set ospf [instance I] interface IF ...`."""
    rest = words[2:]
    instance = "default"
    if rest[:1] == ["instance"]:
        instance, rest = rest[1], rest[2:]
    if not rest:
        return True
    if rest[0] == "area":
        return _area(draft, where, instance, rest[1:])
    if rest[0] == "interface":
        return _ospf_interface(draft, where, instance, rest[1:])
    if rest[0] in _OSPF_QUIET:
        return True
    # Route maps at OSPF, external metrics and the like.
    draft.ospf[instance] = replace(_process(draft, instance, where), exact=False)
    return False


def _process(draft: RoutingDraft, instance: str, where: SourceRef) -> RoutingProcess:
    known = draft.ospf.get(instance)
    if known is None:
        name = "ospf" if instance == "default" else f"ospf {instance}"
        identifier = "" if instance == "default" else instance
        known = draft.ospf[instance] = RoutingProcess("ospf", name, where, identifier=identifier)
    return known


def _area(draft: RoutingDraft, where: SourceRef, instance: str, rest: list[str]) -> bool:
    process = _process(draft, instance, where)
    area = area_text(rest[0])
    known = next((one for one in process.areas if one.area == area), RoutingArea(area, where))
    others = tuple(one for one in process.areas if one.area != area)
    if rest[1:] == ["off"]:
        draft.ospf[instance] = replace(process, areas=others)
        return True
    if len(rest) > 1 and rest[1] in _AREA_SETTINGS:
        kind = _AREA_SETTINGS[rest[1]]
        if rest[2:] == ["on"]:
            known = replace(known, kind=kind)
        elif rest[2:3] == ["summary"] and rest[-1] == "off":
            known = replace(known, kind=f"totally_{kind}")
        elif rest[2:3] == ["default-cost"]:
            known = replace(known, default_cost=int(rest[3]))
        elif rest[2:3] != ["summary"]:
            draft.ospf[instance] = replace(process, exact=False)
            return False
    elif rest[1:] != ["on"]:
        draft.ospf[instance] = replace(process, exact=False)
        return False
    draft.ospf[instance] = replace(process, areas=(*others, known))
    return True


def _ospf_interface(draft: RoutingDraft, where: SourceRef, instance: str, rest: list[str]) -> bool:
    process = _process(draft, instance, where)
    name, key, values = rest[0], rest[1], rest[2:]
    known = next((one for one in process.interfaces if one.interface == name), RoutingInterface(name, where))
    others = tuple(one for one in process.interfaces if one.interface != name)
    if key == "area":
        known = replace(known, enabled=values[1] == "on", area=area_text(values[0]), where=where)
    elif key == "cost":
        known = replace(known, cost=int(values[0]))
    elif key == "priority":
        known = replace(known, priority=int(values[0]))
    elif key == "hello-interval":
        known = replace(known, hello_s=int(values[0]))
    elif key == "dead-interval":
        known = replace(known, dead_s=int(values[0]))
    elif key == "passive":
        known = replace(known, passive=values[0] == "on")
    elif key not in _INTERFACE_QUIET:
        draft.ospf[instance] = replace(process, exact=False)
        return False
    if key == "authtype":
        known = replace(known, authenticated=values[0] != "none")
    draft.ospf[instance] = replace(process, interfaces=(*others, known))
    return True


def _redistribution(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `set route-redistribution to ospf2 [instance I] from SOURCE ... on`; only whole sources are exact."""
    if words[2] != "to" or words[3] != "ospf2":
        draft.bgp_exact = draft.bgp_exact and not words[3].startswith("bgp")
        return False
    rest = words[4:]
    instance = "default"
    if rest[:1] == ["instance"]:
        instance, rest = rest[1], rest[2:]
    process = _process(draft, instance, where)
    source = _PROTOCOLS.get(rest[1], "")
    whole = rest[1:] in (["interface", "all", "on"], ["static-route", "all-ipv4-routes", "on"])
    if not source or not whole:
        draft.ospf[instance] = replace(process, exact=False)
        return False
    added = Redistribution(source, where)
    draft.ospf[instance] = replace(process, redistributions=(*process.redistributions, added))
    return True


# BGP


def _bgp(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `set bgp external remote-as N ...` and `set bgp internal ...`."""
    draft.bgp_where = draft.bgp_where or where
    if words[2] == "external" and words[3] == "remote-as":
        number, rest = words[4], words[5:]
    elif words[2] == "internal":
        number, rest = "", words[3:]
    elif words[2] in ("ecmp", "default-med", "default-weight", "graceful-restart", "ping-interval"):
        return words[2] != "default-weight"
    else:
        draft.bgp_exact = False
        return False
    group = draft.groups.setdefault(number, _Group(number, where))
    done = _bgp_group(group, where, rest)
    draft.bgp_exact = draft.bgp_exact and done
    return done


def _bgp_group(group: _Group, where: SourceRef, rest: list[str]) -> bool:
    if rest in (["on"], ["off"]):
        group.enabled = rest == ["on"]
        return True
    key = rest[0]
    if key in ("import-routemap", "export-routemap"):
        _add_map(group.imports if key.startswith("import") else group.exports, rest)
        return True
    if key == "local-address":
        group.source = rest[1] if rest[-1] != "off" else ""
        return True
    if key in ("protocol", "interface"):
        return rest[1:] == ["all", "on"]
    if key == "peer":
        return _bgp_peer(group, where, rest[1], rest[2:])
    return key in _BGP_QUIET


def _add_map(target: list[tuple[int, str]], rest: list[str]) -> None:
    """Enter `import-routemap "NAME" preference N [family F] on`."""
    if rest[-1] == "on":
        target.append((int(rest[rest.index("preference") + 1]) if "preference" in rest else 1, rest[1]))


def _bgp_peer(group: _Group, where: SourceRef, name: str, rest: list[str]) -> bool:
    parse_address(name)
    known = group.peers.setdefault(name, BgpNeighbor(name, where, enabled=False))
    if rest in (["on"], ["off"]):
        group.peers[name] = replace(known, enabled=rest == ["on"])
        return True
    key = rest[0]
    if key in ("import-routemap", "export-routemap"):
        maps = group.peer_imports if key.startswith("import") else group.peer_exports
        _add_map(maps.setdefault(name, []), rest)
    elif key == "multihop":
        group.peers[name] = replace(known, multihop=255 if rest[1] == "on" else None)
    elif key == "local-address":
        group.peers[name] = replace(known, source=rest[1])
    elif key == "authtype":
        group.peers[name] = replace(known, authenticated=rest[1] != "none")
    elif key == "peer-type":
        if rest[1] not in ("none", "reflector-client"):
            return False
        family = BgpFamily("ipv4 unicast", where, reflector_client=rest[1] == "reflector-client")
        group.peers[name] = replace(known, families=(family,))
    else:
        return key in _BGP_QUIET
    return True


# Route maps


def _routemap(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    """Read `set routemap NAME id N on|off|allow|restrict|inactive|match ...|action ...`."""
    name = words[2]
    draft.map_places.setdefault(name, where)
    terms = draft.maps.setdefault(name, {})
    if words[3] in ("on", "off"):
        return True
    number, rest = int(words[4]), words[5:]
    term = terms.get(number, RoutePolicyTerm(str(number), "permit", where))
    if rest == ["off"]:
        terms.pop(number, None)
        return True
    done = True
    if rest[0] in ("allow", "restrict"):
        term = replace(term, outcome="permit" if rest[0] == "allow" else "deny")
    elif rest[0] == "inactive":
        draft.inactive.add((name, number))
    elif rest[0] == "match":
        condition = _condition(rest[1:])
        done = condition is not None
        term = replace(term, exact=False) if condition is None else _with_condition(term, condition)
    elif rest[0] == "action":
        change = _change(rest[1:])
        done = change is not None
        term = replace(term, exact=False) if change is None else replace(term, changes=(*term.changes, change))
    elif rest != ["on"]:
        term, done = replace(term, exact=False), False
    terms[number] = term
    return done


def _with_condition(term: RoutePolicyTerm, condition: PolicyCondition) -> RoutePolicyTerm:
    """Add a condition; of one kind any value is enough."""
    same = next((one for one in term.conditions if one.kind == condition.kind), None)
    others = tuple(one for one in term.conditions if one.kind != condition.kind)
    if same is not None:
        condition = replace(condition, values=(*same.values, *condition.values))
    return replace(term, conditions=(*others, condition))


def _condition(rest: list[str]) -> PolicyCondition | None:
    kind, values = rest[0], rest[1:]
    if kind == "network" and len(values) > 1:
        length = values[0].partition("/")[2]
        most = 32 if "." in values[0] else 128
        spans = {"exact": f"{length}-{length}", "all": f"{length}-{most}", "refines": f"{int(length) + 1}-{most}"}
        if values[1] in spans:
            return PolicyCondition("prefix", (f"{values[0]} {spans[values[1]]}",))
        if values[1] == "between":
            return PolicyCondition("prefix", (f"{values[0]} {int(values[2])}-{int(values[-1])}",))
    elif kind == "interface" and values[-1:] == ["on"]:
        return PolicyCondition("interface", (values[0],))
    elif kind == "protocol" and values and values[0] in _PROTOCOLS:
        return PolicyCondition("protocol", (_PROTOCOLS[values[0]],))
    elif kind == "neighbor" and values[-1:] == ["on"]:
        return PolicyCondition("neighbor", (values[0],))
    elif kind in ("metric", "tag") and values:
        return PolicyCondition(kind, (values[-1] if values[-1] != "on" else values[0],))
    return None


def _change(rest: list[str]) -> PolicyChange | None:
    kind, values = rest[0], rest[1:]
    if kind == "localpref" and values:
        return PolicyChange("local_preference", (values[0],))
    if kind == "metric" and values[:1] in (["value"], ["add"]) and len(values) > 1:
        return PolicyChange("metric", (values[1] if values[0] == "value" else f"+{values[1]}",))
    if kind == "preference" and values:
        return PolicyChange("distance", (values[0],))
    if kind == "route-type" and values:
        return PolicyChange("metric_type", (values[0],))
    return None


# Everything together


def _router_id(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    draft.router_id = words[2] if words[2] not in ("default", "off") else ""
    return True


def _as(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    draft.autonomous_system = str(int(words[2])) if words[2] != "off" else ""
    return True


def _rip(draft: RoutingDraft, where: SourceRef, words: list[str]) -> bool:
    if words[2] == "interface":
        draft.rip = draft.rip or where
    return False


ROUTING_COMMANDS: dict[str, Reader] = {
    "router-id": _router_id,
    "as": _as,
    "ospf": _ospf,
    "bgp": _bgp,
    "rip": _rip,
    "routemap": _routemap,
    "route-redistribution": _redistribution,
}


def routing_processes(draft: RoutingDraft) -> tuple[RoutingProcess, ...]:
    """Return the protocols that run: OSPF with an interface, BGP with a peer, RIP with an interface."""
    found = [
        replace(process, router_id=draft.router_id)
        for process in draft.ospf.values()
        if any(one.enabled for one in process.interfaces)
    ]
    bgp = _bgp_process(draft)
    if bgp is not None:
        found.append(bgp)
    if draft.rip is not None:
        found.append(RoutingProcess("rip", "rip", draft.rip, exact=False))
    return tuple(found)


def _bgp_process(draft: RoutingDraft) -> RoutingProcess | None:
    if draft.bgp_where is None or not draft.autonomous_system:
        return None
    neighbors = []
    exact = draft.bgp_exact
    for group in draft.groups.values():
        for name, peer in group.peers.items():
            imports = _maps(group.imports, group.peer_imports.get(name, []))
            exports = _maps(group.exports, group.peer_exports.get(name, []))
            active = group.enabled and bool(peer.enabled)
            exact = exact and (not active or (bool(exports) and (bool(imports) or not group.number)))
            stated = peer.families[0] if peer.families else BgpFamily("ipv4 unicast", peer.where)
            family = replace(stated, active=True, import_policies=imports, export_policies=exports)
            neighbors.append(
                replace(
                    peer,
                    enabled=active,
                    remote_as=group.number or draft.autonomous_system,
                    source=peer.source or group.source,
                    families=(family,),
                )
            )
    if not neighbors:
        return None
    return RoutingProcess(
        "bgp",
        f"bgp {draft.autonomous_system}",
        draft.bgp_where,
        autonomous_system=draft.autonomous_system,
        router_id=draft.router_id,
        neighbors=tuple(neighbors),
        exact=exact,
    )


def _maps(group: list[tuple[int, str]], own: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return the route maps of a peer in the order of their preference; its own take the place of the group's."""
    return tuple(name for _, name in sorted(own or group))


def routing_plane(draft: RoutingDraft) -> RoutingPlane:
    """Return the route maps."""
    return RoutingPlane(
        policies=tuple(
            RoutePolicy(
                name,
                tuple(term for number, term in sorted(terms.items()) if (name, number) not in draft.inactive),
                draft.map_places[name],
            )
            for name, terms in draft.maps.items()
        )
    )
