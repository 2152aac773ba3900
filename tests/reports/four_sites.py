"""A firm of thirty devices at four sites, one of them a cloud, written as the files that a firm hands over.

Configurations of nine platforms, captures of cables and ARP, and the registers: what `scan` reads from disk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# A port: its name, its address with length ("" = none), what people say of it, and lines of its own.
Port = tuple[str, str, str, tuple[str, ...]]

SITES = {
    "台北機房": (
        *("edge-1", "edge-2", "fw-ext-a", "fw-ext-b", "fw-int", "fw-line", "vpn-gw", "core-1", "core-2"),
        *("rtr-twse", "rtr-bank", "acc-1", "acc-2", "acc-3", "acc-4", "log-1"),
    ),
    "台中備援": ("dr-edge", "dr-fw", "dr-line", "dr-core-1", "dr-core-2", "dr-acc-1", "dr-acc-2", "dr-wan"),
    "高雄分公司": ("kh-rtr", "kh-fw", "kh-sw", "kh-acc"),
    "雲端": ("vpc-1", "vpc-2"),
}

ZONES = {
    "INTERNET": ("internet", ()),
    "DMZ-WEB": ("dmz", ("10.10.10.0/24",)),
    "PROD-ORD": ("prod", ("10.20.1.0/24", "10.120.1.0/24")),
    "PROD-DB": ("prod", ("10.20.2.0/24",)),
    "UAT": ("uat", ("10.10.30.0/24",)),
    "MGMT": ("mgmt", ("10.40.0.0/24", "10.140.0.0/24")),
    "OA": ("oa", ("10.50.0.0/24",)),
    "BRANCH-KH": ("branch", ("10.60.0.0/24",)),
    "LINE-TWSE": ("thirdparty", ("172.21.0.0/16",)),
    "LINE-BANK-A": ("thirdparty", ("172.20.40.0/24",)),
    "CLOUD-PROD": ("cloud", ("10.200.0.0/16",)),
    "CLOUD-TEST": ("cloud", ("10.210.0.0/16",)),
}

INTERNET_PORTS = {
    "edge-1": "GigabitEthernet0/0/0",
    "edge-2": "GigabitEthernet0/0/0",
    "dr-edge": "GigabitEthernet0/0/0",
    "kh-rtr": "GigabitEthernet0/0/0",
}


def port(name: str, address: str = "", description: str = "", *more: str) -> Port:
    """Return a port."""
    return name, address, description, more


def _mask(length: str) -> str:
    value = (1 << 32) - (1 << (32 - int(length)))
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _cisco(name: str, ports: Sequence[Port], *more: str, slash: bool = False, head: str = "") -> str:
    """Return a configuration in the manner of IOS, NX-OS, EOS (`slash`: lengths) or ASA."""
    lines = [*head.splitlines(), f"hostname {name}", *(line for line in more if line.startswith(("vlan ", " name")))]
    for interface, address, description, own in ports:
        lines.append(f"interface {interface}")
        lines += [f" description {description}"] if description else []
        if address:
            number, _, length = address.partition("/")
            lines.append(f" ip address {address}" if slash else f" ip address {number} {_mask(length)}")
        lines += [f" {line}" for line in own]
        lines.append("!")
    return "\n".join([*lines, *(line for line in more if not line.startswith(("vlan ", " name"))), "end", ""])


def _ios(name: str, ports: Sequence[Port], *more: str) -> str:
    return _cisco(name, ports, *more, head="version 17.9\nboot-start-marker\nboot-end-marker")


def _nxos(name: str, ports: Sequence[Port], *more: str) -> str:
    return _cisco(name, ports, *more, slash=True, head="!Command: show running-config\nversion 9.3(10) Bios:version\n")


def _eos(name: str, ports: Sequence[Port], *more: str) -> str:
    head = f"! device: {name} (DCS-7050TX-64, EOS-4.30.3M)\n!"
    return _cisco(name, ports, *more, slash=True, head=head)


def _asa(name: str, ports: Sequence[Port], *more: str) -> str:
    return _cisco(name, ports, *more, head=": Hardware:   ASA5525, 8192 MB RAM\nASA Version 9.14(4)")


def _fortigate(name: str, ports: Sequence[Port], vlans: Sequence[tuple[str, str, int]] = ()) -> str:
    lines = ["#config-version=FG600F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin"]
    lines += ["config system global", f'    set hostname "{name}"', "end", "config system interface"]
    for interface, address, description, _ in ports:
        number, _, length = address.partition("/")
        lines += [f'    edit "{interface}"', '        set vdom "root"', f"        set ip {number} {_mask(length)}"]
        lines += [f'        set description "{description}"', "        set type physical", "    next"]
    for interface, address, number_of in vlans:
        number, _, length = address.partition("/")
        lines += [f'    edit "{interface}"', '        set vdom "root"', f"        set ip {number} {_mask(length)}"]
        lines += ['        set interface "port2"', f"        set vlanid {number_of}", "    next"]
    return "\n".join([*lines, "end", ""])


def _panos(name: str, ports: Sequence[Port]) -> str:
    lines = [f"set deviceconfig system hostname {name}", "set network virtual-router default protocol bgp enable no"]
    for interface, address, description, _ in ports:
        lines.append(f"set network interface ethernet {interface} layer3 ip {address}")
        lines.append(f'set network interface ethernet {interface} comment "{description}"')
        lines.append(f"set network virtual-router default interface {interface}")
        lines.append(f"set zone {description.split()[0]} network layer3 {interface}")
    return "\n".join([*lines, ""])


def _junos(name: str, ports: Sequence[Port]) -> str:
    lines = ["set version 21.4R3", f"set system host-name {name}"]
    for interface, address, description, _ in ports:
        lines.append(f'set interfaces {interface} description "{description}"')
        lines.append(f"set interfaces {interface} unit 0 family inet address {address}")
    return "\n".join([*lines, ""])


def _trunk(channel: int | None = None) -> tuple[str, ...]:
    lines = ("switchport", "switchport mode trunk", "switchport trunk allowed vlan 20,40,50")
    return (*lines, f"channel-group {channel} mode active") if channel else lines


def _routed(name: str, address: str, description: str) -> Port:
    return port(name, address, description, "no switchport", "no shutdown")


def _tunnel(name: str, address: str, source: str, peer: str, *more: str) -> Port:
    return port(name, address, "", f"tunnel source {source}", f"tunnel destination {peer}", *more)


def _core(number: int, other: int) -> str:
    vlans = ("vlan 20", " name ORDERS", "vlan 40", " name MGMT", "vlan 50", " name OFFICE")

    def gateway(vlan: int, net: str) -> Port:
        more = (f"hsrp {vlan}", f"  priority {120 - 10 * number}", f"  ip {net}.1")
        return port(f"Vlan{vlan}", f"{net}.{number + 1}/24", "", "no shutdown", *more)

    return _nxos(
        f"core-{number}",
        [
            port(
                "Ethernet1/1", f"10.255.{number}.2/30", f"to fw-ext-{'ab'[number - 1]}", "no switchport", "no shutdown"
            ),
            _routed("Ethernet1/2", f"10.255.1{number}.1/30", "to fw-int"),
            port(
                "Ethernet1/3",
                f"10.255.2{number}.1/30",
                f"WAN dr-core-{number} 中華電信 200M",
                "no switchport",
                "no shutdown",
            ),
            _routed("Ethernet1/4", f"10.255.3{number}.1/30", "to fw-line") if number == 1 else port("mgmt0"),
            port("Ethernet1/9", "", f"peer link core-{other}", *_trunk(10)),
            port("Ethernet1/10", "", f"peer link core-{other}", *_trunk(10)),
            port("port-channel10", "", f"peer link core-{other}", *_trunk()),
            *(port(f"Ethernet1/{20 + acc}", "", f"to acc-{acc}", *_trunk()) for acc in range(1, 5)),
            gateway(40, "10.40.0"),
            gateway(50, "10.50.0"),
        ],
        "feature hsrp",
        "feature interface-vlan",
        *vlans,
        f"ip route 10.120.0.0/16 10.255.2{number}.2",
        f"ip route 10.120.0.0/16 10.255.2{other}.2 200",
    )


def _access(name: str, vlan: int, address: str, uplinks: Sequence[str]) -> str:
    return _eos(
        name,
        [
            *(
                port(f"Ethernet{number}", "", f"to {to}", "switchport mode trunk")
                for number, to in enumerate(uplinks, 1)
            ),
            port("Ethernet10", "", "", "switchport access vlan 50"),
            port(f"Vlan{vlan}", address),
        ],
        "vlan 40",
        "vlan 50",
    )


def _fw_ext(name: str) -> str:
    ports = [port("wan1", "203.0.113.18/29", "to edge"), port("port1", "10.255.1.1/30", "to core-1")]
    ports += [port("port3", "10.255.2.1/30", "to core-2")]
    return _fortigate(name, ports, [("v110-web", "10.10.10.1/24", 110), ("v310-uat", "10.10.30.1/24", 310)])


def configurations() -> dict[str, str]:
    """Return the configurations by file name."""
    vti = ("tunnel mode ipsec ipv4", "tunnel protection ipsec profile STRONG")
    edges = {
        f"edge-{number}": _ios(
            f"edge-{number}",
            [
                port(
                    "GigabitEthernet0/0/0",
                    f"203.0.113.{number + 1}/28",
                    f"ISP-{'AB'[number - 1]} 500M 電路 A-100{number}",
                ),
                port(
                    "GigabitEthernet0/0/1",
                    f"203.0.113.{18 + number}/29",
                    "outside of fw-ext",
                    "standby 1 ip 203.0.113.17",
                    f"standby 1 priority {120 - 10 * number}",
                ),
                _tunnel(f"Tunnel{number}", f"10.254.{number}.1/30", "GigabitEthernet0/0/0", "192.0.2.2"),
            ],
            "ip route 0.0.0.0 0.0.0.0 203.0.113.14",
        )
        for number in (1, 2)
    }
    known = {
        **edges,
        "fw-ext-a": _fw_ext("fw-ext-a"),
        "fw-ext-b": _fw_ext("fw-ext-b"),
        "fw-int": _panos(
            "fw-int",
            [
                port("ethernet1/1", "10.255.11.2/30", "inside-1 to core-1"),
                port("ethernet1/2", "10.255.12.2/30", "inside-2 to core-2"),
                port("ethernet1/3", "10.20.1.1/24", "orders servers"),
                port("ethernet1/4", "10.20.2.1/24", "database servers"),
            ],
        ),
        "fw-line": _asa(
            "fw-line",
            [
                port("GigabitEthernet0/0", "10.255.31.2/30", "to core-1", "nameif inside", "security-level 100"),
                port("GigabitEthernet0/1", "10.255.41.1/30", "to rtr-twse", "nameif twse", "security-level 10"),
                port("GigabitEthernet0/2", "10.255.42.1/30", "to rtr-bank", "nameif bank", "security-level 10"),
            ],
        ),
        "vpn-gw": _ios(
            "vpn-gw",
            [
                port("GigabitEthernet0/0", "203.0.113.21/29", "outside"),
                port("GigabitEthernet0/1", "10.40.0.5/24", "inside"),
                _tunnel("Tunnel10", "10.254.10.1/30", "GigabitEthernet0/0", "198.51.100.2", *vti),
                _tunnel("Tunnel20", "169.254.20.2/30", "GigabitEthernet0/0", "18.180.0.9", *vti),
            ],
            "ip route 10.200.0.0 255.255.0.0 Tunnel20",
        ),
        "core-1": _core(1, 2),
        "core-2": _core(2, 1),
        "rtr-twse": _ios(
            "rtr-twse",
            [
                port("GigabitEthernet0/0", "10.255.41.2/30", "to fw-line"),
                port("GigabitEthernet0/1", "172.21.0.2/24", "TWSE 證交所 10M 電路 T-3001"),
            ],
        ),
        "rtr-bank": _ios(
            "rtr-bank",
            [
                port("GigabitEthernet0/0", "10.255.42.2/30", "to fw-line"),
                port("GigabitEthernet0/1", "172.20.40.2/24", "甲銀行"),
            ],
        ),
        "log-1": "# Generated by iptables-save v1.8.7\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
        ":OUTPUT ACCEPT [0:0]\n-A INPUT -p udp --dport 514 -j ACCEPT\nCOMMIT\n",
        **{
            f"acc-{acc}": _access(f"acc-{acc}", 40, f"10.40.0.{10 + acc}/24", ("core-1", "core-2"))
            for acc in range(1, 5)
        },
        "dr-edge": _ios(
            "dr-edge",
            [
                port("GigabitEthernet0/0/0", "198.51.100.2/28", "ISP-C 300M 電路 C-2001"),
                port("GigabitEthernet0/0/1", "10.255.50.1/30", "to dr-fw"),
                _tunnel("Tunnel10", "10.254.10.2/30", "GigabitEthernet0/0/0", "203.0.113.21", *vti),
            ],
        ),
        "dr-fw": _asa(
            "dr-fw",
            [
                port("GigabitEthernet0/0", "10.255.50.2/30", "to dr-edge", "nameif outside", "security-level 0"),
                port("GigabitEthernet0/1", "10.255.51.1/30", "to dr-core-1", "nameif inside", "security-level 100"),
            ],
        ),
        "dr-line": _ios(
            "dr-line",
            [
                port("GigabitEthernet0/0", "10.255.53.1/30", "to dr-core-1"),
                port("GigabitEthernet0/1", "172.21.1.2/24", "TWSE 證交所 備援 10M 電路 T-3002"),
            ],
        ),
        **{
            f"dr-core-{number}": _nxos(
                f"dr-core-{number}",
                [
                    _routed("Ethernet1/1", "10.255.51.2/30", "to dr-fw")
                    if number == 1
                    else _routed("Ethernet1/1", "10.255.54.1/30", "to dr-wan"),
                    _routed("Ethernet1/2", "10.255.53.2/30", "to dr-line") if number == 1 else port("mgmt0"),
                    port(
                        "Ethernet1/3",
                        f"10.255.2{number}.2/30",
                        f"WAN core-{number} 中華電信 200M",
                        "no switchport",
                        "no shutdown",
                    ),
                    _routed("Ethernet1/9", f"10.255.60.{number}/30", "between the cores"),
                    *(port(f"Ethernet1/{20 + acc}", "", f"to dr-acc-{acc}", *_trunk()) for acc in (1, 2)),
                    port("Vlan40", f"10.140.0.{number + 1}/24", "", "no shutdown", "hsrp 40", "  ip 10.140.0.1"),
                    port("Vlan20", f"10.120.1.{number + 1}/24", "", "no shutdown", "hsrp 20", "  ip 10.120.1.1"),
                ],
                "vlan 20",
                "vlan 40",
            )
            for number in (1, 2)
        },
        **{
            f"dr-acc-{acc}": _access(f"dr-acc-{acc}", 40, f"10.140.0.{10 + acc}/24", ("dr-core-1", "dr-core-2"))
            for acc in (1, 2)
        },
        "dr-wan": _junos(
            "dr-wan",
            [
                port("ge-0/0/0", "10.255.54.2/30", "to dr-core-2"),
                port("ge-0/0/1", "10.255.55.1/30", "WAN kh-rtr 遠傳 50M"),
            ],
        ),
        "kh-rtr": _ios(
            "kh-rtr",
            [
                port("GigabitEthernet0/0/0", "192.0.2.2/30", "ISP-D 100M"),
                port("GigabitEthernet0/0/1", "10.255.70.1/30", "to kh-fw"),
                port("GigabitEthernet0/0/2", "10.255.55.2/30", "WAN dr-wan 遠傳 50M"),
                _tunnel("Tunnel1", "10.254.1.2/30", "GigabitEthernet0/0/0", "203.0.113.2"),
                _tunnel("Tunnel2", "10.254.2.2/30", "GigabitEthernet0/0/0", "203.0.113.3"),
            ],
        ),
        "kh-fw": _fortigate(
            "kh-fw", [port("wan1", "10.255.70.2/30", "to kh-rtr"), port("internal", "10.255.71.1/30", "to kh-sw")]
        ),
        "kh-sw": _ios(
            "kh-sw",
            [
                _routed("GigabitEthernet1/0/1", "10.255.71.2/30", "to kh-fw"),
                port("GigabitEthernet1/0/2", "", "to kh-acc", "switchport mode trunk"),
                port("Vlan60", "10.60.0.1/24"),
            ],
            "vlan 60",
        ),
        "kh-acc": _ios(
            "kh-acc", [port("GigabitEthernet0/1", "", "", "switchport mode trunk"), port("Vlan60", "10.60.0.2/24")]
        ),
    }
    suffix = {
        "fw-ext-a": "conf",
        "fw-ext-b": "conf",
        "kh-fw": "conf",
        "fw-int": "set",
        "dr-wan": "set",
        "log-1": "rules",
    }
    return {f"{name}.{suffix.get(name, 'cfg')}": text for name, text in known.items()}


def captures() -> dict[str, str]:
    """Return what was printed at the devices, by file name."""
    rows = [
        (f"acc-{acc}.example.tw", f"Eth1/{20 + acc}", "S", "DCS-7050TX", f"Ethernet{core}")
        for core in (1,)
        for acc in range(1, 5)
    ]
    return {
        "core-1_captures.txt": "core-1# show cdp neighbors detail\n"
        + "".join(
            f"----------------------------------------\nDevice ID:{device}\nSystem Name: {device.split('.')[0]}\n\n"
            f"Platform: {platform}, Capabilities: Switch\nInterface: {ours.replace('Eth', 'Ethernet')}, "
            f"Port ID (outgoing port): {theirs}\nHoldtime: 150 sec\n\n"
            for device, ours, _, platform, theirs in [
                *rows,
                ("fw-ext-a", "Eth1/1", "", "FortiGate-600F", "port1"),
                ("core-2", "Eth1/9", "", "N9K-C93180YC", "Ethernet1/9"),
                ("SW-TEMP", "Eth1/30", "", "WS-C2960", "FastEthernet0/24"),
            ]
        )
        + "core-1# show ip arp\n"
        "IP ARP Table for context default\nTotal number of entries: 3\n"
        "Address         Age       MAC Address     Interface       Flags\n"
        "10.255.11.2     00:05:12  0011.2233.4411  Ethernet1/2\n"
        "10.40.0.11      00:05:12  0011.2233.4412  Vlan40\n"
        "10.50.0.77      00:01:12  0011.2233.4477  Vlan50\n"
        "10.255.31.2     00:01:12  0011.2233.4478  Ethernet1/3\n",
    }


def _cloud() -> dict[str, Any]:
    """Return two VPCs that peer; the first has an internet gateway and a VPN to Taipei."""

    def network(number: int, name: str) -> dict[str, Any]:
        tags = [{"Key": "Name", "Value": name}]
        return {"VpcId": f"vpc-{number}", "CidrBlock": f"10.2{number - 1}0.0.0/16", "State": "available", "Tags": tags}

    def subnet(number: int) -> dict[str, Any]:
        return {"SubnetId": f"subnet-{number}", "VpcId": f"vpc-{number}", "CidrBlock": f"10.2{number - 1}0.1.0/24"}

    peering = {"VpcPeeringConnectionId": "pcx-0a1b2c", "State": "active"}
    way_out = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}

    def table(number: int, *routes: dict[str, Any]) -> dict[str, Any]:
        main = [{"Main": True, "RouteTableId": f"rtb-{number}", "RouteTableAssociationId": f"rtbassoc-{number}"}]
        return {"RouteTableId": f"rtb-{number}", "VpcId": f"vpc-{number}", "Associations": main, "Routes": list(routes)}

    return {
        "vpcs": {"Vpcs": [network(1, "production"), network(2, "test")]},
        "subnets": {"Subnets": [subnet(1), subnet(2)]},
        "route_tables": {
            "RouteTables": [
                table(1, {"DestinationCidrBlock": "10.210.0.0/16", **peering}, way_out),
                table(2, {"DestinationCidrBlock": "10.200.0.0/16", **peering}),
            ]
        },
        "peerings": {
            "VpcPeeringConnections": [
                {
                    "VpcPeeringConnectionId": "pcx-0a1b2c",
                    "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.200.0.0/16"},
                    "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.210.0.0/16"},
                    "Status": {"Code": "active"},
                }
            ]
        },
        "internet_gateways": {
            "InternetGateways": [
                {"InternetGatewayId": "igw-1", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}
            ]
        },
    }


def write_firm(folder: Path) -> tuple[Path, Path]:
    """Write the exports and the registers below a folder; return where each of them is."""
    snapshot, policy = folder / "snapshot", folder / "policy"
    (snapshot / "aws").mkdir(parents=True)
    policy.mkdir()
    for name, text in {**configurations(), **captures()}.items():
        (snapshot / name).write_text(text, encoding="utf-8")
    for name, content in _cloud().items():
        (snapshot / "aws" / f"{name}.json").write_text(json.dumps(content, indent=4), encoding="utf-8")
    zones = []
    for name, (kind, subnets) in ZONES.items():
        zones += [f"- zone: {name}", f"  type: {kind}"]
        zones += [f"  subnets: [{', '.join(subnets)}]"] if subnets else ["  members:"]
        if not subnets:
            zones += [f"    - {{device: {device}, interface: {one}}}" for device, one in INTERNET_PORTS.items()]
    (policy / "zone_map.yaml").write_text("\n".join([*zones, ""]), encoding="utf-8")
    inventory = ["device_id,hostname,site,expected_export"]
    inventory += [f"{name},{name},{site},y" for site, names in SITES.items() for name in names]
    (policy / "device_inventory.csv").write_text("\n".join([*inventory, ""]), encoding="utf-8")
    agreements = [
        "line_id,counterparty,circuit_no,carrier,device,interface,firewall,peer_prefix,direction,proto,dst_port",
        "BANK-A,甲銀行,B-2001 20M,甲電信,rtr-bank,GigabitEthernet0/1,fw-line,172.20.40.0/24,out,tcp,443",
    ]
    (policy / "line_agreements.csv").write_text("\n".join([*agreements, ""]), encoding="utf-8")
    return snapshot, policy
