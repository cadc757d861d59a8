"""What is stated holds until it is taken back, and again once that is taken back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.counter import (
    Edit,
    Entered,
    IndexRules,
    Statement,
    StatementId,
    TakenBack,
    as_listed,
    in_force,
    rules_of,
    wraps_after,
)
from app.model.point import PointSpec
from tests.plant import NOON, SUPPLY


def statement(number: int, says: Edit | TakenBack, reason: str = "why") -> Statement:
    return Statement(StatementId(str(number)), SUPPLY, says, reason, "K. Lund", NOON)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Statement, ...]:
    """Statements and what takes earlier ones back, never one that does not hold."""
    made: list[Statement] = []
    for number in range(draw(st.integers(1, 12))):
        held = [each.statement.id for each in as_listed(tuple(made)) if each.holds]
        which = draw(st.integers(0, 2 * len(held)))
        says: Edit | TakenBack = Entered(NOON, Decimal(number))
        if which < len(held):
            says = TakenBack(held[which])
        made.append(statement(number, says))
    return tuple(made)


def holds(made: tuple[Statement, ...], wanted: StatementId) -> bool:
    """Whether a statement holds, as one would say it: nobody who holds takes it back."""
    return not any(
        isinstance(each.says, TakenBack)
        and each.says.statement == wanted
        and holds(made, each.id)
        for each in made
    )


@given(stories())
def test_a_statement_holds_unless_one_that_holds_takes_it_back(
    made: tuple[Statement, ...],
) -> None:
    listed = as_listed(made)
    assert [each.statement for each in listed] == list(made)
    assert [each.holds for each in listed] == [holds(made, each.id) for each in made]
    edits = [each.says for each in made if not isinstance(each.says, TakenBack)]
    kept = [each for each in edits if each in in_force(made)]
    assert list(in_force(made)) == kept


def test_what_a_profile_tells_of_an_index_becomes_its_rules() -> None:
    plain = PointSpec("e", "Heat", "MWh", 3, role="meter.energy")
    assert rules_of(plain) == IndexRules("MWh", 3)
    told = PointSpec("e", "Heat", "MWh", 3, digits=7, most_per_hour=0.1)
    assert rules_of(told) == IndexRules("MWh", 3, wraps_after(7), Decimal("0.1"))


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501])
def test_nothing_is_stated_without_a_reason_nor_with_a_novel(reason: str) -> None:
    with pytest.raises(BadInput):
        statement(1, Entered(NOON, Decimal(1)), reason)
