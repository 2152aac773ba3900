"""What secrets look like, a table: words before them, and shapes of their own.

Sources: the vendors' command references (Cisco IOS, IOS-XR, NX-OS and ASA, Arista EOS, Junos, PAN-OS, FortiOS,
Huawei VRP, Check Point Gaia) and the redaction models of RANCID and Oxidized.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A value: quoted, in angle brackets, or up to the next blank (a Junos semicolon at the end stays outside).
VALUE = r"""(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|<[^<>]*>|[^\s"'](?:\S*?(?=[;,]?(?:\s|\Z))))"""

# Words between the keyword and the secret: how it is stored.
_TYPE = (
    r"(?:(?:\d{1,2}a?|(?:level|index)\s+\d+|sha-?\d*|md5|hmac-\S+|scrypt|pbkdf2|encrypted|clear|cleartext|"
    r"clear-text|plain|plaintext|plain-text|plain-text-password|hidden|text|ascii|ascii-text|hex|hexadecimal|"
    r"key-string|cipher|ciphertext|irreversible-cipher|simple|hash|localized|unencrypted|password|secret|"
    r"encrypted-password|key|value|ENC)\s+)*"
)


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """A place of a secret. `needles` are lower-case texts, one of which such a line holds.

    The group `secret` of `expression` is masked, unless it is one of the words of `not_secret`.
    """

    needles: tuple[str, ...]
    expression: re.Pattern[str]
    not_secret: frozenset[str] = frozenset()


def _pattern(needles: str, expression: str, not_secret: frozenset[str] = frozenset()) -> SecretPattern:
    return SecretPattern(tuple(needles.split("|")), re.compile(expression, re.IGNORECASE), not_secret)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SYNTAX = frozenset({"{", "[", "(", "|", "=", ":", "->", "", "[]", "{}", "()", "true", "false", "null", "none"})

# After `password` at the start of a line: settings, not passwords.
_PASSWORD_SETTINGS = _SYNTAX | _words(
    "encryption policy prompt strength-check secure-mode minimum min-length history-length key-chain keychain "
    "expiration control-enable recovery aging lifetime minimum-numerics minimum-length minimum-upper-cases "
    "minimum-lower-cases minimum-punctuations minimum-changes minimum-reuse minimum-character-changes "
    "maximum-length change-type"
)

# In free text and elsewhere after `password`, `secret` ...: words that are not the value.
_PLAIN_WORDS = _PASSWORD_SETTINGS | _words(
    "policies history expiry expire expires expired required require requires reset change changes changed "
    "length complexity server servers authentication auth login protected protection management manager manage "
    "default enable enabled disable disabled yes no and or for to of in on with from the a an is are was be must "
    "not will has that this type format option options file files set key keys hash hashes level when if by at as "
    "was based check checking checks sync synchronization self-service database store storage vault attribute "
    "renewal retry retries required-symbols algorithm-type common-criteria-policy privilege role group"
)

_KEY_SETTINGS = _SYNTAX | _words(
    "chain config-key generate zeroize export import pubkey-chain public private key-chain keychain string rsa dsa "
    "ecdsa ed25519 size length type id exchange usage shared-secret management lifetime enable disable 7 0 6"
)

_PASSWORD_WORD = r"(?:passwords?|passwd|passcode|passphrase|secret|psksecret|passkey)\d?(?:-l\d)?"

# What may follow a Cisco password on its line.
_TAIL = (
    r"(?:\s+(?:encrypted|nt-encrypted|pbkdf2|mschap|hidden|privilege\s+\d+|role\s+\S+|expire\s+\S+|group\s+\S+|"
    r"store-local|level\s+\d+|attributes|warntime\s+\d+|gracetime\s+\d+))*\s*\Z"
)

_IP = r"(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]+)"

PATTERNS: tuple[SecretPattern, ...] = (
    # --- shapes that are secrets wherever they stand
    _pattern("$", r"(?P<secret>\$(?:\d{1,2}[a-z]?|y|gy|sha\d+|pbkdf2[\w-]*|scrypt|nthash|argon2\w*)\$[^\s\";,<>')]+)"),
    _pattern("-aq==", r"(?P<secret>-AQ==[^\s\"<>';,)]*)"),
    _pattern("enc ", rf"\bENC\s+(?P<secret>{VALUE})", _PLAIN_WORDS),
    _pattern("}", r"(?P<secret>\{(?:S?SHA|S?MD5|CRYPT|X-[\w-]+)\d*\}[^\s\"<>';,]+)"),
    _pattern("%^%#", r"(?P<secret>%\^%#.*?%\^%#)"),
    _pattern("%$%$|%@%@|@%@%", r"(?P<secret>(?:%\$%\$|%@%@|@%@%).*?(?:%\$%\$|%@%@|@%@%))"),
    _pattern("://", r"://[^/\s:@\"']*:(?P<secret>[^@\s/\"']+)@"),
    _pattern("mail server", r"(?<![\w/])[\w.+-]+:(?P<secret>[^@\s/:\"']+)@(?=\[?[\w.])"),
    _pattern(
        "bearer|authorization", r"\b(?:bearer|authorization:?\s+basic)\s+(?P<secret>[\w+/=.~-]{6,})", _PLAIN_WORDS
    ),
    _pattern("akia", r"(?P<secret>\bAKIA[0-9A-Z]{16}\b)"),
    _pattern("eyj", r"(?P<secret>\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*)"),
    # --- markup: elements and members named after secrets
    _pattern(
        "</",
        r"<(?:[\w.-]*(?:password|passwd|phash|secret|passphrase|private-?key|pre-?shared-?_?key|psk|"
        r"community-string|rocommunity|rwcommunity|authpwd|privpwd|api-?_?key|auth-key|priv-key|token|password-hash|bcrypt-hash|sha512-hash|"
        r"otp_seed|bindpw|shared_key|pre_shared_key|prv|privkey)|key|communities)(?:\s[^<>]*)?>"
        r"(?P<secret>[^<\s][^<]*)",
        _SYNTAX | frozenset({"yes", "no"}),
    ),
    _pattern(
        '"',
        r"\"[\w.-]*(?:password|passwd|secret|pass-?phrase|pre-?_?shared-?_?key|shared-?_?key|secret-?_?access-?_?key|"
        r"private-?_?key|community-string|session-?_?token|api-?_?key|auth-?_?key|password-hash|"
        r"snmp-?_?community|(?:auth|access|bearer)-?_?token)\"\s*:\s*(?P<secret>\"(?:[^\"\\]|\\.)*\"?)",
        _SYNTAX,
    ),
    # --- passwords and secrets at the start of a Cisco-like line: up to its end, blanks included
    _pattern(
        "passw|secret",
        rf"^\s*(?:no\s+)?(?:enable\s+(?:.*?\s)??(?:password|secret)|username\s+\S+.*?\s(?:password|secret)|"
        rf"password|secret|passwd)\s+(?:role\s+\S+\s+)?{_TYPE}(?P<secret>(?:\"[^\"]*\"|(?!\{{\s*\Z)\S.*?))(?=;\s*##|;\s*\Z|{_TAIL})",
        _PASSWORD_SETTINGS,
    ),
    # The keyword misspelt, as hands write it: the type of storage still tells the password.
    _pattern(
        "username",
        r"^\s*username\s+\S+\s(?:.*?\s)??(?<!privilege\s)(?<!level\s)[0156789]\s+(?P<secret><[^<>]*>|\S+)",
        _words("password secret nopassword role view autocommand access-class privilege attributes"),
    ),
    # What show commands print: `show standby`, `show snmp community`, `show key chain`.
    _pattern("authentication text", rf"\bauthentication\s+text,\s+string\s+(?P<secret>{VALUE})"),
    _pattern("community name|community index", rf"\bcommunity\s+(?:name|index)\s*:\s*(?P<secret>{VALUE})"),
    _pattern("string", rf"\bkey-?string\s*:\s*(?P<secret>{VALUE})"),
    _pattern("snmp", rf"\bsnmp-server\s+com(?!munity\s)\w*\s+(?:[078]\s+(?=\S))?(?P<secret>{VALUE})", _words("masked")),
    # The key of `aaa-server TAG (interface) host ADDRESS KEY` on PIX and early ASA.
    _pattern(
        "aaa-server",
        rf"\baaa-server\s+\S+\s+(?:\(\S+\)\s+)?host\s+\S+\s+(?!timeout\s+\d+\s*$)(?P<secret>{VALUE})",
    ),
    _pattern("plain-text-password-value", rf"\bplain-text-password-value\s+(?P<secret>{VALUE})"),  # Junos
    _pattern("pass-phrase", rf"\bpass-phrase(?:-hashed)?\s+(?P<secret>{VALUE})"),  # Check Point Gaia
    _pattern("common-pw", rf"\bcommon-pw\s+{_TYPE}(?P<secret>{VALUE})"),
    _pattern("pkcs12", r"\bimport\s+\S+\s+pkcs12\s+(?:terminal\s+)?(?:password\s+)?(?P<secret>(?!\S+:)\S+)"),
    _pattern("sshpass", rf"\bsshpass\s+-p\s*(?P<secret>{VALUE})"),
    _pattern(" -u |--user", r"\s(?:-u|--user)[\s=]+[\"']?[^\s:\"']+:(?P<secret>[^\s\"']+)"),
    _pattern("msdp", rf"\bip\s+msdp\s+(?:vrf\s+\S+\s+)?password\s+peer\s+\S+\s+(?:\d\s+)?(?P<secret>{VALUE})"),
    _pattern("config-key", r"\bconfig-key\s+(?:password-encrypt(?:ion)?\s+)?(?P<secret>\S.*?)\s*$"),
    # --- any attribute named after a password, wherever it stands
    _pattern(
        "pass|secret|phash|pwd|credential",
        rf"(?<![\w/<])[\w.-]*?(?:{_PASSWORD_WORD}|phash|(?:auth|priv|bind)?pwd|password-hash|"
        rf"encrypted-password|credentials?)(?![\w-])"
        rf"(?:\s*[:=]+\s*|\s+(?:is|was)\s+|\s*\(\s*|\s+){_TYPE}(?P<secret>{VALUE})",
        _PLAIN_WORDS,
    ),
    _pattern(
        "passw|secret|passphrase",
        rf"(?<!<)(?:password|passphrase|secret)\b[^:=\"']{{0,30}}(?:\b(?:is|was)\s+|[:=]\s*)(?P<secret>{VALUE})",
        _PLAIN_WORDS,
    ),
    _pattern(
        "key|token|psk|pwd|pw",
        rf"(?<![\w/<])(?:[\w.]+[-_])*(?:api[-_]?key|access[-_]?key|private[-_]?key|secret[-_]?key|"
        rf"pre[-_]?shared[-_]?key|token|psk|pwd|pw)\s*[:=]+\s*(?P<secret>{VALUE})",
        _SYNTAX,
    ),
    # --- keys
    _pattern(
        "key",
        rf"(?<![\w-])(?:key-string|key-octet-string|(?:authentication|server|encryption|privacy|auth|priv|shared|"
        rf"preshared|private|secret|api|access|md5|wep|wpa|psk|enc|sae|group|session)-?key)\s+"
        rf"(?:(?:inbound|outbound)\s+\S+\s+\d+\s+)?(?:(?:local|remote)\s+)?(?:\d+\s+(?:type\s+)?(?=\S+\s+\S))?"
        rf"{_TYPE}(?P<secret>{VALUE})",
        _KEY_SETTINGS | frozenset({"md5", "sha", "type"}),
    ),
    _pattern(
        "pre-shared",
        rf"pre-shared-(?:key|secret)s?\s+(?:(?:address\s+\S+(?:\s+{_IP})?|hostname\s+\S+|ipv6\s+\S+|any)\s+)?"
        rf"(?:(?:local|remote)\s+)?{_TYPE}(?P<secret>{VALUE})",
        _KEY_SETTINGS,
    ),
    _pattern("cipher", r"session-key\s.*?\b(?:cipher|authenticator)\s+(?P<secret>[0-9a-f]{8,})"),
    _pattern("authenticator", r"session-key\s.*\bauthenticator\s+(?P<secret>[0-9a-f]{8,})"),
    _pattern(
        "key",
        rf"^\s*key\s+(?!(?:chain|config-key|generate|zeroize|export|import|pubkey-chain|\d+\s*\{{)(?:\s|\Z)){_TYPE}"
        rf"(?P<secret>(?:\"[^\"]*\"|\S.*?))(?=;\s*\Z|\s*\Z)",
        _KEY_SETTINGS,
    ),
    _pattern("server key", rf"\b(?:radius|tacacs)-server\s+key\s+{_TYPE}(?P<secret>\S.*?)\s*$"),
    _pattern(
        "key",
        rf"\b(?:radius|tacacs|aaa|server-private|isakmp|failover|pac|ldap|client|hwtacacs|shared)\S*\s(?:.*?\s)??"
        rf"key\s+{_TYPE}(?P<secret>{VALUE})",
        _KEY_SETTINGS,
    ),
    _pattern(
        "-key",
        r"message-digest-key\s+\d+\s+(?:md5|hmac\S+|sha\S*)\s+(?:(?:\d|encrypted|clear)\s+(?=\S))?"
        r"(?P<secret>\"[^\"]*\"|\S+)",
    ),
    _pattern(
        "authentication-key",
        r"\bauthentication-key\s+\d+\s+(?:type\s+)?(?:md5|sha\S*|hmac\S*|cmac\S*|aes\S*)\s+(?:value\s+)?"
        r"(?:(?:\d|encrypted|clear)\s+(?=\S))?(?P<secret>\"[^\"]*\"|\S+?(?=;?(?:\s|\Z)))",
    ),
    _pattern("key", rf"\bauthentication\s+key\s+(?:eigrp\s+\d+\s+)?{_TYPE}(?P<secret>{VALUE})", _KEY_SETTINGS),
    _pattern("key|psk", rf"\s-\w*(?:key|psk)\s+(?P<secret>{VALUE})"),
    _pattern("encryption", r"\bencryption\s.*?\bkey\s+\d+\s+size\s+\S+\s+(?:\d\s+)?(?P<secret>\S+)"),
    _pattern("psk", rf"\b(?:wpa-psk|psk)\s+(?:set-key\s+)?{_TYPE}(?P<secret>{VALUE})", _KEY_SETTINGS | {"set-key"}),
    _pattern("set-key", rf"\bset-key\s+(?:ascii|hex)\s+(?:\d\s+)?(?P<secret>{VALUE})"),
    # --- first-hop and routing authentication
    _pattern("nhrp authentication", rf"\bnhrp\s+authentication\s+(?P<secret>{VALUE})"),
    _pattern(
        "authentication",
        rf"\b(?:standby|vrrp|glbp)\s.*?\bauthentication\s+(?:(?:text|md5\s+key-string|md5)\s+)?(?:\d\s+)?"
        rf"(?P<secret>(?!key-chain|md5){VALUE})",
        frozenset({"text", "md5", "mode"}),
    ),
    _pattern(
        "authentication",
        rf"^\s*authentication\s+(?:text|simple-password|md5\s+key-string|(?:md5|simple)\s+cipher)\s+(?:\d\s+)?"
        rf"(?P<secret>{VALUE})",
    ),
    _pattern(
        "authentication-mode|privacy-mode",
        rf"\b(?:authentication|privacy)-mode\s+(?:hmac-)?(?:md5|sha\S*|simple|aes\S*|3?des\S*)\s+"
        rf"(?:\d+\s+)?{_TYPE}(?P<secret>{VALUE})",
        frozenset({"privacy-mode", "acl", "local-engineid"}),
    ),
    # --- SNMP
    _pattern(
        "community",
        rf"\bsnmp\S*\s+(?:\S+\s+){{0,6}}?community\s+(?:(?:read|write|read-only|read-write|readonly|readwrite|"
        rf"add|set|create|delete|mode|accessmode|ipaddr|status|encrypted|clear|cipher|simple|plain|\d(?=\s+\S+\s+r[ow]\b)|"
        rf"0|7|8)\s+(?=\S))*(?P<secret>{VALUE})",
        _SYNTAX,
    ),
    _pattern(
        "community",
        rf"(?:community-name|community-string|snmp-community\S*|(?:ro|rw|trap|ipv6-?ro|ipv6-?rw)community6?|"
        rf"readonly-community|trap2?sink\s+\S+)(?:\s*=\s*|\s+){_TYPE}(?P<secret>{VALUE})",
        _SYNTAX,
    ),
    _pattern("community", rf"\bcommunity\s*[:=]\s*(?P<secret>(?!\d+:\d){VALUE})", _SYNTAX),
    _pattern("community", rf"\b(?:add|delete|create)\s+community\s+(?P<secret>(?!\d+:){VALUE})", _SYNTAX),
    _pattern("com2sec", r"^\s*com2sec6?\s+(?:\S+\s+)+(?P<secret>\S+)\s*$"),
    _pattern(
        "snmp",
        rf"\bsnmp-server\s+host\s+\S+(?:\s+{_IP})?(?:\s+(?:vrf|use-vrf|filter-vrf|source-interface)\s+(?:[a-z-]+\s+(?=[\d/.]+))?\S+)*"
        rf"(?:\s+(?:traps?|informs?|poll))?(?:\s+(?:vrf|use-vrf)\s+\S+)?(?:\s+version\s+(?:1|2c?))?"
        rf"(?:\s+(?:community|encrypted|clear|0|7|8))*\s+"
        rf"(?P<secret>(?!(?:{_IP}|version|use-vrf|vrf|filter-vrf|source-interface|udp-port|community|traps?|"
        rf"informs?|poll)(?:\s|$)){VALUE})",
    ),
    _pattern("snmp-agent", rf"\bsecurityname\s+(?:cipher\s+)?(?P<secret>{VALUE})"),
    _pattern("rmon", r"\brmon\s+event\s.*?\btrap\s+(?P<secret>\S+)"),
    _pattern(
        "snmp",
        r"\bsnmp-server\s+user\s.*?\bauth\s+(?:md5|sha\S*)\s+(?:sha-?\d+\s+)?"
        r"(?:(?:\d(?=\s)|encrypted|clear)\s+)*(?P<secret>\"[^\"]*\"|\S+)",
    ),
    _pattern(
        "snmp",
        r"\bsnmp-server\s+user\s.*?\bpriv\s+(?:(?:des\d*|3des|aes(?:-?\d+)?)\s+)?(?:(?:128|192|256)\s+)?"
        r"(?:(?:\d(?=\s)|encrypted|clear)\s+)*(?P<secret>\"[^\"]*\"|\S+)",
    ),
    _pattern("encryptedstrings", r"\bencryptedStrings\s+\S+\s+\S+\s+(?P<secret>\S+)"),
    # --- Linux
    _pattern("psk", r":\s*(?:PSK|XAUTH|EAP|RSA)\s+(?P<secret>\"[^\"]*\"?)"),
    # --- FortiOS: attributes that end in a word for a secret
    _pattern(
        "set ",
        rf"^\s*set\s+(?:[\w-]*-)?(?:passwd|password|passphrase|psksecret|secret|key|token|pwd|private-key|authkey|"
        rf"enckey|seed|psk|md5-?key|activation-code|auth-string)\d?(?:-l\d)?\s+(?:ENC\s+|\d+\s+(?=\S))?(?P<secret>{VALUE})",
        _SYNTAX | frozenset({"enable", "disable", "chain", "default", "auto"}),
    ),
)

# Texts that the whole input is searched for first: a line that a pattern can match holds at least one.
# Few and rare in rule lines, since each costs a pass over the text.
NEEDLES: tuple[str, ...] = (
    "pass", "secret", "key", "communit", "hash", "pw", "cred", "token", "psk", "$", "-aq==", "enc", "sha}", "md5}",
    "crypt}", "%^%#", "%$%$", "%@%@", "@%@%", "://", "authenti", "cipher", "snmp", "rmon", "com2", "certif", "seed",
    "<prv>", "sink", "mail server", "bearer", "authorization", "aaa-server", "pkcs12", " -u ", "--user", "activation",
    "auth-str", "username ",
)  # fmt: skip
