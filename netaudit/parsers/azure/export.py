"""The resources of an export, found in whatever files and forms they stand.

Read are: answers of `az ... list` and `show` (an array or one object), of the Resource Manager interface and of
resource graph (`value`, `data`), ARM templates with their parameter files, and the same written by other tools. A
resource is known by its id; where a template has none, by its type and name. Sources: Microsoft Learn, "Resource
Manager template reference", "Understand the structure and syntax of ARM templates", "Child resources", "Resource
iteration".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.azure.expressions import Scope, Unresolved, Value
from netaudit.parsers.azure.views import MAX_COPIES, ExportFile, View, clean, identity, path_of, type_and_names
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

NETWORK = "microsoft.network/"
MAX_NESTING = 30
_DEPLOYMENT = "microsoft.resources/deployments"

# Types whose rules and routes may stand in an export without them.
_PARENTS = frozenset({NETWORK + "networksecuritygroups", NETWORK + "routetables", NETWORK + "firewallpolicies"})
_DEFAULT_RULES = frozenset({NETWORK + "networksecuritygroups/defaultsecurityrules"})

# Arrays inside a resource that hold resources of their own, with the last word of their type.
_INLINE = {
    "microsoft.network/virtualnetworks": ("subnets", "virtualNetworkPeerings"),
}


@dataclass(slots=True)
class Resource:
    """A resource: `type` in lower case, `names` as written (a child has those of its parents before its own)."""

    type: str
    names: tuple[str, ...]
    view: View
    key: str  # its identity: an id, or the path of one

    @property
    def name(self) -> str:
        """Return its own name, without secrets."""
        return clean(self.names[-1]) if self.names else ""

    @property
    def path(self) -> str:
        """Return the part of its identity that names it."""
        return path_of(self.key)

    @property
    def where(self) -> SourceRef:
        """Return its place."""
        return self.view.ref()

    @property
    def parent_path(self) -> str:
        """Return the path of the resource that it belongs to, "" for none."""
        return self.path.rpartition("/")[0].rpartition("/")[0] if len(self.names) > 1 else ""


@dataclass(slots=True)
class Export:
    """All resources of the files."""

    resources: dict[str, Resource] = field(default_factory=dict)  # by identity; of several the one that says most
    by_path: dict[str, list[Resource]] = field(default_factory=dict)

    def find(self, reference: str) -> Resource | None:
        """Return the resource of an identity; an id without its subscription and group finds the only one so called."""
        if not reference:
            return None
        known = self.resources.get(reference)
        if known is not None:
            return known
        path = path_of(reference)
        found = self.by_path.get(path, [])
        if len(found) > 1 and reference.startswith("/subscriptions/"):
            found = [one for one in found if not one.key.startswith("/subscriptions/")]
        if found and reference.startswith("/subscriptions/") and found[0].key.startswith("/subscriptions/"):
            return None  # of another group or subscription
        return found[0] if len(found) == 1 else None

    def canonical(self, reference: str) -> str:
        """Return the identity under which a resource stands in the export; an unknown one stays as it is."""
        found = self.find(reference)
        return reference if found is None else found.key

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of Microsoft.Network of some types ("virtualnetworks", "virtualnetworks/subnets")."""
        wanted = {NETWORK + one for one in types}
        return [one for one in self.resources.values() if one.type in wanted]

    def children(self, resource: Resource, kind: str) -> list[Resource]:
        """Return the resources of a kind ("subnets") that belong to one, in the order of the files."""
        wanted = f"{resource.type}/{kind.lower()}"
        return [
            one
            for one in self.resources.values()
            if one.type == wanted and one.parent_path == resource.path and _together(one.key, resource.key)
        ]

    def add(self, resource: Resource) -> None:
        """Enter a resource, and those that stand inside it."""
        known = self.resources.get(resource.key)
        if known is None or len(known.view.value) < len(resource.view.value):
            self.resources[resource.key] = resource
            siblings = [one for one in self.by_path.get(resource.path, []) if one.key != resource.key]
            self.by_path[resource.path] = [*siblings, resource]
        for kind in _INLINE.get(resource.type, ()):
            for view in resource.view.views(kind):
                names = (
                    *resource.names,
                    view.text("name") or _last(identity(view.get("id"))) or clean(view.get("name")),
                )
                inner = f"{resource.type}/{kind.lower()}"
                own = identity(view.get("id"))
                stated = type_and_names(path_of(own))[0] == inner
                self.add(Resource(inner, names, view, own if stated else f"{resource.key}/{kind}/{names[-1]}".lower()))


def _together(one: str, other: str) -> bool:
    """Tell whether two identities are of one group, as far as both say it."""
    prefixes = [key.partition("/providers/")[0] for key in (one, other) if key.startswith("/subscriptions/")]
    return len(prefixes) < 2 or prefixes[0] == prefixes[1]


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def gather(files: Iterable[ExportFile]) -> Export:
    """Return the resources of all files."""
    many = list(files)
    export = Export()
    for file in many:
        for document in file.documents:
            _walk(export, file, document, parameter_values(many, file), 0)
    for resource in list(export.resources.values()):
        _add_parent(export, resource)
    return export


def _add_parent(export: Export, resource: Resource) -> None:
    """Enter the parent of rules and routes that stand alone (`az network nsg rule list`), known by their ids."""
    parent_type = resource.type.rpartition("/")[0]
    parent = resource.key.rpartition("/")[0].rpartition("/")[0]
    if parent_type not in _PARENTS or resource.type in _DEFAULT_RULES or len(resource.names) < 2:
        return
    if export.find(parent) is None:
        first = resource.view
        view = View.of({"name": resource.names[-2]}, first.file, first.scope, first.line)
        export.add(Resource(parent_type, resource.names[:-1], view, parent))


def is_template(value: JsonValue) -> bool:
    """Tell whether an object is an ARM template."""
    if not isinstance(value, JsonObject) or not isinstance(value.get("resources"), JsonArray | JsonObject):
        return False
    return "deploymenttemplate.json" in value.text("$schema").lower() or "contentVersion" in value


def is_parameter_file(value: JsonValue) -> bool:
    """Tell whether an object holds the parameters of a deployment."""
    return isinstance(value, JsonObject) and "deploymentparameters.json" in value.text("$schema").lower()


def parameter_values(files: Iterable[ExportFile], template: ExportFile) -> dict[str, Value]:
    """Return the values of the parameter file that lies beside a template and is named after it ("x.parameters.json").

    Where only one template and one parameter file lie in a folder they belong together.
    """
    path = PurePosixPath(template.source.path)
    beside = [one for one in files if PurePosixPath(one.source.path).parent == path.parent]
    candidates = [one for one in beside if one.documents and is_parameter_file(one.documents[0])]
    named = [
        one
        for one in candidates
        if PurePosixPath(one.source.path).name.lower().removesuffix(".json").removesuffix("parameters").rstrip(".-_")
        == path.stem.lower()
    ]
    templates = [one for one in beside if one.documents and is_template(one.documents[0])]
    if not named and len(candidates) == 1 and len(templates) == 1:
        named = candidates
    if len(named) != 1 or not isinstance(named[0].documents[0], JsonObject):
        return {}
    return _values(named[0].documents[0].object("parameters"), Scope())


def _values(parameters: JsonObject | None, scope: Scope) -> dict[str, Value]:
    """Return parameter values by lower-case name; a reference to a key vault is not known."""
    found: dict[str, Value] = {}
    for name, given in (parameters or {}).items():
        known = isinstance(given, JsonObject) and "value" in given
        found[name.lower()] = (
            scope.deep(given["value"]) if known and isinstance(given, JsonObject) else Unresolved(name)
        )
    return found


def _walk(export: Export, file: ExportFile, value: JsonValue, parameters: dict[str, Value], depth: int) -> None:
    if depth > MAX_NESTING:
        return
    if isinstance(value, JsonArray):
        for inner in value:
            _walk(export, file, inner, parameters, depth + 1)
    elif isinstance(value, JsonObject):
        if is_template(value):
            _template(export, file, value, Scope(value, parameters), depth)
            return
        resource = as_resource(file, value)
        if resource is not None:
            export.add(resource)
            return
        for inner in value.values():
            if isinstance(inner, JsonArray | JsonObject):
                _walk(export, file, inner, parameters, depth + 1)


def as_resource(file: ExportFile, value: JsonObject) -> Resource | None:
    """Return the resource that an object of an answer is, None where it is none."""
    view = View.of(value, file, Scope())
    key = identity(view.get("id"))
    path = path_of(key)
    if path != key or key.startswith(NETWORK):
        kind, names = type_and_names(path)
        if names:
            # The id is in any case; the name keeps that of the people who gave it.
            shown = view.text("name").rpartition("/")[2]
            return Resource(kind, (*names[:-1], shown or names[-1]), view, key)
    kind = view.text("type").lower()
    if "." not in kind or "/" not in kind:
        return None
    names = tuple(view.text("name").split("/"))
    return Resource(kind, names, view, key or _path(kind, names))


def _path(kind: str, names: Iterable[str]) -> str:
    first, *kinds = kind.split("/")
    pairs = "/".join(f"{one}/{name}" for one, name in zip(kinds, names, strict=False))
    return f"{first}/{pairs}".lower()


# Templates


def template_resources(value: JsonObject) -> Iterator[JsonObject]:
    """Yield the resources of a template or of a resource in one: an array, or an object by symbolic names."""
    inner = value.get("resources")
    items = inner if isinstance(inner, JsonArray) else inner.values() if isinstance(inner, JsonObject) else ()
    yield from (one for one in items if isinstance(one, JsonObject))


def _template(export: Export, file: ExportFile, value: JsonObject, scope: Scope, depth: int) -> None:
    for one in template_resources(value):
        _template_resource(export, file, one, scope, None, depth + 1)


def _template_resource(
    export: Export, file: ExportFile, value: JsonObject, scope: Scope, parent: Resource | None, depth: int
) -> None:
    if depth > MAX_NESTING:
        return
    for turn in _turns(file, value, scope):
        view = View.of(value, file, turn)
        if view.get("condition") is False or view.flag("existing"):
            continue
        if view.unresolved("condition"):
            reason = "whether it is deployed depends on a condition"
            file.ledger.unsupported(view.line_of("condition") - 1, Affects.FILTER, reason)
        kind = view.text("type").lower()
        name = view.get("name")
        text = name.text if isinstance(name, Unresolved) else name if isinstance(name, str) else ""
        names = tuple(text.split("/"))
        if parent is not None and "." not in kind.partition("/")[0]:
            kind, names = f"{parent.type}/{kind}", (*parent.names, *names)
        elif parent is not None and len(names) < kind.count("/"):
            names = (*parent.names, *names)
        if kind == _DEPLOYMENT:
            _deployment(export, file, view, depth)
            continue
        if "/" not in kind:
            continue
        resource = Resource(kind, names, view, _path(kind, names))
        export.add(resource)
        for inner in template_resources(value):
            _template_resource(export, file, inner, turn, resource, depth + 1)


def _turns(file: ExportFile, value: JsonObject, scope: Scope) -> Iterator[Scope]:
    """Yield the scope of each copy of a resource; one where it has no loop."""
    loop = value.object("copy")
    if loop is None:
        yield scope
        return
    count = View.of(loop, file, scope).number("count")
    if count is None or count > MAX_COPIES:
        file.ledger.unsupported(loop.line - 1, Affects.FILTER, "the number of copies is not known")
        yield scope
        return
    for index in range(count):
        yield scope.at_copy(loop.text("name"), index)


def _deployment(export: Export, file: ExportFile, view: View, depth: int) -> None:
    """Read a nested template; one that is only linked is not in the file."""
    inner = view.get("template")
    if not isinstance(inner, JsonObject):
        if view.has("templateLink"):
            line = view.line_of("templateLink") - 1
            file.ledger.unsupported(line, Affects.FILTER, "the linked template is not in the file")
        return
    options = view.view("expressionEvaluationOptions")
    if options is not None and options.text("scope").lower() == "inner":
        given = view.get("parameters")
        parameters = _values(given, view.scope) if isinstance(given, JsonObject) else {}
        _template(export, file, inner, Scope(inner, parameters), depth)
    else:
        _template(export, file, inner, view.scope, depth)  # expressions mean the outer template
