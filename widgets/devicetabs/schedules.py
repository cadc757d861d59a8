"""The controller's own week plans: read, moved as bands, reviewed, then sent one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.profile import WeekProgram
from app.model.reading import Reading, split_point
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.applying import Applying
from widgets.controls.card import GAP, MARGIN, Bar, Card, EmptyState
from widgets.controls.late import Scrolled
from widgets.controls.moments import clock_text, local
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label, sentence
from widgets.controls.weekpainter import day_name
from widgets.controls.weekview import WeekView
from widgets.desk import Json, Memory
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.models.settings import circuit_text
from widgets.models.staging import Staging
from widgets.models.weekplan import DAYS, WeekPlan, Wish, in_safe_order


class SchedulesTab(Tab):
    """One card a circuit, the review at the right; nothing is sent before Apply."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.staging = Staging()
        specs = week_specs(subject)
        programs = subject.detail.week_programs
        self.plans = [WeekPlan(each, specs, self.staging) for each in programs]
        self._specs = {key: spec for plan in self.plans for key, spec in plan.specs.items()}
        self.views: list[WeekView] = []
        self._says: list[tuple[Card, WeekPlan]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._row.setSpacing(GAP)
        if not self._specs:
            self._row.addWidget(EmptyState(_no_plan_words()))
            self.become_ready()
            return
        self._build()
        self.context.feed.aged.connect(self._tick)
        self.read()

    def badge(self) -> str:
        count = len(self.staging)
        return _("{count} staged").format(count=count) if count else ""

    def unsaved(self) -> str:
        count = len(self.staging)
        if not count:
            return ""
        return ngettext(
            "{device}: {count} time of the week plan was not sent.",
            "{device}: {count} times of the week plan were not sent.",
            count,
        ).format(device=self.subject.detail.view.config.name, count=count)

    def discard(self) -> None:
        self.staging.clear()

    def memory(self) -> Memory:
        staged: list[Json] = [[each.spec.key, each.text] for each in self.staging]
        return {"staged": staged} if staged else {}

    def recall(self, memory: Memory) -> None:
        staged = memory.get("staged")
        known = [
            (str(each[0]), str(each[1]))
            for each in (staged if isinstance(staged, list) else [])
            if isinstance(each, list) and len(each) == len(("key", "text"))
        ]
        wishes = [wish for wish in known if wish[0] in self._specs]
        if wishes and self.applying.review.isVisibleTo(self):
            self._stage(wishes)

    def refresh(self) -> None:
        if self._specs:
            self.read()

    def read(self) -> None:
        """Ask the device itself for every time of its week plans."""
        context = self.context
        stop = context.asking.ask(
            context.asked.plant.read_now(
                context.viewer, self.subject.device, list(self._specs)
            ),
            owner=self,
            done=self._take,
            failed=self._fail,
        )
        self.again.setEnabled(False)
        self.busy.begin(_("Reading the week plan …"), lambda: self._stop_reading(stop))

    def _build(self) -> None:
        context, look = self.context, self.context.look
        specs = [spec for plan in self.plans for spec in plan.specs.values()]
        may = (context.viewer.may_write(each.category, self.subject.device) for each in specs)
        editable = all(may) and all(plan.editable for plan in self.plans)
        self.read_at = label("", "quiet")
        self.busy = Busy()
        self.again = button(_("Read again"), self.read, look=look, drawing="refresh")
        self.notice = Notice(look)
        inside = QWidget()
        inside.setObjectName("groundinside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for plan in self.plans:
            column.addWidget(self._card(plan, editable=editable))
        column.addWidget(sentence(_keys_words() if editable else _read_only_words()))
        column.addStretch(1)
        scroll = Scrolled()
        scroll.setObjectName("ground")
        scroll.setAccessibleName(_("Week plans"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        left = QVBoxLayout()
        left.setSpacing(8)
        bar = Bar("plainbar", 32).add(self.read_at, self.busy).stretch().add(self.again)
        for each in (bar, self.notice):
            left.addWidget(each)
        left.addWidget(scroll, 1)
        self._row.addLayout(left, 1)
        self.applying = Applying(
            context,
            self.subject.device,
            self.staging,
            self._specs,
            self,
            in_safe_order,
            _nothing_words(),
        )
        self.applying.changed.connect(self._show)
        self.applying.finished.connect(self.read)
        self._row.addWidget(self.applying.review)
        self.applying.review.setVisible(editable)

    def _card(self, plan: WeekPlan, *, editable: bool) -> Card:
        name = circuit_text(plan.program.circuit, self.subject.detail.circuits)
        card = Card(name, _("not read yet"))
        says = _("Week plan, {circuit}").format(circuit=name)
        view = WeekView(plan, self.context.look, self._local, says, editable=editable)
        view.edited.connect(self._stage)
        self.views.append(view)
        self._says.append((card, plan))
        card.body.addWidget(view)
        return card

    def _local(self) -> datetime:
        return local(self.context.now(), self.context.zone)

    def _take(self, readings: Sequence[Reading]) -> None:
        by_key = {split_point(each.point)[1]: each for each in readings}
        for plan in self.plans:
            plan.take(by_key)
        self.staging.see(by_key)
        self.notice.hide()
        when = clock_text(self.context.now(), self.context.zone)
        self.read_at.setText(_("read from the device {when}").format(when=when))
        self._read_ended()
        self.applying.tell()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.read)
        self._read_ended()

    def _stop_reading(self, stop: Callable[[], None]) -> None:
        stop()
        self._read_ended()

    def _read_ended(self) -> None:
        self.busy.end()
        self.again.setEnabled(True)
        self.become_ready()

    def _stage(self, wishes: Sequence[Wish]) -> None:
        self.staging.stage_all(
            [(self._specs[key], self._reading(key), text) for key, text in wishes]
        )
        self.applying.tell()

    def _reading(self, key: str) -> Reading | None:
        found = (plan.reading(key) for plan in self.plans)
        return next((reading for reading in found if reading is not None), None)

    def _show(self) -> None:
        for view in self.views:
            view.refresh()
        self._tick()
        self.renamed.emit()

    def _tick(self) -> None:
        for card, plan in self._says:
            card.subtitle.setText(comfort_words(plan, self._local()))


def week_specs(subject: Subject) -> Mapping[str, PointSpec]:
    """Return the times of the device's week plans by key, called in the person's language."""
    points = {spec.key: spec for spec in subject.detail.points}
    named: dict[str, PointSpec] = {}
    for program in subject.detail.week_programs:
        for key, name in _names(program).items():
            if key in points:
                named[key] = replace(points[key], name=name)
    return named


def _names(program: WeekProgram) -> Mapping[str, str]:
    words = {
        False: _("{day}, start of comfort period {number}"),
        True: _("{day}, end of comfort period {number}"),
    }
    return {
        program.key(day, period, stop=stop): words[stop].format(
            day=day_name(day), number=period
        )
        for day in range(DAYS)
        for period in range(1, program.periods + 1)
        for stop in (False, True)
    }


def comfort_words(plan: WeekPlan, now: datetime) -> str:
    """Return what a plan asks for at a local time, and until when."""
    told = plan.comfort(now)
    if told is None:
        return _("not read yet")
    is_comfort, until = told
    if until is None:
        return _("comfort always") if is_comfort else _("saving always")
    clock = until.strftime("%H:%M")
    if until.date() != now.date():
        clock = f"{day_name(until.weekday())} {clock}"
    words = _("comfort until {when}") if is_comfort else _("saving until {when}")
    return words.format(when=clock)


def _keys_words() -> str:
    return _(
        "Pull a period or its ends, or use the keys: arrows choose a day and an end, "
        "Shift moves it by a quarter of an hour, Shift and Ctrl by a minute, Insert adds "
        "a period, Delete removes it, Ctrl+C and Ctrl+V carry a day to another."
    )


def _nothing_words() -> str:
    return _(
        "Nothing is staged. Move a period and its new times wait here until you apply "
        "them. Nothing reaches the device before."
    )


def _read_only_words() -> str:
    return _("These times are shown as the device keeps them; they are not changed from here.")


def _no_plan_words() -> str:
    return _(
        "No week plan of this device is known. It appears once the device has answered "
        "and its application is recognised."
    )


TAB = TabType(
    "schedules",
    lambda: _("Schedules"),
    27,
    Capability.SEE_PLANT,
    SchedulesTab,
    fits=lambda detail: bool(detail.week_programs),
)
