"""The management plane of NX-OS configurations; no secret of them is kept."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess
from netaudit.parsers.cisco_nxos import parse
from tests.parsers.switch_answers import source_of

from .conftest import FIXTURES, Reader


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("management.cfg").devices[0]


def access(device: Device, protocol: str) -> ManagementAccess:
    return next(one for one in device.management.accesses if one.protocol == protocol)


def test_ssh_is_on_until_its_feature_is_off_and_telnet_the_other_way_round(switch: Device, read: Reader) -> None:
    assert not access(switch, "ssh").enabled and access(switch, "telnet").enabled
    plain = read("hostname X\nline vty\n").devices[0]
    assert [(one.protocol, one.enabled) for one in plain.management.accesses] == [("ssh", True)]


def test_lines(switch: Device) -> None:
    telnet = access(switch, "telnet")
    assert (telnet.idle_timeout_s, telnet.default_idle_timeout_s, telnet.authentication) == (900, 1800, "aaa")
    assert telnet.sources is not None and list(telnet.sources.prefixes()) == ["10.40.0.10/31"]
    console = access(switch, "console")
    assert (console.idle_timeout_s, console.authentication) == (0, "local")


def test_the_api(switch: Device) -> None:
    assert access(switch, "https").enabled and access(switch, "http").where.line == 31


def test_the_api_of_older_releases_answers_in_clear_text(read: Reader) -> None:
    def protocols(version: str) -> list[str]:
        device = read(f"version {version}\nhostname X\nfeature nxapi\n").devices[0]
        return [one.protocol for one in device.management.accesses]

    assert protocols("7.0(3)I7(6)") == ["https", "http"]
    assert protocols("10.2(3)") == ["https"]


def test_snmp(switch: Device) -> None:
    public, writers = switch.management.snmp_communities
    assert (public.access, public.well_known, public.sources) == ("ro", True, None)
    assert writers.access == "rw" and writers.sources is not None
    assert list(writers.sources.prefixes()) == ["10.40.0.20"]
    assert (access(switch, "snmp").endpoint, access(switch, "snmp").authentication) == ("user netops", "priv")


def test_users(switch: Device) -> None:
    assert {one.name: (one.privilege, one.password_kind) for one in switch.management.users} == {
        "admin": ("network-admin", "type 5"),
        "ops": ("network-operator", "type 0"),
        "keys": ("", ""),
    }


def test_servers(switch: Device) -> None:
    plane = switch.management
    assert [(one.address, one.transport, one.port) for one in plane.log_targets if one.kind == "syslog"] == [
        ("10.40.0.50", "udp", 514),
        ("10.40.0.51", "tls", 7514),
    ]
    assert plane.time_servers == ("10.40.0.40", "10.40.0.41")
    assert plane.authentication_servers == ("10.40.0.30", "10.40.0.31")


SECRETS = """\
hostname S
username admin password 5 $5$S3cr$x  role network-admin
username ops password 0 S3crPlain role network-operator
snmp-server community S3crRead group network-operator
snmp-server community S3crRead use-acl READERS
snmp-server host 10.0.0.1 traps version 2c S3crTrap
snmp-server host 10.0.0.1 version 3 priv netops
snmp-server user netops network-admin auth md5 0xS3crAuth priv 0xS3crPriv localizedkey
tacacs-server key 7 "S3crTac"
tacacs-server host 10.0.0.2 key 7 "S3crHost"
radius-server host 10.0.0.3 key 7 "S3crRadius" authentication accounting
ntp authentication-key 1 md5 S3crNtp 7
key chain K
  key 1
    key-string 7 S3crChain
interface Vlan10
  ip ospf authentication-key 3 S3crOspf
  ip ospf message-digest-key 1 md5 3 S3crDigest
  hsrp 1
    authentication text S3crHsrp
    authentication md5 key-string S3crHsrpMd5
router bgp 1
  neighbor 10.0.0.9
    password 3 S3crBgp
"""


def test_no_secret_is_kept() -> None:
    assert "S3cr" not in repr(parse(source_of(SECRETS, "cisco_nxos")))


def test_no_secret_of_the_fixture_is_kept() -> None:
    shown = repr(parse(source_of((FIXTURES / "management.cfg").read_text(encoding="utf-8"), "cisco_nxos")))
    assert not any(word in shown for word in ("plainword", "obscured", "trapword", "0x1111", "0x2222", "writers group"))
