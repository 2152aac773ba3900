"""What the lifecycle catalogue says of a device on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from netaudit.model.source import SourceRef


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
    ended: bool = False  # the source says that support has ended, and gives no date


@dataclass(frozen=True, slots=True)
class LifecycleStatus:
    """Status words after CISA BOD 26-02: eos, within-12-months, scheduled, no-date, unknown.

    eos: the day is after `end_of_support`; on the last day itself the product is still supported.
    within-12-months: that day is at most one year ahead. no-date: catalogued, and no end is announced.
    unknown: the catalogue does not know the product, or knows it in two ways.
    """

    word: str
    milestones: Milestones | None = None


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What inventory knows of one device, each fact from the best source (export before register).

    `sources` says where each fact was read, as (field, place) pairs; the fields are those of this class.
    """

    device: str
    vendor: str = ""
    model: str = ""
    part_number: str = ""
    serial: str = ""
    operating_system: str = ""
    version: str = ""
    sources: tuple[tuple[str, SourceRef], ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceLifecycle:
    """A device with the status of its hardware and software on the day asked for."""

    facts: DeviceFacts
    train: str  # the key of the software catalogue: "17.9", "7.2", "9.14"; "" = not known
    hardware: LifecycleStatus
    software: LifecycleStatus
    recommended: str = ""  # R12, "" = not stated
    minimum: str = ""
    blocked: tuple[str, ...] = ()
    recommended_where: SourceRef | None = None
    recommended_as_of: date | None = None
    version_word: str = ""  # blocked, below-minimum, older, recommended, newer, unknown; "" = R12 says nothing
