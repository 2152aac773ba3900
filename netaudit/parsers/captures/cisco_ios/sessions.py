"""VPN sessions: `show crypto session`, `isakmp sa`, `ikev2 sa`, `ipsec sa`."""

from __future__ import annotations

from netaudit.model.capture import Captured, CaptureRow, VpnSession
from netaudit.parsers.captures.cisco_ios.names import full_name
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.values import text_of


def session_facts(rows: CaptureRows) -> Captured:
    """Return the sessions of `show crypto session`."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                kind=text_of(row, "ike").lower().replace("ike", "ikev1") if text_of(row, "ike") == "IKE"
                else text_of(row, "ike").lower() or "ipsec",
                peer=text_of(row, "peer"),
                where=where,
                state=text_of(row, "session_status"),
                user=text_of(row, "username"),
                interface=full_name(text_of(row, "interface")),
                local=text_of(row, "local_ip"),
                remote=text_of(row, "remote_ip"),
                duration=text_of(row, "uptime"),
                group=text_of(row, "group"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )  # fmt: skip


def isakmp_facts(rows: CaptureRows) -> Captured:
    """Return the security associations of `show crypto isakmp sa`.

    The output names source and destination of the first message, not which of them the device is.
    """
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                kind="ikev1",
                peer=f"{text_of(row, 'source')} or {text_of(row, 'destination')}",
                where=where,
                state=text_of(row, "state"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def ikev2_facts(rows: CaptureRows) -> Captured:
    """Return the security associations of `show crypto ikev2 sa`."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                kind="ikev2",
                peer=text_of(row, "remote"),
                where=where,
                state=text_of(row, "state"),
                local=text_of(row, "local"),
                remote=text_of(row, "remote"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def ipsec_facts(rows: CaptureRows) -> Captured:
    """Return the pairs of networks of `show crypto ipsec sa`."""
    return Captured(
        vpn_sessions=tuple(
            VpnSession(
                kind="ipsec",
                peer=text_of(row, "peer"),
                where=where,
                interface=full_name(text_of(row, "interface")),
                local=_network(row, "local"),
                remote=_network(row, "remote"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
        )
    )


def _network(row: CaptureRow, side: str) -> str:
    address, mask = text_of(row, f"{side}_address"), text_of(row, f"{side}_mask")
    return f"{address}/{mask}" if address else ""
