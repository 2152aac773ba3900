"""What captures say -> the devices of the snapshot: facts that the configuration lacks, and hit counts.

The configuration's word stays; where a capture contradicts it, that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from netaudit.errors import Problem
from netaudit.model.capture import Captured, HitCount
from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.model.source import SourceFile, SourceRef, host_key
from netaudit.parsers.captures.joining import joined
from netaudit.parsers.contract import ParsedFile

_DIGITS_AHEAD = re.compile(r"(?<![0-9])0+(?=[0-9])")


def attach_captures(
    devices: tuple[Device, ...], files: Sequence[SourceFile], parsed: Sequence[ParsedFile]
) -> tuple[tuple[Device, ...], tuple[Device, ...], list[Problem]]:
    """Give captures to the devices of their hosts. Return these, the hosts without a configuration, and problems.

    A host is a device's name or what its file or folder is named after, in any case and without a domain.
    """
    by_path: dict[str, list[Device]] = {}
    for device in devices:
        by_path.setdefault(device.where.path, []).append(device)
    paths: dict[str, set[str]] = {}  # host -> paths of its configurations
    own_names: dict[str, set[str]] = {}  # path -> hosts that configure themselves so; two of one name were renamed
    for source, one in zip(files, parsed, strict=True):
        for device in one.devices:
            own_names.setdefault(device.where.path, set()).add(host_key(device.name))
            for name in (device.name, source.host):
                if name and device.where.path in by_path:
                    paths.setdefault(host_key(name), set()).add(device.where.path)

    parts: dict[str, list[tuple[Captured, bool]]] = {}  # device name -> parts, and whether from its own header
    alone: dict[str, list[Captured]] = {}
    problems: list[Problem] = []
    for source, one in zip(files, parsed, strict=True):
        for part in one.captured:
            host = part.captures[0].host
            header = source.kind == "header"
            found = [source.path] if header else _nearest(source.path, paths.get(host_key(host), set()))
            owners = [device for path in found for device in by_path.get(path, [])]
            if len(found) == 1 and len(owners) > 1:
                owners = [device for device in owners if host_key(device.name) == host_key(host)]
            if len(owners) == 1:
                parts.setdefault(owners[0].name, []).append((part, header))
            elif found:
                message = f"show output of {host or 'an unknown host'} fits more than one device; it is not used"
                problems.append(Problem(source.path, "", message))
            elif not part.captures[0].problem or not part.captures[0].platform:
                alone.setdefault(host_key(host), []).append(part)
    out = []
    for device in devices:
        given = parts.get(device.name, [])
        if given:
            shown = joined(part for part, header in given if not header)
            told = _contradictions(device, shown)
            if shown.hostname and host_key(shown.hostname) not in own_names[device.where.path]:
                told = (
                    f"show output of the host {shown.hostname} lies with the configuration of {device.name}: "
                    "none of it is used",
                )
                given = [(part if header else _unused(part), header) for part, header in given]
            device = _with_captured(device, joined(part for part, _ in given))
            problems += [Problem(device.where.path, "", text) for text in (*told, *device.captured.problems)]
        out.append(device)
    observed = []
    for captured in alone.values():
        capture = next((one.captures[0] for one in captured if not one.captures[0].problem), captured[0].captures[0])
        name = capture.host or "an unknown host"
        if capture.problem:
            message = f"show output of {name}: {capture.problem}; --platform names it where you know it"
        else:
            message = f"show output of {name}, but no configuration of it: it is in the inventory and not audited"
            observed.append(_observed_device(name, capture.platform, joined(captured)))
        problems.append(Problem(capture.where.path, "", message))
    return tuple(out), tuple(sorted(observed, key=lambda one: one.name.lower())), list(dict.fromkeys(problems))


def _unused(part: Captured) -> Captured:
    return Captured(captures=tuple(replace(one, problem="it is of another host") for one in part.captures))


def _nearest(path: str, candidates: set[str]) -> list[str]:
    """Return the candidates that share the most leading folders with a path: those of the same site or laboratory."""
    folders = path.split("/")[:-1]

    def shared(candidate: str) -> int:
        pairs = zip(folders, candidate.split("/")[:-1], strict=False)
        return next((count for count, (one, other) in enumerate(pairs) if one != other), len(folders))

    most = max(map(shared, candidates), default=0)
    return sorted(one for one in candidates if shared(one) == most)


def _with_captured(device: Device, captured: Captured) -> Device:
    """Return the device with what its captures say, filling what its configuration does not tell."""
    rulebases, missed = _with_hit_counts(device.rulebases, captured.hit_counts)
    facts: dict[str, str] = {}
    if captured.model and not device.model:
        facts["model"] = captured.model
    if captured.version and (not device.version or _is_release_of(captured.version, device.version)):
        facts["version"] = captured.version
    serials = device.serials or captured.serials
    places = dict(captured.fact_sources)
    filled = {*facts, *({"serial"} if serials and not device.serials else ())}
    kept = tuple((field, where) for field, where in device.fact_sources if field not in filled)
    return replace(
        device,
        model=facts.get("model", device.model),
        part_number=device.part_number or facts.get("model", ""),
        operating_system=device.operating_system or captured.operating_system,
        version=facts.get("version", device.version),
        serials=serials,
        fact_sources=kept + tuple((field, places[field]) for field in sorted(filled) if field in places),
        rulebases=rulebases,
        captured=replace(captured, problems=(*captured.problems, *missed)),
    )


def _observed_device(name: str, platform: str, captured: Captured) -> Device:
    """Return a device that only captures tell of: for the inventory, never for a question about its filters."""
    where = next((one.where for one in captured.captures), SourceRef("", 1))
    return Device(
        name=captured.hostname or name,
        platform=platform,
        vendor=_VENDORS.get(platform.partition("_")[0], ""),
        where=where,
        model=captured.model,
        part_number=captured.model,
        operating_system=captured.operating_system or _SYSTEMS.get(platform, ""),
        version=captured.version,
        serials=captured.serials,
        fact_sources=captured.fact_sources,
        captured=captured,
    )


_SYSTEMS = {"cisco_nxos": "NX-OS", "cisco_asa": "ASA", "arista_eos": "EOS", "juniper_junos": "Junos"}
_VENDORS = {"cisco": "Cisco", "arista": "Arista", "juniper": "Juniper", "paloalto": "Palo Alto Networks"}


def _contradictions(device: Device, captured: Captured) -> tuple[str, ...]:
    """Return where captures and configuration name another version or serial number."""
    found = []
    if device.version and captured.version and not _agree(device.version, captured.version):
        found.append(f"{device.name}: the configuration tells version {device.version}, show output {captured.version}")
    serials = {*captured.serials, *(item.serial for item in captured.inventory if item.serial)}
    if device.serials and captured.serials and not serials & set(device.serials):
        told, shown = ", ".join(device.serials), ", ".join(captured.serials)
        found.append(f"{device.name}: the configuration tells serial number {told}, show output {shown}")
    return tuple(found)


def _agree(configured: str, shown: str) -> bool:
    """Tell whether one version is the other, or its train: "15.7" and "15.7(3)M3"."""
    one, other = _plain(configured), _plain(shown)
    return one == other or _is_release_of(one, other) or _is_release_of(other, one)


def _is_release_of(release: str, train: str) -> bool:
    release, train = _plain(release), _plain(train)
    return release.startswith(train) and release != train and not release[len(train)].isdigit()


def _plain(version: str) -> str:
    return _DIGITS_AHEAD.sub("", version.strip())


def _with_hit_counts(
    rulebases: tuple[Rulebase, ...], counts: Sequence[HitCount]
) -> tuple[tuple[Rulebase, ...], list[str]]:
    """Return the rulebases with the counters of their rules, and what did not fit."""
    by_list: dict[tuple[str, str], list[HitCount]] = {}
    for one in counts:
        by_list.setdefault((one.virtual_system, one.rulebase), []).append(one)
    missed: list[str] = []
    out = []
    for rulebase in rulebases:
        own = by_list.get((rulebase.virtual_system, rulebase.name))
        if not own:
            out.append(rulebase)
            continue
        found, strangers = _counted(rulebase.rules, own)
        if strangers:
            missed.append(
                f"{strangers} of {len(own)} hit counts of {rulebase.name} fit no rule of the configuration: "
                "the list changed between the two"
            )
        rules = tuple(replace(rule, hit_count=found[rule.name]) if rule.name in found else rule
                      for rule in rulebase.rules)  # fmt: skip
        out.append(replace(rulebase, rules=rules))
    return tuple(out), missed


def _counted(rules: Iterable[AccessRule], counts: Iterable[HitCount]) -> tuple[Mapping[str, int], int]:
    """Return rule name -> hits, and how many counters fit no rule: by the entry's text, else by number and action.

    Texts differ in spelling between a configuration and what a device shows, and a text that stands twice tells
    nothing; numbers change when a list is renumbered.
    """
    by_name = {rule.name: rule for rule in rules}
    by_text: dict[str, AccessRule | None] = {}
    for rule in by_name.values():
        text = _words(rule.where.text)
        by_text[text] = None if text in by_text else rule
    found: dict[str, int] = {}
    strangers = 0
    for one in counts:
        match = by_text.get(_words(one.text)) if one.text else None
        if match is None:
            match = by_name.get(one.rule) or by_name.get(f"line {one.rule}")
        if match is not None and _same_action(match, one.text):
            found[match.name] = found.get(match.name, 0) + one.hits
        else:
            strangers += 1
    return found, strangers


def _same_action(rule: AccessRule, text: str) -> bool:
    words = text.lower().split()
    if "permit" in words[:8] or "deny" in words[:8]:
        return rule.action.permits == ("permit" in words[:8])
    return True


def _words(text: str) -> str:
    """Return an entry's text without its number."""
    return " ".join(word for index, word in enumerate(text.lower().split()) if index or not word.isdigit())
