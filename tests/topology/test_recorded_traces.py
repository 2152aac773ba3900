"""Traces against those that an independent engine recorded through whole networks (see the README of the oracle)."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from netaudit.topology.fates import Disposition, FlowTrace, Trace
from netaudit.topology.links.ports import find_interface
from netaudit.topology.network import Network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.recorded import SAME, network_of

_FLAGS = {"FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "ECE": ECE, "CWR": CWR}
_DENIED = {"DENIED_IN", "DENIED_OUT", "NO_ROUTE", "NULL_ROUTED", "LOOP"}
# Networks whose every device that forwards is read, with the engine's own input.
_READ = (
    "batfish/networks/example/live",
    "pybatfish-networks/notebooks/example-filters/current",
    "pybatfish-networks/docs/example-filters/current",
    "pybatfish-networks/docs/example-bgp",
    "lab-validation/junos_as_path_acl",
    "lab-validation/junos_ext_community_literal",
    "lab-validation/junos_community_delete",
    "lab-validation/ios_basic_vrrp",
    "lab-validation/ios_add_path",
    "lab-validation/iosxe_vrf_route_leaking_bgp_peering",
    "lab-validation/nxos_hsrp",
    "lab-validation/eos_private_asn",
    "lab-validation/eos_bgp_weight_behavior_ribd",
    "batfish/tests/basic/networks/dc-as-reuse",
)
# The engine takes the ports and addresses of Check Point gateways, not their policy nor the routes that they learn.
_POLICY_NOT_ASKED = ("lab-validation/checkpoint_basic_fw_policy", "lab-validation/checkpoint_simple_routing")
# Networks with devices that are not read: a load balancer, two routing platforms, providers that the engine makes up.
_PARTLY_READ = (
    "lab-validation/a10_static_route",
    "lab-validation/sros_isis",
    "lab-validation/iosxr_ebgp_basic",
    "batfish/networks/example/live-with-isp",
)


@dataclass(frozen=True)
class _Case:
    network: str
    record: dict[str, Any]
    found: FlowTrace | None  # None: it starts at a device that is not read
    unread: bool  # the recorded way meets a device that has no parser

    @property
    def ours(self) -> set[Disposition]:
        return {one.disposition for one in self.found.traces} if self.found else {Disposition.UNKNOWN}

    @property
    def theirs(self) -> set[Disposition]:
        return {SAME[one] for one in self.record["dispositions"]}

    def explained(self) -> str:
        """Return why the two differ, "" where nothing explains it."""
        if self.found is None:
            return "it starts at a device that is not read"
        reasons = [one.reason for one in self.found.traces]
        if any("names the subnet" in one for one in reasons):
            return "no host has the address of a subnet or its broadcast (RFC 1812, 2644); the engine lets it exit"
        if any("no known route" in one and ("has no export" in one or "is a neighbour" in one) for one in reasons):
            return "a neighbour without an export may announce a route: unknown; the engine says there is none"
        if any("undefined access list" in one for one in reasons):
            return "a class names a list that is not defined: unknown; the engine takes it as matching nothing"
        if any("the management port" in one for one in reasons) or _leaves_by(self.found, "fxp0.0"):
            return "the engine has no route through the management port; the device has one for its own packets"
        if any("does not forward" in one for one in reasons):
            return "an end host forwards nothing; the engine's hosts do"
        if "ios_add_path" in self.network and self.record["dispositions"] == ["NEIGHBOR_UNREACHABLE"]:
            return "the cabling file does not name the management ports; the engine takes it for complete"
        if "eos_bgp_weight" in self.network and _leaves_by(self.found, "Management1"):
            return "the engine puts EOS management ports into a VRF of their own; the configuration does not"
        if self.network in _POLICY_NOT_ASKED and _asks_check_point(self.found):
            return "the engine knows neither the policy nor the learned routes of a Check Point gateway"
        if "a10" in self.network and self.record["dispositions"] == ["NEIGHBOR_UNREACHABLE"]:
            return "an address that no device has may be a host's; the engine takes the subnet of a host for complete"
        return ""


def _asks_check_point(found: FlowTrace) -> bool:
    names = ("cp-gw1", "cp_fwl", "cp-mgmt")
    return any(hop.device in names for trace in found.traces for hop in trace.hops)


def _leaves_by(found: FlowTrace, interface: str) -> bool:
    return any(hop.out_interface == interface for trace in found.traces for hop in trace.hops)


def _flow(record: dict[str, Any]) -> Flow:
    return Flow.of(
        record["src"],
        record["dst"],
        record["ip_protocol"],
        source_port=record.get("src_port") or 0,
        destination_port=record.get("dst_port") or 0,
        icmp_type=record.get("icmp_type") or 0,
        icmp_code=record.get("icmp_code") or 0,
        tcp_flags=sum(_FLAGS[flag] for flag in record.get("tcp_flags", [])),
    )


def _place(network: Network, start: dict[str, str]) -> Place | None:
    device = next((one for name, one in network.devices.items() if name.lower() == start["node"].lower()), None)
    if device is None:
        return None
    if "enters_interface" not in start:
        return Place(device, None, ("", start.get("originates_in_vrf", "default")))
    interface = find_interface(device, start["enters_interface"])
    return Place(device, interface, (interface.virtual_system, interface.vrf)) if interface else None


def _cases(corpus: Path, oracle: Path, folder: Path) -> Iterator[_Case]:
    networks: dict[str, Network] = {}
    with gzip.open(oracle / "trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            name = record["network"]
            if name not in networks:
                (folder / str(len(networks))).mkdir()
                networks[name] = network_of(corpus / record["configs_dir"], folder / str(len(networks)))
            network = networks[name]
            known = {device.lower() for device in network.devices}
            unread = any(hop["node"].lower() not in known for one in record["traces"] for hop in one["hops"])
            place = _place(network, record["start"])
            found = trace_flow(network, place, _flow(record["flow"])) if place is not None else None
            yield _Case(name, record, found, unread)


@pytest.fixture(scope="module")
def cases(corpus: Path, oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> list[_Case]:
    return list(_cases(corpus, oracle, tmp_path_factory.mktemp("recorded")))


def test_all_twenty_networks_are_asked(cases: list[_Case]) -> None:
    assert Counter(case.network for case in cases) == dict.fromkeys((*_READ, *_POLICY_NOT_ASKED, *_PARTLY_READ), 200)


def test_dispositions_agree_or_the_difference_is_explained(cases: list[_Case]) -> None:
    outcomes: Counter[str] = Counter()
    open_differences = []
    for case in cases:
        if case.network in _READ:
            assert not case.unread
            same = case.ours == case.theirs
            outcomes["equal" if same else case.explained() or "open"] += 1
            if not same and not case.explained():
                open_differences.append((case.network, case.record["start"], case.record["flow"], case.found))
    assert open_differences == []
    assert outcomes["equal"] >= 0.97 * outcomes.total()


def test_where_the_engine_does_not_ask_the_policy_only_that_differs(cases: list[_Case]) -> None:
    others = [case for case in cases if case.network in _POLICY_NOT_ASKED and case.ours != case.theirs]
    assert [(case.network, case.record["flow"]) for case in others if not case.explained()] == []
    # What the engine lets through past a gateway whose policy is not in the export is unknown, never delivered.
    through = [case for case in others if "simple_routing" in case.network and case.theirs == {Disposition.DELIVERED}]
    assert len(through) > 50
    assert all(Disposition.DELIVERED not in case.ours for case in through)


def test_nothing_is_delivered_that_the_engine_denies(cases: list[_Case]) -> None:
    wrong = [
        (case.network, case.record["start"], case.record["flow"])
        for case in cases
        if set(case.record["dispositions"]) <= _DENIED and Disposition.DELIVERED in case.ours and not case.explained()
    ]
    assert wrong == []


def test_a_packet_that_meets_an_unread_device_is_unknown(cases: list[_Case]) -> None:
    met = [case for case in cases if case.unread]
    assert {case.network for case in met} == set(_PARTLY_READ)
    assert len(met) > 550
    sure = [case for case in met if case.ours != {Disposition.UNKNOWN}]
    # It does not meet it where an end host would have to forward it; nor is a provider at the far end of our own subnet
    # a device of the snapshot: the packet reaches its address.
    left = [case for case in sure if "an end host" not in case.explained() and not _reaches_a_provider(case)]
    assert [(case.network, case.record["start"], case.record["flow"]) for case in left] == []


def _reaches_a_provider(case: _Case) -> bool:
    ends = {one["hops"][-1]["node"].partition("_")[0] for one in case.record["traces"]}
    return ends == {"isp"} and case.ours == case.theirs == {Disposition.DELIVERED}


def test_beside_unread_devices_the_others_are_followed(cases: list[_Case]) -> None:
    others = [case for case in cases if case.network in _PARTLY_READ and not case.unread]
    assert len(others) > 200
    different = [case for case in others if case.ours != case.theirs]
    assert [(case.network, case.record["flow"]) for case in different if not case.explained()] == []
    assert len(different) < 0.12 * len(others)


def test_the_filters_met_are_those_recorded(cases: list[_Case]) -> None:
    compared = different = 0
    left = []
    for case in cases:
        if case.network in _READ and case.found is not None:
            recorded = {tuple(_recorded_filters(one)) for one in case.record["traces"]}
            met = {tuple(_filters(one)) for one in case.found.traces}
            if any(recorded) or any(met):
                compared += 1
                different += met != recorded
                if met != recorded and "an end host" not in case.explained():  # whose INPUT is for its own packets
                    left.append((case.network, case.record["start"], case.record["flow"], recorded, met))
    assert compared >= 200
    assert left == []
    assert different <= 0.04 * compared


def _recorded_filters(trace: dict[str, Any]) -> Iterator[str]:
    """Yield the filters of a recorded trace, zone policies as "zone".

    Those that the engine asks about a router's own packets are left out: lists at its interfaces do not see these
    (Cisco IOS Security Configuration Guide, "IP Access List Overview"), and zone policies only in its own zone.
    """
    for hop in trace["hops"]:
        for name, *_ in hop["filters"]:
            if hop["in"] is None and not name.startswith("filter::"):
                continue
            yield "zone" if name.startswith("~ZONE_OUTGOING_ACL~") else name.removeprefix("filter::")


def _filters(trace: Trace) -> Iterator[str]:
    for hop in trace.hops:
        for step in hop.steps:
            if step.kind == "policy":
                yield "zone"
            elif step.kind == "filter" or (step.kind == "local" and step.where):
                yield step.name.partition(" ")[0]
