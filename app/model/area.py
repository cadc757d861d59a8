"""Where devices lie: areas within areas, written from the outermost in: ``North/School``."""

SEPARATOR = "/"  # between an area and the area it lies in


def path_of(area: str) -> str:
    """Return an area as all write it: no blanks around its parts, and no empty ones."""
    return SEPARATOR.join(filter(None, (part.strip() for part in area.split(SEPARATOR))))


def lies_in(path: str, outer: str) -> bool:
    """Whether an area is another one or lies in it; both as `path_of` writes them.

    Areas without a name lie in each other and in no other.
    """
    return path == outer or path.startswith(outer + SEPARATOR)
