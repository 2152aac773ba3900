"""Which findings speak of a rule."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from netaudit.findings import Finding
from netaudit.model.source import SourceRef


class FindingsAtLines:
    """Findings by the first place that they point at; the other places of a finding only explain it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._by_path: dict[str, list[tuple[int, int, Finding]]] = {}
        for index, finding in enumerate(findings):
            if finding.where:
                first = finding.where[0]
                self._by_path.setdefault(first.path, []).append((first.line, index, finding))
        for found in self._by_path.values():
            found.sort(key=lambda one: one[:2])

    def of(self, where: SourceRef) -> list[Finding]:
        """Return the findings that point into these lines, worst first."""
        found = self._by_path.get(where.path, [])
        start = bisect_left(found, (where.line, -1), key=lambda one: one[:2])
        result = []
        for line, index, finding in found[start:]:
            if line > where.last_line:
                break
            result.append((index, finding))
        return [finding for _, finding in sorted(result, key=lambda one: one[0])]
