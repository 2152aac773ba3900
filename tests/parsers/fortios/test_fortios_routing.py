"""Routing as configured, tunnels and login rules: what a reader of the configuration would say of them."""

from __future__ import annotations

import pytest

from netaudit.model.routing import RoutingProcess
from netaudit.model.source import Affects
from netaudit.parsers.fortios import parse
from tests.parsers.fortios.reading import FIXTURES, source_of


@pytest.fixture(scope="module")
def parsed():
    return parse(source_of((FIXTURES / "branch-routing.conf").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def branch(parsed):
    return parsed.devices[0]


def process(device, protocol: str) -> RoutingProcess:
    return next(one for one in device.routing_processes if one.protocol == protocol)


def test_only_what_no_answer_computes_is_left(parsed):
    notes = [(note.where.line, note.where.text) for note in parsed.coverage.notes if note.affects is Affects.ROUTING]
    lines = parsed.coverage.lines
    assert notes == []
    assert len(parsed.coverage.notes) == 0
    assert lines > 300


def test_bgp(branch):
    bgp = process(branch, "bgp")
    assert (bgp.name, bgp.autonomous_system, bgp.router_id, bgp.exact) == ("bgp 65010", "65010", "10.255.0.1", True)
    assert dict(bgp.distances) == {"external": 20, "internal": 200, "local": 200}
    assert [(one.prefix, one.policy) for one in bgp.networks] == [("10.1.0.0/24", "")]
    assert [(one.prefix, one.summary_only) for one in bgp.summaries] == [("10.0.0.0/8", True)]
    assert [(one.source, one.policy) for one in bgp.redistributions] == [("connected", "LANS")]
    peers = {one.name: one for one in bgp.neighbors}
    assert (peers["SPOKES"].kind, peers["SPOKES"].families[0].reflector_client) == ("group", True)
    assert (peers["10.250.0.0/16"].kind, peers["10.250.0.0/16"].group) == ("range", "SPOKES")
    hub = peers["10.255.0.2"]
    assert (hub.remote_as, hub.multihop, hub.authenticated, hub.description) == ("65000", 255, True, "headquarters")
    four, six = hub.families
    assert (four.family, four.next_hop_self, four.import_policies, four.export_policies) == (
        "ipv4 unicast", True, ("NOWHERE",), ("OUT",),
    )  # fmt: skip
    assert (four.import_filters, four.export_filters) == (("prefix_list OFFICES",), ("access_list LAN",))
    assert (six.family, six.active, six.sends_communities) == ("ipv6 unicast", False, "")


def test_ospf(branch):
    ospf = process(branch, "ospf")
    assert ospf.exact
    assert ospf.default_route is not None
    assert (ospf.default_route.always, ospf.default_route.metric) == (True, 20)
    assert [(str(one.addresses), one.area) for one in ospf.networks] == [
        ("10.1.0.0/24", ""),
        ("10.2.0.0/24", "0.0.0.3"),
    ]
    areas = {one.area: one.kind for one in ospf.areas}
    assert areas == {"0.0.0.0": "normal", "0.0.0.3": "totally_nssa"}
    assert [(one.prefix, one.area, one.announced) for one in ospf.summaries] == [("10.2.0.0/16", "0.0.0.3", False)]
    found = {one.interface: one for one in ospf.interfaces}
    assert (found["port1"].cost, found["port1"].network_type, found["port1"].authenticated) == (
        15, "point-to-point", True,
    )  # fmt: skip
    assert found["lag1"].passive is True
    assert [(one.source, one.metric_type, one.policy) for one in ospf.redistributions] == [("bgp", 1, "OUT")]


def test_rip(branch):
    rip = process(branch, "rip")
    assert [str(one.addresses) for one in rip.networks] == ["10.3.0.0/16"]
    assert rip.interfaces[0].options == (("receive-version", "2"),)


def test_lists(branch):
    found = {one.name: one for one in branch.routing.prefix_lists}
    assert [(one.action.value, str(one.prefixes)) for one in found["OFFICES"].entries] == [
        ("permit", "10.0.0.0/8 16-24"),
        ("deny", "0.0.0.0/0 0-32"),
    ]
    assert [str(one.prefixes) for one in found["access-list LAN"].entries] == ["10.1.0.0/24", "10.2.0.0/16 16-32"]
    texts = {one.name: one.entries[0] for one in branch.routing.text_lists}
    assert texts["OWN"].expression == "^65010$"
    assert texts["NEAR"].values == ("65010:1", "65010:2")


def test_route_maps_are_asked_in_the_order_of_their_numbers(branch):
    policies = {one.name: one for one in branch.routing.policies}
    first, last = policies["OUT"].terms
    assert (first.name, first.outcome, last.name, last.outcome) == ("2", "permit", "10", "deny")
    assert [(one.kind, one.values) for one in first.conditions] == [
        ("prefix_list", ("OFFICES",)),
        ("community", ("NEAR",)),
    ]
    assert [(one.kind, one.values) for one in first.changes] == [
        ("metric", ("50",)),
        ("as_path_prepend", ("65010", "65010")),
        ("community_add", ("65010:9",)),
    ]
    (only,) = policies["LANS"].terms
    assert [(one.kind, one.values) for one in only.conditions] == [("access_list", ("LAN",))]


def test_policy_routes(branch):
    (route,) = branch.routing.policy_routes
    assert (route.policy, route.interface) == ("router policy", "*")
    (term,) = next(one for one in branch.routing.policies if one.name == "router policy").terms
    assert [(one.kind, one.values) for one in term.conditions] == [
        ("interface", ("port1",)),
        ("source_object", ("servers",)),
        ("destination", ("192.0.2.0/255.255.255.0",)),
        ("ip_protocol", ("6",)),
        ("destination_port", ("443-443",)),
    ]
    assert [(one.kind, one.values) for one in term.changes] == [
        ("next_hop", ("203.0.113.1",)),
        ("interface", ("wan1",)),
    ]


def test_sdwan_is_kept_as_facts(branch):
    found = {(one.kind, one.name): dict(one.settings) for one in branch.routing.path_rules}
    assert found["member", "1"] == {"interface": "wan1", "zone": "underlay", "gateway": "203.0.113.1"}
    assert found["rule", "1"]["health-check"] == "dns"
    assert ("zone", "underlay") in found
    assert ("health check", "dns") in found


def test_names_without_a_definition_and_without_a_use(branch):
    assert ("route map", "NOWHERE") in {(one.kind, one.name) for one in branch.undefined_references}
    unused = {(one.kind, one.name) for one in branch.unused_objects}
    assert ("prefix list", "IDLE") in unused
    assert not {("prefix list", "OFFICES"), ("access list", "LAN"), ("route map", "OUT")} & unused


def test_tunnels_and_groups(branch):
    (tunnel,) = branch.tunnels
    assert (tunnel.interface, tunnel.kind, tunnel.source, tunnel.destination) == ("hq", "ipsec", "wan1", "198.51.100.9")
    (crypto,) = branch.crypto_tunnels
    assert (crypto.name, crypto.sequence, crypto.peers, crypto.ike_version) == ("hq", "hq-lan", ("198.51.100.9",), "2")
    assert (str(crypto.local), str(crypto.remote), crypto.forward_secrecy) == ("10.1.0.0/24", "10.9.0.0/16", "14")
    (group,) = branch.first_hop_groups
    assert (group.group, group.interface, group.addresses, group.priority, group.preempts, group.tracked) == (
        "7", "port1", ("10.1.0.1",), 150, False, ("198.51.100.1",),
    )  # fmt: skip
    assert {one.name: one.bundle for one in branch.interfaces if one.bundle} == {"port3": "lag1", "port4": "lag1"}
    assert [(one.name, one.kind) for one in branch.certificates] == [("branch", "identity")]


def test_logins(branch):
    plane = branch.management
    (policy,) = plane.password_policies
    assert (policy.minimum_length, policy.complexity, policy.lifetime_days) == (12, ("digits 1",), 90)
    assert [(one.attempts, one.duration_s) for one in plane.lockouts] == [(4, 120)]
    assert [one.kind for one in plane.banners] == ["login"]
    assert [(one.kind, one.enabled) for one in plane.change_logs] == [("archive", True)]


def test_no_secret_is_kept(branch):
    assert "planted" not in repr(branch)


@pytest.mark.parametrize(
    ("section", "inside"),
    [
        ("router bgp", "    set unheard-of 5"),
        ("router bgp", "    config neighbor\n    edit 10.0.0.9\n    set unheard-of 1\n    next\n    end"),
        ("router ospf", "    config area\n    edit 0.0.0.9\n    set unheard-of 1\n    next\n    end"),
        ("router rip", "    set unheard-of 1"),
    ],
)
def test_a_key_that_is_not_known_makes_the_process_inexact(section, inside):
    running = {
        "router bgp": "    set as 65010",
        "router ospf": "    config network\n    edit 1\n    set prefix 10.0.0.0 255.0.0.0\n    next\n    end",
        "router rip": "    config network\n    edit 1\n    set prefix 10.0.0.0 255.0.0.0\n    next\n    end",
    }[section]
    parsed = parse(source_of(f"config {section}\n{running}\n{inside}\nend\n"))
    assert ["unheard-of" in note.where.text for note in parsed.coverage.notes] == [True]
    assert [one.exact for one in parsed.devices[0].routing_processes] == [False]


def test_a_section_with_nothing_but_defaults_runs_no_process():
    text = "config router ospf\n    set rfc1583-compatible disable\nend\nconfig router bgp\n    set as 0\nend\n"
    assert parse(source_of(text)).devices[0].routing_processes == ()


def test_each_vdom_has_lists_of_its_own():
    text = """config vdom
edit root
config router prefix-list
edit "P"
config rule
edit 1
set prefix 10.0.0.0 255.0.0.0
next
end
next
end
next
edit dmz
config router prefix-list
edit "P"
config rule
edit 1
set prefix 192.0.2.0 255.255.255.0
next
end
next
end
next
end
"""
    lists = parse(source_of(text)).devices[0].routing.prefix_lists
    assert [(one.virtual_system, str(one.entries[0].prefixes)) for one in lists] == [
        ("root", "10.0.0.0/8"),
        ("dmz", "192.0.2.0/24"),
    ]
