"""Security policies of the SRX: zones, address books, applications, order, defaults; NAT."""

from __future__ import annotations

import pytest

from netaudit.model.rules import Action, NatKind, RulebaseKind
from netaudit.model.source import LineState
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import Flow
from tests.parsers.juniper_junos.reading import device_of, fate, icmp, load, read, tcp, udp

ZONES = """\
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set interfaces ge-0/0/1 unit 0 family inet address 10.1.0.1/24
set security zones security-zone a interfaces ge-0/0/0.0
set security zones security-zone b interfaces ge-0/0/1.0
"""
ANY = {"source-address": "any", "destination-address": "any", "application": "any"}
X, Y = "10.0.0.9", "10.1.0.9"


def policy(where: str = "from-zone a to-zone b policy p", then: str = "permit", extra: str = "", **match: str) -> str:
    """Return the lines of a policy."""
    lines = [f"set security policies {where} match {key} {value}" for key, value in (ANY | match).items() if value]
    lines += [f"set security policies {where} {line.strip()}" for line in extra.split(";") if line.strip()]
    return "\n".join((*lines, f"set security policies {where} then {then}", ""))


def verdict(text: str, flow: Flow, *zones: str) -> tuple[str, str | None]:
    """Return the fate of a packet at the policies of a device."""
    return fate(device_of(ZONES + text).rulebase("policies"), flow, *(zones or ("a", "b")))


def test_policies_hold_for_their_pair_of_zones():
    text = policy()
    assert verdict(text, tcp(X, Y, 80)) == ("permit", "p")
    assert verdict(text, tcp(Y, X, 80), "b", "a") == ("deny", None)
    assert verdict(text, tcp(X, Y, 80), "a", "a") == ("deny", None)


def test_the_default_policy():
    assert device_of(ZONES).rulebase("policies").default_action is Action.DENY
    text = "set security policies default-policy permit-all\n"
    rulebase = device_of(ZONES + text).rulebase("policies")
    assert rulebase.default_action is Action.PERMIT
    assert rulebase.default_where.line == 5
    assert rulebase.kind is RulebaseKind.ZONE_POLICY
    assert rulebase.stateful


def test_zone_policies_come_before_global_ones():
    text = policy("global policy g", "deny") + policy(application="junos-http")
    assert verdict(text, tcp(X, Y, 80)) == ("permit", "p")
    assert verdict(text, tcp(X, Y, 81)) == ("deny", "g")


def test_global_policies_may_name_several_zones():
    where = "global policy g"
    text = policy(where) + f"set security policies {where} match from-zone [ a b ]\n"
    text += f"set security policies {where} match to-zone b\n"
    assert verdict(text, tcp(X, Y, 80), "b", "b") == ("permit", "g")
    assert verdict(text, tcp(X, Y, 80), "b", "a") == ("deny", None)


def test_a_router_has_no_policies():
    assert device_of("set system host-name r").rulebase("policies") is None


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        ("set security address-book global address N 10.0.0.0/24", "permit"),
        ("set security address-book global address N 10.0.0.9", "permit"),
        ("set security address-book global address N 10.0.1.0/24", "deny"),
        ("set security address-book global address N range-address 10.0.0.5 to 10.0.0.10", "permit"),
        ("set security address-book global address N wildcard-address 10.0.0.9/255.0.0.255", "unknown"),
        ("set security address-book global address N wildcard-address 10.0.0.9/255.255.0.255", "permit"),
        ("set security address-book global address N dns-name host.example.com", "unknown"),
        ("set security zones security-zone a address-book address N 10.0.0.0/24", "permit"),
        ("set security zones security-zone b address-book address N 10.0.0.0/24", "unknown"),
        ("set security address-book x address N 10.0.0.0/24\nset security address-book x attach zone a", "permit"),
        ("set security address-book x address N 10.0.0.0/24\nset security address-book x attach zone b", "unknown"),
        (
            "set security address-book global address-set N address-set M\n"
            "set security address-book global address-set M address O\n"
            "set security address-book global address O 10.0.0.8/31",
            "permit",
        ),
        (
            "set security address-book global address-set N address-set M\n"
            "set security address-book global address-set M address-set N\n",
            "unknown",
        ),
        (
            "set security address-book global address N 10.99.0.0/16\n"
            "set security zones security-zone a address-book address N 10.0.0.0/24",
            "permit",  # the zone's book is asked first
        ),
        ("set security address-book global address N range-address 10.0.0.9 to 10.0.0.1", "unknown"),
    ],
)
def test_address_books(book, expected):
    assert verdict(f"{book}\n" + policy(**{"source-address": "N"}), tcp(X, Y, 80))[0] == expected


def test_excluded_addresses():
    book = "set security address-book global address N 10.0.0.0/24\n"
    text = book + policy(extra="match source-address-excluded", **{"source-address": "N"})
    assert verdict(text, tcp(X, Y, 80))[0] == "deny"
    assert verdict(text, tcp("192.0.2.1", Y, 80))[0] == "permit"


@pytest.mark.parametrize(
    ("application", "flow", "expected"),
    [
        ("junos-https", tcp(X, Y, 443), "permit"),
        ("junos-https", udp(X, Y, 443), "deny"),
        ("junos-dns-udp", udp(X, Y, 53), "permit"),
        ("junos-icmp-ping", icmp(X, Y, 8), "permit"),
        ("junos-icmp-ping", icmp(X, Y, 0), "deny"),
        ("junos-icmp-all", icmp(X, Y, 3), "permit"),
        ("junos-gre", Flow.of(X, Y, 47), "permit"),
        ("junos-cifs", tcp(X, Y, 445), "permit"),
        ("junos-ms-rpc-any", tcp(X, Y, 50000), "unknown"),
        ("junos-sun-rpc-nfs", udp(X, Y, 2049), "unknown"),
        ("[ junos-ssh junos-http ]", tcp(X, Y, 80), "permit"),
        ("nowhere", tcp(X, Y, 80), "unknown"),
        ("own", tcp(X, Y, 8080), "permit"),
        ("own", tcp(X, Y, 8081), "deny"),
        ("terms", udp(X, Y, 5000), "permit"),
        ("terms", tcp(X, Y, 22), "deny"),
        ("set", tcp(X, Y, 8080), "permit"),
        ("rpc", tcp(X, Y, 8080), "unknown"),
        ("bare", tcp(X, Y, 8080), "unknown"),
        ("junos-telnet", tcp(X, Y, 2323), "permit"),  # the configuration's own takes the name
    ],
)
def test_applications(application, flow, expected):
    definitions = """\
set applications application own protocol tcp
set applications application own destination-port 8080
set applications application own application-protocol http
set applications application terms term 1 protocol tcp source-port 20 destination-port 22
set applications application terms term 2 protocol udp destination-port 5000-5010 inactivity-timeout 30
set applications application-set set application own
set applications application-set set application-set inner
set applications application-set inner application junos-ping
set applications application rpc protocol tcp
set applications application rpc uuid 12345678-1234-1234-1234-123456789012
set applications application bare destination-port 8080
set applications application junos-telnet protocol tcp
set applications application junos-telnet destination-port 2323
"""
    assert verdict(definitions + policy(application=application), flow)[0] == expected


@pytest.mark.parametrize(
    "extra",
    [
        "match dynamic-application junos:FACEBOOK", "match source-identity role-x", "scheduler-name nights",
        "match url-category news", "match source-end-user-profile phones", "match made-up x",
        "then permit firewall-authentication pass-through", "then permit destination-address drop-untranslated",
    ],
)  # fmt: skip
def test_what_narrows_a_policy_without_saying_to_what_is_unknown(extra):
    assert verdict(policy(extra=extra), tcp(X, Y, 80))[0] == "unknown"


@pytest.mark.parametrize(
    "extra",
    [
        "match dynamic-application any",
        "match source-identity any",
        "then permit application-services idp",
        "then count",
    ],
)
def test_what_does_not_narrow_a_policy(extra):
    assert verdict(policy(extra=extra), tcp(X, Y, 80)) == ("permit", "p")


def test_a_policy_without_an_action_or_a_match_is_unknown():
    assert verdict(policy(then="log session-init"), tcp(X, Y, 80))[0] == "unknown"
    assert verdict(policy(application=""), tcp(X, Y, 80))[0] == "unknown"


def test_logging():
    rulebase = load("branch-srx.conf").devices[0].rulebase("policies")
    assert {rule.name: rule.logged for rule in rulebase.rules} == {
        "web-out": True, "anything": False, "site": False, "deny-and-log": True, "web-in": False, "web-in-2": False,
        "ping": False,
    }  # fmt: skip


def test_the_fixture_as_a_whole():
    rulebase = load("branch-srx.conf").devices[0].rulebase("policies")
    site = "203.0.113.80"
    assert fate(rulebase, tcp("10.200.0.5", site, 443), "trust", "untrust") == ("permit", "web-out")
    assert fate(rulebase, tcp("10.1.0.5", site, 443), "trust", "untrust") == ("deny", "deny-and-log")
    assert fate(rulebase, tcp("10.200.0.5", site, 8443), "trust", "untrust")[0] == "unknown"  # a name of DNS
    assert fate(rulebase, tcp(site, "10.2.0.10", 443), "untrust", "dmz") == ("deny", "deny-and-log")
    assert fate(rulebase, tcp("10.1.0.5", "10.2.0.25", 8080), "untrust", "dmz") == ("deny", "web-in-2")
    assert fate(rulebase, icmp("10.1.0.5", "10.200.0.9"), "dmz", "trust") == ("permit", "ping")
    assert [rule.name for rule in rulebase.rules if not rule.enabled] == ["anything"]
    reject = next(rule for rule in rulebase.rules if rule.name == "web-in-2")
    assert reject.action is Action.REJECT


def test_traffic_to_the_device_is_up_to_host_inbound_traffic():
    text = policy("from-zone a to-zone junos-host policy h", application="junos-ssh")
    assert verdict(text, tcp(X, "10.0.0.1", 22), "a", "junos-host") == ("permit", "h")
    assert verdict(text, tcp(X, "10.0.0.1", 443), "a", "junos-host")[0] == "unknown"
    assert verdict(text, tcp(X, Y, 443), "a", "b") == ("deny", None)


def test_packet_mode_leaves_the_policies_open():
    text = policy(then="deny") + "set security forwarding-options family mpls mode packet-based\n"
    assert verdict(text, tcp(X, Y, 80))[0] == "unknown"


def test_undefined_names_are_reported():
    device = device_of(
        ZONES + policy("from-zone a to-zone nowhere policy p", **{"source-address": "N", "application": "M"})
    )
    assert {(one.kind, one.name) for one in device.undefined_references} == {
        ("address object", "N"),
        ("application", "M"),
        ("security zone", "nowhere"),
    }
    (rule,) = device.rulebase("policies").rules
    assert rule.unresolved == ("N", "M")


def test_unused_names_are_reported():
    text = """\
set security address-book global address used 10.0.0.0/24
set security address-book global address spare 10.0.0.0/24
set applications application spare-app protocol tcp
"""
    device = device_of(ZONES + text + policy(**{"source-address": "used"}))
    assert {one.name for one in device.unused_objects} == {"spare", "spare-app"}


def test_screens_are_noted():
    notes = load("branch-srx.conf").coverage.notes
    assert [note.state for note in notes if "screen untrust-screen" in note.where.text] == [LineState.UNSUPPORTED]


def test_logical_systems_and_tenants_stand_by_themselves():
    device = load("logical-systems.set").devices[0]
    assert device.virtual_systems == ("LAB", "T1")
    assert device.rulebase("policies").rules == ()
    assert device.rulebase("policies", "LAB").default_action is Action.PERMIT
    assert [rule.name for rule in device.rulebase("policies", "T1").rules] == ["only"]
    assert {one.name: one.virtual_system for one in device.interfaces if one.addresses} == {
        "ge-0/0/0.0": "",
        "ge-0/0/5.0": "LAB",
        "ge-0/0/6.0": "LAB",
    }
    assert [(one.prefix, one.virtual_system) for one in device.static_routes] == [("0.0.0.0/0", "LAB")]


# NAT


def test_nat_of_the_fixture_in_the_order_in_which_it_is_asked():
    rules = load("branch-srx.conf").devices[0].nat_rules
    assert [(one.name, one.kind) for one in rules] == [
        ("one-to-one mail", NatKind.STATIC),
        ("in publish", NatKind.DESTINATION),
        ("out no-nat-to-hq", NatKind.EXEMPT),
        ("out all", NatKind.SOURCE),
    ]
    static, published, exempt, hidden = rules
    assert static.match.maybe.sources() == AddressSet.host("10.2.0.25")
    assert static.translated_source == AddressSet.host("203.0.113.25")
    assert "ge-0/0/0.0" in static.to_interface
    assert published.match.maybe.contains(tcp("192.0.2.1", "203.0.113.10", 443))
    assert not published.match.maybe.contains(tcp("192.0.2.1", "203.0.113.10", 80))
    assert published.translated_destination == AddressSet.host("10.2.0.10")
    assert published.translated_ports.intervals == ((8443, 8443),)
    assert exempt.match.maybe.contains(tcp("10.200.0.1", "10.1.0.1", 80))
    assert hidden.translated_source is None  # the address of the interface
    assert "trust" in hidden.from_interface
    assert "ge-0/0/1.0" in hidden.from_interface


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        ("address 10.9.0.1/32", "10.9.0.1"),
        ("address 10.9.0.0/30", "10.9.0.0/30"),
        ("address 10.9.0.1/32 to 10.9.0.2/32", "10.9.0.1, 10.9.0.2"),
    ],
)
def test_source_pools(pool, expected):
    text = f"""\
set security nat source pool P {pool}
set security nat source rule-set S from zone a
set security nat source rule-set S to zone b
set security nat source rule-set S rule R match source-address 10.0.0.0/8
set security nat source rule-set S rule R then source-nat pool P
"""
    (rule,) = device_of(ZONES + text).nat_rules
    assert str(rule.translated_source) == expected


def test_an_interface_goes_before_a_zone():
    text = """\
set security nat source rule-set Z from zone a
set security nat source rule-set Z to zone b
set security nat source rule-set Z rule R match source-address 10.0.0.0/8
set security nat source rule-set Z rule R then source-nat interface
set security nat source rule-set I from interface ge-0/0/0.0
set security nat source rule-set I to zone b
set security nat source rule-set I rule R match source-address 10.0.0.0/8
set security nat source rule-set I rule R then source-nat off
deactivate security nat source rule-set I rule R
"""
    rules = device_of(ZONES + text).nat_rules
    assert [(one.name, one.enabled) for one in rules] == [("I R", False), ("Z R", True)]


def test_an_undefined_pool_is_reported():
    text = """\
set security nat destination rule-set D from zone b
set security nat destination rule-set D rule R match destination-address 203.0.113.1/32
set security nat destination rule-set D rule R then destination-nat pool NONE
"""
    assert [one.name for one in device_of(ZONES + text).undefined_references] == ["NONE"]


def test_every_line_of_the_policies_is_understood():
    assert read(ZONES + policy(extra="description web; then log session-close")).coverage.notes == ()
