"""A library's complaints are heard, but not a thousand times."""

import logging

import pytest

from drivers.links.quiet import PERIOD_S, RateLimit, quieten


class Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_a_complaint_is_heard_once_a_minute_with_the_number_held_back(
    listener: Listener,
) -> None:
    now_s = [0.0]
    logger = logging.Logger("library")  # noqa: LOG001 – a logger of this test alone
    logger.addHandler(listener)
    logger.addFilter(RateLimit(now_s=lambda: now_s[0]))
    for number in range(1000):
        logger.error("no response %d", number)
    logger.error("something else")
    assert listener.heard == ["no response 0", "something else"]
    now_s[0] = PERIOD_S
    for _ in range(2):
        logger.error("no response %d", 1000)
    assert listener.heard[2:] == ["no response 1000"]


def test_the_next_one_says_how_many_were_left_out(listener: Listener) -> None:
    now_s = [0.0]
    logger = logging.Logger("library")  # noqa: LOG001 – a logger of this test alone
    logger.addHandler(listener)
    logger.addFilter(RateLimit(period_s=1.0, now_s=lambda: now_s[0]))
    for second in (0.0, 0.1, 0.2, 1.5):
        now_s[0] = second
        logger.error("no %s", "response")
    assert listener.heard == ["no response", "no response (2 more like it were left out)"]


def test_quietening_twice_is_quietening_once() -> None:
    quieten("heatdesk.test.noisy")
    quieten("heatdesk.test.noisy")
    assert len(logging.getLogger("heatdesk.test.noisy").filters) == 1
