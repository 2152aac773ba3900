"""First-hop redundancy groups (HSRP, VRRP, GLBP, VARP) while the lines of interfaces are read.

Source: Cisco IOS First Hop Redundancy Protocols Command Reference; Cisco Nexus 9000 NX-OS Unicast Routing
Configuration Guide, "Configuring HSRP", "Configuring VRRP"; Arista EOS User Manual, "VRRP and VARP".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.links import FirstHopGroup
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import parse_address
from netaudit.parsers.word_cursor import number

_HIGHEST_PRIORITY = 255
# Settings that change neither who answers nor whom it believes.
_PLAIN = frozenset(
    {
        "timers", "name", "description", "mac-address", "mac-refresh", "version", "use-bia", "bfd", "delay", "follow",
        "forwarder", "load-balancing", "weighting", "client-cache", "advertise", "advertisement", "timer", "sso",
        "match-address", "vrrs", "advertisement-interval", "shutdown", "session", "redirects", "reload", "bia",
        "arp", "icmp", "redirect", "forwarding-threshold", "exit", "exit-vrrp", "mac-advertisement-interval",
        "accept-mode", "bandwidth", "vrrpv2", "backup",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Draft:
    where: SourceRef
    addresses: list[str] = field(default_factory=list)
    priority: int | None = None
    preempts: bool | None = None
    tracked: list[str] = field(default_factory=list)
    authentication: str = ""


class FirstHopGroups:
    """The groups of a device, by protocol, interface and group; lines of one group add up."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[str, str, str], _Draft] = {}

    def setting(self, protocol: str, interface: str, group: str, words: list[str], where: SourceRef) -> bool:
        """Read one setting of a group (`words` after its number); False where it is not known."""
        draft = self._drafts.setdefault((protocol, interface, group), _Draft(where))
        negated = words[:1] == ["no"]
        word, rest = (words[1] if negated and len(words) > 1 else words[0] if words else ""), words[1 + negated :]
        if word in ("ip", "ipv4", "ipv6", "address", "primary"):
            text = rest[0].partition("/")[0] if rest else ""
            if not negated and _is_address(text) and text not in draft.addresses:
                draft.addresses.append(text)
            return negated or not text or _is_address(text) or text in ("autoconfig", "version")
        if word in ("priority", "priority-level"):
            value = number(rest[0], _HIGHEST_PRIORITY) if rest else None
            draft.priority = None if negated else value
            return negated or value is not None
        if word == "preempt":
            draft.preempts = not negated
        elif word in ("track", "tracked-object", "object-track", "object"):
            if rest and not negated:
                draft.tracked.append(rest[0])
        elif word in ("authentication", "peer"):
            draft.authentication = "" if negated else _authentication(rest)
        else:
            return word in _PLAIN or not word
        return True

    def groups(self) -> tuple[FirstHopGroup, ...]:
        """Return the groups in the order of their first lines."""
        return tuple(
            FirstHopGroup(
                protocol,
                group,
                interface,
                draft.where,
                tuple(draft.addresses),
                draft.priority,
                draft.preempts,
                tuple(dict.fromkeys(draft.tracked)),
                draft.authentication,
            )
            for (protocol, interface, group), draft in self._drafts.items()
        )


def _authentication(rest: list[str]) -> str:
    if "key-chain" in rest:
        return "key chain"
    return "md5" if any(word in ("md5", "ietf-md5") for word in rest) else "text"


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except ValueError:
        return False
    return True
