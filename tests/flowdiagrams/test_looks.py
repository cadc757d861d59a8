"""What each element of a picture shows for what the plant reads: decided without a screen."""

from dataclasses import replace

import pytest

from app.model.point import PointSpec
from app.model.reading import PointId, Quality
from flowdiagrams.binding import Binding, Figure, figure
from flowdiagrams.document import load_library
from flowdiagrams.elements import Bar, Curve, Element, Field, Symbol, Title, Value
from flowdiagrams.items import joined
from flowdiagrams.looks import (
    along,
    bar_look,
    curve_look,
    field_look,
    limit_now,
    place,
    reference,
    row_look,
    symbol_look,
    title_look,
)
from flowdiagrams.manifest import manifests
from tests.flowdiagrams.substation import MORNING, NOW, OLD, bound, morning, reading, spec
from widgets.controls.quality import Style
from widgets.controls.standing import Standing

ELEMENTS = load_library("a266_1")[0].elements


def the_field(tag: str) -> Field:
    return next(one for one in ELEMENTS if isinstance(one, Field) and one.tag == tag)


def the_symbol(label: str) -> Symbol:
    return next(one for one in ELEMENTS if isinstance(one, Symbol) and one.label == label)


def the(kind: type[Element]) -> Element:
    return next(one for one in ELEMENTS if isinstance(one, kind))


def pump(*more: object, label: str = "P1") -> tuple[str, str, Style, bool]:
    binding = bound(*morning(), *more)  # type: ignore[arg-type]
    look = symbol_look(the_symbol(label), manifests()["pump"], binding, NOW, None)
    return look.parts[0], look.text, look.style, look.by_hand


def test_a_good_value_stands_plain_with_its_unit() -> None:
    look = field_look(the_field("S3"), bound(*morning()), NOW, None)
    assert look.figure == Figure("51.6", "°C", Style.PLAIN)
    assert look.place == pytest.approx((51.6 - 20) / 60, abs=0.001)


@pytest.mark.parametrize(
    ("quality", "text", "style"),
    [
        (Quality.UNCERTAIN, "~51.6", Style.UNCERTAIN),
        (Quality.STALE, "51.6", Style.STALE),
        (Quality.MANUAL, "51.6", Style.MANUAL),
        (Quality.BAD, "–", Style.BAD),
        (Quality.OFFLINE, "–", Style.NONE),
    ],
)
def test_a_doubtful_value_never_looks_good(quality: Quality, text: str, style: Style) -> None:
    value = 51.6 if quality.believable else None
    binding = bound(reading("s3", value, quality, OLD))
    shown = field_look(the_field("S3"), binding, NOW, None)
    assert shown.figure.text == text
    assert shown.figure.style is style
    assert shown.figure.age == ("14 min" if quality is Quality.STALE else "")
    assert (shown.place is None) is (not quality.believable)


def test_a_value_never_read_is_a_dash_not_a_zero() -> None:
    shown = field_look(the_field("S3"), bound(), NOW, None)
    assert shown.figure.text == "–"
    assert shown.place is None


def test_the_short_way_for_good_numbers_says_the_same_as_the_long_one() -> None:
    for value in (-2.34, -0.04, 0.0, 9.95, 1234.5, 98765.4321):
        for decimals in range(4):
            plain = PointSpec("x", "X", "kW", decimals)
            one = reading("x", value)
            careful = replace(plain, note="")
            from widgets.controls.quality import shown

            long_way = shown(one, careful, NOW)
            assert figure(one, plain, NOW)[:3] == (long_way.text, long_way.unit, long_way.style)


def test_the_picture_rounds_and_the_tip_keeps_all() -> None:
    fine = {"s3": replace(spec("s3"), decimals=2)}
    binding = Binding({"s3": PointId("a.s3")}, fine)
    binding.take(replace(reading("s3", 51.649), point=PointId("a.s3")))
    assert binding.figure("s3", NOW).text == "51.65"
    binding.round_to(1, ("s3", "not bound"))
    assert binding.figure("s3", NOW).text == "51.6"
    assert "51.65 °C" in binding.tip("s3", NOW)
    binding.round_to(3, ("s3",))
    assert binding.decimals("s3") == 1, "never more than was asked for before"


def test_words_of_a_circuit_begin_with_a_capital() -> None:
    title = the(Title)
    assert isinstance(title, Title)
    small = replace(spec("c1_mode"), choices={1: "scheduled"})
    binding = Binding({"c1_mode": PointId("a.c1_mode")}, {"c1_mode": small})
    binding.take(replace(reading("c1_mode", 1.0), point=PointId("a.c1_mode")))
    look = title_look(title, binding, NOW)
    assert look.mode is not None
    assert look.mode.text == "Scheduled"


def test_a_set_point_is_marked_with_the_neutral_zone_about_it() -> None:
    against = reference(the_field("S3"), bound(*morning()))
    assert against.note == "set 51.8"
    assert against.set_point == pytest.approx((51.8 - 20) / 60)
    assert against.band == pytest.approx(((48.8 - 20) / 60, (54.8 - 20) / 60))
    assert against.limit is None


def test_the_charging_differences_are_the_accepted_range_of_the_tank() -> None:
    slots = [*MORNING, "dhw_start_diff", "dhw_stop_diff"]
    readings = [reading("dhw_start_diff", -5.0), reading("dhw_stop_diff", 3.0)]
    against = reference(the_field("S4"), bound(*morning(), *readings, slots=slots))
    assert against.band == pytest.approx(((48.0 - 10) / 60, (56.0 - 10) / 60))


def test_without_a_believable_set_point_no_mark_is_drawn() -> None:
    against = reference(the_field("S3"), bound(reading("s3_set", None, Quality.BAD)))
    assert against == type(against)()


def test_the_return_limit_runs_over_the_outdoor_temperature() -> None:
    field = the_field("S5")
    assert limit_now(field, bound(*morning())) == pytest.approx(33 + 10 * (15 + 2.3) / 30)
    for outdoor, limit in (
        (-40.0, 43.0),
        (-15.0, 43.0),
        (0.0, 38.0),
        (15.0, 33.0),
        (30.0, 33.0),
    ):
        assert limit_now(field, bound(*morning(), reading("s1", outdoor))) == limit


def test_without_the_outdoor_temperature_no_limit_is_claimed() -> None:
    binding = bound(*morning(), reading("s1", None, Quality.OFFLINE))
    assert limit_now(the_field("S5"), binding) is None
    assert reference(the_field("S5"), binding).note == ""


def test_a_plain_limit_serves_where_the_line_is_not_bound() -> None:
    binding = bound(reading("return_limit", 45.0), slots=["s5", "return_limit"])
    against = reference(the_field("S5"), binding)
    assert against.note == "limit 45.0"
    assert against.band == pytest.approx((0.0, 25 / 40))


def test_a_limit_that_is_off_is_no_limit() -> None:
    binding = bound(*morning(), reading("dhw_return_limit", 9.0))
    assert reference(the_field("S6"), binding).limit is None


def test_a_line_is_level_beyond_its_ends_and_takes_its_corners_in_any_order() -> None:
    corners = [(15.0, 40.0), (-15.0, 60.0)]
    assert [along(corners, at) for at in (-20.0, -15.0, 0.0, 15.0, 20.0)] == [
        60,
        60,
        50,
        40,
        40,
    ]
    assert along([(5.0, 30.0), (5.0, 50.0)], 5.0) == 30.0


def test_a_place_is_held_at_the_ends_of_its_bar() -> None:
    assert (place(10, 20, 80), place(50, 20, 80), place(99, 20, 80)) == (0.0, 0.5, 1.0)
    assert place(None, 20, 80) is None


def test_a_running_pump_says_so_and_an_unknown_one_is_not_a_standing_one() -> None:
    assert pump() == ("run", "Running", Style.PLAIN, False)
    assert pump(reading("p1", 0.0)) == ("stop", "Stopped", Style.PLAIN, False)
    assert pump(reading("p1", None, Quality.OFFLINE))[:2] == ("unknown", "")
    assert pump(reading("p1", None, Quality.BAD))[2] is Style.BAD


def test_a_pump_held_by_hand_carries_the_m_and_the_words() -> None:
    assert pump(label="P2") == ("run", "Manual ON", Style.PLAIN, True)
    assert pump(reading("p2_manual", 1.0), label="P2")[1] == "Manual OFF"


def test_an_override_nobody_has_read_yet_takes_nothing_from_the_pump() -> None:
    binding = bound(reading("p1", 1.0))
    look = symbol_look(the_symbol("P1"), manifests()["pump"], binding, NOW, None)
    assert (look.style, look.by_hand, look.text) == (Style.PLAIN, False, "Running")


def test_a_stale_symbol_keeps_its_state_and_tells_its_age() -> None:
    binding = bound(reading("m1_open", 1.0), reading("m1_close", 0.0, Quality.STALE, OLD))
    alarm = Standing(2, OLD)
    look = symbol_look(the_symbol("M1"), manifests()["motor_valve"], binding, NOW, alarm)
    assert look.parts == ("body", "opening")
    assert (look.style, look.age, look.alarm) == (Style.STALE, "14 min", 2)


def test_half_a_valve_is_no_valve() -> None:
    look = symbol_look(
        the_symbol("M1"), manifests()["motor_valve"], bound(reading("m1_open", 1.0)), NOW, None
    )
    assert look.parts == ("body",)
    assert look.style is Style.NONE


def test_a_circuit_says_its_mode_and_what_the_schedule_asks_for() -> None:
    title = the(Title)
    assert isinstance(title, Title)
    look = title_look(title, bound(*morning()), NOW)
    assert look.mode is not None
    assert look.status is not None
    assert (look.mode.text, look.status.text) == ("Scheduled", "Comfort")
    constant = title_look(title, bound(*morning(), reading("c1_mode", 2.0)), NOW)
    assert constant.status is None, "a status that repeats the mode is left out"


def test_the_heat_curve_is_drawn_only_when_all_of_it_is_known() -> None:
    curve = the(Curve)
    assert isinstance(curve, Curve)
    whole = curve_look(curve, bound(*morning()))
    assert whole.working == (-2.3, 51.8)
    assert whole.working_text == "51.8"
    for slot in ("curve_y1", "curve_y4", "curve_y6"):
        partly = bound(*morning(), reading(slot, None, Quality.BAD))
        assert curve_look(curve, partly).line == ()
    no_point = curve_look(curve, bound(*morning(), reading("s1", None, Quality.OFFLINE)))
    assert no_point.line == whole.line
    assert no_point.working is None


def test_the_heat_curve_is_capped_by_lowest_and_highest_flow() -> None:
    curve = the(Curve)
    assert isinstance(curve, Curve)
    line = curve_look(curve, bound(*morning())).line
    heights = dict(line)
    assert heights[-30.0] == 70.0, "75 is above the highest flow allowed"
    assert heights[15.0] == 28.0
    cut = next(outdoor for outdoor, flow in line if flow == 70.0 and outdoor > -30)
    assert cut == pytest.approx(-30 + 15 * 5 / 12), "the corner lies where the cap is met"
    assert [outdoor for outdoor, _ in line] == sorted(outdoor for outdoor, _ in line)


def test_a_stale_curve_is_faded() -> None:
    curve = the(Curve)
    assert isinstance(curve, Curve)
    stale = reading("curve_y3", 55.0, Quality.STALE, OLD)
    assert curve_look(curve, bound(*morning(), stale)).faded
    assert not curve_look(curve, bound(*morning())).faded


def test_two_values_in_a_row_are_as_good_as_the_worse_one() -> None:
    value = Value(at=(0, 16), shows=("flow_min", "flow_max"), width=192, size=12)
    binding = bound(*morning(), reading("flow_max", 70.0, Quality.STALE, OLD))
    assert joined(row_look(value, binding, NOW, None).figures) == Figure(
        "28.0 … 70.0", "°C", Style.STALE, "14 min"
    )


def test_a_valve_bar_is_filled_only_by_a_position_that_was_read() -> None:
    bar = Bar(at=(0, 28), slot="m1_position")
    known = bound(reading("m1_position", 46.0), slots=["m1_position"])
    assert bar_look(bar, known, NOW, None).filled == pytest.approx(0.46)
    lost = bound(reading("m1_position", None, Quality.OFFLINE), slots=["m1_position"])
    assert bar_look(bar, lost, NOW, None).filled is None


def test_a_point_nobody_described_still_shows_its_number() -> None:
    binding = Binding({"s1": PointId("x.raw7")}, {})
    assert binding.spec("s1").name == "raw7"
    assert spec("s1").name == "Name of s1"
