"""SEG-* and LINE-* on small networks: what fails, what passes, and what must stay open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from netaudit.checks.contract import Check, Context
from netaudit.checks.lines import (
    agreed_but_closed,
    agreement_not_in_force,
    line_without_firewall,
    port_not_agreed,
    reaches_other_hosts,
)
from netaudit.checks.segmentation import (
    dmz_to_production,
    internet_to_production,
    missing_zone,
    uat_to_production,
    unfiltered_zones,
    unzoned_interface,
)
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_IPV4, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ANY_SERVICE, TCP, ServiceSet
from netaudit.policy.registers import LineAgreement, MatrixEntry, Policy, Register, Zone, ZoneType
from netaudit.reports.matrix_cells import matrix_cells
from netaudit.topology.conduits import find_conduits
from netaudit.topology.network import build_network
from netaudit.topology.stated import agreed_packets
from tests.topology.networks import TODAY, device, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
DMZ = zone("DMZ", ZoneType.DMZ, "10.3.0.0/24")
LINE = zone("LINE", ZoneType.THIRDPARTY, "172.20.10.0/29", "172.21.0.0/24")
PLACE = SourceRef("register.csv", 2)


def core(acl: str = "", binding: str = "", extra: str = "") -> Device:
    bound = f"\n ip access-group {binding}" if binding else ""
    return device(
        "cisco_ios",
        f"hostname core\ninterface Vlan1\n ip address 10.1.0.1 255.255.255.0{bound}\ninterface Vlan2\n"
        f" ip address 10.2.0.1 255.255.255.0\ninterface Vlan3\n ip address 10.3.0.1 255.255.255.0{bound}\n"
        f"{extra}\n{acl}\nend",
        "core.cfg",
    )


def context(
    devices: Sequence[Device],
    zones: Sequence[Zone],
    matrix: Sequence[MatrixEntry] = (),
    agreements: Sequence[LineAgreement] = (),
) -> Context:
    policy = Policy(
        zones=tuple(zones),
        matrix=tuple(matrix),
        line_agreements=tuple(agreements),
        given=frozenset({Register.ZONE_MAP, Register.ZONE_MATRIX, Register.LINE_AGREEMENTS}),
    )
    network = build_network(devices, policy)
    return Context(tuple(devices), policy, network, find_conduits(network, TODAY), {}, (), (), TODAY)


def outcomes(check: Check, known: Context) -> dict[str, Outcome]:
    return {one.subject: one.outcome for one in check.examine(known)}


def all_of(check: Check, known: Context) -> list[Examined]:
    return list(check.examine(known))


def tcp(port: int) -> ServiceSet:
    return ServiceSet.ports(TCP, IntervalSet.single(port))


DENY_ALL = "ip access-list extended IN\n deny ip any any"


def test_seg_001_fails_a_pair_that_is_routed_without_a_filter_and_passes_one_with() -> None:
    found = outcomes(unfiltered_zones.CHECK, context([core(DENY_ALL, "IN in")], [UAT, PROD]))
    assert found == {"Vlan1": Outcome.PASS, "Vlan2": Outcome.PASS, "UAT / PROD": Outcome.FAIL}
    assert outcomes(unfiltered_zones.CHECK, context([core(DENY_ALL, "IN in")], [UAT, DMZ]))["UAT / DMZ"] is Outcome.PASS


def test_seg_001_and_010_see_two_zones_in_one_vlan_of_a_switch() -> None:
    text = "hostname sw\nno ip routing\n" + "".join(
        f"interface Gi0/{n}\n switchport mode access\n switchport access vlan 7\n" for n in (1, 2)
    )
    zones = [
        zone("UAT", ZoneType.UAT, members=(("sw", "Gi0/1"),)),
        zone("PROD", ZoneType.PROD, members=(("sw", "Gi0/2"),)),
    ]
    known = context([device("cisco_ios", text, "sw.cfg")], zones)
    assert Outcome.FAIL in outcomes(unfiltered_zones.CHECK, known).values()
    assert outcomes(missing_zone.CHECK, known)["Gi0/1, Gi0/2"] is Outcome.FAIL


def test_seg_001_is_open_where_a_router_without_an_export_may_join_two_zones() -> None:
    routes = "ip route 10.9.0.0 255.255.255.0 10.3.0.9"
    far = zone("FAR", ZoneType.OA, "10.9.0.0/24")
    assert (
        outcomes(unfiltered_zones.CHECK, context([core(extra=routes)], [UAT, far, DMZ]))["UAT / FAR"] is Outcome.UNKNOWN
    )


def test_seg_004_fails_an_interface_in_no_zone() -> None:
    found = outcomes(unzoned_interface.CHECK, context([core()], [UAT, PROD]))
    assert found == {"Vlan1": Outcome.PASS, "Vlan2": Outcome.PASS, "Vlan3": Outcome.FAIL}


def test_seg_010_needs_an_enabled_interface_for_each_zone() -> None:
    known = context([core()], [UAT, PROD, DMZ])
    assert set(outcomes(missing_zone.CHECK, known).values()) == {Outcome.PASS}
    shut = replace(core(), interfaces=tuple(replace(one, enabled=one.name != "Vlan3") for one in core().interfaces))
    assert outcomes(missing_zone.CHECK, context([shut], [UAT, PROD, DMZ]))["DMZ"] is Outcome.FAIL


@pytest.mark.parametrize(("check", "first"), [(uat_to_production.CHECK, UAT), (dmz_to_production.CHECK, DMZ)])
def test_seg_011_and_012_take_off_the_matrix_and_nothing_more(check: Check, first: Zone) -> None:
    acl = "ip access-list extended IN\n permit tcp any host 10.2.0.9 eq 8443\n deny ip any any"
    stated = MatrixEntry(first.name, "PROD", True, PLACE, tcp(8443))
    known = [core(acl, "IN in")], [first, PROD]
    assert [one.outcome for one in all_of(check, context(*known, [stated]))] == [Outcome.PASS]
    assert [one.outcome for one in all_of(check, context(*known))] == [Outcome.FAIL]
    ended = replace(stated, valid_to=date(2026, 11, 19))
    assert [one.outcome for one in all_of(check, context(*known, [ended]))] == [Outcome.FAIL]
    denied = replace(stated, permitted=False)
    assert [one.outcome for one in all_of(check, context(*known, [denied]))] == [Outcome.FAIL]
    elsewhere = replace(stated, sources=AddressSet.prefix("10.77.0.0/24"))
    assert [one.outcome for one in all_of(check, context(*known, [elsewhere]))] == [Outcome.FAIL]


def test_seg_011_is_critical_for_a_database_port_and_open_for_text_not_understood() -> None:
    acl = "ip access-list extended IN\n permit tcp any any eq {}\n deny ip any any"
    found = all_of(uat_to_production.CHECK, context([core(acl.format(1521), "IN in")], [UAT, PROD]))
    assert [(one.outcome, one.severity) for one in found] == [(Outcome.FAIL, Severity.CRITICAL)]
    found = all_of(uat_to_production.CHECK, context([core(acl.format("blafasel"), "IN in")], [UAT, PROD]))
    assert [one.outcome for one in found] == [Outcome.UNKNOWN]


def test_seg_011_of_a_zone_without_subnets_is_no_pass() -> None:
    bare = zone("UAT", ZoneType.UAT, members=(("core", "Vlan1"),))
    assert Outcome.FAIL in outcomes(uat_to_production.CHECK, context([core()], [bare, PROD])).values()


def test_seg_014_sees_a_published_production_host_behind_a_declared_link() -> None:
    text = (
        "ASA Version 9.16(4)\nhostname fw\ninterface GigabitEthernet0/0\n nameif outside\n security-level 0\n"
        " ip address 203.0.113.2 255.255.255.248\ninterface GigabitEthernet0/1\n nameif prod\n security-level 90\n"
        " ip address 10.2.0.1 255.255.255.0\nobject network WEB\n host 10.2.0.80\n"
        " nat (prod,outside) static 203.0.113.5\n"
        "route outside 0.0.0.0 0.0.0.0 203.0.113.1"
    )
    link = zone("EDGE", ZoneType.TRANSIT, "203.0.113.0/29")
    outside = zone("INTERNET", ZoneType.INTERNET, members=(("edge", "Gi0/0"),))
    found = all_of(internet_to_production.CHECK, context([device("cisco_asa", text)], [outside, link, PROD]))
    assert any(one.outcome is Outcome.FAIL and "10.2.0.80" in str(one.facts["packets"]) for one in found)


ROUTER = (
    "hostname rtr\ninterface Gi0/0\n ip address 172.20.10.1 255.255.255.248\n{bound}interface Gi0/1\n"
    " ip address 10.2.0.1 255.255.255.0\nip route 172.21.0.0 255.255.255.0 172.20.10.2\n{acl}"
)


def router(acl: str = "") -> Device:
    bound = " ip access-group L in\n" if acl else ""
    return device(
        "cisco_ios", ROUTER.format(bound=bound, acl=acl and f"ip access-list extended L\n {acl}\n"), "rtr.cfg"
    )


FIREWALL = (
    "ASA Version 9.16(4)\nhostname fw\ninterface GigabitEthernet0/0\n nameif line\n security-level 10\n"
    " ip address 172.20.10.1 255.255.255.248\ninterface GigabitEthernet0/1\n nameif prod\n security-level 90\n"
    " ip address 10.2.0.1 255.255.255.0\nroute line 172.21.0.0 255.255.255.0 172.20.10.2\n"
    "access-list PROD-IN extended permit tcp any 172.21.0.0 255.255.255.0 eq 10001\n"
    "access-group PROD-IN in interface prod\n"
)
AGREED = LineAgreement("L1", "Bank", PLACE, "out", AddressSet.prefix("172.21.0.0/24"), tcp(10001), firewall="fw")


def test_line_001_wants_the_decision_of_a_firewall_not_its_presence() -> None:
    filtered = router("permit tcp host 172.21.0.9 host 10.2.0.5 eq 22")
    assert [one.outcome for one in all_of(line_without_firewall.CHECK, context([filtered], [LINE, PROD]))] == [
        Outcome.FAIL
    ]
    firewall = device("cisco_asa", FIREWALL)
    found = all_of(line_without_firewall.CHECK, context([firewall], [LINE, PROD], agreements=[AGREED]))
    assert [one.outcome for one in found] == [Outcome.PASS]
    # A stateful list that stands elsewhere on the router decides nothing over the line.
    elsewhere = replace(filtered, rulebases=(*filtered.rulebases, replace(firewall.rulebases[0], name="ELSEWHERE")))
    found = all_of(line_without_firewall.CHECK, context([elsewhere], [LINE, PROD]))
    assert [one.outcome for one in found] == [Outcome.FAIL]


def test_line_001_is_open_without_an_interface_or_a_zone_of_the_firm() -> None:
    for zones in ([zone("LINE", ZoneType.THIRDPARTY, "172.99.0.0/24"), PROD], [LINE]):
        found = all_of(line_without_firewall.CHECK, context([router()], zones))
        assert [one.outcome for one in found] == [Outcome.UNKNOWN]


def test_a_line_that_ends_in_no_third_party_zone_is_open() -> None:
    lost = replace(AGREED, line="L9", peers=AddressSet.prefix("172.31.0.0/24"), interface="Gi9", device="rtr")
    known = context([device("cisco_asa", FIREWALL)], [LINE, PROD], agreements=[AGREED, lost])
    for check in (line_without_firewall.CHECK, port_not_agreed.CHECK, reaches_other_hosts.CHECK):
        assert outcomes(check, known)["L9"] is Outcome.UNKNOWN


def test_line_002_passes_what_is_agreed_and_fails_another_port_and_dates_that_do_not_hold() -> None:
    firewall = device("cisco_asa", FIREWALL)
    passed = outcomes(port_not_agreed.CHECK, context([firewall], [LINE, PROD], agreements=[AGREED]))
    assert set(passed.values()) == {Outcome.PASS}
    for other in (
        replace(AGREED, services=tcp(10002)),
        replace(AGREED, valid_to=date(2026, 11, 19)),
        replace(AGREED, valid_from=date(2026, 11, 21)),
        replace(AGREED, peers=AddressSet.prefix("172.21.0.0/25")),
        replace(AGREED, direction="in"),
    ):
        found = outcomes(port_not_agreed.CHECK, context([firewall], [LINE, PROD], agreements=[other]))
        assert Outcome.FAIL in found.values()


def test_line_004_sees_hosts_not_agreed_also_from_addresses_that_nobody_stated() -> None:
    inward = replace(AGREED, direction="in", local=AddressSet.host("10.2.0.5"), services=tcp(22))
    for rule in ("permit tcp host 172.21.0.9 host 10.2.0.6 eq 22", "permit tcp host 172.30.0.9 host 10.2.0.6 eq 22"):
        known = context([router(rule)], [LINE, PROD], agreements=[inward])
        assert Outcome.FAIL in outcomes(reaches_other_hosts.CHECK, known).values()
    agreed = context([router("permit tcp host 172.21.0.9 host 10.2.0.5 eq 22")], [LINE, PROD], agreements=[inward])
    assert set(outcomes(reaches_other_hosts.CHECK, agreed).values()) == {Outcome.PASS}


def test_a_feed_from_any_source_is_agreed_to_its_group_alone() -> None:
    feed = LineAgreement(
        "L1",
        "Exchange",
        PLACE,
        "in",
        ANY_IPV4,
        ANY_SERVICE,
        local=AddressSet.host("10.2.0.5"),
        multicast=AddressSet.host("225.0.140.140"),
    )
    assert agreed_packets(feed).destinations() == AddressSet.host("225.0.140.140")
    known = context([router("permit ip any host 10.2.0.5")], [LINE, PROD], agreements=[feed])
    assert Outcome.FAIL in outcomes(reaches_other_hosts.CHECK, known).values()


def test_line_003_and_005_ask_for_use_and_for_dates() -> None:
    firewall = device("cisco_asa", FIREWALL)
    unused = replace(AGREED, services=tcp(9))
    known = context([firewall], [LINE, PROD], agreements=[AGREED, unused])
    assert sorted(one.outcome for one in all_of(agreed_but_closed.CHECK, known)) == [Outcome.FAIL, Outcome.PASS]
    for agreements, outcome in (
        ([AGREED], Outcome.PASS),
        ([replace(AGREED, valid_to=date(2026, 1, 1))], Outcome.FAIL),
        ([replace(AGREED, valid_from=date(2027, 1, 1))], Outcome.FAIL),
        ([], Outcome.FAIL),
    ):
        found = all_of(agreement_not_in_force.CHECK, context([firewall], [LINE, PROD], agreements=agreements))
        assert [one.outcome for one in found] == [outcome]


def test_a_matrix_that_is_still_a_draft_makes_no_cell_ok() -> None:
    known = context([core()], [UAT, PROD], [MatrixEntry("UAT", "PROD", True, PLACE, ANY_SERVICE)])
    for drafts, verdict in ((frozenset[Register](), "ok"), (frozenset({Register.ZONE_MATRIX}), "unknown")):
        policy = replace(known.policy, drafts=drafts)
        cells = matrix_cells(known.network, known.conduits, policy, TODAY)
        assert next(one.verdict for one in cells if (one.from_zone, one.to_zone) == ("UAT", "PROD")) == verdict
