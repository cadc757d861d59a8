"""A project with its databases on a server: two workstations, a lost server, the way back."""

import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app.database import storable
from app.databaseserver import DatabaseServer, ServerPlace, parse_place
from app.errors import BadInput, Conflict, ProjectInUse, StoreBroken
from app.ports import Deed
from app.project.check import check_project, is_sound
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.databases import SERVER_PASSWORD, databases_of, require_in_folder
from app.project.folder import ON_A_SERVER, ProjectFolder, read_mark
from app.project.moving import move_to_folder, move_to_server
from app.project.opening import Project, create_project, open_project
from app.project.serverdatabases import ServerDatabases, State
from app.project.upgrade import AUDIT, CONFIG
from app.users.audit import SqlAuditTrail, read_head
from app.users.auditroom import Level
from app.users.chain import GAP_VERB
from app.users.keyplaces import Keys
from tests.app.project.sites import OLE, ZONE, Ticking, create, device, keys, plant, wait_until
from tests.app.project.test_intents import WISH
from tests.postgres import Postgres, serving

LONG_S = 30.0


def deed(new: str) -> Deed:
    return Deed(
        login="ole", name="Ole", workstation="d-1", verb="control.write", entity="d", new=new
    )


@pytest.fixture(scope="module")
def pattern(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> tuple[Path, ServerPlace]:
    """A project made on the server once; each test gets a copy of it and its databases."""
    folder, place = tmp_path_factory.mktemp("pattern"), postgres.new_place()
    made(folder, place, postgres.password)
    return folder, place


@pytest.fixture
def place(postgres: Postgres, pattern: tuple[Path, ServerPlace]) -> ServerPlace:
    return postgres.copy_of(pattern[1])


@pytest.fixture
def root(tmp_path: Path, pattern: tuple[Path, ServerPlace], place: ServerPlace) -> Path:
    """A project on the server."""
    shutil.copytree(pattern[0], tmp_path, dirs_exist_ok=True)
    mark = tmp_path / "nordby" / "project.toml"
    said = mark.read_text("utf-8").replace(f'"{pattern[1].database}"', f'"{place.database}"')
    mark.write_text(said, "utf-8")
    return mark.parent


@pytest.fixture
def empty(postgres: Postgres) -> ServerPlace:
    """A database that holds nothing yet."""
    return postgres.new_place()


def made(tmp_path: Path, place: ServerPlace, password: str, name: str = "nordby") -> Path:
    root = tmp_path / name
    create_project(
        root,
        title="Nordby",
        zone=ZONE,
        administrator=OLE,
        server=(place, password),
        keys=keys(tmp_path),
        now=Ticking(),
    )
    return root


def opened(tmp_path: Path, root: Path) -> Project:
    return open_project(root, keys=keys(tmp_path), now=Ticking())


def put(project: Project, name: str) -> None:
    """Add a device behind the gateway."""
    project.configuration.change("Ole", "", with_house(name))


def with_house(name: str) -> Callable[[PlantConfig], PlantConfig]:
    return lambda p: p.with_device(device(name, len(p.devices) + 1))


def noted(project: Project, new: str = "21.0") -> int:
    return project.audit.append(**deed(new))


def test_a_project_on_a_server_keeps_what_was_done(tmp_path: Path, root: Path) -> None:
    assert not list(root.glob("*.sqlite"))
    with closing(opened(tmp_path, root)) as project:
        project.configuration.change("Ole", "", lambda _p: plant())
        put(project, "birkevej-2")
        noted(project)
    with closing(opened(tmp_path, root)) as project:
        assert set(project.configuration.current().config.devices) == {
            "ahornvej-14",
            "birkevej-2",
        }
        assert [entry.verb for entry in project.audit.entries(2)] == [
            "control.write",
            "project.create",
        ]
        assert project.audit.verify() == ""
        assert project.databases.troubles == ()


def test_its_password_is_a_secret_and_in_no_other_file(
    tmp_path: Path, root: Path, postgres: Postgres
) -> None:
    with closing(opened(tmp_path, root)) as project:
        assert project.secrets.get(SERVER_PASSWORD) == postgres.password
        assert postgres.password not in repr(project.databases)
    for file in root.rglob("*"):
        if file.is_file():
            assert postgres.password.encode() not in file.read_bytes(), file


def test_it_is_found_sound_and_a_silent_server_is_told(
    tmp_path: Path, root: Path, place: ServerPlace
) -> None:
    findings = check_project(root, keys=keys(tmp_path))
    assert is_sound(findings), findings
    mark = root / "project.toml"
    said = mark.read_text("utf-8")
    mark.write_text(said.replace(f"port = {place.port}", "port = 1"), "utf-8")
    fault = next(each for each in check_project(root, keys=keys(tmp_path)) if each.advice)
    assert "127.0.0.1:1/" in fault.sentence
    assert not is_sound(check_project(root, keys=keys(tmp_path)))


def test_a_second_program_is_told_who_collects(tmp_path: Path, root: Path) -> None:
    other = tmp_path / "elsewhere"
    with closing(opened(tmp_path, root)):
        shutil.copytree(root, other)
        (other / "lock").unlink()
        with pytest.raises(ProjectInUse, match=r"is collected by Heatdesk on \S+ \(process"):
            opened(tmp_path, other)
    opened(tmp_path, other).close()


def test_the_turn_to_collect_comes_back_by_itself(
    tmp_path: Path, root: Path, postgres: Postgres, place: ServerPlace
) -> None:
    with closing(opened(tmp_path, root)) as project:
        assert isinstance(project.databases, ServerDatabases)
        with closing(postgres.connect(place.database)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
        wait_until(lambda: holder(postgres, place) == 1, LONG_S)
        assert project.databases.troubles == ()
        other = tmp_path / "elsewhere"
        shutil.copytree(root, other)
        (other / "lock").unlink()
        with pytest.raises(ProjectInUse):
            opened(tmp_path, other)


def holder(postgres: Postgres, place: ServerPlace) -> int:
    """Return how many programs hold a turn at the server, the dead not counted."""
    with closing(postgres.connect(place.database)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        ).fetchone()
        assert row is not None
        return int(str(row[0]))


class Office:
    """Two workstations' cores on one database, each with an own folder of the project."""

    def __init__(self, tmp_path: Path, root: Path, ending: ExitStack) -> None:
        with closing(opened(tmp_path, root)) as project:
            project.configuration.change("Ole", "", lambda _p: plant())
            self._key = bytes.fromhex(project.secrets.get("audit-key"))
        self.parts: list[ServerDatabases] = []
        self.heads: list[Path] = []
        for nth in range(2):
            found = databases_of(ProjectFolder(root), read_mark(root), keys(tmp_path), ending)
            assert isinstance(found, ServerDatabases)
            self.parts.append(found)
            head = tmp_path / f"audit-{nth}.head"
            head.write_bytes((root / "audit.head").read_bytes())
            self.heads.append(head)
        self._ending = ending

    def trail(self, nth: int) -> SqlAuditTrail:
        """Return the audit as one workstation has it."""
        engine = self.parts[nth].open(AUDIT, self._ending)
        file = self.parts[nth].file(AUDIT)
        return SqlAuditTrail(engine, file, self._key, Ticking(), head=self.heads[nth])

    def configuration(self, nth: int) -> Configuration:
        engine = self.parts[nth].open(CONFIG, self._ending)
        return Configuration(engine, self.parts[nth].file(CONFIG), Ticking())


@pytest.fixture
def office(tmp_path: Path, root: Path) -> Iterator[Office]:
    with ExitStack() as ending:
        yield Office(tmp_path, root, ending)


def write(trail: SqlAuditTrail, new: str) -> int:
    return trail.append(**deed(new))


def test_two_workstations_change_the_plant_and_nothing_is_lost(office: Office) -> None:
    ways, begin, conflicts = [office.configuration(0), office.configuration(1)], Barrier(2), []

    def work(nth: int) -> None:
        begin.wait(LONG_S)
        for number in range(10):
            name = f"house-{nth}-{number}"
            seen = ways[nth].current().version.number
            try:
                ways[nth].change(
                    f"desk-{nth}",
                    "",
                    with_house(name),
                    expected_version=seen,
                )
            except Conflict:
                conflicts.append(name)

    together(work)
    found = ways[0].current()
    added = {name for name in found.config.devices if name.startswith("house")}
    assert len(added) + len(conflicts) == 20
    assert added.isdisjoint(conflicts)
    assert found.version.number == 2 + len(added)  # one version each, none overwritten
    with pytest.raises(Conflict, match="saved version"):
        ways[1].change("desk-1", "", lambda p: replace(p, title="x"), expected_version=1)


def test_entries_of_two_workstations_make_one_chain(office: Office) -> None:
    trails, begin = [office.trail(0), office.trail(1)], Barrier(2)

    def work(nth: int) -> None:
        begin.wait(LONG_S)
        for number in range(25):
            write(trails[nth], f"{nth}-{number}")

    together(work)
    assert [trail.verify() for trail in trails] == ["", ""]
    numbers = [entry.seq for entry in trails[0].entries(1000)]
    assert numbers == list(range(len(numbers), 0, -1))
    written = {entry.new for entry in trails[0].entries(50)}
    assert written == {f"{nth}-{number}" for nth in range(2) for number in range(25)}
    later = office.trail(0)  # started again: its own witness may lie far back
    assert "breaks" not in later.verify()
    assert later.entries(1)[0].verb == "control.write"


def together(work: Callable[[int], None]) -> None:
    threads = [Thread(target=work, args=(nth,)) for nth in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("DELETE FROM {audit} WHERE seq >= {seen}", "is missing: it was seen here"),
        ("UPDATE {audit} SET hash = repeat('0', 64) WHERE seq = {seen}", "is not the one"),
        ("UPDATE {audit} SET new = 'x' WHERE seq = {seen} + 1", "is not as it was written"),
        ("UPDATE {audit} SET seal = '' WHERE seq = {seen} + 1", "not written by this project"),
    ],
)
def test_a_workstation_trusts_no_end_it_cannot_prove(
    office: Office, postgres: Postgres, place: ServerPlace, tampering: str, said: str
) -> None:
    ours, theirs = office.trail(0), office.trail(1)
    seen = write(ours, "seen")
    write(theirs, "another's")
    with closing(postgres.connect(place.database)) as connection:
        told = tampering.format(audit="heatdesk_audit.audit", seen=seen)
        connection.execute(told.encode())
    with pytest.raises(StoreBroken, match=f"cannot be trusted: .*{said}"):
        write(ours, "after")
    assert ours.verify() != ""
    again = office.trail(0)  # started again, it goes on and its log says that it was broken
    assert again.entries(1)[0].verb == GAP_VERB
    assert again.verify() != ""


def test_texts_a_server_cannot_hold_never_stop_the_audit(tmp_path: Path, root: Path) -> None:
    with closing(opened(tmp_path, root)) as project:
        noted(project, "a\0b\ud800")
        assert project.audit.entries(1)[0].new == storable("a\0b\ud800") == "a\u2400b?"
        assert project.audit.verify() == ""
        with pytest.raises(BadInput, match="too long"):
            project.intents.begin("ole", "Ole", "", replace(WISH, intent="x" * 200), None)


def test_a_server_lost_in_mid_work_stops_changes_and_nothing_is_lost(tmp_path: Path) -> None:
    with serving(fsync=True) as server:
        root = made(tmp_path, server.new_place(), server.password)
        with closing(opened(tmp_path, root)) as project:
            project.configuration.change("Ole", "", lambda _p: plant())
            put(project, "birkevej-2")
            last = noted(project, "before")
            server.stop("kill")
            with pytest.raises(StoreBroken, match=r"does not serve .*tries again by itself"):
                put(project, "cedervej-3")
            with pytest.raises(StoreBroken):
                noted(project, "while it is away")
            project.audit.keep(
                login="ole",
                name="Ole",
                workstation="",
                verb="alarms.ack",
                entity="a",
                new="kept",
            )
            assert project.audit.look().level is Level.STOPPED
            with pytest.raises(StoreBroken, match="changes of settings"):
                project.audit.admit()
            assert any("does not serve" in said for said in project.databases.troubles)
            server.start()
            wait_until(lambda: not project.databases.troubles, LONG_S)
            wait_until(lambda: project.audit.look().level is Level.WELL, LONG_S)
            put(project, "cedervej-3")
            said = [entry.new for entry in project.audit.entries(100) if entry.seq >= last]
            assert said[-1] == "before"
            assert "kept" in said
            assert "while it is away" not in said
            assert project.audit.verify() == ""
            assert {"birkevej-2", "cedervej-3"} <= set(
                project.configuration.current().config.devices
            )


def filled(tmp_path: Path) -> Path:
    """A project in a folder with something in many tables."""
    root = create(tmp_path, "large")
    with closing(opened(tmp_path, root)) as project:
        project.configuration.change("Ole", "Ørsted ß", lambda _p: plant())
        for number in range(5):
            put(project, f"house-{number}")
        project.desks.keep_preference("ole", "columns", '{"a": 1.5}')
        noted(project, "21.0")
    return root


def test_there_and_back_every_row_is_the_same(
    tmp_path: Path, postgres: Postgres, empty: ServerPlace
) -> None:
    root = filled(tmp_path)
    with closing(opened(tmp_path, root)) as project:
        before = project.configuration.current(), project.audit.entries(100)
    there = move_to_server(root, empty, postgres.password, keys=keys(tmp_path), now=Ticking())
    assert read_mark(root).format == ON_A_SERVER
    assert not list(root.glob("*.sqlite"))
    assert len(list((root / "backups").glob("*-moved.sqlite"))) == 3
    with closing(opened(tmp_path, root)) as project:
        assert (project.configuration.current(), project.audit.entries(100)) == before
        assert project.audit.verify() == ""
        put(project, "on-the-server")
    back = move_to_folder(root, keys=keys(tmp_path))
    with closing(opened(tmp_path, root)) as project:
        assert "on-the-server" in project.configuration.current().config.devices
        assert project.audit.verify() == ""
        assert SERVER_PASSWORD not in project.secrets.names()
    rows = {each.table: each.rows for each in there}
    assert rows["config.device"] == 6
    assert rows["config.preference"] == rows["config.account"] == 1
    changed = {"config.device", "config.version"}
    assert {e for e in there if e.table not in changed} == {
        e for e in back if e.table not in changed
    }
    with pytest.raises(BadInput, match="holds its databases itself"):
        move_to_folder(root, keys=keys(tmp_path))


def test_what_was_brought_back_cannot_be_gone_on_with_elsewhere(
    tmp_path: Path, postgres: Postgres, empty: ServerPlace
) -> None:
    root = filled(tmp_path)
    move_to_server(root, empty, postgres.password, keys=keys(tmp_path))
    other = tmp_path / "elsewhere"
    shutil.copytree(root, other)
    move_to_folder(root, keys=keys(tmp_path))
    with pytest.raises(BadInput, match="no longer lies on"):
        opened(tmp_path, other)
    again = move_to_server(root, empty, postgres.password, keys=keys(tmp_path))
    assert again  # what was left there gives way
    opened(tmp_path, root).close()


def test_a_move_broken_off_on_the_way_changes_nothing(
    tmp_path: Path, postgres: Postgres, empty: ServerPlace
) -> None:
    root = filled(tmp_path)

    class Stop(Exception):
        pass

    def stop(table: str, _rows: int) -> None:
        if table == "audit.audit":
            raise Stop

    with pytest.raises(Stop):
        move_to_server(root, empty, postgres.password, keys=keys(tmp_path), step=stop)
    assert read_mark(root).server is None
    opened(tmp_path, root).close()
    move_to_server(root, empty, postgres.password, keys=keys(tmp_path))
    with pytest.raises(Stop):
        move_to_folder(root, keys=keys(tmp_path), step=stop)
    with closing(opened(tmp_path, root)) as project:
        assert len(project.configuration.current().config.devices) == 6


def test_a_server_that_holds_another_project_is_left_alone(
    tmp_path: Path, postgres: Postgres, place: ServerPlace, root: Path
) -> None:
    mine = filled(tmp_path)
    with pytest.raises(BadInput, match="already holds a project"):
        move_to_server(mine, place, postgres.password, keys=keys(tmp_path))
    beside = replace(place, schema="second")
    move_to_server(mine, beside, postgres.password, keys=keys(tmp_path))
    with closing(opened(tmp_path, mine)) as ours, closing(opened(tmp_path, root)) as theirs:
        assert ours.configuration.current().config != theirs.configuration.current().config


def test_a_foreign_project_id_is_refused(
    tmp_path: Path, root: Path, postgres: Postgres
) -> None:
    mark = root / "project.toml"
    said = re.sub(r'id = ".{8}', 'id = "00000000', mark.read_text("utf-8"))
    mark.write_text(said, "utf-8")
    with pytest.raises(BadInput, match="does not hold this project"):
        opened(tmp_path, root)


def test_a_wrong_password_and_a_closed_port_are_told_in_a_sentence(
    tmp_path: Path, postgres: Postgres, empty: ServerPlace
) -> None:
    with pytest.raises(StoreBroken, match="password authentication failed"):
        made(tmp_path, empty, "wrong word", "a")
    with pytest.raises(StoreBroken, match=r"127\.0\.0\.1:1/.* does not serve"):
        made(tmp_path, replace(empty, port=1), postgres.password, "b")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://u@h/d", "postgresql://user@host"),
        ("postgresql://u:secret@h/d", "does not belong into the address"),
        ("postgresql://u@h:99999/d", "postgresql://user@host:5432"),
        ("postgresql://u@h", "needs a database"),
        ("postgresql://h/d", "needs a user"),
        ("postgresql://u@h/d?schema=A-b", "a schema is named"),
        ("postgresql://u@h/d?tls=maybe", "tls is one of"),
        ("postgresql://u@h/d?color=red", "may stand"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_place(address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:Kw9xZq@h/d",
        "postgresql://u:Kw9xZq/7@h/d",
        "postgresql://u:Kw9xZq?7@h/d",
        "postgresql://u:Kw9xZq#7@h/d",
        "postgresql://u:Kw9xZq[7@h/d",
        "postgresql+psycopg://u:Kw9xZq@h/d",
        "u:Kw9xZq@h/d",
        "host=h user=u password=Kw9xZq",
        "postgresql://u@h/d?password=Kw9xZq",
        "postgresql://u@h/d?Kw9xZq",
        "postgresql://u@h/d?schema=Kw9xZq",
        "postgresql://u@h/d?tls=Kw9xZq",
        "postgresql://u@h:Kw9xZq/d",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_said_again(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_place(address)
    assert "Kw9xZq" not in "".join(traceback.format_exception(refused.value))


def test_an_address_names_everything_but_the_password() -> None:
    found = parse_place("postgresql://plant%40x@db.example:6000/heat?schema=nord&tls=require")
    assert found == ServerPlace("db.example", 6000, "heat", "plant@x", "nord", "require")
    assert str(found) == "db.example:6000/heat"
    assert parse_place("postgres://u@h/d").port == 5432


def test_what_needs_files_says_how_to_come_to_them(tmp_path: Path, root: Path) -> None:
    with pytest.raises(BadInput, match="bring them back with “heatdesk database back”"):
        require_in_folder(root, "a project can be packed")


def test_begun_databases_of_a_broken_off_creation_give_way(
    tmp_path: Path, postgres: Postgres, empty: ServerPlace
) -> None:
    from uuid import uuid4

    with closing(DatabaseServer(empty, postgres.password)) as server:
        begun = ServerDatabases(server, uuid4())
        with begun.together() as connection:
            begun.make(connection)
            assert (claim := begun.claim(connection)) is not None
            assert claim.state is State.BEGUN
    root = made(tmp_path, empty, postgres.password)
    head = read_head(root / "audit.head")
    assert head is not None
    assert head.count == 1
    assert Keys(tmp_path / "private") == keys(tmp_path)
