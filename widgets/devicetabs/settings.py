"""The device's settings: read on opening, changed in the table, reviewed, then sent."""

from collections.abc import Callable, Sequence

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout

from app.errors import PlantError
from app.model.reading import Reading, split_point
from app.verbs import Capability
from app.words import _, ngettext
from widgets.comparing.comparer import Comparer, numbers
from widgets.controls.applying import Applying
from widgets.controls.card import GAP, MARGIN, EmptyState
from widgets.controls.moments import clock_text
from widgets.controls.settinggroups import GroupList
from widgets.controls.settingscard import SettingsCard
from widgets.desk import Json, Memory
from widgets.devicetabs.doors import open_setting_doors
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.models.settings import SettingsModel, setting_rows
from widgets.models.staging import Staging
from widgets.overriding.standing import held_words
from widgets.pagetype import Show

_TABLE_PX = 800  # what the table needs beside the groups and the review
_MOST_NAMED = 6


class SettingsTab(Tab):
    """Groups at the left, the table, the review at the right."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._specs = {spec.key: spec for spec in subject.settings()}
        self.staging = Staging()
        context = self.context
        editable = context.viewer.may(Capability.WRITE_PRIMARY, subject.device)
        self.model = SettingsModel(
            self.staging,
            context.now,
            context.zone,
            circuits=subject.detail.circuits,
            editable=editable,
            may_write=lambda spec: context.viewer.may_write(spec.category, subject.device),
            parent=self,
        )
        self.model.on_staged = self._staged
        self.model.held = lambda key: held_words(context, subject.device, key)
        context.overrides.changed.connect(self.model.show_held)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._row.setSpacing(GAP)
        if not self._specs:
            self._row.addWidget(EmptyState(_no_settings_words()))
            self.become_ready()
            return
        self._build(editable=editable)
        self._ask_changes()
        self.read()

    def badge(self) -> str:
        count = len(self.staging)
        return _("{count} staged").format(count=count) if count else ""

    def unsaved(self) -> str:
        count = len(self.staging)
        if not count:
            return ""
        told = ngettext(
            "{device}: {count} staged change was not sent.",
            "{device}: {count} staged changes were not sent.",
            count,
        ).format(device=self.subject.detail.view.config.name, count=count)
        return "\n".join([told, *self.staging.told(_MOST_NAMED)])

    def discard(self) -> None:
        self.staging.clear()

    def memory(self) -> Memory:
        staged: list[Json] = [[each.spec.key, each.text] for each in self.staging]
        return {"staged": staged} if staged else {}

    def recall(self, memory: Memory) -> None:
        staged = memory.get("staged")
        for each in staged if isinstance(staged, list) else []:
            if isinstance(each, list) and len(each) == len(("key", "text")):
                spec = self._specs.get(str(each[0]))
                if spec is not None and self.model.may_change(spec):
                    self.staging.stage(spec, self.model.reading(spec.key), str(each[1]))
        if self._specs:
            self._staged()

    def reveal(self, show: Show) -> None:
        if show.point is not None and self._specs:
            self.card.go_to(split_point(show.point)[1])

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._specs:  # where room is short the table needs it more than the list of groups
            others = self.groups.width() + self.review.width() + 2 * (GAP + MARGIN)
            self.groups.setVisible(self.width() - others >= _TABLE_PX)

    def read(self) -> None:
        """Ask the device itself for every setting."""
        context, keys = self.context, list(self._specs)
        stop = context.asking.ask(
            context.asked.plant.read_now(context.viewer, self.subject.device, keys),
            owner=self,
            done=self._take,
            failed=self._fail,
        )
        self.card.again.setEnabled(False)
        self.card.busy.begin(
            _reading_words(len(keys)),
            lambda: self._stop_reading(stop),
        )

    def _build(self, *, editable: bool) -> None:
        look = self.context.look
        self.card = SettingsCard(
            self.model, list(self._specs.values()), look, self.read, editable=editable
        )
        open_setting_doors(self.card.table, self.subject)
        self.groups = GroupList(look, self.subject.detail.circuits)
        self.groups.chosen.connect(self.card.go_to_group)
        self.applying = Applying(
            self.context, self.subject.device, self.staging, self._specs, self
        )
        self.review, self.sending = self.applying.review, self.applying.sending
        self.applying.changed.connect(self._show_staged)
        self.applying.wrote.connect(lambda end: self.model.take_changes({end.key: end}))
        self.applying.finished.connect(self.read)
        self.comparer = Comparer(self.subject, self._values, self)
        self.comparer.stage.connect(self._take_over)
        self.comparer.failed.connect(self.card.notice.tell)
        self.card.compare.clicked.connect(lambda _on=False: self.comparer.ask_comparison())
        self.card.copy.clicked.connect(lambda _on=False: self.comparer.ask_copy())
        self._row.addWidget(self.groups)
        self._row.addWidget(self.card, 1)
        self._row.addWidget(self.review)
        self.review.setVisible(editable)
        self._count_groups()

    def _take(self, readings: Sequence[Reading]) -> None:
        by_key = {split_point(each.point)[1]: each for each in readings}
        self.model.take_readings(by_key)
        self.staging.see(by_key)
        self._staged()
        when = clock_text(self.context.now(), self.context.zone)
        self.card.read_at.setText(_("read from the device {when}").format(when=when))
        self._read_ended()

    def _fail(self, error: PlantError) -> None:
        self.card.notice.tell(str(error), retry=self.read)
        self._read_ended()

    def _stop_reading(self, stop: Callable[[], None]) -> None:
        stop()
        self._read_ended()

    def _read_ended(self) -> None:
        self.card.busy.end()
        self.card.again.setEnabled(True)
        self.become_ready()

    def _ask_changes(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.control.last_changes(context.viewer, self.subject.device),
            owner=self,
            done=self.model.take_changes,
            failed=lambda error: self.card.notice.tell(str(error)),
        )

    def _staged(self) -> None:
        self.applying.tell()

    def _show_staged(self) -> None:
        self.card.staged()
        self._count_groups()
        self.renamed.emit()

    def _values(self) -> dict[str, float]:
        """Return the numbers of this device, as they were read last."""
        found = (self.model.reading(key) for key in self._specs)
        return numbers([reading for reading in found if reading is not None])

    def _take_over(self, wishes: Sequence[tuple[str, str]]) -> None:
        """Stage values that were taken from elsewhere; one step back takes them all away."""
        mine = [(self._specs[key], text) for key, text in wishes]
        taken = [(spec, text) for spec, text in mine if self.model.may_change(spec)]
        if taken:
            self.staging.stage_all(
                [(spec, self.model.reading(spec.key), text) for spec, text in taken]
            )
            self._staged()

    def _count_groups(self) -> None:
        self.groups.take(setting_rows(list(self._specs.values())), self.staging)


def _reading_words(count: int) -> str:
    words = ngettext("Reading {count} setting …", "Reading {count} settings …", count)
    return words.format(count=count)


def _no_settings_words() -> str:
    return _(
        "No setting of this device is known. Settings appear once the device has answered "
        "and its application is recognised."
    )


TAB = TabType("settings", lambda: _("Settings"), 25, Capability.SEE_PLANT, SettingsTab)
