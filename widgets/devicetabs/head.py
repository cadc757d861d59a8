"""The head of a device's page: who it is, how it is doing, what can be made of it."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QPushButton

from app.asked import DeviceDetail
from app.model.alarm import AlarmState
from app.model.device import Presence
from app.model.point import PointSpec
from app.model.reading import DeviceId, Reading, point_id
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import PageHead
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark, alarm_mark, presence_mark, presence_word
from widgets.controls.moments import since_text
from widgets.controls.plain import button, label, tip
from widgets.controls.quality import figures
from widgets.models.devices import address_text
from widgets.models.situation import held_by_hand
from widgets.pagetype import PageContext, Show
from widgets.residents.dialog import open_residents
from widgets.valuedoor import KeyedMenu


class DeviceHead(PageHead):
    """Follows the directory and the alarm board by itself."""

    def __init__(self, context: PageContext, device: DeviceId) -> None:
        super().__init__(context.directory.name(device))
        self._context, self._device = context, device
        self._label = ""
        self._presence = Marked(Mark("presence-late"), "", context.look, "")
        self._alarms = Marked(alarm_mark(1, AlarmState.UNACKNOWLEDGED), "", context.look, "")
        self.left.addWidget(self._presence)
        self.left.addWidget(self._alarms)
        self._detail: DeviceDetail | None = None
        self._held = label("")
        self._held.setObjectName("badge")
        self.left.addWidget(self._held)
        self._held.hide()
        trend = button(
            _("Trend"),
            lambda: context.show(Show("device", device, part="chart")),
            look=context.look,
            drawing="trend",
        )
        trend.setEnabled(context.viewer.may(Capability.SEE_HISTORY))
        self.tools.addWidget(trend)
        report = button(
            _("Commissioning report"),
            lambda: context.show(Show("device", device, part="documents:report")),
            look=context.look,
            drawing="report",
        )
        report.setEnabled(context.viewer.may(Capability.MAKE_REPORT))
        self.tools.addWidget(report)
        if context.viewer.rights.whole(Capability.KEEP_CUSTOMERS):
            self._offer_residents()
        context.directory.changed.connect(self.refresh)
        context.directory.listed.connect(self.refresh)
        context.alarms.changed.connect(self.refresh)
        context.feed.aged.connect(self._count_held)
        self.refresh()

    def _offer_residents(self) -> None:
        """Let the head's own menu lead to who had this meter."""
        action = QAction(_("Residents of this meter…"), self)
        action.triggered.connect(
            lambda: open_residents(self._context, self._device, self.window() or self)
        )
        self.addAction(action)
        for each in self.findChildren(QPushButton):  # where the keys reach the head
            KeyedMenu(each)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def describe(self, detail: DeviceDetail) -> None:
        """Take the application's name from what the core says of the device."""
        self._label, self._detail = detail.view.label, detail
        self.refresh()

    def refresh(self) -> None:
        """Show how the device is doing now."""
        context = self._context
        view = context.directory.view(self._device)
        self.title.setText(context.directory.name(self._device))
        if view is not None:
            named = self._label or view.label or _("application not identified yet")
            parts = (named, view.config.area, address_text(view))
            self.beside.setText(" · ".join(part for part in parts if part))
        standing = context.directory.standing(self._device)
        self._presence.setVisible(standing is not None)
        if standing is not None:
            words = presence_word(standing.presence)
            calm = standing.presence in (Presence.ON, Presence.FAULT)
            if calm and standing.latency_ms is not None:
                words += f" {figures(standing.latency_ms, 0)} ms"
            elif not calm:
                since = since_text(standing.since, context.now(), context.zone)
                words = _("{state} since {when}").format(state=words, when=since)
            self._presence.show_state(presence_mark(standing.presence), words)
        self._count_alarms()
        self._count_held()

    def _count_held(self) -> None:
        """Say how many parts a person holds instead of the controller."""
        if self._detail is None:
            return
        held = held_by_hand(self._detail, self._latest)
        self._held.setVisible(bool(held))
        if held:
            words = ngettext(
                "M {count} manual override", "M {count} manual overrides", len(held)
            )
            self._held.setText(words.format(count=len(held)))
            names = "\n".join(part.name for part, _by in held)
            self._held.setToolTip(tip(names))
            self._held.setAccessibleDescription(names)

    def _latest(self, spec: PointSpec) -> Reading | None:
        return self._context.feed.latest(point_id(self._device, spec.key))

    def _count_alarms(self) -> None:
        alarms = self._context.alarms.of(self._device)
        self._alarms.setVisible(bool(alarms))
        if alarms:
            worst = min(alarms, key=lambda each: each.rule.priority)
            words = ngettext("{count} alarm", "{count} alarms", len(alarms))
            mark = alarm_mark(worst.rule.priority, worst.state)
            self._alarms.show_state(mark, words.format(count=len(alarms)))
