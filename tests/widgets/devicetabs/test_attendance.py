"""When a device and its line were there: a day, a week, a month or a year at the screen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.conversation import Attendance, Stay
from app.model.device import Presence
from app.model.reading import DeviceId
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from widgets.charts.period import Period, Span
from widgets.conversation.attendancecard import AttendanceCard
from widgets.conversation.attendanceline import share_words, span_text
from widgets.devicetabs.tabtype import Subject

MakeDesk = Callable[..., Desk]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GONE = Stay(NOON - 5 * HOUR, NOON - 4 * HOUR, Presence.OFFLINE)
BLINK = Stay(NOON - 2 * HOUR, NOON - 2 * HOUR + timedelta(seconds=3), Presence.LATE)
TOLD = Attendance(
    NOON - 2 * DAY,
    (
        Stay(NOON - 2 * DAY, GONE.begin, Presence.ON),
        GONE,
        Stay(GONE.end, BLINK.begin, Presence.ON),
        BLINK,
        Stay(BLINK.end, NOON, Presence.ON),
    ),
    (Stay(NOON - 2 * DAY, NOON, Presence.ON),),
    172_800.0,
    169_197.0,
)


def opened(desk: Desk, qtbot: QtBot) -> AttendanceCard:
    """The card of the first device, having heard its week."""
    detail = smallplant.detail(desk.services.plant.views[0])
    card = AttendanceCard(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(card)
    card.resize(1200, 220)
    card.show()
    qtbot.waitUntil(lambda: card.line.told is not None)
    return card


def with_past(make_desk: MakeDesk, told: Attendance = TOLD) -> Desk:
    desk = make_desk()
    desk.services.plant.attended = told
    return desk


def words(card: AttendanceCard, at: datetime, *, line: bool = False) -> str:
    return card.line.words_at(QPointF(card.line.place(at), 50.0 if line else 15.0))


def test_the_week_tells_what_was_when_and_how_much(make_desk: MakeDesk, qtbot: QtBot) -> None:
    card = opened(with_past(make_desk), qtbot)
    assert card.subtitle.text() == (
        "answering 97.9 % of the 2 days noted, noted since 18 Jan 2026 12:00"
    )
    assert card.line.accessibleDescription() == "answering 97.9 % of the 2 days noted"
    middle = GONE.begin + HOUR / 2
    assert words(card, middle).endswith("Offline, 07:00 – 08:00")
    on_the_line = words(card, middle, line=True)
    assert on_the_line.endswith("Online, 18 Jan 2026 12:00 – 20 Jan 2026 12:00")
    assert words(card, NOON + HOUR).endswith(" · still to come")
    assert card.line.words_at(QPointF(3, 15)) == ""
    card.choose(Period(Span.MONTH))
    qtbot.waitUntil(lambda: card.line._ends == bounds(card))
    assert words(card, NOON - 5 * DAY).endswith(" · not noted")


def test_a_moment_of_silence_in_a_year_is_seen_and_found(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    card = opened(with_past(make_desk), qtbot)
    card.choose(Period(Span.YEAR))
    qtbot.waitUntil(lambda: card.line._ends[1] - card.line._ends[0] > 300 * DAY)
    found = card.line.words_at(QPointF(card.line.place(GONE.begin), 15.0))
    assert found.endswith("Late, 10:00:00 – 10:00:03"), "the shortest is the hardest to hit"
    image = card.line.grab().toImage()
    across = round(card.line.place(NOON - DAY))
    row = {image.pixelColor(x, 20).name() for x in range(across - 3, across + 4)}
    assert QColor(card.line._look.theme.symbol_run).name() in row


@pytest.mark.parametrize("span", [Span.DAY, Span.WEEK, Span.MONTH, Span.YEAR])
def test_each_period_is_asked_for_from_local_midnight_to_midnight(
    make_desk: MakeDesk, qtbot: QtBot, span: Span
) -> None:
    desk = with_past(make_desk)
    card = opened(desk, qtbot)
    nth = [Span.DAY, Span.WEEK, Span.MONTH, Span.YEAR].index(span)
    card.segments.choose(nth)
    qtbot.waitUntil(lambda: desk.services.plant.asked_periods[-1] == bounds(card))
    start, end = bounds(card)
    assert start.astimezone(COPENHAGEN).strftime("%H:%M") == "00:00"
    assert start <= NOON < end
    assert not card.after.isEnabled()
    card.before.click()
    earlier = bounds(card)
    assert earlier[1] == start
    assert card.after.isEnabled()
    assert card.when.text() == card.period.words(NOON, COPENHAGEN)
    card.after.click()
    assert bounds(card) == (start, end)


def bounds(card: AttendanceCard) -> tuple[datetime, datetime]:
    return card.period.bounds(NOON, COPENHAGEN)


def test_a_late_answer_for_a_period_that_was_left_is_not_shown(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = with_past(make_desk)
    card = opened(desk, qtbot)
    card.segments.choose(3)
    card.segments.choose(0)
    qtbot.waitUntil(lambda: card.line._ends == Period(Span.DAY).bounds(NOON, COPENHAGEN))
    qtbot.wait(50)
    assert card.line._ends == Period(Span.DAY).bounds(NOON, COPENHAGEN)


def test_the_present_is_asked_for_again_and_the_past_is_not(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = with_past(make_desk)
    card = opened(desk, qtbot)
    asked = len(desk.services.plant.asked_periods)
    card._ask_again()
    assert len(desk.services.plant.asked_periods) >= asked
    qtbot.waitUntil(lambda: len(desk.services.plant.asked_periods) == asked + 1)
    card.before.click()
    qtbot.waitUntil(lambda: len(desk.services.plant.asked_periods) == asked + 2)
    card._ask_again()
    qtbot.wait(50)
    assert len(desk.services.plant.asked_periods) == asked + 2


def test_a_device_never_noted_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    card = opened(make_desk(), qtbot)
    assert card.subtitle.text() == "nothing was noted in this time"
    card.line.grab()


def test_a_file_that_cannot_be_read_says_why(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def broken(
        _v: Viewer, _device: DeviceId, _start: datetime, _end: datetime
    ) -> Attendance:
        raise StoreBroken("history/presence.sqlite cannot be used: it is damaged")

    services.plant.attendance = broken  # type: ignore[method-assign,assignment]
    desk = make_desk(services)
    detail = smallplant.detail(services.plant.views[0])
    card = AttendanceCard(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(card)
    card.show()
    qtbot.waitUntil(card.notice.isVisible)
    assert "presence.sqlite" in card.notice.says.text()


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_presence_looks_different_and_so_does_a_hole(
    make_desk: MakeDesk, qtbot: QtBot, theme: str
) -> None:
    looks = set()
    for presence in (*Presence, None):
        stays = () if presence is None else (Stay(NOON - DAY, NOON, presence),)
        desk = with_past(make_desk, replace(TOLD, stays=stays))
        desk.context.look.use(theme)
        card = opened(desk, qtbot)
        card.choose(Period(Span.DAY))
        qtbot.waitUntil(lambda card=card: card.line._ends == bounds(card))  # type: ignore[misc]
        image = card.line.grab().toImage()
        begin = round(card.line.place(NOON - 5 * HOUR))
        looks.add(
            tuple(
                image.pixelColor(begin + x, y).name() for x in range(40) for y in range(9, 31)
            )
        )
    assert len(looks) == len(Presence), "a device put out of use is as empty as a hole"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 minutes"),
        (70, "1 minute"),
        (59 * 60, "59 minutes"),
        (2 * 3600, "2 hours"),
        (47 * 3600, "47 hours"),
        (48 * 3600, "2 days"),
        (366 * 86_400, "366 days"),
    ],
)
def test_a_long_time_is_told_in_few_words(seconds: float, said: str) -> None:
    assert span_text(seconds) == said


def test_nothing_noted_is_no_share_of_anything() -> None:
    nothing = Attendance(datetime.now(UTC), (), (), 0.0, 0.0)
    assert share_words(nothing) == "nothing was noted in this time"
