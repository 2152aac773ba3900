"""Exports by other people: every element is accounted for, nothing raises, nothing secret is shown."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

from netaudit.collect import collect
from netaudit.model.source import Affects, LineState, SourceFile
from netaudit.parsers.aws import parse, parse_together
from tests.parsers.aws.reading import devices, read, source
from tests.parsers.aws.reading_resources import group, permission, ranges

_SETS = ("batfish/testconfigs/representation/aws", "lab-validation", "np-guard-vpc", "cartography-cloud")
_DECIDING = (Affects.FILTER, Affects.NAT, Affects.ROUTING)


@cache
def _files(corpus: Path) -> tuple[SourceFile, ...]:
    return tuple(
        replace(one, path=f"{name}/{one.path}")
        for name in _SETS
        for one in collect(str(corpus / name)).files
        if one.platform == "aws"
    )


def test_at_least_98_of_100_files_are_told_to_be_of_aws(corpus: Path) -> None:
    """Judged by the folder: every JSON of these is an export of AWS."""
    there = [one for one in corpus.rglob("*.json") if "/aws" in one.as_posix() and _mine(one, corpus)]
    assert len(there) > 470
    assert len({one.path for one in _files(corpus)}) >= 0.98 * len(there)


def _mine(path: Path, corpus: Path) -> bool:
    return path.relative_to(corpus).as_posix().startswith(_SETS)


def test_what_decides_is_understood(corpus: Path) -> None:
    """Counted in lines: notes that can affect filtering, NAT or routing, against all lines that are understood."""
    parsed = parse_together(_files(corpus))
    understood = sum(one.coverage.understood for one in parsed)
    open_lines = [
        note.where.path
        for one in parsed
        for note in one.coverage.notes
        if note.affects in _DECIDING and note.state is not LineState.UNDERSTOOD
    ]
    assert understood > 20_000
    assert len(open_lines) <= 0.05 * understood
    # Listeners of load balancers, and two permissions with only one bound of a port range.
    assert {Path(path).stem for path in open_lines} <= {
        *("LoadBalancerListeners", "LoadBalancerListenerTest", "SecurityGroupTest"),
        *("DirectConnectGatewayAssociationTest", "DirectConnectVirtualInterfaceTest"),
    }


def test_devices_of_all_vpcs_that_are_described(corpus: Path) -> None:
    names = Counter(device.name for one in parse_together(_files(corpus)) for device in one.devices)
    assert sum(name.startswith(("vpc-", "VpcId:")) for name in names) > 20


def test_cut_and_shuffled_files_raise_nothing(corpus: Path) -> None:
    chance = random.Random(5)
    for file in _files(corpus)[::12]:
        lines = list(file.lines)
        for changed in (lines[: len(lines) // 2], lines[len(lines) // 3 :], chance.sample(lines, len(lines))):
            coverage = parse(replace(file, lines=tuple(changed))).coverage
            assert coverage.understood + coverage.ignored + len(coverage.notes) == len(changed)


def test_values_of_another_type_raise_nothing() -> None:
    """Every field of a resource, one after the other, holds something that it never should."""
    resources = json.dumps(
        {"SecurityGroups": [group("sg-web", [permission("tcp", 443, IpRanges=ranges("192.0.2.0/24"))])]}
    )
    shape = json.loads(resources)
    odd_values: tuple[object, ...] = (None, 7, "odd", [], {}, [[]], [None], True, 1.5)

    def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        inner = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        return [path, *(place for key, one in inner for place in places(one, (*path, key)))]

    for place in places(shape)[1:]:
        for odd in odd_values:
            changed = json.loads(resources)
            target = changed
            for key in place[:-1]:
                target = target[key]
            target[place[-1]] = odd
            coverage = read(all=changed)[0].coverage
            assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


def test_secrets_are_not_shown() -> None:
    planted = "Zx8-planted-Zx8"
    content = {
        "VpnConnections": [
            {
                "VpnConnectionId": "vpn-1",
                "CustomerGatewayId": "cgw-1",
                "VpnGatewayId": "vgw-1",
                "CustomerGatewayConfiguration": f"<pre_shared_key>{planted}</pre_shared_key>",
                "Options": {"TunnelOptions": [{"OutsideIpAddress": "192.0.2.1", "PreSharedKey": planted}]},
            }
        ],
        "InstanceId": "i-1",
        "UserData": {"Value": planted},
        "VpnGateways": [{"VpnGatewayId": "vgw-1", "VpcAttachments": [{"VpcId": "vpc-1"}], "State": "available"}],
        "SecurityGroups": [group("sg-web", [])],
    }
    for text in (json.dumps(content), json.dumps(content, indent=2), json.dumps(content, indent=2)[:-30]):
        parsed = parse_together([source("all.json", text)])
        assert planted not in repr(parsed)
    tunnel = devices(read(all=content))["vpc-1"].crypto_tunnels
    assert [(one.name, one.interfaces) for one in tunnel] == [("vpn-1", ("vgw-1",))]
