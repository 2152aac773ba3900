"""Short ways to read rules in the tests."""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.nftables import parse


def read(text: str, path: str = "nftables.conf") -> ParsedFile:
    return parse(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "nftables", host="fw"))


def device_of(text: str) -> Device:
    return read(text).devices[0]


def rulebase_of(text: str, name: str = "forward") -> Rulebase:
    rulebase = device_of(text).rulebase(name)
    assert rulebase is not None
    return rulebase
