"""How well the plant answers: the share that does, and who does not for how long."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.asked import DeviceView
from app.model.device import Presence
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import Elided
from widgets.controls.marks import presence_mark, presence_word
from widgets.controls.moments import age_text
from widgets.controls.plain import label
from widgets.controls.quality import NO_VALUE, figures
from widgets.dashboard.bars import Share, ShareBar
from widgets.dashboard.tiletype import Given, TileType
from widgets.icons import drawing, icon
from widgets.pagetype import Show

_ANSWERING = (Presence.ON, Presence.FAULT)
_SILENT = (Presence.OFFLINE, Presence.LATE)
_ROW_PX, _LINE_PX, _TOP_PX = 30, 22, 90
_WIDE_PX = 400  # the counts stand side by side


class CommunicationTile(QWidget):
    """A figure, a bar, the counts, and as many silent devices as there is room for."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given, self._context = given, given.context
        self._figure = QLabel()
        self._figure.setProperty("role", "figure")
        self._figure.setTextFormat(Qt.TextFormat.PlainText)
        self._beside = Elided(_("of the devices answer"), "quiet")
        self._bar = ShareBar(self._context.look)
        self._counts = {p: label("", "") for p in (*_ANSWERING[:1], *_SILENT)}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._silent: list[QPushButton] = []
        self._ways: dict[QPushButton, Show] = {}
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._figure)
        top.addWidget(self._beside, 1)
        self._told = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._told.setSpacing(4)
        self._signs: dict[Presence, QLabel] = {}
        for presence, words in self._counts.items():
            self._signs[presence] = QLabel()
            pair = QHBoxLayout()
            pair.setSpacing(4)
            pair.addWidget(self._signs[presence])
            pair.addWidget(words)
            pair.addStretch(1)
            self._told.addLayout(pair)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addLayout(self._told)
        column.addLayout(self._rows)
        column.addStretch(1)
        self._context.directory.changed.connect(self._tell)
        self._context.look.changed.connect(self._tell)
        self._tell()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = QBoxLayout.Direction.LeftToRight
        narrow = QBoxLayout.Direction.TopToBottom
        self._told.setDirection(wide if self.width() > _WIDE_PX else narrow)
        self._list()

    def _tell(self) -> None:
        directory = self._context.directory
        counts, views = directory.counts(), directory.views
        asked = sum(counts.values()) - counts.get(Presence.DISABLED, 0)
        answering = sum(counts.get(each, 0) for each in _ANSWERING)
        share = figures(100 * answering / asked, 1) if asked else NO_VALUE
        self._figure.setText(f"{share} %" if asked else NO_VALUE)
        self._given.subtitle.setText(
            ngettext("{count} device", "{count} devices", len(views)).format(count=len(views))
        )
        words = []
        for presence, told in self._counts.items():
            number = answering if presence is Presence.ON else counts.get(presence, 0)
            word = presence_word(presence).casefold()
            if presence is Presence.ON:  # one with a fault answers too, and is not “online”
                word = ngettext("answers", "answer", number)
            told.setText(f"{number} {word}")
            words.append(told.text())
            name = presence_mark(presence).drawing
            ratio = self.devicePixelRatioF()
            self._signs[presence].setPixmap(
                drawing(name, self._context.theme, 16, "process_line", ratio)
            )
        low = self.height() < _TOP_PX  # a tile of one row has room for the figure alone
        for each in (*self._counts.values(), *self._signs.values()):
            each.setVisible(not low)
        late, off = (counts.get(each, 0) for each in (Presence.LATE, Presence.OFFLINE))
        shares = (
            Share(answering),
            Share(late, hollow=True),
            Share(off, "symbol_run"),
        )
        self._bar.show_shares(shares, ", ".join(words))
        self._list()

    def _list(self) -> None:
        """Name the silent devices, longest silent first, as far as there is room."""
        room = max(0, (self.height() - self._above_px()) // _ROW_PX)
        wanted = self._silent_views()[:room] if room else []
        for old in self._silent[len(wanted) :]:
            old.hide()
        while len(self._silent) < len(wanted):
            self._silent.append(self._row())
        for row, view in zip(self._silent, wanted, strict=False):
            self._fill(row, view)

    def _above_px(self) -> int:
        """Return the height of what stands above the silent devices."""
        wide = self.width() > _WIDE_PX
        return _TOP_PX + (_LINE_PX if wide else _LINE_PX * len(self._counts))

    def _silent_views(self) -> list[DeviceView]:
        directory = self._context.directory
        silent = [
            (standing.last_answer_at or standing.since, view)
            for view, standing in zip(directory.views, directory.standings(), strict=True)
            if standing.presence in _SILENT
        ]
        return [view for _since, view in sorted(silent, key=lambda each: each[0])]

    def _row(self) -> QPushButton:
        row = QPushButton()
        row.setProperty("role", "line")
        row.setAutoDefault(False)
        row.setIconSize(QSize(16, 16))
        line = QHBoxLayout(row)
        line.setContentsMargins(24, 0, 4, 0)
        line.setSpacing(8)
        for role in ("", "quiet", ""):
            part = Elided("", role)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.addWidget(part, 0 if role == "" else 1)
        row.clicked.connect(lambda _on=False: self._context.show(self._ways[row]))
        self._rows.addWidget(row)
        return row

    def _fill(self, row: QPushButton, view: DeviceView) -> None:
        standing = self._context.directory.standing(view.config.id)
        if standing is None:
            return
        since = standing.last_answer_at or standing.since
        age = age_text(max(0.0, (self._context.now() - since).total_seconds()))
        name, area, gone = row.findChildren(Elided)
        name.setText(view.config.name)
        area.setText(view.config.area)
        gone.setText(age)
        row.setIcon(icon(presence_mark(standing.presence).drawing, self._context.look))
        word = presence_word(standing.presence)
        row.setAccessibleName(f"{view.config.name}: {word}, {age}")
        show = Show("device", view.config.id, part="communication")
        self._ways[row] = show
        row.show()


TILE = TileType(
    "communication",
    lambda: _("Communication"),
    lambda: _("How many devices answer, and which do not for how long."),
    "refresh",
    20,
    (2, 2),
    (2, 1),
    Capability.SEE_PLANT,
    CommunicationTile,
)
