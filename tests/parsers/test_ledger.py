"""The account of a file's lines tells no secret, not even in a reason."""

from __future__ import annotations

from netaudit.model.source import Affects, SourceFile
from netaudit.parsers.ledger import LineLedger


def ledger(*lines: str) -> LineLedger:
    return LineLedger(SourceFile("a.cfg", "0" * 64, "utf-8", lines, "cisco_ios", "a"))


def test_a_reason_that_repeats_the_secret_of_its_line_is_masked() -> None:
    account = ledger("hostname a", " permit tcp any host password Geheim7")
    account.understood(0)
    account.unrecognized(1, Affects.FILTER, "access-list entry: Geheim7")
    (note,) = account.coverage("cisco_ios", "a").notes
    assert note.reason == "access-list entry: <masked>"


def test_text_made_from_a_line_loses_only_the_words_that_are_masked_there() -> None:
    account = ledger('set comments "ask noc, password: Geheim7"', "set alias Geheim7")
    assert account.without_secrets("ask noc, password: Geheim7", 0) == "ask noc, password: <masked>"
    assert account.without_secrets("Geheim7", 1) == "Geheim7"
    assert account.without_secrets("", 0) == ""


def test_text_over_several_lines_is_held_against_all_of_them() -> None:
    account = ledger('set comments "call noc', 'password: Geheim7"')
    assert account.without_secrets("call noc password: Geheim7", 0, 1) == "call noc password: <masked>"
