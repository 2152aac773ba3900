"""Site-to-site VPN connections. Their downloaded configuration holds pre-shared keys and is never shown or used."""

from __future__ import annotations

from netaudit.model.links import CryptoTunnel
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_GONE = ("deleted", "deleting")


def crypto_tunnels(export: Export, key: str, identity: str, interface: str) -> tuple[CryptoTunnel, ...]:
    """Return the tunnels of the connections whose field `key` names a gateway; each connection has two."""
    found = []
    for connection in export.of("vpn_connection"):
        if connection.value.text(key) != identity or connection.value.text("State") in _GONE:
            continue
        options = connection.value.object("Options")
        tunnels = list(options.objects("TunnelOptions")) if options is not None else []
        for position, one in enumerate(tunnels or [None], start=1):
            found.append(_tunnel(export, connection, one, position, interface))
    return tuple(found)


def _tunnel(
    export: Export, connection: Resource, options: JsonObject | None, position: int, interface: str
) -> CryptoTunnel:
    customer = export.find("customer_gateway", connection.value.text("CustomerGatewayId"))
    peer = customer.value.text("IpAddress") if customer is not None else ""
    versions = _values(options, "IkeVersions")
    groups = _values(options, "Phase2DHGroupNumbers")
    return CryptoTunnel(
        name=clean(connection.id),
        sequence=str(position),
        where=connection.where,
        interfaces=(clean(interface),),
        peers=(clean(peer),) if peer else (),
        proposals=tuple(
            value
            for key in (
                *("Phase1EncryptionAlgorithms", "Phase1IntegrityAlgorithms"),
                *("Phase2EncryptionAlgorithms", "Phase2IntegrityAlgorithms"),
            )
            for value in _values(options, key)
        ),
        ike_version=versions[0].removeprefix("ikev") if len(versions) == 1 else "",
        forward_secrecy=", ".join(groups),
    )


def _values(options: JsonObject | None, key: str) -> list[str]:
    """Return the values that a tunnel is restricted to; none means that all of the service's are offered."""
    if options is None:
        return []
    return [clean(str(one["Value"])) for one in options.objects(key) if "Value" in one]
