"""What a change is said to do, against single packets traced before and after it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.packets.services import TCP
from netaudit.policy.registers import Policy, ZoneType
from netaudit.topology.changes.effects import Effect, EffectKind, effects_of
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.changes.planning import changed
from tests.topology.networks import device, network, zone
from tests.topology.test_differential import ZONES, described, home, networks, zone_at, zones

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")


def effects(devices: list[Device], after: list[Device], policy: Policy) -> tuple[Network, Network, tuple[Effect, ...]]:
    old = build_network(devices, policy)
    new = build_network(after, policy, before=old)
    return old, new, effects_of(old, new, find_conduits(old), find_conduits(new))


def found(devices: list[Device], text: str) -> list[Effect]:
    return list(effects(devices, changed(devices, text), Policy(zones=(UAT, PROD)))[2])


def switch(more: str = "") -> Device:
    return device(
        "cisco_ios",
        f"""
        hostname core
        ip routing
        interface Vlan1
         ip address 10.1.0.1 255.255.255.0
         ip access-group IN in
        interface Vlan2
         ip address 10.2.0.1 255.255.255.0
        ip access-list extended IN
         10 permit tcp any any eq 443
         20 deny ip any any
        {more}
        """,
        "core.cfg",
    )


def test_a_rule_added_is_newly_permitted_with_its_line() -> None:
    text = """
    - change: add_rule
      device: core
      rulebase: IN
      before: "20"
      name: ticket 7
      action: permit
      source: 10.1.0.0/24
      destination: 10.2.0.9
      service: tcp/443; tcp/22
    """
    (one,) = found([switch()], text)
    assert (one.kind, one.from_zone, one.to_zone, one.surely) == (EffectKind.NEWLY_PERMITTED, "UAT", "PROD", True)
    assert one.packets.contains(Flow.of("10.1.0.5", "10.2.0.9", TCP, source_port=5, destination_port=22))
    assert not one.packets.contains(Flow.of("10.1.0.5", "10.2.0.9", TCP, source_port=5, destination_port=443))
    assert [(rule.rule.name, rule.where.path, rule.where.line) for rule in one.deciding if rule.rule] == [
        ("ticket 7", "plan.yaml", 2)
    ]


def test_a_rule_disabled_is_newly_denied_by_the_one_that_decides_now() -> None:
    (one,) = found([switch()], "- {change: disable_rule, device: core, rulebase: IN, rule: '10'}")
    assert (one.kind, one.surely) == (EffectKind.NEWLY_DENIED, True)
    assert [rule.rule.name for rule in one.deciding if rule.rule] == ["10"]
    assert one.ending is not None and one.ending.step is not None
    assert (one.ending.disposition, one.ending.step.name) == (Disposition.DENIED, "IN 20")


def test_a_rule_below_the_one_that_denies_all_changes_nothing() -> None:
    text = "- {change: add_rule, device: core, rulebase: IN, position: last, action: permit, source: any,"
    assert found([switch()], text + " destination: any, service: any}") == []


def test_an_interface_taken_down_shuts_its_zone_and_is_named() -> None:
    effects = found([switch()], "- {change: interface_down, device: core, interface: Vlan1}")
    assert {(one.kind, one.from_zone, one.to_zone, one.surely) for one in effects} == {
        (EffectKind.NEWLY_DENIED, "UAT", "PROD", True),
        (EffectKind.NEWLY_DENIED, "PROD", "UAT", True),
    }
    assert {one.ending.reason for one in effects if one.ending} >= {"Vlan1 of core is down"}


def test_what_a_list_not_understood_may_do_is_not_sure() -> None:
    odd = device(
        "cisco_ios",
        "hostname core\ninterface Vlan1\n ip address 10.1.0.1 255.255.255.0\n ip access-group IN in\n"
        "interface Vlan2\n ip address 10.2.0.1 255.255.255.0\nip access-list extended IN\n"
        " 10 permit tcp any any eq blafasel\n 20 deny ip any any\n",
    )
    text = "- {change: add_rule, device: core, rulebase: IN, position: first, action: permit, source: any,"
    effects = found([odd], text + " destination: any, service: tcp/22}")
    assert effects and not any(one.surely for one in effects)


def test_who_changes_a_port_of_a_router_asks_where_its_neighbours_send() -> None:
    one = device(
        "cisco_ios",
        "hostname one\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.1 255.255.255.0\nip route 0.0.0.0 0.0.0.0 192.168.0.2\n",
        "one.cfg",
    )
    two = device(
        "cisco_ios",
        "hostname two\ninterface Gi0/0\n ip address 10.2.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.2 255.255.255.0\nip route 10.1.0.0 255.255.255.0 192.168.0.1\n",
        "two.cfg",
    )
    policy = Policy(zones=(UAT, PROD))
    devices = [one, two]
    after = changed(devices, "- {change: interface_down, device: two, interface: Gi0/1}")
    _, new, effects_found = effects(devices, after, policy)
    flow = Flow.of("10.1.0.5", "10.2.0.9", TCP, source_port=50000, destination_port=443)
    start = new.interface("one", "Gi0/0")
    assert start is not None
    traced = trace_flow(new, Place(new.devices["one"], start), flow)
    # Whether `one` notices is not known: a cable goes down with its port, a switch between them stays.
    assert traced.disposition is Disposition.UNKNOWN
    assert traced.traces[0].reason == "one: next hop 192.168.0.2 is Gi0/1 of two, which is down"
    assert all(one.kind is EffectKind.NEWLY_DENIED for one in effects_found)
    assert not any(one.surely for one in effects_found if one.from_zone == "UAT")


def test_a_network_without_a_change_has_no_effects() -> None:
    devices = [switch()]
    old = network(devices, UAT, PROD)
    same = build_network(devices, Policy(zones=(UAT, PROD)), before=old)
    assert same.tables == old.tables
    assert effects_of(old, same, find_conduits(old), find_conduits(same)) == ()


# --- the same question asked of single packets -----------------------------------------------------

PREFIXES = ("any", "any", "any", "10.0.0.0/29", "10.1.0.0/29", "10.2.0.0/29", "10.3.0.0/29", "10.2.0.4/30", "10.1.0.5")
SERVICES = ("any", "tcp/443", "tcp/22; tcp/80")


@st.composite
def plans(draw: st.DrawFn, devices: list[Device]) -> str:
    """Return a change file with one to three changes that fit the devices."""
    lines: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        one = draw(st.sampled_from(devices))
        kinds = ["route"]
        kinds += ["rule", "rule"] if one.rulebases else []
        kinds += ["down"] if draw(st.integers(0, 3)) == 0 else []
        kind = draw(st.sampled_from(kinds))
        if kind == "rule":
            book = draw(st.sampled_from(one.rulebases))
            zones = ", from_zone: any, to_zone: any" if book.name == "policy" else ""
            place = draw(st.sampled_from(["first", "first", "last"]))
            action, source, goal = (draw(st.sampled_from(one)) for one in (("permit", "deny"), PREFIXES, PREFIXES))
            head = f"device: {one.name}, rulebase: {book.name}, position: {place}, name: p{number}, action: {action}"
            service = draw(st.sampled_from(SERVICES))
            packets = f"source: {source}, destination: {goal}, service: '{service}'{zones}"
            lines.append(f"- {{change: add_rule, {head}, {packets}}}")
        elif kind == "route":
            target = draw(st.sampled_from(PREFIXES[3:7]))
            hop = f"192.168.0.{draw(st.integers(1, 4))}"
            distance = draw(st.sampled_from([1, 7]))
            lines.append(
                f"- {{change: add_route, device: {one.name}, prefix: {target}, next_hop: {hop}, distance: {distance}}}"
            )
        else:
            port = draw(st.sampled_from([port.name for port in one.interfaces]))
            lines.append(f"- {{change: interface_down, device: {one.name}, interface: {port}}}")
    return "\n".join(lines)


hosts = st.sampled_from([2, 4, 5, 6])


@given(networks(), st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_effects_agree_with_single_packets(made: tuple[list[Device], dict[str, int]], data: st.DataObject) -> None:
    devices, homes = made
    devices = [replace(one, nat_rules=()) for one in devices]  # effects carry the header at the end of the way
    text = data.draw(plans(devices))
    try:
        after = changed(devices, text)
    except Exception as error:
        assert type(error).__name__ == "InputError"  # the same port twice, a route that is there
        return
    old, new, effects_found = effects(devices, after, Policy(zones=zones()))
    told = f"{text}\n{described(devices)}"
    event(f"effects: {bool(effects_found)}, sure: {any(one.surely for one in effects_found)}")
    for effect in effects_found:
        for flow in samples(effect):
            was, now = (ends(one, homes, effect.from_zone, flow) for one in (old, new))
            if not effect.surely:
                continue
            if effect.kind is EffectKind.NEWLY_PERMITTED:
                assert "passes" in now and was <= {"stops"}, f"{effect}\n{flow}\n{was} {now}\n{told}"
            else:
                assert "passes" in was and now <= {"stops"}, f"{effect}\n{flow}\n{was} {now}\n{told}"
    for _ in range(6):
        index, other = data.draw(st.permutations(range(4)))[:2]
        flow = Flow.of(
            f"10.{index}.0.{data.draw(hosts)}",
            f"10.{other}.0.{data.draw(hosts)}",
            TCP,
            source_port=50000,
            destination_port=data.draw(st.sampled_from([22, 80, 443])),
        )
        was, now = (ends(one, homes, ZONES[index], flow) for one in (old, new))
        mine = [
            one
            for one in effects_found
            if one.packets.contains(flow) and (one.from_zone, one.to_zone) == (ZONES[index], ZONES[other])
        ]
        kinds = {one.kind for one in mine}
        if was == {"stops"} and "passes" in now:
            assert EffectKind.NEWLY_PERMITTED in kinds, f"{flow}\n{told}"
        if "passes" in was and now == {"stops"}:
            assert EffectKind.NEWLY_DENIED in kinds, f"{flow}\n{told}"
        if was == now and "unknown" not in was:
            assert not any(one.surely for one in mine), f"{flow}\n{told}"


def samples(effect: Effect) -> list[Flow]:
    """Return some packets of an effect that are sent from and to hosts."""
    found = []
    for product in effect.packets.products[:4]:
        witness = product.witness()
        for source in product.source.intervals[0]:
            for destination in product.destination.intervals[-1]:
                flow = replace(witness, source=source, destination=destination)
                if source % 8 not in (0, 7) and destination % 8 not in (0, 7):
                    found.append(flow)
    return found


def ends(known: Network, homes: dict[str, int], name: str, flow: Flow) -> set[str]:
    """Return how the ways of a packet from a zone end: it "passes" to another zone, "stops", or "unknown"."""
    owner, port = home(list(known.devices.values()), homes, name)
    if not port.enabled:
        return {"stops"}
    traced: FlowTrace = trace_flow(known, Place(owner, port), flow)
    found = set()
    for one in traced.traces:
        if one.disposition is Disposition.UNKNOWN:
            found.add("unknown")
        elif (
            one.disposition is Disposition.DELIVERED and one.last and zone_at(one.last.destination) not in (None, name)
        ):
            found.add("passes" if one.hops[-1].out_interface else "stops")  # to the device itself: no host
        else:
            found.add("stops")
    return found


# --- routes that are computed anew ------------------------------------------------------------------


def ospf_router(name: str, *ports: str, lan: str = "", more: str = "") -> Device:
    lines = [f"hostname {name}"]
    for number, address in enumerate(ports):
        lines += [f"interface Gi0/{number}", f" ip address {address} 255.255.255.252", *([more] if number else [])]
    if lan:
        lines += ["interface Vlan1", f" ip address {lan} 255.255.255.0"]
    lines += ["router ospf 1", " network 0.0.0.0 255.255.255.255 area 0", " passive-interface Vlan1"]
    return device("cisco_ios", "\n".join(line for line in lines if line), f"{name}.cfg")


TRIANGLE = [
    ospf_router("r1", "192.168.0.1", "192.168.0.5", lan="10.1.0.1"),
    ospf_router("r2", "192.168.0.2", "192.168.0.9", lan="10.2.0.1"),
    ospf_router("r3", "192.168.0.6", "192.168.0.10"),
]


def test_ospf_takes_the_other_way_and_nothing_is_denied() -> None:
    policy = Policy(zones=(UAT, PROD))
    after = changed(TRIANGLE, "- {change: interface_down, device: r1, interface: Gi0/0}")
    old, new, effects_found = effects(TRIANGLE, after, policy)
    assert effects_found == ()
    conduits = find_conduits(old)["UAT", "PROD"], find_conduits(new)["UAT", "PROD"]
    assert [one.paths for one in conduits] == [(("r1", "r2"),), (("r1", "r3", "r2"),)]
    assert not conduits[1].undecided  # the neighbour that is gone is no stranger


def test_without_any_way_the_zones_are_surely_apart() -> None:
    plan = "- {change: interface_down, device: r1, interface: Gi0/0}\n"
    after = changed(TRIANGLE, plan + plan.replace("r1", "r3"))
    _, _, effects_found = effects(TRIANGLE, after, Policy(zones=(UAT, PROD)))
    assert {(one.kind, one.from_zone, one.surely) for one in effects_found} == {
        (EffectKind.NEWLY_DENIED, "UAT", True),
        (EffectKind.NEWLY_DENIED, "PROD", True),
    }


def test_a_port_that_is_brought_up_may_have_a_neighbour_that_nobody_knows() -> None:
    devices = [ospf_router("r1", "192.168.0.1", "192.168.0.5", lan="10.1.0.1", more=" shutdown"), TRIANGLE[1]]
    after = changed(devices, "- {change: interface_up, device: r1, interface: Gi0/1}")
    _, new, _ = effects(devices, after, Policy(zones=(UAT, PROD)))
    assert any("no neighbour at Gi0/1 has an export" in one for one in new.doubts["r1"])


def test_a_shut_gateway_parts_no_hosts_of_one_segment() -> None:
    one = device(
        "cisco_ios",
        "hostname core\nip routing\ninterface Vlan1\n ip address 10.1.0.1 255.255.255.0\n"
        " ip address 10.2.0.1 255.255.255.0 secondary\n",
        "core.cfg",
    )
    assert found([one], "- {change: interface_down, device: core, interface: Vlan1}") == []


def test_a_list_that_filters_routes_is_asked_anew() -> None:
    """A distribute list is no filter of packets, and yet its change moves routes."""
    text = "hostname r2\ninterface Gi0/0\n ip address 192.168.0.2 255.255.255.252\nip access-list standard NETS\n"
    r1 = device(
        "cisco_ios",
        "hostname r1\ninterface Gi0/0\n ip address 192.168.0.1 255.255.255.252\ninterface Vlan1\n"
        " ip address 10.1.0.1 255.255.255.0\nrouter bgp 65001\n network 10.1.0.0 mask 255.255.255.0\n"
        " neighbor 192.168.0.2 remote-as 65002\n",
        "r1.cfg",
    )
    r2 = device(
        "cisco_ios",
        f"{text} 10 permit 10.9.0.0 0.0.255.255\nrouter bgp 65002\n neighbor 192.168.0.1 remote-as 65001\n"
        " neighbor 192.168.0.1 distribute-list NETS in\n",
        "r2.cfg",
    )
    plan = "- {change: add_rule, device: r2, rulebase: NETS, position: first, name: new, action: permit,"
    after = changed([r1, r2], plan + " source: 10.1.0.0/24, destination: any, service: any}")
    old, new, _ = effects([r1, r2], after, Policy())

    def leads(known: Network) -> bool:
        table = known.tables["r2"]["", "default"]
        return any(entry.prefix_length == 24 for entry in table.entries)

    assert (leads(old), leads(new)) == (False, True)
