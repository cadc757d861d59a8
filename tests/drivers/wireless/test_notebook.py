"""What an ear knows is written in texts, and an ear of the next start knows it again."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.reception import MeterReception
from app.model.undecoded import Cause
from app.ports import Heard
from drivers.mbus.checks import crc
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless.caught import Caught
from drivers.wireless.ear import Ear
from drivers.wireless.figures import figures_of
from drivers.wireless.notebook import FIGURES_EVERY_S, STAYS, Notebook
from tests.drivers.wireless.street import AT, LINK, device_of, keys_of

METERS = [StreetMeter(7, place) for place in range(4)]
ONE = METERS[0]
NOW = datetime(2026, 2, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


class Kept:
    """One run of a core's ear, and what its notebook said."""

    def __init__(
        self,
        now: datetime = NOW,
        learned: Mapping[str, str] | None = None,
        meters: Sequence[StreetMeter] = METERS,
    ) -> None:
        self.now = now
        keys = keys_of(METERS)
        devices = [device_of(each) for each in meters]
        self.ear = Ear(devices, lambda number: keys.get(number, ()), lambda: self.now)
        self.notebook = Notebook(self.ear, lambda: self.now)
        self.texts = dict(learned or {})
        self.recalled = self.notebook.recall(self.texts, 0.0)

    def say(self, count: int, at_s: float, meter: StreetMeter = ONE, mode: str = "5") -> object:
        frame = frame_of(Said(meter, AT + timedelta(seconds=at_s), count, mode))
        return self.ear.take(Caught(frame, -70.0 - count), "roof", at_s)

    def write(self, now_s: float, *, everything: bool = False) -> Mapping[str, str]:
        news = self.notebook.news(now_s, everything=everything)
        self.texts.update(news)
        for name in [name for name, text in self.texts.items() if not text]:
            del self.texts[name]
        return news

    def figures(self, now_s: float) -> MeterReception:
        told = figures_of(self.ear, LINK, self.now, now_s)
        return next(each for each in told.meters if each.number == ONE.number)


def first_run() -> Kept:
    """A run in which one meter was heard three times, one of five telegrams was lost twice."""
    kept = Kept()
    for count, at_s in ((1, 0.0), (2, 16.0), (5, 64.0)):
        assert kept.say(count, at_s) is not None
    kept.write(100.0, everything=True)
    return kept


def test_points_and_figures_stand_at_once_after_a_restart() -> None:
    before = first_run()
    said = before.figures(100.0)
    after = Kept(LATER, before.texts)
    (heard,) = after.recalled
    assert heard.device == device_of(ONE).id
    assert heard.readings == ()
    assert heard.points == before.ear.meters[ONE.number].points
    assert heard.facts["serial"] == ONE.number
    assert heard.interval_s == 16.0
    again = after.figures(0.0)
    assert again == said  # moments included: it was heard then, and not since
    assert again.missed_share == 0.4
    assert again.last_at == NOW - timedelta(seconds=36)


def test_the_pause_of_a_restart_is_neither_an_interval_nor_missed_telegrams() -> None:
    after = Kept(LATER, first_run().texts)
    after.say(90, 10_800.0)
    reception = after.ear.meters[ONE.number].reception
    assert (reception.heard, reception.missed, reception.interval_s) == (4, 2, 16.0)
    after.say(92, 10_832.0)
    assert reception.missed == 3
    assert reception.interval_s == pytest.approx(16.0)
    assert after.figures(10_832.0).last_at == LATER


def test_the_same_points_are_no_news_after_a_restart() -> None:
    after = Kept(LATER, first_run().texts)
    heard = after.say(90, 10_800.0)
    assert isinstance(heard, Heard)
    assert heard.points is None
    assert heard.readings


def test_an_old_telegram_is_known_as_one_after_a_restart_too() -> None:
    after = Kept(LATER, first_run().texts)
    heard = after.say(1, -3_600.0)  # recorded an hour before the others
    assert isinstance(heard, Heard)
    assert heard.trouble
    assert after.ear.meters[ONE.number].reception.causes == {Cause.REPLAY: 1}


def test_a_meter_that_was_sealed_once_is_doubted_in_the_clear_after_a_restart() -> None:
    after = Kept(LATER, first_run().texts)
    heard = after.say(90, 10_800.0, mode="0")
    assert isinstance(heard, Heard)
    assert {each.reason for each in heard.readings} == {"not-sealed"}


def test_a_point_that_a_renewed_program_calls_otherwise_is_put_right() -> None:
    texts = dict(first_run().texts)
    (name,) = (each for each in texts if each.startswith("points:"))
    content = json.loads(texts[name])
    content[0]["name"] = "An older word"
    texts[name] = json.dumps(content)
    after = Kept(LATER, texts)
    (recalled,) = after.recalled
    assert recalled.points is not None
    key = content[0]["key"]
    assert recalled.points[key].name == "An older word"
    heard = after.say(90, 10_800.0)
    assert isinstance(heard, Heard)
    assert heard.points is not None
    assert heard.points[key].name != "An older word"
    second = after.say(91, 10_816.0)
    assert isinstance(second, Heard)
    assert second.points is None


def test_points_of_many_alike_are_written_once() -> None:
    kept = Kept()
    heat = [each for each in METERS if each.heat]
    assert len(heat) > 1
    for place, meter in enumerate(heat):
        kept.say(1, float(place), meter)
    news = kept.write(60.0)
    assert sum(name.startswith("points:") for name in news) == 1
    assert sum(name.startswith("meter:") for name in news) == len(heat)


def test_what_only_counts_on_is_written_now_and_then_and_at_the_end() -> None:
    kept = Kept()
    kept.say(1, 0.0)
    assert kept.write(1.0)
    kept.say(2, 16.0)
    assert not kept.write(17.0)
    assert not kept.write(17.0, everything=False)
    assert set(kept.write(FIGURES_EVERY_S + 2.0)) == {f"meter:{device_of(ONE).id}"}
    kept.say(3, FIGURES_EVERY_S + 16.0)
    assert kept.write(FIGURES_EVERY_S + 17.0, everything=True)
    assert not kept.write(FIGURES_EVERY_S + 18.0, everything=True)


def test_formats_of_compact_frames_are_known_again() -> None:
    headings = bytes.fromhex("04130259")
    before = Kept()
    before.ear.decoder.formats.add(headings)
    before.write(1.0)
    after = Kept(LATER, before.texts)
    body = bytes.fromhex("D2040000A00F")
    records = bytes.fromhex("0413D20400000259A00F")
    signature = crc(headings).to_bytes(2, "little") + crc(records).to_bytes(2, "little")
    values = [
        each.value for each in after.ear.decoder.formats.body_of(signature + body).records
    ]
    assert values == [1.234, 40.0]
    assert not after.write(1.0)  # it is written already


def test_what_is_of_nobody_any_more_is_forgotten() -> None:
    texts = dict(first_run().texts)
    texts["meter:gone"] = texts[f"meter:{device_of(ONE).id}"]
    texts["format:zz"] = "zz"
    after = Kept(LATER + STAYS, texts)
    assert {name for name, text in after.write(1.0).items() if not text} == {
        "meter:gone",
        "format:zz",
    }
    assert not after.write(2.0)


def test_what_was_learned_of_a_removed_meter_is_there_when_it_is_taken_back() -> None:
    whole = dict(first_run().texts)
    name = f"meter:{device_of(ONE).id}"
    without = Kept(LATER, whole, METERS[1:])
    assert name not in {f"meter:{each.device}" for each in without.recalled}
    assert not [each for each, text in without.write(1.0).items() if not text], "nothing went"
    back = Kept(LATER + timedelta(days=2), without.texts)
    assert device_of(ONE).id in {each.device for each in back.recalled}
    assert back.figures(0.0).telegrams == Kept(LATER, whole).figures(0.0).telegrams
    late = Kept(LATER + STAYS, whole, METERS[1:])
    assert name in {each for each, text in late.write(1.0).items() if not text}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"last": "", "number": "1"}', '{"last": 7}'])
def test_a_senseless_text_of_a_removed_meter_does_not_stay(text: str) -> None:
    after = Kept(LATER, {**first_run().texts, "meter:gone": text})
    assert [each for each, said in after.write(1.0).items() if not said] == ["meter:gone"]


def test_a_meter_that_was_exchanged_is_learned_anew() -> None:
    texts = dict(first_run().texts)
    name = f"meter:{device_of(ONE).id}"
    texts[name] = json.dumps(json.loads(texts[name]) | {"number": "11111111"})
    after = Kept(LATER, texts)
    assert after.recalled == []
    assert after.figures(0.0).telegrams == 0


@given(
    spoilt=st.sampled_from(
        ("points", "receivers", "causes", "clock", "last", "heard", "facts")
    ),
    value=st.one_of(
        st.none(),
        st.text(max_size=4),
        st.integers(),
        st.lists(st.integers(), max_size=3),
        st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    ),
)
def test_a_text_that_makes_no_sense_costs_nothing_but_itself(
    spoilt: str, value: object
) -> None:
    texts = dict(first_run().texts)
    name = f"meter:{device_of(ONE).id}"
    texts[name] = json.dumps(json.loads(texts[name]) | {spoilt: value})
    after = Kept(LATER, texts)
    assert after.say(90, 10_800.0) is not None
    assert after.figures(10_800.0).telegrams >= 1
    assert after.write(10_900.0, everything=True)
