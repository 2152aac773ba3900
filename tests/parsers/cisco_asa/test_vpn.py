"""Tunnels, decrypted packets, certificates, and what is asked of those who log in."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction
from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow, PacketProduct
from netaudit.packets.services import ServiceSet
from netaudit.topology.filters import at_interface

from .conftest import Reader


@pytest.fixture(scope="module")
def gate(fixture_file: Reader) -> Device:
    return fixture_file("vpn-gateway.cfg").devices[0]


def fate(device: Device, nickname: str, direction: Direction, source: str, destination: str, port: int) -> str:
    """Return what the lists at an interface do together with one packet."""
    interface = next(one for one in device.interfaces if one.nickname == nickname)
    flow = Flow.of(source, destination, 6, destination_port=port, tcp_flags=2)
    service = ServiceSet.ports(6, IntervalSet.single(port), tcp_flags=IntervalSet.single(2))
    packets = PacketProduct(flow.family, IntervalSet.single(flow.source), IntervalSet.single(flow.destination), service)
    passed = at_interface(device, interface, direction, packets)
    return "deny" if not passed else "permit" if any(one.surely for one in passed) else "unknown"


def test_a_decrypted_packet_may_pass_the_list_where_its_tunnel_ends(gate: Device) -> None:
    assert fate(gate, "outside", Direction.IN, "10.9.1.1", "10.0.0.5", 443) == "unknown"  # of the partner
    assert fate(gate, "outside", Direction.IN, "10.8.0.7", "10.0.0.5", 443) == "unknown"  # of a remote user
    assert fate(gate, "outside", Direction.IN, "10.9.1.1", "10.0.1.5", 443) == "deny"  # no tunnel leads there
    assert fate(gate, "outside", Direction.IN, "192.0.2.1", "10.0.0.5", 443) == "deny"
    assert fate(gate, "vti", Direction.IN, "192.0.2.1", "10.0.0.5", 443) == "unknown"


def test_so_it_may_pass_the_list_where_it_leaves(gate: Device) -> None:
    assert fate(gate, "inside", Direction.OUT, "10.8.0.7", "10.0.0.5", 23) == "unknown"
    assert fate(gate, "inside", Direction.OUT, "10.8.0.7", "10.0.0.5", 80) == "permit"


def test_the_written_lists_keep_their_verdicts_and_places(gate: Device) -> None:
    written = gate.rulebase("OUTSIDE")
    assert written is not None and len(written.rules) == 1
    assert all(rule.implicit for one in gate.rulebases if one.name.startswith("decrypted") for rule in one.rules)


def test_without_the_bypass_the_list_decides(read: Reader) -> None:
    text = """\
interface Gi0
 nameif outside
 security-level 0
access-list O extended deny ip any any
access-list P extended permit ip host 10.0.0.1 host 10.9.0.1
access-group O in interface outside
no sysopt connection permit-vpn
crypto map M 1 match address P
crypto map M 1 set peer 192.0.2.1
crypto map M interface outside
"""
    assert [one.name for one in read(text).devices[0].rulebases] == ["O", "P"]
    assert [one.name for one in read(text.replace("no sysopt", "sysopt")).devices[0].rulebases] == [
        "O",
        "P",
        "decrypted traffic at outside",
    ]


def test_addresses_that_a_server_hands_out_may_be_any(read: Reader) -> None:
    text = """\
interface Gi0
 nameif outside
 security-level 0
access-list O extended deny ip any any
access-group O in interface outside
ip local pool P 10.8.0.1-10.8.0.9
webvpn
 enable outside
"""
    sources = read(text).devices[0].rulebase("decrypted traffic at outside").rules[0].match.maybe.sources()  # type: ignore[union-attr]
    assert sources == AddressSet.range("10.8.0.1", "10.8.0.9")
    text += "tunnel-group T general-attributes\n dhcp-server 10.0.0.9\n"
    sources = read(text).devices[0].rulebase("decrypted traffic at outside").rules[0].match.maybe.sources()  # type: ignore[union-attr]
    assert AddressSet.host("192.0.2.77") <= sources


def test_without_a_list_the_security_levels_do_not_tell(read: Reader) -> None:
    text = """\
interface Gi0
 nameif outside
 security-level 0
access-list P extended permit ip host 10.0.0.1 host 10.9.0.1
crypto map M 1 match address P
crypto map M interface outside
"""
    notes = {note.where.text: (note.affects, note.reason) for note in read(text).coverage.notes}
    assert notes["crypto map M interface outside"][0] is Affects.FILTER


def test_tunnels(gate: Device) -> None:
    (vti,) = gate.tunnels
    assert (vti.interface, vti.kind, vti.source, vti.destination) == ("Tunnel1", "ipsec", "outside", "198.51.100.20")
    partner, cloud = gate.crypto_tunnels
    assert (partner.name, partner.sequence, partner.interfaces) == ("WAN", "10", ("outside",))
    assert (partner.peers, partner.rulebase) == (("198.51.100.9", "198.51.100.10"), "PARTNER")
    assert (partner.ike_version, partner.forward_secrecy) == ("2", "group19")
    assert partner.proposals == (
        "NEW: encryption aes-256, integrity sha-256",
        "ikev2 policy 1: encryption aes-256, integrity sha256, group 19",
    )
    assert (cloud.name, cloud.interfaces, cloud.peers) == ("CLOUD", ("Tunnel1",), ("198.51.100.20",))


def test_a_dynamic_map_is_named_by_its_entry(read: Reader) -> None:
    text = """\
crypto ipsec transform-set OLD esp-3des esp-md5-hmac
isakmp policy 10 encryption 3des
isakmp policy 10 hash md5
crypto dynamic-map DYN 5 set transform-set OLD
crypto map WAN 65535 ipsec-isakmp dynamic DYN
crypto map WAN interface outside
"""
    (tunnel,) = read(text).devices[0].crypto_tunnels
    assert (tunnel.sequence, tunnel.peers, tunnel.rulebase, tunnel.ike_version) == ("65535 DYN 5", (), "", "1")
    assert tunnel.proposals == ("OLD: esp-3des esp-md5-hmac", "isakmp policy 10: encryption 3des, hash md5")


def test_last_change_and_certificates(gate: Device) -> None:
    change = gate.last_change
    assert change is not None
    assert (change.user, change.day, change.saved) == ("keeper", date(2024, 3, 4), "09:12:44.381 CST Mon Mar 4 2024")
    (authority,) = gate.certificates
    assert (authority.name, authority.kind, authority.subject) == ("CORP", "ca", "CN=Example CA")
    assert authority.not_after is not None


def test_ports_of_a_bundle(gate: Device) -> None:
    assert {one.bundle for one in gate.interfaces if one.name == "GigabitEthernet0/2"} == {"Port-channel3"}


def test_login_rules(gate: Device) -> None:
    (policy,) = gate.management.password_policies
    assert (policy.minimum_length, policy.complexity) == (12, ("upper case 1",))
    assert (policy.lifetime_days, policy.remembered) == (90, 5)
    (lockout,) = gate.management.lockouts
    assert (lockout.attempts, lockout.scope, lockout.duration_s) == (5, "user", 0)
    assert [(one.kind, one.text) for one in gate.management.banners] == [
        ("motd", "Authorised staff only. Everything is recorded."),
        ("login", "Welcome"),
    ]
    assert [(one.service, one.methods) for one in gate.management.aaa_methods] == [
        ("authentication ssh", ("group TAC", "local")),
        ("authorization command", ("group TAC", "local")),
        ("accounting command 15", ("group TAC",)),
    ]


def test_who_may_ping_the_device(gate: Device) -> None:
    pings = {one.endpoint: one for one in gate.management.accesses if one.protocol == "ping"}
    outside = pings["outside"].sources
    assert outside is not None
    assert AddressSet.host("192.0.2.1") <= outside
    assert not AddressSet.host("198.51.100.7").overlaps(outside)
    assert not pings["inside"].enabled  # a line for another message leaves the rest without an answer


@pytest.mark.parametrize(
    "text",
    [
        "webvpn\n \n enable outside\n",
        "crypto ipsec ikev2 ipsec-proposal P\n\n protocol\n",
        "group-policy P attributes\n \n vpn-framed-ip-address x\n dhcp-server\n",
        "crypto map M\ncrypto map M 1\ncrypto map M 1 set\ncrypto map M interface\ncrypto dynamic-map D\n",
        "password-policy minimum-length " + "9" * 5000 + "\naaa local authentication attempts max-fail x\n",
        "icmp\nicmp permit\nicmp permit any\nicmp deny host\nipv6 icmp permit 2001:db8::/32\n",
        "interface Tunnel1\n tunnel\n tunnel source\n tunnel protection ipsec\n",
        "ip local pool P\nip local pool P x-y\nip local\nno sysopt connection\nsysopt\nisakmp policy\n",
        "banner\nbanner motd\nbanner motd x\n",
    ],
)
def test_lines_that_end_early_raise_nothing(read: Reader, text: str) -> None:
    assert read(f"hostname fw\n{text}").devices[0].name == "fw"
