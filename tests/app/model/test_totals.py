"""Which meter counts in which total: what is refused, and that all views agree."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.errors import BadInput
from app.model.balance import UNKNOWN, Amount, Doubt, Told, Totals, leaves, worked_out
from app.model.totals import Entry, GasValue, Kind, Medium, TotalsPlan, is_of_plan, totals_plan
from app.model.totalsviews import View, doubt_words, lines, place_words

POWER = Medium.ELECTRICITY
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def meter(own: str, above: str = "", **changes: object) -> Entry:
    entry = Entry(own, own.capitalize(), POWER, Kind.METER, f"{own}.energy", above)
    return replace(entry, **changes)  # type: ignore[arg-type]


def virtual(own: str, kind: Kind, above: str = "", **changes: object) -> Entry:
    return replace(Entry(own, own.capitalize(), POWER, kind, "", above), **changes)  # type: ignore[arg-type]


def told(own: str, *values: int | None) -> Told:
    parts = tuple(UNKNOWN if each is None else Amount(Decimal(each)) for each in values)
    known = [each.value for each in parts if each.value is not None]
    whole = Amount(sum(known, Decimal(0)), len(known) == len(parts)) if known else UNKNOWN
    return Told(own, parts, whole)


def found(plan: TotalsPlan, **measured: tuple[int | None, ...]) -> Totals:
    width = len(next(iter(measured.values())))
    own = {name: told(name, *values) for name, values in measured.items()}
    return worked_out(plan, own, (NOON,) * width, NOON)


def total(totals: Totals) -> Decimal | None:
    every = totals.total(POWER)
    assert every is not None
    return every.amount.value


def amount(told: Told | None) -> Decimal | None:
    assert told is not None
    return told.amount.value


def test_what_stands_under_a_meter_is_not_added_a_second_time() -> None:
    plan = TotalsPlan((meter("main"), meter("pumps", "main"), meter("light", "main")))
    totals = found(plan, main=(100, 50), pumps=(30, 10), light=(20, 5))
    assert total(totals) == 150
    assert amount(totals.rest("main")) == 85
    names = [
        (each.name, int(each.told.amount.value or 0))
        for each in lines(plan, totals, View.TOTAL, POWER)
    ]
    assert names == [
        ("Pumps", 40),
        ("Light", 25),
        ("Rest of Main", 85),
        ("Electricity, total", 150),
    ]


def test_what_is_left_out_is_left_out_of_every_sum() -> None:
    tree = (
        meter("main"),
        meter("pumps", "main", counts=False),
        virtual("both", Kind.SUM),
        meter("one", "both"),
        meter("two", "both", counts=False),
        meter("old", counts=False),
    )
    plan = TotalsPlan(tree)
    totals = found(plan, main=(100,), pumps=(30,), one=(7,), two=(5,), old=(1000,))
    assert total(totals) == 107
    assert amount(totals.entry("both")) == 7
    assert totals.rest("main") is None, "nothing under it counts, so nothing is taken off"
    assert [leaf.entry.id for leaf in leaves(plan, totals, POWER)] == ["main", "one"]
    assert [plan.adds(each) for each in tree] == [True, False, True, True, False, False]


def test_a_sum_of_devices_knows_how_each_index_goes_into_it() -> None:
    tree = (
        meter("main"),
        meter("pumps", "main"),
        virtual("sent", Kind.SUM, outward=True),
        meter("sun", "sent"),
        meter("back", "sent", outward=True),
        meter("old", counts=False),
        meter("main-again", point="main.energy", counts=False),
    )
    assert TotalsPlan(tree).signs() == {
        "main.energy": 1,
        "pumps.energy": 0,
        "sun.energy": -1,
        "back.energy": 1,
        "old.energy": 0,
    }


def test_what_is_delivered_is_taken_off() -> None:
    plan = TotalsPlan((meter("drawn"), meter("sent", outward=True)))
    totals = found(plan, drawn=(100, 10), sent=(30, 25))
    assert total(totals) == 55
    every = totals.total(POWER)
    assert every is not None
    assert [each.value for each in every.parts] == [70, -15]
    assert not totals.doubts, "more sent than drawn is no fault"


def test_where_an_index_counts_is_told_in_a_sentence() -> None:
    water = replace(meter("water"), medium=Medium.WATER)
    plan = TotalsPlan(
        (
            meter("main"),
            meter("pumps", "main"),
            meter("sun", outward=True),
            meter("old", counts=False),
            meter("lamp", "old"),
            replace(meter("again"), point="old.energy", counts=False),
            water,
        )
    )
    total = "“Electricity, total”"
    said = {
        "main": f"Counts in {total}",
        "pumps": f"Counts in {total} as a part of Main",
        "sun": f"Taken off {total}",
        "old": f"Left out of {total}",
        "lamp": f"Part of Old, which is left out of {total}",
        "water": "Counts in “Water, total”",
        "cellar": "Counts in no total",
    }
    assert {own: place_words(plan, f"{own}.energy") for own in said} == said
    assert place_words(TotalsPlan(), "main.energy") == "", "without a plan there is no total"


def test_an_index_left_out_once_and_counted_once_counts() -> None:
    plan = TotalsPlan((replace(meter("old"), point="main.energy", counts=False), meter("main")))
    assert place_words(plan, "main.energy") == "Counts in “Electricity, total”"


def test_a_slave_is_a_share_or_the_remainder_of_its_master() -> None:
    plan = TotalsPlan(
        (
            meter("main"),
            meter("pumps", "main"),
            virtual("flat", Kind.SHARE, "main", percent=Decimal("12.5")),
            virtual("common", Kind.REMAINDER, "main"),
        )
    )
    totals = found(plan, main=(800, 80), pumps=(100, 80))
    assert amount(totals.entry("flat")) == 110
    common = totals.entry("common")
    assert common is not None
    assert [each.value for each in common.parts] == [600, -10]
    assert [each.is_negative for each in common.parts] == [False, True]
    assert [(each.doubt, each.about) for each in totals.doubts] == [(Doubt.NEGATIVE, "common")]
    assert "more than the meter above" in doubt_words(plan, totals.doubts[0])
    assert total(totals) == 880
    inside = lines(plan, totals, View.PART, POWER, "main")
    assert [each.name for each in inside] == ["Pumps", "Flat", "Common", "Main"]


def test_a_remainder_of_something_unknown_is_unknown_and_never_guessed() -> None:
    plan = TotalsPlan(
        (meter("main"), meter("pumps", "main"), virtual("r", Kind.REMAINDER, "main"))
    )
    totals = found(plan, main=(100, 50), pumps=(30, None))
    rest = totals.entry("r")
    assert rest is not None
    assert [each.value for each in rest.parts] == [70, None]
    without = found(plan, main=(100, 50), pumps=(None, None))
    assert amount(without.entry("r")) is None
    assert total(without) == 150, "the master is known all the same"
    assert [leaf.entry.id for leaf in leaves(plan, without, POWER)] == ["main"]


def test_two_entries_are_compared_and_unlike_media_have_no_difference() -> None:
    water = Entry("water", "Water", Medium.WATER, point="water.volume")
    gas = Entry("gas", "Gas", Medium.GAS, point="gas.volume")
    plan = TotalsPlan((meter("main"), meter("pumps", "main"), water, gas))
    totals = found(plan, main=(100,), pumps=(30,), water=(3,), gas=(4,))
    beside = lines(plan, totals, View.COMPARE, POWER, "main", "pumps")
    assert [each.told.amount.value for each in beside] == [100, 30, 70]
    assert len(lines(plan, totals, View.COMPARE, POWER, "water", "gas")) == 2
    assert len(lines(plan, totals, View.COMPARE, POWER, "main", "gas")) == 2
    assert lines(plan, totals, View.COMPARE, POWER, "main", "nothing") == []
    every = lines(plan, totals, View.GLOBAL, POWER)
    assert [(each.unit, int(each.told.amount.value or 0)) for each in every] == [
        ("kWh", 100), ("m³", 4), ("m³", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ((meter("a"), meter("a")), "is taken"),
        ((meter("A"),), "holds more than"),
        ((meter("a"), meter("b", point="a.energy")), "its index counts already as A"),
        ((meter("a", "b"),), "there is no b"),
        ((meter("a", "b"), meter("b", "a")), "stands under itself"),
        ((meter("a"), meter("b", "a", medium=Medium.HEAT)), "counts another medium"),
        ((virtual("s", Kind.SHARE),), "stands under a meter"),
        ((meter("a"), virtual("s", Kind.SHARE, "a", percent=Decimal(101))), "at most 100 %"),
        (
            (
                meter("a"),
                virtual("s", Kind.SHARE, "a", percent=Decimal(60)),
                virtual("t", Kind.SHARE, "a", percent=Decimal(60)),
            ),
            "more than 100 %",
        ),
        (
            (meter("a"), virtual("s", Kind.REMAINDER, "a"), virtual("t", Kind.REMAINDER, "a")),
            "one remainder only",
        ),
        ((meter("a"), virtual("s", Kind.REMAINDER, "a", outward=True)), "way of its meter"),
        ((meter("a", point=""),), "a meter needs its index"),
        (
            (meter("a"), virtual("s", Kind.SHARE, "a"), meter("b", "s")),
            "nothing can stand under",
        ),
        ((meter("a", name="two\nlines"),), "one line"),
    ],
)
def test_a_plan_that_would_count_twice_or_contradicts_itself_is_refused(
    entries: tuple[Entry, ...], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        TotalsPlan(entries).require_sound()


def test_calorific_values_stand_by_day() -> None:
    first, second = (
        GasValue(date(2026, 1, 1), Decimal("10.4")),
        GasValue(date(2026, 2, 1), Decimal(11)),
    )
    plan = TotalsPlan(gas=(first, second))
    plan.require_sound()
    assert [plan.gas_on(date(2026, *each)) for each in ((1, 31), (2, 1))] == [first, second]
    assert plan.gas_on(date(2025, 12, 31)) is None
    for wrong in ((second, first), (first, first), (replace(first, correction=Decimal(0)),)):
        with pytest.raises(BadInput):
            TotalsPlan(gas=wrong).require_sound()


def test_a_plan_comes_back_from_the_options_of_a_plant_whatever_else_is_among_them() -> None:
    plan = TotalsPlan(
        (
            meter("main"),
            meter("sent", outward=True, counts=False),
            virtual("flat", Kind.SHARE, "main", percent=Decimal("33.3")),
        ),
        (GasValue(date(2026, 1, 1), Decimal("10.472"), Decimal("0.9627")),),
    )
    options = {**plan.options(), "address": "Somewhere", "keep_counter_all_months": 13}
    assert totals_plan(options) == plan
    assert {name for name in options if not is_of_plan(name)} == {
        "address", "keep_counter_all_months",
    }  # fmt: skip
    assert totals_plan({}) == TotalsPlan()
    for wrong in ({"total/x/medium": "steam"}, {"gas/soon/calorific_kwh_m3": "1"}):
        with pytest.raises(BadInput, match="cannot be understood"):
            totals_plan(wrong)


@some.composite
def trees(draw: some.DrawFn) -> tuple[TotalsPlan, dict[str, tuple[int | None, ...]]]:
    """Any plan there can be of up to twelve entries, and what its meters counted."""
    entries: list[Entry] = []
    measured: dict[str, tuple[int | None, ...]] = {}
    for nth in range(draw(some.integers(1, 12))):
        holds = [each.id for each in entries if each.kind in {Kind.METER, Kind.SUM}]
        above = draw(some.sampled_from(["", *holds]))
        master = next((each for each in entries if each.id == above), None)
        kinds = [Kind.METER, Kind.SUM]
        if master is not None and master.kind is Kind.METER:
            taken = {each.kind for each in entries if each.above == above}
            kinds += [each for each in (Kind.SHARE, Kind.REMAINDER) if each not in taken]
        kind = draw(some.sampled_from(kinds))
        own = f"e{nth}"
        entries.append(
            Entry(
                own,
                own,
                POWER,
                kind,
                f"{own}.energy" if kind is Kind.METER else "",
                above,
                kind in {Kind.METER, Kind.SUM} and draw(some.booleans()),
                draw(some.booleans()),
                Decimal(draw(some.integers(1, 100))),
            )
        )
        if kind is Kind.METER:
            measured[own] = tuple(
                draw(some.lists(some.integers(0, 999), min_size=3, max_size=3))
            )
    return TotalsPlan(tuple(entries)), measured


@settings(max_examples=60, deadline=None)
@given(trees())
def test_every_view_comes_to_the_same_total_to_the_last_digit(
    case: tuple[TotalsPlan, dict[str, tuple[int | None, ...]]],
) -> None:
    plan, measured = case
    plan.require_sound()
    totals = found(plan, **measured) if measured else worked_out(plan, {}, (NOON,) * 3, NOON)
    for view in (View.TOTAL, View.DETAILS):
        *parts, whole = lines(plan, totals, view, POWER)
        for at in range(3):
            if all(each.told.parts[at].value is not None for each in parts) and parts:
                own = [each.sign * (each.told.parts[at].value or 0) for each in parts]
                assert sum(own) == whole.told.parts[at].value
    for each in plan.entries:
        every = totals.entry(each.id)
        assert every is not None
        if every.amount.whole:
            assert sum(part.value or 0 for part in every.parts) == every.amount.value
        *inside, own_line = lines(plan, totals, View.PART, POWER, each.id)
        if inside and all(one.told.amount.value is not None for one in inside):
            got = sum(one.sign * (one.told.amount.value or 0) for one in inside)
            assert got == own_line.told.amount.value
