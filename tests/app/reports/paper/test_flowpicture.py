"""The flow picture shows what was read, where it was read, and what nobody knows as unknown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.model.reading import Quality, Reading, point_id
from app.reports.commissioning_data import CommissioningData, Told
from app.reports.paper.flowpicture import FlowPicture, picture_time
from app.reports.paper.picture import (
    Box,
    Element,
    Field,
    Legend,
    Line,
    Picture,
    Pipe,
    Pump,
    Symbol,
    Text,
    Title,
    Valve,
    picture,
)
from app.reports.render.style import LEFT_MM
from tests.app.reports import sample
from tests.app.reports.papers import Paper, Shape, near, put

TOP = 50.0
LEFT = LEFT_MM
P1 = Pump(at=(200, 200), tag="P1", running="p1", override="p1_override", manual="p1_manual")
P2 = Pump(
    at=(200, 200),
    tag="P2",
    running="p2",
    override="p2_override",
    manual="p2_manual",
    below=True,
)
M1 = Valve(
    at=(400, 300), tag="M1", opening="m1_open", closing="m1_close", position="m1_position"
)


def drawn(*elements: Element, data: CommissioningData | None = None) -> Paper:
    made = Picture("x", (1760, 830), elements)
    return put(FlowPicture(made, data or sample.report(), LEFT), TOP)


def texts(paper: Paper) -> list[str]:
    found = [text for text in paper.texts if text.y < 280]
    return [text.text for text in sorted(found, key=lambda text: (round(text.y), text.x))]


def shapes(paper: Paper) -> list[Shape]:
    return paper.shapes()[:-1]


def with_values(**values: float) -> CommissioningData:
    return sample.report(readings=sample.readings({**sample.MEASURED, **values}))


def refused(*keys: str) -> CommissioningData:
    changes = {}
    for key in keys:
        point = point_id(sample.STATION, key)
        changes[str(point)] = Reading(point, None, Quality.BAD, sample.END, "refused")
    return sample.report(readings=sample.readings(changes=changes))


def field(slot: str, **changes: object) -> Field:
    given = {"at": (100, 200), "right": 400, "slot": slot, "tag": "S3", "name": "Flow"}
    return Field(**(given | changes))  # type: ignore[arg-type]


def test_the_whole_picture_of_the_station_is_drawn() -> None:
    found = picture("a266_1")
    assert found is not None
    told = texts(put(FlowPicture(found, sample.report(), LEFT), TOP))
    for word in (
        "Heating",
        "Domestic hot water",
        "51.6",
        "33.3",
        "53.4",
        "47.3",
        "running",
        "HX1",
    ):
        assert word in told


def test_a_picture_is_as_high_as_it_says() -> None:
    assert FlowPicture(Picture("x", (1760, 830), ()), sample.report(), LEFT).height == 83.0


def test_places_are_tenths_of_a_millimetre_from_the_corner() -> None:
    paper = drawn(Text(at=(100, 200), text="DH supply"))
    text = paper.at("DH supply")
    assert near((text.x, text.y), (LEFT + 10.0, TOP + 20.0))


@pytest.mark.parametrize(("medium", "dashed"), [("supply", False), ("return", True)])
def test_the_return_is_dashed(medium: str, dashed: bool) -> None:
    (pipe,) = shapes(drawn(Pipe(points=((0, 100), (500, 100)), medium=medium)))
    assert bool(pipe.dash_mm) is dashed
    assert near((pipe.left, pipe.right), (LEFT, LEFT + 50.0))


def test_a_pipe_hops_over_another_without_touching_it() -> None:
    pipe = Pipe(points=((0, 100), (500, 100)), medium="return", hops=((200, 100),))
    before, after, hop = shapes(drawn(pipe))
    assert before.right == pytest.approx(LEFT + 18.5, abs=0.01)
    assert after.left == pytest.approx(LEFT + 21.5, abs=0.01)
    assert (hop.left, hop.right) == (before.right, after.left)
    assert hop.top < TOP + 10.0


def test_a_pipe_running_left_hops_as_well() -> None:
    pipe = Pipe(points=((500, 100), (0, 100)), medium="return", hops=((200, 100),))
    before, after, _hop = shapes(drawn(pipe))
    assert before.left == pytest.approx(LEFT + 21.5, abs=0.01)
    assert after.right == pytest.approx(LEFT + 18.5, abs=0.01)


def test_junctions_are_dots_and_arrows_point() -> None:
    pipe = Pipe(
        points=((0, 100), (500, 100)), medium="supply", junctions=((300, 100),),
        arrows=((100, 100, "right"),),
    )  # fmt: skip
    _line, dot, arrow = shapes(drawn(pipe))
    assert (dot.left + dot.right) / 2 == pytest.approx(LEFT + 30.0, abs=0.01)
    assert arrow.spots[0][0] > LEFT + 10.0


def test_pipes_lie_below_what_stands_on_them() -> None:
    paper = drawn(
        Symbol(symbol="sensor", at=(250, 100)),
        Pipe(points=((0, 100), (500, 100)), medium="supply"),
    )
    first, second = shapes(paper)
    assert first.right - first.left > 40  # the pipe, though it came last
    assert second.right - second.left < 3


def test_a_value_stands_with_its_unit_and_set_point() -> None:
    assert texts(drawn(field("s3"))) == ["S3", "Flow", "51.6", "°C", "set 51.8"]


def test_a_value_with_a_limit_says_so() -> None:
    assert texts(drawn(field("s5")))[-1] == "limit 38.6"


def test_a_slot_nobody_fills_is_not_drawn() -> None:
    assert texts(drawn(field("em_power"))) == []


@pytest.mark.parametrize("kind", [Line, Box, Symbol])
def test_what_needs_a_slot_is_drawn_only_with_it(kind: type) -> None:
    given: dict[type, dict[str, object]] = {
        Line: {"points": ((0, 0), (100, 0))},
        Box: {"at": (0, 0), "size": (100, 100), "style": "building"},
        Symbol: {"symbol": "sensor", "at": (50, 50)},
    }
    assert shapes(drawn(kind(**given[kind], needs=("em_power",)))) == []
    assert shapes(drawn(kind(**given[kind], needs=("em_power", "s1")))) != []


def test_a_stale_value_shows_a_clock_and_its_age() -> None:
    paper = drawn(field("s2", name="Room"))
    assert "14 min" in texts(paper)
    assert len(shapes(paper)) == 2  # the clock's face and hands


def test_an_alarm_frames_the_value_and_tells_its_age() -> None:
    paper = drawn(field("s6", name="Return"))
    assert {"3", "21 min", "limit 40.0"} <= set(texts(paper))
    frame = shapes(paper)[0]
    assert frame.stroke == 0.0
    assert frame.right - frame.left > 30


def test_a_refused_value_is_hatched() -> None:
    paper = drawn(field("s1"), data=refused("s1"))
    assert texts(paper) == ["S3", "Flow", "°C"]
    drawn_lines = sum(len(shape.spots) for shape in shapes(paper))
    assert drawn_lines > 20, "a symbol, its box and the lines of the hatch"


@pytest.mark.parametrize(("value", "word"), [(1.0, "running"), (0.0, "stopped")])
def test_a_pump_says_what_it_does(value: float, word: str) -> None:
    data = with_values(relay1_state=value)
    assert word in texts(drawn(P1, data=data))


def test_a_pump_nobody_could_ask_is_not_shown_standing() -> None:
    paper = drawn(P1, data=refused("relay1_state"))
    assert "not read" in texts(paper)
    assert shapes(paper)[0].dash_mm != ()


def test_a_held_pump_is_marked_by_hand() -> None:
    told = texts(drawn(replace(P2, below=False)))
    assert {"P2", "M", "Manual ON"} <= set(told)


def test_a_held_pump_with_its_sign_below_is_marked_too() -> None:
    assert {"P2", "M", "running"} <= set(texts(drawn(P2)))


def test_a_pump_left_to_the_controller_carries_no_hand() -> None:
    assert "M" not in texts(drawn(P1))


@pytest.mark.parametrize(
    ("opens", "closes", "word"),
    [(0.0, 0.0, "rests"), (1.0, 0.0, "opens"), (0.0, 1.0, "closes")],
)
def test_a_valve_says_what_its_motor_does(opens: float, closes: float, word: str) -> None:
    data = with_values(triac1_state=opens, triac2_state=closes)
    assert texts(drawn(M1, data=data)) == ["M1", word]


def test_a_valve_nobody_could_ask_has_a_dash() -> None:
    assert texts(drawn(M1, data=refused("triac1_state"))) == ["M1", "–"]


@pytest.mark.parametrize(
    ("position", "part"), [(46.0, 0.46), (0.0, 0.0), (100.0, 1.0), (130.0, 1.0)]
)
def test_a_known_position_is_told_and_drawn_as_a_bar(position: float, part: float) -> None:
    data = sample.report()
    row = next(row for row in data.measured if row.key == "s1")
    told = Told(position, Quality.UNCERTAIN)
    form = replace(row.form, unit="%", decimals=0)
    valve = replace(row, key="m1", told=told, form=form)
    known = replace(
        data, measured=(*data.measured, valve), slots=(*data.slots, ("m1_position", "m1"))
    )
    paper = drawn(M1, data=known)
    assert f"~{position:.0f}" in texts(paper)
    frame, bar = shapes(paper)[-2:]
    assert bar.right - bar.left == pytest.approx(14.6 * part, abs=0.02)
    assert frame.right - frame.left == pytest.approx(14.6, abs=0.02)


def test_a_circuit_tells_mode_and_what_it_is_doing() -> None:
    title = Title(at=(466, 34), number="1", text="Heating", mode="c1_mode", status="c1_status")
    assert texts(drawn(title)) == ["1", "Heating", "scheduled · comfort"]


def test_an_unread_mode_is_not_guessed() -> None:
    title = Title(at=(466, 34), number="1", text="Heating", mode="c1_mode", status="c1_status")
    assert texts(drawn(title, data=refused("c1_mode", "c1_status"))) == ["1", "Heating"]


@pytest.mark.parametrize(("style", "dashed"), [("building", True), ("instrument", False)])
def test_a_building_is_dashed_and_an_instrument_is_not(style: str, dashed: bool) -> None:
    box = Box(at=(0, 0), size=(400, 200), style=style, title="EM1", note="t1 · t2")
    frame = shapes(drawn(box))[0]
    assert bool(frame.dash_mm) is dashed
    assert near(
        (frame.left, frame.top, frame.right, frame.bottom), (LEFT, TOP, LEFT + 40, TOP + 20)
    )


def test_the_legend_explains_lines_and_signs() -> None:
    told = texts(drawn(Legend(at=(0, 600))))
    for words in ("supply, hot", "return, cold", "sensor", "running, stopped"):
        assert words in told
    assert "too old: with its age" in told


def test_symbols_carry_their_labels() -> None:
    tank = Symbol(symbol="tank", at=(100, 100), size=(96, 224), label="DHW tank")
    vessel = Symbol(symbol="vessel", at=(100, 100), label="Expansion vessel")
    assert texts(drawn(tank)) == ["DHW tank"]
    assert drawn(tank).at("DHW tank").y < TOP + 10.0
    assert drawn(vessel).at("Expansion vessel").x > LEFT + 10.0


@pytest.mark.parametrize("style", ["section", "leader", "stem"])
def test_thin_lines_are_thin(style: str) -> None:
    (line,) = shapes(drawn(Line(points=((0, 0), (100, 0)), style=style)))
    assert line.weight_pt < 1.0


def test_the_picture_tells_when_its_values_were_read() -> None:
    assert picture_time(sample.report()) == "08:46:58"
    later = replace(sample.report().run, ended_at=sample.END + timedelta(days=150))
    assert picture_time(replace(sample.report(), run=later)) == "09:46:58"


def test_small_fields_of_an_instrument_are_never_framed() -> None:
    paper = drawn(field("s6", small=True))
    assert not [shape for shape in shapes(paper) if shape.right - shape.left > 30]
