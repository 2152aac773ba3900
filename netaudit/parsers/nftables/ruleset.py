"""A ruleset as nft builds it up: tables with chains, sets and rules.

Statements and expressions have the shape of nft's own JSON, whichever form they were read from: {"match": {"op",
"left", "right"}}, {"payload": {"protocol", "field"}}, {"prefix": {"addr", "len"}} and so on; `op` is "in" where a text
states none. Source: libnftables-json(5), nft(8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Expression: TypeAlias = "bool | int | str | list[Expression] | dict[str, Expression] | None"
Statement: TypeAlias = dict[str, Expression]

FAMILIES = ("ip", "ip6", "inet", "arp", "bridge", "netdev")
# nft(8), CHAINS: the standard priority names; those of the bridge family differ.
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
BRIDGE_PRIORITIES = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
TRACKING_PRIORITY = -200  # linux/netfilter_ipv4.h, NF_IP_PRI_CONNTRACK


@dataclass(slots=True, eq=False)
class RawRule:
    """One rule: its lines (from 0, `end` inclusive), statements, and what of its text could not be read."""

    index: int
    end: int
    statements: list[Statement]
    comment: str = ""
    handle: int | None = None
    problem: str = ""
    hit_count: int | None = None
    uncertain: bool = False  # another command may have removed it


@dataclass(slots=True, eq=False)
class Chain:
    """A chain; a base chain has a `hook`. `policy` is "accept" or "drop"; `priority` None: it is not known."""

    name: str
    index: int
    kind: str = ""
    hook: str = ""
    priority: int | None = 0
    policy: str = "accept"
    policy_index: int | None = None
    devices: tuple[str, ...] = ()
    comment: str = ""
    rules: list[RawRule] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class NamedSet:
    """A set or map. Of a map `elements` are pairs [key, value]; rules or time may change a `changing` one."""

    name: str
    index: int
    is_map: bool = False
    elements: list[Expression] = field(default_factory=list)
    changing: bool = False
    problem: str = ""


@dataclass(slots=True, eq=False)
class Table:
    """A table of a family; a dormant one takes no part."""

    family: str
    name: str
    index: int
    chains: dict[str, Chain] = field(default_factory=dict)
    sets: dict[str, NamedSet] = field(default_factory=dict)
    objects: dict[tuple[str, str], int] = field(default_factory=dict)  # (kind, name) -> line
    dormant: bool = False

    def chain(self, name: str, index: int) -> Chain:
        """Return a chain, made if it is not there."""
        return self.chains.setdefault(name, Chain(name, index))


@dataclass(slots=True)
class Ruleset:
    """All tables by (family, name), and what `nft -j` says of the program that wrote them."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    version: str = ""
    version_index: int = 0

    def table(self, family: str, name: str, index: int) -> Table:
        """Return a table, made if it is not there."""
        return self.tables.setdefault((family, name), Table(family, name, index))


def priority_of(expression: Expression, family: str) -> int | None:
    """Return the number of "filter", "dstnat", "filter + 10", -5 and the like, None where it is not known."""
    if isinstance(expression, int):
        return expression
    if not isinstance(expression, str):
        return None
    words = expression.replace("+", " + ").replace("-", " - ").split()
    names = BRIDGE_PRIORITIES if family == "bridge" else PRIORITIES
    total, sign = 0, 1
    for word in words:
        if word in ("+", "-"):
            sign = 1 if word == "+" else -1
        elif word.isascii() and word.isdigit():
            total += sign * int(word)
        elif word in names:
            total += sign * names[word]
        else:
            return None
    return total if words else None
