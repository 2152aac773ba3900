"""The commands policy init and policy check."""

from __future__ import annotations

from pathlib import Path

from netaudit.cli.output import note_problems, print_json
from netaudit.cli.snapshot import coverage_code, read_with_progress
from netaudit.errors import InputError
from netaudit.policy.registers import Register


def run_policy_init(snapshot: str, out: Path, output: str, jobs: int, platform: str | None) -> int:
    """Draft the registers; files that are there are never overwritten."""
    from netaudit.policy.draft import draft_policy

    reading = read_with_progress(snapshot, jobs, platform)
    drafts = draft_policy(reading.devices)
    present = [name for name in drafts if (out / name).exists()]
    if present:
        raise InputError.single(str(out), f"holds {', '.join(present)} already; give a new folder with --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in drafts.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise InputError.single(str(out), f"cannot be written ({error.strerror})") from None
    if output == "json":
        print_json({"files": [str(out / name) for name in drafts]})
        return coverage_code(reading)
    for name in drafts:
        print(out / name)
    print("請確認每一區域後填寫 confirmed_by；名稱僅為建議。Confirm each zone; names only propose.")
    return coverage_code(reading)


def run_policy_check(folder: Path, output: str) -> int:
    """Validate the registers; mistakes end with code 2, all of them listed."""
    from netaudit.policy.load import load_policy

    try:
        policy = load_policy(folder)
    except InputError as error:
        if output == "json":
            print_json(
                {
                    "valid": False,
                    "problems": [
                        {"path": one.path, "place": one.place, "message": one.message} for one in error.problems
                    ],
                }
            )
            return 2
        raise
    counts = {
        "zones": len(policy.zones),
        "matrix": len(policy.matrix),
        "line_agreements": len(policy.line_agreements),
        "inventory": len(policy.inventory),
        "retirement_plans": len(policy.retirement_plans),
    }
    if output == "json":
        print_json(
            {
                "valid": True,
                "problems": [{"path": one.path, "place": one.place, "message": one.message} for one in policy.warnings],
                "given": sorted(policy.given),
                "not_given": sorted(set(Register) - policy.given),
                "rows": counts,
            }
        )
        return 0
    note_problems(policy.warnings)
    for name, count in counts.items():
        print(f"{name}\t{count}")
    missing = ", ".join(f"{one.value} {one.name.lower()}" for one in Register if one not in policy.given)
    print(f"未提供 not given: {missing or '-'}")
    return 0
