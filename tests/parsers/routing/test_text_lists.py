"""AS-path lists and community lists, as every platform writes them."""

from __future__ import annotations

from netaudit.model.routing import TextList
from netaudit.parsers.routing.text_lists import read_text_lists
from tests.parsers.routing.reading import lines_of, open_lines


def _lists(text: str) -> tuple[tuple[TextList, ...], list[str]]:
    ledger, roots = lines_of(text)
    found = read_text_lists(ledger, roots)
    return found, open_lines(ledger)


def _written(one: TextList) -> list[tuple[str, tuple[str, ...], str]]:
    return [(entry.action.value, entry.values, entry.expression) for entry in one.entries]


def test_as_paths_are_expressions() -> None:
    lists, problems = _lists(
        """
ip as-path access-list 10 deny _65010_
ip as-path access-list 10 permit ^65001 65002$
ip as-path access-list ORIGIN seq 5 permit "^$"
as-path access-list 3 permit .*
ip as-path access-list CUSTOMER permit ^65001_ any
"""
    )
    assert problems == []
    assert [(one.kind, one.name, _written(one)) for one in lists] == [
        ("as_path", "10", [("deny", (), "_65010_"), ("permit", (), "^65001 65002$")]),
        ("as_path", "ORIGIN", [("permit", (), "^$")]),
        ("as_path", "3", [("permit", (), ".*")]),
        ("as_path", "CUSTOMER", [("permit", (), "^65001_")]),
    ]


def test_standard_communities_match_together_and_have_one_form() -> None:
    lists, problems = _lists(
        """
ip community-list 1 permit 65000:100 65000:200
ip community-list 1 deny 4259840100
ip community-list standard STAY permit no-export local-AS
ip community-list standard LATER seq 20 permit internet
ip community-list standard LATER seq 10 deny GSHUT
community-list 7 permit 1:2
"""
    )
    assert problems == []
    assert [(one.name, _written(one)) for one in lists] == [
        ("1", [("permit", ("65000:100", "65000:200"), ""), ("deny", ("65000:100",), "")]),
        ("STAY", [("permit", ("no-export", "local-as"), "")]),
        ("LATER", [("deny", ("graceful-shutdown",), ""), ("permit", ("internet",), "")]),
        ("7", [("permit", ("1:2",), "")]),
    ]


def test_expanded_lists_are_expressions() -> None:
    lists, problems = _lists(
        """
ip community-list 100 permit 6500[0-9]:.*
ip community-list expanded REGION deny _65000:1.._
ip community-list regexp SITE permit 65000:2.*
ip extcommunity-list expanded RT permit RT:65000:.*
ip large-community-list expanded BIG permit 65000:1:.*
"""
    )
    assert problems == []
    assert [(one.kind, one.name, _written(one)[0][2]) for one in lists] == [
        ("community", "100", "6500[0-9]:.*"),
        ("community", "REGION", "_65000:1.._"),
        ("community", "SITE", "65000:2.*"),
        ("extended_community", "RT", "RT:65000:.*"),
        ("large_community", "BIG", "65000:1:.*"),
    ]


def test_extended_and_large_communities() -> None:
    lists, problems = _lists(
        """
ip extcommunity-list standard VPN permit rt 1.10:5 soo 10.0.0.1:7
ip extcommunity-list standard BLOCK
 10 permit rt 65000:1 65000:2
 20 deny soo 65000:3
ip large-community-list standard BIG permit 65000:1:2 65000:1:3
"""
    )
    assert problems == []
    assert [_written(one) for one in lists] == [
        [("permit", ("rt 65546:5", "soo 10.0.0.1:7"), "")],
        [("permit", ("rt 65000:1", "rt 65000:2"), ""), ("deny", ("soo 65000:3",), "")],
        [("permit", ("65000:1:2", "65000:1:3"), "")],
    ]


def test_what_is_not_understood_leaves_the_list_inexact() -> None:
    for line in (
        "ip community-list 1 permit 65536:1",
        "ip community-list standard A permit sixty",
        "ip as-path access-list 1 permit",
        "ip as-path access-list A permit ^1$ igp",  # the origin is not in the model
        "ip extcommunity-list standard A permit 65000:1",
        "ip large-community-list standard A permit 1:2",
    ):
        lists, problems = _lists(line)
        assert problems == [line]
        assert not lists[0].exact


def test_settings_of_all_lists_are_no_lists() -> None:
    lists, _ = _lists("ip as-path regex-mode asn\nip community-list delimiter ;\nip bgp-community new-format\n")
    assert lists == ()
