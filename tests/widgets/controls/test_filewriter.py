"""Files are made aside, whole or not at all, and may be given up."""

from collections.abc import Callable, Collection
from pathlib import Path
from threading import Event

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.letterhead import Letterhead
from app.reports.pace import tell
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from widgets.controls.filewriter import TABLES, FileWriter
from widgets.workcentre import Job, JobState


class Writing:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.work, self.qtbot = desk.context.work, qtbot
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.files = FileWriter(desk.context, self.page)

    def over(self) -> Job:
        self.qtbot.waitUntil(
            lambda: bool(self.work.jobs) and not self.work.running(), timeout=10_000
        )
        return self.work.jobs[0]


@pytest.fixture
def writing(make_desk: Callable[..., Desk], qtbot: QtBot) -> Writing:
    return Writing(make_desk(FakeServices()), qtbot)


def test_a_file_is_made_aside_and_written(writing: Writing, tmp_path: Path) -> None:
    heads: list[Letterhead] = []

    def made(head: Letterhead, given_up: Callable[[], bool]) -> bytes:
        heads.append(head)
        assert not given_up()
        return b"content"

    path = tmp_path / "a.csv"
    writing.files.write(path, made)
    job = writing.over()
    assert path.read_bytes() == b"content"
    assert (job.state, job.sentence) == (JobState.DONE, f"Written: {path}")
    assert heads[0].utility == "Østerby Fjernvarme"


def test_a_file_given_up_is_not_written(writing: Writing, tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    def made(_head: Letterhead, given_up: Callable[[], bool]) -> bytes:
        begun.set()
        go_on.wait(10)
        return b"" if given_up() else b"content"

    path = tmp_path / "a.csv"
    path.write_bytes(b"what was there before")
    writing.files.write(path, made)
    writing.qtbot.waitUntil(begun.is_set, timeout=10_000)
    job = writing.work.jobs[0]
    job.cancel()
    assert job.state is JobState.CANCELLING
    go_on.set()
    assert writing.over().sentence == "Given up; nothing was written."
    assert path.read_bytes() == b"what was there before"


def test_a_long_file_says_how_far_it_is(writing: Writing, tmp_path: Path) -> None:
    go_on = Event()

    def made(_head: Letterhead, given_up: Callable[[], bool]) -> bytes:
        tell(given_up, 120, 575)
        go_on.wait(30)
        return b"content"

    writing.files.write(tmp_path / "a.pdf", made)
    job = writing.work.jobs[0]
    writing.qtbot.waitUntil(lambda: (job.done, job.of) == (120, 575), timeout=30_000)
    assert job.left_s() is not None
    go_on.set()
    assert writing.over().state is JobState.DONE


def test_a_sentence_of_the_core_is_the_job_s(writing: Writing, tmp_path: Path) -> None:
    def made(_head: Letterhead, _given_up: Callable[[], bool]) -> bytes:
        raise StoreBroken("history/fast.sqlite cannot be read")

    writing.files.write(tmp_path / "a.csv", made)
    job = writing.over()
    assert job.state is JobState.FAILED
    assert job.sentence == "history/fast.sqlite cannot be read"
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("name", ["missing/a.csv", "folder"])
def test_a_place_that_takes_no_file_is_named(
    writing: Writing, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    writing.files.write(tmp_path / name, lambda _head, _given_up: b"x")
    job = writing.over()
    assert job.state is JobState.FAILED
    assert name in job.sentence


def ask(
    writing: Writing, chosen: Path | None, end: str = "csv", among: Collection[str] = ()
) -> Path | None:
    """Answer the dialog for a place."""

    def work() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        if chosen is None:
            key(dialog, Qt.Key.Key_Escape)
        else:
            field.setText(str(chosen))
            key(field, Qt.Key.Key_Return)

    QTimer.singleShot(100, work)
    return writing.files.ask_path("Export", "Ahornvej 14: <b>a/b</b>", end, among)


def test_the_place_is_asked_for_and_gets_its_end(writing: Writing, tmp_path: Path) -> None:
    assert ask(writing, tmp_path / "mine") == tmp_path / "mine.csv"
    assert ask(writing, tmp_path / "mine.txt") == tmp_path / "mine.txt"
    assert ask(writing, tmp_path / "Week 47.2026") == tmp_path / "Week 47.2026.csv"
    assert ask(writing, None) is None


@pytest.mark.parametrize(
    ("end", "among", "name", "kept"),
    [
        ("csv", TABLES, "a.png", "a.png.csv"),
        ("csv", TABLES, "a.PDF", "a.PDF"),
        ("xlsx", ("csv", "xlsx"), "a.pdf", "a.pdf.xlsx"),
        ("xlsx", ("csv", "xlsx"), "a.txt", "a.txt"),
        ("png", (), "a.csv", "a.csv.png"),
        ("pdf", (), "a.xlsx", "a.xlsx.pdf"),
    ],
)
def test_no_file_claims_to_be_what_it_is_not(
    writing: Writing, tmp_path: Path, end: str, among: Collection[str], name: str, kept: str
) -> None:
    assert ask(writing, tmp_path / name, end, among) == tmp_path / kept


@pytest.mark.parametrize("answer", ["Replace", "Go back"])
def test_a_file_that_the_dialog_could_not_know_of_is_not_replaced_unasked(
    writing: Writing, tmp_path: Path, answer: str
) -> None:
    (tmp_path / "mine.csv").write_text("precious", encoding="utf-8")
    said: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(50, press)
            return
        said.append(box.text())
        next(each for each in box.buttons() if each.text() == answer).click()

    QTimer.singleShot(400, press)
    chosen = ask(writing, tmp_path / "mine")
    assert said == ["mine.csv exists already. Replace it?"]
    assert chosen == (tmp_path / "mine.csv" if answer == "Replace" else None)
