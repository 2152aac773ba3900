"""The management plane from values: what is known in part, and exports that do not hold it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.checks import CHECKS
from netaudit.checks.logging import no_remote_log
from netaudit.checks.management import idle_timeout, unrestricted_management, weak_management_protocol
from netaudit.findings import Outcome, Severity
from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.management import Banner, LogTarget, ManagementAccess, ManagementPlane
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family
from netaudit.policy.registers import Policy

from .harness import context_of, examine, registers

HERE = SourceRef("d.cfg", 3)
JUMP = AddressSet.prefix("10.40.0.8/29")


def outcome(check_module: object, access: ManagementAccess, policy: Policy | None = None) -> Outcome:
    device = Device("edge-1", "x", "X", HERE, management=ManagementPlane((access,)))
    (found,) = examine(check_module.CHECK, context_of((device,), policy))  # type: ignore[attr-defined]
    return found.outcome


def ssh(**changes: object) -> ManagementAccess:
    return replace(ManagementAccess("ssh", "vty 0 4", HERE, sources=JUMP), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (ssh(), Outcome.PASS),
        (ssh(sources=None), Outcome.FAIL),
        (ssh(sources=ANY_IPV4), Outcome.FAIL),
        (ssh(sources=AddressSet.prefix("0.0.0.0/1") | AddressSet.prefix("128.0.0.0/1")), Outcome.FAIL),
        (ssh(sources=ANY_IPV4, sources_exact=False), Outcome.UNKNOWN),
        (ssh(sources_exact=False), Outcome.PASS),
    ],
)
def test_sources_that_are_any_in_effect_are_no_restriction(access: ManagementAccess, expected: Outcome) -> None:
    assert outcome(unrestricted_management, access) is expected


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (ssh(version="2"), Outcome.PASS),
        (ssh(version="1.99"), Outcome.FAIL),
        (ssh(protocol="https"), Outcome.PASS),
        (ssh(protocol="http"), Outcome.FAIL),
        (ssh(protocol="snmp", version="v2c"), Outcome.FAIL),
        (ssh(protocol="snmp", version="3"), Outcome.PASS),
    ],
)
def test_clear_text_and_old_versions_are_weak(access: ManagementAccess, expected: Outcome) -> None:
    assert outcome(weak_management_protocol, access) is expected


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (ssh(idle_timeout_s=600), Outcome.PASS),
        (ssh(idle_timeout_s=601), Outcome.FAIL),
        (ssh(idle_timeout_s=0), Outcome.FAIL),
        (ssh(default_idle_timeout_s=600), Outcome.PASS),
        (ssh(idle_timeout_s=0, default_idle_timeout_s=600), Outcome.FAIL),
        (ssh(), Outcome.UNKNOWN),
    ],
)
def test_idle_sessions_end_within_ten_minutes(access: ManagementAccess, expected: Outcome) -> None:
    assert outcome(idle_timeout, access) is expected


def test_a_way_that_is_switched_off_is_not_examined() -> None:
    device = Device("d", "x", "X", HERE, management=ManagementPlane((ssh(enabled=False, sources=None),)))
    assert examine(unrestricted_management.CHECK, context_of((device,))) == ()


def test_management_on_all_interfaces_is_critical_where_one_is_outside_without_a_filter() -> None:
    outside = Interface(
        "GigabitEthernet0/0", HERE, addresses=(InterfaceAddress(Family.IPV4, 203 << 24 | 113 << 8 | 2, 28),)
    )
    device = Device("edge-1", "x", "X", HERE, interfaces=(outside,), management=ManagementPlane((ssh(sources=None),)))
    (found,) = examine(unrestricted_management.CHECK, context_of((device,), registers()))
    assert found.severity is Severity.CRITICAL


def test_a_banner_and_who_may_ping_are_no_word_of_the_management_plane() -> None:
    pings = ManagementAccess("ping", "outside", HERE, sources=ANY_IPV4)
    plane = ManagementPlane((pings,), banners=(Banner("motd", HERE, "Hello"),))
    device = Device("fw", "x", "X", HERE, management=plane)
    (found,) = examine(unrestricted_management.CHECK, context_of((device,)))
    assert found.outcome is Outcome.UNKNOWN


def test_an_export_without_the_management_plane_is_undecided_and_only_noted() -> None:
    device = Device("bastion", "x", "X", HERE)
    for check in CHECKS:
        if check.id.startswith(("MGMT", "LOG")):
            (found,) = examine(check, context_of((device,)))
            assert (found.outcome, found.severity) == (Outcome.UNKNOWN, Severity.INFO), check.id


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ((), Outcome.FAIL),
        ((LogTarget("10.40.0.50", HERE),), Outcome.PASS),
        ((LogTarget("10.40.0.50", HERE, enabled=False),), Outcome.FAIL),
        ((LogTarget("10.40.0.50", HERE, kind="trap"),), Outcome.FAIL),
        ((LogTarget("127.0.0.1", HERE),), Outcome.FAIL),
    ],
)
def test_a_log_must_leave_the_device(targets: tuple[LogTarget, ...], expected: Outcome) -> None:
    device = Device("d", "x", "X", HERE, management=ManagementPlane((ssh(),), log_targets=targets))
    (found,) = examine(no_remote_log.CHECK, context_of((device,)))
    assert found.outcome is expected
