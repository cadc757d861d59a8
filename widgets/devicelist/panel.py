"""The devices as table or buttons, with search, chips, foot and the bar for all chosen."""

from collections import Counter
from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.asked import DeviceView
from app.errors import PlantError
from app.model.device import Presence
from app.model.reading import PointId, Reading
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import Bar, Card, Elided, EmptyState, Search
from widgets.controls.late import Stack
from widgets.controls.marked import Marked
from widgets.controls.marks import presence_mark, presence_word
from widgets.controls.plain import label
from widgets.controls.quality import figures
from widgets.devicelist.bulk import BulkBar
from widgets.devicelist.buttondoors import open_buttons
from widgets.devicelist.buttons import DeviceButtons
from widgets.devicelist.chips import Chips
from widgets.devicelist.courses import Courses
from widgets.devicelist.table import DeviceTable, check_column
from widgets.models.devicebuttons import ButtonTexts
from widgets.models.devicefilter import Condition, Plant, wanted
from widgets.models.devices import device_columns, search_words
from widgets.models.measured import BY_ID, Measurements, measured_columns, meter_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import PageContext
from widgets.valuedoor import Door, open_table

FIRST_COLUMNS = (
    *("name", "state", "application", "area", "supply", "desired", "return", "course", "dhw"),
    *("power", "volume_flow", "alarm", "age"),
)
_SEED_MS = 20  # points of many kinds of device are asked for together
_SEEN_FIRST = 30  # rows that are in view as soon as the list is
_AT_ONCE = 20_000  # points of one question


class DevicePanel(Card):
    """``filtered`` tells of other chips, ``opened`` of a device to open.

    ``told`` says that values came which groups may be counted by.
    """

    filtered = pyqtSignal()
    opened = pyqtSignal(object)  # DeviceView
    told = pyqtSignal()

    def __init__(
        self, context: PageContext, plant: Plant, values: Measurements, empty: EmptyState
    ) -> None:
        super().__init__()
        self._context, self._plant, self._values = context, plant, values
        self.courses = Courses(context, plant, self)
        self.texts = ButtonTexts(plant, context.feed, context.now)
        columns = (
            check_column(),
            *device_columns(context.directory, context.now, plant),
            *measured_columns(values),
            self.courses.column(),
            self.texts.column(),
        )
        self.model: RowsModel[DeviceView] = RowsModel(
            columns,
            lambda view: view.config.id,
            self,
            lambda view: search_words(view, plant),
        )
        self.table = DeviceTable(self.model, context.look, _("Devices"), self.courses)
        self.table.show_columns(FIRST_COLUMNS)
        self.buttons = DeviceButtons(self.model, context.look, plant, self.texts)
        self.chips = Chips(context.look, plant)
        self.search = Search(_("Find in list"), context.look, 168)
        self.bulk = BulkBar(context.viewer, context.look)
        self.count = Elided("", "quiet")
        self.empty = empty
        self.is_busy: Callable[[], bool] = lambda: False  # whether a change is under way
        self._foot = label("", "small")
        self._asked: set[PointId] = set()
        self._waiting = self._has_news = False
        self._seeding = QTimer(self)
        self._seeding.setSingleShot(True)
        self._seeding.setInterval(_SEED_MS)
        self._seeding.timeout.connect(self._seed)
        self._build()
        self._connect()

    def show_devices(self, views: Sequence[DeviceView]) -> None:
        """Show these devices, as far as the chips let them through."""
        self.texts.sharing = Counter(view.link.id for view in views)
        first = not self.model.total
        self.model.replace(views)
        if first and not self.as_buttons:
            self.courses.expect(self.model.rows[:_SEEN_FIRST])
        self._stack.setCurrentIndex(0 if views else 1)
        if self.model.rows and not self.table.currentIndex().isValid():
            self.table.focus_row(0)
        self._seeding.start(_SEED_MS)

    def filter(self, conditions: Sequence[Condition]) -> None:
        """Show only devices that fulfil the conditions."""
        self.chips.show_conditions(conditions)
        self._filter()

    @property
    def as_buttons(self) -> bool:
        """Whether the devices are shown as buttons, not as a table."""
        return self._ways.currentWidget() is self.buttons

    def show_as(self, *, buttons: bool) -> None:
        """Show the devices as buttons or as a table; choice and focus stay."""
        self._ways.setCurrentIndex(1 if buttons else 0)
        if buttons:
            self.buttons.take_over(self.table.selectionModel())
        elif self.table.currentIndex().isValid():
            self.table.focus_row(self.table.currentIndex().row())
            self.table.scrollTo(self.table.currentIndex())

    def settled(self) -> bool:
        """Whether every value that is known has been asked for and told."""
        asking = self._waiting or self._seeding.isActive()
        return not asking and self.courses.settled()

    def live(self) -> None:
        """Let what is in view follow the plant."""
        if self.buttons.isVisible():
            self.buttons.live()
        elif self.isVisible():
            self.table.touch_visible()

    def settle(self) -> None:
        """Filter and sort anew, never under the pointer."""
        if self.isVisible() and not self._ways.underMouse():
            self.model.settle()

    def sorted_by(self) -> tuple[str, bool]:
        """Return the id of the column sorted by and whether it falls; "" for none."""
        head = self.table.horizontalHeader()
        at = head.sortIndicatorSection() if head is not None else -1
        if head is None or not 0 <= at < len(self.model.columns):
            return "", False
        falling = head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return self.model.columns[at].id, falling

    def sort_by(self, name: str, *, falling: bool) -> None:
        """Sort by a column; by none when there is no such."""
        ids = [column.id for column in self.model.columns]
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self.table.sortByColumn(ids.index(name) if name in ids else -1, order)

    def _build(self) -> None:
        tools = Bar("toolbar", 48).add(self.search, self.chips).stretch()
        tools.add(self.count)
        foot = Bar("cardfoot", 28).add(self._foot).stretch()
        look = self._context.look
        for presence in Presence:
            foot.add(Marked(presence_mark(presence), presence_word(presence), look))
        under = QWidget()
        column = QVBoxLayout(under)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._ways = Stack()
        self._ways.addWidget(self.table)
        self._ways.addWidget(self.buttons)
        for each in (tools, self._ways, foot, self.bulk):
            column.addWidget(each)
        self._stack = Stack()
        self._stack.addWidget(under)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self._stack)

    def _connect(self) -> None:
        self.table.opened.connect(self.opened)
        self.buttons.opened.connect(self.opened)
        self.table.chosen_changed.connect(self.show_chosen)
        self.search.textChanged.connect(self.model.find)
        self.search.returnPressed.connect(self._open_first)
        self.chips.changed.connect(lambda _conditions: self._filter())
        self.model.modelReset.connect(self._tell)
        self.bulk.clearing.connect(self.table.clearSelection)
        self._context.directory.described.connect(self._seeding.start)  # ends with the panel
        open_table(self.table, self._context, self._door)
        open_buttons(self.buttons, self._context, self.texts)

    def show_chosen(self) -> None:
        """Show what is chosen in the bar."""
        self.bulk.show_chosen(self.table.chosen(), busy=self.is_busy())

    def _door(self, view: DeviceView, column: str) -> Door | None:
        measure = BY_ID.get(column)
        return None if measure is None else self._values.door(view, measure)

    def _filter(self) -> None:
        conditions = self.chips.conditions
        if conditions:
            self.model.keep(lambda view: wanted(conditions, view, self._plant))
        else:
            self.model.keep(None)
        self.filtered.emit()

    def _tell(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self.count.setText(
            ngettext("{shown} of {total} device", "{shown} of {total} devices", total).format(
                shown=figures(shown, 0), total=figures(total, 0)
            )
        )
        name, _falling = self.sorted_by()
        heads = {column.id: column.title() for column in self.model.columns}
        self._foot.setText(_("sorted by {column}").format(column=heads[name]) if name else "")

    def _open_first(self) -> None:
        if self.model.rows:
            self.opened.emit(self.model.rows[0])

    def _seed(self) -> None:
        """Ask for values that were told before this window listened."""
        self.table.add_columns(meter_columns(self._values, _roles(self._context)))
        context = self._context
        if not context.viewer.may(Capability.SEE_PLANT):
            return
        unread = [*self._values.unread(), *self.texts.unread()]
        points = [point for point in unread if point not in self._asked][:_AT_ONCE]
        if not points:
            if self._has_news and (self.chips.conditions or self.sorted_by()[0]):
                self.model.settle()  # what rows are chosen and sorted by came only now
            self._has_news = False
            return
        self._asked.update(points)
        self._waiting = True
        context.asking.ask(
            context.asked.plant.latest(context.viewer, points),
            owner=self,
            done=self._take,
            failed=self._leave_empty,
        )

    def _take(self, readings: Sequence[Reading]) -> None:
        self._waiting = False
        if not readings:  # of devices that never answered: nothing looks otherwise now
            self._seeding.start(_SEED_MS)
            return
        self._context.feed.seed(readings)
        self._context.feed.refresh()
        self._has_news = True
        self.live()
        self.told.emit()
        self._seeding.start(_SEED_MS)

    def _leave_empty(self, _error: PlantError) -> None:
        """Leave dashes: the next poll brings the values."""
        self._waiting = False


def _roles(context: PageContext) -> set[str]:
    """Return what the points of all devices are for, as far as that is known by now."""
    return {role for roles, _views in context.directory.alike() for role in roles}
