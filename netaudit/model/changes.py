"""Changes that somebody plans: what a change file asks for, in the words of the model.

A change names devices, rulebases, rules, routes and interfaces as the snapshot does. Whether these exist is asked where
the change is applied (`topology/changes`).
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.errors import Problem
from netaudit.model.rules import Action, Direction
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet


@dataclass(frozen=True, slots=True)
class Written:
    """Where a change stands: the place of what it makes, and of what is wrong with it.

    `path` is the file as the user gave it; `places` are the places of its keys ("line 7, key rulebase").
    """

    path: str
    where: SourceRef
    places: tuple[tuple[str, str], ...] = ()

    def problem(self, key: str, message: str) -> Problem:
        """Return a problem at a key; "" or a key that is not written = the change as a whole."""
        return Problem(self.path, dict(self.places).get(key, f"line {self.where.line}"), message)


@dataclass(frozen=True, slots=True)
class Position:
    """Where rules go. `kind`: "first", "last", "before" or "after"; the last two with a rule's name."""

    kind: str = "last"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """A rule as written: addresses and services are texts or names of the device's own objects."""

    written: Written
    name: str
    action: Action
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    services: tuple[str, ...]
    source_ports: IntervalSet | None = None
    from_zones: tuple[str, ...] = ()
    to_zones: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class _OnDevice:
    """What every change says. `virtual_system` is None where none is named."""

    kind: str
    written: Written
    device: str
    virtual_system: str | None


@dataclass(frozen=True, slots=True)
class RuleAddition(_OnDevice):
    """Rules that are put into a rulebase together, in their order."""

    rulebase: str
    position: Position
    rules: tuple[CandidateRule, ...]
    from_zone: str = ""  # of the rule that the position names, where its name stands for several
    to_zone: str = ""


@dataclass(frozen=True, slots=True)
class RuleEdit(_OnDevice):
    """Rules that are removed, disabled, enabled or moved (`kind`). The zones tell rules of one name apart."""

    rulebase: str
    rules: tuple[str, ...]
    position: Position = Position()
    from_zone: str = ""
    to_zone: str = ""


@dataclass(frozen=True, slots=True)
class RouteEdit(_OnDevice):
    """A static route that is added or removed; None = not said."""

    family: Family
    network: int
    prefix_length: int
    next_hop: str = ""
    interface: str = ""
    discards: bool = False
    vrf: str | None = None
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class InterfaceEdit(_OnDevice):
    """An interface that is taken down or brought up."""

    interface: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class BindingEdit(_OnDevice):
    """A list that is bound at an interface or taken away from it."""

    rulebase: str
    interface: str
    direction: Direction
    binds: bool


Change = RuleAddition | RuleEdit | RouteEdit | InterfaceEdit | BindingEdit
