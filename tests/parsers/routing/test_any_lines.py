"""Routing lines cut short, shuffled and mixed: nothing raises, and each line ends in one state."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.source import SourceFile
from netaudit.parsers import parser_of

_FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
_PLATFORMS = ("cisco_ios", "arista_eos", "cisco_asa")
_LINES = tuple(
    line
    for platform in _PLATFORMS
    for line in (_FIXTURES / platform / "routing.cfg").read_text(encoding="utf-8").splitlines()
    if line.strip("! ")
)
# A planted secret is one where it is written as a secret: as any other word, the name of a process say, it is shown.
_WORDS = tuple(
    sorted(
        {word for line in _LINES for word in line.split() if "Planted" not in word}
        | {"no", "0", "4294967296", "65536.1", "::"}
    )
)


@st.composite
def _written(draw: st.DrawFn) -> str:
    """Return a line of a fixture, perhaps with its end cut off, words exchanged, taken back, or moved in or out."""
    line = draw(st.sampled_from(_LINES))
    indent = draw(st.sampled_from((len(line) - len(line.lstrip()), 0, 1, 3)))
    words = line.split()
    words = words[: draw(st.integers(1, len(words)))] if draw(st.booleans()) else words
    if draw(st.booleans()):
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(_WORDS))
    if draw(st.integers(0, 5)) == 0:
        words.insert(0, "no")
    return " " * indent + " ".join(words)


@pytest.mark.parametrize("platform", _PLATFORMS)
@given(lines=st.lists(_written(), min_size=1, max_size=25))
@settings(deadline=None, max_examples=150)
def test_any_lines_parse(platform: str, lines: list[str]) -> None:
    parse = parser_of(platform)
    assert parse is not None
    parsed = parse(SourceFile("r1.cfg", "0" * 64, "utf-8", tuple(lines), platform))
    coverage = parsed.coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == len(lines)
    for device in parsed.devices:
        assert "Planted" not in repr(device.routing_processes)


@pytest.mark.parametrize("platform", _PLATFORMS)
@given(cut=st.integers(1, 140), last=st.integers(0, 12))
@settings(deadline=None, max_examples=60)
def test_a_file_that_ends_early_parses(platform: str, cut: int, last: int) -> None:
    lines = (_FIXTURES / platform / "routing.cfg").read_text(encoding="utf-8").splitlines()[:cut]
    lines[-1] = lines[-1][: len(lines[-1]) - last] if last else lines[-1]
    parse = parser_of(platform)
    assert parse is not None
    coverage = parse(SourceFile("r1.cfg", "0" * 64, "utf-8", tuple(lines), platform)).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == len(lines)
