"""Reads protocols, ports and ICMP messages from the words of a line."""

from __future__ import annotations

from functools import lru_cache

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ServiceSet,
)
from netaudit.parsers.cisco_ios.tokens import (
    ICMPV6_MESSAGES,
    IPV6_PROTOCOLS,
    PORT_OPERATORS,
    PROTOCOLS,
    icmp_sets,
    port_number,
    port_set,
)
from netaudit.parsers.icmp_messages import ICMP_MESSAGES
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_WITH_PORTS = frozenset({6, 17, 33, 132, 136})
_WITH_MESSAGES = frozenset({1, 58})


def read_protocol(words: Words, ipv6: bool) -> int | None:
    """Take a protocol name or number; None stands for every protocol. Raises NotUnderstood."""
    word = words.take()
    if word in ("ip", "ipv6", "ipv4"):
        return None
    value = (IPV6_PROTOCOLS if ipv6 else PROTOCOLS).get(word)
    if value is None:
        value = number(word, 255)
    if value is None:
        raise NotUnderstood(word)
    return value


def read_ports(words: Words, protocol: int, bare: bool = False) -> IntervalSet | None:
    """Take a port operator with its values, None where there is none. Raises NotUnderstood.

    `eq` and `neq` take up to ten values. `bare` accepts a single port without operator, as object groups do.
    """
    operator = words.peek()
    if operator not in PORT_OPERATORS:
        if bare and operator and (value := port_number(protocol, operator)) is not None:
            words.take()
            return port_set("eq", (value,))
        return None
    if protocol not in _WITH_PORTS:
        raise NotUnderstood(operator)
    words.take()
    values = [_port(words, protocol)]
    if operator == "range":
        values.append(_port(words, protocol))
    elif operator in ("eq", "neq"):
        while (word := words.peek()) and (value := port_number(protocol, word)) is not None:
            words.take()
            values.append(value)
    return port_set(operator, tuple(values))


def _port(words: Words, protocol: int) -> int:
    word = words.take()
    value = port_number(protocol, word)
    if value is None:
        raise NotUnderstood(word)
    return value


def service_set(
    protocol: int,
    source_ports: IntervalSet | None,
    destination_ports: IntervalSet | None,
    words: Words | None = None,
    flags: IntervalSet = ALL_OCTETS,
) -> ServiceSet:
    """Return the services of a protocol with its ports, or with the ICMP message that `words` go on with."""
    if protocol in _WITH_PORTS:
        return ServiceSet.ports(
            protocol,
            ALL_PORTS if destination_ports is None else destination_ports,
            ALL_PORTS if source_ports is None else source_ports,
            flags,
        )
    if protocol in _WITH_MESSAGES and words is not None:
        message = read_icmp_message(words, protocol)
        if message is not None:
            return _icmp(protocol, *message)
    return ServiceSet.protocol(protocol)


@lru_cache(maxsize=2048)
def _icmp(protocol: int, kind: int, code: int | None) -> ServiceSet:
    types, codes = icmp_sets(kind, code)
    return ServiceSet.icmp(protocol, types, codes)


def read_icmp_message(words: Words, protocol: int) -> tuple[int, int | None] | None:
    """Take an ICMP message name, or a type number with or without code; None where there is neither."""
    word = words.peek()
    message = (ICMP_MESSAGES if protocol == 1 else ICMPV6_MESSAGES).get(word)
    if message is not None:
        words.take()
        return message
    kind = number(word, 255)
    if kind is None:
        return None
    words.take()
    code = number(words.peek(), 255)
    if code is not None:
        words.take()
    return kind, code
