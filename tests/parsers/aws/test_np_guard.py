"""Connectivity within VPCs and from the internet as np-guard's analyzer states it, beside ours for single packets.

Its inputs have no route tables: what a machine sends to the internet is therefore not known to us; the other tool takes
it that a way is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy
from netaudit.topology.network import build_network
from netaudit.topology.places import Place, starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.aws.reading import read_folder

_EXAMPLES = "np-guard-vpc/awsvpc/examples"
_INBOUND = re.compile(r"Public Internet \(all ranges\) => \S+\[([\d.]+)\] : (.*)")
_OUTBOUND = re.compile(r"\S+\[([\d.]+)\] => Public Internet \(all ranges\) : (.*)")
_LINE = re.compile(r"\S+\[([\d.]+)\] => \S+\[([\d.]+)\] : (.*)")
_NUMBERS = {"TCP": 6, "UDP": 17, "ICMP": 1}
_ASKED = ((6, 22), (6, 443), (6, 9080), (17, 53), (1, 0))


def _stated(report: Path) -> dict[str, dict[tuple[str, str], str]]:
    """Return what each VPC's section permits from one address to another."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    section: dict[tuple[str, str], str] = {}
    for line in report.read_text().splitlines():
        if line.startswith("Endpoint connectivity for VPC "):
            section = found.setdefault(line.split()[-1], {})
        elif match := _LINE.match(line):
            section[match[1], match[2]] = match[3]
    return found


def _permits(text: str, protocol: int, port: int) -> bool:
    if text == "All Connections":
        return True
    for part in text.split(";"):
        if any(_NUMBERS[name] == protocol for name in _NUMBERS if f"protocol: {name}" in part):
            ports = re.search(r"dst-ports: ([\d,-]+)", part)
            spans = [one.split("-") for one in ports[1].split(",")] if ports else [["0", "65535"]]
            return any(int(span[0]) <= port <= int(span[-1]) for span in spans)
    return False


def _pairs(addresses: set[str]) -> Iterator[tuple[str, str]]:
    yield from ((one, other) for one in sorted(addresses) for other in sorted(addresses) if one != other)


@pytest.mark.parametrize(("name", "least"), [("aws_sg_1", 100), ("basic_config_with_sg", 10)])
def test_connections_between_instances(corpus: Path, name: str, least: int) -> None:
    examples = corpus / _EXAMPLES
    stated = _stated(examples / "out/analysis_out" / f"{name}_all_vpcs_.txt")
    permitted = {pair: text for section in stated.values() for pair, text in section.items()}
    outcomes: Counter[str] = Counter()
    for parsed in read_folder(examples / "input" / f"input_{name}.json"):
        for device in parsed.devices:
            network = build_network([device], Policy())
            hosts = {str(one.addresses): one for one in device.address_objects}
            for start, end in _pairs(set(hosts)):
                port = next(
                    one
                    for one in device.interfaces
                    if any(hosts[start].addresses.ipv4 <= address.network for address in one.addresses)
                )
                for protocol, number in _ASKED:
                    ports = {} if protocol == 1 else {"source_port": 40000, "destination_port": number}
                    flow = Flow.of(start, end, protocol, **ports)
                    said = trace_flow(network, Place(device, port, ("", port.vrf)), flow).disposition.value
                    wanted = "delivered" if _permits(permitted.get((start, end), ""), protocol, number) else "denied"
                    outcomes["agree" if said == wanted else f"{said}, not {wanted}"] += 1
    assert outcomes.keys() == {"agree"}
    assert outcomes["agree"] >= least


@pytest.mark.parametrize(("name", "public"), [("aws_sg_1", 2), ("basic_config_with_sg", 1)])
def test_connections_with_the_internet(corpus: Path, name: str, public: int) -> None:
    examples = corpus / _EXAMPLES
    report = (examples / "out/analysis_out" / f"{name}_all_vpcs_.txt").read_text()
    inward = {match[1]: match[2] for line in report.splitlines() if (match := _INBOUND.match(line))}
    outward = {match[1]: match[2] for line in report.splitlines() if (match := _OUTBOUND.match(line))}
    reached = 0
    for parsed in read_folder(examples / "input" / f"input_{name}.json"):
        for device in parsed.devices:
            network = build_network([device], Policy())
            known = {
                one.match.surely.sources(): one.translated_source for one in device.nat_rules if one.translated_source
            }
            for host in device.address_objects:
                for protocol, number in _ASKED:
                    ports = {} if protocol == 1 else {"source_port": 40000, "destination_port": number}
                    out = Flow.of(str(host.addresses), "198.51.100.7", protocol, **ports)
                    (start,) = starting_places(network, "", "", out)
                    assert trace_flow(network, start, out).disposition.value in ("unknown", "denied")
                    if str(host.addresses) in outward and _permits(outward[str(host.addresses)], protocol, number):
                        assert trace_flow(network, start, out).disposition.value == "unknown"
                    address = known.get(host.addresses)
                    if address is None:  # nobody outside can name it
                        assert str(host.addresses) not in inward
                        continue
                    asked = Flow.of("198.51.100.7", str(address), protocol, **ports)
                    (start,) = starting_places(network, "", "", asked)
                    said = trace_flow(network, start, asked).disposition.value
                    permitted = _permits(inward.get(str(host.addresses), ""), protocol, number)
                    assert said == ("delivered" if permitted else "denied")
                    reached += permitted
    assert reached == public * len(_ASKED)
