"""How the tests of this platform read a configuration and ask for the fate of a packet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.fortios import parse
from tests.parsers.fortios.reading import FIXTURES, INTERFACES, fate_in, source_of

Reader = Callable[[str], ParsedFile]
Loader = Callable[[str], Device]
PolicyReader = Callable[..., AccessRule]
Judge = Callable[..., tuple[str, str | None]]


@pytest.fixture(scope="session")
def read() -> Reader:
    """Parse configuration text."""
    return lambda text: parse(source_of(text))


@pytest.fixture(scope="session")
def load() -> Loader:
    """Parse a fixture file and return its device."""

    def from_file(name: str) -> Device:
        text = (FIXTURES / name).read_text(encoding="utf-8")
        return parse(source_of(text, name)).devices[0]

    return from_file


@pytest.fixture(scope="session")
def policy(read: Reader) -> PolicyReader:
    """Return policy 1, an any-to-any accept changed and extended by `settings`, after `objects`."""

    def one(settings: str = "", objects: str = "") -> AccessRule:
        lines = {
            "srcintf": "port1",
            "dstintf": "port2",
            "srcaddr": "all",
            "dstaddr": "all",
            "action": "accept",
            "schedule": "always",
            "service": "ALL",
        }
        body = "".join(f"        set {key} {value}\n" for key, value in lines.items())
        extra = "".join(f"        {line.strip()}\n" for line in settings.splitlines())
        text = f"{INTERFACES}{objects}config firewall policy\n    edit 1\n{body}{extra}    next\nend\n"
        rulebase = read(text).devices[0].rulebase("policy")
        assert rulebase is not None
        return rulebase.rules[0]

    return one


@pytest.fixture(scope="session")
def fate() -> Judge:
    """Judge a packet at a rulebase."""

    def judge(
        rulebase: Rulebase, source: str, destination: str, port: int = 443, protocol: int = 6,
        from_zone: str = "port1", to_zone: str = "port2",
    ) -> tuple[str, str | None]:  # fmt: skip
        flow = Flow.of(source, destination, protocol, source_port=40000, destination_port=port)
        return fate_in(rulebase, flow, from_zone, to_zone)

    return judge
