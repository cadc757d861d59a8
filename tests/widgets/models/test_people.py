"""What may be given to people, in words; and two people's changes brought together."""

from dataclasses import replace

import pytest

from app.asked import DeviceView
from app.model.person import Person
from app.model.reading import DeviceId
from app.users.roles import preset_roles
from tests.fakes import smallplant
from tests.fakes.people import some_people
from widgets.models.people import (
    Givable,
    Kind,
    all_areas,
    all_devices,
    brought_together,
    givable_columns,
    given_text,
    given_to,
    groups_to_give,
    people_columns,
    person_state,
    with_given,
    with_gone,
)

ONE, TWO, THREE = (DeviceId(each) for each in ("one", "two", "three"))
BEFORE = Person("berit", "Berit Vagt", "basic", (ONE,), ("North",), ("g",), version=1)


def in_areas(*areas: str) -> list[DeviceView]:
    """Return devices standing in these areas."""
    views = smallplant.substations()[: len(areas)]
    return [
        replace(view, config=replace(view.config, area=area))
        for view, area in zip(views, areas, strict=True)
    ]


def test_areas_are_a_tree_and_count_all_that_lies_in_them() -> None:
    views = in_areas("North / School", "North", "South", "North/School/Hall")
    rows = [(each.id, each.words, each.depth, each.beside) for each in all_areas(views)]
    assert rows == [
        ("North", "North", 0, "3 devices"),
        ("North/School", "School", 1, "2 devices"),
        ("North/School/Hall", "Hall", 2, "1 device"),
        ("South", "South", 0, "1 device"),
    ]


def test_a_device_without_an_area_makes_no_area() -> None:
    assert all_areas(in_areas("", "  ")) == []


@pytest.mark.parametrize(
    "rows",
    [
        with_gone(all_devices([]), ("gone",)),
        with_gone(all_areas([]), ("gone",)),
        groups_to_give({}, ("gone",)),
    ],
)
def test_what_was_given_and_is_gone_is_still_listed(rows: list[Givable]) -> None:
    assert rows == [Givable("gone", "gone", "not there any more")]


def test_devices_and_groups_are_listed_by_the_alphabet() -> None:
    views = smallplant.substations()
    names = [each.words for each in all_devices(views)]
    assert names == sorted(names, key=str.casefold)
    groups = {"g2": ("West", frozenset({"one"})), "g1": ("east", frozenset({"one", "two"}))}
    listed = [(each.id, each.words, each.beside) for each in groups_to_give(groups, ())]
    assert listed == [("g1", "east", "2 devices"), ("g2", "West", "1 device")]


def test_whether_something_is_given_stands_as_a_symbol_and_a_word() -> None:
    given, name, beside = givable_columns(lambda row: row.id == "a", "Device", "Area")
    yes, no = Givable("a", "A", "North", 2), Givable("b", "B")
    assert given.cell(yes).text == "given"
    assert given.cell(yes).mark is not None
    assert (given.cell(no).text, given.cell(no).tip) == ("–", "not given")
    assert given.order is not None
    assert sorted([no, yes], key=given.order) == [yes, no]
    assert name.cell(yes).text == "\u2003\u2003A"
    assert beside.cell(yes).text == "North"
    assert [each.title() for each in (given, name, beside)] == ["Given", "Device", "Area"]


def test_what_was_given_is_told_in_words() -> None:
    basic, all_of_it = preset_roles()["basic"], preset_roles()["installer"]
    assert given_text(BEFORE, basic) == "1 device, 1 area, 1 group"
    assert given_text(replace(BEFORE, devices=(ONE, TWO), areas=()), basic) == (
        "2 devices, 1 group"
    )
    assert given_text(Person("x", "X", "basic"), basic) == "nothing yet"
    assert given_text(BEFORE, all_of_it) == "everything, by the role"
    assert given_text(BEFORE, None) == "1 device, 1 area, 1 group"


def test_a_role_that_is_gone_and_a_password_never_chosen_are_said_to_be_so() -> None:
    columns = {each.id: each for each in people_columns(preset_roles, None)}
    odd = Person("x", "X", "no-such-role")
    assert columns["role"].cell(odd).text == "no longer there"
    assert columns["password"].cell(odd).tip == "not known"
    order = columns["password"].order
    assert order is not None
    assert order(odd) == 0.0 < order(some_people()[0])


def test_a_state_says_why_somebody_was_sent_away() -> None:
    assert person_state(BEFORE) == "may come in"
    assert person_state(replace(BEFORE, ended="gone to sea")) == "sent away: gone to sea"


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_given_and_found_again(kind: Kind) -> None:
    assert given_to(with_given(BEFORE, kind, ("a", "b")), kind) == ("a", "b")
    others = [each for each in Kind if each is not kind]
    made = with_given(BEFORE, kind, ())
    assert [given_to(made, each) for each in others] == [
        given_to(BEFORE, each) for each in others
    ]


def test_two_changes_of_one_person_are_both_kept() -> None:
    mine = replace(BEFORE, role="limited", devices=(ONE, TWO), areas=())
    theirs = replace(BEFORE, name="Berit V.", devices=(THREE, ONE), ended="on leave", version=2)
    both = brought_together(BEFORE, mine, theirs)
    assert (both.name, both.role, both.ended, both.version) == (
        *("Berit V.", "limited", "on leave", 2),
    )
    assert both.devices == (THREE, ONE, TWO)
    assert both.areas == ()
    assert both.groups == ("g",)


def test_where_both_changed_the_same_the_last_hand_is_shown_to_be_looked_at() -> None:
    mine = replace(BEFORE, name="Berit A.", is_guest=True, devices=())
    theirs = replace(BEFORE, name="Berit B.", devices=(ONE, TWO), version=2)
    both = brought_together(BEFORE, mine, theirs)
    assert (both.name, both.is_guest, both.devices) == ("Berit A.", True, (TWO,))


def test_nothing_changed_is_the_newest_as_it_is() -> None:
    theirs = replace(BEFORE, devices=(TWO,), areas=("South",), version=7)
    assert brought_together(BEFORE, BEFORE, theirs) == theirs
