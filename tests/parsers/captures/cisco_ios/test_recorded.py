"""Our rows of IOS captures against those that ntc-templates recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.captures.recorded import compare_ntc

COMMANDS = (
    "show_version",
    "show_inventory",
    "show_interfaces",
    "show_interfaces_description",
    "show_ip_interface",
    "show_ip_interface_brief",
    "show_arp",
    "show_ip_arp",
    "show_cdp_neighbors_detail",
    "show_lldp_neighbors",
    "show_crypto_session_detail",
    "show_vrf",
    "show_ip_vrf_interfaces",
    "show_ip_ospf_neighbor",
    "show_ip_bgp_summary",
    "show_standby",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "cisco_ios", command)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
