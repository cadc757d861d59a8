"""Labels, buttons, marks, facts and tips show what people wrote as it is, never as markup."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.model.alarm import AlarmState
from app.model.device import Presence
from app.words import use_language
from tests.fakes import smallplant
from tests.fakes.hands import click, key
from tests.widgets.eyes import LONG, MARKUP, colours, words
from widgets.controls.facts import Facts
from widgets.controls.identity import fact_word, identity_facts
from widgets.controls.marked import Marked
from widgets.controls.marks import alarm_mark, presence_mark
from widgets.controls.plain import button, label, literal, sentence, tip
from widgets.theme import THEMES, Look

SPACE, ENTER = Qt.Key.Key_Space, Qt.Key.Key_Return


def shown(widget: QWidget, qtbot: QtBot, width: int = 300) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, 200)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


@pytest.mark.parametrize("make", [label, sentence])
def test_a_label_shows_markup_as_letters(qtbot: QtBot, make: Callable[..., QLabel]) -> None:
    made, wider = make(MARKUP), make("x & ")
    for each in (made, wider):
        shown(each, qtbot)
    assert made.text() == MARKUP
    assert made.textFormat() is Qt.TextFormat.PlainText
    assert made.grab().toImage() != wider.grab().toImage()


def test_a_sentence_wraps_and_can_be_copied_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    made = sentence(LONG)
    shown(made, qtbot)
    assert made.heightForWidth(200) > made.heightForWidth(2000)
    made.setFocus()
    key(made, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert made.selectedText() == LONG
    assert not made.openExternalLinks()


def test_no_word_makes_a_page_wider_than_its_window(qtbot: QtBot) -> None:
    box = QWidget()
    column = QVBoxLayout(box)
    column.addWidget(sentence("m" * 300))
    column.addWidget(Facts({"Serial number": "m" * 300, "Note": LONG}))
    column.addWidget(Marked(presence_mark(Presence.ON), "m" * 300, Look(), wraps=True))
    shown(box, qtbot)
    assert box.minimumSizeHint().width() <= 300
    assert box.width() == 300


@pytest.mark.parametrize("which", [SPACE, ENTER])
def test_a_button_is_pressed_by_keys_and_by_mouse(qtbot: QtBot, which: Qt.Key) -> None:
    pressed: list[int] = []
    made = button("Read again", lambda: pressed.append(1))
    shown(made, qtbot)
    click(made)
    made.setFocus()
    key(made, which)
    assert len(pressed) == (2 if which is SPACE else 1)
    made.setEnabled(False)
    click(made)
    assert len(pressed) <= 2


def test_a_button_of_a_drawing_alone_is_named_and_explained() -> None:
    made = button("", print, look=Look(), drawing="close", role="bare", says="Close <b>x</b>")
    assert made.accessibleName() == "Close <b>x</b>"
    assert "&lt;b&gt;x" in made.toolTip()
    assert not made.icon().isNull()
    plain = button("Apply & send", print)
    assert (plain.text(), plain.accessibleName()) == ("Apply && send", "Apply & send")
    assert plain.toolTip() == ""
    assert plain.icon().isNull()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Ahornvej 14", "<p style='white-space:pre-wrap'>Ahornvej 14</p>"),
        ("a\nb", "<p style='white-space:pre-wrap'>a\nb</p>"),
        ("<i>&'\"", "<p style='white-space:pre-wrap'>&lt;i&gt;&amp;&#x27;&quot;</p>"),
    ],
)
def test_a_tip_keeps_its_lines_and_its_letters(text: str, html: str) -> None:
    assert tip(text) == html


@pytest.mark.parametrize(
    ("text", "shown_as"), [("R&D", "R&&D"), ("&&", "&&&&"), ("plain", "plain"), ("", "")]
)
def test_an_ampersand_is_a_letter_and_no_shortcut(text: str, shown_as: str) -> None:
    assert literal(text) == shown_as


def test_facts_are_told_changed_and_read_aloud(qtbot: QtBot) -> None:
    facts = Facts({"Area": "Birkely", "Note": MARKUP})
    shown(facts, qtbot, 500)
    assert words(facts) == ["Area", "Birkely", "Note", MARKUP]
    facts.tell("Area", "Lindehaven")
    facts.tell("By", "K. Lund")
    QApplication.processEvents()
    assert words(facts) == ["Area", "Lindehaven", "Note", MARKUP, "By", "K. Lund"]
    names = {each.text(): each.accessibleName() for each in facts.findChildren(QLabel)}
    assert names["Lindehaven"] == "Area"
    assert names[MARKUP] == "Note"


def test_a_long_fact_is_shown_to_its_last_line(qtbot: QtBot) -> None:
    facts = Facts({"Note": LONG})
    box = QWidget()
    column = QVBoxLayout(box)
    column.addWidget(facts)
    column.addStretch(1)
    qtbot.addWidget(box)
    box.resize(400, 600)
    box.show()
    [said] = [each for each in facts.findChildren(QLabel) if each.text() == LONG]
    assert said.height() >= said.heightForWidth(said.width())


def test_a_device_says_who_it_is_in_words() -> None:
    view = smallplant.view("Ahornvej 14", "Skovkvarteret")
    facts = identity_facts(smallplant.detail(view))
    assert facts == {
        "Application": "ECL Comfort 310, A266.1",
        "Serial number": "423187751",
        "Code number": "087H3040",
        "Profile": "danfoss.ecl310_a266_1",
    }


def test_a_device_nobody_knows_says_so() -> None:
    view = smallplant.view("Ahornvej 14", "", label="")
    assert identity_facts(smallplant.detail(view))["Application"] == "not identified yet"


def test_facts_that_are_words_are_told_in_the_language_in_force() -> None:
    view = smallplant.view("Ahornvej 14", "", label="MULTICAL 603")
    facts = {"serial": "heat", "medium": "heat", "supply": "battery", "reads_per_day": "24"}
    detail = replace(smallplant.detail(view), identity=facts)
    assert identity_facts(detail)["Power supply"] == "battery"
    use_language("xx")
    try:
        texts = list(identity_facts(detail).values())
        assert "battery" not in texts
        assert texts.count("heat") == 1, "a number somebody gave is no word of ours"
        assert "24" in texts
    finally:
        use_language("en")


def test_a_fact_nobody_named_is_told_as_it_came() -> None:
    assert fact_word("vendor_name") == "vendor name"
    assert fact_word("serial") == "Serial number"


def test_a_mark_stands_beside_its_word_and_both_change(qtbot: QtBot) -> None:
    marked = Marked(presence_mark(Presence.ON), "Online", Look())
    shown(marked, qtbot)
    before = marked.grab().toImage()
    marked.show_state(presence_mark(Presence.OFFLINE), "Offline")
    assert words(marked) == ["Offline"]
    assert marked.grab().toImage() != before
    marked.show_state(alarm_mark(1, AlarmState.UNACKNOWLEDGED), "")
    assert words(marked) == []


@pytest.mark.parametrize("name", THEMES)
def test_a_mark_wears_the_look_in_force(qtbot: QtBot, name: str) -> None:
    look = Look("day")
    marked = Marked(alarm_mark(1, AlarmState.UNACKNOWLEDGED), "No connection", look)
    shown(marked, qtbot)
    look.use(name)
    seen = colours(marked.grab().toImage())
    assert QColor(look.theme.alarm(1).fill).name() in seen
    look.use("day")


def test_a_name_given_by_people_wraps_beside_its_mark(qtbot: QtBot) -> None:
    marked = Marked(presence_mark(Presence.ON), LONG, Look(), "strong", wraps=True)
    shown(marked, qtbot, 376)
    assert marked.word.height() > 2 * marked.fontMetrics().height()
    assert marked.word.text() == LONG
