"""Changes one setting at every device chosen: staged and reviewed, sent, and taken back."""

from collections.abc import Sequence

from PyQt6.QtGui import QCloseEvent, QIcon, QKeySequence, QShortcut
from PyQt6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.asked import DeviceDetail, DeviceView
from app.errors import PlantError
from app.model.control import WriteResult, WriteState
from app.model.crowd import MANY
from app.model.reading import DeviceId, Reading
from app.model.second import Danger
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN, Card
from widgets.controls.marks import write_word
from widgets.controls.notice import Busy, Notice
from widgets.controls.overrideend import OverrideEnd, overrides
from widgets.controls.plain import button, label, sentence
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.devicelist.bulksending import BulkSending, requests_of
from widgets.devicelist.settingparts import BulkReading, SettingList, ValueField
from widgets.icons import icon
from widgets.models.bulkchange import BulkChange, Offered, Wish, wish_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import PageContext
from widgets.secondperson.sending import PairedSending
from widgets.speech import told_detail

_SIZE = (1280, 720)


class SettingChange(QDialog):
    """The settings at the left; value, each device with its fate, and the reason beside."""

    def __init__(
        self, context: PageContext, views: Sequence[DeviceView], parent: QWidget
    ) -> None:
        super().__init__(parent)
        count = len(views)
        words = ngettext(
            "Change a setting of {count} device", "Change a setting of {count} devices", count
        )
        self.setWindowTitle(words.format(count=figures(count, 0)))
        self.resize(*_SIZE)
        self._context = context
        self.change = BulkChange([(each.config.id, each.config.name) for each in views])
        areas = {each.config.id: each.config.area for each in views}
        self.model: RowsModel[Wish] = RowsModel(
            wish_columns(lambda device: areas.get(device, "")), lambda wish: wish.device, self
        )
        self.reading = BulkReading(context, self)
        self.reading.read.connect(self._read)
        self.reading.finished.connect(self._was_read)
        self.sending = BulkSending(context, self)
        self.sending.ended.connect(self._ended)
        self.sending.finished.connect(self._finished)
        self.second = PairedSending(context, self)
        self.second.wrote.connect(self._wrote_paired)
        self.second.filed.connect(self._filed)
        self._build()
        context.write_lock.changed.connect(self._weigh)
        self._describe([each.config.id for each in views])

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.sending.call_off()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close; what is under way ends, nothing more is sent."""
        self.sending.call_off()
        super().reject()

    def choose(self, offered: Offered) -> None:
        """Ask every device for this setting."""
        if self.sending.under_way:
            return
        devices = self.change.choose(offered.key)
        self.value.begin(offered.spec)
        words = ngettext("Reading {count} device …", "Reading {count} devices …", len(devices))
        self.busy.begin(words.format(count=len(devices)))
        self.reading.begin(devices, offered.key)
        self._show()

    def _build(self) -> None:
        look = self._context.look
        self.notice = Notice(look)
        self.settings = SettingList(look)
        self.settings.picked.connect(self.choose)
        self.value = ValueField()
        self.value.changed.connect(self._propose)
        self.table = Table(self.model, look, _("Devices and their new values"))
        self.danger = sentence("", "strong")
        self.consent = QCheckBox(_("I know what this does"))
        self.consent.toggled.connect(lambda _on: self._weigh())
        self.lasts = OverrideEnd(pad_px=0)
        self.note = QLineEdit()
        self.note.setAccessibleName(_("Reason, kept in the activity log"))
        self.note.setPlaceholderText(_("Reason, kept in the activity log"))
        self.summary = label("", "strong")
        self.busy = Busy()
        self.back = button("", self._put_back, look=look, drawing="undo")
        self.apply = button("", self._apply, role="primary")
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self.back.click)
        self._lay_out()
        self._weigh()

    def _lay_out(self) -> None:
        foot, right, whole = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        foot.addWidget(self.summary)
        foot.addWidget(self.busy)
        foot.addStretch(1)
        for press in (self.back, self.apply, button(_("Close"), self.reject)):
            foot.addWidget(press)
        card = Card()
        card.body.addWidget(self.table)
        above, below = (self.notice, self.value), (self.danger, self.consent, self.lasts)
        for part in (*above, card, *below, self.note):
            right.addWidget(part, 1 if part is card else 0)
        right.addLayout(foot)
        right.setSpacing(GAP)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addWidget(self.settings)
        whole.addLayout(right, 1)

    def _describe(self, devices: Sequence[DeviceId]) -> None:
        context = self._context

        async def work() -> list[DeviceDetail]:
            plant = context.asked.plant
            return [await plant.device(context.viewer, device) for device in devices]

        def offer(details: Sequence[DeviceDetail]) -> None:
            told = [told_detail(each) for each in details]
            self.settings.offer(self.change.describe(told), len(told))
            if not self.settings.list.count():
                self.notice.tell(_("No setting of these devices is known."))

        def fail(error: PlantError) -> None:
            self.notice.tell(str(error))

        context.asking.ask(work(), owner=self, done=offer, failed=fail)

    def _read(self, device: DeviceId, reading: Reading | None, why: str) -> None:
        self.change.take_reading(device, reading, why)
        self._propose()

    def _was_read(self) -> None:
        self.busy.end()
        self._propose()

    def _propose(self) -> None:
        if not self.sending.under_way:
            self.change.propose(self.value.text)
            self._show()

    def _show(self) -> None:
        self.model.replace(self.change.wishes.values())
        self._weigh()

    def _weigh(self) -> None:
        """Show what may be pressed now."""
        ready, locked = len(self.change.ready), self._context.write_lock.locked
        busy = self.sending.under_way
        dangers = list(self.change.dangers)
        self.danger.setText("\n".join(each for each in dangers if each))
        self.danger.setVisible(any(dangers))
        self.consent.setVisible(bool(dangers))
        forced = (overrides(each.spec, each.new) for each in self.change.ready)
        self.lasts.setVisible(any(forced))
        words = ngettext("Change {count} device", "Change {count} devices", ready)
        self.apply.setText(words.format(count=ready) if ready else _("Apply"))
        agreed = self.consent.isChecked() or not dangers
        self.apply.setEnabled(ready > 0 and agreed and not (busy or self.reading.under_way))
        ink = "on_accent"
        self.apply.setIcon(icon("lock", self._context.look, ink, ink) if locked else QIcon())
        back = self.change.returnable
        self.back.setText(_("Put the old values back ({count})").format(count=back))
        self.back.setVisible(back > 0)
        self.back.setEnabled(not busy)
        for each in (self.settings, self.value, self.lasts, self.note):
            each.setEnabled(not busy)
        ended = self.change.ended()
        told = (f"{count} {write_word(state)}" for state, count in ended.items())
        self.summary.setText(", ".join(told))

    def _put_back(self) -> None:
        """Stage what stood there before, at every device that was changed."""
        self.change.put_back()
        self.value.clear()
        self.note.setText(_("Taken back"))
        self._show()

    def _apply(self) -> None:
        if self._context.write_lock.locked:
            self._context.write_lock.ask_unlock()
            return
        wishes, note = self.change.ready, self.note.text().strip()
        lasts_min = self.lasts.minutes
        if not self.lasts.is_answered(note):
            self.note.setFocus()
            return
        if self._needs_two(wishes):
            self.second.begin(requests_of(wishes, note, lasts_min), note)
            return
        words = ngettext("Changing {count} device …", "Changing {count} devices …", len(wishes))
        self.busy.begin(words.format(count=len(wishes)), self.sending.call_off)
        self.sending.begin(wishes, note, lasts_min)
        self._weigh()

    def _needs_two(self, wishes: Sequence[Wish]) -> bool:
        pairs = self._context.pairs
        if len(wishes) > MANY and pairs.needs(Danger.BULK):
            return True
        return any(
            each.spec is not None
            and each.new is not None
            and pairs.needs_for(each.spec, each.new)
            for each in wishes
        )

    def _filed(self) -> None:
        """The wishes wait for a second person: they must not be sent twice."""
        self.value.clear()
        self.notice.tell(_("It waits for a second person; nothing has been done yet."))
        self._propose()

    def _wrote_paired(self, result: WriteResult) -> None:
        self.change.end(result)
        self._show()

    def _ended(self, result: WriteResult) -> None:
        self.change.end(result)
        self.busy.step(self.sending.done, self.sending.total)
        self._show()

    def _finished(self) -> None:
        self._context.overrides.refresh()
        self.busy.end()
        self.consent.setChecked(False)
        self._show()
        self.table.go_to(_went_wrong)


def _went_wrong(wish: Wish) -> bool:
    return wish.result is not None and wish.result.state is not WriteState.CONFIRMED
