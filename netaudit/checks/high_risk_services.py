"""The high-risk services, as data: class, ports, and how grave they are at a zone boundary and from the Internet.

Source: the default list of the rule review practice; ports after the IANA Service Name and Port Number Registry and
the vendors' documentation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.findings import Severity
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import TCP, UDP, ServiceSet

_LOW, _MEDIUM, _HIGH, _CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class RiskyService:
    """One class of services.

    `boundary` is the severity between zones of the firm, `to_production` the one towards production where it differs,
    `internet` the one from the Internet. `exposure`: management, database or file sharing; from outside these are
    judged as exposure. `is_management`: what a management zone is there for. `devices_only` counts only towards
    addresses of the network devices; `inbound_only` only from the Internet or from any source.
    """

    name: str
    services: ServiceSet
    boundary: Severity
    internet: Severity
    to_production: Severity | None = None
    exposure: bool = False
    is_management: bool = False
    devices_only: bool = False
    inbound_only: bool = False
    production_only: bool = False


def _tcp(*ports: int | tuple[int, int]) -> ServiceSet:
    return ServiceSet.ports(TCP, _ports(ports))


def _udp(*ports: int | tuple[int, int]) -> ServiceSet:
    return ServiceSet.ports(UDP, _ports(ports))


def _both(*ports: int | tuple[int, int]) -> ServiceSet:
    return _tcp(*ports) | _udp(*ports)


def _ports(ports: Iterable[int | tuple[int, int]]) -> IntervalSet:
    return IntervalSet.of((port, port) if isinstance(port, int) else port for port in ports)


def _protocols(*numbers: int) -> ServiceSet:
    return ServiceSet.of_protocols(IntervalSet.of((number, number) for number in numbers))


RISKY_SERVICES = (
    RiskyService(
        "clear-text administration",
        _tcp(23, (512, 514), (6000, 6063), (5900, 5906)),
        _HIGH,
        _CRITICAL,
        exposure=True,
    ),
    RiskyService(
        "remote administration",
        _tcp(22, 3389, 5985, 5986, 902, 903, 5938, 7070, 4899) | _udp(3389, 623, 902),
        _MEDIUM,
        _CRITICAL,
        to_production=_HIGH,
        exposure=True,
        is_management=True,
    ),
    RiskyService(
        "web administration of devices",
        _tcp(80, 443, 8080, 8443, 4443, 10443),
        _HIGH,
        _CRITICAL,
        exposure=True,
        is_management=True,
        devices_only=True,
    ),
    RiskyService(
        "file sharing and transfer",
        _tcp(445, (137, 139), 2049, 111, 20, 21, 873, 548) | _udp((137, 138), 2049, 111, 69),
        _HIGH,
        _CRITICAL,
        exposure=True,
    ),
    RiskyService(
        "directory and authentication",
        _tcp(389, 3268, 88, 135) | _udp(88),
        _MEDIUM,
        _CRITICAL,
        exposure=True,
    ),
    RiskyService(
        "database",
        _tcp(
            *(1433, (1521, 1526), 2483, 2484, 3306, 5432, 50000, 5000, 27017, 6379, 11211),
            *(9200, 9300, 9042, 30015),
        )
        | _udp(1434, 11211),
        _HIGH,
        _CRITICAL,
        exposure=True,
    ),
    RiskyService(
        "device management and monitoring",
        _both(161, 162) | _udp(514) | _tcp(830, 10050, 10051, 2375, 10250, 2379, 1099, 5005),
        _MEDIUM,
        _HIGH,
        exposure=True,
        is_management=True,
    ),
    RiskyService("mail in clear text", _tcp(25, 110, 143), _MEDIUM, _MEDIUM),
    RiskyService("web in clear text", _tcp(80), _MEDIUM, _MEDIUM, production_only=True),
    RiskyService(
        "amplification",
        _udp(53, 123, 1900, 19, 389, 3702, 5683),
        _LOW,
        _HIGH,
        inbound_only=True,
    ),
    RiskyService("messaging middleware", _tcp(1414, 9092, 61616, 5672, 4222) | _udp(7500), _MEDIUM, _HIGH),
    RiskyService(
        "tunnels and proxies",
        _tcp(1080, 3128, 1194, 853) | _udp(1194, 51820, 3544) | _protocols(47, 41),
        _MEDIUM,
        _HIGH,
    ),
)
