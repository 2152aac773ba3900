"""Packets, addresses and services in words and in short technical text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow, PacketProduct
from netaudit.packets.service_text import PROTOCOL_NAMES
from netaudit.packets.services import (
    ACK,
    ALL_OCTETS,
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY_SERVICE,
    ESTABLISHED_FLAGS,
    FIN,
    FIRST_FLAGS,
    ICMP,
    ICMP_PROTOCOLS,
    ICMPV6,
    OPENING_FLAGS,
    PORT_PROTOCOLS,
    PSH,
    RST,
    SYN,
    TCP,
    UDP,
    URG,
    ServiceBox,
    ServiceSet,
)
from netaudit.reports.words import Words

# IANA service names of the ports that reports most often speak of.
_PORT_NAMES = {
    20: "ftp-data",
    21: "ftp",
    22: "ssh",
    23: "telnet",
    25: "smtp",
    53: "dns",
    69: "tftp",
    80: "http",
    88: "kerberos",
    110: "pop3",
    111: "sunrpc",
    123: "ntp",
    135: "msrpc",
    139: "netbios",
    143: "imap",
    161: "snmp",
    389: "ldap",
    443: "https",
    445: "smb",
    514: "syslog",
    636: "ldaps",
    830: "netconf",
    873: "rsync",
    1433: "mssql",
    1521: "oracle",
    2049: "nfs",
    3306: "mysql",
    3389: "rdp",
    5432: "postgresql",
    5900: "vnc",
    5985: "winrm",
    6379: "redis",
    6514: "syslog-tls",
    8080: "http-alt",
    8443: "https-alt",
    27017: "mongodb",
}

_PLAIN_PROTOCOLS = ALL_PROTOCOLS - PORT_PROTOCOLS - ICMP_PROTOCOLS

_FIRST = (IntervalSet.single(SYN), FIRST_FLAGS)
_FLAG_WORDS = {ESTABLISHED_FLAGS: " established", OPENING_FLAGS: " new"}

_FLAG_NAMES = ((SYN, "SYN"), (ACK, "ACK"), (FIN, "FIN"), (RST, "RST"), (PSH, "PSH"), (URG, "URG"))


def protocol_name(number: int) -> str:
    """Return the usual name of an IP protocol, or its number."""
    return PROTOCOL_NAMES.get(number, str(number))


def limited(parts: Sequence[str], limit: int) -> str:
    """Return the parts joined by commas; past the limit "(+N)" counts the rest."""
    if len(parts) <= limit:
        return ", ".join(parts)
    return f"{', '.join(parts[:limit])} (+{len(parts) - limit})"


def interval_texts(intervals: IntervalSet) -> list[str]:
    """Return each interval as "443" or "9001-9004"."""
    return [str(low) if low == high else f"{low}-{high}" for low, high in intervals]


def address_text(addresses: AddressSet, limit: int = 6) -> str:
    """Return addresses as prefixes or ranges, at most `limit` of them; the rest is counted as intervals."""
    if addresses in (ANY_ADDRESS, ANY_IPV4, ANY_IPV6):
        return str(addresses)
    pairs = [(family, interval) for family in Family for interval in addresses.family(family)]
    shown = [str(AddressSet.of(family, IntervalSet.span(*interval))) for family, interval in pairs[:limit]]
    text = ", ".join(shown) or "none"
    return f"{text} (+{len(pairs) - limit})" if len(pairs) > limit else text


def connections(services: ServiceSet) -> ServiceSet:
    """Return the services with TCP that only opens connections (SYN) read as TCP: people mean the same."""
    if all(box.tcp_flags not in _FIRST for box in services.boxes):
        return services
    return ServiceSet.union(
        ServiceSet((replace(box, tcp_flags=ALL_OCTETS) if box.tcp_flags in _FIRST else box,)) for box in services.boxes
    )


def service_parts(services: ServiceSet) -> list[str]:
    """Return services as "tcp/443", "udp/53", "icmp", "any": the everyday protocols first, then by number."""
    services = connections(services)
    if services.same_as(ANY_SERVICE):
        return ["any"]
    ordered = sorted(services.boxes, key=_everyday_first)
    return list(dict.fromkeys(part for box in ordered for part in _box_parts(box)))


def service_text(services: ServiceSet, limit: int = 12) -> str:
    """Return services in one line, at most `limit` parts."""
    return limited(service_parts(services), limit)


def _everyday_first(box: ServiceBox) -> tuple[object, ...]:
    first = box.protocols.lowest()
    return first not in (TCP, UDP, ICMP, ICMPV6), first != TCP, [field.intervals for field in box.fields()]


def _box_parts(box: ServiceBox) -> Iterable[str]:
    suffix = ""
    if box.protocols <= PORT_PROTOCOLS:
        if box.destination_ports != ALL_PORTS:
            suffix = "/" + ",".join(interval_texts(box.destination_ports))
        if box.source_ports != ALL_PORTS:
            suffix += f" (src {','.join(interval_texts(box.source_ports))})"
        if box.protocols == IntervalSet.single(TCP) and box.tcp_flags != ALL_OCTETS:
            suffix += _FLAG_WORDS.get(box.tcp_flags, " (some flags)")
    elif box.protocols <= ICMP_PROTOCOLS:
        if box.source_ports != ALL_OCTETS:
            suffix = "/type " + ",".join(interval_texts(box.source_ports))
        if box.destination_ports != ALL_OCTETS:
            suffix += " code " + ",".join(interval_texts(box.destination_ports))
    elif box.protocols == _PLAIN_PROTOCOLS:
        yield "all other protocols"
        return
    for low, high in _split_named(box.protocols):
        yield (protocol_name(low) if low == high else f"protocols {low}-{high}") + suffix


def _split_named(protocols: IntervalSet) -> Iterable[tuple[int, int]]:
    """Yield short intervals protocol by protocol, long ones whole."""
    for low, high in protocols:
        if high - low < 4:
            yield from ((number, number) for number in range(low, high + 1))
        else:
            yield low, high


def packet_block(product: PacketProduct) -> tuple[str, str, str]:
    """Return source, destination and services of a product as short text."""
    family: Family = product.family
    return (
        address_text(AddressSet.of(family, product.source), 4),
        address_text(AddressSet.of(family, product.destination), 4),
        service_text(product.services),
    )


def port_text(port: int) -> str:
    """Return a port with its usual name: "1521 (oracle)"."""
    name = _PORT_NAMES.get(port)
    return f"{port} ({name})" if name else str(port)


def flow_text(flow: Flow, words: Words) -> str:
    """Return one packet as a sentence."""
    protocol = protocol_name(flow.protocol).upper()
    ends = {"source": flow.source_text, "destination": flow.destination_text, "protocol": protocol}
    if flow.protocol in PORT_PROTOCOLS:
        text = words(
            "flow.ports",
            source_port=flow.source_port,
            destination_port=port_text(flow.destination_port),
            **ends,
        )
        if flow.protocol == TCP and flow.tcp_flags != SYN:
            flags = [name for bit, name in _FLAG_NAMES if flow.tcp_flags & bit]
            text += words("flow.flags", flags="+".join(flags) or "0")
        return text
    if flow.protocol in ICMP_PROTOCOLS:
        return words("flow.icmp", type=flow.icmp_type, code=flow.icmp_code, **ends)
    return words("flow.plain", **ends)
