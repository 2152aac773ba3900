"""Ethernet flow points: `service instance N ethernet` below a port, which put frames into a bridge domain.

A flow point becomes an interface of its own, named as the device shows it ("GigabitEthernet0/0/1.EFP2"). Its VLAN is
the bridge domain, which `interface BDI N` routes as `interface Vlan N` routes a VLAN.

Source: Cisco IOS XE Carrier Ethernet Configuration Guide, "Ethernet Virtual Connections".
"""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.device import Interface
from netaudit.model.source import Affects
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.word_cursor import number

_FRAMES = frozenset(
    {
        ("encapsulation", "default"), ("encapsulation", "dot1ad"), ("encapsulation", "dot1q"),
        ("encapsulation", "priority-tagged"), ("encapsulation", "untagged"), ("rewrite", "ingress"),
    }
)  # fmt: skip
_NO_PATH = frozenset({"description", "ethernet", "l2protocol", "mac", "service-policy", "snmp", "storm-control"})
_HIGHEST = 65535  # the number of a flow point or bridge domain


def read_service_instances(reading: Reading) -> None:
    """Read the flow points of every port; the interfaces must be known."""
    for block in reading.blocks("interface"):
        port = reading.interfaces.get(block.text.partition(" ")[2].replace(" ", ""))
        for line in block.children if port is not None else ():
            words = line.words
            if port is not None and words[:2] == ["service", "instance"] and len(words) >= 4:
                _read(reading, port, line, words[2])
    for name, interface in reading.interfaces.items():
        domain = number(name[3:], _HIGHEST) if name.lower().startswith("bdi") else None
        if domain is not None and interface.vlan is None:
            reading.interfaces[name] = replace(interface, vlan=domain)


def _read(reading: Reading, port: Interface, line: ConfLine, instance: str) -> None:
    domain: int | None = None
    enabled = port.enabled
    for child in line.children:
        words = child.words
        if words[0] == "bridge-domain" and len(words) >= 2 and number(words[1], _HIGHEST) is not None:
            domain = number(words[1], _HIGHEST)
        elif words[0] == "shutdown":
            enabled = False
        elif tuple(words[:2]) in _FRAMES:
            pass  # which frames it takes, and their tags within the bridge domain
        elif words[0] in _NO_PATH:
            reading.ledger.ignored(child.index)
            continue
        else:
            continue  # a cross-connect or something that is not known: the table of commands says so
        reading.ledger.understood(child.index)
    if domain is None:
        reading.ledger.unsupported(line.index, Affects.ROUTING, "a flow point without a bridge domain")
        return
    reading.ledger.understood(line.index)
    name = f"{port.name}.EFP{instance}"
    where = reading.ledger.ref(line.index, line.children[-1].index if line.children else None)
    reading.interfaces[name] = Interface(
        name, where, enabled=enabled, vlan=domain, switchport="access", parent=port.name
    )
