"""AAA method lists as IOS, NX-OS and EOS write them.

Source: Cisco IOS Security Command Reference, "aaa authentication login", "aaa authorization", "aaa accounting";
Cisco Nexus 9000 NX-OS Security Configuration Guide, "Configuring AAA"; Arista EOS User Manual, "AAA Configuration".
"""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.management import AaaMethod
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger

_KINDS = frozenset({"authentication", "authorization", "accounting"})
# Words of a service, beside its first one: the level or kind of its commands, and where it is asked.
_QUALIFIERS = frozenset({"console", "all", "privilege-exec", "privilege-configure"})
_RECORDS = frozenset({"start-stop", "stop-only", "wait-start", "broadcast"})
# Settings that are written like a service but name no methods.
_SETTINGS = frozenset(
    {
        "attempts", "banner", "fail-message", "password-prompt", "username-prompt", "policy", "rejected", "update",
        "suppress", "delay-start", "config-commands", "nested", "send", "gigawords", "session-duration", "redundancy",
        "jitter", "include", "identity", "suppress-policy", "ssh-certificate", "ssh-publickey",
    }
)  # fmt: skip
_ONE_WORD = frozenset(
    {
        "local", "local-case", "none", "enable", "line", "krb5", "krb5-telnet", "if-authenticated", "krb5-instance",
        "auth-guest", "logging",
    }
)  # fmt: skip


def read_aaa_methods(roots: Iterable[ConfLine], ledger: LineLedger) -> tuple[AaaMethod, ...]:
    """Return the method lists, and mark their lines; a list that is stated again replaces the earlier one."""
    found: dict[tuple[str, str], AaaMethod] = {}
    for root in roots:
        if not root.text.startswith("aaa "):
            continue
        method = _method(root, ledger)
        if method is None:
            continue
        ledger.understood(root.index)
        for line in root.children:
            ledger.understood(line.index)
        found[method.service, method.name] = method
    return tuple(found.values())


def _method(root: ConfLine, ledger: LineLedger) -> AaaMethod | None:
    words = root.words
    if len(words) < 3 or words[1] not in _KINDS or words[2] in _SETTINGS:
        return None
    rest = words[2:]
    service = [words[1]]
    name = ""
    if rest[0] != "default":
        service.append(rest.pop(0))
        if service[-1] == "commands" and rest and (rest[0].isdigit() or rest[0] == "all"):
            service.append(rest.pop(0))
    if rest and (rest[0] == "default" or (rest[0] not in _ONE_WORD | _RECORDS and rest[0] != "group")):
        name = rest.pop(0)
        if name in _QUALIFIERS:  # NX-OS and EOS: `login console group tacacs+`, `commands console local`
            service.append(name)
            name = "default"
        if rest[:1] == ["default"]:
            rest.pop(0)
    for line in root.children:  # IOS from 12.4: the record and the groups stand below
        parts = line.words
        rest += parts[1:] if parts[0] == "action-type" else parts
    methods = _methods(rest)
    if not methods:
        return None
    return AaaMethod(" ".join(service), name or "default", methods, ledger.ref(root.index))


def _methods(rest: list[str]) -> tuple[str, ...]:
    methods: list[str] = []
    position = 0
    in_groups = False  # NX-OS writes `group` once before several names
    while position < len(rest):
        word = rest[position]
        position += 1
        if word in ("group", "cache", "vrf") and position < len(rest):
            value = rest[position]
            position += 1
            in_groups = word == "group"
            if word != "vrf":
                methods.append(f"{word} {value}")
        elif word not in _RECORDS:
            in_groups = in_groups and word not in _ONE_WORD
            methods.append(f"group {word}" if in_groups else word)
    return tuple(methods)
