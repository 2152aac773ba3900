"""EOS configurations by other people: all parse, every line is accounted for, few are not recognised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from netaudit.model.device import Device
from netaudit.model.source import LineState
from netaudit.packets.addresses import Family
from netaudit.parsers.arista_eos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

_PLACES = (
    "batfish/testconfigs/vendor/arista/**/*",
    "batfish/tests/**/arista*",
    "batfish/tests/**/eos*",
    "lab-validation/eos*/configs/*/show_running-config.txt",
    "oxidized/eos*output.txt",
    "aerleon/refs/arista/*",
    "aerleon/refs/arista_tp/*",
    "netutils-mock/parser/base/arista_eos/*",
)
# A device of another platform says so in the first lines of its configuration.
_NOT_EOS = ("Building configuration", "!! IOS XR", "boot-start-marker", "Current configuration")


def _files(corpus: Path) -> list[Path]:
    generated = sorted((corpus.parent / "oracle/generated/open/eos").glob("*"))
    return generated + sorted({path for place in _PLACES for path in corpus.glob(place) if path.is_file()})


def test_every_line_is_accounted_for(corpus: Path) -> None:
    seen = lines = unrecognised = 0
    for path in _files(corpus):
        if path.suffix in (".json", ".py", ".md"):
            continue
        source = source_of(path.read_bytes().decode("utf-8", "replace"), "arista_eos", path.name)
        parsed = parse(source)
        assert all_accounted_for(parsed, len(source.lines)), path
        seen += 1
        if not any(text in line for line in source.lines[:20] for text in _NOT_EOS):
            lines += len(source.lines)
            unrecognised += len(parsed.coverage.in_state(LineState.UNRECOGNIZED))
    assert seen > 130
    assert unrecognised < 0.005 * lines


def _labs(corpus: Path, command: str) -> list[tuple[Device, dict[str, Any]]]:
    """Return the EOS devices of the labs, each with what it showed for a command."""
    found = []
    for path in sorted(corpus.glob("lab-validation/eos*/configs/*/show_running-config.txt")):
        shown = sorted((path.parents[2] / "show" / path.parent.name).glob(f"{command}_|_json*"))
        text = path.read_text(encoding="utf-8", errors="replace")
        if shown and "EOS-" in text[:600]:
            device = parse(source_of(text, "arista_eos")).devices[0]
            found.append((device, json.loads(shown[0].read_text(encoding="utf-8"))))
    return found


def test_version_and_model_are_those_that_the_device_shows(corpus: Path) -> None:
    devices = _labs(corpus, "show_version")
    assert len(devices) > 20
    for device, shown in devices:
        assert (device.version, device.model) == (shown["version"].split()[0], shown["modelName"])


def test_interfaces_are_those_that_the_device_shows(corpus: Path) -> None:
    compared = 0
    for device, shown in _labs(corpus, "show_interfaces"):
        mine = {one.name: one for one in device.interfaces}
        for name, known in shown["interfaces"].items():
            interface = mine[name]
            assert interface.enabled is (known["interfaceStatus"] != "disabled"), (device.name, name)
            assert interface.description == known.get("description", ""), (device.name, name)
            if name.startswith(("Ethernet", "Port-Channel")):
                assert (interface.switchport == "") is (known["forwardingModel"] == "routed"), (device.name, name)
            own = {str(one) for one in interface.addresses if one.family is Family.IPV4 and not one.secondary}
            primary = [one["primaryIp"] for one in known.get("interfaceAddress", ())]
            theirs = {f"{one['address']}/{one['maskLen']}" for one in primary if one["address"] != "0.0.0.0"}
            # `ip address unnumbered` shows the borrowed address; the account says that it is not modelled.
            assert own == theirs or (not own and device.name in ("leaf1", "leaf2", "spine")), (device.name, name)
            compared += 1
    assert compared > 300


def test_routes_are_those_that_the_device_shows(corpus: Path) -> None:
    compared = 0
    for device, shown in _labs(corpus, "show_ip_route_vrf_all"):
        static = {(one.vrf, one.prefix) for one in device.static_routes}
        up = [one for one in device.interfaces if one.enabled]
        connected = {(port.vrf, one.network_text) for port in up for one in port.addresses}
        for vrf, table in shown["vrfs"].items():
            for prefix, route in table["routes"].items():
                known = {"static": static, "connected": connected}.get(route["routeType"])
                assert known is None or (vrf, prefix) in known, (device.name, vrf, prefix)
                compared += known is not None
    assert compared > 100
