"""XML, `set` lines and braces say the same; XML is read safely; every line is accounted for."""

from __future__ import annotations

import pytest

from netaudit.model.source import Affects, FileStatus, LineState
from tests.parsers.paloalto_panos.conftest import device_of, fate, parsed
from tests.parsers.switch_answers import all_accounted_for

XML = """<?xml version="1.0"?>
<config version="10.1.0" urldb="paloaltonetworks">
  <devices>
    <entry name="localhost.localdomain">
      <deviceconfig><system><hostname>fw1</hostname></system></deviceconfig>
      <network>
        <interface>
          <ethernet>
            <entry name="ethernet1/1">
              <layer3>
                <ip><entry name="10.0.1.1/24"/></ip>
              </layer3>
            </entry>
            <entry name="ethernet1/2"><layer3><ip><entry name="192.0.2.1/24"/></ip></layer3></entry>
          </ethernet>
        </interface>
        <virtual-router>
          <entry name="vr1">
            <interface><member>ethernet1/1</member><member>ethernet1/2</member></interface>
            <routing-table><ip><static-route>
              <entry name="default">
                <destination>0.0.0.0/0</destination>
                <nexthop><ip-address>192.0.2.254</ip-address></nexthop>
              </entry>
            </static-route></ip></routing-table>
          </entry>
        </virtual-router>
      </network>
      <vsys>
        <entry name="vsys1">
          <zone>
            <entry name="trust"><network><layer3><member>ethernet1/1</member></layer3></network></entry>
            <entry name="untrust"><network><layer3><member>ethernet1/2</member></layer3></network></entry>
          </zone>
          <address>
            <entry name="web 1"><ip-netmask>10.0.1.10</ip-netmask></entry>
          </address>
          <service>
            <entry name="alt"><protocol><tcp><port>8080,8443-8445</port></tcp></protocol></entry>
          </service>
          <rulebase>
            <security>
              <rules>
                <entry name="in" uuid="0b2b6b6e-1111-2222-3333-444455556666">
                  <from><member>untrust</member></from>
                  <to><member>trust</member></to>
                  <source><member>any</member></source>
                  <destination><member>web 1</member></destination>
                  <application><member>any</member></application>
                  <service><member>alt</member><member>service-https</member></service>
                  <action>allow</action>
                  <log-start>no</log-start>
                </entry>
              </rules>
            </security>
          </rulebase>
        </entry>
      </vsys>
    </entry>
  </devices>
</config>
"""

SET = """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 10.0.1.1/24
set network interface ethernet ethernet1/2 layer3 ip 192.0.2.1/24
set network virtual-router vr1 interface [ ethernet1/1 ethernet1/2 ]
set network virtual-router vr1 routing-table ip static-route default destination 0.0.0.0/0
set network virtual-router vr1 routing-table ip static-route default nexthop ip-address 192.0.2.254 metric 10
set zone trust network layer3 ethernet1/1
set zone untrust network layer3 ethernet1/2
set address "web 1" ip-netmask 10.0.1.10
set service alt protocol tcp port 8080,8443-8445
set rulebase security rules in from untrust to trust source any destination "web 1" application any
set rulebase security rules in service [ alt service-https ] action allow log-start no
set rulebase security rules in uuid 0b2b6b6e-1111-2222-3333-444455556666
"""

BRACES = """config {
  devices {
    localhost.localdomain {
      deviceconfig {
        system {
          hostname fw1;
        }
      }
      network {
        interface {
          ethernet {
            ethernet1/1 {
              layer3 {
                ip {
                  10.0.1.1/24;
                }
              }
            }
            ethernet1/2 {
              layer3 {
                ip {
                  192.0.2.1/24;
                }
              }
            }
          }
        }
        virtual-router {
          vr1 {
            interface [ ethernet1/1 ethernet1/2];
            routing-table {
              ip {
                static-route {
                  default {
                    destination 0.0.0.0/0;
                    nexthop {
                      ip-address 192.0.2.254;
                    }
                  }
                }
              }
            }
          }
        }
      }
      vsys {
        vsys1 {
          zone {
            trust {
              network {
                layer3 ethernet1/1;
              }
            }
            untrust {
              network {
                layer3 [ ethernet1/2];
              }
            }
          }
          address {
            "web 1" {
              ip-netmask 10.0.1.10;
            }
          }
          service {
            alt {
              protocol {
                tcp {
                  port 8080,8443-8445;
                }
              }
            }
          }
          rulebase {
            security {
              rules {
                in {
                  from untrust;
                  to trust;
                  source any;
                  destination "web 1";
                  application any;
                  service [ alt service-https];
                  action allow;
                  log-start no;
                  uuid 0b2b6b6e-1111-2222-3333-444455556666;
                }
              }
            }
          }
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize("text", [XML, SET, BRACES], ids=["xml", "set", "braces"])
def test_three_forms_say_the_same(text: str) -> None:
    result = parsed(text)
    device = result.devices[0]
    assert result.coverage.notes == ()
    assert all_accounted_for(result, len(text.splitlines()))
    assert (device.name, device.vendor, device.operating_system) == ("fw1", "Palo Alto Networks", "PAN-OS")
    assert [(one.name, str(one.addresses[0]), one.vrf, one.security_zone) for one in device.interfaces] == [
        ("ethernet1/1", "10.0.1.1/24", "vr1", "trust"),
        ("ethernet1/2", "192.0.2.1/24", "vr1", "untrust"),
    ]
    assert [(one.prefix, one.next_hop, one.distance) for one in device.static_routes] == [
        ("0.0.0.0/0", "192.0.2.254", 10)
    ]
    rule = device.rulebases[0].rules[0]
    assert (rule.name, rule.uid, rule.logged) == ("in", "0b2b6b6e-1111-2222-3333-444455556666", True)
    assert fate(device, "untrust", "trust", "198.51.100.1", "10.0.1.10", port=8444) == "permit"
    assert fate(device, "untrust", "trust", "198.51.100.1", "10.0.1.10", port=443) == "permit"
    assert fate(device, "untrust", "trust", "198.51.100.1", "10.0.1.10", port=80) == "deny"
    assert fate(device, "untrust", "trust", "198.51.100.1", "10.0.1.11", port=443) == "deny"


def test_every_fact_points_to_its_line() -> None:
    device = device_of(XML)
    rule = device.rulebases[0].rules[0]
    assert rule.where.text.startswith('<entry name="in"')
    assert (rule.where.line, rule.where.last_line) == (44, 53)
    assert device.interfaces[0].where.line == 9
    assert device.static_routes[0].where.line == 21


def test_a_document_type_is_refused_and_nothing_is_expanded() -> None:
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE c [<!ENTITY a "vsys1"><!ENTITY b SYSTEM "file:///etc/hostname">]>\n'
        + XML[22:]
    )
    result = parsed(text)
    assert any("document type" in note.reason for note in result.coverage.notes)
    assert all(not device.rulebases for device in result.devices)


def test_an_entity_that_is_not_defined_ends_the_document() -> None:
    result = parsed(XML.replace("<hostname>fw1", "<hostname>&secret;"))
    assert any("malformed XML" in note.reason and "line 5" in note.reason for note in result.coverage.notes)


def test_elements_may_not_stand_too_deep() -> None:
    text = "<config><shared>" + "<a>" * 5000 + "</a>" * 5000 + "</shared></config>"
    assert any("inside each other" in note.reason for note in parsed(text).coverage.notes)


def test_malformed_xml_names_its_line_and_leaves_no_rulebase_that_decides() -> None:
    text = XML.replace("<action>allow</action>", "<action>allow</actio>")
    result = parsed(text)
    faults = [note for note in result.coverage.notes if note.reason.startswith("malformed XML")]
    assert [(note.where.line, note.affects) for note in faults] == [(51, Affects.FILTER)]
    assert "line 51" in faults[0].reason
    assert result.coverage.problem.startswith("line 51: malformed XML: mismatched tag")
    assert result.coverage.status is FileStatus.PARTIAL
    assert all_accounted_for(result, len(text.splitlines()))
    assert fate(result.devices[0], "untrust", "trust", "198.51.100.1", "10.9.9.9") == "unknown"


def test_nothing_is_sure_in_a_damaged_file() -> None:
    """A group that is cut short may hold more: a rule that denies it must not let its missing members pass."""
    text = XML.replace(
        "</service>",
        '</service><address-group><entry name="g"><static><member>web 1</member></statik></entry></address-group>',
    )
    for address in ("10.0.1.10", "10.0.1.99"):
        device = parsed(text).devices[0]
        assert all(
            fate(device, "untrust", "trust", "198.51.100.1", address, port=port) == "unknown" for port in (80, 443)
        )


def test_a_second_document_on_the_last_line_is_named() -> None:
    result = parsed(XML.rstrip() + "<config><shared/></config>")
    assert [note.reason for note in result.coverage.notes] == ["text behind the document on its last line"]


@pytest.mark.parametrize("cut", [5, 20, 40, 50, 58])
def test_a_file_that_is_cut_off_never_permits_or_denies_by_default(cut: int) -> None:
    for text in (XML, BRACES):
        lines = text.splitlines()[:cut]
        result = parsed("\n".join(lines))
        assert all_accounted_for(result, len(lines))
        for rulebase in result.devices[0].rulebases if result.devices else ():
            assert any(not rule.match.is_exact and rule.implicit for rule in rulebase.rules)


def test_elements_that_are_not_known_are_named_with_what_they_can_change() -> None:
    text = XML.replace("<action>allow</action>", "<action>allow</action><moon-phase>full</moon-phase>")
    result = parsed(text)
    assert [(note.where.line, note.state, note.affects) for note in result.coverage.notes] == [
        (51, LineState.UNRECOGNIZED, Affects.FILTER)
    ]
    assert fate(result.devices[0], "untrust", "trust", "198.51.100.1", "10.0.1.10") == "unknown"


def test_commands_that_change_what_was_set_before() -> None:
    device = device_of(
        SET
        + "set rulebase security rules block from any to any source any destination any application any service any\n"
        "set rulebase security rules block action deny\n"
        "move rulebase security rules block top\n"
        'rename address "web 1" to web1\n'
        "delete rulebase security rules in service service-https\n"
    )
    assert [rule.name for rule in device.rulebases[0].rules if not rule.implicit] == ["block", "in"]
    assert device.rulebases[0].rules[1].services == ("alt",)
    assert device.address_objects[0].name == "web1"


def test_prompts_and_quoted_text_over_lines() -> None:
    text = (
        'admin@PA-1(active)# set address a description "first\nsecond"\nadmin@PA-1# set address a ip-netmask 10.0.0.1\n'
    )
    result = parsed("set deviceconfig system hostname x\n" + text)
    assert [one.name for one in result.devices[0].address_objects] == ["a"]
    assert result.coverage.notes == ()


def test_a_banner_over_lines_in_braces() -> None:
    text = BRACES.replace("hostname fw1;", 'hostname fw1;\nlogin-banner "*** {\n  it is "ours";  #1 }\n***";')
    result = parsed(text)
    assert result.coverage.notes == ()
    assert result.devices[0].management.banners[0].text == '*** { it is "ours"; #1 } ***'


def test_a_second_configuration_in_one_file_is_not_mixed_into_the_first() -> None:
    other = XML.replace("<action>allow</action>", "<action>deny</action>").replace("web 1", "web 2")
    result = parsed(XML + other)
    (device,) = result.devices
    assert [one.name for one in device.address_objects] == ["web 1"]
    assert fate(device, "untrust", "trust", "198.51.100.1", "10.0.1.10") == "permit"
    assert ["second configuration" in note.reason for note in result.coverage.notes] == [True]


def test_a_rule_alone_is_a_rulebase_of_its_own() -> None:
    device = device_of(
        '<entry name="r"><from><member>a</member></from><to><member>b</member></to><source><member>10.0.0.0/8</member>'
        "</source><destination><member>any</member></destination><service><member>any</member></service>"
        "<application><member>any</member></application><action>deny</action></entry>"
    )
    assert fate(device, "a", "b", "10.1.1.1", "192.0.2.1") == "deny"


def test_xml_in_one_line_is_read_and_not_repeated_at_every_place() -> None:
    rules = "".join(
        f'<entry name="r{n}"><from><member>a</member></from><to><member>b</member></to><action>allow</action></entry>'
        for n in range(500)
    )
    text = (
        '<response status="success"><result><config version="10.1.0"><devices><entry name="localhost.localdomain">'
        f'<vsys><entry name="vsys1"><rulebase><security><rules>{rules}</rules></security></rulebase></entry></vsys>'
        "</entry></devices></config></result></response>"
    )
    result = parsed(text)
    device = result.devices[0]
    assert [rule.name for rule in device.rulebases[0].rules if not rule.implicit] == [f"r{n}" for n in range(500)]
    assert all(len(rule.where.text) < 100 for rule in device.rulebases[0].rules)


@pytest.mark.parametrize(
    "line",
    [
        "set mgt-config users admin phash $1$abcd$THESECRETHASH",
        "set deviceconfig system snmp-setting access-setting version v2c snmp-community-string THESECRETHASH",
        "set network ike gateway g authentication pre-shared-key key THESECRETHASH",
        "set shared server-profile radius r server s secret THESECRETHASH",
        "set network virtual-router v protocol ospf auth-profile p md5 1 key THESECRETHASH",
        "<config><mgt-config><users><entry name='a'>\n<phash>\nTHESECRETHASH\n</phash></entry></users></mgt-config>"
        "</config>",
        "<config><shared><certificate><entry name='c'><private-key>THESECRETHASH\nTHESECRETHASH</private-key></entry>"
        "</certificate></shared></config>",
        "mgt-config {\n  users {\n    admin {\n      phash THESECRETHASH\nTHESECRETHASH;\n    }\n  }\n}",
        "set frobnicate secret THESECRETHASH",
    ],
)
def test_secrets_are_masked(line: str) -> None:
    result = parsed("set deviceconfig system hostname x\n" + line)
    assert "THESECRETHASH" not in repr(result.coverage) + repr(result.devices)
