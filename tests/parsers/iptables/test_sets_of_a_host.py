"""`ipset save` is a file of its own, beside the rules of the same host."""

from __future__ import annotations

from pathlib import Path

from netaudit.audit import read_snapshot
from netaudit.model.source import SourceFile
from netaudit.parsers.iptables import parse_together
from tests.parsers.iptables.reading import fate, tcp

SETS = "create admins hash:net family inet\nadd admins 10.1.0.0/16\n"
RULES = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set admins src -j ACCEPT\nCOMMIT\n"


def test_rules_know_the_sets_of_their_host_only() -> None:
    files = [
        SourceFile(f"{host}/{name}", "0" * 64, "utf-8", tuple(text.splitlines()), "iptables", host=host)
        for host, name, text in (("fw1", "ipset", SETS), ("fw1", "rules", RULES), ("fw2", "rules", RULES))
    ]
    sets, known, unknown = parse_together(files)
    assert not sets.devices and not sets.coverage.notes
    flows = tcp("10.1.1.1", "10.2.2.2", 1), tcp("10.3.1.1", "10.2.2.2", 1)
    assert [fate(known.devices[0].rulebases[0], flow) for flow in flows] == ["permit", "deny"]
    assert [fate(unknown.devices[0].rulebases[0], flow) for flow in flows] == ["unknown", "unknown"]
    assert [one.name for one in unknown.devices[0].undefined_references] == ["admins"]


def test_a_snapshot_with_both_files(tmp_path: Path) -> None:
    (tmp_path / "fw1").mkdir()
    (tmp_path / "fw1" / "ipset-save").write_text(SETS)
    (tmp_path / "fw1" / "iptables-save").write_text(RULES)
    (device,) = read_snapshot(str(tmp_path)).devices
    assert device.name == "fw1"
    assert fate(device.rulebases[0], tcp("10.1.1.1", "10.2.2.2", 1)) == "permit"
