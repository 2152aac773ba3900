"""What a process is told to do and no computation here does: each is a doubt, said by name.

A setting is computed, or surely changes no route and stands in the lists below, or is a doubt. What is new to these
lists is a doubt too. Sources: Cisco IOS "IP Routing: OSPF" and "IP Routing: BGP" command references; Arista EOS "User
Manual"; Juniper BGP and OSPF User Guides; "FortiOS CLI Reference".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.routing import BgpNeighbor, RoutingProcess

Options = Iterable[tuple[str, str]]


def _names(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.replace("\n", " ").split(",") if one.strip())


# Computed: what reads them stands in brackets.
_COMPUTED = {
    "ospf": _names("compatible rfc1583, no discard-route"),  # ospf._summaries, ospf._discards
    "bgp": _names(
        # _by_default, computation._externals; the address families of NX-OS; bgp._announces_several, _oldest_wins
        "default ipv4-unicast, redistribute-internal, address-family, additional-paths, bestpath-cmp-routerid"
    ),
    "neighbor": _names("connected_check, ttl-security"),  # bgp_sessions._reachable
    "family": _names("advertise additional-paths"),  # bgp._announces_several
}
# Timers, logging, hardware, labels, and defaults said aloud: the routes of a network at rest stay the same.
_HARMLESS = {
    "ospf": _names(
        """
        compatible rfc1587, discard-route, capability vrf-lite, domain-tag, neighbor, router-id, spf-timers,
        restart-mode, restart-period, restart-on-topology-change, log-neighbour-changes, bfd, lsa-refresh-interval,
        database-overflow-time-to-recover, reference-bandwidth, no-neighbor-down-notification, backup-spf-options,
        traceoptions, spf-options
        """
    ),
    "ospf interface": _names(
        """
        transmit-delay, retransmit-interval, bfd, resync-timeout, comments, hello-multiplier, flood-reduction,
        no-neighbor-down-notification, no-eligible-backup, no-eligible-remote-backup, link-protection,
        node-link-protection, te-metric, ldp-synchronization, status
        """
    ),
    "bgp": _names(
        """
        dampening, damping, max-med, network import-check, enforce-first-as, maximum-paths ecmp, ebgp-requires-policy,
        dmzlink-bw, deterministic-med, recursion host, keepalive-timer, holdtime-timer, scan-time,
        log-neighbour-changes, log-neighbor-changes, graceful-restart, graceful-restart-time,
        graceful-stalepath-time, graceful-update-delay, graceful-end-on-timer, fast-external-failover,
        dampening-max-suppress-time, dampening-reachability-half-life, dampening-reuse, dampening-suppress,
        dampening-unreachability-half-life, additional-path-select, connect-timer, ucmp mode, ucmp link-bandwidth
        """
    ),
    "neighbor": _names(
        """
        type, enforce-first-as, no enforce-first-as, damping, idle-hold-time, tcp-connect-port, send-hold-time,
        update-threading, rib-sharding, ipsec-sa, include-mp-next-hop, no-aggregator-id, defer-route-state,
        bfd, connect-timer, keep-alive-timer, holdtime-timer, advertisement-interval, retain-stale-time,
        stale-route, soft-reconfiguration, link-down-failover, keep
        """
    ),
    "family": _names(
        """
        send-community link-bandwidth, dmzlink-bw, link-bandwidth, traffic-statistics, route-refresh-priority,
        withdraw-priority, output-queue-priority, explicit-null, damping, graceful-restart, default-originate,
        soft-reconfiguration, capability-graceful-restart, capability-route-refresh, maximum-prefix
        """
    ),
}
# A setting that is harmless with some of its values alone: the words that its value may hold.
_BESTPATH = frozenset({"as-path", "multipath-relax", "compare-routerid"})  # bgp._best


def uncomputed(process: RoutingProcess) -> Iterator[str]:
    """Yield what a process of OSPF or BGP is told to do and is not computed, each as a short reason."""
    if process.protocol == "bgp":
        yield from _of_bgp(process)
    else:
        yield from _of_ospf(process)
    for one in process.filters:
        yield f"the distribute list {one.name} ({one.direction}) is not computed"
    for stated in process.redistributions:
        if stated.vrf:
            yield f"what is redistributed from VRF {stated.vrf} is not computed"
        if stated.chain and process.protocol == "bgp":
            yield f"the policies {', '.join(stated.chain)} of a redistribution are not computed"


def _of_ospf(process: RoutingProcess) -> Iterator[str]:
    yield from _unknown_options("ospf", process.options)
    for interface in process.interfaces:
        for name, _ in interface.options:
            if name not in _HARMLESS["ospf interface"]:
                yield f"{name} at {interface.interface} is not computed"
    for area in process.areas:
        if area.virtual_links:
            yield f"virtual links through area {area.area} are not computed"
        for name in (*area.import_filters, *area.export_filters):
            yield f"the filter {name} of area {area.area} is not computed"
        if not area.redistributes:
            yield f"that nothing is redistributed into area {area.area} is not computed"
    for summary in process.summaries:
        if not summary.area:
            yield f"the summary {summary.prefix} of redistributed routes is not computed"
        elif summary.policy or summary.suppress_policy or summary.advertise_policy:
            yield f"the policy of the range {summary.prefix} is not computed"


def _of_bgp(process: RoutingProcess) -> Iterator[str]:
    options = [(name, value) for name, value in process.options if not _relaxed(name, value)]
    yield from _unknown_options("bgp", options)
    if process.confederation or process.confederation_members:
        yield "confederations are not computed"
    for network in process.networks:
        if network.backdoor:
            yield f"the backdoor network {network.prefix} is not computed"
    used = {name for one in process.neighbors for name in (one.group, one.session)}
    for neighbor in process.neighbors:
        if neighbor.kind in ("neighbor", "range", "process") or neighbor.name in used:
            yield from _of_neighbor(neighbor)


def _relaxed(name: str, value: str) -> bool:
    return name == "bestpath" and set(value.split()) <= _BESTPATH


def _of_neighbor(neighbor: BgpNeighbor) -> Iterator[str]:
    if neighbor.enabled is False:
        return
    who = neighbor.name or "all neighbours"
    if not neighbor.exact:
        yield f"not every line of {who} was understood"
    if neighbor.confederation:
        yield f"the confederation of {who} is not computed"
    if "dual-as" in neighbor.local_as_options:
        yield f"the two numbers shown to {who} are not computed"
    for reason in _unknown_options("neighbor", neighbor.options):
        yield f"{who}: {reason}"
    for family in neighbor.families:
        if family.family not in ("", "ipv4 unicast", "ipv6 unicast"):
            continue
        for reason in _unknown_options("family", family.options):
            yield f"{who}: {reason}"
        if family.unsuppress_policy:
            yield f"{who}: what {family.unsuppress_policy} announces beside an aggregate is not computed"


def _unknown_options(kind: str, options: Options) -> Iterator[str]:
    known = _COMPUTED[kind] | _HARMLESS[kind]
    for name, value in options:
        if name not in known and not (kind == "family" and (name, value) == ("next-hop-self", "all")):
            yield f"{f'{name} {value}'.strip()} is not computed"
