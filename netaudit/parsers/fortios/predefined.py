"""Services that FortiOS ships, for files that refer to them without defining them.

Source: FortiOS Administration Guide, "Services", predefined services; names of FortiOS 4.3 to 7.6.
Each line: name, then protocol and destination ports (`ports:source-ports`), several possible.
"""

from __future__ import annotations

from netaudit.parsers.fortios.words import name_set

_TABLE = """
ALL any
ANY any
ALL_TCP tcp 1-65535
ALL_UDP udp 1-65535
ALL_ICMP icmp
ALL_ICMP6 icmp6
GRE ip 47
AH ip 51
ESP ip 50
OSPF ip 89
AOL tcp 5190-5194
BGP tcp 179
DHCP udp 67-68
DHCP6 udp 546,547
DNS tcp 53 udp 53
FINGER tcp 79
FTP tcp 21
FTP_GET tcp 21
FTP_PUT tcp 21
GOPHER tcp 70
H323 tcp 1720,1503 udp 1719
HTTP tcp 80
HTTPS tcp 443
IKE udp 500,4500
IMAP tcp 143
IMAPS tcp 993
Internet-Locator-Service tcp 389
IRC tcp 6660-6669
L2TP tcp 1701 udp 1701
LDAP tcp 389
LDAP_UDP udp 389
NetMeeting tcp 1720
NFS tcp 111,2049 udp 111,2049
NNTP tcp 119
NTP tcp 123 udp 123
PC-Anywhere tcp 5631 udp 5632
PING icmp 8
PING6 icmp6 128
TIMESTAMP icmp 13
INFO_REQUEST icmp 15
INFO_ADDRESS icmp 17
ONC-RPC tcp 111 udp 111
DCE-RPC tcp 135 udp 135
POP3 tcp 110
POP3S tcp 995
PPTP tcp 1723
QUAKE udp 26000,27000,27910,27960
RAUDIO udp 7070
REXEC tcp 512
RIP udp 520
RLOGIN tcp 513:512-1023
RSH tcp 514:512-1023
SCCP tcp 2000
SIP tcp 5060 udp 5060
SIP-MSNmessenger tcp 1863
SAMBA tcp 139
SMB tcp 445
SMTP tcp 25
SMTPS tcp 465
SNMP tcp 161-162 udp 161-162
SSH tcp 22
SYSLOG udp 514
TALK udp 517-518
TELNET tcp 23
TFTP udp 69
MGCP udp 2427,2727
UUCP tcp 540
VDOLIVE tcp 7000-7010
WAIS tcp 210
WINFRAME tcp 1494,2598
X-WINDOWS tcp 6000-6063
MS-SQL tcp 1433,1434
MYSQL tcp 3306
RDP tcp 3389
VNC tcp 5900
SQUID tcp 3128
SOCKS tcp 1080 udp 1080
WINS tcp 1512 udp 1512
RADIUS udp 1812,1813
RADIUS-OLD udp 1645,1646
CVSPSERVER tcp 2401 udp 2401
AFS3 tcp 7000-7009 udp 7000-7009
TRACEROUTE udp 33434-33535
RTSP tcp 554,7070,8554 udp 554
MMS tcp 1755 udp 1024-5000
KERBEROS tcp 88,464 udp 88,464
NONE tcp 0
"""

# name -> ((protocol word, ports text), ...)
PREDEFINED_SERVICES: dict[str, tuple[tuple[str, str], ...]] = {}
for _line in _TABLE.split("\n"):
    if _words := _line.split():
        _specs = [*_words[1:], ""]
        PREDEFINED_SERVICES[_words[0]] = (
            tuple((_specs[i], _specs[i + 1]) for i in range(0, len(_specs) - 1, 2)) if _words[1:] else ()
        )

PREDEFINED_SERVICE_GROUPS = {
    "Email Access": ("DNS", "IMAP", "IMAPS", "POP3", "POP3S", "SMTP", "SMTPS"),
    "Web Access": ("DNS", "HTTP", "HTTPS"),
    "Windows AD": ("DCE-RPC", "DNS", "KERBEROS", "LDAP", "LDAP_UDP", "SAMBA", "SMB"),
    "Exchange Server": ("DCE-RPC", "DNS", "HTTPS"),
}

# Addresses and schedules of the factory configuration: their not being used says nothing of the administrators.
FACTORY_ADDRESSES = name_set("""
    all none any FIREWALL_AUTH_PORTAL_ADDRESS SSLVPN_TUNNEL_ADDR1 SSLVPN_TUNNEL_IPv6_ADDR1 FABRIC_DEVICE
    FCTEMS_ALL_FORTICLOUD_SERVERS EMS_ALL_UNKNOWN_CLIENTS EMS_ALL_UNMANAGEABLE_CLIENTS login.microsoftonline.com
    login.microsoft.com login.windows.net gmail.com wildcard.google.com wildcard.dropbox.com adobe android apple
    appstore.com autoupdate.opera.com citrixonline dropbox.com eease fortinet googleapis.com google-drive
    google-play google-play2 google-play3 Gotomeeting icloud itunes microsoft skype softwareupdate.vmware.com
    swscan.apple.com update.microsoft.com verisign Windows-update-2 live.com auth.gfx.ms
    """)
FACTORY_SCHEDULES = frozenset(("always", "none", "default-darrp-optimize"))
