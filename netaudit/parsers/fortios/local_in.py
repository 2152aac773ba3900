"""What local-in policies leave of the sources that may reach a login service of the device.

The policies are walked in order; an address is taken away only where a policy surely denies it and no earlier
policy may accept it. Trusted hosts count besides: FortiOS asks for both.
"""

from __future__ import annotations

from netaudit.model.device import Interface
from netaudit.model.rules import Rulebase
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.services import TCP, ServiceSet


def reachable_sources(
    rulebase: Rulebase, interface: Interface, port: int, sources: AddressSet, family: Family
) -> tuple[AddressSet, bool]:
    """Return who may connect to a TCP port of an interface (an upper bound), and whether it is exact."""
    service = ServiceSet.ports(TCP, IntervalSet.single(port))
    own = IntervalSet.of((one.value, one.value) for one in interface.addresses if one.family is family)
    names = {interface.name, interface.security_zone}
    left = sources.family(family)
    accepted = EMPTY
    exact = True
    for rule in rulebase.rules:
        if rule.implicit or not rule.enabled or not any(name and name in rule.from_zones for name in names):
            continue
        touching = [
            product
            for product in rule.match.maybe.products
            if product.family is family and product.services.overlaps(service)
        ]
        if not touching:
            continue
        exact = exact and rule.match.is_exact
        maybe = IntervalSet.of(interval for product in touching for interval in product.source.intervals)
        if rule.action.permits:
            accepted |= maybe
            continue
        surely = EMPTY
        for product in rule.match.surely.products:
            covers = own <= product.destination if own else product.destination == family.all_addresses
            if product.family is family and covers and service <= product.services:
                surely |= product.source
        exact = exact and maybe == surely
        left = left - (surely - accepted)
    return AddressSet.of(family, left), exact
