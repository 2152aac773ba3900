"""Network ACLs: two ordered stateless rulebases each, one a direction, with the final deny.

"Rules are evaluated starting with the lowest numbered rule. As soon as a rule matches traffic, it's applied"; "Each
network ACL also includes a rule whose rule number is an asterisk (*). This rule ensures that if a packet doesn't match
any of the other numbered rules, it's denied"; "NACLs are stateless" (Amazon VPC User Guide, "Network ACL rules" and
"Network ACL basics"). The answers of the API give the asterisk as rule 32767 (IPv4) and 32768 (IPv6).
"""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ALL_PROTOCOLS, ServiceSet
from netaudit.parsers.aws.export import Resource
from netaudit.parsers.aws.services import entry_services
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_FIRST_ASTERISK = 32767
_ACTIONS = {"allow": Action.PERMIT, "deny": Action.DENY}


def acl_rulebase_name(identity: str, egress: bool) -> str:
    """Return the name of an ACL's rulebase of one direction; ingress goes into the subnet."""
    return f"{clean(identity)}_{'egress' if egress else 'ingress'}"


def acl_rulebases(acl: Resource) -> tuple[Rulebase, Rulebase]:
    """Return the rulebases of a network ACL: into its subnets, and out of them."""
    return _rulebase(acl, egress=False), _rulebase(acl, egress=True)


def _rulebase(acl: Resource, *, egress: bool) -> Rulebase:
    entries = [one for one in acl.value.objects("Entries") if one.flag("Egress") in (egress, None)]
    known = [(number, one) for one in entries if (number := one.number("RuleNumber")) is not None]
    for one in entries:
        if one.number("RuleNumber") is None or one.flag("Egress") is None:
            acl.file.ledger.unsupported(one.line - 1, Affects.FILTER, "an entry without its number or direction")
    known.sort(key=lambda pair: pair[0])
    rules = [
        rule
        for number, one in known
        if number < _FIRST_ASTERISK
        for rule in _entry_rules(acl, number, one, egress=egress)
    ]
    if any(one.number("RuleNumber") is None or one.flag("Egress") is None for one in entries):
        # Its place among the others is not known: it may decide first.
        match = PacketMatch.upper(PacketSet.of(), "entry not understood")
        rules = [
            AccessRule("not understood", action, match, acl.where, implicit=True)
            for action in (Action.PERMIT, Action.DENY)
        ] + rules
    last = next((one for number, one in known if number >= _FIRST_ASTERISK), None)
    return Rulebase(
        acl_rulebase_name(acl.id, egress),
        RulebaseKind.FILTER,
        tuple(rules),
        Action.DENY,
        acl.where,
        default_where=acl.file.ref(last, "RuleNumber") if last is not None else None,
        flavour="network ACL",
    )


def _entry_rules(acl: Resource, number: int, entry: JsonObject, *, egress: bool) -> list[AccessRule]:
    """Return the rule of an entry; two, where its action is not understood: it may permit and may deny."""
    said = entry_services(entry)
    action = _ACTIONS.get(entry.text("RuleAction").lower())
    text = entry.text("CidrBlock") or entry.text("Ipv6CidrBlock")
    addresses: AddressSet | None
    try:
        addresses = AddressSet.prefix(text)
    except ValueError:
        addresses = None
    services, service_text = said or (ServiceSet.of_protocols(ALL_PROTOCOLS), "not understood")
    packets = _packets(ANY_ADDRESS if addresses is None else addresses, services, egress=egress)
    match = PacketMatch.exact(packets)
    if said is None or addresses is None or action is None:
        acl.file.ledger.unsupported(entry.line_of("RuleNumber") - 1, Affects.FILTER, "an entry not understood")
        match = PacketMatch.upper(packets, "entry not understood")
    where = replace(acl.file.ref(entry), text=acl.file.ref(entry, "RuleNumber").text)
    rule = AccessRule(
        name=str(number),
        action=action or Action.PERMIT,
        match=match,
        where=where,
        sources=("any",) if egress else (clean(text),),
        destinations=(clean(text),) if egress else ("any",),
        services=(service_text,),
    )
    return [rule] if action is not None else [rule, replace(rule, action=Action.DENY)]


def _packets(addresses: AddressSet, services: ServiceSet, *, egress: bool) -> PacketSet:
    return PacketSet.of(ANY_ADDRESS, addresses, services) if egress else PacketSet.of(addresses, ANY_ADDRESS, services)
