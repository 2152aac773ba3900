"""docs/registers.md names every column, and its examples are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netaudit.model.lifecycle_registers import LIFECYCLE_COLUMNS, RECOMMENDED_COLUMNS
from netaudit.policy import device_registers, firm_registers, line_register, zone_map, zone_matrix
from netaudit.policy.load import READ_REGISTERS, UNREAD_REGISTERS, load_policy

TEXT = (Path(__file__).parents[2] / "docs" / "registers.md").read_text(encoding="utf-8")

COLUMNS = {
    "zone_map": zone_map.COLUMNS,
    "zone_matrix": zone_matrix.COLUMNS,
    "line_agreements": line_register.COLUMNS,
    "device_inventory": device_registers.INVENTORY_COLUMNS,
    "retirement_plan": device_registers.RETIREMENT_COLUMNS,
    "eol_catalogue": LIFECYCLE_COLUMNS,
    "recommended_versions": RECOMMENDED_COLUMNS,
    "firm_profile": firm_registers.PROFILE_COLUMNS,
    "published_services": firm_registers.PUBLISHED_COLUMNS,
}


def section(register: str) -> str:
    return TEXT.split(f"\n## {register} (")[1].split("\n## ")[0]


def example(register: str) -> tuple[str, str]:
    found = re.search(r"```(csv|yaml)\n(.*?)```", section(register), re.DOTALL)
    assert found is not None
    return found[1], found[2]


@pytest.mark.parametrize("register", READ_REGISTERS)
def test_every_column_is_documented(register: str) -> None:
    text = section(register)
    missing = [column.name for column in COLUMNS[register] if not re.search(rf"\b{column.name}\b", text)]
    assert missing == []


@pytest.mark.parametrize("register", UNREAD_REGISTERS)
def test_registers_that_are_not_read_are_named(register: str) -> None:
    assert f"`{register}" in TEXT


def test_the_chinese_headers_of_the_documentation_are_read() -> None:
    for register, columns in COLUMNS.items():
        aliases = {alias for column in columns for alias in column.aliases}
        for name, chinese in re.findall(r"`(\w+)` \(([\u4e00-\u9fffIP]+)", section(register)):
            if name in {column.name for column in columns}:
                assert chinese in aliases, (register, name, chinese)


def test_all_examples_together_are_a_policy(tmp_path: Path) -> None:
    for register in READ_REGISTERS:
        kind, text = example(register)
        (tmp_path / f"{register}.{kind}").write_text(text, encoding="utf-8")
    extra = "  - {zone: PROD-ORD, type: prod, subnets: [10.10.20.0/24]}\n  - {zone: UAT, type: uat}\n"
    path = tmp_path / "zone_map.yaml"
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    policy = load_policy(tmp_path)
    assert len(policy.zones) == 4
    assert len(policy.matrix) == 3
    assert len(policy.line_agreements) == 3
    assert policy.profile.firm_type == "fcm"
    assert policy.published_services and policy.inventory and policy.retirement_plans
