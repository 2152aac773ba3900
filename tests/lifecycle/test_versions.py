"""Versions of every vendor: their order, their train, and where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.lifecycle.versions import compare, parse_version, system_of, train_of


def order(system: str, left: str, right: str) -> int | None:
    one, other = parse_version(system, left), parse_version(system, right)
    assert one is not None and other is not None, (left, right)
    return compare(one, other)


@pytest.mark.parametrize(
    ("system", "ascending"),
    [
        ("IOS", ["12.2(55)SE12", "15.0(2)SE11", "15.2(7)E0a", "15.2(7)E3", "15.2(7)E10", "15.7(3)M8"]),
        ("IOS-XE", ["16.12.5", "16.12.5b", "17.3.1", "17.9.4", "17.9.4a", "17.09.05", "17.12.4", "17.15.1"]),
        ("ASA", ["9.8(4)", "9.14(3)18", "9.14(4)", "9.14(4)23", "9.16(1)", "9.18(4)"]),
        ("NX-OS", ["7.0(3)I7(9)", "7.0(3)I7(10)", "9.3(9)", "9.3(10)", "10.3(4)", "10.3(4a)"]),
        ("FortiOS", ["6.4.15", "7.2.9", "v7.2.10", "7.4.0", "7.4.8M"]),
        ("PAN-OS", ["10.2.9-h21", "10.2.18", "10.2.18-h2", "10.2.18-h9", "10.2.18-h10", "11.1.1"]),
        ("Junos", ["18.4R3", "21.4R1", "21.4R3", "21.4R3-S5.4", "21.4R3-S10", "22.2R1"]),
        ("Gaia", ["R80.40", "R81", "R81.10", "R81.20 Take 26", "R81.20 Jumbo Hotfix Take 76", "R82"]),
        ("BIG-IP", ["15.1.10", "16.1.3", "16.1.3.1", "16.1.6.1", "17.1.0"]),
        ("EOS", ["4.28.10.1M", "4.30.1F", "4.30.10M", "4.31.0F"]),
    ],
)
def test_later_releases_are_newer(system: str, ascending: list[str]) -> None:
    for index, older in enumerate(ascending):
        for newer in ascending[index + 1 :]:
            assert order(system, older, newer) == -1, (older, newer)
            assert order(system, newer, older) == 1, (newer, older)


@pytest.mark.parametrize(
    ("system", "left", "right"),
    [
        ("IOS-XE", "17.09.04a", "17.9.4a"),
        ("IOS-XE", "17.9.4a.SPA", "17.9.4a"),
        ("FortiOS", "v7.4.8,build2795", "7.4.8"),
        ("NX-OS", "10.3(4a) Bios:version 05.47", "10.3(4a)"),
        ("Junos", "21.4R3.15", "21.4R3"),
        ("BIG-IP", "16.1.3", "16.1.3.0"),
        ("EOS", "EOS-4.30.1F", "4.30.1"),
    ],
)
def test_two_spellings_of_one_release(system: str, left: str, right: str) -> None:
    assert order(system, left, right) == 0


@pytest.mark.parametrize(
    ("system", "left", "right"),
    [
        ("IOS-XE", "17.9", "17.9.5"),  # the train does not tell the release
        ("Gaia", "R81.20", "R81.20 Take 76"),
        ("IOS", "15.2(7)E4", "15.2(4)M11"),  # two branches of one train
        ("Junos", "12.1X46-D40", "12.1X47-D10"),
    ],
)
def test_no_order_is_guessed(system: str, left: str, right: str) -> None:
    assert order(system, left, right) is None
    assert order(system, right, left) is None


@pytest.mark.parametrize(
    ("system", "text", "train"),
    [
        ("IOS-XE", "17.09.04a", "17.9"),
        ("IOS", "17.9", "17.9"),
        ("IOS", "15.2(7)E10", "15.2"),
        ("ASA", "9.14(4)23", "9.14"),
        ("FortiOS", "7.2.10", "7.2"),
        ("PAN-OS", "11.1.10-h1", "11.1"),
        ("Junos", "21.4R3-S5.4", "21.4"),
        ("Check Point Gaia", "R81.20", "R81.20"),
        ("BIG-IP", "16.1.6.1", "16.1"),
        ("OpenWrt", "23.05.3", "23.05"),
        ("IOS-XE", "Cupertino", ""),
        ("FortiOS", "7", ""),
        ("Linux", "5.10", ""),
        ("", "7.2.10", ""),
    ],
)
def test_the_train_is_the_key_of_the_catalogue(system: str, text: str, train: str) -> None:
    assert train_of(system, text) == train


def test_ios_and_ios_xe_are_told_apart_by_the_version_not_the_word() -> None:
    assert system_of("IOS", "17.9.5") == "ios-xe"
    assert system_of("ios-xe", "15.2(7)E4") == "ios"
    assert system_of("IOS-XE", "03.16.04b.S") == "ios-xe"


NUMBERS = st.tuples(st.integers(16, 20), st.integers(1, 20), st.integers(1, 20), st.sampled_from(["", "a", "b"]))


@given(NUMBERS, NUMBERS)
def test_the_order_of_ios_xe_is_that_of_its_parts(left, right) -> None:
    def text(parts):
        return f"{parts[0]}.{parts[1]:02}.{parts[2]:02}{parts[3]}"

    assert order("IOS-XE", text(left), text(right)) == (left > right) - (left < right)


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=3, max_size=3))
def test_the_order_is_transitive_and_antisymmetric(versions) -> None:
    a, b, c = (f"{x}.{y}.{z}" for x, y, z in versions)
    assert order("FortiOS", a, b) == -(order("FortiOS", b, a) or 0)
    if order("FortiOS", a, b) == -1 and order("FortiOS", b, c) == -1:
        assert order("FortiOS", a, c) == -1


@given(st.sampled_from(["IOS", "ASA", "NX-OS", "FortiOS", "PAN-OS", "Junos", "Gaia", "EOS"]), st.text(max_size=30))
def test_any_text_is_a_version_or_none(system: str, text: str) -> None:
    version = parse_version(system, text)
    assert version is None or compare(version, version) == 0
