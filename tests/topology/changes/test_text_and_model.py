"""A change to the model is the line that somebody would type: the text with that line gives the same device."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device
from netaudit.model.rules import AccessRule
from netaudit.topology.forwarding import forwarding_tables
from tests.topology.changes.planning import changed
from tests.topology.networks import device

# Each as a change file, IOS and the ASA write it.
PREFIXES = (
    ("any", "any", "any"),
    ("10.1.0.0/16", "10.1.0.0 0.0.255.255", "10.1.0.0 255.255.0.0"),
    ("10.1.2.0/24", "10.1.2.0 0.0.0.255", "10.1.2.0 255.255.255.0"),
    ("10.1.2.9", "host 10.1.2.9", "host 10.1.2.9"),
    ("192.0.2.64/26", "192.0.2.64 0.0.0.63", "192.0.2.64 255.255.255.192"),
)
SERVICES = (
    ("any", "ip", ""),
    ("tcp/443", "tcp", "eq 443"),
    ("udp/5000-5010", "udp", "range 5000 5010"),
    ("gre", "gre", ""),
    ("tcp/any", "tcp", ""),
    ("icmp/8", "icmp", "echo"),
)


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, tuple[str, str, str], tuple[str, str, str], tuple[str, str, str]]:
    action = draw(st.sampled_from(["permit", "deny"]))
    return action, draw(st.sampled_from(PREFIXES)), draw(st.sampled_from(PREFIXES)), draw(st.sampled_from(SERVICES))


Rule = tuple[str, tuple[str, str, str], tuple[str, str, str], tuple[str, str, str]]


def ios_line(rule: Rule) -> str:
    action, source, destination, (_, protocol, ports) = rule
    return f"{action} {protocol} {source[1]} {destination[1]} {ports}".strip()


def asa_line(rule: Rule) -> str:
    action, source, destination, (_, protocol, ports) = rule
    return f"extended {action} {protocol} {source[2]} {destination[2]} {ports}".strip()


def ios(lines: list[str]) -> Device:
    text = ["hostname core", "interface Vlan1", " ip address 10.1.0.1 255.255.0.0", " ip access-group IN in"]
    return device("cisco_ios", "\n".join([*text, "ip access-list extended IN", *lines, "end"]), "core.cfg")


def asa(lines: list[str]) -> Device:
    text = [
        "ASA Version 9.14(4)",
        "hostname fw",
        "interface GigabitEthernet0/0",
        " nameif inside",
        " security-level 100",
    ]
    text += [" ip address 10.1.0.1 255.255.0.0", *lines, "access-group IN in interface inside"]
    return device("cisco_asa", "\n".join(text), "fw.cfg")


def judged(found: Device) -> list[tuple[object, ...]]:
    """Return what the rules of the list do, without names and places."""
    return [
        (one.action, one.match.surely.products, one.match.maybe.products, one.from_zones, one.to_zones, one.enabled)
        for one in rules_of(found)
    ]


def rules_of(found: Device) -> tuple[AccessRule, ...]:
    known = found.rulebase("IN")
    assert known is not None
    return known.rules


def plan(host: str, rule: Rule, place: str, known: list[str], number: int) -> str:
    action, source, destination, service = rule
    where = {0: "position: first", len(known): "position: last"}.get(number, "")
    where = where or (f"before: {known[number]}" if place == "before" else f"after: {known[number - 1]}")
    return (
        f"- change: add_rule\n  device: {host}\n  rulebase: IN\n  {where}\n  name: new\n  action: {action}\n"
        f"  source: {source[0]}\n  destination: {destination[0]}\n  service: {service[0]}\n"
    )


@given(st.lists(rules(), min_size=1, max_size=5), rules(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_rule_added_is_the_line_added_on_ios(old: list[Rule], new: Rule, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(old)))
    lines = [f" {10 * n} {ios_line(rule)}" for n, rule in enumerate(old, start=1)]
    before = ios(lines)
    after = ios([*lines[:number], f" {10 * number + 5} {ios_line(new)}", *lines[number:]])
    known = [one.name for one in rules_of(before)]
    place = data.draw(st.sampled_from(["before", "after"]))
    (found,) = changed([before], plan("core", new, place, known, number))
    assert judged(found) == judged(after)
    assert replace(found, rulebases=before.rulebases) == before
    assert changed([found], "- {change: remove_rule, device: core, rulebase: IN, rule: new}") == [before]


@given(st.lists(rules(), min_size=1, max_size=5), rules(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_rule_added_is_the_line_added_on_an_asa(old: list[Rule], new: Rule, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(old)))
    lines = [f"access-list IN {asa_line(rule)}" for rule in old]
    before = asa(lines)
    after = asa([*lines, f"access-list IN line {number + 1} {asa_line(new)}"])
    known = [one.name for one in rules_of(before)]
    place = data.draw(st.sampled_from(["before", "after"]))
    (found,) = changed([before], plan("fw", new, place, known, number))
    assert judged(found) == judged(after)
    assert changed([found], "- {change: remove_rule, device: fw, rulebase: IN, rule: new}") == [before]


@given(st.lists(rules(), min_size=2, max_size=5, unique=True), st.data())
@settings(max_examples=60, deadline=None)
def test_a_rule_removed_and_one_disabled_are_the_line_gone(old: list[Rule], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(old) - 1))
    lines = [f" {10 * n} {ios_line(rule)}" for n, rule in enumerate(old, start=1)]
    before, after = ios(lines), ios([*lines[:number], *lines[number + 1 :]])
    head = f"device: core, rulebase: IN, rule: '{10 * number + 10}'"
    assert judged(changed([before], f"- {{change: remove_rule, {head}}}")[0]) == judged(after)
    disabled = changed([before], f"- {{change: disable_rule, {head}}}")
    assert [one for one in judged(disabled[0]) if one[-1]] == judged(after)
    assert changed(disabled, f"- {{change: enable_rule, {head}}}") == [before]


@given(st.lists(rules(), min_size=2, max_size=5), st.data())
@settings(max_examples=60, deadline=None)
def test_a_rule_moved_and_moved_back_stands_where_it_stood(old: list[Rule], data: st.DataObject) -> None:
    number, target = (data.draw(st.integers(0, len(old) - 1)) for _ in range(2))
    lines = [f" {10 * n} {ios_line(rule)}" for n, rule in enumerate(old, start=1)]
    before = ios(lines)
    known = [one.name for one in rules_of(before)]
    if number == target:
        return
    head = f"- {{change: move_rule, device: core, rulebase: IN, rule: '{known[number]}'"
    moved = changed([before], f"{head}, before: '{known[target]}'}}")
    order = [one.name for one in rules_of(moved[0])]
    assert order.index(known[number]) + 1 == order.index(known[target])
    back = "position: last" if number == len(old) - 1 else f"before: '{known[number + 1]}'"
    assert changed(moved, f"{head}, {back}}}") == [before]


HOPS = ("192.168.0.2", "192.168.0.3", "10.50.0.1", "172.16.9.9")
TARGETS = (("10.2.0.0/16", "10.2.0.0 255.255.0.0"), ("10.2.3.0/24", "10.2.3.0 255.255.255.0"),
           ("0.0.0.0/0", "0.0.0.0 0.0.0.0"), ("10.50.0.0/24", "10.50.0.0 255.255.255.0"))  # fmt: skip
Way = tuple[tuple[str, str], str, int]
ways = st.tuples(st.sampled_from(TARGETS), st.sampled_from(HOPS), st.sampled_from([1, 1, 5, 200]))


def ios_router(routes: list[Way]) -> Device:
    text = ["hostname core", "ip routing", "interface Vlan1", " ip address 192.168.0.1 255.255.255.0"]
    text += [f"ip route {target[1]} {hop} {distance}" for target, hop, distance in routes]
    return device("cisco_ios", "\n".join(text), "core.cfg")


def asa_router(routes: list[Way]) -> Device:
    text = ["ASA Version 9.14(4)", "hostname core", "interface GigabitEthernet0/0", " nameif inside"]
    text += [" security-level 100", " ip address 192.168.0.1 255.255.255.0"]
    text += [f"route inside {target[1]} {hop} {distance}" for target, hop, distance in routes]
    return device("cisco_asa", "\n".join(text), "core.cfg")


@given(st.lists(ways, max_size=4, unique_by=lambda one: one[:2]), ways, st.sampled_from([ios_router, asa_router]))
@settings(max_examples=120, deadline=None)
def test_a_route_added_is_the_line_added(old: list[Way], new: Way, router: object) -> None:
    assert callable(router)
    target, hop, distance = new
    if any((one[0], one[1]) == (target, hop) for one in old):
        return
    before = router(old)
    port = ", interface: inside" if router is asa_router else ""
    head = f"device: core, prefix: {target[0]}, next_hop: {hop}{port}"
    (found,) = changed([before], f"- {{change: add_route, {head}, distance: {distance}}}")
    assert forwarding_tables(found) == forwarding_tables(router([*old, new]))
    assert changed([found], f"- {{change: remove_route, {head}}}") == [before]


@given(st.lists(ways, min_size=1, max_size=4, unique_by=lambda one: one[:2]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_route_removed_is_the_line_gone(old: list[Way], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(old) - 1))
    target, hop, _ = old[number]
    (found,) = changed(
        [ios_router(old)], f"- {{change: remove_route, device: core, prefix: {target[0]}, next_hop: {hop}}}"
    )
    after = ios_router([*old[:number], *old[number + 1 :]])
    assert forwarding_tables(found) == forwarding_tables(after)


def test_a_port_shut_and_a_list_unbound_are_the_lines_of_the_configuration() -> None:
    text = (
        "hostname core\ninterface Vlan1\n ip address 10.1.0.1 255.255.0.0\n{more}\ninterface Vlan2\n"
        " ip address 10.2.0.1 255.255.0.0\nip access-list extended IN\n 10 permit ip any any\n"
    )
    bare = device("cisco_ios", text.format(more=" description x"), "core.cfg")
    shut = device("cisco_ios", text.format(more=" shutdown"), "core.cfg")
    bound = device("cisco_ios", text.format(more=" ip access-group IN in"), "core.cfg")

    def told(found: Device) -> list[object]:
        ports: list[object] = [(one.name, one.enabled) for one in found.interfaces]
        return ports + [(one.rulebase, one.interface, one.direction, one.purpose) for one in found.bindings]

    down = "- {change: interface_down, device: core, interface: Vlan1}"
    up = "- {change: interface_up, device: core, interface: Vlan1}"
    bind = "- {change: bind, device: core, rulebase: IN, interface: Vlan1, direction: in}"
    assert told(changed([bare], down)[0]) == told(shut)
    assert told(changed([shut], up)[0]) == told(bare)
    assert told(changed([bare], bind)[0]) == told(bound)
    assert told(changed([bound], bind.replace("bind", "unbind"))[0]) == told(bare)
    assert changed([bare], f"{down}\n{up}") == [bare]
