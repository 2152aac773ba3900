"""The management plane: who may log in, from where, how, and what leaves the device."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess

from .conftest import Reader


@pytest.fixture(scope="module")
def managed(fixture_file: Reader) -> Device:
    return fixture_file("management.cfg").devices[0]


def access(device: Device, protocol: str, endpoint: str) -> ManagementAccess:
    return next(one for one in device.management.accesses if (one.protocol, one.endpoint) == (protocol, endpoint))


def test_lines(managed: Device) -> None:
    first = access(managed, "ssh", "vty 0 4")
    assert (first.idle_timeout_s, first.authentication, first.version) == (330, "aaa", "2")
    assert first.sources is not None and next(first.sources.prefixes()) == "10.40.0.10/31"
    assert first.sources_where is not None and first.sources_where.line == 54
    console = access(managed, "console", "console")
    assert (console.idle_timeout_s, console.authentication) == (0, "none")
    assert not access(managed, "aux", "aux 0").enabled
    assert not access(managed, "ssh", "vty 16 20").enabled


def test_a_list_for_ipv4_leaves_ipv6_open_where_the_device_speaks_it(managed: Device) -> None:
    sources = access(managed, "ssh", "vty 0 4").sources
    assert sources is not None and sources.ipv6


def test_an_undefined_access_class_lets_everyone_in(managed: Device) -> None:
    assert access(managed, "telnet", "vty 5 15").sources is None
    assert access(managed, "ssh", "vty 5 15").idle_timeout_s is None
    assert access(managed, "ssh", "vty 5 15").default_idle_timeout_s == 600
    assert ("access list", "NOWHERE") in {(one.kind, one.name) for one in managed.undefined_references}


def test_two_lists_of_a_line_let_in_what_either_lets_in(read: Reader) -> None:
    text = """\
access-list 1 permit 10.0.0.1
access-list 2 permit 10.0.0.2
line vty 0 4
 access-class 1 in
 access-class 2 in vrfname MGMT
 transport input ssh
"""
    found = access(read(text).devices[0], "ssh", "vty 0 4")
    assert (str(found.sources), found.sources_exact) == ("10.0.0.1, 10.0.0.2", False)


def test_web_servers(managed: Device) -> None:
    http = access(managed, "http", "*")
    assert (http.enabled, http.authentication) == (True, "local")
    assert http.sources is not None
    assert not access(managed, "https", "*").enabled


def test_snmp(managed: Device) -> None:
    public, private = managed.management.snmp_communities
    assert (public.access, public.well_known, public.sources) == ("ro", True, None)
    assert (private.access, private.well_known) == ("rw", False)
    assert private.sources is not None
    assert access(managed, "snmp", "group STAFF").authentication == "priv"


def test_users_and_how_their_passwords_are_kept(managed: Device) -> None:
    kinds = {one.name: (one.privilege, one.password_kind) for one in managed.management.users}
    assert kinds == {
        "enable": ("15", "type 9"),
        "admin": ("15", "type 9"),
        "legacy": ("1", "type 7"),
        "plain": ("1", "type 0"),
        "keyonly": ("1", "none"),
    }


def test_servers(managed: Device) -> None:
    plane = managed.management
    logs = [(one.address, one.transport, one.port) for one in plane.log_targets if one.kind == "syslog"]
    assert logs == [("10.40.0.50", "udp", 514), ("10.40.0.51", "tcp", 1514), ("10.40.0.52", "tls", 6514)]
    assert plane.time_servers == ("10.40.0.30", "10.40.0.31")
    assert set(plane.authentication_servers) == {"10.40.0.20", "10.40.0.21", "10.40.0.22"}


@pytest.mark.parametrize("switch", ["no logging on", "no logging trap"])
def test_logging_can_be_off_as_a_whole(read: Reader, switch: str) -> None:
    device = read(f"hostname X\nlogging host 10.0.0.1\n{switch}").devices[0]
    assert [one.enabled for one in device.management.log_targets] == [False]


@pytest.mark.parametrize(
    ("lines", "authentication"),
    [
        ("line vty 0 4\n login local", "local"),
        ("line vty 0 4\n login\n password x", "line password"),
        ("line vty 0 4\n no login", "none"),
        ("aaa new-model\nline vty 0 4", "aaa"),
    ],
)
def test_how_a_line_asks_who_is_there(read: Reader, lines: str, authentication: str) -> None:
    accesses = read(f"hostname X\n{lines}").devices[0].management.accesses
    assert {one.authentication for one in accesses} == {authentication}
    assert {one.protocol for one in accesses} == {"ssh", "telnet"}  # nothing limits the transport
