"""Whether a clause applies to a firm, from plain values: yes, no, or not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netaudit.frameworks.controls import Control

_FUTURES_TYPES = frozenset({"fcm", "ib", "ltm"})


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """What is known of a firm; "" and None stand for "not known".

    `firm_type`: fcm, ib, ltm, securities, several joined by ",". `firm_class` and `tier` as R15 states them.
    `cloud_use`: none, general, material. The `has_...` fields may be told from registers or configurations: True
    where such a thing was seen; False only where the firm states that it has none.
    """

    firm_type: str = ""
    firm_class: str = ""
    tier: str = ""
    online_order: bool | None = None
    website: bool | None = None
    cloud_use: str = ""
    has_third_party_lines: bool | None = None
    has_internal_wlan: bool | None = None
    has_guest_wlan: bool | None = None
    has_remote_access: bool | None = None
    has_vendors: bool | None = None
    has_outsourced_devices: bool | None = None
    has_published_services: bool | None = None
    has_cross_border_transfer: bool | None = None

    @property
    def types(self) -> frozenset[str]:
        """Return the firm's types."""
        return frozenset(word.strip() for word in self.firm_type.split(",") if word.strip())


def applies_to(control: Control, firm: FirmFacts) -> bool | None:
    """Return whether the clause applies to the firm; None where the facts do not tell.

    None must be treated as "it may apply": never as not applicable. A futures pack is taken to apply where the
    firm's type is not stated, a securities pack then is not known.
    """
    industry = _industry(control.industry, firm)
    return _both(industry, CONDITIONS[control.applies](firm))


def _industry(industry: str, firm: FirmFacts) -> bool | None:
    if not firm.types:
        return True if industry == "futures" else None
    return bool(firm.types & _FUTURES_TYPES) if industry == "futures" else "securities" in firm.types


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _either(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


def _class_1(firm: FirmFacts) -> bool | None:
    """Class 1 are futures commission merchants that have appointed a chief information security officer."""
    if firm.types and "fcm" not in firm.types:
        return False
    return None if not firm.firm_class else firm.firm_class == "1"


def _cloud(firm: FirmFacts) -> bool | None:
    return None if not firm.cloud_use else firm.cloud_use != "none"


def _material_cloud(firm: FirmFacts) -> bool | None:
    return None if not firm.cloud_use else firm.cloud_use == "material"


def _tier(firm: FirmFacts, tiers: str) -> bool | None:
    return None if not firm.tier else firm.tier in tiers


def _external_services(firm: FirmFacts) -> bool | None:
    return _either(firm.has_published_services, _either(firm.online_order, firm.website))


# The words of `Control.applies`.
CONDITIONS: Mapping[str, Callable[[FirmFacts], bool | None]] = {
    "all": lambda firm: True,
    "class_1": _class_1,
    "online_order_or_website": lambda firm: _either(firm.online_order, firm.website),
    "external_services": _external_services,
    "cloud": _cloud,
    "material_cloud": _material_cloud,
    "third_party_lines": lambda firm: firm.has_third_party_lines,
    "internal_wlan": lambda firm: firm.has_internal_wlan,
    "guest_wlan": lambda firm: firm.has_guest_wlan,
    "wlan": lambda firm: _either(firm.has_internal_wlan, firm.has_guest_wlan),
    "remote_access": lambda firm: firm.has_remote_access,
    "vendors": lambda firm: firm.has_vendors,
    "outsourced_operation": lambda firm: firm.has_outsourced_devices,
    "cross_border": lambda firm: firm.has_cross_border_transfer,
    "tiers_1_to_4": lambda firm: _tier(firm, "1234"),
    "tiers_1_and_2": lambda firm: _tier(firm, "12"),
    "tiers_1_to_4_online_order": lambda firm: _both(_tier(firm, "1234"), firm.online_order),
}
