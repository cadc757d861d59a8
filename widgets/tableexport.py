"""A table as a file or on paper: the menu, the place asked, the work in the work centre."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QMenu, QWidget

from app.model.letterhead import Letterhead
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.words import _, language
from widgets.controls.filewriter import TABLES, FileWriter, Maker, form_of
from widgets.pagetype import PageContext
from widgets.speech import PAPER_KEY, paper_language

Sheet = Callable[[Words], PlainTable]


class TableExport:
    """Writes and prints what ``sheet`` returns at that moment (GUI thread).

    ``title`` and ``asks`` are words in the language of the screen: what the file is
    called, and the head of the dialog that asks for its place. Files are in the
    screen's language, paper in the one chosen for reports.
    """

    def __init__(
        self, context: PageContext, over: QWidget, title: str, asks: str, sheet: Sheet
    ) -> None:
        self._context, self._over, self._sheet = context, over, sheet
        self._title, self._asks = title, asks
        self.files = FileWriter(context, over)

    def ask(self, below: QWidget) -> None:
        """Let the form and the place of a file be chosen."""
        menu = QMenu(self._over)
        menu.addAction(_("Spreadsheet (XLSX)…"), partial(self._ask_path, "xlsx"))
        menu.addAction(_("Values (CSV)…"), partial(self._ask_path, "csv"))
        menu.addAction(_("Paper (PDF)…"), partial(self._ask_path, "pdf"))
        menu.addSeparator()
        menu.addAction(_("Print…"), self.print_it)
        menu.exec(below.mapToGlobal(QPoint(0, below.height())))
        menu.deleteLater()

    def write(self, path: Path) -> None:
        """Write the table as it is shown; the name's end says in which form."""
        self.files.write(path, self.maker(form_of(path)))

    def print_it(self) -> None:
        """Show the table as it will be printed."""
        from widgets.printing import Preview  # QtPdf, only for who prints

        Preview.begin(self._context, self._over, self._title, self.maker("pdf"), self.files)

    def maker(self, end: str) -> Maker:
        """Return what makes a file of the table as it is now."""
        screen = Words(language())
        paper = Words(paper_language(self._context.desk.value(PAPER_KEY)))
        sheet = self._sheet(paper if end == "pdf" else screen)

        def made(head: Letterhead, given_up: Callable[[], bool]) -> bytes:
            if end == "pdf":
                from app.reports.paper.plaintable import plain_pdf

                return plain_pdf(sheet, head, paper, given_up=given_up)
            from app.reports.sheets.plaintable import plain_csv, plain_xlsx

            return (plain_csv if end == "csv" else plain_xlsx)(sheet, screen)

        return made

    def _ask_path(self, end: str) -> None:
        path = self.files.ask_path(self._asks, self._title, end, TABLES)
        if path is not None:
            self.write(path)
