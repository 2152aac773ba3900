"""The body of `router bgp N`: address families, VRFs, templates, and what holds for the process.

One process stands for each VRF. Groups and templates of the process itself stand with the default VRF and with each VRF
that uses them; what a neighbour inherits from a policy template is filled in. Which families a neighbour takes part in
where nothing is stated is the platform's default and stays None.

Sources: Cisco IOS IP Routing: BGP Command Reference; ASA Command Reference, "router bgp"; Arista EOS User Manual,
"BGP", "EVPN".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.model.routing import DEFAULT_VRF, RouteSummary, RoutingNetwork, VrfTargets
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.bgp_neighbors import PEER_COMMANDS, PeerDraft, PeerScope, remote_as, with_policies
from netaudit.parsers.routing.commands import (
    NO_ROUTE,
    NOT_MODELLED,
    Fate,
    Grammar,
    Reader,
    Table,
    fates,
    find_command,
    read_lines,
)
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.targets import TargetsDraft
from netaudit.parsers.routing.values import (
    address_text,
    as_number,
    line_words,
    masked_prefix,
    prefix,
    prefix_set,
    prefix_text,
    taken_number,
)
from netaudit.parsers.word_cursor import NotUnderstood, Words

_FAMILY_WORDS = {
    "ipv4": "ipv4 unicast",
    "ipv6": "ipv6 unicast",
    "vpnv4": "vpnv4 unicast",
    "vpnv6": "vpnv6 unicast",
    "vpn-ipv4": "vpnv4 unicast",
    "vpn-ipv6": "vpnv6 unicast",
    "evpn": "l2vpn evpn",
}


@dataclass(slots=True)
class _Bgp:
    """What is gathered of the whole of `router bgp`: processes by VRF, peers by VRF, kind and name."""

    ledger: LineLedger
    root: ProcessDraft
    processes: dict[str, ProcessDraft]
    plain_communities: str
    peers: dict[tuple[str, str, str], PeerDraft] = field(default_factory=dict)
    targets: list[VrfTargets] = field(default_factory=list)

    def process(self, vrf: str, where: SourceRef) -> ProcessDraft:
        """Return the process of a VRF."""
        found = self.processes.get(vrf)
        if found is None:
            root = self.root
            found = ProcessDraft("bgp", root.name, where, root.dialect, vrf, root.identifier, root.autonomous_system)
            self.processes[vrf] = found
        return found

    def peer(self, vrf: str, kind: str, name: str, where: SourceRef) -> PeerDraft:
        """Return the peer of that name; a neighbour and a group share their names."""
        key = vrf, kind, name
        found = self.peers.get(key)
        if found is None:
            found = self.peers[key] = PeerDraft(name, where, kind)
        return found


@dataclass(slots=True)
class BgpScope:
    """Where a line of the body stands: its process, its address family, and the VRF's route targets (EOS)."""

    bgp: _Bgp
    process: ProcessDraft
    family: str
    targets: TargetsDraft | None = None

    def peer_scope(self, peer: PeerDraft) -> PeerScope:
        """Return the peer with the family of this place."""
        return PeerScope(peer, self.family, self.bgp.plain_communities)


def read_bgp(
    ledger: LineLedger, lines: Sequence[ConfLine], draft: ProcessDraft, plain_communities: str = "standard"
) -> tuple[list[ProcessDraft], tuple[VrfTargets, ...]]:
    """Read the lines below the process; return the processes of further VRFs, and route targets that stand here.

    `plain_communities`: what `send-community` alone sends, as in `BgpFamily.sends_communities`.
    """
    bgp = _Bgp(ledger, draft, {DEFAULT_VRF: draft}, plain_communities)
    scope = BgpScope(bgp, draft, draft.dialect.bgp_family)
    draft.exact = read_lines(ledger, lines, scope, _grammar(_ROOT_SECTIONS, draft)) and draft.exact
    _share(bgp)
    done: dict[str, dict[str, PeerDraft | None]] = {}
    for (vrf, kind, name), peer in bgp.peers.items():
        full = with_policies(peer, vrf, bgp.peers, done.setdefault(vrf, {}))
        bgp.processes[vrf].neighbors[kind, name] = full.finished()
    for process in bgp.processes.values():
        if process is not draft:
            process.confederation = draft.confederation
            process.confederation_members = draft.confederation_members
    return [one for one in bgp.processes.values() if one is not draft], tuple(bgp.targets)


def _share(bgp: _Bgp) -> None:
    """Let groups and templates of the process stand with every VRF whose neighbours use them."""
    waiting = [(vrf, peer) for (vrf, _, _), peer in bgp.peers.items() if vrf != DEFAULT_VRF]
    while waiting:
        vrf, peer = waiting.pop()
        for kind, name in peer.ancestors():
            shared = bgp.peers.get((DEFAULT_VRF, kind, name))
            if shared is not None and (vrf, kind, name) not in bgp.peers:
                bgp.peers[vrf, kind, name] = shared
                waiting.append((vrf, shared))


def _grammar(sections: object, draft: ProcessDraft) -> Grammar[BgpScope]:
    return Grammar(COMMANDS, sections, draft.dialect.exits)  # type: ignore[arg-type]


# --- sections


def _address_family(scope: BgpScope, line: ConfLine, body: Sequence[ConfLine]) -> None:
    """Read `address-family ipv4 [unicast] [vrf NAME]` and the like."""
    ledger = scope.bgp.ledger
    words = line_words(ledger, line)
    words.take()
    named = []
    while words.peek() and words.peek() not in ("vrf", "autonomous-system"):
        named.append(words.take())
    family = " ".join(named)
    family = _FAMILY_WORDS.get(family, family)
    process = scope.process
    if words.take_if("vrf") and words.peek():
        process = scope.bgp.process(words.take(), ledger.ref(line.index))
    inner = BgpScope(scope.bgp, process, family, scope.targets)
    outer_family = process.family
    process.family = Family.IPV6 if "ipv6" in family else Family.IPV4 if "ipv4" in family else None
    if not family or words.peek():
        ledger.unrecognized(line.index, Affects.ROUTING, "address family")
        scope.process.exact = False
    else:
        ledger.understood(line.index)
    process.exact = read_lines(ledger, body, inner, Grammar(COMMANDS)) and process.exact
    process.family = outer_family


def _vrf(scope: BgpScope, line: ConfLine, body: Sequence[ConfLine]) -> None:
    """Read `vrf NAME` with its own lines, families and route targets (EOS)."""
    ledger = scope.bgp.ledger
    words = line_words(ledger, line).words
    if len(words) != 2:
        ledger.unrecognized(line.index, Affects.ROUTING, "VRF")
        scope.process.exact = False
        return
    where = ledger.ref(line.index)
    ledger.understood(line.index)
    process = scope.bgp.process(words[1], where)
    inner = BgpScope(scope.bgp, process, process.dialect.bgp_family, TargetsDraft(words[1], where, kind="vrf"))
    process.exact = read_lines(ledger, body, inner, _grammar(_VRF_SECTIONS, process)) and process.exact
    if inner.targets is not None:
        scope.bgp.targets += inner.targets.finished()


def _vlan(scope: BgpScope, line: ConfLine, body: Sequence[ConfLine]) -> None:
    """Read `vlan N` and `vlan-aware-bundle NAME`: bridged networks that EVPN announces (EOS)."""
    ledger = scope.bgp.ledger
    words = line_words(ledger, line).words
    where = ledger.ref(line.index)
    ledger.understood(line.index)
    targets = TargetsDraft(" ".join(words), where, kind=words[0])
    exact = read_lines(ledger, body, targets, Grammar(_VLAN))
    scope.bgp.targets += targets.finished()
    scope.process.exact = scope.process.exact and exact


def _template(scope: BgpScope, line: ConfLine, body: Sequence[ConfLine]) -> None:
    """Read `template peer-session NAME` and `template peer-policy NAME`."""
    ledger = scope.bgp.ledger
    words = line_words(ledger, line).words
    if len(words) != 3:
        ledger.unrecognized(line.index, Affects.ROUTING, "template")
        scope.process.exact = False
        return
    ledger.understood(line.index)
    peer = scope.bgp.peer(scope.process.vrf, words[1].removeprefix("peer-"), words[2], ledger.ref(line.index))
    peer.exact = read_lines(ledger, body, PeerScope(peer, "", scope.bgp.plain_communities), Grammar(PEER_COMMANDS))
    scope.process.exact = scope.process.exact and peer.exact


_VRF_SECTIONS = {"address-family": _address_family}
_ROOT_SECTIONS = {
    "address-family": _address_family,
    "vrf": _vrf,
    "vlan": _vlan,
    "vlan-aware-bundle": _vlan,
    "template peer-session": _template,
    "template peer-policy": _template,
}


# --- neighbours


def _neighbor(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `neighbor NAME COMMAND ...`."""
    name = words.take()
    if name == "interface":  # EOS: `neighbor interface Et1-2 peer-group G remote-as N`
        _unnumbered(scope, words, where)
        return
    if name == "default":
        scope.process.option("neighbor default", " ".join(words.rest()))
        words.position = len(words.words)
        return
    _peer_line(scope, words, where, scope.bgp.peer(scope.process.vrf, "neighbor", address_text(name), where))


def _peer_line(scope: BgpScope, words: Words, where: SourceRef, peer: PeerDraft) -> None:
    command = find_command(PEER_COMMANDS, words)
    try:
        if command is None:
            raise NotUnderstood(f"neighbor {words.peek()}")
        if not isinstance(command, Fate):
            command(scope.peer_scope(peer), words, where)
            words.end()
            return
    except NotUnderstood:
        peer.exact = False
        raise
    if command.reason:
        scope.bgp.ledger.unsupported(where.line - 1, Affects.ROUTING, command.reason)
        peer.exact = scope.process.exact = False
    else:
        scope.bgp.ledger.ignored(where.line - 1)
    words.position = len(words.words)


def _unnumbered(scope: BgpScope, words: Words, where: SourceRef) -> None:
    name = words.take()
    peer = scope.bgp.peer(scope.process.vrf, "neighbor", name, where)
    _group_of_range(scope, words, where, peer)


def _no_neighbor(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `no neighbor NAME [COMMAND ...]`; the earlier line is taken back already."""
    name = address_text(words.take())
    rest = words.rest()
    negated = Words(["no", *rest])
    command = find_command(PEER_COMMANDS, negated)
    if command is not None and not isinstance(command, Fate):
        words.position = len(words.words)
        if command is PEER_COMMANDS["no shutdown"] and (scope.process.vrf, "neighbor", name) not in scope.bgp.peers:
            return  # the default of a peer that no other line names
        command(scope.peer_scope(scope.bgp.peer(scope.process.vrf, "neighbor", name, where)), negated, where)
        return
    if rest and find_command(PEER_COMMANDS, Words(rest)) is None:
        raise NotUnderstood(f"no neighbor {rest[0]}")
    words.position = len(words.words)


def _listen(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `bgp listen range P peer-group G [remote-as N | peer-filter F]` and `bgp listen limit N`."""
    if words.take_if("limit"):
        taken_number(words)
        return
    if words.take() != "range":
        raise NotUnderstood("range was expected")
    name = prefix_text(prefix(words.take()))
    peer = scope.bgp.peer(scope.process.vrf, "range", name, where)
    _group_of_range(scope, words, where, peer)


def _group_of_range(scope: BgpScope, words: Words, where: SourceRef, peer: PeerDraft) -> None:
    while word := words.peek():
        words.take()
        if word == "peer-group" or (word == "peer" and words.take_if("group")):
            peer.session["group"] = words.take()
        elif word == "remote-as":
            remote_as(scope.peer_scope(peer), words, where)
        elif word == "peer-filter":
            peer.options.append(("peer-filter", words.take()))
        elif word in ("peer-id", "include"):
            peer.options.append((word, words.take()))
        else:
            raise NotUnderstood(word)


# --- commands of the process


def _network(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `network P [mask M] [route-map NAME] [backdoor]`; without a mask the classful network."""
    found = masked_prefix(words, mask_optional=True)
    policy = ""
    backdoor = False
    while word := words.peek():
        words.take()
        if word == "route-map":
            policy = words.take()
        elif word == "backdoor":
            backdoor = True
        else:
            raise NotUnderstood(word)
    scope.process.networks.append(
        RoutingNetwork(prefix_set(found), where, prefix=prefix_text(found), policy=policy, backdoor=backdoor)
    )


def _aggregate(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `aggregate-address P [M] [as-set] [summary-only] [suppress-map NAME] [advertise-map NAME] ...`."""
    found = prefix_text(masked_prefix(words))
    flags = {"as-set": False, "summary-only": False}
    policies = {"suppress-map": "", "advertise-map": "", "attribute-map": ""}
    while word := words.peek():
        words.take()
        word = {"route-map": "attribute-map", "match-map": "advertise-map", "as-confed-set": "as-set"}.get(word, word)
        if word in flags:
            flags[word] = True
        elif word in policies:
            policies[word] = words.take()
        elif word == "advertise-only":
            scope.process.option(f"aggregate-address {found}", word)
        else:
            raise NotUnderstood(word)
    scope.process.summaries.append(
        RouteSummary(
            found,
            where,
            summary_only=flags["summary-only"],
            as_set=flags["as-set"],
            policy=policies["attribute-map"],
            suppress_policy=policies["suppress-map"],
            advertise_policy=policies["advertise-map"],
        )
    )


def _confederation_identifier(scope: BgpScope, words: Words, where: SourceRef) -> None:
    scope.process.confederation = as_number(words.take())


def _confederation_members(scope: BgpScope, words: Words, where: SourceRef) -> None:
    while words.peek():
        for part in words.take().split(","):
            low, dash, high = part.partition("-")
            first, last = int(as_number(low)), int(as_number(high if dash else low))
            if last - first > 1000:
                raise NotUnderstood("a long range of members")
            scope.process.confederation_members |= dict.fromkeys(map(str, range(first, last + 1)))


def _cluster_id(scope: BgpScope, words: Words, where: SourceRef) -> None:
    scope.process.cluster_id = address_text(words.take())


def _distance(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `distance bgp EXTERNAL INTERNAL [LOCAL]`."""
    scope.process.distances["external"] = taken_number(words, 255)
    if words.peek():  # EOS: the external one alone holds for all
        scope.process.distances["internal"] = taken_number(words, 255)
    if words.peek():
        scope.process.distances["local"] = taken_number(words, 255)


def _maximum_paths(scope: BgpScope, words: Words, where: SourceRef) -> None:
    """Read `maximum-paths [ibgp|eibgp] N [import N]` and EOS' `maximum-paths N [ecmp N]`."""
    kind = words.take() if words.peek() in ("ibgp", "eibgp") else ""
    words.take_if("unequal-cost")
    value = taken_number(words, 1024, 1)
    if kind != "ibgp":
        scope.process.maximum_paths = value
    if kind:
        scope.process.maximum_paths_internal = value
    while words.peek() in ("ecmp", "import"):
        scope.process.option(f"maximum-paths {words.take()}", str(taken_number(words, 1024)))


def _route_distinguisher(scope: BgpScope, words: Words, where: SourceRef) -> None:
    if scope.targets is None:
        raise NotUnderstood("rd outside of a VRF")
    scope.targets.distinguisher(words, where)


def _route_target(scope: BgpScope, words: Words, where: SourceRef) -> None:
    if scope.targets is None:
        raise NotUnderstood("route-target outside of a VRF")
    scope.targets.target(words, where)


def _of_process(reader: Reader[ProcessDraft]) -> Reader[BgpScope]:
    def read(scope: BgpScope, words: Words, where: SourceRef) -> None:
        reader(scope.process, words, where)

    return read


def _kept(*names: str) -> dict[str, Reader[BgpScope]]:
    """Return settings that are kept with the rest of their lines, by their names without `bgp`."""
    return {name: _of_process(common.option(name.removeprefix("bgp "))) for name in names}


def _redistributed_vlan(targets: TargetsDraft, words: Words, where: SourceRef) -> None:
    """Read `redistribute learned|router-mac ...`: which hosts of the VLAN are announced."""
    targets.options.append(("redistribute", " ".join(words.rest())))
    words.position = len(words.words)


_VLAN: Table[TargetsDraft] = {
    "rd": TargetsDraft.distinguisher,
    "rd evpn": TargetsDraft.distinguisher,
    "route-target": TargetsDraft.target,
    "redistribute": _redistributed_vlan,
    "no redistribute": NO_ROUTE,
    "vlan": TargetsDraft.vlans,
}

COMMANDS: Table[BgpScope] = {
    **fates(
        NO_ROUTE,
        """
        auto-shutdown-new-neighbors, bfd-enable, bgp aggregate-timer, bgp asn notation, bgp asnotation,
        bgp auto-local-addr, bgp bfd, bgp consistency-checker,
        bgp convergence, bgp debug, bgp dynamic-med-interval, bgp fast-external-fallover, bgp graceful-restart,
        bgp graceful-shutdown, bgp labeled-unicast, bgp log-neighbor-changes, bgp missing-policy, bgp monitoring,
        bgp mpls-local-label, bgp nexthop trigger, bgp nopeerup-delay, bgp nsr, bgp queue, bgp refresh,
        bgp regexp, bgp scan-time, bgp slow-peer, bgp soft-reconfig-backup, bgp sso, bgp transport, bgp update-delay,
        bgp update-group, bgp upgrade-cli, exit, exit-address-family, exit-peer-policy, exit-peer-session, end,
        graceful-restart, graceful-restart-helper, session tracker, monitoring, timers, update wait-for-convergence,
        update wait-install, no auto-summary, no synchronization, no bgp fast-external-fallover, ucmp fec,
        ucmp link-bandwidth update-delay, bgp listen limit, bgp host-routes fib, bgp always-log, trace, bmp,
        bgp trace, bgp fec, bgp peer-mac-resolution-timeout, host-flap, fail-over, logging, nsr, no bgp missing-policy,
        reconnect-interval, update
        """,
    ),
    **fates(
        NOT_MODELLED,
        """
        bgp rpki, rpki, segment-routing, mvpn, lisp, flowspec, bgp cluster-id-extended, snmp, domain,
        next-hop resolution, route-server-context, bgp mpls, evpn, vni, encapsulation, layer-2, topology, scope
        """,
    ),
    "bgp router-id": _of_process(common.router_id),
    "router-id": _of_process(common.router_id),
    "shutdown": _of_process(common.shutdown),
    "no shutdown": _of_process(common.no_shutdown),
    "neighbor": _neighbor,
    "no neighbor": _no_neighbor,
    "bgp listen": _listen,
    "dynamic peer max": NO_ROUTE,
    "network": _network,
    "aggregate-address": _aggregate,
    "redistribute": _of_process(common.redistribute),
    "no redistribute": NO_ROUTE,
    "distribute-list": _of_process(common.distribute_list),
    "default-information originate": _of_process(common.default_originate),
    "default-metric": _of_process(common.default_metric),
    "distance bgp": _distance,
    "distance": _of_process(common.distance),
    "maximum-paths": _maximum_paths,
    "bgp confederation identifier": _confederation_identifier,
    "bgp confederation peers": _confederation_members,
    "confederation identifier": _confederation_identifier,
    "confederation peers": _confederation_members,
    "bgp cluster-id": _cluster_id,
    "cluster-id": _cluster_id,
    "rd": _route_distinguisher,
    "route-target": _route_target,
    "no bgp default ipv4-unicast": _of_process(common.OptionOff("default ipv4-unicast")),
    "no bgp client-to-client reflection": _of_process(common.OptionOff("client-to-client reflection")),
    "no bgp default route-target filter": _of_process(common.OptionOff("default route-target filter")),
    "no bgp enforce-first-as": _of_process(common.OptionOff("enforce-first-as")),
    "no bgp ebgp-requires-policy": _of_process(common.OptionOff("ebgp-requires-policy")),
    "no bgp network import-check": _of_process(common.OptionOff("network import-check")),
    "no bgp advertise-inactive": _of_process(common.OptionOff("advertise-inactive")),
    **_kept(
        "advertise l2vpn evpn", "advertise-all-vni", "bgp aggregate-route", "bgp aspath-cmp-include-nexthop",
        "bgp control-plane-filter", "bgp next-hop", "bgp route install", "ip access-group", "ipv6 access-group",
        "mpls label allocation", "next-hop 6pe", "always-compare-med", "auto-summary", "bgp additional-paths",
        "bgp advertise-all-vni", "bgp advertise-best-external", "bgp advertise-inactive", "bgp aigp",
        "bgp allowas-in", "bgp always-compare-med", "bgp bestpath", "bgp client-to-client", "bgp dampening",
        "bgp default ipv4-unicast", "bgp default ipv6-unicast", "bgp default local-preference",
        "bgp default route-target", "bgp deterministic-med", "bgp disable-ebgp-connected-route-check",
        "bgp dmzlink-bw", "bgp ebgp-requires-policy", "bgp enforce-first-as", "bgp inject-map", "bgp max-med",
        "bgp maxas-limit", "bgp network import-check", "bgp next-hop-unchanged", "bgp nexthop", "bgp recursion host",
        "bgp redistribute-internal", "bgp route install-map", "bgp route-map", "bgp route-reflector",
        "bgp suppress-inactive", "bgp tie-break-on-age", "dampening", "enforce-first-as", "import path", "import vrf",
        "local-as", "next-hop-unchanged", "no next-hop-unchanged", "redistribute-internal", "suppress-inactive",
        "synchronization", "table-map", "ucmp mode", "ucmp link-bandwidth",
    ),
}  # fmt: skip
"""Commands of the process, of its VRFs and of its address families."""
