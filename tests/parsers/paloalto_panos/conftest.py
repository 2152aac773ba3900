"""How the tests of PAN-OS read text and ask for fates."""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.paloalto_panos import parse


def parsed(text: str, path: str = "fw1.xml") -> ParsedFile:
    """Return what a text says."""
    return parse(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "paloalto_panos"))


def device_of(text: str) -> Device:
    """Return the first device of a text."""
    return parsed(text).devices[0]


def fate(
    device: Device,
    from_zone: str,
    to_zone: str,
    source: str,
    destination: str,
    protocol: int = 6,
    port: int = 443,
    system: str = "",
) -> str:
    """Return the fate of a packet between two zones."""
    rulebase = device.rulebase("security", system)
    assert rulebase is not None, system
    flow = Flow.of(source, destination, protocol, source_port=50000, destination_port=port)
    return FlowJudge(rulebase).fate(flow, from_zone, to_zone).verdict
