"""Whether filters log: VPC flow logs record what security groups and network ACLs accept and reject.

"You can create a flow log for a VPC, a subnet, or a network interface"; TrafficType is ACCEPT, REJECT or ALL
(Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from netaudit.model.rules import Rulebase
from netaudit.parsers.aws.export import Export, Resource


@dataclass(frozen=True, slots=True)
class Logging:
    """What is logged in a whole VPC; None where the export does not tell."""

    accepted: bool | None
    rejected: bool | None

    def at(self, rulebase: Rulebase) -> Rulebase:
        """Return a rulebase with what is logged of its decisions."""
        rules = tuple(
            replace(rule, logged=self.accepted if rule.action.permits else self.rejected) for rule in rulebase.rules
        )
        # Where the default's log is not stated its place is: the export may hold the logs elsewhere.
        where = rulebase.default_where or (rulebase.where if self.rejected is None else None)
        return replace(rulebase, rules=rules, default_logged=self.rejected, default_where=where)


def logging_of(vpc: str, subnets: Iterable[Resource], export: Export, beside: Resource) -> Logging:
    """Return what flow logs record in a VPC: of all of it, or of all of its subnets.

    A log of some subnets alone leaves the answer open, as does an export without the list of logs beside the VPC's
    other resources (`beside` is one of them).
    """
    logs = [one.value for one in export.of("flow_log") if one.value.text("FlowLogStatus") in ("", "ACTIVE")]
    names = [one.id for one in subnets]
    whole: dict[str, bool | None] = {}
    for kind in ("ACCEPT", "REJECT"):
        logged = {one.text("ResourceId") for one in logs if one.text("TrafficType") in (kind, "ALL")}
        if vpc in logged or (names and logged.issuperset(names)):
            whole[kind] = True
        else:
            whole[kind] = None if logged or not export.is_complete("flow_log", beside) else False
    return Logging(whole["ACCEPT"], whole["REJECT"])
