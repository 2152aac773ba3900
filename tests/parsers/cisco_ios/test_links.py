"""What joins the device to others beside routing, its certificates, and what it asks of those who log in."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Action, Direction
from netaudit.model.source import Affects
from netaudit.packets.intervals import IntervalSet

from .conftest import Reader


@pytest.fixture(scope="module")
def branch(fixture_file: Reader) -> Device:
    return fixture_file("links.cfg").devices[0]


def test_last_change(branch: Device) -> None:
    change = branch.last_change
    assert change is not None
    assert (change.time, change.day, change.user) == ("10:11:12 UTC Tue Mar 5 2024", date(2024, 3, 5), "operator")
    assert change.saved == "10:12:00 UTC Tue Mar 5 2024"


def test_certificates(branch: Device) -> None:
    own, authority, kept_elsewhere = branch.certificates
    assert (own.name, own.kind) == ("TP-SELF", "self-signed")
    assert own.subject == own.issuer == "CN=rtr1.example.test, O=Example Securities, C=TW"
    assert (own.not_before, own.not_after) == (date(2026, 11, 21), date(2029, 1, 29))
    assert (own.public_key_bits, own.signature) == (1024, "sha256WithRSAEncryption")
    assert (authority.name, authority.kind, authority.subject) == ("CORP", "ca", "CN=Example CA")
    assert (authority.public_key_bits, authority.signature) == (256, "ecdsaWithSHA384")
    assert authority.not_after is not None and authority.not_after.year == 2059
    assert (kept_elsewhere.kind, kept_elsewhere.not_after) == ("identity", None)


def test_vlans_have_names(branch: Device) -> None:
    assert [(one.number, one.name, one.enabled) for one in branch.vlans] == [
        (10, "OFFICE", True),
        (20, "", True),
        (30, "", True),
        (31, "", True),
        (40, "QUARANTINE", False),
    ]


def test_trunks_and_bundles(branch: Device) -> None:
    ports = {one.name: one for one in branch.interfaces}
    assert ports["Port-channel5"].native_vlan == 99
    assert ports["Port-channel5"].trunk_vlans == IntervalSet.of([(10, 10), (20, 20), (30, 31)])
    assert ports["GigabitEthernet0/1"].bundle == "Port-channel5"
    assert ports["GigabitEthernet0/2"].trunk_vlans == IntervalSet.span(10, 4094)


def test_first_hop_groups(branch: Device) -> None:
    hsrp, vrrp = branch.first_hop_groups
    assert (hsrp.protocol, hsrp.group, hsrp.interface, hsrp.addresses) == ("hsrp", "10", "Vlan10", ("10.0.10.1",))
    assert (hsrp.priority, hsrp.preempts, hsrp.tracked, hsrp.authentication) == (110, True, ("1",), "key chain")
    assert (vrrp.protocol, vrrp.group, vrrp.addresses) == ("vrrp", "20", ("10.0.20.1",))
    assert (vrrp.priority, vrrp.preempts, vrrp.authentication) == (90, False, "")
    virtual = {str(address) for one in branch.interfaces for address in one.addresses if address.virtual}
    assert virtual == {"10.0.10.1/24", "10.0.20.1/24"}


def test_tunnels(branch: Device) -> None:
    vti, mesh = branch.tunnels
    assert (vti.kind, vti.source, vti.destination) == ("ipsec", "GigabitEthernet0/3", "198.51.100.9")
    assert (vti.outer_vrf, vti.protection) == ("TRANSIT", "VTI")
    assert (mesh.kind, mesh.destination, mesh.key, mesh.protection) == ("gre multipoint", "", "77", "")


def test_crypto_tunnels(branch: Device) -> None:
    partner, group, anyone, vti = branch.crypto_tunnels
    assert (partner.name, partner.sequence, partner.interfaces) == ("WAN", "10", ("GigabitEthernet0/3",))
    assert (partner.peers, partner.rulebase) == (("198.51.100.1", "198.51.100.2"), "TO-PARTNER")
    assert (partner.ike_version, partner.forward_secrecy) == ("1", "group14")
    assert partner.proposals == (
        "ESP: esp-aes 256 esp-sha256-hmac",
        "OLD: esp-3des esp-md5-hmac",
        "isakmp policy 10: encr aes 256, hash sha256, group 14",
    )
    assert (group.peers, group.proposals) == (("192.0.2.50", "192.0.2.51"), ("gdoi group BRANCHES",))
    assert (anyone.sequence, anyone.peers, anyone.rulebase) == ("65000 ROADWARRIORS 10", (), "")
    assert (vti.interfaces, vti.peers, vti.ike_version) == (("Tunnel1",), ("198.51.100.9",), "2")
    assert "ikev2 proposal STRONG: encryption aes-gcm-256, prf sha384, group 20" in vti.proposals


def test_crypto_maps_are_understood_and_a_second_tag_is_not(fixture_file: Reader) -> None:
    notes = {note.where.text: note.affects for note in fixture_file("links.cfg").coverage.notes}
    assert notes == {"encapsulation dot1Q 100 second-dot1q 200": Affects.ROUTING}


def test_a_list_inside_of_a_tunnel_is_not_passed_over(read: Reader) -> None:
    text = "crypto map M 10 ipsec-isakmp\n set peer 192.0.2.1\n set ip access-group INNER in\n reverse-route\n"
    affects = {note.where.text: note.affects for note in read(text).coverage.notes}
    assert affects == {"set ip access-group INNER in": Affects.FILTER, "reverse-route": Affects.ROUTING}


def test_a_vlan_map_filters_at_the_svi(branch: Device) -> None:
    bound = [one for one in branch.bindings if one.rulebase == "vlan access-map GUARD"]
    assert [(one.interface, one.direction) for one in bound] == [("Vlan20", Direction.IN), ("Vlan20", Direction.OUT)]
    rulebase = branch.rulebase("vlan access-map GUARD")
    assert rulebase is not None
    assert [rule.action for rule in rulebase.rules[:2]] == [Action.PERMIT, Action.DENY]


def test_banners(branch: Device) -> None:
    assert [(one.kind, one.text) for one in branch.management.banners] == [
        ("login", "Authorised staff only. Everything is recorded."),
        ("motd", "Closed on Sunday"),
    ]


def test_password_policies_and_lockouts(branch: Device) -> None:
    plain, strong = branch.management.password_policies
    assert (plain.name, plain.minimum_length) == ("", 12)
    assert (strong.name, strong.minimum_length, strong.lifetime_days) == ("STRONG", 14, 90)
    assert strong.complexity == ("upper case 1", "digits 2")
    user, device = branch.management.lockouts
    assert (user.scope, user.attempts, user.duration_s) == ("user", 5, 0)
    assert (device.scope, device.attempts, device.window_s, device.duration_s) == ("device", 3, 60, 120)


def test_aaa_methods(branch: Device) -> None:
    assert [(one.service, one.name, one.methods) for one in branch.management.aaa_methods] == [
        ("authentication login", "default", ("group tacacs+", "local")),
        ("authentication login", "CONSOLE", ("local",)),
        ("authorization exec", "default", ("group tacacs+", "if-authenticated")),
        ("authorization commands 15", "default", ("group tacacs+", "none")),
        ("accounting exec", "default", ("group tacacs+",)),
        ("accounting commands 15", "default", ("group tacacs+",)),
    ]


def test_changes_are_recorded_and_no_password_of_the_archive_is_kept(branch: Device) -> None:
    archive, commands = branch.management.change_logs
    assert (archive.kind, commands.kind, commands.target, commands.enabled) == (
        "archive",
        "command log",
        "syslog",
        True,
    )
    assert archive.target.startswith("ftp://") and "secret1" not in archive.target and "keeper" not in archive.target


def test_a_certificate_that_is_cut_or_no_certificate_has_no_dates(read: Reader) -> None:
    for body in ("", "  30820010 30\n  quit\n", "  DEADBEEF\n", "  3082FFFF 3080\n  quit\n", "  30\n  quit\n"):
        text = f"hostname r1\ncrypto pki certificate chain X\n certificate 01\n{body}ip routing\n"
        device = read(text).devices[0]
        assert [(one.name, one.not_after) for one in device.certificates] == [("X", None)]


@pytest.mark.parametrize(
    "text",
    [
        "crypto map\ncrypto map M\ncrypto map M 1\n set\n set peer\n match address\n",
        "crypto ipsec transform-set\ncrypto ipsec transform-set A\ncrypto dynamic-map D\ncrypto ipsec profile\n",
        "crypto gdoi group\ncrypto gdoi group G\n server\n server address ipv4\n",
        "interface Vlan1\n standby\n standby 1\n standby ip\n vrrp 1 priority\n glbp 1 ip x\n standby 1 track\n",
        "interface Tunnel1\n tunnel\n tunnel mode\n tunnel source\n tunnel protection ipsec profile\n",
        "vlan\nvlan x\nvlan 1-\nvlan 5000\nvlan 9-3\nvlan database\n vlan\n vlan 5 name\n",
        "login block-for\nlogin block-for 5 attempts x\narchive\n path\n log config\n",
        "aaa common-criteria policy P\n lifetime\n",
        "banner login\nbanner motd ^C\nsecurity passwords min-length\naaa authentication login\naaa accounting exec\n",
        "ip nat source\nip nat source list\nip nat inside source route-map R interface\n",
        "ip inspect name\nip inspect name A\n",
        "ip access-list extended A\n evaluate\n permit tcp any any reflect\n permit tcp any portgroup\n",
        "no ip access-list\nno access-list\nno ipv6 access-list\n",
        "vlan access-map\nvlan access-map A\n match\n action\nvlan filter A vlan-list\n",
    ],
)
def test_lines_that_end_early_raise_nothing(read: Reader, text: str) -> None:
    assert read(f"hostname r1\n{text}").devices[0].name == "r1"


def test_lines_that_name_every_vlan_again_and_again_end(read: Reader) -> None:
    device = read("hostname r1\n" + "vlan 1-4094\n name X\n" * 300).devices[0]
    assert len(device.vlans) == 4094
