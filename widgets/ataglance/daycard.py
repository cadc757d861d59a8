"""Mode and plan of each circuit today: what it does now, until when, and the comfort hours."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.reading import Reading, split_point
from app.words import _
from widgets.controls.card import PAD, Card, Elided
from widgets.controls.moments import local
from widgets.controls.plain import button, label, literal
from widgets.controls.quality import number_text
from widgets.controls.weekpainter import clear_of
from widgets.devicetabs.tabtype import Subject
from widgets.fonts import SMALL_PX, font
from widgets.models.settings import circuit_text
from widgets.models.staging import Staging
from widgets.models.weekplan import DAY_MINUTES, WeekPlan, clock
from widgets.pagetype import Show
from widgets.theme import Look

_BAR_PX, _AXIS_PX, _HEAD_PX = 18, 18, 8
_SIDE_PX = 12
_BADGE_PX = 26
_SETPOINTS = {1: "room", 2: "dhw"}  # as the roles of profiles call them


class DayCard(Card):
    """One block a circuit; the plan is asked of the device once, when nobody read it yet."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("Mode and schedule"), _("today"))
        self._subject = subject
        specs = {spec.key: spec for spec in subject.detail.points}
        self._roles = {spec.role: spec for spec in subject.detail.points if spec.role}
        none = Staging()
        programs = subject.detail.week_programs
        self.plans = [WeekPlan(each, specs, none) for each in programs]
        self.is_told = False
        self._blocks = [self._block(plan) for plan in self.plans]
        self.body.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        subject.context.feed.aged.connect(self.show_now)
        self._ask_known()

    def show_now(self) -> None:
        """Show what holds at this moment."""
        for plan, block in zip(self.plans, self._blocks, strict=True):
            circuit = plan.program.circuit
            block.mode.setText(literal(self._word(f"mode.circuit_{circuit}") or _("mode")))
            block.status.setText(self._words(plan))
            block.bar.update()

    def _block(self, plan: WeekPlan) -> "_Block":
        circuit, context = plan.program.circuit, self._subject.context
        name = circuit_text(circuit, self._subject.detail.circuits)
        block = _Block(circuit, name, plan, context.look, self._local)
        block.mode.clicked.connect(lambda _on=False: self._open_mode(circuit))
        block.mode.setAccessibleName(_("Mode of {circuit}").format(circuit=name))
        block.plan.clicked.connect(lambda _on=False: self._open("schedules"))
        self.body.addWidget(block)
        return block

    def _words(self, plan: WeekPlan) -> str:
        """Return what the circuit does and when that changes: comfort 20.0 → 17.0 at 22:00."""
        circuit = plan.program.circuit
        status = self._word(f"status.circuit_{circuit}")
        told = plan.comfort(self._local())
        what = _SETPOINTS.get(circuit, "")
        names = (f"setpoint.{what}_comfort", f"setpoint.{what}_saving")
        comfort, saving = (self._word(name) for name in names)
        if told is None or told[1] is None or not comfort or not saving:
            return status
        now, then = (comfort, saving) if told[0] else (saving, comfort)
        then = f"{then} {self._roles[names[0]].unit}".strip()
        until = told[1].strftime("%H:%M")
        words = _("{status} {now} → {then} at {time}")
        return words.format(status=status, now=now, then=then, time=until).strip()

    def _word(self, role: str) -> str:
        spec = self._roles.get(role)
        reading = self._subject.latest(spec) if spec is not None else None
        value = reading.value if reading is not None else None
        if spec is None or not isinstance(value, int | float):
            return ""
        return number_text(value, spec)

    def _local(self) -> datetime:
        context = self._subject.context
        return local(context.now(), context.zone)

    def _ask_known(self) -> None:
        """Take what the core holds of the plan; ask the device for what it lacks."""
        context = self._subject.context
        points = [self._subject.point(spec) for spec in self._times()]
        context.asking.ask(
            context.asked.plant.latest(context.viewer, points),
            owner=self,
            done=self._take_known,
            failed=self._fail,
        )

    def _take_known(self, readings: Sequence[Reading]) -> None:
        if len(readings) == len(self._times()):
            self._take(readings)
        else:
            context = self._subject.context
            keys = [spec.key for spec in self._times()]
            context.asking.ask(
                context.asked.plant.read_now(context.viewer, self._subject.device, keys),
                owner=self,
                done=self._take,
                failed=self._fail,
            )

    def _times(self) -> list[PointSpec]:
        return [spec for plan in self.plans for spec in plan.specs.values()]

    def _take(self, readings: Sequence[Reading]) -> None:
        by_key = {split_point(each.point)[1]: each for each in readings}
        for plan in self.plans:
            plan.take(by_key)
        self.is_told = True
        self.show_now()

    def _fail(self, error: PlantError) -> None:
        self.subtitle.setText(str(error))
        self.is_told = True
        self.show_now()

    def _open_mode(self, circuit: int) -> None:
        spec = self._roles.get(f"mode.circuit_{circuit}")
        self._open("settings", spec)

    def _open(self, part: str, spec: PointSpec | None = None) -> None:
        point = None if spec is None else self._subject.point(spec)
        show = Show("device", self._subject.device, point, part=part)
        self._subject.context.show(show)


class _Block(QFrame):
    """Name, mode and status of a circuit above the hours of its day."""

    def __init__(
        self,
        circuit: int,
        name: str,
        plan: WeekPlan,
        look: Look,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.setObjectName("changerow")
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 8, PAD, 4)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(8)
        number = label(str(circuit))
        number.setObjectName("badge")
        number.setFixedWidth(_BADGE_PX)
        number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.mode = button(_("mode"), _nothing, role="head")
        self.plan = button(
            "",
            _nothing,
            look=look,
            drawing="clock",
            role="bare",
            says=_("Week plan of {circuit}").format(circuit=name),
        )
        self.status = Elided("", "quiet")
        top.addWidget(number)
        top.addWidget(Elided(name, "strong"))
        top.addWidget(self.mode)
        top.addStretch(1)
        top.addWidget(self.plan)
        self.bar = DayBar(plan, look, now, name)
        column.addLayout(top)
        column.addWidget(self.status)
        column.addWidget(self.bar)


class DayBar(QWidget):
    """The comfort hours of today, and where in the day we are."""

    def __init__(
        self, plan: WeekPlan, look: Look, now: Callable[[], datetime], name: str
    ) -> None:
        super().__init__()
        self._plan, self._look, self._now, self._name = plan, look, now, name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Comfort hours today, {circuit}").format(circuit=name))
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEAD_PX + _BAR_PX + _AXIS_PX)

    def across(self, minute: int) -> float:
        """Return where a minute of the day lies."""
        return _SIDE_PX + minute * (self.width() - 2 * _SIDE_PX) / DAY_MINUTES

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, now = self._look.theme, self._now()
        track = QRectF(
            self.across(0), _HEAD_PX, self.across(DAY_MINUTES) - self.across(0), _BAR_PX
        )
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRect(track.adjusted(0.5, 0.5, -0.5, -0.5))
        bands = self._plan.day(now.weekday(), staged=False)
        here = self.across(now.hour * 60 + now.minute)
        painter.setFont(font(SMALL_PX))
        spoken = _("not read yet")
        for band in bands or ():
            left, right = self.across(band.start), self.across(band.stop)
            box = QRectF(left, _HEAD_PX, right - left, _BAR_PX)
            painter.fillRect(box, QColor(theme.symbol_band))
            painter.setPen(QColor(theme.text))
            room = clear_of(box, here, painter.fontMetrics().horizontalAdvance(band.words))
            if room is not None:
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, band.words)
        if bands is not None:
            spoken = ", ".join(band.words for band in bands) or _("no comfort period")
        self.setAccessibleDescription(f"{spoken}; {clock(now.hour * 60 + now.minute)}")
        painter.setPen(QColor(theme.quiet))
        for hour in range(0, 25, 6):
            box = QRectF(self.across(hour * 60) - 16, _HEAD_PX + _BAR_PX + 1, 32, _AXIS_PX - 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{hour:02d}")
        ink = QColor(theme.text)
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(here, 4), QPointF(here, _HEAD_PX + _BAR_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        head = [QPointF(here - 5, 0), QPointF(here + 5, 0), QPointF(here, 7)]
        painter.drawPolygon(QPolygonF(head))


def _nothing() -> None:
    """Leave what is pressed to whoever listens."""
