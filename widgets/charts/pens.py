"""What a chart draws of one point: its samples, its colour, its row in the table of pens."""

from datetime import datetime, tzinfo

from PyQt6.QtGui import QColor

from app.model.point import PointSpec
from app.model.reading import PointId, Reading
from widgets.charts.trace import Summary, Trace
from widgets.controls.quality import NO_VALUE, Shown, Style, figures, shown
from widgets.theme import Theme

_LONGEST_TAG = 12


class Pen:
    """One point on a chart; ``nth`` counts from 0 and picks colour and dash."""

    def __init__(self, nth: int, point: PointId, spec: PointSpec) -> None:
        self.nth = nth
        self.point = point
        self.spec = spec
        self.trace = Trace()
        self.now: Reading | None = None
        self.summary = Summary()
        self.lines = self.trace.lines()
        self.span: tuple[float, float] | None = None  # of everything drawn
        self.cursor: tuple[float, bool] | None = None  # value there, and whether doubtful

    @property
    def tag(self) -> str:
        """The short name at the line's end: ``S3``, or as much of the name as has room."""
        first = self.spec.name.partition(" ")[0]
        if any(letter.isdigit() for letter in first):
            return first
        name = self.spec.name
        return name if len(name) <= _LONGEST_TAG else name[: _LONGEST_TAG - 1] + "…"

    def work_out(self, start_s: float, end_s: float) -> None:
        """Work out anew what is drawn and told of a period."""
        self.summary = self.trace.summary(start_s, end_s)
        self.lines = self.trace.lines()
        self.span = self.trace.span(start_s, end_s)

    @property
    def dashed(self) -> bool:
        """Whether the colour is used a second time."""
        return self.nth % 10 >= 5  # noqa: PLR2004 - a theme has five pens

    def colour(self, theme: Theme) -> QColor:
        """Return the pen's colour in a theme."""
        return QColor(theme.pens[self.nth % len(theme.pens)])

    def present(self, now: datetime, zone: tzinfo | None) -> Shown:
        """Return the newest reading as it is shown."""
        return shown(self.now, self.spec, now, zone)

    def figure(self, value: float | None, *, doubtful: bool = False) -> Shown:
        """Return a computed value of the pen as it is shown, without unit."""
        if value is None:
            return Shown(NO_VALUE, Style.NONE)
        text = figures(value, self.spec.decimals)
        return Shown(f"~{text}", Style.UNCERTAIN) if doubtful else Shown(text, Style.PLAIN)
