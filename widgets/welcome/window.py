"""The window before a project is open: four ways to begin, and the projects opened lately."""

from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import BadInput
from app.project.folder import is_project, read_mark
from app.words import LANGUAGES, _, language
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.help.window import HelpCentre
from widgets.icons import drawing
from widgets.welcome.context import Choice, OpenProject, Other, WelcomeContext
from widgets.welcome.door import Door
from widgets.welcome.merge import MergePane
from widgets.welcome.newproject import NewProjectPane
from widgets.welcome.start import StartPane
from widgets.welcome.takeover import TakeOverPane

_USUAL, _SMALLEST = (1120, 720), (900, 600)
_SIDE_PX = 336
_LOGO_PX = 40


class WelcomeWindow(QWidget):
    """Ends with `chosen`, or with `closed` when somebody turns away."""

    chosen = pyqtSignal(object)  # OpenProject or Other
    closed = pyqtSignal()
    language_chosen = pyqtSignal(str)  # the window is wanted anew in this language

    def __init__(self, context: WelcomeContext, says: str = "") -> None:
        """``says`` is what went wrong before, "" for nothing."""
        super().__init__()
        self._context = context
        self.setWindowTitle(_("Heatdesk"))
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_USUAL)
        self.start = StartPane(context)
        self.new = NewProjectPane(context)
        self.taking = TakeOverPane(context)
        self.notice = Notice(context.look)
        self.help = HelpCentre(context.look, self)
        self._panes = QStackedWidget()
        for pane in (self.start, self.new, self.taking):
            self._panes.addWidget(pane)
        self.merging: MergePane | None = None
        if context.merging is not None:
            self.merging = MergePane(context, context.merging)
            self._panes.addWidget(self.merging)
        self._place()
        self._wire()
        if says:
            self.notice.tell(says)
        context.look.changed.connect(self._paint_logo)
        self._paint_logo()

    def choose(self, choice: Choice) -> None:
        """Settle on what to open; the window shows that it is under way."""
        self.notice.hide()
        self.setEnabled(False)
        title = choice.title if isinstance(choice, OpenProject) else _("the demo plant")
        self._opening.setText(_("Opening {project} …").format(project=title))
        self.chosen.emit(choice)

    def come_back(self, says: str) -> None:
        """Nothing was opened after all: say why and wait for another choice."""
        self.setEnabled(True)
        self._opening.setText("")
        self.new.make.setEnabled(True)
        self.start.refresh()
        if says:
            self.notice.tell(says)
        self.begin()

    def begin(self) -> None:
        """Wait where a person most likely goes on."""
        self._show(self.start)
        if not self.start.rows:
            self.doors[0].setFocus()

    def vanish(self) -> None:
        """Go, for what was chosen stands."""
        self.closed.disconnect()
        self.close()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        away = self._panes.currentWidget() is not self.start
        if event is not None and event.key() == Qt.Key.Key_Escape and away:
            self._show(self.start)
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        super().closeEvent(event)
        self.taking.call_off()
        if self.merging is not None:
            self.merging.call_off()
        self.closed.emit()

    def _place(self) -> None:
        side = QFrame()
        side.setObjectName("welcomeside")
        side.setFixedWidth(_SIDE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        self._logo = QLabel()
        named = QVBoxLayout()
        named.setSpacing(0)
        named.addWidget(label(_("Heatdesk"), "title"))
        named.addWidget(sentence(_("The desktop control room for district energy."), "small"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._logo, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(named, 1)
        column.addLayout(head)
        column.addSpacing(16)
        self.doors = self._doors()
        for at, door in enumerate(self.doors):
            column.addWidget(door)
            door.stepped.connect(lambda by, here=at: self._step(here + by))
        column.addStretch(1)
        self._opening = sentence("", "quiet")
        column.addWidget(self._opening)
        column.addLayout(self._feet())
        right = QVBoxLayout()
        right.setContentsMargins(24, 24, 24, 24)
        right.setSpacing(12)
        right.addWidget(self.notice)
        right.addWidget(self._panes, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(right, 1)

    def _doors(self) -> tuple[Door, ...]:
        look = self._context.look
        return (
            Door(
                look,
                "add",
                _("New project"),
                _("Set up a plant: name it, then find its devices."),
                lambda: self._show(self.new),
            ),
            Door(
                look,
                "open",
                _("Open a project"),
                _("A project folder on this computer or a network drive."),
                self._ask_folder,
            ),
            Door(
                look,
                "take-over",
                _("Take over from a laptop"),
                _("Copy, check and open a project that was begun elsewhere."),
                lambda: self._show(self.taking),
            ),
            Door(
                look,
                "demo",
                _("Demo plant"),
                _("Twelve substations and four meters, simulated on this computer."),
                lambda: self.choose(Other.DEMO),
            ),
        )

    def _feet(self) -> QHBoxLayout:
        spoken = QComboBox()
        spoken.setAccessibleName(_("Language"))
        for code, name in LANGUAGES.items():
            spoken.addItem(name, code)
        spoken.setCurrentIndex(max(0, list(LANGUAGES).index(language()))
                               if language() in LANGUAGES else 0)  # fmt: skip
        spoken.activated.connect(lambda at: self.language_chosen.emit(str(spoken.itemData(at))))
        dark = button(
            "", self._switch_look, look=self._context.look, drawing="night", role="bare",
            says=_("Day or night"),
        )  # fmt: skip
        dark.setIconSize(QSize(20, 20))
        helped = button(
            "", lambda: self.help.open("welcome"), look=self._context.look, drawing="help",
            role="bare", says=_("Help (F1)"),
        )  # fmt: skip
        helped.setIconSize(QSize(20, 20))
        row = QHBoxLayout()
        row.addWidget(spoken)
        row.addStretch(1)
        row.addWidget(helped)
        row.addWidget(dark)
        return row

    def _wire(self) -> None:
        self.start.chosen.connect(self.choose)
        self.new.chosen.connect(self.choose)
        self.taking.chosen.connect(self.choose)
        self.start.trying.connect(lambda: self.choose(Other.DEMO))
        for pane in (self.new, self.taking):
            pane.given_up.connect(lambda: self._show(self.start))
        if (merging := self.merging) is not None:
            merging.chosen.connect(self.choose)
            merging.given_up.connect(lambda: self._show(self.taking))
            self.taking.merging.connect(lambda: self._show(merging))
        for keys, act in (
            ("Ctrl+N", lambda: self._show(self.new)),
            ("Ctrl+O", self._ask_folder),
            ("F1", lambda: self.help.open("welcome")),
            ("F9", self._switch_look),
            ("Ctrl+Q", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _step(self, to: int) -> None:
        self.doors[to % len(self.doors)].setFocus()

    def _show(self, pane: StartPane | NewProjectPane | TakeOverPane | MergePane) -> None:
        self._panes.setCurrentWidget(pane)
        pane.begin()

    def _ask_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(
            self, _("Project folder"), str(self._context.folder)
        )
        if found:
            self.open_folder(Path(found))

    def open_folder(self, root: Path) -> None:
        """Open the project in a folder somebody chose, or say why that will not do."""
        try:
            read_mark(root)
        except BadInput as error:
            self.notice.tell(str(error))
            return
        known = {each.root: each.title for each in self._context.recents.all()}
        title = known.get(root.resolve(), root.name)
        if is_project(root):
            self.choose(OpenProject(root, title))

    def _switch_look(self) -> None:
        look = self._context.look
        look.use("day" if look.theme.dark else "night")

    def _paint_logo(self) -> None:
        ratio = self.devicePixelRatioF()
        self._logo.setPixmap(drawing("logo", self._context.look.theme, _LOGO_PX, "text", ratio))
