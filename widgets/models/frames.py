"""What a raw frame says, in words: Modbus over TCP, as far as it explains itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from app.model.conversation import Frame
from app.words import _, ngettext
from widgets.controls.moments import local
from widgets.models.rows import Cell, Column, Tone

_HEAD = 8  # transaction, protocol, length, unit, function; MBAP, Modbus over TCP V1.0b
_UNIT, _FUNCTION = 6, 7
_REFUSED = 0x80
_TWO_WORDS = 4  # bytes: an address, and a count or a value


@dataclass(frozen=True, slots=True)
class Told:
    """A frame with its place in the list, for it has no name of its own."""

    number: int
    frame: Frame


def unit_of(frame: Frame) -> int | None:
    """Return which device on the line a frame is about; None for a piece without a head."""
    return frame.data[_UNIT] if len(frame.data) >= _HEAD else None


def words_of(frame: Frame) -> str:
    """Return what is asked or answered; "" for what is no whole frame."""
    data = frame.data
    if len(data) < _HEAD or data[2:4] != b"\0\0":
        return _("a piece of an answer")
    function, body = data[_FUNCTION], data[_HEAD:]
    if function & _REFUSED:
        code = body[0] if body else 0
        return _("refused: {reason}").format(reason=_refusal(code))
    name = _names().get(function) or _("function {number}").format(number=function)
    if frame.sent and len(body) >= _TWO_WORDS:
        first, second = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
        if function in (5, 6):
            words = _("{what}, address {first}: {second}")
        else:
            words = _("{what}, address {first}, {second} of them")
        return words.format(what=name, first=first, second=second)
    if not frame.sent and function in (1, 2, 3, 4) and body:
        words = ngettext(
            "{what}: {count} byte answered", "{what}: {count} bytes answered", body[0]
        )
        return words.format(what=name, count=body[0])
    return _("{what}: done").format(what=name)


def frame_columns(zone: tzinfo | None) -> Sequence[Column[Told]]:
    """Return the columns of the list of frames."""
    return (
        Column("at", lambda: _("Time"), lambda row: _time(row, zone), 112),
        Column("way", lambda: _("Way"), _way, 96),
        Column("words", lambda: _("In words"), lambda row: Cell(words_of(row.frame)), 300),
        Column(
            "bytes",
            lambda: _("Bytes"),
            lambda row: Cell(row.frame.hex.upper(), tone=Tone.QUIET),
            stretch=True,
        ),
        Column("length", lambda: _("Length"), _length, 72, _size, right=True),
    )


def _time(row: Told, zone: tzinfo | None) -> Cell:
    at = local(row.frame.at, zone)
    return Cell(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}", tone=Tone.QUIET)


def _way(row: Told) -> Cell:
    return Cell(_("→ sent") if row.frame.sent else _("← received"))


def _length(row: Told) -> Cell:
    return Cell(str(len(row.frame.data)), tone=Tone.QUIET)


def _size(row: Told) -> int:
    return len(row.frame.data)


def _names() -> dict[int, str]:
    return {
        1: _("read coils"),
        2: _("read inputs"),
        3: _("read holding registers"),
        4: _("read input registers"),
        5: _("write a coil"),
        6: _("write a register"),
        15: _("write coils"),
        16: _("write registers"),
    }


def _refusal(code: int) -> str:
    """Return a Modbus exception in words (Application Protocol V1.1b3, 7)."""
    known = {
        1: _("the device does not know this function"),
        2: _("the device has no such register"),
        3: _("the device does not take this value"),
        4: _("the device failed to do it"),
        5: _("the device is working on it"),
        6: _("the device is busy"),
        10: _("the gateway has no way to the device"),
        11: _("the device behind the gateway does not answer"),
    }
    return known.get(code) or _("code {number}").format(number=code)
