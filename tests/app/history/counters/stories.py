"""Twelve stories of an index, each told with what truly happened: a plain dictionary.

Time goes in hours from a begin shortly before summer time changes. Every story hands out what
a meter sent, what a person stated, and what must come out of it: what each hour counted where
that can be known, and what was counted in gaps. Amounts are kWh, as fractions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import strategies as st

from app.history.readings import to_ms
from app.model.counter import Break, Broken, Edit, Entered, IndexRules, Withdrawn, wraps_after
from app.model.reading import Quality

BEGIN = datetime(2026, 10, 23, 22, tzinfo=UTC)  # midnight in Copenhagen, a day before 25 hours
HOUR = timedelta(hours=1)
HOURS = 60

Sent = tuple[int, float, Quality]  # when (ms), what, how good


@dataclass(slots=True)
class Story:
    """What was sent and stated, and what is true."""

    sent: list[Sent]
    rules: IndexRules
    edits: tuple[Edit, ...] = ()
    hours: dict[int, Fraction] = field(default_factory=dict)
    gaps: list[tuple[float, float, Fraction]] = field(default_factory=list)  # hours, amount

    @property
    def total(self) -> Fraction:
        """Final minus initial, over all lives of the index."""
        return sum(self.hours.values(), Fraction(0)) + sum(
            (amount for _begin, _end, amount in self.gaps), Fraction(0)
        )


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance decides."""

    used: tuple[int, ...]  # last digits of each hour
    at: int  # the hour of the event
    length: int  # hours it lasts
    start: int  # what the index showed at first
    other: int  # another figure
    decimals: int


draws = st.builds(
    Draws,
    used=st.lists(st.integers(0, 40), min_size=HOURS, max_size=HOURS).map(tuple),
    at=st.integers(6, 30),
    length=st.integers(4, 20),
    start=st.integers(0, 10_000),
    other=st.integers(0, 10_000),
    decimals=st.integers(0, 3),
)


def moment(hour: float) -> datetime:
    return BEGIN + hour * HOUR


def worth(counts: int, decimals: int) -> Fraction:
    return Fraction(counts, 10**decimals)


def told(hour: int, counts: int, decimals: int, quality: Quality = Quality.GOOD) -> Sent:
    return to_ms(moment(hour)), counts / 10**decimals, quality


def stood(first: int, used: Sequence[int]) -> list[int]:
    """Return what an index shows at the begin and after each hour."""
    return list(accumulate(used, initial=first))


def plain(drawn: Draws) -> Story:
    """It simply counts."""
    shown = stood(drawn.start, drawn.used)
    return Story(
        [told(hour, counts, drawn.decimals) for hour, counts in enumerate(shown)],
        IndexRules("kWh", drawn.decimals),
        hours={hour: worth(used, drawn.decimals) for hour, used in enumerate(drawn.used)},
    )


def exchange_with_final_reading(drawn: Draws) -> Story:
    """Another meter from an hour on; the old one was read when it was taken out."""
    return _two_lives(drawn, Break.EXCHANGE, final=True, initial=True)


def exchange_without_final_reading(drawn: Draws) -> Story:
    """The old meter was gone before anybody read it: an hour is unknown."""
    return _two_lives(drawn, Break.EXCHANGE, final=False, initial=True)


def reset(drawn: Draws) -> Story:
    """The same meter was set to 0; nobody wrote down what it showed."""
    return _two_lives(replace(drawn, other=0), Break.RESET, final=False, initial=True)


def exchange_of_which_nothing_is_known(drawn: Draws) -> Story:
    """Only that there is another meter: two hours around it cannot be told apart."""
    return _two_lives(drawn, Break.EXCHANGE, final=False, initial=False)


def _two_lives(drawn: Draws, kind: Break, *, final: bool, initial: bool) -> Story:
    """Tell of an index broken off half an hour after a sample."""
    at, scale = drawn.at, 10**drawn.decimals
    old, new = stood(drawn.start, drawn.used[:at]), stood(drawn.other, drawn.used[at:])
    half = drawn.used[at] // 2
    hours = {hour: worth(used, drawn.decimals) for hour, used in enumerate(drawn.used)}
    rows = list(enumerate(old))
    rows += [(at + nth, counts) for nth, counts in enumerate(new) if nth]
    hours[at] = worth(
        (half if final else 0) + (drawn.used[at] - half if initial else 0), drawn.decimals
    )
    broken = Broken(
        moment(at) + HOUR / 2,
        kind,
        final=Decimal(old[-1] + half) / scale if final else None,
        initial=Decimal(drawn.other + half) / scale if initial else None,
    )
    return Story(
        [told(hour, counts, drawn.decimals) for hour, counts in rows],
        IndexRules("kWh", drawn.decimals),
        (broken,),
        hours,
    )


def rollover(drawn: Draws) -> Story:
    """It passes its last digit, once or often, with two to nine digits."""
    digits = 2 + drawn.length % 8
    wraps = wraps_after(digits)
    used = tuple(each % max(wraps // 10, 1) for each in drawn.used)
    first = wraps - 1 - sum(used[: drawn.at]) % wraps
    story = plain(replace(drawn, used=used, start=first))
    sent = [
        told(hour, counts % wraps, drawn.decimals)
        for hour, counts in enumerate(stood(first, used))
    ]
    return replace(story, sent=sent, rules=IndexRules("kWh", drawn.decimals, wraps_at=wraps))


def long_gap(drawn: Draws) -> Story:
    """Hours without a sample; what was counted meanwhile has no place."""
    story = plain(drawn)
    begin, end = drawn.at, drawn.at + drawn.length
    lost = {to_ms(moment(hour)) for hour in range(begin + 1, end)}
    story.sent = [each for each in story.sent if each[0] not in lost]
    amount = sum((story.hours.pop(hour) for hour in range(begin, end)), Fraction(0))
    if amount:
        story.gaps.append((begin, end, amount))
    return story


def late_back_fill(drawn: Draws) -> Story:
    """A gap that a logger fills when everything else has long been there."""
    story = plain(drawn)
    begin, end = drawn.at, drawn.at + drawn.length
    late = [each for nth, each in enumerate(story.sent) if begin < nth < end]
    story.sent = [each for each in story.sent if each not in late] + late
    return story


def doubled(drawn: Draws) -> Story:
    """Samples sent again, and estimates of the same moment that a good one overrules."""
    story = plain(drawn)
    again = story.sent[drawn.at : drawn.at + drawn.length]
    worse = [(at, value + drawn.other, Quality.UNCERTAIN) for at, value, _good in again]
    broken = [(at, float("nan"), Quality.BAD) for at, _value, _good in again]
    story.sent = [*worse, *story.sent, *again, *worse, *broken]
    return story


def unit_changed(drawn: Draws) -> Story:
    """From kWh to MWh with fewer digits: what it showed is cut off, never counted twice."""
    shown = stood(drawn.start, drawn.used)
    decimals = 1 + drawn.length % 4  # of MWh
    digit = Fraction(1000, 10**decimals)
    rows, stands = [], []
    for hour, counts in enumerate(shown):
        kwh = worth(counts, drawn.decimals)
        if hour < drawn.at:
            rows.append(told(hour, counts, drawn.decimals))
            stands.append(kwh)
        else:
            steps = kwh // digit
            rows.append((to_ms(moment(hour)), steps / 10**decimals, Quality.GOOD))
            stands.append(max(stands[-1], steps * digit))
    changed = Broken(moment(drawn.at) - HOUR / 2, Break.UNIT, rules=IndexRules("MWh", decimals))
    hours = {hour: after - before for hour, (before, after) in enumerate(pairwise(stands))}
    return Story(rows, IndexRules("kWh", drawn.decimals), (changed,), hours)


def digit_error(drawn: Draws) -> Story:
    """One figure is wrong, too low or far too high: the two hours around it are one."""
    story = plain(drawn)
    shown = stood(drawn.start, drawn.used)
    at = drawn.at
    wrong = shown[at - 1] - 2 - drawn.other
    if drawn.length % 2:
        wrong = shown[at + 4] + 1 + drawn.other
    story.sent[at] = told(at, wrong, drawn.decimals)
    both = drawn.used[at - 1] + drawn.used[at]
    story.hours[at - 1] = worth(both // 2, drawn.decimals)
    story.hours[at] = worth(both - both // 2, drawn.decimals)
    return story


def mended_by_hand(drawn: Draws) -> Story:
    """Wrong figures over hours: withdrawn, and one put in their place by a person."""
    story = plain(drawn)
    shown = stood(drawn.start, drawn.used)
    begin, end = drawn.at, drawn.at + drawn.length
    for hour in range(begin, end):
        story.sent[hour] = told(hour, shown[hour] + drawn.other, drawn.decimals)
    middle = (begin + end) // 2
    value = Decimal(shown[middle]) / 10**drawn.decimals
    story.edits = (
        Withdrawn(moment(begin), moment(end)),
        Entered(moment(middle), value),
    )
    story.rules = replace(story.rules, gap_ms=3_600_000)
    for first, last in ((begin - 1, middle), (middle, end)):
        amount = sum((story.hours.pop(hour) for hour in range(first, last)), Fraction(0))
        if last - first == 1:
            story.hours[first] = amount
        elif amount:
            story.gaps.append((first, last, amount))
    return story


def exchange_in_a_gap(drawn: Draws) -> Story:
    """Nothing was heard for hours, and meanwhile the meter was exchanged and both were read."""
    story = exchange_with_final_reading(drawn)
    begin, end = drawn.at - 4, drawn.at + 5
    lost = {to_ms(moment(hour)) for hour in range(begin + 1, end)}
    story.sent = [each for each in story.sent if each[0] not in lost]
    half, broken = drawn.used[drawn.at] // 2, drawn.at + 0.5
    before = worth(sum(drawn.used[begin : drawn.at]) + half, drawn.decimals)
    after = worth(
        drawn.used[drawn.at] - half + sum(drawn.used[drawn.at + 1 : end]), drawn.decimals
    )
    for hour in range(begin, end):
        story.hours.pop(hour)
    story.gaps = [
        (first, last, amount)
        for first, last, amount in ((begin, broken, before), (broken, end, after))
        if amount
    ]
    return story


STORIES: tuple[Callable[[Draws], Story], ...] = (
    plain,
    exchange_with_final_reading,
    exchange_without_final_reading,
    exchange_of_which_nothing_is_known,
    reset,
    rollover,
    long_gap,
    late_back_fill,
    doubled,
    unit_changed,
    digit_error,
    mended_by_hand,
    exchange_in_a_gap,
)
