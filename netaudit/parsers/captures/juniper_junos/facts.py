"""Facts from the rows of Junos captures, text, XML and JSON alike."""

from __future__ import annotations

import re

from netaudit.model.capture import (
    ArpEntry,
    Captured,
    CapturedInterface,
    CapturedNeighbor,
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
from netaudit.parsers.captures.networks import is_address
from netaudit.parsers.captures.values import hardware_address, number_of, prefix_of, text_of, texts_of

_PROTOCOLS = {
    "direct": "connected",
    "local": "local",
    "static": "static",
    "access": "static",
    "access-internal": "static",
    "ospf": "ospf",
    "ospf3": "ospf",
    "bgp": "bgp",
    "is-is": "isis",
    "rip": "rip",
    "ripng": "rip",
    "aggregate": "aggregate",
}
_PACKAGE = re.compile(r"(?:Software Release|Base OS boot|Base OS Software Suite|OS Kernel).*\[(?P<version>[^\]]+)\]")
_TABLE = re.compile(r"(?:(?P<instance>\S+)\.)?inet6?\.0\Z")


def read_version(given: CaptureRows) -> Captured:
    """Return name, model and version; of a cluster the first member's."""
    if not given.rows:
        return Captured()
    row = given.rows[0]
    version = text_of(row, "version")
    for package in texts_of(row, "packages"):
        if not version and (found := _PACKAGE.search(package)):
            version = found["version"]
    return identity(
        given,
        hostname=text_of(row, "hostname"),
        model=text_of(row, "model"),
        version=version,
    )


def read_hardware(given: CaptureRows) -> Captured:
    """Return the parts, and model and serial number of each chassis."""
    items = []
    chassis = []
    for row, place in zip(given.rows, given.places, strict=True):
        name = text_of(row, "item")
        member = text_of(row, "member")
        items.append(
            InventoryItem(
                f"{member} {name}".strip(),
                place,
                text_of(row, "description"),
                _known(text_of(row, "part_number")),
                text_of(row, "version"),
                _known(text_of(row, "serial")),
            )
        )
        if name == "Chassis":
            chassis.append(items[-1])
    # Members of a stack have their serial numbers at their own slots (FPC), the chassis then has none.
    serials = [item for item in chassis if item.serial]
    model = next(
        (item.description for item in chassis if item.description and item.description != "Virtual Chassis"), ""
    )
    sources = [("serials", item.where) for item in serials]
    if model:
        sources.append(("model", chassis[0].where))
    return Captured(
        inventory=tuple(items),
        model=model.partition(",")[0].lower(),
        serials=tuple(dict.fromkeys(item.serial for item in serials)),
        fact_sources=tuple(sources),
    )


def _known(text: str) -> str:
    return "" if text in ("BUILTIN", "NON-JNPR", "N/A") else text


def read_interfaces(given: CaptureRows) -> Captured:
    """Return state, addresses, description, hardware address, MTU and zone (`show interfaces`, also `terse`)."""
    return Captured(
        interfaces=tuple(_interface(row, place) for row, place in zip(given.rows, given.places, strict=True))
    )


def _interface(row: CaptureRow, place: SourceRef) -> CapturedInterface:
    admin = text_of(row, "admin_state").lower()
    link = text_of(row, "link_status").lower()
    zone = text_of(row, "zone")
    return CapturedInterface(
        text_of(row, "interface"),
        place,
        enabled=admin in ("up", "enabled") if admin else None,
        up=link == "up" if link else None,
        addresses=tuple(address for address in texts_of(row, "addresses") if is_address(address.partition("/")[0])),
        hardware_address=hardware_address(text_of(row, "mac_address")),
        description=text_of(row, "description"),
        mtu=number_of(text_of(row, "mtu")),
        security_zone="" if zone == "Null" else zone,
    )


def read_routes(given: CaptureRows) -> Captured:
    """Return the routes of the unicast tables (inet.0 and inet6.0 of every instance)."""
    entries = (_route(row, place) for row, place in zip(given.rows, given.places, strict=True))
    return Captured(routes=tuple(route for route in entries if route))


def _route(row: CaptureRow, place: SourceRef) -> CapturedRoute | None:
    table = _TABLE.match(text_of(row, "table"))
    prefix = prefix_of(text_of(row, "prefix"))
    if table is None or prefix is None:
        return None
    name = text_of(row, "protocol").lower()
    protocol = _PROTOCOLS.get(name, "other")
    action = text_of(row, "action").lower()
    discards = action in ("reject", "discard", "unusable")
    hops = tuple(
        CapturedNextHop(to if is_address(to) else "", via)
        for to, via in zip(texts_of(row, "to"), texts_of(row, "via"), strict=False)
    )
    if other := _TABLE.match(text_of(row, "next_table")):
        hops = (CapturedNextHop(vrf=other["instance"] or "default"),)
    return CapturedRoute(
        *prefix,
        protocol=protocol,
        where=place,
        vrf=table["instance"] or "default",
        next_hops=() if discards else hops,
        distance=number_of(text_of(row, "preference")),
        metric=number_of(text_of(row, "metric")),
        age=text_of(row, "age"),
        discards=discards,
        active=text_of(row, "active") in ("*", "+", "#"),
    )


def read_arp(given: CaptureRows) -> Captured:
    """Return the addresses seen; of "irb.10 [ge-0/0/1.0]" the first is the interface that has the address."""
    return Captured(
        arp=tuple(
            ArpEntry(
                text_of(row, "ip_address"),
                address,
                text_of(row, "interface").partition(" ")[0],
                place,
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if (address := hardware_address(text_of(row, "mac_address")))
        )
    )


def read_lldp(given: CaptureRows) -> Captured:
    """Return the neighbours of `show lldp neighbors`."""
    return Captured(
        neighbors=tuple(
            CapturedNeighbor(
                "lldp",
                text_of(row, "local_interface"),
                text_of(row, "neighbor_name") or text_of(row, "chassis_id"),
                place,
                neighbor_interface=text_of(row, "neighbor_interface"),
                platform=text_of(row, "neighbor_description"),
                addresses=tuple(address for address in (text_of(row, "mgmt_address"),) if is_address(address)),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_counters(given: CaptureRows) -> Captured:
    """Return the counters of `show firewall`: `rule` is the counter's name, `hits` are packets.

    A counter is no term, and several terms may share one: `rulebase` is "counters of FILTER", which no rulebase is.
    """
    return Captured(
        hit_counts=tuple(
            HitCount(f"counters of {text_of(row, 'filter')}", text_of(row, "counter"), hits, place)
            for row, place in zip(given.rows, given.places, strict=True)
            if (hits := number_of(text_of(row, "packets"))) is not None
        )
    )


def read_policy_hits(given: CaptureRows) -> Captured:
    """Return the policies of `show security policies hit-count`.

    All pairs of zones are one rulebase ("policies"), where a policy's name alone is its identity. A name that several
    pairs have, or that the system made, counts for "policies FROM to TO", which no rulebase is. The nodes of a cluster
    count each for itself: of two counts for a policy the larger one stays.
    """
    pairs: dict[tuple[str, str], set[str]] = {}
    for row in given.rows:
        pair = f"{text_of(row, 'from_zone')} to {text_of(row, 'to_zone')}"
        pairs.setdefault((text_of(row, "logical_system"), text_of(row, "name")), set()).add(pair)
    found: dict[tuple[str, str, str], HitCount] = {}
    for row, place in zip(given.rows, given.places, strict=True):
        hits = number_of(text_of(row, "hits"))
        system = text_of(row, "logical_system")
        system = "" if system == "root-logical-system" else system
        pair = f"{text_of(row, 'from_zone')} to {text_of(row, 'to_zone')}"
        alone = len(pairs[text_of(row, "logical_system"), text_of(row, "name")]) == 1
        rulebase = "policies" if alone and pair != "all-zone to all-zone" else f"policies {pair}"
        key = (system, rulebase, text_of(row, "name"))
        if hits is not None and (key not in found or found[key].hits < hits):
            found[key] = HitCount(rulebase, key[2], hits, place, text_of(row, "action"), virtual_system=system)
    return Captured(hit_counts=tuple(found.values()))


def read_ike(given: CaptureRows) -> Captured:
    """Return the SAs of `show security ike security-associations`; the mode tells the version."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                "ikev2" if text_of(row, "mode").upper() == "IKEV2" else "ikev1",
                text_of(row, "peer"),
                place,
                state=text_of(row, "state"),
                local=text_of(row, "local"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_ipsec(given: CaptureRows) -> Captured:
    """Return a session a tunnel of `show security ipsec security-associations`, which prints both directions."""
    found: dict[tuple[str, str], VpnSession] = {}
    for row, place in zip(given.rows, given.places, strict=True):
        key = (text_of(row, "index"), text_of(row, "peer"))
        found.setdefault(key, VpnSession("ipsec", key[1], place, state="up"))
    return Captured(vpn_sessions=tuple(found.values()))


def read_nothing(given: CaptureRows) -> Captured:
    """Return no facts: the rows of this output are for the reader of the report."""
    del given
    return Captured()
