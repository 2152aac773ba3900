"""The coverage of the platform: every command that is known, and what becomes of its lines (see command_table)."""

from __future__ import annotations

from netaudit.model.source import Affects
from netaudit.parsers.command_table import Fate, ignored, unsupported

# Lines below `interface`.
_INTERFACE: dict[str, Fate] = {
    **ignored(
        """
        authentication, autostate, bandwidth, beacon, bfd, carrier-delay, cdp, cts, dampening, delay, description,
        dot1x, duplex, encapsulation priority-tagged, errdisable, exit, fabric database, fabric forwarding mode, fec,
        fex associate, flowcontrol, global ingress-replication protocol, hardware, hsrp bfd, hsrp delay, hsrp ipv4,
        hsrp mac-refresh, hsrp use-bia, hsrp version, ip arp, ip bandwidth, ip delay, ip dhcp, ip directed-broadcast,
        ip dns, ip domain, ip flow, ip forward, ip igmp, ip local-proxy-arp, ip mtu, ip nbar, ip pim,
        ip port-unreachable, ip proxy-arp, ip redirects, ip sla, ip tcp, ip unreachables, ipv6 dhcp, ipv6 flow,
        ipv6 forward, ipv6 mld, ipv6 mtu, ipv6 nd, ipv6 neighbor, ipv6 pim, ipv6 redirects, ipv6 unreachables,
        ipv6 link-local, ipv6 address use-link-local-only, isis authentication, isis mesh-group, lacp, link,
        linkdebounce, lldp, load-interval, load-sharing, logging, mac-address, mac packet-classify,
        mac port access-group, management, mdix, media-type, medium, mpls, mtu, negotiate, ntp, packet, platform,
        port-channel, power, priority-flow-control, ptp, service-policy, sflow, snmp, spanning-tree, speed,
        storm-control, switchport autostate, switchport block, switchport dot1q, switchport host, switchport isolated,
        switchport mode, switchport monitor, switchport port-security, switchport priority, switchport trunk pruning,
        switchport virtual-ethernet-bridge, switchport vlan, switchport voice, trust, udld, vmtracker, vpc, vtp, xcvr
        """
    ),
    "hsrp": Fate(
        below=ignored(
            """
            authentication, exit, follow, forwarding-threshold, ip, ipv6, mac-address, name, preempt, priority,
            timers, track
            """
        )
    ),
    **dict.fromkeys(
        ("vrrp", "vrrpv3", "glbp"),
        Fate(
            below=ignored(
                """
                accept-mode, address, advertisement-interval, authentication, backup, description, exit, fhrp,
                forwarder, ip, load-balancing, match-address, name, object-track, preempt, priority, timers, track,
                vrrpv2, vrrs, weighting
                """
            )
        ),
    ),
    **unsupported(
        Affects.FILTER,
        "a further filter at the interface",
        """
        ip access-group, ip arp inspection, ip multicast boundary, ip verify source, ipv6 access-group, ipv6 port,
        ipv6 traffic-filter, mac access-group, mac port, cts role-based
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        ip authentication, ip distribute-list, ip eigrp, ip hello-interval, ip hold-time, ip offset-list, ip ospf,
        ip passive-interface, ip prefix-list, ip rip, ip router, ip split-horizon, ip summary-address, ipv6 eigrp,
        ipv6 hello-interval, ipv6 hold-time, ipv6 ospfv3, ipv6 rip, ipv6 router, ipv6 summary-address, isis, ospf,
        ospfv3
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        encapsulation, fabricpath, fabric forwarding, global, host-reachability, inherit, ingress-replication,
        ip address, ip policy, ip unnumbered, ip wccp, ipv6 address, ipv6 policy, mcast-group, member, multisite, otv,
        overlay-encapsulation, peer-ip, private-vlan, segment-routing, source-interface, suppress-arp,
        switchport private-vlan, tunnel, vrf, xconnect
        """,
    ),
    **unsupported(Affects.NAT, "translation at the interface", "ip nat, ipv6 nat"),
}

_LINE: dict[str, Fate] = {
    **ignored(
        """
        absolute-timeout, databits, exec-timeout, exit, length, location, logout-warning, modem, parity,
        session-limit, speed, stopbits, width
        """
    ),
    **unsupported(Affects.MANAGEMENT, "who may connect", "access-class, ip access-class, ipv6 access-class"),
}

_VRF: dict[str, Fate] = {
    **ignored(
        """
        description, exit, ip domain-list, ip domain-lookup, ip domain-name, ip host, ip igmp, ip mroute,
        ip multicast, ip name-server, ip pim, ipv6 mld, ipv6 pim, mdt, ip domain, ip icmp-errors
        """
    ),
    **unsupported(Affects.ROUTING, "the VRF is shut down", "shutdown"),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        "address-family, evi, export, import, ip route, ipv6 route, maximum, rd, route-target, vni, vpn",
    ),
    **unsupported(Affects.NAT, "translation", "ip nat"),
}

_POLICY: dict[str, Fate] = {
    "class": Fate(
        below={
            **ignored(
                """
                bandwidth, congestion-control, exit, mtu, multicast-optimize, pause, police, priority, queue-limit,
                random-detect, service-policy, set, shape
                """
            ),
            **unsupported(Affects.FILTER, "a class of the policy drops", "drop"),
            **unsupported(Affects.ROUTING, "a class of the policy redirects", "redirect"),
        },
    ),
    **ignored("class-map, control-plane, description, exit, match, parameter, set, policy-map"),
}

TOP: dict[str, Fate] = {
    # Read by the readers; what they leave of these has no further meaning for an answer.
    **ignored(
        """
        aaa, hostname, ip domain, ldap-server, logging, ntp, nxapi, radius-server, snmp-server, ssh, switchname,
        tacacs, tacacs-server, telnet, time-range, userpassphrase, username, version
        """
    ),
    # Lists that judge no IP packets.
    **ignored("arp access-list, mac access-list"),
    # Known, and without an influence on any answer.
    **ignored(
        """
        banner, bfd, bloggerd, boot, callhome, catena, cdp, cfs, class-map, cli, clock, control-plane, copp, crypto,
        cts, diagnostic, dot1x, end, errdisable, event, exception, exit, fabric database,
        fabric forwarding admin-distance, fabric forwarding anycast-gateway-mac,
        fabric forwarding dup-host-ip-addr-detection, fabric-mode, fcoe, feature, feature-set, fex, fips, flow, grpc,
        evpn esi, guestshell, hardware, icam, install, interface-vlan, intersight, ip adjacency, ip arp, ip bgp, ip cef,
        ip dhcp, ip dns, ip domain-list, ip domain-lookup, ip domain-name, ip forward-protocol, ip ftp, ip host,
        ip http, ip icmp-errors, ip igmp, ip load-sharing, ip mroute, ip msdp, ip multicast, ip name-server,
        ip nat translation, ip pim, ip radius, ip routing, ip scp, ip sla, ip source-route, ip ssh, ip tacacs, ip tcp,
        ip telnet, ip tftp, ipv6 adjacency, ipv6 dhcp, ipv6 host, ipv6 icmp, ipv6 ioam, ipv6 mld, ipv6 nd,
        ipv6 neighbor, ipv6 pim, key, l2protocol, lacp, license, lldp, locator-led, location, mac, mmi, monitor,
        ngoam, ngmvpn, openagent, openflow, password, poap, port-channel, port-profile, port-security, power,
        privilege, ptp, qos, rate-limit, redundancy, resequence, rmon, role, sampler, scheduler, sflow, slot, snmp,
        spanning-tree, switch-profile, system, table-map, telemetry, track, transceiver, udld, vdc, virtual-service,
        vlan, vmtracker, vpc, vrrp, vtp, xml
        """
    ),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        evpn, ip as-path, ip community-list, ip extcommunity-list, ip large-community-list, ip prefix-list, ip route,
        ip route static, ipv6 prefix-list, ipv6 route, ipv6 route static, mpls, nv, route-map, router,
        segment-routing
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        fabric, fabricpath, encapsulation, interface breakout, ip local policy, ip policy, ip wccp, itd, l2vpn, otv,
        vrf, epbr
        """,
    ),
    **unsupported(
        Affects.FILTER,
        "a further filter",
        """
        access-list, cts role-based, ip access-list, ip verify, ipv6 access-list, object-group,
        system acl, vlan access-list, vlan access-map, vlan filter, hardware access-list
        """,
    ),
    **unsupported(Affects.NAT, "translation", "ip nat, ipv6 nat"),
    **unsupported(Affects.OTHER, "a script may change the configuration", "event manager"),
    # Blocks with their own tables.
    "control-plane": Fate(below={**ignored("exit, scale-factor, service-policy")}),
    "hardware access-list tcam": Fate(),
    "hardware access-list update": Fate(),
    "interface": Fate(below=_INTERFACE),
    "interface breakout": Fate(),
    "line": Fate(below=_LINE),
    "policy-map": Fate(below=_POLICY),
    "port-profile": Fate(Affects.OTHER, "interface template", _INTERFACE),
    "vrf context": Fate(below=_VRF),
    "mac access-list": Fate(),
}
