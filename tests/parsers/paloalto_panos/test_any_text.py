"""Whatever the text: no exception, every line accounted for, no secret let out."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsers.paloalto_panos.conftest import parsed
from tests.parsers.paloalto_panos.test_management import TEXT
from tests.parsers.paloalto_panos.test_panorama import FIREWALLS, HIERARCHY
from tests.parsers.paloalto_panos.test_text_forms import BRACES, SET, XML
from tests.parsers.switch_answers import all_accounted_for

SAMPLES = (XML, SET, BRACES, TEXT, FIREWALLS, HIERARCHY)
PIECES = (
    "<", ">", "</", "/>", "<entry name='x'>", "</entry>", "<member>", "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&x;",
    "{", "}", ";", "[", "]", '"', "'", "set ", "delete ", "move ", "rename ", " top", " to ",
    "rulebase security rules ",
    "config ", "devices ", "vsys ", "template t config ", "device-group d ", "any", "10.0.0.0/8", "10.0.0.9-10.0.0.1",
    "fe80::1%eth0", "\x00", "\ufeff", "名", "phash ", "address-group a static a", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_pieces(text: str) -> None:
    result = parsed(text)
    assert all_accounted_for(result, len(text.splitlines()))


@pytest.mark.parametrize("seed", range(60))
def test_samples_with_lines_cut_out_and_shuffled(seed: int) -> None:
    chosen = random.Random(seed)
    lines = chosen.choice(SAMPLES).splitlines()
    if seed % 2:
        chosen.shuffle(lines)
    lines = [line[: chosen.randrange(len(line) + 1)] if chosen.random() < 0.1 else line for line in lines]
    lines = [line for line in lines if chosen.random() < 0.9]
    result = parsed("set deviceconfig system hostname x\n" + "\n".join(lines))
    assert all_accounted_for(result, len(lines) + 1)


_NUMBERS = re.compile(r"(?<![\w.-])\d{1,5}(?![\w.])")


@pytest.mark.parametrize("odd", ["²", "٣", "-1", "99999999999999999999", "1e3", "", "0x10", "NaN"])
def test_numbers_that_are_none(odd: str) -> None:
    bgp = """set network virtual-router v protocol bgp enable yes local-as 65001
set network virtual-router v protocol bgp peer-group g peer p connection-options multihop 3
set network virtual-router v protocol bgp redist-rules r metric 5
set network virtual-router v protocol redist-profile r filter type static
set network virtual-router v protocol ospf enable yes
set network virtual-router v protocol ospf area 0 type stub default-route advertise metric 7
set network virtual-router v protocol ospf area 0 interface ethernet1/1 metric 9 hello-interval 3
set network virtual-router v routing-table ip static-route s destination 10.0.0.0/8 metric 5 admin-dist 9
set network interface ethernet ethernet1/1 layer3 units ethernet1/1.5 tag 5 ip 10.0.0.1/24
set application a default ident-by-ip-protocol 89
set service s protocol tcp port 80-90 source-port 1
"""
    for text in (TEXT + bgp, XML):
        text = _NUMBERS.sub(odd, text)
        assert all_accounted_for(parsed(text), len(text.splitlines()))


@pytest.mark.parametrize("piece", ['"', '" ', "' \"", "<a>", "a {", "[", "set ", "x: ", "  1  "])
def test_long_lines_of_one_piece_end(piece: str) -> None:
    for text in (piece * 20_000, "set address " + piece * 20_000, "config {\n  a " + piece * 20_000 + ";\n}"):
        assert all_accounted_for(parsed(text), len(text.splitlines()))


_ELEMENTS = (
    "mgt-config/users/entry/phash",
    "mgt-config/users/entry/password",
    "shared/local-user-database/user/entry/phash",
    "shared/certificate/entry/private-key",
    "shared/server-profile/radius/entry/server/entry/secret",
    "shared/server-profile/tacplus/entry/server/entry/secret",
    "shared/server-profile/ldap/entry/bind-password",
    "shared/log-settings/snmptrap/entry/version/v2c/server/entry/community",
    "shared/log-settings/snmptrap/entry/version/v3/server/entry/authpwd",
    "shared/log-settings/snmptrap/entry/version/v3/server/entry/privpwd",
    "shared/log-settings/http/entry/server/entry/password",
    "devices/entry/deviceconfig/system/snmp-setting/access-setting/version/v2c/snmp-community-string",
    "devices/entry/deviceconfig/system/snmp-setting/access-setting/version/v3/users/entry/authpwd",
    "devices/entry/deviceconfig/system/secure-proxy-password",
    "devices/entry/deviceconfig/high-availability/interface/ha1/encryption/key",
    "devices/entry/network/ike/gateway/entry/authentication/pre-shared-key/key",
    "devices/entry/network/tunnel/ipsec/entry/manual-key/esp/encryption/key",
    "devices/entry/network/virtual-router/entry/protocol/bgp/auth-profile/entry/secret",
    "devices/entry/network/virtual-router/entry/protocol/ospf/auth-profile/entry/password",
    "devices/entry/network/virtual-router/entry/protocol/ospf/auth-profile/entry/md5/entry/key",
    "devices/entry/network/profiles/some-profile/entry/api-key",
    "devices/entry/vsys/entry/external-list/entry/type/ip/auth/password",
    "devices/entry/template/entry/config/mgt-config/users/entry/phash",
    "devices/entry/an-element-of-the-future/entry/client-secret",
)


@pytest.mark.parametrize("path", _ELEMENTS)
@pytest.mark.parametrize("layout", ["one line", "own line", "set", "braces"])
def test_the_value_of_a_secret_element_is_nowhere(path: str, layout: str) -> None:
    secret = "S3cr3t-hidden-4711"
    words = path.split("/")
    if layout == "set":
        text = "set " + " ".join("e1" if word == "entry" else word for word in words) + f" {secret}"
    elif layout == "braces":
        names = ["e1" if word == "entry" else word for word in words]
        text = "".join(f"{name} {{\n" for name in names[:-1]) + f"{names[-1]} {secret};\n" + "}\n" * (len(names) - 1)
    else:
        value = secret if layout == "one line" else f"\n{secret}\n"
        text = value
        for word in reversed(words):
            text = f'<entry name="e1">{text}</entry>' if word == "entry" else f"<{word}>{text}</{word}>"
        text = f"<config>\n{text}\n</config>"
    result = parsed(text)
    assert secret not in repr(result)
    assert all_accounted_for(result, len(text.splitlines()))


def test_secrets_in_free_text_are_masked() -> None:
    text = SET + 'set rulebase security rules in description "password is S3cr3t-hidden-4711"\n'
    text += 'set deviceconfig system login-banner "user admin password: S3cr3t-hidden-4711"\n'
    text += 'set network interface ethernet ethernet1/1 comment "psk: S3cr3t-hidden-4711"\n'
    assert "S3cr3t" not in repr(parsed(text))
