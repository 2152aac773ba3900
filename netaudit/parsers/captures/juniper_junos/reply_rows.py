"""Rows of Junos replies (XML or JSON), with the fields of the text forms: the same readers of facts take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows, RowReader
from netaudit.parsers.captures.juniper_junos.reply_tree import Element, read_reply

Fields = dict[str, str | tuple[str, ...]]
Records = Callable[[Element], Iterator[tuple[Fields, Element]]]


def text_or_reply(text: RowReader, records: Records) -> RowReader:
    """Return the reader of the text form, or of XML or JSON where the output is that, whatever the command says."""

    def read(given: CaptureInput) -> ReadRows:
        root = read_reply(given.lines)
        if root is None:
            return text(given)
        return ReadRows([ReadRow(fields, source.lines()) for fields, source in records(root)])

    return read


def versions(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield a record a member of `show version`."""
    for item in root.descendants("software-information"):
        packages = tuple(package.value("comment") for package in item.all("package-information"))
        yield (
            {
                "hostname": item.value("host-name"),
                "model": item.value("product-model"),
                "version": item.value("junos-version"),
                "packages": packages,
            },
            item,
        )


def hardware(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the parts of `show chassis hardware`, from the chassis down."""
    for chassis in root.descendants("chassis"):
        waiting = [chassis]
        while waiting:
            part = waiting.pop(0)
            yield (
                {
                    "item": part.value("name"),
                    "version": part.value("version"),
                    "part_number": part.value("part-number"),
                    "serial": part.value("serial-number"),
                    "description": part.value("description"),
                },
                part,
            )
            waiting = [child for child in part.children if child.name.startswith("chassis-")] + waiting


def interfaces(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the physical and the logical interfaces of `show interfaces`, `terse` too."""
    for physical in root.descendants("physical-interface"):
        yield (
            {
                "interface": physical.value("name"),
                "admin_state": physical.value("admin-status"),
                "link_status": physical.value("oper-status"),
                "description": physical.value("description"),
                "mtu": physical.value("mtu"),
                "hardware_type": physical.value("link-level-type"),
                "mac_address": physical.value("current-physical-address"),
                "addresses": (),
            },
            physical,
        )
        for logical in physical.all("logical-interface"):
            yield _logical(logical), logical
    for information in root.descendants("interface-information"):
        for logical in information.all("logical-interface"):
            yield _logical(logical), logical


def _logical(logical: Element) -> Fields:
    addresses: list[str] = []
    mtu = ""
    for family in logical.all("address-family"):
        mtu = mtu or family.value("mtu")
        if family.value("address-family-name") not in ("inet", "inet6"):
            continue
        for address in family.all("interface-address"):
            local = address.value("ifa-local")
            destination = address.value("ifa-destination")
            length = destination.partition("/")[2]
            addresses.append(f"{local}/{length}" if length and "/" not in local else local)
    flags = logical.first("if-config-flags")
    up = "up" if flags is not None and flags.first("iff-up") is not None else ""
    return {
        "interface": logical.value("name"),
        "admin_state": logical.value("admin-status"),
        "link_status": logical.value("oper-status") or up,
        "description": logical.value("description"),
        "mtu": mtu,
        "zone": logical.value("zone-name") or logical.value("logical-interface-zone-name"),
        "addresses": tuple(address for address in addresses if address),
    }


def routes(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the entries of `show route`, each with all its next hops."""
    for table in root.descendants("route-table"):
        for destination in table.all("rt"):
            for entry in destination.all("rt-entry"):
                to: list[str] = []
                via: list[str] = []
                for hop in entry.all("nh"):
                    to.append(hop.value("to"))
                    via.append(hop.value("via") or hop.value("nh-local-interface"))
                action = entry.value("nh-type")
                yield (
                    {
                        "table": table.value("table-name"),
                        "prefix": _with_slash(destination),
                        "active": entry.value("active-tag"),
                        "protocol": entry.value("protocol-name"),
                        "preference": entry.value("preference"),
                        "metric": entry.value("metric"),
                        "age": entry.value("age"),
                        "to": tuple(to),
                        "via": tuple(via),
                        "action": action if not any((*to, *via)) or action in ("Reject", "Discard") else "",
                        "as_path": entry.value("as-path"),
                    },
                    entry,
                )


def _with_slash(destination: Element) -> str:
    text, length = destination.value("rt-destination"), destination.value("rt-prefix-length")
    return text if "/" in text or not length else f"{text}/{length}"


def instances(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the instances of `show route instance`, with their tables and interfaces."""
    for item in root.descendants("instance-core"):
        tables = [*item.all("instance-rib"), *item.all("instance-ribs")]
        yield (
            {
                "name": item.value("instance-name"),
                "type": item.value("instance-type"),
                "tables": tuple(table.value("irib-name") for table in tables),
                "active": tuple(table.value("irib-active-count") for table in tables),
                "holddown": tuple(table.value("irib-holddown-count") for table in tables),
                "hidden": tuple(table.value("irib-hidden-count") for table in tables),
                "interfaces": tuple(one.value("interface-name") for one in item.descendants("instance-interface")),
            },
            item,
        )


def arp(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the addresses of `show arp`."""
    for item in root.descendants("arp-table-entry"):
        yield (
            {
                "mac_address": item.value("mac-address"),
                "ip_address": item.value("ip-address"),
                "name": item.value("hostname"),
                "interface": item.value("interface-name"),
            },
            item,
        )


def lldp(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the neighbours of `show lldp neighbors`."""
    for item in root.descendants("lldp-neighbor-information"):
        yield (
            {
                "local_interface": item.value("lldp-local-port-id") or item.value("lldp-local-interface"),
                "parent_interface": item.value("lldp-local-parent-interface-name"),
                "chassis_id": item.value("lldp-remote-chassis-id"),
                "neighbor_interface": item.value("lldp-remote-port-id") or item.value("lldp-remote-port-description"),
                "neighbor_name": item.value("lldp-remote-system-name"),
                "neighbor_description": item.value("lldp-remote-system-description")
                or item.value("lldp-system-description", "lldp-remote-system-description"),
                "mgmt_address": item.value("lldp-remote-management-address"),
            },
            item,
        )


def counters(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the counters of `show firewall`."""
    for held in root.descendants("filter-information"):
        for item in held.all("counter"):
            yield (
                {
                    "filter": held.value("filter-name"),
                    "counter": item.value("counter-name"),
                    "bytes": item.value("byte-count"),
                    "packets": item.value("packet-count"),
                },
                item,
            )


def policy_hits(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the policies of `show security policies hit-count`."""
    for table in root.descendants("policy-hit-count"):
        for item in table.all("policy-hit-count-entry"):
            yield (
                {
                    "from_zone": item.value("policy-hit-count-from-zone"),
                    "to_zone": item.value("policy-hit-count-to-zone"),
                    "name": item.value("policy-hit-count-policy-name"),
                    "hits": item.value("policy-hit-count-count"),
                    "action": item.value("policy-hit-count-action"),
                    "logical_system": table.value("logical-system-name"),
                },
                item,
            )


def ike(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the SAs of `show security ike security-associations`."""
    for table in root.descendants("ike-security-associations-information"):
        for item in table.children:
            # With `detail` an association stands in a block that has some of its values.
            inner = item.first("ike-security-associations") or item
            peer = item.value("ike-sa-remote-address") or inner.value("ike-sa-remote-address")
            if peer:
                yield (
                    {
                        "index": item.value("ike-sa-index") or inner.value("ike-sa-index"),
                        "state": item.value("ike-sa-state") or inner.value("ike-sa-state"),
                        "mode": item.value("ike-sa-exchange-type") or inner.value("ike-sa-exchange-type"),
                        "peer": peer,
                        "local": item.value("ike-sa-local-address") or inner.value("ike-sa-local-address"),
                    },
                    item,
                )


def ipsec(root: Element) -> Iterator[tuple[Fields, Element]]:
    """Yield the SAs of `show security ipsec security-associations`."""
    for item in root.descendants("ipsec-security-associations"):
        yield (
            {
                "index": item.value("sa-tunnel-index"),
                "direction": item.value("sa-direction"),
                "algorithm": f"{item.value('sa-protocol')}:{item.value('sa-esp-encryption-algorithm')}"
                f"{item.value('sa-hmac-algorithm')}",
                "spi": item.value("sa-spi"),
                "life": item.value("sa-hard-lifetime"),
                "peer": item.value("sa-remote-gateway"),
            },
            item,
        )
