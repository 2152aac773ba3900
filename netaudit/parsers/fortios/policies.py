"""Firewall policies of one VDOM as rulebases; the order in the file is the order of matching.

Decisions, with their sources (FortiOS Administration Guide, "Policies"; CLI Reference, config firewall policy):
- A policy without `set action` denies; the implicit policy 0 denies.
- `logtraffic utm`, the default, records security events only: the sessions are not logged.
- Users, groups, devices, ZTNA tags, internet services, reputation and the like narrow a policy in ways that
  the configuration does not settle: they empty the lower bound of the match.
- Inspection profiles do not change which packets a policy matches.
- A policy that does not name a virtual IP takes its traffic, if at all, by `match-vip`: the external side of the
  virtual IPs in use is left out of the lower bound. Since 7.2.4 policies that deny do so by default.
- In the policy-based NGFW mode a packet needs a policy and then a security policy (`follows`), and NAT is central.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from netaudit.model.device import SecurityZone
from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, Family
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE
from netaudit.parsers.fortios.addresses import AddressBook
from netaudit.parsers.fortios.before_policies import EarlyReader
from netaudit.parsers.fortios.policy_matches import (
    Space,
    Taken,
    plain_match,
    rivals_of,
    with_virtual_ips,
    without_virtual_ips,
)
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.schedules import Force, ScheduleBook, expiry_day
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.services import ServiceBook, ServiceValue
from netaudit.parsers.fortios.tree import Node, Setting, node_ref
from netaudit.parsers.fortios.virtual_ips import VirtualIp, VirtualIpBook, external_space
from netaudit.parsers.rule_values import AddressValue, exact_addresses, joined_addresses

# Settings that narrow a policy without telling to what, with the reason. A value in _OFF switches them off.
_NARROWING = {
    **dict.fromkeys(
        ("groups", "users", "fsso-groups", "rsso", "wsso", "fsso", "scim", "scim-users", "scim-groups"), "user"
    ),
    **dict.fromkeys(("saml-server", "ntlm", "devices", "endpoint-compliance"), "user"),
    **dict.fromkeys(
        ("ztna-status", "ztna-ems-tag", "ztna-ems-tag-secondary", "ztna-geo-tag", "ztna-device-ownership"), "ztna"
    ),
    **dict.fromkeys(("reputation-minimum", "reputation-minimum6"), "reputation"),
    **dict.fromkeys(("network-service-dynamic", "network-service-src-dynamic"), "internet service"),
    **dict.fromkeys(("application", "app-category", "app-group", "url-category"), "application"),
    "src-vendor-mac": "mac address",
    "sgt-check": "security group tag",
    "vlan-filter": "vlan",
    "dscp-match": "type of service",
    "identity-based": "user",
    "nat46": "nat46",
    "nat64": "nat64",
    "pcp-inbound": "port control protocol",
    "match-vip-only": "virtual ip",
    "http-policy-redirect": "proxy policy",
    "ssh-policy-redirect": "proxy policy",
    "ztna-policy-redirect": "proxy policy",
    "rtp-nat": "rtp nat",
}
_NOTHING_TAKEN = Taken((), {})
_NO_SETTING = Setting((), 0, 0)
_OFF = ("", "disable", "0", "none")
_ACCOUNTS = (("groups", "user group", "user group"), ("users", "user local", "user"))
_SIDE_KEYS = {"src": ("srcaddr", "srcaddr4", "srcaddr6"), "dst": ("dstaddr", "dstaddr4", "dstaddr6")}
_SOURCE_SERVICES = frozenset(("internet-service-src", "internet-service6-src"))
_USERS = ("groups", "users", "fsso-groups", "devices")


@dataclass(slots=True)
class PolicyReader:
    """Reads the policies of one VDOM; `zone_of` maps an interface to its zone."""

    scope: Scope
    books: dict[Family, AddressBook]
    virtual_ips: dict[Family, VirtualIpBook]
    services: ServiceBook
    schedules: ScheduleBook
    references: References
    interface_names: frozenset[str] | None  # None: the file does not list the interfaces
    zones: tuple[SecurityZone, ...]
    zone_of: dict[str, str]
    policy_based: bool = False  # ngfw-mode policy-based: the security policies decide
    central_nat: bool = False
    denials_match_vips: bool = False  # the default of `match-vip` since 7.2.4
    early: EarlyReader | None = None
    management_ports: frozenset[str] = frozenset()  # reserved by HA for the management of each unit
    _names: dict[tuple[str, ...], NameSet] = field(default_factory=dict)

    def rulebase(
        self,
        paths: Iterable[str],
        name: str,
        where: SourceRef,
        default: tuple[SourceRef | None, bool | None],
        families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
        damaged: str = "",
        follows: str = "",
        flavour: str = "firewall policy",
    ) -> Rulebase:
        """Return the policies of some tables, in order, as one rulebase."""
        nodes = [(path, node) for path in paths for node in self.scope.entries(path)]
        taken = self._taken([node for _, node in nodes])
        early = list(self.early.rules(families)) if self.early is not None else []
        if follows:  # what was dropped before does not come here; what passes beside the policies passes here too
            early = [rule for rule in early if rule.action.permits]
        rules = (*early, *(self._rule(node, path, taken) for path, node in nodes), *self._intrazone())
        if damaged:
            # Policies may be missing: what no rule decides is not known.
            match = PacketMatch.upper(ALL_PACKETS, damaged)
            rules += (AccessRule(damaged, Action.PERMIT, match, where, implicit=True),)
        return Rulebase(
            name=name,
            kind=RulebaseKind.ZONE_POLICY,
            rules=rules,
            default_action=Action.DENY,
            where=where,
            default_where=default[0],
            default_logged=default[1],
            virtual_system=self.scope.name,
            stateful=True,
            families=families,
            flavour=flavour,
            follows=follows,
        )

    def _intrazone(self) -> Iterator[AccessRule]:
        """Yield what `set intrazone allow` lets pass within a zone without a policy, after the policies."""
        for zone in self.zones:
            if zone.intrazone_permitted:
                name = NameSet.of([zone.name])
                yield AccessRule(
                    name=f"intrazone {zone.name}",
                    action=Action.PERMIT,
                    match=PacketMatch.exact(ALL_PACKETS),
                    where=zone.where,
                    from_zones=name,
                    to_zones=name,
                    implicit=True,
                )

    def local_in(self, where: SourceRef, logged: bool | None) -> Rulebase | None:
        """Return the local-in policies. What they do not match is up to the device: an implicit rule says so."""
        nodes = [
            (path, node)
            for path in ("firewall local-in-policy", "firewall local-in-policy6")
            for node in self.scope.entries(path)
        ]
        if not nodes:
            return None
        return Rulebase(
            name="local-in-policy",
            kind=RulebaseKind.LOCAL,
            rules=(
                *(self._rule(node, path, _NOTHING_TAKEN) for path, node in nodes),
                AccessRule(
                    name="interface access",
                    action=Action.PERMIT,
                    match=PacketMatch.upper(ALL_PACKETS, "interface access"),
                    where=where,
                    description="allowaccess of the interfaces and services of the device",
                    implicit=True,
                ),
            ),
            default_action=Action.DENY,
            where=where,
            default_logged=logged,
            virtual_system=self.scope.name,
            stateful=True,
            flavour="local-in policy",
        )

    # One policy

    def _rule(self, node: Node, path: str, taken: Taken) -> AccessRule:
        context = f"{path.removeprefix('firewall ')} {node.name}"
        reasons: list[str] = []
        local = "local-in" in path
        ledger = self.references.ledger
        family = Family.IPV6 if path.endswith("6") else None
        source = self._side(node, "src", family, context)
        destination = self._side(node, "dst", family, context)
        services = self._services(node, context)
        from_zones = self._interfaces(node, "intf" if local else "srcintf", context, reasons)
        to_zones = ANY_NAME if local else self._interfaces(node, "dstintf", context, reasons)
        if node.is_on("ha-mgmt-intf-only") and not set(node.words("intf")) <= self.management_ports:
            reasons.append("interface for the management of an HA unit")
        action = self._action(node, reasons)
        self._narrowing(node, reasons)
        self._accounts(node, context)
        schedule = self.schedules.lookup(node.value("schedule"), node, context)
        expires = schedule.expires
        if schedule.force is not Force.ALWAYS:
            reasons.append("schedule")
        if node.is_on("policy-expiry"):
            reasons.append("schedule")
            ends = [day for day in (expires, expiry_day(node.words("policy-expiry-date"))) if day is not None]
            expires = min(ends) if ends else None
        if node.value("action") == "ipsec":
            # The tunnel takes packets of both directions.
            reasons.append("policy-based vpn")
            from_zones = to_zones = from_zones | to_zones
            match = self._both_ways(source, destination, services, reasons)
        elif schedule.force is Force.NEVER:
            match = PacketMatch.exact(NO_PACKETS)
        else:
            virtual = self._virtual_ips(node, family)
            if self.central_nat and not local:
                named = {vip.name for vip in virtual}
                virtual += [vip for vip in self._translated(destination, reasons) if vip.name not in named]
            match = plain_match(source, destination, services, reasons)
            match = without_virtual_ips(match, taken, from_zones, self._matches_virtual_ips(node, action), destination)
            if virtual:
                others = self._others(virtual, taken.rivals, from_zones)
                if others is None:
                    reasons.append("virtual ip")
                virtual = [self._reached(vip, from_zones) for vip in virtual]
                match = with_virtual_ips(match, virtual, source, services, reasons, others or ())
            if node.is_on("nat46") or node.is_on("nat64"):
                # The other family stands on the other side: only where packets come from is told.
                across = PacketSet.of(source.maybe, ANY_ADDRESS, ANY_SERVICE)
                match = PacketMatch.upper(match.maybe | across, *match.reasons)
        return AccessRule(
            name=node.name,
            action=action,
            match=match,
            where=node_ref(ledger, node),
            from_zones=from_zones,
            to_zones=to_zones,
            enabled=node.value("status") != "disable",
            logged=_logged(node),
            description=": ".join(part for key in ("name", "comments") if (part := node.free_text(key, ledger))),
            sources=self._shown(node, "src", source),
            destinations=self._shown(node, "dst", destination),
            services=_negated(node.words("service"), node.is_on("service-negate")) or services.reasons,
            schedule="" if node.value("schedule") == "always" else node.value("schedule"),
            expires=expires,
            users=tuple(name for key in _USERS for name in node.words(key)),
            applications=tuple(
                name for key in ("application", "app-category", "app-group") for name in node.words(key)
            ),
            uid=node.value("uuid"),
            unresolved=tuple(dict.fromkeys(source.undefined + destination.undefined + services.undefined)),
        )

    def _side(self, node: Node, side: str, family: Family | None, context: str) -> AddressValue:
        """Return the source ("src") or destination ("dst") of a policy, virtual IPs left out."""
        keys = {Family.IPV4: f"{side}addr", Family.IPV6: f"{side}addr6"}
        if f"{side}addr4" in node.settings:
            keys[Family.IPV4] = f"{side}addr4"
        if family is Family.IPV6:
            keys = {Family.IPV6: f"{side}addr"}
        found: list[AddressValue] = []
        service = "internet-service-src" if side == "src" else "internet-service"
        for one, key in keys.items():
            names = node.words(key)
            book = self.books[one]
            if node.is_on(service if one is Family.IPV4 else service.replace("service", "service6", 1)):
                found.append(book.unknown("internet service"))  # it stands in the place of the addresses
                continue
            if not names:
                continue
            plain = names
            if side == "dst" and book.vips:
                plain = tuple(name for name in names if not book.is_virtual(name))
            value = book.union(plain, node, key, context) if plain else exact_addresses(NO_ADDRESS)
            if node.is_on(f"{key}-negate") or (key == f"{side}addr4" and node.is_on(f"{side}addr-negate")):
                if plain != names:
                    value = book.unknown("virtual ip")
                value = AddressValue(book.any - value.maybe, book.any - value.surely, value.reasons, value.undefined)
            elif one is Family.IPV6 and node.is_on(f"{side}addr-negate") and f"{side}addr6-negate" not in node.settings:
                # Older versions negate both families by one setting.
                value = book.unknown("negated source" if side == "src" else "negated destination", value.undefined)
            found.append(value)
        if not found:
            found.append(AddressValue(NO_ADDRESS, ANY_ADDRESS, ("no source" if side == "src" else "no destination",)))
        return joined_addresses(found)

    def _services(self, node: Node, context: str) -> ServiceValue:
        names = node.words("service")
        if not names or node.is_on("internet-service") or node.is_on("internet-service6"):
            # An internet service brings its own ports.
            by_service = node.is_on("internet-service") or node.is_on("internet-service6")
            reason = "internet service" if by_service else "no service"
            return ServiceValue(NO_SERVICE, ANY_SERVICE, (reason,))
        value = self.services.union(names, node, "service", context)
        if node.is_on("service-negate"):
            rest = ANY_SERVICE - value.surely
            value = ServiceValue(
                rest if value.is_exact else ANY_SERVICE - value.maybe, rest, value.reasons, value.undefined
            )
        return value

    def _interfaces(self, node: Node, key: str, context: str, reasons: list[str]) -> NameSet:
        names = node.words(key)
        if not names:
            reasons.append("no interface")
            return ANY_NAME
        known = self._names.get(names)
        if known is None:
            known = self._names[names] = ANY_NAME if "any" in names else NameSet.of(names)
            self.references.use("interface", names)
        if self.interface_names is not None and not known.default:
            for name in names:
                if name not in self.interface_names:
                    self.references.missing("interface", name, node, key, context)
        return known

    def _action(self, node: Node, reasons: list[str]) -> Action:
        word = node.value("action", "deny")
        if word == "deny":
            if node.is_on("learning-mode"):
                return Action.PERMIT
            return Action.REJECT if node.is_on("send-deny-packet") else Action.DENY
        if word == "ssl-vpn":
            reasons.append("user")
        elif word not in ("accept", "ipsec", "learn"):
            self.references.ledger.unrecognized(node.line_of("action"), Affects.FILTER, "not an action")
            reasons.append("not understood")
        return Action.PERMIT

    def _narrowing(self, node: Node, reasons: list[str]) -> None:
        settings = node.settings
        narrowing = sorted(settings.keys() & _NARROWING.keys())
        reasons += [_NARROWING[key] for key in narrowing if settings[key].text not in _OFF]
        if settings.keys() - node.rule.states.keys():
            reasons.append("not understood")
        if settings.get("tos-mask", _NO_SETTING).text not in ("", "0x00", "0x0", "0"):
            reasons.append("type of service")
        if any(name not in node.rule.nested for name in node.tables):
            reasons.append("not understood")
        if self.policy_based:
            reasons.append("policy-based mode")

    def _accounts(self, node: Node, context: str) -> None:
        for key, path, kind in _ACCOUNTS:
            if key in node.settings and path in self.scope.node.tables:
                for name in node.words(key):
                    if self.scope.entry(path, name) is None and name != "guest":
                        self.references.missing(kind, name, node, key, context)

    # Matches

    def _virtual_ips(self, node: Node, family: Family | None) -> list[VirtualIp]:
        found: list[VirtualIp] = []
        keys = [(Family.IPV4, "dstaddr"), (Family.IPV4, "dstaddr4"), (Family.IPV6, "dstaddr6")]
        for one, key in [(Family.IPV6, "dstaddr")] if family is Family.IPV6 else keys:
            book = self.books[one]
            if not book.vips:
                continue
            names = [name for name in node.words(key) if book.is_virtual(name)]
            self.references.use("virtual ip", names)
            for name in names:
                found += self.virtual_ips[one].members(name)
        return list({vip.name: vip for vip in found}.values()) if len(found) > 1 else found

    def _translated(self, destination: AddressValue, reasons: list[str]) -> list[VirtualIp]:
        """Return the virtual IPs whose inside a policy names; with central NAT policies see only that side."""
        found = []
        for book in self.virtual_ips.values():
            for vip in book.vips.values():
                if vip.enabled and vip.mapped is not None and vip.mapped.overlaps(destination.maybe):
                    found.append(vip)
                    if not vip.mapped <= destination.surely:
                        reasons.append("virtual ip")
        return found

    def _both_ways(
        self, source: AddressValue, destination: AddressValue, services: ServiceValue, reasons: list[str]
    ) -> PacketMatch:
        forth = PacketSet.of(source.maybe, destination.maybe, services.maybe)
        back = PacketSet.of(destination.maybe, source.maybe, services.maybe)
        why = (*reasons, *source.reasons, *destination.reasons, *services.reasons)
        return PacketMatch.upper(forth | back, *dict.fromkeys(why))

    def _zones_of(self, vip: VirtualIp) -> NameSet:
        """Return where a virtual IP takes packets, and the zones of these interfaces."""
        if vip.interface == ANY_NAME:
            return ANY_NAME
        names = vip.interface.names()
        return NameSet.of([*names, *(self.zone_of[name] for name in names if name in self.zone_of)])

    def _reached(self, vip: VirtualIp, from_zones: NameSet) -> VirtualIp:
        """Return a virtual IP as seen from a policy: packets that arrive elsewhere are surely not translated."""
        if from_zones <= self._zones_of(vip):
            return vip
        return replace(vip, reasons=(*vip.reasons, "virtual ip of another interface"))

    def _others(
        self, virtual: list[VirtualIp], rivals: Mapping[str, tuple[VirtualIp, ...]] | None, from_zones: NameSet
    ) -> list[VirtualIp] | None:
        """Return the virtual IPs in use that a policy does not name and that may take a packet before the named."""
        if rivals is None:
            return None
        named = {vip.name for vip in virtual}
        return [
            other
            for vip in virtual
            for other in rivals.get(vip.name, ())
            if other.name not in named and self._zones_of(other) & from_zones
        ]

    def _matches_virtual_ips(self, node: Node, action: Action) -> bool:
        """Tell whether a policy sees what virtual IPs translate; since 7.2.4 a denying one does unless told not to."""
        if "match-vip" in node.settings:
            return node.is_on("match-vip")
        return self.denials_match_vips and not action.permits

    def _taken(self, nodes: list[Node]) -> Taken:
        """Return the external side of the virtual IPs in use: those that an enabled policy names."""
        found: list[VirtualIp] = []
        for book in self.virtual_ips.values():
            if not book.vips:
                continue
            names: set[str] = set()
            for node in nodes:
                if node.value("status") != "disable":
                    for key in ("dstaddr", "dstaddr4", "dstaddr6"):
                        names.update(name for name in node.words(key) if book.book.is_virtual(name))
            used = {vip.name: vip for name in sorted(names) for vip in book.members(name)}
            if self.central_nat:
                used = book.vips
            found += [vip for vip in used.values() if vip.enabled]
        by_interface: dict[NameSet, list[VirtualIp]] = {}
        for vip in found:
            by_interface.setdefault(self._zones_of(vip), []).append(vip)
        spaces = tuple(Space(zones, external_space(vips)) for zones, vips in by_interface.items())
        return Taken(spaces, rivals_of(found))

    def _shown(self, node: Node, side: str, value: AddressValue) -> tuple[str, ...]:
        names: list[str] = []
        for key in _SIDE_KEYS[side]:
            found = node.settings.get(key)
            if found is not None:
                shown = _negated(found.words, node.is_on(f"{key}-negate"))
                names += [name for name in shown if name not in names] if names else shown
        if (
            "internet-service" not in node.settings
            and "internet-service6" not in node.settings
            and (side == "dst" or not _SOURCE_SERVICES & node.settings.keys())
        ):
            return tuple(names) or value.reasons
        word = "internet-service-src" if side == "src" else "internet-service"
        for version in ("internet-service", "internet-service6"):
            stem = word.replace("internet-service", version)
            if node.is_on(stem):
                for suffix in ("-name", "-group", "-custom", "-custom-group", "-id"):
                    names += node.words(stem + suffix)
        return tuple(names) or value.reasons


def _logged(node: Node) -> bool:
    return node.value("logtraffic", "utm") in ("all", "enable")


def _negated(names: tuple[str, ...], negated: bool) -> tuple[str, ...]:
    return tuple(f"not {name}" for name in names) if negated else names
