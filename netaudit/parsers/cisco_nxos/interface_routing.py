"""How interfaces take part in routing processes: `ip router ospf TAG area N`, `ip ospf ...`, EIGRP, IS-IS, RIP.

Source: Cisco Nexus 9000 NX-OS Unicast Routing Configuration Guide. A process is named by its tag at the interface;
OSPF, IS-IS and RIP settings name none and belong to the process that the interface takes part in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from netaudit.model.routing import RouteSummary, RoutingFilter, RoutingInterface
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.routing.process import ProcessDraft
from netaudit.parsers.routing.values import area_number, masked_prefix, prefix_text, taken_number
from netaudit.parsers.switch_interfaces import interface_names
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words

_PROTOCOLS = ("ospf", "ospfv3", "eigrp", "isis", "rip")
_LEVELS = {"level-1": "1", "level-2": "2", "level-1-2": "1-2", "level-2-only": "2"}
_EIGRP = frozenset(
    ("authentication", "bandwidth", "delay", "distribute-list", "hello-interval", "hold-time", "next-hop-self",
     "offset-list", "passive-interface", "split-horizon", "summary-address", "bandwidth-percent")
)  # fmt: skip

_ISIS_TIMERS = frozenset(
    ("hello-interval", "hello-multiplier", "hello-padding", "mesh-group", "lsp-interval", "bfd", "csnp-interval",
     "retransmit-interval", "retransmit-throttle-interval", "authentication-check")
)  # fmt: skip


@dataclass(slots=True)
class _Part:
    """How one interface takes part in one protocol, before its process is known."""

    where: SourceRef
    settings: dict[str, object] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)
    tags: dict[str, dict[str, object]] = field(default_factory=dict)  # processes that it names
    tag_lines: dict[str, int] = field(default_factory=dict)  # where each is named first
    lines: list[ConfLine] = field(default_factory=list)
    exact: bool = True


def read_interface_routing(reading: Reading, processes: Iterable[ProcessDraft]) -> None:
    """Add the interfaces to their processes; marks their lines."""
    by_tag = {(one.protocol, one.identifier, one.vrf): one for one in processes}
    for draft in by_tag.values():
        reading.definitions.setdefault((f"{draft.protocol} process", draft.identifier), draft.where)
    for block in reading.blocks("interface"):
        names = interface_names(block.text.strip().partition(" ")[2].strip())
        known = [name for name in names if name in reading.interfaces]
        if known:
            for name in known:
                _read_interface(reading, block, name, by_tag)


def _read_interface(
    reading: Reading, block: ConfLine, name: str, by_tag: dict[tuple[str, str, str], ProcessDraft]
) -> None:
    parts: dict[str, _Part] = {}
    for line in block.children:
        found = _reader_of(line)
        if found is None:
            continue
        protocol, reader, words = found
        where = reading.ledger.ref(line.index)
        part = parts.setdefault(protocol, _Part(where))
        part.lines.append(line)
        try:
            reader(part, words, where)
            words.end()
        except NotUnderstood as problem:
            reading.ledger.unrecognized(line.index, Affects.ROUTING, f"routing at the interface: {problem}")
            part.exact = False
        else:
            reading.understood(line)
        for tag in part.tags:
            part.tag_lines.setdefault(tag, line.index)
    vrf = reading.interfaces[name].vrf
    for protocol, part in parts.items():
        drafts = [by_tag.get((protocol, tag, vrf)) for tag in part.tags]
        if None in drafts or (not drafts and not _only(protocol, vrf, by_tag)):
            _without_process(reading, protocol, part)
        for tag in part.tags:
            reading.use(f"{protocol} process", tag, part.tag_lines[tag], f"interface {protocol}")
        targets = [(tag, draft) for tag, draft in zip(part.tags, drafts, strict=True) if draft is not None]
        if not part.tags:
            targets = [("", one) for one in _only(protocol, vrf, by_tag)]
        for tag, draft in targets:
            _add(draft, name, part, part.tags.get(tag, {}))


def _only(protocol: str, vrf: str, by_tag: dict[tuple[str, str, str], ProcessDraft]) -> list[ProcessDraft]:
    """Return the process of a protocol in a VRF where there is just one: settings without a tag are its own."""
    found = [one for (name, _, place), one in by_tag.items() if (name, place) == (protocol, vrf)]
    return found if len(found) == 1 else []


def _without_process(reading: Reading, protocol: str, part: _Part) -> None:
    for line in part.lines:
        reading.ledger.unsupported(line.index, Affects.ROUTING, f"no {protocol} process of that name in the VRF")


def _add(draft: ProcessDraft, name: str, part: _Part, own: dict[str, object]) -> None:
    settings = {**part.settings, **own}
    summaries = settings.pop("summaries", ())
    filters = settings.pop("filters", ())
    options = tuple(part.options)
    family = settings.pop("family", None)
    key = name, family if draft.protocol == "ospfv3" else None
    known = draft.interfaces.get(key) or RoutingInterface(name, part.where)  # type: ignore[arg-type]
    draft.interfaces[key] = replace(known, options=(*known.options, *options), **settings)  # type: ignore[index,arg-type]
    if "area" in settings:
        draft.area(str(settings["area"]), part.where)
    for prefix, where in summaries:  # type: ignore[attr-defined]
        draft.summaries.append(RouteSummary(prefix, where, interface=name, summary_only=True))
    for direction, kind, listed, where in filters:  # type: ignore[attr-defined]
        draft.filters.append(RoutingFilter(direction, kind, listed, where, name))
    draft.exact = draft.exact and part.exact


_Reader = Callable[[_Part, Words, SourceRef], None]


def _reader_of(line: ConfLine) -> tuple[str, _Reader, Words] | None:
    """Return the protocol of a line, what reads it, and its words from there; None for other lines."""
    words = line.words
    negated = words[0] == "no"
    start = 1 if negated else 0
    rest = words[start:]
    if rest[:1] and rest[0] in ("ip", "ipv6") and rest[1:2] == ["router"] and rest[2:3] and rest[2] in _PROTOCOLS:
        return rest[2], _no_member if negated else _member, Words(words, start + 3)
    if rest[:1] == ["isis"]:
        return "isis", _isis_off if negated else _isis, Words(words, start + 1)
    if rest[:1] == ["ospfv3"]:
        return "ospfv3", _ospf_off if negated else _ospf, Words(words, start + 1)
    if rest[:1] and rest[0] in ("ip", "ipv6") and len(rest) > 1:
        word = rest[1]
        if word in ("ospf", "ospfv3"):
            return word, _ospf_off if negated else _ospf, Words(words, start + 2)
        if word == "rip":
            return "rip", _rip_off if negated else _rip, Words(words, start + 2)
        if word == "eigrp":
            return "eigrp", _eigrp_setting, Words(words, start + 2)
        if word in _EIGRP and "eigrp" in rest[2:4]:
            return "eigrp", _eigrp_off if negated else _eigrp, Words(words, start + 1)
    return None


def _rest(words: Words) -> str:
    text = " ".join(words.rest())
    words.position = len(words.words)
    return text


def _member(part: _Part, words: Words, where: SourceRef) -> None:
    """Read `ip router ospf TAG area N [secondaries none]`, `ip router ospf TAG multi-area N`, `ip router eigrp TAG`."""
    tag = words.take()
    own = part.tags.setdefault(tag, {})
    own["enabled"] = True
    if words.words[0] == "ipv6" and "ospfv3" in words.words:
        own["family"] = Family.IPV6
    if words.take_if("area"):
        own["area"] = area_number(words.take())
        if words.take_if("secondaries"):
            if words.take() != "none":
                raise NotUnderstood("none was expected")
            part.options.append(("secondaries", "none"))
    elif words.take_if("multi-area"):
        part.options.append(("multi-area", area_number(words.take())))


def _no_member(part: _Part, words: Words, where: SourceRef) -> None:
    part.tags.pop(words.take(), None)
    _rest(words)


def _ospf(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    settings = part.settings
    if word == "cost":
        settings["cost"] = taken_number(words, 65535)
    elif word == "network":
        kind = words.take()
        if kind not in ("broadcast", "point-to-point"):
            raise NotUnderstood(kind)
        settings["network_type"] = kind
    elif word == "passive-interface":
        settings["passive"] = True
    elif word == "priority":
        settings["priority"] = taken_number(words, 255)
    elif word == "hello-interval":
        settings["hello_s"] = taken_number(words, 65535)
    elif word == "dead-interval":
        settings["dead_s"] = taken_number(words, 262140)
    elif word == "mtu-ignore":
        settings["ignores_mtu"] = True
    elif word == "shutdown":
        part.options.append(("shutdown", ""))
    elif word in ("authentication", "authentication-key", "message-digest-key", "encryption"):
        if _rest(words) == "null":
            settings["authenticated"] = False
        elif word != "authentication-key":
            settings["authenticated"] = True
    elif word in ("bfd", "retransmit-interval", "transmit-delay", "event-history", "lls"):
        _rest(words)
    elif word in ("advertise-subnet", "prefix-suppression", "area", "multi-area", "instance", "distribute-list"):
        part.options.append((word, _rest(words)))
    else:
        raise NotUnderstood(word)


def _ospf_off(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    _rest(words)
    if word == "passive-interface":
        part.settings["passive"] = False
    elif word in ("cost", "network", "priority", "mtu-ignore"):
        part.settings.pop({"network": "network_type", "mtu-ignore": "ignores_mtu"}.get(word, word), None)


def _eigrp(part: _Part, words: Words, where: SourceRef) -> None:
    """Read `ip COMMAND [mode|key-chain] eigrp TAG ...`."""
    word = words.take()
    if word == "authentication":
        words.take()
    if not words.take_if("eigrp"):
        raise NotUnderstood("eigrp was expected")
    own = part.tags.setdefault(words.take(), {})
    if word == "passive-interface":
        own["passive"] = True
    elif word == "hello-interval":
        own["hello_s"] = taken_number(words, 65535)
    elif word == "hold-time":
        own["dead_s"] = taken_number(words, 65535)
    elif word == "authentication":
        own["authenticated"] = True
        _rest(words)
    elif word == "summary-address":
        own["summaries"] = (*own.get("summaries", ()), (prefix_text(masked_prefix(words)), where))  # type: ignore[misc]
        if words.peek():
            part.options.append(("summary-address", _rest(words)))
    elif word == "distribute-list":
        kind = {"prefix-list": "prefix_list", "route-map": "policy"}.get(words.take())
        name, direction = words.take(), words.take()
        if kind is None or direction not in ("in", "out"):
            raise NotUnderstood("a list and its direction were expected")
        own["filters"] = (*own.get("filters", ()), (direction, kind, name, where))  # type: ignore[misc]
    else:
        part.options.append((word, _rest(words)))


def _eigrp_off(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    if words.take_if("eigrp") and words.peek():
        own = part.tags.setdefault(words.take(), {})
        if word == "passive-interface":
            own["passive"] = False
        elif word in ("split-horizon", "next-hop-self"):
            part.options.append((word, "no"))
    _rest(words)


def _eigrp_setting(part: _Part, words: Words, where: SourceRef) -> None:
    """Read `ip eigrp TAG bfd` and `ip eigrp TAG shutdown`."""
    part.tags.setdefault(words.take(), {})
    if words.take_if("shutdown"):
        part.options.append(("shutdown", ""))
    elif not words.take_if("bfd"):
        raise NotUnderstood(words.peek())
    words.take_if("disable")


def _isis(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    settings = part.settings
    if word == "metric":
        cost = taken_number(words)
        level = words.take() if words.peek() else ""
        if level and level not in _LEVELS:
            raise NotUnderstood(level)
        if level:
            part.options.append((f"metric {level}", str(cost)))
        else:
            settings["cost"] = cost
    elif word == "circuit-type":
        level = words.take()
        if level not in _LEVELS:
            raise NotUnderstood(level)
        settings["level"] = _LEVELS[level]
    elif word == "network":
        settings["network_type"] = words.take()
    elif word in ("passive-interface", "passive"):
        levels = words.take() if words.peek() else "level-1-2"
        settings["passive"] = True
        if levels != "level-1-2":
            part.options.append(("passive", levels))
    elif word == "priority":
        settings["priority"] = taken_number(words, 127)
        _rest(words)
    elif word in ("authentication", "authentication-type", "authentication-key"):
        settings["authenticated"] = True
        _rest(words)
    elif word == "shutdown":
        part.options.append(("shutdown", ""))
    elif word in _ISIS_TIMERS:
        _rest(words)
    elif word in ("suppressed", "ipv6", "tag", "mtu-check", "prefix-attributes"):
        part.options.append((word, _rest(words)))
    else:
        raise NotUnderstood(word)


def _isis_off(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    _rest(words)
    if word in ("passive-interface", "passive"):
        part.settings["passive"] = False


def _rip(part: _Part, words: Words, where: SourceRef) -> None:
    word = words.take()
    if word == "passive-interface":
        part.settings["passive"] = True
    elif word == "authentication":
        part.settings["authenticated"] = True
        _rest(words)
    elif word in ("route-filter", "offset-list", "metric-offset", "summary-address", "poison-reverse", "shutdown"):
        part.options.append((word, _rest(words)))
    else:
        raise NotUnderstood(word)


def _rip_off(part: _Part, words: Words, where: SourceRef) -> None:
    if words.take() == "passive-interface":
        part.settings["passive"] = False
    _rest(words)
