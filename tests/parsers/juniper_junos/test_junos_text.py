"""Forms of a configuration: `set` and braces, comments, tags, commands, terminal logs; every line accounted for."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.source import LineState
from tests.parsers.juniper_junos.reading import FIXTURES, device_of, load, read, tcp
from tests.parsers.juniper_junos.reading import fate as fate_at

FLAT = """\
set system host-name r1
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set firewall family inet filter F term web from protocol tcp
set firewall family inet filter F term web from destination-port 80
set firewall family inet filter F term web from destination-port 443
set firewall family inet filter F term web then accept
set routing-options static route 0.0.0.0/0 next-hop 10.0.0.254
"""

BRACES = """\
system { host-name r1; }
interfaces {
    ge-0/0/0 { unit 0 { family inet { address 10.0.0.1/24; } } }
}
/* a comment
   over two lines; with { braces } */
firewall {
    family inet {
        filter F { ## SECRET-DATA
            term web {
                from {
                    protocol tcp;
                    destination-port [ 80 443 ];
                }
                then accept;
            }
        }
    }
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop 10.0.0.254;
    }
}
"""


def _essence(text: str) -> tuple[object, ...]:
    device = device_of(text)
    rules = tuple(
        (rulebase.name, rule.name, rule.action, rule.match) for rulebase in device.rulebases for rule in rulebase.rules
    )
    addresses = tuple((one.name, one.addresses) for one in device.interfaces)
    routes = tuple((one.prefix, one.next_hop) for one in device.static_routes)
    return device.name, rules, addresses, routes


def test_both_forms_say_the_same():
    assert _essence(FLAT) == _essence(BRACES)


def test_a_configuration_may_mix_both_forms():
    head, tail = FLAT.split("\n", 2)[:2], "\n".join(FLAT.split("\n")[2:])
    mixed = BRACES[: BRACES.index("/*")] + tail
    assert head
    assert _essence(mixed) == _essence(FLAT)


def test_rules_point_at_their_lines():
    rule = device_of(BRACES).rulebases[0].rules[0]
    assert (rule.where.line, rule.where.last_line) == (10, 16)
    flat = device_of(FLAT).rulebases[0].rules[0]
    assert (flat.where.line, flat.where.last_line) == (3, 6)


def test_lines_are_understood_in_both_forms():
    assert read(FLAT).coverage.notes == ()
    assert read(BRACES).coverage.notes == ()


@pytest.mark.parametrize(
    ("commands", "verdict"),
    [
        ("deactivate firewall family inet filter F term web", "deny"),
        (
            "deactivate firewall family inet filter F term web\nactivate firewall family inet filter F term web",
            "permit",
        ),
        ("delete firewall family inet filter F term web from protocol", "permit"),
        ("delete firewall family inet filter F term web from destination-port 443", "deny"),
        ("deactivate firewall family inet filter F term web from destination-port 443", "deny"),
        ("protect firewall family inet filter F", "permit"),
        ("rename firewall family inet filter F term web to term pages", "permit"),
        (
            "set firewall family inet filter F term no then discard\n"
            "insert firewall family inet filter F term no before term web",
            "deny",
        ),
        ("edit firewall family inet filter F\nset term web then discard\ntop", "deny"),
    ],
)
def test_commands_change_what_was_set(commands, verdict):
    device = device_of(FLAT + commands)
    assert fate_at(device.rulebase("F"), tcp("192.0.2.1", "192.0.2.2", 443))[0] == verdict


def test_an_inactive_term_is_kept_and_matches_nothing():
    text = BRACES.replace("term web {", "inactive: term web {")
    (rule,) = device_of(text).rulebases[0].rules
    assert not rule.enabled
    assert rule.services == ("protocol tcp", "destination-port 80 443")


def test_replace_takes_the_place_of_what_was_there():
    text = BRACES + "firewall { family inet { replace: filter F { term none { then discard; } } } }\n"
    assert [rule.name for rule in device_of(text).rulebases[0].rules] == ["none"]


def test_tags_in_the_other_form():
    text = "system {\n    protect: host-name r9;\n    inactive: domain-name example.com;\n}\n"
    assert device_of(text).name == "r9"


def test_a_terminal_log_is_read_around_its_prompts():
    text = "{master:0}\nadmin@r7> show configuration | display set\n" + FLAT + "\n{master:0}\nadmin@r7>\n"
    assert _essence(text) == _essence(FLAT)
    assert read(text).coverage.notes == ()


def test_quoted_text_may_hold_anything():
    text = 'interfaces {\n    ge-0/0/0 {\n        description "to {R2}; /* core */ # 1";\n        unit 0;\n    }\n}\n'
    assert device_of(text).interfaces[0].description == "to {R2}; /* core */ # 1"


def test_a_quote_over_several_lines_belongs_to_one_statement():
    text = 'security { certificates { local x {\n "-----BEGIN\nset system host-name no\n-----END"; } } }\n'
    parsed = read(text + "system {\n    host-name r3;\n}\n")
    assert parsed.devices[0].name == "r3"
    assert parsed.coverage.notes == ()


@pytest.mark.parametrize(
    "line",
    ["set system error", "set error", "set", "error", "set system host-name", "set firewall family inet filter"],
)
def test_what_is_no_statement_is_unrecognised(line):
    coverage = read(FLAT + line).coverage
    (note,) = coverage.notes
    assert note.state is LineState.UNRECOGNIZED
    assert note.where.line == 8


def test_a_stray_brace_costs_only_itself():
    coverage = read("        }\n    }\n" + BRACES).coverage
    assert [note.where.line for note in coverage.notes] == [1, 2]


def test_a_statement_for_what_is_not_in_the_file_is_noted():
    (note,) = read(FLAT + "deactivate protocols ospf area 0").coverage.notes
    assert note.state is LineState.UNSUPPORTED


def _accounted(text: str) -> None:
    coverage = read(text).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text):
    _accounted(text)


_LANGUAGE = """
    set delete deactivate insert rename before after to groups apply-groups <*> g1 interfaces ge-0/0/0 unit 0 family
    inet inet6 address 10.0.0.1/24 filter input F term t from then accept discard next source-address except protocol
    tcp destination-port 80 - 100-90 { } ; [ ] /* */ # " "a\\ security policies from-zone to-zone policy match permit
    address-book global any applications application zones nat source rule-set rule static route next-hop system login
    user vlans members all range-address 1.1.1.1 tcp-flags (syn & ! lo0 routing-instances X prefix-list apply-path
    inactive: replace: logical-systems L interface-range member member-range icmp-type snmp community clients
    """
_WORDS = st.sampled_from((*_LANGUAGE.split(), "\n", "\n", "\n"))


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=120))
def test_any_words_of_the_language_are_read(words):
    _accounted(" ".join(words))


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.iterdir()))
def test_cut_and_shuffled_fixtures_are_read(name):
    lines = (FIXTURES / name).read_text(encoding="utf-8").split("\n")
    chance = random.Random(7)
    for _ in range(25):
        some = [line for line in lines if chance.random() < 0.8]
        if chance.random() < 0.5:
            chance.shuffle(some)
        _accounted("\n".join(line[: chance.randrange(1, 90)] if chance.random() < 0.1 else line for line in some))


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.iterdir()))
def test_no_secret_leaves_the_parser(name):
    text = (FIXTURES / name).read_text(encoding="utf-8")
    assert "PLANTED" not in repr(load(name)), name
    assert name == "logical-systems.set" or "PLANTED" in text


@pytest.mark.parametrize(
    "line",
    [
        'set system root-authentication encrypted-password "$6$PLANTED"',
        'set system login user a authentication encrypted-password "$5$PLANTED"',
        'set system login user a authentication plain-text-password-value "PLANTED"',
        'set system radius-server 10.0.0.1 secret "$9$PLANTED"',
        'set system tacplus-server 10.0.0.1 port 49 secret "$9$PLANTED"',
        'set system ntp authentication-key 7 type md5 value "$9$PLANTED"',
        "set snmp community PLANTED authorization read-write",
        "set snmp community PLANTED clients 10.0.0.0/8",
        'set snmp v3 usm local-engine user u authentication-sha authentication-password "$9$PLANTED"',
        'set snmp v3 usm local-engine user u privacy-aes128 privacy-key "$9$PLANTED"',
        'set protocols bgp group g authentication-key "$9$PLANTED"',
        'set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication simple-password "$9$PLANTED"',
        'set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication md5 1 key "$9$PLANTED"',
        'set protocols isis level 2 authentication-key "$9$PLANTED"',
        'set protocols isis interface ge-0/0/0.0 hello-authentication-key "$9$PLANTED"',
        'set protocols rip authentication-key "$9$PLANTED"',
        'set protocols ldp session 10.0.0.1 authentication-key "$9$PLANTED"',
        'set security authentication-key-chains key-chain c key 0 secret "$9$PLANTED"',
        'set security ike policy p pre-shared-key ascii-text "$9$PLANTED"',
        "set security ike policy p pre-shared-key hexadecimal PLANTED",
        'set security macsec connectivity-association a pre-shared-key cak "$9$PLANTED"',
        'set access profile x radius-server 10.0.0.1 secret "$9$PLANTED"',
        'set access profile x client u chap-secret "$9$PLANTED"',
        'set access profile x client u pap-password "$9$PLANTED"',
        'set interfaces pp0 unit 0 ppp-options pap local-password "$9$PLANTED"',
        'set interfaces pp0 unit 0 ppp-options chap default-chap-secret "$9$PLANTED"',
        'set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24 vrrp-group 1 authentication-key "$9$PLANTED"',
        'set system archival configuration archive-sites "ftp://u@10.0.0.1/" password "$9$PLANTED"',
        'set system unknown-statement secret "$9$PLANTED"',
    ],
)
def test_planted_secrets_are_masked(line):
    text = FLAT + line
    assert "PLANTED" not in repr(read(text))
    assert "PLANTED" not in repr(read(FLAT + "error " + line))  # quoted in a note as a line that was not understood
