"""Templates and their assets: autoescaped, with deceptive characters of the inputs made visible."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from netaudit.reports.tables import place_text
from netaudit.reports.words import readable

if TYPE_CHECKING:
    from jinja2 import Environment


def environment() -> Environment:
    """Return the templates of the reports."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("netaudit.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    found.filters["place"] = place_text
    return found


def _shown(value: object) -> object:
    """Return what a template prints: text of the inputs with deceptive characters made visible."""
    if type(value) is str:
        return value if value.isascii() and value.isprintable() else readable(value)
    return "" if value is None else value


def asset(name: str) -> str:
    """Return a file that a page carries within it."""
    return resources.files("netaudit.reports").joinpath("assets", name).read_text("utf-8").replace("\r\n", "\n")
