"""How hard a password is to guess, told while somebody chooses it.

Estimated from the number of characters that could not have been foreseen: repeats, runs
such as ``abcd`` or ``qwer``, years, common words and what is known of the person count
once. It is a help for choosing, never a proof; what is refused stands in `accounts`.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from app.errors import BadInput
from app.users.accounts import normal_login, require_password
from app.words import _

_COMMON = """
    password adgangskode kodeord passwort kennwort motdepasse welcome velkommen willkommen
    bienvenue admin administrator heatdesk fjernvarme fernwaerme fernwärme chauffage varme
    login master secret hemmelig geheim letmein iloveyou monkey dragon sommer summer vinter
    winter hest danfoss kamstrup system service operator engineer test start changeme
"""
_ROWS = ("abcdefghijklmnopqrstuvwxyzæøå", "0123456789", "qwertyuiopå", "asdfghjklæø", "zxcvbnm")
_RUN = 4  # characters side by side that are no choice any more
_SHORTEST_WORD = 4
_YEAR = re.compile(r"(19|20)\d\d")
_POOLS = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"\d", 10), (r"[^a-zA-Z\d]", 33))
_BITS = (40.0, 60.0, 80.0)  # from weak to fair, to good, to strong


class Level(IntEnum):
    """From what is refused to what nobody guesses."""

    REFUSED = 0
    WEAK = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


@dataclass(frozen=True, slots=True)
class Strength:
    """How good a password is, and what would better it."""

    level: Level
    advice: str  # a sentence; "" when there is nothing to say
    bits: float  # of guessing, roughly


def strength_of(password: str, login: str = "", known: Collection[str] = ()) -> Strength:
    """Return how hard ``password`` is to guess by somebody who knows the person.

    ``known`` are words an attacker would try first: names, the plant's title.
    """
    if not password:
        return Strength(Level.REFUSED, "", 0.0)
    try:
        require_password(password, normal_login(login))
    except BadInput as error:
        return Strength(Level.REFUSED, str(error), 0.0)
    expected = [*_COMMON.split(), *(word for each in (login, *known) for word in each.split())]
    kept, foreseen = _unforeseen(password, expected)
    pool = sum(size for pattern, size in _POOLS if re.search(pattern, kept))
    bits = len(kept) * math.log2(pool) if pool else 0.0
    level = Level(1 + sum(bits >= limit for limit in _BITS))
    if level >= Level.GOOD:
        return Strength(level, "", bits)
    advice = (
        _("It holds a common word, a name, a year or a row of keys: add words of your own.")
        if foreseen
        else _("Longer is better: four or five words that do not belong together.")
    )
    return Strength(level, advice, bits)


def _unforeseen(password: str, expected: Collection[str]) -> tuple[str, bool]:
    """Return the password with each foreseeable part shrunk to one sign, and if any was."""
    shrunk = password
    for word in sorted({each.casefold() for each in expected}, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            shrunk = re.sub(re.escape(word), "w", shrunk, flags=re.IGNORECASE)
    shrunk = _YEAR.sub("1", shrunk)
    shrunk = re.sub(r"(.)\1{2,}", r"\1", shrunk)
    shrunk = _without_runs(shrunk)
    return shrunk, shrunk != password


def _without_runs(text: str) -> str:
    kept: list[str] = []
    at = 0
    while at < len(text):
        length = max(_run_at(text, at, row) for each in _ROWS for row in (each, each[::-1]))
        kept.append(text[at])
        at += length if length >= _RUN else 1
    return "".join(kept)


def _run_at(text: str, at: int, row: str) -> int:
    """Return how many characters from ``at`` on follow each other in ``row``."""
    place = row.find(text[at].casefold())
    length = 1
    while (
        place >= 0
        and at + length < len(text)
        and place + length < len(row)
        and text[at + length].casefold() == row[place + length]
    ):
        length += 1
    return length
