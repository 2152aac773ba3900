"""Every command runs in a folder of its own, so that a default output never lands in the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.cli.demo import demo_firm


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("here")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def configs() -> Path:
    """The exports of the reference firm."""
    return demo_firm() / "configs"


@pytest.fixture(scope="session")
def policy() -> Path:
    """The registers of the reference firm."""
    return demo_firm() / "policy"
