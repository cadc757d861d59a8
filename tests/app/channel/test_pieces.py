"""A long answer is made piece by piece: all others get their turn, and it reads the same."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from app.channel.pieces import STRETCH, pieces_of, send_pieces
from app.channel.wire import receive, the_wire
from app.errors import BadInput
from app.history.comparing import side_of
from app.model.comparison import Compared
from app.model.consumption import Consumption, UnplacedAmount
from app.model.figures import Figures
from app.model.performance import Performance
from app.model.reading import PointId, Quality, Reading
from app.series import Outline, Series
from tests.plant import NOON

MANY = 20_000
WIRE = the_wire()


def series(count: int, samples: int = 30) -> list[Series]:
    return [
        Series(
            PointId(f"flat-{number}.s3"),
            np.arange(samples, dtype=np.int64),
            np.full(samples, number / 3),
            np.zeros(samples, np.uint8),
        )
        for number in range(count)
    ]


def used(parts: int) -> Consumption:
    hours = tuple(NOON + n * timedelta(hours=1) for n in range(parts))
    amounts = tuple(None if n % 7 == 0 else Decimal(n) / 10 for n in range(parts))
    return Consumption(
        PointId("flat-1.energy"),
        "kWh",
        hours,
        NOON + parts * timedelta(hours=1),
        amounts,
        (True,) * parts,
        (False,) * parts,
        (UnplacedAmount(NOON, NOON, Decimal("1.5"), jump=True),) * (parts // 3),
    )


def outline(tiles: int) -> Outline:
    at, value = np.arange(tiles, dtype=np.int64), np.arange(tiles) / 7
    mean = np.where(at % 3 == 0, np.nan, value)
    return Outline(
        PointId("ø.s3"), at, at + 1, value, value + 1, mean, np.ones(tiles, np.uint8)
    )


def figures(days: int) -> Figures:
    came = tuple(
        Performance(PointId("flat-1.energy"), NOON, NOON, 96, {Quality.GOOD: n})
        for n in range(days)
    )
    row = tuple(n / 3 for n in range(days))
    starts = tuple(NOON + n * timedelta(days=1) for n in range(days))
    five = (row, row, row, row, row)
    return Figures(PointId("flat-1.energy"), "kWh", starts, NOON, *five, came, used(days))


def compared(parts: int) -> Compared:
    side = side_of(used(parts))
    return Compared(PointId("flat-1.energy"), True, (side, side))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ((answer := series(300)), Sequence[Series]),
        (answer, list[Series]),
        (answer[:3], Sequence[Series]),
        (tuple(answer), tuple[Series, ...]),
        ([], Sequence[Series]),
        ([None, 1.5, "a"] * 200, list[float | str | None]),
        ({f"k{n}": "ø" for n in range(500)}, Mapping[str, str]),
        ("a" * 1000, str),
        (None, type(None)),
        ([used(1000), used(3)], Sequence[Consumption]),
        ([used(0)] * 101, Sequence[Consumption]),
        (used(500), Consumption),
        (series(2, 100_000), Sequence[Series]),
        (series(1, 100_000)[0], Series),
        ([outline(60_000), outline(5), outline(0)], Sequence[Outline]),
        ([figures(400), figures(1)], Sequence[Figures]),
        ((compared(300), compared(2)), tuple[Compared, ...]),
        ([PointId(f"p-{n}.a") for n in range(1000)], Sequence[PointId]),
        ([(NOON, 1.5)] * 300, Sequence[tuple[datetime, float]]),
        ([[NOON] * 150, [NOON]], list[list[datetime]]),
    ],
)
async def test_the_pieces_say_what_the_whole_says(value: Any, kind: Any) -> None:
    whole = json.dumps(WIRE.unstructure(value, kind), ensure_ascii=False)
    assert json.loads(b"".join(await pieces_of(WIRE, value, kind))) == json.loads(whole)


async def test_news_of_many_readings_say_what_they_said_at_once() -> None:
    news = [
        Reading(PointId(f"flat-{n}.s3"), n / 7, Quality.GOOD, NOON) for n in range(MANY // 10)
    ]
    told = json.loads(b"".join(await pieces_of(WIRE, news)))
    assert told == json.loads(json.dumps([WIRE.unstructure(each) for each in news]))


async def test_others_get_their_turn_while_a_long_answer_is_made() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    going_on = asyncio.create_task(others())
    await asyncio.sleep(0)
    before = turns
    began_s = os.times().user
    pieces = await pieces_of(WIRE, series(MANY), Sequence[Series])
    used_s = os.times().user - began_s
    going_on.cancel()
    assert len(pieces) == MANY + 2
    # a turn at least every 10 ms of work, less what a loaded machine lets us measure
    assert turns - before >= max(5, used_s / 0.05)


LONG: Mapping[str, tuple[Any, Any]] = {
    "a year of ten seconds of one point": (series(1, 3_000_000), Sequence[Series]),
    "an outline": (outline(500_000), Outline),
    "hours of ten years": ([used(88_000)], Sequence[Consumption]),
    "the days of ten years": ([figures(3653)], Sequence[Figures]),
}


@pytest.mark.parametrize("name", LONG)
async def test_no_part_of_one_long_answer_is_made_at_one_stretch(name: str) -> None:
    value, kind = LONG[name]
    pieces = await pieces_of(WIRE, value, kind)
    assert max(map(len, pieces)) <= STRETCH + 10_000
    told = json.loads(b"".join(pieces))
    back = WIRE.structure(told, kind)
    one, other = (each if isinstance(each, Outline) else each[0] for each in (back, value))
    assert len(one) == len(other)
    assert one.point == other.point


async def test_what_no_client_would_take_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.channel.pieces.MOST_BYTES", 50_000)
    with pytest.raises(BadInput, match="ask for less"):
        await pieces_of(WIRE, series(1000), Sequence[Series])


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    arrived: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _r, w: arrived.put_nowait(w), "127.0.0.1", 0)
    reader, ours = await asyncio.open_connection(*server.sockets[0].getsockname())
    theirs = await arrived.get()
    try:
        yield reader, theirs
    finally:
        for writer in (ours, theirs):
            writer.close()
            await writer.wait_closed()
        server.close()


@pytest.mark.parametrize("head", [{"id": 7}, {}, {"event": "readings"}])
@pytest.mark.parametrize("count", [1, 5000])
async def test_pieces_arrive_as_one_message(head: dict[str, Any], count: int) -> None:
    answer = series(count)
    pieces = await pieces_of(WIRE, answer, Sequence[Series])
    async with connected() as (reader, writer):
        sending = asyncio.create_task(send_pieces(writer, head, "ok", pieces))
        message = await receive(reader)
        await sending
    assert {name: value for name, value in message.items() if name != "ok"} == head
    back = WIRE.structure(message["ok"], list[Series])
    assert [each.point for each in back] == [each.point for each in answer]
    assert back[-1].values.tolist() == answer[-1].values.tolist()
