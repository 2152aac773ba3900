"""BGP: the process, its groups and neighbours, each as stated; nothing is inherited here.

Source: Junos BGP User Guide: a neighbour's statement takes the place of its group's, the group's that of the process;
`loops N` discards where the own number stands N times; a multihop session without `ttl` has 64; `type` says whether
the peer is internal where no `peer-as` does.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.routing import BgpFamily, BgpNeighbor
from netaudit.parsers.juniper_junos.protocol_words import (
    BGP_ANY,
    BGP_FAMILIES,
    BGP_FAMILY_OPTIONS,
    BGP_IGNORED,
    BGP_OPTIONS,
)
from netaudit.parsers.juniper_junos.section import Section, as_number, named_blocks, number_of, text_below
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS
from netaudit.parsers.juniper_junos.vocabulary import is_address
from netaudit.parsers.ledger import LineLedger

_AUTHENTICATION = ("authentication-key", "authentication-key-chain", "authentication-algorithm")
_LOCAL_AS = {"private": "private", "no-prepend-global-as": "no-prepend", "alias": "alias"}
_DEFAULT_MULTIHOP_TTL = 64


def read_bgp(section: Section, ledger: LineLedger) -> tuple[tuple[BgpNeighbor, ...], bool]:
    """Return the peers of a process, and whether all of them are understood. Takes everything of the section."""
    found: list[BgpNeighbor] = []
    groups = list(section.blocks("group"))
    own = list(section.blocks("neighbor"))
    process = _peer(section, "", "process", "", ledger)
    found.append(process)
    for group in groups:
        members = list(group.blocks("neighbor"))
        ranges = list(_allowed(group))
        found.append(_peer(group, group.node.word, "group", "", ledger))
        found += ranges
        found += [_peer(one, _address(one.node.word), "neighbor", group.node.word, ledger) for one in members]
    found += [_peer(one, _address(one.node.word), "neighbor", "", ledger) for one in own]
    return tuple(found), all(one.exact for one in found)


def _address(word: str) -> str:
    return word.lower() if is_address(word) else word


def _allowed(group: Section) -> Iterator[BgpNeighbor]:
    """Yield the ranges that peers of a group may come from."""
    where = group.where
    for word in group.values("allow"):
        for prefix in ("0.0.0.0/0", "::/0") if word == "all" else (word,):
            yield BgpNeighbor(prefix, where, "range", group.node.word)
    dynamic = group.take("dynamic-neighbor")
    if dynamic is not None:
        for block in named_blocks(dynamic.node, group.ledger):
            for prefix in block.values("allow"):
                yield BgpNeighbor(prefix, block.where, "range", group.node.word)
            group.exact = block.finish() and group.exact


def _peer(section: Section, name: str, kind: str, group: str, ledger: LineLedger) -> BgpNeighbor:
    where = section.where
    options: list[tuple[str, str]] = []
    peer_as = section.value("peer-as")
    type_ = section.value("type")
    remote_as = as_number(peer_as) if peer_as else type_
    if peer_as and type_:
        options.append(("type", type_))
    local_as, local_options, loops = _local_as(section)
    multihop: int | None = None
    hops = section.take("multihop")
    if hops is not None:
        multihop = hops.number("ttl")
        multihop = _DEFAULT_MULTIHOP_TTL if multihop is None else multihop
        if hops.flag("no-nexthop-change"):
            options.append(("no-nexthop-change", ""))
        section.exact = hops.finish() and section.exact
    # A list, not a generator: each takes its statement.
    authenticated = any([section.opaque(word) for word in _AUTHENTICATION])  # noqa: C419
    cluster = section.value("cluster")
    if cluster:
        options.append(("cluster", cluster))
    families = _families(section, cluster, loops, ledger)
    passive = section.flag("passive")
    source = section.value("local-address")
    description = section.value("description")
    options += section.options(BGP_OPTIONS)
    section.ignore(BGP_IGNORED)
    exact = section.finish()
    return BgpNeighbor(
        name=name,
        where=where,
        kind=kind,
        group=group,
        remote_as=remote_as,
        local_as=local_as,
        local_as_options=local_options,
        source=source,
        description=description,
        multihop=multihop,
        authenticated=authenticated or None,
        passive=passive or None,
        families=families,
        options=tuple(options),
        exact=exact,
    )


def _local_as(section: Section) -> tuple[str, tuple[str, ...], int | None]:
    """Return the number of `local-as`, its options, and how often it may stand in a path."""
    block = section.take("local-as")
    if block is None:
        return "", (), None
    loops = block.number("loops")
    options = [_LOCAL_AS[word] for word in _LOCAL_AS if block.flag(word)]
    number = ""
    for node in block.rest():
        if number_of(as_number(node.word)) is None:
            block.reject(node, "not an AS number")
            continue
        number = as_number(node.word)
        inner: Section | None = Section(node, block.ledger)
        while inner is not None:  # on one line each option stands below the one before it
            loops = inner.number("loops") if loops is None else loops
            found = {word: inner.take(word) for word in _LOCAL_AS}
            options += [_LOCAL_AS[word] for word, one in found.items() if one is not None]
            block.exact = inner.finish() and block.exact
            inner = next((one for one in found.values() if one is not None), None)
    section.exact = block.exact and section.exact
    return number, tuple(options), None if loops is None else max(loops - 1, 0)


def _families(section: Section, cluster: str, loops: int | None, ledger: LineLedger) -> tuple[BgpFamily, ...]:
    """Return what is stated for all families first, then each family."""
    where = section.where
    imports, exports = section.chain("import"), section.chain("export")
    private = section.take("remove-private")
    removes = ""
    options: list[tuple[str, str]] = []
    if private is not None:
        private_words = [
            one.word for one in private.node.walk() if one is not private.node and one.word not in APPLY_WORDS
        ]
        removes = "replace" if "replace" in private_words else "all" if "all" in private_words else "yes"
        options += [("remove-private", word) for word in private_words if word not in ("all", "replace")]
    override = section.flag("as-override")
    add_path = section.take("add-path")
    found: list[BgpFamily] = []
    if imports or exports or removes or override or cluster or loops is not None or add_path is not None:
        found.append(
            BgpFamily(
                "",
                where,
                import_policies=imports,
                export_policies=exports,
                reflector_client=True if cluster else None,
                removes_private_as=removes,
                own_as_accepted=loops,
                as_override=override or None,
                add_path=() if add_path is None else _add_path(add_path, options),
                options=tuple(options),
            )
        )
        if add_path is not None:
            section.exact = add_path.finish() and section.exact
    block = section.take("family")
    for family in named_blocks(block.node, ledger) if block is not None else ():
        name = family.node.word
        if name == "route-target":
            found.append(BgpFamily("ipv4 rt-filter", family.where, active=True, options=_rest(family)))
            continue
        kinds = [one for one in family.node.below() if one.word not in APPLY_WORDS]
        for kind in kinds:
            words: tuple[str, ...] = BGP_ANY if kind.word == "any" else (kind.word,)
            known = [BGP_FAMILIES[name, word] for word in words if (name, word) in BGP_FAMILIES]
            if not known:
                section.reject(kind, "an address family that is not known")
                continue
            inner = Section(kind, ledger)
            settings = _family(inner, known, ledger)
            found += settings
            section.exact = inner.exact and section.exact
        if not kinds:
            section.reject(family.node, "an address family without its kind")
    return tuple(found)


def _family(section: Section, names: list[str], ledger: LineLedger) -> list[BgpFamily]:
    where = section.where
    options: list[tuple[str, str]] = []
    loops = section.number("loops")
    add_path = section.take("add-path")
    paths = () if add_path is None else _add_path(add_path, options)
    limit = None
    block = section.take("prefix-limit")
    if block is not None:
        limit = block.number("maximum")
        options += [("prefix-limit", text_below(block.node, ledger))]
    imports, exports = section.chain("import"), section.chain("export")
    options += section.options(BGP_FAMILY_OPTIONS)
    section.finish(*([add_path] if add_path is not None else []))
    if add_path is not None:
        section.exact = add_path.finish() and section.exact
    return [
        BgpFamily(
            name,
            where,
            active=True,
            import_policies=imports,
            export_policies=exports,
            own_as_accepted=None if loops is None else max(loops - 1, 0),
            maximum_prefixes=limit,
            add_path=paths,
            options=tuple(options),
        )
        for name in names
    ]


def _add_path(section: Section, options: list[tuple[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    if section.flag("receive"):
        found.append("receive")
    send = section.text("send")
    if send is not None:
        found.append("send")
        options.append(("add-path send", send))
    return tuple(found)


def _rest(section: Section) -> tuple[tuple[str, str], ...]:
    return tuple((node.word, text_below(node, section.ledger)) for node in section.rest())
