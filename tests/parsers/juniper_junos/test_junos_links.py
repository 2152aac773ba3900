"""VLANs, VRRP, tunnels, IPsec, login rules and what the head of a file says."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.source import Affects
from tests.parsers.juniper_junos.reading import FIXTURES, device_of, read

BRANCH = (FIXTURES / "branch-vpn.conf").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def device():
    return device_of(BRANCH)


def test_nothing_of_it_is_left_out():
    notes = read(BRANCH).coverage.notes
    assert [note for note in notes if note.affects in (Affects.ROUTING, Affects.FILTER)] == []


def test_the_head_says_when_it_was_changed(device):
    change = device.last_change
    assert (change.day, change.user) == (date(2024, 3, 1), "alice")
    assert change.time == "2024-03-01 10:20:30 CST"


def test_vrrp(device):
    group, shared = device.first_hop_groups
    assert (shared.protocol, shared.interface, shared.addresses) == ("anycast", "irb.20", ("10.20.0.1",))
    assert (group.protocol, group.group, group.interface, group.addresses) == ("vrrp", "5", "ge-0/0/0.0", ("10.0.0.1",))
    assert (group.priority, group.preempts, group.tracked, group.authentication) == (150, False, ("ge-0/0/1.0",), "md5")


def test_vlans_and_bundles(device):
    assert [(one.number, one.name) for one in device.vlans] == [(20, "users")]
    found = {one.name: one for one in device.interfaces}
    assert found["ge-0/0/2.0"].native_vlan == 99
    assert found["ge-0/0/5"].bundle == "ae0"


def test_tunnels(device):
    gre, ipsec = device.tunnels
    assert (gre.interface, gre.kind, gre.source, gre.destination) == ("gr-0/0/0.1", "gre", "192.0.2.1", "192.0.2.9")
    assert (gre.outer_vrf, gre.key) == ("OUT", "7")
    assert (ipsec.interface, ipsec.kind, ipsec.protection) == ("st0.0", "ipsec", "TO-HQ")
    assert (ipsec.source, ipsec.destination) == ("ge-0/0/0.0", "203.0.113.5")


def test_vpns(device):
    first, partner = device.crypto_tunnels
    assert (first.name, first.sequence, first.peers, first.ike_version) == ("TO-HQ", "ONE", ("203.0.113.5",), "2")
    assert (first.proposals, first.forward_secrecy) == (("P2",), "group14")
    assert (str(first.local), str(first.remote)) == ("10.1.0.0/16", "10.2.0.0/16")
    assert (partner.peers, str(partner.remote)) == ((), "10.9.0.0/16")
    assert ("ike gateway", "GONE") in {(one.kind, one.name) for one in device.undefined_references}
    assert ("ipsec proposal", "OLD") in {(one.kind, one.name) for one in device.unused_objects}


def test_logins(device):
    plane = device.management
    (policy,) = plane.password_policies
    assert (policy.minimum_length, policy.complexity, policy.lifetime_days, policy.remembered) == (
        12, ("digits 1",), 90, 10,
    )  # fmt: skip
    (lockout,) = plane.lockouts
    assert (lockout.attempts, lockout.duration_s) == (3, 900)
    assert [(one.kind, one.text) for one in plane.banners] == [("login", "authorised users only")]
    assert [(one.service, one.methods) for one in plane.aaa_methods] == [
        ("authentication login", ("group tacacs+", "local"))
    ]
    assert [(one.kind, one.target) for one in plane.change_logs] == [
        ("archive", "10.0.0.9/cfg"),
        ("command log", "file commands"),
    ]
    assert [(one.name, one.kind) for one in device.certificates] == [("ROOT", "ca")]
