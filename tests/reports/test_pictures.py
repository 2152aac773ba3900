"""The architecture diagram in every format: thirty devices, by site, nothing lost, files that other programs read."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import networkx
import pytest

from netaudit.reports import LANGUAGES, WRITERS
from netaudit.reports.diagram import Picture, place
from netaudit.reports.result import AuditResult

from .sample import hostile, sample
from .test_diagram import boxes_crossed, lines_on_lines, overlapping, texts_crossed
from .thirty_devices import SITES, ZONES, thirty

SVG = "{http://www.w3.org/2000/svg}"


@cache
def result() -> AuditResult:
    return thirty(sample())


@cache
def picture() -> Picture:
    known = result()
    return place(known.diagram_nodes, known.diagram_edges, known.policy)


def written(name: str, language: str = "en", of: AuditResult | None = None) -> bytes:
    """Return the only file of a format."""
    (data,) = WRITERS[name](of or result(), language).values()
    return data


def edge(one: str, other: str, kind: str = "link") -> list[str]:
    """Return the looks of the edges of a kind between two devices."""
    ends = {f"device:{one}", f"device:{other}"}
    return [
        found.look
        for found in picture().edges
        if {found.link.source, found.link.target} == ends and found.link.kind == kind
    ]


def test_every_device_stands_once_in_the_column_of_its_site() -> None:
    frames = {frame.site: frame.box for frame in picture().frames}
    placed = {node.label: node for node in picture().nodes if node.kind == "device"}
    assert len(placed) == 30 and set(frames) == set(SITES)
    for site, names in SITES.items():
        for name in names:
            node, box = placed[name], frames[site]
            assert box.y < node.y and node.y + node.height < box.y + box.height, name
            assert box.x < node.x and node.x + node.width < box.x + box.width, name


def test_nothing_lies_on_another() -> None:
    assert overlapping(picture()) == []
    assert boxes_crossed(picture()) == [] and lines_on_lines(picture()) == [] and texts_crossed(picture()) == []
    sides = sorted((frame.box.x, frame.box.x + frame.box.width) for frame in picture().frames)
    assert all(first[1] < second[0] for first, second in pairwise(sides))


def test_it_stays_readable() -> None:
    known = picture()
    assert known.width * known.scale <= 1700 and known.height * known.scale <= 900
    assert known.large, "it is printed on A3"


def test_every_zone_is_in_the_picture_in_its_colour() -> None:
    looks = {node.label: node.look for node in picture().nodes if node.kind == "zone"}
    looks |= {chip.zone: chip.look for node in picture().nodes for chip in node.chips}
    assert set(looks) == {name for name, _, _ in ZONES}
    assert (looks["INTERNET"], looks["LINE-TWSE"], looks["PROD-DB"]) == ("outside", "line", "prod")
    (chip,) = [chip for node in picture().nodes for chip in node.chips if node.label == "acc-1"]
    assert (chip.zone, chip.shown_port) == ("MGMT", "Vlan40")


def test_links_show_what_captures_say_and_tunnels_and_pairs_have_looks_of_their_own() -> None:
    assert edge("edge-1", "fw-ext-1") == ["link confirmed"]
    assert edge("fw-line", "rtr-twse") == ["link"]
    assert edge("core-1", "acc-1", "cable") == ["cable"]
    assert edge("kh-rtr", "edge-1", "tunnel") == ["tunnel joined"]
    assert len(edge("kh-rtr", "edge-1")) == 1, "the subnet within the tunnel is not drawn again"
    assert edge("core-1", "core-2", "pair") == ["pair"]
    assert {"SW-TEMP", "INTERNET", "LINE-TWSE"} <= {node.label for node in picture().nodes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_svg_is_whole_and_stands_alone(language: str) -> None:
    root = ElementTree.fromstring(written("svg", language))
    assert root.tag == f"{SVG}svg"
    names = {text.text for text in root.iter(f"{SVG}text") if text.get("class") == "name"}
    assert {name for names_ in SITES.values() for name in names_} <= names
    sites = {text.text for text in root.iter(f"{SVG}text") if text.get("class") == "site"}
    assert sites == set(SITES)
    assert b"href" not in written("svg", language) and b"url(" not in written("svg", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawio_has_unique_cells_whose_parents_and_ends_exist(language: str) -> None:
    root = ElementTree.fromstring(written("drawio", language))
    model = root.find("diagram/mxGraphModel/root")
    assert root.tag == "mxfile" and model is not None
    cells = {cell.get("id"): cell for cell in model.iter("mxCell")}
    assert len(cells) == len(list(model.iter("mxCell")))
    assert [cell.get("id") for cell in model][:2] == ["0", "1"] and cells["1"].get("parent") == "0"
    edges = [cell for cell in cells.values() if cell.get("edge") == "1"]
    assert len(edges) == len(picture().edges)
    for cell in cells.values():
        if cell.get("id") == "0":
            continue
        assert cell.get("parent") in cells
        for end in ("source", "target"):
            assert cell.get("edge") != "1" or cells[cell.get(end)].get("vertex") == "1"
        if cell.get("vertex") == "1" or cell.get("edge") == "1":
            (geometry,) = cell.findall("mxGeometry")
            assert geometry.get("as") == "geometry"
    device = next(cell for cell in cells.values() if (cell.get("value") or "").startswith("kh-fw\n"))
    assert cells[device.get("parent")].get("value") == "高雄分公司"


def test_mermaid_has_a_subgraph_a_site_and_joins_known_nodes_only() -> None:
    lines = written("mermaid").decode().splitlines()
    assert lines[0] == "flowchart TB"
    assert sum(line.strip().startswith("subgraph ") for line in lines) == len(SITES)
    assert lines.count("  end") == len(SITES)
    nodes = [match[1] for line in lines if (match := re.match(r"\s+([nz]\d+)[\[({]", line))]
    pattern = r'\s+([nz]\d+) (?:---|-\.-|===)(?:\|"[^"|]*"\|)? ([nz]\d+)'
    edges = [match for line in lines if (match := re.fullmatch(pattern, line))]
    zones = {(node.site, chip.zone) for node in picture().nodes for chip in node.chips}
    assert len(nodes) == len(set(nodes)) == len(picture().nodes) + len(zones)
    assert len(edges) == len(picture().edges) + sum(len(node.chips) for node in picture().nodes)
    assert {end for match in edges for end in match.groups()} <= set(nodes)


def test_networkx_reads_the_graphml_with_every_part_of_the_network() -> None:
    read = networkx.read_graphml(io.BytesIO(written("graphml")), force_multigraph=True)
    graph = networkx.relabel_nodes(read, networkx.get_node_attributes(read, "name"))
    kinds = networkx.get_node_attributes(graph, "kind")
    assert sum(kind == "device" for kind in kinds.values()) == 30
    assert {"interface", "subnet", "vlan", "first_hop", "end", "unknown"} <= set(kinds.values())
    assert kinds["device/core-1"] == "device"
    assert graph.has_edge("interface/core-1/Vlan40", "subnet/10.40.0.0/24")
    known = result().topology
    assert known is not None
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (known.number_of_nodes(), known.number_of_edges())


@pytest.mark.parametrize("of", [None, replace(sample(), topology=None)])
def test_graphml_keeps_to_its_schema(of: AuditResult | None) -> None:
    """Ids are name tokens and unique, keys are declared, edges end at nodes (GraphML schema 1.1)."""
    root = ElementTree.fromstring(written("graphml", of=of))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert [child.tag for child in root][-1] == f"{space}graph"
    keys = {key.get("id"): key.get("for") for key in root.iter(f"{space}key")}
    (graph,) = root.findall(f"{space}graph")
    nodes = [node.get("id") or "" for node in graph.findall(f"{space}node")]
    edges = graph.findall(f"{space}edge")
    names = [*keys, *nodes, *(edge.get("id") or "" for edge in edges)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[\w.:-]+", name or "") for name in names)
    assert {end for edge in edges for end in (edge.get("source"), edge.get("target"))} <= set(nodes)
    for scope in ("node", "edge"):
        for element in graph.findall(f"{space}{scope}"):
            told = [data.get("key") for data in element.findall(f"{space}data")]
            assert len(told) == len(set(told)) and {keys[key] for key in told} <= {scope}


HOSTILE = [
    '"><svg onload=x>',
    "]]></style>",
    'a"]:::x\n  click n0 href "javascript:x"',
    "end",
    "\x00\x1b\u202e\udc80",
    "%%{init}%%",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["svg", "drawio", "graphml"])
def test_no_text_of_a_configuration_breaks_an_xml_file(name: str, text: str) -> None:
    def shape(data: bytes) -> list[str]:
        # Wider words make other ways for the lines: their corners are not compared.
        tags = [element.tag for element in ElementTree.fromstring(data).iter()]
        return [tag for tag in tags if tag not in ("Array", "mxPoint")]

    plain, wicked = hostile("plain"), hostile(text)
    spoilt = networkx.MultiGraph()
    spoilt.add_edge(("device", text), ("subnet", text), text, kind=text)
    assert shape(written(name, of=wicked)) == shape(written(name, of=plain))
    assert ElementTree.fromstring(written(name, of=replace(wicked, topology=spoilt))) is not None


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_configuration_becomes_a_statement_of_mermaid(text: str) -> None:
    def statements(of: AuditResult) -> list[str]:
        return [re.sub(r'"[^"]*"', '""', line) for line in written("mermaid", of=of).decode().splitlines()]

    assert statements(hostile(text)) == statements(hostile("plain"))


def test_without_sites_there_are_no_frames() -> None:
    known = result()
    nodes = tuple(replace(node, site="") for node in known.diagram_nodes)
    assert place(nodes, known.diagram_edges, known.policy).frames == ()
    some = tuple(replace(node, site="" if node.label == "kh-sw" else node.site) for node in known.diagram_nodes)
    assert place(some, known.diagram_edges, known.policy).frames[-1].site == ""


def test_no_nodes_give_empty_files_that_are_still_valid() -> None:
    nothing = replace(result(), diagram_nodes=(), diagram_edges=(), topology=None)
    for name in ("svg", "drawio", "graphml"):
        assert ElementTree.fromstring(written(name, of=nothing)) is not None
    assert written("mermaid", of=nothing).decode().startswith("flowchart TB\n")


def test_a_subnet_that_spans_two_sites_joins_the_boxes_of_its_zone(demo_result: AuditResult) -> None:
    ends = {frozenset((edge.source, edge.target)): edge.title for edge in demo_result.diagram_edges}
    assert ends[frozenset(("zone:MGMT@台北機房", "zone:MGMT@台北 2F"))] == "10.40.0.0/24"
    assert frozenset(("zone:INTERNET@台北機房", "zone:INTERNET@台南")) not in ends
