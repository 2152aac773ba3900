"""The body of `router bgp N`: neighbours and templates are blocks with address families of their own.

Source: Cisco Nexus 9000 NX-OS Unicast Routing Configuration Guide, "Configuring Basic BGP", "Configuring Advanced BGP"
(templates: `peer` holds both sessions and policies; a neighbour's own lines win over what it inherits; a neighbour
without an address family exchanges nothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from netaudit.model.routing import DEFAULT_VRF
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.cisco_nxos.interior import DIALECT
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import bgp as shared
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.bgp_neighbors import PEER_COMMANDS, PeerDraft, PeerScope, remote_as
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Fate, Grammar, Reader, Table, fates, read_lines
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import address_text, as_number, is_address, line_words, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words

_TEMPLATES = {"peer": "group", "peer-session": "session", "peer-policy": "policy"}


@dataclass(slots=True)
class _Body:
    """Where a line stands: its process, and what is gathered of the whole."""

    ledger: LineLedger
    process: ProcessDraft
    processes: dict[str, ProcessDraft]
    peers: dict[tuple[str, str, str], PeerDraft] = field(default_factory=dict)

    def within(self, process: ProcessDraft) -> _Body:
        """Return the same body at another process."""
        return _Body(self.ledger, process, self.processes, self.peers)


def read_bgp(ledger: LineLedger, root: ConfLine) -> list[ProcessDraft]:
    """Read `router bgp N`; return the process of the default VRF and those of others, [] where N is no number."""
    words = line_words(ledger, root).words
    try:
        number = as_number(words[2]) if len(words) == 3 else ""
    except NotUnderstood:
        number = ""
    if not number:
        return []
    draft = ProcessDraft(
        "bgp", f"bgp {number}", ledger.ref(root.index), DIALECT, identifier=number, autonomous_system=number
    )
    body = _Body(ledger, draft, {DEFAULT_VRF: draft})
    grammar = Grammar(COMMANDS, {**_SECTIONS, "vrf": _vrf, "template": _template})
    draft.exact = read_lines(ledger, root.children, body, grammar) and draft.exact
    for (vrf, kind, name), peer in body.peers.items():
        body.processes[vrf].neighbors[kind, name] = peer.finished()
    for process in body.processes.values():
        if process is not draft:
            process.confederation = draft.confederation
            process.confederation_members = draft.confederation_members
    return list(body.processes.values())


# --- sections


def _vrf(body: _Body, line: ConfLine, lines: Sequence[ConfLine]) -> None:
    words = line_words(body.ledger, line).words
    if len(words) != 2:
        _refuse(body, line, "VRF")
        return
    body.ledger.understood(line.index)
    root = body.process
    process = body.processes.get(words[1])
    if process is None:
        process = body.processes[words[1]] = ProcessDraft(
            "bgp",
            root.name,
            body.ledger.ref(line.index),
            DIALECT,
            words[1],
            root.identifier,
            root.autonomous_system,
        )
    inner = body.within(process)
    process.exact = read_lines(body.ledger, lines, inner, Grammar(COMMANDS, _SECTIONS)) and process.exact


def _address_family(body: _Body, line: ConfLine, lines: Sequence[ConfLine]) -> None:
    """Read `address-family ipv4 unicast` of the process or of a VRF."""
    words = line_words(body.ledger, line).words[1:]
    process = body.process
    if len(words) not in (1, 2) or "vrf" in words:
        _refuse(body, line, "address family")
    else:
        body.ledger.understood(line.index)
    outer = process.family
    process.family = Family.IPV6 if "ipv6" in words else Family.IPV4 if "ipv4" in words else None
    process.option("address-family", " ".join(words))
    process.exact = read_lines(body.ledger, lines, body, Grammar(FAMILY_COMMANDS)) and process.exact
    process.family = outer


def _neighbor(body: _Body, line: ConfLine, lines: Sequence[ConfLine]) -> None:
    """Read `neighbor ADDRESS|PREFIX|INTERFACE [remote-as N]` with the lines below it."""
    words = line_words(body.ledger, line)
    words.take()
    where = body.ledger.ref(line.index)
    try:
        name = words.take()
        kind = "range" if "/" in name and is_address(name.partition("/")[0]) else "neighbor"
        key = body.process.vrf, kind, address_text(name)
        peer = body.peers.get(key)
        if peer is None:
            peer = body.peers[key] = PeerDraft(address_text(name), where, kind)
        if words.peek() == "inherit":  # on one line, as templates print it
            _inherit(PeerScope(peer, ""), Words(words.words, words.position + 1), where)
            words.position = len(words.words)
        elif words.take_if("remote-as"):
            _remote_as(PeerScope(peer, ""), words, where)
        words.end()
    except NotUnderstood as problem:
        _refuse(body, line, f"neighbour: {problem}")
        return
    body.ledger.understood(line.index)
    _read_peer(body, peer, lines)


def _template(body: _Body, line: ConfLine, lines: Sequence[ConfLine]) -> None:
    words = line_words(body.ledger, line).words
    if len(words) != 3 or words[1] not in _TEMPLATES:
        _refuse(body, line, "template")
        return
    body.ledger.understood(line.index)
    key = body.process.vrf, _TEMPLATES[words[1]], words[2]
    peer = body.peers.setdefault(key, PeerDraft(words[2], body.ledger.ref(line.index), key[1]))
    _read_peer(body, peer, lines)


def _read_peer(body: _Body, peer: PeerDraft, lines: Sequence[ConfLine]) -> None:
    ledger = body.ledger

    def family(scope: PeerScope, line: ConfLine, inner: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line).words[1:]
        if len(words) not in (1, 2):
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            peer.exact = False
        else:
            ledger.understood(line.index)
        below = PeerScope(peer, " ".join(words))
        below.settings(ledger.ref(line.index))["active"] = True
        peer.exact = read_lines(ledger, inner, below, Grammar(PEERS)) and peer.exact

    exact = read_lines(ledger, lines, PeerScope(peer, ""), Grammar(PEERS, {"address-family": family}))
    peer.exact = exact and peer.exact
    body.process.exact = body.process.exact and peer.exact


def _refuse(body: _Body, line: ConfLine, reason: str) -> None:
    body.ledger.unrecognized(line.index, Affects.ROUTING, reason)
    body.process.exact = False


_SECTIONS = {"address-family": _address_family, "neighbor": _neighbor}


# --- what neighbours and templates say


def _remote_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `remote-as N`, and `remote-as route-map NAME` of a range."""
    if words.take_if("route-map"):
        scope.peer.options.append(("remote-as route-map", words.take()))
        return
    remote_as(scope, words, where)


def _inherit(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `inherit peer|peer-session NAME` and `inherit peer-policy NAME N`."""
    kind = words.take()
    name = words.take()
    if kind == "peer":
        scope.peer.session["group"] = name
    elif kind == "peer-session":
        scope.peer.session["session"] = name
    elif kind == "peer-policy":
        sequence = f" {taken_number(words, 65535)}" if words.peek() else ""
        scope.family_option(where, "inherit peer-policy", f"{name}{sequence}")
    else:
        raise NotUnderstood(kind)


def _kept(name: str, least: int = 0) -> Reader[PeerScope]:
    def read(scope: PeerScope, words: Words, where: SourceRef) -> None:
        rest = words.rest()
        if len(rest) < least:
            raise NotUnderstood(f"{name}: a value was expected")
        words.position = len(words.words)
        if scope.family:
            scope.family_option(where, name, " ".join(rest))
        else:
            scope.peer.options.append((name, " ".join(rest)))

    return read


def _additional_paths(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `capability additional-paths send|receive [disable]`."""
    way = words.take()
    if way not in ("send", "receive"):
        raise NotUnderstood(way)
    settings: dict[str, Any] = scope.settings(where)
    ways = [one for one in settings.get("add_path", ()) if one != way]
    if not words.take_if("disable"):
        ways.append(way)
    settings["add_path"] = tuple(ways)


PEERS: Table[PeerScope] = {
    **{command: reader for command, reader in PEER_COMMANDS.items() if not command.startswith("inherit")},
    **fates(
        NO_ROUTE,
        """
        bfd, dynamic-capability, low-memory, log-neighbor-changes, reconnect-interval, capability suppress,
        graceful-shutdown, no capability, bmp-activate-server, timers, no dynamic-capability, as-path-length,
        soft-reconfiguration, advertisement-interval, dont-capability-negotiate, no log-neighbor-changes
        """,
    ),
    "remote-as": _remote_as,
    "inherit": _inherit,
    "capability additional-paths": _additional_paths,
    **{
        name: _kept(name)
        for name in (
            "disable-peer-as-check", "next-hop-third-party", "no next-hop-third-party", "suppress-inactive",
            "peer-type", "maximum-peers", "affinity-group", "rewrite-evpn-rt-asn", "rewrite-rt-asn", "import",
            "advertise", "no suppress-inactive", "default-information", "allow-rt", "enforce-first-as",
            "egress-engineering",
        )
    },
}  # fmt: skip


# --- what the process says


def _distance(body: _Body, words: Words, where: SourceRef) -> None:
    """Read `distance EXTERNAL INTERNAL LOCAL`."""
    for kind in ("external", "internal", "local"):
        body.process.distances[kind] = taken_number(words, 255)


def _next_hop_policy(body: _Body, words: Words, where: SourceRef) -> None:
    body.process.option("nexthop route-map", words.take())


def _of_process(reader: Reader[ProcessDraft]) -> Reader[_Body]:
    def read(body: _Body, words: Words, where: SourceRef) -> None:
        reader(body.process, words, where)

    return read


def _as_shared(command: str) -> Reader[_Body]:
    """Return the reader of a command that is written as on other platforms."""
    reader = shared.COMMANDS[command]
    assert not isinstance(reader, Fate)

    def read(body: _Body, words: Words, where: SourceRef) -> None:
        scope = shared.BgpScope(None, body.process, "")  # type: ignore[arg-type]
        reader(scope, words, where)

    return read


def _options(*names: str) -> dict[str, Reader[_Body]]:
    return {name: _of_process(common.option(name)) for name in names}


_NO_ROUTE = fates(
    NO_ROUTE,
    """
    event-history, log-neighbor-changes, no log-neighbor-changes, graceful-restart, graceful-restart-helper,
    graceful-shutdown, no graceful-restart, fast-external-fallover, no fast-external-fallover, neighbor-down,
    dynamic-med-interval, timers, reconnect-interval, exit, exit-address-family, exit-peer-policy, exit-peer-session,
    isolate, flush-routes, disable-policy-batching, nexthop trigger-delay, bmp-server, wait-igp-convergence,
    bfd, allocate-label, no neighbor, prefix-peer-timeout, prefix-peer-wait
    """,
)
_SHARED: Table[_Body] = {
    **_NO_ROUTE,
    **fates(NOT_MODELLED, "rpki, segment-routing, bgp-ls, route-monitoring, evpn multisite, encapsulation, mvpn"),
    "router-id": _of_process(common.router_id),
    "cluster-id": _as_shared("cluster-id"),
    "confederation identifier": _as_shared("confederation identifier"),
    "confederation peers": _as_shared("confederation peers"),
    "maximum-paths": _as_shared("maximum-paths"),
    "shutdown": _of_process(common.shutdown),
    "no shutdown": _of_process(common.no_shutdown),
    "no client-to-client reflection": _of_process(common.OptionOff("client-to-client reflection")),
    "no enforce-first-as": _of_process(common.OptionOff("enforce-first-as")),
    **_options(
        "bestpath", "enforce-first-as", "maxas-limit", "local-as", "suppress-fib-pending", "no suppress-fib-pending",
        "suppress-inactive", "client-to-client reflection", "allow", "retain", "rd", "export-gateway-ip",
        "advertise-pip", "additional-paths", "dampen-igp-metric", "dampening", "default-originate",
        "advertise l2vpn evpn", "advertise", "import", "export", "inject-map", "table-map", "nexthop",
        "nexthop suppress-default-resolution", "nexthop load-balance", "bgp", "fabric-soo", "allow-vni-in-ethertag",
        "advertise-system-mac", "vni-ethertag", "auto-rd", "originate-map", "load-balance",
    ),
}  # fmt: skip
COMMANDS: Table[_Body] = _SHARED
FAMILY_COMMANDS: Table[_Body] = {
    **_SHARED,
    "network": _as_shared("network"),
    "aggregate-address": _as_shared("aggregate-address"),
    "redistribute": _of_process(common.redistribute),
    "default-information originate": _of_process(common.default_originate),
    "default-metric": _of_process(common.default_metric),
    "distance": _distance,
    "nexthop route-map": _next_hop_policy,
}
