"""Resources as Resource Manager writes them, and how the tests read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.azure import parse_together
from netaudit.parsers.contract import ParsedFile

Json = dict[str, Any]
GROUP = "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.Network"


def identity(kind: str, name: str, *inner: str) -> str:
    return "/".join([GROUP, kind, name, *inner])


def reference(kind: str, name: str, *inner: str) -> Json:
    return {"id": identity(kind, name, *inner)}


def resource(kind: str, name: str, **properties: Any) -> Json:
    return {
        "name": name,
        "id": identity(kind, name),
        "type": f"Microsoft.Network/{kind}",
        "location": "taiwannorth",
        "properties": properties,
    }


def rule(name: str, priority: int, access: str, **fields: Any) -> Json:
    """Return an inbound rule for any TCP packet, unless `fields` say otherwise."""
    stated = {
        "priority": priority,
        "access": access,
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
    } | fields
    return {"name": name, "properties": {key: value for key, value in stated.items() if value is not None}}


def group(name: str, *rules: Json) -> Json:
    return resource("networkSecurityGroups", name, securityRules=list(rules))


def subnet(name: str, prefix: str, network: str = "net", **fields: Any) -> Json:
    kinds = {"nsg": ("networkSecurityGroup", "networkSecurityGroups"), "table": ("routeTable", "routeTables")}
    properties: Json = {"addressPrefix": prefix}
    for key, value in fields.items():
        if key in kinds:
            properties[kinds[key][0]] = reference(kinds[key][1], value)
        else:
            properties[key] = value
    return {"name": name, "id": identity("virtualNetworks", network, "subnets", name), "properties": properties}


def network(name: str = "net", prefixes: Sequence[str] = ("10.0.0.0/16",), *subnets: Json, **fields: Any) -> Json:
    space = {"addressSpace": {"addressPrefixes": list(prefixes)}, "subnets": list(subnets)}
    return resource("virtualNetworks", name, **space, **fields)


def peering(name: str, other: str, *remote: str, **fields: Any) -> Json:
    return {
        "name": name,
        "properties": {
            "peeringState": "Connected",
            "allowVirtualNetworkAccess": True,
            "remoteVirtualNetwork": reference("virtualNetworks", other),
            "remoteAddressSpace": {"addressPrefixes": list(remote)},
        }
        | fields,
    }


def nic(name: str, address: str | None, subnet_name: str, nsg: str = "", **fields: Any) -> Json:
    inner: Json = {"subnet": reference("virtualNetworks", "net", "subnets", subnet_name)}
    inner |= {"privateIPAddress": address} if address else {}
    if "public" in fields:
        inner["publicIPAddress"] = reference("publicIPAddresses", fields.pop("public"))
    if "groups" in fields:
        inner["applicationSecurityGroups"] = [
            reference("applicationSecurityGroups", one) for one in fields.pop("groups")
        ]
    outer = fields | ({"networkSecurityGroup": reference("networkSecurityGroups", nsg)} if nsg else {})
    configuration = {
        "name": "ip",
        "id": identity("networkInterfaces", name, "ipConfigurations", "ip"),
        "properties": inner,
    }
    return resource("networkInterfaces", name, ipConfigurations=[configuration], **outer)


def source_of(content: Any, path: str, indent: int | None = 1) -> SourceFile:
    text = content if isinstance(content, str) else json.dumps(content, indent=indent)
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), "azure", "")


def read(*contents: Any, indent: int | None = 1) -> tuple[ParsedFile, ...]:
    """Parse documents as the files of one snapshot."""
    return parse_together([source_of(one, f"azure/file-{number}.json", indent) for number, one in enumerate(contents)])


def devices(*contents: Any) -> dict[str, Device]:
    return {device.name: device for parsed in read(*contents) for device in parsed.devices}


def flow(source: str, destination: str, port: int = 443, protocol: int = 6) -> Flow:
    if protocol in (6, 17, 132):
        return Flow.of(source, destination, protocol, source_port=40000, destination_port=port)
    return Flow.of(source, destination, protocol, icmp_type=8 if protocol == 1 else 0)


def fate(
    device: Device, rulebase: str, source: str, destination: str, port: int = 443, protocol: int = 6
) -> tuple[str, str | None]:
    """Return the verdict on a packet and the rule that decides."""
    found = device.rulebase(rulebase)
    assert found is not None, [one.name for one in device.rulebases]
    answer = FlowJudge(found).fate(flow(source, destination, port, protocol))
    return answer.verdict, answer.rule.name if answer.rule else None
