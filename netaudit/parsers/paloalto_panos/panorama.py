"""Device groups, templates and the firewalls that a Panorama manages.

Source: Panorama Administrator's Guide, "Device Groups", "Templates and Template Stacks": a stack's own settings come
first, then its templates in their order; a variable's value is that of the firewall, the stack, or the template.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.spec import Spec, configuration_spec
from netaudit.parsers.paloalto_panos.tree import Node, node_ref


@dataclass(frozen=True, slots=True)
class DeviceGroup:
    """A device group; `serials` maps its firewalls to the virtual systems that it is for (() = all)."""

    name: str
    node: Node
    parent: str
    serials: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Managed:
    """A managed firewall: its template as one configuration, and its device groups by virtual system."""

    serial: str
    where: SourceRef
    template: Node | None
    groups: dict[str, DeviceGroup]


class Panorama:
    """The management side of a file; empty in that of a firewall."""

    def __init__(self, root: Node, device: Node, ledger: LineLedger) -> None:
        self._root = root
        self._device = device
        self._ledger = ledger
        self._merged: dict[str, Node] = {}
        self._targets: dict[str, bool] = {}
        self.groups = {node.word: self._group(node) for node in device.below("device-group")}
        self._stacks = device.below("template-stack")
        self._templates = {node.word: node for node in device.below("template")}
        self.is_panorama = bool(self.groups or self._stacks or self._templates or root.has("panorama"))

    def _group(self, node: Node) -> DeviceGroup:
        parent = node.value("parent-dg")
        if not parent:
            for device in self._root.below("readonly", "devices"):
                parent = parent or device.value("device-group", node.word, "parent-dg")
        return DeviceGroup(node.word, node, parent, {one.word: one.words("vsys") for one in node.below("devices")})

    def chain(self, group: DeviceGroup) -> list[Node]:
        """Return the nodes of a group, its ancestors and the shared place, from the group up."""
        found = [group.node]
        seen = {group.name}
        while group.parent in self.groups and group.parent not in seen:
            group = self.groups[group.parent]
            seen.add(group.name)
            found.append(group.node)
        shared = self._root.get("shared")
        return [*found, shared] if shared is not None else found

    def has_targets(self, group: DeviceGroup) -> bool:
        """Tell whether rules of the group or above it are for some firewalls only."""
        known = self._targets.get(group.name)
        if known is None:
            known = self._targets[group.name] = any(
                rule.has("target", "devices") or rule.has("target", "tags")
                for node in self.chain(group)
                for place in ("pre-rulebase", "post-rulebase")
                for table in ("security", "nat")
                for rule in node.below(place, table, "rules")
            )
        return known

    def note_local_rules(self, group: DeviceGroup) -> None:
        """Note that a firewall can have rules of its own between the pre-rules and the post-rules."""
        self._ledger.unsupported(
            group.node.first, Affects.FILTER, "the firewalls may have local rules, which are not in this file"
        )

    def managed(self) -> Iterator[Managed]:
        """Yield the firewalls that device groups and template stacks name, in their order."""
        serials: dict[str, Node] = {}
        for group in self.groups.values():
            for node in group.node.below("devices"):
                serials.setdefault(node.word, node)
        for stack in self._stacks:
            for node in stack.below("devices"):
                serials.setdefault(node.word, node)
        for serial, node in serials.items():
            groups: dict[str, DeviceGroup] = {}
            for group in self.groups.values():
                if serial in group.serials:
                    for system in group.serials[serial] or ("vsys1",):
                        groups.setdefault(system, group)
            yield Managed(serial, node_ref(self._ledger, node, False), self._template(serial), groups)

    def _template(self, serial: str) -> Node | None:
        for stack in self._stacks:
            own = stack.get("devices", serial)
            if own is not None:
                special = bool(own.below("variable"))
                key = f"{stack.word}\0{serial}" if special else stack.word
                if key not in self._merged:
                    self._merged[key] = self._stack(stack, own)
                return self._merged[key]
        return None

    def _stack(self, stack: Node, own: Node) -> Node:
        templates = [self._templates[name] for name in stack.words("templates") if name in self._templates]
        variables: dict[str, str] = {}
        for holder in (*reversed(templates), stack, own):
            for variable in holder.below("variable"):
                kinds = variable.below("type")
                if kinds and kinds[-1].value():
                    variables[variable.word] = kinds[-1].value()
        configurations = [node for holder in (stack, *templates) if (node := holder.get("config")) is not None]
        return merged(configurations, configuration_spec(), variables)


def merged(nodes: list[Node], spec: Spec, variables: dict[str, str]) -> Node:
    """Return one tree of several, the first the strongest; variables are replaced by their values.

    A single value of the strongest hides the others; entries and members add up.
    """
    first = nodes[0] if nodes else Node("", 0)
    made = Node(variables.get(first.word, first.word) if first.word.startswith("$") else first.word, first.first)
    made.last = first.last
    if spec.shape in ("value", "text"):
        nodes = [node for node in nodes if node.below()][:1]
    names: dict[str, list[Node]] = {}
    for node in nodes:
        for child in node.below():
            names.setdefault(child.word, []).append(child)
    children = [merged(found, spec.below(name) or _UNKNOWN, variables) for name, found in names.items()]
    made.reorder(children)
    return made


_UNKNOWN = Spec()
