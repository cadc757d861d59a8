"""A library that complains at every lost answer is heard once a minute, not each time."""

import logging
import time
from collections.abc import Callable

PERIOD_S = 60.0  # one line of a kind a minute tells an engineer as much as a thousand


class RateLimit(logging.Filter):
    """Lets one record of a kind through per period; the next one says how many were held.

    A record's kind is the place in the code it comes from. Runs in any thread.
    """

    def __init__(
        self, period_s: float = PERIOD_S, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._period_s = period_s
        self._now_s = now_s
        self._heard: dict[tuple[str, int, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether this record is written."""
        kind = (record.pathname, record.lineno, record.levelno)
        now_s = self._now_s()
        last_s, held = self._heard.get(kind, (float("-inf"), 0))
        if now_s - last_s < self._period_s:
            self._heard[kind] = (last_s, held + 1)
            return False
        self._heard[kind] = (now_s, 0)
        if held:
            record.msg = f"{record.getMessage()} ({held} more like it were left out)"
            record.args = ()
        return True


def quieten(name: str) -> None:
    """Rate-limit the logger ``name``; doing so again changes nothing."""
    logger = logging.getLogger(name)
    if not any(isinstance(filter_, RateLimit) for filter_ in logger.filters):
        logger.addFilter(RateLimit())
