"""The management plane of a device: who may log in, from where, how, and what is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet


@dataclass(frozen=True, slots=True)
class ManagementAccess:
    """One way to manage the device.

    `protocol` is ssh, telnet, http, https, console, snmp, netconf, ping or another lower-case word. `endpoint`
    is where it listens: an interface name, "vty 0 4", "console", "*" for all interfaces.
    `sources` is who may connect: None = unrestricted; a set otherwise (an upper bound if `sources_exact` is
    False). `idle_timeout_s`: seconds, 0 = never ends, None = the platform's default (see `default_idle_timeout_s`).
    """

    protocol: str
    endpoint: str
    where: SourceRef
    enabled: bool = True
    version: str = ""
    sources: AddressSet | None = None
    sources_exact: bool = True
    sources_where: SourceRef | None = None
    idle_timeout_s: int | None = None
    default_idle_timeout_s: int | None = None
    authentication: str = ""  # "aaa", "local", "line password", "none", "" = not stated
    virtual_system: str = ""
    dedicated: bool = False  # a port of its own that passes no traffic: what stands behind it is in no configuration


@dataclass(frozen=True, slots=True)
class SnmpCommunity:
    """An SNMP v1/v2c community; the string itself is never kept. `sources` None = unrestricted."""

    access: str  # "ro" or "rw"
    where: SourceRef
    version: str = "2c"
    well_known: bool = False  # "public" or "private"
    sources: AddressSet | None = None


@dataclass(frozen=True, slots=True)
class LocalUser:
    """A local account. `password_kind` is the vendor's type ("type 7", "type 9", "sha256", "plaintext" ...)."""

    name: str
    where: SourceRef
    privilege: str = ""
    password_kind: str = ""
    second_factor: bool | None = None
    sources: AddressSet | None = None  # trusted hosts; None = unrestricted


@dataclass(frozen=True, slots=True)
class LogTarget:
    """A place that logs leave the device for. `transport`: udp, tcp, tls or "" where not stated."""

    address: str
    where: SourceRef
    transport: str = ""
    port: int | None = None
    kind: str = "syslog"  # or "fortianalyzer", "trap" ...
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What the device asks of passwords. None = not stated; days and counts as configured."""

    where: SourceRef
    name: str = ""  # where there are several
    minimum_length: int | None = None
    complexity: tuple[str, ...] = ()  # "upper case 1", "digits 1", "special 1", "strength check" ...
    lifetime_days: int | None = None
    remembered: int | None = None  # how many old ones may not come back


@dataclass(frozen=True, slots=True)
class Lockout:
    """What follows failed logins: after `attempts` within `window_s` nobody, or that user, may try for `duration_s`."""

    where: SourceRef
    attempts: int | None = None
    window_s: int | None = None
    duration_s: int | None = None  # 0 = until an administrator unlocks
    scope: str = ""  # "user", "device"


@dataclass(frozen=True, slots=True)
class Banner:
    """A text shown at login. `kind`: "login", "motd", "exec", "incoming" ... The text itself is kept as one line."""

    kind: str
    where: SourceRef
    text: str = ""


@dataclass(frozen=True, slots=True)
class AaaMethod:
    """A method list: `service` is "authentication login", "authorization exec", "accounting commands 15" ..."""

    service: str
    name: str  # "default" or the list's name
    methods: tuple[str, ...]  # "group tacacs+", "local", "none" ... in the order they are asked
    where: SourceRef


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """Configuration archive or command logging: `kind` is "archive", "command log", "rollback" ..."""

    kind: str
    where: SourceRef
    target: str = ""  # a path without its credentials
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ManagementPlane:
    """All that a configuration says of the management of its device."""

    accesses: tuple[ManagementAccess, ...] = ()
    snmp_communities: tuple[SnmpCommunity, ...] = ()
    users: tuple[LocalUser, ...] = ()
    log_targets: tuple[LogTarget, ...] = ()
    time_servers: tuple[str, ...] = ()
    authentication_servers: tuple[str, ...] = ()
    password_policies: tuple[PasswordPolicy, ...] = ()
    lockouts: tuple[Lockout, ...] = ()
    banners: tuple[Banner, ...] = ()
    aaa_methods: tuple[AaaMethod, ...] = ()
    change_logs: tuple[ChangeLog, ...] = ()
