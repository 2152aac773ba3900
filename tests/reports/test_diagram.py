"""The topology picture: nothing overlaps, nothing is lost, nothing is left to chance."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.source import SourceRef
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.reports.diagram import PORT_SIZE, Picture, place, short_interface
from netaudit.reports.diagram_tiers import MOST_IN_ROW
from netaudit.reports.result import DiagramEdge, DiagramNode
from netaudit.reports.text_widths import text_width

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


def segments(picture: Picture) -> list[tuple[int, tuple[int, int], tuple[int, int]]]:
    """Return the straight pieces of all edges, with the number of the edge; each rightwards or downwards."""
    return [(number, *sorted(ends)) for number, edge in enumerate(picture.edges) for ends in pairwise(edge.corners)]


def boxes_crossed(picture: Picture) -> list[tuple[str, str, str]]:
    """Return the edges that touch a box that they do not end at, or their own one but for its border."""
    found = []
    for number, (x1, y1), (x2, y2) in segments(picture):
        assert x1 == x2 or y1 == y2, "lines run straight"
        link = picture.edges[number].link
        for node in picture.nodes:
            across = x1 < node.x + node.width and x2 > node.x
            down = y1 < node.y + node.height and y2 > node.y
            if across and down:
                found.append((link.source, link.target, node.label))
    return found


def lines_on_lines(picture: Picture) -> list[tuple[int, int]]:
    """Return the edges that run on each other."""
    pieces = segments(picture)
    found = []
    for one, (x1, y1), (x2, y2) in pieces:
        for other, (x3, y3), (x4, y4) in pieces:
            if one < other:
                upright = x1 == x2 == x3 == x4 and y1 < y4 and y3 < y2
                level = y1 == y2 == y3 == y4 and x1 < x4 and x3 < x2
                if upright or level:
                    found.append((one, other))
    return found


def texts_crossed(picture: Picture) -> list[tuple[str, str]]:
    """Return the words beside or above lines that a line runs through, and those that lie on a box or on others."""
    texts = []
    for edge in picture.edges:
        for label in (*edge.labels, *([edge.note] if edge.note else [])):
            width = text_width(label.short, PORT_SIZE)
            x = label.x - {"start": 0, "end": width, "middle": width // 2}[label.anchor]
            texts.append((label.short, x, label.y - 9, x + width, label.y + 2))
    found = []
    for number, (text, left, top, right, low) in enumerate(texts):
        for _, (x1, y1), (x2, y2) in segments(picture):
            if x1 < right and x2 > left and y1 < low and y2 > top:
                found.append((text, f"line at {x1} {y1}"))
        found += [
            (text, node.label)
            for node in picture.nodes
            if left < node.x + node.width and right > node.x and top < node.y + node.height and low > node.y
        ]
        for other, left2, top2, right2, low2 in texts[:number]:
            if left < right2 and left2 < right and top < low2 and top2 < low:
                found.append((text, other))
    return found


def test_the_outside_is_on_top_and_the_inside_below() -> None:
    picture = place(*diagram(), policy())
    y = {node.label: node.y for node in picture.nodes}
    assert y["INTERNET"] < y["edge-rtr-1"] < y["fw-ext"] < y["core-sw-1"]
    assert y["LINE-BANK-A"] < y["fw-line-1"]


def test_a_zone_stands_in_the_device_that_is_alone_in_it() -> None:
    picture = place(*diagram(), policy())
    chips = {(node.label, chip.zone): chip for node in picture.nodes for chip in node.chips}
    assert chips["core-sw-1", "PROD-DB"].look == "prod"
    assert "PROD-DB" not in {node.label for node in picture.nodes}
    firewall = next(node for node in picture.nodes if node.label == "fw-ext")
    for chip in firewall.chips:
        assert firewall.x <= chip.x and chip.x + chip.width <= firewall.x + firewall.width
        assert firewall.y < chip.y and chip.y + chip.height <= firewall.y + firewall.height


def test_a_transit_subnet_between_two_devices_is_one_edge_with_both_interfaces() -> None:
    picture = place(*diagram(), policy())
    assert "203.0.113.0/28" not in {node.label for node in picture.nodes}
    edge = next(edge for edge in picture.edges if edge.title == "203.0.113.0/28")
    assert [label.short for label in edge.labels] == ["Gi0/0/1", "wan1"]


def test_interfaces_are_written_short() -> None:
    assert short_interface("GigabitEthernet0/0/1") == "Gi0/0/1"
    assert short_interface("TenGigabitEthernet1/1") == "Te1/1"
    assert short_interface("wan1") == "wan1"


KINDS = ("link", "cable", "tunnel", "pair")


def placed(kinds: list[tuple[str, str]], pairs: list[tuple[int, int, str, str]]) -> Picture:
    """Return the picture of nodes (kind, site) and edges (one, other, kind, words at its ends and above it)."""
    nodes = [
        DiagramNode(f"n{number}", f"n{number}", kind, site=site, zone=f"n{number}" if kind == "zone" else "")
        for number, (kind, site) in enumerate(kinds)
    ]
    edges = [
        DiagramEdge(f"n{source}", f"n{target}", words, words, kind, note=words) for source, target, kind, words in pairs
    ]
    zones = tuple(
        Zone(node.label, list(ZoneType)[number % len(ZoneType)], SourceRef("zone_map.yaml", 1))
        for number, node in enumerate(nodes)
        if node.kind == "zone"
    )
    return place(nodes, edges, Policy(zones=zones))


graphs = st.integers(1, 30).flatmap(
    lambda count: st.tuples(
        st.lists(
            st.tuples(
                st.sampled_from(["device", "device", "zone", "subnet", "unknown"]),
                st.sampled_from(["", "甲", "乙", "丙"]),
            ),
            min_size=count,
            max_size=count,
        ),
        st.lists(
            st.tuples(
                st.integers(0, count),
                st.integers(0, count),
                st.sampled_from(KINDS),
                st.sampled_from(["", "eth0", "GigabitEthernet0/0/1", "一條很長很長的專線說明文字"]),
            ),
            max_size=60,
        ),
    )
)


@settings(max_examples=150, deadline=None)
@given(graphs)
def test_any_graph_is_drawn_within_the_picture_and_nothing_lies_on_another(
    graph: tuple[list[tuple[str, str]], list[tuple[int, int, str, str]]],
) -> None:
    """The last index is no node: such an edge is left out."""
    kinds, pairs = graph
    picture = placed(kinds, pairs)
    assert overlapping(picture) == []
    for node in picture.nodes:
        assert node.x >= 0 and node.x + node.width <= picture.width
        assert node.y >= 0 and node.y + node.height <= picture.height
    for edge in picture.edges:
        assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in edge.corners)
    assert boxes_crossed(picture) == []
    assert lines_on_lines(picture) == []
    assert texts_crossed(picture) == []


@settings(max_examples=40, deadline=None)
@given(graphs)
def test_any_graph_is_drawn_whole_and_the_same_again(
    graph: tuple[list[tuple[str, str]], list[tuple[int, int, str, str]]],
) -> None:
    kinds, pairs = graph
    picture = placed(kinds, pairs)
    assert placed(kinds, pairs) == picture
    drawn = {node.label for node in picture.nodes} | {chip.zone for node in picture.nodes for chip in node.chips}
    assert {f"n{number}" for number, (kind, _) in enumerate(kinds) if kind != "subnet"} <= drawn
    joined = {frozenset((edge.link.source, edge.link.target)) for edge in picture.edges}
    for one, other, _, _ in pairs:
        ends = {one, other}
        if len(ends) == 2 and len(kinds) not in ends and all(kinds[end][0] == "device" for end in ends):
            assert frozenset(f"n{end}" for end in ends) in joined


def test_a_pair_stands_side_by_side_and_the_line_between_is_straight() -> None:
    nodes = [DiagramNode(name, name, "device") for name in ("a", "b", "c")]
    edges = [DiagramEdge("a", "c", "eth1"), DiagramEdge("b", "c", "eth1"), DiagramEdge("a", "b", "HA", kind="pair")]
    picture = place(nodes, edges, Policy())
    y = {node.id: node.y for node in picture.nodes}
    assert y["a"] == y["b"] != y["c"]
    (pair,) = [edge for edge in picture.edges if edge.link.kind == "pair"]
    assert len(pair.corners) == 2 and pair.corners[0][1] == pair.corners[1][1]


def test_a_row_of_very_many_is_broken_up() -> None:
    nodes = [DiagramNode(f"acc-{number:02}", f"acc-{number:02}", "device") for number in range(24)]
    nodes.append(DiagramNode("core", "core", "device"))
    edges = [DiagramEdge("core", node.id, f"Gi1/{number}") for number, node in enumerate(nodes[:-1])]
    picture = place(nodes, edges, Policy())
    rows: dict[int, int] = {}
    for node in picture.nodes:
        rows[node.y] = rows.get(node.y, 0) + 1
    assert max(rows.values()) <= MOST_IN_ROW
    assert boxes_crossed(picture) == [] and lines_on_lines(picture) == [] and texts_crossed(picture) == []


def test_nothing_to_draw_gives_an_empty_picture() -> None:
    assert place((), (), Policy()).nodes == ()
