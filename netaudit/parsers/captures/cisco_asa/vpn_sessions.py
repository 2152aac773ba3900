"""Rows of `show vpn-sessiondb` of an ASA: sessions of every kind, the tunnels of `detail`, and the summary.

The lines are labels with values in one or two columns, which differ from release to release, so labels are found
by name and not by line.
Source: Cisco ASA Series Command Reference, S Commands, show vpn-sessiondb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_TYPE = re.compile(r"\s*Session Type: (?P<type>.*?)(?: Detailed)?\s*\Z")
# Labels that may stand in the right column. Values hold colons, so an unknown word before one is no label.
_RIGHT = (
    "Index|IP Addr|Public IP|Encryption|Hashing|Bytes Rx|Pkts Rx|Tunnel Group|VLAN|UDP Dst Port|Auth Mode"
    "|Rekey Left\\(T\\)|Rekey Left\\(D\\)|D/H Group|PFS Group|Idle TO Left|IPv6 Filter|EoU Age\\(T\\)|Reval Left\\(T\\)"
    "|Posture Token|License|Pkts Rx Drop|TCP Dst Port|Client OS Ver|Conn Time Out|Assigned IPv6|Ciphersuite"
    "|Conn TO Left|Rem Auth Mode"
)
_LABEL = re.compile(
    rf"\s*(?P<label>[A-Z][\w/()& .-]*?)\s*: ?(?P<value>.*?)(?:\s{{2,}}(?P<right>(?:{_RIGHT})\s*:.*))?\s*\Z"
)
_BLANKS = re.compile(r"\s{2,}")
_TUNNEL = re.compile(
    r"\s*(?P<kind>IKE|IKEv1|IKEv2|IPSec|IPsec|IPsecOverNatT|IPsecOverUDP|IPsecOverTCP|IPSecOverNatT|L2TPOverIPsec\w*"
    r"|AnyConnect-Parent|SSL-Tunnel|DTLS-Tunnel|Clientless|NAC):\s*\Z"
)
_COUNT = re.compile(r"(\w[\w-]*) (?:Tunnels|Sessions): (\d+)")
_LOGIN = re.compile(
    r"(?P<login_time>\d+:\d+:\d+) (?P<login_time_zone>\S+) (?P<login_weekday>[A-Z][a-z]{2})"
    r" (?P<login_month>[A-Z][a-z]{2}) (?P<login_day>\d+) (?P<login_year>\d{4})"
)

_SESSION_FIELDS = {
    "Username": "username",
    "Connection": "connection",
    "Index": "index",
    "IP Addr": "ip_address",
    "Assigned IP": "assigned_ip",
    "Assigned IPv6": "assigned_ipv6",
    "Public IP": "public_ip",
    "Protocol": "protocol",
    "License": "license",
    "Encryption": "encryption",
    "Hashing": "hashing",
    "Group Policy": "group_policy",
    "Tunnel Group": "tunnel_group",
    "Duration": "duration",
    "Inactivity": "inactivity",
    "VLAN Mapping": "vlan_mapping",
    "VLAN": "vlan_id",
    "Audt Sess ID": "audt_sess_id",
    "Security Grp": "security_grp",
}
_TUNNEL_FIELDS = {
    "Local Auth Mode": "local_authentication_mode",
    "Loc Auth Mode": "local_authentication_mode",
    "Rem Auth Mode": "remote_authentication_mode",
    "Auth Mode": "authentication_mode",
    "IKE Neg Mode": "negotiaion_mode",
    "UDP Src Port": "udp_src_port",
    "UDP Dst Port": "udp_dst_port",
    "Encryption": "encryption_method",
    "Hashing": "hash_method",
    "D/H Group": "dh_group",
    "PFS Group": "pfs_group",
    "PRF": "prf",
    "Filter Name": "filter_name",
    "IPv6 Filter": "ipv6_filter_name",
    "Encapsulation": "encapsulation",
    "Bytes Tx": "bytes_transmitted",
    "Bytes Rx": "bytes_received",
    "Pkts Tx": "packets_transmitted",
    "Pkts Rx": "packets_received",
    "Redirect URL": "redirect_url",
    "Posture Token": "posture_token",
}
_WITH_UNITS = {
    "Rekey Int (T)": ("rekey_interval", "rekey_interval_unit"),
    "Rekey Left(T)": ("rekey_time_left", "rekey_time_left_unit"),
    "Rekey Int (D)": ("rekey_data_interval", "rekey_data_interval_unit"),
    "Rekey Left(D)": ("rekey_data_remaining", "rekey_data_remaining_unit"),
    "Idle Time Out": ("idle_timeout_interval", "idle_timeout_interval_unit"),
    "Idle TO Left": ("idle_timeout_remaining", "idle_timeout_remaining_unit"),
    "Reval Int (T)": ("reval_timeout", "reval_timout_unit"),
    "Reval Left(T)": ("reval_timeout_remaining", "reval_timeout_remaining_unit"),
    "SQ Int (T)": ("status_query_interval", "status_query_interval_unit"),
    "EoU Age(T)": ("eap_over_udp_timer", "eap_over_udp_timer_unit"),
    "Hold Left (T)": ("posture_holdtime_remaining", "posture_holdtime_remaining_unit"),
}
_FILTERS = ("filter_name", "ipv6_filter_name")
_NETWORKS = {"Local Addr": "local_address", "Remote Addr": "remote_address"}


_SESSION_NAMES = (
    *_SESSION_FIELDS.values(),
    *("session_type", "bytes_tx", "bytes_rx", "total_bytes_transmitted", "total_bytes_received", "login"),
    *("total_ike_sessions", "total_ipsec_sessions", "filter_name", *_LOGIN.groupindex),
)
_TUNNEL_NAMES = (
    *_TUNNEL_FIELDS.values(),
    *(name for pair in _WITH_UNITS.values() for name in pair),
    *(f"{name}_{part}" for name in _NETWORKS.values() for part in ("network", "mask")),
    *("connection_type", "session_id"),
)


def read_sessions(given: CaptureInput) -> ReadRows:
    """Return a row a session (`show vpn-sessiondb anyconnect`, `l2l`, `ra-ikev2-ipsec` ...)."""
    return _read(given, detail=False)


def read_detail(given: CaptureInput) -> ReadRows:
    """Return a row a tunnel with the fields of its session (`show vpn-sessiondb detail ...`)."""
    return _read(given, detail=True)


@dataclass(slots=True)
class _Session:
    """A session with its tunnels, each as fields and lines."""

    fields: dict[str, str]
    lines: list[int]
    tunnels: list[tuple[dict[str, str], list[int]]] = field(default_factory=list)
    connected: bool = False  # its connection was read, which may have no name

    def take(self, pairs: Mapping[str, str], line: str, number: int) -> None:
        """Take a line with labels: of the last tunnel if one has begun, else of the session."""
        if self.tunnels:
            fields, lines = self.tunnels[-1]
            _take_tunnel(fields, pairs)
            # The filter stands with one tunnel and holds for the session.
            self.fields |= {name: text for name, text in fields.items() if name in _FILTERS}
            lines.append(number)
        else:
            _take_session(self.fields, pairs, line)
            self.connected |= "Connection" in pairs
            self.lines.append(number)

    def rows(self, *, detail: bool) -> Iterator[ReadRow]:
        """Yield the row of the session, or one a tunnel."""
        blank = dict.fromkeys(_TUNNEL_NAMES, "") if detail else {}
        if not detail or not self.tunnels:
            yield ReadRow({**blank, **self.fields}, tuple(self.lines))
            return
        for index, (fields, lines) in enumerate(self.tunnels):
            own = lines if index else [*self.lines, *lines]
            yield ReadRow({**blank, **self.fields, **fields}, tuple(own))


def _read(given: CaptureInput, *, detail: bool) -> ReadRows:
    sessions: list[_Session] = []
    headers: list[int] = []
    kind, current = "", None
    for number, line in enumerate(given.lines):
        if found := _TYPE.match(line):
            kind, current = found["type"], None
            headers.append(number)
            continue
        if found := _TUNNEL.match(line):
            if current:
                current.tunnels.append(({"connection_type": found["kind"]}, [number]))
            continue
        pairs = _pairs(line)
        if _begins(pairs, current):
            current = _Session({**dict.fromkeys(_SESSION_NAMES, ""), "session_type": kind}, [])
            sessions.append(current)
        if pairs and current:
            current.take(pairs, line, number)
    return ReadRows([row for one in sessions for row in one.rows(detail=detail)], (), headers)


def _begins(pairs: Mapping[str, str], current: _Session | None) -> bool:
    """Tell whether a line begins a session: with a name, or a connection, which may also follow the name."""
    if "Username" in pairs:
        return True
    return "Connection" in pairs and (current is None or bool(current.tunnels) or current.connected)


def _pairs(line: str) -> dict[str, str]:
    """Return label -> value of a line: one pair, or two."""
    # A long run of blanks would cost its square: two blanks part the columns as well.
    found = _LABEL.match(_BLANKS.sub("  ", line.strip()))
    if found is None:
        return {}
    pairs = {found["label"].strip(): found["value"].strip()}
    if found["right"]:
        pairs |= _pairs(found["right"])
    return pairs


def _take_session(session: dict[str, str], pairs: Mapping[str, str], line: str) -> None:
    for kind, count in _COUNT.findall(line):
        name = "total_ipsec_sessions" if kind.lower().startswith("ipsec") else "total_ike_sessions"
        session[name] = count
    for label, value in pairs.items():
        if label in _SESSION_FIELDS:
            session[_SESSION_FIELDS[label]] = value
        elif label in ("Bytes Tx", "Bytes Rx"):
            direction = label[-2:].lower()
            session[f"bytes_{direction}"] = value
            session["total_bytes_transmitted" if direction == "tx" else "total_bytes_received"] = value
        elif label == "Filter Name":
            session["filter_name"] = value
        elif label == "Login Time":
            session["login"] = value
            if found := _LOGIN.match(value):
                session |= found.groupdict()


def _take_tunnel(tunnel: dict[str, str], pairs: Mapping[str, str]) -> None:
    for label, value in pairs.items():
        if label in _TUNNEL_FIELDS:
            tunnel[_TUNNEL_FIELDS[label]] = value
        elif label in ("Session ID", "Tunnel ID"):
            tunnel["session_id"] = value.rpartition(".")[2]
        elif label in _WITH_UNITS:
            amount, unit = _WITH_UNITS[label]
            tunnel[amount], _, tunnel[unit] = value.partition(" ")
        elif label in _NETWORKS:
            network, _, mask = value.partition("/")
            tunnel[f"{_NETWORKS[label]}_network"], tunnel[f"{_NETWORKS[label]}_mask"] = network, mask.partition("/")[0]


_SUMMARY = re.compile(
    r"(?P<name>\S.*?)\s*:\s+(?P<active>\d+) :\s+(?P<cumulative>\d+)(?: :\s+(?P<peak>\d+))?"
    r"(?: :\s+(?P<inactive>\d+))?\s*\Z"
)
_TOTAL = re.compile(r"Total Active and Inactive\s*:\s+(\d+)\s+Total Cumulative :\s*(\d+)")
_CAPACITY = re.compile(r"Device Total VPN Capacity\s*:\s+(\d+)")
_LOAD = re.compile(r"Device Load\s*:\s+(\d+)%")


def read_summary(given: CaptureInput) -> ReadRows:
    """Return one row with the counts of `show vpn-sessiondb`, in parallel tuples; "None" where a count is not kept."""
    sessions: list[tuple[str, ...]] = []
    tunnels: list[tuple[str, ...]] = []
    single: dict[str, str] = {}
    lines: list[int] = []
    in_tunnels = False
    for number, raw in enumerate(given.lines):
        line = raw.strip()
        if line.startswith("Tunnels Summary"):
            in_tunnels = True
        elif found := _TOTAL.match(line):
            single["total_active_and_inactive"], single["total_cumulative"] = found.groups()
        elif found := _CAPACITY.match(line):
            single["device_total_vpn_capacity"] = found[1]
        elif found := _LOAD.match(line):
            single["device_load_percent"] = found[1]
        elif found := _SUMMARY.match(line):
            name, active, cumulative, peak, inactive = found.groups()
            if name == "Totals":
                single["totals_active"], single["totals_cumulative"] = active, cumulative
            else:
                target = tunnels if in_tunnels else sessions
                target.append((name, active, cumulative, peak or "None", inactive or "None"))
        else:
            continue
        lines.append(number)
    if not sessions and not tunnels:
        return ReadRows()
    names = ("name", "active", "cumulative", "peak_concurrent", "inactive")
    fields: dict[str, str | tuple[str, ...]] = dict(single)
    for index, name in enumerate(names):
        fields[f"vpn_session_{name}"] = tuple(entry[index] for entry in sessions)
        if name != "inactive":
            fields[f"tunnels_summary_{name}"] = tuple(entry[index] for entry in tunnels)
    return ReadRows([ReadRow(fields, tuple(lines))])
