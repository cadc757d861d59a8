"""Compact frames (EN 13757-3): values alone, whose headings an earlier telegram told."""

from app.words import _
from drivers.mbus.checks import crc
from drivers.mbus.headings import heading_of
from drivers.mbus.numbers import length_of
from drivers.mbus.records import body_of
from drivers.mbus.telegram import VARIABLE, Body, BrokenTelegram, Record, Why

_SIGNATURE = 2  # bytes
_HEAD = 4  # bytes of signature and check before the values
_MOST = 2_000  # formats kept; more would be somebody who makes them up
# Headings of meters that send compact frames for minutes before a whole one. Each proves
# itself: its signature is the check of these bytes, and the values have a check of their own.
_SHIPPED = (
    "02FF2004134413615B6167",
    "02FF20041392013BA1015B8101E7FF0F",
    "02FF2004134413A1015B8101E7FF0F",
    "02FF2004134413615B5167",
    "02FF2004134413",
    "02FF200413523B",
    "04FF234413523B06FF1B426C61675167023B04138101E7FF0F",
    "04FF2304134413426C023B92013BA2013B06FF1BA1015B91015BA10167",
    "02FF2004134413426C523B615B616751678101E7FF0F06FF1B",
    "040404843C042B04AB3C",
    (
        "040F04FF0704FF08041484401484804014043B0259025D142D84100F84200F04FF22"
        "026C440F4414C44014C4804014426C"
    ),
)


class Formats:
    """The formats of compact frames: some from the beginning, others learned from telegrams."""

    def __init__(self) -> None:
        self._known: dict[int, list[tuple[bytes, ...]]] = {}
        self._seen: set[bytes] = set()
        self.learned: list[bytes] = []  # those that no program is shipped with
        for written in _SHIPPED:
            self.add(bytes.fromhex(written))
        self.learned.clear()

    def add(self, dif_vifs: bytes) -> None:
        """Remember a format, given as its headings without values.

        Raises:
            BrokenTelegram: They are no whole headings.
        """
        self._keep(dif_vifs, tuple(_headings(dif_vifs)))

    def learn(self, records: tuple[Record, ...]) -> None:
        """Remember the format of a whole telegram."""
        headings = tuple([record.heading.dif_vif for record in records])
        self._keep(b"".join(headings), headings)

    def learn_format(self, data: bytes) -> None:
        """Remember the format that a telegram of headings alone tells.

        Raises:
            BrokenTelegram: Its length or its signature is wrong.
        """
        length = data[0] if data else 0
        headings = data[3 : 1 + length]
        if length <= _SIGNATURE or len(data) <= length:
            raise BrokenTelegram(
                Why.TRUNCATED, 0, _("the format of a compact frame ends too soon")
            )
        if crc(headings) != int.from_bytes(data[1:3], "little"):
            raise BrokenTelegram(
                Why.CRC, 1, _("the signature of a format does not fit its headings")
            )
        self.add(headings)

    def _keep(self, dif_vifs: bytes, headings: tuple[bytes, ...]) -> None:
        if not dif_vifs or dif_vifs in self._seen or len(self._seen) >= _MOST:
            return
        self._seen.add(dif_vifs)
        self.learned.append(dif_vifs)
        self._known.setdefault(crc(dif_vifs), []).append(headings)

    def body_of(self, data: bytes) -> Body:
        """Return the records of a compact frame; ``data`` begins with the signature.

        Raises:
            BrokenTelegram: A format nobody told yet, or a check that is wrong.
        """
        if len(data) < _HEAD:
            raise BrokenTelegram(Why.TRUNCATED, len(data), _("a compact frame has a signature"))
        signature = int.from_bytes(data[:2], "little")
        check = int.from_bytes(data[2:_HEAD], "little")
        candidates = self._known.get(signature, [])
        if not candidates:
            raise BrokenTelegram(
                Why.UNKNOWN_FORMAT,
                0,
                _(
                    "a compact frame of format {signature}, which no telegram has told yet"
                ).format(signature=f"{signature:04X}"),
            )
        for headings in candidates:
            whole = _whole(headings, data[_HEAD:])
            if whole is not None and crc(whole) == check:
                return body_of(whole)
        raise BrokenTelegram(
            Why.CRC, 2, _("the check of the compact frame does not fit its values")
        )


def _headings(dif_vifs: bytes) -> list[bytes]:
    """Return each heading of a format by itself."""
    found: list[bytes] = []
    at = 0
    while at < len(dif_vifs):
        ends = at
        try:
            while dif_vifs[ends] & 0x80:
                ends += 1
            ends += 1
            while dif_vifs[ends] & 0x80:
                ends += 1
        except IndexError:
            raise BrokenTelegram(
                Why.TRUNCATED, at, _("the format of a compact frame ends within a heading")
            ) from None
        found.append(dif_vifs[at : ends + 1])
        at = ends + 1
    return found


def _whole(headings: tuple[bytes, ...], values: bytes) -> bytes | None:
    """Return a whole telegram's records of headings and values; None: they do not fit."""
    parts: list[bytes] = []
    at = 0
    for dif_vif in headings:
        size = heading_of(dif_vif).size
        if size == VARIABLE:
            left = len(values) - at - 1
            size = 1 + (length_of(values[at], left) or 0) if left >= 0 else 1
        parts += (dif_vif, values[at : at + size])
        at += size
        if at > len(values):
            return None
    return b"".join(parts) + values[at:]
