"""The XLSX report: the workbook that reviewers fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from typing import Any

from netaudit.reports.failure_views import failures_table
from netaudit.reports.network_tables import network_tables
from netaudit.reports.result import AuditResult
from netaudit.reports.summary import Summary, cell_state, summarize
from netaudit.reports.table_words import cell_words
from netaudit.reports.tables import (
    Cell,
    Table,
    controls_table,
    findings_table,
    gaps_table,
    inputs_table,
    inventory_table,
    lines_table,
    matrix_table,
    reconciliation_table,
    rules_table,
)
from netaudit.reports.words import Words, readable, words_of

MAX_ROWS = 1_000_000
"""Rows of one sheet, below Excel's 1,048,576; longer tables go on in a further sheet."""

MAX_TEXT = 32_000
"""Characters of one cell, below Excel's 32,767; longer text is cut and ends in an ellipsis."""

LINE_HEIGHT = 13.5  # points, for text of 10 points
MAX_LINES = 14

# What a person fills in (yellow): never pre-filled, so that no decision is made by the tool.
DECISION_COLUMNS = (
    *("business_owner", "business_purpose", "request_ticket", "valid_to"),
    *("decision", "decision_reason", "compensating_control", "decision_target_date", "implementer"),
    *("implementation_ticket", "closure_evidence"),
    *("reviewer", "review_date", "second_reviewer", "approver", "approval_date"),
)
DECISIONS = ("keep", "modify", "remove", "disable_first", "accept_risk", "need_evidence")

# Column widths in characters; other columns are as wide as their longest text, 8 to 40.
_WIDTHS = {
    "title": 52,
    "remediation": 52,
    "text": 52,
    "clause_text": 52,
    "witness": 44,
    "reasons": 44,
    "reason": 44,
    "rules": 44,
    "sha256": 68,
    "sources_resolved": 30,
    "destinations_resolved": 30,
    "decision_reason": 26,
    "closure_evidence": 22,
    "compensating_control": 22,
}

_SEVERITY_COLOURS = {
    "critical": ("#8C1D18", "#FFFFFF"),
    "high": ("#B0460E", "#FFFFFF"),
    "medium": ("#F2D58A", "#3D2E00"),
    "low": ("#CFE0EE", "#1B3A55"),
    "info": ("#E4E8EC", "#3A4551"),
}
_STATE_COLOURS = {
    "excess": ("#F7CFC8", "#7C1710"),
    "stated": ("#D3E9DC", "#1C5436"),
    "missing": ("#FDF1CF", "#6A4C00"),
    "unknown": ("#DDE0E6", "#414956"),
    "closed": ("#F3F5F7", "#616D79"),
    "same": ("#FFFFFF", "#9AA3AD"),
}


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return report.<language>.xlsx. The same result gives the same bytes."""
    import pandas

    words = words_of(language)
    output = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pandas.ExcelWriter(output, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        workbook: Any = writer.book
        workbook.set_properties(
            {
                "title": words("report.title"),
                "subject": readable(result.firm),
                "created": datetime.combine(result.as_of, time()),
            }
        )
        sheets = Sheets(writer, words)
        _summary_sheet(sheets, result, summarize(result))
        findings = findings_table(result, words)
        suffix = "zh_TW" if language == "zh-TW" else "en"
        chosen = [name for name in findings.columns if not name.startswith(("title_", "remediation_"))]
        at = chosen.index("subject")
        chosen = [*chosen[:at], f"title_{suffix}", *chosen[at:-1], f"remediation_{suffix}", chosen[-1]]
        sheets.table("findings", findings.select(chosen))
        _matrix_sheet(sheets, result)
        flows = matrix_table(result, words)
        kind = flows.columns.index("kind")
        # The heat map shows the closed pairs.
        sheets.table("flows", replace(flows, rows=tuple(row for row in flows.rows if row[kind])))
        sheets.table("failures", failures_table(result, words))
        sheets.table("rules", rules_table(result), DECISION_COLUMNS)
        sheets.table("rulebases", reconciliation_table(result), totals=("rules_parsed", "rules_in_sheet"))
        sheets.table("lines", lines_table(result))
        sheets.table("inventory", inventory_table(result))
        for table in network_tables(result):
            sheets.table(table.name, table)
        sheets.table("controls", controls_table(result, words))
        sheets.table("gaps", gaps_table(result, words))
        sheets.table("inputs", inputs_table(result))
    return {f"report.{language}.xlsx": output.getvalue()}


class Sheets:
    """The workbook while it is written, in one language."""

    def __init__(self, writer: Any, words: Words) -> None:
        self.writer = writer
        self.words = words
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def style(self, **properties: object) -> Any:
        """Return a cell format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base: dict[str, object] = {"valign": "top", "text_wrap": True, "font_size": 10}
            self._formats[key] = self.writer.book.add_format(base | properties)
        return self._formats[key]

    def sheet(self, key: str) -> Any:
        """Return a new sheet, ready to print on A4."""
        worksheet = self.writer.book.add_worksheet(self.words(f"sheet.{key}"))
        self.writer.sheets[worksheet.get_name()] = worksheet
        _for_print(worksheet)
        return worksheet

    def table(self, key: str, table: Table, blanks: Sequence[str] = (), totals: Sequence[str] = ()) -> None:
        """Write a table with frozen headers and a filter, then `blanks` as yellow columns, then totals."""
        import pandas

        rows = [self._texts(table.columns, row) for row in table.rows]
        for part, start in enumerate(range(0, max(1, len(rows)), MAX_ROWS)):
            chunk = rows[start : start + MAX_ROWS]
            name = self.words(f"sheet.{key}") + (f" {part + 1}" if part else "")
            frame = pandas.DataFrame(chunk, columns=list(table.columns), dtype=object)
            frame.to_excel(self.writer, sheet_name=name, index=False, header=False, startrow=1)
            worksheet = self.writer.sheets[name]
            _for_print(worksheet, wide=bool(blanks))
            self._dress(worksheet, table.columns, chunk, blanks)
            if totals:
                self._totals(worksheet, table, len(chunk), totals)

    def _texts(self, columns: Sequence[str], row: Sequence[Cell]) -> list[Cell]:
        return [self._text(column, cell) for column, cell in zip(columns, row, strict=True)]

    def _text(self, column: str, cell: Cell) -> Cell:
        text = cell_words(column, cell, self.words)
        return text if not isinstance(text, str) or len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"

    def _dress(
        self, worksheet: Any, columns: Sequence[str], rows: Sequence[Sequence[Cell]], blanks: Sequence[str]
    ) -> None:
        words = self.words
        header = self.style(bold=True, bg_color="#1F4E79", font_color="#FFFFFF", border=1, border_color="#D8DEE5")
        to_fill = self.style(bold=True, bg_color="#F2C800", font_color="#3D2E00", border=1, border_color="#D8DEE5")
        yellow = self.style(bg_color="#FFF6C2", border=1, border_color="#E6D88A")
        widths: list[int] = []
        for index, column in enumerate(columns):
            stem = column.removesuffix("_zh_TW").removesuffix("_en")
            worksheet.write_string(0, index, words(f"column.{stem}"), header)
            longest = max((_width(str(row[index])) for row in rows[:2000] if row[index] is not None), default=0)
            width = _WIDTHS.get(stem, min(40, max(8, longest + 2, _width(words(f"column.{stem}")) + 4)))
            widths.append(width)
            worksheet.set_column(index, index, width, self.style(align="left"))
        # Spreadsheets do not agree on fitting heights by themselves: rows of several lines get theirs here.
        for number, cells in enumerate(rows, start=1):
            height = max((_lines(cell, width) for cell, width in zip(cells, widths, strict=True)), default=1)
            if height > 1:
                worksheet.set_row(number, LINE_HEIGHT * min(height, MAX_LINES))
        for index, column in enumerate(blanks, start=len(columns)):
            worksheet.write_string(0, index, words(f"column.{column}"), to_fill)
            worksheet.set_column(index, index, _WIDTHS.get(column, 15), self.style())
            for row in range(1, len(rows) + 1):
                worksheet.write_blank(row, index, None, yellow)
            if column == "decision" and rows:
                worksheet.data_validation(
                    1,
                    index,
                    len(rows),
                    index,
                    {"validate": "list", "source": [words(f"decision.{one}") for one in DECISIONS]},
                )
        if "severity" in columns and rows:
            self._colour_severities(worksheet, columns.index("severity"), len(rows))
        worksheet.freeze_panes(1, 1 if not blanks else min(6, len(columns)))
        worksheet.autofilter(0, 0, len(rows), len(columns) + len(blanks) - 1)
        worksheet.repeat_rows(0)

    def _colour_severities(self, worksheet: Any, index: int, count: int) -> None:
        for word, (background, ink) in _SEVERITY_COLOURS.items():
            worksheet.conditional_format(
                1,
                index,
                count,
                index,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{self.words(f"severity.{word}")}"',
                    "format": self.style(bg_color=background, font_color=ink, bold=True),
                },
            )

    def _totals(self, worksheet: Any, table: Table, count: int, totals: Sequence[str]) -> None:
        bold = self.style(bold=True, top=1)
        worksheet.write_string(count + 1, 0, self.words("total"), bold)
        for column in totals:
            index = table.columns.index(column)
            values = [row[index] for row in table.rows]
            worksheet.write_number(count + 1, index, sum(value for value in values if isinstance(value, int)), bold)


def _for_print(worksheet: Any, wide: bool = False) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(8 if wide else 9)  # A3, A4
    worksheet.fit_to_pages(2 if wide else 1, 0)
    worksheet.hide_gridlines(0)  # print them, too
    worksheet.set_footer("&C&P / &N")


def _lines(cell: Cell, width: int) -> int:
    """Return how many lines a cell needs in a column of that width."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, -(-_width(line) // max(1, width - 1))) for line in cell.split("\n"))


def _width(text: str) -> int:
    """Return the width of the longest line in columns; East Asian characters take two."""
    return max((sum(2 if ord(one) > 0x2E7F else 1 for one in line) for line in text.split("\n")), default=0)


def _summary_sheet(sheets: Sheets, result: AuditResult, summary: Summary) -> None:
    words = sheets.words
    worksheet = sheets.sheet("summary")
    worksheet.set_column(0, 0, 34, sheets.style())
    worksheet.set_column(1, 1, 90, sheets.style())
    worksheet.hide_gridlines(2)
    plain, bold = sheets.style(), sheets.style(bold=True)
    heading = sheets.style(bold=True, font_size=12, bottom=2, bottom_color="#1F4E79")
    row = 0

    def line(label: str, value: str | int = "", label_style: Any = None) -> None:
        nonlocal row
        worksheet.write_string(row, 0, readable(label), label_style or bold)
        if isinstance(value, int):
            worksheet.write_number(row, 1, value, sheets.style(align="left"))
        else:
            worksheet.write_string(row, 1, readable(value)[:MAX_TEXT], plain)
            height = max(_lines(value, 90), _lines(label, 32) if value else 1)
            if height > 1:
                worksheet.set_row(row, LINE_HEIGHT * min(height, MAX_LINES))
        row += 1

    def section(key: str) -> None:
        nonlocal row
        row += 1
        worksheet.set_row(row, 19)
        worksheet.write_string(row, 0, words(key), heading)
        worksheet.write_blank(row, 1, None, heading)
        row += 1

    worksheet.set_row(0, 26)
    line(words("report.title"), "", sheets.style(bold=True, font_size=16, text_wrap=False))
    line(words("report.firm"), result.firm)
    line(words("report.as_of"), result.as_of.isoformat())
    line(words("report.snapshot"), result.snapshot_name)
    line(words("report.tool"), f"netaudit {result.tool_version}")
    line(words("nav.coverage"), summary.coverage.badge(words))
    section("summary.counts")
    for severity, count in summary.failed:
        background, ink = _SEVERITY_COLOURS[severity.word]
        line(words(f"severity.{severity.word}"), count, sheets.style(bold=True, bg_color=background, font_color=ink))
    line(words("verdict.unknown"), summary.undecided)
    line(words("verdict.waived"), summary.waived)
    section("summary.top_risks")
    for risk in summary.top_risks:
        more = f" {words('summary.others', count=risk.others)}" if risk.others else ""
        line(
            f"{words(f'severity.{risk.finding.severity.word}')} {risk.finding.check} {risk.finding.device}",
            words.pick(risk.finding.title) + more,
        )
    section("summary.separation")
    for one in summary.separations:
        pairs = ", ".join(f"{pair[0]}→{pair[1]}" for pair in one.pairs)
        state = words(f"separation.state.{one.state}")
        line(words(f"separation.{one.name}"), f"{state} ({pairs})" if pairs else state)
    section("summary.lines")
    if not summary.lines_known:
        line(words("summary.lines_unknown"))
    for third_party in summary.lines:
        line(
            third_party.name or words("lines.other"),
            words("lines.excess", count=third_party.excess)
            if third_party.excess
            else words("lines.other_findings", count=third_party.failures)
            if third_party.failures
            else words("verdict.unknown")
            if third_party.findings
            else words("lines.clean"),
        )
    section("summary.lifecycle")
    line(words("lifecycle.eos"), words("comma").join(device for device, _ in summary.past_support))
    line(words("lifecycle.within-12-months"), words("comma").join(summary.within_year))
    line(words("lifecycle.unknown"), words("comma").join(summary.lifecycle_unknown))
    section("nav.controls")
    for verdict, count in summary.controls:
        line(words(f"verdict.{verdict.value}"), count)
    section("summary.reconciliation")
    rulebases = reconciliation_table(result)
    parsed = sum(int(one[4] or 0) for one in rulebases.rows)
    listed = sum(int(one[5] or 0) for one in rulebases.rows)
    line(words("column.rules_parsed"), parsed)
    line(words("column.rules_in_sheet"), listed)
    line(words("summary.rules_elsewhere"), parsed - listed)
    section("coverage.meaning")
    line("", words("coverage.statement"))


def _matrix_sheet(sheets: Sheets, result: AuditResult) -> None:
    """Write the heat map: rows from, columns to, with a word and a colour in each cell."""
    words = sheets.words
    worksheet = sheets.sheet("matrix")
    head = sheets.style(bold=True, bg_color="#EEF2F6", border=1, border_color="#D8DEE5")
    worksheet.write_string(0, 0, words("matrix.corner"), head)
    worksheet.set_column(0, 0, 20)
    worksheet.set_column(1, max(1, len(result.zones)), 13)
    cells = {(cell.from_zone, cell.to_zone): cell for cell in result.matrix}
    for index, zone in enumerate(result.zones, start=1):
        worksheet.write_string(0, index, readable(zone), head)
        worksheet.write_string(index, 0, readable(zone), head)
        worksheet.set_row(index, 24)
        for column, to_zone in enumerate(result.zones, start=1):
            cell = cells.get((zone, to_zone))
            state = "same" if zone == to_zone else cell_state(cell) if cell else "not_assessed"
            background, ink = _STATE_COLOURS.get(state, _STATE_COLOURS["unknown"])
            shape = sheets.style(
                bg_color=background, font_color=ink, align="center", valign="vcenter", border=1, border_color="#FFFFFF"
            )
            worksheet.write_string(index, column, words(f"state.short.{state}"), shape)
    worksheet.freeze_panes(1, 1)
    for offset, state in enumerate(("excess", "stated", "missing", "unknown", "closed"), start=len(result.zones) + 2):
        background, ink = _STATE_COLOURS[state]
        worksheet.write_string(
            offset, 0, words(f"state.short.{state}"), sheets.style(bg_color=background, font_color=ink)
        )
        worksheet.write_string(offset, 1, words(f"state.explain.{state}"), sheets.style(text_wrap=False))
