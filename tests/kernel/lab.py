"""A router of the real kernel: two network namespaces, one with the rules, one with everything around it.

The outer ends of the router's interfaces lie in the second namespace; frames go in and come out there through
packet sockets. What the router takes for itself is seen by raw sockets inside, behind the INPUT hook, and what it
sends itself starts at raw sockets inside, before the OUTPUT hook. Nothing leaves the two namespaces.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from tests.kernel.frames import Arrival, arrival_of, frame, identity_of_upper, packet

_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 3
_SO_RCVBUFFORCE = 33
_IPV6_HDRINCL = 36
_NFNL_CONNTRACK_DELETE = 1 << 8 | 2
_NETLINK_NETFILTER = 12
_LACKING = ("Couldn't load match", "Couldn't load target", "kernel module", "not supported", "No such file",
            "can't initialize", "Kernel support")  # fmt: skip
TOOLS = ("ip", "nsenter", "iptables-restore", "nft", "ipset")
BASE_CHAINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
# Protocols that the raw sockets behind INPUT listen to.
LISTENED = (1, 2, 4, 6, 17, 41, 46, 47, 50, 51, 58, 89, 103, 112, 132, 136)


@dataclass(frozen=True, slots=True)
class Way:
    """How packets meet the router: `hook` is forward, input or output; "" where there is no such interface."""

    hook: str
    incoming: str = ""
    outgoing: str = ""


def why_not() -> str:
    """Return why the kernel cannot be asked here, "" where it can."""
    if os.geteuid() != 0:
        return "the kernel is asked by root only"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacking = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    if lacking:
        return f"these programs are not installed: {', '.join(lacking)}"
    done = subprocess.run(["unshare", "-n", "nft", "list", "ruleset"], capture_output=True, check=False)
    if done.returncode != 0:
        return f"no network namespace with nftables: {done.stderr.decode(errors='replace').strip()[:200]}"
    return ""


def skip_or_fail() -> None:
    """Skip where the kernel cannot be asked; fail where NETAUDIT_KERNEL=required says that it must be."""
    if reason := why_not():
        if os.environ.get("NETAUDIT_KERNEL") == "required":
            pytest.fail(f"the kernel must be asked: {reason}")
        pytest.skip(f"no judge: {reason}")


class Namespace:
    """A network namespace of our own; it lives as long as its descriptor."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self._call(self._libc.unshare(_CLONE_NEWNET))
            self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        finally:
            self._call(self._libc.setns(home, _CLONE_NEWNET))
            os.close(home)

    def _call(self, result: int) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def socket(self, family: int, kind: int, protocol: int) -> socket.socket:
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self._call(self._libc.setns(self.descriptor, _CLONE_NEWNET))
            made = socket.socket(family, kind, protocol)
        finally:
            self._call(self._libc.setns(home, _CLONE_NEWNET))
            os.close(home)
        with suppress(OSError):
            made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 1 << 26)
        return made

    @property
    def path(self) -> str:
        return f"/proc/{os.getpid()}/fd/{self.descriptor}"

    def run(self, command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["nsenter", f"--net={self.path}", *command], input=text, capture_output=True, text=True, check=False
        )

    def must(self, command: Sequence[str], text: str = "") -> str:
        done = self.run(command, text)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout


class Lab:
    """The router and what lies around it. Make one for a whole session of tests: it takes a third of a second."""

    def __init__(self) -> None:
        self.router, self.outside = Namespace(), Namespace()
        self.numbers: dict[str, int] = {}
        self.routed = ""
        self.router.must(["ip", "link", "set", "lo", "up"])
        for name, value in (
            ("net.ipv4.ip_forward", 1),
            ("net.ipv6.conf.all.forwarding", 1),
            ("net.ipv4.conf.all.rp_filter", 0),
            ("net.ipv4.conf.default.rp_filter", 0),
            ("net.ipv6.conf.default.accept_dad", 0),
            ("net.ipv4.conf.all.accept_redirects", 0),
            ("net.ipv4.conf.all.accept_local", 1),  # for INPUT every address is the router's own
        ):
            self._set(name, value)
        for version in ("-4", "-6"):
            self.router.must(["ip", version, "rule", "add", "pref", "10", "lookup", "100"])
        self.wire = self.outside.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self.conntrack = self.router.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER)
        self.ears = [
            (self.router.socket(family, socket.SOCK_RAW, protocol), family)
            for family in (socket.AF_INET, socket.AF_INET6)
            for protocol in LISTENED
        ]
        self.mouths: dict[tuple[str, Family], socket.socket] = {}
        self.interface("eth0")
        self.interface("eth1")

    def _set(self, name: str, value: int) -> None:
        path = f"/proc/sys/{name.replace('.', '/')}"
        self.router.must(["sh", "-c", f"echo {value} > {path}"])

    def interface(self, name: str) -> None:
        """Make an interface of the router, if it is not there."""
        if name in self.numbers:
            return
        number = self.numbers[name] = len(self.numbers) + 1
        self.router.must(["ip", "link", "add", name, "address", _mac(1, number).hex(":"), "type", "veth",
                          "peer", "name", f"peer{number}", "address", _mac(2, number).hex(":"),
                          "netns", self.outside.path])  # fmt: skip
        self.router.must(
            ["ip", "-batch", "-"],
            f"link set {name} up\n"
            f"addr add 198.18.{number}.1/24 dev {name}\n"
            f"addr add fd00:{number:x}::1/64 dev {name} nodad\n"
            f"neigh replace 198.18.{number}.2 lladdr {_mac(2, number).hex(':')} nud permanent dev {name}\n"
            f"neigh replace fd00:{number:x}::2 lladdr {_mac(2, number).hex(':')} nud permanent dev {name}\n",
        )
        self.outside.must(["ip", "link", "set", f"peer{number}", "arp", "off", "up"])

    def clear(self) -> None:
        """Take all rules and sets out of the router."""
        self.router.must(["nft", "flush", "ruleset"])
        accepting = "".join(
            f"*{table}\n" + "".join(f":{chain} ACCEPT [0:0]\n" for chain in chains) + "COMMIT\n"
            for table, chains in BASE_CHAINS.items()
        )
        for program in ("iptables-legacy-restore", "ip6tables-legacy-restore"):
            if shutil.which(program):
                self.router.run([program], accepting)
        self.router.run(["ipset", "flush"])  # a set in a list cannot be destroyed
        self.router.run(["ipset", "destroy"])

    def load(self, command: Sequence[str], text: str) -> str:
        """Give rules to a program in the router; return its complaint, "" where it took them."""
        done = self.router.run(command, text)
        return done.stderr.strip() or f"exit code {done.returncode}" if done.returncode else ""

    def must_load(self, command: Sequence[str], text: str) -> None:
        """Load rules; skip the test, with its name and the complaint, where this kernel or program lacks a part."""
        complaint = self.load(command, text)
        if any(word in complaint for word in _LACKING) and os.environ.get("NETAUDIT_KERNEL") != "required":
            pytest.skip(f"not known to this kernel: {complaint[:200]}")
        assert not complaint, f"{complaint}\n{text}"

    def forget_connections(self) -> None:
        """Empty the table of connections."""
        body = struct.pack("!BBH", socket.AF_UNSPEC, 0, 0)
        self.conntrack.send(
            struct.pack("=IHHII", 16 + len(body), _NFNL_CONNTRACK_DELETE, 1 | 4, 1, 0) + body,
        )
        self.conntrack.recv(4096)

    def arrivals(self, way: Way, flows: Sequence[Flow], *, keep_connections: bool = False) -> list[Arrival | None]:
        """Send packets on one way, each as the first of its connection; return those that got through, in order.

        With `keep_connections` they are the next of what was sent before.
        """
        self._route(way)
        found: dict[int, Arrival] = {}
        kept = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(kept)})  # one queue: what the router answers last, it did last
        try:
            for batch in _without_common_connections(flows):
                if not keep_connections:
                    self.forget_connections()
                for identity in batch:
                    self._send(way, flows[identity], identity)
                self._wait(way)
                found.update(self._heard(way))
        finally:
            os.sched_setaffinity(0, kept)
        return [found.get(identity) for identity in range(len(flows))]

    def _route(self, way: Way) -> None:
        if way.hook == "input":
            wanted = "local"
            lines = [(version, "route replace local default dev lo table 100") for version in ("-4", "-6")]
        else:
            wanted, number = way.outgoing, self.numbers[way.outgoing]
            lines = [
                ("-4", f"route replace default via 198.18.{number}.2 dev {way.outgoing} table 100"),
                ("-6", f"route replace default via fd00:{number:x}::2 dev {way.outgoing} table 100"),
            ]
        if wanted == self.routed:
            return
        for version, line in lines:
            self.router.must(["ip", version, "-batch", "-"], f"route flush table 100\n{line}\n")
        self.routed = wanted

    def _send(self, way: Way, flow: Flow, identity: int) -> None:
        if way.hook == "output":
            with suppress(PermissionError):  # the kernel's word for a packet that OUTPUT dropped
                self._speak(way.outgoing, flow, identity)
            return
        number = self.numbers[way.incoming]
        self.wire.sendto(frame(_mac(1, number), _mac(2, number), flow, identity), (f"peer{number}", 0))

    def _speak(self, interface: str, flow: Flow, identity: int) -> None:
        key = (interface, flow.family)
        if key not in self.mouths:
            if flow.family is Family.IPV4:
                made = self.router.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
                made.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
            else:
                made = self.router.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
                made.setsockopt(socket.IPPROTO_IPV6, _IPV6_HDRINCL, 1)
            self.mouths[key] = made
        address = (flow.destination_text, 0) if flow.family is Family.IPV4 else (flow.destination_text, 0, 0, 0)
        self.mouths[key].sendto(packet(flow, identity), address)

    def _wait(self, way: Way) -> None:
        """Wait until the router has done all that was sent before: it answers a question of ARP behind it."""
        number = self.numbers[way.incoming or way.outgoing]
        question = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, _mac(2, number), bytes(4),
                               bytes(6), bytes((198, 18, number, 1)))  # fmt: skip
        self.pending: list[Arrival] = []
        self.wire.sendto(b"\xff" * 6 + _mac(2, number) + b"\x08\x06" + question, (f"peer{number}", 0))
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            if not select.select([self.wire], [], [], 0.2)[0]:
                continue
            data, (name, ethertype, kind, *_) = self.wire.recvfrom(2048)
            if kind == socket.PACKET_OUTGOING:  # type: ignore[attr-defined]
                continue
            if ethertype == 0x0806 and data[20:22] == b"\x00\x02" and name == f"peer{number}":
                return
            if (seen := arrival_of(data[14:])) is not None:
                self.pending.append(seen)
        raise RuntimeError("the router does not answer")

    def _heard(self, way: Way) -> dict[int, Arrival]:
        if way.hook != "input":
            return {one.identity: one for one in self.pending}
        found: dict[int, Arrival] = {}
        while ready := select.select([ear for ear, _ in self.ears], [], [], 0)[0]:
            for ear in ready:
                data = ear.recv(4096)
                if ear.family == socket.AF_INET:
                    if (seen := arrival_of(data)) is not None:
                        found[seen.identity] = seen
                elif (identity := identity_of_upper(data)) is not None:
                    found[identity] = Arrival(identity, 0, 0, 0, 0)
        return found


def _mac(side: int, number: int) -> bytes:
    return bytes((2, 0, 0, 0, side, number))


def _connection(flow: Flow) -> tuple[object, ...]:
    ends = sorted(((flow.source, flow.source_port), (flow.destination, flow.destination_port)))
    return (flow.family, flow.protocol, *ends)


def _without_common_connections(flows: Iterable[Flow]) -> list[list[int]]:
    """Return the numbers of the flows in batches, in none of which two packets could be of one connection."""
    batches: list[tuple[set[tuple[object, ...]], list[int]]] = []
    for number, flow in enumerate(flows):
        key = _connection(replace(flow, tcp_flags=0))
        for seen, batch in batches:
            if key not in seen:
                seen.add(key)
                batch.append(number)
                break
        else:
            batches.append(({key}, [number]))
    return [batch for _, batch in batches]
