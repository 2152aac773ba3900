"""The coverage of the platform: every command that is known, and what becomes of its lines.

A command is written with its first words; the longest entry that fits decides. `no` and `default` before a command
change nothing here. What the readers (interfaces, access_lists, zones ...) have already marked is left alone.
Three ways to end: understood (read into the model), ignored on purpose (known, and it changes no answer), or
unsupported (known, not modelled, and it can change what is named). Everything else stays unrecognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from netaudit.model.source import Affects
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.command_table import Fate, find, ignored, unsupported
from netaudit.parsers.conf_tree import ConfLine

# Lines below `interface`: the link, the access to the port, and IP without an influence on what passes.
_INTERFACE: dict[str, Fate] = {
    **ignored(
        """
        analysis-module, antenna, appletalk, arp, async, atm, atm-dxi, autostate, backup, bandwidth, beacon,
        bfd, bgp-policy, bundle, cable, call-home, carrier-delay, cdp, cem, channel, channelized, clns, clock,
        compress, cwmp, dampening, data-polarity, dcb, decnet, delay, description, dfs, dialer, dialer-group,
        down-when-looped, dsl, dual-cap, duplex, encapsulation aal5snap, encapsulation default,
        encapsulation frame-relay, encapsulation hdlc, encapsulation ppp, encapsulation priority-tagged,
        encapsulation slip, encapsulation untagged, encryption, end, energywise, esmc, ethernet, exit,
        fair-queue, fec, flow-sampler, flowcontrol, frame-relay, framing, full-duplex, gratuitous-arps,
        group-range, half-duplex, hdlc, hold-queue, hsr, hw-module, ima-group, ip sticky-arp, ipx, isdn,
        keepalive, l2protocol-tunnel, lacp, linecode, link, lldp, load-balance, load-interval, logging,
        loopback, lre, mac-address, macro, macsec, max-reserved-bandwidth, mdix, media-type, mka, mls, mop,
        mtu, negotiation, network-clock, packet, pagp, peakdetect, peer default ip address, physical-layer,
        platform, plim, port-channel, port-type, power, priority-flow-control, priority-queue, protocol, ptp,
        pvc, qoe, queue-limit, queue-set,
        port security, random-detect,
        rcv-queue, redundancy, rj45-auto-detect-polarity, serial, service-module, snmp, speed,
        srr-queue, ssid, station-role, stbc, storm-control, synchronous, transceiver, trust, tx-queue,
        tx-ring-limit, ucse, udld, upoe, vmi, vtp, wavelength, wrr-queue
        """
    ),
    **ignored(
        """
        access-session, authentication, auto qos, cisp, cts, device-tracking, dot1x, epm, errdisable,
        ip arp inspection, ip device, ip dhcp, ip source binding, ipv6 dhcp, ipv6 nd, ipv6 snooping, mab, mac,
        mac access-group, mvr, mvrp, nmsp, service-template, source template, spanning-tree, subscriber,
        switchport backup, switchport block, switchport capture, switchport dot1q, switchport host, switchport mode,
        switchport monitor,
        switchport nonegotiate, switchport port-security, switchport priority, switchport protected,
        switchport trunk pruning, switchport vlan, switchport voice, webauth
        """
    ),
    **ignored(
        """
        dspfarm, et-analytics, flow, glbp, ip accounting, ip arp, ip bandwidth-percent, ip bgp,
        ip broadcast-address, ip cef, ip cgmp, ip clear-dont-fragment, ip ddns, ip directed-broadcast, ip dns,
        ip dvmrp, ip flow, ip forward, ip hello-interval, ip helper-address, ip hold-time, ip icmp,
        ip idle-group, ip igmp, ip irdp, ip load-sharing, ip local-proxy-arp, ip mask-reply, ip mroute-cache,
        ip mtu, ip multicast, ip nbar, ip nhrp, ip pim, ip probe, ip proxy-arp, ip redirects, ip route-cache,
        ip rsvp, ip rtp, ip sap, ip security, ip sla, ip split-horizon, ip tcp, ip trigger-authentication,
        ip unreachables, ip urd, ip virtual-reassembly, ipv6 cef, ipv6 enable, ipv6 flow, ipv6 ioam, ipv6 mld,
        ipv6 mtu, ipv6 multicast, ipv6 nhrp, ipv6 pim, ipv6 redirects, ipv6 rip, ipv6 tcp, ipv6 unreachables,
        ipv6 virtual-reassembly, isis authentication, isis password, keepalive, mpls, nbar, ntp, performance,
        ppp, pppoe, pppoe-client, rate-limit, service-policy, snmp trap, standby, tag-switching,
        traffic-shape, tunnel bandwidth, tunnel checksum, tunnel key, tunnel path-mtu-discovery, tunnel tos,
        tunnel ttl, voice, voice-port, vpdn, vrrp, waas
        """
    ),
    **unsupported(Affects.FILTER, "stateful inspection opens the list at the interface", "ip inspect, ipv6 inspect"),
    **unsupported(
        Affects.FILTER,
        "a further filter at the interface",
        """
        cts role-based enforcement, ip access-group, ip access-group common, ip admission, ip auth-proxy,
        ip content-filter, ip ips, ip multicast boundary, ip port, ip traffic-export, ip urlfilter,
        ip verify source, ips, ipv6 access-group, ipv6 source-guard, ipv6 traffic-filter, utd, zone,
        zone-member
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        eigrp, ip authentication, ip eigrp, ip isis, ip ospf, ip rip, ip router, ip summary-address,
        ipv6 authentication, ipv6 eigrp, ipv6 hello-interval, ipv6 hold-time, ipv6 ospf, ipv6 router,
        ipv6 summary-address, isis, ospfv3, rip
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        bridge-domain, bridge-group, crypto, host-reachability, ip address, ip mobile, ip policy, ip receive,
        ip unnumbered, ip vrf, ip wccp, ipv6 address, ipv6 policy, ipv6 unnumbered, l2vpn, lisp, member,
        nat64, nat66, nve, peer, private-vlan, service instance, source-interface, switchport private-vlan,
        tunnel, virtual-template, vrf, vrf receive, xconnect
        """,
    ),
    **unsupported(Affects.NAT, "translation at the interface", "ip nat, ipv6 nat"),
}

# Lines below `line`.
_LINE: dict[str, Fate] = {
    **ignored(
        """
        absolute-timeout, accounting, activation-character, alias, async-bootp, authorization, autobaud,
        autocommand, autohangup, autoselect, buffer-length, data-character-bits, databits, default-value,
        disconnect-character, dispatch-character, domain-lookup, editing, escape-character, exec, exec-banner,
        exec-character-bits, exit, flowcontrol, full-help, history, hold-character, insecure, international,
        ip netmask-format, ip tcp, ipv6, length, location, lockable, logging, login, logout-warning,
        media-type, modem, monitor, motd-banner, notify, ntp, padding, parity, password, prc-interval,
        privilege, refuse-message, rotary, rxspeed, script, secret, session-disconnect-warning, session-limit,
        session-timeout, special-character-bits, speed, start-character, stop-character, stopbits, telnet,
        terminal-type, timeout, timestamp, transport, txspeed, usb-inactivity-timeout, vacant-message, vlan,
        width, x25
        """
    ),
    **unsupported(Affects.MANAGEMENT, "who may connect", "access-class"),
}

# Lines below a quality-of-service policy map; the lines below a class are looked up here too.
_POLICY: dict[str, Fate] = {
    **ignored(
        """
        account, action, activate, admit, authenticate, authentication-restart, authorize, bandwidth, class,
        clear-session, collect, compression, conform-action, conform-color, dbl, description, err-disable,
        event, exceed-action, exit, fair-queue, flow, fragment, map, mitigate, monitor, netflow-sampler,
        pause, police, priority, protect, queue-buffers, queue-limit, random-detect, react, replace, restrict,
        resume, sequence, service-policy, set, set-timer, shape, table-map, terminate, trust, unauthorize,
        violate-action
        """
    ),
    **unsupported(Affects.FILTER, "a class of the policy drops", "drop"),
}

# Lines below an entry of a crypto map, a dynamic map or an IPsec profile.
_CRYPTO_MAP: dict[str, Fate] = {
    **ignored(
        """
        client, description, dialer, exit, qos, redundancy, responder-only, set identity, set local-address,
        set mixed-mode, set nat, set security-association, set security-policy, set session-key,
        set reverse-route
        """
    ),
    **unsupported(Affects.OTHER, "VPN", "match, set"),
}

_CONTROL_PLANE: dict[str, Fate] = {
    **ignored("exit, service-policy"),
    **unsupported(Affects.MANAGEMENT, "management plane protection", "management-interface"),
}

TOP: dict[str, Fate] = {
    # Read by the readers; what they leave of these has no further meaning for an answer.
    **ignored(
        """
        aaa, access-list compiled, access-list dynamic-extended, class-map, enable, gnmi-yang, gnxi, hostname,
        ip access-list log-update, ip access-list logging, ip access-list match-local-traffic,
        ip access-list persistent, ip access-list resequence, ip http, ip nat create, ip nat log, ip nat pool,
        ip nat portmap, ip nat service, ip nat settings, ip nat switchover, ip nat translation,
        ip reflexive-list, ip routing, ip scp, ip ssh, ip vrf, ipv6 access-list log-update, ldap, license,
        log syslog, logging, netconf, netconf-yang, ntp, radius, radius-server, restconf, snmp, snmp-server,
        sntp,
        tacacs, tacacs-server, tftp-server, time-range, username, version, vrf definition
        """
    ),
    # Lists that judge no IP packets.
    **ignored(
        """
        arp access-list, ip access-list helper, ip access-list match, ip access-list role-based,
        ipx access-list, mac access-list
        """
    ),
    # Known, and without an influence on any answer.
    **ignored(
        """
        access-session, alias, ap dot11, app-hosting, application, archive, async-bootp, authentication,
        auto qos, autonomic, avb, banner, bfd, bfd-template, boot, boot-end-marker, boot-start-marker, bridge,
        bstun, buffers, cable, call, call-home, call-manager-fallback, cdp, chat-script, cisp, clns routing,
        clock, cns, coap, config,
        configuration, control-plane, controller, cpu, crashdump, crypto ca, crypto call, crypto engine,
        crypto key, crypto logging, crypto mib, crypto pki, crypto provisioning, crypto ssl, crypto vpn,
        crypto wui, cts, cwmp, default-value, device-sensor, device-tracking, depi, depi-class,
        depi-tunnel, diagnostic, dial-control-mib, dial-peer, dialer, dialer-list, disable-eadi, dlsw, domain,
        dot11, dot1x, downward-compatible-config, dspfarm, ecfm, eem,
        ephone, ephone-dn, ephone-dn-template, ephone-template,
        end, energywise, eou, epm, errdisable, et-analytics, ethernet, ethernet-internal, exception, exit,
        fabric, facility-alarm, fallback, file, flow, flow-sampler-map, frame-relay, frr, gatekeeper, gateway,
        gw-accounting, hidekeys, hw-module, identity, iox, ip accounting, ip accounting-list,
        ip accounting-threshold, ip accounting-transits, ip address-pool, ip arp, ip bgp-community, ip bootp,
        ip cef, ip classless, ip ddns, ip default-domain, ip default-gateway, ip device, ip dhcp,
        ip dhcp-server, ip dns, ip domain, ip domain-list, ip domain-lookup, ip domain-name, ip drp,
        ip explicit-path, ip finger, ip flow, ip flow-aggregation, ip flow-cache, ip flow-capture,
        ip flow-export, ip flow-top-talkers, ip forward-protocol, ip ftp, ip gratuitous-arps, ip host,
        ip host-list, ip host-routing, ip icmp, ip identd, ip igmp, ip kerberos, ip load-sharing,
        ip local pool, ip mfib, ip mrm, ip multicast, ip multicast-routing, ip name-server, ip nbar, ip nhrp,
        ip options, ip pgm, ip pim, ip radius, ip rarp-server, ip rcmd, ip rsvp, ip sap, ip sdr, ip security,
        ip sip, ip sla, ip source, ip source-address, ip source-route, ip spd, ip subnet-zero, ip tacacs,
        ip tcp, ip telnet, ip tftp, ip udp, ip verify, ip virtual-reassembly, ipc, ipv6 cef, ipv6 dhcp,
        ipv6 flow, ipv6 flowset, ipv6 general-prefix, ipv6 hop-limit, ipv6 host, ipv6 icmp, ipv6 ioam,
        ipv6 local pool, ipv6 mfib, ipv6 mld, ipv6 multicast, ipv6 multicast-routing, ipv6 nd, ipv6 neighbor,
        ipv6 pim, ipv6 snooping, ipv6 source-route, ipv6 spd, ipv6 unicast-routing, isdn, kerberos, key,
        key config-key, kron, l2protocol-tunnel, l2tp-class, packetcable, policy-map type control, lacp,
        line-termination, lldp, location, login, mab, mac,
        mac address-table, mac-address-table, macro, map-class, map-list, mdns-sd, mediatrace, memory,
        memory-size, menu, metadata, mgcp, microcode, mls, mmi, modemcap, module, monitor, multilink, mvr,
        mvrp, network-clock, network-clock-participate, network-clock-select, network-policy, nmsp, no-more,
        onep, openflow, pagp, parameter-map, parser, partition, password, performance, platform, pnp,
        port-channel, power, priority-list, privilege, process, process-max-time, prompt, ptp, qos,
        queue-list, redundancy, regexp, remote, remote-management, resume-string, rmon, rtr, sampler, sccp,
        scheduler, scripting, sdm, security, service, service-list, service-module, service-routing,
        service-template, sgbp, shell, sip-ua, source-bridge, spanning-tree, spd, ssh, ssl, stack, stack-mac,
        stcapp, subscriber, switch, system, table-map, telephony-service, terminal, terminal-queue, track,
        transceiver, transport-map, udld, upgrade, usb, virtual-profile, virtual-service, vlan, vmps, voice,
        voice-card, voice-port, vpdn, vpdn-group, vrrp, vstack, vtp, warm-reboot, wsma, x25, x29, xdr, xml,
        ztp
        """
    ),
    # Known and not modelled.
    **unsupported(
        Affects.ROUTING,
        "dynamic routing",
        """
        evpn, ip as-path, ip bgp, ip community-list, ip extcommunity-list, ip large-community-list, ip msdp,
        ip policy-list, ip prefix-list, ip protocol, ip route, ipv6 prefix-list, ipv6 route, ipv6 router, l2vpn,
        ldp, lisp, mpls, nve, pseudowire-class, route-map, router, segment-routing, tag-switching
        """,
    ),
    **unsupported(
        Affects.ROUTING,
        "the path of packets is not modelled",
        """
        bridge irb, bridge-domain, connect, fhrp, interworking, ip default-network, ip gdp, ip local policy,
        ip mobile, ip mroute, ip route profile, ip route static, ip slb, ip wccp, ipv6 local policy,
        ipv6 mobile, l2, l2 vfi, service-insertion, stackwise-virtual, vfi, vrf, vrf selection,
        vrf upgrade-cli, xconnect
        """,
    ),
    **unsupported(
        Affects.FILTER,
        "a further filter",
        """
        access-list, appfw, cable filter, cable submgmt, class-map type inspect, cts role-based,
        ip access-list, ip admission,
        ip auth-proxy, ip content-filter, ip inspect, ip ips, ip options drop, ip port-map, ip receive,
        ip source guard, ip tcp intercept, ip traffic-export, ip trm, ip urlfilter, ipv6 access-list,
        ipv6 inspect, ipv6 source-guard, object, object-group, policy-map type inspect, security-group, utd,
        vlan access-log, vlan access-map, vlan filter, wireless profile policy, zone, zone-pair
        """,
    ),
    **unsupported(Affects.NAT, "translation", "ip nat, ipv6 nat, nat64, nat66"),
    **unsupported(Affects.OTHER, "VPN", "crypto, crypto gdoi, crypto gkm, webvpn"),
    # Who may build a tunnel, and how it is kept alive; what is protected stands in crypto maps and profiles.
    **ignored("crypto identity, crypto ikev2, crypto ipsec, crypto isakmp, crypto keyring, crypto xauth"),
    **dict.fromkeys(("crypto map", "crypto dynamic-map", "crypto ipsec profile"), Fate(below=_CRYPTO_MAP)),
    **dict.fromkeys(
        ("crypto isakmp profile", "crypto ikev2 profile"),
        Fate(
            below={
                **ignored(
                    """
                    aaa, accounting, anyconnect, authentication, ca, client, config-exchange, config-mode,
        description,
                    dpd, dynamic, eap, exit, identity, initiate, ivrf, keepalive, keyring, lifetime,
        local-address,
                    match, nat, pki, qos-group, reconnect, redirect, reverse, self-identity, set, shutdown, vrf
                    """
                ),
                **unsupported(Affects.ROUTING, "an interface is made for each peer", "virtual-template"),
            }
        ),
    ),
    **unsupported(Affects.OTHER, "wireless", "wlan, wireless, ap, airtime-fairness"),
    **unsupported(Affects.OTHER, "a script may change the configuration", "event manager"),
    # Blocks with their own tables.
    "interface": Fate(below=_INTERFACE),
    "line": Fate(below=_LINE),
    "policy-map": Fate(below=_POLICY),
    "control-plane": Fate(below=_CONTROL_PLANE),
    "template": Fate(Affects.OTHER, "interface template", _INTERFACE),
}


def is_top_command(words: list[str]) -> bool:
    """Tell whether a line that begins with these words is known as a command of its own."""
    return find(TOP, words) is not None


def account(reading: Reading) -> None:
    """Give every line that no reader marked its state, as far as the tables know it."""
    for root in reading.roots:
        fate = find(TOP, root.words)
        if fate is None:
            _leave(reading, root)
        else:
            _settle(reading, root, fate)


def _settle(reading: Reading, node: ConfLine, fate: Fate) -> None:
    """Mark a block: its first line by `fate`, the lines below by the fate's table, or like their parent."""
    _mark(reading, node, fate)
    waiting: list[tuple[ConfLine, Fate | None, Mapping[str, Fate] | None]] = [
        (child, fate, fate.below) for child in node.children
    ]
    while waiting:
        line, above, table = waiting.pop()
        found = above if table is None else find(table, line.words)
        if found is not None:
            _mark(reading, line, found)
        # The lines below a class of a policy are looked up in the same table.
        stays = table is _POLICY or (table is not None and found is None)
        waiting += [(child, found, table if stays else None) for child in line.children]


def _mark(reading: Reading, line: ConfLine, fate: Fate) -> None:
    if not reading.ledger.is_open(line.index):
        return
    if fate.affects is None:
        reading.ledger.ignored(line.index)
    else:
        reading.ledger.unsupported(line.index, fate.affects, fate.reason)


def _leave(reading: Reading, node: ConfLine) -> None:
    """Leave a block that nobody knows unrecognised: a line below may change what its first line may change."""
    affects = guess(node.text)
    for line in node.walk():
        if reading.ledger.is_open(line.index):
            own = guess(line.text)
            reading.ledger.unrecognized(line.index, own if own is not Affects.OTHER else affects, "unknown command")


_GUESSES: tuple[tuple[re.Pattern[str], Affects], ...] = (
    (
        re.compile(
            r"access-(?:group|list|map)|\b(?:permit|deny|filter|firewall|inspect|zone|object-group|policy-map|class-map"
            r"|drop|traffic-filter|acl)\b"
        ),
        Affects.FILTER,
    ),
    (re.compile(r"\bnat\d*\b|translat"), Affects.NAT),
    (
        re.compile(
            r"\b(?:route|router|routing|ospf|bgp|eigrp|isis|rip|vrf|neighbor|redistribute|forwarding|tunnel|next-hop"
            r"|address|interface|network|mpls|lisp)\b"
        ),
        Affects.ROUTING,
    ),
    (
        re.compile(
            r"\b(?:aaa|username|user|password|secret|ssh|telnet|https?|snmp\S*|logging|ntp|login|authentication|line"
            r"|tacacs\S*|radius\S*|netconf|management)\b"
        ),
        Affects.MANAGEMENT,
    ),
)


def guess(text: str) -> Affects:
    """Return what a line that nobody knows could change, from its words; filters first."""
    lowered = text.lower()
    for pattern, affects in _GUESSES:
        if pattern.search(lowered):
            return affects
    return Affects.OTHER
