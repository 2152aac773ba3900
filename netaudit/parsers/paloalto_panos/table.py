"""The configuration tree of PAN-OS and Panorama as a table: what becomes of every element path.

One line for each element, indented below its parent:
    name            an element that holds others
    name =          an element with one value
    name "          an element with free text as its value
    name []         a list of members
    name *          a table; the lines below it are the elements of each entry
    name @block     holds the elements of a block (`:block` below); `@block` alone brings them in here
    *               entries (or elements) of any name
A word at the end says what becomes of the element and of all below it, else it is understood:
    -               ignored on purpose: known, and it changes no answer
    ? AREA text     unsupported: known and not modelled; it can change AREA (filter, nat, routing, management, other)
`! AREA` names what an element that is not in the table can change from here on.

Zone protection drops floods, scans and malformed packets, not what a policy permits: it is left out on purpose.

Source: PAN-OS Web Interface Reference and PAN-OS CLI Quick Start (10.1, 11.0), Panorama Administrator's Guide.
"""

TABLE = """
:config ! other
version, detail-version, urldb =
mgt-config @mgt-config
shared @shared
devices *
  @device
panorama
  log-settings @log-settings
  * -
policy
  panorama @pushed
  shared -
readonly
  devices *
    device-group *
      parent-dg =
      * -
    * -
  * -
predefined -
template -

:pushed ! filter
@objects
@rulebases
device-group =
* -

:device ! other
deviceconfig @deviceconfig
network @network
vsys *
  @vsys
device-group *
  @device-group
template *
  @template
template-stack *
  @template
  templates []
log-collector, log-collector-group, wildfire-appliance, wildfire-appliance-cluster, plugins, platform, iptag -

:template
config @config
variable *
  @variable
description " -
settings
  default-vsys =
  * -
devices *
  variable *
    @variable
  * -
user-group-source, id -
:variable
type
  * =
description " -

:device-group ! filter
@objects
@rulebases
devices *
  vsys []
  * -
description " -
parent-dg =
reference-templates []
@vsys-ignored
id, authorization-code, master-device, user-group-source -
:vsys-ignored
to-sw-version, dynamic-user-group, log-settings-ext -

:vsys ! filter
@objects
@rulebases
rulebase @rulebase
@vsys-ignored
display-name =
import
  network
    interface []
    virtual-router, virtual-wire, vlan, logical-router [] -
  visible-vsys []
  dns-proxy [] -
  resource -
zone *
  @zone
setting, user-id-collector, user-id-agent, user-id-hub, ts-agent, user-id-ssl-auth, dns-proxy, global-protect -
url-admin-override, url-content-types, captive-portal, group-mapping, route, vm-info-source, redistribution-agent -
redistribution-collector, ipuser-include-exclude-list, ssl-decrypt, monitor-profile, interface-management -
ssl-tls-service-profile, certificate-profile, profile-setting, device-telemetry, udp-inspection -
sdwan-interface-profile, authentication-portal -
:zone
network
  layer3, layer2, tap, virtual-wire, external []
  tunnel
  zone-protection-profile = -
  packet-buffer-protection, enable-packet-buffer-protection, log-setting = -
  enable-latency-based-packet-buffer-protection = -
  prenat-identification, net-inspection -
enable-user-identification, enable-device-identification = -
user-acl, device-acl, tag, description -

:shared ! filter
@objects
@rulebases
@vsys-ignored
content-preview, ssl-tls-service-profile, botnet, reports, report-group, pdf-summary-report, email-scheduler -
override, alg-override -
admin-role, ssl-decrypt, ocsp-responder, certificate-profile, scep, hip-objects, hip-profiles, threats -
response-page, url-admin-override, url-content-types, post-login-page, sdwan-profile -
user-id-hub, captive-portal, group-mapping, inline-cloud-categories, policy-rule-tag, global-protect -

:objects
address *
  ip-netmask, ip-range, ip-wildcard, fqdn =
  description " -
  tag []
  disable-override = -
address-group *
  static []
  dynamic
    filter =
  description " -
  tag []
  disable-override = -
service *
  protocol
    tcp @ports
    udp @ports
    sctp @ports
  description " -
  tag []
  disable-override = -
service-group *
  members []
  tag []
  disable-override = -
application *
  default
    port []
    ident-by-ip-protocol =
    ident-by-icmp-type, ident-by-icmp6-type
      type, code =
  * -
application-group *
  members []
  disable-override = -
application-filter *
  * -
application-status, application-tag, application-override-tag -
tag *
  * -
region *
  address []
  geo-location -
external-list *
  type *
    * -
  * -
schedule *
  schedule-type
    recurring
      daily []
      weekly
        * []
    non-recurring []
  disable-override = -
profiles *
  *
    * -
profile-group *
  * -
log-settings @log-settings
server-profile *
  *
    server *
      ip-address, address, server, port, host =
      secret, password = -
      * -
    * -
local-user-database
  user *
    phash, disabled =
  user-group -
authentication-profile *
  * -
certificate *
  subject, issuer, not-valid-before, not-valid-after, ca =
  * -
authentication-object, authentication-sequence, certificate-profile, scripts, device-object -
mfa-server-profile, saml, mail-server, ip-user-mapping, hip-objects, hip-profiles, sdwan-path-quality-profile -
sdwan-traffic-distribution-profile, sdwan-saas-quality-profile, sdwan-error-correction-profile -
sdwan-tag, sub-vsys, threats, pre-defined, reports, report-group, email-scheduler, pdf-summary-report -
object, snippet, variable, url-category, log-forwarding, dns-security, config-tag -
:ports
port, source-port =
override -

:log-settings ! management
syslog *
  server *
    server, transport, port =
    format, facility = -
  format -
snmptrap *
  version
    v2c, v3
      server *
        manager, community =
        * -
email, http, kafka -
profiles *
  * -
system, config, userid, globalprotect, hipmatch, iptag, correlation, traffic, threat
  match-list *
    send-syslog, send-snmptrap []
    * -
  * -
* -

:rulebases
pre-rulebase @rulebase
post-rulebase @rulebase

:rulebase ! filter
security
  rules *
    @security-rule
default-security-rules
  rules *
    action, log-start, log-end, log-setting =
    @rule-quiet
    profile-setting, icmp-unreachable -
nat
  rules *
    @nat-rule
pbf
  rules *
    @pbf-rule
application-override
  rules *
    from, to, source, destination []
    negate-source, negate-destination, port, protocol, application, disabled =
    @rule-quiet
dos
  rules *
    from, to
      zone, interface []
    source, destination, source-user, service []
    negate-source, negate-destination, disabled, schedule =
    action
      deny, allow, protect
    protection, log-setting -
    @rule-quiet
authentication
  rules *
    from, to, source, destination, source-user, category, service, source-hip, destination-hip, hip-profiles []
    negate-source, negate-destination, disabled, authentication-enforcement =
    timeout, log-setting, log-authentication-timeout = -
    @rule-quiet
decryption, qos, captive-portal, tunnel-inspect, network-packet-broker -
sdwan ? routing SD-WAN policy rules choose the path
:rule-quiet
description "
tag []
group-tag = -
uuid =
loc = -
rule-type =
target
  devices *
    vsys []
  negate =
  tags []
:security-rule
from, to, source, destination, application, service, source-user, category, hip-profiles, source-hip, destination-hip []
source-device, destination-device, source-imsi, source-imei, source-nw-slice []
action, negate-source, negate-destination, disabled, schedule, log-start, log-end =
log-setting, icmp-unreachable, disable-inspect, dynamic-user-group = -
profile-setting
  group []
  profiles
    * [] -
  none -
option, qos, saas-user-list, saas-tenant-list, nssai -
@rule-quiet
:nat-rule ! nat
from, to, source, destination []
to-interface, service, nat-type, disabled, active-active-device-binding =
source-translation
  dynamic-ip-and-port
    @pool
    persistent-dynamic-ip-and-port, persistent = -
  dynamic-ip
    @pool
    fallback
      @pool
  persistent-dynamic-ip-and-port
    @pool
  static-ip
    translated-address, bi-directional =
destination-translation, dynamic-destination-translation
  translated-address, translated-port =
  distribution = -
  dns-rewrite -
@rule-quiet
:pool
translated-address []
interface-address
  interface, ip, floating-ip =
:pbf-rule ! routing
from
  zone, interface []
source, destination, source-user, application, service []
negate-source, negate-destination, disabled, schedule, active-active-device-binding =
action
  forward
    egress-interface =
    nexthop
      ip-address, fqdn =
    monitor
      profile, ip-address, disable-if-unreachable =
  forward-to-vsys =
  discard, no-pbf
enforce-symmetric-return -
@rule-quiet

:network ! routing
interface
  ethernet * @port
  aggregate-ethernet * @port
  vlan, loopback, tunnel
    @layer3
    units * @layer3
  sdwan
    units *
      * ? routing the path of SD-WAN interfaces is chosen at run time
  cellular, poe, fail-open -
virtual-router *
  @virtual-router
logical-router *
  vrf *
    @virtual-router
    bgp @bgp
    ospf @ospf
    ospfv3 @ospf
    rip @rip
    * -
shared-gateway *
  @vsys
  display-name =
vlan *
  interface []
  virtual-interface
    interface =
    * -
  mac -
virtual-wire *
  interface1, interface2 =
  * -
profiles
  interface-management-profile *
    ping, ssh, http, https, telnet, snmp, http-ocsp, response-pages =
    userid-service, userid-syslog-listener-ssl, userid-syslog-listener-udp =
    permitted-ip *
      description " -
  zone-protection-profile, monitor-profile, lldp-profile, bfd-profile, qos, tunnel-monitor-profile -
  sdwan-interface-profile, sdwan-path-quality-profile -
tunnel
  ipsec *
    tunnel-interface, disabled =
    auto-key
      ike-gateway *
        * -
      ipsec-crypto-profile =
      proxy-id, proxy-id-v6 *
        local, remote =
        * -
    manual-key, tunnel-monitor -
    anti-replay, copy-tos, enable-gre-encapsulation, ipsec-mode = -
    comment -
  gre *
    tunnel-interface, disabled =
    local-address
      interface, ip =
    peer-address
      ip =
    * -
  global-protect-gateway, global-protect-site-to-site, monitor -
ike
  gateway *
    peer-address
      ip, fqdn =
      dynamic
    local-address
      interface, ip, floating-ip =
    protocol
      version =
      ikev1, ikev2
        ike-crypto-profile =
        * -
    disabled, ipv6 =
    authentication, protocol-common, local-id, peer-id, comment -
  crypto-profiles -
routing-profile, qos, dhcp, dns-proxy, lldp, fail-open, shared-gateway-setting, multicast, underlay-net -
secure-web-gateway -
rendering, pbf-symmetric -
:port
layer3 @layer3
layer2
  units *
    tag =
    comment "
    netflow-profile -
  lldp, netflow-profile -
virtual-wire ? filter a virtual wire passes packets on without routing
  units *
    * -
tap, ha, decrypt-mirror, log-card -
aggregate-group, link-state =
comment "
link-speed, link-duplex, lacp, lldp, poe -
:layer3
ip *
  sdwan-gateway = -
ipv6
  enabled =
  address *
    enable-on-interface, anycast, prefix =
    advertise -
  * -
dhcp-client
  enable, create-default-route, default-route-metric =
  * -
pppoe ? routing the address comes from PPPoE
  * -
interface-management-profile, tag, mtu, netflow-profile, untagged-sub-interface, df-ignore =
comment "
units * @layer3
adjust-tcp-mss, ndp-proxy, arp, lldp, bonjour, ddns-config, sdwan-link-settings, traffic-interception, link-tag -
cluster-interconnect, decrypt-forward -

:virtual-router ! routing
interface []
routing-table
  ip, ipv6
    static-route *
      destination, interface, metric, admin-dist =
      nexthop
        ip-address, ipv6-address, next-vr, next-lr, fqdn =
        discard
        receive, tunnel -
      path-monitor
        enable =
        * -
      option -
      bfd, route-table -
admin-dists
  * =
protocol
  bgp @bgp
  ospf @ospf
  ospfv3 @ospf
  rip @rip
  redist-profile *
    priority =
    filter
      type, interface, destination, nexthop []
      bgp, ospf
        * -
    action
      redist, no-redist
  redist-profile-ipv6 *
    * -
ecmp
  enable =
  algorithm -
  * -
multicast
  enable = ? routing multicast is not followed
  * -
rib-filter -
:bgp
enable, router-id, local-as, install-route, reject-default-route, allow-redist-default-route =
ecmp-multi-as, enforce-first-as = -
policy
  import, export
    rules *
      enable =
      used-by []
      match
        address-prefix *
          exact =
        from-peer []
        as-path
          regex =
        route-table = -
        community, extended-community
          regex =
        med =
        nexthop []
      action
        deny
        allow
          dampening = -
          update
            as-path
              none
              remove
              prepend, remove-and-prepend =
            community
              none, remove-all
              remove-regex =
              append, overwrite []
            extended-community
              none -
              remove-all
              remove-regex =
              append, overwrite []
            origin, med, weight, local-preference, nexthop =
            as-path-limit = -
  conditional-advertisement, aggregation
    * ? routing conditional advertisement and aggregation are not modelled
peer-group *
  enable =
  aggregated-confed-as-path, soft-reset-with-stored-info = -
  type
    ebgp, ibgp, ebgp-confed, ibgp-confed
      remove-private-as, export-nexthop, import-nexthop =
  peer *
    enable, peer-as, peering-type, enable-mp-bgp, address-family-identifier, reflector-client =
    peer-address
      ip, fqdn =
    local-address
      interface, ip =
    connection-options
      multihop, authentication =
      * -
    subsequent-address-family-identifier, max-prefixes, bfd, enable-sender-side-loop-detection -
redist-rules *
  enable, metric, address-family-identifier, route-table, set-origin, set-med, set-local-preference =
  set-as-path-limit = -
  set-community, set-extended-community []
routing-options
  confederation-member-as =
  default-local-preference, med, aggregate, graceful-restart, as-format, reflector-cluster-id = -
auth-profile, dampening-profile, global-bfd, timers, as-format -
:ospf
enable, router-id, reject-default-route, allow-redist-default-route =
area *
  type
    normal
    stub, nssa
      accept-summary =
      default-route
        disable
        advertise
          metric, type =
      nssa-ext-range -
  interface *
    enable, passive, metric, priority, hello-interval, dead-counts, instance-id =
    link-type
      broadcast, p2p
      p2mp
    authentication, bfd, retransmit-interval, transit-delay, gr-delay -
    neighbor *
      * -
  range *
    advertise, suppress
  virtual-link *
    * -
export-rules *
  metric, new-path-type, new-tag, enable =
auth-profile, timers, graceful-restart, global-bfd, rfc1583, spf-timer, global-if-timer, spf-calculation-delay -
lsa-interval, disable-transit-traffic -
:rip
enable =
interface *
  enable, mode =
  * -
* -

:mgt-config ! management
users *
  password = -
  phash, authentication-profile, client-certificate-only, public-key, password-profile =
  permissions
    role-based
      superuser, superreader, deviceadmin, devicereader, panorama-admin =
      vsysadmin, vsysreader *
        * -
      custom
        profile =
        * -
  preferences, ui-preferences -
password-complexity
  enabled, minimum-length, minimum-uppercase-letters, minimum-lowercase-letters, minimum-numeric-letters =
  minimum-special-characters, password-history-count, new-password-differs-by-characters =
  block-username-inclusion, block-repeated-characters, password-change-on-first-login =
  password-change-period-block = -
  password-change
    expiration-period, expiration-warning-period, post-expiration-admin-login-count =
    post-expiration-grace-period = -
password-profile *
  password-change
    expiration-period, expiration-warning-period, post-expiration-admin-login-count =
    post-expiration-grace-period = -
devices *
  * -
access-domain, authorization-code, user-group, config-admin, admin-dists -

:deviceconfig ! management
system
  hostname, ip-address, netmask, default-gateway, ipv6-address, ipv6-default-gateway, authentication-profile =
  panorama-server, panorama-server-2 =
  panorama
    local-panorama
      panorama-server, panorama-server-2 =
    * -
  domain, timezone, locale, mtu, speed-duplex, geo-location -
  login-banner "
  ack-login-banner = -
  permitted-ip *
    description " -
  service
    disable-telnet, disable-http, disable-https, disable-ssh, disable-icmp, disable-snmp, disable-http-ocsp =
    disable-userid-service, disable-userid-syslog-listener-ssl, disable-userid-syslog-listener-udp = -
  snmp-setting
    access-setting
      version
        v2c
          snmp-community-string =
        v3
          users *
            * -
          views -
    snmp-system -
  ntp-servers
    primary-ntp-server, secondary-ntp-server
      ntp-server-address =
      authentication-type -
  ntp-server-1, ntp-server-2 =
  motd-and-banner
    motd-enable, message, banner-header, banner-footer = -
    * -
  syslog-certificate, ssh, dns-setting, route, update-server, server-verification, update-schedule, type -
  lcaas-use-proxy, secure-proxy-server, secure-proxy-port, secure-proxy-user, secure-proxy-password -
  hostname-type-in-syslog, config-bundle-export-schedule -
  non-config-bundle-export-schedule, device-telemetry, certificate, ssl-tls-service-profile -
  web-server-certificate, eth1, eth2 -
  fips-mode, vm-mac-base, vm-mac-count, log-export-schedule, log-link, tls-versions, inline-cloud-services, radius -
  snmp-engine-id, permitted-ip-description, master-key, auto-mac-detect, deployment-update-schedule, deviceconfig -
  cellular, hsm-settings, local-update, dhcp-send-hostname, non-ui-authentication-profile, lcd, ipv6-disabled, region -
setting
  management
    idle-timeout =
    admin-lockout
      failed-attempts, lockout-time =
    api, audit-tracking, hostname-type-in-syslog, * -
  * -
high-availability -
* -
"""
