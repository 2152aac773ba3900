"""Facts from the rows of ASA captures."""

from __future__ import annotations

from datetime import UTC, datetime

from netaudit.model.capture import (
    ArpEntry,
    Captured,
    CapturedInterface,
    CapturedNextHop,
    CapturedRoute,
    CaptureRow,
    HitCount,
    InventoryItem,
    VpnSession,
)
from netaudit.model.source import SourceRef
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.identity import identity
from netaudit.parsers.captures.networks import is_address, merged_routes, network_of, with_length
from netaudit.parsers.captures.values import hardware_address, number_of, text_of, texts_of

_PROTOCOLS = {
    "C": "connected",
    "L": "local",
    "S": "static",
    "SI": "static",
    "O": "ospf",
    "B": "bgp",
    "D": "eigrp",
    "i": "isis",
    "R": "rip",
}
_KINDS = {
    "IA": "inter area",
    "E1": "external 1",
    "E2": "external 2",
    "N1": "nssa external 1",
    "N2": "nssa external 2",
    "EX": "external",
    "L1": "level 1",
    "L2": "level 2",
    "ia": "inter area",
}


def read_version(given: CaptureRows) -> Captured:
    """Return name, model, version, serial numbers and time since start."""
    if not given.rows:
        return Captured()
    row = given.rows[0]
    return identity(
        given,
        hostname=text_of(row, "hostname"),
        model=text_of(row, "model") or text_of(row, "hardware").partition(",")[0],
        version=text_of(row, "version"),
        uptime=text_of(row, "uptime"),
        serials=texts_of(row, "serial"),
    )


def read_inventory(given: CaptureRows) -> Captured:
    """Return the parts; the chassis has the device's own serial number."""
    items = tuple(
        InventoryItem(
            text_of(row, "name"),
            place,
            text_of(row, "descr"),
            _known(text_of(row, "pid")),
            _known(text_of(row, "vid")),
            _known(text_of(row, "sn")),
        )
        for row, place in zip(given.rows, given.places, strict=True)
    )
    chassis = [item for item in items if item.name.lower() == "chassis" and item.serial]
    return Captured(
        inventory=items,
        serials=tuple(item.serial for item in chassis),
        fact_sources=tuple(("serials", item.where) for item in chassis),
    )


def _known(text: str) -> str:
    return "" if text == "N/A" else text


def read_interfaces(given: CaptureRows) -> Captured:
    """Return state, address, name (as security zone), hardware address, MTU and VLAN (`show interface`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                text_of(row, "interface"),
                place,
                enabled=not text_of(row, "link_status").startswith("administratively"),
                up=text_of(row, "link_status") == "up" and text_of(row, "protocol_status") == "up",
                addresses=tuple(
                    address
                    for address in (
                        with_length(text_of(row, "ip_address"), text_of(row, "netmask")),
                        *texts_of(row, "ipv6_address"),
                    )
                    if address
                ),
                hardware_address=hardware_address(text_of(row, "mac_address")),
                description=text_of(row, "description"),
                mtu=number_of(text_of(row, "mtu")),
                vlan=text_of(row, "vlan_id"),
                security_zone=text_of(row, "interface_zone"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_ip_brief(given: CaptureRows) -> Captured:
    """Return state and address (`show interface ip brief`, which prints no mask)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                text_of(row, "interface"),
                place,
                enabled=not text_of(row, "status").startswith("administratively"),
                up=text_of(row, "status") == "up" and text_of(row, "protocol") == "up",
                addresses=tuple(address for address in (text_of(row, "ip_address"),) if is_address(address)),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_named_interfaces(given: CaptureRows) -> Captured:
    """Return the names of interfaces, with their addresses (`show nameif`, `show ip address`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                text_of(row, "interface"),
                place,
                addresses=tuple(
                    address
                    for address in (with_length(text_of(row, "ip_address"), text_of(row, "netmask")),)
                    if address
                ),
                security_zone=text_of(row, "name"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_routes(given: CaptureRows) -> Captured:
    """Return the routes, none where one goes to the name of a host (`names`), whose address is not known.

    A tunneled default route is not active: only what comes out of a tunnel takes it.
    """
    entries = [_route(row, place) for row, place in zip(given.rows, given.places, strict=True)]
    unknown = entries.count(None)
    if unknown:
        message = f"{unknown} routes go to names, whose addresses are not known; the table is not used (`no names`)"
        return Captured(problems=(message,))
    return Captured(routes=merged_routes(route for route in entries if route))


def _route(row: CaptureRow, place: SourceRef) -> CapturedRoute | None:
    prefix = network_of(text_of(row, "network"), text_of(row, "netmask"))
    if prefix is None:
        return None
    hop, interface = text_of(row, "nexthopip"), text_of(row, "nexthopif")
    discards = interface.startswith("Null")
    # What a tunnel brought leads into the tunnel, not to a host behind the interface.
    tunnel = bool(text_of(row, "vpn"))
    found = CapturedNextHop() if tunnel else CapturedNextHop(hop if is_address(hop) and hop != "::" else "", interface)
    return CapturedRoute(
        *prefix,
        protocol=_PROTOCOLS.get(text_of(row, "protocol"), "other"),
        where=place,
        vrf=text_of(row, "table") or "default",
        kind=_KINDS.get(text_of(row, "type"), ""),
        next_hops=() if discards else (found,),
        distance=number_of(text_of(row, "distance")),
        metric=number_of(text_of(row, "metric")),
        age=text_of(row, "uptime"),
        discards=discards,
        active=not text_of(row, "tunneled"),
    )


def read_arp(given: CaptureRows) -> Captured:
    """Return the addresses seen; the interface is the one's name."""
    return Captured(
        arp=tuple(
            ArpEntry(
                text_of(row, "ip_address"),
                hardware_address(text_of(row, "mac_address")),
                text_of(row, "interface"),
                place,
                age=text_of(row, "age"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_hit_counts(given: CaptureRows) -> Captured:
    """Return the count of each rule, by its line number. An ASA prints no time of the last reset.

    The elements that a rule's objects expand to are in the rows only: their counts are part of the rule's.
    """
    return Captured(
        hit_counts=tuple(
            HitCount(
                text_of(row, "acl_name"), text_of(row, "line_num"), hits, place, f"{row['type']} {text_of(row, 'text')}"
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if "expanded" not in row and (hits := number_of(text_of(row, "hits"))) is not None
        )
    )


def read_brief_hit_counts(given: CaptureRows) -> Captured:
    """Return the counts of `show access-list brief`: `rule` is the hash of the element, the time in UTC."""
    found = []
    for row, place in zip(given.rows, given.places, strict=True):
        last = datetime.fromtimestamp(int(text_of(row, "last_hit"), 16), UTC)
        found.append(
            HitCount(
                text_of(row, "acl_name"),
                f"0x{text_of(row, 'line_hash')}",
                int(text_of(row, "counter"), 16),
                place,
                last_hit=last.strftime("%Y-%m-%d %H:%M:%S UTC"),
            )
        )
    return Captured(hit_counts=tuple(found))


def read_ipsec(given: CaptureRows) -> Captured:
    """Return a session a protected flow (`show crypto ipsec sa`)."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                "ipsec",
                text_of(row, "current_peer") or text_of(row, "current_peer_name"),
                place,
                state=text_of(row, "inbound_state"),
                user=text_of(row, "username"),
                interface=text_of(row, "interface"),
                local=with_length(text_of(row, "local_identity_addr"), text_of(row, "local_identity_mask")),
                remote=with_length(text_of(row, "remote_identity_addr"), text_of(row, "remote_identity_mask")),
                group=text_of(row, "crypto_map_tag"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_ikev1(given: CaptureRows) -> Captured:
    """Return the phase 1 SAs (`show crypto ikev1 sa`, `show crypto isakmp sa`)."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession("ikev1", text_of(row, "peer"), place, state=text_of(row, "state"))
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_ikev2(given: CaptureRows) -> Captured:
    """Return the IKEv2 SAs (`show crypto ikev2 sa`)."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                "ikev2",
                text_of(row, "remote").partition("/")[0],
                place,
                state=text_of(row, "state"),
                local=text_of(row, "local").partition("/")[0],
                duration=f"{row['active_time']} s" if text_of(row, "active_time") else "",
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


_SESSION_KINDS = (
    ("anyconnect", "anyconnect"),
    ("clientless", "ssl"),
    ("webvpn", "ssl"),
    ("ikev2", "ikev2"),
    ("ikev1", "ikev1"),
    ("ike ", "ikev1"),
    ("ssl", "ssl"),
)


def read_sessions(given: CaptureRows) -> Captured:
    """Return the sessions of `show vpn-sessiondb`; with `detail`, one a tunnel (network admission is none)."""
    found = []
    for row, place in zip(given.rows, given.places, strict=True):
        if text_of(row, "connection_type") == "NAC":
            continue
        tunnel = text_of(row, "connection_type").lower()
        words = f"{tunnel or text_of(row, 'session_type').lower()} {text_of(row, 'protocol').lower()} "
        kind = (
            "ipsec"
            if tunnel.startswith("ipsec")
            else next((kind for word, kind in _SESSION_KINDS if word in words), "ipsec")
        )
        found.append(
            VpnSession(
                kind,
                text_of(row, "public_ip") or text_of(row, "ip_address"),
                place,
                user=text_of(row, "username"),
                local=with_length(text_of(row, "local_address_network"), text_of(row, "local_address_mask"))
                or text_of(row, "assigned_ip"),
                remote=with_length(text_of(row, "remote_address_network"), text_of(row, "remote_address_mask")),
                duration=text_of(row, "duration"),
                group=text_of(row, "tunnel_group") or text_of(row, "connection"),
            )
        )
    return Captured(vpn_sessions=tuple(found))


def read_nothing(given: CaptureRows) -> Captured:
    """Return no facts: the rows of this output are for the reader of the report."""
    del given
    return Captured()
