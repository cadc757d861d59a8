"""What a person states about an index is checked, audited, kept, and can be taken back."""

import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import BadInput, Conflict, NotPermitted
from app.meterverbs import MeterVerbs
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
    Withdrawn,
)
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.project.meterservice import MeterService
from app.project.opening import Project
from app.project.service import ProjectService
from app.verbs import Capability, verbs_of
from tests.app.project.sites import create, opened
from tests.fakes.historystore import FakeHistoryStore
from tests.plant import GUEST, LUND, NOON

HEAT, POWER = PointId("ahornvej-14.energy"), PointId("ahornvej-14.power")
SPECS = {
    HEAT: PointSpec("energy", "Heat", "MWh", 3, role="meter.energy", digits=7),
    POWER: PointSpec("power", "Power", "kW", 1, role="meter.power"),
}
HOUR = timedelta(hours=1)
THEN = NOON - 5 * HOUR
EXCHANGE = Broken(THEN, Break.EXCHANGE, Decimal("812.403"), Decimal("0.012"))
GIGAJOULES = IndexRules("GJ", 2)


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
async def meters(project: Project) -> MeterVerbs:
    sent = FakeHistoryStore()
    for hours, figure in ((6, 812.4), (4, 0.02), (3, 0.05)):
        at = NOON - hours * HOUR
        sent.append([Reading(HEAT, figure, Quality.GOOD, at)], "quarter", at)
    desk = ProjectService(project).changes
    return MeterService(project, desk, SPECS.get, sent, lambda: NOON)


@pytest.mark.parametrize(
    "says",
    [
        EXCHANGE,
        Broken(THEN, Break.EXCHANGE, Decimal("812.403"), rules=GIGAJOULES, estimated=True),
        Broken(THEN, Break.RESET),
        Broken(THEN, Break.UNIT, rules=IndexRules("MWh", 3, wraps_at=10**8)),
        Withdrawn(THEN, THEN + HOUR),
        Entered(THEN, Decimal("812.401")),
        Accepted(THEN, THEN + HOUR),
        Spread(THEN, THEN + HOUR, Shape.WEEK_BEFORE),
    ],
    ids=lambda says: type(says).__name__,
)
async def test_whatever_is_stated_is_listed_until_it_is_taken_back(
    meters: MeterVerbs, says: Edit
) -> None:
    made = await meters.state(LUND, HEAT, says, "as the fitter noted")
    assert (made.says, made.author, made.point) == (says, "K. Lund", HEAT)
    [listed] = await meters.statements(LUND, [HEAT])
    assert (listed.statement, listed.holds) == (made, True)
    back = await meters.take_back(LUND, HEAT, made.id, "the wrong meter")
    assert [each.holds for each in await meters.statements(LUND, [HEAT])] == [False, True]
    await meters.take_back(LUND, HEAT, back.id, "it was the right one")
    holds = [each.holds for each in await meters.statements(LUND, [HEAT])]
    assert holds == [True, False, True]


async def test_the_log_tells_what_was_sent_there_what_was_stated_and_why(
    meters: MeterVerbs, project: Project
) -> None:
    made = await meters.state(LUND, HEAT, EXCHANGE, "leaking, exchanged")
    entry = project.audit.entries(1)[0]
    assert (entry.verb, entry.entity) == ("meters.state", "ahornvej-14.energy")
    assert entry.old == "812.400 MWh (2026-01-15 06:00 UTC) → 0.020 MWh (2026-01-15 08:00 UTC)"
    assert entry.new == "exchange 2026-01-15 07:00 UTC: 812.403 → 0.012"
    assert (entry.reason, entry.result) == ("leaking, exchanged", f"statement {made.id}")
    await meters.take_back(LUND, HEAT, made.id, "not this one")
    entry = project.audit.entries(1)[0]
    assert (entry.verb, entry.old) == (
        "meters.take_back",
        "exchange 2026-01-15 07:00 UTC: 812.403 → 0.012",
    )
    assert entry.reason == "not this one"
    assert project.audit.verify() == ""


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Entered(NOON + HOUR, Decimal(1)), "lies ahead"),
        (Entered(THEN, Decimal(-1)), "no figure of an index"),
        (Entered(THEN, Decimal("NaN")), "no figure of an index"),
        (Entered(THEN, Decimal("10000.000")), "more digits than the index"),
        (Entered(THEN, Decimal("1e30")), "more digits than the index"),
        (Broken(THEN, Break.EXCHANGE, Decimal(10**4)), "more digits than the index"),
        (
            Broken(THEN, Break.EXCHANGE, None, Decimal(10**9), IndexRules("GJ", 2, 10**8)),
            "more digits than the index",
        ),
        (Broken(THEN, Break.UNIT, rules=IndexRules("m³", 2)), "measure different things"),
        (Broken(THEN, Break.UNIT, rules=IndexRules("furlong", 2)), "furlong"),
        (Broken(THEN, Break.UNIT), "in which unit"),
        (Withdrawn(THEN, THEN), "ends before it begins"),
        (Accepted(THEN.replace(year=1950), THEN), "so long ago"),
    ],
)
async def test_what_cannot_be_so_is_refused_and_leaves_nothing(
    meters: MeterVerbs, project: Project, says: Edit, why: str
) -> None:
    before = project.audit.entries(1)[0].seq
    with pytest.raises(BadInput, match=why):
        await meters.state(LUND, HEAT, says, "why")
    assert list(await meters.statements(LUND, [HEAT])) == []
    assert project.audit.entries(1)[0].seq == before


async def test_digits_that_were_stated_hold_for_the_figures_after(meters: MeterVerbs) -> None:
    wide = Broken(THEN, Break.UNIT, rules=IndexRules("MWh", 3, wraps_at=10**9))
    await meters.state(LUND, HEAT, wide, "it has nine digits")
    await meters.state(LUND, HEAT, Entered(THEN + HOUR, Decimal(10**5)), "read by hand")
    with pytest.raises(BadInput, match="more digits"):
        await meters.state(LUND, HEAT, Entered(THEN - HOUR, Decimal(10**5)), "read by hand")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "wh\0y", "half \ud83d a letter"])
async def test_a_reason_is_given_in_letters_that_can_be_kept(
    meters: MeterVerbs, reason: str
) -> None:
    with pytest.raises(BadInput):
        await meters.state(LUND, HEAT, EXCHANGE, reason)
    made = await meters.state(LUND, HEAT, EXCHANGE, "exchanged – žádný, 交換 🔧")
    with pytest.raises(BadInput):
        await meters.take_back(LUND, HEAT, made.id, reason)


async def test_only_an_index_of_a_meter_is_stated_about(meters: MeterVerbs) -> None:
    for point in (POWER, PointId("nowhere-1.energy"), PointId("nothing")):
        with pytest.raises(BadInput, match="is no index of a meter"):
            await meters.state(LUND, point, EXCHANGE, "why")


async def test_who_did_not_see_what_another_stated_is_told(meters: MeterVerbs) -> None:
    made = await meters.state(LUND, HEAT, EXCHANGE, "exchanged", seen=0)
    with pytest.raises(Conflict, match="Lund stated"):
        await meters.state(LUND, HEAT, Entered(THEN + HOUR, Decimal(1)), "read", seen=0)
    with pytest.raises(Conflict):
        await meters.take_back(LUND, HEAT, made.id, "why", seen=0)
    await meters.take_back(LUND, HEAT, made.id, "why", seen=1)


async def test_the_same_is_not_stated_twice_nor_taken_back_twice(meters: MeterVerbs) -> None:
    made = await meters.state(LUND, HEAT, EXCHANGE, "exchanged")
    with pytest.raises(BadInput, match="stated already"):
        await meters.state(LUND, HEAT, EXCHANGE, "exchanged")
    await meters.take_back(LUND, HEAT, made.id, "why")
    for named in (made.id, StatementId("none")):
        with pytest.raises(BadInput, match="no such statement"):
            await meters.take_back(LUND, HEAT, named, "why")
    await meters.state(LUND, HEAT, EXCHANGE, "exchanged after all")


async def test_a_photo_of_the_meter_is_named_by_the_statement_and_in_the_log(
    meters: MeterVerbs, project: Project
) -> None:
    kept = project.documents.file(
        b"\xff\xd8\xff", "old.jpg", title="old", kind="added", created_by="K. Lund",
        device=DeviceId("ahornvej-14"),
    )  # fmt: skip
    made = await meters.state(LUND, HEAT, replace(EXCHANGE, photo=kept.id), "exchanged")
    [listed] = await meters.statements(LUND, [HEAT])
    assert listed.statement == made
    assert isinstance(made.says, Broken)
    assert made.says.photo == kept.id
    assert project.audit.entries(1)[0].new.endswith(f": 812.403 → 0.012; photo {kept.id}")
    read = Entered(THEN + HOUR, Decimal("0.020"), photo=kept.id)
    assert (await meters.state(LUND, HEAT, read, "on the spot")).says == read


@pytest.mark.parametrize("whose", ["ahornvej-16", None])
async def test_a_photo_of_another_device_is_refused_and_nothing_is_stated(
    meters: MeterVerbs, project: Project, whose: str | None
) -> None:
    kept = project.documents.file(
        b"x", "other.jpg", title="other", kind="added", created_by="K. Lund",
        device=None if whose is None else DeviceId(whose),
    )  # fmt: skip
    for photo in (kept.id, "none", "../config.sqlite"):
        with pytest.raises(BadInput, match="there is no document"):
            await meters.state(LUND, HEAT, replace(EXCHANGE, photo=photo), "exchanged")
    assert await meters.statements(LUND, [HEAT]) == []


async def test_what_was_stated_before_there_were_photos_reads_as_it_did(
    meters: MeterVerbs, project: Project
) -> None:
    made = await meters.state(LUND, HEAT, EXCHANGE, "exchanged")
    with sqlite3.connect(project.folder.config) as database:
        (says,) = database.execute("SELECT says FROM statement").fetchone()
        old = {key: value for key, value in json.loads(says).items() if key != "photo"}
        database.execute("UPDATE statement SET says = ?", (json.dumps(old),))
    database.close()
    [listed] = await meters.statements(LUND, [HEAT])
    assert listed.statement == made


async def test_who_sees_history_reads_statements_who_edits_devices_makes_them(
    meters: MeterVerbs,
) -> None:
    assert verbs_of(MeterService) == {
        "statements": Capability.SEE_HISTORY,
        "state": Capability.EDIT_DEVICES,
        "take_back": Capability.EDIT_DEVICES,
    }
    with pytest.raises(NotPermitted):
        await meters.state(GUEST, HEAT, EXCHANGE, "why")
