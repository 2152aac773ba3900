"""The architecture diagram as Mermaid text, for pages and wikis that draw it themselves.

Source: Mermaid, "Flowcharts - Basic Syntax" (subgraphs, node shapes, link texts, entity codes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netaudit.reports.diagram import Picture, PlacedEdge, PlacedNode, place, short_interface
from netaudit.reports.result import AuditResult
from netaudit.reports.words import Words, readable, words_of

_SHAPES = {
    "firewall": ("[[", "]]"),
    "router": ("((", "))"),
    "switch": ("[", "]"),
    "cloud": ("(", ")"),
    "host": ("[", "]"),
    "device": ("[", "]"),
    "zone": ("([", "])"),
    "subnet": ("[/", "/]"),
    "internet": ("([", "])"),
    "unknown": ("{{", "}}"),
}
_LINES = {"tunnel": "-.-", "pair": "===", "peering": "---", "cable": "---", "link": "---"}

_STYLES = """\
classDef firewall fill:#FFFAF7,stroke:#9C3D1E,stroke-width:2px
classDef router fill:#FFFFFF,stroke:#1F4E79,stroke-width:2px
classDef switch fill:#F5F9FD,stroke:#1F4E79,stroke-width:2px
classDef cloud fill:#FAF7FD,stroke:#6A4C93,stroke-width:2px
classDef host fill:#FFFFFF,stroke:#46525E,stroke-width:2px
classDef device fill:#FFFFFF,stroke:#46525E,stroke-width:2px
classDef outside fill:#FBE3DF,stroke:#8C1D18,stroke-dasharray:6 3
classDef line fill:#FDF1CF,stroke:#8A6500,stroke-dasharray:2 3
classDef dmz fill:#FDE8D2,stroke:#5D6B79
classDef prod fill:#D3E9DC,stroke:#5D6B79,stroke-width:2px
classDef test fill:#E5E0F3,stroke:#5D6B79
classDef mgmt fill:#DDE6EE,stroke:#5D6B79
classDef other fill:#EEF1F4,stroke:#5D6B79
classDef subnet fill:#FFFFFF,stroke:#5D6B79
classDef unknown fill:#FFFFFF,stroke:#5D6B79,stroke-dasharray:3 3
"""


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return architecture.<language>.mmd."""
    words = words_of(language)
    picture = place(result.diagram_nodes, result.diagram_edges, result.policy)
    return {f"architecture.{language}.mmd": _text(picture, words).encode()}


def _text(picture: Picture, words: Words) -> str:
    identities = {node.id: f"n{number}" for number, node in enumerate(picture.nodes)}
    # Zones that the picture writes into their devices are nodes here, one a site: Mermaid places them itself.
    zones = dict.fromkeys((node.site, chip.zone) for node in picture.nodes for chip in node.chips)
    identity_of = {zone: f"z{number}" for number, zone in enumerate(zones)}
    lines = ["flowchart TB"]
    for number, frame in enumerate(picture.frames):
        lines.append(f"  subgraph s{number}[{_quoted(frame.site or words('topology.no_site'))}]")
        lines += [f"    {line}" for line in _site(picture, frame.site, identities, identity_of, words)]
        lines.append("  end")
    if not picture.frames:
        lines += [f"  {line}" for line in _site(picture, None, identities, identity_of, words)]
    height = {node.id: node.y for node in picture.nodes}
    lines += [f"  {_edge(edge, identities, height)}" for edge in picture.edges]
    red = [
        number for number, edge in enumerate(picture.edges) if set(edge.look.split()) & {"contradicted", "unanswered"}
    ]
    lines += [
        f"  {identities[node.id]} ---{_middle(short_interface(chip.port))} {identity_of[node.site, chip.zone]}"
        for node in picture.nodes
        for chip in node.chips
    ]
    if red:
        lines.append(f"  linkStyle {','.join(map(str, red))} stroke:#8C1D18,stroke-width:2px")
    lines += [f"  {line}" for line in _STYLES.splitlines()]
    return "\n".join(lines) + "\n"


def _site(
    picture: Picture,
    site: str | None,
    identities: Mapping[str, str],
    identity_of: Mapping[tuple[str, str], str],
    words: Words,
) -> Iterator[str]:
    """Yield the nodes of a site, None for all."""
    drawn: set[tuple[str, str]] = set()
    for node in picture.nodes:
        if site is not None and node.site != site:
            continue
        yield _node(node, identities, words)
        for chip in node.chips:
            if (node.site, chip.zone) not in drawn:
                drawn.add((node.site, chip.zone))
                kind = words(f"zone_type.{chip.zone_type}") if chip.zone_type else words("node.zone")
                yield f"{identity_of[node.site, chip.zone]}([{_quoted(chip.zone, kind)}]):::{chip.look}"


def _node(node: PlacedNode, identities: Mapping[str, str], words: Words) -> str:
    if node.zone_type:
        kind = words(f"zone_type.{node.zone_type}")
    else:
        kind = words(f"role.{node.look}") if node.kind == "device" else words(f"node.{node.kind}")
    before, after = _SHAPES.get(node.look if node.kind == "device" else node.kind, _SHAPES["unknown"])
    text = _quoted(node.label, *(line or kind for line in node.lines))
    return f"{identities[node.id]}{before}{text}{after}:::{node.look}"


def _edge(edge: PlacedEdge, identities: Mapping[str, str], height: Mapping[str, int]) -> str:
    """Return a link, its upper end first: Mermaid puts that on top."""
    link = edge.link if height[edge.link.source] <= height[edge.link.target] else edge.link.turned
    labels = [short_interface(text) for text in (link.source_label, link.target_label) if text]
    line = _LINES.get(link.kind, "---")
    return f"{identities[link.source]} {line}{_middle(' · '.join(labels))} {identities[link.target]}"


def _middle(text: str) -> str:
    return f"|{_quoted(text)}|" if text else ""


def _quoted(*lines: str) -> str:
    """Return a text that ends no string and starts no markup: all that is no letter or digit as an entity code.

    Mermaid writes them with "#" for "&".
    """
    return '"' + "<br/>".join("".join(map(_safe, readable(line).replace("\n", " "))) for line in lines) + '"'


def _safe(character: str) -> str:
    return character if character.isalnum() or character in " .-_/:·()" else f"#{ord(character)};"
