"""How the device is joined to others: aggregates, VRRP, tunnels, IPsec; its certificates; and its rules for logins.

Source: Administration Guide, "VRRP" (priority 100 unless set), "IPsec VPN" (a phase 1 interface is a tunnel
interface); CLI Reference, config system password-policy, system global (admin-lockout-threshold,
admin-lockout-duration in seconds, pre-login-banner, post-login-banner, revision-backup-on-logout).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netaudit.model.device import Interface
from netaudit.model.links import Certificate, CryptoTunnel, FirstHopGroup, Tunnel
from netaudit.model.management import Banner, ChangeLog, Lockout, PasswordPolicy
from netaudit.packets.addresses import AddressSet
from netaudit.parsers.fortios.addresses import prefix_set
from netaudit.parsers.fortios.route_lists import whole
from netaudit.parsers.fortios.scope import Scope, device_setting
from netaudit.parsers.fortios.tree import Node, Tree, node_ref, setting_ref
from netaudit.parsers.ledger import LineLedger

_TUNNELS = (
    ("system gre-tunnel", "gre", "local-gw", "remote-gw"),
    ("system ipip-tunnel", "ipip", "local-gw", "remote-gw"),
    ("system sit-tunnel", "ipv6ip", "source", "destination"),
    ("system vxlan", "vxlan", "", "remote-ip"),
)
_COMPLEXITY = (
    ("min-upper-case-letter", "upper case"),
    ("min-lower-case-letter", "lower case"),
    ("min-number", "digits"),
    ("min-non-alphanumeric", "special"),
    ("min-change-characters", "changed characters"),
)
_CERTIFICATES = (("local", "identity"), ("ca", "ca"), ("remote", "identity"))


def with_bundles(interfaces: Iterable[Interface], nodes: Iterable[Node]) -> tuple[Interface, ...]:
    """Return the interfaces, the members of aggregates with their aggregate."""
    bundle = {
        member: node.name
        for node in nodes
        if node.value("type") in ("aggregate", "redundant")
        for member in node.words("member")
    }
    return tuple(replace(one, bundle=bundle[one.name]) if one.name in bundle else one for one in interfaces)


def read_first_hop_groups(nodes: Iterable[Node], ledger: LineLedger) -> Iterator[FirstHopGroup]:
    """Yield the VRRP groups that are on."""
    for node in nodes:
        for entry in node.entries_of("vrrp"):
            if entry.value("status") != "disable" and entry.words("vrip"):
                preempt = entry.value("preempt")
                yield FirstHopGroup(
                    "vrrp",
                    entry.name,
                    node.name,
                    node_ref(ledger, entry),
                    entry.words("vrip"),
                    whole(entry.value("priority"), 255),
                    None if not preempt else preempt == "enable",
                    entry.words("vrdst"),
                )


def read_tunnels(scope: Scope, ledger: LineLedger) -> Iterator[Tunnel]:
    """Yield the tunnel interfaces; those of IPsec with the phase 1 that protects them."""
    for path, kind, source, destination in _TUNNELS:
        for node in scope.entries(path):
            yield Tunnel(
                node.name,
                kind,
                node_ref(ledger, node),
                (node.value(source) if source else "") or node.value("interface"),
                node.value(destination),
                key=node.value("vni"),
            )
    for node in scope.entries("vpn ipsec phase1-interface"):
        yield Tunnel(
            node.name, "ipsec", node_ref(ledger, node), node.value("interface"), _peer(node), protection=node.name
        )


def _peer(node: Node) -> str:
    peer = node.value("remote-gw")
    return node.value("remotegw-ddns") if peer in ("", "0.0.0.0") else peer


def read_crypto_tunnels(scope: Scope, ledger: LineLedger) -> Iterator[CryptoTunnel]:
    """Yield the IPsec tunnels, one for each phase 2."""
    for suffix in ("-interface", ""):
        gateways = {node.name: node for node in scope.entries(f"vpn ipsec phase1{suffix}")}
        used = set()
        for node in scope.entries(f"vpn ipsec phase2{suffix}"):
            gateway = gateways.get(node.value("phase1name"))
            if gateway is not None:
                used.add(gateway.name)
            yield _crypto_tunnel(gateway, node, ledger)
        for name, gateway in gateways.items():
            if name not in used:
                yield _crypto_tunnel(gateway, None, ledger)


def _crypto_tunnel(gateway: Node | None, node: Node | None, ledger: LineLedger) -> CryptoTunnel:
    shown = node if node is not None else gateway
    assert shown is not None
    peer = "" if gateway is None else _peer(gateway)
    secrecy = ""
    if node is not None and node.value("pfs") != "disable":
        secrecy = node.text("dhgrp")
    return CryptoTunnel(
        name=gateway.name if gateway is not None else shown.value("phase1name"),
        sequence=node.name if node is not None else "",
        where=node_ref(ledger, shown),
        interfaces=gateway.words("interface") if gateway is not None else (),
        peers=(peer,) if peer else (),
        proposals=shown.words("proposal"),
        ike_version="" if gateway is None else gateway.value("ike-version"),
        forward_secrecy=secrecy,
        local=None if node is None else _networks(node, "src"),
        remote=None if node is None else _networks(node, "dst"),
    )


def _networks(node: Node, side: str) -> AddressSet | None:
    """Return a stated subnet, None where names or ranges stand instead."""
    if node.value(f"{side}-addr-type", "subnet") not in ("subnet", "subnet6"):
        return None
    words = node.words(f"{side}-subnet") or node.words(f"{side}-subnet6")
    try:
        return prefix_set(words) if words else None
    except ValueError:
        return None


def read_certificates(scope: Scope, ledger: LineLedger) -> Iterator[Certificate]:
    """Yield the certificates by name; those of the device itself come once."""
    for word, kind in _CERTIFICATES:
        for node in scope.common_entries(f"vpn certificate {word}"):
            yield Certificate(node.name, node_ref(ledger, node), kind)


# Logins


def read_password_policies(tree: Tree, ledger: LineLedger) -> Iterator[PasswordPolicy]:
    """Yield the rule for passwords of administrators, if it is on."""
    found = device_setting(tree, "system password-policy", "status")
    if found is None or found[1] != "enable":
        return
    node = found[0]
    complexity = [f"{word} {node.value(key)}" for key, word in _COMPLEXITY if whole(node.value(key))]
    yield PasswordPolicy(
        node_ref(ledger, node),
        minimum_length=whole(node.value("minimum-length")),
        complexity=tuple(complexity),
        lifetime_days=whole(node.value("expire-day")) if node.is_on("expire-status") else None,
        remembered=0 if node.is_on("reuse-password") else None,
    )


def read_lockouts(tree: Tree, ledger: LineLedger) -> Iterator[Lockout]:
    """Yield what follows failed logins, where stated."""
    keys = ("admin-lockout-threshold", "admin-lockout-duration")
    found = [device_setting(tree, "system global", key) for key in keys]
    stated = next((one for one in found if one is not None), None)
    if stated is None:
        return
    key = keys[0] if found[0] is not None else keys[1]
    attempts, duration = (None if one is None else whole(one[1]) for one in found)
    yield Lockout(setting_ref(ledger, stated[0], key), attempts, None, duration, "device")


def read_banners(tree: Tree, ledger: LineLedger) -> Iterator[Banner]:
    """Yield the banners that are shown; their texts are replacement messages."""
    for key, kind in (("pre-login-banner", "login"), ("post-login-banner", "motd")):
        found = device_setting(tree, "system global", key)
        if found is not None and found[1] == "enable":
            yield Banner(kind, setting_ref(ledger, found[0], key))


def read_change_logs(tree: Tree, ledger: LineLedger) -> Iterator[ChangeLog]:
    """Yield that a revision is kept at logout."""
    found = device_setting(tree, "system global", "revision-backup-on-logout")
    if found is not None:
        where = setting_ref(ledger, found[0], "revision-backup-on-logout")
        yield ChangeLog("archive", where, "local revision", found[1] == "enable")
