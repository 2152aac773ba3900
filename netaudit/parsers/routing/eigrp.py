"""The body of `router eigrp N` (classic) and `router eigrp NAME` (named: address families with interfaces and base).

Sources: Cisco IOS IP Routing: EIGRP Command Reference; ASA Command Reference, "router eigrp".
"""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.routing import RouteSummary, RoutingNetwork
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Grammar, Reader, Table, fates, read_lines
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import (
    address_text,
    as_number,
    classful_length,
    interface_name,
    ipv4_address,
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
_EXITS = frozenset({"exit-address-family", "exit-af-interface", "exit-af-topology", "exit-service-family"})


def read_eigrp(ledger: LineLedger, lines: Sequence[ConfLine], draft: ProcessDraft) -> list[ProcessDraft]:
    """Read the lines below the process; return the processes that its address families are."""
    found: list[ProcessDraft] = []

    def address_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        target = _family_draft(ledger, owner, line)
        if target is None:
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            owner.exact = False
            return
        ledger.understood(line.index)
        found.append(target)
        sections = {"af-interface": _af_interface(ledger), "topology": _topology(ledger)}
        target.exact = read_lines(ledger, body, target, Grammar(COMMANDS, sections, _EXITS)) and target.exact

    def service_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        """Services are announced here, no routes."""
        for one in (line, *body):
            for below in one.walk():
                ledger.ignored(below.index)

    sections = {"address-family": address_family, "service-family": service_family}
    draft.exact = read_lines(ledger, lines, draft, Grammar(COMMANDS, sections, _EXITS)) and draft.exact
    return found


def _family_draft(ledger: LineLedger, owner: ProcessDraft, line: ConfLine) -> ProcessDraft | None:
    """Return the process that `address-family ipv4 [unicast] [vrf V] [autonomous-system N]` begins."""
    words = line_words(ledger, line)
    words.take()
    family = _FAMILIES.get(words.take() if words.peek() else "")
    target = ProcessDraft("eigrp", owner.name, ledger.ref(line.index), owner.dialect)
    target.identifier, target.autonomous_system = owner.identifier, owner.autonomous_system
    words.take_if("unicast")
    try:
        if words.take_if("vrf"):
            target.vrf = words.take()
        if words.take_if("autonomous-system"):
            target.autonomous_system = as_number(words.take())
        words.end()
    except NotUnderstood:
        return None
    if family is None:
        return None
    if family is Family.IPV6:
        target.option("address-family", "ipv6")
    return target


def _af_interface(ledger: LineLedger) -> common.Section:
    def read(draft: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line)
        words.take()
        try:
            name = "default" if words.take_if("default") else interface_name(words)
            words.end()
        except NotUnderstood as problem:
            ledger.unrecognized(line.index, Affects.ROUTING, f"af-interface: {problem}")
            draft.exact = False
            return
        ledger.understood(line.index)
        inner = _InterfaceDraft(draft, name)
        draft.exact = read_lines(ledger, body, inner, Grammar(_AF_INTERFACE)) and draft.exact

    return read


class _InterfaceDraft:
    """An `af-interface` of a process; `name` "default" = all others."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: ProcessDraft, name: str) -> None:
        self.owner = owner
        self.name = name


def _topology(ledger: LineLedger) -> common.Section:
    def read(draft: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line)
        if words.words[1:2] == ["base"]:
            ledger.understood(line.index)
            draft.exact = read_lines(ledger, body, draft, Grammar(COMMANDS)) and draft.exact
            return
        draft.exact = False
        for one in (line, *body):
            for below in one.walk():
                ledger.unsupported(below.index, Affects.ROUTING, "a topology beside the base")

    return read


def _network(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `network A [WILDCARD]` (EIGRP): without a wildcard the classful network."""
    text = words.take()
    if "/" in text:
        addresses = prefix_set(prefix(text))
    elif not words.peek():
        value = ipv4_address(text)
        addresses = prefix_set(prefix(f"{text}/{classful_length(value)}"))
    elif draft.dialect.netmasks:
        words.position -= 1
        addresses = prefix_set(masked_prefix(words))
    else:
        addresses = wildcard_set(text, words.take())
    draft.networks.append(RoutingNetwork(addresses, where))


def _autonomous_system(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.autonomous_system = as_number(words.take())


def _router_id(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.router_id = address_text(words.take())


def _distance(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `distance eigrp INTERNAL EXTERNAL`."""
    draft.distances["internal"] = taken_number(words, 255)
    draft.distances["external"] = taken_number(words, 255)


def _neighbor(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `neighbor A INTERFACE [remote ...]`: hellos go to this neighbour alone."""
    text = words.take()
    if not is_address(text):
        raise NotUnderstood("an address was expected")
    draft.option("neighbor", " ".join([address_text(text), *words.rest()]))
    words.position = len(words.words)


def _variance(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.option("variance", str(taken_number(words, 128, 1)))


def _summary(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    read_summary(inner.owner, words, where, inner.name)


def read_summary(draft: ProcessDraft, words: Words, where: SourceRef, interface: str) -> None:
    """Read `P M [DISTANCE] [leak-map NAME]` of a summary at an interface; a leak map is kept as an option."""
    found = prefix_text(masked_prefix(words))
    if words.peek().isdigit():
        taken_number(words, 255)  # the distance of the local discard route
    if words.take_if("leak-map"):
        draft.option(f"summary {found} leak-map", words.take())
    draft.summaries.append(RouteSummary(found, where, interface=interface, summary_only=True))


def _passive(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    if inner.name == "default":
        inner.owner.passive_default = True
    else:
        inner.owner.interface(inner.name, where, passive=True)


def _not_passive(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    if inner.name == "default":
        inner.owner.passive_default = False
    else:
        inner.owner.interface(inner.name, where, passive=False)


def _af_shutdown(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    if inner.name == "default":
        inner.owner.option("af-interface default", "shutdown")
    else:
        inner.owner.interface(inner.name, where, enabled=False)


def _af_enabled(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    if inner.name != "default":
        inner.owner.interface(inner.name, where, enabled=None)


def _authenticated(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    words.position = len(words.words)
    if inner.name == "default":
        inner.owner.option("af-interface default", "authentication")
    else:
        inner.owner.interface(inner.name, where, authenticated=True)


def _hello(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    value = taken_number(words, 65535)
    if inner.name != "default":
        inner.owner.interface(inner.name, where, hello_s=value)


def _hold(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
    value = taken_number(words, 65535)
    if inner.name != "default":
        inner.owner.interface(inner.name, where, dead_s=value)


def _kept(name: str) -> Reader[_InterfaceDraft]:
    def read(inner: _InterfaceDraft, words: Words, where: SourceRef) -> None:
        value = " ".join(words.rest())
        words.position = len(words.words)
        if inner.name == "default":
            inner.owner.option(f"af-interface default {name}", value)
        else:
            inner.owner.interface_option(inner.name, where, name, value)

    return read


_AF_INTERFACE: Table[_InterfaceDraft] = {
    **fates(
        NO_ROUTE,
        """
        add-paths, bandwidth-percent, bfd, dampening-change, dampening-interval, exit-af-interface, exit,
        no add-paths, stub-site
        """,
    ),
    "summary-address": _summary,
    "passive-interface": _passive,
    "no passive-interface": _not_passive,
    "shutdown": _af_shutdown,
    "no shutdown": _af_enabled,
    "authentication mode": _authenticated,
    "authentication key-chain": _authenticated,
    "hello-interval": _hello,
    "hold-time": _hold,
    "next-hop-self": _kept("next-hop-self"),
    "no next-hop-self": _kept("no next-hop-self"),
    "split-horizon": _kept("split-horizon"),
    "no split-horizon": _kept("no split-horizon"),
}

COMMANDS: Table[ProcessDraft] = {
    **fates(
        NO_ROUTE,
        """
        bfd, eigrp event-log-size, eigrp event-logging, eigrp log-neighbor-changes, eigrp log-neighbor-warnings,
        eigrp default-route-tag, event-log-size, event-logging, exit, exit-address-family, exit-af-interface,
        exit-af-topology, exit-service-family, fast-reroute, graceful-restart, log-neighbor-changes, nsf,
        redistribute maximum-prefix, snmp, soft-sia, timers, topo-interface, no eigrp log-neighbor-changes
        """,
    ),
    **fates(NOT_MODELLED, "topology, remote-neighbors, eigrp upgrade-cli, address-family"),
    "network": _network,
    "autonomous-system": _autonomous_system,
    "eigrp router-id": _router_id,
    "router-id": _router_id,
    "eigrp stub": common.option("eigrp stub"),
    "no eigrp stub": NO_ROUTE,
    "stub": common.option("eigrp stub"),
    "passive-interface": common.passive_interface,
    "no passive-interface": common.no_passive_interface,
    "redistribute": common.redistribute,
    "distribute-list": common.distribute_list,
    "offset-list": common.option("offset-list", least=3, most=5),
    "default-information": common.option("default-information"),
    "no default-information": common.option("no default-information"),
    "default-metric": common.default_metric,
    "distance eigrp": _distance,
    "distance": common.distance,
    "metric weights": common.option("metric weights", least=6, most=7),
    "metric maximum-hops": common.option("metric maximum-hops", least=1, most=1),
    "metric rib-scale": common.option("metric rib-scale", least=1, most=1),
    "maximum-paths": common.maximum_paths,
    "variance": _variance,
    "traffic-share": common.option("traffic-share", least=1, most=2),
    "auto-summary": common.option("auto-summary", most=0),
    "no auto-summary": common.OptionOff("auto-summary"),
    "neighbor": _neighbor,
    "shutdown": common.shutdown,
    "no shutdown": common.no_shutdown,
    "maximum-prefix": common.option("maximum-prefix"),
    "eigrp maximum-prefix": common.option("maximum-prefix"),
    "summary-metric": common.option("summary-metric", least=2),
}
"""Commands of the process, of its address families and of their base topology."""
