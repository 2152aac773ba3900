"""No secret of a terminal log, a capture or a header is in any output. Every § becomes a secret of its own."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from tests.command_line import netaudit
from tests.test_secrets_end_to_end import leaks, printed

FILES = {
    "core-1.log": """\
login as: admin
admin@core-1's password: §
Password: §
core-1>en
Password:
§
core-1#show version
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.7(3)M3, RELEASE SOFTWARE (fc2)
core-1 uptime is 1 week
core-1#show running-config
version 15.7
hostname core-1
enable secret 9 $9$§.abc$def
username admin password 0 §
snmp-server community § RO
interface GigabitEthernet0/0
 description ask the provider, the password is §
 ip address 10.0.0.1 255.255.255.0
 ip access-group IN in
ip access-list extended IN
 10 permit ip any any
crypto isakmp key § address 203.0.113.9
end
core-1#conf t
core-1(config)#username typed secret §
core-1(config)#crypto isakmp key § address 203.0.113.10
core-1(config)#end
core-1#show interfaces
GigabitEthernet0/0 is up, line protocol is up
  Description: ask the provider, the password is §
core-1#show ip access-lists
Extended IP access list IN
    10 permit ip any any (5 matches)
    remark the password is §
    username x password 7 §
core-1#show snmp community
Community name: §
core-1#show running-config | section username
username admin password 7 §
core-1#show cdp neighbors detail
Device ID: router, password: §
Platform: Cisco, Capabilities: Router
core-1#show standby
Vlan1 - Group 1
  Authentication text, string "§"
core-1#copy running-config ftp://backup:§@192.0.2.9/x
core-1#more https://u:§@192.0.2.9/x
core-1#show archive log config all
  1 username x secret §
core-1#exit
""",
    "r2_show_interfaces.txt": "a form that nobody knows\npassword 7 §\nsnmp-server community §\n"
    "Authentication text, string §\nCommunity name: §\n",
    "r2_show_version.txt": "Cisco IOS Software, Version 15.1\nenable password §\n",
    "r3.cfg": "! Password: §\n! Chassis type: X\n! enable secret §\n! NAME: \"password §\", DESCR: \"x\"\n"
    "! PID: X , VID: V1, SN: 1\nversion 15.1\nhostname r3\ninterface Loopback0\n ip address 10.0.0.3 255.255.255.255\n"
    "username a password §\nline vty 0 4\n",
    "typed-only.log": "r4(config)#enable secret §\nr4(config)#username a password 0 §\n"
    "r4(config)#snmp-server community § RO\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("captures") / "snapshot"
    folder.mkdir()
    numbers = count(1)
    for name, text in FILES.items():
        (folder / name).write_text(re.sub("§", lambda _: f"S3cr3t{next(numbers):04d}x7f3a", text), encoding="utf-8")
    return folder


def test_the_log_is_read(planted: Path) -> None:
    reading = read_snapshot(str(planted))
    core = next(device for device in reading.devices if device.name == "core-1")
    assert core.captured.version == "15.7(3)M3"
    assert {one.command for one in core.captured.captures} >= {"show version", "show interfaces", "show snmp community"}


def test_no_secret_is_in_what_was_read(planted: Path) -> None:
    assert leaks("reading", repr(read_snapshot(str(planted))).encode()) == []


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["parse", "rules", "inventory"])
def test_no_secret_is_printed(planted: Path, command: str, form: str) -> None:
    assert printed(command, netaudit(command, planted, "--format", form)) == []


def test_no_secret_is_in_a_report(planted: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert printed("scan", netaudit("scan", planted, "--out", out, "--as-of", "2026-11-20")) == []
    files = [path for path in out.rglob("*") if path.is_file()]
    assert files
    assert [leak for path in files for leak in leaks(path.name, path.read_bytes())] == []
