"""Rows of single-line tables of an ASA, by plain regular expressions."""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_ARP = re.compile(
    r"\s*(?P<interface>\S+) (?P<ip_address>\d+\.\d+\.\d+\.\d+)(?:/(?P<prefix_length>\d+))?"
    r" (?P<mac_address>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}) (?P<age>\S+)\s*\Z"
)
_IP_BRIEF = re.compile(
    r"(?P<interface>\S+)\s+(?P<ip_address>unassigned|\d+\.\d+\.\d+\.\d+|[0-9a-f:]*:[0-9a-f:]+)\s+(?P<ok>YES|NO)\s+(?P<method>\S+)"
    r"\s+(?P<status>administratively down|up|down)\s+(?P<protocol>\S+)\s*\Z"
)
_NAMEIF = re.compile(r"(?P<interface>[A-Z]\S*\d)\s+(?P<name>\S+)\s+(?P<security>\d+)\s*\Z")
_ADDRESS = re.compile(
    r"(?P<interface>[A-Z]\S*\d)\s+(?P<name>\S+)\s+(?P<ip_address>\d+\.\d+\.\d+\.\d+)\s+(?P<netmask>\d+\.\d+\.\d+\.\d+)\s+(?P<method>\S+)\s*\Z"
)


def _table(given: CaptureInput, pattern: re.Pattern[str]) -> ReadRows:
    matches = ((number, pattern.match(line.strip())) for number, line in enumerate(given.lines))
    return ReadRows(
        [
            ReadRow({name: text or "" for name, text in found.groupdict().items()}, (number,))
            for number, found in matches
            if found
        ]
    )


def read_arp(given: CaptureInput) -> ReadRows:
    """Return a row an address of `show arp`."""
    return _table(given, _ARP)


def read_ip_brief(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show interface ip brief`."""
    return _table(given, _IP_BRIEF)


def read_nameif(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show nameif`."""
    return _table(given, _NAMEIF)


def read_ip_address(given: CaptureInput) -> ReadRows:
    """Return a row an address of `show ip address`: the system's addresses, then those in use."""
    return _table(given, _ADDRESS)
