"""nftables rulesets made with dice: tables of several families, base chains of several priorities, sets and maps."""

from __future__ import annotations

import random
from collections.abc import Callable

_NETWORKS = {
    "ip": ("10.1.0.0/16", "10.1.1.0/24", "10.1.1.1", "10.2.2.2-10.2.3.1", "192.0.2.0/29", "203.0.113.0/24"),
    "ip6": ("2001:db8:1::/48", "2001:db8:1::1", "2001:db8::/32", "2001:db8:2::-2001:db8:2::2", "2001:db9::/64"),
}
_PORTS = ("22", "80", "443", "1024-65535", "8000-8100", "53", "ssh", "https")
_PRIORITIES = ("filter", "-10", "0", "10", "filter + 5", "security")
CHAINS = ("a1", "b2", "c3")


class Writer:
    """Writes one ruleset; `families` are the IP families that its packets have."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.family = "inet"

    def ip(self) -> str:
        return self.family if self.family in ("ip", "ip6") else self.dice.choice(("ip", "ip", "ip6"))

    def some(self, values: tuple[str, ...], most: int = 3) -> str:
        return ", ".join(self.dice.sample(values, self.dice.randrange(1, most + 1)))

    def operator(self) -> str:
        return self.dice.choice(("", "", "", "!= "))

    def address(self) -> str:
        ip = self.ip()
        side = self.dice.choice(("saddr", "daddr"))
        form = self.dice.randrange(5)
        if form == 0:
            return f"{ip} {side} {self.operator()}@{'four' if ip == 'ip' else 'six'}"
        if form == 1:
            return f"{ip} {side} {self.operator()}{{ {self._apart(ip)} }}"
        if form == 2 and ip == "ip":
            return f"ip {side} & 255.0.255.0 {self.dice.choice(('==', '!='))} 10.0.2.0"
        return f"{ip} {side} {self.operator()}{self.dice.choice(_NETWORKS[ip])}"

    def _apart(self, ip: str) -> str:
        """Return elements that do not overlap, as nft demands of a set without auto-merge."""
        apart = {"ip": ("10.1.0.0/16", "10.2.2.2-10.2.3.1", "192.0.2.0/29", "203.0.113.7"),
                 "ip6": ("2001:db8:1::/48", "2001:db8:2::1", "2001:db9::/64")}  # fmt: skip
        return self.some(apart[ip])

    def service(self) -> str:
        protocol = self.dice.choice(("tcp", "tcp", "udp"))
        side = self.dice.choice(("dport", "dport", "sport"))
        makers: tuple[Callable[[], str], ...] = (
            lambda: f"{protocol} {side} {self.operator()}{self.dice.choice(_PORTS)}",
            lambda: f"{protocol} {side} {self.operator()}{{ 22, 443, 8000-8100 }}",
            lambda: f"{protocol} {side} {self.dice.choice(('<', '>', '<=', '>='))} 1024",
            lambda: f"{protocol} {side} @ports",
            lambda: (
                f"meta l4proto {self.operator()}{self.dice.choice(('tcp', 'udp', '{ tcp, udp }', '47', 'gre-esp'))}"
            ),
            lambda: f"meta l4proto {{ tcp, udp }} th {side} {self.operator()}53",
            lambda: f"tcp flags {self.dice.choice(_FLAGS)}",
            lambda: f"icmp type {self.operator()}{self.dice.choice(('echo-request', '{ 3, 8 }', '0', '11'))}",
            lambda: (
                f"icmpv6 type {self.operator()}{self.dice.choice(('echo-request', '{ 1, 128 }', '135', 'nd-redirect'))}"
            ),
            lambda: "icmp type . icmp code { 3 . 4, 8 . 0, 3 . 1 }",
            lambda: f"ip protocol {self.operator()}{self.dice.choice(('tcp', '{ udp, icmp }', '89'))}",
            lambda: f"ip6 nexthdr {self.operator()}{self.dice.choice(('tcp', 'udp', 'ipv6-icmp'))}",
            lambda: f"meta nfproto {self.dice.choice(('ipv4', 'ipv6'))}",
        )
        text = self.dice.choice(makers)().replace("gre-esp", "47-50")
        if self.family == "ip" and ("icmpv6" in text or "ip6 " in text or "nfproto" in text):
            return "meta l4proto tcp"
        if self.family == "ip6" and ("icmp " in text or "ip protocol" in text or "nfproto" in text):
            return "meta l4proto udp"
        return text

    def joined(self) -> str:
        return self.dice.choice(
            (
                f"{self.four()} . tcp dport {self.operator()}{{ {self.pairs()} }}",
                f'iifname . tcp dport {self.operator()}{{ "eth0" . 22, "eth2" . 80, "eth1" . 443 }}',
                "tcp sport . tcp dport { 1024-65535 . 22, 22 . 53 }",
                f"{self.four()} . tcp dport @joined",
            )
        )

    def four(self) -> str:
        return "ip6 saddr" if self.family == "ip6" else "ip saddr"

    def pairs(self) -> str:
        if self.family == "ip6":
            return "2001:db8:1::1 . 22, 2001:db8:2::/64 . 80-443"
        return "10.1.1.1 . 22, 10.2.0.0/16 . 80-443, 192.0.2.0-192.0.2.9 . 53"

    def state(self) -> str:
        return "ct state " + self.dice.choice(
            (
                "new",
                "established,related",
                "invalid",
                "!= invalid",
                "{ new, established }",
                "new,untracked",
                "untracked",
                "! invalid",
                "!= { new, invalid }",
            )
        )

    def interface(self) -> str:
        key = self.dice.choice(("iifname", "oifname"))
        return f"{key} {self.operator()}{self.dice.choice(_INTERFACES)}"

    def conditions(self) -> str:
        makers = (self.address, self.service, self.state, self.interface, self.joined)
        weights = (4, 5, 2, 2, 1)
        chosen: list[Callable[[], str]] = []
        while len(chosen) < self.dice.choice((0, 1, 1, 2, 2)):
            maker = self.dice.choices(makers, weights)[0]
            if maker not in chosen:
                chosen.append(maker)
        return " ".join(maker() for maker in chosen)

    def verdict(self, later: tuple[str, ...]) -> str:
        words = ["accept", "accept", "drop", "drop", "return", "reject", "counter", 'log prefix "x " level info',
                 "continue", "counter packets 3 bytes 180 accept"]  # fmt: skip
        words += [f"{verb} {name}" for name in later for verb in ("jump", "jump", "goto")]
        return self.dice.choice(words)

    def verdict_map(self, later: tuple[str, ...]) -> str:
        def verdict() -> str:
            return self.dice.choice(("accept", "drop", "return", *(f"jump {name}" for name in later)))

        rest = self.dice.choice(("", f", * : {verdict()}"))
        return self.dice.choice(
            (
                f"tcp dport vmap {{ 22 : {verdict()}, 80-443 : {verdict()}{rest} }}",
                f"ct state vmap {{ new : {verdict()}, established : accept, invalid : {verdict()} }}",
                f"meta l4proto vmap {{ tcp : {verdict()}, udp : {verdict()}{rest} }}",
                f'iifname vmap {{ "eth0" : {verdict()}, "eth1" : {verdict()}{rest} }}',
                f"{self.four()} . tcp dport vmap {{ {self.pairs().replace(',', f' : {verdict()},')} : {verdict()} }}",
                "tcp dport vmap @verdicts",
            )
        )

    def rules(self, count: int, later: tuple[str, ...]) -> list[str]:
        found = []
        for _ in range(count):
            if self.dice.random() < 0.15:
                found.append(f"{self.conditions()} {self.verdict_map(later)}".strip())
            else:
                found.append(f"{self.conditions()} {self.verdict(later)}".strip())
        return found

    def table(self, family: str, name: str, hooks: list[tuple[str, str]]) -> list[str]:
        self.family = family
        lines = [f"table {family} {name} {{"]
        if family != "ip6":
            lines += ["  set four { type ipv4_addr; flags interval; "
                      "elements = { 10.1.1.0/24, 10.2.2.2-10.2.2.9, 192.0.2.7 }; }"]  # fmt: skip
        if family != "ip":
            lines += ["  set six { type ipv6_addr; flags interval; elements = { 2001:db8:1::/64, 2001:db8:2::2 }; }"]
        ip = "ipv6_addr" if family == "ip6" else "ipv4_addr"
        lines += [
            f"  set joined {{ type {ip} . inet_service; flags interval; elements = {{ {self.pairs()} }}; }}",
            "  set ports { type inet_service; flags interval; auto-merge; elements = { 22, 80-90, 85-100 }; }",
        ]
        for number, chain in enumerate(CHAINS):
            later = CHAINS[number + 1 :]
            lines += [f"  chain {chain} {{", *(f"    {rule}" for rule in self.rules(3, later)), "  }"]
        lines += ["  map verdicts { type inet_service : verdict; flags interval; "
                  "elements = { 22 : accept, 1024-65535 : drop, 443 : jump a1 }; }"]  # fmt: skip
        # A set must be there before the rules that name it.
        lines = [line for line in lines if "map verdicts" not in line][:1] + [
            line for line in lines if "map verdicts" in line
        ] + [line for line in lines[1:] if "map verdicts" not in line]  # fmt: skip
        for number, (hook, priority) in enumerate(hooks):
            policy = self.dice.choice(("accept", "accept", "drop")) if hook != "prerouting" else "accept"
            lines += [
                f"  chain {hook}{number} {{",
                f"    type filter hook {hook} priority {priority}; policy {policy};",
                *(f"    {rule}" for rule in self.rules(self.dice.randrange(2, 7), CHAINS)),
                "  }",
            ]
        return [*lines, "}"]


_FLAGS = ("syn", "& (fin|syn|rst|ack) == syn", "! syn", "!= syn", "== syn", "syn,ack", "& (syn|ack) == syn|ack",
          "{ syn, syn|ack }", "syn / fin,syn,rst,ack", "!= syn / syn,ack", "& (fin|rst) != 0")  # fmt: skip
_INTERFACES = ('"eth0"', '"eth1"', '{ "eth0", "ppp0" }', '"eth*"', '{ "eth*", "ppp0" }', '"lo"')


def nftables(seed: int) -> str:
    """Return a ruleset: an inet or ip and ip6 table, now and then a second table at the same hooks."""
    writer = Writer(seed)
    dice = writer.dice
    lines = ["#!/usr/sbin/nft -f", "flush ruleset"]
    hooks = [(hook, dice.choice(_PRIORITIES)) for hook in ("forward", "input", "output")]
    if dice.random() < 0.4:
        hooks.append(("prerouting", dice.choice(("raw", "mangle", "-310", "dstnat + 1"))))
    if dice.random() < 0.3:
        hooks.append(("postrouting", dice.choice(("mangle", "0"))))
    if dice.random() < 0.3:
        lines += writer.table("ip", "filter", hooks) + writer.table("ip6", "filter", hooks)
    else:
        lines += writer.table("inet", "filter", hooks)
    if dice.random() < 0.5:
        family = dice.choice(("inet", "ip", "ip6"))
        lines += writer.table(family, "second", [(hook, dice.choice(_PRIORITIES)) for hook in ("forward", "input")])
    return "\n".join([*lines, ""])
