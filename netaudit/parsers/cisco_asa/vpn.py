"""IPsec and remote access: crypto maps, proposals, tunnel interfaces, and where decrypted packets come in.

By default (`sysopt connection permit-vpn`) a decrypted packet passes the lists of the interface where its tunnel ends.
`bypass` states that: at each such interface a list of the platform's own comes before the written one and may permit
what can come out of the tunnels. It never permits surely, since nobody knows which tunnels are up, and the group
policies' own filters may still drop.

Source: Cisco ASA Series VPN CLI Configuration Guide, "IPsec and ISAKMP", "Remote Access IPsec VPNs", "Virtual Tunnel
Interface"; Command Reference, "crypto map", "sysopt connection permit-vpn", "ip local pool".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netaudit.model.device import Interface
from netaudit.model.links import CryptoTunnel, Tunnel
from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.permitted_packets import permitted_packets

MAX_POLICIES = 64  # IKE policies that are repeated with each tunnel; devices allow far fewer
_SETTINGS = frozenset({"encryption", "integrity", "hash", "group", "prf", "authentication", "lifetime"})
# `crypto map NAME N set ...` that change neither peers nor protection.
_PLAIN_SETS = frozenset(
    {
        "security-association", "connection-type", "trustpoint", "nat-t-disable", "phase1-mode", "df-bit",
        "inheritance", "tfc-packets", "validate-icmp-errors", "ikev2-pre-shared-key",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Entry:
    """One entry of a crypto map, dynamic map or profile while its lines are read."""

    name: str
    sequence: str
    where: SourceRef
    dynamic: str = ""
    peers: list[str] = field(default_factory=list)
    rulebase: str = ""
    ikev1: list[str] = field(default_factory=list)
    ikev2: list[str] = field(default_factory=list)
    forward_secrecy: str = ""


@dataclass(slots=True)
class Vpn:
    """What the lines say of tunnels. Keys are names as written."""

    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)
    dynamic: dict[str, dict[str, _Entry]] = field(default_factory=dict)  # by name, then by sequence
    profiles: dict[str, _Entry] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    ike: dict[str, list[str]] = field(default_factory=lambda: {"1": [], "2": []})
    ends: dict[str, list[str]] = field(default_factory=dict)  # crypto map -> names of interfaces
    end_lines: dict[str, int] = field(default_factory=dict)  # interface name -> line index
    remote_access: dict[str, int] = field(default_factory=dict)  # interface name -> line index
    pools: list[AddressSet] = field(default_factory=list)
    pools_known: bool = True
    protected: set[str] = field(default_factory=set)  # tunnel interfaces with IPsec
    bypasses_lists: bool = True

    def crypto_tunnels(self, tunnels: Iterable[Tunnel]) -> tuple[CryptoTunnel, ...]:
        """Return the entries of the crypto maps in their order, then the protected tunnel interfaces."""
        found: list[CryptoTunnel] = []
        ends = {name: tuple(dict.fromkeys(interfaces)) for name, interfaces in self.ends.items()}
        found += [self._tunnel(entry, one, ends.get(entry.name, ())) for entry, one in self._resolved()]
        for tunnel in tunnels:
            profile = self.profiles.get(tunnel.protection)
            if profile is not None:
                peers = (tunnel.destination,) if tunnel.destination else ()
                shown = self._tunnel(profile, profile, (tunnel.interface,))
                found.append(replace(shown, peers=peers))
        return tuple(found)

    def _resolved(self) -> Iterator[tuple[_Entry, _Entry]]:
        """Yield each entry with itself, or with the entries of the dynamic map that it names (each map once)."""
        shown: set[tuple[str, str]] = set()
        for entry in self.entries.values():
            below: Iterable[_Entry] = ()
            if entry.dynamic and (entry.name, entry.dynamic) not in shown:
                shown.add((entry.name, entry.dynamic))
                below = self.dynamic.get(entry.dynamic, {}).values()
            for one in below or (entry,):
                yield entry, one

    def _tunnel(self, entry: _Entry, one: _Entry, interfaces: tuple[str, ...]) -> CryptoTunnel:
        versions = [version for version, sets in (("1", one.ikev1), ("2", one.ikev2)) if sets]
        proposals = [self.sets.get(name, name) for name in (*one.ikev1, *one.ikev2)]
        return CryptoTunnel(
            name=entry.name,
            sequence=entry.sequence if one is entry else f"{entry.sequence} {one.name} {one.sequence}",
            where=one.where,
            interfaces=interfaces,
            peers=tuple(dict.fromkeys(one.peers)),
            rulebase=one.rulebase,
            proposals=(*proposals, *(text for version in versions for text in self.ike[version][:MAX_POLICIES])),
            ike_version=versions[0] if len(versions) == 1 else "",
            forward_secrecy=one.forward_secrecy,
        )

    def arriving(self, lists: Mapping[str, Rulebase], protected: Iterable[str]) -> dict[str, PacketSet]:
        """Return what can come out of the tunnels that end at each interface, from above.

        `protected` are the names of encrypted tunnel interfaces. The addresses of remote users are those of the
        pools, unless a server hands them out.
        """
        by_map: dict[str, dict[str, None]] = {}  # crypto map -> names of lists, "" for no list that is known
        for entry, one in self._resolved():
            by_map.setdefault(entry.name, {})[one.rulebase if one.rulebase in lists else ""] = None
        protecting: dict[str, dict[str, None]] = {}
        for name, interfaces in self.ends.items():
            for interface in interfaces:
                protecting.setdefault(interface, {}).update(by_map.get(name, {}))
        returning = {
            name: _reversed(permitted_packets(lists[name]).maybe) if name else PacketSet.of()
            for name in dict.fromkeys(name for names in protecting.values() for name in names)
        }
        found = {interface: [returning[name] for name in names] for interface, names in protecting.items()}
        sources = AddressSet.union(self.pools) if self.pools and self.pools_known else ANY_ADDRESS
        for interface in protected:
            found.setdefault(interface, []).append(PacketSet.of())
        for interface in self.remote_access:
            found.setdefault(interface, []).append(PacketSet.of(sources))
        return {interface: PacketSet.union(parts) for interface, parts in found.items()}


def _reversed(packets: PacketSet) -> PacketSet:
    """Return the packets that come back: addresses swapped, any service, since either end may open a connection."""
    products = (
        product
        for one in packets.products
        for product in PacketSet.of(
            AddressSet.of(one.family, one.destination), AddressSet.of(one.family, one.source)
        ).products
    )
    return PacketSet(tuple(dict.fromkeys(products)))


def read_vpn(lines: Iterable[ConfLine], context: Context) -> Vpn:
    """Read the top lines that begin with crypto, isakmp, webvpn, ip local, ipv6 local, sysopt, tunnel-group ..."""
    vpn = Vpn()
    for line in lines:
        words = line.words
        reader = _READERS.get(" ".join(words[:3])) or _READERS.get(" ".join(words[:2])) or _READERS.get(words[0])
        if reader is not None and reader(vpn, words, line, context):
            context.ledger.understood(line.index)
    for name, interfaces in vpn.ends.items():
        if not any(entry.name == name for entry in vpn.entries.values()):
            vpn.ends[name] = []
            for interface in interfaces:  # a map without entries protects nothing
                vpn.end_lines.pop(interface, None)
    return vpn


def read_tunnels(lines: Iterable[ConfLine], vpn: Vpn, context: Context) -> tuple[Tunnel, ...]:
    """Read the `tunnel ...` lines of the `interface` blocks; an ASA has IPsec tunnels (and VXLAN ones) only."""
    found: list[Tunnel] = []
    for line in lines:
        values = {
            child.words[1]: child.words[2:]
            for child in _below(line)
            if child.words[:1] == ["tunnel"] and child.words[2:]
        }
        if not values:
            continue
        name = "".join(line.words[1:])
        source = [word for word in values.get("source", ()) if word != "interface"]
        destination = values.get("destination", [""])[0]
        protection = values.get("protection", [])
        profile = protection[2] if protection[:2] == ["ipsec", "profile"] and len(protection) > 2 else ""
        if profile:
            vpn.protected.add(name)
        found.append(
            Tunnel(
                name, values.get("mode", ["ipsec"])[0], context.ledger.ref(line.index), source[0] if source else "",
                context.names.get(destination, destination), protection=profile,
            )
        )  # fmt: skip
    return tuple(found)


def bypass(
    vpn: Vpn, interfaces: Sequence[Interface], bindings: list[Binding], lists: Mapping[str, Rulebase], context: Context
) -> tuple[list[Rulebase], list[Binding]]:
    """Return the lists of the platform's own for decrypted packets, and where they come before written lists.

    Where no list is bound at the interface, the security levels decide of packets that are not encrypted; that
    decrypted ones pass is noted with the line that ends the tunnels there.
    """
    if not vpn.bypasses_lists:
        return [], []
    protected = [one.nickname for one in interfaces if one.nickname and one.name in vpn.protected]
    known = {one.nickname for one in interfaces}
    arriving = {name: packets for name, packets in vpn.arriving(lists, protected).items() if name in known or not known}
    places = {one.nickname: one.where.line - 1 for one in interfaces} | vpn.remote_access | vpn.end_lines
    filtered = [one for one in bindings if one.purpose is Purpose.FILTER and one.defined]
    guarded = {one.interface for one in filtered if one.direction is Direction.IN}
    rulebases: list[Rulebase] = []
    bound: list[Binding] = []
    for name, packets in arriving.items():
        index = places[name]
        if not {name, "*"} & guarded:
            reason = "decrypted packets come in whatever the security levels say"
            context.ledger.unsupported(index, Affects.FILTER, reason)
            continue
        rulebase = _own_list(f"decrypted traffic at {name}", packets, context.ledger.ref(index))
        rulebases.append(rulebase)
        bound.append(Binding(rulebase.name, Purpose.FILTER, rulebase.where, name, Direction.IN))
    outgoing = list(dict.fromkeys(one.interface for one in filtered if one.direction is Direction.OUT))
    if arriving and outgoing:
        # "without checking ACLs for the source and destination interfaces" (VPN guide, "Virtual Tunnel Interface")
        where = context.ledger.ref(places[next(iter(arriving))])
        rulebase = _own_list("decrypted traffic", PacketSet.union(arriving.values()), where)
        rulebases.append(rulebase)
        bound += [Binding(rulebase.name, Purpose.FILTER, where, name, Direction.OUT) for name in outgoing]
    return rulebases, bound


def _own_list(name: str, packets: PacketSet, where: SourceRef) -> Rulebase:
    rule = AccessRule(
        "permit-vpn",
        Action.PERMIT,
        PacketMatch.upper(packets, "decrypted traffic passes the interface list"),
        where,
        logged=False,
        sources=("any",),
        destinations=("any",),
        services=("ip",),
        implicit=True,
    )
    return Rulebase(
        name, RulebaseKind.FILTER, (rule,), Action.DENY, where, default_logged=False, stateful=True,
        flavour="sysopt connection permit-vpn",
    )  # fmt: skip


def _below(line: ConfLine) -> Iterator[ConfLine]:
    """Yield the lines of a block that have words."""
    return (child for child in line.children if child.words)


# Readers return True when they understood the line, False to leave it to the table.


def _crypto_map(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    if len(words) < 5:
        return False
    name, sequence = words[2], words[3]
    if sequence == "interface":
        vpn.ends.setdefault(name, []).append(words[4])
        vpn.end_lines[words[4]] = line.index
        return True
    if not sequence.isdigit():
        return False
    entry = vpn.entries.setdefault((name, sequence), _Entry(name, sequence, context.ledger.ref(line.index)))
    rest = words[4:]
    if rest[0] == "ipsec-isakmp":
        if rest[1:2] == ["dynamic"] and len(rest) > 2:
            entry.dynamic = rest[2]
        return True
    return _setting(entry, rest, line, context)


def _dynamic_map(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    if len(words) < 5 or not words[3].isdigit():
        return False
    name, sequence = words[2], words[3]
    place = context.ledger.ref(line.index)
    entry = vpn.dynamic.setdefault(name, {}).setdefault(sequence, _Entry(name, sequence, place))
    return _setting(entry, words[4:], line, context)


def _profile(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    if len(words) < 4:
        return False
    entry = vpn.profiles.setdefault(words[3], _Entry(words[3], "", context.ledger.ref(line.index)))
    for child in _below(line):
        if _setting(entry, child.words, child, context):
            context.ledger.understood(child.index)
    return True


def _setting(entry: _Entry, rest: list[str], line: ConfLine, context: Context) -> bool:
    """Read `match address L` and `set ...` of an entry."""
    if rest[:2] == ["match", "address"] and len(rest) > 2:
        entry.rulebase = rest[2]
        return True
    if rest[:1] != ["set"] or len(rest) < 2:
        return False
    word, values = rest[1], rest[2:]
    if word == "peer":
        entry.peers += [context.names.get(value, value) for value in values]
    elif word == "transform-set":
        entry.ikev1 += values
    elif word == "ikev1" and values[:1] == ["transform-set"]:
        entry.ikev1 += values[1:]
    elif word == "ikev2" and values[:1] == ["ipsec-proposal"]:
        entry.ikev2 += values[1:]
    elif word == "pfs":
        entry.forward_secrecy = values[0] if values else "group2"  # the default of most releases
    elif word == "reverse-route":
        context.ledger.unsupported(line.index, Affects.ROUTING, "routes to the protected networks come and go")
        return False
    else:
        return word in _PLAIN_SETS or word == "ikev1"
    return True


def _transform_set(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    """Read `crypto ipsec [ikev1] transform-set NAME esp-... esp-...` and its `mode transport`."""
    rest = words[words.index("transform-set") + 1 :]
    if len(rest) < 2:
        return False
    if rest[1] == "mode":
        vpn.sets[rest[0]] = f"{vpn.sets.get(rest[0], rest[0] + ':')} ({' '.join(rest[2:])})"
    else:
        vpn.sets[rest[0]] = f"{rest[0]}: {' '.join(rest[1:])}"
    return True


def _ipsec_proposal(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    """Read `crypto ipsec ikev2 ipsec-proposal NAME` with `protocol esp encryption ...` below."""
    if len(words) < 5:
        return False
    parts = []
    for child in _below(line):
        if child.words[:2] == ["protocol", "esp"]:
            parts.append(" ".join(child.words[2:]))
            context.ledger.understood(child.index)
    vpn.sets[words[4]] = f"{words[4]}: {', '.join(parts)}"
    return True


def _ike_policy(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    """Read `crypto ikev1|ikev2|isakmp policy N` with its lines, and the flat `isakmp policy N encryption ...`."""
    rest = words[1:] if words[0] == "crypto" else words
    if len(rest) < 3 or rest[1] != "policy":
        return False
    version = "2" if rest[0] == "ikev2" else "1"
    settings = []
    for child in _below(line):
        if child.words[0] in _SETTINGS:
            settings.append(" ".join(child.words))
            context.ledger.understood(child.index)
    head = f"{rest[0]} policy {rest[2]}:"
    if len(rest) > 3:
        settings.append(" ".join(rest[3:]))
        for position, known in enumerate(vpn.ike[version]):
            if known.startswith(head):
                vpn.ike[version][position] = f"{known}, {settings[-1]}"
                return True
    vpn.ike[version].append(f"{head} {', '.join(settings) or 'defaults'}")
    return True


def _webvpn(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    for child in _below(line):
        if child.words[0] == "enable" and len(child.words) >= 2:
            vpn.remote_access[child.words[1]] = child.index
            context.ledger.understood(child.index)
    return bool(line.children)


def _pool(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    """Read `ip local pool NAME FIRST-LAST [mask M]` and `ipv6 local pool NAME FIRST/LENGTH COUNT`."""
    if len(words) < 5 or words[2] != "pool":
        return False
    try:
        if words[0] == "ip":
            first, _, last = words[4].partition("-")
            vpn.pools.append(AddressSet.range(first, last or first))
        else:
            vpn.pools.append(AddressSet.prefix(words[4]))
    except ValueError:
        vpn.pools_known = False
        return False
    return True


def _attributes(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    """Look for addresses of remote users that no pool names; the lines themselves are left to the table."""
    for child in _below(line):
        if child.words[0] in ("dhcp-server", "dhcp-network-scope") and "none" not in child.words[1:2]:
            vpn.pools_known = False
        elif child.words[0] == "vpn-framed-ip-address" and len(child.words) >= 2:
            try:
                vpn.pools.append(AddressSet.host(child.words[1]))
            except ValueError:
                vpn.pools_known = False
    return False


def _sysopt(vpn: Vpn, words: list[str], line: ConfLine, context: Context) -> bool:
    negated = words[0] == "no"
    if words[-1] not in ("permit-vpn", "permit-ipsec") or "connection" not in words:
        return False
    vpn.bypasses_lists = not negated
    return True


_READERS = {
    "crypto map": _crypto_map,
    "crypto dynamic-map": _dynamic_map,
    "crypto ipsec profile": _profile,
    "crypto ipsec transform-set": _transform_set,
    "crypto ipsec ikev1": lambda vpn, words, line, context: (
        "transform-set" in words and _transform_set(vpn, words, line, context)
    ),
    "crypto ipsec ikev2": _ipsec_proposal,
    "crypto ikev1 policy": _ike_policy,
    "crypto ikev2 policy": _ike_policy,
    "crypto isakmp policy": _ike_policy,
    "isakmp policy": _ike_policy,
    "webvpn": _webvpn,
    "ip local": _pool,
    "ipv6 local": _pool,
    "group-policy": _attributes,
    "tunnel-group": _attributes,
    "username": _attributes,
    "sysopt connection": _sysopt,
    "no sysopt connection": _sysopt,
}
VPN_WORDS = (
    "crypto", "isakmp", "webvpn", "ip", "ipv6 local", "group-policy", "tunnel-group", "username", "sysopt",
    "no sysopt",
)  # fmt: skip
