"""The line tree keeps the order of the file, whichever way a line took into it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.parsers.conf_tree import conf_tree

LINES = ("ip access-list extended A", " permit ip any any", " dynamic D permit ip any any", " deny ip any any", "!", "")


def is_entry(line: str) -> bool:
    return line.strip().startswith(("permit", "deny"))


def test_bulk_lines_stand_between_the_others() -> None:
    (top,) = conf_tree(LINES[:4], "ios", is_entry)
    assert [line.index for line in top.children] == [1, 2, 3]


def test_a_banner_holds_its_lines() -> None:
    tops = conf_tree(["hostname A", "banner motd ^C", "interface Fake", "^C", "interface Real"], "ios")
    assert "interface Fake" not in [line.text for line in tops]
    assert tops[-1].text == "interface Real"


@given(st.lists(st.sampled_from(LINES), max_size=12))
@settings(deadline=None, max_examples=60)
def test_no_line_is_lost_and_children_stand_in_order(lines: list[str]) -> None:
    tops = conf_tree(lines, "ios", is_entry)
    found = [line.index for top in tops for line in top.walk()]
    assert sorted(found) == list(range(len(lines)))
    for top in tops:
        for line in top.walk():
            below = [child.index for child in line.children]
            assert below == sorted(below)
