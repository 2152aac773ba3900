"""What crosses the third-party lines, computed once for the checks that ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.checks.contract import Context
from netaudit.findings import Examined, Fact, Outcome
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import LineAgreement, Zone, ZoneType
from netaudit.topology.stated import agreed_packets, agreements_of_zone, is_valid


@dataclass(frozen=True, slots=True)
class ThirdPartyLine:
    """A zone that a third-party line ends in, with the agreements of all lines there."""

    zone: Zone
    agreements: tuple[LineAgreement, ...]

    @property
    def name(self) -> str:
        """Return the names of the lines, or of the zone where no agreement names one."""
        return ", ".join(dict.fromkeys(one.line for one in self.agreements)) or self.zone.name


def third_party_lines(context: Context) -> Iterator[ThirdPartyLine]:
    """Yield every third-party zone in register order."""
    for zone in context.policy.zones_of_type(ZoneType.THIRDPARTY):
        yield ThirdPartyLine(zone, agreements_of_zone(context.policy, context.network, zone.name))


def unplaced_lines(context: Context) -> Iterator[Examined]:
    """Yield every line of the agreements that ends in no third-party zone: what crosses it cannot be asked."""
    placed = {one.line for line in third_party_lines(context) for one in line.agreements}
    for name in context.policy.lines():
        if name not in placed:
            where = tuple(one.where for one in context.policy.line_agreements if one.line == name)
            facts: dict[str, Fact] = {"line": name, "path": "", "pair": "", "packets": "?", "pairs": ""}
            why = "no third-party zone of the zone map holds its interface or its peers"
            yield Examined(Outcome.UNKNOWN, "", name, where, facts, why_unknown=why, key=f"unplaced:{name}")


def agreed(context: Context, line: ThirdPartyLine, direction: str) -> PacketSet:
    """Return what the agreements in force let open in one direction ("in" or "out")."""
    return PacketSet.union(
        agreed_packets(one) for one in line.agreements if one.direction == direction and is_valid(one, context.as_of)
    )


def inside_zones(context: Context) -> list[str]:
    """Return the firm's own zones."""
    return [zone.name for zone in context.policy.zones if not zone.type.external]
