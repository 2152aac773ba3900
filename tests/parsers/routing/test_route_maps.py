"""Route maps: their terms in order, what each asks, sets, and where it goes on."""

from __future__ import annotations

import pytest

from netaudit.model.routing import RoutePolicy, RoutePolicyTerm
from netaudit.parsers.routing.route_maps import read_route_maps
from tests.parsers.routing.reading import lines_of, open_lines


def _maps(text: str, together: bool = False) -> tuple[tuple[RoutePolicy, ...], list[str]]:
    ledger, roots = lines_of(text)
    found = read_route_maps(ledger, roots, together)
    return found, open_lines(ledger)


def _term(*lines: str, together: bool = False) -> tuple[RoutePolicyTerm, list[str]]:
    maps, problems = _maps("route-map M permit 10\n" + "\n".join(f" {line}" for line in lines), together)
    return maps[0].terms[0], problems


def test_terms_stand_by_their_numbers() -> None:
    maps, problems = _maps(
        """
route-map OUT deny 20
 description not to be told
 match ip address prefix-list PRIVATE
route-map OUT permit 10
 match tag 100
 continue
route-map OUT permit 30
route-map ALL
"""
    )
    assert problems == []
    assert [(one.name, one.default_outcome) for one in maps] == [("OUT", "deny"), ("ALL", "deny")]
    assert [(term.name, term.outcome, term.continues_at) for term in maps[0].terms] == [
        ("10", "permit", "20"),
        ("20", "deny", ""),
        ("30", "permit", ""),
    ]
    assert [(term.name, term.outcome) for term in maps[1].terms] == [("10", "permit")]


@pytest.mark.parametrize(
    ("line", "kind", "values"),
    [
        ("match ip address 10 NETS", "access_list", ("10", "NETS")),
        ("match ip address access-list NETS", "access_list", ("NETS",)),
        ("match ipv6 address prefix-list A B", "prefix_list", ("A", "B")),
        ("match ip next-hop prefix-list HOPS", "next_hop_prefix_list", ("HOPS",)),
        ("match ip next-hop HOPS", "next_hop_access_list", ("HOPS",)),
        ("match ip next-hop 10.0.0.1", "next_hop", ("10.0.0.1",)),
        ("match ip route-source prefix-list FROM", "source_prefix_list", ("FROM",)),
        ("match as-path 10 20", "as_path", ("10", "20")),
        ("match community 1 2", "community", ("1", "2")),
        ("match community STAY exact-match", "community_exact", ("STAY",)),
        ("match extcommunity RT", "extended_community", ("RT",)),
        ("match large-community BIG", "large_community", ("BIG",)),
        ("match interface GigabitEthernet 0/1 Loopback0", "interface", ("GigabitEthernet0/1", "Loopback0")),
        ("match metric 10", "metric", ("10",)),
        ("match tag 1 0.0.1.0", "tag", ("1", "256")),
        ("match source-protocol connected ospf 1", "protocol", ("connected", "ospf 1")),
        ("match route-type external type-1 internal", "route_type", ("external 1", "internal")),
        ("match length 3 200", "length", ("3-200",)),
        ("match rpki not-found", "validation_state", ("unknown",)),
        ("match local-preference 200", "local_preference", ("200",)),
    ],
)
def test_a_condition(line: str, kind: str, values: tuple[str, ...]) -> None:
    term, problems = _term(line)
    assert problems == []
    assert term.exact
    assert [(one.kind, one.values) for one in term.conditions] == [(kind, values)]


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("set local-preference 200", [("local_preference", ("200",))]),
        ("set metric +5", [("metric", ("+5",))]),
        ("set metric 10000 100 255 1 1500", [("metric", ("10000 100 255 1 1500",))]),
        ("set metric-type type-1", [("metric_type", ("1",))]),
        ("set weight 100", [("weight", ("100",))]),
        ("set origin incomplete", [("origin", ("incomplete",))]),
        ("set tag 77", [("tag", ("77",))]),
        ("set as-path prepend 65001 65001 1.1", [("as_path_prepend", ("65001", "65001", "65537"))]),
        ("set as-path prepend last-as 2", [("as_path_prepend", ("last-as 2",))]),
        ("set community 65000:1 no-export", [("community_set", ("65000:1", "no-export"))]),
        ("set community 65000:1 additive", [("community_add", ("65000:1",))]),
        ("set community none", [("community_set", ())]),
        ("set community community-list A B additive", [("community_add", ("list A", "list B"))]),
        ("set comm-list OLD delete", [("community_delete", ("list OLD",))]),
        ("set extcommunity rt 65000:1 65000:2 additive", [("extended_community_add", ("rt 65000:1", "rt 65000:2"))]),
        ("set large-community 65000:1:2", [("large_community_set", ("65000:1:2",))]),
        ("set ip next-hop 10.0.0.1 10.0.0.2", [("next_hop", ("10.0.0.1", "10.0.0.2"))]),
        ("set ip next-hop verify-availability 10.0.0.1 1 track 3", [("next_hop", ("10.0.0.1 track 3",))]),
        ("set ip next-hop recursive 10.9.9.9", [("next_hop", ("10.9.9.9 recursive",))]),
        ("set ip next-hop peer-address", [("next_hop", ("peer-address",))]),
        ("set ip next-hop self", [("next_hop_self", ())]),
        ("set ipv6 next-hop 2001:DB8::1", [("next_hop", ("2001:db8::1",))]),
        ("set ip default next-hop 10.0.0.1", [("default_next_hop", ("10.0.0.1",))]),
        ("set ip vrf RED next-hop 10.0.0.1", [("vrf", ("RED",)), ("next_hop", ("10.0.0.1",))]),
        ("set ip global next-hop 10.0.0.1", [("vrf", ("default",)), ("next_hop", ("10.0.0.1",))]),
        ("set vrf RED", [("vrf", ("RED",))]),
        ("set interface Null0", [("interface", ("Null0",))]),
        ("set default interface Tunnel 1", [("default_interface", ("Tunnel1",))]),
        ("set level level-1-2", [("level", ("1-2",))]),
        ("set ip precedence critical", [("precedence", ("critical",))]),
    ],
)
def test_a_change(line: str, changes: list[tuple[str, tuple[str, ...]]]) -> None:
    term, problems = _term(line)
    assert problems == []
    assert term.exact
    assert [(one.kind, one.values) for one in term.changes] == changes


def test_a_second_line_of_a_kind_adds_its_values() -> None:
    term, _ = _term("match ip address prefix-list A", "match ip address prefix-list B", "match tag 5")
    assert [(one.kind, one.values) for one in term.conditions] == [("prefix_list", ("A", "B")), ("tag", ("5",))]
    assert term.exact


def test_conditions_that_cannot_stand_together_leave_the_term_inexact() -> None:
    for lines in (
        ("match ip address 1", "match ip address prefix-list A"),
        ("match ip address prefix-list A", "match ipv6 address prefix-list B"),
    ):
        term, problems = _term(*lines)
        assert problems == []
        assert not term.exact


def test_lists_of_communities_match_together_where_the_platform_says_so() -> None:
    apart, _ = _term("match community A B")
    together, _ = _term("match community A B", together=True)
    either, _ = _term("match community A B or-results", together=True)
    assert [one.values for one in apart.conditions] == [("A", "B")]
    assert [one.values for one in together.conditions] == [("A",), ("B",)]
    assert [one.values for one in either.conditions] == [("A", "B")]


def test_an_inverted_condition() -> None:
    term, problems = _term("match invert-result as-path CUSTOMER")
    assert problems == []
    assert [(one.kind, one.values, one.negated) for one in term.conditions] == [("as_path", ("CUSTOMER",), True)]


@pytest.mark.parametrize(
    "line",
    [
        "match mpls-label",  # known, not in the model
        "match policy-list OTHER",
        "set as-path replace any",
        "set automatic-tag",
        "match moon full",  # unknown
        "set metric many",
        "continue soon",
        "match metric 10 +- 5",
        "no match tag 5",
        "match",
    ],
)
def test_a_line_that_is_not_understood_leaves_the_term_inexact(line: str) -> None:
    term, problems = _term("match tag 9", line)
    assert problems == [line]
    assert not term.exact
    assert [one.kind for one in term.conditions] == ["tag"]


def test_a_header_that_is_not_understood_may_be_any_term() -> None:
    maps, problems = _maps("route-map M permit ten\n match tag 5\nroute-map M permit 20\n match tag 6\n")
    assert problems == ["route-map M permit ten", "match tag 5"]
    assert [(term.outcome, term.exact) for term in maps[0].terms] == [("", False), ("permit", True)]


def test_maps_and_terms_that_are_taken_back_are_gone() -> None:
    maps, problems = _maps(
        "route-map A permit 10\nroute-map A deny 20\nno route-map A deny 20\nroute-map B\nno route-map B"
    )
    assert problems == []
    assert [(one.name, [term.name for term in one.terms]) for one in maps] == [("A", ["10"])]


def test_goto_of_free_range_routing() -> None:
    maps, problems = _maps("route-map A permit 10\n on-match goto 100\nroute-map A permit 100\n on-match next\n")
    assert problems == []
    assert [term.continues_at for term in maps[0].terms] == ["100", ""]
