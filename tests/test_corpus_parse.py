"""Configurations by other people: each goes from its bytes to the model, and each of its lines is accounted for.

The default run takes every file whose content tells one of the four platforms (about 10 s). The slow run hands every
file of the corpus to every parser: text of another platform must not break one either.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from netaudit.collect import collect
from netaudit.model.source import FileCoverage, FileStatus, SourceFile
from netaudit.parsers import PLATFORMS, parser_of

# How many files of each platform the corpus holds at least; fewer means that they are no longer found.
AT_LEAST = {
    "aws": 475,
    "azure": 36,
    "checkpoint": 95,
    "cisco_ios": 500,
    "cisco_asa": 45,
    "cisco_nxos": 90,
    "arista_eos": 70,
    "fortios": 70,
    "iptables": 40,
    "nftables": 5,
    "juniper_junos": 150,
    "paloalto_panos": 150,
}


@cache
def _files(corpus: Path) -> tuple[SourceFile, ...]:
    return collect(str(corpus)).files


def _of_platform(corpus: Path, platform: str) -> Iterator[SourceFile]:
    for file in _files(corpus):
        if file.platform == platform and file.kind == "configuration" and not file.problem:
            yield file


def _faults(coverage: FileCoverage, lines: int) -> list[str]:
    """Return what is wrong with the account of a file."""
    faults = []
    if coverage.lines != lines:
        faults.append(f"{coverage.lines} lines in the account, {lines} in the file")
    if coverage.understood + coverage.ignored + len(coverage.notes) != lines:
        faults.append(f"{coverage.understood} + {coverage.ignored} + {len(coverage.notes)} is not {lines}")
    if coverage.status is not (FileStatus.PARTIAL if coverage.notes else FileStatus.UNDERSTOOD):
        faults.append(f"status {coverage.status.value} with {len(coverage.notes)} notes")
    numbers = [note.where.line for note in coverage.notes]
    if numbers != sorted(set(numbers)) or any(not 1 <= number <= lines for number in numbers):
        faults.append("notes that are not one per line, in the order of the file")
    return faults


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_file_of_a_platform_parses_and_every_line_is_accounted_for(corpus: Path, platform: str) -> None:
    parse = parser_of(platform)
    assert parse is not None
    seen, wrong = 0, {}
    for file in _of_platform(corpus, platform):
        parsed = parse(file)
        seen += 1
        faults = _faults(parsed.coverage, len(file.lines))
        if (parsed.coverage.path, parsed.coverage.sha256, parsed.coverage.platform) != (
            file.path,
            file.sha256,
            platform,
        ):
            faults.append("the account names another file")
        if faults:
            wrong[file.path] = faults
    assert wrong == {}
    assert seen >= AT_LEAST[platform]


def _faults_of_any_text(file: SourceFile) -> list[str]:
    faults = []
    for platform in PLATFORMS:
        parse = parser_of(platform)
        assert parse is not None
        try:
            coverage = parse(replace(file, platform=platform)).coverage
        except Exception as error:  # the file must be named with the fault
            faults.append(f"{file.path} as {platform}: {type(error).__name__}: {error}")
            continue
        faults += [f"{file.path} as {platform}: {fault}" for fault in _faults(coverage, len(file.lines))]
    return faults


@pytest.mark.slow
def test_every_text_of_the_corpus_goes_through_every_parser(corpus: Path) -> None:
    files = [file for file in _files(corpus) if not file.problem and len(file.lines) < 50_000]
    assert len(files) > 5_000
    with ProcessPoolExecutor(max_workers=2) as pool:
        faults = [fault for found in pool.map(_faults_of_any_text, files, chunksize=20) for fault in found]
    assert faults == []
