"""One setting of many devices: each judges by its own limits, and can be put back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.asked import DeviceDetail
from app.model.control import WriteResult, WriteState
from app.model.point import WriteRules
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.smallplant import NOON
from widgets.models.bulkchange import BulkChange, fate, wish_columns

SLOPE, DANGEROUS = "p11175", "p11178"
HOUSES = ("Ahornvej 1", "Birkevej 2", "Cypres 3")


def detail(name: str, *, most: float = 4.0, without: str = "") -> DeviceDetail:
    """Return a house whose slope may be so much at most."""
    made = smallplant.detail(smallplant.view(name, ""))
    points = [
        replace(each, write=replace(each.write or WriteRules(), maximum=most))
        if each.key == SLOPE
        else each
        for each in made.points
        if each.key != without
    ]
    return replace(made, points=tuple(points))


def house(name: str) -> DeviceId:
    return smallplant.view(name, "").config.id


def plant(*details: DeviceDetail, read: Mapping[str, float | None]) -> BulkChange:
    """Return a change of the slope whose present values are read already."""
    change = BulkChange([(each.view.config.id, each.view.config.name) for each in details])
    change.describe(details)
    change.choose(SLOPE)
    for name, value in read.items():
        tell(change, name, value)
    return change


def tell(change: BulkChange, name: str, value: float | None) -> None:
    point = point_id(house(name), SLOPE)
    reading = Reading(point, value, Quality.GOOD, NOON) if value is not None else None
    change.take_reading(house(name), reading, "no answer within 1.5 s")


def ended(change: BulkChange, name: str, state: WriteState, reason: str = "") -> None:
    wish = change.wishes[house(name)]
    assert wish.new is not None
    change.end(
        WriteResult(house(name), change.key, wish.old, wish.new, None, state, reason, NOON)
    )


def fates(change: BulkChange) -> list[str]:
    return [fate(wish).text for wish in change.wishes.values()]


@pytest.fixture
def three() -> BulkChange:
    """Three houses with slopes of 1.2, 1.0 and 1.2."""
    details = [detail(name) for name in HOUSES]
    return plant(*details, read=dict(zip(HOUSES, (1.2, 1.0, 1.2), strict=True)))


def test_settings_that_every_device_has_come_first_and_are_counted() -> None:
    details = [detail("Ahornvej 1"), detail("Birkevej 2", without=SLOPE)]
    change = BulkChange([(each.view.config.id, each.view.config.name) for each in details])
    offered = change.describe(details)
    counts = [each.count for each in offered]
    assert counts == sorted(counts, reverse=True)
    slope = next(each for each in offered if each.key == SLOPE)
    assert slope.count == 1
    assert slope.words == "Heat curve slope · 1 · Flow temperature · 11175"
    assert change.choose(SLOPE) == [house("Ahornvej 1")]
    assert fates(change)[1] == "It has no such setting."


def test_the_value_wished_is_sent_only_where_another_one_stands(three: BulkChange) -> None:
    assert three.propose("1.0") == ""
    assert [wish.name for wish in three.ready] == ["Ahornvej 1", "Cypres 3"]
    assert fates(three) == ["Ready to be sent.", "It stands so already.", "Ready to be sent."]


def test_each_device_judges_by_its_own_limits() -> None:
    names = HOUSES[:2]
    change = plant(detail(names[0]), detail(names[1], most=2.0), read=dict.fromkeys(names, 1.2))
    change.propose("3")
    assert [wish.name for wish in change.ready] == ["Ahornvej 1"]
    assert "2.0" in fates(change)[1]


def test_what_was_not_read_is_not_changed(three: BulkChange) -> None:
    tell(three, "Birkevej 2", None)
    three.propose("1.5")
    assert [wish.name for wish in three.ready] == ["Ahornvej 1", "Cypres 3"]
    assert fates(three)[1] == "no answer within 1.5 s"


def test_what_is_no_value_is_told_and_sent_nowhere(three: BulkChange) -> None:
    assert three.propose("steep") == "“steep” is no value for Heat curve slope."
    assert three.ready == []
    assert three.propose("") == ""
    assert three.ready == []
    assert fates(three) == ["", "", ""]


def test_a_dangerous_setting_names_its_danger_once(three: BulkChange) -> None:
    assert list(three.dangers) == []
    three.choose(DANGEROUS)
    for name in HOUSES:
        point = point_id(house(name), DANGEROUS)
        three.take_reading(house(name), Reading(point, 60.0, Quality.GOOD, NOON))
    three.propose("70")
    assert len(three.ready) == 3
    assert list(three.dangers) == ["Water this hot damages floor heating."]


def test_every_device_tells_how_its_write_ended(three: BulkChange) -> None:
    three.propose("1.5")
    ended(three, "Ahornvej 1", WriteState.CONFIRMED)
    ended(three, "Birkevej 2", WriteState.REFUSED, "it is 0.9 by now, not 1; look again")
    assert fates(three) == [
        "confirmed",
        "refused: it is 0.9 by now, not 1; look again",
        "Ready to be sent.",
    ]
    assert three.ended() == {WriteState.CONFIRMED: 1, WriteState.REFUSED: 1}
    assert [wish.name for wish in three.ready] == ["Cypres 3"]


def test_old_values_are_put_back_where_the_change_was_confirmed_and_nowhere_else(
    three: BulkChange,
) -> None:
    three.propose("1.5")
    ended(three, "Ahornvej 1", WriteState.CONFIRMED)
    ended(three, "Birkevej 2", WriteState.CONFIRMED)
    ended(three, "Cypres 3", WriteState.UNCONFIRMED, "the line broke")
    assert three.returnable == 2
    assert three.put_back() == 2
    back = [(wish.name, wish.old, wish.new) for wish in three.ready]
    assert back == [("Ahornvej 1", 1.5, 1.2), ("Birkevej 2", 1.5, 1.0)]
    ended(three, "Ahornvej 1", WriteState.CONFIRMED)
    assert three.returnable == 1, "and what was put back can be changed again"


def test_a_second_wish_begins_from_what_was_confirmed(three: BulkChange) -> None:
    three.propose("1.5")
    for name in HOUSES:
        ended(three, name, WriteState.CONFIRMED)
    three.propose("1.6")
    assert [(wish.old, wish.new) for wish in three.ready] == [(1.5, 1.6)] * 3


def test_an_answer_about_another_setting_changes_nothing(three: BulkChange) -> None:
    three.propose("1.5")
    before = dict(three.wishes)
    three.end(
        WriteResult(house(HOUSES[0]), "p1", 1.2, 1.5, 1.5, WriteState.CONFIRMED, "", NOON)
    )
    three.take_reading(DeviceId("stranger"), None, "gone")
    assert three.wishes == before


def new_words(change: BulkChange, name: str) -> str:
    """Return what stands in the column of the new value."""
    column = next(each for each in wish_columns(lambda _device: "") if each.id == "new")
    return column.cell(change.wishes[house(name)]).text


def test_a_value_finer_than_the_setting_is_shown_as_it_was_typed() -> None:
    change = plant(detail(HOUSES[0]), read={HOUSES[0]: 1.2})
    change.propose("1.25")
    assert fate(change.wishes[house(HOUSES[0])]).mark is not None, "it is refused"
    assert new_words(change, HOUSES[0]) == "1.25", "1.2 or 1.3 would look as if it were right"
    change.propose("1.3")
    assert new_words(change, HOUSES[0]) == "1.3"
