"""A project with ten years of one meter, and a month of fifty others and of heat meters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from app.history.energydays import bins
from app.history.history import History
from app.history.samples import Bulk, Floats, Ints
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.reading import DeviceId, PointId, point_id
from tests.journeys.smallsite import PASSWORD, Site, at_home, create_site
from tests.journeys.somemeters import put_meters
from widgets.charts.timescale import day_bounds

ZONE = ZoneInfo("Europe/Copenhagen")
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZONE).date()
YEARS = 10
METER = DeviceId("meter-1")
INDEX, VOLTAGE = PointId("meter-1.energy_import"), PointId("meter-1.u1")
FIRST_YEAR = TODAY.year - YEARS + 1
BEGIN = day_bounds(date(FIRST_YEAR, 1, 1), ZONE)[0]
HOUR, HOUR_MS, DAY = timedelta(hours=1), 3_600_000, timedelta(days=1)
MANY = 50
MONTH = Period(datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2025, 10, 31, 23, tzinfo=UTC))
HOLED = PointId("meter-02.energy_import")
# Heat meters: kWh or MWh an hour, m³ an hour. The third was never read.
HEAT = {DeviceId("heat-1"): "kWh", DeviceId("heat-2"): "MWh", DeviceId("heat-3"): "MWh"}
RATES = {DeviceId("heat-1"): (2.0, 0.05), DeviceId("heat-2"): (0.003, 0.07)}
SUPPLY = PointId("heat-1.t1")
SHORT_GAP, LONG_GAP = (100, 105), (200, 230)  # hours of October of which nothing came


def ms(moment: datetime) -> int:
    return round(moment.timestamp()) * 1000


def hourly(begin: datetime, end: datetime) -> Ints:
    return np.arange(ms(begin), ms(end) + 1, HOUR_MS, dtype=np.int64)


def index_at(times: Ints) -> Floats:
    """A kilowatt-hour an hour; today half as much again."""
    today = ms(day_bounds(TODAY, ZONE)[0])
    hours = (times - ms(BEGIN)) / HOUR_MS + np.maximum(times - today, 0) / HOUR_MS / 2
    found: Floats = np.round(1000 + hours, 2)
    return found


def names() -> list[DeviceId]:
    return [DeviceId(f"meter-{nth:02d}") for nth in range(2, MANY + 2)]


def compared() -> list[PointId]:
    """Two values of each of fifty devices."""
    return [
        point_id(each, key) for each in names() for key in ("energy_import", "energy_export")
    ]


def often(*, years: bool) -> Ints:
    """Every hour of a month and of the last days, and midnights and noons of all years."""
    edges = bins(ZONE, Step.DAY, BEGIN if years else NOW, NOW).edges_ms
    hours = [hourly(*each) for each in ((MONTH.start, MONTH.end), (NOW - 3 * DAY, NOW - HOUR))]
    whole = [each // HOUR_MS * HOUR_MS for each in hours]
    days = np.concatenate([edges[:-1], edges[:-1] + 12 * HOUR_MS])
    every = np.unique(np.concatenate([days, *whole]))
    found: Ints = every[every <= ms(NOW - HOUR)]
    return found


def october() -> dict[PointId, tuple[Ints, Floats]]:
    """What fifty electricity meters and two heat meters told in a month."""
    month, found = hourly(MONTH.start, MONTH.end), dict[PointId, tuple[Ints, Floats]]()
    hours = (month - month[0]) / HOUR_MS
    for nth, point in enumerate(compared()):
        found[point] = month, np.round(500 + hours * (1 + nth) / 100, 2)
    gaps = np.r_[slice(*SHORT_GAP), slice(*LONG_GAP)]
    times, values = found[HOLED]
    found[HOLED] = np.delete(times, gaps), np.delete(values, gaps)
    for meter, (energy, volume) in RATES.items():
        for key, rate, begin in (("energy_e1", energy, 7.0), ("volume_v1", volume, 80.0)):
            found[point_id(meter, key)] = month, np.round(begin + hours * rate, 3)
    found[SUPPLY] = month, 60 + hours * 7 % 13 / 2
    return found


def bring(store: History, samples: Mapping[PointId, tuple[Ints, Floats]]) -> None:
    """Keep samples as if all of them had come."""
    many = [len(times) for times, _values in samples.values()]
    which = np.repeat(np.arange(len(samples)), many)
    times, values = (np.concatenate(each) for each in zip(*samples.values(), strict=True))
    bulk = Bulk(tuple(samples), which, times, values, np.zeros(len(times), np.uint8))
    store.bring(bulk, "quarter")


@contextmanager
def years_site(home: Path, *, years: bool) -> Iterator[Site]:
    """Make the project; nobody runs it, whoever joins has a core of their own."""
    with at_home(home):
        made = Site(home)
        create_site(made, ())
        put_meters(made, BEGIN, (METER, *names()), HEAT.items())
        with made.joined() as joined:
            assert joined.core is not None
            store = joined.core.recording.store
            times = often(years=years)
            bring(
                store,
                {
                    INDEX: (times, index_at(times)),
                    VOLTAGE: (times, 230 + (times % 7).astype(np.float64)),
                },
            )
            bring(store, october())
            if years:
                store.compact(NOW, lambda: True)  # as every night: only then may anything go
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        yield made
