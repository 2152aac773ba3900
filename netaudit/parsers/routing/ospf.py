"""The body of `router ospf N [vrf V]`, `router ospfv3 N` and `ipv6 router ospf N`.

Sources: Cisco IOS IP Routing: OSPF Command Reference; ASA Command Reference, "router ospf"; Arista EOS User Manual,
"Open Shortest Path First".
"""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.routing import RouteSummary, RoutingNetwork
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Grammar, Table, fates, read_lines
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import (
    address_text,
    area_number,
    is_address,
    line_words,
    masked_prefix,
    prefix,
    prefix_set,
    prefix_text,
    taken_number,
    wildcard_set,
)
from netaudit.parsers.word_cursor import NotUnderstood, Words

_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}


def read_ospf(ledger: LineLedger, lines: Sequence[ConfLine], draft: ProcessDraft) -> list[ProcessDraft]:
    """Read the lines below the process; return the processes of further VRFs that its address families hold."""
    others: list[ProcessDraft] = []

    def address_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line)
        words.take()
        family = _FAMILIES.get(words.peek())
        words.position += 1
        words.take_if("unicast")
        target = owner
        if words.take_if("vrf") and words.peek():
            target = ProcessDraft(
                owner.protocol, owner.name, ledger.ref(line.index), owner.dialect, words.take(), owner.identifier
            )
            others.append(target)
        if family is None or words.peek():
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            owner.exact = False
        else:
            ledger.understood(line.index)
        outer, target.family = target.family, family
        exact = read_lines(ledger, body, target, Grammar(COMMANDS))
        target.family = outer
        target.exact = target.exact and exact

    sections = {"address-family": address_family}
    grammar = Grammar(COMMANDS, sections, draft.dialect.exits)
    draft.exact = read_lines(ledger, lines, draft, grammar) and draft.exact
    return others


def _network(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `network 10.0.0.0 0.0.0.255 area 0` or `network 10.0.0.0/24 area 0`."""
    text = words.take()
    if "/" in text:
        addresses = prefix_set(prefix(text))
    elif draft.dialect.netmasks:
        words.position -= 1
        addresses = prefix_set(masked_prefix(words))
    else:
        addresses = wildcard_set(text, words.take())
    if words.take() != "area":
        raise NotUnderstood("area was expected")
    area = area_number(words.take())
    draft.networks.append(RoutingNetwork(addresses, where, area))
    draft.area(area, where)


def _area(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `area N ...`; `no area N ...` has taken the earlier line back already."""
    area = area_number(words.take())
    command = words.take() if words.peek() else ""
    if command in ("stub", "nssa", "not-so-stubby"):
        _stub(draft, words, where, area, command)
    elif command == "authentication":
        # message-digest | ipsec spi ... | null: how, not what
        on = words.peek() != "null"
        words.position = len(words.words)
        draft.area(area, where, authenticated=on)
    elif command == "default-cost":
        draft.area(area, where, default_cost=taken_number(words))
    elif command == "range":
        _range(draft, words, where, area)
    elif command == "filter-list":
        words.take_if("prefix", "prefix-list")
        name, direction = words.take(), words.take()
        if direction not in ("in", "out"):
            raise NotUnderstood("in or out was expected")
        part = "import_filters" if direction == "in" else "export_filters"
        draft.area_part(area, where, part, f"prefix_list {name}")
    elif command == "filter":  # EOS: summaries of these prefixes stay out of the area
        if words.take_if("prefix-list"):
            found = f"prefix_list {words.take()}"
        else:
            found = f"prefix {prefix_text(masked_prefix(words))}"
        draft.area_part(area, where, "import_filters", found)
    elif command == "virtual-link":
        other = words.take()
        if not is_address(other):
            raise NotUnderstood("a router id was expected")
        words.position = len(words.words)  # timers and authentication of the link
        draft.area_part(area, where, "virtual_links", address_text(other))
    elif not command:
        draft.area(area, where)
    else:
        raise NotUnderstood(f"area {command}")


def _stub(draft: ProcessDraft, words: Words, where: SourceRef, area: str, command: str) -> None:
    kind = "stub" if command == "stub" else "nssa"
    words.take_if("lsa")
    while word := words.peek():
        words.take()
        if word == "no-summary":
            draft.area(area, where, kind=f"totally_{kind}")
        elif word == "default-information-originate":
            draft.area(area, where, announces_default=True)
            while words.peek() in ("metric", "metric-type"):
                name = words.take()
                draft.option(f"area {area} nssa default {name}", str(taken_number(words)))
        elif word == "no-redistribution":
            draft.area(area, where, redistributes=False)
        elif (
            word in ("nssa-only", "no-ext-capability", "type-7", "convert", "translate", "type7", "always")
            or word == "suppress-fa"
        ):
            draft.option(f"area {area} {kind}", word)
        else:
            raise NotUnderstood(word)
    known = draft.areas.get(area)
    if known is None or not known.kind.endswith(kind):
        draft.area(area, where, kind=kind)


def _range(draft: ProcessDraft, words: Words, where: SourceRef, area: str) -> None:
    """Read `area N range P [M] [advertise|not-advertise] [cost N]`."""
    found = prefix_text(masked_prefix(words))
    announced = True
    cost: int | None = None
    while word := words.peek():
        words.take()
        if word in ("not-advertise", "no-advertise"):
            announced = False
        elif word == "cost":
            cost = taken_number(words)
        elif word != "advertise":
            raise NotUnderstood(word)
    draft.area(area, where)
    draft.summaries.append(RouteSummary(found, where, area=area, announced=announced, cost=cost, summary_only=True))


def _summary(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `summary-address P M [not-advertise] [tag N] [nssa-only]` and `summary-prefix P/L ...`."""
    found = prefix_text(masked_prefix(words))
    announced = True
    while word := words.peek():
        words.take()
        if word in ("not-advertise", "no-advertise"):
            announced = False
        elif word in ("tag", "attribute-map"):
            draft.option(f"summary {found} {word}", words.take())
        elif word == "nssa-only":
            draft.option(f"summary {found}", word)
        else:
            raise NotUnderstood(word)
    draft.summaries.append(RouteSummary(found, where, announced=announced, summary_only=True))


def _reference_bandwidth(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `auto-cost reference-bandwidth N [Mbps|Gbps]`."""
    value = taken_number(words)
    unit = words.take() if words.peek() else "mbps"
    if unit.lower() not in ("mbps", "gbps"):
        raise NotUnderstood(unit)
    draft.reference_bandwidth_mbps = value * (1000 if unit.lower() == "gbps" else 1)


def _distance(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `distance ospf {external|inter-area|intra-area} N ...`; in any order; kept as "inter area"."""
    while words.peek():
        kind = words.take()
        if kind not in ("external", "inter-area", "intra-area"):
            raise NotUnderstood(kind)
        draft.distances[kind.replace("-", " ")] = taken_number(words, 255)


def _neighbor(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `neighbor A.B.C.D [...]`: a neighbour on a link without broadcast."""
    text = words.take()
    if not is_address(text):
        raise NotUnderstood("an address was expected")
    draft.option("neighbor", " ".join([address_text(text), *words.rest()]))
    words.position = len(words.words)


COMMANDS: Table[ProcessDraft] = {
    **fates(
        NO_ROUTE,
        """
        adjacency, adjacency-check, bfd, capability lls, capability opaque, default-route, event-log, exit,
        exit-address-family, fips, graceful-restart, graceful-restart-helper, help, ip ospf event-history, ispf,
        log-adj-changes, log-adjacency-changes, lsa-group-pacing, max-lsa, mpls traffic-eng router-id, name-lookup,
        nsf, nsr, ospfv3 event-history, priority, process-min-time, prefix-priority,
        queue-depth, snmp, timers, trace, traffic-share, ttl-security, no ttl-security, event-history,
        auto-cost, limit, redistribute maximum-prefix, microloop, interface-id, authentication,
        encryption, capability transit, mpls ldp autoconfig, mpls ldp sync
        """,
    ),
    **fates(
        NOT_MODELLED,
        """
        fast-reroute, mpls, mpls traffic-eng, segment-routing, topology, traffic-engineering,
        tunnel routes, graceful-shutdown, address-family
        """,
    ),
    "router-id": common.router_id,
    "shutdown": common.shutdown,
    "no shutdown": common.no_shutdown,
    "network": _network,
    "area": _area,
    "passive-interface": common.passive_interface,
    "no passive-interface": common.no_passive_interface,
    "redistribute": common.redistribute,
    "distribute-list": common.distribute_list,
    "default-information originate": common.default_originate,
    "default-metric": common.default_metric,
    "summary-address": _summary,
    "summary-prefix": _summary,
    "auto-cost reference-bandwidth": _reference_bandwidth,
    "distance ospf": _distance,
    "distance": common.distance,
    "maximum-paths": common.maximum_paths,
    "neighbor": _neighbor,
    "max-metric router-lsa": common.option("max-metric router-lsa"),
    "compatible rfc1583": common.option("compatible rfc1583", most=0),
    "no compatible rfc1583": common.OptionOff("compatible rfc1583"),
    "compatible rfc1587": common.option("compatible rfc1587", most=0),
    "rfc1583compatibility": common.option("compatible rfc1583", most=0),
    "discard-route": common.option("discard-route", most=2),
    "no discard-route": common.option("no discard-route", most=1),
    "capability vrf-lite": common.option("capability vrf-lite", most=1),
    "domain-id": common.option("domain-id", least=1),
    "domain-tag": common.option("domain-tag", least=1),
    "local-rib-criteria": common.option("local-rib-criteria"),
    "prefix-suppression": common.option("prefix-suppression", most=0),
    "dn-bit-ignore": common.option("dn-bit-ignore", most=1),
    "dishonor-dn-bit": common.option("dn-bit-ignore", most=0),
    "ignore lsa mospf": NO_ROUTE,
    "ignore": NO_ROUTE,
    "table-map": common.option("table-map", least=1, most=2),
    "point-to-point routes": common.option("point-to-point routes", most=0),
    "no point-to-point routes": common.OptionOff("point-to-point routes"),
    "database filter": common.option("database filter"),
    "prefix connected": common.option("prefix connected"),
    "bgp": NO_ROUTE,
}
"""Commands of the process and of its address families."""
