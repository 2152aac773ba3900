"""What the outputs about interfaces say: state, addresses, VRF, VLAN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from netaudit.model.capture import Captured, CapturedInterface, CaptureRow
from netaudit.parsers.captures.cisco_ios.names import full_name
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.values import hardware_address, number_of, prefix_of, text_of, texts_of

_DISABLED = ("administratively down", "admin down", "disabled", "deleted")


def interface_fields(row: CaptureRow) -> CaptureRow:
    """Return a row of `show interfaces` with duplex, speed and medium of its last line about them."""
    parts = [part.strip() for part in (texts_of(row, "duplex_line") or ("",))[-1].split(",")]
    media = next((part.removeprefix("media type is ") for part in parts if part.startswith("media type is ")), "")
    number, unit = text_of(row, "bandwidth_number"), text_of(row, "bandwidth_unit")
    return {
        **row,
        "duplex": parts[0],
        "speed": parts[1] if len(parts) > 1 else "",
        "media_type": media,
        "bandwidth": f"{number} {unit}".strip(),
    }


def ip_interface_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines with those that go on with helper addresses marked, as a template sees single lines only."""
    out: list[str] = []
    helpers = False
    for raw in lines:
        line = raw.strip()
        helpers = line.startswith("Helper address") or (helpers and prefix_of(line) is not None)
        out.append(f"Helper address is {line}" if helpers and not line.startswith("Helper") else line)
    return out


def interface_facts(rows: CaptureRows) -> Captured:
    """Return the interfaces of `show interfaces` and `show ip interface`."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                name=full_name(text_of(row, "interface")),
                where=where,
                enabled=_enabled(text_of(row, "link_status")),
                up=_up(text_of(row, "protocol_status")),
                addresses=tuple(_addresses(row)),
                vrf=text_of(row, "vrf"),
                hardware_address=hardware_address(text_of(row, "mac_address")),
                description=text_of(row, "description"),
                mtu=number_of(text_of(row, "mtu")),
                vlan=text_of(row, "vlan_id"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def brief_facts(rows: CaptureRows) -> Captured:
    """Return the interfaces of the short tables. Their addresses come without a length and are left to others."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                name=full_name(text_of(row, "interface") or text_of(row, "port")),
                where=where,
                enabled=_enabled(text_of(row, "status")),
                up=_up(text_of(row, "proto") or text_of(row, "protocol")),
                description=text_of(row, "description"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def vrf_facts(rows: CaptureRows) -> Captured:
    """Return which interface is in which VRF."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(name=full_name(name), where=where, vrf=text_of(row, "name") or text_of(row, "vrf"))
            for row, where in zip(rows.rows, rows.places, strict=True)
            for name in (texts_of(row, "interfaces") or texts_of(row, "interface"))
        )
    )


def vlan_fields(row: CaptureRow) -> CaptureRow:
    """Return a row of `show vlan` with its ports one by one."""
    ports = (port.strip() for line in texts_of(row, "ports") for port in line.split(","))
    return {**row, "interfaces": tuple(port for port in ports if port)}


def vlan_facts(rows: CaptureRows) -> Captured:
    """Return the access VLAN of each port."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(name=full_name(name), where=where, vlan=text_of(row, "vlan_id"))
            for row, where in zip(rows.rows, rows.places, strict=True)
            for name in texts_of(row, "interfaces")
        )
    )


def _addresses(row: CaptureRow) -> Iterator[str]:
    pairs = zip_longest(texts_of(row, "ip_address"), texts_of(row, "prefix_length"), fillvalue="")
    for text in (*(f"{address}/{length}" for address, length in pairs), *texts_of(row, "secondary_addresses")):
        if prefix_of(text) is not None:
            yield text


def _enabled(status: str) -> bool | None:
    return not status.lower().startswith(_DISABLED) if status else None


def _up(status: str) -> bool | None:
    return status.lower().startswith("up") if status else None
