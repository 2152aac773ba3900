"""The body of `router rip`, with an address family for each VRF, and of `ipv6 router rip NAME`.

Sources: Cisco IOS IP Routing: RIP Command Reference; ASA Command Reference, "router rip"; Arista EOS User Manual.
"""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.routing import RoutingNetwork
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing import process as common
from netaudit.parsers.routing.commands import NO_ROUTE, Grammar, Table, fates, read_lines
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import (
    address_text,
    classful_length,
    ipv4_address,
    is_address,
    line_words,
    prefix,
    prefix_set,
    taken_number,
)
from netaudit.parsers.word_cursor import NotUnderstood, Words


def read_rip(ledger: LineLedger, lines: Sequence[ConfLine], draft: ProcessDraft) -> list[ProcessDraft]:
    """Read the lines below the process; return the processes of further VRFs."""
    found: list[ProcessDraft] = []

    def address_family(owner: ProcessDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
        words = line_words(ledger, line)
        if words.words[1:3] != ["ipv4", "vrf"] or len(words.words) != 4:
            ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            owner.exact = False
            return
        ledger.understood(line.index)
        target = ProcessDraft("rip", owner.name, ledger.ref(line.index), owner.dialect, words.words[3])
        found.append(target)
        target.exact = read_lines(ledger, body, target, Grammar(COMMANDS))

    grammar = Grammar(COMMANDS, {"address-family": address_family}, draft.dialect.exits)
    draft.exact = read_lines(ledger, lines, draft, grammar)
    return found


def _network(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    """Read `network A`: the classful network."""
    text = words.take()
    if "/" in text:
        addresses = prefix_set(prefix(text))
    else:
        addresses = prefix_set(prefix(f"{text}/{classful_length(ipv4_address(text))}"))
    draft.networks.append(RoutingNetwork(addresses, where))


def _neighbor(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    text = words.take()
    if not is_address(text):
        raise NotUnderstood("an address was expected")
    draft.option("neighbor", address_text(text))


def _version(draft: ProcessDraft, words: Words, where: SourceRef) -> None:
    draft.option("version", str(taken_number(words, 2, 1)))


COMMANDS: Table[ProcessDraft] = {
    **fates(
        NO_ROUTE,
        """
        bfd, exit, exit-address-family, flash-update-threshold, input-queue, output-delay, poison-reverse, throttle,
        timers
        """,
    ),
    "network": _network,
    "version": _version,
    "passive-interface": common.passive_interface,
    "no passive-interface": common.no_passive_interface,
    "redistribute": common.redistribute,
    "distribute-list": common.distribute_list,
    "default-information originate": common.default_originate,
    "default-metric": common.default_metric,
    "distance": common.distance,
    "maximum-paths": common.maximum_paths,
    "neighbor": _neighbor,
    "offset-list": common.option("offset-list", least=3, most=5),
    "auto-summary": common.option("auto-summary", most=0),
    "no auto-summary": common.OptionOff("auto-summary"),
    "validate-update-source": NO_ROUTE,
    "no validate-update-source": NO_ROUTE,
    "shutdown": common.shutdown,
    "no shutdown": common.no_shutdown,
    "port": common.option("port"),
    "split-horizon": common.option("split-horizon"),
    "no split-horizon": common.OptionOff("split-horizon"),
}
