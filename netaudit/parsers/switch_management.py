"""What IOS, NX-OS and EOS share of the management plane: who may connect where a list is bound, and small readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netaudit.model.management import (
    LocalUser,
    LogTarget,
    ManagementAccess,
    ManagementPlane,
    SnmpCommunity,
)
from netaudit.model.rules import Rulebase
from netaudit.packets.addresses import ANY_IPV6, AddressSet, Family, parse_address
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.permitted_packets import permitted_packets
from netaudit.parsers.switch_reading import CommandReading
from netaudit.parsers.word_cursor import number

WELL_KNOWN = frozenset({"public", "private"})


@dataclass(slots=True)
class PlaneDraft:
    """The management plane while its lines are read."""

    accesses: list[ManagementAccess] = field(default_factory=list)
    communities: list[SnmpCommunity] = field(default_factory=list)
    users: dict[str, LocalUser] = field(default_factory=dict)
    log_targets: list[LogTarget] = field(default_factory=list)
    time_servers: list[str] = field(default_factory=list)
    login_servers: list[str] = field(default_factory=list)

    def plane(self) -> ManagementPlane:
        """Return what was read."""
        return ManagementPlane(
            accesses=tuple(self.accesses),
            snmp_communities=tuple(self.communities),
            users=tuple(self.users.values()),
            log_targets=tuple(self.log_targets),
            time_servers=tuple(dict.fromkeys(self.time_servers)),
            authentication_servers=tuple(dict.fromkeys(self.login_servers)),
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """Who an access list lets in: `addresses` None = everyone."""

    addresses: AddressSet | None = None
    exact: bool = True


class BoundLists:
    """Answers who may connect where lists are bound; one that is not defined lets everyone in."""

    def __init__(self, reading: CommandReading, lists: Mapping[str, Rulebase]) -> None:
        self._lists = lists
        self._has_ipv6 = any(
            address.family is Family.IPV6 for one in reading.interfaces.values() for address in one.addresses
        )

    def sources(self, names: Sequence[str]) -> Sources:
        """Return the sources that the lists let in; IPv6 stays open where only an IPv4 list is bound."""
        ipv4 = ipv6 = None
        exact = True
        for name in names:
            rulebase = self._lists.get(name)
            if rulebase is None:
                continue
            permitted = permitted_packets(rulebase)
            exact = exact and permitted.is_exact
            found = permitted.maybe.sources()
            # Two lists of a family are for different ways in (VRFs), or must both agree: from above, either will do.
            if Family.IPV6 in rulebase.families:
                exact = exact and ipv6 is None
                ipv6 = found.ipv6 if ipv6 is None else ipv6 | found.ipv6
            else:
                exact = exact and ipv4 is None
                ipv4 = found.ipv4 if ipv4 is None else ipv4 | found.ipv4
        if ipv4 is None and ipv6 is None:
            return Sources()
        open_ipv6 = ANY_IPV6.ipv6 if self._has_ipv6 else AddressSet().ipv6
        every_ipv4 = Family.IPV4.all_addresses
        return Sources(AddressSet(every_ipv4 if ipv4 is None else ipv4, open_ipv6 if ipv6 is None else ipv6), exact)


def server_host(reading: CommandReading, draft: PlaneDraft, words: list[str], root: ConfLine) -> bool:
    """Read `tacacs-server|radius-server|ldap-server host A ...`."""
    if words[1:2] != ["host"] or len(words) < 3:
        return False
    draft.login_servers.append(words[2])
    return True


def login_methods(reading: CommandReading) -> tuple[str, str]:
    """Return how a remote login and one at the console ask who is there: the first method of the list counts."""
    found = {"default": "local", "console": ""}
    for root in reading.blocks("aaa authentication login"):
        words = root.words
        if len(words) >= 5 and words[3] in found:
            found[words[3]] = {"local": "local", "none": "none", "group": "aaa"}.get(words[4], "")
            reading.understood(root)
    return found["default"], found["console"] or found["default"]


def port_after(words: Sequence[str], keyword: str, default: int) -> int:
    """Return the port that follows a keyword, the default where it does not occur."""
    if keyword in words[:-1]:
        return number(words[words.index(keyword) + 1], 65535) or default
    return default


def is_address(text: str) -> bool:
    """Tell whether the text is an IP address."""
    try:
        parse_address(text)
    except ValueError:
        return False
    return True
