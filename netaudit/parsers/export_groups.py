"""The files of exports that spread over folders: which belong to one export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from netaudit.model.source import SourceFile


class SourcedFile(Protocol):
    """A file of an export."""

    @property
    def source(self) -> SourceFile:
        """Return the file as it was collected."""
        ...


F = TypeVar("F", bound=SourcedFile)


def export_groups(
    files: Sequence[F], conflict: Callable[[Sequence[F]], bool], depth: int = 0
) -> Iterator[tuple[F, ...]]:
    """Yield the files of each export: all together, and where files contradict each other, folder by folder."""
    if not files:
        return
    if not conflict(files):
        yield tuple(files)
        return
    parts: dict[str, list[F]] = {}
    for file in files:
        names = PurePosixPath(file.source.path).parent.parts
        parts.setdefault(names[depth] if depth < len(names) else "", []).append(file)
    if len(parts) == 1 and "" in parts:
        yield from ((file,) for file in files)  # copies beside each other: nothing tells which belong together
        return
    for name in sorted(parts):
        yield from export_groups(parts[name], conflict, depth + 1)
