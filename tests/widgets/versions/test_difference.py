"""What became of one version in another: fields, lines near a change, or two pictures."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.model.thingdiff import Change, line_changes
from app.model.version import Thing, ThingKind, ThingVersion
from tests.fakes.versions import version
from widgets.theme import Look
from widgets.versions.difference import Difference, near_changes

DIAGRAM = Thing(ThingKind.DIAGRAM, "house.yaml")
PROFILE = Thing(ThingKind.PROFILE, "meter.yaml")
DEVICE = Thing(ThingKind.DEVICE, "ahornvej-14")
LINES = st.lists(st.sampled_from("abc"), max_size=25).map("\n".join)
Make = Callable[..., Difference]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def made(pictures: Callable[[str, str], QWidget] | None = None) -> Difference:
        shown = Difference(Look("day"), pictures)
        qtbot.addWidget(shown)
        shown.show()
        return shown

    return made


def text(count: int, *changed: int) -> str:
    return "\n".join(f"line {at}{'!' if at in changed else ''}" for at in range(count))


def files(difference: Difference, older: str, newer: str, thing: Thing = PROFILE) -> None:
    difference.show_both(thing, version(1, "a", "", older), version(2, "b", "", newer))


@given(LINES, LINES, st.integers(0, 4))
def test_lines_shown_are_the_changed_ones_and_those_around_them(
    older: str, newer: str, around: int
) -> None:
    lines = line_changes(older, newer)
    near = near_changes(lines, around)
    changed = [at for at, each in enumerate(lines) if each.change is not Change.SAME]
    for at, each in enumerate(lines):
        far = min((abs(at - other) for other in changed), default=99)
        assert ((each.old_number, each.new_number) in near) is (far <= around)


def test_a_long_file_shows_two_lines_around_each_change_or_all(make: Make) -> None:
    difference = make()
    files(difference, text(100), text(100, 10, 50))
    shown = [each.text for each in difference.lines.rows]
    assert shown[:6] == ["line 8", "line 9", "line 10", "line 10!", "line 11", "line 12"]
    assert len(shown) == 12
    assert difference.says.text() == "version 1 → version 2: 4 changes"
    difference.scope.choose(1)
    assert len(difference.lines.rows) == 102
    files(difference, text(100), text(100, 3))
    assert len(difference.lines.rows) == 101, "everything stays chosen for the next"
    difference.scope.choose(0)
    assert len(difference.lines.rows) == 6


def test_two_that_are_the_same_say_so_and_show_nothing(make: Make) -> None:
    difference = make()
    files(difference, text(9), text(9))
    assert difference.says.text() == "version 1 → version 2: 0 changes"
    assert list(difference.lines.rows) == []


def test_one_change_is_counted_as_one(make: Make) -> None:
    difference = make()
    older, newer = ({"name": "A", "unit": 1}, {"name": "B", "unit": 1})
    difference.show_both(
        DEVICE,
        version(4, "a", "", older),
        version(7, "b", "", newer),
        ("as B. Vagt saved it", "yours"),
    )
    assert difference.says.text() == "as B. Vagt saved it → yours: 1 change"
    assert [column.title() for column in difference.fields.columns][2:] == [
        "as B. Vagt saved it",
        "yours",
    ]
    assert [each.name for each in difference.fields.rows] == ["name"]


@pytest.mark.parametrize("content", ["", "{", "no json at all"])
def test_a_content_that_cannot_be_read_has_no_fields(make: Make, content: str) -> None:
    difference = make()
    broken = ThingVersion(0, None, "", "", content)
    difference.show_both(DEVICE, broken, version(1, "", "", {"name": "A", "unit": 1}))
    assert [each.change for each in difference.fields.rows] == [Change.ADDED, Change.ADDED]


def test_what_is_shown_as_pictures_may_be_read_as_lines(make: Make) -> None:
    drawn: list[tuple[str, str]] = []

    def pictures(older: str, newer: str) -> QWidget:
        drawn.append((older, newer))
        return QLabel(f"{older} {newer}")

    difference = make(pictures)
    files(difference, "one", "two", DIAGRAM)
    assert drawn == [("one", "two")]
    assert difference.says.text() == "version 1 → version 2"
    assert difference.form.isVisible()
    assert not difference.scope.isVisible()
    difference.form.choose(1)
    assert difference.line_table.isVisible()
    assert difference.scope.isVisible()
    files(difference, "two", "three", DIAGRAM)
    assert not difference.line_table.isVisible(), "the next begins as pictures"
    files(difference, text(3), text(3, 1))
    assert difference.line_table.isVisible()
    assert not difference.form.isVisible()


def test_a_diagram_where_nobody_can_draw_is_lines(make: Make) -> None:
    difference = make()
    files(difference, "one", "two", DIAGRAM)
    assert difference.line_table.isVisible()
    assert difference.says.text() == "version 1 → version 2: 2 changes"


def test_clearing_takes_everything_away(make: Make) -> None:
    difference = make()
    content = json.dumps({"name": "A"})
    difference.show_both(DEVICE, version(1, "", "", "{}"), version(2, "", "", content))
    assert difference.field_table.isVisible()
    difference.clear()
    assert not difference.field_table.isVisible()
    assert not difference.scope.isVisible()
    assert difference.says.text() == ""
