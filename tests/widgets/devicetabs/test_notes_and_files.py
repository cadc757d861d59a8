"""Notes and files of a device at the screen: written, changed, found, never lost unseen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.asked import Note
from app.model.reading import PointId
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from tests.widgets.eyes import LONG, MARKUP
from widgets.devicetabs.documents import NOTE, DocumentsTab
from widgets.devicetabs.tabtype import Subject
from widgets.pagetype import Show
from widgets.papers.versions import VersionsDialog

MakeDesk = Callable[..., Desk]
READER = person("ole", "Ole", "desk-2", frozenset({Capability.SEE_PLANT}))


def opened(desk: Desk, qtbot: QtBot, width: int = 1400) -> DocumentsTab:
    detail = smallplant.detail(desk.services.plant.views[0])
    tab = DocumentsTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(width, 800)
    tab.show()
    qtbot.waitUntil(tab.settled)
    return tab


def written(tab: DocumentsTab) -> list[str]:
    return [note.text for note in tab.book.notes]


def press(tab: DocumentsTab, says: str) -> None:
    found = [each for each in tab.findChildren(QPushButton) if each.accessibleName() == says]
    found[0].click()


def answer(words: str) -> None:
    """Press a button of the box that comes up next."""

    def act() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(each for each in box.findChildren(QPushButton) if each.text() == words).click()

    QTimer.singleShot(0, act)


def keep(tab: DocumentsTab, qtbot: QtBot, text: str) -> Note:
    tab.book.write()
    type_text(tab.editor.text, text)
    key(tab.editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: text in written(tab))
    return next(each for each in tab.book.notes if each.text == text)


def test_a_note_kept_twice_by_the_keys_is_one_note_and_nothing_typed_is_lost(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, go_on = make_desk(), Event()
    keep_note, sent = desk.services.project.keep_note, list[Note]()

    async def slowly(viewer: Viewer, note: Note) -> Note:
        sent.append(note)
        await asyncio.to_thread(go_on.wait, 30)
        return await keep_note(viewer, note)

    desk.services.project.keep_note = slowly  # type: ignore[method-assign]
    tab = opened(desk, qtbot)
    tab.book.write()
    type_text(tab.editor.text, "Valve hums")
    for _turn in range(3):
        key(tab.editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        key(tab.editor, Qt.Key.Key_Escape)
        type_text(tab.editor.text, " loudly")  # it is not taken, which is seen at once
    assert tab.editor.text.toPlainText() == "Valve hums"
    go_on.set()
    qtbot.waitUntil(lambda: written(tab) == ["Valve hums"], timeout=30_000)
    assert len(sent) == 1
    tab.book.write()
    type_text(tab.editor.text, "Next")
    assert tab.editor.text.toPlainText() == "Next"


def versions_shown(tab: DocumentsTab, qtbot: QtBot) -> VersionsDialog[Note]:
    qtbot.waitUntil(lambda: bool(tab.findChildren(VersionsDialog)))
    return tab.findChildren(VersionsDialog)[0]


def test_a_note_is_written_by_keyboard_and_read_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot)
    note = keep(tab, qtbot, "Sensor S3 changed")
    assert (note.author, note.about_at, note.point) == ("K. Lund", None, None)
    assert tab.badge() == "1"
    assert not tab.editor.isVisible()
    assert tab.unsaved() == ""
    said = [each.text() for each in tab.book.findChildren(QLabel)]
    assert "Sensor S3 changed" in said
    assert "K. Lund, 20 Jan 2026 12:00" in said


def test_what_another_desk_wrote_or_erased_comes_and_goes_unless_somebody_writes(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    note = keep(tab, qtbot, "Karla has the key")
    desk.services.project.kept[:] = [replace(note, text="[erased] has the key")]
    tab.book.write()
    type_text(tab.editor.text, "half a")
    desk.context.directory.refresh()
    with qtbot.waitSignal(desk.context.directory.listed):
        pass
    assert written(tab) == ["Karla has the key"], "not under the pen"
    tab.editor.end()
    desk.context.directory.refresh()
    qtbot.waitUntil(lambda: written(tab) == ["[erased] has the key"])
    row = tab.book.findChildren(QLabel)
    assert "Karla has the key" not in [each.text() for each in row if each.isVisible()]


def test_a_moment_of_the_chart_becomes_a_note_that_leads_back_to_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    point = tab.subject.point(tab.subject.live_points()[0])
    tab.reveal(Show("device", AHORNVEJ, point, NOON, NOTE))
    assert tab.editor.about.text() == "2026-01-20 12:00"
    type_text(tab.editor.text, "Pump stood still")
    tab.editor.finish()
    qtbot.waitUntil(lambda: written(tab) == ["Pump stood still"])
    note = tab.book.notes[0]
    assert (note.point, note.about_at) == (point, NOON.replace(second=0))
    said = [each.text() for each in tab.book.findChildren(QLabel)]
    assert tab.subject.live_points()[0].name in said
    press(tab, "Show in the chart: Pump stood still")
    assert desk.shown[-1] == Show("device", AHORNVEJ, point, note.about_at, "chart")


def test_a_moment_that_is_none_is_told_and_nothing_is_kept(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot)
    tab.book.write()
    type_text(tab.editor.text, "x")
    tab.editor.about.setText("yesterday")
    tab.editor.finish()
    assert tab.editor.says.text() == "“yesterday” is no moment such as 2026-01-20 08:45."
    assert tab.editor.isVisible()


@pytest.mark.parametrize("typed", ["0001-01-01 00:00", "9999-12-31 23:59"])
def test_a_moment_no_plant_ever_had_is_told(
    make_desk: MakeDesk, qtbot: QtBot, typed: str
) -> None:
    tab = opened(make_desk(), qtbot)
    tab.book.write()
    type_text(tab.editor.text, "x")
    tab.editor.about.setText(typed)
    tab.editor.finish()
    assert tab.editor.says.text() == f"“{typed}” is no moment such as 2026-01-20 08:45."
    assert tab.editor.isVisible()


def test_a_moved_moment_of_a_kept_note_is_a_change_too(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot)
    keep(tab, qtbot, "first")
    press(tab, "Change: first")
    assert tab.unsaved() == ""
    tab.editor.about.setText("2026-01-20 08:45")
    assert tab.editor.dirty
    memory, empty = tab.editor.memory(), replace(tab.book.notes[0], id="", text="")
    tab.editor.end()
    tab.editor.recall(memory, empty)
    assert tab.editor.dirty
    assert tab.unsaved().endswith("the note that is being written was not kept.")


def test_a_changed_note_keeps_what_it_read_before(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    first = keep(tab, qtbot, "first")
    press(tab, "Change: first")
    tab.editor.text.setPlainText("second")
    tab.editor.finish()
    qtbot.waitUntil(lambda: written(tab) == ["second"])
    assert tab.book.notes[0].id == first.id
    press(tab, "Versions of: second")
    dialog = versions_shown(tab, qtbot)
    assert [each.version for each in dialog.model.rows] == [2, 1]
    assert dialog.words is not None
    assert dialog.words.toPlainText() == "second"
    key(dialog.table, Qt.Key.Key_Down)
    assert dialog.words.toPlainText() == "first"
    dialog.reject()


def test_what_somebody_else_wrote_meanwhile_comes_into_view_before_one_writes_over_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    note = keep(tab, qtbot, "valve tight")
    press(tab, "Change: valve tight")
    tab.editor.text.setPlainText("valve tight, checked twice")
    theirs = replace(note, text="valve leaks", version=2, author="Ole")
    desk.services.project.kept.append(theirs)
    tab.editor.finish()
    qtbot.waitUntil(lambda: written(tab) == ["valve leaks"])
    assert tab.editor.isVisible()
    assert tab.editor.text.toPlainText() == "valve tight, checked twice"
    tab.editor.finish()
    qtbot.waitUntil(lambda: written(tab) == ["valve tight, checked twice"])
    assert tab.book.notes[0].version == 3


def test_esc_asks_before_words_are_lost(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    tab.book.write()
    key(tab.editor.text, Qt.Key.Key_Escape)
    assert not tab.editor.isVisible()
    tab.book.write()
    type_text(tab.editor.text, "long story")
    assert tab.badge() == "•"
    assert tab.unsaved().endswith("the note that is being written was not kept.")
    answer("Go back")
    key(tab.editor.text, Qt.Key.Key_Escape)
    assert tab.editor.text.toPlainText() == "long story"
    answer("Discard the note")
    key(tab.editor.text, Qt.Key.Key_Escape)
    assert not tab.editor.isVisible()


def test_a_note_half_written_is_there_again_after_a_restart(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot)
    tab.book.write()
    type_text(tab.editor.text, "half a sent")
    tab.editor.about.setText("2026-01-20 08:00")
    again = opened(make_desk(), qtbot)
    again.recall(tab.memory())
    assert again.editor.text.toPlainText() == "half a sent"
    assert again.editor.about.text() == "2026-01-20 08:00"
    again.recall({"note": {"text": 5}, "x": 1})
    again.recall({"note": "nonsense"})


def test_a_removed_note_is_asked_about_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    keep(tab, qtbot, "old")
    answer("Go back")
    press(tab, "Remove: old")
    assert written(tab) == ["old"]
    answer("Remove")
    press(tab, "Remove: old")
    qtbot.waitUntil(lambda: written(tab) == [])
    assert tab.badge() == ""


def test_a_note_that_is_asked_for_is_brought_into_view(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.services.project.kept = [
        Note(f"n{at}", AHORNVEJ, f"note {at}\n" * 4, author="Ole", written_at=NOON, version=1)
        for at in range(30)
    ]
    tab = opened(desk, qtbot)
    tab.reveal(Show("device", AHORNVEJ, part=f"{NOTE}:n3"))
    bar = tab.book._scroll.verticalScrollBar()
    assert bar is not None
    qtbot.waitUntil(lambda: bar.value() > 0)
    assert tab.book._rows["n3"].isAncestorOf(QApplication.focusWidget() or tab)


@pytest.mark.parametrize("text", [LONG, MARKUP, "🔧 𝔣𝔩𝔬𝔴", "\u05d0\u05d1\u05d2 \u200f3"])
def test_any_letters_are_shown_as_they_are(
    make_desk: MakeDesk, qtbot: QtBot, text: str
) -> None:
    desk = make_desk()
    desk.services.project.kept = [
        Note("n", AHORNVEJ, text, author=text[:80], written_at=NOON, version=1)
    ]
    tab = opened(desk, qtbot)
    words = [each for each in tab.book.findChildren(QLabel) if each.text() == text]
    assert words
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in words)
    assert tab.book.width() < tab.width()


def test_files_that_are_dropped_are_kept_and_one_that_will_not_do_is_named(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    files = [tmp_path / "cellar.pdf", tmp_path / "virus.exe", tmp_path / "plan & <b>.txt"]
    for file, content in zip(files, (b"%PDF", b"MZ", b"plan"), strict=True):
        file.write_bytes(content)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in (*files, tmp_path)])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none
    )
    tab.dropEvent(event)
    qtbot.waitUntil(lambda: tab.files.model.total == 2)
    titles = sorted(each.title for each in tab.files.model.rows)
    assert titles == ["cellar", "plan & <b>"]
    assert tab.files.notice.says.text().startswith("virus.exe: files of this kind")
    assert [content for _file, content in desk.services.project.added] == [b"%PDF", b"plan"]
    assert [job.state.value for job in desk.context.work.jobs] == ["done", "failed", "done"]


def test_a_document_is_exchanged_and_its_older_version_found(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = opened(make_desk(), qtbot)
    for name in ("plan.pdf", "plan new.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
    tab.files.adding.add([tmp_path / "plan.pdf"])
    qtbot.waitUntil(lambda: tab.files.model.total == 1)
    first = tab.files.model.rows[0]
    tab.files.adding.add([tmp_path / "plan new.pdf"], replaces=first)
    qtbot.waitUntil(lambda: tab.files.model.rows[0].version == 2)
    assert tab.files.model.rows[0].title == "plan"
    tab.files.show_versions(tab.files.model.rows[0])
    found = versions_shown(tab, qtbot)
    assert found.model.total == 2
    found.reject()


def test_a_report_can_neither_be_removed_nor_exchanged(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot)
    tab.files.make_report()
    qtbot.waitUntil(lambda: tab.files.model.total == 2)
    tab.files.table.selectRow(0)
    on = {each.text(): each.isEnabled() for each in tab.files.menu().actions()}
    assert on == {"Open": True, "Versions…": True, "Next version…": False, "Remove…": False}


def test_an_added_document_is_removed_after_one_question(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = opened(make_desk(), qtbot)
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    tab.files.adding.add([tmp_path / "plan.pdf"])
    qtbot.waitUntil(lambda: tab.files.model.total == 1)
    answer("Remove")
    tab.files.remove(tab.files.model.rows[0])
    qtbot.waitUntil(lambda: tab.files.model.total == 0)


def test_who_may_only_read_is_offered_nothing_to_write(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.project.kept = [
        Note("n", AHORNVEJ, "kept", author="Ole", written_at=NOON, version=1)
    ]
    tab = opened(make_desk(services, viewer=READER), qtbot)
    tab.reveal(Show("device", AHORNVEJ, PointId("ahornvej-14.s1"), NOON, NOTE))
    assert not tab.editor.isVisible()
    assert not tab.book.new.isVisible()
    assert not tab.files.add.isVisible()
    assert not tab.acceptDrops()
    names = {each.accessibleName() for each in tab.book.findChildren(QPushButton)}
    assert "Change: kept" not in names
    assert "Versions of: kept" in names


def test_where_room_is_short_the_notes_stand_below_the_files(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, width=800)
    qtbot.waitUntil(lambda: tab.book.y() > tab.files.y())
    tab.resize(1500, 800)
    qtbot.waitUntil(lambda: tab.book.x() > tab.files.x())
