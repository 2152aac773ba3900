"""The zone matrix as the reports show it: what passes, what is stated, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from netaudit.model.rules import AccessRule
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Policy, Register
from netaudit.reports.result import MatrixCell
from netaudit.topology.network import Network
from netaudit.topology.reach import Conduit
from netaudit.topology.stated import agreed_between, entry_packets, excess, missing, stated_packets, valid_entries

DecidedBy = tuple[tuple[str, str, AccessRule | None], ...]


def matrix_cells(
    network: Network, conduits: Mapping[tuple[str, str], Conduit], policy: Policy, as_of: date
) -> tuple[MatrixCell, ...]:
    """Return a cell for every ordered pair of different zones, in the order of the register.

    For a third-party line the agreements in force are stated too.

    Without a zone matrix, or with one that is still a draft, nothing is stated: then every cell is "unknown"
    where something passes and "ok" where nothing can.
    """
    return tuple(_cell(network, conduit, policy, as_of) for conduit in conduits.values())


def has_stated_matrix(policy: Policy) -> bool:
    """Tell whether there is a zone matrix that is no draft: without one nothing is in excess."""
    return Register.ZONE_MATRIX in policy.given - policy.drafts


def all_stated(policy: Policy, network: Network, from_zone: str, to_zone: str, as_of: date) -> PacketSet:
    """Return what the zone matrix and the agreements of lines permit from one zone to another on a day."""
    agreed = agreed_between(policy, network, from_zone, to_zone, as_of)
    if not has_stated_matrix(policy):
        return agreed
    return stated_packets(policy, network, from_zone, to_zone, as_of) | agreed


def _cell(network: Network, conduit: Conduit, policy: Policy, as_of: date) -> MatrixCell:
    pair = conduit.from_zone, conduit.to_zone
    has_matrix = has_stated_matrix(policy)
    stated = all_stated(policy, network, *pair, as_of)
    beyond: dict[DecidedBy, list[PacketSet]] = {}
    if has_matrix:
        for passed, rest in excess(conduit, stated):
            rules = tuple((one.device, one.rulebase, one.rule) for one in passed.deciding)
            beyond.setdefault(rules, []).append(rest)
    closed = missing(conduit, [entry_packets(entry, network) for entry in valid_entries(policy, *pair, as_of)])
    undecided = bool(conduit.reasons) or bool(conduit.possible - stated)
    if beyond:
        verdict = "excess"
    elif undecided or (not has_matrix and conduit.permitted):
        verdict = "unknown"
    elif closed:
        verdict = "missing"
    else:
        verdict = "ok"
    return MatrixCell(
        from_zone=conduit.from_zone,
        to_zone=conduit.to_zone,
        verdict=verdict,
        conduit=conduit,
        excess=tuple((PacketSet.union(parts), rules) for rules, parts in beyond.items()),
        missing=closed,
        stated=bool(stated),
    )
