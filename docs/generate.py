"""Writes the pages that are made from the code: checks, schemas, and what the parsers understand of the corpus.

`make docs` runs it; a test holds docs/checks and docs/schemas to what `pages` returns. The coverage page needs the
corpus of other people's configurations (NETAUDIT_CORPUS) and stays as it is without it. No clock, no host name, no
path of this machine: the same code and corpus give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netaudit.audit import parse_file
from netaudit.checks import CHECKS, Check
from netaudit.cli.documents import documentation
from netaudit.collect import collect
from netaudit.frameworks.load import load_frameworks
from netaudit.model.source import Affects, FileCoverage, LineState
from netaudit.parsers import PLATFORMS
from netaudit.policy.registers import Register
from netaudit.reports.schemas import SCHEMAS

DOCS = Path(__file__).resolve().parent
GENERATED = ("checks", "schemas")  # folders whose every file comes from here
MADE = "<!-- Made by `make docs` from the code; do not edit. -->\n\n"

_SEVERITY_WORDS = {"critical": "嚴重", "high": "高", "medium": "中", "low": "低", "info": "資訊"}
_HEADING = re.compile(r"^(?P<title>\S.*)\n-{3,}$", re.MULTILINE)


def pages() -> dict[str, str]:
    """Return every page that comes from the code alone: path under docs/ -> text."""
    made = {"checks/README.md": _checks_index()}
    made |= {f"checks/{check.id}.md": _check_page(check) for check in CHECKS}
    made |= {
        f"schemas/{name}.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in SCHEMAS.items()
    }
    return made


def _checks_index() -> str:
    rows = [
        (
            f"[{check.id}]({check.id}.md)",
            f"`{check.name}`",
            _severity(check),
            _registers(check.registers),
            _in_cell(_summary(check)),
        )
        for check in CHECKS
    ]
    return (
        f"{MADE}# Checks 檢核\n\n"
        "`netaudit checks` lists them, `netaudit explain ID` prints one. A check whose register is not given is not\n"
        "run, and the clauses that it serves are not assessed: a missing register is never a pass.\n\n"
        + _table(("Check 檢核", "Name 名稱", "Severity 嚴重度", "Registers 登錄表", "What it finds"), rows)
    )


def _check_page(check: Check) -> str:
    text = documentation(check)
    body = _HEADING.sub(r"## \g<title>\n", text.partition("\n")[2].strip())
    facts = [
        ("Severity 嚴重度", _severity(check)),
        ("Needs 需要登錄表", _registers(check.registers)),
        ("Sharpened by 另可使用", _registers(check.uses)),
        ("Finding 缺失", _in_cell(check.title["en"])),
        ("", _in_cell(check.title["zh-TW"])),
    ]
    return (
        f"{MADE}# {check.id} {check.name}\n\n{_summary(check)}\n\n"
        + _table(("", ""), facts)
        + f"\n{body.replace('<', '&lt;')}\n\n"
        + f"## Remediation 處置\n\n{check.remediation['en']}\n\n{check.remediation['zh-TW']}\n\n"
        + _clauses(check)
    )


def _clauses(check: Check) -> str:
    rows = [
        (
            control.id,
            f"{framework.documents[control.document]['zh-TW']} {control.article}",
            f"{control.title['zh-TW']} {control.title['en']}",
            "recommended 建議" if control.advisory or check.id in control.advisory_checks else "binding 應辦理",
        )
        for framework in load_frameworks()
        for control in framework.controls
        if check.id in control.checks
    ]
    if not rows:
        return "## Clauses 條文\n\nNone of the shipped packs names this check.\n"
    return "## Clauses 條文\n\n" + _table(("Control 控制項", "Norm 規範", "Asks 內容", "Force 效力"), rows)


def _summary(check: Check) -> str:
    first = documentation(check).partition("\n")[0].partition(": ")[2]
    return first[:1].upper() + first[1:]


def _severity(check: Check) -> str:
    return f"{check.severity.word} {_SEVERITY_WORDS[check.severity.word]}"


def _registers(registers: Sequence[Register]) -> str:
    return ", ".join(f"{one.value} {one.name.lower()}" for one in registers) or "-"


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@dataclass
class _Account:
    """How many files and lines there are, by state and by what the lines affect.

    `deciding` counts the understood lines that can decide a packet's fate.
    """

    files: int = 0
    lines: int = 0
    deciding: int = 0
    states: Counter[LineState] = field(default_factory=Counter)
    affected: Counter[tuple[LineState, Affects]] = field(default_factory=Counter)

    def add(self, coverage: FileCoverage, deciding: int) -> None:
        self.files += 1
        self.deciding += deciding
        self.lines += coverage.lines
        self.states[LineState.UNDERSTOOD] += coverage.understood
        self.states[LineState.IGNORED] += coverage.ignored
        for note in coverage.notes:
            self.states[note.state] += 1
            self.affected[note.state, note.affects] += 1

    def share(self, count: int) -> str:
        """Return a share of the lines in percent, with two digits after the point."""
        return f"{100 * count / self.lines:.2f}%" if self.lines else "-"

    def open_deciding(self) -> int:
        """Return the lines not understood that can decide a packet's fate; an unknown line always can."""
        return sum(
            count
            for (state, affects), count in self.affected.items()
            if affects in _DECIDING or (state is LineState.UNRECOGNIZED and affects is Affects.OTHER)
        )

    def deciding_share(self) -> str:
        """Return the understood share of the lines that can decide a packet's fate."""
        total = self.deciding + self.open_deciding()
        return f"{100 * self.deciding / total:.2f}%" if total else "-"


@dataclass(frozen=True, slots=True)
class _Bar:
    """The share of the deciding lines that must be understood in some folders of the corpus, in percent."""

    folders: tuple[str, ...]
    percent: int
    platforms: frozenset[str]

    def cell(self, platform: str, sources: Mapping[tuple[str, str], _Account]) -> str:
        """Return the share of each folder that has deciding lines of the platform, and whether the bar is held."""
        if platform not in self.platforms:
            return "-"
        found = [(folder, sources[platform, folder]) for folder in self.folders if (platform, folder) in sources]
        parts = [
            f"{folder} {one.deciding_share()} of {one.deciding + one.open_deciding()}"
            + ("" if 100 * one.deciding >= self.percent * (one.deciding + one.open_deciding()) else " (**below**)")
            for folder, one in found
            if one.deciding + one.open_deciding()
        ]
        return "; ".join(parts) or "none in the corpus"


_SWITCHES_AND_ROUTERS = frozenset({"cisco_ios", "cisco_asa", "cisco_nxos", "arista_eos", "juniper_junos"})
_WHOLE_ROUTERS = _Bar(("lab-validation", "oxidized"), 97, _SWITCHES_AND_ROUTERS)
_WHOLE_FIREWALLS = _Bar(
    (
        "cartography-cloud", "iptables-semantics", "iron-skillet", "lab-validation", "napalm-fortios", "napalm-panos",
        "np-guard-vpc", "oxidized", "pan-os-php", "pybatfish-networks",
    ),
    95,
    frozenset(PLATFORMS) - _SWITCHES_AND_ROUTERS,
)  # fmt: skip
_GRAMMAR_CORNERS = _Bar(("batfish", "pybatfish-networks"), 90, _SWITCHES_AND_ROUTERS)

_OPEN = (LineState.UNSUPPORTED, LineState.UNRECOGNIZED)
_DECIDING = (Affects.FILTER, Affects.ROUTING, Affects.NAT)

# Blocks and commands that concern people and the box, not packets on their way. The first is matched against the
# outermost line of a block, the second against every line.
_MANAGEMENT_BLOCK = re.compile(
    r"""(?:set\ |config\ |no\ |<)?(?:aaa|archive|banner|boot|chassis|class-of-service|clock|crypto\ (?:ca|key|pki)
    |deviceconfig|enable|groups\ \S+\ system|hostname|http
    |ip\ (?:domain|ftp|host|http|name-server|radius|scp|ssh|tacacs|tftp)
    |ldap|line|log|logging|management|mgt-config|ntp|passwd|password|privilege|radius|service|snmp|sntp|ssh|switchname
    |system(?!\ (?:interface|zone|settings|virtual-wan-link|sdwan|link-monitor|vdom|(?:gre|ipip)-tunnel
    |switch-interface))|tacacs|telnet|username|user|users|version|web)\b""",
    re.VERBOSE,
)
_MANAGEMENT_LINE = re.compile(r"\s*(?:(?:set|no) )?(?:.* )?(?:description|remark|comments?|alias|uuid)\b")


def _deciding(lines: Sequence[str], coverage: FileCoverage) -> int:
    """Count the understood lines that can decide a packet's fate: those of no management block, and no remark."""
    count, outermost = 0, ""
    for number, line in enumerate(lines, start=1):
        if line[:1].strip():
            outermost = line
        if number in coverage.understood_lines:
            count += not (_MANAGEMENT_BLOCK.match(outermost) or _MANAGEMENT_LINE.match(line))
    return count


def coverage_page(corpus: Path) -> str:
    """Return what the parsers understand of every file of their platform in the corpus."""
    counted = list(_coverages(corpus))
    coverages = [coverage for coverage, _ in counted]
    accounts, sources = _accounts(counted)
    states = [
        (
            f"`{platform}`",
            str(one.files),
            str(one.lines),
            *(
                one.share(one.states[state])
                for state in (LineState.UNDERSTOOD, LineState.IGNORED, LineState.UNSUPPORTED, LineState.UNRECOGNIZED)
            ),
        )
        for platform, one in accounts.items()
    ]
    affected = [
        (f"`{platform}`", state.value, *(_count_and_share(one, state, affects) for affects in Affects))
        for platform, one in accounts.items()
        for state in _OPEN
    ]
    bars = [
        (
            f"`{platform}`",
            (_WHOLE_ROUTERS if platform in _SWITCHES_AND_ROUTERS else _WHOLE_FIREWALLS).cell(platform, sources),
            _GRAMMAR_CORNERS.cell(platform, sources),
        )
        for platform in PLATFORMS
    ]
    by_source = [
        (
            f"`{platform}`",
            source,
            str(one.files),
            str(one.lines),
            one.share(one.states[LineState.UNSUPPORTED]),
            one.share(one.states[LineState.UNRECOGNIZED]),
            str(one.deciding + one.open_deciding()),
            one.deciding_share(),
        )
        for (platform, source), one in sources.items()
    ]
    return (
        f"{MADE}# What the parsers understand\n\n"
        "Measured by `make docs` over all files of a platform in the corpus of other people's configurations\n"
        "(`NETAUDIT_CORPUS`). Each line of each file ends in one state. Ignored on purpose: blank lines, comments and\n"
        "commands that change no answer, from a list. Unsupported: known, not modelled. Unrecognised: not known.\n"
        "Whatever could change an answer makes that answer unknown. Much of the corpus is test input of other\n"
        "parsers: broken, rare or invented lines on purpose; a device's own export is understood much further.\n\n"
        "## Deciding lines understood\n\n"
        "Deciding lines can change what is filtered, translated or routed: all that was understood outside the blocks\n"
        "of management and remarks, and all that was not understood and concerns these or is not known at all.\n"
        f"Of whole devices at least {_WHOLE_ROUTERS.percent}% are to be understood for routers, switches and the ASA,\n"
        f"{_WHOLE_FIREWALLS.percent}% for the others; of the corners of the grammar that Batfish collects, where\n"
        f"these are routers, switches or the ASA, {_GRAMMAR_CORNERS.percent}%. Each cell gives a folder of the\n"
        "corpus, the share and the number of deciding lines.\n"
        "Where Oxidized's authors cut text out of a sample they wrote `(...)`: no command, and so never understood.\n\n"
        + _table(("Platform", "Whole devices", "Corners of the grammar"), bars)
        + "\n"
        "## Lines by state\n\n"
        + _table(("Platform", "Files", "Lines", "Understood", "Ignored", "Unsupported", "Unrecognised"), states)
        + "\n## What the other lines affect\n\nLines, and their share of all lines of the platform.\n\n"
        + _table(("Platform", "State", *(affects.value for affects in Affects)), affected)
        + "\n## By source\n\n"
        + _table(
            (
                "Platform",
                "Folder of the corpus",
                "Files",
                "Lines",
                "Unsupported",
                "Unrecognised",
                "Deciding",
                "of these understood",
            ),
            by_source,
        )
        + "\n## Files with the most unrecognised lines\n\n"
        "Mostly text of another platform or a parser's test record that looks like a configuration.\n\n"
        + _table(("Platform", "File of the corpus", "Lines", "Unrecognised"), _least_understood(coverages))
    )


def _least_understood(coverages: Sequence[FileCoverage], most: int = 20) -> list[tuple[str, str, str, str]]:
    counted = [(len(one.in_state(LineState.UNRECOGNIZED)), one) for one in coverages]
    worst = sorted(counted, key=lambda item: (-item[0], item[1].path))[:most]
    return [(f"`{one.platform}`", one.path, str(one.lines), str(count)) for count, one in worst if count]


def _count_and_share(one: _Account, state: LineState, affects: Affects) -> str:
    count = one.affected[state, affects]
    return f"{count} ({one.share(count)})" if count else "0"


def _accounts(
    counted: Sequence[tuple[FileCoverage, int]],
) -> tuple[Mapping[str, _Account], Mapping[tuple[str, str], _Account]]:
    platforms = {platform: _Account() for platform in PLATFORMS}
    sources: dict[tuple[str, str], _Account] = {}
    for coverage, deciding in counted:
        platforms[coverage.platform].add(coverage, deciding)
        folder = coverage.path.partition("/")[0]
        sources.setdefault((coverage.platform, folder), _Account()).add(coverage, deciding)
    order = {platform: position for position, platform in enumerate(PLATFORMS)}
    return platforms, dict(sorted(sources.items(), key=lambda item: (order[item[0][0]], item[0][1])))


def _coverages(corpus: Path) -> Iterator[tuple[FileCoverage, int]]:
    for file in collect(str(corpus)).files:
        if file.platform in PLATFORMS and file.kind == "configuration" and not file.problem:
            coverage = parse_file(file).coverage
            yield coverage, _deciding(file.lines, coverage)


def write(docs: Path, corpus: Path) -> list[str]:
    """Write every page under `docs`, remove pages of what is gone, and return the paths that changed."""
    made = pages()
    if corpus.is_dir():
        made["coverage.md"] = coverage_page(corpus)
    changed = []
    for path, text in made.items():
        target = docs / path
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    for path in stale(docs, made):
        (docs / path).unlink()
        changed.append(path)
    return changed


def stale(docs: Path, made: Mapping[str, str]) -> list[str]:
    """Return the files in the generated folders that nothing makes any more."""
    present = (path for folder in GENERATED for path in sorted((docs / folder).rglob("*")) if path.is_file())
    return [name for path in present if (name := path.relative_to(docs).as_posix()) not in made]


if __name__ == "__main__":
    place = (DOCS.parent / os.environ.get("NETAUDIT_CORPUS", "../shared/corpus")).resolve()
    written = write(DOCS, place)
    if not place.is_dir():
        print("no corpus (NETAUDIT_CORPUS): docs/coverage.md stays as it is")
    print(f"{len(written)} pages changed" + "".join(f"\n  docs/{path}" for path in written))
