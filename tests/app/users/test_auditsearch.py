"""Entries are found by every column, in every order, in the words of who asks."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.auditverbs import AuditQuery, AuditVerbs, Sought
from app.channel.wire import the_wire
from app.database import Manner, open_database
from app.errors import BadInput, NotPermitted
from app.model.rights import Capability, Grant, Rights, Scope
from app.model.rightwords import RIGHT_WORDS
from app.project.migrating import migrate
from app.project.upgrade import AUDIT
from app.users.audit import SqlAuditTrail, head_file
from app.users.auditguard import GuardedAudit
from app.users.auditservice import AuditService
from app.users.chain import ChainEntry
from app.verbs import Viewer, verbs_of
from tests.app.project.sites import Ticking
from tests.app.users.test_chain import KEY, chain, head
from tests.plant import GUEST, LUND, NOON

LOOKER = Viewer("per", "Per", "desk-1", Grant(Rights({Capability.SEE_AUDIT: Scope.ALL})))
MANY = 100_000
DEEDS = [
    ("lund", "K. Lund", "desk-1", "write", "d-1.comfort", "9.5", "21.0", "confirmed", "cold"),
    ("ole", "Ole Ørsted", "desk-2", "write", "d-2.comfort", "10", "20.0", "refused", "limits"),
    ("ki…", "", "10.0.0.8", "session.login", "session", "", "", "held back", "too many"),
    ("lund", "K. Lund", "desk-2", "acknowledge", "alarm hot", "1", "2", "done", "på vej"),
]


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[GuardedAudit]:
    file = tmp_path / "audit.sqlite"
    migrate(file, AUDIT)
    made = GuardedAudit.begin(open_database(file, Manner.DURABLE), file, KEY, Ticking())
    fill(made)
    yield made
    made.close()


def fill(log: GuardedAudit) -> None:
    """Write down what some people did."""
    names = ("login", "name", "workstation", "verb", "entity", "old", "new", "result", "reason")
    for deed in DEEDS:
        log.append(**dict(zip(names, deed, strict=True)))


@pytest.fixture
def audit(trail: GuardedAudit) -> AuditService:
    service: AuditVerbs = AuditService(trail)
    assert isinstance(service, AuditService)
    return service


def sought(text: str, *columns: str, **means: tuple[str, ...]) -> AuditQuery:
    return AuditQuery((Sought(text, columns, means),))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (AuditQuery(), [4, 3, 2, 1]),
        (AuditQuery(falling=False), [1, 2, 3, 4]),
        (AuditQuery(first=2, last=3), [3, 2]),
        (AuditQuery(among={"who": ("K. Lund",)}), [4, 1]),
        (AuditQuery(among={"who": ("ki…",)}), [3]),
        (AuditQuery(among={"workstation": ("desk-2",), "who": ("K. Lund",)}), [4]),
        (AuditQuery(among={"verb": ("write", "acknowledge")}), [4, 2, 1]),
        (AuditQuery(among={"result": ()}), []),
        (sought("ØRSTED"), [2]),
        (sought("desk-1"), [1]),
        (sought("confirmed"), []),  # a code nobody reads: its words are asked for
        (sought("bekræftet", result=("confirmed",)), [1]),
        (sought("ahornvej", "old", entity=("d-1.comfort", "d-2.comfort")), [2, 1]),
        (sought("PÅ VEJ", "reason"), [4]),
        (sought("lund", "workstation"), []),
        (sought("%"), []),
        (AuditQuery((Sought("lund"), Sought("desk-2"))), [4]),
        (AuditQuery(order="who", falling=False), [4, 1, 3, 2]),
        (AuditQuery(order="old", falling=False), [4, 1, 2, 3]),
        (AuditQuery(order="new", falling=True), [3, 1, 2, 4]),
        (AuditQuery(order="workstation", falling=False), [3, 1, 4, 2]),
        (
            AuditQuery(
                order="verb", falling=False, ranks=("session.login", "write", "acknowledge")
            ),
            [3, 2, 1, 4],
        ),
    ],
)
async def test_what_is_asked_for_is_found_in_its_order(
    audit: AuditService, query: AuditQuery, numbers: list[int]
) -> None:
    assert await audit.found(LUND, query) == numbers


async def test_a_period_has_its_first_moment_and_not_its_last(audit: AuditService) -> None:
    moments = {each.seq: each.at for each in await audit.entries(LUND, 9)}
    query = AuditQuery(start=moments[2], end=moments[4])
    assert await audit.found(LUND, query) == [3, 2]
    assert await audit.found(LUND, replace(query, end=moments[4] + timedelta(seconds=1))) == [
        4,
        3,
        2,
    ]
    with pytest.raises(BadInput, match="time zone"):
        await audit.found(LUND, AuditQuery(start=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_a_column_that_does_not_exist_is_told(audit: AuditService) -> None:
    with pytest.raises(BadInput, match="no column 'hash; DROP'"):
        await audit.found(LUND, AuditQuery(order="hash; DROP"))


async def test_entries_come_in_the_order_of_their_numbers(audit: AuditService) -> None:
    assert [e.seq for e in await audit.numbered(LUND, [3, 1, 99, 4])] == [3, 1, 4]
    with pytest.raises(BadInput, match="at most 2000"):
        await audit.numbered(LUND, list(range(2001)))


async def test_what_is_written_is_told_once_the_most_frequent_first(
    audit: AuditService,
) -> None:
    assert await audit.written(LUND, ["who", "verb"]) == {
        "who": ["K. Lund", "Ole Ørsted", "ki…"],
        "verb": ["write", "acknowledge", "session.login"],
    }


async def test_an_entry_has_its_proof(audit: AuditService, trail: GuardedAudit) -> None:
    first, second = await audit.proof(LUND, 1), await audit.proof(LUND, 2)
    assert first.previous == "0" * 64
    assert second.previous == first.hash
    assert (second.entry.name, second.fault) == ("Ole Ørsted", "")
    with pytest.raises(BadInput, match="no entry 5"):
        await audit.proof(LUND, 5)
    with closing(sqlite3.connect(trail.file)) as database, database:
        database.execute("UPDATE audit SET new = '99' WHERE seq = 2")
    broken = await audit.proof(LUND, 2)
    assert broken.fault.startswith("audit entry 2 is not as it was written")


async def test_its_room_is_told(audit: AuditService) -> None:
    storage = await audit.storage(LUND)
    assert 0 < storage.size_bytes < storage.limit_bytes == 1_000_000_000
    assert storage.free_bytes > 0


async def test_only_who_sees_all_of_the_audit_sees_any_of_it(audit: AuditService) -> None:
    cells = {Capability.SEE_AUDIT: Scope.ASSIGNED, Capability.SEE_PLANT: Scope.ALL}
    partly = Viewer("per", "Per", "desk-1", Grant(Rights(cells)))
    for viewer in (GUEST, partly):
        for ask in (
            audit.entries(viewer, 2),
            audit.found(viewer, AuditQuery()),
            audit.numbered(viewer, [1]),
            audit.written(viewer, ["who"]),
            audit.proof(viewer, 1),
            audit.storage(viewer),
            audit.verify(viewer),
            audit.archives(viewer),
        ):
            with pytest.raises(NotPermitted, match="See the activity log"):
                await ask
    changing = {"archive_part", "archived", "set_limit"}
    verbs = verbs_of(AuditService)
    assert {name for name, held in verbs.items() if held is Capability.EDIT_PROJECT} == changing
    assert set(verbs.values()) == {Capability.SEE_AUDIT, Capability.EDIT_PROJECT}


async def test_who_makes_room_must_see_the_log_and_change_the_project(
    audit: AuditService,
) -> None:
    for held, missed in (("see-audit", "edit-project"), ("edit-project", "see-audit")):
        cells = {Capability(held): Scope.ALL, Capability.SEE_PLANT: Scope.ALL}
        viewer = Viewer("per", "Per", "desk-1", Grant(Rights(cells)))
        with pytest.raises(NotPermitted, match=RIGHT_WORDS[Capability(missed)]):
            await audit.archive_part(viewer, NOON)
    for ask in (audit.archived(LOOKER, "x", "y"), audit.set_limit(LOOKER, 900)):
        with pytest.raises(NotPermitted, match="Change the whole configuration"):
            await ask


def test_a_query_crosses_the_channel_as_it_is() -> None:
    query = AuditQuery(
        (Sought("x", ("old",), {"verb": ("write",)}),),
        {"who": ("K. Lund",)},
        NOON,
        datetime(2026, 2, 1, tzinfo=UTC),
        1,
        9,
        "verb",
        falling=False,
        ranks=("a", "b"),
    )
    wire = the_wire()
    assert wire.structure(wire.unstructure(query), AuditQuery) == query


@pytest.mark.campaign
async def test_a_hundred_thousand_entries_are_searched_within_two_seconds(
    tmp_path: Path,
) -> None:
    file, entries = tmp_path / "audit.sqlite", chain(MANY)
    migrate(file, AUDIT)
    columns = ", ".join(ChainEntry._fields)
    places = ", ".join("?" * len(ChainEntry._fields))
    with closing(sqlite3.connect(file)) as database, database:
        database.executemany(f"INSERT INTO audit ({columns}) VALUES ({places})", entries)
    head_file(file).write_text(head(entries).text(), "utf-8")
    trail = SqlAuditTrail(open_database(file, Manner.DURABLE), file, KEY, Ticking())
    trail.close()
    audit = AuditService(
        GuardedAudit(open_database(file, Manner.DURABLE), file, KEY, Ticking())
    )
    for query in (
        AuditQuery(),
        AuditQuery((Sought("d-89", (), {"entity": ("device d-89",)}),), order="entity"),
        AuditQuery(order="who", ranks=("Ole Holm",)),
    ):
        begun = time.process_time()
        found = await audit.found(LUND, query)
        assert time.process_time() - begun < 2.0
        assert len(found) in (MANY, MANY // 90)
    begun = time.process_time()
    assert len(await audit.numbered(LUND, found[50_000:50_200])) == 200
    await audit.written(LUND, ["who", "verb", "entity", "result", "workstation", "reason"])
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize("huge", [2**63, 2**64, 10**30])
async def test_numbers_no_database_holds_are_as_far_as_it_goes(
    audit: AuditService, huge: int
) -> None:
    everything = list(await audit.found(LUND, AuditQuery()))
    assert len(everything) == len(DEEDS)
    assert list(await audit.found(LUND, AuditQuery(first=-huge, last=huge))) == everything
    assert list(await audit.found(LUND, AuditQuery(first=huge))) == []
    assert list(await audit.found(LUND, AuditQuery(last=-huge))) == []
    for number in (huge, -huge, 0):
        with pytest.raises(BadInput, match="no entry"):
            await audit.proof(LUND, number)
