"""Proposes zones from what configurations call their interfaces. Proposals only: a name never proves a zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import AddressSet, Family
from netaudit.policy.registers import ZoneMember, ZoneType

# Words in names that suggest a type, the most telling first. English words stand alone ("prod-db", "UAT_1").
_HINTS: tuple[tuple[ZoneType, str, str], ...] = (
    (ZoneType.WLAN_GUEST, r"guest|visitor", "訪客"),
    (ZoneType.WLAN_INT, r"wlan|wifi|wireless|ssid", "無線"),
    (ZoneType.DMZ, r"dmz\w*", "非軍事區|隔離區"),
    (ZoneType.UAT, r"uat\w*|test|testing|staging|stg", "測試"),
    (ZoneType.UT, r"ut|dev|devel|development", "開發"),
    (
        ZoneType.THIRDPARTY,
        r"taifex|twse|tpex|tdcc|bank\w*|partner|extranet|thirdparty|leased|vendor|exchange|line|quote",
        "專線|期交所|證交所|櫃買|集保|銀行|第三方",
    ),
    (ZoneType.COLOCATION, r"colo|colocation", "共置"),
    (ZoneType.DR, r"dr|drc|backup-site", "備援"),
    (ZoneType.CLOUD, r"cloud|aws|azure|gcp|vpc|vnet", "雲"),
    (ZoneType.VPN, r"vpn|ssl|sslvpn|ipsec|anyconnect|remote|tunnel", "遠端"),
    (ZoneType.MGMT, r"mgmt|management|manage|oob|admin|mng", "管理"),
    (ZoneType.DEALER, r"dealer|dealing|trd|trader", "自營|交易員"),
    (ZoneType.PROD, r"prod\w*|prd|production|ord|order|srv|server|servers|db|database", "營運|正式"),
    (ZoneType.BRANCH, r"branch|br", "分公司|分行"),
    (ZoneType.INTERNET, r"internet|outside|untrust\w*|isp\w*|wan\d*|external|public", "網際網路|外網"),
    (ZoneType.OA, r"oa|office|user|users|staff", "辦公"),
)

# Addresses that are no Internet addresses: RFC 1918, 6598, 3927, 5735 loopback, 4193, 4291.
_PRIVATE = AddressSet.union(
    AddressSet.prefix(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)


@dataclass(frozen=True, slots=True)
class ProposedZone:
    """A zone as proposed; `members` come with what was read of them, `reason` with why the type was chosen."""

    name: str
    type: ZoneType
    subnets: tuple[str, ...]
    members: tuple[tuple[ZoneMember, str], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Attachment:
    """An interface with addresses that may belong to a zone."""

    member: ZoneMember
    labels: tuple[str, str, str, str]  # security zone, nickname, description, name; "" = none
    subnets: AddressSet
    group: tuple[str, ...]  # attachments of one security zone of one device belong together
    description: str
    internet: bool  # its addresses are public, or a default route leaves through it


def propose_zones(devices: Sequence[Device]) -> tuple[ProposedZone, ...]:
    """Return proposed zones, sorted by name, with no subnet in two of them.

    Interfaces belong together that share a subnet (or overlap), or a security zone of one device. Interfaces to the
    Internet are one zone. Loopbacks, ports without an address and disabled interfaces are left out.
    """
    attachments = _distinct(found for device in devices for found in _attachments(device))
    groups = _joined(attachments)
    zones: dict[str, ProposedZone] = {}
    internet = [one for group in groups for one in group if _is_internet(group)]
    if internet:
        zones["internet"] = _zone(internet, "INTERNET", ZoneType.INTERNET, "public addresses or a name such as outside")
    for group in groups:
        if _is_internet(group):
            continue
        kind, label, reason = _meaning(group)
        name = _free_name(_zone_name(label, group), group, zones)
        zones[name.casefold()] = _zone(group, name, kind, reason)
    return tuple(sorted(zones.values(), key=lambda zone: (zone.type is not ZoneType.INTERNET, zone.name.casefold())))


def _distinct(attachments: Iterable[_Attachment]) -> list[_Attachment]:
    """Return the attachments, the first of each member: a member has one zone, also where contexts share names."""
    found: dict[tuple[str, str], _Attachment] = {}
    for one in attachments:
        found.setdefault((one.member.device.casefold(), one.member.name.casefold()), one)
    return list(found.values())


def _attachments(device: Device) -> Iterator[_Attachment]:
    default_exits = {
        route.interface.casefold() for route in device.static_routes if route.prefix_length == 0 and route.interface
    }
    next_hops = [
        AddressSet.prefix(route.next_hop)
        for route in device.static_routes
        if route.prefix_length == 0 and _is_address(route.next_hop)
    ]
    zone_of = {name: zone.name for zone in device.security_zones for name in zone.interfaces}
    for interface in device.interfaces:
        loopback = re.match(r"lo(opback)?[\d.]*$", interface.name, re.IGNORECASE)
        if not interface.enabled or loopback or not (interface.addresses or interface.dynamic_address):
            continue
        subnets = AddressSet.union([AddressSet.of(address.family, address.network) for address in interface.addresses])
        subnets = subnets - _LINK_LOCAL
        public = bool(subnets) and not subnets.overlaps(_PRIVATE)
        default = interface.name.casefold() in default_exits or interface.nickname.casefold() in default_exits
        default = default or any(hop.overlaps(subnets) for hop in next_hops)
        zone = interface.security_zone or zone_of.get(interface.name, "") or zone_of.get(interface.nickname, "")
        labels = (zone, interface.nickname, interface.description, interface.name)
        yield _Attachment(
            ZoneMember(device.name, "interface", interface.rule_name),
            labels,
            subnets,
            (device.name, interface.virtual_system, zone) if zone else (device.name, "", "", interface.name),
            _seen(interface),
            (public and default) or (interface.dynamic_address and default),
        )


_LINK_LOCAL = AddressSet.prefix("fe80::/10") | AddressSet.prefix("169.254.0.0/16")


def _is_address(text: str) -> bool:
    try:
        AddressSet.host(text)
    except ValueError:
        return False
    return True


def _seen(interface: Interface) -> str:
    """Return what the configuration says of an interface, for a comment."""
    addresses = ", ".join(str(address) for address in interface.addresses) or "address by DHCP or PPPoE"
    vlan = f"vlan {interface.vlan}" if interface.vlan is not None else ""
    name = interface.name if interface.nickname else ""
    return " ".join(part for part in (name, addresses, vlan, interface.description) if part)


def _joined(attachments: Sequence[_Attachment]) -> list[list[_Attachment]]:
    """Return the attachments in groups that share an address or a security zone, in order of their first."""
    parent = list(range(len(attachments)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    first_of_group: dict[tuple[str, ...], int] = {}
    for index, attachment in enumerate(attachments):
        join(first_of_group.setdefault(attachment.group, index), index)
    for family in Family:
        spans = sorted(
            (low, high, index)
            for index, attachment in enumerate(attachments)
            for low, high in attachment.subnets.family(family)
        )
        reach, holder = -1, -1
        for low, high, index in spans:
            if low <= reach:
                join(holder, index)
            if high > reach:
                reach, holder = high, index
    groups: dict[int, list[_Attachment]] = {}
    for index, attachment in enumerate(attachments):
        groups.setdefault(root(index), []).append(attachment)
    return list(groups.values())


def _is_internet(group: Sequence[_Attachment]) -> bool:
    if any(one.internet for one in group):
        return True
    public = [one for one in group if one.subnets and not one.subnets.overlaps(_PRIVATE)]
    return bool(public) and _meaning(group)[0] is ZoneType.INTERNET


def _meaning(group: Sequence[_Attachment]) -> tuple[ZoneType, str, str]:
    """Return type, label and reason: the first hint in the best labels of the group."""
    labels = [one.labels[depth] for depth in range(4) for one in group if one.labels[depth]]
    for label in labels:
        words = re.split(r"[^a-z0-9]+", label.lower())
        for kind, english, chinese in _HINTS:
            if any(re.fullmatch(english, word) for word in words) or re.search(chinese, label):
                return kind, label, f"the name {label!r}"
    label = labels[0] if labels else ""
    if _links_devices(group):
        return ZoneType.TRANSIT, label, "a subnet of two addresses between two devices"
    return ZoneType.OTHER, label, "no name tells its use"


def _links_devices(group: Sequence[_Attachment]) -> bool:
    """Tell whether the group is a point-to-point link: /30 or /31 (/126, /127), with a device of ours at both ends."""
    few = all(high - low < 4 for one in group for family in Family for low, high in one.subnets.family(family))
    return few and len({one.member.device for one in group}) > 1


def _zone_name(label: str, group: Sequence[_Attachment]) -> str:
    """Return a short zone name from a label, or from the first subnet where the label is only a port's name."""
    words = [word for word in re.split(r"[^\w]+", label.upper()) if word][:4]
    name = "-".join(words)[:32].strip("-")
    is_port = label in (one.labels[3] for one in group) and not any(label in one.labels[:3] for one in group)
    if not name or (is_port and group[0].subnets):
        first = next(group[0].subnets.prefixes(), "")
        return f"NET-{first.replace('/', '-')}" if first else name or "ZONE"
    return name


def _free_name(name: str, group: Sequence[_Attachment], taken: dict[str, ProposedZone]) -> str:
    """Return the name, with the device and a number where another zone has it."""
    if name.casefold() not in taken and name.casefold() != "internet":
        return name
    name = f"{name}-{group[0].member.device.upper()}"
    number = 2
    candidate = name
    while candidate.casefold() in taken:
        candidate = f"{name}-{number}"
        number += 1
    return candidate


def _zone(group: Sequence[_Attachment], name: str, kind: ZoneType, reason: str) -> ProposedZone:
    subnets = AddressSet.union([one.subnets for one in group])
    members = dict.fromkeys((one.member, one.description) for one in group)
    return ProposedZone(
        name,
        kind,
        () if kind is ZoneType.INTERNET else tuple(subnets.prefixes()),
        tuple(members),
        reason,
    )
