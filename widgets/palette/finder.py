"""Which of many named things a few typed letters mean, the likeliest first."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

MOST_FOUND = 60
_ENOUGH = 8  # exact finds that make guessing needless
_LETTERS_APART = {"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "ł": "l", "đ": "d", "ı": "i"}


class EntryKind(Enum):
    """What an entry leads to; the order is the one of equal finds."""

    DEVICE = "device"
    PAGE = "page"
    PART = "part"  # of a device's page
    ALARM = "alarm"
    REPORT = "report"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be gone to or done."""

    kind: EntryKind
    id: str  # unique within its kind; remembered as a recent choice
    title: str
    hint: str = ""  # where it stands: area, address, keys


def plain(text: str) -> str:
    """Return ``text`` as it is compared: no capitals, no accents, ø as o and ß as ss."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        _LETTERS_APART.get(letter, letter)
        for letter in apart
        if not unicodedata.combining(letter)
    )


class Finder:
    """Entries made ready to be searched; 15,000 take some milliseconds a question."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: list[tuple[str, str, Entry]] = []
        self.fitting = 0  # how many the last words fit, more than `find` returns
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Know these too."""
        self._entries += [(plain(each.title), plain(each.hint), each) for each in entries]

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str, recent: Sequence[tuple[EntryKind, str]] = ()) -> list[Entry]:
        """Return what ``text`` may mean, the likeliest first; all recent choices for "".

        Every word must be found in the title or the hint. Words at the beginning of
        the title count more than at the beginning of a word, and those more than
        inside one; letters in order with gaps count last, and only where little else
        was found.
        """
        self.fitting = 0
        words = plain(text).split()
        order = {choice: at for at, choice in enumerate(recent)}
        if not words:
            return self._recent(order)
        scored: list[tuple[int, int, int, str, Entry]] = []
        for title, hint, entry in self._entries:
            score = _score(words, title, hint)
            if score is not None:
                scored.append(_rank(score, order, title, entry))
        if len(scored) < _ENOUGH:
            known = {id(each[-1]) for each in scored}
            for title, _hint, entry in self._entries:
                if id(entry) not in known and all(_in_order(word, title) for word in words):
                    scored.append(_rank(_GUESSED, order, title, entry))
        scored.sort(key=lambda each: each[:-1])
        self.fitting = len(scored)
        return [each[-1] for each in scored[:MOST_FOUND]]

    def _recent(self, order: dict[tuple[EntryKind, str], int]) -> list[Entry]:
        found = [entry for *_names, entry in self._entries if (entry.kind, entry.id) in order]
        found.sort(key=lambda entry: order[entry.kind, entry.id])
        rest = [entry for *_names, entry in self._entries if entry.kind is EntryKind.PAGE]
        return [*found, *(entry for entry in rest if entry not in found)][:MOST_FOUND]


_GUESSED = 100
_KINDS = {kind: at for at, kind in enumerate(EntryKind)}
_NOT_RECENT = 1000


def _rank(
    score: int, order: dict[tuple[EntryKind, str], int], title: str, entry: Entry
) -> tuple[int, int, int, str, Entry]:
    recent = order.get((entry.kind, entry.id), _NOT_RECENT)
    return score, recent, _KINDS[entry.kind], title, entry


def _score(words: Sequence[str], title: str, hint: str) -> int | None:
    """Return how far the words are from a title, 0 for the best; None for no find."""
    total = 0
    for at, word in enumerate(words):
        if title.startswith(word):
            total += 0 if at == 0 else 1
        elif word in title:
            total += 1 if _begins_a_word(word, title) else 4
        elif word in hint:
            total += 6
        else:
            return None
    return total


def _begins_a_word(word: str, title: str) -> bool:
    at = title.find(word)
    while at > 0:
        if not title[at - 1].isalnum():
            return True
        at = title.find(word, at + 1)
    return at == 0


def _in_order(word: str, title: str) -> bool:
    letters = iter(title)
    return all(letter in letters for letter in word)
