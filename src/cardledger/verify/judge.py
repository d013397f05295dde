"""What the stored tree, the checkpoints and the lines say of each other: which of them is wrong?

Every line has its hash when this is asked. So somebody who changed a line gave it a new hash too,
and the tiles over it, the edge of the tree or a checkpoint bear witness against it; or else it is
one of these that was altered. Where a signed checkpoint says what the lines give, the lines are
right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cardledger.i18n import _
from cardledger.verify.notes import Note, check_inside, check_kept, check_outside
from cardledger.verify.source import Source
from cardledger.verify.tree import WIDTH, Subtree, TileFault, Tree, split
from cardledger.verify.verdict import Problem, problem


def check_notes(tree: Tree, inside: Note, outside: Note, kept: Note) -> list[Problem]:
    """Return what the checkpoints say against the lines."""
    found = (check_inside(inside, tree), check_outside(outside, tree), check_kept(kept, tree))
    return [one for one in found if one is not None]


def check_tree(
    source: Source, tree: Tree, *, vouched: bool, against: Collection[Problem] = ()
) -> Iterator[Problem]:
    """Yield all that does not fit the lines of a log.

    `vouched`: a checkpoint says what the lines give. `against`: what checkpoints say against them.
    """
    stored = _stored_edge(source, tree)
    fault = min(tree.faults.values(), key=lambda one: (one.first, one.level), default=None)
    edge = tree.edge()
    off = None if stored is None or stored[0] != tree.size else _first_off(edge, stored[1])
    right = vouched or (stored is not None and stored == (tree.size, [one.root for one in edge]))
    located: Problem | None = None
    if fault is not None:
        located = _tile_altered(fault) if right else _lines_changed(tree, fault)
    elif off is not None and not vouched:
        located = _edge_differs(off)
    elif stored is None or off is not None or (vouched and stored[0] != tree.size):
        located = problem(_("The edge of the tree, from which it grows, was altered."))
    elif stored[0] != tree.size:
        located = _other_size(tree, *stored)
    if located is not None:
        yield located
    # That the roots differ says less than where.
    yield from (one for one in against if one.position is not None or located is None)
    yield from _surplus(source, tree, vouched)


def _stored_edge(source: Source, tree: Tree) -> tuple[int, list[bytes]] | None:
    rows = source.all("SELECT size, hashes FROM frontier WHERE origin = ?", [tree.origin])
    if len(rows) != 1 or type(rows[0][0]) is not int or type(rows[0][1]) is not bytes:
        return None
    return rows[0][0], split(rows[0][1])


def _first_off(edge: list[Subtree], stored: list[bytes]) -> Subtree | None:
    """Return the first subtree whose stored root is another one."""
    if len(stored) != len(edge):
        return edge[0] if edge else Subtree(1, 1, b"")
    pairs = zip(edge, stored, strict=True)
    return next((subtree for subtree, root in pairs if subtree.root != root), None)


def _tile_altered(fault: TileFault) -> Problem:
    if not fault.stored:
        return problem(
            _("Tile {index} of level {level} is missing; the lines are as they were."),
            fault.first,
            level=fault.level,
            index=fault.idx,
        )
    return problem(
        _(
            "Tile {index} of level {level} was altered at its entry {entry}; the lines below it,"
            " from {position} on, are as they were."
        ),
        fault.first,
        level=fault.level,
        index=fault.idx,
        entry=fault.entry,
    )


def _lines_changed(tree: Tree, fault: TileFault) -> Problem:
    """Say what was done to lines that were given new hashes, after what the tile remembers."""
    computed, stored, at = fault.computed, fault.stored, fault.entry
    first = fault.first
    if not stored or fault.level:
        last = first + fault.span * (1 if stored else WIDTH) - 1
        return problem(
            _("Lines {position} to {last} or the tiles over them were altered."),
            first,
            last=min(last, tree.size),
        )
    if len(stored) == WIDTH and at < WIDTH - 1:
        if computed[at : WIDTH - 1] == stored[at + 1 :]:
            return problem(_("Line {position} was removed, and those after it moved up."), first)
        if computed[at + 1 :] == stored[at : WIDTH - 1]:
            return problem(_("A line was inserted at {position}, and those after it moved."), first)
    if sorted(computed) == sorted(stored):
        return problem(_("The order of the lines was changed from line {position} on."), first)
    return problem(_("Line {position} was changed, and given a new hash."), first)


def _edge_differs(off: Subtree) -> Problem:
    if off.first == off.last:
        return problem(_("Line {position} was changed, and given a new hash."), off.first)
    return problem(
        _(
            "Among lines {position} to {last} one was changed and given a new hash, or one was"
            " removed or moved."
        ),
        off.first,
        last=off.last,
    )


def _other_size(tree: Tree, size: int, stored: list[bytes]) -> Problem:
    """Say what was done to lines of which there are more or less than the tree has leaves."""
    off = tree.first_off(size, stored)
    if off is not None and size > tree.size:
        return problem(
            _(
                "Among lines {position} to {last} one was removed or changed, and those after it"
                " moved up: the tree has {size} leaves, {left} lines are left."
            ),
            off.first,
            last=off.last,
            size=size,
            left=tree.size,
        )
    if off is not None:
        return problem(
            _(
                "Among lines {position} to {last} one was put in or changed, and those after it"
                " moved: the tree has {size} leaves, there are {left} lines."
            ),
            off.first,
            last=off.last,
            size=size,
            left=tree.size,
        )
    if size > tree.size:
        return problem(
            _("Lines were cut off: the tree has {size} leaves, {left} lines are left."),
            tree.size + 1,
            size=size,
            left=tree.size,
        )
    return problem(
        _("Line {position} and all after it were added without growing the tree."), size + 1
    )


def _surplus(source: Source, tree: Tree, vouched: bool) -> Iterator[Problem]:
    """Yield whether there are tiles for which there are no lines."""
    rows = source.all(
        "SELECT level, count(*), max(idx) FROM tile WHERE origin = ? GROUP BY level", [tree.origin]
    )
    for level, count, last in rows:
        full = tree.tiles.get(level, 0)
        if count > full or (full and last != full - 1 and level not in tree.faults):
            if vouched:
                yield problem(
                    _("A tile of level {level} was added, for which there are no lines."),
                    level=level,
                )
            else:
                yield problem(
                    _("Lines were cut off: there are tiles for lines that are not there."),
                    tree.size + 1,
                )
            return
