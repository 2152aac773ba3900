"""What the management checks share: which protocols manage a device, and whether an export speaks of them at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from netaudit.checks.contract import Context
from netaudit.checks.rule_width import is_any
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess, ManagementPlane
from netaudit.packets.addresses import AddressSet, Family

# Ways to log in or to configure over the network; the console is none, and ping manages nothing.
REMOTE_PROTOCOLS = frozenset({"ssh", "telnet", "http", "https", "snmp", "netconf", "restconf", "fgfm", "rlogin", "api"})
# Ways that hold a session open, which an idle timeout ends.
SESSION_PROTOCOLS = frozenset({"ssh", "telnet", "http", "https", "console", "rlogin"})


def silent_export(device: Device, facts: Mapping[str, Fact]) -> Examined | None:
    """Return an undecided subject where the export says nothing at all of the management plane, else None."""
    # A banner, or who may ping the device, stands in excerpts as well: that is no word of who may manage it.
    accesses = tuple(one for one in device.management.accesses if one.protocol != "ping")
    if replace(device.management, accesses=accesses, banners=(), change_logs=()) != ManagementPlane():
        return None
    return Examined(
        Outcome.UNKNOWN,
        device.name,
        device.name,
        (device.where,),
        facts,
        severity=Severity.INFO,
        key="management plane",
        why_unknown="the export does not hold the management plane",
    )


def enabled_accesses(device: Device) -> Iterator[ManagementAccess]:
    """Yield the ways to manage the device that are switched on."""
    return (access for access in device.management.accesses if access.enabled)


def by_endpoint(accesses: Iterator[ManagementAccess]) -> dict[tuple[str, str], list[ManagementAccess]]:
    """Return the accesses by (virtual system, endpoint), in the order of the configuration."""
    grouped: dict[tuple[str, str], list[ManagementAccess]] = {}
    for access in accesses:
        grouped.setdefault((access.virtual_system, access.endpoint), []).append(access)
    return grouped


def is_unrestricted(sources: AddressSet | None) -> bool:
    """Tell whether a set of permitted sources is any in effect."""
    return sources is None or any(is_any(sources.family(family), family) for family in Family)


def endpoint_words(endpoint: tuple[str, str]) -> str:
    """Return an endpoint in words: "vty 0 4", "root/wan1"."""
    virtual_system, name = endpoint
    words = "all interfaces" if name in ("", "*") else name
    return f"{virtual_system}/{words}" if virtual_system else words


def external_interfaces(context: Context, device: Device) -> tuple[str, ...]:
    """Return the enabled interfaces of a device that stand in an external zone."""
    return tuple(
        interface.name
        for interface in device.interfaces
        if interface.enabled
        and any(zone.type.external for zone in context.network.interface_zones(device.name, interface.name))
    )
