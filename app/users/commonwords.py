"""Passwords that everybody tries first: a list that lies with the program, never asked for."""

import re
import sys
from functools import cache

_LOOKALIKES = str.maketrans("0134578@$!€", "oieastbasie")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")  # what people put around a word to make it pass


def is_common(password: str) -> bool:
    """Whether a password is in the list: as it is, or with what people do to such words.

    That is: figures and signs around it, figures that look like letters, the same word
    twice. The list is that of `zxcvbn`, 30,000 passwords of leaked collections.
    """
    plain = password.casefold()
    for form in {plain, _ENDS.sub("", plain)}:
        for word in {form, _once(form)}:
            alike = word.translate(_LOOKALIKES)
            if {word, alike, _ENDS.sub("", alike)} & _known():
                return True
    return False


def _once(word: str) -> str:
    """Return a word that is written several times in a row once."""
    for length in range(1, len(word) // 2 + 1):
        if len(word) % length == 0 and word[:length] * (len(word) // length) == word:
            return word[:length]
    return word


@cache
def _known() -> frozenset[str]:
    """Return the list alone: what else the library holds, 16 MB, is let go of at once.

    Takes 0.1 s: looked at when somebody chooses a password, not at every start.
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS
    from zxcvbn.matching import RANKED_DICTIONARIES

    known = frozenset(FREQUENCY_LISTS["passwords"])
    for lists in (FREQUENCY_LISTS, RANKED_DICTIONARIES):
        lists.clear()
    for name in [each for each in sys.modules if each.partition(".")[0] == "zxcvbn"]:
        del sys.modules[name]
    return known
