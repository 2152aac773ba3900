"""BGP between the devices of the snapshot: announcements go round until nothing changes (RFC 4271 section 9).

Every speaker hears what its neighbours chose, keeps what its import lets in, and chooses. What a policy makes of a
route is UNKNOWN where it was not understood; such a route is left out and said. Sources of the order of choice: Cisco
"BGP Best Path Selection Algorithm"; Juniper "Understanding BGP Path Selection".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.model.routing import BgpFamily, Redistribution
from netaudit.packets.addresses import Family, format_address
from netaudit.topology.routes.bgp_sessions import BgpSpeaker, Session, Sessions, TableOf, sessions
from netaudit.topology.routes.defaults import defaults_of, distance_of
from netaudit.topology.routes.policies import Judged, PolicyBook, Verdict
from netaudit.topology.routes.route import DEFAULT_PREFERENCE, PathAttributes, Prefix, Route, RouteTable, resolved
from netaudit.topology.ways import Exit

MAX_ROUNDS = 64  # a stable network settles in a few times its diameter
# Paths are shared only where they are the same, without `bestpath as-path multipath-relax`.
_SAME_PATHS = frozenset({"cisco_ios", "cisco_asa", "cisco_nxos"})
_DEFAULT_APART = frozenset({"cisco_ios", "cisco_asa", "cisco_nxos"})
_INTERNAL_ONLY = frozenset({"cisco_ios", "cisco_asa"})
_NO_EXPORT, _NO_ADVERTISE, _LOCAL = "65535:65281", "65535:65282", "65535:65283"
_PRIVATE = range(64512, 65536)
_PRIVATE_LONG = range(4200000000, 4294967295)


@dataclass(frozen=True, slots=True)
class Heard:
    """A route with the session that brought it; None for one of the speaker's own."""

    route: Route
    session: Session | None
    leaked: bool = False  # taken from another VRF of the device; never passed on to a third

    @property
    def attributes(self) -> PathAttributes:
        """Return the path attributes; a BGP route always has them."""
        return self.route.attributes or PathAttributes()

    def with_targets(self, targets: frozenset[str]) -> Heard:
        """Return the route with the targets that its VRF gives it, beside those that it has."""
        attributes = replace(self.attributes, targets=self.attributes.targets | targets)
        return replace(self, route=replace(self.route, attributes=attributes))


Chosen = dict[Prefix, tuple[Heard, ...]]  # the first is announced, all are used


def bgp_routes(
    speakers: Sequence[BgpSpeaker], tables: TableOf, gone: frozenset[tuple[Family, int]] = frozenset()
) -> BgpRound:
    """Return the BGP routes of every speaker, given the tables without them; `gone` as in `sessions`."""
    return BgpRound(speakers, tables, sessions(speakers, tables, gone))


class BgpRound:
    """What every speaker offers to its table, and, when asked, why it may be otherwise."""

    def __init__(self, speakers: Sequence[BgpSpeaker], tables: TableOf, known: Sessions) -> None:
        self.sessions = known
        self._speakers = speakers
        self._tables = tables
        self._books = {one: PolicyBook(one.device) for one in speakers}
        self._answers = {session: _answer(session, known) for many in known.heard.values() for session in many}
        self._doubts = {one: dict.fromkeys(known.doubts.get(one, ())) for one in speakers}
        self._aged: dict[tuple[BgpSpeaker, Prefix], None] = {}  # the age of paths decides
        self._chosen = self._settled(speakers)
        self.routes = {one: list(self._installed(one, self._chosen[one])) for one in speakers}

    def doubts(self) -> dict[BgpSpeaker, dict[str, None]]:
        """Return why the routes of each speaker may be otherwise.

        The speakers are asked once more in the other order: preferences that contradict each other have several ends,
        or none, and who speaks first decides.
        """
        if self._settled(self._speakers[::-1]) != self._chosen:
            for one in self._speakers:
                self._doubts[one]["BGP may settle in several ways: who announces first decides"] = None
        self._doubt_limits(self._chosen)
        self._doubt_additional_paths(self._chosen)
        return self._doubts

    def _doubt_limits(self, chosen: Mapping[BgpSpeaker, Chosen]) -> None:
        """Doubt a neighbour that may announce more prefixes than its session stands."""
        for speaker, many in self.sessions.heard.items():
            for session in many:
                for family, settings in session.families.items():
                    count = sum(prefix.family is family for prefix in chosen[session.remote])
                    if settings.maximum_prefixes is not None and count > settings.maximum_prefixes:
                        reason = f"{_text(session)} may announce more prefixes than its session takes"
                        self._doubts[speaker][reason] = None
        for speaker, prefix in self._aged:
            reason = f"of the equal paths to {prefix} from outside, those that came first are kept"
            self._doubts[speaker][reason] = None

    def _doubt_additional_paths(self, chosen: Mapping[BgpSpeaker, Chosen]) -> None:
        """Doubt a speaker that would go another way, did it hear all paths of a neighbour (RFC 7911), not the best."""
        for session in [one for many in self.sessions.heard.values() for one in many]:
            back = self._answers[session]
            if back is None or not _announces_several(back):
                continue
            aged = dict(self._aged)  # asking what would be chosen changes it
            for prefix, many in self._offered(back.local, chosen).items():
                settings = back.families.get(prefix.family)
                if settings is None or len(many) < 2:
                    continue
                sent = [self._exported(back, settings, one) for one in many if one.session is None or one.route.exits]
                taken = [self._imported(session, route) for route in sent if route is not None]
                known = chosen[session.local].get(prefix, ())
                more = self._best(session.local, [*known, *(Heard(one, session) for one in taken if one is not None)])
                if _ways(more) != _ways(known):
                    reason = f"{_text(session)} announces additional paths to {prefix}, which are not computed"
                    self._doubts[session.local][reason] = None
            self._aged = aged

    def _settled(self, order: Sequence[BgpSpeaker]) -> dict[BgpSpeaker, Chosen]:
        chosen: dict[BgpSpeaker, Chosen] = {one: {} for one in order}
        hearers: dict[BgpSpeaker, list[BgpSpeaker]] = {one: [] for one in order}
        for one in order:
            near = [session.remote for session in self.sessions.heard[one]]
            near += [other for other in order if other is not one and other.device is one.device]  # VRFs
            for other in dict.fromkeys(near):
                hearers[other].append(one)
        waiting = dict.fromkeys(order)
        for _ in range(MAX_ROUNDS * len(order)):
            if not waiting:
                return chosen
            speaker = next(iter(waiting))
            del waiting[speaker]
            now = self._choose(speaker, chosen)
            if now != chosen[speaker]:
                chosen[speaker] = now
                waiting |= dict.fromkeys(hearers[speaker])
        if waiting:
            for one in self._speakers:
                self._doubts[one]["BGP does not settle: announcements depend on each other"] = None
        return chosen

    def _installed(self, speaker: BgpSpeaker, chosen: Chosen) -> Iterator[Route]:
        platform = speaker.device.platform
        for many in chosen.values():
            best = many[0].route
            if best.kind == "bgp local" and not best.exits and best.protocol != "aggregate":
                continue
            exits = dict.fromkeys(way for one in many for way in one.route.exits)
            distance = best.distance
            if many[0].session is None:
                distance = distance_of(platform, _distances(speaker), "bgp", best.kind)
            attributes = best.attributes or PathAttributes()
            yield replace(
                best, protocol="bgp", distance=distance, metric=attributes.metric or 0, exits=tuple(exits), tag=0
            )

    # Choosing.

    def _offered(self, speaker: BgpSpeaker, chosen: Mapping[BgpSpeaker, Chosen]) -> dict[Prefix, list[Heard]]:
        """Return all paths that a speaker may choose from."""
        offered: dict[Prefix, list[Heard]] = {}
        for own in self._own(speaker, chosen[speaker]):
            offered.setdefault(own.route.prefix, []).append(own)
        for leaked in self._leaked(speaker, chosen):
            offered.setdefault(leaked.route.prefix, []).append(leaked)
        for session in self.sessions.heard[speaker]:
            back = self._answers[session]
            if back is None:
                continue
            for route in self._announced(back, chosen[session.remote]):
                taken = self._imported(session, route)
                if taken is not None:
                    offered.setdefault(taken.prefix, []).append(Heard(taken, session))
        return offered

    def _choose(self, speaker: BgpSpeaker, chosen: Mapping[BgpSpeaker, Chosen]) -> Chosen:
        found: Chosen = {}
        exports = self._targets(speaker, "exports")
        for prefix, many in self._offered(speaker, chosen).items():
            if exports.get(prefix.family):
                many = [one.with_targets(exports[prefix.family]) for one in many]
            best = self._best(speaker, many)
            if best:
                found[prefix] = best
        self._aggregate(speaker, found)
        return found

    def _best(self, speaker: BgpSpeaker, many: Iterable[Heard]) -> tuple[Heard, ...]:
        valid = [one for one in many if one.session is None or one.route.exits]
        for one in valid[:1]:
            self._aged.pop((speaker, one.route.prefix), None)
        if not valid:
            return ()
        weights = defaults_of(speaker.device.platform).weights
        by_neighbor: dict[str, list[Heard]] = {}
        for one in valid:
            by_neighbor.setdefault(one.attributes.as_path[0] if one.attributes.as_path else "", []).append(one)
        # MED counts between paths of one neighbouring AS: the group's best by all else before it comes first.
        finalists = []
        for group in by_neighbor.values():
            least = min(_rank(one, weights)[:5] for one in group)
            equal = [one for one in group if _rank(one, weights)[:5] == least]
            lowest = min(one.attributes.metric or 0 for one in equal)
            finalists += [one for one in equal if (one.attributes.metric or 0) == lowest]
        finalists.sort(key=lambda one: self._order(speaker, one, weights))
        best = finalists[0]
        if best.session is None:
            return (best,)
        limit = self._multipath(speaker, best)
        same_path = speaker.device.platform in _SAME_PATHS and not _has(speaker, "bestpath", "multipath-relax")
        equal = [
            one
            for one in finalists
            if one.session is not None
            and self._order(speaker, one, weights)[:7] == self._order(speaker, best, weights)[:7]
            and (one is best or limit == 1 or not same_path or one.attributes.as_path == best.attributes.as_path)
        ]
        if limit < len(equal) and self._oldest_wins(speaker, equal, limit):
            self._aged[speaker, best.route.prefix] = None
        return tuple(equal[:limit])

    @staticmethod
    def _oldest_wins(speaker: BgpSpeaker, equal: Sequence[Heard], limit: int) -> bool:
        """Tell whether age decides between external paths: not with `bestpath compare-routerid`, nor on EOS.

        One that leads where the chosen ones lead, with the same attributes, makes no difference.
        """
        words = (("bestpath", "compare-routerid"), ("bestpath-cmp-routerid", "enable"))
        by_identifier = speaker.device.platform == "arista_eos" or any(_has(speaker, *one) for one in words)
        if equal[0].route.kind != "ebgp" or by_identifier:
            return False
        kept = {(one.route.exits, one.attributes) for one in equal[:limit]}
        return any((one.route.exits, one.attributes) not in kept for one in equal[limit:])

    def _order(self, speaker: BgpSpeaker, one: Heard, weights: bool) -> tuple[int, ...]:
        session = one.session
        external = 0 if one.route.kind == "ebgp" else 1
        return (
            *_rank(one, weights),
            external,
            self._igp_metric(speaker, one.route),
            _identifier(one),
            len(one.attributes.clusters),
            session.remote_address[1] if session else 0,
        )

    def _igp_metric(self, speaker: BgpSpeaker, route: Route) -> int:
        if route.hop is None:
            return 0
        table = self._tables.get(speaker.key)
        found = table.longest(route.prefix.family, route.hop) if table else None
        return found.metric if found and found.protocol != "connected" else 0

    @staticmethod
    def _multipath(speaker: BgpSpeaker, best: Heard) -> int:
        process = speaker.process
        stated = process.maximum_paths_internal if best.route.kind == "ibgp" else process.maximum_paths
        return stated or defaults_of(speaker.device.platform).bgp_maximum_paths

    # What a speaker brings in itself.

    def _own(self, speaker: BgpSpeaker, chosen: Chosen) -> Iterator[Heard]:
        table = self._tables.get(speaker.key)
        if table is None:
            return
        weight = defaults_of(speaker.device.platform).local_bgp_weight
        for stated in speaker.process.networks:
            prefix = Prefix.read(stated.prefix)
            route = table.get(prefix) if prefix else None
            if route is None or prefix is None:
                continue
            made = _local(route, 0, weight)
            if stated.policy:
                judged = self._books[speaker].judge(stated.policy, made)
                if not self._passes(speaker, judged, stated.policy):
                    continue
                made = judged.route
            yield Heard(made, None)
        for redistribution in speaker.process.redistributions:
            yield from self._redistributed(speaker, table, redistribution, weight)

    def _leaked(self, speaker: BgpSpeaker, chosen: Mapping[BgpSpeaker, Chosen]) -> Iterator[Heard]:
        """Yield what other VRFs of the device give to this one by their route targets (RFC 4364 section 4.3)."""
        wanted = self._targets(speaker, "imports")
        for family, imports in wanted.items():
            for other in self._speakers:
                if other is speaker or other.device is not speaker.device or not imports:
                    continue
                exports = self._targets(other, "exports").get(family, frozenset())
                for prefix, many in chosen[other].items():
                    if prefix.family is not family or many[0].leaked:
                        continue
                    route = self._given(other, many[0].route, exports)
                    if route is not None and (route.attributes or PathAttributes()).targets & imports:
                        yield Heard(route, many[0].session, leaked=True)

    def _targets(self, speaker: BgpSpeaker, which: str) -> dict[Family, frozenset[str]]:
        found: dict[Family, frozenset[str]] = {}
        for stated in speaker.device.routing.vrf_targets:
            if stated.vrf != speaker.process.vrf:
                continue
            if which == "imports" and stated.import_policies:
                self._doubts[speaker]["routes from other VRFs pass a policy that is not computed"] = None
            for family in Family:
                if stated.family in (None, family):
                    found[family] = found.get(family, frozenset()) | frozenset(getattr(stated, which))
        return found

    def _given(self, speaker: BgpSpeaker, route: Route, exports: frozenset[str]) -> Route | None:
        """Return a route as its VRF gives it away: with its targets, and with the exits that it has there."""
        attributes = replace(route.attributes or PathAttributes(), targets=exports)
        exits = route.exits
        if route.kind == "bgp local":
            table = self._tables.get(speaker.key)
            own = table.get(route.prefix) if table else None
            exits = own.exits if own else ()
        kind = "ebgp" if route.kind == "bgp local" else route.kind
        distance = distance_of(speaker.device.platform, _distances(speaker), "bgp", kind)
        given = replace(route, attributes=attributes, exits=exits, kind=kind, distance=distance)
        for stated in speaker.device.routing.vrf_targets:
            for name in stated.export_policies if stated.vrf == speaker.process.vrf else ():
                judged = self._books[speaker].judge(name, given)
                if judged.verdict is Verdict.UNKNOWN:
                    self._passes(speaker, judged, name)
                    return None
                if judged.verdict is Verdict.PERMIT:
                    given = replace(judged.route, kind=kind)
        return given

    def _redistributed(
        self, speaker: BgpSpeaker, table: RouteTable, stated: Redistribution, weight: int
    ) -> Iterator[Heard]:
        for route in table:
            if not is_of(route, stated) or not self._takes(speaker, route, stated):
                continue
            made = _local(route, 2, weight)
            metric = speaker.process.default_metric if stated.metric is None else stated.metric
            if metric is not None:
                made = replace(made, attributes=replace(made.attributes or PathAttributes(), metric=metric))
            if stated.policy:
                judged = self._books[speaker].judge(stated.policy, replace(made, protocol=route.protocol))
                if not self._passes(speaker, judged, stated.policy):
                    continue
                made = replace(judged.route, protocol="bgp", kind="bgp local")
            yield Heard(made, None)

    @staticmethod
    def _takes(speaker: BgpSpeaker, route: Route, stated: Redistribution) -> bool:
        """Tell whether a redistribution into BGP takes a route of its source, by the platform's own rules.

        Cisco: a default route needs `default-information originate`, and of OSPF come internal routes alone unless
        `match` says more ("IP Routing: BGP Command Reference", redistribute).
        """
        platform = speaker.device.platform
        if platform in _DEFAULT_APART and route.prefix.length == 0 and speaker.process.default_route is None:
            return False
        from_ospf = route.protocol in ("ospf", "ospfv3")
        return not (platform in _INTERNAL_ONLY and from_ospf and not stated.matches and "external" in route.kind)

    def _aggregate(self, speaker: BgpSpeaker, found: Chosen) -> None:
        weight = defaults_of(speaker.device.platform).local_bgp_weight
        for summary in speaker.process.summaries:
            prefix = Prefix.read(summary.prefix)
            if prefix is None:
                continue
            parts = [one for other, one in found.items() if prefix.holds(other) and other != prefix]
            if not parts and not self._table_contributes(speaker, prefix):
                continue
            if summary.policy or summary.suppress_policy or summary.advertise_policy or summary.as_set:
                self._doubts[speaker][f"aggregate {prefix} has policies that are not computed"] = None
            origin = max((one[0].attributes.origin for one in parts), default=2)
            attributes = PathAttributes(origin=origin, weight=weight)
            found[prefix] = (Heard(Route(prefix, "aggregate", 200, kind="bgp local", attributes=attributes), None),)

    def _table_contributes(self, speaker: BgpSpeaker, prefix: Prefix) -> bool:
        """Tell whether a route of the table makes the aggregate: on EOS it need not be a route of BGP."""
        table = self._tables.get(speaker.key)
        if table is None or not defaults_of(speaker.device.platform).table_makes_aggregates:
            return False
        return any(prefix.holds(route.prefix) and route.prefix != prefix for route in table)

    def _passes(self, speaker: BgpSpeaker, judged: Judged, name: str) -> bool:
        if judged.verdict is Verdict.UNKNOWN:
            self._doubts[speaker][f"what {name} makes of {judged.route.prefix} was not understood"] = None
        return judged.verdict is Verdict.PERMIT

    # What a speaker tells a neighbour.

    def _announced(self, session: Session, chosen: Chosen) -> Iterator[Route]:
        speaker = session.local
        junos = defaults_of(speaker.device.platform).bgp_exports_only_by_policy
        suppressed = [
            prefix
            for one in speaker.process.summaries
            if one.summary_only and (prefix := Prefix.read(one.prefix)) is not None and prefix in chosen
        ]
        for family, settings in session.families.items():
            for prefix, many in chosen.items():
                if prefix.family is not family or any(one.holds(prefix) and one != prefix for one in suppressed):
                    continue
                route = self._exported(session, settings, many[0])
                if route is not None:
                    yield route
            if junos:
                yield from self._others(session, settings, family, chosen)
            if settings.sends_default:
                yield from self._default(session, settings, family)

    def _others(self, session: Session, settings: BgpFamily, family: Family, chosen: Chosen) -> Iterator[Route]:
        """Yield the routes of other protocols that an export policy takes (Junos)."""
        table = self._tables.get(session.local.key)
        if table is None or not settings.export_policies:
            return
        for route in table:
            if route.prefix.family is family and route.protocol != "bgp" and route.prefix not in chosen:
                origin = 0
                made = replace(route, attributes=PathAttributes(origin=origin, metric=route.metric or None))
                made = replace(made, hop=_hop_of(route))
                judged = self._books[session.local].chain(settings.export_policies, made, _text(session))
                if judged.verdict is Verdict.UNKNOWN:
                    self._passes(session.local, judged, ", ".join(settings.export_policies))
                elif judged.verdict is Verdict.PERMIT:
                    yield self._dressed(session, settings, replace(judged.route, kind="bgp local"), None)

    def _default(self, session: Session, settings: BgpFamily, family: Family) -> Iterator[Route]:
        made = Route(Prefix(family, 0, 0), "bgp", 200, kind="bgp local", attributes=PathAttributes())
        if settings.default_policy:
            self._doubts[session.local][f"the default route for {_text(session)} depends on a policy"] = None
            return
        yield self._dressed(session, settings, made, None)

    def _exported(self, session: Session, settings: BgpFamily, heard: Heard) -> Route | None:
        source = heard.session
        attributes = heard.attributes
        if source is not None and source.remote is session.remote:
            return None
        if _NO_ADVERTISE in attributes.communities:
            return None
        if not session.is_internal and attributes.communities & {_NO_EXPORT, _LOCAL}:
            return None
        reflected = False
        if session.is_internal and heard.route.kind == "ibgp" and source is not None:
            client = any(one.reflector_client for one in source.families.values())
            if not (client or settings.reflector_client):
                return None
            reflected = True
        route = heard.route
        if not session.is_internal and route.kind != "bgp local":
            # A metric goes to the next AS only where it is set on the way out (RFC 4271 section 5.1.4).
            route = replace(route, attributes=replace(attributes, metric=None))
        for name in settings.export_filters:
            if not self._filtered(session.local, name, route):
                return None
        if settings.export_policies:
            judged = self._books[session.local].chain(settings.export_policies, route, _text(session))
            verdict = judged.verdict
            if verdict is Verdict.NOTHING:  # the protocol's own default: BGP routes are announced
                verdict = Verdict.PERMIT
            if not self._passes(session.local, Judged(verdict, judged.route), ", ".join(settings.export_policies)):
                return None
            route = judged.route
        return self._dressed(session, settings, route, source if reflected else None)

    def _dressed(self, session: Session, settings: BgpFamily, route: Route, reflected: Session | None) -> Route:
        """Return the route as it goes over the wire: next hop, path, preference, communities."""
        attributes = route.attributes or PathAttributes()
        platform = defaults_of(session.local.device.platform)
        if not (settings.sends_communities or platform.communities_are_sent):
            attributes = replace(attributes, communities=frozenset())
        if settings.sends_communities not in ("extended", "both", "all") and not platform.communities_are_sent:
            attributes = replace(attributes, targets=frozenset())
        hop = route.hop
        if session.is_internal:
            own = route.kind != "ibgp"
            if hop is None or (settings.next_hop_self and (own or ("next-hop-self", "all") in settings.options)):
                hop = session.local_address[1]
            if reflected is not None:
                originator = attributes.originator or str(reflected.remote.router_id)
                cluster = session.local.process.cluster_id or str(session.local.router_id)
                attributes = replace(attributes, originator=originator, clusters=(cluster, *attributes.clusters))
            if attributes.metric is None and route.kind == "bgp local":
                attributes = replace(attributes, metric=0)
        else:
            if not settings.next_hop_unchanged and not self._on_link(session, hop):
                hop = session.local_address[1]
            path = _without_private(settings.removes_private_as, attributes.as_path)
            if settings.as_override:
                path = tuple(session.local_number if one == session.remote_number else one for one in path)
            own_numbers: tuple[str, ...] = (session.local_number,)
            if session.settings.local_as and "replace-as" not in session.settings.local_as_options:
                own_numbers = (session.local_number, session.local.number)
            attributes = replace(
                attributes,
                as_path=own_numbers + path,
                local_preference=DEFAULT_PREFERENCE,
                originator="",
                clusters=(),
            )
        return replace(route, protocol="bgp", hop=hop, exits=(), attributes=replace(attributes, weight=0))

    @staticmethod
    def _on_link(session: Session, hop: int | None) -> bool:
        """Tell whether the next hop stands on the subnet of the session: then it is kept (RFC 4271 section 5.1.3)."""
        family, own = session.local_address
        if hop is None:
            return False
        for interface in session.local.device.interfaces:
            for address in interface.addresses:
                if (address.family, address.value) == (family, own):
                    return hop in address.network and session.remote_address[1] in address.network
        return False

    # What a speaker takes from a neighbour.

    def _imported(self, session: Session, route: Route) -> Route | None:
        speaker = session.local
        settings = session.families.get(route.prefix.family)
        attributes = route.attributes or PathAttributes()
        if settings is None:
            return None
        own = {speaker.number, session.local_number, speaker.process.confederation} - {""}
        if sum(one in own for one in attributes.as_path) > (settings.own_as_accepted or 0):
            return None
        if attributes.originator == str(speaker.router_id):
            return None
        cluster = speaker.process.cluster_id or str(speaker.router_id)
        if cluster in attributes.clusters:
            return None
        if (route.prefix.family, route.hop) in speaker.addresses:
            return None
        if (
            session.settings.local_as
            and "no-prepend" not in session.settings.local_as_options
            and not session.is_internal
        ):
            attributes = replace(attributes, as_path=(session.local_number, *attributes.as_path))
        kind = "ibgp" if session.is_internal else "ebgp"
        distance = distance_of(speaker.device.platform, _distances(speaker), "bgp", kind)
        attributes = replace(attributes, weight=settings.weight or 0)
        taken = replace(route, kind=kind, distance=distance, attributes=attributes)
        for name in settings.import_filters:
            if not self._filtered(speaker, name, taken):
                return None
        if settings.import_policies:
            judged = self._books[speaker].chain(settings.import_policies, taken, _text(session))
            verdict = Verdict.PERMIT if judged.verdict is Verdict.NOTHING else judged.verdict
            if not self._passes(speaker, Judged(verdict, judged.route), ", ".join(settings.import_policies)):
                return None
            taken = judged.route
        return replace(taken, kind=kind, exits=self._resolved(speaker, taken))

    def _resolved(self, speaker: BgpSpeaker, route: Route) -> tuple[Exit, ...]:
        table = self._tables.get(speaker.key)
        if table is None or route.hop is None:
            return ()
        return resolved(table, route.prefix.family, route.hop)

    def _filtered(self, speaker: BgpSpeaker, name: str, route: Route) -> bool:
        kind, _, listed = name.partition(" ")
        book = self._books[speaker]
        if kind == "prefix_list":
            held = book.permits_prefix(listed, route.prefix)
        elif kind == "access_list":
            held = book.permits_network(listed, route.prefix)
        elif kind == "as_path":
            held = book.permits_path(listed, route)
        else:
            held = None
        if held is None:
            self._doubts[speaker][f"what {name} makes of {route.prefix} was not understood"] = None
        return bool(held)


def is_of(route: Route, stated: Redistribution) -> bool:
    """Tell whether a route is of the source that a redistribution names."""
    if stated.family is not None and route.prefix.family is not stated.family:
        return False
    if stated.source not in (route.protocol, "any"):
        return False
    if stated.process and route.process and stated.process != route.process:
        return False
    if stated.matches and route.protocol in ("ospf", "ospfv3"):
        return any(
            (one == "internal" and "external" not in route.kind)
            or (one == "external" and "external" in route.kind)
            or one == route.kind
            for one in stated.matches
        )
    return True


def _answer(session: Session, known: Sessions) -> Session | None:
    """Return the same session as the other end has it."""
    for other in known.heard.get(session.remote, ()):
        if other.remote is session.local and other.local_address == session.remote_address:
            return other
    return None


def _rank(one: Heard, weights: bool) -> tuple[int, int, int, int, int]:
    attributes = one.attributes
    return (
        -attributes.weight if weights else 0,
        -attributes.local_preference,
        0 if one.session is None else 1,
        len(attributes.as_path),
        attributes.origin,
    )


def _identifier(one: Heard) -> int:
    originator = one.attributes.originator
    if originator.isdigit():
        return int(originator)
    return one.session.remote.router_id if one.session else 0


def _announces_several(session: Session) -> bool:
    stated = any(name == "additional-paths" and "send" in value for name, value in session.local.process.options)
    families = session.families.values()
    return session.is_internal and (stated or any("send" in family.add_path for family in families))


def _ways(many: Iterable[Heard]) -> set[Exit]:
    return {way for one in many for way in one.route.exits}


def _has(speaker: BgpSpeaker, name: str, word: str) -> bool:
    return any(one == name and word in value.split() for one, value in speaker.process.options)


def _distances(speaker: BgpSpeaker) -> tuple[tuple[str, int], ...]:
    words = {"external": "ebgp", "internal": "ibgp", "local": "bgp local"}
    return tuple((words.get(name, name), value) for name, value in speaker.process.distances)


def _local(route: Route, origin: int, weight: int) -> Route:
    attributes = PathAttributes(origin=origin, metric=route.metric, weight=weight)
    return replace(
        route, protocol="bgp", kind="bgp local", exits=(), hop=_hop_of(route), attributes=attributes, process=""
    )


def _hop_of(route: Route) -> int | None:
    hops = [way.next_hop for way in route.exits if way.next_hop is not None]
    return hops[0] if hops and route.protocol != "connected" else None


def _text(session: Session) -> str:
    return format_address(*session.remote_address)


def _without_private(how: str, path: tuple[str, ...]) -> tuple[str, ...]:
    if not how:
        return path
    private = [int(one) in _PRIVATE or int(one) in _PRIVATE_LONG if one.isdigit() else False for one in path]
    if how == "yes" and not all(private):
        return path  # IOS leaves a path that mixes private and public numbers as it is
    return tuple(one for one, is_private in zip(path, private, strict=True) if not is_private)
