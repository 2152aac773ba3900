"""Shared fixtures: the corpus and the oracle where they are, no network, golden files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from netaudit.reports.result import AuditResult

ROOT = Path(__file__).resolve().parents[1]


def _corpus_path() -> Path:
    return (ROOT / os.environ.get("NETAUDIT_CORPUS", "../shared/corpus")).resolve()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The corpus of configurations by other people; tests that read it are skipped without it."""
    path = _corpus_path()
    if not path.is_dir():
        pytest.skip("no corpus here: set NETAUDIT_CORPUS to its folder")
    return path


@pytest.fixture(scope="session")
def oracle(corpus: Path) -> Path:
    """The recorded answers of an independent engine, beside the corpus."""
    path = corpus.parent / "oracle"
    if not path.is_dir():
        pytest.skip("no oracle beside the corpus")
    return path


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test runs in this process may open a connection."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a test tried to open a network connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read the diff")
    parser.addoption("--run-slow", action="store_true", help="run the tests marked slow too")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    skip = pytest.mark.skip(reason="slow: run with --run-slow, or make test-all")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def demo_result() -> AuditResult:
    """The audit of the reference firm."""
    from netaudit.audit import run_audit
    from netaudit.cli.demo import AS_OF, demo_firm

    firm = demo_firm()
    return run_audit(str(firm / "configs"), policy_folder=firm / "policy", as_of=AS_OF)
