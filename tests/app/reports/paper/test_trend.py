"""A printed chart: lanes as vectors, every pen named, times of the plant's wall clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.model.letterhead import Letterhead
from app.reports.paper.trend import round_step, stretches, time_marks, trend_pdf
from app.reports.trend import TrendAlarm, TrendData, TrendPen, in_words
from app.reports.words import Words
from app.words import use_language
from tests.app.reports.papers import Paper

ZONE = ZoneInfo("Europe/Copenhagen")
START = datetime(2026, 1, 19, 23, tzinfo=UTC)
DAY_S = 86_400
HEAD = Letterhead("Østerby Fjernvarme", "Værkvej 2, 6000 Kolding")
NOTHING = (np.empty(0), np.empty(0))


def pen(
    tag: str = "S3", name: str = "Heating flow", lane: str = "°C", **more: object
) -> TrendPen:
    x = START.timestamp() + np.arange(0, DAY_S, 900.0)
    y = 50 + 5 * np.sin(x / 9000)
    y[20:30] = np.nan
    made = {
        "tag": tag,
        "name": name,
        "device": "Ahornvej 14",
        "unit": lane,
        "decimals": 1,
        "lane": lane,
        "faint": False,
        "good": (x, y),
        "doubtful": NOTHING,
        "least": 45.0,
        "most": 55.0,
        "mean": 50.123,
    }
    return TrendPen(**{**made, **more})  # type: ignore[arg-type]


def data(*pens: TrendPen, days: float = 1, **more: object) -> TrendData:
    made = {
        "title": "Ahornvej 14",
        "subtitle": "Trend",
        "start": START,
        "end": START + timedelta(days=days),
        "zone": "Europe/Copenhagen",
        "made_at": START + timedelta(days=2),
        "made_by": "K. Lund",
        "pens": pens,
    }
    return TrendData(**{**made, **more})  # type: ignore[arg-type]


def printed(chart: TrendData, language: str = "en") -> str:
    return " ".join(Paper(trend_pdf(chart, HEAD, Words(language))).words)


def test_title_period_zone_pens_and_figures_stand_on_it() -> None:
    text = printed(data(pen(), pen("EM1", "Power", "kW", at_a=12.0, at_b=14.5)))
    for words in (
        *("Østerby Fjernvarme", "Ahornvej 14", "20 Jan 2026, 00:00 – 21 Jan 2026, 00:00 CET"),
        *("S3 Heating flow", "EM1 Power", "45.0", "55.0", "50.1", "12.0", "14.5", "+2.5"),
        *("printed by K. Lund", "Europe/Copenhagen", "Page 1 of 1"),
    ):
        assert words in text, words


def test_cursors_alarms_and_limits_are_told() -> None:
    begin = START.timestamp()
    chart = data(
        pen(),
        limits=(("°C", 52.0, "limit 52"),),
        alarms=(TrendAlarm(begin + 3600, begin + 9000, 2, "Flow high"),),
        cursor_a_s=begin + 7200,
    )
    text = printed(chart)
    assert "limit 52" in text
    assert "A 20 Jan 2026, 02:00:00" in text
    assert "Alarm of priority 2: Flow high, 20 Jan 2026, 01:00 – 20 Jan 2026, 02:30" in text


def test_a_danish_chart_has_danish_words_and_commas() -> None:
    text = printed(data(pen()), "da")
    assert "Kurver" in text
    assert "50,1" in text


@pytest.mark.parametrize("days", [0.02, 0.5, 1, 7, 31, 92, 366, 3660])
def test_any_period_has_a_few_readable_times_below(days: float) -> None:
    marks = time_marks(START, START + timedelta(days=days), ZONE, Words())
    assert 2 <= len(marks) <= 12
    assert all(told for _at, told in marks)
    assert [at for at, _told in marks] == sorted(at for at, _told in marks)


def test_times_are_those_of_the_wall_clock_also_when_it_is_set() -> None:
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    marks = time_marks(spring, spring + timedelta(hours=23), ZONE, Words())
    told = [words for _at, words in marks]
    assert told[0] == "29 Mar"
    assert told[-1] == "30 Mar"
    assert "03:00" in told
    assert "02:00" not in told


def test_twenty_pens_run_on_over_two_pages_with_their_head_again() -> None:
    pens = [pen(f"S{nth}", "A rather long name of a sensor " * 3) for nth in range(20)]
    paper = Paper(trend_pdf(data(*pens), HEAD, Words()))
    assert paper.pages == 2
    assert all("Mean" in page for page in paper.words)


@pytest.mark.parametrize("name", ["<b>bold</b> & <img src=x>", "חימום", "🔥", "Ω" * 300, ""])
def test_odd_names_are_printed_as_they_are(name: str) -> None:
    chart = data(pen(name=name), title=name or "x")
    assert Paper(trend_pdf(chart, HEAD, Words())).pages >= 1


def test_nothing_measured_is_an_empty_chart_and_no_error() -> None:
    empty = pen(good=NOTHING, least=None, most=None, mean=None)
    text = printed(data(empty))
    assert "–" in text
    assert printed(data())


def test_a_pen_of_one_value_is_drawn_inside_its_lane() -> None:
    flat = np.full(10, 7.0)
    chart = data(pen(good=(START.timestamp() + np.arange(10) * 600.0, flat)))
    assert printed(chart)


def test_a_line_is_broken_where_nothing_is_known() -> None:
    x, y = np.arange(6.0), np.array([1.0, 2.0, np.nan, np.nan, 3.0, np.nan])
    assert stretches(x, y) == [[(0.0, 1.0), (1.0, 2.0)], [(4.0, 3.0)]]
    assert stretches(*NOTHING) == []


@pytest.mark.parametrize(("least", "step"), [(0.3, 0.5), (3, 5), (12, 20), (0, 1)])
def test_scales_have_round_steps(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


def test_a_limit_keeps_its_pen_s_short_name_in_another_language() -> None:
    shown = replace(data(pen("S3", "Heating flow")), limits=(("°C", 52.5, "S3 limit 52.5"),))
    ((_lane, _level, words),) = in_words(shown, Words("de")).limits
    assert words.startswith("S3 ")
    assert words.endswith(" 52,5")


def test_a_chart_of_a_danish_screen_is_told_in_german() -> None:
    use_language("da")
    try:
        told = in_words(
            replace(
                data(pen("S3", "Varme fremløb, −7 d")),
                subtitle="Graf",
                limits=(("°C", 52.5, "grænse 52,5"),),
                alarms=(TrendAlarm(0.0, 1.0, 3, "Ahornvej"),),
            ),
            Words("de"),
        )
    finally:
        use_language("en")
    assert told.pens[0].name == "Heizungsvorlauf, −7 d"
    assert told.subtitle == "Diagramm"
    assert told.limits == (("°C", 52.5, "Grenze 52,5"),)
    assert told.alarms[0].words == "Ahornvej"
    assert in_words(told, Words("en")) is told, "the language of the screen"
