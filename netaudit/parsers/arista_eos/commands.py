"""The coverage of the platform: every command that is known, and what becomes of its lines (see command_table)."""

from __future__ import annotations

from netaudit.model.source import Affects
from netaudit.parsers.command_table import Fate, ignored, unsupported

# Lines below `interface`.
_INTERFACE: dict[str, Fate] = {
    **ignored(
        """
        arp, autostate, bandwidth, bfd, carrier-delay, channel-group, comment, dcbx, delay, description, dot1x,
        duplex, error-correction, evpn, exit, flow, flowcontrol, forwarding port-channel, ip arp, ip attached-host,
        ip dhcp, ip directed-broadcast, ip helper-address, ip icmp, ip igmp, ip local-proxy-arp, ip mfib,
        ip multicast static, ip pim, ip proxy-arp, ip redirects, ipv6 dhcp, ipv6 enable, ipv6 nd, ipv6 mld, ipv6 pim,
        ipv6 helper-address, isis authentication, l2, l2-protocol, l2protocol, lacp, link-debounce, link tracking,
        lldp, logging, loop-protection, mac, mac access-group, mac timestamp, mac-address, mac security, mlag, mop,
        mpls, mpls rsvp, msrp, mtu, multicast, mvrp, no-more, ntp, phy, pim, poe, port-channel, power,
        priority-flow-control, ptp, qos, sflow, snmp, spanning-tree, speed, storm-control, switchport backup,
        switchport backup-link, switchport dot1q, switchport mac, switchport mode, switchport phone,
        switchport port-security, switchport source-interface, switchport tap, switchport tool,
        switchport trunk group, switchport vlan, switchport vlan tag, tap, timestamp, transceiver, transmitter,
        tx-queue, udp, unidirectional, uc-tx-queue, mc-tx-queue, vmtracer
        """
    ),
    "vrrp": Fate(),
    **unsupported(
        Affects.FILTER,
        "a further filter at the interface",
        """
        ip access-group, ip multicast boundary, ip verify source, ipv6 access-group, ipv6 verify source,
        traffic-policy, service-policy type pbr, switchport pvlan, service-policy type pdp
        """,
    ),
    **ignored("service-policy"),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        ip ospf, ip rip, ip router, ipv6 ospf, ipv6 router, ipv6 rip, isis, node-segment, ospf, ospfv3, rip
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        encapsulation, ip address, ip policy, ip unnumbered, ip virtual-router, ipv6 address, ipv6 virtual-router,
        l3 proxy, next-hop, pseudowire, segment-security, switchport, switchport vlan translation, tunnel, vrf, vxlan
        """,
    ),
    **unsupported(Affects.NAT, "translation at the interface", "ip nat, ipv6 nat"),
}

# Lines below `management ...`.
_MANAGEMENT: dict[str, Fate] = {
    **ignored(
        """
        authentication, authorization, certificate, cipher, client-alive, connection, cors, content, default-services,
        exec, exit, fips, hostkey, http, https, idle-timeout, known-hosts, log-level, login, port, protocol, qos,
        rate-limit, server, server-alive, session, shutdown, ssl, transport, tunnel, username, verify, vrf, provider,
        operation, notification, key-exchange, mac, entropy, password, signature-verification, minimum,
        session-timeout, service, trusted, user, location, url, xmpp, domain, privilege, listen, cvx,
        source-interface, heartbeat-interval
        """
    ),
    **unsupported(Affects.MANAGEMENT, "who may connect", "ip access-group, ipv6 access-group"),
}

_POLICY: dict[str, Fate] = {
    **ignored(
        """
        bandwidth, class, count, counter, description, exit, mirror, police, set, trust, update-interval, class-map
        """
    ),
    **unsupported(Affects.FILTER, "a class of the policy drops", "drop"),
    **unsupported(Affects.ROUTING, "a class of the policy redirects", "set nexthop, set nexthop-group"),
}

TOP: dict[str, Fate] = {
    # Read by the readers; what they leave of these has no further meaning for an answer.
    **ignored(
        """
        aaa, enable, hostname, ip radius, ip tacacs, ldap, logging, ntp, radius, radius-server, snmp-server, tacacs,
        tacacs-server, username
        """
    ),
    # Lists that judge no IP packets.
    **ignored("mac access-list"),
    # Known, and without an influence on any answer.
    **ignored(
        """
        agent, alias, arp, banner, bfd, boot, cfm, class-map, clock, cvx, daemon, dcbx, dhcp, dot1x, email, end,
        environment, errdisable, event-handler, event-monitor, exit, fips, flow, hardware, hardware speed-group,
        ip address virtual source-nat, ip arp, ip community-list delimiter, ip dhcp, ip dns, ip domain, ip domain-list,
        ip domain-lookup,
        ip domain-name, ip ftp, ip hardware, ip host, ip http, ip icmp, ip igmp, ip load-sharing, ip local-proxy-arp,
        ip mfib, ip multicast, ip multicast-routing, ip name-server, ip nat sync, ip nat synchronization,
        ip nat translation, ip pim, ip ssh, ip tftp, ip virtual-router mac-address, ipv6 dhcp, ipv6 enforcement,
        ipv6 hardware, ipv6 icmp, ipv6 nd, ipv6 neighbor, ipv6 unicast-routing, ipv6 virtual-router mac-address,
        interface defaults, key, l2-protocol, l2protocol, lacp, lanz, license, link, link tracking, lldp,
        load-balance, logging, loop-protection, mac, mac address-table, mac security, maintenance, management, mlag,
        monitor, msrp, multicast, mvrp, password, platform, poe, port-channel, power, priority-flow-control,
        privilege, prompt, ptp, qos, queue-monitor, redundancy, role, router igmp, router msdp, router multicast,
        router pim, router l2-vpn, router path-selection, schedule, security, service, sflow, snmp, spanning-tree,
        ssh, switch, switchport, system, tap, terminal, terminattr, transceiver, trident, virtual-service,
        virtual-wire, vlan, vmtracer, vrf instance, vxlan, xmpp, zerotouch, zero-touch, ztp, track
        """
    ),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        ip as-path, ip community-list, ip extcommunity-list, ip large-community-list, ip prefix-list, ip route,
        ipv6 prefix-list, ipv6 route, mpls, peer-filter, route-map, router, router bgp, router general, router isis,
        router kernel, router ospf, router ospf3, router ospfv3, router rip, router segment-security,
        router traffic-engineering, router rib, router bfd, router adaptive-virtual-topology
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        ip hardware fib, ip routing, ip virtual-router, ipv6 routing, ipv6 virtual-router, l2vpn, nexthop-group, vrf,
        rsvp, traffic-engineering, evpn
        """,
    ),
    **unsupported(
        Affects.FILTER,
        "a further filter",
        """
        ip access-list, ip verify, ipv6 access-list, hardware access-list, system control-plane, traffic-policies,
        vlan access-map, vlan filter
        """,
    ),
    **unsupported(Affects.NAT, "translation", "ip nat, ipv6 nat"),
    # Blocks with their own tables.
    "control-plane": Fate(
        below={
            **ignored("exit, service-policy, tcp"),
            **unsupported(Affects.MANAGEMENT, "who may connect", "ip access-group, ipv6 access-group"),
        }
    ),
    "system control-plane": Fate(
        below={
            **ignored("exit, service-policy, tcp"),
            **unsupported(Affects.MANAGEMENT, "who may connect", "ip access-group, ipv6 access-group"),
        }
    ),
    "interface": Fate(below=_INTERFACE),
    "management": Fate(below=_MANAGEMENT, deep=True),
    "policy-map": Fate(below=_POLICY, deep=True),
    "vrf definition": Fate(
        below={
            **ignored("description, exit"),
            **unsupported(Affects.ROUTING, "dynamic routing", "rd, route-target"),
        }
    ),
    "vrf instance": Fate(
        below={
            **ignored("description, exit"),
            **unsupported(Affects.ROUTING, "dynamic routing", "rd, route-target"),
        }
    ),
}
