"""Drafts the registers of a policy folder from parsed devices, for people to correct and confirm."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from netaudit.model.device import Device
from netaudit.model.table_files import DRAFT_MARK
from netaudit.policy.device_registers import INVENTORY_COLUMNS, RETIREMENT_COLUMNS
from netaudit.policy.draft_zones import ProposedZone, propose_zones
from netaudit.policy.firm_registers import PUBLISHED_COLUMNS
from netaudit.policy.line_register import COLUMNS as LINE_COLUMNS
from netaudit.policy.zone_matrix import COLUMNS as MATRIX_COLUMNS

_MARK = f"# {DRAFT_MARK} - delete this line once the register is right; until then it proves nothing"

# A UTF-8 mark lets Excel show Chinese; the reader takes it or leaves it.
_BYTE_ORDER_MARK = "\ufeff"


def draft_policy(devices: Sequence[Device]) -> Mapping[str, bytes]:
    """Return drafted registers: file name -> content. The folder loads with `load_policy` as it is.

    The inventory and the zone map are filled from the devices; the others are empty with their columns. Every zone
    is a proposal that somebody must confirm. The same devices in any order give the same bytes.
    """
    ordered = sorted(devices, key=lambda device: (device.name.casefold(), device.where.path))
    return {
        "device_inventory.csv": _inventory(ordered),
        "firm_profile.yaml": _FIRM_PROFILE.encode(),
        "line_agreements.csv": _table(
            [column.name for column in LINE_COLUMNS],
            (),
            "One row for every port that was agreed with the other end of a third-party line, for example:",
            "LINE-A,Exchange,,,rtr-1,line-a,fw-line-1,172.20.10.0/28,172.21.0.0/23,out,tcp,,10001,,orders,prod,,,,",
        ),
        "published_services.csv": _table(
            [column.name for column in PUBLISHED_COLUMNS],
            (),
            "One row for every service that the Internet may reach, for example:",
            "www.example.com,203.0.113.20,443,10.10.10.5,8443,DMZ,web,IT,1.2,,,",
        ),
        "retirement_plan.csv": _table(
            [column.name for column in RETIREMENT_COLUMNS],
            (),
            "One row for every device that is past, or near, the end of its vendor's support, for example:",
            "sw-1,end of support,LDoS,2027-03-31,B-12,sw-2,isolated in VLAN 900,network team,planned",
        ),
        "zone_map.yaml": _zone_map(propose_zones(ordered)).encode(),
        "zone_matrix.csv": _table(
            [column.name for column in MATRIX_COLUMNS],
            (),
            "What no row permits is denied: an empty matrix denies everything between zones. For example:",
            "INTERNET,DMZ,permit,tcp/443,,,web order,CISO,2027-12-31",
        ),
    }


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], *comments: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    out.write(_MARK + "\n")
    for comment in comments:
        out.write(f"# {comment}\n")
    writer.writerows([_plain_cell(cell) for cell in row] for row in rows)
    return (_BYTE_ORDER_MARK + out.getvalue()).encode()


def _plain_cell(text: str) -> str:
    """Return a cell that is no formula to a spreadsheet and no comment to the reader."""
    flat = " ".join(text.split())
    return flat.lstrip("=+@#\t ") if flat[:1] in ("=", "+", "@", "#") else flat


def _inventory(devices: Sequence[Device]) -> bytes:
    known: dict[str, Device] = {}
    for device in devices:
        known.setdefault(device.name.casefold(), device)
    names = [column.name for column in INVENTORY_COLUMNS]
    return _table(
        names,
        ([_inventory_cells(device).get(name, "") for name in names] for device in known.values()),
        "Filled from the exports at hand. Add the devices that have none: that is what this register is for.",
    )


def _inventory_cells(device: Device) -> dict[str, str]:
    return {
        "device_id": device.name,
        "hostname": device.name,
        "vendor": device.vendor,
        "model": device.model,
        "part_number": device.part_number,
        "serial": "; ".join(device.serials),
        "os": device.operating_system,
        "version": device.version,
        "expected_export": "y",
    }


def _zone_map(zones: Sequence[ProposedZone]) -> str:
    lines = [
        _MARK,
        "# Zones proposed from names and subnets in the configurations. A name never proves a zone: check each one,",
        "# correct zone, type, subnets and members, and write into confirmed_by who did and into confirmed_on when.",
        "# Types: internet dmz prod uat ut oa dealer mgmt thirdparty wlan_int wlan_guest vpn branch dr cloud",
        "# colocation transit other. An internet zone without subnets has every address that no other zone has.",
        "# Members: a device with an interface (or nameif), vlan, vrf or security_zone.",
        "zones:" if zones else "zones: []",
    ]
    for zone in zones:
        lines += [
            f"  # proposed: {_comment(zone.reason)}; confirm it",
            f"  - zone: {_scalar(zone.name)}",
            f"    type: {zone.type.value}",
        ]
        if zone.subnets:
            lines.append(f"    subnets: [{', '.join(_scalar(subnet) for subnet in zone.subnets)}]")
        else:
            lines.append("    subnets: []")
        lines.append("    members:")
        for member, comment in zone.members:
            text = f"      - {{device: {_scalar(member.device)}, {member.kind}: {_scalar(member.name)}}}"
            lines.append(f"{text}  # {_comment(comment)}" if comment else text)
        lines += ["    sensitivity:", "    owner:", "    confirmed_by:", "    confirmed_on:"]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Return a YAML scalar: plain where it is harmless, else in double quotes (JSON strings are YAML)."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]*", text) and text.lower() not in ("null", "true", "false"):
        return text
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:100]


_FIRM_PROFILE = f"""\
{_MARK}
# What kind of firm this is; an empty value is not stated, and clauses that depend on it are then not decided.
name:
# fcm (期貨商), ib (期貨交易輔助人), ltm (槓桿交易商), securities (證券商); several: [fcm, securities]
firm_type:
# 1 or 2 (futures: class 1 has appointed a chief information security officer)
class:
# 1 to 4 (securities brokers), and the table that the tier comes from
tier:
tier_table_version:
# y or n
online_order:
website:
foreign_group:
# none, general or material
cloud_use:
trading_sessions:
"""
