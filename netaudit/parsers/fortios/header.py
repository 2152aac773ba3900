"""What a file says of its device besides the configuration: model, version, serial number, host name.

Sources: the first line of a backup (`#config-version=FG201F-7.4.11-FW-build2878-260126:opmode=0:...`), and
`get system status` as Oxidized puts it in front of a configuration or as a terminal log shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from netaudit.model.source import SourceRef
from netaudit.parsers.fortios.tree import Tree
from netaudit.parsers.ledger import LineLedger

_CONFIG_VERSION = re.compile(
    r"#?\s*config-version=(?P<code>[A-Za-z0-9_]+)-(?P<version>\d+\.\d+(?:\.\d+)?)-(?P<kind>\w+)-build(?P<build>\d+)"
)
_VERSION = re.compile(r"#?\s*Version:\s*(?P<model>Forti[\w-]+)\s+v?(?P<version>\d+\.\d+(?:\.\d+)?)", re.IGNORECASE)
_MANAGER_VERSION = re.compile(r"#?\s*Version\s*:\s*v(?P<version>\d+\.\d+\.\d+)-build", re.IGNORECASE)
_FACTS = {
    "serial": re.compile(r"#?\s*Serial[- ]Number\s*:\s*(?P<value>[A-Z0-9-]{8,24})\s*\Z", re.IGNORECASE),
    "hostname": re.compile(r"#?\s*Hostname\s*:\s*(?P<value>\S+)\s*\Z", re.IGNORECASE),
    "model": re.compile(r"#?\s*(?:Model name|Platform Full Name)\s*:\s*(?P<value>Forti[\w-]+)\s*\Z", re.IGNORECASE),
}
# `5.02` is how FortiOS 5.2 writes itself.
_OLD_VERSION = re.compile(r"(\d+)\.0(\d)\Z")


@dataclass(slots=True)
class Facts:
    """The facts, each with the line that it was read from."""

    model: str = ""
    part_number: str = ""
    version: str = ""
    serial: str = ""
    hostname: str = ""
    sources: dict[str, SourceRef] = field(default_factory=dict)

    @property
    def is_manager(self) -> bool:
        """Tell whether it is a FortiManager or FortiAnalyzer: no packets pass it."""
        return self.model.startswith(("FortiManager", "FortiAnalyzer"))


def model_of_code(code: str) -> tuple[str, str]:
    """Return model and part number of a platform code: "FG100E" -> ("FortiGate-100E", "FG-100E").

    The codes write hundreds as H and thousands as K (FG5H1E is the 501E, FG1K5D the 1500D), and five-digit models
    without their last digit where they end in F (FG180F is the 1800F). A code that follows none of these is
    returned as it is.
    """
    code = code.upper()
    if code.startswith(("FGVM", "FGT_VM", "FOSVM", "FGARM", "FGTVM")):
        return "FortiGate-VM64", "FG-VM"
    match = re.fullmatch(r"(FGT|FG|FWF|FGR|FR|FOS)(\d.*)", code)
    if match is None:
        return code, ""
    family = {"FWF": "FortiWiFi", "FGR": "FortiGateRugged", "FR": "FortiGateRugged"}.get(match[1], "FortiGate")
    prefix = {"FortiWiFi": "FWF", "FortiGateRugged": "FGR"}.get(family, "FG")
    number = match[2]
    special = _LARGE_MODELS.get(code)
    if special:
        number = special
    elif short := re.fullmatch(r"(\d)H(\d)([A-Z]\w*)", number):
        number = f"{short[1]}0{short[2]}{short[3]}"
    elif short := re.fullmatch(r"(\d)K(\d)([A-Z]\w*)", number):
        number = f"{short[1]}{short[2]}00{short[3]}"
    elif not re.fullmatch(r"\d{2,4}[A-Z]{1,2}\w{0,3}", number):
        return code, ""
    if poe := re.fullmatch(r"(\d{2,4}[A-F])P", number):
        number = f"{poe[1]}-POE"
    return f"{family}-{number}", f"{prefix}-{number}"


_LARGE_MODELS = {
    "FG10E0": "1000E",
    "FG180F": "1800F",
    "FG181F": "1801F",
    "FG260F": "2600F",
    "FG261F": "2601F",
    "FG22E1": "2200E",
    "FG22E2": "2201E",
    "FG33E0": "3300E",
    "FG33E1": "3301E",
    "FG34E1": "3400E",
    "FG34E2": "3401E",
    "FG36E1": "3600E",
    "FG36E2": "3601E",
    "FG39E5": "3960E",
    "FG39E6": "3980E",
    "FG420F": "4200F",
    "FG421F": "4201F",
    "FG440F": "4400F",
    "FG441F": "4401F",
    "FG480F": "4800F",
    "FG481F": "4801F",
    "FG10F0": "1000F",
    "FG10F1": "1001F",
}


def read_facts(tree: Tree, ledger: LineLedger) -> Facts:
    """Return the facts of the remark lines; the first line that tells a fact counts."""
    facts = Facts()
    code_model: tuple[str, str] | None = None
    for index in tree.remarks:
        text = ledger.source.lines[index]
        if match := _CONFIG_VERSION.match(text.strip()):
            ledger.understood(index)
            code_model = code_model or model_of_code(match["code"])
            facts.sources.setdefault("code", ledger.ref(index))
            _version(facts, match["version"], ledger.ref(index), preferred=True)
            continue
        if ":" not in text:
            continue
        text = text.strip()
        if match := _VERSION.match(text):
            _version(facts, match["version"], ledger.ref(index), preferred=False)
            _fact(facts, "model", match["model"], ledger.ref(index))
            continue
        if match := _MANAGER_VERSION.match(text):
            _version(facts, match["version"], ledger.ref(index), preferred=False)
        for name, pattern in _FACTS.items():
            if match := pattern.match(text):
                _fact(facts, name, match["value"], ledger.ref(index))
    if code_model is not None:
        if not facts.model:
            facts.model = code_model[0]
            facts.sources["model"] = facts.sources["code"]
        facts.part_number = code_model[1]
    elif match := re.fullmatch(r"Forti(?:Gate|WiFi)-(\d+\w*(?:-POE)?)", facts.model):
        facts.part_number = ("FWF-" if "WiFi" in facts.model else "FG-") + match[1]
    facts.sources.pop("code", None)
    if facts.part_number and "model" in facts.sources:
        facts.sources["part_number"] = facts.sources["model"]
    return facts


def _version(facts: Facts, text: str, where: SourceRef, *, preferred: bool) -> None:
    if facts.version and not preferred:
        return
    old = _OLD_VERSION.fullmatch(text)
    facts.version = f"{old[1]}.{old[2]}" if old else text
    facts.sources["version"] = where


def _fact(facts: Facts, name: str, value: str, where: SourceRef) -> None:
    if not getattr(facts, name):
        setattr(facts, name, value)
        facts.sources[name] = where
