"""The files of a management server's export, taken apart: objects, rulebases with their pages, packages, gateways.

Two forms are read, also mixed: answers of the Management API (`show access-rulebase`, `show-objects` ..., one answer or
an array of them a file) and the folder that Check Point's ShowPolicyPackage tool writes (index, `<layer>-<domain>`,
`<package>_objects`, `<package>_gateway_objects`). Sources: Check Point Management API Reference; the tool's README.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.json_exports import clean, export_groups, export_ledger
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonProblem, JsonValue, read_json
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import mask_text

ACCESS, NAT = "access", "nat"
_RULE_TYPES = {"access-rule": ACCESS, "access-section": ACCESS, "nat-rule": NAT, "nat-section": NAT}

# Objects with the same identity on every server; a rulebase without its dictionary still names them.
ANY_UID = "97aeb369-9aea-11d5-bd16-0090272ccb30"
PREDEFINED = {
    ANY_UID: "Any",
    "97aeb368-9aea-11d5-bd16-0090272ccb30": "All",
    "6c488338-8eec-4103-ad21-cd461ac2c472": "Accept",
    "6c488338-8eec-4103-ad21-cd461ac2c473": "Drop",
    "6c488338-8eec-4103-ad21-cd461ac2c476": "Policy Targets",
    "85c0f50f-6d8a-4528-88ab-5fb11d8fe16c": "Original",
    "29e53e3d-23bf-48fe-b6b1-d59bd88036f9": "None",
    "598ead32-aa42-4615-90ed-f51a5928d41d": "Log",
}
_ANY_NAMES = frozenset({"any", "all"})

GATEWAY_TYPES = frozenset(
    {
        *("simple-gateway", "simple-cluster", "CpmiGatewayPlain", "CpmiGatewayCluster", "CpmiClusterMember"),
        *("CpmiVsxNetobj", "CpmiVsNetobj", "CpmiVsClusterNetobj", "CpmiVsxClusterNetobj", "CpmiVsxClusterMember"),
        *("cluster-member", "lsm-gateway", "lsm-cluster", "CpmiLsmGateway", "CpmiLsmCluster"),
    }
)
SERVER_TYPES = frozenset({"CpmiHostCkp", "checkpoint-host", "mds", "smart-1"})


@dataclass(slots=True)
class ExportFile:
    """One JSON file with its account of lines."""

    source: SourceFile
    ledger: LineLedger
    documents: tuple[JsonObject | JsonArray, ...]
    problem: JsonProblem | None

    @property
    def folder(self) -> str:
        """Return the folder of the file, "." for none."""
        return PurePosixPath(self.source.path).parent.as_posix()

    @property
    def stem(self) -> str:
        """Return the name of the file without its ending."""
        return PurePosixPath(self.source.path).stem

    def ref(self, value: JsonObject, key: str = "") -> SourceRef:
        """Return the place of an object, or of one of its keys; the text shown is the line that names it."""
        if key and key in value:
            line = value.line_of(key)
            inner = value[key]
            end = inner.end_line if isinstance(inner, JsonObject | JsonArray) else line
        else:
            line, end = value.line, value.end_line
        named = next((one for one in (key, "name", "uid", "interface-name") if one and one in value), "")
        shown = value.line_of(named)
        text = self.ledger.masked[shown - 1].strip() if value.line != value.end_line else ""
        if not text and named:
            text = mask_text(f'"{named}": "{value.text(named)}"')
        return SourceRef(self.source.path, line, text, 0 if end == line else end)


@dataclass(frozen=True, slots=True)
class Placed:
    """An object of the export and the file that it stands in."""

    value: JsonObject
    file: ExportFile

    @property
    def uid(self) -> str:
        """Return the identity of the object, "" where it has none."""
        return self.value.text("uid")

    @property
    def name(self) -> str:
        """Return the name, masked like all text that leaves the parser."""
        return clean(self.value.text("name"))

    @property
    def type(self) -> str:
        """Return Check Point's word for what it is."""
        return self.value.text("type")

    @property
    def where(self) -> SourceRef:
        """Return its place."""
        return self.file.ref(self.value)


@dataclass(frozen=True, slots=True)
class RulePage:
    """A part of a rulebase: `items` are its rules and sections. `uid` and `name` are the layer's, "" where not said."""

    kind: str
    uid: str
    name: str
    items: tuple[JsonObject, ...]
    where: SourceRef
    file: ExportFile
    first: int | None = None  # number of the first and last rule, and of all; None where not said
    last: int | None = None
    total: int | None = None


@dataclass(slots=True)
class Export:
    """All that the files of one management server say."""

    files: tuple[ExportFile, ...]
    objects: dict[str, Placed] = field(default_factory=dict)  # by uid; of several the one that says most
    names: dict[str, list[str]] = field(default_factory=dict)  # name -> uids
    pages: list[RulePage] = field(default_factory=list)
    packages: list[Placed] = field(default_factory=list)
    indexes: list[Placed] = field(default_factory=list)
    gateways: dict[str, list[Placed]] = field(default_factory=dict)  # uid -> what each file says of it
    properties: Placed | None = None

    def find(self, reference: JsonValue) -> Placed | None:
        """Return the object that a uid, a name or an inner object stands for, None where the export lacks it."""
        if isinstance(reference, JsonObject):
            known = self.objects.get(reference.text("uid"))
            return known or self._by_name(reference.text("name"))
        if not isinstance(reference, str):
            return None
        return self.objects.get(reference) or self._by_name(reference)

    def _by_name(self, name: str) -> Placed | None:
        uids = self.names.get(name, [])
        return self.objects[uids[0]] if uids else None


def is_any(reference: JsonValue) -> bool:
    """Tell whether a reference that has no object in the export is the predefined Any (or NAT's All)."""
    return isinstance(reference, str) and PREDEFINED.get(reference, reference).lower() in _ANY_NAMES


def is_json(source: SourceFile) -> bool:
    """Tell whether a file is a JSON document and no Gaia configuration."""
    first = next((line.lstrip() for line in source.lines if line.strip()), "")
    return first[:1] in ("{", "[")


def open_file(source: SourceFile) -> ExportFile:
    """Read a JSON file."""
    reading = read_json(source.lines)
    return ExportFile(source, export_ledger(source), reading.documents, reading.problem)


def open_exports(files: Iterable[ExportFile]) -> list[Export]:
    """Return the exports of the files: one, or several where files of different servers lie in different folders.

    Predefined layers have the same identity on every server, so two rulebases that claim the same rules tell that
    their files do not belong together.
    """
    return [_export(group) for group in export_groups(tuple(files), _conflict)]


def _export(files: tuple[ExportFile, ...]) -> Export:
    export = Export(files)
    for file in files:
        for document in file.documents:
            _gather(export, file, document)
    _name_pages(export)
    return export


def _conflict(files: Sequence[ExportFile]) -> bool:
    """Tell whether two files give different rules the same place in one rulebase; a page that stands twice is none."""
    seen: dict[tuple[str, int], JsonObject] = {}
    for file in files:
        for page in _pages_of(file):
            if page.kind != ACCESS or not page.uid:
                continue
            for rule in _rules_of(page.items):
                number = rule.number("rule-number")
                if number is None:
                    continue
                if seen.setdefault((page.uid, number), rule) != rule:
                    return True
    return False


def _rules_of(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    for item in items:
        if "rulebase" in item:
            yield from _rules_of(item.objects("rulebase"))
        else:
            yield item


def _pages_of(file: ExportFile) -> Iterator[RulePage]:
    for document in file.documents:
        if isinstance(document, JsonArray) and (kind := _kind_of(document)):
            items = tuple(one for one in document if isinstance(one, JsonObject))
            where = SourceRef(file.source.path, document.line, "", document.end_line)
            yield RulePage(kind, "", "", items, where, file)
            continue
        for answer in [document] if isinstance(document, JsonObject) else document:
            if isinstance(answer, JsonObject) and isinstance(answer.get("rulebase"), JsonArray):
                page = _page(file, answer)
                if page is not None:
                    yield page


def _page(file: ExportFile, answer: JsonObject) -> RulePage | None:
    rulebase = answer["rulebase"]
    assert isinstance(rulebase, JsonArray)
    kind = _kind_of(rulebase)
    if not kind and not rulebase:  # an empty rulebase: only a NAT rulebase has no name
        kind = ACCESS if "name" in answer else NAT
    if not kind:
        return None
    return RulePage(
        kind,
        answer.text("uid"),
        clean(answer.text("name")),
        tuple(answer.objects("rulebase")),
        file.ref(answer),
        file,
        answer.number("from"),
        answer.number("to"),
        answer.number("total"),
    )


def _kind_of(rulebase: JsonArray) -> str:
    """Return what the rules of an array are: access, nat, or "" for others (threat prevention, HTTPS inspection)."""
    kinds = {_RULE_TYPES.get(one.text("type"), "") for one in rulebase if isinstance(one, JsonObject)} - {""}
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _gather(export: Export, file: ExportFile, document: JsonValue) -> None:
    """Enter every object of a document, at whatever depth it stands."""
    if isinstance(document, JsonObject | JsonArray) and document is file.documents[0]:
        export.pages += _pages_of(file)
    todo: list[JsonValue] = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, JsonArray):
            todo.extend(reversed(value))
        elif isinstance(value, JsonObject):
            _enter(export, Placed(value, file))
            todo.extend(inner for inner in reversed(value.values()) if isinstance(inner, JsonObject | JsonArray))


def _enter(export: Export, placed: Placed) -> None:
    value = placed.value
    if "policyPackages" in value:
        export.indexes.append(placed)
    if placed.type == "package" or ("access-layers" in value and "nat-policy" in value):
        export.packages.append(placed)
    if placed.type in ("global-properties", "GlobalProperties") or (
        isinstance(value.get("firewall"), JsonObject) and "nat" in value
    ):
        export.properties = placed
    uid = placed.uid
    if not uid or placed.type in _RULE_TYPES or "rulebase" in value:
        return
    known = export.objects.get(uid)
    if known is None or len(known.value) < len(value):
        export.objects[uid] = placed
    if known is None and value.text("name"):
        export.names.setdefault(value.text("name"), []).append(uid)
    if placed.type in GATEWAY_TYPES or placed.type in SERVER_TYPES:
        export.gateways.setdefault(uid, []).append(placed)


def _name_pages(export: Export) -> None:
    """Give the rulebase files of the ShowPolicyPackage tool the names and identities that its index has for them."""
    layers: dict[tuple[str, str], JsonObject] = {}
    for index in export.indexes:
        for package in index.value.objects("policyPackages"):
            for layer in package.objects("accessLayers"):
                layers[index.file.folder, PurePosixPath(layer.text("htmlFileName")).stem] = layer
    by_name = {placed.name: placed for placed in export.objects.values() if placed.type == "access-layer"}
    for position, page in enumerate(export.pages):
        if page.name or page.kind != ACCESS or page.uid:
            continue
        listed = layers.get((page.file.folder, page.file.stem))
        if listed is not None:
            export.pages[position] = replace(page, uid=listed.text("uid"), name=clean(listed.text("name")))
            continue
        # Inline layers are not in the index: their files are called "<layer>-<domain>".
        parts = page.file.stem.split("-")
        stems = [page.file.stem, *("-".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))]
        inline = next((by_name[stem] for stem in stems if stem in by_name), None)
        named = replace(page, name=clean(stems[-1] if len(stems) == 1 else stems[1]))
        export.pages[position] = replace(page, uid=inline.uid, name=inline.name) if inline else named
