"""Paper before it is paper: pages as they will come out, zoom, print, keep as a file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt
from PyQt6.QtGui import QPageLayout, QPageSize
from PyQt6.QtPdf import QPdfDocument
from PyQt6.QtPdfWidgets import QPdfView
from PyQt6.QtPrintSupport import QPrintDialog, QPrinter
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.errors import BadInput
from app.model.letterhead import Letterhead
from app.words import _
from widgets.controls.card import GAP, MARGIN
from widgets.controls.filewriter import FileWriter, Maker
from widgets.controls.plain import button, label
from widgets.pagetype import PageContext
from widgets.printrun import PRINT_DPI, PrintRun
from widgets.workcentre import Job

_ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_SAME = 0.01


class Preview(QDialog):
    """Shows a PDF page by page; what is printed or kept is that same PDF."""

    def __init__(
        self, context: PageContext, title: str, content: bytes, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Print preview: {title}").format(title=title))
        self.resize(900, 1000)
        self._context, self._title, self.content = context, title, content
        self.files = FileWriter(context, self)
        self.document = QPdfDocument(self)
        self._bytes = QByteArray(content)
        self._buffer = QBuffer(self._bytes, self)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        self.view = QPdfView(self)
        self.view.setAccessibleName(_("Pages"))
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.page = label("", "quiet")
        self._build()

    @classmethod
    def begin(
        cls, context: PageContext, over: QWidget, title: str, made: Maker, files: FileWriter
    ) -> None:
        """Make the paper aside, then show it."""

        def show(job: Job, content: bytes) -> None:
            job.end()
            dialog = cls(context, title, content, over)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

        files.make(_("Preparing {title}").format(title=title), made, _keep_nothing, show)

    @classmethod
    def of_file(cls, context: PageContext, over: QWidget, title: str, path: Path) -> None:
        """Show a PDF that lies in the project, read aside."""
        cls.begin(context, over, title, partial(_read, path), FileWriter(context, over))

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.document.pageCount()

    def go(self, steps: int) -> None:
        """Show the page before (-1) or behind (+1)."""
        navigator = self.view.pageNavigator()
        if navigator is not None:
            at = min(max(navigator.currentPage() + steps, 0), max(self.pages - 1, 0))
            navigator.jump(at, QPointF(), navigator.currentZoom())

    def zoom(self, steps: int) -> None:
        """Show the pages larger or smaller."""
        now = self.view.zoomFactor()
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        if steps > 0:
            wanted = next((each for each in _ZOOMS if each > now + _SAME), _ZOOMS[-1])
        else:
            wanted = next((each for each in reversed(_ZOOMS) if each < now - _SAME), _ZOOMS[0])
        self.view.setZoomFactor(wanted)

    def print_with(self, printer: QPrinter) -> PrintRun:
        """Begin to print every page as it is; the work stands in the work centre."""
        run = PrintRun(self.content, printer, self.parent() or self)
        title = _("Printing {title}").format(title=self._title)
        run.begin(self._context.work.begin(title, run.give_up))
        return run

    def _build(self) -> None:
        look = self._context.look
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (
            button("◀", partial(self.go, -1), role="head", says=_("The page before")),
            self.page,
            button("▶", partial(self.go, 1), role="head", says=_("The page after")),
            button("−", partial(self.zoom, -1), role="head", says=_("Smaller")),
            button("+", partial(self.zoom, 1), role="head", says=_("Larger")),
        ):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(button(_("Keep as PDF…"), self._keep, look=look, drawing="report"))
        self.printer_button = button(_("Print…"), self._print, role="primary")
        row.addWidget(self.printer_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        navigator = self.view.pageNavigator()
        if navigator is not None:
            # A method, not a lambda: closing takes the document away before the pages.
            navigator.currentPageChanged.connect(self._tell)
        self._tell()

    def _tell(self, _at: int = 0) -> None:
        navigator = self.view.pageNavigator()
        at = navigator.currentPage() if navigator is not None else 0
        self.page.setText(_("Page {page} of {n}").format(page=at + 1, n=self.pages))

    def _keep(self) -> None:
        path = self.files.ask_path(_("Keep as PDF"), self._title, "pdf")
        if path is not None:
            self.keep(path)

    def keep(self, path: Path) -> None:
        """Write the PDF."""
        self.files.write(path, lambda _head, _given_up: self.content)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(PRINT_DPI)
        printer.setFullPage(True)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setPageOrientation(QPageLayout.Orientation.Portrait)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            self.print_with(printer)
        dialog.deleteLater()


def _read(path: Path, _head: Letterhead, _given_up: Callable[[], bool]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error


def _keep_nothing(_content: bytes) -> None:
    """Leave no file: the paper is only looked at."""
