"""A note: what the next shift should know."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QScrollArea, QWidget

from app.verbs import Capability
from app.words import _
from widgets.controls.plain import sentence
from widgets.dashboard.asking import Form
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.pagetype import PageContext

_LONGEST = 4000


def _build(given: Given) -> QWidget:
    given.title.setText(given.word("title") or _("Note"))
    text = sentence(given.word("text") or _("Nothing is written here yet."), "")
    text.setContentsMargins(12, 12, 12, 12)
    text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    text.setObjectName("plain")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setAccessibleName(given.title.text())
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(text)
    return area


def _ask(_context: PageContext, options: Options, parent: QWidget) -> Options | None:
    form = Form(_("Note"), parent)
    form.line("title", _("Title"), str(options.get("title", "")))
    form.lines("text", _("Text"), str(options.get("text", "")))
    given = form.asked()
    if given is None:
        return None
    return {"title": given["title"][:200], "text": given["text"][:_LONGEST]}


TILE = TileType(
    "note",
    lambda: _("Note"),
    lambda: _("A text of your own, such as what the next shift should know."),
    "edit",
    80,
    (2, 2),
    (1, 1),
    Capability.SEE_PLANT,
    _build,
    _ask,
    asks_first=True,
)
