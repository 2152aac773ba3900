"""What lines of each platform look like, as a table.

A row is: platforms with weights, then (after two blanks or more) an expression for a stripped line; case does not
count. The literal text that an expression begins with is its key in the index (`platform_index`). The platform
"other" stands for text that configures no device.
Sources: the vendors' configuration guides; header lines of RANCID and Oxidized.
"""

# ruff: noqa: E501 (a table: one row a line)

from __future__ import annotations

import re

# RANCID's device types (rancid.types.base), also used by others to state a file's format.
CONTENT_TYPES: dict[str, tuple[tuple[str, float], ...]] = {
    "cisco": (("cisco_ios", 6),),  # ASA, NX-OS and IOS-XR are also collected under this type
    "ios": (("cisco_ios", 40),),
    "cisco-ios": (("cisco_ios", 40),),
    "cisco-asa": (("cisco_asa", 60),),
    "cisco-nx": (("cisco_nxos", 60),),
    "cisco-xr": (("cisco_iosxr", 60),),
    "ios-xr": (("cisco_iosxr", 60),),
    "ios-xr7": (("cisco_iosxr", 60),),
    "arista": (("arista_eos", 60),),
    "juniper": (("juniper_junos", 60),),
    "juniper-srx": (("juniper_junos", 60),),
    "fortigate": (("fortios", 60),),
    "fortigate-full": (("fortios", 60),),
    "paloalto": (("paloalto_panos", 60),),
    "a10": (("a10_acos", 60),),
    "bigip": (("f5", 60),),
    "f5": (("f5", 60),),
    "cumulus": (("cumulus", 60),),
    "foundry": (("ruckus_fastiron", 60),),
    "force10": (("dell_force10", 60),),
    "mrv": (("mrv", 60),),
    "hp": (("hp_procurve", 60),),
    "netscreen": (("juniper_screenos", 60),),
    "netscaler": (("citrix_netscaler", 60),),
    "aruba": (("aruba_os", 60),),
    "extreme": (("extreme_exos", 60),),
    "vyos": (("vyos", 60),),
    "vyatta": (("vyos", 60),),
    "sros": (("nokia_sros", 60),),
    "timos": (("nokia_sros", 60),),
    "cisco-sb": (("cisco_smb", 60),),
    "wlc": (("cisco_wlc", 60),),
    "dell": (("dell_powerconnect", 60),),
    "blade": (("blade", 60),),
}

TABLE = r"""
cisco_ios 6           version \d\d\.\d+$
cisco_ios 1           version 1[0-9]
cisco_ios 5           boot-start-marker
cisco_ios 5           boot-end-marker
cisco_ios 4           current configuration ?: \d+
cisco_ios 2, cisco_iosxr 1   building configuration\.\.\.
cisco_ios 3           ! last configuration change at
cisco_ios 2           ! nvram config last updated
cisco_ios 2           ! no configuration change since last restart
cisco_ios 2, cisco_iosxr 1   service timestamps
cisco_ios 3           service password-encryption
cisco_ios 3           no service password-encryption
cisco_ios 4           service tcp-(?:small|keepalives)
cisco_ios 4           service (?:sequence-numbers|unsupported-transceiver|call-home|linenumber|udp-)
cisco_ios 4           no service (?:pad|tcp-small|udp-small|config|finger|dhcp)
cisco_ios 4           aaa new-model
cisco_ios 4           no aaa new-model
cisco_ios 3           ip subnet-zero
cisco_ios 3           ip classless
cisco_ios 3           no ip classless
cisco_ios 4           ip forward-protocol
cisco_ios 2           ip cef
cisco_ios 2           no ip cef
cisco_ios 2           ipv6 cef
cisco_ios 3           no ipv6 cef
cisco_ios 3           ip http (?:server|secure-server|access-class|authentication|client|timeout)
cisco_ios 3           no ip http
cisco_ios 3           ip domain[- ](?:name|lookup|list)
cisco_ios 3           no ip domain[- ]lookup
cisco_ios 3           no ip (?:source-route|finger|bootp|icmp|gratuitous|redirects|unreachables|proxy-arp|route-cache|mroute-cache|split-horizon)
cisco_ios 3           no ip address$
cisco_ios 3           ip (?:vrf|inspect|sla|finger|bootp|tcp (?:synwait|path)|tftp|ftp|scp|telnet|nbar|flow|flow-export|multicast-routing|identd|ids|ips|ssh (?:version|time|auth|source)) ?
cisco_ios 4           ip nat (?:inside|outside|pool|translation|log)
cisco_ios 4           ip vrf forwarding
cisco_ios 3, arista_eos 1    vrf definition
cisco_ios 3           vrf forwarding
cisco_ios 4, arista_eos 1    ip access-list (?:extended|standard) \S
cisco_ios 2           no ip access-list (?:extended|standard) \S
cisco_ios 4           ip access-list (?:resequence|log-update|logging|role-based)
cisco_ios 4           access-list \d+ (?:permit|deny|remark|dynamic|compiled)
cisco_ios 3           no access-list \d+
cisco_ios 4           access-list rate-limit
cisco_ios 2           ip(?:v6)? access-group \S+ (?:in|out)
cisco_nxos 1, arista_eos 1   ip access-group \S+ (?:in|out)
cisco_ios 3           ipv6 traffic-filter
cisco_ios 2, cisco_nxos 1, arista_eos 1, cisco_iosxr 1    ipv6 access-list [\w.-]+$
cisco_ios 4, cisco_asa 2     ip address \d+\.\d+\.\d+\.\d+ 2\d\d\.\d+\.\d+\.\d+
cisco_ios 2           ip unnumbered
cisco_ios 2           ip helper-address
cisco_ios 2           ip tcp adjust-mss
cisco_ios 2           ip mtu \d
cisco_ios 2           ip ospf (?:\d+ area|cost|network|message|authentication|hello|priority|dead)
cisco_ios 2, arista_eos 1    ip ospf network point-to-point
cisco_ios 4           ip route (?:vrf \S+ )?\d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+
cisco_ios 3           ip default-gateway
cisco_ios 2           ip default-network
cisco_ios 2           ip prefix-list \S+
cisco_nxos 1, arista_eos 1   ip prefix-list \S+
cisco_ios 2           ip community-list (?:\d+|standard|expanded)
cisco_nxos 1, arista_eos 1   ip community-list (?:standard|expanded|regexp)
cisco_ios 2           ip as-path access-list
cisco_nxos 1, arista_eos 1   ip as-path access-list
cisco_ios 2           ip extcommunity-list
cisco_ios 2           ip bgp-community
cisco_ios 1, cisco_nxos 1, arista_eos 1   route-map \S+ (?:permit|deny)
cisco_ios 2, cisco_asa 1, cisco_nxos .5, arista_eos .5, cisco_iosxr .5    hostname \S+
cisco_ios 3           interface (?:FastEthernet|GigabitEthernet|TenGigabitEthernet|FortyGigabitEthernet|HundredGigE|TwentyFiveGigE|TwoGigabitEthernet|Serial|POS|ATM|Dialer|BVI|Cellular|Multilink|Async|Virtual-Template|Virtual-Access|AppGigabitEthernet|Group-Async|Hssi|TokenRing|Fddi|Service-Engine|Embedded-Service-Engine)\s?\d+(?:/\d+){0,2}(?:[.:]\d+)*$
cisco_asa 2           interface (?:GigabitEthernet|TenGigabitEthernet|Ethernet|FastEthernet|Management)\s?\d+(?:/\d+)?(?:\.\d+)?$
cisco_ios 1           interface (?:Ethernet|Loopback|Vlan|Tunnel|Port-channel)\s?\d+(?:/\d+)*(?:\.\d+)?
cisco_ios 1, cisco_nxos .5  shutdown
cisco_ios 3           line (?:con|aux|tty) \d
cisco_ios 4           line vty \d+
cisco_ios 3           transport (?:input|output|preferred)
cisco_ios 2           exec-timeout \d+
cisco_ios 3           access-class \S+ in
cisco_ios 2           login local
cisco_ios 2           stopbits
cisco_ios 1           login
cisco_ios 2           encapsulation (?:dot1q|ppp|frame-relay|hdlc)
cisco_ios 2           duplex (?:auto|full|half)
cisco_ios 2           router (?:eigrp|rip|isis|odr|mobile)
cisco_nxos 1, arista_eos 1   router (?:isis|rip|eigrp)
cisco_asa 1           router eigrp
cisco_ios 2, arista_eos 1, cisco_nxos 1, cisco_iosxr 1    router (?:bgp|ospf)
cisco_ios 2           network \d+\.\d+\.\d+\.\d+ (?:mask )?\d+\.\d+\.\d+\.\d+
cisco_ios 3           network \d+\.\d+\.\d+\.\d+ 0\.\d+\.\d+\.\d+ area
cisco_ios 2           neighbor \S+ (?:remote-as|peer-group|update-source|next-hop-self|route-map|activate|send-community|soft)
arista_eos 2          neighbor \S+ (?:remote-as|peer-group|peer group|update-source|next-hop-self|route-map|activate|send-community|soft|maximum-routes)
arista_eos 2          neighbor \S+ (?:peer group|maximum-routes)
cisco_ios 1           (?:no )?auto-summary
cisco_ios 1           no synchronization
cisco_ios 1           bgp log-neighbor-changes
cisco_ios 3           zone security
cisco_ios 5           zone-pair security
cisco_ios 4           class-map type inspect
cisco_ios 3           policy-map type inspect
cisco_ios 3           zone-member security
cisco_ios 2           class-map match-(?:any|all)
cisco_ios 1, cisco_asa 1, cisco_iosxr .5  policy-map \S+
cisco_ios 2, cisco_asa 1    crypto (?:isakmp|map|ipsec|keyring|pki|ikev2)
cisco_ios 3           crypto (?:keyring|pki certificate|isakmp profile|ipsec profile|pki trustpoint tp-self|ikev2 (?:profile|keyring|proposal))
cisco_ios 4           license (?:udi|boot)
cisco_ios 4           memory-size iomem
cisco_ios 3           multilink bundle-name
cisco_ios 3           vtp (?:mode|domain|version)
cisco_ios 2           spanning-tree (?:mode|extend|portfast|vlan)
cisco_nxos 1, arista_eos 1   spanning-tree (?:mode|vlan|port type)
cisco_ios 2           switchport (?:mode|access|trunk|nonegotiate|voice)
cisco_nxos 1, arista_eos 1   switchport
cisco_ios 3           switchport trunk encapsulation
cisco_ios 3           (?:no )?mls |mls
cisco_ios 2           snmp-server (?:community|host|location|contact|enable|user|group|view)
cisco_nxos 1, cisco_asa 1, arista_eos 1, cisco_iosxr 1  snmp-server (?:community|host|location|contact|enable|user)
cisco_ios 1           logging (?:buffered|host|trap|source-interface|console|synchronous|\d+\.\d+)
cisco_asa 1           logging (?:buffered|host|trap|console|enable|timestamp|asdm)
cisco_ios 2           enable (?:secret|password)
cisco_asa 2           enable password \S+ (?:encrypted|level|pbkdf2)
cisco_ios 2           username \S+ (?:privilege|secret|password)
cisco_nxos 1, cisco_asa 1, arista_eos 1   username \S+ (?:privilege|secret|password)
cisco_ios 2           (?:no )?cdp (?:run|enable)
cisco_ios 2           no cdp enable
cisco_ios 2           standby \d
cisco_ios 1           vrrp \d
cisco_ios 2           track \d
cisco_ios 2           bridge irb|bridge \d
cisco_ios 3           mpls (?:ip|label|ldp|traffic-eng)
cisco_ios 2           tunnel (?:source|destination|mode|protection|key|vrf)
cisco_ios 3           rd \d+:\d+
cisco_ios 2           route-target (?:export|import|both)
cisco_ios 2           control-plane$
cisco_ios 2           scheduler (?:allocate|max)
cisco_ios 2           redundancy$
cisco_ios 2           archive$
cisco_ios 2           ntp (?:server|source|peer|clock-period|access-group)
cisco_nxos 1, arista_eos 1, cisco_asa 1   ntp (?:server|source)
cisco_ios 3           tacacs(?:-server| server)
cisco_ios 2           radius(?:-server| server)
cisco_ios 2           aaa (?:authentication|authorization|accounting|group|session-id)
cisco_nxos 1, arista_eos 1, cisco_asa 1   aaa (?:authentication|authorization|accounting|group)
cisco_ios 3           key chain \S
cisco_ios 3           event manager
cisco_ios 3           parameter-map type
cisco_ios 3           time-range \S
cisco_asa 2           time-range \S
cisco_ios 2           object-group (?:network|service)
cisco_asa 3           object-group (?:network|service|protocol|icmp-type|user|security)
cisco_ios 3, cisco_nxos 3, arista_eos 3           (?:permit|deny) (?:ip|tcp|udp|icmp|esp|gre) (?:any|host)
cisco_ios 3           (?:permit|deny) (?:ip|tcp|udp|icmp|esp|gre) (?:\d+\.\d+\.\d+\.\d+ \d)
cisco_nxos 2, arista_eos 2, cisco_iosxr 1   (?:permit|deny) \S+ .*\d\.\d+/\d+
cisco_ios 2           (?:permit|deny) \S+ .*\d\.\d+ (?:0|255|\d+\.\d+)\.\d+\.\d+
arista_eos 5, cisco_nxos 1   (?:permit|deny) \d+\.\d+\.\d+\.\d+/\d+$
cisco_iosxr 5         (?:permit|deny) ipv4 \S
cisco_ios 1           (?:permit|deny) (?:any|host|\d+\.\d+\.\d+\.\d+ 0\.)
cisco_ios 2, cisco_nxos 2, arista_eos 2   \d+ (?:permit|deny) (?:ip|tcp|udp|icmp) (?:any|host|\d+\.\d+\.\d+\.\d+/)
cisco_ios 3           dial-peer
cisco_ios 3           voice(?:-port| service| class)
cisco_ios 3           telephony-service
cisco_ios 2           banner (?:motd|login|exec|incoming)
cisco_ios 8           banner (?:motd|login|exec|incoming) (?:\^|\x03)
cisco_nxos 1, arista_eos 1   banner (?:motd|login|exec)
cisco_ios 2           vlan \d+
cisco_nxos 1, arista_eos 1   vlan \d+
cisco_ios 2           dot11|bridge-group
cisco_ios 2           cable
cisco_ios 3           controller \S+ \d
cisco_ios 2           isdn
cisco_ios 2           platform
cisco_ios 3           (?:ipx|appletalk)\b
cisco_ios 2           ipv6 (?:unicast-routing|address|route)
cisco_nxos 1, arista_eos 1   ipv6 (?:address|route)
cisco_ios 2           default-router|lease|dns-server
cisco_ios 3           ip dhcp (?:pool|excluded|snooping|relay)
cisco_ios 1           end$
cisco_ios 2           flow (?:record|exporter|monitor)
cisco_ios 2           mac access-list extended
cisco_ios 2           monitor session
cisco_ios 2           vpdn(?:-group|-)
cisco_ios 2           ip local (?:pool|policy)
cisco_ios 2           ip policy
cisco_ios 2           no (?:ipv6 |ip |switchport|shutdown|logging|cdp|mop|snmp)
cisco_ios 2           flow-sampler|sampler
cisco_ios 2           alias exec
cisco_ios 3           (?:config-register 0x|buffers (?:small|middle|big|large|verybig|huge)|memory reserve|exception (?:crashinfo|memory)|process-max-time)
cisco_ios 3           (?:l2 vfi|pseudowire-class|xconnect|map-class|dialer watch-list|gatekeeper$|ip spd|ipc zone|xdr multicast|vlan ifdescr|wrr-queue|bridge-domain)
cisco_ios 3           (?:no )?(?:vstack|onep|epm logging|call-home(?: reporting)?(?:$| )|software auto-upgrade|downlink delay)
cisco_nxos 4          callhome$
cisco_nxos 3          ntp distribute
cisco_nxos 4          ntp server \S+ use-vrf
cisco_ios 2           address-family (?:ipv4|ipv6|vpnv4)
cisco_iosxr 2         address-family (?:ipv4|ipv6|vpnv4) (?:unicast|multicast)
cisco_nxos 1          address-family (?:ipv4|ipv6|l2vpn)
cisco_ios 2           set (?:community|local-preference|metric|ip next-hop|as-path|origin|weight|tag|ip)
cisco_nxos 1, arista_eos 1   set (?:community|local-preference|metric|ip next-hop|as-path|origin|weight|tag|ip)
cisco_ios 1           match (?:ip|community|as-path|access-group|protocol|interface)
cisco_nxos 1, arista_eos 1   match (?:ip|community|as-path|interface)
cisco_wlc 4           config (?:wlan|sysname|802\.11|ap|mgmtuser|netuser|macfilter|interface address|advanced)
cisco_asa 30          asa version
cisco_asa 30          pix version
cisco_asa 20          fwsm version
cisco_asa 20          ngfw version
cisco_asa 8           : saved
cisco_asa 6           : (?:written by|hardware:|serial number:)
cisco_asa 5           :\s*(?:saved|written|hardware|serial|end)
cisco_asa 5           access-list \S+ (?:line \d+ )?(?:extended|standard|webtype|ethertype|advanced) (?:permit|deny|trust)
cisco_asa 3           access-list [A-Za-z]\S* (?:remark|permit|deny)
cisco_asa 6           access-group \S+ (?:in|out) interface
cisco_asa 6           access-group \S+ global
cisco_asa 6           nameif \S
cisco_asa 4           no nameif
cisco_asa 4           security-level \d
cisco_asa 4           no security-level
cisco_asa 5           object (?:network|service) \S
cisco_ios 1           object network
cisco_asa 3           (?:network-object|port-object|protocol-object|service-object|icmp-object) \S
cisco_asa 2           group-object \S
cisco_asa 3           subnet \d+\.\d+\.\d+\.\d+ \d+\.
cisco_asa 5           nat \(
cisco_asa 5           global \(
cisco_asa 5           static \(
cisco_asa 4           route (?!-|vrf )\S+ \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ \d
cisco_asa 4           tunnel-group
cisco_asa 4           group-policy
cisco_asa 5           dynamic-access-policy-record
cisco_asa 4           timeout (?:xlate|conn|half|pat-xlate|sip|uauth|tcp-proxy|floating)
cisco_asa 3           timeout [01]:
cisco_asa 5           same-security-traffic
cisco_asa 4           (?:no )?asdm|asdm
cisco_asa 4           no (?:asdm|failover|threat-detection|names|arp permit|mac-address auto|sysopt)
cisco_asa 3           pager lines
cisco_asa 4           mtu \S*[A-Za-z]\S* \d+
cisco_asa 3           icmp (?:unreachable|permit|deny)
cisco_asa 4           threat-detection
cisco_asa 4           (?:http|ssh|telnet) \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ \S+
cisco_asa 3           http server enable
cisco_asa 3           (?:ssh|telnet|console) timeout
cisco_asa 3           ssh (?:stricthostkeycheck|scopy|key-exchange)
cisco_asa 4           aaa-server \S+ (?:protocol|\()
cisco_asa 3           service-policy \S+ (?:global|interface)
cisco_asa 4           (?:class-map inspection_default|policy-map global_policy|policy-map type inspect dns)
cisco_asa 3           match default-inspection-traffic
cisco_asa 2           inspect \S
cisco_asa 4           failover(?: (?!cluster|  )|$)
cisco_asa 4           prompt hostname
cisco_asa 4           cryptochecksum:
cisco_asa 4           firewall transparent
cisco_asa 3           names$
cisco_asa 3           name \d+\.\d+\.\d+\.\d+ \S
cisco_asa 3           passwd \S
cisco_asa 4           crypto (?:ikev1|ca trustpoint|ca certificate|ipsec ikev1|ipsec ikev2)
cisco_asa 3           crypto map \S+ interface
cisco_asa 3           username \S+ attributes
cisco_asa 3           vpn-(?:tunnel|filter|idle|session|simul|group|addr)
cisco_asa 3           webvpn$
cisco_asa 4           sysopt
cisco_asa 4           dhcpd
cisco_asa 4           monitor-interface
cisco_asa 4           user-identity
cisco_asa 3           management-only
cisco_asa 3           ip local pool \S+ \d+\.\d+\.\d+\.\d+-
cisco_asa 3           mac-address auto
cisco_asa 4           (?:context|allocate-interface|config-url|admin-context) \S
cisco_asa 3           terminal width
cisco_asa 3           fragment (?:chain|size|timeout)
cisco_asa 2           no (?:ip|nameif|security-level) (?:address)?$
cisco_nxos 40         !command: show (?:running-config|startup)
cisco_nxos 3          !time:
cisco_nxos 3          !running configuration last done
cisco_nxos 8          version \d+\.\d+\(\d
cisco_nxos 4          (?-i:feature(?:-set)? \S)
cisco_nxos 4          no feature \S
cisco_nxos 5          install feature-set
cisco_nxos 6          vdc \S+ id
cisco_nxos 5          vrf context \S
cisco_nxos 4          vrf member \S
cisco_nxos 5          interface mgmt0
cisco_nxos 3          (?-i:interface (?:port-channel|loopback)\d)
cisco_ios 2           interface Ethernet0/\d
cisco_ios 2           (?:no )?ip proxy-arp
cisco_ios 8           access-list \d+$
cisco_ios 3           bfd(?:-template| template| interval)
cisco_ios 5           ! cisco ios
cisco_ios 2           interface vasi(?:left|right)
cisco_ios 2           ip pim (?:bidir|event|mtu|rp-address|sg-expiry|ssm)
cisco_nxos 1          interface Ethernet[1-9]\d*/\d+
cisco_nxos 5          interface nve
cisco_nxos 5          vpc domain
cisco_nxos 3          vpc \S+
cisco_nxos 4          role (?:name|feature-group|priority)
cisco_nxos 5          username \S+ password \S+ \S+ +role
cisco_nxos 4          (?:no )?password strength-check|no password strength-check
cisco_nxos 5          fabric forwarding
cisco_nxos 3          boot (?:nxos|kickstart|system) bootflash
cisco_nxos 4          switchname \S
cisco_nxos 5          copp (?:profile|copy)
cisco_nxos 5          limit-resource
cisco_nxos 5          snmp-server user \S+ network-(?:admin|operator)
cisco_nxos 3, cisco_ios 3    object-group ip (?:address|port)
cisco_ios 1           (?:permit|deny) .* (?:addrgroup|portgroup)
cisco_nxos 3          system (?:default switchport|qos|vlan|jumbomtu|routing|nve)
cisco_nxos 4          hardware (?:profile|access-list|forwarding|qos|rate)
cisco_nxos 3          hsrp (?:version|\d)
cisco_nxos 2          (?:no )?ip access-list (?!extended|standard|resequence|log|role)\S+$
arista_eos 2          (?:no )?ip access-list (?:standard )?(?!extended|standard|resequence|log|role)\S+$
cisco_nxos 2, arista_eos 2   ip address \d+\.\d+\.\d+\.\d+/\d+
cisco_nxos 5, arista_eos 5   ip route (?:vrf \S+ )?\d+\.\d+\.\d+\.\d+/\d+
cisco_nxos 2          no switchport
arista_eos 2          no switchport
cisco_nxos 3          (?:ip|ipv6) router (?:ospf|eigrp|isis|rip) \S+
cisco_nxos 3          template (?:peer|peer-policy|peer-session)
cisco_nxos 3          neighbor \d+\.\d+\.\d+\.\d+(?:/\d+)?$
cisco_iosxr 3         neighbor (?:\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)$
cisco_nxos 3          evpn$
cisco_nxos 3          route-target (?:import|export|both) auto
cisco_nxos 3          nxapi
cisco_nxos 3          cfs
cisco_nxos 2          line (?:console|vty)$
cisco_nxos 3          (?:ip|ipv6) (?:pim|igmp|dhcp) relay|mac address-table
cisco_nxos 3          (?:zone|zoneset|fcdomain|vsan) \S
cisco_nxos 2          class-map type (?:qos|queuing|network-qos|control-plane)
cisco_nxos 2          policy-map type (?:qos|queuing|network-qos|control-plane)
cisco_nxos 2          vn-segment
cisco_nxos 1          channel-group \d+ mode active
cisco_nxos 3          slot \d+$
cisco_nxos 3          ip domain-lookup
cisco_iosxr 40        !! ios xr
cisco_iosxr 8         !! last configuration change
cisco_iosxr 6         ipv4 address
cisco_iosxr 3         ipv6 address \S+$
cisco_iosxr 5         interface (?:MgmtEth|Bundle-Ether|TenGigE|FortyGigE|HundredGigE|preconfigure|tunnel-ip|tunnel-te|BVI|HundredGigE)\S*
cisco_iosxr 6         interface (?:GigabitEthernet|TenGigE|HundredGigE|MgmtEth|FastEthernet|POS|Serial|TwentyFiveGigE|FortyGigE|FourHundredGigE)\S*\d+/\S+/\d+/\d+
cisco_iosxr 6         route-policy \S
cisco_iosxr 6         end-policy
cisco_iosxr 5         (?:prefix|community|as-path|extcommunity|rd|ospf-area|large-community)-set \S
cisco_iosxr 5         end-set
cisco_iosxr 10        (?:no )?ipv4 access-list \S
cisco_iosxr 4         ipv[46] access-group
cisco_iosxr 4         router static
cisco_iosxr 3         router (?:pim|igmp|mld|hsrp|vrrp)
cisco_iosxr 4         neighbor-group
cisco_iosxr 4         (?:af|session)-group
cisco_iosxr 4         (?:taskgroup|usergroup) \S
cisco_iosxr 5         telnet vrf
cisco_iosxr 4         ssh server (?:v2|vrf|session|rate|netconf)
cisco_iosxr 4         vty-pool
cisco_iosxr 3         line (?:default|template)
cisco_iosxr 4         (?:import|export) route-(?:target|policy)
cisco_iosxr 4         l2vpn$
cisco_iosxr 4         object-group network ipv[46]
cisco_iosxr 4         object-group port
cisco_iosxr 4         (?:hw-module|lpts|mpls oam|domain name|tpa|xml agent|netconf-yang)
cisco_iosxr 3         \d+ (?:permit|deny) (?:ipv4|ipv6)
cisco_iosxr 2         vrf [\w.-]+$
cisco_iosxr 3         control-plane management-plane|bundle
cisco_iosxr 3         l2transport
cisco_iosxr 3         area \d+(?:\.\d+\.\d+\.\d+)?$
arista_eos 60         ! device: \S+ \(
arista_eos 50         ! command: show (?:running-config|startup)
arista_eos 6          ! boot system flash
arista_eos 20         boot system flash:?/?\s?\S+\.swi
arista_eos 6          transceiver qsfp
arista_eos 8          service routing protocols model
arista_eos 4          service (?:configuration|interface) \S
arista_eos 20         ip as-path regex-mode
arista_eos 2          interface Ethernet\d+(?:\.\d+)?$
arista_eos 6          interface Management\d+(?:/\d+)?$
arista_eos 6          management (?:api|ssh|console|telnet|security|http|cvx|xmpp|accounts)
arista_eos 5          (?:no )?aaa root|no aaa root
arista_eos 8          daemon \S
arista_eos 5          vrf instance
arista_eos 2          vrf forwarding
arista_eos 3          vrf \S+$
arista_eos 3          ip routing
cisco_ios 1           ip routing
cisco_ios 3           no ip routing
arista_eos 4          no ip routing vrf
arista_eos 5          ip routing vrf
arista_eos 5          ip virtual-router
arista_eos 5          mlag
arista_eos 5          peer-filter
arista_eos 4          queue-monitor
arista_eos 5          hardware (?:tcam|counter|speed)
arista_eos 3          interface vxlan
arista_eos 4          (?:vxlan|event-handler|event-monitor|load-interval|trunk group|errdisable|sflow|platform|tap aggregation|dcbx|agent|terminal (?:length|width|monitor)|cvx|username \S+ (?:secret|privilege \d+ (?:role \S+ )?secret) sha512)
arista_eos 3          (?:no )?switchport trunk group
arista_eos 3          maximum-paths \d+ ecmp
arista_eos 3          redistribute (?:connected|static|learned)
arista_eos 2          counters per-entry
arista_eos 2          statistics per-entry
arista_eos 3          aaa authorization exec default local
arista_eos 3          ip name-server vrf
arista_eos 3          peer-group \S
arista_eos 3          traffic-policies$
fortios 60            #config-version=(?!fmg|faz|fml)
fortimanager 60       #config-version=fmg
fortianalyzer 60      #config-version=faz
fortios 8             #conf_file_ver=
fortios 4             #(?:buildno|global_vdom|checksum|branch_pt)
fortios 5             config (?:system|firewall|router|vpn|user|log|webfilter|ips|antivirus|application|dnsfilter|wireless-controller|switch-controller|endpoint-control|voip|dlp|spamfilter|emailfilter|web-proxy|waf|videofilter|ssh-filter|authentication|certificate|report|alertemail|ftp-proxy|icap|extender-controller|extension-controller|file-filter|monitoring|casb|virtual-patch|ztna|sctp-filter|automation|gui|diameter-filter)(?: |$)
fortios 5             config (?:vdom|global)$
fortios 2             edit (?:\d+|".*"|\S+)$
fortios 2             next$
fortios 1             end$
fortios 2             set (?:uuid|srcintf|dstintf|srcaddr|dstaddr|schedule|vdom|allowaccess|subnet|tcp-portrange|udp-portrange|associated-interface|member|action (?:accept|deny))
juniper_junos 40      ## last (?:commit|changed)
juniper_junos 3       version \S+;$
juniper_junos 3       set version \S+
juniper_junos 4       set (?:groups|logical-systems|tenants) \S+
juniper_junos 3       set apply-groups
juniper_junos 4       set system (?:host-name|root-authentication|services|syslog|login|ntp|time-zone|domain-name|name-server|tacplus|radius|ports|no-|license|processes|scripts|arp|authentication|extensions|commit|archival|max|internet|autoinstallation|phone|management-instance|backup-router|static-host)
juniper_junos 5       set interfaces (?!ethernet)(?:ge|xe|et|fe|so|ae|lo|irb|st|gr|fxp|em|me|reth|vlan|t[13]|lt|sp|ms|si|vme|fab|demux|ip|cbp|xle|interface-range|apply-groups|traceoptions)[\w/:.-]*(?: |$)
juniper_junos 4       set (?:policy-options|routing-options|routing-instances|forwarding-options|class-of-service|firewall (?:family|filter|policer)|applications (?:application|application-set)|access(?:-profile)?|vlans|bridge-domains|protocols (?:bgp|ospf|ospf3|isis|ldp|mpls|rsvp|lldp|rstp|mstp|stp|pim|igmp|l2|evpn|bfd|vstp|msdp|connections|router-adv|layer2|iccp|rip|aggregate)|chassis|ethernet-switching-options|multi-chassis|poe|virtual-chassis|event-options|switch-options|schedulers|services)(?: |$)
juniper_junos 4       set security (?:zones|policies|nat|ike|ipsec|screen|address-book|alg|flow|log|utm|forwarding-options|idp|certificates|pki|application)
juniper_junos 3       set snmp (?:community|location|contact|v3|trap|name|view|interface)
juniper_junos 3       (?:delete|deactivate|activate|protect) (?:interfaces|system|protocols|policy-options|routing-options|security|firewall|groups|routing-instances)
juniper_junos 2       set firewall family inet filter
juniper_junos 5       host-name \S+;
juniper_junos 3       root-authentication \{
juniper_junos 4       family (?:inet6?|ethernet-switching|mpls|iso|bridge|any|vpls|ccc) ?\{
juniper_junos 3       family (?:inet6?|ethernet-switching|mpls|iso);
juniper_junos 4       unit \d+ \{
juniper_junos 3       (?:ge|xe|et|fe|so|ae|lo|irb|st|fxp|em|me|reth)-?[\d/.:]+ \{
juniper_junos 3       (?:interfaces|protocols|routing-options|policy-options|routing-instances|forwarding-options|class-of-service|applications|groups|chassis|security|firewall|snmp|vlans|access|logical-systems) \{$
juniper_junos 2       system \{$
juniper_junos 4       (?:policy-statement|prefix-list|filter|term|from-zone|security-zone|policer|group|instance-type|policies|zones|as-path|community) [^{}]*\{
juniper_junos 3       (?:replace|inactive|protect|delete): \S
juniper_junos 3       then (?:accept|reject|discard|\{)
juniper_junos 3       from \{
juniper_junos 3       (?:source-address|destination-address|protocol|destination-port|application|route-filter|peer-as|instance-type|address|export|import|autonomous-system|router-id|neighbor|local-as|vlan-id) [^{}]+;
juniper_junos 3       apply-groups [^{}]+;
juniper_junos 3       /\* .* \*/
paloalto_panos 5      set (?:deviceconfig|mgt-config)(?: |$)
paloalto_panos 5      set (?:shared|readonly|predefined)(?: |$)
paloalto_panos 5      set (?:device-group|template|template-stack|log-collector|log-collector-group) \S
paloalto_panos 5      set (?:rulebase|pre-rulebase|post-rulebase|address-group|service-group|application-group|application-filter|external-list|profile-group|profiles|vsys|schedule|region|global-protect|authentication-profile|log-settings|import network)(?: |$)
paloalto_panos 5      set network (?:interface|virtual-router|logical-router|virtual-wire|vlan|profiles|ike|tunnel|qos|shared-gateway|dns-proxy|dhcp|lldp)
paloalto_panos 4      set zone \S
paloalto_panos 4      set (?:address|service|tag) (?:"[^"]*"|\S+) (?:ip-netmask|ip-range|fqdn|protocol|color|description|tag|static|comments|ip-wildcard)
paloalto_panos 6      set config (?:devices|shared|mgt-config|panorama|readonly|predefined|version|urldb)
paloalto_panos 3      delete (?:deviceconfig|rulebase|device-group|network|template|shared)
paloalto_panos 5      (?:deviceconfig|mgt-config|rulebase|localhost\.localdomain|vsys1|address-group|service-group|virtual-router|pre-rulebase|post-rulebase|device-group|panorama|template-stack|import|network) \{
paloalto_panos 3      (?:default-security-rules|ethernet|layer3|config|shared|zone|template) \{$
paloalto_panos 3      (?:ip-netmask|fqdn|ip-range|panorama-server|urldb|detail-version|application-default) [^{}]+;
checkpoint 30         # configuration of \S+
checkpoint 6          # language version:
checkpoint 6          # exported by \S+ on
checkpoint 4          set interface \S+ (?:ipv4-address|ipv6-address|state|link-speed|auto-negotiation|mtu|comments)
checkpoint 5          set static-route \S+ nexthop
checkpoint 5          set (?:installer|expert-password-hash|password-controls|management interface|core-dump|message (?:banner|motd)|format|inactivity-timeout|ipv6-state|lcd|net-access|kernel-routes|aaa tacacs|max-path-splits|tracefile|rip|pbr|snmp mode|snmp agent|edition)
checkpoint 5          add (?:bonding group|rba role|arp proxy|host name|interface \S+ vlan|syslog)
checkpoint 4          set (?:bonding|hostname|timezone|ntp|dns|as|router-id|bgp external|ospf area|user \S+ (?:shell|password-hash|uid))
checkpoint 4          (?:lock database override|clienv)
nftables 10           table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{?
nftables 10           #!/\S*nft
nftables 6            flush ruleset
nftables 8            type (?:filter|nat|route) hook \S+
nftables 3            chain \S+ \{
nftables 4            (?:nft )?add (?:table|chain|rule) (?:ip|ip6|inet|arp|bridge|netdev)
nftables 4            nft (?:add|flush|insert)
nftables 3            (?:ct state|iifname|oifname|ip saddr|ip daddr|tcp dport|udp dport) \S
iptables 30           # generated by (?:ip6?tables|xtables)\S*
iptables 8            \*(?:filter|nat|mangle|raw|security)$
iptables 6            :\S+ (?:ACCEPT|DROP|-|REJECT) \[\d+:\d+\]
iptables 6            :\S+ (?:ACCEPT|DROP|-)$
iptables 3            (?-i:COMMIT)$
iptables 5            -a \S+
other 200             == parser output ==$
iptables 5            \[\d+:\d+\] -[AI] \S+
iptables 4            -(?:i|p|n|f|x|z) [A-Za-z]\S*(?: \d+)?
iptables 5            (?:sudo )?(?:\S*/)?ip6?tables(?:-legacy|-nft)? (?:-[a-zA-Z]|--\w)
iptables 5            sudo (?:\S*/)?ip6?tables
iptables 5            \$(?:IPTABLES|IPT|IP6TABLES|\{?iptables\}?) -\w
iptables 2            target prot opt
iptables 15           create \S+ (?:hash|bitmap|list):\S+
iptables 4            add \S+ [\d.:a-f/-]+(?:,\S+)?(?: (?:timeout \d+|nomatch))*$
cumulus 6             auto (?:swp|bridge|peerlink|mgmt)
cumulus 6             iface (?:swp|bridge|peerlink|vlan\d|bond|lo|eth|mgmt|vxlan)\S*
cumulus 6             net add (?:interface|bgp|bond|bridge|loopback|hostname|vlan|vrf|clag|routing|ospf|time|dns|snmp)
cumulus 6             nv (?:set|unset|config)
cumulus 8             # this file describes the network interfaces
cumulus 5             # ports\.conf ---
cumulus 4             bridge-(?:ports|vids|vlan-aware|access|pvid)
cumulus 4             (?:clagd|vxlan|address-virtual|vrf-table|bond-slaves)\S*
frr 60, cumulus 56    frr (?:version|defaults)
frr 3                 service integrated-vtysh-config
f5 60                 #tmsh-version
f5 6                  (?:ltm|gtm|asm|apm|afm|net|sys|cm|auth|security|analytics|wom|pem|ilx) [a-z][\w-]*(?: [\w./:%*-]+)* \{ ?\}?
f5 4                  (?:ltm|net|sys|cm|auth|security) [a-z][\w-]*(?: [\w./:%-]+)+ \{
nokia_sros 60         # timos-|# configuration format version \d+\.\d+ revision
nokia_sros 6          echo ".* configuration"
nokia_sros 6          exit all
nokia_sros 5          /configure
nokia_sros 6          configure \{
nokia_sros 3          /?configure (?:router|port|card|service|system|qos|filter|policy)
a10_acos 8            slb (?:server|service-group|virtual-server|template|common)
a10_acos 8            !current configuration: \d+ bytes
a10_acos 8            !64-bit advanced core os
a10_acos 4            (?:health monitor|system promiscuous|ha-group|vcs|partition \S+ id|enable-core|ve \d)
huawei 20             !software version v\d+r\d+
huawei 4, hp_comware 4   sysname \S
huawei 4, hp_comware 2   undo \S
huawei 5              interface (?:vlanif|meth|eth-trunk|xgigabitethernet|nve|10ge|100ge|40ge|stack-port)
huawei 3              (?:info-center|snmp-agent|aaa$|user-interface|stelnet|acl (?:number|name)|local-user|hwtacacs|ip vpn-instance|dhcp enable|traffic (?:classifier|behavior|policy)|firewall zone|security-policy)
hp_comware 3          (?:snmp-agent|info-center|local-user|acl (?:number|basic|advanced)|user-role|ip vpn-instance)
hp_comware 8          (?:port (?:link-mode|link-type|access vlan|trunk permit)|stp edged-port)
huawei 8, hp_comware 8   (?:ip route-static|ntp-service unicast)
hp_comware 8          interface (?:vlan-interface|ten-gigabitethernet|bridge-aggregation|m-gigabitethernet|fortygige|ten-|twenty-)
other 20              header \{
other 10              (?:comment|target|source-address|destination-address|action|protocol|destination-port|option|logging)::
aruba_aoscx 3         ! ----- output stripped
aruba_aoscx 8         access-list (?:ip|ipv6|mac) \S+$
aruba_aoscx 6         (?:apply access-list|https-server vrf|vlan (?:access|trunk)|vsx) \S
hp_comware 20         # hpe? comware
hp_comware 20         version (?:5|7)\.\d+\.\d+.*release
hp_comware 4          (?:irf|line class|authorization-attribute|domain (?:system|default))
hp_procurve 20        ; \S+ configuration editor
hp_procurve 20        running configuration:$
hp_procurve 8         (?:interface (?:[a-z]?\d+)|vlan \d+ (?:tagged|untagged)|(?:un)?tagged (?:vlan )?[a-z]?\d+(?:[,-][a-z]?\d+)*|spanning-tree admin-edge-port)$
hp_procurve 4         (?:hostname|name) ".*"$
aruba_aoscx 200       !version arubaos-cx|! arubaos-cx$|! aos-cx$
aruba_aoscx 60        !version al-|!version (?:fl|gl|xl|ll|pl|tl|dl)\.
aruba_os 12           netservice \S
aruba_os 12           netdestination6? \S
aruba_os 12           (?:ip )?access-list session
aruba_os 10           (?:aaa (?:profile|server-group|derivation-rules)|rf (?:arm|dot11|event|ht|optimization)|ap (?:system|regulatory|wired)|mgmt-server profile|airgroup)
aruba_os 10           (?:any|user|ipv6 any|ipv6 user|ipv4 any) (?:any|user|alias \S+|host \S+|network \S+) (?:any|svc-|udp|tcp|alias|app)
aruba_os 6            (?:wlan|ap-group|user-role|mgmt-user|virtual-controller|ip access-list session|wlan access-rule|per-ap-settings|virtual-controller-country|virtual-controller-key|conductor-key|rf dot11)
mikrotik 30           # .* by routeros
mikrotik 5            /(?:ip|interface|system|ipv6|routing|tool|user|queue|ppp|port|snmp|certificate|container|disk|radius|file|zerotier)
mikrotik 4            add (?:action|chain|address|interface|name|bridge|disabled|dst-address)=
mikrotik 3            set (?:\[ find|\d+ \S+=|\S+=)
vyos 30               // (?:vyos-config-version|release version|warning: do not)
vyos 30               /\* (?:=== vyatta|warning: do not remove)
vyos 6                (?:set|delete) protocols bgp (?:\d+ (?:neighbor|network|parameters|address-family|redistribute|timers)|system-as)
vyos 6                (?:set|delete) firewall (?:ipv6-)?name \S+ (?:rule|default-action)
vyos 6                (?:set|delete) interfaces (?:ethernet|bonding|bridge|dummy|openvpn|wireguard|tunnel|vti|loopback|pseudo|pppoe|switch) \S
vyos 5                set firewall (?:name|ipv6-name|group|all-ping|state-policy|ipv4|ipv6|zone|global-options|broadcast|send-redirects|receive)
vyos 5                set (?:service (?:ssh|dhcp|dns|snmp|ntp|gui|lldp|https)|nat (?:source|destination)|system (?:config-management|console|option|conntrack|package|sysctl|offload)|vpn ipsec|zone-policy|policy (?:route-map|prefix-list|local|as-path)|protocols static)
vyos 10               (?:ethernet eth\d+|bonding bond\d+|loopback lo) \{
vyos 5                (?:vif \d+|conntrack|config-management) \{
vyos 2                default-action (?:accept|drop|reject|return)$
vyos 5                (?:established|related|invalid) (?:enable|disable)$
juniper_screenos 5    set (?:clock|vrouter|alg|auth-server|auth default|admin|zone|interface|flow|policy id|address|service|ike|console|pki|nsmgmt|ssh|config lock) (?:"|name|id|password|format|dst|timezone|vrouter)
extreme_exos 6        (?:configure|create|enable|disable) (?:vlan|vr|stpd|sharing|snmp|ports|ospf|ipforwarding|account|sntp|dns|telnet|ssh2|bgp|iproute|sys|mirror|access-list)
extreme_exos 10       # module \S+ configuration
citrix_netscaler 20   #ns\d+\.\d+ build
citrix_netscaler 5    (?:add|bind|set) (?:lb|cs|ns|ssl|serviceGroup|service|server|vpn|authentication|aaa|responder|rewrite) \S+
dell_force10 20       ! version \d+\.\d+\(\d
dell_os10 40          ! version 10\.\d+\.\d
ruckus_fastiron 40    ver 0\d\.\d
ruckus_fastiron 10    vlan \d+ (?:name \S+ )?by port
ruckus_fastiron 8, extreme_netiron 8   (?:no )?(?:un)?tagged ethe(?:rnet)? \d
ruckus_fastiron 8, extreme_netiron 8   (?:router-interface|interface) ve \d
ruckus_fastiron 4, extreme_netiron 6   port-name \S
extreme_netiron 12    (?:lag ".*" (?:dynamic|static|keep-alive)|cam-partition|no dual-mode-default-vlan|no route-only|default-max-frame-size)
extreme_netiron 8     system-max \S
extreme_netiron 8     sflow forwarding
extreme_netiron 12    (?:management-vrf \S|exit-vrf$)
ciena_saos 12         (?:components component|oc-if:interfaces|ptps ptp|(?:cos-to-frame|frame-to-cos)-maps|egress-qos cos-queue-map|logical-ports logical-port|xcvrs xcvr|otn-ports ports|fds fd|fps fp) \S
rad_etx 10            (?:login-user "|l2cp profile|policer profile|flow uni-direction)
rad_etx 8             (?:ingress|egress)-port (?:ethernet|bridge-port)
rad_etx 8             (?:nearest-bridge-|vlan-tag (?:push|pop)|classifier ")
mrv 8                 (?:no )?port (?:media-select|flood-limiting|tag-outbound-mode|advertise|state|duplex|speed) \S
mrv 10                interface vlan vif\d
cisco_smb 10          config-file-header
mellanox_onyx 60      ## (?:running database|active saved database|running-config temporary prefix mode setting)
mellanox_onyx 20      no cli default prefix-modes
mellanox_onyx 8       protocol (?:mlag|telemetry)$
openbsd_pf 4          (?:pass|block) (?:in|out|quick|log|all|drop|return)
openbsd_pf 3          (?:set skip on|scrub in|match out|anchor|table <)
ubiquiti_airos 8      (?:aaa|radio|wireless|bridge|netconf|users|ebtables|iptables|resolv|netmode)\.\d*\.?\S*=
ufw 5                 ufw (?:allow|deny|limit|reject|default)
windows_firewall 6    (?:netsh advfirewall|new-netfirewallrule)
aruba_wlc 1           controller-ip
garderos 8            \S+\.\d+\.\S+=.*
tnsr 8                (?:nacm|dataplane|configuration history|unbound server) \S
sonicwall 5           (?:access-rule ipv4|address-object ipv4|firewall-name|serial-number|firmware-version) \S
"""


# JSON and XML documents: (platform, syntax, expression searched for).
MARKUP: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (platform, syntax, re.compile(expression))
    for platform, syntax, expression in (
        (
            "paloalto_panos",
            "xml",
            r"<config\b[^>]*(?:urldb|detail-version|version=)|<(?:mgt-config|rulebase|pre-rulebase|post-rulebase|deviceconfig)\b"
            r"|<entry name=['\"](?:vsys1|localhost\.localdomain)['\"]"
            r"|<config\b[^>]*>\s*<(?:shared|devices|panorama|readonly)\b|<from>\s*<member>",
        ),
        ("opnsense", "xml", r"<opnsense\b"),
        ("pfsense", "xml", r"<pfsense\b"),
        ("juniper_junos", "xml", r"<configuration\b[^>]*junos|<configuration\b[^>]*>\s*<(?:version|system|groups)>"),
        ("nftables", "json", r"\A\s*\{\s*\"nftables\"\s*:"),
        # Before aws: PowerShell's Azure output has keys of the same names.
        ("azure", "json", r"(?i)\"type\"\s*:\s*\"Microsoft\.\w+/|\"id\"\s*:\s*\"(?:/subscriptions/[\w-]+/|[^\"]*/providers/Microsoft\.)"
                          r"|/schemas/[\w.-]+/\w*deployment(?:template|parameters)\.json"),
        ("aws", "json", r"\"(?:SecurityGroups|Vpcs|Subnets|RouteTables|NetworkAcls|Reservations|NetworkInterfaces|InternetGateways"
                        r"|NatGateways|VpcPeeringConnections|TransitGateways|TransitGateway\w+|VpcEndpoints|VpnGateways"
                        r"|VpnConnections|CustomerGateways|LoadBalancers|TargetGroups|LoadBalancerListeners|Listeners|PrefixLists|Addresses"
                        r"|LoadBalancerAttributes|LoadBalancerTargetHealth|AvailabilityZones|DBInstances|DomainStatusList"
                        r"|AccountAliases|Regions|Instances|SecurityGroupRules|EgressOnlyInternetGateways|ServiceDetails|VirtualInterfaces"
                        r"|DirectConnectGateway\w*)\"\s*:|\"IpPermissions(?:Egress)?\"\s*:\s*\[|\"NetworkInterfaceId\"\s*:\s*\"eni-"
                        r"|\"(?:Vpc|Subnet|NetworkAcl|RouteTable)Id\"\s*:\s*\"(?:vpc|subnet|acl|rtb)-"),
        ("checkpoint", "json", r"\"type\"\s*:\s*\"(?:access-rule|access-section|nat-rule|nat-section|package|simple-gateway|CpmiGatewayPlain|"
                               r"CpmiAnyObject|access-layer|RulebaseAction)\"|\"(?:access-layers|nat-policy|rulebase|policyPackages)\"\s*:"
                               r"|\"domain-type\"\s*:\s*\"(?:(?:data |global |mds |local )?domain)\"|\"code\"\s*:\s*\"(?:generic_)?err(?:or)?[_\"]"
                               r"|\A\s*\[?\s*\{\s*\"(?:objects|tasks)\"\s*:\s*\[\s*\]\s*,\s*\"total\"\s*:\s*0\s*\}"
                               r"|\"accept-icmp-requests\"\s*:"),
        ("sonic", "json", r"\"DEVICE_METADATA\"\s*:|\"(?:ACL_TABLE|MGMT_INTERFACE)\"\s*:"),
        ("gcp", "json", r"\"kind\"\s*:\s*\"compute#|\"selfLink\"\s*:\s*\"https://www\.googleapis\.com/compute"),
        ("cisco_ftd", "json", r"\"type\"\s*:\s*\"(?:AccessPolicy|AccessRule|accessrule)\""),
        ("mist", "json", r"\"mist_\w+\"\s*:"),
    )
)  # fmt: skip

# Lines that only the output of show commands has.
CAPTURE_LINES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(expression)
    for expression in (
        r"Codes: .*\bC - connected",
        r"Cisco (?:IOS|Nexus|Internetwork|Adaptive|IOS-XE|IOS XR) .*(?:Software|Operating)",
        r"Cisco Adaptive Security Appliance Software Version",
        r".* uptime is \d+ ",
        r"Interface\s+IP-Address\s+OK\?",
        r"(?:Extended|Standard) IP access list",
        r"IP(?:v4|v6)? (?:Access List|access list)",
        r"access-list \S+; \d+ elements",
        r"Routing (?:entry|Table)",
        r"Protocol\s+Address\s+Age",
        r"Chain \w+ \(policy",
        r"Capability [Cc]odes:",
        r"\S+ is (?:administratively )?(?:up|down), line protocol is",
        r"BGP (?:router identifier|table version)",
        r"Neighbor\s+V\s+AS",
        r"inet\.0: \d+ destinations",
        r"Physical interface:",
        r"VRF[- ](?:Name|name)\b",
        r"IP Route Table for VRF",
        r"Name\s+Default RD",
        r".*\(hitcnt=\d+\)",
        r"Interface \S+ \".*\", is (?:administratively )?(?:up|down)",
        r"IP Interface Status for VRF",
        r"route-map \S+, (?:permit|deny), sequence \d",
        r"Vlan access-map \"",
        r"Zone-pair +: ",
        r"BOOT variable\b",
        r"IP routing table (?:name|maximum-paths) is",
        r".*\(time left \d+\)",
        r".* \[match=\d+\]",
        r"Smart Licensing Status\Z",
    )
)
