"""What was sent is known for good: after a restart, a kill, and for a month."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.database import Manner, open_database, shut
from app.errors import StoreBroken
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.reading import DeviceId
from app.project.intents import KEPT_FOR, SqlIntents
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from tests.fakes.clock import FakeClock

DEVICE = DeviceId("ahornvej-14")
WISH = WriteRequest(DEVICE, "comfort", 21.5, "one")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.sqlite"
    migrate(made, CONFIG)
    return made


def opened(file: Path, clock: FakeClock) -> SqlIntents:
    return SqlIntents(open_database(file, Manner.RARE), file, clock)


def confirmed(clock: FakeClock) -> WriteResult:
    return WriteResult(
        DEVICE, "comfort", 20.0, 21.5, 21.5, WriteState.CONFIRMED, "", clock(), by="K. Lund"
    )


def test_a_wish_is_new_then_under_way_then_ended(file: Path) -> None:
    clock = FakeClock()
    intents = opened(file, clock)
    assert intents.known("lund", "one") is None
    intents.begin("lund", "K. Lund", "desk-1", WISH, 20.0)
    under_way = intents.known("lund", "one")
    assert under_way is not None
    assert (under_way.state, under_way.old, under_way.new) == (
        WriteState.UNCONFIRMED, 20.0, 21.5,
    )  # fmt: skip
    intents.end("lund", "one", confirmed(clock))
    assert opened(file, clock).known("lund", "one") == confirmed(clock)


def test_the_wishes_of_others_are_their_own(file: Path) -> None:
    clock = FakeClock()
    intents = opened(file, clock)
    intents.begin("lund", "K. Lund", "desk-1", WISH, 20.0)
    assert intents.known("holm", "one") is None
    intents.begin("holm", "O. Holm", "desk-2", WISH, None)
    assert [login for login, *_rest in intents.cut_off("ended")] == ["lund", "holm"]


def test_what_was_cut_off_is_told_once_with_its_reason(file: Path) -> None:
    clock = FakeClock()
    opened(file, clock).begin("lund", "K. Lund", "desk-1", WISH, 20.0)
    again = opened(file, clock)
    ((login, name, place, result),) = again.cut_off("the power went")
    assert (login, name, place) == ("lund", "K. Lund", "desk-1")
    assert (result.state, result.reason) == (WriteState.UNCONFIRMED, "the power went")
    assert again.cut_off("once more") == []
    assert again.known("lund", "one") == result


def test_after_a_month_a_wish_is_forgotten_and_not_before(file: Path) -> None:
    clock = FakeClock()
    intents = opened(file, clock)
    intents.begin("lund", "K. Lund", "desk-1", WISH, 20.0)
    intents.end("lund", "one", confirmed(clock))
    for later, is_known in ((KEPT_FOR - timedelta(hours=1), True), (timedelta(hours=2), False)):
        clock.now += later
        other = WriteRequest(DEVICE, "comfort", 22.0, f"other-{is_known}")
        intents.begin("lund", "K. Lund", "desk-1", other, 21.5)
        assert (intents.known("lund", "one") is not None) is is_known


def test_a_database_that_cannot_be_used_stops_the_caller(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE intent"))
    intents = SqlIntents(engine, file, FakeClock())
    with pytest.raises(StoreBroken, match=r"config\.sqlite"):
        intents.begin("lund", "K. Lund", "desk-1", WISH, 20.0)
    shut(engine)
