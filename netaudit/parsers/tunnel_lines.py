"""The `tunnel ...` lines of an interface, as IOS and EOS write them: what carries the packets, from where to where.

Source: Cisco IOS Interface and Hardware Component Command Reference, "tunnel mode", "tunnel source", "tunnel
destination", "tunnel key"; Security Command Reference, "tunnel protection ipsec profile"; Arista EOS User Manual,
"Tunnel interfaces".
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.links import Tunnel
from netaudit.model.source import SourceRef

# `tunnel mode ...` as it is written -> the model's word.
_MODES = {
    "gre": "gre", "ipsec": "ipsec", "gre ip": "gre", "gre ipv6": "gre",
    "gre multipoint": "gre multipoint", "gre multipoint ipv6": "gre multipoint",
    "ipip": "ipip", "ipip decapsulate-any": "ipip", "ipsec ipv4": "ipsec", "ipsec ipv6": "ipsec",
    "ipsec dual-overlay": "ipsec", "ipsec ipv4 v6-overlay": "ipsec", "ipsec ipv6 v4-overlay": "ipsec",
    "ipv6": "ipv6", "ipv6ip": "ipv6ip", "ipv6ip 6to4": "6to4", "ipv6ip isatap": "isatap", "ipv6ip 6rd": "6rd",
    "ipv6ip auto-tunnel": "ipv6ip", "mpls traffic-eng": "mpls", "vxlan ipv4": "vxlan", "vxlan-gpe ipv4": "vxlan",
    "udp multipoint": "udp multipoint", "udp ip": "udp", "nos": "nos", "dvmrp": "dvmrp", "eon": "eon",
}  # fmt: skip
# Settings of the outer header that change neither path nor protection.
_PLAIN = frozenset({"bandwidth", "checksum", "path-mtu-discovery", "tos", "ttl", "rbscp", "sequence-datagrams", "flow"})


@dataclass(slots=True)
class TunnelDraft:
    """The `tunnel ...` lines of one interface."""

    seen: bool = False
    kind: str = "gre"  # what a tunnel is without `tunnel mode`
    source: str = ""
    destination: str = ""
    outer_vrf: str = ""
    key: str = ""
    protection: str = ""

    def read(self, words: list[str]) -> bool:
        """Read the words after `tunnel`; False where they are not known."""
        word, rest = (words[0], words[1:]) if words else ("", [])
        if word == "mode":
            kind = _MODES.get(" ".join(rest))
            if kind is None:
                return False
            self.kind = kind
        elif word == "source" and rest:
            self.source = "".join(rest[1:] if rest[0] == "interface" else rest)
        elif word == "destination" and rest:
            self.destination = "" if rest[0] == "dynamic" else "".join(rest)
        elif word == "vrf" and len(rest) == 1:
            self.outer_vrf = rest[0]
        elif word == "underlay" and rest[:1] == ["vrf"] and len(rest) == 2:
            self.outer_vrf = rest[1]
        elif word == "key" and rest:
            self.key = rest[0]
        elif word == "ipsec" and rest[:1] == ["profile"] and len(rest) > 1:
            self.protection = rest[1]
        elif word == "protection" and rest[:2] == ["ipsec", "profile"] and len(rest) > 2:
            self.protection = rest[2]
        else:
            return word in _PLAIN
        self.seen = True
        return True

    def finished(self, interface: str, where: SourceRef) -> Tunnel | None:
        """Return the tunnel, None where the interface is none."""
        if not self.seen and not interface.lower().startswith("tunnel"):
            return None
        return Tunnel(
            interface, self.kind, where, self.source, self.destination, self.outer_vrf, self.key, self.protection
        )
