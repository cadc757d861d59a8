"""Few questions, and none that touches a register nobody declared."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.profile import Area, DataType, ReadRules, RegisterPlace
from drivers.blocks import Block, plan_blocks, split_block

KINDS = (DataType.INT16, DataType.INT32, DataType.UINT64, DataType.FLOAT32)


def at(address: int, words: int = 1, area: Area = Area.HOLDING) -> RegisterPlace:
    kind = DataType.INT16 if words == 1 else DataType.STRING
    return RegisterPlace(area, address, kind, words)


def row(*addresses: int, area: Area = Area.HOLDING) -> dict[str, RegisterPlace]:
    return {f"p{address}": at(address, area=area) for address in addresses}


def spans(blocks: Collection[Block]) -> list[tuple[int, int]]:
    return [(block.address, block.count) for block in blocks]


@st.composite
def device_maps(draw: st.DrawFn) -> dict[str, RegisterPlace]:
    """Places that do not overlap, with gaps, in two areas."""
    places = {}
    for area in (Area.HOLDING, Area.INPUT):
        address = draw(st.integers(0, 50))
        for number in range(draw(st.integers(0, 25))):
            kind = draw(st.sampled_from(KINDS))
            places[f"{area.value}{number}"] = RegisterPlace(area, address, kind, kind.words)
            address += kind.words + draw(st.sampled_from((0, 0, 0, 1, 2, 7)))
    return places


@st.composite
def read_rules(draw: st.DrawFn) -> ReadRules:
    start = draw(st.integers(0, 80))
    return ReadRules(
        max_registers=draw(st.sampled_from((4, 5, 11, 123, 125, 200))),
        gap_tolerance=draw(st.sampled_from((0, 0, 1, 3))),
        served=draw(st.sampled_from(((), ((start, start + 30),)))),
        single_word=draw(st.frozensets(st.integers(0, 60), max_size=3)),
    )


def registers(place: RegisterPlace) -> set[tuple[Area, int]]:
    return {(place.area, place.address + step) for step in range(place.words)}


@given(device_maps(), read_rules(), st.data())
def test_every_plan_keeps_the_rules(
    places: dict[str, RegisterPlace], rules: ReadRules, data: st.DataObject
) -> None:
    keys = data.draw(st.sets(st.sampled_from(sorted(places)))) if places else set()
    spots = sorted({spot for place in places.values() for spot in registers(place)}, key=str)
    refused = data.draw(st.sets(st.sampled_from(spots), max_size=3)) if spots else set()
    cuts = data.draw(st.sets(st.sampled_from(spots), max_size=3)) if spots else set()

    blocks = plan_blocks(places, rules, keys, refused=refused, cuts=cuts)

    wanted = {key for key in keys if not registers(places[key]) & refused}
    planned = [key for block in blocks for key in block.keys]
    assert sorted(planned) == sorted(wanted), "every value once, no other"
    touched: set[tuple[Area, int]] = set()
    for block in blocks:
        asked = {(block.area, block.address + step) for step in range(block.count)}
        assert not asked & touched, "no register twice"
        touched |= asked
        assert block.count <= min(rules.max_registers, 125)
        assert not asked & refused
        mine = set().union(*(registers(places[key]) for key in block.keys))
        assert mine <= asked, "no value split"
        assert not (asked - {(block.area, block.address)}) & cuts & mine_starts(block, places)
        for area, address in asked - mine:
            assert bridged(address, area, mine, rules), "nobody declared it"
        if any((block.area, address) in asked for address in rules.single_word):
            assert len(block.keys) == 1


def mine_starts(block: Block, places: dict[str, RegisterPlace]) -> set[tuple[Area, int]]:
    return {(block.area, places[key].address) for key in block.keys}


def bridged(address: int, area: Area, mine: set[tuple[Area, int]], rules: ReadRules) -> bool:
    """Whether reading along an undeclared register is covered by the profile."""
    below = max(spot for where, spot in mine if where is area and spot < address)
    above = min(spot for where, spot in mine if where is area and spot > address)
    if above - below - 1 <= rules.gap_tolerance:
        return True
    return any(first <= below and above <= last for first, last in rules.served)


@given(device_maps(), read_rules(), st.randoms())
def test_the_same_device_is_always_asked_the_same_way(
    places: dict[str, RegisterPlace],
    rules: ReadRules,
    random: st.DataObject,
) -> None:
    keys = sorted(places)
    plan = plan_blocks(places, rules, keys)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert plan_blocks(dict(reversed(places.items())), rules, keys) == plan


@given(device_maps(), read_rules())
def test_a_refused_block_splits_into_parts_down_to_single_values(
    places: dict[str, RegisterPlace], rules: ReadRules
) -> None:
    waiting = list(plan_blocks(places, rules, places))
    leaves = []
    while waiting:
        block = waiting.pop()
        if (parts := split_block(block, places)) is None:
            leaves.append(block)
            continue
        assert parts[0].keys + parts[1].keys == block.keys
        assert parts[0].end <= parts[1].address
        waiting.extend(parts)
    assert sorted(leaf.keys for leaf in leaves) == sorted((key,) for key in places)


def test_neighbours_are_asked_together_and_strangers_apart() -> None:
    places = row(10, 11, 12, 14)
    assert spans(plan_blocks(places, ReadRules(), places)) == [(10, 3), (14, 1)]


def test_a_gap_is_bridged_only_where_the_device_serves_all_of_it() -> None:
    places = row(3999, 4005, 4015, 4040)
    served = ReadRules(served=((3999, 4030), (4035, 4041)))
    assert spans(plan_blocks(places, served, places)) == [(3999, 17), (4040, 1)]
    assert len(plan_blocks(places, ReadRules(), places)) == 4


def test_a_gap_is_not_bridged_across_a_refused_or_a_single_register() -> None:
    places = row(10, 13)
    served = ((0, 20),)
    assert len(plan_blocks(places, ReadRules(served=served), places)) == 1
    refused = {(Area.HOLDING, 11)}
    assert len(plan_blocks(places, ReadRules(served=served), places, refused=refused)) == 2
    single = ReadRules(served=served, single_word=frozenset({12}))
    assert len(plan_blocks(places, single, places)) == 2


def test_a_declared_tolerance_bridges_small_gaps_only() -> None:
    places = row(10, 12, 16)
    assert spans(plan_blocks(places, ReadRules(gap_tolerance=2), places)) == [(10, 3), (16, 1)]


def test_a_gap_of_coils_is_not_bridged_by_a_range_of_registers() -> None:
    places = row(10, 12, area=Area.COIL)
    assert len(plan_blocks(places, ReadRules(served=((0, 20),)), places)) == 2


def test_a_value_is_not_split_at_the_largest_question() -> None:
    places = {"a": at(0, 2), "b": at(2, 2), "c": at(4, 2)}
    assert spans(plan_blocks(places, ReadRules(max_registers=5), places)) == [(0, 4), (4, 2)]


def test_no_question_exceeds_what_the_protocol_can_carry() -> None:
    places = row(*range(300))
    plan = plan_blocks(places, ReadRules(max_registers=1000), places)
    assert [block.count for block in plan] == [125, 125, 50]


def test_two_values_of_one_register_come_with_one_question() -> None:
    places = {"mask": at(5), "again": at(5), "next": at(6)}
    plan = plan_blocks(places, ReadRules(), places)
    assert plan == (Block(Area.HOLDING, 5, 2, ("again", "mask", "next")),)
    alone = plan_blocks(places, ReadRules(single_word=frozenset({5})), places)
    assert spans(alone) == [(5, 1), (6, 1)]
    halves = split_block(plan[0], places)
    assert halves is not None
    assert halves[0].keys == ("again", "mask")
    assert split_block(halves[0], places) is None


def test_a_refused_block_is_first_cut_where_nobody_declared_anything() -> None:
    places = row(0, 1, 2, 3, 9)
    (block,) = plan_blocks(places, ReadRules(served=((0, 9),)), places)
    halves = split_block(block, places)
    assert halves is not None
    assert spans(halves) == [(0, 4), (9, 1)]


def test_a_cut_learned_at_one_value_holds_for_its_neighbours() -> None:
    places = row(10, 14, 15)
    rules = ReadRules(served=((0, 20),))
    cuts = {(Area.HOLDING, 14)}
    assert spans(plan_blocks(places, rules, ["p10", "p15"], cuts=cuts)) == [(10, 1), (15, 1)]
    assert spans(plan_blocks(places, rules, ["p14", "p15"], cuts=cuts)) == [(14, 2)]


def test_keys_without_a_place_are_left_out() -> None:
    assert plan_blocks(row(1), ReadRules(), ["p1", "computed"])[0].keys == ("p1",)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (at(0, 126), "text takes 126 registers, one question holds 125"),
        (at(65535, 2), "text: register 65535 is beyond the last address"),
        (at(-1), "text: register -1 is beyond the last address"),
    ],
)
def test_a_place_no_question_can_reach_is_named(place: RegisterPlace, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        plan_blocks({"text": place}, ReadRules(), ["text"])


def test_the_collected_ecl_310_map_needs_seven_questions_for_what_is_live() -> None:
    live = [
        *range(10200, 10216),  # sensors S1 to S16
        11252,  # desired flow temperature
        *range(4200, 4202),  # modes of both circuits
        *range(4210, 4212),  # what they do now
        *range(3998, 4011),  # output mask, triacs, relays
        *range(4015, 4018),  # analogue outputs of the ECA 32
        *range(1023, 1025),  # alarm mask
    ]
    plan = plan_blocks(row(*live), ReadRules(max_registers=123), [f"p{n}" for n in live])
    assert spans(plan) == [
        (1023, 2),
        (3998, 13),
        (4015, 3),
        (4200, 2),
        (4210, 2),
        (10200, 16),
        (11252, 1),
    ]
