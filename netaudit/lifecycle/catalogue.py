"""The lifecycle catalogue: the data shipped with netaudit, and over it what the firm itself knows."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from netaudit.errors import InputError, Problem
from netaudit.lifecycle.hardware import product_key, vendor_key, without_licence
from netaudit.lifecycle.status import DeviceFacts, DeviceLifecycle, LifecycleStatus, Milestones
from netaudit.lifecycle.versions import compare, parse_version, system_of, train_of
from netaudit.model.lifecycle_registers import (
    LifecycleRecord,
    RecommendedVersion,
    read_lifecycle_records,
    read_recommended_versions,
)
from netaudit.model.table_files import SUFFIXES, RegisterFile, open_file

# The data of endoflife.date that is shipped: file -> (vendor, name of the system or "" for hardware).
_SHIPPED = {
    "big-ip": ("F5", "BIG-IP"),
    "cisco-ios-xe": ("Cisco", "IOS-XE"),
    "fortios": ("Fortinet", "FortiOS"),
    "openwrt": ("OpenWrt", "OpenWrt"),
    "opnsense": ("OPNsense", "OPNsense"),
    "pan-os": ("Palo Alto Networks", "PAN-OS"),
    "routeros": ("MikroTik", "RouterOS"),
    "sns-firmware": ("Stormshield", "SNS-firmware"),
    "sns-hardware": ("Stormshield", ""),
}
_SNAPSHOT = "2026-08-22"
_SHIPPED_HARDWARE = "hardware_eol_sample.csv"

UNKNOWN = LifecycleStatus("unknown")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of lifecycles. Build with `load_catalogue`.

    `software` is keyed by (system, train), `hardware` by (vendor, product key); a firm's own entry replaces the
    shipped one. `recommended` keeps the order of the register: the first row that fits counts.
    """

    software: Mapping[tuple[str, str], Milestones] = field(default_factory=dict)
    hardware: Mapping[tuple[str, str], Milestones] = field(default_factory=dict)
    recommended: tuple[RecommendedVersion, ...] = ()
    warnings: tuple[Problem, ...] = ()


def load_catalogue(policy_folder: Path | None) -> Catalogue:
    """Return the shipped catalogue with the firm's eol_catalogue and recommended_versions over it.

    Raises InputError with the problems of both registers.
    """
    software, hardware = _shipped()
    software, hardware = dict(software), dict(hardware)
    recommended: tuple[RecommendedVersion, ...] = ()
    problems: list[Problem] = []
    warnings: list[Problem] = []
    if policy_folder is not None:
        for name in ("eol_catalogue", "recommended_versions"):
            try:
                file = _register(policy_folder, name)
                if file is None:
                    continue
                if name == "eol_catalogue":
                    records, wrong, unsure = read_lifecycle_records(file)
                    _add(records, software, hardware)
                else:
                    recommended, wrong, unsure = read_recommended_versions(file)
            except InputError as error:
                problems += error.problems
                continue
            problems += wrong
            warnings += unsure
    if problems:
        raise InputError(problems)
    return Catalogue(software, hardware, recommended, tuple(warnings))


def _register(folder: Path, name: str) -> RegisterFile | None:
    """Return the register of that name, whatever its ending."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.stem.lower() == name)
    except OSError:
        raise InputError.single(str(folder), "is not a policy folder") from None
    for path in paths:
        if path.suffix.lower() in SUFFIXES:
            return open_file(path)
    return None


@lru_cache(maxsize=1)
def _shipped() -> tuple[Mapping[tuple[str, str], Milestones], Mapping[tuple[str, str], Milestones]]:
    data = files("netaudit.lifecycle").joinpath("data")
    software: dict[tuple[str, str], Milestones] = {}
    hardware: dict[tuple[str, str], Milestones] = {}
    for name, (vendor, system) in _SHIPPED.items():
        document = json.loads(data.joinpath(f"{name}.json").read_text(encoding="utf-8"))
        for milestones, cycle in _releases(document["releases"], vendor, system):
            if not system:
                hardware[(vendor_key(vendor), product_key(vendor, cycle))] = milestones
            elif train := train_of(system, cycle):
                software.setdefault((system_of(system), train), milestones)
    sample = RegisterFile(_SHIPPED_HARDWARE, _SHIPPED_HARDWARE, data.joinpath(_SHIPPED_HARDWARE).read_bytes())
    _add(read_lifecycle_records(sample)[0], software, hardware)
    return software, hardware


def _releases(releases: Iterable[Mapping[str, object]], vendor: str, system: str) -> Iterator[tuple[Milestones, str]]:
    """Yield the milestones of endoflife.date's releases: `eol` ends security support, `eoas` active support."""
    for release in releases:
        cycle = str(release["releaseCycle"])
        end = release.get("eol")
        yield (
            Milestones(
                vendor=vendor,
                product=f"{system} {cycle}" if system else cycle.upper(),
                kind="software" if system else "hardware",
                end_of_maintenance=_date(release.get("eoas")) if system else None,
                end_of_sale=None if system else _date(release.get("eoas")),
                end_of_support=_date(end),
                source="endoflife.date",
                as_of=_SNAPSHOT,
                ended=end is True,
            ),
            cycle,
        )


def _date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _add(
    records: Iterable[LifecycleRecord],
    software: dict[tuple[str, str], Milestones],
    hardware: dict[tuple[str, str], Milestones],
) -> None:
    """Put records into the catalogue, over what it has of the same product."""
    for record in records:
        if record.kind == "software":
            system_text = record.operating_system or record.model
            system = system_of(system_text, record.train) or system_text.lower()
            train = train_of(system_text, record.train) or record.train
            software[(system, train)] = _milestones(record, f"{system_text} {record.train}")
            continue
        for text in (record.part_number, record.model):
            if key := product_key(record.vendor, text):
                hardware[(vendor_key(record.vendor), key)] = _milestones(record, record.part_number or record.model)


def _milestones(record: LifecycleRecord, product: str) -> Milestones:
    """Return the dates of a record: support of hardware ends with the last date of support, that of software with
    security support where the record tells it apart."""
    end = record.last_date_of_support
    if record.kind == "software":
        end = record.end_of_security_support or record.last_date_of_support
    return Milestones(
        vendor=record.vendor,
        product=product,
        kind=record.kind,
        end_of_sale=record.end_of_sale,
        end_of_maintenance=record.end_of_maintenance,
        end_of_support=end,
        precision=record.precision,
        source=record.source,
        as_of=record.as_of,
    )


def status_on(milestones: Milestones | None, as_of: date) -> LifecycleStatus:
    """Return the status of a product on a day; see LifecycleStatus for the words."""
    if milestones is None:
        return UNKNOWN
    end = milestones.end_of_support
    if milestones.ended:
        return LifecycleStatus("eos", milestones)
    if end is None:
        return LifecycleStatus("no-date", milestones)
    if as_of > end:
        return LifecycleStatus("eos", milestones)
    return LifecycleStatus("within-12-months" if end <= _year_after(as_of) else "scheduled", milestones)


def _year_after(day: date) -> date:
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return date(day.year + 1, day.month, min(day.day, last))


def device_lifecycle(facts: DeviceFacts, catalogue: Catalogue, as_of: date) -> DeviceLifecycle:
    """Return the status of a device's hardware and software on a day, and what R12 says of its version.

    A model or version that the catalogue does not know exactly is unknown, never like its neighbour.
    """
    system = system_of(facts.operating_system, facts.version)
    train = train_of(facts.operating_system, facts.version)
    # A system that we have no order for is looked up by its exact words: the firm's catalogue may have them.
    key = (system, train) if system else (facts.operating_system.lower(), facts.version)
    software = catalogue.software.get(key) if all(key) else None
    row = _recommendation(facts, system, train, catalogue.recommended)
    return DeviceLifecycle(
        facts=facts,
        train=train,
        hardware=status_on(_hardware(facts, catalogue.hardware), as_of),
        software=status_on(software, as_of),
        recommended=row.recommended if row else "",
        minimum=row.minimum if row else "",
        blocked=row.blocked if row else (),
        recommended_where=row.where if row else None,
        recommended_as_of=row.as_of if row else None,
        version_word=_version_word(facts, row) if row else "",
    )


def _hardware(facts: DeviceFacts, hardware: Mapping[tuple[str, str], Milestones]) -> Milestones | None:
    """Return the entry of the part number, else of the model; None where there is none, or several that disagree.

    A Cisco device that names itself without the licence suffix (C9300-48P) has the dates of the catalogue's
    C9300-48P-A and C9300-48P-E where these agree.
    """
    vendor = vendor_key(facts.vendor)
    if not vendor:
        return None
    for text in (facts.part_number, facts.model):
        key = product_key(facts.vendor, text)
        if not key:
            continue
        if found := hardware.get((vendor, key)):
            return found
        alike = [
            milestones
            for (maker, name), milestones in hardware.items()
            if maker == vendor and name != key and without_licence(facts.vendor, name) == key
        ]
        if alike and all(one.end_of_support == alike[0].end_of_support for one in alike):
            return alike[0]
    return None


def _recommendation(
    facts: DeviceFacts, system: str, train: str, rows: Iterable[RecommendedVersion]
) -> RecommendedVersion | None:
    """Return the first row of R12 for the device; rows of its own train come before those for every train."""
    if not system:
        return None
    fitting = []
    for row in rows:
        if vendor_key(row.vendor) != vendor_key(facts.vendor):
            continue
        if system_of(row.operating_system, row.train or facts.version) != system:
            continue
        names = [name for name in (facts.part_number, facts.model) if name]
        if row.platform and not any(re.fullmatch(row.platform, name, re.IGNORECASE) for name in names):
            continue
        if row.train and (train_of(row.operating_system, row.train) or row.train) != train:
            continue
        if row.recommended or row.minimum or row.blocked:
            fitting.append(row)
    return min(fitting, key=lambda row: not row.train, default=None)


def _version_word(facts: DeviceFacts, row: RecommendedVersion) -> str:
    """Return how the device's version stands to the register: the gravest word that is sure."""
    system = facts.operating_system
    version = parse_version(system, facts.version)
    if version is None:
        return "unknown"
    blocked = [parse_version(system, text) for text in row.blocked]
    against_blocked = [compare(version, one) if one else None for one in blocked]
    if 0 in against_blocked:
        return "blocked"
    minimum = parse_version(system, row.minimum) if row.minimum else None
    against_minimum = compare(version, minimum) if minimum else None
    if against_minimum == -1:
        return "below-minimum"
    recommended = parse_version(system, row.recommended) if row.recommended else None
    against_recommended = compare(version, recommended) if recommended else None
    unsure = any(one is None for one in against_blocked)
    if unsure or (row.minimum and against_minimum is None) or against_recommended is None:
        return "unknown"
    return {-1: "older", 0: "recommended", 1: "newer"}[against_recommended]
