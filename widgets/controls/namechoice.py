"""A choice among names, however long they are: shortened with dots, told whole by its tip."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from widgets.controls.plain import tip

_LETTERS = 20  # that it has room for at least


class NameChoice(QComboBox):
    """Qt cuts a text that is too long in the middle of a letter, and grows with the longest."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumContentsLength(_LETTERS)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.currentTextChanged.connect(lambda text: self.setToolTip(tip(text)))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the box and as much of the name as has room, with dots where some is left."""
        option, painter = QStyleOptionComboBox(), QStylePainter(self)
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        style = self.style()
        if style is None:
            return
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width() - 4
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
