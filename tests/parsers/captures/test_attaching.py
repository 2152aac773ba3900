"""Captures find their devices, fill what the configuration lacks, and contradict it aloud."""

from __future__ import annotations

from pathlib import Path

from netaudit.audit import Reading, read_snapshot
from netaudit.model.device import Device
from netaudit.model.source import FileStatus

CONFIGURATION = """\
version 15.7
hostname r1
interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
 ip access-group IN in
ip access-list extended IN
 10 permit tcp any any eq 22
 20 permit tcp any any eq 443
 30 deny ip any any log
line vty 0 4
end
"""
VERSION = """\
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version {version}, RELEASE SOFTWARE (fc2)
{host} uptime is 1 week, 2 days
cisco CISCO2911/K9 (revision 1.0) with 983008K/65536K bytes of memory.
Processor board ID FTX1
"""
LISTS = """\
Extended IP access list IN
    10 permit tcp any any eq 22 (12 matches)
    20 permit tcp any any eq 443
    30 deny ip any any log (3 matches)
"""


def _read(folder: Path, **files: str) -> Reading:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return read_snapshot(str(folder))


def _hits(device: Device) -> dict[str, int | None]:
    return {rule.name: rule.hit_count for rulebase in device.rulebases for rule in rulebase.rules}


def test_show_version_fills_what_the_configuration_does_not_tell(tmp_path: Path) -> None:
    reading = _read(tmp_path, r1=CONFIGURATION, R1_show_version=VERSION.format(version="15.7(3)M3", host="r1"))
    (device,) = reading.devices
    assert (device.model, device.version, device.serials) == ("CISCO2911/K9", "15.7(3)M3", ("FTX1",))
    places = {field: (where.path, where.line) for field, where in device.fact_sources}
    assert places["version"] == ("R1_show_version.txt", 1)
    assert places["model"] == ("R1_show_version.txt", 3)
    assert places["serial"] == ("R1_show_version.txt", 4)
    assert reading.problems == ()
    assert {one.path: one.status for one in reading.coverage}["R1_show_version.txt"] is FileStatus.CAPTURE


def test_another_version_is_said(tmp_path: Path) -> None:
    reading = _read(tmp_path, r1=CONFIGURATION, r1_show_version=VERSION.format(version="12.4(24)T", host="r1"))
    assert [problem.message for problem in reading.problems] == [
        "r1: the configuration tells version 15.7, show output 12.4(24)T",
    ]
    assert reading.devices[0].version == "15.7"


def test_output_of_another_host_is_said_and_not_used(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        r1=CONFIGURATION,
        r1_show_version=VERSION.format(version="15.7(3)M3", host="r9"),
        r1_show_access_lists=LISTS,
        r1_show_ip_route="C     10.0.0.0/24 is directly connected, GigabitEthernet0/0\n",
    )
    assert [problem.message for problem in reading.problems] == [
        "show output of the host r9 lies with the configuration of r1: none of it is used",
    ]
    (device,) = reading.devices
    assert (device.model, device.captured.routes, set(_hits(device).values())) == ("", (), {None})


def test_another_serial_number_is_said(tmp_path: Path) -> None:
    configuration = CONFIGURATION.replace("line vty", "license udi pid CISCO2911/K9 sn FTX9\nline vty")
    reading = _read(tmp_path, r1=configuration, r1_show_version=VERSION.format(version="15.7(3)M3", host="r1"))
    assert [problem.message for problem in reading.problems] == [
        "r1: the configuration tells serial number FTX9, show output FTX1"
    ]
    assert reading.devices[0].serials == ("FTX9",)


def test_hit_counts_find_their_rules_by_number(tmp_path: Path) -> None:
    (device,) = _read(tmp_path, r1=CONFIGURATION, r1_show_access_lists=LISTS).devices
    # IOS prints no counter for an entry that never matched.
    assert _hits(device) == {"10": 12, "20": 0, "30": 3}


def test_a_list_without_any_counter_tells_nothing(tmp_path: Path) -> None:
    lists = LISTS.replace(" (12 matches)", "").replace(" (3 matches)", "")
    (device,) = _read(tmp_path, r1=CONFIGURATION, r1_show_access_lists=lists).devices
    assert _hits(device) == {"10": None, "20": None, "30": None}


def test_hit_counts_find_their_rules_in_a_list_that_was_renumbered(tmp_path: Path) -> None:
    lists = LISTS.replace("    30 ", "    50 ").replace("    20 ", "    30 ").replace("    10 ", "    20 ")
    (device,) = _read(tmp_path, r1=CONFIGURATION, r1_show_access_lists=lists).devices
    assert _hits(device) == {"10": 12, "20": 0, "30": 3}


def test_hit_counts_of_a_list_that_was_changed_are_not_put_to_the_wrong_rule(tmp_path: Path) -> None:
    lists = """\
Extended IP access list IN
    10 deny ip any any log (3 matches)
    20 permit tcp any any eq 443 (5 matches)
    40 permit udp any any eq 53 (9 matches)
"""
    reading = _read(tmp_path, r1=CONFIGURATION, r1_show_access_lists=lists)
    (device,) = reading.devices
    # Entry 10 acts otherwise: it is found by its text, as 30.
    assert _hits(device) == {"10": None, "20": 5, "30": 3}
    assert [problem.message for problem in reading.problems] == [
        "1 of 3 hit counts of IN fit no rule of the configuration: the list changed between the two",
    ]


def test_a_host_without_a_configuration_is_in_the_inventory_and_not_audited(tmp_path: Path) -> None:
    reading = _read(tmp_path, r1=CONFIGURATION, r2_show_version=VERSION.format(version="15.7(3)M3", host="r2"))
    assert [device.name for device in reading.devices] == ["r1"]
    assert [(device.name, device.model, device.rulebases) for device in reading.observed] == [
        ("r2", "CISCO2911/K9", ())
    ]
    (problem,) = reading.problems
    assert problem.message == "show output of r2, but no configuration of it: it is in the inventory and not audited"


def test_captures_of_a_name_that_two_sites_have_go_to_the_site_of_their_folder(tmp_path: Path) -> None:
    for site in ("north", "south"):
        folder = tmp_path / site
        folder.mkdir()
        (folder / "r1.cfg").write_text(CONFIGURATION)
        (folder / "r1_show_version.txt").write_text(
            VERSION.format(version="15.7(3)M3", host="r1").replace("FTX1", site)
        )
    serials = {device.where.path: device.serials for device in read_snapshot(str(tmp_path)).devices}
    assert serials == {"north/r1.cfg": ("north",), "south/r1.cfg": ("south",)}


def test_a_capture_that_fits_two_devices_goes_to_none(tmp_path: Path) -> None:
    for site in ("north", "south"):
        (tmp_path / site).mkdir()
        (tmp_path / site / "r1.cfg").write_text(CONFIGURATION)
    reading = _read(tmp_path, r1_show_access_lists=LISTS)
    assert all(set(_hits(device).values()) == {None} for device in reading.devices)
    assert "show output of r1 fits more than one device; it is not used" in [one.message for one in reading.problems]


def test_output_that_nothing_reads_is_listed_and_said_where_it_should_have_been_read(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        r1=CONFIGURATION,
        r1_show_processes_cpu="CPU utilization for five seconds: 1%\n",
        r1_show_interfaces="something else entirely\n",
        r1_show_access_lists="a list in a form of the year 2030\n",
        r1_show_arp="% Invalid input detected at '^' marker.\n",
        **{"r1_show_ip_route_|_include_10": "S  10.0.0.0/8 [1/0] via 10.0.0.254\n"},
    )
    assert {one.command: one.problem for one in reading.captures} == {
        "show processes cpu": "no reader for this command",
        "show interfaces": "nothing in it was understood",
        "show access-lists": "nothing in it was understood",
        "show arp": "the device refused the command",
        "show ip route | include 10": "filtered by '| include': what is missing may only be hidden",
    }
    notes = {one.path: len(one.notes) for one in reading.coverage if one.notes}
    assert notes == {"r1_show_interfaces.txt": 1, "r1_show_access_lists.txt": 1}


def test_a_table_with_a_line_that_was_not_understood_gives_no_routes(tmp_path: Path) -> None:
    table = "S*    0.0.0.0/0 [1/0] via 10.0.0.254\nC     10.0.0.0/24 is directly connected, GigabitEthernet0/0\n"
    (device,) = _read(tmp_path, r1=CONFIGURATION, r1_show_ip_route=table).devices
    assert [one.prefix for one in device.captured.routes] == ["0.0.0.0/0", "10.0.0.0/24"]
    broken = table + "S     10.9.0.0/16 [1/0] through the looking glass\n"
    reading = _read(tmp_path, r1_show_ip_route=broken)
    assert reading.devices[0].captured.routes == ()
    assert [one.problem for one in reading.captures] == [
        "1 lines of the table were not understood; its routes are not used"
    ]


def test_the_last_of_two_outputs_of_a_command_counts(tmp_path: Path) -> None:
    log = f"r1#show access-lists\n{LISTS}r1#sh access-l\n{LISTS.replace('12 matches', '20 matches')}r1#exit\n"
    reading = _read(tmp_path, r1=CONFIGURATION, session=log)
    assert _hits(reading.devices[0]) == {"10": 20, "20": 0, "30": 3}
    assert [one.problem for one in reading.devices[0].captured.captures] == [
        "a later output of the same command is used",
        "",
    ]
