"""What a BGP process says of a neighbour, a peer group or a template: `neighbor NAME COMMAND ...`.

Sources: Cisco IOS IP Routing: BGP Command Reference, "neighbor ..."; ASA Command Reference; Arista EOS User Manual,
"BGP".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netaudit.model.routing import BgpFamily, BgpNeighbor
from netaudit.model.source import SourceRef
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Table, fates
from netaudit.parsers.routing.values import as_number, interface_name, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

INHERITED_POLICY = "inherit peer-policy"


@dataclass(slots=True)
class PeerDraft:
    """A neighbour, group, range or template while its lines are read: fields of the model by name."""

    name: str
    where: SourceRef
    kind: str
    session: dict[str, Any] = field(default_factory=dict)
    families: dict[str, dict[str, Any]] = field(default_factory=dict)
    family_places: dict[str, SourceRef] = field(default_factory=dict)
    family_options: dict[str, dict[tuple[str, str], None]] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)
    exact: bool = True

    def ancestors(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and name of what the peer inherits from."""
        if group := self.session.get("group"):
            yield "neighbor", group
        if session := self.session.get("session"):
            yield "session", session
        for name, _ in self.policies():
            yield "policy", name

    def policies(self) -> Iterator[tuple[str, str]]:
        """Yield the policy templates that the peer names, each with the family, by their sequence numbers."""
        named = []
        for family, options in self.family_options.items():
            for option, value in options:
                if option == INHERITED_POLICY:
                    name, _, sequence = value.partition(" ")
                    named.append((number(sequence, 65535) or 0, name, family))
        for _, name, family in sorted(named):
            yield name, family

    def finished(self) -> BgpNeighbor:
        """Return the neighbour."""
        families = tuple(
            BgpFamily(
                family=family,
                where=self.family_places[family],
                options=tuple(self.family_options.get(family, ())),
                **values,
            )
            for family, values in self.families.items()
        )
        return BgpNeighbor(
            name=self.name,
            where=self.where,
            kind=self.kind,
            families=families,
            options=tuple(dict.fromkeys(self.options)),
            exact=self.exact,
            **self.session,
        )


def with_policies(
    peer: PeerDraft, vrf: str, peers: Mapping[tuple[str, str, str], PeerDraft], done: dict[str, PeerDraft | None]
) -> PeerDraft:
    """Return a peer with the settings of the policy templates that it names, as if they stood at the peer.

    Own settings come first, then those of the template with the highest sequence number (Cisco IOS "BGP Configuration
    Using Peer Templates"). `done` holds the templates of the VRF that are filled in, None while that goes on: one that
    is not defined, or that inherits itself, leaves the peer inexact.
    """
    named = list(peer.policies())
    if not named:
        return peer
    result = PeerDraft(peer.name, peer.where, peer.kind, peer.session, options=peer.options, exact=peer.exact)
    result.family_places = dict(peer.family_places)
    result.family_options = {
        family: {one: None for one in options if one[0] != INHERITED_POLICY}
        for family, options in peer.family_options.items()
    }
    result.families = {family: dict(settings) for family, settings in peer.families.items()}
    for name, family in reversed(named):
        template = peers.get((vrf, "policy", name))
        if template is not None and name not in done and len(done) < _MOST_TEMPLATES:
            done[name] = None
            done[name] = with_policies(template, vrf, peers, done)
        full = done.get(name)
        if full is None:
            result.exact = False
            result.family_options.setdefault(family, {})[INHERITED_POLICY, name] = None
            continue
        result.exact = result.exact and full.exact
        result.families[family] = {**full.families.get("", {}), **result.families.get(family, {})}
        result.family_places.setdefault(family, peer.where)
        result.family_options.setdefault(family, {}).update(full.family_options.get("", {}))
    return result


_MOST_TEMPLATES = 200  # of one VRF; they may inherit from each other, and each adds to the stack


@dataclass(slots=True)
class PeerScope:
    """A peer, and the address family that the line which is read stands in.

    `plain_communities`: what `send-community` alone sends.
    """

    peer: PeerDraft
    family: str
    plain_communities: str = "standard"

    def settings(self, where: SourceRef) -> dict[str, Any]:
        """Return the settings of the family, to be changed."""
        self.peer.family_places.setdefault(self.family, where)
        return self.peer.families.setdefault(self.family, {})

    def family_option(self, where: SourceRef, name: str, value: str) -> None:
        """Keep a further setting of the family."""
        self.settings(where)
        self.peer.family_options.setdefault(self.family, {})[name, value] = None


_PeerReader = Callable[[PeerScope, Words, SourceRef], None]


def _rest(words: Words) -> str:
    text = " ".join(words.rest())
    words.position = len(words.words)
    return text


# --- settings of the session


def remote_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `remote-as N|external|internal`, and IOS' further numbers of a range."""
    word = words.take()
    scope.peer.session["remote_as"] = word if word in ("external", "internal") else as_number(word)
    if words.take_if("alternate-as"):
        scope.peer.options.append(("alternate-as", " ".join(as_number(one) for one in words.rest())))
        words.position = len(words.words)


def _peer_group(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `peer-group` (this name is a group) and `peer-group GROUP` (it belongs to one)."""
    if words.peek():
        scope.peer.session["group"] = words.take()
    else:
        scope.peer.kind = "group"


def _local_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["local_as"] = as_number(words.take())
    found = []
    while words.peek() in ("no-prepend", "replace-as", "dual-as", "private", "fallback"):
        word = words.take()
        found.append("dual-as" if word == "fallback" else word)
    scope.peer.session["local_as_options"] = tuple(found)


def _update_source(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["source"] = interface_name(words) if words.peek()[:1].isalpha() else words.take()


def _description(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["description"] = _rest(words)


def _shutdown(scope: PeerScope, words: Words, where: SourceRef) -> None:
    _rest(words)  # a reason
    scope.peer.session["enabled"] = False


def _no_shutdown(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["enabled"] = True


def _multihop(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `ebgp-multihop [N]`; 255 without a number (IOS, EOS)."""
    scope.peer.session["multihop"] = taken_number(words, 255, 1) if words.peek() else 255


def _password(scope: PeerScope, words: Words, where: SourceRef) -> None:
    _rest(words)
    scope.peer.session["authenticated"] = True


def _passive(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["passive"] = True


def _connection_mode(scope: PeerScope, words: Words, where: SourceRef) -> None:
    mode = words.take()
    if mode not in ("active", "passive"):
        raise NotUnderstood(mode)
    scope.peer.session["passive"] = mode == "passive"


def _inherit_session(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.session["session"] = words.take()


def _kept(name: str, least: int = 0) -> _PeerReader:
    """Return a reader that keeps a further setting of the session."""

    def read(scope: PeerScope, words: Words, where: SourceRef) -> None:
        if len(words.rest()) < least:
            raise NotUnderstood(f"{name}: a value was expected")
        scope.peer.options.append((name, _rest(words)))

    return read


def _connected_check(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.peer.options.append(("connected_check", "disabled"))


def _interface(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read FRR's `neighbor Ethernet0 interface [v6only] [remote-as N | peer-group G]`: the name is an interface."""
    words.take_if("v6only")
    if words.take_if("remote-as"):
        remote_as(scope, words, where)
    elif words.take_if("peer-group"):
        _peer_group(scope, words, where)


# --- settings of one address family


def _activate(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["active"] = True


def _no_activate(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["active"] = False


def _policy(scope: PeerScope, words: Words, where: SourceRef) -> None:
    _add(scope, words, where, "policies", "")


def _filter(stem: str) -> _PeerReader:
    def read(scope: PeerScope, words: Words, where: SourceRef) -> None:
        _add(scope, words, where, "filters", stem)

    return read


def _add(scope: PeerScope, words: Words, where: SourceRef, kind: str, stem: str) -> None:
    """Read `NAME in|out`; a second name of the kind and direction takes the place of the first."""
    name, direction = words.take(), words.take()
    if direction not in ("in", "out"):
        raise NotUnderstood("in or out was expected")
    key = f"{'import' if direction == 'in' else 'export'}_{kind}"
    settings = scope.settings(where)
    others = [one for one in settings.get(key, ()) if stem and not one.startswith(stem)]
    settings[key] = (*others, f"{stem}{name}")


def _flag(name: str, value: bool = True) -> _PeerReader:
    def read(scope: PeerScope, words: Words, where: SourceRef) -> None:
        scope.settings(where)[name] = value

    return read


def _next_hop_self(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["next_hop_self"] = True
    if words.take_if("all"):
        scope.family_option(where, "next-hop-self", "all")


def _next_hop_unchanged(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["next_hop_unchanged"] = True
    if words.take_if("allpaths"):
        scope.family_option(where, "next-hop-unchanged", "allpaths")


def _default_originate(scope: PeerScope, words: Words, where: SourceRef) -> None:
    settings = scope.settings(where)
    settings["sends_default"] = True
    while word := words.peek():
        words.take()
        if word == "route-map":
            settings["default_policy"] = words.take()
        elif word == "always":
            scope.family_option(where, "default-originate", "always")
        else:
            raise NotUnderstood(word)


def _remove_private_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    value = "yes"
    if words.take_if("all"):
        value = "all"
    if words.take_if("replace-as", "replace-AS"):
        value = "replace"
    scope.settings(where)["removes_private_as"] = value


def _allow_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `allowas-in [N]`; 3 without a number (IOS, EOS)."""
    if words.take_if("origin"):
        scope.family_option(where, "allowas-in", "origin")
    else:
        scope.settings(where)["own_as_accepted"] = taken_number(words, 10, 1) if words.peek() else 3


def _weight(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["weight"] = taken_number(words, 65535)


def _send_community(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `send-community [both|standard|extended|large|all ...]`; lines and words add up."""
    settings = scope.settings(where)
    kinds = _kinds(settings.get("sends_communities", ""))
    if not words.peek():
        kinds |= _kinds(scope.plain_communities)
    words.take_if("add")
    while words.peek():
        word = words.take()
        if word == "link-bandwidth":
            scope.family_option(where, "send-community link-bandwidth", _rest(words))
            kinds |= {"extended"}
        elif word in ("both", "standard", "extended", "large", "all"):
            kinds |= _kinds(word)
        else:
            raise NotUnderstood(word)
    settings["sends_communities"] = _KIND_WORDS[frozenset(kinds)]


_KIND_WORDS = {
    frozenset({"standard"}): "standard",
    frozenset({"extended"}): "extended",
    frozenset({"large"}): "large",
    frozenset({"standard", "extended"}): "both",
    frozenset({"standard", "large"}): "standard large",
    frozenset({"extended", "large"}): "extended large",
    frozenset({"standard", "extended", "large"}): "all",
}


def _kinds(word: str) -> set[str]:
    """Return the kinds of communities that a word of `BgpFamily.sends_communities` stands for."""
    return {"": set(), "both": {"standard", "extended"}, "all": {"standard", "extended", "large"}}.get(
        word, set(word.split())
    )


def _maximum_prefixes(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `maximum-prefix N [PERCENT] [restart N|warning-only]`; EOS' 0 stands for no limit."""
    value = taken_number(words)
    warning = "warning-only" in words.rest()
    _rest(words)
    if warning:
        scope.family_option(where, "maximum-prefix", f"{value} warning-only")
    elif value:
        scope.settings(where)["maximum_prefixes"] = value


def _additional_paths(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read `additional-paths send receive` and EOS' `additional-paths send any ...`."""
    settings = scope.settings(where)
    ways = list(settings.get("add_path", ()))
    if words.take_if("disable"):
        ways.clear()
    while words.peek() in ("send", "receive"):
        ways.append(words.take())
    rest = _rest(words)
    if rest:
        scope.family_option(where, "additional-paths", rest)
    settings["add_path"] = tuple(dict.fromkeys(ways))


def _unsuppress(scope: PeerScope, words: Words, where: SourceRef) -> None:
    scope.settings(where)["unsuppress_policy"] = words.take()


def _family_kept(name: str, least: int = 0) -> _PeerReader:
    """Return a reader that keeps a further setting of the family."""

    def read(scope: PeerScope, words: Words, where: SourceRef) -> None:
        if len(words.rest()) < least:
            raise NotUnderstood(f"{name}: a value was expected")
        scope.family_option(where, name, _rest(words))

    return read


def _replaced_as(scope: PeerScope, words: Words, where: SourceRef) -> None:
    """Read EOS' `as-path remote-as replace out`: the neighbour's number becomes the own one in what is sent."""
    if _rest(words) != "replace out":
        raise NotUnderstood("replace out was expected")
    scope.settings(where)["as_override"] = True


PEER_COMMANDS: Table[PeerScope] = {
    **fates(
        NO_ROUTE,
        """
        advertisement-interval, auto-local-addr, bfd, bmp, capability, dont-capability-negotiate, dynamic,
        exit-peer-policy, exit-peer-session, exit, fail-over, fall-over, graceful-restart, graceful-restart-helper,
        graceful-shutdown, ha-mode, idle-restart-timer, log-neighbor-changes, maximum-accepted-routes, monitoring,
        no capability, out-delay, path-mtu-discovery, rib-in, send-label-explicit-null, session-open,
        session-tracker, shutdown-on-error, slow-peer, soft-reconfiguration, timers, transport path-mtu-discovery,
        transport single-session, transport multi-session, transport remote-port, transport pmtud, version
        """,
    ),
    **fates(NOT_MODELLED, "rpki, segment-routing, encapsulation, aigp, missing-policy, tcp, flowspec"),
    "remote-as": remote_as,
    "peer-group": _peer_group,
    "peer group": _peer_group,
    "local-as": _local_as,
    "update-source": _update_source,
    "description": _description,
    "shutdown": _shutdown,
    "no shutdown": _no_shutdown,
    "ebgp-multihop": _multihop,
    "password": _password,
    "ao": _password,
    "passive": _passive,
    "transport connection-mode": _connection_mode,
    "inherit peer-session": _inherit_session,
    "interface": _interface,
    "ttl-security": _kept("ttl-security"),
    "ttl maximum-hops": _kept("ttl-security"),
    "disable-connected-check": _connected_check,
    "cluster-id": _kept("cluster-id", 1),
    "enforce-first-as": _kept("enforce-first-as"),
    "no enforce-first-as": _kept("no enforce-first-as"),
    "path-attribute": _kept("path-attribute", 1),
    "local-v4-addr": _kept("local-v4-addr", 1),
    "local-v6-addr": _kept("local-v6-addr", 1),
    "route-to-peer": _kept("route-to-peer"),
    "activate": _activate,
    "no activate": _no_activate,
    "route-map": _policy,
    "prefix-list": _filter("prefix_list "),
    "filter-list": _filter("as_path "),
    "distribute-list": _filter("access_list "),
    "next-hop-self": _next_hop_self,
    "no next-hop-self": _flag("next_hop_self", False),
    "next-hop-unchanged": _next_hop_unchanged,
    "next-hop-peer": _family_kept("next-hop-peer"),
    "next-hop": _family_kept("next-hop", 1),
    "route-reflector-client": _flag("reflector_client"),
    "route-server-client": _family_kept("route-server-client"),
    "default-originate": _default_originate,
    "remove-private-as": _remove_private_as,
    "remove-private-AS": _remove_private_as,
    "allowas-in": _allow_as,
    "as-override": _flag("as_override"),
    "as-path remote-as": _replaced_as,
    "as-path prepend-own": _family_kept("as-path prepend-own", 1),
    "weight": _weight,
    "send-community": _send_community,
    "maximum-prefix": _maximum_prefixes,
    "maximum-routes": _maximum_prefixes,
    "additional-paths": _additional_paths,
    "unsuppress-map": _unsuppress,
    "advertise-map": _family_kept("advertise-map", 1),
    "advertise additional-paths": _family_kept("advertise additional-paths", 1),
    "advertise best-external": _family_kept("advertise best-external"),
    "advertise diverse-path": _family_kept("advertise diverse-path"),
    "advertise": _family_kept("advertise", 1),
    "inherit peer-policy": _family_kept(INHERITED_POLICY, 1),
    "soo": _family_kept("soo", 1),
    "dmzlink-bw": _family_kept("dmzlink-bw"),
    "link-bandwidth": _family_kept("link-bandwidth"),
    "send-label": _family_kept("send-label"),
    "export-localpref": _family_kept("export-localpref", 1),
    "import-localpref": _family_kept("import-localpref", 1),
    "metric-out": _family_kept("metric-out", 1),
    "translate-update": _family_kept("translate-update"),
    "prefix-length-size": _family_kept("prefix-length-size", 1),
    "suppress-signaling-protocol": _family_kept("suppress-signaling-protocol", 1),
    "internal-vpn-client": _family_kept("internal-vpn-client"),
    "domain remote": _family_kept("domain remote"),
    "attribute-unchanged": _family_kept("attribute-unchanged"),
    "graceful-shutdown-aware": NO_ROUTE,
}
"""What may stand behind the name of a peer, or alone in a template."""
