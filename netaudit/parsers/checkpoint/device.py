"""Devices of Check Point: the policy from the management server, the system from Gaia, joined by name or address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from netaudit.model.device import (
    AddressObject,
    Device,
    Interface,
    InterfaceAddress,
    SecurityZone,
    ServiceObject,
)
from netaudit.model.rules import Rulebase
from netaudit.model.source import Affects, SourceFile
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.checkpoint.account import account
from netaudit.parsers.checkpoint.export import Export, ExportFile, is_json, open_exports, open_file
from netaudit.parsers.checkpoint.gaia import GaiaSystem, read_gaia
from netaudit.parsers.checkpoint.gaia_commands import guess
from netaudit.parsers.checkpoint.gaia_management import management_plane
from netaudit.parsers.checkpoint.gaia_routing import routing_plane, routing_processes
from netaudit.parsers.checkpoint.gateways import Gateway, read_gateways, read_interfaces, read_log_servers
from netaudit.parsers.checkpoint.layers import Layer
from netaudit.parsers.checkpoint.objects import read_objects, undefined_references, unused_objects
from netaudit.parsers.checkpoint.policies import Policies, unknown_policy
from netaudit.parsers.contract import ParsedFile

PLATFORM = "checkpoint"
_OWN_ADDRESSES = "127.0.0.0/8"


@dataclass(slots=True)
class _Devices:
    """The devices found so far, each with the path of the file that tells most of it."""

    by_path: dict[str, list[Device]] = field(default_factory=dict)

    def add(self, device: Device) -> None:
        self.by_path.setdefault(device.where.path, []).append(device)

    def take(self, path: str) -> tuple[Device, ...]:
        """Return the devices of a file, once: a path may stand for several parts of one file."""
        return tuple(self.by_path.pop(path, ()))


def parse(source: SourceFile) -> ParsedFile:
    """Read one file by itself: a Gaia configuration, or a part of a management server's export."""
    return parse_together((source,))[0]


def parse_together(files: Sequence[SourceFile]) -> tuple[ParsedFile, ...]:
    """Read all files of a snapshot: exports of management servers and the Gaia configurations of their gateways."""
    systems = {position: read_gaia(one) for position, one in enumerate(files) if not is_json(one)}
    opened = {position: open_file(one) for position, one in enumerate(files) if is_json(one)}
    unclaimed = dict(systems)
    devices = _Devices()
    for export in open_exports(opened.values()):
        _devices_of(export, unclaimed, devices)
    for system in unclaimed.values():
        if _says_something(system):
            # Gateway or management server: its configuration does not say, nor what its policy is.
            device = _system_device(system)
            devices.add(replace(device, rulebases=(unknown_policy("policy", device.where),)))
    for file in opened.values():
        account(file)
    return tuple(
        _parsed(one, systems.get(position), opened.get(position), devices) for position, one in enumerate(files)
    )


def _parsed(source: SourceFile, system: GaiaSystem | None, file: ExportFile | None, devices: _Devices) -> ParsedFile:
    found = devices.take(source.path)
    name = found[0].name if found else ""
    if system is not None:
        return ParsedFile(system.ledger.coverage(PLATFORM, name or system.name, guess), found)
    assert file is not None
    coverage = file.ledger.coverage(PLATFORM, name)
    if file.problem is not None:
        coverage = replace(coverage, problem=f"is not read: {file.problem}")
    return ParsedFile(coverage, found)


def _says_something(system: GaiaSystem) -> bool:
    """Tell whether a text holds a configuration at all: another file may have been named as this platform."""
    return bool(system.interfaces or system.routes or system.name_where or system.management.users)


# Devices


def _devices_of(export: Export, unclaimed: dict[int, GaiaSystem], devices: _Devices) -> None:
    policies = Policies(export)
    policies.note_missing_properties()
    gateways = read_gateways(export)
    objects, services = read_objects(export, policies.addresses, policies.services)
    unused = unused_objects(export)
    for gateway in gateways:
        systems = _systems_of(gateway, unclaimed)
        for system in systems or (None,):
            device = _gateway_device(gateway, system, policies)
            if gateway.is_gateway:
                device = replace(
                    device,
                    address_objects=objects,
                    service_objects=services,
                    undefined_references=undefined_references(device.rulebases),
                    unused_objects=unused,
                )
            devices.add(device)
    loose = policies.unattached()
    names = [_loose_name(layer) for layer in loose]
    for layer, name in zip(loose, names, strict=True):
        rulebase = policies.rulebase(layer, None)
        shown = name if names.count(name) == 1 else f"{name} {layer.name}"
        devices.add(_layer_device(shown, rulebase, objects, services))


def _loose_name(layer: Layer) -> str:
    """Return a name for the unknown gateways of a layer: that of the export's folder or file."""
    host = layer.rules[0][0].source.host if layer.rules else ""
    return host or layer.name or PurePosixPath(layer.where.path).stem


def _layer_device(
    name: str, rulebase: Rulebase, objects: tuple[AddressObject, ...], services: tuple[ServiceObject, ...]
) -> Device:
    return Device(
        name=name,
        platform=PLATFORM,
        vendor="Check Point",
        where=rulebase.where,
        rulebases=(rulebase,),
        address_objects=objects,
        service_objects=services,
        policies_see_original_addresses=True,
        policies_guard_the_device=True,
        undefined_references=undefined_references((rulebase,)),
    )


def _systems_of(gateway: Gateway, unclaimed: dict[int, GaiaSystem]) -> list[GaiaSystem]:
    """Return the Gaia configurations of a gateway or of a cluster's members, by name, else by their main addresses."""
    names = {gateway.name.lower(), *(name.lower() for name in gateway.members)}
    found = [position for position, system in unclaimed.items() if system.name.lower() in names]
    if not found:
        main = {gateway.fact("ipv4-address")[0], *gateway.member_addresses} - {""}
        found = [position for position, system in unclaimed.items() if main & _plain_addresses(system)]
    if not gateway.is_cluster:
        found = found[:1]
    return [unclaimed.pop(position) for position in found]


def _plain_addresses(system: GaiaSystem) -> set[str]:
    return {address.address_text for one in system.interfaces.values() for address in one.addresses}


def _gateway_device(gateway: Gateway, system: GaiaSystem | None, policies: Policies) -> Device:
    interfaces = read_interfaces(gateway)
    device = Device(gateway.name, PLATFORM, "Check Point", gateway.where)
    if system is not None:
        interfaces = _joined_interfaces(system, interfaces)
        device = _system_device(system)
    own = _addresses(interfaces)
    package = policies.package_of(gateway) if gateway.is_gateway else None
    rulebases = tuple(policies.rulebases(package, gateway)) if package is not None else ()
    if gateway.is_gateway and not rulebases:
        _note_no_policy(gateway)
        rulebases = (unknown_policy(gateway.package or "policy", gateway.where),)
    management = device.management
    if system is not None:  # without it the export says nothing of the management of the device
        servers = read_log_servers(policies.export, gateway)
        management = replace(management, log_targets=management.log_targets + servers)
    facts = list(device.fact_sources)
    model, model_where = gateway.model
    version, version_where = gateway.fact("version")
    serial, serial_where = gateway.fact("serial-number")
    for name, where in (("model", model_where), ("version", version_where), ("serial", serial_where)):
        if where is not None:
            facts.append((name, where))
    return replace(
        device,
        model=model,
        operating_system=gateway.fact("os-name", "operating-system")[0] or "Gaia",
        version=version,
        serials=(serial,) if serial else (),
        fact_sources=tuple(facts),
        interfaces=interfaces,
        security_zones=tuple(_zones(interfaces)),
        rulebases=rulebases,
        nat_rules=policies.nat_rules(package, gateway, own) if gateway.is_gateway else (),
        forwards=gateway.is_gateway,
        policies_see_original_addresses=True,
        policies_guard_the_device=gateway.is_gateway,
        management=management,
    )


def _note_no_policy(gateway: Gateway) -> None:
    placed = gateway.said[0]
    reason = "the policy of this gateway is not in the export"
    placed.file.ledger.unsupported(placed.value.line_of("name") - 1, Affects.FILTER, reason)


def _addresses(interfaces: Iterable[Interface]) -> AddressSet:
    found = [
        AddressSet.of(address.family, IntervalSet.single(address.value))
        for one in interfaces
        for address in one.addresses
        if not _is_loopback(address)
    ]
    return AddressSet.union(found)


def _is_loopback(address: InterfaceAddress) -> bool:
    return AddressSet.of(address.family, IntervalSet.single(address.value)) <= AddressSet.prefix(_OWN_ADDRESSES)


def _zones(interfaces: Iterable[Interface]) -> Iterator[SecurityZone]:
    members: dict[str, list[Interface]] = {}
    for one in interfaces:
        if one.security_zone:
            members.setdefault(one.security_zone, []).append(one)
    for name, found in members.items():
        yield SecurityZone(name, tuple(one.name for one in found), found[0].where)


def _joined_interfaces(system: GaiaSystem, said: tuple[Interface, ...]) -> tuple[Interface, ...]:
    """Return Gaia's interfaces with what the management server adds: zones, anti-spoofing, cluster addresses."""
    by_name = {one.name: one for one in said}
    found = []
    for name, own in system.interfaces.items():
        other = by_name.pop(name, None)
        if other is None:
            found.append(own)
            continue
        extra = tuple(address for address in other.addresses if address not in own.addresses)
        virtual = tuple(replace(one, virtual=True) for one in extra if own.addresses) or extra
        found.append(
            replace(
                own,
                addresses=(*own.addresses, *virtual),
                security_zone=other.security_zone,
                source_check=other.source_check,
            )
        )
    return (*found, *by_name.values())


def _system_device(system: GaiaSystem) -> Device:
    """Return the device of a Gaia configuration alone."""
    facts = (("hostname", system.name_where),) if system.name_where is not None else ()
    where = system.name_where or system.where
    return Device(
        name=system.name or system.source.host or PurePosixPath(system.source.path).stem,
        platform=PLATFORM,
        vendor="Check Point",
        where=where,
        operating_system="Gaia",
        fact_sources=facts,
        interfaces=tuple(system.interfaces.values()),
        static_routes=tuple(system.routes),
        routing_processes=routing_processes(system.routing),
        routing=routing_plane(system.routing),
        management=management_plane(system.management, where),
        policies_see_original_addresses=True,
        policies_guard_the_device=True,
    )
