"""The page for who has arranged nothing yet: what every district plant wants to know first."""

from collections.abc import Mapping

from widgets.dashboard.board import BoardPage, Place, Tile
from widgets.desk import Json

_TILES: tuple[tuple[str, tuple[int, int, int, int], Mapping[str, Json]], ...] = (
    ("communication", (0, 0, 2, 2), {}),
    ("keyfigure", (2, 0, 2, 1), {"role": "return", "how": "mean"}),
    ("keyfigure", (2, 1, 2, 1), {"role": "supply", "how": "mean"}),
    ("keyfigure", (4, 0, 2, 1), {"role": "outdoor", "how": "median"}),
    ("keyfigure", (4, 1, 2, 1), {"role": "power", "how": "total"}),
    ("alarms", (6, 0, 2, 2), {}),
    ("worst", (0, 2, 4, 4), {"role": "return", "end": "highest"}),
    ("worst", (4, 2, 4, 4), {"role": "dhw", "end": "lowest"}),
)


def standard_pages() -> tuple[BoardPage, ...]:
    """Return the pages a person begins with; their names follow the language."""
    tiles = tuple(
        Tile(f"standard-{at}", kind, Place(*place), options)
        for at, (kind, place, options) in enumerate(_TILES)
    )
    return (BoardPage("standard", "", tiles),)
