"""What people did is listed with names people know, and the chain is verified on demand."""

import csv
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PyQt6.QtCore import QDate, Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry
from app.errors import StoreBroken
from app.words import use_language
from tests.fakes.asked import FakeServices
from tests.fakes.auditlog import FakeAuditLog
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.auditlog.details import EntryDialog
from widgets.auditlog.model import BLOCK, LogLine
from widgets.models.audit import LogWords, audit_columns
from widgets.pages.audit import AuditPage

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> AuditPage:
    page = AuditPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    qtbot.waitUntil(page.settled)
    return page


def texts(page: AuditPage, column: str) -> list[str]:
    """What a column shows, from top to bottom, once the entries came."""
    shown = next(each for each in page.model.columns if each.id == column)
    page.model.data(page.model.index(0, 0))
    page.grab()
    return [shown.cell(line).text for line in page.model.rows]


def entity(page: AuditPage, row: int) -> str:
    return texts(page, "entity")[row]


def log_of(*entries: AuditEntry) -> FakeServices:
    services = FakeServices()
    services.audit = FakeAuditLog(entries)
    return services


def deed(seq: int, verb: str = "write", entity: str = "project", **changes: str) -> AuditEntry:
    fields = {"login": "ole", "name": "Ole Holm", "workstation": "desk-2"} | changes
    texts = {"old": "", "new": "", "result": "done", "reason": ""} | fields
    at = NOON + timedelta(minutes=seq)
    return AuditEntry(seq=seq, at=at, verb=verb, entity=entity, **texts)


def test_a_setting_is_named_by_device_and_setting(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    page = opened(desk, qtbot)
    assert entity(page, 0) in ("Ahornvej 14 · p11175", "Ahornvej 14 · Heat curve slope")
    qtbot.waitUntil(lambda: entity(page, 0) == "Ahornvej 14 · Heat curve slope")
    assert entity(page, 1) == "rule-24"


def test_wrong_logins_are_told_in_words(make_desk: MakeDesk, qtbot: QtBot) -> None:
    known = deed(1, "session.login", "session", result="refused", reason="wrong login")
    stranger = deed(
        2, "session.login", "session", login="ki…", name="", result="held back", reason="many"
    )
    page = opened(make_desk(log_of(stranger, known)), qtbot)
    shown = [texts(page, name) for name in ("who", "workstation", "verb", "result")]
    assert shown == [
        ["ki…", "Ole Holm"],
        ["desk-2", "desk-2"],
        ["login", "login"],
        ["held back", "refused"],
    ]


@pytest.mark.parametrize(
    ("entity", "says"),
    [
        ("plant", "plant"),
        ("device ahornvej-14", "device Ahornvej 14"),
        ("device gone-3", "device gone-3"),
        ("alarm rule rule-24", "alarm rule rule-24"),
        ("alarm none", "alarm none"),
        ("link none", "line none"),
        ("audit", "activity log"),
        ("second person", "second person"),
        ("request of K. Lund", "request of K. Lund"),
        ("preset Night", "preset Night"),
        ("something else", "something else"),
    ],
)
def test_things_are_called_as_people_call_them(
    make_desk: MakeDesk, qtbot: QtBot, entity: str, says: str
) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    assert LogWords(desk.directory).entity(entity) == says


def test_lines_and_rules_have_their_names(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    words, link = LogWords(desk.directory), desk.directory.views[0].link
    words.name_rules({"rule-7": "Supply too hot"})
    assert words.entity(f"link {link.id}") == f"line {link.name}"
    assert words.entity("alarm rule-7") == "alarm Supply too hot"


def test_everything_is_in_words_of_the_language(make_desk: MakeDesk, qtbot: QtBot) -> None:
    use_language("xx")
    try:
        services = log_of(deed(1, "project.put_device", "device ahornvej-14", old="version 2"))
        desk = make_desk(services)
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        page = opened(desk, qtbot)
        for column in ("verb", "entity", "result", "old"):
            assert texts(page, column)[0].startswith("["), column
    finally:
        use_language("en")


def test_every_column_sorts(make_desk: MakeDesk, qtbot: QtBot) -> None:
    entries = [
        deed(3, "acknowledge", "plant", name="Åse", old="1", new="9", reason="a"),
        deed(2, "write", "session", name="Ole", old="2", new="8", reason="b", result="refused"),
        deed(1, "session.login", "audit", name="Per", workstation="desk-1", reason="c"),
    ]
    page = opened(make_desk(log_of(*entries)), qtbot)
    for at, column in enumerate(page.model.columns):
        page.table.sortByColumn(at, Qt.SortOrder.AscendingOrder)
        qtbot.waitUntil(page.settled)
        rising = texts(page, column.id)
        page.table.sortByColumn(at, Qt.SortOrder.DescendingOrder)
        assert page.model.order == (column.id, True)
        qtbot.waitUntil(page.settled)
        assert texts(page, column.id) != rising
        if column.id in ("verb", "entity", "result"):
            assert rising == sorted(rising, key=str.casefold), column.id


def test_every_column_filters(make_desk: MakeDesk, qtbot: QtBot) -> None:
    entries = [
        deed(3, "acknowledge", "plant", name="Åse", old="17", new="19", reason="thirsty"),
        deed(2, "write", "ahornvej-14.p11175", name="Ole", result="refused", reason="hungry"),
        deed(1, "session.login", "audit", name="Per", workstation="desk-1", reason="tired"),
    ]
    services = log_of(*entries)
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    page = opened(desk, qtbot)
    line = page.filters

    def left(*numbers: int) -> None:
        qtbot.waitUntil(lambda: list(page.model.lines.numbers) == list(numbers))
        line.clear()
        page.search.clear()
        qtbot.waitUntil(lambda: list(page.model.lines.numbers) == [3, 2, 1])

    for field, text, numbers in (
        (line.number, "2", (2,)),
        (line.number, "2–", (3, 2)),
        (line.number, "-2", (2, 1)),
        (line.fields["entity"], "heat curve", (2,)),
        (line.fields["old"], "17", (3,)),
        (line.fields["new"], "19", (3,)),
        (line.fields["reason"], "HUNGRY", (2,)),
        (page.search, "acknowledged åse", (3,)),
        (page.search, "desk-1", (1,)),
        (page.search, "nothing of that kind", ()),
    ):
        if text == "heat curve":
            qtbot.waitUntil(lambda: "Heat curve slope" in entity(page, 1))
        field.setText(text)
        left(*numbers)
    for name, text, numbers in (
        ("who", "Åse", (3,)),
        ("workstation", "desk-1", (1,)),
        ("verb", "login", (1,)),
        ("result", "refused", (2,)),
    ):
        choice = line.choices[name]
        choice.setCurrentIndex(choice.findText(text))
        left(*numbers)
    line.period.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(services.audit.queries[-1].start))
    line.period.setCurrentIndex(5)
    assert all(day.isVisible() for day in line.days)
    line.days[0].setDate(QDate(2020, 1, 1))
    line.days[1].setDate(QDate(2020, 12, 31))
    qtbot.waitUntil(lambda: not page.model.total)
    query = services.audit.queries[-1]
    assert query.start is not None
    assert query.end is not None
    assert (query.end - query.start).days == 366
    assert page._stack.currentIndex() == 2


def test_filters_are_found_again(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.filters.fields["reason"].setText("cold")
    page.filters.number.setText("1-5")
    page.filters.period.setCurrentIndex(2)
    page.search.setText("curve")
    other = opened(make_desk(), qtbot)
    other.recall(json.loads(json.dumps(page.memory())))
    other.recall({"filters": 3, "search": None})
    assert other.memory() == page.memory()
    assert other.search.text() == "curve"


def test_a_hundred_thousand_entries_are_shown_without_fetching_them_all(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    entry = deed(1)
    services = FakeServices()
    log = [replace(entry, seq=number) for number in range(100_000, 0, -1)]
    services.audit = FakeAuditLog(log)
    page = opened(make_desk(services), qtbot)
    page.grab()
    qtbot.waitUntil(page.settled)
    assert page.model.rowCount() == 100_000
    assert services.audit.told <= 3 * BLOCK
    page.table.scrollToBottom()
    page.grab()
    qtbot.waitUntil(lambda: page.model.lines[99_999].entry is not None)
    assert services.audit.told <= 8 * BLOCK
    begun = time.process_time()
    page.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    took = time.process_time() - begun
    assert took < 0.5  # of the window: the core sorts elsewhere


def test_an_opened_page_asks_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = log_of(deed(1))
    page = opened(make_desk(services), qtbot)
    qtbot.wait(2 * page.filters._pause.interval())
    assert len(services.audit.queries) == 1


def test_no_column_is_beyond_the_edge(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    for width in (1300, 1000, 1800):
        page.resize(width, 700)
        qtbot.waitUntil(lambda: beyond(page) == 0)


def beyond(page: AuditPage) -> int:
    """How many px of the columns are out of sight."""
    head, ground = page.table.horizontalHeader(), page.table.viewport()
    assert head is not None
    assert ground is not None
    assert all(head.sectionSize(at) >= 48 for at in range(head.count()))
    return abs(head.length() - ground.width())


def test_an_entry_is_shown_in_full_with_its_proof(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.acts.open_entry(LogLine(3, None))
    qtbot.waitUntil(lambda: bool(page.findChildren(EntryDialog)))
    (dialog,) = page.findChildren(EntryDialog)
    assert dialog.facts["What"] == "setting changed (write)"
    assert dialog.facts["Login"] == "lund"
    assert dialog.facts["Hash of this entry"] == "ab" * 32
    assert "reads as it was written" in dialog.facts["Proof"]
    dialog.copy()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "Seal: efef" in clipboard.text()
    dialog.close()


@pytest.mark.parametrize("end", ["csv", "xlsx"])
def test_a_file_holds_what_the_screen_shows(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path, end: str
) -> None:
    services = log_of(
        deed(3, "write", "ahornvej-14.p11175", old="1.2", new="=1+1", reason="cold"),
        deed(2, "project.put_device", "device ahornvej-14", name="Åse", result="version 7"),
        deed(1, "session.login", "session"),
    )
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    page = opened(desk, qtbot)
    page.filters.number.setText("2-3")
    qtbot.waitUntil(lambda: list(page.model.lines.numbers) == [3, 2])
    page.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    qtbot.waitUntil(page.settled)
    qtbot.waitUntil(lambda: "Heat curve slope" in " ".join(texts(page, "entity")))
    names = [each.id for each in page.model.columns if each.id != "at"]
    shown = [list(row) for row in zip(*(texts(page, name) for name in names), strict=True)]
    path = tmp_path / f"log.{end}"
    page.acts.write(path)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: not any(job.running for job in desk.context.work.jobs))
    if end == "csv":
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    else:
        sheet = load_workbook(path).worksheets[0]
        rows = [["" if v is None else str(v) for v in row] for row in sheet.values]
    assert rows[0][:3] == ["No.", "When", "UTC offset"]
    written = [[row[0], *row[3:]] for row in rows[1:]]
    assert [[cell.removeprefix("'") for cell in row] for row in written] == shown
    assert rows[1][1].startswith("20")


def test_a_whole_chain_is_said_to_be_whole(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.verify()
    qtbot.waitUntil(page.verdict.isVisible)
    assert page.verdict.word.text() == "The chain is whole: no entry was altered."


def test_a_broken_chain_names_the_entry(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.audit.broken = "entry 2 was altered after it was written"
    page = opened(make_desk(services), qtbot)
    page.verify()
    qtbot.waitUntil(page.verdict.isVisible)
    assert page.verdict.word.text() == "entry 2 was altered after it was written"


def test_a_log_that_cannot_be_read_says_why(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.audit.failure = StoreBroken("project.sqlite: the disk image is malformed")
    page = opened(make_desk(services), qtbot)
    assert page._notice.says.text() == "project.sqlite: the disk image is malformed"


def test_reading_again_does_not_double_the_entries(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.refresh()
    qtbot.wait(50)
    assert list(page.model.lines.numbers) == [3, 2, 1]


@pytest.mark.parametrize(
    ("verb", "entity", "says"),
    [
        ("people.add_person", "account berit", ("person added", "account berit")),
        ("people.change_person", "account berit", ("person changed", "account berit")),
        ("people.remove_person", "account berit", ("account removed", "account berit")),
        ("people.set_password", "account berit", ("password set", "account berit")),
        ("people.put_role", "role read-only", ("role saved", "role Read-only")),
        ("people.remove_role", "role role-17", ("role removed", "role role-17")),
        ("people.recover", "project", ("access recovered", "project")),
        ("people.juggle", "account", ("people asked for", "account")),
        ("jugglers.juggle", "account", ("jugglers.juggle", "account")),
    ],
)
def test_what_was_done_to_people_and_roles_is_told_in_words(
    make_desk: MakeDesk, verb: str, entity: str, says: tuple[str, str]
) -> None:
    desk = make_desk()
    columns = {each.id: each for each in audit_columns(LogWords(desk.directory), None)}
    entry = AuditEntry(1, NOON, "lund", "K. Lund", "desk-1", verb, entity, "", "", "done", "")
    assert (columns["verb"].cell(entry).text, columns["entity"].cell(entry).text) == says


def test_what_is_wrong_with_the_room_of_the_log_stands_on_the_page(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = log_of(deed(1))
    services.audit.says = "the activity log has taken 900 of its 1000 MB"
    page = opened(make_desk(services), qtbot)
    qtbot.waitUntil(page._notice.isVisible)
    assert "900 of its 1000 MB" in page._notice.says.text()
    assert "of 1000 MB" in page.room.told.text()
    services.audit.says = ""
    calm = opened(make_desk(log_of(deed(1))), qtbot)
    assert not calm._notice.isVisible()


def test_who_is_erased_elsewhere_goes_from_a_log_that_stands_open(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    entries = [deed(n, "project.keep_note", new=f"ask Mads {n}") for n in range(90, 0, -1)]
    services = log_of(*entries)
    desk = make_desk(services)
    page = opened(desk, qtbot)
    assert "ask Mads 1" in texts(page, "new")
    page.table.scrollToBottom()
    services.audit.log = [replace(each, new="[erased]") for each in entries]
    desk.directory.listed.emit()
    qtbot.waitUntil(lambda: "Mads" not in str(page.model.lines.entries), timeout=30_000)
    assert texts(page, "new")[-1] == "[erased]"
    assert page.table.rowAt(0) > 0, "and stands where it stood"
