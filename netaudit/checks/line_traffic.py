"""What crosses the third-party lines, computed once for the checks that ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.checks.contract import Context
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.policy.registers import LineAgreement, Zone, ZoneType
from netaudit.topology.stated import agreed_packets, is_valid, line_zones


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
    zones_of_line = {line: line_zones(context.policy, context.network, line) for line in context.policy.lines()}
    for zone in context.policy.zones_of_type(ZoneType.THIRDPARTY):
        agreements = tuple(
            one for one in context.policy.line_agreements if zone.name in zones_of_line.get(one.line, ())
        )
        yield ThirdPartyLine(zone, agreements)


def agreed(context: Context, line: ThirdPartyLine, direction: str) -> PacketSet:
    """Return what the agreements in force let open in one direction ("in" or "out")."""
    return PacketSet.union(
        agreed_packets(one) for one in line.agreements if one.direction == direction and is_valid(one, context.as_of)
    )


def agreed_pair(context: Context, line: ThirdPartyLine, from_zone: str, to_zone: str) -> PacketSet:
    """Return what is agreed for an ordered pair of zones that the line is one of."""
    if from_zone == line.zone.name:
        return agreed(context, line, "in")
    return agreed(context, line, "out") if to_zone == line.zone.name else NO_PACKETS


def inside_zones(context: Context) -> list[str]:
    """Return the firm's own zones."""
    return [zone.name for zone in context.policy.zones if not zone.type.external]
