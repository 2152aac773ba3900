"""Addresses of rules: prefixes, ranges, service tags and application security groups.

Sources: Microsoft Learn, "Virtual network service tags", "Network security groups", "Application security groups".
Decisions:
- VirtualNetwork is the address space of the network and of those peered with it, where the peering allows access.
  It also takes the prefixes of user-defined routes, of networks behind a gateway, and the host's own address: these
  widen the upper bound, and everything does where a gateway is there or the network is not in the export.
- Internet is what lies outside of VirtualNetwork and is reachable by the public internet, Azure's own public space too.
- AzureLoadBalancer is the address of the host that health probes come from, 168.63.129.16 (IPv6: fe80::1234:5678:9abc).
- Other tags stand for prefixes that Microsoft changes weekly: they widen the upper bound.
- An application security group is the addresses of the network interfaces that name it. All are of one network, so
  members that the export lacks lie in its address space.
"""

from __future__ import annotations

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, NO_ADDRESS, AddressSet
from netaudit.parsers.azure.expressions import Unresolved, Value
from netaudit.parsers.azure.views import clean
from netaudit.parsers.rule_values import AddressValue, exact_addresses

# What is never reached by the public internet (RFC 1918, 6598, 1122, 3927, 5771, 1112; RFC 4193, 4291).
PRIVATE = AddressSet.union(
    AddressSet.prefix(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/3", "::/3", "4000::/2", "8000::/1"),
    )
)
HOST_ADDRESS = AddressSet.host("168.63.129.16")
PROBES_IPV6 = AddressSet.host("fe80::1234:5678:9abc")
METADATA_ADDRESS = AddressSet.host("169.254.169.254")
_ANY_WORDS = frozenset({"*", "any", "0.0.0.0/0,::/0"})


def upper(reason: str, addresses: AddressSet = ANY_ADDRESS) -> AddressValue:
    """Return addresses known from above only."""
    return AddressValue(NO_ADDRESS, addresses, (reason,))


UNKNOWN_NETWORK = AddressValue(HOST_ADDRESS, ANY_ADDRESS, ("virtual network not in the export",))


def internet(virtual_network: AddressValue) -> AddressValue:
    """Return what the tag Internet stands for beside a virtual network."""
    surely = ~(PRIVATE | virtual_network.maybe | HOST_ADDRESS)
    maybe = ~virtual_network.surely
    reasons = ("service tag Internet",) if surely != maybe else ()
    return AddressValue(surely, maybe, reasons)


def literal(text: str) -> AddressSet | None:
    """Return the addresses of a prefix, address or range ("10.0.0.1-10.0.0.9"), None for any other text."""
    first, dash, last = text.replace(" ", "").partition("-")
    try:
        return AddressSet.range(first, last) if dash else AddressSet.prefix(first)
    except ValueError:
        return None


def prefix_value(written: Value, virtual_network: AddressValue) -> AddressValue:
    """Return what one prefix of a rule stands for: "*", an address, a prefix, a range or a service tag."""
    if isinstance(written, Unresolved) or not isinstance(written, str):
        return upper("expression")
    text = written.strip()
    if text.lower() in _ANY_WORDS:
        return exact_addresses(ANY_ADDRESS)
    if text == "0.0.0.0/0":
        return AddressValue(ANY_IPV4, ANY_IPV4)
    found = literal(text)
    if found is not None:
        return exact_addresses(found)
    tag = text.lower()
    if tag in ("virtualnetwork", "virtual_network"):
        return virtual_network
    if tag == "internet":
        return internet(virtual_network)
    if tag in ("azureloadbalancer", "azure_loadbalancer"):
        return AddressValue(HOST_ADDRESS, HOST_ADDRESS | PROBES_IPV6, ("service tag AzureLoadBalancer",))
    if text and text[0].isalpha() and text.replace(".", "").replace("_", "").replace("-", "").isalnum():
        return upper(f"service tag {clean(text)}")
    return upper("not understood")
