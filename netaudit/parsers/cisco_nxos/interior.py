"""The bodies of `router ospf|ospfv3|eigrp|isis|rip TAG`: VRFs and address families nest in each of them.

Source: Cisco Nexus 9000 NX-OS Unicast Routing Configuration Guide, "Configuring OSPFv2", "Configuring OSPFv3",
"Configuring EIGRP", "Configuring IS-IS", "Configuring RIP"; an EIGRP tag that is a number is the autonomous system
unless `autonomous-system` says otherwise; costs come from 40 Gbit/s unless `auto-cost` says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import eigrp, isis, ospf, rip
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.commands import NO_ROUTE, Fate, Grammar, Reader, Table, fates, read_lines
from netaudit.parsers.routing.process import Dialect, ProcessDraft
from netaudit.parsers.routing.values import area_number, as_number, line_words
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

DIALECT = Dialect()
REFERENCE_BANDWIDTH_MBPS = 40_000
_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}


def read_interior(ledger: LineLedger, root: ConfLine, draft: ProcessDraft) -> list[ProcessDraft]:
    """Read a process; return the processes of its VRFs."""
    grammar_commands = _TABLES[draft.protocol]
    others: dict[str, ProcessDraft] = {}

    def address_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line).words
        family = _FAMILIES.get(words[1]) if len(words) > 1 else None
        if family is None or words[2:] not in ([], ["unicast"]):
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            owner.exact = False
        else:
            ledger.understood(line.index)
            owner.option("address-family", words[1])
        outer, owner.family = owner.family, family
        owner.exact = read_lines(ledger, body, owner, Grammar(grammar_commands)) and owner.exact
        owner.family = outer

    def vrf(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line).words
        if len(words) != 2:
            ledger.unrecognized(line.index, Affects.ROUTING, "VRF")
            owner.exact = False
            return
        ledger.understood(line.index)
        target = owner if words[1] == "default" else others.get(words[1])
        if target is None:
            target = others[words[1]] = ProcessDraft(
                owner.protocol,
                owner.name,
                ledger.ref(line.index),
                owner.dialect,
                words[1],
                owner.identifier,
                owner.autonomous_system,
                reference_bandwidth_mbps=owner.reference_bandwidth_mbps,
            )
        inner = Grammar(grammar_commands, {"address-family": address_family})
        target.exact = read_lines(ledger, body, target, inner) and target.exact

    sections = {"vrf": vrf, "address-family": address_family}
    draft.exact = read_lines(ledger, root.children, draft, Grammar(grammar_commands, sections)) and draft.exact
    return list(others.values())


def new_process(ledger: LineLedger, root: ConfLine) -> ProcessDraft | None:
    """Return an empty process for `router PROTOCOL [TAG]`, None for a protocol that is not known."""
    words = line_words(ledger, root).words
    if len(words) not in (2, 3) or words[1] not in _TABLES:
        return None
    tag = words[2] if len(words) == 3 else ""
    draft = ProcessDraft(words[1], " ".join(words[1:]), ledger.ref(root.index), DIALECT, identifier=tag)
    if words[1] == "eigrp" and number(tag, 65535) is not None:
        draft.autonomous_system = tag
    if words[1] in ("ospf", "ospfv3"):
        draft.reference_bandwidth_mbps = REFERENCE_BANDWIDTH_MBPS
    return draft


def _area(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `area N ...`; NX-OS filters with route maps, and lets one decide on the default route of an NSSA."""
    rest = words.rest()
    if rest[1:3] == ["filter-list", "route-map"] and len(rest) == 5 and rest[4] in ("in", "out"):
        area = area_number(rest[0])
        key = "import_filters" if rest[4] == "in" else "export_filters"
        known = draft.areas.get(area)
        earlier = getattr(known, key) if known is not None else ()
        draft.area(area, where, **{key: (*earlier, f"policy {rest[3]}")})
        words.position = len(words.words)
        return
    if rest[1:2] == ["nssa"] and rest[-2:-1] == ["route-map"]:
        draft.option(f"area {area_number(rest[0])} nssa default route-map", rest[-1])
        shorter = Words(rest[:-2])
        _OSPF_AREA(draft, shorter, where)
        shorter.end()
        words.position = len(words.words)
        return
    _OSPF_AREA(draft, words, where)


def _reader(table: Table[ProcessDraft], command: str) -> Reader[ProcessDraft]:
    found = table[command]
    assert not isinstance(found, Fate)
    return found


def _autonomous_system(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.autonomous_system = as_number(words.take())


def _is_type(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    level = isis.LEVELS.get(words.take())
    if level is None:
        raise NotUnderstood("a level was expected")
    draft.level = level


_OSPF_AREA = _reader(ospf.COMMANDS, "area")

_OSPF: Table[ProcessDraft] = {
    **ospf.COMMANDS,
    **fates(NO_ROUTE, "isolate, flush-routes, down-bit-ignore, cost-fallback, snmp-server, mpls ldp"),
    "area": _area,
    "down-bit-ignore": common.option("dn-bit-ignore", most=0),
    "table-map": common.option("table-map", least=1, most=2),
    "max-metric router-lsa": common.option("max-metric router-lsa"),
}
_EIGRP: Table[ProcessDraft] = {
    **eigrp.COMMANDS,
    **fates(NO_ROUTE, "log-adjacency-changes, log-neighbor-warnings, nsf await-redist-proto-convergence, isolate"),
    "autonomous-system": _autonomous_system,
    "default-information originate": common.default_originate,
    "stub": common.option("eigrp stub"),
    "table-map": common.option("table-map", least=1, most=2),
    "distance": common.option("distance", least=1, most=2),
    "metric version": common.option("metric version", least=1, most=1),
    "authentication": NO_ROUTE,
}
_ISIS: Table[ProcessDraft] = {
    **isis.COMMANDS,
    **fates(
        NO_ROUTE,
        """
        authentication-check, authentication-type, no authentication-check, hostname dynamic, lsp-refresh-interval,
        reload, isolate, suppress-adjacency, event-history
        """,
    ),
    "is-type": _is_type,
    "distribute": common.option("distribute", least=1),
    "reference-bandwidth": common.option("reference-bandwidth", least=1, most=2),
    "adjacency-check": common.option("adjacency-check", most=0),
    "advertise": common.option("advertise", least=1),
    "multi-topology": common.option("multi-topology"),
}
_RIP: Table[ProcessDraft] = {
    **rip.COMMANDS,
    **fates(NO_ROUTE, "isolate"),
    "default-information originate": common.default_originate,
    "shutdown": common.shutdown,
}
_TABLES: dict[str, Table[ProcessDraft]] = {
    "ospf": _OSPF,
    "ospfv3": _OSPF,
    "eigrp": _EIGRP,
    "isis": _ISIS,
    "rip": _RIP,
}
