"""A neighbour without an export may announce what its import policy lets in: there "no route" is not known."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import ZoneType
from netaudit.topology.fates import Disposition
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import conduit, device, network, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.9.0.0/24")
PARTNER = zone("PARTNER", ZoneType.THIRDPARTY, "192.0.2.0/24")

CORE = """
hostname core
interface Vlan1
 ip address 10.1.0.1 255.255.255.0
interface Vlan2
 ip address 10.0.0.1 255.255.255.252
router bgp 65000
 neighbor 10.0.0.2 remote-as 65000
"""
BORDER = """
hostname border
interface Gi0/0
 ip address 10.0.0.2 255.255.255.252
interface Gi0/1
 ip address 10.8.0.1 255.255.255.252
interface Gi0/2
 ip address 10.9.0.1 255.255.255.0
router bgp 65000
 neighbor 10.0.0.1 remote-as 65000
 neighbor 10.8.0.2 remote-as 65010
 {settings}
ip prefix-list theirs seq 5 deny 192.0.2.128/25
ip prefix-list theirs seq 10 permit 192.0.2.0/24 le 32
route-map from-them permit 10
 match ip address prefix-list theirs
route-map all-but-theirs deny 10
 match ip address prefix-list theirs
route-map all-but-theirs permit 20
"""
NARROW = ("neighbor 10.8.0.2 route-map from-them in", "neighbor 10.8.0.2 prefix-list theirs in")
WIDE = (
    "bgp log-neighbor-changes",
    "neighbor 10.8.0.2 route-map all-but-theirs in",
    "neighbor 10.8.0.2 route-map not-defined in",
    "neighbor 10.8.0.2 filter-list 7 in",
)


def _devices(settings: str) -> list[Device]:
    border = BORDER.format(settings=settings)
    return [device("cisco_ios", CORE, "core.cfg"), device("cisco_ios", border, "border.cfg")]


def _disposition(settings: str, start: str, destination: str) -> Disposition:
    flow = Flow.of("10.1.0.9", destination, 17, source_port=4000, destination_port=53)
    found = network(_devices(settings))
    (place,) = starting_places(found, start, "Vlan1" if start == "core" else "Gi0/0", flow)
    return trace_flow(found, place, flow).disposition


@pytest.mark.parametrize("start", ["core", "border"])
@pytest.mark.parametrize("settings", NARROW)
def test_what_the_import_policy_lets_in_is_unknown_and_the_rest_has_no_route(settings: str, start: str) -> None:
    assert _disposition(settings, start, "192.0.2.9") is Disposition.UNKNOWN
    assert _disposition(settings, start, "198.51.100.9") is Disposition.NO_ROUTE


@pytest.mark.parametrize("settings", WIDE)
def test_a_policy_that_does_not_name_prefixes_leaves_every_missing_route_unknown(settings: str) -> None:
    assert _disposition(settings, "core", "198.51.100.9") is Disposition.UNKNOWN


def test_a_conduit_says_that_the_route_may_be_learned() -> None:
    reasons = conduit(_devices(NARROW[0]), UAT, PARTNER, PROD).reasons
    assert any("10.8.0.2 has no export" in one for one in reasons)


def test_a_conduit_to_where_the_neighbour_cannot_lead_is_decided() -> None:
    found = conduit(_devices(NARROW[0]), UAT, PROD, PARTNER)
    assert not found.permitted
    assert not found.undecided
    assert conduit(_devices(WIDE[0]), UAT, PROD, PARTNER).undecided


def test_a_range_opens_the_table_of_its_own_router_alone() -> None:
    settings = "bgp listen range 10.8.0.0/24 peer-group far\n neighbor far peer-group\n neighbor far remote-as 65011"
    narrow = f"{NARROW[0]}\n {settings}"
    assert _disposition(narrow, "border", "198.51.100.9") is Disposition.UNKNOWN
    assert _disposition(narrow, "core", "198.51.100.9") is Disposition.NO_ROUTE
