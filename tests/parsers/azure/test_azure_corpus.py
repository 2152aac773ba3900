"""Exports of other people, and texts that are no export."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from netaudit.audit import parse_files
from netaudit.collect import collect
from netaudit.collect.platforms import detect
from netaudit.model.device import Device
from netaudit.model.rules import Direction
from netaudit.model.source import Affects
from netaudit.packets.packet import Flow
from netaudit.parsers.azure import parse_together
from netaudit.parsers.contract import ParsedFile
from netaudit.policy.registers import Policy
from netaudit.topology.decisions import decide_at_interface
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.azure.reading import group, network, nic, peering, resource, rule, source_of, subnet

CLOUD = "batfish/networks/cloud-azure"
CLASSES = "batfish/testconfigs/representation/azure"
MOCKS = "cartography-cloud"
VM1, VM2 = "10.0.0.4", "10.0.1.4"


def parsed(folder: Path) -> list[ParsedFile]:
    return parse_files([one for one in collect(str(folder)).files if one.platform == "azure"])


@pytest.mark.parametrize(("folder", "files"), [(CLOUD, 11), (CLASSES, 21), (MOCKS, 5)])
def test_every_file_is_known_and_every_line_understood(corpus: Path, folder: str, files: int) -> None:
    """All of what can affect packets: the corpus of this platform is small."""
    found = parsed(corpus / folder)
    assert len(found) == files
    seen = [one for one in collect(str(corpus / folder)).files if "azure" in one.path and one.path.endswith(".json")]
    assert {one.platform for one in seen} == {"azure"}
    affecting = (Affects.FILTER, Affects.NAT, Affects.ROUTING)
    assert not [note for one in found for note in one.coverage.notes if note.affects in affecting]


@pytest.mark.parametrize(
    "text",
    [
        '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}',
        '{"$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#"}',
        '[{"Name": "net", "Id": "/subscriptions/1/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/net",'
        ' "Subnets": []}]',
        '{"id": "resourceGroups/r/providers/Microsoft.Network/routeTables/rt"}',
        '{"value": [{"type": "Microsoft.Compute/virtualMachines"}]}',
    ],
)
def test_every_form_shows_its_platform(text: str) -> None:
    assert detect([text], "export.json").platform == "azure"


def cloud(corpus: Path) -> Device:
    return next(device for one in parsed(corpus / CLOUD) for device in one.devices if device.name == "VM-vnet")


@pytest.mark.parametrize(
    ("source", "destination", "protocol", "port", "verdict"),
    [
        # Into VM2's subnet: SSH, 80 and 8080 from 10.0.0.0/24 only, and its own group takes the network's addresses.
        (VM1, VM2, 6, 22, "permit"),
        (VM1, VM2, 6, 443, "deny"),
        ("10.0.7.1", VM2, 6, 22, "deny"),
        ("198.51.100.1", VM2, 6, 22, "deny"),
        # Into VM1: 22 and 8080 by TCP, all of UDP, nothing else.
        (VM2, VM1, 6, 8080, "permit"),
        (VM2, VM1, 6, 80, "deny"),
        (VM2, VM1, 17, 53, "permit"),
        ("198.51.100.1", VM1, 6, 22, "permit"),
    ],
)
def test_inbound_verdicts_at_the_machines(
    corpus: Path, source: str, destination: str, protocol: int, port: int, verdict: str
) -> None:
    device = cloud(corpus)
    interface = next(one for one in device.interfaces if one.name == ("private" if destination == VM2 else "default"))
    packet = Flow.of(source, destination, protocol, source_port=40000, destination_port=port)
    assert decide_at_interface(device, interface, Direction.OUT, packet, None).verdict == verdict


@pytest.mark.parametrize(
    ("source", "destination", "port", "disposition"),
    [(VM1, VM2, 22, "delivered"), (VM1, VM2, 443, "denied"), (VM2, VM1, 8080, "delivered"), (VM2, VM1, 22, "denied")],
)
def test_traces_between_the_subnets(corpus: Path, source: str, destination: str, port: int, disposition: str) -> None:
    """VM2 may only speak to 10.0.0.0/24 on TCP 8080: the outbound rules of its subnet."""
    built = build_network([cloud(corpus)], Policy())
    packet = Flow.of(source, destination, 6, source_port=40000, destination_port=port)
    (place,) = starting_places(built, "", "", packet)
    found = trace_flow(built, place, packet)
    assert found.disposition.value == disposition
    assert found.answer is None or found.answer.value == "delivered"


def everything() -> list[str]:
    contents = [
        network(
            "net",
            ["10.0.0.0/16"],
            subnet("app", "10.0.1.0/24", nsg="nsg", table="rt"),
            subnet("web", "10.0.2.0/24"),
            virtualNetworkPeerings=[peering("p", "hub", "10.9.0.0/16")],
        ),
        group("nsg", rule("a", 100, "Allow"), rule("b", 200, "Deny", sourceAddressPrefix="Internet")),
        nic("vm", "10.0.1.4", "app", "nsg", public="front"),
        resource("publicIPAddresses", "front", ipAddress="203.0.113.5"),
        resource("routeTables", "rt", routes=[{"name": "r", "properties": {"addressPrefix": "10.7.0.0/16"}}]),
    ]
    return json.dumps(contents, indent=1).split("\n")


def accounted(found: tuple[ParsedFile, ...]) -> bool:
    return all(
        one.coverage.understood + one.coverage.ignored + len(one.coverage.notes) == one.coverage.lines for one in found
    )


def test_any_text_parses() -> None:
    """Lines cut, doubled and shuffled; values of other types in every place."""
    lines = everything()
    chance = random.Random(7)
    for _ in range(150):
        kept = [line for line in lines if chance.random() > 0.02]
        if chance.random() < 0.3:
            chance.shuffle(kept)
        assert accounted(parse_together([source_of("\n".join(kept), "azure/a.json")]))


def test_any_value_in_any_place_parses() -> None:
    document = json.loads("\n".join(everything()))
    odd = [None, 7, -1, "", "x", [], {}, [None], [[1]], {"id": 5}, {"id": None}, True, 1.5, "[concat(", "10.0.0.0/99"]
    places: list[tuple[object, object]] = []

    def walk(value: object) -> None:
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in inner:
            places.append((value, key))
            walk(item)

    walk(document)
    for number, (holder, key) in enumerate(places):
        assert isinstance(holder, dict | list)
        before = holder[key]  # type: ignore[call-overload]
        holder[key] = odd[number % len(odd)]  # type: ignore[call-overload]
        assert accounted(parse_together([source_of(document, "azure/a.json")]))
        holder[key] = before  # type: ignore[call-overload]


def test_a_file_that_is_no_json_has_its_lines_noted() -> None:
    (found,) = parse_together([source_of('{"id": "/subscriptions/x",\n "name": }\n', "azure/a.json")])
    assert found.devices == ()
    assert accounted((found,))
    assert found.coverage.problem.startswith("is not read: line 2")


@pytest.mark.parametrize(
    "kind", ["networkSecurityGroups/securityRules", "routeTables/routes", "virtualNetworks/subnets"]
)
def test_a_part_that_does_not_name_its_whole_parses(kind: str) -> None:
    found = parse_together([source_of({"type": f"Microsoft.Network/{kind}", "name": "x"}, "azure/a.json")])
    assert accounted(found)
