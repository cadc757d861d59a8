"""How often a setting may be written: a controller's memory wears, and hands slip."""

from collections import deque

from app.errors import WriteRefused

SHORTEST_S = 1.0  # between two writes of one setting
PER_HOUR = 60  # of one setting, where the profile states no rate


class WriteRates:
    """Remembers the last hour's writes of each setting (clock of the event loop, in s)."""

    def __init__(self) -> None:
        self._written: dict[str, deque[float]] = {}

    def check(self, place: str, now_s: float, per_hour: int | None) -> None:
        """Raise `WriteRefused` when this setting was written too often."""
        written = self._written.get(place)
        if not written:
            return
        while written and now_s - written[0] > 3600:  # noqa: PLR2004 - s in an hour
            written.popleft()
        if written and now_s - written[-1] < SHORTEST_S:
            raise WriteRefused(f"{place}: written a moment ago; wait {SHORTEST_S:g} s")
        allowed = per_hour or PER_HOUR
        if len(written) >= allowed:
            raise WriteRefused(f"{place}: written {len(written)} times in the last hour")

    def note(self, place: str, now_s: float) -> None:
        """Remember a write that was sent."""
        self._written.setdefault(place, deque()).append(now_s)
