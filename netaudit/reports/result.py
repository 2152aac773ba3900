"""The result of one audit: all that reports, evidence and history read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from netaudit.errors import Problem
from netaudit.findings import CheckSummary as CheckSummary
from netaudit.findings import ControlVerdict, Examined, Finding
from netaudit.lifecycle.status import DeviceLifecycle
from netaudit.model.device import Device
from netaudit.model.rules import AccessRule
from netaudit.model.source import FileCoverage
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Policy
from netaudit.topology.failures import FailureAnswer
from netaudit.topology.links.ports import Port
from netaudit.topology.links.survey import LinkSurvey
from netaudit.topology.reach import Conduit

if TYPE_CHECKING:
    from netaudit.topology.graph import Graph


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One ordered pair of zones: what passes, what the matrix states, and the difference.

    `verdict`: "ok" (nothing beyond what is stated), "excess" (something passes that is not stated), "missing"
    (something stated does not pass, and nothing is in excess), "unknown" (could not be decided), "same" (a zone
    to itself). `excess` and `missing` are (packets, deciding rules) in readable blocks.
    """

    from_zone: str
    to_zone: str
    verdict: str
    conduit: Conduit
    excess: tuple[tuple[PacketSet, tuple[tuple[str, str, AccessRule | None], ...]], ...] = ()
    missing: tuple[PacketSet, ...] = ()
    stated: bool = False  # the matrix has a permit entry for the pair


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """A node of the topology picture. `kind`: device, zone, subnet, internet (behind a cloud gateway) or unknown.

    `site` as in the inventory register, "" = not stated; a zone of several sites has a node at each.
    """

    id: str
    label: str
    kind: str
    zone: str = ""
    site: str = ""
    detail: str = ""  # what a device is; who is at the other end of a zone outside the firm, a line each
    role: str = ""  # of a device: see diagram_roles


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """An edge of the topology picture; labels name the interfaces at its ends.

    `kind`: "link" (an address on a subnet or in a zone), "cable" (seen by CDP or LLDP), "tunnel", "peering" (of
    the cloud), "pair" (first-hop groups, twins). `state` of a link: "confirmed" or "contradicted" by captures, "" =
    inferred.
    """

    source: str
    target: str
    label: str = ""
    target_label: str = ""
    kind: str = "link"
    state: str = ""
    title: str = ""
    note: str = ""  # what people say of the line: its description, the kind of a tunnel


@dataclass(frozen=True, slots=True)
class ControlText:
    """How a clause is cited: its document and number as printed, and in our own words by language.

    `advisory` clauses recommend: a failure is a recommendation, never a violation.
    """

    id: str
    document: str
    clause: str
    text: Mapping[str, str]  # language -> text
    advisory: bool = False


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One run, complete. Everything is sorted; the same inputs give an equal result."""

    as_of: date
    tool_version: str
    firm: str
    snapshot_name: str
    devices: tuple[Device, ...]
    coverage: tuple[FileCoverage, ...]
    policy: Policy
    findings: tuple[Finding, ...]  # worst first
    examined: Mapping[str, tuple[Examined, ...]]  # check -> all that it looked at
    checks: tuple[CheckSummary, ...]
    controls: tuple[ControlVerdict, ...]
    matrix: tuple[MatrixCell, ...]
    zones: tuple[str, ...]
    inventory: tuple[DeviceLifecycle, ...]
    missing_devices: tuple[str, ...] = ()  # expected by the inventory, no export
    unexpected_devices: tuple[str, ...] = ()
    diagram_nodes: tuple[DiagramNode, ...] = ()
    diagram_edges: tuple[DiagramEdge, ...] = ()
    topology: Graph | None = field(default=None, compare=False, repr=False)  # what `diagram_nodes` are drawn from
    links: LinkSurvey = field(default_factory=LinkSurvey)
    zone_ports: Mapping[str, tuple[Port, ...]] = field(default_factory=dict)  # zone -> the interfaces that stand in it
    problems: tuple[Problem, ...] = ()  # inputs that could not be used
    failures: FailureAnswer = field(default_factory=FailureAnswer)  # what passes with each line and device failed
    limitations: tuple[tuple[str, str], ...] = ()  # (code, detail), for the limitations page
    control_texts: Mapping[str, ControlText] = field(default_factory=dict)  # control id -> how it is cited

    @property
    def complete(self) -> bool:
        """Tell whether every input was understood and every expected device was there."""
        return (
            not self.problems
            and not self.missing_devices
            and not any(one.notes or one.problem for one in self.coverage)
        )
