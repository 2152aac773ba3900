"""Translations go with the rules that they belong to: as in the export with that rule."""

from __future__ import annotations

from pathlib import Path

from netaudit.audit import read_snapshot
from netaudit.model.device import Device
from netaudit.model.rules import NatRule
from tests.topology.changes.planning import changed
from tests.topology.networks import device

HEAD = """#config-version=FG100F-7.4.1-FW-build1:opmode=0:vdom=0:user=admin
config system global
    set hostname fw
end
config system interface
    edit wan1
        set ip 203.0.113.2 255.255.255.0
    next
    edit lan
        set ip 10.0.0.1 255.255.255.0
    next
end
config firewall vip
    edit web
        set extip 203.0.113.10
        set mappedip 10.0.0.10
        set extintf wan1
    next
end
config firewall policy
"""
OUT = """    edit 1
        set srcintf lan
        set dstintf wan1
        set srcaddr all
        set dstaddr all
        set action accept
        set schedule always
        set service ALL
        set nat enable
        {more}
    next
"""
IN = """    edit 2
        set srcintf wan1
        set dstintf lan
        set srcaddr all
        set dstaddr web
        set action accept
        set schedule always
        set service ALL
    next
"""


def fortigate(*policies: str) -> Device:
    return device("fortios", HEAD + "".join(policies) + "end\n", "fw.conf")


def told(found: Device) -> list[tuple[object, ...]]:
    def row(nat: NatRule) -> tuple[object, ...]:
        return nat.name, nat.kind, nat.enabled, nat.used_by, nat.translated_source, nat.translated_destination

    return sorted((row(nat) for nat in found.nat_rules), key=str)


def plan(kind: str, rule: str) -> str:
    return f"- {{change: {kind}, device: fw, rulebase: policy, rule: '{rule}'}}"


def test_source_translation_is_switched_with_its_policy() -> None:
    on, off = fortigate(OUT.format(more=""), IN), fortigate(OUT.format(more="set status disable"), IN)
    assert told(on) != told(off)
    assert told(changed([on], plan("disable_rule", "1"))[0]) == told(off)
    assert told(changed([off], plan("enable_rule", "1"))[0]) == told(on)
    assert changed([on], plan("disable_rule", "1") + "\n" + plan("enable_rule", "1")) == [on]


def test_translations_of_a_removed_policy_are_gone() -> None:
    both = fortigate(OUT.format(more=""), IN)
    assert told(changed([both], plan("remove_rule", "1"))[0]) == told(fortigate(IN))
    assert told(changed([both], plan("remove_rule", "2"))[0]) == told(fortigate(OUT.format(more="")))


def test_a_moved_policy_keeps_its_translation() -> None:
    both = fortigate(OUT.format(more=""), IN)
    moved = changed([both], "- {change: move_rule, device: fw, rulebase: policy, rule: '1', after: '2'}")
    assert told(moved[0]) == told(both)


PANOS = """
<config version="10.1.0"><devices><entry name="localhost.localdomain">
<deviceconfig><system><hostname>pa</hostname></system></deviceconfig>
<network><interface><ethernet>
<entry name="ethernet1/1"><layer3><ip><entry name="203.0.113.2/24"/></ip></layer3></entry>
<entry name="ethernet1/2"><layer3><ip><entry name="10.0.0.1/24"/></ip></layer3></entry>
</ethernet></interface></network>
<vsys><entry name="vsys1">
<zone><entry name="out"><network><layer3><member>ethernet1/1</member></layer3></network></entry>
<entry name="in"><network><layer3><member>ethernet1/2</member></layer3></network></entry></zone>
<rulebase><security><rules>{rules}</rules></security>
<nat><rules><entry name="web"><from><member>out</member></from><to><member>out</member></to>
<source><member>any</member></source><destination><member>203.0.113.10</member></destination>
<service>any</service><destination-translation><translated-address>10.0.0.10</translated-address>
</destination-translation></entry></rules></nat></rulebase>
</entry></vsys></entry></devices></config>
"""
PERMIT = """<entry name="publish"><from><member>out</member></from><to><member>in</member></to>
<source><member>any</member></source><destination><member>203.0.113.10</member></destination>
<service><member>any</member></service><application><member>any</member></application>
<action>allow</action></entry>"""


def test_a_published_address_is_translated_where_a_rule_lets_it_pass(tmp_path: Path) -> None:
    def firewall(name: str, rules: str) -> Device:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pa.xml").write_text(PANOS.format(rules=rules).strip(), encoding="utf-8")
        return read_snapshot(str(folder)).devices[0]

    bare, publishing = firewall("bare", ""), firewall("publishing", PERMIT)
    assert told(bare) != told(publishing)
    (book,) = bare.rulebases
    text = (
        f"- {{change: add_rule, device: pa, rulebase: {book.name}, position: first, name: publish, action: permit,"
        " from_zone: out, to_zone: in, source: any, destination: 203.0.113.10, service: any}"
    )
    added = changed([bare], text)
    assert told(added[0]) == told(publishing)
    removal = f"- {{change: remove_rule, device: pa, rulebase: {book.name}, rule: publish}}"
    assert changed(added, removal) == [bare]
    assert told(changed([publishing], removal)[0]) == told(bare)
