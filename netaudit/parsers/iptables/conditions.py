"""The conditions of one rule: which first packets of connections it matches.

A rule is read for packets that belong to no known connection, since that is what every question asks
(`connection_tracking`). A rule for ESTABLISHED or RELATED alone therefore matches nothing here; it is marked as
return traffic.
Source: iptables(8), iptables-extensions(8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from netaudit.packets.addresses import (
    ANY_ADDRESS,
    ANY_IPV4,
    ANY_IPV6,
    AddressSet,
    Family,
    parse_address,
    prefix_interval,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY_SERVICE,
    ICMP,
    ICMPV6,
    PORT_PROTOCOLS,
    TCP,
    ServiceSet,
    tcp_flag_values,
)
from netaudit.parsers.connection_tracking import STATES, Tracking, in_states
from netaudit.parsers.iptables.names import ICMP_TYPES, ICMPV6_TYPES, TCP_FLAGS
from netaudit.parsers.iptables.vocabulary import (
    CONDITION_MODULES,
    HARMLESS_OPTIONS,
    MODULES,
    TIME_OPTIONS,
    UNSEEN_OPTIONS,
)
from netaudit.parsers.iptables.words import Option
from netaudit.parsers.linux_names import port_number, protocol_number
from netaudit.parsers.packet_region import Region
from netaudit.parsers.secrets import mask_text

_NAT_STATES = frozenset({"snat", "dnat"})


@dataclass(slots=True)
class Conditions:
    """What the options of one rule say; `region` is None for a rule that does not load in its family."""

    region: Region
    description: str = ""
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    schedule: str = ""
    users: tuple[str, ...] = ()
    states: frozenset[str] | None = None  # lower case; None: not asked for
    unresolved: tuple[str, ...] = ()
    unknown_options: tuple[str, ...] = ()  # not in iptables-extensions(8)
    problems: tuple[str, ...] = ()  # values that cannot be read
    packets_any_state: PacketSet = NO_PACKETS  # the header conditions alone


@dataclass(slots=True)
class _Reader:
    family: AddressSet
    ipsets: Mapping[str, IpsetLookup]
    source: AddressSet = ANY_ADDRESS
    destination: AddressSet = ANY_ADDRESS
    protocols: IntervalSet = ALL_PROTOCOLS
    services: ServiceSet = ANY_SERVICE
    ins: NameSet = ANY_NAME
    outs: NameSet = ANY_NAME
    extra: list[PacketSet] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    states: frozenset[str] | None = None
    nat_states: frozenset[str] = frozenset()  # "snat", "dnat": a translated packet matches too
    nat_excluded: bool = False  # or it does not match
    direction: str = ""  # of the connection that is asked for


IpsetLookup = Callable[[Sequence[str]], tuple[PacketSet, bool] | None]


def read_conditions(
    options: Sequence[Option], family: AddressSet, ipsets: Mapping[str, IpsetLookup], tracking: Tracking
) -> Conditions:
    """Return what a rule matches.

    `family` is ANY_IPV4 or ANY_IPV6 (or both). `ipsets` gives for known sets the packets whose "src,dst"
    words are members. `tracking` says what is known of connections there.
    """
    reader = _Reader(family, ipsets)
    result = Conditions(Region.exact(NO_PACKETS))
    _read_protocol(reader, options, result)
    for option in options:
        _read_option(reader, option, result)
    packets = PacketSet.of(
        reader.source & family, reader.destination & family, reader.services & ServiceSet.of_protocols(reader.protocols)
    )
    for part in reader.extra:
        packets = packets & part
    result.packets_any_state = packets
    reasons = tuple(dict.fromkeys(reason for reason in (*reader.reasons, *reader.unknown, *reader.problems) if reason))
    surely = NO_PACKETS if reasons else packets
    maybe = packets
    if reader.states is not None or reader.direction:
        surely, maybe, reasons = _with_state(reader, surely, maybe, reasons, tracking)
    result.region = Region(surely, maybe, reader.ins, reader.outs, reasons)
    result.states = reader.states
    result.unknown_options = tuple(reader.unknown)
    result.problems = tuple(reader.problems)
    return result


def _with_state(
    reader: _Reader, surely: PacketSet, maybe: PacketSet, reasons: tuple[str, ...], tracking: Tracking
) -> tuple[PacketSet, PacketSet, tuple[str, ...]]:
    """Return the bounds for a packet that belongs to no known connection.

    A packet without a connection (INVALID, UNTRACKED) has no direction: the kernel then looks at the state alone.
    """
    states = reader.states
    if reader.direction:
        without = (states or frozenset()) & {"invalid", "untracked"}
        with_one = {"new"} & (STATES if states is None else states) if reader.direction == "original" else set()
        states = without | with_one
    assert states is not None
    before = maybe
    if surely is maybe:
        surely, maybe = in_states(maybe, states, tracking)
    else:
        surely, maybe = in_states(surely, states, tracking)[0], in_states(maybe, states, tracking)[1]
    if tracking.exempt_maybe and surely is not maybe:
        reasons = (*reasons, "connection tracking")
    if reader.nat_states:
        translated = tracking.translated if reader.nat_states == {"dnat"} else ALL_PACKETS
        if not before & translated:
            return surely, maybe, reasons
        reasons = (*reasons, "address translation")
        if reader.nat_excluded:
            return surely - translated, maybe, reasons
        return surely, maybe | (before & translated), reasons
    return surely, maybe, reasons


def _read_protocol(reader: _Reader, options: Sequence[Option], result: Conditions) -> None:
    """Read -p first: what the port options mean depends on it, and it may stand after them."""
    for option in options:
        if option.name != "-p":
            continue
        number = protocol_number(option.value)
        if number is None:
            reader.problems.append(f"protocol {option.value}")
            continue
        chosen = ALL_PROTOCOLS if number == 0 else IntervalSet.single(number)
        reader.protocols = ALL_PROTOCOLS - chosen if option.negated else chosen
        if number or option.negated:
            result.services = (("!" if option.negated else "") + option.value,)


def _read_option(reader: _Reader, option: Option, result: Conditions) -> None:
    name, sign = option.name, "!" if option.negated else ""
    if name in ("-p", "-c", "-4", "-6", "-j", "-g"):
        return
    if name == "-m":
        if option.value not in MODULES and option.value:
            reader.unknown.append(f"match {option.value}")
        elif option.value in CONDITION_MODULES:
            reader.reasons.append(option.value)
    elif name in ("-s", "-d"):
        addresses = _addresses(reader, option)
        if name == "-s":
            reader.source = reader.source & addresses
            result.sources += tuple(sign + text for text in option.value.split(",") if text)
        else:
            reader.destination = reader.destination & addresses
            result.destinations += tuple(sign + text for text in option.value.split(",") if text)
    elif name in ("-i", "-o"):
        names = _interfaces(option)
        if name == "-i":
            reader.ins = reader.ins & names
        else:
            reader.outs = reader.outs & names
    elif name in ("--sport", "--dport", "--sports", "--dports", "--ports"):
        _read_ports(reader, option)
        result.services += (f"{sign}{name[2:]} {option.value}",)
    elif name in ("--icmp-type", "--icmpv6-type"):
        _read_icmp(reader, option)
        result.services += (f"{sign}type {option.value}",)
    elif name in ("--tcp-flags", "--syn"):
        _read_tcp_flags(reader, option)
        result.services += (f"{sign}{name[2:]} {' '.join(option.values)}".strip(),)
    elif name in ("--state", "--ctstate"):
        asked = frozenset(option.value.lower().split(","))
        if not asked <= STATES | _NAT_STATES:
            reader.problems.append(f"state {option.value}")
        if asked & _NAT_STATES:
            reader.nat_states, reader.nat_excluded = asked & _NAT_STATES, option.negated
        found = STATES - asked if option.negated else asked & STATES
        reader.states = found if reader.states is None else reader.states & found
    elif name == "--ctdir":
        reader.direction = "reply" if (option.value.upper() == "REPLY") is not option.negated else "original"
    elif name in ("--src-range", "--dst-range"):
        addresses = _range(reader, option)
        if name == "--src-range":
            reader.source = reader.source & addresses
            result.sources += (sign + option.value,)
        else:
            reader.destination = reader.destination & addresses
            result.destinations += (sign + option.value,)
    elif name == "--match-set":
        _read_ipset(reader, option, result)
    elif name == "--comment":
        comment = mask_text(" ".join(option.values))
        result.description = "; ".join(part for part in (result.description, comment) if part)
    elif name == "-f":
        if not option.negated:
            reader.reasons.append("fragment")
    elif name in TIME_OPTIONS:
        reader.reasons.append("schedule")
        result.schedule = " ".join(part for part in (result.schedule, name[2:], *option.values) if part)
    elif name.startswith("--hashlimit"):
        reader.reasons.append("rate limit")
    elif name in UNSEEN_OPTIONS:
        reader.reasons.append(UNSEEN_OPTIONS[name])
        if name == "--uid-owner":
            result.users += (sign + option.value,)
    elif name not in HARMLESS_OPTIONS:
        reader.unknown.append(f"option {name or ' '.join(option.values)}")


def _addresses(reader: _Reader, option: Option) -> AddressSet:
    parts = []
    for text in option.value.split(","):
        addresses = parse_addresses(text)
        if addresses is None:
            is_name = any(character.isalpha() for character in text) and ":" not in text
            reader.reasons.append("fqdn" if is_name and "$" not in text else "")
            if not is_name or "$" in text:
                reader.problems.append(f"address {text}")
            return ANY_ADDRESS
        parts.append(addresses)
    union = AddressSet.union(parts)
    return ANY_ADDRESS - union if option.negated else union


def parse_addresses(text: str) -> AddressSet | None:
    """Return the addresses of "10.1.0.0/16", "10/8", "10.0.0.0/255.0.255.0", "any/0", "2001:db8::/32"; None else."""
    address, slash, mask = text.partition("/")
    if slash and mask in ("0", "0.0.0.0", "::"):
        return ANY_IPV6 if ":" in address else ANY_IPV4
    if "." not in address and ":" not in address and not address.isdigit():
        return None
    if ":" not in address and address.replace(".", "").isdigit():
        address = ".".join((address.strip(".").split(".") + ["0"] * 4)[: max(4, address.count(".") + 1)])
    try:
        family, value = parse_address(address)
        if not slash:
            return AddressSet.of(family, IntervalSet.single(value))
        if mask.isascii() and mask.isdigit():
            return AddressSet.of(family, IntervalSet.span(*prefix_interval(family, value, int(mask))))
        mask_family, bits = parse_address(mask)
    except ValueError:
        return None
    if mask_family is not family:
        return None
    free = bits ^ ((1 << family.bits) - 1)
    if free & (free + 1) == 0:
        return AddressSet.of(family, IntervalSet.span(value & bits, value & bits | free))
    if family is Family.IPV6:
        return None
    intervals = wildcard_intervals(value, free)
    return None if intervals is None else AddressSet.of(family, intervals)


def _range(reader: _Reader, option: Option) -> AddressSet:
    first, _, last = option.value.partition("-")
    try:
        addresses = AddressSet.range(first, last or first)
    except ValueError:
        reader.problems.append(f"range {option.value}")
        return ANY_ADDRESS
    return ANY_ADDRESS - addresses if option.negated else addresses


def _interfaces(option: Option) -> NameSet:
    name = option.value
    if name == "+":
        found = ANY_NAME
    elif name.endswith("+"):
        found = NameSet.of(prefixes=[name[:-1]])
    else:
        found = NameSet.of([name])
    return ~found if option.negated else found


def parse_ports(text: str) -> IntervalSet | None:
    """Return the ports of "22", "1024:", ":1023", "80,443,8000:8100", None where a name is unknown."""
    intervals = []
    for part in text.split(","):
        low_text, colon, high_text = part.partition(":")
        low = port_number(low_text) if low_text else 0
        high = (port_number(high_text) if high_text else 65535) if colon else low
        if low is None or high is None or (not colon and not low_text):
            return None
        intervals.append((low, high))
    return IntervalSet.of(intervals)


def _read_ports(reader: _Reader, option: Option) -> None:
    ports = parse_ports(option.value)
    protocols = [number for low, high in reader.protocols & PORT_PROTOCOLS for number in range(low, high + 1)]
    if ports is None or not reader.protocols <= PORT_PROTOCOLS:
        reader.problems.append(f"{option.name[2:]} {option.value}")
        return
    sets = []
    for protocol in protocols:
        everything = ServiceSet.protocol(protocol)
        if option.name in ("--dport", "--dports"):
            found = ServiceSet.ports(protocol, ports)
        elif option.name in ("--sport", "--sports"):
            found = ServiceSet.ports(protocol, source_ports=ports)
        else:  # multiport --ports: either of the two
            found = ServiceSet.ports(protocol, ports) | ServiceSet.ports(protocol, ALL_PORTS - ports, ports)
        sets.append(everything - found if option.negated else found)
    reader.services = reader.services & ServiceSet.union(sets)


def _read_icmp(reader: _Reader, option: Option) -> None:
    protocol, names = (ICMP, ICMP_TYPES) if option.name == "--icmp-type" else (ICMPV6, ICMPV6_TYPES)
    if reader.protocols != IntervalSet.single(protocol):
        reader.problems.append(f"{option.name} without its protocol")
        return
    found = _icmp_service(protocol, option.value, names)
    if found is None:
        reader.problems.append(f"ICMP type {option.value}")
        return
    reader.services = reader.services & (ServiceSet.protocol(protocol) - found if option.negated else found)


def _icmp_service(protocol: int, text: str, names: Mapping[str, tuple[int, int | None]]) -> ServiceSet | None:
    if text.lower() in ("any", "255") and protocol == ICMP:
        return ServiceSet.protocol(protocol)
    if text.lower() in names:
        kind, code = names[text.lower()]
        codes = ALL_OCTETS if code is None else IntervalSet.single(code)
        return ServiceSet.icmp(protocol, IntervalSet.single(kind), codes)
    kind_text, slash, code_text = text.partition("/")
    kinds = _octets(kind_text)
    code_values = _octets(code_text) if slash else ALL_OCTETS
    return None if kinds is None or code_values is None else ServiceSet.icmp(protocol, kinds, code_values)


def _octets(text: str) -> IntervalSet | None:
    low, colon, high = text.partition(":")
    if not (low.isascii() and low.isdigit() and (not colon or (high.isascii() and high.isdigit()))):
        return None
    found = IntervalSet.span(int(low), int(high) if colon else int(low))
    return found if found and found <= ALL_OCTETS else None


def _read_tcp_flags(reader: _Reader, option: Option) -> None:
    if option.name == "--syn":
        mask_text, wanted_text = "FIN,SYN,RST,ACK", "SYN"
    elif len(option.values) == 2:
        mask_text, wanted_text = option.values
    else:
        reader.problems.append("--tcp-flags")
        return
    mask, wanted = _flag_bits(mask_text), _flag_bits(wanted_text)
    if mask is None or wanted is None or reader.protocols != IntervalSet.single(TCP):
        reader.problems.append("--tcp-flags")
        return
    values = tcp_flag_values(wanted, mask & ~wanted) if not wanted & ~mask else IntervalSet()
    if option.negated:
        values = ALL_OCTETS - values
    reader.services = reader.services & ServiceSet.ports(TCP, tcp_flags=values)


def _flag_bits(text: str) -> int | None:
    bits = 0
    for name in text.upper().split(","):
        if name not in TCP_FLAGS:
            return None
        bits |= TCP_FLAGS[name]
    return bits


def _read_ipset(reader: _Reader, option: Option, result: Conditions) -> None:
    name = option.value
    words = option.values[1].split(",") if len(option.values) > 1 else []
    shown = f"{'!' if option.negated else ''}ipset {name}"
    if "src" in words:
        result.sources += (shown,)
    if "dst" in words:
        result.destinations += (shown,)
    lookup = reader.ipsets.get(name)
    if lookup is None:
        result.unresolved += (name,)
        reader.reasons.append("ipset")
        return
    found = lookup(words)
    if found is None:
        reader.reasons.append("ipset")
        return
    packets, is_exact = found
    if option.negated:
        packets = PacketSet.of() - packets
    if not is_exact:
        reader.reasons.append("ipset")
        if option.negated:
            return
    reader.extra.append(packets)
