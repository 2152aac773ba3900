"""Rows of `show access-list` of an ASA, one row a line: titles, rules, and the elements that objects expand to.

A list of a hundred thousand elements is common, so each line is read by one regular expression and one walk over
its words, without ttp. A field that a line does not have is absent from its row.
Source: Cisco ASA Series Command Reference, S Commands, show access-list (hit counts, hash codes, `brief`).
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_TITLE = re.compile(
    r"access-list (?P<acl_name>\S+); (?P<acl_tot_elem>\d+) elements?(?:; name hash: (?P<acl_name_hash>0x[0-9a-f]+))?"
)
_LINE = re.compile(
    r"""(?P<indent>\s*)access-list\ (?P<acl_name>\S+)\ line\ (?P<line_num>\d+)\ +
    (?:remark\ ?(?P<remark>.*)
    |(?P<type>extended|standard|advanced|webtype|ethertype)\ (?P<text>(?P<action>permit|deny|trust)\b.*?)
     (?:\ +\(hitcnt=(?P<hits>\d+)\))?(?P<state>(?:\ +\([a-z-]+\))*)(?:\ +(?P<hash>0x[0-9a-f]+))?)\s*\Z""",
    re.VERBOSE,
)
_OTHER = re.compile(r"access-list (?:cached ACL|alert-interval|.* elements)|\s*alert-interval|\s*\Z|.*[#>] ?sh")

_OBJECTS = {"object": "object", "object-group": "object_grp", "object-group-security": "object_grp"}
_ANY = {"any", "any4", "any6"}
_OPERATORS = {"eq": "port", "gt": "port_greater_than", "lt": "port_less_than", "neq": "port_not"}


def read_access_lists(given: CaptureInput) -> ReadRows:
    """Return a row a line. `expanded` is "yes" for an element of the rule above it; `hits` and `hash` are for both."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    for number, line in enumerate(given.lines):
        if found := _LINE.match(line):
            rows.append(ReadRow(_entry(found), (number,)))
        elif found := _TITLE.match(line):
            rows.append(ReadRow({name: text for name, text in found.groupdict().items() if text}, (number,)))
        elif not _OTHER.match(line):
            unread.append(number)
    return ReadRows(rows, unread)


def _entry(found: re.Match[str]) -> dict[str, str]:
    row = {"acl_name": found["acl_name"], "line_num": found["line_num"]}
    if found["remark"] is not None:
        row["remark"] = found["remark"].strip()
        return row
    text = found["text"]
    row |= {"type": found["type"], "action": found["action"], "text": text}
    hits, code = found["hits"], found["hash"]
    if found["indent"]:
        row["expanded"] = "yes"
    if hits:
        row["hits"] = hits
    if code:
        row["hash"] = code
    if "inactive" in found["state"]:
        row["state"] = "inactive"
    with_objects = " object" in text or " interface " in text
    if with_objects:
        row |= _rule(text)
        row |= {name: value for name, value in (("hit_count", hits), ("line_hash", code)) if value}
    else:
        row |= {f"entry_{name}": value for name, value in _element(text).items()}
        row |= {name: value for name, value in (("entry_hit_count", hits), ("entry_hash", code)) if value}
        if "state" in row:
            row["entry_state"] = row["state"]
    return row


def _rule(text: str) -> dict[str, str]:
    """Return the fields of a rule as configured, with its objects and its logging."""
    words = text.split()
    fields: dict[str, str] = {}
    service, at = _service(words, 1)
    fields |= service
    for side in ("src", "dst"):
        address, at = _address(words, at, side)
        fields |= address
        port, at = _port(words, at, side)
        fields |= port
    while at < len(words):
        word = words[at]
        if word == "log":
            if at + 1 < len(words) and words[at + 1] != "interval":
                fields["log_level"] = words[at + 1]
        elif word == "interval" and at + 1 < len(words):
            fields["log_interval"] = words[at + 1]
        elif word == "time-range" and at + 1 < len(words):
            fields["time_range"] = words[at + 1]
        at += 1
    return fields


def _service(words: list[str], at: int) -> tuple[dict[str, str], int]:
    word = words[at] if at < len(words) else ""
    if word in _OBJECTS and at + 1 < len(words):
        return {f"svc_{_OBJECTS[word]}": words[at + 1]}, at + 2
    return ({"protocol": word}, at + 1) if word else ({}, at)


def _address(words: list[str], at: int, side: str) -> tuple[dict[str, str], int]:
    """Return the fields of an address, and the position behind it."""
    word = words[at] if at < len(words) else ""
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in _ANY:
        return {f"{side}_any": word}, at + 1
    if word in _OBJECTS:
        return {f"{side}_{_OBJECTS[word]}": following}, at + 2
    if word == "interface":
        return {f"{side}_intfc": following}, at + 2
    if word == "host":
        fields = {f"{side}_v6host" if ":" in following else f"{side}_host": following}
        return _with_comment(fields, words, at + 2, f"{side}_host_fqdn")
    if word == "fqdn":
        return _with_comment({f"{side}_fqdn": following}, words, at + 2, f"{side}_fqdn_state")
    if word == "range":
        last = words[at + 2] if at + 2 < len(words) else ""
        return {f"{side}_range_start": following, f"{side}_range_end": last}, at + 3
    if "/" in word and ":" in word:
        network, _, mask = word.partition("/")
        return {f"{side}_v6network": network, f"{side}_v6mask": mask}, at + 1
    if word[:1].isdigit() and following[:1].isdigit():
        return {f"{side}_network": word, f"{side}_mask": following}, at + 2
    return {}, at


def _with_comment(fields: dict[str, str], words: list[str], at: int, name: str) -> tuple[dict[str, str], int]:
    """Take what stands in brackets behind an address: its name, or that a name is not resolved."""
    if at < len(words) and words[at].startswith("("):
        return {**fields, name: words[at].strip("()")}, at + 1
    return fields, at


def _port(words: list[str], at: int, side: str) -> tuple[dict[str, str], int]:
    word = words[at] if at < len(words) else ""
    if word in _OPERATORS and at + 1 < len(words):
        return {f"{side}_{_OPERATORS[word]}": words[at + 1]}, at + 2
    if word == "range" and at + 2 < len(words):
        return {f"{side}_port_range_start": words[at + 1], f"{side}_port_range_end": words[at + 2]}, at + 3
    if side == "dst" and word in _OBJECTS and at + 1 < len(words):
        return {f"{side}_port_{'grp' if word != 'object' else 'object'}": words[at + 1]}, at + 2
    # Of a source, an object may as well be the destination: only a further address behind it tells.
    if word in _OBJECTS and at + 2 < len(words) and _is_address(words[at + 2]):
        return {f"{side}_port_{'grp' if word != 'object' else 'object'}": words[at + 1]}, at + 2
    return {}, at


def _is_address(word: str) -> bool:
    return word in _ANY or word in _OBJECTS or word in ("host", "interface", "fqdn") or word[:1].isdigit()


_ENTRY_NAMES = re.compile(r"\Adst_port")


def _element(text: str) -> dict[str, str]:
    """Return the fields of an element: the destination's port is the element's."""
    words = text.split()
    fields: dict[str, str] = {}
    at = 1
    if len(words) > 1 and not (words[1] in _ANY or words[1] == "host" or _is_dotted(words[1])):
        fields["protocol"], at = words[1], 2
    for side in ("src", "dst"):
        address, at = _address(words, at, side)
        port, at = _port(words, at, side)
        fields |= address
        fields |= {_ENTRY_NAMES.sub("port", name): value for name, value in port.items()}
    if fields.get("protocol") in ("icmp", "icmp6") and at < len(words) and words[at] not in ("log", "time-range"):
        fields["icmp_type"] = words[at]
        if at + 1 < len(words) and words[at + 1].isdigit():
            fields["icmp_code"] = words[at + 1]
    return fields


def _is_dotted(word: str) -> bool:
    return word[:1].isdigit() and "." in word


_BRIEF = re.compile(
    r"\s*(?P<line_hash>[0-9a-f]{8}) (?P<group_hash>[0-9a-f]{8}) (?P<counter>[0-9a-f]{8}) (?P<last_hit>[0-9a-f]{8})\s*\Z"
)


def read_brief(given: CaptureInput) -> ReadRows:
    """Return a row an element that was hit; the four numbers are hexadecimal, the last is seconds since 1970."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    title: dict[str, str] = {}
    for number, line in enumerate(given.lines):
        if found := _BRIEF.match(line):
            rows.append(ReadRow({**title, **found.groupdict()}, (number,)))
        elif found := _TITLE.match(line):
            title = {
                "acl_name": found["acl_name"],
                "acl_total_elements": found["acl_tot_elem"],
                "acl_name_hash": found["acl_name_hash"] or "",
            }
            headers.append(number)
    return ReadRows(rows, (), headers)
