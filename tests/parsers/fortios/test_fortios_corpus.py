"""Files of other people and the answers of another engine (see oracle/README.md there)."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from netaudit.model.source import Affects, SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.fortios import parse
from tests.parsers.fortios.reading import fate_in

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
FOLDERS = (
    "batfish/testconfigs/grammar/fortios", "lab-validation/fortios_first_basic/configs/d2_fw", "oxidized",
    "aerleon/refs/fortigate", "napalm-fortios", "fwrule-mcp", "hier-config/circular/fixtures", "ntc-templates/fortinet",
    "netutils-mock/parser/base/fortinet_fortios",
)  # fmt: skip


@cache
def parsed(path: Path) -> ParsedFile:
    text = path.read_text(encoding="utf-8", errors="replace")
    return parse(SourceFile(path.name, "0" * 64, "utf-8", tuple(text.splitlines()), "fortios", path.stem))


def test_every_file_of_the_corpus_is_read_without_an_exception(corpus, oracle):
    paths = [path for folder in FOLDERS for path in sorted((corpus / folder).rglob("*")) if path.is_file()]
    paths += sorted((oracle / "generated/open/fortios").iterdir())
    assert len(paths) > 100
    for path in paths:
        coverage = parsed(path).coverage
        counted = coverage.understood + coverage.ignored + len(coverage.notes)
        assert counted == coverage.lines, path


def test_files_that_a_device_wrote_are_understood(corpus):
    """What is left is listed here: tables that other tables replaced, and the like."""
    allowed = {
        "fortigate__FortiGate-91G_7.4.7__output.txt": 0,
        "fortigate__FortiGate-501E_vdomHAdown__output.txt": 0,
    }
    for name, notes in allowed.items():
        assert len(parsed(corpus / "oxidized" / name).coverage.notes) == notes
    assert parsed(corpus / "lab-validation/fortios_first_basic/configs/d2_fw/show.txt").coverage.notes == ()
    assert parsed(corpus / "napalm-fortios/fortios/initial.conf").coverage.notes == ()


def test_lines_that_affect_packets_are_understood_in_whole_exports(corpus):
    places = ("oxidized/fortigate*output.txt", "lab-validation/fortios*/configs/*/show.txt", "napalm-fortios/**/*.conf")
    understood = missed = 0
    for path in sorted({path for place in places for path in corpus.glob(place)}):
        coverage = parsed(path).coverage
        understood += coverage.understood
        missed += sum(note.affects in (Affects.FILTER, Affects.NAT, Affects.ROUTING) for note in coverage.notes)
    assert understood > 5000
    assert understood / (understood + missed) >= 0.95


def test_fates_agree_with_the_other_engine(oracle):
    """Flows at `zone~A~to~zone~B`; the other names are filters of that engine's own making."""
    agree, differ = 0, Counter()
    with gzip.open(oracle / "flows.jsonl.gz", "rt", encoding="utf-8") as stream:
        for text in stream:
            record = json.loads(text)
            match = re.fullmatch(r"zone~(.+)~to~zone~(.+)", record["filter"])
            if record["vendor"] != "fortios" or "caution" in record or match is None:
                continue
            flow = record["flow"]
            path = oracle.parent / ("" if record["config"].startswith("oracle/") else "corpus") / record["config"]
            rulebase = parsed(path).devices[0].rulebase("policy")
            packet = Flow.of(
                flow["src"], flow["dst"], flow["ip_protocol"],
                source_port=flow.get("src_port", 0), destination_port=flow.get("dst_port", 0),
                icmp_type=flow.get("icmp_type", 0), icmp_code=flow.get("icmp_code", 0),
                tcp_flags=sum(FLAGS[name] for name in flow.get("tcp_flags", ())),
            )  # fmt: skip
            verdict, rule = fate_in(rulebase, packet, match[1], match[2])
            if (verdict, rule) == (record["verdict"].lower(), record["matched_line"]):
                agree += 1
            else:
                differ[record["config"], record["filter"], verdict, rule] += 1
    assert agree > 800
    assert not differ


def test_interfaces_and_unused_objects_agree_with_the_other_engine(oracle):
    checked = 0
    with gzip.open(oracle / "facts.jsonl.gz", "rt", encoding="utf-8") as stream:
        for text in stream:
            record = json.loads(text)
            if "fortios/fortios-9080" not in record["config"] and "grammar/fortios" not in record["config"]:
                continue
            path = oracle.parent / ("" if record["config"].startswith("oracle/") else "corpus") / record["config"]
            found = parsed(path).devices
            if not found or (record["snapshot_prefix"] and "system interface" in record["snapshot_prefix"]):
                continue
            ours = {one.name: one for one in found[0].interfaces}
            for one in record["interfaces"]:
                checked += 1
                addresses = [str(address) for address in ours[one["interface"]].addresses]
                assert addresses == one["all_prefixes"], (record["config"], one["interface"])
                assert ours[one["interface"]].enabled == one["admin_up"]
            (named,) = record["devices"]
            assert found[0].name.lower() == named["hostname"]
            if "fortios-9080" in record["config"]:
                # `ALL` is written in these files; it belongs to the factory services, which we never call unused.
                unused = {one["name"] for one in record["unused_structures"]} - {"ALL"}
                assert {one.name for one in found[0].unused_objects} == unused
    assert checked > 15


class TestLab:
    """A small lab whose device answered itself (lab-validation/fortios_first_basic)."""

    @pytest.fixture
    def device(self, corpus):
        return parsed(corpus / "lab-validation/fortios_first_basic/configs/d2_fw/show.txt").devices[0]

    def test_interfaces_agree_with_get_system_interface(self, corpus, device):
        text = (corpus / "lab-validation/fortios_first_basic/show/d2_fw/get_system_interface.txt").read_text()
        ours = {one.name: one for one in device.interfaces}
        for name, address, mask, status in re.findall(r"name: (\S+) .*?ip: (\S+) (\S+)\s+status: (\S+)", text):
            known = [str(one) for one in ours[name].addresses]
            length = sum(bin(int(part)).count("1") for part in mask.split("."))
            assert known == ([] if address == "0.0.0.0" else [f"{address}/{length}"]), name
            assert ours[name].enabled == (status == "up")
        assert len(ours) == 13

    def test_routes_agree_with_the_routing_table(self, corpus, device):
        text = (
            corpus / "lab-validation/fortios_first_basic/show/d2_fw/get_router_info_routing-table_all.txt"
        ).read_text()
        static = re.findall(r"^S\*?\s+(\S+) \[(\d+)/\d+\] via (\S+), (\S+)", text, re.MULTILINE)
        ours = [(r.prefix, str(r.distance), r.next_hop, r.interface) for r in device.static_routes]
        assert sorted(ours) == sorted(static)
        connected = set(re.findall(r"^C\s+(\S+) is directly connected, (\S+)", text, re.MULTILINE))
        networks = {(one.network_text, port.name) for port in device.interfaces for one in port.addresses}
        # fortilink has 169.254.1.1/24 and no member that is up: the device leaves its subnet out.
        assert networks - connected == {("169.254.1.0/24", "fortilink")}
        assert connected <= networks

    def test_version_and_name_agree_with_get_system_status(self, device):
        assert (device.name, device.version, device.model) == ("d2_fw", "6.4.4", "FortiGate-VM64")
