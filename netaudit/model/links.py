"""How a device is joined to others below and beside routing: VLANs, first-hop groups, tunnels; and its own papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN that the configuration names. `number` is from 1 to 4094."""

    number: int
    where: SourceRef
    name: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class FirstHopGroup:
    """A first-hop redundancy group at an interface. `protocol`: "hsrp", "vrrp", "glbp" or "varp".

    "anycast": every switch of an EVPN fabric answers for the same address (NX-OS, Junos); it has no group number.
    """

    protocol: str
    group: str
    interface: str
    where: SourceRef
    addresses: tuple[str, ...] = ()  # virtual addresses as text
    priority: int | None = None  # None = the platform's default
    preempts: bool | None = None
    tracked: tuple[str, ...] = ()  # interfaces or objects
    authentication: str = ""  # "text", "md5", "key chain", "" = none stated


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel interface. `kind`: "gre", "ipip", "ipsec" (VTI), "gre multipoint", "vxlan", "6to4" ..."""

    interface: str
    kind: str
    where: SourceRef
    source: str = ""  # an interface or address
    destination: str = ""  # an address or name, "" = many or learned
    outer_vrf: str = ""  # the VRF of the outer packets where it is another one
    key: str = ""  # GRE key or VXLAN network: an id, no secret
    protection: str = ""  # the IPsec profile, "" = not encrypted
    selective: bool | None = None  # traffic selectors leave packets out; None = not stated here (see CryptoTunnel)


@dataclass(frozen=True, slots=True)
class CryptoTunnel:
    """A policy-based IPsec tunnel: a crypto map entry or its like on another platform."""

    name: str
    sequence: str
    where: SourceRef
    interfaces: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    rulebase: str = ""  # the list whose permitted packets are encrypted
    proposals: tuple[str, ...] = ()  # transform sets or proposals
    ike_version: str = ""  # "1", "2", "" = not stated
    forward_secrecy: str = ""  # the group, "" = none stated
    local: AddressSet | None = None  # where the platform states networks and no list
    remote: AddressSet | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate in the configuration. Dates are None where the text does not hold the certificate itself."""

    name: str
    where: SourceRef
    kind: str = ""  # "self-signed", "ca", "identity"
    subject: str = ""
    issuer: str = ""
    not_before: date | None = None
    not_after: date | None = None
    public_key_bits: int | None = None
    signature: str = ""  # "sha256WithRSAEncryption" ...


@dataclass(frozen=True, slots=True)
class LastChange:
    """The header that says when the configuration was changed last. `time` is as printed; `day` where it has a date."""

    time: str
    where: SourceRef
    day: date | None = None
    user: str = ""
    saved: str = ""  # when it was written to the start-up configuration, as printed
