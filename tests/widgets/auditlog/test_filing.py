"""Files of the log are fetched in parts, hold words people read, and may be given up."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from PyQt6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry, AuditProof
from app.errors import StoreBroken
from app.model.letterhead import Letterhead
from app.verbs import Viewer
from app.words import use_language
from tests.fakes.asked import VIEWER
from tests.fakes.auditlog import FakeAuditLog, some_entries
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.hands import click
from widgets.auditlog.details import EntryDialog, facts_of
from widgets.auditlog.filing import AT_ONCE, fetched, heads, log_maker
from widgets.models.audit import LogWords

MADE = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
HEAD = Letterhead("Østerby", "Europe/Copenhagen")


class CountingLog(FakeAuditLog):
    """Remembers how many were asked for each time."""

    def __init__(self, log: Sequence[AuditEntry]) -> None:
        super().__init__(log)
        self.parts: list[int] = []

    async def numbered(self, viewer: Viewer, numbers: Sequence[int]) -> Sequence[AuditEntry]:
        self.parts.append(len(numbers))
        if self.failure is not None and len(self.parts) > 1:
            raise self.failure
        return await super().numbered(viewer, numbers)


@pytest.fixture
def danish() -> Iterator[None]:
    use_language("da")
    yield
    use_language("en")


def made(entries: Sequence[AuditEntry], end: str, **names: str) -> bytes:
    maker = log_maker(entries, names, end, "Europe/Copenhagen", MADE, "K. Lund")
    return maker(HEAD, lambda: False)


def rows_of(content: bytes, between: str = ",") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=between))


async def test_entries_are_fetched_in_parts_and_stay_in_their_order() -> None:
    entry = some_entries()[0]
    count = 2 * AT_ONCE + 1
    log = CountingLog([replace(entry, seq=number) for number in range(count)])
    wanted = tuple(reversed(range(count)))
    found = await fetched(log, VIEWER, wanted)
    assert [each.seq for each in found] == list(wanted)
    assert log.parts == [AT_ONCE, AT_ONCE, 1]
    assert await fetched(log, VIEWER, ()) == []


async def test_a_store_that_fails_on_the_way_gives_no_half_a_log() -> None:
    entry = some_entries()[0]
    log = CountingLog([replace(entry, seq=number) for number in range(AT_ONCE + 1)])
    log.failure = StoreBroken("project.sqlite: the disk image is malformed")
    with pytest.raises(StoreBroken, match="malformed"):
        await fetched(log, VIEWER, range(AT_ONCE + 1))


def test_a_moment_is_told_in_local_time_with_its_offset_on_both_sides_of_the_clock() -> None:
    entries = [
        replace(some_entries()[0], at=datetime(2026, 3, 29, hour, 30, tzinfo=UTC))
        for hour in (0, 1)
    ]
    rows = rows_of(made(entries, "csv"))
    assert [row[1:3] for row in rows[1:]] == [
        ["2026-03-29 01:30:00", "+01:00"],
        ["2026-03-29 03:30:00", "+02:00"],
    ]
    assert all(len(row) == len(heads()) for row in rows)


def test_things_have_the_names_known_and_else_their_codes() -> None:
    entries = some_entries()[:2]
    rows = rows_of(made(entries, "csv", **{"rule-24": "Supply too hot"}))
    assert [row[6] for row in rows[1:]] == ["ahornvej-14.p11175", "Supply too hot"]
    assert [row[5] for row in rows[1:]] == ["setting changed", "alarm acknowledged"]


def test_who_has_no_name_is_told_by_the_login() -> None:
    rows = rows_of(made([replace(some_entries()[0], name="", login="ki…")], "csv"))
    assert rows[1][3] == "ki…"


@pytest.mark.parametrize("text", ["=1+1", "+45 20", "-5", "@cmd", 'a "b", c\nd'])
def test_what_was_written_stays_text_in_any_spreadsheet(text: str) -> None:
    entry = replace(some_entries()[0], old=text)
    cell = rows_of(made([entry], "csv"))[1][7]
    assert cell.removeprefix("'") == text
    assert cell[0] not in "=+-@"
    sheet = openpyxl.load_workbook(BytesIO(made([entry], "xlsx"))).worksheets[0]
    there = sheet.cell(2, 8)
    assert there.data_type == "s"
    assert str(there.value).removeprefix("'") == text


@pytest.mark.usefixtures("danish")
def test_a_danish_file_has_danish_heads_and_semicolons() -> None:
    rows = rows_of(made(some_entries(), "csv"), ";")
    assert len(rows) == 4
    assert rows[0] == list(heads())
    assert rows[0][1] != "When"


def test_a_file_given_up_is_left_in_the_middle() -> None:
    looked: list[int] = []

    def given_up() -> bool:
        looked.append(1)
        return len(looked) > 5

    entries = [replace(some_entries()[0], seq=number) for number in range(1000)]
    maker = log_maker(entries, {}, "csv", "UTC", MADE, "K. Lund")
    assert maker(HEAD, given_up) == b""
    assert len(looked) < 20


def proof_of(entry: AuditEntry, fault: str = "") -> AuditProof:
    return AuditProof(entry, "ab" * 32, "cd" * 32, "ef" * 32, fault)


def test_an_altered_entry_says_what_is_wrong_with_it(desk_words: LogWords) -> None:
    facts = facts_of(
        proof_of(some_entries()[1], "entry 2 was altered after it was written"),
        desk_words,
        COPENHAGEN,
    )
    assert facts["Proof"] == "entry 2 was altered after it was written"
    assert facts["What"] == "alarm acknowledged (acknowledge)"
    assert facts["Of what"] == "rule-24", "what has no other name stands once"
    assert facts["UTC"].endswith("+00:00")


def test_an_entry_is_copied_line_by_line_and_closed(desk_words: LogWords, qtbot: QtBot) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    dialog = EntryDialog(proof_of(some_entries()[0]), desk_words, None, over)
    dialog.open()
    assert dialog.windowTitle() == "Entry 3"
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    words = {each.text(): each for each in buttons.buttons()}
    click(words["Copy"])
    assert dialog.isVisible(), "copying does not close it"
    with qtbot.waitSignal(dialog.finished):
        click(words["Close"])


@pytest.fixture
def desk_words(make_desk: type[Desk]) -> LogWords:
    return LogWords(make_desk().directory)
