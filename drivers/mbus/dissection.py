"""The walk through one telegram that finds where each of its parts stands."""

from collections.abc import Sequence

from app.model.anatomy import Part, PartKind, Span
from drivers.mbus import layers
from drivers.mbus.layers import Head
from drivers.mbus.names import maker_letters, medium_name
from drivers.mbus.points import MeterReport
from drivers.mbus.radio import HEAD, FrameLayout, frame_layout
from drivers.mbus.recordparts import record_parts
from drivers.mbus.telegram import BrokenTelegram, FrameKind, Telegram
from drivers.mbus.wired import LONG_START, is_wired

_USER = 6  # where the CI field of a wired frame stands
_FIXED, _FIXED_HEAD = 0x73, 9  # the CI field of the fixed structure; its head with it
_CHECKED = 2  # bytes of the check before what a session carries
_FORMAT = {FrameKind.RADIO_A: "A", FrameKind.RADIO_B: "B"}


class Dissection:
    """The parts of one telegram, found by `walk` from the outermost layer inwards.

    Attributes:
        opened: The telegram's bytes with what was sealed in plain.
        parts: Layers, each with its fields behind it.
    """

    def __init__(
        self,
        data: bytes,
        telegram: Telegram,
        report: MeterReport,
        user: bytes | None,
        records: bytes | None,
    ) -> None:
        """Take a telegram with what its decoder opened.

        ``user`` is what stands behind the extended link layer and ``records`` what stands
        behind the transport layer's head, in plain; None where it did not come so far.
        """
        self.opened = bytearray(data)
        self.parts: list[Part] = []
        self._data, self._telegram, self._report = data, telegram, report
        self._user, self._records = user, records
        self._places: Sequence[int] = range(len(data))  # of each byte of the frame
        self._frame = data  # without the checks between its blocks, opened as far as it goes
        self._sealed = False

    def walk(self) -> None:
        """Find the parts; what cannot be read is told as a part, too."""
        if not self._data:
            return
        if is_wired(self._data):
            self._wired()
        else:
            self._radio(frame_layout(self._data))
        self._rest()

    def _wired(self) -> None:
        data = self._data
        whole = data[0] == LONG_START and len(data) > _USER
        self._layer(PartKind.LINK, 0, _USER if whole else len(data))
        self._field(PartKind.START, 0, 1, f"{data[0]:02X}")
        if not whole:
            return
        self._field(PartKind.LENGTH, 1, 3, str(data[1]))
        self._field(PartKind.START, 3, 4, f"{data[3]:02X}")
        self._field(PartKind.CONTROL, 4, 5, f"{data[4]:02X}")
        self._field(PartKind.BUS_ADDRESS, 5, 6, str(data[5]))
        end = min(_USER - 2 + data[1], len(data))
        if data[_USER] == _FIXED:
            self._fixed(end)
        else:
            self._inside(_USER, end)
        if end + 2 == len(data):
            self._layer(PartKind.CHECKS, end, end + 2)
            self._field(PartKind.CHECK, end, end + 1, f"{data[end]:02X}")
            self._field(PartKind.STOP, end + 1, end + 2, f"{data[end + 1]:02X}")

    def _fixed(self, end: int) -> None:
        at = _USER + 1
        if end - at < _FIXED_HEAD - 1:
            return
        self._layer(PartKind.TRANSPORT, _USER, _USER + _FIXED_HEAD)
        self._field(PartKind.CI, _USER, at, f"{_FIXED:02X}")
        self._number(at)
        self._field(PartKind.ACCESS, at + 4, at + 5, str(self._data[at + 4]))
        self._field(PartKind.STATUS, at + 5, at + 6, f"{self._data[at + 5]:02X}")
        self._field(PartKind.MEDIUM, at + 6, at + 8, self._data[at + 6 : at + 8].hex())
        self._records_at(at, "fixed", self._data[at:end])

    def _radio(self, found: FrameLayout) -> None:
        self._places = found.places
        self._frame = bytes(self._data[at] for at in found.places)
        if found.places[:1] and found.places[0]:
            sync = self._data[: found.places[0]].hex().upper()
            self.parts.append(Part(PartKind.SYNC, ((0, found.places[0]),), sync, layer=True))
        frame = self._frame
        self._layer(PartKind.LINK, 0, min(HEAD, len(frame)))
        if len(frame) > HEAD:
            self._field(PartKind.LENGTH, 0, 1, str(frame[0]))
            self._field(PartKind.CONTROL, 1, 2, f"{frame[1]:02X}")
            self._maker(2)
            self._number(4)
            self._meter_kind(8)
            self._inside(HEAD, len(frame))
        if found.checks:
            said = _FORMAT.get(found.kind, "")
            self.parts.append(Part(PartKind.CHECKS, found.checks, said, layer=True))
        behind, end = self._telegram.behind, len(self._data)
        if behind:
            span = end - len(behind), end
            self.parts.append(Part(PartKind.BEHIND, (span,), behind.hex().upper(), layer=True))

    def _inside(self, at: int, end: int) -> None:
        """Find the layers within a frame, as far as they can be read."""
        try:
            at = self._extended(at, end)
            if at < end:
                at = self._authentication(self._network(at), end)
                if at < end:
                    self._transport(at, end)
        except BrokenTelegram:
            return  # the telegram's own fault says why; what is left is told as unread

    def _extended(self, at: int, end: int) -> int:
        """Return where the layers go on; the end, where what follows stays sealed."""
        extended, size = layers.extended(self._frame[at:end])
        if extended is None:
            return at
        checked = _CHECKED if extended.session is not None and self._user is not None else 0
        self._layer(PartKind.EXTENDED, at, at + size + checked)
        self._field(PartKind.CI, at, at + 1, f"{self._frame[at]:02X}")
        self._field(PartKind.COMMUNICATION, at + 1, at + 2, f"{extended.control:02X}")
        self._field(PartKind.ACCESS, at + 2, at + 3, str(extended.access_no))
        after = at + size
        if extended.session is None:
            return after
        self._field(PartKind.SESSION, after - 4, after, extended.session.hex().upper())
        if self._user is None:
            self._layer(PartKind.SEALED, after, end)
            return end
        inner = after + _CHECKED
        check = self._frame[after:inner].hex().upper()
        self._field(PartKind.PAYLOAD_CHECK, after, inner, check)
        self._put(inner, self._user)
        return inner

    def _network(self, at: int) -> int:
        """Return where the layers go on behind that of a relay."""
        size = layers.relayed(self._frame[at:])
        if size:
            self._layer(PartKind.NETWORK, at, at + size)
            self._field(PartKind.CI, at, at + 1, f"{self._frame[at]:02X}")
            said = self._frame[at + 1 : at + size].hex().upper()
            self._field(PartKind.FIELDS, at + 1, at + size, said)
        return at + size

    def _authentication(self, at: int, end: int) -> int:
        fragment, size = layers.fragment(self._frame[at:end])
        if fragment is not None:
            self._layer(PartKind.AUTHENTICATION, at, at + size)
            self._field(PartKind.CI, at, at + 1, f"{self._frame[at]:02X}")
            self._field(PartKind.FIELDS, at + 1, at + size, fragment.mac.hex().upper())
            if fragment.number > 1:
                return end  # the transport layer stood in the first part
        return at + size

    def _transport(self, at: int, end: int) -> None:
        head = layers.head(self._frame[at:end])
        behind = at + head.at
        self._layer(PartKind.TRANSPORT, at, behind)
        self._field(PartKind.CI, at, at + 1, f"{self._frame[at]:02X}")
        self._head_fields(head, at + 1, behind)
        if self._records is not None:
            self._put(behind, self._records)
            self._records_at(behind, head.content, self._records)
        elif head.mode and behind < end:
            self._layer(PartKind.SEALED, behind, end)

    def _head_fields(self, head: Head, at: int, behind: int) -> None:
        if head.form == layers.LONG:
            self._number(at)
            self._maker(at + 4)
            self._meter_kind(at + 6)
            at += 8
        if head.form != layers.BARE:
            self._field(PartKind.ACCESS, at, at + 1, str(head.access_no))
            self._field(PartKind.STATUS, at + 1, at + 2, f"{head.status or 0:02X}")
            mode = f"mode {head.mode}" if head.mode else f"{head.config:04X}"
            self._field(PartKind.CONFIGURATION, at + 2, behind, mode)

    def _records_at(self, at: int, content: str, data: bytes) -> None:
        """Find the records of ``data``, which stands at this place of the frame."""
        found = record_parts(content, data, self._telegram.body, self._report)
        if not found:
            return
        self._layer(PartKind.RECORDS, at + found[0].start, at + found[-1].end)
        for each in found:
            self._field(each.kind, at + each.start, at + each.end, each.said, each.name)

    def _maker(self, at: int) -> None:
        code = int.from_bytes(self._frame[at : at + 2], "little")
        self._field(PartKind.MANUFACTURER, at, at + 2, maker_letters(code))

    def _number(self, at: int) -> None:
        number = self._frame[at : at + 4][::-1].hex().upper()
        self._field(PartKind.NUMBER, at, at + 4, number)

    def _meter_kind(self, at: int) -> None:
        version, medium = self._frame[at : at + 2]
        self._field(PartKind.VERSION, at, at + 1, f"{version:02X}")
        self._field(PartKind.MEDIUM, at + 1, at + 2, medium_name(medium))

    def _put(self, at: int, plain: bytes) -> None:
        """Put opened bytes in their place; from then on parts tell that they were sealed."""
        if self._frame[at : at + len(plain)] == plain:
            return
        self._sealed = True
        self._frame = self._frame[:at] + plain + self._frame[at + len(plain) :]
        for nth, byte in enumerate(plain, at):
            self.opened[self._places[nth]] = byte

    def _layer(self, kind: PartKind, start: int, end: int) -> None:
        sealed = self._sealed and kind is not PartKind.CHECKS
        self.parts.append(Part(kind, self._spans(start, end), layer=True, sealed=sealed))

    def _field(self, kind: PartKind, start: int, end: int, said: str, name: str = "") -> None:
        sealed = self._sealed and kind not in (PartKind.CHECK, PartKind.STOP)
        self.parts.append(Part(kind, self._spans(start, end), said, name, sealed=sealed))

    def _spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return where bytes of the frame were received, in as few pieces as there are."""
        spans: list[Span] = []
        for place in self._places[start:end]:
            if spans and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], place + 1)
            else:
                spans.append((place, place + 1))
        return tuple(spans)

    def _rest(self) -> None:
        """Tell the bytes that no layer claims."""
        claimed = {
            at
            for part in self.parts
            if part.layer
            for start, end in part.spans
            for at in range(start, end)
        }
        spans: list[Span] = []
        for at in range(len(self._data)):
            if at in claimed:
                continue
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], at + 1)
            else:
                spans.append((at, at + 1))
        if spans:
            self.parts.append(Part(PartKind.UNREAD, tuple(spans), layer=True))
