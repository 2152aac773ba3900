"""What the lifecycle catalogue says of a device on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Milestones:
    """The lifecycle dates of one hardware model or software train; None = not in the catalogue.

    `end_of_support` is what the clause calls EOS/EOL: last date of support for hardware, end of security support for
    software. `precision` is "day", or "year" where the source names the year only (then the 31 December is meant:
    past support is claimed only after it).
    """

    vendor: str
    product: str  # model or part number; "IOS-XE 17.9"
    kind: str  # "hardware" or "software"
    end_of_sale: date | None = None
    end_of_maintenance: date | None = None
    end_of_support: date | None = None
    precision: str = "day"
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class LifecycleStatus:
    """Status words after CISA BOD 26-02: eos, within-12-months, scheduled, no-date, unknown."""

    word: str
    milestones: Milestones | None = None


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What inventory knows of one device, each fact from the best source (export before register)."""

    device: str
    vendor: str = ""
    model: str = ""
    part_number: str = ""
    serial: str = ""
    operating_system: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class DeviceLifecycle:
    """A device with the status of its hardware and software on the day asked for."""

    facts: DeviceFacts
    train: str  # the key of the software catalogue: "17.9", "7.2", "9.14"; "" = not known
    hardware: LifecycleStatus
    software: LifecycleStatus
    recommended: str = ""  # R12, "" = not stated
