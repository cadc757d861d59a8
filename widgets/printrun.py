"""Pages on their way to a printer: one after the other, counted, and to be given up."""

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, QSizeF, Qt, QTimer
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtPdf import QPdfDocument
from PyQt6.QtPrintSupport import QPrinter

from app.words import _
from widgets.workcentre import Job

PRINT_DPI = 300


class PrintRun(QObject):
    """Prints a PDF page by page, so that the screen goes on between two pages (GUI thread).

    It has a document of its own: the preview may be closed meanwhile. Its job ends with a
    sentence when the printer takes nothing.
    """

    def __init__(self, content: bytes, printer: QPrinter, parent: QObject) -> None:
        super().__init__(parent)
        self._bytes = QByteArray(content)
        self._buffer = QBuffer(self._bytes, self)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument(self)
        self._document.load(self._buffer)
        self._printer = printer
        self._job: Job | None = None
        self._painter = QPainter()
        self.done = 0
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._print_one)

    def begin(self, job: Job) -> None:
        """Begin with the first page at the next turn of the screen."""
        self._job = job
        if self._painter.begin(self._printer):
            self._turn.start(0)
        else:
            job.fail(_("The printer took nothing: is it switched on?"))

    @property
    def running(self) -> bool:
        """Whether pages are still to come."""
        return self._turn.isActive()

    def give_up(self) -> None:
        """Print no further page."""
        if self.running:
            self._printer.abort()
            self._end()

    def _print_one(self) -> None:
        pages = self._document.pageCount()
        if self.done:
            self._printer.newPage()
        room = self._printer.pageRect(QPrinter.Unit.DevicePixel)
        self._painter.drawImage(room, picture(self._document, self.done, PRINT_DPI))
        self.done += 1
        if self._job is not None:
            self._job.step(self.done, pages)
        if self.done >= pages:
            self._end()

    def _end(self) -> None:
        self._turn.stop()
        self._painter.end()
        if self._job is not None:
            self._job.end()


def picture(document: QPdfDocument, page: int, dpi: int) -> QImage:
    """Return a page as a picture on white."""
    size = QSizeF(document.pagePointSize(page) * (dpi / 72)).toSize()
    drawn = document.render(page, QSize(size))
    paper = QImage(size, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return paper
