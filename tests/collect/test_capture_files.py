"""Show output in files: which command, whose, of which platform; and in the comments of configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.collect import collect
from netaudit.collect.capture_files import command_of
from netaudit.collect.snapshot import host_of
from netaudit.model.source import CaptureText, host_key

VERSION = "Cisco IOS Software, IOSv Software (VIOS-ADVENTERPRISEK9-M), Version 15.7(3)M3, RELEASE SOFTWARE (fc2)\n"


@pytest.mark.parametrize(
    ("path", "host", "command"),
    [
        ("show/r1/show_version.txt", "r1", "show_version"),
        ("show/r1/show_version_|_json.txt", "r1", "show_version_|_json"),
        ("show/r1/show_route_|_display_json.txt", "r1", "show_route_|_display_json"),
        ("r1_show_ip_route.txt", "r1", "show_ip_route"),
        ("r1.show_ip_route.log", "r1", "show_ip_route"),
        ("r1-sh_ver.txt", "r1", "sh_ver"),
        ("site/r1/sh ip int br.txt", "r1", "sh ip int br"),
        ("r1.show.txt", "r1", ""),
    ],
)
def test_host_and_command_of_a_path(path: str, host: str, command: str) -> None:
    assert (host_of(path), command_of(path)) == (host, command)


@pytest.mark.parametrize(("name", "key"), [("R1.example.net", "r1"), ("r1", "r1"), ("10.1.2.3", "10.1.2.3"), ("", "")])
def test_hosts_are_compared_without_case_and_domain(name: str, key: str) -> None:
    assert host_key(name) == key


def _captures(folder: Path, platform: str | None = None) -> dict[str, CaptureText]:
    return {one.command: one for file in collect(str(folder), platform).files for one in file.captures}


def test_the_platform_comes_from_other_captures_of_the_host(tmp_path: Path) -> None:
    for host in ("r1", "r2"):
        (tmp_path / host).mkdir()
        (tmp_path / host / f"show_ip_route_{host}.txt").write_text("Gateway of last resort is not set\n")
    (tmp_path / "r1" / "show_version.txt").write_text(VERSION)
    found = _captures(tmp_path)
    assert found["show_ip_route_r1"].platform == "cisco_ios"
    assert found["show_ip_route_r2"].platform == ""
    assert _captures(tmp_path, "cisco_nxos")["show_ip_route_r2"].platform == "cisco_nxos"


def test_the_platform_comes_from_the_configuration_of_the_host(tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "R1.cfg").write_text(
        "version 15.2\nhostname R1\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255\nline vty 0 4\nend\n"
    )
    (tmp_path / "r1.example.net_show_arp.txt").write_text("Protocol  Address\n")
    assert _captures(tmp_path)["show_arp"].platform == "cisco_ios"


def test_two_configurations_of_one_name_and_two_platforms_tell_none(tmp_path: Path) -> None:
    ios = "version 15.2\nhostname r1\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255\nline vty 0 4\nend\n"
    asa = "ASA Version 9.1(2)\nhostname r1\ninterface Ethernet0/0\n nameif inside\n security-level 100\n"
    for folder, text in (("a", ios), ("b", asa)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r1.cfg").write_text(text)
    (tmp_path / "r1_show_arp.txt").write_text("Protocol  Address\n")
    assert _captures(tmp_path)["show_arp"].platform == ""


def test_the_inventory_in_a_header_is_a_capture_with_the_lines_of_the_file(tmp_path: Path) -> None:
    from netaudit.audit import read_snapshot

    (tmp_path / "r1.cfg").write_text(
        "! Cisco IOS XE Software, Version 17.09.04a\n"
        "! Image: Software: CAT9K_LITE_IOSXE, 17.9.4a, RELEASE SOFTWARE (fc3)\n"
        "! Chassis type: C9200L-24P-4G\n"
        '! NAME: "c92xxL Stack", DESCR: "c92xxL Stack"\n'
        "! PID: C9200L-24P-4G     , VID: V01  , SN: JAE1\n"
        "! \n"
        '! NAME: "Switch 1 - Power Supply A", DESCR: "Switch 1 - Power Supply A"\n'
        "! PID: PWR-C5-600WAC     , VID: V02  , SN: QCS1\n"
        "!\nversion 17.9\nhostname r1\ninterface Vlan1\n ip address 10.0.0.1 255.255.255.0\n"
    )
    reading = read_snapshot(str(tmp_path))
    (device,) = reading.devices
    assert [(one.part_number, one.serial, one.where.line) for one in device.captured.inventory] == [
        ("C9200L-24P-4G", "JAE1", 4),
        ("PWR-C5-600WAC", "QCS1", 7),
    ]
    assert (device.model, device.version) == ("C9200L-24P-4G", "17.9.4a")
    assert reading.problems == ()
    (account,) = reading.coverage
    assert account.lines == 13
    assert account.understood + account.ignored + len(account.notes) == 13


def test_lines_that_rancid_made_comments_are_lines_of_the_configuration(tmp_path: Path) -> None:
    from netaudit.audit import read_snapshot

    (tmp_path / "r1").write_text(
        "!RANCID-CONTENT-TYPE: cisco\n!\n!Chassis type: 2911\n!\n!Processor ID: FTX1\n!\n"
        "!Image: Software: C2900-UNIVERSALK9-M, 15.7(3)M3, RELEASE SOFTWARE (fc2)\n!\n"
        '!NAME: "CISCO2911/K9 chassis", DESCR: "CISCO2911/K9 chassis"\n'
        "!PID: CISCO2911/K9      , VID: V08 , SN: FTX1\n!\n"
        "version 15.7\nhostname r1\n!enable secret 5 <removed>\n!username bob privilege 15 password 7 <removed>\n"
        "!snmp-server community <removed> RO\nline vty 0 4\n! password 7 <removed>\n! a note of ours\nend\n"
    )
    (device,) = read_snapshot(str(tmp_path)).devices
    assert [(one.name, one.password_kind) for one in device.management.users] == [
        ("enable", "type 5"),
        ("bob", "type 7"),
    ]
    assert [one.access for one in device.management.snmp_communities] == ["ro"]
    assert (device.serials, device.captured.inventory[0].part_number) == (("FTX1",), "CISCO2911/K9")
