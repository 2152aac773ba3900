"""What the device asks of passwords, what follows failed logins, and what it records of changes.

Source: Cisco IOS Security Command Reference, "security passwords min-length", "aaa common-criteria policy", "login
block-for", "aaa local authentication attempts max-fail", "security authentication failure rate"; Configuration
Fundamentals Command Reference, "archive", "log config".
"""

from __future__ import annotations

import re

from netaudit.model.management import ChangeLog, Lockout, PasswordPolicy
from netaudit.model.source import Affects
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.word_cursor import number

_HIGHEST = 10**6
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]*@")
# Lines below `aaa common-criteria policy` that ask for kinds of letters.
_LETTERS = {
    "upper-case": "upper case", "lower-case": "lower case", "numeric-count": "digits", "special-case": "special",
    "char-changes": "changed letters", "char-repetition": "repeated letters at most",
}  # fmt: skip
_LIFETIME_S = {"year": 365 * 86400, "month": 30 * 86400, "day": 86400, "hour": 3600, "minute": 60, "second": 1}


def read_password_policies(reading: Reading) -> tuple[PasswordPolicy, ...]:
    """Read `security passwords min-length N` (for all local passwords) and `aaa common-criteria policy NAME`."""
    found: list[PasswordPolicy] = []
    for root in reading.blocks("security passwords min-length"):
        length = number(root.words[-1], _HIGHEST)
        if length is None:
            reading.not_understood(root, Affects.MANAGEMENT, "length of passwords")
            continue
        reading.ledger.understood(root.index)
        found.append(PasswordPolicy(reading.ledger.ref(root.index), minimum_length=length))
    blocks = reading.blocks("aaa common-criteria policy")
    return (*found, *(_common_criteria(reading, root) for root in blocks if len(root.words) == 4))


def _common_criteria(reading: Reading, root: ConfLine) -> PasswordPolicy:
    length = days = remembered = None
    letters: list[str] = []
    for line in root.children:
        words = line.words
        value = number(words[1], _HIGHEST) if len(words) > 1 else None
        if words[0] == "min-length":
            length = value
        elif words[0] in _LETTERS and value is not None:
            letters.append(f"{_LETTERS[words[0]]} {value}")
        elif words[0] == "lifetime":
            pairs = zip(words[1::2], words[2::2], strict=False)
            seconds = sum(_LIFETIME_S.get(unit, 0) * (number(text, _HIGHEST) or 0) for unit, text in pairs)
            days = -(-seconds // 86400) if seconds else None
        elif words[0] == "password-history":
            remembered = value
        elif words[0] not in ("max-length", "restrict-consecutive-letters"):
            continue
        reading.ledger.understood(line.index)
    reading.ledger.understood(root.index)
    where = reading.ledger.ref(root.index, root.children[-1].index if root.children else None)
    return PasswordPolicy(where, root.words[3], length, tuple(letters), days, remembered)


def read_lockouts(reading: Reading) -> tuple[Lockout, ...]:
    """Read `login block-for S attempts N within W` and the older ways to stop guessing."""
    found: list[Lockout] = []
    for root in reading.roots:
        if not root.text.startswith(("login block-for", "aaa local authentication", "security authentication")):
            continue
        words = root.words
        where = reading.ledger.ref(root.index)
        values = {words[i]: number(words[i + 1], 10**9) for i in range(len(words) - 1)}
        if words[:2] == ["login", "block-for"]:
            lockout = Lockout(where, values.get("attempts"), values.get("within"), values.get("block-for"), "device")
        elif words[:5] == ["aaa", "local", "authentication", "attempts", "max-fail"]:
            lockout = Lockout(where, values.get("max-fail"), None, 0, "user")
        elif words[:4] == ["security", "authentication", "failure", "rate"]:
            lockout = Lockout(where, values.get("rate"), None, 15, "device")  # fifteen seconds, the guide says
        else:
            continue
        if lockout.attempts is None:
            reading.not_understood(root, Affects.MANAGEMENT, "failed logins")
            continue
        reading.ledger.understood(root.index)
        found.append(lockout)
    return tuple(found)


def read_change_logs(reading: Reading) -> tuple[ChangeLog, ...]:
    """Read `archive`: where copies go, and whether commands are recorded (`log config` / `logging enable`)."""
    found: list[ChangeLog] = []
    for root in reading.blocks("archive"):
        for line in root.children:
            words = line.words
            if words[0] == "path" and len(words) >= 2:
                # Masked text, and no `user:password@` in any case.
                target = _CREDENTIALS.sub("", reading.ledger.masked[line.index].split()[1])
                found.append(ChangeLog("archive", reading.ledger.ref(line.index), target))
            elif words[:2] == ["log", "config"]:
                below = {" ".join(child.words) for child in line.children}
                end = line.children[-1].index if line.children else None
                target = "syslog" if any(text.startswith("notify syslog") for text in below) else ""
                found.append(
                    ChangeLog("command log", reading.ledger.ref(line.index, end), target, "logging enable" in below)
                )
                for child in line.children:
                    reading.ledger.understood(child.index)
            else:
                continue
            reading.ledger.understood(line.index)
        reading.ledger.understood(root.index)
    return tuple(found)
