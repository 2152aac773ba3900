"""The topology picture: nothing overlaps, nothing is lost, nothing is left to chance."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.policy.registers import Policy
from netaudit.reports.diagram import Picture, place, short_interface
from netaudit.reports.result import DiagramEdge, DiagramNode

from .sample import diagram, policy


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    """Return the labels of boxes that overlap."""
    return [
        (one.label, other.label)
        for one, other in combinations(picture.nodes, 2)
        if one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    ]


def test_the_outside_is_left_and_the_inside_right() -> None:
    picture = place(*diagram(), policy())
    x = {node.label: node.x for node in picture.nodes}
    assert x["INTERNET"] < x["edge-rtr-1"] < x["fw-ext"] < x["PROD-ORD"] < x["core-sw-1"] < x["PROD-DB"]
    assert x["LINE-BANK-A"] < x["fw-line-1"]


def test_a_transit_subnet_between_two_devices_is_one_edge_with_both_interfaces() -> None:
    picture = place(*diagram(), policy())
    assert "203.0.113.0/28" not in {node.label for node in picture.nodes}
    edge = next(edge for edge in picture.edges if edge.title == "203.0.113.0/28")
    assert [label.short for label in edge.labels] == ["Gi0/0/1", "wan1"]


def test_interfaces_are_written_short() -> None:
    assert short_interface("GigabitEthernet0/0/1") == "Gi0/0/1"
    assert short_interface("TenGigabitEthernet1/1") == "Te1/1"
    assert short_interface("wan1") == "wan1"


nodes_and_edges = st.integers(1, 30).flatmap(
    lambda count: st.tuples(
        st.lists(st.sampled_from(["device", "zone", "subnet", "unknown"]), min_size=count, max_size=count),
        st.lists(st.tuples(st.integers(0, count), st.integers(0, count)), max_size=60),
    )
)


@settings(max_examples=60, deadline=None)
@given(nodes_and_edges)
def test_any_graph_is_drawn_within_the_picture_without_overlaps(
    graph: tuple[list[str], list[tuple[int, int]]],
) -> None:
    kinds, pairs = graph
    nodes = [DiagramNode(f"n{number}", f"n{number}", kind) for number, kind in enumerate(kinds)]
    # The last index is no node: such an edge is left out.
    edges = [DiagramEdge(f"n{source}", f"n{target}", "eth0") for source, target in pairs]
    picture = place(nodes, edges, Policy())
    assert overlapping(picture) == []
    assert place(nodes, edges, Policy()) == picture
    for node in picture.nodes:
        assert node.x >= 0 and node.x + node.width <= picture.width
        assert node.y >= 0 and node.y + node.height <= picture.height
    drawn = {node.label for node in picture.nodes}
    assert {node.label for node in nodes if node.kind != "subnet"} <= drawn


def test_nothing_to_draw_gives_an_empty_picture() -> None:
    assert place((), (), Policy()).nodes == ()
