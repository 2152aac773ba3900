"""Any text, whatever command it is said to be of, is read without an exception."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from netaudit.parsers.captures.platforms import PLATFORMS, commands_of
from tests.parsers.captures.recorded import read

GENIE_FOLDERS = {
    "cisco_ios": ("ios", "iosxe"),
    "cisco_nxos": ("nxos",),
    "cisco_asa": ("asa",),
    "juniper_junos": ("junos",),
}


def _outputs(corpus: Path, platform: str) -> Iterator[str]:
    paths = [*(corpus / "ntc-templates" / platform).glob("*/*.raw")]
    for folder in GENIE_FOLDERS.get(platform, ()):
        paths += (corpus / "genieparser" / folder).glob("*/*.txt")
    for path in sorted(paths):
        yield path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_recorded_outputs_whole_cut_and_shuffled(corpus: Path, platform: str) -> None:
    commands = [one.patterns[0].replace("{", "").replace("}", "") for one in commands_of(platform)]
    shuffle = random.Random(20)
    for number, text in enumerate(_outputs(corpus, platform)):
        lines = text.splitlines()
        shuffle.shuffle(lines)
        for form in (text, "\n".join(lines), text[: len(text) // 2]):
            command = commands[number % len(commands)]
            (one,) = read(form, platform, command).captured
            assert len(one.captures) == 1


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_reader_takes_every_recorded_output(corpus: Path, platform: str) -> None:
    texts = list(_outputs(corpus, platform))
    for command in commands_of(platform):
        typed = command.patterns[0].replace("{", "").replace("}", "")
        for text in texts:
            (one,) = read(text, platform, typed).captured
            assert len(one.captures) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    "text", ["", "\n\n", "{", '{"a": [', "<rpc-reply><a>", "\x00\u2003 \t", "via", "{{ x }}", "[1,2]", "9" * 5000]
)
def test_odd_texts(platform: str, text: str) -> None:
    for command in commands_of(platform):
        typed = command.patterns[0].replace("{", "").replace("}", "")
        (one,) = read(text, platform, typed).captured
        assert not one.captures[0].rows
