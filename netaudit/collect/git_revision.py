"""Files of a git revision, as Oxidized and RANCID keep them, through the git command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from netaudit.collect.raw_files import (
    MAX_ARCHIVE_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    RawFile,
    RawFiles,
    is_skipped,
)
from netaudit.errors import InputError, Problem


def read_git_revision(snapshot: str) -> RawFiles:
    """Read `git:PATH@REV`; PATH is a work tree, a folder in one, or a bare repository; REV defaults to HEAD.

    Raises InputError where the repository or the revision cannot be read.
    """
    folder, revision = _split(snapshot)
    if revision.startswith("-"):
        raise InputError.single(snapshot, "a revision does not begin with '-'")
    commit = _git(snapshot, folder, "rev-parse", "--verify", "--quiet", revision + "^{commit}", missing=revision)
    commit_id = commit.decode("ascii").strip()
    problems: list[Problem] = []
    wanted: list[tuple[str, str]] = []  # (object id, path)
    files: list[RawFile] = []
    total = 0
    for entry in _git(snapshot, folder, "ls-tree", "-r", "-z", "-l", commit_id).split(b"\0"):
        if not entry:
            continue
        head, _, name = entry.partition(b"\t")
        mode, kind, object_id, size = head.decode("ascii").split()
        path = name.decode("utf-8", "replace")
        if is_skipped(tuple(path.split("/"))):
            continue
        if kind != "blob" or mode == "120000":
            problems.append(Problem(path, "", "a link or submodule in the repository; left out"))
        elif int(size) > MAX_FILE_BYTES:
            files.append(RawFile(path, problem=f"is larger than {MAX_FILE_BYTES // 2**20} MiB"))
        else:
            total += int(size)
            wanted.append((object_id, path))
    if len(wanted) > MAX_FILES or total > MAX_ARCHIVE_BYTES:
        raise InputError.single(snapshot, "is too large; give a folder of the repository")
    files += _blobs(snapshot, folder, wanted)
    return f"{Path(folder).resolve().name or 'repository'}@{revision}", files, problems


def _split(snapshot: str) -> tuple[str, str]:
    """Return folder and revision; both may hold an "@", so the first split at an existing folder counts."""
    text = snapshot.removeprefix("git:")
    if Path(text).is_dir():
        return text, "HEAD"
    for position, character in enumerate(text):
        if character == "@" and Path(text[:position] or ".").is_dir():
            return text[:position] or ".", text[position + 1 :] or "HEAD"
    path = text.rpartition("@")[0] or text
    raise InputError.single(snapshot, f"{path} is not a folder; write git:PATH@REV with the path of a repository")


def _blobs(snapshot: str, folder: str, wanted: list[tuple[str, str]]) -> list[RawFile]:
    if not wanted:
        return []
    request = "".join(f"{object_id}\n" for object_id, _ in wanted).encode("ascii")
    answer = _git(snapshot, folder, "cat-file", "--batch", request=request)
    files: list[RawFile] = []
    position = 0
    for _, path in wanted:
        end = answer.index(b"\n", position)
        words = answer[position:end].split()
        position = end + 1
        if len(words) < 3:
            files.append(RawFile(path, problem="is missing in the repository"))
            continue
        size = int(words[2])
        files.append(RawFile(path, answer[position : position + size]))
        position += size + 1
    return files


def _git(snapshot: str, folder: str, *words: str, request: bytes = b"", missing: str = "") -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", folder, *words], input=request, capture_output=True, env=environment, check=False
        )
    except FileNotFoundError:
        raise InputError.single(snapshot, "needs the git command, which is not installed") from None
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if missing and not told:
        raise InputError.single(snapshot, f"has no revision {missing!r}; see `git log` for those it has")
    raise InputError.single(snapshot, f"git cannot read it: {told[-1] if told else 'no reason given'}")
