"""Telegrams and keys as people and programs write them: in hexadecimal digits."""

import re
from collections.abc import Iterable, Mapping, Sequence

from app.words import _
from drivers.mbus.pasted import bytes_in
from drivers.mbus.sealing import KEY
from drivers.mbus.telegram import Address, BrokenTelegram, Why

_GAPS = re.compile(r"[\s_|]+")
_PARTS = re.compile(r"[;,\s]+")
_ID_DIGITS = 8
_PLAIN, _DUMP = re.compile(r"(?:[0-9a-fA-F]{2})*"), "0000"  # how a dump begins


class KeyRing:
    """Keys by the number of their meter, and some that are tried for every meter."""

    def __init__(self, for_all: Iterable[bytes] = ()) -> None:
        self._for_all = list(for_all)
        self._of: dict[str, list[bytes]] = {}

    def add(self, meter: str, key: bytes) -> None:
        """Keep a key for the meter of this number; one without a number is for every meter."""
        if meter:
            self._of.setdefault(meter.lower().zfill(_ID_DIGITS), []).append(key)
        else:
            self._for_all.append(key)

    def __call__(self, address: Address) -> Sequence[bytes]:
        """Return the keys to try for a meter, its own first."""
        return [*self._of.get(address.id.lower(), ()), *self._for_all]


def telegram_of(text: str) -> bytes:
    """Return the bytes of hexadecimal digits, however people paste them.

    Raises:
        BrokenTelegram: Something else stands there, half a byte, or what is not clear; see
            `drivers.mbus.pasted`.
    """
    digits = _GAPS.sub("", text)
    if _PLAIN.fullmatch(digits) and not text.lstrip().startswith(_DUMP):
        return bytes.fromhex(digits)  # as it is most often, and fast
    return bytes_in(text)


def key_of(text: str) -> bytes | None:
    """Return a key of 16 bytes; None: the text is none, and is not repeated to anybody."""
    digits = _GAPS.sub("", text)
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        return None
    return key if len(key) == KEY else None


def no_key(digits: str) -> BrokenTelegram:
    """Return the fault of a line whose key, behind the telegram's ``digits``, is none."""
    return BrokenTelegram(
        Why.NOT_HEX,
        len(_GAPS.sub("", digits)) // 2,
        _("what stands behind “;” is no key of 32 hexadecimal digits"),
    )


def keys_of_file(lines: Iterable[str]) -> tuple[Mapping[str, list[bytes]], list[int]]:
    """Return keys by meter from lines ``number;key``, and the lines that are neither.

    Blanks or commas may stand between the two; ``#`` begins a remark. Lines count from one.
    A line of a key alone is for every meter, under the empty number.
    """
    keys: dict[str, list[bytes]] = {}
    wrong: list[int] = []
    for number, line in enumerate(lines, 1):
        said = line.split("#", 1)[0].strip().lstrip("\ufeff")
        if not said:
            continue
        *before, last = [part for part in _PARTS.split(said) if part]
        key = key_of(last)
        meter = before[0] if before else ""
        if key is None or len(before) > 1 or not re.fullmatch(r"[0-9a-fA-F]{0,8}", meter):
            wrong.append(number)
        else:
            keys.setdefault(meter, []).append(key)
    return keys, wrong
