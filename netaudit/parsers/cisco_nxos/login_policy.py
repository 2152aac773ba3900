"""What the device asks of passwords, and what follows failed logins.

Source: Cisco Nexus 9000 NX-OS Security Configuration Guide, "Configuring User Accounts and RBAC" (`password
strength-check` is on unless taken back), `userpassphrase`, `login block-for`, `ssh login-attempts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.management import Lockout, PasswordPolicy
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import number

_HIGHEST = 10**6


def read_password_policy(reading: Reading) -> tuple[PasswordPolicy, ...]:
    """Return the rule for passwords where lines state one."""
    length = days = None
    complexity: list[str] = []
    where = None
    for root in reading.roots:
        words = root.words
        text = " ".join(words)
        if words[:1] == ["userpassphrase"]:
            values = dict(zip(words[1::2], words[2::2], strict=False))
            length = number(values.get("min-length", ""), _HIGHEST) if "min-length" in values else length
            days = number(values.get("default-lifetime", ""), _HIGHEST) if "default-lifetime" in values else days
        elif text in ("password strength-check", "no password strength-check"):
            complexity = ["strength check"] if words[0] != "no" else ["no strength check"]
        elif text == "password prohibit-consecutive-characters":
            complexity.append("no consecutive characters")
        else:
            continue
        reading.understood(root)
        where = where or reading.ledger.ref(root.index)
    if where is None:
        return ()
    return (PasswordPolicy(where, minimum_length=length, complexity=tuple(complexity), lifetime_days=days),)


def read_lockouts(reading: Reading) -> Iterator[Lockout]:
    """Yield `login block-for S attempts N within W`, `aaa authentication rejected ...` and `ssh login-attempts N`."""
    for root in reading.roots:
        words = root.words
        values = {words[i]: number(words[i + 1], _HIGHEST) for i in range(len(words) - 1)}
        where = reading.ledger.ref(root.index)
        if words[:2] == ["login", "block-for"]:
            found = Lockout(where, values.get("attempts"), values.get("within"), values.get("block-for"), "device")
        elif words[:3] == ["aaa", "authentication", "rejected"]:
            found = Lockout(where, values.get("rejected"), values.get("in"), values.get("ban"), "user")
        elif words[:2] == ["ssh", "login-attempts"]:  # the session ends; nobody is shut out
            found = Lockout(where, values.get("login-attempts"))
        else:
            continue
        if found.attempts is not None:
            reading.understood(root)
            yield found
