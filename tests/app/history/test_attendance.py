"""Who was there when outlives the core; where nobody looked on nothing is claimed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.history.attendance import (
    BEAT_S,
    FILE,
    MOST_PIECES,
    AttendanceBook,
    coarse,
    line_of,
)
from app.history.attendancefile import KEPT_MS, MOST_CHANGES, AttendanceFile, Met, Piece
from app.history.readings import to_ms
from app.model.conversation import Attendance
from app.model.device import DeviceStanding, LinkId, Presence
from app.model.reading import DeviceId
from tests.fakes.clock import FakeClock
from tests.plant import LINK, NOON, device

ONE, OTHER = DeviceId("ahornvej-14"), DeviceId("birkevej-3")
ON, LATE, OFFLINE = Presence.ON, Presence.LATE, Presence.OFFLINE
FAULT, DISABLED = Presence.FAULT, Presence.DISABLED
DAY = timedelta(days=1)


class Watch:
    """A book, its clock, and a core that looks on as long as it is told to."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.clock = clock
        self.book = AttendanceBook(folder, clock)

    def is_(self, presence: Presence, device: DeviceId = ONE, requests: int = 7) -> None:
        """Tell how a device is doing now."""
        standing = DeviceStanding(device, presence, self.clock(), requests=requests)
        self.book.note([standing])

    def look_on(self, seconds: float) -> None:
        """Let time pass while somebody looks on."""
        left = seconds
        while left > 0:
            self.clock.go(min(left, BEAT_S))
            left -= BEAT_S
            self.book.beat()

    async def told(
        self, start: datetime = NOON, end: datetime = NOON + DAY, line: Sequence[DeviceId] = ()
    ) -> Attendance:
        return await self.book.between(ONE, line, start, end)

    async def stays(self) -> list[tuple[float, float, Presence]]:
        """Return the day's stays, in seconds since noon."""
        return seconds(await self.told())


def seconds(told: Attendance) -> list[tuple[float, float, Presence]]:
    return [
        ((s.begin - NOON).total_seconds(), (s.end - NOON).total_seconds(), s.presence)
        for s in told.stays
    ]


@asynccontextmanager
async def watching(folder: Path, clock: FakeClock) -> AsyncIterator[Watch]:
    """A core that runs until the block ends."""
    watch = Watch(folder, clock)
    await watch.book.open()
    try:
        yield watch
    finally:
        await watch.book.close()


async def test_what_a_device_was_is_told_with_the_exact_share(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        for presence, held_s in ((ON, 600), (LATE, 20), (OFFLINE, 80), (FAULT, 100)):
            watch.is_(presence)
            watch.is_(presence)  # told again, nothing new
            watch.look_on(held_s)
        told = await watch.told()
        assert seconds(told) == [
            (0, 600, ON),
            (600, 620, LATE),
            (620, 700, OFFLINE),
            (700, 800, FAULT),
        ]
        assert (told.noted_s, told.there_s, told.since) == (800, 700, NOON)
        assert watch.book.trouble == ""


async def test_before_the_first_request_nobody_knows_how_a_device_is(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.is_(LATE, requests=0)
        watch.look_on(5)
        watch.is_(ON)
        watch.look_on(5)
        assert await watch.stays() == [(5, 10, ON)]


async def test_a_restart_keeps_the_past_and_leaves_a_hole(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with watching(tmp_path, clock) as watch:
        watch.is_(ON)
        watch.look_on(100)
    clock.go(50)
    async with watching(tmp_path, clock) as watch:
        clock.go(10)
        watch.is_(OFFLINE)
        watch.look_on(40)
        told = await watch.told()
    assert seconds(told) == [(0, 100, ON), (160, 200, OFFLINE)]
    assert (told.noted_s, told.there_s) == (140, 100)


async def test_a_killed_core_claims_no_more_than_it_had_seen(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    killed = Watch(tmp_path, clock)
    await killed.book.open()
    killed.is_(ON)
    killed.look_on(90)
    await settle(killed)
    killed.book.beat()
    await settle(killed)
    killed.book._file.close()
    clock.go(1000)
    async with watching(tmp_path, clock) as watch:
        assert await watch.stays() == [(0, 90, ON)]


async def test_a_computer_that_slept_has_not_looked_on(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with watching(tmp_path, clock) as watch:
        watch.is_(ON)
        watch.look_on(60)
        clock.go(8 * 3600)
        watch.is_(LATE)
        watch.look_on(30)
        assert await watch.stays() == [(0, 60, ON), (28860, 28890, LATE)]


async def test_a_clock_set_back_makes_no_time_twice(tmp_path: Path) -> None:
    clock = FakeClock(NOON + timedelta(hours=2))
    async with watching(tmp_path, clock) as watch:
        watch.is_(ON)
        watch.look_on(60)
        clock.go(-3600)
        watch.book.beat()
        watch.look_on(60)
        assert await watch.stays() == [(3660, 3720, ON)], "the rest is to come"
        watch.look_on(7200)
        told = await watch.told()
        assert seconds(told) == [(3660, 10920, ON)]
        assert told.noted_s == told.there_s == 7260


async def test_what_lies_outside_the_period_is_cut_off(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.is_(ON)
        watch.look_on(600)
        begin = NOON + timedelta(seconds=200)
        told = await watch.told(begin, begin + timedelta(seconds=100))
        assert seconds(told) == [(200, 300, ON)]
        assert told.since == NOON
        later = await watch.told(NOON + DAY, NOON + 2 * DAY)
        assert (later.stays, later.noted_s) == ([], 0)


async def test_a_device_taken_out_is_noted_no_longer(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.is_(ON)
        watch.is_(ON, OTHER)
        watch.look_on(60)
        watch.book.serve([OTHER])
        watch.look_on(60)
        assert await watch.stays() == [(0, 60, ON)]
        watch.is_(ON)
        watch.look_on(30)
        assert await watch.stays() == [(0, 60, ON), (120, 150, ON)]


async def test_an_unknown_device_was_never_noted(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        told = await watch.book.between(DeviceId("nobody"), (), NOON, NOON + DAY)
        assert told == Attendance(None, [], [], 0, 0)


async def test_a_core_that_only_looks_something_up_notes_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path, FakeClock(NOON))
    await watch.book.open(noting=False)
    watch.is_(ON)
    watch.book.serve([ONE])
    await watch.book.close()
    async with watching(tmp_path, watch.clock) as later:
        assert await later.stays() == []


async def test_a_line_is_there_while_any_of_its_devices_is(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.is_(ON)
        watch.is_(OFFLINE, OTHER)
        watch.look_on(60)
        watch.is_(OFFLINE)
        watch.look_on(60)
        watch.is_(FAULT, OTHER)
        watch.look_on(60)
        told = await watch.told(line=[ONE, OTHER])
        line = [
            ((s.begin - NOON).seconds, (s.end - NOON).seconds, s.presence) for s in told.line
        ]
        assert line == [(0, 60, ON), (60, 120, OFFLINE), (120, 180, ON)]
        assert told.there_s == 60


PIECES = st.lists(
    st.tuples(st.integers(1, 50), st.sampled_from([*Presence, None])), max_size=30
)


def laid(parts: Sequence[tuple[int, Presence | None]]) -> list[Piece]:
    """Lay pieces one after the other; None is a hole."""
    at, pieces = 0, []
    for long, presence in parts:
        if presence is not None:
            pieces.append((at, at + long, presence))
        at += long
    return pieces


def was(pieces: Sequence[Piece], at: int) -> Presence | None:
    return next((p for begin, end, p in pieces if begin <= at < end), None)


@given(st.lists(PIECES.map(laid), max_size=4))
def test_at_every_moment_a_line_is_what_its_best_device_is(devices: list[list[Piece]]) -> None:
    line = list(line_of(devices))
    best = [ON, FAULT, LATE, OFFLINE, DISABLED]
    for at in range(max((p[-1][1] for p in devices if p), default=0) + 1):
        held = [state for pieces in devices if (state := was(pieces, at))]
        wanted = min(held, key=best.index, default=None)
        assert was(line, at) is (ON if wanted is FAULT else wanted)


@given(PIECES.map(laid), st.integers(1, 200))
def test_drawn_together_no_silence_is_lost_and_no_long_piece_changed(
    pieces: list[Piece], shortest: int
) -> None:
    drawn = list(coarse(pieces, shortest))
    assert all(a[1] <= b[0] for a, b in pairwise(drawn))
    for begin, end, presence in pieces:
        if presence is OFFLINE:
            assert any(b <= begin and end <= e and p is OFFLINE for b, e, p in drawn)
        if end - begin >= shortest:
            assert any(b <= begin and end <= e for b, e, _p in drawn)
    whole = pieces[-1][1] - pieces[0][0] if pieces else 0
    assert len(drawn) <= 2 * whole / shortest + 2


async def test_a_device_that_comes_and_goes_all_year_is_told_in_few_pieces(
    tmp_path: Path,
) -> None:
    file = AttendanceFile(tmp_path / FILE)
    start = to_ms(NOON)
    file.begin(start)
    flaps = [(ONE, start + n * 60_000, OFFLINE if n % 2 else ON) for n in range(30_000)]
    file.note(flaps, flaps[-1][1])
    file.forget(flaps[-1][1])
    file.close()
    clock = FakeClock(NOON + timedelta(days=30))
    async with watching(tmp_path, clock) as watch:
        told = await watch.told(NOON, NOON + timedelta(days=30))
    assert len(told.stays) <= 2 * MOST_PIECES
    assert told.noted_s == (MOST_CHANGES - 1) * 60, "the oldest gave way"
    assert told.there_s == MOST_CHANGES / 2 * 60
    assert (tmp_path / FILE).stat().st_size < 2_000_000


def test_what_is_older_than_a_year_goes_but_what_still_held_stays(tmp_path: Path) -> None:
    file = AttendanceFile(tmp_path / FILE)
    now = to_ms(NOON)
    old = now - KEPT_MS - 1_000_000
    file.begin(old)
    file.note([(ONE, old, ON), (ONE, old + 10, OFFLINE), (ONE, old + 20, ON)], now)
    file.forget(now)
    assert file.pieces(ONE, now - KEPT_MS, now) == [(now - KEPT_MS, now, ON)]
    assert file.first_ms(ONE) == old + 20
    file.begin(now)
    file.note([(ONE, now, OFFLINE)], now)
    file.forget(now + 2 * KEPT_MS)
    assert file.first_ms(ONE) == now
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        assert database.execute("SELECT count(*) FROM run").fetchone() == (1,)
    file.close()


async def test_who_answered_is_remembered_under_the_very_same_configuration(
    tmp_path: Path,
) -> None:
    clock, config = FakeClock(NOON), device()
    async with watching(tmp_path, clock) as watch:
        assert watch.book.serial_of(config, LINK) == ""
        watch.book.meet(config, LINK, "12345")
        watch.book.meet(config, LINK, "12345")
        assert watch.book.serial_of(config, LINK) == "12345"
    async with watching(tmp_path, clock) as watch:
        assert watch.book.serial_of(config, LINK) == "12345"
        assert watch.book.serial_of(replace(config, serial="777"), LINK) == ""
        assert watch.book.serial_of(replace(config, id=OTHER), LINK) == ""
        moved = replace(LINK, options={"host": "10.0.0.9"})
        assert watch.book.serial_of(config, moved) == ""
        watch.book.meet(config, LINK, "999")
    async with watching(tmp_path, clock) as watch:
        assert watch.book.serial_of(config, LINK) == "999"


async def test_what_a_line_learned_is_known_at_the_next_start(tmp_path: Path) -> None:
    clock, line, other = FakeClock(NOON), LINK.id, LinkId("other")
    async with watching(tmp_path, clock) as watch:
        assert watch.book.learned(line) == {}
        watch.book.learn(line, {"meter:1": "points", "meter:2": "more", "format:4": "0413"})
        watch.book.learn(line, {"meter:1": "other points", "meter:2": "", "meter:9": ""})
        watch.book.learn(other, {"meter:1": "of another line"})
        now = watch.book.learned(line)
        assert now == {"meter:1": "other points", "format:4": "0413"}
    async with watching(tmp_path, clock) as watch:
        assert watch.book.learned(line) == now
        assert watch.book.learned(other) == {"meter:1": "of another line"}


async def test_what_a_line_learned_goes_with_it_and_comes_back_with_it(tmp_path: Path) -> None:
    clock, line, other = FakeClock(NOON), LINK.id, LinkId("other")
    known = {"meter:1": "points", "format:4": "0413"}
    async with watching(tmp_path, clock) as watch:
        watch.book.learn(line, known)
        watch.book.learn(other, {"meter:1": "of another line"})
        watch.book.lines_are([line, other])
        assert watch.book.learned(line) == known
        watch.book.lines_are([other])
        assert watch.book.learned(line) == {}
        watch.book.learn(line, {"meter:1": "its last word", "meter:2": "more"})
        watch.book.lines_are([other])  # a line that ends says once more what it knows
        assert watch.book.learned(line) == {}
        watch.book.lines_are([line, other])  # the removal is undone
        back = watch.book.learned(line)
        assert back == {**known, "meter:1": "its last word", "meter:2": "more"}
        watch.book.lines_are([line])
        assert watch.book.learned(other) == {}
    async with watching(tmp_path, clock) as watch:
        assert watch.book.learned(line) == back
        assert watch.book.learned(other) == {}, "nothing of a removed line is left in the file"
        watch.book.lines_are([line, other])
        assert watch.book.learned(other) == {}


async def test_a_core_that_looks_at_single_devices_keeps_nothing_of_a_line(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.book.learn(LINK.id, {"meter:1": "points"})
    looking = AttendanceBook(tmp_path, FakeClock(NOON))
    await looking.open(noting=False)
    looking.learn(LINK.id, {"meter:1": ""})
    looking.lines_are([])
    assert looking.learned(LINK.id) == {"meter:1": "points"}
    await looking.close()


async def test_a_file_of_an_older_program_learns_all_the_same(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.book.meet(device(), LINK, "12345")
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("DROP TABLE learned")
        database.commit()
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        assert watch.book.serial_of(device(), LINK) == "12345"
        watch.book.learn(LINK.id, {"meter:1": "points"})
        assert watch.book.trouble == ""
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        assert watch.book.learned(LINK.id) == {"meter:1": "points"}


@pytest.mark.parametrize("spoilt", [b"rubbish " * 1000, None])
async def test_a_spoilt_file_is_told_and_costs_nothing_else(
    tmp_path: Path, spoilt: bytes | None
) -> None:
    file = tmp_path / FILE
    if spoilt is None:
        file.mkdir()
    else:
        file.write_bytes(spoilt)
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        assert FILE in watch.book.trouble
        watch.is_(ON)
        watch.look_on(60)
        watch.book.meet(device(), None, "12345")
        assert watch.book.serial_of(device(), None) == "12345", "as long as the core runs"
        with pytest.raises(StoreBroken, match=FILE):
            await watch.told()


async def test_a_disk_that_comes_back_gets_what_it_missed(tmp_path: Path) -> None:
    async with watching(tmp_path, FakeClock(NOON)) as watch:
        watch.is_(ON)
        watch.look_on(30)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("ALTER TABLE change RENAME TO gone")
            watch.is_(OFFLINE)
            await settle(watch)
            assert "presence.sqlite" in watch.book.trouble
            other.execute("ALTER TABLE gone RENAME TO change")
        watch.look_on(30)
        assert await watch.stays() == [(0, 30, ON), (30, 60, OFFLINE)]
        assert watch.book.trouble == ""


async def test_a_file_that_could_not_be_opened_at_the_start_is_tried_again(
    tmp_path: Path,
) -> None:
    """As where a virus scanner holds it: what a device is by then is noted, and no more."""
    (tmp_path / FILE).mkdir()
    clock = FakeClock(NOON)
    async with watching(tmp_path, clock) as watch:
        assert FILE in watch.book.trouble
        watch.is_(ON)
        watch.is_(OFFLINE, OTHER)
        watch.book.meet(device(), None, "12345")
        clock.go(60)
        await watch.book.open_again()
        assert FILE in watch.book.trouble, "it cannot be opened yet"
        (tmp_path / FILE).rmdir()
        await watch.book.open_again()
        await settle(watch)
        assert watch.book.trouble == ""
        watch.look_on(30)
        watch.is_(OFFLINE)
        watch.look_on(30)
        assert await watch.stays() == [(60, 90, ON), (90, 120, OFFLINE)]
    async with watching(tmp_path, clock) as watch:
        assert watch.book.serial_of(device(), None) == "12345"


async def settle(watch: Watch) -> None:
    """Wait until the thread of the file has done what it was given."""
    for _ in range(3):
        await watch.book._aside(lambda: None)
        await asyncio.sleep(0)


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / FILE
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 7")
    before = file.read_bytes()
    with pytest.raises(StoreBroken, match="written by a newer Heatdesk"):
        AttendanceFile(file).begin(to_ms(NOON))
    assert file.read_bytes() == before


def test_two_who_are_met_are_kept_apart(tmp_path: Path) -> None:
    file = AttendanceFile(tmp_path / FILE)
    file.meet(ONE, Met("1", "a"))
    file.meet(OTHER, Met("2", "b"))
    assert file.met() == {ONE: Met("1", "a"), OTHER: Met("2", "b")}
    file.close()
