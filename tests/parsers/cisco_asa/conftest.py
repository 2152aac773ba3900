"""How the tests of this platform read a configuration and ask for the fate of a packet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.cisco_asa import parse
from netaudit.parsers.contract import ParsedFile

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "cisco_asa"

Reader = Callable[[str], ParsedFile]
Judge = Callable[..., str]


def source_of(text: str, path: str = "fw.cfg") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "cisco_asa")


def fate_at(rulebase: Rulebase, flow: Flow) -> str:
    """Return what the first rule that may match does: permit, deny or unknown."""
    for rule in rulebase.rules:
        if rule.enabled and rule.match.maybe.contains(flow):
            return rule.action.value if rule.match.surely.contains(flow) else "unknown"
    return rulebase.default_action.value


@pytest.fixture(scope="session")
def read() -> Reader:
    """Parse configuration text."""
    return lambda text: parse(source_of(text))


@pytest.fixture(scope="session")
def fixture_file() -> Reader:
    """Parse a file of fixtures/cisco_asa."""
    return lambda name: parse(source_of((FIXTURES / name).read_text(encoding="utf-8"), name))


@pytest.fixture(scope="session")
def fate() -> Judge:
    """Return the fate of a packet at a list: fate(device, list, source, destination, protocol, port ...)."""

    def judge(
        device: Device, name: str, source: str, destination: str, protocol: int = 6, port: int = 0, **fields: int
    ) -> str:
        rulebase = device.rulebase(name)
        assert rulebase is not None
        return fate_at(rulebase, Flow.of(source, destination, protocol, destination_port=port, **fields))

    return judge
