"""Before something is lost for good a person is asked once, and may always go back."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click, key
from tests.widgets.eyes import LONG, MARKUP
from widgets.controls.confirm import may_lose

Answer = Callable[[QMessageBox], None]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def asked(window: QWidget, losses: list[str], answer: Answer) -> tuple[bool, list[str]]:
    """Ask, let ``answer`` act on the box, and return what was agreed and what was said."""
    said: list[str] = []

    def act() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        said.extend(each.text() for each in box.findChildren(QPushButton))
        answer(box)

    QTimer.singleShot(0, act)
    return may_lose(losses, window), said


def press(words: str) -> Answer:
    def act(box: QMessageBox) -> None:
        click(next(each for each in box.findChildren(QPushButton) if each.text() == words))

    return act


def test_nothing_to_lose_is_not_asked_about(window: QWidget) -> None:
    assert may_lose([], window)


def test_each_loss_is_named_and_only_the_plain_word_discards(window: QWidget) -> None:
    losses = ["Ahornvej 14: 2 staged changes were not sent.", "Birkevej 3: 1 staged change"]
    agreed, said = asked(window, losses, press("Discard and close"))
    assert agreed
    assert said[0] == "\n".join(losses)
    assert set(said[1:]) == {"Go back", "Discard and close"}


@pytest.mark.parametrize(
    "answer",
    [
        press("Go back"),
        lambda box: key(box, Qt.Key.Key_Escape),
        lambda box: key(box, Qt.Key.Key_Return),
        lambda box: box.close(),
    ],
    ids=["button", "Esc", "Enter", "cross"],
)
def test_every_hasty_answer_loses_nothing(window: QWidget, answer: Answer) -> None:
    agreed, _said = asked(window, ["Ahornvej 14: 1 staged change was not sent."], answer)
    assert not agreed


@pytest.mark.parametrize("name", [LONG, MARKUP])
def test_names_are_shown_as_they_are(window: QWidget, name: str) -> None:
    def look(box: QMessageBox) -> None:
        assert box.textFormat() is Qt.TextFormat.PlainText
        shown = [each for each in box.findChildren(QLabel) if each.text() == name]
        assert shown
        screen = QApplication.primaryScreen()
        assert screen is not None
        assert box.width() <= screen.availableSize().width()
        key(box, Qt.Key.Key_Escape)

    asked(window, [name], look)


def test_the_question_leaves_nothing_behind(window: QWidget) -> None:
    asked(window, ["1 staged change was not sent."], press("Go back"))
    QApplication.sendPostedEvents(None, 52)  # deferred deletes
    assert window.findChildren(QMessageBox) == []
