"""What outsiders reach, along computed paths and at hosts."""

from __future__ import annotations

from netaudit.checks.exposure import exposed_service
from netaudit.findings import Outcome, Severity

from .harness import context_of, examine, failures, parse, registers

ROUTER = """hostname edge-1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.240
 ip access-group OUTSIDE-IN in
interface GigabitEthernet0/1
 ip address 10.10.23.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended OUTSIDE-IN
"""


def router(*entries: str) -> list[str]:
    return [*ROUTER.splitlines(), *(f" {entry}" for entry in entries), "end"]


def test_a_sweeping_permit_exposes_what_really_passes_by_it() -> None:
    devices, _ = parse(router("permit ip any any"), "cisco_ios")
    found = failures(exposed_service.CHECK, context_of(devices, registers()))
    assert [(one.subject, one.severity) for one in found] == [("INTERNET > PROD-DB", Severity.CRITICAL)]
    assert found[0].witness is not None


def test_a_sweeping_permit_with_another_filter_behind_it_exposes_nothing() -> None:
    text = [
        line.replace(" 10.10.23.1 255.255.255.0", " 10.10.23.1 255.255.255.0\n ip access-group BEHIND out")
        for line in router("permit ip any any")
    ]
    text = "\n".join(text[:-1]).splitlines()
    text += ["ip access-list extended BEHIND", " permit tcp any host 10.10.23.9 eq 443", " deny ip any any log", "end"]
    devices, _ = parse(text, "cisco_ios")
    assert failures(exposed_service.CHECK, context_of(devices, registers())) == []


def test_an_interface_without_a_filter_exposes_the_zone_behind_it() -> None:
    text = [line for line in router() if "access" not in line]
    devices, _ = parse(text, "cisco_ios")
    found = failures(exposed_service.CHECK, context_of(devices, registers()))
    assert [one.subject for one in found] == ["INTERNET > PROD-DB"]


def test_a_named_port_is_reported_once_at_its_rule() -> None:
    devices, _ = parse(router("permit tcp any host 10.10.23.5 eq 1521", "deny ip any any log"), "cisco_ios")
    found = failures(exposed_service.CHECK, context_of(devices, registers()))
    assert [(one.subject, one.severity) for one in found] == [("OUTSIDE-IN 10", Severity.CRITICAL)]
    assert found[0].facts["ports"] == "tcp/1521"


def test_a_permit_that_another_device_stops_is_high_and_not_critical() -> None:
    text = "\n".join(router("permit tcp any host 10.10.23.5 eq 1521", "deny ip any any log")[:-1])
    text = text.replace("10.10.23.1 255.255.255.0", "10.10.23.1 255.255.255.0\n ip access-group BEHIND out")
    text += "\nip access-list extended BEHIND\n deny ip any any log\nend"
    devices, _ = parse(text.splitlines(), "cisco_ios")
    found = failures(exposed_service.CHECK, context_of(devices, registers()))
    assert [(one.severity, one.facts["stopped_elsewhere"]) for one in found] == [(Severity.HIGH, True)]


def test_a_blocked_edge_is_a_pass() -> None:
    devices, _ = parse(router("permit tcp any host 10.10.23.5 eq 8443", "deny ip any any log"), "cisco_ios")
    outcomes = {one.outcome for one in examine(exposed_service.CHECK, context_of(devices, registers()))}
    assert outcomes == {Outcome.PASS}
