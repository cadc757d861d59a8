"""One answer of a Modbus device taken apart into all the values it carries, at once."""

import struct
from collections.abc import Callable, Sequence
from operator import itemgetter

from app.errors import BadInput, GarbledAnswer
from app.model.profile import DataType, RegisterPlace
from drivers.codecs.registers import (
    BIT_AREAS,
    Decoded,
    Raw,
    byte_positions,
    converter,
    struct_code,
)


class BlockDecoder:
    """The prepared way from a block's bytes to its values.

    Prepared once per block, because a thousand devices are decoded ten times a
    minute: one `struct` call takes the whole answer apart.
    """

    def __init__(self, places: Sequence[RegisterPlace], address: int, count: int) -> None:
        """Prepare for ``places`` that lie within ``count`` registers or bits from ``address``.

        Raises:
            BadInput: A place lies outside the block or contradicts itself.
        """
        for place in places:
            if place.address < address or place.address + place.words > address + count:
                raise BadInput(f"register {place.address} lies outside the block {address}")
            if place.area in BIT_AREAS and place.type is not DataType.BIT:
                raise BadInput(f"{place.area.value} {place.address} can only be a bit")
        self._converters = tuple(converter(place) for place in places)
        self._take_apart: Callable[[bytes], Sequence[Raw]]
        if places and places[0].area in BIT_AREAS:
            self.size = (count + 7) // 8
            self._take_apart = _bits([place.address - address for place in places])
        else:
            self.size = 2 * count
            self._take_apart = _registers(places, address, count)

    def decode(self, payload: bytes) -> list[Decoded]:
        """Return the values in the order of the places.

        Raises:
            GarbledAnswer: ``payload`` is not as long as the block.
        """
        if len(payload) != self.size:
            raise GarbledAnswer(f"{len(payload)} bytes answered where {self.size} were asked")
        raws = self._take_apart(payload)
        return [convert(raw) for convert, raw in zip(self._converters, raws, strict=True)]


def _bits(offsets: Sequence[int]) -> Callable[[bytes], Sequence[Raw]]:
    def take_apart(payload: bytes) -> Sequence[Raw]:
        return [payload[offset >> 3] >> (offset & 7) & 1 for offset in offsets]

    return take_apart


def _registers(
    places: Sequence[RegisterPlace], address: int, count: int
) -> Callable[[bytes], Sequence[Raw]]:
    plain = _plain_layout(places, address, count)
    if plain is not None:
        return plain
    positions = [
        2 * (place.address - address) + position
        for place in places
        for position in byte_positions(place)
    ]
    unpack = struct.Struct(">" + "".join(struct_code(place) for place in places)).unpack
    # Swapped registers and places that share one are laid out anew, each on its own.
    arrange = itemgetter(*positions)
    return lambda payload: unpack(bytes(arrange(payload)))


def _plain_layout(
    places: Sequence[RegisterPlace], address: int, count: int
) -> Callable[[bytes], Sequence[Raw]] | None:
    """Return the direct way when all lie in order, most significant byte first."""
    layout, position = ">", address
    for place in places:
        gap = place.address - position
        if gap < 0 or byte_positions(place) != tuple(range(2 * place.words)):
            return None
        layout += f"{2 * gap}x" if gap else ""
        layout += struct_code(place)
        position = place.address + place.words
    left = address + count - position
    return struct.Struct(layout + (f"{2 * left}x" if left else "")).unpack
