"""Refusals name what is wrong; they do not repeat ten thousand letters of it."""

from collections.abc import Callable

import pytest

from app.clipped import MOST_LETTERS, clipped
from app.errors import BadInput, missing
from app.model.device import LinkConfig, LinkId
from drivers.receivers.receiver import ways_of
from drivers.wireless.hours import hours_of
from drivers.wmbus import collectors_of

LONG = "x" * 10_000


def test_a_short_text_stands_as_it_is_and_a_long_one_ends_in_dots() -> None:
    assert clipped("roof") == "roof"
    assert clipped("x" * MOST_LETTERS) == "x" * MOST_LETTERS
    assert clipped(LONG) == f"{'x' * (MOST_LETTERS - 1)}…"
    assert clipped(LONG, 4) == "xxx…"


@pytest.mark.parametrize(
    "place",
    [
        LONG, f"tcp:{LONG}", f"udp:{LONG}:1", f"cul:{LONG}", f"mqtt:{LONG}",
        f"mqtt:h:1/#{LONG}",
        f"mqtt:h:1/a?{LONG}", f"push:{LONG}:1", f"push:h:1?{LONG}", f"elvaco:/a?zone={LONG}",
        f"elvaco:/a?{LONG}", f"table:/a?{LONG}", f"{LONG}=tcp:h:1", f"a=tcp:h:1 {LONG}:tcp:h:1",
    ],
)  # fmt: skip
def test_what_names_no_receiver_is_repeated_at_its_beginning_alone(place: str) -> None:
    with pytest.raises(BadInput) as refused:
        ways_of(place)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    "ask",
    [
        lambda: hours_of(LONG),
        lambda: collectors_of(
            LinkConfig(
                LinkId("s"), "wmbus", "S", {"receivers": "a=tcp:h:1", "collectors": f"a={LONG}"}
            )
        ),
    ],
)
def test_the_options_of_a_line_by_radio_are_repeated_shortly(ask: Callable[[], object]) -> None:
    with pytest.raises(BadInput) as refused:
        ask()
    assert len(str(refused.value)) < 250


def test_a_thing_that_is_not_there_is_named_shortly() -> None:
    assert str(missing("radio meter", "12345678")) == "there is no radio meter 12345678"
    assert len(str(missing("radio meter", LONG))) < 100
