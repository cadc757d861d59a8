"""How large a server must be is worked out of what was measured, and told in the document."""

from contextlib import closing
from dataclasses import replace

import pytest

from benchmarks.scale import (
    DOCUMENT,
    SIZES,
    Assumed,
    Measured,
    ServerWork,
    document,
    needed,
)
from tests.postgres import Postgres

ONE = Measured(1_000_000, 250_000, 800_000, 500_000, 90_000, 2.0, ("chunk 1.500", "day 0.400"))


def test_samples_bytes_and_inserts_follow_from_the_meters() -> None:
    found = needed(100_000, ONE, Assumed())
    assert found.samples_per_year == 100_000 * 5 * 24 * 365
    assert found.bytes_per_year == 2 * found.samples_per_year
    assert found.inserts_per_s == pytest.approx(500_000 / 900)
    assert found.nodes == 1


def test_ten_times_the_meters_need_ten_times_of_everything() -> None:
    some, more = (needed(meters, ONE, Assumed()) for meters in (1_000_000, 10_000_000))
    assert more.bytes_per_year == pytest.approx(10 * some.bytes_per_year)
    assert more.inserts_per_s == pytest.approx(10 * some.inserts_per_s)
    assert some.nodes < more.nodes <= 10 * some.nodes


@pytest.mark.parametrize(
    ("measured", "because"),
    [
        (replace(ONE, bytes_per_sample=200.0), "disk"),
        (replace(ONE, packed_per_s=100.0), "putting together"),
        (replace(ONE, inserted_per_s=1.0, packed_per_s=1e9), "inserts"),
        (replace(ONE, server_packed_per_s=100.0), "putting together"),
        (replace(ONE, server_inserted_per_s=1.0, packed_per_s=1e9), "inserts"),
    ],
)
def test_what_asks_for_the_most_nodes_is_named(measured: Measured, because: str) -> None:
    found = needed(10_000_000, measured, Assumed())
    assert found.because == because
    assert found.nodes > 10


def test_the_document_tells_what_was_measured_and_what_was_taken_for_granted() -> None:
    said = document(ONE, Assumed(), 3.0)
    for word in (
        "1,000,000",
        "250,000",
        "800,000",
        "500,000",
        "2.00",
        "chunk 1.500, day 0.400",
        "5 points a meter",
    ):
        assert word in said
    for meters in SIZES:
        assert f"| {meters:,} |" in said


def test_the_servers_work_counts_as_much_as_that_of_who_collects() -> None:
    slow = replace(ONE, inserted_per_s=1e12, packed_per_s=1e12, bytes_per_sample=0.001)
    one = replace(slow, server_inserted_per_s=400.0, server_packed_per_s=1e12)
    two = replace(slow, inserted_per_s=400.0, server_inserted_per_s=1e12)
    assert (
        needed(1_000_000, one, Assumed()).nodes == needed(1_000_000, two, Assumed()).nodes > 1
    )


def test_the_work_of_a_server_is_counted_with_that_of_processes_that_ended(
    postgres: Postgres,
) -> None:
    """Half a second of work: by a connection that stays, and by one that goes."""
    with closing(postgres.new_server()) as server:
        work, counted = ServerWork(server), [0.0]
        counted[0] = work.seconds()
        for _turn in range(2):
            with closing(server.connection()) as connection:
                connection.execute(b"SELECT sum(sqrt(n)) FROM generate_series(1, 400000) AS n")
                counted.append(work.seconds())
    assert counted == sorted(counted)
    assert counted[1] > counted[0]
    assert counted[2] > counted[1]


def test_the_document_that_lies_here_came_of_it() -> None:
    kept = DOCUMENT.read_text("utf-8")
    shape = document(ONE, Assumed(), 3.0)
    heads = [
        line for line in shape.splitlines() if line.startswith(("#", "| meters", "One node"))
    ]
    assert all(head in kept for head in heads)
