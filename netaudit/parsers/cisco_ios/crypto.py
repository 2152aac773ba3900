"""IPsec: crypto maps (static, dynamic, GET VPN), IPsec profiles of tunnels, and the proposals of both.

Source: Cisco IOS Security Command Reference, "crypto map (global IPsec)", "crypto dynamic-map", "crypto ipsec
transform-set", "crypto ipsec profile", "crypto isakmp policy", "crypto ikev2 proposal", "crypto gdoi group".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.links import CryptoTunnel, Tunnel
from netaudit.model.rules import Purpose
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.cisco_ios.reading import CRYPTO_MAP, Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST
from netaudit.parsers.word_cursor import number

_IKE_WORDS = frozenset({"encr", "encryption", "hash", "integrity", "prf", "group", "authentication", "lifetime"})
MAX_POLICIES = 64  # IKE policies that are repeated with each tunnel; devices allow far fewer
_HEAD_SETTINGS = frozenset({"local-address", "redundancy", "client", "isakmp", "ikev2", "gdoi"})


@dataclass(slots=True)
class _Entry:
    """One entry of a crypto map, or a dynamic map or profile, while its lines are read."""

    name: str
    sequence: str
    where: SourceRef
    kind: str = ""  # "ipsec-isakmp", "ipsec-manual", "gdoi"
    dynamic: str = ""
    group: str = ""  # GET VPN
    peers: list[str] = field(default_factory=list)
    rulebase: str = ""
    sets: list[str] = field(default_factory=list)
    ike_version: str = ""
    forward_secrecy: str = ""
    enabled: bool = True


class _Proposals:
    """How tunnels may be protected: transform sets by name, and the IKE proposals that any tunnel may agree on."""

    def __init__(self, reading: Reading) -> None:
        self.sets: dict[str, str] = {}
        self.ike: dict[str, list[str]] = {"1": [], "2": []}
        for root in reading.blocks("crypto ipsec transform-set"):
            words = root.words
            if len(words) < 5:
                continue
            algorithms = " ".join(words[4:])
            mode = next(
                (line.words[1] for line in root.children if line.words[0] == "mode" and len(line.words) > 1), ""
            )
            self.sets[words[3]] = f"{words[3]}: {algorithms}" + (f" ({mode})" if mode == "transport" else "")
            _understood(reading, root)
        for version, command in (("1", "crypto isakmp policy"), ("2", "crypto ikev2 proposal")):
            for root in reading.blocks(command, command.replace("isakmp", "ikev1")):
                self.ike[version].append(_ike_text(root))
                _understood(reading, root)

    def of(self, entry: _Entry) -> tuple[str, ...]:
        """Return the proposals of an entry: its transform sets, then those of its IKE version."""
        return (
            *(self.sets.get(name, name) for name in entry.sets),
            *self.ike.get(entry.ike_version, [])[:MAX_POLICIES],
        )


def read_crypto(reading: Reading) -> None:
    """Read the IPsec tunnels into `reading.crypto_tunnels`."""
    proposals = _Proposals(reading)
    servers = _key_servers(reading)
    dynamic = _dynamic_maps(reading)
    interfaces = {name: tuple(dict.fromkeys(found)) for name, found in reading.crypto_maps.items()}
    shown: set[tuple[str, str]] = set()  # a map shows a dynamic map once, however often it names it
    for entry in _map_entries(reading):
        found = [entry]
        if entry.dynamic and (entry.name, entry.dynamic) not in shown:
            shown.add((entry.name, entry.dynamic))
            found = dynamic.get(entry.dynamic, [entry])
        for one in found:
            peers = servers.get(one.group, []) if one.group else one.peers
            sequence = entry.sequence if one is entry else f"{entry.sequence} {one.name} {one.sequence}"
            reading.crypto_tunnels.append(
                CryptoTunnel(
                    name=entry.name,
                    sequence=sequence,
                    where=one.where,
                    interfaces=interfaces.get(entry.name, ()),
                    peers=tuple(dict.fromkeys(peers)),
                    rulebase=one.rulebase,
                    proposals=(f"gdoi group {one.group}",) if one.group else proposals.of(one),
                    ike_version=one.ike_version,
                    forward_secrecy=one.forward_secrecy,
                    enabled=one.enabled and entry.enabled,
                )
            )
    _profiles(reading, proposals)


def _understood(reading: Reading, root: ConfLine) -> None:
    for line in root.walk():
        reading.ledger.understood(line.index)


def _ike_text(root: ConfLine) -> str:
    """Return "isakmp policy 10: encr aes 256, hash sha, group 14" of a policy or proposal."""
    settings = [" ".join(line.words) for line in root.children if line.words[0] in _IKE_WORDS]
    return f"{' '.join(root.words[1:4])}: {', '.join(settings) or 'defaults'}"


def _map_entries(reading: Reading) -> list[_Entry]:
    """Read `crypto map NAME SEQUENCE [ipsec-isakmp|ipsec-manual|gdoi] [dynamic NAME]` with the lines below."""
    entries: dict[tuple[str, str], _Entry] = {}
    for root in reading.blocks("crypto map"):
        words = root.words[2:]
        if words[:1] == ["ipv6"]:
            words = words[1:]
        if len(words) < 2:
            continue
        reading.define(CRYPTO_MAP, words[0], root.index)
        if number(words[1], 65535) is None:
            if words[1] in _HEAD_SETTINGS:
                reading.ledger.understood(root.index)
            continue
        reading.ledger.understood(root.index)
        entry = entries.setdefault((words[0], words[1]), _Entry(words[0], words[1], _place(reading, root)))
        for position, word in enumerate(words[2:], 2):
            if word in ("ipsec-isakmp", "ipsec-manual", "gdoi"):
                entry.kind = word
            elif word == "dynamic" and position + 1 < len(words):
                entry.dynamic = words[position + 1]
        _settings(reading, root, entry)
        if entry.kind == "ipsec-isakmp" and not entry.ike_version:
            entry.ike_version = "1"
    return list(entries.values())


def _dynamic_maps(reading: Reading) -> dict[str, list[_Entry]]:
    """Read `crypto dynamic-map NAME SEQUENCE`: any peer that proves itself; without a list, for any packets."""
    found: dict[str, list[_Entry]] = {}
    for root in reading.blocks("crypto dynamic-map"):
        words = root.words
        if len(words) < 4:
            continue
        reading.ledger.understood(root.index)
        entry = _Entry(words[2], words[3], _place(reading, root), "ipsec-isakmp")
        _settings(reading, root, entry)
        entry.ike_version = entry.ike_version or "1"
        found.setdefault(words[2], []).append(entry)
    return found


def _profiles(reading: Reading, proposals: _Proposals) -> None:
    """Read `crypto ipsec profile NAME`: one encrypted tunnel for each tunnel interface that it protects."""
    tunnels: dict[str, list[Tunnel]] = {}
    for tunnel in reading.tunnels:
        tunnels.setdefault(tunnel.protection, []).append(tunnel)
    for root in reading.blocks("crypto ipsec profile"):
        words = root.words
        if len(words) < 4:
            continue
        reading.ledger.understood(root.index)
        entry = _Entry(words[3], "", _place(reading, root), "profile")
        _settings(reading, root, entry)
        entry.ike_version = entry.ike_version or "1"
        for tunnel in tunnels.pop(entry.name, ()):
            interface = reading.interfaces.get(tunnel.interface)
            reading.crypto_tunnels.append(
                CryptoTunnel(
                    entry.name,
                    "",
                    entry.where,
                    (tunnel.interface,),
                    (tunnel.destination,) if tunnel.destination else (),
                    proposals=proposals.of(entry),
                    ike_version=entry.ike_version,
                    forward_secrecy=entry.forward_secrecy,
                    enabled=interface is None or interface.enabled,
                )
            )


def _key_servers(reading: Reading) -> dict[str, list[str]]:
    """Return the key servers of each GET VPN group."""
    found: dict[str, list[str]] = {}
    for root in reading.blocks("crypto gdoi group", "crypto gkm group"):
        words = [word for word in root.words if word != "ipv6"]
        if len(words) < 4:
            continue
        servers = found.setdefault(words[3], [])
        reading.ledger.understood(root.index)
        for line in root.walk():
            parts = line.words
            if parts[:2] == ["server", "address"] and len(parts) >= 4:
                servers.append(parts[3])
            elif parts[:1] != ["identity"] and line is not root:
                continue
            reading.ledger.understood(line.index)
    return found


def _place(reading: Reading, root: ConfLine) -> SourceRef:
    return reading.ledger.ref(root.index, root.children[-1].index if root.children else None)


def _settings(reading: Reading, root: ConfLine, entry: _Entry) -> None:
    """Read the lines below an entry; those that it does not know are left to the command table."""
    for line in root.children:
        words = line.words
        command = " ".join(words[:2])
        if command == "set peer" and len(words) >= 3:
            entry.peers.append(words[2])
        elif command == "set transform-set" and len(words) >= 3:
            entry.sets += [word for word in words[2:] if word not in entry.sets]
        elif command == "set pfs":
            entry.forward_secrecy = words[2] if len(words) > 2 else "group1"  # the default group
        elif command == "set ikev2-profile":
            entry.ike_version = "2"
        elif command == "set isakmp-profile":
            entry.ike_version = "1"
        elif command == "set group" and len(words) == 3:
            entry.group = words[2]
        elif command == "match address" and len(words) >= 3:
            # `match address [ipv4] NAME`; the use of the name stands in the table of names.
            entry.rulebase = words[-1]
        elif command == "set ip" and words[2:3] == ["access-group"] and len(words) >= 4:
            reading.use(ACCESS_LIST, words[3], line.index, "crypto map set ip access-group", Purpose.VPN_FILTER)
            reading.ledger.unsupported(line.index, Affects.FILTER, "a list for the packets inside of the tunnel")
            continue
        elif words[0] == "reverse-route":
            reading.ledger.unsupported(line.index, Affects.ROUTING, "routes to the protected networks come and go")
            continue
        elif words == ["shutdown"]:
            entry.enabled = False
        else:
            continue
        reading.ledger.understood(line.index)
