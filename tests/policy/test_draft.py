"""Drafting a policy folder from devices: it loads as it is, and it claims nothing."""

from __future__ import annotations

from pathlib import Path

from netaudit.model.device import Device, Interface, InterfaceAddress, SecurityZone, StaticRoute
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.policy.draft import draft_policy
from netaudit.policy.load import load_policy
from netaudit.policy.registers import Policy, Register, Zone, ZoneMember, ZoneType

HERE = SourceRef("device.cfg", 1)


def interface(name: str, address: str = "", **more: object) -> Interface:
    addresses: tuple[InterfaceAddress, ...] = ()
    if address:
        text, length = address.split("/")
        family, value = parse_address(text)
        addresses = (InterfaceAddress(family, value, int(length)),)
    return Interface(name, HERE, addresses, **more)  # type: ignore[arg-type]


def device(name: str, *interfaces: Interface, **more: object) -> Device:
    return Device(name, "cisco_asa", "Cisco", HERE, interfaces=interfaces, **more)  # type: ignore[arg-type]


def drafted(folder: Path, *devices: Device) -> Policy:
    for name, content in draft_policy(devices).items():
        (folder / name).write_bytes(content)
    return load_policy(folder)


FIREWALL = device(
    "fw-1",
    interface("GigabitEthernet0/0", "203.0.113.2/28", nickname="outside"),
    interface("GigabitEthernet0/1", "10.10.10.1/24", nickname="dmz"),
    interface("GigabitEthernet0/2", "10.10.20.1/24", nickname="inside", description="PROD servers"),
    interface("GigabitEthernet0/3", enabled=False),
    interface("Loopback0", "10.255.0.1/32"),
    static_routes=(StaticRoute(Family.IPV4, 0, 0, HERE, next_hop="203.0.113.1", interface="outside"),),
    model="ASA5525",
    version="9.14(4)",
    serials=("JAD000", "JAD001"),
)
SWITCH = device(
    "core-1",
    interface("Vlan110", "10.10.10.254/24", description="web order"),
    interface("Vlan310", "10.10.30.1/24", description="UAT 測試區", vlan=310),
    interface("Vlan999", "192.0.2.1/24"),
)


def zone_of(policy: Policy, member: ZoneMember) -> Zone:
    return next(zone for zone in policy.zones if member in zone.members)


def test_interfaces_of_one_subnet_are_one_proposed_zone(tmp_path: Path) -> None:
    policy = drafted(tmp_path, FIREWALL, SWITCH)
    dmz = zone_of(policy, ZoneMember("fw-1", "interface", "dmz"))
    assert dmz is zone_of(policy, ZoneMember("core-1", "interface", "Vlan110"))
    assert (dmz.name, dmz.type, dmz.subnets) == ("DMZ", ZoneType.DMZ, AddressSet.prefix("10.10.10.0/24"))


def test_types_are_proposed_from_names_in_both_languages(tmp_path: Path) -> None:
    policy = drafted(tmp_path, FIREWALL, SWITCH)
    assert zone_of(policy, ZoneMember("core-1", "interface", "Vlan310")).type is ZoneType.UAT
    assert zone_of(policy, ZoneMember("fw-1", "interface", "inside")).type is ZoneType.PROD
    unnamed = zone_of(policy, ZoneMember("core-1", "interface", "Vlan999"))
    assert (unnamed.name, unnamed.type) == ("NET-192.0.2.0-24", ZoneType.OTHER)


def test_the_way_to_the_internet_is_one_zone_without_subnets(tmp_path: Path) -> None:
    policy = drafted(tmp_path, FIREWALL, SWITCH)
    (internet,) = policy.zones_of_type(ZoneType.INTERNET)
    assert internet.members == (ZoneMember("fw-1", "interface", "outside"),)
    assert not internet.subnets


def test_a_link_between_two_devices_is_transit_and_a_lone_small_subnet_is_not(tmp_path: Path) -> None:
    policy = drafted(
        tmp_path,
        device("r1", interface("e0", "10.255.0.1/30"), interface("e1", "10.255.0.5/30")),
        device("r2", interface("e0", "10.255.0.2/30")),
    )
    assert zone_of(policy, ZoneMember("r1", "interface", "e0")).type is ZoneType.TRANSIT
    assert zone_of(policy, ZoneMember("r1", "interface", "e1")).type is ZoneType.OTHER


def test_nothing_is_confirmed_and_empty_drafts_are_not_given(tmp_path: Path) -> None:
    policy = drafted(tmp_path, FIREWALL, SWITCH)
    assert all(zone.confirmed_by == "" for zone in policy.zones)
    assert policy.given == {Register.INVENTORY, Register.ZONE_MAP}
    assert {Register.ZONE_MAP, Register.INVENTORY, Register.ZONE_MATRIX} <= policy.drafts
    assert "confirm it" in (tmp_path / "zone_map.yaml").read_text()


def test_deleting_the_mark_makes_an_empty_register_a_statement(tmp_path: Path) -> None:
    drafted(tmp_path, FIREWALL)
    path = tmp_path / "zone_matrix.csv"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("#")))
    policy = load_policy(tmp_path)
    assert Register.ZONE_MATRIX in policy.given
    assert policy.matrix == ()


def test_the_inventory_is_filled_from_the_exports(tmp_path: Path) -> None:
    entry = drafted(tmp_path, FIREWALL, SWITCH).inventory_entry("fw-1")
    assert entry is not None
    assert (entry.model, entry.version, entry.serial) == ("ASA5525", "9.14(4)", "JAD000; JAD001")


def test_the_same_devices_in_any_order_give_the_same_bytes() -> None:
    assert draft_policy([FIREWALL, SWITCH]) == draft_policy([SWITCH, FIREWALL])


def test_a_security_zone_with_two_subnets_is_one_zone(tmp_path: Path) -> None:
    firewall = device(
        "fw-2",
        interface("port1", "10.1.1.1/24", security_zone="office"),
        interface("port2", "10.1.2.1/24", security_zone="office"),
        security_zones=(SecurityZone("office", ("port1", "port2"), HERE),),
    )
    (zone,) = drafted(tmp_path, firewall).zones
    assert (zone.name, zone.type, len(zone.members)) == ("OFFICE", ZoneType.OA, 2)


def test_names_that_look_like_formulas_comments_or_yaml_do_no_harm(tmp_path: Path) -> None:
    odd = device(
        '=cmd|"x": #1',
        interface("a: b\n- c", "10.9.9.1/24", description="netaudit *&%"),
        interface("yes", "10.9.8.1/24"),
        version="=1+1",
    )
    policy = drafted(tmp_path, odd, device("#hash"), device("nothing"))
    assert {member.name for zone in policy.zones for member in zone.members} == {"a: b\n- c", "yes"}
    assert {entry.device for entry in policy.inventory} == {'cmd|"x": #1', "hash", "nothing"}


def test_overlapping_subnets_and_names_that_repeat_still_load(tmp_path: Path) -> None:
    policy = drafted(
        tmp_path,
        device("r1", interface("e0", "10.0.0.1/8", description="lan"), interface("e1", "192.168.1.1/24", nickname="x")),
        device(
            "r2", interface("e0", "10.3.0.1/16", description="prod"), interface("e1", "192.168.2.1/24", nickname="x")
        ),
    )
    assert [zone.name for zone in policy.zones] == ["PROD", "X", "X-R2"]


def test_no_devices_give_a_folder_that_loads(tmp_path: Path) -> None:
    assert drafted(tmp_path).zones == ()
