"""Exports as they come: ShowPolicyPackage folders, clusters, broken files, and the account of their lines."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.source import Affects, FileStatus
from netaudit.parsers.checkpoint import parse, parse_together
from tests.parsers.checkpoint.reading import (
    PREDEFINED,
    access,
    devices,
    fate,
    gateway,
    group,
    host,
    layer,
    named,
    network,
    package,
    policy,
    port,
    read,
    rule,
    source_of,
    tcp,
)

OBJECTS = [network("lan", "10.1.0.0", 16), host("web", "192.0.2.10"), tcp("https", "443"), tcp("ssh", "22")]


# ShowPolicyPackage: an index, a file of rules for each layer, the objects, the gateways.


def show_package(folder: str = "package") -> list:
    layers = [
        {
            "uid": "layer-Network",
            "name": "Network",
            "domain": "Management server",
            "htmlFileName": "Network-Management server.html",
        }
    ]
    index = {
        "domain": "",
        "policyPackages": [
            {
                "packageName": "Standard",
                "accessLayers": layers,
                "threatLayers": [],
                "natLayer": {"name": "NAT", "htmlFileName": "Standard NAT-Management server.html"},
                "objects": {"htmlObjectsFileName": "Standard_objects.html"},
                "gatewayAndServerList": [{"uid": "uid-fw", "name": "fw"}],
                "htmlGatewaysFileName": "Standard_gateway_objects.html",
            }
        ],
    }
    rules = [rule(1, "Inner Layer", source="lan", inline_layer="Web access"), rule(2, "Drop")]
    nat = {
        "uid": "nat-1", "type": "nat-rule", "rule-number": 1, "method": "static", "enabled": True,
        "original-source": "uid-lan", "original-destination": "uid-web", "original-service": PREDEFINED[0]["uid"],
        "translated-source": "uid-Original", "translated-destination": "uid-Original",
        "translated-service": "uid-Original", "install-on": ["uid-Policy Targets"],
    }  # fmt: skip
    files: dict[str, Any] = {
        "index": index,
        "Network-Management server": rules,
        "Web access-Management server": [rule(1, destination="web", service="https")],
        "Standard NAT-Management server": [nat],
        "Standard_objects": [*PREDEFINED, *OBJECTS, layer("Web access")],
        "Standard_gateway_objects": [gateway("fw", interfaces=[port("eth0", "10.1.0.1")])],
    }
    return [source_of(content, f"{folder}/{name}.json") for name, content in files.items()]


def test_a_folder_of_show_policy_package():
    found = {device.name: device for parsed in parse_together(show_package()) for device in parsed.devices}
    assert sorted(found) == ["fw"]
    (rulebase,) = found["fw"].rulebases
    assert rulebase.name == "Network"
    assert fate(rulebase, "10.1.0.1", "192.0.2.10", 443) == ("permit", "1.1")
    assert fate(rulebase, "10.1.0.1", "192.0.2.10", 22)[0] == "deny"
    assert fate(rulebase, "198.51.100.1", "192.0.2.10", 443) == ("deny", "2")
    assert [one.name for one in found["fw"].nat_rules] == ["NAT 1"]


def test_each_line_of_a_folder_of_show_policy_package_has_a_state():
    for parsed in parse_together(show_package()):
        coverage = parsed.coverage
        assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
        assert {note.reason.partition(":")[0] for note in coverage.notes} <= {
            "the global properties are not in the export"
        }


# Implied rules: Security Management Administration Guide, "Implied Rules".


def properties(**firewall: Any) -> dict:
    found = {key.replace("_", "-"): value for key, value in firewall.items()}
    return {"uid": "gp", "name": "Global properties", "firewall": found, "nat": {"allow-bi-directional-nat": True}}


def test_implied_rules_stand_first_before_the_last_and_last():
    rules = [rule(1, "Drop", source="lan"), rule(2, "Drop")]
    found = policy(
        OBJECTS, rules,
        properties(
            accept_domain_name_over_udp=True, accept_domain_name_over_udp_position="first",
            accept_icmp_requests=True, accept_icmp_requests_position="before last", accept_rip=False,
        ),
    ).rulebases[0]  # fmt: skip
    assert [one.name for one in found.rules] == ["implied domain name over UDP", "1", "implied ICMP requests", "2"]
    assert all(one.implicit for one in found.rules if one.name.startswith("implied"))
    assert fate(found, "10.1.0.1", "192.0.2.10", 53, 17)[0] == "permit"
    assert fate(found, "198.51.100.1", "192.0.2.10", 80)[0] == "deny"


def test_without_global_properties_a_note_says_that_they_are_missing():
    def reasons(*more: dict) -> set[str]:
        found = read({"objects": PREDEFINED}, access("Network", [rule(1)]), *more)
        return {note.reason.partition(":")[0] for one in found for note in one.coverage.notes}

    assert reasons() == {"the global properties are not in the export"}
    assert reasons(properties(accept_icmp_requests=False)) == set()
    # Implied rules for the gateways' own connections are known and not modelled.
    assert reasons(properties(accept_control_connections=True)) == {"an implied rule for the gateways' own connections"}


# Clusters and several gateways


def test_the_members_of_a_cluster_have_its_policy_and_their_own_systems():
    cluster = named(
        "simple-cluster", "fw", ipv4_address="192.0.2.1", version="R81.20", policy={"access-policy-name": "Standard"},
        interfaces={"objects": [port("eth0", "192.0.2.1"), port("eth1", "10.1.0.1")], "total": 2},
        cluster_members=[{"name": f"fw-{one}", "ip-address": f"192.0.2.{last}"} for one, last in (("a", 2), ("b", 3))],
    )  # fmt: skip
    policy_files = [
        {"objects": [*PREDEFINED, *OBJECTS, cluster]},
        access("Network", [rule(1, "Drop", destination="fw"), rule(2)]),
        package("Standard", layer("Network")),
    ]
    sources = [source_of(one, f"mgmt/{number}.json") for number, one in enumerate(policy_files)]
    for name, last in (("fw-a", 2), ("fw-b", 3)):
        text = f"set hostname {name}\nset interface eth0 ipv4-address 192.0.2.{last} mask-length 24\n"
        sources.append(source_of(text, f"{name}.cfg"))
    found = {device.name: device for parsed in parse_together(sources) for device in parsed.devices}
    assert sorted(found) == ["fw-a", "fw-b"]
    for device in found.values():
        assert [one.name for one in device.rulebases] == ["Network"]
        assert fate(device.rulebases[0], "10.1.0.9", "192.0.2.3") == ("deny", "1")
    eth0 = found["fw-a"].interfaces[0]
    assert [(str(one), one.virtual) for one in eth0.addresses] == [("192.0.2.2/24", False), ("192.0.2.1/24", True)]


def test_a_system_under_another_name_is_found_by_its_address_and_each_device_stands_once():
    fw = gateway("fw", "Standard", [port("eth0", "192.0.2.1")], ipv4_address="192.0.2.1")
    system = source_of("set hostname renamed\nset interface eth0 ipv4-address 192.0.2.1 mask-length 24\n", "a.cfg")
    files = [source_of({"objects": [*PREDEFINED, fw]}, "m/a.json"), system, system]
    found = [device for parsed in parse_together(files) for device in parsed.devices]
    assert [device.name for device in found] == ["renamed", "renamed"]
    assert [[one.name for one in device.rulebases] for device in found] == [["Standard"], ["policy"]]


def test_packages_with_installation_targets_go_to_their_gateways():
    found = devices(
        {"objects": [*PREDEFINED, *OBJECTS, gateway("north"), gateway("south")]},
        access("N", [rule(1)]),
        access("S", [rule(1, "Drop")]),
        package("North", layer("N"), targets=[{"uid": "uid-north", "name": "north", "type": "simple-gateway"}]),
        package("South", layer("S"), targets=["south"]),
    )
    assert [one.name for one in found["north"].rulebases] == ["N"]
    assert [one.name for one in found["south"].rulebases] == ["S"]


def test_a_layer_of_the_package_that_is_not_in_the_export_is_not_decided():
    found = devices(
        {"objects": [*PREDEFINED, gateway("fw", "Standard")]},
        access("Network", [rule(1)]),
        package("Standard", layer("Network"), layer("Gone")),
    )["fw"]
    assert [(one.name, one.follows) for one in found.rulebases] == [("Network", ""), ("Gone", "Network")]
    assert fate(found.rulebases[1], "10.1.0.1", "192.0.2.1")[0] == "unknown"


def test_anti_spoofing_and_zones_of_interfaces():
    interfaces = [
        port("eth0", "10.1.0.1", anti_spoofing=True, anti_spoofing_settings={"action": "prevent"}),
        port("eth1", "10.2.0.1", anti_spoofing=True, anti_spoofing_settings={"action": "detect"}),
        port("eth2", "10.3.0.1", anti_spoofing=False),
        port("eth3.30", "10.4.0.1"),
    ]
    found = devices({"objects": [gateway("fw", interfaces=interfaces)]})["fw"].interfaces
    assert [one.source_check for one in found] == [True, False, False, None]
    assert (found[3].vlan, found[3].parent) == (30, "eth3")


def test_the_log_servers_of_a_gateway_are_log_targets_beside_its_own_system():
    fw = gateway("fw", "Standard", send_logs_to_server=["mgmt-1", "fw"], send_logs_to_backup_server=[])
    files = [
        source_of(
            {"objects": [*PREDEFINED, fw, named("checkpoint-host", "mgmt-1", ipv4_address="192.0.2.7")]}, "m/a.json"
        ),
        source_of("set hostname fw\nset interface eth0 state on\n", "fw.cfg"),
    ]
    found = {device.name: device for parsed in parse_together(files) for device in parsed.devices}
    assert [(one.address, one.kind) for one in found["fw"].management.log_targets] == [("192.0.2.7", "log server")]


# Files that are broken, hostile or of another shape


def test_malformed_json_is_told_with_its_line_and_costs_no_other_file():
    good = [{"objects": [*PREDEFINED, gateway("fw", "Standard")]}, package("Standard", layer("Network"))]
    broken = json.dumps(access("Network", [rule(1)]), indent=1)[:-40]
    parsed = read(*good, broken)
    assert parsed[2].coverage.problem.startswith("is not read: line ")
    assert str(len(broken.split("\n"))) in parsed[2].coverage.problem
    assert parsed[2].coverage.status is FileStatus.PARTIAL
    coverage = parsed[2].coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
    (device,) = [device for one in parsed for device in one.devices]
    assert fate(device.rulebases[0], "10.1.0.1", "192.0.2.1")[0] == "unknown"


def test_fields_and_types_that_no_table_knows_are_told():
    parsed = read(access("Network", [rule(1, warp={"a": 1})]), {"objects": [named("hologram", "x", depth=3)]})
    notes = [(note.state.value, note.affects, note.reason) for one in parsed for note in one.coverage.notes]
    assert ("unrecognized", Affects.FILTER, "field warp") in notes
    assert ("unsupported", Affects.FILTER, "object type hologram") in notes


SECRET = "hunter2hunter2"


@pytest.mark.parametrize("indent", [1, None])
@pytest.mark.parametrize(
    "holder",
    [
        gateway("fw", **{"one-time-password": SECRET}),
        named(
            "vpn-community-meshed", "Site", **{"shared-secrets": [{"external-gateway": "x", "shared-secret": SECRET}]}
        ),
        named("user", "joe", password=SECRET),
        named("user", "joe", **{"password-hash": SECRET}),
        named("radius-server", "r", **{"shared-secret": SECRET}),
        host("web", "192.0.2.10", comments=f"login admin password {SECRET}"),
        named("snmp-user", "s", **{"auth-pass-phrase": SECRET}),
    ],
)
def test_no_secret_leaves_the_parser(holder: dict, indent: int | None):
    parsed = read({"objects": [holder]}, access("Network", [rule(1, comments=f"password: {SECRET}")]), indent=indent)
    assert SECRET not in repr(parsed)


@pytest.mark.parametrize("indent", [None, 0, 4])
def test_the_form_of_the_text_changes_nothing(indent: int | None):
    rules = [rule(1, source="lan", service="https"), rule(2, "Drop")]
    contents = [
        {"objects": [*PREDEFINED, *OBJECTS, gateway("fw", "Standard")]},
        access("Network", rules),
        package("Standard", layer("Network")),
    ]
    parsed = read(*contents, indent=indent)
    (device,) = [device for one in parsed for device in one.devices]
    assert fate(device.rulebases[0], "10.1.0.1", "192.0.2.10") == ("permit", "1")
    for one in parsed:
        assert one.coverage.understood + one.coverage.ignored + len(one.coverage.notes) == one.coverage.lines


def test_a_place_is_the_lines_of_its_object_with_the_line_that_names_it():
    parsed = read({"objects": PREDEFINED}, access("Network", [rule(1, name="Web in")]))
    where = parsed[1].devices[0].rulebases[0].rules[0].where
    lines = json.dumps(access("Network", [rule(1, name="Web in")]), indent=1).split("\n")
    assert lines[where.line - 1].strip() == "{"
    assert lines[where.last_line - 1].strip() == "}"
    assert where.text == '"name": "Web in"'


def _mutated(value: Any, random_: random.Random) -> Any:
    """Return a document with some values replaced by others of any kind."""
    if random_.random() < 0.06:
        return random_.choice([None, True, -1, 2**70, 1.5, "", "x", [], {}, [[]], {"uid": "uid-lan"}, ["uid-web", 3]])
    if isinstance(value, dict):
        return {key: _mutated(one, random_) for key, one in value.items() if random_.random() > 0.03}
    if isinstance(value, list):
        return [_mutated(one, random_) for one in value]
    return value


@pytest.mark.parametrize("seed", range(60))
def test_an_export_with_values_of_any_kind_is_read_without_an_exception(seed: int):
    random_ = random.Random(seed)
    cluster = named("simple-cluster", "cl", interfaces={"objects": [port("eth0", "10.9.0.1")]}, members=["fw"])
    nat = {
        "uid": "n", "type": "nat-rule", "rule-number": 1, "method": "hide", "auto-generated": True,
        "original-source": "uid-lan", "translated-source": "uid-lan", "original-service": "uid-https",
        "translated-service": "uid-ssh", "original-destination": "uid-web", "translated-destination": "uid-web",
    }  # fmt: skip
    contents = [
        {
            "objects": [
                *PREDEFINED,
                *OBJECTS,
                group("g", "lan", "g"),
                cluster,
                gateway("fw", "Standard", [port("e", "10.0.0.1")]),
            ]
        },
        access(
            "Network",
            [rule(1, "Inner Layer", inline_layer="Sub", source="g"), rule(2)],
            **{"from": 1, "to": 2, "total": 2},
        ),
        access("Sub", [rule(1, time="uid-T", hits={"value": 1}), rule(2, "Ask")]),
        package("Standard", layer("Network"), layer("Sub")),
        {"uid": "nat", "rulebase": [nat]},
        properties(accept_icmp_requests=True),
        {"objects": [named("time", "T", end={"iso-8601": "x"}, **{"end-never": False}), named("wildcard", "w")]},
        show_package()[0].lines[0],
    ]
    for parsed in read(*[_mutated(one, random_) for one in contents]):
        coverage = parsed.coverage
        assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[[[]]]", "null", "[1, 2]", '{"rulebase": []}', '{"objects": [[]]}', "{" * 300]
)
def test_documents_without_content_are_no_devices(text: str):
    parsed = parse(source_of(text, "x.json"))
    assert [one.name for one in parsed.devices] in ([], ["mgmt"])
    assert parsed.coverage.understood + parsed.coverage.ignored + len(parsed.coverage.notes) == parsed.coverage.lines


# The run: files of the platform are read together, those of others alone.


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    contents = {
        "a.json": json.dumps({"objects": [*PREDEFINED, gateway("fw", "Standard")]}, indent=1),
        "b.cfg": "version 16.9\nhostname rtr\ninterface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\nend\n",
        "c.json": json.dumps(access("Network", [rule(1)]), indent=1),
        "d.json": json.dumps(package("Standard", layer("Network")), indent=1),
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_snapshot_keeps_the_order_of_its_files(mixed: Path):
    reading = read_snapshot(str(mixed))
    assert [one.path for one in reading.coverage] == ["a.json", "b.cfg", "c.json", "d.json"]
    assert [(one.name, len(one.rulebases)) for one in reading.devices] == [("fw", 1), ("rtr", 0)]


def test_a_fault_of_the_parser_costs_the_files_of_its_platform_alone(mixed: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_: object) -> None:
        raise RuntimeError("a secret that must not be shown")

    monkeypatch.setattr("netaudit.parsers.checkpoint.parse_together", fail)
    reading = read_snapshot(str(mixed))
    assert [one.name for one in reading.devices] == ["rtr"]
    failed = [one for one in reading.coverage if one.status is FileStatus.UNREADABLE]
    assert [one.path for one in failed] == ["a.json", "c.json", "d.json"]
    assert all("RuntimeError" in one.problem and "secret" not in one.problem for one in failed)
