"""Our rows of IOS captures against those that ntc-templates recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.captures.recorded import compare_ntc

COMMANDS = ("show_version",)


@pytest.mark.parametrize("command", COMMANDS)
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "cisco_ios", command)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
