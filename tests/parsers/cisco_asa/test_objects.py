"""Objects and groups: nested, cyclic, undefined, typed."""

from __future__ import annotations

from netaudit.packets.addresses import AddressSet


def _objects(device):
    return {one.name: one for one in device.address_objects}


def test_groups_resolve_through_groups_and_objects(fixture_file):
    objects = _objects(fixture_file("nested-groups.cfg").devices[0])
    outer = objects["outer"]
    assert outer.exact
    assert outer.kind == "group"
    assert outer.members == ("inner",)
    assert outer.addresses == AddressSet.union(
        AddressSet.prefix(text) for text in ("10.0.0.1", "10.1.0.0/16", "2001:db8::/32")
    )


def test_a_cycle_is_known_from_above_only(fixture_file, fate):
    parsed = fixture_file("nested-groups.cfg")
    assert not _objects(parsed.devices[0])["loop-a"].exact
    assert fate(parsed.devices[0], "A", "10.9.9.1", "1.1.1.1") == "permit"
    assert fate(parsed.devices[0], "A", "10.77.9.2", "1.1.1.1") == "unknown"
    assert any(note.reason == "the group holds itself" for note in parsed.coverage.notes)


def test_an_undefined_member_makes_the_group_uncertain_and_is_reported(fixture_file):
    device = fixture_file("nested-groups.cfg").devices[0]
    assert [(one.kind, one.name, one.where.line) for one in device.undefined_references] == [
        ("address group", "missing", 19)
    ]
    torn = device.rulebase("A").rules[2]
    assert torn.unresolved == ("missing",)
    assert torn.match.surely.contains
    assert torn.match.reasons == ("undefined reference",)


def test_port_groups_serve_as_source_or_destination_ports(fixture_file, fate):
    device = fixture_file("nested-groups.cfg").devices[0]
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 17, 150) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 6, 9, source_port=443) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 6, 9, source_port=8080) == "permit"


def test_service_groups_mix_protocols(fixture_file, fate):
    device = fixture_file("nested-groups.cfg").devices[0]
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 6, 22, source_port=2000) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 6, 22, source_port=1000) == "deny"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 47) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 51) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 1, icmp_type=8) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 1, icmp_type=0) == "permit"
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 1, icmp_type=3) == "deny"


def test_a_port_group_of_another_protocol_is_never_sure(fixture_file, fate):
    device = fixture_file("nested-groups.cfg").devices[0]
    assert fate(device, "B", "10.0.0.1", "10.0.0.2", 17, 443) == "unknown"


def test_services_are_listed_with_their_kind(fixture_file):
    services = {one.name: one for one in fixture_file("nested-groups.cfg").devices[0].service_objects}
    assert services["mixed"].kind == "group"
    assert services["ports"].services.contains(17, 1, 53, 0)
    assert services["ports"].services.contains(6, 1, 53, 2)
    assert not services["more-ports"].services.contains(17, 1, 443, 0)
    assert services["vpn-protocols"].services.contains(50, 0, 0, 0)


def test_a_domain_name_is_known_from_above_only(fixture_file, fate):
    device = fixture_file("branch-9x.cfg").devices[0]
    updates = _objects(device)["updates"]
    assert (updates.kind, updates.exact) == ("fqdn", False)
    assert fate(device, "INSIDE-IN", "10.10.1.1", "198.51.100.80", 6, 8443) == "unknown"


def test_aliases_stand_for_addresses(fixture_file, fate):
    device = fixture_file("branch-9x.cfg").devices[0]
    assert fate(device, "INSIDE-IN", "10.10.1.1", "10.20.0.5", 17, 53) == "permit"


def test_an_object_defined_twice_keeps_its_last_value(read):
    text = "object network a\n host 10.0.0.1\nobject network a\n host 10.0.0.2\n"
    assert _objects(read(text).devices[0])["a"].addresses == AddressSet.host("10.0.0.2")


def test_an_object_without_a_value_may_be_anything(read, fate):
    device = read("object network a\naccess-list A extended permit ip object a any").devices[0]
    assert fate(device, "A", "10.0.0.1", "1.1.1.1") == "unknown"


def test_a_member_that_is_not_understood_makes_its_group_uncertain(read, fate):
    text = (
        "object-group network g\n network-object host 10.0.0.1\n network-object nonsense\n"
        "access-list A extended permit ip object-group g any"
    )
    device = read(text).devices[0]
    assert fate(device, "A", "10.0.0.1", "1.1.1.1") == "permit"
    assert fate(device, "A", "10.0.0.2", "1.1.1.1") == "unknown"


def test_lines_that_lost_their_indentation_find_their_block(fixture_file, fate):
    parsed = fixture_file("flat.cfg")
    device = parsed.devices[0]
    assert parsed.coverage.notes == ()
    assert fate(device, "X", "10.0.0.1", "1.1.1.1") == "permit"
    assert [str(address) for address in device.interfaces[0].addresses] == ["203.0.113.2/24"]
