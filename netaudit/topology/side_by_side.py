"""The same work for several items in several processes, where the system can fork.

The processes inherit all values, so nothing is sent to them. Of what they send back, values of the snapshot (a rule of
a device) come back as themselves and not as copies.
"""

from __future__ import annotations

import gc
import io
import pickle
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# What the forked processes read: the work, the items, and the numbers of the values that are not copied.
_inherited: tuple[Callable[[Any], Any], Sequence[Any], dict[int, int]] | None = None


def side_by_side(
    work: Callable[[Item], Answer], items: Sequence[Item], shared: Iterable[object], jobs: int
) -> list[Answer]:
    """Return the answers for the items, in their order; one after the other where `jobs` is 1 or forking is not known.

    `shared` are values that answers may hold and that stay the same objects.
    """
    global _inherited
    if jobs < 2 or len(items) < 2 or "fork" not in get_all_start_methods():
        return [work(item) for item in items]
    known = list(shared)
    _inherited = work, items, {id(one): number for number, one in enumerate(known)}
    try:
        # No process lives long enough for the garbage collector to be worth its walks over what was inherited.
        with get_context("fork").Pool(min(jobs, len(items)), gc.disable) as pool:
            return [_Reader(io.BytesIO(sent), known).load() for sent in pool.imap(_answer, range(len(items)))]
    finally:
        _inherited = None


def _answer(number: int) -> bytes:
    assert _inherited is not None
    work, items, known = _inherited
    sent = io.BytesIO()
    _Writer(sent, known).dump(work(items[number]))
    return sent.getvalue()


class _Writer(pickle.Pickler):
    def __init__(self, target: io.BytesIO, known: dict[int, int]) -> None:
        super().__init__(target, pickle.HIGHEST_PROTOCOL)
        self._known = known

    def persistent_id(self, value: object) -> int | None:
        return self._known.get(id(value))


class _Reader(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, known: Sequence[object]) -> None:
        super().__init__(source)
        self._known = known

    def persistent_load(self, number: int) -> object:
        return self._known[number]
