"""Versions of network operating systems as comparable values, and the train that a lifecycle catalogue is keyed by.

Every vendor writes versions its own way; a text that does not follow its vendor's way has no order at all.
Forms: Cisco "Software Version Numbers" of IOS, IOS XE, ASA and NX-OS; Fortinet, Palo Alto Networks, F5, Arista and
Juniper release notes; Check Point "R81.20 Jumbo Hotfix Take 76".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# The operating systems that are told apart; the values are also the words of the registers' os column.
_SYSTEM_WORDS = {
    "iosxe": "ios-xe",
    "ciscoiosxe": "ios-xe",
    "ios": "ios",
    "ciscoios": "ios",
    "iosxr": "ios-xr",
    "ciscoiosxr": "ios-xr",
    "asa": "asa",
    "ciscoasa": "asa",
    "adaptivesecurityappliance": "asa",
    "pix": "pix",
    "ftd": "ftd",
    "nxos": "nx-os",
    "cisconxos": "nx-os",
    "fortios": "fortios",
    "panos": "pan-os",
    "junos": "junos",
    "junosos": "junos",
    "junosevolved": "junos-evolved",
    "gaia": "gaia",
    "checkpoint": "gaia",
    "checkpointgaia": "gaia",
    "bigip": "big-ip",
    "tmos": "big-ip",
    "f5bigip": "big-ip",
    "eos": "eos",
    "aristaeos": "eos",
    "routeros": "routeros",
    "opnsense": "opnsense",
    "openwrt": "openwrt",
    "snsfirmware": "sns-firmware",
    "sns": "sns-firmware",
    "stormshield": "sns-firmware",
}

# From this major release on a Cisco router or switch runs IOS XE; 12.x and 15.x are classic IOS.
_FIRST_IOS_XE_MAJOR = 16


@dataclass(frozen=True, slots=True)
class Version:
    """A version of one operating system.

    `key` orders versions of the same `system` and `branch`; its parts are numbers and letters ("4", "a").
    `branch` tells apart lines of development that are not ordered against each other (IOS 15.2(7)E and 15.2(4)M).
    A version that names only its train ("17.9") has a shorter key: see `compare`.
    """

    system: str
    text: str
    train: str
    key: tuple[int | str, ...]
    branch: str = ""


def system_of(operating_system: str, version: str = "") -> str:
    """Return the canonical word of an operating system ("IOS-XE" -> "ios-xe"), "" where it is not known.

    Cisco's IOS and IOS XE are told apart by the version: exports and registers call both "IOS".
    """
    key = re.sub(r"[^a-z0-9]+", "", operating_system.lower())
    system = _SYSTEM_WORDS.get(key, "")
    if system in ("ios", "ios-xe"):
        major = re.match(r"\D{0,2}0*(\d+)\.", version.strip())
        if major and int(major[1]) >= _FIRST_IOS_XE_MAJOR:
            return "ios-xe"
        if major and int(major[1]) >= 9:
            return "ios"
        if major and int(major[1]) == 3:
            return "ios-xe"
    return system


def parse_version(operating_system: str, text: str) -> Version | None:
    """Return the version, None where the system is not known or the text is not a version of it."""
    system = system_of(operating_system, text)
    reader = _READERS.get(system)
    return reader(system, text.strip()) if reader else None


def train_of(operating_system: str, text: str) -> str:
    """Return the train of a version, the key of the software catalogue: "17.9", "7.2", "R81.20"; "" = unknown."""
    version = parse_version(operating_system, text)
    return version.train if version else ""


def compare(left: Version, right: Version) -> int | None:
    """Return -1, 0 or 1 as left is older, the same or newer; None where the two have no order.

    They have none if their systems or branches differ, or if one says less than the other and the rest would
    decide ("17.9" against "17.9.5").
    """
    if left.system != right.system:
        return None
    for mine, theirs in zip(left.key, right.key, strict=False):
        if mine != theirs:
            if left.branch != right.branch and left.train == right.train:
                return None
            return -1 if _order(mine) < _order(theirs) else 1
    if left.branch != right.branch or len(left.key) != len(right.key):
        return None
    return 0


def _order(part: int | str) -> tuple[int, int, str]:
    return (0, part, "") if isinstance(part, int) else (1, 0, part)


def _pattern_reader(
    pattern: str, make: Callable[[re.Match[str]], tuple[str, tuple[int | str, ...], str]]
) -> Callable[[str, str], Version | None]:
    """Return a reader for one pattern; `make` gives train, key and branch of a match."""
    compiled = re.compile(pattern)

    def read(system: str, text: str) -> Version | None:
        match = compiled.match(text)
        if match is None:
            return None
        train, key, branch = make(match)
        return Version(system, text, train, key, branch)

    return read


# What may follow a version without being part of it: a build, a comment, "Bios:version 07.69".
_END = r"(?=$|[\s,;:\[(])"


def _number(text: str | None) -> int:
    return int(text) if text else 0


def _ios(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """12.2(55)SE12, 15.2(7)E10, 15.0(2)SE11, 15.1(4)M12a, 15.7(3)M8, or the train 15.2."""
    major, minor, maintenance, letter, branch, release, sub = match.groups()
    train = f"{int(major)}.{int(minor)}"
    key: tuple[int | str, ...] = (int(major), int(minor))
    if maintenance:
        key += (int(maintenance), letter or "", _number(release), sub or "")
    return train, key, branch or ""


def _ios_xe(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """17.9.4a and 17.09.04a are the same; 17.9 is the train. 3.x carries its branch: 03.16.04b.S."""
    major, minor, maintenance, letter, branch = match.groups()
    train = f"{int(major)}.{int(minor)}"
    key: tuple[int | str, ...] = (int(major), int(minor))
    if maintenance:
        key += (int(maintenance), letter or "")
    return train, key, branch or ""


def _asa(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """9.14(4)23 is interim 23 of 9.14(4); without an interim it is the maintenance release itself."""
    major, minor, maintenance, interim = match.groups()
    key: tuple[int | str, ...] = (int(major), int(minor))
    if maintenance:
        key += (int(maintenance), _number(interim))
    return f"{int(major)}.{int(minor)}", key, ""


def _nx_os(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """10.3(4a), 9.3(10), 7.0(3)I7(10)."""
    major, minor, maintenance, letter, branch, release, rebuild, sub = match.groups()
    key: tuple[int | str, ...] = (int(major), int(minor))
    if maintenance:
        key += (int(maintenance), letter or "", _number(release), _number(rebuild), sub or "")
    return f"{int(major)}.{int(minor)}", key, branch or ""


def _dotted(length: int) -> Callable[[re.Match[str]], tuple[str, tuple[int | str, ...], str]]:
    """Return a maker for dotted numbers: the first two are the train; missing ones after the third are 0."""

    def make(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
        numbers = [int(part) for part in match[1].split(".")]
        train = ".".join(str(part) for part in numbers[:2])
        if len(numbers) > 2:
            numbers += [0] * (length - len(numbers))
        return train, tuple(numbers), ""

    return make


def _openwrt(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """23.05.3: the train keeps its leading zero, as the project writes it."""
    parts = match[1].split(".")
    return ".".join(parts[:2]), tuple(int(part) for part in parts), ""


def _pan_os(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """10.2.18-h9: hotfix 9 of 10.2.18; the release itself comes before its first hotfix."""
    major, minor, maintenance, hotfix = match.groups()
    key: tuple[int | str, ...] = (int(major), int(minor))
    if maintenance:
        key += (int(maintenance), _number(hotfix))
    return f"{int(major)}.{int(minor)}", key, ""


def _junos(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """21.4R3-S5.4: release 3, service release 5. The spin at the end (.4, R3.15) rebuilds the same release."""
    year, quarter, kind, release, service = match.groups()
    train = f"{int(year)}.{int(quarter)}"
    if kind is None:
        return train, (int(year), int(quarter)), ""
    branch = "" if kind == "R" else f"X{release}"
    return train, (int(year), int(quarter), int(release), _number(service)), branch


def _gaia(match: re.Match[str]) -> tuple[str, tuple[int | str, ...], str]:
    """R81.20 with a Jumbo Hotfix take; without a take the take is not known."""
    major, minor, take = match.groups()
    train = f"R{int(major)}.{minor}" if minor else f"R{int(major)}"
    key: tuple[int | str, ...] = (int(major), _number(minor))
    return train, key + ((int(take),) if take else ()), ""


_READERS: Mapping[str, Callable[[str, str], Version | None]] = {
    "ios": _pattern_reader(
        r"(?:Version\s+)?(\d{1,2})\.(\d{1,2})(?:\((\d{1,3})([a-z]?)\)(?:([A-Z]{1,4})(\d{1,3})?([a-z])?)?)?" + _END, _ios
    ),
    "ios-xe": _pattern_reader(
        r"(?:Version\s+)?0?(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2})([a-z]{0,2})(?:\.?(E|S|SE|SG|XO)|\.SPA)?)?" + _END, _ios_xe
    ),
    "ios-xr": _pattern_reader(r"(\d{1,2}(?:\.\d{1,3}){1,3})" + _END, _dotted(3)),
    "asa": _pattern_reader(r"(\d{1,2})\.(\d{1,2})(?:\((\d{1,3})\)(\d{1,4})?)?" + _END, _asa),
    "ftd": _pattern_reader(r"(\d{1,2}(?:\.\d{1,3}){1,3})" + _END, _dotted(4)),
    "nx-os": _pattern_reader(
        r"(\d{1,2})\.(\d{1,2})(?:\((\d{1,3})([a-z]?)\)(?:([A-Z])(\d{1,3})(?:\((\d{1,3})([a-z]?)\))?)?)?" + _END, _nx_os
    ),
    "fortios": _pattern_reader(r"[vV]?(\d{1,2}(?:\.\d{1,2}){1,2})(?:[MF])?(?:-?build\S*)?" + _END, _dotted(3)),
    "pan-os": _pattern_reader(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{1,3})(?:-h(\d{1,3}))?)?" + _END, _pan_os),
    "junos": _pattern_reader(r"(\d{2})\.(\d{1,2})(?:([RX])(\d{1,3})(?:-[SD](\d{1,3}))?(?:\.\d{1,3})?)?" + _END, _junos),
    "gaia": _pattern_reader(r"R(\d{2})(?:\.(\d{2}))?(?:\s+(?:.*\s)?[Tt]ake[:\s]+(\d{1,4}))?" + _END, _gaia),
    "big-ip": _pattern_reader(r"(\d{1,2}(?:\.\d{1,3}){1,4})" + _END, _dotted(5)),
    "eos": _pattern_reader(r"(?:EOS-)?(\d{1,2}(?:\.\d{1,3}){1,4})[FM]?" + _END, _dotted(5)),
    "routeros": _pattern_reader(r"(\d{1,2}(?:\.\d{1,3}){1,2})" + _END, _dotted(3)),
    "opnsense": _pattern_reader(r"(\d{2}(?:\.\d{1,2}){1,2})(?:_\d{1,3})?" + _END, _dotted(3)),
    "openwrt": _pattern_reader(r"(\d{2}\.\d{2}(?:\.\d{1,3})?)" + _END, _openwrt),
    "sns-firmware": _pattern_reader(r"(\d{1,2}(?:\.\d{1,3}){1,3})" + _END, _dotted(4)),
}
