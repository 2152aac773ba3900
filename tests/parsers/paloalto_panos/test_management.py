"""The management plane: accounts, access, logs, time."""

from __future__ import annotations

from netaudit.model.management import ManagementAccess
from tests.parsers.paloalto_panos.conftest import device_of, parsed

TEXT = """set deviceconfig system hostname fw1
set deviceconfig system permitted-ip 10.0.0.0/24
set deviceconfig system permitted-ip 10.0.9.9
set deviceconfig system service disable-telnet no
set deviceconfig system service disable-ssh yes
set deviceconfig system service disable-snmp no
set deviceconfig system snmp-setting access-setting version v2c snmp-community-string public
set deviceconfig system ntp-servers primary-ntp-server ntp-server-address 10.0.0.123
set deviceconfig system ntp-servers secondary-ntp-server ntp-server-address ntp.example.com
set deviceconfig system login-banner "authorised use only"
set deviceconfig setting management idle-timeout 10
set deviceconfig setting management admin-lockout failed-attempts 5 lockout-time 30
set mgt-config users admin phash $6$salt$hash
set mgt-config users admin permissions role-based superuser yes
set mgt-config users old phash $1$salt$hash
set mgt-config users older phash fnRL/G5lXVMug
set mgt-config users remote authentication-profile radius permissions role-based custom profile helpdesk
set mgt-config password-complexity enabled yes
set mgt-config password-complexity minimum-length 12 minimum-numeric-letters 1 password-history-count 8
set mgt-config password-complexity password-change expiration-period 90
set shared log-settings syslog siem server a server 10.0.0.50 transport SSL port 6514
set shared log-settings syslog nobody server b server 10.0.0.51 transport UDP
set shared log-settings system match-list all send-syslog siem
set shared server-profile radius r server one ip-address 10.0.0.60
set network profiles interface-management-profile in ssh yes https yes ping yes telnet no
set network profiles interface-management-profile in permitted-ip 10.0.1.0/24
set network profiles interface-management-profile out https yes
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24 interface-management-profile in
set network interface ethernet ethernet1/2 layer3 units ethernet1/2.5 interface-management-profile out
"""


def _accesses() -> dict[tuple[str, str], ManagementAccess]:
    return {(one.endpoint, one.protocol): one for one in device_of(TEXT).management.accesses}


def test_the_management_port() -> None:
    found = _accesses()
    assert {protocol: one.enabled for (endpoint, protocol), one in found.items() if endpoint == "management"} == {
        "ssh": False, "https": True, "telnet": True, "http": False, "snmp": True, "ping": True,
    }  # fmt: skip
    https = found["management", "https"]
    assert str(https.sources) == "10.0.0.0/24, 10.0.9.9"
    assert (https.idle_timeout_s, https.default_idle_timeout_s) == (600, 3600)


def test_profiles_at_interfaces() -> None:
    found = _accesses()
    assert {key for key in found if key[0] != "management"} == {
        ("ethernet1/1", "ssh"), ("ethernet1/1", "https"), ("ethernet1/1", "ping"), ("ethernet1/2.5", "https"),
    }  # fmt: skip
    assert str(found["ethernet1/1", "ssh"].sources) == "10.0.1.0/24"
    assert found["ethernet1/2.5", "https"].sources is None


def test_accounts_and_their_password_hashes() -> None:
    users = {one.name: one for one in device_of(TEXT).management.users}
    assert {name: one.password_kind for name, one in users.items()} == {
        "admin": "sha512", "old": "md5", "older": "des", "remote": "remote",
    }  # fmt: skip
    assert (users["admin"].privilege, users["remote"].privilege) == ("superuser", "custom")


def test_password_policy_lockout_and_banner() -> None:
    plane = device_of(TEXT).management
    (policy,) = plane.password_policies
    assert (policy.minimum_length, policy.complexity, policy.lifetime_days, policy.remembered) == (
        12,
        ("digits 1",),
        90,
        8,
    )
    (lockout,) = plane.lockouts
    assert (lockout.attempts, lockout.duration_s) == (5, 1800)
    assert plane.banners[0].text == "authorised use only"


def test_logs_time_and_servers() -> None:
    plane = device_of(TEXT).management
    assert [(one.address, one.transport, one.port, one.enabled) for one in plane.log_targets] == [
        ("10.0.0.50", "tls", 6514, True),
        ("10.0.0.51", "udp", 514, False),
    ]
    assert plane.time_servers == ("10.0.0.123", "ntp.example.com")
    assert plane.authentication_servers == ("10.0.0.60",)
    assert [(one.well_known, str(one.sources)) for one in plane.snmp_communities] == [(True, "10.0.0.0/24, 10.0.9.9")]


def test_no_secret_leaves_the_parser() -> None:
    result = parsed(TEXT)
    for secret in ("$6$salt", "$1$salt", "fnRL"):
        assert secret not in repr(result)


def test_facts_of_the_system() -> None:
    text = (
        "hostname: PA-1\nmodel: PA-3220\nserial: 012345678901\nsw-version: 10.2.9-h1\n" + "set zone a network layer3\n"
    )
    device = device_of(text)
    assert (device.name, device.model, device.serials, device.version) == (
        "PA-1",
        "PA-3220",
        ("012345678901",),
        "10.2.9-h1",
    )
    assert {name for name, _ in device.fact_sources} == {"hostname", "model", "serial", "version"}
