"""Which registers are asked for together, so that a device is read in few questions."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.errors import BadInput
from app.model.profile import Area, ReadRules, RegisterPlace
from drivers.codecs.registers import BIT_AREAS

Spot = tuple[Area, int]  # one register or bit of a device, by its address on the wire

PROTOCOL_LIMIT = 125  # registers in one answer; Modbus Application Protocol V1.1b3, 6.3
ADDRESSES = 0x10000

_ORDER = {area: position for position, area in enumerate(Area)}


@dataclass(frozen=True, slots=True)
class Block:
    """One question: ``count`` registers (or bits) from ``address`` carry ``keys``."""

    area: Area
    address: int
    count: int
    keys: tuple[str, ...]

    @property
    def end(self) -> int:
        """The first address behind the block."""
        return self.address + self.count


def plan_blocks(
    places: Mapping[str, RegisterPlace],
    rules: ReadRules,
    keys: Collection[str],
    *,
    refused: Collection[Spot] = (),
    cuts: Collection[Spot] = (),
) -> tuple[Block, ...]:
    """Return the questions that bring the points ``keys``, by area and address.

    A value is never split, a block never larger than the device allows, and no
    register is touched that nobody declared, unless the profile says that the
    device serves the whole range around it. The same input gives the same plan.

    Args:
        places: Where each point lies; keys without a place are left out.
        rules: What the device allows.
        keys: The points wanted.
        refused: Registers the device refused before: neither read nor bridged.
        cuts: Addresses that must begin a block of their own, because the device
            refused to answer across them.

    Raises:
        BadInput: A value is wider than one question may be, or lies beyond the
            last address.
    """
    blocks: list[Block] = []
    for key, place in _in_order(places, keys):
        width = _checked_width(key, place, rules)
        if _touches(refused, place.area, place.address, width):
            continue
        alone = Block(place.area, place.address, width, (key,))
        if blocks and (joined := _joined(blocks[-1], alone, rules, refused, cuts)):
            blocks[-1] = joined
        else:
            blocks.append(alone)
    return tuple(blocks)


def split_block(
    block: Block, places: Mapping[str, RegisterPlace]
) -> tuple[Block, Block] | None:
    """Return the two parts of a block the device refused, None when it is one value.

    The cut lies at the widest stretch nobody declared, since that is the likeliest
    reason, else in the middle; values that share a register stay together.
    """
    cut, best = 0, (-1, 0)
    end = block.address
    for position, key in enumerate(block.keys):
        place = places[key]
        gap = place.address - end
        balance = -abs(2 * position - len(block.keys))
        if position and gap >= 0 and (gap, balance) > best:
            cut, best = position, (gap, balance)
        end = max(end, place.address + place.words)
    if cut == 0:
        return None
    return _block(block.keys[:cut], places), _block(block.keys[cut:], places)


def _block(keys: tuple[str, ...], places: Mapping[str, RegisterPlace]) -> Block:
    first = places[keys[0]]
    end = max(places[key].address + places[key].words for key in keys)
    return Block(first.area, first.address, end - first.address, keys)


def _in_order(
    places: Mapping[str, RegisterPlace], keys: Collection[str]
) -> Iterator[tuple[str, RegisterPlace]]:
    known = [(key, places[key]) for key in set(keys) if key in places]
    known.sort(key=lambda item: (_ORDER[item[1].area], item[1].address, item[1].words, item[0]))
    return iter(known)


def _checked_width(key: str, place: RegisterPlace, rules: ReadRules) -> int:
    limit = _limit(rules)
    if not 1 <= place.words <= limit:
        raise BadInput(f"{key} takes {place.words} registers, one question holds {limit}")
    if place.address < 0 or place.address + place.words > ADDRESSES:
        raise BadInput(f"{key}: register {place.address} is beyond the last address")
    return place.words


def _limit(rules: ReadRules) -> int:
    return min(rules.max_registers, PROTOCOL_LIMIT)


def _joined(
    block: Block,
    alone: Block,
    rules: ReadRules,
    refused: Collection[Spot],
    cuts: Collection[Spot],
) -> Block | None:
    """Return the block that asks for both, None when they must be asked apart."""
    end = max(block.end, alone.end)
    if block.area is not alone.area or end - block.address > _limit(rules):
        return None
    if _is_single(block, rules) or _is_single(alone, rules):
        # Two values of one register (its bits, say) still come with one question.
        if (block.address, block.count) != (alone.address, alone.count):
            return None
    elif not _may_bridge(block.area, block.end, alone.address, rules, refused):
        return None
    if any(area is block.area and block.address < at <= alone.address for area, at in cuts):
        return None
    return Block(block.area, block.address, end - block.address, block.keys + alone.keys)


def _is_single(block: Block, rules: ReadRules) -> bool:
    return any(block.address <= address < block.end for address in rules.single_word)


def _may_bridge(
    area: Area, start: int, stop: int, rules: ReadRules, refused: Collection[Spot]
) -> bool:
    """Tell whether the registers ``start`` to ``stop`` (exclusive) may be read along."""
    gap = stop - start
    if gap <= 0:
        return True
    if _touches(refused, area, start, gap):
        return False
    if any(start <= address < stop for address in rules.single_word):
        return False
    if gap <= rules.gap_tolerance:
        return True
    return area not in BIT_AREAS and any(
        first <= start - 1 and stop <= last for first, last in rules.served
    )


def _touches(spots: Collection[Spot], area: Area, address: int, count: int) -> bool:
    return bool(spots) and any((area, address + step) in spots for step in range(count))
