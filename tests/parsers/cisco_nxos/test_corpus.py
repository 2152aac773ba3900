"""NX-OS configurations by other people: all parse, every line is accounted for, few are not recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.source import Affects, LineState
from netaudit.parsers.cisco_nxos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

_PLACES = (
    "batfish/testconfigs/vendor/cisco_nxos/**/*",
    "batfish/tests/**/nxos*",
    "batfish/tests/**/nxos/*",
    "lab-validation/nxos*/configs/*/show_running-config.txt",
    "oxidized/nxos*output.txt",
    "aerleon/refs/cisconx/*",
    "netutils-mock/parser/base/cisco_nxos/*",
)
# Devices of another platform in the same lab.
_NOT_NXOS = ("DC1", "DC2")
_AFFECTING = frozenset((Affects.FILTER, Affects.NAT, Affects.ROUTING))


def _files(corpus: Path) -> list[Path]:
    generated = sorted((corpus.parent / "oracle/generated/open/nxos").glob("*"))
    return generated + sorted({path for place in _PLACES for path in corpus.glob(place) if path.is_file()})


def test_every_line_is_accounted_for(corpus: Path) -> None:
    seen = lines = unrecognised = 0
    for path in _files(corpus):
        if path.suffix in (".json", ".py", ".md"):
            continue
        source = source_of(path.read_bytes().decode("utf-8", "replace"), "cisco_nxos", path.name)
        parsed = parse(source)
        assert all_accounted_for(parsed, len(source.lines)), path
        seen += 1
        if path.parent.name not in _NOT_NXOS:
            lines += len(source.lines)
            unrecognised += len(parsed.coverage.in_state(LineState.UNRECOGNIZED))
    assert seen > 110
    assert unrecognised < 0.005 * lines


@pytest.mark.parametrize(
    ("places", "least"),
    [
        (("lab-validation/nxos*/configs/*/show_running-config.txt", "oxidized/nxos*output.txt"), 0.97),
        (("batfish/testconfigs/vendor/cisco_nxos/**/*", "batfish/tests/**/nxos*"), 0.90),
    ],
)
def test_lines_that_affect_packets_are_understood(corpus: Path, places: tuple[str, ...], least: float) -> None:
    understood = missed = 0
    for path in sorted({path for place in places for path in corpus.glob(place) if path.is_file()}):
        if path.suffix in (".json", ".py", ".md") or path.parent.name in _NOT_NXOS:
            continue
        coverage = parse(source_of(path.read_bytes().decode("utf-8", "replace"), "cisco_nxos", path.name)).coverage
        understood += coverage.understood
        missed += sum(note.affects in _AFFECTING for note in coverage.notes)
    assert understood > 1000
    assert understood / (understood + missed) >= least


def _labs(corpus: Path) -> list[tuple[Device, Path]]:
    """Return the NX-OS devices of the labs, each with the folder of what it showed."""
    found = []
    for path in sorted(corpus.glob("lab-validation/nxos*/configs/*/show_running-config.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.parent.name not in _NOT_NXOS:
            device = parse(source_of(text, "cisco_nxos")).devices[0]
            found.append((device, path.parents[2] / "show" / path.parent.name))
    return found


def test_name_and_version_are_those_that_the_device_shows(corpus: Path) -> None:
    compared = 0
    for device, show in _labs(corpus):
        if (show / "show_version.txt").exists():
            shown = (show / "show_version.txt").read_text(encoding="utf-8")
            version, name = re.search(r"NXOS: version (\S+)", shown), re.search(r"Device name: (\S+)", shown)
            assert version is not None and name is not None
            assert (device.version, device.name) == (version[1], name[1])
            compared += 1
    assert compared > 10


_BRIEF = re.compile(r"(Lo|Eth|Vlan|mgmt)(\S*)\s+(\d\S+)\s+protocol-\S+/link-\S+/admin-(up|down)")
_LONG = {"Lo": "loopback", "Eth": "Ethernet"}


def test_addresses_and_states_are_those_that_the_device_shows(corpus: Path) -> None:
    compared = 0
    for device, show in _labs(corpus):
        path = show / "show_ip_int_brief_vrf_all.txt"
        for kind, number, address, state in _BRIEF.findall(path.read_text("utf-8")) if path.exists() else ():
            interface = next(one for one in device.interfaces if one.name == _LONG.get(kind, kind) + number)
            assert address in {one.address_text for one in interface.addresses}, (show, interface.name)
            assert interface.enabled is (state == "up"), (show, interface.name)
            compared += 1
    assert compared > 15


_TABLE = re.compile(r'IP Route Table for VRF "(\S+)"')
_PREFIX = re.compile(r"(\d\S+/\d+), ubest")
_VIA = re.compile(r"\*via (\S+?)(?:%\S+)?, .*, (static|direct)$")


def test_routes_are_those_that_the_device_shows(corpus: Path) -> None:
    compared = 0
    for device, show in _labs(corpus):
        path = show / "show_ip_route_vrf_all.txt"
        vrf = prefix = ""
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            if (match := _TABLE.search(line)) is not None:
                vrf = match[1]
            elif (match := _PREFIX.match(line)) is not None:
                prefix = match[1]
            elif (match := _VIA.search(line.rstrip())) is not None:
                if match[2] == "static":
                    known = {(one.vrf, one.prefix, one.next_hop) for one in device.static_routes}
                    assert (vrf, prefix, match[1]) in known, (show, line)
                else:
                    up = [one for one in device.interfaces if one.vrf == vrf and one.enabled]
                    assert prefix in {one.network_text for port in up for one in port.addresses}, (show, line)
                compared += 1
    assert compared > 40
