"""The JSON schemas (draft 2020-12) of the documents that the commands print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_FLAG: Schema = {"type": "boolean"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(**properties: Schema) -> Schema:
    """Return an object with these fields; others may be added, these stay."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _with_optional(schema: Schema, **properties: Schema) -> Schema:
    """Return an object that may have more fields."""
    return {**schema, "properties": {**schema["properties"], **properties}}


def _words(*values: str) -> Schema:
    return {"enum": list(values)}


_SEVERITY = _words("critical", "high", "medium", "low", "info")
_NAMES = _list(_TEXT)
_OPEN: Schema = {"type": "object"}
_BILINGUAL = {
    "type": "object",
    "properties": {"en": _TEXT, "zh-TW": _TEXT},
    "required": ["en", "zh-TW"],
}
_LINE = _object(line=_NUMBER, text=_TEXT, affects=_words("filter", "routing", "nat", "management", "other"))
_PLACE = _object(file=_TEXT, line=_NUMBER, text=_TEXT)
_RULE = _object(rule=_or_null(_TEXT), file=_or_null(_TEXT), line=_or_null(_NUMBER))
_FLOW = _object(source=_TEXT, destination=_TEXT, protocol=_NUMBER)

# `change` is there with --with-change alone.
_CHANGES = _object(file=_TEXT, changes=_list(_object(line=_NUMBER, change=_TEXT, device=_TEXT, subject=_TEXT)))
_ENDS = _object(disposition=_TEXT, **{"return": _or_null(_TEXT)})
_EFFECTS = _list(
    _object(
        protocol={},
        destination_ports={},
        witness=_FLOW,
        rules=_list(_OPEN),
        verdict=_words("excess", "missing", "ok", "unknown"),
        surely=_FLAG,
        reasons=_list(_TEXT),
    )
)
_CHANGED_CELLS = _list(
    {
        "type": "object",
        "properties": {
            "from": _TEXT,
            "to": _TEXT,
            "verdict_before": _TEXT,
            "verdict": _TEXT,
            "newly_permitted": _EFFECTS,
            "newly_denied": _EFFECTS,
        },
        "required": ["from", "to", "verdict_before", "verdict", "newly_permitted", "newly_denied"],
    }
)

_PARSE = _object(
    files=_list(
        _object(
            path=_TEXT,
            sha256=_TEXT,
            platform=_or_null(_TEXT),
            device=_or_null(_TEXT),
            status=_TEXT,
            lines=_NUMBER,
            understood=_NUMBER,
            ignored=_NUMBER,
            unsupported=_list(_LINE),
            unrecognized=_list(_LINE),
        )
    ),
    devices=_list(
        _object(
            name=_TEXT,
            platform=_TEXT,
            vendor=_TEXT,
            model=_or_null(_TEXT),
            version=_or_null(_TEXT),
            serials=_list(_TEXT),
            interfaces=_list(
                _object(
                    name=_TEXT,
                    addresses=_list(_TEXT),
                    vrf=_TEXT,
                    zone=_or_null(_TEXT),
                    enabled=_FLAG,
                    acl_in={},
                    acl_out={},
                )
            ),
            rulebases=_list(_object(name=_TEXT, rules=_NUMBER)),
            routes=_list(
                _object(vrf=_TEXT, prefix=_TEXT, next_hop=_or_null(_TEXT), interface=_or_null(_TEXT), protocol=_TEXT)
            ),
            undefined_references=_list(_object(kind=_TEXT, name=_TEXT, file=_TEXT, line=_NUMBER)),
            unused_objects=_list(_OPEN),
        )
    ),
    captures=_list(
        _object(
            host=_TEXT,
            platform=_TEXT,
            command=_TEXT,
            file=_TEXT,
            line=_NUMBER,
            rows=_NUMBER,
            taken=_TEXT,
            problem=_TEXT,
        )
    ),
)

_FLOW_DOCUMENT = _object(
    flows=_list(
        _object(
            row=_NUMBER,
            device=_TEXT,
            rulebase=_TEXT,
            verdict=_words("permit", "deny", "unknown"),
            rule=_or_null(_TEXT),
            file=_or_null(_TEXT),
            line=_or_null(_NUMBER),
        )
    )
)

_TRACES = _list(
    _object(
        disposition=_words("delivered", "denied", "no_route", "null_routed", "exits", "loop", "unknown"),
        reason=_TEXT,
        hops=_list(
            _object(
                device=_TEXT,
                in_interface=_TEXT,
                out_interface=_TEXT,
                steps=_list(
                    _object(kind=_TEXT, name=_TEXT, action=_TEXT, file=_or_null(_TEXT), line=_or_null(_NUMBER))
                ),
            )
        ),
    )
)

_TRACE_DOCUMENT = _object(
    flows=_list(
        _with_optional(
            _object(
                row=_NUMBER,
                disposition=_words("delivered", "denied", "no_route", "null_routed", "exits", "loop", "unknown"),
                traces=_TRACES,
                **{"return": _or_null(_object(disposition=_TEXT, traces=_TRACES))},
            ),
            change=_object(before=_ENDS, after=_ENDS, changed=_FLAG),
        )
    )
)

_RULES = _object(
    rulebases=_list(_object(device=_TEXT, rulebase=_TEXT, rules=_NUMBER, default=_words("permit", "deny", "reject"))),
    relations=_list(
        _object(
            device=_TEXT,
            rulebase=_TEXT,
            rule=_TEXT,
            file=_TEXT,
            line=_NUMBER,
            kind=_words("unreachable", "redundant", "unmatchable", "correlated", "generalized", "unknown"),
            blocking_rules=_list(_RULE),
            different_action=_FLAG,
            witness=_or_null(_FLOW),
        )
    ),
)

_MATRIX = _object(
    zones=_list({}),
    cells=_list(
        {
            "type": "object",
            "properties": {
                "from": _TEXT,
                "to": _TEXT,
                "verdict": _TEXT,
                "permitted": _list(
                    _object(protocol={}, destination_ports={}, witness=_or_null(_FLOW), rules=_list(_OPEN))
                ),
                "excess": _list(_OPEN),
                "missing": _list(_OPEN),
            },
            "required": ["from", "to", "verdict", "permitted", "excess", "missing"],
        }
    ),
)

# There with --failures alone.
_PART = _object(
    kind=_words("line", "link", "device", "port", "tracked"),
    name=_TEXT,
    devices=_NAMES,
    interfaces=_list(_object(device=_TEXT, interface=_TEXT)),
    lines=_NAMES,
    zones=_NAMES,
)
_OPENED = _list(_object(protocol={}, destination_ports={}, witness=_FLOW, rules=_list(_OPEN), path=_NAMES))
_FAILURES = _object(
    repeated=_NUMBER,
    not_repeated=_list(_PART),
    changes=_list(
        _object(
            **{"from": _TEXT},
            to=_TEXT,
            failure=_PART,
            opens=_OPENED,
            may_open=_OPENED,
            reasons=_NAMES,
            closes=_list(_OPEN),
            surely_closes=_FLAG,
        )
    ),
    undecided=_list(_object(reason=_TEXT, pairs=_list(_NAMES), failures=_NUMBER)),
)

_INVENTORY = _object(
    devices=_list(
        _object(
            name=_TEXT,
            vendor=_or_null(_TEXT),
            model=_or_null(_TEXT),
            part_number=_or_null(_TEXT),
            serial=_or_null(_TEXT),
            os=_or_null(_TEXT),
            version=_or_null(_TEXT),
            train=_or_null(_TEXT),
            hardware_status=_TEXT,
            software_status=_TEXT,
            recommended=_or_null(_TEXT),
            sources=_list(_object(field=_TEXT, file=_TEXT, line=_NUMBER)),
        )
    )
)

_SCAN = _object(
    schema_version=_TEXT,
    run=_object(as_of={"type": "string", "format": "date"}, tool_version=_TEXT),
    inputs=_list(_object(path=_TEXT, sha256=_TEXT, status=_TEXT)),
    coverage=_OPEN,
    findings=_list(
        _object(
            id=_TEXT,
            check=_TEXT,
            severity=_SEVERITY,
            verdict=_words("fail", "unknown"),
            device=_or_null(_TEXT),
            subject=_TEXT,
            facts=_OPEN,
            title=_BILINGUAL,
            where=_list(_PLACE),
            witness=_or_null(_FLOW),
            controls=_list(_TEXT),
            remediation=_BILINGUAL,
            waiver={},
        )
    ),
    controls=_list(
        _object(
            id=_TEXT,
            framework=_TEXT,
            verdict=_words("pass", "fail", "partial", "not_assessed", "not_applicable"),
            reasons=_list(_TEXT),
        )
    ),
)


_CHECK = _object(
    id=_TEXT,
    name=_TEXT,
    severity=_SEVERITY,
    registers=_list(_TEXT),
    uses=_list(_TEXT),
    title=_BILINGUAL,
    remediation=_BILINGUAL,
    documentation=_TEXT,
)

_EVIDENCE = _object(intact=_FLAG, files=_NAMES, changed=_NAMES, missing=_NAMES, unexpected=_NAMES)

_HISTORY = _object(
    runs=_list(
        _object(
            run=_NUMBER,
            recorded_at=_TEXT,
            as_of={"type": "string", "format": "date"},
            tool_version=_TEXT,
            snapshot=_TEXT,
            complete=_FLAG,
            findings=_NUMBER,
        )
    )
)

_POLICY = _object(valid=_FLAG, problems=_list(_object(path=_TEXT, place=_TEXT, message=_TEXT)))


def _titled(name: str, schema: Schema) -> Schema:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"netaudit {name}", **schema}


SCHEMAS: Mapping[str, Schema] = {
    name: _titled(name, schema)
    for name, schema in {
        "scan": _SCAN,
        "parse": _PARSE,
        "rules": _with_optional(_RULES, change=_CHANGES),
        "flow": _with_optional(_FLOW_DOCUMENT, change=_CHANGES),
        "trace": _with_optional(_TRACE_DOCUMENT, change=_CHANGES),
        "matrix": _with_optional(_MATRIX, failures=_FAILURES, change=_with_optional(_CHANGES, cells=_CHANGED_CELLS)),
        "inventory": _INVENTORY,
        "checks": _object(checks=_list(_CHECK)),
        "explain": _CHECK,
        "evidence": _EVIDENCE,
        "history": _HISTORY,
        "policy": _POLICY,
    }.items()
}
