"""How like a meter's records bytes are, in bits against chance: for keys nothing proves."""

from drivers.mbus.series import is_series
from drivers.mbus.telegram import VARIABLE, Body, Function, Record, State

FILLER = b"\x2f"
MARK = 2 * FILLER  # what every sealed telegram begins with when it is opened
# From where bytes count as records at once. Every telegram of a public meter lies above it; of
# wrong keys that bring forth the mark, one in 65,536, few do (docs/mbus-figures.md).
ENOUGH = 3.5
# Bits in favour or against: how much more often meters send it than chance does.
_FILLER, _MOST_FILLERS = 5.0, 4  # one byte; so many say all that fillers can
_MAKERS, _MORE = 3.7, 1.0  # the maker's own bytes to the end; the same, and more to come
_NOW, _ANOTHER = 1.6, -1.9  # an instantaneous value; a minimum, a maximum, one of an error
_PLAIN, _QUALIFIED, _TWO_DIFES, _MORE_DIFES = 1.3, -2.0, -1.5, -5.0
_KNOWN, _UNKNOWN, _INVALID, _EMPTY, _RARE, _AGAIN = 0.6, -4.0, -2.5, -3.5, -2.0, -3.0
_DIGIT, _LETTER, _ODD = 0.7, 1.0, -4.0  # of a value: a decimal digit, a letter, neither
_ROW = 2.0  # … a row of values
_BROKEN = -4.0
_RARELY = ("mass", "mass flow")
_NO_DATA, _MOST_LETTERS = (0x00, 0x08), 8
_DIGITAL, _EXTENDED, _TABLES = range(9, 15), 0x80, (0xFB, 0xFD, 0xFF)
_NUMBERS_FROM = 0xC0  # lengths of variable values that are no text


def likeness(data: bytes, body: Body | None, sealed: int) -> float:
    """Return bits in favour of opened ``data``, mark and all, being what a meter sends.

    ``body`` is what its records say, None: it cannot be taken apart. Of its bytes the first
    ``sealed`` were opened by the key; what follows was never sealed and speaks for no key.
    """
    if body is None:
        return _BROKEN + _fillers(_filled(data[:sealed]))
    bits, fillers, at, met = 0.0, 0, len(MARK), set[bytes]()
    for record in body.records:
        if record.offset >= sealed:
            return bits + _fillers(fillers + max(0, sealed - at))
        fillers += record.offset - at
        heading = record.heading
        bits += _of(record) + (_AGAIN if heading.dif_vif in met else 0.0)
        met.add(heading.dif_vif)
        at = record.offset + len(heading.dif_vif) + len(record.raw)
    rest = data[at:sealed]
    if body.fault is not None:
        return bits + _BROKEN + _fillers(fillers + _filled(rest))
    before = len(rest) - len(rest.lstrip(FILLER))
    if before < len(rest):  # a block of the maker's begins there
        bits += _MORE if body.more_follows else _MAKERS
    return bits + _fillers(fillers + before)


def _filled(data: bytes) -> int:
    return len(data) - len(data.rstrip(FILLER))


def _fillers(count: int) -> float:
    return _FILLER * min(count, _MOST_FILLERS)


def _of(record: Record) -> float:
    """Return the bits of one record."""
    heading, raw = record.heading, record.raw
    block = heading.dif_vif
    vif = next(nth for nth, byte in enumerate(block) if not byte & _EXTENDED) + 1
    bits = _NOW if heading.function is Function.INSTANTANEOUS else _ANOTHER
    bits += {State.UNKNOWN_VIF: _UNKNOWN, State.INVALID: _INVALID}.get(record.state, _KNOWN)
    if len(block) == 2:  # noqa: PLR2004 - DIF and VIF
        bits += _PLAIN
    elif block[vif] & _EXTENDED and block[vif] not in _TABLES:
        bits += _QUALIFIED
    if vif > 2:  # noqa: PLR2004 - DIF and DIFE
        bits += _TWO_DIFES if vif == 3 else _MORE_DIFES  # noqa: PLR2004
    if block[0] & 0x0F in _NO_DATA:
        bits += _EMPTY
    if heading.quantity in _RARELY:
        bits += _RARE
    if heading.size == VARIABLE:
        return bits + (_ROW if is_series(record) else _of_variable(raw))
    if block[0] & 0x0F in _DIGITAL and record.state is not State.INVALID:
        bits += 2 * len(raw) * _DIGIT
    return bits


def _of_variable(raw: bytes) -> float:
    if raw[0] >= _NUMBERS_FROM:
        return _ODD
    letters = raw[1:]
    printable = all(byte in b"\t\r\n" or 0x20 <= byte < 0x7F for byte in letters)  # noqa: PLR2004
    return _LETTER * min(len(letters), _MOST_LETTERS) if printable else _ODD
