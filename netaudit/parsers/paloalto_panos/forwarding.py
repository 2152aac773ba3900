"""Policy-based forwarding: rules that choose the way of a packet before the routing table.

Source: PAN-OS Administrator's Guide, "Policy-Based Forwarding" and "PBF Rules": rules are asked in order, `forward`
names the egress interface and mostly a next hop, `no-pbf` leaves packets to the routing table, a monitor takes the
rule out of force while its address does not answer. A rule that names an application is asked only once that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.device import SecurityZone
from netaudit.model.routing import PolicyChange, PolicyRoute, RoutePolicy, RoutePolicyTerm
from netaudit.packets.addresses import parse_address
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.rules import RuleReader
from netaudit.parsers.paloalto_panos.services import EVERYTHING
from netaudit.parsers.paloalto_panos.tree import Node, node_ref


def read_forwarding(
    nodes: Iterable[Node], rules: RuleReader, zones: tuple[SecurityZone, ...], ledger: LineLedger
) -> Iterator[tuple[RoutePolicy, tuple[PolicyRoute, ...]]]:
    """Yield each rule as a policy of one term, and the interfaces at which packets meet it."""
    members = {zone.name: zone.interfaces for zone in zones}
    for node in nodes:
        where = node_ref(ledger, node)
        match = _match(node, rules)
        changes = tuple(_changes(node))
        action = node.get("action")
        stays = action is None or action.has("no-pbf") or action.value() == "no-pbf"
        term = RoutePolicyTerm(
            node.word,
            "deny" if stays else "permit",
            where,
            changes=changes,
            exact=action is not None and (stays or bool(changes)),
            match=match,
        )
        names = [port for zone in node.words("from", "zone") for port in members.get(zone, ())]
        ports = dict.fromkeys((*node.words("from", "interface"), *names))
        policy = RoutePolicy(node.word, (term,), where, "", rules.virtual_system)
        yield policy, tuple(PolicyRoute(node.word, where, port, virtual_system=rules.virtual_system) for port in ports)


def _match(node: Node, rules: RuleReader) -> PacketMatch:
    context = f"pbf rule {node.word}"
    source, destination = rules.side(node, "source", context), rules.side(node, "destination", context)
    services = rules.services.match(node.below("service"), context) if node.has("service") else EVERYTHING
    reasons = [*source.reasons, *destination.reasons, *services.reasons]
    for key, reason in (("application", "application"), ("source-user", "user"), ("schedule", "schedule")):
        if any(word != "any" for word in node.words(key)):
            reasons.append(reason)
    if rules.applies(node) is None:
        reasons.append("target")
    maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
    if reasons:
        return PacketMatch.upper(maybe, *dict.fromkeys(reasons))
    return PacketMatch.exact(maybe)


def _changes(node: Node) -> Iterator[PolicyChange]:
    action = node.get("action")
    if action is None:
        return
    forward = action.get("forward")
    if action.has("discard") or action.value() == "discard":
        yield PolicyChange("discard", ())
    elif action.has("forward-to-vsys"):
        yield PolicyChange("virtual_system", (action.value("forward-to-vsys"),))
    elif forward is not None:
        port = forward.value("egress-interface")
        if port:
            yield PolicyChange("interface", (port,))
        hop = forward.value("nexthop", "ip-address")
        state = " track monitor" if forward.has("monitor") else ""
        if hop:
            yield PolicyChange("next_hop", (f"{_plain(hop)}{state}",))
        elif forward.has("nexthop", "fqdn"):
            yield PolicyChange("next_hop", (forward.value("nexthop", "fqdn"),))
        elif state and port:
            yield PolicyChange("next_hop", (f"monitor{state}",))


def _plain(text: str) -> str:
    """Return an address without a length."""
    address = text.partition("/")[0]
    try:
        parse_address(address)
    except ValueError:
        return text
    return address
