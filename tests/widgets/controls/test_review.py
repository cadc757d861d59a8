"""The review shows each change as old → new, unit, device, and sends only what may be sent."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec
from app.model.reading import Reading
from tests.fakes import smallplant
from tests.fakes.hands import key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON, SETTINGS
from tests.widgets.eyes import LONG, MARKUP, button_named, words
from widgets.controls.review import WIDTH_PX, Review
from widgets.models.staging import Staging
from widgets.theme import THEMES, Look

SPACE = Qt.Key.Key_Space


def spec(name: str) -> PointSpec:
    return next(each for each in SETTINGS if each.key == name)


def seen(name: str) -> Reading:
    [found] = smallplant.readings(AHORNVEJ, {name})
    return found


class Desk:
    """A review beside a staging that a test fills."""

    def __init__(self, qtbot: QtBot, device: str = "Ahornvej 14") -> None:
        self.staging = Staging()
        self.look = Look()
        self.review = Review(self.staging, device, self.look)
        self.review.changed.connect(self.review.refresh)
        self.wanted: list[str] = []
        self.review.apply_wanted.connect(self.wanted.append)
        qtbot.addWidget(self.review)
        self.review.resize(WIDTH_PX, 900)
        with qtbot.waitActive(self.review):
            self.review.show()
            self.review.activateWindow()

    def stage(self, name: str, text: str) -> None:
        self.staging.stage(spec(name), seen(name), text)
        self.review.refresh()
        QApplication.processEvents()  # a row is there once its column has found its place

    def tell(self, result: WriteResult, spec: PointSpec) -> None:
        self.review.tell(result, spec)
        QApplication.processEvents()

    def press(self, name: str) -> None:
        """Press a button by the keyboard."""
        each = button_named(self.review, name)
        assert each.isEnabled(), name
        each.setFocus()
        key(each, SPACE)
        QApplication.processEvents()

    @property
    def apply(self) -> QPushButton:
        found = self.review.findChildren(QPushButton)
        return next(each for each in found if each.accessibleName().startswith("Apply"))

    def rows(self) -> list[str]:
        """Return the rows from top to bottom, as they are read aloud."""
        rows = [
            each
            for each in self.review.findChildren(QFrame)
            if each.objectName() in ("changerow", "refusedrow") and not each.isHidden()
        ]
        rows.sort(key=lambda each: each.mapTo(self.review, QPoint(0, 0)).y())
        return [each.accessibleName() for each in rows]

    def inside(self) -> QWidget:
        found = self.review.findChild(QScrollArea)
        assert found is not None
        over = found.viewport()
        assert over is not None
        return over


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def result(name: str, new: float, state: WriteState, reason: str = "") -> WriteResult:
    value = seen(name).value
    assert isinstance(value, float)
    return WriteResult(AHORNVEJ, name, value, new, None, state, reason, NOON)


def test_an_empty_review_says_what_belongs_here_and_sends_nothing(desk: Desk) -> None:
    [said] = [each for each in words(desk.review) if "Nothing is staged" in each]
    assert "Nothing reaches the device before." in said
    assert not desk.apply.isEnabled()
    assert desk.apply.text() == "Apply"
    assert not button_named(desk.review, "Discard all").isEnabled()


def test_a_change_is_told_whole(desk: Desk) -> None:
    desk.stage("p11177", "30")
    assert desk.rows() == ["Min. temperature: 28 → 30 °C, Ahornvej 14"]
    told = words(desk.review)
    for part in ("Min. temperature", "1 · Flow temperature · 11177", "28", "→", "30", "°C"):
        assert part in told
    assert told.count("Ahornvej 14") == 2  # in the head and in the row
    assert "Ready to be sent." in told
    assert "1 will be sent" in told


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("p11029", "60", "Limit while heating DHW: OFF → 60 °C, Ahornvej 14"),
        ("p11182", "-9.9", "Influence, max.: −4.0 → −9.9 K, Ahornvej 14"),
        ("p12122", "2:30", "Anti-bacteria start: 01:30 → 02:30, Ahornvej 14"),
        ("p11200", "comfort", "Mode, heating: Scheduled → Comfort, Ahornvej 14"),
        ("p11175", "1.1", "Heat curve slope: 1.2 → 1.1, Ahornvej 14"),
    ],
)
def test_old_and_new_are_told_as_the_table_shows_them(
    desk: Desk, name: str, text: str, row: str
) -> None:
    desk.stage(name, text)
    assert desk.rows() == [row]


def test_the_button_counts_what_it_will_send(desk: Desk) -> None:
    desk.stage("p11175", "1.1")
    desk.stage("p11034", "43")
    desk.stage("p11177", "151")
    desk.stage("p11178", "80")
    assert desk.apply.text() == desk.apply.accessibleName() == "Apply 2 changes"
    assert "2 will be sent, 1 refused, 1 waits for your consent" in words(desk.review)


def test_a_refused_change_says_why_and_offers_only_to_be_taken_back(desk: Desk) -> None:
    desk.stage("p11034", "151")
    [said] = [each for each in words(desk.review) if each.startswith("Refused: ")]
    assert said.endswith(" It will not be sent.")
    assert "150" in said
    assert not desk.apply.isEnabled()
    assert [each.objectName() for each in desk.review.findChildren(QFrame)].count(
        "refusedrow"
    ) == 1
    desk.press("Take back the change of High limit Y2")
    assert desk.rows() == []
    assert len(desk.staging) == 0


def test_danger_is_read_before_a_change_can_be_sent(desk: Desk) -> None:
    desk.stage("p11178", "80")
    assert "Water this hot damages floor heating." in words(desk.review)
    assert "Needs your consent first." in words(desk.review)
    assert not desk.apply.isEnabled()
    [box] = desk.review.findChildren(QCheckBox)
    assert box.accessibleName() == "I know what changing Max. temperature does"
    box.setFocus()
    key(box, SPACE)
    assert desk.apply.text() == "Apply 1 change"
    [box] = [each for each in desk.review.findChildren(QCheckBox) if each.isVisible()]
    assert box.isChecked()
    assert box.hasFocus()
    key(box, SPACE)
    assert not desk.apply.isEnabled()


def test_a_dangerous_change_that_is_refused_asks_for_no_consent(desk: Desk) -> None:
    desk.stage("p11178", "500")
    assert desk.review.findChildren(QCheckBox) == []


def test_discarding_takes_back_everything_at_once(desk: Desk) -> None:
    for name, text in (("p11175", "1.1"), ("p11034", "43"), ("p11177", "x")):
        desk.stage(name, text)
    desk.press("Discard all")
    assert (len(desk.staging), desk.rows()) == (0, [])
    assert not desk.apply.isEnabled()


def test_the_reason_goes_with_the_wish_and_tab_leaves_its_field(desk: Desk) -> None:
    desk.stage("p11175", "1.1")
    [note] = desk.review.findChildren(QPlainTextEdit)
    assert note.accessibleName() == "Reason, kept in the activity log"
    note.setFocus()
    type_text(note, "  cold corner rooms ")
    key(note, Qt.Key.Key_Tab)
    assert not note.hasFocus()
    assert note.toPlainText() == "  cold corner rooms "
    desk.press("Apply 1 change")
    assert desk.wanted == ["cold corner rooms"]


def test_enter_in_the_reason_sends_nothing(desk: Desk) -> None:
    desk.stage("p11175", "1.1")
    [note] = desk.review.findChildren(QPlainTextEdit)
    note.setFocus()
    key(note, Qt.Key.Key_Return)
    assert desk.wanted == []


def test_while_sending_nothing_can_be_applied_or_discarded(desk: Desk) -> None:
    desk.stage("p11175", "1.1")
    desk.review.begin(1)
    for _turn in range(2):
        assert not desk.apply.isEnabled()
        assert not button_named(desk.review, "Discard all").isEnabled()
        desk.stage("p11034", "43")  # a person goes on working in the table
    desk.review.end()
    assert desk.apply.text() == "Apply 2 changes"
    assert desk.apply.isEnabled()


def test_a_run_that_takes_long_shows_its_progress_and_can_be_called_off(
    desk: Desk, qtbot: QtBot
) -> None:
    called_off: list[bool] = []
    desk.review.cancel_wanted.connect(lambda: called_off.append(True))
    desk.stage("p11175", "1.1")
    desk.review.begin(1)
    assert not desk.review.busy.isVisible()
    qtbot.waitUntil(desk.review.busy.isVisible)
    assert "Sending 1 …" in words(desk.review)
    desk.press("Cancel")
    assert called_off == [True]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (WriteState.CONFIRMED, "confirmed"),
        (WriteState.UNCONFIRMED, "unconfirmed"),
        (WriteState.REFUSED, "refused"),
    ],
)
def test_each_ending_is_told_by_word_with_its_reason(
    desk: Desk, state: WriteState, word: str
) -> None:
    reason = "" if state is WriteState.CONFIRMED else "no answer within 1.5 s"
    desk.tell(result("p11177", 30, state, reason), spec("p11177"))
    assert "Sent just now" in words(desk.review)
    assert desk.rows() == [f"Min. temperature: 28 → 30 °C, {word}"]
    assert (reason in words(desk.review)) is bool(reason)


def test_the_newest_ending_stands_first(desk: Desk) -> None:
    for name, new in (("p11177", 30.0), ("p11034", 43.0)):
        desk.tell(result(name, new, WriteState.CONFIRMED), spec(name))
    assert [each.split(":")[0] for each in desk.rows()] == ["High limit Y2", "Min. temperature"]


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_however_long_the_names_a_change_can_be_read_and_taken_back(
    qtbot: QtBot, name: str
) -> None:
    desk = Desk(qtbot, device=name)
    long = replace(spec("p11178"), name=name, group=name)
    desk.staging.stage(long, seen("p11178"), name)
    desk.staging.stage(replace(spec("p11175"), name=name), seen("p11175"), "1.1")
    desk.review.refresh()
    desk.tell(result("p11177", 30, WriteState.REFUSED, name), replace(long, name=name))
    QApplication.processEvents()
    view = desk.inside()
    back = [
        each
        for each in desk.review.findChildren(QPushButton)
        if each.accessibleName().startswith("Take back") and each.isVisible()
    ]
    assert len(back) == 2
    for each in back:
        right = each.mapTo(view, QPoint(each.width(), 0)).x()
        assert 0 < right <= view.width()
    assert desk.review.width() == WIDTH_PX
    discard = button_named(desk.review, "Discard all")
    assert discard.mapTo(desk.review, QPoint(discard.width(), 0)).x() <= WIDTH_PX


@pytest.mark.parametrize("look", THEMES)
def test_a_refused_row_has_an_edge_in_either_look(qtbot: QtBot, look: str) -> None:
    desk = Desk(qtbot)
    desk.look.use(look)
    desk.stage("p11034", "151")
    QApplication.processEvents()
    [row] = [
        each
        for each in desk.review.findChildren(QFrame)
        if each.objectName() == "refusedrow" and not each.isHidden()
    ]
    picture = row.grab().toImage()
    ratio = picture.devicePixelRatio()
    at = picture.pixelColor(int(1 * ratio), picture.height() // 2)
    assert at.name() == desk.look.theme.alarm(1).edge.lower()
    desk.look.use("day")


def test_every_control_of_the_review_is_reached_by_tab(desk: Desk) -> None:
    desk.stage("p11175", "1.1")
    desk.stage("p11178", "80")
    walker: QWidget | None = desk.review.nextInFocusChain()
    reached = set[QWidget]()
    while walker is not None and walker not in reached:
        reached.add(walker)
        walker = walker.nextInFocusChain()
    controls = [
        each
        for kind in (QPushButton, QCheckBox, QPlainTextEdit)
        for each in desk.review.findChildren(kind)
        if each.isVisible() and each.isEnabled()
    ]
    assert len(controls) == 6
    for each in controls:
        assert each in reached
        assert each.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert each.accessibleName()
