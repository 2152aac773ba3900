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

from netaudit.audit import read_snapshot
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow

_FLAGS = {"FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "ECE": ECE, "CWR": CWR}
_SAME = {
    "ACCEPTED": Disposition.DELIVERED,
    "DELIVERED_TO_SUBNET": Disposition.DELIVERED,
    "NO_ROUTE": Disposition.NO_ROUTE,
    "EXITS_NETWORK": Disposition.EXITS,
    "DENIED_IN": Disposition.DENIED,
    "DENIED_OUT": Disposition.DENIED,
    "INSUFFICIENT_INFO": Disposition.UNKNOWN,
    "NEIGHBOR_UNREACHABLE": Disposition.DENIED,
    "NULL_ROUTED": Disposition.NULL_ROUTED,
    "LOOP": Disposition.LOOP,
}
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
# Networks with devices that are not read: hosts, the modelled internet, a load balancer, two platforms.
_PARTLY_READ = ("batfish/networks/example/live-with-isp", "lab-validation/a10_static_route")


@dataclass(frozen=True)
class _Case:
    network: str
    record: dict[str, Any]
    found: FlowTrace
    unread: bool  # the recorded way meets a device that has no parser

    @property
    def ours(self) -> set[Disposition]:
        return {one.disposition for one in self.found.traces}

    @property
    def theirs(self) -> set[Disposition]:
        return {_SAME[one] for one in self.record["dispositions"]}

    def explained(self) -> str:
        """Return why the two differ, "" where nothing explains it."""
        reasons = [one.reason for one in self.found.traces]
        if any("names the subnet" in one for one in reasons):
            return "a directed broadcast reaches no host (RFC 2644); the engine delivers it or lets it exit"
        if any("no known route" in one and ("has no export" in one or "is a neighbour" in one) for one in reasons):
            return "a neighbour without an export may announce a route: unknown; the engine says there is none"
        if any("undefined access list" in one for one in reasons):
            return "a class names a list that is not defined: unknown; the engine takes it as matching nothing"
        if any("the management port" in one for one in reasons) or _leaves_by(self.found, "fxp0.0"):
            return "the engine has no route through the management port; the device has one for its own packets"
        if "ios_add_path" in self.network and self.record["dispositions"] == ["NEIGHBOR_UNREACHABLE"]:
            return "a cabling file beside the configurations separates the management ports"
        if "eos_bgp_weight" in self.network and _leaves_by(self.found, "Management1"):
            return "the engine puts EOS management ports into a VRF of their own; the configuration does not"
        return ""


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
    interface = network.interface(device.name, start["enters_interface"])
    return Place(device, interface, (interface.virtual_system, interface.vrf)) if interface else None


def _cases(corpus: Path, oracle: Path) -> Iterator[_Case]:
    networks: dict[str, Network] = {}
    with gzip.open(oracle / "trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            name = record["network"]
            if name not in (*_READ, *_PARTLY_READ):
                continue
            if name not in networks:
                reading = read_snapshot(str(corpus / record["configs_dir"]))
                networks[name] = build_network(reading.devices, Policy(), reading.coverage)
            network = networks[name]
            known = {device.lower() for device in network.devices}
            unread = any(hop["node"].lower() not in known for one in record["traces"] for hop in one["hops"])
            place = _place(network, record["start"])
            if place is not None:
                yield _Case(name, record, trace_flow(network, place, _flow(record["flow"])), unread)


@pytest.fixture(scope="module")
def cases(corpus: Path, oracle: Path) -> list[_Case]:
    return list(_cases(corpus, oracle))


def test_dispositions_agree_or_the_difference_is_explained(cases: list[_Case]) -> None:
    outcomes: Counter[str] = Counter()
    open_differences = []
    for case in cases:
        if case.network in _READ and not case.unread:
            same = case.ours == case.theirs
            outcomes["equal" if same else case.explained() or "open"] += 1
            if not same and not case.explained():
                open_differences.append((case.network, case.record["start"], case.record["flow"], case.found.traces))
    assert open_differences == []
    assert outcomes["equal"] > 2600
    assert outcomes["equal"] >= 0.97 * outcomes.total()


def test_nothing_is_delivered_that_the_engine_denies(cases: list[_Case]) -> None:
    wrong = [
        (case.network, case.record["start"], case.record["flow"])
        for case in cases
        if case.network in _READ
        and not case.unread
        and set(case.record["dispositions"]) <= _DENIED
        and Disposition.DELIVERED in case.ours
        and not case.explained()
    ]
    assert wrong == []


def test_a_packet_that_meets_an_unread_device_is_never_sure_to_arrive(cases: list[_Case]) -> None:
    met = [case for case in cases if case.unread and case.network in _PARTLY_READ]
    assert len(met) > 40
    # A host on the subnet where the packet is delivered may refuse it: the way to it is known all the same.
    through = [
        case
        for case in met
        if _SAME[case.record["dispositions"][0]] is not Disposition.DELIVERED
        and not all(one["hops"][-1]["node"].startswith("host") for one in case.record["traces"])
    ]
    assert [case.record["flow"] for case in through if case.ours == {Disposition.DELIVERED}] == []


def test_the_filters_met_are_those_recorded(cases: list[_Case]) -> None:
    compared = different = 0
    for case in cases:
        if case.network in _READ and case.ours == case.theirs and len(case.record["traces"]) == 1:
            recorded = [name for hop in case.record["traces"][0]["hops"] for name, *_ in hop["filters"]]
            if not recorded or any(name.startswith("~") for name in recorded):
                continue
            met = [
                step.name.rsplit(" ", 1)[0] if step.where else step.name
                for hop in case.found.traces[0].hops
                for step in hop.steps
                if step.kind in ("filter", "policy")
            ]
            compared += 1
            different += met != recorded
    assert compared > 100
    assert different <= 0.03 * compared
