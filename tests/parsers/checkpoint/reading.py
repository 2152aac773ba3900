"""What the tests of this platform share: exports as the Management API writes them, and the fate of a packet.

Addresses are of RFC 5737 and RFC 1918; identities are words instead of UUIDs, so that a test reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.checkpoint import parse_together
from netaudit.parsers.contract import ParsedFile

Json = dict[str, Any]

ANY = "97aeb369-9aea-11d5-bd16-0090272ccb30"


def named(kind: str, name: str, **fields: Any) -> Json:
    """Return an object; its identity is "uid-" and its name. Underscores in field names stand for hyphens."""
    return {"uid": f"uid-{name}", "name": name, "type": kind} | {
        key.replace("_", "-"): value for key, value in fields.items()
    }


def host(name: str, address: str, **fields: Any) -> Json:
    return named("host", name, ipv4_address=address, **fields)


def network(name: str, subnet: str, length: int, **fields: Any) -> Json:
    return named("network", name, subnet4=subnet, mask_length4=length, **fields)


def group(name: str, *members: str) -> Json:
    return named("group", name, members=[f"uid-{member}" for member in members])


def tcp(name: str, port: str, **fields: Any) -> Json:
    return named("service-tcp", name, port=port, **fields)


PREDEFINED = [
    {"uid": ANY, "name": "Any", "type": "CpmiAnyObject"},
    *(named("RulebaseAction", word) for word in ("Accept", "Drop", "Reject", "Ask", "Inner Layer")),
    *(named("Track", word) for word in ("None", "Log")),
    *(named("Global", word) for word in ("Policy Targets", "Original")),
]


def _cell(value: str | Sequence[str]) -> list[str]:
    names = [value] if isinstance(value, str) else list(value)
    return [ANY if name == "Any" else f"uid-{name}" for name in names]


def rule(number: int, action: str = "Accept", **fields: Any) -> Json:
    """Return an access rule, any to any unless told; names stand for identities."""
    result: Json = {
        "uid": f"rule-{number}-{action}-{sorted(fields)}",
        "type": "access-rule",
        "rule-number": number,
        "enabled": True,
        "action": f"uid-{action}",
        "track": {"type": "uid-None"},
        "source-negate": False,
        "destination-negate": False,
        "service-negate": False,
    }
    for key in ("source", "destination", "service", "vpn", "content", "time"):
        result[key] = _cell(fields.pop(key, "Any"))
    result["install-on"] = _cell(fields.pop("install_on", "Policy Targets"))
    if "inline_layer" in fields:
        result["inline-layer"] = f"layer-{fields.pop('inline_layer')}"
    return result | {key.replace("_", "-"): value for key, value in fields.items()}


def layer(name: str, cleanup: str | None = "drop") -> Json:
    found: Json = {"uid": f"layer-{name}", "name": name, "type": "access-layer"}
    return found | ({"implicit-cleanup-action": cleanup} if cleanup else {})


def access(name: str, rules: Iterable[Json], **page: Any) -> Json:
    """Return one answer of `show access-rulebase`."""
    return {"uid": f"layer-{name}", "name": name, "rulebase": list(rules)} | page


def package(name: str, *layers: Json, targets: Any = "all") -> Json:
    return {
        "uid": f"package-{name}",
        "name": name,
        "type": "package",
        "access": True,
        "access-layers": list(layers),
        "nat-policy": True,
        "installation-targets": targets,
    }


def gateway(name: str, policy: str = "", interfaces: Sequence[Mapping[str, Any]] = (), **fields: Any) -> Json:
    return named(
        "simple-gateway",
        name,
        ipv4_address=fields.pop("ipv4_address", "192.0.2.1"),
        interfaces=[dict(one) for one in interfaces],
        policy={"access-policy-name": policy} if policy else {},
        version="R81.20",
        **fields,
    )


def port(name: str, address: str, length: int = 24, **fields: Any) -> Json:
    return {"name": name, "ipv4-address": address, "ipv4-mask-length": length} | {
        key.replace("_", "-"): value for key, value in fields.items()
    }


def source_of(content: Any, path: str, indent: int | None = 1) -> SourceFile:
    text = content if isinstance(content, str) else json.dumps(content, indent=indent)
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), "checkpoint", "mgmt")


def read(*contents: Any, indent: int | None = 1) -> tuple[ParsedFile, ...]:
    """Parse documents as the files of one export."""
    return parse_together([source_of(one, f"mgmt/file-{number}.json", indent) for number, one in enumerate(contents)])


def devices(*contents: Any) -> dict[str, Device]:
    return {device.name: device for parsed in read(*contents) for device in parsed.devices}


def policy(objects: Iterable[Json], rules: Iterable[Json], *more: Any, cleanup: str | None = "drop") -> Device:
    """Return the gateway "fw" with one layer of these rules."""
    found = devices(
        {"objects": [*PREDEFINED, *objects], "from": 1, "to": 1, "total": 1},
        access("Network", rules),
        package("Standard", layer("Network", cleanup)),
        {"objects": [gateway("fw", "Standard")]},
        *more,
    )
    return found["fw"]


def fate(
    rulebase: Rulebase, source: str, destination: str, port: int = 443, protocol: int = 6, **zones: str
) -> tuple[str, str | None]:
    """Return the verdict on a packet and the rule that decides."""
    ports = {"source_port": 40000, "destination_port": port} if protocol in (6, 17, 132) else {}
    flow = Flow.of(source, destination, protocol, **ports)
    found = FlowJudge(rulebase).fate(flow, zones.get("from_zone"), zones.get("to_zone"))
    return found.verdict, found.rule.name if found.rule else None
