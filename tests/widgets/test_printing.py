"""The preview shows the very pages that are printed and kept."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, Qt
from PyQt6.QtPrintSupport import QPrinter
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.asked import Document
from app.model.letterhead import Letterhead
from app.model.reading import PointId
from app.reports.paper.values import parts, values_pdf
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.reports.words import Words
from app.series import Series
from tests.app.reports.papers import Paper
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from tests.widgets.eyes import column
from widgets.devicetabs.tabtype import Subject
from widgets.papers.filelist import FilesCard
from widgets.printing import Preview
from widgets.printrun import picture
from widgets.workcentre import JobState


def table(rows: int = 200, columns: int = 3, name: str = "S") -> ValueTable:
    begin = NOON - timedelta(minutes=15 * rows)
    times = round(begin.timestamp() * 1000) + 900_000 * np.arange(rows, dtype=np.int64)
    quality = np.arange(rows, dtype=np.uint8) % 6
    return value_table(
        [
            ValueColumn(
                f"{name}{nth}",
                "Ahornvej 14",
                "°C",
                1,
                Series(PointId(f"a.s{nth}"), times, np.arange(rows) / 10.0, quality),
            )
            for nth in range(columns)
        ],
        (begin, NOON),
        title="Ahornvej 14",
        zone="Europe/Copenhagen",
        made_at=NOON,
        made_by="K. Lund",
    )


def paper(made: ValueTable, language: str = "en") -> bytes:
    return values_pdf(
        made, Letterhead("Østerby Fjernvarme"), Words(language), newest_first=True
    )


@pytest.fixture
def preview(make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[Preview]:
    over = QWidget()
    qtbot.addWidget(over)
    made = Preview(make_desk(FakeServices()).context, "Readings", paper(table()), over)
    made.show()
    yield made  # with the widget below it still there
    made.close()


def test_a_preview_closed_on_a_later_page_goes_without_a_fault(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    made = Preview(make_desk(FakeServices()).context, "Readings", paper(table()), over)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.show()
    made.go(1)
    assert made.page.text() == "Page 2 of 4"
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert sip.isdeleted(made)


def test_page_x_of_n_follows_the_arrows(preview: Preview) -> None:
    assert preview.pages == 4
    assert preview.page.text() == "Page 1 of 4"
    preview.go(1)
    assert preview.page.text() == "Page 2 of 4"
    preview.go(99)
    assert preview.page.text() == "Page 4 of 4"
    preview.go(-99)
    assert preview.page.text() == "Page 1 of 4"


def test_pages_are_shown_larger_and_smaller_within_reason(preview: Preview) -> None:
    preview.zoom(1)
    large = preview.view.zoomFactor()
    for _nth in range(20):
        preview.zoom(1)
    assert preview.view.zoomFactor() == 3.0 >= large
    for _nth in range(20):
        preview.zoom(-1)
    assert preview.view.zoomFactor() == 0.5


def printer_into(path: Path) -> QPrinter:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setResolution(100)
    printer.setOutputFileName(str(path))
    return printer


def test_what_is_printed_has_every_page_while_the_screen_goes_on(
    preview: Preview, tmp_path: Path, qtbot: QtBot
) -> None:
    work = preview._context.work
    run = preview.print_with(printer_into(tmp_path / "out.pdf"))
    assert (run.done, len(work.running())) == (0, 1), "nothing is printed before it returns"
    preview.hide()  # nobody need wait before it
    qtbot.waitUntil(lambda: not work.running(), timeout=60_000)
    job = work.jobs[0]
    assert (job.state, job.done, job.of) == (JobState.DONE, 4, 4)
    assert job.title == "Printing Readings"
    assert len(PdfReader(tmp_path / "out.pdf").pages) == 4


def test_a_long_way_to_the_printer_can_be_given_up(
    preview: Preview, tmp_path: Path, qtbot: QtBot
) -> None:
    work = preview._context.work
    run = preview.print_with(printer_into(tmp_path / "out.pdf"))
    qtbot.waitUntil(lambda: run.done >= 1, timeout=60_000)
    work.jobs[0].cancel()
    assert not work.running()
    done = run.done
    qtbot.wait(50)
    assert run.done == done < 4
    run.give_up()  # once more is nothing


def test_a_printer_that_is_not_there_is_told(preview: Preview, tmp_path: Path) -> None:
    run = preview.print_with(printer_into(tmp_path / "nowhere" / "out.pdf"))
    job = preview._context.work.jobs[0]
    assert (job.state, run.done) == (JobState.FAILED, 0)
    assert job.sentence == "The printer took nothing: is it switched on?"


def test_a_page_is_ink_on_white(preview: Preview) -> None:
    drawn = picture(preview.document, 0, 50)
    spots = [drawn.pixelColor(x, y) for x in range(40, 380, 3) for y in range(20, 300)]
    assert "#ffffff" in {spot.name() for spot in spots}
    assert min(spot.lightness() for spot in spots) < 100


def test_what_is_kept_is_the_same_paper(preview: Preview, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "kept.pdf"
    preview.keep(path)
    qtbot.waitUntil(path.exists, timeout=10_000)
    qtbot.waitUntil(lambda: path.read_bytes() == preview.content, timeout=10_000)


def test_heads_flags_and_legend_stand_on_the_paper() -> None:
    made = Paper(paper(table()))
    assert all("S0 [°C]" in page for page in made.words), "heads are repeated"
    assert "uncertain" in made.words[0]
    assert "Page 1 of 4" in made.words[0]
    assert "~" in made.words[1]


def test_more_columns_than_a_page_has_room_for_follow_behind() -> None:
    assert [list(part) for part in parts(8)] == [[0, 1, 2, 3, 4, 5, 6, 7]]
    assert [list(part) for part in parts(10)] == [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9]]
    assert [list(part) for part in parts(0)] == [[]]
    words = Paper(paper(table(20, 10))).words
    assert "S9 [°C]" in " ".join(words)


@pytest.mark.parametrize("name", ["<b>x</b> & ", "Ω" * 300, "🔥", "חימום "])
def test_odd_names_are_printed(name: str) -> None:
    assert Paper(paper(table(5, 2, name))).pages >= 1


def test_nothing_stored_is_a_page_that_says_so() -> None:
    made = Paper(paper(table(0, 2)))
    assert made.pages == 1
    assert "Ahornvej 14" in made.words[0]


def test_a_long_print_can_be_given_up() -> None:
    asked = iter(range(1000))
    made = table(500)
    head = Letterhead("")
    assert values_pdf(made, head, Words(), given_up=lambda: next(asked) >= 2) == b""
    assert next(asked) == 3, "no page was begun after that"


def test_danish_paper_has_danish_words() -> None:
    words = " ".join(Paper(paper(table(), "da")).words)
    assert "Lokal tid" in words
    assert "Side" in words


def filed(desk: Desk, qtbot: QtBot, path: Path) -> FilesCard:
    """Return the list of a device's documents with the one at ``path``."""
    detail = smallplant.detail(desk.services.plant.views[0])
    card = FilesCard(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(card)
    card.show()
    document = Document(
        "d1",
        detail.view.config.id,
        "Commissioning report <b>2026</b>",
        "commissioning-report",
        path,
        NOON,
        "K. Lund",
    )
    card.open(document)
    return card


def test_a_report_whose_data_were_revised_since_says_so_in_the_list(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    desk = make_desk(FakeServices())
    reports, view = desk.services.reports, desk.services.plant.views[0]
    kind = "consumption-report"
    for number in ("CO-2026-0001", "CO-2026-0002"):
        title, where = f"{number} Consumption report", Path("r.pdf")
        document = Document(number, view.config.id, title, kind, where, NOON, "K. Lund")
        reports.filed.append(document)
    reports.changed_since = ["CO-2026-0001"]
    card = FilesCard(Subject(desk.context, smallplant.detail(view), lambda *_: None))
    qtbot.addWidget(card)
    card.refresh()
    marked = "CO-2026-0001 Consumption report – data revised since"
    qtbot.waitUntil(lambda: marked in column(card.model, "title"))
    assert "CO-2026-0002 Consumption report" in column(card.model, "title")
    assert set(column(card.model, "kind")) == {"Consumption report"}
    reports.changed_since = []
    card.refresh()
    qtbot.waitUntil(lambda: marked not in column(card.model, "title"))


def test_a_report_that_is_kept_opens_as_it_will_be_printed(
    make_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(paper(table()))
    card = filed(make_desk(FakeServices()), qtbot, path)
    qtbot.waitUntil(lambda: bool(card.findChildren(Preview)), timeout=20_000)
    [preview] = card.findChildren(Preview)
    assert preview.content == path.read_bytes()
    assert preview.windowTitle() == "Print preview: Commissioning report <b>2026</b>"
    assert preview.pages >= 1
    preview.close()


def test_a_report_that_vanishes_meanwhile_is_named(
    make_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path
) -> None:
    desk = make_desk(FakeServices())
    over = QWidget()
    qtbot.addWidget(over)
    Preview.of_file(desk.context, over, "Report", tmp_path / "gone.pdf")
    work = desk.context.work
    qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.FAILED
    assert "gone.pdf cannot be read" in work.jobs[0].sentence
