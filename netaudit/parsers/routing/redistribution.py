"""`redistribute SOURCE [PROCESS] [vrf NAME] [metric ...] [match ...] [route-map NAME] ...` on every platform.

Sources: Cisco IOS IP Routing: Protocol-Independent Command Reference, "redistribute (IP)"; NX-OS Unicast Routing
Command Reference; ASA Command Reference, "redistribute"; Arista EOS User Manual.
"""

from __future__ import annotations

from netaudit.model.routing import Redistribution
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.routing.redistribution_words import PROTOCOLS
from netaudit.parsers.routing.values import as_number, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_WITH_PROCESS = frozenset({"bgp", "eigrp", "isis", "ospf", "ospfv3", "rip", "ripng"})
_KEYWORDS = frozenset(
    [
        "clns",
        "include",
        "include-connected",
        "into",
        "ip",
        "leaked",
        "level",
        "level-1",
        "level-1-2",
        "level-2",
        "match",
        "metric",
        "metric-type",
        "nssa-only",
        "route-map",
        "subnets",
        "tag",
        "transparent",
        "vrf",
    ]
)


def read_redistribution(
    words: Words, where: SourceRef, family: Family | None = None, states_subnets: bool = False
) -> tuple[Redistribution, str]:
    """Take what stands behind `redistribute`; return it with a metric that is no single number, "" for none.

    `states_subnets`: without the word `subnets` only classful networks are taken.
    """
    word = words.take()
    if word == "maximum-prefix":
        raise NotUnderstood("a limit of redistribution")
    source = PROTOCOLS.get(word)
    if source is None:
        raise NotUnderstood(f"redistribute {word}")
    process = ""
    if source in _WITH_PROCESS and words.peek() and words.peek() not in _KEYWORDS:
        process = words.take()
        if source in ("bgp", "eigrp") and process[:1].isdigit():
            process = as_number(process)
    metric: int | None = None
    metric_type, tag = 0, None
    policy = vrf = metric_text = ""
    subnets = not states_subnets
    matches: list[str] = []
    while word := words.peek():
        words.take()
        if word == "metric":
            metric, metric_text = _metric(words)
        elif word == "metric-type":
            kind = words.take()
            if kind in ("internal", "external"):  # IS-IS
                metric_text = f"{metric_text} {kind}".strip()
            elif kind in ("1", "2", "type-1", "type-2"):
                metric_type = int(kind[-1])
            else:
                raise NotUnderstood("a metric type was expected")
        elif word == "match":
            matches += _matches(words)
        elif word in ("internal", "external", "nssa-external"):  # EOS repeats the types without `match`
            words.position -= 1
            matches += _matches(words)
        elif word in ("route-map", "route"):
            policy = words.take()
        elif word == "subnets":
            subnets = True
        elif word == "tag":
            tag = taken_number(words)
        elif word == "vrf":
            vrf = words.take()
        elif word in ("level-1", "level-2", "level-1-2"):
            matches.append(word)
            if words.take_if("into"):
                matches[-1] += f" into {words.take()}"
        elif word in ("nssa-only", "include-connected", "leaked", "clns", "ip", "transparent"):
            metric_text = f"{metric_text} {word}".strip()
        elif word == "include" and words.take_if("leaked"):
            metric_text = f"{metric_text} leaked".strip()
        else:
            raise NotUnderstood(word)
    found = Redistribution(
        source, where, process, family, policy, metric, metric_type, subnets, tag, tuple(dict.fromkeys(matches)), vrf
    )
    return found, metric_text


def _metric(words: Words) -> tuple[int | None, str]:
    """Take one number, EIGRP's five, or `transparent` and other words of RIP and IS-IS."""
    if words.take_if("transparent"):
        return None, "transparent"
    values = [str(taken_number(words))]
    while number(words.peek(), 2**32 - 1) is not None:
        values.append(words.take())
    if len(values) == 1:
        return int(values[0]), ""
    if len(values) != 5:
        raise NotUnderstood("one or five values were expected")
    return None, " ".join(values)


def _matches(words: Words) -> list[str]:
    """Take `internal`, `external [1|2]`, `nssa-external [1|2]`; `external` alone is both types."""
    found = []
    while words.peek() in ("internal", "external", "nssa-external"):
        word = words.take()
        kind = words.peek()
        if word != "internal" and kind in ("1", "2", "type-1", "type-2"):
            words.take()
            word += f" {kind[-1]}"
        found.append(word)
    if not found:
        raise NotUnderstood("a route type was expected")
    return found
