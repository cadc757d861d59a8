"""Limits of collectors: what is beyond them is said, and what nobody knows is not judged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.model.collector import (
    Charge,
    CollectorFigures,
    CollectorKind,
    charge_text,
    collectors_in,
    collectors_text,
    limits_text,
    warnings_of,
)
from app.profiles.collectors import collector_kinds

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
KINDS = collector_kinds()
MINI, BRIDGE = KINDS["mini-concentrator"], KINDS["bridge-4g"]


def told(*volts: float, low_from: float | None = 3.0) -> list[bool]:
    """Return after each word of a collector whether its battery counts as low."""
    before, found = None, []
    for nth, each in enumerate(volts):
        charge = Charge(each, "V", AT + timedelta(hours=nth), low_from)
        before = charge.after(before)
        found.append(before.low)
    return found


@pytest.mark.feature("RD-13")
def test_the_kinds_say_what_is_public_of_them_and_no_more() -> None:
    said = {
        each.id: (each.most_meters, each.shortest_min, each.battery) for each in KINDS.values()
    }
    assert said == {
        "bridge-4g": (5, None, True),
        "concentrator": (10_000, None, None),
        "concentrator-1m": (10_000, None, None),
        "mini-concentrator": (25, 5, None),
    }
    assert all(each.title and each.network and each.source for each in KINDS.values())


def test_limits_are_told_in_words_and_what_is_not_public_is_said() -> None:
    assert limits_text(MINI) == (
        "At most: 25 meters. At the shortest: every 5 min. By Ethernet, Wi-Fi, GSM; "
        "its supply is not public."
    )
    assert limits_text(BRIDGE) == (
        "At most: 5 meters. At the shortest: not public. By 4G; on a battery."
    )
    nothing = CollectorKind("x", "X", battery=False)
    assert limits_text(nothing) == (
        "At most: not public. At the shortest: not public. By not public; from the mains."
    )


@pytest.mark.parametrize(("meters", "crowded"), [(0, False), (25, False), (26, True)])
def test_as_many_meters_as_a_kind_carries_are_no_warning(meters: int, crowded: bool) -> None:
    figures = CollectorFigures(MINI, meters)
    assert figures.crowded is crowded
    words = [f"brings {meters} meters; Kamstrup Mini Concentrator is made for 25"]
    assert warnings_of(figures) == (words if crowded else [])


@pytest.mark.parametrize(
    ("every_min", "hurried"), [(None, False), (60.0, False), (4.9, False), (2.0, True)]
)
def test_meters_that_come_too_often_are_of_another_kind(
    every_min: float | None, hurried: bool
) -> None:
    figures = CollectorFigures(MINI, 3, every_min)
    assert figures.hurried is hurried
    assert [
        each.startswith("brings a meter every 2.0 min") for each in warnings_of(figures)
    ] == [True] * hurried


def test_what_is_not_public_is_not_judged() -> None:
    nothing = CollectorKind("x", "X")
    assert warnings_of(CollectorFigures(nothing, 1_000_000, 0.01)) == []
    assert warnings_of(CollectorFigures(None, 1_000_000, 0.01)) == []


@pytest.mark.feature("RD-14")
def test_a_battery_about_its_limit_warns_once_and_a_new_one_ends_it() -> None:
    assert told(3.4, 3.0, 2.99, 3.01, 2.98, 3.2) == [False, False, True, True, True, True]
    assert told(2.9, 3.31, 3.1) == [True, False, False]
    assert told(0.1, 0.2, low_from=None) == [False, False], "nobody said from where it is low"


def test_an_older_word_of_a_battery_changes_nothing_and_another_unit_is_no_old_warning() -> (
    None
):
    low = Charge(2.9, "V", AT, 3.0).after(None)
    older = Charge(3.6, "V", AT - timedelta(hours=1), 3.0)
    assert older.after(low) is low
    percent = Charge(21.0, "%", AT + timedelta(hours=1), 20.0)
    assert percent.after(low) == percent
    assert replace(percent, value=19.0).after(low).low


def test_a_battery_is_told_unknown_only_where_there_is_one() -> None:
    bridge = CollectorFigures(BRIDGE, 2)
    assert charge_text(bridge) == "unknown"
    assert charge_text(CollectorFigures(MINI, 2)) == ""
    low = replace(bridge, charge=Charge(2.9, "V", AT, 3.0, low=True))
    assert charge_text(low) == "2.9 V"
    assert (low.low, bridge.low) == (True, False)
    assert warnings_of(low) == ["its battery is low: 2.9 V"]


def test_which_receivers_are_collectors_stands_in_one_option() -> None:
    named = {"roof": "concentrator", "tcp:10.0.0.7:4000": "bridge-4g"}
    assert collectors_in(collectors_text(named)) == named
    assert collectors_in("a=x,b=y  c") == {"a": "x", "b": "y", "c": ""}
    assert collectors_in("") == {}
