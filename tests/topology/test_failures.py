"""What a failed line or device lets pass that does not pass while everything is up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.capture import Captured, CapturedNextHop, CapturedRoute
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.services import TCP, ServiceSet
from netaudit.policy.registers import LineAgreement, MatrixEntry, Policy, Register, Zone, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.failed_network import FailureBase
from netaudit.topology.failing import PartKind, failing_parts
from netaudit.topology.failures import FailureAnswer, PairChange, examine_failures
from netaudit.topology.fates import Disposition
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import TODAY, device, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
FLOW = Flow.of("10.1.0.5", "10.2.0.5", TCP, source_port=50000, destination_port=443)
DENY = "ip access-list extended SHUT\n deny ip any any log\n"


def router(name: str, *interfaces: str, routing: str = "") -> Device:
    """Return a router with interfaces written as "address/length [access group in]"."""
    lines = [f"hostname {name}"]
    for number, text in enumerate(interfaces):
        address, _, rest = text.partition(" ")
        host, _, length = address.partition("/")
        mask = ".".join(str((0xFFFFFFFF << (32 - int(length)) & 0xFFFFFFFF) >> shift & 255) for shift in (24, 16, 8, 0))
        lines += [f"interface GigabitEthernet0/{number}", f" ip address {host} {mask}"]
        lines += [f" {part.strip()}" for part in rest.split(",") if part.strip()]
    return device("cisco_ios", "\n".join([*lines, DENY + routing, "end"]), f"{name}.cfg")


def examined(devices: list[Device], *zones: Zone, policy: Policy | None = None, budget: int = 100_000) -> FailureAnswer:
    stated = policy or Policy(zones=zones)
    network = build_network(devices, stated)
    return examine_failures(network, stated, find_conduits(network, TODAY), TODAY, budget)


def opening(answer: FailureAnswer, part: str, source: str = "UAT", target: str = "PROD") -> PairChange | None:
    return next((one for one in answer.opening(source, target) if one.part.name == part), None)


def floating(distance: int = 200, track: str = "") -> list[Device]:
    """UAT and PROD behind two routers: by a firewall that shuts them off, and directly by a floating route."""
    return [
        router(
            "left",
            *("10.1.0.1/24", "192.168.1.1/30", "192.168.9.1/30"),
            routing=f"ip route 10.2.0.0 255.255.255.0 192.168.1.2{track}\n"
            f"ip route 10.2.0.0 255.255.255.0 192.168.9.2 {distance}",
        ),
        router(
            "wall",
            *("192.168.1.2/30 ip access-group SHUT in", "192.168.2.2/30 ip access-group SHUT in"),
            routing="ip route 10.1.0.0 255.255.255.0 192.168.1.1\nip route 10.2.0.0 255.255.255.0 192.168.2.1",
        ),
        router(
            "right",
            *("10.2.0.1/24", "192.168.2.1/30", "192.168.9.2/30"),
            routing=f"ip route 10.1.0.0 255.255.255.0 192.168.2.2{track}\n"
            f"ip route 10.1.0.0 255.255.255.0 192.168.9.1 {distance}",
        ),
    ]


MAIN = "left GigabitEthernet0/1 - wall GigabitEthernet0/0"


def test_a_floating_route_past_the_firewall_opens_when_the_main_line_is_down() -> None:
    devices = floating()
    normal = find_conduits(build_network(devices, Policy(zones=(UAT, PROD))), TODAY)["UAT", "PROD"]
    assert not normal.permitted
    assert not normal.undecided
    found = opening(examined(devices, UAT, PROD), MAIN)
    assert found is not None
    assert found.part.kind is PartKind.LINK
    assert [one.devices for one in found.opens] == [("left", "right")]
    assert found.opens[0].packets.contains(FLOW)


def test_the_failure_behind_the_firewall_opens_the_way_from_the_other_side_alone() -> None:
    answer = examined(floating(), UAT, PROD)
    behind = "right GigabitEthernet0/1 - wall GigabitEthernet0/1"
    assert opening(answer, behind) is None
    assert opening(answer, behind, "PROD", "UAT") is not None


def test_a_firewall_that_fails_may_leave_its_neighbours_ports_up() -> None:
    """A cable that is direct takes the port down and the floating route in; a switch between keeps the dead route."""
    found = opening(examined(floating(), UAT, PROD), "wall")
    assert found is not None
    assert not found.opens
    assert [one.devices for one in found.may_open] == [("left", "right")]
    assert any("whether ports towards wall go down" in reason for reason in found.reasons)


def test_a_backup_through_a_firewall_that_shuts_too_opens_nothing() -> None:
    left, wall, _ = floating()
    shut = router(
        "right",
        *("10.2.0.1/24", "192.168.2.1/30", "192.168.9.2/30 ip access-group SHUT in"),
        routing="ip route 10.1.0.0 255.255.255.0 192.168.2.2\nip route 10.1.0.0 255.255.255.0 192.168.9.1 200",
    )
    answer = examined([left, wall, shut], UAT, PROD)
    assert not answer.opening("UAT", "PROD")
    assert not answer.not_repeated
    assert {one.name for one in answer.repeated} >= {"left", "wall", "right", MAIN}


def test_a_tracked_route_may_be_withdrawn_while_every_line_is_up() -> None:
    answer = examined(floating(track=" track 10"), UAT, PROD)
    found = opening(answer, "left track 10")
    assert found is not None
    assert found.part.kind is PartKind.TRACKED
    assert [one.devices for one in found.opens] == [("left", "right")]
    # The main line itself opens the same way: it is told once, by the tracked route.
    assert opening(answer, MAIN) is None


def ospf(cost: int = 100) -> list[Device]:
    """The same three routers with OSPF: the way past the firewall is dearer."""

    def speaking(name: str, *interfaces: str) -> Device:
        return router(name, *interfaces, routing="router ospf 1\n network 0.0.0.0 255.255.255.255 area 0")

    point = "ip ospf network point-to-point"
    return [
        speaking(
            "left",
            *("10.1.0.1/24 ip ospf 1 area 0", f"192.168.1.1/30 {point}"),
            f"192.168.9.1/30 {point}, ip ospf cost {cost}",
        ),
        speaking("wall", *(f"192.168.{net}.2/30 {point}, ip access-group TRANSIT in" for net in (1, 2))),
        speaking(
            "right",
            *("10.2.0.1/24", f"192.168.2.1/30 {point}"),
            f"192.168.9.2/30 {point}, ip ospf cost {cost}",
        ),
    ]


def filtered_ospf() -> list[Device]:
    left, wall, right = ospf()
    lists = device(
        "cisco_ios",
        "hostname x\nip access-list extended TRANSIT\n permit ospf any any\n deny ip any any log\nend",
        "x.cfg",
    ).rulebases
    return [left, replace(wall, rulebases=lists), right]


def test_ospf_goes_round_a_firewall_whose_line_fails() -> None:
    devices = filtered_ospf()
    answer = examined(devices, UAT, PROD)
    found = opening(answer, MAIN)
    assert found is not None
    assert [one.devices for one in found.opens] == [("left", "right")]
    whole = opening(answer, "wall")
    assert whole is not None
    assert [one.devices for one in whole.opens] == [("left", "right")]  # no hello: the neighbour is gone in any case


def gateway(name: str, last: int, binding: str = "") -> Device:
    return router(
        name,
        f"10.1.0.{last}/24 standby 1 ip 10.1.0.1, standby 1 priority {100 + last}{binding}",
        f"10.2.0.{last}/24 standby 2 ip 10.2.0.1, standby 2 priority {100 + last}",
    )


def test_a_first_hop_partner_takes_over_and_nothing_changes() -> None:
    entry = MatrixEntry("UAT", "PROD", True, SourceRef("zone_matrix.csv", 2), ServiceSet.ports(TCP))
    policy = Policy(zones=(UAT, PROD), matrix=(entry,), given=frozenset({Register.ZONE_MATRIX}))
    answer = examined([gateway("one", 2), gateway("two", 3)], policy=policy)
    assert not answer.changes
    assert {one.name for one in answer.repeated} >= {"one", "two", "one GigabitEthernet0/0"}


def test_what_is_stated_and_has_no_backup_stops_passing() -> None:
    ports = ServiceSet.ports(TCP, IntervalSet.single(443))
    entry = MatrixEntry("UAT", "PROD", True, SourceRef("zone_matrix.csv", 2), ports)
    policy = Policy(zones=(UAT, PROD), matrix=(entry,), given=frozenset({Register.ZONE_MATRIX}))
    single = [
        router("left", "10.1.0.1/24", "192.168.1.1/30", routing="ip route 10.2.0.0 255.255.255.0 192.168.1.2"),
        router("right", "10.2.0.1/24", "192.168.1.2/30", routing="ip route 10.1.0.0 255.255.255.0 192.168.1.1"),
    ]
    answer = examined(single, policy=policy)
    assert {one.part.name for one in answer.changes} == {
        "left",
        "right",
        "left GigabitEthernet0/1 - right GigabitEthernet0/1",
    }
    for one in answer.changes:
        assert one.surely_closes
        assert not one.opens
        assert not one.may_open
        assert one.closes.contains(FLOW)
        assert one.closes <= PacketSet.of(UAT.subnets, PROD.subnets, ports)
    unstated = examined(single, UAT, PROD)
    assert not unstated.changes


def test_a_line_is_named_as_the_register_names_it() -> None:
    outside = zone("BANK", ZoneType.THIRDPARTY, "172.20.40.0/29")
    agreement = LineAgreement(
        "BANK-A",
        "Bank A",
        SourceRef("line_agreements.csv", 2),
        "out",
        AddressSet.prefix("172.20.40.4"),
        ServiceSet.ports(TCP),
        device="LEFT",
        interface="gigabitethernet0/1",
        circuit="B-2001",
    )
    left = router("left", "10.1.0.1/24", "172.20.40.1/29")
    policy = Policy(zones=(UAT, outside), line_agreements=(agreement,))
    (line,) = [one for one in failing_parts(build_network([left], policy), policy) if one.kind is PartKind.LINE]
    assert line.lines == ("BANK-A (B-2001)",)
    assert line.zones == ("BANK",)
    answer = examined([left], policy=policy)
    assert [(one.part.name, one.to_zone, one.surely_closes) for one in answer.changes][:1] == [
        (line.name, "BANK", True)
    ]


def captured(one: Device, *routes: tuple[str, str]) -> Device:
    """Return a device with a table that `show ip route` gave."""
    found = []
    for text, hop in routes:
        address, _, length = text.partition("/")
        hops = (CapturedNextHop(hop) if hop[0].isdigit() else CapturedNextHop(interface=hop),)
        found.append(
            CapturedRoute(
                Family.IPV4,
                parse_address(address)[1],
                int(length),
                "static" if hop[0].isdigit() else "connected",
                SourceRef("show.txt", 1),
                next_hops=hops,
            )
        )
    return replace(one, captured=Captured(routes=tuple(found)))


CONNECTED = (
    ("10.1.0.0/24", "GigabitEthernet0/0"),
    ("192.168.1.0/30", "GigabitEthernet0/1"),
    ("192.168.9.0/30", "GigabitEthernet0/2"),
)


def test_a_captured_table_is_not_in_force_during_a_failure() -> None:
    left, wall, right = floating()
    answer = examined([captured(left, *CONNECTED, ("10.2.0.0/24", "192.168.1.2")), wall, right], UAT, PROD)
    found = opening(answer, MAIN)
    assert found is not None
    assert [one.devices for one in found.opens] == [("left", "right")]


def test_a_captured_table_that_is_not_what_is_computed_leaves_the_failure_undecided() -> None:
    left, wall, right = floating()
    other = captured(left, *CONNECTED, ("10.2.0.0/24", "192.168.1.2"), ("10.7.0.0/16", "192.168.1.2"))
    answer = examined([other, wall, right], UAT, PROD)
    assert any("its captured table is not what is computed" in one for one in answer.doubts("UAT", "PROD"))


def test_what_the_budget_does_not_reach_is_said() -> None:
    answer = examined(floating(), UAT, PROD, budget=1)
    assert len(answer.repeated) == 1
    assert answer.not_repeated
    assert any("not repeated" in one for one in answer.doubts("UAT", "PROD"))


def test_packets_to_a_failed_next_hop_reach_nobody() -> None:
    """They are not taken for packets that go to somebody without an export."""
    answer = examined(floating(distance=1), UAT, PROD)  # both ways at once
    assert not answer.opening("UAT", "PROD")
    network = build_network(floating(), Policy(zones=(UAT, PROD)))
    part = next(one for one in failing_parts(network, Policy()) if one.name == "right")
    failed = FailureBase(network).without(part).network
    start = starting_places(failed, "left", "GigabitEthernet0/0", FLOW)[0]
    assert trace_flow(failed, start, FLOW).disposition in (Disposition.DENIED, Disposition.UNKNOWN)
    assert not find_conduits(failed, TODAY)["UAT", "PROD"].permitted


def test_a_trace_through_the_failed_network_gives_the_same_answer() -> None:
    network = build_network(floating(), Policy(zones=(UAT, PROD)))
    ends = {}
    for part in failing_parts(network, Policy()):
        failed = FailureBase(network).without(part).network
        if "left" not in part.devices:
            start = starting_places(failed, "left", "GigabitEthernet0/0", FLOW)[0]
            ends[part.name] = trace_flow(failed, start, FLOW).disposition
    assert ends[MAIN] is Disposition.DELIVERED
    assert ends["wall"] is Disposition.UNKNOWN  # the port towards it may stay up
    assert ends["right GigabitEthernet0/1 - wall GigabitEthernet0/1"] is Disposition.DENIED


@pytest.mark.parametrize("spare", [False, True])
def test_a_port_with_sub_interfaces_fails_with_all_of_them(spare: bool) -> None:
    text = "hostname left\ninterface GigabitEthernet0/0\n no shutdown\n"
    for number in (1, 2):
        text += f"interface GigabitEthernet0/0.{number}\n encapsulation dot1Q {number}\n"
        text += f" ip address 192.168.{number}.1 255.255.255.252\n"
    left = device("cisco_ios", text + "end", "left.cfg")
    right = router("right", "192.168.1.2/30", "192.168.2.2/30" if spare else "192.168.3.2/30")
    network = build_network([left, right], Policy())
    (whole,) = [one for one in failing_parts(network, Policy()) if one.name == "left GigabitEthernet0/0"]
    assert {one.interface for one in whole.down} >= {"GigabitEthernet0/0.1", "GigabitEthernet0/0.2"}
