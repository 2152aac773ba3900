"""FRR as it runs: every router of a topology in a network namespace of its own, with its daemons and its filter.

A namespace of hosts holds the other ends of all LANs; packets go in and come out there. Nothing leaves the namespaces.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from netaudit.packets.packet import Flow
from tests.frr.topologies import Router, Topology, bgp, iptables, ospf
from tests.kernel.frames import arrival_of, frame
from tests.kernel.lab import Namespace

DAEMONS = Path("/usr/lib/frr")
_NEEDED = ("zebra", "staticd", "ospfd", "bgpd")
_ETH_P_IP = 0x0800
_PATIENCE_S = 90.0

Rows = set[tuple[str, frozenset[str]]]  # prefix, next hops ("" = on the link; none = dropped)


def why_not() -> str:
    """Return why FRR cannot be asked here, "" where it can."""
    if os.geteuid() != 0:
        return "FRR is asked by root only"
    lacking = [name for name in _NEEDED if not (DAEMONS / name).exists()]
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacking += [tool for tool in ("ip", "nsenter", "iptables-restore") if shutil.which(tool, path=path) is None]
    if lacking:
        return f"these programs are not installed: {', '.join(lacking)} (Debian packages frr, iproute2, iptables)"
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0:
        return "no network namespaces"
    return ""


def skip_or_fail() -> None:
    """Skip where FRR cannot be asked; fail where NETAUDIT_FRR=required says that it must be."""
    if reason := why_not():
        if os.environ.get("NETAUDIT_FRR") == "required":
            pytest.fail(f"FRR must be asked: {reason}")
        pytest.skip(f"no second judge: {reason}")


class Network:
    """A topology that runs. Use as a context: the daemons end with it."""

    def __init__(self, made: Topology) -> None:
        self.made = made
        self.folder = Path(tempfile.mkdtemp(prefix="frr-"))
        self.folder.chmod(0o755)  # the daemons run as a user of their own
        self.hosts = Namespace()
        self.routers = {number: Namespace() for number in made.routers}
        self.wires: dict[int, socket.socket] = {}

    def __enter__(self) -> Network:
        try:
            for link in self.made.links:
                self._cable(link.left, link.right)
            for router in self.made.routers.values():
                self._start(router)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for wire in self.wires.values():
            wire.close()
        for path in self.folder.glob("*/*.pid"):
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(path.read_text()), signal.SIGKILL)
        for namespace in (self.hosts, *self.routers.values()):
            os.close(namespace.descriptor)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _cable(self, left: int, right: int) -> None:
        ends = {}
        for number, other in ((left, right), (right, left)):
            links = self.made.routers[number].links
            ends[number] = next(i for i, one in enumerate(links) if {one.left, one.right} == {number, other})
        self.routers[left].must(
            ["ip", "link", "add", f"eth{ends[left]}", "type", "veth", "peer", "name", f"eth{ends[right]}",
             "netns", self.routers[right].path]
        )  # fmt: skip

    def _start(self, router: Router) -> None:
        inside = self.routers[router.number]
        lan = f"lan{router.number}"
        host = f"address {host_mac(router.number).hex(':')} netns {self.hosts.path}"
        lines = ["link set lo up", f"addr add {router.loopback}/32 dev lo"]
        lines += [f"link add lan0 address {lan_mac(router.number).hex(':')} type veth peer name {lan} {host}"]
        lines += [f"addr add {router.lan[1]}/24 dev lan0", "link set lan0 up"]
        lines += [
            f"link add side0 type veth peer name side{router.number} netns {self.hosts.path}",
            f"addr add {router.side[1]}/24 dev side0",
            "link set side0 up",
        ]
        for position, link in enumerate(router.links):
            lines += [f"addr add {link.end(router.number)[0]}/30 dev eth{position}", f"link set eth{position} up"]
        # Hosts do not answer ARP: their addresses are known.
        mac = host_mac(router.number).hex(":")
        lines.append(f"neigh replace {router.lan[10]} lladdr {mac} nud permanent dev lan0")
        inside.must(["ip", "-batch", "-"], "\n".join(lines) + "\n")
        for name in (lan, f"side{router.number}"):
            self.hosts.must(["ip", "link", "set", name, "arp", "off", "up"])
        for name in ("ip_forward",):
            inside.must(["sh", "-c", f"echo 1 > /proc/sys/net/ipv4/{name}"])
        for name in ("all", "default", "lan0"):
            inside.must(["sh", "-c", f"echo 0 > /proc/sys/net/ipv4/conf/{name}/rp_filter"])
        inside.must(["iptables-restore"], iptables(router))
        wire = self.hosts.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_IP))
        wire.bind((lan, _ETH_P_IP))
        self.wires[router.number] = wire
        folder = self.folder / router.name
        folder.mkdir()
        shutil.chown(folder, "frr", "frr")
        texts = {"zebra": "", "staticd": _statics(router), "ospfd": _ospfd(self.made, router)}
        if router.system:
            texts["bgpd"] = _bgpd(self.made, router)
        for name, text in texts.items():
            self._daemon(inside, folder, name, f"hostname {router.name}\nlog file {folder}/{name}.log\n{text}")

    @staticmethod
    def _daemon(inside: Namespace, folder: Path, name: str, text: str) -> None:
        path = folder / f"{name}.conf"
        path.write_text(text)
        places = ["-i", str(folder / f"{name}.pid"), "-z", str(folder / "zserv.api"), "--vty_socket", str(folder)]
        inside.must([str(DAEMONS / name), "-d", "-f", str(path), *places, "-P", "0", "-u", "frr", "-g", "frr"])

    def table(self, number: int) -> Rows:
        """Return what the kernel of a router has in its main table, as prefixes with their next hops."""
        found: Rows = set()
        for row in json.loads(self.routers[number].must(["ip", "-j", "-4", "route", "show"])):
            prefix = "0.0.0.0/0" if row["dst"] == "default" else row["dst"]
            prefix += "" if "/" in prefix else "/32"
            if row.get("type") in ("blackhole", "unreachable"):
                found.add((prefix, frozenset()))
                continue
            hops = row.get("nexthops", [row])
            found.add((prefix, frozenset(hop.get("gateway", "") for hop in hops)))
        return found

    def settled(self, expected: Callable[[int], Rows]) -> dict[int, Rows]:
        """Return all tables once they are as expected; else those after the last patience."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            tables = {number: self.table(number) for number in self.routers}
            if all(rows == expected(number) for number, rows in tables.items()) or time.monotonic() > until:
                return tables
            time.sleep(0.5)

    def arrivals(self, flows: Sequence[tuple[int, Flow]]) -> list[int]:
        """Send packets, each from the LAN of a router; return at which LAN each came out, 0 for nowhere."""
        came: dict[int, int] = {}
        for start in range(0, len(flows), 64):
            for identity in range(start, min(start + 64, len(flows))):
                number, flow = flows[identity]
                self.wires[number].send(frame(lan_mac(number), host_mac(number), flow, identity))
            came.update(self._heard())
        return [came.get(identity, 0) for identity in range(len(flows))]

    def _heard(self) -> dict[int, int]:
        found: dict[int, int] = {}
        numbers = {wire: number for number, wire in self.wires.items()}
        while ready := select.select(list(numbers), [], [], 0.25)[0]:
            for wire in ready:
                data, (_, _, kind, *_) = wire.recvfrom(2048)
                seen = arrival_of(data[14:])
                if seen is not None and kind != socket.PACKET_OUTGOING:  # type: ignore[attr-defined]
                    found[seen.identity] = numbers[wire]
        return found


def lan_mac(number: int) -> bytes:
    """Return the hardware address of a router at its LAN."""
    return bytes((2, 0, 0, 0, 1, number))


def host_mac(number: int) -> bytes:
    """Return the hardware address of all hosts of a LAN."""
    return bytes((2, 0, 0, 0, 2, number))


def _statics(router: Router) -> str:
    return "".join(f"ip route {one}\n" for one in router.statics)


def _ospfd(made: Topology, router: Router) -> str:
    lines = []
    for position, link in enumerate(router.links):
        lines += [f"interface eth{position}", f" ip ospf cost {link.end(router.number)[2]}"]
        lines += [" ip ospf network point-to-point", " ip ospf hello-interval 1", " ip ospf dead-interval 4", "exit"]
    lines += ["interface lan0", " ip ospf cost 10", "exit", "interface lo", " ip ospf cost 1", "exit"]
    lines += [*ospf(made, router, "eth", "lan0", "lo"), " timers throttle spf 0 50 200", " compatible rfc1583"]
    return "\n".join([*lines, ""])


def _bgpd(made: Topology, router: Router) -> str:
    lines = []
    for line in bgp(made, router):
        lines.append(line.replace("Loopback0", "lo"))
        if line.startswith("router bgp"):
            lines += [" no bgp ebgp-requires-policy", " bgp network import-check", " timers bgp 1 3"]
        words = line.split()
        if len(words) == 4 and words[0] == "neighbor" and words[2] == "remote-as":
            lines += [f" neighbor {words[1]} timers connect 1", f" neighbor {words[1]} advertisement-interval 0"]
        if line == "  maximum-paths 1":
            lines.append("  maximum-paths ibgp 1")
    return "\n".join([*lines, ""])
