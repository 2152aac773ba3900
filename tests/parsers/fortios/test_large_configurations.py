"""Large configurations: groups are resolved once and cross products are never written out."""

from __future__ import annotations

import random

import pytest

from netaudit.parsers.fortios import parse
from tests.parsers.fortios.reading import source_of


def large_configuration(policies: int) -> str:
    """Return a configuration whose policies have a group of 50 addresses, 20 addresses and 15 services."""
    chance = random.Random(1)
    lines = ["#config-version=FG600F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin", "config firewall address"]
    for i in range(4000):
        lines += [f'edit "h{i}"', f"set subnet 10.{i // 250 + 10}.{i % 250}.1 255.255.255.255", "next"]
    lines += ["end", "config firewall addrgrp"]
    for i in range(300):
        members = " ".join(f'"h{chance.randrange(4000)}"' for _ in range(50))
        lines += [f'edit "g{i}"', f"set member {members}", "next"]
    lines += ["end", "config firewall service custom"]
    for i in range(500):
        lines += [f'edit "s{i}"', f"set {'tcp' if i % 3 else 'udp'}-portrange {chance.randrange(1, 60000)}", "next"]
    lines += ["end", "config firewall policy"]
    for i in range(1, policies + 1):
        addresses = " ".join(f'"h{chance.randrange(4000)}"' for _ in range(20))
        services = " ".join(f'"s{chance.randrange(500)}"' for _ in range(15))
        lines += [
            f"edit {i}", f'set name "rule {i}"', f'set srcintf "port{chance.randrange(8)}"', 'set dstintf "port9"',
            "set action accept", f'set srcaddr "g{chance.randrange(300)}"', f"set dstaddr {addresses}",
            'set schedule "always"', f"set service {services}", "set logtraffic all", "set nat enable", "next",
        ]  # fmt: skip
    return "\n".join([*lines, "end"])


@pytest.mark.parametrize("policies", [2000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_large_policies_are_read_whole_and_never_multiplied_out(policies: int):
    device = parse(source_of(large_configuration(policies))).devices[0]
    rules = device.rulebases[0].rules
    assert len(rules) == policies
    assert all(rule.match.is_exact and len(rule.match.maybe.products) == 1 for rule in rules[:100])
