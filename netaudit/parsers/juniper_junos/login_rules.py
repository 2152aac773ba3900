"""What is asked of passwords and logins, what is shown at login, who is asked, and what is recorded of changes.

Source: Junos User Access and Authentication Administration Guide: `login password`, `login retry-options` (lockout in
minutes), `message`, `announcement`, `authentication-order`; Junos System Log guide: the facilities change-log and
interactive-commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.management import AaaMethod, Banner, ChangeLog, Lockout, PasswordPolicy
from netaudit.parsers.juniper_junos.section import number_of
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.ledger import LineLedger

_COMPLEXITY = (
    ("minimum-upper-cases", "upper case"),
    ("minimum-lower-cases", "lower case"),
    ("minimum-numerics", "digits"),
    ("minimum-punctuations", "special"),
    ("minimum-changes", "character classes"),
    ("minimum-character-changes", "changed characters"),
)
_METHODS = {"radius": "group radius", "tacplus": "group tacacs+", "password": "local"}
_RECORDS = (("change-log", "change log"), ("interactive-commands", "command log"))


def password_policies(system: Node, ledger: LineLedger) -> Iterator[PasswordPolicy]:
    """Yield the rule for passwords, if there is one."""
    node = system.get("login", "password")
    if node is None:
        return
    complexity = [f"{word} {node.value(key)}" for key, word in _COMPLEXITY if node.value(key)]
    if node.value("change-type"):
        complexity.append(node.value("change-type"))
    yield PasswordPolicy(
        node_ref(ledger, node),
        minimum_length=number_of(node.value("minimum-length")),
        complexity=tuple(complexity),
        lifetime_days=number_of(node.value("maximum-lifetime")),
        remembered=number_of(node.value("minimum-reuse")),
    )


def lockouts(system: Node, ledger: LineLedger) -> Iterator[Lockout]:
    """Yield what follows failed logins; without a lockout period the session ends and nobody is locked out."""
    node = system.get("login", "retry-options")
    if node is None:
        return
    minutes = number_of(node.value("lockout-period"))
    yield Lockout(
        node_ref(ledger, node),
        attempts=number_of(node.value("tries-before-disconnect")),
        duration_s=None if minutes is None else minutes * 60,
        scope="user" if minutes is not None else "",
    )


def banners(system: Node, ledger: LineLedger) -> Iterator[Banner]:
    """Yield the texts before (`message`) and after a login (`announcement`)."""
    for key, kind in (("message", "login"), ("announcement", "motd")):
        node = system.value_node("login", key)
        if node is not None:
            first = max(node.first, 0)
            text = ledger.without_secrets(" ".join(node.word.split()), first, max(node.last, first))
            yield Banner(kind, node_ref(ledger, node), text)


def aaa_methods(system: Node, ledger: LineLedger) -> Iterator[AaaMethod]:
    """Yield who is asked at login, and where accounting goes."""
    order = system.get("authentication-order")
    if order is not None:
        methods = tuple(_METHODS.get(word, word) for word in order.words() if word not in ("[", "]"))
        yield AaaMethod("authentication login", "default", methods, node_ref(ledger, order))
    accounting = system.get("accounting")
    if accounting is not None:
        targets = tuple(_METHODS.get(word, word) for word in accounting.words("destination"))
        events = " ".join(accounting.words("events"))
        yield AaaMethod(f"accounting {events}".strip(), "default", targets, node_ref(ledger, accounting))


def change_logs(system: Node, ledger: LineLedger) -> Iterator[ChangeLog]:
    """Yield the archive of configurations and the logs of changes and commands."""
    archive = system.get("archival", "configuration")
    if archive is not None:
        sites = [one.word.partition("@")[2] or one.word for one in archive.below("archive-sites")]
        yield ChangeLog("archive", node_ref(ledger, archive), _without_login(next(iter(sites), "")))
    for place in ("file", "host"):
        for target in system.below("syslog", place):
            if target.word in APPLY_WORDS:
                continue
            for facility, kind in _RECORDS:
                node = target.get(facility) or target.get("any")
                if node is not None and not node.has("none"):
                    yield ChangeLog(kind, node_ref(ledger, node, False), f"{place} {target.word}")


def _without_login(url: str) -> str:
    """Return a URL without user and password: what stands before an `@` is gone already."""
    return url.partition("?")[0]
