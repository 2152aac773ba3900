"""Sets of names (interfaces, security zones) closed under union, intersection and complement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameSet:
    """A set of names given by exact names, prefixes (`eth+` of iptables) and a default.

    Membership: an entry for the exact name decides; else the longest matching prefix; else `default`.
    `exact` and `prefixes` are sorted pairs (name, is a member). Names are compared as they are written.
    """

    default: bool = False
    exact: tuple[tuple[str, bool], ...] = ()
    prefixes: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def of(cls, names: Iterable[str] = (), prefixes: Iterable[str] = ()) -> NameSet:
        """Return the set of these names and of all names that begin with one of the prefixes."""
        return cls._simplified(False, dict.fromkeys(names, True), dict.fromkeys(prefixes, True))

    @classmethod
    def _simplified(cls, default: bool, exact: dict[str, bool], prefixes: dict[str, bool]) -> NameSet:
        kept: dict[str, bool] = {}
        for prefix in sorted(prefixes, key=len):
            if _longest(kept, prefix, default) != prefixes[prefix]:
                kept[prefix] = prefixes[prefix]
        names = {name: value for name, value in exact.items() if _longest(kept, name, default) != value}
        return cls(default, tuple(sorted(names.items())), tuple(sorted(kept.items())))

    def __contains__(self, name: str) -> bool:
        for known, value in self.exact:
            if known == name:
                return value
        return _longest(dict(self.prefixes), name, self.default)

    def inside_prefix(self, prefix: str) -> bool:
        """Tell membership of a name that begins with `prefix` and is otherwise unlike all entries."""
        return _longest(dict(self.prefixes), prefix, self.default)

    def _combined(self, other: NameSet, operator: Callable[[bool, bool], bool]) -> NameSet:
        prefixes = {name for name, _ in self.prefixes + other.prefixes}
        exact = {name for name, _ in self.exact + other.exact}
        return NameSet._simplified(
            operator(self.default, other.default),
            {name: operator(name in self, name in other) for name in exact},
            {name: operator(self.inside_prefix(name), other.inside_prefix(name)) for name in prefixes},
        )

    def __or__(self, other: NameSet) -> NameSet:
        return self._combined(other, lambda left, right: left or right)

    def __and__(self, other: NameSet) -> NameSet:
        if self == ANY_NAME:
            return other
        if other == ANY_NAME:
            return self
        return self._combined(other, lambda left, right: left and right)

    def __sub__(self, other: NameSet) -> NameSet:
        return self._combined(other, lambda left, right: left and not right)

    def __invert__(self) -> NameSet:
        return ANY_NAME - self

    def __bool__(self) -> bool:
        return self.default or any(value for _, value in self.exact + self.prefixes)

    def __le__(self, other: NameSet) -> bool:
        return not self - other

    def names(self) -> tuple[str, ...]:
        """Return the exact member names, sorted; prefixes and the default are not among them."""
        return tuple(name for name, value in self.exact if value)

    def __str__(self) -> str:
        if self == ANY_NAME:
            return "any"
        positive = [n for n, value in self.exact if value] + [f"{p}+" for p, value in self.prefixes if value]
        negative = [n for n, value in self.exact if not value]
        negative += [f"{p}+" for p, value in self.prefixes if not value]
        parts = ["any"] if self.default else positive
        text = ", ".join(parts) or "none"
        return f"{text} except {', '.join(negative)}" if negative else text


def _longest(prefixes: dict[str, bool], name: str, default: bool) -> bool:
    best = -1
    result = default
    for prefix, value in prefixes.items():
        if len(prefix) > best and name.startswith(prefix):
            best, result = len(prefix), value
    return result


ANY_NAME = NameSet(default=True)
