"""The kernel judges: rules go into it, packets go through it, and every fate must be the one that we say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from netaudit.collect import collect
from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import SourceFile
from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, SYN
from netaudit.parsers.iptables import parse
from tests.command_line import netaudit
from tests.kernel.judging import Tally, compare
from tests.kernel.lab import Lab, Way
from tests.kernel.questions import questions
from tests.kernel.rulesets import WAYS, iptables
from tests.kernel.translated import compare_translated, translated_flows

SEEDS = [*range(20), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 150))]


def model(text: str, path: str = "fw.rules") -> Device:
    return parse(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "iptables", host="fw")).devices[0]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("backend", ["legacy", "nft"])
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_rulesets(lab: Lab, seed: int, version: int, backend: str) -> None:
    text = iptables(seed * 10 + version, version)
    lab.must_load([f"ip{'6' if version == 6 else ''}tables-{backend}-restore"], text)
    device = model(text)
    family = Family(version)
    tally = Tally()
    for incoming, outgoing in WAYS:
        lab.interface(incoming)
        lab.interface(outgoing)
        flows = questions(text, family, 30, seed)
        tally += compare(lab, device, Way("forward", incoming, outgoing), flows)
    tally += compare(lab, device, Way("input", "eth0"), questions(text, family, 30, seed + 1))
    tally += compare(lab, device, Way("output", "", "eth1"), questions(text, family, 30, seed + 2))
    assert not tally.wrong, "\n".join([*tally.wrong, text])
    assert tally.unknown == 0


SETS = """create admins hash:net family inet
add admins 10.1.0.0/16
add admins 10.1.1.0/24 nomatch
create hosts hash:ip family inet
add hosts 10.2.2.2
add hosts 192.0.2.7
create services hash:ip,port family inet
add services 10.2.2.2,tcp:443
add services 10.2.2.2,udp:53
create networks hash:net,port family inet
add networks 10.2.0.0/16,tcp:8000-8003
create ways hash:ip,port,net family inet
add ways 10.1.1.1,tcp:22,10.2.0.0/24
create messages hash:ip,port family inet
add messages 10.2.2.2,icmp:8/0
add messages 10.2.2.2,icmp:host-unreachable
add messages 10.2.2.2,gre:0
create ports bitmap:port range 0-1024
add ports 22
add ports 80-90
create block bitmap:ip range 10.9.0.0-10.9.0.255
add block 10.9.0.7
create all list:set size 8
add all admins
add all hosts
"""
MATCHES = (
    "admins src", "admins dst", "hosts src", "services dst,dst", "services dst,src", "networks dst,dst", "all src",
    "ways src,dst,dst", "ports dst", "block dst", "ports src", "messages dst,dst",
)  # fmt: skip


@pytest.mark.parametrize("match", MATCHES)
def test_sets(lab: Lab, match: str) -> None:
    """`ipset save` beside the rules: every type, with negation."""
    lab.must_load(["ipset", "restore"], SETS)
    rules = (
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        f"-A FORWARD -p tcp -m tcp --dport 1:500 -m set ! --match-set {match} -j DROP\n"
        f"-A FORWARD -m set --match-set {match} -j ACCEPT\nCOMMIT\n"
    )
    lab.must_load(["iptables-legacy-restore"], rules)
    tally = compare(lab, model(SETS + rules), Way("forward", "eth0", "eth1"), _around_the_sets())
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.passed and tally.unknown == 0


def _around_the_sets() -> list[Flow]:
    hosts = ("10.1.1.1", "10.1.2.1", "10.2.2.2", "10.2.0.7", "192.0.2.7", "10.9.0.7", "10.9.0.8")
    pairs = list(itertools.product(hosts, hosts))
    ports = (22, 23, 53, 80, 90, 91, 443, 8000, 8003, 8004)
    flows = [
        Flow.of(source, destination, protocol, **{side: port, other: 20000 + number})
        for number, (source, destination) in enumerate(pairs)
        for side, other in (("destination_port", "source_port"), ("source_port", "destination_port"))
        for port in ports
        for protocol in (6, 17)
    ]
    flows += [Flow.of(source, destination, 47) for source, destination in pairs]
    kinds = ((8, 0), (8, 1), (3, 1), (3, 2))
    return flows + [Flow.of(*pair, 1, icmp_type=kind, icmp_code=code) for pair in pairs for kind, code in kinds]


TRANSLATING = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:VIPS - [0:0]
-A PREROUTING -s 192.0.2.7/32 -j ACCEPT
-A PREROUTING -d 203.0.113.0/24 -j VIPS
-A VIPS -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.1.1.10
-A VIPS -d 203.0.113.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.1.1.10:8443
-A VIPS -d 203.0.113.7/32 -p udp -m multiport --dports 22,53 -j DNAT --to-destination 10.1.1.11:53
-A VIPS -d 203.0.113.20/32 -i eth0 -j DNAT --to-destination 10.2.2.2
-A POSTROUTING -d 203.0.113.50/32 -j RETURN
-A POSTROUTING -s 10.1.1.0/24 -d 203.0.113.0/24 -j SNAT --to-source 198.51.100.1
-A POSTROUTING -s 10.1.2.2/32 -d 10.1.1.10/32 -p tcp -m tcp --dport 80 -j SNAT --to-source 198.51.100.9:5000
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 203.0.113.3/32 -p tcp -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 10.1.1.10/32 -p tcp -m multiport --dports 443,8443 -j ACCEPT
-A FORWARD -d 10.1.1.11/32 -j ACCEPT
-A FORWARD -s 10.1.0.0/16 -j ACCEPT
-A FORWARD -m conntrack --ctstate DNAT -d 10.2.2.2/32 -j ACCEPT
COMMIT
"""


@pytest.mark.parametrize("backend", ["legacy", "nft"])
def test_translations(lab: Lab, backend: str) -> None:
    lab.must_load([f"iptables-{backend}-restore"], TRANSLATING)
    tally = compare_translated(lab, model(TRANSLATING), Way("forward", "eth0", "eth1"), translated_flows())
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.asked > 400 and tally.passed > 40
    assert tally.unknown <= tally.asked / 4


def test_the_command_line_says_what_the_kernel_does(lab: Lab, tmp_path: Path) -> None:
    """The same through `netaudit flow`: from a file of rules and a file of flows to its JSON."""
    text = iptables(64, 4)
    lab.must_load(["iptables-legacy-restore"], text)
    flows = questions(text, Family.IPV4, 200, 64)
    (tmp_path / "fw").mkdir()
    (tmp_path / "fw" / "gateway.rules").write_text(text)
    rows = ["rulebase,from_zone,to_zone,source,destination,protocol,source_port,destination_port,icmp_type,icmp_code,"
            "tcp_flags"]  # fmt: skip
    rows += [
        f"FORWARD,eth0,eth1,{flow.source_text},{flow.destination_text},{flow.protocol},{flow.source_port},"
        f"{flow.destination_port},{flow.icmp_type},{flow.icmp_code},{flow.tcp_flags}"
        for flow in flows
    ]
    (tmp_path / "flows.csv").write_text("\n".join(rows) + "\n")
    done = netaudit("flow", tmp_path / "fw", "--flows", tmp_path / "flows.csv", "--format", "json")
    said = [one["verdict"] for one in done.document["flows"]]
    arrived = ["permit" if one else "deny" for one in lab.arrivals(Way("forward", "eth0", "eth1"), flows)]
    assert said == arrived
    assert {"permit", "deny"} == set(said)


def test_answers_pass_where_the_rulebase_says_so(lab: Lab) -> None:
    """A stateful rulebase lets the answer of a permitted packet back, and no packet that only looks like one."""
    text = (
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        "-A FORWARD -i eth0 -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n"
    )
    lab.must_load(["iptables-nft-restore"], text)
    device = model(text)
    assert device.rulebases[1].stateful and device.rulebases[1].rules[0].return_traffic
    there = [Flow.of("10.1.1.1", "10.2.2.2", 6, source_port=4000 + port, destination_port=port) for port in range(20)]
    back = [
        replace(
            flow,
            source=flow.destination,
            destination=flow.source,
            source_port=flow.destination_port,
            destination_port=flow.source_port,
            tcp_flags=SYN | ACK,
        )
        for flow in there
    ]
    assert all(lab.arrivals(Way("forward", "eth0", "eth1"), there))
    assert all(lab.arrivals(Way("forward", "eth1", "eth0"), back, keep_connections=True))
    assert not any(lab.arrivals(Way("forward", "eth1", "eth0"), back))
    judge = FlowJudge(device.rulebases[1])
    assert {judge.fate(flow, "eth1", "eth0").verdict for flow in back} == {"deny"}


# Which corpus files load: the others name sets, targets or interfaces that the kernel does not have.
CORPUS = ("iptables-semantics/examples", "batfish/networks", "aerleon/refs", "lab-validation", "pybatfish-networks",
          "optimesh-rulehawk", "batfish/testconfigs")  # fmt: skip


def test_rulesets_of_the_corpus(lab: Lab, corpus: Path) -> None:
    """Files by other people, as far as the kernel takes them; the others are counted with its complaint."""
    tally, loaded, refused = Tally(), 0, []
    for folder in CORPUS:
        if not (corpus / folder).is_dir():
            continue
        for file in collect(str(corpus / folder)).files:
            if file.platform != "iptables" or len(file.lines) > 3000:
                continue
            device = parse(file).devices[0]
            text = "\n".join(line for line in file.lines if not line.startswith("#!")) + "\n"
            if not any(line.startswith("*") for line in file.lines):
                text = f"*filter\n{text}COMMIT\n"
            version = 6 if all(base.families == (Family.IPV6,) for base in device.rulebases) else 4
            lab.clear()
            sets = [line for line in file.lines if line.startswith(("create ", "add "))]
            if sets:
                lab.must_load(["ipset", "restore"], "\n".join(sets) + "\n")
                text = "\n".join(line for line in text.splitlines() if line not in sets) + "\n"
            complaint = lab.load([f"ip{'6' if version == 6 else ''}tables-legacy-restore"], text)
            if complaint:
                refused.append(f"{file.path}: {complaint.splitlines()[0]}")
                continue
            loaded += 1
            tally += _on_all_ways(lab, device, text, Family(version))
    print(f"{loaded} loaded, {len(refused)} not: {refused}; {tally.asked} packets, {tally.unknown} left open")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert loaded >= 10 and tally.asked > 1000
    assert tally.unknown < tally.asked / 5


def _on_all_ways(lab: Lab, device: Device, text: str, family: Family) -> Tally:
    named = [name for base in device.rulebases for rule in base.rules
             for name in (*rule.from_zones.names(), *rule.to_zones.names())]  # fmt: skip
    # A name that is too long, or means something else on Linux, makes no interface.
    names = [name for name in dict.fromkeys(named) if name != "lo" and 0 < len(name) < 14 and name.isalnum()][:3]
    for name in names:
        lab.interface(name)
    ways = [(one, other) for one in ("eth0", *names) for other in ("eth1", *names) if one != other][:5]
    tally = Tally()
    for number, (incoming, outgoing) in enumerate(ways):
        if device.rulebase("FORWARD"):
            tally += compare(lab, device, Way("forward", incoming, outgoing), questions(text, family, 40, number))
        if device.rulebase("INPUT"):
            tally += compare(lab, device, Way("input", incoming), questions(text, family, 40, number + 10))
    if device.rulebase("OUTPUT"):
        tally += compare(lab, device, Way("output", "", "eth1"), questions(text, family, 40, 20))
    return tally
