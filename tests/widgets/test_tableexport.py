"""A table becomes a file of the form that the name's end says, however it is written."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.words import use_language
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.speech import PAPER_KEY
from widgets.tableexport import TableExport
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
SIGNS = {"pdf": b"%PDF", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}


class Corner:
    """A table of two rows on a desk, and the languages it was asked for in."""

    def __init__(self, desk: Desk, over: QWidget, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.rows: list[tuple[str | float, ...]] = [("Ahornvej 14", 1.5), ("=1+1", 2.0)]
        self.languages: list[str] = []
        self.export = TableExport(desk.context, over, "Devices", "Export", self.sheet)

    def sheet(self, words: Words) -> PlainTable:
        self.languages.append(words.language)
        heads = ("Name", "Flow [m³/h]")
        return PlainTable("Devices", "UTC", NOON, "K. Lund", heads, tuple(self.rows))

    def written(self, path: Path) -> bytes:
        self.export.write(path)
        work = self.desk.context.work
        self.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence
        return path.read_bytes()


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    over = QWidget()
    qtbot.addWidget(over)
    return Corner(make_desk(FakeServices()), over, qtbot)


@pytest.fixture
def danish() -> Iterator[None]:
    use_language("da")
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.csv", "csv"),
        ("a.CSV", "csv"),
        ("a.txt", "csv"),
        ("a.xlsx", "xlsx"),
        ("a.Xlsx", "xlsx"),
        ("a.pdf", "pdf"),
        ("A.PDF", "pdf"),
        ("week 47.2026.pdf", "pdf"),
    ],
)
def test_the_names_end_says_the_form_in_capitals_too(
    corner: Corner, tmp_path: Path, name: str, form: str
) -> None:
    assert corner.written(tmp_path / name).startswith(SIGNS[form])


def test_the_file_has_the_rows_of_when_it_was_asked_for(corner: Corner, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    corner.export.write(path)
    corner.rows.append(("Birkevej 3", 9.0))  # the plant goes on while the file is made
    corner.qtbot.waitUntil(path.exists)
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines == ["Name,Flow [m³/h]", "Ahornvej 14,1.5", "'=1+1,2.0"]


@pytest.mark.usefixtures("danish")
def test_files_speak_the_screens_language_and_paper_its_own(
    corner: Corner, tmp_path: Path
) -> None:
    corner.desk.context.desk.keep(PAPER_KEY, "de")
    text = corner.written(tmp_path / "a.csv").decode("utf-8-sig")
    assert text.splitlines()[1] == "Ahornvej 14;1,5"
    corner.written(tmp_path / "a.pdf")
    assert corner.languages == ["da", "de"]


def test_a_place_that_cannot_be_written_is_told_with_its_reason(
    corner: Corner, tmp_path: Path
) -> None:
    path = tmp_path / "no such folder" / "a.csv"
    corner.export.write(path)
    work = corner.desk.context.work
    corner.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running())
    assert work.jobs[0].state is JobState.FAILED
    assert work.jobs[0].sentence.startswith(f"{path} cannot be written: ")
