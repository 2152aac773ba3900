"""nft scripts and the output of `nft list ruleset`, run in order. Source: nft(8)."""

from __future__ import annotations

from collections.abc import Callable

from netaudit.model.source import Affects
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.nftables.expressions import NotUnderstoodError, TokenReader, braces
from netaudit.parsers.nftables.lexer import Token, tokens_of
from netaudit.parsers.nftables.ruleset import FAMILIES, Chain, NamedSet, RawRule, Ruleset, Table, priority_of
from netaudit.parsers.nftables.statements import rule_statements

_OBJECTS = frozenset({"counter", "quota", "limit", "ct", "secmark", "synproxy", "tunnel"})
_VERBS = frozenset({"add", "create", "insert", "replace", "delete", "destroy", "flush", "list", "rename", "reset",
                    "monitor", "describe", "export", "import"})  # fmt: skip


def read_text(ledger: LineLedger) -> Ruleset:
    """Run the commands of a file and return the ruleset as it is at its end."""
    return _Script(ledger).run()


class _Script:
    def __init__(self, ledger: LineLedger) -> None:
        self.ledger = ledger
        self.ruleset = Ruleset()
        self.variables: dict[str, list[Token]] = {}
        self.reader = TokenReader(tokens_of(ledger.source.lines), self.variables)

    def run(self) -> Ruleset:
        for index, line in enumerate(self.ledger.source.lines):
            if line.lstrip().startswith("#"):
                self.ledger.ignored(index)
        reader = self.reader
        while reader.position < len(reader.tokens):
            token = reader.peek()
            if token.is_end or (token.kind == "operator" and token.text == "}"):
                reader.position += 1
                if token.text == "}":
                    self.ledger.unrecognized(token.index, Affects.FILTER, "a closing brace that closes nothing")
                continue
            start = reader.position
            self.command(token)
            if reader.position == start:  # never stand still
                reader.position += 1
        return self.ruleset

    def command(self, token: Token) -> None:
        reader = self.reader
        while reader.sees("sudo", "nft") or reader.peek().text.endswith("/nft"):
            reader.take()  # a shell script that calls nft
        word = reader.peek().text if reader.peek().kind == "word" else ""
        try:
            if word in ("define", "redefine"):
                self.define(token)
            elif word == "undefine":
                reader.take()
                self.variables.pop(reader.take().text, None)
                self.close(token.index)
            elif word == "include":
                reader.take()
                reader.take()
                self.ledger.unsupported(token.index, Affects.FILTER, "included files are not read with this one")
                self.skip()
            elif word == "table":
                reader.take()
                self.table_block(token)
            elif word in _VERBS:
                self.verb(token, reader.take().text)
            else:
                self.unknown(token, "not a command of nft")
        except NotUnderstoodError as error:
            self.unknown(token, f"not understood: {error}")

    def unknown(self, token: Token, reason: str) -> None:
        self.skip()
        self.ledger.unrecognized(token.index, Affects.FILTER, reason)

    def skip(self) -> None:
        """Go past the rest of a statement, with the blocks in it."""
        reader = self.reader
        depth = 0
        while reader.position < len(reader.tokens):
            token = reader.tokens[reader.position]
            if depth == 0 and (token.is_end or (token.text == "}" and token.kind == "operator")):
                return
            if token.kind == "operator":
                depth += {"{": 1, "}": -1}.get(token.text, 0)
            reader.position += 1

    def close(self, first: int) -> None:
        """Say that the lines from `first` up to where the reader stands are understood."""
        last = self.reader.tokens[min(self.reader.position, len(self.reader.tokens)) - 1].index
        for index in range(first, max(first, last) + 1):
            if self.ledger.is_open(index) and self.ledger.source.lines[index].strip():
                self.ledger.understood(index)

    def define(self, token: Token) -> None:
        reader = self.reader
        reader.take()
        name = reader.take().text
        reader.must("=")
        start, depth = reader.position, 0
        while reader.position < len(reader.tokens):
            current = reader.peek()
            if depth == 0 and current.is_end:
                break
            if current.kind == "operator":
                depth += {"{": 1, "}": -1}.get(current.text, 0)
            reader.position += 1
        self.variables[name] = [one for one in reader.tokens[start : reader.position] if one.kind != "end"]
        self.close(token.index)

    def family(self) -> str:
        if self.reader.sees(*FAMILIES):
            return self.reader.take().text
        return "ip"

    def table_block(self, token: Token) -> None:
        family = self.family()
        table = self.ruleset.table(family, self.reader.take().text, token.index)
        if self.reader.took("{"):
            self.block(table, self.table_item)
        self.close(token.index)

    def block(self, table: Table, item: Callable[[Table], None]) -> None:
        reader = self.reader
        while reader.position < len(reader.tokens):
            token = reader.peek()
            if token.is_end:
                reader.position += 1
                continue
            if reader.took("}"):
                self.ledger.understood(token.index)
                return
            start = reader.position
            try:
                item(table)
            except NotUnderstoodError as error:
                reader.position = max(start, reader.position)
                self.unknown(token, f"not understood: {error}")
            if reader.position == start:
                reader.position += 1

    def table_item(self, table: Table) -> None:
        reader = self.reader
        token = reader.peek()
        word = token.text
        if word == "chain":
            reader.take()
            chain = table.chain(reader.take().text, token.index)
            chain.index = token.index
            reader.must("{")
            self.ledger.understood(token.index)
            self.block(table, lambda table: self.chain_item(table, chain))
        elif word in ("set", "map", "meter"):
            reader.take()
            named = NamedSet(reader.take().text, token.index, is_map=word == "map", changing=word == "meter")
            named = self.known_set(table, named)
            reader.must("{")
            self.ledger.understood(token.index)
            self.block(table, lambda table: self.set_item(named))
        elif word == "flowtable" or word in _OBJECTS:
            self.object(table, token)
        elif word == "flags":
            reader.take()
            table.dormant = "dormant" in self.words()
            self.close(token.index)
        elif word == "comment":
            self.skip()
            self.close(token.index)
        elif word == "elements":  # of a `table t { elements s { ... } }`
            self.unknown(token, "elements outside of a set")
        else:
            self.unknown(token, "not a part of a table")

    def known_set(self, table: Table, named: NamedSet) -> NamedSet:
        known = table.sets.get(named.name)
        if known is not None and known.is_map == named.is_map:
            return known
        table.sets[named.name] = named
        return named

    def object(self, table: Table, token: Token) -> None:
        reader = self.reader
        kind = reader.take().text
        if kind == "ct":
            kind = f"ct {reader.take().text}"
        table.objects[kind, reader.take().text] = token.index
        self.skip()
        self.close(token.index)

    def words(self) -> list[str]:
        """Take the words up to the end of the statement."""
        found = []
        while not self.reader.at_end:
            found.append(self.reader.take().text)
        return found

    def chain_item(self, table: Table, chain: Chain) -> None:
        reader = self.reader
        token = reader.peek()
        following = reader.peek(1)
        if token.text == "type" and following.kind == "word" and following.text in ("filter", "nat", "route"):
            self.base(table, chain)
        elif token.text == "policy" and following.text in ("accept", "drop"):
            reader.take()
            chain.policy, chain.policy_index = reader.take().text, token.index
            self.close(token.index)
        elif token.text == "comment" and token.kind == "word":
            reader.take()
            chain.comment = reader.take().text
            self.close(token.index)
        elif token.text in ("device", "devices") and token.kind == "word":
            self.devices(chain)
            self.close(token.index)
        elif token.text == "flags" and following.text == "offload":
            self.words()
            self.close(token.index)
        elif token.text == "include" and token.kind == "word":
            self.words()
            reason = "included files are not read with this one"
            self.ledger.unsupported(token.index, Affects.FILTER, reason)
            chain.rules.append(RawRule(token.index, token.index, [{"not understood": ["?"]}], problem=""))
        else:
            chain.rules.append(self.rule(token))

    def base(self, table: Table, chain: Chain) -> None:
        reader = self.reader
        token = reader.take()
        chain.index = chain.index if chain.hook else token.index
        chain.kind = reader.take().text
        reader.must("hook")
        chain.hook = reader.take().text
        if reader.sees("device", "devices"):
            self.devices(chain)
        if reader.took("priority"):
            parts = []
            while not reader.at_end and not reader.sees("policy"):
                parts.append(reader.take().text)
            text = " ".join(parts)
            chain.priority = priority_of(int(text) if text.isdigit() else text, table.family)
            if chain.priority is None:
                self.ledger.unrecognized(token.index, Affects.FILTER, "priority that is not known")
        if reader.took("policy"):
            chain.policy, chain.policy_index = reader.take().text, token.index
        self.close(token.index)

    def devices(self, chain: Chain) -> None:
        reader = self.reader
        reader.take()
        reader.took("=")
        if reader.sees("{"):
            chain.devices = tuple(str(one) for one in braces(reader, with_values=False))
        else:
            chain.devices = (reader.take().text,)

    def rule(self, token: Token) -> RawRule:
        statements, comment, problem = rule_statements(self.reader)
        last = self.reader.tokens[min(self.reader.position, len(self.reader.tokens)) - 1].index
        rule = RawRule(token.index, max(token.index, last), statements, comment, problem=problem)
        if problem:
            self.ledger.unrecognized(token.index, Affects.FILTER, f"not understood: {problem}")
        self.close(token.index)
        return rule

    def set_item(self, named: NamedSet) -> None:
        reader = self.reader
        token = reader.take()
        if token.text == "elements":
            reader.must("=")
            named.elements += braces(reader, with_values=named.is_map)
        elif token.text == "flags":
            flags = self.words()
            named.changing = named.changing or bool({"dynamic", "timeout"} & set(flags))
        elif token.text in ("type", "typeof", "timeout", "gc-interval", "size", "policy", "auto-merge", "counter",
                            "comment", "limit", "quota", "last"):  # fmt: skip
            if token.text == "timeout":
                named.changing = True
            self.words()
        else:
            named.problem = "part of a set"
            raise NotUnderstoodError("part of a set")
        self.close(token.index)

    def verb(self, token: Token, verb: str) -> None:
        reader = self.reader
        if verb in ("list", "monitor", "describe", "export", "reset", "import"):
            self.skip()
            self.ledger.ignored(token.index)
            return
        kind = reader.take().text if reader.peek().kind == "word" else ""
        if kind == "ct":
            kind = f"ct {reader.take().text}"
        if verb == "flush" and kind == "ruleset":
            family = self.reader.take().text if reader.sees(*FAMILIES) else ""
            self.ruleset.tables = {
                key: table for key, table in self.ruleset.tables.items() if family and key[0] != family
            }
        elif kind == "table":
            self.table_verb(verb, token)
        elif kind in ("chain", "rule", "set", "map", "element", "flowtable", "meter", "elements") or (
            kind.removeprefix("ct ") in ("helper", "timeout", "expectation") or kind in _OBJECTS
        ):
            family = self.family()
            table_name = reader.take().text
            table = self.ruleset.table(family, table_name, token.index)
            self.part_verb(verb, kind, table, token)
        else:
            self.position_of_rule(verb, kind, token)
        if not reader.at_end:
            self.unknown(token, "not understood: more than a command")
        self.close(token.index)

    def position_of_rule(self, verb: str, kind: str, token: Token) -> None:
        """Read `add [rule] [family] TABLE CHAIN STATEMENTS` where the word "rule" is left out."""
        if verb not in ("add", "insert") or not kind:
            raise NotUnderstoodError("command of nft")
        family = "ip"
        if kind in FAMILIES:
            family, kind = kind, self.reader.take().text
        table = self.ruleset.table(family, kind, token.index)
        self.part_verb(verb, "rule", table, token)

    def table_verb(self, verb: str, token: Token) -> None:
        family = self.family()
        name = self.reader.take().text
        if name == "handle":
            raise NotUnderstoodError("table by handle")
        if verb in ("add", "create"):
            table = self.ruleset.table(family, name, token.index)
            if self.reader.took("{"):
                self.block(table, self.table_item)
        elif verb in ("delete", "destroy"):
            self.ruleset.tables.pop((family, name), None)
        elif verb == "flush":
            known = self.ruleset.tables.get((family, name))
            for chain in known.chains.values() if known else ():
                chain.rules.clear()

    def part_verb(self, verb: str, kind: str, table: Table, token: Token) -> None:
        reader = self.reader
        name = reader.take().text
        if kind == "chain":
            if verb in ("add", "create"):
                chain = table.chain(name, token.index)
                if reader.took("{"):
                    self.block(table, lambda table: self.chain_item(table, chain))
            elif verb == "rename":
                chain = table.chains.pop(name, Chain(name, token.index))
                chain.name = reader.take().text
                table.chains[chain.name] = chain
            elif verb == "flush":
                table.chain(name, token.index).rules.clear()
            else:
                table.chains.pop(name, None)
        elif kind == "rule":
            self.rule_verb(verb, table.chain(name, token.index), token)
        elif kind in ("set", "map", "meter"):
            self.set_verb(verb, kind, table, name, token)
        elif kind in ("element", "elements"):
            self.element_verb(verb, table, name)
        elif verb in ("add", "create"):
            table.objects[kind, name] = token.index
            self.skip()
        else:
            table.objects.pop((kind, name), None)
            self.skip()

    def set_verb(self, verb: str, kind: str, table: Table, name: str, token: Token) -> None:
        if verb in ("add", "create"):
            named = self.known_set(table, NamedSet(name, token.index, kind == "map", changing=kind == "meter"))
            if self.reader.took("{"):
                self.block(table, lambda table: self.set_item(named))
        elif verb == "flush" and name in table.sets:
            table.sets[name].elements.clear()
        else:
            table.sets.pop(name, None)

    def element_verb(self, verb: str, table: Table, name: str) -> None:
        named = table.sets.get(name)
        if named is None:
            raise NotUnderstoodError("element of a set that is not there")
        elements = braces(self.reader, with_values=named.is_map and verb in ("add", "create"))
        if verb in ("add", "create"):
            named.elements += elements
        else:
            named.elements = [one for one in named.elements if one not in elements]

    def rule_verb(self, verb: str, chain: Chain, token: Token) -> None:
        reader = self.reader
        place: tuple[str, str] | None = None
        if reader.sees("position", "handle", "index") and reader.peek(1).kind == "number":
            place = (reader.take().text, reader.take().text)
        if verb in ("delete", "destroy", "replace") or (place is not None and place[0] != "index"):
            for one in chain.rules:  # any of them may be the one
                one.uncertain = True
            if verb != "delete" and verb != "destroy":
                chain.rules.insert(0, RawRule(token.index, token.index, [{"not understood": ["?"]}]))
            raise NotUnderstoodError("rule by its handle")
        rule = self.rule(token)
        if place is not None:
            number = int(place[1])
            chain.rules.insert(number if verb == "insert" else number + 1, rule)
        elif verb == "insert":
            chain.rules.insert(0, rule)
        else:
            chain.rules.append(rule)
