"""Packets as bytes: a flow with an identity in its payload, complete with checksums."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow

MAGIC = b"netaudit judge "
_MARK = len(MAGIC)
_ETHERTYPES = {Family.IPV4: 0x0800, Family.IPV6: 0x86DD}
_DISCOVERY = range(133, 138)  # RFC 4861: hop limit 255


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet of ours as it came out: its identity and its header there."""

    identity: int
    source: int
    destination: int
    source_port: int
    destination_port: int


def packet(flow: Flow, identity: int) -> bytes:
    """Return the IP packet of a flow. Protocols without a header of their own carry the payload alone."""
    payload = MAGIC + struct.pack("!I", identity)
    if flow.protocol == 6:
        head = struct.pack(
            "!HHIIBBHHH", flow.source_port, flow.destination_port, 1000, 1000, 5 << 4, flow.tcp_flags, 8192, 0, 0
        )
        upper = _with_checksum(flow, head + payload, 16)
    elif flow.protocol in (17, 136):
        head = struct.pack("!HHHH", flow.source_port, flow.destination_port, 8 + len(payload), 0)
        upper = _with_checksum(flow, head + payload, 6)
    elif flow.protocol in (1, 58):
        head = struct.pack("!BBHHH", flow.icmp_type, flow.icmp_code, 0, identity & 0xFFFF, 0)
        is_icmpv6 = flow.protocol == 58 and flow.family is Family.IPV6
        upper = _with_checksum(flow, head + payload, 2, pseudo=is_icmpv6)
    else:
        upper = payload
    return _ip_header(flow, len(upper), identity) + upper


def frame(destination_mac: bytes, source_mac: bytes, flow: Flow, identity: int) -> bytes:
    """Return the Ethernet frame of a flow."""
    return destination_mac + source_mac + struct.pack("!H", _ETHERTYPES[flow.family]) + packet(flow, identity)


def arrival_of(data: bytes) -> Arrival | None:
    """Return what an IP packet says, None where it is not one of ours (an error that quotes one is not)."""
    if len(data) < 20:
        return None
    if data[0] >> 4 == 4:
        length, protocol = (data[0] & 15) * 4, data[9]
        source, destination = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
    elif data[0] >> 4 == 6 and len(data) >= 40:
        length, protocol = 40, data[6]
        source, destination = int.from_bytes(data[8:24], "big"), int.from_bytes(data[24:40], "big")
    else:
        return None
    upper = data[length:]
    skip = {6: 20, 17: 8, 136: 8, 1: 8, 58: 8}.get(protocol, 0)
    if not upper[skip:].startswith(MAGIC):
        return None
    ports = struct.unpack("!HH", upper[:4]) if protocol in (6, 17, 136) else (0, 0)
    (identity,) = struct.unpack("!I", upper[skip + _MARK : skip + _MARK + 4])
    return Arrival(identity, source, destination, *ports)


def identity_of_upper(upper: bytes) -> int | None:
    """Return the identity in what follows an IP header, None where there is none of ours."""
    start = upper.find(MAGIC)
    if start not in (0, 8, 20) or len(upper) < start + _MARK + 4:
        return None
    identity: int = struct.unpack("!I", upper[start + _MARK : start + _MARK + 4])[0]
    return identity


def _ip_header(flow: Flow, length: int, identity: int) -> bytes:
    if flow.family is Family.IPV6:
        hops = 255 if flow.protocol == 58 and flow.icmp_type in _DISCOVERY else 64
        return (
            struct.pack("!IHBB", 6 << 28, length, flow.protocol, hops)
            + flow.source.to_bytes(16, "big")
            + flow.destination.to_bytes(16, "big")
        )
    head = struct.pack(
        "!BBHHHBBHII", 0x45, 0, 20 + length, identity & 0xFFFF, 0, 64, flow.protocol, 0, flow.source, flow.destination
    )
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:]


def _with_checksum(flow: Flow, upper: bytes, offset: int, *, pseudo: bool = True) -> bytes:
    width = flow.family.bits // 8
    prefix = b""
    if pseudo:
        prefix = flow.source.to_bytes(width, "big") + flow.destination.to_bytes(width, "big")
        prefix += struct.pack("!II", len(upper), flow.protocol)
    value = _checksum(prefix + upper)
    return upper[:offset] + struct.pack("!H", value or 0xFFFF) + upper[offset + 2 :]


def _checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF
