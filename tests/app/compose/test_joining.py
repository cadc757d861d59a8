"""A project has one owner at a time; everybody else joins it, waits, or is told why not."""

import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compose import joining
from app.compose.joining import join
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from app.errors import BadInput, CoreLost, NotPermitted, ProjectInUse
from app.project.lock import acquire, read_owner
from app.project.opening import Administrator, create_project
from app.verbs import Capability
from tests.journeys.product import wait_for
from tests.journeys.smallsite import at_home

LOGIN, PASSWORD = "lund", "correct horse battery"
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@pytest.fixture
def project(home: Path) -> Path:
    return made(home)


@pytest.fixture
def owner(project: Path) -> Iterator[ChildProcess]:
    """A core of another process, to be ended in one way or the other."""
    core = begun(project)
    yield core
    core.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ChildProcess]]:
    """A project with a core of another process that goes on and on."""
    home = tmp_path_factory.mktemp("served")
    with at_home(home):
        project = made(home)
        core = begun(project)
        yield project, core
        core.stop()


def made(home: Path) -> Path:
    folder = home / "site"
    create_project(
        folder,
        title="Østerby",
        zone="Europe/Copenhagen",
        administrator=Administrator(LOGIN, "K. Lund", PASSWORD),
    )
    (home / "word").write_text(PASSWORD, encoding="utf-8")
    return folder


def begun(project: Path) -> ChildProcess:
    word = project.parent / "word"
    arguments = ["run", str(project), "--user", LOGIN, "--password-file", str(word)]
    log = project.parent / "core.err"
    core = ChildProcess(on_leash("app", arguments), log=log)
    wait_for(lambda: reachable(project), 40)
    return core


def reachable(project: Path) -> bool:
    owner = read_owner(project)
    return owner is not None and owner.port is not None


def title(project: Path, password: str = PASSWORD) -> tuple[str, bool]:
    """Join, and return the plant's title and whether the core is ours."""
    with join(project, LOGIN, password) as joined:
        asked = joined.ask(joined.asked.plant.title(joined.viewer))
        return asked, joined.core is not None


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name == "core"}


def test_a_project_nobody_runs_is_run_here_for_as_long_as_the_block(project: Path) -> None:
    with join(project, LOGIN, PASSWORD) as joined:
        owner = read_owner(project)
        assert owner is not None
        assert owner.pid == os.getpid()
        assert joined.viewer.name == "K. Lund"
        assert joined.viewer.may(Capability.WRITE_ALL)
    assert read_owner(project) is None
    assert not threads()


def test_a_project_another_process_runs_is_joined(served: tuple[Path, ChildProcess]) -> None:
    project, owner = served
    assert title(project) == ("Østerby", False)
    found = read_owner(project)
    assert found is not None
    assert found.pid == owner.pid
    assert not threads()


def test_many_windows_join_one_core(served: tuple[Path, ChildProcess]) -> None:
    project, _owner = served
    with join(project, LOGIN, PASSWORD) as one, join(project, LOGIN, PASSWORD) as two:
        for joined in (one, two):
            assert joined.ask(joined.asked.plant.title(joined.viewer)) == "Østerby"


STRANGERS = [(LOGIN, "wrong horse battery"), ("nobody", PASSWORD)]


@pytest.mark.parametrize(("login", "password"), STRANGERS)
def test_a_wrong_password_is_refused_where_we_run_it(
    project: Path, login: str, password: str
) -> None:
    with pytest.raises(NotPermitted), join(project, login, password):
        pass
    assert read_owner(project) is None
    assert not threads()


@pytest.mark.parametrize(("login", "password"), STRANGERS)
def test_a_wrong_password_is_refused_by_a_core_elsewhere(
    served: tuple[Path, ChildProcess], login: str, password: str
) -> None:
    with pytest.raises(NotPermitted), join(served[0], login, password):
        pass
    assert title(served[0]) == ("Østerby", False)


def test_who_must_own_a_project_is_told_who_does(served: tuple[Path, ChildProcess]) -> None:
    project, owner = served
    with (
        pytest.raises(ProjectInUse, match=rf"process {owner.pid}"),
        join(project, LOGIN, PASSWORD, own=True),
    ):
        pass


def test_a_project_another_computer_runs_cannot_be_joined(project: Path) -> None:
    with join(project, LOGIN, PASSWORD):
        here = json.loads((project / "lock").read_text(encoding="utf-8"))
    (project / "lock").write_text(json.dumps(here | {"host": "pc-7"}), encoding="utf-8")
    for own in (True, False):
        with (
            pytest.raises(ProjectInUse, match="in use by Heatdesk on pc-7"),
            join(project, LOGIN, PASSWORD, own=own),
        ):
            pass


def test_a_command_waits_for_another_that_holds_the_project_for_a_moment(
    project: Path,
) -> None:
    lock = acquire(project)
    threading.Timer(1.5, lock.release).start()
    began_s = time.monotonic()
    assert title(project) == ("Østerby", True)
    assert time.monotonic() - began_s > 1.0


def test_so_does_a_service_that_starts_right_after_a_command(project: Path) -> None:
    lock = acquire(project)
    threading.Timer(1.0, lock.release).start()
    with join(project, LOGIN, PASSWORD, own=True) as joined:
        assert joined.core is not None


def test_one_that_holds_it_for_too_long_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "FREE_WITHIN_S", 0.5)
    lock = acquire(project)
    with (
        pytest.raises(ProjectInUse, match=rf"process {os.getpid()}"),
        join(project, LOGIN, PASSWORD),
    ):
        pass
    lock.release()


def test_an_owner_that_was_killed_leaves_a_project_that_is_taken_over(
    project: Path, owner: ChildProcess
) -> None:
    os.kill(owner.pid, KILL)
    wait_for(lambda: not owner.running, 20)
    assert (project / "lock").exists()
    with join(project, LOGIN, PASSWORD, own=True) as joined:
        assert joined.ask(joined.asked.audit.verify(joined.viewer)) == ""
        found = read_owner(project)
        assert found is not None
        assert found.pid == os.getpid()


def test_a_window_hears_that_its_core_was_killed(project: Path, owner: ChildProcess) -> None:
    gone = threading.Event()
    with join(project, LOGIN, PASSWORD) as joined:
        joined.on_lost = gone.set
        os.kill(owner.pid, KILL)
        assert gone.wait(20)
        with pytest.raises(CoreLost):
            joined.ask(joined.asked.plant.title(joined.viewer))
    assert title(project) == ("Østerby", True)


def test_a_command_that_comes_while_the_core_ends_takes_its_place(
    project: Path, owner: ChildProcess
) -> None:
    ending = threading.Thread(target=owner.stop)
    ending.start()
    answers = [title(project) for _ in range(3)]
    ending.join()
    assert [name for name, _ in answers] == ["Østerby"] * 3
    assert answers[-1][1]


def test_a_port_somebody_else_listens_on_by_now_is_no_core(
    served: tuple[Path, ChildProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _owner = served
    monkeypatch.setattr(joining, "FREE_WITHIN_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(30)
        heard: list[bytes] = []

        def listen() -> None:
            conversation, _ = stranger.accept()
            with conversation:
                heard.append(conversation.recv(65536))
                conversation.sendall(b"\0\0\0\2{}")
                heard.append(conversation.recv(65536))

        listening = threading.Thread(target=listen)
        listening.start()
        lock = json.loads((project / "lock").read_text(encoding="utf-8"))
        moved = lock | {"port": stranger.getsockname()[1]}
        (project / "lock").write_text(json.dumps(moved), encoding="utf-8")
        with pytest.raises(ProjectInUse), join(project, LOGIN, PASSWORD):
            pass
        listening.join()
    (project / "lock").write_text(json.dumps(lock), encoding="utf-8")
    assert PASSWORD.encode() not in b"".join(heard)


def test_a_core_of_another_user_lets_nobody_in(served: tuple[Path, ChildProcess]) -> None:
    project, _owner = served
    found = read_owner(project)
    lock = json.loads((project / "lock").read_text(encoding="utf-8"))
    hidden = lock | {"token_file": str(project.parent / "no such token")}
    (project / "lock").write_text(json.dumps(hidden), encoding="utf-8")
    with (
        pytest.raises(NotPermitted, match="only the same user of this computer"),
        join(project, LOGIN, PASSWORD),
    ):
        pass
    (project / "lock").write_text(json.dumps(lock), encoding="utf-8")
    assert read_owner(project) == found


def test_what_is_no_project_is_said_and_left_as_it_is(home: Path) -> None:
    (home / "empty").mkdir()
    with pytest.raises(BadInput, match="no Heatdesk project"), join(home / "empty", "a", "b"):
        pass
    assert not list((home / "empty").iterdir())


@pytest.mark.parametrize(("wished", "kept"), [("", 1), ("debug", 2), ("error", 0)])
def test_the_log_is_as_detailed_as_the_settings_ask(
    project: Path, wished: str, kept: int
) -> None:
    if wished:
        (project / "settings.toml").write_text(f'[log]\nlevel = "{wished}"\n', encoding="utf-8")
    with join(project, LOGIN, PASSWORD):
        logging.getLogger("app.a_test").debug("a frame of a_test")
        logging.getLogger("app.a_test").info("a word of a_test")
    log = project / "logs" / "heatdesk.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    assert len([line for line in lines if "of a_test" in line]) == kept


def test_an_error_in_the_block_ends_the_core_and_comes_out(project: Path) -> None:
    with pytest.raises(ZeroDivisionError), join(project, LOGIN, PASSWORD):
        raise ZeroDivisionError
    assert read_owner(project) is None
    assert not threads()


def test_a_command_for_one_device_records_nothing_and_lets_nobody_in(project: Path) -> None:
    with join(project, LOGIN, PASSWORD, only=[]) as joined:
        found = read_owner(project)
        assert found is not None
        assert found.port is None
        assert joined.ask(joined.asked.plant.devices(joined.viewer)) == []
    assert not list((project / "history").iterdir())
