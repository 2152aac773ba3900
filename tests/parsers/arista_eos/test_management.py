"""The management plane of EOS configurations; no secret of them is kept."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess
from netaudit.parsers.arista_eos import parse
from tests.parsers.switch_answers import source_of

from .conftest import FIXTURES, Reader


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("management.cfg").devices[0]


def access(device: Device, protocol: str, endpoint: str = "*") -> ManagementAccess:
    return next(one for one in device.management.accesses if (one.protocol, one.endpoint) == (protocol, endpoint))


def test_ssh_is_on_by_default_and_telnet_is_not(read: Reader) -> None:
    text = "hostname X\ninterface Management1\nmanagement telnet\n   idle-timeout 5"
    device = read(f"{text}\nend").devices[0]
    assert [(one.protocol, one.enabled) for one in device.management.accesses] == [("ssh", True), ("telnet", False)]
    part = read(text).devices[0]  # it does not tell what the rest says of SSH
    assert [one.protocol for one in part.management.accesses] == ["telnet"]


def test_ssh_and_telnet(switch: Device) -> None:
    ssh = access(switch, "ssh")
    assert (ssh.enabled, ssh.idle_timeout_s, ssh.authentication) == (True, 3600, "aaa")
    assert ssh.sources is not None and list(ssh.sources.prefixes()) == ["10.40.0.10/31"]
    assert access(switch, "ssh", "vrf MGMT").sources is None  # its list is not defined
    telnet = access(switch, "telnet")
    assert (telnet.enabled, telnet.sources, telnet.idle_timeout_s, telnet.default_idle_timeout_s) == (
        True,
        None,
        None,
        0,
    )


def test_console(switch: Device) -> None:
    console = access(switch, "console", "console")
    assert (console.idle_timeout_s, console.authentication) == (600, "local")


def test_the_command_api(switch: Device) -> None:
    assert access(switch, "http").enabled
    guarded = access(switch, "http", "vrf MGMT").sources
    assert guarded is not None and list(guarded.prefixes()) == ["10.40.0.10/31"]
    assert "https" not in {one.protocol for one in switch.management.accesses}


def test_snmp(switch: Device) -> None:
    public, writers = switch.management.snmp_communities
    assert (public.access, public.well_known, public.sources) == ("ro", True, None)
    assert writers.access == "rw" and writers.sources is not None
    assert access(switch, "snmp", "user netops").authentication == "priv"


def test_users(switch: Device) -> None:
    assert {one.name: one.password_kind for one in switch.management.users} == {
        "admin": "sha512",
        "legacy": "type 5",
        "plain": "type 0",
        "open": "none",
    }


def test_servers(switch: Device) -> None:
    plane = switch.management
    assert [(one.address, one.transport, one.port) for one in plane.log_targets if one.kind == "syslog"] == [
        ("10.40.0.50", "udp", 514),
        ("10.40.0.51", "tcp", 1514),
    ]
    assert plane.time_servers == ("10.40.0.40", "10.40.0.41")
    assert plane.authentication_servers == ("10.40.0.30", "10.40.0.31")


SECRETS = """\
hostname S
enable secret sha512 $6$S3cr$x
enable password sha512 $6$S3cr$y
username admin privilege 15 role network-admin secret sha512 $6$S3cr$z
username plain secret 0 S3crPlain
username plainer secret S3crPlainer
snmp-server community S3crRead ro
snmp-server community 7 S3crSeven rw
snmp-server host 10.0.0.1 version 2c S3crTrap
snmp-server host 10.0.0.1 vrf MGMT version 2c S3crVrf
snmp-server user netops readers v3 localized f5717f auth sha S3crAuth priv aes S3crPriv
tacacs-server key 7 S3crTac
tacacs-server host 10.0.0.2 vrf MGMT key 7 S3crHost
radius-server host 10.0.0.3 key 7 S3crRadius
ntp authentication-key 1 sha1 7 S3crNtp
interface Ethernet1
   ip ospf authentication-key 7 S3crOspf
   ip ospf message-digest-key 1 sha512 7 S3crDigest
   vrrp 1 peer authentication S3crVrrp
router bgp 1
   neighbor 10.0.0.9 password 7 S3crBgp
management api http-commands
   password S3crApi
"""


def test_no_secret_is_kept() -> None:
    assert "S3cr" not in repr(parse(source_of(SECRETS, "arista_eos")))


def test_no_secret_of_the_fixture_is_kept() -> None:
    shown = repr(parse(source_of((FIXTURES / "management.cfg").read_text(encoding="utf-8"), "arista_eos")))
    assert not any(word in shown for word in ("plainword", "obscured", "trapword", "$6$abc", "$1$abc", "aes 2222"))
