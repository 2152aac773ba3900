"""Configurations by other people: all parse, and what their devices showed agrees with what was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.source import LineState
from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.parsers.cisco_ios import parse

from .conftest import fate_at, source_of

# Folders of the corpus that hold running configurations of IOS and IOS-XE among others.
_PLACES = (
    "batfish/networks/example",
    "batfish/testconfigs",
    "batfish/tests",
    "pybatfish-networks",
    "lab-validation",
    "oxidized",
    "hier-config",
    "netutils-mock",
    "aerleon/refs",
    "capirca",
    "genieparser/ios",
    "genieparser/iosxe",
    "ntc-templates/cisco_ios",
    "fwrule-mcp",
)
_LOOKS_LIKE_IOS = re.compile(
    r"^(?:interface (?:Gig|Fast|Ethernet|Loop|Vlan|Ten|Serial)|ip access-list (?:ext|stand)"
    r"|access-list \d+ (?:permit|deny)|router (?:ospf|bgp|eigrp)|ipv6 access-list)",
    re.MULTILINE,
)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _device(path: Path) -> Device:
    return parse(source_of(_text(path), path.name)).devices[0]


def _files(corpus: Path) -> Iterator[Path]:
    for place in _PLACES:
        for path in sorted((corpus / place).rglob("*")):
            if path.is_file() and path.stat().st_size < 3_000_000:
                yield path


def test_every_file_parses(corpus: Path) -> None:
    seen = 0
    for path in _files(corpus):
        text = _text(path)
        if _LOOKS_LIKE_IOS.search(text):
            coverage = parse(source_of(text, path.name)).coverage
            assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
            seen += 1
    assert seen > 400


def test_nearly_every_line_of_real_running_configurations_is_known(corpus: Path) -> None:
    """Real devices only: the grammar tests of parsers are made of lines that no device writes."""
    lines = unknown = 0
    odd: list[str] = []
    for path in (corpus / "lab-validation").rglob("show_running-config.txt"):
        text = _text(path)
        if re.search(r"^version 1[5-7]\.\d", text, re.MULTILINE) and "feature" not in text:
            coverage = parse(source_of(text, path.name)).coverage
            lines += coverage.lines
            notes = coverage.in_state(LineState.UNRECOGNIZED)
            unknown += len(notes)
            odd += [note.where.text for note in notes]
    for path in sorted((corpus / "oxidized").glob("ios__*__output.txt")):
        coverage = parse(source_of(_text(path), path.name)).coverage
        lines += coverage.lines
        notes = coverage.in_state(LineState.UNRECOGNIZED)
        unknown += len(notes)
        odd += [note.where.text for note in notes]
    assert lines > 3000
    assert unknown / lines < 0.002, odd


def _labs(corpus: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the configuration and the folder of captures of each IOS device of the labs."""
    for config in sorted((corpus / "lab-validation").glob("*/configs/*/show_running-config.txt")):
        shows = config.parents[2] / "show" / config.parent.name
        if (shows / "show_interfaces.txt").is_file() and re.search(r"^version 1[5-7]\.\d", _text(config), re.MULTILINE):
            yield config, shows


def test_interfaces_agree_with_what_the_devices_showed(corpus: Path) -> None:
    compared = 0
    for config, shows in _labs(corpus):
        device = _device(config)
        interfaces = {one.name: one for one in device.interfaces}
        blocks = re.split(
            r"^(?=\S+ is (?:up|down|administratively|reset))", _text(shows / "show_interfaces.txt"), flags=re.M
        )
        for block in blocks:
            head = re.match(r"(\S+) is (administratively down|up|down)", block)
            if head is None or head[1] not in interfaces:
                continue  # the null and internal interfaces stand in no configuration
            interface = interfaces[head[1]]
            where = f"{config.parent.name} {head[1]}"
            assert interface.enabled is (head[2] != "administratively down"), where
            shown = re.search(r"Internet address is (\S+)", block)
            primary = [str(one) for one in interface.addresses if one.family is Family.IPV4 and not one.virtual]
            if not interface.dynamic_address:
                assert primary[:1] == ([shown[1]] if shown else []), where
            compared += 1
    assert compared > 100


def test_connected_and_static_routes_agree_with_what_the_devices_showed(corpus: Path) -> None:
    compared = 0
    for config, shows in _labs(corpus):
        table = shows / "show_ip_route.txt"
        if not table.is_file():
            continue
        device = _device(config)
        connected = {
            (one.network_text, interface.name)
            for interface in device.interfaces
            if interface.enabled and interface.vrf == DEFAULT_VRF
            for one in interface.addresses
            if one.family is Family.IPV4
        }
        static = {one.prefix for one in device.static_routes if one.vrf == DEFAULT_VRF}
        dynamic = any(one.dynamic_address for one in device.interfaces)
        for line in _text(table).splitlines():
            if shown := re.match(r"C\s+(\S+/\d+) is directly connected, (\S+)", line):
                if (shown[1], shown[2]) not in connected:
                    assert dynamic, f"{config}: {line}"  # the address came by DHCP
                compared += 1
            elif shown := re.match(r"S\*?\s+(\S+/\d+)", line):
                assert shown[1] in static or dynamic, f"{config}: {line}"
                compared += 1
    assert compared > 50


# What came through the lab's filter, from the hosts behind it: corpus/lab-validation/GROUND_TRUTH_traffic.tsv and
# the captures in show/inside. (interface list, source, destination, protocol, source port, destination port, fate)
_TRAFFIC = (
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 6, 40000, 9100, "permit"),
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 6, 40000, 9101, "deny"),  # "No route to host"
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 17, 40000, 9200, "permit"),
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 17, 40000, 9201, "deny"),  # "No route to host"
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 17, 40000, 9202, "permit"),  # arrived at the server
    ("CONNECTIVITY_TEST_IN", "192.168.123.6", "192.168.123.1", 17, 9202, 40000, "deny"),  # its answers did not
    ("CONNECTIVITY_TEST_OUT", "192.168.123.1", "192.168.123.6", 1, 0, 0, "permit"),
    ("CONNECTIVITY_TEST_IN", "192.168.123.6", "192.168.123.1", 1, 0, 0, "permit"),
)


def test_the_filter_of_the_connectivity_lab_does_what_its_hosts_saw(corpus: Path) -> None:
    device = _device(corpus / "lab-validation/iosxe_connectivity_sample/configs/iosxe_acl/show_running-config.txt")
    assert (device.model, device.operating_system, device.serials) == ("CSR1000V", "IOS-XE", ("938VD65N3N1",))
    for name, source, destination, protocol, source_port, port, expected in _TRAFFIC:
        rulebase = device.rulebase(name)
        assert rulebase is not None
        flow = Flow.of(
            source, destination, protocol, source_port=source_port, destination_port=port, icmp_type=8 * (protocol == 1)
        )
        assert fate_at(rulebase, flow) == expected, (name, port)


@pytest.mark.parametrize("folder", ["docs/example-filters", "notebooks/example-filters"])
def test_the_recorded_answers_on_the_example_filters(corpus: Path, folder: str) -> None:
    """Source: corpus/pybatfish-networks/answers/Analyzing_ACLs_and_Firewall_Rules.md."""
    configs = corpus / "pybatfish-networks" / folder / "current" / "configs"
    router = _device(configs / "rtr-with-acl.cfg").rulebase("acl_in")
    assert router is not None
    lines = {rule.name: rule for rule in router.rules}
    assert fate_at(router, Flow.of("10.10.10.1", "218.8.104.58", 17, destination_port=53)) == "permit"
    assert fate_at(router, Flow.of("10.10.10.42", "218.8.104.58", 17, destination_port=53)) == "deny"
    assert lines["670"].match.maybe <= lines["540"].match.surely  # 670 is unreachable behind 540
    assert lines["790"].match.maybe <= lines["500"].match.surely
    if not (configs / "firewall.cfg").is_file():
        return
    firewall = _device(configs / "firewall.cfg")
    policy = firewall.rulebase("policy-z2-to-z3")
    assert policy is not None
    pair = ("zone-z2", "zone-z3")
    assert fate_at(policy, Flow.of("10.114.64.1", "10.114.60.10", 6, destination_port=80), *pair) == "deny"
    for port in (1, 80, 443, 2048, 2050, 65535):  # "no non-NFS flow can go from one zone to another"
        assert fate_at(policy, Flow.of("101.164.101.231", "101.164.9.109", 6, destination_port=port), *pair) == "deny"
    assert fate_at(policy, Flow.of("101.164.101.231", "101.164.9.109", 6, destination_port=2049), *pair) == "permit"
