"""Take the user data of a telegram apart into records (EN 13757-3, 6.1)."""

from app.words import _
from drivers.mbus.headings import MOST_EXTENSIONS, heading_of, letters_at
from drivers.mbus.numbers import length_of
from drivers.mbus.telegram import VARIABLE, Body, BrokenTelegram, Heading, Record, State, Why

_FILLER, _MAKER, _MAKER_AND_MORE = 0x2F, 0x0F, 0x1F
_EXTENDED, _LOW, _TEXT, _SPECIAL = 0x80, 0x7F, 0x7C, 0x0F
_made = tuple.__new__
_OK, _INVALID = State.OK, State.INVALID
# The headings of two bytes that were met, the most of all: found without looking for their end.
_short: dict[bytes, Heading] = {}


def body_of(data: bytes) -> Body:
    """Return the records of ``data``, the user data behind a telegram's header.

    A value that is an error's display, a VIF nobody knows or an unknown DIF are told at
    their record; all others stand.

    Raises:
        BrokenTelegram: A record ends behind the data, or its chain of DIFs or VIFs is longer
            than the standard allows: then the bytes before it may be misread, too.
    """
    records: list[Record] = []
    add = records.append
    at, end = 0, len(data)
    while at < end:
        dif = data[at]
        if dif == _FILLER:
            at += 1
            continue
        if dif & _SPECIAL == _SPECIAL:
            return _tail(records, data, at)
        heading = _short.get(data[at : at + 2])
        if heading is None:
            heading, values = _heading_at(data, at)
        else:
            values = at + 2
        size = heading.size
        if size == VARIABLE:
            size = _variable_size(data, at, values)
        after = values + size
        if after > end:
            raise _cut_off(at)
        raw = data[values:after]
        number, text, time, valid = heading.read(raw)
        state = heading.state
        if state is _OK and not valid:
            state = _INVALID
        if state is _INVALID:
            number = text = time = None
        # As ``Record(...)``, without the step in between that looks at the names.
        add(_made(Record, (heading, number, text, time, state, raw, at)))
        at = after
    return Body(tuple(records))


def _heading_at(data: bytes, at: int) -> tuple[Heading, int]:
    """Return the heading at this place, and where its value begins."""
    try:
        ends = at
        while data[ends] & _EXTENDED:
            ends += 1
        vif = ends + 1
        ends = vif
        if data[vif] & _LOW == _TEXT:
            return _in_letters(data, at, vif)
        while data[ends] & _EXTENDED:
            ends += 1
    except IndexError:
        raise _cut_off(at) from None
    if vif - at > MOST_EXTENSIONS + 1 or ends - vif > MOST_EXTENSIONS:
        raise BrokenTelegram(
            Why.MALFORMED,
            at,
            _("the record at byte {at} has more than ten extensions").format(at=at),
        )
    heading = heading_of(data[at : ends + 1])
    if ends == at + 1:
        _short[heading.dif_vif] = heading
    return heading, ends + 1


def _in_letters(data: bytes, at: int, vif: int) -> tuple[Heading, int]:
    """Return the heading of a quantity that is told in letters."""
    block = data[vif:]
    length_at = letters_at(block)
    if length_at is None:
        raise _cut_off(at)
    ends = vif + length_at + 1 + block[length_at]
    if block[0] & _EXTENDED and length_at == 1:  # the VIFEs come behind the letters
        while data[ends] & _EXTENDED:
            ends += 1
        ends += 1
    if vif - at > MOST_EXTENSIONS + 1 or ends - vif > 2 * MOST_EXTENSIONS + 0x40:
        raise _cut_off(at)
    return heading_of(data[at:ends]), ends


def _variable_size(data: bytes, at: int, values: int) -> int:
    if values >= len(data):
        raise _cut_off(at)
    length = length_of(data[values], len(data) - values - 1)
    if length is None:
        raise BrokenTelegram(
            Why.MALFORMED,
            values,
            _("the length {length} at byte {at} is none the standard knows").format(
                length=f"{data[values]:02X}", at=values
            ),
        )
    return 1 + length


def _tail(records: list[Record], data: bytes, at: int) -> Body:
    """Return the records with what stands behind them, which no record tells."""
    rest = data[at + 1 :]
    if data[at] == _MAKER:
        return Body(tuple(records), rest)
    if data[at] == _MAKER_AND_MORE:
        return Body(tuple(records), rest or None, more_follows=True)
    sentence = _("the DIF {dif} at byte {at} is reserved; what follows is not taken apart")
    fault = BrokenTelegram(Why.MALFORMED, at, sentence.format(dif=f"{data[at]:02X}", at=at))
    return Body(tuple(records), data[at:], fault=fault)


def _cut_off(at: int) -> BrokenTelegram:
    return BrokenTelegram(
        Why.TRUNCATED, at, _("the record at byte {at} ends behind the telegram").format(at=at)
    )
