"""How the device is reached and doing, its clock, who it is, and what nobody knows of it."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.asked import DeviceView
from app.errors import PlantError
from app.model.control import WriteResult, WriteState
from app.model.device import LinkConfig
from app.model.linknames import LINK_NAMES
from app.model.profile import UnknownMap
from app.sentences import told_sentence
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN, PAD, Bar, Card
from widgets.controls.facts import Facts
from widgets.controls.identity import identity_facts
from widgets.controls.late import Scrolled
from widgets.controls.marks import presence_word
from widgets.controls.moments import age_text, moment_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.controls.quality import MINUS, NO_VALUE, figures
from widgets.conversation.attendancecard import AttendanceCard
from widgets.conversation.cards import DayCard, FramesCard
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.metersetup.dialog import MeterOptionsDialog
from widgets.metersetup.options import is_meter
from widgets.metersetup.paths import PathsDialog, may_have_paths
from widgets.models.devices import address_text
from widgets.speech import told_detail

_CALM_DRIFT_S = 60  # a clock that is off by less needs nobody


class CommunicationTab(Tab):
    """Two columns of cards that follow the directory."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        context = self.context
        self._line = Facts({})
        self._identity = Facts({})
        self._clock = sentence("", "")
        self._notice = Notice(context.look)
        self.set_clock = button(_("Set the clock"), self._set_clock)
        self.options = button(_("Options of the meter…"), self._set_up)
        self.paths = button(_("Ways to read it…"), self._choose_paths)
        self._faults = QVBoxLayout()
        self._fault_labels: list[QLabel] = []
        self._build()
        context.directory.changed.connect(self._show)
        context.feed.aged.connect(self._show)
        self.describe(subject)
        self.become_ready()

    def describe(self, subject: Subject) -> None:
        super().describe(subject)
        for name, text in identity_facts(subject.detail).items():
            self._identity.tell(name, text)
        drift_s, note = subject.detail.clock_drift_s, subject.detail.clock_note
        self._clock.setText(drift_text(drift_s, note))
        may = self.context.viewer.may(Capability.WRITE_PRIMARY, subject.device)
        self.set_clock.setVisible(drift_s is not None and may)
        editing = self.context.viewer.may(Capability.EDIT_DEVICES, subject.device)
        view, viewer = subject.detail.view, self.context.viewer
        self._options_bar.setVisible(editing and may_have_paths(view))
        self.options.setVisible(is_meter(view.link))
        self.paths.setVisible(viewer.rights.whole(Capability.EDIT_DEVICES))
        self._show()

    def _build(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, cards in (
            (left, (self._line_card(), self._fault_card())),
            (
                right,
                (
                    self._card(_("Identity"), self._identity),
                    self._clock_card(),
                    unknown_card(self.subject.detail.unknown),
                ),
            ),
        ):
            column.setSpacing(GAP)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        inside = QWidget()
        whole_column = QVBoxLayout(inside)
        whole_column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole_column.setSpacing(GAP)
        self.day, self.frames = DayCard(self.subject), FramesCard(self.subject)
        self.attendance = AttendanceCard(self.subject)
        whole_column.addWidget(self.day)
        whole_column.addWidget(self.attendance)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        whole_column.addLayout(row)
        whole_column.addWidget(self.frames)
        whole_column.addStretch(1)
        scroll = Scrolled()
        scroll.setObjectName("ground")
        scroll.setAccessibleName(_("Communication"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        inside.setObjectName("groundinside")
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    @staticmethod
    def _card(title: str, inside: QWidget) -> Card:
        card = Card(title)
        card.body.addWidget(inside)
        return card

    def _line_card(self) -> Card:
        card = self._card(_("Connection"), self._line)
        self._options_bar = Bar("cardfoot", 44).stretch().add(self.paths, self.options)
        card.body.addWidget(self._options_bar)
        return card

    def _set_up(self) -> None:
        """Open what is configured of a meter, as it stands in the list just now."""
        context = self.context
        if context.write_lock.all_locked:
            context.write_lock.ask_unlock()
            return
        dialog = MeterOptionsDialog(context, self._now(), self)
        dialog.kept.connect(context.directory.refresh)
        dialog.open()

    def _choose_paths(self) -> None:
        """Open by which ways the meter is read."""
        context = self.context
        if context.write_lock.all_locked:
            context.write_lock.ask_unlock()
            return
        dialog = PathsDialog(context, self._now(), context.directory.views, self)
        dialog.kept.connect(context.directory.refresh)
        dialog.open()

    def _now(self) -> DeviceView:
        own = self.subject.device
        views = [each for each in self.context.directory.views if each.config.id == own]
        return views[0] if views else self.subject.detail.view

    def _fault_card(self) -> Card:
        card = Card(_("Refused or garbled"))
        self._faults.setContentsMargins(PAD, 8, PAD, PAD)
        card.body.addLayout(self._faults)
        return card

    def _clock_card(self) -> Card:
        card = Card(_("Clock of the device"))
        column, row = QVBoxLayout(), QHBoxLayout()
        column.setContentsMargins(PAD, 8, PAD, PAD)
        row.addWidget(self._clock, 1)
        row.addWidget(self.set_clock)
        column.addLayout(row)
        column.addWidget(self._notice)
        card.body.addLayout(column)
        return card

    def _show(self) -> None:
        standing = self.context.directory.standing(self.subject.device)
        view = self.subject.detail.view
        standing = standing or view.standing
        now, zone = self.context.now(), self.context.zone
        ago = NO_VALUE
        if standing.last_answer_at is not None:
            seconds = max((now - standing.last_answer_at).total_seconds(), 0.0)
            ago = _("{age} ago").format(age=age_text(seconds))
        good = standing.requests - standing.failures
        share = NO_VALUE
        if standing.requests:
            share = f"{figures(100.0 * good / standing.requests, 1)} %"
        latency = standing.latency_ms
        facts = {
            _("State"): presence_word(standing.presence),
            _("Since"): moment_text(standing.since, zone),
            _("Address"): address_text(view),
            _("Line"): _line(view.link),
            _("Last answer"): ago,
            _("Latency"): NO_VALUE if latency is None else f"{figures(latency, 0)} ms",
            _("Requests"): figures(standing.requests, 0),
            _("Failed"): figures(standing.failures, 0),
            _("Success"): share,
            _("Last error"): standing.last_error or NO_VALUE,
        }
        for name, text in facts.items():
            self._line.tell(name, text)
        self._show_faults(standing.faults)

    def _show_faults(self, faults: Sequence[str]) -> None:
        words = list(faults) or [_("Every register asked for is answered.")]
        if [each.text() for each in self._fault_labels] == words:
            return
        for each in self._fault_labels:
            self._faults.removeWidget(each)
            each.hide()
            each.deleteLater()
        self._fault_labels = [sentence(text, "" if faults else "quiet") for text in words]
        for each in self._fault_labels:
            self._faults.addWidget(each)

    def _set_clock(self) -> None:
        context = self.context
        if context.write_lock.locked:
            context.write_lock.ask_unlock()
            return
        self.set_clock.setEnabled(False)
        context.asking.ask(
            context.asked.control.set_clock(context.viewer, self.subject.device),
            owner=self,
            done=self._clock_set,
            failed=self._clock_failed,
        )

    def _clock_set(self, results: Sequence[WriteResult]) -> None:
        self.set_clock.setEnabled(True)
        bad = [each for each in results if each.state is not WriteState.CONFIRMED]
        if bad:
            self._notice.tell(told_sentence(bad[-1].reason), retry=self._set_clock)
            return
        self._notice.hide()
        self._clock.setText(_("The clock was set to the plant's local time and read back."))
        context = self.context
        context.asking.ask(
            context.asked.plant.device(context.viewer, self.subject.device),
            owner=self,
            done=lambda heard: self.describe(
                Subject(context, told_detail(heard), self.subject.diagram)
            ),
            failed=self._clock_failed,
        )

    def _clock_failed(self, error: PlantError) -> None:
        self.set_clock.setEnabled(True)
        self._notice.tell(str(error), retry=self._set_clock)


def drift_text(drift_s: float | None, note: str) -> str:
    """Return how far a device's clock is off, in a sentence."""
    if drift_s is None:
        return note or _("The clock of the device was not read yet.")
    if abs(drift_s) < 1:
        words = _("The clock agrees with the plant's time.")
    else:
        sign = MINUS if drift_s < 0 else "+"
        off = f"{sign}{age_text(abs(drift_s))}"
        words = _("The clock is off by {off}.").format(off=off)
        if abs(drift_s) >= _CALM_DRIFT_S:
            words += " " + _("Schedules of the device run by its clock: set it.")
    return f"{words} {note}".strip()


def unknown_card(unknown: Sequence[UnknownMap]) -> Card:
    """Return the card that says what no source knows, and what stays off because of it."""
    settable = not unknown or any(each.fields or each.points for each in unknown)
    card = Card(_("Not known"), _("off until an engineer sets the map") if settable else "")
    column = QVBoxLayout()
    column.setContentsMargins(PAD, 8, PAD, PAD)
    column.setSpacing(4)
    if not unknown:
        column.addWidget(
            sentence(_("Nothing of this device's profile is left open by its sources."))
        )
    for each in unknown:
        column.addWidget(label(each.title, "strong"))
        column.addWidget(sentence(each.why))
        if each.points:
            words = ngettext(
                "{count} value comes alive once it is set.",
                "{count} values come alive once it is set.",
                len(each.points),
            )
            column.addWidget(label(words.format(count=len(each.points)), "small"))
    card.body.addLayout(column)
    return card


TAB = TabType(
    "communication", lambda: _("Communication"), 60, Capability.SEE_PLANT, CommunicationTab
)


def _line(link: LinkConfig) -> str:
    """Return a line's name and how it speaks, where that has a name."""
    kind = LINK_NAMES.get(link.kind)
    return link.name if kind is None else f"{link.name} ({kind})"
