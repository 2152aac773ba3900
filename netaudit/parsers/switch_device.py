"""The device that was gathered from one switch configuration; shared by NX-OS and EOS."""

from __future__ import annotations

from pathlib import PurePosixPath

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.rules import Binding, Rulebase
from netaudit.model.source import SourceRef
from netaudit.parsers.switch_reading import Reading, bindings_and_references, unused_objects


def gathered_device(
    reading: Reading, platform: str, vendor: str, rulebases: tuple[Rulebase, ...], further_bindings: tuple[Binding, ...]
) -> Device:
    """Return the device with all that the readings of both platforms hold; the rest is the platform's to add."""
    bindings, undefined = bindings_and_references(reading, {name for name, _ in reading.access_lists})
    path = reading.ledger.source.path
    facts = reading.facts

    def fact(field: str) -> str:
        return facts[field][0] if field in facts else ""

    return Device(
        name=reading.hostname or reading.ledger.source.host or PurePosixPath(path).stem,
        platform=platform,
        vendor=vendor,
        where=facts["name"][1] if "name" in facts else SourceRef(path, 1),
        model=fact("model"),
        part_number=fact("part"),
        version=fact("version"),
        serials=tuple(reading.serials),
        fact_sources=tuple((field, where) for field, (_, where) in facts.items()),
        vrfs=(DEFAULT_VRF, *reading.vrfs),
        interfaces=tuple(reading.interfaces.values()),
        address_objects=tuple(reading.address_objects.values()),
        service_objects=tuple(reading.service_objects.values()),
        rulebases=rulebases,
        bindings=(*bindings, *further_bindings),
        nat_rules=tuple(reading.nat_rules),
        static_routes=tuple(reading.static_routes.values()),
        first_hop_groups=reading.first_hop_groups.groups(),
        forwards=reading.forwards,
        undefined_references=undefined,
        unused_objects=unused_objects(reading),
    )
