"""What files of keys have in common: a meter's number and its key as makers write them.

No sentence from here repeats what may be a key.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.words import _

KEY_BYTES = 16
MOST_FAULTS = 100
_DIGITS = 8
_ID = re.compile(r"[0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{16}")  # a number, or a whole secondary address
# As a plate or a spreadsheet has it: KAM71482036, 6KAM0071482036 (DIN 43863-5), 71482036.0
_MARKED = re.compile(r"\d?[A-Za-z]{3}(?:[0-9A-Fa-f]{2})?(\d{8})")
_FRACTION = re.compile(r"(\d{1,8})[.,]0+")
_GAPS = re.compile(r"[\s\-:.]+")
_PREFIX = re.compile(r"(?<![0-9A-Fa-f])0[xX]")
_KEY = re.compile(r"[0-9A-Fa-f]{32}")
METERS = frozenset(
    (
        *("meter", "meterno", "meternumber", "meterid", "serial", "serialno", "serialnumber"),
        *("id", "deviceid", "deviceno", "devicenumber", "secondaryaddress", "address"),
        *("serialnr", "sn", "seriennummer", "seriennr", "zählernr", "fabriknummer"),
        *("zähler", "zählernummer", "zaehlernummer", "gerätenummer", "måler", "målernummer"),
        *("målernr", "serienummer", "serienr", "compteur", "numérodecompteur"),
        "numérodesérie",
    )
)
KEYS = frozenset(
    (
        *("key", "aeskey", "aes", "enckey", "encryptionkey", "dek", "wmbuskey", "omskey"),
        *("aes128", "aes128key", "aeskey128", "keyhex", "aeskeyhex"),
        *("schlüssel", "schluessel", "aesschlüssel", "aes128schlüssel"),
        *("nøgle", "aesnøgle", "krypteringsnøgle", "clé", "clef", "cléaes"),
    )
)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and whose it is; it does not print the key."""

    meter: str
    key: bytes = field(repr=False)


@dataclass(slots=True)
class KeysFound:
    """What a file holds, and which of its lines hold nothing."""

    keys: list[FoundKey] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    refused: int = 0  # lines that brought nothing, also those no sentence tells of
    _last: dict[str, bytes] = field(default_factory=dict, repr=False)  # by number

    def fault(self, sentence: str) -> None:
        """Note what is wrong with one line; after a hundred no more are told."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(sentence)

    def refuse(self, sentence: str) -> None:
        """Note that a line brought nothing, and why."""
        self.refused += 1
        self.fault(sentence)

    def take(self, place: str, meter: str, key: str) -> None:
        """Take a meter's number and key as they are written at ``place``, or say why not.

        A key that stands twice is taken once. Another one for the same meter is taken as the
        newer of the two, and one of zeros as well: a few meters are delivered with it. Both
        are told.
        """
        number, own = number_of(meter), key_of(key)
        if not number:
            self.refuse(_("{place}: no number of a meter stands there").format(place=place))
            return
        if own is None:
            says = _("{place}: meter {meter} has no key of 32 hexadecimal digits")
            self.refuse(says.format(place=place, meter=number))
            return
        before = self._last.get(number)
        if before == own:
            return
        if before is not None:
            says = _("{place}: meter {meter} has another key above; this one is tried first")
            self.fault(says.format(place=place, meter=number))
        if not any(own):
            says = _("{place}: the key of meter {meter} is all zeros, which often means none")
            self.fault(says.format(place=place, meter=number))
        self._last[number] = own
        self.keys.append(FoundKey(number, own))


def number_of(text: str) -> str:
    """Return a meter's number as keys are kept under; "" for what is none."""
    told = bare(text)
    whole = _FRACTION.fullmatch(told)
    plain = whole[1] if whole is not None else _GAPS.sub("", told)
    marked = _MARKED.fullmatch(plain)
    if marked is not None:
        return marked[1]
    return plain[:_DIGITS].lower().zfill(_DIGITS) if _ID.fullmatch(plain) else ""


def key_of(text: str) -> bytes | None:
    """Return the key a text stands for: 32 digits, in groups or not, also with 0x; or None."""
    plain = _GAPS.sub("", _PREFIX.sub("", bare(text)).replace(",", ""))
    return bytes.fromhex(plain) if _KEY.fullmatch(plain) else None


def bare(text: str) -> str:
    """Return a cell without what spreadsheets put around it: ="71482036", '71482036."""
    plain = text.strip().strip("\ufeff")
    if plain.startswith(('="', "='")):
        plain = plain[1:]
    return plain.strip("\"'").strip()


def heading(text: str) -> str:
    """Return a heading, or the name of an element, as `METERS` and `KEYS` have it."""
    return re.sub(r"[^\w]|_", "", text.casefold())


def first_of(names: Iterable[str], among: frozenset[str]) -> int | None:
    """Return where the first of some headings stands that is among those; None: nowhere."""
    return next((at for at, name in enumerate(names) if name in among), None)
