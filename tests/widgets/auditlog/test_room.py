"""The room of the log is seen, made larger, and old entries leave it only into a file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PyQt6.QtCore import QDate
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditArchive
from app.errors import BadInput, NotPermitted
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.auditlog import FakeAuditLog, some_entries
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import NOON
from tests.widgets.eyes import colours, wheel
from tests.widgets.pages.test_people_page import answering, viewer_as
from widgets.auditlog.archiving import ArchiveDialog
from widgets.auditlog.limit import LimitDialog
from widgets.auditlog.room import RoomBar, room_text
from widgets.pages.audit import AuditPage
from widgets.papers.versions import VersionsDialog

MakeDesk = Callable[..., Desk]
LATER = NOON + timedelta(days=400)
YEAR_AGO = (LATER - timedelta(days=365)).timetuple()[:3]


class Corner:
    """The page over a log in memory, more than a year after its entries."""

    def __init__(self, make_desk: MakeDesk, qtbot: QtBot, viewer: Viewer | None = None) -> None:
        self.audit, self.qtbot = FakeAuditLog(), qtbot
        services = FakeServices()
        services.audit = self.audit
        given = {"viewer": viewer} if viewer is not None else {}
        self.desk = make_desk(services, now=lambda: LATER, **given)
        self.told: list[str] = []
        self.desk.context.work.told.connect(self.told.append)
        self.page = AuditPage(self.desk.context)
        qtbot.addWidget(self.page)
        self.page.resize(1280, 700)
        self.page.show()
        qtbot.waitUntil(lambda: bool(self.bar.told.text()))
        qtbot.waitUntil(self.page.settled)

    @property
    def bar(self) -> RoomBar:
        return self.page.room

    def archiving(self) -> ArchiveDialog:
        click(self.bar.archive)
        made = self.bar.findChild(ArchiveDialog)
        assert isinstance(made, ArchiveDialog)
        return made

    def limiting(self) -> LimitDialog:
        click(self.bar.limit)
        made = self.bar.findChild(LimitDialog)
        assert isinstance(made, LimitDialog)
        return made


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    return Corner(make_desk, qtbot)


def test_what_the_log_takes_is_seen_as_a_bar_and_in_words(corner: Corner) -> None:
    assert corner.bar.told.text() == "12.0 MB of 1000 MB, 50 GB free on its disk"
    assert corner.bar.usage.share == 0.012
    inks, theme = colours(corner.bar.usage.grab().toImage()), corner.desk.look.theme
    drawn = {each.lower() for each in (theme.line, theme.process_line, theme.text)}
    assert drawn <= inks, "room, what is taken of it, and the tick where a warning begins"
    assert not corner.bar.outside.isVisible(), "nothing lies outside yet"
    assert not corner.page._notice.isVisible()


def test_a_warning_of_the_core_stands_until_it_is_over(corner: Corner) -> None:
    corner.audit.says = "the activity log has taken 810 of its 1000 MB"
    corner.bar.refresh()
    notice = corner.page._notice
    corner.qtbot.waitUntil(notice.isVisible)
    assert "810 of its 1000 MB" in notice.says.text()
    corner.audit.says = ""
    corner.bar.refresh()
    corner.qtbot.waitUntil(lambda: not notice.isVisible())


def test_it_gets_more_room_by_hand_and_never_by_the_wheel(corner: Corner) -> None:
    dialog = corner.limiting()
    wheel(dialog.room)
    assert dialog.room.value() == 1000
    dialog.room.setValue(2500)
    click(dialog.save)
    corner.qtbot.waitUntil(lambda: bool(corner.told))
    assert corner.audit.limit_mb == 2500
    assert corner.told == ["The log may take 2500 MB from now on."]
    assert "of 2500 MB" in corner.bar.told.text()


def test_less_room_than_it_takes_is_told_where_it_was_asked(corner: Corner) -> None:
    corner.audit.failure = BadInput("the activity log takes 12 MB already")
    dialog = corner.limiting()
    dialog.room.setValue(5)
    click(dialog.save)
    corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert "takes 12 MB already" in dialog.notice.says.text()
    assert dialog.save.isEnabled(), "it can be tried again"


def test_old_entries_leave_into_a_file_after_a_question(corner: Corner, tmp_path: Path) -> None:
    file = tmp_path / "Østerby 2025.zip"
    dialog = corner.archiving()
    assert dialog.day.date() == QDate(*YEAR_AGO)
    with answering("Archive") as asked:
        dialog.begin(file)
        corner.qtbot.waitUntil(lambda: bool(corner.told))
    (question,) = asked
    assert question.startswith("Move the entries 1 to 3 into Østerby 2025.zip? They leave")
    assert file.read_bytes() == b"archive"
    assert [each.place for each in corner.audit.outside] == [str(file.resolve())]
    assert corner.told == [f"Entries 1 to 1 lie in {file.resolve()}."]
    corner.qtbot.waitUntil(corner.bar.outside.isVisible)
    assert corner.bar.outside.text() == "1 archive…"
    corner.qtbot.waitUntil(lambda: corner.page.model.total == 2)


def test_whoever_goes_back_keeps_everything_where_it_is(corner: Corner, tmp_path: Path) -> None:
    dialog = corner.archiving()
    with answering("Go back") as asked:
        dialog.begin(tmp_path / "a.zip")
        corner.qtbot.waitUntil(lambda: bool(asked))
    corner.qtbot.waitUntil(dialog.go.isEnabled)
    assert [*tmp_path.iterdir()] == []
    assert corner.audit.outside == []
    assert dialog.isVisible()


def test_a_file_that_is_there_is_never_written_over(corner: Corner, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"another archive")
    dialog = corner.archiving()
    dialog.begin(file)
    assert "is there already" in dialog.notice.says.text()
    assert file.read_bytes() == b"another archive"


def test_where_nothing_can_be_written_nothing_leaves(corner: Corner, tmp_path: Path) -> None:
    dialog = corner.archiving()
    with answering("Archive"):
        dialog.begin(tmp_path / "no such folder" / "a.zip")
        corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert "cannot be written" in dialog.notice.says.text()
    assert corner.audit.outside == []
    assert len(corner.audit.log) == len(some_entries())


def test_when_there_is_nothing_so_old_it_is_told(corner: Corner, tmp_path: Path) -> None:
    corner.audit.log.clear()
    dialog = corner.archiving()
    dialog.begin(tmp_path / "a.zip")
    corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert "no entries that old" in dialog.notice.says.text()


def test_a_file_the_core_did_not_take_stays_where_it_is(corner: Corner, tmp_path: Path) -> None:
    async def refuse(viewer: Viewer, digest: str, place: str) -> AuditArchive:
        raise NotPermitted("the activity log was changed meanwhile: begin again")

    corner.audit.archived = refuse  # type: ignore[method-assign]
    dialog = corner.archiving()
    with answering("Archive"):
        dialog.begin(tmp_path / "a.zip")
        corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert "changed meanwhile" in dialog.notice.says.text()
    assert (tmp_path / "a.zip").exists(), "the core may have taken it after all"


def test_archives_are_listed_with_where_they_lie(corner: Corner) -> None:
    corner.audit.outside.append(AuditArchive(1, 1200, "ab", "/srv/old.zip", NOON, "K. Lund"))
    corner.bar.refresh()
    corner.qtbot.waitUntil(corner.bar.outside.isVisible)
    click(corner.bar.outside)
    (shown,) = corner.bar.findChildren(VersionsDialog)
    cells = [str(shown.model.index(0, at).data()) for at in range(4)]
    assert cells[:2] == ["1 – 1200", "/srv/old.zip"]
    assert cells[3] == "K. Lund"
    shown.close()


def test_who_may_not_change_the_configuration_sees_it_and_changes_nothing(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    corner = Corner(make_desk, qtbot, viewer_as("site-administrator"))
    assert corner.bar.told.text()
    for each in (corner.bar.archive, corner.bar.limit):
        assert not each.isEnabled()
        assert each.accessibleDescription().startswith("Only who may change")


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0.0 MB"), (1_240_000, "1.2 MB"), (999_000_000, "999 MB"), (48 * 10**9, "48 GB")],
)
def test_room_is_told_as_people_tell_it(count: int, words: str) -> None:
    assert room_text(count) == words
