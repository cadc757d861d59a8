"""Labels, buttons and tips that show data as it is, never as markup."""

from collections.abc import Callable
from html import escape

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget

from widgets.controls.sentence import Sentence
from widgets.icons import icon
from widgets.theme import Look


def label(text: str = "", role: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label of plain text; ``role`` picks its look from the style sheet."""
    return _plain(QLabel(parent), text, role)


def _plain(made: QLabel, text: str, role: str) -> QLabel:
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if role:
        made.setProperty("role", role)
    return made


def sentence(text: str = "", role: str = "quiet", parent: QWidget | None = None) -> QLabel:
    """Return a label that wraps and can be copied: explanations and errors."""
    made = _plain(Sentence(parent), text, role)
    made.setWordWrap(True)
    made.setMinimumWidth(1)  # one endless word pushes nothing else out of sight
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def button(
    text: str,
    pressed: Callable[[], object],
    *,
    look: Look | None = None,
    drawing: str = "",
    role: str = "",
    says: str = "",
) -> QPushButton:
    """Return a push button; ``says`` names it for those who cannot see its drawing."""
    made = QPushButton(literal(text))
    if drawing and look is not None:
        ink = "on_accent" if role == "primary" else "text"
        made.setIcon(icon(drawing, look, ink, ink))
    if role:
        made.setProperty("role", role)
    made.setAccessibleName(says or text)
    if says and says != text:
        made.setToolTip(tip(says))
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: pressed())
    return made


def literal(text: str) -> str:
    """Return the text for a tab, button or menu, where ``&`` would mark a shortcut."""
    return text.replace("&", "&&")


def tip(text: str) -> str:
    """Return the text for a tool tip, which would take a ``<b>`` in a name for markup."""
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>" if text else ""
