"""Could an entry of an ordered list be left out?

- removable: for every point that the entry may match and no earlier entry surely matches, whatever may decide in
  its place (later entries that may match, up to the first that surely does, or the default) does the same.
- kept: for some point that the entry matches surely (or, where it surely matches nothing, may match) and that no
  earlier entry may match, everything that may decide in its place does something else.
- undecided: neither is proven, since the bounds disagree or the budget is spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from itertools import islice

from netaudit.packets.box_index import bits
from netaudit.packets.cover import BudgetSpent, Candidate, Target, uncovered
from netaudit.packets.first_match import Cells, FirstMatch, Rows, Side, common_spans
from netaudit.packets.reachability import Reach, State

_PROBES = 4  # later entries at which points are tried to show that an entry matters


class Worth(Enum):
    """Whether an entry could be left out."""

    KEPT = auto()
    REMOVABLE = auto()
    BOUNDS = auto()  # the two bounds of some match disagree
    BUDGET = auto()  # the work allowed is used up


def worths(table: FirstMatch, reaches: Sequence[Reach]) -> dict[int, Worth]:
    """Return for every reachable entry whether leaving it out changes the action for some point."""
    result: dict[int, Worth] = {}
    reachable = [entry for entry, reach in enumerate(reaches) if reach.state is State.REACHABLE]
    # Where the default does the same, most witnesses would fall to it: later rules are looked for first.
    likely = [entry for entry in reachable if table.entries[entry].action != table.default]
    points = [(entry + 1, reaches[entry].cells) for entry in likely]
    for entry, actions in zip(likely, table.outcomes(points), strict=True):
        if table.entries[entry].action not in actions:
            result[entry] = Worth.KEPT
    hard = []
    for chunk, rows in table.with_rows([entry for entry in reachable if entry not in result], Side.LATER):
        rest = []
        for entry in chunk:
            if _plainly_removable(table, entry, rows):
                result[entry] = Worth.REMOVABLE
            else:
                rest.append(entry)
        _refute(table, rest, rows, result)
        hard += [entry for entry in rest if entry not in result]
    for chunk, rows in table.with_rows(hard):
        for entry in chunk:
            result[entry] = _prove_worth(table, entry, rows)
    return result


def _plainly_removable(table: FirstMatch, entry: int, rows: Rows) -> bool:
    """Tell whether nothing that acts differently can come into its place, without looking at parts."""
    own = table.own(entry)
    opposite = _opposite(table, entry)
    default_differs = table.default != table.entries[entry].action
    for box in table.maybe_boxes(entry):
        overlap, contain = rows[box]
        contain &= table.surely & ~own
        others = overlap & opposite
        if contain:
            others &= (contain & -contain) * 2 - 1
        elif default_differs:
            return False
        if others:
            return False
    return True


def _opposite(table: FirstMatch, entry: int) -> int:
    """Return the row of later boxes that act differently."""
    later = -1 << table.first[entry + 1]
    own = table.acting.get(table.entries[entry].action, 0)
    return (table.surely | table.maybe) & later & ~own


def _refute(table: FirstMatch, entries: Iterable[int], rows: Rows, result: dict[int, Worth]) -> None:
    """Try random points of entries, then points that they share with later boxes of another action."""
    points = []
    for entry in entries:
        if table.entries[entry].action == table.default:
            continue  # most points would fall to the default, which does the same
        for box in table.target_boxes(entry)[:4]:
            mine = table.index.spans(box)
            points += [(entry, table.random_cells(mine, turn % 2 == 0)) for turn in range(4)]
    _keep_deciders(table, points, result)
    # One later box settles most: more are tried for the others.
    for probes in (slice(0, 1), slice(1, _PROBES)):
        points = []
        for entry in entries:
            if entry in result:
                continue
            opposite = _opposite(table, entry) & table.surely
            for box in table.target_boxes(entry)[:4]:
                mine = table.index.spans(box)
                for other in islice(bits(rows[box][0] & opposite), probes.start, probes.stop):
                    theirs = table.index.spans(other)
                    shared = [common_spans(one, two, 4) for one, two in zip(mine, theirs, strict=True)]
                    points.append((entry, table.random_cells(shared, True)))
        _keep_deciders(table, points, result)


def _keep_deciders(table: FirstMatch, points: list[tuple[int, Cells]], result: dict[int, Worth]) -> None:
    free = [point for point, alone in zip(points, table.untouched(points), strict=True) if alone]
    after = [(entry + 1, cells) for entry, cells in free]
    for (entry, _), actions in zip(free, table.outcomes(after), strict=True):
        if table.entries[entry].action not in actions:
            result[entry] = Worth.KEPT


def _prove_worth(table: FirstMatch, entry: int, rows: Rows) -> Worth:
    table.meter.start(table.budget)
    try:
        if _surely_removable(table, entry, rows):
            return Worth.REMOVABLE
        if table.exact or _surely_kept(table, entry, rows):
            return Worth.KEPT
    except BudgetSpent:
        return Worth.BUDGET
    return Worth.BOUNDS


def _surely_removable(table: FirstMatch, entry: int, rows: Rows) -> bool:
    """Tell whether no point that the entry may decide can end otherwise without it. Raises BudgetSpent."""
    own = table.own(entry)
    default_differs = table.default != table.entries[entry].action
    opposite = _opposite(table, entry) & table.maybe
    for box in table.maybe_boxes(entry):
        overlap, contain = rows[box]
        contain &= table.surely & ~own
        others = opposite & overlap
        covering = overlap & table.surely & ~own
        if contain:
            # Nothing of the box goes past the first entry that contains it.
            below = (1 << table.first[table.owner[(contain & -contain).bit_length() - 1] + 1]) - 1
            others &= below
            covering &= below
        if not others and (contain or not default_differs):
            continue
        others = table.without_followers(others, covering)
        covering = table.without_followers(covering, covering)
        target = table.target(box, covering | others)
        if not contain and default_differs:
            many = [one for one in target.candidates if covering >> one[1] & 1]
            if uncovered(target.full, many, table.meter) is not None:
                return False
        if not _all_covered(table, target, others, covering, -1):
            return False
    return True


def _surely_kept(table: FirstMatch, entry: int, rows: Rows) -> bool:
    """Tell whether some point that the entry decides surely ends otherwise without it. Raises BudgetSpent."""
    own = table.own(entry)
    earlier = (1 << table.first[entry]) - 1
    action = table.entries[entry].action
    same = table.acting.get(action, 0) & ~earlier & ~own
    default_differs = table.default != action
    for box in table.target_boxes(entry):
        overlap, _ = rows[box]
        others = _opposite(table, entry) & table.surely & overlap
        covering = overlap & table.maybe & (earlier | same)
        target = table.target(box, covering | others)
        if default_differs:
            many = [one for one in target.candidates if covering >> one[1] & 1]
            if uncovered(target.full, many, table.meter) is not None:
                return True
        if not _all_covered(table, target, others, covering, table.first[entry]):
            return True
    return False


def _all_covered(table: FirstMatch, target: Target, others: int, covering: int, first: int) -> bool:
    """Tell whether what each of `others` shares with the target is covered by earlier ones of `covering`."""
    many: list[Candidate] = []
    for parts, number in target.candidates:
        owner_first = table.first[table.owner[number]]
        if others >> number & 1:
            before = [one for one in many if one[1] < owner_first]
            if uncovered(parts, before, table.meter) is not None:
                return False
        if covering >> number & 1:
            many.append((parts, number))
    return True
