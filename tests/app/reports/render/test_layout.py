"""Tables are cut only where they may be: no lonely row, no head without rows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.reports.render.layout import Beside, Block, Drawn, Flow, Group, Piece, Stack, cut
from app.reports.render.sheet import Sheet

ROW, HEAD = 4.0, 6.0


class Row:
    """A row that remembers which it is."""

    def __init__(self, group: int, number: int, height: float = ROW) -> None:
        self.group, self.number, self.height = group, number, height

    def draw(self, sheet: Sheet, top: float) -> None:
        raise AssertionError("only places are looked at")


class GroupHead(Row):
    """A head that remembers whether it continues."""

    def __init__(self, group: int, *, continued: bool) -> None:
        super().__init__(group, -1, HEAD)
        self.continued = continued


def group(index: int, count: int, height: float = ROW) -> Group:
    rows = tuple(Row(index, number, height) for number in range(count))
    return Group(rows, lambda continued: GroupHead(index, continued=continued))


def blocks(piece: Piece) -> list[Row]:
    return [block for block in piece.blocks if isinstance(block, Row)]


def shape(pieces: list[Piece]) -> list[list[int]]:
    """Rows per group and page."""
    return [
        [sum(b.number >= 0 and b.group == g for b in blocks(piece)) for g in groups_on(piece)]
        for piece in pieces
    ]


def groups_on(piece: Piece) -> list[int]:
    return list(dict.fromkeys(block.group for block in blocks(piece)))


def test_a_table_that_fits_is_not_cut() -> None:
    assert shape(cut([group(0, 5), group(1, 2)], 100, 100)) == [[5, 2]]


def test_a_head_never_stands_above_fewer_than_three_rows() -> None:
    # 5 rows and a head take 26 mm; 14 mm more hold a head and two rows
    assert shape(cut([group(0, 5), group(1, 6)], 40, 100)) == [[5], [6]]
    assert shape(cut([group(0, 5), group(1, 6)], 44, 100)) == [[5, 3], [3]]


def test_a_short_group_needs_only_its_own_rows() -> None:
    assert shape(cut([group(0, 5), group(1, 2)], 40, 100)) == [[5, 2]]


def test_a_last_row_is_never_alone() -> None:
    # nine of ten rows would fit: eight stay, two go on
    assert shape(cut([group(0, 10)], HEAD + 9 * ROW, 100)) == [[8], [2]]


def test_a_cut_group_repeats_its_head_as_continued() -> None:
    first, second = cut([group(0, 10)], HEAD + 6 * ROW, 100)
    assert [b.continued for b in blocks(first) if isinstance(b, GroupHead)] == [False]
    assert [b.continued for b in blocks(second) if isinstance(b, GroupHead)] == [True]


def test_a_row_higher_than_a_page_is_not_lost() -> None:
    pieces = cut([group(0, 2, height=300.0)], 100, 100)
    assert sum(piece.rows for piece in pieces) == 2


def test_nothing_fits_on_the_first_page() -> None:
    assert shape(cut([group(0, 4)], 5, 100)) == [[], [4]]


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=12),
    st.floats(0, 120),
    st.floats(HEAD + 4 * ROW, 120),
)
def test_the_rules_hold_for_any_table(counts: list[int], room: float, page: float) -> None:
    pieces = cut([group(index, count) for index, count in enumerate(counts)], room, page)
    order = [(b.group, b.number) for p in pieces for b in blocks(p) if b.number >= 0]
    assert order == [(g, n) for g, count in enumerate(counts) for n in range(count)]
    for index, piece in enumerate(pieces):
        assert piece.height <= (page if index else room) + 1e-6
        for on in groups_on(piece):
            here = sum(b.number >= 0 and b.group == on for b in blocks(piece))
            last = max(b.number for b in blocks(piece) if b.group == on)
            assert here >= min(3, counts[on]) or last == counts[on] - 1
            assert here >= min(2, counts[on])  # a last row alone


def test_a_flow_goes_on_on_the_next_page() -> None:
    flow = Flow(top=20.0, end=60.0)
    for _number in range(3):
        flow.place(Drawn(15.0, _nothing), 5.0)
    assert [[top for top, _block in page] for page in flow.pages] == [[20.0, 40.0], [20.0]]


def test_a_table_in_a_flow_repeats_its_column_heads() -> None:
    flow = Flow(top=20.0, end=60.0)
    head: Block = Drawn(5.0, _nothing)
    flow.place_table(head, [group(0, 12)])
    assert [len(page) for page in flow.pages] == [1, 1]
    stacks = [page[0][1] for page in flow.pages]
    assert all(isinstance(s, Stack) and s.blocks[0] is head for s in stacks)
    for page in flow.pages:
        for (top, block), (next_top, _next) in pairwise(page):
            assert top + block.height <= next_top


def test_blocks_beside_each_other_are_as_high_as_the_highest() -> None:
    assert Beside((Drawn(3.0, _nothing), Drawn(8.0, _nothing))).height == 8.0
    assert Beside(()).height == 0.0


def _nothing(_sheet: Sheet, _top: float) -> None:
    return
