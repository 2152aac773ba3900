"""The statements of a rule in an nft script, read into the shape of nft's JSON. Source: nft(8), STATEMENTS."""

from __future__ import annotations

from collections.abc import Callable

from netaudit.parsers.nftables.expressions import (
    NotUnderstoodError,
    TokenReader,
    braces,
    concatenation,
    left_side,
    right_side,
    value_list,
    verdict,
)
from netaudit.parsers.nftables.ruleset import Expression, Statement

_COMPARISONS = {"==": "==", "eq": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", ">": ">", "gt": ">", "<=": "<=",
                "le": "<=", ">=": ">=", "ge": ">=", "!": "!"}  # fmt: skip


def rule_statements(reader: TokenReader) -> tuple[list[Statement], str, str]:
    """Read statements up to the end of a rule; return them, the comment, and what could not be read ("" for all).

    Of text that could not be read the verdict at its end is kept, so that it is known what the rule may do.
    """
    found: list[Statement] = []
    comment = ""
    while not reader.at_end:
        start = reader.position
        try:
            if reader.took("comment"):
                comment = reader.take().text
                continue
            found += _statement(reader)
        except NotUnderstoodError as error:
            reader.position = start
            found.append({"not understood": _rest(reader)})
            return found, comment, str(error)
    return found, comment, ""


def _rest(reader: TokenReader) -> Expression:
    """Go to the end of the rule; return the verdicts that are named on the way, "?" where it could be any."""
    depth = 0
    named: list[Expression] = []
    while reader.position < len(reader.tokens):
        if depth == 0 and reader.at_end:
            break
        if reader.sees("{"):
            depth += 1
        elif reader.sees("}"):
            depth -= 1
        if reader.sees("accept", "drop", "return", "jump", "goto", "reject", "queue", "vmap", "dnat", "snat",
                       "masquerade", "redirect"):  # fmt: skip
            named.append(verdict(reader) if reader.sees("jump", "goto") else reader.take().text)
        else:
            reader.take()
    return named


def _statement(reader: TokenReader) -> list[Statement]:
    token = reader.peek()
    if token.kind == "word":
        read = _STATEMENTS.get(token.text)
        if read is not None:
            reader.take()
            return [read(reader)]
        if token.text in ("accept", "drop", "continue", "return", "jump", "goto"):
            found = verdict(reader)
            assert isinstance(found, dict)
            return [found]
        if token.text in ("add", "update", "delete", "set") and _is_set_statement(reader):
            return [_set_statement(reader)]
        if token.text == "ct" and reader.peek(1).text == "count":
            reader.take()
            reader.take()
            return [_limited(reader, "ct count")]
        if token.text == "tcp" and reader.peek(1).text == "option" and reader.peek(2).text == "reset":
            raise NotUnderstoodError("tcp option reset")
    return _with_field(reader)


def _is_set_statement(reader: TokenReader) -> bool:
    following = reader.peek(1)
    return following.text.startswith("@") or following.text in ("add", "update")


def _with_field(reader: TokenReader) -> list[Statement]:
    """Read what begins with a field: a match, a verdict map, or a change of the field."""
    left = left_side(reader)
    if reader.took("vmap"):
        return [{"vmap": {"key": left, "data": _map_data(reader)}}]
    if reader.took("set"):
        value = _mapped(reader)
        if reader.took(":"):  # a traffic class, "1:2"
            reader.take()
        if isinstance(left, dict) and isinstance(left.get("ct"), dict):
            key = left["ct"]
            assert isinstance(key, dict)
            if key.get("key") in ("helper", "timeout", "expectation"):
                return [{f"ct {key['key']}": value}]
        return [{"mangle": {"key": left, "value": value}}]
    operator = "in"
    if reader.peek().kind in ("operator", "word") and reader.peek().text in _COMPARISONS:
        operator = _COMPARISONS[reader.take().text]
    right = right_side(reader)
    if reader.took("/"):
        mask = value_list(reader, joined=("|", ","))
        left = {"&": [left, mask]}
        operator = "==" if operator == "in" else operator
    return [{"match": {"op": operator, "left": left, "right": right}}]


def _map_data(reader: TokenReader) -> Expression:
    if reader.sees("{"):
        return {"set": braces(reader, with_values=True)}
    token = reader.take()
    if not token.text.startswith("@"):
        raise NotUnderstoodError("a map expected")
    return token.text


def _mapped(reader: TokenReader) -> Expression:
    """Read a value, or a field that a map turns into a value."""
    start = reader.position
    try:
        key = left_side(reader)
        if reader.took("map"):
            return {"map": {"key": key, "data": _map_data(reader)}}
        return key
    except NotUnderstoodError:
        reader.position = start
    return value_list(reader, joined=("|", ","))


def _flags(reader: TokenReader) -> list[Expression]:
    found: list[Expression] = []
    while reader.sees("random", "fully-random", "persistent", "interval", "prefix", "netmap"):
        found.append(reader.take().text)
        reader.took(",")
    return found


def _translation(kind: str) -> Callable[[TokenReader], Statement]:
    def read(reader: TokenReader) -> Statement:
        found: dict[str, Expression] = {}
        if reader.sees("ip", "ip6") and reader.peek(1).text in ("to", "addr", "prefix", "interval"):
            found["family"] = reader.take().text
        while reader.sees("addr", "port", "interval", "prefix", "."):
            if reader.take().text == "prefix":
                found["type_flags"] = "prefix"
        reader.took("to")
        if reader.took(":"):
            found["port"] = value_list(reader, joined=())
        elif not reader.at_end and not reader.sees("random", "fully-random", "persistent", "comment"):
            found["addr"] = _goal(reader)
            if reader.took(":"):
                found["port"] = _mapped(reader)
        if flags := _flags(reader):
            found["flags"] = flags
        return {kind: found or None}

    return read


def _goal(reader: TokenReader) -> Expression:
    token = reader.peek()
    if token.kind in ("address", "number") or token.text == "[":
        return concatenation(reader)
    return _mapped(reader)


def _reject(reader: TokenReader) -> Statement:
    found: dict[str, Expression] = {}
    if reader.took("with"):
        words = [reader.take().text]
        while not reader.at_end and not reader.sees("comment"):
            words.append(reader.take().text)
        if words[:2] == ["tcp", "reset"]:
            found["type"] = "tcp reset"
        else:
            found["type"] = words[0]
            found["expr"] = words[-1]
    return {"reject": found or None}


_LOG_WORDS = frozenset({"prefix", "level", "group", "snaplen", "queue-threshold", "flags"})


def _log(reader: TokenReader) -> Statement:
    found: dict[str, Expression] = {}
    while reader.sees(*_LOG_WORDS):
        name = reader.take().text
        if name == "flags":
            reader.take()
            while reader.took(",") or reader.sees("sequence", "options"):
                reader.take()
        else:
            found[name] = reader.take().text
    return {"log": found or None}


_LIMIT_WORDS = frozenset(
    {
        "rate", "over", "until", "name", "burst", "used", "/", "second", "minute", "hour", "day", "week", "packets",
        "bytes", "kbytes", "mbytes", "gbytes",
    }
)  # fmt: skip


def _limited(reader: TokenReader, kind: str) -> Statement:
    """Read what limits a rate, a number or a volume; only that it limits counts."""
    found: dict[str, Expression] = {}
    while not reader.at_end and (
        reader.peek().kind in ("number", "quoted")
        or (reader.peek().kind != "end" and reader.peek().text in _LIMIT_WORDS)
    ):
        if reader.take().text == "over":
            found["inv"] = True
    return {kind: found or None}


def _counter(reader: TokenReader) -> Statement:
    found: dict[str, Expression] = {}
    if reader.took("name"):
        found["name"] = reader.take().text
        return {"counter": found}
    while reader.sees("packets", "bytes") and reader.peek(1).kind == "number":
        name = reader.take().text
        found[name] = int(reader.take().text)
    return {"counter": found or None}


def _last(reader: TokenReader) -> Statement:
    if reader.took("used"):
        reader.take()
    return {"last": None}


def _set_statement(reader: TokenReader) -> Statement:
    operation = reader.take().text
    if operation == "set":  # set add KEY @NAME, the old order
        operation = reader.take().text
        left_side(reader)
        return {"set": {"op": operation, "set": reader.take().text}}
    name = reader.take().text
    limits = _skip_braces(reader)
    found: dict[str, Expression] = {"op": operation, "set": name}
    if limits:
        found["stmt"] = True
    return {"set": found}


def _skip_braces(reader: TokenReader) -> bool:
    """Go past a block; tell whether it limits anything."""
    reader.must("{")
    depth, limits = 1, False
    while depth and reader.position < len(reader.tokens):
        limits = limits or reader.sees("limit", "quota", "count")
        text = reader.take()
        if text.kind == "operator":
            depth += {"{": 1, "}": -1}.get(text.text, 0)
    return limits


def _meter(reader: TokenReader) -> Statement:
    name = reader.take().text
    if reader.took("size"):
        reader.take()
    _skip_braces(reader)
    return {"meter": {"name": name}}


def _queue(reader: TokenReader) -> Statement:
    while not reader.at_end and not reader.sees("comment"):
        reader.take()
    return {"queue": None}


def _to_rest(kind: str) -> Callable[[TokenReader], Statement]:
    def read(reader: TokenReader) -> Statement:
        while not reader.at_end and not reader.sees("comment", "accept", "drop", "counter", "return", "continue"):
            if reader.sees("{"):
                _skip_braces(reader)
            else:
                reader.take()
        return {kind: None}

    return read


def _flow(reader: TokenReader) -> Statement:
    reader.took("add", "offload")
    return {"flow": {"op": "add", "flowtable": reader.take().text}}


def _nothing(kind: str) -> Callable[[TokenReader], Statement]:
    return lambda reader: {kind: None}


def _limit(reader: TokenReader) -> Statement:
    return _limited(reader, "limit")


def _quota(reader: TokenReader) -> Statement:
    return _limited(reader, "quota")


_STATEMENTS: dict[str, Callable[[TokenReader], Statement]] = {
    "counter": _counter,
    "last": _last,
    "log": _log,
    "limit": _limit,
    "quota": _quota,
    "reject": _reject,
    "queue": _queue,
    "meter": _meter,
    "flow": _flow,
    "notrack": _nothing("notrack"),
    "dnat": _translation("dnat"),
    "snat": _translation("snat"),
    "masquerade": _translation("masquerade"),
    "redirect": _translation("redirect"),
    "tproxy": _to_rest("tproxy"),
    "synproxy": _to_rest("synproxy"),
    "dup": _to_rest("dup"),
    "fwd": _to_rest("fwd"),
    "xt": _to_rest("xt"),
}
