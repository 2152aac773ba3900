"""One configuration from text to model: who reads which lines, and in which order."""

from __future__ import annotations

import re
from dataclasses import replace

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.management import ManagementPlane
from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects, LineState, SourceFile, SourceRef
from netaudit.parsers.certificate_chains import read_certificates
from netaudit.parsers.cisco_asa.access_lists import read_access_lists, rulebase_of
from netaudit.parsers.cisco_asa.bindings import read_access_groups, read_uses, unused_objects
from netaudit.parsers.cisco_asa.blocks import with_flat_blocks
from netaudit.parsers.cisco_asa.commands import POLICY_LINES, TOP_LINES, fate_of, guess_affects, unrecognized
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.header import Header, read_header
from netaudit.parsers.cisco_asa.interfaces import read_interfaces
from netaudit.parsers.cisco_asa.login_rules import (
    read_aaa,
    read_banners,
    read_password_policy,
    read_ping_rules,
)
from netaudit.parsers.cisco_asa.management import MANAGEMENT_WORDS, read_management
from netaudit.parsers.cisco_asa.nat import read_nat
from netaudit.parsers.cisco_asa.nat_before_8_3 import is_old_nat, read_old_nat
from netaudit.parsers.cisco_asa.objects import address_objects, read_objects, service_objects
from netaudit.parsers.cisco_asa.routes import read_routes
from netaudit.parsers.cisco_asa.routing import read_routing_plane
from netaudit.parsers.cisco_asa.time_ranges import read_time_ranges
from netaudit.parsers.cisco_asa.vpn import VPN_WORDS, bypass, read_tunnels, read_vpn
from netaudit.parsers.conf_tree import ConfLine, conf_tree
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.last_changes import read_last_change
from netaudit.parsers.ledger import LineLedger

PLATFORM = "cisco_asa"

# Lines that never have children; `banner` too, whose text the line tree takes for a delimiter.
_BULK = re.compile(
    r"\s*(?:access-list|ipv6 access-list|access-group|banner|name|route|network-object|port-object|service-object|"
    r"group-object|host|subnet|range|description|nat|static|global|logging|crypto map|ssh|telnet|http|timeout|"
    r"(?:ipv6 )?prefix-list|community-list|as-path)\s"
    r"|\s*[!:]|\s*$|\s*[0-9a-fA-F]{8}\s"
)
# The 8.x way of NAT and of IPv6 lists tells the release where the version line is missing.
_BEFORE_8_3 = re.compile(r"^(?:static \(|global \(|nat \([^,)]+\) \d|nat-control)")
_BEFORE_9_0 = re.compile(r"^ipv6 access-list ")


def parse(source: SourceFile) -> ParsedFile:
    """Return what an ASA configuration says. Never raises on text."""
    ledger = LineLedger(source)
    certificates = read_certificates(ledger)
    last_change = read_last_change(ledger)
    header = read_header(ledger)
    tree = with_flat_blocks(conf_tree(source.lines, "asa", lambda line: _BULK.match(line) is not None))
    device = replace(_Reader(ledger, header, tree).device(), certificates=certificates, last_change=last_change)
    coverage = ledger.coverage(PLATFORM, device.name, guess_affects)
    is_known = coverage.understood or device.rulebases or coverage.in_state(LineState.UNSUPPORTED)
    return ParsedFile(coverage, (device,) if is_known else ())


class _Reader:
    """The top lines by their first words, and what was read of them."""

    def __init__(self, ledger: LineLedger, header: Header, tree: list[ConfLine]) -> None:
        self.ledger = ledger
        self.header = header
        self.tree = tree
        self.context = Context(ledger, self._has_unified_lists())
        self.by_word: dict[str, list[ConfLine]] = {}
        for line in tree:
            words = line.text.split(None, 3)
            if not words or words[0][0] in "!:":
                for one in line.walk():
                    if one.text.strip().startswith("!"):
                        ledger.ignored(one.index)
                continue
            key = words[0]
            if key in ("ipv6", "no") and len(words) > 1:
                key = f"{key} {words[1]}"
            self.by_word.setdefault(key, []).append(line)

    def _has_unified_lists(self) -> bool:
        release = self.header.release
        if release is not None:
            return release >= (9, 0)
        lines = self.ledger.source.lines
        return not any(_BEFORE_8_3.match(line) or _BEFORE_9_0.match(line) for line in lines)

    def take(self, *words: str) -> list[ConfLine]:
        """Return the top lines that begin with one of these words, in the order of the file."""
        found = [line for word in words for line in self.by_word.get(word, ())]
        return found if len(words) == 1 else sorted(found, key=lambda line: line.index)

    def device(self) -> Device:
        """Read everything, in the order in which names must be known."""
        context = self.context
        name, where = self._host_name()
        self._names()
        interfaces = read_interfaces(self.take("interface"), self.take("ip", "failover"), context)
        vrfs = {one.nickname: one.vrf for one in interfaces if one.nickname}
        time_ranges = read_time_ranges(self.take("time-range"), context)
        definitions = read_objects(self.take("object", "object-group"), context)
        denials_logged = not any(
            line.words[:4] == ["no", "logging", "message", "106023"] for line in self.take("no logging")
        )
        lists = read_access_lists(self.take("access-list", "ipv6 access-list"), context, time_ranges, denials_logged)
        rulebases = tuple(rulebase_of(found, context) for found in lists.values())
        bindings = read_access_groups(self.take("access-group"), {one.name: one.flavour for one in rulebases}, context)
        bindings += read_uses(self.tree, context)
        routes = read_routes(self.take("route", "ipv6 route"), context, vrfs)
        processes, routing = read_routing_plane(self.tree, self.take("interface"), interfaces, context)
        old_nat = [line for line in self.take("nat") if is_old_nat(line)]
        new_nat = [line for line in self.take("nat") if not is_old_nat(line)]
        old = read_old_nat(
            sorted(self.take("static", "global") + old_nat, key=lambda line: line.index), rulebases, context
        )
        nat_rules = [*old.rules, *read_nat(new_nat, definitions, context)]
        bindings += old.bindings
        vpn = read_vpn(self.take(*VPN_WORDS), context)
        tunnels = read_tunnels(self.take("interface"), vpn, context)
        own_lists, own_bindings = bypass(vpn, interfaces, bindings, {one.name: one for one in rulebases}, context)
        management = self._management()
        same_level = self._same_level()
        virtual_systems = self._contexts()
        self._note_translated_lists(old.rules)
        self._rest()
        return Device(
            name=name,
            platform=PLATFORM,
            vendor="Cisco",
            where=where,
            model=self.header.model,
            operating_system=self.header.operating_system,
            version=self.header.version,
            serials=self.header.serials,
            fact_sources=self.header.sources,
            virtual_systems=virtual_systems,
            vrfs=tuple(dict.fromkeys([DEFAULT_VRF, *(one.vrf for one in interfaces)])),
            interfaces=interfaces,
            address_objects=address_objects(definitions, context),
            service_objects=service_objects(definitions, context),
            rulebases=(*rulebases, *own_lists),
            # Decrypted packets come before the written list of their interface.
            bindings=(*own_bindings, *bindings),
            tunnels=tunnels,
            crypto_tunnels=vpn.crypto_tunnels(tunnels),
            nat_rules=tuple(nat_rules),
            static_routes=routes,
            routing_processes=processes,
            routing=routing,
            same_level_permitted=same_level,
            # From 8.3 on, access rules name real addresses (Cisco ASA Upgrade Guide to 8.3, "Real IP Addresses").
            filters_see_real_addresses=not old.rules and (self.header.release or (9, 0)) >= (8, 3),
            management=management,
            undefined_references=tuple(context.undefined.values()),
            unused_objects=unused_objects(context),
        )

    def _management(self) -> ManagementPlane:
        context = self.context
        aaa = self.take("aaa")
        methods, lockouts = read_aaa(aaa, context)
        pings = read_ping_rules(
            [line for line in self.take("icmp", "ipv6 icmp") if not line.text.startswith("icmp unreachable")], context
        )
        plane = read_management(self.take(*MANAGEMENT_WORDS), context)
        return replace(
            plane,
            accesses=(*plane.accesses, *pings),
            password_policies=read_password_policy(self.take("password-policy"), context),
            lockouts=lockouts,
            banners=read_banners(self.take("banner"), context),
            aaa_methods=methods,
        )

    def _host_name(self) -> tuple[str, SourceRef]:
        for line in self.take("hostname"):
            if len(line.words) > 1:
                self.ledger.understood(line.index)
                return line.words[1], self.ledger.ref(line.index)
        first = self.ledger.ref(0) if self.ledger.source.lines else SourceRef(self.ledger.source.path, 1)
        return self.ledger.source.host or self.ledger.source.path.rpartition("/")[2], first

    def _names(self) -> None:
        for line in self.take("name"):
            words = line.words
            if len(words) >= 3:
                self.context.names[words[2]] = words[1]
                self.ledger.understood(line.index)

    def _same_level(self) -> bool:
        permitted = False
        for line in self.take("same-security-traffic"):
            if line.words[1:] == ["permit", "inter-interface"]:
                permitted = True
                self.ledger.understood(line.index)
            elif line.words[1:] == ["permit", "intra-interface"]:
                self.ledger.understood(line.index)
        return permitted

    def _contexts(self) -> tuple[str, ...]:
        """Return the security contexts that a system configuration names; each has a file of its own."""
        names = []
        for line in self.take("context"):
            if len(line.words) > 1:
                names.append(line.words[1])
                reason = "the configuration of the context is another file"
                self.ledger.unsupported(line.index, Affects.FILTER, reason)
                for child in line.children:
                    for one in child.walk():
                        self.ledger.ignored(one.index)
        return tuple(dict.fromkeys(names))

    def _note_translated_lists(self, rules: tuple[NatRule, ...]) -> None:
        """Up to 8.2 an interface list is written with translated addresses; from 8.3 with real ones."""
        published = [rule.where.line for rule in rules if rule.kind is NatKind.STATIC]
        if published:
            reason = "up to 8.2 interface lists hold translated addresses; not followed through translations"
            self.ledger.unsupported(min(published) - 1, Affects.NAT, reason)

    def _rest(self) -> None:
        """Give every line that no reader took the fate that the tables state."""
        for line in self.tree:
            if line.children or self.ledger.is_open(line.index):
                self._settle(line)

    def _settle(self, line: ConfLine) -> None:
        text = line.text.strip()
        if text and not text.startswith(("!", ":")):
            fate = fate_of(line.words, TOP_LINES)
            if line.words[0] in ("class-map", "policy-map"):
                self._settle_policy(line)
            open_lines = [one for one in line.walk() if self.ledger.is_open(one.index)]
            for one in open_lines:
                stripped = one.text.strip()
                if stripped.startswith("!"):
                    self.ledger.ignored(one.index)
                elif not stripped:
                    continue
                elif fate is not None:
                    fate.mark(self.ledger, one)
                else:
                    unrecognized(guess_affects(text)).mark(self.ledger, one)
        else:
            for one in line.walk():
                if one.text.strip().startswith("!"):
                    self.ledger.ignored(one.index)

    def _settle_policy(self, line: ConfLine) -> None:
        """Lines of class maps and policy maps have a table of their own."""
        for child in line.children:
            for one in child.walk():
                if one.words and not one.text.strip().startswith("!"):
                    fate = fate_of(one.words, POLICY_LINES) or unrecognized(Affects.OTHER)
                    fate.mark(self.ledger, one)
