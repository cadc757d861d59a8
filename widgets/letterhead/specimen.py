"""A specimen page under a letterhead, drawn as the printer will have it."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QTimer
from PyQt6.QtGui import QImage, QPainter, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.letterhead import Letterhead
from app.reports.words import Words
from app.words import _
from widgets.controls.plain import sentence
from widgets.pagetype import PageContext
from widgets.speech import PAPER_KEY, paper_language

if TYPE_CHECKING:  # the printing libraries are for who prints
    from app.reports.sheets.plaintable import PlainTable

_SHOWN_OF_PAGE = 0.42  # what is below the head is the same on every paper
_SOON_MS = 250  # after the last key
_LEAST_PX = 320


class Specimen(QWidget):
    """Draws the upper part of a page anew whenever another letterhead is shown."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._head = Letterhead()
        self._answered: Letterhead | None = None  # drawn, or told why it cannot be
        self._paper = QImage()
        self.says = sentence("", "fault")
        self.says.hide()
        self.picture = QLabel()
        self.picture.setAccessibleName(_("The paper as it will be"))
        self.picture.setMinimumSize(_LEAST_PX, _LEAST_PX // 2)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.says)
        column.addWidget(self.picture, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._make)

    @property
    def paper(self) -> QImage:
        """What was drawn last."""
        return self._paper

    @property
    def is_waiting(self) -> bool:
        """Whether the head shown last is not drawn yet."""
        return self._answered != self._head

    def show_head(self, head: Letterhead) -> None:
        """Draw a page with this head: the first at once, others when the keys rest."""
        self._head = head
        self._soon.start(0 if self._answered is None else _SOON_MS)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _make(self) -> None:
        head, words = self._head, self._words()
        context = self._context

        def work() -> bytes:
            from app.reports.paper.plaintable import plain_pdf
            from app.reports.render.logo import read_logo

            if head.logo is not None:
                read_logo(head.logo)  # one that will not do is told, not left out
            return plain_pdf(_example(context, words), head, words)

        self._context.asking.ask(
            asyncio.to_thread(work),
            owner=self,
            done=lambda content: self._take(head, content),
            failed=partial(self._fail, head),
        )

    def _words(self) -> Words:
        return Words(paper_language(self._context.desk.value(PAPER_KEY)))

    def _take(self, head: Letterhead, content: bytes) -> None:
        if head != self._head:
            return  # another one is under way
        self._answered = head
        self.says.hide()
        self._paper = _first_page(content)
        self._fit()

    def _fail(self, head: Letterhead, error: PlantError) -> None:
        self._answered = head
        self.says.setText(str(error))
        self.says.show()

    def _fit(self) -> None:
        """Show the upper part of the page as wide as there is room."""
        if self._paper.isNull():
            return
        ratio = self.devicePixelRatioF()
        wide = max(round(self.picture.width() * ratio), 1)
        upper = self._paper.copy(
            0, 0, self._paper.width(), round(self._paper.height() * _SHOWN_OF_PAGE)
        )
        fitted = upper.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        fitted.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(fitted))


def _example(context: PageContext, _: Words) -> "PlainTable":
    from app.reports.sheets.plaintable import PlainTable

    return PlainTable(
        title=_("Readings"),
        zone=str(getattr(context.zone, "key", "") or "UTC"),
        made_at=context.now(),
        made_by=context.viewer.name,
        heads=(_("Device"), _("Value"), _("Unit")),
        rows=[("Ahornvej 14", 62.4, "°C"), ("Ahornvej 22", 61.8, "°C")],
    )


def _first_page(content: bytes) -> QImage:
    from PyQt6.QtPdf import QPdfDocument  # only for who looks at paper

    kept = QByteArray(content)
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    points = document.pagePointSize(0)
    made = document.render(0, QSize(round(points.width() * 2), round(points.height() * 2)))
    paper = QImage(made.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    if not made.isNull():
        painter = QPainter(paper)
        painter.drawImage(0, 0, made)
        painter.end()
    document.close()
    buffer.close()
    return paper
