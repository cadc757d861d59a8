"""What people stated about an index is kept for ever, as it was said, and can be taken back."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database import Manner, open_database
from app.errors import BadInput, Conflict, StoreBroken
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    StatementId,
    TakenBack,
    Withdrawn,
    as_listed,
    in_force,
)
from app.model.reading import PointId
from app.project.migrating import migrate
from app.project.statements import SqlStatements
from app.project.upgrade import CONFIG
from tests.app.project import sites
from tests.fakes.clock import FakeClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAT, WATER = PointId("ahornvej-14.energy"), PointId("ahornvej-14.volume")
RULES = IndexRules("MWh", 3, wraps_at=10**7, most_per_hour=Decimal("0.125"), gap_ms=7_200_000)
EDITS: tuple[Edit, ...] = (
    Broken(NOON, Break.EXCHANGE, Decimal("12345.6"), Decimal("0.30"), RULES, estimated=True),
    Broken(NOON, Break.RESET),
    Broken(NOON, Break.UNIT, rules=RULES),
    Withdrawn(NOON, NOON + HOUR),
    Entered(NOON, Decimal("12345.60")),
    Accepted(NOON, NOON + HOUR),
    Spread(NOON, NOON + HOUR, Shape.WEEK_BEFORE),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.sqlite"
    migrate(made, CONFIG)
    return made


@pytest.fixture
def engine(file: Path) -> Engine:
    return open_database(file, Manner.RARE)


@pytest.fixture
def book(engine: Engine, file: Path) -> SqlStatements:
    return SqlStatements(engine, file, FakeClock())


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_it_is_read_as_it_was_said(book: SqlStatements, edit: Edit) -> None:
    made = book.state(HEAT, edit, "  the fitter's note of today ", "E. Aagaard")
    [found] = book.of([HEAT])[HEAT]
    assert found == made
    assert found.says == edit
    assert (found.reason, found.author) == ("the fitter's note of today", "E. Aagaard")
    assert str(found.says) == str(edit)  # 12345.60 stays 12345.60


def test_each_index_has_its_own_in_the_order_they_were_made(book: SqlStatements) -> None:
    for nth in range(5):
        book.state(HEAT, Entered(NOON, Decimal(nth)), "read aloud", "ea")
        book.state(WATER, Entered(NOON, Decimal(-nth)), "read aloud", "ea")
    found = book.of([HEAT, WATER, PointId("elsewhere.energy")])
    values = [each.says.value for each in found[HEAT] if isinstance(each.says, Entered)]
    assert values == [0, 1, 2, 3, 4]
    assert len(found[WATER]) == 5
    assert found[PointId("elsewhere.energy")] == ()
    assert book.of([]) == {}


def test_what_is_taken_back_stays_readable_and_can_come_back(book: SqlStatements) -> None:
    spread = book.state(HEAT, EDITS[-1], "as last week", "ea")
    undone = book.state(HEAT, TakenBack(spread.id), "the logger came", "ea")
    assert in_force(book.of([HEAT])[HEAT]) == ()
    with pytest.raises(BadInput, match="taken back already"):
        book.state(HEAT, TakenBack(spread.id), "once more", "ea")
    redone = book.state(HEAT, TakenBack(undone.id), "it was another logger", "ea")
    assert in_force(book.of([HEAT])[HEAT]) == (spread.says,)
    again = book.state(HEAT, TakenBack(spread.id), "now it came", "ea")
    assert in_force(book.of([HEAT])[HEAT]) == ()
    assert [each.id for each in book.of([HEAT])[HEAT]] == [
        spread.id, undone.id, redone.id, again.id,
    ]  # fmt: skip


def test_nobody_takes_back_what_was_said_of_another_index(book: SqlStatements) -> None:
    said = book.state(HEAT, EDITS[0], "exchanged", "ea")
    for wanted in (said.id, StatementId("nothing")):
        with pytest.raises(BadInput, match="no such statement"):
            book.state(WATER, TakenBack(wanted), "why not", "ea")


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Withdrawn(NOON, NOON), "ends before"),
        (Spread(NOON + HOUR, NOON), "ends before"),
        (Accepted(NOON.replace(tzinfo=None), NOON.replace(tzinfo=None)), "time zone"),
        (Broken(NOON, Break.UNIT), "in which unit"),
    ],
)
def test_what_makes_no_sense_is_not_kept(book: SqlStatements, says: Edit, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        book.state(HEAT, says, "because", "ea")
    with pytest.raises(BadInput, match="without a reason"):
        book.state(HEAT, EDITS[0], " ", "ea")
    assert book.of([HEAT])[HEAT] == ()


@pytest.mark.parametrize(
    "said",
    ["no JSON", "{}", '{"says": "spread"}', '{"says": "entered", "at": 5, "value": "x"}'],
)
def test_what_cannot_be_read_is_told_and_not_left_out(
    book: SqlStatements, engine: Engine, said: str
) -> None:
    book.state(HEAT, EDITS[4], "read aloud", "ea")
    with engine.begin() as connection:
        connection.execute(text("UPDATE statement SET says = :said"), {"said": said})
    with pytest.raises(StoreBroken, match="cannot be read"):
        book.of([HEAT])


def test_one_is_never_changed_through_the_book() -> None:
    assert not {"remove", "change", "update", "keep"} & set(dir(SqlStatements))


def test_it_is_part_of_every_project(tmp_path: Path) -> None:
    with closing(sites.opened(tmp_path, sites.create(tmp_path))) as project:
        project.statements.state(HEAT, EDITS[0], "exchanged", "ea")
    with closing(sites.opened(tmp_path, tmp_path / "nordby")) as project:
        assert len(project.statements.of([HEAT])[HEAT]) == 1


@pytest.mark.parametrize("reason", ["wh\0y", "half \ud83d a letter"])
def test_signs_that_no_database_keeps_are_refused_and_never_changed(
    book: SqlStatements, reason: str
) -> None:
    with pytest.raises(BadInput, match="cannot be kept"):
        book.state(HEAT, EDITS[0], reason, "ea")
    assert book.of([HEAT])[HEAT] == ()


def test_who_knew_of_fewer_statements_is_told_who_made_another(book: SqlStatements) -> None:
    book.state(HEAT, EDITS[0], "exchanged", "K. Lund", seen=0)
    with pytest.raises(Conflict, match="Lund stated"):
        book.state(HEAT, EDITS[1], "reset", "A. Holm", seen=0)
    book.state(HEAT, EDITS[1], "reset", "A. Holm", seen=1)
    book.state(WATER, EDITS[1], "reset", "A. Holm", seen=0)


def test_what_holds_already_is_not_stated_again(book: SqlStatements) -> None:
    made = book.state(HEAT, EDITS[0], "exchanged", "ea")
    with pytest.raises(BadInput, match="stated already"):
        book.state(HEAT, EDITS[0], "exchanged", "ea")
    book.state(HEAT, TakenBack(made.id), "no", "ea")
    again = book.state(HEAT, EDITS[0], "exchanged", "ea")
    listed = as_listed(book.of([HEAT])[HEAT])
    assert [each.holds for each in listed] == [False, True, True]
    assert listed[-1].statement == again
