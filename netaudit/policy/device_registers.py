"""R01 and R11: the device inventory and the retirement plan."""

from __future__ import annotations

import re

from netaudit.errors import Problem
from netaudit.model.cells import parse_address, parse_date, parse_yes_no
from netaudit.model.table import Column, Row, open_register, quoted
from netaudit.model.table_files import RegisterFile, read_table
from netaudit.policy.reading import Reading, reading_of
from netaudit.policy.registers import InventoryEntry, RetirementPlan

INVENTORY_COLUMNS = (
    Column("device_id", ("device", "id", "設備", "設備編號", "設備代號", "資產編號")),
    Column("hostname", ("host", "host name", "主機名稱", "設備名稱")),
    Column("vendor", ("manufacturer", "廠牌", "廠商", "品牌")),
    Column("model", ("型號", "機型")),
    Column("part_number", ("pid", "part no", "product id", "料號", "產品編號")),
    Column("serial", ("serial_number", "sn", "serial no", "序號")),
    Column("os", ("operating_system", "作業系統", "系統軟體")),
    Column("version", ("os_version", "software_version", "版本", "軟體版本", "韌體版本")),
    Column("mgmt_ip", ("management_ip", "management_address", "ip", "管理IP", "管理位址")),
    Column("role", ("角色", "用途", "功能")),
    Column("zone_boundary", ("boundary", "區域邊界", "網段邊界")),
    Column("site", ("location", "據點", "地點", "機房", "位置")),
    Column("owner", ("負責單位", "權責單位", "負責人", "保管人")),
    Column("outsourced_to", ("outsourcer", "委外廠商", "維運廠商")),
    Column("criticality", ("重要性", "關鍵性", "資產等級")),
    Column("expected_export", ("export", "應匯出", "需匯出設定")),
    Column("retirement_plan_ref", ("retirement_plan", "汰除計畫", "汰換計畫")),
    Column("note", ("notes", "comment", "備註", "說明")),
)

RETIREMENT_COLUMNS = (
    Column("device", ("device_id", "hostname", "設備", "設備編號", "主機名稱", "設備名稱"), required=True, filled=True),
    Column("reason", ("原因", "汰除原因")),
    Column("milestone", ("里程碑", "生命週期里程碑")),
    Column("target_date", ("due", "due date", "預計日期", "目標日期", "預計汰除日", "完成期限")),
    Column("budget_ref", ("budget", "預算", "預算編號")),
    Column("replacement", ("替代設備", "替換設備", "汰換設備")),
    Column("compensating_control", ("compensating controls", "補償措施", "補償控制", "控管措施")),
    Column("owner", ("負責單位", "權責單位", "負責人")),
    Column("status", ("狀態", "進度")),
)

# Words that end a plan; every other status is kept as written.
_STATUS_WORDS = {
    "done": "done",
    "completed": "done",
    "complete": "done",
    "closed": "done",
    "retired": "done",
    "完成": "done",
    "已完成": "done",
    "已汰除": "done",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "取消": "cancelled",
    "已取消": "cancelled",
}

# What a spreadsheet makes of a long number: 1.23457E+14.
_LOST_DIGITS = re.compile(r"\d(\.\d+)?E\+\d+$", re.IGNORECASE)


def read_inventory(file: RegisterFile) -> Reading[InventoryEntry]:
    """Return the devices of the inventory. One of device_id and hostname is enough. Raises InputError."""
    table, warnings = read_table(file)
    reader = open_register(table, INVENTORY_COLUMNS)
    if table.headers and not (reader.has("device_id") or reader.has("hostname")):
        reader.problems.append(
            Problem(table.path, table.header_place, "required column missing: device_id or hostname")
        )
    entries: list[InventoryEntry] = []
    seen: dict[str, Row] = {}
    for row in table.rows:
        hostname, device = reader.text(row, "hostname"), reader.text(row, "device_id")
        serial = reader.parsed(row, "serial", _serial) or ""
        address = reader.parsed(row, "mgmt_ip", parse_address) or ""
        boundary = reader.parsed(row, "zone_boundary", parse_yes_no)
        expected = reader.parsed(row, "expected_export", parse_yes_no)
        if not (hostname or device):
            if reader.has("device_id") or reader.has("hostname"):
                reader.complain(row, "", "has neither device_id nor hostname")
            continue
        key = (device or hostname).casefold()
        if key in seen:
            column = "device_id" if device else "hostname"
            reader.complain(row, column, f"{quoted(device or hostname)} stands twice, first at {seen[key].place}")
            continue
        seen[key] = row
        entries.append(
            InventoryEntry(
                device=device or hostname,
                hostname=hostname or device,
                where=row.where,
                vendor=reader.text(row, "vendor"),
                model=reader.text(row, "model"),
                part_number=reader.text(row, "part_number"),
                serial=serial,
                operating_system=reader.text(row, "os"),
                version=reader.text(row, "version"),
                management_address=address,
                role=reader.text(row, "role"),
                zone_boundary=boundary,
                site=reader.text(row, "site"),
                owner=reader.text(row, "owner"),
                outsourced_to=reader.text(row, "outsourced_to"),
                criticality=reader.text(row, "criticality"),
                expected_export=expected is not False,
                retirement_plan=reader.text(row, "retirement_plan_ref"),
            )
        )
    return reading_of(reader, entries, warnings)


def _serial(text: str) -> str:
    if _LOST_DIGITS.match(text):
        raise ValueError(f"{quoted(text)} is a number that lost digits; format the cell as text")
    return text


def read_retirement_plan(file: RegisterFile) -> Reading[RetirementPlan]:
    """Return the rows of the retirement plan. Raises InputError."""
    table, warnings = read_table(file)
    reader = open_register(table, RETIREMENT_COLUMNS)
    plans = []
    for row in table.rows:
        target = reader.parsed(row, "target_date", parse_date)
        status = reader.text(row, "status")
        plans.append(
            RetirementPlan(
                device=reader.text(row, "device"),
                where=row.where,
                reason=reader.text(row, "reason"),
                milestone=reader.text(row, "milestone"),
                target_date=target,
                budget=reader.text(row, "budget_ref"),
                replacement=reader.text(row, "replacement"),
                compensating_control=reader.text(row, "compensating_control"),
                owner=reader.text(row, "owner"),
                status=_STATUS_WORDS.get(status.lower(), status),
            )
        )
    return reading_of(reader, plans, warnings)
