"""The manifest of a run: what went in, what came out, each with its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from netaudit.model.source import LineState
from netaudit.reports.result import AuditResult

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def manifest_document(result: AuditResult, reports: Mapping[str, bytes]) -> dict[str, object]:
    """Return the manifest as JSON values. It holds no clock and no host name: the same run gives the same bytes."""
    return {
        "schema_version": 1,
        "as_of": result.as_of.isoformat(),
        "tool": "netaudit",
        "tool_version": result.tool_version,
        "firm": result.firm,
        "snapshot": result.snapshot_name,
        "inputs": [
            {
                "path": one.path,
                "sha256": one.sha256,
                "platform": one.platform,
                "device": one.device,
                "status": one.status.value,
                "lines": one.lines,
                "understood": one.understood,
                "ignored": one.ignored,
                "unsupported": len(one.in_state(LineState.UNSUPPORTED)),
                "unrecognized": len(one.in_state(LineState.UNRECOGNIZED)),
            }
            for one in result.coverage
        ],
        "registers": [{"path": path, "sha256": digest} for path, digest in result.policy.files],
        "reports": [{"path": name, "sha256": sha256(data)} for name, data in sorted(reports.items())],
        "coverage": {
            "devices": [device.name for device in result.devices],
            "missing_devices": list(result.missing_devices),
            "unexpected_devices": list(result.unexpected_devices),
            "complete": result.complete,
            "problems": [str(problem) for problem in result.problems],
        },
        "findings": {
            severity: sum(one.severity.word == severity for one in result.findings)
            for severity in ("critical", "high", "medium", "low", "info")
        },
    }


def evidence_files(result: AuditResult, reports: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the reports with their manifest and the list of hashes (the format of `sha256sum`)."""
    document = manifest_document(result, reports)
    files = dict(reports)
    files[MANIFEST] = (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    files[SUMS] = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    return files
