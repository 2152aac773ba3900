"""Resources as `aws ec2 describe-*` prints them; addresses are of RFC 1918, 3849 and 5737."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def permission(protocol: str, low: int | None = None, high: int | None = None, **peers: list[Json]) -> Json:
    """Return a permission; peers are IpRanges, Ipv6Ranges, PrefixListIds and UserIdGroupPairs."""
    ports = {} if low is None else {"FromPort": low, "ToPort": low if high is None else high}
    empty: Json = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    return {"IpProtocol": protocol} | ports | empty | peers


def ranges(*prefixes: str) -> list[Json]:
    return [{"CidrIp": one} for one in prefixes]


def group(identity: str, ingress: list[Json], egress: list[Json] | None = None, vpc: str = "vpc-1") -> Json:
    out = [permission("-1", IpRanges=ranges("0.0.0.0/0"))] if egress is None else egress
    return {
        "GroupId": identity,
        "GroupName": identity.removeprefix("sg-"),
        "Description": "",
        "VpcId": vpc,
        "IpPermissions": ingress,
        "IpPermissionsEgress": out,
    }


def entry(number: int, action: str, prefix: str, protocol: str = "-1", egress: bool = False, **more: Any) -> Json:
    key = "Ipv6CidrBlock" if ":" in prefix else "CidrBlock"
    return {
        key: prefix,
        "Egress": egress,
        "Protocol": protocol,
        "RuleAction": action,
        "RuleNumber": number,
    } | more


def acl(identity: str, entries: list[Json], subnets: tuple[str, ...] = (), vpc: str = "vpc-1") -> Json:
    last = [entry(32767, "deny", "0.0.0.0/0", egress=direction) for direction in (False, True)]
    associations = [
        {"NetworkAclAssociationId": f"a-{one}", "NetworkAclId": identity, "SubnetId": one} for one in subnets
    ]
    return {
        "NetworkAclId": identity,
        "VpcId": vpc,
        "IsDefault": False,
        "Entries": entries + last,
        "Associations": associations,
    }


def subnet(identity: str, prefix: str, vpc: str = "vpc-1") -> Json:
    return {"SubnetId": identity, "CidrBlock": prefix, "VpcId": vpc, "AvailableIpAddressCount": 250}


def interface(identity: str, address: str, place: str, *groups: str, vpc: str = "vpc-1", public: str = "") -> Json:
    private: Json = {"PrivateIpAddress": address, "Primary": True}
    if public:
        private["Association"] = {"PublicIp": public}
    return {
        "NetworkInterfaceId": identity,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [private],
        "SubnetId": place,
        "VpcId": vpc,
        "InterfaceType": "interface",
        "Groups": [{"GroupId": one, "GroupName": one.removeprefix("sg-")} for one in groups],
    }


def route_table(identity: str, routes: list[Json], subnets: tuple[str, ...] = (), vpc: str = "vpc-1") -> Json:
    """Return a route table; without subnets it is the main one."""
    places: list[Json] = [{"SubnetId": one, "RouteTableId": identity, "Main": False} for one in subnets]
    return {
        "RouteTableId": identity,
        "VpcId": vpc,
        "Routes": routes,
        "Associations": places or [{"RouteTableId": identity, "Main": True}],
        "PropagatingVgws": [],
    }


def vpc(identity: str = "vpc-1", prefix: str = "10.1.0.0/16") -> Json:
    return {"VpcId": identity, "CidrBlock": prefix, "DhcpOptionsId": "dopt-1"}
