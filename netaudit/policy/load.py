"""Reads a policy folder: every register that is there, and every mistake of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from netaudit.errors import InputError, Problem
from netaudit.model.lifecycle_registers import read_lifecycle_records, read_recommended_versions
from netaudit.model.table import did_you_mean, quoted
from netaudit.model.table_files import DRAFT_MARK, SUFFIXES, RegisterFile, decode, open_file
from netaudit.policy.device_registers import read_inventory, read_retirement_plan
from netaudit.policy.firm_registers import read_firm_profile, read_published_services
from netaudit.policy.line_register import read_line_agreements
from netaudit.policy.reading import Reading
from netaudit.policy.registers import FirmProfile, LineAgreement, Policy, Register, RetirementPlan, Zone
from netaudit.policy.zone_map import read_zone_map
from netaudit.policy.zone_matrix import read_zone_matrix

# Registers that are read, by the name of their file without its ending.
READ_REGISTERS: Mapping[str, Register] = {
    "device_inventory": Register.INVENTORY,
    "zone_map": Register.ZONE_MAP,
    "zone_matrix": Register.ZONE_MATRIX,
    "line_agreements": Register.LINE_AGREEMENTS,
    "retirement_plan": Register.LIFECYCLE,
    "eol_catalogue": Register.LIFECYCLE,
    "recommended_versions": Register.RECOMMENDED_VERSIONS,
    "firm_profile": Register.FIRM_PROFILE,
    "published_services": Register.PUBLISHED_SERVICES,
}

# Registers that are known and that nothing reads yet; some are folders.
UNREAD_REGISTERS: Mapping[str, Register] = {
    "approvals": Register.APPROVALS,
    "vendors": Register.VENDORS,
    "admins": Register.ADMINS,
    "mgmt_segments": Register.ADMINS,
    "wlan": Register.WLAN,
    "remote_access": Register.REMOTE_ACCESS,
    "certs": Register.CERTIFICATES,
    "log_retention": Register.LOG_RETENTION,
    "reviews": Register.REVIEWS,
    "security_controls": Register.SECURITY_CONTROLS,
    "hitcounts": Register.HIT_COUNTS,
    "crossborder_flows": Register.CROSS_BORDER,
    "cloud": Register.CLOUD,
}

Entry = TypeVar("Entry")


def load_policy(folder: Path) -> Policy:
    """Return all registers of a policy folder. Raises InputError with the problems of all files together.

    What does not stop the run (an unknown file, a register that nothing reads yet, a draft that was not
    confirmed) is in `Policy.warnings`. See docs/registers.md for the files and their columns.
    """
    loader = _Loader(folder)
    files = loader.files()
    zone_map = loader.read(files.get("zone_map"), read_zone_map)
    zones = zone_map.names if zone_map else None
    matrix = loader.read(files.get("zone_matrix"), lambda file: read_zone_matrix(file, zones))
    lines = loader.read(files.get("line_agreements"), read_line_agreements)
    inventory = loader.read(files.get("device_inventory"), read_inventory)
    plans = loader.read(files.get("retirement_plan"), read_retirement_plan)
    published = loader.read(files.get("published_services"), lambda file: read_published_services(file, zones))
    profile = loader.read(files.get("firm_profile"), read_firm_profile)
    loader.check(files.get("eol_catalogue"), read_lifecycle_records)
    loader.check(files.get("recommended_versions"), read_recommended_versions)
    if matrix and matrix.entries and "zone_map" not in files:
        loader.warnings.append(
            Problem(matrix.path, "", "names zones, but there is no zone_map: nothing can be compared with it")
        )
    if inventory and not inventory.problems:
        known = {name for entry in inventory.entries for name in (entry.device, entry.hostname)}
        loader.warn_of_unknown_devices(known, _device_uses(zone_map, lines, plans))
    if loader.problems:
        raise InputError(loader.problems)

    given, drafts = loader.given, loader.drafts
    if "retirement_plan" not in files:  # R11 is asked for because of the plan; a catalogue is shipped
        given.discard(Register.LIFECYCLE)
    if profile and not profile.entries:
        given.discard(Register.FIRM_PROFILE)
    return Policy(
        zones=zone_map.entries if zone_map else (),
        matrix=matrix.entries if matrix else (),
        line_agreements=lines.entries if lines else (),
        inventory=inventory.entries if inventory else (),
        retirement_plans=plans.entries if plans else (),
        published_services=published.entries if published else (),
        profile=profile.entries[0] if profile and profile.entries else FirmProfile(),
        given=frozenset(given),
        files=tuple(sorted((file.name, file.sha256) for file in files.values())),
        unread=frozenset(loader.unread),
        drafts=frozenset(drafts),
        warnings=tuple(loader.warnings),
    )


def _device_uses(
    zone_map: Reading[Zone] | None,
    lines: Reading[LineAgreement] | None,
    plans: Reading[RetirementPlan] | None,
) -> Iterator[tuple[str, str]]:
    """Yield (path of the register, device) wherever a register names a device."""
    if zone_map:
        for zone in zone_map.entries:
            yield from ((zone_map.path, member.device) for member in zone.members)
    if lines:
        for agreement in lines.entries:
            yield lines.path, agreement.device
            yield lines.path, agreement.firewall
    if plans:
        yield from ((plans.path, plan.device) for plan in plans.entries)


class _Loader:
    """Gathers what the files of one policy folder say, and what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.given: set[Register] = set()
        self.drafts: set[Register] = set()
        self.unread: set[Register] = set()

    def files(self) -> dict[str, RegisterFile]:
        """Return the register files of the folder by register name; sorts the others out."""
        if not self.folder.is_dir():
            reason = "is a file; the policy is a folder" if self.folder.exists() else "is not there"
            raise InputError.single(str(self.folder), f"{reason}; netaudit policy init drafts a policy folder")
        try:
            paths = sorted(self.folder.iterdir())
        except OSError as error:
            raise InputError.single(str(self.folder), f"cannot be read: {error.strerror}") from None
        found: dict[str, RegisterFile] = {}
        for path in paths:
            name = path.stem.lower() if path.is_file() else path.name.lower()
            if path.name.startswith((".", "~$")) or name in ("readme", "license"):
                continue
            if path.is_dir() or name in UNREAD_REGISTERS:
                self._note_other(path, name)
            elif name not in READ_REGISTERS or path.suffix.lower() not in SUFFIXES:
                self._note_unknown(path, name)
            elif name in found:
                self.problems.append(
                    Problem(str(path), "", f"is a second {name} beside {found[name].name}; keep one of them")
                )
            else:
                try:
                    found[name] = open_file(path)
                except InputError as error:
                    self.problems += error.problems
        return found

    def _note_other(self, path: Path, name: str) -> None:
        register = UNREAD_REGISTERS.get(name)
        if register is None:
            self.warnings.append(Problem(str(path), "", "is a folder that is not a register; it is not read"))
            return
        self.unread.add(register)
        self.warnings.append(
            Problem(str(path), "", f"is register {register.value}, which this version does not read yet")
        )

    def _note_unknown(self, path: Path, name: str) -> None:
        if name in READ_REGISTERS:
            message = f"is not read: a register ends in {', '.join(SUFFIXES)}"
        else:
            hint = did_you_mean(name, READ_REGISTERS)
            message = f"is not a register{hint or ' and is not read'}"
        self.warnings.append(Problem(str(path), "", message))

    def read(
        self, file: RegisterFile | None, reader: Callable[[RegisterFile], Reading[Entry]]
    ) -> Reading[Entry] | None:
        """Return what a register says, None where there is no file or it cannot be read (which is noted)."""
        if file is None:
            return None
        register = READ_REGISTERS[Path(file.name).stem.lower()]
        try:
            reading = reader(file)
        except InputError as error:
            self.problems += error.problems
            return None
        self.problems += reading.problems
        self.warnings += reading.warnings
        if reading.draft:
            self.drafts.add(register)
            self.warnings.append(_draft_warning(reading.path))
        if reading.entries or not reading.draft:
            self.given.add(register)
        return reading

    def check(
        self,
        file: RegisterFile | None,
        reader: Callable[[RegisterFile], tuple[tuple[object, ...], tuple[Problem, ...], tuple[Problem, ...]]],
    ) -> None:
        """Note the problems of a register that the lifecycle room reads."""
        if file is None:
            return

        def as_reading(one: RegisterFile) -> Reading[object]:
            entries, problems, warnings = reader(one)
            draft = one.suffix != ".xlsx" and DRAFT_MARK in decode(one)
            return Reading(one.path, entries, problems, warnings, draft)

        self.read(file, as_reading)

    def warn_of_unknown_devices(self, known: set[str], uses: Iterable[tuple[str, str]]) -> None:
        """Warn of devices in other registers that the inventory does not have; `uses` are (path, device)."""
        folded = {name.casefold() for name in known}
        for path, device in dict.fromkeys(uses):
            if device and device.casefold() not in folded:
                hint = did_you_mean(device, known)
                self.warnings.append(
                    Problem(path, "", f"names device {quoted(device)}, which the inventory does not have{hint}")
                )


def _draft_warning(path: str) -> Problem:
    return Problem(
        path, "", f"is still a draft: check it, then delete the line with {DRAFT_MARK}; until then it proves nothing"
    )
