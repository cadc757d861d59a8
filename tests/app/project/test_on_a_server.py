"""What holds for a project's databases in files holds on a server: the same tests again."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from app.project.configuration import Configuration
from app.project.journal import SqlAlarmJournal
from app.project.serverdatabases import ServerDatabases
from app.project.statements import SqlStatements
from app.project.upgrade import AUDIT, CONFIG, JOURNAL, Schema
from app.users.accounts import Accounts
from app.users.audit import SqlAuditTrail
from app.users.auditguard import GuardedAudit
from app.users.auditservice import AuditService
from tests.app.project import test_configuration, test_journal, test_statements, test_stories
from tests.app.project.sites import PASSWORD, Ticking, plant
from tests.app.users import test_accounts, test_audit, test_auditsearch
from tests.app.users.test_audit import KEY
from tests.contracts import same_tests
from tests.postgres import Postgres, emptied

LONG = "test_undo_goes_back_a_hundred_and_twenty_steps_and_forth_again"
TIMED = "test_an_unknown_login_takes_as_long_as_a_wrong_password"
vars().update(same_tests(test_configuration, {"kept"}, {LONG}))
# A question to a server takes its time on the network, too: some tenths of a millisecond.
QUICK = "test_an_append_is_quick_enough_for_the_loop"
vars().update(same_tests(test_journal, {"journal"}, {QUICK}))
vars().update(same_tests(test_stories, {"configuration", "engine", "file"}))
vars().update(same_tests(test_statements, {"book", "engine"}))
vars().update(same_tests(test_accounts, {"accounts"}, {TIMED}))
vars().update(same_tests(test_audit, {"trail"}))
vars().update(same_tests(test_auditsearch, {"audit"}))


@pytest.fixture(scope="module")
def built(postgres: Postgres) -> Iterator[ServerDatabases]:
    """Databases on a server, with their tables."""
    server = postgres.new_server()
    made = ServerDatabases(server, uuid4())
    made.build()
    yield made
    server.close()


@pytest.fixture
def databases(built: ServerDatabases, postgres: Postgres) -> ServerDatabases:
    """The same, without a row."""
    emptied(postgres, built.server.place)
    return built


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def engine(databases: ServerDatabases, ending: ExitStack) -> Engine:
    return databases.open(CONFIG, ending)


@pytest.fixture
def file(databases: ServerDatabases) -> Path:
    return databases.file(CONFIG)


@pytest.fixture
def configuration(engine: Engine, file: Path) -> Configuration:
    made = Configuration(engine, file, Ticking())
    made.begin("Ole Holm", plant())
    return made


@pytest.fixture
def kept(engine: Engine, file: Path) -> Configuration:
    made = Configuration(engine, file, Ticking())
    made.begin("Ole", plant())
    return made


@pytest.fixture
def book(engine: Engine, file: Path) -> SqlStatements:
    return SqlStatements(engine, file, Ticking())


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    made = Accounts(engine, Ticking())
    made.add_administrator("ole", "Ole Holm", PASSWORD)
    return made


@pytest.fixture
def journal(databases: ServerDatabases, ending: ExitStack) -> Iterator[SqlAlarmJournal]:
    made = SqlAlarmJournal(databases.open(JOURNAL, ending), databases.file(JOURNAL))
    yield made
    made.close()


@pytest.fixture
def trail(
    databases: ServerDatabases, ending: ExitStack, tmp_path: Path
) -> Iterator[SqlAuditTrail]:
    engine, file = databases.open(AUDIT, ending), databases.file(AUDIT)
    made = SqlAuditTrail.begin(engine, file, KEY, Ticking(), head=tmp_path / "audit.head")
    for number in range(10):
        test_audit.write(made, new=str(number))
    yield made
    made.close()


@pytest.fixture
def log(
    databases: ServerDatabases, ending: ExitStack, tmp_path: Path
) -> Iterator[GuardedAudit]:
    engine, file = databases.open(AUDIT, ending), databases.file(AUDIT)
    made = GuardedAudit.begin(engine, file, KEY, Ticking(), head=tmp_path / "audit.head")
    test_auditsearch.fill(made)
    yield made
    made.close()


@pytest.fixture
def audit(log: GuardedAudit) -> AuditService:
    return AuditService(log)


@pytest.mark.parametrize("schema", [CONFIG, JOURNAL, AUDIT], ids=lambda each: each.name)
def test_the_steps_lead_to_the_same_tables_on_a_server(
    built: ServerDatabases, schema: Schema
) -> None:
    from app.project.migrating import departures, revision_in

    with built.together() as connection:
        built.enter(connection, schema)
        assert revision_in(connection) == schema.newest()
        assert departures(connection, schema) == []
