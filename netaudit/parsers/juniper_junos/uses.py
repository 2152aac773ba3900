"""Uses of names that no other part of the parser reads: route policies, prefix lists, filters, interfaces."""

from __future__ import annotations

import re

from netaudit.parsers.juniper_junos.filters import FILTER
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.prefix_lists import PREFIX_LIST
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.route_policies import POLICY_STATEMENT, names_in
from netaudit.parsers.juniper_junos.section import policy_chain
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node
from netaudit.parsers.juniper_junos.vocabulary import word_set

INTERFACE = "interface"

_POLICY_USES = word_set(
    """
    import export import-policy vrf-import vrf-export instance-import instance-export egress-policy
    inter-area-prefix-import inter-area-prefix-export network-summary-import network-summary-export policy
    scope-policy rpf-check-policy
    """
)
_NOT_POLICIES = frozenset(("lan", "point-to-point"))  # `interface-routes family inet export`
_LIST_USES = frozenset(
    ("prefix-list", "prefix-list-filter", "client-list-name", "source-prefix-list", "destination-prefix-list")
)
_PLAIN_NAME = re.compile(r"[\w.:\-]+\Z")


def note_uses(system: Node, references: References, interfaces: set[str]) -> None:
    """Note the uses within one system, and report those of names that it does not define."""
    for policy in system.below("policy-options", "policy-statement"):
        references.define(POLICY_STATEMENT, policy.word, policy)
    roots = [system, *system.below("routing-instances")]
    for root in roots:
        for path in (("protocols",), ("routing-options",)):
            node = root.get(*path)
            if node is not None:
                _policies(node, references, " ".join(path))
        if root is not system:
            for key in ("vrf-import", "vrf-export"):
                node = root.get(key)
                if node is not None:
                    _chain(node, references, f"routing-instances {root.word} {key}")
            for one in root.below("interface"):
                _interface(one, interfaces, references, f"routing-instances {root.word} interface")
    for zone in system.below("security", "zones", "security-zone"):
        for one in zone.below("interfaces"):
            _interface(one, interfaces, references, f"security-zone {zone.word} interfaces")
    for table in ("policy-options", "snmp", "system", "forwarding-options"):
        node = system.get(table)
        if node is not None:
            _lists(node, references, table)
    for family in system.below("forwarding-options", "family"):
        for key in ("input", "output"):
            for one in family.below("filter", key):
                references.use(f"{FILTER} ({family.word})", one.word)


def _policies(top: Node, references: References, context: str) -> None:
    for node in top.walk():
        if node.active and node.word in _POLICY_USES:
            _chain(node, references, f"{context} {node.word}")


def _chain(node: Node, references: References, context: str) -> None:
    for expression in policy_chain(node):
        for name in names_in(expression):
            if _PLAIN_NAME.match(name) and name not in _NOT_POLICIES:
                at = node.get(name) or node.value_node() or node
                references.check(POLICY_STATEMENT, name, at, context)


def _lists(top: Node, references: References, context: str) -> None:
    for node in top.walk():
        if node.active and node.word in _LIST_USES:
            for use in node.below():
                if use.word in APPLY_WORDS:
                    continue
                if node.word == "client-list-name":
                    references.use(PREFIX_LIST, use.word)
                elif context == "policy-options" and use.word != "apply-path":
                    if (PREFIX_LIST, use.word) in references.defined:
                        if use is not references.defined[PREFIX_LIST, use.word]:
                            references.use(PREFIX_LIST, use.word)
                    elif not is_wildcard(use.word):
                        references.missing(PREFIX_LIST, use.word, use, f"policy-statement {node.word}")


def _interface(use: Node, interfaces: set[str], references: References, context: str) -> None:
    name = use.word if "." in use.word else f"{use.word}.0"
    if use.word in (*APPLY_WORDS, "all", "any") or is_wildcard(use.word) or not interfaces:
        return
    if name not in interfaces and not name.startswith(("st0", "lo0", "pp0", "gr-", "lt-", "vlan.", "irb.")):
        references.missing(INTERFACE, use.word, use, context)
