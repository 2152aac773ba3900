"""Expressions of an nft script, read into the shape of nft's JSON. Source: nft(8), EXPRESSIONS."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netaudit.parsers.nftables.lexer import Token
from netaudit.parsers.nftables.ruleset import Expression
from netaudit.parsers.nftables.vocabulary import CT_KEYS, META_KEYS, PAYLOADS, UNQUALIFIED_META

MAX_DEPTH = 40


class NotUnderstoodError(ValueError):
    """The text leaves the grammar; the message names the place and quotes no value."""


class TokenReader:
    """A place among tokens, with the variables that are defined there."""

    def __init__(self, tokens: list[Token], variables: Mapping[str, list[Token]]) -> None:
        self.tokens = tokens
        self.position = 0
        self.variables = variables
        self._spliced = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token to come; variables are put in their place."""
        while True:
            place = self.position + ahead
            token = self.tokens[place] if place < len(self.tokens) else Token("end", "", -1)
            if token.kind != "variable" or token.text[1:] not in self.variables or self._spliced > 10_000:
                return token
            self._spliced += 1
            here = [Token(one.kind, one.text, token.index) for one in self.variables[token.text[1:]]]
            self.tokens[place : place + 1] = here

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.peek()
        self.position += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Tell whether the next token is one of these words or operators."""
        token = self.peek()
        return token.kind not in ("quoted", "end") and token.text in texts

    def took(self, *texts: str) -> bool:
        """Go past the next token if it is one of these."""
        if self.sees(*texts):
            self.position += 1
            return True
        return False

    def must(self, text: str) -> None:
        """Go past a token that must be there. Raises NotUnderstoodError."""
        if not self.took(text):
            raise NotUnderstoodError(f"{text!r} expected")

    def skip_lines(self) -> None:
        """Go past ends of lines, as inside braces."""
        while self.peek().kind == "end" and self.position < len(self.tokens):
            self.position += 1

    @property
    def at_end(self) -> bool:
        """Tell whether the statement ends here."""
        return self.peek().is_end or self.sees("}")


def left_side(reader: TokenReader) -> Expression:
    """Read what is compared: fields, joined by "." and narrowed by "&"."""
    parts = [_masked(reader)]
    while reader.took("."):
        parts.append(_masked(reader))
    return parts[0] if len(parts) == 1 else {"concat": parts}


_BITWISE = {"&": "&", "and": "&", "|": "|", "or": "|", "^": "^", "xor": "^", "<<": "<<", "lshift": "<<", ">>": ">>",
            "rshift": ">>"}  # fmt: skip


def _masked(reader: TokenReader) -> Expression:
    found = field(reader)
    while reader.peek().kind in ("operator", "word") and reader.peek().text in _BITWISE:
        operator = _BITWISE[reader.take().text]
        found = {operator: [found, _mask_value(reader)]}
    return found


def _mask_value(reader: TokenReader) -> Expression:
    if reader.took("("):
        value = value_list(reader, joined=("|", "or", ","))
        reader.must(")")
        return value
    return _primary(reader)


def field(reader: TokenReader) -> Expression:
    """Read one field of a packet or of what the kernel knows of it. Raises NotUnderstoodError."""
    token = reader.peek()
    if token.kind == "operator" and token.text == "(":
        reader.take()
        inner = left_side(reader)
        reader.must(")")
        return inner
    if token.kind != "word":
        raise NotUnderstoodError("a field expected")
    name = token.text
    read = _FIELDS.get(name)
    if read is not None:
        reader.take()
        return read(reader)
    if name in PAYLOADS:
        reader.take()
        return _payload(reader, name)
    if name in UNQUALIFIED_META:
        reader.take()
        return {"meta": {"key": name}}
    if name.startswith("@") and name[1:] in ("ll", "nh", "th", "ih"):
        reader.take()
        reader.must(",")
        offset = _whole(reader)
        reader.must(",")
        return {"payload": {"base": name[1:], "offset": offset, "len": _whole(reader)}}
    raise NotUnderstoodError(f"field {name}" if name.isascii() and len(name) < 20 else "a field")


def _whole(reader: TokenReader) -> int:
    token = reader.take()
    try:
        return int(token.text, 0)
    except ValueError:
        raise NotUnderstoodError("a number expected") from None


def _payload(reader: TokenReader, protocol: str) -> Expression:
    token = reader.take()
    if token.kind != "word":
        raise NotUnderstoodError(f"field of {protocol}")
    if token.text == "option" and protocol in ("ip", "tcp"):
        name = reader.take().text
        option: dict[str, Expression] = {"name": name}
        if not reader.at_end and reader.peek().kind == "word" and not reader.sees("exists", "missing"):
            option["field"] = reader.take().text
        return {f"{protocol} option": option}
    if token.text not in PAYLOADS[protocol]:
        raise NotUnderstoodError(f"field of {protocol}")
    return {"payload": {"protocol": protocol, "field": token.text}}


def _meta(reader: TokenReader) -> Expression:
    key = reader.take().text
    if key not in META_KEYS:
        raise NotUnderstoodError("meta key")
    return {"meta": {"key": key}}


def _ct(reader: TokenReader) -> Expression:
    found: dict[str, Expression] = {}
    if reader.sees("original", "reply"):
        found["dir"] = reader.take().text
    key = reader.take().text
    if key in ("ip", "ip6") and reader.sees("saddr", "daddr"):
        key = f"{key} {reader.take().text}"
    if key not in CT_KEYS:
        raise NotUnderstoodError("ct key")
    return {"ct": {"key": key, **found}}


def _fib(reader: TokenReader) -> Expression:
    flags: list[Expression] = [reader.take().text]
    while reader.took("."):
        flags.append(reader.take().text)
    return {"fib": {"result": reader.take().text, "flags": flags}}


def _route(reader: TokenReader) -> Expression:
    family = [reader.take().text] if reader.sees("ip", "ip6") else []
    return {"rt": {"key": " ".join([*family, reader.take().text])}}


def _socket(reader: TokenReader) -> Expression:
    key = reader.take().text
    if reader.took("level"):
        reader.take()
    return {"socket": {"key": key}}


def _fingerprint(reader: TokenReader) -> Expression:
    if reader.took("ttl"):
        reader.take()
    return {"osf": {"key": reader.take().text}}


def _ipsec(reader: TokenReader) -> Expression:
    direction = reader.take().text
    if reader.took("spnum"):
        reader.take()
    key = reader.take().text
    if key in ("ip", "ip6"):
        key = f"{key} {reader.take().text}"
    return {"ipsec": {"key": key, "dir": direction}}


def _tunnel(reader: TokenReader) -> Expression:
    return {"tunnel": {"key": reader.take().text}}


def _number_generator(kind: str) -> Callable[[TokenReader], Expression]:
    def read(reader: TokenReader) -> Expression:
        while not reader.at_end and not reader.sees("map", "vmap", "{", "==", "!=", "<", ">", "set"):
            reader.take()
        return {kind: {}}

    return read


def _extension(name: str) -> Callable[[TokenReader], Expression]:
    def read(reader: TokenReader) -> Expression:
        found: dict[str, Expression] = {"name": name}
        if reader.peek().kind == "word" and not reader.sees("exists", "missing"):
            found["field"] = reader.take().text
        return {"exthdr": found}

    return read


def _named_extension(reader: TokenReader) -> Expression:
    return _extension(reader.take().text)(reader)


_FIELDS: dict[str, Callable[[TokenReader], Expression]] = {
    "meta": _meta,
    "ct": _ct,
    "fib": _fib,
    "rt": _route,
    "socket": _socket,
    "osf": _fingerprint,
    "ipsec": _ipsec,
    "tunnel": _tunnel,
    "numgen": _number_generator("numgen"),
    "jhash": _number_generator("jhash"),
    "symhash": _number_generator("symhash"),
    "exthdr": _named_extension,
    **{name: _extension(name) for name in ("frag", "hbh", "dst", "mh", "srh")},
}


def right_side(reader: TokenReader) -> Expression:
    """Read what a field is compared with: a set, or values."""
    if reader.sees("{"):
        return {"set": braces(reader, with_values=False)}
    return value_list(reader, joined=("|", ","))


def value_list(reader: TokenReader, joined: tuple[str, ...]) -> Expression:
    """Read a value, or flags joined by "," (a list) or "|"."""
    found = [concatenation(reader)]
    operator = ""
    while reader.sees(*joined):
        operator = reader.take().text
        found.append(concatenation(reader))
    if len(found) == 1:
        return found[0]
    return found if operator == "," else {"|": found}


def concatenation(reader: TokenReader) -> Expression:
    """Read values joined by "."."""
    parts = [_range(reader)]
    while reader.took("."):
        parts.append(_range(reader))
    return parts[0] if len(parts) == 1 else {"concat": parts}


def _range(reader: TokenReader) -> Expression:
    low = _prefix(reader)
    if reader.took("-"):
        return {"range": [low, _primary(reader)]}
    return low


def _prefix(reader: TokenReader) -> Expression:
    value = _primary(reader)
    if isinstance(value, str) and reader.sees("/") and reader.peek(1).kind in ("number", "address"):
        reader.take()
        length = reader.take()
        return {"prefix": {"addr": value, "len": int(length.text) if length.text.isdigit() else length.text}}
    return value


def _primary(reader: TokenReader) -> Expression:
    token = reader.peek()
    if token.kind == "operator" and token.text == "(":
        reader.take()
        value = value_list(reader, joined=("|", ",", "or"))
        reader.must(")")
        return value
    if token.kind == "operator" and token.text == "[":
        reader.take()
        value = reader.take().text
        reader.must("]")
        return value
    if token.kind == "operator" and token.text == "*":
        reader.take()
        return "*"
    if token.kind in ("quoted", "address", "variable"):
        return reader.take().text
    if token.kind == "number":
        text = reader.take().text
        return int(text, 0) if text.lower().startswith("0x") or text.isdigit() else text
    if token.kind == "word":
        if token.text in ("exists", "missing"):
            return reader.take().text == "exists"
        if reader.peek(1).kind == "word" and (
            token.text in _FIELDS or (token.text in PAYLOADS and reader.peek(1).text in PAYLOADS[token.text])
        ):
            return field(reader)
        return reader.take().text
    raise NotUnderstoodError("a value expected")


def braces(reader: TokenReader, *, with_values: bool) -> list[Expression]:
    """Read the elements between braces; of a map (`with_values`) each is a pair [key, value]."""
    reader.must("{")
    reader.depth += 1
    if reader.depth > MAX_DEPTH:
        raise NotUnderstoodError("nested too deeply")
    found: list[Expression] = []
    while True:
        reader.skip_lines()
        if reader.took("}"):
            break
        if reader.position >= len(reader.tokens):
            raise NotUnderstoodError("a closing brace expected")
        if reader.sees("{"):  # a variable that is a set of its own
            found += braces(reader, with_values=with_values)
        else:
            found.append(_element(reader, with_values))
        reader.skip_lines()
        if not reader.took(",") and not reader.sees("}"):
            raise NotUnderstoodError("a comma expected")
    reader.depth -= 1
    return found


def _element(reader: TokenReader, with_values: bool) -> Expression:
    key: Expression = value_list(reader, joined=("|",))
    key = _with_options(reader, key)
    if not with_values:
        return key
    reader.skip_lines()
    reader.must(":")
    reader.skip_lines()
    return [key, _map_value(reader)]


def _with_options(reader: TokenReader, key: Expression) -> Expression:
    options: dict[str, Expression] = {}
    while reader.sees("timeout", "expires", "comment", "counter", "limit", "quota", "last", "packets", "bytes", "used"):
        name = reader.take().text
        if name in ("timeout", "expires"):
            options[name] = reader.take().text
        elif name == "comment":
            options["comment"] = reader.take().text
        else:
            if name in ("limit", "quota"):
                options[name] = True
            while not reader.at_end and not reader.sees(",", ":", "}", "comment", "timeout", "expires"):
                reader.take()
    return {"elem": {"val": key, **options}} if options else key


_VERDICTS = ("accept", "drop", "continue", "return", "jump", "goto", "queue")


def _map_value(reader: TokenReader) -> Expression:
    if reader.sees(*_VERDICTS):
        return verdict(reader)
    return value_list(reader, joined=("|",))


def verdict(reader: TokenReader) -> Expression:
    """Read accept, drop, jump CHAIN and the like."""
    word = reader.take().text
    if word in ("jump", "goto"):
        return {word: {"target": reader.take().text}}
    return {word: None}
