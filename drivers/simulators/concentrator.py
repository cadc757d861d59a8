"""A concentrator that drops the readings of a street into a folder, as CSV files.

A file holds what all meters showed at one moment; an interval later comes the next one. The
forms: ``elvaco`` (one wired telegram a line, Elvaco's public report template 2001) and
``table`` (a column for each value, decimal comma, with the layout that reads it). Rows that
come late stand in a later file with their own moment. Control lines: ``status``, ``drop`` (the
next file right now), ``quit``.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators.hosting import Steer, wall_clock
from drivers.simulators.options import option
from drivers.simulators.street.meters import MOST_METERS, StreetMeter
from drivers.simulators.street.telegrams import Said, records_of, shown
from drivers.simulators.weather import unit_noise

FORMS = ("elvaco", "table")
GATEWAY = "SIM-{seed:05d}"
_RSP_UD, _VARIABLE = 0x08, 0x72
_LATE, _BROKEN = 810, 811  # what is drawn for a row
_MOST_BACK = 100_000
_HEADS = (
    ("Meter", "", ""),
    ("Date", "", ""),
    ("Time", "", ""),
    ("Energy [MWh]", "energy", "MWh"),
    ("Volume [m3]", "volume", "m3"),
    ("Flow [l/h]", "flow", "l/h"),
    ("Power [kW]", "power", "kW"),
    ("Supply", "supply_temperature", "C"),
    ("Return", "return_temperature", "C"),
)
# What the street calls a value → its column, and how many of the file's unit one of it is.
_PLACES = {
    "energy": (3, 0.001),
    "volume": (4, 1.0),
    "flow": (5, 1000.0),
    "power": (6, 1.0),
    "supply": (7, 1.0),
    "return": (8, 1.0),
}


@dataclass(frozen=True, kw_only=True)
class ConcentratorOptions:
    """What the concentrator reads, and where its files go; `check` raises `BadInput`."""

    folder: str = option("", "where files are dropped; it is made")
    form: str = option("elvaco", "files: elvaco (telegrams), table (values)")
    seed: int = option(1, "another number is another street, the same number the same")
    meters: int = option(25, "so many meters, up to 10000")
    interval_s: float = option(3600.0, "between two files, in simulated seconds", float)
    speed: float = option(1.0, "how many simulated seconds pass in one", float)
    back: int = option(0, "drop so many earlier files first")
    rounds: int = option(0, "drop so many files, then end; 0: never end")
    late: float = option(0.0, "share of rows that come one file later", float)
    broken: float = option(0.0, "share of rows that cannot be read", float)
    zone: str = option("UTC", "in which the concentrator's clock runs")

    def check(self) -> None:
        """Raise `BadInput` naming the first option that cannot be."""
        if not self.folder:
            raise BadInput("--folder: say where the files are dropped")
        if self.form not in FORMS:
            raise BadInput(f"--form: '{self.form}' is none of {', '.join(FORMS)}")
        for name, value, most in (
            ("meters", self.meters - 1, MOST_METERS - 1),
            ("back", self.back, _MOST_BACK),
            ("rounds", self.rounds, _MOST_BACK),
        ):
            if not 0 <= value <= most:
                raise BadInput(f"--{name}: {getattr(self, name)} is out of range")
        for name in ("late", "broken"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadInput(f"--{name}: a share is between 0 and 1")
        if self.interval_s < 1.0 or self.speed <= 0.0:
            raise BadInput("--interval-s must be at least 1 and --speed above 0")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadInput(f"--zone: '{self.zone}' is no time zone") from None


class Concentrator:
    """Makes files; what is in one follows from the options and its number alone."""

    def __init__(self, options: ConcentratorOptions, start: datetime) -> None:
        """File 0 is of the last whole interval at ``start``; earlier ones are below it."""
        whole_s = start.timestamp() // options.interval_s * options.interval_s
        self._options, self._start = options, datetime.fromtimestamp(whole_s, UTC)
        self._folder, self._zone = Path(options.folder), ZoneInfo(options.zone)
        self._meters = [StreetMeter(options.seed, place) for place in range(options.meters)]

    def prepare(self) -> None:
        """Make the folder, and lay beside the files how they are read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._options.form == "table":
            (self._folder / "layout.toml").write_text(self.layout, encoding="utf-8")

    def moment(self, number: int) -> datetime:
        """Return when the meters were read that file ``number`` is about (UTC)."""
        return self._start + timedelta(seconds=number * self._options.interval_s)

    def drop(self, number: int) -> Path:
        """Write a file, whole or not at all, and return where it is."""
        name = f"{self._gateway}-{self.moment(number):%Y%m%dT%H%M%SZ}.csv"
        part = self._folder / f"{name}.part"
        part.write_text(self.content(number), encoding="utf-8", newline="")
        return part.replace(self._folder / name)

    def content(self, number: int) -> str:
        """Return the text of a file."""
        text = io.StringIO()
        lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
        if self._options.form == "table":
            lines.writerow([head for head, _quantity, _unit in _HEADS])
        row = self._elvaco if self._options.form == "elvaco" else self._table
        for meter, of in self._rows(number):
            cells = row(meter, self.moment(of), of)
            if self._drawn(_BROKEN, meter, of) < self._options.broken:
                cells[-1] = "#VALUE!"
            lines.writerow(cells)
        return text.getvalue()

    @cached_property
    def layout(self) -> str:
        """Return the layout by which files of the form ``table`` are read."""
        values = [
            f'[[values]]\ncolumn = "{head}"\nquantity = "{quantity}"\nunit = "{unit}"\n'
            for head, quantity, unit in _HEADS
            if quantity
        ]
        return (
            'separator = ";"\ndecimal_sign = ","\nencoding = "utf-8"\n'
            f'time_zone = "{self._options.zone}"\ntime_format = "%d-%m-%Y %H:%M:%S"\n'
            'meter = "Meter"\ntime = ["Date", "Time"]\n\n' + "\n".join(values)
        )

    @property
    def _gateway(self) -> str:
        return GATEWAY.format(seed=self._options.seed)

    def _rows(self, number: int) -> Iterator[tuple[StreetMeter, int]]:
        """Yield which meters stand in a file, and of which number their rows are."""
        for meter in self._meters:
            if self._is_late(meter, number - 1):
                yield meter, number - 1
            if not self._is_late(meter, number):
                yield meter, number

    def _is_late(self, meter: StreetMeter, number: int) -> bool:
        return self._drawn(_LATE, meter, number) < self._options.late

    def _drawn(self, what: int, meter: StreetMeter, number: int) -> float:
        return unit_noise(self._options.seed, meter.place + MOST_METERS * (number + 1), what)

    def _elvaco(self, meter: StreetMeter, at: datetime, number: int) -> list[str]:
        said = Said(meter, at, number)
        maker, own = said.sender[:2], said.sender[2:6]
        head = own + maker + said.sender[6:] + bytes([said.access_no, 0, 0, 0])
        local = at.astimezone(self._zone)
        data = bytes([_RSP_UD, 0, _VARIABLE]) + head + records_of(meter, local)
        return [self._gateway, meter.number, f"{local:%Y-%m-%d %H:%M:%S}", "1", data.hex()]

    def _table(self, meter: StreetMeter, at: datetime, _number: int) -> list[str]:
        local = at.astimezone(self._zone)
        cells = [meter.number, f"{local:%d-%m-%Y}", f"{local:%H:%M:%S}", *[""] * 6]
        for name, value in shown(meter, at).items():
            place, times = _PLACES[name]
            cells[place] = f"{value * times:.6f}".rstrip("0").rstrip(".").replace(".", ",")
        return cells


async def serve(
    options: ConcentratorOptions, ready: Callable[[str], object], steer: Steer | None = None
) -> None:
    """Drop files until cancelled, told to quit, or the rounds are through.

    Raises:
        BadInput: An option or the folder cannot be used.
    """
    options.check()
    concentrator = Concentrator(options, wall_clock().astimezone(UTC))
    quitting, now = asyncio.Event(), asyncio.Event()
    dropped = 0

    def handle(line: str) -> str:
        match line.split():
            case ["quit"]:
                quitting.set()
            case ["drop"]:
                pass
            case ["status"]:
                return f"ok dropped {dropped}"
            case _:
                return f"error: '{line}' is no control line; status, drop, quit"
        now.set()
        return "ok"

    try:
        await asyncio.to_thread(concentrator.prepare)
        ready(options.folder)
        if steer is not None:
            steer(handle)
        number = -options.back
        while not quitting.is_set() and (not options.rounds or dropped < options.rounds):
            if number > 0 and not options.rounds:
                await _until(now, options.interval_s / options.speed)
            if not quitting.is_set():
                await asyncio.to_thread(concentrator.drop, number)
                number, dropped = number + 1, dropped + 1
    except OSError as error:
        raise BadInput(f"--folder: {options.folder}: {error.strerror}") from error


async def _until(event: asyncio.Event, timeout_s: float) -> None:
    """Wait so long, or until somebody wants the next file now."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()


SIMULATOR = SimulatorType(
    "concentrator", "a concentrator that drops CSV files", (), serve, ConcentratorOptions
)
