"""The router, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernel.lab import Lab, skip_or_fail


@pytest.fixture(scope="session")
def whole_lab() -> Lab:
    skip_or_fail()
    return Lab()


@pytest.fixture
def lab(whole_lab: Lab) -> Iterator[Lab]:
    """The router without rules."""
    whole_lab.clear()
    yield whole_lab
    whole_lab.clear()
