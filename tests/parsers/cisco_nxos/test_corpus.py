"""NX-OS configurations by other people: all parse, every line is accounted for, few are not recognised."""

from __future__ import annotations

from pathlib import Path

from netaudit.model.source import LineState
from netaudit.parsers.cisco_nxos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

_PLACES = (
    "batfish/testconfigs/vendor/cisco_nxos/**/*",
    "batfish/tests/**/nxos*",
    "batfish/tests/**/nxos/*",
    "lab-validation/nxos*/configs/*/show_running-config.txt",
    "oxidized/nxos*output.txt",
    "aerleon/refs/cisconx/*",
    "netutils-mock/parser/base/cisco_nxos/*",
)
# Devices of another platform in the same lab.
_NOT_NXOS = ("DC1", "DC2")


def _files(corpus: Path) -> list[Path]:
    generated = sorted((corpus.parent / "oracle/generated/open/nxos").glob("*"))
    return generated + sorted({path for place in _PLACES for path in corpus.glob(place) if path.is_file()})


def test_every_line_is_accounted_for(corpus: Path) -> None:
    seen = lines = unrecognised = 0
    for path in _files(corpus):
        if path.suffix in (".json", ".py", ".md"):
            continue
        source = source_of(path.read_bytes().decode("utf-8", "replace"), "cisco_nxos", path.name)
        parsed = parse(source)
        assert all_accounted_for(parsed, len(source.lines)), path
        seen += 1
        if path.parent.name not in _NOT_NXOS:
            lines += len(source.lines)
            unrecognised += len(parsed.coverage.in_state(LineState.UNRECOGNIZED))
    assert seen > 110
    assert unrecognised < 0.005 * lines
