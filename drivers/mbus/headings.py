"""The DIF and VIF bytes before a value, read once and remembered (EN 13757-3, 6.2 to 6.4)."""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from drivers.mbus import vifs
from drivers.mbus.numbers import reader_of
from drivers.mbus.telegram import Function, Heading, State
from drivers.mbus.vifes import PROFILES, Qualified, qualified
from drivers.mbus.vifs import Kind, Meaning

MOST_EXTENSIONS = 10  # DIFEs, and VIFEs, of one record
_FUNCTIONS = (Function.INSTANTANEOUS, Function.MAXIMUM, Function.MINIMUM, Function.ERROR)
_EXTENDED, _LOW = 0x80, 0x7F
_MOST_LETTERS = 63  # of a unit in words
_REAL, _REAL_DECIMALS, _MOST_DECIMALS = 5, 3, 9
_VARIABLE = 0x0D
_FB, _FD, _TEXT, _MAKER = 0x7B, 0x7D, 0x7C, 0x7F


@lru_cache(maxsize=20_000)
def heading_of(dif_vif: bytes) -> Heading:
    """Return what these bytes say of the value behind them.

    They are a whole data information block and a whole value information block, in which the
    text of a VIF in letters stands behind the VIF (with its length before it) or at the end.
    """
    ends = _end_of_chain(dif_vif, 0)
    function, storage, tariff, subunit = _data_block(dif_vif[:ends])
    found, state = _value_block(dif_vif[ends:])
    meaning = _contained(dif_vif[0], found)
    if found.makers:
        state = State.MANUFACTURER
    elif found.failed:
        state = State.INVALID
    elif meaning.kind is Kind.MOMENT and dif_vif[0] & 0x0F == _VARIABLE:
        state = State.UNKNOWN_VIF  # type M: which moment its bytes are is not public
    size, read = reader_of(dif_vif[0] & 0x0F, meaning, found.offset)
    return Heading(
        function,
        storage,
        tariff,
        subunit,
        found.meaning.quantity,
        found.meaning.unit,
        found.qualifiers,
        state,
        dif_vif,
        size,
        read,
        _decimals(dif_vif[0] & 0x0F, found.meaning, found.offset),
    )


def _contained(dif: int, found: Qualified) -> Meaning:
    """Return the meaning of a record's bytes: those of a profile are no letters."""
    if dif & 0x0F == _VARIABLE and any(each in found.qualifiers for each in PROFILES.values()):
        return replace(found.meaning, kind=Kind.BYTES)
    return found.meaning


def _decimals(data_field: int, meaning: Meaning, offset: Fraction) -> int:
    """Return how many decimals tell a value of this DIF as finely as the meter does."""
    if data_field == _REAL:
        return _REAL_DECIMALS
    step = Fraction(meaning.multiply, meaning.divide)
    finest = max(step.denominator, offset.denominator)
    return next((n for n in range(_MOST_DECIMALS) if 10**n % finest == 0), _MOST_DECIMALS)


def _end_of_chain(data: bytes, at: int) -> int:
    while data[at] & _EXTENDED:
        at += 1
    return at + 1


def _data_block(block: bytes) -> tuple[Function, int, int, int]:
    storage, tariff, subunit = block[0] >> 6 & 1, 0, 0
    for nth, dife in enumerate(block[1:]):
        storage |= (dife & 0x0F) << (1 + 4 * nth)
        tariff |= (dife >> 4 & 3) << (2 * nth)
        subunit |= (dife >> 6 & 1) << nth
    return _FUNCTIONS[block[0] >> 4 & 3], storage, tariff, subunit


def _value_block(block: bytes) -> tuple[Qualified, State]:
    vif, rest = block[0] & _LOW, block[1:]
    table = {_FB: vifs.FB, _FD: vifs.FD}.get(vif) if block[0] & _EXTENDED else None
    if table is not None:
        if vif == rest[0] & _LOW == _FD:
            return _named(vifs.SECOND_FD.get(rest[1] & _LOW) if rest[1:] else None, rest[2:])
        return _named(table.get(rest[0] & _LOW), rest[1:])
    if vif == _TEXT:
        text, vifes = letters_and_vifes(block)
        return qualified(Meaning(text or "unknown"), vifes), State.OK
    if vif == _MAKER:
        extra = (rest.hex().upper(),) if rest else ()
        return Qualified(vifs.MANUFACTURER, Fraction(0), extra, makers=True), State.MANUFACTURER
    return _named(vifs.PRIMARY.get(vif), rest)


def _named(meaning: Meaning | None, vifes: bytes) -> tuple[Qualified, State]:
    state = State.UNKNOWN_VIF if meaning is None else State.OK
    return qualified(meaning or vifs.UNKNOWN, vifes), state


def letters_and_vifes(block: bytes) -> tuple[str, bytes]:
    """Return the words of a VIF in letters, and the VIFEs beside them.

    The standard's older editions have the letters behind the VIF, the newer ones behind the
    last VIFE; what is there tells which: letters are printable, and a chain of VIFEs ends.
    """
    at = letters_at(block)
    if at is None:
        return "", b""
    length = block[at]
    letters = block[at + 1 : at + 1 + length]
    return letters[::-1].decode("latin-1"), block[1:at] + block[at + 1 + length :]


def letters_at(block: bytes) -> int | None:
    """Return where the length of a VIF's letters stands in what begins with that VIF.

    More than the block may follow. None: too little is there.
    """
    if not block[0] & _EXTENDED:
        return 1 if len(block) > 1 and len(block) > 1 + block[1] else None
    if _reads(block, 1):
        return 1
    at = 1
    while at < len(block) and block[at] & _EXTENDED:
        at += 1
    return at + 1 if _reads(block, at + 1) else None


def _reads(block: bytes, at: int) -> bool:
    """Tell whether a length and as many printable letters stand at this place."""
    if at >= len(block) or not 0 < block[at] <= _MOST_LETTERS:
        return False
    letters = block[at + 1 : at + 1 + block[at]]
    return len(letters) == block[at] and all(chr(letter).isprintable() for letter in letters)
