"""Reach a project: through the core that runs it, or by running it here."""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.compose.places import crash_reports, settings_of
from app.corethread import CoreThread
from app.crash import CrashReports
from app.errors import CoreLost, NotPermitted, ProjectInUse
from app.model.device import Presence
from app.model.reading import DeviceId
from app.project.folder import ProjectFolder, read_mark
from app.project.lock import Owner, read_owner
from app.settings.parts import Settings
from app.verbs import Viewer

if TYPE_CHECKING:  # a second of every command: loaded by those who join or run a core
    from app.asked import Asked
    from app.channel.client import ChannelClient
    from app.compose.core import Core, CoreOptions
    from app.ports import Clock

_T = TypeVar("_T")
FREE_WITHIN_S = 20.0  # a command waits this long for another one that holds the project
TRY_AGAIN_S = 0.2
ANSWERS_WITHIN_S = 15.0


class Joined:
    """A project in reach: its services, who we are, and the loop to ask on."""

    def __init__(
        self, thread: CoreThread, asked: "Asked", viewer: Viewer, core: "Core | None"
    ) -> None:
        self.thread = thread
        self.asked = asked
        self.viewer = viewer
        self.core = core  # None: another process owns the project
        self.folder: Path | None = None  # of the project, on this computer
        self.crash: CrashReports | None = None  # where faults of this process go
        self.language = ""  # chosen at the login, for this session alone
        self.on_lost: Callable[[], None] | None = None

    def ask(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run ``work`` on the services' loop and wait for it (never on a GUI thread)."""
        return self.thread.submit(work).result()

    def submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run ``work`` on the services' loop; any thread."""
        return self.thread.submit(work)

    def wait_for_answers(self, within_s: float = ANSWERS_WITHIN_S) -> None:
        """Wait until each enabled device has answered or is known not to."""
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            views = self.ask(self.asked.plant.devices(self.viewer))
            standings = [view.standing for view in views]
            pending = [s for s in standings if s.presence is Presence.LATE and not s.failures]
            if not pending:
                return
            time.sleep(0.05)


@contextmanager
def join(
    folder: Path,
    login: str,
    password: str,
    *,
    only: Collection[DeviceId] | None = None,
    own: bool = False,
    clock: "Clock | None" = None,
) -> Iterator[Joined]:
    """Log in to a project for the length of a block.

    Args:
        folder: The project.
        login: Who acts.
        password: That person's.
        only: When we run the core ourselves, serve these devices alone.
        own: Insist on owning the project (a collector does).
        clock: The core's, when we run it ourselves; left out, this computer's.

    Raises:
        ProjectInUse: It is owned by a core that cannot be joined.
        NotPermitted: Unknown person or wrong password.
    """

    def options() -> "CoreOptions":
        from app.compose.core import CoreOptions, utc_now

        return CoreOptions(only, listen=only is None, clock=clock or utc_now)

    thread = CoreThread()
    thread.start()
    try:
        ends = time.monotonic() + FREE_WITHIN_S
        while True:
            try:
                with _reached(
                    thread, folder, (login, password), options=options, own=own
                ) as joined:
                    yield joined
                    return
            except _Busy as busy:
                if time.monotonic() > ends:
                    raise ProjectInUse(str(busy)) from busy
                time.sleep(TRY_AGAIN_S)
    finally:
        thread.stop()


@contextmanager
def joined_by_another(joined: Joined, login: str, password: str) -> Iterator[Joined]:
    """Log in somebody else at a core that runs here, and goes on running afterwards.

    Raises:
        NotPermitted: Unknown person or wrong password.
    """
    from app.narrowed import narrowed

    core = joined.core
    assert core is not None  # noqa: S101 - the core of another process is joined anew
    viewer = joined.ask(core.authenticate(login, password))
    another = Joined(joined.thread, narrowed(core.asked, viewer), viewer, core)
    another.crash, another.folder = joined.crash, joined.folder
    yield another


class _Busy(Exception):
    """Somebody holds the project for a moment and cannot be joined."""


@contextmanager
def _reached(
    thread: CoreThread,
    folder: Path,
    person: tuple[str, str],
    *,
    options: "Callable[[], CoreOptions]",
    own: bool,
) -> Iterator[Joined]:
    owner = read_owner(folder)
    if owner is None:
        with _owned(thread, folder, person, options()) as joined:
            yield joined
        return
    if not owner.here or (own and owner.port is not None):
        raise ProjectInUse(owner.sentence(folder))
    if owner.port is None:
        raise _Busy(owner.sentence(folder))
    client = _connected(thread, folder, owner, person)
    try:
        from app.channel.client import remote_asked

        thread.submit(client.watch_all()).result()
        assert client.viewer is not None  # noqa: S101 - connect raises when nobody logged in
        joined = Joined(thread, remote_asked(client), client.viewer, None)
        joined.folder = folder
        client.on_lost(lambda: joined.on_lost() if joined.on_lost else None)
        yield joined
    finally:
        thread.submit(client.close()).result()


def _connected(
    thread: CoreThread, folder: Path, owner: Owner, person: tuple[str, str]
) -> "ChannelClient":
    from app.channel.client import ChannelClient

    try:
        token = owner.token().encode()
        return thread.submit(ChannelClient.connect(owner.port or 0, token, *person)).result()
    except CoreLost as error:  # it is just ending, or too busy to answer
        raise _Busy(str(error)) from error
    except NotPermitted as error:
        time.sleep(TRY_AGAIN_S)
        if read_owner(folder) == owner:
            raise
        raise _Busy(str(error)) from error  # it took its token away: it was just ending


@contextmanager
def _owned(
    thread: CoreThread, folder: Path, person: tuple[str, str], options: "CoreOptions"
) -> Iterator[Joined]:
    from app.logs import start_log, stop_log
    from app.narrowed import narrowed

    read_mark(folder)  # what is no project gets no folder for logs either
    with crash_reports(folder) as crash:
        settings = settings_of(folder)
        core = _open(folder, settings, options, crash)
        with ExitStack() as ending:
            log = start_log(ProjectFolder(folder).logs, settings.log.level)
            ending.callback(stop_log, log)
            ending.callback(lambda: thread.submit(core.stop()).result())
            viewer = thread.submit(core.authenticate(*person)).result()
            thread.submit(_start(core, crash)).result()
            joined = Joined(thread, narrowed(core.asked, viewer), viewer, core)
            joined.crash, joined.folder = crash, folder
            yield joined


def _open(
    folder: Path, settings: Settings, options: "CoreOptions", crash: CrashReports
) -> "Core":
    from app.compose.core import open_core

    try:
        return open_core(folder, settings, options, crash)
    except ProjectInUse as error:
        raise _Busy(str(error)) from error


async def _start(core: "Core", crash: CrashReports) -> None:
    asyncio.get_running_loop().set_exception_handler(crash.on_loop)
    await core.start()
