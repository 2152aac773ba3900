"""Route distinguishers and route targets: below `vrf definition`, `ip vrf`, and in the VRFs of `router bgp` (EOS).

Sources: Cisco IOS MPLS: Layer 3 VPNs Command Reference, "rd", "route-target", "import map"; Arista EOS User Manual,
"EVPN".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netaudit.model.routing import VrfTargets
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Grammar, Table, fates, read_lines
from netaudit.parsers.routing.values import line_words, route_target, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words

_FAMILIES = {"vpn-ipv4": Family.IPV4, "vpn-ipv6": Family.IPV6, "ipv4": Family.IPV4, "ipv6": Family.IPV6}


@dataclass(slots=True)
class _FamilyTargets:
    imports: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    import_policies: list[str] = field(default_factory=list)
    export_policies: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TargetsDraft:
    """The targets of one VRF while its lines are read, by family and by the word for their routes ("evpn")."""

    vrf: str
    where: SourceRef
    kind: str = "vrf"
    family: Family | None = None  # of the section that is read
    route_distinguisher: str = ""
    vni: int | None = None
    parts: dict[tuple[Family | None, str], _FamilyTargets] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)
    exact: bool = True

    def _part(self, family: Family | None, word: str) -> _FamilyTargets:
        return self.parts.setdefault((family, word), _FamilyTargets())

    def distinguisher(self, words: Words, where: SourceRef) -> None:
        """Read `rd N:N` and EOS' `rd auto`."""
        words.take_if("evpn")
        text = words.take()
        self.route_distinguisher = text if text == "auto" else route_target(text)

    def target(self, words: Words, where: SourceRef) -> None:
        """Read `route-target import|export|both [evpn|vpn-ipv4|vpn-ipv6] N:N|auto [stitching]` or a route map."""
        way = words.take() if words.peek() in ("import", "export", "both") else "both"
        if words.take_if("export") and way == "import":
            way = "both"
        family, word = self.family, ""
        if words.peek() in ("evpn", "vpn-ipv4", "vpn-ipv6"):
            word = words.take()
            family = _FAMILIES.get(word, family)
            word = "evpn" if word == "evpn" else ""
        if words.take_if("route-map"):
            name = words.take()
            part = self._part(family, word)
            if way != "export":
                part.import_policies.append(name)
            if way != "import":
                part.export_policies.append(name)
            return
        found = "auto" if words.take_if("auto") else route_target(words.take())
        if words.take_if("stitching"):  # IOS-XE: for the routes of EVPN
            word = "evpn"
        part = self._part(family, word)
        if way != "export":
            part.imports.append(found)
        if way != "import":
            part.exports.append(found)

    def policy(self, words: Words, where: SourceRef, way: str) -> None:
        """Read what stands behind `import` or `export`: `[ipv4 unicast] map NAME`."""
        if words.peek() in ("ipv4", "ipv6"):
            words.take()
            words.take_if("unicast")
            words.take_if("multicast")
            if words.peek().isdigit():  # the most prefixes that are taken
                taken_number(words)
        if words.take() != "map":
            raise NotUnderstood("map was expected")
        part = self._part(self.family, "")
        (part.import_policies if way == "import" else part.export_policies).append(words.take())
        words.take_if("allow-vpn")
        words.take_if("allow-evpn")

    def vlans(self, words: Words, where: SourceRef) -> None:
        """Read `vlan LIST` of a bundle."""
        self.options.append(("vlan", words.take()))

    def virtual_network(self, words: Words, where: SourceRef) -> None:
        """Read `vni N`."""
        self.vni = taken_number(words, 2**24 - 1)

    def finished(self) -> Sequence[VrfTargets]:
        """Return the targets, one value for each family; EVPN's have the kind "evpn" behind the kind of the VRF."""
        if not self.parts and (self.route_distinguisher or self.vni is not None):
            self._part(None, "")
        return [
            VrfTargets(
                vrf=self.vrf,
                where=self.where,
                family=family,
                route_distinguisher=self.route_distinguisher,
                imports=tuple(dict.fromkeys(part.imports)),
                exports=tuple(dict.fromkeys(part.exports)),
                import_policies=tuple(dict.fromkeys(part.import_policies)),
                export_policies=tuple(dict.fromkeys(part.export_policies)),
                kind=f"{self.kind} {word}".strip(),
                vni=self.vni,
            )
            for (family, word), part in self.parts.items()
        ]


def read_vrf_targets(ledger: LineLedger, blocks: Iterable[ConfLine]) -> tuple[VrfTargets, ...]:
    """Read the lines below `vrf definition NAME`, `vrf instance NAME` and `ip vrf NAME`; marks them."""
    found: list[VrfTargets] = []
    for block in blocks:
        words = line_words(ledger, block).words
        if len(words) != 3:
            continue
        draft = TargetsDraft(words[2], ledger.ref(block.index))

        def address_family(
            owner: TargetsDraft, line: ConfLine, body: Sequence[ConfLine], ledger: LineLedger = ledger
        ) -> None:
            named = line_words(ledger, line).words
            owner.family = _FAMILIES.get(named[1]) if len(named) > 1 else None
            if owner.family is None:
                ledger.unsupported(line.index, Affects.ROUTING, "address family")
            else:
                ledger.understood(line.index)
            read_lines(ledger, body, owner, Grammar(_COMMANDS))
            owner.family = None

        grammar = Grammar(_COMMANDS, {"address-family": address_family}, frozenset({"exit-address-family"}))
        read_lines(ledger, block.children, draft, grammar)
        found += draft.finished()
    return tuple(found)


def _import(draft: TargetsDraft, words: Words, where: SourceRef) -> None:
    draft.policy(words, where, "import")


def _export(draft: TargetsDraft, words: Words, where: SourceRef) -> None:
    draft.policy(words, where, "export")


_COMMANDS: Table[TargetsDraft] = {
    **fates(
        NO_ROUTE,
        """
        bgp next-hop, description, evpn, exit, exit-address-family, inter-as-hybrid, maximum routes, mdt,
        snmp context, vpn id
        """,
    ),
    **fates(NOT_MODELLED, "route-replicate, topology, protection, mode, connector, vnet"),
    "rd": TargetsDraft.distinguisher,
    "rd auto": NO_ROUTE,
    "route-target": TargetsDraft.target,
    "import": _import,
    "export": _export,
    "vni": TargetsDraft.virtual_network,
}
