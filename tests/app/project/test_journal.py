"""The alarm journal keeps every change for ever, and how the alarms stood."""

import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Manner, health_of, open_database
from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmState, Occurrence
from app.model.reading import DeviceId, PointId
from app.ports import AlarmJournal
from app.project.journal import SqlAlarmJournal
from app.project.migrating import migrate
from app.project.upgrade import JOURNAL
from tests.app.project.sites import Process, rule, wait_until
from tests.plant import NOON

RAISED = Alarm(rule(), AlarmState.UNACKNOWLEDGED, since=NOON, occurred_at=NOON, value=96.25)
HOUR = timedelta(hours=1)
APPEND = """
import sys
from pathlib import Path
from dataclasses import replace
from tests.app.project.test_journal import RAISED, opened
from tests.app.project.sites import rule
from tests.plant import NOON
journal = opened(Path(sys.argv[1]))
for number in range(100_000):
    alarm = replace(RAISED, rule=rule(f"rule-{number % 7}"), value=float(number))
    print(journal.append(alarm, NOON).seq, flush=True)
"""


def opened(folder: Path) -> SqlAlarmJournal:
    """Open the journal in a folder, made when missing."""
    file = folder / "journal.sqlite"
    migrate(file, JOURNAL)
    return SqlAlarmJournal(open_database(file, Manner.QUICK), file)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqlAlarmJournal]:
    made = opened(tmp_path)
    yield made
    made.close()


def test_it_is_what_the_alarm_service_asks_for(journal: SqlAlarmJournal) -> None:
    port: AlarmJournal = journal
    assert list(port.standing()) == []
    assert list(port.history(10)) == []


def test_a_record_carries_its_number_and_time(journal: SqlAlarmJournal) -> None:
    first = journal.append(RAISED, NOON)
    later = NOON + timedelta(minutes=1)
    second = journal.append(replace(RAISED, state=AlarmState.RETURNED), later)
    assert (first.at, first.alarm) == (NOON, RAISED)
    assert second.seq > first.seq
    assert [record.at for record in journal.history(10)] == [later, NOON]


def test_the_newest_record_of_a_rule_is_how_it_stands(journal: SqlAlarmJournal) -> None:
    acknowledged = replace(
        RAISED,
        state=AlarmState.ACKNOWLEDGED,
        since=NOON + timedelta(minutes=2),
        acknowledged_at=NOON + timedelta(minutes=2),
        acknowledged_by="Ole Holm",
        note="pump stuck, man on his way",
    )
    other = replace(RAISED, rule=rule("ahornvej-14.low", kind="low"))
    for alarm in (RAISED, other, acknowledged):
        journal.append(alarm, NOON)
    assert journal.standing() == [other, acknowledged]


def test_an_alarm_that_is_over_stands_as_normal(journal: SqlAlarmJournal) -> None:
    normal = replace(RAISED, state=AlarmState.NORMAL, resolved_at=NOON)
    journal.append(RAISED, NOON)
    journal.append(normal, NOON)
    assert journal.standing() == [normal]


def test_an_alarm_of_the_past_changes_nothing_of_how_its_rule_stands(
    journal: SqlAlarmJournal,
) -> None:
    late = replace(RAISED, state=AlarmState.NORMAL, occurred_at=NOON - HOUR, historical=True)
    journal.append(late, NOON)
    assert journal.standing() == []
    journal.append(RAISED, NOON)
    journal.append(replace(late, resolved_at=NOON - HOUR / 2), NOON)
    assert journal.standing() == [RAISED]
    assert [each.alarm.historical for each in journal.history(10)] == [True, False, True]


def test_the_times_of_a_rule_are_told_once_each_as_last_known(
    journal: SqlAlarmJournal,
) -> None:
    over = replace(RAISED, state=AlarmState.RETURNED, resolved_at=NOON + HOUR)
    late = replace(RAISED, occurred_at=NOON - HOUR, resolved_at=NOON, historical=True)
    never = replace(RAISED, state=AlarmState.NORMAL, occurred_at=None)
    other = replace(RAISED, rule=rule("ahornvej-14.low", kind="low"))
    for alarm in (RAISED, over, other, late, never):
        journal.append(alarm, NOON)
    assert journal.occurrences(RAISED.rule.id) == [
        Occurrence(NOON - HOUR, NOON, historical=True),
        Occurrence(NOON, NOON + HOUR),
    ]
    assert journal.occurrences(other.rule.id) == [Occurrence(NOON, None)]
    assert journal.occurrences("nobody") == []


def test_after_a_restart_alarms_stand_as_they_stood(tmp_path: Path) -> None:
    first = opened(tmp_path)
    acknowledged = replace(
        RAISED, state=AlarmState.ACKNOWLEDGED, acknowledged_at=NOON, acknowledged_by="Ole Holm"
    )
    offline = replace(
        RAISED, rule=rule("birkevej-2.offline", point=None, limit=None), value=None
    )
    for alarm in (RAISED, acknowledged, offline):
        first.append(alarm, NOON)
    before = first.history(10)
    first.close()
    second = opened(tmp_path)
    assert second.standing() == [acknowledged, offline]
    assert second.history(10) == before
    assert second.append(RAISED, NOON).seq == before[0].seq + 1
    second.close()


def test_the_rule_is_kept_as_it_was_then(journal: SqlAlarmJournal) -> None:
    journal.append(RAISED, NOON)
    journal.append(replace(RAISED, rule=rule(limit=90.0, name="Too hot by far")), NOON)
    newest, oldest = journal.history(10)
    assert (newest.alarm.rule.limit, newest.alarm.rule.name) == (90.0, "Too hot by far")
    assert oldest.alarm.rule == rule()


def test_a_field_a_later_program_added_to_rules_does_not_hide_the_journal(
    journal: SqlAlarmJournal, tmp_path: Path
) -> None:
    journal.append(RAISED, NOON)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as database, database:
        database.execute(
            "UPDATE alarm SET definition = json_set(definition, '$.colour', 'red')"
        )
    assert journal.standing() == [RAISED]


def test_the_history_is_paged_from_the_newest(journal: SqlAlarmJournal) -> None:
    seqs = [journal.append(RAISED, NOON).seq for _ in range(25)]
    page = journal.history(10)
    assert [record.seq for record in page] == seqs[:-11:-1]
    older = journal.history(10, before_seq=page[-1].seq)
    assert [record.seq for record in older] == seqs[-11:-21:-1]
    assert [r.seq for r in journal.history(10, before_seq=older[-1].seq)] == seqs[4::-1]
    assert journal.history(10, before_seq=seqs[0]) == []


# The doors refuse what not every database keeps: NUL, and half a letter.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
moments = st.datetimes(
    min_value=NOON.replace(tzinfo=None), max_value=NOON.replace(year=2105, tzinfo=None)
).map(lambda moment: moment.replace(tzinfo=NOON.tzinfo))


@given(
    alarm=st.builds(
        Alarm,
        rule=st.builds(
            rule,
            point=st.none() | texts.map(PointId),
            name=texts,
            device=texts.map(DeviceId),
            limit=st.none() | st.floats(allow_nan=False, allow_infinity=False),
            enabled=st.booleans(),
        ),
        state=st.sampled_from(AlarmState),
        since=moments,
        occurred_at=st.none() | moments,
        resolved_at=st.none() | moments,
        acknowledged_at=st.none() | moments,
        acknowledged_by=texts,
        note=texts,
        value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        historical=st.booleans(),
    ),
    at=moments,
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_alarm_comes_back_as_it_was(
    journal: SqlAlarmJournal, alarm: Alarm, at: datetime
) -> None:
    record = journal.append(alarm, at)
    assert journal.history(1) == [record]
    stands = journal.standing()
    assert alarm.historical or stands == [alarm]
    assert all(not each.historical for each in stands)


@pytest.mark.campaign
def test_alarms_written_before_a_kill_are_never_lost(tmp_path: Path) -> None:
    for acknowledged in (1, 40, 150):
        opened(tmp_path).close()
        writer = Process(APPEND, tmp_path)
        for _ in range(acknowledged):
            newest = int(writer.line())
        writer.kill()
        said = [int(line) for line in writer.rest() if line]
        newest = said[-1] if said else newest
        journal = opened(tmp_path)
        assert journal.history(1)[0].seq in (newest, newest + 1)
        seqs = [record.seq for record in journal.history(100_000)]
        assert seqs == list(range(seqs[0], 0, -1))
        by_rule = {alarm.rule.id: alarm.value for alarm in journal.standing()}
        newest_by_rule: dict[str, float | None] = {}
        for record in journal.history(100_000):
            newest_by_rule.setdefault(record.alarm.rule.id, record.alarm.value)
        assert by_rule == newest_by_rule
        journal.close()
    assert health_of(tmp_path / "journal.sqlite") == ""


def test_what_is_written_reaches_the_disk_by_itself(
    journal: SqlAlarmJournal, tmp_path: Path
) -> None:
    main = tmp_path / "journal.sqlite"
    before = main.read_bytes()
    journal.append(RAISED, NOON)
    # The main file changes only when the waiting pages were flushed and copied into it.
    wait_until(lambda: main.read_bytes() != before)


def test_an_append_is_quick_enough_for_the_loop(journal: SqlAlarmJournal) -> None:
    journal.append(RAISED, NOON)
    took_s = []
    for _ in range(400):
        begun = time.thread_time()
        journal.append(RAISED, NOON)
        took_s.append(time.thread_time() - begun)
    assert statistics.median(took_s) < 0.001


def test_a_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as database, database:
        database.execute("DROP TABLE standing")
    with pytest.raises(StoreBroken, match=r"journal\.sqlite cannot be used: no such table"):
        journal.append(RAISED, NOON)
    assert journal.history(10) == []
    journal.close()


def test_closing_twice_is_no_harm(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.append(RAISED, NOON)
    journal.close()
    journal.close()
    assert not (tmp_path / "journal.sqlite-wal").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alarm SET state = 'asleep'",
        "UPDATE alarm SET definition = '{'",
        "UPDATE alarm SET definition = '{}'",
        "UPDATE alarm SET definition = '[]'",
        "UPDATE alarm SET since = 'yesterday'",
    ],
)
def test_records_that_make_no_sense_are_told_with_their_file(
    journal: SqlAlarmJournal, tmp_path: Path, statement: str
) -> None:
    journal.append(RAISED, NOON)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as database, database:
        database.execute(statement)
    for ask in (journal.standing, lambda: journal.history(10)):
        with pytest.raises(
            StoreBroken, match=r"journal\.sqlite holds something that cannot be"
        ):
            ask()
