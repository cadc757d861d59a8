"""One device's conversation, noted as it goes: small enough to be kept for thousands."""

from array import array
from collections import deque
from datetime import UTC, datetime

from app.model.conversation import Conversation, Quarter, Spell, Trouble
from app.model.device import Presence

QUARTER_S = 15 * 60
KEPT = 96  # quarters of an hour: a day
MOST_SPELLS, MOST_TROUBLES = 200, 50
_FIELDS = 5  # quarter, requests, failures, sum and worst of the latency in ms


class Logbook:
    """Counts by the quarter of an hour; 4 kB a device, nothing is ever written to disk."""

    def __init__(self, since: datetime) -> None:
        """Begin at ``since`` (UTC), when nobody knows how the device is doing."""
        self._since = since
        self._counts = array("d", bytes(8 * KEPT * _FIELDS))
        self._spells: deque[Spell] = deque([Spell(since, Presence.LATE)], MOST_SPELLS)
        self._troubles: deque[Trouble] = deque(maxlen=MOST_TROUBLES)

    def answered(self, at: datetime, requests: int, took_ms: float) -> None:
        """Note requests that were answered; ``took_ms`` for each of them."""
        place = self._place(at)
        self._counts[place + 1] += requests
        self._counts[place + 3] += took_ms * requests
        self._counts[place + 4] = max(self._counts[place + 4], took_ms)

    def failed(self, at: datetime, sentence: str) -> None:
        """Note a request without an answer that counts."""
        place = self._place(at)
        self._counts[place + 1] += 1
        self._counts[place + 2] += 1
        before = self._troubles[-1] if self._troubles else None
        if before is not None and before.sentence == sentence:
            self._troubles[-1] = Trouble(at, sentence, before.times + 1)
        else:
            self._troubles.append(Trouble(at, sentence, 1))

    def became(self, at: datetime, presence: Presence) -> None:
        """Note that the presence is another one now."""
        self._spells.append(Spell(at, presence))

    def told(self, now: datetime) -> Conversation:
        """Return the last 24 hours."""
        newest = int(now.timestamp()) // QUARTER_S
        quarters = []
        for slot in range(KEPT):
            place = slot * _FIELDS
            number, requests, failures, total, worst = self._counts[place : place + _FIELDS]
            if not requests or not newest - KEPT < number <= newest:
                continue
            good = requests - failures
            quarters.append(
                Quarter(
                    datetime.fromtimestamp(number * QUARTER_S, UTC),
                    int(requests),
                    int(failures),
                    total / good if good else None,
                    worst if good else None,
                )
            )
        quarters.sort(key=lambda each: each.at)
        troubles = tuple(reversed(self._troubles))
        return Conversation(self._since, tuple(self._spells), tuple(quarters), troubles)

    def _place(self, at: datetime) -> int:
        """Return where a moment's quarter is counted, emptied of the day before."""
        number = int(at.timestamp()) // QUARTER_S
        place = number % KEPT * _FIELDS
        if self._counts[place] != number:
            self._counts[place : place + _FIELDS] = array("d", [number, 0, 0, 0, 0])
        return place
