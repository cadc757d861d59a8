"""Points have numbers in a file: dense from one, never given twice, and guarded by a seal."""

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from app.errors import StoreBroken
from app.history import series
from app.history.schema import GROUP_SIZE, QUARTER
from app.history.sqlitetables import SqlitePoints
from app.model.reading import PointId

A, B, C = (PointId(f"station-7.{key}") for key in ("supply", "return", "førsel"))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in QUARTER.ddl():
            connection.execute(statement)
        yield connection


def test_numbers_are_dense_and_go_on_where_they_ended(connection: sqlite3.Connection) -> None:
    known: dict[PointId, int] = {}
    assert series.add(SqlitePoints(connection), [A, B, A], known) == {A: 1, B: 2}
    assert known == {}  # whoever commits adds them, once they are on the disk
    known = series.all_numbers(SqlitePoints(connection))
    assert series.add(SqlitePoints(connection), [B, C], known) == {C: 3}
    assert series.all_numbers(SqlitePoints(connection)) == {A: 1, B: 2, C: 3}


def test_only_points_that_are_known_have_numbers(connection: sqlite3.Connection) -> None:
    series.add(SqlitePoints(connection), [A, C], {})
    assert series.numbers_of(SqlitePoints(connection), [B, C]) == {C: 2}
    assert series.numbers_of(SqlitePoints(connection), []) == {}


def test_the_way_back_from_numbers_to_points(connection: sqlite3.Connection) -> None:
    series.add(SqlitePoints(connection), [A, B, C], {})
    assert series.points_of(SqlitePoints(connection), [3, 1, 3]) == {1: A, 3: C}
    with pytest.raises(StoreBroken, match="samples of 2 points it has no name for"):
        series.points_of(SqlitePoints(connection), [1, 8, 9])


@pytest.mark.parametrize(
    "damage", ["point = 'station-7.supplx'", "id = 9", "seal = seal + 1", "point = 7"]
)
def test_damage_is_found_before_a_point_lends_its_samples_to_another(
    connection: sqlite3.Connection, damage: str
) -> None:
    series.add(SqlitePoints(connection), [A], {})
    connection.execute(f"UPDATE series SET {damage}")
    with pytest.raises(StoreBroken, match="does not fit its seal"):
        series.all_numbers(SqlitePoints(connection))


def test_names_that_look_like_sql_or_json_are_just_names(
    connection: sqlite3.Connection,
) -> None:
    odd = [
        PointId("a'; DROP TABLE series; --"),
        PointId('x"],["y'),
        PointId("\u2028.\U0001f525"),
    ]
    series.add(SqlitePoints(connection), odd, {})
    assert series.numbers_of(SqlitePoints(connection), odd) == {odd[0]: 1, odd[1]: 2, odd[2]: 3}


def test_groups_lie_together_in_the_order_of_the_numbers() -> None:
    numbers = np.random.default_rng(4).permutation(np.arange(1, 2 * GROUP_SIZE + 50))
    numbered = series.Numbered([PointId(f"p{n}") for n in numbers.tolist()], numbers)
    assert numbered.order is not None
    groups = numbers[numbered.order] // GROUP_SIZE
    assert groups[numbered.begins].tolist() == [0, 1, 2]
    assert all((groups[begin - 1 : begin + 1] == [n, n + 1]).all()
               for n, begin in enumerate(numbered.begins[1:].tolist()))  # fmt: skip
    in_order = series.Numbered(numbered.points, np.arange(1, 9))
    assert in_order.order is None
    assert in_order.begins.tolist() == [0]


def test_points_are_kept_under_the_names_that_who_asks_holds() -> None:
    held = [PointId(f"station-7.{key}") for key in ("return", "new", "supply")]
    known = series.under_names_of(held, {A: 1, B: 2, C: 3})
    assert known == {A: 1, B: 2, C: 3}
    mine = {each: each for each in known}
    assert mine[B] is held[0]
    assert mine[A] is held[2]
    assert mine[C] is C


def test_all_numbers_are_read_without_a_second_copy_of_their_rows(
    connection: sqlite3.Connection,
) -> None:
    series.add(
        SqlitePoints(connection), [PointId(f"station-{n}.supply") for n in range(20_000)], {}
    )
    tracemalloc.start()
    try:
        known = series.all_numbers(SqlitePoints(connection))
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(known) == 20_000
    assert peak < 1.5 * kept, (
        "a dictionary that grows is twice there for a moment; rows are not"
    )
