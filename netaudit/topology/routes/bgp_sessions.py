"""BGP as it stands: who speaks it, with which settings towards whom, and which sessions come up inside the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netaudit.model.device import Device
from netaudit.model.routing import BgpFamily, BgpNeighbor, RoutingProcess
from netaudit.packets.addresses import AddressSet, Family, format_address, parse_address
from netaudit.topology.links.ports import Port
from netaudit.topology.links.wires import Wires, stated_wires
from netaudit.topology.routes.defaults import defaults_of
from netaudit.topology.routes.openings import OutsideNeighbor, let_in
from netaudit.topology.routes.policies import PolicyBook
from netaudit.topology.routes.route import Route, RouteTable, resolved
from netaudit.topology.routes.spreading import Stranger

TableOf = Mapping[tuple[str, str, str], RouteTable]
_TEXT = {Family.IPV4: "ipv4 unicast", Family.IPV6: "ipv6 unicast"}


@dataclass(frozen=True, eq=False)
class BgpSpeaker:
    """One BGP process in one VRF."""

    device: Device
    process: RoutingProcess
    addresses: Mapping[tuple[Family, int], str]  # own address -> interface
    wires: Wires = field(default_factory=Wires)

    @property
    def key(self) -> tuple[str, str, str]:
        """Return device, virtual system and VRF: the table that the process fills."""
        return self.device.name, self.process.virtual_system, self.process.vrf

    @property
    def number(self) -> str:
        """Return the number of the autonomous system."""
        return self.process.autonomous_system

    @property
    def router_id(self) -> int:
        """Return the router id as a number: stated, else the highest loopback address, else the highest address."""
        if self.process.router_id:
            try:
                return parse_address(self.process.router_id)[1]
            except ValueError:
                return 0
        own = [
            (name.lower().startswith("lo"), value) for (family, value), name in self.addresses.items() if family == 4
        ]
        return max(own, default=(False, 0))[1]


@dataclass(frozen=True, eq=False)
class Session:
    """A session seen from one side: what `local` states of `remote`. `settings` has everything inherited."""

    local: BgpSpeaker
    remote: BgpSpeaker
    settings: BgpNeighbor
    families: Mapping[Family, BgpFamily]
    local_address: tuple[Family, int]
    remote_address: tuple[Family, int]
    local_number: str  # the number that the remote sees
    remote_number: str

    @property
    def is_internal(self) -> bool:
        """Tell whether both ends are in one autonomous system."""
        return self.local_number == self.remote_number


@dataclass
class Sessions:
    """All sessions by the speaker that hears them, and why more may be heard."""

    heard: dict[BgpSpeaker, list[Session]] = field(default_factory=dict)
    doubts: dict[BgpSpeaker, list[str]] = field(default_factory=dict)
    outside: list[OutsideNeighbor] = field(default_factory=list)  # those that have no export


def bgp_speakers(devices: Iterable[Device]) -> list[BgpSpeaker]:
    """Return every BGP process that has a number."""
    found = []
    devices = tuple(devices)
    wires = stated_wires(devices)
    for device in devices:
        for process in _processes(device):
            if process.protocol == "bgp" and process.enabled and process.autonomous_system:
                own = {
                    (address.family, address.value): interface.name
                    for interface in device.interfaces
                    if interface.enabled
                    and (interface.virtual_system, interface.vrf) == (process.virtual_system, process.vrf)
                    for address in interface.addresses
                    if not address.virtual
                }
                found.append(BgpSpeaker(device, process, own, wires))
    return found


def _processes(device: Device) -> Iterator[RoutingProcess]:
    """Yield the processes; BGP is also there in every VRF with route targets, without a word of its own for it."""
    yield from device.routing_processes
    main = next((one for one in device.routing_processes if one.protocol == "bgp" and one.autonomous_system), None)
    if main is not None:
        known = {one.vrf for one in device.routing_processes if one.protocol == "bgp"}
        for vrf in dict.fromkeys(one.vrf for one in device.routing.vrf_targets if one.imports or one.exports):
            if vrf not in known:
                yield RoutingProcess("bgp", main.name, main.where, vrf, autonomous_system=main.autonomous_system)


def sessions(
    speakers: Sequence[BgpSpeaker], tables: TableOf, gone: frozenset[tuple[Family, int]] = frozenset()
) -> Sessions:
    """Return the sessions that come up between the speakers, given what their tables can reach.

    `gone` are addresses of speakers that failed: nobody answers there, and nobody unknown either.
    """
    found = Sessions({one: [] for one in speakers}, {one: [] for one in speakers})
    owners: dict[tuple[Family, int], list[BgpSpeaker]] = {}
    for speaker in speakers:
        for address in speaker.addresses:
            owners.setdefault(address, []).append(speaker)
    for speaker in speakers:
        for stated in speaker.process.neighbors:
            if stated.kind == "range":
                reason = f"whoever connects from {stated.name} is a neighbour"
                found.doubts[speaker].append(Stranger(reason))
                found.outside.append(_outside(speaker, inherited(speaker.process, stated), reason, tables))
            if stated.kind != "neighbor":
                continue
            settings = inherited(speaker.process, stated)
            if settings.enabled is False:
                continue
            session = _session(speaker, settings, owners, tables)
            if session is None and _named_address(stated.name) in gone:
                continue
            if session is None:
                reason = f"neighbour {stated.name} has no export or its session is not understood"
                if _named_address(stated.name):
                    found.doubts[speaker].append(Stranger(reason))
                    found.outside.append(_outside(speaker, settings, reason, tables))
                else:
                    found.doubts[speaker].append(reason)
            elif isinstance(session, Session):
                found.heard[speaker].append(session)
                answer = _answering(session.remote, session.local_address)
                if answer is not None and bool(settings.authenticated) != bool(answer.authenticated):
                    found.doubts[speaker].append(f"only one end of the session with {stated.name} has a password")
    for session in [one for many in found.heard.values() for one in many]:
        answer = _answering(session.remote, session.local_address)
        if answer is not None and answer.kind == "range":  # it has no statement of its own for us
            found.heard[session.remote].append(replace_ends(session, answer))
    return found


def _outside(speaker: BgpSpeaker, settings: BgpNeighbor, reason: str, tables: TableOf) -> OutsideNeighbor:
    announced = let_in(PolicyBook(speaker.device), _families(speaker, settings))
    said = f"{speaker.device.name}: {doubted(reason)}"
    if _named_address(settings.name) is None:
        return OutsideNeighbor((speaker.key, "bgp"), announced, said, stated=False)
    address = parse_address(settings.name)
    table = tables.get(speaker.key)
    internal = settings.remote_as in ("internal", _outer(speaker, settings))
    ways = () if table is None or internal else resolved(table, *address)
    # What a neighbour on a subnet announces may lead to another router there (RFC 4271 section 5.1.3).
    exits = dict.fromkeys(replace(way, next_hop=None) if way.next_hop == address[1] else way for way in ways)
    return OutsideNeighbor((speaker.key, "bgp"), announced, said, tuple(exits), (address,))


def doubted(reason: str) -> str:
    """Return a doubt about a BGP table as it is told of its device."""
    return f"BGP: {reason}"


def _session(
    speaker: BgpSpeaker,
    settings: BgpNeighbor,
    owners: Mapping[tuple[Family, int], Sequence[BgpSpeaker]],
    tables: TableOf,
) -> Session | bool | None:
    """Return the session, False where it surely does not come up, None where that is not known."""
    try:
        remote_address = parse_address(settings.name)
    except ValueError:
        return None  # an interface: its other end is not known
    table = tables.get(speaker.key)
    route = table.longest(*remote_address) if table is not None else None
    remotes = [
        one
        for one in owners.get(remote_address, ())
        if one is not speaker and not _apart(speaker, route, one, remote_address)
    ]
    if not remotes:
        # Without a way to the neighbour no session comes up, whoever it is.
        return None if route is not None else False
    for remote in remotes:
        own = _sources(speaker, settings, remote_address, tables)
        for local_address in dict.fromkeys([*own, *speaker.addresses]):
            answer = _answering(remote, local_address)
            if answer is None or answer.enabled is False:
                continue
            # One end that opens the connection is enough; the other takes it by the address that it comes from.
            if local_address not in own and remote_address not in _sources(remote, answer, local_address, tables):
                continue
            session = Session(
                speaker,
                remote,
                settings,
                _families(speaker, settings),
                local_address,
                remote_address,
                settings.local_as or _outer(speaker, settings),
                answer.local_as or _outer(remote, answer),
            )
            if _agree(session, answer) and _reachable(session, tables) and _reachable_back(session, answer, tables):
                return session
    return False


def _apart(speaker: BgpSpeaker, route: Route | None, remote: BgpSpeaker, address: tuple[Family, int]) -> bool:
    """Tell whether a cabling file keeps an address from the subnet on which it should be."""
    if route is None or route.protocol != "connected":
        return False
    there = Port(remote.device.name, remote.addresses[address])
    return any(speaker.wires.apart(Port(speaker.device.name, way.interface), there) for way in route.exits)


def _named_address(text: str) -> tuple[Family, int] | None:
    """Return the address that names a neighbour, None where an interface does."""
    try:
        return parse_address(text)
    except ValueError:
        return None


def _outer(speaker: BgpSpeaker, settings: BgpNeighbor) -> str:
    """Return the number shown to a neighbour: outside of a confederation its outer number."""
    process = speaker.process
    if process.confederation and settings.remote_as not in (*process.confederation_members, process.autonomous_system):
        return process.confederation
    return process.autonomous_system


def _agree(session: Session, answer: BgpNeighbor) -> bool:
    return _expects(session.settings, session.local_number, session.remote_number) and _expects(
        answer, session.remote_number, session.local_number
    )


def _expects(settings: BgpNeighbor, own: str, other: str) -> bool:
    match settings.remote_as:
        case "external":
            return own != other
        case "internal":
            return own == other
    return settings.remote_as == other


def _sources(
    speaker: BgpSpeaker, settings: BgpNeighbor, remote: tuple[Family, int], tables: TableOf
) -> list[tuple[Family, int]]:
    """Return the addresses that a speaker uses towards a neighbour: stated, else those of the interface towards it."""
    family, value = remote
    if settings.source:
        return [
            address
            for address, name in speaker.addresses.items()
            if address[0] is family and (name.lower() == settings.source.lower() or _is(settings.source, address))
        ]
    table = tables.get(speaker.key)
    route = table.longest(family, value) if table else None
    if route is None:
        return []
    out = {way.interface for way in route.exits}
    return [address for address, name in speaker.addresses.items() if address[0] is family and name in out]


def _is(text: str, address: tuple[Family, int]) -> bool:
    return text == format_address(*address)


def _answering(remote: BgpSpeaker, local_address: tuple[Family, int]) -> BgpNeighbor | None:
    """Return what the other end states of us: by our address, else by a range that we are in."""
    text = format_address(*local_address)
    for stated in remote.process.neighbors:
        if stated.kind == "neighbor" and stated.name == text:
            return inherited(remote.process, stated)
    for stated in remote.process.neighbors:
        if stated.kind == "range" and _inside(stated.name, local_address):
            return inherited(remote.process, stated)
    return None


def _inside(prefix: str, address: tuple[Family, int]) -> bool:
    try:
        return address[1] in AddressSet.prefix(prefix).family(address[0])
    except ValueError:
        return False


def _reachable(session: Session, tables: TableOf) -> bool:
    """Tell whether packets to the neighbour leave: over one link for external sessions without multihop."""
    table = tables.get(session.local.key)
    route = table.longest(*session.remote_address) if table else None
    if route is None:
        return False
    options = dict(session.settings.options)
    if session.is_internal or (session.settings.multihop or 1) > 1 or "ttl-security" in options:
        return True
    return route.protocol == "connected" or options.get("connected_check") == "disabled"


def _reachable_back(session: Session, answer: BgpNeighbor, tables: TableOf) -> bool:
    back = replace_ends(session, answer)
    return _reachable(back, tables)


def replace_ends(session: Session, answer: BgpNeighbor) -> Session:
    """Return the session as the other end sees it."""
    return Session(
        session.remote,
        session.local,
        answer,
        _families(session.remote, answer),
        session.remote_address,
        session.local_address,
        session.remote_number,
        session.local_number,
    )


def _families(speaker: BgpSpeaker, settings: BgpNeighbor) -> dict[Family, BgpFamily]:
    """Return the settings of the unicast families that are exchanged with a neighbour."""
    common = next((one for one in settings.families if one.family == ""), None)
    found = {}
    for family, text in _TEXT.items():
        stated = next((one for one in settings.families if one.family == text), None)
        active = stated.active if stated else None
        if active is None:
            active = _by_default(speaker, settings, family, stated)
        if active:
            found[family] = _joined(stated or BgpFamily(text, settings.where), common)
    return found


def _by_default(speaker: BgpSpeaker, settings: BgpNeighbor, family: Family, stated: BgpFamily | None) -> bool:
    options = dict(speaker.process.options)
    if speaker.device.platform in ("cisco_nxos", "juniper_junos"):
        # A family that is named is exchanged; Junos exchanges IPv4 where none is named.
        if stated is not None:
            return True
        named = [one for one in settings.families if one.family]
        return speaker.device.platform == "juniper_junos" and family is Family.IPV4 and not named
    if family is Family.IPV4:
        return defaults_of(speaker.device.platform).bgp_active_by_default and options.get(
            "default ipv4-unicast", "on"
        ) not in ("off", "no", "false")
    return False


def inherited(process: RoutingProcess, neighbor: BgpNeighbor) -> BgpNeighbor:
    """Return a neighbour with what it inherits: from its templates, its group, then the process."""
    sources = [
        one
        for name, kinds in ((neighbor.session, ("session", "policy")), (neighbor.group, ("group", "session", "policy")))
        if name
        for one in process.neighbors
        if one.name == name and one.kind in kinds
    ]
    sources += [one for one in process.neighbors if one.kind == "process"]
    result = neighbor
    seen = {(neighbor.kind, neighbor.name)}
    for one in sources:
        if (one.kind, one.name) not in seen:
            seen.add((one.kind, one.name))
            result = _over(result, one if one.kind == "process" else inherited(process, one))
    return result


def _over(own: BgpNeighbor, base: BgpNeighbor) -> BgpNeighbor:
    names = [one.family for one in own.families] + [one.family for one in base.families]
    mine = {one.family: one for one in own.families}
    theirs = {one.family: one for one in base.families}
    families = tuple(_joined(mine.get(name), theirs.get(name)) for name in dict.fromkeys(names))
    return replace(
        own,
        remote_as=own.remote_as or base.remote_as,
        local_as=own.local_as or base.local_as,
        local_as_options=own.local_as_options or base.local_as_options,
        source=own.source or base.source,
        enabled=base.enabled if own.enabled is None else own.enabled,
        authenticated=base.authenticated if own.authenticated is None else own.authenticated,
        multihop=base.multihop if own.multihop is None else own.multihop,
        families=families,
        options=tuple({**dict(base.options), **dict(own.options)}.items()),
        exact=own.exact and base.exact,
    )


def _joined(own: BgpFamily | None, base: BgpFamily | None) -> BgpFamily:
    """Return a family's settings, what is not stated filled in from where it inherits."""
    if own is None or base is None:
        found = own or base
        assert found is not None
        return found
    stated = {name: getattr(own, name) for name in _SETTINGS if getattr(own, name) not in (None, "", ())}
    return replace(base, family=own.family, where=own.where, **stated)


_SETTINGS = tuple(name for name in BgpFamily.__dataclass_fields__ if name not in ("family", "where"))
