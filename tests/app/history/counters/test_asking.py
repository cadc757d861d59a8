"""Consumption is asked for like any history: typed, given up at will, by who may see it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from app.channel.wire import the_wire
from app.database import Manner, open_database
from app.errors import BadInput, NotPermitted
from app.history.counters.asking import Facts, within
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Consumption, Step
from app.model.counter import Break, Broken, Entered, Spread, TakenBack
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.project.migrating import migrate
from app.project.statements import SqlStatements
from app.project.upgrade import CONFIG
from tests.fakes.clock import FakeClock
from tests.plant import GUEST, LUND

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 23, 22, tzinfo=UTC)  # a local midnight; the clock changes on day two
QUARTER = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = BEGIN + timedelta(hours=73)  # three local days
METER = DeviceId("meter-1")
HEAT, POWER = point_id(METER, "energy"), point_id(METER, "power")
SPECS = {
    HEAT: PointSpec("energy", "Heat", "kWh", 1, role="meter.energy"),
    POWER: PointSpec("power", "Power", "kW", 1, role="meter.power"),
}


def shown(at: datetime) -> float:
    """Return what the index reads: half a kWh each quarter of an hour."""
    return 1000 + 0.5 * ((at - BEGIN) // QUARTER)


@pytest.fixture
def book(tmp_path: Path) -> SqlStatements:
    file = tmp_path / "config.sqlite"
    migrate(file, CONFIG)
    return SqlStatements(open_database(file, Manner.RARE), file, FakeClock())


@pytest_asyncio.fixture
async def service(tmp_path: Path, book: SqlStatements) -> AsyncIterator[HistoryService]:
    store = EmbeddedHistory(tmp_path / "history")
    at = BEGIN - DAY
    while at <= END + DAY:
        if not BEGIN + 10 * HOUR < at < BEGIN + 20 * HOUR:
            store.append([Reading(HEAT, shown(at), Quality.GOOD, at)], "quarter")
        at += QUARTER
    service = HistoryService(store, Facts(lambda: ZONE, SPECS.get, book))
    yield service
    service.close()
    store.close()


async def asked(
    service: HistoryService, step: Step, start: datetime = BEGIN, end: datetime = END
) -> Consumption:
    [found] = await service.consumption(LUND, [HEAT], start, end, step)
    return found


async def test_hours_and_what_has_no_place_are_the_days_are_the_whole(
    service: HistoryService,
) -> None:
    hours, days, month = [
        await asked(service, step) for step in (Step.HOUR, Step.DAY, Step.MONTH)
    ]
    assert (len(hours), len(days), len(month)) == (73, 3, 1)
    assert days.amounts == (Decimal("48.0"), Decimal("50.0"), Decimal("48.0"))
    [lost] = hours.unplaced
    assert (lost.start, lost.end) == (BEGIN + 10 * HOUR, BEGIN + 20 * HOUR)
    assert lost.amount == Decimal("20.0")
    assert not lost.jump
    assert sum(filter(None, hours.amounts)) + lost.amount == sum(filter(None, days.amounts))
    assert hours.complete.count(False) == 10
    assert all(days.complete)
    assert days.unplaced == ()
    assert hours.unit == "kWh"
    assert days.ends_at == END


async def test_a_part_without_anything_has_no_amount_and_not_nothing(
    service: HistoryService,
) -> None:
    found = await asked(service, Step.DAY, END + 5 * DAY, END + 7 * DAY)
    assert found.amounts == (None, None)
    assert found.complete == (False, False)


async def test_what_a_person_states_counts_at_once_and_until_it_is_taken_back(
    service: HistoryService, book: SqlStatements
) -> None:
    before = await asked(service, Step.HOUR)
    made = book.state(HEAT, Spread(BEGIN, END), "the boiler ran through", "ea")
    spread = await asked(service, Step.HOUR)
    assert spread.unplaced == ()
    assert spread.estimated.count(True) == 10
    assert sum(filter(None, spread.amounts)) == Decimal("146.0")
    book.state(HEAT, TakenBack(made.id), "it did not", "ea")
    assert await asked(service, Step.HOUR) == before


async def test_only_an_index_of_a_meter_has_a_consumption(service: HistoryService) -> None:
    for point in (POWER, PointId("elsewhere.energy")):
        with pytest.raises(BadInput, match="is no index of a meter"):
            await service.consumption(LUND, [point], BEGIN, END, Step.HOUR)


async def test_who_may_not_see_history_gets_none(service: HistoryService) -> None:
    with pytest.raises(NotPermitted):
        await service.consumption(GUEST, [HEAT], BEGIN, END, Step.HOUR)


async def test_no_question_is_too_large_or_too_small_to_be_told_so(
    service: HistoryService,
) -> None:
    ages = datetime(9998, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="that far ahead"):
        await service.consumption(LUND, [HEAT], BEGIN, ages, Step.DECADE)
    with pytest.raises(BadInput, match="too many figures"):
        await service.consumption(LUND, [HEAT] * 100, BEGIN, END + 9000 * DAY, Step.HOUR)
    with pytest.raises(BadInput, match="before it begins"):
        await service.consumption(LUND, [HEAT], END, BEGIN, Step.HOUR)
    [empty] = await service.consumption(LUND, [HEAT], BEGIN, BEGIN, Step.HOUR)
    assert (len(empty), empty.unit) == (0, "kWh")
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert len(await asked(service, Step.DECADE, first, BEGIN)) == 6


async def test_a_question_can_be_given_up(service: HistoryService) -> None:
    asking = asyncio.ensure_future(
        service.consumption(LUND, [HEAT] * 2000, BEGIN, END, Step.DAY)
    )
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await asked(service, Step.DAY)).complete == (True, True, True)


async def test_the_answer_crosses_the_channel_to_the_last_digit(
    service: HistoryService,
) -> None:
    wire = the_wire()
    found = await asked(service, Step.HOUR)
    crossed = json.loads(json.dumps(wire.unstructure(found)))
    assert wire.structure(crossed, Consumption) == found
    for wrong in ("NaN", "Infinity", "five"):
        with pytest.raises((BaseExceptionGroup, ValueError)):
            wire.structure(wrong, Decimal)


def test_of_a_break_long_before_only_its_rules_matter() -> None:
    long_ago = Broken(BEGIN - 90 * DAY, Break.EXCHANGE, Decimal(5), Decimal(7))
    here = Broken(BEGIN, Break.EXCHANGE, Decimal(5), Decimal(7))
    edits = (long_ago, here, Entered(BEGIN - 90 * DAY, Decimal(1)), Spread(BEGIN, END))
    kept = within(edits, BEGIN - DAY, END)
    assert kept == (Broken(long_ago.at, Break.EXCHANGE), here, edits[3])


async def test_a_rollover_is_known_by_the_digits_of_the_profile(
    tmp_path: Path, book: SqlStatements
) -> None:
    store = EmbeddedHistory(tmp_path / "history")
    at, count = BEGIN - DAY, 99_000
    while at <= END:
        shown_now = count % 100_000 / 10
        store.append([Reading(HEAT, shown_now, Quality.GOOD, at)], "quarter")
        at, count = at + QUARTER, count + 5
    known = PointSpec("energy", "Heat", "kWh", 1, role="meter.energy", digits=5)
    counted = {}
    for spec in (known, SPECS[HEAT]):
        facts = Facts(lambda: ZONE, {HEAT: spec}.get, book)
        service = HistoryService(store, facts)
        [found] = await service.consumption(LUND, [HEAT], BEGIN, END, Step.DAY)
        counted[spec.digits] = found
        service.close()
    store.close()
    assert counted[5].amounts == (Decimal("48.0"), Decimal("50.0"), Decimal("48.0"))
    assert all(counted[5].complete)
    assert counted[None] != counted[5]
