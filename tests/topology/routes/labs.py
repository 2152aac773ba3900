"""Small IOS networks for the tests of routes: one text for each router, subnets join them."""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.packets.addresses import format_address
from netaudit.topology.routes.computation import LearnedRoutes, compute_routes
from tests.topology.networks import device


def routers(**texts: str) -> list[Device]:
    """Return routers as our parser reads them, by name."""
    return [device("cisco_ios", f"hostname {name}\n{_plain(text)}", f"{name}.cfg") for name, text in texts.items()]


def learned(**texts: str) -> LearnedRoutes:
    """Return the tables of a network."""
    return compute_routes(routers(**texts))


def _plain(text: str) -> str:
    """Return lines without their common indent; `|` stands for one blank in front of a sub-command."""
    return "\n".join(line.strip().replace("|", " ", 1) for line in text.strip().splitlines())


def port(name: str, address: str, *lines: str, mask: str = "255.255.255.0") -> str:
    """Return the lines of an interface."""
    return "\n".join([f"interface {name}", f"|ip address {address} {mask}", *(f"|{line}" for line in lines), "!"])


def hops(found: LearnedRoutes, router: str, prefix: str, vrf: str = "default") -> set[str] | None:
    """Return the next hops of a route; "" on a subnet, empty for one that drops, None where there is none."""
    for route in found.tables[router, "", vrf]:
        if str(route.prefix) == prefix:
            return {
                "" if one.next_hop is None else format_address(route.prefix.family, one.next_hop) for one in route.exits
            }
    return None


def kind(found: LearnedRoutes, router: str, prefix: str) -> str:
    """Return what kind of route leads to a prefix."""
    return next(one.kind for one in found.tables[router, "", "default"] if str(one.prefix) == prefix)


def doubts(found: LearnedRoutes, router: str, vrf: str = "default") -> str:
    """Return the doubts of a table as one text."""
    return "\n".join(found.doubts.get((router, "", vrf), ()))
