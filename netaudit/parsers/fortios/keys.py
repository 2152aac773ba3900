"""Keys of the larger FortiOS sections (CLI Reference 5.0 to 7.6): what is read, and what changes no answer."""

from __future__ import annotations

from netaudit.parsers.fortios.words import name_set

POLICY_UNDERSTOOD = name_set("""
    policyid name uuid srcintf dstintf srcaddr dstaddr srcaddr6 dstaddr6 srcaddr-negate dstaddr-negate
    srcaddr6-negate dstaddr6-negate action status schedule service service-negate logtraffic logtraffic-start
    comments label global-label groups users fsso fsso-groups fsso-agent-for-ntlm rsso wsso ntlm devices
    internet-service internet-service-name internet-service-id internet-service-group internet-service-custom
    internet-service-custom-group internet-service-negate internet-service-fortiguard internet-service-src
    internet-service-src-name internet-service-src-id internet-service-src-group internet-service-src-custom
    internet-service-src-custom-group internet-service-src-negate internet-service-src-fortiguard
    internet-service6 internet-service6-name internet-service6-group internet-service6-custom
    internet-service6-custom-group internet-service6-negate internet-service6-fortiguard internet-service6-src
    internet-service6-src-name internet-service6-src-group internet-service6-src-custom
    internet-service6-src-custom-group internet-service6-src-negate internet-service6-src-fortiguard
    network-service-dynamic network-service-src-dynamic reputation-minimum reputation-minimum6
    reputation-direction reputation-direction6 geoip-match geoip-anycast ztna-status ztna-ems-tag
    ztna-ems-tag-secondary ztna-geo-tag ztna-ems-tag-negate ztna-device-ownership ztna-tags-match-logic
    src-vendor-mac sgt sgt-check tos tos-mask tos-negate dscp-match dscp-value dscp-negate vlan-filter
    application app-category app-group url-category learning-mode nat natip natinbound natoutbound nat46 nat64
    ippool poolname poolname6 fixedport permit-any-host vpntunnel inbound outbound match-vip match-vip-only
    send-deny-packet policy-expiry policy-expiry-date policy-expiry-date-utc application-list pcp-inbound
    pcp-outbound pcp-poolname saml-server scim scim-users scim-groups endpoint-compliance sslvpn-auth
    sslvpn-cipher sslvpn-ccert
    """)

# Inspection, shaping, accounting and display: the policy matches the same packets and lets the session start.
POLICY_IGNORED = name_set("""
    anti-replay app-monitor auth-cert auth-path auth-redirect-addr auto-asic-offload av-profile
    block-notification captive-portal-exempt capture-packet casb-profile cifs-profile custom-log-fields
    decrypted-traffic-mirror delay-tcp-npu-session diameter-filter-profile diffserv-copy diffserv-forward
    diffserv-reverse diffservcode-forward diffservcode-rev disclaimer dlp-profile dlp-sensor dnsfilter-profile
    dsri dynamic-shaping email-collect emailfilter-profile fec file-filter-profile firewall-session-dirty
    gtp-profile icap-profile identity-based-route inspection-mode ips-sensor ips-voip-filter
    log-http-transaction mms-profile np-acceleration ntlm-enabled-browsers ntlm-guest
    passive-wan-health-measurement per-ip-shaper permit-stun-host pfcp-profile port-preserve port-random
    profile-group profile-protocol-options profile-type radius-ip-auth-bypass radius-mac-auth-bypass
    redirect-url replacemsg-override-group rtp-addr scan-botnet-connections schedule-timeout sctp-filter-profile
    session-ttl spamfilter-profile ssh-filter-profile ssl-mirror ssl-mirror-intf ssl-ssh-profile
    tcp-mss-receiver tcp-mss-sender tcp-session-without-syn telemetry-profile timeout-send-rst traffic-shaper
    traffic-shaper-reverse utm-status videofilter-profile virtual-patch-profile vlan-cos-fwd vlan-cos-rev
    voip-profile waf-profile wanopt wanopt-detection wanopt-passive-opt wanopt-peer wanopt-profile wccp webcache
    webcache-https webfilter-profile webproxy-forward-server webproxy-profile client-reputation
    client-reputation-mode web-auth-cookie deep-inspection-options tags color dlp-profile-name
    utm-inspection-mode fail-action traffic-shaper-reverse-name identity-from transaction-based
    forticlient-compliance-enforcement-portal forticlient-compliance-devices bandwidth sessions
    """)

ADDRESS_IGNORED = name_set("""
    color visibility allow-routing fabric-object tags cache-ttl tagging global-object sdn-addr-type
    display-style passive-fqdn-learning ems-tag-type
    """)

VIP_IGNORED = name_set("""
    arp-reply nat-source-vip-port color gratuitous-arp-interval http-redirect persistence portmapping
    http-cookie-domain-from-host http-cookie-domain http-cookie-path http-cookie-generation http-cookie-age
    http-cookie-share https-cookie-secure http-multiplex http-ip-header http-ip-header-name outlook-web-access
    weblogic-server websphere-server ssl-mode ssl-certificate ssl-dh-bits ssl-algorithm ssl-pfs ssl-min-version
    ssl-max-version ssl-server-algorithm ssl-server-min-version ssl-server-max-version ssl-send-empty-frags
    ssl-client-fallback ssl-client-renegotiation ssl-client-session-state-type ssl-client-session-state-timeout
    ssl-client-session-state-max ssl-server-renegotiation ssl-server-session-state-type
    ssl-server-session-state-timeout ssl-server-session-state-max ssl-client-rekey-count
    ssl-http-location-conversion ssl-http-match-host ssl-hpkp ssl-hsts ssl-hsts-age ssl-hsts-include-subdomains
    ssl-hpkp-age ssl-hpkp-backup ssl-hpkp-include-subdomains ssl-hpkp-primary ssl-hpkp-report-uri
    ssl-accept-ffdhe-groups max-embryonic-connections dns-mapping-ttl monitor add-nat64-route add-nat46-route
    one-click-gslb-server gslb-domain-name gslb-hostname h2-support h3-support http-multiplex-ttl
    http-multiplex-max-request http-multiplex-max-concurrent-request http-supported-max-version client-cert
    user-agent-detect empty-cert-action embedded-ipv4-address ndp-reply nat-source-vip-range weight
    holddown-interval healthcheck max-connections translate-host verify-cert health-check-proto http-host
    client-ip dns-mapping ssl-server src-vip-filter fabric-object
    """)

INTERFACE_IGNORED = name_set("""
    ac-name aggregate aggregate-type algorithm ap-discover arpforward auth-cert auth-portal-addr auth-type
    auto-auth-extension-device bandwidth-measure-time bfd bfd-desired-min-tx bfd-detect-mult bfd-required-min-rx
    broadcast-forticlient-discovery broadcast-forward captive-portal cli-conn-status color dedicated-to
    default-purdue-level defaultgw detected-peer-mtu detectprotocol detectserver device-access-list
    device-identification device-identification-active-scan device-netscan device-user-identification devindex
    dhcp-broadcast-flag dhcp-classless-route-addition dhcp-client-identifier dhcp-relay-agent-option
    dhcp-relay-allow-no-end-option dhcp-relay-circuit-id dhcp-relay-interface dhcp-relay-interface-select-method
    dhcp-relay-ip dhcp-relay-link-selection dhcp-relay-request-all-server dhcp-relay-service
    dhcp-relay-source-ip dhcp-relay-type dhcp-relay-vrf-select dhcp-renew-time dhcp-smart-relay
    disc-retry-timeout disconnect-threshold distance dns-query dns-server-override dns-server-protocol
    drop-fragment drop-overlapped-fragment eap-ca-cert eap-identity eap-method eap-password eap-supplicant
    eap-user-cert egress-cos egress-shaping-profile eip endpoint-compliance estimated-downstream-bandwidth
    estimated-upstream-bandwidth exclude-signatures explicit-ftp-proxy explicit-web-proxy external
    fail-action-on-extender fail-alert-interfaces fail-alert-method fail-detect fail-detect-option
    fortiheartbeat fortilink fortilink-backup-link fortilink-neighbor-detect fortilink-split-interface
    fortilink-stacking forward-error-correction gwdetect ha-priority icmp-accept-redirect icmp-send-redirect
    ident-accept idle-timeout ike-saml-server inbandwidth ingress-cos ingress-shaping-profile
    ingress-spillover-threshold internal ips-sniffer-mode l2forward lacp-ha-secondary lacp-ha-slave lacp-mode
    lacp-speed lcp-echo-interval lcp-max-echo-fails link-up-delay lldp-network-policy lldp-reception
    lldp-transmission macaddr managed-device managed-subnetwork-size max-egress-burst-rate max-egress-rate
    measured-downstream-bandwidth measured-upstream-bandwidth mediatype min-links min-links-down
    mirroring-direction mirroring-port monitor-bandwidth mtu mtu-override ndiscforward netbios-forward
    netflow-sample-rate netflow-sampler netflow-sampler-id np-qos-profile outbandwidth padt-retry-timeout
    password ping-serv-status polling-interval port-mirroring poe pppoe-egress-cos pppoe-unnumbered-negotiate
    pptp-auth-type pptp-password pptp-server-ip pptp-timeout pptp-user preserve-session-route priority
    priority-override proxy-captive-portal pvc-atm-qos pvc-chan pvc-crc pvc-pcr pvc-scr pvc-vlan-id
    pvc-vlan-rx-id pvc-vlan-rx-op pvc-vlan-tx-id pvc-vlan-tx-op reachable-time redundant-interface
    replacemsg-override-group retransmission ring-rx ring-tx sample-direction sample-rate
    scan-botnet-connections secip-relay-ip security-8021x-dynamic-vlan-id security-8021x-master
    security-8021x-member-mode security-8021x-mode security-exempt-list security-external-logout
    security-external-web security-groups security-ip-auth-bypass security-mac-auth-bypass security-redirect-url
    select-profile-30a-35b service-name sfp-dsl sfp-dsl-adsl-fallback sfp-dsl-autodetect sfp-dsl-mac
    sflow-sampler snmp-index speed spillover-threshold split-port stp stp-edge stp-ha-secondary stp-ha-slave
    stpforward stpforward-mode subst substitute-dst-mac sw-algorithm swc-first-create swc-vlan switch
    switch-controller-access-vlan switch-controller-arp-inspection switch-controller-auth
    switch-controller-dhcp-snooping switch-controller-dhcp-snooping-option82
    switch-controller-dhcp-snooping-verify-mac switch-controller-dynamic switch-controller-feature
    switch-controller-igmp-snooping switch-controller-igmp-snooping-fast-leave
    switch-controller-igmp-snooping-proxy switch-controller-iot-scanning switch-controller-learning-limit
    switch-controller-mgmt-vlan switch-controller-nac switch-controller-netflow-collect
    switch-controller-offload switch-controller-offload-gw switch-controller-offload-ip
    switch-controller-offloading switch-controller-radius-server switch-controller-rspan-mode
    switch-controller-source-ip switch-controller-traffic-policy system-id system-id-type tag-ca tag-ip tagging
    tcp-mss trust-ip-1 trust-ip-2 trust-ip-3 trust-ip6-1 trust-ip6-2 trust-ip6-3 trunk-mode username vci-string
    vdsl-profile vectoring vindex virtual-mac vlan-id vlan-op-mode vlan-protocol vlanforward vrrp-virtual-mac
    wccp weight wifi-5g-threshold wifi-acl wifi-ap-band wifi-auth wifi-auto-connect wifi-auto-save
    wifi-broadcast-ssid wifi-dns-server1 wifi-dns-server2 wifi-encrypt wifi-fragment-threshold wifi-gateway
    wifi-key wifi-keyindex wifi-mac-filter wifi-passphrase wifi-radius-server wifi-rts-threshold wifi-security
    wifi-ssid wifi-usergroup wins-ip local-out-probing fp-anomaly fp-disable defaultgateway estimated-bandwidth
    remote-ip6 ipv4-fragment-forward interconnect-profile dhcp-relay-option82 physical-link-partner cable-type
    trunk-vlan wifi-username wifi-mac-list lte macsec sfp-dsl-mode telemetry-discover ip6-address-mode
    inherit-mtu
    """)
