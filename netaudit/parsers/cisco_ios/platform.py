"""One running configuration of IOS or IOS-XE -> one device and the account of its lines."""

from __future__ import annotations

from pathlib import PurePosixPath

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.cisco_ios.access_lists import read_access_lists, rulebases
from netaudit.parsers.cisco_ios.interfaces import read_interfaces, read_vrfs
from netaudit.parsers.cisco_ios.lines import configuration_tree
from netaudit.parsers.cisco_ios.objects import read_object_groups, read_time_ranges, service_objects
from netaudit.parsers.cisco_ios.reading import Reading, bindings_and_references, unused_objects
from netaudit.parsers.cisco_ios.routes import read_routing, read_static_routes
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.ledger import LineLedger

PLATFORM = "cisco_ios"


def parse(source: SourceFile) -> ParsedFile:
    """Return what a configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    reading = Reading(ledger, configuration_tree(ledger))
    read_vrfs(reading)
    read_object_groups(reading)
    read_time_ranges(reading)
    read_access_lists(reading)
    read_interfaces(reading)
    read_static_routes(reading)
    read_routing(reading)
    device = _device(reading)
    coverage = ledger.coverage(PLATFORM, device.name)
    return ParsedFile(coverage, (device,) if any(line.strip() for line in source.lines) else ())


def _device(reading: Reading) -> Device:
    ledger = reading.ledger
    for root in reading.roots:
        if root.text.startswith("hostname ") and len(root.words) == 2:
            reading.hostname = root.words[1]
            reading.facts["name"] = (root.words[1], ledger.ref(root.index))
            ledger.understood(root.index)
    bindings, undefined = bindings_and_references(reading)
    path = reading.ledger.source.path
    name = reading.hostname or ledger.source.host or PurePosixPath(path).stem
    where = reading.facts["name"][1] if reading.hostname else SourceRef(path, 1)
    return Device(
        name=name,
        platform=PLATFORM,
        vendor="Cisco",
        where=where,
        vrfs=(DEFAULT_VRF, *reading.vrfs),
        interfaces=tuple(reading.interfaces.values()),
        address_objects=tuple(reading.address_groups.values()),
        service_objects=service_objects(reading),
        rulebases=rulebases(reading),
        bindings=bindings,
        static_routes=tuple(reading.static_routes),
        routing_processes=tuple(reading.routing_processes),
        forwards=reading.forwards,
        undefined_references=undefined,
        unused_objects=unused_objects(reading),
    )
