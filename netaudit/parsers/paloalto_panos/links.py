"""Tunnels, and the certificates of a device.

Source: PAN-OS Web Interface Reference, "Network > IPSec Tunnels", "Network > Network Profiles > IKE Gateways",
"Device > Certificate Management > Certificates".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from netaudit.model.links import Certificate, Tunnel
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.tree import Node, node_ref

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_tunnels(network: Node, ledger: LineLedger) -> Iterator[Tunnel]:
    """Yield the IPsec and GRE tunnels that have an interface."""
    gateways = {node.word: node for node in network.below("ike", "gateway")}
    for node in network.below("tunnel", "ipsec"):
        interface = node.value("tunnel-interface")
        if not interface or node.is_yes("disabled"):
            continue
        names = node.words("auto-key", "ike-gateway")
        gateway = gateways.get(names[0]) if names else None
        source = destination = ""
        if gateway is not None:
            source = _address(gateway, "local-address", "ip") or gateway.value("local-address", "interface")
            destination = _address(gateway, "peer-address", "ip") or gateway.value("peer-address", "fqdn")
        yield Tunnel(
            interface,
            "ipsec",
            node_ref(ledger, node),
            source=source,
            destination=destination,
            protection=node.value("auto-key", "ipsec-crypto-profile", default="default"),
            selective=node.has("auto-key", "proxy-id") or node.has("auto-key", "proxy-id-v6"),
        )
    for node in network.below("tunnel", "gre"):
        if node.value("tunnel-interface") and not node.is_yes("disabled"):
            source = _address(node, "local-address", "ip") or node.value("local-address", "interface")
            destination = _address(node, "peer-address", "ip")
            yield Tunnel(
                node.value("tunnel-interface"), "gre", node_ref(ledger, node), source=source, destination=destination
            )


def _address(node: Node, *path: str) -> str:
    return node.value(*path).partition("/")[0]


def read_certificates(holders: tuple[Node, ...], ledger: LineLedger) -> Iterator[Certificate]:
    """Yield the certificates of the shared place and of virtual systems."""
    for holder in holders:
        for node in holder.below("certificate"):
            subject, issuer = node.value("subject"), node.value("issuer")
            kind = "ca" if node.is_yes("ca") else "self-signed" if subject and subject == issuer else "identity"
            yield Certificate(
                node.word,
                node_ref(ledger, node, False),
                kind=kind,
                subject=subject,
                issuer=issuer,
                not_before=_day(node.value("not-valid-before")),
                not_after=_day(node.value("not-valid-after")),
            )


def _day(text: str) -> date | None:
    """Return the day of "Nov 10 12:00:00 2026 GMT"."""
    words = text.split()
    if len(words) < 4 or words[0][:3].lower() not in _MONTHS:
        return None
    try:
        return date(int(words[3]), _MONTHS.index(words[0][:3].lower()) + 1, int(words[1]))
    except ValueError:
        return None
