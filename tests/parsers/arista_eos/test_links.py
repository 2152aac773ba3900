"""What joins the device to others beside routing, and what it asks of those who log in."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.packets.intervals import IntervalSet

from .conftest import Reader


@pytest.fixture(scope="module")
def leaf(fixture_file: Reader) -> Device:
    return fixture_file("links.cfg").devices[0]


def test_last_change(leaf: Device) -> None:
    change = leaf.last_change
    assert change is not None
    assert (change.time, change.day, change.user) == ("Tue Mar  5 10:11:12 2024", date(2024, 3, 5), "operator")


def test_vlans_trunks_and_bundles(leaf: Device) -> None:
    assert [(one.number, one.name, one.enabled) for one in leaf.vlans] == [
        (10, "OFFICE", True),
        (20, "", True),
        (21, "", True),
        (22, "", True),
        (30, "OLD", False),
    ]
    ports = {one.name: one for one in leaf.interfaces}
    assert ports["Port-Channel4"].native_vlan == 99
    assert ports["Port-Channel4"].trunk_vlans == IntervalSet.of([(10, 10), (20, 22)])
    assert ports["Ethernet1"].bundle == "Port-Channel4"


def test_first_hop_groups(leaf: Device) -> None:
    shared, only, vrrp = leaf.first_hop_groups
    assert (shared.protocol, shared.interface, shared.addresses) == ("varp", "Vlan10", ("10.0.10.1",))
    assert (only.protocol, only.interface, only.addresses) == ("varp", "Vlan20", ("10.0.20.1",))
    assert (vrrp.protocol, vrrp.group, vrrp.addresses) == ("vrrp", "21", ("10.0.21.1",))
    assert (vrrp.priority, vrrp.preempts, vrrp.tracked) == (120, False, ("UPLINK",))


def test_tunnels(leaf: Device) -> None:
    (tunnel,) = leaf.tunnels
    assert (tunnel.interface, tunnel.kind, tunnel.key) == ("Tunnel5", "gre", "55")
    assert (tunnel.source, tunnel.destination) == ("192.0.2.1", "198.51.100.1")


def test_login_rules(leaf: Device) -> None:
    plane = leaf.management
    assert [(one.kind, one.text) for one in plane.banners] == [
        ("login", "Authorised staff only. Everything is recorded.")
    ]
    plain, strong = plane.password_policies
    assert (plain.minimum_length, strong.name, strong.minimum_length) == (12, "STRONG", 14)
    assert strong.complexity == ("digits 1", "upper case 2")
    (lockout,) = plane.lockouts
    assert (lockout.attempts, lockout.window_s, lockout.duration_s, lockout.scope) == (3, 900, 300, "user")
    assert [(one.service, one.name, one.methods) for one in plane.aaa_methods] == [
        ("authentication login", "default", ("group tacacs+", "local")),
        ("authentication login console", "default", ("local",)),
        ("authorization exec", "default", ("local",)),
        ("authorization commands all", "default", ("group tacacs+", "local")),
        ("accounting commands all", "default", ("group tacacs+",)),
    ]


def test_nothing_is_left_over(fixture_file: Reader) -> None:
    assert fixture_file("links.cfg").coverage.notes == ()
