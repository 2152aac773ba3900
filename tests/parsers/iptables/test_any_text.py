"""Any text parses; every line is accounted for; the corpus is read without a line left unexplained."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.collect import collect
from netaudit.parsers.iptables import parse
from tests.parsers.iptables.reading import fate, read, rulebase_of, tcp

FIXTURE = (Path(__file__).parents[3] / "fixtures" / "iptables" / "gateway.rules").read_text().splitlines()
WORDS = sorted(
    {word for line in FIXTURE for word in line.split()} | {"!", '"', "$X", "-I", "-D", "-R", "-E", "{", "if", "\\"}
)


def all_lines_accounted(text: str) -> None:
    coverage = read(text).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


@given(st.text(max_size=300))
def test_any_text_parses(text: str) -> None:
    all_lines_accounted(text)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=12))
def test_any_words_parse(lines: list[str]) -> None:
    all_lines_accounted("\n".join(lines))


@settings(deadline=None, max_examples=50)
@given(st.permutations(FIXTURE), st.integers(0, 60))
def test_shuffled_and_cut_lines_parse(lines: list[str], cut: int) -> None:
    all_lines_accounted("\n".join(lines[cut:]))


def test_ten_thousand_rules_take_seconds() -> None:
    rules = "".join(f"-A FORWARD -s 10.{i // 250}.{i % 250}.0/24 -p tcp --dport {i} -j ACCEPT\n" for i in range(10_000))
    base = rulebase_of(f"*filter\n:FORWARD DROP [0:0]\n{rules}COMMIT\n")
    assert len(base.rules) == 10_000
    assert fate(base, tcp("10.39.249.1", "192.0.2.1", 9999)) == "permit"


def test_the_corpus_is_understood_but_for_what_its_files_name_unsupported(corpus: Path) -> None:
    """Its two odd lines: an option that does not exist, and a --replace of a rule that does not exist."""
    odd: list[str] = []
    count = 0
    for file in collect(str(corpus)).files:
        if file.platform != "iptables" or "/golden/" in file.path:
            continue
        count += 1
        parsed = parse(file)
        assert len(parsed.devices) == 1, file.path
        odd += [f"{note.where.line}: {note.reason}" for note in parsed.coverage.notes]
    assert count >= 40
    assert odd == ["39: no such rule", "12: not understood: option --something-else"]


def test_rules_as_written_and_as_the_kernel_prints_them_mean_the_same(corpus: Path) -> None:
    files = {file.path: file for file in collect(str(corpus / "iptables-semantics")).files}
    name = "examples/topoS_generated/imaginray_factory_network.iptables-save"
    base = parse(files[name]).devices[0].rulebase("FORWARD")
    printed = parse(files[f"{name}.by-linux-kernel"]).devices[0].rulebase("FORWARD")
    assert base is not None and printed is not None
    assert [(r.action, r.match.maybe.products, r.from_zones, r.to_zones) for r in base.rules] == [
        (r.action, r.match.maybe.products, r.from_zones, r.to_zones) for r in printed.rules
    ]
