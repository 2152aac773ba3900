"""Our rows of Junos captures against those that ntc-templates and Genie recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.capture import CaptureRow
from netaudit.parsers.captures.values import text_of, texts_of
from tests.parsers.captures.genie import Shape, compare_genie, without_empty
from tests.parsers.captures.recorded import compare_ntc


@pytest.mark.parametrize("command", ["show_interfaces", "show_lldp_neighbors"])
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "juniper_junos", command)
    assert comparison.share >= 0.98, "\n".join(comparison.different)


def _version(rows: Sequence[CaptureRow]) -> Any:
    (row,) = rows
    return {
        "software-information": {
            "host-name": text_of(row, "hostname"),
            "junos-version": text_of(row, "version"),
            "product-model": text_of(row, "model"),
            "product-name": text_of(row, "model"),
            "package-information": [{"comment": text} for text in texts_of(row, "packages")],
        }
    }


def _table(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        entry = without_empty(
            {
                "active_tag": text_of(row, "active_tag"),
                "age": text_of(row, "age"),
                "metric": text_of(row, "metric"),
                "preference": text_of(row, "preference"),
                "preference2": text_of(row, "preference2"),
                "protocol_name": text_of(row, "protocol"),
            }
        )
        hops = {
            str(position): {"to": to, "via": via}
            for position, (to, via) in enumerate(zip(texts_of(row, "to"), texts_of(row, "via"), strict=True), start=1)
        }
        if hops:
            hops["1"]["mpls_label"] = text_of(row, "label")
        entry["next_hop"] = {"next_hop_list": hops or {"1": {"nh_type": text_of(row, "action")}}}
        entry["nh_type"] = text_of(row, "action")
        found.setdefault(text_of(row, "table"), {"routes": {}})["routes"][text_of(row, "prefix")] = entry
    return {"table_name": found}


def _extensive(rows: Sequence[CaptureRow]) -> Any:
    tables: dict[str, dict[str, list[Any]]] = {}
    announced: dict[tuple[str, str], str] = {}
    for row in rows:
        entry: dict[str, Any] = without_empty(
            {
                "active-tag": text_of(row, "active_tag"),
                "protocol-name": text_of(row, "protocol"),
                "preference": text_of(row, "preference"),
                "preference2": text_of(row, "preference2").lstrip("-"),
                "nh-address": text_of(row, "nh_address"),
                "nh-reference-count": text_of(row, "nh_reference_count"),
                "rt-entry-state": text_of(row, "state"),
                "local-as": text_of(row, "local_as"),
                "peer-as": text_of(row, "peer_as"),
                "age": {"#text": text_of(row, "age")},
                "metric": text_of(row, "metric"),
                "metric2": text_of(row, "metric2"),
                "rt-tag": text_of(row, "tag"),
                "validation-state": text_of(row, "validation_state"),
                "rt-ospf-area": text_of(row, "area"),
                "task-name": text_of(row, "task"),
                "announce-bits": text_of(row, "announce_bits"),
                "announce-tasks": text_of(row, "announce_tasks"),
                "as-path": f"AS path: {text_of(row, 'as_path')}",
                "inactive-reason": text_of(row, "inactive_reason"),
                "gateway": text_of(row, "source"),
                "peer-id": text_of(row, "router_id"),
                "nh": [
                    without_empty({"to": to, "via": via})
                    for to, via in zip(texts_of(row, "to"), texts_of(row, "via"), strict=True)
                ],
            }
        )
        table, prefix = text_of(row, "table"), text_of(row, "prefix")
        tables.setdefault(table, {}).setdefault(prefix, []).append(entry)
        announced[table, prefix] = text_of(row, "announced")
    return {
        "route-information": {
            "route-table": [
                {
                    "table-name": table,
                    "rt": [
                        {
                            "rt-destination": prefix,
                            "rt-announced-count": announced[table, prefix],
                            "rt-entry": entries if len(entries) > 1 else entries[0],
                            "rt-entry-count": {"#text": str(len(entries))},
                        }
                        for prefix, entries in prefixes.items()
                    ],
                }
                for table, prefixes in tables.items()
            ]
        }
    }


def _instance(rows: Sequence[CaptureRow]) -> Any:
    (row,) = rows
    counts = zip(
        *(texts_of(row, name) for name in ("tables", "active", "holddown", "hidden")),
        strict=True,
    )
    names = ("irib-name", "irib-active-count", "irib-holddown-count", "irib-hidden-count")
    return {
        "instance-information": {
            "instance-core": {
                "instance-name": text_of(row, "name"),
                "instance-type": text_of(row, "type"),
                "instance-ribs": [dict(zip(names, values, strict=True)) for values in counts],
            }
        }
    }


_COUNTS = frozenset(
    what.replace("-", dash)
    for what in (
        *("active-route-count", "destination-count", "hidden-route-count", "holddown-route-count"),
        "total-route-count",
    )
    for dash in "-_"
)

# The counts of the table's title, what is said again in other words, and the depths of BGP's indirect next hops.
_EXTENSIVE_NOT_HELD = _COUNTS | {
    *("@junos:format", "rt-state", "tsi", "bgp-path-attributes", "nh-string", "session", "weight", "protocol-nh"),
    *("cluster-list", "nh-index", "nh-type"),
    *(f"label-element{rest}" for rest in ("", "-childcount", "-lspid", "-parent", "-refcount")),
    *("label-ttl-action", "load-balance-label", "mpls-label", "lsp-name", "validation-entries"),
}

GENIE: tuple[tuple[str, str, Shape, frozenset[str]], ...] = (
    # Genie makes the package's name from its comment.
    ("junos/ShowVersion", "show version", _version, frozenset({"name"})),
    ("junos/ShowRouteTable", "show route table inet.3", _table, _COUNTS | {"best_route"}),
    ("junos/ShowRouteProtocolExtensive", "show route extensive", _extensive, _EXTENSIVE_NOT_HELD),
    ("junos/ShowRouteInstanceName", "show route instance NF-TEST", _instance, frozenset()),
)
# Not read: `show route summary`, label-switched paths, what a BGP neighbour advertises or receives.


@pytest.mark.parametrize(("folder", "command", "shape", "not_held"), GENIE, ids=[entry[0] for entry in GENIE])
def test_leaves_are_those_of_genie(
    corpus: Path, folder: str, command: str, shape: Shape, not_held: frozenset[str]
) -> None:
    comparison = compare_genie(corpus, folder, "juniper_junos", command, shape, not_held)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
