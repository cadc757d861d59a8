"""Taking values out of a profile's tree once its shape was found right."""

from app.profiles.tree import Items, Leaf, Node, Table


def text(table: Table, key: str, default: str = "") -> str:
    """Return the text behind ``key``."""
    value = _value(table, key)
    return value if isinstance(value, str) else default


def number(table: Table, key: str) -> float | None:
    """Return the number behind ``key``, or None when there is none."""
    value = _value(table, key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def whole(table: Table, key: str, default: int) -> int:
    """Return the whole number behind ``key``."""
    value = number(table, key)
    return default if value is None else int(value)


def flag(table: Table, key: str, *, default: bool) -> bool:
    """Return whether ``key`` is true."""
    value = _value(table, key)
    return value if isinstance(value, bool) else default


def group(table: Table, key: str) -> Table | None:
    """Return the mapping behind ``key``, or None when there is none."""
    node = table.get(key)
    return node if isinstance(node, Table) else None


def tables(table: Table, key: str) -> tuple[Table, ...]:
    """Return the mappings of the list behind ``key``."""
    return tuple(node for node in items(table, key) if isinstance(node, Table))


def named(table: Table, key: str) -> tuple[tuple[str, Table], ...]:
    """Return the mappings of the mapping behind ``key``, with their keys."""
    inner = group(table, key)
    entries = inner.entries.items() if inner else ()
    return tuple((name, e.node) for name, e in entries if isinstance(e.node, Table))


def items(table: Table, key: str) -> tuple[Node, ...]:
    """Return the list behind ``key``."""
    node = table.get(key)
    return node.nodes if isinstance(node, Items) else ()


def texts(table: Table, key: str) -> tuple[str, ...]:
    """Return the texts of the list behind ``key``."""
    leaves = [node.value for node in items(table, key) if isinstance(node, Leaf)]
    return tuple(value for value in leaves if isinstance(value, str))


def numbers(table: Table, key: str) -> tuple[float, ...]:
    """Return the numbers of the list behind ``key``."""
    leaves = [node.value for node in items(table, key) if isinstance(node, Leaf)]
    return tuple(float(value) for value in leaves if isinstance(value, int | float))


def words(table: Table, key: str) -> dict[int, str]:
    """Return a mapping whose keys are numbers and whose values are words."""
    inner = group(table, key)
    found = {}
    for name, entry in inner.entries.items() if inner else ():
        if isinstance(entry.node, Leaf) and isinstance(entry.node.value, str):
            found[int(name)] = entry.node.value
    return found


def wholes(table: Table, key: str) -> dict[int, int]:
    """Return a mapping of whole numbers to whole numbers."""
    inner = group(table, key)
    found = {}
    for name in inner.entries if inner else ():
        value = number(inner, name) if inner else None
        if value is not None:
            found[int(name)] = int(value)
    return found


def place(table: Table, *path: str) -> tuple[str, int]:
    """Return the file and line in which the last of ``path`` stands, as far as it is there."""
    file, line = table.file, table.line
    for key in path:
        entry = table.entries.get(key)
        if entry is None:
            break
        file, line = entry.node.file, entry.key_line
        if not isinstance(entry.node, Table):
            break
        table = entry.node
    return file, line


def _value(table: Table, key: str) -> str | int | float | bool | None:
    node = table.get(key)
    return node.value if isinstance(node, Leaf) else None
