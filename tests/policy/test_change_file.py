"""Change files: their spellings, and every mistake with its line."""

from __future__ import annotations

from textwrap import dedent

import pytest

from netaudit.errors import InputError
from netaudit.model.changes import InterfaceEdit, RouteEdit, RuleAddition
from netaudit.model.table_files import RegisterFile
from netaudit.policy.change_file import ChangeFile, read_changes


def read(text: str, name: str = "plan.yaml") -> ChangeFile:
    return read_changes(RegisterFile(f"tickets/{name}", name, dedent(text).encode()))


def told(text: str) -> list[str]:
    """Return the problems of a text as "line 2, key device: ..."."""
    try:
        return [f"{one.place}: {one.message}" for one in read(text).problems]
    except InputError as error:
        return [f"{one.place}: {one.message}" for one in error.problems]


def test_json_says_the_same_as_yaml() -> None:
    yaml = read("- {change: add_route, device: r1, prefix: 10.9.0.0/16, next_hop: 10.0.0.2, distance: 200}")
    json = read(
        '{"changes": [\n\t{"change": "add_route", "device": "r1", "prefix": "10.9.0.0/16",\n'
        '\t "next_hop": "10.0.0.2", "distance": 200}\n]}',
        "plan.json",
    )
    (one,), (other,) = yaml.changes, json.changes
    assert isinstance(one, RouteEdit) and isinstance(other, RouteEdit)
    assert (one.network, one.prefix_length, one.next_hop, one.distance) == (0x0A090000, 16, "10.0.0.2", 200)
    assert (one.network, one.prefix_length, one.next_hop, one.distance) == (
        other.network,
        other.prefix_length,
        other.next_hop,
        other.distance,
    )
    assert (one.written.where.line, other.written.where.line) == (1, 2)


def test_keys_and_words_may_be_chinese() -> None:
    found = read(
        """
        變更:
          - 變更: 新增規則
            設備: fw-1
            規則集: IN
            位置: 最前
            動作: 允許
            來源: 10.1.0.0/24
            目的: any
            服務: tcp/443
          - {變更: 關閉介面, 設備: core-1, 介面: Vlan10}
        """
    )
    assert found.problems == ()
    rule, port = found.changes
    assert isinstance(rule, RuleAddition)
    assert (rule.position.kind, rule.rules[0].action.value, rule.rules[0].services) == ("first", "permit", ("tcp/443",))
    assert isinstance(port, InterfaceEdit)
    assert (port.interface, port.enabled) == ("Vlan10", False)


def test_rules_without_a_name_are_counted() -> None:
    rule = "{action: deny, source: any, destination: any, service: any}"
    text = f"- {{change: add_rule, device: a, rulebase: b, position: last, rules: [{rule}, {rule}]}}\n"
    names = [rule.name for change in read(text * 2).changes for rule in change.rules]  # type: ignore[union-attr]
    assert names == ["change 1", "change 2", "change 3", "change 4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [": is empty"]),
        (
            "just text",
            ["line 1: must be a list of changes, each a mapping with the key change"],
        ),
        ("- a: [", ["line 1: is not well-formed YAML"]),
        ("- text", ["line 1: is not a change with keys"]),
        ("- {device: a}", ["line 1: needs the key change; expected is one of add_rule, remove_rule"]),
        (
            "- {change: remove_rul, device: a}",
            ["line 1, key change: 'remove_rul' is no change, did you mean 'remove_rule'"],
        ),
        (
            "- {change: interface_down, device: a, interfce: b}",
            [
                "line 1, key interfce: unknown key 'interfce', did you mean 'interface'?",
                "line 1, key change: interface_down needs the key interface",
            ],
        ),
        (
            "- {change: interface_down, device: a, interface: b, prefix: 10.0.0.0/8}",
            ["line 1, key prefix: interface_down has no key prefix; it has device, virtual_system, description"],
        ),
        (
            "- {change: interface_down, device: a, interface: b, 介面: c}",
            ["line 1, key 介面: says interface twice"],
        ),
        (
            "- {change: interface_down, device: a, interface: [b]}",
            ["line 1, key interface: is nested; one text is expected"],
        ),
        (
            "- {change: interface_down, device: '', interface: b}",
            ["line 1, key device: is empty; a value is needed here"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.2.3/16, next_hop: 10.0.0.1}",
            ["line 1, key prefix: '10.1.2.3/16' has host bits; write 10.1.0.0/16"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.0.0/33, next_hop: 10.0.0.1}",
            ["line 1, key prefix: '10.1.0.0/33' is not a prefix; write 10.1.0.0/16, 10.1.1.5 or 0.0.0.0/0"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.0.0/16, next_hop: 2001:db8::1}",
            ["line 1, key next_hop: the next hop and the prefix are of different families"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.0.0/16}",
            ["line 1, key change: add_route needs next_hop, interface, or discard: yes"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.0.0/16, discard: yes, interface: b}",
            ["line 1, key discard: a route that discards has no next hop and no interface"],
        ),
        (
            "- {change: add_route, device: a, prefix: 10.1.0.0/16, next_hop: 10.0.0.1, distance: 300}",
            ["line 1, key distance: '300' is not a distance; write a number from 1 to 255"],
        ),
        (
            "- {change: bind, device: a, rulebase: b, interface: c, direction: sideways}",
            ["line 1, key direction: 'sideways' is not one of in, out"],
        ),
        (
            "- {change: move_rule, device: a, rulebase: b, rule: c}",
            ["line 1, key change: move_rule needs where to: before, after, or position: first or last"],
        ),
        (
            "- {change: move_rule, device: a, rulebase: b, rule: c, before: d, after: e}",
            ["line 1, key after: before and after: only one of them can tell where the rule goes"],
        ),
        (
            "- change: add_rule\n  device: a\n  rulebase: b\n  position: first\n  action: allow it\n  source: any\n",
            [
                "line 1, key change: add_rule needs the key destination; write any for all",
                "line 1, key change: add_rule needs the key service; write any for all",
                "line 5, key action: 'allow it' is not one of deny, permit, reject",
            ],
        ),
        (
            "- change: add_rule\n  device: a\n  rulebase: b\n  position: first\n  rules:\n"
            "    - {action: deny, source: any, destination: any, service: any, device: x}\n    - 7\n",
            [
                "line 6, key device: a rule has no key device; it has name, action, source, destination, service",
                "line 7: is not a change with keys",
            ],
        ),
    ],
)
def test_mistakes_are_told_with_line_key_and_what_was_expected(text: str, expected: list[str]) -> None:
    found = told(text)
    assert len(found) == len(expected), found
    for one, start in zip(found, expected, strict=True):
        assert one.startswith(start)


def test_another_file_is_told_by_its_ending() -> None:
    with pytest.raises(InputError, match="is not one of"):
        read("change,device\nadd_rule,a\n", "plan.csv")
