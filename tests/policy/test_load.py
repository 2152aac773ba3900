"""Reading a policy folder: what is understood, and that all mistakes come at once."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.errors import InputError
from netaudit.packets.addresses import AddressSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE
from netaudit.policy.load import READ_REGISTERS, load_policy
from netaudit.policy.registers import Register, ZoneMember, ZoneType
from netaudit.policy.services_text import parse_services

from .registers_on_disk import ZONE_MAP, policy_of, problems_of


def workbook(*rows: tuple[object, ...], merged: str = "", second_sheet: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    if second_sheet:
        book.create_sheet("old").append(("a",))
        book["old"].append(("b",))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class TestEncodingsAndHeaders:
    CHINESE = "來源區域,目的區域,動作,服務,有效期限\r\nINTERNET,DMZ,允許,tcp/443,115/11/20\r\n"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16"])
    def test_chinese_headers_in_any_encoding_that_excel_writes(self, tmp_path: Path, encoding: str) -> None:
        policy = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_matrix.csv": self.CHINESE.encode(encoding)})
        (entry,) = policy.matrix
        assert (entry.from_zone, entry.to_zone, entry.permitted) == ("INTERNET", "DMZ", True)
        assert entry.services.same_as(parse_services("tcp/443"))
        assert entry.valid_to == date(2026, 11, 20)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_read_from_the_header(self, tmp_path: Path, delimiter: str) -> None:
        lines = [["src_zone", "dst_zone", "default", "service"], ["A", "B", "permit", '"tcp/80,443; udp/53"']]
        text = "\n".join(delimiter.join(line) for line in lines)
        (entry,) = policy_of(tmp_path, {"zone_matrix.csv": text}).matrix
        assert entry.services.same_as(parse_services("tcp/80 tcp/443 udp/53"))

    def test_a_workbook_reads_like_a_csv_file(self, tmp_path: Path) -> None:
        policy = policy_of(
            tmp_path,
            {
                "line_agreements.xlsx": workbook(
                    ("line_id", "counterparty", "peer_prefix", "direction", "proto", "dst_port", "valid_to"),
                    ("L1", "Bank", "172.20.40.0/29", "out", "tcp", 443.0, date(2027, 3, 31)),
                    ("L1", "Bank", "172.20.40.0/29", "in", "tcp", "8443", "116/03/31"),
                )
            },
        )
        out, back = policy.line_agreements
        assert out.services.same_as(parse_services("tcp/443"))
        assert (out.direction, back.direction) == ("out", "in")
        assert out.valid_to == back.valid_to == date(2027, 3, 31)
        assert out.where.line == 2

    def test_comment_lines_do_not_shift_the_lines_of_the_rows(self, tmp_path: Path) -> None:
        policy = policy_of(
            tmp_path,
            {
                "device_inventory.csv": '# list of devices\nhostname,owner\n\n# the "old" one\n'
                'fw-1,"IT\nroom 3"\nfw-2,\n'
            },
        )
        assert [(entry.hostname, entry.where.line) for entry in policy.inventory] == [("fw-1", 5), ("fw-2", 7)]
        assert policy.inventory[0].owner == "IT\nroom 3"


class TestMistakes:
    def test_the_mistakes_of_all_files_come_at_once(self, tmp_path: Path) -> None:
        assert problems_of(
            tmp_path,
            {
                "zone_map.yaml": ZONE_MAP.replace("prod\n", "prd\n").replace("10.10.10.0/24", "10.10.10.5/24"),
                "zone_matrix.csv": "src_zone,dst_zone,default,servce,valid_to\n"
                "INTERNET,DNZ,permit,tcp/443,2026-13-01\n",
                "device_inventory.csv": "device_id,zone_boundary\nfw-1,maybe\nfw-1,y\n",
                "retirement_plan.csv": "reason\nold\n",
                "eol_catalogue.csv": "vendor,part_number,last_date_of_support\nCisco,X,soon\n",
            },
        ) == [
            "zone_map.yaml: line 7, key subnets: '10.10.10.5/24' has host bits; write 10.10.10.0/24 for the subnet "
            "or 10.10.10.5 for the host",
            "zone_map.yaml: line 10, key type: 'prd' is not one of branch, cloud, colocation, dealer, dmz, dr, "
            "internet, mgmt, oa, other, prod, thirdparty, transit, uat, ut, vpn, wlan_guest, wlan_int, "
            "did you mean 'prod'?",
            "zone_matrix.csv: line 1: unknown column 'servce', did you mean 'service'?",
            "zone_matrix.csv: line 1: required column missing: service",
            "zone_matrix.csv: line 2, column dst_zone: zone 'DNZ' is not in the zone map, did you mean 'DMZ'?",
            "zone_matrix.csv: line 2, column valid_to: '2026-13-01' is not a day of the calendar",
            "device_inventory.csv: line 2, column zone_boundary: 'maybe' is neither yes nor no; write y or n",
            "device_inventory.csv: line 3, column device_id: 'fw-1' stands twice, first at line 2",
            "retirement_plan.csv: line 1: required column missing: device",
            "eol_catalogue.csv: line 2, column last_date_of_support: 'soon' is not a date; "
            "write 2026-11-20 or 115/11/20 (民國)",
        ]

    @pytest.mark.parametrize(
        ("name", "content", "problem"),
        [
            ("zone_matrix.csv", "", "is empty; the first line must be the header"),
            ("zone_matrix.csv", "\n\n# nothing\n", "is empty; the first line must be the header"),
            ("zone_matrix.csv", "a\x00b,c\n", "is neither UTF-8, UTF-16 nor Big5 text"),
            ("zone_matrix.csv", b"\xff\xff\xff\xff", "is neither UTF-8, UTF-16 nor Big5 text"),
            ("zone_matrix.csv", 'src_zone,"dst\n', "is not well-formed CSV: unexpected end of data"),
            ("zone_matrix.csv", "src_zone,dst_zone,default,service\nA,B,permit,tcp/80,443\n", "line 2: has 5 cells"),
            ("zone_matrix.csv", "src_zone,src_zone\n", "line 1: column src_zone stands twice"),
            ("zone_matrix.xlsx", b"PK\x03\x04 not a zip", "cannot be read as an XLSX workbook (BadZipFile)"),
            ("zone_matrix.xlsx", workbook(), "is empty; the first row must be the header"),
            ("zone_map.yaml", "", "is empty"),
            ("zone_map.yaml", "zones:\n  - zone: A\n   type: b\n", "line 3: is not well-formed YAML"),
            ("zone_map.yaml", "zones: [*a]\n", "is not well-formed YAML: found undefined alias"),
            ("zone_map.yaml", "zones: &a\n  - *a\n", "is used by an alias (*name); write the value out"),
            ("zone_map.yaml", "zones: 3\n", "line 1: must be a list or a mapping of zones"),
            ("zone_map.yaml", "zones:\n  - A\n", "line 2: is not a zone with keys"),
            ("zone_map.yaml", "zones: []\nversion: 2\n", "line 2: unknown key 'version'"),
            ("zone_map.yaml", "zones:\n  - {zone: A, typ: dmz}\n", "unknown column 'typ', did you mean 'type'?"),
            ("zone_map.yaml", "zones:\n- zone: A\n  type: dmz\n  type: prod\n", "line 4: key 'type' stands twice"),
            (
                "firm_profile.yaml",
                "name: x\nfirmtype: fcm\nteir: 1\n",
                "line 3, key teir: unknown column 'teir', did you",
            ),
            ("firm_profile.yaml", "- a\n", "line 1: must be a mapping such as firm_type: fcm"),
            ("firm_profile.yaml", "firm_type: bank\n", "line 1, key firm_type: 'bank' is not one of fcm, ib, ltm"),
            ("zone_matrix.yaml", "a: b\n", "line 1: must be a list of entries"),
        ],
    )
    def test_a_malformed_file_is_named_with_what_is_wrong(
        self, tmp_path: Path, name: str, content: str | bytes, problem: str
    ) -> None:
        found = problems_of(tmp_path, {name: content})
        assert any(problem in one and one.startswith(name) for one in found), found

    def test_formulas_are_refused_because_their_value_is_not_the_firms_word(self, tmp_path: Path) -> None:
        row = ("src_zone", "dst_zone", "default", "service")
        assert problems_of(tmp_path, {"zone_matrix.xlsx": workbook(row, ("A", "B", "permit", '="tcp/"&443'))}) == [
            "zone_matrix.xlsx: row 2, column service: is a formula; paste its value instead"
        ]
        (tmp_path / "zone_matrix.xlsx").unlink()
        assert problems_of(tmp_path, {"zone_matrix.csv": f"{','.join(row)}\nA,B,permit,=1+1\n"}) == [
            "zone_matrix.csv: line 2, column service: is a formula; write its value"
        ]

    def test_merged_cells_and_numbers_that_lost_digits_are_refused(self, tmp_path: Path) -> None:
        merged = workbook(("hostname", "owner"), ("fw-1", "IT"), ("fw-2", None), merged="B2:B3")
        assert problems_of(tmp_path, {"device_inventory.xlsx": merged}) == [
            "device_inventory.xlsx: cells B2:B3: are merged; a register needs one value in each cell"
        ]
        digits = workbook(("hostname", "serial"), ("fw-1", 12345678901234567890))
        assert problems_of(tmp_path, {"device_inventory.xlsx": digits}) == [
            "device_inventory.xlsx: row 2, column serial: is a number that lost digits; format the cell as text"
        ]

    def test_a_sheet_with_a_cell_at_its_far_end_does_not_exhaust_memory(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active["A1"], book.active["XFD1048576"] = "hostname", "stray"
        out = io.BytesIO()
        book.save(out)
        (problem,) = problems_of(tmp_path, {"device_inventory.xlsx": out.getvalue()})
        assert "reaches to row 1048576, column 16384" in problem

    def test_two_files_for_one_register_are_refused(self, tmp_path: Path) -> None:
        (problem,) = problems_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_map.csv": "zone,type\nA,dmz\n"})
        assert "is a second zone_map beside zone_map.csv" in problem

    @pytest.mark.parametrize(("name", "reason"), [("nowhere", "is not there"), ("file", "is a file")])
    def test_a_policy_that_is_no_folder(self, tmp_path: Path, name: str, reason: str) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(InputError, match=reason):
            load_policy(tmp_path / name)


class TestZoneMap:
    def test_zones_with_members_of_every_kind(self, tmp_path: Path) -> None:
        text = """\
zones:
  - zone: DMZ
    type: dmz
    subnets: [10.10.10.0/24]
    members:
      - {device: fw-1, nameif: dmz}
      - {device: core-1, vlan: [110, 111]}
      - {device: core-1, vrf: DMZ}
      - {device: fw-2, security_zone: untrust-dmz}
      - fw-3:interface:GigabitEthernet0/0.10
      - fw-3:port4
    owner: NO
    confirmed_by: Chen
    confirmed_on: 2026-11-20
"""
        (zone,) = policy_of(tmp_path, {"zone_map.yaml": text}).zones
        assert zone.members == (
            ZoneMember("fw-1", "interface", "dmz"),
            ZoneMember("core-1", "vlan", "110"),
            ZoneMember("core-1", "vlan", "111"),
            ZoneMember("core-1", "vrf", "DMZ"),
            ZoneMember("fw-2", "security_zone", "untrust-dmz"),
            ZoneMember("fw-3", "interface", "GigabitEthernet0/0.10"),
            ZoneMember("fw-3", "interface", "port4"),
        )
        assert (zone.owner, zone.confirmed_by, zone.confirmed_on) == ("NO", "Chen", date(2026, 11, 20))
        assert zone.where.line == 2

    @pytest.mark.parametrize(
        "text",
        [
            "zones:\n  DMZ: {type: dmz, subnets: 10.10.10.0/24}\n",
            "DMZ:\n  type: 非軍事區\n  subnets: 10.10.10.0/24\n",
            "- {zone: DMZ, type: dmz, subnets: [10.10.10.0/25, 10.10.10.128/25]}\n",
            '[{"zone": "DMZ", "type": "DMZ", "subnets": ["10.10.10.0-10.10.10.255"]}]',
        ],
    )
    def test_the_same_zone_in_every_accepted_shape(self, tmp_path: Path, text: str) -> None:
        (zone,) = policy_of(tmp_path, {"zone_map.yaml": text}).zones
        assert (zone.name, zone.type) == ("DMZ", ZoneType.DMZ)
        assert zone.subnets == AddressSet.prefix("10.10.10.0/24")

    def test_a_zone_map_as_a_table(self, tmp_path: Path) -> None:
        text = '區域,類型,網段,介面\nDMZ,dmz,"10.10.10.0/24;10.10.11.0/24","fw-1:interface:dmz; core-1:vlan:110"\n'
        (zone,) = policy_of(tmp_path, {"zone_map.csv": text}).zones
        assert zone.subnets == AddressSet.prefix("10.10.10.0/23")
        assert zone.members == (ZoneMember("fw-1", "interface", "dmz"), ZoneMember("core-1", "vlan", "110"))

    @pytest.mark.parametrize(
        ("extra", "problem"),
        [
            (
                "  - {zone: UAT, type: uat, subnets: [10.10.20.128/25]}\n",
                "line 12, key subnets: 10.10.20.128/25 is in PROD and in UAT; a subnet has one zone",
            ),
            ("  - {zone: dmz, type: dmz}\n", "line 12, key zone: zone dmz stands twice, first at line 5"),
            (
                "  - {zone: X, type: other, members: [{device: FW-1, interface: Outside}]}\n",
                "line 12, key members: interface Outside of FW-1 is in INTERNET and in X",
            ),
            (
                "  - {zone: X, type: other, subnets: [0.0.0.0/0]}\n",
                "line 12, key subnets: holds every address; only an internet zone does, with no subnets",
            ),
            (
                "  - {zone: X, type: other, members: [{device: fw-1, port: 3}]}\n",
                "line 12, key port: is not understood; write {device: fw-1, interface: wan1}",
            ),
            ("  - {zone: X, type: other, confirmed_on: 20/11/2026}\n", "line 12, key confirmed_on: '20/11/2026'"),
        ],
    )
    def test_contradictions_between_zones(self, tmp_path: Path, extra: str, problem: str) -> None:
        found = problems_of(tmp_path, {"zone_map.yaml": ZONE_MAP + extra})
        assert len(found) == 1
        assert problem in found[0]

    def test_an_internet_zone_of_every_address_is_one_without_subnets(self, tmp_path: Path) -> None:
        everything = ZONE_MAP.replace("type: internet\n", "type: internet\n    subnets: [0.0.0.0/0]\n")
        policy = policy_of(tmp_path, {"zone_map.yaml": everything})
        assert not policy.zones[0].subnets
        assert not policy.warnings


class TestZoneMatrix:
    HEADER = "src_zone,dst_zone,default,service,justification,approved_by,valid_to,source,destination\n"

    def entries(self, tmp_path: Path, rows: str):
        return policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_matrix.csv": self.HEADER + rows}).matrix

    def test_a_permit_row_narrowed_to_addresses(self, tmp_path: Path) -> None:
        (entry,) = self.entries(
            tmp_path, "dmz,PROD,permit,tcp/9001-9004,order flow,CISO,2027-12-31,10.10.10.5,10.10.20.0/28\n"
        )
        assert (entry.from_zone, entry.to_zone) == ("DMZ", "PROD")
        assert entry.sources == AddressSet.host("10.10.10.5")
        assert entry.destinations == AddressSet.prefix("10.10.20.0/28")
        assert (entry.justification, entry.approved_by) == ("order flow", "CISO")

    def test_deny_rows_permit_nothing(self, tmp_path: Path) -> None:
        first, second = self.entries(tmp_path, "PROD,DMZ,deny,,,,,,\nDMZ,PROD,禁止,any,,,,,\n")
        assert not first.permitted
        assert first.services == second.services == NO_SERVICE

    def test_a_star_stands_for_every_other_zone(self, tmp_path: Path) -> None:
        found = self.entries(tmp_path, "PROD,*,permit,any,,,,,\n")
        assert [(one.from_zone, one.to_zone) for one in found] == [("PROD", "INTERNET"), ("PROD", "DMZ")]
        assert found[0].services is ANY_SERVICE

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("DMZ,PROD,permit,,,,,,", "column service: a permit row needs its services"),
            ("DMZ,PROD,deny,tcp/1521,,,,,", "column service: a deny row names no service"),
            ("DMZ,PROD,,tcp/1521,,,,,", "column default: is empty; a value is needed here"),
            ("DMZ,PROD,alow,tcp/1521,,,,,", "column default: 'alow' is not one of deny, permit, did you mean 'allow'?"),
            (",PROD,deny,,,,,,", "column src_zone: is empty"),
        ],
    )
    def test_a_row_that_could_be_read_two_ways_is_refused(self, tmp_path: Path, row: str, problem: str) -> None:
        found = problems_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_matrix.csv": f"{self.HEADER}{row}\n"})
        assert len(found) == 1
        assert problem in found[0]

    def test_an_empty_matrix_is_given_and_a_missing_one_is_not(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP})
        assert Register.ZONE_MATRIX not in policy.given
        policy = policy_of(tmp_path, {"zone_matrix.csv": self.HEADER})
        assert Register.ZONE_MATRIX in policy.given
        assert policy.matrix == ()

    def test_a_row_said_twice_is_only_a_warning(self, tmp_path: Path) -> None:
        rows = "DMZ,PROD,permit,tcp/1,,,,,\nDMZ,PROD,permit,tcp/1,,,,,\n"
        policy = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_matrix.csv": self.HEADER + rows})
        assert [warning.message for warning in policy.warnings] == ["says the same as line 2"]


class TestLineAgreements:
    HEADER = "line_id,counterparty,local_ip,peer_prefix,direction,proto,src_port,dst_port,multicast_group,env\n"

    def agreement(self, tmp_path: Path, row: str):
        (found,) = policy_of(tmp_path, {"line_agreements.csv": self.HEADER + row}).line_agreements
        return found

    def test_ports_of_both_ends_are_kept(self, tmp_path: Path) -> None:
        found = self.agreement(tmp_path, "TWSE,TWSE,172.20.20.0/28,172.21.20.5,out,tcp,49003-49020,10005,,prod\n")
        assert found.services.contains(6, 49003, 10005, 2)
        assert not found.services.contains(6, 50000, 10005, 2)
        assert found.services_text == "tcp/10005 from 49003-49020"
        assert found.local == AddressSet.prefix("172.20.20.0/28")

    def test_a_multicast_group_may_have_any_source(self, tmp_path: Path) -> None:
        found = self.agreement(tmp_path, "Q,TAIFEX,,,in,udp,,14000,225.0.140.140,prod\n")
        assert found.multicast == AddressSet.host("225.0.140.140")
        assert AddressSet.host("172.21.0.9") <= found.peers

    def test_both_directions_are_two_agreements(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"line_agreements.csv": self.HEADER + "B,Bank,,172.20.40.0/29,雙向,tcp,,443,,\n"})
        assert [one.direction for one in policy.line_agreements] == ["out", "in"]
        assert policy.lines() == ("B",)

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("L,X,,10.0.0.0/8,out,tcp,,,,", "column dst_port: tcp needs the agreed destination ports, or any"),
            ("L,X,,10.0.0.0/8,out,ip,,,,", "column dst_port: ip without a port is everything"),
            ("L,X,,,out,tcp,,443,,", "column peer_prefix: is empty; the addresses of the other end are needed"),
            ("L,X,,10.0.0.0/8,sideways,tcp,,443,,", "column direction: 'sideways' is not one of both, in, out"),
            ("L,X,,10.0.0.0/8,in,udp,,443,10.1.1.1,", "column multicast_group: '10.1.1.1' is not a multicast group"),
            ("L,X,,10.0.0.0/8,out,udp,,443,225.0.0.1,", "column direction: a multicast group is received: write in"),
            ("L,X,,10.0.0.0/8,out,icmp,7,,,", "column src_port: 'icmp' has no ports"),
            ("L,X,,10.0.0.0/8,out,tcp,,443,,staging", "column env: 'staging' is not one of dr, prod, test"),
        ],
    )
    def test_an_agreement_must_say_exactly_what_was_agreed(self, tmp_path: Path, row: str, problem: str) -> None:
        found = problems_of(tmp_path, {"line_agreements.csv": f"{self.HEADER}{row}\n"})
        assert len(found) == 1, found
        assert problem in found[0]


class TestOtherRegisters:
    def test_the_firm_profile_in_every_shape(self, tmp_path: Path) -> None:
        shapes = {
            "firm_profile.yaml": "name: 示範期貨\nfirm_type: [fcm, securities]\nclass: 1\n"
            "online_order: y\nwebsite: 否\n",
            "firm_profile.csv": "name,firm_type,class,online_order,website\n示範期貨,fcm;securities,第一類,是,n\n",
            "firm_profile.xlsx": workbook(
                ("field", "value"),
                ("name", "示範期貨"),
                ("firm_type", "期貨商、證券商"),
                ("class", 1),
                ("online_order", True),
                ("website", False),
            ),
        }
        for index, (name, content) in enumerate(shapes.items()):
            folder = tmp_path / str(index)
            folder.mkdir()
            profile = policy_of(folder, {name: content}).profile
            assert (profile.name, profile.firm_type, profile.firm_class) == ("示範期貨", "fcm,securities", "1")
            assert (profile.online_order, profile.website, profile.cloud_use) == (True, False, "")

    def test_a_profile_that_states_nothing_is_not_given(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"firm_profile.yaml": "firm_type:\nclass:\n"})
        assert Register.FIRM_PROFILE not in policy.given

    def test_published_services_read_bare_ports_as_tcp(self, tmp_path: Path) -> None:
        text = "fqdn,public_ip,port,inner_host,inner_port,zone\nwww.example.com,203.0.113.20,443,10.10.10.5,8443,dmz\n"
        (service,) = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "published_services.csv": text}).published_services
        assert service.services.same_as(parse_services("tcp/443"))
        assert service.inner_services is not None
        assert service.inner_services.same_as(parse_services("tcp/8443"))
        assert service.zone == "DMZ"

    def test_inventory_rows_are_found_by_either_name(self, tmp_path: Path) -> None:
        policy = policy_of(
            tmp_path,
            {"device_inventory.csv": "設備編號,主機名稱,型號,應匯出\nD-1,FW-EXT,FG-600F,\nD-2,sw-1,WS-C3750X,n\n"},
        )
        entry = policy.inventory_entry("fw-ext")
        assert entry is not None and entry.model == "FG-600F" and entry.expected_export
        other = policy.inventory_entry("d-2")
        assert other is not None and not other.expected_export

    def test_the_status_of_a_retirement_plan(self, tmp_path: Path) -> None:
        text = "設備,目標日期,狀態\nsw-1,114/12/31,已完成\nsw-2,2027/3/1,ordered\n"
        done, open_plan = policy_of(tmp_path, {"retirement_plan.csv": text}).retirement_plans
        assert (done.status, done.target_date) == ("done", date(2025, 12, 31))
        assert open_plan.status == "ordered"


class TestWhatIsGiven:
    def test_other_files_are_warned_of_and_stop_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "cloud").mkdir()
        policy = policy_of(
            tmp_path,
            {
                "approvals.csv": "whatever",
                "zonemap.csv": "zone,type\n",
                "README.md": "ours",
                "~$zone_map.xlsx": b"lock",
                "zone_matrix.pdf": b"%PDF",
            },
        )
        assert [str(one).removeprefix(f"{tmp_path}/") for one in policy.warnings] == [
            "approvals.csv: is register R05, which this version does not read yet",
            "cloud: is register R20, which this version does not read yet",
            "zone_matrix.pdf: is not read: a register ends in .csv, .xlsx, .yaml, .yml",
            "zonemap.csv: is not a register, did you mean 'zone_map'?",
        ]
        assert policy.unread == {Register.APPROVALS, Register.CLOUD}
        assert policy.given == frozenset()

    def test_every_file_that_was_read_is_listed_with_its_hash(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "zone_matrix.csv": TestZoneMatrix.HEADER})
        assert [name for name, _ in policy.files] == ["zone_map.yaml", "zone_matrix.csv"]
        assert all(len(digest) == 64 for _, digest in policy.files)

    def test_devices_that_the_inventory_does_not_have_are_pointed_out(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"zone_map.yaml": ZONE_MAP, "device_inventory.csv": "hostname\nfw-1\ncore1\n"})
        assert [one.message for one in policy.warnings] == [
            "names device 'core-1', which the inventory does not have, did you mean 'core1'?"
        ]

    def test_a_second_sheet_is_not_read_in_silence(self, tmp_path: Path) -> None:
        policy = policy_of(tmp_path, {"device_inventory.xlsx": workbook(("hostname",), ("fw-1",), second_sheet=True)})
        assert "only the first sheet" in policy.warnings[0].message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(READ_REGISTERS)),
    st.sampled_from([".csv", ".yaml", ".xlsx"]),
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.text("zone,type:-\n []{}\"'#&*|>=tcp/443 ", max_size=200).map(str.encode),
)
def test_any_bytes_load_or_give_messages(tmp_path: Path, name: str, suffix: str, content: bytes) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    problems_of(tmp_path, {name + suffix: content})
