"""Our answers beside the kernel's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Rulebase
from netaudit.packets.packet import Flow
from tests.kernel.lab import Lab, Way


@dataclass
class Tally:
    """How many packets were asked about, how many of them we leave open, and every contradiction."""

    asked: int = 0
    unknown: int = 0
    passed: int = 0
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Tally) -> Tally:
        self.asked += other.asked
        self.unknown += other.unknown
        self.passed += other.passed
        self.wrong += other.wrong
        return self


def rulebase_of(device: Device, hook: str) -> Rulebase | None:
    """Return the rulebase of a hook, whatever the case of its name."""
    return next((one for one in device.rulebases if one.name.lower() == hook), None)


def compare(lab: Lab, device: Device, way: Way, flows: Sequence[Flow]) -> Tally:
    """Send the packets and hold what became of them against what the model says."""
    rulebase = rulebase_of(device, way.hook)
    arrived = [one is not None for one in lab.arrivals(way, flows)]
    tally = Tally(asked=len(flows), passed=sum(arrived))
    if rulebase is None:
        dropped = [flow for flow, got in zip(flows, arrived, strict=True) if not got]
        tally.wrong += [f"{way} {flow.to_json()}: dropped without a rulebase" for flow in dropped]
        return tally
    incoming, outgoing = way.incoming or None, way.outgoing or None
    fates = FlowJudge(rulebase).fates((flow, incoming or "", outgoing or "") for flow in flows)
    for flow, got, fate in zip(flows, arrived, fates, strict=True):
        if flow.family not in rulebase.families:
            if not got or fate.verdict != "unknown":
                tally.wrong.append(f"{way.hook} {flow.to_json()}: a packet that meets no rule was dropped")
        elif fate.verdict == "unknown":
            tally.unknown += 1
        elif (fate.verdict == "permit") is not got:
            rule = fate.rule.name if fate.rule else "policy"
            tally.wrong.append(
                f"{way.hook} {way.incoming}>{way.outgoing} {flow.to_json()}: we say {fate.verdict} by {rule}, "
                f"the kernel {'let it through' if got else 'dropped it'}"
            )
    return tally
