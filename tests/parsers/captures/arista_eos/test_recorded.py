"""Our rows of EOS captures against those that ntc-templates recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.captures.recorded import compare_ntc

COMMANDS = (
    "show_hostname",
    "show_interfaces",
    "show_interfaces_description",
    "show_interfaces_status",
    "show_inventory",
    "show_ip_arp",
    "show_ip_interface_brief",
    "show_ip_route",
    "show_lldp_neighbors",
    "show_lldp_neighbors_detail",
    "show_version",
    "show_vlan",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "arista_eos", command)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
