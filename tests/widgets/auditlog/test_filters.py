"""What is typed over the log is what the core is asked for, whatever is typed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QDate
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditQuery
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from widgets.auditlog.filters import FilterLine, Filters, query_of
from widgets.models.audit import LogWords

MakeDesk = Callable[..., Desk]
HIGHEST = 2**63  # of a whole number in SQLite
WRITTEN = {
    "who": ["Ole Holm", "K. Lund"],
    "workstation": ["desk-1", ""],
    "verb": ["write", "acknowledge"],
    "result": ["done", "refused"],
}


@pytest.fixture
def line(qtbot: QtBot) -> FilterLine:
    made = FilterLine(QLineEdit(), NOON, COPENHAGEN)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def words(make_desk: MakeDesk) -> LogWords:
    return LogWords(make_desk().directory)


def asked(line: FilterLine, words: LogWords, search: str = "") -> AuditQuery:
    return query_of(line.filters(NOON), search, ("seq", True), WRITTEN, words)


def period(line: FilterLine, now: datetime) -> tuple[str, str]:
    """The first and last moment asked for, in UTC."""
    kept = line.filters(now)
    ends = [each.astimezone(UTC).isoformat(" ")[:16] if each else "" for each in _ends(kept)]
    return ends[0], ends[1]


def _ends(kept: Filters) -> tuple[datetime | None, datetime | None]:
    return kept.start, kept.end


def test_an_empty_line_asks_for_everything_the_newest_first(
    line: FilterLine, words: LogWords
) -> None:
    assert asked(line, words, "   ") == AuditQuery()


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("12", (12, 12)),
        (" 12 ", (12, 12)),
        ("10-20", (10, 20)),
        ("10 – 20", (10, 20)),
        ("10–", (10, None)),
        ("–20", (None, 20)),
        ("-", (None, None)),
        ("twelve", (None, None)),
        ("1-2-3", (1, None)),
        ("1.5", (None, None)),
        ("²", (None, None)),
    ],
)
def test_numbers_are_one_or_a_range_and_nonsense_asks_for_nothing(
    line: FilterLine, words: LogWords, typed: str, numbers: tuple[int | None, int | None]
) -> None:
    line.number.setText(typed)
    query = asked(line, words)
    assert (query.first, query.last) == numbers


@given(st.integers(min_value=0, max_value=6000), st.sampled_from(["{}", "{}-", "-{}"]))
def test_a_number_of_any_length_is_one_the_core_can_look_for(digits: int, form: str) -> None:
    kept = Filters({}, {}, form.format("9" * digits))
    query = query_of(kept, "", ("seq", True), {}, _no_words())
    for number in (query.first, query.last):
        assert number is None or 0 <= number < HIGHEST
    assert (query.first is None and query.last is None) == (not digits)


def _no_words() -> LogWords:
    """Words of a log in which nothing is written need no plant."""
    return LogWords.__new__(LogWords)


@pytest.mark.parametrize(
    ("nth", "start"),
    [
        (0, ""),
        (1, "2026-03-28 23:00"),  # midnight in Denmark, still winter time
        (2, "2026-03-22 23:00"),
        (3, "2026-02-27 23:00"),
        (4, "2025-03-29 23:00"),
    ],
)
def test_a_period_begins_at_midnight_of_the_plant_also_when_clocks_change(
    line: FilterLine, nth: int, start: str
) -> None:
    line.period.setCurrentIndex(nth)
    changed = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # summer time began this night
    assert period(line, changed) == (start, "")


def test_days_of_ones_own_are_both_included(line: FilterLine) -> None:
    line.period.setCurrentIndex(5)
    line.days[0].setDate(QDate(2026, 3, 28))
    line.days[1].setDate(QDate(2026, 3, 29))
    assert period(line, NOON) == ("2026-03-27 23:00", "2026-03-29 22:00")
    assert not any(day.isHidden() for day in line.days)
    line.period.setCurrentIndex(1)
    assert all(day.isHidden() for day in line.days)


def test_the_last_day_a_calendar_has_is_asked_for_without_harm(line: FilterLine) -> None:
    line.period.setCurrentIndex(5)
    for day in line.days:
        day.setDate(day.maximumDate())
    start, end = _ends(line.filters(NOON))
    assert start is not None
    assert end is not None
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(days=1)


def test_choices_are_offered_by_their_words_and_stay_chosen(
    line: FilterLine, words: LogWords
) -> None:
    line.offer(WRITTEN, words)
    verbs = line.choices["verb"]
    shown = [verbs.itemText(at) for at in range(verbs.count())]
    assert shown == ["What: all", "alarm acknowledged", "setting changed"]
    where = line.choices["workstation"]
    assert [where.itemText(at) for at in range(where.count())] == ["Where: all", "–", "desk-1"]
    verbs.setCurrentIndex(2)
    where.setCurrentIndex(1)
    line.offer({**WRITTEN, "verb": ["a new one", *WRITTEN["verb"]]}, words)
    assert asked(line, words).among == {"verb": ("write",), "workstation": ("",)}
    line.offer({**WRITTEN, "verb": []}, words)  # it is written nowhere any more
    assert "verb" not in asked(line, words).among


def test_offering_again_is_no_new_question(line: FilterLine, words: LogWords) -> None:
    line._pause.stop()
    line.offer(WRITTEN, words)
    assert not line._pause.isActive()
    line.choices["verb"].setCurrentIndex(1)
    assert line._pause.isActive()


def test_many_keys_are_one_question(line: FilterLine, qtbot: QtBot) -> None:
    heard: list[int] = []
    line.changed.connect(lambda: heard.append(1))
    with qtbot.waitSignal(line.changed):
        for end in range(1, 6):
            line.fields["reason"].setText("water"[:end])
    assert heard == [1]


def test_words_of_the_search_stand_each_somewhere_and_a_fields_words_together(
    line: FilterLine, words: LogWords
) -> None:
    line.fields["reason"].setText("  too hot ")
    sought = asked(line, words, "Ole acknow").sought
    assert [(each.text, each.columns) for each in sought] == [
        ("Ole", ()),
        ("acknow", ()),
        ("too hot", ("reason",)),
    ]
    assert sought[1].means["verb"] == ("acknowledge",)
    assert sought[0].means["verb"] == ()


@pytest.mark.parametrize("period", [-1, 5, 99, "2", None, 1.0])
def test_what_was_remembered_wrongly_is_left_out(line: FilterLine, period: object) -> None:
    line.recall({"number": 7, "reason": ["x"], "period": period, "old": "1.2"})
    empty = dict.fromkeys(("entity", "new", "reason", "number"), "")
    assert line.memory() == empty | {"old": "1.2", "period": 0}


def test_clearing_leaves_nothing(line: FilterLine, words: LogWords) -> None:
    line.offer(WRITTEN, words)
    line.number.setText("3")
    line.fields["old"].setText("17")
    line.choices["who"].setCurrentIndex(1)
    line.period.setCurrentIndex(2)
    line.clear()
    assert asked(line, words) == AuditQuery()
