"""How the device is joined to others: VLANs, VRRP, tunnels, IPsec, and its certificates.

Source: Junos High Availability User Guide (VRRP: priority 100 and preempt unless stated), Interfaces User Guide for
tunnels (gr-, ip-, st0 units), IPsec VPN User Guide for SRX (`bind-interface` makes a VPN route-based; without it the
security policies choose its traffic), Public Key Infrastructure User Guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.links import Certificate, CryptoTunnel, FirstHopGroup, Tunnel, Vlan
from netaudit.packets.addresses import AddressSet
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.interfaces import unit_name
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.section import number_of
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_of
from netaudit.parsers.ledger import LineLedger

_KINDS = (("gr-", "gre"), ("gre", "gre"), ("ip-", "ipip"), ("ipip", "ipip"), ("mt-", "multicast"))
GATEWAY, IKE_POLICY, IPSEC_POLICY = "ike gateway", "ike policy", "ipsec policy"
IKE_PROPOSAL, IPSEC_PROPOSAL = "ike proposal", "ipsec proposal"
_ANYCAST = ("virtual-gateway-address", "virtual-gateway-v4-address", "virtual-gateway-v6-address")
LINK_KINDS = (GATEWAY, IKE_POLICY, IPSEC_POLICY, IKE_PROPOSAL, IPSEC_PROPOSAL)


def read_vlans(system: Node, ledger: LineLedger) -> Iterator[Vlan]:
    """Yield the VLANs and bridge domains that have a tag."""
    for root in (system, *system.below("routing-instances")):
        for table in ("vlans", "bridge-domains"):
            for vlan in root.below(table):
                number = number_of(vlan.value("vlan-id"))
                if number is not None and 1 <= number <= 4094:
                    yield Vlan(number, node_ref(ledger, vlan), vlan.word)


def _units(system: Node) -> Iterator[tuple[Node, Node, str]]:
    for port in system.below("interfaces"):
        if port.word in APPLY_WORDS or is_wildcard(port.word):
            continue
        for unit in port.below("unit"):
            if unit.word not in APPLY_WORDS and not is_wildcard(unit.word):
                yield port, unit, f"{port.word}.{unit.word}"


def read_first_hop_groups(system: Node, ledger: LineLedger) -> Iterator[FirstHopGroup]:
    """Yield the VRRP groups and the anycast gateways of all interfaces."""
    for _, unit, name in _units(system):
        for family in ("inet", "inet6"):
            for address in unit.below("family", family, "address"):
                shared = tuple(one for word in _ANYCAST for one in address.words(word))
                if shared:
                    yield FirstHopGroup("anycast", "", name, node_ref(ledger, address), shared)
                for word in ("vrrp-group", "vrrp-inet6-group"):
                    for group in address.below(word):
                        if group.word not in APPLY_WORDS:
                            yield _first_hop_group(group, name, ledger)


def _first_hop_group(group: Node, interface: str, ledger: LineLedger) -> FirstHopGroup:
    kind = group.value("authentication-type")
    return FirstHopGroup(
        protocol="vrrp",
        group=group.word,
        interface=interface,
        where=node_ref(ledger, group),
        addresses=(*group.words("virtual-address"), *group.words("virtual-inet6-address")),
        priority=number_of(group.value("priority")),
        preempts=True if group.has("preempt") else False if group.has("no-preempt") else None,
        tracked=(*group.words("track", "interface"), *group.words("track", "route")),
        authentication={"simple": "text", "md5": "md5"}.get(kind, kind),
    )


def read_tunnels(system: Node, ledger: LineLedger) -> Iterator[Tunnel]:
    """Yield the tunnel interfaces; those of IPsec with their VPN."""
    for port, unit, name in _units(system):
        tunnel = unit.get("tunnel")
        kind = next((kind for head, kind in _KINDS if port.word.startswith(head)), "")
        if tunnel is None or not kind:
            continue
        yield Tunnel(
            name,
            kind,
            node_ref(ledger, unit),
            source=tunnel.value("source"),
            destination=tunnel.value("destination"),
            outer_vrf=tunnel.value("routing-instance", "destination"),
            key=tunnel.value("key"),
        )
    gateways = {node.word: node for node in system.below("security", "ike", "gateway")}
    for vpn in _vpns(system):
        bound = vpn.value("bind-interface")
        if not bound:
            continue
        gateway = gateways.get(vpn.value("ike", "gateway"))
        yield Tunnel(
            unit_name(bound),
            "ipsec",
            node_ref(ledger, vpn),
            source="" if gateway is None else _external(gateway),
            destination="" if gateway is None else next(iter(gateway.words("address")), ""),
            protection=vpn.word,
        )


def _external(gateway: Node) -> str:
    name = gateway.value("external-interface")
    return unit_name(name) if name else ""


def _vpns(system: Node) -> Iterator[Node]:
    for vpn in system.below("security", "ipsec", "vpn"):
        if vpn.word not in APPLY_WORDS and not is_wildcard(vpn.word):
            yield vpn


def read_crypto_tunnels(system: Node, references: References) -> Iterator[CryptoTunnel]:
    """Yield the IPsec VPNs, one for each traffic selector of a VPN that has several."""
    for kind, path in (
        (GATEWAY, ("ike", "gateway")),
        (IKE_POLICY, ("ike", "policy")),
        (IKE_PROPOSAL, ("ike", "proposal")),
        (IPSEC_POLICY, ("ipsec", "policy")),
        (IPSEC_PROPOSAL, ("ipsec", "proposal")),
    ):
        for node in system.below("security", *path):
            if node.word not in APPLY_WORDS:
                references.define(kind, node.word, node)
    for gateway in system.below("security", "ike", "gateway"):
        _named(gateway, ("ike-policy",), IKE_POLICY, f"gateway {gateway.word}", references)
    for policy in system.below("security", "ike", "policy"):
        _named(policy, ("proposals",), IKE_PROPOSAL, f"ike policy {policy.word}", references)
    for policy in system.below("security", "ipsec", "policy"):
        _named(policy, ("proposals",), IPSEC_PROPOSAL, f"ipsec policy {policy.word}", references)
    for vpn in _vpns(system):
        yield from _crypto_tunnels(system, vpn, references)


def _crypto_tunnels(system: Node, vpn: Node, references: References) -> Iterator[CryptoTunnel]:
    context = f"vpn {vpn.word}"
    gateway_name = _named(vpn, ("ike", "gateway"), GATEWAY, context, references)
    policy_name = _named(vpn, ("ike", "ipsec-policy"), IPSEC_POLICY, context, references)
    gateway = system.get("security", "ike", "gateway", gateway_name) if gateway_name else None
    policy = system.get("security", "ipsec", "policy", policy_name) if policy_name else None
    proposals = () if policy is None else (*policy.words("proposals"), *policy.words("proposal-set"))
    secrecy = "" if policy is None else policy.value("perfect-forward-secrecy", "keys")
    version = "" if gateway is None else gateway.value("version")
    identity = vpn.get("ike", "proxy-identity")
    selectors = [one for one in vpn.below("traffic-selector") if one.word not in APPLY_WORDS]
    pairs = [(one.word, one, "local-ip", "remote-ip") for one in selectors] or [
        ("", vpn if identity is None else identity, "local", "remote")
    ]
    for name, node, local, remote in pairs:
        yield CryptoTunnel(
            name=vpn.word,
            sequence=name,
            where=node_ref(references.ledger, vpn if node is identity else node),
            interfaces=(_external(gateway),) if gateway is not None and _external(gateway) else (),
            peers=() if gateway is None else gateway.words("address"),
            proposals=proposals,
            ike_version={"v2-only": "2", "v1-only": "1"}.get(version, version),
            forward_secrecy=secrecy,
            local=_networks(node, local),
            remote=_networks(node, remote),
        )


def _networks(node: Node, word: str) -> AddressSet | None:
    words = node.words(word)
    found = [prefix_of(one) for one in words]
    if not words or any(one is None for one in found):
        return None
    return AddressSet.union(one for one in found if one is not None)


def _named(node: Node, path: tuple[str, ...], kind: str, context: str, references: References) -> str:
    """Return the name that a statement uses; each name of a list is noted."""
    last = ""
    for use in node.below(*path):
        if use.word not in APPLY_WORDS and not is_wildcard(use.word):
            references.check(kind, use.word, use, f"{context} {path[-1]}")
            last = use.word
    return last


def read_certificates(system: Node, ledger: LineLedger) -> Iterator[Certificate]:
    """Yield the certificates and authorities that the configuration names; their text is not in it as a rule."""
    for node in system.below("security", "certificates", "local"):
        if node.word not in APPLY_WORDS:
            yield Certificate(node.word, node_ref(ledger, node), "identity")
    for node in system.below("security", "pki", "ca-profile"):
        if node.word not in APPLY_WORDS:
            yield Certificate(node.word, node_ref(ledger, node), "ca", issuer=node.value("ca-identity"))
