"""The body of `router isis [TAG]`, with its address families.

Sources: Cisco IOS IP Routing: ISIS Command Reference; ASA Command Reference, "router isis"; Arista EOS User Manual,
"IS-IS".
"""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.routing import RouteSummary
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.commands import NO_ROUTE, NOT_MODELLED, Grammar, Table, fates, read_lines
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import line_words, masked_prefix, prefix_text
from netaudit.parsers.word_cursor import NotUnderstood, Words

_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}
LEVELS = {
    "level-1": "1", "level-1-only": "1", "level-2": "2", "level-2-only": "2", "level-1-2": "1-2",
}  # fmt: skip


def read_isis(ledger: LineLedger, lines: Sequence[ConfLine], draft: ProcessDraft) -> list[ProcessDraft]:
    """Read the lines below the process."""

    def address_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line).words
        family = _FAMILIES.get(words[1]) if len(words) > 1 else None
        if family is None or words[2:] not in ([], ["unicast"]):
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            owner.exact = False
        else:
            ledger.understood(line.index)
            owner.option("address-family", words[1])
        owner.family = family
        owner.exact = read_lines(ledger, body, owner, Grammar(COMMANDS)) and owner.exact
        owner.family = None

    def segment_routing(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        owner.exact = False
        for one in (line, *body):
            for below in one.walk():
                ledger.unsupported(below.index, Affects.ROUTING, "segment routing is not modelled")

    sections = {"address-family": address_family, "segment-routing": segment_routing}
    grammar = Grammar(COMMANDS, sections, draft.dialect.exits)
    draft.exact = read_lines(ledger, lines, draft, grammar) and draft.exact
    return []


def _net(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.net.append(words.take())


def _level(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    level = LEVELS.get(words.take())
    if level is None:
        raise NotUnderstood("a level was expected")
    draft.level = level


def _summary(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `summary-address P M [LEVEL] [tag N] [metric N]` and `summary-prefix P/L ...`."""
    found = prefix_text(masked_prefix(words))
    rest = words.rest()
    words.position = len(words.words)
    if rest:
        draft.option(f"summary {found}", " ".join(rest))
    draft.summaries.append(RouteSummary(found, where, summary_only=True))


def _passive(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    if words.peek():
        common.passive_interface(draft, words, where)
    else:
        draft.passive_default = True


def _redistribute(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `redistribute ...`, and `redistribute isis ip level-2 into level-1`, which leaks inside the process."""
    if words.peek() == "isis" and "into" in words.rest():
        words.take()
        draft.option("redistribute isis", " ".join(words.rest()))
        words.position = len(words.words)
        return
    common.redistribute(draft, words, where)


COMMANDS: Table[ProcessDraft] = {
    **fates(
        NO_ROUTE,
        """
        adjacency-check, area-password, authentication, bfd, domain-password, dynamic, exit, exit-address-family,
        fast-flood, fast-reroute, graceful-restart, hello, hostname, is-hostname, ispf, log, log-adjacency-changes,
        lsp-full, lsp-gen-interval, lsp-mtu, lsp-refresh-interval, max-lsp-lifetime, mpls ldp, mpls ldp autoconfig,
        mpls ldp sync, nsf, nsr, partition, prc-interval, protocol, skeptical, snmp-server, snmp, spf-interval,
        timers, purge originator, no hello padding, no adjacency-check, no log-adjacency-changes, use, lsp, spf,
        distribute link-state, no distribute link-state, csnp, no csnp
        """,
    ),
    **fates(
        NOT_MODELLED, "mpls, mpls traffic-eng, microloop, segment-routing, traffic-engineering, router-id interface"
    ),
    "net": _net,
    "is-type": _level,
    "router-id": common.router_id,
    "router-id ipv4": common.router_id,
    "metric-style": common.option("metric-style", least=1, most=3),
    "metric": common.option("metric", least=1, most=3),
    "passive-interface": _passive,
    "passive": _passive,
    "no passive-interface": common.no_passive_interface,
    "no passive": common.no_passive_interface,
    "redistribute": _redistribute,
    "distribute-list": common.distribute_list,
    "default-information originate": common.option("default-information originate"),
    "summary-address": _summary,
    "summary-prefix": _summary,
    "distance": common.distance,
    "maximum-paths": common.maximum_paths,
    "set-overload-bit": common.option("set-overload-bit"),
    "set-attached-bit": common.option("set-attached-bit"),
    "attached-bit": common.option("attached-bit"),
    "ignore-attached-bit": common.option("ignore-attached-bit", most=1),
    "advertise passive-only": common.option("advertise passive-only", most=0),
    "advertise-passive-only": common.option("advertise passive-only", most=0),
    "multi-topology": common.option("multi-topology"),
    "no multi-topology": common.OptionOff("multi-topology"),
    "shutdown": common.shutdown,
    "no shutdown": common.no_shutdown,
    "protocol shutdown": common.shutdown,
    "set-attach-bit": common.option("set-attached-bit"),
    "propagate": common.option("propagate"),
    "route priority": NO_ROUTE,
}
"""Commands of the process and of its address families."""
