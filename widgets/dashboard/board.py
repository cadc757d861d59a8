"""Where the tiles of a dashboard stand: whole cells of a grid, nothing over anything else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from widgets.desk import Json, Memory

COLUMNS = 8
MOST_ROWS = 100
MOST_TILES, MOST_PAGES = 60, 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Cells: from the left and from above, wide and high."""

    x: int
    y: int
    w: int
    h: int

    def meets(self, other: "Place") -> bool:
        """Whether the two share a cell."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )

    def fitted(self, columns: int = COLUMNS) -> "Place":
        """Return the same inside the grid."""
        w = min(max(self.w, 1), columns)
        h = min(max(self.h, 1), MOST_ROWS)
        x = min(max(self.x, 0), columns - w)
        return Place(x, min(max(self.y, 0), MOST_ROWS), w, h)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: what it is, where, and what it was told to show."""

    id: str
    kind: str  # id of a `TileType`
    place: Place
    options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the dashboard.

    ``shares`` is the preset others see it by, "" for nobody; ``follows`` the preset of
    somebody else that is shown in its place, "" for one's own page.
    """

    key: str
    name: str
    tiles: tuple[Tile, ...] = ()
    shares: str = ""
    follows: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the person may change it."""
        return not self.follows

    def tile(self, tile: str) -> Tile | None:
        """Return a tile by its id."""
        return next((each for each in self.tiles if each.id == tile), None)

    def with_tile(self, tile: Tile) -> "BoardPage":
        """Return the page with a tile added or changed; others give way.

        What it is put upon from above takes its old rows, so that the two change places;
        everything else gives way downwards.
        """
        others = [each for each in self.tiles if each.id != tile.id]
        before = self.tile(tile.id)
        if before is not None and tile.place.y > before.place.y:
            old = before.place
            under = [o for o in others if o.place.meets(tile.place) and o.place.y > old.y]
            others = [
                replace(o, place=replace(o.place, y=old.y)) if o in under else o for o in others
            ]
            least = max((old.y + o.place.h for o in under), default=0)
            lower = replace(tile.place, y=max(tile.place.y, least))
            tile = replace(tile, place=lower)
        return replace(self, tiles=arranged([*others, tile], first=tile.id))

    def without(self, tile: str) -> "BoardPage":
        """Return the page without a tile; what stood below moves up."""
        return replace(self, tiles=arranged(t for t in self.tiles if t.id != tile))


def arranged(tiles: Iterable[Tile], first: str = "") -> tuple[Tile, ...]:
    """Return the tiles where none covers another and none hangs in the air.

    The tile ``first`` keeps its columns and comes as near as it can to its row; the
    others make room for it.
    """
    waiting = sorted(tiles, key=lambda each: (each.place.y, each.id != first, each.place.x))
    settled: list[Tile] = []
    held = next((each for each in waiting if each.id == first), None)
    for each in waiting:
        place = each.place.fitted()
        guests = [*settled, held] if held is not None and each is not held else settled
        while any(place.meets(other.place.fitted()) for other in guests):
            place = replace(place, y=place.y + 1)
        settled.append(replace(each, place=place))
    return _risen(settled)


def folded(tiles: Sequence[Tile], columns: int) -> tuple[Tile, ...]:
    """Return the tiles for a narrow window: in order of reading, on fewer columns."""
    settled: list[Tile] = []
    for each in sorted(tiles, key=lambda tile: (tile.place.y, tile.place.x)):
        w = min(each.place.w, columns)
        place = _first_free(settled, w, each.place.h, columns)
        settled.append(replace(each, place=place))
    return tuple(settled)


def free_place(page: BoardPage, w: int, h: int) -> Place:
    """Return the first place of that size that is free, reading from the top left."""
    return _first_free(page.tiles, w, h, COLUMNS)


def rows_of(tiles: Iterable[Tile]) -> int:
    """Return how many rows the tiles take."""
    return max((each.place.y + each.place.h for each in tiles), default=0)


def new_id() -> str:
    """Return an id for a tile or page."""
    return uuid4().hex[:12]


def to_json(page: BoardPage) -> Memory:
    """Return what `from_json` makes the same page of."""
    tiles: list[Json] = [
        {
            "id": each.id,
            "kind": each.kind,
            "at": [each.place.x, each.place.y, each.place.w, each.place.h],
            "options": dict(each.options),
        }
        for each in page.tiles
    ]
    return {
        "key": page.key,
        "name": page.name,
        "tiles": tiles,
        "shares": page.shares,
        "follows": page.follows,
    }


def from_json(kept: Json) -> BoardPage | None:
    """Return a page somebody kept, as far as it makes sense; None for what is no page."""
    if not isinstance(kept, dict):
        return None
    tiles = kept.get("tiles")
    found = [_tile(each) for each in tiles[:MOST_TILES]] if isinstance(tiles, list) else []
    known = {each.id: each for each in found if each is not None}
    return BoardPage(
        key=_word(kept.get("key")) or new_id(),
        name=_word(kept.get("name"))[:LONGEST_NAME],
        tiles=arranged(known.values()),
        shares=_word(kept.get("shares")),
        follows=_word(kept.get("follows")),
    )


def pages_from(kept: Json) -> tuple[BoardPage, ...]:
    """Return the pages somebody kept; none when nothing can be understood."""
    if not isinstance(kept, list):
        return ()
    pages = [from_json(each) for each in kept[:MOST_PAGES]]
    known = {page.key: page for page in pages if page is not None}
    return tuple(known.values())


def _risen(tiles: Sequence[Tile]) -> tuple[Tile, ...]:
    settled: list[Tile] = []
    for each in sorted(tiles, key=lambda tile: (tile.place.y, tile.place.x)):
        place = each.place
        while place.y > 0:
            above = replace(place, y=place.y - 1)
            if any(above.meets(other.place) for other in settled):
                break
            place = above
        settled.append(replace(each, place=place))
    return tuple(sorted(settled, key=lambda tile: (tile.place.y, tile.place.x)))


def _first_free(tiles: Sequence[Tile], w: int, h: int, columns: int) -> Place:
    w = min(w, columns)
    for y in range(rows_of(tiles) + 1):
        for x in range(columns - w + 1):
            place = Place(x, y, w, h)
            if not any(place.meets(each.place) for each in tiles):
                return place
    return Place(0, rows_of(tiles), w, h)


def _tile(kept: Json) -> Tile | None:
    if not isinstance(kept, dict):
        return None
    at, options = kept.get("at"), kept.get("options")
    numbers = [n for n in at if isinstance(n, int)] if isinstance(at, list) else []
    if len(numbers) != 4:  # noqa: PLR2004 - x, y, w, h
        return None
    name, kind = _word(kept.get("id")), _word(kept.get("kind"))
    if not name or not kind:
        return None
    place = Place(*numbers).fitted()
    return Tile(name, kind, place, options if isinstance(options, dict) else {})


def _word(kept: Json) -> str:
    return kept if isinstance(kept, str) else ""
