"""Large configurations are read whole."""

from __future__ import annotations

from tests.parsers.juniper_junos.reading import read


def _policies(count: int) -> str:
    lines = ["set version 22.4R3", "set system host-name big"]
    for number in range(20):
        lines.append(f"set interfaces ge-0/0/{number} unit 0 family inet address 10.{number}.0.1/24")
        lines.append(f"set security zones security-zone z{number} interfaces ge-0/0/{number}.0")
    lines += [
        f"set security address-book global address A{number} 10.{number % 250}.{number // 250 % 250}.0/24"
        for number in range(count // 10)
    ]
    number = 0
    while len(lines) < count:
        pair = f"from-zone z{number % 20} to-zone z{(number * 7 + 1) % 20}"
        policy = f"set security policies {pair} policy p{number}"
        lines += [
            f"{policy} match source-address A{number % (count // 10)}",
            f"{policy} match destination-address A{number * 3 % (count // 10)}",
            f"{policy} match application junos-https",
            f"{policy} then permit",
        ]
        number += 1
    return "\n".join(lines)


def _terms(count: int) -> str:
    lines = []
    for number in range(count // 6):
        lines += [
            f"            term t{number} {{",
            f"                from {{ source-address 10.{number % 250}.{number // 250 % 250}.0/24;",
            f"                    protocol tcp; destination-port {number % 60000}; }}",
            "                then {",
            "                    accept; }",
            "            }",
        ]
    head = ["firewall {", "    family inet {", "        filter F {"]
    return "\n".join([*head, *lines, "        }", "    }", "}"])


def test_a_large_srx_is_read_whole():
    text = _policies(50_000)
    parsed = read(text)
    assert len(parsed.devices[0].rulebases[0].rules) > 10_000
    assert parsed.coverage.notes == ()


def test_a_large_filter_in_braces_is_read_whole():
    text = _terms(50_000)
    parsed = read(text)
    assert len(parsed.devices[0].rulebases[0].rules) == 50_000 // 6
    assert parsed.coverage.notes == ()
