"""Tiles never cover each other, wherever somebody puts them; what was kept is not trusted."""

import random
from dataclasses import replace

import pytest

from widgets.dashboard.board import (
    COLUMNS,
    BoardPage,
    Place,
    Tile,
    arranged,
    folded,
    free_place,
    from_json,
    pages_from,
    rows_of,
    to_json,
)


def tile(name: str, x: int, y: int, w: int = 2, h: int = 1) -> Tile:
    return Tile(name, "note", Place(x, y, w, h), {"text": name})


def page(*tiles: Tile) -> BoardPage:
    return BoardPage("one", "Operation", arranged(tiles))


def places(of: BoardPage) -> dict[str, tuple[int, int, int, int]]:
    return {t.id: (t.place.x, t.place.y, t.place.w, t.place.h) for t in of.tiles}


def sound(tiles: tuple[Tile, ...], columns: int = COLUMNS) -> bool:
    """Whether nothing covers anything and everything is inside the grid."""
    for at, one in enumerate(tiles):
        if one.place.x < 0 or one.place.x + one.place.w > columns or one.place.y < 0:
            return False
        if any(one.place.meets(other.place) for other in tiles[at + 1 :]):
            return False
    return True


def test_a_tile_put_upon_another_pushes_it_down() -> None:
    before = page(tile("a", 0, 0), tile("b", 4, 0))
    after = before.with_tile(replace(before.tiles[1], place=Place(1, 0, 2, 1)))
    assert places(after) == {"b": (1, 0, 2, 1), "a": (0, 1, 2, 1)}


def test_a_tile_pulled_down_over_another_changes_places_with_it() -> None:
    before = page(tile("a", 0, 0), tile("b", 0, 1, h=2))
    moved = replace(before.tiles[0], place=Place(0, 1, 2, 1))
    assert places(before.with_tile(moved)) == {"b": (0, 0, 2, 2), "a": (0, 2, 2, 1)}


def test_nothing_hangs_in_the_air() -> None:
    assert places(page(tile("a", 3, 7))) == {"a": (3, 0, 2, 1)}
    before = page(tile("a", 0, 0), tile("b", 0, 1), tile("c", 0, 2))
    assert places(before.without("a")) == {"b": (0, 0, 2, 1), "c": (0, 1, 2, 1)}


def test_a_tile_grows_and_the_others_make_room() -> None:
    before = page(tile("a", 0, 0), tile("b", 2, 0), tile("c", 0, 1))
    after = before.with_tile(replace(before.tiles[0], place=Place(0, 0, 4, 2)))
    assert places(after) == {"a": (0, 0, 4, 2), "b": (2, 2, 2, 1), "c": (0, 2, 2, 1)}


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_moved_nothing_covers_anything_and_nothing_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    board = page()
    for number in range(12):
        w, h = chance.randint(1, 8), chance.randint(1, 4)
        board = board.with_tile(
            tile(str(number), chance.randint(0, 7), chance.randint(0, 9), w, h)
        )
        assert sound(board.tiles)
    for _ in range(60):
        each = chance.choice(board.tiles)
        moved = Place(
            chance.randint(-3, 9),
            chance.randint(-3, 20),
            chance.randint(-1, 9),
            chance.randint(0, 6),
        ).fitted()
        board = board.with_tile(replace(each, place=moved))
        assert sound(board.tiles)
        assert {t.id for t in board.tiles} == {str(n) for n in range(12)}
        assert arranged(board.tiles) == board.tiles
        few = folded(board.tiles, 4)
        assert sound(few, 4)
        assert len(few) == 12


def test_a_new_tile_takes_the_first_free_place() -> None:
    board = page(tile("a", 0, 0, 6, 1))
    assert free_place(board, 2, 1) == Place(6, 0, 2, 1)
    assert free_place(board, 3, 1) == Place(0, 1, 3, 1)
    assert free_place(BoardPage("x", ""), 8, 2) == Place(0, 0, 8, 2)
    assert rows_of(board.tiles) == 1


def test_a_page_is_kept_and_found_again() -> None:
    board = replace(page(tile("a", 0, 0), tile("b", 4, 0)), shares="p1", follows="")
    assert from_json(to_json(board)) == board
    assert pages_from([to_json(board), to_json(board)]) == (board,)


@pytest.mark.parametrize(
    "kept",
    [
        None,
        7,
        "x",
        [],
        [7, None, "x"],
        {},
        [{"tiles": "none"}],
        [{"key": 1, "name": 2, "tiles": [{"id": "a"}, {"id": "a", "at": [1]}, 3]}],
        [{"tiles": [{"id": "a", "kind": "note", "at": [0, 0, "2", 1]}]}],
    ],
)
def test_what_nobody_understands_is_left_out(kept: object) -> None:
    for found in pages_from(kept):  # type: ignore[arg-type]
        assert found.tiles == ()


def test_tiles_kept_over_each_other_or_outside_are_put_right() -> None:
    kept = {
        "key": "k",
        "name": "n" * 500,
        "tiles": [
            {"id": "a", "kind": "note", "at": [-5, -5, 99, 9999], "options": 7},
            {"id": "b", "kind": "note", "at": [7, 0, 4, 1]},
            {"id": "a", "kind": "note", "at": [0, 0, 1, 1]},
        ],
    }
    found = from_json(kept)  # type: ignore[arg-type]
    assert found is not None
    assert sound(found.tiles)
    assert len(found.tiles) == 2
    assert len(found.name) == 200
