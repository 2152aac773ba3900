"""NAT rules translate as the guide's "Configuring the NAT Policy" says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from netaudit.model.device import Device
from netaudit.model.rules import NatKind
from netaudit.packets.intervals import IntervalSet
from tests.command_line import netaudit
from tests.parsers.checkpoint.reading import (
    ANY,
    PREDEFINED,
    access,
    devices,
    gateway,
    group,
    host,
    layer,
    network,
    package,
    port,
    rule,
    tcp,
)

OBJECTS = [
    network("lan", "10.1.0.0", 16),
    host("web", "10.1.0.10"),
    host("public", "203.0.113.10"),
    host("hide", "203.0.113.1"),
    tcp("http", "80"),
    tcp("http-alt", "8080"),
]


def nat(number: int, method: str = "static", **columns: Any) -> dict:
    """Return a NAT rule; a column that is not named stays Original or Any."""
    found: dict = {"uid": f"nat-{number}", "type": "nat-rule", "rule-number": number, "method": method, "enabled": True}
    found["auto-generated"] = columns.pop("auto", False)
    found["install-on"] = [f"uid-{columns.pop('install_on', 'Policy Targets')}"]
    for side in ("source", "destination", "service"):
        original, translated = columns.pop(side, "Any"), columns.pop(f"translated_{side}", "Original")
        found[f"original-{side}"] = ANY if original == "Any" else f"uid-{original}"
        found[f"translated-{side}"] = f"uid-{translated}"
    return found | columns


def translated(rules: list, objects: list | None = None, name: str = "fw") -> Device:
    interfaces = [port("eth0", "10.1.0.1"), port("eth1", "203.0.113.254")]
    return devices(
        {"objects": [*PREDEFINED, *(objects or OBJECTS), group("elsewhere", "fw2")]},
        access("Network", [rule(1)]),
        package("Standard", layer("Network")),
        {"objects": [gateway("fw", "Standard", interfaces, ipv4_address="203.0.113.254"), gateway("fw2", "Standard")]},
        {"uid": "nat", "rulebase": rules, "from": 1, "to": len(rules), "total": len(rules)},
    )[name]


def test_manual_rules_of_each_kind_in_their_order():
    device = translated(
        [
            nat(1, destination="public", translated_destination="web"),
            nat(2, "hide", source="lan", translated_source="hide"),
            nat(3, source="lan", destination="lan"),
            nat(4, source="web", destination="public", translated_source="hide", translated_destination="web"),
        ]
    )
    kinds = [
        (one.name, one.kind, str(one.translated_source), str(one.translated_destination)) for one in device.nat_rules
    ]
    assert kinds == [
        ("NAT 1", NatKind.DESTINATION, "None", "10.1.0.10"),
        ("NAT 2", NatKind.SOURCE, "203.0.113.1", "None"),
        ("NAT 3", NatKind.EXEMPT, "None", "None"),
        ("NAT 4", NatKind.SOURCE, "203.0.113.1", "10.1.0.10"),
    ]
    assert all(one.match.is_exact for one in device.nat_rules)
    assert device.policies_see_original_addresses


def test_generated_rules_take_the_address_from_the_object():
    behind = {"auto-rule": True, "method": "hide", "hide-behind": "gateway"}
    address = {"auto-rule": True, "method": "hide", "hide-behind": "ip-address", "ipv4-address": "203.0.113.77"}
    static = {"auto-rule": True, "method": "static", "ipv4-address": "203.0.113.88"}
    objects = [
        network("a", "10.1.0.0", 24, nat_settings=behind),
        network("b", "10.2.0.0", 24, nat_settings=address),
        host("c", "10.3.0.1", nat_settings=static),
    ]
    section = {"uid": "s", "type": "nat-section", "name": "Automatic Generated Rules : Machine Static NAT"}
    device = translated(
        [
            section | {"rulebase": [nat(1, auto=True, source="c", translated_source="c")], "from": 1, "to": 1},
            nat(2, "hide", auto=True, source="a", translated_source="a"),
            nat(3, "hide", auto=True, source="b", translated_source="b"),
        ],
        objects,
    )
    assert [str(one.translated_source) for one in device.nat_rules] == [
        "203.0.113.88",
        "10.1.0.1, 203.0.113.254",  # the address of the outgoing interface, one of these
        "203.0.113.77",
    ]


def test_port_forwarding_translates_ports():
    (one,) = translated(
        [nat(1, destination="hide", service="http", translated_destination="web", translated_service="http-alt")]
    ).nat_rules
    assert (one.kind, one.protocol) == (NatKind.DESTINATION, 6)
    assert (one.original_ports, one.translated_ports) == (IntervalSet.single(80), IntervalSet.single(8080))


def test_rules_for_another_gateway_and_disabled_ones():
    rules = [
        nat(1, install_on="fw2", source="lan"),
        nat(2, "hide", source="lan", translated_source="hide", enabled=False),
    ]
    device = translated(rules)
    assert [(one.name, one.enabled) for one in device.nat_rules] == [("NAT 2", False)]
    assert [one.name for one in translated(rules, name="fw2").nat_rules] == ["NAT 1", "NAT 2"]


def test_a_translation_that_is_not_understood_is_sure_of_nothing():
    (one,) = translated([nat(1, source="lan", translated_source="gone")]).nat_rules
    assert not one.match.surely
    assert one.match.reasons == ("not in the export",)


def test_a_policy_sees_the_address_before_destination_nat(tmp_path: Path):
    """A rule names the public address; the packet leaves to the real one, and a hidden source leaves as another."""
    system = (
        "set hostname fw\n"
        "set interface eth0 ipv4-address 10.1.0.1 mask-length 16\n"
        "set interface eth1 ipv4-address 203.0.113.254 mask-length 24\n"
        "set static-route default nexthop gateway address 203.0.113.253 on\n"
    )
    files: list = [
        {"objects": [*PREDEFINED, *OBJECTS]},
        access("Network", [rule(1, destination="public", service="http"), rule(2, source="lan"), rule(3, "Drop")]),
        package("Standard", layer("Network")),
        {"objects": [gateway("fw", "Standard", [port("eth0", "10.1.0.1", 16), port("eth1", "203.0.113.254")])]},
        {
            "uid": "nat",
            "rulebase": [
                nat(1, destination="public", translated_destination="web"),
                nat(2, "hide", source="lan", translated_source="hide"),
            ],
        },
    ]
    for number, content in enumerate(files):
        (tmp_path / f"{number}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    (tmp_path / "fw.cfg").write_text(system, encoding="utf-8")
    flows = tmp_path.parent / "flows.csv"
    flows.write_text(
        "start,source,destination,protocol,source_port,destination_port\n"
        "fw:eth1,198.51.100.7,203.0.113.10,tcp,40000,80\n"
        "fw:eth1,198.51.100.7,203.0.113.10,tcp,40000,22\n"
        "fw:eth1,198.51.100.7,10.1.0.10,tcp,40000,80\n"
        "fw:eth0,10.1.0.9,198.51.100.7,tcp,40000,443\n",
        encoding="utf-8",
    )
    found = netaudit("trace", tmp_path, "--flows", flows, "--format", "json").document["flows"]
    steps = [[step["action"] for hop in row["traces"][0]["hops"] for step in hop["steps"]] for row in found]
    assert [row["disposition"] == "denied" for row in found] == [False, True, True, False]
    assert "destination becomes 10.1.0.10" in steps[0]
    assert "source becomes 203.0.113.1" in steps[3]
