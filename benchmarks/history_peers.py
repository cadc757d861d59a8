"""The databases our history is held against, started here where they are installed.

VictoriaMetrics is Debian's package `victoria-metrics`, DuckDB the package `duckdb` of the
registry; neither is needed by the product. A server gets a folder and a port of its own,
listens on 127.0.0.1 only, and is ended by its own process id.
"""

import importlib
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import StoreBroken
from app.history.samples import Bulk, Floats, Ints

Columns = tuple[Ints, Floats]  # times (ms) and values of one point
_START_S = 60.0
_EIGHT_HOURS_S = 28_800
PEER_PROGRAM = "victoria-metrics"


def loads() -> Callable[[bytes], Any]:
    """Return the quickest JSON reader that is installed: what the peer sends is read by it."""
    with suppress(ImportError):
        found: Callable[[bytes], Any] = importlib.import_module("orjson").loads
        return found
    return json.loads


def by_point(lines: Iterable[dict[str, Any]]) -> list[Columns]:
    """Return the samples of every point from the lines of an export.

    A line is a block of the peer's storage: of one point come as many as its parts hold.
    """
    parts: dict[str, list[Columns]] = {}
    for line in lines:
        times, values = np.array(line["timestamps"]), np.array(line["values"])
        parts.setdefault(line["metric"]["p"], []).append((times, values))
    return [found[0] if len(found) == 1 else _joined(found) for found in parts.values()]


def _joined(parts: Sequence[Columns]) -> Columns:
    times = np.concatenate([times for times, _ in parts])
    order = np.argsort(times, kind="stable")
    return times[order], np.concatenate([values for _, values in parts])[order]


class VictoriaMetrics:
    """A server of its own; its samples have no quality."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._loads = loads()

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return self._asked("/health", {}) == b"OK"
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def body(self, bulk: Bulk) -> bytes:
        """Return a tick as the text that its quickest way in takes, a line a sample."""
        names = bulk.points
        lines = [
            f'v{{p="{names[which]}"}} {value!r} {at}'
            for which, value, at in zip(
                bulk.which.tolist(), bulk.values.tolist(), bulk.times_ms.tolist(), strict=True
            )
        ]
        return "\n".join(lines).encode()

    def take(self, body: bytes) -> None:
        """Hand a tick over; it is durable some seconds later, for which nobody waits here."""
        self._asked("/api/v1/import/prometheus", {}, body)

    def take_series(self, point: str, times_ms: Ints, values: Floats) -> None:
        """Hand over many samples of one point."""
        line = {
            "metric": {"__name__": "v", "p": point},
            "timestamps": times_ms.tolist(),
            "values": values.tolist(),
        }
        self._asked("/api/v1/import", {}, json.dumps(line).encode())

    def settle(self) -> None:
        """Make what came visible, and give it time to be merged."""
        self._asked("/internal/force_flush", {})
        self._asked("/internal/force_merge", {})
        time.sleep(3)

    def samples(self, pattern: str, start_ms: int, end_ms: int) -> list[Columns]:
        """Return every sample of the points that a pattern names, as arrays."""
        asked = {
            "match[]": f'v{{p=~"{pattern}"}}',
            "start": start_ms / 1000,
            "end": (end_ms - 1) / 1000,
            "reduce_mem_usage": 1,
        }
        return by_point(
            self._loads(line) for line in self._asked("/api/v1/export", asked).splitlines()
        )

    def outline(self, pattern: str, start_ms: int, end_ms: int) -> list[Columns]:
        """Return the smallest and the largest value of every eight hours, point by point."""
        every = f"{_EIGHT_HOURS_S}s"
        query = (
            f'aggr_over_time(("min_over_time","max_over_time"), v{{p=~"{pattern}"}}[{every}])'
        )
        return self._matrix(query, start_ms, end_ms, _EIGHT_HOURS_S)

    def latest(self, at_ms: int) -> int:
        """Ask for the newest value of every point; return how many came."""
        answer = self._asked(
            "/api/v1/query", {"query": "last_over_time(v[1d])", "time": at_ms / 1000}
        )
        return len(self._loads(answer)["data"]["result"])

    def at_and_count(self, bounds_ms: tuple[int, int]) -> tuple[int, int]:
        """Ask for the consumption of a month and for how many samples came, of every point."""
        span = f"{(bounds_ms[1] - bounds_ms[0]) // 1000}s"
        asked = []
        for query in (
            f"last_over_time(v[1d]) - last_over_time(v[1d] offset {span})",
            f"count_over_time(v[{span}])",
        ):
            answer = self._asked(
                "/api/v1/query", {"query": query, "time": bounds_ms[1] / 1000, "nocache": 1}
            )
            asked.append(len(self._loads(answer)["data"]["result"]))
        return asked[0], asked[1]

    def _matrix(self, query: str, start_ms: int, end_ms: int, step_s: int) -> list[Columns]:
        asked = {
            "query": query,
            "start": start_ms / 1000 + step_s,
            "end": end_ms / 1000,
            "step": step_s,
            "nocache": 1,
        }
        told = self._loads(self._asked("/api/v1/query_range", asked))
        found = []
        for series in told["data"]["result"]:
            rows = np.array(series["values"], np.float64)
            found.append(((rows[:, 0] * 1000).astype(np.int64), rows[:, 1]))
        return found

    def _asked(self, path: str, fields: dict[str, Any], body: bytes | None = None) -> bytes:
        address = f"{self._address}{path}?{urllib.parse.urlencode(fields)}"
        asked = urllib.request.Request(address, data=body)  # noqa: S310 - our own server
        with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
            told: bytes = answer.read()
        return told


@contextmanager
def victoria_metrics(folder: Path) -> Iterator[VictoriaMetrics | None]:
    """Start a server of its own and end it; None where it is not installed."""
    program = shutil.which(PEER_PROGRAM)
    if program is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        program,
        f"-httpListenAddr=127.0.0.1:{port}",
        f"-storageDataPath={folder / 'victoria'}",
        "-retentionPeriod=100y",
        "-search.latencyOffset=0s",
        "-search.maxUniqueTimeseries=1000000",
        "-search.maxSeries=1000000",
        "-loggerLevel=ERROR",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            server, until_s = VictoriaMetrics(port), time.monotonic() + _START_S
            while not server.ready():
                if run.poll() is not None or time.monotonic() > until_s:
                    raise StoreBroken(f"{PEER_PROGRAM} does not start")
                time.sleep(0.1)
            yield server
        finally:
            run.terminate()
            run.wait()


class DuckDb:
    """A file of its own; a row a sample, sorted by point and time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE sample (p INTEGER, time BIGINT, value DOUBLE, quality UTINYINT)"
        )

    def fill(self, points: Ints, times_ms: Ints, values: Floats) -> None:
        """Put in everything at once, in the order of points and times."""
        quality = np.zeros(len(values), np.uint8)
        columns = {"p": points, "time": times_ms, "value": values, "quality": quality}
        self._connection.register("brought", columns)
        self._connection.execute(
            "INSERT INTO sample SELECT p, time, value, quality FROM brought"
        )
        self._connection.unregister("brought")
        self._connection.execute("CHECKPOINT")

    def samples(
        self, points: Sequence[int], start_ms: int, end_ms: int
    ) -> dict[str, NDArray[Any]]:
        """Return every sample of some points as arrays, by point and time."""
        found: dict[str, NDArray[Any]] = self._connection.execute(
            "SELECT p, time, value, quality FROM sample WHERE p BETWEEN ? AND ? "
            "AND time >= ? AND time < ? ORDER BY p, time",
            (min(points), max(points), start_ms, end_ms),
        ).fetchnumpy()
        return found

    def outline(self, start_ms: int, end_ms: int) -> dict[str, NDArray[Any]]:
        """Return the smallest and the largest value of every eight hours of every point."""
        found: dict[str, NDArray[Any]] = self._connection.execute(
            "SELECT p, time // 28800000 AS bucket, min(value) AS low, max(value) AS high "
            "FROM sample WHERE time >= ? AND time < ? GROUP BY p, bucket ORDER BY p, bucket",
            (start_ms, end_ms),
        ).fetchnumpy()
        return found


@contextmanager
def duck_db(folder: Path) -> Iterator[DuckDb | None]:
    """Open a file of its own; None where the package is not installed."""
    try:
        package = importlib.import_module("duckdb")
    except ImportError:
        yield None
        return
    connection = package.connect(str(folder / "samples.duckdb"))
    connection.execute("SET threads TO 2")
    try:
        yield DuckDb(connection)
    finally:
        connection.close()


def version_of(package: str) -> str:
    """Return the version of an installed package, or what stands for it."""
    try:
        return str(importlib.import_module(package).__version__)
    except ImportError:
        return "not installed"


def victoria_version() -> str:
    """Return what the server calls itself, or that there is none."""
    program = shutil.which(PEER_PROGRAM)
    if program is None:
        return "not installed"
    said = subprocess.run(
        [program, "-version"], capture_output=True, text=True, timeout=20, check=False
    )
    return (said.stdout or said.stderr).strip() or PEER_PROGRAM
