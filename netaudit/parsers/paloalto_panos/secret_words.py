"""Elements whose value is a secret; what the general patterns do not see (a value on a line of its own) is hidden here.

Source: PAN-OS CLI Quick Start; XML configuration of PAN-OS 8.1 to 11.1.
"""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"phash|.*passw(?:or)?d|.*passphrase|.*secret|(?:.*-)?key|.*private-key|.*pre-shared-key|psk|.*community(?:-string)?|"
    r"authpwd|privpwd|.*token|.*api-?key|bind-pwd|otp|hash|nthash|master-key|authorization-code|auth-?code|"
    r"encrypted-.*|shared-key|md5|authkey|enckey"
)
_NOT_SECRET = re.compile(r"public-key|.*-public-key|no-.*|change-password|block-password|.*-key-(?:id|length)|allow-.*")
_PLAIN = frozenset(("yes", "no", "none", "enable", "disable", ""))


def is_secret(element: str, value: str) -> bool:
    """Tell whether the value of an element is a secret."""
    return (
        value not in _PLAIN
        and _SECRET.fullmatch(element) is not None
        and _NOT_SECRET.fullmatch(element) is None
        and not (element in ("key", "md5", "hash") and value.isdigit() and len(value) < 4)
    )
