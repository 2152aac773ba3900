"""Links between devices: what the addresses suggest, and what captures say for and against it."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.capture import ArpEntry, Captured, CapturedInterface, CapturedNeighbor
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.topology.links.address_facts import LinkFact
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.links.segments import LinkState
from netaudit.topology.links.survey import LinkSurvey, survey_links
from netaudit.topology.links.tunnels import TunnelState

from ..networks import device


def router(name: str, *interfaces: str, more: str = "") -> Device:
    """Return an IOS router; an interface is "Gi0/0 10.0.0.1/24" or such with lines after it."""
    blocks = [f"hostname {name}"]
    for text in interfaces:
        first, *lines = text.split("\n")
        port, _, address = first.partition(" ")
        blocks.append(f"interface {port}")
        if address:
            blocks.append(f" ip address {address}")
        blocks += [f" {line}" for line in lines]
    return device("cisco_ios", "\n".join([*blocks, more]), f"{name}.cfg")


def seen(name: str, line: int = 1) -> SourceRef:
    return SourceRef(f"{name}-captures.txt", line)


def cdp(known: Device, *rows: tuple[str, str, str]) -> Device:
    """Add CDP neighbours: (our interface, their name, their interface)."""
    neighbors = tuple(
        CapturedNeighbor("cdp", ours, name, seen(known.name), theirs, addresses=("192.0.2.77",))
        for ours, name, theirs in rows
    )
    return replace(known, captured=replace(known.captured, neighbors=neighbors))


def arp(known: Device, address: str, hardware: str, interface: str) -> Device:
    entry = ArpEntry(address, hardware, interface, seen(known.name, 7))
    return replace(known, captured=replace(known.captured, arp=(entry,)))


def state(survey: LinkSurvey, name: str, subnet: str) -> LinkState:
    segment = next(one for one in survey.segments if one.subnet == subnet)
    return next(one.state for one in segment.ports if one.port.device == name)


def facts(survey: LinkSurvey, kind: str) -> list[LinkFact]:
    return [one for one in survey.facts if one.kind == kind]


LEFT = router("left", "GigabitEthernet0/0 10.0.0.1 255.255.255.252", "GigabitEthernet0/1 10.1.0.1 255.255.255.0")
RIGHT = router("right", "GigabitEthernet0/0 10.0.0.2 255.255.255.252", "GigabitEthernet0/1 10.2.0.1 255.255.255.0")


def test_a_shared_subnet_is_a_link_that_is_inferred() -> None:
    survey = survey_links([LEFT, RIGHT])
    shared = [one.subnet for one in survey.segments if one.joins]
    assert shared == ["10.0.0.0/30"]
    assert state(survey, "left", "10.0.0.0/30") is LinkState.INFERRED


def test_a_cable_between_the_two_confirms_it_and_short_names_are_understood() -> None:
    survey = survey_links([cdp(LEFT, ("Gig 0/0", "right.example.net", "Gig 0/0")), RIGHT])
    (cable,) = survey.neighbors.cables
    assert (cable.one, cable.other) == (Port("left", "GigabitEthernet0/0"), Port("right", "GigabitEthernet0/0"))
    assert state(survey, "left", "10.0.0.0/30") is LinkState.CONFIRMED
    assert state(survey, "right", "10.0.0.0/30") is LinkState.CONFIRMED
    assert state(survey, "left", "10.1.0.0/24") is LinkState.INFERRED


def test_a_cable_to_a_routed_port_of_another_subnet_contradicts_it() -> None:
    survey = survey_links([cdp(LEFT, ("GigabitEthernet0/0", "right", "GigabitEthernet0/1")), RIGHT])
    assert state(survey, "left", "10.0.0.0/30") is LinkState.CONTRADICTED
    (fact, other) = facts(survey, "contradicted_link")
    assert (fact.subject, fact.detail) == ("10.0.0.0/30", "other_subnet")
    assert Port("right", "GigabitEthernet0/1") in fact.ports
    assert {where.path for where in fact.where} == {"left.cfg", "left-captures.txt"}
    assert other.subject == "10.2.0.0/24"


def test_a_cable_to_a_switchport_says_nothing_of_the_subnet() -> None:
    switch = router("switch", "GigabitEthernet0/5 \nswitchport mode access\nswitchport access vlan 7")
    survey = survey_links([cdp(LEFT, ("Gi0/0", "switch", "Gi0/5")), RIGHT, switch])
    assert len(survey.neighbors.cables) == 1
    assert state(survey, "left", "10.0.0.0/30") is LinkState.INFERRED


def test_arp_confirms_and_another_interface_or_hardware_address_contradicts() -> None:
    confirmed = survey_links([arp(LEFT, "10.0.0.2", "0011.2233.4455", "GigabitEthernet0/0"), RIGHT])
    assert state(confirmed, "right", "10.0.0.0/30") is LinkState.CONFIRMED
    elsewhere = survey_links([arp(LEFT, "10.0.0.2", "0011.2233.4455", "GigabitEthernet0/1"), RIGHT])
    assert state(elsewhere, "left", "10.0.0.0/30") is LinkState.CONTRADICTED
    known = CapturedInterface("GigabitEthernet0/0", seen("right"), hardware_address="00aa.00aa.00aa")
    right = replace(RIGHT, captured=Captured(interfaces=(known,)))
    other = survey_links([arp(LEFT, "10.0.0.2", "0011.2233.4455", "GigabitEthernet0/0"), right])
    assert {one.detail for one in facts(other, "contradicted_link")} == {"other_hardware"}
    incomplete = survey_links([arp(LEFT, "10.0.0.2", "Incomplete", "GigabitEthernet0/0"), RIGHT])
    assert state(incomplete, "left", "10.0.0.0/30") is LinkState.INFERRED


def test_a_neighbour_without_an_export_is_named() -> None:
    survey = survey_links([cdp(LEFT, ("Gi0/1", "SW-TEMP", "Fa0/24")), RIGHT])
    (unknown,) = survey.neighbors.unknown
    assert (unknown.name, unknown.port.interface, unknown.interface) == ("SW-TEMP", "GigabitEthernet0/1", "Fa0/24")
    (fact,) = facts(survey, "unknown_neighbor")
    assert fact.where == (seen("left"),)


def test_a_name_that_two_devices_have_is_neither_a_cable_nor_unknown() -> None:
    twice = replace(RIGHT, name="right.dr")
    survey = survey_links([cdp(LEFT, ("Gi0/0", "right", "Gi0/0")), RIGHT, twice])
    assert survey.neighbors.cables == () and survey.neighbors.unknown == ()


def test_a_cut_name_that_fits_two_interfaces_is_not_guessed() -> None:
    known = router("r", "TenGigabitEthernet1/1", "TengigabitSomething1/1")
    assert find_interface(known, "Te1/1") is None
    assert find_interface(LEFT, "g0/0") is None, "one letter is too little"
    assert find_interface(LEFT, "Gi0/9") is None


def test_the_same_address_twice_is_told_with_both_places() -> None:
    other = router("other", "GigabitEthernet0/3 10.1.0.1 255.255.255.0")
    survey = survey_links([LEFT, other])
    (fact,) = facts(survey, "duplicate_address")
    assert fact.subject == "10.1.0.1" and fact.certain
    assert {one.device for one in fact.ports} == {"left", "other"}
    assert {where.path for where in fact.where} == {"left.cfg", "other.cfg"}


def test_addresses_of_two_tables_and_loopbacks_are_not_surely_duplicates() -> None:
    apart = router(
        "apart",
        "GigabitEthernet0/0\nvrf forwarding RED\nip address 10.1.0.1 255.255.255.0",
        "GigabitEthernet0/1\nvrf forwarding BLUE\nip address 10.1.0.1 255.255.255.0",
        more="vrf definition RED\n address-family ipv4\nvrf definition BLUE\n address-family ipv4",
    )
    assert facts(survey_links([apart]), "duplicate_address") == [], "two tables of one device are apart"
    (fact,) = facts(survey_links([apart, LEFT]), "duplicate_address")
    assert not fact.certain, "VRFs of different names may be apart"
    anycast = [router(name, "Loopback0 10.9.9.9 255.255.255.255") for name in ("a", "b")]
    (fact,) = facts(survey_links(anycast), "duplicate_address")
    assert not fact.certain


def test_subnets_that_overlap_are_told_once_a_pair() -> None:
    wide = router("wide", "GigabitEthernet0/0 10.0.0.9 255.255.0.0")
    survey = survey_links([LEFT, RIGHT, wide])
    (fact,) = facts(survey, "overlapping_subnets")
    assert fact.subject == "10.0.0.0/16 10.0.0.0/30"
    assert {one.device for one in fact.ports} == {"wide", "left", "right"}
    assert facts(survey_links([LEFT, RIGHT]), "overlapping_subnets") == []


def test_two_exports_with_the_same_addresses_are_one_fact_and_not_many() -> None:
    survey = survey_links([LEFT, replace(LEFT, name="left-b")])
    (twin,) = survey.twins
    assert (twin.one, twin.other, twin.addresses) == ("left", "left-b", 2)
    assert [one.kind for one in survey.facts] == ["twin_devices"]


def test_of_three_copies_no_address_is_a_duplicate_but_a_fourth_owner_is_told() -> None:
    copies = [LEFT, replace(LEFT, name="left-b"), replace(LEFT, name="left-c")]
    assert {one.kind for one in survey_links(copies).facts} == {"twin_devices"}
    (fact,) = facts(survey_links([*copies, router("x", "Gi0/0 10.1.0.1 255.255.255.0")]), "duplicate_address")
    assert {one.device for one in fact.ports} == {"left", "left-b", "left-c", "x"}


def test_a_shut_interface_joins_nothing() -> None:
    down = router("down", "GigabitEthernet0/0 10.0.0.1 255.255.255.252\nshutdown")
    survey = survey_links([down, RIGHT])
    assert not any(one.joins for one in survey.segments)
    assert facts(survey_links([down, LEFT]), "duplicate_address") == []


TUNNEL = "Tunnel0 172.16.0.{own} 255.255.255.252\ntunnel source {source}\ntunnel destination {peer}"


def test_tunnels_are_joined_where_each_end_names_the_other() -> None:
    left = router(
        "left",
        "GigabitEthernet0/0 192.0.2.1 255.255.255.0",
        TUNNEL.format(own=1, source="GigabitEthernet0/0", peer="198.51.100.1"),
    )
    right = router(
        "right",
        "GigabitEthernet0/0 198.51.100.1 255.255.255.0",
        TUNNEL.format(own=2, source="198.51.100.1", peer="192.0.2.1"),
    )
    (tunnel,) = survey_links([left, right]).tunnels
    assert tunnel.state is TunnelState.JOINED and tunnel.other is not None
    assert (tunnel.one.port.device, tunnel.other.port.device, tunnel.one.encrypted) == ("left", "right", False)
    keyed = router(
        "right",
        "GigabitEthernet0/0 198.51.100.1 255.255.255.0",
        TUNNEL.format(own=2, source="198.51.100.1", peer="192.0.2.1") + "\ntunnel key 5",
    )
    assert {one.state for one in survey_links([left, keyed]).tunnels} == {TunnelState.UNANSWERED}


def test_a_tunnel_to_an_address_that_nobody_has_ends_outside() -> None:
    left = router(
        "left",
        "GigabitEthernet0/0 192.0.2.1 255.255.255.0",
        TUNNEL.format(own=1, source="GigabitEthernet0/0", peer="203.0.113.9"),
    )
    (tunnel,) = survey_links([left, RIGHT]).tunnels
    assert (tunnel.state, tunnel.peer, tunnel.peer_device) == (TunnelState.OUTSIDE, "203.0.113.9", "")
    assert facts(survey_links([left, RIGHT]), "unanswered_tunnel") == []


def crypto(name: str, own: str, peer: str) -> Device:
    return device(
        "cisco_ios",
        f"""
        hostname {name}
        crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac
        crypto map LINE 10 ipsec-isakmp
         set peer {peer}
         set transform-set STRONG
         match address PROTECTED
        interface GigabitEthernet0/0
         ip address {own} 255.255.255.0
         crypto map LINE
        ip access-list extended PROTECTED
         permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255
        """,
        f"{name}.cfg",
    )


def test_crypto_maps_are_joined_by_their_peers_and_one_sided_ones_are_told() -> None:
    (tunnel,) = survey_links(
        [crypto("a", "192.0.2.1", "198.51.100.1"), crypto("b", "198.51.100.1", "192.0.2.1")]
    ).tunnels
    assert tunnel.state is TunnelState.JOINED and tunnel.one.encrypted
    survey = survey_links([crypto("a", "192.0.2.1", "198.51.100.1"), crypto("b", "198.51.100.1", "192.0.2.200")])
    (fact,) = facts(survey, "unanswered_tunnel")
    assert (fact.subject, fact.detail) == ("198.51.100.1", "b")
    assert fact.where[0].path == "a.cfg"


HSRP = "{address} 255.255.255.0\nstandby 5 ip 10.3.0.254\nstandby 5 priority {priority}"


def test_first_hop_groups_are_paired_with_the_active_one_first() -> None:
    one = router("one", "Vlan3 " + HSRP.format(address="10.3.0.1", priority=90))
    two = router("two", "Vlan3 " + HSRP.format(address="10.3.0.2", priority=110))
    survey = survey_links([one, two])
    (pair,) = survey.first_hop
    assert (pair.protocol, pair.group, pair.address, pair.subnet) == ("hsrp", "5", "10.3.0.254", "10.3.0.0/24")
    assert [(member.port.device, member.priority) for member in pair.members] == [("two", 110), ("one", 90)]
    assert facts(survey, "duplicate_address") == [], "the virtual address belongs to the group"


TRUNK = """GigabitEthernet0/1
switchport mode trunk
switchport trunk allowed vlan {vlans}
switchport trunk native vlan {native}"""


def test_switches_that_disagree_on_the_native_vlan_are_told() -> None:
    vlans = "vlan 10\nvlan 20\nvlan 30"
    one = router("one", TRUNK.format(vlans="1-99", native=10), more=vlans)
    two = router("two", TRUNK.format(vlans="1-99", native=20), more=vlans)
    survey = survey_links([cdp(one, ("Gi0/1", "two", "Gi0/1")), two])
    (fact,) = facts(survey, "native_vlan_mismatch")
    assert fact.subject == "10 20"
    same = survey_links([cdp(one, ("Gi0/1", "two", "Gi0/1")), replace(one, name="two")])
    assert facts(same, "native_vlan_mismatch") == []


def test_no_devices_have_no_links() -> None:
    assert survey_links([]) == LinkSurvey((), survey_links([]).neighbors, (), (), (), ())
