"""Write the XML of a large Panorama: `python benchmarks/panorama.py GROUPS FILE`.

Each device group has 1,000 pre-rules, 4,000 addresses, 500 address groups, 300 services and three firewalls of one
template stack; a third of them hang below another. 66 groups make about 200 MB. The same arguments give the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

ZONES = ("trust", "untrust", "dmz", "guest", "servers", "users", "partners", "management")
RULES, ADDRESSES, GROUPS, SERVICES = 1000, 4000, 500, 300


def panorama(groups: int, seed: int = 3) -> Iterator[str]:
    """Yield the lines of the export."""
    rng = random.Random(seed)
    yield from ('<?xml version="1.0"?>', '<config version="10.1.0" urldb="paloaltonetworks" detail-version="10.1.9">')
    yield from ("<mgt-config><users><entry name='admin'>", "<phash>*</phash></entry></users></mgt-config>", "<shared>")
    yield from _addresses(rng, "S", ADDRESSES)
    yield from ("</shared>", "<devices>", '  <entry name="localhost.localdomain">')
    yield from ("<deviceconfig><system>", "<hostname>bench-panorama</hostname>", "</system></deviceconfig>")
    yield "<device-group>"
    for number in range(groups):
        yield f'  <entry name="DG-{number}">'
        yield "    <devices>"
        for firewall in range(3):
            yield f'      <entry name="{_serial(number, firewall)}"/>'
        yield "    </devices>"
        yield from _addresses(rng, f"D{number}-", ADDRESSES)
        yield from _groups(rng, f"D{number}-")
        yield from _rules(rng, f"D{number}-")
        yield "  </entry>"
    yield "</device-group>"
    yield from _template(groups)
    yield from ("  </entry>", "</devices>", "<readonly><devices>", '<entry name="localhost.localdomain"><device-group>')
    for number in range(groups):
        parent = f"<parent-dg>DG-{number // 3}</parent-dg>" if number % 3 == 2 else ""
        yield f'<entry name="DG-{number}">{parent}</entry>'
    yield from ("</device-group></entry></devices></readonly>", "</config>")


def _serial(group: int, firewall: int) -> str:
    return f"{13201000000 + group * 10 + firewall:015}"


def _addresses(rng: random.Random, prefix: str, count: int) -> Iterator[str]:
    yield "    <address>"
    for number in range(count):
        address = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
        length = rng.choice((32, 32, 32, 24, 28))
        yield f'      <entry name="{prefix}host-{number}">'
        yield f"        <ip-netmask>{address}/{length}</ip-netmask>"
        yield f"        <description>server {number} of {prefix}</description>"
        yield "      </entry>"
    yield "    </address>"


def _members(tag: str, names: list[str], indent: str) -> Iterator[str]:
    yield f"{indent}<{tag}>"
    for name in names:
        yield f"{indent}  <member>{name}</member>"
    yield f"{indent}</{tag}>"


def _groups(rng: random.Random, prefix: str) -> Iterator[str]:
    yield "    <address-group>"
    for number in range(GROUPS):
        yield f'      <entry name="{prefix}group-{number}">'
        names = [f"{prefix}host-{rng.randrange(ADDRESSES)}" for _ in range(rng.randrange(3, 20))]
        yield from _members("static", sorted(set(names)), "        ")
        yield "      </entry>"
    yield from ("    </address-group>", "    <service>")
    for number in range(SERVICES):
        yield f'      <entry name="{prefix}service-{number}">'
        tag = rng.choice(("tcp", "tcp", "udp"))
        yield from ("        <protocol>", f"          <{tag}>")
        yield f"            <port>{rng.randrange(1, 65000)}</port>"
        yield from (f"          </{tag}>", "        </protocol>", "      </entry>")
    yield "    </service>"


def _rules(rng: random.Random, prefix: str) -> Iterator[str]:
    yield "    <pre-rulebase><security><rules>"
    for number in range(RULES):
        yield f'      <entry name="{prefix}rule-{number}" uuid="{rng.getrandbits(128):032x}">'
        for tag in ("from", "to"):
            yield from _members(tag, [rng.choice(ZONES)], "        ")
        for tag in ("source", "destination"):
            names = [f"{prefix}host-{rng.randrange(ADDRESSES)}" for _ in range(rng.randrange(1, 5))]
            if rng.random() < 0.3:
                names = [f"{prefix}group-{rng.randrange(GROUPS)}"]
            yield from _members(tag, sorted(set(names)), "        ")
        for tag in ("source-user", "category", "source-hip", "destination-hip"):
            yield from _members(tag, ["any"], "        ")
        yield from _members("application", [rng.choice(("any", "any", "ssl", "web-browsing"))], "        ")
        yield from _members("service", [f"{prefix}service-{rng.randrange(SERVICES)}"], "        ")
        yield f"        <action>{rng.choice(('allow', 'allow', 'deny'))}</action>"
        yield f"        <description>ticket {rng.randrange(100000)}</description>"
        yield from ("        <log-setting>default</log-setting>", "        <log-end>yes</log-end>", "      </entry>")
    yield "    </rules></security></pre-rulebase>"


def _template(groups: int) -> Iterator[str]:
    yield from ("<template>", '<entry name="T"><config><devices>', '<entry name="localhost.localdomain">')
    yield "<network><interface><ethernet>"
    for number in range(len(ZONES)):
        yield f'<entry name="ethernet1/{number + 1}"><layer3><ip>'
        yield f'<entry name="10.0.{number}.1/24"/></ip></layer3></entry>'
    yield "</ethernet></interface></network>"
    yield '<vsys><entry name="vsys1"><zone>'
    for number, zone in enumerate(ZONES):
        yield f'<entry name="{zone}"><network><layer3>'
        yield f"<member>ethernet1/{number + 1}</member></layer3></network></entry>"
    yield "</zone></entry></vsys>"
    yield from ("</entry></devices></config></entry>", "</template>", "<template-stack>", '<entry name="TS">')
    yield "<templates><member>T</member></templates><devices>"
    for number in range(groups):
        for firewall in range(3):
            yield f'<entry name="{_serial(number, firewall)}"/>'
    yield from ("</devices></entry>", "</template-stack>")


def main() -> None:
    """Write one export."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in panorama(int(sys.argv[1])))


if __name__ == "__main__":
    main()
