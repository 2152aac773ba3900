"""Device groups, their order and objects, templates, and the firewalls that they make together."""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.model.source import Affects
from netaudit.policy.registers import Policy
from netaudit.topology.network import build_network
from tests.parsers.paloalto_panos.conftest import fate, parsed

ANY = "from any to any source any destination any application any service any"


def _devices(text: str) -> dict[str, Device]:
    return {device.name: device for device in parsed("set deviceconfig system hostname pano\n" + text).devices}


def _rules(device: Device, system: str = "") -> list[str]:
    rulebase = device.rulebase("security", system)
    assert rulebase is not None
    return [rule.name for rule in rulebase.rules if not rule.implicit]


HIERARCHY = f"""set shared pre-rulebase security rules shared-pre {ANY} action deny
set shared post-rulebase security rules shared-post {ANY} action deny
set device-group parent pre-rulebase security rules parent-pre {ANY} action deny
set device-group parent post-rulebase security rules parent-post {ANY} action deny
set device-group child parent-dg parent
set device-group child pre-rulebase security rules child-pre {ANY} action deny
set device-group child post-rulebase security rules child-post {ANY} action deny
"""


def test_the_order_of_inherited_rules() -> None:
    device = _devices(HIERARCHY)["pano"]
    assert _rules(device, "child") == [
        "shared-pre", "parent-pre", "child-pre", "child-post", "parent-post", "shared-post"
    ]  # fmt: skip
    assert [one.virtual_system for one in device.rulebases] == ["child"]
    assert device.operating_system == "Panorama"
    assert device.forwards is False


def test_the_parent_may_stand_in_the_read_only_part() -> None:
    text = (
        "<config version='10.1.0'><devices><entry name='localhost.localdomain'><device-group><entry name='a'>"
        "<pre-rulebase><security><rules><entry name='up'><action>deny</action></entry></rules></security>"
        "</pre-rulebase></entry><entry name='b'/></device-group></entry></devices>"
        "<readonly><devices><entry name='localhost.localdomain'><device-group>"
        "<entry name='b'><parent-dg>a</parent-dg></entry></device-group></entry></devices></readonly></config>"
    )
    (device,) = parsed(text).devices
    assert set(_rules(device, "b")) == {"up"}


def test_parents_that_hold_each_other_end() -> None:
    devices = _devices(
        "set device-group a parent-dg b\nset device-group b parent-dg a\nset device-group c parent-dg a\n"
    )
    assert [one.virtual_system for one in devices["pano"].rulebases] == ["c"]


def test_an_object_of_a_descendant_hides_that_of_its_ancestor() -> None:
    text = """set shared address server ip-netmask 10.0.0.1
set shared pre-rulebase security rules r from a to b source any destination server
set shared pre-rulebase security rules r application any service any action allow
set device-group plain description x
set device-group own address server ip-netmask 10.0.0.2
"""
    device = _devices(text)["pano"]
    for system, address in (("plain", "10.0.0.1"), ("own", "10.0.0.2")):
        assert fate(device, "a", "b", "10.9.9.9", address, system=system) == "permit"
        other = "10.0.0.2" if address == "10.0.0.1" else "10.0.0.1"
        assert fate(device, "a", "b", "10.9.9.9", other, system=system) == "deny"


FIREWALLS = f"""set device-group dg devices 0001
set device-group dg devices 0002
set device-group dg pre-rulebase security rules everywhere {ANY} action deny
set device-group dg pre-rulebase security rules first {ANY} action deny
set device-group dg pre-rulebase security rules first target devices 0001
set device-group dg pre-rulebase security rules not-first {ANY} action deny
set device-group dg pre-rulebase security rules not-first target devices 0001
set device-group dg pre-rulebase security rules not-first target negate yes
set template base config network interface ethernet ethernet1/1 layer3 ip $inside
set template base config network interface ethernet ethernet1/2 layer3 ip 192.0.2.1/24
set template base config network virtual-router vr interface [ ethernet1/1 ethernet1/2 ]
set template base config vsys vsys1 zone trust network layer3 ethernet1/1
set template base config vsys vsys1 zone untrust network layer3 ethernet1/2
set template base config deviceconfig system ntp-servers primary-ntp-server ntp-server-address 10.0.0.123
set template base variable $inside type ip-netmask 10.0.1.1/24
set template over config deviceconfig system ntp-servers primary-ntp-server ntp-server-address 10.0.0.99
set template-stack stack templates [ over base ]
set template-stack stack devices 0001
set template-stack stack devices 0002 variable $inside type ip-netmask 10.0.2.1/24
"""


def test_managed_firewalls_get_their_rules_and_their_templates() -> None:
    devices = _devices(FIREWALLS)
    assert list(devices) == ["pano", "0001", "0002"]
    assert devices["pano"].rulebases == ()
    assert _rules(devices["0001"]) == ["everywhere", "first"]
    assert _rules(devices["0002"]) == ["everywhere", "not-first"]
    addresses = {name: str(devices[name].interfaces[0].addresses[0]) for name in ("0001", "0002")}
    assert addresses == {"0001": "10.0.1.1/24", "0002": "10.0.2.1/24"}
    assert {zone.name for zone in devices["0001"].security_zones} == {"trust", "untrust"}
    assert devices["0001"].management.time_servers == ("10.0.0.99",)
    assert devices["0001"].serials == ("0001",)


def test_rules_with_targets_may_apply_where_the_firewall_is_not_known() -> None:
    text = f"set device-group dg pre-rulebase security rules r {ANY} action deny\n"
    text += "set device-group dg pre-rulebase security rules r target devices 0001\n"
    device = _devices(text)["pano"]
    assert fate(device, "a", "a", "10.0.0.1", "10.0.0.2", system="dg") == "unknown"


def test_the_local_rules_of_firewalls_are_said_to_be_missing() -> None:
    notes = parsed("set deviceconfig system hostname pano\n" + FIREWALLS).coverage.notes
    assert [note.reason for note in notes] == ["the firewalls may have local rules, which are not in this file"]


def test_conduits_through_managed_firewalls_stay_undecided() -> None:
    result = parsed("set deviceconfig system hostname pano\n" + FIREWALLS)
    network = build_network(result.devices, Policy(), [result.coverage])
    for name in ("0001", "0002"):
        assert any("lines that affect filter" in doubt for doubt in network.doubts[name])


def test_a_firewall_with_a_template_alone_has_rules_that_are_not_known() -> None:
    devices = _devices(
        "set template t config vsys vsys1 zone a network layer3 ethernet1/1\nset template-stack s templates t\n"
        "set template-stack s devices 0003\n"
    )
    assert fate(devices["0003"], "a", "b", "10.0.0.1", "10.0.0.2") == "unknown"


def test_a_virtual_system_without_a_device_group_has_rules_that_are_not_known() -> None:
    text = f"""set device-group one devices 0001 vsys vsys1
set device-group one pre-rulebase security rules of-one {ANY} action deny
set template t config vsys vsys1 zone a network layer3 ethernet1/1
set template t config vsys vsys2 zone b network layer3 ethernet1/2
set template-stack s templates t
set template-stack s devices 0001
"""
    device = _devices(text)["0001"]
    assert fate(device, "a", "a", "10.0.0.1", "10.0.0.2", system="vsys1") == "deny"
    assert fate(device, "b", "c", "10.0.0.1", "10.0.0.2", system="vsys2") == "unknown"


def test_device_groups_for_single_virtual_systems() -> None:
    text = f"""set device-group one devices 0001 vsys vsys1
set device-group one pre-rulebase security rules of-one {ANY} action deny
set device-group two devices 0001 vsys vsys2
set device-group two pre-rulebase security rules of-two {ANY} action deny
"""
    device = _devices(text)["0001"]
    assert device.virtual_systems == ("vsys1", "vsys2")
    assert _rules(device, "vsys1") == ["of-one"]
    assert _rules(device, "vsys2") == ["of-two"]


def test_what_panorama_pushed_stands_around_the_local_rules() -> None:
    text = """policy {
  panorama {
    address {
      pushed {
        ip-netmask 10.0.0.7;
      }
    }
    pre-rulebase {
      security {
        rules {
          before {
            from any;
            to any;
            source any;
            destination pushed;
            application any;
            service any;
            action deny;
          }
        }
      }
    }
    post-rulebase {
      security {
        rules {
          after {
            from any;
            to any;
            source any;
            destination any;
            application any;
            service any;
            action deny;
          }
        }
      }
    }
  }
}
config {
  devices {
    localhost.localdomain {
      deviceconfig {
        system {
          hostname fw;
          panorama-server 10.0.0.5;
        }
      }
      vsys {
        vsys1 {
          rulebase {
            security {
              rules {
                local {
                  from any;
                  to any;
                  source any;
                  destination pushed;
                  application any;
                  service any;
                  action allow;
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
    (device,) = parsed(text).devices
    assert _rules(device) == ["before", "local", "after"]
    assert device.undefined_references == ()


def test_a_firewall_of_a_panorama_may_use_names_that_are_pushed() -> None:
    text = """set deviceconfig system hostname fw panorama-server 10.0.0.5
set rulebase security rules r from any to any source any destination pushed application any service any action allow
"""
    result = parsed(text)
    (device,) = result.devices
    assert device.undefined_references == ()
    assert fate(device, "a", "b", "10.0.0.1", "10.0.0.2") == "unknown"
    (note,) = result.coverage.notes
    assert (note.affects, note.where.line) == (Affects.FILTER, 1)
    assert "pushed around the local ones" in note.reason


def test_unused_and_undefined_names_are_reported_once_with_panorama() -> None:
    text = FIREWALLS + (
        "set shared address lonely ip-netmask 10.5.5.5\nset shared address used ip-netmask 10.5.5.6\n"
        "set device-group dg pre-rulebase security rules everywhere destination [ used gone ]\n"
    )
    devices = _devices(text)
    assert [(one.kind, one.name) for one in devices["pano"].unused_objects] == [("address object", "lonely")]
    assert [(one.kind, one.name) for one in devices["pano"].undefined_references] == [("address object", "gone")]
    assert devices["0001"].unused_objects == devices["0001"].undefined_references == ()
