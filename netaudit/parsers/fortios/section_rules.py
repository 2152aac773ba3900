"""What becomes of the lines of a section: the rules from which the tables of known sections are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netaudit.model.source import Affects, LineState


@dataclass(frozen=True)
class SectionRule:
    """How the lines of one section are accounted for; `default` is the state of keys that are not listed.

    `kept` sections are stored in the tree. `notes` says what an unsupported key can change, and why.
    """

    default: LineState
    affects: Affects
    kept: bool = False
    reason: str = ""
    states: Mapping[str, LineState] = field(default_factory=dict)
    notes: Mapping[str, tuple[Affects, str]] = field(default_factory=dict)
    nested: Mapping[str, SectionRule] = field(default_factory=dict)
    is_table: bool = False  # it holds entries only: a setting outside of them has lost its `edit`

    def state_of(self, key: str) -> LineState:
        """Return what becomes of a line that sets `key`."""
        return self.states.get(key, self.default)

    def note_of(self, key: str) -> tuple[Affects, str]:
        """Return what such a line can change, and the reason."""
        return self.notes.get(key, (self.affects, self.reason))

    @property
    def below(self) -> SectionRule:
        """Return the rule of nested sections that are not listed."""
        if not self.kept or self.default is LineState.IGNORED:
            return SectionRule(self.default, self.affects, False, self.reason)
        return SectionRule(LineState.UNRECOGNIZED, self.affects)


def ignored(kept: bool = False, understood: str = "", nested: Mapping[str, SectionRule] | None = None) -> SectionRule:
    """Return a rule for a section that changes no answer but by the keys that are `understood`."""
    states = dict.fromkeys(understood.split(), LineState.UNDERSTOOD)
    return SectionRule(LineState.IGNORED, Affects.OTHER, kept or bool(states), "", states, {}, nested or {})


def unsupported(affects: Affects, reason: str) -> SectionRule:
    """Return a rule for a section that is known and not modelled."""
    return SectionRule(LineState.UNSUPPORTED, affects, False, reason)


def modelled(
    affects: Affects,
    understood: str | Iterable[str],
    ignored: str | Iterable[str] = "",
    unsupported: Mapping[str, str] | None = None,
    nested: Mapping[str, SectionRule] | None = None,
    is_table: bool = True,
) -> SectionRule:
    """Return a rule with listed keys; `unsupported` maps key -> reason."""
    states = dict.fromkeys(_words(ignored), LineState.IGNORED)
    states |= dict.fromkeys(_words(understood), LineState.UNDERSTOOD)
    states |= dict.fromkeys(unsupported or {}, LineState.UNSUPPORTED)
    notes = {key: (affects, reason) for key, reason in (unsupported or {}).items()}
    return SectionRule(LineState.UNRECOGNIZED, affects, True, "", states, notes, nested or {}, is_table)


def _words(names: str | Iterable[str]) -> Iterable[str]:
    return names.split() if isinstance(names, str) else names


def facts(affects: Affects) -> SectionRule:
    """Return a rule for a section whose every setting is kept as it stands."""
    below = SectionRule(LineState.UNDERSTOOD, affects, True)
    return SectionRule(LineState.UNDERSTOOD, affects, True, nested={"*": below})
