"""The rows of a concentrator's CSV file: a meter, a moment, and a telegram or values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.model.collector import BATTERY_UNITS, Charge
from app.model.reading import Quality
from app.model.sheettext import unguarded
from app.words import _
from drivers.mbus.points import MeterPoint
from drivers.wireless.caught import Caught
from drivers.wireless.layout import (
    COUNTING,
    QUANTITIES,
    Column,
    Layout,
    ValueColumn,
)

_AHEAD = timedelta(hours=1)  # a row may be so much later than our clock says
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?", re.ASCII)
_METER = re.compile(r"[0-9A-Fa-f]{1,8}", re.ASCII)
_SECONDARY = re.compile(r"[0-9A-Fa-f]{8}([0-9A-Fa-f]{8})?", re.ASCII)
_DIGITS = 8
_SHOWN = 40  # letters of a cell that a sentence repeats
_ELVACO_CELLS, _ELVACO_TIME = 5, "%Y-%m-%d %H:%M:%S"
_MOST_BYTES = 255  # of a wired telegram between its envelope
_TWICE = 0  # instead of a column's place: several have this head
_MOST_TOLD_TWICE = 100_000  # meters of the hour that the clock goes through twice


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row, and where a person finds it."""

    line: int
    column: int  # from 1
    says: str


class _Wrong(Exception):
    def __init__(self, column: int, says: str) -> None:
        super().__init__(says)
        self.column, self.says = column, says


class Moments:
    """Turns the civil times of a file into UTC; remembers the hour that comes twice."""

    def __init__(self, form: str, zone: ZoneInfo | None, now: datetime) -> None:
        self._form, self._zone, self._latest = form, zone, now + _AHEAD
        self._twice: dict[str, datetime] = {}  # meter → its newest time in that hour

    def of(self, column: int, text: str, meter: str) -> datetime:
        """Return a row's time in UTC; raises `_Wrong`.

        In the hour that the clocks go through twice a meter's rows come in their order: one
        that is not later than the one before belongs to the second time.
        """
        try:
            read = datetime.strptime(text, self._form)  # noqa: DTZ007 - the zone is the file's
        except ValueError:
            raise _Wrong(column, _("{cell} is no time of the form {form}").format(
                cell=_cell(text), form=self._form)) from None  # fmt: skip
        at = read if read.tzinfo is not None else self._placed(column, read, text, meter)
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            raise _Wrong(column, _("{cell} is no time that can be").format(
                cell=_cell(text))) from None  # fmt: skip
        if at > self._latest:
            raise _Wrong(column, _("{cell} lies ahead of our clock: is the time zone right?")
                         .format(cell=_cell(text)))  # fmt: skip
        return at

    def _placed(self, column: int, read: datetime, text: str, meter: str) -> datetime:
        first, second = (read.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return first
        if first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != read:
            raise _Wrong(column, _("{cell}: there is no such time, the clocks go forward")
                         .format(cell=_cell(text)))  # fmt: skip
        before = self._twice.get(meter)
        at = first if before is None or before < first.astimezone(UTC) else second
        if len(self._twice) < _MOST_TOLD_TWICE or meter in self._twice:
            self._twice[meter] = at.astimezone(UTC)
        return at


def elvaco_rows(file: CsvFile, zone: ZoneInfo, now: datetime) -> Iterator[Caught | Fault]:
    """Yield what stands in a file of Elvaco's public layout (report template 2001).

    ``gateway;secondary id;YYYY-MM-DD hh:mm:ss;telegram number;telegram`` a line; the telegram
    in hexadecimal digits from its C field on, without checksum and stop. A head is passed over.
    """
    moments = Moments(_ELVACO_TIME, zone, now)
    for line, cells in file.rows():
        try:
            yield _elvaco(cells, moments)
        except _Wrong as wrong:
            if line > 1 or isinstance(cells, str) or any(map(str.isdigit, "".join(cells[1:3]))):
                yield Fault(line, wrong.column, wrong.says)


def _elvaco(cells: Sequence[str] | str, moments: Moments) -> Caught:
    if isinstance(cells, str):
        raise _Wrong(1, cells)
    if len(cells) != _ELVACO_CELLS and cells[_ELVACO_CELLS:] != [""]:
        raise _Wrong(
            min(len(cells), _ELVACO_CELLS),
            _("the row has {cells} cells, expected are {expected}").format(
                cells=len(cells), expected=_ELVACO_CELLS
            ),
        )
    _gateway, secondary, time, _number, telegram = (each.strip() for each in cells[:5])
    if not _SECONDARY.fullmatch(secondary):
        raise _Wrong(2, _("{cell} is no secondary address").format(cell=_cell(secondary)))
    meter = secondary[:_DIGITS].lower()
    at = moments.of(3, time, meter)
    try:
        data = bytes.fromhex(telegram)
    except ValueError:
        data = b""
    if not 3 <= len(data) <= _MOST_BYTES:  # noqa: PLR2004 - the fields C, A and CI
        raise _Wrong(5, _("{cell} is no telegram").format(cell=_cell(telegram)))
    return Caught(frame=enveloped(data), at=at, number=meter)


def enveloped(data: bytes) -> bytes:
    """Return a wired telegram's fields within starts, lengths, checksum and stop."""
    head = bytes([0x68, len(data), len(data), 0x68])
    return head + data + bytes([sum(data) & 0xFF, 0x16])


def table_rows(file: CsvFile, layout: Layout, now: datetime) -> Iterator[Caught | Fault]:
    """Yield what stands in a file of a layout; `BadInput` where its head is another."""
    moments = Moments(layout.time_format, layout.zone, now)
    table: _Table | None = None if layout.head else _Table(layout, {}, moments)
    for line, cells in file.rows():
        if table is None or line <= layout.head:
            if line >= layout.head and not isinstance(cells, str):
                heads = dict[str, int]()
                for place, each in enumerate(map(str.strip, cells), 1):
                    heads[each] = _TWICE if each in heads else place
                table = _Table(layout, heads, moments)
            continue
        yield from table.told(line, cells)


class _Table:
    """A layout whose columns were found in a file's head."""

    def __init__(self, layout: Layout, heads: Mapping[str, int], moments: Moments) -> None:
        self._layout, self._heads, self._moments = layout, heads, moments
        self._meter = self._place(layout.meter)
        self._time = [self._place(each) for each in layout.time]
        own = layout.battery
        self._battery = None if own is None else (own, self._place(own.column))
        self._values = [
            (
                each,
                self._place(each.column),
                None if each.quantity_column is None else self._place(each.quantity_column),
                None if each.unit_column is None else self._place(each.unit_column),
            )
            for each in layout.values
        ]

    def told(self, line: int, cells: Sequence[str] | str) -> Iterator[Caught | Fault]:
        """Yield what a row says of a meter and of a battery; one wrong costs not the other."""
        charge, row = None, None
        try:
            charge = self._charge(cells)
        except _Wrong as wrong:
            yield Fault(line, wrong.column, wrong.says)
        try:
            row = self._row(cells)
        except _Wrong as wrong:
            yield Fault(line, wrong.column, wrong.says)
        if row is not None:
            yield row._replace(charge=charge)
        elif charge is not None:
            yield Caught(at=charge.at, charge=charge)

    def _charge(self, cells: Sequence[str] | str) -> Charge | None:
        """Return what a row says of the concentrator's own battery; raises `_Wrong`."""
        if self._battery is None or isinstance(cells, str):
            return None
        own, place = self._battery
        text = self._cell(cells, place) if place <= len(cells) else ""
        if not text:
            return None
        value = self._number(place, text)
        if not 0 <= value <= BATTERY_UNITS[own.unit]:
            said = _("{cell} is no charge of a battery in {unit}")
            raise _Wrong(place, said.format(cell=_cell(text), unit=own.unit))
        return Charge(value, own.unit, self._at(cells, ""), own.low_from)

    def _row(self, cells: Sequence[str] | str) -> Caught | None:
        """Return what a row says of a meter; raises `_Wrong`."""
        if isinstance(cells, str):
            raise _Wrong(1, cells)
        meter = unguarded(self._cell(cells, self._meter)).lower()
        if not meter and self._tells_battery(cells):
            return None  # a row of the concentrator itself
        if not _METER.fullmatch(meter):
            said = _("{cell} is no number of a meter").format(cell=_cell(meter))
            raise _Wrong(self._meter, said)
        meter = meter.zfill(_DIGITS)
        at = self._at(cells, meter)
        points: dict[str, MeterPoint] = {}
        for column, place, quantity_place, unit_place in self._values:
            point = self._point(cells, column, place, quantity_place, unit_place)
            if point is not None:
                if point.spec.key in points:
                    raise _Wrong(place, _("the row says {quantity} twice").format(
                        quantity=point.spec.key))  # fmt: skip
                points[point.spec.key] = point
        if not points and self._tells_battery(cells):
            return None
        if not points:
            raise _Wrong(self._values[0][1], _("the row holds no value"))
        return Caught(at=at, number=meter, points=tuple(points.values()))

    def _at(self, cells: Sequence[str], meter: str) -> datetime:
        text = " ".join(self._cell(cells, place) for place in self._time)
        return self._moments.of(self._time[0], text, meter)

    def _tells_battery(self, cells: Sequence[str]) -> bool:
        return self._battery is not None and bool(self._cell(cells, self._battery[1]))

    def _point(
        self,
        cells: Sequence[str],
        column: ValueColumn,
        place: int,
        quantity_place: int | None,
        unit_place: int | None,
    ) -> MeterPoint | None:
        text = self._cell(cells, place)
        if not text:
            return None
        quantity = column.quantity
        if quantity_place is not None:
            said = self._cell(cells, quantity_place)
            quantity = self._layout.names.get(said, said)
            if quantity not in QUANTITIES:
                odd = _("{cell} is no quantity this layout names")
                raise _Wrong(quantity_place, odd.format(cell=_cell(said)))
        spec, units = QUANTITIES[quantity]
        unit = column.unit if unit_place is None else self._cell(cells, unit_place)
        if unit not in units:
            raise _Wrong(unit_place or place, _("{cell} is no unit of {quantity}").format(
                cell=_cell(unit), quantity=quantity))  # fmt: skip
        value = self._number(place, text) * units[unit]
        return MeterPoint(spec, value, Quality.GOOD, counts=quantity in COUNTING)

    def _number(self, place: int, text: str) -> float:
        plain = text
        if self._layout.decimal_sign == ",":
            plain = "" if "." in text else text.replace(",", ".", 1)
        number = float(plain) if _NUMBER.fullmatch(plain) else float("nan")
        if not isfinite(number):
            said = _("{cell} is no number with the decimal sign {sign}")
            sign = self._layout.decimal_sign
            raise _Wrong(place, said.format(cell=_cell(text), sign=sign))
        return number

    def _place(self, column: Column) -> int:
        if isinstance(column, int):
            return column
        place = self._heads.get(column)
        if place is None:
            raise BadInput(_("the head has no column {name}").format(name=repr(column)))
        if place == _TWICE:
            said = _("the head has several columns {name}: let the layout say its place")
            raise BadInput(said.format(name=repr(column)))
        return place

    @staticmethod
    def _cell(cells: Sequence[str], place: int) -> str:
        if place > len(cells):
            raise _Wrong(place, _("the row ends before column {place}").format(place=place))
        return cells[place - 1].strip()


def _cell(text: str) -> str:
    return repr(text[:_SHOWN])
