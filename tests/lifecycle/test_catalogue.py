"""What the catalogue says of devices on a day: exact products, exact days, and unknown otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from netaudit.errors import InputError
from netaudit.lifecycle.catalogue import Catalogue, device_lifecycle, load_catalogue
from netaudit.lifecycle.facts import gather_facts
from netaudit.lifecycle.status import DeviceFacts, DeviceLifecycle
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.policy.registers import InventoryEntry

REVIEW = date(2026, 11, 20)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(None)


def with_registers(folder: Path, **files: str) -> Catalogue:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def look_up(catalogue: Catalogue, vendor: str, model: str, system: str, version: str) -> DeviceLifecycle:
    return device_lifecycle(
        DeviceFacts("d", vendor, model, operating_system=system, version=version), catalogue, REVIEW
    )


@pytest.mark.parametrize(
    ("vendor", "system", "version", "train", "word"),
    [
        ("Fortinet", "FortiOS", "7.2.10", "7.2", "eos"),  # ended 2026-09-30
        ("Fortinet", "FortiOS", "7.4.8", "7.4", "scheduled"),
        ("Cisco", "IOS", "17.9", "17.9", "eos"),  # security support ended 2026-07-29
        ("Cisco", "IOS-XE", "17.12.04", "17.12", "within-12-months"),  # until 2027-07-28
        ("Cisco", "IOS-XE", "17.15.1", "17.15", "scheduled"),
        ("Palo Alto Networks", "PAN-OS", "11.1.10", "11.1", "within-12-months"),
        ("F5", "BIG-IP", "16.1.3", "16.1", "eos"),
        ("MikroTik", "RouterOS", "6.48.6", "6.48", "eos"),  # ended, and the source gives no date
        ("MikroTik", "RouterOS", "7.24", "7.24", "no-date"),
        ("Cisco", "IOS", "15.2(7)E4", "15.2", "unknown"),  # classic IOS is in no free catalogue
        ("Cisco", "ASA", "9.14(4)", "9.14", "unknown"),
        ("Cisco", "IOS-XE", "17.99.1", "17.99", "unknown"),
        ("Cisco", "IOS-XE", "", "", "unknown"),
        ("Linux", "", "", "", "unknown"),
    ],
)
def test_software_trains(shipped: Catalogue, vendor: str, system: str, version: str, train: str, word: str) -> None:
    found = look_up(shipped, vendor, "", system, version)
    assert (found.train, found.software.word) == (train, word)


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2025, 9, 29), "scheduled"),
        (date(2025, 9, 30), "within-12-months"),
        (date(2026, 9, 30), "within-12-months"),  # the last day is still a day of support
        (date(2026, 10, 1), "eos"),
    ],
)
def test_the_days_on_which_the_word_changes(shipped: Catalogue, day: date, word: str) -> None:
    facts = DeviceFacts("d", "Fortinet", operating_system="FortiOS", version="7.2.10")
    assert device_lifecycle(facts, shipped, day).software.word == word


@pytest.mark.parametrize(
    "model", ["FG-100E", "FortiGate-100E", "FortiGate 100E", "FG100E", "FGT100E", "fortigate-100e"]
)
def test_one_fortigate_by_every_name(shipped: Catalogue, model: str) -> None:
    status = look_up(shipped, "Fortinet", model, "FortiOS", "").hardware
    assert status.word == "eos"
    assert status.milestones is not None and status.milestones.end_of_support == date(2026, 8, 17)


@pytest.mark.parametrize("model", ["FG-100F", "FG-101E", "FG-100E-POE", "FortiWiFi-100E", "FWF100E", "FG-1000E", ""])
def test_a_model_that_is_merely_alike_is_unknown(shipped: Catalogue, model: str) -> None:
    assert look_up(shipped, "Fortinet", model, "FortiOS", "").hardware.word == "unknown"


@pytest.mark.parametrize("model", ["ASA5512", "ASA5512-X", "ASA 5512-X", "ASA5512-K9", "ASA5512-K9="])
def test_a_year_only_source_is_past_after_its_last_day(shipped: Catalogue, model: str) -> None:
    facts = DeviceFacts("d", "Cisco", model)
    milestones = device_lifecycle(facts, shipped, REVIEW).hardware.milestones
    assert milestones is not None and milestones.precision == "year"
    assert device_lifecycle(facts, shipped, date(2022, 12, 31)).hardware.word == "within-12-months"
    assert device_lifecycle(facts, shipped, date(2023, 1, 1)).hardware.word == "eos"


def test_another_vendors_model_of_the_same_name_is_unknown(shipped: Catalogue) -> None:
    assert look_up(shipped, "Cisco", "FG-100E", "", "").hardware.word == "unknown"
    assert look_up(shipped, "", "FG-100E", "", "").hardware.word == "unknown"


class TestTheFirmsOwnCatalogue:
    HEADER = "vendor,kind,model,part_number,os,train,eo_sale,eo_vuln_support,last_date_of_support,source\n"

    def test_its_rows_add_to_the_shipped_ones_and_replace_them(self, tmp_path: Path) -> None:
        catalogue = with_registers(
            tmp_path,
            eol_catalogue=self.HEADER
            + "Cisco,hardware,,ISR4431/K9,,,2022-11-06,,2027-11-30,EOL14\n"
            + "Cisco,software,,,ASA,9.14,,2024-01-01,2025-01-01,bulletin\n"
            + "Fortinet,軟體,,,FortiOS,7.2,,117/12/31,,our contract\n",
        )
        router = look_up(catalogue, "Cisco Systems, Inc.", "ISR4431", "IOS", "17.9.5")
        assert (router.hardware.word, router.software.word) == ("scheduled", "eos")
        asa = look_up(catalogue, "Cisco", "ASA5525", "ASA", "9.14(4)23").software
        assert asa.word == "eos"
        assert asa.milestones is not None and asa.milestones.end_of_support == date(2024, 1, 1)
        assert look_up(catalogue, "Fortinet", "", "FortiOS", "7.2.10").software.word == "scheduled"

    def test_a_switch_that_hides_its_licence_has_the_dates_its_variants_agree_on(self, tmp_path: Path) -> None:
        row = "Cisco,hardware,,{},,,,,{},x\n"
        both = row.format("C9300-48P-A", "2030-01-31") + row.format("C9300-48P-E", "2030-01-31")
        catalogue = with_registers(tmp_path, eol_catalogue=self.HEADER + both)
        assert look_up(catalogue, "Cisco", "C9300-48P", "", "").hardware.word == "scheduled"
        assert look_up(catalogue, "Cisco", "C9300-48P-EDU", "", "").hardware.word == "unknown"
        unlike = both.replace("2030", "2031", 1)
        catalogue = with_registers(tmp_path, eol_catalogue=self.HEADER + unlike)
        assert look_up(catalogue, "Cisco", "C9300-48P", "", "").hardware.word == "unknown"

    def test_a_system_without_an_order_of_versions_is_matched_by_its_exact_words(self, tmp_path: Path) -> None:
        catalogue = with_registers(
            tmp_path, eol_catalogue=self.HEADER + "H3C,software,,,Comware,7.1.045,,,2025-01-01,x\n"
        )
        assert look_up(catalogue, "H3C", "", "Comware", "7.1.045").software.word == "eos"
        assert look_up(catalogue, "H3C", "", "Comware", "7.1.046").software.word == "unknown"

    def test_an_end_of_sale_alone_is_no_end_of_support(self, tmp_path: Path) -> None:
        catalogue = with_registers(tmp_path, eol_catalogue=self.HEADER + "Cisco,hardware,,X1,,,2020-01-01,,,x\n")
        assert look_up(catalogue, "Cisco", "X1", "", "").hardware.word == "no-date"

    def test_the_flat_file_of_ciscos_eox_service_is_read_as_it_comes(self, tmp_path: Path) -> None:
        catalogue = with_registers(
            tmp_path,
            eol_catalogue="EOLProductID,ProductIDDescription,ProductBulletinNumber,LinkToProductBulletinURL,"
            "EOXExternalAnnouncementDate,EndOfSaleDate,EndOfSWMaintenanceReleases,EndOfSecurityVulSupportDate,"
            "EndOfRoutineFailureAnalysisDate,EndOfServiceContractRenewal,LastDateOfSupport,EndOfSvcAttachDate,"
            "UpdatedTimeStamp,MigrationProductId,QueryType\n"
            "WS-C2960X-48FPS-L,Catalyst 2960-X,EOL1,https://example.com,2021-01-01,2022-10-31,2023-10-31,2027-10-31,"
            "2023-10-31,2027-01-01,2027-10-31,2023-10-31,2026-01-01,C9200L,PID\n",
        )
        found = look_up(catalogue, "Cisco", "WS-C2960X-48FPS-L", "IOS", "15.2(7)E4").hardware
        assert found.word == "within-12-months"

    def test_its_mistakes_are_all_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            with_registers(
                tmp_path,
                eol_catalogue=self.HEADER + "Cisco,hardware,,,,,,,2027-01-01,x\n,software,,,ASA,,,,2027-02-30,x\n",
                recommended_versions="vendor,os,platform,recommended\nFortinet,fortios,FG-(,7.4.8\n",
            )
        messages = [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]
        assert messages[0] == "eol_catalogue.csv: line 2, column part_number: hardware needs a part_number or a model"
        assert "line 3, column last_date_of_support: '2027-02-30' is not a day" in messages[1]
        assert messages[2] == "eol_catalogue.csv: line 3, column vendor: is empty; a value is needed here"
        assert "line 2, column platform: 'FG-(' is not a regular expression" in messages[3]


class TestRecommendedVersions:
    TABLE = (
        "vendor,os,platform_regex,train,recommended,minimum_allowed,blocked,source_url,as_of,approved_by\n"
        "Fortinet,fortios,FG-.*,7.4,7.4.8,7.4.6,7.4.7;7.4.2,https://example.com,2026-10-01,CISO\n"
        "Fortinet,fortios,,,7.4.8,7.2.0,,https://example.com,2026-10-01,CISO\n"
        "Cisco,ios-xe,,17.12,17.12.4,17.12.3,,,2026-10-01,CISO\n"
    )

    @pytest.mark.parametrize(
        ("vendor", "model", "system", "version", "word"),
        [
            ("Fortinet", "FG-600F", "FortiOS", "7.4.8", "recommended"),
            ("Fortinet", "FG-600F", "FortiOS", "7.4.9", "newer"),
            ("Fortinet", "FG-600F", "FortiOS", "7.4.6", "older"),
            ("Fortinet", "FG-600F", "FortiOS", "7.4.7", "blocked"),
            ("Fortinet", "FG-600F", "FortiOS", "7.4.3", "below-minimum"),
            ("Fortinet", "FG-600F", "FortiOS", "7.0.9", "below-minimum"),  # by the row for every train
            ("Fortinet", "FG-600F", "FortiOS", "unreadable", "unknown"),
            ("Cisco", "C9500", "IOS-XE", "17.12", "unknown"),  # the export tells only the train
            ("Cisco", "C9500", "IOS-XE", "17.15.1", ""),  # no row for that train
            ("Cisco", "ASA5525", "ASA", "9.14(4)", ""),
        ],
    )
    def test_how_a_version_stands(self, tmp_path: Path, vendor, model, system, version, word) -> None:
        catalogue = with_registers(tmp_path, recommended_versions=self.TABLE)
        assert look_up(catalogue, vendor, model, system, version).version_word == word

    def test_the_template_without_facts_recommends_nothing(self, tmp_path: Path) -> None:
        empty = (
            "vendor,os,platform_regex,train,recommended,minimum_allowed,blocked,note\nCisco,asa,.*,9.18,,,,fill in\n"
        )
        catalogue = with_registers(tmp_path, recommended_versions=empty)
        found = look_up(catalogue, "Cisco", "ASA5525", "ASA", "9.18(4)")
        assert (found.recommended, found.version_word) == ("", "")


class TestFacts:
    EXPORT = SourceRef("rtr-1.cfg", 3, "version 17.9")
    ROW = SourceRef("device_inventory.csv", 2)

    def entry(self, **cells: str) -> InventoryEntry:
        return InventoryEntry("D1", "rtr-1", self.ROW, **cells)

    def device(self, **facts: str) -> Device:
        return Device(
            "rtr-1", "cisco_ios", "Cisco", SourceRef("rtr-1.cfg", 1), fact_sources=(("version", self.EXPORT),), **facts
        )

    def test_the_export_comes_before_the_register(self) -> None:
        facts = gather_facts(
            self.device(operating_system="IOS-XE", version="17.9.4"),
            self.entry(version="17.12.4", model="ISR4431", serial="FOC1"),
        )
        assert (facts.version, facts.model, facts.serial) == ("17.9.4", "ISR4431", "FOC1")
        assert dict(facts.sources)["version"] == self.EXPORT
        assert dict(facts.sources)["model"] == self.ROW

    @pytest.mark.parametrize(("stated", "version"), [("17.09.05", "17.09.05"), ("17.12.4", "17.9"), ("", "17.9")])
    def test_an_export_that_tells_only_the_train_takes_the_release_of_the_register(self, stated, version) -> None:
        facts = gather_facts(self.device(operating_system="IOS-XE", version="17.9"), self.entry(version=stated))
        assert facts.version == version

    @pytest.mark.parametrize(
        ("model", "part", "kept"),
        [("ISR4331", "ISR4331/K9", False), ("", "ISR4331/K9", False), ("", "ISR4431/K9", True), ("ISR4431", "X", True)],
    )
    def test_a_part_number_of_another_model_is_the_predecessors(self, model: str, part: str, kept: bool) -> None:
        facts = gather_facts(self.device(model="ISR4431"), self.entry(model=model, part_number=part))
        assert facts.part_number == (part if kept else "")

    def test_a_device_without_an_export_is_what_the_register_says(self, shipped: Catalogue) -> None:
        facts = gather_facts(None, self.entry(vendor="Fortinet", model="FG-100E", operating_system="fortios"))
        assert facts.device == "rtr-1"
        assert device_lifecycle(facts, shipped, REVIEW).hardware.word == "eos"

    def test_a_device_that_nothing_is_known_of(self, shipped: Catalogue) -> None:
        facts = gather_facts(replace(self.device(), vendor=""), None)
        found = device_lifecycle(facts, shipped, REVIEW)
        assert (found.hardware.word, found.software.word, found.train) == ("unknown", "unknown", "")
