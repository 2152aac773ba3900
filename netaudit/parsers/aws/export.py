"""The files of AWS exports, taken apart into resources by kind and identity.

Read are the answers of the command line (`{"SecurityGroups": [...]}`), bare arrays of resources, one file with many
kinds (`security_groups`, `vpcs`), and Batfish's folders (`aws_configs/accounts/<account>/<region>/*.json`).
Source: AWS CLI Command Reference, ec2, elbv2 and network-firewall.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.aws.coverage import ENVELOPES, IDENTITIES, SECRET_FIELDS, VOLATILE_FIELDS, Identity
from netaudit.parsers.json_exports import clean, export_groups, export_ledger
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonProblem, JsonValue, read_json
from netaudit.parsers.ledger import LineLedger

_SECRET = re.compile(rf'"(?:{"|".join(sorted(SECRET_FIELDS))})"\s*:\s*(?!null|""|\[\s*\]|\{{\s*\}})(.?)')

# Kinds whose content decides; copies of one resource that differ there belong to different exports.
_DECIDING = frozenset({"vpc", "subnet", "security_group", "network_acl", "route_table"})


@dataclass(slots=True)
class ExportFile:
    """One JSON file with its account of lines."""

    source: SourceFile
    ledger: LineLedger
    documents: tuple[JsonObject | JsonArray, ...]
    problem: JsonProblem | None
    resources: tuple[Resource, ...] = ()
    listed: frozenset[str] = frozenset()  # the kinds that the file lists completely

    @property
    def folder(self) -> str:
        """Return the folder of the file, "." for none."""
        return PurePosixPath(self.source.path).parent.as_posix()

    def ref(self, value: JsonObject, key: str = "") -> SourceRef:
        """Return the place of an object or of one of its keys; the text shown is the line that names it."""
        line, end = value.line, value.end_line
        if key and key in value:
            line = value.line_of(key)
            inner = value[key]
            end = inner.end_line if isinstance(inner, JsonObject | JsonArray) else line
        shown = value.line_of(key) if key else value.line
        return SourceRef(self.source.path, line, self.ledger.masked[shown - 1].strip(), 0 if end == line else end)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a kind in `coverage.IDENTITIES`; `id` is "" where it has none."""

    kind: str
    id: str
    value: JsonObject
    file: ExportFile

    @property
    def where(self) -> SourceRef:
        """Return its place, shown by the line of its identity."""
        place = self.file.ref(self.value)
        shown = self.file.ref(self.value, IDENTITIES[self.kind].key)
        return replace(place, text=shown.text)

    @property
    def name(self) -> str:
        """Return the value of its tag Name, "" for none."""
        tags = (*self.value.objects("Tags"), *self.value.objects("TagSet"))
        return next((clean(tag.text("Value")) for tag in tags if tag.text("Key") == "Name"), "")

    @property
    def vpc(self) -> str:
        """Return the VPC that it belongs to, "" where it does not say."""
        return self.value.text("VpcId")


@dataclass(slots=True)
class Export:
    """All resources of files that belong together, by kind and identity; of copies the first counts."""

    resources: dict[str, dict[str, Resource]] = field(default_factory=dict)
    complete: set[tuple[str, str]] = field(default_factory=set)  # (folder, kind) of the lists that are whole

    def of(self, kind: str) -> Iterable[Resource]:
        """Return the resources of a kind in the order of the files."""
        return self.resources.get(kind, {}).values()

    def find(self, kind: str, identity: str) -> Resource | None:
        """Return one resource, None where the export lacks it."""
        return self.resources.get(kind, {}).get(identity)

    def is_complete(self, kind: str, beside: Resource) -> bool:
        """Tell whether the folder of a resource holds the whole list of a kind."""
        return (beside.file.folder, kind) in self.complete


def open_file(source: SourceFile) -> ExportFile:
    """Read a file and find its resources."""
    reading = read_json(source.lines)
    ledger = export_ledger(source)
    _hide_secrets(ledger, source.lines)
    file = ExportFile(source, ledger, reading.documents, reading.problem)
    found: list[Resource] = []
    listed: set[str] = set()
    for document in reading.documents:
        _gather(file, document, "", found, listed)
    if reading.problem is None:
        file.listed = frozenset(listed)
    file.resources = tuple(found)
    return file


def _hide_secrets(ledger: LineLedger, lines: Sequence[str]) -> None:
    """Hide the lines of user data, keys and downloaded VPN configurations, whatever their form."""
    inside = False
    for index, line in enumerate(lines):
        found = _SECRET.search(line)
        if inside or found is not None:
            field_name = found[0].split(":")[0] if found else ""
            ledger.hide(index, field_name and f"{field_name}:")
        if found is not None:
            inside = found[1] in ("{", "[") and line[found.start(1) + 1 :].count("}") == 0
        elif inside and line.strip()[:1] in ("}", "]"):
            inside = False


def envelope_kind(key: str) -> str:
    """Return the kind of resources that a list's key announces ("SecurityGroups", "security_groups"), "" for others."""
    return ENVELOPES.get(key.replace("_", "").lower(), "")


def kind_of(value: JsonObject) -> str:
    """Return the kind of a resource without a list's key around it, from its fields; "" where no kind fits."""
    if any("Cidr" in entry for entry in value.objects("Entries")):
        return "prefix_list_entries"
    return next((kind for kind, one in IDENTITIES.items() if _fits(one, value)), "")


def _fits(identity: Identity, value: JsonObject) -> bool:
    return bool(identity.marks) and identity.key in value and any(mark in value for mark in identity.marks)


def _gather(file: ExportFile, value: JsonValue, kind: str, found: list[Resource], listed: set[str]) -> None:
    """Enter the resources of a document. `kind` is what the key around an array announced."""
    if isinstance(value, JsonArray):
        for item in value:
            if isinstance(item, JsonObject):
                _gather_object(file, item, kind or kind_of(item), found, listed)
            elif isinstance(item, JsonArray):
                _gather(file, item, kind, found, listed)
    elif isinstance(value, JsonObject):
        _gather_object(file, value, kind or kind_of(value), found, listed)


def _gather_object(file: ExportFile, value: JsonObject, kind: str, found: list[Resource], listed: set[str]) -> None:
    if kind:
        found.append(Resource(kind, value.text(IDENTITIES[kind].key), value, file))
        for key, inner_kind in IDENTITIES[kind].holds.items():
            inner = value.get(key)
            if isinstance(inner, JsonArray):
                _gather(file, inner, inner_kind, found, listed)
        return
    whole = not value.text("NextToken") and not value.text("NextMarker")
    for key, inner in value.items():
        if isinstance(inner, JsonObject | JsonArray):
            announced = envelope_kind(key)
            if announced and whole and isinstance(inner, JsonArray):
                listed.add(announced)
            _gather(file, inner, announced, found, listed)


def open_exports(files: Iterable[ExportFile]) -> list[Export]:
    """Return the exports of the files: one, or several where a resource stands with different contents in folders."""
    return [_export(group) for group in export_groups(tuple(files), _conflict)]


def _export(files: Sequence[ExportFile]) -> Export:
    export = Export()
    for file in files:
        export.complete |= {(file.folder, kind) for kind in file.listed}
        for resource in file.resources:
            known = export.resources.setdefault(resource.kind, {})
            known.setdefault(_key(resource), resource)
    return export


def _key(resource: Resource) -> str:
    """Return what tells a resource from others; a peering of two transit gateways is listed by each of them."""
    if resource.kind == "transit_attachment":
        return f"{resource.id} {resource.value.text('TransitGatewayId')}"
    return resource.id or f"{resource.file.source.path}:{resource.value.line}"


def _conflict(files: Sequence[ExportFile]) -> bool:
    seen: dict[tuple[str, str], JsonObject] = {}
    for file in files:
        for resource in file.resources:
            if resource.kind in _DECIDING and resource.id:
                known = seen.setdefault((resource.kind, resource.id), resource.value)
                if known is not resource.value and _content(known) != _content(resource.value):
                    return True
    return False


def _content(value: JsonObject) -> dict[str, JsonValue]:
    """Return the fields that another account, or an embedded copy, shows alike."""
    return {key: inner for key, inner in value.items() if key not in VOLATILE_FIELDS and inner not in (None, "", [])}
