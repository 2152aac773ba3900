"""Security groups and network ACLs that nothing uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netaudit.model.device import Reference
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.peers import interfaces
from netaudit.parsers.json_exports import clean


def unused_resources(kinds: Mapping[str, Sequence[Resource]], export: Export) -> tuple[Reference, ...]:
    """Return the groups that no network interface has and no rule names, and the ACLs without a subnet.

    The defaults of a VPC cannot be deleted and are left out. Groups count only where all network interfaces are known.
    """
    used = {group.text("GroupId") for one in interfaces(export) for group in one.value.objects("Groups")}
    used |= {name for group in export.of("security_group") for name in _named_groups(group)}
    groups = [
        Reference("security group", clean(group.id), group.where)
        for group in kinds.get("security_group", ())
        if group.id and group.id not in used and group.value.text("GroupName") != "default"
        if export.is_complete("network_interface", group)
    ]
    acls = [
        Reference("network ACL", clean(acl.id), acl.where)
        for acl in kinds.get("network_acl", ())
        if acl.value.flag("IsDefault") is False and not acl.value.items_of("Associations")
    ]
    return (*groups, *acls)


def _named_groups(group: Resource) -> set[str]:
    """Return the other groups that the rules of a group name."""
    return {
        pair.text("GroupId")
        for key in ("IpPermissions", "IpPermissionsEgress")
        for permission in group.value.objects(key)
        for pair in permission.objects("UserIdGroupPairs")
    } - {group.id}
