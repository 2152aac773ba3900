"""What the tests of this platform share: fixtures on disk, devices from text, and the fate of a packet."""

from __future__ import annotations

from pathlib import Path

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.juniper_junos import parse

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "juniper_junos"


def source_of(text: str, path: str = "device.conf") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), "juniper_junos")


def read(text: str) -> ParsedFile:
    """Parse configuration text."""
    return parse(source_of(text))


def device_of(text: str) -> Device:
    """Parse configuration text and return its device."""
    return read(text).devices[0]


def load(name: str) -> ParsedFile:
    """Parse a fixture."""
    return parse(source_of((FIXTURES / name).read_text(encoding="utf-8"), name))


def fate(rulebase: Rulebase | None, flow: Flow, *zones: str) -> tuple[str, str | None]:
    """Return the verdict on a packet and the name of the rule that decides."""
    assert rulebase is not None
    found = FlowJudge(rulebase).fate(flow, *zones)
    return found.verdict, found.rule.name if found.rule else None


def tcp(source: str, destination: str, port: int, source_port: int = 40000, flags: int = 2) -> Flow:
    """Return a TCP packet, a SYN unless stated."""
    return Flow.of(source, destination, 6, source_port=source_port, destination_port=port, tcp_flags=flags)


def udp(source: str, destination: str, port: int) -> Flow:
    """Return a UDP packet."""
    return Flow.of(source, destination, 17, source_port=40000, destination_port=port)


def icmp(source: str, destination: str, kind: int = 8, protocol: int = 1) -> Flow:
    """Return an ICMP packet, an echo request unless stated."""
    return Flow.of(source, destination, protocol, icmp_type=kind)
