"""The words of routing policies: what is kept of `from`, `to` and `then`, and under which name.

Source: Junos Routing Policies guide, "Routing Policy Match Conditions" and "Actions in Routing Policy Terms".
"""

from __future__ import annotations

from netaudit.parsers.juniper_junos.vocabulary import word_set

# `from` and `to`: word -> kind of the condition; its values are alternatives.
CONDITIONS = {
    "protocol": "protocol",
    "neighbor": "neighbor",
    "interface": "interface",
    "next-hop": "next_hop",
    "metric": "metric",
    "metric2": "metric2",
    "tag": "tag",
    "tag2": "tag2",
    "local-preference": "local_preference",
    "preference": "preference",
    "color": "color",
    "origin": "origin",
    "area": "area",
    "family": "family",
    "instance": "instance",
    "level": "level",
    "rib": "table",
    "state": "state",
    "validation-database": "validation_state",
}

# Conditions that name a definition: word -> (kind of the condition, kind of the definition).
NAMED_CONDITIONS = {
    "as-path": ("as_path", "as-path"),
    "as-path-group": ("as_path_group", "as-path-group"),
    "community": ("community", "community"),
    "condition": ("condition", "condition"),
}

# The names that Junos gives the sources of routes, in the words of Redistribution; others stay as they are.
PROTOCOLS = {"direct": "connected", "ospf2": "ospf", "ospf3": "ospfv3"}

# `then`: word -> kind of the change; a number, `add N` or `subtract N`.
NUMBERS = {
    "metric": "metric",
    "metric2": "metric2",
    "metric3": "metric3",
    "metric4": "metric4",
    "local-preference": "local_preference",
    "preference": "distance",
    "preference2": "distance2",
    "tag": "tag",
    "tag2": "tag2",
    "color": "color",
    "color2": "color2",
}

# `then`: known settings that do not decide which routes pass; kept with their own words.
KEPT_ACTIONS = word_set(
    """
    load-balance forwarding-class source-class destination-class class priority install-nexthop damping trace
    aigp-originate aigp-adjust multipath-resolve no-route-localize validation-state tunnel-attribute
    cos-next-hop-map map-to-interface ssm-source p2mp-lsp-root resolution-map bgp-output-queue-priority add-path
    as-path-expand prefix-segment
    """
)

# What is known below `policy-options` and stands for no route: kept out on purpose.
IGNORED_OPTIONS = frozenset(("damping", "resolution-map", "cos-next-hop-map", "default-address-family"))
UNSUPPORTED_OPTIONS = frozenset(
    ("rtf-prefix-list", "tunnel-attribute", "route-distinguisher", "mac-list", "application-maps", "large-community",
     "extended-community", "source-address-filter", "backup-selection")
)  # fmt: skip
