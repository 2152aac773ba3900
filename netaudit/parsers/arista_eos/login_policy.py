"""What the device asks of passwords, and what follows failed logins.

Source: Arista EOS User Manual, "User Security": "management security" (`password minimum length`, `password policy`),
"aaa authentication policy lockout".
"""

from __future__ import annotations

from netaudit.model.management import Lockout, PasswordPolicy
from netaudit.model.source import Affects
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import number

_HIGHEST = 10**6
_LETTERS = {"digits": "digits", "lower": "lower case", "upper": "upper case", "special": "special"}


def read_password_policies(reading: Reading) -> tuple[PasswordPolicy, ...]:
    """Read `password minimum length N` (for all passwords) and `password policy NAME` of `management security`."""
    found: list[PasswordPolicy] = []
    for block in reading.blocks("management security"):
        for line in block.children:
            words = line.words
            if words[:3] == ["password", "minimum", "length"] and len(words) == 4:
                length = number(words[3], _HIGHEST)
                if length is None:
                    reading.not_understood(line, Affects.MANAGEMENT, "length of passwords")
                    continue
                found.append(PasswordPolicy(reading.ledger.ref(line.index), minimum_length=length))
                reading.understood(line)
            elif words[:2] == ["password", "policy"] and len(words) == 3 and line.children:
                found.append(_policy(reading, line, words[2]))
    return tuple(found)


def _policy(reading: Reading, block: ConfLine, name: str) -> PasswordPolicy:
    length = remembered = days = None
    letters: list[str] = []
    for line in block.children:
        words = line.words
        value = number(words[-1], _HIGHEST)
        if words[:2] == ["minimum", "length"]:
            length = value
        elif words[:1] == ["minimum"] and len(words) == 3 and value is not None:
            letters.append(f"{_LETTERS.get(words[1], words[1])} {value}")
        elif words[:1] == ["maximum"] and len(words) == 3 and value is not None:
            letters.append(f"{words[1]} letters at most {value}")
        elif words[:2] == ["deny", "last"] and value is not None:
            remembered = value
        elif words[:2] == ["expiration", "days"]:
            days = value
        else:
            continue
        reading.understood(line)
    reading.understood(block)
    return PasswordPolicy(reading.block_ref(block), name, length, tuple(letters), days, remembered)


def read_lockouts(reading: Reading) -> tuple[Lockout, ...]:
    """Read `aaa authentication policy lockout failure N [window S] duration S`: it bars that user."""
    found: list[Lockout] = []
    for root in reading.blocks("aaa authentication policy lockout"):
        words = root.words
        values = {words[i]: number(words[i + 1], 10**9) for i in range(4, len(words) - 1)}
        if values.get("failure") is None:
            reading.not_understood(root, Affects.MANAGEMENT, "failed logins")
            continue
        reading.understood(root)
        found.append(
            Lockout(
                reading.ledger.ref(root.index), values["failure"], values.get("window"), values.get("duration"), "user"
            )
        )
    return tuple(found)
