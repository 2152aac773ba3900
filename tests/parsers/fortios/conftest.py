"""How the tests of this platform read a configuration and ask for the fate of a packet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.fortios import parse

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "fortios"

Reader = Callable[[str], ParsedFile]
Loader = Callable[[str], Device]
PolicyReader = Callable[..., AccessRule]
Judge = Callable[..., tuple[str, str | None]]

INTERFACES = """\
config system global
    set hostname "fw"
end
config system interface
    edit "port1"
        set vdom "root"
        set ip 10.1.0.1 255.255.255.0
    next
    edit "port2"
        set vdom "root"
        set ip 10.2.0.1 255.255.255.0
    next
end
"""


def source_of(text: str, path: str = "fw.conf") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), "fortios")


def fate_in(rulebase: Rulebase, flow: Flow, from_zone: str, to_zone: str) -> tuple[str, str | None]:
    """Return the fate of a packet and the name of the rule: the first that surely or perhaps matches."""
    for rule in rulebase.rules:
        if not rule.enabled or from_zone not in rule.from_zones or to_zone not in rule.to_zones:
            continue
        if rule.match.surely.contains(flow):
            return rule.action.value, rule.name
        if rule.match.maybe.contains(flow):
            return "unknown", rule.name
    return rulebase.default_action.value, None


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
