"""Finds a resident in any text without keeping his name: by keyed digests of what he is called.

Who is erased must be found again in an older copy that somebody restores, although
nothing may be left that names him. What is kept are HMACs of the words he was called by,
made with a key of the project; a text is looked through by making the same of its words.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

GONE = "[erased]"
KEY_BYTES = 32
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")  # accents that stand alone, too
_SHORTEST = 4  # letters and digits of a name: less would find half the plant
_MOST_WORDS = 12
_DIGITS_OF_A_SUBSCRIBER = 8  # a phone number without its country


@dataclass(frozen=True, slots=True)
class CallName:
    """A name as kept: how long it is, and digests of its first word and of all of it."""

    first: str
    length: int  # letters and digits
    whole: str


def new_key() -> bytes:
    """Return a key for the digests of one project."""
    return secrets.token_bytes(KEY_BYTES)


def call_names(key: bytes, called: Iterable[str]) -> tuple[CallName, ...]:
    """Return what is kept of the words somebody is called by; too short ones are left out."""
    found = dict[CallName, None]()
    for words in _spellings(called):
        whole = "".join(words)
        if len(whole) >= _SHORTEST and len(words) <= _MOST_WORDS:
            name = CallName(_digest(key, words[0]), len(whole), _digest(key, whole))
            found[name] = None
    return tuple(found)


class Finder:
    """Looks through texts for names; one of these a key."""

    def __init__(self, key: bytes, names: Collection[CallName]) -> None:
        self._key = key
        self._by_first: dict[str, dict[int, set[str]]] = {}
        for name in names:
            lengths = self._by_first.setdefault(name.first, {})
            lengths.setdefault(name.length, set()).add(name.whole)
        self._begins = lru_cache(200_000)(self._begin)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def finds(self, text: str) -> bool:
        """Whether somebody is named."""
        return next(self.spans(unicodedata.normalize("NFC", text)), None) is not None

    def without(self, text: str) -> str:
        """Return the text with each name put out."""
        parts: list[str] = []
        at, composed = 0, unicodedata.normalize("NFC", text)
        for begin, end in self.spans(composed):
            parts += [composed[at:begin], GONE]
            at = end
        return "".join([*parts, composed[at:]]) if parts else text

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where names stand, from the left, the longest at each place."""
        matches = [*_WORD.finditer(text)]
        free = 0
        for at, match in enumerate(matches):
            if match.start() < free:
                continue
            lengths = self._begins(_plain(match.group()))
            end = self._end(matches, at, lengths) if lengths else 0
            if end:
                yield match.start(), end
                free = end

    def _begin(self, word: str) -> Mapping[int, set[str]] | None:
        return self._by_first.get(_digest(self._key, word))

    def _end(
        self, matches: Sequence[re.Match[str]], at: int, lengths: Mapping[int, set[str]]
    ) -> int:
        """Return where the longest name that begins with a word ends; 0 for none."""
        whole, end = "", 0
        for match in matches[at : at + _MOST_WORDS]:
            whole += _plain(match.group())
            if len(whole) > max(lengths):
                break
            if _digest(self._key, whole) in lengths.get(len(whole), ()):
                end = match.end()
        return end


def _spellings(called: Iterable[str]) -> Iterator[list[str]]:
    for given in called:
        each = unicodedata.normalize("NFC", given)  # as texts are looked through
        words = [_plain(word) for word in _WORD.findall(each)]
        if not words:
            continue
        yield words
        digits = "".join(words)
        if digits.isdigit():
            if len(digits) > _DIGITS_OF_A_SUBSCRIBER:
                own = digits[-_DIGITS_OF_A_SUBSCRIBER:]
                yield from ([digits], [own], *_pairs(own))
            yield from ([digits], *_pairs(digits))
        elif len(words) > 1 and "@" not in each:
            yield [words[-1], *words[:-1]]  # "Hansen, Mads"
            yield ["".join(words)]


def _pairs(digits: str) -> list[list[str]]:
    """Return a number as people write it: by twos, by fours, three and the rest."""
    ways = [[digits[at : at + step] for at in range(0, len(digits), step)] for step in (2, 4)]
    return [*ways, [digits[:3], digits[3:]], [digits[:2], digits[2:]]]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
