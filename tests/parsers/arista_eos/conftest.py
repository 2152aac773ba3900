"""How the tests of this platform read configurations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netaudit.parsers.arista_eos import parse
from netaudit.parsers.contract import ParsedFile
from tests.parsers.switch_answers import source_of

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "arista_eos"

Reader = Callable[[str], ParsedFile]


@pytest.fixture(scope="session")
def read() -> Reader:
    """Parse configuration text."""
    return lambda text: parse(source_of(text, "arista_eos"))


@pytest.fixture(scope="session")
def fixture_file() -> Reader:
    """Parse a file of fixtures/arista_eos."""
    return lambda name: parse(source_of((FIXTURES / name).read_text(encoding="utf-8"), "arista_eos", name))
