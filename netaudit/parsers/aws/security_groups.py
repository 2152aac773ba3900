"""Security groups: two stateful rulebases each, one a direction. All rules permit; what no rule permits is denied.

"Security groups are stateful ... You can specify allow rules, but not deny rules"; several groups of one network
interface are added together (Amazon VPC User Guide, "Control traffic to your AWS resources using security groups").
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ALL_PROTOCOLS, ServiceSet
from netaudit.parsers.aws.export import ExportFile, Resource
from netaudit.parsers.aws.peers import Peer, Peers
from netaudit.parsers.aws.services import group_services
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_FIELDS = {False: "IpPermissions", True: "IpPermissionsEgress"}
_PEER_FIELDS = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
)


def group_rulebase_name(group: Resource, egress: bool) -> str:
    """Return the name of a group's rulebase of one direction: it holds name and identity."""
    direction = "EGRESS" if egress else "INGRESS"
    return f"~{direction}~SECURITY-GROUP~{clean(group.value.text('GroupName'))}~{clean(group.id)}~"


def group_rulebases(group: Resource, peers: Peers) -> tuple[Rulebase, Rulebase]:
    """Return the rulebases of a security group: what may come in, and what may go out."""
    return _rulebase(group, peers, egress=False), _rulebase(group, peers, egress=True)


def _rulebase(group: Resource, peers: Peers, *, egress: bool) -> Rulebase:
    key = _FIELDS[egress]
    rules = list(_rules(group, peers, egress=egress))
    if key not in group.value:
        rules = list(_rules_listed_apart(group, peers, egress=egress))
        if group.id not in peers.rules_of:
            rules = [_not_in_the_export(group)]
    return Rulebase(
        group_rulebase_name(group, egress),
        RulebaseKind.FILTER,
        tuple(rules),
        Action.DENY,
        group.file.ref(group.value, key) if key in group.value else group.where,
        stateful=True,
        flavour="security group",
    )


def _not_in_the_export(group: Resource) -> AccessRule:
    match = PacketMatch.upper(PacketSet.of(), "rules are not in the export")
    return AccessRule("not in the export", Action.PERMIT, match, group.where, implicit=True)


def _rules(group: Resource, peers: Peers, *, egress: bool) -> Iterator[AccessRule]:
    """Yield one rule for each range, list or group that a permission names, as the console shows them."""
    for permission in group.value.objects(_FIELDS[egress]):
        said = group_services(permission.text("IpProtocol"), permission.number("FromPort"), permission.number("ToPort"))
        if said is None:
            line = permission.line_of("IpProtocol") - 1
            group.file.ledger.unsupported(line, Affects.FILTER, "protocol or ports not understood")
        for field_name, key in _PEER_FIELDS:
            for one in permission.objects(field_name):
                peer = _peer(peers, group, group.file, one, key)
                yield _rule(said, peer, one, group.file, egress=egress)


def _rules_listed_apart(group: Resource, peers: Peers, *, egress: bool) -> Iterator[AccessRule]:
    """Yield the rules that `describe-security-group-rules` lists."""
    for resource in peers.rules_of.get(group.id, ()):
        value = resource.value
        if value.flag("IsEgress") is not egress:
            continue
        said = group_services(value.text("IpProtocol"), value.number("FromPort"), value.number("ToPort"))
        referenced = value.object("ReferencedGroupInfo")
        if value.text("CidrIpv4") or value.text("CidrIpv6"):
            peer = peers.prefix(value.text("CidrIpv4") or value.text("CidrIpv6"))
        elif value.text("PrefixListId"):
            peer = peers.prefix_list(value.text("PrefixListId"), group, resource.file, value)
        elif referenced is not None:
            peer = peers.group(referenced.text("GroupId"), group, resource.file, referenced)
        else:
            peer = peers.prefix("")
        yield _rule(said, peer, value, resource.file, egress=egress)


def _peer(peers: Peers, group: Resource, file: ExportFile, value: JsonObject, key: str) -> Peer:
    if key == "PrefixListId":
        return peers.prefix_list(value.text(key), group, file, value)
    if key == "GroupId":
        return peers.group(value.text(key), group, file, value)
    return peers.prefix(value.text(key))


def _rule(
    said: tuple[ServiceSet, str] | None, peer: Peer, value: JsonObject, file: ExportFile, *, egress: bool
) -> AccessRule:
    services, text = said or (ServiceSet.of_protocols(ALL_PROTOCOLS), "not understood")
    reasons = tuple(one for one in (peer.reason, "" if said else "protocol not understood") if one)
    maybe = _packets(peer, services, egress=egress, surely=False)
    match = PacketMatch.exact(maybe)
    if reasons:
        surely = _packets(peer, services, egress=egress, surely=True) if said else PacketSet()
        match = PacketMatch(surely, maybe, reasons)
    where: SourceRef = file.ref(value)
    shown = next((one for one in ("CidrIp", "CidrIpv6", "PrefixListId", "GroupId", "CidrIpv4") if value.text(one)), "")
    if shown:
        where = SourceRef(where.path, where.line, file.ref(value, shown).text, where.end_line)
    return AccessRule(
        name=f"{text} {'to' if egress else 'from'} {peer.text}",
        action=Action.PERMIT,
        match=match,
        where=where,
        description=clean(value.text("Description")),
        sources=("any",) if egress else (peer.text,),
        destinations=(peer.text,) if egress else ("any",),
        services=(text,),
        uid=clean(value.text("SecurityGroupRuleId")),
        unresolved=(peer.unresolved,) if peer.unresolved else (),
    )


def _packets(peer: Peer, services: ServiceSet, *, egress: bool, surely: bool) -> PacketSet:
    addresses = peer.surely if surely else peer.maybe
    return PacketSet.of(ANY_ADDRESS, addresses, services) if egress else PacketSet.of(addresses, ANY_ADDRESS, services)
