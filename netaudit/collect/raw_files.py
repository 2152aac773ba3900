"""The bytes of a snapshot's files, wherever they lie: folder, file, zip, tar, git revision."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from netaudit.errors import InputError, Problem

# Bounds that no real snapshot reaches; an archive made to fill the disk does.
MAX_FILES = 200_000
MAX_FILE_BYTES = 512 * 2**20
MAX_ARCHIVE_BYTES = 4 * 2**30  # unpacked

_SKIPPED_FOLDERS = {".git", ".svn", ".hg", "__MACOSX", ".idea", ".vscode"}
_SKIPPED_FILES = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitignore", ".gitattributes", ".gitkeep"}


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file: its path relative to the snapshot with "/", and its bytes or the problem why there are none."""

    path: str
    content: bytes = b""
    problem: str = ""


RawFiles = tuple[str, list[RawFile], list[Problem]]  # name of the root, files, what was left out


def read_raw_files(snapshot: str, without: Path | None = None) -> RawFiles:
    """Read all files of a snapshot but those in `without`. Raises InputError where it cannot be opened at all."""
    if not snapshot.strip():
        raise InputError.single("SNAPSHOT", "is empty; give a folder, a file, an archive or git:PATH@REV")
    if snapshot.startswith("git:"):
        from netaudit.collect.git_revision import read_git_revision

        return read_git_revision(snapshot)
    path = Path(snapshot)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise InputError.single(snapshot, "does not exist; give a folder, a file, an archive or git:PATH@REV") from None
    except (OSError, ValueError) as error:
        raise InputError.single(snapshot, f"cannot be opened: {_reason(error)}") from None
    name = path.resolve().name or "snapshot"
    if stat.S_ISDIR(mode):
        files, problems = _read_folder(path, without)
        return name, files, problems
    if not stat.S_ISREG(mode):
        raise InputError.single(snapshot, "is neither a folder nor a regular file")
    return name, *_read_single(snapshot, path, name)


def is_skipped(parts: tuple[str, ...]) -> bool:
    """Tell whether a path belongs to version control or the desktop, not to the snapshot."""
    return bool(parts) and (parts[-1] in _SKIPPED_FILES or any(part in _SKIPPED_FOLDERS for part in parts[:-1]))


def _read_single(snapshot: str, path: Path, name: str) -> tuple[list[RawFile], list[Problem]]:
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
    except OSError as error:
        raise InputError.single(snapshot, f"cannot be read: {_reason(error)}") from None
    try:
        if head.startswith(b"PK") and zipfile.is_zipfile(path):
            return _read_zip(snapshot, path)
        compressed = head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"))
        if compressed or head[257:262] == b"ustar" or path.suffix == ".tar":
            return _read_tar(snapshot, path)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise InputError.single(
            snapshot, f"is not an archive that can be read ({_reason(error)}); unpack it and give the folder"
        ) from None
    if path.suffix.lower() in (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"):
        raise InputError.single(snapshot, "is not a zip or tar archive; unpack it and give the folder")
    return [_read_file(path, name)], []


def _read_folder(root: Path, without: Path | None) -> tuple[list[RawFile], list[Problem]]:
    files: list[RawFile] = []
    problems: list[Problem] = []
    for relative, path, problem in _walk(root, without):
        if problem:
            problems.append(Problem(relative, "", problem))
        elif len(files) >= MAX_FILES:
            raise InputError.single(str(root), f"holds more than {MAX_FILES} files; give a smaller folder")
        else:
            files.append(_read_file(path, relative))
    return files, problems


def _walk(root: Path, without: Path | None) -> Iterator[tuple[str, Path, str]]:
    """Yield (relative path, path, problem) of all files in order; a folder that cannot be listed has a problem.

    A link to a folder is followed once: never into a folder that is read anyway, so that loops end.
    """
    top = root.resolve()
    left_out = without.resolve() if without else None
    seen = {top}
    stack: list[tuple[Path, str]] = [(root, "")]
    while stack:
        folder, prefix = stack.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield prefix.rstrip("/") or ".", folder, f"folder cannot be listed: {_reason(error)}"
            continue
        subfolders: list[tuple[Path, str]] = []
        for entry in listed:
            relative = prefix + _printable(entry.name)
            if not entry.is_dir():
                if entry.name not in _SKIPPED_FILES:
                    yield relative, Path(entry.path), ""
                continue
            if entry.name in _SKIPPED_FOLDERS:
                continue
            if left_out is not None and Path(entry.path).resolve() == left_out:
                continue
            if entry.is_symlink():
                target = Path(entry.path).resolve()
                if target in seen or target.is_relative_to(top) or top.is_relative_to(target):
                    continue
                seen.add(target)
            subfolders.append((Path(entry.path), relative + "/"))
        stack += reversed(subfolders)


def _read_file(path: Path, relative: str) -> RawFile:
    try:
        information = path.stat()
        if not stat.S_ISREG(information.st_mode):
            return RawFile(relative, problem="is not a regular file (a device, pipe or socket)")
        if information.st_size > MAX_FILE_BYTES:
            return RawFile(relative, problem=f"is larger than {MAX_FILE_BYTES // 2**20} MiB")
        return RawFile(relative, path.read_bytes())
    except OSError as error:
        return RawFile(relative, problem=f"cannot be read: {_reason(error)}")


def _read_zip(snapshot: str, path: Path) -> tuple[list[RawFile], list[Problem]]:
    files: list[RawFile] = []
    problems: list[Problem] = []
    budget = _Budget(snapshot)
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            name = _member_name(entry.filename, problems)
            if name is None:
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                problems.append(Problem(name, "", "a link inside the archive; left out"))
                continue
            if entry.flag_bits & 1:
                files.append(RawFile(name, problem="is encrypted in the archive; unpack it and give the folder"))
                continue
            try:
                with archive.open(entry) as stream:
                    files.append(budget.read(name, stream))
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                files.append(RawFile(name, problem=f"cannot be unpacked: {_reason(error)}"))
    return _without_twins(files, problems), problems


def _read_tar(snapshot: str, path: Path) -> tuple[list[RawFile], list[Problem]]:
    files: list[RawFile] = []
    problems: list[Problem] = []
    budget = _Budget(snapshot)
    with tarfile.open(path, "r:*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            name = _member_name(entry.name, problems)
            if name is None:
                continue
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream is None:
                problems.append(Problem(name, "", "a link or device inside the archive; left out"))
                continue
            files.append(budget.read(name, stream))
    return _without_twins(files, problems), problems


class _Budget:
    """Counts what an archive unpacks to and stops one that never ends."""

    def __init__(self, snapshot: str) -> None:
        self._snapshot = snapshot
        self._files = 0
        self._bytes = 0

    def read(self, name: str, stream: IO[bytes]) -> RawFile:
        self._files += 1
        if self._files > MAX_FILES:
            raise InputError.single(self._snapshot, f"holds more than {MAX_FILES} files; give a smaller archive")
        content = stream.read(MAX_FILE_BYTES + 1)
        self._bytes += len(content)
        if self._bytes > MAX_ARCHIVE_BYTES:
            raise InputError.single(self._snapshot, f"unpacks to more than {MAX_ARCHIVE_BYTES // 2**30} GiB; refused")
        if len(content) > MAX_FILE_BYTES:
            return RawFile(name, problem=f"unpacks to more than {MAX_FILE_BYTES // 2**20} MiB")
        return RawFile(name, content)


def _member_name(name: str, problems: list[Problem]) -> str | None:
    """Return the path of an archive's entry, None for one to leave out."""
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    if not parts or is_skipped(parts):
        return None
    if ".." in parts or name.startswith(("/", "\\")) or parts[0].endswith(":"):
        problems.append(Problem(_printable("/".join(parts)), "", "the name points outside the archive; left out"))
        return None
    return _printable("/".join(parts))


def _without_twins(files: list[RawFile], problems: list[Problem]) -> list[RawFile]:
    """Keep the last of entries with one name, as unpacking would."""
    last = {file.path: file for file in files}
    if len(last) < len(files):
        twins = sorted({file.path for file in files if last[file.path] is not file})
        problems += [Problem(name, "", "occurs twice in the archive; the last one was read") for name in twins]
    return list(last.values())


def _printable(name: str) -> str:
    """Return a file name that can be encoded; undecodable bytes become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reason(error: BaseException) -> str:
    """Return what went wrong without a path."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).partition("\n")[0].rstrip(":") or type(error).__name__
