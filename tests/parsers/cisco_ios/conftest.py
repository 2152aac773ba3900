"""How the tests of this platform read a configuration and ask for the fate of a packet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.cisco_ios import parse
from netaudit.parsers.contract import ParsedFile

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "cisco_ios"

Reader = Callable[[str], ParsedFile]
Judge = Callable[..., str]


def source_of(text: str, path: str = "router.cfg") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "cisco_ios")


def fate_at(rulebase: Rulebase, flow: Flow, from_zone: str | None = None, to_zone: str | None = None) -> str:
    """Return what a rulebase does with a packet: permit, deny, or unknown where the rules leave it open."""
    possible: set[bool] = set()
    for rule in rulebase.rules:
        if not rule.enabled or not rule.match.maybe.contains(flow):
            continue
        if from_zone is not None and from_zone not in rule.from_zones:
            continue
        if to_zone is not None and to_zone not in rule.to_zones:
            continue
        possible.add(rule.action.permits)
        if rule.match.surely.contains(flow):
            break
    else:
        possible.add(rulebase.default_action.permits)
    if len(possible) > 1:
        return "unknown"
    return "permit" if possible.pop() else "deny"


@pytest.fixture(scope="session")
def read() -> Reader:
    """Parse configuration text."""
    return lambda text: parse(source_of(text))


@pytest.fixture(scope="session")
def fixture_file() -> Reader:
    """Parse a file of fixtures/cisco_ios."""
    return lambda name: parse(source_of((FIXTURES / name).read_text(encoding="utf-8"), name))


@pytest.fixture(scope="session")
def fate() -> Judge:
    """Return the fate of a packet at a list: fate(device, list, source, destination, protocol, port ...)."""

    def judge(
        device: Device,
        name: str,
        source: str,
        destination: str,
        protocol: int = 6,
        port: int = 0,
        zones: tuple[str, str] | None = None,
        **fields: int,
    ) -> str:
        rulebase = device.rulebase(name)
        assert rulebase is not None, name
        flow = Flow.of(source, destination, protocol, destination_port=port, **fields)
        return fate_at(rulebase, flow, *(zones or (None, None)))

    return judge
