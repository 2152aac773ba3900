"""Reads a SNAPSHOT (folder, file, archive, git revision) into decoded files with platform and host."""

from netaudit.collect.snapshot import Snapshot, collect

__all__ = ["Snapshot", "collect"]
