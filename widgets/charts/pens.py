"""What a chart draws of one point: its samples, its colour, its row in the table of pens."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPen

from app.model.point import PointSpec
from app.model.reading import PointId, Reading
from app.words import _
from widgets.charts.tiled import Tiled
from widgets.charts.trace import Lines, Summary, Trace, integral, sample_count
from widgets.controls.quality import NO_VALUE, Shown, Style, figures, shown
from widgets.theme import Theme

LINE_PX, CHOSEN_PX, BEFORE_PX = 1.5, 2.25, 1.25
_BEFORE_STRENGTH = 0.55
_LONGEST_TAG = 12
_COLOURS = 5  # of a theme; beyond, dashed, then dotted
_DASHES = ((), (8.0, 3.0), (2.0, 2.0), (8.0, 3.0, 2.0, 3.0))  # px
# What a unit becomes when it lasts for hours; any other is told as times h.
_TIMES_HOURS = {"W": "Wh", "kW": "kWh", "MW": "MWh", "l/h": "l", "m³/h": "m³"}
_NONE = np.empty(0)
NOTHING = Lines(_NONE, _NONE, _NONE, _NONE, _NONE)


class Kind(Enum):
    """What a pen draws."""

    MEASURED = "measured"
    BEFORE = "before"  # the same point in the time compared with
    DIFFERENCE = "difference"  # now minus then


@dataclass(frozen=True, slots=True)
class Subject:
    """A point that can be drawn, and whose it is."""

    point: PointId
    spec: PointSpec
    device: str = ""  # name


class Pen:
    """One line on a chart; ``nth`` counts from 0 and picks colour and dash."""

    def __init__(
        self, nth: int, subject: Subject, kind: Kind = Kind.MEASURED, shift: str = ""
    ) -> None:
        """``shift`` says in words how far back a pen of another time lies: ``−7 d``."""
        self.nth = nth
        self.subject = subject
        self.kind = kind
        self.shift = shift
        self.trace = Trace()
        self.tiled: Tiled | None = None  # where tiles of a long time are drawn
        self.now: Reading | None = None
        self.summary = Summary()
        self.good_share: float | None = None  # of the time seen, 0…1
        self.lines = NOTHING  # as drawn
        self.span: tuple[float, float] | None = None  # of everything drawn
        self.at_a: tuple[float, bool] | None = None  # value there, and whether doubtful
        self.at_b: tuple[float, bool] | None = None
        self.slope_per_h: float | None = None  # from A to B
        self.stored = 0  # samples of the time seen
        self.visible = True
        self.alone = False  # on a scale of its own

    @property
    def point(self) -> PointId:
        """The point drawn."""
        return self.subject.point

    @property
    def spec(self) -> PointSpec:
        """What is known of the point."""
        return self.subject.spec

    @property
    def key(self) -> str:
        """What tells this pen from every other of the chart."""
        return f"{self.point}/{self.kind.value}"

    @property
    def lane(self) -> str:
        """Which scale it stands on: pens of one unit share theirs."""
        unit = self.spec.unit
        if self.kind is Kind.DIFFERENCE:
            return f"{unit}\0Δ"
        return f"{unit}\0{self.point}" if self.alone else unit

    @property
    def tag(self) -> str:
        """The short name at the line's end: ``S3``, or as much of the name as has room."""
        first = self.spec.name.partition(" ")[0]
        name = self.spec.name
        if any(letter.isdigit() for letter in first):
            name = first
        return name if len(name) <= _LONGEST_TAG else name[: _LONGEST_TAG - 1] + "…"

    @property
    def name(self) -> str:
        """The name of the row: what is drawn, and of when."""
        name = self.spec.name
        first, space, rest = name.partition(" ")
        name = rest if space and first == self.tag else name
        if self.kind is Kind.BEFORE:
            return _("{name}, {shift}").format(name=name, shift=self.shift)
        if self.kind is Kind.DIFFERENCE:
            return _("{name}, difference to {shift}").format(name=name, shift=self.shift)
        return name

    def look_at(self, start_s: float, end_s: float, pixels: int) -> None:
        """Work out what is drawn of a stretch of time."""
        self.lines = self.trace.window(start_s, end_s, pixels)
        self.stored = sample_count(self.trace, start_s, end_s)

    def sum_up(self, start_s: float, end_s: float, until_s: float) -> None:
        """Work out what is told of a stretch of time, as far as it is past."""
        coarse = self._coarse(start_s, end_s)
        past = min(end_s, until_s) - start_s
        if coarse is not None:
            mean, seconds = coarse.mean(start_s, end_s)
            least, most = self.trace.span(start_s, end_s) or (None, None)
            self.summary = Summary(least, most, mean, seconds)
            self.good_share = None  # how much of a tile came, nobody counted
            return
        self.summary = self.trace.summary(start_s, end_s)
        share = self.summary.good_s / past if past > 0 else None
        self.good_share = None if share is None else min(share, 1.0)

    def colour(self, theme: Theme) -> QColor:
        """Return the pen's colour in a theme."""
        colour = QColor(theme.pens[self.nth % len(theme.pens)])
        if self.kind is Kind.BEFORE:
            colour.setAlphaF(_BEFORE_STRENGTH)
        return colour

    def line(self, theme: Theme, *, chosen: bool = False) -> QPen:
        """Return how the line is drawn: colour, width, dashes; cosmetic."""
        width = BEFORE_PX if self.kind is Kind.BEFORE else CHOSEN_PX if chosen else LINE_PX
        made = QPen(self.colour(theme), width)
        made.setCosmetic(True)
        dashes = (2.0, 2.0) if self.kind is Kind.BEFORE else self.dashes
        if dashes:
            made.setDashPattern([length / width for length in dashes])
            made.setCapStyle(Qt.PenCapStyle.FlatCap)
        return made

    @property
    def reduced(self) -> bool:
        """Whether fewer points are drawn than are stored: the least and most of each pixel."""
        return len(self.lines.x) < self.stored

    @property
    def dashes(self) -> tuple[float, ...]:
        """Lengths of ink and gap in px; nothing for a solid line."""
        return _DASHES[self.nth // _COLOURS % len(_DASHES)]

    def present(self, now: datetime, zone: tzinfo | None) -> Shown:
        """Return the newest reading as it is shown."""
        if self.kind is not Kind.MEASURED:
            return Shown(NO_VALUE, Style.NONE)
        return shown(self.now, self.spec, now, zone)

    def figure(self, value: float | None, *, doubtful: bool = False, finer: int = 0) -> Shown:
        """Return a computed value of the pen as it is shown, without unit."""
        if value is None:
            return Shown(NO_VALUE, Style.NONE)
        text = figures(value, self.spec.decimals + finer)
        return Shown(f"~{text}", Style.UNCERTAIN) if doubtful else Shown(text, Style.PLAIN)

    def stand(self, a_s: float | None, b_s: float | None) -> None:
        """Take the values at the cursors (seconds since 1970, None where there is none)."""
        self.at_a = None if a_s is None else self._at(a_s)
        self.at_b = None if b_s is None else self._at(b_s)
        change = self.change()
        self.slope_per_h = None
        if change is not None and a_s is not None and b_s is not None and a_s != b_s:
            self.slope_per_h = change[0] / (b_s - a_s) * 3600

    def integral(self, a_s: float, b_s: float) -> str:
        """Return what the time between two moments sums up to: "∫ P 12.4 kWh", or ""."""
        first, last = min(a_s, b_s), max(a_s, b_s)
        coarse = self._coarse(first, last)
        if coarse is None:
            found = integral(self.trace, first, last)
        else:
            mean, seconds = coarse.mean(first, last)
            found = None if mean is None else mean * seconds / 3600
        if found is None or not self.spec.unit:
            return ""
        unit = _TIMES_HOURS.get(self.spec.unit, f"{self.spec.unit}·h")
        return f"∫ {self.tag} {figures(found, self.spec.decimals)} {unit}"

    def _coarse(self, start_s: float, end_s: float) -> Tiled | None:
        """Return what is known of a stretch of which tiles are drawn, else None."""
        tiled = self.tiled
        return None if tiled is None or tiled.is_fine(start_s, end_s) else tiled

    def _at(self, moment_s: float) -> tuple[float, bool] | None:
        coarse = self._coarse(moment_s, moment_s)
        return self.trace.at(moment_s) if coarse is None else coarse.at(moment_s)

    def change(self) -> tuple[float, bool] | None:
        """Return the value at B minus that at A, and whether either is doubtful."""
        if self.at_a is None or self.at_b is None:
            return None
        return self.at_b[0] - self.at_a[0], self.at_a[1] or self.at_b[1]
