"""Gaia configurations: interfaces, routes and the management plane, as the Gaia Administration Guide has them."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.source import LineState
from netaudit.parsers.checkpoint import parse
from netaudit.parsers.contract import ParsedFile
from tests.parsers.checkpoint.reading import fate, source_of

HEADER = (
    "#\n# Configuration of gw-1\n# Language version: 14.1v1\n#\n# Exported by admin on Tue Jun 22 05:00:25 2021\n#\n"
)


def read(text: str) -> ParsedFile:
    return parse(source_of(HEADER + text, "gw-1.cfg"))


def device(text: str) -> Device:
    return read(text).devices[0]


def states(text: str) -> list[tuple[str, str]]:
    """Return state and effect of the lines that were not understood."""
    return [(note.state.value, note.affects.value) for note in read(text).coverage.notes]


def test_interfaces_of_each_kind():
    found = device(
        "set interface eth0 state on\n"
        'set interface eth0 comments "to the core"\n'
        "set interface eth0 ipv4-address 192.0.2.1 mask-length 24\n"
        "set interface eth0 ipv6-address 2001:db8::1 mask-length 64\n"
        "add interface eth0 alias 192.0.2.9/24\n"
        "add interface eth1 vlan 100\n"
        "set interface eth1.100 ipv4-address 10.1.0.1 subnet-mask 255.255.0.0\n"
        "set interface eth2 state off\n"
        "add bonding group 1 interface eth3\n"
        "set bonding group 1 mode 8023AD\n"
        "set interface bond1 ipv4-address 10.2.0.1 mask-length 24\n"
        "add dhcp client interface eth4\n"
    )
    ports = {one.name: one for one in found.interfaces}
    assert sorted(map(str, ports["eth0"].addresses)) == ["192.0.2.1/24", "192.0.2.9/24", "2001:db8::1/64"]
    assert [one.secondary for one in ports["eth0"].addresses].count(True) == 1
    assert ports["eth0"].description == "to the core"
    assert (ports["eth1.100"].vlan, ports["eth1.100"].parent, str(ports["eth1.100"].addresses[0])) == (
        100, "eth1", "10.1.0.1/16",
    )  # fmt: skip
    assert (ports["eth2"].enabled, ports["eth3"].parent) == (False, "bond1")
    assert str(ports["bond1"].addresses[0]) == "10.2.0.1/24"
    assert ports["eth4"].dynamic_address


def test_static_routes_with_their_rank_and_priority():
    found = device(
        "set static-route default nexthop gateway address 192.0.2.254 on\n"
        "set static-route 10.9.0.0/16 nexthop gateway address 10.1.0.2 priority 2 on\n"
        "set static-route 10.9.0.0/16 nexthop gateway address 10.1.0.3 priority 1 on\n"
        'set static-route 10.9.0.0/16 comment "branch"\n'
        "set static-route 10.8.0.0/16 nexthop blackhole\n"
        "set static-route 10.7.0.0/16 nexthop gateway logical eth1 on\n"
        "set static-route 10.7.0.0/16 rank 200\n"
        "set static-route 10.6.0.0/16 off\n"
        "set ipv6 static-route 2001:db8:1::/48 nexthop gateway 2001:db8::2 on\n"
        "set ipv6 static-route 2001:db8:2::/48 nexthop gateway address 2001:db8::2 on\n"
    )
    assert [(one.prefix, one.next_hop, one.interface, one.distance, one.discards) for one in found.static_routes] == [
        ("0.0.0.0/0", "192.0.2.254", "", 60, False),
        ("10.9.0.0/16", "10.1.0.2", "", 61, False),
        ("10.9.0.0/16", "10.1.0.3", "", 60, False),
        ("10.8.0.0/16", "", "", 60, True),
        ("10.7.0.0/16", "", "eth1", 200, False),
        ("2001:db8:1::/48", "2001:db8::2", "", 60, False),
        ("2001:db8:2::/48", "2001:db8::2", "", 60, False),
    ]


def test_the_header_names_the_device_and_the_host_name_decides():
    assert device("set hostname fw-9\n").name == "fw-9"
    assert device("set interface eth0 state on\n").name == "gw-1"


def test_a_configuration_alone_leaves_the_policy_undecided():
    """The policy is on the management server; without it a gateway neither permits nor denies surely."""
    (rulebase,) = device("set hostname fw\n").rulebases
    assert fate(rulebase, "10.1.0.1", "192.0.2.1")[0] == "unknown"


@pytest.mark.parametrize(
    ("text", "sources", "exact"),
    [
        ("add allowed-client host any-host\n", None, True),
        ("add allowed-client host ipv4-address 10.0.0.5\n", "10.0.0.5", True),
        ("add allowed-client network ipv4-address 10.0.0.0 mask-length 24\n", "10.0.0.0/24", True),
        ("", None, False),
    ],
)
def test_allowed_clients_limit_every_way_to_manage(text: str, sources: str | None, exact: bool):
    accesses = device("set hostname fw\n" + text).management.accesses
    assert [one.protocol for one in accesses if one.enabled] == ["ssh", "https"]
    for one in accesses:
        assert (str(one.sources) if one.sources else None, one.sources_exact) == (sources, exact)


def test_what_listens_and_when_it_hangs_up():
    found = device(
        "set inactivity-timeout 5\nset web session-timeout 30\nset web daemon-enable off\nset net-access telnet on\n"
    )
    accesses = {one.protocol: one for one in found.management.accesses}
    assert {name: one.enabled for name, one in accesses.items()} == {"ssh": True, "https": False, "telnet": True}
    assert {name: one.idle_timeout_s for name, one in accesses.items()} == {"ssh": 300, "https": 1800, "telnet": 300}
    assert device("set hostname a\n").management.accesses[0].default_idle_timeout_s == 600


def test_users_snmp_logs_time_and_passwords():
    plane = device(
        "set user admin password-hash $6$rounds$Xyz\n"
        "set user monitor password-hash *\n"
        "add user lin uid 0 homedir /home/lin\n"
        "add rba user lin roles adminRole\n"
        "set user lin password-hash $1$abc$def\n"
        "set snmp agent on\nset snmp agent-version any\n"
        "set snmp community public read-only\nset snmp community s3cret read-write\n"
        "set snmp traps receiver 10.0.0.9 version v2 community trapword\n"
        "add syslog log-remote-address 10.0.0.8 level info\n"
        "set ntp server primary 10.0.0.7 version 4\n"
        "add aaa radius-servers priority 1 host 10.0.0.6 port 1812 secret r4dius timeout 3\n"
        'set message banner on msgvalue "Authorised use only"\n'
        "set password-controls min-password-length 12\nset password-controls complexity 3\n"
        "set password-controls password-expiration 90\nset password-controls history-checking true\n"
        "set password-controls history-length 8\n"
        "set password-controls deny-on-fail enable true\nset password-controls deny-on-fail failures-allowed 5\n"
        "set password-controls deny-on-fail allow-after 900\n"
    ).management
    assert [(one.name, one.privilege, one.password_kind) for one in plane.users] == [
        ("admin", "adminRole", "sha512"), ("monitor", "monitorRole", "locked"), ("lin", "adminRole", "md5"),
    ]  # fmt: skip
    assert [(one.access, one.well_known) for one in plane.snmp_communities] == [("ro", True), ("rw", False)]
    assert [(one.address, one.kind) for one in plane.log_targets] == [("10.0.0.9", "trap"), ("10.0.0.8", "syslog")]
    assert (plane.time_servers, plane.authentication_servers) == (("10.0.0.7",), ("10.0.0.6",))
    assert plane.banners[0].text == "Authorised use only"
    (policy,) = plane.password_policies
    assert (policy.minimum_length, policy.complexity, policy.lifetime_days, policy.remembered) == (
        12, ("character kinds 3",), 90, 8,
    )  # fmt: skip
    (lockout,) = plane.lockouts
    assert (lockout.attempts, lockout.duration_s, lockout.scope) == (5, 900, "user")


SECRETS = (
    "set expert-password-hash $1$ExPeRtHaSh$q\n"
    "set user admin password-hash $6$AdMiNhAsH$q\n"
    "set snmp community c0mmunity read-only\n"
    "set snmp traps receiver 10.0.0.9 version v2 community tr4pw0rd\n"
    "add snmp usm user joe security-level authPriv auth-pass-phrase 4uthPhr4se privacy-pass-phrase pr1vPhr4se\n"
    "add aaa radius-servers priority 1 host 10.0.0.6 port 1812 secret r4diusK3y timeout 3\n"
    "add aaa tacacs-servers priority 1 server 10.0.0.5 key t4cacsK3y timeout 5\n"
    "set ospf interface eth0 authtype md5 key 1 secret 0spfK3y\n"
    "set bgp external remote-as 65002 peer 10.1.1.2 authtype md5 secret bgpK3y99\n"
    "set grub2-password-hash grub.pbkdf2.sha512.10000.AAAA\n"
    "set pppoe client id 1 user-name joe password pppP4ss\n"
)


@pytest.mark.parametrize(
    "secret",
    [
        "ExPeRtHaSh", "AdMiNhAsH", "c0mmunity", "tr4pw0rd", "4uthPhr4se", "pr1vPhr4se", "r4diusK3y", "t4cacsK3y",
        "0spfK3y", "bgpK3y99", "pppP4ss",
    ],
)  # fmt: skip
def test_no_secret_leaves_the_parser(secret: str):
    assert secret in SECRETS
    assert secret not in repr(read("set as 65001\n" + SECRETS))


def test_every_line_ends_in_one_state():
    text = (
        "set hostname fw\n\nset pbr table 1 static-route default nexthop gateway address 10.1.0.2\n"
        "set frobnicator on\nset interface eth0 ipv4-address nonsense mask-length 24\nset interface eth0\n"
        "set vsx on\ngw-1> \nstray text\nadd arp proxy ipv4-address 192.0.2.7 interface eth0\n"
    )
    coverage = read(text).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
    assert states(text) == [
        ("unsupported", "routing"),
        ("unrecognized", "other"),
        ("unrecognized", "routing"),
        ("unrecognized", "routing"),
        ("unsupported", "filter"),
        ("unrecognized", "other"),
        ("unsupported", "nat"),
    ]
    assert LineState.UNRECOGNIZED in {note.state for note in coverage.notes}


def test_a_terminal_log_with_prompts_is_read():
    text = "gw-1> show configuration\nset hostname fw\nset interface eth0 state on\ngw-1> exit\n"
    parsed = parse(source_of(text, "log.txt"))
    assert (parsed.devices[0].name, parsed.coverage.notes) == ("fw", ())


# Routing protocols


def test_ospf_by_instance_area_and_interface():
    found = device(
        "set router-id 10.0.0.1\n"
        "set ospf area backbone on\nset ospf interface eth0 area backbone on\nset ospf interface eth0 cost 5\n"
        "set ospf area 1 on\nset ospf area 1 stub on\nset ospf area 1 stub summary off\n"
        "set ospf interface eth1 area 1 on\nset ospf interface eth1 passive on\n"
        "set route-redistribution to ospf2 from static-route all-ipv4-routes on\n"
    )
    (process,) = found.routing_processes
    assert (process.protocol, process.router_id, process.exact) == ("ospf", "10.0.0.1", True)
    assert {one.area: one.kind for one in process.areas} == {"0.0.0.0": "normal", "0.0.0.1": "totally_stub"}
    assert [(one.interface, one.area, one.cost, one.passive) for one in process.interfaces] == [
        ("eth0", "0.0.0.0", 5, None),
        ("eth1", "0.0.0.1", None, True),
    ]
    assert [one.source for one in process.redistributions] == ["static"]


def test_ospf_that_is_not_fully_understood_is_not_exact():
    text = "set ospf interface eth0 area backbone on\nset ospf area backbone range 10.0.0.0/8 on\n"
    assert [one.exact for one in device(text).routing_processes] == [False]
    assert states(text) == [("unsupported", "routing")]


BGP = (
    "set as 65001\n"
    "set bgp external remote-as 65002 on\n"
    'set bgp external remote-as 65002 export-routemap "OUT" preference 1 on\n'
    'set bgp external remote-as 65002 import-routemap "IN" preference 2 on\n'
    'set bgp external remote-as 65002 import-routemap "FIRST" preference 1 on\n'
    "set bgp external remote-as 65002 peer 192.0.2.2 on\n"
    "set routemap OUT id 10 on\nset routemap OUT id 10 allow\nset routemap OUT id 10 match protocol direct\n"
    "set routemap OUT id 5 on\nset routemap OUT id 5 restrict\nset routemap OUT id 5 match network 10.0.0.0/8 refines\n"
)


def test_bgp_groups_peers_and_route_maps_in_their_order():
    found = device(BGP)
    (process,) = found.routing_processes
    (peer,) = process.neighbors
    assert (process.autonomous_system, peer.name, peer.remote_as, peer.enabled) == ("65001", "192.0.2.2", "65002", True)
    assert peer.families[0].import_policies == ("FIRST", "IN")
    (policy,) = found.routing.policies
    assert [(term.name, term.outcome) for term in policy.terms] == [("5", "deny"), ("10", "permit")]
    assert policy.terms[0].conditions[0].values == ("10.0.0.0/8 9-32",)
    assert (policy.default_outcome, process.exact) == ("deny", True)


def test_bgp_without_route_maps_is_not_exact():
    text = "set as 65001\nset bgp external remote-as 65002 on\nset bgp external remote-as 65002 peer 192.0.2.2 on\n"
    assert [one.exact for one in device(text).routing_processes] == [False]
