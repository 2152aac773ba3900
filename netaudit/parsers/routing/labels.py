"""Label distribution (LDP) outside of interfaces: `mpls ip`, `mpls ldp ...`, `mpls label ...`.

Labels follow the routes of the other protocols; what is kept says that they are exchanged at all.

Source: Cisco IOS MPLS: Label Distribution Protocol Command Reference; Arista EOS User Manual, "MPLS".
"""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.device_processes import Processes
from netaudit.parsers.routing.values import line_words

_NO_ROUTE = frozenset(
    {
        "mpls ip default-route", "mpls ip propagate-ttl", "mpls ip ttl-expiration", "mpls label protocol",
        "mpls label range", "mpls ldp autoconfig", "mpls ldp discovery", "mpls ldp graceful-restart",
        "mpls ldp holdtime", "mpls ldp igp", "mpls ldp logging", "mpls ldp loop-detection", "mpls ldp maxhops",
        "mpls ldp nsr", "mpls ldp password", "mpls ldp session", "mpls ldp tcp", "mpls ldp wait-timer",
        "tag-switching tdp",
    }
)  # fmt: skip


def read_label_lines(ledger: LineLedger, roots: Iterable[ConfLine], processes: Processes) -> None:
    """Mark the lines; the identifier of the exchange goes to the LDP process."""
    for root in roots:
        text = root.text
        if not text.startswith(("mpls ", "no mpls ", "tag-switching ")) or root.children:
            continue
        words = line_words(ledger, root).words
        words = words[1:] if words[0] == "no" else words
        if words[:3] == ["mpls", "ldp", "router-id"] and len(words) > 3:
            for draft in processes.of("ldp", "default"):
                draft.option("router-id", words[3])
            ledger.understood(root.index)
        elif words in (["mpls", "ip"], ["tag-switching", "ip"]):
            ledger.understood(root.index)
        elif any(" ".join(words[:count]) in _NO_ROUTE for count in (2, 3)):
            ledger.ignored(root.index)
