"""Prefix lists: which prefixes an entry names, and in which order the entries stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netaudit.model.routing import PrefixList, PrefixRange
from netaudit.model.rules import Action
from netaudit.packets.addresses import Family, format_address
from netaudit.parsers.routing.prefix_lists import read_prefix_lists, read_range
from netaudit.parsers.word_cursor import NotUnderstood, Words
from tests.parsers.routing.reading import lines_of, open_lines


def _lists(text: str) -> tuple[tuple[PrefixList, ...], list[str]]:
    ledger, roots = lines_of(text)
    found = read_prefix_lists(ledger, roots)
    return found, open_lines(ledger)


def _written(one: PrefixList) -> list[tuple[int, str, str]]:
    return [(entry.sequence, entry.action.value, str(entry.prefixes)) for entry in one.entries]


def test_entries_stand_by_their_numbers_and_unnumbered_ones_behind_them() -> None:
    lists, problems = _lists(
        """
ip prefix-list SITE description networks of the site
ip prefix-list SITE seq 20 deny 10.0.0.0/8 le 32
ip prefix-list SITE seq 10 permit 10.1.2.3/16 ge 24 le 28
ip prefix-list SITE permit 0.0.0.0/0
"""
    )
    assert problems == []
    assert _written(lists[0]) == [
        (10, "permit", "10.1.0.0/16 24-28"),
        (20, "deny", "10.0.0.0/8 8-32"),
        (25, "permit", "0.0.0.0/0"),
    ]
    assert lists[0].exact


def test_a_list_may_be_written_as_a_block() -> None:
    lists, problems = _lists(
        """
ip prefix-list LOOPBACKS
   seq 10 permit 192.168.255.0/24 eq 32
   seq 20 permit 192.168.254.0/24 ge 30
ipv6 prefix-list LOOPBACKS
   seq 10 permit 2001:db8::/32 le 64
"""
    )
    assert problems == []
    assert [_written(one) for one in lists] == [
        [(10, "permit", "192.168.255.0/24 32-32"), (20, "permit", "192.168.254.0/24 30-32")],
        [(10, "permit", "2001:db8::/32 32-64")],
    ]
    assert [one.entries[0].prefixes.family for one in lists] == [Family.IPV4, Family.IPV6]


def test_a_firewall_writes_lists_without_the_word_ip() -> None:
    lists, problems = _lists("prefix-list OUT seq 5 permit 172.16.0.0/12 le 24\nprefix-list sequence-number\n")
    assert problems == []
    assert _written(lists[0]) == [(5, "permit", "172.16.0.0/12 12-24")]


def test_what_is_taken_back_is_gone() -> None:
    lists, problems = _lists(
        """
ip prefix-list A seq 5 permit 10.0.0.0/8
ip prefix-list A seq 10 permit 11.0.0.0/8
no ip prefix-list A seq 5 permit 10.0.0.0/8
ip prefix-list B seq 5 permit 10.0.0.0/8
no ip prefix-list B
"""
    )
    assert problems == []
    assert [one.name for one in lists] == ["A"]
    assert _written(lists[0]) == [(10, "permit", "11.0.0.0/8")]


def test_an_entry_that_is_not_understood_leaves_the_list_inexact() -> None:
    for entry in (
        "seq 5 permit 10.0.0.0/8 ge 4",  # shorter than the prefix
        "seq 5 permit 10.0.0.0/8 ge 28 le 24",
        "seq 5 permit 10.0.0.0/33",
        "seq 5 permit 2001:db8::/32",  # the other family
        "seq 5 permit 10.0.0.0 mask 255.0.0.0",
        "seq x permit 10.0.0.0/8",
        "seq 5 allow 10.0.0.0/8",
    ):
        lists, problems = _lists(f"ip prefix-list A {entry}\nip prefix-list A seq 50 permit 10.0.0.0/8\n")
        assert problems == [f"ip prefix-list A {entry}"]
        assert not lists[0].exact
        assert _written(lists[0]) == [(50, "permit", "10.0.0.0/8")]


def test_a_number_that_is_used_twice_leaves_the_list_inexact() -> None:
    lists, problems = _lists("ip prefix-list A seq 5 permit 10.0.0.0/8\nip prefix-list A seq 5 deny 11.0.0.0/8\n")
    assert problems == ["ip prefix-list A seq 5 deny 11.0.0.0/8"]
    assert not lists[0].exact


def _holds(found: PrefixRange, network: int, length: int) -> bool:
    """Membership straight from the command reference: the leading bits agree and the length is in the range."""
    bits = found.family.bits
    same = network >> (bits - found.prefix_length) == found.network >> (bits - found.prefix_length)
    return same and found.least <= length <= found.most


@given(
    family=st.sampled_from([Family.IPV4, Family.IPV6]),
    data=st.data(),
)
def test_a_range_is_what_the_words_say(family: Family, data: st.DataObject) -> None:
    bits = family.bits
    length = data.draw(st.integers(0, bits))
    value = data.draw(st.integers(0, 2**bits - 1))
    least = data.draw(st.none() | st.integers(0, bits))
    most = data.draw(st.none() | st.integers(0, bits))
    text = f"{format_address(family, value)}/{length}"
    text += f" ge {least}" if least is not None else ""
    text += f" le {most}" if most is not None else ""
    low = least if least is not None else length
    high = most if most is not None else bits if least is not None else length
    try:
        found = read_range(Words(text.split()), family)
    except NotUnderstood:
        assert not length <= low <= high
        return
    assert length <= low <= high
    assert (found.least, found.most, found.prefix_length) == (low, high, length)
    probe = data.draw(st.integers(0, 2**bits - 1))
    near = (value >> (bits - length) << (bits - length)) | (probe & ((1 << (bits - length)) - 1))
    probe_length = data.draw(st.integers(0, bits))
    assert _holds(found, near, probe_length) == (low <= probe_length <= high)
    inside = length == 0 or probe >> (bits - length) == value >> (bits - length)
    assert _holds(found, probe, low) == inside


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12, unique=True))
def test_the_order_of_the_lines_does_not_matter_where_all_have_numbers(numbers: list[int]) -> None:
    lists, problems = _lists("\n".join(f"ip prefix-list A seq {one} permit 10.{one}.0.0/16" for one in numbers))
    assert problems == []
    assert [entry.sequence for entry in lists[0].entries] == sorted(numbers)
    assert {entry.action for entry in lists[0].entries} == {Action.PERMIT}
