"""Files of show output: which command, whose, of which platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from netaudit.model.source import CaptureText, SourceFile, host_key

_NAME = re.compile(r"(?:\A|.*?[ _.-])(?P<command>(?:sh|show|display|get|diagnose)[ _-].*)\Z", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:txt|log|json|xml|out|cfg|conf|text|cap|capture|raw)\Z", re.IGNORECASE)

# Text that only one platform prints. Source: outputs of the vendors' command references.
_EVIDENCE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (platform, re.compile(expression, re.MULTILINE))
    for platform, expression in (
        ("cisco_iosxr", r"Cisco IOS XR Software"),
        ("cisco_nxos", r"Cisco Nexus Operating System|^IP Route Table for VRF|\"nxos_ver_str\"|\"TABLE_\w+\""),
        (
            "cisco_asa",
            r"Cisco Adaptive Security Appliance|FWSM Firewall|^access-list cached ACL log flows|\(hitcnt=\d+\)",
        ),
        ("arista_eos", r"^Arista (?:DCS|v?EOS|cEOS)|Software image version:|\"eosVersion\"|\"internalVersion\""),
        ("juniper_junos", r"JUNOS |^Junos: |^inet6?\.0: \d+ destinations|^Physical interface: |xmlns\.juniper\.net"),
        ("paloalto_panos", r"^sw-version: |^model: PA-|^model: Panorama"),
        ("fortios", r"^Version: Forti[GWMA]|^Version: Forti\w+-"),
        ("cisco_ios", r"Cisco IOS Software|Cisco IOS XE Software|Cisco Internetwork Operating System|IOS \(tm\)"),
    )
)
_EVIDENCE_LINES = 400

# Outputs that a configuration may begin with, in comments, as RANCID and Oxidized write them.
_HEADER_COMMANDS = {
    "cisco_ios": ("show inventory",),
    "cisco_nxos": ("show version", "show inventory"),
    "cisco_asa": ("show version", "show inventory"),
    "arista_eos": ("show version", "show inventory"),
    "juniper_junos": ("show version", "show chassis hardware"),
}
_COMMENT = re.compile(r"\s*(?:!+|#+)(?: ?(?:[A-Z][A-Za-z ]{0,20}: (?=[A-Z]+: \")))? ?")
_HEADER_LINES = 2000
_RANCID = re.compile(r"[!#]+\s*RANCID-CONTENT-TYPE:", re.IGNORECASE)
_HIDDEN = re.compile(r"!\s*[a-z].*<(?:removed|secret hidden|configuration removed)>", re.IGNORECASE)


def command_of(path: str) -> str:
    """Return the command that a file is named after, "" for none: "r1_show_ip_route.txt" -> "show_ip_route"."""
    name = PurePosixPath(path).name
    for _ in range(2):
        name = _ENDING.sub("", name)
    found = _NAME.match(name)
    return found["command"] if found else ""


def evident_platform(lines: Sequence[str]) -> str:
    """Return the platform that a show output names, "" for none."""
    text = "\n".join(lines[:_EVIDENCE_LINES])
    return next((platform for platform, expression in _EVIDENCE if expression.search(text)), "")


def with_hidden_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return a configuration as it was before RANCID: it makes a comment of each line whose secret it takes out.

    `!enable secret 5 <removed>` is `enable secret 5 <removed>`, a line of the configuration like any other.
    """
    if not any(_RANCID.match(line) for line in lines[:20]):
        return lines
    return tuple(line[1:] if _HIDDEN.match(line) else line for line in lines)


def header_part(source: SourceFile) -> SourceFile | None:
    """Return the show output in the comments on top of a configuration, as a part of its own; None for none."""
    commands = _HEADER_COMMANDS.get(source.platform, ())
    end = 0
    for line in source.lines[:_HEADER_LINES]:
        if line.strip() and not line.lstrip().startswith(("!", "#")):
            break
        end += 1
    head = [_COMMENT.sub("", line, count=1) for line in source.lines[:end]]
    if not commands or sum(bool(line.strip()) for line in head) < 4:
        return None
    return replace(
        source,
        lines=tuple(head),
        kind="header",
        captures=tuple(CaptureText(command, 1, end, source.host, source.platform) for command in commands),
    )


def with_platforms(files: Iterable[SourceFile], platform: str | None) -> tuple[SourceFile, ...]:
    """Return the files with the platform of each capture, as far as it can be told.

    In this order: what the capture itself prints; other captures of its folder and host; the configuration of its host
    in the snapshot (if all configurations of that name are of one platform); the platform that the user named.
    """
    given = tuple(files)
    by_folder: dict[tuple[str, str], set[str]] = {}
    by_host: dict[str, set[str]] = {}
    for file in given:
        if file.kind == "configuration" and file.platform and file.host:
            by_host.setdefault(host_key(file.host), set()).add(file.platform)
        for one in file.captures if file.kind == "capture" else ():
            if found := one.platform or evident_platform(file.lines[one.first_line - 1 : one.last_line]):
                by_folder.setdefault((_folder(file), host_key(one.host)), set()).add(found)

    def settled(file: SourceFile, one: CaptureText) -> CaptureText:
        key = host_key(one.host)
        names = by_folder.get((_folder(file), key), set()) or (by_host.get(key, set()) if key else set())
        own = one.platform or evident_platform(file.lines[one.first_line - 1 : one.last_line])
        return replace(one, platform=own or (next(iter(names)) if len(names) == 1 else "") or platform or "")

    out = []
    for file in given:
        if file.kind == "capture":
            captures = tuple(settled(file, one) for one in file.captures)
            name = next((one.platform for one in captures if one.platform), "")
            file = replace(file, captures=captures, platform=name)
        out.append(file)
    return tuple(out)


def _folder(file: SourceFile) -> str:
    return str(PurePosixPath(file.path).parent)
