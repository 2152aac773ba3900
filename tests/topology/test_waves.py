"""Ways that meet again: followed in waves, what passes stays exact and their number does no harm."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.policy.registers import ZoneType
from netaudit.topology import conduits
from netaudit.topology.conduits import find_conduits
from netaudit.topology.reach import Conduit
from tests.topology.networks import TODAY, device, network, passes, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
ACL = "ip access-list extended IN\n 10 permit tcp any any eq 443\n 20 permit tcp any host 10.2.0.9 range 20 30"


def ladder(diamonds: int, filtered: frozenset[str] = frozenset()) -> list[Device]:
    """Return a chain of diamonds: each joint has two equal ways to the next. `filtered` devices have a list."""
    lines: dict[str, list[str]] = {}
    links = 0

    def join(one: str, other: str, bound: bool) -> None:
        nonlocal links
        for name, end in ((one, 1), (other, 2)):
            port = [f"interface Gi1/{links}", f" ip address 192.168.{links}.{end} 255.255.255.252"]
            acl = [" ip access-group IN in"] if bound and end == 2 else []
            lines.setdefault(name, [f"hostname {name}"]).extend(port + acl)
        lines[one].append(f"ip route 10.2.0.0 255.255.255.0 192.168.{links}.2")
        links += 1

    for number in range(diamonds):
        joint, following = f"joint{number}", f"joint{number + 1}"
        for side in ("left", "right"):
            middle = f"{side}{number}"
            join(joint, middle, middle in filtered)
            join(middle, following, False)
    lines["joint0"] += ["interface Gi0/0", " ip address 10.1.0.1 255.255.255.0"]
    lines[f"joint{diamonds}"] += ["interface Gi0/0", " ip address 10.2.0.1 255.255.255.0"]
    return [
        device("cisco_ios", "\n".join([*text, *ACL.splitlines()] if name in filtered else text), f"{name}.cfg")
        for name, text in lines.items()
    ]


def through(devices: list[Device], max_paths: int | None = None) -> Conduit:
    known = network(devices, UAT, PROD)
    if max_paths is None:
        return find_conduits(known, TODAY)["UAT", "PROD"]
    return find_conduits(known, TODAY, max_paths)["UAT", "PROD"]


def test_a_ladder_of_diamonds_does_not_multiply_paths() -> None:
    devices = ladder(12)
    found = through(devices)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert not found.undecided
    assert set(found.unfiltered_devices) == {one.name for one in devices}
    assert {len(path) for path in found.paths} == {25}
    assert len(found.paths) < 30


def test_every_rule_of_a_filtered_ladder_is_named() -> None:
    guards = frozenset(f"{side}{number}" for number in range(12) for side in ("left", "right"))
    found = through(ladder(12, guards))
    assert passes(found, "10.1.0.5", "10.2.0.9", 25)
    assert not passes(found, "10.1.0.5", "10.2.0.5", 25)
    assert not found.unfiltered_devices
    named = {(one.device, one.rule.name) for passed in found.permitted for one in passed.deciding if one.rule}
    assert named == {(guard, rule) for guard in guards for rule in ("10", "20")}


def test_a_way_around_the_filter_is_told_in_waves() -> None:
    found = through(ladder(3, frozenset({"left0", "left1", "left2"})), max_paths=0)
    assert set(found.unfiltered_devices) == {
        *(f"joint{number}" for number in range(4)),
        *(f"right{number}" for number in range(3)),
    }
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert {one.device for passed in found.permitted for one in passed.deciding} == {"left0", "left1", "left2"}


def test_waves_and_paths_find_the_same_packets_and_rules() -> None:
    devices = ladder(3, frozenset({"left0", "right0", "right2"}))
    by_path, by_wave = through(devices, 10_000), through(devices, 0)
    for one, other in ((by_path, by_wave), (by_wave, by_path)):
        for passed in one.permitted:
            rest = passed.packets
            for also in other.permitted:
                rest = rest - also.packets
            assert not rest
    assert set(by_wave.paths) <= set(by_path.paths)
    assert set(by_wave.unfiltered_devices) == set(by_path.unfiltered_devices)
    named = [{one.where for passed in way.permitted for one in passed.deciding} for way in (by_path, by_wave)]
    assert named[0] == named[1]


def test_zones_followed_in_processes_of_their_own_give_the_same_conduits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conduits, "PARALLEL_DEVICES", 1)
    devices = ladder(4, frozenset({"left3", "right3"}))
    known = network(devices, UAT, PROD)
    alone, together = find_conduits(known, TODAY), find_conduits(known, TODAY, jobs=2)
    assert together == alone
    rules = [rule for one in devices for rulebase in one.rulebases for rule in rulebase.rules]
    named = [one.rule for conduit in together.values() for way in conduit.permitted for one in way.deciding]
    assert any(rule is not None for rule in named)
    assert all(any(rule is one for one in rules) for rule in named if rule is not None)
