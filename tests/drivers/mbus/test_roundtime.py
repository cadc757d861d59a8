"""How long a round will take: by the baud rate first, then by what it took."""

import pytest

from drivers.mbus.asking import Timing
from drivers.mbus.roundtime import USUAL_ANSWER, USUAL_THINK_BITS, RoundTime

AT_2400, AT_300 = Timing(2400), Timing(300)


def round_s(
    rounds: RoundTime, count: int, timing: Timing = AT_2400, *, selected: bool = False
) -> float:
    stations = range(1, count + 1)
    return sum(rounds.readout_s(f"{each}", timing, selected=selected) for each in stations)


def test_without_experience_the_baud_rate_tells() -> None:
    bits = (5 + USUAL_ANSWER) * 11 + USUAL_THINK_BITS
    assert round_s(RoundTime(), 250) == pytest.approx(250 * bits / 2400)
    assert round_s(RoundTime(), 250, AT_300) == pytest.approx(250 * bits / 300)
    assert round_s(RoundTime(), 0) == 0.0


def test_a_selection_costs_its_frame_and_another_thought() -> None:
    plain = round_s(RoundTime(), 10)
    chosen = round_s(RoundTime(), 10, selected=True)
    assert chosen - plain == pytest.approx(10 * (18 * 11 + USUAL_THINK_BITS) / 2400)


def test_what_one_took_is_the_best_guess_for_those_never_met() -> None:
    rounds = RoundTime()
    rounds.learn("1", 0.5)
    rounds.learn("2", 0.7)
    assert rounds.readout_s("1", AT_2400) == 0.5
    assert rounds.readout_s("9", AT_2400) == pytest.approx(0.6)
    assert round_s(rounds, 4) == pytest.approx(0.5 + 0.7 + 0.6 + 0.6)


def test_a_single_slow_answer_moves_the_guess_a_little_and_many_move_it_wholly() -> None:
    rounds = RoundTime()
    rounds.learn("1", 0.5)
    rounds.learn("1", 1.5)
    assert 0.5 < rounds.readout_s("1", AT_2400) < 1.0
    for _ in range(40):
        rounds.learn("1", 1.5)
    assert rounds.readout_s("1", AT_2400) == pytest.approx(1.5, rel=0.01)


def test_a_meter_that_fell_silent_is_guessed_anew() -> None:
    rounds = RoundTime()
    rounds.learn("1", 0.5)
    rounds.forget("1")
    rounds.forget("1")
    assert rounds.readout_s("1", AT_2400) == RoundTime().readout_s("1", AT_2400)


def test_a_line_that_runs_faster_is_predicted_faster() -> None:
    quick = Timing(2400, lapse=60.0)
    slow_s = round_s(RoundTime(), 250)
    assert round_s(RoundTime(), 250, quick) == pytest.approx(slow_s / 60)


def test_what_readouts_took_is_told_once_and_outlives_a_restart() -> None:
    rounds, again = RoundTime(), RoundTime()
    rounds.learn("1", 0.5)
    rounds.learn("12345678-KAM-35-04", 1.25)
    kept = rounds.news()
    assert kept == {"1": "0.500", "12345678-KAM-35-04": "1.250"}
    assert rounds.news() == {}
    again.recall(kept)
    assert again.readout_s("1", AT_2400) == 0.5
    assert again.readout_s("9", AT_2400) == pytest.approx(0.875), "as the others do"
    assert again.news() == {}, "it is kept already"


def test_small_changes_are_not_kept_and_who_fell_silent_is_forgotten() -> None:
    rounds = RoundTime()
    rounds.learn("1", 0.5)
    rounds.learn("2", 0.5)
    rounds.news()
    rounds.learn("1", 0.52)
    assert rounds.news() == {}
    rounds.learn("1", 2.0)
    assert set(rounds.news()) == {"1"}
    rounds.forget("2")
    assert rounds.news() == {"2": ""}
    assert rounds.news() == {}


@pytest.mark.parametrize("said", ["", "soon", "-1", "0", "nan", "inf", "1e9"])
def test_what_is_no_time_is_passed_over(said: str) -> None:
    rounds = RoundTime()
    rounds.recall({"1": said})
    assert round_s(rounds, 1) == round_s(RoundTime(), 1)


def test_what_is_measured_by_now_counts_more_than_what_was_kept() -> None:
    rounds = RoundTime()
    rounds.learn("1", 0.5)
    rounds.recall({"1": "3.0"})
    assert rounds.readout_s("1", AT_2400) == 0.5
