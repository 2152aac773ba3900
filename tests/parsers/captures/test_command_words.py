"""Commands as people type them."""

from __future__ import annotations

import pytest

from netaudit.parsers.captures.command_words import find_commands, output_filter, typed_words
from netaudit.parsers.captures.platforms import commands_of


@pytest.mark.parametrize(
    ("typed", "text", "arguments"),
    [
        ("sh ver", "show version", {}),
        ("SHOW VERSION", "show version", {}),
        ("show_version", "show version", {}),
        ("do sh inv", "show inventory", {}),
        ("sh ip ro", "show ip route", {}),
        ("sh ip ro vrf Blue", "show ip route vrf Blue", {"vrf": "Blue"}),
        ("show_ip_route_vrf_Blue", "show ip route vrf Blue", {"vrf": "Blue"}),
        ("sh ip ro bgp", "show ip route bgp", {"part": "bgp"}),
        ("sh int", "show interfaces", {}),
        ("sh int des", "show interfaces description", {}),
        ("sh int gi0/1", "show interfaces gi0/1", {"interface": "gi0/1"}),
        ("sh int gigabitEthernet 0/1", "show interfaces gigabitEthernet 0/1", {"interface": "gigabitEthernet 0/1"}),
        ("sh ip int b", "show ip interface brief", {}),
        ("sh cdp nei det", "show cdp neighbors detail", {}),
        ("sh access-l OUT", "show access-lists OUT", {"list": "OUT"}),
        ("show_access_lists", "show access-lists", {}),
        ("show_access_lists_OUT", "show access-lists OUT", {"list": "OUT"}),
        ("show version | no-more", "show version", {}),
    ],
)
def test_what_is_typed_is_found(typed: str, text: str, arguments: dict[str, str]) -> None:
    found = find_commands(typed, commands_of("cisco_ios"))[0]
    assert (found.text, found.arguments) == (text, arguments)


@pytest.mark.parametrize(
    "typed", ["show processes cpu", "show interfaces switchport", "show", "", "version", "sh ver x"]
)
def test_other_commands_are_not_found(typed: str) -> None:
    assert find_commands(typed, commands_of("cisco_ios")) == ()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("show ip route | include 10", "include"),
        ("sh run | s router", "s"),
        ("show route | match 10/8", "match"),
        ("show version | no-more", ""),
        ("show version | json", ""),
        ("show route | display json", ""),
    ],
)
def test_an_output_that_is_not_whole(typed: str, word: str) -> None:
    assert output_filter(typed_words(typed)) == word
