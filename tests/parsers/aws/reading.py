"""Reading files as a snapshot holds them, for the tests of this folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from netaudit.collect import collect
from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowFate, FlowJudge
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.aws import parse_together
from netaudit.parsers.contract import ParsedFile


def source(path: str, content: object) -> SourceFile:
    """Return a file; content that is no text is written as the command line prints it."""
    text = content if isinstance(content, str) else json.dumps(content, indent=4)
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), platform="aws")


def read(**files: object) -> list[ParsedFile]:
    """Read files of one folder, named after the keyword."""
    return list(parse_together([source(f"{name}.json", content) for name, content in files.items()]))


def devices(parsed: list[ParsedFile]) -> dict[str, Device]:
    """Return the devices by name."""
    return {device.name: device for one in parsed for device in one.devices}


def fate(rulebase: Rulebase, source: str, destination: str, protocol: int = 6, port: int = 0) -> FlowFate:
    """Return the fate of the first packet of a connection."""
    return FlowJudge(rulebase).fate(Flow.of(source, destination, protocol, destination_port=port))


def read_folder(folder: Path) -> list[ParsedFile]:
    """Read all files of a folder of the corpus that are told to be of AWS."""
    files = [replace(one) for one in collect(str(folder)).files if one.platform == "aws" and not one.problem]
    return list(parse_together(files))
