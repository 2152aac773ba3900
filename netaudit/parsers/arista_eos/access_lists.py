"""Access lists.

Source: Arista EOS User Manual, "ACLs and Route Maps": "ip access-list", "ip access-list standard", "permit (IPv4 ACL)",
"permit (Standard IPv4 ACL)", "ipv6 access-list".
"""

from __future__ import annotations

from netaudit.model.rules import Rulebase
from netaudit.parsers.arista_eos.tokens import EOS
from netaudit.parsers.sequenced_lists import forget_list, open_list, read_entry, rulebases_of
from netaudit.parsers.switch_reading import ACCESS_LIST, Reading

_SETTINGS = frozenset({"counters", "statistics", "fragment-rules", "hardware", "exit", "default"})


def read_access_lists(reading: Reading) -> None:
    """Read every access list that judges IP packets; note the names of the others."""
    for root in reading.roots:
        words = root.words
        if words[0] in ("no", "default") and words[2:3] == ["access-list"] and len(words) >= 4:
            forget_list(reading, words[-1], words[1] == "ipv6")
            reading.understood(root)
            continue
        if len(words) < 3 or words[1] != "access-list":
            continue
        if words[0] == "mac":
            reading.other_lists.add(words[-1])
            reading.define(ACCESS_LIST, words[-1], root.index)
            continue
        standard = words[2] == "standard" and len(words) == 4
        if words[0] not in ("ip", "ipv6") or len(words) != 3 + standard:
            continue
        flavour = "ipv6" if words[0] == "ipv6" else "standard" if standard else "extended"
        target = open_list(reading, words[-1], flavour, root.index)
        target.sources_only = standard
        for line in root.children:
            read_entry(reading, target, line, EOS, _SETTINGS)


def rulebases(reading: Reading) -> dict[str, Rulebase]:
    """Return the lists by name.

    `hardware access-list ipv6 implicit-permit` can let neighbour discovery pass an IPv6 list.
    """
    return rulebases_of(reading)
