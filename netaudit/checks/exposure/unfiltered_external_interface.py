"""EXT-002: an interface towards the outside has no inbound filter.

What it does
------------
Takes every enabled interface that stands in an external zone (Internet or third party), on devices that forward, and
asks for what decides about packets that come in there: an access list that exists, a zone policy, or a security level
that denies to the inside.

Why it matters
--------------
What no filter judges at the edge reaches the next device as it is, spoofed sources included, and the device itself.

Example
-------
interface GigabitEthernet0/0/0 towards the provider, without ip access-group

Use instead
-----------
An inbound access list that denies private and own sources and permits what is published, with source checks on.

Limits
------
Only that a filter stands there is asked, not what it permits. A security level counts where every other interface has
a higher one. A filter of the provider, or one that another device applies before the packets arrive, is not seen.
Where a line of the interface was not understood, it is reported as undecided.

References
----------
期貨業網路安全自律規範 第三條第二款第(三)目; NIST SP 800-53r5 SC-7; PCI DSS 4.0.1 1.4.1; STIG V-216671, V-239865.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device, Interface
from netaudit.model.rules import Direction, RulebaseKind
from netaudit.model.source import Affects
from netaudit.policy.registers import Register
from netaudit.topology.filters import has_filter


def examine(context: Context) -> Iterator[Examined]:
    """Yield every interface that stands in an external zone."""
    for attachment in context.network.attachments:
        zone = next((context.network.zones[name] for name in attachment.zones), None)
        interface = context.network.interface(attachment.device, attachment.interface)
        if interface is None or zone is None or not zone.type.external:
            continue
        device = context.network.devices[attachment.device]
        outcome, how = _judge(device, interface)
        why = ""
        if outcome is Outcome.FAIL and _has_open_text(context, interface):
            outcome, why = Outcome.UNKNOWN, "a line of the interface was not understood"
        yield Examined(
            outcome,
            device.name,
            interface.name,
            (interface.where,),
            {"zone": zone.name, "how": how, "source_check": bool(interface.source_check)},
            why_unknown=why,
        )


def _judge(device: Device, interface: Interface) -> tuple[Outcome, str]:
    if not interface.enabled or not device.forwards or not (interface.addresses or interface.dynamic_address):
        return Outcome.NOT_APPLICABLE, "does_not_forward"
    if has_filter(device, interface, Direction.IN):
        return Outcome.PASS, "access_list"
    if any(
        one.kind is RulebaseKind.ZONE_POLICY and one.virtual_system == interface.virtual_system
        for one in device.rulebases
    ):
        return Outcome.PASS, "zone_policy"
    if _level_denies(device, interface):
        return Outcome.PASS, "security_level"
    named = any(device.filters(name, Direction.IN) for name in (interface.name, interface.nickname) if name)
    return Outcome.FAIL, "undefined_list" if named else "no_list"


def _level_denies(device: Device, interface: Interface) -> bool:
    """Tell whether the security level keeps what comes in from every other interface of the device."""
    if interface.security_level is None:
        return False
    others = [one for one in device.interfaces if one.security_level is not None and one is not interface]
    return all(
        (one.security_level or 0) > interface.security_level
        or ((one.security_level or 0) == interface.security_level and not device.same_level_permitted)
        for one in others
    )


def _has_open_text(context: Context, interface: Interface) -> bool:
    return any(
        note.affects is Affects.FILTER
        for one in context.coverage
        if one.path == interface.where.path
        for note in one.notes
        if interface.where.line <= note.where.line <= interface.where.last_line
    )


CHECK = Check(
    id="EXT-002",
    name="unfiltered-external-interface",
    severity=Severity.HIGH,
    title={
        "en": "{device} {subject} stands in external zone {zone} without an inbound filter: {how}",
        "zh-TW": "{device} 的 {subject} 位於外部區域 {zone}，未套用進入方向的過濾：{how}",
    },
    remediation={
        "en": "Apply an inbound access list or policy, and switch on source checks (uRPF).",
        "zh-TW": "套用進入方向的存取控制清單或防火牆政策，並啟用來源位址檢查（uRPF）。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
)
