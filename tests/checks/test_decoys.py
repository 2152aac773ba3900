"""What looks like a flaw and is none: nothing at Medium or above may be said of these (reference firm 5.6)."""

from __future__ import annotations

import pytest

from netaudit.checks import CHECKS
from netaudit.checks.run import run_checks
from netaudit.findings import Finding, Severity

from .harness import context_of, parse, registers

EDGE_START = """hostname edge-1
ip ssh version 2
logging host 10.40.0.50
access-list 23 permit 10.40.0.0 0.0.0.15
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.240
 ip access-group OUTSIDE-IN in
interface GigabitEthernet0/1
 ip address 10.10.20.1 255.255.255.0
 ip access-group PROD-IN in
interface GigabitEthernet0/2
 ip address 10.40.0.1 255.255.255.0
 ip access-group MGMT-IN in
interface GigabitEthernet0/3
 ip address 172.20.10.1 255.255.255.240
 ip access-group LINE-IN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip route 172.21.0.0 255.255.252.0 172.20.10.2
"""
EDGE_END = """line con 0
 exec-timeout 5 0
line vty 0 4
 access-class 23 in
 exec-timeout 10 0
 transport input ssh
end
"""
LISTS = {
    "OUTSIDE-IN": ["deny ip 10.0.0.0 0.255.255.255 any log", "deny ip any any log"],
    "PROD-IN": ["permit tcp host 10.10.20.5 172.21.0.0 0.0.1.255 eq 10001 log", "deny ip any any log"],
    "MGMT-IN": ["permit tcp 10.40.0.0 0.0.0.15 host 10.10.20.5 eq 22 log", "deny ip any any log"],
    "LINE-IN": ["permit udp any host 225.0.140.140 eq 14000 log", "deny ip any any log"],
}


def medium_and_worse(text: str, platform: str) -> list[Finding]:
    devices, coverage = parse(text.splitlines(), platform)
    findings, _, _ = run_checks(context_of(devices, registers(), coverage=(coverage,)), CHECKS)
    families = ("RULE", "EXT", "MGMT", "LOG", "EOL")
    return [one for one in findings if one.check.startswith(families) and one.severity >= Severity.MEDIUM]


def edge(*more: str, **lists: list[str]) -> str:
    text = EDGE_START
    for name, entries in {**LISTS, **{key.replace("_", "-"): value for key, value in lists.items()}}.items():
        text += f"ip access-list extended {name}\n" + "".join(f" {entry}\n" for entry in entries)
    return text + "".join(f"{line}\n" for line in more) + EDGE_END


def with_entry(name: str, entry: str) -> dict[str, list[str]]:
    return {name.replace("-", "_"): [entry, *LISTS[name]]}


def test_the_edge_without_any_decoy_is_clean() -> None:
    assert medium_and_worse(edge(), "cisco_ios") == []


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("LINE-IN", "permit udp any host 225.0.140.141 eq 14000 log"),
        ("LINE-IN", "permit igmp any host 224.0.0.22 log"),
        ("PROD-IN", "permit tcp host 10.10.20.5 172.21.0.0 0.0.1.255 eq 10009 log"),
        ("PROD-IN", "permit tcp host 10.10.20.5 range 49003 49020 host 172.21.0.9 eq 10001 log"),
        ("PROD-IN", "permit udp host 10.10.20.5 172.21.0.0 0.0.1.255 range 14100 14600 log"),
        ("PROD-IN", "permit ip 169.254.0.0 0.0.255.255 any log"),
        ("PROD-IN", "permit icmp any any ttl-exceeded log"),
        ("PROD-IN", "deny ip any any log"),
        ("MGMT-IN", "permit udp host 10.40.0.10 host 203.0.113.77 eq domain log"),
        ("MGMT-IN", "permit udp host 10.40.0.10 host 203.0.113.77 eq ntp log"),
        ("OUTSIDE-IN", "permit udp any any eq bootpc log"),
        ("OUTSIDE-IN", "permit ospf any any log"),
    ],
)
def test_an_entry_that_is_normal(name: str, entry: str) -> None:
    found = medium_and_worse(edge(**with_entry(name, entry)), "cisco_ios")
    assert [(one.check, one.title["en"]) for one in found] == []


@pytest.mark.parametrize(
    "more",
    [
        [
            "ip access-list extended NAT",
            " permit ip any any",
            "ip nat inside source list NAT interface GigabitEthernet0/0",
        ],
        ["ip access-list extended UNUSED", " permit ip any any"],
        ["ip access-list extended QOS", " permit ip any any", "class-map match-all C", " match access-group name QOS"],
        ["ip access-list extended PBR", " permit ip any any", "route-map R permit 10", " match ip address PBR"],
        [
            "ip access-list extended VPN",
            " permit ip any any",
            "crypto map M 10 ipsec-isakmp",
            " set peer 198.51.100.9",
            " match address VPN",
        ],
    ],
    ids=["nat", "bound nowhere", "qos", "route map", "crypto"],
)
def test_a_list_that_filters_nothing_is_not_scored(more: list[str]) -> None:
    assert [one.title["en"] for one in medium_and_worse(edge(*more), "cisco_ios")] == []


def test_answers_by_tcp_flags_are_medium_with_the_reason() -> None:
    found = medium_and_worse(edge(**with_entry("OUTSIDE-IN", "permit tcp any any established log")), "cisco_ios")
    assert [(one.check, one.severity) for one in found] == [("RULE-002", Severity.MEDIUM)]
    assert "answers told by TCP flags" in found[0].title["en"]
    assert "以 TCP 旗標判斷之回應封包" in found[0].title["zh-TW"]


def test_a_rule_whose_time_has_passed_is_not_scored() -> None:
    range_ = ["time-range MIGRATION", " absolute start 00:00 01 June 2023 end 23:59 30 June 2023"]
    text = edge(*range_, **with_entry("PROD-IN", "permit ip any any time-range MIGRATION log"))
    assert [one.title["en"] for one in medium_and_worse(text, "cisco_ios")] == []


def test_the_neighbour_discovery_that_ios_adds_to_an_ipv6_list_is_not_scored() -> None:
    more = [
        "ipv6 access-list V6-IN",
        " permit tcp host 2001:db8::5 host 2001:db8:1::5 eq 443 log",
        " deny ipv6 any any log",
        "interface GigabitEthernet0/4",
        " ipv6 address 2001:db8::1/64",
        " ipv6 traffic-filter V6-IN in",
    ]
    found = [one for one in medium_and_worse(edge(*more), "cisco_ios") if one.check.startswith("RULE")]
    assert [one.title["en"] for one in found] == []


FORTIGATE = """#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin
config system global
    set hostname "fg-1"
    set admintimeout 5
end
config system interface
    edit "wan1"
        set ip 203.0.113.4 255.255.255.240
    next
    edit "port2"
        set ip 10.10.10.2 255.255.255.0
    next
end
config log setting
    set fwpolicy-implicit-log enable
end
config log syslogd setting
    set status enable
    set server "10.40.0.50"
end
config firewall address
    edit "WEB"
        set subnet 10.10.10.10 255.255.255.255
    next
    edit "BLOCKED"
        set subnet 198.51.100.0 255.255.255.0
    next
end
config firewall vip
    edit "DESKTOP"
        set extip 203.0.113.33
        set mappedip "10.10.20.15"
        set extintf "wan1"
        set portforward enable
        set extport 3389
        set mappedport 3389
    next
end
config firewall policy
    edit 1
        set name "前台網站 published"
        set srcintf "wan1"
        set dstintf "port2"
        set srcaddr "BLOCKED"
        set srcaddr-negate enable
        set dstaddr "WEB"
        set action accept
        set schedule "always"
        set service "HTTPS"
        set logtraffic all
    next
    edit 2
        set srcintf "wan1"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set status disable
        set schedule "always"
        set service "ALL"
    next
end
"""


def test_negated_sources_disabled_policies_and_unused_virtual_addresses_are_no_flaws() -> None:
    assert [one.title["en"] for one in medium_and_worse(FORTIGATE, "fortios")] == []
