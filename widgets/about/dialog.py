"""About Heatdesk: what runs here, under which licence, built upon what."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.about.libraries import LICENCE, Library, libraries, licence_text, own_licence
from widgets.about.support import Home, as_text, installation, project
from widgets.controls.card import GAP, MARGIN, Card, Segments
from widgets.controls.facts import Facts
from widgets.controls.plain import button, label, sentence
from widgets.controls.table import Table
from widgets.icons import drawing
from widgets.models.rows import Cell, Column, RowsModel
from widgets.pagetype import PageContext

_USUAL = QSize(760, 640)
_LOGO_PX, _LIST_SHARE, _TEXT_SHARE = 40, 3, 2


class AboutDialog(QDialog):
    """Three views: this installation, the licence, the libraries; nothing here is secret."""

    topic = "about"  # of the help

    def __init__(self, context: PageContext, home: Home | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About Heatdesk"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_USUAL)
        self._context, self._home = context, home
        self.installation = installation()
        self.project = project(context, "", home)
        self._facts = [Facts(self.installation), Facts(self.project)]
        self.library_text = _text(_("Licence of the library"))
        self.libraries = self._library_table()
        self.views = QStackedWidget()
        for view in (self._this(), self._licence(), self._libraries()):
            self.views.addWidget(view)
        self.switch = Segments(
            (_("This installation"), _("Licence text"), _("Libraries")), _("About Heatdesk")
        )
        self.switch.chosen.connect(self.views.setCurrentIndex)
        self._lay_out()
        context.asking.ask(
            context.asked.plant.title(context.viewer),
            owner=self,
            done=self._name,
            failed=lambda _error: None,
        )

    def copy(self) -> None:
        """Put what helps support on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(as_text(self.installation, self.project))
            self.says.setText(_("Copied. There is no name of a person and no secret in it."))

    def _name(self, title: str) -> None:
        self.project = project(self._context, title, self._home)
        for name, text in self.project.items():
            self._facts[1].tell(name, text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP)
        logo = QLabel()
        look = self._context.look
        ratio = self.devicePixelRatioF()
        logo.setPixmap(drawing("logo", look.theme, _LOGO_PX, "text", ratio))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("Heatdesk", "title"))
        words.addWidget(sentence(_("The desktop control room for district energy.")))
        head.addWidget(logo)
        head.addLayout(words, 1)
        self.says = sentence("")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.says, 1)
        self.copying = button(_("Copy for support"), self.copy, look=look, drawing="copy")
        foot.addWidget(self.copying)
        foot.addWidget(button(_("Close"), self.close, role="primary"))
        switch = QHBoxLayout()
        switch.addWidget(self.switch)
        switch.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addLayout(switch)
        column.addWidget(self.views, 1)
        column.addLayout(foot)

    def _this(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for title, facts in zip((_("This program"), _("Project")), self._facts, strict=True):
            card = Card(title)
            card.body.addWidget(facts)
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("This installation"))
        area.setWidget(inside)
        return area

    def _licence(self) -> QWidget:
        text = _text(_("Licence text"))
        text.setPlainText(own_licence())
        words = _(
            "Heatdesk is free software under {licence}: you may use, study, share and change "
            "it, and it comes without any warranty. This is the licence, word by word:"
        )
        return _below(sentence(words.format(licence=LICENCE), ""), text)

    def _library_table(self) -> Table[Library]:
        model: RowsModel[Library] = RowsModel(_columns(), lambda row: row.name)
        table: Table[Library] = Table(model, self._context.look, _("Libraries"), parent=self)
        model.setParent(table)
        model.replace(libraries())
        selection = table.selectionModel()
        assert selection is not None  # noqa: S101 - a view with a model has one
        selection.currentRowChanged.connect(lambda _new, _old: self._show_library())
        return table

    def _libraries(self) -> QWidget:
        words = sentence(_("Heatdesk is built upon these. Choose one to read its licence."), "")
        whole = _below(words, self.libraries, self.library_text)
        column = whole.layout()
        if isinstance(column, QVBoxLayout):
            column.setStretch(1, _LIST_SHARE)
            column.setStretch(2, _TEXT_SHARE)
        return whole

    def _show_library(self) -> None:
        row = self.libraries.current()
        if row is not None:
            nothing = _("No text came with it. Its licence is {licence}; more at {home}.")
            told = licence_text(row) or nothing.format(licence=row.licence, home=row.home)
            self.library_text.setPlainText(told)


def _columns() -> list[Column[Library]]:
    return [
        Column("name", lambda: _("Name"), lambda row: Cell(row.name), 180),
        Column("version", lambda: _("Version"), lambda row: Cell(row.version or "–"), 90),
        Column("licence", lambda: _("Licensed under"), lambda row: Cell(row.licence), 190),
        Column("home", lambda: _("From"), lambda row: Cell(row.home), 200, stretch=True),
    ]


def _text(says: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    made.setAccessibleName(says)
    return made


def _below(*each: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP)
    for one in each:
        column.addWidget(one)
    column.setStretch(len(each) - 1, 1)
    return whole
