"""Interface names as IOS shortens them ("Gi0/1", "Gig 0/1") -> as a configuration has them."""

from __future__ import annotations

import re

# Every type whose name a device prints; a short form is a beginning of it. The more frequent come first.
_TYPES = (
    "GigabitEthernet", "FastEthernet", "TenGigabitEthernet", "Ethernet", "Vlan", "Loopback", "Tunnel", "Port-channel",
    "Serial", "TwentyFiveGigE", "FortyGigabitEthernet", "HundredGigE", "FiftyGigE", "TwoGigabitEthernet",
    "FiveGigabitEthernet", "FourHundredGigE", "TwoHundredGigE", "AppGigabitEthernet", "BDI", "Dialer", "Cellular",
    "Virtual-Template", "Virtual-Access", "VirtualPortGroup", "Multilink", "POS", "ATM", "NVI", "BVI", "Null", "nve",
    "Async", "Embedded-Service-Engine", "Service-Engine", "Wlan-GigabitEthernet", "LISP", "pseudowire", "Bundle-Ether",
)  # fmt: skip
_SPECIAL = {
    "te": "TenGigabitEthernet", "ten": "TenGigabitEthernet", "tw": "TwoGigabitEthernet", "twe": "TwentyFiveGigE",
    "fo": "FortyGigabitEthernet", "hu": "HundredGigE", "po": "Port-channel", "fi": "FiveGigabitEthernet",
    "fif": "FiftyGigE", "et": "Ethernet", "lo": "Loopback", "tu": "Tunnel", "vl": "Vlan", "vi": "Virtual-Access",
    "vt": "Virtual-Template", "se": "Serial", "di": "Dialer", "em": "Embedded-Service-Engine",
    "ap": "AppGigabitEthernet",
}  # fmt: skip
_SHORT = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d\S*)\Z")


def full_name(text: str) -> str:
    """Return an interface's name in full; text that is none stays as it is."""
    found = _SHORT.match(text.strip())
    if found is None:
        return text.strip()
    short = found[1].lower()
    name = _SPECIAL.get(short) or next((one for one in _TYPES if one.lower().startswith(short)), found[1])
    return f"{name}{found[2]}"
