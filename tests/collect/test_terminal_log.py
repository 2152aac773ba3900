"""Logs of terminal sessions: commands and prompts, pagers, what was typed, several hosts, line numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.collect import collect
from netaudit.collect.terminal_log import sections
from netaudit.collect.terminal_text import screen_text
from netaudit.model.source import SourceFile

BACK = "\x08" * 9
PAGER = f" --More-- {BACK}        {BACK}"

LOG = f"""\
login as: admin
Using keyboard-interactive authentication.
Password: typed-by-hand
core-1>en
Password:
typed-enable
core-1#terminal length 0
core-1#sh ver
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.7(3)M3, RELEASE SOFTWARE (fc2)
core-1 uptime is 1 week
core-1#show runx\x08 \x08
Building configuration...

Current configuration : 423 bytes
!
hostname core-1
!
interface GigabitEthernet0/0
{PAGER} ip address 10.0.0.1 255.255.255.0
 description r2#show version is no prompt here
!
end

core-1#conf t
core-1(config)#enable secret typed-secret
core-1(config)#do sh ip int br
Interface                  IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0         10.0.0.1        YES NVRAM  up                    up
core-1(config)#end
core-1#exit
edge.example.net#show inventory
NAME: "Chassis", DESCR: "Router"
PID: ISR4331/K9 , VID: V01, SN: FDO1
edge.example.net#
"""


def _collected(folder: Path, text: str, name: str = "session.log") -> tuple[SourceFile, ...]:
    (folder / name).write_bytes(text.encode())
    return collect(str(folder)).files


def test_a_log_becomes_its_configuration_and_its_captures(tmp_path: Path) -> None:
    configuration, captures = _collected(tmp_path, LOG)
    assert (configuration.kind, configuration.platform, configuration.host) == ("configuration", "cisco_ios", "core-1")
    assert [(one.command, one.host) for one in captures.captures] == [
        ("sh ver", "core-1"),
        ("do sh ip int br", "core-1"),
        ("show inventory", "edge.example.net"),
    ]


def test_lines_of_the_configuration_keep_their_numbers(tmp_path: Path) -> None:
    configuration, _ = _collected(tmp_path, LOG)
    numbered = LOG.split("\n")
    for wanted in ("hostname core-1", "interface GigabitEthernet0/0", "end"):
        assert configuration.lines[numbered.index(wanted)] == wanted
    assert configuration.lines[18] == " ip address 10.0.0.1 255.255.255.0"
    assert len(configuration.lines) == LOG.count("\n")


def test_what_was_typed_is_nowhere(tmp_path: Path) -> None:
    kept = "\n".join(line for part in _collected(tmp_path, LOG) for line in part.lines)
    assert "typed" not in kept


def test_a_password_that_a_command_asks_for_within_its_output_is_not_kept(tmp_path: Path) -> None:
    log = "fw#show version\nPassword:\nby-hand\nCisco Adaptive Security Appliance Software Version 9.12(4)\nfw#exit\n"
    (part,) = _collected(tmp_path, log)
    assert "by-hand" not in "\n".join(part.lines)
    assert part.lines[3].startswith("Cisco Adaptive")


@pytest.mark.parametrize(
    ("prompt", "host"),
    [
        ("r1#", "r1"),
        ("r1>", "r1"),
        ("r1(config-if)#do ", "r1"),
        ("RP/0/RSP0/CPU0:pe-1#", "pe-1"),
        ("admin@srx-1> ", "srx-1"),
        ("admin@srx-1# run ", "srx-1"),
        ("fw1/pri/act# ", "fw1"),
        ("fw1/contextA# ", "fw1"),
        ("leaf-1(s1)#", "leaf-1"),
        ("FGT-01 # ", "FGT-01"),
        ("FGT-01 (global) # ", "FGT-01"),
        ("[expert@gw-1:0]# ", "gw-1"),
        ("admin@PA-VM(active)> ", "PA-VM"),
        ("root@web01:~# ", "web01"),
        ("[2024-01-02 10:00:00] r1#", "r1"),
        ("*Mar  1 00:10:00.123 UTC: r1#", "r1"),
    ],
)
def test_prompts(prompt: str, host: str) -> None:
    (found,) = sections([f"{prompt}show version", "text", f"{prompt.removesuffix('run ').removesuffix('do ')}"])
    assert (found.host, found.first, found.last) == (host, 1, 2)
    assert found.command.endswith("show version")


def test_junos_lines_between_prompts_are_no_output() -> None:
    lines = [
        "{master:0}",
        "u@j> show version",
        "Hostname: j",
        "",
        "{master:0}[edit]",
        "u@j# show arp",
        "x",
        "",
        "[edit]",
    ]
    assert [(one.command, one.first, one.last) for one in sections(lines)] == [
        ("show version", 2, 3),
        ("show arp", 6, 7),
    ]


def test_a_command_that_is_wider_than_the_screen_goes_on_in_the_next_line() -> None:
    command = "show ip route vrf " + "A" * 70
    line = f"router-1#{command}"
    (found,) = sections([line[:80], line[80:], "Routing Table"])
    assert (found.command, found.first) == (command, 2)


def test_times_that_a_logger_put_before_every_line_are_taken_off(tmp_path: Path) -> None:
    log = "".join(
        f"[2024-05-06 10:00:0{number}] {line}\n"
        for number, line in enumerate(("r1#show run", "hostname r1", "interface Loopback0", " no ip address", "end"))
    )
    (part,) = _collected(tmp_path, log)
    assert part.lines[:5] == ("", "hostname r1", "interface Loopback0", " no ip address", "end")


def test_part_of_a_configuration_is_no_configuration(tmp_path: Path) -> None:
    log = "r1#show run | section router\nrouter bgp 1\nr1#show run interface Gi0/0\ninterface Gi0/0\nr1#show ver\nx\n"
    (part,) = _collected(tmp_path, log)
    assert part.kind == "capture"
    assert len(part.captures) == 3


@pytest.mark.parametrize(
    "command",
    [
        "sh run",
        "show running-config",
        "show running-config all",
        "show running-config | no-more",
        "do show run",
        "show startup-config",
        "more system:running-config",
        "show configuration | display set | no-more",
        "run show configuration",
        "show full-configuration",
        "show config running",
        "display current-configuration",
        "write terminal",
        "sudo iptables-save",
    ],
)
def test_commands_that_print_the_configuration(command: str) -> None:
    (found,) = sections([f"u@host1# {command}", "text"])
    assert found.is_configuration


def test_show_alone_prints_the_configuration_on_some_platforms(tmp_path: Path) -> None:
    text = 'config system global\n    set hostname "FGT-01"\nend\nconfig firewall policy\nend\n'
    log = f"FGT-01 # show\n{text}FGT-01 # exit\n"
    (part,) = _collected(tmp_path, log)
    assert (part.kind, part.platform, part.host) == ("configuration", "fortios", "FGT-01")


def test_a_level_of_the_configuration_is_not_the_whole(tmp_path: Path) -> None:
    text = "set system host-name j\nset interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24\n"
    for level, kind in (("[edit]", "configuration"), ("[edit interfaces]", "capture")):
        (part,) = _collected(tmp_path, f"{level}\nu@j# show | display set\n{text}\n{level}\nu@j# exit\n")
        assert part.kind == kind


@pytest.mark.parametrize("prompt", ["", "core-1#"])
def test_the_parts_of_show_tech_support(tmp_path: Path, prompt: str) -> None:
    text = (
        "\n------------------ show version ------------------\n\n\nCisco IOS Software, Version 15.7(3)M3\n"
        "\n------------------ show running-config ------------------\n\n"
        "Building configuration...\nversion 15.7\nhostname core-1\nenable secret 5 <removed>\nline vty 0 4\nend\n"
        "\n------------------ show ip route ------------------\n\nC     10.0.0.0/24 is directly connected, Vlan1\n"
    )
    log = f"{prompt}show tech-support\n{text}{prompt}exit\n" if prompt else text
    configuration, captures = _collected(tmp_path, log, "core-1_tech.txt" if prompt else "core-1.txt")
    assert (configuration.kind, configuration.platform, configuration.host) == ("configuration", "cisco_ios", "core-1")
    assert configuration.lines[log.split("\n").index("hostname core-1")] == "hostname core-1"
    assert [(one.command, one.host) for one in captures.captures] == [
        ("show version", "core-1"),
        ("show ip route", "core-1"),
    ]
    assert captures.lines[captures.captures[1].last_line - 1].startswith("C     10.0.0.0/24")


def test_a_configuration_is_no_log(tmp_path: Path) -> None:
    text = (
        "hostname r1\nbanner motd #\nr2>do not show anything\n#\ninterface Loopback0\n ip address 10.0.0.1 255.0.0.0\n"
    )
    (part,) = _collected(tmp_path, text, "r1.cfg")
    assert (part.kind, part.lines[2]) == ("configuration", "r2>do not show anything")


def test_two_configurations_in_one_log_are_two_devices(tmp_path: Path) -> None:
    from netaudit.audit import read_snapshot

    one = "{0}#show run\nhostname {0}\ninterface Loopback0\n ip address 10.0.0.{1} 255.255.255.255\nend\n"
    (tmp_path / "both.log").write_text(one.format("r1", 1) + one.format("r2", 2) + "r2#\n")
    reading = read_snapshot(str(tmp_path))
    assert [device.name for device in reading.devices] == ["r1", "r2"]
    assert [device.interfaces[0].where.line for device in reading.devices] == [3, 8]
    (account,) = reading.coverage
    assert (account.lines, account.device) == (11, "r1, r2")
    assert account.understood + account.ignored + len(account.notes) == account.lines


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("abc\x08\x08xy", "axy"),
        ("show vre\x08 \x08\x08 \x08ersion", "show version"),
        (f"{PAGER}ip route", "ip route"),
        ("<--- More --->\r              \rip route", "ip route"),
        ("<--- More --->", ""),
        ("---(more 45%)---\r                \rset x", "set x"),
        ("\x1b[7m--More--\x1b[m\r        \rip route", "ip route"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("lines 1-23\r\x1b[Kip route", "ip route"),
        ("description more -- or less --", "description more -- or less --"),
        ("lines of text", "lines of text"),
    ],
)
def test_what_stood_on_the_screen(typed: str, shown: str) -> None:
    assert screen_text(f"first\n{typed}\nlast").split("\n") == ["first", shown, "last"]


def test_a_configuration_that_is_cut_off_is_said(tmp_path: Path) -> None:
    text = "version 15.7\nhostname core-1\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255\nline vty 0 4\n"
    (tmp_path / "session.log").write_text(f"core-1#show run\n{text}core-1#exit\n")
    (problem,) = collect(str(tmp_path)).problems
    assert (problem.place, problem.message) == (
        "line 6",
        "the configuration of core-1 does not end with `end`; it may be cut off",
    )
    (tmp_path / "session.log").write_text(f"core-1#show run\n{text}end\n\ncore-1#exit\n")
    assert collect(str(tmp_path)).problems == ()


def test_a_command_that_the_device_refuses_prints_no_configuration(tmp_path: Path) -> None:
    (part,) = _collected(tmp_path, "core-1>show run\n% Invalid input detected at '^' marker.\ncore-1>exit\n")
    assert part.kind == "capture"


def test_a_document_with_examples_is_no_log(tmp_path: Path) -> None:
    (part,) = _collected(tmp_path, LOG, "README.md")
    assert (part.kind, part.captures) == ("other", ())


@given(st.text(alphabet=st.sampled_from("ab -#>\n\r\x08\x1b[m]0;Mmore<()%"), max_size=200))
def test_lines_stay_where_they_are_whatever_the_terminal_wrote(text: str) -> None:
    assert screen_text(text).count("\n") == text.count("\n")
    lines = screen_text(text).split("\n")
    assert all(0 <= one.first <= one.last <= len(lines) for one in sections(lines))
