"""What `show` commands print -> facts, one folder a platform, all reading in the same way (see `contract`)."""

from __future__ import annotations

from netaudit.parsers.captures.platforms import PLATFORMS
from netaudit.parsers.captures.reading import read_captures

__all__ = ["PLATFORMS", "read_captures"]
