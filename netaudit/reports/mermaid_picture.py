"""The architecture diagram as Mermaid text, for pages and wikis that draw it themselves.

Source: Mermaid, "Flowcharts - Basic Syntax" (subgraphs, node shapes, link texts, entity codes).
"""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.reports.diagram import Picture, PlacedEdge, PlacedNode, place, short_interface
from netaudit.reports.result import AuditResult
from netaudit.reports.words import Words, readable, words_of

_SHAPES = {"device": ("[", "]"), "zone": ("([", "])"), "subnet": ("[/", "/]"), "unknown": ("{{", "}}")}
_LINES = {"tunnel": "-.-", "pair": "===", "cable": "---", "link": "---"}

_STYLES = """\
classDef device fill:#1F4E79,stroke:#163A5A,color:#FFFFFF
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
    lines = ["flowchart LR"]
    for number, band in enumerate(picture.bands):
        lines.append(f"  subgraph s{number}[{_quoted(band.site or words('topology.no_site'))}]")
        lines += [f"    {_node(node, identities, words)}" for node in picture.nodes if node.site == band.site]
        lines.append("  end")
    if not picture.bands:
        lines += [f"  {_node(node, identities, words)}" for node in picture.nodes]
    lines += [f"  {_edge(edge, identities)}" for edge in picture.edges]
    red = [
        number for number, edge in enumerate(picture.edges) if set(edge.look.split()) & {"contradicted", "unanswered"}
    ]
    if red:
        lines.append(f"  linkStyle {','.join(map(str, red))} stroke:#8C1D18,stroke-width:2px")
    lines += [f"  {line}" for line in _STYLES.splitlines()]
    return "\n".join(lines) + "\n"


def _node(node: PlacedNode, identities: Mapping[str, str], words: Words) -> str:
    kind = words(f"zone_type.{node.zone_type}") if node.zone_type else words(f"node.{node.kind}")
    before, after = _SHAPES.get(node.kind, _SHAPES["unknown"])
    return f"{identities[node.id]}{before}{_quoted(node.label, node.detail or kind)}{after}:::{node.look}"


def _edge(edge: PlacedEdge, identities: Mapping[str, str]) -> str:
    labels = [short_interface(text) for text in (edge.link.source_label, edge.link.target_label) if text]
    middle = f"|{_quoted(' · '.join(labels))}|" if labels else ""
    line = _LINES.get(edge.link.kind, "---")
    return f"{identities[edge.link.source]} {line}{middle} {identities[edge.link.target]}"


def _quoted(*lines: str) -> str:
    """Return a text that ends no string and starts no markup: all that is no letter or digit as an entity code.

    Mermaid writes them with "#" for "&".
    """
    return '"' + "<br/>".join("".join(map(_safe, readable(line).replace("\n", " "))) for line in lines) + '"'


def _safe(character: str) -> str:
    return character if character.isalnum() or character in " .-_/:·()" else f"#{ord(character)};"
