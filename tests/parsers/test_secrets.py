"""No password, key, hash, community or private key leaves a parser.

Each line below holds secrets written as S3cr, with letters after it that make it unlike any keyword; the
rest of the line is what an auditor must still be able to read.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.parsers.secrets import MASK, mask_lines

SECRET = "S3crXyz"

CISCO_IOS = """\
enable secret 5 $1$S3crXyz$abcdefghijklmnopqrstu/
enable secret 8 $8$S3crXyz$abcdef.ghi
enable secret 9 $9$S3crXyz$Abc/def.g
enable secret level 7 0 S3crXyz
enable password S3crXyz
enable password level 15 7 S3crXyz
enable algorithm-type scrypt secret S3crXyz
username admin privilege 15 secret 9 $14$S3crXyz$a$b
username admin privilege 15 password 0 S3crXyz
username ops password 7 S3crXyz
username ops secret S3crXyz with S3crXyz blanks
username ops common-criteria-policy P password 0 S3crXyz
username ops privilege 15 algorithm-type sha256 secret 0 S3crXyz
 password S3crXyz
 password 7 S3crXyz
 password 0 S3crXyz S3crXyz
 password 6 S3crXyz
snmp-server community S3crXyz RO 10
snmp-server community S3crXyz view V RW ipv6 V6 99
snmp-server host 192.0.2.1 S3crXyz
snmp-server host 192.0.2.1 version 2c S3crXyz
snmp-server host 192.0.2.1 traps version 2c S3crXyz config
snmp-server host 192.0.2.1 informs version 1 S3crXyz udp-port 162 snmp
snmp-server host 192.0.2.1 vrf MGMT version 2c S3crXyz
snmp-server host 192.0.2.1 vrf MGMT traps S3crXyz
snmp-server host 2001:db8::1 version 2c S3crXyz
snmp-server user poller GROUP v3 auth sha S3crXyz priv aes 128 S3crXyz access 10
snmp-server user poller GROUP v3 auth md5 S3crXyz
snmp-server user poller GROUP v3 encrypted auth sha S3crXyz priv des S3crXyz
snmp-server user poller GROUP remote 192.0.2.9 v3 auth sha S3crXyz priv 3des S3crXyz
tacacs-server key S3crXyz
tacacs-server key 7 S3crXyz
tacacs-server host 192.0.2.1 single-connection timeout 5 key 7 S3crXyz
radius-server key 0 S3crXyz S3crXyz
radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 key S3crXyz
 server-private 192.0.2.1 key 7 S3crXyz
 client 192.0.2.1 server-key 7 S3crXyz
 key S3crXyz
 key 7 S3crXyz
 key 6 S3crXyz
 pac key 7 S3crXyz
  key-string 7 S3crXyz
  key-string S3crXyz
crypto isakmp key S3crXyz address 192.0.2.1
crypto isakmp key 6 S3crXyz address 192.0.2.1 255.255.255.0 no-xauth
crypto isakmp key S3crXyz hostname peer.example.com
 pre-shared-key address 192.0.2.1 key S3crXyz
 pre-shared-key address 192.0.2.0 255.255.255.0 key 6 S3crXyz
 pre-shared-key local S3crXyz
 pre-shared-key remote 6 S3crXyz
 pre-shared-key S3crXyz
 pre-shared-key hex S3crXyz
ntp authentication-key 1 md5 S3crXyz 7
ntp authentication-key 10 hmac-sha2-256 S3crXyz
 ip ospf authentication-key 7 S3crXyz
 ip ospf authentication-key S3crXyz
 ip ospf message-digest-key 1 md5 7 S3crXyz
 ip ospf message-digest-key 1 md5 S3crXyz
 area 1 virtual-link 192.0.2.1 authentication-key S3crXyz
 area 1 virtual-link 192.0.2.1 message-digest-key 1 md5 S3crXyz
 neighbor 192.0.2.1 password 7 S3crXyz
 neighbor PEERS password S3crXyz
 standby 1 authentication S3crXyz
 standby 1 authentication text S3crXyz
 standby 1 authentication md5 key-string 7 S3crXyz
 standby 1 authentication md5 key-string S3crXyz timeout 30
 vrrp 1 authentication text S3crXyz
 vrrp 1 authentication md5 key-string S3crXyz
 glbp 1 authentication md5 key-string 7 S3crXyz
 glbp 1 authentication text S3crXyz
 isis password S3crXyz level-1
 area-password S3crXyz
 domain-password S3crXyz authenticate snp validate
 ppp chap password 7 S3crXyz
 ppp pap sent-username branch password 0 S3crXyz
 wpa-psk ascii 0 S3crXyz
 wpa-psk hex 7 S3crXyz
 security wpa psk set-key ascii 0 S3crXyz
 encryption vlan 1 key 1 size 128bit 7 S3crXyz transmit-key
mpls ldp neighbor 192.0.2.1 password 7 S3crXyz
ip ftp password 7 S3crXyz
ip http client password S3crXyz
vtp password S3crXyz
key config-key password-encrypt S3crXyz
 set session-key inbound esp 256 cipher 5337c358797aaaaa authenticator 5337c358797aaaaa
rmon event 1 log trap S3crXyz description D owner me
 path ftp://backup:S3crXyz@192.0.2.1/$h
 bind authenticate root-dn cn=admin password S3crXyz
username S3user password-hash S3crXyz
vpdn username lns password 7 S3crXyz
 remark temporary password: S3crXyz
 description router, password is S3crXyz, ask noc
 description the old password was S3crXyz
 action 2.0 mail server "noc:S3crXyz@192.0.2.40" to a@example.com from b@example.com subject s
crypto pki import TP pkcs12 terminal password S3crXyz
! login password S3crXyz
Password: S3crXyz
"""

CISCO_ASA = """\
enable password S3crXyz encrypted
enable password S3crXyz pbkdf2
enable password S3crXyz level 5 encrypted
passwd S3crXyz encrypted
username admin password S3crXyz encrypted privilege 15
username admin password $sha512$5000$S3crXyz==$S3crXyz== pbkdf2 privilege 15
username vpn password S3crXyz nt-encrypted
snmp-server community S3crXyz
snmp-server community 0 S3crXyz
snmp-server community 8 S3crXyz
snmp-server host inside 192.0.2.1 community S3crXyz version 2c
snmp-server host inside 192.0.2.1 poll community 0 S3crXyz
snmp-server user u g v3 encrypted auth sha S3crXyz priv aes 256 S3crXyz
 key S3crXyz
 pre-shared-key S3crXyz
 ikev1 pre-shared-key S3crXyz
 ikev2 remote-authentication pre-shared-key S3crXyz
 ikev2 local-authentication pre-shared-key 0 S3crXyz
 ldap-login-password S3crXyz
failover key S3crXyz
failover key 8 S3crXyz
failover ipsec pre-shared-key S3crXyz
 ospf authentication-key S3crXyz
 ospf message-digest-key 1 md5 8 S3crXyz
 authentication key eigrp 100 S3crXyz key-id 1
ntp authentication-key 1 md5 S3crXyz
vpnclient vpngroup G password S3crXyz
vpnclient username U password S3crXyz
aaa-server OLD (inside) host 192.0.2.6 S3crXyz timeout 10
 radius-common-pw S3crXyz
crypto ca import TP pkcs12 S3crXyz
isakmp key S3crXyz address 192.0.2.1 netmask 255.255.255.255
key config-key password-encryption S3crXyz
 policy-server-secret S3crXyz
"""

CISCO_NXOS_XR_EOS = """\
username admin password 5 $5$S3crXyz$abc  role network-admin
snmp-server user admin network-admin auth md5 0xS3crXyz priv 0xS3crXyz localizedkey
snmp-server user admin network-admin auth sha S3crXyz priv aes-128 S3crXyz localizedkey engineID 1:2
snmp-server community S3crXyz group network-operator
snmp-server community S3crXyz use-acl A
snmp-server host 192.0.2.1 traps version 2c S3crXyz
snmp-server host 192.0.2.1 use-vrf management version 2c S3crXyz
tacacs-server host 192.0.2.1 key 7 "S3crXyz"
radius-server key 7 "S3crXyz"
  key-string 7 S3crXyz
  key-octet-string 7 S3crXyz cryptographic-algorithm AES_128_CMAC
  authentication md5 key-string S3crXyz
  authentication text S3crXyz
  ip ospf message-digest-key 1 md5 3 S3crXyz
  ip ospf authentication-key 3 S3crXyz
    password 3 S3crXyz
 secret 10 $6$S3crXyz$abc
 password 7 S3crXyz
 password clear S3crXyz
 password encrypted S3crXyz
  key-string password S3crXyz
 key 7 S3crXyz
snmp-server community encrypted S3crXyz RO
snmp-server community clear S3crXyz RW SystemOwner
snmp-server host 192.0.2.1 traps version 2c encrypted S3crXyz
snmp-server user u g v3 auth md5 encrypted S3crXyz priv aes 128 encrypted S3crXyz
   message-digest-key 1 md5 encrypted S3crXyz
  hello-password hmac-md5 encrypted S3crXyz
 lsp-password text clear S3crXyz
ntp authentication-key 1 md5 encrypted S3crXyz
username admin privilege 15 role network-admin secret sha512 $6$S3crXyz$abc
username admin secret 0 S3crXyz
enable password sha512 $6$S3crXyz$abc
   neighbor 192.0.2.1 password 7 S3crXyz==
tacacs-server host 192.0.2.1 vrf MGMT key 7 S3crXyz
ntp authentication-key 1 md5 7 S3crXyz
 isis authentication key 7 S3crXyz
   ip ospf message-digest-key 1 sha512 7 S3crXyz
snmp-server user u g v3 localized f5717f auth sha S3crXyz priv aes S3crXyz
snmp-server host 192.0.2.1 vrf MGMT traps version 2c S3crXyz
   key shared-secret 7 S3crXyz
"""

FORTIOS = """\
        set password ENC S3crXyz==
        set passwd ENC S3crXyz
        set passwd S3crXyz
        set psksecret ENC S3crXyz
        set psksecret "S3crXyz S3crXyz"
        set ppk-secret ENC S3crXyz
        set passphrase ENC S3crXyz
        set key ENC S3crXyz
        set key "S3crXyz"
        set secret ENC S3crXyz
        set secondary-secret S3crXyz
        set auth-pwd ENC S3crXyz
        set priv-pwd ENC S3crXyz
        set auth-password-l1 ENC S3crXyz
        set md5-key 1 S3crXyz
        set authentication-key S3crXyz
        set api-key ENC S3crXyz
        set token "S3crXyz"
        set authkey S3crXyz
        set enckey S3crXyz
        set http-password "S3crXyz"
        set sae-password ENC S3crXyz
        set ldap-password S3crXyz
        set some-new-attribute ENC S3crXyz
        set comments "router password: S3crXyz"
"""

JUNOS = """\
set system root-authentication encrypted-password "$6$S3crXyz$abc"
set system login user a authentication encrypted-password "$1$S3crXyz$abc"
set security ike policy P pre-shared-key ascii-text "$9$S3crXyz-abc"
set security ike policy P pre-shared-key ascii-text S3crXyz
set security ike policy P pre-shared-key hexadecimal S3crXyz
set snmp community S3crXyz authorization read-only
set snmp v3 usm local-engine user u authentication-md5 authentication-password "S3crXyz"
set snmp v3 usm local-engine user u privacy-aes128 privacy-key "$9$S3crXyz"
set snmp v3 snmp-community C community-name "S3crXyz"
set system tacplus-server 192.0.2.1 secret "$9$S3crXyz"
set system radius-server 192.0.2.1 secret S3crXyz
set protocols bgp group G authentication-key "$9$S3crXyz"
set protocols ospf area 0 interface ge-0/0/0 authentication md5 1 key "$9$S3crXyz"
set system ntp authentication-key 1 type md5 value "S3crXyz"
        encrypted-password "$5$S3crXyz$abc"; ## SECRET-DATA
        pre-shared-key ascii-text "$9$S3crXyz"; ## SECRET-DATA
        secret "$9$S3crXyz"; ## SECRET-DATA
        secret S3crXyz;
        authentication-key "S3crXyz";
        authentication-key 1 type md5 value "S3crXyz";
"""

PANOS = """\
<phash>$1$S3crXyz$abc</phash>
<password>-AQ==S3crXyz</password>
<key>-AQ==S3crXyz=</key>
<secret>S3crXyz</secret>
<snmp-community-string>S3crXyz</snmp-community-string>
<authpwd>S3crXyz</authpwd><privpwd>S3crXyz</privpwd>
<bind-password>S3crXyz</bind-password>
<pre-shared-key><key>S3crXyz</key></pre-shared-key>
<api-key>S3crXyz</api-key>
set mgt-config users admin phash $5$S3crXyz$abc
set network ike gateway G authentication pre-shared-key key -AQ==S3crXyz
set shared server-profile radius R server S secret S3crXyz
set deviceconfig system snmp-setting access-setting version v2c snmp-community-string S3crXyz
set template T config shared server-profile ldap L bind-password S3crXyz
"""

OTHERS = """\
set user admin password-hash $6$S3crXyz$abc
set expert-password-hash $1$S3crXyz$abc
set snmp community S3crXyz read-only
add snmp community S3crXyz read-write
"shared-secret" : "S3crXyz",
"one-time-password": "S3crXyz"
"PreSharedKey": "S3crXyz"
sshpass -p S3crXyz ssh backup@192.0.2.1
curl -u admin:S3crXyz https://192.0.2.1/
curl -H "Authorization: Bearer S3crXyz" https://192.0.2.1/
snmp.community=S3crXyz
community: S3crXyz
"SecretAccessKey": "S3crXyz"
:shared_secret (S3crXyz)
:password ("S3crXyz")
# remember: password=S3crXyz
-A INPUT -p tcp -m comment --comment "admin password=S3crXyz" -j ACCEPT
api_key = S3crXyz
passphrase: "S3crXyz"
curl https://user:S3crXyz@192.0.2.1/backup
rocommunity S3crXyz 192.0.2.0/24
192.0.2.1 192.0.2.2 : PSK "S3crXyz"
local-user admin password irreversible-cipher $1a$S3crXyz$abc
 local-user admin password cipher %^%#S3crXyz%^%#
snmp-agent community read cipher %^%#S3crXyz%^%#
snmp-agent community write S3crXyz
 pre-shared-key cipher S3crXyz
 ospf authentication-mode md5 1 cipher S3crXyz
set vpn ipsec site-to-site peer P authentication pre-shared-secret S3crXyz
add authentication radiusAction A -serverIP 192.0.2.1 -radKey S3crXyz -authTimeout 4
/ip ipsec identity add peer=P secret=S3crXyz
            encrypted-password $6$S3crXyz$abc
            plaintext-password S3crXyz
<ldap_bindpw>S3crXyz</ldap_bindpw>
<prv>S3crXyz</prv>
"""


def planted() -> list[tuple[str, str]]:
    sets = {
        "ios": CISCO_IOS,
        "asa": CISCO_ASA,
        "nxos-xr-eos": CISCO_NXOS_XR_EOS,
        "fortios": FORTIOS,
        "junos": JUNOS,
        "panos": PANOS,
        "others": OTHERS,
    }
    return [(name, line) for name, text in sets.items() for line in text.splitlines()]


@pytest.mark.parametrize(("platform", "line"), planted())
def test_a_planted_secret_is_masked_in_a_line_on_its_own(platform: str, line: str) -> None:
    (masked,) = mask_lines([line])
    assert MASK in masked
    assert "S3crXyz" not in masked and "5337c358797" not in masked


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("username admin secret 5 $1$ab$cdef", "username admin secret 5 <masked>"),
        ("username a password abc encrypted privilege 1", "username a password <masked> encrypted privilege 1"),
        ("username admin password 5 $5$a$b  role r", "username admin password 5 <masked>  role r"),
        ("snmp-server community public RO 10", "snmp-server community <masked> RO 10"),
        ("snmp-server host 192.0.2.1 traps abc udp-port 9", "snmp-server host 192.0.2.1 traps <masked> udp-port 9"),
        ("crypto isakmp key abc address 192.0.2.1", "crypto isakmp key <masked> address 192.0.2.1"),
        ('        set psksecret "a b c"', '        set psksecret "<masked>"'),
        ('secret "$9$abc"; ## SECRET-DATA', 'secret "<masked>"; ## SECRET-DATA'),
        ("<phash>$1$a$b</phash>", "<phash><masked></phash>"),
    ],
)  # fmt: skip
def test_the_rest_of_the_line_stays_readable(line: str, masked: str) -> None:
    assert mask_lines([line]) == [masked]


@pytest.mark.parametrize(
    "line",
    [
        "service password-encryption",
        "no service password-encryption",
        "security passwords min-length 10",
        "password encryption aes",
        "password-policy minimum-length 12",
        "ip community-list standard ABC permit 65000:1",
        " set community 65000:1 additive",
        " match community ABC",
        "route-map secrets permit 10",
        " neighbor 192.0.2.1 send-community both",
        "ip ospf authentication message-digest",
        " ip ospf authentication key-chain KC",
        " ip authentication mode eigrp 1 md5",
        "key chain KC",
        "crypto key generate rsa modulus 2048",
        "snmp-server group G v3 priv read V write V",
        "snmp-server enable traps snmp authentication linkdown",
        "snmp-server host 192.0.2.1 version 3 priv poller",
        "aaa authentication login default group tacacs+ local",
        "ssh key-exchange group dh-group14-sha1",
        "ntp server 192.0.2.1 key 5 prefer",
        "permit tcp any any eq snmp",
        " authentication pre-share",
        "access-list OUT extended permit tcp any host 192.0.2.1 eq https log",
        "        set password-policy enable",
        "config system password-policy",
        "set system login password minimum-length 10",
        "-A INPUT -p tcp -m state --state NEW -j ACCEPT",
        "username ntc nopassword",
        " password <removed>",
        "enable secret 5 ********",
        "snmp-server community <secret hidden> RO",
        "enable secret <secret hidden>",
        '        set psksecret "********"',
    ],
)
def test_settings_and_values_masked_before_stay_as_they_are(line: str) -> None:
    assert mask_lines([line]) == [line]


def test_a_number_in_a_key_chain_is_no_secret_but_the_same_words_under_a_server_are() -> None:
    lines = ["key chain KC", " key 1", "  key-string abc", "tacacs server T", " key 12345"]
    assert mask_lines(lines) == ["key chain KC", " key 1", "  key-string <masked>", "tacacs server T", " key <masked>"]


def test_private_key_blocks_are_masked_from_begin_to_end() -> None:
    lines = [
        "config vpn certificate local",
        '        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----',
        "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI",
        "S3crXyz=",
        '-----END ENCRYPTED PRIVATE KEY-----"',
        '        set certificate "-----BEGIN CERTIFICATE-----',
        "MIIC",
        '-----END CERTIFICATE-----"',
        "<private-key>-----BEGIN RSA PRIVATE KEY-----&#13;",
        "Proc-Type: 4,ENCRYPTED",
        "S3crXyz",
        "-----END RSA PRIVATE KEY-----</private-key><next>1</next>",
        'key: "-----BEGIN PRIVATE KEY-----\\nS3crXyz\\n-----END PRIVATE KEY-----"',
    ]
    masked = mask_lines(lines)
    assert "S3crXyz" not in "\n".join(masked) and "MIIF" not in "\n".join(masked)
    assert masked[5:8] == lines[5:8]  # a certificate is public
    assert masked[11].endswith("</private-key><next>1</next>")


def test_a_private_key_cut_off_before_its_end_does_not_swallow_the_file() -> None:
    lines = [
        "-----BEGIN RSA PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA7bq0S3crXyz12345678901234567890",
        "interface Ethernet1",
    ]
    assert mask_lines(lines) == [MASK, MASK, "interface Ethernet1"]


def test_certificates_and_keys_in_hexadecimal_are_masked_up_to_quit() -> None:
    lines = [
        "crypto pki certificate chain TP-self-signed-1",
        " certificate self-signed 01",
        "  3082024B 308201B4 A0030201 02020101 300D0609 2A864886 F70D0101 04050030 ",
        "  2F312D30",
        "        quit",
        "interface Vlan1",
    ]
    assert mask_lines(lines) == [*lines[:2], f"  {MASK}", f"  {MASK}", *lines[4:]]


def test_fortios_snmp_community_names_are_secrets_other_names_are_not() -> None:
    lines = """\
config system snmp community
    edit 1
        set name "S3crXyz"
        config hosts
            edit 1
                set name "poller"
            next
        end
    next
end
config system snmp user
    edit "u"
        set name "u"
    next
end""".splitlines()
    masked = mask_lines(lines)
    assert masked[2] == '        set name "<masked>"'
    assert masked[:2] + masked[3:] == lines[:2] + lines[3:]


def test_junos_snmp_communities_are_secrets_routing_communities_are_not() -> None:
    lines = """\
snmp {
    community S3crXyz {
        authorization read-only;
    }
    trap-group "S3crXyz" {
        targets { 192.0.2.1; }
    }
}
policy-options {
    community ABC members 65000:1;
}""".splitlines()
    masked = mask_lines(lines)
    assert "S3crXyz" not in "\n".join(masked)
    assert masked[-2] == lines[-2]


def test_lines_without_secrets_stay_as_they_are() -> None:
    lines = [
        f"access-list A extended permit tcp 10.1.{i % 256}.0 255.255.255.0 any eq {i % 60000}" for i in range(50_000)
    ]
    assert mask_lines(lines) == lines


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=60), max_size=20))
def test_any_text_keeps_its_number_of_lines(lines: list[str]) -> None:
    assert len(mask_lines(lines)) == len(lines)


@given(st.lists(st.sampled_from([line for _, line in planted()]), max_size=30))
def test_planted_lines_in_any_order_leak_nothing_and_masking_twice_changes_nothing(lines: list[str]) -> None:
    masked = mask_lines(lines)
    assert SECRET not in "\n".join(masked)
    assert list(mask_lines(masked)) == list(masked)
