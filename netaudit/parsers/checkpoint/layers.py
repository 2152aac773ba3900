"""Layers: the pages of a rulebase put together, and the action for what no rule matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netaudit.model.rules import Action
from netaudit.model.source import SourceRef
from netaudit.parsers.checkpoint.export import ACCESS, Export, ExportFile, RulePage
from netaudit.parsers.json_tree import JsonObject

_CLEANUP = {"drop": Action.DENY, "accept": Action.PERMIT, "reject": Action.REJECT}


@dataclass(frozen=True, slots=True)
class Layer:
    """A rulebase. `cleanup` is the implicit cleanup action, None where the export does not say.

    `rules` are in order, without their sections, each with its file. `is_complete` is False where some are missing at
    the end; elsewhere their numbers tell.
    """

    key: str
    uid: str
    name: str
    rules: tuple[tuple[ExportFile, JsonObject], ...]
    where: SourceRef
    cleanup: Action | None = None
    cleanup_where: SourceRef | None = None
    is_complete: bool = True


def read_layers(export: Export) -> list[Layer]:
    """Return the access layers of an export in the order of their files."""
    pages: dict[str, list[RulePage]] = {}
    for page in export.pages:
        if page.kind == ACCESS:
            pages.setdefault(page.uid or f"{page.name}@{page.file.folder}", []).append(page)
    return [_layer(export, key, found) for key, found in pages.items()]


def _layer(export: Export, key: str, pages: list[RulePage]) -> Layer:
    first = pages[0]
    rules, complete = join_pages(pages)
    placed = export.objects.get(first.uid)
    cleanup = placed.value.text("implicit-cleanup-action").lower() if placed is not None else ""
    return Layer(
        key,
        first.uid,
        first.name or (placed.name if placed is not None else ""),
        rules,
        first.where,
        _CLEANUP.get(cleanup),
        placed.file.ref(placed.value, "implicit-cleanup-action") if placed is not None and cleanup else None,
        complete,
    )


def join_pages(pages: Iterable[RulePage]) -> tuple[tuple[tuple[ExportFile, JsonObject], ...], bool]:
    """Return the rules of all pages in order, each once, and whether none is missing at the end.

    A page says which rules it holds (`from`, `to`) and how many there are (`total`); a section that goes on is repeated
    in the next page. Source: Management API Reference, "show access-rulebase".
    """
    found: dict[str, tuple[ExportFile, JsonObject]] = {}
    ordered = sorted(pages, key=lambda page: page.first or 0)
    for page in ordered:
        for position, rule in enumerate(_flat(page.items)):
            found.setdefault(rule.text("uid") or f"{page.where.path} {page.first} {position}", (page.file, rule))
    total = max((page.total for page in ordered if page.total is not None), default=0)
    last = max((rule.number("rule-number") or 0 for _, rule in found.values()), default=0)
    return tuple(found.values()), max(len(found), last) >= total


def _flat(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    for item in items:
        if "rulebase" in item:
            yield from _flat(item.objects("rulebase"))
        elif item.text("type") not in ("access-section", "nat-section"):
            yield item
