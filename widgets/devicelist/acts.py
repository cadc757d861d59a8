"""What may be done on the device page: with the devices chosen, and with the table itself."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QInputDialog, QWidget

from app.model.device import DeviceConfig
from app.model.reading import point_id
from app.model.version import Thing, ThingKind
from app.project.thingcontent import content_of_held, device_from
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.words import _
from widgets.controls.columnpicker import ColumnPicker
from widgets.controls.presetmenu import PresetMenu
from widgets.devicelist.bulk import agrees_to_disable
from widgets.devicelist.filing import device_sheet
from widgets.devicelist.groups import DeviceGroups
from widgets.devicelist.panel import FIRST_COLUMNS, DevicePanel
from widgets.devicelist.settingchange import SettingChange
from widgets.devicelist.switching import Switching
from widgets.devicelist.table import CHECK
from widgets.models.devicebuttons import BUTTON
from widgets.models.measured import BY_ID, Measurements
from widgets.pagetype import PageContext, Show
from widgets.received.rows import judged_by
from widgets.tableexport import TableExport
from widgets.versions.conflict import ConflictDialog

MOST_COMPARED = 10
MOST_IN_PERIODS = 50


class DeviceActs(QObject):
    """Answers the bulk bar and the page's tools (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        panel: DevicePanel,
        values: Measurements,
        groups: DeviceGroups,
        presets: PresetMenu,
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._context, self._panel, self._values = context, panel, values
        self._groups, self._presets, self._over = groups, presets, over
        self.switching = Switching(context, self)
        panel.is_busy = lambda: self.switching.is_busy
        self.export = TableExport(
            context, over, _("Devices"), _("Export the devices"), self._sheet
        )
        bulk = panel.bulk
        bulk.enabling.connect(partial(self.switch, enabled=True))
        bulk.disabling.connect(partial(self.switch, enabled=False))
        bulk.grouping.connect(self.add_to_group)
        bulk.comparing.connect(self.compare)
        bulk.comparing_periods.connect(self.compare_periods)
        bulk.changing.connect(self.change_setting)
        self.switching.changed.connect(panel.show_chosen)
        self.switching.conflicted.connect(self._choose)

    def switch(self, *, enabled: bool) -> None:
        """Put the devices chosen in service, or out of it after asking once."""
        views = self._panel.table.chosen()
        if enabled or agrees_to_disable(views, self._over):
            self.switching.switch([view.config for view in views], enabled=enabled)
            self._panel.show_chosen()

    def add_to_group(self) -> None:
        """Add the devices chosen to a group."""
        name = self._groups.ask_name(self._over)
        if name:
            chosen = [view.config.id for view in self._panel.table.chosen()]
            self._groups.add(name, chosen)
            told = _("Added to “{group}”: {count}").format(group=name, count=len(chosen))
            self._context.work.tell(told)

    def compare(self) -> None:
        """Draw one quantity of the devices chosen: the one sorted by, else the return."""
        name, _falling = self._panel.sorted_by()
        measure = BY_ID.get(name, BY_ID["return"])
        chosen = self._panel.table.chosen()
        doors = [(view, self._values.door(view, measure)) for view in chosen]
        able = [(view, door.point) for view, door in doors if door is not None]
        for _view, point in able[:MOST_COMPARED]:
            self._context.show(Show("trend", point=point))
        self._tell_compared(
            measure.title(),
            [view.config.name for view, _point in able[:MOST_COMPARED]],
            [view.config.name for view, _point in able[MOST_COMPARED:]],
            [view.config.name for view, door in doors if door is None],
        )

    def compare_periods(self) -> None:
        """Put what the devices chosen count or measure beside another time of itself."""
        chosen = [view.config.id for view in self._panel.table.chosen()]
        directory = self._context.directory
        for device in chosen[:MOST_IN_PERIODS]:
            spec = judged_by(directory.roles(device))
            if spec is not None:
                self._context.show(Show("comparison", point=point_id(device, spec.key)))

    def _tell_compared(
        self, measure: str, drawn: Sequence[str], beyond: Sequence[str], without: Sequence[str]
    ) -> None:
        """Say what is not drawn and why; the list of work keeps it for who looked away."""
        if not beyond and not without:
            return
        chosen = len(drawn) + len(beyond) + len(without)
        told = _("{drawn} of {chosen} devices are drawn.")
        parts = [told.format(drawn=len(drawn), chosen=chosen)]
        if beyond:
            words = _("More than {most} at once are not: {names}.")
            parts.append(words.format(most=MOST_COMPARED, names=", ".join(beyond)))
        if without:
            words = _("Without such a value: {names}.")
            parts.append(words.format(names=", ".join(without)))
        job = self._context.work.begin(_("Compare: {value}").format(value=measure))
        job.end(" ".join(parts))

    def change_setting(self) -> None:
        """Change one setting at all devices chosen, in a window of its own."""
        change = SettingChange(self._context, self._panel.table.chosen(), self._over)
        change.finished.connect(change.deleteLater)
        change.open()

    def ask_smart_group(self) -> None:
        """Keep the filters in force as a group that fills itself."""
        if not self._panel.chips.conditions:
            told = _("Choose filters first: a group keeps them under a name.")
            self._context.work.tell(told)
            return
        name, given = QInputDialog.getText(self._over, _("New smart group"), _("Name"))
        if given and name.strip():
            self._presets.keep(name)

    def ask_columns(self) -> None:
        """Let the columns and their order be chosen."""
        table = self._panel.table
        choices = [
            (column.id, column.title())
            for column in self._panel.model.columns
            if column.id not in (CHECK, BUTTON)
        ]
        shown = [column.id for column in table.columns_shown()] or list(FIRST_COLUMNS)
        picker = ColumnPicker(choices, shown, self._context.look, self._over)
        if picker.exec():
            table.show_columns(picker.chosen())
        picker.deleteLater()

    def _sheet(self, words: Words) -> PlainTable:
        return device_sheet(self._panel.table, self._values, self._context, words)

    def _choose(self, own: DeviceConfig, says: str) -> None:
        """Let somebody choose between their own device and the one a colleague saved."""
        thing = Thing(ThingKind.DEVICE, own.id)
        dialog = ConflictDialog(self._context, thing, says, content_of_held(own), self._over)
        dialog.mine.connect(
            lambda newest: self.switching.save_over(
                own, None if newest.is_gone else device_from(newest.content)
            )
        )
        dialog.theirs.connect(lambda _newest: self._context.directory.refresh())
        dialog.open()
