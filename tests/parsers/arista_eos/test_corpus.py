"""EOS configurations by other people: all parse, every line is accounted for, few are not recognised."""

from __future__ import annotations

from pathlib import Path

from netaudit.model.source import LineState
from netaudit.parsers.arista_eos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

_PLACES = (
    "batfish/testconfigs/vendor/arista/**/*",
    "batfish/tests/**/arista*",
    "batfish/tests/**/eos*",
    "lab-validation/eos*/configs/*/show_running-config.txt",
    "oxidized/eos*output.txt",
    "aerleon/refs/arista/*",
    "aerleon/refs/arista_tp/*",
    "netutils-mock/parser/base/arista_eos/*",
)
# A device of another platform says so in the first lines of its configuration.
_NOT_EOS = ("Building configuration", "!! IOS XR", "boot-start-marker", "Current configuration")


def _files(corpus: Path) -> list[Path]:
    generated = sorted((corpus.parent / "oracle/generated/open/eos").glob("*"))
    return generated + sorted({path for place in _PLACES for path in corpus.glob(place) if path.is_file()})


def test_every_line_is_accounted_for(corpus: Path) -> None:
    seen = lines = unrecognised = 0
    for path in _files(corpus):
        if path.suffix in (".json", ".py", ".md"):
            continue
        source = source_of(path.read_bytes().decode("utf-8", "replace"), "arista_eos", path.name)
        parsed = parse(source)
        assert all_accounted_for(parsed, len(source.lines)), path
        seen += 1
        if not any(text in line for line in source.lines[:20] for text in _NOT_EOS):
            lines += len(source.lines)
            unrecognised += len(parsed.coverage.in_state(LineState.UNRECOGNIZED))
    assert seen > 130
    assert unrecognised < 0.005 * lines
