"""Traceroute and reachability answers that the independent engine's own documentation recorded.

The answers to set questions (reachability, differential reachability, multipath consistency) come with flows and their
traces: the flows are asked here one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from netaudit.packets.packet import Flow
from netaudit.packets.services import SYN
from netaudit.policy.registers import Policy
from netaudit.topology.failed_network import FailureBase
from netaudit.topology.failing import PartKind, failing_parts
from netaudit.topology.fates import Disposition, FlowTrace, Trace
from netaudit.topology.links.ports import find_interface
from netaudit.topology.network import Network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.recorded import SAME, network_of

_ENDS = re.compile(rf"\b({'|'.join(SAME)}|DENIED)\(")
_ROW = re.compile(r"(\d+)\s+(\S.*?)\s*$")
_FLOW = re.compile(
    r"start=(?P<device>\S+)(?: interface=(?P<port>\S+))? \[(?P<source>[\d.]+)(?::(?P<source_port>\d+))?->"
    r"(?P<destination>[\d.]+)(?::(?P<port_number>\d+))? (?P<protocol>UDP|TCP|ICMP)(?: \((?P<rest>[^)]*)\))?\]"
)
# Documents with the network that they are about.
_NOTEBOOKS = "pybatfish-networks/notebooks"
_DOCUMENTS = {
    "Getting_started_with_Batfish.md": f"{_NOTEBOOKS}/example",
    "Introduction_to_Forwarding_Analysis.md": f"{_NOTEBOOKS}/example",
    "Analyzing_the_Impact_of_Failures_(and_letting_loose_a_Chaos_Monkey).md": f"{_NOTEBOOKS}/failure-analysis",
}
_REFERENCES = ("traceroute-1-2.ref", "traceroute-2-1.ref")
_LONDON_DOWN = ("Traces", "Snapshot_Traces")  # of the failure analysis: all but the reference is without a router


@dataclass(frozen=True)
class _Answer:
    document: str
    column: str
    start: str
    port: str
    flow: Flow
    ends: frozenset[Disposition]
    ways: frozenset[tuple[int, tuple[str, ...]]]  # devices on the way, and the filters that its packets met


def _tables(text: str) -> Iterator[dict[str, dict[int, str]]]:
    """Yield the printed tables of a document: column -> row -> text. Wide tables are printed column by column."""
    for block in re.findall(r"RECORDED ANSWER:\n```\n(.*?)\n```", text, flags=re.DOTALL):
        table: dict[str, dict[int, str]] = {}
        column = ""
        for line in block.splitlines():
            row = _ROW.match(line)
            if row is None:
                column = line.strip().removesuffix("\\").strip() or column
            else:
                table.setdefault(column, {})[int(row[1])] = row[2]
        if "Flow" in table:
            yield table


def _answers(document: str, text: str) -> Iterator[_Answer]:
    for table in _tables(text):
        for column in [name for name in table if name.endswith("Traces")]:
            for number, traces in table[column].items():
                stated = _FLOW.match(table["Flow"][number])
                assert stated is not None, table["Flow"][number]
                yield _answer(document, column, stated, traces)


def _single_answers(document: str, text: str) -> Iterator[_Answer]:
    """Yield what a document prints cell by cell: a flow, then its traces."""
    stated: re.Match[str] | None = None
    for block in re.findall(r"RECORDED ANSWER:\n```\n(.*?)\n```", text, flags=re.DOTALL):
        if block.startswith("0 "):
            stated = _FLOW.search(block)
        elif block.startswith("ListWrapper([((") and stated is not None:
            yield _answer(document, "Traces", stated, block)


def _answer(document: str, column: str, stated: re.Match[str], traces: str) -> _Answer:
    flow, ends = _flow(stated), frozenset(SAME.get(word, Disposition.DENIED) for word in _ENDS.findall(traces))
    return _Answer(document, column, stated["device"], stated["port"] or "", flow, ends, frozenset(_ways(traces)))


def _ways(traces: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each recorded way; what the engine asks about a router's own packets is left out (see the traces)."""
    hops, own, filters = 0, False, list[str]()
    for step, name in re.findall(rf"\b(ORIGINATED|RECEIVED|PERMITTED|DENIED|{'|'.join(SAME)})\(([^\s()]*)", traces):
        if step in ("ORIGINATED", "RECEIVED"):
            hops, own = hops + 1, step == "ORIGINATED"
        if step in ("PERMITTED", "DENIED") and (not own or name.startswith("filter::")):
            filters.append(name.removeprefix("filter::"))
        if step in SAME or step == "DENIED":
            yield hops, tuple(filters)
            hops, filters = 0, []


def _flow(stated: re.Match[str]) -> Flow:
    numbers = dict(re.findall(r"(type|code)=(\d+)", stated["rest"] or ""))
    return Flow.of(
        stated["source"],
        stated["destination"],
        {"UDP": 17, "TCP": 6, "ICMP": 1}[stated["protocol"]],
        source_port=int(stated["source_port"] or 0),
        destination_port=int(stated["port_number"] or 0),
        icmp_type=int(numbers.get("type", 0)),
        icmp_code=int(numbers.get("code", 0)),
        tcp_flags=SYN if stated["protocol"] == "TCP" else 0,
    )


def _references(corpus: Path, name: str) -> Iterator[_Answer]:
    """Yield the flows of a recorded answer in the engine's own form."""
    (answer,) = json.loads((corpus / "batfish/tests/basic" / name).read_text(encoding="utf-8"))
    for row in answer["rows"]:
        stated = row["Flow"]
        flow = Flow.of(
            *(stated["srcIp"], stated["dstIp"], {"UDP": 17}[stated["ipProtocol"]]),
            source_port=stated["srcPort"],
            destination_port=stated["dstPort"],
        )
        ends = frozenset(SAME[one["disposition"]] for one in row["Traces"])
        ways = frozenset((len(one["hops"]), tuple(_filters_of(one["hops"]))) for one in row["Traces"])
        yield _Answer(name, "Traces", stated["ingressNode"], stated.get("ingressInterface", ""), flow, ends, ways)


def _filters_of(hops: list[dict[str, Any]]) -> Iterator[str]:
    for hop in hops:
        own = hop["steps"][0]["action"] == "ORIGINATED"
        for step in hop["steps"]:
            name = step["detail"].get("filter", "")
            if name and (not own or name.startswith("filter::")):
                yield name.removeprefix("filter::")


@dataclass(frozen=True)
class _Case:
    answer: _Answer
    found: FlowTrace

    @property
    def ours(self) -> set[Disposition]:
        return {one.disposition for one in self.found.traces}

    def explained(self) -> str:
        """Return why the two differ, "" where nothing explains it."""
        reasons = [one.reason for one in self.found.traces]
        if self.answer.ends == {Disposition.EXITS} and all("names the subnet" in one for one in reasons):
            return "no host has the address of a subnet (RFC 1812); the engine lets it exit there"
        return ""

    @property
    def ways(self) -> set[tuple[int, tuple[str, ...]]]:
        return {(len(one.hops), tuple(_filters(one))) for one in self.found.traces}


def _filters(trace: Trace) -> Iterator[str]:
    for hop in trace.hops:
        for step in hop.steps:
            if step.kind == "filter" or (step.kind == "local" and step.where):
                yield step.name.partition(" ")[0]


def _asked(network: Network, answer: _Answer) -> _Case:
    device = next(one for name, one in network.devices.items() if name.lower() == answer.start.lower())
    port = find_interface(device, answer.port) if answer.port else None
    assert (port is None) == (not answer.port)
    place = Place(device, port, (port.virtual_system, port.vrf) if port else ("", "default"))
    return _Case(answer, trace_flow(network, place, answer.flow))


@pytest.fixture(scope="module")
def cases(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[_Case]:
    folders = iter(range(100))

    def network(folder: str) -> Network:
        empty = tmp_path_factory.mktemp(f"recorded{next(folders)}")
        return network_of(corpus / folder / "configs", empty)

    example, failing = network(f"{_NOTEBOOKS}/example"), network(f"{_NOTEBOOKS}/failure-analysis")
    devices = {one.name: one for one in failing_parts(failing, Policy()) if one.kind is PartKind.DEVICE}
    networks = {f"{_NOTEBOOKS}/example": example, f"{_NOTEBOOKS}/failure-analysis": failing}
    without = FailureBase(failing).without(devices["london"]).network
    live = network("batfish/networks/example/live")
    found = [_asked(live, one) for name in _REFERENCES for one in _references(corpus, name)]
    for document, name in _DOCUMENTS.items():
        text = (corpus / "pybatfish-networks/answers" / document).read_text(encoding="utf-8")
        before, _, after = text.partition("## Chaos Monkey Testing")
        for answer in _answers(document, before):
            known = without if "failure" in name and answer.column in _LONDON_DOWN else networks[name]
            found.append(_asked(known, answer))
        # The monkey cuts links that the document does not name: only the network as it is can be asked.
        found += [_asked(networks[name], one) for one in _answers(document, after) if one.column == "Reference_Traces"]
    forwarding = (corpus / "pybatfish-networks/answers/forwarding.md").read_text(encoding="utf-8")
    docs = network("pybatfish-networks/docs/example")
    found += [_asked(docs, one) for one in _single_answers("forwarding.md", forwarding)]
    return found


def test_recorded_answers_agree_or_the_difference_is_explained(cases: list[_Case]) -> None:
    assert len(cases) >= 42
    assert len({case.answer.document for case in cases}) == 6
    different = [case for case in cases if case.ours != case.answer.ends]
    assert [(case.answer, case.found.traces) for case in different if not case.explained()] == []


def test_the_ways_and_the_filters_met_are_those_recorded(cases: list[_Case]) -> None:
    assert [(case.answer, case.ways) for case in cases if case.ways != case.answer.ways] == []


def test_nothing_is_delivered_that_the_engine_denies(cases: list[_Case]) -> None:
    denied = [case for case in cases if case.answer.ends == {Disposition.DENIED}]
    assert len(denied) > 5
    assert [case.answer for case in denied if Disposition.DELIVERED in case.ours] == []
