"""The management plane: logins, trusted hosts, SNMP, logs."""

from __future__ import annotations

import pytest

from netaudit.packets.addresses import ANY_IPV4, AddressSet


@pytest.fixture(scope="module")
def management(load):
    return load("single-vdom.conf").management


@pytest.fixture
def accesses(management):
    return {(one.endpoint, one.protocol): one for one in management.accesses if one.sources_exact is not None}


def test_each_word_of_allowaccess_is_one_way_in(management):
    assert [(one.endpoint, one.protocol) for one in management.accesses] == [
        ("wan1", "ping"), ("wan1", "https"), ("wan1", "ssh"),
        ("lan", "ping"), ("lan", "https"), ("lan", "ssh"), ("lan", "snmp"), ("lan", "http"), ("lan", "telnet"),
        ("lan", "ping"), ("lan", "https"),  # IPv6
    ]  # fmt: skip


def test_trusted_hosts_of_all_accounts_restrict_the_logins(management):
    ssh = next(one for one in management.accesses if one.protocol == "ssh")
    assert ssh.sources == AddressSet.prefix("10.10.0.0/24") | AddressSet.host("10.10.1.5")
    assert ssh.sources_exact
    assert ssh.sources_where is not None
    ping = next(one for one in management.accesses if one.protocol == "ping")
    assert ping.sources is None


def test_one_account_without_trusted_hosts_opens_the_logins(read):
    text = """config system interface
    edit "port1"
        set allowaccess ssh
    next
end
config system admin
    edit "a"
        set trusthost1 10.0.0.0 255.0.0.0
    next
    edit "b"
        set accprofile "super_admin"
    next
end
"""
    management = read(text).devices[0].management
    assert management.accesses[0].sources is None
    assert [one.sources for one in management.users] == [AddressSet.prefix("10.0.0.0/8"), None]


def test_ipv6_has_trusted_hosts_of_its_own(management):
    six = [one for one in management.accesses if one.endpoint == "lan" and one.protocol == "https"][1]
    assert six.sources is None


def test_without_accounts_in_the_file_the_sources_are_not_known(read):
    text = 'config system interface\n edit "port1"\n set allowaccess ssh\n next\nend\n'
    (access,) = read(text).devices[0].management.accesses
    assert (access.sources, access.sources_exact) == (ANY_IPV4, False)


def test_time_outs_are_seconds(management, read):
    assert {one.idle_timeout_s for one in management.accesses if one.protocol == "ssh"} == {600}
    text = 'config system interface\n edit "port1"\n set allowaccess ssh ping\n next\nend\n'
    ssh, ping = read(text).devices[0].management.accesses
    assert (ssh.idle_timeout_s, ssh.default_idle_timeout_s) == (None, 300)
    assert (ping.idle_timeout_s, ping.default_idle_timeout_s) == (None, None)


@pytest.mark.parametrize(
    ("setting", "version", "telnet"),
    [("", "2", True), ("set admin-ssh-v1 enable", "1", True), ("set admin-telnet disable", "2", False)],
)
def test_global_switches(read, setting, version, telnet):
    port = 'config system interface\n edit "p"\n set allowaccess ssh telnet\n next\nend\n'
    text = f"config system global\n {setting}\nend\n{port}"
    ssh, other = read(text).devices[0].management.accesses
    assert (ssh.version, other.enabled) == (version, telnet)


def test_access_at_an_interface_that_is_down_is_not_enabled(read):
    text = 'config system interface\n edit "p"\n set allowaccess ssh\n set status down\n next\nend\n'
    assert not read(text).devices[0].management.accesses[0].enabled


def test_accounts(management):
    admin, auditor = management.users
    assert (admin.name, admin.privilege, admin.password_kind, admin.second_factor) == (
        "admin", "super_admin", "sha256", True,
    )  # fmt: skip
    assert (auditor.password_kind, auditor.second_factor) == ("sha1", False)
    assert auditor.sources == AddressSet.host("10.10.1.5")  # 0.0.0.0/0 beside it is the default


def test_communities_are_judged_and_not_kept(management):
    first, second = management.snmp_communities
    assert (first.well_known, first.sources) == (True, AddressSet.host("10.10.0.9"))
    assert (second.well_known, second.sources) == (False, None)
    assert "harmless-name" not in repr(management)


def test_log_targets_tell_how_they_are_sent(management):
    assert [(one.address, one.kind, one.transport, one.port) for one in management.log_targets] == [
        ("10.10.0.30", "syslog", "tls", 6514),
        ("10.10.0.31", "syslog", "udp", 514),
        ("10.10.0.32", "fortianalyzer", "tls", None),
    ]


def test_servers(management):
    assert management.time_servers == ("10.10.0.20",)
    assert management.authentication_servers == ("10.10.0.40",)


@pytest.mark.parametrize(
    ("password", "kind"),
    [("ENC AK1abc", "sha1"), ("ENC PB2abc", "pbkdf2"), ("ENC zzz", "ENC"), ("letmein", "plaintext"), ("<removed>", "")],
)
def test_kind_of_password(read, password, kind):
    text = f'config system admin\n edit "a"\n set password {password}\n next\nend\n'
    (user,) = read(text).devices[0].management.users
    assert user.password_kind == kind
