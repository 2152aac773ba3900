"""Verification of a bundle against its own hashes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from netaudit.errors import InputError
from netaudit.evidence.manifest import MANIFEST, SUMS, sha256


@dataclass(frozen=True, slots=True)
class Verification:
    """What is wrong with a bundle; all three empty = every byte is as it was written."""

    files: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing is changed, missing or added."""
        return not (self.changed or self.missing or self.unexpected)


def verify_bundle(folder: Path) -> Verification:
    """Compare every file of a bundle with SHA256SUMS, and the reports with the manifest.

    Raises InputError where the folder is none, or has no readable SHA256SUMS.
    """
    if not folder.is_dir():
        raise InputError.single(str(folder), "no such folder; give the folder that a scan wrote (its --out)")
    expected = _sums(folder)
    changed: list[str] = []
    missing: list[str] = []
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file():
            missing.append(name)
        elif sha256(path.read_bytes()) != digest:
            changed.append(name)
    if MANIFEST not in expected:
        missing.append(MANIFEST)
    elif MANIFEST not in missing + changed:
        # Someone who rewrites SHA256SUMS must rewrite the manifest too; both must agree.
        for name, digest in _reports(folder):
            if expected.get(name, digest) != digest and name not in changed:
                changed.append(name)
            if name not in expected:
                missing.append(name)
    present = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    }
    unexpected = present - set(expected) - {SUMS}
    return Verification(
        files=tuple(expected),
        changed=tuple(sorted(changed)),
        missing=tuple(sorted(set(missing))),
        unexpected=tuple(sorted(unexpected)),
    )


def _sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError.single(
            str(path), "cannot be read; a bundle holds SHA256SUMS as `netaudit scan --out` writes it"
        ) from None
    expected: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        digest, separator, name = line.partition("  ")
        unsafe = Path(name).is_absolute() or ".." in Path(name).parts
        if len(digest) != 64 or not separator or not name or unsafe:
            raise InputError.single(str(path), "expected `<64 hex digits>  <file name>`", f"line {number}")
        expected[name] = digest
    return expected


def _reports(folder: Path) -> list[tuple[str, str]]:
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return [(str(one["path"]), str(one["sha256"])) for one in document["reports"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError.single(str(folder / MANIFEST), "is not a manifest that netaudit wrote") from None
