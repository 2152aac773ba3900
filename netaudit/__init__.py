"""netaudit: an offline analyzer of firewall and network configurations.

The names below can be imported from here; they are loaded when first used, so that `import netaudit` stays cheap.

    from netaudit import AddressSet, Flow, FlowJudge, PacketSet, analyze_rulebase, difference, permitted

docs/python-api.md shows them at work.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "netaudit.errors": ("InputError", "Problem"),
    "netaudit.packets.intervals": ("IntervalSet",),
    "netaudit.packets.names": ("ANY_NAME", "NameSet"),
    "netaudit.packets.addresses": ("ANY_ADDRESS", "ANY_IPV4", "ANY_IPV6", "AddressSet", "Family"),
    "netaudit.packets.services": ("ANY_SERVICE", "ANY_TCP", "ANY_UDP", "ServiceSet"),
    "netaudit.packets.packet": ("ALL_PACKETS", "NO_PACKETS", "Flow", "PacketMatch", "PacketSet"),
    "netaudit.packets.service_text": ("service_text",),
    "netaudit.model.source": ("SourceRef",),
    "netaudit.model.rules": ("AccessRule", "Action", "Rulebase", "RulebaseKind"),
    "netaudit.model.rule_relations": ("RelationKind", "RuleReach", "RuleRelation", "analyze_rulebase", "reachability"),
    "netaudit.model.permitted_flows": ("Block", "PermittedFlows", "Row", "effective_match", "permitted", "rows"),
    "netaudit.model.rulebase_difference": ("FateChange", "FateChangeKind", "difference"),
    "netaudit.model.flow_fate": ("FlowFate", "FlowJudge"),
    "netaudit.audit": ("Reading", "read_snapshot", "run_audit"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> object:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
