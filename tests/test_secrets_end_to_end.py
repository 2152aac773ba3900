"""No secret of an input is in any output: planted in every platform, followed into every byte that netaudit writes.

In the configurations below every `§` becomes a secret of its own: the word S3cr3t with a number (in keys of
hexadecimal digits 5ec2e7, in blocks of base64 many times S3cr3t). Then everything is run and every byte written is
searched for those words, in any case.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest

from tests.command_line import Outcome, netaudit

MARKS = (b"s3cr3t", b"5ec2e7")

CISCO_IOS = """\
version 16.9
service password-encryption
hostname SECRETS-IOS
!
enable secret 5 $1$§$abcdefghijklmnopqrstu/
enable secret 9 $9$§.abc$def
enable password 7 §
enable password §
username admin privilege 15 secret 9 $9$§$abc/def
username backup password 0 §
username ops privilege 15 password 7 §
username blanks secret § and § too
aaa new-model
tacacs-server host 192.0.2.5 key 7 §
tacacs server T1
 address ipv4 192.0.2.6
 key 7 §
radius server R1
 address ipv4 192.0.2.7 auth-port 1812 acct-port 1813
 key §
 pac key 7 §
radius-server key §
aaa group server radius G
 server-private 192.0.2.8 key 7 §
aaa server radius dynamic-author
 client 192.0.2.9 server-key 7 §
 server-key §
key chain OSPF-KEYS
 key 1
  key-string 7 §
 key 2
  key-string §
crypto isakmp key § address 203.0.113.9
crypto isakmp key 6 § hostname peer.example
crypto keyring K
  pre-shared-key address 203.0.113.10 key §
crypto ikev2 keyring K2
 peer P
  address 203.0.113.11
  pre-shared-key local §
  pre-shared-key remote 6 §
  pre-shared-key hex ¤
crypto map M 10 ipsec-manual
 set peer 203.0.113.12
 set session-key inbound esp 256 cipher ¤ authenticator ¤
 set session-key outbound ah 257 ¤
 match address VPN
interface GigabitEthernet0/0
 description uplink, the router password is §, ask the provider
 ip address 192.0.2.1 255.255.255.0
 ip access-group IN in
 ip ospf authentication-key §
 ip ospf message-digest-key 1 md5 7 §
 ip nhrp authentication §
 standby 1 authentication md5 key-string 7 §
 standby 1 authentication §
 vrrp 1 authentication text §
 isis password § level-1
 ppp chap password 0 §
 ppp pap sent-username branch password 7 §
 no shutdown
interface Tunnel0
 ip address 10.9.0.1 255.255.255.252
 tunnel key 12
interface Dot11Radio0
 encryption key 1 size 128bit 7 ¤ transmit-key
 wpa-psk ascii 7 §
router ospf 1
 area 1 virtual-link 192.0.2.77 authentication-key §
 area 2 virtual-link 192.0.2.78 message-digest-key 1 md5 §
router bgp 65000
 neighbor 192.0.2.2 remote-as 65001
 neighbor 192.0.2.2 password §
 neighbor PEERS password 7 §
 address-family ipv4 vrf A
  neighbor 192.0.2.3 password 7 §
 template peer-session T
  password 7 §
router isis
 area-password §
 domain-password § authenticate snp validate
router rip
mpls ldp neighbor 192.0.2.4 password 7 §
ip msdp password peer 192.0.2.4 7 §
ip access-list extended IN
 remark temporary, password: §
 permit tcp any host 10.10.20.5 eq 443
 permit ip any any
ip ftp username f
ip ftp password 7 §
ip http client password §
vtp password §
ntp authenticate
ntp authentication-key 1 md5 § 7
ntp authentication-key 10 hmac-sha2-256 § 7
snmp-server community § RO 10
snmp-server community § view V RW
snmp-server host 192.0.2.20 version 2c §
snmp-server host 192.0.2.21 §
snmp-server host 192.0.2.22 traps version 1 § config
snmp-server host 192.0.2.23 vrf MGMT version 2c §
snmp-server user poller G v3 auth sha § priv aes 128 §
snmp-server user poller2 G v3 encrypted auth md5 § priv des §
rmon event 1 log trap § description d owner me
key config-key password-encrypt §
archive
 path ftp://backup:§@192.0.2.30/$h
ip domain-lookup
vpdn-group 1
 l2tp tunnel password 7 §
crypto pki trustpoint TP
 password 7 §
 enrollment url http://user:§@192.0.2.31/
crypto pki certificate pool
crypto pki export-key
-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: DES-EDE3-CBC,¤
¶
¶
-----END RSA PRIVATE KEY-----
line con 0
 password §
line vty 0 4
 password 7 §
 transport input telnet ssh
line vty 5 15
 password 0 § with blanks §
event manager applet A
 action 1.0 cli command "enable" pattern "Password:"
 event syslog pattern "password § seen"
 action 2.0 mail server "user:§@192.0.2.40" to a@example.com from b@example.com subject s
kron policy-list P
 cli copy running-config scp://u:§@192.0.2.41/x
! the old enable password was §
banner motd ^C
emergency login: admin, password: §
^C
banner login ^C
 user/password is admin/§
^C
end
"""

CISCO_ASA = """\
ASA Version 9.8(2)
hostname SECRETS-ASA
domain-name example.com
enable password § encrypted
enable password $sha512$5000$§==$§== pbkdf2
passwd § encrypted
names
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 192.0.2.129 255.255.255.128
 ospf authentication-key §
 ospf message-digest-key 1 md5 §
 authentication key eigrp 100 § key-id 1
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.20.0.1 255.255.255.0
access-list OUT remark temporary, pwd=§
access-list OUT extended permit ip any any
access-group OUT in interface outside
failover key §
failover key hex ¤
failover ipsec pre-shared-key §
aaa-server TACACS protocol tacacs+
aaa-server TACACS (inside) host 10.20.0.5
 key §
aaa-server OLD (inside) host 10.20.0.6 § timeout 10
aaa-server RADIUS protocol radius
aaa-server RADIUS (inside) host 10.20.0.7
 key 8 §
 radius-common-pw §
aaa-server LDAP protocol ldap
aaa-server LDAP (inside) host 10.20.0.8
 ldap-base-dn DC=example,DC=com
 ldap-login-password §
 ldap-login-dn CN=bind,DC=example,DC=com
username admin password § encrypted privilege 15
username vpn password § nt-encrypted
snmp-server community §
snmp-server host inside 10.20.0.9 community § version 2c
snmp-server host inside 10.20.0.10 poll community 0 §
snmp-server user u g v3 encrypted auth sha ¤ priv aes 256 ¤
crypto isakmp key § address 203.0.113.50 netmask 255.255.255.255
isakmp key § address 203.0.113.51 netmask 255.255.255.255
tunnel-group 203.0.113.52 type ipsec-l2l
tunnel-group 203.0.113.52 ipsec-attributes
 ikev1 pre-shared-key §
 ikev2 remote-authentication pre-shared-key §
 ikev2 local-authentication pre-shared-key §
tunnel-group 203.0.113.53 ipsec-attributes
 pre-shared-key §
tunnel-group 203.0.113.54 ipsec-attributes
 pre-shared-key *
group-policy G attributes
 banner value the password is §
 policy-server-secret §
vpnclient vpngroup VG password §
vpnclient username VU password §
vpdn username P password §
crypto ca trustpoint TP
 password §
 keypair K
crypto ca import TP pkcs12 §
¶
¶
quit
crypto ca certificate chain TP
 certificate ca 01
    308201b3 30820159 a0030201
  quit
-----BEGIN EC PRIVATE KEY-----
¶
-----END EC PRIVATE KEY-----
ntp authentication-key 1 md5 §
ntp authentication-key 2 md5 8 §
router bgp 65001
 address-family ipv4 unicast
  neighbor 192.0.2.130 password §
router ospf 1
 area 0 virtual-link 192.0.2.9 authentication-key §
 area 0 virtual-link 192.0.2.8 message-digest-key 1 md5 §
key config-key password-encryption §
ddns update method D
 ddns both
url-server (inside) vendor websense host 10.20.0.11
auto-update server https://auto:§@10.20.0.12/x
ftp mode passive
boot config ftp://u:§@10.20.0.13/x
smtp-server 10.20.0.14
http-proxy-authentication
webvpn
 proxy-auth sdi
 http-proxy 10.20.0.15 8080 username u password §
 sso-server S type siteminder
  policy-server-secret §
dynamic-access-policy-record D
"""

FORTIOS = """\
#config-version=FGT60F-7.2.4-FW-build1396-230131:opmode=0:vdom=0:user=admin
config system global
    set hostname "SECRETS-FGT"
    set private-data-encryption disable
    set admin-https-redirect enable
end
config system admin
    edit "admin"
        set accprofile "super_admin"
        set vdom "root"
        set password ENC §==
        set password2 §
    next
    edit "api"
        set password "§ with \\" blanks §"
    next
end
config system api-user
    edit "a"
        set api-key ENC §
    next
end
config system interface
    edit "port1"
        set vdom "root"
        set ip 192.0.2.200 255.255.255.0
        set allowaccess ping https ssh http telnet
        set password ENC §
        set pptp-password §
        set description "old password: §"
    next
end
config system ha
    set group-name "ha"
    set password ENC §
    set key ENC §
end
config system snmp community
    edit 1
        set name "§"
        config hosts
            edit 1
                set ip 10.1.1.1 255.255.255.255
            next
        end
    next
    edit 2
        set name §
    next
end
config system snmp user
    edit "poller"
        set security-level auth-priv
        set auth-pwd ENC §
        set priv-pwd ENC §
    next
end
config system ddns
    edit 1
        set ddns-password ENC §
        set ddns-key §
    next
end
config system ntp
    set authentication enable
    set key ENC §
    config ntpserver
        edit 1
            set server "10.1.1.2"
            set key "§"
        next
    end
end
config system email-server
    set password ENC §
end
config system autoupdate tunneling
    set password ENC §
end
config system fortiguard
    set proxy-password §
end
config system central-management
    set enc-key §
end
config system csf
    set group-password ENC §
    set fixed-key ENC §
end
config system sdn-connector
    edit "aws"
        set access-key "AKIA§AAAAAA"
        set secret-key ENC §
        set client-secret ENC §
        set api-key ENC §
        set secret-token §
        set key-passwd §
        set private-key "-----BEGIN RSA PRIVATE KEY-----
¶
¶
-----END RSA PRIVATE KEY-----"
    next
end
config vpn certificate local
    edit "Fortinet"
        set password ENC §
        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----
¶
¶
¶=
-----END ENCRYPTED PRIVATE KEY-----"
        set certificate "-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUQ0NDQ0NDQ0NDQ0NDQ0NDQ0MwCgYIKoZIzj0EAwIwFDES
-----END CERTIFICATE-----"
        set scep-password ENC §
    next
end
config vpn ipsec phase1-interface
    edit "to-branch"
        set interface "port1"
        set psksecret ENC §==
        set remote-gw 203.0.113.80
    next
    edit "dialup"
        set psksecret §
        set psksecret-remote ENC §
        set ppk-secret ENC §
        set authpasswd ENC §
        set group-authentication-secret ENC §
        set distance 15
    next
end
config vpn ipsec manualkey-interface
    edit "manual"
        set auth-key ENC §
        set enc-key ¤
    next
end
config vpn l2tp
end
config user local
    edit "alice"
        set type password
        set passwd ENC §
        set ppk-secret §
    next
    edit "bob"
        set type password
        set passwd-time 2020-01-01 00:00:00
        set passwd §
    next
end
config user ldap
    edit "ldap"
        set server "10.1.1.3"
        set username "cn=bind"
        set password ENC §
    next
end
config user radius
    edit "radius"
        set server "10.1.1.4"
        set secret ENC §
        set secondary-secret ENC §
        set tertiary-secret §
        set rsso-secret ENC §
    next
end
config user tacacs+
    edit "tacacs"
        set key ENC §
        set secondary-key §
    next
end
config user fsso
    edit "fsso"
        set password ENC §
        set password2 ENC §
        set ssl-trusted-cert ""
    next
end
config user fortitoken
    edit "FTK1"
        set seed ENC §
        set activation-code "§"
    next
end
config wireless-controller vap
    edit "wlan"
        set passphrase ENC §
        set sae-password ENC §
        set key ENC §
        config mpsk-key
            edit "k"
                set passphrase "§"
            next
        end
    next
end
config router bgp
    config neighbor
        edit "192.0.2.201"
            set password ENC §
        next
    end
end
config router ospf
    config area
        edit 0.0.0.0
            config virtual-link
                edit "v"
                    set authentication-key ENC §
                    set md5-key 1 §
                next
            end
        next
    end
    config ospf-interface
        edit "i"
            set authentication-key ENC §
            set md5-key 1 "§"
            config md5-keys
                edit 1
                    set key-string ENC §
                next
            end
        next
    end
end
config router key-chain
    edit "k"
        config key
            edit "1"
                set key-string "§"
            next
        end
    next
end
config router rip
    config interface
        edit "r"
            set auth-string "§"
        next
    end
end
config router isis
    set auth-password-l1 ENC §
    set auth-password-l2 "§"
end
config log fortianalyzer setting
    set status enable
    set server "10.1.1.5"
    set psksecret ENC §
    set preshared-key "§"
end
config log syslogd setting
    set status enable
    set server "10.1.1.6"
end
config system automation-action
    edit "hook"
        set http-headers "Authorization: Bearer §"
        set uri "https://u:§@example.com/x"
        set tls-certificate ""
        set alicloud-access-key-secret ENC §
    next
end
config firewall policy
    edit 1
        set name "any"
        set srcintf "port1"
        set dstintf "port1"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
        set comments "vpn psk: §"
    next
end
config firewall policy
    edit 1
        set name "any"
        set comments "the password is §"
        set passwd §
    next
end
config made up section
    edit 1
        set password §
        set made-up-secret "§"
        set shared-key "-----BEGIN PRIVATE KEY-----
¶
-----END PRIVATE KEY-----"
"""

IPTABLES = """\
# Generated by iptables-save v1.8.7 on Fri Nov 20 2026
# root password: §
# backup: scp://backup:§@192.0.2.60/
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m comment --comment "temporary, password: §" -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -m comment --comment "psk=§" -j ACCEPT
-A INPUT -p udp --dport 161 -m comment --comment "snmp community §" -j ACCEPT
-A INPUT -p tcp --dport 8443 -m comment --comment "api_key: §, token=§" -j ACCEPT
-A INPUT -p tcp --made-up option -m comment --comment 'secret is §' -j ACCEPT
-A INPUT -m comment --comment "https://monitor:§@192.0.2.61/" -j DROP
COMMIT
"""

IPTABLES_SCRIPT = """\
#!/bin/sh
# the vpn passphrase: §
IPT=/sbin/iptables
DB_PASSWORD=§
export API_TOKEN="§"
PSK='§'
sshpass -p § ssh backup@192.0.2.62
curl -u admin:§ https://192.0.2.63/
curl -H "Authorization: Bearer §" https://192.0.2.63/
mysql --password=§ -u root
$IPT -P INPUT DROP
$IPT -P FORWARD DROP
$IPT -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT
$IPT -A INPUT -m comment --comment "password §" -j ACCEPT
"""

# Cut, doubled and misplaced: what no device writes, but a terminal log or an editor leaves behind.
BROKEN_IOS = """\
version 15.2
hostname SECRETS-BROKEN
enable secret 5 $1$§
 enable secret 5 $1$§$x
SECRETS-BROKEN#show running-config | include password §
username admin privilege 15 secret 5
username
username admin password
  username admin password § extra words §
enable password
interface
 ip ospf message-digest-key 1 md5
 password §
snmp-server community
snmp-server community § bogus words
SNMP-SERVER COMMUNITY § RW
Snmp-Server Host 192.0.2.1 §
ip access-list extended BROKEN
 permit tcp any host password §
 permit tcp any any eq 443 password §
 10 permit ip any any log password §
no enable password §
no username admin password 7 §
no snmp-server community § RO
tacacs-server key
key §
pre-shared-key
crypto isakmp key §
crypto isakmp key
ip route 0.0.0.0 0.0.0.0 192.0.2.1 name password §
username a password 0 §,username b password 0 §
 enable\tsecret\t0\t§
username admin pasword 0 §
username admin privilege 15 secert 9 $9$§
snmp-server comunity § RO
router bgp
 neighbor password §
banner exec # password § #
-----BEGIN RSA PRIVATE KEY-----
¶
¶
end
"""

BROKEN_FORTIOS = """\
#config-version=FGVM64-7.0.0-FW-build0066-210330:opmode=0:vdom=0:user=admin
config system global
set hostname SECRETS-BROKEN-FGT
config user local
edit alice
set passwd ENC §
edit bob
set   passwd   "§
set passwd
append password §
next next
end end
set psksecret §
config vpn ipsec phase1
    edit x
        unset psksecret
        set psksecret ENC
        set psksecret 'single § quotes'
config system snmp community
    edit 1
        set name "§
        set name §
"""

# A platform that nothing detects; nobody may print it.
UNKNOWN = """\
### exported by a tool that nobody knows
device.name = SECRETS-UNKNOWN
device.admin.password = §
device.snmp.community = §
shared secret §
key material ¤
"""

FILES = {
    "ios.cfg": CISCO_IOS,
    "asa.cfg": CISCO_ASA,
    "fgt.conf": FORTIOS,
    "host.rules": IPTABLES,
    "firewall.sh": IPTABLES_SCRIPT,
    "broken.cfg": BROKEN_IOS,
    "broken.conf": BROKEN_FORTIOS,
    "unknown.txt": UNKNOWN,
}


def _planted(text: str, numbers: Iterator[int]) -> str:
    """Put a secret of its own in every place."""

    def secret(found: re.Match[str]) -> str:
        number = next(numbers)
        if found[0] == "¤":
            return f"5ec2e7{number:010d}5ec2e7"
        if found[0] == "¶":
            return (f"S3cr3t{number:05d}Kb" * 5)[:64]
        return f"S3cr3t{number:04d}x7f3a"

    return re.sub("[§¤¶]", secret, text)


@dataclass(frozen=True, slots=True)
class Planted:
    """A snapshot with secrets, and where its outputs go."""

    snapshot: Path
    folder: Path
    secrets: int


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted")
    snapshot = folder / "snapshot"
    snapshot.mkdir()
    numbers = count(1)
    for name, text in FILES.items():
        (snapshot / name).write_text(_planted(text, numbers), encoding="utf-8")
    return Planted(snapshot, folder, next(numbers) - 1)


def leaks(name: str, data: bytes) -> list[str]:
    """Return the places where a secret shows, with a little of what stands around it; archives are opened."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return [leak for member in archive.namelist() for leak in leaks(f"{name}!{member}", archive.read(member))]
    low = data.lower()
    found = []
    for mark in MARKS:
        for match in re.finditer(re.escape(mark), low):
            around = data[max(0, match.start() - 60) : match.end() + 20].decode("utf-8", "replace")
            found.append(f"{name}: {around!r}")
    return found


def printed(command: str, outcome: Outcome) -> list[str]:
    return leaks(f"{command} stdout", outcome.out.encode()) + leaks(f"{command} stderr", outcome.error.encode())


def test_enough_is_planted(planted: Planted) -> None:
    assert planted.secrets > 250
    for name, text in FILES.items():
        assert any(mark in (planted.snapshot / name).read_bytes().lower() for mark in MARKS), (name, text)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["parse", "rules", "inventory"])
def test_no_secret_is_printed(planted: Planted, command: str, form: str) -> None:
    outcome = netaudit(command, planted.snapshot, "--format", form)
    assert outcome.code == 3
    assert printed(command, outcome) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_in_the_answers_about_flows_and_zones(planted: Planted, form: str) -> None:
    flows = planted.folder / "flows.csv"
    flows.write_text(
        "device,rulebase,source,destination,protocol,destination_port\n"
        "SECRETS-IOS,IN,10.1.1.1,10.10.20.5,tcp,443\nSECRETS-ASA,OUT,10.1.1.1,10.20.0.5,tcp,443\n"
        "SECRETS-FGT,policy,10.1.1.1,10.20.0.5,tcp,443\nSECRETS-BROKEN,BROKEN,10.1.1.1,10.20.0.5,tcp,443\n"
        "host,INPUT,10.1.1.1,10.20.0.5,tcp,22\nfirewall,INPUT,10.1.1.1,10.20.0.5,tcp,22\n"
    )
    outcome = netaudit("flow", planted.snapshot, "--flows", flows, "--format", form)
    assert outcome.code == 3
    assert printed("flow", outcome) == []
    from netaudit.cli.demo import demo_firm

    outcome = netaudit("matrix", planted.snapshot, "--policy", demo_firm() / "policy", "--format", form)
    assert outcome.code == 3
    assert printed("matrix", outcome) == []


def test_no_secret_is_in_the_registers_that_are_drafted(planted: Planted) -> None:
    out = planted.folder / "policy"
    assert printed("policy init", netaudit("policy", "init", planted.snapshot, "--out", out)) == []
    for path in sorted(out.rglob("*")):
        assert leaks(path.name, path.read_bytes()) == []


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_no_secret_is_in_a_report_the_evidence_or_the_history(planted: Planted, language: str) -> None:
    out, history = planted.folder / f"report-{language}", planted.folder / f"history-{language}.db"
    formats = "html,xlsx,csv,json,svg,drawio,mermaid,graphml"
    options = ("--lang", language, "--out", out, "--db", history, "--as-of", "2026-11-20", "--format", formats)
    outcome = netaudit("scan", planted.snapshot, *options)
    assert outcome.code == 1
    assert printed("scan", outcome) == []
    files = [path for path in out.rglob("*") if path.is_file()]
    suffixes = {"html", "xlsx", "csv", "json", "svg", "drawio", "mmd", "graphml"}
    assert suffixes <= {path.suffix.lstrip(".") for path in files}
    assert [leak for path in [*files, history] for leak in leaks(path.name, path.read_bytes())] == []


def test_no_secret_is_in_the_json_document_of_a_scan(planted: Planted) -> None:
    outcome = netaudit("scan", planted.snapshot, "--format", "json", "--as-of", "2026-11-20")
    assert printed("scan", outcome) == []
    assert outcome.document["findings"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_asa", "fortios", "iptables"])
def test_no_secret_shows_where_a_file_is_read_as_another_platform(planted: Planted, name: str, platform: str) -> None:
    """The masking knows no platform: text that is detected wrongly, or of no platform, is masked all the same."""
    from netaudit.model.source import SourceFile
    from netaudit.parsers import parser_of

    text = (planted.snapshot / name).read_text(encoding="utf-8")
    parse = parser_of(platform)
    assert parse is not None
    parsed = parse(SourceFile(name, "0" * 64, "utf-8", tuple(text.splitlines()), platform, "host"))
    notes = "\n".join(f"{note.where.text}\n{note.reason}" for note in parsed.coverage.notes)
    assert leaks(platform, notes.encode()) == []


def test_no_secret_is_in_an_error_message(planted: Planted) -> None:
    """A configuration where a register or a flow file is expected, a password in the address of the database."""
    policy = planted.folder / "registers"
    policy.mkdir()
    (policy / "zone_map.csv").write_bytes((planted.snapshot / "ios.cfg").read_bytes())
    scan = ("scan", planted.snapshot, "--out", planted.folder / "none")
    commands = (
        ("flow", planted.snapshot, "--flows", planted.snapshot / "ios.cfg"),
        (*scan, "--db", "postgresql://user:S3cr3t0000@192.0.2.1:bad/x"),
        (*scan, "--db", "made-up://user:S3cr3t0000@192.0.2.1/x"),
        ("history", "--db", "made-up://user:S3cr3t0000@192.0.2.1/x"),
    )
    for command in commands:
        outcome = netaudit(*command)
        assert outcome.code == 2, command
        assert printed(str(command[0]), outcome) == []
    outcome = netaudit("policy", "check", policy)
    assert outcome.code == 2
    assert printed("policy check", outcome) == []
