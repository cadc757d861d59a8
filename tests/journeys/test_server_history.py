"""A project on a database server records there, through pulled cables and killed servers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from app.compose.joining import join
from app.compose.samplefiles import Manner, Wish, bring_in, chosen, take_out
from app.databaseserver import DatabaseServer, ServerPlace
from app.errors import StoreBroken
from app.history.samples import Bulk
from app.history.serverhistory import ServerHistory
from app.model.reading import PointId
from tests.app.history.plant import FAR_OFF, LONG_AGO
from tests.cable import Cable, cable
from tests.journeys.product import PASSWORD, environment, heatdesk, json_of, wait_for
from tests.journeys.quicksite import Operator, operator, quick_site, quick_substations
from tests.journeys.smallsite import LOGIN, Site
from tests.postgres import LOUD, NoServer, Postgres, serving

pytestmark = pytest.mark.timeout(300)
LONG_S = 60.0
BEGIN_MS = 1_764_547_200_000  # 1 December 2025
COUNT = 96 * 45  # over the end of a year


@dataclass
class Plant:
    """A site whose databases lie behind a cable."""

    site: Site
    server: Postgres
    cable: Cable
    place: ServerPlace  # by the cable
    device: str

    @property
    def point(self) -> PointId:
        return PointId(f"{self.device}.s3")

    def command(self, name: str, *words: object) -> "subprocess.CompletedProcess[str]":
        options = ("--user", LOGIN, "--password-file", self.site.home / "word")
        return heatdesk(self.site.home, name, *words, *options)

    def workstation(self, ending: ExitStack) -> ServerHistory:
        """Return another workstation's view of the history, with a way of its own."""
        place = replace(self.place, port=self.server.port)
        way = ending.enter_context(closing(DatabaseServer(place, self.server.password)))
        return ending.enter_context(closing(ServerHistory(way)))

    def address(self) -> str:
        where = f"{self.place.user}@127.0.0.1:{self.place.port}/{self.place.database}"
        return f"postgresql://{where}?tls=disable"

    def to_the_server(self) -> Any:
        word = self.site.home / "database-word"
        word.write_text(f"{self.server.password}\n", encoding="utf-8")
        moved = ("to", self.site.folder, self.address(), "--database-password-file", word)
        return json_of(self.command("database", *moved, "--json"))


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """A site with 45 days of one temperature, moved to a server; nobody runs it yet."""
    home = tmp_path_factory.mktemp("server")
    with ExitStack() as ending:
        try:
            server = ending.enter_context(serving(fsync=True))
        except NoServer as error:
            pytest.skip(LOUD.format(why=error))
        laid = ending.enter_context(cable(server.port))
        site = ending.enter_context(quick_site(home, 1, core=False))
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        place = replace(server.new_place(), port=laid.port)
        plant = Plant(site, server, laid, place, quick_substations(1)[0].config.id)
        with join(site.folder, LOGIN, PASSWORD, only=()) as joined:
            assert joined.core is not None
            joined.core.recording.store.bring(old_samples(plant.point), "quarter")
        moved = plant.to_the_server()
        rows = {each["table"]: each["rows"] for each in moved["tables"]}
        assert rows["history.2025.batch"] == 31
        assert rows["history.2026.batch"] == 14
        yield plant


def old_samples(point: PointId) -> Bulk:
    times = BEGIN_MS + np.arange(COUNT, dtype=np.int64) * 900_000
    none = np.zeros(COUNT, np.int64)
    values = np.round(np.sin(times / 1e8), 1).astype(np.float64)
    return Bulk((point,), none, times, values, none.astype(np.uint8))


def kept(store: ServerHistory, point: PointId) -> set[int]:
    """Return the moments of the fast stream that the server has of a point, in ms."""
    return set(store.range(point, LONG_AGO, FAR_OFF, "fast").times_ms.tolist())


class Watched:
    """What a core tells of one point, beside what the server has of it."""

    def __init__(self, people: Operator, plant: Plant, reader: ServerHistory) -> None:
        self._people, self._plant, self._reader = people, plant, reader
        self._heard = people.hear_of(plant.device)

    def moments(self) -> list[int]:
        """Return when the point was read so far, in ms."""
        mine = [each for each in list(self._heard.readings) if each.point == self._plant.point]
        return [int(each.measured_at.timestamp() * 1000) for each in mine]

    def is_kept(self) -> bool:
        """Whether the server has the newest reading."""
        moments = self.moments()
        return bool(moments) and moments[-1] in kept(self._reader, self._plant.point)

    def go_on(self) -> None:
        """Wait for three more readings."""
        count = len(self.moments()) + 3
        wait_for(lambda: len(self.moments()) >= count, LONG_S)

    def troubles(self) -> str:
        """Return what the core says is wrong with it."""
        asked = self._people.asked.plant.troubles(self._people.viewer)
        return " ".join(self._people.joined.ask(asked))


@contextmanager
def looking(stores: list[ServerHistory], point: PointId, away: Event) -> Iterator[list[int]]:
    """Let workstations read without a pause while the server is there; counts their answers."""
    over, answered = Event(), [0] * len(stores)

    def read(nth: int) -> None:
        while not over.wait(0.05):
            if not away.is_set():
                with suppress(StoreBroken):  # it was killed in the middle of an answer
                    answered[nth] += bool(kept(stores[nth], point))

    threads = [Thread(target=read, args=(nth,), daemon=True) for nth in range(len(stores))]
    for thread in threads:
        thread.start()
    yield answered
    over.set()
    for thread in threads:
        thread.join(LONG_S)


@pytest.mark.campaign
def test_a_pulled_cable_and_a_killed_server_lose_no_reading(plant: Plant) -> None:
    """`heatdesk run` polls each second; two workstations read all the while."""
    site, away = plant.site, Event()
    site.start_core()
    with ExitStack() as ending:
        readers = [plant.workstation(ending) for _nth in range(2)]
        with operator(site) as people, looking(readers, plant.point, away) as answered:
            watched = Watched(people, plant, readers[0])
            wait_for(watched.is_kept, LONG_S)

            def outlived() -> None:
                wait_for(lambda: "nothing is lost" in watched.troubles(), LONG_S)
                assert "does not serve" in watched.troubles()
                watched.go_on()

            plant.cable.pull()
            outlived()
            plant.cable.plug()
            wait_for(lambda: not watched.troubles(), LONG_S)
            wait_for(watched.is_kept, LONG_S)
            away.set()
            plant.server.stop("kill")
            outlived()
            plant.server.start()
            away.clear()
            wait_for(lambda: not watched.troubles(), LONG_S)
            wait_for(watched.is_kept, LONG_S)
            seen = set(watched.moments())
        site.stop_core()
        assert len(seen) > 6
        assert seen <= kept(readers[1], plant.point)
        assert min(answered) > 3
    assert [each.name for each in (site.folder / "history").glob("**/*.sqlite")] == [
        "presence.sqlite"  # when devices came and went
    ]


def test_samples_leave_the_server_as_a_file_and_come_back(plant: Plant) -> None:
    file = plant.site.home / "all.csv"
    with join(plant.site.folder, LOGIN, PASSWORD, only=()) as joined:
        samples, viewer = joined.asked.samples, joined.viewer
        known = joined.ask(samples.points(viewer))
        made = take_out(joined, file, Wish(chosen(known, [], []), LONG_AGO, FAR_OFF))
        assert made.samples >= COUNT
        brought = bring_in(joined, file, Manner())
        assert brought.verdict.same == brought.rows == made.samples
        stats = joined.ask(samples.stats(viewer))
        assert all(str(plant.place) in place for place in stats.places)


def test_a_server_without_a_cluster_is_told_so(plant: Plant) -> None:
    done = plant.command("history", "distribute", plant.site.folder)
    assert done.returncode == 2
    assert "has no Citus: the history stays on this one server" in done.stderr


@pytest.mark.campaign
def test_the_way_back_is_killed_at_any_moment_and_loses_nothing(plant: Plant) -> None:
    folder = plant.site.folder
    with ExitStack() as ending:
        before = plant.workstation(ending).range(plant.point, LONG_AGO, FAR_OFF, "quarter")
    arguments = ["database", "back", folder, "--user", LOGIN]
    for delay_s in np.linspace(0.6, 3.0, 10).tolist():
        process = started(plant, *arguments, "--password-file", plant.site.home / "word")
        time.sleep(delay_s)  # at whatever it is then
        process.kill()
        process.wait(LONG_S)
    done = json_of(plant.command("database", "status", folder, "--json"))
    if done["server"] is not None:
        json_of(plant.command("database", "back", folder, "--json"))
    with join(folder, LOGIN, PASSWORD, only=()) as joined:
        assert joined.core is not None
        store = joined.core.recording.store
        after = store.range(plant.point, LONG_AGO, FAR_OFF, "quarter")
    assert after.times_ms.tolist() == before.times_ms.tolist()
    assert after.values.tolist() == before.values.tolist()


def started(plant: Plant, *arguments: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment(plant.site.home),
        cwd=Path(plant.site.home),
    )
