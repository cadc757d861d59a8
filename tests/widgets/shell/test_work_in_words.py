"""What is said of long work: how far it is, how it ended, and nothing that is not known."""

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.smallplant import NOON
from widgets.shell.worklist import JobRow, Toasts, WorkButton, job_words
from widgets.theme import Look
from widgets.workcentre import WorkCentre


def test_a_message_takes_the_place_of_the_one_before_and_its_time(qtbot: QtBot) -> None:
    work = WorkCentre(lambda: NOON)
    toasts = Toasts(work)
    qtbot.addWidget(toasts)
    work.tell("Report filed")
    narrow = toasts.maximumWidth()
    work.tell("The commissioning report of Ahornvej 14 is filed")
    assert toasts.says.text() == toasts.accessibleName()
    assert toasts.accessibleName().startswith("The commissioning")
    assert toasts.maximumWidth() > narrow
    assert toasts._timer.isSingleShot()
    assert toasts._timer.remainingTime() > 5000
    toasts._timer.timeout.emit()
    assert toasts.isHidden()


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        (lambda job: job.end(), "Export: Done"),
        (lambda job: job.end("1,200 rows"), "Export: 1,200 rows"),
        (lambda job: job.fail("the disk is full"), "Export: the disk is full"),
    ],
)
def test_how_work_ended_is_told_once(qtbot: QtBot, ending: object, says: str) -> None:
    work = WorkCentre(lambda: NOON)
    toasts = Toasts(work)
    qtbot.addWidget(toasts)
    job = work.begin("Export")
    assert callable(ending)
    ending(job)
    assert toasts.says.text() == says
    toasts.hide()
    job.end("again")
    assert toasts.isHidden()


def test_work_of_unknown_length_is_under_way_and_without_a_pace_has_no_estimate() -> None:
    job = WorkCentre(lambda: NOON).begin("Export")
    assert job_words(job) == "Under way"
    job.step(0, 10)
    assert job_words(job) == "0 of 10"
    job.step(10, 10)
    assert job_words(job) == "10 of 10"


def test_what_cannot_be_cancelled_offers_no_way_to(qtbot: QtBot) -> None:
    job = WorkCentre(lambda: NOON).begin("Merging")
    row = JobRow(job)
    qtbot.addWidget(row)
    row.show()
    assert not row._cancel.isVisible()
    assert row._bar.isVisible()
    job.cancel()
    assert job.running
    job.end()
    assert not row._bar.isVisible()


def test_only_the_newest_work_is_listed(qtbot: QtBot) -> None:
    work = WorkCentre(lambda: NOON)
    shown = WorkButton(work, Look("day"))
    qtbot.addWidget(shown)
    assert shown.accessibleName() == "Work done lately"
    jobs = [work.begin(f"Export {number}") for number in range(12)]
    shown._fill()
    *listed, beyond = shown._menu.actions()
    rows = [act.defaultWidget() for act in listed]  # type: ignore[attr-defined]
    assert beyond.text() == "4 older pieces of work are not shown"
    assert [row._job.title for row in rows] == [f"Export {at}" for at in range(11, 3, -1)]
    for job in jobs:
        job.end()
    assert shown.text() == ""
    assert shown.accessibleName() == "Work done lately"
