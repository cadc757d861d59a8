"""A message in several telegrams (EN 13757-7, fragmentation): its parts, joined in order.

The first part is number 1 and alone tells how the message is authenticated, the last one that
no more follow; only the first has a transport layer. What the standard does not tell is ours:
how long a part may be waited for.
"""

from dataclasses import dataclass, field, replace

from app.words import _
from drivers.mbus import layers
from drivers.mbus.layers import Fragment, Head
from drivers.mbus.telegram import BrokenTelegram, Why

WAIT_S, PROVED_WAIT_S = 60.0, 3600.0  # for the next part; where the whole has a proof
_MOST_MESSAGES = 1_000  # begun by different meters; more than that nobody has the air for
_MOST_BYTES = 16 * 1024  # of a message
_PROVED_MODE = 7  # the one whose proof is looked at


@dataclass(slots=True)
class _Message:
    """What came of a message so far, the parts by their number."""

    head: Head
    proved: bool
    at_s: float
    parts: dict[int, tuple[Fragment, bytes]] = field(default_factory=dict)

    def stale(self, at_s: float) -> bool:
        return abs(at_s - self.at_s) > (PROVED_WAIT_S if self.proved else WAIT_S)

    def missing(self) -> int | None:
        """Return the first part that is not there of those up to the highest that is."""
        return next((nth for nth in range(1, max(self.parts)) if nth not in self.parts), None)

    def whole(self) -> bool:
        return self.missing() is None and not self.parts[max(self.parts)][0].more

    def joined(self) -> tuple[Fragment, bytes]:
        """Return the message as if it had come in one telegram."""
        came = [self.parts[nth] for nth in sorted(self.parts)]
        first, last = came[0][0], came[-1][0]
        user = b"".join(part for _fragment, part in came)
        length = next((each.length for each, _part in came if each.length), b"")
        told = int.from_bytes(length, "little")
        if length and told != len(user):
            sentence = _("the parts of the message have {n} bytes together, it says {told}")
            raise BrokenTelegram(Why.LENGTH, 0, sentence.format(n=len(user), told=told))
        if len(last.mac) != layers.mac_size(first.control):
            raise BrokenTelegram(
                Why.MAC, 0, _("the last part of the message lacks the proof the first promised")
            )
        return replace(first, mac=last.mac, length=length), user


class Parts:
    """The messages that have begun, by who sends them; not for two threads at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._begun: dict[bytes, _Message] = {}

    def take(
        self, sender: bytes, fragment: Fragment, user: bytes, at_s: float
    ) -> tuple[Head, tuple[Fragment, bytes] | None]:
        """Return the message's head, and its whole once every part is there.

        Raises:
            BrokenTelegram: A part before this one is missing, which the sentence names; the
                parts together are not what the message says of itself.
        """
        number = fragment.number
        message = self._begun.get(sender)
        if message is not None and _over(message, fragment, user, at_s):
            del self._begun[sender]
            message = None
        if message is None:
            if number != 1:
                raise _lacks(number, 1)
            head = layers.head(user)
            proved = head.mode == _PROVED_MODE and layers.mac_size(fragment.control) > 0
            message = self._begun[sender] = _Message(head, proved, at_s)
            if len(self._begun) > _MOST_MESSAGES:
                del self._begun[next(iter(self._begun))]
        message.parts[number], message.at_s = (fragment, user), at_s
        missing = message.missing()
        if missing is not None:
            raise _lacks(number, missing)
        if sum(len(part) for _fragment, part in message.parts.values()) > _MOST_BYTES:
            del self._begun[sender]
            raise BrokenTelegram(Why.LENGTH, 0, _("the message is longer than messages may be"))
        # One that is whole stays: its last part may come once more by way of a repeater.
        if fragment.more or not message.whole():
            return message.head, None
        return message.head, message.joined()


def _over(message: _Message, fragment: Fragment, user: bytes, at_s: float) -> bool:
    """Tell whether a part is none of this message, or comes too late for it."""
    before = message.parts.get(fragment.number)
    another = before is not None and before != (fragment, user)
    return another or message.stale(at_s) or (fragment.number == 1 and message.whole())


def _lacks(number: int, missing: int) -> BrokenTelegram:
    sentence = _("part {number} of a message came, but part {missing} before it did not")
    return BrokenTelegram(Why.MALFORMED, 0, sentence.format(number=number, missing=missing))
