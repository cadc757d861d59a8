"""The course of a few values over the last hours."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.point import PointSpec
from app.model.reading import PointId, split_point
from app.verbs import Capability
from app.words import _
from widgets.controls.card import Elided
from widgets.controls.plain import button, sentence
from widgets.dashboard.asking import Form, ask_points
from widgets.dashboard.spark import Spark
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.pagetype import PageContext, Show

MOST = 5
_HOURS = (6, 24, 72, 168)


class _Stroke(QWidget):
    """A short piece of a pen, before its name."""

    def __init__(self, context: PageContext, nth: int) -> None:
        super().__init__()
        self._context, self._nth = context, nth
        self.setFixedSize(16, 12)
        context.look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        pens = self._context.theme.pens
        painter = QPainter(self)
        painter.setPen(QPen(QColor(pens[self._nth % len(pens)]), 2))
        painter.drawLine(0, 6, 16, 6)


class ChartTile(QWidget):
    """Draws once all its points are known; a button leads to the whole chart."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        kept = given.options.get("points")
        self.points = [PointId(p) for p in kept if isinstance(p, str)][:MOST] if isinstance(
            kept, list
        ) else []  # fmt: skip
        hours = given.options.get("hours")
        self.hours = hours if isinstance(hours, int) and hours in _HOURS else 24
        self._says = sentence(_("No value was chosen yet."), "small")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.addWidget(self._says)
        self.spark: Spark | None = None
        given.title.setText(given.word("title") or _("Chart"))
        given.subtitle.setText(_("last {count} h").format(count=self.hours))
        given.context.directory.described.connect(self._try)
        given.context.directory.listed.connect(self._try)
        self._try()

    def _try(self) -> None:
        if self.spark is not None or not self.points:
            return
        context = self._given.context
        found = [(point, context.directory.spec(point)) for point in self.points]
        known = [(point, spec) for point, spec in found if spec is not None]
        gone = [p for p in self.points if context.directory.view(split_point(p)[0]) is None]
        self._says.setText("")
        if len(known) + len(gone) < len(self.points) or not known:
            return
        self._says.hide()
        self.spark = Spark(context, known, self.hours)
        self._column.addLayout(self._legend(known))
        self._column.addWidget(self.spark, 1)

    def _legend(self, known: Sequence[tuple[PointId, PointSpec]]) -> QHBoxLayout:
        context, row = self._given.context, QHBoxLayout()
        row.setSpacing(6)
        for nth, (point, spec) in enumerate(known):
            device = split_point(point)[0]
            unit = f" {spec.unit}" if spec.unit else ""
            name = f"{context.directory.name(device)}: {spec.name}{unit}"
            row.addWidget(_Stroke(context, nth), 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(Elided(name, "small"), 1)
        first = known[0][0]
        show = Show("device", split_point(first)[0], first, part="chart")
        row.addWidget(button(_("Open"), lambda: context.show(show), role="head"))
        return row


def _ask(context: PageContext, options: Options, parent: QWidget) -> Options | None:
    kept = options.get("points")
    before = [str(point) for point in kept] if isinstance(kept, list) else []
    picked = [str(p) for p in ask_points(context, parent, (before or [""])[0], most=MOST)]
    points = picked or before
    if not points:
        return None
    form = Form(_("Chart"), parent)
    form.line("title", _("Title"), str(options.get("title", "")))
    words = {str(h): _("last {count} h").format(count=h) for h in _HOURS}
    form.choice("hours", _("Period"), words, str(options.get("hours", 24)))
    given = form.asked()
    if given is None:
        return None
    return {"points": list(points), "title": given["title"][:200], "hours": int(given["hours"])}


TILE = TileType(
    "chart",
    lambda: _("Chart"),
    lambda: _("Up to five values over the last hours or days."),
    "trend",
    30,
    (4, 2),
    (2, 1),
    Capability.SEE_HISTORY,
    ChartTile,
    _ask,
    asks_first=True,
)
