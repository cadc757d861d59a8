"""Reading and writing years of history beside VictoriaMetrics and DuckDB, in turns.

3.5 million samples, a hundred points at a quarter of an hour for a year, are asked for in
full, as a chart and of one point: once the year is over, then in the evening of its last
day, which waits in batches after a month of days, and then while 3,000 other points are
recorded and put together in the same file. At last a tick of 200,000 points is made
durable. Ours and the peers answer in turns within one run, so that a busy moment hits them
all; what is recorded meanwhile disturbs ours alone. Without a peer its promise stays open.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Event, Thread

import numpy as np

from app.compose.turns import set_aside, take_turns
from app.errors import StoreBroken
from app.history.figures import outlines
from app.history.readings import to_moment, to_ms
from app.history.samples import Bulk, Floats, Ints
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from app.pointtable import PointTable
from benchmarks.bench import Bench, Promise, at_least_faster, at_most, without_peer
from benchmarks.history_peers import (
    DuckDb,
    VictoriaMetrics,
    duck_db,
    version_of,
    victoria_metrics,
    victoria_version,
)
from benchmarks.history_recorded import recorded
from benchmarks.history_store import Rows, _points, _tick, _value

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=365)
LAST_DAY = END - timedelta(days=1)
QUARTER_MS = 900_000
POINTS, TICK_POINTS, OTHERS = 100, 200_000, 3_000
ROUNDS = 5
BUSY_ROUNDS = 40  # beside steps of compaction, each of which takes a quarter of a second
LATEST_MS = 30.0
QUARTERS = (END - BEGIN) // timedelta(milliseconds=QUARTER_MS)


def run() -> Sequence[Promise]:
    """Measure everything; takes some minutes, of which most are the peers being filled."""
    take_turns()  # as where a core runs
    set_aside()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as everything:
        place = Path(folder)
        peer = everything.enter_context(victoria_metrics(place))
        duck = everything.enter_context(duck_db(place))
        return [*_reading(place, peer, duck), *_ticks(place, peer), _latest(peer)]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what of it each peer must take as many times as long."""

    name: str
    ours: Callable[[EmbeddedHistory], object]
    peers: Mapping[str, Callable[[], object]]
    bars: Mapping[str, float]


def _reading(
    folder: Path, peer: VictoriaMetrics | None, duck: DuckDb | None
) -> Iterator[Promise]:
    points = _points(POINTS)
    times, columns = _year()
    _fill_peers(peer, duck, points, times, columns)
    questions = _questions(points, peer, duck)
    with closing(EmbeddedHistory(folder / "year")) as store:
        _fill(store, points, times, columns, END)
        store.compact(END + timedelta(days=40), lambda: True)
        for question in questions:
            taken = in_turns(_askers(question, store))
            yield from _held(question.name, taken, question.bars)
    with closing(EmbeddedHistory(folder / "evening")) as store:
        _fill(store, points, times, columns, LAST_DAY)
        store.compact(LAST_DAY + timedelta(hours=1), lambda: True)
        _ticks_of_a_day(store, points, columns)
        undisturbed = [in_turns(_askers(question, store)) for question in questions]
        with _recording(store):
            busy = [
                in_turns({"ours": _alone(question, store)}, BUSY_ROUNDS)
                for question in questions
            ]
    for question, taken, ours in zip(questions, undisturbed, busy, strict=True):
        half = {name: bar / 2 for name, bar in question.bars.items()}
        yield from _held(f"{question.name}, batches joined", taken, half)
        yield from _held(f"{question.name}, while compaction runs", taken | ours, half)


def _questions(
    points: Sequence[PointId], peer: VictoriaMetrics | None, duck: DuckDb | None
) -> list[Question]:
    span, one = (to_ms(BEGIN), to_ms(END)), points[40]
    everyone: dict[str, Callable[[], object]] = {}
    drawn: dict[str, Callable[[], object]] = {}
    alone: dict[str, Callable[[], object]] = {}
    if peer is not None:
        everyone["victoria"] = lambda: peer.samples("station-.*", *span)
        drawn["victoria"] = lambda: peer.outline("station-.*", *span)
        alone["victoria"] = lambda: peer.samples(str(one), *span)
    if duck is not None:
        everyone["duckdb"] = lambda: duck.samples(range(POINTS), *span)
        drawn["duckdb"] = lambda: duck.outline(*span)
        alone["duckdb"] = lambda: duck.samples([40], *span)
    return [
        Question(
            "3.5 million samples to arrays",
            lambda store: store.ranges(points, BEGIN, END, "quarter"),
            everyone,
            {"victoria": 10.0, "duckdb": 4.0},
        ),
        Question(
            "the chart of 3.5 million samples",
            lambda store: outlines(store, points, BEGIN, END),
            drawn,
            {"victoria": 12.0},
        ),
        Question(
            "one point, one year, to arrays",
            lambda store: store.range(one, BEGIN, END, "quarter"),
            alone,
            {"victoria": 5.0},
        ),
    ]


def _alone(question: Question, store: EmbeddedHistory) -> Callable[[], object]:
    return lambda: question.ours(store)


def _askers(question: Question, store: EmbeddedHistory) -> dict[str, Callable[[], object]]:
    return {"ours": _alone(question, store), **question.peers}


def _year() -> tuple[Ints, list[Floats]]:
    """Return the times of a year, and each point's values at them."""
    columns = [
        np.array([_value(number, quarter) for quarter in range(QUARTERS)])
        for number in range(POINTS)
    ]
    return to_ms(BEGIN) + np.arange(QUARTERS) * QUARTER_MS, columns


def _fill(
    store: EmbeddedHistory,
    points: Sequence[PointId],
    times: Ints,
    columns: Sequence[Floats],
    until: datetime,
) -> None:
    quarters = (until - BEGIN) // timedelta(milliseconds=QUARTER_MS)
    for begin in range(0, quarters, 96 * 5):
        span = slice(begin, min(begin + 96 * 5, quarters))
        count = span.stop - span.start
        store.bring(
            Bulk(
                tuple(points),
                np.repeat(np.arange(len(points)), count),
                np.tile(times[span], len(points)),
                np.concatenate([column[span] for column in columns]),
                np.zeros(count * len(points), np.uint8),
            ),
            "quarter",
        )


def _ticks_of_a_day(
    store: EmbeddedHistory, points: Sequence[PointId], columns: Sequence[Floats]
) -> None:
    """Record the last day of the year as the writer does, a commit each quarter of an hour."""
    which, good = np.arange(len(points)), np.zeros(len(points), np.uint8)
    for quarter in range(QUARTERS - 96, QUARTERS):
        at = np.full(len(points), to_ms(BEGIN) + quarter * QUARTER_MS)
        values = np.array([column[quarter] for column in columns])
        store.bring(Bulk(tuple(points), which, at, values, good), "quarter")
        store.compact(to_moment(int(at[0])) + timedelta(minutes=1), lambda: True)


def _fill_peers(
    peer: VictoriaMetrics | None,
    duck: DuckDb | None,
    points: Sequence[PointId],
    times: Ints,
    columns: Sequence[Floats],
) -> None:
    if peer is not None:
        for point, values in zip(points, columns, strict=True):
            peer.take_series(point, times, values)
        peer.settle()
    if duck is not None:
        numbers = np.repeat(np.arange(len(points)), QUARTERS)
        duck.fill(numbers, np.tile(times, len(points)), np.concatenate(columns))


@contextmanager
def _recording(store: EmbeddedHistory) -> Iterator[None]:
    """Record 3,000 other points of December without a pause, and put its days together."""
    points = tuple(PointId(f"other-{number}.p") for number in range(OTHERS))
    which, good = np.arange(OTHERS), np.zeros(OTHERS, np.uint8)
    stop, begun = Event(), Event()

    def work() -> None:
        for day in cycle(range(30)):
            first = LAST_DAY - timedelta(days=30 - day)
            for quarter in range(96):
                at = np.full(OTHERS, to_ms(first) + quarter * QUARTER_MS)
                values = np.round(50 + 10 * np.sin(which + quarter / 17), 1)
                store.bring(Bulk(points, which, at, values, good), "quarter")
                if quarter % 8 == 7:
                    store.compact(LAST_DAY + timedelta(hours=1), lambda: not stop.is_set())
                    begun.set()
                if stop.is_set():
                    return

    working = Thread(target=work)
    working.start()
    begun.wait()
    try:
        yield
    finally:
        stop.set()
        working.join()


def _ticks(folder: Path, peer: VictoriaMetrics | None) -> Iterator[Promise]:
    """A quarter of an hour of a large utility, until it is on the disk.

    Once like for like: everybody is handed finished columns or finished text. And once from
    its boundary on, as the product records it (readings came in polls and are in the fast
    stream), beside the same peers, who are still handed what is finished.
    """
    points = tuple(_points(TICK_POINTS))
    ticks = [_tick_of(points, number) for number in range(ROUNDS + 1)]
    moments = [BEGIN + timedelta(milliseconds=n * QUARTER_MS) for n in range(1, ROUNDS + 2)]
    polls = iter([_tick(points, at) for at in moments])
    bars = {"victoria": 5.0, "rows": 20.0}
    with ExitStack() as open_until:
        handed, heard = (
            open_until.enter_context(closing(EmbeddedHistory(folder / name)))
            for name in ("handed", "heard")
        )
        rows = open_until.enter_context(closing(Rows(folder / "rows.sqlite")))
        plant = open_until.enter_context(recorded(heard, BEGIN))
        columns, plain, ours = iter(ticks), iter(ticks), iter(moments)
        bodies = iter([] if peer is None else [peer.body(tick) for tick in ticks])
        askers: dict[str, Callable[[], object]] = {
            "columns": lambda: handed.bring(next(columns), "quarter"),
            "recorder": lambda: plant.pass_on(next(ours)),
            "rows": lambda: rows.bring(next(plain)),
        }
        if peer is not None:
            askers["victoria"] = lambda: peer.take(next(bodies))
        taken = in_turns(askers, before=lambda: plant.hear(next(polls)))
    many = f"{TICK_POINTS:,} points"
    yield from _held(f"tick of {many} in columns, durable", _beside("columns", taken), bars)
    name = f"tick of {many} from its boundary through the recorder, durable"
    yield from _held(name, _beside("recorder", taken), bars)


def _beside(ours: str, taken_ms: Mapping[str, float]) -> dict[str, float]:
    return {**taken_ms, "ours": taken_ms[ours]}


def _latest(peer: VictoriaMetrics | None) -> Promise:
    """The newest reading of each point, of which every other one came once more, later."""
    points = _points(TICK_POINTS)
    table = PointTable()
    first, again = _tick(points, BEGIN), _tick(points[::2], BEGIN + timedelta(minutes=15))
    table.publish(first)
    table.publish(again)
    asked: dict[str, Callable[[], object]] = {"ours": table.snapshot}
    if peer is not None:
        last_ms = to_ms(BEGIN) + ROUNDS * QUARTER_MS
        asked["victoria"] = lambda: peer.latest(last_ms)
    taken = in_turns(asked)
    newest = {reading.point: reading for reading in [*first, *again]}
    if {reading.point: reading for reading in table.snapshot()} != newest:
        raise StoreBroken("a point's newest reading is not the one that came last")
    theirs = f"{taken['victoria']:.0f} ms" if "victoria" in taken else "not installed"
    return at_most(
        f"latest of {TICK_POINTS:,} points, the true last of each",
        taken["ours"],
        LATEST_MS,
        1.0,
        "ms",
        f"from the core's memory, where every reading goes first; VictoriaMetrics: {theirs}",
    )


def _tick_of(points: tuple[PointId, ...], number: int) -> Bulk:
    return Bulk(
        points,
        np.arange(len(points)),
        np.full(len(points), to_ms(BEGIN) + number * QUARTER_MS),
        np.array([_value(each, number) for each in range(len(points))]),
        np.zeros(len(points), np.uint8),
    )


def _held(
    name: str, taken_ms: Mapping[str, float], bars: Mapping[str, float]
) -> Iterator[Promise]:
    versions = {"victoria": victoria_version(), "duckdb": f"DuckDB {version_of('duckdb')}"}
    for peer, bar in bars.items():
        told = versions.get(peer, "a row a sample in SQLite")
        title = f"{name}, against {peer}"
        if peer not in taken_ms:
            yield without_peer(title, bar, "ms", f"{peer} is not installed here")
        else:
            yield at_least_faster(title, taken_ms["ours"], taken_ms[peer], bar, "ms", told)


def in_turns(
    askers: Mapping[str, Callable[[], object]],
    rounds: int = ROUNDS,
    before: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Let everybody answer in turns; return each one's median in ms, the first round apart.

    ``before`` is called before each round; nobody's time is taken for it.
    """
    taken: dict[str, list[float]] = {name: [] for name in askers}
    for number in range(rounds + 1):
        before()
        for name, ask in askers.items():
            begun = time.perf_counter()
            ask()
            if number:
                taken[name].append((time.perf_counter() - begun) * 1e3)
    return {name: median(times) for name, times in taken.items()}


BENCH = Bench("history-peers", "years of history beside VictoriaMetrics and DuckDB", run)
