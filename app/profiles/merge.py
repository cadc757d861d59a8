"""Laying one profile over another: the base says what a family shares, the overlay the rest."""

from collections.abc import Sequence

from app.profiles.fault import Faults
from app.profiles.tree import Entry, Items, Leaf, Node, Table, plain

# lists whose entries are known by a field: an overlay's entry changes the base's of that name
NAMED = {"points": "id", "alarms": "number", "unknown": "key", "week_programs": "circuit"}
_INHERITED = ("vendor", "models", "driver")  # of ``profile``; the rest is each file's own
_OWN_TYPE = ("enum", "bits", "sentinel")  # given anew, not mixed with the base's


def check_names(own: Table, faults: Faults) -> None:
    """Note what one file names twice."""
    for section, field in NAMED.items():
        first: dict[str, int] = {}
        noun = {"points": "point", "alarms": "alarm"}.get(section, section)
        for node in _nodes(own, section):
            name = _name(node, field)
            if name in first:
                said = f"{noun} {name} is given twice, first in line {first[name]}"
                faults.add(node.file, node.line, said)
            first.setdefault(name, node.line)


def check_counting(base: Table, own: Table, faults: Faults) -> None:
    """Note an overlay that counts registers otherwise than its base: all would shift."""
    link, under = own.get("link"), base.get("link")
    if not isinstance(link, Table) or "addressing" not in link.entries:
        return
    told = plain(link.entries["addressing"].node)
    if not isinstance(under, Table) or told != plain(under.get("addressing") or link):
        line = link.entries["addressing"].key_line
        faults.add(own.file, line, "link.addressing belongs to the file that is extended")


def laid_over(base: Table | None, own: Table) -> Table:
    """Return ``own`` completed by ``base``; every part keeps its own file and line.

    Points, alarms, gaps and week programs of the same name are merged field by
    field, other lists follow one another, groups are merged word by word. A
    file's ``defaults`` complete the points it brings itself.
    """
    entries = dict(base.entries) if base else {}
    for key, entry in own.entries.items():
        before = base.get(key) if base else None
        if key == "points":
            node: Node = _points(own, before, entry.node)
        elif key == "profile":
            node = _head(before, entry.node)
        elif isinstance(before, Items) and isinstance(entry.node, Items):
            node = _lists(before, entry.node, NAMED.get(key))
        else:
            node = _deep(before, entry.node)
        entries[key] = Entry(entry.key_line, node)
    return Table(entries, own.file, own.line)


def _points(own: Table, before: Node | None, points: Node) -> Node:
    defaults = own.get("defaults")
    known = {_name(node, "id") for node in (before.nodes if isinstance(before, Items) else ())}
    nodes = points.nodes if isinstance(points, Items) else ()
    filled = [
        _filled(node, defaults) if _name(node, "id") not in known else node for node in nodes
    ]
    after = Items(tuple(filled), points.file, points.line)
    return _lists(before, after, "id") if isinstance(before, Items) else after


def _filled(node: Node, defaults: Node | None) -> Node:
    if not (isinstance(node, Table) and isinstance(defaults, Table)):
        return node
    return Table({**defaults.entries, **node.entries}, node.file, node.line)


def _head(before: Node | None, head: Node) -> Node:
    if not (isinstance(before, Table) and isinstance(head, Table)):
        return head
    kept = {key: before.entries[key] for key in _INHERITED if key in before.entries}
    return Table({**kept, **head.entries}, head.file, head.line)


def _lists(before: Items, after: Items, field: str | None) -> Items:
    if field is None:
        return Items((*before.nodes, *after.nodes), after.file, after.line)
    merged = {_name(node, field): node for node in before.nodes}
    for node in after.nodes:
        name = _name(node, field)
        merged[name] = _deep(merged.get(name), node)
    return Items(tuple(merged.values()), after.file, after.line)


def _deep(before: Node | None, after: Node) -> Node:
    if not (isinstance(before, Table) and isinstance(after, Table)):
        return after
    entries = dict(before.entries)
    for key, entry in after.entries.items():
        under = None if key in _OWN_TYPE else before.get(key)
        entries[key] = Entry(entry.key_line, _deep(under, entry.node))
    return Table(entries, after.file, after.line)


def _nodes(table: Table, section: str) -> Sequence[Node]:
    node = table.get(section)
    return node.nodes if isinstance(node, Items) else ()


def _name(node: Node, field: str) -> str:
    leaf = node.get(field) if isinstance(node, Table) else None
    return str(leaf.value) if isinstance(leaf, Leaf) else ""
