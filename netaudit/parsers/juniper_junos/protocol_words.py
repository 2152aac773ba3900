"""The words of the routing protocols: what is kept as it stands, and what changes no route.

What a reader takes by name stands in `bgp`, `interior` and `routing_options`; a word that is in none of them is not
understood. Source: Junos BGP, OSPF, IS-IS and RIP User Guides, configuration statements.
"""

from __future__ import annotations

from netaudit.parsers.juniper_junos.vocabulary import word_set

# Timers, logging, ways to detect a failure, and what protects the session: the routes stay the same.
BGP_IGNORED = word_set(
    """
    traceoptions log-updown hold-time minimum-hold-time keepalive bfd-liveness-detection graceful-restart
    tcp-mss mtu-discovery no-client-mtu tcp-aggressive-transmission out-delay idle-after-switch-over bmp
    hold-down-all graceful-shutdown connect-retry-interval holddown precision-timers precision-timers-max-period
    output-queue-priority group-split-size bgp-error-tolerance snmp-options stale-labels-holddown-period
    ttl-security
    """
)
# Kept as they stand with the process, group or neighbour.
BGP_OPTIONS = word_set(
    """
    advertise-inactive advertise-external advertise-peer-as no-advertise-peer-as advertise-bgp-static
    accept-remote-nexthop include-mp-next-hop keep local-preference metric-out preference multipath
    multipath-build-priority path-selection damping enforce-first-as forwarding-context local-interface ipsec-sa
    outbound-route-filter as-path-options rfc6514-compliant-safi129 vpn-apply-export
    advertise-from-main-vpn-tables no-nexthop-change peer-as-list idle-hold-time no-client-reflect
    no-aggregator-id defer-route-state tcp-connect-port route-server-client omit-no-export
    accept-prpd-connection delay-route-advertisements rib-sharding update-threading loops drop-path-attributes
    send-hold-time
    """
)
BGP_FAMILY_OPTIONS = word_set(
    """
    rib-group rib prefix-limit accepted-prefix-limit no-install extended-nexthop extended-nexthop-color
    extended-nexthop-tunnel aggregate-label explicit-null resolve-vpn per-prefix-label per-group-label damping
    topology local-ipv4-address advertise-default aigp entropy-label route-refresh-priority withdraw-priority
    nexthop-resolution defer-initial-multipath-build delay-route-advertisements protection traffic-statistics
    secondary-independent-resolution output-queue-priority no-validate graceful-restart strip-nexthop
    legacy-redirect-ip-action allow-policy-add-path
    """
)
BGP_FAMILIES = {
    ("inet", "unicast"): "ipv4 unicast",
    ("inet", "multicast"): "ipv4 multicast",
    ("inet", "labeled-unicast"): "ipv4 labeled-unicast",
    ("inet", "flow"): "ipv4 flowspec",
    ("inet6", "unicast"): "ipv6 unicast",
    ("inet6", "multicast"): "ipv6 multicast",
    ("inet6", "labeled-unicast"): "ipv6 labeled-unicast",
    ("inet6", "flow"): "ipv6 flowspec",
    ("inet-vpn", "unicast"): "vpnv4 unicast",
    ("inet-vpn", "multicast"): "vpnv4 multicast",
    ("inet-vpn", "flow"): "vpnv4 flowspec",
    ("inet6-vpn", "unicast"): "vpnv6 unicast",
    ("inet6-vpn", "multicast"): "vpnv6 multicast",
    ("inet-mvpn", "signaling"): "ipv4 mvpn",
    ("inet6-mvpn", "signaling"): "ipv6 mvpn",
    ("inet-mdt", "signaling"): "ipv4 mdt",
    ("evpn", "signaling"): "l2vpn evpn",
    ("l2vpn", "signaling"): "l2vpn vpls",
    ("l2vpn", "auto-discovery-only"): "l2vpn vpls",
    ("iso-vpn", "unicast"): "iso-vpn unicast",
    ("traffic-engineering", "unicast"): "link-state",
}
# `any` stands for unicast and multicast at once.
BGP_ANY = ("unicast", "multicast")

OSPF_IGNORED = word_set(
    """
    traceoptions graceful-restart spf-options overload-timer bfd-liveness-detection retransmit-interval
    transit-delay poll-interval dynamic-neighbors ldp-synchronization demand-circuit flood-reduction
    no-neighbor-down-notification strict-bfd
    """
)
OSPF_OPTIONS = word_set(
    """
    traffic-engineering overload rib-group rib-groups no-rfc-1583 no-nssa-abr domain-id domain-vpn-tag sham-link
    external-preference preference prefix-export-limit lsa-limit database-protection topology backup-spf-options
    source-packet-routing no-domain-vpn-tag label-switched-path-metric instance-id
    """
)
OSPF_INTERFACE_OPTIONS = word_set(
    """
    secondary neighbor link-protection node-link-protection no-eligible-backup no-eligible-remote-backup
    te-metric topology bandwidth-based-metrics no-advertise-adjacency-segment adjacency-segment ipsec-sa
    post-convergence-lfa no-interface-state-traps ipv4-adjacency-segment ipv6-adjacency-segment
    """
)
ISIS_IGNORED = word_set(
    """
    traceoptions graceful-restart spf-options lsp-lifetime max-lsp-size max-hello-size
    loose-authentication-check no-authentication-check bfd-liveness-detection ldp-synchronization lsp-interval
    csnp-interval mesh-group checksum hello-padding hello-padding-type hello-interval hold-time
    retransmit-interval
    """
)
ISIS_OPTIONS = word_set(
    """
    overload ignore-attached-bit suppress-attached-bit no-ipv4-routing no-ipv6-routing no-ipv4-multicast
    no-ipv6-multicast topologies traffic-engineering rib-group rib-groups backup-spf-options clns-routing
    clns-updown-compatibility no-adjacency-holddown no-adjacency-down-notification prefix-export-limit
    source-packet-routing label-switched-path interface-group-holddown-delay purge-originator context-identifier
    no-unicast-topology ipv6-unicast-topology ipv4-multicast-topology wide-metrics-only preference
    external-preference
    """
)
ISIS_INTERFACE_OPTIONS = word_set(
    """
    node-link-protection link-protection no-eligible-backup no-eligible-remote-backup te-metric
    ipv4-multicast-metric ipv6-multicast-metric ipv6-unicast-metric no-ipv4-multicast no-ipv6-multicast
    no-ipv6-unicast no-unicast-topology topology interface-group auto-bandwidth bandwidth-based-metrics
    no-advertise-adjacency-segment ipv4-adjacency-segment ipv6-adjacency-segment max-hello-size
    link-degradation-threshold post-convergence-lfa family
    """
)
RIP_IGNORED = word_set(
    """
    traceoptions graceful-restart update-interval holddown route-timeout bfd-liveness-detection demand-circuit
    message-size check-zero no-check-zero
    """
)
RIP_OPTIONS = word_set("rib-group metric-in metric-out preference any-sender interface-type receive send")
LABEL_IGNORED = word_set(
    """
    traceoptions graceful-restart keepalive-interval keepalive-timeout hello-interval hold-time log-updown
    bfd-liveness-detection statistics log-lsp-history icmp-tunneling optimize-timer optimize-aggressive
    smart-optimize-timer traffic-statistics oam targeted-hello aggregate transport-address deaggregate
    no-deaggregate authentication-key authentication-algorithm authentication-key-chain helper-disable
    """
)
LABEL_OPTIONS = word_set(
    """
    explicit-null no-propagate-ttl ipv6-tunneling track-igp-metric preference admin-groups path-mtu no-cspf
    record optimize-adaptive-teardown egress-policy import export session strict-targeted-hellos no-forwarding
    l2-smart-policy igp-synchronization mtu-signaling traffic-engineering no-decrement-ttl label-range
    expand-loose-hop admin-group-extended revert-timer advertisement-hold-time least-fill most-fill random
    label-withdrawal-delay load-balance peer refresh-time keep-multiplier setup-protection
    """
)
EVPN_OPTIONS = word_set(
    """
    encapsulation extended-vni-list default-gateway multicast-mode ip-prefix-routes vni-options
    duplicate-mac-detection no-arp-suppression irb-symmetric-routing remote-ip-host-routes
    leave-sync-route-oldstyle mac-mobility vpws-service-id extended-vlan-list
    designated-forwarder-election-hold-time control-word flow-label interface mac-table-size mac-limit
    label-allocation interconnect assisted-replication oism
    """
)
