"""Below the log: the room it takes and has, and ways to give it more or take entries out."""

from collections.abc import Sequence
from datetime import tzinfo

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QPushButton, QWidget

from app.auditverbs import AuditArchive, AuditStorage
from app.sentences import told_sentence
from app.users.auditroom import WARN_SHARE
from app.verbs import Capability
from app.words import _, ngettext
from widgets.auditlog.archiving import ArchiveDialog
from widgets.auditlog.limit import LimitDialog
from widgets.controls.card import Bar
from widgets.controls.moments import moment_text
from widgets.controls.plain import button, label, tip
from widgets.controls.quality import figures
from widgets.models.rows import Cell, Column, Tone
from widgets.pagetype import PageContext
from widgets.papers.versions import VersionsDialog
from widgets.theme import Look

_HIGH_PX, _BAR_PX, _THICK_PX, _TICK_PX = 44, 160, 6, 14
_MB, _GB = 1_000_000, 1_000_000_000


class RoomBar(Bar):
    """``says`` is the warning of the core ("" while all is well), ``moved`` that entries left.

    Who may not change the whole configuration sees how it stands, and no more.
    """

    says = pyqtSignal(str)
    moved = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__("cardfoot", _HIGH_PX)
        self._context = context
        self._storage: AuditStorage | None = None
        self._archives: Sequence[AuditArchive] = ()
        self.usage = UsageBar(context.look)
        self.told = label("", "small")
        self.outside = button("", self._list_archives, role="head")
        self.archive = button(_("Archive old entries…"), self._ask_archive)
        self.limit = button(_("Change its room…"), self._ask_limit)
        self.add(label(_("Room of the log"), "quiet"), self.usage, self.told).stretch()
        self.add(self.outside, self.archive, self.limit)
        self.outside.hide()
        self._let(self.archive, self.limit)

    def refresh(self) -> None:
        """Ask how it stands now."""
        context, audit = self._context, self._context.asked.audit
        context.asking.ask(
            audit.storage(context.viewer),
            owner=self,
            done=self.show_storage,
            failed=lambda error: self.says.emit(str(error)),
        )
        context.asking.ask(
            audit.archives(context.viewer),
            owner=self,
            done=self._show_archives,
            failed=lambda error: self.says.emit(str(error)),
        )

    def show_storage(self, storage: AuditStorage) -> None:
        """Show what the log takes and may take."""
        self._storage = storage
        self.usage.show_share(storage.size_bytes / max(storage.limit_bytes, 1))
        words = _("{size} of {limit}, {free} free on its disk").format(
            size=room_text(storage.size_bytes),
            limit=room_text(storage.limit_bytes),
            free=room_text(storage.free_bytes),
        )
        self.told.setText(words)
        self.says.emit(told_sentence(storage.says) if storage.says else "")

    def _let(self, *presses: QPushButton) -> None:
        may = self._context.viewer.grant.rights.whole(Capability.EDIT_PROJECT)
        why = "" if may else _("Only who may change the whole configuration does this.")
        for each in presses:
            each.setEnabled(may)
            each.setToolTip(tip(why))
            each.setAccessibleDescription(why)

    def _show_archives(self, archives: Sequence[AuditArchive]) -> None:
        self._archives = archives
        count = len(archives)
        words = ngettext("{count} archive…", "{count} archives…", count)
        words = words.format(count=figures(count, 0))
        self.outside.setText(words)
        self.outside.setAccessibleName(words)
        self.outside.setVisible(bool(archives))

    def _list_archives(self) -> None:
        context = self._context
        VersionsDialog(
            _("Archives of the activity log"),
            archive_columns(context.zone),
            self._archives,
            context.look,
            self,
        ).open()

    def _ask_archive(self) -> None:
        made = ArchiveDialog(self._context, self)
        made.archived.connect(self.moved)
        made.open()

    def _ask_limit(self) -> None:
        if self._storage is not None:
            made = LimitDialog(self._context, self._storage, self)
            made.changed.connect(self.show_storage)
            made.open()


class UsageBar(QWidget):
    """How much of the room is taken, with a tick where the core begins to warn.

    The words beside it say the same to who cannot see it.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.share = 0.0
        self.setFixedSize(_BAR_PX, _TICK_PX)
        look.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Show a share of the room, 0 to 1; what is beyond is full."""
        self.share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme, painter = self._look.theme, QPainter(self)
        top = (_TICK_PX - _THICK_PX) // 2
        painter.fillRect(0, top, _BAR_PX, _THICK_PX, QColor(theme.line))
        taken = max(round(self.share * _BAR_PX), 2 if self.share else 0)
        painter.fillRect(0, top, taken, _THICK_PX, QColor(theme.process_line))
        painter.fillRect(round(WARN_SHARE * _BAR_PX), 0, 1, _TICK_PX, QColor(theme.text))
        painter.end()


def room_text(count: int) -> str:
    """Return bytes as people say them of a disk: "12.4 MB", "1,000 MB", "48 GB"."""
    if count >= 10 * _GB:
        return f"{figures(count / _GB, 0)} GB"
    return f"{figures(count / _MB, 0 if count >= 100 * _MB else 1)} MB"


def archive_columns(zone: tzinfo | None) -> Sequence[Column[AuditArchive]]:
    """Return the columns of what lies outside: which entries, where, since when, by whom."""
    return (
        Column(
            "entries",
            lambda: _("Entries"),
            lambda each: Cell(f"{figures(each.first, 0)} – {figures(each.last, 0)}"),
            120,
        ),
        Column(
            "place",
            lambda: _("File"),
            lambda each: Cell(each.place, tip=each.place),
            stretch=True,
        ),
        Column(
            "at",
            lambda: _("Archived"),
            lambda each: Cell(moment_text(each.at, zone), tone=Tone.QUIET),
            176,
        ),
        Column("by", lambda: _("By"), lambda each: Cell(each.name, tone=Tone.QUIET), 140),
    )
