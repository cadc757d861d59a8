"""Refusals name what is wrong; they do not repeat ten thousand letters of it."""

import errno
from collections.abc import Callable

import pytest

from app.clipped import MOST_LETTERS, clipped, clipped_file, quoted
from app.compose.trying import require_line
from app.errors import BadInput, missing
from app.model.device import LinkConfig, LinkId
from drivers.links.whylost import why_lost
from drivers.receivers.receiver import ways_of
from drivers.wireless.hours import hours_of
from drivers.wmbus import collectors_of

LONG = "x" * 10_000


def test_a_short_text_stands_as_it_is_and_a_long_one_ends_in_dots() -> None:
    assert clipped("roof") == "roof"
    assert clipped("x" * MOST_LETTERS) == "x" * MOST_LETTERS
    assert clipped(LONG) == f"{'x' * (MOST_LETTERS - 1)}…"
    assert clipped(LONG, 4) == "xxx…"
    assert (quoted("roof"), quoted(7), quoted(None)) == ("'roof'", "7", "None")
    assert quoted(LONG) == f"'{'x' * (MOST_LETTERS - 1)}…'"
    assert len(quoted([LONG])) == MOST_LETTERS


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


def test_a_file_that_cannot_be_opened_is_named_by_its_beginning() -> None:
    why = why_lost(OSError(errno.ENAMETOOLONG, "too long", f"/srv/{LONG}"))
    assert why.startswith("/srv/xxx")
    assert len(why) < 260


@pytest.mark.parametrize(
    "place",
    [
        "file:/var/a%00b", "elvaco:/a%00?zone=UTC", "table:/a?layout=%0A",
        "mqtt:h:1/a?ca=a%00b",
        "push:127.0.0.1:80?cert=a%00&key=b", "file:%1B[2J",
        "tcp:[:1", "tcp:]:1", "mqtt:[]:1883/a", "udp:[h]:1", "tcp:h]:1",
    ],
)  # fmt: skip
def test_signs_that_no_file_and_no_host_has_are_refused_before_anything_is_opened(
    place: str,
) -> None:
    with pytest.raises(BadInput, match=r"stands in no place|no HOST:PORT") as refused:
        ways_of(place)
    assert "\0" not in str(refused.value)
    for good in ("tcp:[::1]:4000", "tcp:fe80::1:4000", "file:/a%20b", "mqtt:[::1]:1883/a"):
        assert len(ways_of(good)) == 1


@pytest.mark.parametrize(
    "options", [{}, {"receivers": "x"}, {"receivers": "a=tcp:h:1", "silent_min": "x"}]
)
def test_a_line_with_an_endless_name_is_named_by_its_beginning(options: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="link xxx") as refused:
        require_line(LinkConfig(LinkId("s"), "wmbus", LONG, dict(options)))
    assert len(str(refused.value)) < 250


def test_of_a_long_path_the_end_is_told_which_names_the_file() -> None:
    path = "/very/" + "long/" * 40 + "authority.pem"
    told = clipped_file(path)
    assert told.startswith("…")
    assert told.endswith("/authority.pem")
    assert len(told) == 60
    assert clipped_file("ca.pem") == "ca.pem"
