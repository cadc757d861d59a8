"""One device's conversation, noted as it goes: small enough to be kept for thousands."""

from array import array
from datetime import UTC, datetime

from app.model.conversation import Conversation, Quarter, Spell, Trouble
from app.model.device import Presence

QUARTER_S = 15 * 60
KEPT = 96  # quarters of an hour: a day
MOST_SPELLS, MOST_TROUBLES = 200, 50
_FIELDS = 5  # quarter, requests, failures, sum and worst of the latency in ms


class Logbook:
    """Counts by the quarter of an hour; 2 kB a device, nothing is ever written to disk.

    Quarters come one by one until there are a day's, then each takes the oldest one's
    place. Single precision: exact for the numbers of quarters and requests.
    """

    def __init__(self, since: datetime) -> None:
        """Begin at ``since`` (UTC), when nobody knows how the device is doing."""
        self._since = since
        self._counts = array("f")
        self._newest = 0  # where the quarter counted last lies
        self._spells = [Spell(since, Presence.LATE)]
        self._troubles: list[Trouble] = []

    def answered(self, at: datetime, requests: int, took_ms: float) -> None:
        """Note requests that were answered; ``took_ms`` for each, 0 where nobody asked."""
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
            del self._troubles[:-MOST_TROUBLES]

    def became(self, at: datetime, presence: Presence) -> None:
        """Note that the presence is another one now."""
        self._spells.append(Spell(at, presence))
        del self._spells[:-MOST_SPELLS]

    def told(self, now: datetime) -> Conversation:
        """Return the last 24 hours."""
        newest = int(now.timestamp()) // QUARTER_S
        quarters = []
        for place in range(0, len(self._counts), _FIELDS):
            number, requests, failures, total, worst = self._counts[place : place + _FIELDS]
            if not requests or not newest - KEPT < number <= newest:
                continue
            good = requests - failures
            quarters.append(
                Quarter(
                    datetime.fromtimestamp(int(number) * QUARTER_S, UTC),
                    int(requests),
                    int(failures),
                    total / good if good and total else None,  # no answer takes no time at all
                    worst if good and worst else None,
                )
            )
        quarters.sort(key=lambda each: each.at)
        troubles = tuple(reversed(self._troubles))
        return Conversation(self._since, tuple(self._spells), tuple(quarters), troubles)

    def _place(self, at: datetime) -> int:
        """Return where a moment's quarter is counted, emptied of the day before."""
        number = int(at.timestamp()) // QUARTER_S
        if not self._counts or self._counts[self._newest] != number:
            self._newest = self._opened(number)
        return self._newest

    def _opened(self, number: int) -> int:
        """Return the place of a quarter that is not the newest; a clock may go back."""
        for place in range(0, len(self._counts), _FIELDS):
            if self._counts[place] == number:
                return place
        empty = array("f", [number, 0, 0, 0, 0])
        if len(self._counts) < KEPT * _FIELDS:
            self._counts.extend(empty)
            return len(self._counts) - _FIELDS
        place = (self._newest + _FIELDS) % len(self._counts)
        self._counts[place : place + _FIELDS] = empty
        return place
