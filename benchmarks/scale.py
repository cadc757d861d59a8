"""How large a server must be for so many meters: worked out from what is measured here and now.

    python -m benchmarks.scale --write

fills a server with a month of hourly meters, times what a collector does on one core, counts
what the tables take, and writes docs/scale.md. Nothing in that document is worked out by hand.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import numpy as np
import psutil

from app.databaseserver import DatabaseServer
from app.history.history import History
from app.history.readings import to_ms
from app.history.samples import Bulk
from app.history.serverhistory import ServerHistory
from app.model.reading import PointId
from benchmarks.history_load import HOUR_MS, _column
from benchmarks.ownserver import NoServer, own_server

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
SIZES = (100_000, 1_000_000, 10_000_000)  # meters
POINTS, DAYS = 6_000, 31  # measured: points, each read every hour
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a utility and its machines are taken to be; said in the document."""

    points_per_meter: int = 5  # energy, volume, power, supply, return
    samples_per_day: int = 24
    years: int = 10
    copies: int = 2  # of each row, so that a machine may fail
    disk_bytes: float = 4e12  # of one machine, of which so much may be filled:
    filled: float = 0.7
    window_s: float = 900.0  # in which the readings of an hour arrive
    cores: int = 8  # of one machine
    busy: float = 0.5  # of the cores, at most


@dataclass(frozen=True, slots=True)
class Measured:
    """What one core of this machine does, and what a sample takes."""

    inserted_per_s: float  # samples made durable, by who collects
    packed_per_s: float  # samples put together for good, days and months
    server_inserted_per_s: float  # the same by a core of the server
    server_packed_per_s: float
    clock_per_s: float  # samples through all of it on the clock, the server's work included
    bytes_per_sample: float  # on the server, with its indexes
    told: Sequence[str] = ()  # each table's part


@dataclass(frozen=True, slots=True)
class Needed:
    """What so many meters need."""

    meters: int
    samples_per_year: float
    bytes_per_year: float
    inserts_per_s: float  # while the readings of an hour arrive
    nodes: int
    because: str  # what asks for the most of them


def needed(meters: int, measured: Measured, assumed: Assumed) -> Needed:
    """Work out what so many meters need."""
    per_hour = meters * assumed.points_per_meter * assumed.samples_per_day / 24
    per_year = per_hour * 24 * 365
    size = per_year * measured.bytes_per_sample
    peak = per_hour / assumed.window_s
    # A machine does the work of its server and of who collects into it.
    insert_s = 1 / measured.inserted_per_s + 1 / measured.server_inserted_per_s
    pack_s = 1 / measured.packed_per_s + 1 / measured.server_packed_per_s
    cores = assumed.cores * assumed.busy
    room = assumed.disk_bytes * assumed.filled
    nodes = {
        "disk": size * assumed.years * assumed.copies / room,
        "inserts": peak * insert_s * assumed.copies / cores,
        "putting together": per_hour * (insert_s + pack_s) * assumed.copies / (3600 * cores),
    }
    most = max(nodes, key=nodes.__getitem__)
    return Needed(meters, per_year, size, peak, max(1, ceil(nodes[most])), most)


def measure(store: History, server: DatabaseServer) -> Measured:
    """Fill a month and time it; takes a minute or two."""
    points = tuple(PointId(f"meter-{number}.energy") for number in range(POINTS))
    spent: defaultdict[str, float] = defaultdict(float)
    servers = ServerWork(server)
    for day in range(DAYS):
        columns = np.array([_column("meters", each, day * 24, 24) for each in range(POINTS)])
        for hour in range(24):
            bulk = _hour(points, columns[:, hour], day * 24 + hour)
            with _timed(spent, servers, "in"):
                store.bring(bulk, "quarter")
        with _timed(spent, servers, "packed"):
            store.compact(BEGIN + timedelta(days=day + 1, hours=1), lambda: True)
    with _timed(spent, servers, "packed"):
        store.compact(BEGIN + timedelta(days=DAYS + 10), lambda: True)
    samples = POINTS * DAYS * 24
    sizes = _sizes(server)
    large = {name: size / samples for name, size in sizes.items() if size > samples / 100}
    told = [f"{name} {each:.3f}" for name, each in large.items()]
    return Measured(
        samples / spent["in"],
        samples / spent["packed"],
        samples / spent["server in"],
        samples / spent["server packed"],
        samples / spent["clock"],
        sum(sizes.values()) / samples,
        told,
    )


@contextmanager
def _timed(spent: defaultdict[str, float], servers: "ServerWork", what: str) -> Iterator[None]:
    begun, there, clock = time.process_time(), servers.seconds(), time.perf_counter()
    yield
    spent[what] += time.process_time() - begun
    spent[f"server {what}"] += servers.seconds() - there
    spent["clock"] += time.perf_counter() - clock


class ServerWork:
    """The processor time of a PostgreSQL server on this machine, all its processes together."""

    def __init__(self, server: DatabaseServer) -> None:
        with closing(server.connection()) as connection:
            [(pid,)] = connection.execute(b"SELECT pg_backend_pid()").fetchall()
            first = psutil.Process(pid).parent()
        if first is None:
            raise ProcessLookupError(f"process {pid} of the server is nobody's child")
        self._first = first

    def seconds(self) -> float:
        """Return what it took since it began, those of its processes that ended included."""
        times = self._first.cpu_times()
        ended_s = times.children_user + times.children_system
        return sum(map(_seconds, self._first.children(recursive=True)), ended_s) + _seconds(
            self._first
        )


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):  # it ended meanwhile
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _hour(points: tuple[PointId, ...], values: "np.ndarray[tuple[int], np.dtype[np.float64]]",
          hour: int) -> Bulk:  # fmt: skip
    times = np.full(len(points), to_ms(BEGIN) + hour * HOUR_MS, np.int64)
    which = np.arange(len(points), dtype=np.int64)
    return Bulk(points, which, times, values, np.zeros(len(points), np.uint8))


def _sizes(server: DatabaseServer) -> dict[str, int]:
    """Return the bytes of each table with its index, once what was removed is gone."""
    with closing(server.connection()) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'heatdesk%%'"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f'VACUUM FULL "{schema}"."{table}"'.encode())
        return {
            table: connection.execute(
                "SELECT pg_total_relation_size(%s::regclass)", (f'"{schema}"."{table}"',)
            ).fetchall()[0][0]
            for schema, table in tables
        }


def document(measured: Measured, assumed: Assumed, load: float) -> str:
    """Return the document."""
    rows = [needed(meters, measured, assumed) for meters in SIZES]
    table = "\n".join(
        f"| {each.meters:,} | {each.samples_per_year / 1e9:,.1f} | "
        f"{each.bytes_per_year / 1e9:,.0f} | {each.inserts_per_s:,.0f} | {each.nodes} | "
        f"{each.because} |"
        for each in rows
    )
    return f"""# How large a server must be

Written by `python -m benchmarks.scale --write`: it fills a PostgreSQL server with {POINTS:,}
points read every hour for {DAYS} days, times that and works the rest out. Nothing is worked
out by hand. All but the fifth figure are of processor time, so what else runs is no matter: the
fifth was taken with a load of {load:.0f} on {os.cpu_count()} cores.

| measured | |
|---|---|
| samples handed over by one core of who collects, a second | {measured.inserted_per_s:,.0f} |
| samples put together by one: days, months, outlines | {measured.packed_per_s:,.0f} |
| samples made durable by one core of the server | {measured.server_inserted_per_s:,.0f} |
| its part of putting them together | {measured.server_packed_per_s:,.0f} |
| samples a second through both on the clock, server included | {measured.clock_per_s:,.0f} |
| bytes a sample takes on the server, everything included | {measured.bytes_per_sample:.2f} |
| of these, table by table | {", ".join(measured.told)} |

Taken for granted: {assumed.points_per_meter} points a meter, {assumed.samples_per_day} samples
a day, {assumed.years} years kept whole, {assumed.copies} copies of each row, the readings of an
hour arriving within {assumed.window_s:.0f} s; a machine has {assumed.cores} cores, of which
{assumed.busy:.0%} may be busy, and {assumed.disk_bytes / 1e12:.0f} TB, of which
{assumed.filled:.0%} may be filled. A machine does the work of its server and of who collects
into it. Workstations unpack answers; questions and cleaning up (VACUUM) do not count.

| meters, hourly | 10⁹ samples a year | GB a year | inserts/s, at most | nodes | by reason of |
|---|---|---|---|---|---|
{table}

One node is a server as it is. More than one is a Citus cluster: `heatdesk history distribute`
shares the tables out by group of points and by point (for each new year once more). Neither a
cluster nor ten million meters were run here: the rules a cluster asks of the tables are proved,
and what is said to it runs against a stand-in with the names, arguments and refusals of Citus
in a plain server (`tests/app/history/test_distributing.py`, `standin.py`); the rest is a model.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print or write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    wanted = parser.parse_args(arguments)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    try:
        with own_server() as server:
            way = DatabaseServer(server.new_place(), server.password)
            with closing(way), closing(ServerHistory(way)) as store:
                text = document(measure(store, way), Assumed(), load)
    except NoServer as error:
        sys.stderr.write(f"no server here: {error}\n")
        return 1
    if wanted.write:
        DOCUMENT.write_text(text, "utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
