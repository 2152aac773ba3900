"""The architecture diagram as one SVG file that carries its own style."""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.reports.diagram import legend_of, place
from netaudit.reports.result import AuditResult
from netaudit.reports.templating import asset, environment
from netaudit.reports.text_widths import cut_to_width
from netaudit.reports.words import words_of


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return architecture.<language>.svg."""
    from markupsafe import Markup

    template = environment().get_template("picture.svg.j2")
    words = words_of(language)
    picture = place(result.diagram_nodes, result.diagram_edges, result.policy)
    text = template.render(
        t=words,
        picture=picture,
        legend=legend_of(picture, words),
        cut=cut_to_width,
        style=Markup(asset("picture.css")),  # the picture's own file, not text of the inputs
    )
    return {f"architecture.{language}.svg": text.strip().encode() + b"\n"}
